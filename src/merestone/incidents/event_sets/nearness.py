"""Pairs of events that lie close in space and time, found without comparing all with all.

One side is sorted by block of days, row of latitude and longitude; for each event of the other side a few stretches of that
order hold all that can be near, and only those are measured. The work grows with the number of near pairs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from merestone.places.geometry.geodesy import WGS84

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SHORTEST_DEGREE_M = 110_574.0
"""Length of a degree of latitude on the WGS 84 ellipsoid where it is shortest, at the equator."""
_LONGEST_DEGREE_M = 111_320.0
"""Length of a degree of longitude at the equator, rounded up."""
_FLATTENING = 1.01
"""What lies within a distance on the ellipsoid lies within this much more on the sphere these degrees belong to."""
_STEPS = 100_000
"""Steps a degree of longitude is sorted by: finer than a metre's hundred."""
_TURN = 361 * _STEPS
_CHUNK = 2_000_000
"""Pairs that are measured at once."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of positions (left, right) in two lists of events, in order."""

    left: Ints
    right: Ints
    metres: Floats
    """Geodesic distance."""

    def __len__(self) -> int:
        return len(self.left)

    def at(self, which: NDArray[np.bool_] | Ints) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.left[which], self.right[which], self.metres[which])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Where and when: degrees on WGS 84, days since 1970."""

    lon: Floats
    lat: Floats
    day: Ints


def near_pairs(left: Spots, right: Spots, metres: float, days: int) -> Pairs:
    """All pairs at most ``metres`` and ``days`` apart, by left, then right."""
    found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for one, two in _candidates(left, right, metres, days):
        close = np.abs(left.day[one] - right.day[two]) <= days
        one, two = one[close], two[close]
        _, _, length = WGS84.inv(left.lon[one], left.lat[one], right.lon[two], right.lat[two])
        length = np.asarray(length, dtype=np.float64)
        near = length <= metres
        found.append((one[near], two[near], length[near]))
    one, two, length = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((two, one))
    return Pairs(one[order], two[order], length[order])


def _candidates(left: Spots, right: Spots, metres: float, days: int) -> Iterator[tuple[Ints, Ints]]:
    if not len(left.lon) or not len(right.lon):
        return
    height = max(metres * _FLATTENING / _SHORTEST_DEGREE_M, 0.009)
    rows, length = int(180 / height) + 3, max(days, 1)
    earliest = min(int(left.day.min()), int(right.day.min())) - days
    block = (right.day - earliest) // length
    keys = (block * rows + ((right.lat + 90) // height).astype(np.int64) + 1) * _TURN + _steps(right.lon)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]

    widest = np.cos(np.radians(np.minimum(np.abs(left.lat) + height, 90.0)))
    across = np.minimum(metres * _FLATTENING / _LONGEST_DEGREE_M / np.maximum(widest, 1e-6), 180.0)
    row = ((left.lat + 90) // height).astype(np.int64) + 1
    of, west, east = _stretches(left.lon, across)
    for step in (-1, 0, 1):
        for ahead in range(3):
            when = (left.day - days - earliest) // length + ahead
            wanted = when <= (left.day + days - earliest) // length
            wanted &= (row + step >= 0) & (row + step < rows)
            some = wanted[of]
            base = (when[of] * rows + row[of] + step)[some] * _TURN
            begin = np.searchsorted(keys, base + west[some], side="left")
            end = np.searchsorted(keys, base + east[some], side="right")
            yield from _expanded(of[some], begin, end, order)


def _steps(lon: Floats) -> Ints:
    return np.rint((lon + 180) * _STEPS).astype(np.int64)


def _stretches(lon: Floats, across: Floats) -> tuple[Ints, Ints, Ints]:
    """(event, western end, eastern end) of the stretches of longitude to search; two for an event near the antimeridian."""
    every = np.arange(len(lon))
    over, under = np.flatnonzero(lon + across > 180), np.flatnonzero(lon - across < -180)
    of = np.concatenate([every, over, under])
    shift = np.concatenate([np.zeros(len(lon)), np.full(len(over), -360.0), np.full(len(under), 360.0)])
    west = np.clip(lon[of] - across[of] + shift, -180, 180)
    east = np.clip(lon[of] + across[of] + shift, -180, 180)
    whole = across[of] >= 180  # near a pole every longitude is near: the shifted stretches would repeat it
    west, east = np.where(whole, -180, west), np.where(whole, 180, east)
    keep = ~(whole & (shift != 0))
    return of[keep], (_steps(west) - 1)[keep], (_steps(east) + 1)[keep]


def _expanded(of: Ints, begin: Ints, end: Ints, order: Ints) -> Iterator[tuple[Ints, Ints]]:
    """(left, right) positions of stretches of the sorted side, in portions."""
    counts = end - begin
    some = np.flatnonzero(counts)
    of, begin, counts = of[some], begin[some], counts[some]
    total = np.cumsum(counts)
    start = 0
    while start < len(of):
        before = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, before + _CHUNK, side="right")), start + 1)
        sizes = counts[start:stop]
        offsets = np.repeat(begin[start:stop] - (np.cumsum(sizes) - sizes), sizes)
        yield np.repeat(of[start:stop], sizes), order[np.arange(int(sizes.sum())) + offsets]
        start = stop
