"""From pairs of claims to groups: the likeliest join first, and no group grows beyond what one incident can be.

Without bounds, A like B and B like C would chain a whole war into one incident.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from merestone.incidents.bars import All, Apart, Bounds
from merestone.incidents.columns import Ints
from merestone.incidents.linkage import Links, cluster
from merestone.incidents.match import Weighed, likelihood, log_odds_of
from merestone.incidents.neighbourhood import connected
from merestone.incidents.prepare import Prepared
from merestone.reading.intervals import DAY

LONGEST_S = 3 * DAY
"""A group's times span at most this, or what its longest single claim spans."""
WIDEST_M = 50_000.0
"""A group's places span at most this more than those of its widest single claim."""
JOIN_FROM = 0
"""Thousandths of log odds: groups join from even odds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Claims of one incident, and the pairs that hold them together: one fewer than claims."""

    members: tuple[int, ...]
    joins: tuple[tuple[int, int, float], ...]
    decided: frozenset[tuple[int, int]] = frozenset()
    """Those of the joins that reviewers have decided on."""


Ends = tuple[Ints, Ints]
"""(left, right) of pairs, left before right."""


def group(p: Prepared, pairs: Weighed, together: Ends, apart: Ends) -> list[Group]:
    """Groups of claims, each claim in exactly one, ordered by their first claim.

    Pairs join from the likeliest down to even odds, unless the bounds forbid it or the groups hold two claims of one document
    that clearly speak of different things. What reviewers have decided (``together``, ``apart``) comes before all that.
    """
    given = connected(len(p), *together)
    told = given[pairs.apart[0]] != given[pairs.apart[1]]
    parted = (np.concatenate([pairs.apart[side][told], apart[side]]) for side in range(2))
    bars = All(Apart(len(p), *parted), Bounds(p, LONGEST_S, WIDEST_M))
    links = Links(pairs.left, pairs.right, pairs.log_odds)
    of = cluster(links, p.stamp, bars, "best", JOIN_FROM, given)
    joins, decided = _spanning(p, pairs, together, of)
    order = np.argsort(of, kind="stable")
    firsts = np.flatnonzero(np.diff(of[order], prepend=-1))
    out = []
    for some in np.split(order, firsts[1:]):
        if len(some):
            own = tuple(sorted(joins.get(int(of[some[0]]), [])))
            by_hand = frozenset((one, two) for one, two, _ in own if (one, two) in decided)
            out.append(Group(tuple(some.tolist()), own, by_hand))
    return out


Joins = dict[int, list[tuple[int, int, float]]]


def _spanning(p: Prepared, pairs: Weighed, together: Ends, of: Ints) -> tuple[Joins, set[tuple[int, int]]]:
    """(the pairs that hold each group together, by group; those of them that are decided): decided ones first, then the
    likeliest (Kruskal's algorithm)."""
    inside = np.flatnonzero((of[pairs.left] == of[pairs.right]) & (pairs.log_odds >= JOIN_FROM))
    inside = inside[np.lexsort((pairs.right[inside], pairs.left[inside], -pairs.log_odds[inside]))]
    left = [*together[0].tolist(), *pairs.left[inside].tolist()]
    right = [*together[1].tolist(), *pairs.right[inside].tolist()]
    likely = likelihood(np.concatenate([log_odds_of(p, *together), pairs.log_odds[inside]]))
    root = list(range(len(p)))
    out: Joins = {}
    decided = set()
    for number, (one, two, probability) in enumerate(zip(left, right, likely, strict=True)):
        a, b = _root(root, one), _root(root, two)
        if a != b:
            root[max(a, b)] = min(a, b)
            out.setdefault(int(of[one]), []).append((one, two, probability))
            if number < len(together[0]):
                decided.add((one, two))
    return out, decided


def _root(root: list[int], of: int) -> int:
    while root[of] != of:
        root[of] = root[root[of]]
        of = root[of]
    return of
