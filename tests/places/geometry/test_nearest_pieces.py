"""No piece that is nearest to a point is ever left out, however points and pieces lie."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from merestone.places.geometry.nearest_pieces import Pieces

METRES = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 3))


def chain(count: Any) -> Any:
    return arrays.arrays(np.float64, st.tuples(st.just(3), count), elements=METRES)


def by_brute_force(pieces: Pieces, points: np.ndarray) -> np.ndarray:
    gap = points[:, :, None] - pieces.first[:, None, :]
    share = np.clip((gap * pieces.along[:, None, :]).sum(axis=0) * pieces.per_square, 0, 1)
    return np.sqrt(((gap - share * pieces.along[:, None, :]) ** 2).sum(axis=0))


@settings(deadline=None)
@given(chain(st.integers(2, 200)), chain(st.integers(1, 60)), st.sampled_from([0.0, 0.1, 1000.0]))
def test_all_that_may_be_nearest_are_found(vertices: np.ndarray, points: np.ndarray, slack: float) -> None:
    pieces = Pieces(vertices[:, :-1], vertices[:, 1:], slack)
    point, piece, share = pieces.nearest(points)
    away = by_brute_force(pieces, points)
    least = away.min(axis=1)
    assert sorted(set(point.tolist())) == list(range(points.shape[1]))
    found = set(zip(point.tolist(), piece.tolist(), strict=True))
    assert {(int(i), int(np.argmin(row))) for i, row in enumerate(away) if (row <= row.min()).sum() == 1} <= found
    within = {(int(i), int(j)) for i, j in zip(*np.nonzero(away <= least[:, None] + 1.9 * slack - 1e-6), strict=True)}
    assert within <= found
    at = pieces.first[:, piece] + share * pieces.along[:, piece]
    assert np.allclose(np.sqrt(((points[:, point] - at) ** 2).sum(axis=0)), away[point, piece], atol=1e-3)


def test_pairs_come_in_the_order_of_points_and_pieces() -> None:
    random = np.random.default_rng(1)
    vertices = random.normal(size=(3, 300)).cumsum(axis=1)
    pieces = Pieces(vertices[:, :-1], vertices[:, 1:], 0.5)
    point, piece, _ = pieces.nearest(random.normal(size=(3, 500)) * 10)
    assert (np.diff(point * 1000 + piece) > 0).all()


def test_many_points_at_one_place_are_no_trouble() -> None:
    vertices = np.random.default_rng(1).normal(size=(3, 100)) * 1e5
    pieces = Pieces(vertices[:, :-1], vertices[:, 1:], 0.1)
    point, _, _ = pieces.nearest(np.zeros((3, 5000)))
    assert set(point.tolist()) == set(range(5000))
