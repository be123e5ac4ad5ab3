"""Points a second against a line: side, geodesic distance and nearest point, beside a plain Shapely distance in degrees.

    python bench/places_sides.py [POINTS] [VERTICES]

The plain distance has no side, no metres and no nearest point: it is the least that any answer must do. Both run in turn, five
times each, on one thread; medians are shown, with the spread, and the ratio of the two medians.
"""

import statistics
import sys
import time

import numpy as np
import shapely

from merestone.places.track import Track


def wavy_line(vertices):
    """A line of some 1,000 km with bends at every scale, in degrees."""
    share = np.linspace(0, 1, vertices)
    noise = np.random.default_rng(1).normal(0, 0.3 / vertices**0.5, vertices).cumsum()
    lon = 40 + 10 * share
    lat = 40 + 0.5 * np.sin(9 * share) + 0.05 * np.sin(90 * share) + noise - share * noise[-1]
    return shapely.LineString(np.column_stack([lon, lat]))


def timed(work, rounds=5):
    """Seconds of each round."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def main():
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    vertices = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    line = wavy_line(vertices)
    random = np.random.default_rng(2)
    lon, lat = random.uniform(40, 50, points), random.uniform(39, 41.5, points)
    track, shapes = Track(line), shapely.points(lon, lat)
    shapely.prepare(line)
    ours = timed(lambda: track.sides(lon, lat))
    plain = timed(lambda: shapely.distance(shapes, line))
    print(f"{points:,} points, {vertices:,} vertices")
    for name, taken in (("merestone sides", ours), ("shapely distance", plain)):
        rates = sorted(points / seconds for seconds in taken)
        print(f"{name:17} {statistics.median(rates):12,.0f} points/s   ({rates[0]:,.0f} to {rates[-1]:,.0f})")
    print(f"ratio             {statistics.median(plain) / statistics.median(ours):12.2f}")


if __name__ == "__main__":
    main()
