"""How far the two sides are apart while they withdraw: on each evening, and at worst during a day.

What an agreement limits is the difference on the evenings, when all that goes on a day has gone. Nothing says which of a day's
moves is first: at worst one side has moved all of its own and the other none of its own.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from merestone.withdrawal.moves import Clauses, Move


@dataclasses.dataclass(frozen=True, slots=True)
class Exposure:
    """The largest differences of one section, in the basis of the clauses (strength, or shares of 0 to 1)."""

    section: str
    limit: float | None
    """What the agreement allows on an evening; None where it states nothing, or shares cannot be compared."""
    evening: float
    within_day: float
    """Largest that can be during a day, in whatever order the day's moves are made; never below ``evening``."""

    def as_json(self) -> dict[str, Any]:
        """Field names as keys."""
        return {
            "section": self.section, "limit": self.limit, "evening": round(self.evening, 6),
            "within_day": round(self.within_day, 6),
        }  # fmt: skip


def exposures(moves: Sequence[Move], clauses: Clauses, day: Mapping[str, int]) -> list[Exposure]:
    """The largest differences of each section, by its name. A share has no meaning where one side has nothing to move."""
    own: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: {party: defaultdict(float) for party in clauses.parties})
    for move in moves:
        own[move.section][move.party][day[move.id]] += move.strength
    out = []
    for section in sorted(own):
        first, second = (own[section][party] for party in clauses.parties)
        totals = [sum(first.values()), sum(second.values())]
        if clauses.basis == "share":
            if not all(totals):
                continue
            scale = [1 / totals[0], 1 / totals[1]]
        else:
            scale = [1.0, 1.0]
        level = evening = within = 0.0
        for today in sorted(first.keys() | second.keys()):
            one, other = first.get(today, 0.0) * scale[0], second.get(today, 0.0) * scale[1]
            within = max(within, abs(level + one), abs(level - other), abs(level + one - other))
            level += one - other
            evening = max(evening, abs(level))
        out.append(Exposure(section, clauses.imbalance.get(section), evening, within))
    return out
