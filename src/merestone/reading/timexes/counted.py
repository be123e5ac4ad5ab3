"""Handlers of expressions that count units from another time: "two weeks ago", "three days later", "for a third day"."""

from __future__ import annotations

from datetime import date

from merestone.reading.timexes.calendar import MONTHS, Point, Unit, months_later, moved, point_of, shifted
from merestone.reading.timexes.context import Context, count_of
from merestone.reading.timexes.lexicon import unit_of, values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Length, Meaning, Nth, Points, Vague

# Days in the units that are whole days, hours in those of the clock.
DAYS = {"day": 1, "night": 1, "week": 7, "fortnight": 14}
HOURS = {"second": 1 / 3600, "minute": 1 / 60, "hour": 1.0}
# Counts above this lie outside what any text means and are not computed.
_MOST = 100_000
# What ends a clause, so that "three days before" counts from the time spoken of and from no event.
ENDS = frozenset((",", ".", ";", ":", ")", "", "\n", "and", "he", "she", "they", "it"))


def ago(context: Context, match: Match) -> Meaning | None:
    """ "two weeks ago"; "a year ago" where a quarter is spoken of is the same quarter of the year before."""
    if context.published is None:
        return None
    if match.groups.get("units"):
        return Vague("PAST_REF")
    unit, count = unit_of(context.group(match, "unit")), count_of(context.group(match, "count"))
    if count is None:
        return Vague("PAST_REF")
    return _moved(context, context.today, unit, -count, match)


def later(context: Context, match: Match) -> Meaning | None:
    """ "a year earlier", "three days later": counted from the time the text last spoke of."""
    unit, count = unit_of(context.group(match, "unit")), count_of(context.group(match, "count"))
    way = context.group(match, "way")
    if count is None:
        return Length(None, unit)
    sign = 1 if way in ("later", "after", "afterwards", "hence", "from now") else -1
    if way in ("after", "before") and not context.group(match, "of") and context.words.lower(match.last) not in ENDS:
        return _beside_event(context, unit, count, sign)
    base = context.today if way in ("hence", "from now") else context.reference()
    if unit in DAYS and way not in ("hence", "from now") and context.last_day:
        base = Point("day", context.last_day)
    return _moved(context, base, unit, sign * count, match)


def _beside_event(context: Context, unit: str, count: float, sign: int) -> Meaning | None:
    """ "three days after the town was seized": counted back from the time of the sentence, it dates what stands behind."""
    days = count * DAYS[unit] if unit in DAYS else count / 24 if unit == "hour" else 0
    base = context.last_day if context.last_day else context.published
    day = shifted(base, -sign * int(days)) if base and days >= 1 and days < _MOST else None
    return Length(count, unit, window=(day, day) if day else None)


def _moved(context: Context, base: Point | None, unit: str, count: float, match: Match) -> Meaning | None:
    if base is None or not unit or abs(count) > _MOST:
        return None
    if unit in HOURS and match.form == "later":
        return Length(abs(count), unit, window=(base.first, base.first) if abs(count) < 24 or unit != "hour" else None)
    if unit in HOURS:
        day = shifted(base.first, int(count * HOURS[unit] / 24))
        return Points((Point("day", day),)) if day else None
    if unit in DAYS:
        day = shifted(base.first, round(count * DAYS[unit]))
        return Points((Point("day", day),)) if day else None
    if unit == "quarter" or (unit == "year" and context.last_quarter and count == int(count) and abs(count) == 1):
        start = context.last_quarter or point_of("quarter", base.first)
        found = moved(start, round(count * (4 if unit == "year" else 1))) if start else None
        return Points((found,)) if found else None
    months = {**MONTHS, "millennium": 12_000}.get(unit)
    if months is None or abs(count) * months > 12 * 10_000:
        return None
    day = months_later(base.first, round(count * months))
    if day is None:
        return None
    target: Unit = "month" if unit == "month" or (unit == "year" and base.unit == "month") else "year"
    if match.groups.get("day"):
        target = "day"
    found = point_of(target, day)
    return Points((found,)) if found else None


def window_of(base: date, unit: str, count: float) -> tuple[date, date] | None:
    """The days from so many units before a day up to it, or from it on if ``count`` is positive."""
    if abs(count) > _MOST:
        return None
    if unit in HOURS:
        hours = abs(count) * HOURS[unit]
        days = int(hours / 24) or (0 if hours < 24 else 1)
        other = shifted(base, days if count > 0 else -days)
    elif unit in DAYS:
        other = shifted(base, round(count * DAYS[unit]))
    elif unit == "weekend":
        other = shifted(base, round(7 * count))
    else:
        months = {**MONTHS, "millennium": 12_000}.get(unit, 0)
        other = months_later(base, round(count * months)) if months and abs(count) * months < 120_000 else None
    if other is None:
        return None
    return (other, base) if count < 0 else (base, other)


def nth(context: Context, match: Match) -> Meaning | None:
    """ "for a third day", "its second day", "the third day of fighting"; not "on the third day", which is one day."""
    words = context.group(match, "nth")
    number = int(values("ordinal").get(words) or "".join(filter(str.isdigit, words)) or "0")
    single = context.words.lower(match.first) != "for" and context.words.lower(match.first - 1) in ("on", "until", "by")
    if single or not 2 <= number <= 100:
        return None
    return Nth(number)


def followed(context: Context, match: Match) -> Meaning | None:
    """ "in the two weeks that followed"."""
    count = count_of(context.group(match, "count")) if match.groups.get("count") else None
    unit = unit_of(context.group(match, "unit"))
    window = window_of(context.last_day, unit, count) if context.last_day and count else None
    return Length(count, unit, window=window)
