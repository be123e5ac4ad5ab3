"""Which reports are close enough to each other to be compared, so that the work grows with the record and not with its square.

Reports of one day stand in the order of a space-filling curve (Morton, *A Computer Oriented Geodetic Data Base*, 1966), and
each looks at so many before and after it on its own day and on the days around. A curve jumps at the edges of its cells, so
the same is done along a second one that is shifted by a third of the widest cell a claim can lie in. Of those seen, each report
keeps the likeliest few by a cheap score. Where a day holds few reports all of them are seen; where it holds thousands the work
for one report stays the same. Whom a report keeps depends only on the reports around it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.columns import Floats, Ints

GRID_DEGREES = 0.002
"""Side of the smallest cells, some 200 m."""
_BITS = 18
"""Bits of one coordinate on that grid: the globe has 180,000 columns."""
_SHIFTS = ((0, 0), (87_381, 43_690))
"""Where the two curves begin, in cells."""
_ROWS = 2_048
"""Reports looked at in one go: their neighbours fit into the processor's cache."""

Cheap = Callable[[Ints, Ints], tuple[NDArray[np.float32], NDArray[np.float32]]]
"""From (reports, 2-D array of others) to (score, higher is likelier, -inf for never; how much each crowds the report)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """How far a report looks."""

    days: int
    """Days before and after its own."""
    window: int
    """Reports before and after it along a curve, on each day."""
    keep: int
    """Of all it sees along one curve it keeps this many."""


def spread(values: Ints) -> Ints:
    """The bits of whole numbers below 2^18 with a gap after each, for interleaving."""
    out = values.astype(np.int64)
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333),
                        (1, 0x5555555555555555)):  # fmt: skip
        out = (out | (out << shift)) & mask
    return out


def along_curve(lon: Floats, lat: Floats, shift: tuple[int, int]) -> Ints:
    """Position of points along the curve, below 2^36. Longitudes go round the globe."""
    columns = (np.floor((lon % 360.0) / GRID_DEGREES).astype(np.int64) + shift[0]) % (1 << _BITS)
    rows = (np.floor((np.clip(lat, -90, 90) + 90) / GRID_DEGREES).astype(np.int64) + shift[1]) % (1 << _BITS)
    return spread(columns) | (spread(rows) << 1)


def near(
    day: Ints, report: Ints, lon: Floats, lat: Floats, stamp: Ints, reach: Reach, cheap: Cheap, size: int
) -> tuple[Ints, Ints, Floats]:
    """(left, right, crowd): pairs of reports, left before right, each pair once and in order; how crowded it is around each.

    An entry is one day and one place of a report: ``day``, ``report``, ``lon`` and ``lat`` have one value for each entry,
    ``stamp`` one for each of the ``size`` reports. The crowd of a report is what ``cheap`` says of all it sees, added up.
    """
    found: list[Ints] = [np.empty(0, dtype=np.int64)]
    crowd = np.zeros(size)
    for number, shift in enumerate(_SHIFTS):
        code = along_curve(lon, lat, shift)
        for rows, others in _windows(day, report, code, stamp, reach):
            score, weight = cheap(rows, np.maximum(others, 0))
            usable = (others >= 0) & (others != rows[:, None])
            score = np.where(usable, score, np.float32(-np.inf))
            if number == 0:
                np.add.at(crowd, rows, np.where(usable, weight, 0).sum(axis=1, dtype=np.float64))
            found.append(_likeliest(rows, others, score, stamp, reach.keep, size))
    codes = distinct(np.concatenate(found))
    return codes // size, codes % size, np.round(crowd, 4)


def distinct(values: Ints) -> Ints:
    """The values in order, each once. For tens of millions, in half the memory and a fraction of the time of a hash table."""
    values = np.sort(values)
    keep = np.ones(len(values), dtype=bool)
    keep[1:] = values[1:] != values[:-1]
    return values[keep]


def _likeliest(rows: Ints, others: Ints, score: NDArray[np.float32], stamp: Ints, keep: int, size: int) -> Ints:
    """The pairs of each row with those of its others that score highest; equal ones by a number drawn from both."""
    if score.shape[1] > keep:
        # the last bits settle ties, alike from both sides and whatever else is on record
        mixed = ((stamp[np.maximum(others, 0)] ^ stamp[rows][:, None]) * 0x5851F42D4C957F2D) >> 40 & 0xFFFF
        place = np.argpartition(score + mixed.astype(np.float32) * np.float32(1e-8), -keep, axis=1)[:, -keep:]
        score = np.take_along_axis(score, place, axis=1)
        others = np.take_along_axis(others, place, axis=1)
    chosen = np.isfinite(score)
    one, two = np.broadcast_to(rows[:, None], others.shape)[chosen], others[chosen]
    return np.asarray(np.minimum(one, two) * size + np.maximum(one, two), dtype=np.int64)


def _windows(day: Ints, report: Ints, code: Ints, stamp: Ints, reach: Reach) -> Iterator[tuple[Ints, Ints]]:
    """(reports, those each of them sees; -1 where there is none), some thousand reports at a time."""
    if not len(day):
        return
    order = np.lexsort((stamp[report], code, day))
    day, report, code = day[order], report[order], code[order]
    days, first = np.unique(day, return_index=True)
    first = np.append(first, len(day))
    # day and place in one number, so that one search finds a place on another day
    key = np.repeat(np.arange(len(days)), np.diff(first)) * (1 << 2 * _BITS) + code
    step = np.arange(-reach.window, reach.window, dtype=np.int64)
    for start in range(0, len(day), _ROWS):
        part = slice(start, min(start + _ROWS, len(day)))
        seen = []
        for offset in range(-reach.days, reach.days + 1):
            there = np.searchsorted(days, day[part] + offset)
            known = there < len(days)
            there = np.minimum(there, len(days) - 1)
            known &= days[there] == day[part] + offset
            at = (
                np.arange(part.start, part.stop) if offset == 0 else np.searchsorted(key, there * (1 << 2 * _BITS) + code[part])
            )
            place = at[:, None] + (step + 1 * (step >= 0) if offset == 0 else step)
            inside = known[:, None] & (place >= first[there][:, None]) & (place < first[there + 1][:, None])
            seen.append(np.where(inside, report[np.clip(place, 0, len(report) - 1)], -1))
        yield report[part], np.concatenate(seen, axis=1)
