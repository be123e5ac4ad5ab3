"""Incidents of a record that has grown or changed, from those of the record before: only what can differ is matched again.

The result is that of matching the whole record. Why that is so:

* which claims a claim is compared with, and how likely the pairs are, depends on the claims within two meetings of it
  (``neighbourhood.Times``); so only pairs of claims within two meetings of a change can differ;
* groups form within what hangs together along likely pairs, whatever else is on record (``linkage``), so what hangs together
  with none of those, and shared no incident with any of them or with a claim that is gone, is grouped as before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from merestone.case import Case
from merestone.incidents.assembly import assemble
from merestone.incidents.blocking import candidates
from merestone.incidents.cluster import JOIN_FROM, Ends, Group, group
from merestone.incidents.columns import Bools
from merestone.incidents.independence import Sources
from merestone.incidents.match import Weighed, weigh
from merestone.incidents.neighbourhood import Times, connected
from merestone.incidents.prepare import Prepared, prepare
from merestone.model import Incident, schema, to_table

FELT = 2
"""Meetings within which a change may change a pair."""
SEEN = 3
"""Meetings around a claim that hold all that its pairs depend on."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """Tables of a record of the same case file, built by the same program."""

    claims: pa.Table
    documents: pa.Table
    places: pa.Table
    locations: pa.Table
    incidents: pa.Table


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """Pairs of claim ids that reviewers have decided on."""

    together: Sequence[tuple[str, str]]
    apart: Sequence[tuple[str, str]]


def grouped(p: Prepared, decided: Decided) -> list[Group]:
    """The groups of all claims."""
    return group(p, weigh(p, *candidates(p)), _ends(p, decided.together), _ends(p, decided.apart))


def _ends(p: Prepared, pairs: Sequence[tuple[str, str]]) -> Ends:
    """Positions of the pairs whose claims are both here, left before right, in order."""
    where = {row["id"]: number for number, row in enumerate(p.rows)} if pairs else {}
    rows = sorted(
        {(where[a], where[b]) if where[a] < where[b] else (where[b], where[a]) for a, b in pairs if a in where and b in where}
    )
    ends = np.asarray(rows, dtype=np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def incidents_of(p: Prepared, groups: list[Group], documents: pa.Table, places: pa.Table, case: Case) -> pa.Table:
    """The incidents of groups, ordered by id."""
    found = assemble(p, groups, places, Sources(documents, case), case)
    return to_table(Incident, sorted(found, key=lambda incident: incident.id))


def updated(
    claims: pa.Table, documents: pa.Table, places: pa.Table, locations: pa.Table, case: Case, decided: Decided, earlier: Earlier
) -> pa.Table:
    """Incidents of the claims, ordered by id: what matching all of them gives."""
    earlier = dataclasses.replace(earlier, incidents=in_form(earlier.incidents, schema(Incident)))
    changed = changed_documents(claims, documents, places, locations, earlier)
    if not changed:
        return earlier.incidents.sort_by("id").combine_chunks()
    old = earlier.claims.filter(pc.is_in(earlier.claims["document"], value_set=pa.array(sorted(changed), pa.string())))
    names = claims["document"].to_pylist()
    # the claims that are gone stand behind those that are there: they too were near others
    times = Times(
        claims["time"].to_pylist() + old["time"].to_pylist(),
        _published(documents, names) + _published(earlier.documents, old["document"].to_pylist()),
    )
    size = claims.num_rows
    differ = np.asarray([name in changed for name in names] + [True] * old.num_rows, dtype=bool)
    felt = times.around(differ, FELT)
    position = {identity: number for number, identity in enumerate(claims["id"].to_pylist())}
    members = [[position.get(one, -1) for one in some] for some in _members(earlier.incidents)]
    within = felt[:size].copy()
    for some in members:  # what shared an incident with a claim that changed, or that is gone
        if any(number < 0 or felt[number] for number in some):
            within[[number for number in some if number >= 0]] = True
    while True:
        _with_partners(within, position, decided.together)
        context = times.around(np.append(within, np.zeros(old.num_rows, dtype=bool)), SEEN)[:size]
        context = _whole_documents(claims, context)
        p = prepare(claims.filter(pa.array(context)), documents, _of(locations, claims, context), case)
        pairs = weigh(p, *candidates(p))
        here = within[[position[row["id"]] for row in p.rows]] if len(p) else np.zeros(0, dtype=bool)
        likely = pairs.log_odds >= JOIN_FROM
        root = connected(len(p), pairs.left[likely], pairs.right[likely])
        reached = np.isin(root, root[here])
        if np.array_equal(reached, here):
            break
        within[[position[row["id"]] for row, one in zip(p.rows, reached.tolist(), strict=True) if one]] = True
    inner = here[pairs.left] & here[pairs.right]
    kept = Weighed(pairs.left[inner], pairs.right[inner], pairs.log_odds[inner], pairs.apart)
    groups = group(p, kept, _ends(p, decided.together), _ends(p, decided.apart))
    new = incidents_of(p, [some for some in groups if here[some.members[0]]], documents, places, case)
    stays = pa.array([not any(number < 0 or within[number] for number in some) for some in members], pa.bool_())
    both = pa.concat_tables([earlier.incidents.filter(stays), new])
    return both.sort_by("id").combine_chunks()


def in_form(table: pa.Table, form: pa.Schema) -> pa.Table:
    """The same rows in a schema that differs only in what the items of lists are called: a Parquet file names them anew.

    Two schemas that differ in that alone are equal unless metadata counts, but their tables are written as different bytes.
    """
    if table.schema.equals(form, check_metadata=True):
        return table
    table = table.select(form.names).take(pa.array(np.arange(table.num_rows))).combine_chunks()
    return pa.table([_retyped(table[field.name].combine_chunks(), field.type) for field in form], schema=form)


def _retyped(array: pa.Array, to: pa.DataType) -> pa.Array:
    if array.type.equals(to, check_metadata=True):
        return array
    if pa.types.is_struct(to):
        parts = [_retyped(array.field(number), field.type) for number, field in enumerate(to)]
        return pa.StructArray.from_arrays(parts, fields=list(to), mask=array.is_null())
    items = _retyped(array.values, to.value_type)
    if pa.types.is_fixed_size_list(to):
        return pa.FixedSizeListArray.from_arrays(items, type=to, mask=array.is_null())
    return pa.ListArray.from_arrays(array.offsets, items, type=to, mask=array.is_null() if array.null_count else None)


def _with_partners(within: Bools, position: Mapping[str, int], together: Sequence[tuple[str, str]]) -> None:
    """Take in what reviewers have joined with what is in already."""
    ends = np.asarray([(position[a], position[b]) for a, b in together], dtype=np.int64).reshape(-1, 2)
    if len(ends):
        root = connected(len(within), ends[:, 0], ends[:, 1])
        within |= np.isin(root, root[within])


def _published(documents: pa.Table, names: list[str]) -> list[str | None]:
    days = dict(zip(documents["id"].to_pylist(), documents["published"].to_pylist(), strict=True))
    return [days.get(name) for name in names]


def _members(incidents: pa.Table) -> Iterator[list[str]]:
    for versions in incidents["versions"].to_pylist():
        yield [claim for version in versions for claim in version["claims"]]


def _whole_documents(claims: pa.Table, some: Bools) -> Bools:
    names = claims["document"].combine_chunks()
    return np.asarray(pc.is_in(names, value_set=names.filter(pa.array(some)).unique()).to_numpy(zero_copy_only=False))


def _of(locations: pa.Table, claims: pa.Table, some: Bools) -> pa.Table:
    wanted = claims["id"].combine_chunks().filter(pa.array(some))
    return locations.filter(pc.is_in(locations["claim"], value_set=wanted))


# --------------------------------------------------------------------------------------------------------------------------
# which documents differ


def changed_documents(
    claims: pa.Table, documents: pa.Table, places: pa.Table, locations: pa.Table, earlier: Earlier
) -> set[str]:
    """Names of the documents whose claims, or what is known of their places, are not what they were; new and gone ones too."""
    then, now = _by_document(earlier.claims, earlier.locations), _by_document(claims, locations)
    told_then, told_now = (_slices(table.sort_by("id"), "id") for table in (earlier.documents, documents))
    out = {
        name
        for name in then.keys() | now.keys()
        if not _equal((told_then[name],) if name in told_then else None, (told_now[name],) if name in told_now else None)
        or not _equal(then.get(name), now.get(name))
    }
    named_then = dict(zip(earlier.places["id"].to_pylist(), earlier.places["name"].to_pylist(), strict=True))
    named_now = dict(zip(places["id"].to_pylist(), places["name"].to_pylist(), strict=True))
    renamed = sorted(one for one in named_then.keys() & named_now.keys() if named_then[one] != named_now[one])
    elsewhere = locations.filter(pc.is_in(locations["place"], value_set=pa.array(renamed, pa.string())))
    return out | set(_documents_of(elsewhere["claim"]).to_pylist())


Slices = tuple[pa.Table, ...]


def _by_document(claims: pa.Table, locations: pa.Table) -> dict[str, Slices]:
    """The claims, and their locations, of each document, in order."""
    locations = locations.append_column("document", _documents_of(locations["claim"]))
    parts = [
        _slices(table.sort_by([("document", "ascending"), *order]), "document")
        for table, order in ((claims, [("id", "ascending")]), (locations, [("claim", "ascending"), ("mention", "ascending")]))
    ]
    nothing = parts[1].get("", locations.slice(0, 0))
    return {name: (told, parts[1].get(name, nothing)) for name, told in parts[0].items()}


def _documents_of(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """A claim's id is its document's, '#' and a number."""
    return pc.replace_substring_regex(ids, "#[^#]*$", "")


def _slices(table: pa.Table, by: str) -> dict[str, pa.Table]:
    """The rows of each value of a column, of a table that is sorted by it."""
    table = table.combine_chunks()
    names = table[by].combine_chunks() if table.num_rows else pa.array([], pa.string())
    runs = pc.run_end_encode(names) if len(names) else None
    if runs is None:
        return {}
    ends = runs.run_ends.to_pylist()
    starts = [0, *ends[:-1]]
    return {
        name: table.slice(start, end - start) for name, start, end in zip(runs.values.to_pylist(), starts, ends, strict=True)
    }


def _equal(then: Slices | None, now: Slices | None) -> bool:
    if then is None or now is None:
        return False
    return all(one.equals(other) for one, other in zip(then, now, strict=True))
