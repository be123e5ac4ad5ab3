"""The example case: the night both ministries accuse each other of is one incident, and no incident is larger than stated."""

import dataclasses
import datetime

import numpy as np
import pyarrow as pa
import pytest

from merestone import incidents, reading
from merestone.build import build
from merestone.case import Case
from merestone.demo import make_example
from merestone.incidents.cluster import LONGEST_S, WIDEST_M
from merestone.incidents.columns import metres
from merestone.incidents.prepare import WIDEST_M as TELLING_M
from merestone.incidents.updating import changed_documents, in_form
from merestone.model import Claim, Document, Location, from_table, schema, to_table
from merestone.record import current_folder, read_tables


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """(case, tables of its record)."""
    case = make_example(tmp_path_factory.mktemp("example") / "case")
    build(case)
    return case, read_tables(current_folder(case))


def incident_of(found):
    return {
        claim: incident for incident in found.to_pylist() for version in incident["versions"] for claim in version["claims"]
    }


def test_the_night_of_13_september_2022_is_one_incident_with_both_versions(record):
    _, tables = record
    of = incident_of(tables["incidents"])
    that_night = [
        claim
        for claim in from_table(Claim, tables["claims"])
        if claim.speaker in ("ARM-MOD", "AZE-MOD")
        and claim.act == "asserts"
        and claim.event in ("fire", "attack")
        and claim.time is not None
        and claim.time[0][:10] in ("2022-09-12", "2022-09-13")
        and claim.time[1][:10] == "2022-09-13"
    ]
    assert {claim.speaker for claim in that_night} == {"ARM-MOD", "AZE-MOD"}
    (identity,) = {of[claim.id]["id"] for claim in that_night}
    incident = next(one for one in of.values() if one["id"] == identity)
    # others may speak of that night too
    assert {"ARM", "AZE"} <= {version["speaker"] for version in incident["versions"]}
    assert incident["contested"]
    assert all(0.5 <= join["probability"] <= 1 and join["because"] for join in incident["joins"])


def test_no_incident_spans_more_time_or_space_than_stated(record):
    _, tables = record
    claims = {claim.id: claim for claim in from_table(Claim, tables["claims"])}
    spots = {}
    for row in tables["locations"].to_pylist():
        if row["lon"] is not None and (row["radius_m"] or 0) <= TELLING_M:
            spots.setdefault(row["claim"], []).append((row["lon"], row["lat"]))
    seen = 0
    for incident in tables["incidents"].to_pylist():
        members = [claim for version in incident["versions"] for claim in version["claims"]]
        lengths = [length(claims[claim].time) for claim in members if claims[claim].time]
        if lengths:
            seen += 1
            span = (incident["ends"] - incident["begins"]).total_seconds()
            assert span <= max(LONGEST_S, max(lengths) + 60), incident["summary"]
        wide = [extent(spots[claim]) for claim in members if claim in spots]
        if wide:
            assert extent([spot for claim in members for spot in spots.get(claim, [])]) <= max(wide) + WIDEST_M
    assert seen > 20


def length(time):
    first, last = (datetime.datetime.fromisoformat(moment) for moment in time)
    return (last - first).total_seconds() + (0 if "T" in time[1] else 86_400)


def extent(spots):
    """The diagonal of the box around positions, in metres."""
    lon, lat = np.asarray(spots).T
    middle = np.full(1, (lat.min() + lat.max()) / 2)
    east = metres(np.asarray([lon.min()]), middle, np.asarray([lon.max()]), middle)
    north = metres(np.zeros(1), np.asarray([lat.min()]), np.zeros(1), np.asarray([lat.max()]))
    return float(np.hypot(east, north)[0])


def test_an_event_retold_a_year_later_joins_the_incident_it_tells_of(record):
    case, tables = record
    text = "A year ago, on 13 September, Azerbaijani forces shelled Armenian positions near Sotk."
    later = Document(id="later", item="0" * 64, part=0, title="later", publisher="ARM-MFA", published="2023-09-13", text=text)
    documents = to_table(Document, [later])
    told = reading.read(documents, parties=case.parties, actors={}, workers=1)
    (claim,) = from_table(Claim, told)
    assert claim.time == ("2022-09-13", "2022-09-13")
    before = incidents.Earlier(**{name: tables[name] for name in ("claims", "documents", "places", "locations", "incidents")})
    both = [
        pa.concat_tables([in_form(tables["claims"], schema(Claim)), told]),
        pa.concat_tables([in_form(tables["documents"], schema(Document)), documents]),
    ]
    found = incidents.merge(*both, tables["places"], tables["locations"], case, earlier=before)
    assert "az-01#0" in {one for version in incident_of(found)[claim.id]["versions"] for one in version["claims"]}
    assert found.equals(incidents.merge(*both, tables["places"], tables["locations"], case))


def test_what_is_read_from_a_record_is_what_was_built(record):
    _, tables = record
    before = incidents.Earlier(**{name: tables[name] for name in ("claims", "documents", "places", "locations", "incidents")})
    claims = pa.Table.from_pylist(tables["claims"].to_pylist(), schema(Claim))
    locations = pa.Table.from_pylist(tables["locations"].to_pylist(), schema(Location))
    assert in_form(tables["claims"], schema(Claim)).equals(claims)
    here = dataclasses.replace(before, claims=claims, locations=in_form(tables["locations"], schema(Location)))
    assert changed_documents(claims, tables["documents"], tables["places"], locations, here) == set()


def test_a_build_that_starts_from_the_record_before_gives_the_same_record(record):
    case, tables = record
    assert build(Case.open(case.folder)).record_id == build(Case.open(case.folder), fresh=True).record_id
    assert read_tables(current_folder(case))["incidents"].equals(tables["incidents"])
