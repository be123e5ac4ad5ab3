"""How much was looked at, how recently, and where to look next with the fewest patrols.

Where to look is a maximum coverage problem. Taking the place that adds most, again and again, reaches at least 1 - 1/e of the
best (Nemhauser, Wolsey and Fisher 1978); what is reached is also compared with a bound from the gains that were left at each
step, which is often far better; small problems are solved exactly.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from merestone.places.geometry.geodesy import Floats
from merestone.withdrawal.integer import Effort, Program
from merestone.withdrawal.looks import Bools

EXACT = 150
"""Candidates and things to cover up to which the choice is exact."""


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """Where to look."""

    candidates: tuple[int, ...]
    """Numbers of the candidates, best first."""
    gains: tuple[float, ...]
    """What each adds to those before it."""
    total: float
    """Weight covered."""
    bound: float
    """No choice of as many covers more: proven."""

    @property
    def exact(self) -> bool:
        """Whether it is known that no choice of as many covers more."""
        return self.total >= self.bound * (1 - 1e-9)


def choose(covers: Bools, weight: Floats, most: int, enough: float = 1.0) -> Chosen:
    """Candidates that cover most weight: ``covers`` is (candidates, things), ``weight`` that of each thing.

    At most ``most`` of them, and no more than needed for the part ``enough`` of what all of them cover.
    """
    reachable = float(weight[covers.any(axis=0)].sum()) if len(covers) else 0.0
    left = weight.astype(np.float64).copy()
    chosen: list[int] = []
    gains: list[float] = []
    total, steps = 0.0, []
    while len(chosen) < most and total < enough * reachable * (1 - 1e-12):
        gain = covers @ left
        steps.append((total, np.sort(gain)[::-1]))
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        gains.append(float(gain[best]))
        total += float(gain[best])
        left[covers[best]] = 0.0
    count = len(chosen)
    bound = min([reachable, *(done + float(gain[:count].sum()) for done, gain in steps)])
    found = Chosen(tuple(chosen), tuple(gains), total, max(bound, total))
    if found.exact or max(covers.shape) > EXACT:
        return found
    return _exactly(covers, weight, found)


def _exactly(covers: Bools, weight: Floats, found: Chosen) -> Chosen:
    """The best choice of as many candidates; the given one where the search does not end."""
    program = Program()
    taken = [program.column(1.0) for _ in range(len(covers))]
    program.row([(column, 1.0) for column in taken], high=float(len(found.candidates)))
    for thing in range(covers.shape[1]):
        own = np.flatnonzero(covers[:, thing]).tolist()
        if own and weight[thing] > 0:
            column = program.column(1.0, cost=-float(weight[thing]), whole=False)
            program.row([(column, 1.0), *((taken[n], -1.0) for n in own)], high=0.0)
    answer = program.solve(Effort())
    if answer.values is None:
        return found
    best = [number for number, column in enumerate(taken) if answer.values[column] > 0.5]
    ordered, gains = _ordered(covers, weight, best)
    if sum(gains) <= found.total * (1 + 1e-12):
        ordered, gains = list(found.candidates), list(found.gains)
    total = sum(gains)
    bound = total if answer.status == "optimal" else min(found.bound, -answer.bound)
    return Chosen(tuple(ordered), tuple(gains), total, max(total, bound))


def _ordered(covers: Bools, weight: Floats, chosen: list[int]) -> tuple[list[int], list[float]]:
    left, rest = weight.astype(np.float64).copy(), list(chosen)
    ordered: list[int] = []
    gains: list[float] = []
    while rest:
        gain = [float(left[covers[number]].sum()) for number in rest]
        best = rest.pop(int(np.argmax(gain)))
        ordered.append(best)
        gains.append(max(gain))
        left[covers[best]] = 0.0
    return ordered, gains
