"""An agreement verified: its declared positions and its ground followed through what was looked at, told and drawn."""

from __future__ import annotations

import dataclasses
import html
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.model import Incident
from merestone.places.areas import area_m2
from merestone.places.features import Feature
from merestone.places.geodesy import WGS84, Floats
from merestone.withdrawal.agreement import Agreement, rules_of
from merestone.withdrawal.coverage import Chosen, choose
from merestone.withdrawal.looks import Look
from merestone.withdrawal.phases import last_days, phase_of, phase_taking
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import NOT, Judged, decimals_of
from merestone.withdrawal.report import table
from merestone.withdrawal.strip import polygonal
from merestone.withdrawal.verification import STATUSES, SURE, Followed, Model, Places, day_number, follow
from merestone.withdrawal.zones import disc

SAMPLES = 64
"""Of each position."""
_SIDE = 5
"""Samples along the side of a cell."""
_MOST_CELLS = 20_000
_MOST_TIMES = 60
_CHANGING = frozenset({"buildup", "fortification", "weapons_violation", "occupation", "incursion"})
"""Events that tell of forces where they must not be."""
FALSE = {"monitor": 0.1, "sensor": 0.1, "third_party": 0.2, "media": 0.3, "party": 0.4}
"""How likely somebody of each kind tells of forces where none are; a look on the ground: the model's. Stated, not measured."""


@dataclasses.dataclass(frozen=True)
class Breach:
    """Something that probably should not be where it is."""

    what: str
    """Id of the position, or the class that was seen."""
    party: str
    declared: bool
    status: str
    probability: float
    """That it is present and in the zone, at the day told of."""
    since: str | None
    """Time of the first look that saw it after it had to be gone."""
    last_seen: str | None
    """Time of the last such look until the day told of."""
    evidence: tuple[str, ...]
    """Ids of the looks and incidents that bear on it."""


@dataclasses.dataclass(frozen=True)
class Verified:
    """What is known on a day."""

    plan: Plan
    at: date
    model: Model
    judged: tuple[Judged, ...]
    """Positions that must leave or may have to, as the rows of ``positions``."""
    looks: tuple[Look, ...]
    positions: Followed
    cells: Followed
    cell_shapes: tuple[shapely.Geometry, ...]
    cell_km2: Floats
    breaches: tuple[Breach, ...]
    next_looks: tuple[tuple[float, float], ...]
    chosen: Chosen
    reach_m: float


def due_dates(agreement: Agreement) -> list[date]:
    """The day after each phase, on which what it takes must be gone, and last the one for all that no phase takes.

    Raises MerestoneError M837.
    """
    if agreement.validity is None:
        raise MerestoneError("M837", what="first day", example='[validity] with valid_from = "2026-05-01"')
    first = date.fromisoformat(agreement.validity.valid_from)
    ends = last_days(agreement)
    return [first + timedelta(days=days) for days in (*ends, ends[-1] if ends else 0)]


def _due(due: Sequence[date], phase: int | None) -> date:
    return due[-1] if phase is None else due[phase]


def verify(
    plan: Plan, judged: Sequence[Judged], looks: Sequence[Look], at: date, model: Model, cell_km: float, reach_m: float,
    patrols: int,
) -> Verified:  # fmt: skip
    """What is known at the end of ``at``. ``reach_m`` and ``patrols``: how far the next looks see, and how many there are."""
    due = due_dates(plan.agreement)
    moving = [each for each in judged if each.verdict != NOT]
    end = datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=1) - timedelta(seconds=1)
    looks = sorted((look for look in looks if look.time <= end), key=lambda look: (look.time, look.id))
    first = min(due)
    span = max(0, (at - first).days)
    every = max(1, math.ceil(span / _MOST_TIMES))
    ends = np.array([day_number(end) - days for days in range(0, span + 1, every)][::-1])
    positions = follow(_positions(plan, moving, due, model), looks, ends, model)
    shapes, km2, ground = _cells(plan, due, cell_km)
    cells = follow(ground, looks, ends, model)
    breaches = _breaches(plan, moving, positions, looks, due)
    chosen, candidates = _next(positions, cells, km2, reach_m, patrols)
    return Verified(
        plan, at, model, tuple(moving), tuple(looks), positions, cells, tuple(shapes), km2, tuple(breaches),
        tuple(candidates[number] for number in chosen.candidates), chosen, reach_m,
    )  # fmt: skip


