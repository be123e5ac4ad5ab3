"""Withdrawal zones against independent check values: areas, ends, drawn zones, the map's error, boundary error, speed.

    python bench/withdrawal_zones.py [--data FOLDER] [--ground COUNTRIES_10M_JSON]

FOLDER holds lines.geojson, zones.geojson and dmz_check.json. COUNTRIES_10M_JSON is countries-10m.json of the npm package
world-atlas 2.0.2 (Natural Earth 4.1), by default the copy the page is built with: with it zones are cut to land, as the check
values with round ends are. Seconds are of the processor, on one thread.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import shapely

from benchmark_data import folder_of
from merestone.places.areas import area_m2
from merestone.places.line_error import LineError
from merestone.places.line_files import read_lines
from merestone.withdrawal.audit import audit_files
from merestone.withdrawal.certainty import moved_overlap, offsets_with
from merestone.withdrawal.quick import areas_km2, quick_zones
from merestone.withdrawal.strip import Strip, polygonal

WORLD = Path(__file__).parents[1] / "web" / "node_modules" / "world-atlas" / "countries-10m.json"


def country(path, *names):
    """The polygons of countries in a TopoJSON file, degrees."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers):
        return np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers])

    parts = []
    for shape in topology["objects"]["countries"]["geometries"]:
        if shape["properties"]["name"] in names:
            polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            parts += [shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]).buffer(0) for rings in polygons]
    return shapely.union_all(parts)


def km2(geometry):
    return area_m2(polygonal(geometry)) / 1e6


def against(name, ours, theirs):
    print(f"  {name:<46} {ours:9.1f} km²  check {theirs:9.1f}  {ours / theirs - 1:+.2%}")


def korea(line, check, land):
    print("Korea, 2 km each side of the Military Demarcation Line")
    strip = Strip(line.geometry)
    flat, rounded = strip.halves(2000), strip.halves(2000, "round")
    against("flat ends", km2(flat.left) + km2(flat.right), check["flat_caps"]["area_a_km2"])
    against("flat, north", km2(flat.left), 409.9)
    against("flat, south", km2(flat.right), 405.2)
    if land is not None:
        whole = sum(km2(shapely.intersection(half, land)) for half in rounded)
        against("round ends cut to land", whole, check["round_caps_cut_to_land"]["area_a_km2"])
    print(f"  round ends not cut: {km2(rounded.left) + km2(rounded.right):.1f} km²: a half disc of 6.3 km² at each end, at sea")


def abkhazia(line, land):
    print("Georgia and Abkhazia, 12 and 24 km each side")
    strip = Strip(line.geometry)
    for depth, whole, left, right in ((12_000, 2826.6, 1307.4, 1474.0), (24_000, 5531.6, 2369.2, 3000.2)):
        flat, rounded = strip.halves(depth), strip.halves(depth, "round")
        halves = [half if land is None else shapely.intersection(half, land) for half in (*flat, *rounded)]
        areas = [km2(half) for half in halves]
        name = f"{depth // 1000} km"
        against(f"{name}, round ends, cut to Georgia", sum(areas[2:]), whole)
        against(f"{name}, flat, Abkhaz side", areas[0], left)
        against(f"{name}, flat, Georgian side", areas[1], right)
        print(f"  {name}: {areas[1] / areas[0] - 1:.1%} more on the Georgian side")


def error(line):
    print("What the map leaves open, Korea (bias -232 m, spread 1,531 m, correlation length 24.5 km)")
    measured = LineError(bias_m=-232, spread_m=1531, correlation_m=24_500)
    for depth in (2000, 5000, 10_000):
        sure = offsets_with(0.975, depth, measured)
        told = "nothing" if sure is None else f"{sure[0] / 1000:.2f} to {sure[1] / 1000:.2f} km"
        print(f"  {depth / 1000:g} km: certain {told}")
    strip = Strip(line.geometry)
    for name, each in (("bias and spread", measured), ("no bias, rms 1,548 m", LineError(spread_m=1548, correlation_m=24_500))):
        found = moved_overlap(strip, 2000, each, runs=400)
        told = f"{found.median:.2f}, 10 to 90 % {found.low:.2f} to {found.high:.2f}"
        print(f"  {name}: IoU median {told} (check 0.54, 0.39 to 0.64)")


