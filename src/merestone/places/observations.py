"""What monitors saw or heard, as areas: from the words of a claim to an annular sector, and to where sectors meet.

The observer stood at the place the claim names for it. Where it did not say where it stood, but gives a bearing from a place
("north of Y"), the sector starts at that place. Where it tells no bearing, every bearing is possible; where it tells no
distance, the event lies within what is taken as the reach of its kind (``reach.tsv``). How wide a point of the compass is,
and how a single distance was rounded, is told in ``sectors``.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, get_args
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.model import Bearing, Observation
from merestone.places.gazetteers.names import fold
from merestone.places.geometry.geodesy import distance
from merestone.places.naming.toponyms import Answer
from merestone.places.observers.sectors import Meeting, Sector, arc, covering, distances_m, meeting, polygon, reach_m, sector
from merestone.places.systems.coordinates import find_coordinates
from merestone.reading.intervals import instant, instants

WIDEST_OBSERVER_M = 30_000.0
"""A place wider than this (a region, a country) does not tell where an observer stood."""
APART_M = 500.0
"""Observers nearer to each other than this see the same from the same place, and their sectors add nothing to each other."""
_UNKNOWN_REACH_M = 10_000.0


@dataclasses.dataclass(frozen=True, slots=True)
class Observed:
    """An observation, and where it puts its claim."""

    observation: Observation
    mention: int | None
    """0-based number of the claim's mention from which the bearing starts; None where the claim's places do not hold it."""
    words: str
    """Where the area lies, such as "north-west of Vardenis"; empty where it does not say from where."""
    circle: tuple[float, float, float] | None
    """(lon, lat, radius in metres) around the area; None without bearing and distance, or where no area follows."""


def observer_names(claim: Mapping[str, Any]) -> list[str]:
    """The places that a claim's observation needs beside those of its event."""
    sighting = claim["observation"]
    return [sighting["observer_at"]] if sighting and sighting["observer_at"] else []


def observed(claim: Mapping[str, Any], answers: Mapping[str, Answer], zone: ZoneInfo) -> Observed:
    """The observation of a claim that has one.

    ``answers`` are those of its document, by name; ``zone`` is that of its clock times.
    """
    sighting = claim["observation"]
    bearings = [bearing for bearing in sighting["bearing"] if bearing in get_args(Bearing)]
    near, far = _distances(claim, sighting)
    begins, ends = instants(*claim["time"], zone) if claim["time"] else (None, None)
    found = Observation(
        id=f"o-{hashlib.sha256(claim['id'].encode()).hexdigest()[:12]}", claim=claim["id"], observer=claim["speaker"],
        event=claim["event"], begins=None if begins is None else instant(begins), ends=None if ends is None else instant(ends),
        distance_min_m=near, distance_max_m=far,
    )  # fmt: skip
    if bearings:
        first, last = arc(bearings)
        found = dataclasses.replace(found, bearing_from_deg=round(first % 360, 2), bearing_to_deg=round(last % 360, 2))
    name, mention = _start(claim, sighting, answers)
    if not name:
        return Observed(dataclasses.replace(found, because="it does not say from where"), None, "", None)
    words = f"{' and '.join(bearings)} of {name}" if bearings else f"around {name}"
    start = _position(name, answers)
    if isinstance(start, str):
        return Observed(dataclasses.replace(found, because=start), mention, words, None)
    lon, lat, radius = start
    stood = bool(sighting["observer_at"])
    if stood:
        found = dataclasses.replace(found, observer_lon=lon, observer_lat=lat, observer_radius_m=radius)
    try:
        area = polygon(sector(lon, lat, *arc(bearings), near, far, radius))
    except MerestoneError as error:
        return Observed(dataclasses.replace(found, because=str(error)), mention, words, None)
    because = f"{words}{', where the observer stood' if stood else ''}: {_length(sighting, far)}"
    found = dataclasses.replace(found, geometry=shapely.to_wkb(area, byte_order=1), because=because)
    told = bool(bearings or sighting["distance_km"])
    return Observed(found, mention, words, covering(area) if told else None)


def _position(name: str, answers: Mapping[str, Answer]) -> tuple[float, float, float] | str:
    """(lon, lat, radius) of the place from which a sector starts, or why it is not known."""
    place, radius = answers[name].place, answers[name].radius_m
    if place is None or radius is None:
        written = find_coordinates(name)
        if len(written) == 1:
            found = written[0][2]
            return found.lon, found.lat, found.radius_m
        return answers[name].because
    if radius > WIDEST_OBSERVER_M:
        return f"“{name}” is too wide to tell where the observer stood"
    return place.lon, place.lat, radius


