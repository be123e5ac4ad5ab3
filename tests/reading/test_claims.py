"""From a text to claims: which events, by which act, with which reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from merestone.model import Claim, Document, from_table, schema, to_table
from merestone.reading import read, read_document, read_each
from merestone.reading.claims import LONGEST_PORTION, portions_of
from scoring import f1, matched, same_tuple

CORPUS = [json.loads(line) for line in Path(__file__).with_name("corpus.jsonl").read_text(encoding="utf-8").splitlines()]
FILLED = ("event", "act", "speaker", "actor", "target", "time", "places", "quantities", "means", "evidence")

FLOOR_CLAIM, FLOOR_TUPLE = 0.66, 0.30


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
        ("Dozens of homes and a school were destroyed by the shelling.", ("asserts", "damage")),
    ],
)
def test_a_sentence_makes_a_claim(text: str, claim: tuple[str, str]) -> None:
    assert claim in said(text)


def test_two_documents_at_a_time_are_read_as_one_after_the_other() -> None:
    documents = [document(raw["text"], id=raw["id"], publisher=raw["publisher"]) for raw in CORPUS[:24]]
    done: list[int] = []
    together = list(read_each(documents, progress=lambda number, total: done.append(number)))
    assert together == [read_document(one, threads=1) for one in documents]
    assert done == list(range(1, len(documents) + 1))


def test_what_breaks_off_while_reading_stops_the_rest() -> None:
    documents = [document("Two soldiers were killed.", id=str(number)) for number in range(50)]
    reading = read_each(documents)
    assert next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert list(read_each([])) == []


def test_a_word_that_joins_two_names_is_no_place() -> None:
    text = "The enemy must withdraw its troops from the sovereign territory of Armenia, the ministry added."
    named = [place.name for claim in read_document(document(text)) for place in claim.places]
    assert named
    assert "of" not in named


def test_the_armed_forces_of_a_state_are_its_forces_in_every_claim_of_the_sentence() -> None:
    text = "The armed forces of Azerbaijan launched an offensive, occupying around 150 square kilometres of territory."
    assert {claim.actor for claim in read_document(document(text))} == {"AZE-MIL"}


def test_coordinated_verbs_are_claims_of_their_own() -> None:
    events = [event for _, event in said("The shelling killed two soldiers and wounded three civilians near Goris.")]
    assert {"killed", "wounded"} <= set(events)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The weather will be fine on Monday, with light winds from the south.",
        "The museum shows forty paintings, and admission is free on Sundays.",
        "Was the village shelled by Azerbaijan last night?",
    ],
    ids=["nothing", "weather", "museum", "question"],
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
    # these documents were never learnt from; the floors stand a little below what was measured (docs/benchmarks.md)
    assert f1(right, claims_found, gold) >= FLOOR_CLAIM
    assert f1(tuples, claims_found, gold) >= FLOOR_TUPLE


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


def parts(claims: list[Claim]) -> list[tuple[str, str, str | None, str | None]]:
    return [(claim.act, claim.event, claim.actor, claim.target) for claim in claims]


def test_a_denial_denies_what_the_accuser_said() -> None:
    text = "The claim of the Armenian side that Azerbaijani units opened fire on Armenian positions is false."
    claims = read_document(document(text, publisher="AZE-MOD"))
    assert ("denies", "fire") in [(claim.act, claim.event) for claim in claims]
    assert "AZE" in {(claim.actor or "").split("-")[0] for claim in claims if claim.event == "fire"}


def test_the_adversary_is_the_other_side_of_the_case() -> None:
    text = "Last night units of the adversary opened fire at our positions near Sotk with mortars."
    claims = read_document(document(text, publisher="ARM-MOD"), parties=("ARM", "AZE"))
    assert [(c.event, (c.actor or "")[:3], (c.target or "")[:3]) for c in claims] == [("fire", "AZE", "ARM")]


def test_exchanging_the_parties_of_a_text_exchanges_those_of_its_claims() -> None:
    text = (
        "On 5 May {0} armed forces shelled {1} positions near the river with mortars, killing two {1} soldiers. "
        "{2} denied it and demanded that {3} withdraw its troops from the territory of {2}."
    )
    one = read_document(document(text.format("Peruvian", "Ecuadorian", "Ecuador", "Peru"), publisher="ECU-MOD"))
    other = read_document(document(text.format("Ecuadorian", "Peruvian", "Peru", "Ecuador"), publisher="PER-MOD"))
    exchanged = {"PER": "ECU", "ECU": "PER", None: None}

    def swapped(code: str | None) -> str | None:
        return code and code.replace(code[:3], exchanged[code[:3]] or "")

    assert one
    assert [(c.act, c.event, c.speaker, c.actor, c.target, c.confidence) for c in one] == [
        (c.act, c.event, swapped(c.speaker), swapped(c.actor), swapped(c.target), c.confidence) for c in other
    ]


def test_a_monitor_reports_from_where_it_stood_in_which_direction_and_how_far() -> None:
    text = "Positioned in Shyrokyne on 5 May, the SMM heard 44 undetermined explosions 3-8km north-west."
    claims = read_document(document(text, publisher="OSCE-SMM", genre="monitor_report", published="2017-05-06"))
    (sighting,) = [claim.observation for claim in claims if claim.observation]
    assert (sighting.observer_at, sighting.bearing, sighting.distance_km) == ("Shyrokyne", ("north-west",), (3.0, 8.0))
    assert ("explosions", 44.0) in [(q.what, q.value) for claim in claims for q in claim.quantities]


def test_confidence_is_stated_and_above_what_is_left_out() -> None:
    claims = read_document(document(CORPUS[0]["text"]))
    assert all(claim.confidence is not None and 0.3 <= claim.confidence <= 1 for claim in claims)


def test_a_long_document_is_read_in_portions_as_its_paragraphs_are() -> None:
    paragraph = "On 5 May 2023 two Armenian soldiers were killed by Azerbaijani mortar fire near Goris.\n\n"
    text = paragraph * (1 + LONGEST_PORTION // len(paragraph))
    claims = read_document(document(text))
    assert claims[-1].span[1] > LONGEST_PORTION
    assert all(text[slice(*place.span)] == place.name for claim in claims for place in claim.places)
    assert len({claim.id for claim in claims}) == len(claims)


def test_portions_hold_the_whole_text_and_are_cut_between_words() -> None:
    text = "word " * 40_000
    portions = list(portions_of(text))
    assert "".join(text[start:end] for start, end in portions) == text
    assert all(end - start <= LONGEST_PORTION for start, end in portions)
    assert all(text[end - 1] == " " for _, end in portions)
