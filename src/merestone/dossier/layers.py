"""A record as flat layers for other programs: one row, one geometry, plain columns.

Every layer is an Arrow table whose last column is ``geometry`` (WKB, EPSG:4326, longitude then latitude; null where nothing is
known), and every row carries the case's ``notice``. Claims, incidents and documents carry ``source_url``, so that no row that
is cut out of an export loses where it came from. Values of a list are joined by "; ".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import shapely

from merestone.case import Case
from merestone.model import Document, Incident, Location, Observation, from_table

LAYERS = ("claims", "incidents", "observations", "places", "lines", "zones", "documents")
"""Names of the layers, in order."""

Row = dict[str, Any]

_TEXT, _REAL, _WHOLE, _YES = pa.string(), pa.float64(), pa.int64(), pa.bool_()

_COLUMNS: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "claims": (
        ("claim", _TEXT), ("mention", _WHOLE), ("document", _TEXT), ("title", _TEXT), ("published", _TEXT),
        ("source_url", _TEXT), ("speaker", _TEXT), ("act", _TEXT), ("event", _TEXT), ("actor", _TEXT), ("target", _TEXT),
        ("time_from", _TEXT), ("time_to", _TEXT), ("quantities", _TEXT), ("means", _TEXT), ("evidence", _TEXT),
        ("words", _TEXT), ("status", _TEXT), ("corrected", _TEXT), ("named", _TEXT), ("role", _TEXT), ("place", _TEXT),
        ("place_name", _TEXT), ("lon", _REAL), ("lat", _REAL), ("radius_m", _REAL), ("probability", _REAL), ("sides", _TEXT),
        ("zones", _TEXT), ("because", _TEXT), ("notice", _TEXT),
    ),
    "incidents": (
        ("incident", _TEXT), ("event", _TEXT), ("time_from", _TEXT), ("time_to", _TEXT), ("begins", _TEXT), ("ends", _TEXT),
        ("places", _TEXT), ("parties", _TEXT), ("speakers", _TEXT), ("contested", _YES), ("summary", _TEXT), ("claims", _TEXT),
        ("source_url", _TEXT), ("notice", _TEXT),
    ),
    "observations": (
        ("observation", _TEXT), ("claim", _TEXT), ("document", _TEXT), ("title", _TEXT), ("published", _TEXT),
        ("source_url", _TEXT), ("observer", _TEXT), ("event", _TEXT), ("begins", _TEXT), ("ends", _TEXT),
        ("observer_lon", _REAL), ("observer_lat", _REAL), ("observer_radius_m", _REAL), ("bearing_from_deg", _REAL),
        ("bearing_to_deg", _REAL), ("distance_min_m", _REAL), ("distance_max_m", _REAL), ("because", _TEXT), ("notice", _TEXT),
    ),
    "places": (
        ("place", _TEXT), ("name", _TEXT), ("names", _TEXT), ("lon", _REAL), ("lat", _REAL), ("radius_m", _REAL),
        ("feature", _TEXT), ("country", _TEXT), ("population", _WHOLE), ("gazetteer", _TEXT), ("notice", _TEXT),
    ),
    "lines": (
        ("line", _TEXT), ("name", _TEXT), ("left_party", _TEXT), ("right_party", _TEXT), ("source_map", _TEXT),
        ("scale", _WHOLE), ("datum", _TEXT), ("accuracy_m", _REAL), ("valid_from", _TEXT), ("valid_to", _TEXT),
        ("notice", _TEXT),
    ),
    "zones": (
        ("zone", _TEXT), ("name", _TEXT), ("kind", _TEXT), ("source_map", _TEXT), ("scale", _WHOLE), ("datum", _TEXT),
        ("accuracy_m", _REAL), ("valid_from", _TEXT), ("valid_to", _TEXT), ("notice", _TEXT),
    ),
    "documents": (
        ("document", _TEXT), ("title", _TEXT), ("publisher", _TEXT), ("published", _TEXT), ("language", _TEXT),
        ("genre", _TEXT), ("source_url", _TEXT), ("sha256", _TEXT), ("notice", _TEXT),
    ),
}  # fmt: skip

GEOMETRY_TYPE = {
    "claims": "Point", "incidents": "MultiPoint", "observations": "MultiPolygon", "places": "Point",
    "lines": "MultiLineString", "zones": "MultiPolygon", "documents": None,
}  # fmt: skip
"""The one geometry type of each layer; None for a layer without geometries."""


def layers(tables: Mapping[str, pa.Table], case: Case) -> dict[str, pa.Table]:
    """The layers of a record, by name, in the order of ``LAYERS``."""
    makers: dict[str, Callable[[Mapping[str, pa.Table]], Iterable[Row]]] = {
        "claims": _claims, "incidents": _incidents, "observations": _observations, "places": _places, "lines": _lines,
        "zones": _zones, "documents": _documents,
    }  # fmt: skip
    return {name: _table(name, makers[name](tables), case.file.notice) for name in LAYERS}


def _table(name: str, rows: Iterable[Row], notice: str) -> pa.Table:
    filled = [{**row, "notice": notice} for row in rows]
    fields = [pa.field(column, kind) for column, kind in _COLUMNS[name]]
    if GEOMETRY_TYPE[name] is not None:
        fields.append(pa.field("geometry", pa.binary()))
    return pa.Table.from_pylist(filled, schema=pa.schema(fields))


def _wkb(geometry: shapely.Geometry | None) -> bytes | None:
    return None if geometry is None else shapely.to_wkb(geometry, byte_order=1)


def _list(values: Iterable[Any]) -> str | None:
    return "; ".join(str(value) for value in values) or None


def _claims(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    """One row for each place of a claim, and one without geometry for a claim that names none."""
    documents = {d.id: d for d in from_table(Document, tables["documents"])}
    names = dict(zip(tables["places"]["id"].to_pylist(), tables["places"]["name"].to_pylist(), strict=True))
    locations: dict[str, list[Location]] = {}
    for location in from_table(Location, tables["locations"]):
        locations.setdefault(location.claim, []).append(location)
    for claim in tables["claims"].to_pylist():
        document = documents[claim["document"]]
        start, end = claim["span"]
        time = claim["time"] or (None, None)
        row: Row = {
            "claim": claim["id"], "document": document.id, "title": document.title, "published": document.published,
            "source_url": document.source_url, "time_from": time[0], "time_to": time[1], "means": _list(claim["means"]),
            "evidence": _list(claim["evidence"]), "words": document.text[start:end],
            **_review(claim.get("review")), "quantities": _list(_quantity(quantity) for quantity in claim["quantities"]),
            **{field: claim[field] for field in ("speaker", "act", "event", "actor", "target")},
        }  # fmt: skip
        for location in locations.get(claim["id"], []):
            point = None if location.lon is None else shapely.Point(location.lon, location.lat)
            yield row | {
                "mention": location.mention, "named": location.name, "role": location.role, "place": location.place,
                "place_name": names.get(location.place or ""), "lon": location.lon, "lat": location.lat,
                "radius_m": location.radius_m, "probability": location.probability, "because": location.because,
                "sides": _list(f"{s.line}: {s.side or 'this map cannot tell'}, {s.distance_m:.0f} m" for s in location.sides),
                "zones": _list(f"{z.zone}: {_IN_ZONE[z.inside]}, {z.probability:.2f}" for z in location.zones),
                "geometry": _wkb(point),
            }  # fmt: skip
        if claim["id"] not in locations:
            yield row


_IN_ZONE = {True: "inside", False: "outside", None: "this map cannot tell"}


def _review(review: Row | None) -> Row:
    """What reviewers decided: a status, and what was read where they corrected it."""
    if review is None:
        return {"status": "read"}
    corrected = (f"{c['field']}: read as {c['was']}" for c in review["corrections"])
    disputed = (f"{field}: reviewers disagree" for field in review["disputed"])
    return {"status": review["status"], "corrected": _list((*corrected, *disputed))}


def _quantity(quantity: Row) -> str:
    value = f"{quantity['value']:g}" + ("" if quantity["max"] is None else f" to {quantity['max']:g}")
    unit = "" if quantity["unit"] == "1" else f" {quantity['unit']}"
    return f"{quantity['what']}: {'about ' if quantity['approx'] else ''}{value}{unit}"


def _incidents(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    addresses = dict(zip(tables["documents"]["id"].to_pylist(), tables["documents"]["source_url"].to_pylist(), strict=True))
    document_of = dict(zip(tables["claims"]["id"].to_pylist(), tables["claims"]["document"].to_pylist(), strict=True))
    for incident in from_table(Incident, tables["incidents"]):
        members = [claim for version in incident.versions for claim in version.claims]
        members += [denial.claim for version in incident.versions for denial in version.denials]
        members = sorted(set(members))
        time = incident.time or (None, None)
        known = {(p.lon, p.lat) for p in incident.places if p.lon is not None and p.lat is not None}
        cited = {address for claim in members if (address := addresses.get(document_of.get(claim, "")))}
        yield {
            "incident": incident.id, "event": incident.event, "time_from": time[0], "time_to": time[1],
            "begins": _instant(incident.begins), "ends": _instant(incident.ends), "summary": incident.summary,
            "places": _list(dict.fromkeys(place.name for place in incident.places)), "parties": _list(incident.parties),
            "speakers": _list(version.speaker for version in incident.versions), "contested": incident.contested,
            "claims": _list(members), "source_url": _list(sorted(cited)),
            "geometry": _wkb(shapely.MultiPoint(sorted(known)) if known else None),
        }  # fmt: skip


def _instant(value: Any) -> str | None:
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def _observations(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    documents = {d.id: d for d in from_table(Document, tables["documents"])}
    document_of = dict(zip(tables["claims"]["id"].to_pylist(), tables["claims"]["document"].to_pylist(), strict=True))
    for observation in from_table(Observation, tables["observations"]):
        document = documents[document_of[observation.claim]]
        yield {
            **{name: getattr(observation, name) for name, _ in _COLUMNS["observations"] if hasattr(observation, name)},
            "observation": observation.id, "document": document.id, "title": document.title,
            "published": document.published, "source_url": document.source_url, "begins": _instant(observation.begins),
            "ends": _instant(observation.ends),
            "geometry": observation.geometry and _wkb(_several(observation.geometry, shapely.MultiPolygon)),
        }  # fmt: skip


def _places(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    for place in tables["places"].to_pylist():
        names = (f"{n['name']} ({n['party']})" if n["party"] else n["name"] for n in place["names"])
        yield {**place, "place": place["id"], "names": _list(names)}


def _lines(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    for line in tables["lines"].to_pylist():
        yield {**line, "line": line["id"], "geometry": _wkb(_several(line["geometry"], shapely.MultiLineString))}


def _zones(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    for zone in tables["zones"].to_pylist():
        yield {**zone, "zone": zone["id"], "geometry": _wkb(_several(zone["geometry"], shapely.MultiPolygon))}


def _several(wkb: bytes, collection: Callable[[Any], shapely.Geometry]) -> shapely.Geometry:
    """The geometry as a collection: some formats want one type throughout a layer."""
    return collection(list(shapely.get_parts(shapely.from_wkb(wkb))))


def _documents(tables: Mapping[str, pa.Table]) -> Iterable[Row]:
    for document in tables["documents"].drop_columns(["text", "provenance", "pages"]).to_pylist():
        yield {**document, "document": document["id"], "sha256": document["item"]}
