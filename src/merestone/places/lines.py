"""Lines and zones of a case, and how points stand to a line.

What must stay true here:

* a line is straight in longitude and latitude between vertices, as GeoJSON says, and not geodesic;
* distance is the geodesic distance on the WGS 84 ellipsoid to the nearest point of the line;
* side is seen walking in the digitised direction. Reversing a line and swapping its parties changes no answer;
* at a vertex the side is told by the mean direction of the two segments, because either one alone is wrong at a sharp bend;
* past the end of an open line there is no side.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from merestone.case import Case, LineEntry, ZoneEntry
from merestone.errors import MerestoneError
from merestone.model import Line, Zone
from merestone.places.geodesy import WGS84, Floats
from merestone.places.layers import Feature, read_feature

Ints = NDArray[np.int64]

# --------------------------------------------------------------------------------------------------------------------------
# from the case's files


def load_lines(case: Case) -> list[Line]:
    """The lines of a case, in the order of its file. Raises MerestoneError M101, M106, M502 to M507 or M530 to M538."""
    return [_line(case, entry) for entry in case.file.lines]


def load_zones(case: Case) -> list[Zone]:
    """The zones of a case, in the order of its file. Raises MerestoneError M101, M106, M502 to M507 or M530 to M538."""
    return [_zone(case, entry) for entry in case.file.zones]


def _line(case: Case, entry: LineEntry) -> Line:
    feature = read_feature(case.folder / entry.file, "LineString", entry.feature, layer=entry.layer, crs=entry.crs)
    value = _Values(case, entry, feature)
    left, right = value.text("left_party"), value.text("right_party")
    for field, party in (("left_party", left), ("right_party", right)):
        if party not in case.parties:
            raise value.wrong(field, f"is {party!r}, which is no party of the case ({', '.join(case.parties)})")
    if left == right:
        raise value.wrong("right_party", f"is {right!r}, as left_party is")
    merged = feature.geometry
    if merged.geom_type == "MultiLineString":
        merged = shapely.line_merge(merged, directed=True)
    return Line(
        id=entry.id, name=value.text("name", entry.id), source_map=value.text("source_map"), scale=value.scale(),
        datum=value.text("datum", "WGS 84"), accuracy_m=value.metres("accuracy_m"), valid_from=value.day("valid_from"),
        valid_to=value.day("valid_to"), left_party=left, right_party=right, geometry=shapely.to_wkb(merged, byte_order=1),
    )  # fmt: skip


def _zone(case: Case, entry: ZoneEntry) -> Zone:
    feature = read_feature(case.folder / entry.file, "Polygon", entry.feature, layer=entry.layer, crs=entry.crs)
    value = _Values(case, entry, feature)
    return Zone(
        id=entry.id, name=value.text("name", entry.id), kind=value.text("kind"), source_map=value.text("source_map"),
        scale=value.scale(), datum=value.text("datum", "WGS 84"), accuracy_m=value.metres("accuracy_m"),
        valid_from=value.day("valid_from"), valid_to=value.day("valid_to"),
        geometry=shapely.to_wkb(shapely.normalize(feature.geometry), byte_order=1),
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Values:
    """What a line or zone says of itself: the case file first, then the properties of the feature."""

    case: Case
    entry: LineEntry | ZoneEntry
    feature: Feature

    def wrong(self, field: str, problem: str) -> MerestoneError:
        path = self.case.folder / self.entry.file
        return MerestoneError("M506", path=path, feature=self.feature.id or self.entry.id, field=field, problem=problem)

    def _get(self, field: str) -> Any:
        own = getattr(self.entry, field)
        return self.feature.properties.get(field) if own is None else own

    def text(self, field: str, default: str | None = None) -> str:
        value = self._get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "is missing" if value is None else "is not a text")
        return value.strip()

    def day(self, field: str) -> str | None:
        value = self._get(field)
        if value is not None and not isinstance(value, str):
            raise self.wrong(field, "is not a date like 2022-09-13")
        return value

    def scale(self) -> int | None:
        value = self._get("scale")
        if value is not None and (type(value) is not int or value <= 0):
            raise self.wrong("scale", "is not a whole number like 100000")
        return value

    def metres(self, field: str) -> float:
        value = self._get(field)
        if value is None:
            raise self.wrong(field, "is missing")
        if type(value) not in (int, float) or not 0 < value < 1e7:
            raise self.wrong(field, "is not a number of metres above 0")
        return float(value)


# --------------------------------------------------------------------------------------------------------------------------
# points against a line


@dataclasses.dataclass(frozen=True, slots=True)
class Sides:
    """How points stand to a line, in the order of the points."""

    sign: NDArray[np.int8]
    """+1 left, -1 right, 0 on the line or past an end of it."""
    distance_m: Floats
    """Geodesic distance to the line, metres."""
    nearest_lon: Floats
    nearest_lat: Floats
    past_end: NDArray[np.bool_]
    """Whether the nearest point is an end of an open line."""


def sides(points_lon: ArrayLike, points_lat: ArrayLike, line: Line) -> Sides:
    """Side, distance and nearest point of a line for many points, all in degrees (EPSG:4326) and metres."""
    return Track(shapely.from_wkb(line.geometry)).sides(points_lon, points_lat)


def party_on_side(sign: int, line: Line) -> str | None:
    """Code of the party a sign stands for; None for 0."""
    return None if sign == 0 else line.left_party if sign > 0 else line.right_party


_LONGEST_PIECE = 0.05
"""Degrees. A piece this short departs from straight in the Mercator plane by less than a metre below 60 degrees latitude."""
_SLACK = 2e-6
"""Radians of the Mercator plane, some 13 m at the equator: more than the pieces depart from straight below 80 degrees."""


class Track:
    """A line prepared for many points."""

    def __init__(self, geometry: shapely.Geometry) -> None:
        parts = [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]
        closed = [len(part) > 3 and bool((part[0] == part[-1]).all()) for part in parts]
        self.start = np.concatenate([part[:-1] for part in parts])
        self.step = np.concatenate([np.diff(part, axis=0) for part in parts])
        self.middle_lon = float((self.start[:, 0].min() + self.start[:, 0].max()) / 2)
        # Segment before and after each segment: -1 where an open line begins or ends.
        before, after, offset = [], [], 0
        for part, ring in zip(parts, closed, strict=True):
            count = len(part) - 1
            number = np.arange(offset, offset + count)
            before.append(np.concatenate([[number[-1] if ring else -1], number[:-1]]))
            after.append(np.concatenate([number[1:], [number[0] if ring else -1]]))
            offset += count
        self.before, self.after = np.concatenate(before), np.concatenate(after)
        self._plant()

    def _plant(self) -> None:
        """A spatial index over short pieces of the segments, in the Mercator plane: there all directions are alike."""
        pieces = np.maximum(1, np.ceil(np.abs(self.step).max(axis=1) / _LONGEST_PIECE)).astype(np.int64)
        self.piece_segment = np.repeat(np.arange(len(pieces)), pieces)
        within = np.arange(len(self.piece_segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = 1 / pieces[self.piece_segment]
        ends = []
        for bound in (within * share, (within + 1) * share):
            ends.append(_mercator(self.start[self.piece_segment] + self.step[self.piece_segment] * bound[:, None]))
        self.tree = shapely.STRtree(shapely.linestrings(np.stack(ends, axis=1)))

    def sides(self, points_lon: ArrayLike, points_lat: ArrayLike) -> Sides:
        """See ``merestone.places.lines.sides``. Points that are not finite give distance nan and sign 0."""
        lon = np.atleast_1d(np.asarray(points_lon, dtype=np.float64))
        lat = np.atleast_1d(np.asarray(points_lat, dtype=np.float64))
        result = Sides(
            np.zeros(lon.shape, np.int8), np.full(lon.shape, np.nan), np.full(lon.shape, np.nan), np.full(lon.shape, np.nan),
            np.zeros(lon.shape, np.bool_),
        )  # fmt: skip
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90))
        for rows in np.array_split(usable, max(1, len(usable) // 100_000)):
            if len(rows):
                # The turn of longitude that is nearest to the line, so that the antimeridian parts nothing.
                turned = lon[rows] - 360 * np.round((lon[rows] - self.middle_lon) / 360)
                self._chunk(np.column_stack([turned, lat[rows]]), rows, result)
        return result

    def _chunk(self, points: Floats, rows: Ints, result: Sides) -> None:
        point, segment = self._candidates(points)
        share, metres = _foot(points[point], self.start[segment], self.step[segment])
        # Shortest first within each point; of two equal ones (a shared vertex) the earlier segment.
        order = np.lexsort((segment, metres, point))
        first = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
        point, segment, share = point[first], segment[first], share[first]
        share, metres, azimuth = self._refine(points, segment, share)
        foot = self.start[segment] + self.step[segment] * share[:, None]
        sign, past_end = self._sign(segment, share, foot, metres, azimuth)
        result.sign[rows], result.distance_m[rows], result.past_end[rows] = sign, metres, past_end
        result.nearest_lon[rows] = (foot[:, 0] + 180) % 360 - 180
        result.nearest_lat[rows] = foot[:, 1]

    def _candidates(self, points: Floats) -> tuple[Ints, Ints]:
        """(number of the point, number of the segment) of every pair that may be the nearest; each point has at least one.

        The Mercator plane stretches lengths by 1 / cos(latitude). Over the distance in question that factor lies between
        two known values, so that what is nearest on the ellipsoid is at most their ratio farther than what is nearest here.
        """
        flat = _mercator(points)
        geometries = shapely.points(flat)
        _, near = self.tree.query_nearest(geometries, return_distance=True, all_matches=False)
        latitude = np.radians(np.abs(np.clip(points[:, 1], -_MOST_LAT, _MOST_LAT)))
        # A distance in the plane is never shorter than on the sphere, so it bounds how far north and south it reaches.
        least = np.cos(np.minimum(latitude + near, np.radians(_MOST_LAT)))
        most = np.cos(np.maximum(latitude - near, 0))
        reach = near * most / least * 1.007 + _SLACK  # 1.007: the ellipsoid's two radii of curvature
        point, piece = self.tree.query(geometries, predicate="dwithin", distance=reach)
        pairs = np.unique(np.asarray(point, np.int64) * len(self.start) + self.piece_segment[piece])
        return pairs // len(self.start), pairs % len(self.start)

    def _refine(self, points: Floats, segment: Ints, share: Floats) -> tuple[Floats, Floats, Floats]:
        """(share of the segment, geodesic metres, azimuth from the foot to the point) after two Newton steps.

        Along the segment the distance changes by minus the cosine of the angle between the segment and the way to the point.
        """
        step = self.step[segment]
        for last in (False, False, True):
            foot = self.start[segment] + step * share[:, None]
            azimuth, _, metres = WGS84.inv(foot[:, 0], foot[:, 1], points[:, 0], points[:, 1])
            if last:
                break
            east, north = _metres_per_degree(foot[:, 1])
            along = np.column_stack([step[:, 0] * east, step[:, 1] * north])
            length = np.hypot(along[:, 0], along[:, 1])
            radians = np.radians(azimuth)
            progress = (np.sin(radians) * along[:, 0] + np.cos(radians) * along[:, 1]) / np.maximum(length, 1e-9)
            share = np.clip(share + metres * progress / np.maximum(length, 1e-9), 0, 1)
        return share, np.asarray(metres), np.radians(azimuth)

    def _sign(
        self, segment: Ints, share: Floats, foot: Floats, metres: Floats, azimuth: Floats
    ) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Side of the way from the foot to the point, against the line's normal there.

        At a vertex the normal is the sum of the unit normals of both segments (the angle-weighted pseudonormal of Baerentzen
        and Aanaes 2005, in the plane), which gives the right sign at bends of any sharpness.
        """
        at_start, at_end = share <= 1e-9, share >= 1 - 1e-9
        neighbour = np.where(at_start, self.before[segment], np.where(at_end, self.after[segment], segment))
        past_end = (at_start | at_end) & (neighbour < 0)
        east, north = _metres_per_degree(foot[:, 1])
        total = np.zeros((len(segment), 2))
        for number in (segment, np.where(neighbour < 0, segment, neighbour)):
            along = np.column_stack([self.step[number, 0] * east, self.step[number, 1] * north])
            total += along / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-12)[:, None]
        # The left normal of (east, north) is (-north, east).
        leftward = np.cos(azimuth) * total[:, 0] - np.sin(azimuth) * total[:, 1]
        sign = np.where(past_end | (metres < 1e-6), 0, np.sign(leftward)).astype(np.int8)
        return sign, past_end


