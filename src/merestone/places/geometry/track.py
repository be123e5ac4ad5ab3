"""A line prepared for many points: side, distance, nearest point, and chainage.

What must stay true here:

* a line is straight in longitude and latitude between vertices, as GeoJSON says (RFC 7946), and not geodesic;
* distance is the geodesic distance on the WGS 84 ellipsoid to the nearest point of the line;
* side is seen walking in the digitised direction. Reversing a line and swapping its parties changes no answer;
* at a vertex the side is told by the mean direction of the two segments, because either one alone is wrong at a sharp bend;
* past the end of an open line there is no side; the sign that its last segment would give is kept apart;
* a line that crosses itself has the side of its nearest stretch. Of stretches equally near, the earlier one counts.

The search works with straight chords in space (earth-centred coordinates, metres), where neither the antimeridian nor a pole
is a special place. On the ellipsoid the longer of two chords belongs to the longer of two geodesics but for 2 cm at 100 km
and 20 m at 1,000 km, since the radius of curvature varies by 1 %.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from merestone.places.geometry.geodesy import MEAN_RADIUS_M, WGS84, Floats, lengths_m
from merestone.places.geometry.nearest_pieces import Pieces

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Signs = NDArray[np.int8]

CHUNK = 1 << 15
"""Points searched together: enough to share work, few enough that their arrays stay in the processor's cache."""
_LONGEST_PIECE_M = 2000.0
_MOST_SAG_M = 0.1
"""A segment is searched in chords that leave it by no more than this, unless it runs round a pole."""
_MOST_PIECES = 20_000
_AT_VERTEX_M = 1e-5
"""What is nearer to a vertex than this is at it: coordinates in space are good to some nanometres."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """How points stand to a line, in the order of the points."""

    sign: Signs
    """+1 left, -1 right, 0 on the line or past an end of it."""
    drawn: Signs
    """As ``sign``, but past an end the side of the last segment drawn on."""
    distance_m: Floats
    """Geodesic distance to the line, metres."""
    nearest_lon: Floats
    nearest_lat: Floats
    past_end: Bools
    """Whether the nearest point is an end of an open line."""
    segment: Ints
    """Number of the nearest segment; -1 where the point is nowhere."""
    share: Floats
    """How far along that segment the nearest point is, 0 to 1."""

    @property
    def signed_m(self) -> Floats:
        """Distance, positive on the left and negative on the right of the line as drawn."""
        return self.drawn * self.distance_m

    def of(self, rows: Ints) -> Sides:
        """Those of some points, by their numbers."""
        return Sides(*(getattr(self, field.name)[rows] for field in dataclasses.fields(self)))


class Track:
    """A line prepared for many points.

    ``geometry`` is a LineString or MultiLineString in degrees (EPSG:4326). Parts that meet end to start, also across the
    antimeridian, are one line there; a part whose end is its start has no end.
    """

    def __init__(self, geometry: shapely.Geometry) -> None:
        parts = [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]
        self.start = np.concatenate([part[:-1] for part in parts])
        self.step = np.concatenate([np.diff(part, axis=0) for part in parts])
        self.before, self.after = _neighbours(parts)
        lengths = lengths_m(self.start, self.step)
        self.length_m = float(lengths.sum())
        """Length of the line on the ellipsoid, parts added up."""
        self._chainage = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
        self._at_vertex = np.clip(_AT_VERTEX_M / np.maximum(lengths, 1e-9), 1e-12, 0.01)
        self._plant(lengths)
        ends = np.concatenate([self.start[self.before < 0], (self.start + self.step)[self.after < 0]])
        self._ends = _in_space(ends[:, 0], ends[:, 1])
        self._end_tree = Pieces(self._ends, self._ends, slack=0.01)

    def _plant(self, lengths: Floats) -> None:
        counts = np.ceil(lengths / _LONGEST_PIECE_M)
        for _ in range(3):  # the sag of a chord falls with the square of its length
            counts = np.clip(counts, 1, _MOST_PIECES)
            share = 0.5 / counts
            ends = [self._positions(np.arange(len(counts)), share * k) for k in (0, 1, 2)]
            sag = np.linalg.norm(ends[1] - (ends[0] + ends[2]) / 2, axis=0)
            counts = np.ceil(counts * np.sqrt(np.maximum(sag / _MOST_SAG_M, 1)))
        self._pieces = np.clip(counts, 1, _MOST_PIECES).astype(np.int64)
        self._segment = np.repeat(np.arange(len(self._pieces)), self._pieces)
        self._within = np.arange(len(self._segment)) - np.repeat(np.cumsum(self._pieces) - self._pieces, self._pieces)
        width = 1 / self._pieces[self._segment]
        first, middle, last = (self._positions(self._segment, (self._within + k) * width) for k in (0.0, 0.5, 1.0))
        sag = float(np.linalg.norm(middle - (first + last) / 2, axis=0).max())
        self._tree = Pieces(first, last, slack=1.5 * sag + 0.01)

    def _positions(self, segment: Ints, share: Floats) -> Floats:
        degrees = self.start[segment] + self.step[segment] * np.asarray(share)[:, None]
        return _in_space(degrees[:, 0], degrees[:, 1])

    def sides(self, points_lon: ArrayLike, points_lat: ArrayLike) -> Sides:
        """Side, distance and nearest point for many points, in degrees (EPSG:4326) and metres.

        Points that are not finite, or beyond a pole, give distance nan, sign 0 and segment -1.
        """
        lon = np.atleast_1d(np.asarray(points_lon, dtype=np.float64))
        lat = np.atleast_1d(np.asarray(points_lat, dtype=np.float64))
        count = len(lon)
        segment, share = np.full(count, -1, np.int64), np.full(count, np.nan)
        sign, past_end = np.zeros(count, np.int8), np.zeros(count, np.bool_)
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90))
        places = _in_space(lon[usable], lat[usable])
        for order, there in _in_order(places):
            rows = usable[order]
            segment[rows], share[rows], sign[rows], past_end[rows], _ = self._nearest(there)
        foot = self.start[segment] + self.step[segment] * share[:, None]
        known = np.flatnonzero(segment >= 0)
        metres = np.full(count, np.nan)
        metres[known] = WGS84.inv(foot[known, 0], foot[known, 1], lon[known], lat[known])[2]
        sign[metres < 1e-6] = 0
        return Sides(
            sign=np.where(past_end, 0, sign).astype(np.int8), drawn=sign, distance_m=metres,
            nearest_lon=(foot[:, 0] + 180) % 360 - 180, nearest_lat=foot[:, 1], past_end=past_end, segment=segment, share=share,
        )  # fmt: skip

    def signed_m(self, places: Floats) -> tuple[Floats, Bools]:
        """(``Sides.signed_m``, ``Sides.past_end``) of places in space (3, points, samples), to millimetres within 100 km."""
        shape = places.shape[1:]
        signed, past_end = np.empty(shape), np.empty(shape, np.bool_)
        for order, there in _in_order(places.reshape(3, -1)):
            _, _, sign, past_end.ravel()[order], chord = self._nearest(there)
            # the arc over a chord, on a sphere; the ellipsoid's radii differ by 1 %
            signed.ravel()[order] = sign * (2 * MEAN_RADIUS_M) * np.arcsin(np.minimum(chord / (2 * MEAN_RADIUS_M), 1))
        return signed, past_end

    @staticmethod
    def in_space(lon: Floats, lat: Floats) -> Floats:
        """Earth-centred coordinates (3, n) in metres of positions in degrees."""
        return _in_space(lon, lat)

    def leftward(self, sides: Sides, places: Floats) -> Floats:
        """Unit vectors (3, n) in space in which the signed distance of places grows, given how they stand to the line."""
        foot = self._foot(sides.segment, sides.share, places)
        to_east, to_north, _ = self._along(sides.segment, sides.share, foot.lat)
        length = np.maximum(np.hypot(to_east, to_north), 1e-300)
        lon = np.radians(sides.nearest_lon)
        east = np.stack([-np.sin(lon), np.cos(lon), np.zeros_like(lon)])
        north = np.stack([-np.sin(foot.lat) * np.cos(lon), -np.sin(foot.lat) * np.sin(lon), np.cos(foot.lat)])
        normal = (north * to_east - east * to_north) / length
        away = (places - _in_space(sides.nearest_lon, sides.nearest_lat)) * sides.drawn
        # very near the line the way from it says little, its own direction all
        return np.where(foot.chord > 0.1, away / np.maximum(foot.chord, 0.1), normal)

    def end_near(self, sides: Sides, lon: Floats, lat: Floats, radius_m: Floats) -> Bools:
        """Whether an open end may be the nearest place of the line to a place within ``radius_m`` of each point.

        By the inequality of ``nearest_pieces``, which leaves few points far from the line to look at.
        """
        answer = np.zeros(len(lon), np.bool_)
        there = _in_space(lon, lat)
        away = np.empty(len(lon))
        for order, places in _in_order(there) if self._ends.shape[1] else []:
            point, end, _ = self._end_tree.nearest(places)
            chord = np.sqrt(((places[:, point] - self._ends[:, end]) ** 2).sum(axis=0))
            away[order] = np.minimum.reduceat(chord, np.flatnonzero(np.diff(point, prepend=-1)))
        rows = np.flatnonzero(away <= sides.distance_m + 2 * radius_m) if self._ends.shape[1] else np.zeros(0, np.int64)
        foot = _in_space(sides.nearest_lon[rows], sides.nearest_lat[rows])
        least = ((there[:, rows] - foot) ** 2).sum(axis=0)
        for end in self._ends.T[:, :, None]:
            apart = np.sqrt(((foot - end) ** 2).sum(axis=0))
            square = ((there[:, rows] - end) ** 2).sum(axis=0)
            answer[rows] |= square - 2 * radius_m[rows] * apart <= least + 1e-6 * (least + 1)
        return answer

    def chainage_m(self, segment: Ints, share: Floats) -> Floats:
        """Metres along the line, on the ellipsoid, from its first vertex to places on it; parts of a line follow in order."""
        step = self.step[segment] * np.asarray(share)[:, None]
        return self._chainage[segment] + lengths_m(self.start[segment], step)

    def _nearest(self, there: Floats) -> tuple[Ints, Floats, Signs, Bools, Floats]:
        """(segment, share, sign, past end, chord in metres) of the nearest place on the line, for points in space."""
        point, piece, along = self._tree.nearest(there)
        segment = self._segment[piece]
        share = (self._within[piece] + along) / self._pieces[segment]
        at = there[:, point]
        foot = self._foot(segment, share, at)
        for _ in range(2):
            share = np.clip(share + foot.towards / foot.bend, 0, 1)
            foot = self._foot(segment, share, at)
        # The nearest of each point; of several the first, which is the earliest on the line.
        begins = np.flatnonzero(np.diff(point, prepend=-1))
        least = np.repeat(np.minimum.reduceat(foot.chord, begins), np.diff(begins, append=len(point)))
        best = np.flatnonzero(foot.chord <= least)
        best = best[np.diff(point[best], prepend=-1) > 0]
        segment, share = segment[best], share[best]
        sign, past_end = self._sign(segment, share, foot.east[best], foot.north[best], foot.lat[best])
        return segment, share, sign, past_end, foot.chord[best]

    def _foot(self, segment: Ints, share: Floats, there: Floats) -> _Foot:
        """How points stand to places on the line, with what one Newton step along the segment needs.

        The square of the chord falls fastest where its derivative along the segment is 0. That derivative is the way to the
        point in the segment's direction, and its own derivative follows from the curvature of a meridian and of a parallel.
        """
        step_lon, step_lat = np.radians(self.step[segment, 0]), np.radians(self.step[segment, 1])
        lon = np.radians(self.start[segment, 0]) + share * step_lon
        lat = np.radians(self.start[segment, 1]) + share * step_lat
        sin_lat, cos_lat, sin_lon, cos_lon = np.sin(lat), np.cos(lat), np.sin(lon), np.cos(lon)
        across = WGS84.a / np.sqrt(1 - WGS84.es * sin_lat**2)
        meridian = across**3 * ((1 - WGS84.es) / WGS84.a**2)
        x, y = there[0] - across * cos_lat * cos_lon, there[1] - across * cos_lat * sin_lon
        z = there[2] - (1 - WGS84.es) * across * sin_lat
        outward = x * cos_lon + y * sin_lon
        east, north, up = y * cos_lon - x * sin_lon, z * cos_lat - outward * sin_lat, z * sin_lat + outward * cos_lat
        to_east, to_north = across * cos_lat * step_lon, meridian * step_lat
        square = to_east**2 + to_north**2
        turn = across * sin_lat * step_lon * (cos_lat * step_lon * north - 2 * step_lat * east) - square * up / across
        bend = np.maximum(square - turn, 0.2 * square + 1e-12)
        return _Foot(lat, east, north, np.sqrt(x * x + y * y + z * z), east * to_east + north * to_north, bend)

    def _sign(self, segment: Ints, share: Floats, east: Floats, north: Floats, lat: Floats) -> tuple[Signs, Bools]:
        """Side of the way from the foot to the point (``east``, ``north``), against the line's normal there.

        At a vertex the normal is the sum of the unit normals of both segments (the angle-weighted pseudonormal of Baerentzen
        and Aanaes 2005, in the plane), which gives the right sign at bends of any sharpness.
        """
        to_east, to_north, past_end = self._along(segment, share, lat)
        # The left normal of (east, north) is (-north, east).
        return np.sign(north * to_east - east * to_north).astype(np.int8), past_end

    def _along(self, segment: Ints, share: Floats, lat: Floats) -> tuple[Floats, Floats, Bools]:
        """(east, north, whether it is an open end): the line's direction at places on it, at a vertex of both segments."""
        near = self._at_vertex[segment]
        at_start, at_end = share <= near, share >= 1 - near
        neighbour = np.where(at_start, self.before[segment], np.where(at_end, self.after[segment], segment))
        past_end = (at_start | at_end) & (neighbour < 0)
        to_east, to_north = self._direction(segment, lat)
        bends = np.flatnonzero((at_start | at_end) & ~past_end)
        more_east, more_north = self._direction(neighbour[bends], lat[bends])
        to_east[bends] += more_east
        to_north[bends] += more_north
        return to_east, to_north, past_end

    def _direction(self, segment: Ints, lat: Floats) -> tuple[Floats, Floats]:
        """Unit (east, north) of a segment at a latitude in radians."""
        squeeze = 1 - WGS84.es * np.sin(lat) ** 2  # radius across the meridian over the radius along it, times 1 - e2
        east, north = self.step[segment, 0] * np.cos(lat) * squeeze, self.step[segment, 1] * (1 - WGS84.es)
        length = np.maximum(np.hypot(east, north), 1e-300)
        return east / length, north / length


