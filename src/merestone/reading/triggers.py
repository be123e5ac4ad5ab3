"""Words that may name an event: the trigger vocabulary, found in one pass over a text.

``triggers.tsv`` names them by dictionary form; every form of a word is looked for (``inflection``), as a whole word, in any
case. A trigger alone makes no claim: it tells the scan which passages to read, tells the encoder what the vocabulary knows of a
word, and is named in a claim's reasons.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast, get_args

from merestone.model import Event
from merestone.reading.inflection import forms_of
from merestone.reading.names import Names
from merestone.reading.vocabulary import rows

KINDS = ("verb", "noun", "adjective", "any")
STRENGTHS: Mapping[str, float] = {"sure": 1.0, "likely": 0.6, "weak": 0.3}
"""How much of an event each strength stands for, as the encoder is told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trigger:
    """A word of a text that may name an event."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    events: tuple[tuple[Event, float], ...]
    """The events it may name, in the order of their codes, each with its strength, 0 to 1."""


@cache
def trigger_forms() -> Mapping[str, tuple[tuple[Event, float], ...]]:
    """The events that each form may name."""
    out: dict[str, dict[Event, float]] = {}
    for row in rows("triggers.tsv", ("event", "lemma", "kind", "strength")):
        event = cast(Event, row.one_of("event", get_args(Event)))
        strength = STRENGTHS[row.one_of("strength", STRENGTHS)]
        kind = row.one_of("kind", KINDS)
        for form in forms_of(row["lemma"], kind):
            for written in {form, form.replace("-", " "), form.replace("-", "")}:
                known = out.setdefault(written, {})
                known[event] = max(strength, known.get(event, 0.0))
    return {form: tuple(sorted(events.items())) for form, events in sorted(out.items())}


@cache
def _finder() -> Names:
    return Names(trigger_forms(), any_case=True)


def find_triggers(text: str) -> Iterator[Trigger]:
    """The triggers of a text, in order, without overlap, the longest at each place."""
    forms = trigger_forms()
    for hit in _finder().find(text):
        yield Trigger(hit.start, hit.end, forms[hit.phrase])
