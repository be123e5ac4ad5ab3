"""How likely a place lies in a zone, or within a distance of one, from its radius and the accuracy of the zone's edge.

The event lies anywhere within ``radius_m`` of the location's point, all of that disc alike, as for the sides of lines
(``standing``). The edge near it is shifted as a whole by a round normal error with a standard deviation of accuracy / 1.96,
so that across the edge 95 % lies within its accuracy: over so short a way an edge's errors are alike, and both edges of a
strip no wider than that move together. What the two make together lies round about the point, with the probability F(u)
within the square root of u (``disc_error``). The integral of such a density over a polygon is a sum over its edges (the
divergence theorem, for the field x F(x²) / (2 pi x²), whose divergence the density is):

    P = 1/2pi sum over edges  integral  h G(h² + t²) dt,   G(u) = F(u) / u,

with h the distance of the edge's line from the point and t the place on it, with their signs. Far from the point F is 1, and
an edge's part is the angle it is seen under; all these angles are one round where the point is inside, and none where it is
not. So only edges within the reach of the errors are looked at:

    P = [point inside] - 1/2pi sum over near edges  (angle - integral  h G(h² + t²) dt).

Positions about the point are azimuthal equidistant, from earth-centred coordinates, so that neither the antimeridian nor a
pole is a special place. Where the errors are large the outline is simplified first, to a 200th of their standard deviation at
most, which changes a probability by some 0.0002.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from merestone.errors import MerestoneError
from merestone.model import InZone, Location, Zone
from merestone.places.contested.disc_error import FARTHEST, Radial, scale_m
from merestone.places.contested.line_error import NORMAL_95
from merestone.places.contested.standing import CANNOT_TELL, SURE
from merestone.places.geometry.antimeridian import running_on
from merestone.places.geometry.areas import in_plane
from merestone.places.geometry.geodesy import MEAN_RADIUS_M, WGS84, Floats
from merestone.places.geometry.track import Track
from merestone.places.layer_files.features import positive
from merestone.places.layer_files.layers import file_and_feature, read_feature, read_features

_STEP = 0.02
"""Degrees. An edge this short departs from the straight line between its ends in the plane by 0.2 m at most below 65°; the
distance grows as the square of the length."""
_STEP_M = 0.2
_COARSE_M = 200.0
"""Metres of standard deviation for which an outline is simplified by a metre at most; for twice as much, by two metres."""
_LEVELS = 14
_ROUNDING = 1e-3
"""A probability that is further outside 0 to 1 than this is that of a point between an edge and its chord: a whole 1 off."""
_PAIRS = 100_000
"""Pairs of a point and an edge that are held at once, at most, unless one point has more: few enough for the cache."""
_PIECE = 0.5
"""Standard deviations. Edges are integrated in pieces no longer than this, by three nodes of Gauss and Legendre."""
_NODES, _WEIGHTS = (np.polynomial.legendre.leggauss(3)[0] + 1) / 2, np.polynomial.legendre.leggauss(3)[1] / 2
_CELLS = 256
_SHORTEST_DEGREE_M = 110_000.0
"""Metres. No degree of latitude is shorter than 110.5 km; and none longer than:"""
_LONGEST_DEGREE_M = 111_700.0
_FARTHEST = 2_000_000.0
"""Metres from its middle to which a zone may reach where a distance is kept from it; there the distance errs by 1.6 %."""


@dataclasses.dataclass(frozen=True, slots=True)
class Membership:
    """How points stand to a zone, in the order of the points. nan where a point is nowhere."""

    probability: Floats
    """That the event lies in the zone, or within the distance asked for."""
    inside: NDArray[np.bool_]
    """Whether the point itself does."""
    distance_m: Floats
    """Geodesic distance of the point to the zone's edge as drawn, whichever side it is on."""
    tells: NDArray[np.bool_]
    """Whether the map can tell, by the rule for lines: one answer has a probability of ``SURE``, and 95 % of the combined error
    across the edge does not reach it."""