class _Foot(NamedTuple):
    lat: Floats
    """Latitude of the foot, radians."""
    east: Floats
    """From the foot to the point, metres in the foot's horizon."""
    north: Floats
    chord: Floats
    """Straight through the earth, metres."""
    towards: Floats
    """Minus half the derivative of the chord's square by the share."""
    bend: Floats
    """Half its second derivative, kept above nought."""


def _in_order(places: Floats) -> list[tuple[Ints, Floats]]:
    """(numbers, places) of neighbouring places in space (3, n), chunk by chunk."""
    order = in_curve(places)
    places = places[:, order]
    return [(order[i : i + CHUNK], places[:, i : i + CHUNK]) for i in range(0, len(order), CHUNK)]


def in_curve(places: Floats) -> Ints:
    """Numbers of places in space (3, n) in an order in which neighbours follow each other."""
    return np.argsort(_morton(places), kind="stable") if places.shape[1] else np.zeros(0, np.int64)


def _neighbours(parts: list[Floats]) -> tuple[Ints, Ints]:
    """(segment before, segment after) of each segment: -1 where an open line begins or ends.

    Two parts are joined where one ends and one begins at the same place, and no other does.
    """
    counts = [len(part) - 1 for part in parts]
    first = np.cumsum([0, *counts[:-1]])
    before, after = np.arange(-1, sum(counts) - 1), np.arange(1, sum(counts) + 1)
    starting, ending = defaultdict(list), defaultdict(list)
    for offset, count, part in zip(first, counts, parts, strict=True):
        before[offset], after[offset + count - 1] = -1, -1
        starting[_same_place(part[0])].append(int(offset))
        ending[_same_place(part[-1])].append(int(offset) + count - 1)
    for place in starting.keys() & ending.keys():
        if len(starting[place]) == len(ending[place]) == 1 and starting[place] != ending[place]:
            after[ending[place][0]], before[starting[place][0]] = starting[place][0], ending[place][0]
    return before, after


