"""An agreement verified: its declared positions and its ground followed through what was looked at, told and drawn."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.geometry.areas import area_m2
from merestone.places.geometry.geodesy import WGS84, Floats
from merestone.places.layer_files.features import Feature
from merestone.withdrawal.agreement import Agreement
from merestone.withdrawal.breaches import Breach, due_of, find_breaches
from merestone.withdrawal.coverage import Chosen, choose
from merestone.withdrawal.looks import Look, as_utc
from merestone.withdrawal.phases import last_days, phase_of
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import NOT, Judged, decimals_of
from merestone.withdrawal.record_reports import Word
from merestone.withdrawal.report import table
from merestone.withdrawal.strip import polygonal
from merestone.withdrawal.verification import (
    STATUSES,
    Followed,
    Model,
    Places,
    day_at,
    day_begins,
    day_ends,
    day_number,
    follow,
)
from merestone.withdrawal.verified_drawing import COLOURS, history_svg, map_svg

SAMPLES = 64
"""Of each position."""
_SIDE = 5
"""Samples along the side of a cell."""
_MOST_CELLS = 20_000
_MOST_TIMES = 60


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
    words: tuple[Word, ...] = ()
    """What the record of a case tells, and what of it does not count."""
    zone: tzinfo = UTC
    """Whose days are told of."""

    def day_of(self, number: float) -> str:
        """The day (YYYY-MM-DD) of a day number."""
        return day_at(number, self.zone).isoformat()


def due_dates(agreement: Agreement) -> list[date]:
    """The day after each phase, on which what it takes must be gone, and last the one for all that no phase takes.

    Raises MerestoneError M837.
    """
    if agreement.validity is None:
        raise MerestoneError("M837", what="first day", example='[validity] with valid_from = "2026-05-01"')
    first = date.fromisoformat(agreement.validity.valid_from)
    ends = last_days(agreement)
    return [first + timedelta(days=days) for days in (*ends, ends[-1] if ends else 0)]


def verify(
    plan: Plan, judged: Sequence[Judged], looks: Sequence[Look], at: date, model: Model, cell_km: float, reach_m: float,
    patrols: int, words: Sequence[Word] = (), zone: tzinfo = UTC,
) -> Verified:  # fmt: skip
    """What is known at the end of ``at``. ``reach_m`` and ``patrols``: how far the next looks see, and how many there are.

    Days are those of ``zone``. ``words`` are those of the record that ``looks`` were made of, to be told with them.
    """
    first = min(due_dates(plan.agreement))
    due = [day_begins(day, zone) for day in due_dates(plan.agreement)]
    moving = [each for each in judged if each.verdict != NOT]
    end = day_ends(at, zone)
    looks = sorted((look for look in looks if day_number(look.time) <= end), key=lambda look: look.order)
    span = max(0, (at - first).days)
    every = max(1, math.ceil(span / _MOST_TIMES))
    ends = np.array([day_ends(at - timedelta(days=days), zone) for days in range(0, span + 1, every)][::-1])
    positions = follow(_positions(plan, moving, due, model), looks, ends, model)
    shapes, km2, ground = _cells(plan, due, cell_km)
    cells = follow(ground, looks, ends, model)
    breaches = find_breaches(plan, moving, positions, looks, due)
    chosen, candidates = _next(positions, cells, km2, reach_m, patrols)
    return Verified(
        plan, at, model, tuple(moving), tuple(looks), positions, cells, tuple(shapes), km2, tuple(breaches),
        tuple(candidates[number] for number in chosen.candidates), chosen, reach_m, tuple(words), zone,
    )  # fmt: skip


def _positions(plan: Plan, moving: Sequence[Judged], due: Sequence[float], model: Model) -> Places:
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
    days = np.array([due_of(due, phase_of(plan.agreement, each)) for each in moving], dtype=np.float64)
    return Places(
        tuple(each.position.id for each in moving), tuple(each.position.party for each in moving),
        tuple(each.position.unit_class for each in moving), lons, lats, inside, np.full(shape, 1 / SAMPLES), days,
        np.full(count, model.stays),
    )  # fmt: skip


def _cells(plan: Plan, due: Sequence[float], cell_km: float) -> tuple[list[shapely.Geometry], Floats, Places]:
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
    last = max(due)
    places = Places(
        tuple(f"cell-{number + 1}" for number in range(count)), tuple(parties), ("",) * count, lon, lat,
        np.ones((count, samples)), share, np.full(count, last), np.full(count, _UNDECLARED),
    )  # fmt: skip
    return shapes, km2, places


_UNDECLARED = 0.1
"""That a cell holds something undeclared when it had to be empty, before anything was seen. Stated, not measured."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


