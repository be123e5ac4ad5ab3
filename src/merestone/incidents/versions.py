"""Each speaker group's version of an incident: parties by code first, then third parties, monitors, media and sensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from merestone.incidents.prepare import Prepared
from merestone.model import Affiliation, Denial, Version

AFFILIATIONS: tuple[Affiliation, ...] = ("party", "third_party", "monitor", "media", "sensor")


def speakers(p: Prepared, members: Sequence[int]) -> list[tuple[str, Affiliation]]:
    """The speaker groups among some claims, in the order in which they are shown."""
    found = {p.groups[i] for i in members}
    return [(code, kind) for kind in AFFILIATIONS for code, affiliation in sorted(found) if affiliation == kind]


def versions(p: Prepared, members: Sequence[int], denials: Mapping[int, tuple[str, ...]]) -> tuple[Version, ...]:
    """What each group says, its claims in order of publication and then of the text."""

    def told(i: int) -> tuple[Any, ...]:
        return int(p.published[i]), p.rows[i]["document"], int(p.number[i])

    out = []
    for code, affiliation in speakers(p, members):
        own = sorted((i for i in members if p.groups[i] == (code, affiliation)), key=told)
        out.append(
            Version(
                speaker=code,
                affiliation=affiliation,
                claims=tuple(p.rows[i]["id"] for i in own),
                denials=tuple(Denial(claim=p.rows[i]["id"], denies=denials[i]) for i in own if i in denials),
            )
        )
    return tuple(out)
