"""Proofs: what a speaker offers as evidence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Act, Event, Proof
from merestone.reading.context import Candidate
from merestone.reading.parsing import parse
from merestone.reading.proofs import proofs_of_claim


def proofs(
    text: str, words: str | None = None, event: Event = "damage", act: Act = "asserts", *, monitor: bool = False
) -> tuple[Proof, ...]:
    part = words or text
    start = text.index(part)
    candidate = Candidate(start=start, end=start + len(part), event=event, act=act, trigger=None)
    return proofs_of_claim(parse(text), candidate, monitor=monitor)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Video recordings of the torture are available.", ("video",)),
        ("Satellite images show burnt houses.", ("satellite",)),
        ("Photographs and videos show burnt houses.", ("image", "video")),
        ("The records of the hospital name 20 victims.", ("document",)),
        ("Eyewitnesses saw houses burning.", ("witness",)),
        ("The commission inspected the ruins.", ("inspection",)),
        ("Houses were burnt.", ()),
        ("The leaders spoke by video link.", ()),
    ],
)
def test_words_that_offer_proof(text: str, expected: tuple[Proof, ...]) -> None:
    assert proofs(text) == expected


def test_proof_named_beside_the_claim_counts_within_its_sentence_only() -> None:
    text = "The village was burnt, as satellite images show. The school stands."
    assert proofs(text, "The village was burnt") == ("satellite",)
    assert proofs(text, "The school stands") == ()


def test_a_demand_is_not_proved() -> None:
    assert proofs("They must hand over the videos.", act="demands") == ()


def test_a_camera_is_proof_in_a_monitors_report_only() -> None:
    text = "The camera in Avdiivka recorded 51 explosions."
    assert proofs(text, event="fire", monitor=True) == ("video",)
    assert proofs(text, event="fire") == ()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=100), st.booleans())
def test_any_text_is_read(text: str, monitor: bool) -> None:
    doc = parse(text)
    candidate = Candidate(start=0, end=len(text), event="fire", act="asserts", trigger=None)
    found, because = proofs_of_claim(doc, candidate, monitor=monitor)
    assert len(set(found)) == len(found) == len(because)
