"""How likely a place lies in a zone, or within a distance of one, from its radius and the accuracy of the zone's edge together.

The event lies at the location's point plus a round normal error with 95 % of it within ``radius_m``: a standard deviation of
radius / 2.4477 to the east and to the north. The edge near it is shifted as a whole by a round normal error with a standard
deviation of accuracy / 1.96, so that across the edge 95 % lies within its accuracy: over so short a way an edge's errors are
alike, and both edges of a strip no wider than that move together. The two errors add to one round normal error s about the
point. Its integral over the polygon has a closed form, edge by edge, which Owen (*Tables for Computing Bivariate Normal
Probabilities*, 1956) calls T:

    P = [point inside] - sum over edges  1/2pi  integral  h / (h^2 + t^2) exp(-(h^2 + t^2) / 2) dt

with h the distance of the edge's line from the point and t the place on it, in units of s and with their signs. Only edges
within a few s count. Positions about the point are azimuthal equidistant, from geodesics on WGS 84, so that neither the
antimeridian nor a pole is a special place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from merestone.errors import MerestoneError
from merestone.model import InZone, Location, Zone
from merestone.places.drawn import number, running_on, split
from merestone.places.geodesy import WGS84, Floats
from merestone.places.layers import read_feature, read_features
from merestone.places.line_error import NORMAL_95
from merestone.places.map_errors import DISC_95
from merestone.places.standing import CANNOT_TELL, SURE
from merestone.places.track import Track

_STEP = 0.02
"""Degrees. An edge this short departs from the straight line between its ends in the plane by 0.2 m at most below 65°."""
_ROUNDING = 1e-3
"""A probability that is further outside 0 to 1 than this is that of a point between an edge and its chord: a whole 1 off."""
_REACH = 5.5
"""Standard deviations beyond which an edge takes nothing away: less than 3e-7."""
_PAIRS = 1_000_000
"""Pairs of a point and an edge that are held at once, at most; of these so many are integrated together:"""
_TOGETHER = 100_000
_FARTHEST = 2_000_000.0
"""Metres from its middle to which a zone may reach where a distance is kept from it; there the distance errs by 1.6 %."""
_FEW, _MANY = np.polynomial.legendre.leggauss(8), np.polynomial.legendre.leggauss(24)


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
        drawn = shapely.union_all(shapely.get_parts(running_on(geometry)))
        self.edge = Track(shapely.multilinestrings(list(shapely.linestrings(_edges(drawn)))))
        self.drawn, self.polygon = drawn, _wider(drawn, within_m, name) if within_m > 0 else drawn
        shapely.prepare([self.drawn, self.polygon])
        self.middle_lon = (self.polygon.bounds[0] + self.polygon.bounds[2]) / 2
        edges = _edges(shapely.segmentize(shapely.orient_polygons(self.polygon), _STEP))
        if self.polygon.bounds[2] - self.polygon.bounds[0] > 180:  # a point may be near an edge on the next turn
            edges = np.concatenate([edges + np.array([turn, 0.0]) for turn in (-360.0, 0.0, 360.0)])
        self.edges = edges
        self.tree = shapely.STRtree(shapely.linestrings(edges))

    def membership(self, points_lon: ArrayLike, points_lat: ArrayLike, radius_m: ArrayLike = 0.0) -> Membership:
        """See ``merestone.places.zones.membership``."""
        lon = np.atleast_1d(np.asarray(points_lon, dtype=np.float64))
        lat = np.atleast_1d(np.asarray(points_lat, dtype=np.float64))
        radius = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), lon.shape)
        probability, inside = np.full(lon.shape, np.nan), np.zeros(lon.shape, np.bool_)
        distance = self.edge.sides(lon, lat).distance_m
        usable = np.flatnonzero(np.isfinite(distance) & np.isfinite(radius) & (radius >= 0))
        chunk = max(1, _PAIRS // len(self.edges))
        for rows in np.array_split(usable, max(1, -(-len(usable) // chunk))):
            spread = np.hypot(radius[rows] / DISC_95, self.accuracy_m / NORMAL_95)
            # On the edge itself the sum below has no value; a ten-thousandth of the spread beside it, it does.
            east, north = (np.where(distance[rows] < 1e-6 * spread, spread * part / 1e9, 0) for part in (0.6, 0.8))
            turned = lon[rows] + east - 360 * np.round((lon[rows] - self.middle_lon) / 360)
            inside[rows] = shapely.contains_xy(self.polygon, turned, lat[rows] + north)
            probability[rows] = inside[rows]
            near = (self.within_m > 0) | (distance[rows] < _REACH * spread)
            probability[rows[near]] = self._probability(
                turned[near], (lat[rows] + north)[near], spread[near], inside[rows[near]]
            )
        beyond = distance
        if self.within_m > 0:
            turned = lon - 360 * np.round((lon - self.middle_lon) / 360)
            held = shapely.contains_xy(self.drawn, turned, lat)
            beyond = np.where(held, distance + self.within_m, np.abs(distance - self.within_m))
        reach = NORMAL_95 * np.hypot(radius / DISC_95, self.accuracy_m / NORMAL_95)
        sure = np.where(inside, probability, 1 - probability) >= SURE  # nan is not
        return Membership(probability, inside, distance, sure & (beyond > reach))

    def _probability(self, lon: Floats, lat: Floats, spread: Floats, inside: NDArray[np.bool_]) -> Floats:
        out = inside.astype(np.float64)
        point, edge = self._near(lon, lat, spread)
        start, end = (self._plane(lon[point], lat[point], self.edges[edge, side], spread[point]) for side in (0, 1))
        step = end - start
        length = np.hypot(step[:, 0], step[:, 1])
        # Of the edges in the box round a point, those that come into the circle.
        foot = np.clip(-(start * step).sum(axis=1) / np.maximum(length**2, 1e-300), 0, 1)[:, None]
        kept = (length > 0) & (((start + foot * step) ** 2).sum(axis=1) < _REACH**2)
        point, start, end, step = point[kept], start[kept], end[kept], step[kept] / length[kept, None]
        height = start[:, 0] * step[:, 1] - start[:, 1] * step[:, 0]
        begin, finish = (np.clip((place * step).sum(axis=1), -8, 8) for place in (start, end))
        for first in range(0, len(point), _TOGETHER):
            some = slice(first, first + _TOGETHER)
            share = _turned(np.abs(height[some]), begin[some], finish[some]) * np.sign(height[some])
            np.subtract.at(out, point[some], share)
        out += np.where(out < -_ROUNDING, 1, np.where(out > 1 + _ROUNDING, -1, 0))
        return np.clip(out, 0, 1)

    def _near(self, lon: Floats, lat: Floats, spread: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(point, edge) of every pair that may be near enough to count."""
        north = _REACH * spread / 110_000  # no degree of latitude is shorter than 110.5 km
        most = np.minimum(np.abs(lat) + north, 89.999)
        east = np.minimum(north / np.cos(np.radians(most)), 360)
        boxes = shapely.box(lon - east, lat - north, lon + east, lat + north)
        point, edge = self.tree.query(boxes)
        return np.asarray(point, np.int64), np.asarray(edge, np.int64)

    @staticmethod
    def _plane(lon: Floats, lat: Floats, places: Floats, spread: Floats) -> Floats:
        """Places as seen from points: metres to the east and the north over the spread, azimuthal equidistant."""
        azimuth, _, metres = WGS84.inv(lon, lat, places[:, 0], places[:, 1])
        radians, far = np.radians(azimuth), np.asarray(metres) / np.maximum(spread, 1e-9)
        return np.column_stack([far * np.sin(radians), far * np.cos(radians)])


