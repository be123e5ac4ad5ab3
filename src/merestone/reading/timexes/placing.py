"""Gives each time of day the day it lies on: the one beside it in its sentence, else the day the text last spoke of."""

from __future__ import annotations

import dataclasses
from datetime import date

from merestone.reading.timexes.calendar import Days, Point
from merestone.reading.timexes.context import Context, is_reference
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.meaning import Clock, Nth, Part, Points, Reading


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The day of a time of day."""

    days: Days
    """One day, or the two that a night lies between."""
    beside: int | None
    """Number of the reading right beside it that names the day, if there is one: "22:45 on 12 July"."""


# A time of day takes its day from one of so many expressions before or behind it, so many words away.
_NEIGHBOURS, _REACH = 8, 8


def places_of(context: Context, readings: list[Reading]) -> dict[int, Place]:
    """The day of each reading that is a time of day, by the reading's number; without one where none is known."""
    found: dict[int, Place] = {}
    last_day: date | None = context.published
    spoken: list[date | None] = []
    for reading in readings:
        spoken.append(last_day)
        if (days := days_of(reading)) and not is_reference(context.words, reading.match.first):
            last_day = days[0]
    for index in range(len(readings) - 1, -1, -1):  # backwards: "at 00:10 and 01:20 on 12 September" share the day behind
        if needs_day(readings[index]) and (place := _place(context, readings, index, found, spoken[index])):
            found[index] = place
    return found


def needs_day(reading: Reading) -> bool:
    """Whether it takes its day from elsewhere."""
    return isinstance(reading.meaning, Clock | Part | Nth)


def is_repeated(context: Context, readings: list[Reading], index: int) -> bool:
    """Whether a clock time in brackets only tells the one before it in another zone: "14:00 local time (11:00 GMT)"."""
    if index == 0 or not all(isinstance(reading.meaning, Clock) for reading in readings[index - 1 : index + 1]):
        return False
    match = readings[index].match
    return (
        "zone" in match.groups
        and context.words.lower(match.first - 1) == "("
        and (match.first - readings[index - 1].match.last <= 3)
    )


def days_of(reading: Reading) -> Days | None:
    """The day that an expression can give to a time of day, or two side by side: "midnight of 8 to 9 May"."""
    if not isinstance(reading.meaning, Points):
        return None
    points = reading.meaning.points
    if any(point.unit != "day" for point in points):
        return None
    days = points[0].days[0], _last(points[-1])
    return days if 0 <= (days[1] - days[0]).days <= 1 else None


def _last(point: Point) -> date:
    return point.last or (point.days[1] if point.part == "NI" else point.first)


def _place(
    context: Context, readings: list[Reading], index: int, found: dict[int, Place], last_day: date | None
) -> Place | None:
    reading = readings[index]
    first, last = context.sentence(reading.match)
    after = before = None
    for other in range(index + 1, min(len(readings), index + _NEIGHBOURS)):
        gap = readings[other].match.first - reading.match.last
        if gap > _REACH or (gap > 1 and readings[other].match.first >= last):  # "a.m." may look like the end of a sentence
            break
        if days := days_of(readings[other]):
            after = Place(days, other)
            break
        shared = found.get(other) if other == index + 1 and isinstance(readings[other].meaning, Clock) else None
        if shared and (shared.beside or 0) > other and _only(context, readings, index, other, "clock_to_clock"):
            return Place(shared.days, None)
    for other in range(index - 1, max(-1, index - _NEIGHBOURS), -1):
        if readings[other].match.first < first:
            break
        if days := days_of(readings[other]):
            before = Place(days, other)
            break
    if after and after.beside is not None:
        if _only(context, readings, index, after.beside, "clock_to_day"):
            return after
        if before is None:
            return Place(after.days, None)
    if before and before.beside is not None:
        return before if _only(context, readings, before.beside, index, "clock_to_day") else Place(before.days, None)
    return Place((last_day, last_day), None) if last_day else None


def _only(context: Context, readings: list[Reading], left: int, right: int, role: str) -> bool:
    """Whether between two readings stand few words, all of them cues of a role."""
    start, end = readings[left].match.last, readings[right].match.first
    return end - start <= 4 and all(context.words.lower(word) in cues(role) for word in range(start, end))
