"""Sheets are named and bounded as the maps are: from a point, from a name in any spelling, and with what lies around them.

Names and bounds without another source are from public pages and scanned sheets: help13.gisserver.ru (N-36, Smolensk),
4-i-5.ru (N-36-41-В-а, P-52-V,VI, P-52-23,24), studfile.net/preview/3015822 (M-42-XXIII), the unit tests of
slazav/mapsoft2-libs (R-33,34, T-37-А,Б,38-А,Б) and the graticules of the scans that ramSeraph/russian_world_topo_maps lists
(T57-25_T57-26_T57-27 ...).
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.systems.sheets import (
    DIRECTIONS,
    SCALES,
    irregular_sheets_at,
    neighbours,
    parse_sheet,
    sheet_at,
    sheets_at,
)

LON = st.floats(-180, 180)
LAT = st.floats(-87.999, 87.999)
SCALE = st.sampled_from(SCALES)
OPPOSITE = {"north": "south", "south": "north", "east": "west", "west": "east"}


def marked(sheet):
    """A name that says on which hemisphere the sheet is."""
    return f"x{sheet.name}" if sheet.southern else sheet.name


@pytest.mark.parametrize(
    ("lon", "lat", "scale", "name", "bounds"),
    [
        (32.0453, 54.7826, 1_000_000, "N-36", (30, 52, 36, 56)),
        (32.0453, 54.7826, 50_000, "N-36-41-В", (32, 54 + 2 / 3, 32.25, 54 + 5 / 6)),
        (32.0453, 54.7826, 25_000, "N-36-41-В-а", (32, 54.75, 32.125, 54 + 5 / 6)),
        (70 + 56 / 60, 49 + 22 / 60, 200_000, "M-42-XXIII", (70, 49 + 1 / 3, 71, 50)),
        (45.870718, 40.200097, 100_000, "K-38-140", (45.5, 40, 46, 40 + 1 / 3)),
        (131.0, 63.5, 200_000, "P-52-V,VI", (130, 63 + 1 / 3, 132, 64)),
        (131.3, 63.5, 100_000, "P-52-23,24", (131, 63 + 1 / 3, 132, 63 + 2 / 3)),
        (13.0, 69.0, 1_000_000, "R-33,34", (12, 68, 24, 72)),
        (37.0, 63.0, 500_000, "P-37-А,Б", (36, 62, 42, 64)),
        (13.0, 77.0, 1_000_000, "T-33,34,35,36", (12, 76, 36, 80)),
        (37.0, 79.0, 500_000, "T-37-А,Б,38-А,Б", (36, 78, 48, 80)),
        (156.5, 77.0, 200_000, "T-57-XXV,XXVI,XXVII", (156, 76 + 2 / 3, 159, 77 + 1 / 3)),
        (-176.0, 1.0, 500_000, "A-01-Г", (-177, 0, -174, 2)),
        (-77.0, -43.0, 1_000_000, "K-18", (-78, -44, -72, -40)),
        (36.82, -1.29, 200_000, "A-37-VII", (36, -1 - 1 / 3, 37, -2 / 3)),
    ],
)
def test_a_point_lies_on_the_sheet_that_is_published(lon, lat, scale, name, bounds):
    sheet = sheet_at(lon, lat, scale)
    assert sheet.name == name
    assert sheet.bounds == pytest.approx(bounds, abs=1e-12)


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (46.0, 40.0, "K-38-XXXV"),  # the corner of four sheets belongs to the one in the north-east
        (30.0, 60.0, "P-36-XXXI,XXXII"),  # the latitude where joining begins
        (45.0, 76.0, "T-38-XXXIV,XXXV,XXXVI"),
        (30.0, 0.0, "A-36-XXXI"),
        (180.0, 66.0, "Q-01-XIII,XIV"),  # 180 degrees is one meridian from either side
        (-180.0, 66.0, "Q-01-XIII,XIV"),
    ],
)
def test_a_sheet_owns_its_west_and_south_edges(lon, lat, name):
    assert sheet_at(lon, lat, 200_000).name == name


@given(LON, LAT, SCALE)
def test_a_point_lies_within_the_bounds_of_its_sheet(lon, lat, scale):
    west, south, east, north = sheet_at(lon, lat, scale).bounds
    assert south <= lat <= north
    assert west <= lon <= east or (lon == 180 and west == -180)


@given(LON, LAT, SCALE)
def test_the_name_of_a_sheet_gives_the_sheet(lon, lat, scale):
    sheet = sheet_at(lon, lat, scale)
    assert parse_sheet(marked(sheet)) == sheet
    assert sheet.regular


@given(LON, st.floats(-59.999, 59.999))
def test_each_scale_lies_within_the_one_before_where_none_is_joined(lon, lat):
    sheets = sheets_at(lon, lat)
    within = ((1_000_000, 500_000), (1_000_000, 200_000), (1_000_000, 100_000), (100_000, 50_000), (50_000, 25_000))
    for outer, inner in within:
        (w, s, e, n), (west, south, east, north) = sheets[outer].bounds, sheets[inner].bounds
        assert w <= west <= east <= e
        assert s <= south <= north <= n
        assert sheets[inner].name.startswith(sheets[outer].name)


@pytest.mark.parametrize(
    "spelling",
    ["K-38-140-Б-в", "k-38-140-б-В", "К-38-140-Б-в", "K-38-140-B-v", "K–38–140–Б–в", "K 38 140 Б в", " k38-140-b-c ",
    "K.38.140.Б.в",
     "K-38-140-2-3", "Ｋ-38-140-Б-в"],
)  # fmt: skip
def test_a_name_may_be_spelt_in_many_ways(spelling):
    assert parse_sheet(spelling).name == "K-38-140-Б-в"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("К38-XXXIV", "K-38-XXXIV"), ("к-38-ХХХІV", "K-38-XXXIV"), ("k-38-34", "K-38-34"), ("K-38-V", "K-38-V"),
        ("K-38-В", "K-38-В"), ("K-38-A", "K-38-А"), ("K-38-D", "K-38-Г"), ("K-1", "K-01"), ("K-38-009", "K-38-9"),
        ("T-42-XXV,XXVI", "T-42-XXV,XXVI"), ("P-37-139, 140", "P-37-139,140"), ("P-37-139;140", "P-37-139,140"),
        ("p30-119_p30-120", "P-30-119,120"), ("Q33_Q34", "Q-33,34"),
        ("T57-В_T57-Г_T58-В_T58-Г", "T-57-В,Г,58-В,Г"),
        ("T-38-139-в-В,Г,г-в,г", "T-38-139-В-в,г,Г-в,г"), ("K-38-140-Б-в-4", "K-38-140-Б-в-4"),
    ],
)  # fmt: skip
def test_a_name_is_written_as_on_the_maps(spelling, name):
    assert parse_sheet(spelling).name == name


@pytest.mark.parametrize(
    "spelling", ["xK-59", "XK59", "Хк-59", "SK-59", "s K-59", "K-59 (Ю. П.)", "К-59 (ю.п.)", "K-59 ЮП", "K-59 (S)"]
)
def test_a_southern_mark_moves_the_sheet_south(spelling):
    sheet = parse_sheet(spelling)
    assert sheet.southern
    assert sheet.bounds == (168, -44, 174, -40)


def test_row_s_is_no_southern_mark():
    assert parse_sheet("S-53-16").bounds == pytest.approx((133.5, 75 + 1 / 3, 134, 75 + 2 / 3))


def test_a_catalogue_number_is_read_at_the_scale_that_is_given():
    assert parse_sheet("K38-34", 200_000).name == "K-38-XXXIV"
    assert parse_sheet("F12-3", 500_000).name == "F-12-В"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "M552"), ("K", "M552"), ("K-61", "M552"), ("K-0", "M552"), ("W-38", "M552"), ("K-38-0", "M552"),
        ("K-38-145", "M552"),
        ("K-38-XXXVII", "M552"), ("K-38-140-Д", "M552"), ("K-38-140-Б-в-5", "M552"), ("K-38-140-Б-в-1-1", "M552"),
        ("K-38-140,", "M552"), ("K-38-1,2,3,4,5", "M552"), ("K" * 200, "M552"),
        ("K-38-XXXIV-А", "M552"),
        ("P-37-1,P-37-2-А", "M552"), ("К-38-\x00", "M552"), ("Н-37", "M553"), ("Р-37-140", "M553"),
        ("K-38-140-Б-B", "M553"), ("P-37-1,3", "M554"), ("P-37-2,1", "M554"), ("P-37-12,13", "M554"), ("P-37-1,1", "M554"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused_in_one_sentence(name, code):
    with pytest.raises(MerestoneError) as error:
        parse_sheet(name)
    assert error.value.code == code


@given(st.text(max_size=100) | st.text("KКТ-,0123ABВXxIV_ .", max_size=40))
def test_any_text_is_a_name_or_an_error(text):
    try:
        sheet = parse_sheet(text)
    except MerestoneError:
        return
    assert parse_sheet(marked(sheet)) == sheet


def test_a_part_of_a_joined_sheet_is_told_from_the_whole():
    assert not parse_sheet("P-37-139").regular
    assert parse_sheet("P-37-139").bounds == pytest.approx((39, 60, 39.5, 60 + 1 / 3))
    assert parse_sheet("P-37-139,140").regular


def test_sheets_joined_against_the_rule_have_their_printed_bounds():
    assert parse_sheet("T42-25_T42-26_T42-27_T42-28", 200_000).bounds == pytest.approx((66, 76 + 2 / 3, 69.25, 77 + 1 / 3))
    assert parse_sheet("S-53-XVI,XVII").bounds == pytest.approx((135, 73 + 5 / 6, 137, 74 + 2 / 3))
    assert [sheet.name for sheet in irregular_sheets_at(40.2, 65.1)] == ["Q-37-104,105,106"]


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("K-38-140", "K-38-128 | K-38-129 | K-38-141 | J-38-9 | J-38-8 | J-38-7 | K-38-139 | K-38-127"),
        ("P-37-139,140",
         "P-37-127,128 | P-37-129,130 | P-37-141,142 | O-37-9 | O-37-7 O-37-8 | O-37-6 | P-37-137,138 | P-37-125,126"),
        ("O-37-8", "P-37-139,140 | P-37-141,142 | O-37-9 | O-37-21 | O-37-20 | O-37-19 | O-37-7 | "),
        ("S-37-1,2",
         "T-37-133,134,135,136 |  | S-37-3,4 | S-37-15,16 | S-37-13,14 | S-36-23,24 | S-36-11,12 | T-36-141,142,143,144"),
        ("A-60-144", "A-60-132 | A-01-121 | A-01-133 | A-01-1 | A-60-12 | A-60-11 | A-60-143 | A-60-131"),
        ("V-01-1,2,3,4", " |  | V-01-5,6,7,8 | V-01-17,18,19,20 | V-01-13,14,15,16 | V-60-21,22,23,24 | V-60-9,10,11,12 | "),
    ],
)  # fmt: skip
def test_neighbours_lie_around_a_sheet_across_rows_zones_and_180_degrees(name, around):
    found = neighbours(parse_sheet(name))
    assert tuple(found) == tuple(DIRECTIONS)
    assert " | ".join(" ".join(sheet.name for sheet in sheets) for sheets in found.values()) == around


@given(LON, LAT, SCALE)
def test_a_sheet_is_a_neighbour_of_its_neighbours(lon, lat, scale):
    sheet = sheet_at(lon, lat, scale)
    found = neighbours(sheet)
    for direction, opposite in OPPOSITE.items():
        for other in found[direction]:
            assert sheet in neighbours(other)[opposite]
    everyone = [other for sheets in found.values() for other in sheets]
    assert sheet not in everyone
    assert len(set(everyone)) == len(everyone)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(181, 0, "M550"), (0, 91, "M550"), (math.nan, 0, "M550"), (0, math.inf, "M550"), (0, 88, "M551"), (0, -88.1, "M551"),
    (0, 90, "M551")],
)  # fmt: skip
def test_a_point_without_sheets_is_refused(lon, lat, code):
    with pytest.raises(MerestoneError) as error:
        sheet_at(lon, lat, 100_000)
    assert error.value.code == code


def test_swapped_coordinates_are_recognised():
    with pytest.raises(MerestoneError, match="swapped"):
        sheet_at(40.2, 145.0, 100_000)
