"""Where ground nearest to some stretches of a line ends and ground nearest to others begins.

A place on a stretch stays the nearest one along its normal as far as its **reach**: up to where another stretch is as near. For
a point at q from it and the unit normal n that is |q|² / (2 n·q); for a straight stretch at distance c along its own unit
normal m, |c| / (1 + n·m sign(c)), where the foot lies on the stretch. The ends of the normals at their reach trace the bound
between both grounds, which in this way follows from closed forms and needs no Voronoi diagram of sampled places.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
import shapely

from merestone.places.geometry.geodesy import Floats, metres_per_degree
from merestone.places.geometry.track import Bools, Ints
from merestone.withdrawal.planes import Plane

_TOUCHING_M = 1e-4
_LEANS = 1e-9
_MOST_HALVES = 10
_ALONG = 1e-6
"""Two stretches that differ less in direction, in radians, are one where they touch."""
_TURN = np.radians(1)
"""Angle between normals at a vertex."""
_PAST_END = np.radians(92)
"""How far normals turn round an open end: a little past the line drawn on, so that the bound meets it."""
_CLOSE = 0.5 ** np.arange(1, 20)
_PER_DEPTH = 50
"""Normals along one depth of line."""
_SPACING_M = 500.0
_MOST_NORMALS = 60_000
_MOST_PAIRS = 1_000_000
_ONE_PLANE_M = 300_000.0
_CHORD_M = 5000.0
_BEYOND = 1.05
"""Part of the depth out to which bounds are drawn."""


def reaches(
    at: Floats, ray: Floats, start: Floats, stop: Floats, side: int = 0, own: Floats | None = None,
    open_ends: Bools | None = None,
) -> Floats:  # fmt: skip
    """How far from ``at`` along the unit vector ``ray`` the stretch from ``start`` to ``stop`` becomes as near; all (n, 2).

    Infinite where it never does, and 0 where the ray sets out along a stretch that ``at`` lies on. With a ``side`` (+1 left,
    -1 right) only the ground on that side of the stretch counts; ``own`` is the way from ``at`` along the
    stretch that it lies on itself, which tells the side where both touch. ``open_ends`` (n, 2) tells whether start and stop are
    ends of the line: the ground of such an end bounds that of every other stretch, on whichever side of the line drawn on.
    """
    to_start, to_stop = start - at, stop - at
    step = stop - start
    square = np.maximum((step**2).sum(axis=1), 1e-300)
    normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.sqrt(square)[:, None]
    ends = [np.hypot(each[:, 0], each[:, 1]) for each in (to_start, to_stop)]
    ahead = [(ray * each).sum(axis=1) for each in (to_start, to_stop)]
    across, lean = (to_start * normal).sum(axis=1), (ray * normal).sum(axis=1)
    reach = np.full(len(at), np.inf)

    def bind(where: Bools, metres: Floats, always: Bools | Literal[False] = False) -> None:
        facing = (np.sign(lean * metres - across) * side >= 0) | always
        np.minimum(reach, np.where(where & facing, metres, np.inf), out=reach)

    for number, (away, forward) in enumerate(zip(ends, ahead, strict=True)):
        binds = forward > _LEANS * away
        always = open_ends is not None and open_ends[:, number]
        bind(binds, away**2 / (2 * np.where(binds, forward, 1.0)), always)
    beside = np.abs(across) / np.maximum(1 + lean * np.sign(across), 1e-12)
    share = ((ray * beside[:, None] - to_start) * step).sum(axis=1) / square
    bind((share >= 0) & (share <= 1) & (square > _TOUCHING_M**2), beside)
    foot = np.clip(-(to_start * step).sum(axis=1) / square, 0, 1)
    nearest = to_start + step * foot[:, None]
    touches = np.hypot(nearest[:, 0], nearest[:, 1]) < _TOUCHING_M
    leans = np.zeros(len(at), np.bool_)
    for away, forward in zip(ends, ahead, strict=True):
        leans |= (away > _TOUCHING_M) & (forward > _ALONG * away)
    if own is not None:
        leans &= (own * normal).sum(axis=1) * side > _ALONG * np.hypot(own[:, 0], own[:, 1])
    return np.where(touches, np.where(leans, 0.0, np.inf), reach)


@dataclasses.dataclass(frozen=True)
class Pieces:
    """Straight pieces of a line in its order, degrees: parts stand together, longitudes run on."""

    start: Floats
    stop: Floats

    @classmethod
    def of(cls, line: shapely.Geometry) -> Pieces:
        """Those between the vertices of a line."""
        parts = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
        start, stop = np.concatenate([part[:-1] for part in parts]), np.concatenate([part[1:] for part in parts])
        some = np.abs(stop - start).max(axis=1) > 1e-12  # clipping repeats vertices
        return cls(start[some], stop[some])

    def halved_at(self, place: Floats) -> Pieces:
        """The same, those that begin or end at a place halved towards it again and again.

        A chord of a line that turns leans off the line's own direction there by half of its turn; a short one hardly does.
        """
        start, stop = [self.start], [self.stop]
        kept = np.ones(len(self.start), np.bool_)
        for own, other in ((self.start, self.stop), (self.stop, self.start)):
            for row in np.flatnonzero((np.abs(own - place) < 1e-12).all(axis=1) & kept):
                along = place + (other[row] - place) * np.append(0.0, 0.5 ** np.arange(_MOST_HALVES, -1, -1))[:, None]
                kept[row] = False
                start.append(along[:-1])
                stop.append(along[1:])
        start[0], stop[0] = self.start[kept], self.stop[kept]
        return Pieces(np.concatenate(start), np.concatenate(stop))

    def open_ends(self) -> Bools:
        """(n, 2): whether no other piece ends where each begins, and none begins where it ends."""
        starts, stops = (places[:, 0] + 1j * places[:, 1] for places in (self.start, self.stop))
        return np.column_stack([~np.isin(starts, stops), ~np.isin(stops, starts)])

    def beside(self, side: int, depth_m: float) -> Floats:
        """A place (n, 2) very near to the middle of each piece, on its left (+1) or right (-1)."""
        middle = (self.start + self.stop) / 2
        scale = np.column_stack(metres_per_degree(middle[:, 1]))
        step = (self.stop - self.start) * scale
        length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
        off = side * np.maximum(np.minimum(1e-3 * length, 1e-4 * depth_m), 1e-6) / length
        return np.asarray(middle + np.column_stack([-step[:, 1], step[:, 0]]) * off[:, None] / scale)

    def runs(self, rows: Ints) -> list[Ints]:
        """The rows parted where one piece does not begin at the end of the one before."""
        gaps = (np.diff(rows) != 1) | (self.stop[rows[:-1]] != self.start[rows[1:]]).any(axis=1)
        return np.split(rows, np.flatnonzero(gaps) + 1)


def bounds(
    pieces: Pieces, rows: Ints, others: Ints, side: int, depth_m: float, plane: Plane, *, facing: bool = True
) -> list[shapely.LineString]:
    """The bounds, in degrees, between the ground on one side of some pieces of a line and the ground nearest to others.

    ``rows`` and ``others`` are numbers of pieces, ``side`` +1 for the ground on the left of ``rows`` and -1 for that on their
    right, ``plane`` one about the line. ``facing`` is whether only the other side of the others counts. Bounds farther than the
    depth run beyond it.
    """
    reach = _BEYOND * depth_m
    start, stop = plane.forward(pieces.start), plane.forward(pieces.stop)
    own, foreign = (shapely.linestrings(np.stack([start[each], stop[each]], axis=1)) for each in (rows, others))
    rows = rows[np.unique(shapely.STRtree(foreign).query(own, predicate="dwithin", distance=2.1 * reach)[0])]
    if not len(rows):
        return []
    length = np.hypot(*(stop[rows] - start[rows]).T)
    spacing = max(min(depth_m / _PER_DEPTH, _SPACING_M), float(length.sum()) / _MOST_NORMALS)
    open_ends = pieces.open_ends()[others]
    drawn: list[shapely.LineString] = []
    for group in _groups(pieces.runs(rows), start):
        # far from the middle of one plane for the whole line distances in different directions would not compare
        low, high = (edge(pieces.start[np.concatenate(group)], axis=0) for edge in (np.min, np.max))
        local = Plane(*((low + high) / 2).round(6).tolist())
        begin, end = local.forward(pieces.start), local.forward(pieces.stop)
        tree = shapely.STRtree(shapely.linestrings(np.stack([begin[others], end[others]], axis=1)))
        for run in group:
            at, ray, own = _normals(pieces, begin, end, run, side, spacing)
            far = _reach(at, ray, own, begin[others], end[others], open_ends, tree, -side if facing else 0, reach)
            bound = np.concatenate([at[:1], at + ray * far[:, None], at[-1:]])
            # where a run ends its own normal is a bound too, also where others follow it round an open end
            step = end[run[[0, -1]]] - begin[run[[0, -1]]]
            square = side * np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
            first, last = begin[run[0]], end[run[-1]]
            lines = [bound, np.array([first, first + reach * square[0]]), np.array([last + reach * square[1], last])]
            for line, begins, ends in zip(lines, (True, True, False), (True, False, True), strict=True):
                kept = np.append(True, np.hypot(*np.diff(line, axis=0).T) > _TOUCHING_M)
                kept[-1] = True
                if kept.sum() < 2 or np.ptp(line, axis=0).max() < _TOUCHING_M:
                    continue
                degrees = local.back(shapely.get_coordinates(shapely.segmentize(shapely.LineString(line[kept]), _CHORD_M)))
                degrees[:, 0] = plane.near(degrees[:, 0])
                # the very vertices of the line, so that no gap is left beside it
                if begins:
                    degrees[0] = pieces.start[run[0]]
                if ends:
                    degrees[-1] = pieces.stop[run[-1]]
                drawn.append(shapely.LineString(degrees))
    return drawn


def _groups(runs: list[Ints], start: Floats) -> list[list[Ints]]:
    """Runs that follow each other, together as long as they lie within ``_ONE_PLANE_M``."""
    out: list[list[Ints]] = []
    box = None
    for run in runs:
        low, high = start[run].min(axis=0), start[run].max(axis=0)
        if box is not None:
            low, high = np.minimum(low, box[0]), np.maximum(high, box[1])
        if box is not None and (high - low).max() <= _ONE_PLANE_M:
            out[-1].append(run)
        else:
            out.append([run])
            low, high = start[run].min(axis=0), start[run].max(axis=0)
        box = low, high
    return out


def _normals(
    pieces: Pieces, start: Floats, stop: Floats, run: Ints, side: int, spacing: float
) -> tuple[Floats, Floats, Floats]:
    """(places, unit normals, ways along the line) along pieces that follow each other.

    There are more normals where the line turns away from the side, and the way along it leads into the piece a normal is of.
    """
    step = stop[run] - start[run]
    azimuth = np.arctan2(step[:, 1], step[:, 0]) + side * np.pi / 2
    # at its ends a run goes on in the pieces next to it, or turns round an open end of the line
    before = np.flatnonzero((pieces.stop == pieces.start[run[0]]).all(axis=1))
    after = np.flatnonzero((pieces.start == pieces.stop[run[-1]]).all(axis=1))
    outer = [azimuth[0] + side * _PAST_END, azimuth[-1] - side * _PAST_END]
    for number, near in enumerate((before, after)):
        if len(near):
            along = stop[near[0]] - start[near[0]]
            outer[number] = float(np.arctan2(along[1], along[0])) + side * np.pi / 2
    places, angles, ways = [], [], []
    for number, (begin, way, angle) in enumerate(zip(start[run], step, azimuth, strict=True)):
        fan = _fan(azimuth[number - 1] if number else outer[0], angle, side)
        size = float(np.hypot(*way))
        share = np.linspace(0, 1, max(int(np.ceil(size / spacing)), 1) + 1)
        if number in (0, len(run) - 1):  # where a run meets another stretch its reach falls to nought within metres
            close = share[1] * _CLOSE[_CLOSE * share[1] * size > 1e-3]
            share = np.unique(np.concatenate([share, close, 1 - close]))
        places += [np.tile(begin, (len(fan), 1)), begin + way * share[:, None]]
        angles += [fan, np.full(len(share), angle)]
        ways += [np.tile(way, (len(fan), 1)), np.where(share < 1, 1.0, -1.0)[:, None] * way]
    fan = _fan(azimuth[-1], outer[1], side)
    turned = np.concatenate([*angles, fan])
    at = np.concatenate([*places, np.tile(stop[run[-1]], (len(fan), 1))])
    return at, np.column_stack([np.cos(turned), np.sin(turned)]), np.concatenate([*ways, np.tile(-step[-1], (len(fan), 1))])


def _fan(one: float, other: float, side: int) -> Floats:
    """Angles from one to the other where a line that turns so turns away from the side, else none."""
    turn = (other - one + np.pi) % (2 * np.pi) - np.pi
    if turn * side >= 0:
        return np.empty(0)
    return one + np.linspace(0, turn, int(np.ceil(abs(turn) / _TURN)) + 1)


def _reach(
    at: Floats, ray: Floats, own: Floats, start: Floats, stop: Floats, open_ends: Bools, tree: shapely.STRtree, side: int,
    most: float,
) -> Floats:  # fmt: skip
    """The least of the reaches against all stretches, at most ``most``."""
    far = np.full(len(at), most)
    chunk = max(_MOST_PAIRS // max(len(start), 1), 64)
    for first in range(0, len(at), chunk):
        # whatever binds within ``most`` lies in the circle about the ray's end that goes through its beginning
        ends = shapely.points(at[first : first + chunk] + ray[first : first + chunk] * most)
        row, other = tree.query(ends, predicate="dwithin", distance=most)
        number = first + row
        along = own[number] if side else None
        found = reaches(at[number], ray[number], start[other], stop[other], side, along, open_ends[other])
        np.minimum.at(far, number, found)
    return far


def mixed(faces: Sequence[shapely.Geometry], pieces: Pieces, depth_m: float) -> list[tuple[Ints, Ints]]:
    """(pieces that a face lies on the left of, pieces that it lies on the right of) for each face that has both."""
    beside = [shapely.STRtree(shapely.points(pieces.beside(side, depth_m))) for side in (1, -1)]
    out = []
    for face in faces:
        left, right = (np.sort(tree.query(face, predicate="contains")) for tree in beside)
        if len(left) and len(right):
            out.append((left, right))
    return out


def shorter(left: Ints, right: Ints, pieces: Pieces, depth_m: float) -> bool:
    """Whether the left of two sets of pieces is to be followed, by what does not depend on the way the line is walked."""
    if len(left) != len(right):
        return len(left) < len(right)

    def least(rows: Ints, side: int) -> list[float]:
        places = pieces.beside(side, depth_m)[rows]
        return [float(value) for value in places[np.lexsort(places.T[::-1])[0]]]

    return least(left, 1) <= least(right, -1)
