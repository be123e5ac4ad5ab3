"""Which pairs of claims are compared at all, so that the work grows with the record and not with its square.

Claims meet where they are close to each other in one document; where they are near in place and time; where neither or only one
has a place, by day and party; and, without a time, by day of publication, event and actor.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.columns import EARTH_METRES_PER_DEGREE, Bools, Floats, Ints
from merestone.incidents.match import FARTHEST_M, REPORTED
from merestone.incidents.nearby import Reach, distinct, near
from merestone.incidents.prepare import Prepared
from merestone.reading.intervals import DAY

REACH = Reach(days=2, window=32, keep=32)
LONG_DAYS = 5
"""Claims about more days than this meet each other by spells of SPELL_DAYS instead of by day."""
SPELL_DAYS = 10
SPELLS = 24
"""A claim about more spells than this is found in the first of them only."""
WINDOW = 15
"""Claims of one document that are compared with each other lie within this many."""
NEXT = 60
"""Where places or times do not tell, a claim meets so many that follow it in its block."""


def candidates(p: Prepared) -> tuple[Ints, Ints]:
    """(left, right) positions of the pairs to compare, left before right, each pair once, in order."""
    claim, day = _days(p)
    first = _first_of_their_kind(p)
    told = (p.act < REPORTED).astype(np.int64)
    unplaced, timeless = np.diff(p.spot_at) == 0, ~p.dated
    found = [_in_documents(p), _near(p, claim, day)]
    leading = first[claim]
    claim, day = claim[leading], day[leading]
    dated = p.dated[claim]
    sides = [np.column_stack([told[c], d, side]) for c, d, side in _sides(p, claim[dated], day[dated])]
    meeting = np.concatenate([c for c, _, _ in _sides(p, claim[dated], day[dated])])
    found.append(_following(p, meeting, np.concatenate(sides), unplaced))
    found.append(_following(p, claim, np.column_stack([told[claim], day, p.event[claim], p.actor[claim]]), timeless))
    codes = distinct(np.concatenate(found))
    size = max(len(p), 1)
    return codes // size, codes % size


def _days(p: Prepared) -> tuple[Ints, Ints]:
    """(claim, day): the days that each claim touches and the one before; spells, far from all days, for a long one."""
    first, last = p.begin // DAY - 1, (p.end - 1) // DAY
    long = p.end - p.begin > LONG_DAYS * DAY
    first = np.where(long, p.begin // (SPELL_DAYS * DAY), first)
    last = np.where(long, np.minimum((p.end - 1) // (SPELL_DAYS * DAY), first + SPELLS - 1), last)
    many = np.maximum(last - first + 1, 1)
    claim = np.repeat(np.arange(len(p)), many)
    step = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    # ten between spells, so that none looks like the day after another
    return claim, np.where(long[claim], 10_000_000 + 10 * (first[claim] + step), first[claim] + step)


def _sides(p: Prepared, claim: Ints, day: Ints) -> list[tuple[Ints, Ints, Ints]]:
    """(claims, days, party) for the actors, and for the targets that are not the actor."""
    acting = p.actor[claim] >= 0
    aimed = (p.target[claim] >= 0) & (p.target[claim] != p.actor[claim])
    return [
        (claim[acting], day[acting], p.actor[claim[acting]]),
        (claim[aimed], day[aimed], p.target[claim[aimed]]),
    ]


def _near(p: Prepared, claim: Ints, day: Ints) -> Ints:
    """Pairs near in place and time. An entry is a day of a claim and one of its places."""
    first = np.diff(p.spot_at)[claim]
    usable = p.dated[claim] & (first > 0)
    claim, day, many = claim[usable], day[usable], first[usable]
    spot = np.repeat(p.spot_at[claim], many) + np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    claim, day = np.repeat(claim, many), np.repeat(day, many)
    # of each claim the middle of its places stands for it where pairs are ranked; whether they may be one is asked later
    centre = _centres(p)
    told = p.act < REPORTED
    fits = p.fits.astype(np.float32)

    def cheap(rows: Ints, others: Ints) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        own = rows[:, None]
        east = (centre[0][others] - centre[0][own] + 180) % 360 - 180
        metres = (
            np.hypot(east * np.cos(np.radians(centre[1][own])), centre[1][others] - centre[1][own]) * EARTH_METRES_PER_DEGREE
        )
        apart = np.maximum(metres - centre[2][own] - centre[2][others], 0)
        later = np.maximum(p.begin[others], p.begin[own]) - np.minimum(p.end[others], p.end[own])
        score = 2 * fits[p.event[own], p.event[others]] - np.log(1 + apart / 4000) - np.maximum(later, 0) / DAY
        usable = (apart <= FARTHEST_M) & (told[own] == told[others]) & (fits[p.event[own], p.event[others]] > 0)
        return np.where(usable, score, -np.inf).astype(np.float32), np.zeros(score.shape, dtype=np.float32)

    left, right, _ = near(day, claim, p.spot_lon[spot], p.spot_lat[spot], p.stamp, REACH, cheap, len(p))
    return np.asarray(left * len(p) + right, dtype=np.int64)


def _centres(p: Prepared) -> tuple[Floats, Floats, Floats]:
    """(longitude, latitude, radius in metres) of a circle around all places of each claim; 0 where it has none."""
    out = np.zeros((3, len(p)))
    placed = np.flatnonzero(np.diff(p.spot_at) > 0)
    if len(placed):
        starts, many = p.spot_at[placed], np.diff(p.spot_at)[placed]
        of = np.repeat(placed, many)
        for axis, values in enumerate((p.spot_lon, p.spot_lat)):
            out[axis, placed] = np.add.reduceat(values, starts) / many
        east = (p.spot_lon - out[0][of]) * np.cos(np.radians(p.spot_lat))
        away = np.hypot(east, p.spot_lat - out[1][of]) * EARTH_METRES_PER_DEGREE + p.spot_radius
        out[2, placed] = np.maximum.reduceat(away, starts)
    return out[0], out[1], out[2]


def _first_of_their_kind(p: Prepared) -> Bools:
    """Of the claims of one document with equal time, event, actor and target, only the first looks into other documents."""
    placed = (np.diff(p.spot_at) > 0).astype(np.int64)
    kind = np.column_stack([placed, p.document, p.begin, p.end, p.event, p.act, p.denies, p.wording])
    order = np.lexsort((p.number, *kind.T))
    out = np.zeros(len(p), dtype=bool)
    if len(p):
        sorted_kind = kind[order]
        out[order] = np.concatenate([[True], (sorted_kind[1:] != sorted_kind[:-1]).any(axis=1)])
    return out


def _codes(p: Prepared, one: Ints, two: Ints) -> Ints:
    return np.asarray(np.minimum(one, two) * len(p) + np.maximum(one, two), dtype=np.int64)


def _in_documents(p: Prepared) -> Ints:
    order = np.lexsort((p.number, p.document))
    out = [np.empty(0, dtype=np.int64)]
    for step in range(1, min(WINDOW, len(p) - 1) + 1):
        one, two = order[:-step], order[step:]
        same = p.document[one] == p.document[two]
        out.append(_codes(p, one[same], two[same]))
    return np.concatenate(out)


def _following(p: Prepared, claim: Ints, block: Ints, needed: Bools) -> Ints:
    """Pairs of claims of a block, each with the next that follow it by event and time, where one of the two is marked."""
    if len(claim) < 2:
        return np.empty(0, dtype=np.int64)
    order = np.lexsort((p.stamp[claim], p.begin[claim], p.event[claim], *block.T))
    claim, block = claim[order], block[order]
    number = np.concatenate([[0], np.cumsum((block[1:] != block[:-1]).any(axis=1))])
    out = np.empty(0, dtype=np.int64)
    for step in range(1, min(NEXT, len(claim) - 1) + 1):
        one, two = claim[:-step], claim[step:]
        kept = (number[:-step] == number[step:]) & (needed[one] | needed[two]) & (one != two)
        if not kept.any():
            continue
        out = distinct(np.concatenate([out, _codes(p, one[kept], two[kept])]))
    return out