# --------------------------------------------------------------------------------------------------------------------------
# what is told


def compliance(verified: Verified) -> list[dict[str, Any]]:
    """Of each side and day: how many positions have each status, and how many are expected to be in the zone."""
    followed = verified.positions
    out = []
    for column, time in enumerate(followed.times.tolist()):
        day = verified.day_of(time)
        for party in verified.plan.reference.parties:
            own = np.array([each == party for each in followed.places.parties], np.bool_)
            counts = np.bincount(followed.status[own, column], minlength=len(STATUSES)).tolist()
            out.append({
                "day": day, "party": party, **dict(zip(STATUSES, counts, strict=True)),
                "expected_in_zone": round(float(np.nansum(followed.breach[own, column])), 3),
            })  # fmt: skip
    return out


def histories(verified: Verified) -> list[list[dict[str, Any]]]:
    """Of each position, in order: the days on which its status changed, with the status and the probability of a breach."""
    followed = verified.positions
    out = []
    for row in range(len(verified.judged)):
        changed = [0, *(np.flatnonzero(np.diff(followed.status[row])) + 1).tolist()]
        out.append([
            {
                "day": verified.day_of(float(followed.times[column])), "status": followed.status_of(row, column),
                "probability_of_breach": _rounded(followed.breach[row, column]),
            }
            for column in changed
        ])  # fmt: skip
    return out


def ground(verified: Verified) -> list[dict[str, Any]]:
    """Of each side and section, over time: square kilometres of its zone by status, a row for each day on which they change."""
    cells, reference = verified.cells, verified.plan.reference
    if not verified.cell_shapes:
        return []
    centres = shapely.get_coordinates(shapely.point_on_surface(np.array(verified.cell_shapes, dtype=object)))
    sections = np.zeros(len(centres), np.int64)
    sides = np.array(cells.places.parties)
    for party in reference.parties:
        own = np.flatnonzero(sides == party)
        track = reference.strip_of(party).track
        beside = track.sides(centres[own, 0], centres[own, 1])
        sections[own] = reference.section_of(track.chainage_m(beside.segment, beside.share))
    out = []
    for party in reference.parties:
        for section, name in enumerate(reference.section_names):
            rows = (sides == party) & (sections == section)
            before: list[float] | None = None
            for column, time in enumerate(cells.times.tolist()):
                km2 = np.bincount(cells.status[rows, column], verified.cell_km2[rows], len(STATUSES)).round(3).tolist()
                if km2 != before:
                    about = {"day": verified.day_of(time), "party": party, "section": section + 1, "along": name}
                    out.append(about | dict(zip(STATUSES, km2, strict=True)))
                before = km2
    return out


