"""``merestone gazetteer find``: what the gazetteers know of a name, for people and for programs."""

from __future__ import annotations

from typing import Any

from merestone.case import Case, added_gazetteers
from merestone.places.gazetteers import library
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer


def find(name: str, case: Case | None) -> dict[str, Any]:
    """The places of a name: in a case's gazetteers, or without a case in the built-in one and all added ones.

    ``exact`` is false where none has the name and the places are those of other spellings of it. Raises what ``Gazetteer.of``
    raises, and MerestoneError M571.
    """
    added = () if case else tuple(library.open_named(name) for name in added_gazetteers())
    gazetteer = Gazetteer.of(case) if case else Gazetteer(added=added)
    exact = gazetteer.find(name)
    entries = exact or gazetteer.find_loosely(name)
    return {"name": name, "exact": bool(exact), "places": [_shown(entry, gazetteer) for entry in entries]}


def _shown(entry: Entry, gazetteer: Gazetteer) -> dict[str, Any]:
    region = gazetteer.region_around(entry)
    return {
        "id": entry.id, "name": entry.name, "feature": entry.feature, "country": entry.country,
        "region": region.name if region else None, "lon": entry.lon, "lat": entry.lat, "radius_m": entry.radius_m,
        "population": entry.population, "gazetteer": entry.gazetteer, "names": gazetteer.names_of(entry),
    }  # fmt: skip


def in_words(place: dict[str, Any]) -> str:
    """One line on a place."""
    where = ", ".join(part for part in (place["region"], place["country"]) if part)
    people = f", {place['population']:,} inhabitants" if place["population"] else ""
    others = [name["name"] for name in place["names"] if name["name"] != place["name"]][:8]
    also = f"; also {', '.join(others)}" if others else ""
    return (
        f"{place['id']}  {place['name']}, {place['feature']}{f', {where}' if where else ''}{people}, {place['lat']:.5f} "
        f"{place['lon']:.5f}{also}"
    )
