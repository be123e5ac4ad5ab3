"""SK-42 and Gauss-Krüger agree with the EPSG operation and with the series computed by hand.

The check values: the coordinate-frame rotation of EPSG:15865 (tx 25, ty -141, tz -78.5 m, ry -0.35, rz -0.736 arcseconds)
inverted exactly, and Krüger's series on the Krassowsky ellipsoid, both computed without PROJ.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.places.geometry.geodesy import distances
from merestone.places.systems import datums

BY_HAND = [
    ("Sotk", 45.8695, 40.2, 45.870717931, 40.200096635, 4452189.4185, 8574138.1999),
    ("Goris", 46.3417, 39.5111, 46.342895328, 39.511203125, 4376196.5333, 8615492.4441),
    ("Kapan", 46.4068, 39.2076, 46.407987860, 39.207707858, 4342584.7002, 8621616.0413),
    ("Jermuk", 45.6711, 39.8395, 45.672313216, 39.839605758, 4412014.2953, 8557546.7224),
    ("Ijevan", 45.1478, 40.8804, 45.149044900, 40.880493797, 4527392.5206, 8512562.7546),
]


@pytest.mark.parametrize(("place", "lon", "lat", "sk42_lon", "sk42_lat", "north", "east"), BY_HAND)
def test_a_place_has_the_coordinates_computed_by_hand(place, lon, lat, sk42_lon, sk42_lat, north, east):
    x, y = datums.to_sk42(lon, lat)
    assert distances(float(x), float(y), [sk42_lon], [sk42_lat])[0] < 0.001
    zone, northing, easting = datums.to_gauss_kruger(x, y)
    assert (zone, northing, easting) == (8, pytest.approx(north, abs=0.001), pytest.approx(east, abs=0.001))


@given(st.floats(19.6, 179), st.floats(35.2, 81.9))
def test_there_and_back_is_the_same_place_to_a_millimetre(lon, lat):
    back = datums.from_sk42(*datums.to_sk42(lon, lat))
    assert distances(lon, lat, *map(np.atleast_1d, back))[0] < 0.001


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_gauss_kruger_there_and_back_is_the_same_place(lon, lat):
    zone, north, east = datums.to_gauss_kruger(lon, lat)
    assert zone == int(lon % 360 / 6) % 60 + 1
    back = datums.from_gauss_kruger(north, east)
    assert distances(lon, lat, *map(np.atleast_1d, back))[0] < 1e-4


def test_a_neighbouring_zone_can_be_asked_for():
    _, north, east = datums.to_gauss_kruger(45.870717930, 40.200096635, 7)
    assert (north, east) == (pytest.approx(4474534.568, abs=0.002), pytest.approx(8085245.208, abs=0.002))
    lon, lat = datums.from_gauss_kruger(north, east, 7)
    assert (lon, lat) == (pytest.approx(45.87071793, abs=1e-9), pytest.approx(40.200096635, abs=1e-9))


def test_arrays_go_through_whole_with_gaps():
    lon, lat = datums.to_sk42([45.8695, np.nan], [40.2, 40.2])
    assert lon[0] == datums.to_sk42(45.8695, 40.2)[0]
    assert np.isnan(lon[1])
    assert lat.shape == (2,)


@pytest.mark.parametrize(
    ("lon", "zone"), [(0, 1), (42.0013, 8), (47.9, 8), (48.0012, 9), (179.9, 30), (-179.9, 31), (-0.1, 60)]
)
def test_zones_count_eastwards_from_greenwich(lon, zone):
    assert datums.zone_of(lon) == zone


def test_longitudes_stay_in_range_at_180_degrees():
    lon, _ = datums.to_sk42([179.9999, -179.9999, 180.0], [65.0, 65.0, 65.0])
    assert (np.abs(lon) <= 180).all()


def test_the_operation_is_one_for_both_sides_of_a_border():
    for lon, lat in ((45.87, 40.2), (44.83, 41.69), (49.9, 40.4), (37.6, 55.8), (-170, 66)):
        operation = datums.operation_at(lon, lat)
        assert (operation.code, operation.accuracy_m) == ("EPSG:15865", 4.5)


def test_no_accuracy_is_claimed_where_none_is_stated():
    assert datums.operation_at(-70.5, -33.4).accuracy_m is None


def test_the_operations_that_epsg_offers_at_a_place_are_listed():
    assert [operation.code for operation in datums.operations_at(45.87, 40.2)] == ["EPSG:15865", "EPSG:1808"]
    assert datums.operations_at(-70.5, -33.4) == ()
