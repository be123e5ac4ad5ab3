"""How well each candidate fits its name in a document: a multinomial logit with few weights, each of which has a meaning.

Every candidate of a name gets a score, the sum of its features times the weights of ``resolution.tsv``; "none of these" has a
score of its own. The probability of a candidate is exp(score) over the sum of all. It is done twice: first with what the name
and the states and regions that the document names say; then also with where the other names of the document probably are.
The weights were fitted by ``training/fit_resolution.py``.

What must stay true here: the result depends on the set of names, not on their order; a name's own candidates never vouch for
it.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.gazetteers.index import capitals, neighbours
from merestone.places.gazetteers.names import fold
from merestone.places.naming.candidates import Candidate, candidates_of, places_called
from merestone.places.naming.mentions import Meaning
from merestone.reading.vocabulary import rows

Floats = npt.NDArray[np.float64]

LOCAL = (
    "country", "region", "area", "population", "main_name", "people", "short", "seat_region", "loose", "part", "capital",
    "largest", "kind_fits", "kind_differs", "kind_thing", "named_country", "country_share", "beside_named_country",
    "named_region", "inside_named", "outside_named", "own", "in_party", "beside_party", "capital_in_case",
)  # fmt: skip
AROUND = ("country_of_others", "region_of_others", "near_others", "nearest_other")
NONE = ("none", "none_many", "none_area", "none_thing", "none_inside")
FEATURES = (*LOCAL, *AROUND)

NEAR_KM = 100.0
"""Distance at which another place of the document counts 1/e as much as one at the same spot."""
LOCAL_M = 80_000.0
"""Radius up to which a region or an area, for example a county, is near or far from others."""
SUPPORTS = 3
"""Candidates of another name that may vouch, the most probable ones."""
MOST_NAMES = 400
"""Names of a document that vouch for others, at most: the most frequent ones. Texts that name more are lists."""
A_PARTY_COUNTS, A_STATE_COUNTS = 3, 1
"""Times that a document is held to name a party of the case, and a state that speaks or acts in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a document when its places are resolved."""

    parties: frozenset[str] = frozenset()
    """Codes of the case's parties."""
    states: frozenset[str] = frozenset()
    """Codes of the states its claims and publisher name."""
    beside: frozenset[str] = frozenset()
    """Codes of the countries that border on a party."""


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A name of a document, all its mentions together."""

    meaning: Meaning
    count: int = 1


@dataclasses.dataclass(slots=True)
class Weighed:
    """The candidates of a name, with their features and probabilities."""

    name: Name
    candidates: list[Candidate]
    features: Floats
    """(candidates, FEATURES)"""
    none: Floats
    """(NONE,)"""
    probabilities: Floats
    """Of the candidates; what is missing to 1 is the probability that it is none of them."""


@cache
def weights() -> dict[str, tuple[float, float]]:
    """Of each feature, the weight in the first and in the second pass."""
    table = rows("resolution.tsv", ("feature", "first", "second", "says"), resources.files("merestone.places") / "data")
    return {row["feature"]: (float(row["first"]), float(row["second"])) for row in table}


@cache
def words_of() -> dict[str, str]:
    """Of each feature, what is said of a candidate that it speaks for; empty where nothing is."""
    table = rows("resolution.tsv", ("feature", "first", "second", "says"), resources.files("merestone.places") / "data")
    return {row["feature"]: row["says"] for row in table}


def weigh(names: Sequence[Name], gazetteer: Gazetteer, around: Surroundings) -> list[Weighed]:
    """The candidates of each name of one document with their probabilities, names in the order given."""
    weighed = prepare(names, gazetteer, around)
    known = weights()
    for step in (0, 1):
        w = np.array([known[feature][step] for feature in FEATURES])
        none = np.array([known[feature][step] for feature in NONE])
        if step:
            add_surroundings(weighed)
        for one in weighed:
            one.probabilities = softmax(one.features @ w, float(one.none @ none))
    return weighed


def softmax(scores: Floats, none: float) -> Floats:
    """Shares of candidates, where "none" has a score too."""
    top = max(float(scores.max(initial=none)), none)
    odds = np.exp(scores - top)
    return np.asarray(odds / (odds.sum() + np.exp(none - top)), np.float64)


def prepare(names: Sequence[Name], gazetteer: Gazetteer, around: Surroundings) -> list[Weighed]:
    """The candidates of each name with the features of ``LOCAL``; those of ``AROUND`` are 0."""
    found = [candidates_of(name.meaning, gazetteer) for name in names]
    countries: Counter[str] = Counter()
    for party in around.parties:
        countries[party] += A_PARTY_COUNTS
    for state in around.states - around.parties:  # a party's texts and its opponent's are read alike
        countries[state] += A_STATE_COUNTS
    named = [_countries_named(candidates) for candidates in found]
    regions = [
        {(c.entry.country, c.entry.admin) for c in candidates if c.entry.feature == "region" and _is_plain(c, name)}
        for name, candidates in zip(names, found, strict=True)
    ]
    for name, codes in zip(names, named, strict=True):
        for code in codes:
            countries[code] += name.count
    all_regions = Counter(region for one in regions for region in one)
    everything = _Named.of(countries, frozenset(all_regions))
    out = []
    for name, candidates, own_codes, own_regions in zip(names, found, named, regions, strict=True):
        others = everything
        if own_codes or own_regions:  # what a name itself says does not vouch for it
            left = countries.copy()
            for code in own_codes:
                left[code] -= name.count
            others = _Named.of(left, frozenset(all_regions) - {region for region in own_regions if all_regions[region] == 1})
        wider = [c.entry for inside in name.meaning.inside[:6] for c in places_called(inside, gazetteer)]
        out.append(_weighed(name, candidates, others, wider, around))
    return out


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    """The countries and regions that a document names."""

    countries: dict[str, float]
    """Share of each country's mentions."""
    bordering: frozenset[str]
    regions: frozenset[tuple[str | None, str | None]]

    @classmethod
    def of(cls, countries: Counter[str], regions: frozenset[tuple[str | None, str | None]]) -> _Named:
        present = {code: times for code, times in countries.items() if times > 0}
        total = sum(present.values())
        bordering = frozenset(n for code in present for n in neighbours().get(code, ()))
        return cls({code: times / total for code, times in present.items()}, bordering, regions)


