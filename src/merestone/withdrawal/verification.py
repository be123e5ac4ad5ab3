"""How likely each position is still, or again, in the zone, from looks that may miss it.

What must stay true here:

* **not observed is never compliant**: a place is *verified clear* only where looks within the window, after it had to be empty,
  covered it, and it is empty with ``SURE`` probability; without a look it stays *unverified*, however long nobody complains;
* a place is *verified present* only while that is ``SURE``: what was seen and may have left since is *probable*;
* where a place is, is not known better than declared: each of its samples is followed on its own, so that a look that covered
  half of them rules out half of it;
* a claim or a report makes a breach more or less likely; only a look on the ground verifies: an inspection, a patrol, or what a
  record says that a monitor saw, or looked for and did not see.

Model, for each place: it is present until the day it has to leave; then it stays with the probability ``stays`` that is stated
before anything was seen. After that it returns at 1/``return_days`` and leaves at 1/``leave_days``, a Markov process with

    P(present after d days) = s + (p - s) exp(-(r + l) d),  s = r / (r + l).

Looks at one spot within half an hour are one. A look that covers the sample where the place is sees it, if present, with the
probability ``detection``; it tells of something there without cause with ``false``. With every look the weights of (sample,
present or not) are multiplied by the likelihood of what it saw (Bayes; the forward pass of a hidden Markov model, Rabiner
1989). Where a sighting may be of several places, each place counts the others as its possible cause (noisy-or, Pearl 1988),
with their probabilities before that look: this takes the places as independent and is an approximation.

A word of a record is a look with rates of its own (``record_reports``). It speaks only of the party and classes it names. That
somebody speaks at all says nothing; one who says "gone" is one who, speaking, did not say "present", which has the likelihood
of a look that saw nothing. A report that says "gone" before a place had to be empty counts from then on, and a source that
repeats itself about a place within ``repeat`` days says nothing new.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.places.geometry.geodesy import Floats
from merestone.withdrawal.looks import Bools, Look
from merestone.withdrawal.record_rules import terms

Status = Literal["not due", "verified clear", "verified present", "probable", "unverified"]
STATUSES: tuple[Status, ...] = ("not due", "verified clear", "verified present", "probable", "unverified")

SURE = 0.95
"""How sure verified is, and how much of a place must have been looked at."""
LIKELY = 0.5
"""From here on a breach is probable."""
_SAME = 1800.0
"""Seconds within which looks at the same spot that see nothing are one look."""


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """What is taken for granted; all of it can be stated."""

    detection: float = 0.8
    """That one look sees a place that it covers and that is present."""
    false: float = 0.01
    """That one look tells of something where nothing is."""
    patrol_detection: float = 0.5
    """The same of a patrol that passes: its track does not tell how well it looked."""
    stays: float = 0.5
    """That a place is still present when it had to be empty, before anything was seen."""
    return_days: float = 180.0
    """Mean days until an empty place is taken again."""
    leave_days: float = 60.0
    """Mean days until a present place is left, after it had to be."""
    window_days: float = 30.0
    """Days for which a look verifies."""


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """What is followed: n places with k samples each."""

    ids: tuple[str, ...]
    parties: tuple[str, ...]
    kinds: tuple[str, ...]
    """Class of each; '' for ground where any class counts."""
    lon: Floats
    """(n, k), degrees."""
    lat: Floats
    inside: Floats
    """(n, k): probability that the sample lies in the zone."""
    share: Floats
    """(n, k): how likely the place is at each sample, before anything was seen; each row sums to 1."""
    due: Floats
    """(n): day number from which it must be empty; inf for never."""
    stays: Floats
    """(n): probability of being present then, before anything was seen."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclasses.dataclass(frozen=True)
