"""Lines and checks that the tests of zones share."""

from __future__ import annotations

import json

import numpy as np
import shapely
from hypothesis import strategies as st

from merestone.places.geometry.geodesy import WGS84

DEGREE = st.floats(-0.4, 0.4).map(lambda value: round(value, 4))
ZIGZAGS = st.lists(st.tuples(DEGREE, DEGREE), min_size=2, max_size=9, unique_by=lambda p: round(p[0], 2)).map(sorted)
"""Lines that run east, so that they never cross themselves, however sharp their bends."""
LATITUDE = st.floats(-65, 65).map(lambda value: round(value, 3))

KOR_MDL = (
    (126.6675, 37.8278), (126.6605, 37.9138), (126.6658, 37.9376), (126.6778, 37.9446), (126.6963, 37.9462),
    (126.7221, 37.9539), (126.7619, 37.979), (126.8473, 38.082), (126.8648, 38.096), (126.9033, 38.1196),
    (126.9198, 38.1346), (126.9401, 38.1742), (126.9537, 38.2007), (126.9661, 38.213), (126.9719, 38.2189),
    (127.0267, 38.2545), (127.0905, 38.2859), (127.1575, 38.3072), (127.222, 38.3127), (127.2538, 38.31),
    (127.3771, 38.3185), (127.4719, 38.2959), (127.5021, 38.2981), (127.5608, 38.3121), (127.7537, 38.3254),
    (127.7619, 38.321), (127.7747, 38.3064), (127.787, 38.2967), (127.8008, 38.2939), (127.8669, 38.3048),
    (127.9718, 38.3), (128.0399, 38.3043), (128.1085, 38.3235), (128.1724, 38.356), (128.2256, 38.3998),
    (128.2487, 38.4258), (128.2681, 38.4535), (128.2811, 38.4844), (128.2854, 38.5198), (128.277, 38.5541),
    (128.2748, 38.5715), (128.2811, 38.5844), (128.3084, 38.6013), (128.3649, 38.6243),
)  # fmt: skip
"""Natural Earth's Military Demarcation Line (1:10,000,000, public domain), rounded to 10 m."""


def geodesic(lon: float, lat: float, azimuth: float, metres: float, step: float = 200.0) -> shapely.LineString:
    """A line that is straight on the ellipsoid, as many short chords."""
    along = np.linspace(0, metres, max(int(metres / step), 1) + 1)
    lons, lats, _ = WGS84.fwd(*(np.full(len(along), value) for value in (lon, lat, azimuth)), along)
    return shapely.LineString(np.column_stack([lons, lats]))


def write_line(path, positions, *, identity="line", left="PRK", right="KOR", **properties):
    """A GeoJSON file with one line; returns its path."""
    properties = {"id": identity, "name": identity, "left_party": left, "right_party": right, **properties}
    feature = {
        "type": "Feature", "id": identity, "properties": properties,
        "geometry": {"type": "LineString", "coordinates": [list(position) for position in positions]},
    }  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def write_polygon(path, polygon, **properties):
    """A GeoJSON file with one polygon; returns its path."""
    feature = {"type": "Feature", "id": path.stem, "properties": properties, "geometry": shapely.geometry.mapping(polygon)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def samples(geometry: shapely.Geometry, count: int, seed: int = 0) -> np.ndarray:
    """Places in the box about a geometry and a little beyond, (count, 2)."""
    west, south, east, north = geometry.bounds
    random = np.random.default_rng(seed)
    x, y = (east - west) * 0.1 + 0.01, (north - south) * 0.1 + 0.01
    return np.column_stack([random.uniform(west - x, east + x, count), random.uniform(south - y, north + y, count)])


def holds(geometry: shapely.Geometry, places: np.ndarray) -> np.ndarray:
    """Which places a geometry holds."""
    return shapely.contains_xy(geometry, places[:, 0], places[:, 1])
