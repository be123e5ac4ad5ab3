"""Incidents: claims about the same thing, side by side.

``merge`` puts every claim into exactly one incident. What is no event in time, a demand or a proposal for instance, becomes an
incident of its own kind, so that nothing is lost. The parties are treated alike: exchanging their codes everywhere leaves the
same claims together.
"""

from __future__ import annotations

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


def merge(claims: pa.Table, documents: pa.Table, places: pa.Table, locations: pa.Table, case: Case) -> pa.Table:
    """Incidents of the claims, a table of ``model.Incident`` ordered by id.

    Takes tables of ``model.Claim``, ``Document``, ``Place`` and ``Location``; the order of their rows does not matter.
    Exact times are compared as half-open UTC intervals, places by distance between their circles of uncertainty.
    """
    prepared = prepare(claims, documents, locations, case)
    left, right = candidates(prepared)
    pairs: Weighed = weigh(prepared, left, right)
    groups = group(prepared, pairs)
    return to_table(
        Incident, sorted(assemble(prepared, groups, places, Sources(documents), case), key=lambda incident: incident.id)
    )
