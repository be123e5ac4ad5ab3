"""Who counts as a source of its own, and what the sources of an incident amount to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.world import CASE, claim, merged
from merestone.incidents.near_duplicates import NEAR, likeness, near_duplicates, signature
from merestone.model import Claim, Incident

REPORT = (
    "Residents of the village said that shells fell near the school at noon and that two roofs burned until the evening, while "
    "firefighters from the district town could not reach the place because the road lay under fire for several hours."
)
OTHER = (
    "A correspondent who drove along the lake counted nine craters beside the road, spoke with a baker whose windows had "
    "gone, and was told by soldiers at a post that the night before had been the loudest since the spring of the year before."
)


def one(claims: list[Claim], about: dict[str, dict[str, Any]] | None = None) -> Incident:
    (incident,) = merged(claims, about=about)
    return incident


def fire(identity: str, speaker: str, actor: str | None = "AZE-MIL", target: str | None = "ARM-MIL", **given: Any) -> Claim:
    return claim(identity, speaker, given.pop("event", "fire"), actor=actor, target=target, at="Sotk", **given)


def grades(incident: Incident) -> dict[str, tuple[str, ...]]:
    return {grade.grade: grade.claims for grade in incident.corroboration}


def test_offices_of_one_party_are_one_source():
    found = one([fire("a#0", "ARM-MOD"), fire("b#0", "ARM-MFA")])
    assert found.independent_sources == 1
    assert [(voice.speakers, voice.claims) for voice in found.voices] == [(("ARM",), ("a#0", "b#0"))]


def test_who_is_quoted_speaks_and_not_who_prints_it():
    found = one(
        [fire("a#0", "ARM-MOD"), fire("n#0", "ARM-MOD")], {"n": {"publisher": "MEDIA", "source_url": "https://news.example/1"}}
    )
    (voice,) = found.voices
    assert voice.because == ("quoted by MEDIA",)
    assert found.independent_sources == 1


def test_an_unnamed_source_is_the_voice_of_who_prints_it():
    found = one([fire("a#0", "ARM-MOD"), fire("b#0", "UNKNOWN")], {"b": {"publisher": "ARM-MFA"}})
    assert found.independent_sources == 1
    assert found.voices[0].claims == ("a#0", "b#0")


def outlets(first: str, second: str, **more: Any) -> Incident:
    return one(
        [fire("m#0", "MEDIA"), fire("n#0", "MEDIA")],
        {
            "m": {"publisher": "MEDIA", "source_url": "https://www.one.example/a", "text": first},
            "n": {"publisher": "MEDIA", "source_url": "https://two.example/b", "text": second, **more},
        },
    )


def test_outlets_with_texts_of_their_own_are_independent():
    found = outlets(REPORT, OTHER)
    assert found.independent_sources == 2
    assert grades(found)["independent_sources"] == ("m#0", "n#0")


def test_a_repost_is_no_second_source():
    found = outlets(REPORT, REPORT.replace("noon", "midday").upper())
    assert found.independent_sources == 1
    (voice,) = found.voices
    assert voice.documents == ("m", "n")
    assert "m and n share" in voice.because[0]
    assert "independent_sources" not in grades(found)


def test_the_same_short_sentence_is_no_copy():
    assert outlets("Fire was opened at Sotk.", "Fire was opened at Sotk.").independent_sources == 2


def test_two_pages_of_one_outlet_are_one_source():
    assert outlets(REPORT, OTHER, source_url="https://one.example/c").independent_sources == 1


def test_one_address_is_one_source():
    found = outlets(REPORT, OTHER, source_url="https://www.one.example/a")
    assert found.independent_sources == 1


def test_an_outlet_that_prints_a_statement_as_it_stands_is_no_source():
    found = one([fire("a#0", "ARM-MOD"), fire("m#0", "MEDIA")], {"a": {"text": REPORT}, "m": {"text": "Yerevan. " + REPORT}})
    assert [voice.speakers for voice in found.voices] == [("ARM", "MEDIA")]
    assert found.voices[0].affiliation == "party"


def test_compiled_data_sets_count_only_where_nobody_else_speaks():
    rows = {name: {"form": form, "text": "x"} for name, form in (("u", "ucdp"), ("l", "acled"))}
    alone = one([fire("u#0", "UCDP"), fire("l#0", "ACLED")], rows)
    assert alone.independent_sources == 1
    assert alone.voices[0].compiled
    beside = one([fire("u#0", "UCDP"), fire("l#0", "ACLED"), fire("o#0", "OSCE-SMM")], rows)
    assert beside.independent_sources == 1
    assert {voice.speakers: voice.counts for voice in beside.voices} == {("ACLED", "UCDP"): False, ("OSCE-SMM",): True}


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        (["ARM-MOD"], {"one_party"}), (["AZE-MOD"], {"one_party"}), (["ARM-MOD", "AZE-MOD"], {"both_parties"}),
        (["OSCE-SMM"], {"monitor"}), (["ARM-MOD", "OSCE-SMM"], {"one_party", "monitor"}),
        (["OSCE-SMM", "RUS-MFA"], {"monitor", "independent_sources"}),
    ],
)  # fmt: skip
def test_each_grade_lists_the_claims_that_earn_it(speakers, expected):
    found = one([fire(f"d{n}#0", speaker) for n, speaker in enumerate(speakers)])
    assert set(grades(found)) == expected
    for grade in found.corroboration:
        assert set(grade.claims) <= {f"d{n}#0" for n in range(len(speakers))}
        assert grade.words


def test_a_sensor_corroborates_without_saying_what_it_was():
    heat = fire("f#0", "FIRMS", actor=None, target=None, event="burning")
    found = one([fire("a#0", "ARM-MOD"), heat], {"f": {"form": "firms"}})
    assert grades(found)["sensor"] == ("f#0",)
    assert found.event == "fire"
    assert {voice.speakers: voice.counts for voice in found.voices} == {("ARM",): True, ("FIRMS",): False}
    assert "NASA FIRMS saw burning there" in found.summary
    assert [(version.speaker, version.affiliation) for version in found.versions] == [("ARM", "party"), ("FIRMS", "sensor")]


def test_a_denial_contests_and_is_no_source():
    found = one([fire("a#0", "ARM-MOD"), fire("b#0", "AZE-MOD", act="denies")])
    assert found.independent_sources == 1
    assert grades(found) == {"one_party": ("a#0",), "contested": ("a#0", "b#0")}


def test_demands_and_comments_earn_nothing():
    (found,) = merged([claim("a#0", "ARM-MOD", "withdrawal", act="demands", actor="AZE-MIL", at="Sotk")])
    assert (found.corroboration, found.voices, found.independent_sources) == ((), (), 0)


def test_accusations_that_mirror_each_other_stand_side_by_side():
    claims = [fire("a#0", "ARM-MOD"), fire("b#0", "AZE-MOD", "ARM-MIL", "AZE-MIL")]
    (mirrored,) = one(claims).counter_accusations
    assert (mirrored.left, mirrored.left_claims, mirrored.right, mirrored.right_claims) == ("ARM", ("a#0",), "AZE", ("b#0",))
    assert mirrored.words == "each says the other fired"
    replies = [fire("a#1", "ARM-MOD", "ARM-MIL", None), fire("b#1", "AZE-MOD", "AZE-MIL", None)]
    (began,) = one([*claims, *replies]).counter_accusations
    assert began.words == "each says the other fired first"
    assert began.replies == ("a#1", "b#1")


def test_one_accusation_alone_mirrors_nothing():
    assert one([fire("a#0", "ARM-MOD"), fire("b#0", "AZE-MOD", act="denies")]).counter_accusations == ()


def test_a_contradiction_has_a_size_and_silence_is_no_agreement():
    found = one([
        claim("a#0", "ARM-MOD", "killed", target="ARM-MIL", killed=49, at="Sotk"),
        claim("b#0", "AZE-MOD", "killed", act="denies", target="ARM-MIL", at="Sotk"),
        claim("o#0", "OSCE-SMM", "killed", at="Sotk"),
    ])  # fmt: skip
    killed = next(c for c in found.comparisons if c.question == "killed:ARM")
    assert (killed.agreement, killed.difference, killed.size, killed.unit) == ("conflict", "49 vs none", 49, "1")
    assert killed.silent == ("OSCE-SMM",)
    where = next(c for c in found.comparisons if c.question == "where")
    assert (where.agreement, where.size, where.unit, where.silent) == ("agree", None, None, ())


@pytest.mark.parametrize(("apart", "agreement", "size"), [(0, "agree", None), (1, "conflict", 0.0), (20, "conflict", 0.32)])
def test_times_contradict_each_other_by_hours(apart, agreement, size):
    at = [("2022-09-13T10:00", "2022-09-13T10:00"), (f"2022-09-13T10:{apart:02}", f"2022-09-13T10:{apart:02}")]
    found = one([fire("a#0", "ARM-MOD", time=at[0]), fire("o#0", "OSCE-SMM", time=at[1])])
    when = next(c for c in found.comparisons if c.question == "when")
    assert (when.agreement, when.size) == (agreement, size)


def test_exchanging_the_parties_exchanges_the_result():
    def told(left: str, right: str) -> tuple[Any, ...]:
        swap = {"ARM": left, "AZE": right}
        found = one([
            fire("a#0", f"{swap['ARM']}-MOD", f"{swap['AZE']}-MIL", f"{swap['ARM']}-MIL"),
            fire("b#0", f"{swap['AZE']}-MOD", f"{swap['ARM']}-MIL", f"{swap['AZE']}-MIL"), fire("o#0", "OSCE-SMM", None, None),
        ])  # fmt: skip
        return grades(found), found.independent_sources, found.counter_accusations[0].words

    assert told("ARM", "AZE") == told("AZE", "ARM")
    assert CASE.parties == ("ARM", "AZE")


# --------------------------------------------------------------------------------------------------------------------------
# texts

WORDS = ("fire", "shell", "road", "post", "house", "noon", "river", "hill", "north", "east", "two", "nine")
words = st.lists(st.sampled_from(WORDS), min_size=12, max_size=60)


@given(words, words)
def test_the_estimate_is_near_the_share_in_common(one, two):
    left, right = ({tuple(text[at : at + 5]) for at in range(len(text) - 4)} for text in (one, two))
    share = len(left & right) / len(left | right)
    assert abs(likeness(signature(" ".join(one)), signature(" ".join(two))) - share) < 0.25  # over five standard errors


@given(st.lists(words, max_size=5))
def test_copies_are_found_whatever_their_case_and_punctuation(texts):
    plain = [" ".join(text) for text in texts]
    both = [signature(text) for text in (*plain, *(text.upper().replace(" ", ", ") for text in plain))]
    pairs = {(a, b) for a, b, share in near_duplicates(both) if share >= NEAR}
    assert pairs >= {(n, n + len(plain)) for n in range(len(plain))}


def test_many_copies_are_found_without_comparing_all_with_all():
    found = near_duplicates([signature(REPORT)] * 300 + [signature(OTHER)])
    assert {b for _, b, _ in found} == set(range(1, 300))
    assert len(found) < 1_000


@pytest.mark.parametrize("text", ["", " ", "!", "one", "two words", "\ud800", "a" * 100_000])
def test_any_text_has_a_signature(text):
    assert likeness(signature(text), signature(text)) == 1.0
