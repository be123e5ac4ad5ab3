"""What a schedule is made from and what it is: the moves of declared positions, the clauses they must keep, days.

Strength is whatever the parties agreed to count (persons, points); distance is in kilometres. A day is a number from 1; what a
day of the calendar it is follows from the agreement.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from merestone.errors import MerestoneError

Measure = Literal["strength", "number", "km"]
MEASURES: tuple[Measure, ...] = ("strength", "number", "km")
UNITS: dict[Measure, str] = {"strength": "of strength", "number": "positions", "km": "km"}
Basis = Literal["strength", "share"]


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """One declared position and how far it has to go."""

    id: str
    party: str
    section: str
    kind: str
    """Class as the agreement names it, for example artillery."""
    strength: float
    km: float
    phase: int | None = None
    """Number, from 0, of the phase of the agreement in which it leaves; None where no phase takes it."""

    def amount(self, measure: Measure) -> float:
        """What the move takes of a daily capacity."""
        return {"strength": self.strength, "number": 1.0, "km": self.km}[measure]


@dataclasses.dataclass(frozen=True, slots=True)
class Phase:
    """One phase of an agreement."""

    name: str
    by: int | None
    """Day by whose evening all that leaves in it has gone; None where none is set."""


@dataclasses.dataclass(frozen=True, slots=True)
class Clauses:
    """What a schedule must keep."""

    parties: tuple[str, str]
    imbalance: Mapping[str, float]
    """Largest difference, on any evening, of what the two sides have moved so far, by section; a section left out is free."""
    basis: Basis = "strength"
    """Whether strength is compared, or its share in the side's own strength of the section (0 to 1)."""
    capacity: Mapping[str, Mapping[Measure, float]] = dataclasses.field(default_factory=dict)
    """The most a party moves on one day."""
    order: tuple[tuple[str, ...], ...] = ()
    """Classes in stages: on each side of each section a stage begins on a day after all of the stage before it has gone."""
    before: tuple[tuple[str, str], ...] = ()
    """Pairs of positions: the first goes on an earlier day than the second."""
    days: int | None = None
    """The most days it may take."""
    phases: tuple[Phase, ...] = ()
    """The phases that moves name by number."""
    in_turn: bool = False
    """Whether the phases come one after the other on each side of each section, as stages do; never besides ``order``."""

    def stage(self, move: Move) -> int | None:
        """Number of the stage of a move; None where no stage holds it."""
        if self.in_turn:
            return move.phase
        return next((number for number, kinds in enumerate(self.order) if move.kind in kinds), None)

    def by(self, move: Move) -> int | None:
        """Day by whose evening the phase of a move has to have gone."""
        return None if move.phase is None or move.phase >= len(self.phases) else self.phases[move.phase].by


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """On which day each position moves."""

    day: Mapping[str, int]
    """Day (from 1) by id of the position, sorted by id."""
    days: int
    least_days: int
    """No schedule is shorter than this: proven."""
    imbalance: float
    """Sum over sections and evenings of the absolute difference of what the sides have moved."""
    least_imbalance: float
    """Bound of that sum among schedules of ``days`` days: proven. Equal to ``imbalance`` where the tie is broken exactly."""

    @property
    def proven(self) -> bool:
        """Whether it is known that no schedule is shorter."""
        return self.days == self.least_days

    @property
    def gap(self) -> float:
        """How much longer than the proven bound it may be, as part of its length."""
        return (self.days - self.least_days) / self.days if self.days else 0.0

    def as_json(self) -> dict[str, Any]:
        """Field names as keys."""
        return {
            "days": self.days, "least_days": self.least_days, "proven": self.proven, "gap": round(self.gap, 4),
            "imbalance": round(self.imbalance, 6), "least_imbalance": round(self.least_imbalance, 6), "day": dict(self.day),
        }  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """One clause of an agreement, for saying what conflicts."""

    kind: Literal["imbalance", "capacity", "order", "before", "days", "phases", "phase"]
    of: tuple[str, ...]
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """Clauses that no schedule can keep all of, while without any single one of them it could (where ``minimal``)."""

    clauses: tuple[Clause, ...]
    because: str
    """What follows from it in words; empty where nothing more is known."""
    minimal: bool = True

    def sentence(self) -> str:
        """The conflict in words."""
        listed = "; ".join(clause.words for clause in self.clauses)
        return f"{listed} ({self.because})" if self.because else listed


