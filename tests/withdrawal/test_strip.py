"""A zone is exactly the ground within the depth on its side of the line, whatever the line looks like."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from merestone.places.geometry.areas import area_m2
from merestone.withdrawal.strip import TOLERANCE, Strip
from withdrawal.zone_checks import KOR_MDL, LATITUDE, ZIGZAGS, geodesic, holds, samples

DEPTH = st.sampled_from([800.0, 5000.0, 24_000.0])


def exactly(strip, depth, halves, ends="flat"):
    """Number of places, well off every edge, for which a zone and the exact side and distance differ."""
    around = shapely.union_all([halves.left, halves.right, strip.line])
    places = samples(around, 1500)
    sides = strip.track.sides(places[:, 0], places[:, 1])
    sign = sides.sign if ends == "flat" else sides.drawn
    clear = np.abs(sides.distance_m - depth) > 2 * TOLERANCE * depth
    edges = shapely.union_all([halves.left.boundary, halves.right.boundary])
    clear &= shapely.distance(edges, shapely.points(places)) > 2e-4 * max(depth / 1000, 1)
    wrong = 0
    for half, side in zip(halves, (1, -1), strict=True):
        wrong += int((clear & (holds(half, places) != ((sign == side) & (sides.distance_m < depth)))).sum())
    return wrong


# the ground past the last end meets that of the middle stretch, whose normals pass the line drawn on from either side
@example([(0.0, 0.0), (0.0938, -0.25), (0.125, 0.2344), (0.1562, 0.0)], 0.0, 24_000.0, "round")
@given(ZIGZAGS, LATITUDE, DEPTH, st.sampled_from(["flat", "round"]))
@settings(max_examples=40, deadline=None)
def test_a_zone_holds_the_places_within_the_depth_on_its_side_and_no_others(zigzag, lat, depth, ends):
    strip = Strip(shapely.LineString([(x + 44, y + lat) for x, y in zigzag]))
    halves = strip.halves(depth, ends)
    assert exactly(strip, depth, halves, ends) == 0
    assert shapely.intersection(halves.left, halves.right).area == 0


@given(ZIGZAGS, LATITUDE, DEPTH)
@settings(max_examples=20, deadline=None)
def test_the_outline_lies_at_the_depth(zigzag, lat, depth):
    strip = Strip(shapely.LineString([(x - 71, y + lat) for x, y in zigzag]))
    boundary = strip.within(depth).boundary
    places = shapely.get_coordinates(
        shapely.line_interpolate_point(shapely.get_parts(boundary), np.linspace(0, 1, 400)[:, None], normalized=True)
    )
    off = np.abs(strip.track.sides(places[:, 0], places[:, 1]).distance_m / depth - 1)
    assert (
        off > 1e-3
    ).mean() < 0.01  # across the mouth of a bay that is narrower than a thousandth of the depth it may be more


@given(LATITUDE, st.floats(0, 360), st.floats(4_000, 30_000), st.floats(0.02, 0.25))
@settings(max_examples=20, deadline=None)
def test_a_straight_line_gives_both_sides_the_same_area(lat, azimuth, metres, share):
    # chords of 10 m: the direction of one, straight in degrees, is that of the geodesic to 4e-6
    depth = metres * share
    halves = Strip(geodesic(20, lat, azimuth, metres, step=10.0)).halves(depth)
    left, right = area_m2(halves.left), area_m2(halves.right)
    assert left == pytest.approx(right, rel=1e-6)
    assert left == pytest.approx(metres * depth, rel=1e-3)


@given(ZIGZAGS, LATITUDE)
@settings(max_examples=20, deadline=None)
def test_walking_the_line_the_other_way_exchanges_the_sides(zigzag, lat):
    line = shapely.LineString([(x, y + lat) for x, y in zigzag])
    here, there = Strip(line).halves(6000), Strip(shapely.reverse(line)).halves(6000)
    for one, other in ((here.left, there.right), (here.right, there.left)):
        assert shapely.symmetric_difference(one, other).area <= 1e-6 * max(one.area, 1e-9)


@given(ZIGZAGS, LATITUDE, st.floats(1.2, 6))
@settings(max_examples=20, deadline=None)
def test_zones_of_growing_depth_nest(zigzag, lat, times):
    strip = Strip(shapely.LineString([(x, y + lat) for x, y in zigzag]))
    for small, large in zip(strip.halves(3000), strip.halves(3000 * times), strict=True):
        # to the accuracy of the outline: bays past an end are drawn by rays, whose corners depend a little on the depth
        assert shapely.difference(small, large).area <= 1e-5 * small.area


def test_a_ring_has_an_inside_and_no_ends():
    ring = shapely.LineString([(45, 40), (45.3, 40), (45.3, 40.25), (45, 40.25), (45, 40)])
    strip = Strip(ring)
    assert strip.open_ends == []
    halves = strip.halves(4000)
    assert exactly(strip, 4000, halves) == 0
    assert len(halves.left.interiors) == 1  # the middle of the enclave is farther than the depth
    assert shapely.difference(halves.left, shapely.Polygon(ring)).area < 1e-12


PLACE = st.tuples(st.integers(-20, 20).map(lambda n: n / 100), st.integers(-20, 20).map(lambda n: n / 100))


@given(
    st.lists(st.lists(PLACE, min_size=2, max_size=6, unique=True), min_size=1, max_size=3), LATITUDE, DEPTH,
    st.sampled_from(["flat", "round"]),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_lines_that_cross_meet_and_return_have_the_side_of_the_nearest_stretch_everywhere(lines, lat, depth, ends):
    drawn = shapely.MultiLineString([[(x + 44, y + lat) for x, y in line] for line in lines])
    assume(
        shapely.union_all(drawn, grid_size=1e-7).length > drawn.length * (1 - 1e-5)
    )  # a stretch walked twice has two sides at once
    ends_of = [places[row] for places in lines for row in (0, -1)]
    # past an end at a bend of another line there are two sides and nothing that parts them
    assume(not set(ends_of) & {place for places in lines for place in places[1:-1]})
    assume(ends == "flat" or len(set(ends_of)) == len(ends_of))  # nor can the ground past two ends at one place be told
    strip = Strip(drawn)
    halves = strip.halves(depth, ends)
    assert exactly(strip, depth, halves, ends) <= 8  # of 1,500, where small loops lie deep inside the zone
    assert shapely.intersection(halves.left, halves.right).area <= 1e-12


SHAPES = {
    "six": [[(43, 39.5), (45.8, 39.5), (45.8, 40.5), (44.4, 40.5), (44.4, 39.53), (44.9, 39.53), (45.1, 40)]],
    "enclave beside a line": [
        [(45, 40), (45.4, 40.05), (45.8, 40)],
        [(45.4, 40.07), (45.45, 40.12), (45.4, 40.16), (45.35, 40.12), (45.4, 40.07)],
    ],
    "T": [[(45, 40), (45.5, 40.02), (46, 40)], [(45.5, 40.02), (45.5, 40.5)]],
    "X": [[(45, 40), (46, 40.4)], [(45, 40.4), (46, 40)]],
    "gap": [[(45, 40), (45.5, 40)], [(45.52, 40.01), (46, 40)]],
    "spikes": [[(45 + 0.1 * n / 3, 40.2 * (n % 3 == 1) + 40 * (n % 3 != 1)) for n in range(12)]],
    "needle": [[(45, 40), (45.5, 40), (45.5001, 40.2), (45.5002, 40), (46, 40)]],
    "80° north": [[(10, 80), (14, 80.3), (18, 79.9), (30, 80.5)]],
    "spiral": [[(45 + 0.02 * t * np.cos(t), 40 + 0.015 * t * np.sin(t)) for t in np.linspace(0, 20, 300)]],
}
"""The first has its tail far inside a loop whose neck is narrower than the zone, and no end near another stretch."""


@pytest.mark.parametrize("ends", ["flat", "round"])
@pytest.mark.parametrize("depth", [2000.0, 12_000.0])
@pytest.mark.parametrize("name", SHAPES)
def test_stretches_that_face_each_other_part_the_ground_between_them(name, depth, ends):
    line = shapely.MultiLineString(SHAPES[name])
    strip, turned = Strip(line), Strip(shapely.reverse(line))
    halves, exchanged = strip.halves(depth, ends), turned.halves(depth, ends)
    assert exactly(strip, depth, halves, ends) == 0
    deeper = strip.halves(1.5 * depth, ends)
    for one, other, large in zip(halves, (exchanged.right, exchanged.left), deeper, strict=True):
        assert shapely.symmetric_difference(one, other).area <= 1e-5 * one.area
        assert shapely.difference(one, large).area <= 1e-4 * one.area


def test_vertices_that_repeat_change_nothing():
    line = [(45, 40), (45.2, 40.1), (45.5, 40.05), (46, 40.2)]
    plain = Strip(shapely.LineString(line)).halves(12_000)
    for shift in (0.0, 1e-9):
        repeated = [(x + shift * k, y + shift * k) for x, y in line for k in range(3)]
        for one, other in zip(plain, Strip(shapely.LineString(repeated)).halves(12_000), strict=True):
            assert shapely.symmetric_difference(one, other).area <= 1e-6 * one.area


def test_ground_past_an_open_end_is_in_no_zone_unless_ends_are_round():
    line = shapely.LineString([(45, 40), (45.5, 40)])
    beyond = shapely.Point(45.51, 40.002)
    flat, rounded = Strip(line).halves(3000), Strip(line).halves(3000, "round")
    assert not flat.left.covers(beyond)
    assert rounded.left.covers(beyond)
    assert not rounded.right.covers(beyond)
    cap = np.pi * 3000**2 / 2
    assert area_m2(rounded.left) - area_m2(flat.left) == pytest.approx(cap, rel=2e-3)


def test_an_end_near_another_stretch_parts_the_ground_between_them():
    hook = shapely.LineString([(45, 40), (45.4, 40), (45.4, 40.2), (45.1, 40.2), (45.1, 40.03)])
    strip = Strip(hook)
    assert exactly(strip, 9000, strip.halves(9000)) == 0


def test_two_lines_that_meet_have_no_end_where_they_meet():
    one, other = [(45, 40), (45.3, 40.1)], [(45.3, 40.1), (45.4, 39.8)]
    both = Strip(shapely.MultiLineString([one, other]))
    assert len(both.open_ends) == 2
    assert area_m2(both.halves(2000).left) == pytest.approx(
        area_m2(Strip(shapely.LineString([*one, other[1]])).halves(2000).left), rel=1e-4
    )


def test_two_lines_side_by_side_share_the_ground_between_them():
    pair = shapely.MultiLineString([[(45, 40), (45.5, 40)], [(45.5, 40.05), (45, 40.05)]])
    strip = Strip(pair)
    halves = strip.halves(6000)
    assert exactly(strip, 6000, halves) == 0


def test_a_line_across_the_antimeridian_has_one_zone():
    pacific = shapely.MultiLineString([[(179.5, -17), (180, -17.1)], [(-180, -17.1), (-179.6, -17)]])
    moved = shapely.LineString([(9.5, -17), (10, -17.1), (10.4, -17)])
    there, here = Strip(pacific).halves(3000), Strip(moved).halves(3000)
    assert there.left.geom_type == "Polygon"
    assert area_m2(there.left) == pytest.approx(area_m2(here.left), rel=1e-6)


def test_two_kilometres_of_the_korean_line_have_the_areas_of_an_independent_construction():
    # Lambert azimuthal buffers of the drawn line, flat ends: 815.2 km², 409.9 in the north and 405.2 in the south
    halves = Strip(shapely.LineString(KOR_MDL)).halves(2000)
    left, right = area_m2(halves.left) / 1e6, area_m2(halves.right) / 1e6
    assert left == pytest.approx(409.9, rel=3e-3)
    assert right == pytest.approx(405.2, rel=3e-3)
    assert left + right == pytest.approx(815.2, rel=1e-3)
