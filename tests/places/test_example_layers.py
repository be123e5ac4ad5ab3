"""The example's own layers: the boundary has the right party on each side, and every row of its gazetteer is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from merestone.case import Case
from merestone.places import load_lines, sides
from merestone.places.contested.lines import party_on_side
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.gazetteers.own import read_places

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
        assert entry.file
        for place in read_places(case.folder / entry.file, case.parties):
            identity = place.id if place.id.startswith("geonames:") else f"{entry.name}:{place.id}"
            for name in (place.name, *(n.name for n in place.names)):
                assert identity in [found.id for found in gazetteer.find(name)], name


def test_both_parties_names_are_given_alike() -> None:
    case = Case.open(EXAMPLE)
    named = [p for entry in case.file.gazetteers for p in read_places(case.folder / entry.file, case.parties)]
    for party in case.parties:
        assert sum(any(n.party == party for n in place.names) for place in named) > 0.8 * len(named)


# Names with a trap in GeoNames (geonames.org, CC BY 4.0): what a look-up must give, the first of it first.
TRAPS = [
    # The village in Kalbajar is meant before Jermuk, whose former name this is too, 27 km away.
    ("Istisu", ["geonames:147969", "geonames:174884"]),
    # The town in Azerbaijan, before its district and before Berd and Tavush in Armenia, which GeoNames gives this name as well.
    ("Tovuz", ["geonames:584821", "geonames:584861", "geonames:616162", "geonames:616802"]),
    # The exclave's village, of which GeoNames has no record, before Vernashen, which it gives this name.
    ("Bashkend", ["example:artsvashen", "geonames:174716"]),
    # The village by Lake Sevan, before Kutaisi in Georgia and others.
    ("Kut", ["example:kut", "geonames:613607"]),
    # Three places: the town of Khojavend, the town by Lake Sevan and a village near Krasnoselsk.
    ("Martuni", ["geonames:146969", "geonames:616437", "geonames:616438"]),
    # The spa town, before Mets Sepasar, 200 km away.
    ("Jermuk", ["geonames:174884", "geonames:616408"]),
]


@pytest.mark.parametrize(("name", "wanted"), TRAPS)
def test_a_name_of_several_places_gives_all_of_them_the_case_s_own_first(name: str, wanted: list[str]) -> None:
    found = [entry.id for entry in Gazetteer.of(Case.open(EXAMPLE)).find(name)]
    assert found[0] == wanted[0]
    assert [identity for identity in found if identity in wanted] == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Goris", "Gorus"), ("Vardenis", "Basarkechar"), ("Sotk", "Zod"), ("Khankendi", "Stepanakert"), ("Сотк", "Zod"),
        ("Lachin", "Բերձոր"), ("Kalbajar", "Karvachar"), ("Шуша", "Şuşa"), ("Kapan", "Qafan"), ("Tegh", "Dığ"),
        ("Karki", "Tigranashen"), ("Hadrut", "Гадрут"), ("Aghdara", "Martakert"), ("Nakhchivan", "Նախիջևան"),
    ],
)  # fmt: skip
def test_the_names_each_party_uses_lead_to_one_place(one: str, other: str) -> None:
    gazetteer = Gazetteer.of(Case.open(EXAMPLE))
    (first, *_), (second, *_) = gazetteer.find(one), gazetteer.find(other)
    assert first.id == second.id
    assert {name.language for name in first.names if name.party} >= {"hy", "az"} or first.id == "example:hadrut"
