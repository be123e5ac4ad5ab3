"""Which places a name could mean, as far as names go: the gazetteer's, and what English texts call them besides.

What must stay true here: a name's candidates depend on the name and the gazetteer alone; they come in a fixed order, each place
once.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from importlib import resources
from typing import Literal

from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.gazetteers.names import fold
from merestone.places.naming.mentions import Meaning, is_generic, states
from merestone.reading.vocabulary import rows

By = Literal["name", "people", "short", "stripped", "seat", "loose", "part"]
"""How a name leads to a candidate: it is its name; an adjective or its people; an abbreviation; the name without the words for
a kind of place; the seat of a region; a name that may be another spelling of it; or a part of a longer name."""

_SPELT_OUT = {"st": "saint", "ft": "fort", "mt": "mount", "ste": "sainte"}
_LONGEST_PART = 4
MOST_LOOSE = 50
"""Places that are looked at under another spelling, at most."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name could mean."""

    entry: Entry
    by: By


@cache
def other_names() -> dict[str, tuple[tuple[str, By], ...]]:
    """Ids of places and how they are meant, by folded word of ``other_names.tsv``."""
    out: dict[str, tuple[tuple[str, By], ...]] = {}
    for row in rows("other_names.tsv", ("word", "place", "use", "means"), resources.files("merestone.places") / "data"):
        use = row.one_of("use", ("short", "letters", "people"))
        by: By = "people" if use == "people" else "short"
        # Two letters are no name by themselves: "OR" and "IN" are words. Who looks one up has seen it behind a comma.
        key = fold(row["word"]) if use != "letters" else row["word"]
        out[key] = (*out.get(key, ()), (f"geonames:{row['place']}", by))
    return out


@cache
def peoples() -> dict[str, str]:
    """Codes of states by the folded adjectives and names of their people."""
    return {
        fold(word): row["code"]
        for row in rows("states.tsv", ("code", "names", "adjectives", "capitals"))
        for word in row.several("adjectives")
    }


def is_known(name: str, gazetteer: Gazetteer) -> bool:
    """Whether a folded name is any place's."""
    return name in other_names() or bool(gazetteer.find(name))


def places_called(name: str, gazetteer: Gazetteer) -> list[Candidate]:
    """The places of a name as it stands: folded, or as written where it is a postal abbreviation."""
    folded = fold(name)
    out: dict[str, Candidate] = {}
    for identity, by in (*other_names().get(name, ()), *other_names().get(folded, ())):
        if identity not in out and (entry := gazetteer.entry(identity)):
            out[identity] = Candidate(entry, by)
    if code := states().get(folded):
        by = "people" if folded in peoples() else "name"
        for entry in gazetteer.find(code):
            if entry.feature == "country" and entry.country == code:
                out.setdefault(entry.id, Candidate(entry, by))
    first, _, rest = folded.partition(" ")
    for spelt in (folded, f"{_SPELT_OUT[first]} {rest}") if first in _SPELT_OUT and rest else (folded,):
        for entry in gazetteer.find(spelt):
            out.setdefault(entry.id, Candidate(entry, "name"))
    return list(out.values())


def candidates_of(meaning: Meaning, gazetteer: Gazetteer) -> list[Candidate]:
    """The places a mention could mean: of the fullest of its names that any place has, and the country that it names.

    For "X region" also the region whose seat is X. Where no name is known whole, the places of the longest part of it that is
    known: a hospital or a school that has a place's name is mostly there.
    """
    if meaning.kind == "line":
        return []
    out: dict[str, Candidate] = {}
    for number, name in enumerate(meaning.names):
        if found := places_called(name, gazetteer):
            for candidate in found:
                by: By = "stripped" if number and candidate.by == "name" else candidate.by
                out.setdefault(candidate.entry.id, Candidate(candidate.entry, by))
            break
    if meaning.kind == "area":
        for candidate in list(out.values()):
            if candidate.entry.feature == "settlement" and (region := gazetteer.region_of(candidate.entry)):
                out.setdefault(region.id, Candidate(region, "seat"))
    if not meaning.names and len(meaning.states) == 1:
        for candidate in places_called(meaning.states[0], gazetteer):
            if candidate.entry.feature == "country" and candidate.entry.country == meaning.states[0]:
                out.setdefault(candidate.entry.id, Candidate(candidate.entry, "people"))
    if not out and meaning.names:
        for entry in gazetteer.find_loosely(meaning.names[-1])[:MOST_LOOSE]:
            out.setdefault(entry.id, Candidate(entry, "loose"))
    if not out and meaning.names:
        for candidate in _places_of_a_part(meaning.names[0], gazetteer):
            out.setdefault(candidate.entry.id, Candidate(candidate.entry, "part"))
    return list(out.values())


def _places_of_a_part(name: str, gazetteer: Gazetteer) -> list[Candidate]:
    words = name.split()[:12]
    for length in range(min(len(words) - 1, _LONGEST_PART), 0, -1):
        for first in range(len(words) - length + 1):
            part = words[first : first + length]
            if len(" ".join(part)) < 4 or is_generic(part) or re.fullmatch(r"[\d ]+", " ".join(part)):
                continue
            if found := places_called(" ".join(part), gazetteer):
                return found
    return []