def _same_place(position: Floats) -> tuple[float, float]:
    """One key for one place: 180 is -180, and at a pole every longitude is the same."""
    lon, lat = float(position[0]), float(position[1])
    return (0.0 if abs(lat) == 90 else (lon + 180) % 360), lat


def _in_space(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates (3, n) in metres of positions in degrees, on the ellipsoid (EPSG:4978)."""
    lon, lat = np.radians(lon), np.radians(lat)
    sin_lat, cos_lat = np.sin(lat), np.cos(lat)
    across = WGS84.a / np.sqrt(1 - WGS84.es * sin_lat**2)
    return np.stack([across * cos_lat * np.cos(lon), across * cos_lat * np.sin(lon), (1 - WGS84.es) * across * sin_lat])


_SPREAD = tuple(
    (np.uint64(shift), np.uint64(mask))
    for shift, mask in (
        (32, 0x1F00000000FFFF), (16, 0x1F0000FF0000FF), (8, 0x100F00F00F00F00F), (4, 0x10C30C30C30C30C3),
        (2, 0x1249249249249249),
    )
)  # fmt: skip


def _morton(there: Floats) -> NDArray[np.uint64]:
    """Codes by which neighbours in space stand near each other: the bits of x, y and z interleaved (Morton 1966), 20 each."""
    low, high = there.min(axis=1), there.max(axis=1)
    scale = (2**20 - 1) / max(float((high - low).max()), 1e-9)
    code = np.zeros(there.shape[1], np.uint64)
    for axis in range(3):
        bits = ((there[axis] - low[axis]) * scale).astype(np.uint64)
        for shift, mask in _SPREAD:
            bits = (bits | (bits << shift)) & mask
        code |= bits << np.uint64(axis)
    return code
