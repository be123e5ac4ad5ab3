"""Distances and directions in words: "5 km north of Goris" is a point with an uncertainty, "10 km from Goris" a circle.

A direction is off by half the angle to the next point of the compass at most (``compass.tsv``), a distance by half of what it
was rounded to, as in an observer's words (``sectors``); the answer is the circle that holds this sector of the ellipsoid,
widened by the radius of the place that it is measured from.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib import resources

import numpy as np

from merestone.places.gazetteers.gazetteer import Entry
from merestone.places.geometry.geodesy import WGS84, covering_circle
from merestone.places.observers.sectors import compass, distances_m
from merestone.reading.vocabulary import rows

_METRES = {"km": 1000.0, "kilometre": 1000.0, "kilometer": 1000.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "mi": 1609.344,
           "mile": 1609.344, "nautical mile": 1852.0}  # fmt: skip
_WIND = r"(?:north|south)(?:[- ]?(?:north|south)?[- ]?(?:east|west))?|(?:east|west)(?:[- ](?:north|south)[- ]?(?:east|west))?"
OFFSET = re.compile(
    r"(?:(?P<about>about|around|some|roughly|approximately|approx\.?|nearly|almost|over|more than|less than|up to|a few)\s+)?"
    r"(?:(?P<number>\d{1,4}(?:[.,]\d{1,3})?)\s*(?:-|–|\s)?\s*"
    r"(?P<unit>km|kilomet(?:re|er)s?|met(?:re|er)s?|nautical miles?|miles?|mi|m)\b\s*(?:away\s+)?)?"
    rf"(?:(?:to|in|on)\s+)?(?:the\s+)?(?:due\s+)?(?P<wind>{_WIND})?(?:ward|wards|ern)?(?:\s+(?:side|outskirts))?\s*"
    r"(?:away\s+)?(?P<from>of|from|off|outside)\s+(?:the\s+)?",
    re.IGNORECASE,
)
"""A distance, a direction or both, before the place that they count from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Offset:
    """How far from a place, and in which direction."""

    of: str
    """What the words measure from."""
    near_m: float
    far_m: float
    """Between these distances; what the text states lies in the middle."""
    bearing: tuple[float, float] | None
    """(degrees clockwise from true north, degrees to either side); None for any direction."""
    stated: bool = True
    """Whether the text gives the distance."""

    @property
    def because(self) -> str:
        """In words, for a reader."""
        way = f"to {self.bearing[0]:g}° (± {self.bearing[1]:g}°)" if self.bearing else "in any direction"
        return f"{self.near_m / 1000:g} to {self.far_m / 1000:g} km {way} from there, as the text says"


@cache
def _given() -> dict[str, float]:
    table = rows("offsets.tsv", ("what", "value", "source"), resources.files("merestone.places") / "data")
    return {row["what"]: float(row["value"]) for row in table}


def offset_in(words: str) -> Offset | None:
    """The offset that words begin with, or None: "5 km north of Goris", "south of Goris", "10 km from Goris"."""
    found = OFFSET.match(words)
    return offset_of(found, words[found.end() :]) if found and found.end() < len(words) else None


def offset_before(words: str) -> Offset | None:
    """The offset that words end with, or None: what stands before the name in "two posts 5 km north of"."""
    for found in OFFSET.finditer(words):
        if found.end() == len(words) and (offset := offset_of(found, "")):
            return offset
    return None


def offset_of(found: re.Match[str], of: str) -> Offset | None:
    """What a match of ``OFFSET`` says of a place; None where it gives neither distance nor direction."""
    wind, number = found["wind"], found["number"]
    if not number and (not wind or found["from"].lower() in ("from", "off", "outside")):
        return None
    bearing = compass()["-".join(re.findall("north|south|east|west", wind.lower()))] if wind else None
    if not number:
        unstated = _given()["unstated"]
        return Offset(of, unstated / 2, unstated * 1.5, bearing, stated=False)
    unit = _METRES[re.sub(r"(?<=[a-z]{2})s$", "", found["unit"].lower())]
    km = float(number.replace(",", ".")) * unit / 1000
    near, far = distances_m(km, km) if unit in (1.0, 1000.0) else (0.95 * 1000 * km, 1.05 * 1000 * km)
    if found["about"]:
        wider = (far - near) / 2 * (_given()["about"] - 1)
        near, far = near - wider, far + wider
    return Offset(of, max(near, 0.0), far, bearing)


def shifted(place: Entry, radius_m: float, offset: Offset) -> tuple[Entry, float]:
    """The place and the radius that an offset from a place means.

    A direction without a distance says nothing of a country or region larger than what would be added: the place stays.
    """
    if not offset.stated and radius_m > offset.far_m:
        return place, radius_m
    if offset.bearing is None:
        return place, round(radius_m + offset.far_m, 1)
    middle, half = offset.bearing
    turns = middle + half * np.linspace(-1, 1, 9)
    azimuths, lengths = (values.ravel() for values in np.meshgrid(turns, [offset.near_m, offset.far_m]))
    n = len(azimuths)
    lons, lats, _ = WGS84.fwd(np.full(n, place.lon), np.full(n, place.lat), azimuths, lengths)
    lon, lat, reach = covering_circle(lons, lats)
    far = f"{offset.near_m / 1000:g} to {offset.far_m / 1000:g} km"
    moved = dataclasses.replace(
        place, id=f"offset:{place.id}@{offset.near_m:g}-{offset.far_m:g}m,{middle:g}",
        name=f"{place.name}, {far} to {middle:g}°", names=(), lon=lon, lat=lat, feature="area", population=None,
        radius_m=round(reach + radius_m, 1),
    )  # fmt: skip
    return moved, moved.radius_m
