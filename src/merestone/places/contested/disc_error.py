"""How far from a reported point an event may be, where the event lies anywhere in a disc and a map's edge errs besides.

The event is uniform in a disc of radius r (``Location.radius_m``), and a round normal error with standard deviation s to the
east and to the north is added to it. Lengths here are in units of ``scale``, the standard deviation of both together to one
side:

    scale² = r² / 4 + s²,   share = s / scale.

With F(u) the probability that the sum lies within the square root of u from the centre, the integral of its density over a
polygon is a sum over edges of integrals of ``G(u) = F(u) / u`` (``zones``). F is the mean, over the length of the normal
error (Rayleigh), of the part of the disc that lies within that distance: two circles that overlap. ``G`` is a table of it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from merestone.places.geometry.geodesy import Floats

FARTHEST = 5.0
"""Standard deviations of the normal error beyond the disc outside of which nothing is left: less than 4e-6."""
_SHARES = 32
"""Steps of the share from 0 to 1; between them G is linear, to 1e-4 of the probability."""
_STEPS, _MOST = 16, 40
"""Steps of u to 1, so that the rim of a disc without an error (u = 4) is one of them; and the largest u."""


def scale_m(radius_m: ArrayLike, deviation_m: ArrayLike) -> Floats:
    """Standard deviation of the whole error to one side, metres, of a disc and a normal error."""
    return np.asarray(np.hypot(np.asarray(radius_m, np.float64) / 2, deviation_m))


class Radial:
    """G for points of any share."""

    def __init__(self, share: Floats) -> None:
        """``share`` is s / scale of each point, 0 to 1."""
        place = np.clip(share, 0, 1) * _SHARES
        row = np.minimum(place.astype(np.int64), _SHARES - 1)
        self._more = place - row
        self._begins = row * (_STEPS * _MOST + 1)
        self._table = _table()

    def at(self, point: NDArray[np.int64], square: Floats) -> Floats:
        """G(u) for the points of these numbers; ``square`` is u, to 40 at most."""
        place = np.minimum(square, _MOST - 1e-6) * _STEPS
        step = place.astype(np.int64)
        place -= step
        step += self._begins[point]
        more = self._more[point]
        lower, upper = self._table.take(step), self._table.take(step + 1)
        lower += (upper - lower) * place
        step += _STEPS * _MOST + 1
        next_lower, upper = self._table.take(step), self._table.take(step + 1)
        next_lower += (upper - next_lower) * place
        return np.asarray(lower + (next_lower - lower) * more)


@cache
def _table() -> Floats:
    """G for each share, row after row."""
    nodes, weights = np.polynomial.legendre.leggauss(128)
    length = (nodes + 1) * 3.25  # of the normal error, in its standard deviations
    weights = weights * length * np.exp(-(length**2) / 2)
    weights = weights / weights.sum()
    square = np.arange(_STEPS * _MOST + 1) / _STEPS
    rows = []
    for share in np.arange(_SHARES + 1) / _SHARES:
        radius = 2 * np.sqrt(1 - share**2)
        if share == 1:
            within, centre = -np.expm1(-square / 2), 0.5
        elif share == 0:
            within, centre = np.minimum(square / 4, 1), 0.25
        else:
            within = _overlap(share * length, radius, np.sqrt(square[1:, None])) @ weights
            within, centre = np.concatenate([[0], within]), -np.expm1(-(radius**2) / share**2 / 2) / radius**2
        rows.append(np.concatenate([[centre], within[1:] / square[1:]]))
    return np.concatenate(rows)


def _overlap(apart: Floats, radius: float, other: Floats) -> Floats:
    """The part of a disc of this radius that lies within another one, given how far their centres are apart."""
    least = np.minimum(radius, other)
    apart = np.clip(apart, np.abs(radius - other), radius + other)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.arccos(np.clip((apart**2 + radius**2 - other**2) / (2 * apart * radius), -1, 1))
        two = np.arccos(np.clip((apart**2 + other**2 - radius**2) / (2 * apart * other), -1, 1))
    heron = (-apart + radius + other) * (apart + radius - other) * (apart - radius + other) * (apart + radius + other)
    lens = radius**2 * one + other**2 * two - np.sqrt(np.maximum(heron, 0)) / 2
    whole = np.broadcast_to(np.pi * least**2, lens.shape)
    inside = apart <= np.abs(radius - other)
    return np.asarray(np.where(inside, whole, lens) / (np.pi * radius**2))
