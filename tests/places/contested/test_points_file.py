"""Points by the million: each row answered in its place, with its own columns; a wrong cell is named, and nothing written."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.contested import points_file
from merestone.places.contested.line_error import error_model
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.points_file import ADDED, locate_points
from merestone.places.contested.which_side import which_side

MERIDIAN = DrawnLine(
    "m", "m", "ARM", "AZE", error_model(accuracy_m=500), shapely.LineString([(45, 39), (45, 41)])
)  # fmt: skip
FAR = DrawnLine("f", "f", "KOR", "PRK", error_model(accuracy_m=500), shapely.LineString([(127, 37), (128, 38)]))


def answered(folder: Path, text: str | bytes, *lines: DrawnLine) -> list[dict[str, str]]:
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    locate_points(source, lines or (MERIDIAN,), out)
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refusal(folder: Path, text: str | bytes) -> MerestoneError:
    with pytest.raises(MerestoneError) as refused:
        answered(folder, text)
    assert not (folder / "out.csv").exists()
    assert [path.name for path in folder.iterdir()] == ["in.csv"]
    assert "\n" not in str(refused.value)
    return refused.value


def test_rows_keep_their_order_and_columns(tmp_path: Path) -> None:
    text = 'name,lat,lon,note\nb,40,45.5,"one, two"\na,40,44.5,"said ""so"""\n,40.1,44.9,\n'
    rows = answered(tmp_path, text)
    assert list(rows[0]) == ["name", "lat", "lon", "note", *ADDED]
    assert [(row["name"], row["note"], row["side"]) for row in rows] == [
        ("b", "one, two", "AZE"), ("a", 'said "so"', "ARM"), ("", "", "ARM"),
    ]  # fmt: skip


def test_a_row_says_what_one_point_is_told(tmp_path: Path) -> None:
    rows = answered(tmp_path, "lon,lat,radius_m\n45.01,40,2000\n44.99,40.5,\n45.3,42,10\n")
    for row, radius in zip(rows, (2000, 0, 10), strict=True):
        (one,) = which_side([MERIDIAN], float(row["lon"]), float(row["lat"]), radius)
        assert row["line_id"] == one.line
        assert row["side"] == one.side
        assert float(row["probability"]) == one.probability
        assert float(row["distance_m"]) == one.distance_m
        assert (float(row["nearest_lon"]), float(row["nearest_lat"])) == one.nearest


def test_of_several_lines_the_nearest_answers(tmp_path: Path) -> None:
    rows = answered(tmp_path, "lon,lat\n127.2,37.9\n44,40\n", FAR, MERIDIAN)
    assert [(row["line_id"], row["side"]) for row in rows] == [("f", "KOR"), ("m", "ARM")]


def test_a_point_on_the_line_is_on_no_side(tmp_path: Path) -> None:
    (row,) = answered(tmp_path, "lon,lat\n45,40\n")
    assert (row["side"], float(row["probability"])) == ("", 0.5)


@settings(deadline=None, max_examples=20)
@given(rows=st.lists(st.tuples(st.floats(40, 50), st.floats(35, 45), st.floats(0, 9000)), min_size=1, max_size=30))
def test_portions_change_nothing(rows: list[tuple[float, float, float]], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("portions")
    text = "lon,lat,radius_m\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows)
    whole = answered(folder, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(points_file, "_BLOCK_BYTES", 300)
        assert answered(folder, text) == whole


def test_line_ends_and_marks_of_other_programs_are_read(tmp_path: Path) -> None:
    assert len(answered(tmp_path, b"\xef\xbb\xbflon,lat\r\n45.5,40\r\n45.6, 40 \r\n")) == 2
    assert [row["id"] for row in answered(tmp_path, 'id,lon,lat\n"a\nb",45.5,40\n')] == ["a\nb"]
    assert answered(tmp_path, "lon,lat\n") == []
    assert answered(tmp_path, "Ort,lon,lat\nЕреван,45.5,40")[0]["Ort"] == "Ереван"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        pytest.param("", "M516", "no heading", id="empty"),
        pytest.param("x,y\n45,40\n", "M516", "no column lon, only x, y", id="other columns"),
        pytest.param("lon;lat\n45;40\n", "M516", "parted by ';'", id="semicolons"),
        pytest.param("lon,lat,lat\n45,40,40\n", "M516", "lat twice", id="a column twice"),
        pytest.param("lon,lat,side\n45,40,x\n", "M516", "already has a column side", id="a column of the answer"),
        pytest.param("lon,lat\n45,40\n45,forty\n", "M518", "row 2, column lat: 'forty' is not a number", id="a word"),
        pytest.param("lon,lat\n45,40\n,40\n", "M518", "row 2, column lon: is empty", id="an empty cell"),
        pytest.param("lon,lat\n45,nan\n", "M518", "row 1, column lat", id="not a number"),
        pytest.param("lon,lat\n45,inf\n", "M518", "row 1, column lat", id="infinite"),
        pytest.param("lon,lat\n45,91\n", "M518", "longitude and latitude look swapped", id="swapped"),
        pytest.param("lon,lat\n181,40\n", "M518", "outside -180 to 180", id="out of range"),
        pytest.param("lon,lat,radius_m\n45,40,-1\n", "M518", "column radius_m: -1 is no radius", id="negative radius"),
        pytest.param("lon,lat,radius_m\n45,40,1e9\n", "M518", "no radius", id="radius beyond the earth"),
        pytest.param("lon,lat\n45,40,7\n", "M517", "", id="a cell too many"),
        pytest.param("lon,lat\n45\n", "M517", "", id="a cell too few"),
        pytest.param("name,lon,lat\nК,45,40\n".encode("utf-16"), "M515", "UTF-16", id="UTF-16"),
        pytest.param("Имя,lon,lat\nК,45,40\n".encode("cp1251"), "M515", "another encoding", id="heading in Windows-1251"),
        pytest.param("name,lon,lat\nК,45,40\n".encode("cp1251"), "M517", "", id="a cell in Windows-1251"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(tmp_path: Path, text: str | bytes, code: str, words: str) -> None:
    error = refusal(tmp_path, text)
    assert error.code == code, str(error)
    assert words in str(error)


def test_a_wrong_cell_far_down_is_named_by_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_file, "_BLOCK_BYTES", 1000)
    text = "lon,lat\n" + "45.5,40\n" * 700 + "45.5,N40\n"
    assert "row 701, column lat" in str(refusal(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError) as refused:
        locate_points(tmp_path / "none.csv", [MERIDIAN], tmp_path / "out.csv")
    assert refused.value.code == "M101"


def test_every_row_that_looks_swapped_is_counted(tmp_path: Path) -> None:
    rows = ["45.1,40"] * 500 + ["40,45.1", "39.5,44.9"] + ["37.6,55.8"] * 3
    (tmp_path / "in.csv").write_text("lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    written = locate_points(tmp_path / "in.csv", [MERIDIAN], tmp_path / "out.csv")
    assert written.swapped == 2
    assert str(written.warning).startswith("in 2 of 505 rows longitude and latitude look swapped")
    (tmp_path / "in.csv").write_text("lon,lat\n45.1,40\n", encoding="utf-8")
    assert locate_points(tmp_path / "in.csv", [MERIDIAN], tmp_path / "out.csv").warning is None


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    text = "lon,lat,radius_m\n" + "".join(f"{random.uniform(44, 46)},{random.uniform(38.5, 41)},5000\n" for _ in range(300))
    answered(tmp_path, text)
    first = (tmp_path / "out.csv").read_bytes()
    answered(tmp_path, text)
    assert (tmp_path / "out.csv").read_bytes() == first
