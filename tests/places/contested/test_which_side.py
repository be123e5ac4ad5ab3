"""One point against each line: numbers that mirror when the line is turned round, and words that say no more than is known."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.model import Line
from merestone.places.contested.line_error import LineError, error_model
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.which_side import in_words, point_looks_swapped, which_side

POSITIONS = st.lists(
    st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)).map(lambda p: (round(45 + p[0], 5), round(40 + p[1], 5))),
    min_size=2, max_size=7, unique_by=lambda p: p[0],
).map(sorted)  # fmt: skip


def drawn(positions: Any, error: LineError, left: str = "ARM", right: str = "AZE") -> DrawnLine:
    return DrawnLine("l", "The line", left, right, error, shapely.LineString(positions))


MERIDIAN = drawn([(45, 39), (45, 41)], error_model(accuracy_m=2000))


@settings(deadline=None, max_examples=60)
@given(
    POSITIONS, st.floats(44.6, 45.4), st.floats(39.6, 40.4), st.floats(0, 20_000), st.floats(-2000, 2000), st.floats(0, 3000)
)
def test_reversing_a_line_and_swapping_its_parties_mirrors_the_answer(
    positions: Any, lon: float, lat: float, radius: float, bias: float, spread: float
) -> None:
    error = LineError(bias_m=bias, spread_m=spread)
    line, turned = drawn(positions, error), drawn(positions[::-1], error.reversed, "AZE", "ARM")
    (one,), (other,) = which_side([line], lon, lat, radius), which_side([turned], lon, lat, radius)
    if not one.past_end:  # straight ahead of an end there is nothing to choose a side by
        assert one.side == other.side
    assert one.probability == pytest.approx(other.probability, abs=2e-4)
    assert one.distance_m == pytest.approx(other.distance_m, abs=0.011)
    assert one.signed_distance_m == pytest.approx(-other.signed_distance_m, abs=0.011)
    assert one.past_end == other.past_end
    assert one.error_m == other.error_m
    if np.hypot(one.nearest[0] - other.nearest[0], one.nearest[1] - other.nearest[1]) < 1e-6:
        assert one.chainage_m == pytest.approx(line.track.length_m - other.chainage_m, abs=0.3)
    if abs(one.probability - 0.975) > 1e-3 and abs(one.probability - 0.025) > 1e-3:
        assert one.verdict == other.verdict


@settings(deadline=None, max_examples=30)
@given(POSITIONS, st.floats(44.6, 45.4), st.floats(39.6, 40.4), st.floats(0, 20_000))
def test_swapping_the_parties_alone_swaps_them_in_the_answer(positions: Any, lon: float, lat: float, radius: float) -> None:
    error = error_model(accuracy_m=300)
    (one,) = which_side([drawn(positions, error)], lon, lat, radius)
    (other,) = which_side([drawn(positions, error, "AZE", "ARM")], lon, lat, radius)
    assert {one.side, other.side} in ({"ARM", "AZE"}, {None})
    assert (one.probability, one.distance_m, one.chainage_m) == (other.probability, other.distance_m, other.chainage_m)


def test_the_words_name_the_side_and_its_probability() -> None:
    (answer,) = which_side([MERIDIAN], 44.9, 40)
    assert (answer.side, answer.verdict, answer.tells) == ("ARM", "ARM side, 99 %", True)
    (answer,) = which_side([drawn([(45, 39), (45, 41)], LineError())], 45.1, 40)
    assert answer.verdict == "AZE side, 100 %"


def test_where_the_error_reaches_the_line_the_words_are_fixed() -> None:
    (answer,) = which_side([MERIDIAN], 44.99, 40)
    assert (answer.side, answer.verdict, answer.tells) == ("ARM", "this map cannot tell", False)
    assert 0.6 < answer.probability < 0.9
    assert which_side([MERIDIAN], 44.95, 40)[0].tells
    assert which_side([MERIDIAN], 44.95, 40, 9000)[0].verdict == "this map cannot tell"


def test_the_side_is_that_of_the_drawing_also_where_a_known_shift_speaks_against_it() -> None:
    (answer,) = which_side([drawn([(45, 39), (45, 41)], LineError(bias_m=3000, spread_m=300))], 44.99, 40)
    assert answer.side == "ARM"
    assert answer.probability == 0
    assert answer.verdict == "AZE side, 99 % (drawn on the other side)"


def test_the_sentence_without_numbers_says_what_the_verdict_says() -> None:
    names = {"AZE": "Azerbaijan"}
    shifted = drawn([(45, 39), (45, 41)], LineError(bias_m=3000, spread_m=300))

    def said(line: DrawnLine, lon: float, lat: float) -> str:
        return in_words(which_side([line], lon, lat)[0], names)

    assert said(shifted, 44.99, 40) == "On the side of Azerbaijan"
    assert said(shifted, 44.9, 40) == "On the side of ARM"
    assert said(MERIDIAN, 60, 40) == "On the side of Azerbaijan, far from this line"
    assert said(MERIDIAN, 44.99, 40) == "This map cannot tell"
    assert said(MERIDIAN, 44.9, 42) == "Past the end of this line: it has no sides here"


def test_a_line_of_a_case_is_drawn_as_it_is() -> None:
    line = Line(
        id="l", name="The line", source_map="a map", scale=None, datum="WGS 84", accuracy_m=2000, valid_from=None,
        valid_to=None, left_party="ARM", right_party="AZE", geometry=shapely.to_wkb(MERIDIAN.geometry, byte_order=1),
    )  # fmt: skip
    assert which_side([DrawnLine.of(line)], 44.9, 40) == which_side([MERIDIAN], 44.9, 40)


def test_past_an_end_the_map_cannot_tell() -> None:
    (answer,) = which_side([MERIDIAN], 44.9, 42)
    assert (answer.side, answer.probability, answer.past_end, answer.verdict) == ("ARM", 0.5, True, "this map cannot tell")
    assert answer.chainage_m == pytest.approx(MERIDIAN.track.length_m, abs=0.01)


@pytest.mark.parametrize(
    ("lon", "lat", "radius", "code", "words"),
    [
        (45, 91, 0, "M513", "longitude and latitude look swapped"), (40.2, 145.9, 0, "M513", "look swapped"),
        (181, 40, 0, "M513", "outside"), (float("nan"), 40, 0, "M513", "not a pair of numbers"),
        (45, 40, -1, "M514", "-1 is no radius"), (45, 40, float("inf"), "M514", "inf is no radius"),
    ],
)  # fmt: skip
def test_a_position_that_cannot_be_is_refused(lon: float, lat: float, radius: float, code: str, words: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        which_side([MERIDIAN], lon, lat, radius)
    assert refused.value.code == code
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("lon", "lat", "swapped"), [(40.0, 45.2, True), (45.2, 40.0, False), (37.6, 55.8, False), (127.0, 38.0, False)]
)
def test_numbers_that_may_be_swapped_are_noticed(lon: float, lat: float, swapped: bool) -> None:
    assert point_looks_swapped([MERIDIAN], which_side([MERIDIAN], lon, lat), lon, lat) == swapped


@pytest.mark.parametrize(
    ("line", "lon", "far"),
    [
        pytest.param(MERIDIAN, 47.5, False, id="as near as the line is long"),
        pytest.param(MERIDIAN, 48, True, id="farther than the line is long"),
        pytest.param(drawn([(45, -50), (45, 50)], error_model(accuracy_m=2000)), 55, False, id="a long line"),
        pytest.param(drawn([(45, -50), (45, 50)], error_model(accuracy_m=2000)), 60, True, id="over 1,000 km"),
    ],
)
def test_far_from_a_line_the_words_say_so(line: DrawnLine, lon: float, far: bool) -> None:
    (answer,) = which_side([line], lon, 40)
    assert (answer.side, answer.probability, answer.far) == ("AZE", 1, far)
    assert answer.verdict == "AZE side, 99 %" + (", far from this line" if far else "")


# --------------------------------------------------------------------------------------------------------------------------
# the command

FILE = {
    "type": "Feature", "properties": {"id": "m", "left_party": "ARM", "right_party": "AZE", "accuracy_m": 2000},
    "geometry": {"type": "LineString", "coordinates": [[45, 39], [45, 41]]},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "line.geojson").write_text(json.dumps(FILE), encoding="utf-8")
    return tmp_path


def locate(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "merestone", "locate", *words, "--line", "line.geojson"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_the_command_prints_an_object_for_each_line(folder: Path) -> None:
    done = locate(folder, "44.9", "40", "--radius", "100", "--json")
    (answer,) = json.loads(done.stdout)
    assert {"line", "side", "probability", "distance_m", "nearest", "chainage_m"} <= answer.keys()
    assert (answer["line"], answer["side"], answer["nearest"]) == ("m", "ARM", pytest.approx([45, 40], abs=1e-3))
    assert done.stderr == ""


def test_the_command_prints_words_for_people(folder: Path) -> None:
    assert "ARM side, 99 %" in locate(folder, "44.9", "40").stdout
    assert "this map cannot tell" in locate(folder, "44.99", "40").stdout
    assert "past the line's end" in locate(folder, "-70.5", "-40").stdout
    assert "look swapped" in locate(folder, "40", "45.1").stderr


def test_the_command_answers_a_file_of_points(folder: Path) -> None:
    (folder / "in.csv").write_text("id,lon,lat\nx,44.9,40\n", encoding="utf-8")
    done = locate(folder, "--points", "in.csv", "--out", "out.csv")
    assert done.returncode == 0, done.stderr
    heading, row = (folder / "out.csv").read_text(encoding="utf-8").splitlines()
    assert heading == "id,lon,lat,line_id,side,probability,distance_m,nearest_lon,nearest_lat"
    assert row.startswith("x,44.9,40,m,ARM,1")
    assert [float(cell) for cell in row.split(",")[6:]] == pytest.approx([8540.3, 45, 40], abs=5)
    assert json.loads(locate(folder, "--points", "in.csv", "--out", "out.csv", "--json").stdout)["rows"] == 1


@pytest.mark.parametrize(
    "words", [(), ("45",), ("45", "95"), ("--points", "in.csv"), ("45", "40", "--points", "in.csv", "--out", "o.csv")]
)
def test_the_command_refuses_what_it_cannot_answer(folder: Path, words: tuple[str, ...]) -> None:
    done = locate(folder, *words)
    assert done.returncode == 2
    assert done.stderr.startswith("merestone: M51")
    assert done.stderr.count("\n") == 1
