"""The schedule of a withdrawal: what it keeps, that it is the shortest, and what is said where there is none."""

import dataclasses
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.withdrawal.exposure import exposures
from merestone.withdrawal.moves import Clauses, Conflict, Move, Phase, Schedule
from merestone.withdrawal.schedule import schedule
from withdrawal.schedule_checks import best_by_search, broken, imbalance, strength_moved

A, B = "ARM", "AZE"
KINDS = ("artillery", "tank", "troops")


def move(name, party, strength, section="1", kind="troops", km=5.0):
    return Move(name, party, section, kind, float(strength), km)


@st.composite
def cases(draw, most=5):
    count = draw(st.integers(1, most))
    moves = [
        Move(
            f"p{number}", draw(st.sampled_from((A, B))), draw(st.sampled_from(("1", "2"))), draw(st.sampled_from(KINDS)),
            float(draw(st.integers(1, 4)) * 10), float(draw(st.integers(1, 3))), draw(st.sampled_from((None, 0, 1))),
        )
        for number in range(count)
    ]  # fmt: skip
    names = [m.id for m in moves]
    basis = draw(st.sampled_from(("strength", "share")))
    limit = st.sampled_from((0.0, 0.5, 1.0)) if basis == "share" else st.sampled_from((0.0, 10.0, 30.0, 100.0))
    sections = draw(st.sets(st.sampled_from(("1", "2"))))
    caps = {
        party: draw(st.fixed_dictionaries({}, optional={
            "strength": st.sampled_from((40.0, 60.0)), "number": st.sampled_from((1.0, 2.0)), "km": st.sampled_from((3.0, 5.0)),
        })) for party in (A, B)
    }  # fmt: skip
    order = draw(st.sampled_from(((), (("artillery",), ("troops",)), (("artillery", "tank"), ("troops",)))))
    pairs = tuple(draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=2)))
    days = draw(st.sampled_from((None, 1, 2, 3)))
    phases = draw(st.sampled_from(((), (None, None), (1, 2), (2, 3), (1, 4), (2, None))))
    in_turn = bool(phases) and not order and draw(st.booleans())
    return moves, Clauses(
        (A, B), {s: draw(limit) for s in sorted(sections)}, basis, caps, order, pairs, days,
        tuple(Phase(f"phase {number}", by) for number, by in enumerate(phases)), in_turn,
    )  # fmt: skip


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(cases())
def test_it_is_as_short_and_as_even_as_the_best_of_all_schedules(case):
    moves, clauses = case
    best, found = best_by_search(moves, clauses), schedule(moves, clauses)
    if best is None:
        assert isinstance(found, Conflict)
        assert found.clauses
        return
    assert isinstance(found, Schedule)
    assert broken(moves, clauses, found.day) == []
    assert found.days == found.least_days == best[0] == max(found.day.values())
    assert found.imbalance == pytest.approx(best[1], abs=1e-5)
    assert imbalance(moves, clauses, found.day) == pytest.approx(found.imbalance, abs=1e-5)


@SLOW
@given(cases())
def test_without_any_one_of_the_clauses_that_conflict_there_is_a_schedule(case):
    moves, clauses = case
    found = schedule(moves, clauses)
    assume(isinstance(found, Conflict))
    from merestone.withdrawal.moves import only

    assert found.minimal
    assert best_by_search(moves, only(clauses, found.clauses)) is None
    for clause in found.clauses:
        rest = only(clauses, [other for other in found.clauses if other != clause])
        assert best_by_search(moves, rest) is not None, clause.words


@SLOW
@given(cases(most=9))
def test_swapping_the_parties_swaps_the_schedule(case):
    moves, clauses = case
    other = {A: B, B: A}
    swapped = [dataclasses.replace(m, party=other[m.party]) for m in moves]
    turned = dataclasses.replace(clauses, capacity={other[p]: limits for p, limits in clauses.capacity.items()})
    one, two = schedule(moves, clauses), schedule(swapped, turned)
    if isinstance(one, Schedule):
        assert one == two
    else:
        assert [(c.kind, tuple(other.get(part, part) for part in c.of)) for c in one.clauses] == [
            (c.kind, c.of) for c in two.clauses
        ]
        assert one.minimal == two.minimal


