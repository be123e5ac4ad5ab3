"""What is compared between two reports of any kind: when, where, what, how many, and how crowded it is around them.

Each function puts pairs on levels that people can name; what a level is worth stands in a table of weights.
"""

from __future__ import annotations

import typing

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.columns import Bools, Columns, Floats, Ints, gaps, heaped, share_a_name
from merestone.incidents.scorecard import Feature, Pairs
from merestone.reading.intervals import DAY

HOUR = 3_600
Real = typing.TypeVar("Real", Floats, NDArray[np.float32])

TIMES = (
    "no time", "same hour", "same day", "same days", "same weeks", "same months", "an hour apart", "hours apart",
    "half a day apart", "a day apart", "two days apart", "three days apart", "farther apart",
)  # fmt: skip
_SPAN_S = np.asarray([2 * HOUR, DAY + 2 * HOUR, 4 * DAY, 15 * DAY])
"""Times overlap on one of four levels by how long the longer of them is."""

_CLOCKS_S = np.asarray([1.5 * HOUR, 6 * HOUR])

POINTS_M = 3_000.0
"""Two radii together up to this: positions, and not areas."""
_POINT_KM = np.asarray([0.1, 0.25, 0.5, 1, 1.5, 2.2, 3.2, 4.5, 6.5, 9, 13])
_AREA_KM = np.asarray([12.0, 30.0, 80.0])
_GAP_KM = np.asarray([0.0, 2, 5, 10, 20, 40])
_POINT_WORDS = (*(f"under {km:g} km" for km in _POINT_KM), "farther")
_GAP_WORDS = ("one spot", "overlap", *(f"{km:g} km apart" for km in _GAP_KM[1:]), "farther")
_POINT_CLASSES = ("", "one at a name's point, ", "both at a name's point, ")
_AREA_CLASSES = (*(f"within {km:g} km, " for km in _AREA_KM), "wide, ")
PLACES = (
    "no place",
    *(f"{kind}{words}" for kind in _POINT_CLASSES for words in _POINT_WORDS),
    *(f"{kind}{words}" for kind in _AREA_CLASSES for words in _GAP_WORDS),
)

EVENTS = ("unknown", "equal", "as good as equal", "related", "may be one", "hardly", "different")
_FITS = np.asarray([0.15, 0.4, 0.65, 0.85, 0.99])
EQUAL, AS_GOOD, RELATED, MAY_BE_ONE, DIFFERENT = 1.0, 0.9, 0.7, 0.5, 0.1
"""How well two events fit, on each of the levels."""

NAMES = ("one or none", "the same", "different")
NUMBERS = (
    "one or none",
    "none",
    "1 or 2",
    "3 to 5",
    "6 or more",
    "one off",
    "double",
    "up to 3 off",
    "more off",
    "some or none",
)
_CROWD_STEP = 2 / 3
CROWDS = ("alone", *(f"crowd {number}" for number in range(1, 25)))


def pairs_of(c: Columns, left: Ints, right: Ints, crowd: Floats, on_heap: Bools | None = None) -> Pairs:
    """The pairs with what several features need of them."""
    gap, reach = gaps(c, left, right)
    if on_heap is None:
        on_heap = heaped(c)
    at_point = np.zeros(len(c), dtype=np.int64)
    placed = np.diff(c.spot_at) > 0
    if len(on_heap):
        at_point[placed] = np.logical_and.reduceat(on_heap, c.spot_at[:-1][placed])
    return Pairs(c, left, right, crowd, gap, reach, at_point[left] + at_point[right])


