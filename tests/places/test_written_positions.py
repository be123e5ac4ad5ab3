"""Coordinates in a claim's words are where it is placed, on the datum they are written on."""

from __future__ import annotations

import pytest

from merestone.case import Case
from merestone.model import Claim, Document, Location, Mention, Sighting, from_table, to_table
from merestone.places import place

TEXT = (
    "They fired at positions at 40.2000, 45.8695. A shell landed near Sotk (38T NK 74003 50318). "
    "Shots were fired at sheet K-38-140-Б-в. In 2022 and 2023 they fired 1500 shells."
)


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.toml").write_text(
        'format = 1\nname = "c"\n[[parties]]\ncode = "AZE"\nname = "Azerbaijan"\n[[parties]]\ncode = "ARM"\nname = "Armenia"\n',
        encoding="utf-8",
    )
    return Case.open(folder)


def located(case, words, *places, observation=None):
    span = (TEXT.index(words), TEXT.index(words) + len(words))
    mentions = tuple(Mention(name=name, span=(TEXT.index(name), TEXT.index(name) + len(name)), role="near") for name in places)
    claim = Claim(
        id="d#0",
        document="d",
        span=span,
        speaker="ARM-MOD",
        act="asserts",
        event="fire",
        places=mentions,
        observation=observation,
    )
    document = Document(id="d", item="0" * 64, part=0, title="t", publisher="ARM-MOD", text=TEXT)
    return from_table(Location, place(to_table(Claim, [claim]), to_table(Document, [document]), case).locations)


@pytest.mark.parametrize("words", ["They fired at positions at 40.2000, 45.8695", "They fired at positions at 40.2000"])
def test_bare_coordinates_are_a_location_of_their_own(case, words):
    (found,) = located(case, words)
    assert (found.mention, found.name, found.place) == (-1, "40.2000, 45.8695", None)
    assert (found.lon, found.lat, found.radius_m) == (45.8695, 40.2, 7.0)
    assert found.because == "written in degrees, on WGS 84; read as latitude, then longitude"


def test_coordinates_behind_a_name_place_the_name(case):
    (found,) = located(case, "A shell landed near Sotk (38T NK 74003 50318)", "Sotk")
    assert (found.mention, found.name, found.place) == (0, "Sotk", "geonames:616041")
    assert found.lon == pytest.approx(45.8695, abs=1e-4)
    assert found.radius_m == 1.0
    assert found.because == "written in MGRS, on WGS 84"


def test_the_name_of_a_sheet_is_a_place(case):
    (found,) = located(case, "Shots were fired at sheet K-38-140-Б-в", "K-38-140-Б-в")
    assert (found.mention, found.radius_m) == (0, 7052.4)
    assert found.because == "written by a map sheet, on Pulkovo 1942"


def test_other_numbers_are_none(case):
    assert located(case, "In 2022 and 2023 they fired 1500 shells") == []


def test_coordinates_past_the_claim_are_not_its(case):
    assert located(case, "They fired at positions at") == []


def test_the_words_of_an_observation_may_give_the_observers_position_and_place_nothing(case):
    assert located(case, "They fired at positions at 40.2000, 45.8695", observation=Sighting()) == []
