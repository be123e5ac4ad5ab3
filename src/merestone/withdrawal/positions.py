"""Positions that parties declared: how likely each lies in a zone where its class is forbidden, and where it may go.

What must stay true here:

* a position lies anywhere within ``uncertainty_m`` of its place, all of that disc alike, and the line errs as its map says: the
  probability is the mean, over ``SAMPLES`` places of the disc (Vogel's sunflower), of the closed form of ``certainty``;
* what is told of a position is never finer than what was declared: places are rounded to decimals, and distances to a power of
  ten, that are no finer than its uncertainty;
* a destination is the nearest ground of the own side just outside all zones that forbid the class. Exceptions inside a zone are
  none, and neither is the ground past a line's end, which is no side's. Rounded, it is still outside.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.contested.standing import SURE, normal_cdf
from merestone.places.geometry.geodesy import WGS84, Floats, distances, metres_per_degree
from merestone.places.geometry.track import Bools, Sides
from merestone.places.layer_files.features import Feature, bytes_of
from merestone.places.layer_files.layers import read_features
from merestone.withdrawal.agreement import TierEntry, rules_of
from merestone.withdrawal.certainty import probability_within
from merestone.withdrawal.classes import unit_classes
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import Strip, polygonal

SAMPLES = 512
MUST, MAY, NOT = "must leave", "may have to leave", "may stay"
COLUMNS = ("party", "class", "strength", "lon", "lat", "uncertainty_m")
_MOST_POSITIONS = 20_000
_TOGETHER = 4000
_EDGE_SAMPLES = 40
_LARGEST_M = 100_000.0


@dataclasses.dataclass(frozen=True, slots=True)
class Position:
    """One declared position."""

    id: str
    party: str
    unit_class: str
    strength: float
    """Persons or pieces, as the party counts them."""
    lon: float
    lat: float
    uncertainty_m: float
    """It lies within this distance of its place."""
    measure: float | None
    """Calibre in mm or range in km, where stated."""


@dataclasses.dataclass(frozen=True)
class Judged:
    """How a position stands to an agreement. Nothing here is finer than the position was declared."""

    position: Position
    section: int
    """Number of the section of line it is nearest to, from 0."""
    inside: Mapping[str, float]
    """Probability of being inside, by tier."""
    forbidden: tuple[str, ...]
    """Tiers that forbid its class."""
    probability: float
    """That it lies where its class is forbidden."""
    verdict: str
    move_km: float | None
    """From its place to the nearest allowed ground; 0 where the place itself is allowed, None where it may stay."""
    to: tuple[float, float] | None

    def as_json(self) -> dict[str, Any]:
        """Everything, rounded to what was declared."""
        p = self.position
        decimals = decimals_of(p.uncertainty_m)
        return {
            "id": p.id, "party": p.party, "class": p.unit_class, "strength": p.strength, "measure": p.measure,
            "lon": round(p.lon, decimals), "lat": round(p.lat, decimals), "uncertainty_m": p.uncertainty_m,
            "section": self.section + 1, "inside": dict(self.inside), "forbidden_in": list(self.forbidden),
            "probability": self.probability, "verdict": self.verdict, "move_km": self.move_km,
            "to": None if self.to is None else list(self.to),
        }  # fmt: skip


def decimals_of(uncertainty_m: float) -> int:
    """Decimals of a degree that are no finer than an uncertainty."""
    return max(0, min(7, math.floor(math.log10(111_320 / max(uncertainty_m, 0.01)))))


def coarse(metres: float, uncertainty_m: float) -> float:
    """A distance in km, rounded to the power of ten next below its uncertainty."""
    step = 10 ** math.floor(math.log10(max(uncertainty_m, 1.0)))
    return float(round(round(metres / step) * step / 1000, 3))


# --------------------------------------------------------------------------------------------------------------------------
# reading


def read_positions(path: Path, parties: Sequence[str]) -> list[Position]:
    """The positions of a CSV file (UTF-8) or of the points of a layer file, in its order.

    Needed: ``party``, ``class``, ``strength``, ``uncertainty_m``, and in CSV ``lon``, ``lat`` (degrees, WGS 84); optional
    ``id``, ``calibre_mm``, ``range_km``. Raises MerestoneError M101, M106, M507 or M820 to M823.
    """
    if path.suffix.lower() in (".csv", ".txt"):
        rows = _csv_rows(path)
    else:
        rows = []
        for feature in read_features(path, "Point"):
            lon, lat = shapely.get_coordinates(feature.geometry)[0].tolist()
            rows.append(dict(feature.properties) | {"lon": lon, "lat": lat} | ({"id": feature.id} if feature.id else {}))
    if len(rows) > _MOST_POSITIONS:
        raise MerestoneError("M507", path=path, limit=f"{_MOST_POSITIONS:,} positions")
    positions = [_position(path, number, row, parties) for number, row in enumerate(rows, start=1)]
    seen: set[str] = set()
    for number, position in enumerate(positions, start=1):
        if position.id in seen:
            raise MerestoneError("M820", path=path, row=number, field="id", problem=f"is {position.id!r} a second time")
        seen.add(position.id)
    return positions


def _csv_rows(path: Path) -> list[dict[str, Any]]:
    try:
        text = bytes_of(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        names = reader.fieldnames or []
        missing = [name for name in COLUMNS if name not in names]
        if missing and missing != ["uncertainty_m"]:
            raise MerestoneError("M823", path=path, column=missing[0], columns=", ".join(COLUMNS))
        return [{key: value for key, value in row.items() if key is not None} for row in reader]
    except UnicodeDecodeError as error:
        raise MerestoneError("M515", path=path, detail="it is in another encoding") from error
    except csv.Error as error:
        raise MerestoneError("M517", path=path, detail=str(error)[:200].rstrip(".")) from error


def _position(path: Path, number: int, row: Mapping[str, Any], parties: Sequence[str]) -> Position:
    def wrong(field: str, problem: str) -> MerestoneError:
        return MerestoneError("M820", path=path, row=number, field=field, problem=problem)

    def value(field: str) -> float | None:
        said = row.get(field)
        if said is None or (isinstance(said, str) and not said.strip()):
            return None
        try:
            found = float("nan") if isinstance(said, bool) else float(said)
        except (TypeError, ValueError):
            found = float("nan")
        if not math.isfinite(found):
            raise wrong(field, f"is {str(said)[:40]!r}, which is no number")
        return found

    def needed(field: str, least: float, most: float) -> float:
        found = value(field)
        if found is None:
            raise wrong(field, "is missing")
        if not least <= found <= most:
            raise wrong(field, f"is {found:g}, which is not from {least:g} to {most:g}")
        return found

    identity = str(row.get("id") or row.get("name") or number).strip()[:100]
    if value("uncertainty_m") is None:
        raise MerestoneError("M821", path=path, row=number, position=identity)
    party, unit_class = (str(row.get(field) or "").strip() for field in ("party", "class"))
    if party not in parties:
        raise wrong("party", f"is {party[:40]!r}, which is no party of the line ({' or '.join(parties)})")
    if unit_class not in unit_classes():
        raise wrong("class", f"is {unit_class[:40]!r}, which is none of {', '.join(unit_classes())}")
    measured = {"mm": "calibre_mm", "km": "range_km"}.get(unit_classes()[unit_class].measure)
    return Position(
        id=identity, party=party, unit_class=unit_class, strength=needed("strength", 0, 1e9), lon=needed("lon", -180, 180),
        lat=needed("lat", -90, 90), uncertainty_m=needed("uncertainty_m", 1, _LARGEST_M),
        measure=value(measured) if measured else None,
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------
# judging


def judge(plan: Plan, positions: Sequence[Position]) -> list[Judged]:
    """How positions stand to the zones of a plan, in their order. Raises MerestoneError M822 for one on the wrong side."""
    out: dict[int, Judged] = {}
    for party in plan.reference.parties:
        numbers = [number for number, position in enumerate(positions) if position.party == party]
        for first in range(0, len(numbers), _TOGETHER):
            some = numbers[first : first + _TOGETHER]
            out.update(zip(some, _judge(plan, party, [positions[number] for number in some]), strict=True))
    return [out[number] for number in range(len(positions))]


def on_own_side(reference: Reference, party: str, positions: Sequence[Position]) -> tuple[Floats, Sides, Floats]:
    """(places of the discs, how they stand to the line, signed distance to it, positive on the party's own side).

    Raises MerestoneError M822 for a position that lies on the other side.
    """
    side = 1 if party == reference.parties[0] else -1
    track, error = reference.strip_of(party).track, reference.error_of(party)
    places = _discs(positions)
    beside = track.sides(places[:, 0], places[:, 1])
    offset = side * beside.signed_m
    own = normal_cdf((offset - error.bias_m) / error.sd_m) if error.sd_m > 0 else (offset >= error.bias_m).astype(np.float64)
    own = np.where(beside.past_end, 0.5, own).reshape(len(positions), SAMPLES).mean(axis=1)
    for position, chance in zip(positions, own.tolist(), strict=True):
        if chance <= 1 - SURE:
            away = track.sides(position.lon, position.lat).distance_m[0]
            raise MerestoneError(
                "M822", position=position.id, party=party, km=coarse(away, position.uncertainty_m),
                other=reference.parties[1 if side > 0 else 0],
            )  # fmt: skip
    return places, beside, offset


def _judge(plan: Plan, party: str, positions: Sequence[Position]) -> list[Judged]:
    reference = plan.reference
    track, error = reference.strip_of(party).track, reference.error_of(party)
    places, beside, offset = on_own_side(reference, party, positions)
    drawn = reference.strip_of(party).plane.near(places[:, 0]), places[:, 1]  # longitudes as the zones have them
    shape = (len(positions), SAMPLES)
    counts = ~beside.past_end if plan.agreement.line.ends == "flat" else np.ones(len(places), np.bool_)
    section = reference.section_of(track.chainage_m(beside.segment, beside.share)).reshape(shape)
    inside: dict[str, Floats] = {}
    for tier in plan.tiers:
        zone, _ = plan.of(party, tier)
        if plan.agreement.line.mode == "generalised":
            held = shapely.contains_xy(zone.geometry, *drawn).astype(np.float64)
        else:
            depth = np.array(zone.depth_m)[section.ravel()]
            held = np.zeros(len(places))
            for each in np.unique(depth[depth > 0]).tolist():
                rows = depth == each
                held[rows] = probability_within(offset[rows], each, error)
            held = np.where(counts, held, 0.0)
            if party in reference.ground:  # across the line the map's error decides, on the own side the ground does
                held[(offset > 0) & ~shapely.contains_xy(reference.ground[party], *drawn)] = 0.0
            for left_out in plan.exceptions:
                if not left_out.tiers or tier in left_out.tiers:
                    held[shapely.contains_xy(left_out.geometry, *drawn)] = 0.0
        inside[tier] = held.reshape(shape).mean(axis=1)
    rules = {tier.name: tier for tier in plan.agreement.tiers}
    banned = [tuple(name for name in plan.tiers if forbids(rules[name], p)) for p in positions]
    edges = {names: _edge(plan, party, names) for names in sorted({names for names in banned if names})}
    out = []
    for row, (position, names) in enumerate(zip(positions, banned, strict=True)):
        probability = max((float(inside[name][row]) for name in names), default=0.0)
        verdict = MUST if probability >= SURE else MAY if probability > 1 - SURE else NOT
        move, to = (None, None) if verdict == NOT else _destination(plan, position, party, names, edges)
        out.append(Judged(
            position=position, section=int(np.bincount(section[row]).argmax()),
            inside={name: round(float(values[row]), 3) for name, values in inside.items()}, forbidden=names,
            probability=round(probability, 3), verdict=verdict, move_km=move, to=to,
        ))  # fmt: skip
    return out


def forbids(tier: TierEntry, position: Position) -> bool:
    """Whether a tier forbids the class of a position."""
    return position.unit_class not in tier.may_stay and any(
        rule.forbids(position.unit_class, position.measure) for rule in rules_of(tier)
    )


def _discs(positions: Sequence[Position]) -> Floats:
    """(positions x SAMPLES, 2): places spread evenly over the disc of each position, degrees."""
    number = np.arange(SAMPLES, dtype=np.float64)
    share, azimuth = np.sqrt((number + 0.5) / SAMPLES), np.degrees(number * (np.pi * (3 - math.sqrt(5)))) % 360
    lon, lat, radius = (np.array([getattr(p, name) for p in positions]) for name in ("lon", "lat", "uncertainty_m"))
    lons, lats, _ = WGS84.fwd(
        np.repeat(lon, SAMPLES), np.repeat(lat, SAMPLES), np.tile(azimuth, len(lon)), np.outer(radius, share).ravel()
    )
    return np.column_stack([lons, lats])


@dataclasses.dataclass(frozen=True)
class _Edge:
    """What a party must leave, and where its allowed ground begins."""

    left: shapely.Geometry
    """All ground that it must leave."""
    places: Floats
    """(n, 2) along the edge of that ground, just outside."""


def _edge(plan: Plan, party: str, names: Sequence[str]) -> _Edge:
    """The edge of the zones of some tiers, together, behind which the party's own allowed ground begins."""
    strip = plan.reference.strip_of(party)
    zones = [plan.of(party, name)[0] for name in names]
    left = polygonal(shapely.union_all([zone.whole for zone in zones]))
    step = min(depth for zone in zones for depth in zone.depth_m if depth > 0) / _EDGE_SAMPLES
    step = max(step, left.boundary.length * 111_320 / _MOST_EDGE)
    ring = shapely.segmentize(left.boundary, step / 111_320)
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(ring)]
    middle = np.concatenate([(part[1:] + part[:-1]) / 2 for part in parts])
    way = np.concatenate([np.diff(part, axis=0) for part in parts])
    # a little off the edge, square to it, on both sides: what is not inside is outside
    scale = np.column_stack(metres_per_degree(middle[:, 1]))
    square = np.column_stack([-way[:, 1] * scale[:, 1], way[:, 0] * scale[:, 0]])
    square /= np.maximum(np.hypot(square[:, 0], square[:, 1]), 1e-9)[:, None]
    off = square * _OFF_EDGE_M / scale
    beside = np.concatenate([middle + off, middle - off])
    return _Edge(left, beside[_free(plan, party, left, strip, beside)])


