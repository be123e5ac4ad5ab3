"""How fast claims become incidents, and how the time grows with their number.

    python bench/incidents_merge.py [CLAIMS …]

Makes documents of ten claims each about an invented border: 40 towns along 200 km, both parties and a monitor, half of the
claims with a place, one in five without a time, and as many claims a day (20) at every size, as in a record that covers more
years. Prints one JSON object: seconds and claims a second for each size, and the exponent by which time grows between the
smallest and the largest (1 is linear).
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from merestone import incidents
from merestone.case import Case, CaseFile, PartyEntry
from merestone.model import Claim, Document, Event, Location, Mention, Place, Quantity, to_table

CASE = Case(
    folder=Path("bench"),
    file=CaseFile(format=1, name="bench", parties=(PartyEntry(code="ARM", name="A"), PartyEntry(code="AZE", name="B"))),
)
EVENTS: tuple[Event, ...] = ("fire", "fire", "attack", "killed", "wounded", "damage", "withdrawal", "talks", "buildup")
PER_DAY = 20


def world(size: int) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Tables of claims, documents, places and locations."""
    draw = random.Random(size)
    claims, documents, locations = [], [], []
    for start in range(0, size, 10):
        name, speaker = f"d{start:08}", draw.choice(("ARM-MOD", "AZE-MOD", "OSCE-SMM"))
        day = date(1990, 1, 1) + timedelta(days=start // PER_DAY)
        documents.append(
            Document(id=name, item="0" * 64, part=0, title=name, publisher=speaker, published=day.isoformat(), text="")
        )
        town = draw.randrange(40)
        for number in range(10):
            identity = f"{name}#{number}"
            placed, dated = draw.random() < 0.5, draw.random() < 0.8
            moment = (day - timedelta(days=draw.choice((0, 0, 1)))).isoformat()
            actor, target = draw.choice((("ARM-MIL", "AZE-MIL"), ("AZE-MIL", "ARM-MIL"), (None, None)))
            claims.append(
                Claim(
                    id=identity, document=name, span=(number * 10, number * 10 + 9), speaker=speaker,
                    act=draw.choice(("asserts", "asserts", "asserts", "denies", "demands", "evaluates")),
                    event=draw.choice(EVENTS), actor=actor, target=target, time=(moment, moment) if dated else None,
                    places=(Mention(name=f"town {town}", span=(0, 4), role="near"),) if placed else (),
                    quantities=(Quantity(what="killed", value=draw.randrange(5), unit="1"),) if draw.random() < 0.2 else (),
                )
            )  # fmt: skip
            if placed:
                locations.append(
                    Location(
                        claim=identity, mention=0, name=f"town {town}", role="near", place=f"own:{town}",
                        lon=45.0 + town * 0.05, lat=40.0, radius_m=5000.0,
                    )
                )  # fmt: skip
    return to_table(Claim, claims), to_table(Document, documents), to_table(Place, []), to_table(Location, locations)


def main() -> None:
    """Measure and print one JSON object."""
    sizes = sorted({int(argument) for argument in sys.argv[1:]} or {1_000, 10_000})
    incidents.merge(*world(100), CASE)  # read the data files once, outside of what is measured
    seconds, found = {}, {}
    for size in sizes:
        tables = world(size)
        started = time.perf_counter()
        found[size] = incidents.merge(*tables, CASE).num_rows
        seconds[size] = time.perf_counter() - started
    small, large = sizes[0], sizes[-1]
    growth = math.log(seconds[large] / seconds[small]) / math.log(large / small) if small < large else None
    print(
        json.dumps(
            {
                "seconds": {size: round(seconds[size], 2) for size in sizes},
                "claims_per_s": {size: round(size / seconds[size]) for size in sizes},
                "incidents": found,
                "growth_exponent": growth and round(growth, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
