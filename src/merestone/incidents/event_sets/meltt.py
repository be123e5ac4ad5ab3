"""The rule of MELTT: matching event data by location, time and type.

After Donnay, Dunford, McGrath, Backer and Cunningham, "Integrating Conflict Event Data", Journal of Conflict Resolution 63(5),
2019, from the published description, in code of our own. The data sets are taken one after the other. An event of the next one
may be one of those before it where both lie within a distance and their days within a number of days, and every taxonomy has
them in one class at some level. Of several, the pair with the best taxonomy score is taken first, then fewest days, then the
shortest distance, and each event once. Events match with events and episodes (longer than a day) with episodes; where only that
differs, the pair is flagged and left to a reviewer.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.event_sets.nearness import Pairs, Spots, near_pairs
from merestone.incidents.event_sets.tables import Bools, Events, Floats, Ints


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """What the rule joins: pairs of positions in ``Events``."""

    owner: Ints
    """For each event the first event of its match; itself where it stands alone or comes first."""
    left: Ints
    right: Ints
    score: Floats
    """Taxonomy score of each pair, 0 the best."""
    flagged: tuple[tuple[int, int], ...]
    """An event and an episode that only their length keeps apart, one pair for every two matches of which this is so."""


def spots_of(events: Events, which: Ints) -> Spots:
    """Where and when some events begin."""
    return Spots(events.lon[which], events.lat[which], events.first[which])


def agreement(events: Events, left: Ints, right: Ints) -> list[Ints]:
    """For each taxonomy the 0-based level at which each pair first agrees, the number of its levels where at none."""
    out = []
    for labels in events.labels:
        same = labels[left] == labels[right]
        out.append(np.where(same.any(axis=1), same.argmax(axis=1), labels.shape[1]).astype(np.int64))
    return out


def days_apart(events: Events, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """(days between the first days, days between the last days)."""
    return np.abs(events.first[left] - events.first[right]), np.abs(events.last[left] - events.last[right])


def match(events: Events, metres: float, days: int) -> Matched:
    """The matches of all data sets by the rule."""
    owner = np.arange(len(events), dtype=np.int64)
    lefts, rights, scores = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    doubtful: list[tuple[Ints, Ints]] = []
    for number in range(1, len(events.names)):
        before = np.flatnonzero((events.source < number) & (owner == np.arange(len(events))))
        after = np.flatnonzero(events.source == number)
        pairs = near_pairs(spots_of(events, before), spots_of(events, after), metres, days)
        left, right = before[pairs.left], after[pairs.right]
        begun, ended = days_apart(events, left, right)
        levels = agreement(events, left, right)
        fits = ended <= days
        score = np.zeros(len(pairs))
        for level, labels in zip(levels, events.labels, strict=True):
            fits &= level < labels.shape[1]
            score += level / labels.shape[1]
        alike = events.episode[left] == events.episode[right]
        doubtful.append((left[fits & ~alike], right[fits & ~alike]))
        fits &= alike
        kept = pairs.at(fits)
        chosen = one_to_one(kept, score[fits], (begun + ended)[fits])
        owner[after[kept.right[chosen]]] = before[kept.left[chosen]]
        lefts.append(before[kept.left[chosen]])
        rights.append(after[kept.right[chosen]])
        scores.append(score[fits][chosen])
    flagged: dict[tuple[int, int], tuple[int, int]] = {}
    for one, two in doubtful:
        for a, b in zip(one.tolist(), two.tolist(), strict=True):
            flagged.setdefault((int(owner[a]), int(owner[b])), (a, b))
    return Matched(
        owner, np.concatenate(lefts), np.concatenate(rights), np.concatenate(scores), tuple(sorted(flagged.values()))
    )


def one_to_one(pairs: Pairs, score: Floats, days: NDArray[np.int64]) -> Ints:
    """Positions of the pairs that are taken when the best goes first and each event is used once, in order.

    Taking all pairs that are the best of both their events, and then again among what is left, gives the same as going through
    the sorted pairs one by one.
    """
    order = np.lexsort((pairs.right, pairs.left, pairs.metres, days, score))
    taken: list[Ints] = [np.empty(0, np.int64)]
    while len(order):
        left, right = pairs.left[order], pairs.right[order]
        best = _first_of_each(left) & _first_of_each(right)
        taken.append(order[best])
        free = ~np.isin(left, left[best]) & ~np.isin(right, right[best])
        order = order[free]
    return np.sort(np.concatenate(taken))


def _first_of_each(values: Ints) -> Bools:
    out = np.zeros(len(values), dtype=np.bool_)
    out[np.unique(values, return_index=True)[1]] = True
    return out