class Followed:
    """n places at t times; what is known then, from looks until then."""

    places: Places
    times: Floats
    """(t): day numbers."""
    present: Floats
    """(n, t): probability of being present, wherever it is."""
    breach: Floats
    """(n, t): probability of being present and inside the zone; nan before it is due."""
    observed: Floats
    """(n, t): part of its samples looked at within the window, since it was due."""
    looked: Floats
    """(n, t): day number of the latest look at any of it; nan for none."""
    status: NDArray[np.int8]
    """(n, t): number in ``STATUSES``."""
    evidence: tuple[tuple[int, ...], ...]
    """Of each place: numbers of the looks that bear on it, in order of time."""

    def status_of(self, row: int, column: int = -1) -> Status:
        """Status of one place at one time."""
        return STATUSES[int(self.status[row, column])]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_number(time: datetime) -> float:
    """An instant as days of 24 hours since 1970-01-01T00:00Z."""
    return (time - _EPOCH).total_seconds() / 86_400


def day_begins(day: date, zone: tzinfo) -> float:
    """The day number at which a day begins in a time zone, be it at midnight or, where clocks skip that, at their change."""
    return day_number(datetime(day.year, day.month, day.day, tzinfo=zone))


def day_ends(day: date, zone: tzinfo) -> float:
    """The day number of the last second of a day in a time zone; where clocks change, it has not 24 hours."""
    return day_begins(day + timedelta(days=1), zone) - 1 / 86_400


def day_at(number: float, zone: tzinfo) -> date:
    """The day that a day number lies in, in a time zone."""
    return (_EPOCH + timedelta(days=number)).astimezone(zone).date()


def follow(places: Places, looks: Sequence[Look], times: Floats, model: Model) -> Followed:
    """The places over time. ``looks`` in any order; ``times`` are day numbers in rising order."""
    rank = {number: place for place, number in enumerate(sorted(range(len(looks)), key=lambda number: looks[number].order))}
    state = _State(places, model)
    seen_by: list[list[int]] = [[] for _ in places.ids]
    coverings = _coverings(places, looks)
    events: list[tuple[float, int, int, int]] = []
    for number, (rows, covered, when) in enumerate(coverings):
        for each in np.unique(when).tolist():
            events.append((float(each), 0, rank[number], number))
        for row, hit in zip(rows.tolist(), covered, strict=True):
            if hit.any():
                seen_by[row].append(number)
    events += [(float(time), 1, column, column) for column, time in enumerate(times)]
    events.sort()
    shape = (len(places), len(times))
    evidence = tuple(tuple(sorted(numbers, key=rank.__getitem__)) for numbers in seen_by)
    present, breach, observed, looked = (np.full(shape, np.nan) for _ in range(4))
    out = Followed(places, times, present, breach, observed, looked, np.zeros(shape, np.int8), evidence)
    for time, what, _, number in events:
        if what == 0:
            rows, covered, when = coverings[number]
            now = when == time
            state.look(rows[now], covered[now], time, looks[number])
        else:
            state.tell(out, number, time)
    return out


