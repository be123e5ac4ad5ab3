"""What every reader of layer files shares: the feature, the limits, and when a geometry can be used."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import Floats, wrong_position

KINDS = ("Point", "LineString", "Polygon")
"""The simple geometries."""
LARGEST_BYTES = 256 * 1024 * 1024
"""Of a file, and of what is packed in it."""
LARGEST_VERTICES = 5_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its id ('' where it has none), its properties, and a geometry in longitude and latitude, WGS 84."""

    id: str
    properties: Mapping[str, Any]
    geometry: shapely.Geometry


@dataclasses.dataclass(frozen=True, slots=True)
class Raw:
    """A feature whose geometry is not checked yet."""

    id: str
    properties: Mapping[str, Any]
    parts: Callable[[tuple[str, ...]], list[shapely.Geometry]]
    """The simple geometries of the kinds given, in WGS 84. Raises MerestoneError M505 or M507."""


def bytes_of(path: Path) -> bytes:
    """The bytes of a file that is not too large. Raises MerestoneError M101, M106 or M507."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise MerestoneError("M507", path=path, limit="256 MB")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error


def checked_polygon(path: Path, feature: str, polygon: shapely.Polygon) -> shapely.Polygon:
    """The polygon, where it is one. Raises MerestoneError M505."""
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon).partition("[")[0].strip().lower()
        raise MerestoneError("M505", path=path, feature=feature, problem=f"the polygon is not valid ({reason})")
    return polygon


def checked(path: Path, feature: str, geometry: shapely.Geometry) -> shapely.Geometry:
    """A simple geometry in longitude and latitude that can be used, neighbours that are the same merged into one.

    Raises MerestoneError M505.
    """

    def wrong(problem: str) -> MerestoneError:
        return MerestoneError("M505", path=path, feature=feature or "without id", problem=problem)

    def ring(positions: Floats, least: int) -> Floats:
        outside = ~(np.isfinite(positions).all(axis=1) & (np.abs(positions) <= (180, 90)).all(axis=1))
        if outside.any():
            number = int(outside.argmax())
            lon, lat = positions[number]
            raise wrong(f"position {number + 1} is {lon:g}, {lat:g}, {wrong_position(lon, lat)}")
        step = np.diff(positions, axis=0)
        if (jump := np.abs(step[:, 0]) > 180).any():
            raise wrong(f"it crosses the antimeridian before position {int(jump.argmax()) + 2}; cut it in two there")
        kept: Floats = positions[np.concatenate([[True], (step != 0).any(axis=1)])]
        if len(kept) < least:
            raise wrong(f"it has {len(kept)} different position(s), at least {least} are needed")
        return kept

    if geometry.geom_type == "Polygon":
        rings = [ring(shapely.get_coordinates(each), 4) for each in (geometry.exterior, *geometry.interiors)]
        return checked_polygon(path, feature, shapely.Polygon(rings[0], rings[1:]))
    least = 1 if geometry.geom_type == "Point" else 2
    kept = ring(shapely.get_coordinates(geometry), least)
    return shapely.Point(kept[0]) if least == 1 else shapely.LineString(kept)


def positive(path: Path, feature: Feature, fields: tuple[str, ...]) -> float | None:
    """The first of these properties that is there, metres above 0. Raises MerestoneError M506."""
    for field in fields:
        value = feature.properties.get(field)
        if value is None:
            continue
        if type(value) not in (int, float) or not 0 < value < 1e7:
            problem = "is not a number of metres above 0"
            raise MerestoneError("M506", path=path, feature=feature.id or "without id", field=field, problem=problem)
        return float(value)
    return None