def membership(zone: Zone, lon: ArrayLike, lat: ArrayLike, radius_m: ArrayLike = 0.0, within_m: float = 0.0) -> Membership:
    """How points (degrees, EPSG:4326) with a radius (metres) stand to a zone, or to all within ``within_m`` of it.

    Raises MerestoneError M547 where a distance is kept from a zone that reaches over 2,000 km from its middle.
    """
    return Area(shapely.from_wkb(zone.geometry), zone.accuracy_m, within_m, zone.id).membership(lon, lat, radius_m)


class Area:
    """A zone prepared for many points."""

    def __init__(self, geometry: shapely.Geometry, accuracy_m: float, within_m: float = 0.0, name: str = "") -> None:
        """``geometry`` is a Polygon or MultiPolygon in degrees; what is cut at the antimeridian is one there."""
        self.accuracy_m, self.within_m = accuracy_m, within_m
        self.deviation_m = accuracy_m / NORMAL_95
        drawn = shapely.union_all(shapely.get_parts(running_on(geometry)))
        self.edge = Track(shapely.multilinestrings(list(shapely.linestrings(_edges(drawn)))))
        self.drawn, self.polygon = drawn, _wider(drawn, within_m, name) if within_m > 0 else drawn
        shapely.prepare([self.drawn, self.polygon])
        self.middle_lon = (self.polygon.bounds[0] + self.polygon.bounds[2]) / 2
        self._outlines: dict[int, _Outline] = {}

    def membership(self, points_lon: ArrayLike, points_lat: ArrayLike, radius_m: ArrayLike = 0.0) -> Membership:
        """See ``merestone.places.contested.zones.membership``."""
        lon = np.atleast_1d(np.asarray(points_lon, dtype=np.float64))
        lat = np.atleast_1d(np.asarray(points_lat, dtype=np.float64))
        radius = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), lon.shape)
        distance = self.edge.sides(lon, lat).distance_m
        scale = np.maximum(scale_m(radius, self.deviation_m), 1e-3)
        # On the edge itself the angles have no value; a ten-thousandth of the scale beside it, they do.
        with np.errstate(invalid="ignore"):
            east, north = (np.where(distance < 1e-6 * scale, scale * part / 1e9, 0) for part in (0.6, 0.8))
        x, y = lon + east - 360 * np.round((lon - self.middle_lon) / 360), lat + north
        usable = np.isfinite(distance) & np.isfinite(radius) & (radius >= 0)
        inside = shapely.contains_xy(self.polygon, x, y) & usable
        beyond = distance
        if self.within_m > 0:
            held = shapely.contains_xy(self.drawn, x, y)
            beyond = np.where(held, distance + self.within_m, np.abs(distance - self.within_m))
        probability = np.where(usable, inside.astype(np.float64), np.nan)
        with np.errstate(invalid="ignore"):
            near = usable & (beyond - 0.02 * self.within_m < radius + FARTHEST * self.deviation_m)
        level = np.clip(np.floor(np.log2(scale[near] / _COARSE_M)), -1, _LEVELS).astype(np.int64)
        rows = np.flatnonzero(near)
        for each in np.unique(level):
            some = rows[level == each]
            probability[some] = self._outline(int(each)).probability(x[some], y[some], radius[some], self.deviation_m)
        with np.errstate(invalid="ignore"):
            sure = np.where(inside, probability, 1 - probability) >= SURE  # nan is not
            tells = sure & (beyond > NORMAL_95 * scale)
        return Membership(probability, inside, distance, tells)

    def _outline(self, level: int) -> _Outline:
        """The outline for errors with a standard deviation from ``_COARSE_M`` times two to this level."""
        if level not in self._outlines:
            tolerance = 2.0**level if level >= 0 else 0.0
            self._outlines[level] = _Outline(self.polygon, tolerance)
        return self._outlines[level]


