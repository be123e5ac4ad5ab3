"""Fits the weights by which reports of event tables, and claims, are matched, and writes them as data.

    python training/fit_matching.py [reports|claims …] [--data BENCH/merge]

The labelled pairs of reports come from the merge benchmark's own script with seeds and sizes other than those of its stored
sets, which are never read here; those of claims from ``claim_world.py``. Prints the calibration of each set, and of others with
seeds that were not fitted on.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from logistic import Floats, Ints, expected_calibration_error, falling, fit

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from benchmark_data import folder_of
from claim_world import CASE, world
from merestone.incidents import blocking, match, tables
from merestone.incidents.features import PLACE
from merestone.incidents.prepare import prepare
from merestone.incidents.scorecard import Feature, probability
from merestone.record import content_digest
from merge_data import made, reports, truth

DATA = Path(__file__).parents[1] / "src" / "merestone" / "incidents" / "data"
REPORTS = (
    (1_000, 11, 365), (1_000, 12, 365), (3_000, 13, 365), (10_000, 14, 365), (10_000, 15, 365), (30_000, 16, 365),
    (30_000, 17, 110), (30_000, 18, 11),
)  # fmt: skip
"""(claims, seed, days): from sparse to as dense as a million in a year."""
REPORTS_HELD = ((1_000, 21, 365), (10_000, 22, 365), (30_000, 23, 365), (30_000, 24, 11))
CLAIMS = ((1, 800, 0.3), (2, 800, 0.3), (3, 400, 1.0), (4, 400, 1.0), (5, 150, 3.0))
"""(seed, days, incidents a day)."""
CLAIMS_HELD = ((11, 800, 0.3), (12, 400, 1.0), (13, 150, 3.0))
CARRIED = ("crowd", "documents")
"""Features that count: a level seen too seldom is worth what the one before it is."""
SELDOM = 50
HEAD = """\
# What each level of each feature says about a pair of {what}: natural logarithms of odds, fitted together by logistic
# regression (training/fit_matching.py). The first level of a feature, where nothing can be compared, weighs nothing.
#
# feature  what is compared
# level    how it came out
# weight   added to the logarithm of the odds
# pairs    how many pairs of this level it was fitted on
#
# Fitted on {pairs} pairs of {made_of}.
# SHA-256 of what they were made from, one set after the other: {digest}
feature	level	weight	pairs
"""
Labelled = tuple[Ints, Ints, str]
"""(levels of the pairs, whether each is of one incident, SHA-256 of the reports or claims)."""


def labelled_reports(folder: Path, size: int, seed: int, days: int) -> Labelled:
    """Pairs of a set that the benchmark's script makes."""
    with tempfile.TemporaryDirectory() as name:
        claims, answers = made(folder, size, Path(name), seed, days)
        c, source = tables.columns_of(reports(claims))
        cluster = truth(answers)["cluster"].to_numpy()
        digest = hashlib.sha256(gzip.decompress(claims.read_bytes())).hexdigest()
    left, right, crowd = tables.compared(c, source, once_per_source=True)
    pairs = tables.pairs_of(c, left, right, crowd)
    levels = np.column_stack([feature.level(pairs) for feature in tables.FEATURES])
    return levels, (cluster[left] == cluster[right]).astype(np.int64), digest


def labelled_claims(seed: int, days: int, a_day: float) -> Labelled:
    """Pairs of a made-up border."""
    made_up = world(seed, days, a_day)
    p = prepare(made_up.claims, made_up.documents, made_up.locations, CASE)
    found = match.weigh(p, *blocking.candidates(p))
    pairs = match.pairs_of_claims(p, found.left, found.right, match.crowding(p, found.left, found.right))
    levels = np.column_stack([feature.level(pairs) for feature in match.FEATURES])
    truly = np.unique([made_up.incident[row["id"]] for row in p.rows], return_inverse=True)[1]
    return levels, (truly[found.left] == truly[found.right]).astype(np.int64), content_digest(made_up.claims)


def runs(levels: Sequence[str]) -> list[Ints]:
    """Positions of the levels of one kind of place each, from near to far."""
    kinds = [level.rpartition(", ")[0] for level in levels[1:]]
    return [1 + np.flatnonzero([kind == one for kind in kinds]) for one in dict.fromkeys(kinds)]


def fit_and_write(
    what: str, made_of: str, features: Sequence[Feature], file: str, fitted: Sequence[Labelled], held: Sequence[Labelled]
) -> None:
    """Fit on some sets, write the weights, print how they are calibrated on all."""
    levels = np.concatenate([one[0] for one in fitted])
    same = np.concatenate([one[1] for one in fitted])
    prior, found = fit(levels, [len(feature.levels) for feature in features], same.astype(np.float64))
    digest = hashlib.sha256("".join(one[2] for one in fitted).encode()).hexdigest()
    lines = [f"prior\tall\t{prior:.3f}\t{len(same)}"]
    weights: list[Floats] = []
    for column, (feature, weight) in enumerate(zip(features, found, strict=True)):
        count = np.bincount(levels[:, column], minlength=len(weight))
        if feature.name in CARRIED:
            for number in range(2, len(weight)):
                if count[number] < SELDOM:
                    weight[number] = weight[number - 1]
        if feature is PLACE:
            for run in runs(feature.levels):
                weight[run] = falling(weight[run], count[run], SELDOM)
        weight = np.round(weight, 3) + 0.0
        weights.append(np.round(weight * 1000))
        for level, value, pairs in zip(feature.levels, weight, count, strict=True):
            if pairs or value or feature.name in CARRIED:
                lines.append(f"{feature.name}\t{level}\t{value:.3f}\t{pairs}")
    head = HEAD.format(what=what, pairs=len(same), made_of=made_of, digest=digest)
    (DATA / file).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    for name, sets in (("fitted on", fitted), ("held", held)):
        for levels, same, _ in sets:
            odds = round(prior * 1000) + np.sum([weight[levels[:, n]] for n, weight in enumerate(weights)], axis=0)
            stated = probability(odds)
            loss = -np.mean(np.log(np.clip(np.where(same == 1, stated, 1 - stated), 1e-6, 1)))
            shown = {"pairs": len(same), "same": int(same.sum()), "ece": expected_calibration_error(stated, same)}
            print(json.dumps({"of": what, "set": name, **shown, "log_loss": float(loss)}))


def main() -> None:
    """Fit what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["reports", "claims", []], default=[])
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    wanted = given.what or ["reports", "claims"]
    if "reports" in wanted:
        folder = folder_of("bench/merge", given.data, "make.py")
        made_of = "claims made by the merge benchmark's script (claims, seed, days): " + ", ".join(map(str, REPORTS))
        fit_and_write(
            "reports",
            made_of,
            tables.FEATURES,
            tables.WEIGHTS,
            *([labelled_reports(folder, *one) for one in some] for some in (REPORTS, REPORTS_HELD)),
        )
    if "claims" in wanted:
        made_of = "claims made by training/claim_world.py (seed, days, incidents a day): " + ", ".join(map(str, CLAIMS))
        fit_and_write(
            "claims", made_of, match.FEATURES, match.WEIGHTS,
            [labelled_claims(*one) for one in CLAIMS], [labelled_claims(*one) for one in CLAIMS_HELD],
        )  # fmt: skip


if __name__ == "__main__":
    main()
