"""Where it happened, as a claim names it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.reading.context import Candidate
from merestone.reading.mentions import places_of_claim, toponyms_of
from merestone.reading.parsing import parse


def places(text: str, event: str = "fire", trigger: str | None = None) -> list[tuple[str, str]]:
    doc = parse(text)
    token = next((t.i for t in doc if t.text == trigger), None)
    found, because = places_of_claim(doc, Candidate(0, len(text), event, "asserts", token))  # type: ignore[arg-type]
    assert [reason.words for reason in because] == [place.name for place in found]
    assert all(text[slice(*place.span)] == place.name for place in found)
    return [(place.name, place.role) for place in found]


@pytest.mark.parametrize(
    ("text", "event", "trigger", "place"),
    [
        ("Shots were fired near Sotk.", "fire", "fired", ("Sotk", "near")),
        ("Two soldiers were killed in Goris.", "killed", "killed", ("Goris", "at")),
        ("Fire was opened in the direction of Verin Shorzha.", "fire", "opened", ("Verin Shorzha", "direction")),
        ("Troops were deployed along the line of contact.", "buildup", "deployed", ("line of contact", "along")),
    ],
)
def test_a_place_has_the_role_its_preposition_gives(text: str, event: str, trigger: str, place: tuple[str, str]) -> None:
    assert place in places(text, event, trigger)


def test_the_word_village_is_no_part_of_the_name() -> None:
    assert [name for name, _ in places("The village of Nerkin Hand was shelled.", trigger="shelled")] == ["Nerkin Hand"]


def test_a_country_that_acts_is_no_place() -> None:
    assert "Azerbaijan" not in dict(places("Azerbaijan fired at Armenia.", trigger="fired"))


def test_bearings_in_brackets_name_no_place() -> None:
    text = "In Avdiivka (17km north of Donetsk) two houses were damaged by shelling."
    assert "Donetsk" not in dict(places(text, "damage", "damaged"))


@given(st.text(alphabet="AaBb é’-.,()“” \nof0İ", max_size=60))
@settings(max_examples=40, deadline=None)
def test_names_are_the_words_of_their_spans(text: str) -> None:
    doc = parse(text)
    for toponym in toponyms_of(doc):
        assert toponym.start <= toponym.head < toponym.end
    found, _ = places_of_claim(doc, Candidate(0, len(text), "fire", "asserts", None))
    for place in found:
        assert text[slice(*place.span)] == place.name
