"""Tables of the current record, for people on a terminal and for programs as JSON."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from typing import Any

from merestone.case import Case
from merestone.model import Incident, Source, from_table, to_json
from merestone.record import current_folder, read_table

KNOWN = ("claims", "incidents", "sources")
"""What can be shown."""


def as_objects(case: Case, what: str) -> list[dict[str, Any]]:
    """A table of the current record as JSON objects; incidents by time. Raises MerestoneError M601 or M602."""
    table = read_table(current_folder(case), what)
    if what == "claims":
        rows: list[dict[str, Any]] = table.to_pylist()  # every field of a claim is a JSON value already
        return rows
    if what == "sources":
        return [to_json(source) for source in from_table(Source, table)]
    incidents = [to_json(incident) for incident in from_table(Incident, table)]
    return sorted(incidents, key=lambda incident: (incident["time"] is None, incident["time"] or [], incident["id"]))


def as_text(case: Case, what: str) -> str:
    """A table of the current record as text, as wide as the terminal. Raises MerestoneError M601 or M602."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    blocks = {"claims": _claim, "incidents": _incident, "sources": _source}[what]
    return "\n".join(line for row in as_objects(case, what) for line in blocks(row, width))


def _incident(row: dict[str, Any], width: int) -> Iterator[str]:
    places = ", ".join(place["name"] for place in row["places"])
    head = [_time(row) or "no date", row["event"], *([places] if places else []), *(["contested"] if row["contested"] else [])]
    yield from _wrapped(" · ".join(head), width, "")
    yield from _wrapped(row["summary"], width, "    ")
    yield f"    {row['id']}, {sum(len(version['claims']) for version in row['versions'])} claims"
    yield ""


def _claim(row: dict[str, Any], width: int) -> Iterator[str]:
    who = f"{row['actor'] or 'not said'} → {row['target'] or 'not said'}"
    places = ", ".join(place["name"] for place in row["places"])
    parts = [row["speaker"], row["act"], row["event"], who, _time(row), places, row["id"]]
    yield from _wrapped(" · ".join(part for part in parts if part), width, "")


def _source(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from _wrapped(f"{row['code']:<12}{row['affiliation']:<13}{row['name']}", width, "")


def _time(row: dict[str, Any]) -> str:
    begin, end = row["time"] or ("", "")
    return begin if begin == end else f"{begin} to {end}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent or "    ", break_on_hyphens=False)
