"""Distances and directions in words: "5 km north of Goris" is a point with an uncertainty, "10 km from Goris" a circle.

A stated wind is held to be off by half the angle to the next one at most, a stated distance by a share of it
(``offsets.tsv``); both are the half-widths of a sector on the ellipsoid, and the answer is the circle that holds the sector,
widened by the radius of the place that it is measured from.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib import resources

import numpy as np

from merestone.places.gazetteer import Entry
from merestone.places.geodesy import WGS84, covering_circle
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
    """How far from a place, and in which direction. ``distance_m`` and ``azimuth`` are not both null."""

    of: str
    """What the words measure from."""
    distance_m: float | None
    azimuth: float | None
    """Degrees clockwise from true north."""
    spread: float
    """Degrees to either side."""
    share: float
    """Of the distance, to either side."""

    @property
    def because(self) -> str:
        """In words, for a reader."""
        far = f"{self.distance_m / 1000:g} km" if self.distance_m is not None else "some way"
        way = f"to {self.azimuth:g}° (± {self.spread:g}°)" if self.azimuth is not None else "in any direction"
        return f"{far} {way} from there, as the text says"


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
    given = _given()
    metres = (
        float(number.replace(",", ".")) * _METRES[re.sub(r"(?<=[a-z]{2})s$", "", found["unit"].lower())] if number else None
    )
    azimuth, parts = _azimuth(wind) if wind else (None, 0)
    return Offset(
        of=of, distance_m=metres, azimuth=azimuth, spread=given["compass8" if parts < 3 else "compass16"],
        share=given["about" if found["about"] else "stated"],
    )  # fmt: skip


def _azimuth(wind: str) -> tuple[float, int]:
    """(degrees, words) of a wind: the mean of its words, the first as much as those after it."""
    parts = re.findall("north|south|east|west", wind.lower())
    degrees = {"north": 0.0, "east": 90.0, "south": 180.0, "west": 270.0}
    mean = degrees[parts[-1]]
    for part in reversed(parts[:-1]):
        mean += ((degrees[part] - mean + 180) % 360 - 180) / 2
    return mean % 360, len(parts)


def shifted(place: Entry, radius_m: float, offset: Offset) -> tuple[Entry, float]:
    """The place and the radius that an offset from a place means."""
    unstated = _given()["unstated"]
    metres = offset.distance_m if offset.distance_m is not None else unstated
    half = metres * offset.share if offset.distance_m is not None else unstated / 2
    if offset.azimuth is None:
        return place, round(radius_m + metres + half, 1)
    turns = np.array([-offset.spread, 0.0, offset.spread])
    azimuths, lengths = (values.ravel() for values in np.meshgrid(offset.azimuth + turns, [metres - half, metres + half]))
    n = len(azimuths)
    lons, lats, _ = WGS84.fwd(np.full(n, place.lon), np.full(n, place.lat), azimuths, lengths)
    lon, lat, reach = covering_circle(lons, lats)
    name = f"{metres / 1000:g} km from {place.name}, {offset.azimuth:g}°"
    moved = dataclasses.replace(
        place, id=f"offset:{place.id}@{metres:g}m,{offset.azimuth:g}", name=name, names=(), lon=lon, lat=lat, feature="area",
        population=None, radius_m=round(reach + radius_m, 1),
    )  # fmt: skip
    return moved, moved.radius_m
