"""Where to look next: how much a choice covers, and what is known of the best."""

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.withdrawal import coverage
from merestone.withdrawal.coverage import choose


def reached(covers, weight, chosen):
    return float(weight[covers[list(chosen)].any(axis=0)].sum()) if len(chosen) else 0.0


@st.composite
def problems(draw):
    candidates, things = draw(st.integers(1, 7)), draw(st.integers(1, 8))
    covers = np.array(
        draw(st.lists(st.lists(st.booleans(), min_size=things, max_size=things), min_size=candidates, max_size=candidates))
    )
    weight = np.array(draw(st.lists(st.integers(0, 9), min_size=things, max_size=things)), dtype=float)
    return covers, weight, draw(st.integers(0, 4))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_a_small_choice_is_the_best_of_all(problem):
    covers, weight, most = problem
    found = choose(covers, weight, most)
    best = max(reached(covers, weight, some) for some in itertools.combinations(range(len(covers)), min(most, len(covers))))
    assert math.isclose(found.total, best, abs_tol=1e-9)
    assert math.isclose(found.total, reached(covers, weight, found.candidates), abs_tol=1e-9)
    assert math.isclose(sum(found.gains), found.total, abs_tol=1e-9)
    assert len(found.candidates) <= most
    assert found.exact


@settings(max_examples=100, deadline=None)
@given(problems())
def test_the_greedy_choice_keeps_its_bounds(problem):
    covers, weight, most = problem
    small, coverage.EXACT = coverage.EXACT, 0
    try:
        found = choose(covers, weight, most)
    finally:
        coverage.EXACT = small
    best = max(reached(covers, weight, some) for some in itertools.combinations(range(len(covers)), min(most, len(covers))))
    assert found.total >= (1 - 1 / math.e) * best - 1e-9
    assert found.total - 1e-9 <= best
    if len(found.candidates) == min(most, len(covers)):
        assert best <= found.bound + 1e-9


def test_no_more_is_taken_than_is_enough():
    covers = np.eye(4, dtype=bool)
    found = choose(covers, np.array([8.0, 1.0, 1.0, 1.0]), 4, enough=0.7)
    assert found.candidates == (0,)


def test_the_greedy_trap_is_seen_through():
    covers = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], dtype=bool)
    assert choose(covers, np.ones(6), 2).candidates == (1, 2)
