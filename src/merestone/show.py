"""Tables of the current record, for people on a terminal and for programs as JSON."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from typing import Any

import shapely

from merestone.case import Case
from merestone.model import Decision, Incident, Observation, Source, from_json, from_table, to_json
from merestone.record import current_folder, read_table

KNOWN = ("claims", "incidents", "observations", "sources", "decisions")
"""What can be shown."""


def as_objects(case: Case, what: str) -> list[dict[str, Any]]:
    """A table of the current record as JSON objects; incidents by time. Raises MerestoneError M601 or M602."""
    table = read_table(current_folder(case), what)
    if what == "claims":
        rows: list[dict[str, Any]] = table.to_pylist()  # every field of a claim is a JSON value already
        return rows
    if what == "decisions":
        outcomes = {row["decision"]: row for row in read_table(current_folder(case), "outcomes").to_pylist()}
        return [{**to_json(one), "outcome": outcomes[one.id]} for one in from_table(Decision, table)]
    if what == "sources":
        return [to_json(source) for source in from_table(Source, table)]
    if what == "observations":
        return _observations(from_table(Observation, table))
    incidents = [to_json(incident) for incident in from_table(Incident, table)]
    return sorted(incidents, key=lambda incident: (incident["time"] is None, incident["time"] or [], incident["id"]))


def _observations(rows: list[Observation]) -> list[dict[str, Any]]:
    """Observations by time, each with the meeting of sectors that it is part of, or null."""
    from merestone.places.observations import meetings

    out = {row.id: {**to_json(row), "meeting": None} for row in rows}
    for ids, met in meetings(rows):
        region = None if met.region is None else json.loads(shapely.to_geojson(met.region))
        told = {
            "observations": list(ids), "probability": met.probability, "area_m2": round(met.area_m2), "lon": met.lon,
            "lat": met.lat, "radius_m": met.radius_m, "region": region,
        }  # fmt: skip
        for identity in ids:
            out[identity]["meeting"] = told
    return sorted(out.values(), key=lambda row: (row["begins"] is None, row["begins"] or "", row["id"]))


def as_text(case: Case, what: str) -> str:
    """A table of the current record as text, as wide as the terminal. Raises MerestoneError M601 or M602."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    blocks = {
        "claims": _claim, "incidents": _incident, "observations": _observation, "sources": _source, "decisions": _decision,
    }[what]  # fmt: skip
    return "\n".join(line for row in as_objects(case, what) for line in blocks(row, width))


def _incident(row: dict[str, Any], width: int) -> Iterator[str]:
    places = ", ".join(place["name"] for place in row["places"])
    head = [_time(row) or "no date", row["event"], *([places] if places else []), *(["contested"] if row["contested"] else [])]
    yield from _wrapped(" · ".join(head), width, "")
    yield from _wrapped(row["summary"], width, "    ")
    claims, sources = sum(len(version["claims"]) for version in row["versions"]), row["independent_sources"]
    counted = f", {sources} independent source{'' if sources == 1 else 's'}" if sources else ""
    yield f"    {row['id']}, {claims} claim{'' if claims == 1 else 's'}{counted}"
    if row["corroboration"]:
        grades = (f"{grade['words']} ({len(grade['claims'])})" for grade in row["corroboration"])
        yield from _wrapped("; ".join(grades), width, "    ")
    yield ""


def _claim(row: dict[str, Any], width: int) -> Iterator[str]:
    who = f"{row['actor'] or 'not said'} → {row['target'] or 'not said'}"
    places = ", ".join(place["name"] for place in row["places"])
    parts = [row["speaker"], row["act"], row["event"], who, _time(row), places, row["id"], *_review(row.get("review"))]
    yield from _wrapped(" · ".join(part for part in parts if part), width, "")


def _review(review: dict[str, Any] | None) -> Iterator[str]:
    """What reviewers decided about a claim."""
    if review is None:
        return
    if review["status"] != "read":
        yield review["status"]
    if review["sensitive"]:
        yield "sensitive"
    for correction in review["corrections"]:
        yield f"{correction['field']} corrected by {correction['author']}, read as {correction['was']}"
    if review["disputed"]:
        yield f"reviewers disagree on {', '.join(review['disputed'])}"


def _decision(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from decision_lines(from_json(Decision, row), row["outcome"], width)


def decision_lines(decision: Decision, outcome: dict[str, Any], width: int) -> Iterator[str]:
    """A decision and what became of it."""
    from merestone.decisions.wording import described

    state = outcome["state"]
    if outcome["against"]:
        state = f"{state} with {', '.join(outcome['against'])}"
    missing = f"{outcome['missing']} of {len(decision.anchors)} claims are not in the record" if outcome["missing"] else ""
    at = decision.decided_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    parts = [decision.id, state, described(decision), f"{decision.author}, {at}", decision.reason, missing]
    yield from _wrapped(" · ".join(part for part in parts if part), width, "")


def _observation(row: dict[str, Any], width: int) -> Iterator[str]:
    parts = [row["begins"] or "no date", row["observer"], row["event"], row["because"], row["claim"]]
    yield from _wrapped(" · ".join(parts), width, "")
    if met := row["meeting"]:
        others = ", ".join(identity for identity in met["observations"] if identity != row["id"])
        where = (
            f"{met['area_m2'] / 1e6:.1f} km² around {met['lon']:.4f} {met['lat']:.4f}" if met["region"] else "no common area"
        )
        yield from _wrapped(f"{row['id']} meets {others}: {where}, one event with {met['probability']:.0%}", width, "    ")


def _source(row: dict[str, Any], width: int) -> Iterator[str]:
    yield from _wrapped(f"{row['code']:<12}{row['affiliation']:<13}{row['name']}", width, "")


def _time(row: dict[str, Any]) -> str:
    begin, end = row["time"] or ("", "")
    return begin if begin == end else f"{begin} to {end}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent or "    ", break_on_hyphens=False)
