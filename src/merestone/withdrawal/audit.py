"""How deep a drawn zone really is along a line, and how it was made.

The zone's edge is sampled every ``_STEP`` degrees (some 200 m); a sample's depth is its geodesic distance from the line, as
``places.geometry.track`` measures it. Samples on the line itself, where halves of a zone meet, do not count, nor do those past
an open end or beside its last stretch, of a quarter of the depth: there the edge closes the zone.

How it was made is told by what is constant. A zone drawn on the ellipsoid has one depth in metres. One drawn in plain longitude
and latitude has one width in degrees, and so is cos(latitude) times as deep to the east and west as to the north and south; one
drawn in Web Mercator has one depth in its metres, and grows deeper towards the equator. The measure with the least spread (5th
to 95th percentile over the median) is the one, where it is less than half that of metres and under ``_CONSTANT``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.contested.line_files import DrawnLine, read_lines
from merestone.places.geometry.areas import area_m2
from merestone.places.geometry.geodesy import WGS84, Floats, distances
from merestone.places.geometry.track import Sides, Track
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.layers import read_features
from merestone.withdrawal.strip import Strip, polygonal

_STEP = 0.002
_ON_LINE_M = 5.0
_CLOSING = 0.25
_CONSTANT = 0.05
_EXACT = 0.02
_NEAR_DEGREES = 1e-4
_AXES = ("north and south", "north-east and south-west", "east and west", "north-west and south-east")
_LEAST_SAMPLES = 20
_PROFILE = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Depths:
    """Kilometres from the line to the edge."""

    samples: int
    least: float
    low: float
    """5th percentile."""
    median: float
    high: float
    """95th percentile."""
    most: float

    @classmethod
    def of(cls, metres: Floats) -> Depths:
        low, median, high = np.percentile(metres, [5, 50, 95])
        values = (float(metres.min()), float(low), float(median), float(high), float(metres.max()))
        return cls(len(metres), *(round(value / 1000, 3) for value in values))


@dataclasses.dataclass(frozen=True)
class Audit:
    """What was measured of a zone along a line."""

    zones: tuple[str, ...]
    line: str
    area_km2: float
    depth: Depths
    by_side: dict[str, Depths]
    """By the party on whose side the edge lies."""
    by_direction: dict[str, Depths]
    """By the direction in which the depth is measured."""
    made: str
    """"metres", "degrees", "web mercator" or "none": what is constant along the edge."""
    constant: float | None
    """The constant: metres, degrees or Web Mercator metres."""
    spread: dict[str, float]
    """5th to 95th percentile over the median, of each measure."""
    stated_km: float | None
    """The depth that was asked for, or that the zone's own properties speak of."""
    zone_of_stated: dict[str, float] | None
    """Area of the zone of that depth, and what it has in common with the drawn one (intersection over union)."""
    profile: tuple[tuple[float, float | None, float | None], ...]
    """(kilometre of the line, median depth on the left, on the right), None where the edge is not beside it."""
    past_ends: int
    """Samples left out because they close the zone at an end of the line."""

    @property
    def text(self) -> str:
        """The finding, in sentences."""
        depth = self.depth
        spread = f"{depth.least:.1f} to {depth.most:.1f} km deep along {self.line} (in the middle {depth.median:.2f} km)"
        said = [f"{_these(self.zones)} {spread}"]
        if self.made == "metres":
            said[0] = f"{_these(self.zones)} {depth.median:.2f} km deep all along {self.line}"
        elif self.made != "none":
            said[0] += ", varying with direction" if self.made == "degrees" else ", varying with latitude"
        if self.stated_km is not None and not depth.low <= self.stated_km * (1 + _EXACT) <= depth.high * (1 + 2 * _EXACT):
            said[0] += f", not {self.stated_km:g} km"
        if self.made == "degrees":
            directions = [f"{one.median:.2f} km to the {name}" for name, one in self.by_direction.items()]
            said.append(
                f"It is a buffer in degrees: its edge runs {self.constant:.3f}° from the line in plain longitude and latitude "
                f"nearly everywhere ({', '.join(directions)})"
            )
        elif self.made == "web mercator":
            said.append(f"It is a buffer of {self.constant:,.0f} m in Web Mercator, whose metres shrink away from the equator")
        elif self.made == "none":
            said.append("Its depth is constant in no measure: each edge is a line of its own")
        if self.zone_of_stated is not None:
            said.append(
                f"A zone of {self.stated_km:g} km has {self.zone_of_stated['area_km2']:,.1f} km², this one "
                f"{self.area_km2:,.1f} km²; they have {self.zone_of_stated['overlap']:.1%} of their union in common"
            )
        return ". ".join(said) + "."

    def as_json(self) -> dict[str, Any]:
        """Field names as keys, and ``text``."""
        return dataclasses.asdict(self) | {"text": self.text}


