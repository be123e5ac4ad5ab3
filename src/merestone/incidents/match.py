"""How likely two claims speak of the same thing.

Each feature is a function of two claims that gives a score, in natural logarithms of odds, and one that says in words why.
Scores are computed for all pairs at once, words only for the few pairs that are kept. No feature depends on which party is
which, nor, between reports, on who is said to have acted: each side may accuse the other of the same incident.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

import numpy as np

from merestone.incidents.prepare import EARTH_M, EVENTS, KINDS, Bools, Floats, Ints, Prepared
from merestone.reading.intervals import DAY
from merestone.reading.vocabulary import rows

NEVER = -20.0
VICTIMS = tuple(KINDS.index(kind) for kind in ("killed", "wounded", "captured", "missing", "persons"))
_CHUNK = 500_000

Score = Callable[[Prepared, Ints, Ints], Floats]
Words = Callable[[Prepared, Ints, Ints, Floats], list[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is compared."""

    name: str
    score: Score
    words: Words


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Candidate pairs, with the probability that they speak of the same thing."""

    left: Ints
    right: Ints
    probability: Floats
    apart: Bools
    """Pairs of one document that clearly speak of different things."""


def _each(words: Callable[[Prepared, int, int, float], str]) -> Words:
    """From words for one pair to words for several."""
    return lambda p, one, two, scores: [
        words(p, *pair) for pair in zip(one.tolist(), two.tolist(), scores.tolist(), strict=True)
    ]


def _data(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return [row.cells for row in rows(name, columns, resources.files("merestone.incidents") / "data")]


@cache
def weights() -> dict[str, float]:
    """Weight of each feature, in natural logarithms of odds."""
    return {row["feature"]: float(row["weight"]) for row in _data("weights.tsv", ("feature", "weight", "meaning"))}


@cache
def fits() -> tuple[Floats, dict[tuple[str, str], str]]:
    """(matrix of how well events fit each other, 0 to 1; words for the pairs that fit without being equal)."""
    matrix = np.eye(len(EVENTS))
    words = {}
    for row in _data("related.tsv", ("left", "right", "fit", "words")):
        i, j = EVENTS.index(row["left"]), EVENTS.index(row["right"])
        matrix[i, j] = matrix[j, i] = float(row["fit"])
        words[row["left"], row["right"]] = words[row["right"], row["left"]] = row["words"]
    return matrix, words


# --------------------------------------------------------------------------------------------------------------------------
# what is compared


def _same_document(p: Prepared, one: Ints, two: Ints) -> Bools:
    return np.asarray(p.document[one] == p.document[two], dtype=bool)


def event_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether the two events can be one incident, and whether the acts speak of the same kind of thing."""
    fit = fits()[0][p.event[one], p.event[two]]
    out = np.where(fit > 0, weights()["event"] * fit, NEVER)
    told = p.act[one] < 2, p.act[two] < 2  # asserts, denies, evaluates: about what has happened
    judged = told[0] & told[1] & (p.act[one] != p.act[two])
    out = np.where(judged, out + weights()["judged"], out)
    differ = (p.act[one] != p.act[two]) & ~(told[0] & told[1])
    other = (p.actor[one] != p.actor[two]) & (p.actor[one] >= 0) & (p.actor[two] >= 0)
    # to demand something of one party is not to demand it of the other
    return np.asarray(np.where(differ | (~told[0] & (other | (fit < 1))), NEVER, out), dtype=np.float64)


@_each
def _event_words(p: Prepared, one: int, two: int, _score: float) -> str:
    left, right = EVENTS[p.event[one]], EVENTS[p.event[two]]
    return f"both speak of {left.replace('_', ' ')}" if left == right else fits()[1][left, right]


