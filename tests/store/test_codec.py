"""Values to JSON and back: equal, for everything that the store keeps, whatever characters stand in it."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.domain.decision import Decision, Disposition
from screening.domain.document import Block, BlockKind, Document, Hidden, Provenance, Span, Unread, UnreadReason
from screening.domain.filing import Entry, Job, Upload
from screening.domain.finding import Excused, Finding, Severity
from screening.domain.people import Role
from screening.domain.record import Declaration
from screening.domain.review import Case, Resolution, Signature, State, Terms, Version, Word
from screening.domain.run import Coverage, Run
from screening.store.codec import of_json, to_json
from screening.store.runs import Kept
from tests.review.office import TERMS, declared

ODD = "云\x00岭\ud800\U0001f980\u202e\u2028\\\"'\x7f"
TEXT = st.text(st.characters() | st.sampled_from(ODD), max_size=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SPANS = st.builds(lambda start, size: Span(start, start + size), st.integers(0, 99), st.integers(1, 99))
PROVENANCES = st.builds(
    Provenance, st.lists(TEXT, max_size=2).map(tuple), TEXT, st.none() | st.integers(), st.none() | st.integers(), TEXT,
    st.none() | st.tuples(FLOATS, FLOATS, FLOATS, FLOATS), st.sampled_from(Hidden), st.none() | FLOATS,
)  # fmt: skip
UNREAD = st.lists(st.builds(Unread, TEXT, st.sampled_from(UnreadReason), TEXT), max_size=2).map(tuple)
DOCUMENTS = st.builds(
    lambda pieces, unread, metadata, name: replace(
        Document.of_pieces(pieces, sha256="ab" * 32, media_type="text/plain", filename=name), unread=unread,
        metadata=metadata),
    st.lists(st.tuples(st.sampled_from(BlockKind), TEXT, PROVENANCES), max_size=4), UNREAD,
    st.dictionaries(TEXT, TEXT, max_size=2), TEXT,
)  # fmt: skip
FINDINGS = st.builds(
    Finding, TEXT, TEXT, TEXT, st.sampled_from(Severity), SPANS, TEXT, TEXT, st.floats(0, 1), TEXT, TEXT, TEXT, TEXT,
    st.booleans(), TEXT, st.lists(TEXT, max_size=2).map(tuple),
)  # fmt: skip
FOUND = st.lists(FINDINGS, max_size=2).map(tuple)
DECISIONS = st.builds(Decision, st.sampled_from(Disposition), st.just((ODD,)), st.lists(TEXT, max_size=2).map(tuple))
RUNS = st.builds(
    Run, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, FOUND, st.builds(Coverage, *[st.integers()] * 4, UNREAD), DECISIONS, FOUND,
    st.lists(st.builds(Excused, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple), FLOATS, TEXT,
)  # fmt: skip
ITEMS = st.frozensets(TEXT, max_size=3)
LEVELS = st.lists(st.sampled_from(Role), min_size=2, max_size=4).map(tuple)
VERSIONS = st.builds(Version, TEXT, ITEMS, ITEMS, ITEMS, st.booleans(), st.booleans(), LEVELS, st.booleans())
WORDS = st.lists(st.builds(Word, TEXT, st.sampled_from(Resolution)), min_size=1, max_size=3).map(tuple)
CASES = st.builds(
    Case, st.builds(Terms, TEXT, TEXT, TEXT, TEXT), st.sampled_from(State), st.integers(0, 3),
    st.lists(VERSIONS, max_size=2).map(tuple), ITEMS,
    st.lists(st.builds(Signature, st.integers(0, 3), TEXT, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    st.frozensets(st.tuples(TEXT, TEXT), max_size=3), st.dictionaries(TEXT, WORDS, max_size=2),
    st.frozensets(st.tuples(TEXT, st.sampled_from(Role)), max_size=3), st.booleans(),
)  # fmt: skip
SUMMARIES = st.dictionaries(TEXT, st.integers() | TEXT, max_size=3)
VALUES = st.one_of(
    CASES, DOCUMENTS, RUNS, st.builds(Kept, RUNS, DOCUMENTS), st.builds(Declaration), st.builds(Job),
    st.builds(Upload, st.integers(), *[TEXT] * 1, st.integers(), *[TEXT] * 7, SUMMARIES),
    st.builds(Entry, st.integers(), *[TEXT] * 4, st.integers(), TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=2)),
)  # fmt: skip
DOCUMENT = Document.of_pieces(
    [(BlockKind.PARAGRAPH, ODD, Provenance()), (BlockKind.COMMENT, "批注", Provenance(("内.docx",)))],
    sha256="ab" * 32, media_type="text/plain", filename=ODD,
)  # fmt: skip
RUN = Run("ab" * 32, ODD, "website", "r", "m", "p", (), Coverage(2, 9, 1, 0, ()), Decision(Disposition.CLEAR, (), ()))


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_written_comes_back_equal(value: Any) -> None:
    """And of the same type in every part; the text survives UTF-8 with surrogates passed."""
    text = to_json(value)
    again = of_json(type(value), text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass"))
    assert again == value
    assert repr(again) == repr(value) or "frozenset" in repr(value)
    json.loads(text)


@given(CASES)
def test_equal_values_are_written_alike(case: Case) -> None:
    """Sets are sorted: no accident of hashing shows in what is sealed."""
    assert to_json(of_json(Case, to_json(case))) == to_json(case)


def test_the_text_of_a_document_is_put_together_anew() -> None:
    """What follows from the blocks is not written."""
    again = of_json(Document, to_json(DOCUMENT))
    assert again.text == DOCUMENT.text
    assert '"text":' in to_json(Block(BlockKind.PARAGRAPH, "甲", 0, Provenance()))
    assert to_json(DOCUMENT).count(json.dumps("批注", ensure_ascii=False)) == 1


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Case, "[]"), (Case, "{}"), (Case, "null"), (Job, '{"id": "x"}'), (Job, '{"strange": 1}'),
        (Terms, '"website"'), (Span, '{"start": 3, "end": 1}'),
        (Case, to_json(Case(TERMS)).replace('"draft"', '"nowhere"')),
    ],
)  # fmt: skip
def test_what_is_not_of_the_type_is_refused(kind: type, written: str) -> None:
    """Missing, strange or impossible parts never give a value."""
    with pytest.raises((TypeError, KeyError, ValueError, AttributeError)):
        of_json(kind, written)


def test_a_declaration_keeps_every_field() -> None:
    """As the author gave it."""
    assert of_json(Declaration, to_json(declared(ODD))) == declared(ODD)


@dataclass(frozen=True)
class Nested:
    """Parts within parts."""

    pairs: frozenset[tuple[str, Role]]
    maybe: Span | None = None


def test_sets_of_pairs_and_optional_parts_come_back() -> None:
    """A pair in a set stays a pair, an enum an enum, nothing stays nothing."""
    for value in (Nested(frozenset({("a", Role.AUTHOR)})), Nested(frozenset(), Span(0, 1))):
        assert of_json(Nested, to_json(value)) == value
