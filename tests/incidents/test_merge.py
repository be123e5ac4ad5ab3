"""Claims about the same thing stand together; claims about different things do not."""

import dataclasses

import pytest

from incidents.world import CASE, answers, claim, comparison, merged, tables, together
from merestone import incidents
from merestone.case import SourceEntry
from merestone.incidents.assembly import identity

BOTH_SIDES = [
    claim("a#0", "ARM-MOD", "fire", actor="AZE-MIL", target="ARM-MIL", at="Sotk"),
    claim("b#0", "AZE-MOD", "fire", actor="ARM-MIL", target="AZE-MIL", at="Zod"),
]


def test_each_side_accusing_the_other_of_the_same_night_is_one_contested_incident():
    (incident,) = merged(BOTH_SIDES)
    assert [version.speaker for version in incident.versions] == ["ARM", "AZE"]
    assert incident.contested
    assert comparison(incident, "who") == ("conflict", "Azerbaijan vs Armenia")
    assert incident.parties == ("ARM", "AZE")


def test_an_incident_is_named_after_its_claims_alone():
    (incident,) = merged(BOTH_SIDES)
    assert incident.id == identity(["b#0", "a#0"]) == identity(["a#0", "b#0"])
    assert incident.id.startswith("i-")
    assert len(incident.id) == 14


def test_fire_and_what_followed_from_it_are_one_incident():
    found = merged(
        [
            *BOTH_SIDES,
            claim("a#1", "ARM-MOD", "killed", actor="AZE-MIL", target="ARM-MIL", killed=4),
            claim("a#2", "ARM-MOD", "damage", actor="AZE-MIL", target="ARM-CIV"),
        ]
    )
    assert together(found) == {frozenset({"a#0", "a#1", "a#2", "b#0"})}


@pytest.mark.parametrize(
    "other",
    [
        claim("b#0", "AZE-MOD", "fire", actor="ARM-MIL", target="AZE-MIL", at="Kapan"),
        claim("b#0", "AZE-MOD", "fire", actor="ARM-MIL", target="AZE-MIL", at="Zod", time="2022-09-20"),
        claim("b#0", "AZE-MOD", "legal_action", actor="AZE-GOV", target="ARM-GOV", at="Zod"),
        claim("b#0", "AZE-MOD", "fire", act="warns", actor="AZE-MIL", at="Zod"),
        claim("b#0", "USA-MFA", "fire", actor="RUS-MIL", target="UKR-MIL"),
    ],
    ids=["another place", "another week", "another event", "another act", "another conflict"],
)
def test_what_differs_in_place_time_event_act_or_conflict_stays_apart(other):
    assert together(merged([BOTH_SIDES[0], other])) == {frozenset({"a#0"}), frozenset({"b#0"})}


def test_one_document_may_hold_two_incidents_of_one_day():
    found = merged(
        [
            claim("a#0", "ARM-MOD", "fire", actor="AZE-MIL", at="Sotk", time="2022-09-13T05:00"),
            claim("a#1", "ARM-MOD", "fire", actor="AZE-MIL", at="Sotk", time="2022-09-13T21:00"),
            claim("b#0", "AZE-MOD", "fire", actor="ARM-MIL", at="Zod"),
        ]
    )
    assert {len(group) for group in together(found)} == {1, 2}


def test_no_chain_of_days_becomes_one_incident():
    days = [claim(f"d{n:02}#0", "ARM-MOD", "fire", actor="AZE-MIL", at="Sotk", time=f"2022-09-{n:02}") for n in range(1, 29)]
    for incident in merged(days):
        assert (incident.ends - incident.begins).days <= 3


def test_a_demand_is_an_incident_of_its_own_kind_and_repeated_demands_stand_together():
    demand = {"act": "demands", "time": None, "actor": "AZE-MIL", "target": "ARM-TERR"}
    found = merged(
        [claim("a#0", "ARM-MFA", "withdrawal", **demand), claim("a#3", "ARM-MFA", "withdrawal", **demand), *BOTH_SIDES[1:]]
    )
    assert together(found) == {frozenset({"a#0", "a#3"}), frozenset({"b#0"})}
    (asked,) = (incident for incident in found if incident.event == "withdrawal")
    assert asked.time is asked.begins is asked.ends is None
    assert asked.summary == "Armenia (ARM-MFA) demands a withdrawal."


def test_a_demand_made_of_one_party_is_not_the_demand_made_of_the_other():
    ask = {"act": "demands", "time": None}
    found = merged(
        [
            claim("a#0", "ARM-MFA", "withdrawal", actor="AZE-MIL", **ask),
            claim("b#0", "AZE-MFA", "withdrawal", actor="ARM-MIL", **ask),
        ]
    )
    assert len(found) == 2


