"""Handlers of expressions that name a day or a month: "12, 13 and 14 May", "the 27th", "early in May 2021"."""

from __future__ import annotations

import re
from datetime import date

from merestone.reading.timexes.calendar import Point, day_of, months_later, shifted
from merestone.reading.timexes.clock import clock_of
from merestone.reading.timexes.context import Context, count_of
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import unit_of, values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning, Points, Unplaced
from merestone.reading.timexes.parts import stage_of, with_part

_NUMBER = re.compile(r"\d+")
# What may stand behind "the 27th": elsewhere it is the 27th of something.
_DAY_ENDS = frozenset(
    (",", ".", ";", ":", ")", "", "\n", "at", "and", "in", "after", "when", "near", "the", "was", "were", "by")
)


def iso(context: Context, match: Match) -> Meaning | None:
    """ "2021-03-12", "2021-03-12T14:05"."""
    words = context.words.between(match.first, match.last)
    day = day_of(int(words[:4]), int(words[5:7]), int(words[8:10]))
    clock = clock_of(words[11:16]) if len(words) > 10 else ""
    return Points((Point("day", day),), clock or "") if day else None


def numeric(context: Context, match: Match) -> Meaning | None:
    """Day before month, except where only the other order gives a date."""
    words = context.words.between(match.first, match.last)
    day, month, year = (int(number) for number in _NUMBER.findall(words))
    if "/" in words and context.published and len(_NUMBER.findall(words)[2]) == 2 and year > 31 + context.published.year % 100:
        return None
    year += 2000 if year < 100 else 0
    found = day_of(year, month, day) or day_of(year, day, month)
    return Points((Point("day", found),)) if found else None


def days_of_month(context: Context, match: Match) -> Meaning | None:
    """ "12, 13 and 14 May", "from 30 to 2 May", "the night of 12 to 13 May", "Monday, Oct. 26"."""
    if context.after(match, 1) in values("namehead") and not context.group(match, "year"):
        return None
    month = _month_number(context.group(match, "month"))
    year = context.year_of(match)
    if year is None:
        year = _year_by_word(context, match, month)
    numbers = _day_numbers(context, match)
    last = context.date_of(match, year, month, numbers[-1][0])
    if last is None:
        unknown = year is None and context.published is None and day_of(2000, month, numbers[-1][0])
        return Unplaced(f"XXXX-{month:02}-{numbers[-1][0]:02}") if unknown else None
    found: list[tuple[Point, tuple[int, int]]] = []
    for number, words in numbers:
        day = day_of(last.year, month, number)
        if day is not None and day > last:  # "from 30 to 2 May" begins in the month before
            before = months_later(last.replace(day=1), -1)
            day = day_of(before.year, before.month, number) if before else None
        if day is not None:
            found.append((Point("day", day), words))
    if not found:
        return None
    points, spans = zip(*found, strict=True)
    return with_part(context, match, Points(points, spans=spans if len(spans) > 1 else ()))


def day_alone(context: Context, match: Match) -> Meaning | None:
    """ "the 27th", "the 3rd of this month": in the month the text last spoke of, or the one that is named."""
    which = context.group(match, "which")
    if which in ("this", "last", "next") and context.published:
        base = months_later(context.published.replace(day=1), {"this": 0, "last": -1, "next": 1}[which])
    else:
        base = context.last_point.first if context.last_point and context.last_point.unit == "month" else context.last_day
    if base is None or context.after(match, 1) in values("namehead"):
        return None
    if not which and context.group(match, "days").count(" ") == 0 and context.words.lower(match.last) not in _DAY_ENDS:
        return None
    points = []
    for number, _ in _day_numbers(context, match):
        if day := day_of(base.year, base.month, number):
            points.append(Point("day", day))
    return with_part(context, match, Points(tuple(points))) if points else None


