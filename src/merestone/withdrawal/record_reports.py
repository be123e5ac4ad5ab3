"""What the record of a case tells of forces in a zone, as looks and reports, each with the claims and the incident it rests on.

What must stay true here:

* a claim counts for whose forces it names: what is said of one party's forces says nothing of the other's;
* a source counts once: of an incident, what goes back to one speaker, outlet or text (the incident's ``voices``) is one word
  about one place, and what data sets compiled from others counts only where nobody else speaks;
* what a monitor saw, or looked for and did not see, is a look on the ground; all else makes a breach more or less likely and
  verifies nothing; a party's word about its own compliance changes nothing;
* nothing is dropped in silence: each word that is not used is listed with the reason.

Rules and numbers are in ``data/record_*.tsv``. Claims that a reviewer marked as sensitive, or rejected, are left out unnamed.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from merestone.case import Case
from merestone.model import sector_of, state_of
from merestone.places.geometry.areas import area_m2
from merestone.places.geometry.geodesy import distance
from merestone.reading.intervals import instant, instants
from merestone.record import current_folder, read_table
from merestone.withdrawal.looks import Look, as_utc
from merestone.withdrawal.record_rules import Says, classes_of, event_rules, false_within, rates, sense_of, terms


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """What one source says in one incident about whose forces in one area, and whether it counts."""

    id: str
    """Id of its claim, with a number behind "~" for further places of that claim; evidence of a look is named so."""
    incident: str
    claims: tuple[str, ...]
    """Ids of all claims that say the same in one voice."""
    speaker: str
    how: str
    """Who speaks and how it knows, as in ``record_rates.tsv``."""
    says: Says
    party: str | None
    """Whose forces; None where it does not say."""
    classes: tuple[str, ...]
    begins: datetime | None
    ends: datetime | None
    place: str
    contested: bool
    why_not: str
    """Why it does not count; empty where it does."""

    def as_json(self) -> dict[str, Any]:
        """Field names as keys."""
        same = ("id", "incident", "speaker", "how", "says", "party", "place", "contested")
        begins, ends = (None if time is None else as_utc(time) for time in (self.begins, self.ends))
        return {
            **{name: getattr(self, name) for name in same}, "claims": list(self.claims), "classes": list(self.classes),
            "begins": begins, "ends": ends, "counts": not self.why_not, "why_not": self.why_not or None,
        }  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a record tells."""

    looks: tuple[Look, ...]
    words: tuple[Word, ...]
    """By time, those without one last."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Area:
    geometry: shapely.Geometry
    radius_m: float
    """Of a point; 0 for an area."""
    name: str

    @property
    def km2(self) -> float:
        return math.pi * self.radius_m**2 / 1e6 if self.radius_m else area_m2(self.geometry) / 1e6


def read_told(case: Case, parties: Sequence[str], since: date, seen_m: float) -> Told:
    """What the current record of a case tells of the parties' forces from a day on. Raises MerestoneError M601 or M602."""
    folder = current_folder(case)
    names = ("claims", "incidents", "locations", "observations", "documents", "sources")
    return told({name: read_table(folder, name) for name in names}, case, parties, since, seen_m)


def told(tables: Mapping[str, pa.Table], case: Case, parties: Sequence[str], since: date, seen_m: float) -> Told:
    """As ``read_told``, from the tables of a record. ``seen_m``: how far a monitor sees from where it looked."""
    record = _Record(tables, case)
    looks: list[Look] = []
    words: list[Word] = []
    for source in record.sources():
        for said in _once(record, source):
            made, word = _looks(record, said, parties, since, seen_m)
            words += word
            looks += made
    last = datetime.max.replace(tzinfo=UTC)
    words.sort(key=lambda word: (word.begins or last, word.id))
    return Told(tuple(sorted(looks, key=lambda look: (look.time, look.id))), tuple(words))


# --------------------------------------------------------------------------------------------------------------------------
# the record


@dataclasses.dataclass(frozen=True, slots=True)
class _Source:
    """Claims of one voice in one incident that tell of forces."""

    incident: str
    contested: bool
    affiliation: str
    groups: tuple[str, ...]
    """Speaker groups that are this voice."""
    number: int
    """From 0, among voices of the same groups in the incident, which are independent all the same ("media")."""
    counts: bool
    claims: tuple[str, ...]

    @property
    def name(self) -> str:
        """By which a voice that repeats itself in another incident is known."""
        return "+".join(self.groups) + (f" {self.number + 1}" if self.number else "")


