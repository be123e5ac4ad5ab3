"""A schedule found by filling day after day, to begin from and to bound the shortest one from above.

On each day sections are gone through again and again, and each moves a little: one position of the side that is behind, or,
where one alone would tip the balance of its section, the smallest set of both sides' positions that does not. Nothing
guarantees that this is short, or that it does not get stuck; it is tried in several ``MANNERS``, and the shortest is kept.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
from numpy.typing import NDArray

from merestone.withdrawal.daily_program import SLACK, Counts, DailyProgram
from merestone.withdrawal.integer import Floats
from merestone.withdrawal.moves import MEASURES


@dataclasses.dataclass(frozen=True, slots=True)
class Manner:
    """What comes first where the clauses leave a choice."""

    large_first: bool
    stages_first: bool
    """Sections with most stages left come first, else those with most left to move."""
    sparing: bool = False
    """Each section moves once a day only, so that its steps are small."""


MANNERS = (Manner(True, False), Manner(False, False), Manner(True, True), Manner(False, True))
_FINEST = Manner(False, False, sparing=True)
_MOST_TOGETHER = 3
"""Most positions of one side in a set that moves together; larger sets are left to the integer program."""
_MOST_READY = 9
"""Of how many of a side's positions such sets are made."""


def quick_schedule(program: DailyProgram) -> Floats | None:
    """Gone-by-evening counts (groups, days) of the shortest schedule found; None where each manner gets stuck.

    One in which each phase ends in time comes before a shorter one that is late.
    """
    least, best, good = program.least_days(), None, False
    for manner in MANNERS:
        found = _filled(program, manner)
        if found is None:
            continue
        in_time = program.on_time(found)
        if best is None or (not in_time, found.shape[1]) < (not good, best.shape[1]):
            best, good = found, in_time
        if good and best.shape[1] == least:
            break
    return best


def small_steps(program: DailyProgram) -> Floats | None:
    """Gone-by-evening counts of a long schedule of small steps, for mixing with those of other sections; None where stuck."""
    return _filled(program, _FINEST)


def _filled(program: DailyProgram, manner: Manner) -> Floats | None:
    chains = program.chains
    if chains is None:
        return None
    filling = _Filling(program, manner, np.array(chains.latest, dtype=np.float64))
    days: list[Counts] = []
    while (filling.gone < program.counts).any():
        before = filling.gone.copy()
        filling.day()
        if (filling.gone == before).all():
            return None
        days.append(filling.gone.copy())
    return np.array(days, dtype=np.float64).T.reshape(len(program.groups), -1)


