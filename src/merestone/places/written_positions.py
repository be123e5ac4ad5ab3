"""Positions that a claim's own words give as coordinates or as the name of a map sheet."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from merestone.model import Location
from merestone.places.gazetteers.gazetteer import Entry
from merestone.places.systems.coordinates import Coordinate, find_coordinates

_FEWEST_DIGITS = 4
"""No form of coordinates has fewer."""
_PAST = 40
_BEHIND = " (,:["
"""What may stand between a name and its coordinates: "Sotk (38T NK 74003 50318)"."""
_SYSTEMS = {
    "degrees": "in degrees", "utm": "in UTM", "mgrs": "in MGRS", "gauss_kruger": "in Gauss-Krüger", "sheet": "by a map sheet",
}  # fmt: skip

Pairs = list[tuple[Location, Entry | None]]


def with_coordinates(claim: Mapping[str, Any], text: str, pairs: Sequence[tuple[Location, Entry | None]]) -> Pairs:
    """A claim's locations, with the positions written in its words.

    A position that is a place mention, or stands right behind one, becomes the location of that mention; another one is a
    location of its own, with a negative mention. The words of an observation are left alone: the position may be the
    observer's.
    """
    out = list(pairs)
    start, end = claim["span"]
    # a claim's span may end at the comma between the two numbers
    words = text[start : end + _PAST]
    if claim["observation"] or sum(letter.isdecimal() for letter in words) < _FEWEST_DIGITS:
        return out
    extra: Pairs = []
    for begin, stop, found in find_coordinates(words):
        if start + begin >= end:
            break
        places = _mentions_at(claim, text, start + begin, start + stop)
        out = [(_put(location, found) if location.mention in places else location, entry) for location, entry in out]
        if not places:
            bare = Location(claim=claim["id"], mention=-1 - len(extra), name=words[begin:stop], role="at")
            extra.append((_put(bare, found), None))
    return [*extra, *out]


def _mentions_at(claim: Mapping[str, Any], text: str, begin: int, stop: int) -> set[int]:
    """Numbers of the mentions that a position is, takes in, or stands behind."""
    spans = [mention["span"] for mention in claim["places"]]
    same = {n for n, (first, last) in enumerate(spans) if first < stop and begin < last}
    behind = {n for n, (_, last) in enumerate(spans) if last <= begin <= last + 3 and not text[last:begin].strip(_BEHIND)}
    return same or behind


def _put(location: Location, found: Coordinate) -> Location:
    because = f"written {_SYSTEMS[found.system]}, on {found.datum}" + (f"; {found.note}" if found.note else "")
    return dataclasses.replace(
        location, lon=found.lon, lat=found.lat, radius_m=found.radius_m, probability=None, because=because
    )
