"""Event data sets compared: MELTT's own example, what the probability changes, and how fast it is.

    python bench/match_sets.py [--data FOLDER] [EVENTS …]

Runs `merestone match`'s functions on the simulated crashes that come with MELTT (``crashmd``) and checks every count its
documentation gives; scores both rules on the synthetic claims whose true incidents are known, each source as a data set of its
own; then times two invented sets of so many events each (10,000 unless told otherwise), as many a day at every size. Prints one
JSON object and ends with 1 where a documented count is not reached.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmark_data import folder_of, records
from merestone.incidents.event_sets import Integration, integrate, match_events, summary
from merestone.incidents.event_sets.tables import Events, Taxonomy

PER_DAY = 27
"""Events a day of each invented set: 10,000 in a year."""


def crashmd(folder: Path, rule: Any) -> Integration:
    """The example of MELTT."""
    data = folder / "crashmd"
    return integrate(
        [data / f"crash_data{n}.csv" for n in (1, 2, 3)],
        [str(data / f"taxonomy_{name}_tax.csv") for name in ("model", "color", "damage")], 4.0, 2, rule,
    )  # fmt: skip


def documented(folder: Path) -> dict[str, bool]:
    """Whether each documented count is reached."""
    told = summary(crashmd(folder, "meltt"))
    expected = json.loads((folder / "crashmd" / "expected.json").read_text(encoding="utf-8"))
    overlap = {key.replace("crash_data", ""): count for key, count in told["overlap"].items()}
    return {
        "observations": told["observations"] == expected["input_observations"],
        "unique": told["unique"] == expected["unique_observations"],
        "matches": told["matches"] == expected["unique_matches"],
        "event matches": told["event_matches"] == expected["event_to_event_matches"],
        "episode matches": told["episode_matches"] == expected["episode_to_episode_matches"],
        "flagged": len(told["flagged"]) == expected["episodes_flagged_as_potentially_matching_an_event"],
        "duplicates": told["duplicates"] == expected["duplicates_removed"],
        "overlap": overlap == expected["overlap"],
    }


def synthetic(folder: Path, size: int) -> tuple[Events, np.ndarray]:
    """The synthetic claims as one data set for each source, and the true incident of each."""
    claims = records(folder / "synthetic" / f"claims_{size}.jsonl.gz")
    truth = {row["id"]: row["cluster"] for row in records(folder / "synthetic" / f"truth_{size}.jsonl.gz")}
    claims.sort(key=lambda claim: (claim["source"], claim["id"]))
    names = sorted({claim["source"] for claim in claims})
    types = {kind: n for n, kind in enumerate(sorted({claim["type"] for claim in claims}))}
    days = np.asarray([np.datetime64(claim["date"][:10], "D").astype(np.int64) for claim in claims])
    kinds = np.asarray([[types[claim["type"]], 0] for claim in claims])
    events = Events(
        tuple(names), [claim["id"] for claim in claims], np.asarray([names.index(claim["source"]) for claim in claims]),
        days, days, np.asarray([claim["lon"] for claim in claims]), np.asarray([claim["lat"] for claim in claims]),
        (Taxonomy("type", ("type", "any"), Path("type"), {}),), (kinds,),
    )  # fmt: skip
    return events, np.unique([truth[claim["id"]] for claim in claims], return_inverse=True)[1]


def pairwise(owner: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Precision, recall and F1 over pairs of one incident."""

    def pairs(labels: np.ndarray) -> float:
        sizes = np.unique(labels, return_counts=True)[1].astype(np.float64)
        return float((sizes * (sizes - 1) / 2).sum())

    both = pairs(owner.astype(np.int64) * (int(true.max()) + 1) + true)
    precision, recall = both / max(pairs(owner), 1), both / max(pairs(true), 1)
    return {
        "precision": round(precision, 4), "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
    }  # fmt: skip


def calibration(found: Integration, true: np.ndarray) -> list[dict[str, float]]:
    """For tenths of probability, what is said and what is so."""
    assert found.pairs is not None
    said = found.pairs.probability
    so = true[found.pairs.left] == true[found.pairs.right]
    out = []
    for tenth in range(10):
        part = (said >= tenth / 10) & ((said < (tenth + 1) / 10) | (tenth == 9))
        if part.any():
            out.append({
                "pairs": int(part.sum()), "said": round(float(said[part].mean()), 3), "so": round(float(so[part].mean()), 3),
            })  # fmt: skip
    return out


def invented(size: int) -> Events:
    """Two sets of ``size`` events: nine in ten of the second are the first's, moved by up to a kilometre and a day."""
    draw = np.random.default_rng(size)
    day = np.sort(draw.integers(0, max(size // PER_DAY, 1), size))
    lon, lat, kind = draw.uniform(44, 48, size), draw.uniform(38, 41, size), draw.integers(0, 12, size)
    moved = draw.permutation(size)
    again = draw.random(size) < 0.9
    lon2 = np.where(again, lon[moved] + draw.normal(0, 0.005, size), draw.uniform(44, 48, size))
    lat2 = np.where(again, lat[moved] + draw.normal(0, 0.005, size), draw.uniform(38, 41, size))
    days = np.concatenate([day, day[moved] + draw.integers(-1, 2, size) * (draw.random(size) < 0.3)]).astype(np.int64)
    kinds = np.concatenate([kind, np.where(draw.random(size) < 0.8, kind[moved], draw.integers(0, 12, size))])
    labels = np.stack([kinds, kinds // 3], axis=1).astype(np.int64)
    return Events(
        ("one", "two"), [str(n) for n in range(2 * size)], np.repeat([0, 1], size), days, days, np.concatenate([lon, lon2]),
        np.concatenate([lat, lat2]), (Taxonomy("kind", ("kind", "family"), Path("kind"), {}),), (labels,),
    )  # fmt: skip


def timed(size: int) -> dict[str, float]:
    """Seconds of each rule for two sets of so many events, once they are read."""
    events = invented(size)
    out = {}
    for rule in ("meltt", "probability"):
        started = time.perf_counter()
        match_events(events, 4.0, 2, rule)  # type: ignore[arg-type]
        out[rule] = round(time.perf_counter() - started, 3)
    return out


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", nargs="*", type=int, default=[10_000])
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    folder = folder_of("bench/merge", given.data, "crashmd", "synthetic")
    checked = documented(folder)
    out: dict[str, Any] = {"documented": checked, "differences": summary(crashmd(folder, "probability"))["differences"]}
    for size in (1_000, 10_000):
        events, true = synthetic(folder, size)
        likely = match_events(events, 5.0, 2, "probability")
        out[f"synthetic {size}"] = {
            "meltt": pairwise(match_events(events, 5.0, 2, "meltt").owner, true),
            "probability": pairwise(likely.owner, true),
            "calibration": calibration(likely, true),
        }
    timed(100)  # what is loaded once stays outside of what is measured
    sizes = sorted(given.events)
    seconds = {size: timed(size) for size in sizes}
    out["seconds"] = seconds
    if len(sizes) > 1:
        steps = math.log(sizes[-1] / sizes[0])
        out["growth"] = {
            rule: round(math.log(seconds[sizes[-1]][rule] / seconds[sizes[0]][rule]) / steps, 2) for rule in seconds[sizes[0]]
        }
    print(json.dumps(out, indent=1))
    sys.exit(0 if all(checked.values()) else 1)


if __name__ == "__main__":
    main()
