"""The corpus that ships: enough of everything, well formed, no passage twice, nothing borrowed from real people."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from screening.learn.corpora import Passage, own
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.normalise import normal

FOLDER = shipped("models") / "corpus"
_SHINGLE = 5
_ALIKE = 0.5  # share of the shorter passage's shingles that two passages may have in common


@cache
def passages() -> list[Passage]:
    """All batches."""
    return own(FOLDER)


@cache
def categories() -> frozenset[str]:
    """The 44 of the taxonomy."""
    return frozenset(load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0].categories)


def test_there_is_enough_of_everything() -> None:
    """At least 3,000 passages in at least eight batches; 40 positives and 40 hard negatives of every category."""
    positive = Counter(label for one in passages() if one.must_stop for label in one.labels)
    hard = Counter(one.near for one in passages() if one.near)
    assert len(passages()) >= 3000
    assert len({one.group for one in passages()}) >= 8
    assert {name: positive[name] for name in categories() if positive[name] < 40} == {}
    assert {name: hard[name] for name in categories() if hard[name] < 40} == {}


def test_every_line_is_well_formed() -> None:
    """Known categories, a label or a likeness for what is not ordinary, unique ids, one line of text."""
    ids = set()
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert set(row) == {"id", "text", "labels", "released", "near", "genre"}
            assert row["id"] not in ids
            ids.add(row["id"])
            assert set(row["labels"]) <= categories(), row["id"]
            assert row["near"] in {"", *categories()}, row["id"]
            assert not (row["released"] and not row["labels"]), row["id"]
            assert "\n" not in row["text"]
            assert 10 <= len(row["text"]) <= 320, row["id"]


def near_duplicates(found: list[Passage]) -> list[tuple[str, str]]:
    """Pairs of passages that share more than half of the shorter one's five-letter stretches."""
    index: dict[str, list[int]] = {}
    shingles: list[set[str]] = []
    pairs = []
    for number, one in enumerate(found):
        letters = re.sub(r"\W", "", one.text)
        mine = {letters[at : at + _SHINGLE] for at in range(len(letters) - _SHINGLE + 1)}
        shared = Counter(other for piece in mine for other in index.get(piece, ()))
        for other, count in shared.most_common(1):
            if count > _ALIKE * max(min(len(mine), len(shingles[other])), 1):
                pairs.append((found[other].id, one.id))
        for piece in mine:
            index.setdefault(piece, []).append(number)
        shingles.append(mine)
    return pairs


def test_no_passage_is_a_near_duplicate() -> None:
    """Within and across batches."""
    assert near_duplicates(passages()) == []


def test_a_planted_near_duplicate_is_caught() -> None:
    """The refusal can refuse."""
    first = next(one for one in passages() if len(one.text) > 80)
    twin = Passage("twin", first.text[:-4] + "另有说明。", (), "own", "b00")
    assert near_duplicates([first, twin]) == [(first.id, "twin")]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_numbers_are_invented(path: Path) -> None:
    """Mobile numbers of the public-service range only, whole identity numbers of unassigned regions only."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = normal(json.loads(line)["text"])
        for number in re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text):
            assert number.startswith("1380013"), number
        for number in re.findall(
            r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx](?!\d)", text
        ):
            assert number.startswith(("110199", "99", "622202", "20")), number
