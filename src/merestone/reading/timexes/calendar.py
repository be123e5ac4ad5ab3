"""Calendar arithmetic: days, weeks, months, seasons, years and longer, each a ``Point``, in plain dates.

All functions stay inside the years ``date`` can hold and return None where they would leave them.
"""

from __future__ import annotations

import calendar
import dataclasses
from datetime import date, timedelta
from typing import Literal

Days = tuple[date, date]
"""First and last day, both included."""

Unit = Literal["day", "week", "weekend", "month", "quarter", "season", "half", "year", "decade", "century"]

# Length of the units that are whole months.
MONTHS = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
# First month of a season; its winter begins in the December of its year.
_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """A unit of the calendar, or part of one."""

    unit: Unit
    first: date
    """Its first day."""
    part: str = ""
    """Part of the day by its TIMEX3 name: MO, MI, AF, EV, NI, DA; empty for all of it."""
    stage: str = ""
    """Part of a longer unit: START, MID, END as TIMEX3 has it, BEGIN, CLOSE for its very ends, H1, H2 for its halves; empty for
    all of it."""
    last: date | None = None
    """Last day, where several such units are joined."""

    @property
    def whole(self) -> Days:
        """First and last day, whatever its stage."""
        return self.first, self.last or last_day(self.unit, self.first)

    @property
    def days(self) -> Days:
        """First and last day of the part it speaks of; a night ends on the next day."""
        first, last = self.whole
        if self.part == "NI" and self.unit == "day" and self.last is None:
            return first, shifted(first, 1) or first
        return part_of((first, last), self.stage) if self.stage else (first, last)

    @property
    def value(self) -> str:
        """TIMEX3 value."""
        return value_of(self.unit, self.first) + (f"T{self.part}" if self.part else "")


