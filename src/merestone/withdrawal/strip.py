"""The exact ground within a depth of a line, on the ellipsoid, parted into the two sides of the line.

What must stay true here:

* a point belongs to the zone where its geodesic distance to the line (straight in longitude and latitude between vertices, as
  in ``places.geometry.track``) is at most the depth, and to the side that ``Track.sides`` tells: that of the nearest stretch;
* **ends**: past an open end the line has no sides. ``flat`` (the default) leaves out all ground whose nearest point is an open
  end, ``round`` keeps it and parts it by the last segment drawn on. Where two lines meet end to start there is no end;
* no point is in both sides; zones of growing depth nest;
* the outline's sampled distance from the line differs from the depth by ``TOLERANCE`` of it at most, except across bays
  of the outline whose mouth is narrower than ``_SHORTEST`` of the depth, or that the first guess has closed.

Method. A planar buffer only guesses the outline: the library leaves out shallow bends of up to a hundredth of the depth, which
cannot be turned off (0.4 % too wide was found), its arcs are polygons, and every projection stretches something. Each vertex
of the guess is then moved along the geodesic through its nearest point of the line to exactly the depth, and edges are halved
until their inner points are at that depth too. The outline is cut by the line itself in longitude and latitude, where the line
is exact. The ground of an open end is star-shaped about it (it is a Voronoi cell), so that its reach in each direction has a
closed form. A face that the line borders with its left here and with its right there, as where lines cross, meet, or come near
to each other, holds ground of both sides; it is parted where the one and the other are as near (``bisectors``). No other face
can: the way from a place to its nearest point of the line crosses neither the line nor the outline.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.places.geometry.geodesy import WGS84, Floats, metres_per_degree
from merestone.places.geometry.track import Bools, Ints, Track
from merestone.withdrawal.bisectors import Pieces, bounds, mixed, reaches, shorter
from merestone.withdrawal.planes import Plane

Ends = Literal["flat", "round"]

TOLERANCE = 8e-4
"""Largest difference of the outline's distance from the depth, as part of it."""
_SHORTEST = 1e-3
_SPACING_M = 10_000.0
_ROUNDS = 16
_ARC = 16
"""Segments of a quarter circle of the first guess."""
_KEPT = 16
"""Zones that a line remembers: a plan asks for the same ones for both sides, and for what is certain of them."""
_RAYS = 128
_HALVINGS = 9
_AT_EDGE = 1e-4
_GRID_DEGREES = 1e-11
"""A micrometre: without a grid, lines that cross at almost no angle may pass each other unseen and leave a gap."""
_BESIDE = np.radians(3)
_JUMP = 0.003
_STEP_M = 500.0
CHORD_DEGREES = 0.02
"""Chords of the line in a plane, 2 km: they leave it by 0.5 m at 80° north, by a decimetre at 50°."""
_SAME_DEGREES = 1e-8
"""Vertices that follow each other within a millimetre are one: the way from one to the other has no direction to trust."""


class Halves(NamedTuple):
    """The zone on the left and on the right of a line, polygons in degrees (EPSG:4326), perhaps empty."""

    left: shapely.Geometry
    right: shapely.Geometry


