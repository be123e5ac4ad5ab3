"""A distance and a direction from a place are a point with an uncertainty that holds every point they could mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.places.gazetteer import Entry
from merestone.places.geodesy import WGS84, distance
from merestone.places.offsets import Offset, offset_before, offset_in, shifted

GORIS = Entry("geonames:174895", "Goris", (), 46.34, 39.51, 2000.0, "settlement", "ARM", 20_000, "geonames", "08")


@pytest.mark.parametrize(
    ("words", "metres", "azimuth", "of"),
    [
        ("5 km north of Goris", 5000, 0, "Goris"),
        ("about 12.5 kilometres south-east of the village", 12_500, 135, "village"),
        ("10 miles west of Goris", 16_093.44, 270, "Goris"),
        ("3 km north-north-east of Goris", 3000, 22.5, "Goris"),
        ("7 km east-southeast of Goris", 7000, 112.5, "Goris"),
        ("800 metres from Goris", 800, None, "Goris"),
        ("20 km from Goris", 20_000, None, "Goris"),
        ("some 4 km to the southwest of Goris", 4000, 225, "Goris"),
        ("north of Goris", None, 0, "Goris"),
    ],
)
def test_what_the_words_say(words: str, metres: float | None, azimuth: float | None, of: str) -> None:
    offset = offset_in(words)
    assert offset is not None
    assert (offset.distance_m, offset.azimuth, offset.of) == (metres and pytest.approx(metres), azimuth, of)


@pytest.mark.parametrize(
    "words", ["Goris", "the village of Goris", "from Goris", "north", "5 km", "", "of Goris", "North Korea"]
)
def test_what_is_no_offset(words: str) -> None:
    assert offset_in(words) is None


def test_the_offset_that_stands_before_a_name() -> None:
    offset = offset_before("They fired at two posts 5 km north of ")
    assert offset is not None
    assert (offset.distance_m, offset.azimuth) == (5000, 0)
    assert offset_before("They fired 5 km north of the river and at ") is None


@given(
    st.floats(100, 100_000), st.sampled_from([0.0, 22.5, 45.0, 135.0, 180.0, 270.0, 315.0]), st.sampled_from([11.25, 22.5]),
    st.sampled_from([0.15, 0.3]), st.floats(-1, 1), st.floats(-1, 1), st.floats(-180, 180), st.floats(-85, 85),
)  # fmt: skip
def test_the_circle_holds_every_point_of_the_sector(
    metres: float, azimuth: float, spread: float, share: float, turn: float, stretch: float, lon: float, lat: float
) -> None:
    start = Entry("x", "X", (), lon, lat, 1000.0, "settlement", None, None, "geonames")
    place, radius = shifted(start, 1000.0, Offset("X", metres, azimuth, spread, share))
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, azimuth + turn * spread, metres * (1 + stretch * share))
    assert distance(place.lon, place.lat, to_lon, to_lat) <= radius


def test_a_direction_without_a_distance_is_wide_and_a_distance_without_a_direction_is_a_disc() -> None:
    near, _ = shifted(GORIS, 2000.0, Offset("Goris", 5000.0, 0.0, 22.5, 0.15))
    far, wide = shifted(GORIS, 2000.0, Offset("Goris", None, 0.0, 22.5, 0.15))
    disc, radius = shifted(GORIS, 2000.0, Offset("Goris", 20_000.0, None, 22.5, 0.15))
    assert near.lat > GORIS.lat
    assert far.lat > near.lat
    assert wide > near.radius_m
    assert (disc, radius) == (GORIS, 25_000.0)
