"""Which claims a denial denies: those of other speaker groups about the same kind of event and the same accused."""

from __future__ import annotations

from collections.abc import Sequence

from merestone.incidents.prepare import Prepared
from merestone.incidents.related import fits

RELATED_FROM = 0.7
"""Events that fit at least this well may stand for each other where nothing equal is on record."""


def denied_by(p: Prepared, members: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For each denying claim of an incident, the ids of the claims it denies; none where only the denial is on record."""
    return {i: _denied(p, members, i) for i in members if p.denies[i]}


def _denied(p: Prepared, members: Sequence[int], i: int) -> tuple[str, ...]:
    others = [
        j
        for j in members
        if not p.denies[j]
        and p.rows[j]["act"] in ("asserts", "evaluates")
        and p.groups[j] != p.groups[i]
        and _may_equal(int(p.actor[i]), int(p.actor[j]))
        and _may_equal(int(p.target[i]), int(p.target[j]))
        and _about_the_same(p, i, j)
    ]
    equal = [j for j in others if p.event[j] == p.event[i]]
    related = [j for j in others if fits()[0][p.event[i], p.event[j]] >= RELATED_FROM and p.actor[j] == p.actor[i] != -1]
    return tuple(p.rows[j]["id"] for j in equal or related)


def _about_the_same(p: Prepared, i: int, j: int) -> bool:
    """The same actor or the same target is named, or the denial names neither."""
    actor, target = int(p.actor[i]), int(p.target[i])
    return (actor >= 0 and actor == p.actor[j]) or (target >= 0 and target == p.target[j]) or actor == target == -1


def _may_equal(one: int, two: int) -> bool:
    return one == two or one == -1 or two == -1
