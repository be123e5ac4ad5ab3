"""Classes of forces and weapons, and the rules that forbid them ("artillery from 100 mm")."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

EVERYTHING = "forces"
"""The word of a rule that covers every military class."""


@dataclasses.dataclass(frozen=True, slots=True)
class UnitClass:
    """One class of the vocabulary (``data/classes.tsv``)."""

    name: str
    military: bool
    measure: str
    """mm of calibre or km of range, or '' where the class has no measure."""
    meaning: str


@cache
def unit_classes() -> Mapping[str, UnitClass]:
    """Every class by name, in the order of the table."""
    text = resources.files("merestone.withdrawal").joinpath("data", "classes.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.split("\n") if line and not line.startswith("#")][1:]
    return {name: UnitClass(name, military == "yes", measure, meaning) for name, military, measure, meaning in rows}


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """What is forbidden: a class, perhaps only from a calibre or range on."""

    text: str
    unit_class: str
    least: float | None
    """Millimetres of calibre or kilometres of range; None where the whole class is meant."""
    included: bool
    """Whether the least value itself is forbidden ("from"), or only what is more ("above")."""

    def forbids(self, unit_class: str, measure: float | None) -> bool:
        """Whether the rule covers a position; one whose calibre or range is not stated is covered, as it may be."""
        if self.unit_class == EVERYTHING:
            return unit_classes()[unit_class].military
        if unit_class != self.unit_class:
            return False
        if self.least is None or measure is None:
            return True
        return measure >= self.least if self.included else measure > self.least


_RULE = re.compile(r"(?P<name>[a-z_]+)(?: (?P<how>above|from) (?P<least>\d+(?:\.\d+)?) (?P<unit>mm|km))?")


def read_rule(text: str) -> Rule:
    """The rule of a text. Raises ValueError with what is wrong, as the end of a sentence that begins with the field."""
    found = _RULE.fullmatch(text.strip())
    known = [EVERYTHING, *unit_classes()]
    if not found:
        raise ValueError(f'is {text[:60]!r}, not a class like "tank" or "artillery above 80 mm"')
    name, unit = found["name"], found["unit"]
    if name not in known:
        raise ValueError(f"is {text[:60]!r}, whose class is none of {', '.join(known)}")
    measure = unit_classes()[name].measure if name != EVERYTHING else ""
    if unit and unit != measure:
        raise ValueError(f"is {text[:60]!r}, but {name} is {f'measured in {measure}' if measure else 'not measured'}")
    return Rule(text.strip(), name, float(found["least"]) if unit else None, found["how"] == "from")
