"""Made-up statements about a made-up border, with the true incident behind each claim.

Two parties, their ministries, a monitor, a third party and the press report incidents along 250 km of border. A document holds
several claims: what happened, what followed from it, denials, replies, demands, judgements, and now and then an incident long
past. Who reports what, how dates and places blur, and how numbers differ follow what annotated statements look like; the shares
below are guesses and not counts. Nothing here happened.
"""

from __future__ import annotations

import dataclasses
import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from merestone.case import Case, CaseFile, PartyEntry, SourceEntry
from merestone.model import Claim, Document, Location, Mention, Quantity, to_table

CASE = Case(
    folder=Path("training"),
    file=CaseFile(
        format=1,
        name="made up",
        parties=(PartyEntry(code="AAA", name="A"), PartyEntry(code="BBB", name="B")),
        sources=(SourceEntry(code="OBS-MISSION", name="Observers", affiliation="monitor"),),
    ),
)
FIRST = date(2001, 1, 1)
TOWNS = 50
SIDES = ("AAA", "BBB")
ELSEWHERE = ("DDD", "EEE")
"""Parties of another conflict, of which the press and third parties tell as well."""
MAIN = (("fire", 50), ("attack", 18), ("incursion", 7), ("mines", 4), ("overflight", 5), ("blockade", 4), ("buildup", 4),
        ("fortification", 3), ("captured", 4), ("ceasefire_violation", 4), ("torture", 3))  # fmt: skip
TAKEN_FOR = {
    "fire": ("attack", "attack", "ceasefire_violation", "fire"), "attack": ("fire", "fire", "incursion"),
    "incursion": ("attack", "occupation"), "ceasefire_violation": ("fire", "attack"), "captured": ("missing",),
}  # fmt: skip
FOLLOWS = {
    "fire": ("killed", "wounded", "damage", "damage", "fire", "displacement"),
    "attack": ("killed", "wounded", "killed", "damage", "captured", "fire", "incursion", "missing"),
    "incursion": ("killed", "wounded", "occupation", "captured", "fire", "attack"),
    "mines": ("killed", "wounded", "damage"), "captured": ("torture", "killed", "attack"),
    "ceasefire_violation": ("fire", "killed", "wounded"), "torture": ("torture", "killed"),
}  # fmt: skip
GENERAL = (
    "attack",
    "fire",
    "mines",
    "buildup",
    "ceasefire_violation",
    "occupation",
    "torture",
    "damage",
    "killed",
    "displacement",
)
DEMANDS = ("withdrawal", "withdrawal", "fire", "captured", "access_denied")
REPORTERS = (("MOD", 0.8), ("MOD", 0.8), ("MFA", 0.35), ("MFA", 0.35), ("monitor", 0.3), ("third", 0.2), ("press", 0.3))


@dataclasses.dataclass(frozen=True)
class Happened:
    """A true incident."""

    number: int
    day: int
    hour: int
    length: int
    """Days it went on."""
    event: str
    towns: tuple[int, ...]
    killed: tuple[int, int]
    wounded: tuple[int, int]
    elsewhere: bool
    """Whether it belongs to another conflict, whose places are not on this border."""


@dataclasses.dataclass
class World:
    """Tables of claims, documents and locations, and the true incident of each claim by its id."""

    claims: pa.Table
    documents: pa.Table
    locations: pa.Table
    incident: dict[str, str]


