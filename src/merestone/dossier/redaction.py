"""What leaves a case without what reviewers have marked as sensitive.

A sensitive claim is left out, and with it every incident that rests on it: the summary, the places and the comparison of an
incident say what its claims say. A place stays if something else names it, a document if something else was read in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


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
    out["documents"] = tables["documents"].filter(_none_of(tables["documents"]["id"], read))
    return Redacted(out, len(secret), len(resting))


def _none_of(column: pa.ChunkedArray, names: set[str]) -> pa.ChunkedArray:
    known = pa.array(sorted(name for name in names if name is not None), pa.string())
    return pc.invert(pc.is_in(column, value_set=known))


def _claims_of(row: Mapping[str, Any]) -> set[str]:
    told = {claim for version in row["versions"] for claim in version["claims"]}
    return told | {denial["claim"] for version in row["versions"] for denial in version["denials"]}


def _places_of(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {place["place"] for row in rows for place in row["places"] if place["place"] is not None}
