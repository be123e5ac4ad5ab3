"""In which phase of an agreement something leaves, and by which day that phase has ended."""

from __future__ import annotations

from collections.abc import Collection
from itertools import accumulate

from merestone.places.contested.standing import SURE
from merestone.withdrawal.agreement import Agreement
from merestone.withdrawal.positions import Judged


def phase_taking(agreement: Agreement, unit_class: str, tiers: Collection[str]) -> int | None:
    """Number, from 0, of the first phase that takes a class out of one of ``tiers``; None where no phase does."""
    for number, phase in enumerate(agreement.phases):
        if phase.classes and unit_class not in phase.classes:
            continue
        if any(not phase.tiers or tier in phase.tiers for tier in tiers):
            return number
    return None


def phase_of(agreement: Agreement, judged: Judged) -> int | None:
    """The phase in which a position leaves: the first that takes its class out of a tier that forbids it where it is or may be.

    Leaving, it goes beyond every tier that forbids it: a tank near the line leaves with the near tier, one farther back with
    the far one.
    """
    where = [name for name in judged.forbidden if judged.inside[name] > 1 - SURE]
    return phase_taking(agreement, judged.position.unit_class, where)


def last_days(agreement: Agreement) -> list[int]:
    """Day, from 1, by whose evening each phase has ended: its days and those of the phases before it."""
    return list(accumulate(phase.days for phase in agreement.phases))
