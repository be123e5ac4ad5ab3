"""Sides and distances against the reference points of four boundaries, and what becomes of the points left out of it.

    python bench/side_truth.py [--data GEO]

``side_truth.csv.gz``: 20,000 points a line, whose side both the country polygons and the line give, with distances computed
by another method. ``side_excluded.csv.gz``: points where the two differ or the question has no answer; for each reason, how
many have the side of the polygon, how many lie past an open end, and for how many the map says it cannot tell.
"""

import argparse
import gzip
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas

from benchmark_data import SHARED
from merestone.places.contested.line_files import read_lines
from merestone.places.contested.points_file import locate_points
from merestone.places.contested.standing import standing


def answered(folder, packed, name, lines):
    """The rows of a packed file that belong to a line, with the answers of ``locate --points``."""
    source, out = folder / f"{name}.csv", folder / f"{name}-out.csv"
    rows = pandas.read_csv(packed)
    rows[rows["line_id"] == name].rename(columns={"side": "true_side", "distance_m": "true_m", "line_id": "of",
        "nearest_lon": "true_lon", "nearest_lat": "true_lat"}).to_csv(source, index=False)  # fmt: skip
    locate_points(source, [line for line in lines if line.id == name], out)
    return pandas.read_csv(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "geo", help="folder of side_truth.csv.gz")
    folder = parser.parse_args().data
    truth, excluded = folder / "side_truth.csv.gz", folder / "side_excluded.csv.gz"
    if not truth.is_file() or not excluded.is_file():
        print(f"There is no side_truth.csv.gz in {folder}; name its folder with --data.", file=sys.stderr)
        raise SystemExit(2)
    lines = read_lines(folder / "lines.geojson")
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        for packed in (truth, excluded):
            with gzip.open(packed) as source, (work / packed.stem).open("wb") as target:
                shutil.copyfileobj(source, target)
        names = sorted(set(pandas.read_csv(work / truth.stem)["line_id"]))
        for name in names:
            rows = answered(work, work / truth.stem, name, lines)
            ends = rows["nearest_is_line_end"] == 1
            wrong = rows["side"] != rows["true_side"]
            metres = (rows["distance_m"] - rows["true_m"]).abs().max()
            print(f"{name}: {len(rows):,} points, wrong side {int((wrong & ~ends).sum())}, of {int(ends.sum()):,} past an end "
                  f"{int((wrong & ends).sum())}; distance within {metres:.3f} m")  # fmt: skip
        print("\nleft out: line, reason, points, side of the polygon, past an end, this map cannot tell")
        for name in names:
            rows = answered(work, work / excluded.stem, name, lines)
            line = next(line for line in lines if line.id == name)
            found = standing(line.track, line.error, rows["lon"].to_numpy(), rows["lat"].to_numpy())
            for reason, part in rows.groupby("reason"):
                at = part.index.to_numpy()
                agree = int((part["side"] == part["polygon_side"]).sum())
                as_line = int((part["side"] == part["line_side"]).sum())
                print(f"{name:14} {reason:28} {len(part):5} {agree:5} {int(found.sides.past_end[at].sum()):5} "
                      f"{int(np.sum(~found.tells[at])):5}   (side of the line in the reference: {as_line})")  # fmt: skip


if __name__ == "__main__":
    main()
