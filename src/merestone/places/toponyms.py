"""Which place a name means, given who the parties are and which other places the document names.

Every candidate gets a score that is a sum of reasons, each reason a logarithm of odds; the probability of a candidate is its
share of the odds, where "none of these" has odds of its own (``NONE``). A place is answered only where its probability, with
that of candidates at the same whereabouts, reaches ``LEAST``; otherwise the answer is open, and says why.

What must stay true here: the answer depends on the mentions, not on their order; no place is ever 0, 0 for want of a better.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Sequence

from merestone.places.gazetteer import Entry, Gazetteer
from merestone.places.geodesy import covering_circle, distance, distances
from merestone.places.index import capitals
from merestone.places.mentions import Meaning, understand
from merestone.places.names import fold

# Natural logarithms of odds. They were set by judgement, so that a village in a party's country is taken and one of the same
# name on another continent is not, unless the document speaks of that country or of places near it.
NONE = 4.7
PER_TENFOLD_POPULATION = 0.8
MAIN_NAME, OTHER_NAME = 1.0, -1.0
OWN_PLACE = 3.0
COUNTRY, CAPITAL = 2.0, 3.0
FITTING_KIND = 2.0
IN_PARTY, IN_DOCUMENT, BESIDE_PARTY = 4.0, 3.0, 1.0
INSIDE_WIDER = 4.0
NEAR_OTHERS = 3.0
NEAR_SCALE_M = 150_000.0
LEAST = 0.5
LONGEST_WAY_M = 400_000.0
SAME_WHEREABOUTS_M = 10_000.0


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a document when its places are resolved."""

    parties: frozenset[str]
    """Codes of the case's parties."""
    states: frozenset[str]
    """Codes of the states its claims and publisher name."""
    beside: frozenset[str]
    """Codes of the countries that border on a party."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """The place a mention means, or why none could be found. ``places`` are what the answer rests on."""

    because: str
    place: Entry | None = None
    probability: float | None = None
    radius_m: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Choice:
    entry: Entry
    score: float
    reasons: tuple[str, ...]


def resolve(mentions: Iterable[str], gazetteer: Gazetteer, around: Surroundings) -> dict[str, tuple[Meaning, Answer]]:
    """The meaning and the place of every different mention of one document. Mentions of lines get their meaning only."""
    known = {mention: understand(mention, lambda name: bool(gazetteer.find(name))) for mention in sorted(set(mentions))}
    named = Counter(state for meaning in known.values() for state in meaning.states)
    around = dataclasses.replace(around, states=around.states | frozenset(named))
    first = {m: _rank(_candidates(meaning, gazetteer), meaning, gazetteer, around, ()) for m, meaning in known.items()}
    anchors = {m: ranked[0][0].entry for m, ranked in first.items() if ranked and ranked[0][1] >= LEAST}
    out = {}
    for mention, meaning in known.items():
        own = {choice.entry.id for choice, _ in first[mention]}
        others = [entry for entry in anchors.values() if _is_local(entry) and entry.id not in own]
        out[mention] = (meaning, _answer(mention, meaning, gazetteer, around, others))
    return out


def _is_local(entry: Entry) -> bool:
    return entry.feature != "country" and entry.radius_m < 100_000


def _answer(mention: str, meaning: Meaning, gazetteer: Gazetteer, around: Surroundings, others: Sequence[Entry]) -> Answer:
    if meaning.kind == "line":
        return Answer(because="")  # the case's lines are no gazetteer's matter
    if meaning.ends:
        return _between(meaning.ends, gazetteer, around, others)
    candidates = _candidates(meaning, gazetteer)
    if not candidates:
        if not meaning.names:
            return Answer(because=f"“{mention}” names no place by itself")
        return Answer(because=f"no gazetteer of this case has a place called “{mention}”")
    ranked = _rank(candidates, meaning, gazetteer, around, others)
    best, probability = ranked[0]
    if probability < LEAST:
        rivals = [c.entry for c, p in ranked[:3] if p > 0.1]
        if len(rivals) > 1 and sum(p for _, p in ranked) >= LEAST:
            listed = ", ".join(f"{e.name} ({e.country or '?'})" for e in rivals)
            return Answer(because=f"several places fit “{mention}” about equally: {listed}")
        where = f"{best.entry.name} ({best.entry.country or '?'})"
        return Answer(because=f"the gazetteers know “{mention}” only as {where}, which does not fit the document")
    entry = best.entry
    radius = entry.radius_m if entry.feature in ("region", "country", "area") else max(entry.radius_m, meaning.radius_m)
    if meaning.kind == "thing":
        radius = max(radius, meaning.radius_m)
    count = len({e.id for e in candidates})
    because = "; ".join((*best.reasons, "the only place of that name" if count == 1 else f"one of {count} of that name"))
    if meaning.kind == "thing":
        because += "; somewhere near the place it is named after"
    elif meaning.kind == "part":
        because += "; the text means a part of it"
    return Answer(because=because, place=entry, probability=round(min(probability, 0.999), 3), radius_m=radius)


def _candidates(meaning: Meaning, gazetteer: Gazetteer) -> tuple[Entry, ...]:
    """Places of the fullest name that any place has; for "X region" also the region whose seat is X."""
    if meaning.kind == "line":
        return ()
    for name in meaning.names:
        if entries := gazetteer.find(name):
            if meaning.kind == "area":
                regions = (gazetteer.region_of(entry) for entry in entries if entry.feature == "settlement")
                entries = (*entries, *(region for region in regions if region))
            return entries
    if not meaning.names and len(meaning.states) == 1:
        return tuple(e for e in gazetteer.find(meaning.states[0]) if e.feature == "country" and e.country == meaning.states[0])
    return ()


def _rank(
    candidates: Sequence[Entry], meaning: Meaning, gazetteer: Gazetteer, around: Surroundings, others: Sequence[Entry]
) -> list[tuple[_Choice, float]]:
    """Candidates with their probabilities, the best first. What lies at the same whereabouts shares one probability."""
    wider = [entry for name in meaning.inside[:2] for entry in gazetteer.find(name)]
    capital = _capital_among(candidates)
    choices = [_weigh(entry, meaning, around, others, wider, capital) for entry in candidates]
    total = math.exp(NONE) + math.fsum(math.exp(choice.score) for choice in choices)
    choices.sort(key=lambda choice: (-choice.score, choice.entry.id))
    ranked = []
    for choice in choices:
        shared = math.fsum(math.exp(c.score) for c in choices if _same_whereabouts(choice.entry, c.entry))
        ranked.append((choice, shared / total))
    return ranked


def _same_whereabouts(entry: Entry, other: Entry) -> bool:
    if entry.id == other.id:
        return True
    reach = max(entry.radius_m, other.radius_m if other.feature in ("region", "area") else 0) + SAME_WHEREABOUTS_M
    return abs(entry.lat - other.lat) < 10 and distance(entry.lon, entry.lat, other.lon, other.lat) <= reach


def _weigh(
    entry: Entry, meaning: Meaning, around: Surroundings, others: Sequence[Entry], wider: Sequence[Entry], capital: str | None
) -> _Choice:
    score = PER_TENFOLD_POPULATION * math.log10((entry.population or 300) + 10)
    reasons = []
    names = meaning.names or (fold(entry.name),)
    users = sorted({party for name in names for party in entry.users_of(name)})
    if fold(entry.name) in names or entry.feature == "country":
        score += MAIN_NAME
        reasons.append("the name of a country" if entry.feature == "country" else "its main name")
    elif users:
        score += MAIN_NAME
        reasons.append(f"a name {' and '.join(users)} uses for it")
    else:
        score += OTHER_NAME
        reasons.append(f"another name of {entry.name}")
    if entry.is_own:
        score += OWN_PLACE
        reasons.append("in the case's own gazetteer")
    if entry.feature == "country":
        score += COUNTRY
    elif entry.id == capital:
        score += CAPITAL
        reasons.append("a capital")
    if (meaning.kind == "settlement" and entry.feature == "settlement") or (
        meaning.kind == "area" and entry.feature in ("region", "country", "area")
    ):
        score += FITTING_KIND
        reasons.append(f"a {entry.feature}, as the text says")
    if entry.country in around.parties:
        score += IN_PARTY
        reasons.append(f"filed under {entry.country}, a party")
    elif entry.country in around.states:
        score += IN_DOCUMENT
        reasons.append(f"filed under {entry.country}, which the document names")
    elif entry.country in around.beside:
        score += BESIDE_PARTY
        reasons.append(f"filed under {entry.country}, beside a party")
    if any(_holds(area, entry) for area in wider):
        score += INSIDE_WIDER
        reasons.append("inside the wider place the text names")
    if others and entry.feature != "country":
        metres = float(distances(entry.lon, entry.lat, [o.lon for o in others], [o.lat for o in others]).min())
        score += NEAR_OTHERS * math.exp(-metres / NEAR_SCALE_M)
        if metres < NEAR_SCALE_M:
            reasons.append(f"{metres / 1000:.0f} km from another place of the document")
    return _Choice(entry, score, tuple(reasons))


def _capital_among(candidates: Sequence[Entry]) -> str | None:
    """Id of the candidate that is its country's capital: the largest one, as there are smaller towns of the same name."""
    of_that_name = [e for e in candidates if e.feature == "settlement" and e.name == capitals().get(e.country or "")]
    return max(of_that_name, key=lambda e: (e.population or 0, e.id)).id if of_that_name else None


