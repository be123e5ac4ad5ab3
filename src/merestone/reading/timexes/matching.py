"""Where the forms match in a text: what to read, and in which order."""

from __future__ import annotations

import dataclasses
import re

from merestone.reading.timexes.forms import grammar
from merestone.reading.timexes.lexicon import NOTHING
from merestone.reading.timexes.words import Words

_STRETCH = re.compile(f"[^{re.escape(NOTHING)}]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """A form found in a text; ``first`` and ``last`` are its first word and the one after its last."""

    form: str
    first: int
    last: int
    groups: dict[str, tuple[int, int]]
    """The words of each group that matched, as ``first`` and ``last``."""


def find_matches(words: Words) -> list[Match]:
    """The expressions of a text, in order: at one place the longest, and no two that overlap."""
    chosen: list[Match] = []
    core, families, signs = grammar().core, grammar().families, words.signs
    for stretch in _STRETCH.finditer(signs):
        present = stretch.group()
        if core.isdisjoint(present):
            continue
        first, last = stretch.span()
        hits = [
            (found.start(), -found.end(), form.order, form.name, found)
            for family in families
            if not family.needs.isdisjoint(present)
            for form in family.forms
            for found in form.pattern.finditer(signs, first, last)
        ]
        if hits:
            hits.sort(key=lambda hit: hit[:3])
            _choose(hits, chosen)
    return chosen


def _choose(hits: list[tuple[int, int, int, str, re.Match[str]]], chosen: list[Match]) -> None:
    for first, end, _, form, found in hits:
        previous = chosen[-1] if chosen else None
        if previous is None or first >= previous.last:
            chosen.append(_match(form, found))
        elif -end - first > previous.last - previous.first and -end > previous.last:
            # "to 5 May" may begin inside a shorter expression, yet the longer one says more.
            chosen[-1] = _match(form, found)


def _match(form: str, found: re.Match[str]) -> Match:
    groups = {name: found.span(name) for name, words in found.groupdict().items() if words is not None}
    return Match(form, *found.span(), groups)
