"""What a changed document can change: the claims near it in time, and the incidents that hang together with those.

Claims meet only where their times lie within days of each other, or in one document. So a change is felt within a few such
steps, and everything farther away is as it was. What must stay true here: a region that is too large costs time, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from merestone.incidents.columns import Bools, Ints

MEET_DAYS = 5
"""Claims with more days than this between their dates never meet: three, and one more for the zone of each."""
MEET_LONG_DAYS = 12
"""The same for claims about many days, which meet each other by spells of ten days."""
LONG_DAYS = (4, 6)
"""Claims about more days than the first of these may be met as such, about more than the second only so."""

Moments = Sequence[str] | None


class Times:
    """The days on which each claim may meet others, by its position."""

    def __init__(self, times: Sequence[Moments], published: Sequence[str | None]) -> None:
        """Times as claims give them, and the day of publication that stands for them where there is none."""
        first, last = np.zeros(len(times), dtype=np.int64), np.zeros(len(times), dtype=np.int64)
        dated = np.asarray([time is not None for time in times], dtype=bool)
        ends = [moment[:10] for time in times if time is not None for moment in time]
        given = np.asarray(ends, dtype="datetime64[D]").astype(np.int64).reshape(-1, 2)
        first[dated], last[dated] = given.min(axis=1), given.max(axis=1)
        told = np.asarray([day is not None for day in published], dtype=bool)
        days = np.asarray([day[:10] for day in published if day is not None], dtype="datetime64[D]").astype(np.int64)
        day = np.zeros(len(times), dtype=np.int64)
        day[told] = days
        first[~dated], last[~dated] = day[~dated] - 2, day[~dated] + 1
        self._kinds = ((last - first <= LONG_DAYS[1], MEET_DAYS), (last - first >= LONG_DAYS[0], MEET_LONG_DAYS))
        start = int(first.min(initial=0))
        self._first, self._last = first - start, last - start

    def around(self, some: Bools, steps: int) -> Bools:
        """The claims that can be reached from some in so many meetings, those included."""
        out = some.copy()
        for _ in range(steps):
            reached = [kind & self._within(days, out & kind) for kind, days in self._kinds]
            out |= reached[0] | reached[1]
        return out

    def _within(self, days: int, some: Bools) -> Bools:
        """Which claims are at most so many days from some."""
        edges = np.zeros(int(self._last.max(initial=0)) + 2, dtype=np.int64)
        np.add.at(edges, np.maximum(self._first[some] - days, 0), 1)
        np.add.at(edges, np.minimum(self._last[some] + days + 1, len(edges) - 1), -1)
        covered = np.concatenate([[0], np.cumsum(np.cumsum(edges) > 0)])
        return np.asarray(covered[self._last + 1] > covered[self._first], dtype=bool)


def connected(size: int, left: Ints, right: Ints) -> Ints:
    """The smallest position that each position hangs together with along the pairs."""
    root = np.arange(size)
    while True:
        new = root.copy()
        low = np.minimum(root[left], root[right])
        np.minimum.at(new, root[left], low)
        np.minimum.at(new, root[right], low)
        while not np.array_equal(new[new], new):
            new = new[new]
        if np.array_equal(new, root):
            return root
        root = new
