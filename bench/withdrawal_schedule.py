"""Schedules of 400 declared positions on a line of 1,000 km: days, proven bound, gap and seconds.

Positions are invented (seeded): 200 a side in sections of 50 km, artillery before tanks before troops in each. In the cases
"units" strengths are whole batteries and companies, in the case "any" every strength is a number of its own. Every schedule is
checked by the checker of the tests. Usage: python bench/withdrawal_schedule.py
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from merestone.withdrawal.moves import Clauses, Conflict, Move
from merestone.withdrawal.schedule import schedule
from withdrawal.schedule_checks import broken

PARTIES = ("A", "B")
UNITS = {"artillery": (20, 40, 60), "tank": (30, 40), "troops": (30, 90, 120)}
ANY = {"artillery": range(10, 61), "tank": range(10, 41), "troops": range(20, 151)}


def positions(seed: int, strengths: dict, uneven: float = 1.0) -> list[Move]:
    """200 positions a side in 20 sections; the second side is ``uneven`` times as strong."""
    draw = random.Random(seed)
    out = []
    for number in range(400):
        side = number % 2
        kind = draw.choice(sorted(strengths))
        strength = draw.choice(strengths[kind]) * (uneven if side else 1.0)
        km = 2.0 + round(draw.uniform(0, 25))
        out.append(Move(f"{PARTIES[side]}{number // 2:03}", PARTIES[side], f"{number // 2 % 20 + 1:02}", kind, strength, km))
    return out


def main() -> None:
    cases = {
        "units, 20 % of strength, 20 days' capacity": (UNITS, 1.0, 20.5, 0.2),
        "units, 35 % of strength, 12 days' capacity": (UNITS, 1.0, 12.3, 0.35),
        "units, one side twice as strong": (UNITS, 2.0, 20.5, 0.2),
        "any, 20 % of strength, 20 days' capacity": (ANY, 1.0, 20.5, 0.2),
        "any, capacity must be filled to the last": (ANY, 1.0, 20.0, 0.2),
    }
    print(f"{'case':<46}{'days':>5}{'bound':>6}{'gap':>7}{'seconds':>9}{'of processor':>14}")
    for seed, (name, (strengths, uneven, length, limit)) in enumerate(cases.items()):
        moves = positions(seed, strengths, uneven)
        total = {party: sum(m.strength for m in moves if m.party == party) for party in PARTIES}
        clauses = Clauses(
            PARTIES, {m.section: limit for m in moves}, "share",
            {party: {"strength": total[party] / length, "km": 400.0} for party in PARTIES},
            (("artillery",), ("tank",), ("troops",)),
        )  # fmt: skip
        begun, worked = time.perf_counter(), time.process_time()
        found = schedule(moves, clauses)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        if isinstance(found, Conflict):
            print(f"{name:<46}{'none: ' + found.sentence()}  {seconds:.1f} s")
            continue
        wrong = broken(moves, clauses, found.day)
        assert not wrong, wrong
        print(f"{name:<46}{found.days:>5}{found.least_days:>6}{found.gap:>7.1%}{seconds:>9.1f}{worked:>14.1f}", flush=True)


if __name__ == "__main__":
    main()
