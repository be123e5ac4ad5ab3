"""Probabilities of side are those of the stated model: closed forms and samples agree with each other and with brute force."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.places.contested.line_error import LineError, error_model
from merestone.places.contested.standing import _sampled, normal_cdf, standing, straight_left
from merestone.places.geometry.track import Track

MERIDIAN = Track(shapely.LineString([(45, 35), (45, 45)]))
METRE = 1 / (111_320 * math.cos(math.radians(40)))
"""A metre to the east at 40 degrees north, in degrees of longitude, nearly."""
# A tooth to the east, 4 km wide at its foot and 10 km long.
TOOTH = Track(shapely.LineString([(45, 39), (45, 39.982), (45 + 10_000 * METRE, 40), (45, 40.018), (45, 41)]))
ERRORS = st.builds(
    LineError, bias_m=st.floats(-3000, 3000), bias_sd_m=st.floats(0, 2000), spread_m=st.floats(0, 2000),
    correlation_m=st.just(9000.0),
)  # fmt: skip


def west_of(metres: float) -> float:
    """Longitude of the point this far to the left of the meridian, at 40 degrees north."""
    return 45 - metres * METRE


def by_brute_force(track: Track, error: LineError, lon: float, lat: float, radius: float, count: int = 40_000) -> float:
    """Locations and errors of the line drawn at random, each compared."""
    random = np.random.default_rng(3)
    away, angle = radius * np.sqrt(random.uniform(size=count)), random.uniform(0, 2 * np.pi, count)
    east, north = away * np.cos(angle) / (111_412 * math.cos(math.radians(lat))), away * np.sin(angle) / 111_035
    there = track.sides(lon + east, lat + north)
    offset = error.bias_m + error.sd_m * random.normal(size=count)
    return float(np.where(there.past_end, 0.5, there.signed_m > offset).mean())


def test_without_a_radius_it_is_the_normal_integral() -> None:
    for metres in (-900, -10, 0, 400, 1500):
        (left,) = standing(MERIDIAN, LineError(bias_m=200, spread_m=500), [west_of(metres)], [40.0]).left
        assert left == pytest.approx(0.5 * math.erfc(-(metres - 200) / 500 / math.sqrt(2)), abs=2e-3)


def test_without_an_error_it_is_the_part_of_the_disc() -> None:
    # half the radius from the line: the smaller part of the disc is 19.55 % of it
    (left,) = standing(MERIDIAN, LineError(), [west_of(500)], [40.0], 1000).left
    assert left == pytest.approx(1 - (math.pi / 3 - math.sqrt(3) / 4) / math.pi, abs=2e-3)


@settings(deadline=None, max_examples=200)
@given(st.floats(-3, 3), st.floats(0.001, 30))
def test_the_closed_form_is_the_convolution(offset: float, spread: float) -> None:
    nodes = 4001
    at = np.cos(np.arange(1, nodes + 1) * np.pi / (nodes + 1))
    weights = np.sin(np.arange(1, nodes + 1) * np.pi / (nodes + 1)) ** 2 * (2 / (nodes + 1))
    whole = float((weights * normal_cdf((offset + at) / spread)).sum())
    assert straight_left(np.array([offset]), np.array([1.0]), spread)[0] == pytest.approx(whole, abs=1e-3)


def test_the_table_of_the_normal_distribution_is_that_of_the_library() -> None:
    values = np.linspace(-6, 6, 997)
    exact = [0.5 * math.erfc(-value / math.sqrt(2)) for value in values]
    assert normal_cdf(values) == pytest.approx(exact, abs=1e-7)


@pytest.mark.parametrize("spread", [0, 50, 500, 3000])
@pytest.mark.parametrize("metres", [-2500, -800, 0, 1200])
def test_samples_of_a_straight_line_give_the_closed_form(metres: float, spread: float) -> None:
    error = LineError(spread_m=spread)
    lon, lat, radius = np.array([west_of(metres)]), np.array([40.0]), np.array([3000.0])
    found = standing(MERIDIAN, error, lon, lat, radius)
    assert not found.sampled[0]
    # the sampler by itself, told that nothing is known in closed form: 64 places, so within some percent
    steered, _ = _sampled(MERIDIAN, error, lon, lat, radius, MERIDIAN.sides(lon, lat), found.left)
    assert steered[0] == pytest.approx(found.left[0], abs=1e-9)
    assert found.left[0] == pytest.approx(by_brute_force(MERIDIAN, error, lon[0], 40.0, 3000.0), abs=0.01)


@pytest.mark.parametrize("spread", [0, 300, 2000])
@pytest.mark.parametrize("radius", [1500, 6000, 20_000])
@pytest.mark.parametrize(("east", "north"), [(2000, 0), (9000, 0), (11_000, 500), (4000, 3000), (-1500, 0)])
def test_samples_at_a_sharp_bend_agree_with_brute_force(east: float, north: float, radius: float, spread: float) -> None:
    error = LineError(bias_m=100, spread_m=spread)
    lon, lat = 45 + east * METRE, 40 + north / 111_035
    (left,) = standing(TOOTH, error, [lon], [lat], radius).left
    assert left == pytest.approx(by_brute_force(TOOTH, error, lon, lat, radius), abs=0.025)


def test_a_tooth_is_seen_where_a_straight_line_would_mislead() -> None:
    found = standing(TOOTH, LineError(), [45 + 5000 * METRE], [40.0], 5000)
    assert found.sampled[0]
    # inside the tooth, on the left; yet most of the disc is outside it
    assert found.sides.sign[0] == 1
    assert 0.2 < found.left[0] < 0.4


def test_past_an_open_end_the_map_cannot_tell() -> None:
    found = standing(MERIDIAN, error_model(accuracy_m=50), [44.0, 46.0], [46.0, 46.0], [0, 500])
    assert found.left.tolist() == [0.5, 0.5]
    assert not found.tells.any()


def test_where_the_error_is_as_large_as_the_distance_the_map_cannot_tell() -> None:
    error = error_model(accuracy_m=3000)
    found = standing(MERIDIAN, error, [west_of(m) for m in (2900, 3100, -2900, -3100)], [40.0] * 4)
    assert found.tells.tolist() == [False, True, False, True]
    assert found.error_m == pytest.approx([3000] * 4)
    # a location known to 5 km, 4.5 km from a line without error
    assert standing(MERIDIAN, LineError(), [west_of(4500)], [40.0], 5000).tells.tolist() == [False]
    assert standing(MERIDIAN, LineError(), [west_of(5100)], [40.0], 5000).tells.tolist() == [True]


def test_a_shift_of_the_whole_line_is_no_noise() -> None:
    # 1 km to the left of a line that is drawn 2 km too far to the right: on the right, and rather sure of it
    (left,) = standing(MERIDIAN, LineError(bias_m=2000, spread_m=500), [west_of(1000)], [40.0]).left
    assert left == pytest.approx(0.0228, abs=2e-3)


def test_points_that_are_nowhere_have_no_probability() -> None:
    found = standing(MERIDIAN, error_model(accuracy_m=50), [math.nan, 45], [40, 91], 10)
    assert np.isnan(found.left).all()
    assert not found.tells.any()


@settings(deadline=None, max_examples=40)
@given(
    ERRORS,
    st.lists(st.tuples(st.floats(-15_000, 15_000), st.floats(-15_000, 15_000), st.floats(0, 20_000)), min_size=1, max_size=5),
)
def test_reversing_a_line_mirrors_every_probability(error: LineError, places: Any) -> None:
    lon = np.array([45 + east * METRE for east, _, _ in places])
    lat = np.array([40 + north / 111_000 for _, north, _ in places])
    radius = np.array([r for _, _, r in places])
    backwards = Track(shapely.reverse(shapely.LineString(_positions(TOOTH))))
    one, other = standing(TOOTH, error, lon, lat, radius), standing(backwards, error.reversed, lon, lat, radius)
    assert one.left == pytest.approx(1 - other.left, abs=1e-6)
    clear = np.abs(np.maximum(one.left, 1 - one.left) - 0.975) > 1e-6
    assert (one.tells == other.tells)[clear].all()


def _positions(track: Track) -> Any:
    return np.concatenate([track.start, track.start[-1:] + track.step[-1:]])


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(12)), st.integers(1, 12))
def test_an_answer_does_not_depend_on_what_is_asked_beside_it(order: list[int], count: int) -> None:
    random = np.random.default_rng(5)
    lon, lat = 45 + random.uniform(-5000, 12_000, 12) * METRE, 40 + random.uniform(-0.05, 0.05, 12)
    radius = random.uniform(100, 15_000, 12)
    error = error_model(accuracy_m=500)
    whole = standing(TOOTH, error, lon, lat, radius).left
    some = order[:count]
    assert standing(TOOTH, error, lon[some], lat[some], radius[some]).left.tolist() == whole[some].tolist()


@settings(deadline=None, max_examples=60)
@given(ERRORS, st.floats(-20_000, 20_000), st.floats(-20_000, 20_000), st.floats(0, 50_000))
def test_a_probability_is_one(error: LineError, east: float, north: float, radius: float) -> None:
    (left,) = standing(TOOTH, error, [45 + east * METRE], [40 + north / 111_000], radius).left
    assert 0 <= left <= 1
