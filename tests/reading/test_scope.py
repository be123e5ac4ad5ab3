"""Only what belongs to a conflict is read; the words of a passage tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.model import Document
from merestone.reading import read_document, scope
from merestone.reading.explain import left_out
from merestone.reading.text import passages_of, text_of

CORPUS = [json.loads(line) for line in Path(__file__).with_name("corpus.jsonl").read_text(encoding="utf-8").splitlines()]

ORDINARY = {
    "crime": (
        "A 34-year-old man was shot and killed outside a nightclub early on Sunday, police said. Officers arrested "
        "two suspects after a chase through the city; a judge ordered that they be held without bail until the "
        "hearing on Monday."
    ),
    "flood": (
        "Flood water destroyed forty homes and damaged a school when the river left its banks. Firefighters "
        "evacuated residents by boat, and the county opened a shelter in the high school."
    ),
    "sport": (
        "The visitors attacked from the first whistle, and their captain fired two shots against the post before "
        "half time. The home side withdrew its striker and was beaten 3-0 before 40,000 fans."
    ),
    "labour": (
        "Talks between the company and the union of its drivers broke down on Friday, and nurses will walk out of "
        "three hospitals next week. Management accused the union of refusing an offer of four percent, and jobs "
        "are at risk."
    ),
    "health": (
        "Health officials reported six new cases of the virus, and two patients died in hospital. Schools in the "
        "county stay closed until Wednesday while students are tested."
    ),
    "parade": (
        "The army band plays in the park on Saturday to raise money for the children's hospital. Tickets cost five "
        "dollars, and the city closes Main Street to traffic from noon."
    ),
}
CONFLICT = (
    "Two soldiers were killed.",
    "Our positions came under fire from mortars last night.",
    "The parties agreed to extend the ceasefire until May.",
    "The Ministry of Foreign Affairs condemns the occupation of the village and demands the immediate withdrawal of forces.",
    "The SMM heard 12 undetermined explosions 3-5km north.",
    "SHELLING OF THE VILLAGE CONTINUED, ONE CIVILIAN WOUNDED",
)


def document(text: str) -> Document:
    return Document(id="d", item="0" * 64, part=0, title="", text=text, publisher="MEDIA", published="2020-05-05", genre="news")


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_crime_disaster_sport_and_labour_hold_no_claim_even_when_read(text: str) -> None:
    assert read_document(document(text)) == []
    assert read_document(document(text), everything=True) == []


@pytest.mark.parametrize("text", CONFLICT)
def test_a_single_sentence_of_a_conflict_is_read(text: str) -> None:
    found = text_of(text)
    assert scope.in_scope(found, passages_of(found)) == passages_of(found)


def test_every_annotated_document_with_a_claim_is_read_whole() -> None:
    for raw in CORPUS:
        if raw["claims"]:
            found = text_of(raw["text"])
            assert scope.in_scope(found, passages_of(found)) == passages_of(found), raw["id"]


def test_in_a_digest_only_what_speaks_of_a_conflict_is_read() -> None:
    found = text_of("\n\n".join([*ORDINARY.values()] * 8 + [CONFLICT[3]] * 20))
    passages = passages_of(found)
    kept = scope.in_scope(found, passages)
    assert kept
    assert kept == passages[-len(kept) :]
    assert len(kept) < len(passages) / 2


def test_a_text_in_words_that_nobody_weighed_is_read() -> None:
    found = text_of("Сторони домовилися про режим тиші. 停火協議已簽署。")
    assert scope.in_scope(found, passages_of(found)) == passages_of(found)


def test_what_was_left_out_is_explained_and_can_be_read_all_the_same() -> None:
    mixed = document(" ".join([ORDINARY["crime"], ORDINARY["parade"], CONFLICT[0]]))
    assert read_document(mixed) == []
    lines = "\n".join(left_out(mixed))
    assert "it speaks of no conflict" in lines
    assert "army +" in lines
    assert "money -" in lines
    assert "--everything" in lines
    assert [claim.event for claim in read_document(mixed, everything=True)] == ["killed"]
    assert list(left_out(document(CONFLICT[0]))) == []


@given(st.lists(st.sampled_from(sorted(scope.weights())), min_size=1, max_size=30), st.randoms())
def test_neither_order_nor_capitals_nor_repetition_change_the_sum(words: list[str], random: object) -> None:
    mixed = [*words, *words]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert scope.score(" ".join(mixed).upper()) == scope.score(" ".join(words)) or any("ß" in word for word in words)
