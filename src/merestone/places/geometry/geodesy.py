"""Lengths on the WGS 84 ellipsoid, and circles that hold a set of points.

Positions are longitude, latitude in degrees (EPSG:4326), lengths metres, azimuths degrees clockwise from true north.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

WGS84 = Geod(ellps="WGS84")
MEAN_RADIUS_M = (2 * WGS84.a + WGS84.b) / 3

Floats = NDArray[np.float64]


def wrong_position(lon: float, lat: float) -> str | None:
    """What a position in degrees is that cannot be one, in words; None where nothing is wrong."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return "not a pair of numbers"
    if abs(lon) <= 180 and abs(lat) <= 90:
        return None
    swapped = abs(lon) <= 90 and abs(lat) <= 180
    return "outside -180 to 180, -90 to 90" + (": longitude and latitude look swapped" if swapped else "")


def distances(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> Floats:
    """Geodesic distances from one point to many, in metres (Karney 2013)."""
    to_lon = np.atleast_1d(np.asarray(lons, dtype=np.float64))
    to_lat = np.atleast_1d(np.asarray(lats, dtype=np.float64))
    _, _, metres = WGS84.inv(np.full(to_lon.shape, lon), np.full(to_lat.shape, lat), to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64)


def distance(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Geodesic distance between two points, in metres."""
    return float(WGS84.inv(lon, lat, to_lon, to_lat)[2])


def covering_circle(lons: ArrayLike, lats: ArrayLike) -> tuple[float, float, float]:
    """(lon, lat, radius in metres) of a circle that holds all points: small, though not always the smallest.

    The centre starts at the mean of the unit vectors and moves towards whichever point is farthest, by ever smaller steps
    (Badoiu and Clarkson 2003), so that it works across the antimeridian and at the poles. One point gives radius 0.
    """
    lon, lat = (np.radians(np.atleast_1d(np.asarray(values, dtype=np.float64))) for values in (lons, lats))
    vectors = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    centre = vectors.mean(axis=0)
    if float(centre @ centre) < 1e-12:  # points all round the globe: any centre is as good as another
        centre = vectors[0]
    for step in range(2, 14):
        centre = centre / np.sqrt(centre @ centre)
        centre = centre + (vectors[(vectors @ centre).argmin()] - centre) / step
    centre = centre / np.sqrt(centre @ centre)
    # Seven decimals are about a centimetre: the last bits of a sum may differ between machines, a record must not.
    centre_lon = round(float(np.degrees(np.arctan2(centre[1], centre[0]))), 7)
    centre_lat = round(float(np.degrees(np.arcsin(np.clip(centre[2], -1, 1)))), 7)
    radius = float(distances(centre_lon, centre_lat, lons, lats).max())
    return centre_lon, centre_lat, round(radius, 1)


def metres_per_degree(lat: ArrayLike) -> tuple[Floats, Floats]:
    """(to the east, to the north): lengths of a degree at latitudes, from the local radii of curvature."""
    radians = np.radians(np.asarray(lat, dtype=np.float64))
    root = np.sqrt(1 - WGS84.es * np.sin(radians) ** 2)
    east = np.radians(WGS84.a * np.cos(radians) / root)
    return np.asarray(east), np.asarray(np.radians(WGS84.a * (1 - WGS84.es) / root**3))


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


def lengths_m(start: Floats, step: Floats) -> Floats:
    """Metres along ways (n, 2) that are straight in degrees: Gauss-Legendre, 12 nodes, of the arc length."""
    total = np.zeros(len(start))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        east, north = metres_per_degree(start[:, 1] + step[:, 1] * ((node + 1) / 2))
        total += weight / 2 * np.hypot(step[:, 0] * east, step[:, 1] * north)
    return total


def chainage_m(positions: Floats) -> Floats:
    """Metres from the first of positions (n, 2) to each, along ways that are straight in degrees."""
    return np.concatenate([[0.0], np.cumsum(lengths_m(positions[:-1], np.diff(positions, axis=0)))])
