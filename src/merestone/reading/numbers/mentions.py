"""A number that could be a quantity of some claim, with what it counts and what stands around it."""

from __future__ import annotations

import dataclasses
from typing import Literal

from merestone.model import QuantityKind, Span, Unit
from merestone.reading.numbers import tables
from merestone.reading.numbers.nouns import NounClass
from merestone.reading.numbers.tables import Casualty

Form = Literal["digits", "words", "ordinal", "times", "both", "article", "another", "definite", "name", "sum"]
"""How a number is written. ``ordinal`` is the number reached ("the tenth drone"), ``times`` "twice". The others are no
numerals: "both boats", "a soldier", "another", "the drone", "Private N. N."; ``sum`` is the total of numbers that stand in a
row ("seven soldiers and one civilian")."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NumberMention:
    """A number that could be a quantity of a claim."""

    span: Span
    """The characters of the number words, without those that make it approximate; the determiner where there is no number."""
    noun_span: Span | None
    """The noun counted or the unit; None where the number stands alone."""
    value: float
    """The number, or the lower end of a range, in ``unit``."""
    maximum: float | None = None
    """The upper end of a range, in ``unit``."""
    unit: Unit = "1"
    approx: bool = False
    """Whether the text calls it approximate or a bound: about, at least, up to, more than."""
    noun: NounClass
    """What is counted."""
    counts: str = ""
    """The vocabulary entry of the noun or unit; empty where none holds it."""
    spoken_of: NounClass = "none"
    """Of a number without a noun: what the number before it counted, or what was last named in its paragraph."""
    kinds: tuple[QuantityKind, ...]
    """The kinds of quantity it could be, most natural first, given what is counted."""
    form: Form
    nearest_casualty: Casualty | None = None
    """What became of people by the nearest word of the sentence that says so."""
    casualty_span: Span | None = None
    """That word."""
    other_casualty_span: Span | None = None
    """The nearest word of another kind, where the sentence has one."""
    is_breakdown: bool = False
    """Whether it divides a number before it: "13 people, two of them children", "including five women"."""
    is_share: bool = False
    """Whether it counts some of a definite group: "two of them", "three of the soldiers"."""
    is_moved: bool = False
    """Of a duration: whether it says when, not how long: "three days ago", "a week later"."""
    is_period: bool = False
    """Of a duration: whether it is a stretch of time in which something happened: "in the past 24 hours"."""
    is_position: bool = False
    """Of a distance: whether it says in which direction something lies: "15km north of Donetsk"."""
    is_away: bool = False
    """Of a distance: whether it says how far from something: "2km from the border"."""
    is_joined: bool = False
    """Whether a hyphen joins it to its noun: "a 44-day war", "a six-member team"."""
    in_brackets: bool = False
    """Whether it stands in brackets: "Hama (3)", "(15km north of Donetsk)"."""
    in_time: bool = False
    """Of a duration: whether it lies in an expression of time."""
    preposition: str = ""
    """The preposition before the number and what makes it approximate, in lower case; empty where there is none."""

    @property
    def end(self) -> int:
        """The character behind the number and its noun."""
        return max(self.span[1], self.noun_span[1] if self.noun_span else 0)


def kinds_of(noun: NounClass, unit: Unit, spoken_of: NounClass, casualty: Casualty | None) -> tuple[QuantityKind, ...]:
    """What a number could be in a claim: what its noun can be, with what the words around it speak for first."""
    table = tables.kinds()
    if noun == "unit":
        return table[tables.measure_of(unit)]
    found = table.get(noun, ())
    if noun == "none" and spoken_of in tables.COUNTABLE:
        found = (*table[spoken_of], *found)
    if casualty == "undivided":
        found = ("persons", *found) if "persons" in found else found
    elif casualty is not None and noun == "violation":
        found = (*found, casualty)  # "621 cases of detention"
    elif casualty is not None and casualty in found:
        found = (casualty, *found)
    return tuple(dict.fromkeys(found))
