"""Areas between lines and zones: known areas, calibration of the probabilities and ranges, and points a second.

    python bench/places_areas.py [--data FOLDER]

Everything is seeded. The folder ``geo`` beside the project (``lines.geojson``, ``zones.geojson``) adds the Korean and Cypriot
zones, whose areas its tables give; without it that part is left out, and said to be.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import shapely

from benchmark_data import SHARED
from merestone.places.contested.between import compare
from merestone.places.contested.forward_positions import Positions, enclosed
from merestone.places.contested.line_displacement import displaced, moved_by
from merestone.places.contested.line_error import error_model
from merestone.places.contested.line_files import DrawnLine, read_line
from merestone.places.contested.zones import Area
from merestone.places.geometry.geodesy import WGS84

EVENTS, WORLDS = 100_000, 200
ACCURACY = 1_000.0


def line(positions, accuracy=None, parties=("A", "B")):
    """A line to compare."""
    return DrawnLine("a line", "a line", *parties, error_model(accuracy_m=accuracy), shapely.LineString(positions))


def total(first, second, **options):
    """km² between two lines."""
    return sum(share.km2 for share in compare(first, second, **options).shares)


def strip(south, north, degrees):
    """km² between two parallels, in closed form (Snyder 1987)."""
    e2 = WGS84.es
    sine = np.sin(np.radians([south, north]))
    q = sine / (1 - e2 * sine**2) + np.arctanh(np.sqrt(e2) * sine) / np.sqrt(e2)
    return float(WGS84.a**2 * (1 - e2) / 2 * (q[1] - q[0]) * np.radians(degrees)) / 1e6


def known_areas():
    """Lines whose areas are known."""
    lon = np.linspace(45, 47, 4001)
    sine = np.column_stack([lon, 40 + 0.05 * np.sin(2 * np.pi * 5 * (lon - 45))])
    yield "two parallels 0.1° apart", total(line([(45, 40), (47, 40)]), line([(45, 40.1), (47, 40.1)])), strip(40, 40.1, 2)
    yield "a sine curve and its middle", total(line([(45, 40), (47, 40)]), line(sine)), 2 / np.pi * strip(39.95, 40.05, 2) / 2


def drawn_zones(data):
    """The zones of the shared tables, from their edges, beside the areas these tables give."""
    given = {f["properties"]["id"]: f["properties"] for f in json.loads((data / "zones.geojson").read_text())["features"]}
    for name in ("kor-dmz-north", "kor-dmz-south"):
        edges = given[name]["edge_lines"]
        first, second = (read_line(f"{data / 'lines.geojson'}#{edge}") for edge in edges)
        yield name, total(first, second, samples=2), given[name]["area_km2"]
    first, second = (read_line(f"{data / 'lines.geojson'}#cyp-buffer-{edge}-edge") for edge in ("north", "south"))
    yield "cyp-un-buffer", total(first, second, samples=2), given["cyp-un-buffer"]["area_km2"]


def in_discs(lon, lat, radius, random):
    """Places in discs about others, anywhere alike."""
    away, angle = radius * np.sqrt(random.uniform(size=len(lon))), random.uniform(0, 2 * np.pi, len(lon))
    return moved_by(lon, lat, np.column_stack([away * np.cos(angle), away * np.sin(angle)]))


def sinuous_zone(random):
    """A zone of some 60 by 40 km with bends at every scale, and a hole."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 1 + sum(random.normal(0, 0.25 / k) * np.sin(k * angle + random.uniform(0, 6)) for k in (2, 3, 5, 8, 13, 21, 34))
    ring = np.column_stack([45 + 0.35 * radius * np.cos(angle), 40 + 0.2 * radius * np.sin(angle)])
    shell = shapely.make_valid(shapely.Polygon(ring))
    return max(shapely.get_parts(shell), key=lambda part: part.area).difference(shapely.Point(45, 40).buffer(0.05))


