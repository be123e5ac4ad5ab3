"""Schedules of 400 declared positions on a line of 1,000 km: days, proven bound, gap and seconds.

Positions are invented (seeded): 200 a side in 20 sections of 50 km. In the cases "units" strengths are whole batteries and
companies, in the cases "any" every strength is a number of its own. In most, artillery goes before tanks before troops; in the
cases "phases" the agreement's phases end by a day. Every schedule is checked by the checker of the tests.
Usage: python bench/withdrawal_schedule.py [SEED]
"""

from __future__ import annotations

import dataclasses
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from merestone.withdrawal.moves import Clauses, Conflict, Move, Phase
from merestone.withdrawal.schedule import schedule
from withdrawal.schedule_checks import broken

PARTIES = ("A", "B")
KINDS = ("artillery", "tank", "troops")
UNITS = {"artillery": (20, 40, 60), "tank": (30, 40), "troops": (30, 90, 120)}
ANY = {"artillery": range(10, 61), "tank": range(10, 41), "troops": range(20, 151)}


@dataclasses.dataclass(frozen=True)
class Case:
    """How an instance is made: the tighter, the nearer capacity and imbalance are to what no schedule can keep."""

    name: str
    strengths: dict
    length: float
    """Days' worth of capacity that a side's whole strength takes."""
    imbalance: float | None
    uneven: float = 1.0
    phases: tuple[int, ...] = ()
    pairs: int = 0


CASES = (
    Case("units, 35 %, 12 days' capacity", UNITS, 12.3, 0.35),
    Case("units, 20 %, 20 days' capacity", UNITS, 20.5, 0.2),
    Case("units, 10 %, 20 days' capacity", UNITS, 20.5, 0.1),
    Case("units, 5 %, 20 days' capacity", UNITS, 20.5, 0.05),
    Case("units, 20 %, one side twice as strong", UNITS, 20.5, 0.2, uneven=2.0),
    Case("units, 20 %, 40 pairs in order", UNITS, 20.5, 0.2, pairs=40),
    Case("any, 20 %, 20 days' capacity", ANY, 20.5, 0.2),
    Case("any, 5 %, 30 days' capacity", ANY, 30.5, 0.05),
    Case("any, capacity filled to the last", ANY, 20.0, 0.2),
    Case("units, 35 %, phases end on day 7, 12, 24", UNITS, 20.5, 0.35, phases=(7, 12, 24)),
)


def positions(seed: int, case: Case) -> list[Move]:
    """200 positions a side in 20 sections; the second side is ``uneven`` times as strong."""
    draw = random.Random(seed)
    out = []
    for number in range(400):
        side = number % 2
        kind = draw.choice(KINDS)
        strength = draw.choice(case.strengths[kind]) * (case.uneven if side else 1.0)
        km = 2.0 + round(draw.uniform(0, 25))
        section = f"{number // 2 % 20 + 1:02}"
        phase = KINDS.index(kind) if case.phases else None
        out.append(Move(f"{PARTIES[side]}{number // 2:03}", PARTIES[side], section, kind, strength, km, phase))
    return out


def clauses_of(case: Case, moves: list[Move], seed: int) -> Clauses:
    """The clauses of an instance."""
    draw = random.Random(seed + 1000)
    total = {party: sum(m.strength for m in moves if m.party == party) for party in PARTIES}
    early, late = (sorted(m.id for m in moves if m.kind == kind) for kind in ("artillery", "troops"))
    return Clauses(
        PARTIES, {} if case.imbalance is None else {m.section: case.imbalance for m in moves}, "share",
        {party: {"strength": total[party] / case.length, "km": 400.0} for party in PARTIES},
        () if case.phases else tuple((kind,) for kind in KINDS),
        tuple((draw.choice(early), draw.choice(late)) for _ in range(case.pairs)),
        case.phases[-1] if case.phases else None,
        tuple(Phase(kind, by) for kind, by in zip(KINDS, case.phases, strict=bool(case.phases))) if case.phases else (),
        bool(case.phases),
    )  # fmt: skip


def main() -> None:
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    print(f"{'case':<42}{'days':>5}{'bound':>6}{'gap':>7}{'seconds':>9}{'of processor':>14}")
    for number, case in enumerate(CASES):
        moves = positions(first + number, case)
        clauses = clauses_of(case, moves, first + number)
        begun, worked = time.perf_counter(), time.process_time()
        found = schedule(moves, clauses)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        if isinstance(found, Conflict):
            how = "conflict" if found.minimal else "none found"
            print(f"{case.name:<42}{how}: {len(found.clauses)} clauses {seconds:>14.1f}{worked:>14.1f}", flush=True)
            continue
        wrong = broken(moves, clauses, found.day)
        assert not wrong, wrong
        print(f"{case.name:<42}{found.days:>5}{found.least_days:>6}{found.gap:>7.1%}{seconds:>9.1f}{worked:>14.1f}", flush=True)


if __name__ == "__main__":
    main()
