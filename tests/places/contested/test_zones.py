"""A zone's probability is that of a disc and the edge's error together, wherever it lies, and the map tells what it can."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.model import InZone, Location, Zone
from merestone.places.contested.standing import straight_left
from merestone.places.contested.zones import Area, in_words, membership, read_zones, with_zones
from merestone.places.geometry.geodesy import WGS84
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.writing import write_features

SQUARE = shapely.box(45, 40, 45.2, 40.2)
EDGE_95 = 1.959964


def zone(geometry: shapely.Geometry, accuracy_m: float = 100.0) -> Zone:
    wkb = shapely.to_wkb(geometry, byte_order=1)
    return Zone(id="z", name="A zone", kind="buffer", source_map="m", accuracy_m=accuracy_m, geometry=wkb)


def simulated(geometry: Any, accuracy_m: float, lon: float, lat: float, radius_m: float, events: int = 200_000) -> float:
    random = np.random.default_rng(7)
    away, angle = radius_m * np.sqrt(random.uniform(size=events)), random.uniform(0, 2 * np.pi, events)
    east, north = random.standard_normal((2, events)) * accuracy_m / EDGE_95 + away * np.stack([np.cos(angle), np.sin(angle)])
    azimuth, metres = np.degrees(np.arctan2(east, north)), np.hypot(east, north)
    x, y, _ = WGS84.fwd(np.full(events, lon), np.full(events, lat), azimuth, metres)
    return float(np.mean([shapely.contains_xy(geometry, x + turn, y).mean() for turn in (-360, 0, 360)]) * 3)


# --------------------------------------------------------------------------------------------------------------------------
# probability


@pytest.mark.parametrize("radius_m", [0, 40, 2000])
@pytest.mark.parametrize("accuracy_m", [0.01, 300, 3000])
def test_beside_a_straight_edge_it_is_that_of_a_straight_line(accuracy_m: float, radius_m: float) -> None:
    metres = np.linspace(-4000, 4000, 33)
    lon, lat, _ = WGS84.fwd(np.full(33, 45.0), np.full(33, 40.1), np.full(33, 90.0), metres)
    found = membership(zone(SQUARE, accuracy_m), lon, lat, radius_m)
    assert found.probability == pytest.approx(straight_left(metres, np.full(33, radius_m), accuracy_m / EDGE_95), abs=3e-4)
    assert found.distance_m == pytest.approx(np.abs(metres), abs=1)


@pytest.mark.parametrize("radius_m", [200, 2000, 20_000])
def test_with_an_exact_edge_it_is_the_part_of_the_disc(radius_m: float) -> None:
    angle = np.linspace(0, 2 * np.pi, 300)
    bent = 1 + 0.3 * np.sin(7 * angle) + 0.1 * np.sin(31 * angle)
    shape = shapely.Polygon(np.column_stack([45 + 0.2 * bent * np.cos(angle), 40 + 0.15 * bent * np.sin(angle)]))
    random = np.random.default_rng(5)
    lon, lat = random.uniform(44.7, 45.3, 60), random.uniform(39.8, 40.2, 60)
    found = membership(zone(shape, 0.01), lon, lat, radius_m).probability
    for x, y, probability in zip(lon, lat, found, strict=True):
        plane = Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={y} +lon_0={x} +ellps=WGS84", always_xy=True)
        flat = shapely.transform(
            shapely.segmentize(shape, 0.002), lambda xy, plane=plane: np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))
        )
        disc = shapely.Point(0, 0).buffer(radius_m, quad_segs=100)
        assert probability == pytest.approx(shapely.intersection(flat, disc).area / disc.area, abs=5e-4)


def test_an_answer_does_not_depend_on_what_is_asked_beside_it() -> None:
    random = np.random.default_rng(2)
    lon, lat = random.uniform(44.9, 45.3, 200), random.uniform(39.9, 40.3, 200)
    radius = 10 ** random.uniform(1, 5, 200)
    together = Area(SQUARE, 150.0).membership(lon, lat, radius).probability
    alone = [float(Area(SQUARE, 150.0).membership(*each).probability[0]) for each in zip(lon, lat, radius, strict=True)]
    assert together == pytest.approx(alone, abs=1e-12)


def test_at_a_corner_it_is_a_quarter() -> None:
    assert membership(zone(SQUARE, 300), 45.0, 40.0, 500).probability[0] == pytest.approx(0.25, abs=2e-3)


@pytest.mark.parametrize(
    ("shape", "lon", "lat"),
    [
        pytest.param(SQUARE.difference(shapely.box(45.05, 40.05, 45.15, 40.15)), 45.06, 40.1, id="a hole"),
        pytest.param(SQUARE.difference(shapely.box(45.05, 40.05, 45.15, 40.15)), 45.1, 40.1, id="in the hole"),
        pytest.param(shapely.MultiPolygon([SQUARE, shapely.box(45.21, 40, 45.3, 40.2)]), 45.205, 40.1, id="between two"),
        pytest.param(shapely.box(45, 40, 45.002, 40.2), 45.001, 40.1, id="a strip narrower than the error"),
        pytest.param(shapely.Polygon([(45, 40), (45.2, 40.01), (45, 40.02)]), 45.19, 40.012, id="a needle"),
        pytest.param(shapely.box(-10, 60, 30, 75), 15.0, 75.02, id="far north, with long edges"),
        pytest.param(shapely.box(179.9, -20, 180, -19.9).union(shapely.box(-180, -20, -179.9, -19.9)), 180, -19.95, id="180°"),
        pytest.param(shapely.box(-180, -90, 180, -60), 179.99, -60.01, id="round the pole"),
        pytest.param(shapely.box(-180, -90, 180, -60), 10, -89.99, id="at the pole"),
    ],
)
@pytest.mark.parametrize("radius_m", [300, 3000, 20_000])
def test_it_is_what_a_simulation_gives(shape: shapely.Geometry, lon: float, lat: float, radius_m: float) -> None:
    found = membership(zone(shape, 500), lon, lat, radius_m).probability[0]
    assert found == pytest.approx(simulated(shape, 500, lon, lat, radius_m), abs=5e-3)


@given(
    st.floats(-70, 70), st.sampled_from([-180.0, -90.0, 0.0, 135.5]),
    st.lists(st.tuples(st.floats(-0.3, 0.5), st.floats(-0.3, 0.5), st.floats(0, 30_000)), min_size=1, max_size=8),
)  # fmt: skip
@settings(deadline=None, max_examples=50)
def test_inside_and_outside_are_all_there_is(lat: float, east: float, places: list[tuple[float, float, float]]) -> None:
    lon, y, radius = np.array(places).T
    inner = shapely.box(-180, lat, -179.8, lat + 0.2)
    frame = shapely.box(-181.5, lat - 4, -178.3, lat + 4).difference(inner)
    turned = [shapely.transform(shape, lambda xy: xy + np.array([east + 180, 0.0])) for shape in (inner, frame)]
    one, other = (Area(shape, 200.0).membership(lon + east, lat + y, radius).probability for shape in turned)
    assert one + other == pytest.approx(np.ones(len(places)), abs=1e-3)
    assert ((one >= 0) & (one <= 1)).all()


def test_the_antimeridian_parts_nothing() -> None:
    cut = shapely.MultiPolygon([shapely.box(179.9, 40, 180, 40.2), shapely.box(-180, 40, -179.9, 40.2)])
    here = membership(zone(shapely.box(44.9, 40, 45.1, 40.2)), [44.85, 45, 45.05, 45.1], [40.1] * 4, 3000)
    there = membership(zone(cut), [179.85, 180, -179.95, -179.9], [40.1] * 4, 3000)
    assert there.probability == pytest.approx(here.probability, abs=1e-6)
    assert there.distance_m == pytest.approx(here.distance_m, abs=0.01)
    assert there.inside[:3].tolist() == [False, True, True]


def test_within_a_distance_of_a_zone() -> None:
    lon, lat, _ = WGS84.fwd(45.0, 40.1, 270, 6000)
    for within in (4000, 5000, 6000, 9000):
        expected = straight_left(np.array([within - 6000.0]), np.array([2000.0]), 100 / EDGE_95)[0]
        found = membership(zone(SQUARE, 100), lon, lat, 2000, within)
        assert found.probability[0] == pytest.approx(expected, abs=3e-3)
        assert found.distance_m[0] == pytest.approx(6000, abs=1)
    inside = membership(zone(SQUARE, 100), 45.1, 40.1, 2000, 5000)
    assert (inside.probability[0], inside.inside[0], inside.tells[0]) == (pytest.approx(1), True, True)


@pytest.mark.parametrize("shape", [shapely.box(0, 0, 60, 40), shapely.box(0, 80, 10, 89.5)])
def test_a_distance_from_too_large_a_zone_is_refused(shape: shapely.Geometry) -> None:
    with pytest.raises(MerestoneError) as refused:
        membership(zone(shape), 10, 10, 0, 100_000)
    assert refused.value.code == "M547"


def test_points_that_are_nowhere_have_no_answer() -> None:
    found = membership(zone(SQUARE), [math.nan, 45.1, 45.1], [40.1, 95, 40.1], [0, 0, math.nan])
    assert np.isnan(found.probability).all()
    assert not found.tells.any()


# --------------------------------------------------------------------------------------------------------------------------
# what the map can tell


@pytest.mark.parametrize(
    ("metres", "radius_m", "within_m", "words"),
    [
        (-4000, 2000, 0, "inside"),
        (-1800, 2000, 0, "this map cannot tell"),
        (1800, 2000, 0, "this map cannot tell"),
        (4000, 2000, 0, "outside"),
        (4000, 2000, 5000, "this map cannot tell"),
        (9000, 2000, 5000, "not within 5 km of it"),
        (1000, 2000, 5000, "inside, or within 5 km of it"),
    ],
)
def test_it_is_told_in_words(metres: float, radius_m: float, within_m: float, words: str) -> None:
    lon, lat, _ = WGS84.fwd(45.0, 40.1, 270, metres)
    assert in_words(membership(zone(SQUARE, 1000), lon, lat, radius_m, within_m), 0, within_m) == words


def test_a_location_says_how_it_stands_to_every_zone() -> None:
    place = Location(claim="c#0", mention=0, name="x", role="at", place="p", lon=45.1, lat=40.1, radius_m=1000)
    nowhere = Location(claim="c#0", mention=1, name="y", role="at")
    there, nothing = with_zones([place, nowhere], [zone(SQUARE), zone(shapely.box(50, 40, 51, 41))])
    assert nothing == nowhere
    assert [(each.inside, each.probability) for each in there.zones] == [(True, 1.0), (False, 0.0)]
    assert with_zones([place], []) == [place]
    doubtful = with_zones([place], [zone(shapely.box(45.1, 40, 45.2, 40.2))])[0].zones
    assert doubtful == (InZone(zone="z", inside=None, probability=pytest.approx(0.5, abs=1e-3), distance_m=0.0),)


# --------------------------------------------------------------------------------------------------------------------------
# the command


def test_the_command_tells_of_every_zone(tmp_path: Path) -> None:
    properties = {"accuracy_m": 100, "name": "Buffer"}
    path = tmp_path / "z.gpkg"
    write_features(path, [Feature("a", properties, SQUARE), Feature("b", properties, shapely.box(50, 40, 51, 41))])
    words = ["zone", "45.1", "40.1", "--zone", str(path), "--radius", "1000"]
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert [(each["zone"], each["answer"], each["probability"]) for each in found] == [
        ("a", "inside", 1.0),
        ("b", "outside", 0.0),
    ]
    told = CliRunner().invoke(app, words).stdout.splitlines()
    assert told[0] == f"Buffer: inside; 100% likely in it; the edge is {found[0]['distance_m'] / 1000:.2f} km away."
    (one,) = json.loads(CliRunner().invoke(app, [*words[:4], f"{path}#b", "--json"]).stdout)
    assert one["zone"] == "b"
    west = CliRunner().invoke(app, ["zone", "-45.1", "-40.1", "--zone", str(path), "--json"])
    assert [each["answer"] for each in json.loads(west.stdout)] == ["outside", "outside"]


def test_a_zone_must_say_how_accurate_its_edge_is(tmp_path: Path) -> None:
    write_features(tmp_path / "z.geojson", [Feature("a", {}, SQUARE)])
    with pytest.raises(MerestoneError, match="accuracy_m is missing"):
        read_zones(str(tmp_path / "z.geojson"))
    assert read_zones(str(tmp_path / "z.geojson"), accuracy_m=50)[0].accuracy_m == 50


@pytest.mark.parametrize("given", [["181", "40"], ["45", "91"], ["nan", "40"], ["45", "40", "--radius", "-1"],
                                   ["45", "40", "--within-km", "inf"], ["45", "40", "--accuracy", "0"]])  # fmt: skip
def test_numbers_out_of_range_are_refused(tmp_path: Path, given: list[str]) -> None:
    write_features(tmp_path / "z.geojson", [Feature("a", {"accuracy_m": 5}, SQUARE)])
    done = CliRunner().invoke(app, ["zone", *given, "--zone", str(tmp_path / "z.geojson")])
    assert isinstance(done.exception, MerestoneError)
    assert done.exception.code == "M108"