def _free(plan: Plan, party: str, left: shapely.Geometry, strip: Strip, places: Floats) -> Bools:
    """Which places are the party's own ground outside what it must leave; the ground past an end is nobody's."""
    side = 1 if party == plan.reference.parties[0] else -1
    free = ~shapely.intersects_xy(left, places[:, 0], places[:, 1])
    if party in plan.reference.ground:
        free &= shapely.contains_xy(plan.reference.ground[party], places[:, 0], places[:, 1])
    rows = np.flatnonzero(free)
    free[rows] = strip.track.sides(places[rows, 0], places[rows, 1]).sign == side
    return np.asarray(free)


_OFF_EDGE_M = 1.0
_MOST_EDGE = 200_000
_AROUND = np.array([(x, y) for x in range(-3, 4) for y in range(-3, 4)], dtype=np.float64)


def _destination(
    plan: Plan, position: Position, party: str, names: tuple[str, ...], edges: Mapping[tuple[str, ...], _Edge]
) -> tuple[float | None, tuple[float, float] | None]:
    """(km, place) of the nearest allowed ground, as coarse as the position."""
    decimals = decimals_of(position.uncertainty_m)
    strip = plan.reference.strip_of(party)
    here = float(strip.plane.near(np.array([position.lon]))[0]), position.lat
    if not any(shapely.contains_xy(plan.of(party, name)[0].geometry, *here) for name in names):
        return 0.0, (round(position.lon, decimals), round(position.lat, decimals))
    edge = edges[names]
    if not len(edge.places):
        return None, None
    metres = distances(here[0], here[1], edge.places[:, 0], edge.places[:, 1])
    row = int(np.argmin(metres))
    # of the places that can be told so coarsely the nearest that is allowed ground too
    grid = np.round(edge.places[row], decimals) + _AROUND * 10.0**-decimals
    grid = grid[_free(plan, party, edge.left, strip, grid)]
    told = edge.places[row]
    if len(grid):
        told = grid[int(np.argmin(distances(float(told[0]), float(told[1]), grid[:, 0], grid[:, 1])))]
    lon = round((float(told[0]) + 180) % 360 - 180, decimals)
    return coarse(float(metres[row]), position.uncertainty_m), (lon, round(float(told[1]), decimals))


def as_features(judged: Sequence[Judged]) -> list[Feature]:
    """Positions as points, rounded to what was declared."""
    out = []
    for each in judged:
        told = each.as_json()
        lon, lat = told.pop("lon"), told.pop("lat")
        about = {"part": "position", **{key: value for key, value in told.items() if key not in ("inside", "to", "id")}}
        about["forbidden_in"] = ", ".join(each.forbidden)
        about |= {"to_lon": each.to[0] if each.to else None, "to_lat": each.to[1] if each.to else None}
        out.append(Feature(f"position/{each.position.id}", about, shapely.Point(lon, lat)))
    return out
