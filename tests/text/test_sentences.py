"""Sentences and passages: they tile a text and hold what they are asked about."""

from hypothesis import given
from hypothesis import strategies as st

from screening.text.sentences import PASSAGE, line_around, passage_around, passages, sentence_around, sentences

TEXTS = st.text("会议召开事故通报0,。!?;\n ", max_size=800)


@given(TEXTS)
def test_sentences_tile(text: str) -> None:
    """Nothing is lost and nothing stands twice."""
    assert "".join(text[a:b] for a, b in sentences(text, 0, len(text))) == text


@given(TEXTS)
def test_passages_hold_everything_but_blank_lines(text: str) -> None:
    """Passages follow each other, stay on one line, and leave out only newlines and blank lines."""
    covered, last = set(), 0
    for start, end in passages(text):
        assert last <= start < end
        assert "\n" not in text[start:end].rstrip("\n")
        covered |= set(range(start, end))
        last = end
    assert all(not text[at].strip() for at in range(len(text)) if at not in covered)


@given(TEXTS)
def test_a_passage_is_short_unless_it_is_one_sentence(text: str) -> None:
    """Sentences are put together only up to the limit."""
    for start, end in passages(text):
        assert end - start <= PASSAGE or len(list(sentences(text, start, end))) == 1


@given(TEXTS, st.data())
def test_what_is_around_a_stretch_holds_it(text: str, data: st.DataObject) -> None:
    """Sentence, line and passage around a stretch contain it."""
    if not text.strip():
        return
    at = data.draw(st.sampled_from([i for i, one in enumerate(text) if one != "\n"] or [0]))
    memory: dict[object, object] = {}
    for start, end in (
        sentence_around(text, at, at + 1),
        line_around(text, at, at + 1),
        passage_around(text, at, at + 1, memory),
    ):
        assert start <= at
        assert at + 1 <= end or text[at] in "。!?;"


def test_passage_around_is_one_of_the_passages() -> None:
    """The stretch that contexts look at is the very one that the model weighs."""
    text = "第一句说会议。" * 60 + "\n短行。"
    found = list(passages(text))
    for start, end in found:
        assert passage_around(text, start + 1, start + 2, {}) == (start, end)
