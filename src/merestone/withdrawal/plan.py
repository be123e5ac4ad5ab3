"""A withdrawal planned: the zones of an agreement, what of them is certain, how unequal the sides are, written as layers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from merestone.errors import MerestoneError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.geometry.antimeridian import within_180
from merestone.places.layer_files.features import Feature
from merestone.withdrawal.agreement import Agreement, mirror, read_agreement
from merestone.withdrawal.certainty import Certainty, Overlap, certainty, moved_overlap
from merestone.withdrawal.exceptions import read_exceptions
from merestone.withdrawal.presets import preset
from merestone.withdrawal.reference import Reference, read_ground, read_reference, with_ground_around
from merestone.withdrawal.zones import Excepted, PlannedZone, depths_of, km2, plan_zones, section_regions

SEED = 1
"""Of the random moves of the line; the same plan always gives the same numbers."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """An agreement on its ground."""

    agreement: Agreement
    reference: Reference
    exceptions: tuple[Excepted, ...]
    zones: tuple[PlannedZone, ...]
    certainties: tuple[Certainty, ...]
    """For each zone."""
    overlaps: Mapping[str, Overlap]
    """By tier: what the zone of both sides has in common with that of a line moved at random by the map's error."""
    regions: tuple[shapely.Geometry, ...]
    """The ground nearest to each section."""
    notes: tuple[str, ...]
    """What a reader must know, in sentences."""

    def of(self, party: str, tier: str) -> tuple[PlannedZone, Certainty]:
        """One side's zone of a tier."""
        return next(
            pair for pair in zip(self.zones, self.certainties, strict=True) if (pair[0].party, pair[0].tier) == (party, tier)
        )

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of the tiers, by depth."""
        return tuple(dict.fromkeys(zone.tier for zone in self.zones))


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a command line asks to plan. Without ``agreement`` or ``preset`` it is a mirror withdrawal of ``depth_km``."""

    agreement: Path | None = None
    preset: str | None = None
    line: Path | None = None
    line_ids: Sequence[str] = ()
    depth_km: float | None = None
    ends: str | None = None
    mode: str | None = None
    section_km: float | None = None
    clip: str | None = None
    known: Sequence[DrawnLine] = ()
    """Lines of a case, which ids mean where no file is named."""


def make_plan(wanted: Wanted) -> Plan:
    """The plan of what was asked for. Raises MerestoneError M801 to M819 or M851."""
    agreement, folder = _agreement(wanted)
    line_ids = tuple(wanted.line_ids)
    if wanted.preset is not None and wanted.line is None:
        line_ids = line_ids or tuple(line.id for line in wanted.known)  # a preset has no lines of its own
    reference = read_reference(agreement, folder, wanted.line, line_ids, wanted.known)
    if wanted.clip is not None:
        ground = read_ground(wanted.clip, reference.parties)
        reference = dataclasses.replace(reference, ground={**reference.ground, **ground})
    return plan(agreement, reference, read_exceptions(agreement, folder, reference))


def _agreement(wanted: Wanted) -> tuple[Agreement, Path]:
    given = [wanted.agreement is not None, wanted.preset is not None, wanted.depth_km is not None]
    if sum(given) != 1:
        raise MerestoneError("M818")
    folder = Path()
    if wanted.agreement is not None:
        agreement, folder = read_agreement(wanted.agreement), wanted.agreement.parent
    elif wanted.preset is not None:
        agreement = preset(wanted.preset)
        if wanted.line is None and not wanted.known:
            raise MerestoneError("M806", name=agreement.name)
        if wanted.line is None:  # the file that a preset names is only a place to write one's own
            agreement = dataclasses.replace(agreement, line=dataclasses.replace(agreement.line, file=None, features=()))
    else:
        if wanted.line is None and not wanted.known:
            raise MerestoneError("M818")
        if wanted.depth_km is None or not _LEAST_DEPTH_M / 1000 <= wanted.depth_km < float("inf"):
            raise MerestoneError("M819", depth=wanted.depth_km)
        agreement = mirror(wanted.depth_km)
    changed = {"ends": wanted.ends, "mode": wanted.mode, "section_length_km": wanted.section_km}
    stated: dict[str, Any] = {field: value for field, value in changed.items() if value is not None}
    if "section_length_km" in stated:
        stated["breaks_km"] = ()
    return dataclasses.replace(agreement, line=dataclasses.replace(agreement.line, **stated)), folder


