"""How likely two claims speak of the same thing, and why, in words.

Claims are compared by what reports of any kind are compared by (``features``) and by what only claims have: who is involved,
what is done by saying it, and where they stand in their documents. No feature depends on which party is which, nor, between
reports, on who is said to have acted: each side may accuse the other of the same incident.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np

from merestone.incidents import features
from merestone.incidents.columns import Bools, Floats, Ints, gaps
from merestone.incidents.features import EVENT, NAME, PLACE, TIME, pairs_of
from merestone.incidents.prepare import KINDS, Prepared
from merestone.incidents.related import EVENTS, fits
from merestone.incidents.scorecard import Feature, Pairs, Scorecard, probability, scorecard
from merestone.reading.intervals import DAY

WEIGHTS = "claim_weights.tsv"
VICTIMS = tuple(KINDS.index(kind) for kind in ("killed", "wounded", "captured", "missing", "persons"))
NEVER = -20_000
"""Thousandths of log odds of what cannot be of one incident."""
LATEST_S = 3 * DAY
"""Claims whose times lie farther apart than this are never of one incident."""
FARTHEST_M = 50_000.0
"""Claims whose places lie farther apart than this, radii deducted, are never of one incident."""
ELSEWHERE_M = 15_000.0
"""Places of one document farther apart than this, radii deducted, are of different incidents."""
REPORTED = 2
"""Acts below this (see ``prepare.ACTS``) are about what has happened."""
_CHUNK = 250_000

Words = Callable[[Prepared, Pairs, Ints], list[str]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Candidate pairs that may be of one incident, with how likely they are."""

    left: Ints
    right: Ints
    log_odds: Ints
    """Thousandths of natural logarithms of odds."""
    apart: tuple[Ints, Ints]
    """(left, right) of the pairs of one document that clearly speak of different things."""


def _claims(p: Pairs) -> Prepared:
    assert isinstance(p.columns, Prepared)
    return p.columns


def same_document(p: Prepared, one: Ints, two: Ints) -> Bools:
    """Whether the two stand in one document."""
    return np.asarray(p.document[one] == p.document[two], dtype=bool)


def possible(p: Prepared, one: Ints, two: Ints) -> Bools:
    """Whether two claims may be of one incident at all: their events, their acts, and when and where."""
    fit = p.fits[p.event[one], p.event[two]]
    told = p.act[one] < REPORTED, p.act[two] < REPORTED
    differ = (p.act[one] != p.act[two]) & ~(told[0] & told[1])
    other = (p.actor[one] != p.actor[two]) & (p.actor[one] >= 0) & (p.actor[two] >= 0)
    # to demand something of one party is not to demand it of the other
    out = (fit > 0) & ~differ & ~(~told[0] & (other | (fit < 1)))
    later = np.maximum(p.begin[one], p.begin[two]) - np.minimum(p.end[one], p.end[two])
    dated = p.dated[one] & p.dated[two]
    out &= np.where(dated, later <= LATEST_S, same_document(p, one, two) | (later < 0))
    left = np.flatnonzero(out)
    gap, _ = gaps(p, one[left], two[left])
    out[left[np.isfinite(gap) & (gap > FARTHEST_M)]] = False
    return np.asarray(out, dtype=bool)


# --------------------------------------------------------------------------------------------------------------------------
# what only claims have

ACTS = ("both report", "one judges", "both ask or warn")
PUBLISHED = ("both dated", "one document", "published close together")
UNPLACED = ("both placed", "one document", "other documents")
PARTIES = ("unknown", "both", "one", "mirrored", "opposite", "none")
SUMS = ("none", "fit", "several fit", "differ", "several differ")
STANDING = ("other documents", "next to each other", "close", "near", "far")
RESTATED = ("not compared", "the same", "another actor")
DENIED = ("no", "yes")
DOCUMENTS = ("one document", *(f"around {2**number:g} others" for number in range(10)))


def _act(p: Pairs) -> Ints:
    c = _claims(p)
    told = (c.act[p.left] < REPORTED) & (c.act[p.right] < REPORTED)
    return np.where(told, (c.act[p.left] != c.act[p.right]).astype(np.int64), 2)


def _published(p: Pairs) -> Ints:
    c = _claims(p)
    dated = c.dated[p.left] & c.dated[p.right]
    return np.where(dated, 0, np.where(same_document(c, p.left, p.right), 1, 2))


def _unplaced(p: Pairs) -> Ints:
    return np.where(np.isfinite(p.gap), 0, np.where(same_document(_claims(p), p.left, p.right), 1, 2))


