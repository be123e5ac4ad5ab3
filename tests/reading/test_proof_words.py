"""Words by which a speaker offers proof."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Act, Event, Proof
from merestone.reading.proof_words import find_proofs, plain_proofs
from merestone.reading.text import text_of


def proofs(text: str, *, monitor: bool = False) -> list[Proof]:
    return [proof.kind for proof in find_proofs(text_of(text), monitor=monitor)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Video footage shows the strike.", "video"),
        ("As photographs show, the roof is gone.", "image"),
        ("As satellite images show, the base has grown.", "satellite"),
        ("Hospital records confirm it.", "document"),
        ("Eyewitness accounts confirm it.", "witness"),
        ("Residents said that shells fell.", "witness"),
        ("Shells fell, according to local residents.", "witness"),
        ("An on-site investigation established it.", "inspection"),
        ("Fragments of a rocket were found.", "inspection"),
    ],
)
def test_words_of_proof(text: str, kind: Proof) -> None:
    assert proofs(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "They met by video conference.",
        "Residents fled.",
        "The communications satellite was lost.",
        "He received a shrapnel wound.",
        "They signed the document.",
    ],
)
def test_words_that_only_look_like_proof(text: str) -> None:
    assert proofs(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The SMM camera in Avdiivka (17km north of Donetsk) recorded ten explosions.", "video"),
        ("An SMM mini-UAV spotted ten tanks.", "image"),
        ("The SMM saw fresh damage.", "inspection"),
        ("Hospital staff told the SMM of two deaths.", "witness"),
    ],
)
def test_what_a_monitor_looked_through_saw_and_was_told(text: str, kind: Proof) -> None:
    assert proofs(text, monitor=True) == [kind]
    assert proofs(text, monitor=False) == []


def test_the_drones_a_monitor_saw_are_no_proof() -> None:
    assert proofs("UAVs were observed over the line.", monitor=True) == []


def chosen(text: str, words: str, event: Event = "fire", act: Act = "asserts") -> tuple[Proof, ...]:
    start = text.index(words)
    return plain_proofs(event, act, find_proofs(text_of(text), monitor=False), (start, start + len(words)))


def test_proof_beside_a_claim_supports_it() -> None:
    assert chosen("Shells fell on the town, as satellite images show.", "Shells fell on the town") == ("satellite",)


def test_proof_of_another_sentence_does_not() -> None:
    assert chosen("Satellite images show craters. The town was shelled.", "The town was shelled") == ()


def test_demands_are_not_proved_and_no_witness_is_no_proof() -> None:
    assert chosen("They must stop, as the footage shows.", "They must stop", act="demands") == ()
    assert chosen("Shells fell, but no witnesses were found.", "Shells fell") == ()


FRAGMENTS = st.sampled_from(
    [
        "video",
        "residents",
        "said",
        "shows",
        "camera",
        "recorded",
        ".",
        "satellite",
        "no",
        "damage",
        "İ",
        "\ud800",
        "🙂",
        "by",
        "UAV",
        "were",
        "\n",
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map(" ".join) | st.text(), st.booleans())
@settings(max_examples=200)
def test_no_text_is_too_odd(text: str, monitor: bool) -> None:
    for proof in find_proofs(text_of(text), monitor=monitor):
        assert 0 <= proof.span[0] < proof.span[1] <= len(text)
        assert proof.sentence[0] <= proof.span[0]
