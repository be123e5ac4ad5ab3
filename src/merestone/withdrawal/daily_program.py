"""A schedule of days as an integer program.

The sides are numbered 0 and 1 by what they have to move, so that swapping the parties gives the very same program. Moves that
are alike (party, section, class, strength, distance) are counted, not named. With gone[g, t] of group g moved by the evening
of day t, non-decreasing whole numbers, all clauses are linear: the difference of a section is a weighted sum of gone[., t], the
load of a day one of gone[., t] - gone[., t - 1], and stage k of a side of a section opens by a 0/1 variable for each day.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from merestone.withdrawal.integer import Answer, Effort, Floats, Program
from merestone.withdrawal.moves import MEASURES, Clauses, Measure, Move, sides

Counts = NDArray[np.int64]
SLACK = 1e-9
"""Part of a limit by which sums of decimals may pass it."""
_ROUNDING = 1e-12
"""Part of what is added up by which a sum of it may be wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Moves that are alike."""

    side: int
    section: str
    stage: int | None
    """Number of its stage among those that its side of the section has, None where no stage names its class."""
    weight: float
    """What it counts for in the difference of the sides."""
    amounts: Mapping[Measure, float]
    ids: tuple[str, ...]
    by: int | None
    """Day by whose evening it has to have gone."""


@dataclasses.dataclass(frozen=True, slots=True)
class Chains:
    """What stages, pairs and the ends of phases say of each group, in the order of the groups."""

    earliest: list[int]
    """Days that must pass before it."""
    after: list[int]
    """Days that must follow on it."""
    latest: list[float]
    """Last day, from 0, on which it may go; infinite where no phase that ends waits for it."""


class DailyProgram:
    """Moves and clauses without names of parties."""

    def __init__(self, moves: Sequence[Move], clauses: Clauses) -> None:
        parties = self.parties = sides(moves, clauses)
        paired = {name for pair in clauses.before for name in pair}
        totals: dict[tuple[str, str], float] = defaultdict(float)
        for move in moves:
            totals[move.party, move.section] += move.strength
        used: dict[tuple[str, str], list[int]] = defaultdict(list)
        for move in moves:
            stage = clauses.stage(move)
            if stage is not None:
                used[move.party, move.section].append(stage)
        alike: dict[tuple[object, ...], list[Move]] = defaultdict(list)
        for move in moves:
            own = move.id if move.id in paired else ""
            phase = -1 if move.phase is None else move.phase
            alike[parties.index(move.party), move.section, move.kind, -move.strength, move.km, phase, own].append(move)
        self.groups: list[Group] = []
        for key in sorted(alike):
            first = alike[key][0]
            stages = sorted(set(used[first.party, first.section]))
            stage = clauses.stage(first)
            weight = first.strength / totals[first.party, first.section] if clauses.basis == "share" else first.strength
            self.groups.append(
                Group(
                    parties.index(first.party), first.section,
                    None if stage is None else stages.index(stage), weight,
                    {measure: first.amount(measure) for measure in MEASURES}, tuple(sorted(move.id for move in alike[key])),
                    clauses.by(first),
                )
            )  # fmt: skip
        self.counts = np.array([len(group.ids) for group in self.groups], dtype=np.int64)
        self.limits = [dict(clauses.capacity.get(party, {})) for party in parties]
        of = {name: number for number, group in enumerate(self.groups) for name in group.ids}
        self.before = sorted({(of[first], of[second]) for first, second in clauses.before})
        sections = {group.section for group in self.groups}
        # a share has no meaning where one side has nothing to move
        both = {s for s in sections if {group.side for group in self.groups if group.section == s} == {0, 1}}
        free = sections - both if clauses.basis == "share" else set()
        self.imbalance = {s: clauses.imbalance[s] for s in sorted(sections & set(clauses.imbalance)) if s not in free}
        self.stages: dict[tuple[int, str], list[list[int]]] = {}
        for number, group in enumerate(self.groups):
            if group.stage is not None:
                chain = self.stages.setdefault((group.side, group.section), [])
                while len(chain) <= group.stage:
                    chain.append([])
                chain[group.stage].append(number)

    # ----------------------------------------------------------------------------------------------------------------------
    # bounds

    @cached_property
    def chains(self) -> Chains | None:
        """What the order alone says of each group; None where it goes round in a circle."""
        follows: dict[int, set[int]] = defaultdict(set)
        for first, second in self.before:
            follows[first].add(second)
        for chain in self.stages.values():
            for stage, later in itertools.pairwise(chain):
                for number in stage:
                    follows[number].update(later)
        count = len(self.groups)
        waiting = [0] * count
        for later_ones in follows.values():
            for number in later_ones:
                waiting[number] += 1
        earliest = [0] * count
        ready = [number for number in range(count) if waiting[number] == 0]
        done = []
        while ready:
            number = ready.pop()
            done.append(number)
            for later_one in follows[number]:
                earliest[later_one] = max(earliest[later_one], earliest[number] + 1)
                waiting[later_one] -= 1
                if waiting[later_one] == 0:
                    ready.append(later_one)
        if len(done) < count:
            return None
        after = [0] * count
        latest = [math.inf if group.by is None else group.by - 1 for group in self.groups]
        for number in reversed(done):
            after[number] = max((after[later_one] + 1 for later_one in follows[number]), default=0)
            latest[number] = min([latest[number], *(latest[later_one] - 1 for later_one in follows[number])])
        return Chains(earliest, after, latest)

    def on_time(self, gone: Floats) -> bool:
        """Whether all has gone by the day on which its phase ends."""
        return all(
            group.by is None or (group.by > 0 and gone[number, min(group.by, gone.shape[1]) - 1] == self.counts[number])
            for number, group in enumerate(self.groups)
        )

    def most_days(self, limit: int | None) -> int:
        """No schedule within ``limit`` days need be longer: a day without a move can be left out, and phases end."""
        ends = [group.by for group in self.groups]
        end = max((by for by in ends if by is not None), default=None) if None not in ends else None
        return min(int(self.counts.sum()), *(most for most in (limit, end) if most is not None), 10**9)

    def least_days(self) -> int:
        """A lower bound of the days: loads over capacities, large moves one to a day, chains."""
        chains = self.chains
        assert chains is not None
        least = max((a + b + 1 for a, b in zip(chains.earliest, chains.after, strict=True)), default=0)
        for side, limits in enumerate(self.limits):
            for measure, most in limits.items():
                amounts = [(group.amounts[measure], len(group.ids)) for group in self.groups if group.side == side]
                total = sum(Fraction(amount) * number for amount, number in amounts)
                if total:
                    least = max(least, math.ceil(total / Fraction(most * (1 + SLACK))))
                # no two of those above half go on one day
                least = max(least, sum(number for amount, number in amounts if amount > most / 2 * (1 + SLACK)))
        return least

    # ----------------------------------------------------------------------------------------------------------------------
    # the integer program

    def solve(
        self, days: int, effort: Effort, start: Floats | None = None, measure: bool = True
    ) -> tuple[Answer, Floats | None]:
        """The answer for ``days`` days, and gone-by-evening counts (groups, days). ``measure``: whether to break ties."""
        chains = self.chains
        if chains is None:
            return Answer("infeasible", None, np.inf), None
        earliest = chains.earliest
        latest = [min(days - 1 - after, last) for after, last in zip(chains.after, chains.latest, strict=True)]
        if any(first > last for first, last in zip(earliest, latest, strict=True)):
            return Answer("infeasible", None, np.inf), None
        program = Program()
        gone: list[list[int | float]] = []  # a column, or a known count as a float
        for number, total in enumerate(self.counts):
            one: list[int | float] = []
            for day in range(days):
                if day < earliest[number]:
                    one.append(0.0)
                elif day >= latest[number]:
                    one.append(float(total))
                else:
                    one.append(program.column(float(total)))
            gone.append(one)

        def row(terms: list[tuple[int | float, float]], low: float = -np.inf, high: float = np.inf) -> None:
            known = sum(value * factor for value, factor in terms if isinstance(value, float))
            free = [(value, factor) for value, factor in terms if isinstance(value, int)]
            program.row(free, low - known, high - known)

        for one in gone:
            for day in range(1, days):
                if isinstance(one[day], int) and isinstance(one[day - 1], int):
                    program.row([(int(one[day]), 1.0), (int(one[day - 1]), -1.0)], low=0.0)
        for side, limits in enumerate(self.limits):
            for what, most in limits.items():
                for day in range(days):
                    terms: list[tuple[int | float, float]] = []
                    for number, group in enumerate(self.groups):
                        if group.side == side and group.amounts[what]:
                            share = group.amounts[what] / most
                            terms.append((gone[number][day], share))
                            if day:
                                terms.append((gone[number][day - 1], -share))
                    row(terms, high=1 + SLACK)
        differences: list[tuple[int, str, int]] = []
        for section, most in self.imbalance.items():
            own = [(number, group) for number, group in enumerate(self.groups) if group.section == section]
            scale = most if most > 0 else 1.0
            for day in range(days):
                terms = [(gone[number][day], (1 - 2 * group.side) * group.weight / scale) for number, group in own]
                limit = (most + self.slack(section)) / scale
                row(terms, -limit, limit)
                if measure and most > 0 and any(isinstance(value, int) for value, _ in terms):
                    size = program.column(limit, cost=scale, whole=False)
                    differences.append((size, section, day))
                    row([(size, 1.0), *((value, -factor) for value, factor in terms)], low=0.0)
                    row([(size, 1.0), *terms], low=0.0)
        opened: list[tuple[int, list[int], int]] = []
        for chain in self.stages.values():
            for stage, later in itertools.pairwise(chain):
                for day in range(days - 1):
                    flag = program.column(1.0)
                    opened.append((flag, stage, day))
                    for number in stage:
                        row([(gone[number][day], 1.0), (flag, -float(self.counts[number]))], low=0.0)
                    for number in later:
                        row([(gone[number][day + 1], 1.0), (flag, -float(self.counts[number]))], high=0.0)
        for first, second in self.before:
            for day in range(days):
                terms = [(gone[second][day], 1.0)]
                if day:
                    terms.append((gone[first][day - 1], -1.0))
                row(terms, high=0.0)
        columns = [
            (value, number, day) for number, one in enumerate(gone) for day, value in enumerate(one) if isinstance(value, int)
        ]
        begin = None
        if start is not None:
            begin = np.zeros(program.columns)
            for value, number, day in columns:
                begin[value] = start[number, day]
            for size, section, day in differences:
                scale = self.imbalance[section] or 1.0
                begin[size] = abs(self.difference(start, section)[day]) / scale
            for flag, stage, day in opened:
                begin[flag] = float(all(start[number, day] == self.counts[number] for number in stage))
        answer = program.solve(effort, begin)
        if answer.values is None:
            return answer, None
        counts = np.array([[value if isinstance(value, float) else 0.0 for value in one] for one in gone]).reshape(-1, days)
        for value, number, day in columns:
            counts[number, day] = answer.values[value]
        if not self.keeps(counts):
            return Answer("unknown", None, answer.bound), None
        return answer, counts

    def slack(self, section: str) -> float:
        """By how much a sum of decimals may pass the imbalance of a section."""
        added = sum(group.weight * len(group.ids) for group in self.groups if group.section == section)
        return max(SLACK * self.imbalance[section], _ROUNDING * added)

    def keeps(self, gone: Floats) -> bool:
        """Whether counts keep every clause: the solver's own tolerances are left out of what is told."""
        steps = np.diff(gone, prepend=0, axis=1)
        if (steps < 0).any() or (gone[:, -1] != self.counts).any() or not self.on_time(gone):
            return False
        for side, limits in enumerate(self.limits):
            for measure, most in limits.items():
                amounts = np.array([group.amounts[measure] * (group.side == side) for group in self.groups])
                if (amounts @ steps > most * (1 + 10 * SLACK)).any():
                    return False
        for section, most in self.imbalance.items():
            if (np.abs(self.difference(gone, section)) > most + 10 * self.slack(section)).any():
                return False
        before = np.concatenate([np.zeros((len(self.groups), 1)), gone[:, :-1]], axis=1)
        waits = [(one, other) for one, other in self.before]
        for chain in self.stages.values():
            waits += [(one, other) for stage, later in itertools.pairwise(chain) for one in stage for other in later]
        return all(((steps[other] == 0) | (before[one] == self.counts[one])).all() for one, other in waits)

    def difference(self, gone: Floats, section: str) -> Floats:
        """First side minus second, of what is gone each evening."""
        factor = np.array([(1 - 2 * group.side) * group.weight * (group.section == section) for group in self.groups])
        return np.asarray(factor @ gone)

    def measured(self, gone: Floats) -> float:
        """What is least among schedules of one length: the sum of absolute differences."""
        return float(sum(np.abs(self.difference(gone, s)).sum() for s, most in self.imbalance.items() if most > 0))

    # ----------------------------------------------------------------------------------------------------------------------
    # days by id

    def counted(self, day: Mapping[str, int]) -> Floats:
        """Gone-by-evening counts of days by id."""
        steps = np.zeros((len(self.groups), max(day.values())))
        for number, group in enumerate(self.groups):
            np.add.at(steps[number], [day[name] - 1 for name in group.ids], 1)
        return np.asarray(steps.cumsum(axis=1))

    def named(self, gone: Floats) -> dict[str, int]:
        """Day by id."""
        day: dict[str, int] = {}
        for number, group in enumerate(self.groups):
            steps = np.diff(gone[number], prepend=0).astype(np.int64)
            for name, on in zip(group.ids, np.repeat(np.arange(1, len(steps) + 1), steps), strict=True):
                day[name] = int(on)
        return dict(sorted(day.items()))
