"""Pulkovo 1942 (SK-42), the datum of the Soviet maps, and its Gauss-Krüger zones, from and to WGS 84.

Arrays go in and out: longitudes and latitudes in degrees, longitude first, of any one shape or plain numbers; lengths in
metres.

Of the operations that the EPSG dataset holds between the two datums, one is used everywhere: EPSG:15865, "Pulkovo 1942 to
WGS 84 (16)", whose area of use is all states of the former Soviet Union, with a stated accuracy of 4.5 m. Others are stated
for one state alone, some more accurate. They are not chosen between, because PROJ knows an area of use only as a box of
longitudes and latitudes, and Russia's box takes in Tbilisi: a choice by box would shift the two sides of a border by
different operations. ``operations_at`` lists all whose box holds a place; in the South Caucasus they differ by 6 m at most.

Heights are left out: the two ellipsoids differ by a few metres there, which changes a position by less than a millimetre.
The projection is PROJ's transverse Mercator by Krüger's series to the sixth order (Karney 2011): exact to nanometres in a
zone.
"""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

Floats = NDArray[np.float64]

DATUM = "Pulkovo 1942"
_CODE = 15865
_FALSE_EASTING = 500_000.0
_ZONE_METRES = 1_000_000.0
_ZONES = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """How positions were shifted from one datum to the other."""

    code: str
    """EPSG code, for example EPSG:15865."""
    name: str
    """EPSG's name of it."""
    accuracy_m: float | None
    """Accuracy as EPSG states it; None where it states none, or for a place outside the area of use."""


@cache
def _shift() -> Transformer:
    # The operation itself, not a choice of PROJ's: no setting of a machine, and no grid that it may hold, changes the result.
    return Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{_CODE}")


def operation_at(lon: float, lat: float) -> Operation:
    """The operation used, with its stated accuracy where a place lies within the box of its area of use.

    Outside the former Soviet Union sheets exist, but no operation is stated: the same shift is used, the accuracy is None.
    """
    area = _shift().area_of_use
    assert area is not None
    # the box reaches over 180 degrees to Chukotka
    inside = area.south <= lat <= area.north and (lon >= area.west or lon <= area.east)
    return Operation(f"EPSG:{_CODE}", "Pulkovo 1942 to WGS 84 (16)", _shift().accuracy if inside else None)


def operations_at(lon: float, lat: float) -> tuple[Operation, ...]:
    """Every operation of EPSG between the two whose box holds the place, the most accurate first."""
    group = TransformerGroup(
        "EPSG:4284", "EPSG:4326", always_xy=True, allow_ballpark=False,
        area_of_interest=AreaOfInterest(lon, lat, lon, lat),  # type: ignore[arg-type]  # as PROJ's documentation has it
    )  # fmt: skip
    found = []
    for transformer in group.transformers:
        for step in transformer.operations or ():
            described = step.to_json_dict()
            identity = described.get("id") or {}
            if identity and "Pulkovo 1942 to" in step.name:
                accuracy = transformer.accuracy
                # PROJ's own mark for "unknown"
                known = accuracy if 0 <= accuracy < 999 else None
                found.append(Operation(f"{identity['authority']}:{identity['code']}", step.name, known))
    return tuple(sorted(found, key=lambda operation: (operation.accuracy_m is None, operation.accuracy_m or 0, operation.code)))


def to_sk42(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """(lon, lat) on SK-42 of positions on WGS 84; NaN gives NaN. Longitudes stay within -180 to 180."""
    out_lat, out_lon = _shift().transform(*_plain(lat, lon), direction="INVERSE")
    return _wrapped(out_lon), np.asarray(out_lat, dtype=np.float64)


def from_sk42(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """(lon, lat) on WGS 84 of positions on SK-42; NaN gives NaN. Longitudes stay within -180 to 180."""
    out_lat, out_lon = _shift().transform(*_plain(lat, lon))
    return _wrapped(out_lon), np.asarray(out_lat, dtype=np.float64)


def zone_of(lon: ArrayLike) -> NDArray[np.int64]:
    """Number of the six-degree zone: 1 from 0 to 6 degrees east, 60 from 6 to 0 degrees west. Takes degrees of SK-42.

    A zone owns its western edge. It is the column of the sheet at 1:1,000,000 less 30, or plus 30.
    """
    return np.asarray(np.floor(np.mod(np.asarray(lon, dtype=np.float64), 360.0) / 6).astype(np.int64) % _ZONES + 1)


@cache
def _projection(zone: int) -> Transformer:
    meridian = 6 * zone - 3
    meridian -= 360 if meridian > 180 else 0
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={_FALSE_EASTING:.0f} +y_0=0 +ellps=krass +algo=poder_engsager"
    )


def to_gauss_kruger(lon: ArrayLike, lat: ArrayLike, zone: ArrayLike | None = None) -> tuple[NDArray[np.int64], Floats, Floats]:
    """(zone, northing, easting) of positions on SK-42, in the zone given or that in which they lie.

    Northing is the x of Russian maps, metres from the equator, negative in the south; easting is their y, with 500,000 m on
    the central meridian and the zone's number in front: 8574138.2 is 74,138.2 m east of the central meridian of zone 8.
    """
    lon_, lat_ = _plain(lon, lat)
    zones = np.broadcast_to(zone_of(lon_) if zone is None else np.asarray(zone, dtype=np.int64), lon_.shape)
    northing, easting = np.full(lon_.shape, np.nan), np.full(lon_.shape, np.nan)
    for number in np.unique(zones):
        here = zones == number
        x, y = _projection(int(number)).transform(lon_[here], lat_[here])
        easting[here], northing[here] = x + number * _ZONE_METRES, y
    return np.array(zones), northing, easting


def from_gauss_kruger(northing: ArrayLike, easting: ArrayLike, zone: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """(lon, lat) on SK-42 of Gauss-Krüger coordinates, the easting with its zone's number in front.

    Where no zone is given it is read off the easting, which tells it within 500 km of the central meridian. NaN for no zone.
    """
    y, x = _plain(northing, easting)
    zones = np.floor_divide(x, _ZONE_METRES) if zone is None else np.broadcast_to(np.asarray(zone, dtype=np.float64), x.shape)
    lon, lat = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    for number in np.unique(zones[(zones >= 1) & (zones <= _ZONES)]):
        here = zones == number
        lon[here], lat[here] = _projection(int(number)).transform(x[here] - number * _ZONE_METRES, y[here], direction="INVERSE")
    return _wrapped(lon), lat


def _plain(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    one, two = np.broadcast_arrays(np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64))
    return one.copy(), two.copy()


def _wrapped(lon: ArrayLike) -> Floats:
    values = np.asarray(lon, dtype=np.float64)
    # not by the remainder alone: that would change the last digits of longitudes which need no wrapping
    return np.where(values > 180, values - 360, np.where(values < -180, values + 360, values))
