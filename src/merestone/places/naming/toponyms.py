"""Which place a name means, given who the parties are and which other places the document names.

The candidates of every name are weighed together (``weighing``). A place is answered only where its probability, with that of
candidates at the same whereabouts, reaches ``LEAST``; otherwise the answer is open, and says why.

What must stay true here: the answer depends on the mentions, not on their order; no place is ever 0, 0 for want of a better.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.gazetteers.names import fold
from merestone.places.geometry.geodesy import covering_circle, distance
from merestone.places.naming.candidates import is_known
from merestone.places.naming.mentions import Meaning, understand
from merestone.places.naming.offsets import Offset, offset_in, shifted
from merestone.places.naming.weighing import FEATURES, Name, Surroundings, Weighed, weigh, weights, words_of

__all__ = ["LEAST", "Answer", "Rival", "Surroundings", "answer", "resolve"]

LEAST = 0.5
LONGEST_WAY_M = 400_000.0
SAME_WHEREABOUTS_M = 10_000.0
RIVALS = 5
"""Other candidates that an answer lists, at most."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rival:
    """A place that a name could mean too."""

    place: Entry
    probability: float


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """The place a mention means, or why none could be found."""

    because: str
    place: Entry | None = None
    probability: float | None = None
    radius_m: float | None = None
    rivals: tuple[Rival, ...] = ()
    """The likeliest places, the answer's first."""


def resolve(
    mentions: Iterable[str], gazetteer: Gazetteer, around: Surroundings, least: float = LEAST
) -> dict[str, tuple[Meaning, Answer]]:
    """The meaning and the place of every different mention of one document. Mentions of lines get their meaning only."""
    offsets = {mention: offset_in(mention) for mention in sorted(set(mentions))}
    known = {
        mention: understand(offset.of if offset else mention, lambda name: is_known(name, gazetteer))
        for mention, offset in offsets.items()
    }
    named = {state for meaning in known.values() for state in meaning.states}
    around = dataclasses.replace(around, states=around.states | named)
    names = {mention: Name(meaning) for mention, meaning in known.items()}
    weighed, of_end = weigh_with_ends(list(names.values()), gazetteer, around)
    out = {}
    for (mention, meaning), one in zip(known.items(), weighed, strict=True):
        found = answer(mention, one, of_end, least)
        offset = offsets[mention]
        out[mention] = (meaning, moved(found, offset) if offset else found)
    return out


def weigh_with_ends(
    names: Sequence[Name], gazetteer: Gazetteer, around: Surroundings
) -> tuple[list[Weighed], dict[str, Weighed]]:
    """The names of a document, weighed, and with them the ends of its roads and sections, by their folded names."""
    ends = sorted({end for name in names if name.meaning.ends for end in name.meaning.ends})
    weighed = weigh([*names, *(Name(Meaning(names=(end,))) for end in ends)], gazetteer, around)
    return weighed[: len(names)], dict(zip(ends, weighed[len(names) :], strict=True))


def answer(mention: str, weighed: Weighed, of_end: Mapping[str, Weighed], least: float = LEAST) -> Answer:
    """What a weighed name is held to mean."""
    meaning = weighed.name.meaning
    if meaning.kind == "line":
        return Answer(because="")  # the case's lines are no gazetteer's matter
    if meaning.ends:
        return _between(meaning.ends, of_end, least)
    if not weighed.candidates:
        if not meaning.names:
            return Answer(because=f"“{mention}” names no place by itself")
        return Answer(because=f"no gazetteer of this case has a place called “{mention}”")
    ranked = _ranked(weighed)
    rivals = tuple(Rival(weighed.candidates[i].entry, round(float(weighed.probabilities[i]), 3)) for i, _ in ranked[:RIVALS])
    at, probability = ranked[0]
    entry = weighed.candidates[at].entry
    if probability < least:
        likely = [c.place for c in rivals[:3] if c.probability > 0.1]
        if len(likely) > 1 and float(weighed.probabilities.sum()) >= least:
            listed = ", ".join(f"{e.name} ({e.country or '?'})" for e in likely)
            return Answer(because=f"several places fit “{mention}” about equally: {listed}", rivals=rivals)
        where = f"{entry.name} ({entry.country or '?'})"
        because = f"the gazetteers know “{mention}” only as {where}, which does not fit the document"
        return Answer(because=because, rivals=rivals)
    radius = entry.radius_m if entry.feature in ("region", "country", "area") else max(entry.radius_m, meaning.radius_m)
    if meaning.kind == "thing" or weighed.candidates[at].by == "part":
        radius = max(radius, meaning.radius_m)
    count = len({c.entry.id for c in weighed.candidates})
    because = "; ".join(
        (*_reasons(weighed, at), "the only place of that name" if count == 1 else f"one of {count} of that name")
    )
    if meaning.kind == "thing" or weighed.candidates[at].by == "part":
        because += "; somewhere near the place it is named after"
    elif meaning.kind == "part":
        because += "; the text means a part of it"
    return Answer(because, entry, round(min(probability, 0.999), 3), radius, rivals)


