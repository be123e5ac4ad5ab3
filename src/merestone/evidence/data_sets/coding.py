"""What one row of a data set says, by its mapping: checked cell by cell, the same when it is added and when it is read.

A cell that does not hold what its column is for is a ``BadCell``, never a guess and never left out in silence.
"""

from __future__ import annotations

import dataclasses
import math
from calendar import monthrange
from collections.abc import Mapping as Values
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from merestone.evidence.data_sets.mapping import Count, Mapping, PlaceColumns, Rule, TimeColumns

FIRST_YEAR, LAST_YEAR = 1000, 2199
_MOST = 1e9
"""No count is greater."""


Value = TypeVar("Value")


class BadCell(Exception):
    """A cell that does not hold what its column is for."""

    def __init__(self, column: str, value: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.value = value
        self.problem = problem


@dataclasses.dataclass(frozen=True, slots=True)
class Where:
    """A position with its uncertainty."""

    lon: float
    lat: float
    radius_m: float
    because: str


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """A number of a row, from least to greatest."""

    count: Count
    value: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True, slots=True)
class Coded:
    """A row as its mapping reads it."""

    rule: Rule
    first: date
    last: date
    clock: tuple[int, int] | None
    """Hour and minute, in the mapping's zone."""
    widened: bool
    """Whether the days stand for more than the cells say, because they are not exact."""
    where: Where | None
    counted: tuple[Counted, ...]
    published: date | None


def coded(mapping: Mapping, values: Values[str, str]) -> Coded | None:
    """What a row, its cells by column, says; None for a kind of row that the mapping leaves out. Raises BadCell."""
    rule = _rule_of(mapping, values)
    if rule is None:
        return None
    first, last, widened = _days(mapping.time, values)
    return Coded(
        rule=rule,
        first=first,
        last=last,
        clock=_clock(mapping.time.clock, values),
        widened=widened,
        where=_where(mapping.place, values),
        counted=tuple(found for count in mapping.counts if (found := _counted(count, values))),
        published=_day(mapping.published, mapping.published_formats, values) if mapping.published else None,
    )


def _cell(values: Values[str, str], column: str) -> str:
    return values.get(column, "").strip()


# --------------------------------------------------------------------------------------------------------------------------
# what kind of row


def _rule_of(mapping: Mapping, values: Values[str, str]) -> Rule | None:
    for rule in mapping.events:
        when = rule.when or {}
        if all(_fits(_cell(values, column), wanted) for column, wanted in when.items()):
            return None if rule.event == "none" else rule
    columns = list(dict.fromkeys(column for rule in mapping.events for column in rule.when or ()))
    shown = "; ".join(f"{column} {_cell(values, column)!r}" for column in columns[1:])
    raise BadCell(
        columns[0], _cell(values, columns[0]),
        f"{f'with {shown} ' if shown else ''}is a kind of row that the mapping does not know",
    )  # fmt: skip


def _fits(value: str, wanted: str | tuple[str, ...]) -> bool:
    folded = value.casefold()
    for one in (wanted,) if isinstance(wanted, str) else wanted:
        if folded == one.casefold() or (one.endswith("*") and folded.startswith(one[:-1].casefold())):
            return True
    return False


# --------------------------------------------------------------------------------------------------------------------------
# when


def _days(time: TimeColumns, values: Values[str, str]) -> tuple[date, date, bool]:
    first = _day(time.first, time.formats, values)
    last = _day(time.last, time.formats, values) if time.last and _cell(values, time.last) else first
    if last < first:
        assert time.last is not None
        raise BadCell(time.last, _cell(values, time.last), f"is before {time.first}, {first.isoformat()}")
    if time.precision is None:
        return first, last, False
    code = _cell(values, time.precision)
    widen = _by_code(time.widen or {}, code)
    if widen is None:
        raise BadCell(time.precision, code, f"is none of {', '.join(time.widen or ())}")
    if widen == "month":
        return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1]), True
    if widen == "year":
        return first.replace(month=1, day=1), last.replace(month=12, day=31), True
    assert isinstance(widen, int)
    return first - timedelta(days=widen), last + timedelta(days=widen), widen > 0


