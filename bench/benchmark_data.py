"""Where the public benchmarks and the annotated corpus lie, and how their own scorers are run."""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parents[2] / "shared"
"""Beside the project; another place is named with --data."""
Scores = dict[str, float]
Predict = Callable[[dict[str, Any]], dict[str, Any]]
MISSING = 2
"""Exit status where the data are not there."""


def folder_of(name: str, given: Path | None, *needed: str) -> Path:
    """The folder of a benchmark; says in one sentence that it is missing, and ends the program, where it is."""
    folder = given or SHARED / name
    if not all((folder / file).exists() for file in needed):
        print(f"There is no {name} with {' and '.join(needed)} in {folder}; name its folder with --data.", file=sys.stderr)
        raise SystemExit(MISSING)
    return folder


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file, packed or not."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.decode("utf-8").split("\n") if line.strip()]


def print_measured(
    description: str | None, name: str, files: Mapping[str, str], predicted: Predict, shown: Callable[[Scores], Scores],
    beside: Mapping[str, Any],
) -> None:  # fmt: skip
    """The command of a benchmark with several sets: scores what ``predicted`` makes of each record, prints one JSON object."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=files, default="test")
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    folder = folder_of(name, given.data, files[given.set], "score.py")
    gold = folder / files[given.set]
    rows = scored(folder / "score.py", gold, (predicted(record) for record in records(gold)))
    print(json.dumps({"set": given.set, "merestone": shown(rows), "beside": beside}, indent=2))


def scored(scorer: Path, gold: Path, predictions: Iterable[dict[str, Any]], *options: str) -> dict[str, float]:
    """What a benchmark's scorer says of predictions: the numbers it prints, by name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in predictions), encoding="utf-8")
        command = [sys.executable, str(scorer), str(gold), str(file), *options]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = (line.split(": ", 1) for line in printed.splitlines() if ": " in line)
    return {name: float(value) for name, value in rows}
