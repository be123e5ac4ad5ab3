"""What holds for any claims: no claim is lost, no order matters, no side is favoured."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.world import CASE, SPOTS, claim, merged, tables, together
from merestone import incidents
from merestone.model import Claim

ACTORS = st.sampled_from([None, "ARM-MIL", "AZE-MIL", "ARM-GOV", "AZE-GOV", "RUS-MIL"])
BANNED = re.compile(r"\b(confirm\w*|enem(y|ies)|liberat\w*|terroris\w*|true|lie[sd]?|regime|admit\w*)\b", re.IGNORECASE)


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """A handful of claims of several documents, some dated, some placed."""
    out = []
    for document in range(draw(st.integers(1, 5))):
        speaker = draw(st.sampled_from(["ARM-MOD", "AZE-MOD", "ARM-MFA", "AZE-MFA", "OSCE-SMM", "RUS-MFA", "MEDIA"]))
        for number in range(draw(st.integers(1, 4))):
            first = draw(st.integers(10, 16))
            time = draw(
                st.sampled_from(
                    [None, f"2022-09-{first}", f"2022-09-{first}T23:30", (f"2022-09-{first}", f"2022-09-{first + 1}")]
                )
            )
            out.append(
                claim(
                    f"d{document}#{number}",
                    speaker,
                    draw(st.sampled_from(["fire", "attack", "killed", "withdrawal", "talks"])),
                    act=draw(st.sampled_from(["asserts", "asserts", "denies", "demands", "evaluates"])),
                    actor=draw(ACTORS),
                    target=draw(ACTORS),
                    time=time,
                    at=draw(st.sampled_from([None, "Nowhere", *SPOTS])),
                    **draw(st.sampled_from([{}, {"killed": 0}, {"killed": 49}])),
                )
            )
    return out


def exchanged(code: str | None) -> str | None:
    """The same office of the other party."""
    return code and code.replace("ARM", "???").replace("AZE", "ARM").replace("???", "AZE")


@given(claims())
@settings(max_examples=60, deadline=None)
def test_every_claim_is_in_exactly_one_incident(written):
    told = [c for incident in merged(written) for version in incident.versions for c in version.claims]
    assert sorted(told) == sorted(one.id for one in written)


@given(claims(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(written, random):
    given_tables = tables(written)
    shuffled = []
    for table in given_tables:
        order = list(range(table.num_rows))
        random.shuffle(order)
        shuffled.append(table.take(np.asarray(order, dtype=np.int64)))
    once = incidents.merge(*given_tables, CASE)
    assert once.equals(incidents.merge(*shuffled, CASE))
    assert once.equals(incidents.merge(*given_tables, CASE))


@given(claims())
@settings(max_examples=60, deadline=None)
def test_exchanging_the_parties_mirrors_the_result(written):
    mirror = [
        dataclasses.replace(one, speaker=exchanged(one.speaker), actor=exchanged(one.actor), target=exchanged(one.target))
        for one in written
    ]
    here, there = merged(written), merged(mirror)
    assert together(here) == together(there)
    for one, other in zip(here, there, strict=True):
        assert (one.id, one.event, one.time, one.contested) == (other.id, other.event, other.time, other.contested)
        assert [(j.left, j.right, j.probability) for j in one.joins] == [(j.left, j.right, j.probability) for j in other.joins]
        assert tuple(sorted(map(exchanged, one.parties))) == other.parties
        sides = {exchanged(v.speaker): (v.claims, v.denials) for v in one.versions}
        assert sides == {v.speaker: (v.claims, v.denials) for v in other.versions}
        asked = {":".join(exchanged(part) for part in c.question.split(":")): c.agreement for c in one.comparisons}
        assert asked == {c.question: c.agreement for c in other.comparisons}


@given(claims())
@settings(max_examples=40, deadline=None)
def test_a_claim_about_something_else_changes_nothing(written):
    far = claim("far#0", "UKR-MOD", "fire", actor="RUS-MIL", target="UKR-MIL", time="2015-02-01")
    before = {incident.id: incident for incident in merged(written)}
    after = {incident.id: incident for incident in merged([*written, far])}
    assert {key: value for key, value in after.items() if key in before} == before
    assert len(after) == len(before) + 1


@given(claims())
@settings(max_examples=60, deadline=None)
def test_summaries_are_one_plain_sentence_without_a_verdict(written):
    for incident in merged(written):
        assert not BANNED.search(incident.summary)
        assert incident.summary.endswith(".")
        assert incident.summary.count(". ") == 0
        assert not re.search(r"\d{4}-\d\d-\d\d", incident.summary)


@given(claims())
@settings(max_examples=60, deadline=None)
def test_an_incident_holds_all_times_of_its_claims_and_stays_bounded(written):
    by_id = {one.id: one for one in written}
    for incident in merged(written):
        times = [by_id[c].time for v in incident.versions for c in v.claims if by_id[c].time]
        assert (incident.time is None) == (not times)
        if times:
            assert incident.time[0][:10] == min(time[0][:10] for time in times)
            assert incident.time[1][:10] == max(time[1][:10] for time in times)
            assert incident.begins < incident.ends
            assert (incident.ends - incident.begins).total_seconds() <= 3 * 86_400
