"""Which claims are about one incident: accuracy, calibration, time and memory on the merge benchmark.

    python bench/merge.py [--size 1k|10k|100k|1M] [--days DAYS] [--seed SEED] [--data FOLDER]

The two small sets are the stored ones; the larger ones are made by the benchmark's own script in a temporary folder (a minute
for a million), as is any set with another seed or number of days. What runs is ``incidents.tables.match_reports``, which stands
on the same neighbours, scorecards and linkage as the claims of a case. Scores are the benchmark's own; the time is that of the
matching, from a table in memory to incidents, with what of it the processor worked, and of reading the file beside it.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

from benchmark_data import folder_of, scored
from logistic import expected_calibration_error
from merestone.incidents.tables import Limits, match_reports
from merge_data import made, reports, truth

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
STORED = (1_000, 10_000)


def main() -> None:
    """Measure one size and print what came out, one fact a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="10k")
    parser.add_argument("--days", type=int, help="spread the incidents over so many days instead of 365")
    parser.add_argument("--seed", type=int, help="make the set with this seed")
    parser.add_argument("--join-from", type=float, default=Limits().join_from, help="probability from which groups join")
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    folder, size = folder_of("bench/merge", given.data, "make.py", "score.py"), SIZES[given.size]
    with tempfile.TemporaryDirectory() as name:
        if size in STORED and given.seed is None and given.days is None:
            claims, answers = (folder / "synthetic" / f"{kind}_{size}.jsonl.gz" for kind in ("claims", "truth"))
        else:
            claims, answers = made(folder, size, Path(name), given.seed, given.days)
        started = time.perf_counter()
        table = reports(claims)
        read, worked = time.perf_counter(), time.process_time()
        found = match_reports(table, Limits(join_from=given.join_from))
        done, worked = time.perf_counter(), time.process_time() - worked
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        cluster = truth(answers)["cluster"].to_numpy()
        same = (cluster[found.left] == cluster[found.right]).astype(np.int64)
        rows = [{"id": one, "cluster": int(of)} for one, of in zip(found.ids.to_pylist(), found.incident, strict=True)]
        score = scored(folder / "score.py", answers, rows)
    print(f"B-cubed F1: {score['bcubed_f1']:.4f}")
    print(f"pairwise F1: {score['pairwise_f1']:.4f}")
    print(f"pairwise P / R: {score['pairwise_p']:.4f} / {score['pairwise_r']:.4f}")
    print(f"exact incidents of several claims: {score['exact_multi_claim_clusters_r']:.4f}")
    print(f"incidents found / true: {score['incident_count_ratio']:.4f}")
    print(f"pairs compared: {len(found.left)}, of the true ones: {same.sum() / score['gold_pairs']:.4f}")
    print(f"expected calibration error of the pairs: {expected_calibration_error(found.probability, same):.4f}")
    print(f"seconds: {done - read:.2f} matching, of them {worked:.2f} on the processor; {read - started:.2f} reading the file")
    print(f"peak memory: {memory:.2f} GiB")


if __name__ == "__main__":
    main()