class _State:
    def __init__(self, places: Places, model: Model) -> None:
        self.places, self.model = places, model
        count, samples = places.lon.shape
        self.weight = np.zeros((count, samples, 2))
        """Of (sample, absent or present)."""
        self.weight[:, :, 1] = places.share
        self.at = np.full(count, -np.inf)
        self.left = np.zeros(count, np.bool_)
        """Whether its day has come in what is computed so far."""
        self.covered_at = np.full((count, samples), -np.inf)
        self.seen_at = np.full(count, -np.inf)
        """When a look on the ground last saw each."""
        self.told_at = np.full(count, -np.inf)
        self.heard_at: dict[tuple[str, bool], Floats] = {}
        """When each source last said of each place that something was there, or not."""
        self.kinds = np.array(places.kinds)
        self.ids = np.array(places.ids)

    def advance(self, rows: NDArray[np.int64], time: float) -> None:
        """Bring places to a time."""
        model, due = self.model, self.places.due[rows]
        turned = rows[(due <= time) & ~self.left[rows]]
        if len(turned):
            stays = self.places.stays[turned][:, None]
            present = self.weight[turned, :, 1]
            self.weight[turned, :, 0] += present * (1 - stays)
            self.weight[turned, :, 1] = present * stays
            self.left[turned] = True
            self.at[turned] = self.places.due[turned]
        moving = rows[self.left[rows] & (self.at[rows] < time)]
        if len(moving):
            back, away = 1 / model.return_days, 1 / model.leave_days
            settled = back / (back + away)
            fade = np.exp(-(back + away) * (time - self.at[moving]))[:, None]
            absent, present = self.weight[moving, :, 0], self.weight[moving, :, 1]
            total = absent + present
            self.weight[moving, :, 1] = settled * total + (present - settled * total) * fade
            self.weight[moving, :, 0] = total - self.weight[moving, :, 1]
            self.at[moving] = time

    def look(self, rows: NDArray[np.int64], covered: Bools, time: float, look: Look) -> None:
        """Take in one look at places whose samples it covered, and of which it says something."""
        if look.voice and len(rows):
            heard = self.heard_at.setdefault((look.voice, bool(look.saw)), np.full(len(self.places), -np.inf))
            new = time - heard[rows] > terms().repeat
            rows, covered = rows[new], covered[new]
            heard[rows] = time
        if not len(rows):
            return
        self.advance(rows, time)
        model = self.model
        detection = look.tells
        if detection is None:
            detection = model.patrol_detection if look.source == "patrol" else model.detection
        false = model.false if look.false is None else look.false
        kinds = self.kinds[rows]
        matches = np.array([look.sees(kind) for kind in kinds.tolist()], np.bool_)
        if look.position is not None:
            # looked for by name: it speaks of that position, and of ground of any class
            named = self.ids[rows] == look.position
            concerned = named | (kinds == "")
            rows, kinds, matches = rows[concerned], kinds[concerned], matches[concerned]
            covered = (covered | named[:, None])[concerned]
        if not len(rows):
            return
        fresh = covered
        if look.grounds:
            fresh = covered & (time - self.covered_at[rows] > _SAME / 86_400)
            if not (look.saw and look.partial):
                self.covered_at[rows] = np.where(covered, time, self.covered_at[rows])
        self.told_at[rows[matches]] = time
        present = self.weight[rows, :, 1]
        # how likely each place gives the sighting; for each, the others are further causes
        gives = np.where(matches, (present * covered).sum(axis=1) * detection, 0.0)
        unlit = np.log1p(-np.minimum(gives, 0.999_999))
        # an inspection names every class it saw, each with a cause of its own; a word of a record needs one for all it names
        alone = not look.about and len(rows) <= 2000
        others = ((kinds[:, None] == kinds[None, :]) @ unlit if alone else np.full(len(rows), unlit.sum())) - unlit
        cause = (1 - (1 - false) * np.exp(others))[:, None]
        likely = np.where(covered, 1 - (1 - cause) * (1 - detection), cause)
        seen = matches[:, None]
        base = np.where(seen, cause, 1 - false)
        like = np.where(seen, likely, np.where(fresh, (1 - false) * (1 - detection), 1 - false))
        updated = np.stack([self.weight[rows, :, 0] * base, present * like], axis=2)
        self.weight[rows] = updated / updated.sum(axis=(1, 2), keepdims=True)
        if look.grounds:
            self.seen_at[rows[matches]] = time

    def tell(self, out: Followed, column: int, time: float) -> None:
        """Write down what is known at a time."""
        rows = np.arange(len(self.places))
        self.advance(rows, time)
        since = np.maximum(time - self.model.window_days, self.places.due)
        due = self.places.due <= time
        out.present[:, column] = self.weight[:, :, 1].sum(axis=1)
        breach = (self.weight[:, :, 1] * self.places.inside).sum(axis=1)
        out.breach[:, column] = np.where(due, breach, np.nan)
        fresh = self.covered_at >= since[:, None]
        counts = (self.places.inside > 0) & (self.places.share > 0)
        total = counts.sum(axis=1)
        share = np.where(total > 0, (fresh & counts).sum(axis=1) / np.maximum(total, 1), fresh.mean(axis=1))
        out.observed[:, column] = np.where(due, share, 0.0)
        latest = self.covered_at.max(axis=1)
        out.looked[:, column] = np.where(np.isfinite(latest), latest, np.nan)
        seen = self.seen_at >= since
        status = np.full(len(rows), STATUSES.index("unverified"), np.int8)
        status[(breach >= LIKELY) & (self.told_at >= since)] = STATUSES.index("probable")
        status[(share >= SURE) & (breach <= 1 - SURE)] = STATUSES.index("verified clear")
        status[seen & (breach >= SURE)] = STATUSES.index("verified present")
        status[~due] = STATUSES.index("not due")
        out.status[:, column] = status


