"""What the names of a text mean follows from the text: the wider place it puts them in, the others it names, the words
before."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.geometry.geodesy import distance
from merestone.places.naming.candidates import candidates_of, other_names, places_called
from merestone.places.naming.mentions import Meaning
from merestone.places.naming.recognition import Toponym, kind_of
from merestone.places.naming.texts import Found, places_at
from merestone.places.naming.weighing import FEATURES, LOCAL, NONE, Name, Surroundings, weigh, weights

GAZETTEER = Gazetteer()


def found(text: str, *names: str, around: Surroundings = Surroundings()) -> list[Found]:  # noqa: B008
    """What the names mean, each at its first place in the text that no other name has taken."""
    toponyms, taken = [], 0
    for name in names:
        start = text.index(name, taken)
        taken = start + len(name)
        toponyms.append(Toponym(start, taken, name, kind_of(name), 1.0))
    return list(places_at(text, toponyms, GAZETTEER, around))


def country(one: Found) -> str | None:
    return one.answer.place.country if one.answer.place else None


def region(one: Found) -> str | None:
    return one.answer.place.admin if one.answer.place else None


def test_a_name_lies_in_the_wider_place_that_stands_behind_it() -> None:
    paris, texas = found("The fire in Paris, Texas, was put out.", "Paris", "Texas")
    assert (country(paris), region(paris)) == ("USA", "TX")
    assert texas.answer.place is not None
    assert texas.answer.place.feature == "region"
    (alone,) = found("The fire in Paris was put out.", "Paris")
    assert country(alone) == "FRA"


def test_an_abbreviation_behind_a_comma_counts() -> None:
    (springfield, _) = found("He was born in Springfield, Ill., in 1950.", "Springfield", "Ill.")
    assert region(springfield) == "IL"
    (springfield,) = found("He was born in Springfield, MO, in 1950.", "Springfield")
    assert region(springfield) == "MO"


def test_the_other_places_of_the_document_tell_namesakes_apart() -> None:
    ohio = found("From Athens he drove to Columbus, Lancaster and Zanesville.", "Athens", "Columbus", "Lancaster", "Zanesville")
    greece = found("From Athens he drove to Patras, Corinth and Thessaloniki.", "Athens", "Patras", "Corinth", "Thessaloniki")
    assert region(ohio[0]) == "OH"
    assert country(greece[0]) == "GRC"


def test_an_adjective_means_its_country() -> None:
    for name, code in (("Turkish", "TUR"), ("Americans", "USA"), ("British", "GBR"), ("Armenian", "ARM")):
        (one,) = found(f"The {name} were there.", name)
        assert one.answer.place is not None
        assert (one.answer.place.feature, one.answer.place.country) == ("country", code)


def test_what_no_gazetteer_has_stays_open() -> None:
    (one,) = found("They met in Xyzzyburgville.", "Xyzzyburgville")
    assert one.answer.place is None
    assert one.answer.probability is None
    assert "no gazetteer" in one.answer.because


def test_a_distance_and_a_direction_move_the_point() -> None:
    (at,) = found("Shelling was heard in Goris today.", "Goris")
    (north,) = found("Shelling was heard 6 km north of Goris today.", "Goris")
    (near,) = found("Shelling was heard near Goris today.", "Goris")
    assert at.answer.place is not None
    assert north.answer.place is not None
    assert distance(at.answer.place.lon, at.answer.place.lat, north.answer.place.lon, north.answer.place.lat) == pytest.approx(
        6000, rel=0.1
    )
    assert north.answer.place.lat > at.answer.place.lat
    assert (near.answer.radius_m or 0) == (at.answer.radius_m or 0) + 3000


def test_between_two_places_is_the_stretch_that_holds_both() -> None:
    goris, kapan = found("The road between Goris and Kapan is closed.", "Goris", "Kapan")
    assert goris.answer == kapan.answer
    assert goris.answer.place is not None
    assert goris.answer.place.name == "Goris – Kapan"
    far, _ = found("Talks between Moscow and Washington go on.", "Moscow", "Washington")
    assert far.answer.place is not None
    assert far.answer.place.name == "Moscow"


def test_a_party_of_the_case_pulls_its_own_villages_and_nobody_else_s() -> None:
    around = Surroundings(parties=frozenset({"ARM", "AZE"}))
    (one,) = found("Fire was opened at Tegh.", "Tegh", around=around)
    assert country(one) == "ARM"


NAMES = [
    "Paris",
    "Texas",
    "Springfield",
    "Georgia",
    "Tbilisi",
    "Athens",
    "Armenian",
    "Goris",
    "Nowhereville",
    "San Antonio",
    "Cambridge",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_names_changes_nothing(names: list[str], random_order: random.Random) -> None:
    ordered = [Name(Meaning(names=(name.lower(),))) for name in names]
    other = ordered[:]
    random_order.shuffle(other)
    one = dict(zip(ordered, weigh(ordered, GAZETTEER, Surroundings()), strict=True))
    for name, weighed in zip(other, weigh(other, GAZETTEER, Surroundings()), strict=True):
        assert [c.entry.id for c in weighed.candidates] == [c.entry.id for c in one[name].candidates]
        assert np.allclose(weighed.probabilities, one[name].probabilities, rtol=1e-9, atol=1e-12)
        assert weighed.probabilities.sum() <= 1 + 1e-9
        assert (weighed.probabilities >= 0).all()


def test_every_feature_has_its_weights_and_the_first_pass_knows_nothing_of_others() -> None:
    assert set(weights()) == {*FEATURES, *NONE}
    assert all(weights()[feature][0] == 0 for feature in FEATURES[len(LOCAL) :])


def test_the_table_of_other_names_leads_to_places() -> None:
    missing = [word for word, places in other_names().items() for place, _ in places if GAZETTEER.entry(place) is None]
    assert missing == []
    assert places_called("VA", GAZETTEER)[0].entry.name == "Virginia"
    assert all(c.entry.name != "Indiana" for c in places_called("in", GAZETTEER))


def test_a_place_comes_once_and_always_in_the_same_order() -> None:
    found = candidates_of(Meaning(names=("san antonio",)), GAZETTEER)
    ids = [c.entry.id for c in found]
    assert len(ids) == len(set(ids)) > 10
    assert ids == [c.entry.id for c in candidates_of(Meaning(names=("san antonio",)), Gazetteer())]


def test_a_list_of_ten_thousand_names_is_weighed() -> None:
    names = [Name(Meaning(names=(f"nowhere {number}",))) for number in range(10_000)]
    weighed = weigh([*names, Name(Meaning(names=("goris",)))], GAZETTEER, Surroundings())
    last = weighed[-1]
    assert last.candidates[int(last.probabilities.argmax())].entry.id == "geonames:174895"