def _countries_named(candidates: Sequence[Candidate]) -> set[str]:
    return {c.entry.country for c in candidates if c.entry.feature == "country" and c.entry.country and c.by != "part"}


def _is_plain(candidate: Candidate, name: Name) -> bool:
    return candidate.by in ("short", "people", "stripped") or fold(candidate.entry.name) in name.meaning.names


def _weighed(name: Name, candidates: list[Candidate], named: _Named, wider: Sequence[Entry], around: Surroundings) -> Weighed:
    meaning = name.meaning
    features = np.zeros((len(candidates), len(FEATURES)))
    column = {feature: number for number, feature in enumerate(FEATURES)}
    capital = capital_among([c.entry for c in candidates])
    largest = max((c.entry.population or 0 for c in candidates if c.entry.feature == "settlement"), default=0)
    names = meaning.names
    for row, candidate in zip(features, candidates, strict=True):
        entry = candidate.entry
        marks = {
            "country": entry.feature == "country",
            "region": entry.feature == "region",
            "area": entry.feature not in ("country", "region", "settlement"),
            "population": np.log10((entry.population or 300) + 10) - 3 if entry.feature == "settlement" else 0.0,
            "main_name": fold(entry.name) in names or any(entry.users_of(n) for n in names) or entry.feature == "country",
            "people": candidate.by == "people",
            "short": candidate.by == "short",
            "seat_region": candidate.by == "seat",
            "loose": candidate.by == "loose",
            "part": candidate.by == "part",
            "capital": entry.id == capital,
            "largest": entry.feature == "settlement" and (entry.population or 0) == largest > 0,
            "kind_fits": _kind_fits(meaning, entry),
            "kind_differs": meaning.kind == "area" and entry.feature == "settlement",
            "kind_thing": meaning.kind == "thing",
            "named_country": entry.country in named.countries,
            "country_share": named.countries.get(entry.country or "", 0.0),
            "beside_named_country": entry.country not in named.countries and entry.country in named.bordering,
            "named_region": entry.feature != "country" and (entry.country, entry.admin) in named.regions,
            "own": entry.is_own,
            "in_party": entry.country in around.parties,
            "beside_party": entry.country in around.beside and entry.country not in around.parties,
            "capital_in_case": bool(around.parties) and entry.id == capital,
            "inside_named": any(holds(area, entry) for area in wider),
        }
        marks["outside_named"] = bool(wider) and not marks["inside_named"]
        for feature, value in marks.items():
            row[column[feature]] = float(value)
    none = np.array([
        1.0, np.log1p(len(candidates)), meaning.kind == "area", meaning.kind == "thing", bool(wider),
    ], np.float64)  # fmt: skip
    return Weighed(name, candidates, features, none, np.zeros(len(candidates)))


