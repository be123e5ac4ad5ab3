"""Phrases of a vocabulary among the words of a text, and types by letters and number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.reading.designations import designation_at
from merestone.reading.lexicon import Lexicon, words_of
from merestone.reading.text import text_of


def found(text: str, *phrases: str) -> list[str]:
    words = words_of(text_of(text))
    return [text[slice(*words.span(hit.first, hit.last))] for hit in Lexicon(phrases).find(words)]


@pytest.mark.parametrize("written", ["anti tank", "anti-tank", "antitank", "Anti-Tank", "anti-\ntank", "anti  tank"])
def test_words_of_a_phrase_are_joined_by_a_space_a_hyphen_or_nothing(written: str) -> None:
    assert found(f"Some {written} guns.", "anti tank") == [written]


def test_punctuation_and_a_dash_part_the_words_of_a_phrase() -> None:
    assert found("Rocket, launcher. Rocket – launcher.", "rocket launcher") == []


@pytest.mark.parametrize(
    ("singular", "plural"), [("drone", "drones"), ("battery", "batteries"), ("serviceman", "servicemen"), ("child", "children")]
)
def test_the_last_word_may_be_in_its_plural(singular: str, plural: str) -> None:
    assert found(f"Two {plural} and a {singular}.", singular) == [plural, singular]


def test_the_longest_phrase_wins_and_hides_the_shorter() -> None:
    assert found("A fuel tank and a tank.", "tank", "fuel tank") == ["fuel tank", "tank"]


def test_phrases_are_whole_words() -> None:
    assert found("They examined the tankard.", "mine", "tank") == []


def test_a_phrase_with_a_capital_is_found_only_as_written() -> None:
    assert found("Grad rockets and grad students.", "Grad") == ["Grad"]


@given(st.text())
def test_what_is_found_lies_in_the_text(text: str) -> None:
    words = words_of(text_of(text))
    for hit in Lexicon(("a", "a b", "I", "drone")).find(words):
        start, end = words.span(hit.first, hit.last)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("written", "means"),
    [("T-72", "tank"), ("T72B3", "tank"), ("Su-25", "aircraft"), ("BM-21", "rocket"), ("2S1", "artillery")],
)
def test_types_are_known_by_letters_and_number(written: str, means: str) -> None:
    kind = designation_at(words_of(text_of(f"{written} here")), 0)
    assert kind is not None
    assert kind.means == means


@pytest.mark.parametrize("written", ["T 72", "M4 motorway", "M-04 highway", "F-1000", "A 10-year war", "COVID-19"])
def test_roads_and_other_numbers_are_no_types(written: str) -> None:
    assert designation_at(words_of(text_of(written)), 0) is None
