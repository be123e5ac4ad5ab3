"""Words that may name an event, each with the features that tell whether it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast, get_args

from merestone.model import Event
from merestone.reading.clauses import Clauses
from merestone.reading.company import Sentence, context_features, kind_of, other_events, own_features, shape_words
from merestone.reading.context import Context
from merestone.reading.vocabulary import rows

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

KINDS = ("verb", "noun", "adjective", "any")
STRENGTHS = ("sure", "likely", "weak")
SHARED = ("strength=", "same", "d=", "t=", "g=", "first", "k=", "ka=", "h=", "c=", "kh=", "kw=")
"""Features that begin so also speak for or against any event whatever."""


@dataclasses.dataclass(frozen=True, slots=True)
class EventWord:
    """A word, an event it may name, and what speaks for and against it."""

    index: int
    event: Event
    features: tuple[str, ...]


@cache
def _lexicon() -> Mapping[str, tuple[tuple[str, Event, str], ...]]:
    out: dict[str, list[tuple[str, Event, str]]] = {}
    for row in rows("triggers.tsv", ("event", "lemma", "kind", "strength")):
        event = cast(Event, row.one_of("event", get_args(Event)))
        entry = (row.one_of("kind", KINDS), event, row.one_of("strength", STRENGTHS))
        out.setdefault(row["lemma"], []).append(entry)
    return {lemma: tuple(entries) for lemma, entries in out.items()}


def events_of_word(token: Token) -> dict[Event, str]:
    """The events that a word may name by the vocabulary, in order of their codes, and how surely it does."""
    lexicon = _lexicon()
    kind = kind_of(token)
    out: dict[Event, str] = {}
    for form in dict.fromkeys((token.lemma_.lower(), token.lower_)):
        for wanted, event, strength in lexicon.get(form, ()):
            if wanted in ("any", kind):
                out.setdefault(event, strength)
    return dict(sorted(out.items()))


def event_words(doc: Doc, clauses: Clauses, context: Context) -> list[EventWord]:
    """The words of a document that may name an event, in text order."""
    out: list[EventWord] = []
    for number, span in enumerate(doc.sents if len(doc) else ()):
        found = [(token, events) for token in span if (events := events_of_word(token))]
        if not found:
            continue
        named = tuple((token.i, event) for token, events in found for event, how in events.items() if how == "sure")
        sentence = Sentence(shape_words(doc, span.start, span.end), named, span.start)
        for token, events in found:
            company = own_features(token) + context_features(doc, clauses, sentence, token)
            company += other_events(clauses, sentence, token)
            company += [f"g={context.genre}", f"first={number == 0}"]
            for event, strength in events.items():
                same = _same_event(clauses, named, token.i, event)
                out.append(EventWord(token.i, event, (*company, f"strength={strength}", *same)))
    return out


def _same_event(clauses: Clauses, named: tuple[tuple[int, Event], ...], index: int, event: Event) -> list[str]:
    """Whether the sentence names the same event elsewhere: before or after, in this clause or another."""
    out = []
    for sign, others in (
        ("<", [other for other, what in named if what == event and other < index]),
        (">", [other for other, what in named if what == event and other > index]),
    ):
        if others:
            near = any(clauses.head[other] == clauses.head[index] for other in others)
            out.append(f"same{sign}{'k' if near else 's'}")
    return out
