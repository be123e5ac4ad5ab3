"""Coordinate systems by name, and coordinates brought from them into WGS 84, where they can be what they are said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import Floats
from merestone.places.systems.datums import DATUM, from_sk42

_BEYOND = 8.0
"""Degrees that coordinates may lie outside the area a system is meant for; a Gauss-Krueger zone is 6 degrees wide."""


def crs_from(text: str) -> CRS:
    """The system PROJ knows by a code (EPSG:28408), a name or WKT. Raises MerestoneError M535."""
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise MerestoneError("M535", crs=text[:80]) from error


def name_of(crs: CRS) -> str:
    """The system's code where it has one, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def to_wgs84(path: Path, shapes: NDArray[Any], crs: CRS) -> NDArray[Any]:
    """The geometries in longitude, latitude (EPSG:4326), from coordinates in the order east, north as files hold them.

    Raises MerestoneError M505 for coordinates that are no numbers, and M534 for those that cannot be in ``crs``: degrees said
    to be metres or metres said to be degrees, east and north exchanged, or a place far outside the area the system is for.
    """
    positions, owner = shapely.get_coordinates(shapes, return_index=True)
    if not len(positions):
        return shapes
    bad = ~np.isfinite(positions).all(axis=1)
    if bad.any():
        number = int(owner[bad.argmax()]) + 1
        raise MerestoneError("M505", path=path, feature=f"number {number}", problem="a coordinate is not a finite number")
    if not (crs.is_geographic or crs.is_projected):
        raise MerestoneError(
            "M534", path=path, crs=name_of(crs), problem="it is neither longitude and latitude nor a projection"
        )
    _refuse_unit(path, positions, crs)
    placed = _placed(positions, crs)
    if (problem := _misplaced(placed, crs)) is not None:
        if not _misplaced(_placed(positions[:, ::-1], crs), crs):
            problem = "east and north seem to be exchanged"
        raise MerestoneError("M534", path=path, crs=name_of(crs), problem=problem)
    return np.asarray(shapely.set_coordinates(shapes.copy(), placed))


def _refuse_unit(path: Path, positions: Floats, crs: CRS) -> None:
    largest = np.abs(positions).max(axis=0)
    name = name_of(crs)
    if crs.is_geographic:
        if (largest <= (360, 90)).all():
            return
        problem = "they are too large for degrees; they may be metres"
        if (largest[::-1] <= (360, 90)).all():
            problem = "a latitude is over 90; longitude and latitude seem to be exchanged"
        raise MerestoneError("M534", path=path, crs=name, problem=problem)
    if (largest <= (180, 180)).all():
        raise MerestoneError("M534", path=path, crs=name, problem="they look like degrees, and it counts metres")


def _placed(positions: Floats, crs: CRS) -> Floats:
    """Longitude, latitude; infinite where the system has no place for a coordinate.

    From SK-42 always by the one operation of ``datums``, so that both sides of a border are shifted alike; from other datums as
    PROJ chooses for the place.
    """
    soviet = crs.datum is not None and crs.datum.name == DATUM and not crs.is_bound
    try:
        transformer = Transformer.from_crs(crs, "EPSG:4284" if soviet else "EPSG:4326", always_xy=True)
        lon, lat = transformer.transform(positions[:, 0], positions[:, 1])
    except ProjError:
        return np.full(positions.shape, np.inf)
    if soviet:
        lon, lat = from_sk42(lon, lat)
    lon = np.asarray(lon)
    turned = np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon)  # some files count longitude to 360
    return np.column_stack([turned, lat])


def _misplaced(placed: Floats, crs: CRS) -> str | None:
    """Why positions cannot come from a system, or None."""
    if not np.isfinite(placed).all():
        return "some have no place on Earth in it"
    area = crs.area_of_use
    if area is None:
        return None
    lon, lat = placed[:, 0], placed[:, 1]
    width = (area.east - area.west) % 360 or 360.0
    beyond = np.minimum((lon - area.west) % 360 - width, (area.west - lon) % 360)  # degrees past either edge; negative inside
    outside = (np.maximum(beyond, 0) > _BEYOND) | (lat < area.south - _BEYOND) | (lat > area.north + _BEYOND)
    if width < 360 and outside.any():
        at = int(outside.argmax())
        return f"they would lie at {lon[at]:.1f}, {lat[at]:.1f}, far outside the area it is for ({area.name})"
    return None