def _these(zones: Sequence[str]) -> str:
    return f"{' and '.join(zones)} {'is' if len(zones) == 1 else 'are'}"


def audit_files(
    zone: Path, line: Path, zone_ids: Sequence[str] = (), line_id: str | None = None, depth_km: float | None = None
) -> Audit:
    """The audit of zones of a file, by default those that touch the line. Raises MerestoneError M504, M807, M813, M814."""
    features = read_features(zone, "Polygon")
    names = [feature.id or (zone.stem if len(features) == 1 else f"{zone.stem}#{n}") for n, feature in enumerate(features, 1)]
    for wanted in zone_ids:
        if wanted not in names:
            raise MerestoneError("M504", path=zone, feature=wanted, known=", ".join(names[:20]))
    chosen = [(name, each) for name, each in zip(names, features, strict=True) if not zone_ids or name in zone_ids]
    lines = read_lines(line, line_id)
    if len(lines) > 1:
        beside = [each for each in lines if any(_touches(each, feature) for _, feature in chosen)]
        if len(beside) != 1:
            raise MerestoneError("M807", path=line, known=", ".join(sorted(each.id for each in beside or lines)[:20]))
        lines = beside
    if not zone_ids:
        chosen = [(name, feature) for name, feature in chosen if _touches(lines[0], feature)]
    if not chosen:
        raise MerestoneError("M813", path=zone, line=lines[0].id)
    return audit([feature for _, feature in chosen], [name for name, _ in chosen], lines[0], depth_km)


def _touches(line: DrawnLine, feature: Feature) -> bool:
    return bool(shapely.dwithin(feature.geometry, line.geometry, _NEAR_DEGREES))


def audit(features: Sequence[Feature], names: Sequence[str], line: DrawnLine, depth_km: float | None = None) -> Audit:
    """The audit of polygons, together, along a line. Raises MerestoneError M814 where the edge is nowhere beside it."""
    strip = Strip(line.geometry, line.track)
    drawn = polygonal(shapely.union_all([_near(strip, feature.geometry) for feature in features]))
    edge = shapely.get_coordinates(shapely.segmentize(drawn.boundary, _STEP))
    sides = line.track.sides(edge[:, 0], edge[:, 1])
    beside_it = ~sides.past_end & (sides.distance_m > _ON_LINE_M)
    depth = float(np.median(sides.distance_m[beside_it])) if beside_it.any() else 0.0
    rows = np.flatnonzero(beside_it & (_from_end(line.track, sides) > _CLOSING * depth))
    past = int((sides.distance_m > _ON_LINE_M).sum()) - len(rows)
    if len(rows) < _LEAST_SAMPLES:
        raise MerestoneError("M814", zone=" and ".join(names), line=line.id)
    edge, beside = edge[rows], sides.of(rows)
    metres = beside.distance_m
    made, constant, spread = _made(strip, edge, beside.nearest_lat, metres)
    chainage = line.track.chainage_m(beside.segment, beside.share)
    by_side = {
        party: Depths.of(metres[beside.sign == sign])
        for party, sign in ((line.left_party, 1), (line.right_party, -1))
        if (beside.sign == sign).any()
    }
    azimuth = WGS84.inv(beside.nearest_lon, beside.nearest_lat, edge[:, 0], edge[:, 1])[0]
    axis = np.round((np.asarray(azimuth) % 180) / 45).astype(int) % 4
    by_direction = {
        name: Depths.of(metres[axis == number]) for number, name in enumerate(_AXES) if (axis == number).sum() >= _LEAST_SAMPLES
    }
    stated = depth_km if depth_km is not None else _stated(features)
    area = area_m2(drawn) / 1e6
    return Audit(
        zones=tuple(names), line=line.id, area_km2=round(area, 2), depth=Depths.of(metres), by_side=by_side,
        by_direction=by_direction, made=made, constant=constant, spread=spread, stated_km=stated,
        zone_of_stated=_compared(strip, drawn, stated, by_side, line) if stated else None,
        profile=_profile(chainage, metres, beside.sign, line.track.length_m), past_ends=past,
    )  # fmt: skip


