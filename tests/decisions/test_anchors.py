"""A claim is found again by its document, its characters and its event, in whatever the reader makes of the text later."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.made import CLAIMS, DOCUMENT, KAPAN, KILLED, SOTK, TEXT, claim
from merestone.decisions.anchors import Attacher, Texts, anchor, moved, overlap

TEXTS = Texts.of([DOCUMENT])


def found(wanted, claims, text=TEXT):
    return Attacher(claims, Texts.of([DOCUMENT | {"text": text}])).claim(anchor(wanted, TEXTS))


def test_each_claim_finds_itself():
    assert [found(one, CLAIMS) for one in CLAIMS] == [one["id"] for one in CLAIMS]


def test_a_claim_with_another_number_is_found():
    assert found(KILLED, [SOTK, KAPAN | {"id": "d#2"}, KILLED | {"id": "d#5"}]) == "d#5"


@pytest.mark.parametrize("words", ["fired at Kapan", "They fired at Kapan. Two", "at Kapan."])
def test_a_claim_cut_otherwise_is_found(words):
    assert found(KAPAN, [SOTK, claim("d#7", words), KILLED]) == "d#7"


def test_the_best_overlap_is_taken():
    assert found(KAPAN, [claim("d#0", TEXT[:41]), claim("d#1", "fired at Kapan.")]) == "d#1"


def test_another_event_at_the_same_place_is_another_claim():
    assert found(SOTK, [SOTK | {"event": "attack"}]) is None
    assert Attacher([SOTK | {"event": "attack"}], TEXTS).claim(anchor(SOTK, TEXTS), also=("attack",)) == "d#0"


def test_a_neighbour_of_the_same_event_is_another_claim():
    assert found(SOTK, [KAPAN]) is None


def test_of_two_claims_at_one_place_the_one_that_says_the_same_is_taken():
    one, two = SOTK | {"id": "d#0", "actor": "ARM-MIL"}, SOTK | {"id": "d#1", "actor": "AZE-MIL"}
    assert found(two, [one, two]) == "d#1"
    assert found(two, [one | {"id": "d#1"}, two | {"id": "d#0"}]) == "d#0"
    assert found(two, [two | {"id": "d#3"}, two | {"id": "d#2"}]) == "d#2"  # equal ones: the first by id


def test_a_text_that_begins_otherwise_moves_the_claim():
    text = "Statement of the Ministry\n\n" + TEXT
    assert found(KAPAN, [claim("d#4", "They fired at Kapan.", text=text)], text) == "d#4"


def test_another_document_has_none_of_its_claims():
    wanted = anchor(SOTK, TEXTS)
    assert Attacher(CLAIMS, Texts.of([DOCUMENT | {"item": "b" * 64}])).claim(wanted) is None
    assert Attacher(CLAIMS, Texts.of([DOCUMENT | {"part": 1}])).claim(wanted) is None


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_overlap_is_a_symmetric_share(start, length, other, extent):
    one, two = (start, start + length), (other, other + extent)
    shared = len(set(range(*one)) & set(range(*two)))
    expected = Fraction(shared, len(set(range(*one)) | set(range(*two)))) if shared * 2 >= min(length, extent) else 0
    assert overlap(one, two) == overlap(two, one) == expected


@given(st.text("ab ", min_size=1, max_size=30), st.data())
def test_words_are_moved_to_the_nearest_place_that_has_them(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = data.draw(st.text("ab", min_size=1, max_size=3))
    new = moved((start, end), words, text)
    places = [n for n in range(len(text)) if text.startswith(words, n)]
    if text[start:end] == words or not places:
        assert new == (start, end)
    else:
        assert text[slice(*new)] == words
        assert abs(new[0] - start) == min(abs(n - start) for n in places)