def shifted(day: date, days: int) -> date | None:
    """The day so many days later, or earlier if negative."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def months_later(day: date, months: int) -> date | None:
    """The same day of the month so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_of(year: int, month: int, day: int) -> date | None:
    """A calendar day, or None where there is no such day."""
    if 1 <= year <= date.max.year and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth such weekday of a month, counted from 1; -1 is the last."""
    if nth < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def weekday_near(day: date, weekday: int, *, future: bool) -> date | None:
    """The day itself if it is that weekday, else the last one before it or, for the future, the first one after it."""
    back = (day.weekday() - weekday) % 7
    return shifted(day, (-back) % 7 if future else -back)


def easter(year: int, *, orthodox: bool = False) -> date | None:
    """Easter Sunday in the Gregorian calendar; None outside the years 1583 to 4099, for which its reckoning holds."""
    if not 1583 <= year <= 4099:
        return None
    golden = year % 19
    if orthodox:  # Meeus' rule for the Julian calendar
        full_moon = (19 * golden + 15) % 30
        month, day = divmod(full_moon + (2 * (year % 4) + 4 * (year % 7) - full_moon + 34) % 7 + 114, 31)
        return shifted(date(year, month, day + 1), year // 100 - year // 400 - 2)
    century = year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (epact // 28) * (29 // (epact + 1)) * ((21 - golden) // 11))
    sunday = epact - (year + year // 4 + epact + 2 - century + century // 4) % 7
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))


def point_of(unit: Unit, day: date) -> Point | None:
    """The unit a day lies in; a weekend is that of the day's week."""
    match unit:
        case "day":
            first: date | None = day
        case "week":
            first = shifted(day, -day.weekday())
        case "weekend":
            first = shifted(day, 5 - day.weekday())
        case "month":
            first = day.replace(day=1)
        case "quarter":
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case "season":
            first = date(day.year - (day.month < 3), day.month // 3 * 3 or 12, 1) if day.year > 1 or day.month >= 3 else None
        case "half":
            first = date(day.year, 1 if day.month <= 6 else 7, 1)
        case "year":
            first = date(day.year, 1, 1)
        case "decade":
            first = date(max(1, day.year // 10 * 10), 1, 1)
        case "century":
            first = date(max(1, day.year // 100 * 100), 1, 1)
    return Point(unit, first) if first else None


def season_of(year: int, name: str) -> Point | None:
    """The season of a year by its TIMEX3 name."""
    first = day_of(year, _SEASONS[name], 1)
    return Point("season", first) if first else None


def moved(point: Point, count: int) -> Point | None:
    """The like unit so many later, or earlier if negative; a part of the day or a stage is lost."""
    if point.unit in ("day", "week", "weekend"):
        first = shifted(point.first, count * (1 if point.unit == "day" else 7))
    else:
        first = months_later(point.first, count * MONTHS[point.unit])
    return Point(point.unit, first) if first else None


def last_day(unit: Unit, first: date) -> date:
    """Last day of a unit that begins on a day."""
    if unit in MONTHS:
        after = months_later(first, MONTHS[unit])
        return after - timedelta(days=1) if after else date.max
    return shifted(first, {"day": 0, "week": 6, "weekend": 1}[unit]) or date.max


def value_of(unit: Unit, first: date) -> str:
    """TIMEX3 value of a unit that begins on a day."""
    year = f"{first.year:04}"
    match unit:
        case "day":
            return first.isoformat()
        case "week" | "weekend":
            iso = first.isocalendar()
            return f"{iso.year:04}-W{iso.week:02}" + ("-WE" if unit == "weekend" else "")
        case "month":
            return f"{year}-{first.month:02}"
        case "quarter":
            return f"{year}-Q{(first.month + 2) // 3}"
        case "season":
            return f"{year}-{next(name for name, month in _SEASONS.items() if month == first.month)}"
        case "half":
            return f"{year}-H{1 if first.month <= 6 else 2}"
        case "decade":
            return year[:3]
        case "century":
            return year[:2]
        case "year":
            return year


# Months of a year, and share of any other time, that its parts stand for.
_MONTHS_OF = {
    "BEGIN": (1, 1), "START": (1, 3), "MID": (5, 8), "END": (10, 12), "CLOSE": (12, 12), "H1": (1, 6), "H2": (7, 12)
}  # fmt: skip
_SHARES = {
    "BEGIN": (0.0, 0.33), "START": (0.0, 0.33), "MID": (0.33, 0.66), "END": (0.66, 1.0), "CLOSE": (0.66, 1.0), "H1": (0.0, 0.5),
    "H2": (0.5, 1.0),
}  # fmt: skip


def part_of(days: Days, stage: str) -> Days:
    """What the parts of a time stand for: of a year its months, of a month its thirds and halves.

    A week or a weekend is left whole: texts do not say which of its days is early.
    """
    first, last = days
    length = (last - first).days + 1
    if length < 28:
        return days
    if 360 < length < 370:
        begin, end = _MONTHS_OF[stage]
        return date(first.year, begin, 1), last_day("month", date(first.year, end, 1))
    if length <= 31:
        begin, end = {"MID": (11, 20), "H1": (1, 15), "H2": (16, length)}.get(
            stage, (1, 10) if stage in ("BEGIN", "START") else (21, length)
        )
        return first + timedelta(days=begin - 1), first + timedelta(days=end - 1)
    if length > 3_000:  # decades and centuries, by their years
        tenth = (last.year - first.year + 1) // 10
        begin, end = {"MID": (4, 6), "END": (7, 9), "CLOSE": (9, 9), "BEGIN": (0, 0), "H1": (0, 4), "H2": (5, 9)}.get(
            stage, (0, 3)
        )
        return date(first.year + tenth * begin, 1, 1), min(last, date(first.year + tenth * (end + 1) - 1, 12, 31))
    left, right = _SHARES[stage]
    return first + timedelta(days=int(length * left)), first + timedelta(days=max(int(length * right), 1) - 1)
