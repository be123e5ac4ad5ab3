"""An agreement on withdrawal as data: ``agreement.toml``, checked whole before anything is done with it.

Every mistake is reported with its line and its fix, and no field is ever ignored in silence. Paths are relative to the folder
of the file. Depths are kilometres from the reference line into each party's own ground; a tier is all ground within its depth,
so that tiers nest.
"""

from __future__ import annotations

import math
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, with_config

from merestone.case import ActorCode, Day, InsidePath
from merestone.model import noun, says
from merestone.toml_files import Form, coded
from merestone.withdrawal.classes import Rule, read_rule, unit_classes

Mode = Literal["equal_distance", "generalised", "equal_area"]
ExceptionKind = Literal["settlement", "road", "crossing", "hospital", "site"]

DEEPEST_KM = 1000.0
"""No agreement is deeper."""
_LONGEST_NAME = 200
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing: a name with them does not look like what it is."""


def _is_name(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    if len(value) > _LONGEST_NAME:
        raise ValueError(f"has {len(value):,} characters, which is more than {_LONGEST_NAME}")
    if _UNSEEN.search(value):
        raise ValueError("has a character that cannot be seen")
    return value


def _is_said(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value


def _is_real_day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"is {value!r}, and there is no such day") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError(f"is {value!r}, which is not between 1900 and 2200")
    return value


def _is_rule(value: str) -> str:
    read_rule(value)
    return value


def _is_class(value: str) -> str:
    if value not in unit_classes():
        raise ValueError(f"is {value[:60]!r}, which is no class; use one of {', '.join(unit_classes())}")
    return value


def _is_finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("is not a finite number")
    return value


Name = Annotated[str, AfterValidator(_is_name)]
Said = Annotated[str, AfterValidator(_is_said)]
RealDay = Annotated[Day, AfterValidator(_is_real_day)]
RuleText = Annotated[str, AfterValidator(_is_rule)]
ClassName = Annotated[str, AfterValidator(_is_class)]
Kilometres = Annotated[float, Field(ge=0, le=DEEPEST_KM, strict=True), AfterValidator(_is_finite)]
Above = Annotated[float, Field(gt=0, le=100_000, strict=True), AfterValidator(_is_finite)]

_strict = with_config({"extra": "forbid"})


@_strict
@noun
class LineEntry:
    """[line]: what the depths are measured from. Either one line for both sides, or ``fronts``."""

    file: InsidePath | None = says("layer file of the line, with left_party and right_party", default=None)
    features: tuple[str, ...] = says(
        "ids of the lines in the file that are meant together; all where none is named", default=()
    )
    mode: Mode = says(
        "equal_distance from the line; generalised, from the line without bends smaller than the depth; equal_area, depths at "
        "which both sides of each section clear the same area",
        default="equal_distance",
    )
    ends: Literal["flat", "round"] = says("whether ground whose nearest point is an open end counts (round)", default="flat")
    breaks_km: tuple[Above, ...] = says("kilometres along the line at which a new section begins", unit="km", default=())
    section_length_km: Above | None = says("length of sections, where breaks_km is not given", unit="km", default=None)
    least_length_km: Above | None = says("least length of the line that the agreement asks for", unit="km", default=None)


@_strict
@noun
class FrontEntry:
    """[[fronts]]: the line from which one party withdraws, where each side has its own."""

    party: ActorCode = says("the party that withdraws from it, named on one of its sides")
    file: InsidePath = says("layer file of the line, with left_party and right_party")
    feature: str | None = says("id of the line in the file, where it holds several", default=None)


@_strict
@noun
class PartyEntry:
    """[[parties]]: a side. Where none is named, the two sides of the line are meant."""

    code: ActorCode = says("code that the line names on one of its sides")
    name: Name | None = says("name shown to people", default=None)
    ground: InsidePath | None = says("layer file of the polygon that zones of this party are cut to", default=None)
    feature: str | None = says("id of that polygon in the file, where it holds several", default=None)


@_strict
@noun
class TierEntry:
    """[[tiers]]: what is forbidden within a depth."""

    name: Name = says("name of the tier, unique in the agreement")
    depth_km: Kilometres = says("depth on each side", unit="km")
    depth_km_by_party: dict[str, Kilometres] = says("other depths of some parties, by code", unit="km", default=None)
    depth_km_by_section: tuple[Kilometres, ...] = says("depth of each section instead, in their order", unit="km", default=())
    forbids: Annotated[tuple[RuleText, ...], Field(min_length=1)] = says(
        'classes that must leave: "forces" for all military ones, or a class, perhaps with "above 80 mm", "from 100 mm" or'
        ' "above 40 km"'
    )
    may_stay: tuple[ClassName, ...] = says("classes that may stay", default=())


@_strict
@noun
class ExceptionEntry:
    """[[exceptions]]: ground inside the zones where nothing is forbidden."""

    name: Name = says("name shown to people, unique in the agreement")
    kind: ExceptionKind = says("what it is")
    file: InsidePath | None = says("layer file of its polygon, or of a line or point with radius_km", default=None)
    feature: str | None = says("id in the file, where it holds several", default=None)
    place: str | None = says("name of a place of the built-in gazetteer, near the line", default=None)
    lon: Annotated[float, Field(ge=-180, le=180, strict=True)] | None = says("longitude of its middle", unit="°", default=None)
    lat: Annotated[float, Field(ge=-90, le=90, strict=True)] | None = says("latitude of its middle", unit="°", default=None)
    radius_km: Annotated[float, Field(gt=0, le=100, strict=True)] | None = says(
        "distance within which it reaches", unit="km", default=None
    )
    tiers: tuple[str, ...] = says("tiers it holds for; all where none is named", default=())


@_strict
@noun
class ValidityEntry:
    """[validity]: when the agreement holds."""

    valid_from: RealDay = says("first day")
    valid_to: RealDay | None = says("last day", default=None)


@_strict
@noun
class PreconditionEntry:
    """[[preconditions]]: what must have been before the withdrawal begins."""

    quiet_days: Annotated[int, Field(gt=0, le=3660, strict=True)] = says("days in a row without an incident")
    within_km: Above = says("incidents within this distance of the line count", unit="km")
    section: Annotated[int, Field(gt=0, strict=True)] | None = says(
        "number of the section it is for; the whole line if not named", default=None
    )


@_strict
@noun
class PhaseEntry:
    """[[phases]]: what leaves when, in this order."""

    name: Name = says("name of the phase, unique in the agreement")
    days: Annotated[int, Field(gt=0, le=3660, strict=True)] = says(
        "days it may take: what leaves in it has gone by the evening of the last of its days and those of the phases before it"
    )
    tiers: tuple[str, ...] = says(
        "tiers to be cleared in it; all where none is named. A position leaves with the first phase that takes its class out "
        "of a tier that forbids it where it lies, and goes beyond every tier that forbids it",
        default=(),
    )
    classes: tuple[ClassName, ...] = says("classes that leave in it; all that are forbidden where none is named", default=())


@_strict
@noun
class CapacityEntry:
    """[[schedule.capacity]]: the most that moves on one day."""

    party: ActorCode | None = says("the party it holds for; each of the two where none is named", default=None)
    strength: Above | None = says("strength that one side moves on a day at most", default=None)
    number: Annotated[int, Field(gt=0, strict=True)] | None = says(
        "positions that one side moves on a day at most", default=None
    )
    km: Above | None = says("kilometres that one side's positions move on a day at most, together", unit="km", default=None)


@_strict
@noun
class ScheduleEntry:
    """[schedule]: what the order of the withdrawal must keep."""

    imbalance: Annotated[float, Field(ge=0, strict=True), AfterValidator(_is_finite)] | None = says(
        "largest difference, on any evening in any section, of what the sides have moved so far; free if not given. During a "
        "day, before its evening, the sides may differ by more: the schedule tells by how much at worst",
        default=None,
    )
    basis: Literal["strength", "share"] = says(
        "whether strength is compared, or its share in what the side has to move in the section (0 to 1)", default="share"
    )
    capacity: tuple[CapacityEntry, ...] = says("the most that moves on one day", default=())
    order: tuple[tuple[ClassName, ...], ...] = says(
        "classes in stages; in each section a side begins a stage after the day on which all of the one before has gone; the "
        "phases, one after the other, if not given",
        default=(),
    )
    before: tuple[tuple[str, str], ...] = says("pairs of positions by id: the first goes on an earlier day", default=())
    days: Annotated[int, Field(gt=0, le=3660, strict=True)] | None = says(
        "days it may take; those of all phases together if not given. Each phase ends by its own days besides", default=None
    )


@_strict
@noun
class VerificationEntry:
    """[[verification]]: a window in which what was agreed is verified."""

    name: Name = says("name of the window, unique in the agreement")
    after_days: Annotated[int, Field(ge=0, le=36600, strict=True)] = says(
        "days after the first day of validity at which it opens"
    )
    days: Annotated[int, Field(gt=0, le=36600, strict=True)] = says("days it stays open")
    by: str = says("who verifies", default="")


@_strict
@noun
class Agreement:
    """agreement.toml."""

    format: Literal[1] = says("version of this format")
    name: Name = says("name of the agreement")
    source: Said = says("the text it was taken from")
    notice: str = says("what a reader must know, for example what the text leaves open", default="")
    line: LineEntry = says("what the depths are measured from", default=LineEntry())
    fronts: tuple[FrontEntry, ...] = says("each side's own line, instead of one for both", default=())
    parties: tuple[PartyEntry, ...] = says("the two sides", default=())
    tiers: Annotated[tuple[TierEntry, ...], Field(min_length=1, max_length=30)] = says("what is forbidden within which depth")
    exceptions: Annotated[tuple[ExceptionEntry, ...], Field(max_length=500)] = says(
        "ground where nothing is forbidden", default=()
    )
    validity: ValidityEntry | None = says("when it holds", default=None)
    preconditions: tuple[PreconditionEntry, ...] = says("what must have been before", default=())
    phases: tuple[PhaseEntry, ...] = says("what leaves when", default=())
    schedule: ScheduleEntry | None = says("what the order of the withdrawal must keep", default=None)
    verification: tuple[VerificationEntry, ...] = says("when it is verified", default=())


TABLES: dict[str, type[Any]] = {
    "line": LineEntry, "fronts": FrontEntry, "parties": PartyEntry, "tiers": TierEntry, "exceptions": ExceptionEntry,
    "validity": ValidityEntry, "preconditions": PreconditionEntry, "phases": PhaseEntry,
    "schedule": ScheduleEntry, "capacity": CapacityEntry, "verification": VerificationEntry,
}  # fmt: skip


def rules_of(tier: TierEntry) -> tuple[Rule, ...]:
    """The rules of a tier, in its order."""
    return tuple(read_rule(text) for text in tier.forbids)


def mirror(depth_km: float) -> Agreement:
    """The plain mirror withdrawal: all forces of both sides leave the ground within one depth of the line."""
    tier = TierEntry(name="withdrawal", depth_km=depth_km, forbids=("forces",), may_stay=("border_guard", "police", "monitor"))
    return Agreement(
        format=1, name=f"Mirror withdrawal of {depth_km:g} km", source="a depth given on the command line", tiers=(tier,)
    )


# --------------------------------------------------------------------------------------------------------------------------
# reading


def read_agreement(path: Path) -> Agreement:
    """Read and validate an agreement.toml. Raises MerestoneError M101, M106 or M801 to M804, with the line and the fix."""
    return _checked(_FORM.load(path), path)


def parse_agreement(text: str, path: Path) -> Agreement:
    """The agreement of a TOML text; ``path`` is what messages call it. Raises MerestoneError M801 to M804."""
    return _checked(text.encode("utf-8"), path)


def _checked(data: bytes, path: Path) -> Agreement:
    read = _FORM.parse(data, path)
    _check(read.value, read.wrong)
    return read.value


def _check(agreement: Agreement, wrong: Any) -> None:
    """What one table says must fit what the others say."""
    for table, key in (
        ("tiers", "name"), ("exceptions", "name"), ("parties", "code"), ("fronts", "party"), ("phases", "name"),
        ("verification", "name"),
    ):  # fmt: skip
        seen: set[str] = set()
        for number, entry in enumerate(getattr(agreement, table)):
            value = getattr(entry, key)
            if value in seen:
                raise wrong((table, number, key), f"is {value!r} a second time", "give each entry its own")
            seen.add(value)
    for table in ("parties", "fronts"):
        if len(getattr(agreement, table)) not in (0, 2):
            raise wrong((table,), f"names {len(getattr(agreement, table))} side(s)", "name both sides, or none")
    codes = {entry.code for entry in agreement.parties}
    if codes and {entry.party for entry in agreement.fronts} - codes:
        raise wrong(("fronts", 0, "party"), "is none of the parties", f"use {' and '.join(sorted(codes))}")
    breaks = agreement.line.breaks_km
    if any(later <= earlier for earlier, later in pairwise(breaks)):
        raise wrong(("line", "breaks_km"), "does not grow", "give kilometres along the line in rising order")
    if breaks and agreement.line.section_length_km:
        raise wrong(("line", "section_length_km"), "is given besides breaks_km", "keep one of the two")
    if agreement.fronts:
        for key in ("file", "features", "breaks_km", "section_length_km"):
            if getattr(agreement.line, key):
                raise wrong(
                    ("line", key), "is given besides fronts", "name one line, or each side's front line without sections"
                )
        if agreement.line.mode != "equal_distance":
            raise wrong(("line", "mode"), "is given besides fronts", "measure equal_distance from each side's front line")
    _check_tiers(agreement, codes, wrong)
    validity = agreement.validity
    if validity and validity.valid_to and date.fromisoformat(validity.valid_to) < date.fromisoformat(validity.valid_from):
        raise wrong(("validity", "valid_to"), "is before valid_from", "write a later day, or leave it out")
    if agreement.schedule:
        _check_schedule(agreement.schedule, codes, wrong)
    known = [tier.name for tier in agreement.tiers]
    for table in ("exceptions", "phases"):
        for number, entry in enumerate(getattr(agreement, table)):
            for name in entry.tiers:
                if name not in known:
                    raise wrong((table, number, "tiers"), f"names {name!r}, which is no tier", f"use one of {', '.join(known)}")
    for number, phase in enumerate(agreement.phases):
        tiers = [tier for tier in agreement.tiers if not phase.tiers or tier.name in phase.tiers]
        for name in phase.classes:
            if not any(
                name not in tier.may_stay and any(rule.forbids(name, None) for rule in rules_of(tier)) for tier in tiers
            ):
                raise wrong(
                    ("phases", number, "classes"), f"names {name!r}, which no tier of the phase forbids",
                    "remove it, or name the tier",
                )  # fmt: skip
    for number, entry in enumerate(agreement.exceptions):
        ways = [entry.file is not None, entry.place is not None, entry.lon is not None or entry.lat is not None]
        if sum(ways) != 1 or (entry.lon is None) != (entry.lat is None):
            raise wrong(("exceptions", number, "name"), "is not at one place", "give it file, or place, or lon and lat")
        if entry.lon is not None and entry.radius_km is None:
            raise wrong(("exceptions", number, "lon"), "has no radius_km beside it", "add radius_km = 2")


def _check_schedule(schedule: ScheduleEntry, codes: set[str], wrong: Any) -> None:
    if schedule.basis == "share" and schedule.imbalance is not None and schedule.imbalance > 1:
        raise wrong(
            ("schedule", "imbalance"), f"is {schedule.imbalance:g}, but shares go from 0 to 1",
            'write imbalance = 0.2, or basis = "strength"',
        )  # fmt: skip
    for number, capacity in enumerate(schedule.capacity):
        if codes and capacity.party is not None and capacity.party not in codes:
            raise wrong(
                ("schedule", "capacity", number, "party"), f"is {capacity.party!r}, which is no party",
                f"use {' or '.join(sorted(codes))}",
            )  # fmt: skip
        if capacity.strength is None and capacity.number is None and capacity.km is None:
            raise wrong(("schedule", "capacity", number), "stands without a limit", "add strength, number or km")
    listed = [name for stage in schedule.order for name in stage]
    for number, name in enumerate(listed):
        if name in listed[:number]:
            raise wrong(("schedule", "order"), f"names {name!r} a second time", "name each class in one stage")
    if () in schedule.order:
        raise wrong(("schedule", "order"), "has an empty stage", "remove it, or name its classes")
    for first, second in schedule.before:
        if first == second:
            raise wrong(("schedule", "before"), f"lets {first!r} go before itself", "name two positions")


def _check_tiers(agreement: Agreement, codes: set[str], wrong: Any) -> None:
    for number, tier in enumerate(agreement.tiers):
        for party in tier.depth_km_by_party or {}:
            if codes and party not in codes:
                raise wrong(
                    ("tiers", number, "depth_km_by_party"),
                    f"names {party!r}, which is no party",
                    f"use {', '.join(sorted(codes))}",
                )
        if tier.depth_km_by_party and tier.depth_km_by_section:
            raise wrong(("tiers", number, "depth_km_by_section"), "is given besides depth_km_by_party", "keep one of the two")
        if tier.depth_km_by_section and not (agreement.line.breaks_km or agreement.line.section_length_km):
            raise wrong(
                ("tiers", number, "depth_km_by_section"), "is given, but the line has no sections", "add breaks_km to [line]"
            )
        if (
            agreement.line.breaks_km
            and tier.depth_km_by_section
            and len(tier.depth_km_by_section) != len(agreement.line.breaks_km) + 1
        ):
            raise wrong(
                ("tiers", number, "depth_km_by_section"), f"has {len(tier.depth_km_by_section)} depth(s)",
                f"give one for each of the {len(agreement.line.breaks_km) + 1} sections",
            )  # fmt: skip
        if not max([tier.depth_km, *(tier.depth_km_by_party or {}).values(), *tier.depth_km_by_section]) > 0:
            raise wrong(("tiers", number, "depth_km"), "is 0", "write depth_km = 2")
        barred = [name for name in tier.may_stay if any(rule.forbids(name, None) for rule in rules_of(tier))]
        if barred:
            raise wrong(("tiers", number, "may_stay"), f"names {barred[0]!r}, which the tier forbids", "remove one of the two")


EXAMPLES = {
    "line": '[line] with file = "line.geojson"',
    "fronts": '[[fronts]] with party = "ARM" and file = "front.geojson", one for each side',
    "parties": '[[parties]] with code = "ARM", one for each side',
    "exceptions": '[[exceptions]] with name = "the hospital", kind = "hospital", lon = 45.8, lat = 40.1 and radius_km = 1',
    "validity": '[validity] with valid_from = "1994-05-14"',
    "preconditions": "[[preconditions]] with quiet_days = 7 and within_km = 2",
    "phases": '[[phases]] with name = "heavy weapons" and days = 14',
    "schedule": "[schedule] with imbalance = 0.2",
    "capacity": "[[schedule.capacity]] with number = 3",
    "verification": '[[verification]] with name = "monitoring", after_days = 14 and days = 30',
    "notice": 'notice = "what a reader must know"',
    "features": 'features = ["boundary-east"]',
    "feature": 'feature = "boundary-east"',
    "ground": 'ground = "countries.geojson"',
    "place": 'place = "Goris"',
    "by": 'by = "monitors whom both sides accept"',
    "breaks_km": "breaks_km = [40, 95.5]",
    "section_length_km": "section_length_km = 50",
    "least_length_km": "least_length_km = 2",
    "depth_km_by_party": "depth_km_by_party = { ARM = 3 }",
    "depth_km_by_section": "depth_km_by_section = [2, 5]",
    "section": "section = 1",
    "format": "format = 1",
    "name": 'name = "security zone"',
    "source": 'source = "the text it was taken from"',
    "code": 'code = "ARM"',
    "party": 'party = "ARM"',
    "file": 'file = "boundary.geojson"',
    "depth_km": "depth_km = 2",
    "forbids": 'forbids = ["artillery above 80 mm", "tank"]',
    "may_stay": 'may_stay = ["border_guard", "police"]',
    "classes": 'classes = ["tank", "artillery"]',
    "kind": 'kind = "settlement"',
    "tiers": '[[tiers]] with name = "withdrawal", depth_km = 2 and forbids = ["forces"]',
    "mode": 'mode = "equal_distance"',
    "ends": 'ends = "flat"',
    "valid_from": 'valid_from = "1994-05-14"',
    "valid_to": 'valid_to = "2008-08-08"',
    "quiet_days": "quiet_days = 7",
    "within_km": "within_km = 2",
    "days": "days = 3",
    "after_days": "after_days = 0",
    "imbalance": "imbalance = 0.2",
    "basis": 'basis = "share"',
    "order": 'order = [["artillery"], ["tank"], ["troops"]]',
    "before": 'before = [["A12", "B7"]]',
    "strength": "strength = 500",
    "number": "number = 10",
    "km": "km = 200",
    "radius_km": "radius_km = 1",
    "lon": "lon = 45.8",
    "lat": "lat = 40.1",
}
"""What a field looks like where it is right, for messages."""


_FORM = Form(
    name="agreement.toml", whole=Agreement, tables=TABLES, examples=EXAMPLES, error=coded("M801", "M802", "M803", "M804")
)
