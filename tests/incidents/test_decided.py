"""What reviewers decide about incidents goes before every probability and bound."""

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.test_invariants import claims
from incidents.world import CASE, claim, tables, together
from merestone import incidents
from merestone.model import Incident, from_table


def merged(written, **decided):
    return from_table(Incident, incidents.merge(*tables(written), CASE, **decided))


FAR = [
    claim("a#0", "ARM-MOD", "fire", at="Sotk", time="2022-09-13"),
    claim("b#0", "AZE-MOD", "talks", at="Kapan", time="2022-11-20"),
    claim("b#1", "AZE-MOD", "fire", at="Zod", time="2022-09-13"),
]


def test_what_reviewers_join_is_one_incident_and_says_so():
    assert together(merged(FAR)) == {frozenset({"a#0", "b#1"}), frozenset({"b#0"})}
    (one,) = merged(FAR, together=[("a#0", "b#0"), ("a#0", "b#1")])
    assert together([one]) == {frozenset({"a#0", "b#0", "b#1"})}
    assert {join.because for join in one.joins} == {("a reviewer joined them",)}


def test_what_reviewers_join_does_not_pull_in_what_clearly_is_something_else():
    groups = together(merged(FAR, together=[("a#0", "b#0")]))
    assert groups == {frozenset({"a#0", "b#0"}), frozenset({"b#1"})}  # b#0 and b#1 are of one document, months apart


def test_what_reviewers_part_is_not_one_incident():
    assert together(merged(FAR, apart=[("a#0", "b#1")])) == {frozenset({"a#0"}), frozenset({"b#0"}), frozenset({"b#1"})}


def test_parting_one_pair_keeps_the_rest_together():
    written = [claim(f"{d}#0", s, "fire", at="Sotk") for d, s in (("a", "ARM-MOD"), ("b", "AZE-MOD"), ("c", "OSCE-SMM"))]
    assert len(merged(written)) == 1
    groups = together(merged(written, apart=[("a#0", "c#0")]))
    assert len(groups) == 2
    assert frozenset({"b#0", "a#0"}) in groups or frozenset({"b#0", "c#0"}) in groups


@given(claims(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_decisions_are_kept_and_no_claim_is_lost(written, data):
    ids = sorted(one.id for one in written)
    pairs = [(a, b) for n, a in enumerate(ids) for b in ids[n + 1 :]]
    joined = data.draw(st.lists(st.sampled_from(pairs), max_size=3)) if pairs else []
    sets = {name: {name} for name in ids}
    for one, two in joined:
        union = sets[one] | sets[two]
        for name in union:
            sets[name] = union
    free = [pair for pair in pairs if pair[1] not in sets[pair[0]]]
    parted = data.draw(st.lists(st.sampled_from(free), max_size=3)) if free else []
    groups = together(merged(written, together=joined, apart=parted))
    assert sorted(name for group in groups for name in group) == ids
    of = {name: group for group in groups for name in group}
    assert all(of[one] is of[two] for one, two in joined)
    assert all(of[one] is not of[two] for one, two in parted)
