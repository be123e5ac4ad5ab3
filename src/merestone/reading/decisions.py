"""What the guidelines decide outright: points for an event where a word is done to certain things."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, get_args

from merestone.model import Event
from merestone.reading.vocabulary import rows

if TYPE_CHECKING:
    from spacy.tokens import Token

_OBJECTS = {"dobj", "nsubjpass", "pobj"}
_MOST = 8


def points(token: Token, event: str) -> float:
    """Points for an event named by a word, by what hangs on the word; the largest in absolute value of those that apply."""
    known = _decisions().get((event, token.lemma_.lower()))
    if not known:
        return 0.0
    found = [known[lemma] for thing in _objects(token) if (lemma := thing.lemma_.lower()) in known]
    return max(found, key=abs, default=0.0)


def _objects(token: Token) -> list[Token]:
    """What a word is done to: its objects, those of its prepositions, and what is coordinated with them."""
    waiting = [child for child in token.children if child.dep_ in _OBJECTS or child.dep_ in ("prep", "poss")]
    out: list[Token] = []
    while waiting and len(out) < _MOST:
        at = waiting.pop(0)
        if at.dep_ != "prep":
            out.append(at)
            waiting += [child for child in at.children if child.dep_ == "conj"]
        elif at.lower_ in ("of", "on", "at", "against"):
            waiting += [child for child in at.children if child.dep_ == "pobj"]
    return out


@cache
def _decisions() -> Mapping[tuple[str, str], Mapping[str, float]]:
    """For each event and word, the points of each object."""
    out: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows("event_decisions.tsv", ("event", "words", "objects", "points")):
        event = row.one_of("event", get_args(Event))
        try:
            value = float(row["points"])
        except ValueError:
            raise row.wrong(f"the points are {row['points']!r}, not a number") from None
        for word in row.several("words"):
            out.setdefault((event, word), {}).update(dict.fromkeys(row.several("objects"), value))
    return out
