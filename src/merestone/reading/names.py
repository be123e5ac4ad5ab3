"""Names found in a text: whole words, the longest at each place, from left to right, in one pass over the text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from ahocorasick_rs import AhoCorasick


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text."""

    phrase: str
    start: int
    """First character."""
    end: int
    """Character after the last one."""


class Names:
    """Finds the keys of a mapping exactly as written (or in any case), in time linear in the length of the text."""

    def __init__(self, entries: Mapping[str, object], *, any_case: bool = False) -> None:
        self._any_case = any_case
        self._phrases = sorted(entries)
        self._automaton = AhoCorasick([_folded(p) if any_case else p for p in self._phrases]) if self._phrases else None

    def find(self, text: str) -> Iterator[Found]:
        """The names in a text, in order; where two overlap, the one that begins first, then the longer one."""
        if self._automaton is None:
            return
        hits = self._automaton.find_matches_as_indexes(_folded(text) if self._any_case else text, overlapping=True)
        reached = 0
        for start, end, which in sorted((start, -end, which) for which, start, end in hits):
            if start >= reached and _stands_alone(text, start, -end):
                reached = -end
                yield Found(self._phrases[which], start, -end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (start and _is_word(text[start - 1]) and _is_word(text[start])) and not (
        end < len(text) and _is_word(text[end]) and _is_word(text[end - 1])
    )


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _folded(text: str) -> str:
    text = text.replace("’", "'")
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # Lower-casing may change a text's length ("İ"), so only the characters that keep theirs are folded.
    return "".join(low if len(low := ch.lower()) == 1 else ch for ch in text)


def plurals(phrase: str) -> tuple[str, ...]:
    """A phrase and its regular plural."""
    if phrase.endswith("y") and len(phrase) > 2 and phrase[-2] not in "aeiou":
        return phrase, phrase[:-1] + "ies"
    return phrase, phrase + ("es" if phrase.endswith(("s", "x", "ch", "sh")) else "s")