def sinuous_line(vertices):
    """A line of some 900 km with bends of all lengths, in degrees."""
    share = np.linspace(0, 1, vertices)
    random = np.random.default_rng(1)
    lat = 40 + sum(0.3 / waves * np.sin(2 * np.pi * (waves * share + random.uniform())) for waves in (1, 3, 9, 27, 81, 243))
    return shapely.LineString(np.column_stack([40 + 10.8 * share, lat]))


def boundary(strip, depth):
    """10,000 places of the outline, by its length, against the depth."""
    parts = shapely.get_parts(strip.within(depth).boundary)
    random = np.random.default_rng(2)
    lengths = shapely.length(parts)
    chosen = random.choice(len(parts), 10_000, p=lengths / lengths.sum())
    at = shapely.get_coordinates(shapely.line_interpolate_point(parts[chosen], random.uniform(0, lengths[chosen])))
    off = np.abs(strip.track.sides(at[:, 0], at[:, 1]).distance_m / depth - 1)
    print(
        f"  {depth / 1000:g} km: largest {off.max():.3%} of the depth, 99th percentile {np.quantile(off, 0.99):.3%}, "
        f"over 0.1 %: {int((off > 1e-3).sum())} of 10,000, ends and bays included"
    )
    planar = shapely.transform(strip.flat_line.buffer(depth, quad_segs=32), strip.plane.back)
    edge = shapely.get_parts(planar.boundary)
    lengths = shapely.length(edge)
    chosen = random.choice(len(edge), 10_000, p=lengths / lengths.sum())
    at = shapely.get_coordinates(shapely.line_interpolate_point(edge[chosen], random.uniform(0, lengths[chosen])))
    off = np.abs(strip.track.sides(at[:, 0], at[:, 1]).distance_m / depth - 1)
    print(f"    a planar buffer of the same line: largest {off.max():.2%}, over 0.1 %: {int((off > 1e-3).sum())}")


def speed():
    strip = Strip(sinuous_line(5000))
    depths = (2000, 10_000, 20_000)
    print(f"A line of {strip.track.length_m / 1000:,.0f} km and 5,000 vertices")
    for depth in depths:
        boundary(strip, depth)
    took = []
    for _ in range(3):
        start = time.process_time()
        fresh = Strip(strip.geometry)
        for depth in depths:
            fresh.halves(depth)
        took.append(time.process_time() - start)
    print(f"  three tiers, both sides: {sorted(took)[1]:.2f} s")
    took = []
    for _ in range(9):
        start = time.process_time()
        areas_km2(strip, quick_zones(strip, depths))
        took.append(time.process_time() - start)
    print(f"  the same, coarse, for a slider: {sorted(took)[4] * 1000:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the reference lines")
    parser.add_argument("--ground", type=Path, default=WORLD, help="countries-10m.json of world-atlas")
    given = parser.parse_args()
    folder = folder_of("geo", given.data, "lines.geojson", "zones.geojson", "dmz_check.json")
    check = json.loads((folder / "dmz_check.json").read_text(encoding="utf-8"))
    if not given.ground.exists():
        print(f"{given.ground} is missing: zones are not cut to land.", file=sys.stderr)
    there = given.ground.exists()
    mdl, inguri = (read_lines(folder / "lines.geojson", name)[0] for name in ("kor-mdl", "geo-abkhazia"))
    korea(mdl, check["korea"]["by_depth"]["2000"], country(given.ground, "North Korea", "South Korea") if there else None)
    abkhazia(inguri, country(given.ground, "Georgia") if there else None)
    print("The drawn Korean zone")
    print(f"  {audit_files(folder / 'zones.geojson', folder / 'lines.geojson', (), 'kor-mdl').text}")
    error(mdl)
    speed()


if __name__ == "__main__":
    main()