def time_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether the times overlap, and how much that says: the longer an interval, the less."""
    shared = np.minimum(p.end[one], p.end[two]) - np.maximum(p.begin[one], p.begin[two])
    around = np.maximum(p.end[one], p.end[two]) - np.minimum(p.begin[one], p.begin[two])
    longest = np.maximum(np.maximum(p.end[one] - p.begin[one], p.end[two] - p.begin[two]), DAY)
    telling = np.log(30 * DAY / longest) / np.log(30)
    overlap = np.maximum(telling, np.maximum(shared, 0) / np.maximum(around, 1))
    gap_days = np.maximum(-shared, 0) / DAY
    near = np.where(p.clock[one] & p.clock[two], 0.5 - gap_days * 8, 0.3 - 0.8 * gap_days)
    near = np.where(_same_document(p, one, two), -1 - gap_days, near)
    dated = np.where(shared > 0, overlap, near) * weights()["time"]
    undated = np.where(_same_document(p, one, two) | (shared > 0), weights()["undated"], NEVER)
    out = np.where(p.dated[one] & p.dated[two], np.where(gap_days > 3, NEVER, dated), undated)
    return np.asarray(np.maximum(out, NEVER), dtype=np.float64)


@_each
def _time_words(p: Prepared, one: int, two: int, _score: float) -> str:
    if not (p.dated[one] and p.dated[two]):
        return (
            "at least one gives no time; published close together"
            if p.document[one] != p.document[two]
            else "one gives no time"
        )
    if min(p.end[one], p.end[two]) > max(p.begin[one], p.begin[two]):
        return "the times overlap"
    return "the times lie close together"


def gaps(p: Prepared, one: Ints, two: Ints) -> tuple[Floats, Floats]:
    """(least gap between circles of uncertainty, sum of radii there), metres; infinity where a side has no place.

    A gap below 0 means that the circles overlap.
    """
    count_l, count_r = np.diff(p.spot_at)[one], np.diff(p.spot_at)[two]
    many = count_l * count_r
    gap, reach = np.full(len(one), np.inf), np.full(len(one), np.inf)
    some = np.flatnonzero(many)
    if not len(some):
        return gap, reach
    starts = np.concatenate([[0], np.cumsum(many[some])[:-1]])
    inner = np.arange(many[some].sum()) - np.repeat(starts, many[some])
    a = np.repeat(p.spot_at[one[some]], many[some]) + inner // np.repeat(count_r[some], many[some])
    b = np.repeat(p.spot_at[two[some]], many[some]) + inner % np.repeat(count_r[some], many[some])
    reaches = p.spot_radius[a] + p.spot_radius[b]
    between = _metres(p.spot_lon[a], p.spot_lat[a], p.spot_lon[b], p.spot_lat[b]) - reaches
    gap[some] = np.minimum.reduceat(between, starts)
    nearest = np.where(between <= np.repeat(gap[some], many[some]), reaches, np.inf)
    reach[some] = np.minimum.reduceat(nearest, starts)
    return gap, reach


def _metres(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    one, two = np.radians(lat), np.radians(to_lat)
    half = np.sin((two - one) / 2) ** 2 + np.cos(one) * np.cos(two) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


def _same_name(p: Prepared, one: Ints, two: Ints) -> Bools:
    out = np.zeros(len(one), dtype=bool)
    both = np.flatnonzero((np.diff(p.name_at)[one] > 0) & (np.diff(p.name_at)[two] > 0))
    for k in both:
        left = p.names[p.name_at[one[k]] : p.name_at[one[k] + 1]]
        right = p.names[p.name_at[two[k]] : p.name_at[two[k] + 1]]
        out[k] = bool(set(left.tolist()) & set(right.tolist()))
    return out


def place_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether the places overlap within their radii, and how much that says: the larger they are, the less."""
    gap, reach = gaps(p, one, two)
    located = np.isfinite(gap)
    telling = np.log(100_000 / np.clip(np.where(located, reach, 1e5), 1_000, 200_000)) / np.log(100)
    apart = np.where(located, np.maximum(gap, 0), 0) / 4_000
    out = np.where(
        located, weights()["place"] * telling - apart, np.where(_same_document(p, one, two), 0, weights()["unplaced"])
    )
    out = np.where(~located & _same_name(p, one, two), weights()["same_name"], out)
    return np.asarray(np.maximum(out, NEVER), dtype=np.float64)


def _place_words(p: Prepared, one: Ints, two: Ints, scores: Floats) -> list[str]:
    out = []
    for gap, score in zip(gaps(p, one, two)[0].tolist(), scores.tolist(), strict=True):
        if gap == np.inf:
            out.append("the same name of a place that could not be found" if score > 0 else "")
        else:
            out.append("the places overlap" if gap <= 0 else f"the places lie {max(1, round(gap / 1000))} km apart")
    return out


def party_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether the same parties are involved, irrespective of who is said to have acted."""
    al, tl, ar, tr = p.actor[one], p.target[one], p.actor[two], p.target[two]
    first = (al >= 0) & ((al == ar) | (al == tr))
    second = (tl >= 0) & (tl != al) & ((tl == ar) | (tl == tr))
    shared = first.astype(np.int64) + second
    known = ((al >= 0) | (tl >= 0)) & ((ar >= 0) | (tr >= 0))
    out = np.where(shared == 2, 1.0, np.where(shared == 1, 0.6, 0.0)) * weights()["parties"]
    return np.asarray(np.where(known & (shared == 0) & ~_mirrored(p, one, two), weights()["strangers"], out), dtype=np.float64)


def _mirrored(p: Prepared, one: Ints, two: Ints) -> Bools:
    """Each speaker names the other's side and not its own: accusations that mirror each other."""
    left = (p.actor[one] == p.speaker[two]) | (p.target[one] == p.speaker[two])
    right = (p.actor[two] == p.speaker[one]) | (p.target[two] == p.speaker[one])
    return np.asarray(left & right, dtype=bool)


