"""The places that documents name, as `merestone places` prints them: one JSON object for a document, or lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from merestone.case import Case
from merestone.model import Document
from merestone.places.gazetteers import index
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.naming.texts import Found, find_places
from merestone.places.naming.weighing import Surroundings
from merestone.reading.text import characters_of


def surroundings_of(case: Case | None) -> Surroundings:
    """What a case says of its documents' places before any is read."""
    if case is None:
        return Surroundings()
    parties = frozenset(case.parties)
    beside = index.neighbours()
    return Surroundings(parties=parties, beside=frozenset(n for party in parties for n in beside.get(party, frozenset())))


def gazetteer_of(case: Case | None) -> Gazetteer:
    """The places of a case, or the built-in ones alone. Raises MerestoneError M101, M106 or M501."""
    return Gazetteer.of(case) if case else Gazetteer()


def found_in(document: Document, gazetteer: Gazetteer, around: Surroundings) -> tuple[Found, ...]:
    """The names of places in a document, in text order."""
    return find_places(characters_of(document.text), gazetteer, around)


def as_json(document: Document, found: Sequence[Found]) -> dict[str, Any]:
    """One object for a document. Spans are characters of its text, degrees WGS 84, radii metres."""
    return {"document": document.id, "places": [_row(one) for one in found]}


def _row(one: Found) -> dict[str, Any]:
    toponym, answer = one.toponym, one.answer
    row: dict[str, Any] = {
        "text": toponym.text, "span": [toponym.start, toponym.end], "kind": toponym.kind, "named": toponym.probability,
        "place": None, "probability": answer.probability,
    }  # fmt: skip
    if answer.place is not None:
        row["place"] = _place(answer.place) | {"radius_m": answer.radius_m}
    row["because"] = answer.because
    row["could_be"] = [_place(rival.place) | {"probability": rival.probability} for rival in answer.rivals]
    return row


def _place(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id, "name": entry.name, "feature": entry.feature, "country": entry.country, "lon": entry.lon,
        "lat": entry.lat,
    }  # fmt: skip


def lines(document: Document, found: Sequence[Found]) -> Iterator[str]:
    """The same to read: every different name with its first place in the text, what it means, and why."""
    yield f"{document.id}: {len(found)} names of places"
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        toponym, answer = one.toponym, one.answer
        place = answer.place
        key = (toponym.text, place.id if place else "", answer.because)
        if key in seen:
            continue
        seen.add(key)
        if place is None:
            yield f"  {toponym.start}  {toponym.text}: open; {answer.because}"
            continue
        country = f", {place.country}" if place.country and place.feature != "country" else ""
        km = (answer.radius_m or 0.0) / 1000
        where = f"{place.lat:.4f} {place.lon:.4f} ± {km:.{0 if km >= 10 else 1}f} km"
        sure = f"{100 * (answer.probability or 0):.0f} %"
        yield f"  {toponym.start}  {toponym.text}: {place.name}{country} ({place.feature}), {where}, {sure}"
        yield f"      {answer.because}"