class _Filling:
    """What has gone so far, day by day."""

    def __init__(self, program: DailyProgram, manner: Manner, latest: Floats) -> None:
        self.program, self.manner, self.latest = program, manner, latest
        groups = program.groups
        self.names = sorted({group.section for group in groups})
        number_of = {name: number for number, name in enumerate(self.names)}
        self.section = np.array([number_of[group.section] for group in groups], dtype=np.int64)
        self.weight = np.array([group.weight for group in groups])
        self.amounts = np.array([[group.amounts[m] for m in MEASURES] for group in groups]).reshape(-1, len(MEASURES))
        self.most = np.array([[limits.get(m, math.inf) for m in MEASURES] for limits in program.limits]) * (1 + SLACK)
        stages: dict[tuple[int, str], int] = {key: len(chain) for key, chain in program.stages.items()}
        self.after = np.array([0 if g.stage is None else stages[g.side, g.section] - g.stage for g in groups], dtype=np.float64)
        first = -1.0 if manner.large_first else 1.0
        order = sorted(range(len(groups)), key=lambda n: (latest[n], first * groups[n].weight, n))
        self.own: list[tuple[list[int], list[int]]] = [([], []) for _ in self.names]
        for number in order:
            self.own[self.section[number]][groups[number].side].append(number)
        self.needs: list[list[int]] = [[] for _ in groups]
        for one, other in program.before:
            self.needs[other].append(one)
        self.limit = [
            program.imbalance[name] + program.slack(name) if name in program.imbalance else math.inf for name in self.names
        ]
        self.gone: Counts = np.zeros(len(groups), dtype=np.int64)
        self.level = [0.0] * len(self.names)

    def day(self) -> None:
        """Move what can be moved on the next day."""
        program, counts = self.program, self.program.counts
        morning, room = self.gone.copy(), self.most.copy()
        may = np.array([self._may(number, morning) for number in range(len(counts))], dtype=np.bool_)
        closed: set[int] = set()
        while True:
            moved = False
            for section in self._sections():
                if section in closed:
                    continue
                ready = [
                    [
                        n for n in side
                        if may[n] and self.gone[n] < counts[n] and (self.amounts[n] <= room[program.groups[n].side]).all()
                    ]
                    for side in self.own[section]
                ]  # fmt: skip
                chosen = self._next(section, ready, room)
                for number in chosen:
                    group = program.groups[number]
                    self.gone[number] += 1
                    self.level[section] += (1 - 2 * group.side) * group.weight
                    room[group.side] -= self.amounts[number]
                moved = moved or bool(chosen)
                if not chosen or self.manner.sparing:
                    closed.add(section)  # room only shrinks; what the balance forbids now it may allow later only by own moves
            if not moved:
                return

    def _sections(self) -> list[int]:
        """Numbers of the sections: what has to go soonest first."""
        open_groups = self.gone < self.program.counts
        left = np.bincount(self.section, (self.program.counts - self.gone) * self.weight, minlength=len(self.names))
        ends, stages = np.full(len(self.names), math.inf), np.zeros(len(self.names))
        np.minimum.at(ends, self.section[open_groups], self.latest[open_groups])
        if self.manner.stages_first:
            np.maximum.at(stages, self.section[open_groups], self.after[open_groups])
        return [int(n) for n in np.lexsort((np.arange(len(self.names)), -left, -stages, ends)) if left[n] > 0]

    def _may(self, number: int, morning: Counts) -> bool:
        """Whether what has to go on an earlier day has."""
        group = self.program.groups[number]
        if not all(morning[one] for one in self.needs[number]):
            return False
        if not group.stage:
            return True
        before = self.program.stages[group.side, group.section][group.stage - 1]
        return all(morning[n] == self.program.counts[n] for n in before)

    def _next(self, section: int, ready: list[list[int]], room: Floats) -> tuple[int, ...]:
        """Which to move next in a section: one of the side behind, one of the other, or the smallest set of both."""
        level, limit = self.level[section], self.limit[section]
        for side in (0, 1) if level <= 0 else (1, 0):
            for number in ready[side]:
                if abs(level + (1 - 2 * side) * self.weight[number]) <= limit:
                    return (number,)
        if not ready[0] or not ready[1]:
            return ()
        first, second = (self._sets(side, room[number]) for number, side in enumerate(ready))
        level_after = level + first.weight[:, None] - second.weight[None, :]
        good = np.abs(level_after) <= limit
        if not good.any():
            return ()
        size = first.size[:, None] + second.size[None, :]
        size = np.where(good, size, 100)
        total = np.where(size == size.min(), first.weight[:, None] + second.weight[None, :], -1.0)
        one, other = divmod(int(np.argmax(total)), total.shape[1])
        return (*first.members[one], *second.members[other])

    def _sets(self, ready: list[int], room: Floats) -> _Sets:
        """Small sets of a side's positions that fit into a day; alike ones as often as there are."""
        listed = [
            number for number in ready[:_MOST_READY]
            for _ in range(min(_MOST_TOGETHER, int(self.program.counts[number] - self.gone[number])))
        ]  # fmt: skip
        members = sorted({
            chosen for size in range(1, _MOST_TOGETHER + 1) for chosen in itertools.combinations(listed, size)
        }, key=lambda chosen: (len(chosen), [ready.index(n) for n in chosen]))  # fmt: skip
        members = [chosen for chosen in members if (self.amounts[list(chosen)].sum(axis=0) <= room).all()]
        weight = np.array([self.weight[list(chosen)].sum() for chosen in members])
        return _Sets(members, weight, np.array([len(chosen) for chosen in members], dtype=np.int64))


@dataclasses.dataclass(frozen=True)
class _Sets:
    members: list[tuple[int, ...]]
    weight: Floats
    size: NDArray[np.int64]
