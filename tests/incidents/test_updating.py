"""A record that grows is matched around what is new, and comes out as if it had been matched whole."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.test_invariants import claims
from incidents.world import CASE, claim, tables
from merestone import incidents
from merestone.incidents import updating
from merestone.incidents.neighbourhood import Times, connected


def earlier(written, published="2022-09-14"):
    """The record of some claims."""
    told = tables(written, published)
    found = incidents.merge(*told, CASE)
    return incidents.Earlier(claims=told[0], documents=told[1], places=told[2], locations=told[3], incidents=found)


@given(claims(), claims())
@settings(max_examples=60, deadline=None)
def test_documents_added_changed_and_taken_away_give_what_the_whole_record_gives(before, after):
    new = incidents.merge(*tables(after), CASE, earlier=earlier(before))
    assert new.equals(incidents.merge(*tables(after), CASE))


@given(claims(), claims(), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_document_more_gives_what_the_whole_record_gives(before, more, later):
    def moved(one):
        day = None if one.time is None else tuple(_later(moment, later) for moment in one.time)
        document = f"e{later}{one.document}"
        return dataclasses.replace(one, id=f"{document}#{one.id.partition('#')[2]}", document=document, time=day)

    whole = [*before, *map(moved, more)]
    assert incidents.merge(*tables(whole), CASE, earlier=earlier(before)).equals(incidents.merge(*tables(whole), CASE))


@given(claims(), claims(), st.data())
@settings(max_examples=60, deadline=None)
def test_what_reviewers_decided_holds_for_a_record_that_changes(before, after, data):
    both = sorted({one.id for one in before} & {one.id for one in after})
    pairs = [(a, b) for n, a in enumerate(both) for b in both[n + 1 :]]
    joined = data.draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else []
    told = tables(before)
    found = incidents.merge(*told, CASE, together=joined)
    record = incidents.Earlier(claims=told[0], documents=told[1], places=told[2], locations=told[3], incidents=found)
    new = incidents.merge(*tables(after), CASE, together=joined, earlier=record)
    assert new.equals(incidents.merge(*tables(after), CASE, together=joined))


def _later(moment, days):
    return str(np.datetime64(moment[:10]) + days) + moment[10:]


def test_only_the_neighbourhood_of_a_new_document_is_matched_again(monkeypatch):
    old = [
        claim(f"d{month:02}{n}#0", "ARM-MOD", "fire", actor="AZE-MIL", at="Sotk", time=f"2021-{month:02}-15")
        for month in range(1, 13)
        for n in range(4)
    ]
    new = claim("e#0", "AZE-MOD", "fire", actor="ARM-MIL", at="Zod", time="2021-06-15")
    before = earlier(old)
    seen = []
    prepare = updating.prepare
    monkeypatch.setattr(updating, "prepare", lambda claims, *rest: seen.append(claims.num_rows) or prepare(claims, *rest))
    found = incidents.merge(*tables([*old, new]), CASE, earlier=before)
    assert seen
    assert max(seen) == 5
    assert found.equals(incidents.merge(*tables([*old, new]), CASE))


def test_nothing_new_changes_nothing(monkeypatch):
    record = earlier([claim("a#0", "ARM-MOD", "fire", at="Sotk"), claim("b#0", "AZE-MOD", "fire", at="Zod")])
    monkeypatch.setattr(updating, "assemble", None)
    same = incidents.merge(record.claims, record.documents, record.places, record.locations, CASE, earlier=record)
    assert same.equals(record.incidents)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_what_hangs_together_is_found(pairs):
    left, right = (np.asarray([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    root = connected(20, left, right)
    groups = {n: {n} for n in range(20)}
    for one, two in pairs:
        union = groups[one] | groups[two]
        groups.update(dict.fromkeys(union, union))
    assert root.tolist() == [min(groups[n]) for n in range(20)]


def test_claims_reach_those_whose_days_lie_close():
    times = Times(
        [("2022-01-01", "2022-01-01"), ("2022-01-06", "2022-01-06"), None, ("2022-03-01", "2022-03-01")],
        [None, None, "2022-01-13", None],
    )
    first = np.asarray([True, False, False, False])
    assert times.around(first, 1).tolist() == [True, True, False, False]
    assert times.around(first, 2).tolist() == [True, True, True, False]
