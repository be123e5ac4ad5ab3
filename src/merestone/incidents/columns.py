"""What is matched, as columns of numbers, so that millions of pairs can be compared at once.

The same columns hold the claims of a case (``prepare``) and the rows of an event table (``tables``). Rows stand in order of
their ids, so that nothing depends on the order in which they came. -1 stands for none in every column of whole numbers.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EARTH_M = 6_371_008.8
"""Mean radius; distances on this sphere are within 0.6 % of those on the ellipsoid, far less than places are uncertain."""
EARTH_METRES_PER_DEGREE = EARTH_M * np.pi / 180
"""Length of a degree of a meridian."""
HEAPED_FROM = 3
"""A position given this often to the metre is taken for the point of a name and not for where something happened."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Reports by position; every array has one entry for each report unless it says otherwise."""

    stamp: Ints
    """A number drawn from the id (63 bits of its SHA-256): settles ties alike whatever else is on record."""
    event: Ints
    """Code of the event; see ``fits``."""
    fits: Floats
    """(codes, codes): how well two codes may name one event. 1 the same, 0 never; NaN where nothing is known."""
    begin: Ints
    """Seconds since 1970 UTC, half-open interval."""
    end: Ints
    dated: Bools
    clock: Bools
    """Whether the time is a clock time and not a day."""
    spot_at: Ints
    """First entry of each report in the ``spot_`` arrays, and one more for the end."""
    spot_lon: Floats
    spot_lat: Floats
    spot_radius: Floats
    """Metres; 0 where nobody said how uncertain the position is."""
    name_at: Ints
    """First entry of each report in ``names``, and one more for the end."""
    names: Ints
    """Names of places, as numbers: equal numbers are one name."""
    low: Floats
    """(reports, kinds) least value of each kind of quantity, NaN where none."""
    high: Floats

    def __len__(self) -> int:
        return len(self.event)


def stamps(ids: Sequence[str]) -> Ints:
    """63 bits of the SHA-256 of each id."""
    digests = b"".join(hashlib.sha256(identity.encode()).digest()[:8] for identity in ids)
    return np.asarray(np.frombuffer(digests, dtype=">u8").astype(np.uint64) >> np.uint64(1), dtype=np.int64)


def ragged(lists: Sequence[Sequence[Sequence[float]]], width: int) -> tuple[Ints, Floats]:
    """(first entry of each list and one more for the end, all entries as an array of this width)."""
    starts = np.concatenate([[0], np.cumsum([len(values) for values in lists], dtype=np.int64)]).astype(np.int64)
    flat: list[Any] = [value for values in lists for value in values]
    return starts, np.asarray(flat, dtype=np.float64).reshape(len(flat), width)


def crossed(at: Ints, one: Ints, two: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Every entry of one report with every entry of the other, for the pairs in which both have some.

    Returns (positions of those pairs, first row of each among the rows that follow, entries of the left, of the right).
    """
    left, right = np.diff(at)[one], np.diff(at)[two]
    some = np.flatnonzero((left > 0) & (right > 0))
    many = left[some] * right[some]
    starts = np.concatenate([[0], np.cumsum(many)[:-1]]).astype(np.int64) if len(some) else np.empty(0, dtype=np.int64)
    if len(some) and int(many.max()) == 1:  # by far the commonest case
        return some, starts, at[one[some]], at[two[some]]
    inner = np.arange(int(many.sum()), dtype=np.int64) - np.repeat(starts, many)
    wide = np.repeat(right[some], many)
    return some, starts, np.repeat(at[one[some]], many) + inner // wide, np.repeat(at[two[some]], many) + inner % wide


def metres(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Distance on the sphere, haversine."""
    one, two = np.radians(lat), np.radians(to_lat)
    half = np.sin((two - one) / 2) ** 2 + np.cos(one) * np.cos(two) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


def gaps(c: Columns, one: Ints, two: Ints) -> tuple[Floats, Floats]:
    """(least gap between circles of uncertainty, sum of radii there), metres; infinity where a side has no place.

    A gap below 0 means that the circles overlap.
    """
    gap, reach = np.full(len(one), np.inf), np.full(len(one), np.inf)
    some, starts, a, b = crossed(c.spot_at, one, two)
    if not len(some):
        return gap, reach
    reaches = c.spot_radius[a] + c.spot_radius[b]
    between = metres(c.spot_lon[a], c.spot_lat[a], c.spot_lon[b], c.spot_lat[b]) - reaches
    if len(starts) == len(a):
        gap[some], reach[some] = between, reaches
        return gap, reach
    gap[some] = np.minimum.reduceat(between, starts)
    many = np.diff(np.append(starts, len(a)))
    nearest = np.where(between <= np.repeat(gap[some], many), reaches, np.inf)
    reach[some] = np.minimum.reduceat(nearest, starts)
    return gap, reach


def share_a_name(c: Columns, one: Ints, two: Ints) -> tuple[Bools, Bools]:
    """(whether both name places, whether one name is in both)."""
    both, same = np.zeros(len(one), dtype=bool), np.zeros(len(one), dtype=bool)
    some, starts, a, b = crossed(c.name_at, one, two)
    both[some] = True
    if len(some):
        same[some] = np.logical_or.reduceat(c.names[a] == c.names[b], starts)
    return both, same


def heaped(c: Columns) -> Bools:
    """For each entry of the ``spot_`` arrays, whether its position is given ``HEAPED_FROM`` times or more."""
    if not len(c.spot_lon):
        return np.zeros(0, dtype=bool)
    cell = np.round(c.spot_lat * 1e5).astype(np.int64) * 100_000_000 + np.round(c.spot_lon * 1e5).astype(np.int64)
    _, where, count = np.unique(cell, return_inverse=True, return_counts=True)
    return np.asarray(count[where] >= HEAPED_FROM, dtype=bool)
