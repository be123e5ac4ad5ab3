"""A record read once and made ready: the lists as finished bytes, the single incidents and documents looked up by row.

Lists are made when the server starts, so that a request costs a look-up. Single incidents are made when asked for, from the
Arrow tables, so that a record of many thousands of incidents stays small in memory.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from merestone.model import Claim, Document, Incident, Line, Location, Observation, Place, Source, Zone, from_table, state_of
from merestone.record import read_manifest, read_tables
from merestone.web.position import Ground
from merestone.web.views import (
    DocumentHead,
    DocumentRow,
    DocumentView,
    GroupView,
    IncidentColumns,
    IncidentView,
    Option,
    PartyView,
    PositionView,
    ReadPassage,
    RecordView,
    SearchResult,
    SpokenClaim,
    Spot,
)
from merestone.web.words import actor_names, vocabulary

ORDER = ("party", "third_party", "monitor", "media", "sensor")
"""Affiliations in the order of the page's columns."""

_WORLDLY_RADIUS_M = 150_000
"""Places less certain than this do not widen the map's first view (countries, seas)."""


@cache
def _adapter(hint: Any) -> TypeAdapter[Any]:
    """Making an adapter takes far longer than using it."""
    return TypeAdapter(hint)


def _bytes(hint: Any, value: Any) -> bytes:
    return _adapter(hint).dump_json(value)


def fold(text: str) -> str:
    """Lower case without accents, so that ``Şuşa`` is found as ``susa`` and ``Khankəndi`` as ``khankendi``."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))
    return plain.replace("ə", "e").replace("ı", "i")


def _milliseconds(instant: datetime | None) -> int | None:
    return None if instant is None else round(instant.timestamp() * 1000)


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A record ready to be served."""

    record_id: str
    record: bytes
    incidents: bytes
    lines: bytes
    zones: bytes
    places: bytes
    observations: bytes
    ground: Ground
    tables: dict[str, pa.Table]
    incident_rows: dict[str, int]
    document_rows: dict[str, int]
    claim_rows: dict[str, int]
    claims_of_document: dict[str, list[int]]
    locations_of_claim: dict[str, list[int]]
    incident_of_claim: dict[str, str]
    searchable: tuple[tuple[str, str], ...]
    """(incident id, folded text) in time order."""
    decisions: int
    """How many decisions the record was built with."""

    def incident(self, name: str) -> bytes | None:
        """One incident with its claims, documents and locations; None where there is no such incident."""
        if (row := self.incident_rows.get(name)) is None:
            return None
        (incident,) = from_table(Incident, self.tables["incidents"].slice(row, 1))
        ids = [claim for version in incident.versions for claim in claims_of(version)]
        claims = self._take(Claim, "claims", [self.claim_rows[i] for i in dict.fromkeys(ids) if i in self.claim_rows])
        rows = sorted({self.document_rows[c.document] for c in claims})
        documents = {d.id: d for d in self._take(Document, "documents", rows)}
        located = [row for claim in claims for row in self.locations_of_claim.get(claim.id, ())]
        view = IncidentView(
            incident=incident,
            claims={c.id: SpokenClaim(claim=c, words=documents[c.document].text[c.span[0] : c.span[1]]) for c in claims},
            documents={key: _head(document) for key, document in documents.items()},
            locations=tuple(self._take(Location, "locations", located)),
        )
        return _bytes(IncidentView, view)

    def document(self, name: str) -> bytes | None:
        """One document with its text and what was read in it; None where there is no such document."""
        if (row := self.document_rows.get(name)) is None:
            return None
        (document,) = from_table(Document, self.tables["documents"].slice(row, 1))
        claims = self._take(Claim, "claims", self.claims_of_document.get(name, []))
        passages = tuple(ReadPassage(claim=c, incident=self.incident_of_claim.get(c.id)) for c in claims)
        return _bytes(DocumentView, DocumentView(document=document, passages=passages))

    def documents(self) -> bytes:
        """All documents without their texts, the newest first, those without a date last."""
        heads = [field.name for field in dataclasses.fields(DocumentHead)]
        found = [
            DocumentRow(document=DocumentHead(**row), claims=len(self.claims_of_document.get(row["id"], ())))
            for row in self.tables["documents"].select(heads).to_pylist()
        ]
        found.sort(key=lambda one: one.document.id)
        found.sort(key=lambda one: one.document.published or "", reverse=True)
        return _bytes(list[DocumentRow], found)

    def position(self, lon: float, lat: float, radius_m: float) -> bytes:
        """A position in every system, and its side of every line. Raises MerestoneError where there is no such position."""
        return _bytes(PositionView, self.ground.told(lon, lat, radius_m))

    def written_position(self, words: str) -> bytes:
        """The same of a position in words. Raises MerestoneError where they name none."""
        return _bytes(PositionView, self.ground.written(words))

    def search(self, query: str) -> bytes:
        """The incidents whose summary, places, claims' words or documents' titles hold every word of the query."""
        words = fold(query).split()
        ids = tuple(name for name, text in self.searchable if all(word in text for word in words))
        return _bytes(SearchResult, SearchResult(query=" ".join(words), ids=ids))

    def _take(self, noun: type[Any], table: str, rows: list[int]) -> list[Any]:
        return from_table(noun, self.tables[table].take(pa.array(rows, pa.int64())))


