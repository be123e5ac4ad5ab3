"""Whether the probability of a breach says how often there is one, in a seeded simulation whose truth is known.

Positions lie somewhere within the radius declared, in or near a zone of 2 km; half are not left when they should be; empty ones
are taken again and taken ones left, at random. Each day patrols look at some places and see what is there with the probability
stated. Every tenth day each position's probability of being in the zone is set against the truth. In "as stated" the program is
told the probabilities the world uses; in the other rows the world differs. Usage: python bench/withdrawal_verification.py
"""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely

from merestone.withdrawal.looks import Look
from merestone.withdrawal.verification import STATUSES, Model, Places, follow

SAMPLES, POSITIONS, DAYS = 64, 300, 120
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY0 = (BEGIN - datetime(1970, 1, 1, tzinfo=UTC)).days
M_LAT = 111_100.0
M_LON = M_LAT * np.cos(np.radians(40.0))
ZONE_M = 2000.0


def world(seed, told, true, looks_a_day=12, spacing_m=1500.0):
    """(places, looks, truth (positions, days): present and in the zone) of one simulated agreement."""
    draw = np.random.default_rng(seed)
    along = np.arange(POSITIONS) * spacing_m + draw.uniform(0, 800, POSITIONS)
    deep = draw.uniform(0, 2400, POSITIONS)
    radius = draw.choice([50.0, 200.0, 500.0], POSITIONS)
    number = np.arange(SAMPLES)
    turn, share = number * np.pi * (3 - np.sqrt(5)), np.sqrt((number + 0.5) / SAMPLES)
    x = along[:, None] + radius[:, None] * share * np.cos(turn)
    y = deep[:, None] + radius[:, None] * share * np.sin(turn)
    angle, far = draw.uniform(0, 2 * np.pi, POSITIONS), radius * np.sqrt(draw.uniform(0, 1, POSITIONS))
    true_x, true_y = along + far * np.cos(angle), deep + far * np.sin(angle)
    kinds = draw.choice(["tank", "artillery", "troops"], POSITIONS)
    places = Places(
        tuple(f"p{n}" for n in range(POSITIONS)), tuple("AB"[n % 2] for n in range(POSITIONS)), tuple(kinds.tolist()),
        45 + x / M_LON, 40 + y / M_LAT, (y <= ZONE_M).astype(float), np.full((POSITIONS, SAMPLES), 1 / SAMPLES),
        np.full(POSITIONS, float(DAY0)), np.full(POSITIONS, told.stays),
    )  # fmt: skip
    truth, looks = np.zeros((POSITIONS, DAYS + 1), bool), []
    present = draw.uniform(size=POSITIONS) < true.stays
    for day in range(DAYS + 1):
        if day:
            # the chain over a whole day, exactly as two rates give it
            back, away = 1 / true.return_days, 1 / true.leave_days
            settled, fade = back / (back + away), np.exp(-(back + away))
            chance = settled + (present - settled) * fade
            present = draw.uniform(size=POSITIONS) < chance
        truth[:, day] = present & (true_y <= ZONE_M)
        for look in range(looks_a_day):
            # patrols keep to two thirds of the line: the rest is never seen
            target = draw.integers(0, POSITIONS * 2 // 3)
            at_x, at_y = along[target] + draw.normal(0, 150), deep[target] + draw.normal(0, 150)
            reach = float(draw.choice([300.0, 700.0, 1200.0]))
            lon, lat = 45 + at_x / M_LON, 40 + at_y / M_LAT
            when = BEGIN + timedelta(days=day, minutes=60 * look)
            place = Look(f"{day}:{look}", "inspection", when, (), None, shapely.Point(lon, lat), reach)
            rows = np.flatnonzero(np.abs(along - at_x) <= reach + 600)
            covered = place.covers(45 + true_x[rows] / M_LON, 40 + true_y[rows] / M_LAT)
            seen = rows[present[rows] & covered & (draw.uniform(size=len(rows)) < true.detection)]
            near = rows[place.covers(places.lon[rows].ravel(), places.lat[rows].ravel()).reshape(-1, SAMPLES).any(axis=1)]
            saw = set(kinds[seen].tolist())
            for kind in sorted(set(kinds[near].tolist())):
                if draw.uniform() < true.false:
                    saw.add(kind)
            looks.append(Look(place.id, "inspection", when, tuple(sorted(saw)), None, place.geometry, reach))
    return places, looks, truth


def measured(told, true, seeds=tuple(range(1, 21))):
    chances, truths, statuses, looked = [], [], [], []
    for seed in seeds:
        places, looks, truth = world(seed, told, true)
        days = np.arange(10, DAYS + 1, 10)
        followed = follow(places, looks, DAY0 + days + 0.999, told)
        chances.append(followed.breach.ravel())
        truths.append(truth[:, days].ravel())
        statuses.append(followed.status.ravel())
        looked.append(followed.looked.ravel())
    return tuple(np.concatenate(each) for each in (chances, truths, statuses, looked))


def main() -> None:
    told = Model()
    worlds = {
        "as stated": told,
        "sees less (0.6 for 0.8)": Model(detection=0.6),
        "returns sooner (60 for 180 days)": Model(return_days=60.0),
        "more stay (0.8 for 0.5)": Model(stays=0.8),
    }
    for name, true in worlds.items():
        begun = time.perf_counter()
        chance, truth, status, looked = measured(told, true)
        seconds = time.perf_counter() - begun
        print(f"{name}: {len(chance):,} judgements of {POSITIONS} positions in 20 worlds, {seconds:.1f} s")
        if name == "as stated":
            print(f"  {'said':>12}{'mean said':>11}{'breaches':>10}{'number':>8}")
        off = 0.0
        for low in np.arange(0, 1, 0.1):
            rows = (chance >= low) & ((chance < low + 0.1) | ((low > 0.85) & (chance <= 1)))
            if rows.any():
                off += rows.sum() * abs(chance[rows].mean() - truth[rows].mean())
                if name == "as stated":
                    said = f"{low:.1f} to {low + 0.1:.1f}"
                    print(f"  {said:>12}{chance[rows].mean():>11.3f}{truth[rows].mean():>10.3f}{rows.sum():>8}")
        brier = ((chance - truth) ** 2).mean()
        clear, present = status == STATUSES.index("verified clear"), status == STATUSES.index("verified present")
        print(f"  mean difference {off / len(chance):.3f}, Brier score {brier:.3f}")
        print(f"  verified clear: {clear.sum():,}, of which breached {truth[clear].mean():.1%}")
        print(f"  verified present: {present.sum():,}, of which breached {truth[present].mean():.1%}")
        print(f"  never looked at: {np.isnan(looked).sum():,}, of which called clear: {(clear & np.isnan(looked)).sum()}")


if __name__ == "__main__":
    main()