def test_a_denial_stands_beside_what_it_denies():
    (incident,) = merged(
        [BOTH_SIDES[0], claim("b#0", "AZE-MOD", "fire", act="denies", actor="AZE-MIL", target="ARM-MIL", at="Zod")]
    )
    (denial,) = incident.versions[1].denials
    assert (denial.claim, denial.denies) == ("b#0", ("a#0",))
    assert incident.contested
    assert answers(incident, "happened") == {"ARM": "says so", "AZE": "denies it"}
    assert incident.summary == (
        "Armenia (ARM-MOD) reports fire near Sotk / Zod on 13 Sep 2022; Azerbaijan (AZE-MOD) denies it; "
        "no independent report in the record."
    )


def test_a_denial_without_a_date_finds_what_it_answers():
    found = merged([BOTH_SIDES[0], claim("b#0", "AZE-MOD", "fire", act="denies", actor="AZE-MIL", target="ARM-MIL", time=None)])
    assert len(found) == 1
    assert found[0].versions[1].denials[0].denies == ("a#0",)


def test_a_denial_with_nothing_to_deny_is_kept():
    (incident,) = merged([claim("b#0", "AZE-MOD", "fire", act="denies", actor="AZE-MIL")])
    assert incident.versions[0].denials[0].denies == ()
    assert not incident.contested


def test_numbers_that_do_not_meet_show_the_size_of_the_conflict():
    (incident,) = merged(
        [
            claim("a#0", "ARM-MOD", "killed", actor="ARM-MIL", target="AZE-MIL", killed=49, at="Sotk"),
            claim("b#0", "AZE-MOD", "killed", actor="ARM-MIL", target="AZE-MIL", killed=0, at="Zod"),
        ]
    )
    assert comparison(incident, "killed:AZE") == ("conflict", "49 vs 0")
    assert incident.contested
    assert "on how many of Azerbaijan were killed they differ: 49 vs 0" in incident.summary


def test_approximate_numbers_agree_within_their_bounds():
    area = {"actor": "AZE-MIL", "target": "ARM-TERR", "at": "Sotk"}
    (incident,) = merged(
        [claim("a#0", "ARM-MFA", "occupation", area=150, **area), claim("m#0", "OSCE-SMM", "occupation", area=140, **area)]
    )
    assert comparison(incident, "area") == ("agree", "")
    assert answers(incident, "area") == {"ARM": "about 150 km²", "OSCE-SMM": "about 140 km²"}


def test_silence_is_no_answer():
    (incident,) = merged(BOTH_SIDES[:1])
    assert {c.agreement for c in incident.comparisons} == {"single"}
    assert not incident.contested
    assert "Azerbaijan says nothing of it in this record" in incident.summary


def test_parties_come_first_then_third_parties_then_monitors_then_media():
    speakers = ("MEDIA", "OSCE-SMM", "USA-MFA", "AZE-MOD", "ARM-MOD")
    (incident,) = merged(
        [claim(f"{n}#0", who, "fire", actor="AZE-MIL", target="ARM-MIL", at="Sotk") for n, who in enumerate(speakers)]
    )
    assert [v.speaker for v in incident.versions] == ["ARM", "AZE", "USA", "OSCE-SMM", "MEDIA"]
    assert "no independent report" not in incident.summary


def test_who_is_said_to_have_acted_is_told_with_who_says_it():
    pair = merged(BOTH_SIDES)[0]
    assert "each says the other fired" in pair.summary
    (three,) = merged([*BOTH_SIDES, claim("m#0", "OSCE-SMM", "fire", actor="ARM-MIL", target="AZE-MIL", at="Sotk")])
    assert (
        "they differ on who acted: Armenia names Azerbaijan, Azerbaijan names Armenia, Monitoring mission names Armenia"
        in three.summary
    )


def test_joins_span_the_incident_and_give_reasons():
    found = merged([*BOTH_SIDES, claim("a#1", "ARM-MOD", "wounded", actor="AZE-MIL", target="ARM-MIL")])
    for incident in found:
        assert len(incident.joins) == sum(len(v.claims) for v in incident.versions) - 1
        for join in incident.joins:
            assert 0.5 <= join.probability <= 1
            assert join.because


def test_clock_times_are_read_in_the_zone_of_who_gives_them():
    elsewhere = SourceEntry(code="OSCE-SMM", name="Monitoring mission", affiliation="monitor", time_zone="America/New_York")
    case = dataclasses.replace(CASE, file=dataclasses.replace(CASE.file, sources=(elsewhere,)))
    fire = {"actor": "AZE-MIL", "target": "ARM-MIL", "at": "Sotk"}
    heard = [
        claim("a#0", "ARM-MOD", "fire", time="2022-09-13T00:05", **fire),
        claim("m#0", "OSCE-SMM", "fire", time="2022-09-12T16:05", **fire),
    ]
    (incident,) = merged(heard, case)
    assert incident.begins.isoformat() == "2022-09-12T20:05:00+00:00"
    assert comparison(incident, "when")[0] == "agree"
    assert len(merged(heard)) == 2


def test_no_claims_make_no_incidents():
    assert incidents.merge(*tables([]), CASE).num_rows == 0
