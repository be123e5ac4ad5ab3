"""Positions that rows of data sets state themselves, and what a sensor's row saw where."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from merestone.model import Location, Observation
from merestone.places.observers.sectors import polygon, sector
from merestone.reading.intervals import instant, instants


def stated_location(claim: Mapping[str, Any]) -> Location:
    """Where a row puts its event: at the place it names, or in a location without a name's mention."""
    position = claim["position"]
    named = claim["places"][0] if claim["places"] else None
    return Location(
        claim=claim["id"], mention=0 if named else -1, name=named["name"] if named else words(position["lon"], position["lat"]),
        role=named["role"] if named else "at", lon=position["lon"], lat=position["lat"], radius_m=position["radius_m"],
        because=f"the row's own coordinates; {position['because']}",
    )  # fmt: skip


def sensed(claim: Mapping[str, Any], zone: ZoneInfo) -> Observation:
    """What a sensor's row saw: the circle around its pixel, at the minute of the pass."""
    position, (begins, ends) = claim["position"], instants(*claim["time"], zone)
    area = polygon(sector(position["lon"], position["lat"], 0.0, 360.0, 0.0, position["radius_m"], 0.0))
    return Observation(
        id=f"o-{hashlib.sha256(claim['id'].encode()).hexdigest()[:12]}", claim=claim["id"], observer=claim["speaker"],
        event=claim["event"], begins=instant(begins), ends=instant(ends), geometry=shapely.to_wkb(area, byte_order=1),
        because=f"the sensor's own coordinates; {position['because']}",
    )  # fmt: skip


def words(lon: float, lat: float) -> str:
    """A position as people write it, to about 10 m."""
    return f"{abs(lat):.4f}° {'N' if lat >= 0 else 'S'} {abs(lon):.4f}° {'E' if lon >= 0 else 'W'}"
