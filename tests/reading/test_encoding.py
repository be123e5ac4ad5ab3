"""What the encoder is given: never whom a text names, only that it names its first, second ... actor."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.reading.context import Context
from merestone.reading.encoding import LONGEST_WINDOW, Encodable, Window, encodable, sides_of, windows_of
from merestone.reading.network import _product, reader_network
from merestone.reading.text import passages_of, text_of

KNOWN = Context(publisher="ARM-MOD", published=date(2023, 9, 13), title="On the shelling")


def prepared(text: str, context: Context = KNOWN) -> tuple[Encodable, list[Window]]:
    found = text_of(text)
    document = encodable(found, context)
    return document, windows_of(document, reader_network().cut, passages_of(found))


def same(left: list[Window], right: list[Window]) -> bool:
    return len(left) == len(right) and all(
        np.array_equal(getattr(a, field.name), getattr(b, field.name))
        for a, b in zip(left, right, strict=True)
        for field in dataclasses.fields(Window)
    )


def test_exchanging_the_parties_gives_the_encoder_the_same() -> None:
    one = "Azerbaijani forces shelled Armenian positions. Yerevan denied that Armenia had answered; Baku insisted."
    other = "Armenian forces shelled Azerbaijani positions. Baku denied that Azerbaijan had answered; Yerevan insisted."
    context = dataclasses.replace(KNOWN, publisher="AZE-MOD")
    assert same(prepared(one, dataclasses.replace(KNOWN, publisher="ARM-MOD"))[1], prepared(other, context)[1])


def test_any_two_states_are_read_by_the_same_weights() -> None:
    texts = ["{} shelled {} near the river.".format(*pair) for pair in (("Peru", "Ecuador"), ("Eritrea", "Djibouti"))]
    contexts = [dataclasses.replace(KNOWN, publisher=code) for code in ("PER-MOD", "ERI-MOD")]
    assert same(*(prepared(text, context)[1] for text, context in zip(texts, contexts, strict=True)))


def test_a_name_of_several_words_is_one() -> None:
    document, _ = prepared("The United Arab Emirates withdrew.")
    assert document.body.actor.count(0) == len(document.body.words) - 1


def test_the_heading_says_who_publishes_in_which_genre_under_which_title() -> None:
    document, _ = prepared("Azerbaijan denied it.")
    assert document.heading.words == ("", "defence", "ministry", ",", "statement", ":", "On", "the", "shelling")
    assert document.mentions[0].given == "publisher"
    assert document.actors[0].actor == "ARM"


def test_a_case_gives_its_sides() -> None:
    document, _ = prepared("Shots were fired.", dataclasses.replace(KNOWN, parties=("ARM", "AZE")))
    assert [m.given for m in document.mentions] == ["publisher", "side", "side"]
    assert [entry.actor for entry in document.actors] == ["ARM", "AZE"]


@pytest.mark.parametrize(
    ("text", "parties", "meant"),
    [
        ("The enemy fired.", ("ARM", "AZE"), "AZE"),
        ("Azerbaijan was warned. The opposing side fired.", (), "AZE"),
        ("Azerbaijan and Georgia were warned. The enemy fired.", (), None),
        ("The enemy fired.", (), None),
    ],
    ids=["the other side of the case", "the one other party named", "two others named", "nobody named"],
)
def test_the_enemy_is_the_one_other_party(text: str, parties: tuple[str, ...], meant: str | None) -> None:
    document, _ = prepared(text, dataclasses.replace(KNOWN, parties=parties, published=None))
    mentions = [m for m in document.mentions if m.mention is not None and m.mention.start >= text.index("The ")]
    assert [document.actors[m.actor].actor for m in mentions] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("named", "published", "sides"),
    [
        (["ARM"], date(2021, 1, 1), ["AZE"]),
        (["ARM", "UN"], date(2021, 1, 1), ["AZE"]),
        (["ARM", "AZE"], date(2021, 1, 1), []),
        (["SAU"], date(2010, 1, 1), []),
        (["ARM"], None, []),
    ],
    ids=["one party", "an observer is none", "both named", "before the time", "time unknown"],
)
def test_the_usual_opponent_is_a_side_only_where_the_text_names_one_party_alone(
    named: list[str], published: date | None, sides: list[str]
) -> None:
    assert sides_of(Context(published=published), named) == sides


def test_each_word_lies_fresh_in_one_window_and_no_window_is_too_long() -> None:
    text = "".join(f"At {hour}:00 the post near Qwxzyville-{hour} was shelled by ￼ guns of 152mm. " for hour in range(400))
    document, windows = prepared(text)
    fresh = [word for window in windows for word in window.words[window.fresh :]]
    heading = len(document.heading.words)
    assert fresh == list(range(heading, heading + len(document.body.words)))
    assert max(len(window.ids) for window in windows) <= LONGEST_WINDOW


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_windows_that_hold_it(text: str) -> None:
    document, windows = prepared(text)
    fresh = [int(word) for window in windows for word in window.words[window.fresh :]]
    heading = len(document.heading.words)
    assert fresh == list(range(heading, heading + len(document.body.words)))
    assert all(len(window.ids) <= LONGEST_WINDOW for window in windows)


@given(st.integers(0, 12), st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_the_product_of_sparse_flags_is_that_of_the_whole_matrices(words: int, shown: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    known = np.zeros((words, 7), np.float32)
    if words:
        known[random.integers(0, words, shown), random.integers(0, 7, shown)] = 0.6
    matrix = random.normal(size=(7, 5)).astype(np.float32)
    np.testing.assert_allclose(_product(known, matrix), known @ matrix, atol=1e-5)