def checked(moves: Sequence[Move], clauses: Clauses) -> list[Move]:
    """Moves sorted by id. Raises MerestoneError M830, M831, M832 or M833 for what cannot be scheduled."""
    seen: set[str] = set()
    for move in moves:
        if not move.section or not move.kind:
            raise MerestoneError("M830", position=move.id, field="section" if not move.section else "class")
        if not (0 < move.strength < 1e9 and 0 <= move.km < 1e5):
            raise MerestoneError("M830", position=move.id, field="strength" if not 0 < move.strength < 1e9 else "distance")
        if move.party not in clauses.parties:
            raise MerestoneError("M831", position=move.id, party=move.party, parties=" and ".join(clauses.parties))
        if move.id in seen:
            raise MerestoneError("M832", position=move.id)
        seen.add(move.id)
    for pair in clauses.before:
        for name in pair:
            if name not in seen:
                raise MerestoneError("M833", position=name)
    return sorted(moves, key=lambda move: move.id)


def sides(moves: Sequence[Move], clauses: Clauses) -> tuple[str, str]:
    """The parties, ordered by what they have to move and may move, not by their names: swapped, they keep their places."""

    def content(party: str) -> tuple[object, ...]:
        own = sorted(
            (m.section, m.kind, m.strength, m.km, -1 if m.phase is None else m.phase, m.id) for m in moves if m.party == party
        )
        limits = sorted(clauses.capacity.get(party, {}).items())
        return ([row[:5] for row in own], limits, [row[5] for row in own])

    first, second = sorted(clauses.parties, key=content)
    return first, second


def clauses_of(clauses: Clauses, moves: Sequence[Move]) -> list[Clause]:
    """Every clause in words, in an order that does not depend on the names of the parties."""
    out = []
    unit = "of each side's strength" if clauses.basis == "share" else "of strength"
    for section in sorted({move.section for move in moves} & set(clauses.imbalance)):
        most = clauses.imbalance[section]
        shown = f"{most:.0%}" if clauses.basis == "share" else f"{most:g}"
        out.append(Clause("imbalance", (section,), f"the sides differ by {shown} {unit} at most in section {section}"))
    for party in sides(moves, clauses):
        for measure in MEASURES:
            if measure in clauses.capacity.get(party, {}):
                most = clauses.capacity[party][measure]
                out.append(Clause("capacity", (party, measure), f"{party} moves {most:g} {UNITS[measure]} a day at most"))
    if clauses.order:
        out.append(Clause("order", (), "first " + ", then ".join(" and ".join(stage) for stage in clauses.order)))
    for first, second in sorted(set(clauses.before)):
        out.append(Clause("before", (first, second), f"{first} goes before {second}"))
    if clauses.in_turn:
        out.append(Clause("phases", (), "one phase after the other: " + ", ".join(phase.name for phase in clauses.phases)))
    used = {move.phase for move in moves}
    for number, phase in enumerate(clauses.phases):
        if phase.by is not None and number in used:
            out.append(Clause("phase", (str(number),), f"{phase.name} by the evening of day {phase.by}"))
    if clauses.days is not None:
        out.append(Clause("days", (), f"it takes {clauses.days} day{'s' * (clauses.days != 1)} at most"))
    return out


def only(clauses: Clauses, kept: Sequence[Clause]) -> Clauses:
    """The same with no other clauses than those of ``kept``."""
    of: dict[str, set[tuple[str, ...]]] = {}
    for clause in kept:
        of.setdefault(clause.kind, set()).add(clause.of)
    return dataclasses.replace(
        clauses,
        imbalance={s: most for s, most in clauses.imbalance.items() if (s,) in of.get("imbalance", ())},
        capacity={
            party: {m: most for m, most in caps.items() if (party, m) in of.get("capacity", ())}
            for party, caps in clauses.capacity.items()
        },
        order=clauses.order if "order" in of else (),
        before=tuple(pair for pair in clauses.before if pair in of.get("before", ())),
        days=clauses.days if "days" in of else None,
        phases=tuple(
            phase if (str(number),) in of.get("phase", ()) else dataclasses.replace(phase, by=None)
            for number, phase in enumerate(clauses.phases)
        ),
        in_turn=clauses.in_turn and "phases" in of,
    )
