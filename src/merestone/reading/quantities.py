"""Quantities: the numbers a claim gives for its event.

A number is read with the noun it counts or the unit it measures (``data/quantity_nouns.tsv``); what that is a quantity of
depends on the event (``data/quantity_events.tsv``). Numbers of dates, clock times, calibres, names and positions are none.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import cast, get_args

from spacy.tokens import Doc

from merestone.model import Event, Quantity, QuantityKind, Reason, Unit
from merestone.reading.context import Candidate
from merestone.reading.numerals import Number, numbers
from merestone.reading.vocabulary import rows

_CLASSES = ("person", "explosion", "burst", "shot", "round", "vehicle", "weapon", "violation", "unit", "not")
_UNIT_KINDS: dict[str, QuantityKind] = {"km2": "area", "m2": "area", "ha": "area", "km": "distance", "m": "distance"}


@dataclasses.dataclass(frozen=True, slots=True)
class _Noun:
    noun: str
    kind: str
    unit: Unit = "1"
    factor: float = 1.0


@cache
def _nouns() -> dict[str, _Noun]:
    """By the noun, in the singular and with a plural's endings."""
    out: dict[str, _Noun] = {}
    for row in rows("quantity_nouns.tsv", ("noun", "class", "unit", "factor")):
        kind = row.one_of("class", _CLASSES)
        unit = cast(Unit, row.one_of("unit", get_args(Unit))) if kind == "unit" else "1"
        noun = _Noun(row["noun"], kind, unit, float(row["factor"] or 1.0))
        for form in _forms(row["noun"]):
            out.setdefault(form, noun)
        out[row["noun"]] = noun
    return out


def _forms(noun: str) -> tuple[str, ...]:
    plural = noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")
    others = {"y": noun[:-1] + "ies", "man": noun[:-3] + "men", "child": noun + "ren", "fe": noun[:-2] + "ves"}
    return (noun, plural, *(form for ending, form in others.items() if noun.endswith(ending)))


@cache
def _kinds() -> dict[tuple[str, str], tuple[QuantityKind | None, bool]]:
    out: dict[tuple[str, str], tuple[QuantityKind | None, bool]] = {}
    for row in rows("quantity_events.tsv", ("event", "class", "what", "singular")):
        what = row.one_of("what", (*get_args(QuantityKind), "-"))
        out[row.one_of("event", (*get_args(Event), "*")), row["class"]] = (
            None if what == "-" else cast(QuantityKind, what),
            row.one_of("singular", ("yes", "no")) == "yes",
        )
    return out


def _kind(event: Event, noun: str) -> tuple[QuantityKind | None, bool]:
    kinds = _kinds()
    return kinds.get((event, noun)) or kinds.get(("*", noun), (None, False))


@cache
def _approximate() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = rows("approximations.tsv", ("words", "side"))
    sides = [
        "|".join(
            re.escape(row["words"]).replace(r"\ ", r"\s+") for row in table if row.one_of("side", ("before", "after")) == side
        )
        for side in ("before", "after")
    ]
    return (
        re.compile(rf"\b(?:{sides[0]})\s+(?:the\s+|an?\s+)?$", re.IGNORECASE),
        re.compile(rf"\s+(?:{sides[1]})\b", re.IGNORECASE),
    )


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|km²|%|[.,;:()\[\]“”\"\n]")
_NO_QUANTITY_BEFORE = re.compile(
    r"(?:\b(?:No|Nos|no|number|resolution|resolutions|article|Article|Articles|paragraph|page|point|post|Post|position|"
    r"positions|height|hill|Hill|highway|route|Route|section|sector|protocol|line|UNSCR|unit|regiment|aged|age|of)\.?|[A-Z]+|§|#|[$€£])[\s-]*$"
)


def quantities_of_claim(doc: Doc, candidate: Candidate) -> tuple[tuple[Quantity, ...], tuple[Reason, ...]]:
    """The numbers of a claim's own event, in text order, and the words they were read from."""
    text = doc.text
    found: list[tuple[int, int, Quantity]] = []
    for number, upper, end in _ranges(text, candidate):
        if _is_name_or_time(text, number, end):
            continue
        noun, noun_end = _counted(text, end, candidate.end)
        quantity = _quantity(candidate.event, number, upper, noun, text)
        if quantity is not None:
            found.append((number.start, max(end, noun_end), quantity))
    return tuple(q for *_, q in found), tuple(
        Reason(field="quantities", rule=f"quantity: {q.what}", words=text[start:end], span=(start, end))
        for start, end, q in found
    )


def _ranges(text: str, candidate: Candidate) -> list[tuple[Number, Number | None, int]]:
    """The numbers of a claim; "70-100", "two or three" and "100 to 1,400" once, with the upper bound."""
    out: list[tuple[Number, Number | None, int]] = []
    found = list(numbers(text, candidate.start, candidate.end))
    i = 0
    while i < len(found):
        number = found[i]
        match = re.compile(r"\s*(?:[–-]|to|or)\s*").match(text, number.end)
        upper = found[i + 1] if i + 1 < len(found) else None
        if match and upper and match.end() == upper.start and upper.value > number.value:
            out.append((number, upper, upper.end))
            i += 2
            continue
        out.append((number, None, number.end))
        i += 1
    return out


def _is_name_or_time(text: str, number: Number, end: int) -> bool:
    before, after = text[max(0, number.start - 24) : number.start], text[end : end + 12]
    return bool(
        _NO_QUANTITY_BEFORE.search(before) or re.match(r"\s?mm\b|[:.]\d|-year|(?:st|nd|rd|th)\b|\s*(?:per\s+cent|%)", after)
    )


def _counted(text: str, start: int, end: int) -> tuple[_Noun | None, int]:
    """The noun that a number ending at ``start`` counts, looking a few words on."""
    nouns = _nouns()
    words: list[tuple[str, int]] = []
    for match in _WORD.finditer(text, start, min(end, start + 120)):
        if match.group() in '.,;:()[]“”"\n' or len(words) >= 8:
            break
        words.append((match.group().lower(), match.end()))
    for i in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = " ".join(word for word, _ in words[i : i + length])
            if len(words) >= i + length and phrase in nouns:
                return nouns[phrase], words[i + length - 1][1]
    return None, start


def _quantity(event: Event, number: Number, upper: Number | None, noun: _Noun | None, text: str) -> Quantity | None:
    before, after = _approximate()
    approx = bool(before.search(text[max(0, number.start - 28) : number.start]))
    approx = approx or bool(after.match(text, (upper or number).end))
    if noun is not None and noun.kind == "not":
        return None
    if noun is not None and noun.kind == "unit":
        what: QuantityKind | None = _UNIT_KINDS.get(noun.unit, "duration")
        unit, factor = noun.unit, noun.factor
    else:
        what, _ = _kind(event, noun.kind if noun else "none")
        unit, factor = "1", 1.0
    if what is None:
        return None
    return Quantity(
        what=what,
        value=number.value * factor,
        max=upper.value * factor if upper else None,
        unit=unit,
        approx=approx,
    )
