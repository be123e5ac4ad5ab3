"""``merestone bearing``: one observer's sector, several observers' meeting, and one sentence for what cannot be."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.places.observers.bearings import read_observers, read_sector


def bearing(*words):
    return CliRunner().invoke(app, ["bearing", *words])


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [(("315",), 310, 320), (("north-west",), 292.5, 337.5), (("NW",), 292.5, 337.5), (("northwest",), 292.5, 337.5),
     (("South South-East",), 146.25, 168.75), (("315", "45"), 315, 405), (("WNW", "NE"), 281.25, 427.5),
     (("-10", "10"), 350, 370),
     (("0", "360"), None, None), (("22,5°",), 17.5, 27.5)],
)  # fmt: skip
def test_bearings_are_degrees_or_points_of_the_compass(words, first, last):
    if first is None:
        with pytest.raises(MerestoneError, match="no width"):
            read_sector(45, 40, *words)
        return
    found = read_sector(45, 40, *words)
    assert (found.bearing_from, found.bearing_to) == (first, last)


def test_the_read_out_has_the_sector_and_its_circle():
    told = json.loads(bearing("45.73", "40.18", "--bearing", "315", "--to", "45", "--km", "3-8", "--json").stdout)
    (area,) = told["sectors"]
    assert told["meeting"] is None
    assert area["area_m2"] == pytest.approx(math.pi / 4 * (8000**2 - 3000**2), rel=1e-3)
    assert (area["bearing_from_deg"], area["bearing_to_deg"]) == (315, 45)
    assert area["geometry"]["type"] == "Polygon"
    assert area["radius_m"] == pytest.approx(8000 * math.sin(math.pi / 4), rel=0.05)


def test_positions_may_be_negative_or_in_any_form():
    assert "-70.49688" in bearing("-70.5", "-33.4", "--bearing", "N").stdout
    assert "45.89" in bearing("38T NK 74003 50318", "--bearing", "E", "--km", "2").stdout


def test_several_observers_meet(tmp_path):
    table, out = tmp_path / "observers.csv", tmp_path / "out.geojson"
    table.write_text("name,lon,lat,bearing,to,km\nA,45.60,40.20,80,100,5-12\nB,45.80,40.20,W,,5-12\n", encoding="utf-8")
    done = bearing("--observers", str(table), "--out", str(out))
    assert "They meet in" in done.stdout
    collection = json.loads(out.read_text(encoding="utf-8"))
    assert [feature["properties"]["kind"] for feature in collection["features"]] == ["sector", "sector", "meeting"]
    told = json.loads(bearing("--observers", str(table), "--json").stdout)
    assert told["meeting"]["meet"]
    assert 0.5 < told["meeting"]["probability"] < 1


def test_sectors_that_do_not_meet_say_so(tmp_path):
    table, out = tmp_path / "observers.csv", tmp_path / "out.geojson"
    table.write_text("lon,lat,bearing,km\n45.60,40.20,W,5\n45.80,40.20,E,5\n", encoding="utf-8")
    done = bearing("--observers", str(table), "--out", str(out))
    assert "do not meet" in done.stdout
    assert "under 1 %" in done.stdout
    assert len(json.loads(out.read_text(encoding="utf-8"))["features"]) == 2


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "no column lon"), (b"lon,lat\n1,2\n", 1, "no column bearing"), (b"lon,lat,bearing\n", 1, "no observer"),
        (b"lon,lat,bearing\n45,x,N\n", 2, "not a number"), (b"lon,lat,bearing\n45,40,N\n45,95,N\n", 3, "swapped"),
        (b"lon,lat,bearing\n45,40\n", 2, "cells"), (b"lon,lat,bearing\n45,40,N,4\n", 2, "cells"),
        (b"lon,lat,bearing,azimuth\n45,40,N,4\n", 1, "azimuth"), (b"\xff\xfe", 1, "UTF-8"),
        (b"lon,lat,bearing\n" + b"45,40,N\n" * 51, 52, "more than 50"), (b"lon,lat,bearing\nnan,40,N\n", 2, "globe"),
        (b"lon,lat,bearing,km\n45,40,N,far\n", 2, "no distance"), (b"x" * 1_000_001, 1, "1 MB"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_right_is_refused_with_its_line(tmp_path, content, line, words):
    table = tmp_path / "observers.csv"
    table.write_bytes(content)
    with pytest.raises(MerestoneError, match=words) as error:
        read_observers(table)
    assert (error.value.code, error.value.parameters["line"]) == ("M559", line)


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MerestoneError) as error:
        read_observers(tmp_path / "none.csv")
    assert error.value.code == "M101"
    with pytest.raises(MerestoneError) as error:
        read_observers(tmp_path)
    assert error.value.code == "M106"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("45", "40"),
        ("--bearing", "N"),
        ("45", "40", "--bearing", "N", "--observers", "x.csv"),
        ("45", "40", "--baering", "N"),
    ],
)
def test_a_command_that_lacks_something_fails_with_status_2(words):
    assert bearing(*words).exit_code == 2


@given(st.text(max_size=12), st.none() | st.text(max_size=12), st.none() | st.text(max_size=12))
def test_any_words_are_a_sector_or_an_error(first, last, km):
    try:
        found = read_sector(45, 40, first, last, km)
    except MerestoneError:
        return
    assert 0 < found.width <= 360
    assert 0 <= found.near_m < found.far_m
