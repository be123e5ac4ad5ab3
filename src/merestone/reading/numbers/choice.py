"""The numbers of a claim by rules alone: what its event counts, among the numbers in its span.

A baseline beside what is learned. What a number counts in a claim of an event is data (``data/event_counts.tsv``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import cast, get_args

from merestone.model import Event, Quantity, QuantityKind, Span
from merestone.reading.numbers.mentions import NumberMention
from merestone.reading.numbers.tables import measure_of
from merestone.reading.vocabulary import rows

_CASUALTIES = frozenset(("killed", "wounded", "captured", "missing"))
_INSTRUMENT = frozenset(("by", "with", "from"))
_ELLIPTICAL = frozenset(("explosion", "burst", "shot", "round", "vehicle", "weapon", "violation"))
_ELLIPTICAL_EVENTS: frozenset[Event] = frozenset(
    ("fire", "ceasefire_violation", "weapons_violation", "overflight", "buildup", "damage", "mines")
)
_REACHING: frozenset[Event] = frozenset(("incursion", "overflight", "withdrawal", "occupation"))
_WRITTEN = frozenset(("digits", "words", "ordinal", "times"))


@cache
def _table() -> dict[tuple[str, str], tuple[QuantityKind | None, bool]]:
    out: dict[tuple[str, str], tuple[QuantityKind | None, bool]] = {}
    for row in rows("event_counts.tsv", ("event", "class", "what", "singular")):
        what = row.one_of("what", (*get_args(QuantityKind), "-"))
        out[row.one_of("event", (*get_args(Event), "*")), row["class"]] = (
            None if what == "-" else cast(QuantityKind, what),
            row.one_of("singular", ("yes", "no")) == "yes",
        )
    return out


def _what(event: Event, number: NumberMention) -> tuple[QuantityKind | None, bool]:
    """What a number counts in a claim of an event, and whether one of it is counted without a numeral."""
    table = _table()
    noun: str = number.noun
    if noun == "unit":
        noun = measure_of(number.unit)
    elif noun in ("none", "unknown"):
        if number.spoken_of == "person" and (event, "none") not in table:
            noun = "person"
        elif event in _ELLIPTICAL_EVENTS and noun == "none":
            noun = number.spoken_of if number.spoken_of in _ELLIPTICAL else "none"
            noun = "none" if noun == "violation" and event == "fire" else noun
    elif noun == "violation" and (number.form == "times" or number.counts == "occasion") and event != "ceasefire_violation":
        return None, False
    if event == "torture" and number.nearest_casualty == "killed" and noun in ("person", "none"):
        return "killed", False
    what, single = table.get((event, noun)) or table.get(("*", noun), (None, False))
    if what == "missing" and number.nearest_casualty != "missing":
        what = "persons"
    if what == "killed" and number.nearest_casualty == "undivided":
        what = "persons"
    return what, single


def chosen_numbers(
    event: Event, numbers: Sequence[NumberMention], span: Span
) -> tuple[tuple[QuantityKind, NumberMention], ...]:
    """The numbers that a claim of an event with a span most likely gives, with what they count, in text order."""
    own = [number for number in numbers if span[0] <= number.span[0] < span[1]]
    found: list[tuple[QuantityKind, NumberMention]] = []
    for number in own:
        what, _ = _what(event, number)
        if what is None or number.form not in _WRITTEN or _is_circumstance(number, event) or _is_elsewhere(number, what, span):
            continue
        before = any(kind == what for kind, _ in found)
        if before and (what in _CASUALTIES or number.is_breakdown or (number.in_brackets and number.noun == "none")):
            continue
        found.append((what, number))
    for number in sorted(own, key=lambda number: number.form != "sum"):
        what, single = _what(event, number)
        if number.form in _WRITTEN or not single or what is None or _is_elsewhere(number, what, span):
            continue
        if number.form == "definite" or any(kind == what for kind, _ in found):
            continue
        if number.form == "sum" and what not in _CASUALTIES:
            continue
        if number.preposition in _INSTRUMENT and event in ("fire", "attack", "damage") and number.noun != "round":
            continue
        found.append((what, number))
    return tuple(sorted(found, key=lambda pair: pair[1].span))


def plain_quantities(event: Event, numbers: Sequence[NumberMention], span: Span) -> tuple[Quantity, ...]:
    """The quantities that a claim of an event with a span most likely gives, in text order, among the numbers of its text."""
    return tuple(
        Quantity(what=what, value=number.value, max=number.maximum, unit=number.unit, approx=number.approx)
        for what, number in chosen_numbers(event, numbers, span)
    )


def _is_circumstance(number: NumberMention, event: Event) -> bool:
    """Whether a measure says when or where something happened, not how long it lasted or how far it went."""
    if number.noun != "unit":
        return False
    away = number.is_away and event not in _REACHING
    lies = measure_of(number.unit) == "distance" and (number.is_position or number.in_brackets or away)
    return number.is_moved or number.is_period or lies


def _is_elsewhere(number: NumberMention, what: QuantityKind, span: Span) -> bool:
    """Whether a word of another casualty stands nearer: in "two were killed and five wounded" five are not the killed."""
    if what not in _CASUALTIES or number.nearest_casualty in (None, what, "undivided"):
        return False
    near, own = number.casualty_span, number.other_casualty_span
    return near is not None and own is not None and span[0] <= near[0] < span[1] and span[0] <= own[0] < span[1]