def months(context: Context, match: Match) -> Meaning | None:
    """ "May 2021", "early in May", "May, June and July", "last December"."""
    names = [context.words.lower(index) for index in range(*match.groups["months"])]
    if match.form == "month" and (not _is_month(context, match) or context.after(match, 1) in values("namehead")):
        return None
    numbers = [number for name in names if (number := _month_number(name))]
    year = context.year_of(match) if match.form == "month year" else _year_of_month(context, match, numbers[-1])
    if year is None:
        return Unplaced(f"XXXX-{numbers[-1]:02}") if len(numbers) == 1 else None
    found = []
    for number in numbers:
        first = day_of(year - (number > numbers[-1]), number, 1)
        if first is None:
            return None
        found.append(Point("month", first, stage=stage_of(context, match)))
    spans = tuple((index, index + 1) for index in range(*match.groups["months"]) if _month_number(context.words.lower(index)))
    return Points(tuple(found), spans=spans if len(found) > 1 else ())


def _is_month(context: Context, match: Match) -> bool:
    """Not the march of the veterans, nor May the governor."""
    if match.groups["months"][0] > match.first or match.groups["months"][1] > match.groups["months"][0] + 1:
        return True
    before = context.words.lower(match.first - 1)
    if context.words.lower(match.first) in ("march", "may"):
        return before in cues("before_date") and before not in ("the", "with", "as", "s", "than")
    return before in cues("before_date") or not _is_name(context, match.last)


def _is_name(context: Context, index: int) -> bool:
    """Whether a word begins with a capital and goes on small: "April Smith"."""
    if index >= len(context.words.spans):
        return False
    start, end = context.words.spans[index]
    return context.words.text[start:end].istitle()


def _year_of_month(context: Context, match: Match, month: int) -> int | None:
    published = context.published
    if (year := _year_by_word(context, match, month)) is not None:
        return year
    return context.nearest_year(match, month, 1 if not published or month != published.month else published.day)


def _year_by_word(context: Context, match: Match, month: int) -> int | None:
    """The year of "last December", "this May", "next March"; None where no such word stands before the month."""
    published, rel = context.published, context.group(match, "rel")
    if published is None or rel == "of the same":
        return None
    if rel in ("last", "this past"):
        return published.year - (month >= published.month)
    if rel in ("next", "this coming"):
        return published.year + (month <= published.month)
    return published.year if rel == "this" else None


def part_of_month(context: Context, match: Match) -> Meaning | None:
    """ "the first week of September", "the last two weeks of August 2023", "the first nine months of 1998"."""
    way, unit = context.group(match, "way"), unit_of(context.group(match, "unit"))
    count = count_of(context.group(match, "count")) if "count" in match.groups else 1.0
    start = _whole(context, match)
    if start is None or count is None or not 1 <= count <= 60:
        return None
    first, last = start.whole
    nth = int(values("ordinal").get(way, "1"))
    if way in ("last", "final", "closing"):
        begin = _later(shifted(last, 1) or last, unit, -int(count))
        days = (begin, last) if begin and begin >= first else None
    else:
        begin = _later(first, unit, (nth - 1) * int(count))
        end = _later(first, unit, nth * int(count))
        end = shifted(end, -1) if end else None
        days = (begin, end) if begin and end and end <= last else None
    return Points((Point(start.unit, days[0], last=days[1]),)) if days else None


def _whole(context: Context, match: Match) -> Point | None:
    """The month or year that a part is of."""
    year = context.year_of(match)
    if "month" not in match.groups:
        begin = day_of(year, 1, 1) if year else None
        return Point("year", begin) if begin else None
    month = _month_number(context.group(match, "month"))
    year = year if year is not None else context.nearest_year(match, month, 1)
    first = day_of(year, month, 1) if year else None
    return Point("month", first) if first else None


def _later(day: date, unit: str, count: int) -> date | None:
    if unit == "month":
        return months_later(day, count)
    return shifted(day, count * {"day": 1, "week": 7}.get(unit, 0)) if unit in ("day", "week") else None


def _month_number(words: str) -> int:
    word = words.split(" ")[0]
    return int(values("month").get(word) or values("mon").get(word) or "0")


def _day_numbers(context: Context, match: Match) -> list[tuple[int, tuple[int, int]]]:
    found: list[tuple[int, tuple[int, int]]] = []
    for index in range(*match.groups["days"]):
        word = context.words.lower(index)
        if word[0].isdigit():  # "29/30" is two
            found.extend((int(number), (index, index + 1)) for number in _NUMBER.findall(word))
        elif word in values("ordinal"):
            found.append((int(values("ordinal")[word]), (index, index + 1)))
    return found
