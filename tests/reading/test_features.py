"""What is seen of words and mentions without understanding them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from merestone.reading.context import Context
from merestone.reading.features import FLAGS, MENTION_FEATURES, PAIR_FEATURES, names_forces, pair_features, quoted
from merestone.reading.inputs import Inputs, inputs_of
from merestone.reading.network import reader_network
from merestone.reading.text import text_of


def inputs(text: str) -> Inputs:
    return inputs_of(text_of(text), Context(publisher="MEDIA", genre="news", published=date(2023, 9, 13)), reader_network().cut)


def features_of(text: str, words: str) -> set[str]:
    found = inputs(text)
    for row, mention in enumerate(found.document.mentions):
        if mention.mention and text[mention.mention.start : mention.mention.end] == words:
            return {name for name, value in zip(MENTION_FEATURES, found.mentions[row], strict=True) if value}
    raise AssertionError(words)


def flagged(text: str, flag: str) -> list[str]:
    found = inputs(text)
    rows = found.flags[:, FLAGS.index(flag)]
    return [text[slice(*span)] for span, on in zip(found.spans, rows, strict=True) if on and span[1]]


def test_quotations_open_and_close() -> None:
    words = ["he", "said", "“", "we", "fired", "”", "and", "left"]
    assert [w for w, inside in zip(words, quoted(words), strict=True) if inside] == ["“", "we", "fired"]


def test_a_quotation_that_nobody_closes_ends_at_last() -> None:
    assert not quoted(["“", *["word"] * 1000])[-1]


def test_words_are_flagged_by_the_vocabularies() -> None:
    text = "On 5 May two mortar shells were fired, the ministry said, near the border; a video shows it."
    assert flagged(text, "says") == ["said"]
    assert {"5", "May"} <= set(flagged(text, "time"))
    assert "two" in flagged(text, "number")
    assert "mortar" in flagged(text, "weapon")
    assert "video" in flagged(text, "proof")
    assert "border" in flagged(text, "line")


def test_a_mention_knows_what_stands_around_it() -> None:
    text = "The village was shelled by Azerbaijani forces, Armenia's defence ministry said."
    assert {"form adjective", "after by", "with MIL", "first in sentence"} <= features_of(text, "Azerbaijani")
    assert {"form name", "possessive", "says behind", "last in sentence"} <= features_of(text, "Armenia")


@pytest.mark.parametrize(
    ("text", "forces"),
    [
        ("The armed forces of Georgia advanced.", True),
        ("The armed forces of the Georgia advanced.", True),
        ("Georgia's troops advanced.", True),
        ("Georgia’s troops advanced.", True),
        ("Georgia advanced with troops.", False),
        ("The government of Georgia sent troops.", False),
        ("Georgia", False),
    ],
)
def test_forces_are_told_by_the_words_right_beside_the_name(text: str, forces: bool) -> None:
    document = inputs(text).document
    (word,) = [mention.word for mention in document.mentions if mention.mention]
    assert names_forces(document.body, word - len(document.heading.words)) is forces


def test_according_to_makes_a_source() -> None:
    assert "according to" in features_of("Shots were fired, according to Georgia.", "Georgia")


def test_a_mention_and_a_claim_know_how_they_stand_to_each_other() -> None:
    # words: 0 A  1 fired  2 at  3 B  .  4 C  5 said
    sentences = np.array([1, 1, 1, 1, 2, 2], np.int32)
    marks = np.zeros((6, 2), np.int32)
    quotes = np.zeros(6, np.int32)
    one = (np.array([value], np.int32) for value in (1, 0, 3))
    sources = np.array([False, False, True])
    found = pair_features(*one, np.array([0, 3, 4], np.int32), sources, sentences, marks, quotes)[0]
    on = [{name for name, value in zip(PAIR_FEATURES[:-1], row, strict=False) if value} for row in found]
    assert {"inside", "before", "same sentence", "nearest before", "near"} == on[0]
    assert {"inside", "behind", "same sentence", "nearest behind", "near"} == on[1]
    assert {"sentence behind"} == on[2]