def _by_code(table: Values[str, Value], code: str) -> Value | None:
    """The entry of a code; 1.0, as spreadsheets write it, is 1."""
    return table.get(code, table.get(code.removesuffix(".0")))


def _day(column: str, formats: tuple[str, ...], values: Values[str, str]) -> date:
    text = _cell(values, column)
    found = _parsed(text, formats)
    if found is None:
        raise BadCell(column, text, f"is not a day written as {' or '.join(formats)}")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadCell(column, text, f"is no year from {FIRST_YEAR} to {LAST_YEAR}")
    return found


@lru_cache(maxsize=100_000)
def _parsed(text: str, formats: tuple[str, ...]) -> date | None:
    for one in formats:
        try:
            return datetime.strptime(text, one).date()  # noqa: DTZ007 - only its day is used
        except ValueError:
            continue
    return None


def _clock(column: str | None, values: Values[str, str]) -> tuple[int, int] | None:
    """130, 0130, 01:30 and 01:30:00 are half past one."""
    if column is None:
        return None
    text = _cell(values, column)
    parts = text.split(":") if ":" in text else [text.zfill(4)[:-2], text.zfill(4)[-2:]]
    if len(text) <= 8 and len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts):
        hour, minute = int(parts[0]), int(parts[1])
        if hour < 24 and minute < 60:
            return hour, minute
    raise BadCell(column, text, "is not a time of day written as 0130 or 01:30")


# --------------------------------------------------------------------------------------------------------------------------
# where


def _where(place: PlaceColumns, values: Values[str, str]) -> Where | None:
    written = _cell(values, place.longitude), _cell(values, place.latitude)
    if place.optional and written == ("", ""):
        return None
    lon, lat = _number(place.longitude, written[0]), _number(place.latitude, written[1])
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        raise BadCell(
            place.latitude, written[1],
            f"is no latitude, but {place.longitude} {written[0]} could be: the two columns look exchanged",
        )  # fmt: skip
    if abs(lat) > 90:
        raise BadCell(place.latitude, written[1], "is not a number of degrees from -90 to 90")
    if abs(lon) > 180:
        raise BadCell(place.longitude, written[0], "is not a number of degrees from -180 to 180")
    return Where(lon, lat, *_radius(place, values))


def _radius(place: PlaceColumns, values: Values[str, str]) -> tuple[float, str]:
    if place.radius_m is not None:
        return place.radius_m, f"within {place.radius_m / 1000:g} km, as the mapping says"
    if place.pixel_km is not None:
        width, height = (_number(column, _cell(values, column)) for column in place.pixel_km)
        for column, size in zip(place.pixel_km, (width, height), strict=True):
            if not 0 < size <= 100:
                raise BadCell(column, _cell(values, column), "is not the size of a pixel in km")
        return round(math.hypot(width, height) * 500, 1), f"anywhere in a pixel of {width:g} km by {height:g} km"
    assert place.precision is not None
    code = _cell(values, place.precision)
    radius = _by_code(place.radius_by or {}, code)
    if radius is None:
        raise BadCell(place.precision, code, f"is none of {', '.join(place.radius_by or ())}")
    return radius, f"{place.precision} {code}: within {radius / 1000:g} km"


def _number(column: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise BadCell(column, text, "is not a number")
    return number


# --------------------------------------------------------------------------------------------------------------------------
# how many


def _counted(count: Count, values: Values[str, str]) -> Counted | None:
    """A number; None for an empty cell and for 0: data sets fill up with zeros what nobody reported, which denies nothing."""
    text = _cell(values, count.value)
    if not text:
        return None
    value = _count(count.value, text)
    low = _count(count.low, _cell(values, count.low)) if count.low and _cell(values, count.low) else value
    high = _count(count.high, _cell(values, count.high)) if count.high and _cell(values, count.high) else value
    if not low <= value <= high:
        column = count.low if count.low and low > value else count.high or count.value
        raise BadCell(column, _cell(values, column), f"does not fit {count.value}, {value:g}")
    return None if high == 0 else Counted(count, value, low, high)


def _count(column: str, text: str) -> float:
    number = _number(column, text)
    if not 0 <= number <= _MOST:
        raise BadCell(column, text, "is not a number of people or things")
    return number