def claims_of(version: Any) -> list[str]:
    """Ids of every claim of a version, its denials included; accepts the noun or its row."""
    row = version if isinstance(version, dict) else dataclasses.asdict(version)
    return [*row["claims"], *(denial["claim"] for denial in row["denials"])]


def _head(document: Document) -> DocumentHead:
    return DocumentHead(
        id=document.id, title=document.title, publisher=document.publisher, published=document.published,
        genre=document.genre, language=document.language, source_url=document.source_url,
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------


def prepare(folder: Path, *, reviewing: bool = False) -> Prepared:
    """Read a record folder; ``reviewing`` where decisions are taken. Raises MerestoneError M602 where it is damaged."""
    manifest, tables = read_manifest(folder), read_tables(folder)
    incidents = tables["incidents"].to_pylist()
    # by time, the undated last, then by id: the order of the list, the keys j and k, and the timeline
    order = sorted(
        range(len(incidents)), key=lambda i: (incidents[i]["begins"] is None, incidents[i]["begins"], incidents[i]["id"])
    )
    rows = [incidents[i] for i in order]
    claim_ids: list[str] = tables["claims"].column("id").to_pylist()
    claim_documents: list[str] = tables["claims"].column("document").to_pylist()
    document_of = dict(zip(claim_ids, claim_documents, strict=True))
    members = {row["id"]: list(dict.fromkeys(c for v in row["versions"] for c in claims_of(v))) for row in rows}
    placed = _Placed.of(tables)
    columns = _columns(rows, members, document_of, placed)
    sources = from_table(Source, tables["sources"])
    lines = tuple(from_table(Line, tables["lines"]))
    zones = tuple(from_table(Zone, tables["zones"]))
    return Prepared(
        record_id=manifest["record_id"],
        record=_bytes(RecordView, _record(manifest, tables, rows, columns, sources, placed, reviewing)),
        incidents=_bytes(IncidentColumns, columns),
        lines=_bytes(tuple[Line, ...], lines),
        zones=_bytes(tuple[Zone, ...], zones),
        places=_bytes(tuple[Place, ...], tuple(from_table(Place, tables["places"]))),
        observations=_bytes(tuple[Observation, ...], tuple(from_table(Observation, tables["observations"]))),
        ground=Ground(lines, zones, {party["code"]: party["name"] for party in manifest["parties"]}),
        tables=tables,
        incident_rows={incidents[i]["id"]: i for i in range(len(incidents))},
        document_rows=_index(tables["documents"].column("id").to_pylist()),
        claim_rows=_index(claim_ids),
        claims_of_document=_positions(claim_documents),
        locations_of_claim=_positions(tables["locations"].column("claim").to_pylist()),
        incident_of_claim={claim: name for name, claims in members.items() for claim in claims},
        searchable=_searchable(tables, rows, members, columns),
        decisions=tables["decisions"].num_rows,
    )


def _index(names: list[str]) -> dict[str, int]:
    return {name: row for row, name in enumerate(names)}


def _positions(names: list[str]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        out.setdefault(name, []).append(row)
    return out


@dataclasses.dataclass(frozen=True)
class _Placed:
    """What the locations of claims say, by claim: the side of the nearest line of each located mention."""

    sides: dict[str, list[str]]
    without_place: int
    names: dict[str, dict[str, str]]

    @classmethod
    def of(cls, tables: dict[str, pa.Table]) -> _Placed:
        sides: dict[str, list[str]] = {}
        claims: set[str] = set()
        for row in tables["locations"].select(["claim", "lon", "sides"]).to_pylist():
            if row["lon"] is None:
                continue
            claims.add(row["claim"])
            nearest = min(row["sides"], key=lambda side: side["distance_m"], default=None)
            if nearest is not None:
                sides.setdefault(row["claim"], []).append(nearest["side"] or "?")
        names: dict[str, dict[str, str]] = {}
        for row in tables["places"].select(["id", "names"]).to_pylist():
            for name in row["names"]:
                if name["party"]:
                    names.setdefault(row["id"], {}).setdefault(name["party"], name["name"])
        return cls(sides=sides, without_place=tables["claims"].num_rows - len(claims), names=names)


def _columns(
    rows: list[dict[str, Any]], members: dict[str, list[str]], document_of: dict[str, str], placed: _Placed
) -> IncidentColumns:
    spots: dict[tuple[Any, ...], int] = {}
    places: list[Spot] = []
    spot_column, unplaced_column, side_column = [], [], []
    for row in rows:
        here, unplaced = [], []
        for place in row["places"]:
            if place["lon"] is None or place["lat"] is None:
                unplaced.append(place["name"])
                continue
            key = (place["place"], place["name"], place["lon"], place["lat"], place["radius_m"])
            if key not in spots:
                spots[key] = len(places)
                places.append(
                    Spot(
                        name=place["name"], names=placed.names.get(place["place"], {}), lon=round(place["lon"], 5),
                        lat=round(place["lat"], 5), radius_m=round(place["radius_m"] or 0), lines=_lines_of(place["place"]),
                    )
                )  # fmt: skip
            here.append(spots[key])
        spot_column.append(tuple(here))
        unplaced_column.append(tuple(unplaced))
        sides = {side for claim in members[row["id"]] for side in placed.sides.get(claim, ())} if here else {"-"}
        side_column.append(tuple(sorted(sides)))
    needs = [_need(row) for row in rows]
    return IncidentColumns(
        id=tuple(row["id"] for row in rows),
        event=tuple(row["event"] for row in rows),
        time=tuple(tuple(row["time"]) if row["time"] else None for row in rows),
        begins=tuple(_milliseconds(row["begins"]) for row in rows),
        ends=tuple(_milliseconds(row["ends"]) for row in rows),
        contested=tuple(row["contested"] for row in rows),
        parties=tuple(tuple(row["parties"]) for row in rows),
        speakers=tuple(tuple(dict.fromkeys(v["speaker"] for v in _ordered(row["versions"]))) for row in rows),
        spots=tuple(spot_column),
        unplaced=tuple(unplaced_column),
        sides=tuple(side_column),
        claims=tuple(len(members[row["id"]]) for row in rows),
        documents=tuple(len({document_of.get(claim) for claim in members[row["id"]]}) for row in rows),
        summary=tuple(row["summary"] for row in rows),
        need=tuple(round(score, 3) for score, _ in needs),
        need_words=tuple(words for _, words in needs),
        places=tuple(places),
    )


def _need(row: dict[str, Any]) -> tuple[float, str]:
    """How much an incident needs a human, 0 to 1, and why: its least certain join, and what its versions contradict in.

    A join is least certain at one half. A contradiction counts half, and more with each further one.
    """
    reasons = []
    score = 0.0
    chances = [join["probability"] for join in row["joins"]]
    if chances and (unsure := max(1 - abs(2 * chance - 1) for chance in chances)) > 0.2:
        score = unsure
        least = min(chances, key=lambda chance: (abs(chance - 0.5), chance))
        reasons.append(f"joined with a probability of {least:.0%}")
    conflicts = [c for c in row["comparisons"] if c["agreement"] == "conflict"]
    if conflicts:
        score = max(score, 1 - 0.5 ** len(conflicts))
        told = [
            f"{vocabulary()['question'].get(c['question'].partition(':')[0], c['question'])}: {c['difference']}"
            for c in conflicts
        ]
        reasons.append("versions differ: " + "; ".join(one.rstrip(": ") for one in told[:3]))
    words = "; ".join(reasons)
    return score, words[:1].upper() + words[1:]


def _lines_of(place: str | None) -> tuple[str, ...]:
    """The lines a place stands for: places that are lines of the case have ids like ``line:east+west``."""
    return tuple(place.removeprefix("line:").split("+")) if place and place.startswith("line:") else ()


def _ordered(versions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(versions, key=lambda v: (ORDER.index(v["affiliation"]), v["speaker"]))


def _record(
    manifest: dict[str, Any],
    tables: dict[str, pa.Table],
    rows: list[dict[str, Any]],
    columns: IncidentColumns,
    sources: list[Source],
    placed: _Placed,
    reviewing: bool,
) -> RecordView:
    parties = tuple(PartyView(code=p["code"], name=p["name"]) for p in manifest["parties"])
    known = {source.code: source.name for source in sources if source.name != source.code}
    known.update({party.code: party.name for party in parties})
    groups = {v["speaker"]: v["affiliation"] for row in rows for v in row["versions"]}
    groups.update({party.code: "party" for party in parties})
    codes = {*groups, *(source.code for source in sources)}
    for name in ("actor", "target", "speaker"):
        codes |= set(pc.unique(tables["claims"].column(name)).to_pylist()) - {None}
    codes |= {state for code in list(codes) if (state := state_of(code))}
    actors = actor_names(codes, known)
    events = Counter(columns.event)
    sides = Counter(side for column in columns.sides for side in column)
    words = vocabulary()
    side_words = {"?": "No map here can tell", "-": "Without a known place"}
    dated = [(b, e) for b, e in zip(columns.begins, columns.ends, strict=True) if b is not None and e is not None]
    return RecordView(
        record_id=manifest["record_id"],
        case_name=manifest["case_name"],
        reviewing=reviewing,
        notice=manifest["notice"],
        program=manifest["identity"]["program"],
        time_zone=manifest["time_zone"],
        parties=parties,
        groups=tuple(
            GroupView(code=code, name=actors[code], affiliation=affiliation)
            for code, affiliation in sorted(groups.items(), key=lambda g: (ORDER.index(g[1]), g[0]))
        ),
        sources=tuple(sources),
        counts={
            "documents": tables["documents"].num_rows,
            "silent": tables["documents"].num_rows - pc.count_distinct(tables["claims"].column("document")).as_py(),
            "claims": tables["claims"].num_rows,
            "incidents": len(rows),
            "contested": sum(columns.contested),
            "undated": sum(begins is None for begins in columns.begins),
            "unplaced": sum(not spots for spots in columns.spots),
            "claims_without_place": placed.without_place,
        },
        events=tuple(
            Option(code=code, words=words["event"].get(code, code), count=count)
            for code, count in sorted(events.items(), key=lambda e: (-e[1], e[0]))
        ),
        sides=tuple(
            Option(code=code, words=side_words.get(code) or f"On the side of {actors.get(code, code)}", count=sides[code])
            for code in (*(party.code for party in parties), "?", "-")
        ),
        words={**{kind: dict(entries) for kind, entries in words.items()}, "actor": actors},
        extent=_extent(columns, tables["lines"]),
        period=(min(b for b, _ in dated), max(e for _, e in dated)) if dated else None,
    )


def _extent(columns: IncidentColumns, lines: pa.Table) -> tuple[float, float, float, float] | None:
    """The box around the places that are known well enough, else around the lines; None where there is neither."""
    import shapely

    spots = [spot for spot in columns.places if spot.radius_m < _WORLDLY_RADIUS_M]
    if spots:
        # the middle 98 %: one place at the other end of the world does not shrink the rest to a dot
        lons, lats = sorted(s.lon for s in spots), sorted(s.lat for s in spots)
        cut = len(spots) // 50
        return lons[cut], lats[cut], lons[-1 - cut], lats[-1 - cut]
    if lines.num_rows:
        west, south, east, north = shapely.total_bounds(shapely.from_wkb(lines.column("geometry").to_pylist()))
        return float(west), float(south), float(east), float(north)
    return None


def _searchable(
    tables: dict[str, pa.Table], rows: list[dict[str, Any]], members: dict[str, list[str]], columns: IncidentColumns
) -> tuple[tuple[str, str], ...]:
    documents = {d["id"]: d for d in tables["documents"].select(["id", "title", "text"]).to_pylist()}
    said = {
        c["id"]: (c["document"], documents[c["document"]]["text"][c["span"][0] : c["span"][1]])
        for c in tables["claims"].select(["id", "document", "span"]).to_pylist()
    }
    out = []
    for position, row in enumerate(rows):
        claims = [said[claim] for claim in members[row["id"]] if claim in said]
        titles = {documents[document]["title"] for document, _ in claims}
        names = [n for spot in columns.spots[position] for n in columns.places[spot].names.values()]
        places = [place["name"] for place in row["places"]]
        text = [row["summary"], *places, *names, *(words for _, words in claims), *sorted(titles)]
        out.append((row["id"], fold("\n".join(text))))
    return tuple(out)


def problem(code: str, message: str) -> bytes:
    """The body of every error of the API."""
    return orjson.dumps({"code": code, "message": message})