def _positions(plan: Plan, moving: Sequence[Judged], due: Sequence[date], model: Model) -> Places:
    number = np.arange(SAMPLES, dtype=np.float64)
    share, azimuth = np.sqrt((number + 0.5) / SAMPLES), np.degrees(number * (np.pi * (3 - math.sqrt(5)))) % 360
    count = len(moving)
    shape = (count, SAMPLES)
    lon, lat, radius = (np.array([getattr(each.position, f) for each in moving]) for f in ("lon", "lat", "uncertainty_m"))
    lons, lats, _ = WGS84.fwd(
        np.repeat(lon, SAMPLES), np.repeat(lat, SAMPLES), np.tile(azimuth, count), np.outer(radius, share).ravel()
    )
    lons, lats = np.asarray(lons, dtype=np.float64).reshape(shape), np.asarray(lats, dtype=np.float64).reshape(shape)
    inside = np.zeros(shape)
    for row, each in enumerate(moving):
        for tier in each.forbidden:
            zone = plan.of(each.position.party, tier)[0].geometry
            near = plan.reference.strip.plane.near(lons[row])
            inside[row] = np.maximum(inside[row], shapely.contains_xy(zone, near, lats[row]))
    days = np.array([_day(_due(due, phase_of(plan.agreement, each))) for each in moving], dtype=np.float64)
    return Places(
        tuple(each.position.id for each in moving), tuple(each.position.party for each in moving),
        tuple(each.position.unit_class for each in moving), lons, lats, inside, np.full(shape, 1 / SAMPLES), days,
        np.full(count, model.stays),
    )  # fmt: skip


def _day(day: date) -> float:
    return float((day - date(1970, 1, 1)).days)


def _cells(plan: Plan, due: Sequence[date], cell_km: float) -> tuple[list[shapely.Geometry], Floats, Places]:
    """Cells of about ``cell_km`` of each side's widest zone. Raises MerestoneError M847 where they are too many."""
    shapes, parties = [], []
    for party in plan.reference.parties:
        zone = shapely.union_all([plan.of(party, tier)[0].geometry for tier in plan.tiers])
        if zone.is_empty:
            continue
        west, south, east, north = zone.bounds
        tall = cell_km / 111.2
        wide = tall / max(0.05, math.cos(math.radians((south + north) / 2)))
        columns, rows = math.ceil((east - west) / wide), math.ceil((north - south) / tall)
        if columns * rows > 50 * _MOST_CELLS:
            raise MerestoneError("M847", cell=f"{cell_km:g}", most=f"{_MOST_CELLS:,}")
        x, y = np.meshgrid(west + wide * np.arange(columns), south + tall * np.arange(rows))
        boxes = shapely.box(x.ravel(), y.ravel(), x.ravel() + wide, y.ravel() + tall)
        shapely.prepare(zone)
        boxes = boxes[shapely.intersects(zone, boxes)]
        for shape in shapely.intersection(boxes, zone):
            shape = polygonal(shape)
            if not shape.is_empty:
                shapes.append(shape)
                parties.append(party)
    if len(shapes) > _MOST_CELLS:
        raise MerestoneError("M847", cell=f"{cell_km:g}", most=f"{_MOST_CELLS:,}")
    km2 = np.array([area_m2(shape) / 1e6 for shape in shapes])
    count, samples = len(shapes), _SIDE * _SIDE
    lon, lat, share = (np.zeros((count, samples)) for _ in range(3))
    step = (np.arange(_SIDE) + 0.5) / _SIDE
    for row, shape in enumerate(shapes):
        west, south, east, north = shape.bounds
        x, y = (each.ravel() for each in np.meshgrid(west + (east - west) * step, south + (north - south) * step))
        held = shapely.contains_xy(shape, x, y)
        if not held.any():
            at = shape.representative_point()
            x, y, held = np.full(samples, at.x), np.full(samples, at.y), np.ones(samples, np.bool_)
        lon[row], lat[row], share[row] = x, y, held / held.sum()
    last = _day(max(due))
    places = Places(
        tuple(f"cell-{number + 1}" for number in range(count)), tuple(parties), ("",) * count, lon, lat,
        np.ones((count, samples)), share, np.full(count, last), np.full(count, _UNDECLARED),
    )  # fmt: skip
    return shapes, km2, places


