"""Map sheets and SK-42 against public check values: how many agree, and the worst differences.

    python bench/map_sheets.py [--data FOLDER]

``sheets.csv``: 63 points, their sheets at six scales and the bounds of each; ``sheets_published.csv``: 339 names as pages and
catalogues of scans give them, with the graticule of the scan; ``datum.csv``: 50 places on SK-42 and in three zones, by PROJ;
``datum_helmert.csv``: five of them by hand. A scan that shows a part of its sheet, or more than it, cannot agree in its bounds.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmark_data import folder_of
from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import WGS84
from merestone.places.systems.datums import from_gauss_kruger, from_sk42, operation_at, to_gauss_kruger, to_sk42, zone_of
from merestone.places.systems.sheets import SCALES, parse_sheet, sheet_at

CODES = dict(zip(("1m", "500k", "200k", "100k", "50k", "25k"), SCALES, strict=False))
FILES = ("sheets.csv", "sheets_published.csv", "datum.csv", "datum_helmert.csv")


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def column(table, name):
    return np.array([float(row[name]) for row in table])


def differ(bounds, given):
    """The largest difference of two bounds, in degrees."""
    return max(abs(ours - float(theirs)) for ours, theirs in zip(bounds, given.split(), strict=True))


def points(folder):
    """Of each scale: names that agree from SK-42, from WGS 84, read back from the name, and the worst bounds."""
    table = rows(folder / "sheets.csv")
    print(f"sheets.csv, {len(table)} points")
    for code, scale in CODES.items():
        given = [row[f"s{code}"] for row in table]
        sheets = [sheet_at(float(row["sk42_lon"]), float(row["sk42_lat"]), scale) for row in table]
        worst = max(differ(sheet.bounds, row[f"s{code}_w_s_e_n"]) for sheet, row in zip(sheets, table, strict=True))
        wgs = [row for row in table if row["wgs84_lon"]]
        lon, lat = to_sk42(column(wgs, "wgs84_lon"), column(wgs, "wgs84_lat"))
        shifted = sum(
            sheet_at(float(x), float(y), scale).name == row[f"s{code}"] for x, y, row in zip(lon, lat, wgs, strict=True)
        )
        named = [parse_sheet(("x" if row["hemisphere"] == "S" else "") + row[f"s{code}"]) for row in table]
        agree = sum(sheet.name == name for sheet, name in zip(sheets, given, strict=True))
        back = sum(read == sheet for read, sheet in zip(named, sheets, strict=True))
        print(
            f"  1:{scale:<9,} names {agree}/{len(table)}, from WGS 84 {shifted}/{len(wgs)}, read back {back}/{len(table)}, "
            f"bounds differ by at most {worst:.1e} degrees"
        )


def published(folder):
    """Counts of name and bounds against published material, by what the list says of each row."""
    table = rows(folder / "sheets_published.csv")
    counted, different = Counter(), []
    for row in table:
        try:
            sheet = parse_sheet(row["published"], CODES[row["scale"]])
        except MerestoneError as error:
            counted[row["result"], f"not read ({error.code})"] += 1
            continue
        name = sheet.name == row["ours"]
        apart = differ(sheet.bounds, row["bounds_published"]) if row["bounds_published"] else 0.0
        verdict = ("name" if name else "another name") + (" and bounds" if apart < 1e-5 else ", other bounds")
        counted[row["result"], verdict] += 1
        if not (name and apart < 1e-5) and not row["result"].startswith("name matches"):
            different.append(f"{row['published']}: read as {sheet.name}, by the rule {row['ours']}, {row['result']}")
    print(f"sheets_published.csv, {len(table)} names")
    for (result, verdict), count in sorted(counted.items()):
        print(f"  {count:4} {result}: {verdict}")
    for line in different:
        print(f"       {line}")


def datum(folder):
    """Differences from PROJ's values, and from those by hand, in millimetres."""
    table = rows(folder / "datum.csv")
    lon, lat = column(table, "wgs84_lon"), column(table, "wgs84_lat")
    x, y = to_sk42(lon, lat)
    print(f"datum.csv, {len(table)} places")
    print(
        f"  shift to SK-42          at most {1000 * apart(x, y, column(table, 'sk42_lon'), column(table, 'sk42_lat')):.3f} mm"
    )
    print(f"  there and back          at most {1000 * apart(lon, lat, *from_sk42(x, y)):.3f} mm")
    for zone in (7, 8, 9):
        _, north, east = to_gauss_kruger(x, y, zone)
        off = np.hypot(north - column(table, f"gk{zone}_x_north_m"), east - column(table, f"gk{zone}_y_east_m"))
        back = apart(x, y, *from_gauss_kruger(north, east, zone))
        print(f"  Gauss-Krüger zone {zone}     at most {1000 * off.max():.3f} mm, back {1000 * back:.3f} mm")
    print(f"  zone of the place       {int((zone_of(x) == column(table, 'natural_zone')).sum())}/{len(table)}")
    stated = sum(
        (lambda operation: (operation.code, operation.accuracy_m) == (row["operation_code"], float(row["stated_accuracy_m"])))(
            operation_at(float(row["wgs84_lon"]), float(row["wgs84_lat"]))
        )
        for row in table
    )
    print(f"  operation and accuracy  {stated}/{len(table)}")
    hand = rows(folder / "datum_helmert.csv")
    x, y = to_sk42(column(hand, "wgs84_lon"), column(hand, "wgs84_lat"))
    _, north, east = to_gauss_kruger(x, y, column(hand, "zone").astype(int))
    off = np.hypot(north - column(hand, "hand_gk_x_north_m"), east - column(hand, "hand_gk_y_east_m"))
    shift = apart(x, y, column(hand, "hand_sk42_lon"), column(hand, "hand_sk42_lat"))
    print(f"datum_helmert.csv, {len(hand)} places by hand")
    print(f"  shift at most {1000 * shift:.3f} mm, Gauss-Krüger at most {1000 * off.max():.3f} mm")


def apart(lon, lat, to_lon, to_lat):
    """The greatest geodesic distance of two rows of points, in metres."""
    return float(np.max(WGS84.inv(lon, lat, to_lon, to_lat)[2]))


def speed():
    """Points a second, on one thread."""
    random = np.random.default_rng(1)
    lon, lat = random.uniform(38, 50, 200_000), random.uniform(38, 44, 200_000)
    start = time.perf_counter()
    to_gauss_kruger(*to_sk42(lon, lat))
    print(f"WGS 84 to Gauss-Krüger: {200_000 / (time.perf_counter() - start):,.0f} points/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder with the check values")
    folder = folder_of("geo", parser.parse_args().data, *FILES)
    points(folder)
    published(folder)
    datum(folder)
    speed()
    return 0


if __name__ == "__main__":
    sys.exit(main())
