"""Whether the quiet days that an agreement asks for first have been: read off the incidents of a case's record.

An incident is what somebody claimed. It counts where a source says that something of ``quiet_events.tsv`` happened; what is
only denied, demanded or warned of breaks nothing. Whether it broke a quiet day is *certain* where, as claimed, all of its
time lies within the days looked at and, by each who says where it was, one of its places lies with its radius within the
distance of the line; it is *possible* where it may be so. An incident without a place may have been anywhere; one without a
time may have been on any day until it was published. A record that holds nothing published in or after the days says nothing
about them: they are not known, never quiet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from merestone.model import Document, Incident, from_table
from merestone.places.geometry.track import Track
from merestone.reading.vocabulary import rows
from merestone.record import read_table

_NEVER = (date(1, 1, 1), date(9999, 12, 31))
_DAY = timedelta(days=1)


@cache
def breaking() -> frozenset[str]:
    """Events that break a quiet day."""
    table = rows("quiet_events.tsv", ("event", "why"), resources.files("merestone.withdrawal") / "data")
    return frozenset(row["event"] for row in table)


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


@dataclasses.dataclass(frozen=True)
class Record:
    """What of a record bears on quiet days."""

    incidents: Sequence[Incident]
    published: Mapping[str, str | None]
    """Day of publication of each document, YYYY-MM-DD."""
    events: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Event of each claim; a claim that is not here has that of its incident."""
    withheld: frozenset[str] = frozenset()
    """Claims that a reviewer marked as sensitive: they count, but neither place nor speaker is told."""


def read_quiet(folder: Path, begins: date, until: date) -> Record:
    """What the record in a folder holds of the days from ``begins`` to before ``until``. Raises MerestoneError M602."""
    first, last = (datetime.combine(day, time(), UTC) for day in (begins - 2 * _DAY, until + 2 * _DAY))
    table = read_table(folder, "incidents")
    late = pc.or_kleene(pc.is_null(table["ends"]), pc.greater(table["ends"], pa.scalar(first)))
    early = pc.or_kleene(pc.is_null(table["begins"]), pc.less(table["begins"], pa.scalar(last)))
    incidents = from_table(Incident, table.filter(pc.and_(late, early)))
    documents = read_table(folder, "documents").select(["id", "published"])
    claims = read_table(folder, "claims").select(["id", "event", "review"])
    wanted = pa.array(sorted({name for one in incidents for voice in one.voices for name in voice.claims}), pa.string())
    found = claims.filter(pc.is_in(claims["id"], wanted)).to_pylist()
    return Record(
        incidents, {row["id"]: row["published"] for row in documents.to_pylist()}, {row["id"]: row["event"] for row in found},
        frozenset(row["id"] for row in found if row["review"] is not None and row["review"]["sensitive"]),
    )  # fmt: skip


def record_of(incidents: Sequence[Incident], documents: Sequence[Document]) -> Record:
    """A record from nouns."""
    return Record(incidents, {document.id: document.published for document in documents})


def quiet(record: Record, track: Track, days: int, within_km: float, until: date, zone: str) -> Quiet:
    """What a record says about the ``days`` days before ``until``; ``zone`` is the IANA time zone whose days are meant."""
    begins = until - timedelta(days=days)
    breaks = []
    for incident in record.incidents:
        found = _break(record, incident, track, within_km, begins, until, ZoneInfo(zone))
        if found is not None:
            breaks.append(found)
    breaks.sort(key=lambda each: (not each.certain, each.first is None, each.first or until, each.incident))
    published = sum(1 for day in record.published.values() if day is not None and day >= begins.isoformat())
    certain = [each for each in breaks if each.certain]
    state: State = "broken" if certain else "open" if breaks else "kept" if published else "not known"
    latest = max((date.fromisoformat(day) for day in record.published.values() if day is not None), default=begins)
    sentence = _sentence(days, within_km, begins, until, state, breaks, published, latest)
    return Quiet(days, within_km, begins, until, state, tuple(breaks), published, sentence)