def _parties(p: Pairs) -> Ints:
    c, one, two = _claims(p), p.left, p.right
    al, tl, ar, tr = c.actor[one], c.target[one], c.actor[two], c.target[two]
    shared = ((al >= 0) & ((al == ar) | (al == tr))).astype(np.int64)
    shared += (tl >= 0) & (tl != al) & ((tl == ar) | (tl == tr))
    known = ((al >= 0) | (tl >= 0)) & ((ar >= 0) | (tr >= 0))
    # each speaker names the other's side and not its own: accusations that mirror each other
    mirrored = ((al == c.speaker[two]) | (tl == c.speaker[two])) & ((ar == c.speaker[one]) | (tr == c.speaker[one]))
    # what one says of one party of the case and what the other says of the other may still be two sides of one thing
    inside = np.append(c.of_the_case, True)
    opposite = inside[al] & inside[tl] & inside[ar] & inside[tr]
    without = np.where(mirrored, 3, np.where(opposite, 4, 5))
    return np.where(shared == 2, 1, np.where(shared == 1, 2, np.where(known, without, 0)))


def _numbers(p: Pairs) -> Ints:
    """Numbers of the same thing; those of victims are compared only where the victims are the same side's."""
    c, one, two = _claims(p), p.left, p.right
    given = ~np.isnan(c.low[one]) & ~np.isnan(c.low[two])
    given[:, VICTIMS] &= (c.target[one] == c.target[two])[:, None]
    fit = (given & (c.low[one] <= c.high[two]) & (c.low[two] <= c.high[one])).sum(axis=1)
    unfit = given.sum(axis=1) - fit
    return np.where(fit > unfit, np.minimum(fit, 2), np.where(unfit > 0, 2 + np.minimum(unfit, 2), 0))


def _standing(p: Pairs) -> Ints:
    c = _claims(p)
    away = np.searchsorted(np.asarray([1, 3, 8]), np.abs(c.number[p.left] - c.number[p.right]))
    return np.where(same_document(c, p.left, p.right), 1 + away, 0)


def _restated(p: Pairs) -> Ints:
    """Without a time, the same event, actor and target is what tells; against, another actor."""
    c, one, two = _claims(p), p.left, p.right
    same = (c.event[one] == c.event[two]) & (c.wording[one] == c.wording[two]) & (c.wording[one] >= 0)
    other = (c.actor[one] != c.actor[two]) & (c.actor[one] >= 0) & (c.actor[two] >= 0)
    return np.where(c.dated[one] & c.dated[two], 0, np.where(same, 1, np.where(other, 2, 0)))


def _denied(p: Pairs) -> Ints:
    c, one, two = _claims(p), p.left, p.right
    accused = (c.actor[one] == c.actor[two]) & (c.actor[one] >= 0)
    hit = (c.denies[one] != c.denies[two]) & (c.speaker[one] != c.speaker[two]) & (c.event[one] == c.event[two]) & accused
    return np.asarray(hit, dtype=np.int64)


def _documents(p: Pairs) -> Ints:
    c = _claims(p)
    around = np.sqrt((1 + p.crowd[p.left]) * (1 + p.crowd[p.right]))
    step = np.clip(np.searchsorted(_AROUND, around), 1, len(DOCUMENTS) - 1)
    return np.where(same_document(c, p.left, p.right), 0, step)


_AROUND = 2.0 ** np.arange(len(DOCUMENTS) - 1) * 2**0.5

# --------------------------------------------------------------------------------------------------------------------------
# why, in words


def _event_words(p: Prepared, pairs: Pairs, _level: Ints) -> list[str]:
    out = []
    for one, two in zip(p.event[pairs.left].tolist(), p.event[pairs.right].tolist(), strict=True):
        left, right = EVENTS[one], EVENTS[two]
        out.append(f"both speak of {left.replace('_', ' ')}" if one == two else fits()[1][left, right])
    return out


def _time_words(p: Prepared, pairs: Pairs, level: Ints) -> list[str]:
    in_one = same_document(p, pairs.left, pairs.right).tolist()
    undated = ["one gives no time" if same else "at least one gives no time; published close together" for same in in_one]
    met = features.TIMES.index("same months")
    return [
        without if step == 0 else "the times overlap" if step <= met else "the times lie close together"
        for step, without in zip(level.tolist(), undated, strict=True)
    ]


def _place_words(_p: Prepared, pairs: Pairs, _level: Ints) -> list[str]:
    return [
        "" if gap == np.inf else "the places overlap" if gap <= 0 else f"the places lie {max(1, round(gap / 1000))} km apart"
        for gap in pairs.gap.tolist()
    ]


def _party_words(p: Prepared, pairs: Pairs, level: Ints) -> list[str]:
    out = []
    for one, two, step in zip(pairs.left.tolist(), pairs.right.tolist(), level.tolist(), strict=True):
        codes = {int(p.actor[one]), int(p.target[one])} & {int(p.actor[two]), int(p.target[two])} - {-1}
        names = " and ".join(sorted(p.states[code] for code in codes))
        out.append(f"both involve {names}" if names else ("different parties" if step == PARTIES.index("none") else ""))
    return out