def _holds(area: Entry, entry: Entry) -> bool:
    if area.feature == "country":
        return area.country == entry.country
    return area.id != entry.id and distance(area.lon, area.lat, entry.lon, entry.lat) <= max(area.radius_m, 30_000)


def _between(ends: tuple[str, str], gazetteer: Gazetteer, around: Surroundings, others: Sequence[Entry]) -> Answer:
    """The circle around both ends of a road or section; the ends vouch for each other."""
    left, right = (_candidates(Meaning(names=(name,)), gazetteer) for name in ends)
    pairs = []
    for first, second in ((left, right), (right, left)):
        ranked = _rank(first, Meaning(names=(ends[first is right],)), gazetteer, around, [*others, *second])
        pairs.append(ranked[0])
    (one, p_one), (two, p_two) = pairs
    if min(p_one, p_two) < LEAST:
        return Answer(because=f"of the two ends {ends[0]} and {ends[1]} at least one does not fit the document")
    lon, lat, radius = covering_circle([one.entry.lon, two.entry.lon], [one.entry.lat, two.entry.lat])
    if radius > LONGEST_WAY_M / 2:
        return Answer(because=f"the two ends {one.entry.name} and {two.entry.name} are too far apart for one road or section")
    entry = Entry(
        id=f"between:{one.entry.id}|{two.entry.id}", name=f"{one.entry.name} – {two.entry.name}", names=(), lon=lon, lat=lat,
        radius_m=round(radius + max(one.entry.radius_m, two.entry.radius_m), 1), feature="road", population=None,
        country=one.entry.country if one.entry.country == two.entry.country else None, gazetteer=one.entry.gazetteer,
    )  # fmt: skip
    because = f"the way between {one.entry.name} and {two.entry.name}, which the text names"
    return Answer(because=because, place=entry, probability=round(min(p_one, p_two, 0.999), 3), radius_m=entry.radius_m)
