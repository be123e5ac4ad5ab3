"""Whether the probability of a breach says how often there is one, in a seeded simulation whose truth is known.

Positions lie somewhere within the radius declared, in or near a zone of 2 km; half are not left when they should be; empty ones
are taken again and taken ones left, at random. Each day patrols look at some places and see what is there with the probability
stated. Every tenth day each position's probability of being in the zone is set against the truth. In "as stated" the program is
told the probabilities the world uses; in the other rows the world differs.

In the worlds "with words", parties, monitors, media and others also speak of areas as a record tells it, true and false at the
rates of ``record_rates.tsv``; forces that nobody declared are as dense as ``record_terms.tsv`` says; somebody who speaks
of the same position again within 30 days repeats itself, whatever has become of it. Nobody's choice of what to speak of depends
on the truth. "Words alone" has no inspections. Usage: python bench/withdrawal_verification.py
"""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely

from merestone.withdrawal.looks import Look
from merestone.withdrawal.record_rules import Rate, false_within, rates, terms
from merestone.withdrawal.verification import STATUSES, Model, Places, follow

SAMPLES, POSITIONS, DAYS = 64, 300, 120
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAY0 = (BEGIN - datetime(1970, 1, 1, tzinfo=UTC)).days
M_LAT = 111_100.0
M_LON = M_LAT * np.cos(np.radians(40.0))
ZONE_M = 2000.0


SEEN_M = 500.0
SPEAKERS = ("monitor_saw", "monitor_heard", "monitor", "sensor", "third_party", "media", "other_party", "own_party")


def spoken(draw, day, number, target, about, state, before, worse):
    """One word about an area beside a position, as a look, or None where it counts nothing.

    ``about`` is (along, deep, kinds, places) and ``state`` (true_x, true_y, present) of all positions; ``before`` holds who
    said what of which position when; ``worse`` is how much more often the world's speakers are wrong than told.
    """
    along, deep, kinds, places = about
    true_x, true_y, present = state
    how = SPEAKERS[draw.integers(len(SPEAKERS))]
    voice = f"{how}-{draw.integers(6)}"
    seen = how == "monitor_saw"
    radius = float(draw.choice([400.0, 1000.0, 2500.0, 4000.0]))
    contested = draw.uniform() < 0.3
    party = places.parties[target] if how.endswith("party") or draw.uniform() < 0.7 else None
    classes = (str(kinds[target]),) if draw.uniform() < 0.6 else ("any",)
    at_x, at_y = along[target] + draw.normal(0, radius / 3), deep[target] + draw.normal(0, radius / 3)
    tells = rates()[how, "present"].tells * (terms().contested if contested and not seen else 1.0)
    area = np.pi * radius**2 / 1e6
    point = shapely.Point(45 + at_x / M_LON, 40 + at_y / M_LAT)
    inside = np.hypot(true_x - at_x, true_y - at_y) <= radius
    meant = np.array([party in (None, each) for each in places.parties]) & ((classes == ("any",)) | (kinds == classes[0]))
    rate = rates()[how, "present"]
    lies = Rate(rate.tells, min(0.9, rate.false * worse))
    holds = int((inside & meant & present).sum())
    chance = 1 - (1 - false_within(lies, tells, area)) * (1 - tells) ** holds
    says = "present" if draw.uniform() < chance else "gone"
    if not seen and (key := (voice, target)) in before and day - before[key][0] <= terms().repeat:
        says, party, classes = before[key][1:]  # it repeats itself
    elif not seen:
        before[key] = (day, says, party, classes)
    if says == "gone" and how == "own_party":
        return None
    grounds = seen
    if seen and says == "gone" and radius > SEEN_M:
        # part of the circle was looked at: a patrol elsewhere would have said the same
        grounds, tells = False, tells * (SEEN_M / radius) ** 2
    return Look(
        f"{day}:word-{number}", "monitor" if grounds else "report", BEGIN + timedelta(days=day, minutes=7 + number),
        classes if says == "present" else (), None, point, radius, false=false_within(rate, tells, area), tells=tells,
        party=party, about=classes, voice="" if grounds else voice,
    )  # fmt: skip


def world(seed, told, true, looks_a_day=12, spacing_m=1500.0, words_a_day=0, worse=1.0):
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
    before = {}
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
        for number in range(words_a_day):
            # words are of the whole line, also where nobody looks
            target = draw.integers(0, POSITIONS)
            word = spoken(
                draw, day, number, target, (along, deep, kinds, places), (true_x, true_y, present), before, worse
            )  # fmt: skip
            if word is not None:
                looks.append(word)
    return places, looks, truth


def measured(told, true, seeds=tuple(range(1, 21)), **more):
    chances, truths, statuses, looked = [], [], [], []
    for seed in seeds:
        places, looks, truth = world(seed, told, true, **more)
        days = np.arange(10, DAYS + 1, 10)
        followed = follow(places, looks, DAY0 + days + 0.999, told)
        chances.append(followed.breach.ravel())
        truths.append(truth[:, days].ravel())
        statuses.append(followed.status.ravel())
        looked.append(followed.looked.ravel())
    return tuple(np.concatenate(each) for each in (chances, truths, statuses, looked))


def _share(truth):
    return f"{truth.mean():.1%}" if len(truth) else "–"


def main() -> None:
    told = Model()
    worlds = {
        "as stated": (told, {}),
        "sees less (0.6 for 0.8)": (Model(detection=0.6), {}),
        "returns sooner (60 for 180 days)": (Model(return_days=60.0), {}),
        "more stay (0.8 for 0.5)": (Model(stays=0.8), {}),
        "as stated, with words": (told, {"words_a_day": 12}),
        "as stated, words alone": (told, {"words_a_day": 12, "looks_a_day": 0}),
        "with words, false twice as often": (told, {"words_a_day": 12, "worse": 2.0}),
    }
    for name, (true, more) in worlds.items():
        begun = time.perf_counter()
        chance, truth, status, looked = measured(told, true, **more)
        seconds = time.perf_counter() - begun
        print(f"{name}: {len(chance):,} judgements of {POSITIONS} positions in 20 worlds, {seconds:.1f} s")
        if name.startswith("as stated"):
            print(f"  {'said':>12}{'mean said':>11}{'breaches':>10}{'number':>8}")
        off = 0.0
        for low in np.arange(0, 1, 0.1):
            rows = (chance >= low) & ((chance < low + 0.1) | ((low > 0.85) & (chance <= 1)))
            if rows.any():
                off += rows.sum() * abs(chance[rows].mean() - truth[rows].mean())
                if name.startswith("as stated"):
                    said = f"{low:.1f} to {low + 0.1:.1f}"
                    print(f"  {said:>12}{chance[rows].mean():>11.3f}{truth[rows].mean():>10.3f}{rows.sum():>8}")
        brier = ((chance - truth) ** 2).mean()
        clear, present = status == STATUSES.index("verified clear"), status == STATUSES.index("verified present")
        print(f"  mean difference {off / len(chance):.3f}, Brier score {brier:.3f}")
        print(f"  verified clear: {clear.sum():,}, of which breached {_share(truth[clear])}")
        print(f"  verified present: {present.sum():,}, of which breached {_share(truth[present])}")
        print(f"  never looked at: {np.isnan(looked).sum():,}, of which called clear: {(clear & np.isnan(looked)).sum()}")


if __name__ == "__main__":
    main()
