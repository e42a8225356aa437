"""Names of people, places and organisations in a sentence, by a conditional random field over its characters.

Trained by screening/learn/names.py; the weights travel in models/ with their digest. Tags: B- and I- of PER, LOC, ORG.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from screening.weights import weights

KIND = "names"
FILE = "names.crfsuite"
SURNAMES = frozenset(Path(__file__).with_name("surnames.txt").read_text(encoding="utf-8").strip())
DOUBLE_SURNAMES = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"),
        *("宇文", "长孙", "司徒", "司空", "夏侯", "端木", "百里", "呼延", "南宫", "闻人"),
    )
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name: half-open code points of the sentence, and PER, LOC or ORG."""

    start: int
    end: int
    kind: str


def features(sentence: str) -> list[list[str]]:
    """The features of every character: itself, its neighbours, their pairs, and what kind of letter they are."""
    padded = f"^^{sentence}$$"
    kinds = "".join(_kind(one) for one in padded)
    rows = []
    for at in range(2, len(padded) - 2):
        b, a, here, n, m = list(padded[at - 2 : at + 3])
        rows.append(
            [
                f"0{here}", f"1{a}", f"2{n}", f"3{b}", f"4{m}",
                f"5{a}{here}", f"6{here}{n}", f"7{b}{a}", f"8{n}{m}", f"9{a}{n}",
                f"k{kinds[at - 1 : at + 2]}", f"l{kinds[at - 2 : at + 3]}", f"m{a}{kinds[at]}{kinds[at + 1]}",
            ]
        )  # fmt: skip
    return rows


def _kind(one: str) -> str:
    if one in SURNAMES:
        return "s"
    if one.isdigit():
        return "d"
    return "c" if "一" <= one <= "龥" else "p"


def names(sentence: str, models: Path) -> list[Name]:
    """The names in a sentence of normal text. Raises ModelError."""
    if not sentence:
        return []
    found = spans(_tagger(models).tag(features(sentence)))
    return [name for name in found if _plausible(sentence[name.start : name.end], name.kind)]


def _plausible(words: str, kind: str) -> bool:
    """Not a short "person" without a surname: 姐姐, 街坊."""
    return kind != "PER" or len(words) > 3 or words[0] in SURNAMES


def spans(tags: Sequence[str]) -> Iterator[Name]:
    """Runs of B- and I- tags as names."""
    start, kind = -1, ""
    for at, tag in enumerate([*tags, "O"]):
        if start >= 0 and tag != f"I-{kind}":
            yield Name(start, at, kind)
            start = -1
        if tag.startswith("B-") or (tag.startswith("I-") and start < 0):
            start, kind = at, tag[2:]


@cache
def _tagger(models: Path) -> Any:
    import pycrfsuite  # noqa: PLC0415 - only texts with a trigger need it

    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights(models, KIND)[FILE])
    return tagger
