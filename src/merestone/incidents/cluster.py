"""From pairs to groups: the likeliest pairs join first, and no group grows beyond what one incident can be.

Without bounds, A like B and B like C would chain a whole war into one incident.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from merestone.incidents.match import Weighed
from merestone.incidents.prepare import EARTH_METRES_PER_DEGREE, Prepared
from merestone.reading.intervals import DAY

JOINED_FROM = 0.5
LONGEST_S = 3 * DAY
"""A group's times span at most this, or what its longest single claim spans."""
WIDEST_M = 50_000.0
"""A group's places span at most this more than those of its widest single claim."""


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Claims of one incident, and the pairs that hold them together: one fewer than claims."""

    members: tuple[int, ...]
    joins: tuple[tuple[int, int, float], ...]
    decided: frozenset[tuple[int, int]] = frozenset()
    """Those of the joins that reviewers have decided on."""


@dataclasses.dataclass(slots=True)
class _Cluster:
    """What the bounds need to know of a growing group."""

    members: list[int]
    begin: float
    end: float
    longest: float
    box: tuple[float, float, float, float]
    """west, south, east, north; infinite where no member has a place."""
    widest: float
    apart: set[int]
    """Claims that must not come into this group."""
    joins: list[tuple[int, int, float]]


def _diagonal(box: tuple[float, float, float, float]) -> float:
    west, south, east, north = box
    if west > east:
        return 0.0
    return float(np.hypot((east - west) * np.cos(np.radians((south + north) / 2)), north - south) * EARTH_METRES_PER_DEGREE)


def _single(p: Prepared, i: int) -> _Cluster:
    inf = float("inf")
    part = slice(p.spot_at[i], p.spot_at[i + 1])
    lon, lat = p.spot_lon[part], p.spot_lat[part]
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())) if len(lon) else (inf, inf, -inf, -inf)
    begin, end = (float(p.begin[i]), float(p.end[i])) if p.dated[i] else (inf, -inf)
    return _Cluster([i], begin, end, max(end - begin, 0.0), box, _diagonal(box), set(), [])


def _united(a: _Cluster, b: _Cluster) -> _Cluster | None:
    """Both as one group, without its members, or None where the bounds forbid it."""
    if not a.apart.isdisjoint(b.members) or not b.apart.isdisjoint(a.members):
        return None
    begin, end, longest = min(a.begin, b.begin), max(a.end, b.end), max(a.longest, b.longest)
    if end - begin > max(LONGEST_S, longest):
        return None
    box = (min(a.box[0], b.box[0]), min(a.box[1], b.box[1]), max(a.box[2], b.box[2]), max(a.box[3], b.box[3]))
    widest = max(a.widest, b.widest)
    if _diagonal(box) > widest + WIDEST_M:
        return None
    return _Cluster([], begin, end, longest, box, widest, set(), [])


def _pour(of: list[_Cluster], small: _Cluster, large: _Cluster, join: tuple[int, int, float]) -> None:
    """Unite two groups without asking; the smaller is poured into the larger, so that the whole takes n log n steps."""
    large.members += small.members
    large.apart |= small.apart
    large.joins += [*small.joins, join]
    for member in small.members:
        of[member] = large


def _join_decided(of: list[_Cluster], decided: Weighed) -> set[tuple[int, int]]:
    """Unite what reviewers have joined; their groups may be as long and wide as that makes them, and no longer."""
    joined = set()
    columns = (decided.left.tolist(), decided.right.tolist(), decided.probability.tolist())
    for left, right, probability in zip(*columns, strict=True):
        a, b = of[left], of[right]
        if a is b:
            continue
        joined.add((left, right))
        small, large = (a, b) if len(a.members) < len(b.members) else (b, a)
        large.begin, large.end = min(a.begin, b.begin), max(a.end, b.end)
        large.box = (min(a.box[0], b.box[0]), min(a.box[1], b.box[1]), max(a.box[2], b.box[2]), max(a.box[3], b.box[3]))
        large.longest = max(a.longest, b.longest, large.end - large.begin)
        large.widest = max(a.widest, b.widest, _diagonal(large.box))
        _pour(of, small, large, (left, right, probability))
    return joined


def group(p: Prepared, pairs: Weighed, decided: Weighed, apart: Sequence[tuple[int, int]]) -> list[Group]:
    """Groups of claims, each claim in exactly one, ordered by their first claim.

    Pairs join from the likeliest down to JOINED_FROM, equal ones in order of claim ids, unless the bounds forbid it or the
    groups hold two claims of one document that clearly speak of different things. What reviewers have decided (``decided``:
    pairs that are joined, ``apart``: pairs that are not) comes before all that.
    """
    of = [_single(p, i) for i in range(len(p))]
    joined = _join_decided(of, decided)
    told = zip(pairs.left[pairs.apart].tolist(), pairs.right[pairs.apart].tolist(), strict=True)
    for left, right in itertools.chain(apart, (pair for pair in told if of[pair[0]] is not of[pair[1]])):
        of[left].apart.add(right)
        of[right].apart.add(left)
    likely = np.flatnonzero((pairs.probability >= JOINED_FROM) & ~pairs.apart)
    likely = likely[np.lexsort((pairs.right[likely], pairs.left[likely], -pairs.probability[likely]))]
    columns = (pairs.left[likely].tolist(), pairs.right[likely].tolist(), pairs.probability[likely].tolist())
    for left, right, probability in zip(*columns, strict=True):
        a, b = of[left], of[right]
        if a is b:
            continue
        united = _united(a, b)
        if united is None:
            continue
        small, large = (a, b) if len(a.members) < len(b.members) else (b, a)
        large.begin, large.end, large.longest = united.begin, united.end, united.longest
        large.box, large.widest = united.box, united.widest
        _pour(of, small, large, (left, right, probability))
    seen: set[int] = set()
    out = []
    for cluster in of:
        if id(cluster) not in seen:
            seen.add(id(cluster))
            by_hand = frozenset((left, right) for left, right, _ in cluster.joins if (left, right) in joined)
            out.append(Group(tuple(sorted(cluster.members)), tuple(sorted(cluster.joins)), by_hand))
    return out