class _Outline:
    """The outline of a zone as short edges in space, true to so many metres."""

    def __init__(self, polygon: shapely.Geometry, tolerance_m: float) -> None:
        west, _, east, _ = polygon.bounds
        step = _STEP * max(1.0, np.sqrt(tolerance_m / 2 / _STEP_M))
        if tolerance_m > 0:
            polygon = shapely.simplify(polygon, tolerance_m / 2 / _LONGEST_DEGREE_M, preserve_topology=True)
            shapely.prepare(polygon)
        self.polygon = polygon
        edges = _edges(shapely.segmentize(shapely.orient_polygons(polygon), step))
        if east - west > 180:  # a point may be near an edge on the next turn
            edges = np.concatenate([edges + np.array([turn, 0.0]) for turn in (-360.0, 0.0, 360.0)])
        self._tree = shapely.STRtree(shapely.linestrings(edges))
        self._start, self._end = (Track.in_space(edges[:, side, 0], edges[:, side, 1]) for side in (0, 1))
        middle = edges.mean(axis=1)
        self._half = np.abs(np.diff(edges, axis=1)[:, 0]).max(axis=0) / 2
        self._corner = middle.min(axis=0)
        self._cell = np.maximum(middle.max(axis=0) - self._corner, 1e-9) / _CELLS
        cell = np.minimum((middle - self._corner) / self._cell, _CELLS - 1).astype(np.int64)
        counts = np.bincount(cell[:, 0] * _CELLS + cell[:, 1], minlength=_CELLS**2).reshape(_CELLS, _CELLS)
        self._counts = np.pad(counts.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))

    def probability(self, lon: Floats, lat: Floats, radius_m: Floats, deviation_m: float) -> Floats:
        """That the event lies inside, for points with radii, by a shift of the outline with this standard deviation."""
        out = shapely.contains_xy(self.polygon, lon, lat).astype(np.float64)
        scale = np.maximum(scale_m(radius_m, deviation_m), 1e-3)
        reach = radius_m + FARTHEST * deviation_m
        north = reach / _SHORTEST_DEGREE_M
        east = np.minimum(north / np.cos(np.radians(np.minimum(np.abs(lat) + north, 89.999))), 360)
        low, high = np.stack([lon - east, lat - north]), np.stack([lon + east, lat + north])
        chunk = np.cumsum(self._most(low, high)) // _PAIRS
        for rows in np.split(np.arange(len(lon)), np.flatnonzero(np.diff(chunk)) + 1):
            point, edge = self._tree.query(shapely.box(low[0, rows], low[1, rows], high[0, rows], high[1, rows]))
            if len(point):
                seen = _Seen(lon[rows], lat[rows], scale[rows])
                start, end = (seen.plane(point, places, edge) for places in (self._start, self._end))
                radial = Radial(deviation_m / scale[rows])
                out[rows] -= _taken(point, start, end, reach[rows] / scale[rows], radial)
        out += np.where(out < -_ROUNDING, 1, np.where(out > 1 + _ROUNDING, -1, 0))
        return np.asarray(np.clip(out, 0, 1))

    def _most(self, low: Floats, high: Floats) -> NDArray[np.int64]:
        """No more edges than this touch each box: those whose middles lie in the cells it reaches (a summed-area table)."""
        bounds = []
        for axis in (0, 1):
            for end, extra in ((low[axis] - self._half[axis], 0), (high[axis] + self._half[axis], 1)):
                cell = np.floor((end - self._corner[axis]) / self._cell[axis]) + extra
                bounds.append(np.clip(cell, 0, _CELLS).astype(np.int64))
        west, east, south, north = bounds
        counts = self._counts
        return np.asarray(counts[east, north] - counts[west, north] - counts[east, south] + counts[west, south])


