"""The example's own layers: the boundary has the right party on each side, and every row of its gazetteer is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from merestone.case import Case
from merestone.places import load_lines, sides
from merestone.places.gazetteer import Gazetteer
from merestone.places.lines import party_on_side
from merestone.places.own import read_places

EXAMPLE = Path(__file__).parents[2] / "examples" / "south-caucasus"


@pytest.mark.parametrize(
    ("town", "lon", "lat", "section", "party"),
    [
        ("Yerevan", 44.51, 40.18, "arm-aze-nakhchivan", "ARM"), ("Sevan", 44.95, 40.55, "arm-aze-east", "ARM"),
        ("Ganja", 46.36, 40.68, "arm-aze-east", "AZE"), ("Shusha", 46.75, 39.76, "arm-aze-east", "AZE"),
        ("Nakhchivan", 45.41, 39.21, "arm-aze-nakhchivan", "AZE"), ("Yeghegnadzor", 45.33, 39.76, "arm-aze-nakhchivan", "ARM"),
    ],
)  # fmt: skip
def test_towns_far_from_the_boundary_are_on_their_side(town: str, lon: float, lat: float, section: str, party: str) -> None:
    (line,) = [line for line in load_lines(Case.open(EXAMPLE)) if line.id == section]
    assert party_on_side(int(sides([lon], [lat], line).sign[0]), line) == party, town


def test_every_place_of_the_example_is_found_by_every_name() -> None:
    case = Case.open(EXAMPLE)
    gazetteer = Gazetteer.of(case)
    for entry in case.file.gazetteers:
        for place in read_places(case.folder / entry.file, case.parties):
            identity = place.id if place.id.startswith("geonames:") else f"{entry.name}:{place.id}"
            for name in (place.name, *(n.name for n in place.names)):
                assert identity in [found.id for found in gazetteer.find(name)], name


def test_both_parties_names_are_given_alike() -> None:
    case = Case.open(EXAMPLE)
    named = [p for entry in case.file.gazetteers for p in read_places(case.folder / entry.file, case.parties)]
    for party in case.parties:
        assert sum(any(n.party == party for n in place.names) for place in named) > 0.8 * len(named)
