"""Groups of pairs: the likeliest join first, nothing joins that must not, and nothing depends on what else is there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.incidents.bars import All, Apart, OncePerSource
from merestone.incidents.columns import stamps
from merestone.incidents.linkage import FLOOR, Links, cluster

SIZE = 12
PAIRS = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-3000, 3000),
    max_size=40,
)
STAMP = stamps([f"r{n}" for n in range(SIZE)])


def links(pairs):
    rows = sorted(pairs)
    left, right = np.asarray(rows, dtype=np.int64).reshape(-1, 2).T
    return Links(left, right, np.asarray([pairs[row] for row in rows], dtype=np.int64))


def groups(found):
    return {frozenset(np.flatnonzero(found == one).tolist()) for one in set(found.tolist())}


def one_after_the_other(pairs, barred):
    """Kruskal's algorithm with pairs that must not come together, for pairs of different likelihood."""
    of = {n: {n} for n in range(SIZE)}
    for one, two in sorted(pairs, key=lambda pair: -pairs[pair]):
        union = of[one] | of[two]
        if pairs[one, two] >= 0 and not any(a in union and b in union for a, b in barred):
            of.update(dict.fromkeys(union, union))
    return {frozenset(some) for some in of.values()}


@given(PAIRS, st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda p: p[0] < p[1]), max_size=6))
@settings(deadline=None)
def test_by_the_best_pair_rounds_give_what_joining_one_after_the_other_gives(pairs, barred):
    different = {pair: value * 100 + number for number, (pair, value) in enumerate(sorted(pairs.items()))}
    apart = np.asarray(sorted(barred), dtype=np.int64).reshape(-1, 2)
    found = cluster(links(different), STAMP, Apart(SIZE, apart[:, 0], apart[:, 1]), "best", 0)
    assert groups(found) == one_after_the_other(different, barred)


@given(PAIRS, st.lists(st.integers(-1, 3), min_size=SIZE, max_size=SIZE), st.sampled_from(["mean", "best"]))
@settings(deadline=None)
def test_no_source_is_twice_in_a_group(pairs, source, linkage):
    found = cluster(links(pairs), STAMP, OncePerSource(np.asarray(source)), linkage, 0)
    for group in groups(found):
        known = [source[n] for n in group if source[n] >= 0]
        assert len(known) == len(set(known))


@given(PAIRS, st.sampled_from(["mean", "best"]))
@settings(deadline=None)
def test_reports_that_hang_together_with_others_change_nothing(pairs, linkage):
    alone = cluster(links(pairs), STAMP, All(), linkage, 0)
    more = {(one + SIZE, two + SIZE): value for (one, two), value in pairs.items()}
    both = cluster(links(pairs | more), np.concatenate([STAMP, STAMP]), All(), linkage, 0)
    assert groups(both[:SIZE]) == groups(alone)
    assert (both[SIZE:] == alone + SIZE).all()


@given(PAIRS)
@settings(deadline=None)
def test_groups_by_the_mean_are_likely_on_the_whole(pairs):
    found = cluster(links(pairs), STAMP, All(), "mean", 0)
    for group in groups(found):
        members = sorted(group)
        if len(members) == 2:
            assert pairs[members[0], members[1]] >= 0


def test_a_chain_of_likely_pairs_is_no_group_where_the_mean_counts():
    chain = {(n, n + 1): 1000 for n in range(SIZE - 1)}
    assert groups(cluster(links(chain), STAMP, All(), "best", 0)) == {frozenset(range(SIZE))}
    assert max(map(len, groups(cluster(links(chain), STAMP, All(), "mean", 0)))) == 2
    assert FLOOR < -1000


@pytest.mark.parametrize("linkage", ["mean", "best"])
def test_thousands_of_equal_pairs_take_few_rounds(linkage):
    size, rounds = 20_000, []

    class Counting(All):
        def join(self, kept, gone):
            rounds.append(len(kept))

    line = np.arange(size - 1, dtype=np.int64)
    cluster(Links(line, line + 1, np.full(size - 1, 5000)), stamps([str(n) for n in range(size)]), Counting(), linkage, 0)
    assert len(rounds) < 60
