"""Sectors have the area and reach that geometry gives them, and what several say together follows from Bayes' rule."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.model import Bearing
from merestone.places.geometry.geodesy import WGS84, distances
from merestone.places.observers.sectors import (
    Sector,
    arc,
    area_m2,
    compass,
    covering,
    distances_m,
    meeting,
    polygon,
    reach_m,
    sector,
)

LON, LAT = st.floats(-180, 180), st.floats(-80, 80)
BEARING, WIDTH = st.floats(0, 359), st.floats(5, 355)
# nearer than some metres the positions' seven decimals show
DISTANCES = st.tuples(st.just(0.0) | st.floats(10, 20_000), st.floats(500, 20_000)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


def holds(area: Sector, lon: float, lat: float) -> bool:
    """Whether a position lies in a sector, from its bearing and distance alone."""
    azimuth, _, metres = WGS84.inv(area.lon, area.lat, lon, lat)
    return (azimuth - area.bearing_from) % 360 <= area.width and area.near_m <= metres <= area.far_m


@settings(max_examples=60, deadline=None)
@given(LON, LAT, BEARING, WIDTH, DISTANCES)
def test_the_area_is_that_of_an_annular_sector(lon, lat, bearing, width, metres):
    # at these distances the ellipsoid's curvature changes the area by less than 0.001 %
    shape = polygon(sector(lon, lat, bearing, bearing + width, *metres))
    plane = math.radians(width) / 2 * (metres[1] ** 2 - metres[0] ** 2)
    assert area_m2(shape) == pytest.approx(plane, rel=1e-3)
    assert shape.is_valid


@pytest.mark.parametrize("lat", [0, 45, 65])
def test_the_area_of_a_wide_sector_is_that_of_an_integral_over_the_ellipsoid(lat):
    """Independent of PROJ's polygon area: cells between close bearings and distances, each taken as a plane trapezium."""
    turns, along = np.radians(np.linspace(30, 150, 241)), np.linspace(50_000, 300_000, 251)
    shape = polygon(sector(20, lat, 30, 150, 50_000, 300_000))
    total = 0.0
    for near, far in itertools.pairwise(along):
        middle = np.full(turns.shape, (near + far) / 2)
        lon, lat_, _ = WGS84.fwd(np.full(turns.shape, 20.0), np.full(turns.shape, float(lat)), np.degrees(turns), middle)
        total += float(WGS84.inv(lon[:-1], lat_[:-1], lon[1:], lat_[1:])[2].sum()) * (far - near)
    assert area_m2(shape) == pytest.approx(total, rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(LON, LAT, BEARING, WIDTH, DISTANCES, st.floats(0, 1), st.floats(0, 1))
def test_what_lies_at_these_bearings_and_distances_lies_in_the_polygon(lon, lat, bearing, width, metres, share, along):
    area = sector(lon, lat, bearing, bearing + width, *metres)
    turn = area.bearing_from + area.width * (0.02 + 0.96 * share)
    reach = area.near_m + (area.far_m - area.near_m) * (0.02 + 0.96 * along)
    inside = WGS84.fwd(lon, lat, turn, reach)[:2]
    outside = WGS84.fwd(lon, lat, turn, area.far_m * 1.01)[:2]
    shape = polygon(area)
    assert shapely.covers(shapely.buffer(shape, 1e-6), shapely.Point(inside))
    assert not shapely.covers(shape, shapely.Point(outside))


@given(BEARING, DISTANCES)
def test_all_round_is_a_ring(bearing, metres):
    shape = polygon(sector(45, 40, bearing, bearing + 360, *metres))
    assert area_m2(shape) == pytest.approx(math.pi * (metres[1] ** 2 - metres[0] ** 2), rel=1e-3)
    assert shape.geom_type == "Polygon"


@pytest.mark.parametrize(("lon", "first", "last"), [(179.99, 0, 360), (-179.99, 200, 340), (180, 0, 360)])
def test_across_180_degrees_it_is_cut_in_two_without_loss(lon, first, last):
    shape = polygon(sector(lon, 65, first, last, 0, 8000))
    assert shape.geom_type == "MultiPolygon"
    west, _, east, _ = shape.bounds
    assert (west, east) == (-180, 180)
    assert area_m2(shape) == pytest.approx(math.radians(last - first) / 2 * 8000**2, rel=1e-3)
    centre_lon, centre_lat, radius = covering(shape)
    assert distances(centre_lon, centre_lat, [lon], [65])[0] < 9000
    assert radius < 8100


def test_an_observer_somewhere_in_a_town_widens_the_sector_all_round():
    narrow, wide = polygon(sector(45, 40, 80, 100, 3000, 8000)), polygon(sector(45, 40, 80, 100, 3000, 8000, 1000))
    assert shapely.covers(wide, narrow)
    edge = shapely.get_coordinates(narrow.exterior)
    out = [WGS84.fwd(*edge[np.argmax(edge[:, 0])], 90, metres)[:2] for metres in (950, 1050)]
    assert [shapely.covers(wide, shapely.Point(p)) for p in out] == [True, False]


def test_every_bearing_of_the_model_is_a_point_of_the_compass():
    from typing import get_args

    assert set(compass()) == set(get_args(Bearing))
    assert [degrees for degrees, _ in sorted(compass().values())] == [22.5 * n for n in range(16)]


@pytest.mark.parametrize(
    ("points", "span"),
    [
        ([], (0, 360)), (["north"], (337.5, 382.5)), (["north-north-east"], (11.25, 33.75)), (["west"], (247.5, 292.5)),
        (["west-north-west", "north-east"], (281.25, 427.5)), (["north-east", "west-north-west"], (281.25, 427.5)),
        (["east", "south-east"], (67.5, 157.5)), (["north", "south"], (337.5, 562.5)), (["south", "north"], (157.5, 382.5)),
        (["south", "south-west", "west", "north"], (157.5, 382.5)), (["north", "north"], (337.5, 382.5)),
        (["north", "east", "south", "west"], (0, 360)),
    ],
)  # fmt: skip
def test_points_of_the_compass_span_the_smallest_arc_that_holds_them(points, span):
    assert arc(points) == span


@given(st.lists(st.sampled_from(sorted(compass())), min_size=1, max_size=5))
def test_an_arc_holds_each_of_its_points(points):
    first, last = arc(points)
    assert 0 < last - first <= 360
    for point in points:
        assert (compass()[point][0] - first) % 360 <= last - first


@pytest.mark.parametrize(
    ("told", "metres"),
    [((3, 8), (3000, 8000)), ((4, 4), (3500, 4500)), ((5, 5), (2500, 7500)), ((10, 10), (5000, 15_000)),
    ((15, 15), (12_500, 17_500)),
     ((0.3, 0.3), (250, 350)), ((2.5, 2.5), (2250, 2750)), ((0, 0), (0, 1))],
)  # fmt: skip
def test_a_single_distance_is_as_wide_as_it_was_rounded(told, metres):
    assert distances_m(*told) == metres


def test_every_event_that_can_be_seen_or_heard_has_a_reach():
    from merestone.reading.sightings import SIGHTED

    assert set(reach_m()) >= SIGHTED
    assert all(0 < metres <= 30_000 for metres in reach_m().values())


@pytest.mark.parametrize(
    "given_",
    [(45, 40, 0, 0, 0, 1000), (45, 40, math.nan, 10, 0, 1000), (45, 40, 0, 10, 1000, 1000), (45, 40, 0, 10, -1, 1000),
     (45, 40, 0, 10, 0, 1e7), (45, 40, 0, 10, 0, math.nan), (45, 89.99, 0, 10, 0, 5000), (45, 40, 0, 10, 0, 1000, math.inf)],
)  # fmt: skip
def test_what_cannot_be_a_sector_is_refused(given_):
    with pytest.raises(MerestoneError) as error:
        sector(*given_)
    assert error.value.code == "M558"


# -- several observers


def seen_from(lon, lat, to_lon, to_lat, half=15.0, share=0.3):
    """The sector in which an observer places something it sees from a position."""
    azimuth, _, metres = WGS84.inv(lon, lat, to_lon, to_lat)
    return sector(lon, lat, azimuth - half, azimuth + half, metres * (1 - share), metres * (1 + share))


EVENT = (45.65, 40.25)
WEST, SOUTH, EAST = (45.55, 40.24), (45.66, 40.18), (45.74, 40.26)


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.12, 0.12), st.floats(-0.1, 0.1), st.floats(-0.12, 0.12), st.floats(-0.1, 0.1))
def test_sectors_that_hold_one_point_meet_around_it(x, y, u, v):
    assume(min(math.hypot(x, y), math.hypot(u, v)) > 0.02)
    observers = [seen_from(EVENT[0] + x, EVENT[1] + y, *EVENT), seen_from(EVENT[0] + u, EVENT[1] + v, *EVENT)]
    met = meeting(observers)
    assert met.region is not None
    assert shapely.covers(met.region, shapely.Point(EVENT))
    assert met.area_m2 <= min(area_m2(polygon(s)) for s in observers) * 1.001
    assert met.lon is not None
    assert met.lat is not None
    assert met.radius_m is not None
    assert distances(met.lon, met.lat, [EVENT[0]], [EVENT[1]])[0] <= met.radius_m