_UNDECLARED = 0.1
"""That a cell holds something undeclared when it had to be empty, before anything was seen. Stated, not measured."""


def _breaches(
    plan: Plan, moving: Sequence[Judged], followed: Followed, looks: Sequence[Look], due: Sequence[date]
) -> list[Breach]:
    out = []
    explained: set[int] = set()
    for row, each in enumerate(moving):
        own = [
            number for number in followed.evidence[row]
            if looks[number].saw and (each.position.unit_class in looks[number].saw or "any" in looks[number].saw)
            and looks[number].position in (None, each.position.id)
        ]  # fmt: skip
        explained.update(own)
        status = followed.status_of(row)
        if status in ("verified present", "probable"):
            late = [n for n in own if day_number(looks[n].time) >= followed.places.due[row]]
            out.append(Breach(
                each.position.id, each.position.party, True, status, round(float(followed.breach[row, -1]), 3),
                _time(looks[late[0]].time) if late else None, _time(looks[late[-1]].time) if late else None,
                tuple(looks[n].id for n in followed.evidence[row]),
            ))  # fmt: skip
    rules = {tier.name: tier for tier in plan.agreement.tiers}
    for number, look in enumerate(looks):
        if number in explained or not look.saw or look.source == "report" or look.geometry.geom_type != "Point":
            continue
        seen_in = disc(look.geometry.x, look.geometry.y, look.radius_m)
        for name in look.saw:
            for party in plan.reference.parties:
                zones = [
                    plan.of(party, tier)[0].geometry for tier in plan.tiers
                    if day_number(look.time) >= _day(_due(due, phase_taking(plan.agreement, name, (tier,))))
                    and name not in rules[tier].may_stay and any(rule.forbids(name, None) for rule in rules_of(rules[tier]))
                ]  # fmt: skip
                if not zones:
                    continue
                held = shapely.intersection(shapely.union_all(zones), seen_in)
                chance = area_m2(polygonal(held)) / area_m2(seen_in)
                if chance >= 0.05:
                    level = "verified present" if chance >= SURE else "probable" if chance >= 0.5 else "possible"
                    out.append(Breach(name, party, False, level, round(chance, 3), *(_time(look.time),) * 2, (look.id,)))
    return sorted(out, key=lambda b: (b.status != "verified present", -b.probability, b.what, b.party))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _time(time: datetime) -> str:
    return time.isoformat(timespec="minutes").replace("+00:00", "Z")


def _next(
    positions: Followed, cells: Followed, km2: Floats, reach_m: float, patrols: int
) -> tuple[Chosen, list[tuple[float, float]]]:
    """Where to look: half of what counts is ground not looked at in the window, half positions that are not verified."""
    open_positions = np.isin(positions.status[:, -1], [STATUSES.index("probable"), STATUSES.index("unverified")])
    weight_positions = np.where(open_positions, positions.places.inside.mean(axis=1), 0.0)
    weight_cells = km2 * (1 - cells.observed[:, -1])
    weights = []
    for one in (weight_cells, weight_positions):
        weights.append(one / one.sum() / 2 if one.sum() > 0 else one)
    lon = np.concatenate([(each.places.lon * each.places.share).sum(axis=1) for each in (cells, positions)])
    lat = np.concatenate([(each.places.lat * each.places.share).sum(axis=1) for each in (cells, positions)])
    weight = np.concatenate(weights)
    things = np.flatnonzero(weight > 0)
    # the heaviest are candidates enough: more cost memory and change little
    spots = things[np.argsort(-weight[things], kind="stable")][:2000]
    order = np.sort(spots)
    covers = np.zeros((len(order), len(things)), np.bool_)
    for row, spot in enumerate(order.tolist()):
        # a degree of latitude is nowhere less than 110 km
        near = np.flatnonzero(np.abs(lat[things] - lat[spot]) <= reach_m / 110_000)
        at = things[near]
        metres = WGS84.inv(np.full(len(at), lon[spot]), np.full(len(at), lat[spot]), lon[at], lat[at])[2]
        covers[row, near] = metres <= reach_m
    chosen = choose(covers, weight[things], patrols)
    return chosen, [(round(float(lon[spot]), 3), round(float(lat[spot]), 3)) for spot in order.tolist()]


