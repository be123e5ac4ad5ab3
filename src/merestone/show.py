"""Tables of the current record, for people on a terminal and for programs as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from merestone.case import Case
from merestone.model import Incident, Source, from_table, to_json
from merestone.record import current_folder, read_table


def known() -> tuple[str, ...]:
    """What can be shown."""
    return tuple(_COLUMNS)


def claim_objects(claims: pa.Table) -> list[dict[str, Any]]:
    """Claims as JSON objects, field names as in the corpus guidelines; every field of a claim is a JSON value already."""
    return claims.to_pylist()


def as_objects(case: Case, what: str) -> list[dict[str, Any]]:
    """A table of the current record as JSON objects. Raises MerestoneError M601 or M602."""
    table = read_table(current_folder(case), what)
    if what == "claims":
        return claim_objects(table)
    return [to_json(row) for row in from_table(Incident if what == "incidents" else Source, table)]


def as_text(case: Case, what: str) -> str:
    """A table of the current record as text, as wide as the terminal. Raises MerestoneError M601 or M602."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, _ in _COLUMNS[what]:
        table.add_column(name, overflow="fold")
    for row in as_objects(case, what):
        table.add_row(*(value(row) for _, value in _COLUMNS[what]))
    console = Console(highlight=False, markup=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip("\n")


def _time(row: dict[str, Any]) -> str:
    begin, end = row["time"] or ("", "")
    return begin if begin == end else f"{begin} to {end}"


def _places(row: dict[str, Any]) -> str:
    return ", ".join(place["name"] for place in row["places"])


def _plain(field: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: str(row[field] or "")


_COLUMNS: dict[str, tuple[tuple[str, Callable[[dict[str, Any]], str]], ...]] = {
    "claims": (
        ("id", _plain("id")),
        ("speaker", _plain("speaker")),
        ("act", _plain("act")),
        ("event", _plain("event")),
        ("actor", _plain("actor")),
        ("target", _plain("target")),
        ("time", _time),
        ("places", _places),
    ),
    "incidents": (
        ("id", _plain("id")),
        ("event", _plain("event")),
        ("time", _time),
        ("places", _places),
        ("says", lambda row: ", ".join(version["speaker"] for version in row["versions"])),
        ("contested", lambda row: "contested" if row["contested"] else ""),
        ("summary", _plain("summary")),
    ),
    "sources": (("code", _plain("code")), ("name", _plain("name")), ("affiliation", _plain("affiliation"))),
}
