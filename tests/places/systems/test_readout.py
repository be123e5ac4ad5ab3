"""``merestone sheet``: a place in every system, a sheet with its neighbours, and one sentence for what is neither."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.places.systems.readout import as_text, read_position, readout


def sheet(*words):
    return CliRunner().invoke(app, ["sheet", *words])


def test_a_place_is_told_in_every_system():
    told = json.loads(sheet("45.8695", "40.2000", "--json").stdout)
    assert told == {
        "sheets": {
            "1:1000000": "K-38", "1:500000": "K-38-Г", "1:200000": "K-38-XXXIV", "1:100000": "K-38-140",
            "1:50000": "K-38-140-Б",
            "1:25000": "K-38-140-Б-в",
        },
        "sk42": {"lon": 45.87071793, "lat": 40.200096635},
        "gauss_kruger": {"zone": 8, "northing": pytest.approx(4452189.418, abs=0.002),
        "easting": pytest.approx(8574138.2, abs=0.002)},
        "mgrs": "38TNK7400350318",
        "utm": "38T 574003.75 4450318.10",
        "operation": "Pulkovo 1942 to WGS 84 (16), EPSG:15865",
        "accuracy_m": 4.5,
    }  # fmt: skip


def test_the_shift_between_the_datums_decides_the_sheet():
    # this place lies west of 45 degrees 30 minutes on WGS 84 and east of it on SK-42
    assert readout(45.4995, 39.95)["sheets"]["1:100000"] == "J-38-8"
    assert readout(45.4985, 39.95)["sheets"]["1:100000"] == "J-38-7"


def test_negative_numbers_are_numbers():
    told = json.loads(sheet("-70.5", "-33.4", "--json").stdout)
    assert told["sheets"]["1:1000000"] == "I-19"
    assert told["accuracy_m"] is None
    assert "southern" in sheet("-70.5", "-33.4").stdout


def test_coordinates_in_any_form_and_names_of_sheets_are_taken():
    assert "K-38-140-Б-в" in sheet("38T NK 74003 50318").stdout
    assert "K-38-140-Б-в" in sheet("38T", "NK", "74003", "50318").stdout
    assert "K-38-140-Б-в" in sheet("x=4452189 y=8574138").stdout
    told = json.loads(sheet("К-38-140", "--json").stdout)
    assert told["bounds_sk42"] == [45.5, 40.0, 46.0, pytest.approx(40 + 1 / 3)]
    assert told["neighbours"]["south-east"] == ["J-38-9"]
    assert told["corners_wgs84"][0] == [pytest.approx(45.49878, abs=1e-5), pytest.approx(39.99989, abs=1e-5)]


def test_every_position_can_be_printed():
    for words in ("45.8695 40.2", "-70.5 -33.4", "30 85", "P-37-139", "40.5 65.1", "S-53-XVI,XVII", "145.87 40.2"):
        assert "EPSG:15865" in as_text(read_position(words))


@pytest.mark.parametrize(
    ("words", "code"),
    [("40.2 145", "M550"), ("45 95", "M550"), ("0 90", "M551"), ("0 -89", "M551"), ("K-38-200", "M552"), ("foo", "M555"),
    ("45", "M555"),
     ("nan nan", "M555"), ("1e400 1", "M555")],
)  # fmt: skip
def test_what_has_no_sheet_is_refused(words, code):
    with pytest.raises(MerestoneError) as error:
        as_text(read_position(words))
    assert error.value.code == code


def test_a_mistyped_option_is_no_position():
    done = sheet("--jsn", "45", "40")
    assert done.exit_code == 2
    assert "--jsn" in done.output