@SLOW
@given(cases(most=9), st.randoms())
def test_the_order_of_the_positions_does_not_matter(case, random):
    moves, clauses = case
    mixed = list(moves)
    random.shuffle(mixed)
    assert schedule(moves, clauses) == schedule(mixed, clauses)


def test_both_sides_move_together_and_heavy_weapons_first():
    moves = [move(f"{p}-{k}-{n}", p, 50, kind=k) for p in (A, B) for k in ("artillery", "troops") for n in range(2)]
    clauses = Clauses((A, B), {"1": 50.0}, capacity={A: {"number": 2}, B: {"number": 1}}, order=(("artillery",), ("troops",)))
    found = schedule(moves, clauses)
    assert broken(moves, clauses, found.day) == []
    assert found.days == 4
    assert found.imbalance == 0
    assert max(found.day[m.id] for m in moves if m.kind == "artillery") == 2


def test_a_mirror_image_moves_like_its_mirror_image():
    moves = [move(f"{p}{n}", p, 10 * (n + 1)) for p in (A, B) for n in range(4)]
    found = schedule(moves, Clauses((A, B), {"1": 20.0}, capacity={p: {"strength": 50.0} for p in (A, B)}))
    assert found.days == 2
    assert found.imbalance == 0


@pytest.mark.parametrize(
    ("clauses", "words"),
    [
        (Clauses((A, B), {"1": 50.0}), ["differ by 50", "ARM 300 and AZE 100"]),
        (Clauses((A, B), {}, capacity={A: {"strength": 100.0}}), ["ARM moves 100", "a0 alone takes 300"]),
        (Clauses((A, B), {}, before=(("a0", "b0"), ("b0", "a0"))), ["a0 goes before b0", "b0 goes before a0", "circle"]),
        (Clauses((A, B), {}, before=(("a0", "b0"),), days=1), ["a0 goes before b0", "1 day at most", "takes 2 days"]),
    ],
)  # fmt: skip
def test_what_conflicts_is_said_in_words(clauses, words):
    found = schedule([move("a0", A, 300), move("b0", B, 100)], clauses)
    assert isinstance(found, Conflict)
    for word in words:
        assert word in found.sentence()


@pytest.mark.parametrize(
    ("moves", "clauses", "code"),
    [
        ([move("x", A, 0)], Clauses((A, B), {}), "M830"),
        ([move("x", A, float("nan"))], Clauses((A, B), {}), "M830"),
        ([move("x", A, 1, section="")], Clauses((A, B), {}), "M830"),
        ([move("x", A, 1, kind="")], Clauses((A, B), {}), "M830"),
        ([move("x", A, 1, km=float("inf"))], Clauses((A, B), {}), "M830"),
        ([move("x", "GEO", 1)], Clauses((A, B), {}), "M831"),
        ([move("x", A, 1), move("x", B, 1)], Clauses((A, B), {}), "M832"),
        ([move("x", A, 1)], Clauses((A, B), {}, before=(("x", "y"),)), "M833"),
    ],
)  # fmt: skip
def test_what_cannot_be_scheduled_is_refused(moves, clauses, code):
    with pytest.raises(MerestoneError) as refused:
        schedule(moves, clauses)
    assert refused.value.code == code


def test_nothing_to_move_takes_no_day():
    assert schedule([], Clauses((A, B), {"1": 0.0})).days == 0


def test_many_positions_are_scheduled_within_every_clause():
    moves = [
        Move(f"{p}{n:03}", p, f"{n % 10}", KINDS[n * 7 % 3], float(10 + n * 13 % 50), float(2 + n % 20))
        for p in (A, B) for n in range(120)
    ]  # fmt: skip
    total = {p: sum(m.strength for m in moves if m.party == p) for p in (A, B)}
    capacity = {p: {"strength": total[p] / 9.5, "km": 300.0} for p in (A, B)}
    clauses = Clauses((A, B), {m.section: 0.25 for m in moves}, "share", capacity, tuple((kind,) for kind in KINDS))
    found = schedule(moves, clauses)
    assert isinstance(found, Schedule)
    assert broken(moves, clauses, found.day) == []
    assert found.least_days <= found.days == max(found.day.values())