def reports_of(incidents: Sequence[Incident]) -> list[Look]:
    """What the record tells of forces where they must not be, as reports: they make a breach likelier, and verify nothing."""
    out = []
    for incident in incidents:
        if incident.event not in _CHANGING or incident.begins is None:
            continue
        kinds = [version.affiliation for version in incident.versions if version.claims]
        if not kinds:
            continue
        false = min(FALSE[kind] for kind in kinds)
        for number, place in enumerate(incident.places):
            if place.lon is not None and place.lat is not None:
                name = incident.id if len(incident.places) == 1 else f"{incident.id}:{number}"
                speakers = ", ".join(sorted({version.speaker for version in incident.versions}))
                out.append(Look(
                    name, "report", incident.begins, ("any",), None, shapely.Point(place.lon, place.lat),
                    place.radius_m or 1000.0, note=f"{incident.event} near {place.name}, told by {speakers}", false=false,
                ))  # fmt: skip
    return out


# --------------------------------------------------------------------------------------------------------------------------
# what is told


def compliance(verified: Verified) -> list[dict[str, Any]]:
    """Of each side and day: how many positions have each status, and how many are expected to be in the zone."""
    followed = verified.positions
    out = []
    for column, time in enumerate(followed.times.tolist()):
        day = (_EPOCH + timedelta(days=time)).date().isoformat()
        for party in verified.plan.reference.parties:
            own = np.array([each == party for each in followed.places.parties], np.bool_)
            counts = np.bincount(followed.status[own, column], minlength=len(STATUSES)).tolist()
            out.append({
                "day": day, "party": party, **dict(zip(STATUSES, counts, strict=True)),
                "expected_in_zone": round(float(np.nansum(followed.breach[own, column])), 3),
            })  # fmt: skip
    return out


def ages(verified: Verified) -> list[dict[str, Any]]:
    """Of each side: square kilometres of its zone by when they were last looked at."""
    now = verified.cells.times[-1]
    limits = ((0.0, 7.0, "last 7 days"), (7.0, 30.0, "8 to 30 days ago"), (30.0, np.inf, "more than 30 days ago"))
    out = []
    for party in verified.plan.reference.parties:
        own = np.array([each == party for each in verified.cells.places.parties], np.bool_)
        total = float(verified.cell_km2[own].sum())
        age = now - verified.cells.looked[:, -1]
        row: dict[str, Any] = {"party": party, "area_km2": round(total, 3)}
        for low, high, name in limits:
            rows = own & (age >= low) & (age < high)
            row[name] = round(float(verified.cell_km2[rows].sum()), 3)
        row["never"] = round(float(verified.cell_km2[own & np.isnan(age)].sum()), 3)
        fresh = float((verified.cell_km2 * verified.cells.observed[:, -1])[own].sum())
        row["observed_in_window_km2"] = round(fresh, 3)
        row["observed_in_window_share"] = round(fresh / total, 4) if total else 0.0
        out.append(row)
    return out


