"""The schedule of an agreement: its clauses on its judged positions, told as a table, a paired timeline and layers."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import shapely

from merestone.errors import MerestoneError
from merestone.files import write_atomically
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.writing import write_features
from merestone.withdrawal.agreement import Agreement
from merestone.withdrawal.exposure import exposures
from merestone.withdrawal.map_drawing import COLOURS
from merestone.withdrawal.moves import MEASURES, Clauses, Conflict, Measure, Move, Phase, Schedule
from merestone.withdrawal.phases import last_days, phase_of
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import NOT, Judged, decimals_of
from merestone.withdrawal.report import report, table
from merestone.withdrawal.schedule import Progress, schedule
from merestone.withdrawal.writing import check_file


@dataclasses.dataclass(frozen=True, slots=True)
class Agreed:
    """A schedule, and what it was made from."""

    plan: Plan
    moves: tuple[Move, ...]
    clauses: Clauses
    schedule: Schedule
    stay: tuple[str, ...]
    """Ids of positions that need not move."""
    nothing_to_move: tuple[str, ...]
    """Ids of positions that must leave, or may have to, but declare a strength of 0: left out of the order."""
    notes: tuple[str, ...]

    def date_of(self, day: int) -> str | None:
        """The calendar day (YYYY-MM-DD) of a day from 1; None where the agreement has no first day."""
        validity = self.plan.agreement.validity
        if validity is None:
            return None
        return (date.fromisoformat(validity.valid_from) + timedelta(days=day - 1)).isoformat()


def moves_of(plan: Plan, judged: Sequence[Judged]) -> list[Move]:
    """The moves of all positions that must leave, or may have to, and hold something: a strength of 0 has nothing to move.

    Raises MerestoneError M835 for one with nowhere to go.
    """
    names = plan.reference.section_names
    out = []
    for each in judged:
        position = each.position
        if each.verdict == NOT or position.strength == 0:
            continue
        if each.move_km is None:
            raise MerestoneError("M835", position=position.id, party=position.party)
        phase = phase_of(plan.agreement, each)
        out.append(
            Move(
                position.id, position.party, names[each.section], position.unit_class, position.strength, each.move_km, phase
            )
        )  # fmt: skip
    return out


def clauses_from(agreement: Agreement, parties: tuple[str, str], sections: Sequence[str]) -> Clauses:
    """The clauses an agreement sets for the order of its withdrawal."""
    entry = agreement.schedule
    order = tuple(entry.order) if entry else ()
    phases = tuple(Phase(phase.name, by) for phase, by in zip(agreement.phases, last_days(agreement), strict=True))
    days = entry.days if entry else None
    if days is None and agreement.phases:
        days = sum(phase.days for phase in agreement.phases)
    capacity: dict[str, dict[Measure, float]] = {party: {} for party in parties}
    for limit in entry.capacity if entry else ():
        for party in parties if limit.party is None else (limit.party,):
            if party not in parties:
                raise MerestoneError("M831", position="in a capacity", party=party, parties=" and ".join(parties))
            for measure in MEASURES:
                most = getattr(limit, measure)
                if most is not None:
                    capacity[party][measure] = min(float(most), capacity[party].get(measure, float(most)))
    imbalance = {} if entry is None or entry.imbalance is None else dict.fromkeys(sections, float(entry.imbalance))
    basis = entry.basis if entry else "share"
    before = tuple(entry.before) if entry else ()
    in_turn = not order and len(phases) > 1
    return Clauses(parties, imbalance, basis, capacity, order, before, days, phases, in_turn)


_NAMED = 10
"""Positions that a note names at most."""


def agree(plan: Plan, judged: Sequence[Judged], progress: Progress = lambda _: None) -> Agreed:
    """The schedule of judged positions. Raises MerestoneError M830 to M835."""
    moves = moves_of(plan, judged)
    clauses = clauses_from(plan.agreement, plan.reference.parties, plan.reference.section_names)
    known = {each.position.id for each in judged}
    moving = {move.id for move in moves}
    empty = {each.position.id for each in judged if each.verdict != NOT and each.position.strength == 0}
    for pair in clauses.before:
        for name in pair:
            if name not in known:
                raise MerestoneError("M833", position=name)
    # a pair of which one stays, or has nothing to move, asks for nothing
    pairs = tuple(pair for pair in clauses.before if set(pair) <= moving)
    clauses = dataclasses.replace(clauses, before=pairs)
    found = schedule(moves, clauses, progress=progress)
    if isinstance(found, Conflict):
        raise MerestoneError("M834" if found.minimal else "M836", conflict=found.sentence())
    notes = []
    if not clauses.imbalance:
        notes.append("The agreement states no imbalance: nothing here keeps the sides in step.")
    if clauses.basis == "share":
        for section in sorted({move.section for move in moves}):
            sides = {move.party for move in moves if move.section == section}
            if len(sides) == 1:
                notes.append(f"In section {section} only {sides.pop()} has something to move: nothing keeps it in step.")
    if clauses.imbalance:
        notes.append(
            "The imbalance is kept on every evening. Which of a day's moves is first is not set: before the evening the sides "
            "may differ by more, as told for each section."
        )
    if empty:
        named = ", ".join(sorted(empty)[:_NAMED]) + (f" and {len(empty) - _NAMED} more" if len(empty) > _NAMED else "")
        declare = "declares" if len(empty) == 1 else "declare"
        notes.append(
            f"{named} {declare} a strength of 0: nothing to move, so left out of the order. What is there must be gone all the "
            "same, and verify tells of it."
        )
    late = sum(move.phase is None for move in moves)
    if clauses.phases and late:
        notes.append(f"{late} position{'s' * (late != 1)} must leave, but no phase takes {'it' if late == 1 else 'them'}.")
    if not found.proven:
        notes.append(f"A shorter schedule could exist: none of less than {found.least_days} days does.")
    return Agreed(plan, tuple(moves), clauses, found, tuple(sorted(known - moving - empty)), tuple(sorted(empty)), tuple(notes))


# --------------------------------------------------------------------------------------------------------------------------
# what is told


def steps(agreed: Agreed) -> list[dict[str, Any]]:
    """Each day: what each side moves in each section, and how far both are apart on its evening."""
    parties = agreed.plan.reference.parties
    day = agreed.schedule.day
    total = {
        (party, section): sum(m.strength for m in agreed.moves if (m.party, m.section) == (party, section))
        for party in parties for section in {m.section for m in agreed.moves}
    }  # fmt: skip
    gone = dict.fromkeys(total, 0.0)
    order = {name: number for number, name in enumerate(agreed.plan.reference.section_names)}
    sections = sorted({m.section for m in agreed.moves}, key=order.__getitem__)
    out = []
    for today in range(1, agreed.schedule.days + 1):
        rows = []
        for section in sections:
            moved = {}
            for party in parties:
                own = [m for m in agreed.moves if (m.party, m.section) == (party, section) and day[m.id] == today]
                gone[party, section] += sum(m.strength for m in own)
                moved[party] = {
                    "positions": sorted(m.id for m in own), "strength": round(sum(m.strength for m in own), 6),
                    "km": round(sum(m.km for m in own), 3),
                    "gone": round(gone[party, section] / total[party, section], 4) if total[party, section] else None,
                }  # fmt: skip
            rows.append({"section": section, "moved": moved})
        out.append({"day": today, "date": agreed.date_of(today), "sections": rows})
    return out


def stage_numbers(agreed: Agreed) -> dict[str, int]:
    """Number, from 1, of the stage or phase that each position goes in, by id; only where they come one after the other."""
    numbers = {move.id: agreed.clauses.stage(move) for move in agreed.moves}
    return {name: number + 1 for name, number in sorted(numbers.items()) if number is not None}


def as_json(agreed: Agreed) -> dict[str, Any]:
    """The schedule as JSON holds it."""
    clauses = agreed.clauses
    return {
        "agreement": agreed.plan.agreement.name, **agreed.schedule.as_json(),
        "clauses": {
            "imbalance": dict(clauses.imbalance), "basis": clauses.basis,
            "capacity": {party: dict(limits) for party, limits in clauses.capacity.items()},
            "order": [list(stage) for stage in clauses.order], "before": [list(pair) for pair in clauses.before],
            "days": clauses.days, "phases": [{"name": phase.name, "by": phase.by} for phase in clauses.phases],
            "in_turn": clauses.in_turn,
        },
        "exposure": [each.as_json() for each in exposures(agreed.moves, clauses, agreed.schedule.day)],
        "stage": stage_numbers(agreed),
        "steps": steps(agreed), "stay": list(agreed.stay), "nothing_to_move": list(agreed.nothing_to_move),
        "notes": list(agreed.notes),
    }  # fmt: skip


def as_text(agreed: Agreed) -> str:
    """The paired timeline for people: a line for each day and section in which something moves."""
    found, parties = agreed.schedule, agreed.plan.reference.parties
    length = f"{found.days} day{'s' * (found.days != 1)}"
    proof = "no schedule is shorter" if found.proven else f"no schedule is shorter than {found.least_days}; gap {found.gap:.1%}"
    lines = [f"{agreed.plan.agreement.name}: {len(agreed.moves)} positions move in {length} ({proof})."]
    width = max([len(m.section) for m in agreed.moves] + [7])
    lines.append(f"{'day':<12}{'section':<{width + 2}}{parties[0]:>24}{parties[1]:>24}")
    lines.append(f"{'':<{14 + width}}{_HEADING:>24}{_HEADING:>24}")
    for step in steps(agreed):
        shown = step["date"] or str(step["day"])
        for row in step["sections"]:
            if any(side["positions"] for side in row["moved"].values()):
                cells = "".join(f"{_cell(row['moved'][party]):>24}" for party in parties)
                lines.append(f"{shown:<12}{row['section']:<{width + 2}}{cells}")
    for each in exposures(agreed.moves, agreed.clauses, found.day):
        lines.append(
            f"Section {each.section}: the sides differ by {_part(agreed, each.evening)} at most on an evening"
            + ("" if each.limit is None else f" ({_part(agreed, each.limit)} is agreed)")
            + f", and during a day by {_part(agreed, each.within_day)} at worst."
        )
    lines += [f"Note: {note}" for note in agreed.notes]
    return "\n".join(lines)


def _part(agreed: Agreed, value: float) -> str:
    return f"{value:.0%}" if agreed.clauses.basis == "share" else f"{value:g} of strength"


def _cell(side: dict[str, Any]) -> str:
    count = len(side["positions"])
    gone = "" if side["gone"] is None else f", {side['gone']:.0%} gone"
    return f"{count} ({side['strength']:g}){gone}" if count else f"–{gone}"


_HEADING = "moves (strength)"


def timeline(agreed: Agreed) -> str:
    """SVG of the paired timeline: for each section one side's moves above a middle line and the other's below, by day."""
    parties = agreed.plan.reference.parties
    told = steps(agreed)
    sections = [row["section"] for row in told[0]["sections"]] if told else []
    step, half, left, top = max(8, min(60, 900 // max(1, len(told)))), 22, 130, 30
    shares = agreed.clauses.basis == "share"
    total = {
        (m.party, m.section): sum(o.strength for o in agreed.moves if (o.party, o.section) == (m.party, m.section))
        for m in agreed.moves
    }
    most = max((row["moved"][p]["strength"] for s in told for row in s["sections"] for p in parties), default=1.0) or 1.0
    what = "part of what the side moves in the section" if shares else "strength"
    width, height = max(left + step * len(told) + 10, left + 470), top + (2 * half + 14) * len(sections) + 24
    parts = [(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'style="max-width:{width}px;min-width:{min(width, 560)}px" font-family="system-ui,sans-serif" font-size="11">'
        f"<title>{html.escape(agreed.plan.agreement.name)}: what "
        f"{html.escape(parties[0])} (above) and {html.escape(parties[1])} (below) move, by day</title>"
    )]  # fmt: skip
    for number, party in enumerate(parties):
        x = left + 90 * number
        parts.append(f'<rect x="{x}" y="6" width="10" height="10" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="{x + 14}" y="15">{html.escape(party)} {("above", "below")[number]}</text>')
    for row, section in enumerate(sections):
        middle = top + (2 * half + 14) * row + half
        parts.append(f'<text x="4" y="{middle + 4}">{html.escape(section[:20])}</text>')
        parts.append(f'<line x1="{left}" y1="{middle}" x2="{left + step * len(told)}" y2="{middle}" stroke="#888"/>')
        for number, each in enumerate(told):
            for side, party in enumerate(parties):
                moved = each["sections"][row]["moved"][party]
                if not moved["positions"]:
                    continue
                tall = max(2.0, half * moved["strength"] / (total[party, section] if shares else most))
                y = middle - tall if side == 0 else float(middle)
                label = f"{each['date'] or 'day ' + str(each['day'])}, {section}, {party}: " + ", ".join(moved["positions"])
                parts.append(
                    f'<rect x="{left + step * number + 1}" y="{y:.1f}" width="{step - 2}" height="{tall:.1f}" '
                    f'fill="{COLOURS[side]}"><title>{html.escape(label)}</title></rect>'
                )
    parts.append(f'<text x="{left + 190}" y="15">height: {what}</text>')
    every = max(1, len(told) * 30 // max(1, step * len(told)))
    for number in range(0, len(told), every):
        parts.append(f'<text x="{left + step * number + 1}" y="{height - 8}">{number + 1}</text>')
    return "".join(parts) + "</svg>"


def report_parts(agreed: Agreed) -> list[tuple[str, str]]:
    """(heading, HTML) of the schedule for the report of the plan."""
    found, parties = agreed.schedule, agreed.plan.reference.parties
    proof = "No schedule is shorter." if found.proven else f"No schedule is shorter than {found.least_days} days."
    rows = [
        (step["date"] or step["day"], row["section"], *(", ".join(row["moved"][p]["positions"]) for p in parties),
         *(row["moved"][p]["strength"] for p in parties))
        for step in steps(agreed) for row in step["sections"] if any(side["positions"] for side in row["moved"].values())
    ]  # fmt: skip
    head = ("day", "section", *parties, *(f"strength, {party}" for party in parties))
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in agreed.notes)
    about = f"<p>{len(agreed.moves)} positions in {found.days} day{'s' * (found.days != 1)}. {proof}</p><ul>{notes}</ul>"
    apart = [
        (each.section, "–" if each.limit is None else _part(agreed, each.limit), _part(agreed, each.evening),
         _part(agreed, each.within_day))
        for each in exposures(agreed.moves, agreed.clauses, found.day)
    ]  # fmt: skip
    apart_head = ("section", "agreed on an evening", "most on an evening", "at worst during a day")
    phases = [(phase.name, phase.by, agreed.date_of(phase.by) or "") for phase in agreed.clauses.phases if phase.by is not None]
    return [
        ("Order of the withdrawal", about + f'<div class="wide">{timeline(agreed)}</div>'),
        ("Phases", table(("phase", "ends on day", "date"), phases)),
        ("How far the sides are apart", table(apart_head, apart)),
        ("Day by day", table(head, rows)),
    ]


def as_features(agreed: Agreed, judged: Sequence[Judged]) -> list[Feature]:
    """Positions that move, with their day, rounded to what was declared."""
    out = []
    for each in judged:
        p = each.position
        if p.id not in agreed.schedule.day:
            continue
        decimals = decimals_of(p.uncertainty_m)
        day = agreed.schedule.day[p.id]
        about = {
            "part": "move", "party": p.party, "class": p.unit_class, "strength": p.strength, "day": day,
            "date": agreed.date_of(day), "move_km": each.move_km,
        }  # fmt: skip
        out.append(Feature(f"move/{p.id}", about, shapely.Point(round(p.lon, decimals), round(p.lat, decimals))))
    return out


def written(agreed: Agreed, judged: Sequence[Judged], told: Mapping[str, Any], path: Path) -> None:
    """Write the schedule in the form that the name asks for. Raises MerestoneError M103, M104, M848 or M861."""
    ending = path.suffix.lower()
    check_file(path)
    if ending == ".html":
        write_atomically(path, report(agreed.plan, report_parts(agreed)).encode("utf-8"))
    elif ending == ".svg":
        write_atomically(path, timeline(agreed).encode("utf-8"))
    elif ending == ".json":
        write_atomically(path, json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8") + b"\n")
    elif ending == ".csv":
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("day", "date", "party", "section", "class", "id", "strength", "km"))
        for move in sorted(agreed.moves, key=lambda m: (agreed.schedule.day[m.id], m.section, m.party, m.id)):
            day = agreed.schedule.day[move.id]
            writer.writerow(
                (day, agreed.date_of(day), move.party, move.section, move.kind, move.id, f"{move.strength:g}", f"{move.km:g}")
            )
        write_atomically(path, stream.getvalue().encode("utf-8"))
    elif ending in (".geojson", ".gpkg"):
        write_features(path, as_features(agreed, judged), "schedule")
    else:
        raise MerestoneError("M848", path=path)