def _start(claim: Mapping[str, Any], sighting: Mapping[str, Any], answers: Mapping[str, Answer]) -> tuple[str, int | None]:
    """(name, number of the mention) of the place where the sector starts; an empty name where none is known."""
    names = [mention["name"] for mention in claim["places"]]
    if sighting["observer_at"]:
        same = [n for n, name in enumerate(names) if fold(name) == fold(sighting["observer_at"])]
        return sighting["observer_at"], same[0] if same else None
    near = [n for n, mention in enumerate(claim["places"]) if mention["role"] == "near"] if sighting["bearing"] else []
    known = [n for n in near if answers[names[n]].place is not None] or near
    return (names[known[0]], known[0]) if known else ("", None)


def _distances(claim: Mapping[str, Any], sighting: Mapping[str, Any]) -> tuple[float, float]:
    if sighting["distance_km"]:
        return distances_m(*sighting["distance_km"])
    limits = reach_m()
    by_weapon = [limits[weapon] for weapon in claim["means"] if weapon in limits]
    return 0.0, max(by_weapon, default=limits.get(claim["event"], _UNKNOWN_REACH_M))


def _length(sighting: Mapping[str, Any], far: float) -> str:
    told = sighting["distance_km"]
    if not told:
        return f"within {far / 1000:g} km, the reach taken for its kind"
    return f"{told[0]:g} km" if told[0] == told[1] else f"{told[0]:g} to {told[1]:g} km"


# --------------------------------------------------------------------------------------------------------------------------
# several observers


def sector_of(observation: Observation) -> Sector | None:
    """The sector of an observation whose observer's position is known; None for another one."""
    if observation.geometry is None or observation.observer_lon is None or observation.observer_lat is None:
        return None
    first, last = observation.bearing_from_deg, observation.bearing_to_deg
    around = first is None or last is None or first == last
    return sector(
        observation.observer_lon, observation.observer_lat, 0.0 if around else first or 0.0, 360.0 if around else last or 0.0,
        observation.distance_min_m or 0.0, observation.distance_max_m or _UNKNOWN_REACH_M, observation.observer_radius_m or 0.0,
    )  # fmt: skip


def meetings(observations: Sequence[Observation]) -> list[tuple[tuple[str, ...], Meeting]]:
    """(ids, meeting) of observations of one kind and time, from different places, whose sectors meet, by first id.

    Observations that tell no bearing, or every one, are left out. Each group is made from its first observation in order of
    time, joining those that overlap in time, and meet in an area, with all that are in it.
    """
    usable = [(o, s) for o in observations if o.begins and (s := sector_of(o)) and s.width < 360]
    usable.sort(key=lambda pair: (pair[0].begins, pair[0].id))
    if not usable:
        return []
    shapes = np.array([shapely.from_wkb(o.geometry) for o, _ in usable], dtype=object)
    tree = shapely.STRtree(shapes)
    out = []
    taken: set[int] = set()
    for n, (first, _) in enumerate(usable):
        if n in taken:
            continue
        group, common = [n], shapes[n]
        begins, ends = first.begins, first.ends
        assert begins is not None
        assert ends is not None
        for m in sorted(int(k) for k in tree.query(shapes[n], predicate="intersects")):
            other, _ = usable[m]
            assert other.begins is not None
            assert other.ends is not None
            if m in taken or m <= n or other.event != first.event or other.begins >= ends or other.ends <= begins:
                continue
            if any(_beside(other, usable[k][0]) for k in group) or not shapely.intersects(common, shapes[m]):
                continue
            group.append(m)
            common = shapely.intersection(common, shapes[m])
            begins, ends = max(begins, other.begins), min(ends, other.ends)
        if len(group) > 1:
            taken |= set(group)
            out.append((tuple(usable[k][0].id for k in group), meeting([usable[k][1] for k in group])))
    return sorted(out, key=lambda pair: pair[0])


def _beside(one: Observation, other: Observation) -> bool:
    assert one.observer_lon is not None
    assert one.observer_lat is not None
    assert other.observer_lon is not None
    assert other.observer_lat is not None
    return distance(one.observer_lon, one.observer_lat, other.observer_lon, other.observer_lat) < APART_M
