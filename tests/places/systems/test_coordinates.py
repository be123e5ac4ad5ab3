"""Coordinates in any usual form are read to the same place, with a radius that the form warrants, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import distance
from merestone.places.systems.coordinates import find_coordinates, parse_coordinate

GORIS = (46.3417, 39.5111)


@pytest.mark.parametrize(
    "text",
    ["""39°30'39.9"N 46°20'30"E""", "39 30 39.9 N 46 20 30 E", "39°30′39,9″ с. ш., 46°20′30″ в. д.",
    "N39°30'39.9\" E46°20'30\"",
     "46°20'30\"E, 39°30'39.9\"N", "39º30’39.9” N / 46º20’30” E", "39:30:39.9N 46:20:30E", "39° 30.665' N 46° 20.500' E",
     "393040N0462030E", "39.5111, 46.3417", "39,5111; 46,3417", "39.5111N 46.3417E", "39,5111° с.ш. 46,3417° в.д.",
     "lat 39.5111 lon 46.3417", "longitude=46.3417, latitude=39.5111", "широта 39,5111, долгота 46,3417",
     "39.5111 degrees north, 46.3417 degrees east", "39.5111° northern latitude, 46.3417° eastern longitude",
     "39°30′39,9″ С 46°20′30″ В", "39°30'39.9\"n 46°20'30\"e", "38s 615337 4374353", "38S 615337 4374353",
     "38S 615337E 4374353N", "UTM zone 38 north 615337 4374353",
     "38SPJ1533774353", "38S PJ 15337 74353", "MGRS: 38SPJ 15337 74353", "x=4376197 y=8615492",
     "Х: 4376197, У: 615492 (зона 8)",
     "SK-42 4376197 8615492", "4376197, 8615492 (СК-42)", "SK-42: 39.511203 46.342895", "zone 8, x=4376197; y=8615492"],
)  # fmt: skip
def test_every_form_of_one_place_is_read(text):
    found = parse_coordinate(text)
    assert distance(found.lon, found.lat, *GORIS) <= found.radius_m + 25
    assert found.radius_m < 30


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [("33°24' S 70°30' W", -70.5, -33.4), ("S 33 24 W 70 30", -70.5, -33.4), ("33,4° ю. ш. 70,5° з. д.", -70.5, -33.4),
     ("-33.4, -70.5", -70.5, -33.4), ("−33.4 −70.5", -70.5, -33.4), ("90N 0E", 0, 90),
     ("19 south 360505.62 6303362.29", -70.5, -33.4)],
)  # fmt: skip
def test_hemispheres_and_signs_are_kept(text, lon, lat):
    found = parse_coordinate(text)
    assert (found.lon, found.lat) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("40.2000, 45.8695", 6, 8), ("40.2, 45.9", 6_000, 8_000), ("40N 45E", 60_000, 80_000), ("40.20000000, 45.86950000", 1, 1),
     ("38TNK7400350318", 1, 1), ("38TNK7450", 700, 710), ("x=4452189 y=8574138", 5.1, 5.3), ("K-38-140-Б-в", 7_000, 7_100)],
)  # fmt: skip
def test_the_radius_is_what_the_form_warrants(text, least, most):
    assert least <= parse_coordinate(text).radius_m <= most


def test_two_bare_numbers_are_latitude_and_longitude_unless_they_cannot_be():
    assert parse_coordinate("40.2, 45.87").lat == 40.2
    found = parse_coordinate("145.87, 40.2")
    assert (found.lon, found.lat) == (145.87, 40.2)
    assert "longitude" in found.note


def test_s_is_the_band_where_the_northing_lies_in_it_and_else_the_hemisphere():
    assert parse_coordinate("38S 615337 4374353").lat > 0
    southern = parse_coordinate("19S 360505 6303362")
    assert southern.lat == pytest.approx(-33.4, abs=1e-4)
    assert "hemisphere" in southern.note
    assert parse_coordinate("38 south 615337 4374353").lat < 0