class Strip:
    """A line prepared for zones of any depth.

    ``geometry`` is a LineString or MultiLineString in degrees (EPSG:4326), all parts with the same party on the left. Parts may
    meet and cross; no stretch should be walked twice, there and back, since its ground would be on both sides. With round
    ends the ground past two ends at one place that do not join is told roughly.
    """

    def __init__(self, geometry: shapely.Geometry, track: Track | None = None) -> None:
        cleaned = _without_repeats(geometry)
        self.geometry = cleaned
        self.track = track if track is not None and cleaned is geometry else Track(cleaned)
        geometry = cleaned
        vertices = shapely.get_coordinates(geometry)
        in_space = np.mean(Track.in_space(vertices[:, 0], vertices[:, 1]), axis=1)
        lon = float(np.degrees(np.arctan2(in_space[1], in_space[0])))
        lat = float(np.degrees(np.arctan2(in_space[2], np.hypot(in_space[0], in_space[1]))))
        self.plane = Plane(round(lon, 6), round(lat, 6))
        self._made: dict[tuple[float, Ends], Halves] = {}
        self.line = shapely.transform(geometry, lambda d: np.column_stack([self.plane.near(d[:, 0]), d[:, 1]]))
        """The line with longitudes as the plane gives them."""

    @cached_property
    def flat_line(self) -> shapely.Geometry:
        """The line in the plane, chords of 2 km at most."""
        return shapely.transform(shapely.segmentize(self.line, CHORD_DEGREES), self.plane.forward)

    # ----------------------------------------------------------------------------------------------------------------------
    # the zone

    def within(self, depth_m: float) -> shapely.Geometry:
        """The ground within ``depth_m`` of the line, ends round: Polygon or MultiPolygon in degrees, longitudes not wrapped."""
        guess = shapely.transform(self.flat_line.buffer(depth_m, quad_segs=_ARC), self.plane.back)
        rings = [ring for polygon in shapely.get_parts(guess) for ring in (polygon.exterior, *polygon.interiors)]
        outlines = self._outlines([shapely.get_coordinates(ring)[:-1] for ring in rings], depth_m)
        polygons, taken = [], 0
        for polygon in shapely.get_parts(guess):
            count = 1 + len(polygon.interiors)
            shell, *holes = outlines[taken : taken + count]
            taken += count
            if len(shell) > 2:
                polygons.append(shapely.Polygon(shell, [hole for hole in holes if len(hole) > 2]))
        return polygonal(shapely.union_all([_valid(polygon) for polygon in polygons]))

    def halves(self, depth_m: float, ends: Ends = "flat") -> Halves:
        """The zone of one depth on either side of the line; the last few are kept."""
        if depth_m <= 0:
            return Halves(shapely.Polygon(), shapely.Polygon())
        made = self._made.get((depth_m, ends))
        if made is None:
            made = self._halves(depth_m, ends)
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[depth_m, ends] = made
        return made

    def _halves(self, depth_m: float, ends: Ends) -> Halves:
        whole = self.within(depth_m)
        cells = [self.end_cell(number, depth_m) for number in range(len(self.open_ends))]
        cuts = [self._noded]
        if ends == "flat":
            # the ground of an end that lies on another stretch is that stretch's where it comes earlier
            grounds = np.array([cell.ground for cell in cells if not cell.ground.is_empty], dtype=object)
            inner = inside(grounds)
            past = self.track.sides(inner[:, 0], inner[:, 1]).past_end
            whole = polygonal(shapely.difference(whole, shapely.union_all(grounds[past])))
        else:
            cuts += [cell.parted_on for cell in cells]
        faces = parted(whole, cuts)
        if between := self._between_sides(faces, depth_m):
            faces = parted(whole, [*cuts, *between])
        if not faces:
            return Halves(shapely.Polygon(), shapely.Polygon())
        inner = inside(faces)
        left = self.track.sides(inner[:, 0], inner[:, 1]).drawn >= 0
        held = np.array(faces, dtype=object)
        return Halves(_united(held[left]), _united(held[~left]))

    def _between_sides(self, faces: Sequence[shapely.Geometry], depth_m: float) -> list[shapely.Geometry]:
        """The lines that part the faces which hold ground of both sides."""
        out: list[shapely.Geometry] = []
        for left, right in mixed(faces, self._pieces, depth_m):
            if shorter(left, right, self._pieces, depth_m):
                out += bounds(self._pieces, left, right, 1, depth_m, self.plane)
            else:
                out += bounds(self._pieces, right, left, -1, depth_m, self.plane)
        return out

    @cached_property
    def _pieces(self) -> Pieces:
        """The line in short pieces that cross nowhere."""
        return Pieces.of(shapely.segmentize(self._noded, CHORD_DEGREES))

    @cached_property
    def _noded(self) -> shapely.Geometry:
        """The line with vertices wherever it crosses or touches itself."""
        return self.line if self.line.is_simple else shapely.union_all(self.line)

    # ----------------------------------------------------------------------------------------------------------------------
    # the outline

    def _outlines(self, rings: list[Floats], depth_m: float) -> list[Floats]:
        """Closed rings (n, 2) in degrees as they were, but at the depth everywhere. All rings are refined together.

        The distance of an edge's middle tells of the whole edge: on an arc it is the largest difference, and across a corner
        of the outline at least half of it, hence half of ``TOLERANCE``.
        """
        if not rings:
            return []
        ring = np.repeat(np.arange(len(rings)), [len(one) for one in rings])
        at = np.concatenate(rings)
        at, _ = self._moved(at, depth_m)
        fresh = np.ones(len(at), np.bool_)  # edges that begin here are not looked at yet
        for number in range(_ROUNDS):
            if not fresh.any():
                moved, off = self._moved(at, depth_m)
                if not off.any() or number > _ROUNDS - 3:
                    break
                at = moved
                fresh = off | off[_next(ring)]
            after = _next(ring)
            rows = np.flatnonzero(fresh)
            middle = (at[rows] + at[after[rows]]) / 2
            metres = WGS84.inv(at[rows, 0], at[rows, 1], at[after[rows], 0], at[after[rows], 1])[2]
            middle, off = self._moved(middle, depth_m, TOLERANCE / 2)
            split = (off & (metres > _SHORTEST * depth_m)) | (metres > _SPACING_M)
            rows, middle = rows[split], middle[split]
            fresh[:] = False
            fresh[rows] = True
            at = np.insert(at, rows + 1, middle, axis=0)
            ring = np.insert(ring, rows + 1, ring[rows])
            fresh = np.insert(fresh, rows + 1, True)
        return [at[ring == number] for number in range(len(rings))]

    def _moved(self, degrees: Floats, depth_m: float, tolerance: float = TOLERANCE / 8) -> tuple[Floats, Bools]:
        """(positions moved along the geodesic from their nearest point of the line to the depth, which were off before)."""
        sides = self.track.sides(degrees[:, 0], degrees[:, 1])
        off = np.abs(sides.distance_m - depth_m) > tolerance * depth_m
        rows = np.flatnonzero(np.abs(sides.distance_m - depth_m) > 1e-7 * depth_m)
        foot = sides.of(rows)
        azimuth = WGS84.inv(foot.nearest_lon, foot.nearest_lat, degrees[rows, 0], degrees[rows, 1])[0]
        lon, lat, _ = WGS84.fwd(foot.nearest_lon, foot.nearest_lat, azimuth, np.full(len(rows), depth_m))
        at = degrees.copy()
        at[rows] = np.column_stack([self.plane.near(np.asarray(lon)), lat])
        return at, off

    # ----------------------------------------------------------------------------------------------------------------------
    # open ends

    @cached_property
    def open_ends(self) -> list[tuple[Floats, Floats]]:
        """(end, the vertex before it) of each open end, degrees."""
        start, stop = self.track.start, self.track.start + self.track.step
        first, last = np.flatnonzero(self.track.before < 0), np.flatnonzero(self.track.after < 0)
        found = [(start[row], stop[row]) for row in first] + [(stop[row], start[row]) for row in last]
        vertices = shapely.get_coordinates(self.line)
        places = [np.array([float(self.plane.near(p[0])), p[1]]) for p, _ in found]
        # the very vertex, not the sum that gave it: zones are cut by the line, and the cut must reach its end
        nearest = [int(((vertices - place) ** 2).sum(axis=1).argmin()) for place in places]
        return [(vertices[row], q) for row, (_, q) in zip(nearest, found, strict=True)]

    def end_cell(self, number: int, depth_m: float) -> EndCell:
        """The ground whose nearest point of the line is an open end, out to a little more than the depth.

        In each direction the end stays nearest as far as the line lets it (``bisectors.reaches``).
        """
        end, before = self.open_ends[number]
        plane = Plane(round(float(end[0]), 7), round(float(end[1]), 7))
        origin = plane.forward(end[None])[0]
        reach = 1.02 * depth_m
        # the line is straight in degrees, not in the plane
        east, _ = metres_per_degree(min(abs(float(end[1])) + 3 * depth_m / 111_000, 89.9))
        away = np.array([2.2 * depth_m / float(east), 2.2 * depth_m / 110_000])
        near = shapely.clip_by_rect(self._noded, *(end - away), *(end + away))
        near = shapely.segmentize(near, min(CHORD_DEGREES, depth_m / 8 / 111_000))
        pieces = Pieces.of(near).halved_at(end)
        start, stop = plane.forward(pieces.start) - origin, plane.forward(pieces.stop) - origin
        # the way at the end itself: over a long segment, straight in degrees, it turns
        segment = np.array([float(self.plane.near(before[0])), before[1]]) - end
        inward = plane.forward((end + segment * min(1.0, 1e-5 / float(np.hypot(*segment))))[None])[0] - origin
        inward = inward / np.hypot(*inward)
        # rays from one edge of the half-plane past the end to the other, both included
        azimuth = np.arctan2(-inward[1], -inward[0])
        turned = np.linspace(-np.pi / 2, np.pi / 2, _RAYS // 2 + 1)
        turned, far = np.insert(turned, [1, len(turned) - 1], [turned[0] + _AT_EDGE, turned[-1] - _AT_EDGE]), np.empty(0)
        fresh = turned
        for _ in range(_HALVINGS):  # between rays of very different reach there are more
            ray = np.column_stack([np.cos(azimuth + fresh), np.sin(azimuth + fresh)])
            row, other = (each.ravel() for each in np.indices((len(ray), len(start))))
            least = reaches(np.zeros((len(row), 2)), ray[row], start[other], stop[other]).reshape(len(ray), -1).min(axis=1)
            if len(far):
                place = np.searchsorted(turned, fresh)
                turned, far = np.insert(turned, place, fresh), np.insert(far, place, np.minimum(least, reach))
            else:
                far = np.minimum(least, reach)
                # the edges stand square to the last segment: only other stretches bind there, not rounding
                far[[0, -1]] = far[[1, -2]]
            lesser = np.maximum(np.minimum(far[1:], far[:-1]), 0.01 * reach)
            wide = np.flatnonzero(np.abs(np.diff(far)) > _JUMP * lesser)
            fresh = (turned[wide] + turned[wide + 1]) / 2
            if not len(fresh):
                break
        ray = np.column_stack([np.cos(azimuth + turned), np.sin(azimuth + turned)])
        # the edges square to the line, in the same steps whatever the depth, so that zones nest
        first, last = (np.arange(_STEP_M, far[edge], _STEP_M)[:, None] * ray[edge] for edge in (0, -1))
        cell = plane.back(origin + np.concatenate([[[0.0, 0.0]], first, ray * far[:, None], last[::-1]]))
        cell[0] = end
        cell[:, 0] = self.plane.near(cell[:, 0])

        def drawn_on(metres: float) -> shapely.LineString:
            along = np.append(np.arange(_STEP_M, metres, _STEP_M), metres)
            outward = plane.back(origin - along[:, None] * inward)
            return shapely.LineString(
                np.concatenate([end[None], np.column_stack([self.plane.near(outward[:, 0]), outward[:, 1]])])
            )

        # a little farther than the end is the nearest place, so that no gap is left before the bound with other stretches
        return EndCell(
            _valid(shapely.Polygon(cell)), drawn_on(1.03 * reach), drawn_on(1.03 * float(far[np.abs(turned) < _BESIDE].max()))
        )


@dataclasses.dataclass(frozen=True, slots=True)
class EndCell:
    """The ground past an open end, whose nearest point of the line is that end; degrees."""

    ground: shapely.Geometry
    drawn_on: shapely.LineString
    """The last segment drawn on past the end, to a little more than the depth."""
    parted_on: shapely.LineString
    """The same, no farther than the end is the nearest place of the line."""


# --------------------------------------------------------------------------------------------------------------------------
# geometry that others use too


def polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, without lines and points that an overlay may leave."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    return shapely.union_all([part for part in shapely.get_parts(geometry) if part.geom_type in ("Polygon", "MultiPolygon")])


def _without_repeats(line: shapely.Geometry) -> shapely.Geometry:
    """A line without vertices that repeat the one before; itself where there are none."""
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
    if not any((np.abs(np.diff(part, axis=0)).max(axis=1, initial=0) < _SAME_DEGREES).any() for part in parts):
        return line
    cleaned = []
    for part in parts:
        kept = [0]
        for row in range(1, len(part)):
            if np.abs(part[row] - part[kept[-1]]).max() >= _SAME_DEGREES:
                kept.append(row)
        if kept[-1] != len(part) - 1 and len(kept) > 1:
            kept[-1] = len(part) - 1  # the very end, which another part may begin at
        if len(kept) > 1:
            cleaned.append(part[kept])
    if not cleaned:
        return line
    lines = [shapely.LineString(part) for part in cleaned]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _valid(polygon: shapely.Polygon) -> shapely.Geometry:
    return polygon if polygon.is_valid else polygonal(shapely.make_valid(polygon, method="structure"))


def _next(ring: Ints) -> Ints:
    """The row that follows each one in its ring; rows of a ring stand together."""
    after = np.arange(1, len(ring) + 1)
    begins = np.flatnonzero(np.diff(ring, prepend=-1))
    after[np.append(begins[1:], len(ring)) - 1] = begins
    return after


def parted(whole: shapely.Geometry, cuts: Sequence[shapely.Geometry]) -> list[shapely.Polygon]:
    """The parts of polygons that lines cut them into."""
    if whole.is_empty:
        return []
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([whole.boundary, *cuts], grid_size=_GRID_DEGREES)]))
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    shapely.prepare(whole)
    return list(faces[shapely.contains_xy(whole, inner[:, 0], inner[:, 1])])


def inside(polygons: Sequence[shapely.Geometry] | NDArray[np.object_]) -> Floats:
    """A place (n, 2) in each polygon and off its edge.

    The library takes one on a level line half way up, which may run along an edge that is nearly level: the one farthest from
    the edge is taken of four, for axes turned and slanted.
    """
    held = np.array(polygons, dtype=object)
    best, most = np.zeros((len(held), 2)), np.full(len(held), -1.0)
    for turn in _AXES:
        back = np.linalg.inv(turn)
        slanted = shapely.transform(held, lambda d, turn=turn: d @ turn)
        places = shapely.get_coordinates(shapely.point_on_surface(slanted)) @ back
        off = shapely.distance(shapely.boundary(held), shapely.points(places))
        better = off > most
        best[better], most[better] = places[better], off[better]
    return best


_AXES = tuple(
    np.array(axes)
    for axes in ([[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.37], [0.0, 1.0]], [[0.61, 1.0], [1.0, 0.0]])
)


def _united(parts: Iterable[shapely.Geometry]) -> shapely.Geometry:
    parts = [part for part in parts if not part.is_empty]
    return shapely.normalize(polygonal(shapely.union_all(parts))) if parts else shapely.Polygon()
