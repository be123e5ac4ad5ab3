"""How long one step of the planner's depth slider takes, from the request to the whole answer, through the page's server.

    python bench/withdrawal_slider.py [--steps 60] [--json]

Two lines: the eastern section of the example case's boundary, with its declared positions, and a sinuous one of about 1,000 km
and 5,000 vertices, with 400. The server is ``merestone serve`` in a process of its own; every depth is asked for once, over one
connection, with compression, as a browser does. Besides: the server's processor time for a step, the first step after the
start, which makes the line ready, and the exact zones that follow when the slider rests. Target: every step under 150 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import shapely

from merestone.places.geometry.geodesy import WGS84
from merestone.places.geometry.track import Track
from withdrawal_zones import sinuous_line

LIMIT_MS = 150
POSITIONS = 400
CASE = """
format = 1
name = "A long line"
time_zone = "UTC"

[[parties]]
code = "AAA"
name = "A"

[[parties]]
code = "BBB"
name = "B"

[[lines]]
id = "long"
file = "layers/line.geojson"
"""


def run(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "merestone", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def long_case(folder: Path) -> str:
    """A case of one long line and positions on both sides of it, 0.5 to 20 km away; returns the id of the line."""
    line = sinuous_line(5000)
    (folder / "layers").mkdir(parents=True)
    (folder / "withdrawal").mkdir()
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    about = {
        "name": "A long line",
        "left_party": "AAA",
        "right_party": "BBB",
        "source_map": "drawn at random",
        "accuracy_m": 500,
    }
    feature = {"type": "Feature", "id": "long", "properties": about, "geometry": shapely.geometry.mapping(line)}
    (folder / "layers" / "line.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    random = np.random.default_rng(3)
    at = shapely.get_coordinates(shapely.line_interpolate_point(line, random.uniform(0.02, 0.98, POSITIONS), normalized=True))
    north = np.arange(POSITIONS) % 2 == 0  # the line runs east: A is in the north
    lon, lat, _ = WGS84.fwd(at[:, 0], at[:, 1], np.where(north, 0.0, 180.0), random.uniform(500, 20_000, POSITIONS))
    sign = Track(line).sides(lon, lat).sign
    rows = [
        f"p{row},{'AAA' if side > 0 else 'BBB'},troops,10,{x:.5f},{y:.5f},500"
        for row, (x, y, side) in enumerate(zip(lon, lat, sign.tolist(), strict=True))
    ]
    (folder / "withdrawal" / "positions.csv").write_text(
        "id,party,class,strength,lon,lat,uncertainty_m\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    text = folder.parent / "text.txt"  # a record needs evidence
    text.write_text("On 1 May 2024 shots were fired near the line.\n", encoding="utf-8")
    run("add", folder, text)
    run("build", folder)
    return "long"


def processor_s(process: subprocess.Popen[str]) -> float:
    """Seconds of processor time a process has taken so far; nan where the system does not tell."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(client: httpx.Client, **query: str | float) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    answer = client.get("/api/withdrawal/zones", params=query)
    took = 1000 * (time.perf_counter() - start)
    answer.raise_for_status()
    return took


def measure(case: Path, line: str, steps: int) -> dict[str, float | str]:
    """Times of the slider on one line."""
    server = subprocess.Popen(
        [sys.executable, "-m", "merestone", "serve", str(case), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+?(?=/ |/$)", server.stdout.readline())
        assert address is not None
        with httpx.Client(base_url=address[0], timeout=120) as client:
            told = client.get("/api/withdrawal").json()
            most = next(each["most_km"] for each in told["lines"] if each["id"] == line)
            first = timed(client, line=line, depth_km=1.111)
            depths = np.round(np.geomspace(0.2, most, steps), 3).tolist()
            used = processor_s(server)
            took = [timed(client, line=line, depth_km=depth) for depth in depths]
            used = 1000 * (processor_s(server) - used) / steps
            exact = [timed(client, line=line, depth_km=depth, exact="true") for depth in depths[:: max(1, steps // 6)]]
    finally:
        server.terminate()
        server.wait(10)
    return {
        "line": line, "positions": told["positions"], "steps": steps, "deepest_km": most, "first_ms": round(first, 1),
        "median_ms": round(statistics.median(took), 1), "worst_ms": round(max(took), 1),
        "processor_ms": round(used, 1),
        "exact_median_ms": round(statistics.median(exact), 1), "exact_worst_ms": round(max(exact), 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=60, help="different depths to ask for on each line")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo, long = Path(folder) / "demo", Path(folder) / "long"
        run("demo", demo, "--no-serve")
        found = [measure(demo, "arm-aze-east", given.steps), measure(long, long_case(long), given.steps)]
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for each in found:
        print(
            f"{each['line']}: {each['steps']} depths up to {each['deepest_km']:g} km, {each['positions']} positions: median "
            f"{each['median_ms']:.0f} ms, worst {each['worst_ms']:.0f} ms (limit {LIMIT_MS}), of the "
            f"server's processor {each['processor_ms']:.0f} ms; the first {each['first_ms']:.0f} ms; exact zones "
            f"{each['exact_median_ms']:.0f} ms, worst {each['exact_worst_ms']:.0f} ms"
        )


if __name__ == "__main__":
    main()
