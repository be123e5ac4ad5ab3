"""What the parts of the reader hand to each other: what is known of a document before it is read, and a claim in the making."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date

from merestone.model import Act, Event, Genre, Reason


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """What is known of a document before it is read."""

    publisher: str | None = None
    """Actor code of who published it."""
    published: date | None = None
    """Day of publication, in the publisher's own calendar day."""
    genre: Genre = "statement"
    title: str = ""
    parties: tuple[str, ...] = ()
    """Codes of the case's parties, sorted; empty where there is no case: the reader then finds the sides in the text."""
    actors: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The case's own names of actors, name to code; they go before the built-in vocabulary."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A claim in the making: one event in one place of a document, before its other fields are filled."""

    start: int
    """First character of the clause, in the document's text."""
    end: int
    """Character after the last one of the clause."""
    event: Event
    act: Act
    trigger: int | None
    """Index, in the parsed document, of the head token of the words that named the event; None where no one token does."""
    because: tuple[Reason, ...] = ()
