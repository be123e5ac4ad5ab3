"""Phrases of a vocabulary found in a text: whole words, longest first, from left to right, never overlapping.

A phrase is written in lower case and then matches in any case; a phrase that holds a capital letter is a name or an
abbreviation and matches only as written. A space in a phrase matches a space, a hyphen, a line break or nothing, so that
"anti tank" finds "anti-tank" and "antitank"; the last word also matches with a plural ending.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

_GAP = r"[\s\-‐‑–]{0,2}"


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text."""

    phrase: str
    start: int
    end: int


class Phrases:
    """Finds the keys of a mapping in texts, in time linear in the length of the text."""

    def __init__(self, entries: Mapping[str, object]) -> None:
        names = sorted((p for p in entries if p != p.lower()), key=lambda p: (-len(p), p))
        words = sorted((p for p in entries if p == p.lower()), key=lambda p: (-len(p), p))
        self._named = _pattern(names)
        self._plain = _pattern(words)
        self._keys = {_key(phrase): phrase for phrase in entries}

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Found]:
        """The phrases between two characters of a text, in order; where two overlap, the one that is longer."""
        stop = len(text) if end is None else end
        # Lower-casing may change a text's length ("İ"), so only the characters that keep theirs are folded.
        folded = "".join(low if len(low := ch.lower()) == 1 else ch for ch in text[start:stop])
        hits = [(m.start(), -m.end(), m.group(1)) for m in self._plain.finditer(folded)] if self._plain else []
        if self._named:
            hits += [(m.start(), -m.end(), m.group(1)) for m in self._named.finditer(text[start:stop])]
        reached = 0
        for first, last, words in sorted(hits):
            if first >= reached:
                reached = -last
                yield Found(self._keys[_key(words)], start + first, start - last)


def _key(words: str) -> str:
    return re.sub(r"[\s\-‐‑–]", "", words)


def _pattern(phrases: list[str]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    alternatives = "|".join(_GAP.join(re.escape(word) for word in phrase.split()) for phrase in phrases)
    return re.compile(rf"(?<![\w])({alternatives})(?:['’]?s|es)?(?![\w])")
