"""Whether the words around a time expression speak of what has been or of what is to come, told without a parse.

The nearest verb before the expression in its sentence decides, else the nearest one after it. Verbs are told by a short list
of auxiliaries and irregular pasts and by their ending in -ed.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.words import Words
from merestone.reading.vocabulary import rows

Tense = Literal["past", "present", "future", "open", ""]
"""``open`` is an infinitive: "asked to leave", "failed to leave"."""

# How far from the expression a verb is looked for, in words.
_BEFORE, _AFTER = 24, 12
_STOPS = frozenset(("\n", ";", ":"))


@cache
def _tenses() -> dict[str, str]:
    kinds = ("past", "future", "present", "none", "intent")
    return {row["word"]: row.one_of("tense", kinds) for row in rows("timex_tenses.tsv", ("word", "tense"))}


def tense_at(words: Words, first: int, last: int, sentence: tuple[int, int]) -> Tense:
    """The tense around the words ``first`` up to ``last``; ``sentence`` holds the words of their sentence."""
    for index in range(first - 1, max(sentence[0], first - _BEFORE) - 1, -1):
        if words.lower(index) in _STOPS:
            break
        if found := _tense_of(words, index, first):
            return found
    for index in range(last, min(sentence[1], last + _AFTER)):
        if words.lower(index) in _STOPS:
            break
        if found := _tense_of(words, index, -1):
            return found
    return ""


def _tense_of(words: Words, index: int, expression: int) -> Tense:
    """What one word tells; ``expression`` is the first word of the expression where that stands behind it, else -1."""
    word = words.lower(index)
    kind = _tenses().get(word)
    before = words.lower(index - 1)
    if kind == "intent" and _is_intent(words, index, expression):
        return "future"
    if word == "as" and before in ("early", "soon") and index + 1 == expression:
        return "future"
    if before == "-":
        return ""  # "Malaysian-led"
    if word == "to" and before in ("is", "are", "be", "not"):
        return "future"
    if word == "to" and expression - index > 2 and _is_verb(words, index + 1):
        return "future" if _tenses().get(before) == "intent" else "open"
    if word == "may" and _is_name(words, index):
        return ""
    if kind in ("past", "present", "future"):
        if kind == "past" and ("be" in (before, words.lower(index - 2)) or before == "being"):
            return ""  # "will be held"
        if word in ("have", "been", "has") and _is_future(words, index):
            return "future"
        return "future" if kind == "future" else "present" if kind == "present" else "past"
    if word == "set":
        return "past"
    if kind in (None, "intent") and len(word) > 4 and word.endswith("ed") and word.isalpha():
        if before in ("be", "being") or words.lower(index - 2) == "be" or _is_name(words, index):
            return ""
        return "past"
    return ""


def _is_intent(words: Words, index: int, expression: int) -> bool:
    """Whether a plan is told of: "expected to", "due on", "scheduled for"; not "agreed in June"."""
    after = words.lower(index + 1)
    if words.lower(index - 1) == "been" and words.lower(index - 2) == "had":
        return False
    if (after == "to" and index + 2 != expression) or words.lower(index) in ("scheduled", "planned"):
        return words.lower(index - 1) not in ("as", "previously")
    return words.lower(index) in ("due", "slated", "expected", "planned") and (
        after in ("for", "on", "in", "by") or index + 1 == expression
    )


def _is_verb(words: Words, index: int) -> bool:
    """Whether the word behind "to" may be a verb: no article, number or name."""
    word = words.lower(index)
    return (
        word.isalpha() and word not in cues("no_verb") and not _is_name(words, index) and not word.endswith(("s", "ing", "ed"))
    )


def _is_future(words: Words, index: int) -> bool:
    return any(words.lower(before) in ("will", "would", "shall", "to", "must") for before in (index - 1, index - 2))


def _is_name(words: Words, index: int) -> bool:
    start, _ = words.spans[index]
    return words.text[start].isupper()
