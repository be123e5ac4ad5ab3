"""Who stands behind an incident, by explicit rules. A grade says who says so, never that it is so.

Each grade stands for itself, and an incident may have several: ``grades.tsv`` says what each means. The claims that earn one
are listed with it. Only claims that something happened earn a grade; a demand, a threat or a comment does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import cast

from merestone.incidents.compare import CONTRADICTIONS
from merestone.incidents.prepare import Prepared
from merestone.model import Comparison, Grade, GradeName, Voice
from merestone.reading.vocabulary import rows


@cache
def meanings() -> Mapping[GradeName, str]:
    """What each grade means, in the order in which they are shown."""
    table = rows("grades.tsv", ("grade", "words"), resources.files("merestone.incidents") / "data")
    return {cast(GradeName, row["grade"]): row["words"] for row in table}


def grades(
    p: Prepared, members: Sequence[int], voices: Sequence[Voice], denials: Mapping[int, tuple[str, ...]],
    compared: Sequence[Comparison],
) -> tuple[Grade, ...]:  # fmt: skip
    """The grades of an incident, in the order of ``meanings``."""
    said: dict[tuple[str, str], list[str]] = {}
    for i in members:
        if p.rows[i]["act"] == "asserts":
            said.setdefault(p.groups[i], []).append(p.rows[i]["id"])

    def by(affiliation: str) -> dict[str, list[str]]:
        return {code: claims for (code, kind), claims in said.items() if kind == affiliation}

    parties, others = by("party"), [voice for voice in voices if voice.counts and voice.affiliation != "party"]
    earned: dict[GradeName, list[str]] = {
        "one_party": [c for claims in parties.values() for c in claims] if len(parties) == 1 else [],
        "both_parties": [c for claims in parties.values() for c in claims] if len(parties) > 1 else [],
        "monitor": [c for claims in by("monitor").values() for c in claims],
        "sensor": [c for claims in by("sensor").values() for c in claims],
        "independent_sources": [c for voice in others for c in voice.claims] if len(others) > 1 else [],
        "contested": _against(p, denials, compared),
    }
    return tuple(
        Grade(grade=name, claims=tuple(sorted(set(earned[name]))), words=words)
        for name, words in meanings().items()
        if earned[name]
    )


def _against(p: Prepared, denials: Mapping[int, tuple[str, ...]], compared: Sequence[Comparison]) -> list[str]:
    """The denials that deny something here and what they deny, and the claims behind each contradiction."""
    out = [claim for i, denied in denials.items() if denied for claim in (p.rows[i]["id"], *denied)]
    for comparison in compared:
        if comparison.agreement == "conflict" and comparison.question.partition(":")[0] in CONTRADICTIONS:
            out += [claim for answer in comparison.answers for claim in answer.claims]
    return out
