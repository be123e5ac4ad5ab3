"""Who is named, and how."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.reading.actor_mentions import code_of, entry_of_code, find_actors, sectors_of
from merestone.reading.text import text_of


def named(text: str, own: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.actor, m.form) for m in find_actors(text_of(text), own)]


@pytest.mark.parametrize(
    ("text", "words", "actor", "form"),
    [
        ("Armenia denied it.", "Armenia", "ARM", "name"),
        ("Azerbaijani positions were hit.", "Azerbaijani", "AZE", "adjective"),
        ("Baku denied it.", "Baku", "AZE", "seat"),
        ("The IDF denied it.", "IDF", "ISR", "force"),
        ("UNIFIL heard shots.", "UNIFIL", "UN-UNIFIL", "monitor"),
        ("The OSCE called for calm.", "OSCE", "OSCE", "body"),
        ("Hezbollah fired rockets.", "Hezbollah", "HZB", "group"),
        ("The DPR denied it.", "DPR", "DPR", "name"),
    ],
)
def test_a_name_stands_for_its_actor(text: str, words: str, actor: str, form: str) -> None:
    assert (words, actor, form) in named(text)


def test_a_force_by_its_proper_name_tells_its_sector() -> None:
    (mention,) = find_actors(text_of("The IDF opened fire."))
    assert mention.sector == "MIL"


def test_a_case_adds_names_and_goes_before_the_vocabulary() -> None:
    assert named("The Blue Brigade and Baku", {"Blue Brigade": "ARM-MIL", "Baku": "XYZ-GOV"}) == [
        ("Blue Brigade", "ARM", "force"),
        ("Baku", "XYZ", "force"),
    ]


def test_a_text_teaches_its_abbreviations() -> None:
    found = named("The South Lebanon Army (SLA) fired. Later the SLA withdrew.")
    assert len({actor for words, actor, _ in found if words in ("South Lebanon Army", "SLA")}) == 1


def test_a_person_introduced_beside_an_office_speaks_for_the_state_afterwards() -> None:
    found = named("Georgian Foreign Minister Tamaz Orbelidze spoke. Orbelidze denied it.")
    assert ("Orbelidze", "GEO", "person") in found


def test_capitals_that_nobody_knows_may_be_an_actor() -> None:
    assert ("QZX", "QZX", "letters") in named("Fighters of the QZX opened fire.")


def test_seas_and_regions_hide_the_states_in_their_names() -> None:
    assert named("A vessel crossed the South China Sea and the Indian Ocean.") == []


@pytest.mark.parametrize(
    ("actor", "sector", "code"),
    [
        ("ARM", "MIL", "ARM-MIL"),
        ("UN", "NONE", "UN"),
        ("UN", "GOV", "UN"),
        ("UN", "PKO", "UN-PKO"),
        ("OSCE-SMM", "NONE", "OSCE-SMM"),
    ],
)
def test_codes_are_put_together(actor: str, sector: str, code: str) -> None:
    assert code_of(actor, sector) == code


def test_a_state_has_a_sector_and_a_mission_has_none() -> None:
    assert "NONE" not in sectors_of("ARM")
    assert sectors_of("OSCE-SMM") == ("NONE",)
    assert entry_of_code("ARM-MOD").sector == "MOD"


@given(st.text(max_size=200))
def test_whatever_the_text_mentions_lie_in_it_in_order(text: str) -> None:
    reached = 0
    for mention in find_actors(text_of(text)):
        assert reached <= mention.start < mention.end <= len(text)
        reached = mention.end
