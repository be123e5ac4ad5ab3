"""From pairs to groups: the likeliest join first, and never what cannot be one incident.

Agglomerative clustering by rounds: in each round every two groups join that like each other best. Under a linkage in which a
union is never liked better than the better of its halves (the mean and the best are such; Bruynooghe, *Classification
ascendante hiérarchique des grands ensembles de données*, 1978), and with bars that never fall, the result is that of joining
the likeliest two groups one after the other, and a round handles all of the record at once. Each round halves, about, the
groups that still can join, so that the work grows with the number of pairs.
"""

from __future__ import annotations

import dataclasses
from typing import Literal, Protocol

import numpy as np

from merestone.incidents.columns import Bools, Floats, Ints

FLOOR = -4_000
"""Thousandths of log odds: a pair that is less likely, or that was never compared, counts as this."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Compared pairs, left before right, and how likely each is: thousandths of log odds."""

    left: Ints
    right: Ints
    log_odds: Ints


class Bars(Protocol):
    """What forbids two groups to join. Whatever forbids it now must forbid it for all larger groups as well."""

    def allowed(self, one: Ints, two: Ints) -> Bools:
        """Whether groups, named by one of their members, may join, for pairs of groups."""

    def begin(self, group: Ints) -> None:
        """Reports stand in groups from the beginning; each group is named by its first member. What they are is no bar."""

    def join(self, kept: Ints, gone: Ints) -> None:
        """Group ``gone[k]`` is now part of group ``kept[k]``; no group occurs twice."""


def cluster(
    links: Links, stamp: Ints, bars: Bars, linkage: Literal["mean", "best"], join_from: int, given: Ints | None = None
) -> Ints:
    """The group of each report: the position of its first member.

    Two groups join while the linkage of their pairs, the mean or the best, is at least ``join_from``. Equal ones go by a number
    drawn from the ids of what joins (``stamp``), so that the result does not depend on what else is on record. ``given`` are
    groups that stand from the beginning.
    """
    size, many = len(stamp), np.ones(len(stamp), dtype=np.int64)
    group = np.arange(size)
    wanted = links.log_odds > FLOOR if linkage == "mean" else links.log_odds >= join_from
    one, two, total = links.left[wanted], links.right[wanted], links.log_odds[wanted]
    if linkage == "best":
        total, join_from = _ranked(one, two, total, stamp), 0
    count = np.ones(len(one), dtype=np.int64)
    if given is not None:
        group, many = given, np.bincount(given, minlength=size)
        bars.begin(given)
        one, two, total, count = _gathered(given[one], given[two], total, count, size, linkage)
    while True:
        if linkage == "mean":
            every = many[one] * many[two]
            liking = (total + (every - count) * FLOOR) / every
        else:
            liking = total.astype(np.float64)
        live = np.flatnonzero(liking >= join_from)
        permitted = bars.allowed(one[live], two[live])
        barred, live = live[~permitted], live[permitted]
        if not len(live):
            break
        kept, gone = _mutual(one[live], two[live], liking[live], stamp)
        bars.join(kept, gone)
        many[kept] += many[gone]
        into = np.arange(size)
        into[gone] = kept
        group = into[group]
        # what is barred stays barred; a group with nothing left to join is done, and no union with it can be liked
        hopeful = np.zeros(size, dtype=bool)
        hopeful[one[live]] = hopeful[two[live]] = True
        stay = hopeful[one] & hopeful[two]
        stay[barred] = False
        one, two = into[one[stay]], into[two[stay]]
        one, two, total, count = _gathered(one, two, total[stay], count[stay], size, linkage)
    return group


def _ranked(one: Ints, two: Ints, log_odds: Ints, stamp: Ints) -> Ints:
    """The pairs' places in their order from unlikely to likely: no two are equal, and no group changes the order of two."""
    order = np.lexsort((*_ties(one, two, stamp), log_odds))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _ties(one: Ints, two: Ints, stamp: Ints) -> tuple[Ints, Ints, Ints]:
    """What settles the order of equal pairs: numbers drawn from what they join."""
    mixed = (stamp[one] ^ stamp[two]) * 0x5851F42D4C957F2D
    return np.maximum(stamp[one], stamp[two]), np.minimum(stamp[one], stamp[two]), mixed


def _mutual(one: Ints, two: Ints, liking: Floats, stamp: Ints) -> tuple[Ints, Ints]:
    """(kept, gone): the pairs of groups that are each other's best, kept before gone."""
    order = np.lexsort((*_ties(one, two, stamp), -liking))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    best = np.full(len(stamp), len(order), dtype=np.int64)
    np.minimum.at(best, one, rank)
    np.minimum.at(best, two, rank)
    mutual = (best[one] == rank) & (best[two] == rank)
    return np.minimum(one[mutual], two[mutual]), np.maximum(one[mutual], two[mutual])


def _gathered(one: Ints, two: Ints, total: Ints, count: Ints, size: int, linkage: str) -> tuple[Ints, Ints, Ints, Ints]:
    """The links between groups: those between the same two become one, those inside a group go."""
    between = one != two
    code = np.minimum(one[between], two[between]) * size + np.maximum(one[between], two[between])
    order = np.argsort(code, kind="stable")
    code, total, count = code[order], total[between][order], count[between][order]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    if not len(first):
        return code, code, total, count
    merged = np.add.reduceat(total, first) if linkage == "mean" else np.maximum.reduceat(total, first)
    return code[first] // size, code[first] % size, merged, np.add.reduceat(count, first)