@_each
def _party_words(p: Prepared, one: int, two: int, score: float) -> str:
    codes = {p.actor[one], p.target[one]} & {p.actor[two], p.target[two]} - {-1}
    names = " and ".join(sorted(p.states[code] for code in codes))
    return f"both involve {names}" if names else ("different parties" if score < 0 else "")


def quantity_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether numbers of the same thing fit; those of victims are compared only where the victims are the same side's.

    A number that differs speaks little against: parties often give different numbers for one incident.
    """
    given = ~np.isnan(p.low[one]) & ~np.isnan(p.low[two])
    given[:, VICTIMS] &= (p.target[one] == p.target[two])[:, None]
    fit = given & (p.low[one] <= p.high[two]) & (p.low[two] <= p.high[one])
    total = np.clip(fit.sum(axis=1) - 0.5 * (given & ~fit).sum(axis=1), -2, 2)
    return np.asarray(weights()["quantity"] * total, dtype=np.float64)


@_each
def _quantity_words(_p: Prepared, _one: int, _two: int, score: float) -> str:
    return "the numbers fit" if score > 0 else "the numbers differ" if score < 0 else ""


def adjacency_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether the two stand close to each other in one document."""
    close = np.clip(1 - np.abs(p.number[one] - p.number[two]) / 8, 0, 1)
    return np.asarray(np.where(_same_document(p, one, two), weights()["adjacent"] * close, 0), dtype=np.float64)


@_each
def _adjacency_words(_p: Prepared, _one: int, _two: int, score: float) -> str:
    return "close to each other in one document" if score > 0 else ""


def restatement_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Without a time, the same event, actor and target is what tells; against, another actor."""
    undated = ~(p.dated[one] & p.dated[two])
    same = (p.event[one] == p.event[two]) & (p.wording[one] == p.wording[two]) & (p.wording[one] >= 0)
    other = (p.actor[one] != p.actor[two]) & (p.actor[one] >= 0) & (p.actor[two] >= 0)
    return np.asarray(np.where(undated, weights()["restated"] * (same.astype(np.int64) - other), 0), dtype=np.float64)


@_each
def _restatement_words(_p: Prepared, _one: int, _two: int, score: float) -> str:
    return "the same event, actor and target" if score > 0 else ""


def denial_score(p: Prepared, one: Ints, two: Ints) -> Floats:
    """Whether one denies what another speaker says of the same actor."""
    accused = (p.actor[one] == p.actor[two]) & (p.actor[one] >= 0)
    hit = (p.denies[one] != p.denies[two]) & (p.speaker[one] != p.speaker[two]) & (p.event[one] == p.event[two]) & accused
    return np.asarray(np.where(hit, weights()["denial"], 0), dtype=np.float64)


@_each
def _denial_words(_p: Prepared, _one: int, _two: int, score: float) -> str:
    return "one denies what the other says" if score > 0 else ""


FEATURES = (
    Feature("event", event_score, _event_words),
    Feature("time", time_score, _time_words),
    Feature("place", place_score, _place_words),
    Feature("parties", party_score, _party_words),
    Feature("quantities", quantity_score, _quantity_words),
    Feature("adjacency", adjacency_score, _adjacency_words),
    Feature("restatement", restatement_score, _restatement_words),
    Feature("denial", denial_score, _denial_words),
)

# --------------------------------------------------------------------------------------------------------------------------
# all together


def weigh(p: Prepared, left: Ints, right: Ints) -> Weighed:
    """The probability of each pair, to four decimals: the last bits may differ between machines, a record must not."""
    probabilities, parted = [np.empty(0)], [np.empty(0, dtype=bool)]
    for start in range(0, len(left), _CHUNK):
        one, two = left[start : start + _CHUNK], right[start : start + _CHUNK]
        scores = {feature.name: feature.score(p, one, two) for feature in FEATURES}
        total = np.clip(weights()["prior"] + np.sum(list(scores.values()), axis=0), -40, 40)
        probabilities.append(np.round(1 / (1 + np.exp(-total)), 4))
        elsewhere = (scores["place"] < -3) | (scores["time"] <= -weights()["time"]) & p.dated[one] & p.dated[two]
        parted.append(_same_document(p, one, two) & elsewhere)
    return Weighed(left, right, np.concatenate(probabilities), np.concatenate(parted))


def reasons(p: Prepared, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Why the two claims of each pair were put together, in words."""
    one, two = np.asarray(pairs, dtype=np.int64).reshape(len(pairs), 2).T
    said = [feature.words(p, one, two, feature.score(p, one, two)) for feature in FEATURES]
    return {pair: tuple(words for words in row if words) for pair, row in zip(pairs, zip(*said, strict=True), strict=True)}
