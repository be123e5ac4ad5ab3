"""Pins: where reviewers have placed a mention, instead of where the gazetteer's answer would."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from merestone.model import Location
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A place of a gazetteer by its id, or a position (EPSG:4326, degrees) with a radius (metres)."""

    decision: str
    because: str
    place: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None


Located = tuple[Location, Entry | None]


def pinned(
    pairs: Sequence[Located], pins: Mapping[tuple[str, int], Pin], gazetteer: Gazetteer, extra_m: Callable[[str], float]
) -> list[Located]:
    """The pairs with those that are pinned in their new places; ``pins`` is by claim and number of the mention.

    A pinned position is a place of its own, ``pin:`` and the decision; it has the radius that the reviewer gave. A pinned
    gazetteer place has its own radius and what the role adds. One that no gazetteer holds any more is left open, and says so.
    """
    return [
        pair if pin is None else _placed(pair[0], pin, gazetteer, extra_m)
        for pair in pairs
        for pin in [pins.get((pair[0].claim, pair[0].mention))]
    ]


def _placed(location: Location, pin: Pin, gazetteer: Gazetteer, extra_m: Callable[[str], float]) -> Located:
    bare = dataclasses.replace(
        location, place=None, lon=None, lat=None, radius_m=None, probability=None, because=pin.because, sides=()
    )
    if pin.place is not None:
        entry = gazetteer.entry(pin.place)
        if entry is None:
            return dataclasses.replace(bare, because=f"{pin.because}; no gazetteer of the case holds {pin.place} now"), None
        radius = entry.radius_m + extra_m(location.role)
        return dataclasses.replace(bare, place=entry.id, lon=entry.lon, lat=entry.lat, radius_m=radius), entry
    if pin.lon is None or pin.lat is None or pin.radius_m is None:
        return location, None  # a pin without a position is never stored
    entry = Entry(
        id=f"pin:{pin.decision}", name=location.name, names=(), lon=pin.lon, lat=pin.lat, radius_m=pin.radius_m,
        feature="pinned", country=None, population=None, gazetteer="decisions", admin=None,
    )  # fmt: skip
    return dataclasses.replace(bare, place=entry.id, lon=pin.lon, lat=pin.lat, radius_m=pin.radius_m), entry