def calibration(random):
    """(given probability, whether the event lay in the true zone) of events, each world with its own zone and its own error."""
    given, truth = [], []
    for _ in range(WORLDS):
        zone = sinuous_zone(random)
        events = EVENTS // WORLDS
        west, south, east, north = zone.buffer(0.2).bounds
        lon, lat = random.uniform(west, east, events), random.uniform(south, north, events)
        radius = 10 ** random.uniform(2, np.log10(20_000), events)
        given.append(Area(zone, ACCURACY).membership(lon, lat, radius).probability)
        # The edge errs as line_displacement says, which is no rigid shift.
        rings = []
        for ring in (zone.exterior, *zone.interiors):
            moved_lon, moved_lat = displaced(shapely.LineString(ring), error_model(accuracy_m=ACCURACY), 1, random)
            rings.append(shapely.make_valid(shapely.Polygon(np.column_stack([moved_lon[0], moved_lat[0]]))))
        true_zone = rings[0].difference(shapely.union_all(rings[1:]))
        x, y = in_discs(lon, lat, radius, random)
        truth.append(shapely.contains_xy(true_zone, x, y))
    return np.concatenate(given), np.concatenate(truth)


def coverage(random, apart, worlds=300):
    """Share of worlds in which the true area lies in the 90 % range told from the positions and the line as reported.

    The positions are strewn at random along the line, or ``apart``: farther from each other than their radii reach.
    """
    held = 0
    for _ in range(worlds):
        count = int(random.integers(3, 12))
        lon = np.linspace(45.1, 46.4, count) if apart else np.sort(random.uniform(45.1, 46.4, count))
        lat = 40.03 + random.uniform(0.01, 0.1, count)
        bends = np.column_stack([np.linspace(45, 46.5, 60), 40 + 0.02 * np.sin(np.linspace(0, 20, 60))])
        truth = enclosed(line(bends), Positions(lon, lat, np.zeros(count), [""] * count), samples=1)
        radius = random.uniform(200, 2_000, count)
        seen = in_discs(lon, lat, radius, random)
        map_lon, map_lat = displaced(shapely.LineString(bends), error_model(accuracy_m=500.0), 1, random)
        drawn = line(np.column_stack([map_lon[0], map_lat[0]]), 500.0)
        low, high = enclosed(drawn, Positions(*seen, radius, [""] * count), samples=300).sides[0].range_km2
        held += low <= truth.sides[0].km2 <= high
    return held / worlds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "geo")
    data = parser.parse_args().data
    print("km² between lines: found, known")
    for name, found, known in known_areas():
        print(f"  {name:28} {found:12,.4f} {known:12,.4f}   {found / known - 1:+.5%}")
    if (data / "zones.geojson").exists():
        for name, found, known in drawn_zones(data):
            print(f"  {name:28} {found:12,.2f} {known:12,.2f}   {found / known - 1:+.2%}")
    else:
        print(f"  There is no zones.geojson in {data}; name its folder with --data.")
    random = np.random.default_rng(20)
    given, truth = calibration(random)
    print(f"zones: {len(given):,} events; of those given a probability, so many lay inside")
    for low in np.arange(0, 1, 0.1):
        rows = (given >= low) & ((given < low + 0.1) | (low > 0.85))
        shares = f"mean {given[rows].mean():.3f}   inside {truth[rows].mean():.3f}"
        print(f"  {low:.0%} to {low + 0.1:.0%}   {rows.sum():7,} events   {shares}")
    zone = Area(sinuous_zone(random), ACCURACY)
    lon, lat = random.uniform(44.5, 45.5, 200_000), random.uniform(39.7, 40.3, 200_000)
    for radius in (200.0, 2_000.0, 20_000.0):
        zone.membership(lon[:1], lat[:1], radius)
        start = time.process_time()
        zone.membership(lon, lat, radius)
        rate = len(lon) / (time.process_time() - start)
        print(f"  {rate:,.0f} points a second of processor time, radius {radius / 1000:g} km")
    print("area between a line and positions: the 90 % range holds the true one in")
    for apart, words in ((True, "positions apart from each other"), (False, "positions strewn at random")):
        print(f"  {coverage(random, apart):.1%} of worlds, {words}")


if __name__ == "__main__":
    main()
