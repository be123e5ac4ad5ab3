"""The balance sheet of a plan: what each side withdraws from, section by section: how equal a "mirror" really is.

Settlements are those of the built-in gazetteer, points with a population; each is told with the probability that it lies in the
zone in spite of the map's error. People are the sum of the known populations of settlements whose point is inside, and no
census: settlements of fewer than 500 people are not in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.places.contested.standing import SURE
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.geometry.geodesy import WGS84, Floats
from merestone.places.layer_files.layers import read_features
from merestone.withdrawal.certainty import probability_within
from merestone.withdrawal.elevation import Elevation
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import MAY, MUST, NOT, Judged
from merestone.withdrawal.strip import polygonal
from merestone.withdrawal.zones import PlannedZone, ground_within, km2

_LISTED = 25


@dataclasses.dataclass(frozen=True)
class Settlement:
    """A settlement in, or perhaps in, a zone."""

    name: str
    lon: float
    lat: float
    population: int | None
    inside: bool
    """Whether its point lies in the drawn zone."""
    probability: float
    """That it lies in the true one, by the map's error alone."""
    section: int


@dataclasses.dataclass(frozen=True)
class Sheet:
    """What one side withdraws from in one tier."""

    zone: PlannedZone
    settlements: tuple[Settlement, ...]
    roads_km: float | None
    told: dict[str, Any]


def balance(
    plan: Plan, judged: Sequence[Judged] = (), *, roads: Path | None = None, elevation: Path | None = None,
    other: Plan | None = None,
) -> list[Sheet]:  # fmt: skip
    """One sheet for each zone of the plan, in its order.

    ``roads`` is a layer file of lines, ``elevation`` a GeoTIFF, ``other`` the same agreement planned from another map's line.
    Raises MerestoneError as ``read_features`` does, M824 or M825.
    """
    gazetteer = Gazetteer()
    ways = [feature.geometry for feature in read_features(roads, "LineString")] if roads else None
    heights = Elevation.open(elevation) if elevation else None
    sheets = []
    for zone in plan.zones:
        settlements = _settlements(plan, zone, gazetteer)
        length = _length_km(zone.geometry, ways) if ways is not None else None
        sheets.append(Sheet(zone, settlements, length, _told(plan, zone, settlements, length, ways, heights, judged, other)))
    return sheets


def _told(
    plan: Plan, zone: PlannedZone, settlements: Sequence[Settlement], length: float | None,
    ways: Sequence[shapely.Geometry] | None, heights: Elevation | None, judged: Sequence[Judged], other: Plan | None,
) -> dict[str, Any]:  # fmt: skip
    own = [each for each in judged if each.position.party == zone.party and zone.tier in each.forbidden]
    inside = [place for place in settlements if place.inside]
    excepted = [each for each in plan.exceptions if not each.tiers or zone.tier in each.tiers]
    told: dict[str, Any] = {
        "party": zone.party, "tier": zone.tier, "area_km2": km2(zone.geometry),
        "settlements": len(inside), "people": sum(place.population or 0 for place in inside),
        "settlements_certain": sum(place.probability >= SURE for place in settlements),
        "settlements_undecided": sum(1 - SURE < place.probability < SURE for place in settlements),
        "largest": [
            {"name": p.name, "population": p.population, "inside": p.inside, "probability": p.probability}
            for p in sorted(settlements, key=lambda p: (-(p.population or 0), p.name))[:_LISTED]
        ],
        "roads_km": length,
        "exceptions": [
            {"name": each.name, "kind": each.kind, "area_km2": area}
            for each in excepted
            if (area := km2(shapely.intersection(each.geometry, zone.whole))) > 0
        ],
        "positions": positions_told(own, zone),
        "height": heights.told(zone.geometry, _behind(plan, zone)) if heights else None,
        "other_line": _other(plan, zone, other) if other else None,
        "sections": [],
    }  # fmt: skip
    for number, (name, region) in enumerate(zip(plan.reference.section_names, plan.regions, strict=True)):
        part = zone.geometry if len(plan.regions) == 1 else polygonal(shapely.intersection(zone.geometry, region))
        here = [place for place in inside if place.section == number]
        told["sections"].append({
            "section": name, "depth_km": round(zone.depth_m[number] / 1000, 4), "area_km2": km2(part),
            "settlements": len(here), "people": sum(place.population or 0 for place in here),
            "roads_km": _length_km(part, ways) if ways is not None else None,
            "positions": positions_told([each for each in own if each.section == number], zone),
        })  # fmt: skip
    return told


