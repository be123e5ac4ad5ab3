"""Phrases of a vocabulary found among the words of a text: the longest at each place, from left to right.

A phrase is written in lower case and then matches in any case; one that holds a capital letter is a name or an abbreviation
and matches only as written. Between the words of a phrase a text may have a space, a line break, a hyphen or nothing, so that
"anti tank" finds "anti-tank", "anti tank" and "antitank". The last word also matches in its regular plural. Words are those of
``text.py``; a lookup for each word and a few more where a phrase begins make a pass linear in the length of the text.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from merestone.model import Span
from merestone.reading.text import WORD, Text
from merestone.reading.vocabulary import rows

HYPHENS = frozenset("-‐‑–−")
_MOST_GAPS = 3  # every gap doubles the ways to write a phrase


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in lower case, with their places."""

    text: str
    spans: tuple[Span, ...]
    lower: list[str]

    def at(self, index: int) -> str:
        """The word of an index; nothing where there is none."""
        return self.lower[index] if 0 <= index < len(self.lower) else ""

    def after(self, position: int, start: int = 0) -> int:
        """The index of the first word, from ``start`` on, that begins at a character or behind it."""
        while start < len(self.spans) and self.spans[start][0] < position:
            start += 1
        return start

    def span(self, first: int, last: int) -> Span:
        """The characters from one word to before another; both are indexes, ``first`` lower."""
        return self.spans[first][0], self.spans[last - 1][1]

    def written(self, index: int) -> str:
        """A word as the text has it."""
        start, end = self.spans[index]
        return self.text[start:end]


def words_of(text: Text) -> Words:
    """The words of a text in lower case."""
    lowered = text.text.lower()
    if len(lowered) == len(text.text):
        return Words(text.text, text.words, [lowered[start:end] for start, end in text.words])
    # Lower-casing may change a text's length ("İ"), never a word's number.
    return Words(text.text, text.words, [text.text[start:end].lower() for start, end in text.words])


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A phrase among the words of a text: the words ``first`` to before ``last``."""

    phrase: str
    first: int
    last: int
    plural: bool


class Lexicon:
    """Finds the keys of a mapping among the words of texts."""

    def __init__(self, entries: Mapping[str, object] | Iterable[str]) -> None:
        self._trie: dict[str, Any] = {}
        for phrase in entries:
            words = [word for word in WORD.findall(phrase) if word not in HYPHENS]
            for written in _joined(words):
                forms = [written, *([*written[:-1], form] for form in _plurals(written[-1]))]
                for number, form in enumerate(forms):
                    self._add(form, phrase, plural=number > 0)

    def _add(self, written: list[str], phrase: str, *, plural: bool) -> None:
        node = self._trie
        for word in written:
            node = node.setdefault(word.lower(), {})
        exact = tuple(written) if phrase != phrase.lower() else None
        ends = node.setdefault("", [])
        if all(other != (phrase, exact, plural) for other in ends):
            ends.append((phrase, exact, plural))

    def find(self, words: Words, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """The phrases between two words of a text, in order; where two overlap, the one that begins first, then the longer."""
        trie, lower = self._trie, words.lower
        stop = len(lower) if end is None else min(end, len(lower))
        reached = start
        for index in [i for i, word in enumerate(lower[start:stop], start) if word in trie]:
            if index >= reached and (hit := self._longest(words, index, stop)) is not None:
                reached = hit.last
                yield hit

    def at(self, words: Words, index: int, end: int | None = None) -> Hit | None:
        """The longest phrase that begins at a word."""
        return self._longest(words, index, len(words.lower) if end is None else min(end, len(words.lower)))

    def _longest(self, words: Words, first: int, stop: int) -> Hit | None:
        node, index, lower = self._trie, first, words.lower
        found: Hit | None = None
        while index < stop and lower[index] in node:
            node = node[lower[index]]
            index += 1
            for phrase, exact, plural in node.get("", ()):
                if exact is None or _as_written(words, first, index, exact):
                    found = Hit(phrase, first, index, plural)
                    break
            if index < stop - 1 and lower[index] in HYPHENS and words.spans[index][0] == words.spans[index - 1][1]:
                index += 1  # a dash with a space before it parts what stands on either side
        return found


def _as_written(words: Words, first: int, last: int, exact: tuple[str, ...]) -> bool:
    return tuple(words.written(i) for i in range(first, last) if words.lower[i] not in HYPHENS) == exact


def _joined(words: list[str]) -> Iterator[list[str]]:
    """A phrase with each of its gaps written or not."""
    if not 2 <= len(words) <= _MOST_GAPS + 1:
        yield words
        return
    for gaps in itertools.product((True, False), repeat=len(words) - 1):
        out = [words[0]]
        for word, gap in zip(words[1:], gaps, strict=True):
            # "T 72" may be written "T72", but two digits side by side would be another number.
            if gap or (out[-1][-1:].isdigit() and word[:1].isdigit()):
                out.append(word)
            else:
                out[-1] += word
        yield out


def _plurals(word: str) -> tuple[str, ...]:
    if not word[-1:].isalpha() or len(word) < 2:
        return (word + "s",) if word[-1:].isdigit() else ()
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    for singular, plural in (("man", "men"), ("child", "children"), ("wife", "wives"), ("foot", "feet")):
        if word.endswith(singular):
            return (word.removesuffix(singular) + plural,)
    return (word + "es",) if word.endswith(("s", "x", "ch", "sh")) else (word + "s",)


@cache
def word_sets(table: str) -> dict[str, frozenset[str]]:
    """The sets of words of a table with the columns ``use`` and ``words``, by their use."""
    return {row["use"]: frozenset(row.several("words")) for row in rows(table, ("use", "words"))}
