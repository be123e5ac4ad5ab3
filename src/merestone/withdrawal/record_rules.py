"""What the record of a case counts as evidence: the rules and numbers of the tables ``data/record_*.tsv``."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

from merestone.reading.vocabulary import rows
from merestone.withdrawal.classes import unit_classes

Says = Literal["present", "gone"]
ANY = "any"
"""Forces of a class that is not told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """What a claim of one event and act tells, and of which of its places."""

    says: Says
    roles: tuple[str, ...]
    sight: bool
    """Whether a monitor that saw it saw the forces themselves."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """How much a word weighs."""

    tells: float
    """How likely it says "present" because of forces that are there."""
    false: float
    """How likely it says so though nothing is there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What limits the record as evidence; units as in ``record_terms.tsv``."""

    undeclared: float
    widest: float
    longest: float
    repeat: float
    contested: float


def _data() -> Traversable:
    return resources.files("merestone.withdrawal") / "data"


@cache
def event_rules() -> Mapping[tuple[str, str], Rule]:
    """The rule of each (event, act) that tells of forces."""
    table = rows("record_events.tsv", ("event", "act", "says", "roles", "sight", "why"), _data())
    return {
        (row["event"], row.one_of("act", ("asserts", "denies"))): Rule(
            "gone" if row.one_of("says", ("present", "gone")) == "gone" else "present",
            row.several("roles"),
            row.one_of("sight", ("yes", "no")) == "yes",
        )
        for row in table
    }


@cache
def rates() -> Mapping[tuple[str, str], Rate]:
    """The rate of each (speaker, says). A probability outside 0 to 1 raises MerestoneError M401."""
    out = {}
    for row in rows("record_rates.tsv", ("speaker", "says", "tells", "false", "why"), _data()):
        rate = Rate(float(row["tells"]), float(row["false"]))
        if not (0 <= rate.tells < 1 and 0 < rate.false < 1):
            raise row.wrong("tells must be from 0 to below 1, and false between 0 and 1")
        out[row["speaker"], row["says"]] = rate
    return out


@cache
def terms() -> Terms:
    """The terms by name."""
    table = {row["term"]: float(row["value"]) for row in rows("record_terms.tsv", ("term", "value", "unit", "why"), _data())}
    return Terms(**table)


@cache
def _classes() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]], tuple[tuple[re.Pattern[str], str], ...]]:
    means: dict[str, tuple[str, ...]] = {}
    events: dict[str, tuple[str, ...]] = {}
    words: list[tuple[re.Pattern[str], str]] = []
    for row in rows("record_classes.tsv", ("by", "key", "classes"), _data()):
        found = row.several("classes")
        if not set(found) <= {ANY, *unit_classes()}:
            raise row.wrong(f"classes are {row['classes']!r}, not all of them in classes.tsv")
        by = row.one_of("by", ("words", "means", "event"))
        if by == "words":
            words.append((_phrases(row.several("key")), found[0]))
        else:
            (means if by == "means" else events)[row["key"]] = found
    return means, events, tuple(words)


def _phrases(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})s?\b", re.IGNORECASE)


def classes_of(event: str, means: Sequence[str], words: str) -> tuple[str, ...]:
    """The classes that a claim speaks of, sorted; ``words`` are those of its span."""
    by_means, by_event, by_words = _classes()
    found = {name for pattern, name in by_words if pattern.search(words)}
    if not means and found:
        return tuple(sorted(found))
    found = {name for one in means for name in by_means.get(one, (ANY,))}
    # an unspecified weapon beside a named one adds nothing
    named = tuple(sorted(found - {ANY}))
    return named or tuple(sorted(by_event.get(event, (ANY,))))


@cache
def _senses() -> Mapping[str, re.Pattern[str]]:
    return {row["how"]: _phrases(row.several("words")) for row in rows("record_words.tsv", ("how", "words"), _data())}


def sense_of(words: str) -> str:
    """How a monitor knows what it tells: "saw", "heard", or "" where its words do not say."""
    return next((how for how in ("saw", "heard") if _senses()[how].search(words)), "")


def false_within(rate: Rate, tells: float, area_km2: float) -> float:
    """How likely somebody says "present" of an area in which no declared position is.

    It is false, or there are others that nobody declared, anywhere in the area alike: 1 - (1 - false) exp(-tells x density x
    area), a Poisson process of them.
    """
    return 1 - (1 - rate.false) * math.exp(-tells * terms().undeclared * area_km2)
