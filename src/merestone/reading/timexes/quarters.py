"""Handlers of quarters, halves and seasons of a year, and of what is compared with them: "the year-earlier period"."""

from __future__ import annotations

import re
from datetime import date

from merestone.reading.timexes.calendar import Point, day_of, moved, point_of, season_of
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning, Points
from merestone.reading.timexes.parts import stage_of

_NUMBER = re.compile(r"\d+")


def quarter(context: Context, match: Match) -> Meaning | None:
    """ "the third quarter of 1990", "next year's first quarter", "fourth-quarter", "the first half"."""
    if name := context.group(match, "name"):
        what = "quarter" if name in values("quartername") or name.endswith("q") else "half"
        number = int(_NUMBER.findall(name)[0])
    else:
        what = context.group(match, "what")
        number = int((values("ordinal") | values("final"))[context.group(match, "nth")]) if match.groups.get("nth") else 0
    number = (2 if what == "half" else 4) if number < 0 else number
    size = 6 if what == "half" else 3
    if not 1 <= number <= 12 // size:
        return None
    given = context.group(match, "year") or context.group(match, "year0")
    year = _year_of_quarter(context, match, given, number * size, named=what == "quarter" or bool(match.groups.get("name")))
    if year is None:
        return None
    year -= bool(match.groups.get("earlier"))
    first = day_of(year, (number - 1) * size + 1, 1)
    return Points((Point("half" if what == "half" else "quarter", first, stage=stage_of(context, match)),)) if first else None


def _year_of_quarter(context: Context, match: Match, given: str, last_month: int, *, named: bool) -> int | None:
    """The year that is given, else that of the last such quarter begun, or of the next one where the future is spoken of."""
    if given[:4].isdigit():
        return int(given[:4])
    if given in ("the year", "fiscal year") and context.published:
        return context.published.year
    if given:
        return context.which_year(given)
    if context.published is None or not named:
        return None
    begun = context.published.month > last_month - 3
    return context.published.year - (not begun and context.tense(match) != "future")


def quarters(context: Context, match: Match) -> Meaning | None:
    """ "the first two quarters of 1990"."""
    year = context.year_of(match)
    if year is None:
        return None
    first, last = day_of(year, 1, 1), day_of(year, 9, 30)
    if first is None:
        return None
    return Points((Point("half", first) if context.group(match, "count") == "two" else Point("quarter", first, last=last),))


def year_period(context: Context, match: Match) -> Meaning | None:
    """ "the 1988 period": where a quarter is spoken of, that quarter of the year."""
    given, base = context.group(match, "year"), context.last_quarter
    if not given.isdigit():
        return None
    if base:
        first = base.first.replace(year=int(given))
        return Points((Point("quarter", first),))
    return Points((Point("year", date(int(given), 1, 1)),))


def year_earlier(context: Context, _match: Match) -> Meaning | None:
    """ "the year-earlier quarter", "year-ago"."""
    base = context.last_quarter or context.today
    if base is None:
        return None
    start: Point | None = base if base.unit == "quarter" else point_of("year", base.first)
    found = moved(start, -4 if start.unit == "quarter" else -1) if start else None
    return Points((found,)) if found else None


def latest_period(context: Context, _match: Match) -> Meaning | None:
    """ "the latest period": the quarter that is spoken of."""
    return Points((context.last_quarter,)) if context.last_quarter else None


def season(context: Context, match: Match) -> Meaning | None:
    """ "the summer of 1998", "last fall", "this winter"; a bare name of a season only where no verb is meant."""
    name, rel = values("season")[context.group(match, "season")], context.group(match, "rel")
    given = context.year_of(match)
    if given is None:
        if context.published is None:
            return None
        if not rel and not _is_season(context, match):
            return None
        given = _year_of_season(context, match, name, values("relative").get(rel, ""))
    found = season_of(given, name) if given else None
    return Points((Point("season", found.first, stage=stage_of(context, match)),)) if found else None


_BEFORE_SEASON = frozenset(("the", "in", "by", "of", "since", "until", "during", "early", "late", "this"))


def _is_season(context: Context, match: Match) -> bool:
    """Whether a season is named: "in summer", "since the spring"; not the fall of a town, nor a hot spring."""
    words, first = context.words, match.groups["season"][0]
    if words.lower(first - 1) not in _BEFORE_SEASON:
        return False
    if words.lower(first) not in ("fall", "spring"):
        return True
    return words.lower(first - 2) in (_BEFORE_SEASON - {"the"}) and words.lower(match.last) != "of"


def _year_of_season(context: Context, match: Match, name: str, rel: str) -> int | None:
    published = context.published
    if published is None:
        return None
    current = season_of(published.year, name)
    if current is None:
        return None
    if rel in ("-1", "~-1"):
        return published.year - (current.whole[1] >= published)
    if rel in ("1", "~1"):
        return published.year + (current.first <= published)
    if rel in ("0", "~0"):
        return published.year - (name == "WI" and published.month <= 3)
    tense = context.tense(match)
    if current.first > published and tense in ("past", ""):
        return published.year - 1
    return published.year + (current.whole[1] < published and tense == "future")