def as_json(verified: Verified) -> dict[str, Any]:
    """Everything as JSON holds it."""
    followed = verified.positions
    rows = []
    for row, each in enumerate(verified.judged):
        looked = followed.looked[row, -1]
        rows.append({
            "id": each.position.id, "party": each.position.party, "class": each.position.unit_class,
            "status": followed.status_of(row), "probability_in_zone": each.probability,
            "probability_of_breach": _rounded(followed.breach[row, -1]), "observed": _rounded(followed.observed[row, -1]),
            "last_looked": None if np.isnan(looked) else _time(_EPOCH + timedelta(days=float(looked))),
            "evidence": [verified.looks[number].id for number in followed.evidence[row]],
        })  # fmt: skip
    chosen = verified.chosen
    return {
        "agreement": verified.plan.agreement.name, "at": verified.at.isoformat(), "model": dataclasses.asdict(verified.model),
        "positions": rows, "breaches": [dataclasses.asdict(each) for each in verified.breaches],
        "compliance": compliance(verified), "coverage": ages(verified),
        "cells": {
            status: int((verified.cells.status[:, -1] == number).sum()) for number, status in enumerate(STATUSES)
        },
        "look_next": {
            "places": [{"lon": lon, "lat": lat} for lon, lat in verified.next_looks], "reach_m": verified.reach_m,
            "covered": round(chosen.total, 4), "bound": round(chosen.bound, 4), "exact": chosen.exact,
        },
    }  # fmt: skip


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)


def as_text(verified: Verified) -> str:
    """What is known, for people."""
    model, followed = verified.model, verified.positions
    count = len(verified.judged)
    name, looks = verified.plan.agreement.name, len(verified.looks)
    lines = [
        f"{name} on {verified.at.isoformat()}: {count} positions must leave or may have to, {looks} looks and reports.",
        f"{'':<8}{'verified clear':>16}{'verified present':>18}{'probable':>10}{'unverified':>12}{'not due':>9}",
    ]
    last = {row["party"]: row for row in compliance(verified)[-len(verified.plan.reference.parties) :]}
    for party, row in last.items():
        lines.append(
            f"{party:<8}{row['verified clear']:>16}{row['verified present']:>18}{row['probable']:>10}{row['unverified']:>12}"
            f"{row['not due']:>9}"
        )
    for each in ages(verified):
        lines.append(
            f"{each['party']}: {each['observed_in_window_share']:.1%} of {each['area_km2']:,.0f} km² looked at in the last "
            f"{model.window_days:g} days, {each['never']:,.0f} km² never."
        )
    for breach in verified.breaches:
        kind = "position" if breach.declared else "undeclared"
        since = f", first seen {breach.since}" if breach.since else ""
        since += f", last {breach.last_seen}" if breach.last_seen != breach.since else ""
        lines.append(
            f"{breach.status}: {kind} {breach.what} on the side of {breach.party}, {breach.probability:.0%} in the zone{since} "
            f"({', '.join(breach.evidence)})"
        )
    if verified.next_looks:
        chosen = verified.chosen
        spots = "; ".join(f"{lon:.3f} {lat:.3f}" for lon, lat in verified.next_looks)
        best = "no choice covers more" if chosen.exact else f"no choice covers more than {chosen.bound:.0%}"
        lines.append(f"Look next at {spots}: {chosen.total:.0%} of what is open, {best}.")
    unseen = int(np.isnan(followed.looked[:, -1]).sum()) if len(followed.looked) else 0
    lines.append(f"{unseen} positions were never looked at; they are unverified, not compliant.")
    return "\n".join(lines)


_COLOURS = {
    "not due": "#c8c8c8", "verified clear": "#3b7d4f", "verified present": "#a3241a", "probable": "#d9822b",
    "unverified": "#8a8a8a",
}  # fmt: skip


def features(verified: Verified) -> list[Feature]:
    """Cells and positions with their status; positions rounded to what was declared."""
    out = []
    cells = verified.cells
    for row, shape in enumerate(verified.cell_shapes):
        looked = cells.looked[row, -1]
        about = {
            "part": "cell", "party": cells.places.parties[row], "status": cells.status_of(row),
            "observed": _rounded(cells.observed[row, -1]), "probability": _rounded(cells.breach[row, -1]),
            "days_ago": None if np.isnan(looked) else round(float(cells.times[-1] - looked), 1),
            "area_km2": round(float(verified.cell_km2[row]), 3),
        }  # fmt: skip
        out.append(Feature(cells.places.ids[row], about, shape))
    for each, told in zip(verified.judged, as_json(verified)["positions"], strict=True):
        p = each.position
        decimals = decimals_of(p.uncertainty_m)
        about = {"part": "position", **{key: value for key, value in told.items() if key not in ("id", "evidence")}}
        about["evidence"] = ", ".join(told["evidence"])
        out.append(Feature(f"position/{p.id}", about, shapely.Point(round(p.lon, decimals), round(p.lat, decimals))))
    for number, (lon, lat) in enumerate(verified.next_looks, start=1):
        out.append(Feature(f"look/{number}", {"part": "look next", "order": number}, shapely.Point(lon, lat)))
    return out