def positions_told(judged: Sequence[Judged], zone: PlannedZone) -> dict[str, Any]:
    """The positions whose class a zone forbids: by class, and how far they move."""
    classes: dict[str, dict[str, float]] = {}
    for each in judged:
        probability = each.inside[zone.tier]
        row = classes.setdefault(each.position.unit_class, {"positions": 0, "must_leave": 0.0, "may_have_to_leave": 0.0})
        if probability > 1 - SURE:
            row["positions"] += 1
            row["must_leave" if probability >= SURE else "may_have_to_leave"] += each.position.strength
    moves = [
        each.move_km
        for each in judged
        if each.verdict in (MUST, MAY) and each.inside[zone.tier] > 1 - SURE and each.move_km is not None
    ]
    return {
        "by_class": {name: row for name, row in sorted(classes.items()) if row["positions"]},
        "farthest_move_km": max(moves, default=None),
        "mean_move_km": round(float(np.mean(moves)), 2) if moves else None,
    }


def _settlements(plan: Plan, zone: PlannedZone, gazetteer: Gazetteer) -> tuple[Settlement, ...]:
    """Those inside the drawn zone, and those that the map's error may put inside."""
    reference = plan.reference
    sure = plan.of(zone.party, zone.tier)[1]
    around = polygonal(shapely.union(zone.geometry, sure.depends))
    if around.is_empty:
        return ()
    found: Sequence[Entry] = gazetteer.settlements_in(*around.bounds)
    if not found:
        return ()
    strip = reference.strip_of(zone.party)
    lon = strip.plane.near(np.array([place.lon for place in found]))
    lat = np.array([place.lat for place in found])
    inside = shapely.contains_xy(zone.geometry, lon, lat)
    sides = strip.track.sides(lon, lat)
    side = 1 if zone.party == reference.parties[0] else -1
    section = reference.section_of(strip.track.chainage_m(sides.segment, sides.share))
    depth = np.array(zone.depth_m)[section]
    error = reference.error_of(zone.party)
    held = np.array([
        float(probability_within(offset, each, error)) if each > 0 else 0.0
        for offset, each in zip((side * sides.signed_m).tolist(), depth.tolist(), strict=True)
    ])  # fmt: skip
    held[sides.past_end] = inside[sides.past_end]
    if plan.agreement.line.mode == "generalised":
        held = np.where(inside, held, np.minimum(held, 1 - SURE))
    for each in plan.exceptions:
        if not each.tiers or zone.tier in each.tiers:
            held[shapely.contains_xy(each.geometry, lon, lat)] = 0.0
    if zone.party in reference.ground:
        held[~shapely.contains_xy(reference.ground[zone.party], lon, lat)] = 0.0
    rows = np.flatnonzero(inside | (held > 1 - SURE))
    return tuple(
        Settlement(
            found[row].name, found[row].lon, found[row].lat, found[row].population, bool(inside[row]),
            round(float(held[row]), 3), int(section[row]),
        )
        for row in rows.tolist()
    )  # fmt: skip


def _behind(plan: Plan, zone: PlannedZone) -> shapely.Geometry:
    """The ground just behind a zone, as deep again: where its forces may stand afterwards."""
    reference = plan.reference
    depths = {party: tuple(2 * depth for depth in zone.depth_m) for party in reference.parties}
    deep = ground_within(reference, depths, plan.agreement.line.ends)[zone.party]
    own = reference.ground.get(zone.party)
    behind = polygonal(shapely.difference(deep, zone.whole))
    return behind if own is None else polygonal(shapely.intersection(behind, own))


def _other(plan: Plan, zone: PlannedZone, other: Plan) -> dict[str, Any]:
    """What the zone would be from another map's line."""
    if zone.party not in other.reference.parties:
        return {"area_km2": None, "only_here_km2": None, "only_there_km2": None, "overlap": None}
    there, _ = other.of(zone.party, zone.tier)
    moved = shapely.transform(there.geometry, lambda d: np.column_stack([plan.reference.strip.plane.near(d[:, 0]), d[:, 1]]))
    common, union = (km2(made(zone.geometry, moved)) for made in (shapely.intersection, shapely.union))
    area, area_there = km2(zone.geometry), km2(moved)
    return {
        "line": [line.id for line in other.reference.lines], "area_km2": area_there,
        "only_here_km2": round(area - common, 3), "only_there_km2": round(area_there - common, 3),
        "overlap": round(common / union, 4) if union else None,
    }  # fmt: skip