def test_a_sheet_gives_its_middle_and_the_sheet():
    found = parse_coordinate("K-38-140")
    assert found.sheet is not None
    assert found.sheet.bounds == pytest.approx((45.5, 40, 46, 40 + 1 / 3))
    assert (found.lon, found.lat) == (pytest.approx(45.7488, abs=1e-4), pytest.approx(40.1666, abs=1e-4))
    for corner in ((45.49878, 39.99989), (45.99878, 40.33324)):
        assert distance(found.lon, found.lat, *corner) <= found.radius_m + 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "M555"), ("hello", "M555"), ("40.2", "M555"), ("1" * 500, "M555"), ("nan nan", "M555"), ("40.2, 195.0", "M550"),
        ("95.5 195.5", "M550"), ("lat 95, lon 40", "M550"), ("39°61'N 46°E", "M556"), ("39.5°30'N 46°E", "M556"),
        ("99N 40E", "M556"),
        ("x=52189 y=74138", "M557"), ("x=4452189 y=574138", "M556"), ("x=4452189 y=8574138 zone 7", "M556"),
        ("x=4452189 y=61574138", "M556"), ("x=4452189 y=8999999", "M556"), ("61T 570000 4450000", "M556"),
        ("38T 570000 9450000", "M556"),
        ("38TNK123", "M556"), ("38TNK 123 12345", "M556"), ("K-38-145", "M552"), ("Р-37-12", "M553"),
        ("SK-42 38TNK7400350318", "M556"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_sentence(text, code):
    with pytest.raises(MerestoneError) as error:
        parse_coordinate(text)
    assert error.value.code == code


TEXT = """At 40.2000, 45.8695 the patrol (38TNK 74003 50318) saw on sheet K-38-140-Б-в, лист К-38-34, at
39°30'39.9"N 46°20'30"E, T-72 tanks, D-30 and M-46 guns, S-300 and 3.5, 4.2 of them. Then x=4452189 y=8574138;
SK-42: 40.20010, 45.87070; map sheet K-38. On 12.09.2022, at 10.30, 11.45 and 38 T 57 soldiers, points
40,2000° с. ш. 45,8695° в. д. and 38T 570000 4450000."""


def test_all_coordinates_of_a_text_are_found_and_nothing_else():
    assert [TEXT[start:end] for start, end, _ in find_coordinates(TEXT)] == [
        "40.2000, 45.8695", "38TNK 74003 50318", "K-38-140-Б-в", "К-38-34", "39°30'39.9\"N 46°20'30\"E", "x=4452189 y=8574138",
        "40.20010, 45.87070", "K-38", "40,2000° с. ш. 45,8695° в. д.", "38T 570000 4450000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["с 10 в 20 часов", "с 5 до 8 и в 20", "between 10 N and 20 E", "12 m 150000 200000", "p = 0.005, 0.012",
    "S 300 and E 5", "T-72-1",
     "10.5, 12.25", "version 1.234.567, 2.345", "К-38", "38TNK", "x=52189 y=74138", "at 10.30 N. 5 were hurt"],
)  # fmt: skip
def test_what_only_looks_like_a_position_is_passed_over(text):
    assert find_coordinates(text) == []


def test_a_datum_named_beside_a_position_is_used():
    assert [found.datum for _, _, found in find_coordinates(TEXT) if found.system == "degrees"] == [
        "WGS 84", "WGS 84", "Pulkovo 1942", "WGS 84",
    ]  # fmt: skip


PIECES = st.sampled_from(["40.2000", ", ", "45.8695", " ", "°", "'",
'"', "N", "E", "с. ш.", "38T", "NK", "12345", "x=", "y=", "4452189",
                          "8574138", "K-38", "-140", "-Б", "lat ", "SK-42", "\x00", "\ud800", "−", "9" * 30])  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=200))
def test_no_text_makes_it_fail_and_what_is_found_lies_in_it_in_order(text):
    found = find_coordinates(text)
    reached = 0
    for start, end, coordinate in found:
        assert reached <= start < end <= len(text)
        assert -180 <= coordinate.lon <= 180
        assert -90 <= coordinate.lat <= 90
        assert coordinate.radius_m >= 1
        reached = end


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_string_is_a_position_or_an_error(text):
    try:
        coordinate = parse_coordinate(text)
    except MerestoneError:
        return
    assert -180 <= coordinate.lon <= 180
    assert -90 <= coordinate.lat <= 90
