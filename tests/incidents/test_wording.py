"""Dates, numbers and events in words."""

import typing

import pytest

from incidents.world import CASE
from merestone.incidents import wording
from merestone.incidents.related import EVENTS, fits
from merestone.model import Event


def test_every_event_has_a_phrase_and_a_demand():
    assert tuple(sorted(wording.event_phrases())) == tuple(sorted(typing.get_args(Event)))
    assert all(phrase and demanded for phrase, demanded in wording.event_phrases().values())


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        (("2022-09-13", "2022-09-13"), "13 Sep 2022"),
        (("2022-09-13T00:05", "2022-09-13T00:05"), "13 Sep 2022, 00:05"),
        (("2022-09-12", "2022-09-13"), "12 Sep 2022 to 13 Sep 2022"),
    ],
)
def test_dates_are_unambiguous(moments, words):
    assert wording.period(moments) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((150.0, None, "km2", True), "about 150 km²"),
        ((9.0, 15.0, "1", False), "9 to 15"),
        ((400_000.0, None, "1", False), "400\u202f000"),
        ((1.5, None, "km", False), "1.5 km"),
    ],
)
def test_numbers_keep_their_bounds_and_units(given, words):
    assert wording.amount(*given) == words


def test_a_speaker_group_goes_by_the_name_people_know():
    assert [wording.group_name(code, CASE) for code in ("ARM", "OSCE-SMM", "OSCE", "RUS", "UNKNOWN", "CSTO")] == [
        "Armenia", "Monitoring mission", "OSCE", "Russia", "An unnamed speaker", "CSTO",
    ]  # fmt: skip


def test_lists_read_as_a_sentence_does():
    assert [wording.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_related_events_fit_in_both_directions_and_less_than_equal_ones():
    matrix, words = fits()
    assert (matrix == matrix.T).all()
    assert (matrix.diagonal() == 1).all()
    assert matrix.shape == (len(EVENTS), len(EVENTS))
    assert all(matrix[EVENTS.index(a), EVENTS.index(b)] < 1 for a, b in words)
