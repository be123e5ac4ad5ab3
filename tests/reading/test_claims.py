"""From a text to claims: which events, by which act, with which reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring import f1, matched, same_tuple

from merestone.model import Claim, Document, from_table, schema, to_table
from merestone.reading import read, read_document

CORPUS = [json.loads(line) for line in Path(__file__).with_name("corpus.jsonl").read_text(encoding="utf-8").splitlines()]
FILLED = ("event", "act", "time", "places", "quantities", "means", "evidence")


def document(text: str, **given_: Any) -> Document:
    values: dict[str, Any] = {"publisher": "ARM-MOD", "published": "2023-09-13", "title": "", "id": "d", **given_}
    return Document(item="0" * 64, part=0, text=text, **values)


def said(text: str, **given_: Any) -> list[tuple[str, str]]:
    return [(claim.act, claim.event) for claim in read_document(document(text, **given_))]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("On 5 May units of the Azerbaijani armed forces opened fire on Armenian positions near Sotk.", ("asserts", "fire")),
        ("Two soldiers were killed.", ("asserts", "killed")),
        ("The troops of Azerbaijan must be withdrawn from the territory of Armenia.", ("demands", "withdrawal")),
        ("Armenia reaffirms its proposal to carry out a mirror withdrawal of troops.", ("proposes", "withdrawal")),
        ("The statement that our units opened fire does not correspond to reality.", ("denies", "fire")),
        ("The Ministry strongly condemns the attack on the village.", ("evaluates", "attack")),
        ("They launched an offensive, occupying around 150 square kilometres of territory.", ("asserts", "occupation")),
        ("Azerbaijan has amassed troops along the border with Armenia.", ("asserts", "buildup")),
        ("The shelling was accompanied by the targeting of homes and schools.", ("asserts", "damage")),
    ],
)
def test_a_sentence_makes_a_claim(text: str, claim: tuple[str, str]) -> None:
    assert claim in said(text)


def test_coordinated_verbs_are_claims_of_their_own() -> None:
    events = [event for _, event in said("The shelling killed two soldiers and wounded three civilians near Goris.")]
    assert {"killed", "wounded"} <= set(events)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The weather will be fine on Monday, with light winds from the south.",
        "The museum shows forty paintings, and admission is free on Sundays.",
    ],
    ids=["nothing", "weather", "museum"],
)
def test_what_is_no_part_of_a_conflict_holds_no_claim(text: str) -> None:
    assert said(text, publisher="MEDIA", genre="news") == []


def test_every_filled_field_has_its_reason() -> None:
    text = "On 5 May 2023 two Armenian soldiers were killed by Azerbaijani mortar fire near Goris; a video shows it."
    claims = read_document(document(text))
    assert claims
    for claim in claims:
        reasons = {reason.field for reason in claim.because}
        filled = {field for field in FILLED if getattr(claim, field) not in (None, ())}
        assert filled <= reasons
        assert all(reason.span is None or text[slice(*reason.span)] == reason.words for reason in claim.because)


def test_ids_count_the_claims_in_text_order() -> None:
    claims = read_document(document(CORPUS[0]["text"], id="x"))
    assert [claim.id for claim in claims] == [f"x#{number}" for number in range(len(claims))]
    assert [claim.span[0] for claim in claims] == sorted(claim.span[0] for claim in claims)


def annotated(raw: dict[str, Any]) -> Document:
    names = ("id", "title", "publisher", "published", "language", "genre", "source_url", "text")
    return Document(item="0" * 64, part=0, **{name: raw[name] for name in names})


def test_the_annotated_documents_are_read_no_worse_than_before() -> None:
    gold = claims_found = right = tuples = 0
    for raw in CORPUS:
        claims = read_document(annotated(raw))
        pairs = [(g, c) for g, c in matched(raw["claims"], claims) if g["event"] == c.event]
        gold += len(raw["claims"])
        claims_found += len(claims)
        right += len(pairs)
        tuples += sum(same_tuple(g, c) for g, c in pairs)
    assert f1(right, claims_found, gold) >= 0.70
    assert f1(tuples, claims_found, gold) >= 0.35


def test_several_processes_read_the_same() -> None:
    table = to_table(Document, [annotated(raw) for raw in CORPUS[:4]])
    one, two = read(table), read(table, workers=2)
    assert one.equals(two)
    assert one.schema == schema(Claim)
    order = [raw["id"] for raw in CORPUS[:4]]
    assert list(dict.fromkeys(claim.document for claim in from_table(Claim, one))) == [
        i for i in order if i in set(one["document"].to_pylist())
    ]


def test_progress_counts_the_documents() -> None:
    seen: list[tuple[int, int]] = []
    read(to_table(Document, [annotated(raw) for raw in CORPUS[:2]]), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


PIECES = st.sampled_from(
    ["Azerbaijan", "Armenia", "the enemy", "opened fire", "killed", "two soldiers", "at 10:30", "on 5 May", "near Goris",
     "must", "withdraw", "150 km²", "mortars", "denies", "said that", "\n", ". ", "“", "”", "😀", "عربى", "\u202e", "2-3",
     "RA MFA"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=30).map(" ".join)),
    st.sampled_from(["statement", "news", "monitor_report"]),
)
def test_any_text_is_read_and_every_span_lies_in_it(text: str, genre: str) -> None:
    for claim in read_document(document(text, genre=genre, publisher=None, published=None)):
        assert 0 <= claim.span[0] < claim.span[1] <= len(text)
        for mention in claim.places:
            assert text[slice(*mention.span)] == mention.name
        for reason in claim.because:
            assert reason.span is None or 0 <= reason.span[0] <= reason.span[1] <= len(text)