def plan(agreement: Agreement, reference: Reference, exceptions: Sequence[Excepted] = (), *, moved: bool = True) -> Plan:
    """The plan of an agreement on a reference; without ``moved``, no line is moved at random, and ``overlaps`` stay empty.

    Raises MerestoneError M810 to M812 or M819.
    """
    asked = [depth for tier in agreement.tiers for depths in depths_of(tier, reference).values() for depth in depths]
    for depth in asked:
        if 0 < depth < _LEAST_DEPTH_M:
            raise MerestoneError("M819", depth=f"{depth / 1000:g}")
    _check_country(agreement, reference)
    reference = with_ground_around(reference)
    zones = plan_zones(reference, agreement, exceptions)
    ends = agreement.line.ends
    certainties = [certainty(reference, zone.party, zone.depth_m, ends) for zone in zones]
    overlaps = {}
    for tier in dict.fromkeys(zone.tier for zone in zones):
        depths = [max(zone.depth_m) for zone in zones if zone.tier == tier]
        if moved and (reference.error.sd_m or reference.error.bias_m):
            overlaps[tier] = moved_overlap(reference.strip, sum(depths) / 2, reference.error, seed=SEED)
    deepest = max(max(zone.depth_m) for zone in zones)
    return Plan(
        agreement, reference, tuple(exceptions), tuple(zones), tuple(certainties), overlaps,
        tuple(section_regions(reference, deepest)), tuple(_notes(agreement, reference, exceptions, zones)),
    )  # fmt: skip


def _check_country(agreement: Agreement, reference: Reference) -> None:
    """A depth that no place of the party's country can have, by the gazetteer's circle about it, is a slip."""
    gazetteer = None
    for tier in agreement.tiers:
        for party, depths in depths_of(tier, reference).items():
            if max(depths) <= _SURELY_FITS_M or party in reference.ground:
                continue
            gazetteer = gazetteer or Gazetteer()
            for country in gazetteer.countries(party):
                if max(depths) > 2 * country.radius_m:
                    raise MerestoneError("M811", tier=tier.name, depth=f"{max(depths) / 1000:g}", party=party)


_SURELY_FITS_M = 50_000.0
_LEAST_DEPTH_M = 1.0


def _notes(
    agreement: Agreement, reference: Reference, exceptions: Sequence[Excepted], zones: Sequence[PlannedZone]
) -> list[str]:
    notes = []
    if agreement.notice:
        notes.append(agreement.notice)
    least = agreement.line.least_length_km
    if least is not None and reference.length_m < least * 1000:
        notes.append(f"The line is {reference.length_m / 1000:.2f} km long; the agreement asks for at least {least:g} km.")
    error = reference.error
    if error.sd_m == 0 and error.bias_m == 0:
        notes.append("The line states no accuracy or scale and is taken as drawn: nothing here says how far its map may err.")
    if len(reference.lines) > 1 and len({line.error for line in reference.lines}) > 1 and not reference.fronts:
        notes.append("The lines have different accuracies; that of the least accurate one is used for all.")
    if agreement.fronts and not reference.fronts:
        notes.append("The agreement measures each side from its own front line; here one line stands for both.")
    if reference.fronts and (agreement.line.mode != "equal_distance" or agreement.line.section_length_km):
        notes.append("Each side is measured from its own front line, in one section, by equal distance.")
    if agreement.line.mode == "generalised":
        notes.append("Depths are measured from the generalised line; what is certain is told for the line as drawn.")
    open_ends = len(reference.strip.open_ends) if not reference.fronts else 4
    if open_ends and agreement.line.ends == "flat":
        notes.append("Ends are flat: ground whose nearest point of the line is one of its open ends is in no zone.")
    for each in exceptions:
        if not any(shapely.intersects(each.geometry, zone.whole) for zone in zones):
            notes.append(f"The exception {each.name} lies outside every zone.")
    return notes


# --------------------------------------------------------------------------------------------------------------------------
# what is printed and written


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON holds it; ``zones`` is the list of each side's zone of each tier."""
    reference, agreement = plan.reference, plan.agreement
    error = reference.error
    return {
        "agreement": agreement.name, "source": agreement.source, "mode": agreement.line.mode, "ends": agreement.line.ends,
        "line": {
            "ids": [line.id for line in reference.lines], "length_km": round(reference.length_m / 1000, 3),
            "left_party": reference.parties[0], "right_party": reference.parties[1],
            "fronts": reference.fronts is not None, "sections": list(reference.section_names),
            "error": {
                "bias_m": round(error.bias_m, 1), "sd_m": round(error.sd_m, 1),
                "correlation_km": round(error.correlation_m / 1000, 3), "basis": error.basis,
            },
        },
        "zones": [_zone_json(plan, zone, sure) for zone, sure in zip(plan.zones, plan.certainties, strict=True)],
        "asymmetry": [_asymmetry(plan, tier) for tier in plan.tiers],
        "overlap_if_the_line_moves_by_its_error": {tier: dataclasses.asdict(each) for tier, each in plan.overlaps.items()},
        "exceptions": [{"name": e.name, "kind": e.kind, "area_km2": km2(e.geometry)} for e in plan.exceptions],
        "notes": list(plan.notes),
    }  # fmt: skip


