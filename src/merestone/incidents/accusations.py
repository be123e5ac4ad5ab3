"""Accusations that mirror each other: each of two parties says that the other did it.

Whoever speaks of a reply of its own (an act without a target, as texts write of answering fire) thereby says that the other
began; where both do, each says that the other did it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import combinations
from typing import cast

from merestone.incidents.compare import event_of
from merestone.incidents.denials import RELATED_FROM
from merestone.incidents.prepare import Prepared
from merestone.incidents.related import EVENTS, fits
from merestone.model import CounterAccusation, Event
from merestone.reading.vocabulary import rows

_BEGUN = ("fire", "attack")
"""Events that are answered in kind."""


@cache
def _words() -> dict[str, str]:
    table = rows("accusations.tsv", ("event", "words"), resources.files("merestone.incidents") / "data")
    return {row["event"]: row["words"] for row in table}


def counter_accusations(p: Prepared, members: Sequence[int]) -> tuple[CounterAccusation, ...]:
    """For each two parties of an incident that accuse each other of what can be one event, their accusations side by side."""
    parties = sorted({p.groups[i][0] for i in members if p.groups[i][1] == "party"})
    out = []
    for left, right in combinations(parties, 2):
        ones, twos = _accusing(p, members, left, right), _accusing(p, members, right, left)
        pairs = [(i, j) for i in ones for j in twos if fits()[0][p.event[i], p.event[j]] >= RELATED_FROM]
        if not pairs:
            continue
        ones, twos = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
        event = _shared_event(p, ones, twos)
        replies = [i for i in members if p.groups[i][0] in (left, right) and _reply(p, i)]
        first = event in _BEGUN and {p.groups[i][0] for i in replies} == {left, right}
        words = f"each says the other {_words().get(event or '', 'acted')}" + (" first" if first else "")
        event = event_of(p, [*ones, *twos]) if event is None else event
        out.append(
            CounterAccusation(
                left=left, right=right, event=event, left_claims=_ids(p, ones), right_claims=_ids(p, twos),
                replies=_ids(p, replies), words=words,
            )
        )  # fmt: skip
    return tuple(out)


def _accusing(p: Prepared, members: Sequence[int], speaker: str, accused: str) -> list[int]:
    return [
        i
        for i in members
        if p.groups[i] == (speaker, "party")
        and p.rows[i]["act"] in ("asserts", "evaluates")
        and p.actor[i] >= 0
        and p.states[int(p.actor[i])] == accused
    ]


def _shared_event(p: Prepared, ones: Sequence[int], twos: Sequence[int]) -> Event | None:
    """The event code that both accuse each other of, the one with most claims; None where they share none."""
    counts = dict.fromkeys({int(p.event[i]) for i in ones} & {int(p.event[j]) for j in twos}, 0)
    for i in (*ones, *twos):
        if int(p.event[i]) in counts:
            counts[int(p.event[i])] += 1
    return cast(Event, EVENTS[min(counts, key=lambda code: (-counts[code], code))]) if counts else None


def _reply(p: Prepared, i: int) -> bool:
    """Whether a party speaks of an act of its own without saying against whom."""
    row = p.rows[i]
    own = p.actor[i] >= 0 and p.states[int(p.actor[i])] == p.groups[i][0]
    return bool(own and row["act"] == "asserts" and row["target"] is None and row["event"] in _BEGUN)


def _ids(p: Prepared, members: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted(str(p.rows[i]["id"]) for i in members))
