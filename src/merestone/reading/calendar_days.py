"""Arithmetic of calendar days: months and years of different lengths, weekdays before and after, in plain dates.

All functions stay inside the years ``date`` can hold and return None where they would leave them.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

Days = tuple[date, date]
"""First and last day, both included."""


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


def month_days(year: int, month: int) -> Days:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def year_days(year: int) -> Days:
    """First and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def week_days(day: date) -> Days | None:
    """Monday and Sunday of the week a day lies in."""
    monday = shifted(day, -day.weekday())
    sunday = shifted(day, 6 - day.weekday())
    return (monday, sunday) if monday and sunday else None


def weekday_near(day: date, weekday: int, *, future: bool) -> date | None:
    """The day itself if it is that weekday, else the last one before it or, for the future, the first one after it."""
    back = (day.weekday() - weekday) % 7
    return shifted(day, (-back) % 7 if future else -back)


def closest_year(month: int, day: int, to: date, *, future: bool) -> int:
    """The year in which a date without a year most likely lies, seen from the day of publication.

    Texts speak of what has been: up to 45 days ahead counts as yet to come only where the sentence may speak of the future,
    up to 3 days always (a text may be dated a day early); the rest of the year lies behind.
    """
    ahead = (month - to.month) * 30.5 + (day - to.day)
    allowed = 200 if future else 3
    if ahead > allowed:
        return to.year - 1
    return to.year + 1 if ahead < allowed - 365 else to.year


def part_of(days: Days, part: str) -> Days:
    """What "early", "mid", "late" and the like stand for in a month (thirds) or a year (quarters, halves, end months)."""
    first, last = days
    if (last - first).days > 31:
        months = {
            "first half": (1, 6),
            "second half": (7, 12),
            "early": (1, 3),
            "mid": (5, 8),
            "middle": (5, 8),
            "late": (10, 12),
        }
        begin, end = months.get(part, (1, 1) if part in ("beginning", "start") else (12, 12))
        return date(first.year, begin, 1), month_days(first.year, end)[1]
    thirds = {
        "early": (1, 10),
        "beginning": (1, 10),
        "start": (1, 10),
        "mid": (11, 20),
        "middle": (11, 20),
        "first half": (1, 15),
    }
    begin, end = thirds.get(part, (16 if part == "second half" else 21, last.day))
    return first.replace(day=begin), first.replace(day=end)


_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:(a|p)\.?\s?m\b\.?)?", re.IGNORECASE)


def clock_of(words: str) -> str | None:
    """``HH:MM`` of a clock time as written ("9.30 pm", "0930 hours", "3 am", "noon"), or None where it is none."""
    text = words.strip().lower()
    if text.startswith(("noon", "midday")):
        return "12:00"
    if text.startswith("midnight"):
        return "00:00"
    match = _CLOCK.match(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    if hour == 24 and minute == 0:
        hour, minute = 23, 59
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
