"""Parts of days and of longer times: "the night of", "early", "at the end of"."""

from __future__ import annotations

from datetime import date

from merestone.reading.timexes.calendar import Point, shifted
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Points

_BESIDE_STAGE = frozenset(("the", "at", "in", "of", "on", "very", "-", "–", "‐", "‑"))


def with_part(context: Context, match: Match, points: Points) -> Points:
    """The days with the part of the day that stands before or behind them."""
    before, behind = context.group(match, "part"), context.group(match, "part2")
    part = part_of_words(before) or part_of_words(behind)
    if not part:
        stage = _stage(context.group(match, "stage") or before)
        return Points(tuple(Point("day", p.first, stage=stage, last=p.last) for p in points.points), spans=points.spans)
    plural = "nights" in before or "mornings" in before or "evenings" in before
    if part == "NI" and len(points.points) > 1 and not plural:
        # "the night of 12 to 13": it ends on the day named last
        first, last = points.points[0].first, points.points[-1].first
        return Points((Point("day", first, part, last=last),))
    moved = [_begin(context, match, point.first, part, before) for point in points.points]
    return Points(tuple(Point("day", first, part) for first in moved), spans=points.spans)


def _begin(context: Context, match: Match, day: date, part: str, before: str) -> date:
    """The day on which a part of a day begins: "the night to Monday", and the one "of today", begin on the day before."""
    ended = day == context.published and before and context.tense(match) != "future"
    if part == "NI" and (before.endswith(("to", "to the")) or ended):
        return shifted(day, -1) or day
    return day


def part_of_words(words: str) -> str:
    """TIMEX3 name of the part of the day that some words name; empty where they name none."""
    for word in words.split():
        if part := values("part").get(word) or values("parts").get(word):
            return part
    return "MO" if "hours" in words else ""


def stage_of(context: Context, match: Match) -> str:
    """TIMEX3 modifier for the part of a longer time that an expression names; empty where it names all of it."""
    return _stage(context.group(match, "stage"))


def _stage(words: str) -> str:
    known = values("stage")
    kept = [word for word in words.split() if word not in _BESIDE_STAGE]
    for length in (2, 1):
        if (found := known.get(" ".join(kept[:length]))) is not None:
            return found
    return ""
