"""What decisions mean: an undo takes away, the author's latest counts, reviewers who disagree are both shown and none wins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.made import BRIDGE, CLAIMS, DOCUMENT, KAPAN, SOTK, TEXT, Chain, claim, place
from merestone.decisions.resolve import resolve


def resolved(chain, claims=CLAIMS, documents=(DOCUMENT,)):
    return resolve(chain.decisions, claims, documents)


def states(result):
    return {outcome.decision: outcome.state for outcome in result.outcomes}


def test_no_decision_changes_nothing():
    result = resolve([], CLAIMS, [DOCUMENT])
    assert (result.reviews, result.pins, result.together, result.apart, result.outcomes) == ({}, {}, (), (), ())


def test_accept_and_reject_give_a_claim_its_status():
    chain = Chain()
    chain.add("accept", "d#0")
    chain.add("reject", "d#1", "d#2")
    reviews = resolved(chain).reviews
    assert {name: review.status for name, review in reviews.items()} == {
        "d#0": "accepted",
        "d#1": "rejected",
        "d#2": "rejected",
    }


def test_a_correction_keeps_what_was_read():
    chain = Chain()
    name = chain.add("correct", "d#0", field="event", value="attack")
    (correction,) = resolved(chain).reviews["d#0"].corrections
    assert (correction.field, correction.was, correction.now) == ("event", '"fire"', '"attack"')
    assert (correction.decision, correction.author) == (name, "Anna")


def test_the_later_of_one_authors_decisions_counts():
    chain = Chain()
    chain.add("reject", "d#0")
    chain.add("accept", "d#0")
    result = resolved(chain)
    assert result.reviews["d#0"].status == "accepted"
    assert states(result) == {"d-0": "superseded", "d-1": "applied"}


def test_reviewers_who_agree_are_not_in_conflict():
    chain = Chain()
    chain.add("reject", "d#0", author="Anna")
    chain.add("reject", "d#0", author="Boris")
    result = resolved(chain)
    assert result.reviews["d#0"].status == "rejected"
    assert set(states(result).values()) == {"applied"}


def disagreement():
    chain = Chain()
    chain.add("correct", "d#0", author="Anna", field="event", value="attack")
    chain.add("correct", "d#0", author="Boris", field="event", value="threat")
    return chain


def test_where_reviewers_disagree_the_claim_stays_as_read_and_says_so():
    result = resolved(disagreement())
    review = result.reviews["d#0"]
    assert review.corrections == ()
    assert review.disputed == ("event",)
    assert states(result) == {"d-0": "conflict", "d-1": "conflict"}
    assert [outcome.against for outcome in result.outcomes] == [("d-1",), ("d-0",)]


def test_the_later_of_two_who_disagree_does_not_win_by_deciding_again():
    chain = disagreement()
    chain.add("correct", "d#0", author="Boris", field="event", value="statement")
    assert resolved(chain).reviews["d#0"].disputed == ("event",)


@pytest.mark.parametrize("author", ["Anna", "Boris", "Clara"])
def test_a_decision_that_names_both_settles_it(author):
    chain = disagreement()
    chain.add("correct", "d#0", author=author, field="event", value="threat", names=("d-0", "d-1"))
    result = resolved(chain)
    assert [c.now for c in result.reviews["d#0"].corrections] == ['"threat"']
    assert result.reviews["d#0"].disputed == ()
    assert states(result) == {"d-0": "superseded", "d-1": "superseded", "d-2": "applied"}


def test_naming_only_one_of_them_leaves_the_disagreement():
    chain = disagreement()
    chain.add("correct", "d#0", author="Anna", field="event", value="damage", names=("d-0",))
    assert resolved(chain).reviews["d#0"].disputed == ("event",)


def test_an_undo_of_one_settles_it_too():
    chain = disagreement()
    chain.undo("d-0", author="Anna")
    result = resolved(chain)
    assert [c.now for c in result.reviews["d#0"].corrections] == ['"threat"']
    assert states(result)["d-0"] == "undone"


def test_an_undone_undo_brings_the_decision_back():
    chain = Chain()
    rejected = chain.add("reject", "d#0")
    first = chain.undo(rejected)
    chain.undo(first)
    result = resolved(chain)
    assert result.reviews["d#0"].status == "rejected"
    assert states(result) == {"d-0": "applied", "d-1": "undone", "d-2": "applied"}


def test_an_undone_settlement_brings_the_disagreement_back():
    chain = disagreement()
    settled = chain.add("correct", "d#0", field="event", value="threat", names=("d-0", "d-1"))
    chain.undo(settled)
    assert resolved(chain).reviews["d#0"].disputed == ("event",)


def test_a_sensitive_mark_is_no_matter_of_votes():
    chain = Chain()
    chain.add("sensitive", "d#0", author="Anna")
    chain.add("accept", "d#0", author="Boris")
    assert resolved(chain).reviews["d#0"].sensitive
    chain.undo("d-0", author="Boris")
    assert not resolved(chain).reviews["d#0"].sensitive


def test_a_merge_holds_all_its_claims_together_and_a_split_parts_them():
    chain = Chain()
    chain.add("merge", "d#0", "d#1", "d#2", groups=[0, 1, 1])
    assert resolved(chain).together == (("d#0", "d#1"), ("d#1", "d#2"))
    chain = Chain()
    chain.add("split", "d#0", "d#1", "d#2", groups=[0, 0, 1])
    assert resolved(chain).apart == (("d#0", "d#2"), ("d#1", "d#2"))


def test_a_rejected_claim_does_not_break_what_it_joined():
    chain = Chain()
    chain.add("merge", "d#0", "d#1", groups=[0, 1])
    chain.add("merge", "d#1", "d#2", groups=[0, 1])
    chain.add("reject", "d#1")
    assert resolved(chain).together == (("d#0", "d#2"),)


def test_a_merge_and_a_split_by_two_reviewers_are_in_conflict():
    chain = Chain()
    chain.add("merge", "d#0", "d#1", groups=[0, 1], author="Anna")
    chain.add("split", "d#0", "d#1", groups=[0, 1], author="Boris")
    result = resolved(chain)
    assert (result.together, result.apart) == ((), ())
    assert result.reviews["d#0"].disputed == ("incident",)
    assert states(result) == {"d-0": "conflict", "d-1": "conflict"}


def test_merges_that_contradict_a_split_by_way_of_a_third_claim_are_in_conflict():
    chain = Chain()
    chain.add("merge", "d#0", "d#1", groups=[0, 1], author="Anna")
    chain.add("merge", "d#1", "d#2", groups=[0, 1], author="Boris")
    chain.add("split", "d#0", "d#2", groups=[0, 1], author="Clara")
    chain.add("split", "d#0", "d#3", groups=[0, 1], author="Clara")
    result = resolved(chain)
    assert result.together == ()
    assert result.apart == (("d#0", "d#3"),)
    assert states(result) == {"d-0": "conflict", "d-1": "conflict", "d-2": "conflict", "d-3": "applied"}


PIN = {"mention": place("Sotk"), "place": None, "lon": 45.9, "lat": 40.2, "radius_m": 300.0}


def test_a_pin_names_the_mention_it_was_given_for():
    twice = claim("d#0", "They fired at Sotk. They fired at Kapan. Two were killed near Sotk.", places=[
        place("Kapan"), place("Sotk"), place("Sotk", after=50),
    ])  # fmt: skip
    chain = Chain([twice])
    chain.add("pin", "d#0", field="places", value=PIN | {"mention": place("Sotk", after=50)})
    assert list(resolved(chain, [twice]).pins) == [("d#0", 2)]


def test_two_pins_of_one_mention_in_two_places_are_in_conflict():
    chain = Chain()
    chain.add("pin", "d#0", field="places", value=PIN, author="Anna")
    chain.add("pin", "d#0", field="places", value=PIN | {"lon": 46.0}, author="Boris")
    result = resolved(chain)
    assert result.pins == {}
    assert result.reviews["d#0"].disputed == ("places",)


def test_a_pin_of_a_corrected_place_finds_it():
    chain = Chain()
    chain.add("correct", "d#1", field="places", value=[place("Kapan"), place("Sotk")])
    chain.add("pin", "d#1", field="places", value=PIN)
    assert list(resolved(chain).pins) == [("d#1", 1)]


def test_a_decision_on_a_vanished_claim_is_kept_and_says_so():
    chain = Chain()
    chain.add("reject", "d#0")
    chain.add("comment", "d#3")
    result = resolved(chain, [KAPAN])
    assert states(result) == {"d-0": "vanished", "d-1": "vanished"}
    assert [outcome.missing for outcome in result.outcomes] == [1, 1]
    assert result.reviews == {}


def test_a_decision_of_which_some_claims_are_no_more_applies_to_the_others():
    chain = Chain()
    chain.add("accept", "d#0", "d#3")
    (outcome,) = resolved(chain, [SOTK]).outcomes
    assert (outcome.state, outcome.claims, outcome.missing) == ("applied", ("d#0",), 1)


def test_a_merge_of_which_one_claim_is_left_has_vanished():
    chain = Chain()
    chain.add("merge", "d#0", "d#3", groups=[0, 1])
    assert states(resolved(chain, [BRIDGE])) == {"d-0": "vanished"}


def test_a_corrected_event_that_is_now_read_so_is_found():
    chain = Chain()
    chain.add("correct", "d#0", field="event", value="attack")
    result = resolved(chain, [SOTK | {"event": "attack"}])
    assert states(result) == {"d-0": "applied"}
    assert result.reviews["d#0"].corrections == ()


def test_corrected_places_move_with_the_text_or_vanish():
    chain = Chain()
    chain.add("correct", "d#1", field="places", value=[place("Sotk")])
    moved_text = "A new heading.\n" + TEXT
    moved = claim("d#1", "They fired at Kapan.", text=moved_text)
    (correction,) = resolved(chain, [moved], [DOCUMENT | {"text": moved_text}]).reviews["d#1"].corrections
    assert f'"span":[{moved_text.index("Sotk")},' in correction.now
    gone_text = TEXT.replace("Sotk", "Zod")
    gone = claim("d#1", "They fired at Kapan.", text=gone_text)
    assert states(resolved(chain, [gone], [DOCUMENT | {"text": gone_text}])) == {"d-0": "vanished"}


KINDS = st.sampled_from(["accept", "reject", "sensitive", "comment", "correct", "merge", "split", "undo"])


@st.composite
def chains(draw):
    chain = Chain()
    for _ in range(draw(st.integers(1, 12))):
        kind, author = draw(KINDS), draw(st.sampled_from(["Anna", "Boris"]))
        targets = draw(st.lists(st.sampled_from(sorted(chain.claims)), min_size=2, max_size=4, unique=True))
        if kind == "undo":
            if chain.decisions:
                chain.undo(draw(st.sampled_from(chain.decisions)).id, author=author)
        elif kind == "correct":
            chain.add(kind, targets[0], author=author, field="event", value=draw(st.sampled_from(["attack", "threat", "fire"])))
        else:
            groups = [0, *[1] * (len(targets) - 1)] if kind in ("merge", "split") else None
            chain.add(kind, *targets, author=author, groups=groups)
    return chain


@given(chains(), st.permutations(CLAIMS))
@settings(max_examples=150, deadline=None)
def test_the_order_of_claims_does_not_matter(chain, shuffled):
    assert resolved(chain) == resolved(chain, shuffled)


@given(chains())
@settings(max_examples=150, deadline=None)
def test_what_is_joined_is_never_parted(chain):
    result = resolved(chain)
    sets = {name: {name} for name in chain.claims}
    for one, two in result.together:
        union = sets[one] | sets[two]
        for name in union:
            sets[name] = union
    assert all(two not in sets[one] for one, two in result.apart)
    rejected = {name for name, review in result.reviews.items() if review.status == "rejected"}
    assert not rejected & {name for pair in (*result.together, *result.apart) for name in pair}


@given(chains())
@settings(max_examples=150, deadline=None)
def test_every_decision_has_one_outcome_and_undoing_all_leaves_nothing(chain):
    result = resolved(chain)
    assert [outcome.decision for outcome in result.outcomes] == [decision.id for decision in chain.decisions]
    for decision in [d for d in chain.decisions if d.kind != "undo"]:
        if states(resolved(chain))[decision.id] != "undone":
            chain.undo(decision.id)
    result = resolved(chain)
    assert (result.reviews, result.together, result.apart) == ({}, (), ())


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("correct", "event", "war"),
        ("correct", "event", ["fire"]),
        ("correct", "time", ["yesterday", "today"]),
        ("correct", "places", [{"name": "Sotk"}]),
        ("correct", "places", [place("Sotk") | {"span": [14 - len(TEXT), 18 - len(TEXT)]}]),
        ("correct", "quantities", "many"),
        ("correct", "id", "d#9"),
        ("correct", None, "fire"),
        ("pin", "places", {"lon": 1}),
        ("pin", "places", PIN | {"radius_m": -1}),
        ("pin", "places", None),
    ],
)
def test_what_another_program_stored_and_no_field_may_hold_applies_to_nothing(kind, field, value):
    chain = Chain()
    chain.add(kind, "d#0", field=field, value=value)
    result = resolved(chain)
    assert states(result) == {"d-0": "vanished"}
    assert (result.reviews["d#0"].corrections, result.pins) == ((), {})
