"""From times as texts give them to instants: a day is the whole local day, a clock time the whole minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400
"""Seconds of a day of 24 hours."""
EARLIEST, LATEST = datetime(2, 1, 1), datetime(9998, 12, 31, 23, 59)  # noqa: DTZ001 - local times, the zone comes later
"""Times beyond these are moved here: the days before and after them must still be in the calendar, in every zone."""


@lru_cache(maxsize=65_536)
def instants(first: str, last: str, zone: ZoneInfo) -> tuple[int, int]:
    """Half-open interval of a pair of ISO dates or local date-times, in seconds since 1970 UTC; both ends are included.

    Where clocks are set back, the interval holds both readings of an ambiguous time. Ends in the wrong order are exchanged.
    """
    starts, ends = [], []
    for moment in (first, last):
        if "T" in moment:
            clock = datetime.fromisoformat(moment)
            if clock.tzinfo is not None:
                clock = clock.astimezone(zone)
            clock = min(max(clock.replace(tzinfo=None), EARLIEST), LATEST)
            start, end = clock.replace(tzinfo=zone, fold=0), clock.replace(tzinfo=zone, fold=1)
            starts.append(int(start.timestamp()))
            ends.append(int(end.timestamp()) + 60)
        else:
            day = min(max(date.fromisoformat(moment), EARLIEST.date()), LATEST.date())
            starts.append(int(datetime.combine(day, time(), zone).timestamp()))
            ends.append(int(datetime.combine(day + timedelta(days=1), time(), zone).timestamp()))
    return min(starts), max(ends)


def instant(seconds: int) -> datetime:
    """The aware UTC instant of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def is_clock(first: str, last: str) -> bool:
    """Whether both ends give a clock time."""
    return "T" in first and "T" in last
