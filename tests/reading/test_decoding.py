"""From scores to claims in the making, with scores set by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.reading.decoding import merged, place_ranges
from merestone.reading.function_words import is_joining, question_begins


def rows(*values: tuple[float, int, int, int, int]) -> list[tuple[float, int]]:
    chance, at, first, last, event = (np.array(column) for column in zip(*values, strict=True))
    return merged(chance, at, first, last, event)


def test_anchors_of_one_event_around_the_same_words_are_one_claim_and_add_up() -> None:
    ((probability, row),) = rows((0.5, 3, 0, 9, 1), (0.3, 4, 0, 9, 1))
    assert row == 0
    assert probability == pytest.approx(1 - 0.5 * 0.7)


def test_claims_of_two_events_in_the_same_words_stay_two() -> None:
    assert len(rows((0.5, 3, 0, 9, 1), (0.5, 3, 0, 9, 2))) == 2


def test_two_claims_of_one_event_in_two_clauses_stay_two() -> None:
    assert len(rows((0.5, 3, 0, 5, 1), (0.5, 8, 6, 12, 1))) == 2


def test_claims_come_in_the_order_of_the_text() -> None:
    assert [row for _, row in rows((0.2, 8, 6, 12, 1), (0.9, 3, 0, 5, 1))] == [1, 0]


@given(st.lists(st.sampled_from([0, 1, 2]), max_size=20))
def test_places_are_runs_of_tagged_words(tags: list[int]) -> None:
    logits = np.eye(3, dtype=np.float32)[tags].reshape(-1, 3)
    found = place_ranges(logits, np.ones(len(tags), np.int32))
    assert [word for first, last in found for word in range(first, last + 1)] == [w for w, tag in enumerate(tags) if tag]


def test_the_heading_holds_no_place() -> None:
    assert place_ranges(np.eye(3, dtype=np.float32)[[1, 1]], np.array([0, 1], np.int32)) == [(1, 1)]


@pytest.mark.parametrize(
    ("sentence", "begins"),
    [
        ("Was the village shelled ?", 0),
        ("“ Did Azerbaijan open fire ? ”", 1),
        ("Who shelled the village ?", None),
        ("Did they not shell the village ?", None),
        ("Was the village shelled , it was .", None),
        ("The village was shelled ?", None),
        ("?", None),
        ("", None),
    ],
)
def test_a_question_to_be_answered_with_yes_or_no_is_told_by_its_first_word(sentence: str, begins: int | None) -> None:
    assert question_begins(sentence.split()) == begins


def test_words_that_join_are_no_place_by_themselves() -> None:
    assert is_joining("of")
    assert is_joining("The")
    assert not is_joining("Of-the-wall")
