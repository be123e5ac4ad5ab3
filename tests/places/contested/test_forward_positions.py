"""The area between a line and a chain of positions is right, its range holds what it should, and a claim is set beside it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.places.contested.forward_positions import (
    Enclosed,
    Positions,
    area_km2,
    as_text,
    enclosed,
    read_positions,
    side_of_claim,
    verdict,
)  # fmt: skip
from merestone.places.contested.line_error import LineError, error_model
from merestone.places.contested.line_files import DrawnLine
from merestone.places.geometry.areas import area_m2
from merestone.places.geometry.geodesy import WGS84
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.writing import write_features

LINE = DrawnLine("the line", "the line", "ARM", "AZE", LineError(), shapely.LineString([(45, 40), (46, 40)]))


def positions(places: Any, radius_m: float = 0.0) -> Positions:
    lon, lat = np.array(places, dtype=float).T
    return Positions(lon, lat, np.full(len(lon), radius_m), [str(n) for n in range(len(lon))])


def km2(result: Enclosed) -> tuple[float, float]:
    return result.sides[0].km2, result.sides[1].km2


def test_a_chain_beside_a_line_encloses_what_lies_between() -> None:
    result = enclosed(LINE, positions([(45.2, 40.1), (45.5, 40.2), (45.8, 40.1)]))
    ground = shapely.Polygon([(45.2, 40), (45.2, 40.1), (45.5, 40.2), (45.8, 40.1), (45.8, 40)])
    assert km2(result) == pytest.approx((area_m2(ground) / 1e6, 0), rel=1e-3)
    assert [(side.party, side.positions) for side in result.sides] == [("ARM", 3), ("AZE", 0)]
    assert result.length_km == pytest.approx(WGS84.inv(45.2, 40, 45.8, 40)[2] / 1000, rel=1e-3)


@given(st.permutations([(45.2, 40.1), (45.4, 40.2), (45.5, 39.9), (45.8, 40.1), (45.6, 40.0)]))
@settings(deadline=None, max_examples=20)
def test_the_order_of_the_positions_does_not_count(places: list[tuple[float, float]]) -> None:
    result = enclosed(LINE, positions(places), samples=2)
    assert [places[number][0] for number in result.order] == sorted(x for x, _ in places)
    assert km2(result) == pytest.approx(km2(enclosed(LINE, positions(sorted(places)), samples=2)), rel=1e-9)


def test_ground_on_either_side_is_counted_by_itself() -> None:
    result = enclosed(LINE, positions([(45.2, 40.1), (45.4, 39.9), (45.6, 40.1)]))
    north = 2 * area_m2(shapely.Polygon([(45.2, 40), (45.2, 40.1), (45.3, 40)])) / 1e6
    south = area_m2(shapely.Polygon([(45.3, 40), (45.4, 39.9), (45.5, 40)])) / 1e6
    assert km2(result) == pytest.approx((north, south), rel=1e-3)


@given(st.lists(st.tuples(st.floats(45.1, 45.9), st.floats(39.8, 40.2)), min_size=2, max_size=8, unique=True), st.booleans())
@settings(deadline=None, max_examples=40)
def test_reversing_the_line_or_exchanging_its_parties_mirrors_the_result(places: Any, with_error: bool) -> None:
    line = dataclasses.replace(LINE, error=error_model(accuracy_m=500.0 if with_error else None))
    result = enclosed(line, positions(places, 300), samples=20)
    reverse = dataclasses.replace(line, geometry=shapely.reverse(line.geometry), left_party="AZE", right_party="ARM")
    back = enclosed(reverse, positions(places, 300), samples=20)
    assert km2(back)[::-1] == pytest.approx(km2(result), rel=1e-6, abs=1e-6)
    parties = enclosed(dataclasses.replace(line, left_party="AZE", right_party="ARM"), positions(places, 300), samples=20)
    assert [side.km2 for side in parties.sides] == pytest.approx(list(km2(result)))
    assert [side.party for side in parties.sides] == ["AZE", "ARM"]


def test_the_antimeridian_parts_nothing() -> None:
    line = DrawnLine("l", "l", "A", "B", LineError(), shapely.LineString([(179.5, 40), (180.5, 40)]))
    result = enclosed(line, positions([(179.8, 40.1), (-179.8, 40.1)]))
    assert km2(result)[0] == pytest.approx(km2(enclosed(LINE, positions([(45.3, 40.1), (45.7, 40.1)])))[0], rel=1e-6)


def test_the_range_is_that_of_the_radii() -> None:
    # Ten positions 10 km from a line: the area varies as the trapezoid rule weighs their distances, and as its ends move along.
    lon = np.linspace(45.1, 45.9, 10)
    chain = positions(np.column_stack([lon, np.full(10, 40.1)]), 1000)
    low, high = enclosed(LINE, chain, samples=4000).sides[0].range_km2
    step = WGS84.inv(lon[0], 40, lon[1], 40)[2] / 1000
    across = WGS84.inv(45, 40, 45, 40.1)[2] / 1000
    one = 1 / 2  # km, of each position to the east and to the north: half the radius of a disc
    expected = one * np.sqrt(8 * step**2 + 2 * (step / 2) ** 2 + 2 * across**2)
    assert (high - low) / 2 == pytest.approx(1.645 * expected, rel=0.05)


def test_exact_positions_and_an_exact_line_have_no_range() -> None:
    side = enclosed(LINE, positions([(45.2, 40.1), (45.8, 40.1)])).sides[0]
    assert side.range_km2 == pytest.approx((side.km2, side.km2))


def test_the_error_of_the_line_widens_the_range() -> None:
    chain = positions([(45.2, 40.1), (45.8, 40.1)], 100)
    widths = []
    for accuracy in (None, 200.0, 2000.0):
        low, high = enclosed(dataclasses.replace(LINE, error=error_model(accuracy_m=accuracy)), chain).sides[0].range_km2
        widths.append(high - low)
    assert widths == sorted(widths)
    assert widths[2] > 5 * widths[1]


def test_the_shift_that_the_map_states_moves_the_range_and_mirrors() -> None:
    error = LineError(bias_m=1000, spread_m=20, correlation_m=500, stated=True)
    line = dataclasses.replace(LINE, error=error)
    chain = positions([(45.2, 40.1), (45.5, 40.1), (45.8, 40.1)], 10)
    side = enclosed(line, chain).sides[0]
    length = WGS84.inv(45.2, 40, 45.8, 40)[2] / 1000
    assert sum(side.range_km2) / 2 == pytest.approx(side.km2 - length, rel=0.01)  # the true line lies 1 km nearer to them
    reverse = dataclasses.replace(
        line, geometry=shapely.reverse(line.geometry), left_party="AZE", right_party="ARM", error=error.reversed
    )
    assert enclosed(reverse, chain).sides[1].range_km2 == pytest.approx(side.range_km2)


# --------------------------------------------------------------------------------------------------------------------------
# a claim


def test_a_claim_is_set_beside_the_range_and_nobody_is_right() -> None:
    result = enclosed(
        dataclasses.replace(LINE, error=error_model(accuracy_m=500.0)), positions([(45.2, 40.1), (45.8, 40.1)], 500)
    )
    side = side_of_claim(result)
    low, high = side.range_km2
    assert (side.party, verdict(side, low - 1), verdict(side, side.km2), verdict(side, high + 1)) == (
        "ARM", "below", "inside", "above",
    )  # fmt: skip
    assert side_of_claim(result, "AZE").party == "AZE"
    assert as_text(result, 10.0, None).endswith("the claim says 10.0, which lies below this range.")


@pytest.mark.parametrize(
    ("text", "km2"),
    [("150km2", 150), ("150 km²", 150), ("1,500 km2", 1500), ("2.5km2", 2.5), ("15000 ha", 150), ("40 sq km", 40), ("7", 7),
     ("1000000m2", 1)],
)  # fmt: skip
def test_an_area_as_people_write_it(text: str, km2: float) -> None:
    assert area_km2(text) == pytest.approx(km2)


@pytest.mark.parametrize("text", ["", "much", "-5km2", "5 miles", "1,50 km2", "nan", "1e3km2", "km2", "9" * 400 + "x"])
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        area_km2(text)
    assert refused.value.code == "M108"


# --------------------------------------------------------------------------------------------------------------------------
# files


def test_positions_are_read_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('\ufeffName, LON,lat ,radius_m\nPost 1,45.1,40.2,500\n\n"a, b",45.2,40.3,\n', encoding="utf-8")
    found = read_positions(path)
    assert (found.names, found.lon.tolist(), found.lat.tolist()) == (["Post 1", "a, b"], [45.1, 45.2], [40.2, 40.3])
    assert (found.radius_m[0], np.isnan(found.radius_m[1])) == (500, True)


def test_positions_are_read_from_a_layer(tmp_path: Path) -> None:
    points = [
        Feature("", {"name": "Post 1", "radius_m": 300}, shapely.Point(45, 40)),
        Feature("", {}, shapely.MultiPoint([(45.1, 40), (45.2, 40)])),
    ]
    write_features(tmp_path / "x.gpkg", points)
    found = read_positions(tmp_path / "x.gpkg")
    assert (len(found.lon), found.radius_m[0], np.isnan(found.radius_m[1:]).all()) == (3, 300, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "M544", id="empty"),
        pytest.param("lon;lat\n45;40\n", "M544", id="semicolons"),
        pytest.param("lon,lat,lat\n45,40,41\n", "M544", id="a column twice"),
        pytest.param("lon,lat\n45,140\n45,40\n", "M544", id="latitude out of range"),
        pytest.param("lon,lat\n45,nan\n45,40\n", "M544", id="not a number"),
        pytest.param("lon,lat\n45,\n45,40\n", "M544", id="an empty cell"),
        pytest.param("lon,lat\n45\n", "M544", id="too few cells"),
        pytest.param("lon,lat,radius_m\n45,40,-1\n", "M544", id="a negative radius"),
        pytest.param('lon,lat\n"45,40\n', "M544", id="an open quotation"),
        pytest.param("lon,lat\n45,40\n45,40\n", "M545", id="one position twice"),
        pytest.param("lon,lat\n", "M545", id="no position"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(MerestoneError) as refused:
        read_positions(tmp_path / "x.csv")
    assert refused.value.code == code
    (tmp_path / "y.csv").write_bytes(b"lon,lat\n\xff\xfe,1\n")
    with pytest.raises(MerestoneError, match="line 2: it is not UTF-8"):
        read_positions(tmp_path / "y.csv")


@pytest.mark.parametrize("shape", [shapely.LineString(shapely.box(45, 40, 46, 41).exterior),
                                   shapely.MultiLineString([[(45, 40), (46, 40)], [(47, 40), (48, 40)]])])  # fmt: skip
def test_a_line_without_two_ends_is_refused(shape: shapely.Geometry) -> None:
    with pytest.raises(MerestoneError) as refused:
        enclosed(dataclasses.replace(LINE, geometry=shape), positions([(45.2, 40.1), (45.8, 40.1)]))
    assert refused.value.code == "M546"


def test_the_command_prints_the_range_and_where_the_claim_lies(tmp_path: Path) -> None:
    write_features(tmp_path / "l.geojson", [Feature("l", {"left_party": "ARM", "right_party": "AZE"}, LINE.geometry)])
    (tmp_path / "p.csv").write_text("lon,lat,radius_m\n45.8,40.1,500\n45.2,40.1,500\n")
    words = ["area", "--line", str(tmp_path / "l.geojson"), "--positions", str(tmp_path / "p.csv"), "--claimed", "1000km2"]
    done = CliRunner().invoke(app, [*words, "--accuracy", "150", "--json"])
    found = json.loads(done.stdout)
    assert found["sides"][0]["range_km2"][0] < found["sides"][0]["km2"] < found["sides"][0]["range_km2"][1]
    assert found["claim"] == {"km2": 1000, "side": "ARM", "range": "above"}
    assert [each["number"] for each in found["order"]] == [2, 1]
    told = CliRunner().invoke(app, words).stdout
    assert "counts as exact; give it with --accuracy." in told
    assert told.endswith("the claim says 1,000, which lies above this range.\n")