def test_the_region_is_what_lies_in_every_sector():
    observers = [seen_from(*position, *EVENT) for position in (WEST, SOUTH)]
    met = meeting(observers)
    random = np.random.default_rng(3)
    lon, lat = random.uniform(45.55, 45.75, 20_000), random.uniform(40.18, 40.32, 20_000)
    inside = np.array([all(holds(s, x, y) for s in observers) for x, y in zip(lon, lat, strict=True)])
    assert inside.sum() > 300
    assert (shapely.contains_xy(met.region, lon, lat) == inside).mean() > 0.999
    box = area_m2(shapely.box(45.55, 40.18, 45.75, 40.32))
    assert met.area_m2 == pytest.approx(box * inside.mean(), rel=0.1)


def test_the_probability_is_that_of_a_simulation():
    """Positions are drawn from each observer's density, the soft edges by its errors; Bayes' rule on near pairs."""
    one, two = (seen_from(*position, *EVENT) for position in (WEST, SOUTH))
    random = np.random.default_rng(5)

    def drawn(s, count):
        # uniform over the ground, between edges that are off by the stated errors: kept with the share that holds it
        far = s.far_m * 1.6
        metres, turn = far * np.sqrt(random.random(count)), random.uniform(0, 360, count)
        middle, half = s.bearing_from + s.width / 2, s.width / 2
        off = np.abs((turn - middle + 180) % 360 - 180)
        kept = (off < half + random.normal(0, 5, count)) & (metres < s.far_m + random.normal(0, 0.1 * s.far_m, count))
        kept &= metres > s.near_m + random.normal(0, 0.1 * s.near_m, count)
        lon, lat, _ = WGS84.fwd(np.full(kept.sum(), s.lon), np.full(kept.sum(), s.lat), turn[kept], metres[kept])
        return np.asarray(lon), np.asarray(lat)

    # two-dimensional histograms of both densities, their product integrated
    (a, b), (c, d) = drawn(one, 2_000_000), drawn(two, 2_000_000)
    bins = [np.linspace(45.5, 45.8, 151), np.linspace(40.15, 40.35, 131)]
    cell = area_m2(shapely.box(45.65, 40.25, 45.652, 40.25 + 0.2 / 130))
    first, second = np.histogram2d(a, b, bins)[0] / a.size / cell, np.histogram2d(c, d, bins)[0] / c.size / cell
    evidence = float((first * second).sum()) * cell
    farthest = max(one.far_m, two.far_m)
    reach = shapely.union_all([polygon(sector(s.lon, s.lat, 0, 360, 0, farthest)) for s in (one, two)])
    ratio = evidence * area_m2(reach)
    assert meeting([one, two]).probability == pytest.approx(ratio / (1 + ratio), abs=0.02)


