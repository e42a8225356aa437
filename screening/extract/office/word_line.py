"""One paragraph of Word while it is read: its visible text, what stands aside, what is drawn in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.office.names import HAN

Aside: TypeAlias = tuple[BlockKind, Hidden, str]  # kind, why hidden, detail
_STOCK_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION|TOC|PAGEREF|SEQ|REF|NOTEREF|STYLEREF|DATE|TIME|FORMTEXT|FORMCHECKBOX|"
    r"FORMDROPDOWN|HYPERLINK\s+\\l|ADDIN|LISTNUM|\\\*|=\s*\d).*|\s*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Line:
    """The text of one paragraph in the making. Consecutive runs of one kind aside make one text."""

    background: str | None = None
    visible: list[str] = field(default_factory=list)
    asides: list[tuple[Aside, list[str]]] = field(default_factory=list)
    drawn: list[etree._Element] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    _open: Aside | None = None

    def write(self, text: str, aside: Aside | None) -> None:
        """Take text of the page (None) or text that stands aside."""
        if aside is None:
            self.visible.append(text)
            self._open = None
        elif aside == self._open:
            self.asides[-1][1].append(text)
        else:
            self.asides.append((aside, [text]))
            self._open = aside

    def close_code(self) -> None:
        """End a field code; codes that any document holds, such as PAGE, are left out."""
        code, self.code = "".join(self.code), []
        if _STOCK_FIELD.fullmatch(code) and not HAN.search(code):
            return
        hidden = Hidden.NO if code.lstrip()[:2].upper() == "EQ" else Hidden.NOT_ON_PAGE
        self.asides.append(((BlockKind.FIELD_CODE, hidden, ""), [code]))
        self._open = None

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(self.visible)

    def aside_texts(self) -> Iterator[tuple[Aside, str]]:
        """What stands aside, in reading order."""
        for aside, texts in self.asides:
            yield aside, "".join(texts)
