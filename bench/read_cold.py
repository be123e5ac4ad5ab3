"""Reading one document from a cold start, whole process, against starting Python alone.

    python bench/read_cold.py [RUNS]

Prints the median seconds of `merestone read` on the example's longest text, and its ratio to an empty Python process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "south-caucasus" / "documents" / "texts.jsonl"


def seconds(command: list[str], runs: int) -> float:
    """Median wall-clock seconds of a command, after one warm-up."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    """Measure and print one JSON object."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    documents = [json.loads(line) for line in EXAMPLE.read_text(encoding="utf-8").splitlines()]
    longest = max(documents, key=lambda document: len(document["text"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.txt"
        path.write_text(longest["text"], encoding="utf-8")
        arguments = ["read", str(path), "--source", longest["publisher"], "--published", longest["published"]]
        cold = seconds([sys.executable, "-m", "merestone", *arguments], runs)
    empty = seconds([sys.executable, "-c", "pass"], runs)
    print(json.dumps({"read_one_document_s": round(cold, 2), "limit_s": 4, "times_an_empty_process": round(cold / empty, 1)}))


if __name__ == "__main__":
    main()