_MOST_LAT = 89.9


def _mercator(positions: Floats) -> Floats:
    """Spherical Mercator, radians. The ellipsoid's part is covered by the caller's margin."""
    latitude = np.radians(np.clip(positions[:, 1], -_MOST_LAT, _MOST_LAT))
    return np.column_stack([np.radians(positions[:, 0]), np.arcsinh(np.tan(latitude))])


def _metres_per_degree(latitude: Floats) -> tuple[Floats, Floats]:
    """(east, north): metres to a degree of longitude and of latitude on WGS 84 at a latitude in degrees."""
    radians = np.radians(latitude)
    root = np.sqrt(1 - WGS84.es * np.sin(radians) ** 2)
    return (
        np.radians(1.0) * WGS84.a * np.cos(radians) / root,
        np.radians(1.0) * WGS84.a * (1 - WGS84.es) / root**3,
    )


def _foot(points: Floats, start: Floats, step: Floats) -> tuple[Floats, Floats]:
    """(share of the segment, metres) of the nearest point of each segment, in a local plane at the middle latitude.

    The middle latitude is that of the way from the foot to the point, found in three rounds. Good to about a part in 100,000
    over 50 km, which is enough to choose the segment; the distance itself is computed on the ellipsoid afterwards.
    """
    gap = points - start
    middle = points[:, 1]
    for _ in range(3):
        east, north = _metres_per_degree(middle)
        x, y = step[:, 0] * east, step[:, 1] * north
        share = np.clip((gap[:, 0] * east * x + gap[:, 1] * north * y) / np.maximum(x * x + y * y, 1e-12), 0, 1)
        middle = points[:, 1] - (gap[:, 1] - share * step[:, 1]) / 2
    east, north = _metres_per_degree(middle)
    away = gap - step * share[:, None]
    return share, np.hypot(away[:, 0] * east, away[:, 1] * north)