def _from_end(track: Track, sides: Sides) -> Floats:
    """Metres, straight, from each sample's nearest point of the line to the nearest open end; infinite where there is none."""
    stop = track.start + track.step
    ends = np.concatenate([track.start[track.before < 0], stop[track.after < 0]])
    away = np.full(len(sides.distance_m), np.inf)
    for lon, lat in ends.tolist():
        away = np.minimum(away, distances(lon, lat, sides.nearest_lon, sides.nearest_lat))
    return away


def _near(strip: Strip, geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda d: np.column_stack([strip.plane.near(d[:, 0]), d[:, 1]]))


def _made(strip: Strip, edge: Floats, lat: Floats, metres: Floats) -> tuple[str, float | None, dict[str, float]]:
    shapely.prepare(strip.line)
    degrees = shapely.distance(strip.line, shapely.points(edge))
    measures = {"metres": metres, "degrees": degrees, "web mercator": metres / np.cos(np.radians(lat))}
    spread = {}
    for name, values in measures.items():
        low, median, high = np.percentile(values, [5, 50, 95])
        spread[name] = round(float((high - low) / median), 4)
    best = min(spread, key=lambda name: spread[name])
    if spread["metres"] <= _EXACT:
        best = "metres"
    elif best == "metres":
        best = "metres" if spread[best] <= _CONSTANT else "none"
    elif not (spread[best] <= _CONSTANT and spread[best] <= spread["metres"] / 2):
        best = "none"
    constant = None if best == "none" else float(f"{np.median(measures[best]):.5g}")
    return best, constant, spread


def _stated(features: Sequence[Feature]) -> float | None:
    """The one depth that the zones' own properties speak of in words, as in "a 2 km buffer"."""
    texts = [str(value) for feature in features for value in feature.properties.values() if isinstance(value, str)]
    found = {float(match[1]) for text in texts for match in re.finditer(r"\b(\d{1,3}(?:\.\d+)?)[ -]?km\b(?!²|2)", text)}
    return found.pop() if len(found) == 1 else None


def _compared(
    strip: Strip, drawn: shapely.Geometry, stated_km: float, by_side: dict[str, Depths], line: DrawnLine
) -> dict[str, float]:
    halves = strip.halves(stated_km * 1000)
    parts = [half for half, party in zip(halves, (line.left_party, line.right_party), strict=True) if party in by_side]
    right = polygonal(shapely.union_all(parts))
    common, union = area_m2(polygonal(shapely.intersection(right, drawn))), area_m2(polygonal(shapely.union(right, drawn)))
    return {"area_km2": round(area_m2(right) / 1e6, 2), "overlap": round(common / union, 4) if union else 0.0}


def _profile(
    chainage: Floats, metres: Floats, sign: np.ndarray[Any, Any], length_m: float
) -> tuple[tuple[float, float | None, float | None], ...]:
    step = length_m / _PROFILE
    place = np.minimum((chainage / step).astype(int), _PROFILE - 1)
    out = []
    for number in range(_PROFILE):
        there = [metres[(place == number) & (sign == side)] for side in (1, -1)]
        left, right = (round(float(np.median(each)) / 1000, 3) if len(each) else None for each in there)
        out.append((round((number + 0.5) * step / 1000, 2), left, right))
    return tuple(out)
