"""Names of places are found in any text, each with the characters it stands at."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.naming.recognition import Recogniser, kind_of, recognise, recogniser, spans_of, words_of
from merestone.reading.text import characters_of, text_of

ROOT = Path(__file__).parents[3]
GAZETTEER = Gazetteer()

WORDS = st.sampled_from(
    ["Goris", "Kapan", "in", "the", "village", "of", "New", "York", "U.S.", "Armenian", "said", ".", ",", "\n", "\n\n", "Paris",
     "Hilton", "5", "km", "north", "’s", "-", "Va.", "St.", "\ud800", "\u2028", "Ереван", "東京", "İstanbul", "a\u0301",
     "🙂", "A" * 70]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join))


def names(text: str, kind: str | None = None) -> list[str]:
    return [one.text for one in recognise(text, GAZETTEER) if kind in (None, one.kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The convoy left Goris for Kapan on Tuesday.", ["Goris", "Kapan"]),
        ("Fighting was reported near Kharkiv and in the Donetsk region.", ["Kharkiv", "Donetsk"]),
        ("Ministers met in New York City, then in Washington, D.C., officials said.", ["New York City", "Washington"]),
        ("He grew up in Charlottesville, Va., and moved to San Francisco.", ["Charlottesville", "Va", "San Francisco"]),
    ],
)
def test_places_are_found_whole(text: str, expected: list[str]) -> None:
    found = names(text)
    assert len(found) >= len(expected)
    for name in expected:
        assert any(one.startswith(name) for one in found), (name, found)


def test_peoples_are_found_and_told_apart() -> None:
    text = "The Armenian minister told Russian reporters in Moscow that Azerbaijanis had left."
    assert names(text, "people") == ["Armenian", "Russian", "Azerbaijanis"]
    assert names(text, "place") == ["Moscow"]
    assert (kind_of("Texans"), kind_of("Texas"), kind_of("N.C.")) == ("people", "place", "place")


def test_a_person_named_like_a_place_is_none() -> None:
    assert "Paris" not in " ".join(names("Paris Hilton said she was tired. “I am going home,” Hilton said."))
    assert names("Mr. Washington and Mrs. London declined to comment, their lawyer said.") == []


def test_text_without_a_name_gives_none() -> None:
    for text in ("", " ", "\n", "nothing happened here today", "12:30", "...", "\ud800"):
        assert names(text) == []


@settings(deadline=None)
@given(TEXTS)
def test_spans_lie_inside_the_text_in_order_apart_and_hold_their_words(text: str) -> None:
    found = recognise(text, GAZETTEER)
    last = 0
    for one in found:
        assert last <= one.start < one.end <= len(text)
        assert one.text.strip() == one.text != ""
        assert 0 <= one.probability <= 1
        assert one.text == characters_of(text)[one.start : one.end]
        last = one.end
    assert recognise(text, GAZETTEER) == found


def test_a_text_of_nothing_but_capitals_is_read_in_pieces() -> None:
    text = " ".join(f"Goris{number % 97} Kapan New" for number in range(8000))
    found = recognise(text, GAZETTEER)
    assert all(0 <= one.start < one.end <= len(text) for one in found)


@given(st.lists(st.tuples(*[st.floats(0.01, 1.0)] * 3), max_size=40))
def test_nothing_is_inside_of_a_name_that_has_not_begun(rows: list[tuple[float, ...]]) -> None:
    tags = np.array(rows, np.float32).reshape(-1, 3)
    tags /= tags.sum(axis=1, keepdims=True) if len(tags) else 1
    last = -1
    for first, end, probability in spans_of(tags):
        assert last < first <= end < len(tags)
        assert 0 <= probability <= 1
        last = end


def test_what_is_read_side_by_side_changes_no_word() -> None:
    one, other = "He went to Goris on Tuesday. " * 7, "They left Kapan by train at night. " * 9
    together = recogniser().tags(words_of(text_of(one + "\n\n" + other), GAZETTEER))
    apart = recogniser().tags(words_of(text_of(one), GAZETTEER))
    assert together.shape[1] == 3
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)
    assert np.allclose(together[: len(apart) - 12], apart[:-12], atol=0.2)


def test_the_weights_belong_to_the_embeddings_that_are_shipped() -> None:
    made = json.loads((ROOT / "training" / "recogniser_made_from.json").read_text(encoding="utf-8"))
    shipped = resources.files("merestone.reading").joinpath("data", "encoder", "embeddings.npz").read_bytes()
    assert made["embeddings.npz"] == hashlib.sha256(shipped).hexdigest(), "run `make toponyms`: the encoder has changed"
    assert isinstance(recogniser(), Recogniser)
