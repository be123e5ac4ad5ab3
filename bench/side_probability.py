"""Are probabilities of side what they say? Located events against true lines that are drawn from the error model.

    python bench/side_probability.py [EVENTS] [--data GEO]

For each line of a set, again and again: a true line is drawn from the error model and laid out as a line of its own (the drawn
line, a vertex every 200 m, each moved across the line by the error there), events are spread evenly over the land along it,
each is reported somewhere in a disc about its place with a radius from 100 m to 20 km (log-uniform), and the program is asked
about the report and the drawn line. What is counted is on which side of the true line the event lay.

Shown for each set: by the stated probability of the likelier side, how many events, the mean stated and the share that lay
there. ``outside`` marks a decile whose share leaves the decile by more than two standard errors of the count. The real lines
have the bias, spread and correlation length that were measured against OpenStreetMap; they need the folder with lines.geojson.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import shapely

from benchmark_data import SHARED
from merestone.places.contested.line_error import error_model
from merestone.places.contested.standing import standing
from merestone.places.geometry.track import Track

EVERY_M, BAND_M, EVENTS_A_LINE = 200.0, 15_000.0, 50
REAL = ("arm-aze-east", "arm-aze-nakh", "ind-pak-loc", "ind-pak-wb", "kor-mdl", "golan-alpha")


def sinuous_line(random, km, smallest_km, lat):
    """A line that runs east with bends of every length from ``smallest_km`` up, a twelfth of their length high."""
    at = np.arange(0, km, smallest_km / 12)
    north = np.zeros(len(at))
    for length in np.geomspace(smallest_km, 100, 8):
        north += length / 12 * random.uniform(0.3, 1) * np.sin(2 * np.pi * (at / length + random.uniform()))
    return shapely.LineString(np.column_stack([45 + at / (111.32 * np.cos(np.radians(lat))), lat + north / 111.2]))


def noise(at, correlation_m, random):
    """A Gaussian process with mean 0, deviation 1 and correlation exp(-distance / l), at ascending places."""
    keep = np.exp(-np.diff(at, prepend=-np.inf) / max(correlation_m, 1e-3))
    fresh = random.normal(size=len(at)) * np.sqrt(1 - keep**2)
    out, value = [], 0.0
    for kept, new in zip(keep.tolist(), fresh.tolist(), strict=True):
        value = kept * value + new
        out.append(value)
    return np.array(out)


def true_line(drawn, error, random):
    """(positions of the drawn line, the same moved across it by one realisation of its error)."""
    line = shapely.segmentize(drawn, EVERY_M / 111_000)
    at = shapely.get_coordinates(line)
    squeeze = np.cos(np.radians(at[:, 1]))
    plane = np.column_stack([at[:, 0] * squeeze.mean(), at[:, 1]]) * 111_200
    steps = np.diff(plane, axis=0)
    length = np.hypot(steps[:, 0], steps[:, 1])
    unit = steps / length[:, None]
    normal = np.concatenate([unit[:1], unit[:-1] + unit[1:], unit[-1:]])
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-9)[:, None]
    moved = noise(np.concatenate([[0.0], np.cumsum(length)]), error.correlation_m, random)
    moved = error.bias_m + error.bias_sd_m * random.normal() + error.spread_m * moved
    degrees = np.column_stack([-normal[:, 1] / squeeze, normal[:, 0]]) / 111_200
    return at, at + degrees * moved[:, None]


def on_left(lon, lat, track, drawn, moved):
    """Whether points lie on the left of the true line: as of the drawn one, unless they are between the two.

    What is between is told by how often a way to the north crosses either (even-odd), because a line that is moved across a
    sharp bend crosses itself there, and the side of its nearest stretch means nothing at such a loop.
    """
    ring = np.concatenate([drawn, moved[::-1], drawn[:1]])
    (x1, y1), (x2, y2) = ring[:-1].T[:, :, None], ring[1:].T[:, :, None]
    over = (x1 > lon) != (x2 > lon)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = over & (lat < y1 + (lon - x1) / (x2 - x1) * (y2 - y1))
    return (track.sides(lon, lat).drawn > 0) ^ (crossed.sum(axis=0) % 2 == 1)


def events(drawn, error, count, random):
    """(stated probability of the left, whether the event lay there, whether it was sampled) of events along one line."""
    track = Track(drawn)
    low_lon, low_lat, high_lon, high_lat = shapely.bounds(drawn)
    margin = BAND_M / 111_200
    rows, had = [], 0
    while had < count:
        lon = random.uniform(low_lon - margin, high_lon + margin, 20 * EVENTS_A_LINE)
        lat = random.uniform(low_lat - margin, high_lat + margin, 20 * EVENTS_A_LINE)
        radius = np.exp(random.uniform(np.log(100), np.log(20_000), len(lon)))
        away, angle = radius * np.sqrt(random.uniform(size=len(lon))), random.uniform(0, 2 * np.pi, len(lon))
        reported_lon = lon + away * np.cos(angle) / (111_320 * np.cos(np.radians(lat)))
        reported_lat = lat + away * np.sin(angle) / 111_200
        sides = track.sides(reported_lon, reported_lat)
        # reports of which the line says something: near it, and no part of the disc past an end
        kept = np.flatnonzero((sides.distance_m < BAND_M) & ~track.end_near(sides, reported_lon, reported_lat, radius))
        kept = kept[:EVENTS_A_LINE]
        lay = on_left(lon[kept], lat[kept], track, *true_line(drawn, error, random))
        rows.append((reported_lon[kept], reported_lat[kept], radius[kept], lay))
        had += len(kept)
    lon, lat, radius, lay = (np.concatenate(column)[:count] for column in zip(*rows, strict=True))
    found = standing(track, error, lon, lat, radius)
    return found.left, lay, found.sampled


def show(name, left, lay, sampled):
    """Deciles of the probability of the likelier side; whether all of them hold."""
    stated = np.maximum(left, 1 - left)
    right = np.where(left >= 0.5, lay, ~lay)
    holds = True
    print(f"{name}: {len(left):,} events, {sampled.mean():.0%} of the answers sampled")
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        rows = (stated >= low) & ((stated < low + 0.1) | (low == 0.9))
        share = right[rows].mean()
        error = 2 * np.sqrt(share * (1 - share) / rows.sum())
        inside = low - error <= share <= low + 0.1 + error
        holds &= inside
        print(f"  {low:.1f} to {low + 0.1:.1f}  {rows.sum():7,}  stated {stated[rows].mean():.3f}  lay there {share:.3f}"
              + ("" if inside else "  outside"))  # fmt: skip
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", nargs="?", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=SHARED / "geo", help="folder of lines.geojson")
    given = parser.parse_args()
    random = np.random.default_rng(4)
    holds = True
    kinds = [(accuracy, smallest) for accuracy in (100, 1000, 3000) for smallest in (4, 15)]
    for accuracy, smallest in kinds:
        error = error_model(accuracy_m=accuracy)
        parts = [
            events(sinuous_line(random, 400, smallest, lat), error, given.events // len(kinds) // 4 + 1, random)
            for lat in (-35, 10, 40, 60)
        ]
        name = f"accuracy {accuracy:,} m, bends from {smallest} km"
        holds &= show(name, *(np.concatenate(column) for column in zip(*parts, strict=True)))
    file = given.data / "lines.geojson"
    if not file.is_file():
        print(f"There is no lines.geojson in {given.data}; name its folder with --data.", file=sys.stderr)
        raise SystemExit(2)
    features = {f["properties"]["id"]: f for f in json.loads(file.read_text(encoding="utf-8"))["features"]}
    parts = []
    for name in REAL:
        said = features[name]["properties"]
        error = error_model(
            bias_m=said["osm_signed_mean_m"], spread_m=said["osm_signed_sd_m"], correlation_km=said["osm_corr_length_km"]
        )
        drawn = shapely.from_geojson(json.dumps(features[name]["geometry"]))
        parts.append(events(drawn, error, given.events // len(REAL) + 1, random))
        holds &= show(f"{name}, bias {error.bias_m:+,.0f} m, spread {error.spread_m:,.0f} m", *parts[-1])
    holds &= show("these six", *(np.concatenate(column) for column in zip(*parts, strict=True)))
    print("All deciles hold." if holds else "Not all deciles hold.")


if __name__ == "__main__":
    main()
