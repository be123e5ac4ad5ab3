"""Decisions applied to a table of claims, and taken away from it again.

``as_read(applied(claims, reviews)) == claims``: what was read is never lost, it stands in the corrections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from merestone.model import Review, to_json

_RULE = "decision "
"""A reason whose rule begins so stands for a reviewer's correction; the id of the decision follows."""


def applied(claims: pa.Table, reviews: Mapping[str, Review]) -> pa.Table:
    """The claims with corrected fields, a reason for each correction, and their reviews; the order stays."""

    def review(row: dict[str, Any]) -> dict[str, Any]:
        one = reviews[row["id"]]
        out = {**row, "review": to_json(one), "because": list(row["because"])}
        for correction in one.corrections:
            out[correction.field] = orjson.loads(correction.now)
            out["because"].append(
                {
                    "field": correction.field,
                    "rule": f"{_RULE}{correction.decision}",
                    "words": "",
                    "span": None,
                    "confidence": None,
                }
            )
        return out

    return _changed(claims, pc.is_in(claims["id"], value_set=pa.array(sorted(reviews), pa.string())), review)


def as_read(claims: pa.Table) -> pa.Table:
    """The claims as the reader gave them; a table of a record from before there were decisions is left as it is."""
    if "review" not in claims.column_names:
        return claims

    def restore(row: dict[str, Any]) -> dict[str, Any]:
        was = {correction["field"]: orjson.loads(correction["was"]) for correction in row["review"]["corrections"]}
        because = [reason for reason in row["because"] if not reason["rule"].startswith(_RULE)]
        return {**row, **was, "because": because, "review": None}

    return _changed(claims, pc.is_valid(claims["review"]), restore)


def without_rejected(claims: pa.Table) -> pa.Table:
    """The claims that may stand in an incident."""
    status = pc.struct_field(claims["review"], "status")
    return claims.filter(pc.fill_null(pc.not_equal(status, "rejected"), True))


def _changed(table: pa.Table, chosen: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> pa.Table:
    """The table with the chosen rows changed, in the same order; the others are not taken apart."""
    chosen = chosen.combine_chunks() if isinstance(chosen, pa.ChunkedArray) else chosen
    rows = table.filter(chosen).to_pylist()
    if not rows:
        return table
    new = pa.Table.from_pylist([change(row) for row in rows], table.schema)
    kept = table.filter(pc.invert(chosen))
    taken, left = iter(range(kept.num_rows, table.num_rows)), iter(range(kept.num_rows))
    order = [next(taken) if one else next(left) for one in chosen.to_pylist()]
    return pa.concat_tables([kept, new]).take(pa.array(order, pa.int64())).combine_chunks()