def ages(verified: Verified) -> list[dict[str, Any]]:
    """Of each side: square kilometres of its zone by when they were last looked at."""
    now = verified.cells.times[-1]
    week, month = (now - day_begins(verified.at - timedelta(days=days - 1), verified.zone) for days in (7, 30))
    limits = ((-np.inf, week, "last 7 days"), (week, month, "8 to 30 days ago"), (month, np.inf, "more than 30 days ago"))
    out = []
    for party in verified.plan.reference.parties:
        own = np.array([each == party for each in verified.cells.places.parties], np.bool_)
        total = float(verified.cell_km2[own].sum())
        age = now - verified.cells.looked[:, -1]
        row: dict[str, Any] = {"party": party, "area_km2": round(total, 3)}
        for low, high, name in limits:
            rows = own & (age > low) & (age <= high)
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
    over_time = histories(verified)
    for row, each in enumerate(verified.judged):
        looked = followed.looked[row, -1]
        rows.append({
            "id": each.position.id, "party": each.position.party, "class": each.position.unit_class,
            "status": followed.status_of(row), "probability_in_zone": each.probability,
            "probability_of_breach": _rounded(followed.breach[row, -1]), "observed": _rounded(followed.observed[row, -1]),
            "last_looked": None if np.isnan(looked) else as_utc(_EPOCH + timedelta(days=float(looked))),
            "evidence": [verified.looks[number].id for number in followed.evidence[row]], "over_time": over_time[row],
        })  # fmt: skip
    chosen = verified.chosen
    return {
        "agreement": verified.plan.agreement.name, "at": verified.at.isoformat(),
        "time_zone": str(verified.zone), "model": dataclasses.asdict(verified.model),
        "positions": rows, "breaches": [dataclasses.asdict(each) for each in verified.breaches],
        "compliance": compliance(verified), "coverage": ages(verified),
        "ground": ground(verified), "record": _words(verified),
        "cells": {
            status: int((verified.cells.status[:, -1] == number).sum()) for number, status in enumerate(STATUSES)
        },
        "look_next": {
            "places": [{"lon": lon, "lat": lat} for lon, lat in verified.next_looks], "reach_m": verified.reach_m,
            "covered": round(chosen.total, 4), "bound": round(chosen.bound, 4), "exact": chosen.exact,
        },
    }  # fmt: skip


def _words(verified: Verified) -> list[dict[str, Any]]:
    """The words of the record, each with the positions it bears on."""
    bears: dict[str, list[str]] = {}
    for each, numbers in zip(verified.judged, verified.positions.evidence, strict=True):
        for number in numbers:
            bears.setdefault(verified.looks[number].id, []).append(each.position.id)
    return [word.as_json() | {"bears_on": bears.get(word.id, [])} for word in verified.words]


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)


def as_text(verified: Verified) -> str:
    """What is known, for people."""
    model, followed = verified.model, verified.positions
    count = len(verified.judged)
    name = verified.plan.agreement.name
    words = sum(bool(look.incident) for look in verified.looks)
    looks = len(verified.looks) - words
    of_record = f" and {_many(words, 'word')} of the record" if verified.words else ""
    about = (
        f"{name} on {verified.at.isoformat()} ({verified.zone}): {_many(count, 'position')} must leave or may have to, "
        f"{_many(looks, 'look')}{of_record}."
    )
    lines = [
        about,
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
    lines += _over_time(verified)
    incidents = {look.id: look.incident for look in verified.looks if look.incident}
    for breach in verified.breaches:
        kind = f"position {breach.what}" if breach.declared else f"undeclared {breach.what}"
        whose = f" of {breach.of}" if breach.of and breach.of != breach.party else ""
        since = f", first seen or told of {breach.since}" if breach.since else ""
        since += f", last {breach.last_seen}" if breach.last_seen != breach.since else ""
        evidence = ", ".join(f"{name} in {incidents[name]}" if name in incidents else name for name in breach.evidence)
        lines.append(
            f"{breach.status}: {kind}{whose} on the side of {breach.party}, {breach.probability:.0%} in the zone{since} "
            f"(evidence: {evidence})"
        )
    lines += _of_the_record(verified)
    if verified.next_looks:
        chosen = verified.chosen
        spots = "; ".join(f"{lon:.3f} {lat:.3f}" for lon, lat in verified.next_looks)
        best = "no choice covers more" if chosen.exact else f"no choice covers more than {chosen.bound:.0%}"
        lines.append(f"Look next at {spots}: {chosen.total:.0%} of what is open, {best}.")
    unseen = int(np.isnan(followed.looked[:, -1]).sum()) if len(followed.looked) else 0
    if unseen:
        lines.append(
            "1 position was never looked at; that is not compliance." if unseen == 1
            else f"{unseen} positions were never looked at; that is not compliance."
        )  # fmt: skip
    return "\n".join(lines)


_DAYS_SHOWN = 6


def _over_time(verified: Verified) -> list[str]:
    """Each side's compliance on some days, the last among them."""
    rows = compliance(verified)
    days = sorted({row["day"] for row in rows})
    if len(days) < 2:
        return []
    shown = sorted({days[round(n * (len(days) - 1) / (_DAYS_SHOWN - 1))] for n in range(_DAYS_SHOWN)})
    head = ("day", "side", "clear", "present", "probable", "unverified", "not due", "expected in the zone")
    lines = [f"{head[0]:<11} {head[1]:<6}" + "".join(f"{name:>{len(name) + 3}}" for name in head[2:])]
    for row in rows:
        if row["day"] in shown:
            told = [*(row[s] for s in ("verified clear", "verified present", "probable", "unverified", "not due"))]
            cells = [*map(str, told), f"{row['expected_in_zone']:.1f}"]
            told_cells = "".join(f"{cell:>{len(name) + 3}}" for name, cell in zip(head[2:], cells, strict=True))
            lines.append(f"{row['day']:<11} {row['party']:<6}{told_cells}")
    return lines


def _of_the_record(verified: Verified) -> list[str]:
    """How many words of the record count, and why the others do not."""
    if not verified.words:
        return []
    count = sum(not word.why_not for word in verified.words)
    reasons = Counter(word.why_not for word in verified.words if word.why_not)
    lines = [f"The record tells {_many(len(verified.words), 'thing')} of forces or their leaving; {count} of them count."]
    lines += [f"  {number} not: {reason}." for reason, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))]
    return lines


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


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
        about = {
            "part": "position",
            **{key: value for key, value in told.items() if key not in ("id", "evidence", "over_time")},
        }
        about["evidence"] = ", ".join(told["evidence"])
        out.append(Feature(f"position/{p.id}", about, shapely.Point(round(p.lon, decimals), round(p.lat, decimals))))
    for number, (lon, lat) in enumerate(verified.next_looks, start=1):
        out.append(Feature(f"look/{number}", {"part": "look next", "order": number}, shapely.Point(lon, lat)))
    return out


