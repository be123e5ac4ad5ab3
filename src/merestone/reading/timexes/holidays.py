"""Holidays: their rules and their handler."""

from __future__ import annotations

import re
from datetime import date

from merestone.reading.timexes.calendar import Point, day_of, easter, nth_weekday, shifted
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning, Points


def holiday(context: Context, match: Match) -> Meaning | None:
    """ "Christmas Eve", "last Easter", "Labor Day 2019"; without a year the last one before publication, or one just ahead."""
    rule = values("holiday")[context.group(match, "name")]
    rel, published = context.group(match, "rel"), context.published
    given = context.year_of(match)
    if given is not None:
        day = holiday_of(rule, given)
        return Points((Point("day", day),)) if day else None
    if published is None:
        return None
    candidates = [day for near in (-1, 0, 1) if (day := holiday_of(rule, published.year + near))]
    if rel == "last":
        day = max((day for day in candidates if day < published), default=None)
    elif rel == "next":
        day = min((day for day in candidates if day > published), default=None)
    else:
        tense = context.tense(match)
        ahead = 7 if tense == "past" else 300 if tense == "future" else 60
        day = max((day for day in candidates if (day - published).days <= ahead), default=None)
    return Points((Point("day", day),)) if day else None


def holiday_of(rule: str, year: int) -> date | None:
    """The day of a holiday by the rule that the lexicon gives."""
    if not 1 <= year <= date.max.year:
        return None
    if rule.startswith(("easter", "orthodox")):
        sunday = easter(year, orthodox=rule.startswith("orthodox"))
        return shifted(sunday, int(rule.removeprefix("easter").removeprefix("orthodox"))) if sunday else None
    numbers = [int(number) for number in re.split(r"[/](?=-?\d)|(?<=\d)-", rule)]
    if len(numbers) == 3:
        return nth_weekday(year, *numbers)
    return day_of(year, *numbers)
