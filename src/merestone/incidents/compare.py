"""Question by question, what each speaker group answers, and where the answers agree or conflict.

Questions about the people of one side carry its code after a colon: ``killed:ARM`` is how many of Armenia's were killed. Who
is silent has no answer. Numbers conflict where their bounds do not meet; a number said to be approximate may be off by the
share that ``prepare.ABOUT`` gives. Different weapons or different proofs do not contradict each other.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, cast

import numpy as np

from merestone.case import Case
from merestone.incidents import wording
from merestone.incidents.columns import gaps
from merestone.incidents.prepare import KINDS, Prepared, bounds
from merestone.incidents.related import EVENTS
from merestone.incidents.versions import speakers
from merestone.model import UNREAD, Answer, Comparison, Event, state_of

CASUALTIES = ("killed", "wounded", "captured", "missing")
CONSEQUENCES = (*CASUALTIES, "damage", "displacement")
"""Events that follow from what somebody did: who did that is asked first."""
CONTRADICTIONS = ("happened", "who", "whom", "area", *CASUALTIES)
"""Questions in which a conflict makes an incident contested."""
FAR_M = 25_000.0
"""Two groups disagree on where only if all their places lie farther apart than this, radii deducted."""


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What one group answers, and what of it can be compared."""

    value: str
    claims: tuple[int, ...]
    data: Any


Gap = Callable[[Any, Any], float]
"""How far two answers are from meeting, in the question's unit: 0 or less where they meet; infinity where that has no size."""


def comparisons(p: Prepared, members: Sequence[int], names: Mapping[str, str], case: Case) -> tuple[Comparison, ...]:
    """All questions that at least one group answers. ``names`` gives the display name of a place by its id."""
    groups = [(code, [i for i in members if p.groups[i] == (code, kind)]) for code, kind in speakers(p, members)]
    told = [(code, [i for i in own if not p.denies[i]]) for code, own in groups]
    asserted = [(code, [i for i in own if p.rows[i]["act"] != "evaluates"]) for code, own in told]
    out = [
        _compared(p, "happened", [(code, _happened(p, own)) for code, own in groups], _unequal),
        _compared(p, "when", [(code, _when(p, own)) for code, own in groups], _hours_apart, "h"),
        _compared(p, "where", [(code, _where(p, own, names)) for code, own in groups], lambda a, b: _km_apart(p, a, b), "km"),
        _compared(p, "who", [(code, _side(p, own, "actor", case)) for code, own in asserted], _disjoint),
        _compared(p, "whom", [(code, _side(p, own, "target", case)) for code, own in asserted], _disjoint),
        _compared(p, "with_what", [(code, _list(p, own, "means")) for code, own in told], _never),
    ]
    for kind in CASUALTIES:
        sides = sorted({state for i in members if (state := state_of(p.rows[i]["target"])) and _tells(p, i, kind)})
        for side in [*sides, None]:
            answers = [(code, _casualties(p, own, kind, side)) for code, own in groups]
            out.append(_compared(p, kind if side is None else f"{kind}:{side}", answers, _difference, "1"))
    for kind in KINDS:
        if kind not in CASUALTIES and kind != "persons":
            answers = [(code, _quantity(p, own, kind)) for code, own in told]
            out.append(_compared(p, kind, answers, _difference, _UNITS.get(kind, "1")))
    out.append(_compared(p, "evidence", [(code, _list(p, own, "evidence")) for code, own in told], _never))
    return tuple(comparison for comparison in out if comparison is not None)


def contested(denials: Mapping[int, tuple[str, ...]], compared: Sequence[Comparison]) -> bool:
    """Whether one group denies what another says, or two groups contradict each other."""
    conflicts = any(c.agreement == "conflict" and c.question.partition(":")[0] in CONTRADICTIONS for c in compared)
    return conflicts or any(denials.values())


def _compared(
    p: Prepared, question: str, answers: list[tuple[str, Said | None]], gap: Gap, unit: str | None = None
) -> Comparison | None:  # fmt: skip
    given = [(code, said) for code, said in answers if said is not None]
    if not given:
        return None
    farthest = max((gap(a.data, b.data) for n, (_, a) in enumerate(given) for _, b in given[n + 1 :]), default=0.0)
    conflict = farthest > 0
    agreement: Literal["agree", "conflict", "single"] = "single" if len(given) == 1 else "conflict" if conflict else "agree"
    different = dict.fromkeys(said.value for _, said in given)
    sized = conflict and unit is not None and np.isfinite(farthest)
    return Comparison(
        question=question,
        agreement=agreement,
        difference=" vs ".join(different) if conflict else "",
        size=round(float(farthest), 2) if sized else None,
        unit=unit if sized else None,
        answers=tuple(
            Answer(speaker=code, value=said.value, claims=tuple(p.rows[i]["id"] for i in said.claims)) for code, said in given
        ),
        silent=tuple(code for code, said in answers if said is None),
    )


# --------------------------------------------------------------------------------------------------------------------------
# how far two answers are from meeting

_UNITS: Mapping[str, str] = {"area": "km2", "distance": "km", "duration": "h"}
"""Units in which quantities that are no counts are compared."""
_FACTORS: Mapping[str, float] = {
    "mm": 1e-6, "m": 0.001, "s": 1 / 3600, "min": 1 / 60, "d": 24, "month": 730.5, "year": 8766, "kg": 0.001,
}  # fmt: skip
"""From other units into these; areas are in km² already."""