def report_parts(verified: Verified) -> list[tuple[str, str]]:
    """(heading, HTML) of the verification for the report of the plan."""
    told = as_json(verified)
    keys = "".join(
        f'<i class="key" style="background:{colour}"></i>{status} ' for status, colour in COLOURS.items()
    )  # fmt: skip
    rows = [
        (r["id"], r["party"], r["class"].replace("_", " "), r["status"], r["probability_of_breach"], r["observed"],
         r["last_looked"], ", ".join(r["evidence"]))
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
    record = [
        (
            w["id"],
            w["incident"],
            w["how"].replace("_", " "),
            w["speaker"],
            w["says"],
            w["party"],
            ", ".join(w["classes"]),
            w["place"],
            w["begins"],
            "yes" if w["contested"] else "",
            w["why_not"] or (", ".join(w["bears_on"]) or "counts"),
        )
        for w in told["record"]
    ]
    ground_rows = [
        (g["day"], g["party"], g["along"], *(g[s] for s in STATUSES)) for g in told["ground"]
    ]  # fmt: skip
    over_time = [(c["day"], c["party"], *(c[s] for s in STATUSES), c["expected_in_zone"]) for c in told["compliance"]]
    ages_shown = ("last 7 days", "8 to 30 days ago", "more than 30 days ago")
    coverage = [
        (c["party"], c["area_km2"], *(c[age] for age in ages_shown), c["never"], c["observed_in_window_km2"],
         f"{c['observed_in_window_share']:.1%}")
        for c in told["coverage"]
    ]  # fmt: skip
    return [
        (
            f"Verification on {verified.at.isoformat()}",
            map_svg(verified) + f"<p>{keys}</p><p>Days are those of {verified.zone}, single times are in UTC.</p>",
        ),
        ("Positions over time", history_svg(verified)),
        ("Breaches", table(("what", "side", "", "status", "probability", "first seen", "last seen", "evidence"), breaches)),
        ("Positions", table(("id", "side", "class", "status", "in the zone", "looked at", "last", "evidence"), rows)),
        ("Coverage, km²", table(("side", "zone", *ages_shown, "never", "in the window", "part of the zone"), coverage)),
        ("Ground over time, km²", table(("day", "side", "section", *STATUSES), ground_rows)),
        (
            "What the record tells",
            table(
                (
                    "claim",
                    "incident",
                    "who",
                    "speaker",
                    "says",
                    "of",
                    "classes",
                    "place",
                    "time",
                    "contested",
                    "bears on, or why not",
                ),
                record,
            ),
        ),
        ("Compliance over time", table(("day", "side", *STATUSES, "expected in the zone"), over_time)),
    ]
