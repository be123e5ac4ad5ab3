"""UTM, UPS and MGRS on WGS 84: the grids that armed forces and monitors write positions in.

Arrays go in and out: longitudes and latitudes in degrees (EPSG:4326), eastings and northings in metres. Zones are six
degrees wide, numbered from 180 degrees west, with the exceptions of south-west Norway (zone 32 in band V) and Svalbard (31,
33, 35, 37 in band X). Bands of eight degrees are lettered C to X from 80 degrees south, X reaching to 84 degrees north; past
both the Universal Polar Stereographic grid takes over, with A and B in the south, Y and Z in the north.

MGRS is written as NGA.STND.0037 defines it: letters for the square of 100 km, then digits cut off, not rounded, so that a
reference names a square by its south-west corner. PROJ projects; only the lettering is our own, since the one library for it
takes a single point at a time. It agrees with GEOTRANS, see the tests.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from merestone.errors import MerestoneError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BANDS = "CDEFGHJKLMNPQRSTUVWX"
_SOUTHERN_BANDS = BANDS[:10]
_COLUMN_LETTERS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROW_LETTERS = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE = 100_000.0
_CYCLE = 2_000_000.0
# Of the polar squares: letters of the columns and the easting of the first, letters of the rows and the northing of the first.
_POLAR_ROWS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_POLAR = {
    "A": ("JKLPQRSTUXYZ", 800_000.0, 800_000.0), "B": ("ABCFGHJKLPQR", 2_000_000.0, 800_000.0),
    "Y": ("JKLPQRSTUXYZ", 800_000.0, 1_300_000.0), "Z": ("ABCFGHJ", 2_000_000.0, 1_300_000.0),
}  # fmt: skip
# A sum of rounding errors must not move a point that stands on a grid line into the square before it.
_NUDGE = 1e-6


@cache
def _projection(zone: int, southern: bool) -> Transformer:
    """Degrees to metres, longitude and easting first; zone 0 is the polar grid."""
    if zone == 0:
        return Transformer.from_crs("EPSG:4326", "EPSG:5042" if southern else "EPSG:5041", always_xy=True)
    return Transformer.from_crs("EPSG:4326", f"EPSG:{32700 + zone if southern else 32600 + zone}", always_xy=True)


def utm_zone(lon: ArrayLike, lat: ArrayLike) -> Whole:
    """Zone of each position, 1 to 60; 0 where the polar grid is used: north of 84 degrees, and south of 80."""
    lon_, lat_ = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    zones = np.floor(np.mod(lon_ + 180, 360) / 6).astype(np.int64) % 60 + 1
    zones = np.where((lat_ >= 56) & (lat_ < 64) & (lon_ >= 3) & (lon_ < 12), 32, zones)
    svalbard = (lat_ >= 72) & (lat_ <= 84)
    for west, east, zone in ((0, 9, 31), (9, 21, 33), (21, 33, 35), (33, 42, 37)):
        zones = np.where(svalbard & (lon_ >= west) & (lon_ < east), zone, zones)
    return np.where((lat_ > 84) | (lat_ < -80), 0, zones)


def utm_band(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.str_]:
    """Letter of the band of each position; A, B, Y or Z on the polar grid."""
    lon_, lat_ = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    number = np.clip(np.floor((lat_ + 80) / 8), 0, 19).astype(np.int64)
    # a latitude may be too near to the equator for the sum to tell its sign
    letters = np.array(list(BANDS))[np.where(lat_ < 0, np.minimum(number, 9), number)]
    west = (lon_ < 0) & (lon_ > -180)
    letters = np.where(lat_ > 84, np.where(west, "Y", "Z"), letters)
    return np.where(lat_ < -80, np.where(west, "A", "B"), letters)


def to_utm(lon: ArrayLike, lat: ArrayLike) -> tuple[Whole, NDArray[np.str_], Floats, Floats]:
    """(zone, band, easting, northing); zone 0 is the polar grid."""
    lon_, lat_ = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    zones, southern = utm_zone(lon_, lat_), lat_ < 0
    easting, northing = np.full(lon_.shape, np.nan), np.full(lon_.shape, np.nan)
    for code in np.unique(2 * zones + southern):
        here = 2 * zones + southern == code
        easting[here], northing[here] = _projection(int(code) // 2, bool(code % 2)).transform(lon_[here], lat_[here])
    return zones, utm_band(lon_, lat_), easting, northing


def from_utm(zone: int, southern: bool, easting: float, northing: float) -> tuple[float, float]:
    """(lon, lat) of a position in one zone and hemisphere; zone 0 is the polar grid."""
    lon, lat = _projection(zone, southern).transform(easting, northing, direction="INVERSE")
    return float(lon), float(lat)


def to_mgrs(lon: ArrayLike, lat: ArrayLike, digits: int = 5) -> NDArray[np.str_]:
    """The reference of each position, without spaces, with ``digits`` digits each way: 5 is a metre, 0 the square of 100 km."""
    lat_ = np.broadcast_arrays(lon, lat)[1]
    zones, bands, easting, northing = to_utm(lon, lat)
    east, north = easting + _NUDGE, northing + _NUDGE
    # just south of the equator it must not go over it
    north = np.where((zones > 0) & (lat_ < 0), np.minimum(north, 10_000_000 - _NUDGE), north)
    head = np.empty(zones.shape, dtype="<U5")
    grid = zones > 0
    if grid.any():
        head[grid] = _utm_square(zones[grid], bands[grid], east[grid], north[grid])
    # the pole itself, and 180 degrees, lie in the eastern half, whatever longitude they are given
    eastern = east >= _POLAR["B"][1]
    halves = np.where(lat_ < 0, np.where(eastern, "B", "A"), np.where(eastern, "Z", "Y"))
    for band, (columns, first_east, first_north) in _POLAR.items():
        here = ~grid & (halves == band)
        if here.any():
            column = ((east[here] - first_east) // _SQUARE).astype(np.int64)
            row = ((north[here] - first_north) // _SQUARE).astype(np.int64)
            head[here] = np.char.add(band, np.char.add(np.array(list(columns))[column], np.array(list(_POLAR_ROWS))[row]))
    if digits and head.size:
        for value in (east, north):
            inside = (value % _SQUARE // 10.0 ** (5 - digits)).astype(np.int64)
            head = np.char.add(head, np.char.zfill(inside.astype("<U5"), digits))
    return np.asarray(head)


def _utm_square(zones: Whole, bands: NDArray[np.str_], east: Floats, north: Floats) -> NDArray[np.str_]:
    """Zone, band and the two letters of the square of each position."""
    column = (zones - 1) % 3 * 8 + (east // _SQUARE).astype(np.int64) - 1
    row = ((north // _SQUARE).astype(np.int64) + 5 * (zones % 2 == 0)) % 20
    letters = np.char.add(np.array(list("".join(_COLUMN_LETTERS)))[column], np.array(list(_ROW_LETTERS))[row])
    return np.char.add(np.char.add(np.char.zfill(zones.astype("<U2"), 2), bands), letters)


_REFERENCE = re.compile(
    r"(?:([0-9]{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])|([ABYZ])([A-HJ-LP-UX-Z])([A-HJ-NP-Z]))([0-9]{0,10})"
)


def from_mgrs(reference: str) -> tuple[float, float, float]:
    """(lon, lat, size) of the middle of the square that a reference names, and the length of its side in metres.

    Spaces and case do not matter. Raises MerestoneError M556 where letters and digits cannot go together.
    """
    match = _REFERENCE.fullmatch("".join(reference.split()).upper())
    if match is None or len(match[8]) % 2:
        raise MerestoneError("M556", text=reference, problem="it is not zone, band, two letters and an even number of digits")
    half = len(match[8]) // 2
    size = _SQUARE / 10**half
    east_in, north_in = (float(part or 0) * size for part in (match[8][:half], match[8][half:]))
    if match[5]:
        columns, first_east, first_north = _POLAR[match[5]]
        if match[6] not in columns:
            raise MerestoneError("M556", text=reference, problem=f"there is no column {match[6]} in {match[5]}")
        east = first_east + columns.index(match[6]) * _SQUARE + east_in
        north = first_north + _POLAR_ROWS.index(match[7]) * _SQUARE + north_in
        lon, lat = from_utm(0, match[5] in "AB", east + size / 2, north + size / 2)
        return lon, lat, size
    zone, band = int(match[1]), match[2]
    if not 1 <= zone <= 60:
        raise MerestoneError("M556", text=reference, problem=f"there is no zone {zone}")
    columns = _COLUMN_LETTERS[(zone - 1) % 3]
    if match[3] not in columns:
        raise MerestoneError("M556", text=reference, problem=f"there is no square {match[3]}{match[4]} in zone {zone}")
    east = (columns.index(match[3]) + 1) * _SQUARE + east_in
    north = (_ROW_LETTERS.index(match[4]) - (0 if zone % 2 else 5)) % 20 * _SQUARE + north_in
    southern = band in _SOUTHERN_BANDS
    south_edge = 8 * BANDS.index(band) - 80
    north_edge = 84 if band == "X" else south_edge + 8
    # row letters come round every 2,000 km, bands are 900 km (X 1,300) high: at most one of these lies in the band
    for cycle in range(5):
        low = north + cycle * _CYCLE
        corners = [from_utm(zone, southern, east + dx, low + dy) for dx in (0, size) for dy in (0, size)]
        if min(lat for _, lat in corners) < north_edge and max(lat for _, lat in corners) > south_edge:
            lon, lat = from_utm(zone, southern, east + size / 2, low + size / 2)
            return lon, lat, size
    raise MerestoneError("M556", text=reference, problem=f"there is no square {match[3]}{match[4]} in band {band}")
