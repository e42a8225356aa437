"""Automatic numbers of Word: their literal text stands on the page, yet in no run."""

import re

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.base import Reading
from screening.extract.office.names import HAN, W

_VAL = f"{W}val"
_PLAIN = re.compile(r"[\s（(〔\[第]*(?:%\d[\s.．、]*)+[\s）)〕\]章节条款项目编部分篇步、.．:：]*")


class Numbers:
    """The texts of list levels, each told once: where it is first used, or at the end when it never is."""

    def __init__(self, root: etree._Element | None) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        self._told: set[str] = set()
        abstract = {a.get(f"{W}abstractNumId"): a for a in root.iterfind(f"{W}abstractNum")} if root is not None else {}
        for number in root.iterfind(f"{W}num") if root is not None else ():
            key = number.get(f"{W}numId", "")
            pointer = number.find(f"{W}abstractNumId")
            base = abstract.get(pointer.get(_VAL)) if pointer is not None else None
            if base is not None:
                self._levels(key, base)
            self._levels(key, number)
        for name, base in abstract.items():
            self._levels(f"#{name}", base)

    def _levels(self, key: str, source: etree._Element) -> None:
        for level in source.iter(f"{W}lvl"):
            text = level.find(f"{W}lvlText")
            if text is not None and HAN.search(text.get(_VAL, "")):
                self._texts[key, level.get(f"{W}ilvl", "0")] = text.get(_VAL, "")

    def label(self, properties: etree._Element | None, of_style: etree._Element | None) -> str:
        """The number text of a paragraph, when it holds words and was not told before."""
        found = properties.find(f"{W}numPr") if properties is not None else None
        chosen = of_style if found is None else found
        if chosen is None or not self._texts:
            return ""
        number, level = chosen.find(f"{W}numId"), chosen.find(f"{W}ilvl")
        key = ("" if number is None else number.get(_VAL, ""), "0" if level is None else level.get(_VAL, "0"))
        return self._tell(self._texts.get(key, ""))

    def _tell(self, text: str) -> str:
        if not text or text in self._told or _PLAIN.fullmatch(text):
            return ""
        self._told.add(text)
        return text

    def unused(self, reading: Reading, part: str) -> None:
        """Add the texts that no paragraph uses."""
        for text in self._texts.values():
            told = self._tell(text)
            reading.add(BlockKind.METADATA, told, part=part, detail="编号定义", hidden=Hidden.NOT_ON_PAGE)
