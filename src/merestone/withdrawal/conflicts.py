"""Which clauses of an agreement conflict: a smallest set in the sense that without any one of them there is a schedule.

The deletion filter (Chinneck and Dravnieks 1991): leave out one clause after the other, for good where no schedule exists
without it either. What remains cannot be kept together, and each of it is needed for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from merestone.withdrawal.daily_program import DailyProgram
from merestone.withdrawal.integer import Effort
from merestone.withdrawal.moves import UNITS, Clause, Clauses, Conflict, Move, clauses_of, only
from merestone.withdrawal.quick_schedule import quick_schedule


def plain_conflict(moves: Sequence[Move], clauses: Clauses) -> Conflict | None:
    """A conflict that can be seen without a search, or None."""
    listed = clauses_of(clauses, moves)
    for clause in listed:
        if clause.kind == "capacity":
            found = _too_much(clause, moves, clauses)
        elif clause.kind == "imbalance" and clauses.basis == "strength":
            found = _unequal(clause, moves, clauses)
        else:
            found = None
        if found:
            return found
    orders = [clause for clause in listed if clause.kind in ("order", "before", "phases")]
    if _circle(moves, only(clauses, orders)):
        kept = _filtered(orders, lambda rest: _circle(moves, only(clauses, rest)))
        return Conflict(tuple(kept), "the order goes round in a circle")
    return None


def conflict(
    moves: Sequence[Move],
    clauses: Clauses,
    effort: Effort,
    because: str,
    *,
    proven: bool,
    progress: Callable[[str], None],
) -> Conflict:
    """Clauses that cannot be kept together; ``proven``: whether it is known that all of them cannot.

    Where ``clauses`` limits the days or ends a phase, there has to be a schedule without any such limit. Where the solver gives
    up on a smaller set, the clause stays and the set is not called minimal.
    """
    listed = clauses_of(clauses, moves)
    limited = any(_limits(clause) for clause in listed)
    sure = proven

    def impossible(rest: Sequence[Clause]) -> bool:
        nonlocal sure
        progress(f"conflict of {len(rest)} clauses")
        if limited and not any(_limits(clause) for clause in rest):
            return False
        one = only(clauses, rest)
        program = DailyProgram(moves, one)
        if program.chains is None:
            return True
        days = program.most_days(one.days)
        if program.least_days() > days:
            return True
        quick = quick_schedule(program)
        if quick is not None and quick.shape[1] <= days and program.on_time(quick):
            return False
        answer, _ = program.solve(days, effort, measure=False)
        sure = sure and answer.status != "unknown"
        return answer.status == "infeasible"

    kept = _filtered(listed, impossible) if proven else listed
    return Conflict(tuple(kept), because, minimal=sure)


def _limits(clause: Clause) -> bool:
    return clause.kind in ("days", "phase")


def _filtered(listed: Sequence[Clause], impossible: Callable[[Sequence[Clause]], bool]) -> list[Clause]:
    """The deletion filter; clauses of one kind are first left out together, which takes fewer searches."""
    kept = list(listed)
    for kind in ("imbalance", "before", "capacity", "order", "phase"):
        rest = [clause for clause in kept if clause.kind != kind]
        if len(rest) < len(kept) - 1 and impossible(rest):
            kept = rest
    for clause in list(kept):
        rest = [other for other in kept if other != clause]
        if impossible(rest):
            kept = rest
    return kept


def _too_much(clause: Clause, moves: Sequence[Move], clauses: Clauses) -> Conflict | None:
    party = clause.of[0]
    for measure, most in sorted(clauses.capacity[party].items()):
        if measure != clause.of[1]:
            continue
        for move in moves:
            if move.party == party and move.amount(measure) > most * (1 + 1e-9):
                return Conflict((clause,), f"{move.id} alone takes {move.amount(measure):g} {UNITS[measure]}")
    return None


def _unequal(clause: Clause, moves: Sequence[Move], clauses: Clauses) -> Conflict | None:
    section = clause.of[0]
    total: dict[str, float] = defaultdict(float)
    for move in moves:
        if move.section == section:
            total[move.party] += move.strength
    first, second = clauses.parties
    if abs(total[first] - total[second]) <= clauses.imbalance[section] * (1 + 1e-9) + 1e-12 * sum(total.values()):
        return None
    told = " and ".join(f"{party} {total[party]:.10g}" for party in clauses.parties)
    return Conflict((clause,), f"when all is moved there, it is {told}")


def _circle(moves: Sequence[Move], clauses: Clauses) -> bool:
    return DailyProgram(moves, clauses).chains is None
