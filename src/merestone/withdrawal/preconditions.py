"""Whether the quiet days that an agreement asks for first have been: read off the incidents of a case's record.

An incident is what somebody claimed. Whether it broke a quiet day is *certain* where, as claimed, all of its places with their
radii lie within the distance of the line and all of its time lies within the days looked at, *possible* where some of it may.
An incident without a place, or without a time, may have been anywhere or any day. A record that holds nothing published in or
after the days says nothing about them: they are not known, never quiet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

from merestone.model import Document, Incident
from merestone.places.track import Track

BREAKING = frozenset({"fire", "attack", "incursion", "ceasefire_violation", "killed", "wounded"})
"""Events that break a quiet day."""
_NEVER = (date(1, 1, 1), date(9999, 12, 31))

State = Literal["kept", "broken", "open", "not known"]


@dataclasses.dataclass(frozen=True, slots=True)
class Break:
    """An incident that broke, or may have broken, a quiet day."""

    incident: str
    event: str
    first: date | None
    """First day of its time, local; None where no time is claimed."""
    last: date | None
    place: str
    certain: bool
    contested: bool
    distance_km: float | None
    """From the line to the nearest of its places."""
    speakers: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Field names as keys, days as YYYY-MM-DD."""
        return {
            **{field: getattr(self, field) for field in ("incident", "event", "place", "certain", "contested", "distance_km")},
            "first": self.first and self.first.isoformat(), "last": self.last and self.last.isoformat(),
            "speakers": list(self.speakers),
        }  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Quiet:
    """What the record says about a number of quiet days before a day."""

    days: int
    within_km: float
    begins: date
    """First of the days looked at."""
    ends: date
    """The day after the last of them."""
    state: State
    breaks: tuple[Break, ...]
    """Certain ones first, by time."""
    published: int
    """Documents of the record that were published on or after the first of the days."""
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """Field names as keys."""
        return {
            "quiet_days": self.days, "within_km": self.within_km, "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(), "state": self.state, "published": self.published, "sentence": self.sentence,
            "breaks": [each.as_json() for each in self.breaks],
        }  # fmt: skip


def quiet(
    incidents: Sequence[Incident],
    documents: Sequence[Document],
    track: Track,
    days: int,
    within_km: float,
    until: date,
    zone: str,
) -> Quiet:
    """What a record says about the ``days`` days before ``until``; ``zone`` is the IANA time zone whose days are meant."""
    begins = until - timedelta(days=days)
    breaks = []
    for incident in incidents:
        if incident.event in BREAKING:
            found = _break(incident, track, within_km, begins, until, ZoneInfo(zone))
            if found is not None:
                breaks.append(found)
    breaks.sort(key=lambda each: (not each.certain, each.first or until, each.incident))
    published = sum(1 for d in documents if d.published is not None and d.published >= begins.isoformat())
    certain = [each for each in breaks if each.certain]
    state: State = "broken" if certain else "open" if breaks else "kept" if published else "not known"
    sentence = _sentence(days, within_km, begins, until, state, breaks)
    return Quiet(days, within_km, begins, until, state, tuple(breaks), published, sentence)


def _break(incident: Incident, track: Track, within_km: float, begins: date, until: date, zone: ZoneInfo) -> Break | None:
    first, last = _local_days(incident.begins, incident.ends, zone)
    if (first or _NEVER[0]) >= until or (last or _NEVER[1]) < begins:
        return None
    dated = first is not None and last is not None and first >= begins and last < until
    located = [place for place in incident.places if place.lon is not None and place.lat is not None]
    near, far, name = 0.0, np.inf, "a place that is not known"
    distance = None
    if located:
        away = track.sides(np.array([p.lon for p in located]), np.array([p.lat for p in located])).distance_m / 1000
        radius = np.array([p.radius_m or 0.0 for p in located]) / 1000
        nearest = int(np.argmin(away))
        near, far, distance, name = (
            float((away - radius).min()),
            float((away + radius).max()),
            float(away[nearest]),
            located[nearest].name,
        )
    elif incident.places:
        name = incident.places[0].name
    # where a place is not known, the incident may have been near
    if located and len(located) == len(incident.places) and near > within_km:
        return None
    sure = dated and bool(located) and len(located) == len(incident.places) and far <= within_km
    return Break(
        incident.id, incident.event, first, last, name, sure, incident.contested,
        None if distance is None else round(distance, 3), tuple(sorted({version.speaker for version in incident.versions})),
    )  # fmt: skip


def _local_days(begins: datetime | None, ends: datetime | None, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """First and last local day of a half-open interval."""
    first = begins.astimezone(zone).date() if begins else None
    last = (ends - timedelta(microseconds=1)).astimezone(zone).date() if ends else None
    return first, last


_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def day_in_words(day: date) -> str:
    """13 Sep 2022, whatever the locale."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _when(each: Break) -> str:
    if each.first is None and each.last is None:
        return "on a day that is not known"
    if each.first is None or each.last is None or each.first == each.last:
        return f"on {day_in_words(each.first or each.last or _NEVER[0])}"
    return f"between {day_in_words(each.first)} and {day_in_words(each.last)}"


def _sentence(days: int, within_km: float, begins: date, until: date, state: State, breaks: Sequence[Break]) -> str:
    count = _COUNTS[days] if days < len(_COUNTS) else str(days)
    which = f"The {count} quiet days within {within_km:g} km of the line before {day_in_words(until)}"
    if state == "kept":
        return f"{which} were kept as far as the record tells: nobody in it claims otherwise."
    if state == "not known":
        return f"{which} are not known: the record holds nothing published since {day_in_words(begins)}."
    last = max(
        (each for each in breaks if each.certain == (state == "broken")),
        key=lambda each: (each.last or _NEVER[0], each.incident),
    )
    said = f" (claimed by {', '.join(last.speakers)}{'; contested' if last.contested else ''})" if last.speakers else ""
    if state == "broken":
        more = sum(each.certain for each in breaks) - 1
        others = f", and {more} time{'s' * (more > 1)} before" if more else ""
        return f"{which} broke {_when(last)} near {last.place}{said}{others}."
    return f"{which} may have been broken {_when(last)} near {last.place}{said}: its place or time leaves it open."
