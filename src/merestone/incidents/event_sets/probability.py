"""How likely two events of two data sets are one: learned from the data sets themselves, without labels.

The model is that of Fellegi and Sunter (1969) with expectation maximisation after Winkler (1988): of all pairs within the
windows, some are one event told twice and the others near each other by chance. What is compared (distance, days, duration, the
level at which each taxonomy agrees) is distributed in one way among the former and in another among the latter. How it is
distributed by chance needs no guess: pairs near in space that lie a few windows apart in time cannot be one event, and show
what chance does there. An event is at most one event of another data set, so that several candidates share the probability.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.event_sets.meltt import agreement, days_apart, spots_of
from merestone.incidents.event_sets.nearness import near_pairs
from merestone.incidents.event_sets.tables import Events, Floats, Ints

JOINED_FROM = 0.5
_EDGES = (0.05, 0.15, 0.3, 0.6)
"""Shares of the distance window at which the classes of distance part."""
_ROUNDS = 60
_STRENGTH = 4.0
"""Pairs that what is assumed beforehand counts for: sets with few pairs are held near it, large ones speak for themselves."""
_BEYOND = 5
"""Windows of time on which chance is measured."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Likely:
    """Candidate pairs of positions in ``Events``, left of an earlier data set, with their probability."""

    left: Ints
    right: Ints
    metres: Floats
    probability: Floats
    features: tuple[Ints, ...]
    """For each feature the class of each pair."""
    names: tuple[str, ...]
    """Names of the features."""
    bits: tuple[Floats, ...]
    """For each feature and class, how far it speaks for (above 0) or against one event: log2 of the likelihood ratio."""


def likely(events: Events, metres: float, days: int) -> Likely:
    """All pairs within the windows, in order, with the probability that they are one event, to four decimals."""
    left, right, length = _pairs(events, metres, 0, days)
    chance_left, chance_right, chance_length = _pairs(
        events, metres, 2 * days + 2, 2 * days + 2 + _BEYOND * (2 * days + 1) // 2
    )
    features, sizes, names = _features(events, left, right, length, metres, days)
    by_chance, _, _ = _features(events, chance_left, chance_right, chance_length, metres, days)
    if not len(left):
        return Likely(left, right, length, np.empty(0), tuple(features), names, tuple(np.zeros(size) for size in sizes))
    unlike = [
        _shares(np.bincount(seen, minlength=size).astype(np.float64), _assumed_chance(name, size, days))
        if name != "first day"
        else _assumed_chance(name, size, days)
        for name, seen, size in zip(names, by_chance, sizes, strict=True)
    ]
    alike = [_assumed_alike(size) for size in sizes]
    # pairs by chance in the window, from those beyond it
    beyond = _BEYOND * (2 * days + 1) // 2 + 1
    expected = len(chance_left) * (2 * days + 1) / (2 * beyond)
    share = float(np.clip(1 - expected / len(left), 0.02, 0.98))
    for _ in range(_ROUNDS):
        weight = _odds(features, alike, unlike) * share / (1 - share)
        posterior = weight / (1 + weight)
        alike = [
            _shares(np.bincount(seen, weights=posterior, minlength=size), _assumed_alike(size))
            for seen, size in zip(features, sizes, strict=True)
        ]
        share = float(np.clip((posterior.sum() + 1) / (len(left) + 2), 0.001, 0.999))
    weight = _odds(features, alike, unlike) * share / (1 - share)
    probability = np.round(_shared_among_rivals(events, left, right, weight), 4)
    bits = tuple(np.log2(one / two) for one, two in zip(alike, unlike, strict=True))
    return Likely(left, right, length, probability, tuple(features), names, bits)


def groups(events: Events, pairs: Likely) -> Ints:
    """For each event the first event of its group: pairs join from the likeliest down to JOINED_FROM, and no group holds two
    events of one data set."""
    parent = list(range(len(events)))
    holds = [{int(number)} for number in events.source]

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    some = np.flatnonzero(pairs.probability >= JOINED_FROM)
    order = some[np.lexsort((pairs.right[some], pairs.left[some], -pairs.probability[some]))]
    for k in order.tolist():
        one, two = sorted((root(int(pairs.left[k])), root(int(pairs.right[k]))))
        if one != two and holds[one].isdisjoint(holds[two]):
            parent[two] = one
            holds[one] |= holds[two]
    return np.asarray([root(i) for i in range(len(events))], dtype=np.int64)


def _pairs(events: Events, metres: float, least: int, most: int) -> tuple[Ints, Ints, Floats]:
    """Pairs of different data sets within the distance whose first days lie between least and most days apart."""
    found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for number in range(1, len(events.names)):
        before, after = np.flatnonzero(events.source < number), np.flatnonzero(events.source == number)
        near = near_pairs(spots_of(events, before), spots_of(events, after), metres, most)
        left, right = before[near.left], after[near.right]
        far = np.abs(events.first[left] - events.first[right]) >= least
        found.append((left[far], right[far], near.metres[far]))
    left, right, length = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return left, right, length


def _features(
    events: Events, left: Ints, right: Ints, length: Floats, metres: float, days: int
) -> tuple[list[Ints], list[int], tuple[str, ...]]:
    """(classes of each pair, number of classes, names) of all that is compared."""
    begun, _ = days_apart(events, left, right)
    span = events.last - events.first
    out: list[Ints] = [
        np.searchsorted(np.asarray(_EDGES) * metres, length).astype(np.int64),
        np.minimum(begun, days).astype(np.int64),
        np.minimum(np.abs(span[left] - span[right]), days + 1).astype(np.int64),
        *agreement(events, left, right),
    ]
    sizes = [len(_EDGES) + 1, days + 1, days + 2, *(labels.shape[1] + 1 for labels in events.labels)]
    return out, sizes, ("distance", "first day", "duration", *(taxonomy.column for taxonomy in events.taxonomies))


def _assumed_chance(name: str, size: int, days: int) -> Floats:
    """How pairs are spread by chance, as far as it can be told beforehand: evenly over the area, over the days, over levels."""
    if name == "distance":
        return np.diff(np.square([0.0, *_EDGES, 1.0]))
    if name == "first day":
        return np.asarray([1.0, *[2.0] * days]) / (2 * days + 1)
    return np.full(size, 1 / size)


def _assumed_alike(size: int) -> Floats:
    """How pairs that are one event are assumed to be spread: half in the best class, half of the rest in the next ..."""
    out = 0.5 ** np.arange(1, size + 1)
    return np.asarray(out / out.sum(), dtype=np.float64)


def _shares(counts: NDArray[Any], assumed: Floats) -> Floats:
    return np.asarray((counts + _STRENGTH * assumed) / (counts.sum() + _STRENGTH), dtype=np.float64)


def _odds(features: list[Ints], alike: list[Floats], unlike: list[Floats]) -> Floats:
    total = np.sum([np.log(a / u)[seen] for seen, a, u in zip(features, alike, unlike, strict=True)], axis=0)
    return np.asarray(np.exp(np.clip(total, -30, 30)), dtype=np.float64)


def _shared_among_rivals(events: Events, left: Ints, right: Ints, weight: Floats) -> Floats:
    """Where each event is at most one of another data set, the probability of a pair is its odds over those of all rivals."""
    count = len(events.names)
    ones = left * count + events.source[right]
    twos = right * count + events.source[left]
    sums = []
    for codes in (ones, twos):
        _, which = np.unique(codes, return_inverse=True)
        sums.append(np.bincount(which, weights=weight)[which])
    return np.asarray(weight / (1 + sums[0] + sums[1] - weight), dtype=np.float64)
