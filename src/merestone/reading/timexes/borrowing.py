"""Years that stand once behind several dates: "between 28 December and 3 January 2022", "on 5 May, 7 May and 9 May 2021"."""

from __future__ import annotations

from collections.abc import Sequence

from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.words import Words

_DATES = frozenset(("day month", "month day", "month year", "month"))
_JOINTS = frozenset((",", "and", "or", "to", "until", "till", "through", "-", "–", "—", "on", "the", "again", "of"))


def borrowed_years(words: Words, matches: Sequence[Match]) -> dict[int, int]:
    """The year of each date that has none and is joined to one behind it that has, by the first word of the date."""
    years: dict[int, int] = {}
    for left, right in zip(reversed(matches[:-1]), reversed(matches), strict=False):
        if left.form not in _DATES or right.form not in _DATES or right.first - left.last > 4:
            continue
        given = words.between(*right.groups["year"]) if "year" in right.groups else ""
        year = int(given) if given.isdigit() else years.get(right.first)
        joint = words.between(left.last, right.first).split()
        if year is None or not joint or "year" in left.groups or "which" in left.groups or not _JOINTS.issuperset(joint):
            continue
        years[left.first] = year - (_month(words, left) > _month(words, right))
    return years


def _month(words: Words, match: Match) -> int:
    first, _ = match.groups.get("month") or match.groups["months"]
    name = words.lower(first)
    return int(values("month").get(name) or values("mon").get(name) or 0)
