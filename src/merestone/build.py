"""Runs the stages one after the other and writes the record.

``record = build(sealed evidence, decisions, case file, program version)``: no clock, no locale, no folder name enters it.
Reading is the slow stage, so the claims of a document are taken from the current record where neither the document nor the
reader has changed; what reviewers decided is taken away from them first, and applied anew.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from merestone import decisions, incidents, places, reading
from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.evidence import documents as evidence_documents
from merestone.evidence import mapping_of_form
from merestone.model import (
    Claim,
    Decision,
    Document,
    Line,
    Outcome,
    Source,
    Zone,
    from_table,
    schema,
    to_json,
    to_table,
)
from merestone.places.contested.lines import load_lines, load_zones
from merestone.places.pins import Pin
from merestone.reading.row_claims import claims_of_rows
from merestone.record import earlier_claims, earlier_tables, write_record

_ROWS = 5_000
"""Rows of data sets that are read at once."""

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, the number of steps done and the number of steps in all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """What a build gave."""

    record_id: str
    documents: int
    claims: int
    incidents: int
    decisions: int
    """Decisions in the chain, undone ones included."""
    conflicts: tuple[str, ...]
    """Ids of the decisions on which reviewers disagree, so that they are not applied."""
    vanished: tuple[str, ...]
    """Ids of the decisions whose claims the record does not hold any more."""
    out_of_scope: dict[str, str]
    """Titles, by id, of the documents that were not read, because their words speak of no conflict."""
    seconds: float
    """Wall-clock time of the build, in seconds; not part of the record."""


def _silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def build(case: Case, *, workers: int = 1, fresh: bool = False, progress: Progress = _silent) -> Built:
    """Build the record of a case and make it current; ``fresh`` reads every document again.

    Raises MerestoneError M603 where the case holds no evidence, M620 to M625 or M633 where the decisions cannot be read or are
    not as they were made, and what the stages raise for bad input; the record that was current before then stays current.
    """
    started = time.perf_counter()
    lines, zones = load_lines(case), load_zones(case)
    documents = evidence_documents(case)
    if documents.num_rows == 0:
        raise MerestoneError("M603", path=case.folder)
    chain = decisions.load(case)
    decisions.check_complete(case, chain)
    read = _claims(case, documents, workers, fresh, progress)
    decided = decisions.resolve_tables(chain, read, documents)
    claims = decisions.applied(read, decided.reviews)
    progress("placing", 0, 2)
    place_table, locations, observations = places.place(claims, documents, case, _pins(decided))
    progress("joining", 1, 2)
    joining = _joining(case, chain, decided)
    incident_table = incidents.merge(
        decisions.without_rejected(claims), documents, place_table, locations, case,
        together=decided.together, apart=decided.apart, earlier=None if fresh else _earlier(case, joining),
    )  # fmt: skip
    progress("joining", 2, 2)
    manifest = write_record(
        case,
        {
            "sources": _sources(case, documents, claims),
            "documents": documents,
            "claims": claims,
            "places": place_table,
            "locations": locations,
            "observations": observations,
            "lines": to_table(Line, lines),
            "zones": to_table(Zone, zones),
            "incidents": incident_table,
            "decisions": to_table(Decision, chain),
            "outcomes": to_table(Outcome, decided.outcomes),
        },
        readings=_readings(case, documents.filter(documents.column("form").is_null())),
        joining=joining,
    )
    return Built(
        record_id=manifest["record_id"],
        documents=documents.num_rows,
        claims=claims.num_rows,
        incidents=incident_table.num_rows,
        decisions=len(chain),
        conflicts=tuple(outcome.decision for outcome in decided.outcomes if outcome.state == "conflict"),
        vanished=tuple(outcome.decision for outcome in decided.outcomes if outcome.state == "vanished"),
        out_of_scope=_out_of_scope(case, documents, read),
        seconds=time.perf_counter() - started,
    )


def _pins(decided: decisions.Resolved) -> dict[tuple[str, int], Pin]:
    """Where reviewers have placed mentions."""
    return {
        key: Pin(
            decision=decision.id, place=pin.place, lon=pin.lon, lat=pin.lat, radius_m=pin.radius_m,
            because=f"pinned by {decision.author}: {decision.reason} ({decision.id})",
        )
        for key, (decision, pin) in decided.pins.items()
    }  # fmt: skip


def _sources(case: Case, documents: pa.Table, claims: pa.Table) -> pa.Table:
    """Every source that publishes or speaks in the record, and every one the case names, by code."""
    codes = {*case.sources, *documents.column("publisher").to_pylist(), *claims.column("speaker").to_pylist()} - {None}
    return to_table(Source, [case.source(code) for code in sorted(codes)])


# --------------------------------------------------------------------------------------------------------------------------
# reading, with what has been read already


def _claims(case: Case, documents: pa.Table, workers: int, fresh: bool, progress: Progress) -> pa.Table:
    """The claims of all documents in document order: of texts, and of rows of data sets."""
    is_row = documents.column("form").is_valid()
    if not pc.any(is_row).as_py():
        return _claims_of_texts(case, documents, workers, fresh, progress)
    texts, rows = documents.filter(pc.invert(is_row)), documents.filter(is_row)
    said = [_claims_of_texts(case, texts, workers, fresh, progress)] if texts.num_rows else []
    both = pa.concat_tables([*said, *_claims_of_rows(case, rows, progress)])
    position = pc.index_in(both.column("document"), value_set=documents.column("id").combine_chunks())
    return both.take(pc.sort_indices(pa.table({"position": position}), sort_keys=[("position", "ascending")]))


def _claims_of_rows(case: Case, documents: pa.Table, progress: Progress) -> Iterator[pa.Table]:
    """The claims of rows of data sets, some thousands of rows at a time; reading them takes less than keeping them."""
    forms = sorted(set(documents.column("form").to_pylist()))
    mappings = {form: mapping_of_form(case, form) for form in forms}
    zones = {form: case.time_zone(mapping.speaker) for form, mapping in mappings.items()}
    names = _actor_names(case)
    for start in range(0, documents.num_rows, _ROWS):
        progress("reading rows", start, documents.num_rows)
        found = claims_of_rows(from_table(Document, documents.slice(start, _ROWS)), mappings, names, zones)
        yield to_table(Claim, found)
    progress("reading rows", documents.num_rows, documents.num_rows)


def _claims_of_texts(case: Case, documents: pa.Table, workers: int, fresh: bool, progress: Progress) -> pa.Table:
    """The claims of texts in document order, read anew only where the document or the reader has changed."""
    known, old = (None if fresh else earlier_claims(case)) or ({}, schema(Claim).empty_table())
    keys = _readings(case, documents)
    unread = [index for index, name in enumerate(documents.column("id").to_pylist()) if known.get(name) != keys[name]]
    read_now = reading.read(
        documents.take(pa.array(unread, pa.int64())),
        parties=case.parties,
        actors=_actor_names(case),
        everything=case.file.read_everything,
        workers=workers,
        progress=lambda done, total: progress("reading", done, total),
    )
    if len(unread) == documents.num_rows:
        return read_now
    order = {name: index for index, name in enumerate(documents.column("id").to_pylist())}
    again = {documents.column("id")[index].as_py() for index in unread}
    old = decisions.as_read(old)
    kept = pc.is_in(old.column("document"), value_set=pa.array(sorted(order.keys() - again), pa.string()))
    both = pa.concat_tables([pa.Table.from_pylist(old.filter(kept).to_pylist(), schema(Claim)), read_now])
    # a stable sort by document keeps the claims of each document in the order of the text
    position = pa.array([order[name] for name in both.column("document").to_pylist()], pa.int64())
    return both.take(pc.sort_indices(pa.table({"position": position}), sort_keys=[("position", "ascending")]))


def _out_of_scope(case: Case, documents: pa.Table, claims: pa.Table) -> dict[str, str]:
    """The texts of which nothing was read; only one without a claim can be one."""
    if case.file.read_everything:
        return {}
    silent = pc.invert(pc.is_in(documents.column("id"), value_set=claims.column("document").combine_chunks()))
    some = documents.filter(pc.and_(silent, documents.column("form").is_null()))
    return {one.id: one.title for one in from_table(Document, some) if not reading.speaks_of_conflict(one)}


def _readings(case: Case, documents: pa.Table) -> dict[str, str]:
    """For each document, the SHA-256 of all that its claims depend on: the document, the reader and the case's names."""
    reader = [
        _fingerprint("reading", ("onnxruntime", "numpy", "ahocorasick_rs")),
        list(case.parties),
        sorted(_actor_names(case).items()),
        case.file.read_everything,
    ]
    head = orjson.dumps(reader)
    return {
        row["id"]: hashlib.sha256(head + orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
        for row in documents.to_pylist()
    }


def _actor_names(case: Case) -> dict[str, str]:
    """The case's own names of actors, name to code."""
    names = {name: actor.code for actor in case.file.actors for name in actor.names}
    for party in case.file.parties:
        names.update(dict.fromkeys(party.short_names, f"{party.code}-GOV"))
    return names


_FILES = frozenset({".py", ".tsv", ".txt", ".npz", ".onnx", ".json"})


def _joining(case: Case, chain: Sequence[Decision], decided: decisions.Resolved) -> str:
    """SHA-256 of all that incidents depend on besides the tables: how claims are joined and times read, the case, decisions."""
    parts = [_fingerprint("incidents", ("numpy",)), _fingerprint("reading", ()), case.digest()]
    reviewed = [to_json(one) for one in (*chain, *decided.outcomes)]
    return hashlib.sha256(orjson.dumps([parts, reviewed], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _earlier(case: Case, joining: str) -> incidents.Earlier | None:
    """What incidents can be taken over from, if anything."""
    tables = earlier_tables(case, joining, [field.name for field in dataclasses.fields(incidents.Earlier)])
    if tables is None:
        return None
    return incidents.Earlier(**tables | {"claims": decisions.without_rejected(tables["claims"])})


@cache
def _fingerprint(package: str, libraries: tuple[str, ...]) -> str:
    """SHA-256 over the code, vocabularies and weights of a package, and the versions of what it stands on."""
    digest = hashlib.sha256()
    root = Path(str(resources.files("merestone")))
    for path in sorted([root / "model.py", *(p for p in (root / package).rglob("*") if p.suffix in _FILES)]):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for part in libraries:
        digest.update(f"{part} {metadata.version(part)}\n".encode())
    return digest.hexdigest()


def summary(built: Built) -> dict[str, Any]:
    """What `merestone build --json` prints."""
    return {**dataclasses.asdict(built), "seconds": round(built.seconds, 3)}