def _zone_json(plan: Plan, zone: PlannedZone, sure: Certainty) -> dict[str, Any]:
    depths = [round(depth / 1000, 4) for depth in zone.depth_m]
    tier = next(tier for tier in plan.agreement.tiers if tier.name == zone.tier)
    return {
        "party": zone.party, "tier": zone.tier, "depth_km": depths[0] if len(set(depths)) == 1 else depths,
        "area_km2": km2(zone.geometry), "band_km2": km2(zone.band),
        "excepted_km2": round(km2(zone.whole) - km2(zone.geometry), 3), "certain_km2": km2(sure.certain),
        "depends_on_the_map_km2": km2(sure.depends), "forbids": list(tier.forbids), "may_stay": list(tier.may_stay),
        "sections": [
            {
                "section": name,
                "area_km2": km2(zone.geometry if len(plan.regions) == 1 else shapely.intersection(zone.geometry, region)),
            }
            for name, region in zip(plan.reference.section_names, plan.regions, strict=True)
        ],
    }  # fmt: skip


def _asymmetry(plan: Plan, tier: str) -> dict[str, Any]:
    return {"tier": tier, **asymmetry({party: km2(plan.of(party, tier)[0].geometry) for party in plan.reference.parties})}


def asymmetry(areas: Mapping[str, float]) -> dict[str, Any]:
    """Which of two sides has more ground, by how much, and by how many per cent of the other's."""
    larger, smaller = max(areas, key=lambda party: areas[party]), min(areas, key=lambda party: areas[party])
    more = areas[larger] - areas[smaller]
    return {
        "larger": larger if more > 0 else None,
        "difference_km2": round(more, 3),
        "more_percent": round(100 * more / areas[smaller], 2) if areas[smaller] > 0 else None,
    }


def features(plan: Plan) -> list[Feature]:
    """Everything of a plan as features: zones, what is certain, what depends on the map, exceptions, the line."""
    out = []
    for zone, sure in zip(plan.zones, plan.certainties, strict=True):
        same = {"party": zone.party, "tier": zone.tier}
        for part, geometry in (
            ("zone", zone.geometry),
            ("band", zone.band),
            ("certain", sure.certain),
            ("depends", sure.depends),
        ):
            if geometry.is_empty:
                continue
            about = {"part": part, **same, "depth_km": round(max(zone.depth_m) / 1000, 4), "area_km2": km2(geometry)}
            out.append(Feature(f"{zone.party}/{zone.tier}/{part}", about, within_180(geometry)))
    for each in plan.exceptions:
        about = {"part": "exception", "name": each.name, "kind": each.kind, "area_km2": km2(each.geometry)}
        out.append(Feature(f"exception/{each.name}", about, within_180(each.geometry)))
    for line in plan.reference.lines:
        about = {"part": "line", "name": line.name, "left_party": line.left_party, "right_party": line.right_party}
        out.append(Feature(f"line/{line.id}", about, line.geometry))
    return out


def as_text(plan: Plan) -> str:
    """The plan for people."""
    reference = plan.reference
    drawn = " and ".join(line.name for line in reference.lines)
    lines = [f"{plan.agreement.name}, from {drawn} ({reference.length_m / 1000:,.1f} km)."]
    for zone, sure in zip(plan.zones, plan.certainties, strict=True):
        depths = sorted({round(depth / 1000, 3) for depth in zone.depth_m})
        depth = f"{depths[0]:g} km" if len(depths) == 1 else f"{depths[0]:g} to {depths[-1]:g} km"
        said = f"  {reference.names[zone.party]}, {zone.tier} ({depth}): {km2(zone.geometry):,.1f} km²"
        if reference.error.sd_m:
            said += f", of which {km2(sure.certain):,.1f} km² certain; {km2(sure.depends):,.1f} km² depend on the map"
        lines.append(said)
    for each in (_asymmetry(plan, tier) for tier in plan.tiers):
        if each["larger"] is not None and each["more_percent"] is not None:
            side = reference.names[each["larger"]]
            lines.append(f"  {each['tier']}: {each['more_percent']:.1f} % more ground on the side of {side}.")
    for tier, overlap in plan.overlaps.items():
        lines.append(
            f"  {tier}: moved at random by the error of its map, the zone keeps {overlap.median:.0%} of its union with the "
            f"drawn one in the middle ({overlap.low:.0%} to {overlap.high:.0%})."
        )
    lines += [f"Note: {note}" for note in plan.notes]
    return "\n".join(lines)
