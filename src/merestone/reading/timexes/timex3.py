"""TIMEX3 expressions of a text, by the TimeML guidelines."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Literal

from merestone.reading.text import Text
from merestone.reading.timexes.calendar import Point
from merestone.reading.timexes.context import Context, count_of
from merestone.reading.timexes.lengths import length_value
from merestone.reading.timexes.lexicon import unit_of, values
from merestone.reading.timexes.meaning import Clock, Length, Nth, Part, Points, Reading, Repeat, Unplaced, Vague, Window
from merestone.reading.timexes.placing import Place, places_of
from merestone.reading.timexes.reader import read

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]


@dataclasses.dataclass(frozen=True, slots=True)
class Timex:
    """A TIMEX3 annotation."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    type: TimexType
    value: str
    """Normal form by TIMEX3, for example 1998-W02, P3D, XXXX-WXX-5, PAST_REF."""
    mod: str = ""
    """TIMEX3 modifier, for example START or APPROX; empty where there is none."""


def find_timexes(text: Text, published: date | None) -> tuple[Timex, ...]:
    """The TIMEX3 expressions of a text, in order.

    Without the day of publication relative ones are left out, and dates without a year have the value XXXX-05-12.
    """
    context, readings = read(text, published)
    places = places_of(context, readings)
    found: list[Timex] = []
    merged = {place.beside for index, place in places.items() if _is_merged(context, readings, index, place)}
    for index, reading in enumerate(readings):
        if index in merged:
            continue
        if isinstance(reading.meaning, Clock):
            found.extend(_of_clock(context, readings, index, reading.meaning, places.get(index)))
        else:
            found.extend(_timexes(context, reading))
    return tuple(found)


def _is_merged(context: Context, readings: list[Reading], index: int, place: Place) -> bool:
    """ "9 a.m. EST Tuesday", "Tuesday 9 a.m." are one expression, "9 a.m. on Tuesday" is two."""
    if place.beside is None or not isinstance(readings[index].meaning, Clock):
        return False
    left, right = sorted((index, place.beside))
    if context.words.lower(readings[right].match.first) == "on":
        return False
    return readings[left].match.last == readings[right].match.first and right - left == 1


def _of_clock(context: Context, readings: list[Reading], index: int, clock: Clock, place: Place | None) -> list[Timex]:
    match = readings[index].match
    first, last = match.first, match.last
    if place and place.beside is not None and _is_merged(context, readings, index, place):
        beside = readings[place.beside].match
        first, last = min(first, beside.first), max(last, beside.last)
    day = place.days[0].isoformat() if place else "XXXX-XX-XX"
    if "clock2" not in match.groups:
        return [_at(context, first, last, "TIME", f"{day}T{clock.begin}")]
    return [
        _at(context, first, match.groups["clock"][1], "TIME", f"{day}T{clock.begin}"),
        _at(context, match.groups["clock2"][0], last, "TIME", f"{day}T{clock.end}"),
    ]


def _timexes(context: Context, reading: Reading) -> list[Timex]:
    match reading.meaning:
        case Points() if reading.match.form == "then" and not _names_a_day(context, reading):
            return []
        case Points((Point("year"),)) if reading.match.form == "part of month":
            return _of_part(context, reading)
        case Points() as points:
            return _of_points(context, reading, points)
        case Length(amount, unit, bound, _):
            return [_timex(context, reading, "DURATION", length_value(amount, unit), bound)]
        case Unplaced(value):
            return [_timex(context, reading, "DATE", value)]
        case Repeat(value):
            return [_timex(context, reading, "SET", value)]
        case Vague(value, True):
            return [_timex(context, reading, "DATE", value)]
        case Vague() | Part() | Window() | Nth() | Clock():
            return []


def _of_points(context: Context, reading: Reading, points: Points) -> list[Timex]:
    if len(set(points.spans)) > 1:
        spans = list(points.spans)
        spans[0] = (reading.match.first, spans[0][1])
        spans[-1] = (spans[-1][0], reading.match.last)
        return [
            _at(context, *span, "DATE", point.value, _mod(point.stage))
            for point, span in zip(points.points, spans, strict=True)
        ]
    point = points.points[0]
    if points.clock:
        return [_timex(context, reading, "TIME", f"{point.value}T{points.clock}")]
    return [_timex(context, reading, "TIME" if point.part else "DATE", point.value, _mod(point.stage))]


def _of_part(context: Context, reading: Reading) -> list[Timex]:
    """ "the first nine months of 1998": a duration, and the year."""
    match = reading.meaning
    assert isinstance(match, Points)
    groups = reading.match.groups
    year = groups.get("year") or groups["which"]
    count = count_of(context.group(reading.match, "count")) if "count" in groups else 1.0
    value = length_value(count, unit_of(context.group(reading.match, "unit")))
    return [
        _at(context, reading.match.first, groups["unit"][1], "DURATION", value),
        _at(context, *year, "DATE", match.points[0].value),
    ]


def _names_a_day(context: Context, reading: Reading) -> bool:
    """Not "at the time", "the eve", "later in the day"."""
    words = context.group(reading.match, "words").split()
    return "in" not in words and any(word == "day" or word in values("part") for word in words)


def _mod(stage: str) -> str:
    return {"H1": "START", "BEGIN": "START", "H2": "END", "CLOSE": "END"}.get(stage, stage)


def _timex(context: Context, reading: Reading, kind: TimexType, value: str, mod: str = "") -> Timex:
    return _at(context, reading.match.first, reading.match.last, kind, value, mod)


_PREPOSITIONS = frozenset(
    ("in", "on", "over", "during", "within", "of", "for", "throughout", "since", "from", "by", "until", "till", "about")
)
_DETERMINERS = frozenset(("a", "an", "the", "its", "his", "her", "their", "our"))
_STAGES = frozenset(("early", "earlier", "late", "later", "the"))
_TRAILING = frozenset(("'", "’", "s", ",", "before", "after"))
_HYPHENS = frozenset(("-", "‐", "‑"))


def _at(context: Context, first: int, last: int, kind: TimexType, value: str, mod: str = "") -> Timex:
    """An annotation over some words, without what guidelines leave outside: prepositions, the article of an adjective."""
    words = context.words
    if kind in ("DATE", "TIME") and len(value) == 10 and value[0].isdigit() and words.lower(first) in _STAGES:
        first += last - first > 1
    while first < last - 1 and (
        words.lower(first) in _PREPOSITIONS or (words.lower(first) == "at" and words.lower(first + 1) not in ("least", "most"))
    ):
        first += 1
    while last > first + 1 and words.lower(last - 1) in _TRAILING:
        last -= 1
    if words.lower(first) in _DETERMINERS and _is_adjective(context, first, last):
        first += 1
    return Timex(words.spans[first][0], words.spans[last - 1][1], kind, value, mod)


def _is_adjective(context: Context, first: int, last: int) -> bool:
    """ "a two-year boom", "its third-quarter loss", "a five year low"."""
    words = context.words
    if any(words.lower(index) in _HYPHENS for index in range(first, last)) or words.lower(first) in ("its", "their", "our"):
        return True
    return (
        last - first == 3
        and words.lower(first + 1) not in ("one", "1", "half")
        and (words.lower(first + 1) in values("few") or words.lower(first + 1).isdigit())
        and words.lower(last - 1) in values("unit")
    )