def _by_level(*words: str) -> Words:
    return lambda _p, _pairs, level: [words[step] for step in level.tolist()]


def _no_words(_p: Prepared, _pairs: Pairs, level: Ints) -> list[str]:
    return [""] * len(level)


COMPARED: tuple[tuple[Feature, Words], ...] = (
    (EVENT, _event_words),
    (TIME, _time_words),
    (PLACE, _place_words),
    (NAME, _by_level("", "the same name of a place that could not be found", "")),
    (Feature("parties", PARTIES, _parties), _party_words),
    (Feature("numbers", SUMS, _numbers), _by_level("", *["the numbers fit"] * 2, *["the numbers differ"] * 2)),
    (Feature("standing", STANDING, _standing), _by_level("", *["close to each other in one document"] * 3, "")),
    (Feature("restated", RESTATED, _restated), _by_level("", "the same event, actor and target", "")),
    (Feature("denied", DENIED, _denied), _by_level("", "one denies what the other says")),
    (Feature("act", ACTS, _act), _no_words),
    (Feature("published", PUBLISHED, _published), _no_words),
    (Feature("unplaced", UNPLACED, _unplaced), _no_words),
    (Feature("documents", DOCUMENTS, _documents), _no_words),
)
FEATURES = tuple(feature for feature, _ in COMPARED)

# --------------------------------------------------------------------------------------------------------------------------
# all together


@cache
def card() -> Scorecard:
    """The weights for claims."""
    return scorecard(FEATURES, WEIGHTS)


def pairs_of_claims(p: Prepared, left: Ints, right: Ints, crowd: Floats) -> Pairs:
    """Pairs as the features take them. A claim's place is that of its name: how many give it says nothing."""
    return pairs_of(p, left, right, crowd, np.zeros(len(p.spot_lon), dtype=bool))


def weigh(p: Prepared, left: Ints, right: Ints) -> Weighed:
    """How likely each pair is of one incident; pairs that cannot be are left out."""
    found: list[tuple[Ints, Ints]] = []
    parted: list[tuple[Ints, Ints]] = []
    for start in range(0, len(left), _CHUNK):
        one, two = left[start : start + _CHUNK], right[start : start + _CHUNK]
        apart = differs_in_one_document(p, one, two)
        parted.append((one[apart], two[apart]))
        kept = possible(p, one, two) & ~apart
        one, two = one[kept], two[kept]
        found.append((one, two))
    one, two, apart_one, apart_two = (
        _joined(part[column] for part in parts) for parts in (found, parted) for column in range(2)
    )
    crowd = crowding(p, one, two)
    odds = [
        card().log_odds(pairs_of_claims(p, one[start : start + _CHUNK], two[start : start + _CHUNK], crowd))
        for start in range(0, len(one), _CHUNK)
    ]
    return Weighed(one, two, _joined(odds), (apart_one, apart_two))


def log_odds_of(p: Prepared, left: Ints, right: Ints) -> Ints:
    """Thousandths of log odds of pairs that somebody has chosen; next to none where they cannot be of one incident."""
    odds = card().log_odds(pairs_of_claims(p, left, right, np.zeros(len(p))))
    return np.where(possible(p, left, right) & ~differs_in_one_document(p, left, right), odds, NEVER)


def crowding(p: Prepared, one: Ints, two: Ints) -> Floats:
    """How many other documents each claim may share an incident with: the more there are, the less a likeness says."""
    other = ~same_document(p, one, two)
    one, two = one[other], two[other]
    size = int(p.document.max(initial=0)) + 1
    seen = np.unique(np.concatenate([one * size + p.document[two], two * size + p.document[one]]))
    return np.bincount(seen // size, minlength=len(p)).astype(np.float64)


def _joined(arrays: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *arrays])


def differs_in_one_document(p: Prepared, one: Ints, two: Ints) -> Bools:
    """Whether two claims of one document speak of other times or of places far apart: its author tells them apart."""
    out = same_document(p, one, two)
    here = np.flatnonzero(out)
    a, b = one[here], two[here]
    later = np.maximum(p.begin[a], p.begin[b]) >= np.minimum(p.end[a], p.end[b])
    gap, _ = gaps(p, a, b)
    out[here] = (p.dated[a] & p.dated[b] & later) | (np.isfinite(gap) & (gap > ELSEWHERE_M))
    return out


def reasons(p: Prepared, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Why the two claims of each pair were put together, in words."""
    one, two = np.asarray(pairs, dtype=np.int64).reshape(len(pairs), 2).T
    compared = pairs_of_claims(p, one, two, np.zeros(len(p)))
    said = [words(p, compared, feature.level(compared)) for feature, words in COMPARED]
    return {pair: tuple(words for words in row if words) for pair, row in zip(pairs, zip(*said, strict=True), strict=True)}


def likelihood(log_odds: Ints) -> list[float]:
    """Probabilities, to four decimals."""
    return [float(value) for value in probability(log_odds)]
