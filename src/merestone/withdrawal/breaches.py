"""Breaches of an agreement with their evidence: positions that have not left, and what was seen where nothing was declared."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import shapely

from merestone.places.geometry.areas import area_m2
from merestone.withdrawal.agreement import TierEntry, rules_of
from merestone.withdrawal.classes import unit_classes
from merestone.withdrawal.looks import Look, as_utc
from merestone.withdrawal.phases import phase_taking
from merestone.withdrawal.plan import Plan
from merestone.withdrawal.positions import Judged
from merestone.withdrawal.record_rules import rates
from merestone.withdrawal.strip import polygonal
from merestone.withdrawal.verification import LIKELY, SURE, Followed, day_number
from merestone.withdrawal.zones import disc


@dataclasses.dataclass(frozen=True)
class Breach:
    """Something that probably should not be where it is."""

    what: str
    """Id of the position, or the classes that were seen."""
    party: str
    """The side on which it is."""
    declared: bool
    status: str
    probability: float
    """That it is present and in the zone, at the day told of."""
    since: str | None
    """Time of the first look that saw it after it had to be gone."""
    last_seen: str | None
    """Time of the last such look until the day told of."""
    evidence: tuple[str, ...]
    """Ids of the looks and words that bear on it, by time; those of a record are ids of claims."""
    of: str | None = None
    """Whose forces were seen, where that is told; a declared position is its party's."""


def find_breaches(
    plan: Plan, moving: Sequence[Judged], followed: Followed, looks: Sequence[Look], due: Sequence[float]
) -> list[Breach]:
    """Breaches, the surest first.

    ``followed`` are the positions ``moving`` in their order; ``due`` are those of ``due_of``.
    """
    out = []
    explained: set[int] = set()
    for row, each in enumerate(moving):
        own = [
            number for number in followed.evidence[row]
            if looks[number].sees(each.position.unit_class) and looks[number].position in (None, each.position.id)
        ]  # fmt: skip
        explained.update(own)
        status = followed.status_of(row)
        if status in ("verified present", "probable"):
            late = [n for n in own if day_number(looks[n].time) >= followed.places.due[row]]
            out.append(Breach(
                each.position.id, each.position.party, True, status, round(float(followed.breach[row, -1]), 3),
                as_utc(looks[late[0]].time) if late else None, as_utc(looks[late[-1]].time) if late else None,
                tuple(looks[n].id for n in followed.evidence[row]), each.position.party,
            ))  # fmt: skip
    for number, look in enumerate(looks):
        if number in explained or not look.saw or not look.grounds or look.geometry.geom_type == "LineString":
            continue
        if look.source == "monitor" and any(_told_before(look, other) for other in looks if other.source == "inspection"):
            continue
        at = look.geometry
        seen_in = disc(at.x, at.y, look.radius_m) if at.geom_type == "Point" else at
        # an inspection names each class it saw; what a record tells of is of one of those it names
        for names in [look.saw] if look.about else [(name,) for name in look.saw]:
            for party in plan.reference.parties:
                zones = [
                    plan.of(party, tier.name)[0].geometry for tier in plan.agreement.tiers
                    if _bars(tier, names) and day_number(look.time) >= _last_due(plan, due, names, tier)
                ]  # fmt: skip
                if not zones:
                    continue
                held = shapely.intersection(shapely.union_all(zones), seen_in)
                chance = area_m2(polygonal(held)) / area_m2(seen_in)
                if look.incident:
                    chance *= 1 - rates()["monitor_saw", "present"].false
                if chance >= 0.05:
                    level = "verified present" if chance >= SURE else "probable" if chance >= LIKELY else "possible"
                    what = "forces" if "any" in names else " or ".join(names)
                    out.append(
                        Breach(what, party, False, level, round(chance, 3), *(as_utc(look.time),) * 2, (look.id,), look.party)
                    )
    return sorted(out, key=lambda b: (b.status != "verified present", -b.probability, b.what, b.party, b.evidence))


def _bars(tier: TierEntry, names: Sequence[str]) -> bool:
    """Whether a tier forbids each of some classes; ``any`` stands for every military class."""
    return all(
        name not in tier.may_stay and any(rule.forbids(name, None) for rule in rules_of(tier)) for name in _every(names)
    )  # fmt: skip


def _every(names: Sequence[str]) -> Sequence[str]:
    return [name for name, kind in unit_classes().items() if kind.military] if "any" in names else names


def _last_due(plan: Plan, due: Sequence[float], names: Sequence[str], tier: TierEntry) -> float:
    """The day number from which all of some classes must have left a tier."""
    return max(due_of(due, phase_taking(plan.agreement, name, (tier.name,))) for name in _every(names))


def _told_before(look: Look, inspection: Look) -> bool:
    """Whether an inspection of that time already tells of what a record says that a monitor saw."""
    first, last = look.span or (look.time, look.time)
    if not first <= inspection.time < last or not (set(look.saw) & set(inspection.saw) or "any" in look.saw):
        return False
    at = look.geometry if look.geometry.geom_type != "Point" else disc(look.geometry.x, look.geometry.y, look.radius_m)
    return bool(inspection.saw) and bool(at.intersects(disc(inspection.geometry.x, inspection.geometry.y, inspection.radius_m)))


def due_of(due: Sequence[float], phase: int | None) -> float:
    """The day number by which what a phase takes is gone: ``due`` holds one for each phase, and last that of all others."""
    return due[-1] if phase is None else due[phase]
