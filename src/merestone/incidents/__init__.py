"""Incidents: claims about the same thing, side by side.

``merge`` puts every claim into exactly one incident. What is no event in time, a demand or a proposal for instance, becomes an
incident of its own kind, so that nothing is lost. The parties are treated alike: exchanging their codes everywhere leaves the
same claims together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from merestone.case import Case
from merestone.incidents.assembly import assemble
from merestone.incidents.blocking import candidates
from merestone.incidents.cluster import group
from merestone.incidents.independence import Sources
from merestone.incidents.match import Weighed, weigh
from merestone.incidents.prepare import prepare
from merestone.model import Incident, to_table

__all__ = ["merge"]


def merge(
    claims: pa.Table, documents: pa.Table, places: pa.Table, locations: pa.Table, case: Case, *,
    together: Sequence[tuple[str, str]] = (), apart: Sequence[tuple[str, str]] = (),
) -> pa.Table:  # fmt: skip
    """Incidents of the claims, a table of ``model.Incident`` ordered by id.

    Takes tables of ``model.Claim``, ``Document``, ``Place`` and ``Location``; the order of their rows does not matter.
    ``together`` and ``apart`` are pairs of claim ids that reviewers have decided on: they go before every probability and
    bound, and must not contradict each other.
    Exact times are compared as half-open UTC intervals, places by distance between their circles of uncertainty.
    """
    prepared = prepare(claims, documents, locations, case)
    left, right = candidates(prepared)
    pairs: Weighed = weigh(prepared, left, right)
    rows = {row["id"]: number for number, row in enumerate(prepared.rows)} if together or apart else {}
    ends = np.asarray(sorted((rows[a], rows[b]) for a, b in together), dtype=np.int64).reshape(-1, 2)
    decided = weigh(prepared, ends[:, 0], ends[:, 1])
    groups = group(prepared, pairs, decided, [(rows[a], rows[b]) for a, b in apart])
    return to_table(
        Incident, sorted(assemble(prepared, groups, places, Sources(documents, case), case), key=lambda incident: incident.id)
    )