def _time(p: Pairs) -> Ints:
    c, one, two = p.columns, p.left, p.right
    apart = np.maximum(c.begin[one], c.begin[two]) - np.minimum(c.end[one], c.end[two])
    longest = np.maximum(c.end[one] - c.begin[one], c.end[two] - c.begin[two])
    met = 1 + np.searchsorted(_SPAN_S, longest)
    clocks = c.clock[one] & c.clock[two] & (apart < DAY // 2)
    missed = np.where(clocks, 6 + np.searchsorted(_CLOCKS_S, apart), 9 + np.clip(apart // DAY, 0, 3))
    return np.where(c.dated[one] & c.dated[two], np.where(apart < 0, met, missed), 0)


def _place(p: Pairs) -> Ints:
    located = np.isfinite(p.gap)
    gap, reach = np.where(located, p.gap, 0) / 1000, np.where(located, p.reach, 0)
    between = gap + reach / 1000
    point = 1 + p.heaped * len(_POINT_WORDS) + np.searchsorted(_POINT_KM, between)
    area = np.searchsorted(_AREA_KM, reach / 1000)
    step = np.where(between < 0.5, 0, 1 + np.searchsorted(_GAP_KM, gap))
    wide = 1 + len(_POINT_CLASSES) * len(_POINT_WORDS) + area * len(_GAP_WORDS) + step
    return np.where(located, np.where(reach <= POINTS_M, point, wide), 0)


def _event(p: Pairs) -> Ints:
    fit = p.columns.fits[p.columns.event[p.left], p.columns.event[p.right]]
    return np.where(np.isnan(fit), 0, 6 - np.searchsorted(_FITS, np.nan_to_num(fit), side="right"))


def _name(p: Pairs) -> Ints:
    both, same = share_a_name(p.columns, p.left, p.right)
    return np.where(both, np.where(same, 1, 2), 0)


def number_levels(low: Floats, high: Floats, to_low: Floats, to_high: Floats) -> Ints:
    """Levels of two numbers, each with its bounds; NaN where none is given."""
    least, most = np.fmax(low, to_low), np.fmin(high, to_high)  # where they meet: least <= most
    off = least - most
    met = np.where(most <= 0, 1, np.where(most < 3, 2, np.where(most < 6, 3, 4)))
    double = (least == 2 * most) & (off > 1)
    missed = np.where(off <= 1, 5, np.where(double, 6, np.where((most <= 0) & (least > 2), 9, np.where(off <= 3, 7, 8))))
    return np.asarray(np.where(np.isnan(low) | np.isnan(to_low), 0, np.where(off <= 0, met, missed)), dtype=np.int64)


def number_feature(name: str, kind: int) -> Feature:
    """Whether numbers of one kind fit; ``kind`` is their column."""

    def level(p: Pairs) -> Ints:
        c = p.columns
        return number_levels(c.low[p.left, kind], c.high[p.left, kind], c.low[p.right, kind], c.high[p.right, kind])

    return Feature(name, NUMBERS, level)


CROWD_KM, CROWD_DAYS = 4.0, 1.5
"""By how many kilometres and days the weight of another report falls by the factor e."""


def crowding(kilometres: Real, days: Real) -> Real:
    """How much a report so far away crowds another."""
    return typing.cast(Real, np.exp(-kilometres / CROWD_KM - days / CROWD_DAYS))


def _crowd(p: Pairs) -> Ints:
    """How many others are around the two, the two themselves left out: what is common says little."""
    c = p.columns
    days = np.abs(c.begin[p.left] - c.begin[p.right]) / DAY
    own = np.where(np.isfinite(p.gap), crowding(np.maximum(p.gap + p.reach, 0) / 1000, days), 0)
    around = np.log2(1 + np.maximum(p.crowd[p.left] - own, 0)) + np.log2(1 + np.maximum(p.crowd[p.right] - own, 0))
    return np.asarray(np.minimum(np.round(around, 6) / _CROWD_STEP, len(CROWDS) - 1), dtype=np.int64)


TIME = Feature("time", TIMES, _time)
PLACE = Feature("place", PLACES, _place)
EVENT = Feature("event", EVENTS, _event)
NAME = Feature("name", NAMES, _name)
CROWD = Feature("crowd", CROWDS, _crowd)