def test_a_phase_has_gone_when_it_ends_and_the_next_begins_after_it():
    moves = [dataclasses.replace(move(f"{p}{n}", p, 10), phase=n // 2) for p in (A, B) for n in range(4)]
    clauses = Clauses(
        (A, B), {"1": 0.5}, "share", {p: {"number": 1.0} for p in (A, B)}, phases=(Phase("near", 2), Phase("far", 9)),
        in_turn=True,
    )  # fmt: skip
    found = schedule(moves, clauses)
    assert broken(moves, clauses, found.day) == []
    assert found.days == 4
    assert {found.day[m.id] for m in moves if m.phase == 0} == {1, 2}
    late = dataclasses.replace(clauses, phases=(Phase("near", 1), Phase("far", 9)))
    refused = schedule(moves, late)
    assert {clause.kind for clause in refused.clauses} == {"capacity", "phase"}
    assert "near by the evening of day 1" in refused.sentence()


def test_what_is_large_beside_what_is_allowed_is_still_counted_exactly():
    moves = [move("a", A, 9e8), move("c", A, 1), move("b", B, 9e8)]
    assert isinstance(schedule(moves, Clauses((A, B), {"1": 0.5})), Conflict)
    assert isinstance(schedule(moves, Clauses((A, B), {"1": 1.0})), Schedule)


def test_sets_that_only_balance_together_move_together():
    moves = [move("a0", A, 120), move("a1", A, 30), *(move(f"b{n}", B, 50) for n in range(3))]
    clauses = Clauses((A, B), {"1": 0.0}, "share")
    found = schedule(moves, clauses)
    assert broken(moves, clauses, found.day) == []
    assert found.days == 1


def test_sections_that_need_the_solver_are_mixed_and_not_strung_together():
    moves = [
        Move(f"{p}{section}{n}", p, str(section), "troops", strength, 1.0)
        for section in range(6) for p, strengths in ((A, (44, 21, 21, 14)), (B, (36, 29, 22, 13)))
        for n, strength in enumerate(strengths)
    ]  # fmt: skip
    clauses = Clauses((A, B), {str(section): 0.09 for section in range(6)}, "share", {p: {"number": 5.0} for p in (A, B)})
    found = schedule(moves, clauses)
    assert isinstance(found, Schedule)
    assert broken(moves, clauses, found.day) == []
    assert found.days <= 7


@SLOW
@given(cases(most=9))
def test_during_a_day_the_sides_differ_by_no_more_than_is_told(case):
    moves, clauses = case
    found = schedule(moves, clauses)
    assume(isinstance(found, Schedule))
    for each in exposures(moves, clauses, found.day):
        own = [m for m in moves if m.section == each.section]

        def apart(day, upto, own=own, section=each.section):
            gone = (strength_moved(own, day, party, section, upto, clauses.basis) for party in (A, B))
            return abs(next(gone) - next(gone))

        evenings = [apart(found.day, day) for day in range(1, found.days + 1)]
        assert each.evening == pytest.approx(float(max(evenings)), abs=1e-9)
        for first in (A, B):  # one side moves all of its day before the other begins
            halves = {m.id: 2 * found.day[m.id] + (m.party != first) for m in own}
            assert all(float(apart(halves, half)) <= each.within_day + 1e-9 for half in range(2, 2 * found.days + 2))
        assert each.evening <= each.within_day + 1e-12
        assert each.limit is None or each.evening <= each.limit + 1e-6


_SAME = """
import sys
from merestone.withdrawal.integer import Effort
from merestone.withdrawal.moves import Clauses, Move
from merestone.withdrawal.schedule import schedule
kinds = ("tank", "troops")
moves = [Move(f"{p}{n:02}", p, str(n % 3), kinds[n % 2], 10.0 + n * 7 % 23, 1.0 + n % 5) for p in "AB" for n in range(18)]
capacity = {p: {"strength": sum(m.strength for m in moves if m.party == p) / 6} for p in "AB"}
clauses = Clauses(("A", "B"), {str(s): 0.2 for s in range(3)}, "share", capacity, (("tank",), ("troops",)))
print(schedule(moves, clauses, Effort(nodes=int(sys.argv[1]), work=float(sys.argv[2]))))
"""


@pytest.mark.parametrize(("nodes", "work"), [("20000", "50"), ("1", "0.001")])
def test_it_is_the_same_in_every_process_also_where_effort_runs_out(nodes, work):
    told = {
        subprocess.run(
            [sys.executable, "-c", _SAME, nodes, work], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(told) == 1
    assert b"Schedule(" in told.pop()
