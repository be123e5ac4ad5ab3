"""Words without a meaning of their own that decide how a claim is read (``function_words.tsv``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from merestone.reading.vocabulary import rows

KINDS = ("asks", "joins")
_MARKS = frozenset("“”«»„\"'’‘(")
"""Marks that may stand before the first word of a question."""


@cache
def function_words() -> dict[str, str]:
    """Kind of each function word, in lower case."""
    return {
        word: row.one_of("kind", KINDS)
        for row in rows("function_words.tsv", ("kind", "words"))
        for word in row.several("words")
    }


def question_begins(words: Sequence[str]) -> int | None:
    """Index of the word that begins the question that a sentence asks, to be answered with yes or no; None where it asks none.

    A question that denies what it asks ("did they not shell it?") claims it, and is none.
    """
    first = next((index for index, word in enumerate(words) if word not in _MARKS), None)
    if first is None or function_words().get(words[first].lower()) != "asks":
        return None
    if "?" not in words[-3:] or any(word.lower() in ("not", "n't", "never") for word in words):
        return None
    return first


def is_joining(word: str) -> bool:
    """Whether a word stands within the names of places and is none by itself."""
    return function_words().get(word.lower()) == "joins"
