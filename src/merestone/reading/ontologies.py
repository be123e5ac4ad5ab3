"""What a claim is called in the ontologies of the field: PLOVER, CAMEO and ACLED.

The mapping is data (``ontologies.tsv``): a row for an event and an act, or for an event and any other act.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import get_args

from merestone.model import Act, Event
from merestone.reading.vocabulary import rows


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """The codes of one event and act; None where an ontology has none that fits."""

    plover: str | None
    """Event of PLOVER, for example ASSAULT."""
    cameo: str | None
    """Two-digit root of CAMEO."""
    acled: str | None
    """Event type of ACLED."""
    acled_sub_event: str | None


_COLUMNS = ("event", "act", "plover", "cameo", "acled", "acled_sub_event")


@cache
def _table() -> Mapping[tuple[str, str], Names]:
    out: dict[tuple[str, str], Names] = {}
    for row in rows("ontologies.tsv", _COLUMNS):
        key = row.one_of("event", get_args(Event)), row.one_of("act", (*get_args(Act), "*"))
        if key in out:
            raise row.wrong(f"{key[0]} {key[1]} stands here a second time")
        out[key] = Names(*(None if row[column] == "-" else row[column] for column in _COLUMNS[2:]))
    return out


def ontologies_of(event: Event, act: Act) -> Names:
    """The codes of a claim of an event made by an act."""
    table = _table()
    return table[event, act] if (event, act) in table else table[event, "*"]