class _Seen:
    """Positions as seen from points, azimuthal equidistant, in units of each point's scale."""

    def __init__(self, lon: Floats, lat: Floats, scale_m: Floats) -> None:
        self.centre = Track.in_space(lon, lat)
        lon, lat = np.radians(lon), np.radians(lat)
        sin_lon, cos_lon, sin_lat, cos_lat = np.sin(lon), np.cos(lon), np.sin(lat), np.cos(lat)
        self.east = np.stack([-sin_lon, cos_lon]) / scale_m
        self.north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat]) / scale_m

    def plane(self, point: NDArray[np.int64], places: Floats, number: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """(east, north) of the places in space of these numbers, each from the point of as many numbers.

        The way along the ground is that over the chord on a sphere: to 0.1 m at 100 km, 50 m at 1,000 km.
        """
        x, y, z = (places[axis].take(number) - self.centre[axis].take(point) for axis in range(3))
        east = x * self.east[0].take(point)
        east += y * self.east[1].take(point)
        north = x * self.north[0].take(point)
        north += y * self.north[1].take(point)
        north += z * self.north[2].take(point)
        square = (x * x + y * y + z * z) / (4 * MEAN_RADIUS_M**2)
        if square.max() < 0.01:
            longer = 1 + square * (2 / 3 + square * (8 / 15 + square * (16 / 35 + square * (128 / 315))))
        else:
            half = np.sqrt(np.clip(square, 1e-30, 1 - 1e-12))
            longer = np.arcsin(half) / (half * np.sqrt(1 - half * half))
        return east * longer, north * longer


_Plane = tuple[Floats, Floats]


def _taken(point: NDArray[np.int64], start: _Plane, end: _Plane, reach: Floats, radial: Radial) -> Floats:
    """1/2pi times the sum, for each point, of angle less integral of h G over its edges from ``start`` to ``end``."""
    x, y = start
    to_x, to_y = end[0] - x, end[1] - y
    length = to_x * to_x + to_y * to_y
    along = x * to_x + y * to_y
    limit = (reach * reach).take(point)
    with np.errstate(divide="ignore", invalid="ignore"):
        foot = np.clip(-along / length, 0, 1)
    kept = np.flatnonzero((length > 0) & (x * x + y * y + foot * (2 * along + foot * length) < limit))
    point = point[kept]
    x, y, to_x, to_y, length, along, limit = (each[kept] for each in (x, y, to_x, to_y, length, along, limit))
    # Long edges are cut where they leave the reach, and into pieces.
    long = np.flatnonzero(length > _PIECE**2)
    if len(long):
        square = x[long] ** 2 + y[long] ** 2
        root = np.sqrt(np.maximum(along[long] ** 2 - length[long] * (square - limit[long]), 0))
        begin, finish = (np.clip((-along[long] + sign * root) / length[long], 0, 1) for sign in (-1, 1))
        pieces = np.maximum(1, np.ceil((finish - begin) * np.sqrt(length[long]) / _PIECE)).astype(np.int64)
        which = np.repeat(np.arange(len(long)), pieces)
        width = ((finish - begin) / pieces)[which]
        first = begin[which] + width * (np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces))
        short, which = np.flatnonzero(length <= _PIECE**2), long[which]
        point = np.concatenate([point[short], point[which]])
        x, y = (np.concatenate([a[short], a[which] + first * to[which]]) for a, to in ((x, to_x), (y, to_y)))
        to_x, to_y = (np.concatenate([to[short], to[which] * width]) for to in (to_x, to_y))
        length, along = to_x * to_x + to_y * to_y, x * to_x + y * to_y
    square = x * x + y * y
    cross = x * to_y - y * to_x
    mean = np.zeros(len(point))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        mean += weight * radial.at(point, square + node * (2 * along + node * length))
    part = np.arctan2(cross, square + along) - cross * mean
    return np.bincount(point, weights=part, minlength=len(reach)) / (2 * np.pi)


def _edges(polygon: shapely.Geometry) -> Floats:
    """The edges (n, 2, 2) of a polygon, without those that only files need: along the antimeridian all round, and at a pole."""
    west, _, east, _ = polygon.bounds
    edges = []
    for part in shapely.get_parts(polygon):
        for ring in (part.exterior, *part.interiors):
            positions = shapely.get_coordinates(ring)
            edges.append(np.stack([positions[:-1], positions[1:]], axis=1))
    every = np.concatenate(edges)
    lon, lat = every[..., 0], every[..., 1]
    seam = (np.abs(lat) == 90).all(axis=1)
    if east - west == 360:
        seam |= (lon == west).all(axis=1) | (lon == east).all(axis=1)
    return np.asarray(every[~seam])


def _wider(drawn: shapely.Geometry, within_m: float, name: str) -> shapely.Geometry:
    """All that lies within a distance of a polygon, in the azimuthal equidistant plane about its middle."""
    west, south, east, north = drawn.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    positions = shapely.get_coordinates(drawn)
    far = WGS84.inv(np.full(len(positions), lon), np.full(len(positions), lat), positions[:, 0], positions[:, 1])[2]
    if np.max(far) + within_m > _FARTHEST or max(-south, north) + within_m / 110_000 > 89:
        raise MerestoneError("M547", zone=name or "the zone")
    return in_plane(shapely.segmentize(drawn, _STEP), lambda flat: shapely.buffer(flat, within_m, quad_segs=32))


