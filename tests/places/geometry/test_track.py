"""Side, distance, nearest point and chainage hold for every point of the globe, and for a line drawn either way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from merestone.model import Line
from merestone.places import sides
from merestone.places.contested.lines import party_on_side
from merestone.places.geometry.geodesy import WGS84, covering_circle, distances
from merestone.places.geometry.track import Track

DEGREE = st.floats(-0.5, 0.5).map(lambda value: round(value, 5))
POSITION = st.tuples(DEGREE, DEGREE)
LATITUDE = st.floats(-70, 70)
# Lines that run east never cross themselves, however sharp their bends.
ZIGZAGS = st.lists(POSITION, min_size=2, max_size=8, unique_by=lambda p: p[0]).map(sorted)


def line(positions: Any, left: str = "ARM", right: str = "AZE") -> Line:
    return Line(
        id="l", name="l", source_map="m", accuracy_m=1.0, left_party=left, right_party=right,
        geometry=shapely.to_wkb(shapely.LineString(positions), byte_order=1),
    )  # fmt: skip


def moved(positions: Any, lon: float, lat: float) -> list[tuple[float, float]]:
    return [(x + lon, y + lat) for x, y in positions]


def side(points: Any, of: Line) -> list[str | None]:
    lon, lat = zip(*points, strict=True)
    return [party_on_side(int(sign), of) for sign in sides(lon, lat, of).sign]


def test_left_and_right_are_seen_walking_along_the_line() -> None:
    north = line([(45.0, 40.0), (45.0, 41.0)])
    assert side([(44.9, 40.5), (45.1, 40.5)], north) == ["ARM", "AZE"]


def test_distance_is_geodesic() -> None:
    north = line([(45.0, 40.0), (45.0, 41.0)])
    found = sides([45.1], [40.5], north)
    _, _, expected = WGS84.inv(45.1, 40.5, found.nearest_lon[0], found.nearest_lat[0])
    assert found.distance_m[0] == pytest.approx(expected, abs=1e-6)
    assert found.distance_m[0] == pytest.approx(8480, rel=0.01)


def test_past_the_end_of_an_open_line_there_is_no_side() -> None:
    found = sides([45.1, 45.1], [39.5, 40.5], line([(45.0, 40.0), (45.0, 41.0)]))
    assert found.past_end.tolist() == [True, False]
    assert found.sign.tolist() == [0, -1]


def test_a_closed_line_has_an_inside_everywhere() -> None:
    ring = line([(45, 40), (46, 40), (46, 41), (45, 41), (45, 40)])
    found = sides([45.5, 44.5, 44.9, 46.1], [40.5, 40.5, 39.9, 41.1], ring)
    assert found.sign.tolist() == [1, -1, -1, -1]
    assert not found.past_end.any()


def test_a_sharp_bend_is_told_by_both_its_segments() -> None:
    # A needle to the east: the point off its tip lies on the wrong side of one segment's extension.
    needle = line([(45, 40), (46, 40.01), (45, 40.02)])
    assert side([(46.05, 40.04), (46.05, 39.98), (45.5, 40.01), (45.5, 40.1), (45.5, 39.9)], needle) == [
        "AZE", "AZE", "ARM", "AZE", "AZE",
    ]  # fmt: skip


def test_the_antimeridian_parts_nothing() -> None:
    near = line([(179.9, 10), (179.9, 11)])
    found = sides([-179.9, 179.7], [10.5, 10.5], near)
    assert found.sign.tolist() == [-1, 1]
    assert found.distance_m[0] == pytest.approx(found.distance_m[1], rel=1e-6)


def test_points_that_are_nowhere_have_no_answer() -> None:
    found = sides([math.nan, 45.1, 45.1], [40.5, math.inf, 40.5], line([(45, 40), (45, 41)]))
    assert np.isnan(found.distance_m).tolist() == [True, True, False]
    assert found.sign.tolist() == [0, 0, -1]


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_reversing_a_line_and_swapping_its_parties_changes_nothing(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    forwards, backwards = line(positions), line(positions[::-1], left="AZE", right="ARM")
    assert side(points, forwards) == side(points, backwards)
    lon, lat_ = zip(*points, strict=True)
    one, other = sides(lon, lat_, forwards), sides(lon, lat_, backwards)
    assert one.distance_m == pytest.approx(other.distance_m, abs=1e-3)


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE, st.sampled_from([-170.0, -45.0, 90.0, 134.5]))
def test_moving_everything_east_changes_nothing(positions: Any, points: Any, lat: float, east: float) -> None:
    here = Track(shapely.LineString(moved(positions, 45, lat))).sides(*zip(*moved(points, 45, lat), strict=True))
    there = Track(shapely.LineString(moved(positions, 45 + east, lat))).sides(*zip(*moved(points, 45 + east, lat), strict=True))
    assert here.distance_m == pytest.approx(there.distance_m, abs=1e-3)
    clear = here.distance_m > 0.01
    assert (here.sign[clear] == there.sign[clear]).all()


@settings(deadline=None)
@given(ZIGZAGS, st.integers(0, 6), st.floats(0, 1), LATITUDE)
def test_a_point_on_the_line_has_distance_nought(positions: Any, segment: int, share: float, lat: float) -> None:
    positions = moved(positions, 45, lat)
    assume(segment < len(positions) - 1)
    (x, y), (x2, y2) = positions[segment], positions[segment + 1]
    found = sides([x + share * (x2 - x)], [y + share * (y2 - y)], line(positions))
    assert found.distance_m[0] < 1e-3


@settings(max_examples=60, deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_no_other_point_of_the_line_is_nearer(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    found = sides(*zip(*points, strict=True), line(positions))
    steps = shapely.get_coordinates(shapely.segmentize(shapely.LineString(positions), 0.002))
    for number, (lon, at) in enumerate(points):
        assert found.distance_m[number] <= distances(lon, at, steps[:, 0], steps[:, 1]).min() + 0.01


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_the_side_is_that_of_the_area_the_line_bounds(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    (first, *_), last = positions[0], positions[-1][0]
    above = shapely.Polygon([*positions, (last, lat + 3), (first, lat + 3)])
    assume(above.is_valid)
    found = sides(*zip(*points, strict=True), line(positions))
    for number, (lon, at) in enumerate(points):
        if first < lon < last and found.distance_m[number] > 1 and not found.past_end[number]:
            assert (found.sign[number] > 0) == above.contains(shapely.Point(lon, at))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-89, 89)), min_size=1, max_size=8))
def test_a_covering_circle_covers(points: Any) -> None:
    lon, lat, radius = covering_circle(*zip(*points, strict=True))
    assert distances(lon, lat, *map(list, zip(*points, strict=True))).max() <= radius + 0.1


@settings(deadline=None, max_examples=60)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_a_line_walked_the_other_way_counts_its_metres_from_the_other_end(positions: Any, points: Any, lat: float) -> None:
    one, other = (Track(shapely.LineString(moved(way, 45, lat))) for way in (positions, positions[::-1]))
    lon, lat_ = zip(*moved(points, 45, lat), strict=True)
    here, there = one.sides(lon, lat_), other.sides(lon, lat_)
    assert one.length_m == pytest.approx(other.length_m, rel=1e-9)
    along = one.chainage_m(here.segment, here.share)
    back = other.length_m - other.chainage_m(there.segment, there.share)
    # where two places of the line are equally near, either may be named
    same = distances_between(here, there) < 0.01
    assert along[same] == pytest.approx(back[same], abs=0.02)
    assert (here.sign == -there.sign).all()
    assert (here.past_end == there.past_end).all()


def distances_between(one: Any, other: Any) -> Any:
    return np.asarray(WGS84.inv(one.nearest_lon, one.nearest_lat, other.nearest_lon, other.nearest_lat)[2])


def test_chainage_is_the_length_of_ways_straight_in_degrees() -> None:
    bent = shapely.LineString([(45, 40), (46, 41), (47, 40.2)])
    steps = shapely.get_coordinates(shapely.segmentize(bent, 1e-3))
    track = Track(bent)
    assert track.length_m == pytest.approx(WGS84.line_length(steps[:, 0], steps[:, 1]), rel=1e-6)
    assert track.chainage_m(np.array([0, 1, 1]), np.array([0.0, 0.0, 1.0])) == pytest.approx(
        [0, WGS84.line_length(steps[:1415, 0], steps[:1415, 1]), track.length_m], rel=1e-3
    )


def test_the_chainage_of_parts_follows_their_order() -> None:
    apart = Track(shapely.MultiLineString([[(45, 40), (45, 41)], [(50, 40), (50, 41)]]))
    found = apart.sides([50.1], [40.5])
    assert apart.chainage_m(found.segment, found.share)[0] == pytest.approx(1.5 * 111_000, rel=0.01)


def test_parts_that_meet_at_the_antimeridian_have_no_end_there() -> None:
    cut = Track(shapely.MultiLineString([[(179, 10), (180, 10)], [(-180, 10), (-179, 10)]]))
    found = cut.sides([180, -180, 179.99], [10.5, 9.5, 10.5])
    assert found.sign.tolist() == [1, -1, 1]
    assert not found.past_end.any()


def test_a_line_may_run_to_a_pole_and_points_may_lie_on_it() -> None:
    meridian = Track(shapely.LineString([(20, 89), (20, 90)]))
    found = meridian.sides([20.5, 19.5, 0.0], [89.5, 89.5, 90.0])
    assert found.sign.tolist() == [-1, 1, 0]
    assert found.distance_m[2] < 1e-3
    parallel = Track(shapely.LineString([(-90, 89), (90, 89)]))
    assert parallel.sides([0, 0], [89.5, 88.5]).sign.tolist() == [1, -1]
    assert parallel.sides([0], [88.5]).distance_m[0] == pytest.approx(55_847, abs=1)


def test_a_line_that_crosses_itself_has_the_side_of_its_nearest_stretch() -> None:
    # Above the crossing the first stretch has its left, the third its right.
    eight = Track(shapely.LineString([(45, 40), (46, 41), (46, 40), (45, 41)]))
    assert eight.sides([45.9, 45.6, 45.4], [40.5, 40.8, 40.8]).sign.tolist() == [-1, 1, -1]
    assert eight.sides([45.5], [40.5]).sign[0] == 0
    assert eight.sides([45.5], [40.5]).segment[0] == 0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=6, unique=True),
       st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=4))  # fmt: skip
def test_anywhere_on_the_globe_no_other_point_of_the_line_is_nearer(positions: Any, points: Any) -> None:
    shape = shapely.LineString(positions)
    assume(shape.length > 1e-6)
    found = Track(shape).sides(*zip(*points, strict=True))
    steps = shapely.get_coordinates(shapely.segmentize(shape, shape.length / 2000))
    for number, (lon, at) in enumerate(points):
        least = distances(lon, at, steps[:, 0], steps[:, 1]).min()
        # chords and geodesics differ in order by some 20 m at 1,000 km
        assert found.distance_m[number] <= least * (1 + 2e-5) + 0.01


def test_signed_distances_in_space_are_those_on_the_ellipsoid() -> None:
    track = Track(shapely.LineString([(45, 40), (45.3, 40.1), (45.6, 39.9), (46, 40)]))
    lon, lat = np.meshgrid(np.linspace(44.9, 46.1, 9), np.linspace(39.7, 40.3, 9))
    found = track.sides(lon.ravel(), lat.ravel())
    signed, past_end = track.signed_m(Track.in_space(lon, lat))
    assert signed.ravel() == pytest.approx(found.signed_m, abs=0.01)
    assert (past_end.ravel() == found.past_end).all()
