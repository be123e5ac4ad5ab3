"""What the commands ``schedule`` and ``verify`` read: the first day, quiet days, looks, the record of a case."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.places.geometry.track import Track
from merestone.record import current_folder
from merestone.withdrawal.agreement import ValidityEntry
from merestone.withdrawal.looks import Look, read_inspections, read_track
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import Judged
from merestone.withdrawal.preconditions import Quiet, quiet, read_quiet
from merestone.withdrawal.record_reports import Word, read_told
from merestone.withdrawal.verification import Model
from merestone.withdrawal.verified import Verified, verify


def day_of(option: str, text: str) -> date:
    """The day of an option. Raises MerestoneError M108."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise MerestoneError("M108", option=option, value=text[:40], problem="is no day like 2026-05-04") from None
    if not 1900 <= day.year <= 2200:
        raise MerestoneError("M108", option=option, value=text[:40], problem="is not between 1900 and 2200")
    return day


def begun(plan: Plan, begin: str | None) -> Plan:
    """The plan with another first day, where one is given. Raises MerestoneError M108."""
    if begin is None:
        return plan
    validity = ValidityEntry(valid_from=day_of("--begin", begin).isoformat())
    return dataclasses.replace(plan, agreement=dataclasses.replace(plan.agreement, validity=validity))


def first_day(plan: Plan) -> date:
    """The first day of the agreement. Raises MerestoneError M837 where it has none."""
    validity = plan.agreement.validity
    if validity is None:
        raise MerestoneError("M837", what="first day", example='[validity] with valid_from = "2026-05-01", or give --begin')
    return date.fromisoformat(validity.valid_from)


def quiet_days(plan: Plan, folder: Path) -> list[Quiet]:
    """What the record of a case says about each precondition. Raises MerestoneError M102, M601, M602 or M837."""
    agreement = plan.agreement
    if not agreement.preconditions:
        return []
    until = first_day(plan)
    case = Case.open(folder)
    longest = timedelta(days=max(entry.quiet_days for entry in agreement.preconditions))
    record = read_quiet(current_folder(case), until - longest, until)
    sections = plan.reference.section_lines()
    out = []
    for entry in agreement.preconditions:
        if entry.section is not None and entry.section > len(sections):
            raise MerestoneError("M809", wanted=f"a section {entry.section}", length=f"{plan.reference.length_m / 1000:.1f}")
        track = plan.reference.strip.track if entry.section is None else Track(sections[entry.section - 1])
        out.append(quiet(record, track, entry.quiet_days, entry.within_km, until, case.file.time_zone))
    return out


def verify_files(
    plan: Plan, judged: Sequence[Judged], inspections: Path | None, tracks: Sequence[Path], folder: Path | None, at: str | None,
    model: Model, seen_m: float, cell_km: float, patrols: int,
) -> Verified:  # fmt: skip
    """Verify what files tell of judged positions, by the days of the case's time zone, or of UTC without a case.

    Raises MerestoneError M101 to M108, M601, M602, M837 to M847 or M855.
    """
    case = None if folder is None else Case.open(folder)
    zone: tzinfo = UTC if case is None else case.time_zone()
    day = None if at is None else day_of("--at", at)
    if day is not None and day > datetime.now(zone).date():
        raise MerestoneError("M108", option="--at", value=at, problem="lies in the future")
    now = datetime.now(UTC)
    looks: list[Look] = []
    words: tuple[Word, ...] = ()
    if inspections is not None:
        looks += read_inspections(inspections, [each.position.id for each in judged], now)
    for track in tracks:
        looks += read_track(track, seen_m, now)
    first = first_day(plan)
    if case is not None:
        found = read_told(case, plan.reference.parties, first, seen_m)
        looks, words = looks + list(found.looks), found.words
    if day is None:
        if not looks:
            raise MerestoneError("M855", first=first.isoformat())
        day = max(look.time for look in looks).astimezone(zone).date()
    return verify(plan, judged, looks, day, model, cell_km, seen_m, patrols, words, zone)