def _length_km(zone: shapely.Geometry, ways: Sequence[shapely.Geometry]) -> float:
    """Kilometres of lines inside a zone, on the ellipsoid."""
    total = 0.0
    shapely.prepare(zone)
    for way in ways:
        if not zone.intersects(way):
            continue
        for part in shapely.get_parts(shapely.segmentize(shapely.intersection(way, zone), 0.01)):
            if part.geom_type == "LineString":
                at: Floats = shapely.get_coordinates(part)
                total += float(WGS84.line_length(at[:, 0], at[:, 1]))
    return round(total / 1000, 3)


# --------------------------------------------------------------------------------------------------------------------------
# what is printed


def as_json(plan: Plan, sheets: Sequence[Sheet], judged: Sequence[Judged] = ()) -> dict[str, Any]:
    """Sheets, how they differ between the sides, and every position."""
    return {
        "sheets": [sheet.told for sheet in sheets],
        "differences": differences(plan, sheets),
        "positions": [each.as_json() for each in judged],
    }


def differences(plan: Plan, sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """Each measure of each tier beside each other for both sides."""
    out = []
    for tier in plan.tiers:
        told: Mapping[str, dict[str, Any]] = {sheet.zone.party: sheet.told for sheet in sheets if sheet.zone.tier == tier}
        measures: dict[str, Any] = {
            "area_km2": lambda t: t["area_km2"], "settlements": lambda t: t["settlements"], "people": lambda t: t["people"],
            "roads_km": lambda t: t["roads_km"], "farthest_move_km": lambda t: t["positions"]["farthest_move_km"],
            "mean_move_km": lambda t: t["positions"]["mean_move_km"],
            "must_leave": lambda t: sum(row["must_leave"] for row in t["positions"]["by_class"].values()),
            "may_have_to_leave": lambda t: sum(row["may_have_to_leave"] for row in t["positions"]["by_class"].values()),
            "highest_m": lambda t: t["height"] and t["height"]["highest_m"],
            "height_lost_m": lambda t: t["height"] and t["height"]["lost_m"],
        }  # fmt: skip
        for name, of in measures.items():
            values = {party: of(told[party]) for party in plan.reference.parties}
            if any(value is not None for value in values.values()):
                out.append({"tier": tier, "measure": name, **values})
    return out


def as_text(plan: Plan, sheets: Sequence[Sheet], judged: Sequence[Judged] = ()) -> str:
    """The balance sheet for people."""
    left, right = plan.reference.parties
    names = plan.reference.names
    lines = [f"{plan.agreement.name}: what each side withdraws from"]
    width = max(len(names[left]), len(names[right]), 10)
    for tier in plan.tiers:
        lines += ["", f"{tier:<26}{names[left]:>{width}}  {names[right]:>{width}}"]
        for row in differences(plan, sheets):
            if row["tier"] == tier:
                lines.append(f"  {LABELS[row['measure']]:<24}{_number(row[left]):>{width}}  {_number(row[right]):>{width}}")
    moving = [each for each in judged if each.verdict != NOT]
    if judged:
        lines += ["", f"Positions: {len(judged)}, of which {len(moving)} must leave or may have to"]
        for each in moving:
            p = each.position
            to = f", {each.move_km:g} km to {each.to[0]:g} {each.to[1]:g}" if each.to and each.move_km else ""
            lines.append(f"  {p.id}: {p.party} {p.unit_class}, {each.verdict} ({each.probability:.0%}){to}")
    return "\n".join(lines)


LABELS = {
    "area_km2": "area, km²", "settlements": "settlements", "people": "people in them", "roads_km": "roads, km",
    "farthest_move_km": "farthest move, km", "mean_move_km": "mean move, km", "must_leave": "strength that must leave",
    "may_have_to_leave": "strength that may have to", "highest_m": "highest ground, m", "height_lost_m": "height lost, m",
}  # fmt: skip


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