def _turned(height: Floats, begin: Floats, finish: Floats) -> Floats:
    """1/2pi times the integral of h / (h^2 + t^2) exp(-(h^2 + t^2) / 2) from begin to finish, for h from 0.

    For an edge shorter than twice its distance the integrand is smooth: eight nodes of Gauss and Legendre give a part in 1e8.
    Else the exponential is split into 1, whose part is the angle the edge is seen under, and the rest, which is smooth: 24
    nodes, crowded towards 0, give it to a millionth.
    """
    out = np.zeros(len(height))
    half, middle = (finish - begin) / 2, (finish + begin) / 2
    smooth = height**2 + np.clip(0, begin, finish) ** 2 > half**2
    square = height[smooth, None] ** 2 + (middle[smooth, None] + half[smooth, None] * _FEW[0]) ** 2
    out[smooth] = height[smooth] * half[smooth] * ((np.exp(-square / 2) / square) @ _FEW[1])
    height, begin, finish = height[~smooth], begin[~smooth], finish[~smooth]
    nodes = (_MANY[0] + 1) / 2

    def rest(end: Floats) -> Floats:
        place = end[:, None] * nodes**2
        values = np.expm1(-(place**2) / 2) / np.maximum(height[:, None] ** 2 + place**2, 1e-300)
        return np.asarray(height * end * (values * nodes * _MANY[1]).sum(axis=1))

    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.arctan(finish / height) - np.arctan(begin / height)
    out[~smooth] = np.exp(-(height**2) / 2) * (angle + rest(finish) - rest(begin))
    return out / (2 * np.pi)


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
    plane = Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84", always_xy=True)

    def there(xy: Floats) -> Floats:
        return np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))

    def back(xy: Floats) -> Floats:
        found_lon, found_lat = plane.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        return np.column_stack([found_lon + 360 * np.round((lon - found_lon) / 360), found_lat])

    flat = shapely.buffer(shapely.transform(shapely.segmentize(drawn, _STEP), there), within_m, quad_segs=32)
    return shapely.transform(flat, back)


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


def read_zones(named: str, *, accuracy_m: float | None = None) -> list[Zone]:
    """The zones of FILE, or the one of FILE#FEATURE.

    They must say their accuracy as a property ``accuracy_m`` or ``nominal_accuracy_m``; the argument goes before it.
    Raises MerestoneError as ``read_features`` does, or M504, M506.
    """
    path, wanted = split(named)
    features = [read_feature(path, "Polygon", wanted)] if wanted is not None else read_features(path, "Polygon")
    zones = []
    for place, feature in enumerate(features, start=1):
        stated = accuracy_m if accuracy_m is not None else number(path, feature, ("accuracy_m", "nominal_accuracy_m"))
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