class _Writer:
    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.claims: list[Claim] = []
        self.documents: list[Document] = []
        self.locations: list[Location] = []
        self.incident: dict[str, str] = {}
        self.spots = [(45 + 3 * (n + draw.random()) / TOWNS, 40 + 0.12 * draw.gauss(0, 1)) for n in range(TOWNS)]

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    # ---------------------------------------------------------------------------------------------------------------------

    def document(self, who: str, published: int, about: list[Happened]) -> None:
        name = f"d{len(self.documents):07}"
        day = (FIRST + timedelta(days=published)).isoformat()
        self.documents.append(Document(id=name, item="0" * 64, part=0, title=name, publisher=who, published=day, text=""))
        number = 0
        for happened in about:
            for claim in self.segment(who, happened, published):
                self.add(name, number, who, claim, f"i{happened.number}")
                number += 1
                if self.chance(0.25):  # a thing said of the other side in general, of no one day
                    for _ in range(1 + self.chance(0.4)):
                        self.add(name, number, who, self.general(who), f"general {name} {number}")
                        number += 1
        own = who.split("-")[0]
        if own in SIDES and self.chance(0.35):
            other = SIDES[1 - SIDES.index(own)]
            event = self.draw.choice(DEMANDS)
            for _ in range(1 + self.chance(0.3)):
                demand = {"act": "demands", "event": event, "actor": f"{other}-MIL", "target": f"{own}-TERR", "time": None}
                self.add(name, number, who, demand, f"demand {own} {event} {published // 14}")
                number += 1

    def general(self, who: str) -> dict[str, Any]:
        own = who.split("-")[0]
        side = SIDES.index(own) if own in SIDES else self.draw.randrange(2)
        sector = self.draw.choice(("MIL", "MIL", "GOV"))
        return {
            "act": self.draw.choices(("asserts", "evaluates", "denies"), (5, 4, 1))[0],
            "event": self.draw.choice(GENERAL),
            "actor": f"{SIDES[1 - side]}-{sector}" if self.chance(0.7) else None,
            "target": self.draw.choice((f"{own}-TERR", f"{own}-CIV", None)),
            "time": None,
            "places": (("border", 46.5, 40.0, 165_000.0, "along"),) if self.chance(0.1) else (),
        }

    def add(self, document: str, number: int, speaker: str, given: dict[str, Any], incident: str) -> None:
        identity = f"{document}#{number}"
        places = given.pop("places", ())
        speaker = given.pop("speaker", speaker)
        self.claims.append(
            Claim(
                id=identity, document=document, span=(number * 10, number * 10 + 9), speaker=speaker,
                places=tuple(Mention(name=where[0], span=(0, 1), role=where[4]) for where in places), **given,
            )
        )  # fmt: skip
        self.incident[identity] = incident
        for order, (name, lon, lat, radius, role) in enumerate(places):
            found = None if lon is None else f"own:{name}"
            self.locations.append(
                Location(claim=identity, mention=order, name=name, role=role, place=found, lon=lon, lat=lat, radius_m=radius)
            )

    # ---------------------------------------------------------------------------------------------------------------------

    def segment(self, who: str, happened: Happened, published: int) -> list[dict[str, Any]]:
        """The claims of one document about one incident."""
        own = who.split("-")[0]
        party = own in SIDES
        side = SIDES.index(own) if party else self.draw.randrange(2)
        sides = SIDES if not happened.elsewhere else ELSEWHERE
        blamed, hit = sides[1 - side], sides[side]
        old = published - happened.day > 5
        event = happened.event
        if self.chance(0.3):
            event = self.draw.choice(TAKEN_FOR.get(event, (event,)))
        when = self.when(happened, old)
        first: dict[str, Any] = {
            "act": "asserts", "event": event, "time": when, "places": self.where(happened, 0.85),
            "actor": f"{blamed}-MIL" if self.chance(0.85 if party else 0.4) else None,
            "target": self.draw.choice((f"{hit}-MIL", f"{hit}-MIL", f"{hit}-TERR", f"{hit}-CIV")) if self.chance(0.7) else None,
        }  # fmt: skip
        out = [first]
        for _ in range(min(14, int(self.draw.expovariate(0.3)))):
            out.append(self.further(first, happened, side, party, old))
        if party and self.chance(0.25):
            out.append(
                {
                    "act": "denies", "event": event, "actor": f"{own}-MIL",
                    "target": f"{blamed}-MIL" if self.chance(0.6) else None,
                    "time": first["time"] if self.chance(0.5) else None, "places": (),
                }
            )  # fmt: skip
        return out

    def further(self, first: dict[str, Any], happened: Happened, side: int, party: bool, old: bool) -> dict[str, Any]:
        event = self.draw.choice(FOLLOWS.get(happened.event, (happened.event,)))
        out = dict(first, event=event, places=self.where(happened, 0.3))
        if self.chance(0.35):  # one author gives one time, perhaps less exactly
            given = first["time"]
            out["time"] = None if given is None or (self.chance(0.6) and not old) else (given[0][:10], given[1][:10])
        if event in ("killed", "wounded"):
            victims = side if self.chance(0.7) else 1 - side
            true = (happened.killed if event == "killed" else happened.wounded)[victims]
            sides = SIDES if not happened.elsewhere else ELSEWHERE
            out |= {"actor": f"{sides[1 - victims]}-MIL", "target": f"{sides[victims]}-MIL"}
            if self.chance(0.7):
                stated = true if self.chance(0.6) else max(0, true + self.draw.choice((-2, -1, 1, 2, 5)))
                out["quantities"] = (Quantity(what=event, value=float(stated), unit="1"),)
        elif event == "fire" and party and self.chance(0.4):  # a reply in kind
            out |= {"actor": f"{SIDES[side]}-MIL", "target": None}
        elif self.chance(0.2):
            out["act"] = "evaluates"
        if self.chance(0.3):
            out["actor"] = None
        if self.chance(0.3):
            out["target"] = None
        return out

    def when(self, happened: Happened, old: bool) -> tuple[str, str] | None:
        day = FIRST + timedelta(days=happened.day)
        last = day + timedelta(days=happened.length)
        told = day + timedelta(days=self.draw.randint(0, happened.length))
        share = self.draw.random()
        if share < 0.12 and not old:
            return None
        if share < 0.36 and not old:
            later = self.draw.choice((0, 0, 0, 0, 0, 0, 5, 10, 15, 30, 60)) if self.chance(0.95) else self.draw.randint(90, 400)
            local = datetime(told.year, told.month, told.day, happened.hour)  # noqa: DTZ001 - the case's zone
            clock = local + timedelta(minutes=later)
            return f"{clock:%Y-%m-%dT%H:%M}", f"{clock:%Y-%m-%dT%H:%M}"
        if share < 0.45:
            return (day - timedelta(days=1)).isoformat(), day.isoformat()
        if share < 0.52:
            return (day - timedelta(days=self.draw.randint(1, 9))).isoformat(), (last + timedelta(days=1)).isoformat()
        if share < 0.58:
            shifted = told + timedelta(days=self.draw.choice((-1, 1)))
            return shifted.isoformat(), shifted.isoformat()
        return told.isoformat(), (last if self.chance(0.3) else told).isoformat()

    def where(self, happened: Happened, share: float) -> tuple[tuple[Any, ...], ...]:
        if happened.elsewhere or not self.chance(share):
            return ()
        kind = self.draw.random()
        if kind < 0.08:
            return (("border", 46.5, 40.0, 165_000.0, "along"),)
        if kind < 0.12:
            return ((f"hamlet {happened.towns[0]}", None, None, None, "at"),)
        chosen = [town for town in happened.towns if self.chance(0.6)] or [self.draw.choice(happened.towns)]
        if self.chance(0.06):
            chosen = [min(TOWNS - 1, chosen[0] + 1)]
        out = []
        for town in chosen:
            lon, lat = self.spots[town]
            if kind < 0.25:  # a district around its town
                out.append(
                    (f"district {town // 5}", *self.spots[town // 5 * 5 + 2], self.draw.choice((25_000.0, 35_000.0)), "at")
                )
            elif kind < 0.4:
                out.append((f"town {town}", lon, lat, self.draw.choice((8_000.0, 11_300.0)), "direction"))
            else:
                out.append((f"town {town}", lon, lat, self.draw.choice((1_000.0, 1_800.0, 3_500.0, 6_000.0)), "at"))
        return tuple(out)


def world(seed: int, days: int, a_day: float) -> World:
    """``a_day`` incidents on each of so many days."""
    draw = random.Random(seed)
    writer = _Writer(draw)
    incidents = []
    for number in range(int(days * a_day)):
        day = draw.randrange(10, days + 10)
        if incidents and draw.random() < 0.35:  # one more soon after and near another
            before = draw.choice(incidents[-5:])
            away = draw.choice((0, 0, 0, -3, -2, -1, 1, 2, 3))
            day, town = before.day + draw.choice((0, 0, 1, 2)), min(TOWNS - 1, max(0, before.towns[0] + away))
        else:
            town = min(TOWNS - 1, int(draw.random() ** 1.5 * TOWNS))
        many = 1 if draw.random() < 0.7 else draw.randint(2, 5)
        hurt = draw.random() < 0.4
        event = draw.choices([name for name, _ in MAIN], [weight for _, weight in MAIN])[0]
        incidents.append(
            Happened(
                number, day, draw.randrange(24), draw.choices((0, 1, 2), (75, 20, 5))[0], event,
                tuple(range(town, min(TOWNS, town + many))),
                (int(draw.expovariate(0.4)), int(draw.expovariate(0.4))) if hurt else (0, 0),
                (int(draw.expovariate(0.2)), int(draw.expovariate(0.2))) if hurt else (0, 0), draw.random() < 0.08,
            )
        )  # fmt: skip
    segments: dict[tuple[str, int], list[Happened]] = {}
    for happened in incidents:
        for place, (kind, share) in enumerate(REPORTERS):
            if draw.random() >= share or (happened.elsewhere and kind in ("MOD", "MFA", "monitor")):
                continue
            who = {"monitor": "OBS-MISSION", "third": "CCC-MFA", "press": "MEDIA"}.get(kind, f"{SIDES[place % 2]}-{kind}")
            delay = draw.choice((0, 0, 1)) if kind == "MOD" else draw.randint(0, 3)
            segments.setdefault((who, happened.day + happened.length + delay), []).append(happened)
            if draw.random() < 0.08:  # retold long after
                segments.setdefault((who, happened.day + draw.randint(10, 500)), []).append(happened)
    for (who, day), about in sorted(segments.items(), key=lambda item: (item[0][1], item[0][0])):
        bundled = [about] if draw.random() < 0.5 else [[one] for one in about]
        for some in bundled:
            writer.document(who, day, some)
    return World(
        to_table(Claim, writer.claims),
        to_table(Document, writer.documents),
        to_table(Location, writer.locations),
        writer.incident,
    )
