"""Names of persons that stand for one who was killed, wounded or taken: "Private N. N. was killed", "killed N. N."."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from merestone.reading.lexicon import Words, word_sets
from merestone.reading.numbers import tables
from merestone.reading.text import Text

_FURTHEST = 16
_LONGEST = 4
_INSIDE = frozenset(("-", "'", "’"))
_NONE = (0, 0)


def persons_named(text: Text, words: Words, starts: list[int], casualties: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The names beside casualty words that start at the characters ``casualties``: pairs of word indexes, in text order."""
    reached = -1
    for start in casualties:
        index = bisect_left(starts, start)
        lowest = max(0, index - _FURTHEST, bisect_left(starts, text.sentence_at(start)[0]))
        before = _before(words, index, lowest)
        for first, last in (_joined(words, before[0], lowest), before, _behind(words, index)):
            if last > first > reached:
                reached = first
                yield first, last


def _before(words: Words, index: int, lowest: int) -> tuple[int, int]:
    """The name that ends before a casualty word: "N. N. was", "N. N., aged 28,", "N. N., who had been"."""
    lower, last = words.lower, index
    while last > lowest and (
        lower[last - 1] in word_sets("number_context.tsv")["before_casualty"] or lower[last - 1].endswith("ly")
    ):
        last -= 1
    if last > lowest and lower[last - 1] == "," and (name := _ending(words, last - 1, lowest)) != _NONE:
        return name
    return _ending(words, _without_apposition(words, last, lowest), lowest)


def _joined(words: Words, first: int, lowest: int) -> tuple[int, int]:
    """The name joined by "and" to the name that begins at a word."""
    if first <= lowest or words.lower[first - 1] != "and":
        return _NONE
    return _ending(words, _without_apposition(words, first - 1, lowest), lowest)


def _without_apposition(words: Words, last: int, lowest: int) -> int:
    """Where a name ends that a comma, words about it and another comma follow."""
    if last <= lowest or words.lower[last - 1] != ",":
        return last
    return next((i for i in range(last - 2, lowest, -1) if words.lower[i] == ","), last - 1)


def _ending(words: Words, last: int, lowest: int) -> tuple[int, int]:
    first = last
    while first > lowest and _is_of_name(words, first - 1):
        first -= 1
    return _name(words, first, last)


def _behind(words: Words, index: int) -> tuple[int, int]:
    """The name behind a casualty word: "killed N. N.", "the murder of Mr. N."."""
    first = index + 1
    if words.lower[first : first + 1] in (["of"], [","], ["and"]):
        first += 1
    last = first
    while last < min(len(words.lower), first + 1 + _LONGEST) and _is_of_name(words, last):
        last += 1
    return _name(words, first, last)


def _is_of_name(words: Words, index: int) -> bool:
    written = words.written(index)
    if written == ".":
        before = words.lower[index - 1] if index else ""
        return len(before) == 1 or before in tables.names().titles
    return written[:1].isupper() or written in _INSIDE or written in tables.names().particles


def _name(words: Words, first: int, last: int) -> tuple[int, int]:
    """The words between two indexes, less what cannot end a name; an empty pair where they name no person."""
    known, lower = tables.names(), words.lower
    while last > first and not words.written(last - 1)[:1].isupper():
        last -= 1
    titled = first
    while titled < last and (lower[titled] in known.titles or lower[titled] == "."):
        titled += 1
    before = lower[first - 1] if first else ""
    led = titled > first or before in known.titles
    parts = [lower[i] for i in range(titled, last) if words.written(i)[:1].isupper()]
    if not (1 if led else 2) <= len(parts) <= _LONGEST or (
        not led and before in word_sets("number_context.tsv")["before_no_name"]
    ):
        return _NONE
    return _NONE if any(part in known.others for part in parts) else (first, last)
