"""A distance and a direction from a place are a point with an uncertainty that holds every point they could mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.places.gazetteers.gazetteer import Entry
from merestone.places.geometry.geodesy import WGS84, distance
from merestone.places.naming.offsets import Offset, offset_before, offset_in, shifted

GORIS = Entry("geonames:174895", "Goris", (), 46.34, 39.51, 2000.0, "settlement", "ARM", 20_000, "geonames", "08")


@pytest.mark.parametrize(
    ("words", "metres", "azimuth", "of"),
    [
        ("5 km north of Goris", (2500, 7500), 0, "Goris"),
        ("12.5 kilometres south-east of the village", (12_250, 12_750), 135, "village"),
        ("about 4 km west of Goris", (3000, 5000), 270, "Goris"),
        ("10 miles west of Goris", (15_288.8, 16_898.1), 270, "Goris"),
        ("3 km north-north-east of Goris", (2500, 3500), 22.5, "Goris"),
        ("7 km east-southeast of Goris", (6500, 7500), 112.5, "Goris"),
        ("800 metres from Goris", (750, 850), None, "Goris"),
        ("20 km from Goris", (15_000, 25_000), None, "Goris"),
        ("some 4 km to the southwest of Goris", (3000, 5000), 225, "Goris"),
        ("north of Goris", (5000, 15_000), 0, "Goris"),
    ],
)
def test_what_the_words_say(words: str, metres: tuple[float, float], azimuth: float | None, of: str) -> None:
    offset = offset_in(words)
    assert offset is not None
    assert (offset.near_m, offset.far_m) == pytest.approx(metres, abs=0.1)
    assert (offset.bearing[0] if offset.bearing else None, offset.of) == (azimuth, of)


@pytest.mark.parametrize(
    "words", ["Goris", "the village of Goris", "from Goris", "north", "5 km", "", "of Goris", "North Korea"]
)
def test_what_is_no_offset(words: str) -> None:
    assert offset_in(words) is None


@given(st.text(alphabet="05,. kmofnrthseuw-aboi\n", max_size=60))
def test_any_words_are_taken(words: str) -> None:
    for offset in (offset_in(words), offset_before(words)):
        if offset is not None:
            assert 0 <= offset.near_m < offset.far_m
            shifted(GORIS, 2000.0, offset)


def test_the_offset_that_stands_before_a_name() -> None:
    offset = offset_before("They fired at two posts 5 km north of ")
    assert offset is not None
    assert (offset.near_m, offset.far_m, offset.bearing) == (2500, 7500, (0.0, 22.5))
    assert offset_before("They fired 5 km north of the river and at ") is None


@given(
    st.floats(0, 50_000), st.floats(10, 50_000), st.sampled_from([0.0, 22.5, 45.0, 135.0, 180.0, 270.0, 315.0]),
    st.sampled_from([11.25, 22.5]), st.floats(-1, 1), st.floats(0, 1), st.floats(-180, 180), st.floats(-85, 85),
)  # fmt: skip
def test_the_circle_holds_every_point_of_the_sector(
    near: float, more: float, azimuth: float, spread: float, turn: float, along: float, lon: float, lat: float
) -> None:
    start = Entry("x", "X", (), lon, lat, 1000.0, "settlement", None, None, "geonames")
    place, radius = shifted(start, 1000.0, Offset("X", near, near + more, (azimuth, spread)))
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, azimuth + turn * spread, near + along * more)
    assert distance(place.lon, place.lat, to_lon, to_lat) <= radius


def test_north_of_a_country_is_no_point() -> None:
    country = Entry("geonames:174982", "Armenia", (), 45.0, 40.25, 200_000.0, "country", "ARM", None, "geonames")
    north = offset_in("north of Armenia")
    assert north is not None
    assert shifted(country, 200_000.0, north) == (country, 200_000.0)


def test_a_distance_without_a_direction_is_a_disc() -> None:
    offset = offset_in("20 km from Goris")
    assert offset is not None
    assert shifted(GORIS, 2000.0, offset) == (GORIS, 27_000.0)


def test_a_direction_without_a_distance_is_wider_and_farther() -> None:
    near, far = offset_in("6 km north of X"), offset_in("north of X")
    assert near is not None
    assert far is not None
    (one, _), (two, _) = shifted(GORIS, 2000.0, near), shifted(GORIS, 2000.0, far)
    assert GORIS.lat < one.lat < two.lat
    assert one.radius_m < two.radius_m
