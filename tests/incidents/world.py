"""A small made-up border, and short ways to write claims about it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pyarrow as pa

from merestone import incidents
from merestone.case import Case, CaseFile, PartyEntry, SourceEntry
from merestone.model import Claim, Document, Incident, Location, Mention, Place, Quantity, from_table, to_table

CASE = Case(
    folder=Path("made-up"),
    file=CaseFile(
        format=1,
        name="Made-up border",
        time_zone="Asia/Yerevan",
        parties=(PartyEntry(code="ARM", name="Armenia"), PartyEntry(code="AZE", name="Azerbaijan")),
        sources=(SourceEntry(code="OSCE-SMM", name="Monitoring mission", affiliation="monitor"),),
    ),
)
SPOTS = {"Sotk": (45.88, 40.20), "Zod": (45.88, 40.20), "Kapan": (46.41, 39.20), "Goris": (46.34, 39.51)}


def claim(identity: str, speaker: str, event: str, **given: Any) -> Claim:
    """A claim whose id is 'document#number'; ``at`` names a place, ``killed`` and the like give numbers."""
    document, _, number = identity.partition("#")
    at = given.pop("at", None)
    counts = {kind: given.pop(kind) for kind in ("killed", "wounded", "area") if kind in given}
    time = given.pop("time", "2022-09-13")
    return Claim(
        id=identity,
        document=document,
        span=(int(number) * 10, int(number) * 10 + 9),
        speaker=speaker,
        act=given.pop("act", "asserts"),
        event=event,
        time=(time, time) if isinstance(time, str) else time,
        places=() if at is None else (Mention(name=at, span=(0, len(at)), role="near"),),
        quantities=tuple(
            Quantity(what=kind, value=value, unit="km2" if kind == "area" else "1", approx=kind == "area")
            for kind, value in counts.items()
        ),
        **given,
    )


def tables(
    claims: list[Claim], published: str = "2022-09-14", about: dict[str, dict[str, Any]] | None = None
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """The claims with the documents, places and locations they need."""
    first: dict[str, Claim] = {}
    for one in claims:
        first.setdefault(one.document, one)
    documents = [
        dataclasses.replace(
            Document(id=name, item="0" * 64, part=0, title=name, publisher=one.speaker, published=published, text="." * 400),
            **(about or {}).get(name, {}),
        )
        for name, one in first.items()
    ]
    places = [
        Place(
            id=f"own:{lon}", name=" / ".join(n for n in SPOTS if SPOTS[n] == (lon, lat)), geometry=b"", lon=lon, lat=lat,
            radius_m=2000.0, feature="settlement", gazetteer="own",
        )
        for lon, lat in sorted(set(SPOTS.values()))
    ]  # fmt: skip
    locations = []
    for one in claims:
        for number, mention in enumerate(one.places):
            lon, lat = SPOTS.get(mention.name, (None, None))
            locations.append(
                Location(
                    claim=one.id, mention=number, name=mention.name, role=mention.role, lon=lon, lat=lat,
                    place=None if lon is None else f"own:{lon}", radius_m=None if lon is None else 5000.0,
                )
            )  # fmt: skip
    return to_table(Claim, claims), to_table(Document, documents), to_table(Place, places), to_table(Location, locations)


def merged(
    claims: list[Claim], case: Case = CASE, published: str = "2022-09-14", about: dict[str, dict[str, Any]] | None = None
) -> list[Incident]:
    """The incidents of some claims; ``about`` gives other fields to documents by id."""
    return from_table(Incident, incidents.merge(*tables(claims, published, about), case))


def together(found: list[Incident]) -> set[frozenset[str]]:
    """Which claims stand together."""
    return {frozenset(c for version in incident.versions for c in version.claims) for incident in found}


def answers(incident: Incident, question: str) -> dict[str, str]:
    """What each speaker group answers to a question."""
    return {a.speaker: a.value for c in incident.comparisons if c.question == question for a in c.answers}


def comparison(incident: Incident, question: str) -> tuple[str, str]:
    """(agreement, difference) of a question."""
    return next((c.agreement, c.difference) for c in incident.comparisons if c.question == question)
