"""Making, sealing and building the example case, whole process, with nothing read before.

    python bench/build_example.py [RUNS]

Prints the median seconds with one worker and with two, and the seconds of a second build, when nothing has changed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run(*arguments: str) -> float:
    """Wall-clock seconds of one merestone command."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "merestone", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print one JSON object."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times: dict[str, list[float]] = {"one_worker_s": [], "two_workers_s": [], "again_s": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            case = str(Path(folder) / f"case-{number}")
            times["one_worker_s"].append(run("demo", case, "--no-serve"))
            times["two_workers_s"].append(run("build", case, "--fresh", "--workers", "2"))
            times["again_s"].append(run("build", case))
    print(json.dumps({name: round(statistics.median(values), 2) for name, values in times.items()} | {"limit_s": 30}))


if __name__ == "__main__":
    main()
