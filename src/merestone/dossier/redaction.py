"""What leaves a case without what reviewers have marked as sensitive.

A sensitive claim is left out, and with it every incident that rests on it: the summary, the places and the comparison of an
incident say what its claims say. Its words are blacked out wherever they stand: in the words of another claim of the same
sentence, and in a title. A place stays if something else names it, a document if something else was read in it. What another
claim says in its own fields stays: mark that claim too where it tells the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

BLACK = "\N{FULL BLOCK}"
"""What stands for a character that is blacked out."""


@dataclasses.dataclass(frozen=True, slots=True)
class Redacted:
    """The tables of a record that may leave the case, and how much was left out."""

    tables: dict[str, pa.Table]
    claims: int = 0
    incidents: int = 0


def redacted(tables: Mapping[str, pa.Table]) -> Redacted:
    """The tables without what is sensitive; those of a record in which nothing is are returned as they are."""
    claims = tables["claims"]
    out = dict(tables)
    if "review" not in claims.column_names:  # a record from before there were decisions
        return Redacted(out)
    marked = pc.fill_null(pc.struct_field(claims["review"], "sensitive"), False)
    secret = set(claims.filter(marked)["id"].to_pylist())
    if not secret:
        return Redacted(out)
    out["claims"] = claims.filter(pc.invert(marked))
    out["locations"] = tables["locations"].filter(_none_of(tables["locations"]["claim"], secret))
    if "observations" in tables:
        out["observations"] = tables["observations"].filter(_none_of(tables["observations"]["claim"], secret))
    members = tables["incidents"].select(["id", "versions", "places"]).to_pylist()
    resting = [row for row in members if secret & _claims_of(row)]
    out["incidents"] = tables["incidents"].filter(_none_of(tables["incidents"]["id"], {row["id"] for row in resting}))
    named = {*tables["locations"]["place"].to_pylist(), *_places_of(members)}
    still = {*out["locations"]["place"].to_pylist(), *_places_of(row for row in members if row not in resting)}
    out["places"] = tables["places"].filter(_none_of(tables["places"]["id"], named - still))
    read = set(claims["document"].to_pylist()) - set(out["claims"]["document"].to_pylist())
    out["documents"] = _blacked_out(
        tables["documents"].filter(_none_of(tables["documents"]["id"], read)), claims.filter(marked)
    )
    return Redacted(out, len(secret), len(resting))


def _blacked_out(documents: pa.Table, secret: pa.Table) -> pa.Table:
    """The documents with the words of sensitive claims blacked out, character by character, so that every span still counts."""
    spans: dict[str, list[list[int]]] = {}
    for row in secret.select(["document", "span"]).to_pylist():
        spans.setdefault(row["document"], []).append(row["span"])
    if not spans.keys() & set(documents["id"].to_pylist()):
        return documents
    rows = documents.to_pylist()
    for row in rows:
        title = row["text"].find(row["title"]) if row["title"] else -1
        for start, end in spans.get(row["id"], ()):
            row["text"] = row["text"][:start] + BLACK * (end - start) + row["text"][end:]
        if row["id"] in spans and title >= 0:
            row["title"] = row["text"][title : title + len(row["title"])]
    return pa.Table.from_pylist(rows, documents.schema)


def _none_of(column: pa.ChunkedArray, names: set[str]) -> pa.ChunkedArray:
    known = pa.array(sorted(name for name in names if name is not None), pa.string())
    return pc.invert(pc.is_in(column, value_set=known))


def _claims_of(row: Mapping[str, Any]) -> set[str]:
    told = {claim for version in row["versions"] for claim in version["claims"]}
    return told | {denial["claim"] for version in row["versions"] for denial in version["denials"]}


def _places_of(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {place["place"] for row in rows for place in row["places"] if place["place"] is not None}