# --------------------------------------------------------------------------------------------------------------------------
# for the record, for people and for programs


def with_zones(locations: Sequence[Location], zones: Sequence[Zone]) -> list[Location]:
    """The locations, each with how it stands to every zone; those without coordinates as they are."""
    placed = [place for place, location in enumerate(locations) if location.lon is not None]
    out = list(locations)
    if not placed or not zones:
        return out
    values = [[getattr(locations[place], field) for place in placed] for field in ("lon", "lat", "radius_m")]
    lon, lat, radius = np.array(values, dtype=np.float64)
    found = [membership(zone, lon, lat, radius) for zone in zones]
    for row, place in enumerate(placed):
        entries = tuple(in_zone(zone.id, each, row) for zone, each in zip(zones, found, strict=True))
        out[place] = dataclasses.replace(locations[place], zones=entries)
    return out


def in_zone(zone: str, found: Membership, row: int) -> InZone:
    """How one point stands to a zone, as the record has it."""
    return InZone(
        zone=zone, inside=bool(found.inside[row]) if found.tells[row] else None,
        probability=round(float(found.probability[row]), 6), distance_m=round(float(found.distance_m[row]), 2),
    )  # fmt: skip


def in_words(found: Membership, row: int, within_m: float = 0.0) -> str:
    """How one point stands to a zone, in words: what the map tells, or that it cannot."""
    if not found.tells[row]:
        return CANNOT_TELL
    near = f"within {within_m / 1000:g} km of it"
    if found.inside[row]:
        return f"inside, or {near}" if within_m else "inside"
    return f"not {near}" if within_m else "outside"


def read_zones(named: str, *, accuracy_m: float | None = None, layer: str | None = None, crs: str | None = None) -> list[Zone]:
    """The zones of FILE, or the one of FILE#FEATURE.

    They must say their accuracy as a property ``accuracy_m`` or ``nominal_accuracy_m``; the argument goes before it.
    Raises MerestoneError as ``read_features`` does, or M504, M506.
    """
    path, wanted = file_and_feature(named)
    if wanted is None:
        features = read_features(path, "Polygon", layer=layer, crs=crs)
    else:
        features = [read_feature(path, "Polygon", wanted, layer=layer, crs=crs)]
    zones = []
    for place, feature in enumerate(features, start=1):
        stated = accuracy_m if accuracy_m is not None else positive(path, feature, ("accuracy_m", "nominal_accuracy_m"))
        if stated is None:
            raise MerestoneError("M506", path=path, feature=feature.id or str(place), field="accuracy_m", problem="is missing")
        texts = {key: value for key in ("name", "kind") if isinstance(value := feature.properties.get(key), str)}
        identity = feature.id or str(place)
        zones.append(
            Zone(
                id=identity, name=texts.get("name", identity), kind=texts.get("kind", ""), source_map=path.name,
                accuracy_m=stated, geometry=shapely.to_wkb(feature.geometry, byte_order=1),
            )
        )  # fmt: skip
    return zones


def standings(zones: Sequence[Zone], lon: float, lat: float, radius_m: float, within_m: float) -> list[dict[str, Any]]:
    """How one place stands to each zone, as JSON holds it."""
    out = []
    for zone in zones:
        found = membership(zone, lon, lat, radius_m, within_m)
        entry = in_zone(zone.id, found, 0)
        out.append(
            {
                "zone": zone.id, "name": zone.name, "answer": in_words(found, 0, within_m), "inside": entry.inside,
                "probability": entry.probability, "distance_m": entry.distance_m, "within_km": within_m / 1000 or None,
            }
        )  # fmt: skip
    return out


def as_text(standing: dict[str, Any]) -> str:
    """One standing for people."""
    what = f"in it or within {standing['within_km']:g} km of it" if standing["within_km"] else "in it"
    return (
        f"{standing['name']}: {standing['answer']}; {standing['probability']:.0%} likely {what}; "
        f"the edge is {standing['distance_m'] / 1000:,.2f} km away."
    )
