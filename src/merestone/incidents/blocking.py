"""Which pairs of claims are compared at all, so that the work grows with the record and not with its square.

Claims meet where they are close to each other in one document; where they share a day and a cell of the map; where neither or
only one has a place, by day and parties; and, without a time, by day of publication, event and actor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from merestone.incidents.prepare import EARTH_METRES_PER_DEGREE, Bools, Ints, Prepared
from merestone.reading.intervals import DAY

CELL_DEGREES = 0.2
ROUND = 1_800
"""Cells around the globe."""
REACH_M = 5_000.0
"""How far beyond its radius a place looks for others."""
LONG_DAYS = 5
"""Claims about more days than this meet by month instead of by day."""
WINDOW = 15
"""Claims of one document that are compared with each other lie within this many."""
FULL = 400
"""Blocks up to this size are compared in full; in larger ones a claim meets the NEXT that follow it."""
NEXT = 40


def candidates(p: Prepared) -> tuple[Ints, Ints]:
    """(left, right) positions of the pairs to compare, left before right, each pair once, in order."""
    found = [_in_documents(p)]
    first = _first_of_their_kind(p)
    unplaced, timeless = np.diff(p.spot_at) == 0, ~p.dated
    by_place: dict[Hashable, list[int]] = defaultdict(list)
    by_parties: dict[Hashable, list[int]] = defaultdict(list)
    undated: dict[Hashable, list[int]] = defaultdict(list)
    for i, row in enumerate(p.rows):
        told = row["act"] in ("asserts", "denies", "evaluates")
        days = _days(int(p.begin[i]), int(p.end[i]))
        if p.dated[i]:
            for key in _cells(p, i):
                for day in days:
                    by_place[told, day, key].append(i)
        if p.dated[i] and first[i]:
            for state in sorted({int(p.actor[i]), int(p.target[i])} - {-1}):
                for day in days:
                    by_parties[told, day, state].append(i)
        if first[i]:
            for day in days:
                undated[told, day, row["event"], int(p.actor[i])].append(i)
    found += [_pairs(p, members, None) for members in by_place.values()]
    found += [_pairs(p, members, unplaced) for members in by_parties.values()]
    found += [_pairs(p, members, timeless) for members in undated.values()]
    codes = np.unique(np.concatenate(found))
    size = max(len(p), 1)
    return codes // size, codes % size


def _days(begin: int, end: int) -> Sequence[Hashable]:
    """The days, one more on either side, or for a long interval the blocks of 30 days, that an interval touches."""
    if end - begin <= LONG_DAYS * DAY:
        return list(range(begin // DAY - 1, (end - 1) // DAY + 1))
    return [("month", month) for month in range(begin // (30 * DAY), (end - 1) // (30 * DAY) + 1)][:60]


def _cells(p: Prepared, i: int) -> Sequence[Hashable]:
    """The cells of the map that the places of a claim touch."""
    out: set[tuple[int, int]] = set()
    for s in range(p.spot_at[i], p.spot_at[i + 1]):
        lon, lat = p.spot_lon[s], p.spot_lat[s]
        up = (p.spot_radius[s] + REACH_M) / EARTH_METRES_PER_DEGREE
        across = min(up / max(np.cos(np.radians(lat)), 0.01), 180.0)
        rows = range(int((lat - up) // CELL_DEGREES), int((lat + up) // CELL_DEGREES) + 1)
        columns = range(int((lon - across) // CELL_DEGREES), int((lon + across) // CELL_DEGREES) + 1)
        out |= {(row, column % ROUND) for row in rows for column in columns}
    return sorted(out)


def _first_of_their_kind(p: Prepared) -> list[bool]:
    """Of the claims of one document with equal time, event, actor and target, only the first looks into other documents."""
    seen: set[tuple[int, ...]] = set()
    out = [False] * len(p)
    for i in np.lexsort((p.number, p.document)):
        placed = int(p.spot_at[i + 1] > p.spot_at[i])
        columns = (p.document, p.begin, p.end, p.event, p.act, p.denies, p.wording)
        key = (placed, *(int(column[i]) for column in columns))
        out[i] = key not in seen
        seen.add(key)
    return out


def _codes(p: Prepared, one: Ints, two: Ints) -> Ints:
    return np.minimum(one, two) * len(p) + np.maximum(one, two)


def _in_documents(p: Prepared) -> Ints:
    order = np.lexsort((p.number, p.document))
    out = [np.empty(0, dtype=np.int64)]
    for step in range(1, min(WINDOW, len(p) - 1) + 1):
        one, two = order[:-step], order[step:]
        same = p.document[one] == p.document[two]
        out.append(_codes(p, one[same], two[same]))
    return np.concatenate(out)


def _pairs(p: Prepared, members: list[int], needed: Bools | None) -> Ints:
    """Pairs of a block; with ``needed``, only those in which at least one of the two is marked."""
    if len(members) < 2 or (needed is not None and not needed[members].any()):
        return np.empty(0, dtype=np.int64)
    block = np.asarray(members, dtype=np.int64)
    if len(block) <= FULL:
        first, second = np.triu_indices(len(block), 1)
        one, two = block[first], block[second]
    else:
        block = block[np.lexsort((block, p.begin[block], p.event[block]))]
        steps = range(1, NEXT + 1)
        one = np.concatenate([block[:-step] for step in steps])
        two = np.concatenate([block[step:] for step in steps])
    if needed is not None:
        keep = needed[one] | needed[two]
        one, two = one[keep], two[keep]
    return _codes(p, one, two)
