"""Words and names of single sentences, as a spaCy document: jieba's dictionary, our names, no download.

Slow beside everything else, so only sentences that carry a trigger come here. The words are those of jieba without its
guesses (rjieba, the same tokens); a word that reaches over the border of a name is cut there.
"""

from collections.abc import Iterable
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from screening.text.names import DOUBLE_SURNAMES, SURNAMES, names

_SURNAMES = SURNAMES | DOUBLE_SURNAMES | {"束"}
_FREQUENCY = 20_000  # high enough that a word of ours is never split


def add_words(words: Iterable[str]) -> None:
    """Make these words whole tokens from now on."""
    import rjieba  # noqa: PLC0415 - loads a dictionary

    for word in words:
        if len(word) > 1:
            rjieba.add_word(word, _FREQUENCY, "n")


def words_of(text: str) -> list[str]:
    """The words of a text, one behind the other."""
    import rjieba  # noqa: PLC0415

    return [word for word in rjieba.cut(text, False) if word]


def may_name(text: str, models: Path) -> bool:
    """Whether a short text may hold the name of a person: better once too often than once too little. What looks like
    a surname with a word of one or two letters behind it counts, and what the dictionary or the model calls a person.
    Raises ModelError."""
    tagged = [(word, tag) for word, tag in _dictionary().tag(text, False) if word]
    after = [word for word, _ in tagged[1:]] + [""]
    for (word, tag), following in zip(tagged, after, strict=True):
        if (tag.startswith("nr") and len(word) > 1) or (
            word in _SURNAMES and len(following) <= 2 and _is_han(following)
        ):
            return True
    return any(name.kind == "PER" for name in names(text, models))


@cache
def _dictionary() -> Any:
    """A dictionary that the words of rules do not change: the answer depends on the text alone."""
    import rjieba  # noqa: PLC0415 - 25 MB

    return rjieba.Jieba()


def _is_han(word: str) -> bool:
    return bool(word) and all("一" <= letter <= "龥" for letter in word)


@cache
def pipeline(models: Path) -> Any:
    """A spaCy pipeline: tokens of jieba, entities PER, LOC and ORG. Call it with a sentence of normal text."""
    import spacy  # noqa: PLC0415 - half a second

    language = spacy.blank("zh")
    language.tokenizer = _Tokeniser(language.vocab, models)
    return language


class _Tokeniser:
    """Text to a document of words, blanks kept as words, with its names; words are cut where a name begins or ends
    inside them."""

    def __init__(self, vocab: Any, models: Path) -> None:
        self._vocab, self._models = vocab, models

    def __call__(self, text: str) -> Any:
        from spacy.tokens import Doc, Span  # noqa: PLC0415

        found = names(text, self._models)
        words = words_of(text)
        borders = {0, *accumulate(map(len, words))}
        wanted = sorted(borders.union(*((name.start, name.end) for name in found)))
        if len(wanted) > len(borders):
            words = [text[a:b] for a, b in pairwise(wanted)]
        doc = Doc(self._vocab, words=words, spaces=[False] * len(words))
        at = {border: number for number, border in enumerate(wanted)}
        doc.ents = [Span(doc, at[name.start], at[name.end], label=name.kind) for name in found]
        return doc
