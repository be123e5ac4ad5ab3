"""Which straight pieces in space are nearest to many points: an exact search, with no loop over points.

Points that lie together are asked together. A group of points in a ball (centre c, radius r) has a candidate list of pieces;
the group is halved along each axis, again and again, and each part keeps only the candidates that may still be nearest to a
point of it.

With q a point of the line at distance m from c, and j a piece at distance D from c that lies within B of q: for any x of the
ball and any p of the piece

    |x - q|² - |x - p|² = |c - q|² - |c - p|² + 2 (x - c)·(p - q)  <=  m² - D² + 2 r B,

so that the piece is nearest to no point of the ball where D² - 2 r B > m². Far from the line B is much smaller than D, and
the list stays short at any distance. Neighbouring pieces are bundled by eight, and bundles by eight again, so that long lists
never arise: a bundle stands for its pieces as a ball about a point of the line.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from merestone.places.geometry.geodesy import Floats

Ints = NDArray[np.int64]
_BUNDLE = 8
_FEW_POINTS = 6
_FEW_PIECES = 3


@dataclasses.dataclass(frozen=True)
class _Bundles:
    centre: Floats
    """(3, n): a point of the line for each."""
    radius: Floats
    """All its pieces are within this of the centre."""


class Pieces:
    """Straight pieces ``first`` to ``last``, each (3, n) in metres, in the order of the line.

    ``slack`` in metres: the true line leaves its pieces by no more than this, so that the answer holds every piece within
    twice of that of the nearest.
    """

    def __init__(self, first: Floats, last: Floats, slack: float) -> None:
        self.first, self.last, self.slack = first, last, slack
        self.along = last - first
        self.per_square = 1 / np.maximum((self.along**2).sum(axis=0), 1e-12)
        self.count = first.shape[1]
        self.middle = (first + last) / 2
        self.half = np.sqrt((self.along**2).sum(axis=0)) / 2
        self.bundles: list[_Bundles] = []
        size = _BUNDLE
        while self.count > size // 2:
            begins = np.arange(0, self.count, size)
            middle = np.minimum(begins + size // 2, self.count - 1)
            centre = first[:, middle]
            each = np.repeat(centre, np.diff(begins, append=self.count), axis=1)
            away = np.maximum(((first - each) ** 2).sum(axis=0), ((last - each) ** 2).sum(axis=0))
            self.bundles.append(_Bundles(centre, np.sqrt(np.maximum.reduceat(away, begins))))
            size *= _BUNDLE

    def nearest(self, points: Floats) -> tuple[Ints, Ints, Floats]:
        """(number of the point, number of the piece, share along the piece) of every pair that may be the nearest.

        ``points`` is (3, n), neighbours near each other. Pairs are in the order of the points, then of the pieces; each point
        has at least one.
        """
        count = points.shape[1]
        low, high = np.array([0]), np.array([count])
        level = len(self.bundles)
        top = self.bundles[-1].centre.shape[1] if self.bundles else self.count
        members, sizes = np.arange(top), np.array([top])
        done: list[tuple[Ints, Ints, Ints, Ints]] = []
        while len(low):
            members, sizes = self._fewer(points, low, high, members, sizes, level)
            if level > 0:
                level -= 1
                limit = self.bundles[level - 1].centre.shape[1] if level else self.count
                members, sizes = _opened(members, sizes, limit)
                ready = np.zeros(len(low), dtype=np.bool_)
            else:
                ready = (high - low <= _FEW_POINTS) | (sizes <= _FEW_PIECES)
            if ready.any():
                done.append((low[ready], high[ready], members[np.repeat(ready, sizes)], sizes[ready]))
                members, sizes = members[np.repeat(~ready, sizes)], sizes[~ready]
                low, high = low[~ready], high[~ready]
            low, high, members, sizes = _split(low, high, members, sizes)
        return self._pairs(points, done)

    def _fewer(self, points: Floats, low: Ints, high: Ints, members: Ints, sizes: Ints, level: int) -> tuple[Ints, Ints]:
        """The candidates of each group without those that are nearest to none of its points."""
        centre, radius = _balls(points, low, high)
        group = np.repeat(np.arange(len(low)), sizes)
        begins = np.cumsum(sizes) - sizes
        if level > 0:
            there, size = self.bundles[level - 1].centre, self.bundles[level - 1].radius.take(members)
            square = _square(there, members, centre, group)
            nearest = _first_least(square, begins, group)
            near, least = there[:, members[nearest]], square[nearest]
            distance = np.maximum(np.sqrt(square) - size, 0) ** 2
        else:
            there, size = self.middle, self.half.take(members)
            distance, share = self._distance(centre, group, members)
            nearest = _first_least(distance, begins, group)
            piece, least = members[nearest], distance[nearest]
            near = self.first[:, piece] + self.along[:, piece] * share[nearest]
        reach = np.sqrt(_square(there, members, near, group)) + size
        # D² - 2 r B <= m², with what the true line may leave its pieces by: 4 slack (2 m + B + r + slack) more on the right
        own = least + 4 * self.slack * (2 * np.sqrt(least) + radius + self.slack)
        keep = distance - (2 * radius + 4 * self.slack).take(group) * reach <= own.take(group)
        return members[keep], np.add.reduceat(keep, begins, dtype=np.int64)

    def _distance(self, points: Floats, number: Ints, piece: Ints) -> tuple[Floats, Floats]:
        """(square of the distance, share along the piece) of the points of these numbers and as many pieces."""
        x, y, z = (points[axis].take(number) - self.first[axis].take(piece) for axis in range(3))
        u, v, w = (self.along[axis].take(piece) for axis in range(3))
        share = x * u
        share += y * v
        share += z * w
        share *= self.per_square.take(piece)
        np.clip(share, 0, 1, out=share)
        return (x - share * u) ** 2 + (y - share * v) ** 2 + (z - share * w) ** 2, share

    def _pairs(self, points: Floats, done: list[tuple[Ints, Ints, Ints, Ints]]) -> tuple[Ints, Ints, Floats]:
        """Every point of each group against every candidate of it, less those that are farther than the slack allows."""
        low, high, members, sizes = (np.concatenate(column) for column in zip(*done, strict=True))
        offset = np.cumsum(sizes) - sizes
        order = np.argsort(low)
        group = np.repeat(order, (high - low)[order])  # the group of each point, in the order of the points
        each = sizes[group]
        point = np.repeat(np.arange(points.shape[1]), each)
        begins = np.cumsum(each) - each
        piece = members[np.arange(len(point)) + np.repeat(offset[group] - begins, each)]
        square, share = self._distance(points, point, piece)
        limit = (np.sqrt(np.minimum.reduceat(square, begins)) + 2 * self.slack) ** 2 * (1 + 1e-12)
        keep = np.flatnonzero(square <= limit[point])
        return point[keep], piece[keep], share[keep]


def _square(there: Floats, number: Ints, other: Floats, its: Ints) -> Floats:
    """Square of the distance between the positions of two tables (3, n) at as many numbers each."""
    total = (there[0].take(number) - other[0].take(its)) ** 2
    for axis in (1, 2):
        total += (there[axis].take(number) - other[axis].take(its)) ** 2
    return np.asarray(total)


def _first_least(values: Floats, begins: Ints, group: Ints) -> Ints:
    """Position of the least value of each group, the first where several are."""
    least = np.minimum.reduceat(values, begins)
    positions = np.flatnonzero(values == least[group])
    return positions[np.diff(group[positions], prepend=-1) > 0]


def _balls(points: Floats, low: Ints, high: Ints) -> tuple[Floats, Floats]:
    """(centre, radius) of a ball about the points of each group."""
    padded = np.concatenate([points, points[:, -1:]], axis=1)
    bounds = np.stack([low, high], axis=1).ravel()
    least = np.minimum.reduceat(padded, bounds, axis=1)[:, ::2]
    most = np.maximum.reduceat(padded, bounds, axis=1)[:, ::2]
    # a nanometre more than the corner: rounding must lose no candidate
    return (least + most) / 2, np.sqrt(((most - least) ** 2).sum(axis=0)) / 2 + 1e-6


def _opened(members: Ints, sizes: Ints, limit: int) -> tuple[Ints, Ints]:
    """The members of bundles, in place of the bundles."""
    inside = (members[:, None] * _BUNDLE + np.arange(_BUNDLE)).ravel()
    there = inside < limit
    begins = np.cumsum(sizes) - sizes
    return inside[there], np.add.reduceat(there, begins * _BUNDLE, dtype=np.int64) if len(begins) else sizes


def _split(low: Ints, high: Ints, members: Ints, sizes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Each group cut in the middle of its points, which stand in the order of a space-filling curve; one point stays whole."""
    for _ in range(2):
        several = high - low > 1
        middle = (low + high) // 2
        parts = 1 + several.astype(np.int64)
        owner = np.repeat(np.arange(len(low)), parts)
        second = np.diff(owner, prepend=-1) == 0
        new_low = np.where(second, middle[owner], low[owner])
        new_high = np.where(~second & several[owner], middle[owner], high[owner])
        offset = np.cumsum(sizes) - sizes
        new_sizes = sizes[owner]
        begins = np.cumsum(new_sizes) - new_sizes
        members = members[np.arange(int(new_sizes.sum())) + np.repeat(offset[owner] - begins, new_sizes)]
        low, high, sizes = new_low, new_high, new_sizes
    return low, high, members, sizes