def _kind_fits(meaning: Meaning, entry: Entry) -> bool:
    return (meaning.kind == "settlement" and entry.feature == "settlement") or (
        meaning.kind == "area" and entry.feature in ("region", "country", "area")
    )


def capital_among(entries: Sequence[Entry]) -> str | None:
    """Id of the entry that is its country's capital: the largest one, as there are smaller towns of the same name."""
    of_that_name = [e for e in entries if e.feature == "settlement" and e.name == capitals().get(e.country or "")]
    return max(of_that_name, key=lambda e: (e.population or 0, e.id)).id if of_that_name else None


def holds(area: Entry, entry: Entry) -> bool:
    """Whether an area named as the wider place holds an entry: by country or region where it is one, else by distance."""
    if area.id == entry.id:
        return False
    if area.feature == "country":
        return area.country == entry.country
    if area.feature == "region" and area.admin is not None and entry.admin is not None:
        return (area.country, area.admin) == (entry.country, entry.admin)
    reach = max(area.radius_m, 30_000.0) / 1000
    lon, lat = np.array([entry.lon]), np.array([entry.lat])
    return bool(kilometres(np.array([area.lon]), np.array([area.lat]), lon, lat)[0, 0] <= reach)


def add_surroundings(weighed: Sequence[Weighed]) -> None:
    """Fill in the features of ``AROUND`` from the probabilities of the other names' candidates."""
    supports: list[tuple[int, Entry, float]] = []
    order = sorted(range(len(weighed)), key=lambda at: (-weighed[at].name.count, weighed[at].name.meaning.names))[:MOST_NAMES]
    for at in order:
        one = weighed[at]
        for best in np.lexsort((np.arange(len(one.candidates)), -one.probabilities))[:SUPPORTS]:
            entry, chance = one.candidates[best].entry, float(one.probabilities[best])
            if chance > 0.02 and entry.feature in ("settlement", "region"):
                supports.append((at, entry, chance))
    if not supports:
        return
    owner = np.array([at for at, _, _ in supports])
    chances = np.array([share for _, _, share in supports])
    identity = np.array([entry.id for _, entry, _ in supports])
    country = np.array([entry.country or "" for _, entry, _ in supports])
    region = np.array([f"{entry.country}.{entry.admin}" if entry.admin else "" for _, entry, _ in supports])
    local = np.array([_is_local(entry) for _, entry, _ in supports])
    lon, lat = np.array([entry.lon for _, entry, _ in supports]), np.array([entry.lat for _, entry, _ in supports])
    first = len(LOCAL)
    for at, one in enumerate(weighed):
        if not one.candidates or not (owner != at).any():
            continue
        entries = [c.entry for c in one.candidates]
        # A place vouches for others, never for itself under another name.
        other = (owner != at)[None] & (np.array([e.id for e in entries])[:, None] != identity[None])
        share = other * chances[None]
        total = max(1.0, float(chances[owner != at].sum()))
        same = np.array([e.country or "-" for e in entries])[:, None] == country[None]
        of_region = np.array([f"{e.country}.{e.admin}" if e.admin else "-" for e in entries])[:, None] == region[None]
        km = kilometres(np.array([e.lon for e in entries]), np.array([e.lat for e in entries]), lon, lat)
        near = share * np.exp(-km / NEAR_KM) * local[None]
        settled = np.array([_is_local(e) for e in entries])
        one.features[:, first] = (share * same).sum(axis=1) / total
        one.features[:, first + 1] = np.log1p((share * of_region).sum(axis=1))
        one.features[:, first + 2] = np.log1p(near.sum(axis=1)) * settled
        one.features[:, first + 3] = near.max(axis=1) * settled


def _is_local(entry: Entry) -> bool:
    return entry.feature == "settlement" or (entry.feature != "country" and entry.radius_m <= LOCAL_M)


def kilometres(lon: Floats, lat: Floats, lons: Floats, lats: Floats) -> Floats:
    """Great-circle distances of each of some points to each of others, on a sphere: exact enough to weigh by (0.5 %)."""
    a, b = np.radians(lat)[:, None], np.radians(lats)[None]
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons[None] - lon[:, None]) / 2) ** 2
    return np.asarray(2 * 6371.0088 * np.arcsin(np.sqrt(np.minimum(half, 1.0))), np.float64)
