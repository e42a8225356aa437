"""Many words at once in one pass: a compiled Aho-Corasick automaton."""

from typing import Any


def finder(terms: list[str]) -> Any:
    """An automaton of these terms: daachorse, or ahocorasick-rs where no wheel of it exists."""
    try:
        from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 - one of the two is installed
    except ImportError:
        from ahocorasick_rs import AhoCorasick  # noqa: PLC0415

        return AhoCorasick(terms)
    return CharwiseDoubleArrayAhoCorasick(terms)


def overlapping(automaton: Any, text: str) -> list[tuple[int, int, int]]:
    """Start, end and number of every term."""
    if hasattr(automaton, "find_overlapping"):
        return list(automaton.find_overlapping(text))
    return [(start, end, term) for term, start, end in automaton.find_matches_as_indexes(text, overlapping=True)]
