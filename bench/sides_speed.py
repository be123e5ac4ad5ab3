"""A million points against a line of 5,000 vertices and 1,000 km, beside GeoPandas in the same run.

    python bench/sides_speed.py [POINTS] [VERTICES] [ROUNDS]

GeoPandas: ``sjoin_nearest`` of the points to the segments, then the sign of the nearest segment, which is wrong at sharp
vertices; both layers are made and projected before the clock starts. Merestone: from longitudes and latitudes, the line
prepared on the clock, to side, geodesic distance and nearest point; then the same with a radius for each point (100 m to 20
km, log-uniform) to the probability of each side; then the whole command on a CSV file, in a process of its own, with its peak
memory (Linux). All in turn, on one thread; medians of the processor
time are shown, which other work on the machine changes little.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import shapely

from merestone.places.contested.line_error import error_model
from merestone.places.contested.standing import standing
from merestone.places.geometry.track import Track

LON_SPAN = 10.0


def sinuous_line(vertices):
    """A line of some 1,000 km with bends of all lengths, in degrees."""
    share = np.linspace(0, 1, vertices)
    random = np.random.default_rng(1)
    lat = 40 + sum(0.3 / waves * np.sin(2 * np.pi * (waves * share + random.uniform())) for waves in (1, 3, 9, 27, 81, 243))
    lat += random.normal(0, 0.0005, vertices)
    return shapely.LineString(np.column_stack([40 + LON_SPAN * share, lat]))


def by_geopandas(points, segments, ends):
    """(distance, +1 left or -1 right) of the nearest segment in the plane; of several the first."""
    joined = geopandas.sjoin_nearest(points, segments, distance_col="metres")
    joined = joined[~joined.index.duplicated()]
    start, end = ends[joined["index_right"].to_numpy()].swapaxes(0, 1)
    at = shapely.get_coordinates(joined.geometry)
    along, away = end - start, at - start
    return joined["metres"].to_numpy(), np.sign(along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0])


def timed(work):
    """(seconds of processor time, what it gave)."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def by_command(folder):
    """Seconds of processor time and peak megabytes of ``merestone locate`` on a file of points."""
    words = ["locate", "--points", "points.csv", "--line", "line.geojson", "--out", "sides.csv"]
    program = (
        "import re, sys, time; from pathlib import Path; from merestone.cli import app; app(standalone_mode=False);"
        " peak = re.search('VmHWM: *([0-9]+)', Path('/proc/self/status').read_text().replace(chr(9), ' '))[1];"
        " print(time.process_time(), int(peak) // 1024, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=folder, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stderr.split()[-2:]
    return float(seconds), int(megabytes)


def main():
    points, vertices, rounds = (int(word) for word in [*sys.argv[1:], *["1000000", "5000", "3"][len(sys.argv) - 1 :]])
    line = sinuous_line(vertices)
    random = np.random.default_rng(2)
    lon, lat = random.uniform(40, 40 + LON_SPAN, points), random.uniform(39, 41, points)
    radius = np.exp(random.uniform(np.log(100), np.log(20_000), points))
    error = error_model(accuracy_m=500)
    plane = "+proj=laea +lat_0=40 +lon_0=44.8"
    vertex = shapely.get_coordinates(geopandas.GeoSeries([line], crs=4326).to_crs(plane).iloc[0])
    ends = np.stack([vertex[:-1], vertex[1:]], axis=1)
    segments = geopandas.GeoDataFrame(geometry=shapely.linestrings(ends), crs=plane)
    layer = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat, crs=4326)).to_crs(plane)
    seconds = {"geopandas": [], "sides": [], "probabilities": []}
    for _ in range(rounds):
        took, (_, theirs) = timed(lambda: by_geopandas(layer, segments, ends))
        seconds["geopandas"].append(took)
        took, ours = timed(lambda: Track(line).sides(lon, lat))
        seconds["sides"].append(took)
        took, found = timed(lambda: standing(Track(line), error, lon, lat, radius))
        seconds["probabilities"].append(took)
    known = ~ours.past_end
    print(f"{points:,} points, a line of {vertices:,} vertices and {Track(line).length_m / 1000:,.0f} km, {rounds} rounds")
    base = statistics.median(seconds["geopandas"])
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        print(f"{name:14} {points / middle:10,.0f} points/s   {base / middle:5.2f} times GeoPandas")
    print(f"GeoPandas' sign differs for {(theirs != ours.drawn)[known].mean():.2%} of the points; "
          f"{found.sampled.mean():.1%} of the probabilities were sampled")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        feature = shapely.to_geojson(line)
        Path(folder, "line.geojson").write_text(
            f'{{"type":"Feature","properties":{{"left_party":"A","right_party":"B","accuracy_m":500}},"geometry":{feature}}}'
        )
        for name, columns in (("lon,lat", (lon, lat)), ("lon,lat,radius_m", (lon, lat, radius))):
            np.savetxt(Path(folder, "points.csv"), np.column_stack(columns), "%.7f", ",", header=name, comments="")
            took, megabytes = by_command(folder)
            print(f"locate --points with {name}: {took:.1f} s, {megabytes} MB at its peak")


if __name__ == "__main__":
    main()
