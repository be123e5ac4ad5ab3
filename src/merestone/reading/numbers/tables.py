"""The vocabularies of numbers, read once: what counts as what, labels, approximations, casualties, names of persons."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Literal, cast, get_args

from merestone.model import QuantityKind, Unit
from merestone.reading.lexicon import Lexicon
from merestone.reading.vocabulary import rows

Casualty = Literal["killed", "wounded", "captured", "missing", "undivided"]
"""What became of people; ``undivided`` for losses, casualties, killed and wounded together."""

COUNTABLE = frozenset(("person", "explosion", "burst", "shot", "round", "vehicle", "weapon", "violation"))
"""The classes of nouns whose number can be a quantity of a claim."""

_MEASURES: dict[str, str] = {"km2": "area", "m2": "area", "ha": "area", "km": "distance", "m": "distance"}


def measure_of(unit: Unit) -> str:
    """What a unit measures: area, distance or duration."""
    return _MEASURES.get(unit, "duration")


@cache
def kinds() -> dict[str, tuple[QuantityKind, ...]]:
    """What a number of each class of noun can be in a claim, the most natural first (``data/count_kinds.tsv``)."""
    out: dict[str, tuple[QuantityKind, ...]] = {}
    for row in rows("count_kinds.tsv", ("class", "kinds")):
        if wrong := [kind for kind in row.several("kinds") if kind not in get_args(QuantityKind)]:
            raise row.wrong(f"{wrong[0]!r} is no kind of quantity")
        out[row["class"]] = cast("tuple[QuantityKind, ...]", row.several("kinds"))
    return out


@dataclasses.dataclass(frozen=True, slots=True)
class Labels:
    """Words that make the number beside them a label, as ``data/number_labels.tsv`` explains."""

    before: Lexicon
    names: Lexicon
    after: Lexicon
    months: frozenset[str]


@cache
def labels() -> Labels:
    """The words that make a number a label."""
    words: dict[str, list[str]] = {side: [] for side in ("before", "name", "after", "month", "vague")}
    for row in rows("number_labels.tsv", ("words", "side")):
        words[row.one_of("side", words)].append(row["words"])
    return Labels(Lexicon(words["before"]), Lexicon(words["name"]), Lexicon(words["after"]), frozenset(words["month"]))


@cache
def approximations() -> tuple[Lexicon, Lexicon]:
    """The words before and the words behind a number that make it approximate."""
    words: dict[str, list[str]] = {"before": [], "after": []}
    for row in rows("approximations.tsv", ("words", "side")):
        words[row.one_of("side", words)].append(row["words"])
    return Lexicon(words["before"]), Lexicon(words["after"])


@cache
def casualties() -> tuple[Lexicon, dict[str, Casualty]]:
    """The words that say what became of people, and what each says."""
    words = {
        row["words"]: cast(Casualty, row.one_of("what", get_args(Casualty)))
        for row in rows("casualties.tsv", ("words", "what"))
    }
    return Lexicon(words), words


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Words by which the names of persons are known (``data/person_names.tsv``)."""

    titles: frozenset[str]
    particles: frozenset[str]
    others: frozenset[str]


@cache
def names() -> Names:
    """The words by which the names of persons are known."""
    words: dict[str, set[str]] = {"title": set(), "particle": set(), "other": set()}
    for row in rows("person_names.tsv", ("word", "use")):
        words[row.one_of("use", words)].add(row["word"])
    return Names(frozenset(words["title"]), frozenset(words["particle"]), frozenset(words["other"]))
