"""A file of lines says who is on which side and how far the map may err; one that does not is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.places.contested.line_files import read_line, read_lines

EAST = {"type": "LineString", "coordinates": [[45, 40], [45, 41]]}


def feature(geometry: Any = EAST, **changes: Any) -> dict[str, Any]:
    properties = {"id": "a", "left_party": "ARM", "right_party": "AZE", "accuracy_m": 50} | changes
    return {"type": "Feature", "geometry": geometry, "properties": {k: v for k, v in properties.items() if v is not None}}


def file_of(folder: Path, *features: Any) -> Path:
    path = folder / "lines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_lines_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = file_of(tmp_path, feature(name="The line"), feature(id="b", left_party="KOR", right_party="PRK"))
    lines = read_lines(path)
    assert [(line.id, line.name, line.left_party, line.right_party) for line in lines] == [
        ("a", "The line", "ARM", "AZE"), ("b", "b", "KOR", "PRK"),
    ]  # fmt: skip
    assert [line.id for line in read_lines(path, "b")] == ["b"]


def test_lines_without_ids_are_called_after_the_file(tmp_path: Path) -> None:
    assert [line.id for line in read_lines(file_of(tmp_path, feature(id=None)))] == ["lines"]
    assert [line.id for line in read_lines(file_of(tmp_path, feature(id=None), feature(id=None)))] == ["lines#1", "lines#2"]


def test_what_is_no_line_is_passed_over(tmp_path: Path) -> None:
    point = feature({"type": "Point", "coordinates": [45, 40]}, id="p")
    assert [line.id for line in read_lines(file_of(tmp_path, point, feature()))] == ["a"]


def test_the_error_is_what_the_properties_state(tmp_path: Path) -> None:
    (line,) = read_lines(file_of(tmp_path, feature(accuracy_m=None, nominal_accuracy_m=3000)))
    assert line.error.sd_m == pytest.approx(3000 / 1.959964)
    (line,) = read_lines(file_of(tmp_path, feature(bias_m=-20, spread_m=10, bias_sd_m=3, correlation_km=2)))
    assert (line.error.bias_m, line.error.spread_m, line.error.bias_sd_m, line.error.correlation_m) == (-20, 10, 3, 2000)
    (line,) = read_lines(file_of(tmp_path, feature(accuracy_m=None, scale=200_000)))
    assert line.error.sd_m == pytest.approx(100 / 1.959964)
    (line,) = read_lines(file_of(tmp_path, feature(accuracy_m=None)))
    assert line.error.basis == "taken as drawn: no accuracy or scale is stated"


@pytest.mark.parametrize(
    ("features", "code"),
    [
        pytest.param([feature(left_party=None)], "M510", id="no left party"),
        pytest.param([feature(right_party=7)], "M510", id="a party that is a number"),
        pytest.param([feature(right_party=" ")], "M510", id="a party that is blank"),
        pytest.param([feature(accuracy_m="50 m")], "M510", id="accuracy as text"),
        pytest.param([feature(accuracy_m=-50)], "M510", id="negative accuracy"),
        pytest.param([feature(bias_m=True)], "M510", id="bias that is true"),
        pytest.param([feature(spread_m=1e300)], "M510", id="spread beyond the earth"),
        pytest.param([feature(), feature()], "M511", id="one id twice"),
        pytest.param([feature({"type": "LineString", "coordinates": []})], "M505", id="empty"),
        pytest.param([feature({"type": "LineString", "coordinates": [[45, 40]]})], "M505", id="one point"),
        pytest.param([feature({"type": "LineString", "coordinates": [[45, 40], [45, 40]]})], "M505", id="one point twice"),
        pytest.param([feature({"type": "LineString", "coordinates": [[45, 40], [45, 140]]})], "M505", id="out of range"),
        pytest.param([feature({"type": "LineString", "coordinates": [[179, 40], [-179, 40]]})], "M505", id="antimeridian"),
        pytest.param([feature({"type": "Point", "coordinates": [45, 40]})], "M503", id="no line"),
        pytest.param([feature(None)], "M503", id="no geometry"),
        pytest.param([], "M503", id="no feature"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, features: list[Any], code: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        read_lines(file_of(tmp_path, *features))
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


def test_a_line_with_longitude_and_latitude_swapped_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError, match="longitude and latitude look swapped"):
        read_lines(file_of(tmp_path, feature({"type": "LineString", "coordinates": [[38, 127], [39, 128]]})))


def test_an_id_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError, match=r"no feature z; its features are a\."):
        read_lines(file_of(tmp_path, feature()), "z")


def test_a_layer_and_a_coordinate_system_can_be_named(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError) as refused:
        read_lines(file_of(tmp_path, feature()), crs="EPSG:28408")
    assert refused.value.code == "M538"
    with pytest.raises(MerestoneError) as refused:
        read_lines(file_of(tmp_path, feature()), layer="a")
    assert refused.value.code == "M533"


@pytest.mark.parametrize(
    "words",
    [
        ("locate", "45.1", "40", "--line", "FILE", "--crs", "EPSG:28408"),
        ("compare", "FILE", "FILE", "--crs-b", "EPSG:28408"),
        ("area", "--line", "FILE", "--positions", "posts.csv", "--crs", "EPSG:28408"),
        ("zone", "45.1", "40", "--zone", "FILE", "--crs", "EPSG:28408"),
    ],
)
def test_the_commands_take_a_coordinate_system(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = file_of(tmp_path, feature())
    (tmp_path / "posts.csv").write_text("lon,lat\n45.1,40.2\n45.1,40.4\n", encoding="utf-8")
    given = [str(tmp_path / word) if word == "posts.csv" else str(path) if word == "FILE" else word for word in words]
    done = CliRunner().invoke(app, given)
    assert isinstance(done.exception, MerestoneError)
    assert done.exception.code == "M538"


def test_what_the_map_states_of_a_line_serves_areas_too(tmp_path: Path) -> None:
    path = file_of(tmp_path, feature(left_party=None, right_party=None, bias_m=-20, spread_m=10, bias_sd_m=3, correlation_km=2))
    line = read_line(f"{path}#a")
    assert (line.left_party, line.right_party, line.error.bias_m, line.error.spread_m) == ("left", "right", -20, 10)
    assert read_line(f"{path}#a", accuracy_m=700).error.accuracy_m == 700
