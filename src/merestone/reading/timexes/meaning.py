"""What a time expression stands for, before it is written as a TIMEX3 value or as an interval."""

from __future__ import annotations

import dataclasses

from merestone.reading.timexes.calendar import Days, Point
from merestone.reading.timexes.matching import Match


@dataclasses.dataclass(frozen=True, slots=True)
class Points:
    """One unit of the calendar, or several that are listed or joined; in text order."""

    points: tuple[Point, ...]
    clock: str = ""
    """HH:MM, where the expression itself gives it."""
    spans: tuple[tuple[int, int], ...] = ()
    """The words that give each point, where there are several."""


@dataclasses.dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, which takes its day from elsewhere."""

    begin: str
    """HH:MM."""
    end: str
    """HH:MM; the same as ``begin`` where the text gives no range."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, which takes its day from elsewhere."""

    part: str
    """TIMEX3 name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Nth:
    """The days up to one that is spoken of: "for a third day on Monday"."""

    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Length:
    """A duration, perhaps one whose place on the calendar is known."""

    amount: float | None
    """None where the text leaves it open: "several days"."""
    unit: str
    bound: str = ""
    """TIMEX3 modifier."""
    window: Days | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """Days of which there is no TIMEX3 value: "since then"."""

    days: Days


@dataclasses.dataclass(frozen=True, slots=True)
class Repeat:
    """A set of times, by its TIMEX3 value."""

    value: str


@dataclasses.dataclass(frozen=True, slots=True)
class Vague:
    """PRESENT_REF, PAST_REF or FUTURE_REF."""

    value: str
    annotated: bool = True
    """Whether TIMEX3 annotation marks it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Unplaced:
    """A date whose year or week nothing tells, by its TIMEX3 value: XXXX-05-12."""

    value: str


Meaning = Points | Unplaced | Clock | Part | Nth | Length | Window | Repeat | Vague


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """An expression of a text and what it stands for."""

    match: Match
    meaning: Meaning
