"""Withdrawal zones against independent check values: areas, ends, drawn zones, the map's error, hard lines, outline, speed.

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
from merestone.places.contested.line_error import LineError
from merestone.places.contested.line_files import read_lines
from merestone.places.geometry.areas import area_m2
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


def meanders(vertices, kilometres, wave_km, lon=45.0, lat=40.0):
    """A sine-generated curve (Langbein and Leopold 1966) whose loops nearly close, degrees."""
    along = np.linspace(0, kilometres, vertices)
    angle = 2.05 * np.sin(2 * np.pi * along / wave_km)
    east, north = (np.cumsum(turned) * kilometres / vertices for turned in (np.cos(angle), np.sin(angle)))
    return np.column_stack([lon + east / (111.2 * np.cos(np.radians(lat))), lat + north / 111.2])


def hard_lines():
    """Lines that face themselves, as (name, parts)."""
    angle = np.linspace(0, 25, 600)
    wide = np.linspace(0, 1, 50_000)
    bends = sum(0.3 / waves * np.sin(2 * np.pi * waves * wide + waves) for waves in (1, 3, 9, 27, 81, 243, 729))
    far = np.linspace(0, 1, 3000)
    return [
        ("loops of 40 km", [meanders(1500, 400, 40)]),
        ("loops of 6 km", [meanders(3000, 300, 6)]),
        ("a six", [[(43, 39.5), (45.8, 39.5), (45.8, 40.5), (44.4, 40.5), (44.4, 39.53), (44.9, 39.53), (45.1, 40)]]),
        (
            "an enclave beside a line",
            [
                [(45, 40), (45.4, 40.05), (45.8, 40)],
                [(45.4, 40.07), (45.45, 40.12), (45.4, 40.16), (45.35, 40.12), (45.4, 40.07)],
            ],
        ),
        ("T", [[(45, 40), (45.5, 40.02), (46, 40)], [(45.5, 40.02), (45.5, 40.5)]]),
        ("X", [[(45, 40), (46, 40.4)], [(45, 40.4), (46, 40)]]),
        ("a gap of 2 km", [[(45, 40), (45.5, 40)], [(45.52, 40.01), (46, 40)]]),
        ("a spiral", [np.column_stack([45 + 0.02 * angle * np.cos(angle), 40 + 0.015 * angle * np.sin(angle)])]),
        ("80° north", [[(10, 80), (14, 80.3), (18, 79.9), (30, 80.5)]]),
        ("the antimeridian", [[(179.2, -17), (180, -17.2)], [(-180, -17.2), (-179.1, -17.3)]]),
        ("10 m long", [[(45, 40), (45.00008, 40.00006)]]),
        ("3,000 km", [np.column_stack([30 + 34 * far, 40 + 3 * np.sin(5 * far) + 0.1 * np.sin(90 * far)])]),
        ("50,000 vertices", [np.column_stack([40 + 10 * wide, 40 + bends])]),
    ]


def hard():
    print("Lines that face themselves: of 20,000 places those on the wrong side or wrongly in or out, off the outline by 0.1 %")
    for name, parts in hard_lines():
        line = shapely.MultiLineString([shapely.LineString(part) for part in parts])
        told = []
        for depth in (2000.0, 12_000.0):
            start = time.process_time()
            strip = Strip(line)
            halves = strip.halves(depth)
            took = time.process_time() - start
            turned = Strip(shapely.reverse(line)).halves(depth)
            around = strip.flat_line.buffer(1.2 * depth)
            west, south, east, north = around.bounds
            random = np.random.default_rng(3)
            places = np.empty((0, 2))
            while len(places) < 20_000:
                some = np.column_stack([random.uniform(west, east, 200_000), random.uniform(south, north, 200_000)])
                places = np.concatenate([places, some[shapely.contains_xy(around, some[:, 0], some[:, 1])]])
            places = strip.plane.back(places[:20_000])
            sides = strip.track.sides(places[:, 0], places[:, 1])
            clear = np.abs(sides.distance_m / depth - 1) > 1e-3
            wrong = np.zeros(len(places), np.bool_)
            for half, sign in zip(halves, (1, -1), strict=True):
                held = shapely.contains_xy(half, places[:, 0], places[:, 1])
                wrong |= held != ((sides.sign == sign) & (sides.distance_m < depth))
            mirrored = [shapely.symmetric_difference(a, b).area for a, b in zip(halves, turned[::-1], strict=True)]
            both = sum(half.area for half in halves)
            told.append(
                f"{depth / 1000:g} km: {int((wrong & clear).sum())} wrong, mirrored to {sum(mirrored) / both:.0e}, {took:.2f} s"
            )
        print(f"  {name:<26}{'; '.join(told)}")


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
    hard()
    speed()


if __name__ == "__main__":
    main()
