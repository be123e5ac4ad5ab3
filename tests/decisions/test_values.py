"""What a field of a claim may be corrected to, as JSON or as people write it."""

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.made import KAPAN, TEXT
from merestone.decisions.values import FIELDS, PinValue, pin_problem, read_value
from merestone.errors import MerestoneError
from merestone.model import Claim, Mention, from_json

NEAR = tuple(KAPAN["span"])


def value(field, given):
    return read_value(field, given, TEXT, NEAR)


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        ("event", "attack", "attack"),
        ("act", "denies", "denies"),
        ("speaker", "OSCE-SMM", "OSCE-SMM"),
        ("actor", "none", None),
        ("target", "null", None),
        ("time", "2022-09-13", ["2022-09-13", "2022-09-13"]),
        ("time", "2022-09-12T23:30 / 2022-09-13T01:00", ["2022-09-12T23:30", "2022-09-13T01:00"]),
        ("time", "2022-09-13T01:00/2022-09-13", ["2022-09-13T01:00", "2022-09-13"]),
        ("time", '["2022-09-12", "2022-09-13"]', ["2022-09-12", "2022-09-13"]),
        ("time", "none", None),
        ("places", "none", []),
        ("places", "Kapan", [{"name": "Kapan", "span": [34, 39], "role": "at"}]),
        ("places", "near: Sotk", [{"name": "Sotk", "span": [14, 18], "role": "near"}]),
        ("means", "artillery; uav", ["artillery", "uav"]),
        ("means", ["mortar"], ["mortar"]),
        ("quantities", "killed 2", [{"what": "killed", "value": 2.0, "max": None, "unit": "1", "approx": False}]),
        ("quantities", "area about 50 to 60 ha", [{"what": "area", "value": 50.0, "max": 60.0, "unit": "ha", "approx": True}]),
        ("quantities", "area 150; wounded 3-5", [
            {"what": "area", "value": 150.0, "max": None, "unit": "km2", "approx": False},
            {"what": "wounded", "value": 3.0, "max": 5.0, "unit": "1", "approx": False},
        ]),
    ],
)  # fmt: skip
def test_what_people_write_becomes_what_a_claim_holds(field, given, expected):
    assert value(field, given) == expected


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("event", "war"),
        ("event", "none"),
        ("act", "lies"),
        ("speaker", "none"),
        ("speaker", "the ministry"),
        ("actor", "arm"),
        ("time", "13 September"),
        ("time", "2022-02-30"),
        ("time", "2022-09-13T25:00"),
        ("time", "2022-09-14/2022-09-13"),
        ("time", "2022-09-13T00:05Z"),
        ("time", '["2022-09-13"]'),
        ("places", "Atlantis"),
        ("places", '[{"name": "Sotk", "span": [0, 4], "role": "at"}]'),
        ("places", '[{"name": "Sotk", "span": [14, 18], "role": "beside"}]'),
        ("places", '[{"name": "Sotk", "span": [-75, 18], "role": "at"}]'),
        ("places", "[" * 5_000),
        ("means", "spear"),
        ("means", "uav; uav"),
        ("means", "{}"),
        ("quantities", "many killed"),
        ("quantities", "killed 1.2.3"),
        ("quantities", "killed 5 to 3"),
        ("quantities", "killed 9999999999999999"),
        ("quantities", '[{"what": "killed", "value": -1, "unit": "1"}]'),
        ("quantities", '[{"what": "killed", "value": "NaN", "unit": "1"}]'),
        ("quantities", [{"what": "killed", "value": math.inf, "unit": "1"}]),
        ("quantities", ["killed 1"] * 101),
    ],
)
def test_what_a_field_cannot_hold_is_refused_with_the_field(field, given):
    with pytest.raises(MerestoneError) as error:
        value(field, given)
    assert error.value.code == "M629"
    assert str(error.value).startswith(field)


@pytest.mark.parametrize("field", ["id", "span", "because", "review", "confidence", "colour"])
def test_other_fields_cannot_be_corrected(field):
    with pytest.raises(MerestoneError) as error:
        value(field, "1")
    assert error.value.code == "M628"


@given(st.sampled_from(FIELDS), st.text(max_size=30) | st.text('[]{}":,0123456789-T/;', max_size=20))
def test_any_text_is_a_value_of_the_field_or_refused(field, given):
    read = None
    with contextlib.suppress(MerestoneError):
        read = value(field, given)
    if read is None:
        return
    row = {**KAPAN, field: read}
    assert from_json(Claim, json.loads(json.dumps(row)))


MENTION = Mention(name="Sotk", span=(14, 18), role="at")


@pytest.mark.parametrize(
    ("pin", "fine"),
    [
        ({"place": "geonames:616041"}, True),
        ({"lon": 45.9, "lat": 40.2, "radius_m": 300}, True),
        ({}, False),
        ({"lon": 45.9, "lat": 40.2}, False),
        ({"lon": 45.9, "lat": 40.2, "radius_m": 0}, False),
        ({"lon": 45.9, "lat": 40.2, "radius_m": math.nan}, False),
        ({"lon": math.nan, "lat": 40.2, "radius_m": 300}, False),
        ({"lon": 40.2, "lat": 145.9, "radius_m": 300}, False),
        ({"place": "geonames:616041", "lon": 45.9, "lat": 40.2, "radius_m": 300}, False),
    ],
)
def test_a_pin_is_a_place_or_a_position_with_a_radius(pin, fine):
    assert (pin_problem(PinValue(mention=MENTION, **pin)) is None) == fine
