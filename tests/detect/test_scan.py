"""The one pass for all patterns: with it and without it the same is found, and only a database of our own is loaded."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from screening.checker import document_of_text
from screening.detect import scan
from screening.detect.engine import Engine
from screening.detect.scan import Scan
from screening.domain.document import BlockKind, Document, Provenance
from screening.domain.rule import Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.analyse import AnalysedText

KEY = b"k" * 32
PATTERNS = ["绝密[^。]{0,9}文件", "(?i)secret", "^机密$", "甲.{3}乙"]
TEXT = "绝密的红头文件\nSECRET\n机密\n非机密\n甲一二三乙\n甲乙"

needs_library = pytest.mark.skipif(scan._hyperscan() is None, reason="no trusted Hyperscan here")


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


def searched(cache_folder: Path | None, key: bytes = KEY, *, make: bool = True) -> Scan:
    """A pass over a few patterns, its database made or only looked for."""
    found = Scan(cache_folder, key)
    found.add("plain", PATTERNS)
    if make:
        found.compile()
    return found


def lines(one: Scan) -> list[tuple[int, int]] | None:
    """Line and pattern."""
    text = AnalysedText(document_of_text(TEXT))
    ends = one.ends(text, "plain")
    return None if ends is None else ends.within(text.borders("plain"), range(len(PATTERNS)))


@needs_library
def test_lines_and_patterns_come_in_order() -> None:
    """Each once; what cannot be put coarsely is named as missing."""
    one = searched(None)
    assert lines(one) == [(0, 0), (2, 2), (4, 3)]
    ends = one.ends(AnalysedText(document_of_text(TEXT)), "plain")
    assert ends is not None
    assert ends.missing == {1}


@needs_library
def test_a_database_is_kept_and_only_ours_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key, another byte, another set of patterns: made anew instead. Little text does not ask for one."""
    made = lines(searched(tmp_path))
    assert made
    assert lines(searched(tmp_path, make=False)) is None
    monkeypatch.setattr(scan, "_LOADS_AFTER", 0)
    assert lines(searched(tmp_path, make=False)) == made
    assert lines(searched(tmp_path, b"x" * 32, make=False)) is None
    other = Scan(tmp_path, KEY)
    other.add("plain", PATTERNS[:2])
    assert other.ends(AnalysedText(document_of_text(TEXT)), "plain") is None
    [file] = tmp_path.glob("*.db")
    content = bytearray(file.read_bytes())
    content[-9] ^= 1
    file.write_bytes(content)
    assert lines(searched(tmp_path, make=False)) is None
    file.write_bytes(b"")
    assert lines(searched(tmp_path, make=False)) is None
    assert lines(searched(tmp_path)) == made


@needs_library
def test_old_databases_leave_the_cache(tmp_path: Path) -> None:
    """Rules change; the cache does not grow without end."""
    for number in range(7):
        one = Scan(tmp_path, KEY)
        one.add("plain", [f"第{number}号"])
        one.compile()
    assert len(list(tmp_path.iterdir())) == 4


def test_without_the_library_nothing_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words find the lines then."""
    monkeypatch.setattr(scan, "_hyperscan", lambda: None)
    one = Scan()
    one.add("plain", PATTERNS)
    assert not one.compile()
    assert lines(one) is None


def documents() -> list[Document]:
    """All examples of all rules: one text of many lines, one line, one block each, with odd characters between."""
    texts = [example.text for rule in ruleset().rules for example in (*rule.hits, *rule.misses)]
    pieces = [(BlockKind.PARAGRAPH, text, Provenance()) for text in texts]
    return [
        document_of_text("\n".join(texts)),
        document_of_text("".join(text.replace("\n", "") for text in texts[::7])),
        document_of_text("\ud800\u200b \r\n".join(text[:9] + " " + text[9:] for text in texts[::3])),
        Document.of_pieces(pieces, sha256="", media_type="", filename=""),
    ]


@needs_library
@pytest.mark.timeout(900)  # half a minute of compiling on an idle machine
def test_findings_are_the_same_with_and_without_the_pass() -> None:
    """Findings, what contexts excused, and attention. This guards against an engine that loses matches, too."""
    hastened, plain = Engine(ruleset(), KEY), Engine(ruleset(), KEY)
    assert hastened.hasten()
    for document in documents():
        fast, slow = hastened.examine(document), plain.examine(document)
        assert fast.findings == slow.findings
        assert fast.excused == slow.excused
        assert fast.attention == pytest.approx(slow.attention, abs=1e-9)


@needs_library
def test_a_rule_that_the_pass_cannot_carry_is_found_by_words() -> None:
    """A unit's own rule in a dialect of its own costs time, never a finding."""
    rule = next(rule for rule in ruleset().rules if rule.match["kind"] == "pattern")
    match = {"kind": "pattern", "patterns": ["(?i)Topsecret[^。]{0,3}a", "密件[^。]{0,3}a"]}
    own = replace(rule, id="OWN-001", match=match, needs=(), unless=(), adjust=(), exceptions=(), not_inside=())
    engine = Engine(replace(ruleset(), rules=(own,), contexts=()), KEY)
    assert engine.hasten()
    found = engine.find(document_of_text("topsecret: a\n密件。a\n密件:a"))
    assert [one.quote for one in found] == ["topsecret: a", "密件:a"]
