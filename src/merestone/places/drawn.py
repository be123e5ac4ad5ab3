"""Lines as a command names them: a file, and a feature of it where it holds several, with what the map says of its sides."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.features import joined
from merestone.places.geodesy import WGS84, Floats
from merestone.places.layers import Feature, read_feature
from merestone.places.line_error import accuracy_of_scale


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A line on a map."""

    name: str
    left_party: str
    right_party: str
    accuracy_m: float | None
    """95 % of the line lies within this distance of the true one; None where the map does not say."""
    geometry: shapely.Geometry
    """LineString, or MultiLineString where its parts do not join. Its longitudes run on across the antimeridian."""


def read_drawn(named: str, *, accuracy_m: float | None = None, layer: str | None = None, crs: str | None = None) -> Drawn:
    """The line of FILE or FILE#FEATURE, as a command line has it.

    Properties: ``name`` or ``id``, ``left_party``, ``right_party`` (else "left" and "right", walking along it), ``accuracy_m``
    or ``nominal_accuracy_m``, else half a millimetre at the ``scale``; the argument goes before them. Raises MerestoneError as
    ``read_feature`` does, M506, M539.
    """
    path, feature = split(named)
    found = read_feature(path, "LineString", feature, layer=layer, crs=crs)
    stated = accuracy_m if accuracy_m is not None else number(path, found, ("accuracy_m", "nominal_accuracy_m"))
    if stated is None and (scale := number(path, found, ("scale",), "a number", 1e10)) is not None:
        stated = accuracy_of_scale(scale)
    left, right = (_party(path, found, f"{side}_party", side) for side in ("left", "right"))
    name = found.properties.get("name") or found.id or path.stem
    merged = shapely.line_merge(running_on(found.geometry), directed=True)
    for part in shapely.get_parts(merged):
        if not part.is_simple:
            lon, lat = _crossing(part)
            raise MerestoneError("M539", path=named, lon=f"{lon:.5f}", lat=f"{lat:.5f}")
    return Drawn(str(name)[:200], left, right, stated, merged)


def split(named: str) -> tuple[Path, str | None]:
    """(file, feature) of FILE#FEATURE; a file whose own name has a # is itself."""
    file, mark, feature = named.rpartition("#")
    if not mark or Path(named).exists():
        return Path(named), None
    return Path(file), feature


def number(
    path: Path, found: Feature, fields: tuple[str, ...], wanted: str = "a number of metres", most: float = 1e7
) -> float | None:
    """The first of these properties that is there, above 0. Raises MerestoneError M506."""
    for field in fields:
        value = found.properties.get(field)
        if value is None:
            continue
        if type(value) not in (int, float) or not 0 < value < most:
            problem = f"is not {wanted} above 0"
            raise MerestoneError("M506", path=path, feature=found.id or "without id", field=field, problem=problem)
        return float(value)
    return None


def _party(path: Path, found: Feature, field: str, default: str) -> str:
    value: Any = found.properties.get(field)
    if value is None:
        return default
    if not isinstance(value, str) or not value.strip():
        raise MerestoneError("M506", path=path, feature=found.id or "without id", field=field, problem="is not a text")
    return value.strip()


def running_on(geometry: shapely.Geometry) -> shapely.Geometry:
    """The geometry with longitudes beyond 180 where parts of it meet, or come nearer, across the antimeridian.

    Files cut what crosses the antimeridian in two there; so its parts meet again.
    """
    parts = shapely.get_parts(geometry)
    bounds = shapely.bounds(parts)
    width = bounds[:, 2].max() - bounds[:, 0].min()
    if width <= 180 or (bounds[:, 2] - bounds[:, 0]).max() > 180:
        return geometry
    turned = [
        shapely.transform(part, lambda xy: np.column_stack([xy[:, 0] + 360, xy[:, 1]])) if east <= 0 else part
        for part, east in zip(parts, bounds[:, 2], strict=True)
    ]
    moved = shapely.bounds(np.array(turned))
    return joined(turned) if moved[:, 2].max() - moved[:, 0].min() < width else geometry


def _crossing(line: shapely.LineString) -> tuple[float, float]:
    """A position where a line crosses itself: one that noding adds, or one it passes twice."""
    own, counts = np.unique(shapely.get_coordinates(line), axis=0, return_counts=True)
    added = sorted(set(map(tuple, shapely.get_coordinates(shapely.node(line)))) - set(map(tuple, own)))
    lon, lat = added[0] if added else own[counts.argmax()]
    return (float(lon) + 180) % 360 - 180, float(lat)


def chainage_m(line: shapely.LineString) -> Floats:
    """Distance along a line at each of its vertices, metres; between vertices it is straight in longitude and latitude."""
    positions = shapely.get_coordinates(line)
    pieces = np.maximum(1, np.ceil(np.abs(np.diff(positions, axis=0)).max(axis=1) / 0.05)).astype(np.int64)
    start = np.repeat(positions[:-1], pieces, axis=0)
    step = np.repeat(np.diff(positions, axis=0) / pieces[:, None], pieces, axis=0)
    within = np.arange(len(start)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    begin, end = start + step * within[:, None], start + step * (within[:, None] + 1)
    metres = WGS84.inv(begin[:, 0], begin[:, 1], end[:, 0], end[:, 1])[2]
    total = np.concatenate([[0.0], np.cumsum(metres)])
    return np.asarray(total[np.concatenate([[0], np.cumsum(pieces)])])


def within_180(geometry: shapely.Geometry) -> shapely.Geometry:
    """The geometry with longitudes from -180 to 180, cut at the antimeridian where it crosses it, as GeoJSON asks for."""
    west, _, east, _ = geometry.bounds
    if west >= -180 and east <= 180:
        return geometry
    pieces = []
    for turn in range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1):
        piece = shapely.intersection(geometry, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
        pieces.append(shapely.transform(piece, lambda xy, turn=turn: np.column_stack([xy[:, 0] - 360 * turn, xy[:, 1]])))
    parts = [part for part in shapely.get_parts(shapely.GeometryCollection(pieces)) for part in shapely.get_parts(part)]
    same = [part for part in parts if not part.is_empty and shapely.get_dimensions(part) == shapely.get_dimensions(geometry)]
    return joined(same)