def _ranked(weighed: Weighed) -> list[tuple[int, float]]:
    """Candidates by number with their probabilities, the best first. What lies at the same whereabouts shares one."""
    chances = weighed.probabilities
    order = sorted(range(len(chances)), key=lambda i: (-chances[i], weighed.candidates[i].entry.id))
    out = []
    for place, i in enumerate(order):
        entry = weighed.candidates[i].entry
        if place < RIVALS:
            same = [j for j in order[:50] if _same_whereabouts(entry, weighed.candidates[j].entry)]
            out.append((i, float(sum(chances[same]))))
        else:
            out.append((i, float(chances[i])))
    return out


def _same_whereabouts(entry: Entry, other: Entry) -> bool:
    if entry.id == other.id:
        return True
    reach = max(entry.radius_m, other.radius_m if other.feature in ("region", "area") else 0) + SAME_WHEREABOUTS_M
    return abs(entry.lat - other.lat) < 10 and distance(entry.lon, entry.lat, other.lon, other.lat) <= reach


def _reasons(weighed: Weighed, at: int) -> list[str]:
    """What spoke for a candidate, in words: its features that count for it and have words, the weightiest first."""
    candidate, row = weighed.candidates[at], weighed.features[at]
    entry, names = candidate.entry, weighed.name.meaning.names
    users = sorted({party for name in names for party in entry.users_of(name)})
    if entry.feature == "country":
        out = ["the name of a country" if candidate.by == "name" else "an adjective or the people of a country"]
    elif candidate.by == "people":
        out = [f"an adjective or the people of {entry.name}"]
    elif fold(entry.name) in names:
        out = ["its main name"]
    elif users:
        out = [f"a name {' and '.join(users)} uses for it"]
    elif candidate.by == "seat":
        out = ["the region whose seat has that name"]
    elif candidate.by == "loose":
        out = [f"perhaps another spelling of a name of {entry.name}"]
    elif candidate.by == "part":
        out = [f"named after {entry.name}"]
    else:
        out = [f"another name of {entry.name}"]
    worth = row * np.array([weights()[feature][1] for feature in FEATURES])
    said = words_of()
    spoken = [i for i in np.argsort(-worth, kind="stable") if worth[i] > 0.2 and row[i] > 0.1 and said[FEATURES[i]]]
    return [*out, *(said[FEATURES[i]].format(country=entry.country or "?", feature=entry.feature) for i in spoken)]


def moved(found: Answer, offset: Offset) -> Answer:
    """An answer moved by "5 km north of"."""
    if found.place is None or found.radius_m is None:
        return found
    place, radius = shifted(found.place, found.radius_m, offset)
    if (place, radius) == (found.place, found.radius_m):
        return found
    return dataclasses.replace(found, place=place, radius_m=radius, because=f"{found.because}; {offset.because}")


def _between(ends: tuple[str, str], of_end: Mapping[str, Weighed], least: float) -> Answer:
    """The stretch between both ends of a road or section; the ends vouch for each other."""
    one, two = (answer(end, of_end[end], {}, least) for end in ends)
    if one.place is None or two.place is None:
        return Answer(because=f"of the two ends {ends[0]} and {ends[1]} at least one does not fit the document")
    far = f"the two ends {one.place.name} and {two.place.name} are too far apart for one road or section"
    return between(one, two) or Answer(because=far)


def between(left: Answer, right: Answer) -> Answer | None:
    """The circle around two places; None where one is open, or they are too far apart to be the ends of anything."""
    one, two = left.place, right.place
    if one is None or two is None or one.id == two.id or "country" in (one.feature, two.feature):
        return None
    lon, lat, radius = covering_circle([one.lon, two.lon], [one.lat, two.lat])
    if radius > LONGEST_WAY_M / 2:
        return None
    entry = Entry(
        id=f"between:{one.id}|{two.id}", name=f"{one.name} – {two.name}", names=(), lon=lon, lat=lat,
        radius_m=round(radius + max(one.radius_m, two.radius_m), 1), feature="road", population=None,
        country=one.country if one.country == two.country else None, gazetteer=one.gazetteer,
    )  # fmt: skip
    because = f"the way between {one.name} and {two.name}, which the text names"
    return Answer(because, entry, min(left.probability or 0.0, right.probability or 0.0), entry.radius_m)
