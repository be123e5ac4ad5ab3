"""What is known of a document before it is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date

from merestone.model import Genre


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
