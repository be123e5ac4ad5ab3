"""The shortest schedule of a mirror withdrawal: which position moves on which day.

What must stay true here:

* on every evening, in every section, what the two sides have moved so far differs by no more than is agreed;
* during a day, before its evening, the sides may differ by more: ``exposure`` tells by how much at worst;
* no party moves more on a day than its capacities; stages and pairs keep their order; what a phase holds has gone when it ends;
* no schedule is shorter than ``least_days``, and ``days`` equals it where that could be proven;
* among schedules of that length one whose sides differ least, summed over sections and evenings, is sought, unless it is large;
* swapping the parties swaps the schedule (see ``daily_program``).

Method. For a number of days T the clauses are one integer program. T grows from a lower bound (loads over capacities, chains of
stages and pairs) until there is a solution; a quick schedule (``quick_schedule``) bounds it from above. Without a limit of
days there is a schedule if and only if there is one for each set of sections that pairs tie together, as one set can be moved
after the other; and none needs more days than positions, as a day without a move can be left out. Where phases have to end and
the quick schedule is late, the longest that may be needed is solved first: what cannot be done in it cannot be done at all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from merestone.withdrawal.conflicts import conflict, plain_conflict
from merestone.withdrawal.daily_program import SLACK, DailyProgram
from merestone.withdrawal.integer import Effort, Floats
from merestone.withdrawal.moves import Clauses, Conflict, Move, Schedule, checked
from merestone.withdrawal.quick_schedule import quick_schedule, small_steps

Progress = Callable[[str], None]
_TRIES = 2
"""Lengths at which the solver may give up before the search ends with a gap."""
_TIES = 3000
"""Groups times days up to which the most even schedule is sought: beyond, the first relaxation alone may take minutes."""


def schedule(
    moves: Sequence[Move], clauses: Clauses, effort: Effort | None = None, progress: Progress = lambda _: None
) -> Schedule | Conflict:
    """The shortest schedule, or which clauses conflict. Raises MerestoneError M830 to M833 for moves that cannot be used."""
    moves, effort = checked(moves, clauses), effort or Effort()
    if not moves:
        return Schedule({}, 0, 0, 0.0, 0.0)
    if found := plain_conflict(moves, clauses):
        return found
    program = DailyProgram(moves, clauses)
    best = quick_schedule(program)
    if best is None:
        by_id = _mixed(moves, clauses, effort, progress)
        if isinstance(by_id, Conflict):
            return by_id
        best = program.counted(by_id)
    least, days, tries = program.least_days(), program.least_days(), 0
    if not program.on_time(best):
        most = program.most_days(clauses.days)
        progress(f"{most} days")
        answer, gone = program.solve(most, effort, measure=False)
        if gone is None:
            because = f"without the ends of the phases and a limit of days it takes {best.shape[1]} days or less"
            return conflict(moves, clauses, effort, because, proven=answer.status == "infeasible", progress=progress)
        best = _without_idle_days(gone)
    while days < min(best.shape[1], (clauses.days or best.shape[1]) + 1) and tries < _TRIES:
        progress(f"{days} days")
        answer, gone = program.solve(days, effort, measure=False)
        if gone is not None:
            best = gone
            break
        tries += answer.status == "unknown"
        days += 1
        least = days if tries == 0 else least
    if clauses.days is not None and best.shape[1] > clauses.days:
        because = f"the shortest schedule found without that limit takes {best.shape[1]} days"
        return conflict(moves, clauses, effort, because, proven=least > clauses.days, progress=progress)
    total = program.measured(best)
    if len(program.groups) * best.shape[1] > _TIES:
        return Schedule(program.named(best), best.shape[1], least, total, 0.0)
    progress("ties")
    answer, gone = program.solve(best.shape[1], dataclasses.replace(effort, work=effort.work / 2), start=best)
    if gone is not None and program.measured(gone) <= total:
        best, total = gone, program.measured(gone)
    bound = total if answer.status == "optimal" else max(0.0, min(answer.bound, total))
    return Schedule(program.named(best), best.shape[1], least, total, bound)


def _mixed(moves: Sequence[Move], clauses: Clauses, effort: Effort, progress: Progress) -> dict[str, int] | Conflict:
    """Day by id of a schedule that takes each set of tied sections through steps of its own, as many of them a day as fit.

    Ends of phases and the limit of days are left out: where there is no such schedule, there is none at all.
    """
    steps: list[list[list[Move]]] = []
    for sections in _tied(moves, clauses):
        progress(f"section {', '.join(sorted(sections))}")
        own = [move for move in moves if move.section in sections]
        names = {move.id for move in own}
        own_clauses = Clauses(
            clauses.parties, clauses.imbalance, clauses.basis, clauses.capacity, clauses.order,
            tuple(pair for pair in clauses.before if pair[0] in names), None,
            tuple(dataclasses.replace(phase, by=None) for phase in clauses.phases), clauses.in_turn,
        )  # fmt: skip
        program = DailyProgram(own, own_clauses)
        gone = small_steps(program)
        if gone is None:
            gone = quick_schedule(program)
        days = program.least_days()
        status = "unknown"
        while gone is None and days <= len(own):
            answer, gone = program.solve(days, effort, measure=False)
            status = answer.status
            if days == len(own):
                break
            days = min(2 * days, len(own))
        if gone is None:
            return conflict(own, own_clauses, effort, "", proven=status == "infeasible", progress=progress)
        kept = _without_idle_days(gone)
        named = program.named(kept)
        steps.append([[move for move in own if named[move.id] == day] for day in range(1, kept.shape[1] + 1)])
    return _listed(steps, clauses)


def _listed(steps: Sequence[Sequence[Sequence[Move]]], clauses: Clauses) -> dict[str, int]:
    """Day by id: on each day the set with most steps left takes its next one, if that fits beside what is moved already."""
    out: dict[str, int] = {}
    taken = [0] * len(steps)
    day = 0
    while any(done < len(own) for done, own in zip(taken, steps, strict=True)):
        day += 1
        moved = False
        room = {party: {m: most * (1 + SLACK) for m, most in limits.items()} for party, limits in clauses.capacity.items()}
        for number in sorted(range(len(steps)), key=lambda n: (taken[n] - len(steps[n]), n)):
            if taken[number] == len(steps[number]):
                continue
            step = steps[number][taken[number]]
            load = {
                party: {m: sum(move.amount(m) for move in step if move.party == party) for m in limits}
                for party, limits in room.items()
            }
            # the first step of a day fits, whatever the rounding of sums: it was made within these capacities
            if moved and any(load[party][m] > left for party, limits in room.items() for m, left in limits.items()):
                continue
            for party, limits in room.items():
                for m in limits:
                    limits[m] -= load[party][m]
            out |= {move.id: day for move in step}
            taken[number] += 1
            moved = True
    return out


def _without_idle_days(gone: Floats) -> Floats:
    return np.asarray(gone[:, np.flatnonzero(np.diff(gone.sum(axis=0), prepend=0))])


def _tied(moves: Sequence[Move], clauses: Clauses) -> list[set[str]]:
    """Sections in sets that pairs of positions tie together, in order of their first name."""
    section = {move.id: move.section for move in moves}
    sets = [{name} for name in sorted(set(section.values()))]
    for first, second in clauses.before:
        joined = [one for one in sets if section[first] in one or section[second] in one]
        sets = [one for one in sets if one not in joined] + [set().union(*joined)]
    return sorted(sets, key=min)