def test_a_third_observer_of_the_same_makes_it_surer_and_smaller():
    two, three = ([seen_from(*position, *EVENT) for position in some] for some in ((WEST, SOUTH), (WEST, SOUTH, EAST)))
    assert meeting(three).probability > meeting(two).probability > 0.8
    assert meeting(three).area_m2 < meeting(two).area_m2


def test_sectors_that_point_away_do_not_meet():
    met = meeting([sector(45.5, 40, 250, 290, 1000, 5000), sector(45.7, 40, 70, 110, 1000, 5000)])
    assert (met.region, met.area_m2, met.lon, met.probability) == (None, 0.0, None, 0.0)


def test_a_prior_moves_the_probability_as_bayes_rule_has_it():
    observers = [seen_from(*position, *EVENT) for position in (WEST, SOUTH)]
    even, low = meeting(observers).probability, meeting(observers, prior=0.1).probability
    odds = even / (1 - even) / 9
    assert low == pytest.approx(odds / (1 + odds), abs=0.002)


def test_sectors_meet_across_180_degrees():
    met = meeting([seen_from(179.9, 65, -179.98, 65.02), seen_from(-179.85, 65.05, -179.98, 65.02)])
    assert met.region is not None
    assert met.area_m2 > 0
    assert met.lon is not None
    assert abs(met.lon) > 179.8


def test_one_observer_meets_no_other():
    with pytest.raises(MerestoneError, match="two or more"):
        meeting([sector(45, 40, 0, 10, 0, 1000)])


def test_the_same_sectors_give_the_same_answer_to_the_last_bit():
    observers = [seen_from(*position, *EVENT) for position in (WEST, SOUTH, EAST)]
    first, second = meeting(observers), meeting(observers)
    assert first == second