def _break(
    record: Record, incident: Incident, track: Track, within_km: float, begins: date, until: date, zone: ZoneInfo
) -> Break | None:
    voices = [
        voice for voice in incident.voices
        if any(record.events.get(claim, incident.event) in breaking() for claim in voice.claims)
    ]  # fmt: skip
    if not voices:
        return None
    first, last = _local_days(incident.begins, incident.ends, zone)
    if last is None:
        # who tells of it without a time tells of what has been: it was on the day of its first publication at the latest
        told = [record.published.get(name) for voice in voices for name in voice.documents]
        known = [day for day in told if day is not None]
        if known and date.fromisoformat(min(known)) < begins:
            return None
    if (first or _NEVER[0]) >= until or (last or _NEVER[1]) < begins:
        return None
    dated = first is not None and last is not None and first >= begins and last < until
    located = [place for place in incident.places if place.lon is not None and place.lat is not None]
    near, sure, name = 0.0, False, ""
    distance = None
    if located:
        away = track.sides(np.array([p.lon for p in located]), np.array([p.lat for p in located])).distance_m / 1000
        radius = np.array([p.radius_m or 0.0 for p in located]) / 1000
        # the place told is the narrowest of those that may be near; "the border" beside a village tells less than the village
        order = np.lexsort((away, radius, away - radius > within_km))
        nearest = int(order[0])
        near, distance, name = float((away - radius).min()), float(away[nearest]), located[nearest].name
        within = [place for place, far in zip(located, (away + radius).tolist(), strict=True) if far <= within_km]
        speakers = {speaker for place in incident.places for speaker in place.speakers}
        sure = bool(within) and speakers <= {speaker for place in within for speaker in place.speakers}
    elif incident.places:
        name = incident.places[0].name
    # where a place is not known, the incident may have been near
    if located and len(located) == len(incident.places) and near > within_km:
        return None
    shown = [voice for voice in voices if not record.withheld & set(voice.claims)]
    hidden = not shown
    event = next(
        (record.events[claim] for voice in shown or voices for claim in voice.claims if record.events.get(claim) in breaking()),
        incident.event,
    )
    return Break(
        incident.id, incident.event if incident.event in breaking() else event, first, last, "" if hidden else name,
        dated and sure, incident.contested, None if distance is None or hidden else round(distance, 3),
        tuple(sorted({speaker for voice in shown for speaker in voice.speakers})),
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
    if each.last is None:
        return "on a day that is not told"
    if each.first is None or each.first == each.last:
        return f"on {day_in_words(each.last)}"
    return f"between {day_in_words(each.first)} and {day_in_words(each.last)}"


def _where(each: Break) -> str:
    return f"near {each.place}" if each.place else "at a place that is not told"


def _said(each: Break) -> str:
    """Who says so, as the end of a clause."""
    told = [f"claimed by {', '.join(each.speakers)}"] if each.speakers else []
    told += ["contested"] if each.contested else []
    return f" ({'; '.join(told)})" if told else ""


def _sentence(
    days: int, within_km: float, begins: date, until: date, state: State, breaks: Sequence[Break], published: int, latest: date
) -> str:  # fmt: skip
    count = _COUNTS[days] if days < len(_COUNTS) else str(days)
    plural = "day" if days == 1 else "days"
    which = f"The {count} quiet {plural} within {within_km:g} km of the line before {day_in_words(until)}"
    was = "was" if days == 1 else "were"
    if state == "kept":
        return (
            f"{which} {was} kept as far as the record tells: nobody claims otherwise in what was published since "
            f"{day_in_words(begins)} ({published} document{'s' * (published > 1)}, the last of {day_in_words(latest)})."
        )
    if state == "not known":
        verb = "is" if days == 1 else "are"
        return f"{which} {verb} not known: the record holds nothing published since {day_in_words(begins)}."
    told = [each for each in breaks if each.certain == (state == "broken")]
    # the last that is told best: with a time and a place, then with a time, then with a place
    last = max(told, key=lambda b: (b.last is not None, bool(b.place), b.distance_km is not None, b.last or until, b.incident))
    others, open_ones = len(told) - 1, sum(not each.certain for each in breaks)
    if state == "broken":
        more = f", and by {others} other{'s' * (others > 1)} in these days" if others else ""
        perhaps = f"; {open_ones} more may have been then and there" if open_ones else ""
        return f"{which} broke {_when(last)} {_where(last)}{_said(last)}{more}{perhaps}."
    why = "its place or time leaves it open" if last.last is not None or last.place else "neither place nor time is told"
    more = f", and by {others} other{'s' * (others > 1)} that may have been then and there" if others else ""
    return f"{which} may have been broken {_when(last)} {_where(last)}{_said(last)}{more}: {why}."