def map_svg(verified: Verified) -> str:
    """SVG map of cells and positions by status, north up."""
    if not verified.cell_shapes:
        return ""
    west, south, east, north = shapely.total_bounds(np.array(verified.cell_shapes))
    flat = math.cos(math.radians((south + north) / 2))
    scale = 900 / max((east - west) * flat, north - south)
    width, height = (east - west) * flat * scale, (north - south) * scale

    def path(shape: shapely.Geometry) -> str:
        said = []
        for polygon in shapely.get_parts(shape):
            for ring in (polygon.exterior, *polygon.interiors):
                at = shapely.get_coordinates(ring)
                said.append("M" + "L".join(f"{(x - west) * flat * scale:.1f},{(north - y) * scale:.1f}" for x, y in at) + "Z")
        return "".join(said)

    parts = [(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {width + 8:.0f} {height + 8:.0f}" role="img">'
        f"<title>What is known of each part of the zone on {verified.at.isoformat()}</title>"
    )]  # fmt: skip
    for row, shape in enumerate(verified.cell_shapes):
        status = verified.cells.status_of(row)
        dense = 0.25 + 0.5 * float(verified.cells.observed[row, -1])
        parts.append(
            f'<path d="{path(shape)}" fill="{_COLOURS[status]}" fill-opacity="{dense:.2f}" stroke="#fff" stroke-width=".3"/>'
        )
    for row, each in enumerate(verified.judged):
        status, p = verified.positions.status_of(row), each.position
        decimals = decimals_of(p.uncertainty_m)
        x, y = (round(p.lon, decimals) - west) * flat * scale, (north - round(p.lat, decimals)) * scale
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_COLOURS[status]}" stroke="#111"><title>'
            f"{html.escape(p.id)} ({html.escape(p.party)}): {status}</title></circle>"
        )
    for number, (lon, lat) in enumerate(verified.next_looks, start=1):
        x, y = (lon - west) * flat * scale, (north - lat) * scale
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="14" text-anchor="middle">{number}</text>')
    return "".join(parts) + "</svg>"


def report_parts(verified: Verified) -> list[tuple[str, str]]:
    """(heading, HTML) of the verification for the report of the plan."""
    told = as_json(verified)
    keys = "".join(
        f'<i class="key" style="background:{colour}"></i>{status} ' for status, colour in _COLOURS.items()
    )  # fmt: skip
    rows = [
        (r["id"], r["party"], r["class"], r["status"], r["probability_of_breach"], r["observed"], r["last_looked"],
         ", ".join(r["evidence"]))
        for r in told["positions"]
    ]  # fmt: skip
    breaches = [
        (
            b.what,
            b.party,
            "declared" if b.declared else "undeclared",
            b.status,
            b.probability,
            b.since,
            b.last_seen,
            ", ".join(b.evidence),
        )
        for b in verified.breaches
    ]
    over_time = [(c["day"], c["party"], *(c[s] for s in STATUSES), c["expected_in_zone"]) for c in told["compliance"]]
    coverage = told["coverage"]
    return [
        (f"Verification on {verified.at.isoformat()}", map_svg(verified) + f"<p>{keys}</p>"),
        ("Breaches", table(("what", "side", "", "status", "probability", "first seen", "last seen", "evidence"), breaches)),
        ("Positions", table(("id", "side", "class", "status", "in the zone", "looked at", "last", "evidence"), rows)),
        ("Coverage", table(tuple(coverage[0]), [tuple(each.values()) for each in coverage]) if coverage else ""),
        ("Compliance over time", table(("day", "side", *STATUSES, "expected in the zone"), over_time)),
    ]
