"""Time expressions against TempEval-3, by its own scorer, beside what others published; and how fast they are found.

    python bench/timex.py [--set platinum|tbaq-test|tbaq-train] [--data FOLDER]

FOLDER holds the benchmark's files and ``score.py``; without it, ../shared/bench/timex beside the project. Prints one JSON
object: the scores of the set, the published ones (all on platinum), and megabytes of text a second for ``find_timexes`` and
for ``find_times``, each alone, on the texts of the set.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmark_data import folder_of, records, scored
from merestone.reading.text import Text, text_of
from merestone.reading.timexes import find_times, find_timexes

SETS = {"platinum": "platinum_test.jsonl", "tbaq-test": "tbaq_test.jsonl", "tbaq-train": "tbaq_train.jsonl.gz"}
# Relaxed, strict and value F1 on platinum, in per cent, as the benchmark's README gives them.
PUBLISHED = {
    "HeidelTime": (90.30, 81.34, 77.61),
    "SUTime": (90.32, 79.57, 67.38),
    "NavyTime": (90.32, 79.57, 70.97),
    "ManTIME": (89.66, 74.33, 68.97),
    "UWTime (learned)": (91.4, 83.1, 82.4),
    "Illinois-time": (83.4, 79.35, 70.45),
}
SHOWN = ("relaxed_f1", "strict_f1", "type_f1", "value_f1")


def scores(gold: Path, scorer: Path, read: list[tuple[str, Text, date]]) -> dict[str, float]:
    """What the benchmark's scorer says of our annotations, in per cent."""
    rows = scored(scorer, gold, (annotated(*one) for one in read))
    return {name.removesuffix("_f1"): round(100 * rows[name], 2) for name in SHOWN}


def annotated(name: str, text: Text, created: date) -> dict[str, Any]:
    """The annotations of a text, as the scorer takes them."""
    found = find_timexes(text, created)
    return {"id": name, "timex": [{"start": t.start, "end": t.end, "type": t.type, "value": t.value} for t in found]}


def megabytes_a_second(find: Callable[[Text, date], object], read: list[tuple[str, Text, date]]) -> float:
    """Characters read a second, in millions: the best of three runs over all texts."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for _, text, created in read:
            find(text, created)
        best = min(best, time.process_time() - started)
    return round(sum(len(text.text) for _, text, _ in read) / best / 1e6, 2)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=SETS, default="platinum", help="which documents")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the benchmark's folder")
    arguments = parser.parse_args()
    folder = folder_of("bench/timex", arguments.data, SETS[arguments.set], "score.py")
    gold, scorer = folder / SETS[arguments.set], folder / "score.py"
    read = [(d["id"], text_of(d["text"]), date.fromisoformat(d["dct"][:10])) for d in records(gold)]
    result = {
        "set": arguments.set,
        "merestone": scores(gold, scorer, read),
        "published_on_platinum": {
            system: dict(zip(("relaxed", "strict", "value"), row, strict=True)) for system, row in PUBLISHED.items()
        },
        "megabytes_a_second": {
            "find_timexes": megabytes_a_second(find_timexes, read),
            "find_times": megabytes_a_second(find_times, read),
        },
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
