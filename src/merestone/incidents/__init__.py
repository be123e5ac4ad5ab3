"""Incidents: claims about the same thing, side by side.

``merge`` puts every claim into exactly one incident. What is no event in time, a demand or a proposal for instance, becomes an
incident of its own kind, so that nothing is lost. The parties are treated alike: exchanging their codes everywhere leaves the
same claims together.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from merestone.case import Case
from merestone.incidents.prepare import prepare
from merestone.incidents.updating import Decided, Earlier, grouped, incidents_of, updated

__all__ = ["Earlier", "merge"]


def merge(
    claims: pa.Table, documents: pa.Table, places: pa.Table, locations: pa.Table, case: Case, *,
    together: Sequence[tuple[str, str]] = (), apart: Sequence[tuple[str, str]] = (), earlier: Earlier | None = None,
) -> pa.Table:  # fmt: skip
    """Incidents of the claims, a table of ``model.Incident`` ordered by id.

    Takes tables of ``model.Claim``, ``Document``, ``Place`` and ``Location``; the order of their rows does not matter.
    ``together`` and ``apart`` are pairs of claim ids that reviewers have decided on: they go before every probability and
    bound, and must not contradict each other.
    Exact times are compared as half-open UTC intervals, places by distance between their circles of uncertainty.
    With the tables of an ``earlier`` record, under the same decisions, only what can differ from it is matched again; the
    result is the same.
    """
    decided = Decided(together, apart)
    if earlier is not None:
        return updated(claims, documents, places, locations, case, decided, earlier)
    prepared = prepare(claims, documents, locations, case)
    return incidents_of(prepared, grouped(prepared, decided), documents, places, case)
