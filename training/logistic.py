"""Logistic regression on levels: one weight for each level of each feature, with a penalty that keeps rare levels small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def fit(levels: Ints, sizes: list[int], same: Floats, penalty: float = 1.0, steps: int = 25) -> tuple[float, list[Floats]]:
    """(prior, weights by level for each feature) that make ``same`` likeliest, less half of ``penalty`` times their squares.

    ``levels`` is (pairs, features); level 0 of a feature, where nothing can be compared, weighs 0. Newton's method on the
    distinct rows, so that the number of pairs hardly matters.
    """
    base = np.concatenate([[0], np.cumsum(sizes)])
    code = np.zeros(len(levels), dtype=np.int64)
    for column, size in zip(levels.T, sizes, strict=True):
        code = code * size + column
    _, first, where = np.unique(code, return_index=True, return_inverse=True)
    many = np.bincount(where).astype(np.float64)
    right = np.bincount(where, same)
    at = np.column_stack([levels[first] + base[:-1], np.full(len(first), base[-1])])
    free = np.ones(base[-1] + 1)
    free[base[:-1]] = 0.0
    ridge = np.where(free > 0, penalty, 1e9)
    ridge[-1] = 1e-6
    weights = np.zeros(base[-1] + 1)
    for _ in range(steps):
        likely = 1 / (1 + np.exp(-weights[at].sum(axis=1)))
        slope = np.bincount(at.ravel(), np.repeat(right - many * likely, at.shape[1]), len(weights)) - ridge * weights
        curve = np.diag(ridge)
        strength = many * likely * (1 - likely)
        for one in range(at.shape[1]):
            for two in range(one, at.shape[1]):
                block = np.bincount(at[:, one] * len(weights) + at[:, two], strength, len(weights) ** 2)
                block = block.reshape(len(weights), len(weights))
                curve += block if one == two else block + block.T
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return float(weights[-1]), [weights[base[n] : base[n + 1]] for n in range(len(sizes))]


def expected_calibration_error(stated: Floats, right: Floats, bins: int = 10) -> float:
    """Mean distance between stated probability and share of right pairs over equally wide bins, weighted by their pairs."""
    place = np.minimum((stated * bins).astype(np.int64), bins - 1)
    gap = np.abs(np.bincount(place, stated, bins) - np.bincount(place, right, bins))
    return float(gap.sum() / max(len(stated), 1))


def falling(weights: Floats, counts: Ints, seldom: int) -> Floats:
    """The weights of levels in order of distance, made to fall: levels seen too seldom lie on a line between their neighbours,
    and where a farther one weighs more than a nearer one both get their mean (pool adjacent violators, Ayer et al., *An
    Empirical Distribution Function for Sampling with Incomplete Information*, 1955)."""
    known = np.flatnonzero(counts >= seldom)
    if not len(known):
        return weights
    filled = np.interp(np.arange(len(weights)), known, weights[known])
    pools: list[tuple[float, float, int]] = []
    for value, count in zip(filled.tolist(), np.maximum(counts, 1).tolist(), strict=True):
        pool = (value, float(count), 1)
        while pools and pools[-1][0] < pool[0]:
            before = pools.pop()
            total = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / total, total, before[2] + pool[2])
        pools.append(pool)
    return np.concatenate([np.full(many, value) for value, _, many in pools])