class _Record:
    """The rows of a record that tell of forces, by id."""

    def __init__(self, tables: Mapping[str, pa.Table], case: Case) -> None:
        self._case = case
        self.zone = case.time_zone()
        """Whose days the agreement counts."""
        claims = tables["claims"]
        events = pa.array(sorted({event for event, _ in event_rules()}))
        claims = claims.filter(
            pc.and_(pc.is_in(claims["event"], events), pc.is_in(claims["act"], pa.array(["asserts", "denies"])))
        )
        columns = ["id", "document", "span", "speaker", "act", "event", "actor", "time", "means", "review"]
        self.claims: dict[str, dict[str, Any]] = {
            row["id"]: row for row in claims.select(columns).to_pylist()
            if (row["event"], row["act"]) in event_rules() and not _withheld(row["review"])
        }  # fmt: skip
        ids = pa.array(sorted(self.claims), pa.string())
        self.locations: dict[str, list[dict[str, Any]]] = {}
        found = tables["locations"]
        for row in found.filter(pc.is_in(found["claim"], ids)).select(
            ["claim", "mention", "name", "role", "lon", "lat", "radius_m"]
        ).to_pylist():  # fmt: skip
            self.locations.setdefault(row["claim"], []).append(row)
        found = tables["observations"]
        self.observations = {row["claim"]: row for row in found.filter(pc.is_in(found["claim"], ids)).to_pylist()}
        documents = tables["documents"]
        wanted = pa.array(sorted({row["document"] for row in self.claims.values()}), pa.string())
        documents = documents.filter(pc.is_in(documents["id"], wanted)).select(["id", "published", "publisher", "text"])
        self.documents = {row["id"]: row for row in documents.to_pylist()}
        self.affiliation = {row["code"]: row["affiliation"] for row in tables["sources"].to_pylist()}
        self._incidents = tables["incidents"].select(["id", "contested", "voices", "versions"])

    def sources(self) -> Iterable[_Source]:
        """Voices and denials that hold claims of forces, in order of incidents."""
        for batch in self._incidents.to_batches(max_chunksize=10_000):
            for row in sorted(batch.to_pylist(), key=lambda row: str(row["id"])):
                before: Counter[tuple[str, ...]] = Counter()
                for voice in row["voices"]:
                    own = tuple(claim for claim in voice["claims"] if claim in self.claims)
                    if own:
                        groups = tuple(voice["speakers"])
                        yield _Source(
                            row["id"], row["contested"], voice["affiliation"], groups, before[groups], voice["counts"], own
                        )
                        before[groups] += 1
                for version in row["versions"]:
                    own = tuple(denial["claim"] for denial in version["denials"] if denial["claim"] in self.claims)
                    if own:
                        group = (version["speaker"],)
                        yield _Source(row["id"], row["contested"], version["affiliation"], group, 0, True, own)

    def time_of(self, claim: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
        """UTC interval of a claim, half-open, by the clock of who speaks, else of who publishes; None where it tells none."""
        if claim["time"] is None:
            return None
        speaker, document = claim["speaker"], self.documents.get(claim["document"])
        source = speaker if speaker in self._case.sources or document is None else document["publisher"]
        begins, ends = instants(*claim["time"], self._case.time_zone(source))
        return instant(begins), instant(ends)

    def words_of(self, claim: Mapping[str, Any]) -> str:
        """The words of a claim's span."""
        document = self.documents.get(claim["document"])
        return "" if document is None else str(document["text"][slice(*claim["span"])])


def _withheld(review: Mapping[str, Any] | None) -> bool:
    return review is not None and (review["sensitive"] or review["status"] == "rejected")


# --------------------------------------------------------------------------------------------------------------------------
# what one voice says


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """One word of a voice: claims that say the same of the same area."""

    source: _Source
    claims: tuple[str, ...]
    claim: Mapping[str, Any]
    """The one that tells it most narrowly."""
    says: Says
    party: str | None
    classes: tuple[str, ...]
    how: str
    area: _Area | None
    number: int
    """Of the area among those of its claim, from 0."""


def _once(record: _Record, source: _Source) -> list[_Said]:
    """The words of a voice in an incident, the most narrowly told first; those that say the same are one."""
    found = []
    for name in source.claims:
        claim = record.claims[name]
        rule = event_rules()[claim["event"], claim["act"]]
        words = record.words_of(claim)
        how = _how(record, source, claim, words)
        areas: list[_Area | None] = [*_areas(record, claim, rule.roles, how)] or [None]
        for number, area in enumerate(areas):
            classes = classes_of(claim["event"], claim["means"], words)
            found.append(_Said(source, (name,), claim, rule.says, state_of(claim["actor"]), classes, how, area, number))
    found.sort(key=lambda said: (math.inf if said.area is None else said.area.km2, said.claim["id"], said.number))
    out: list[_Said] = []
    for said in found:
        same = next((n for n, other in enumerate(out) if _same(said, other)), None)
        if same is None:
            out.append(said)
        else:
            together = tuple(sorted({*out[same].claims, *said.claims}))
            out[same] = dataclasses.replace(out[same], claims=together)
    return out


def _same(one: _Said, other: _Said) -> bool:
    if (one.says, one.party, one.how) != (other.says, other.party, other.how):
        return False
    if not (set(one.classes) & set(other.classes) or "any" in (*one.classes, *other.classes)):
        return False
    if one.area is None or other.area is None:
        return one.area is other.area
    return _meet(one.area, other.area)


def _meet(one: _Area, other: _Area) -> bool:
    a, b = one.geometry, other.geometry
    if one.radius_m and other.radius_m:
        return distance(a.x, a.y, b.x, b.y) <= one.radius_m + other.radius_m
    if not one.radius_m and not other.radius_m:
        return bool(a.intersects(b))
    disc, shape = (one, b) if one.radius_m else (other, a)
    look = Look("", "report", datetime.min.replace(tzinfo=UTC), (), None, disc.geometry, disc.radius_m)
    return bool(shape.intersects(shapely.box(*look.bounds())))


def _how(record: _Record, source: _Source, claim: Mapping[str, Any], words: str) -> str:
    if source.affiliation == "party":
        # an outlet that prints a party's statement as it stands speaks with the party's voice
        own = {state_of(code) for code in (*source.groups, claim["speaker"])}
        return "own_party" if state_of(claim["actor"]) in own else "other_party"
    if source.affiliation == "monitor" and record.affiliation.get(claim["speaker"]) == "monitor":
        sense = sense_of(words)
        if sense == "saw" and not event_rules()[claim["event"], claim["act"]].sight:
            sense = "heard"  # it saw shots, or where they struck
        if not sense and claim["id"] in record.observations and claim["act"] == "asserts":
            sense = "heard"  # an observation whose words do not say how is the weaker one
        return f"monitor_{sense}" if sense else "monitor"
    return source.affiliation


def _areas(record: _Record, claim: Mapping[str, Any], roles: Sequence[str], how: str) -> list[_Area]:
    """Where a claim tells of forces: the area a monitor observed, else each of its places in these roles, narrow ones first."""
    observation = record.observations.get(claim["id"])
    if "observed" in roles and how.startswith("monitor") and observation is not None and observation["geometry"] is not None:
        return [_Area(shapely.from_wkb(observation["geometry"]), 0.0, observation["because"].split(":")[0])]
    places = [
        row for row in record.locations.get(claim["id"], ())
        if row["role"] in roles and row["lon"] is not None and row["radius_m"]
    ]  # fmt: skip
    out: list[_Area] = []
    for row in sorted(places, key=lambda row: (row["radius_m"], row["mention"])):
        area = _Area(shapely.Point(row["lon"], row["lat"]), row["radius_m"], row["name"])
        # a region named beside a place in it tells where that place is
        if not any(_meet(area, other) for other in out):
            out.append(area)
    return out


def _looks(record: _Record, said: _Said, parties: Sequence[str], since: date, seen_m: float) -> tuple[list[Look], list[Word]]:
    claim = said.claim
    times = record.time_of(claim)
    name = claim["id"] if said.number == 0 else f"{claim['id']}~{said.number + 1}"
    begins, ends = times or (None, None)
    word = Word(
        name, said.source.incident, said.claims, claim["speaker"], said.how, said.says, said.party, said.classes, begins, ends,
        "" if said.area is None else said.area.name, said.source.contested, _why_not(record, said, times, parties, since),
    )  # fmt: skip
    if word.why_not or times is None or said.area is None:
        return [], [word]
    area, rate = said.area, rates()[said.how, said.says]
    seen = said.how == "monitor_saw"
    tells = rate.tells * (terms().contested if said.source.contested and not seen else 1.0)
    grounds = seen
    if seen and said.says == "gone" and area.radius_m > seen_m:
        # it looked at some of the circle in which the place lies, nobody knows which
        grounds, tells = False, tells * (seen_m / area.radius_m) ** 2
    middle = times[0] + (times[1] - times[0]) / 2
    look = Look(
        name, "monitor" if grounds else "report", middle, said.classes if said.says == "present" else (),
        None, area.geometry, area.radius_m, false=false_within(rate, tells, area.km2), tells=tells, party=said.party,
        about=said.classes, voice="" if grounds else said.source.name, incident=said.source.incident, span=times,
        note=f"{said.says}, told by {claim['speaker']} of {area.name}",
    )  # fmt: skip
    return [look], [word]


def _why_not(record: _Record, said: _Said, times: tuple[datetime, datetime] | None, parties: Sequence[str], since: date) -> str:
    claim, limits = said.claim, terms()
    if not said.source.counts:
        return "it was compiled from others' reports, and others speak here"
    if said.party is not None and said.party not in parties:
        return f"it is about forces of {said.party}"
    if sector_of(claim["actor"]) == "CIV":
        return "it is about civilians"
    if said.party is None and said.source.affiliation == "party":
        return "it does not say whose forces"
    if said.how == "own_party" and said.says == "gone":
        return "it is a party's word about its own compliance"
    if said.area is None:
        told = any(row["lon"] is not None for row in record.locations.get(claim["id"], ()))
        return "it does not tell where the forces were" if told else "its place is not known"
    if said.area.km2 > math.pi * limits.widest**2:
        return f"its place is not known within {limits.widest:g} km"
    if times is None:
        return "its time is not known"
    begins, ends = times
    if (ends - begins).total_seconds() > limits.longest * 86_400:
        return f"its time is not known within {limits.longest:g} days"
    published = (record.documents.get(claim["document"]) or {}).get("published")
    if published is not None and begins.date().isoformat() > published:
        return "it tells of a time to come"
    if ends <= datetime(since.year, since.month, since.day, tzinfo=record.zone):
        return "it is of before the first day of the agreement"
    return ""
