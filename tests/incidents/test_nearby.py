"""Who is compared with whom: all that are near where there are few, a bounded number where there are many."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.incidents.columns import stamps
from merestone.incidents.nearby import Reach, along_curve, distinct, near, spread

REACH = Reach(days=2, window=30, keep=30)
SPOTS = st.lists(st.tuples(st.integers(0, 12), st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=25)


def found(spots, reach=REACH, score=None):
    day, lon, lat = (np.asarray(values) for values in zip(*spots, strict=True))
    size = len(spots)

    def cheap(rows, others):
        given = np.zeros(others.shape, dtype=np.float32) if score is None else score(rows[:, None], others)
        return given, np.ones(others.shape, dtype=np.float32)

    stamp = stamps([str(n) for n in range(size)])
    return near(day.astype(np.int64), np.arange(size), lon.astype(float), lat.astype(float), stamp, reach, cheap, size)


@given(SPOTS)
@settings(deadline=None)
def test_where_a_day_holds_few_all_of_the_days_around_are_seen(spots):
    left, right, crowd = found(spots)
    wanted = {(a, b) for a in range(len(spots)) for b in range(a + 1, len(spots)) if abs(spots[a][0] - spots[b][0]) <= 2}
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == wanted
    assert crowd.tolist() == [sum(n in pair for pair in wanted) for n in range(len(spots))]


def test_where_there_are_thousands_in_one_spot_the_work_is_bounded():
    reach = Reach(days=1, window=5, keep=4)
    spots = [(0, 45.0, 40.0)] * 3_000
    left, right, _ = found(spots, reach)
    assert len(left) <= 2 * reach.keep * len(spots)
    assert set(np.concatenate([left, right]).tolist()) == set(range(3_000))
    again = found(spots, reach)
    assert (left == again[0]).all()
    assert (right == again[1]).all()


def test_the_likeliest_are_kept():
    reach = Reach(days=0, window=10, keep=1)
    left, right, _ = found([(0, 45.0, 40.0)] * 6, reach, lambda own, others: -np.abs(own - others).astype(np.float32))
    assert all(abs(a - b) == 1 for a, b in zip(left.tolist(), right.tolist(), strict=True))


def test_what_scores_minus_infinity_is_never_kept():
    left, _, _ = found([(0, 45.0, 40.0)] * 6, REACH, lambda own, others: np.full(others.shape, -np.inf, dtype=np.float32))
    assert len(left) == 0


@given(st.lists(st.integers(0, 2**18 - 1), min_size=1))
def test_bits_are_spread_with_gaps(values):
    spread_out = spread(np.asarray(values, dtype=np.int64)).tolist()
    assert spread_out == [sum((value >> bit & 1) << 2 * bit for bit in range(18)) for value in values]


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_point_of_the_globe_lies_on_the_curve(lon, lat):
    code = along_curve(np.asarray([lon, lon + 360]), np.asarray([lat, lat]), (0, 0))
    assert 0 <= code[0] < 2**36


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_distinct_values_stand_in_order(values):
    assert distinct(np.asarray(values, dtype=np.int64)).tolist() == sorted(set(values))
