"""Words, sentences and passages of a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.reading.text import LONGEST_PASSAGE, LONGEST_SENTENCE, passages_of, text_of


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in text_of(text).words]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in text_of(text).sentences]


def test_words_are_runs_of_letters_and_digits_and_every_other_sign_for_itself() -> None:
    assert words("At 10:30 a 152mm gun (D-20) fired.") == [
        "At", "10", ":", "30", "a", "152mm", "gun", "(", "D", "-", "20", ")", "fired", ".",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shots were fired. Two men were hit.", ["Shots were fired.", "Two men were hit."]),
        ("Lt. Col. Aliyev spoke. He denied it.", ["Lt. Col. Aliyev spoke.", "He denied it."]),
        ("See No. 5 of the list. It is long.", ["See No. 5 of the list.", "It is long."]),
        ("“We held fire.” He left.", ["“We held fire.”", "He left."]),
        ("A heading\n\nThe text begins.", ["A heading", "The text begins."]),
        ("- one shot\n- two shots", ["- one shot", "- two shots"]),
        ("A paragraph that is only\nwrapped goes on.", ["A paragraph that is only\nwrapped goes on."]),
        ("At 5 p.m. the fire stopped.", ["At 5 p.m. the fire stopped."]),
        ("", []),
        ("   \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_sentence_without_an_end_is_ended() -> None:
    found = text_of("shots " * 1000)
    assert len(found.sentences) == -(-1000 // LONGEST_SENTENCE)


def test_passages_are_of_about_the_same_length_and_hold_every_sentence() -> None:
    found = text_of("Two shots were fired at the post. " * 200)
    passages = passages_of(found)
    assert passages[0][0] == 0
    assert passages[-1][1] == len(found.sentences)
    assert all(end == begin for (_, end), (begin, _) in pairwise(passages))
    lengths = [last - first for first, last in passages]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) * 8 <= LONGEST_PASSAGE + 8


@given(st.text(max_size=300))
def test_whatever_a_text_holds_its_parts_lie_in_it_in_order(text: str) -> None:
    found = text_of(text)
    reached = 0
    for start, end in found.sentences:
        assert reached <= start < end <= len(text)
        reached = end
    inside = [word for word in found.words if any(start <= word[0] and word[1] <= end for start, end in found.sentences)]
    assert inside == list(found.words)
    assert [place for first, last in passages_of(found) for place in range(first, last)] == list(range(len(found.sentences)))
