"""What cannot be one incident, whatever the probabilities say: bounds on a group's times and places, and who reports it."""

from __future__ import annotations

import numpy as np

from merestone.incidents.columns import EARTH_METRES_PER_DEGREE, Bools, Columns, Floats, Ints
from merestone.incidents.linkage import Bars


class Bounds(Bars):
    """A group's times span at most ``longest_s``, or what its longest single report spans; its places at most ``widest_m``
    more than those of its widest single report. Seconds and metres; the span of places is the diagonal of their box."""

    def __init__(self, c: Columns, longest_s: float, widest_m: float) -> None:
        self._longest_s, self._widest_m = longest_s, widest_m
        self._begin = np.where(c.dated, c.begin, np.inf)
        self._end = np.where(c.dated, c.end, -np.inf)
        self._length = np.where(c.dated, c.end - c.begin, 0.0)
        inf = np.full(len(c), np.inf)
        self._box = [inf, inf.copy(), -inf, -inf]  # west, south, east, north
        placed = np.flatnonzero(np.diff(c.spot_at) > 0)
        if len(placed):
            starts = c.spot_at[placed]
            for side, (values, of) in enumerate(
                ((c.spot_lon, np.minimum), (c.spot_lat, np.minimum), (c.spot_lon, np.maximum), (c.spot_lat, np.maximum))
            ):
                self._box[side] = self._box[side].copy()
                self._box[side][placed] = of.reduceat(values, starts)
        self._width = _diagonal(self._box)

    def allowed(self, one: Ints, two: Ints) -> Bools:
        """Whether the united group stays within the bounds."""
        span = np.maximum(self._end[one], self._end[two]) - np.minimum(self._begin[one], self._begin[two])
        fits = span <= np.maximum(self._longest_s, np.maximum(self._length[one], self._length[two]))
        box = [of(side[one], side[two]) for side, of in zip(self._box, _UNITE, strict=True)]
        return np.asarray(
            fits & (_diagonal(box) <= self._widest_m + np.maximum(self._width[one], self._width[two])), dtype=bool
        )

    def begin(self, group: Ints) -> None:
        """See Bars. A group that is given may be as long and wide as that makes it, and no longer."""
        np.minimum.at(self._begin, group, self._begin.copy())
        np.maximum.at(self._end, group, self._end.copy())
        np.maximum.at(self._length, group, self._length.copy())
        np.maximum.at(self._width, group, self._width.copy())
        for side, of in zip(self._box, _UNITE, strict=True):
            of.at(side, group, side.copy())
        several = np.flatnonzero(np.bincount(group, minlength=len(group)) > 1)
        self._length[several] = np.maximum(self._length[several], self._end[several] - self._begin[several])
        self._width[several] = np.maximum(self._width[several], _diagonal([side[several] for side in self._box]))

    def join(self, kept: Ints, gone: Ints) -> None:
        """See Bars."""
        self._begin[kept] = np.minimum(self._begin[kept], self._begin[gone])
        self._end[kept] = np.maximum(self._end[kept], self._end[gone])
        self._length[kept] = np.maximum(self._length[kept], self._length[gone])
        self._width[kept] = np.maximum(self._width[kept], self._width[gone])
        for side, of in zip(self._box, _UNITE, strict=True):
            side[kept] = of(side[kept], side[gone])


_UNITE = (np.minimum, np.minimum, np.maximum, np.maximum)


def _diagonal(box: list[Floats]) -> Floats:
    """Metres; 0 where there is no place. A box never crosses the antimeridian: there it is taken for as wide as the globe."""
    west, south, east, north = box
    some = west <= east
    west, south, east, north = (np.where(some, side, 0.0) for side in (west, south, east, north))
    across = (east - west) * np.cos(np.radians((south + north) / 2))
    return np.asarray(np.hypot(across, north - south) * EARTH_METRES_PER_DEGREE, dtype=np.float64)


class OncePerSource(Bars):
    """Two reports of one source are two incidents: where a source is known to report an incident once. -1 bars nothing."""

    def __init__(self, source: Ints) -> None:
        self._source = source
        self._group = np.arange(len(source))
        self._alone = True

    def allowed(self, one: Ints, two: Ints) -> Bools:
        """Whether no source is in both groups."""
        if self._alone:
            return np.asarray((self._source[one] != self._source[two]) | (self._source[one] < 0), dtype=bool)
        order = np.argsort(self._group, kind="stable")
        grouped = self._group[order]
        rows, edges = [], []
        for side in (one, two):
            first, last = np.searchsorted(grouped, side), np.searchsorted(grouped, side, side="right")
            many = last - first
            inner = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            rows.append(self._source[order[np.repeat(first, many) + inner]])
            edges.append(np.repeat(np.arange(len(side)), many))
        source, edge = np.concatenate(rows), np.concatenate(edges)
        known = source >= 0
        code = np.sort(edge[known] * (int(self._source.max(initial=0)) + 1) + source[known])
        out = np.ones(len(one), dtype=bool)
        out[code[1:][code[1:] == code[:-1]] // (int(self._source.max(initial=0)) + 1)] = False
        return out

    def begin(self, group: Ints) -> None:
        """See Bars."""
        self._alone, self._group = False, group.copy()

    def join(self, kept: Ints, gone: Ints) -> None:
        """See Bars."""
        self._alone = False
        into = np.arange(len(self._group))
        into[gone] = kept
        self._group = into[self._group]


class Apart(Bars):
    """Pairs of reports that must not come into one group."""

    def __init__(self, size: int, left: Ints, right: Ints) -> None:
        self._group = np.arange(size)
        self._left, self._right = left, right
        self._size = size

    def allowed(self, one: Ints, two: Ints) -> Bools:
        """Whether no such pair lies across the two groups."""
        if not len(self._left):
            return np.ones(len(one), dtype=bool)
        a, b = self._group[self._left], self._group[self._right]
        return ~np.isin(self._code(one, two), self._code(a, b))

    def _code(self, a: Ints, b: Ints) -> Ints:
        return np.asarray(np.minimum(a, b) * self._size + np.maximum(a, b), dtype=np.int64)

    def begin(self, group: Ints) -> None:
        """See Bars."""
        self._group = group.copy()

    def join(self, kept: Ints, gone: Ints) -> None:
        """See Bars."""
        into = np.arange(self._size)
        into[gone] = kept
        self._group = into[self._group]


class All(Bars):
    """Several bars at once."""

    def __init__(self, *bars: Bars) -> None:
        self._bars = bars

    def allowed(self, one: Ints, two: Ints) -> Bools:
        """Whether each of them allows it."""
        out = np.ones(len(one), dtype=bool)
        for bar in self._bars:
            left = np.flatnonzero(out)
            out[left] = bar.allowed(one[left], two[left])
        return out

    def begin(self, group: Ints) -> None:
        """See Bars."""
        for bar in self._bars:
            bar.begin(group)

    def join(self, kept: Ints, gone: Ints) -> None:
        """See Bars."""
        for bar in self._bars:
            bar.join(kept, gone)