def _hours_apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Intervals are half-open: where one ends as the other begins, they do not meet, by no measurable time."""
    apart = max(a[0] - b[1], b[0] - a[1]) / 3600
    return apart if apart != 0 else 1e-6


def _difference(a: tuple[float, float], b: tuple[float, float]) -> float:
    return max(a[0] - b[1], b[0] - a[1])


def _never(_a: Any, _b: Any) -> float:
    return 0.0


def _unequal(a: Any, b: Any) -> float:
    return 0.0 if a == b else math.inf


def _disjoint(a: frozenset[str], b: frozenset[str]) -> float:
    return 0.0 if a & b else math.inf


def _km_apart(p: Prepared, a: tuple[int, ...], b: tuple[int, ...]) -> float:
    left, right = np.meshgrid(np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64))
    gap, _ = gaps(p, left.ravel(), right.ravel())
    least = float(gap.min()) if np.isfinite(gap).any() else 0.0
    return least / 1000 if least > FAR_M else 0.0


# --------------------------------------------------------------------------------------------------------------------------
# what a group answers


def _happened(p: Prepared, own: list[int]) -> Said | None:
    claims = tuple(i for i in own if p.rows[i]["act"] in ("asserts", "denies"))
    if not claims:
        return None
    only_denies = all(p.denies[i] for i in claims)
    partly = any(p.denies[i] for i in claims) and not only_denies
    return Said("denies it" if only_denies else "says so, and denies a part" if partly else "says so", claims, only_denies)


def _when(p: Prepared, own: list[int]) -> Said | None:
    claims = tuple(i for i in own if p.dated[i])
    if not claims:
        return None
    first = min(claims, key=lambda i: (int(p.begin[i]), p.rows[i]["time"][0]))
    last = max(claims, key=lambda i: (int(p.end[i]), p.rows[i]["time"][1]))
    moments = (p.rows[first]["time"][0], p.rows[last]["time"][1])
    return Said(wording.period(moments), claims, (int(p.begin[first]), int(p.end[last])))


def _where(p: Prepared, own: list[int], names: Mapping[str, str]) -> Said | None:
    claims = tuple(i for i in own if p.rows[i]["places"])
    found: dict[str, None] = {}
    for i in claims:
        resolved = {entry["mention"]: entry["place"] for entry in p.locations.get(p.rows[i]["id"], [])}
        for n, mention in enumerate(p.rows[i]["places"]):
            found[names.get(resolved.get(n) or "", mention["name"])] = None
    return Said(", ".join(found), claims, claims) if claims else None


def _side(p: Prepared, own: list[int], field: str, case: Case) -> Said | None:
    claims = [i for i in own if p.rows[i][field] is not None]
    if field == "actor":  # a reply in kind has no target: it is not what the other side is accused of
        doing = [i for i in claims if p.rows[i]["event"] not in CONSEQUENCES] or claims
        initial = [i for i in doing if not (p.rows[i]["target"] is None and state_of(p.rows[i]["actor"]) == p.groups[i][0])]
        claims = initial or doing
    codes = sorted({str(state_of(p.rows[i][field])) for i in claims})
    if not claims:
        return None
    return Said(", ".join(wording.group_name(code, case) for code in codes), tuple(claims), frozenset(codes))


def _list(p: Prepared, own: list[int], field: str) -> Said | None:
    claims = tuple(i for i in own if p.rows[i][field])
    words = dict.fromkeys(value.replace("_", " ") for i in claims for value in p.rows[i][field])
    return Said(", ".join(words), claims, None) if claims else None


def _tells(p: Prepared, i: int, kind: str) -> bool:
    row = p.rows[i]
    return bool(row["event"] == kind or any(q["what"] == kind for q in row["quantities"]))


def _casualties(p: Prepared, own: list[int], kind: str, side: str | None) -> Said | None:
    claims = [i for i in own if _tells(p, i, kind) and state_of(p.rows[i]["target"]) == side]
    values: dict[str, tuple[float, float]] = {}
    for i in claims:
        row = p.rows[i]
        numbers = [q for q in row["quantities"] if q["what"] in (kind, "persons")]
        for q in numbers:
            values[wording.amount(q["value"], q["max"], q["unit"], q["approx"])] = bounds(q)
        if not numbers and row["act"] == "denies":
            values["none"] = (0.0, 0.0)
        elif not numbers and row["act"] == "asserts":
            values.setdefault("some, no number given", (1.0, np.inf))
    return _numbered(values, claims)


def _quantity(p: Prepared, own: list[int], kind: str) -> Said | None:
    values: dict[str, tuple[float, float]] = {}
    claims = []
    for i in own:
        for q in p.rows[i]["quantities"]:
            if q["what"] == kind:
                low, high = bounds(q)
                factor = _FACTORS.get(q["unit"], 1.0)
                values[wording.amount(q["value"], q["max"], q["unit"], q["approx"])] = (low * factor, high * factor)
                claims.append(i)
    return _numbered(values, list(dict.fromkeys(claims)))


def _numbered(values: dict[str, tuple[float, float]], claims: list[int]) -> Said | None:
    if not values:
        return None
    if len(values) > 1:
        values.pop("some, no number given", None)
    span = min(low for low, _ in values.values()), max(high for _, high in values.values())
    return Said("; ".join(values), tuple(claims), span)


def event_of(p: Prepared, members: Sequence[int]) -> Event:
    """The event code that most claims give; of equally frequent ones, the first of the guidelines.

    What only sensors report names an incident only where nobody else speaks of it, however often they passed.
    """
    said = [i for i in members if EVENTS[p.event[i]] not in UNREAD] or members
    counts = np.bincount([p.event[i] for i in said], minlength=len(EVENTS))
    return cast(Event, EVENTS[int(counts.argmax())])
