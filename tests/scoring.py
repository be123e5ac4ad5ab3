"""Scores of claims against annotated documents, matched as the corpus guidelines define it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from merestone.model import Claim, state_of


def overlap(a: Iterable[int], b: Iterable[int]) -> float:
    """Shared characters of two spans, as a part of the shorter one."""
    (a0, a1), (b0, b1) = a, b
    shared = min(a1, b1) - max(a0, b0)
    return max(0, shared) / max(1, min(a1 - a0, b1 - b0))


def same_tuple(gold: dict[str, Any], claim: Claim) -> bool:
    """Whether act and the states of actor and target agree."""
    return (
        gold["act"] == claim.act
        and state_of(gold["actor"]) == state_of(claim.actor)
        and state_of(gold["target"]) == state_of(claim.target)
    )


def agreement(gold: dict[str, Any], claim: Claim) -> float:
    """How well a claim agrees with an annotated one whose span it shares."""
    return (
        4.0 * (gold["event"] == claim.event)
        + 2.0 * (gold["act"] == claim.act)
        + (state_of(gold["actor"]) == state_of(claim.actor))
        + (state_of(gold["target"]) == state_of(claim.target))
        + overlap(gold["span"], claim.span)
    )


def matched(gold: list[dict[str, Any]], claims: list[Claim]) -> list[tuple[dict[str, Any], Claim]]:
    """Pairs of annotated claims and claims that share at least half of the shorter span, one to one, best first."""
    pairs = [
        (-agreement(g, c), i, j) for i, g in enumerate(gold) for j, c in enumerate(claims) if overlap(g["span"], c.span) >= 0.5
    ]
    out = []
    used: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in sorted(pairs):
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            out.append((gold[i], claims[j]))
    return out


def f1(right: int, claims: int, gold: int) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * right / max(1, claims + gold)