def _coverings(places: Places, looks: Sequence[Look]) -> list[tuple[NDArray[np.int64], Bools, Floats]]:
    """Of each look: (rows of the places it covers some sample of, which samples, when it looked at each)."""
    if not len(places):
        return [(np.zeros(0, np.int64), np.zeros((0, 0), np.bool_), np.zeros(0)) for _ in looks]
    boxes = shapely.box(places.lon.min(axis=1), places.lat.min(axis=1), places.lon.max(axis=1), places.lat.max(axis=1))
    tree = shapely.STRtree(boxes)
    number_of = {name: number for number, name in enumerate(places.ids)}
    out = []
    for look in looks:
        near = np.sort(tree.query(shapely.box(*look.bounds())))
        samples = places.lon.shape[1]
        covered = look.covers(places.lon[near].ravel(), places.lat[near].ravel()).reshape(len(near), samples)
        hit = covered.any(axis=1)
        if look.partial:
            about = [look.concerns(places.kinds[row], places.parties[row]) for row in near.tolist()]
            hit &= np.array(about, np.bool_)
        rows, covered = near[hit].astype(np.int64), covered[hit]
        named = number_of.get(look.position or "")
        if named is not None and named not in rows:
            rows, covered = np.append(rows, named), np.vstack([covered, np.zeros((1, samples), np.bool_)])
        when = np.full(len(rows), day_number(look.time))
        if look.times and look.geometry.geom_type == "LineString" and len(rows):
            when = when + _passing(look, places.lon[rows].mean(axis=1), places.lat[rows].mean(axis=1)) / 86_400
        if not look.grounds and not look.saw and len(rows):
            when = np.maximum(when, places.due[rows])
        out.append((rows, covered, when))
    return _without_doubles(out, looks)


def _passing(look: Look, lon: Floats, lat: Floats) -> Floats:
    """Seconds after its beginning at which a patrol was nearest to places."""
    vertices = shapely.get_coordinates(look.geometry)
    # the nearest vertex is enough: points of a track are seconds to minutes apart
    tree = shapely.STRtree(shapely.points(vertices * [np.cos(np.radians(vertices[:, 1].mean())), 1.0]))
    near = tree.nearest(shapely.points(np.column_stack([lon * np.cos(np.radians(vertices[:, 1].mean())), lat])))
    return np.asarray(np.array(look.times, dtype=np.float64)[near])


def _without_doubles(
    found: list[tuple[NDArray[np.int64], Bools, Floats]], looks: Sequence[Look]
) -> list[tuple[NDArray[np.int64], Bools, Floats]]:
    """The same without looks that are known twice.

    A patrol that stopped to inspect a place looked at it once: its own look at that place is left out. So is what a record says
    that a monitor saw, or did not see, on a day on which an inspection or a patrol that is known itself says the same.
    """
    inspected: dict[int, list[tuple[float, Look]]] = {}
    passed: dict[int, list[float]] = {}
    for (rows, _, when), look in zip(found, looks, strict=True):
        if look.source in ("inspection", "patrol"):
            for row, time in zip(rows.tolist(), when.tolist(), strict=True):
                passed.setdefault(row, []).append(time)
                if look.source == "inspection":
                    inspected.setdefault(row, []).append((time, look))

    def known(row: int, time: float, look: Look) -> bool:
        if look.source == "patrol":
            return any(abs(time - other) * 86_400 <= _SAME for other, _ in inspected.get(row, ()))
        first, last = map(day_number, look.span or (look.time, look.time))
        if not look.saw:
            return any(first <= other < last for other in passed.get(row, ()))
        return any(first <= other < last and (set(one.saw) & set(look.saw) or ("any" in look.saw and one.saw))
                   for other, one in inspected.get(row, ()))  # fmt: skip

    out = []
    for (rows, covered, when), look in zip(found, looks, strict=True):
        if look.source in ("patrol", "monitor") and len(rows):
            keep = np.array(
                [not known(row, time, look) for row, time in zip(rows.tolist(), when.tolist(), strict=True)], np.bool_
            )
            rows, covered, when = rows[keep], covered[keep], when[keep]
        out.append((rows, covered, when))
    return out
