"""The nouns of Merestone, each declared once.

What must stay true here:

* a noun is a frozen dataclass; its Arrow schema, its JSON form and its reference page all derive from this one declaration;
* every field says what it means and, where it has one, its unit and coordinate reference system (CRS);
* unless a field says otherwise, positions are longitude then latitude in degrees, EPSG:4326 (WGS 84), lengths are metres,
  characters are counted as Python counts them (Unicode code points) and spans are half-open ``[start, end)``;
* a time *as a text gives it* is a pair of ISO 8601 strings, dates or local date-times, both included (``Moments``); a time
  *to compute with* is a half-open pair of UTC instants.

``to_json``/``from_json`` and ``to_table``/``from_table`` are inverse to each other for every noun.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache as _cache
from typing import Annotated, Any, Literal, TypeVar

import pyarrow as pa
import shapely
from pydantic import BeforeValidator, PlainSerializer, TypeAdapter
from shapely.geometry import mapping, shape

# --------------------------------------------------------------------------------------------------------------------------
# closed vocabularies (corpus guidelines)

Act = Literal["asserts", "denies", "demands", "proposes", "pledges", "warns", "evaluates"]
Event = Literal[
    "fire", "attack", "incursion", "occupation", "withdrawal", "buildup", "fortification", "weapons_violation", "killed",
    "wounded", "captured", "missing", "torture", "displacement", "damage", "mines", "overflight", "blockade",
    "access_denied", "ceasefire_violation", "ceasefire", "disinformation", "threat", "talks", "return", "aid",
    "legal_action", "statement", "burning",
]  # fmt: skip
UNREAD: frozenset[str] = frozenset({"burning"})
"""Events that only sensors report (heat seen from space): no text is read as one."""
PlaceRole = Literal["at", "from", "to", "along", "direction", "near"]
QuantityKind = Literal[
    "area", "killed", "wounded", "captured", "missing", "explosions", "bursts", "shots", "rounds", "vehicles", "weapons",
    "persons", "distance", "duration", "violations",
]  # fmt: skip
Unit = Literal["1", "m", "km", "m2", "km2", "ha", "s", "min", "h", "d", "month", "year", "kg", "t", "mm"]
Means = Literal[
    "small_arms", "heavy_machine_gun", "mortar", "artillery", "large_calibre", "rocket", "missile", "tank", "uav",
    "aircraft", "mine", "grenade", "unspecified",
]  # fmt: skip
Proof = Literal["video", "image", "satellite", "document", "witness", "inspection"]
Bearing = Literal[
    "north", "north-north-east", "north-east", "east-north-east", "east", "east-south-east", "south-east",
    "south-south-east", "south", "south-south-west", "south-west", "west-south-west", "west", "west-north-west",
    "north-west", "north-north-west",
]  # fmt: skip
Genre = Literal["statement", "monitor_report", "news"]
Affiliation = Literal["party", "third_party", "monitor", "media", "sensor"]

# --------------------------------------------------------------------------------------------------------------------------
# value types

N = TypeVar("N")
R = TypeVar("R")

Span = tuple[int, int]
Moments = tuple[str, str]


def _to_wkb(value: Any) -> Any:
    return shapely.to_wkb(shape(value), byte_order=1) if isinstance(value, dict) else value


def _to_geojson(value: bytes) -> dict[str, Any]:
    geometry = mapping(shapely.from_wkb(value))
    return typing.cast(dict[str, Any], _lists(geometry))


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, tuple | list) else value


def _to_instant(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) else value


Geometry = Annotated[
    bytes,
    BeforeValidator(_to_wkb),
    PlainSerializer(_to_geojson, return_type=dict[str, Any], when_used="json"),
]
"""A geometry: little-endian WKB in memory and in Arrow, a GeoJSON geometry in JSON. EPSG:4326, (lon, lat) degrees."""

Instant = Annotated[
    datetime,
    BeforeValidator(_to_instant),
    PlainSerializer(lambda t: t.isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"),
]
"""An instant: time-zone aware, in UTC, to the microsecond."""


def says(meaning: str, *, unit: str | None = None, crs: str | None = None, default: Any = dataclasses.MISSING) -> Any:
    """A dataclass field that carries its meaning, and its unit and CRS where it has one."""
    metadata = {"meaning": meaning}
    if unit:
        metadata["unit"] = unit
    if crs:
        metadata["crs"] = crs
    return dataclasses.field(metadata=metadata, default=default)


@typing.dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(says,))
def noun(cls: type[N]) -> type[N]:
    """Class decorator: a frozen dataclass with keyword-only fields."""
    return dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)


# --------------------------------------------------------------------------------------------------------------------------
# evidence


@noun
class Source:
    """Who publishes or is quoted."""

    code: str = says("actor code, STATE-SECTOR or organisation, for example ARM-MFA or OSCE-SMM")
    name: str = says("the name shown to people")
    affiliation: Affiliation = says("whether it speaks for a party, a third party, a monitor, media, or is a sensor")
    party: str | None = says("code of the party it belongs to; null unless the affiliation is party", default=None)
    time_zone: str | None = says("IANA zone of the clock times it gives; null for the case's zone", default=None)


@noun
class Item:
    """Sealed bytes, with how, when and by whom they were obtained."""

    sha256: str = says("SHA-256 of the bytes, 64 lower-case hexadecimal digits; names the file in the vault")
    size: int = says("length of the bytes", unit="byte")
    media_type: str = says("media type, for example text/plain or application/pdf")
    name: str = says("file name, or path relative to the folder that was added, with forward slashes")
    origin: str = says("path or address the bytes were taken from, as given")
    obtained_by: str = says("who added it: user and host")
    obtained_at: Instant = says("when it was added", unit="UTC")
    source: str | None = says("code of the source that published it, if given when it was added", default=None)
    published: str | None = says("date of publication, YYYY-MM-DD, if given when it was added", default=None)
    title: str | None = says("title, if given when it was added", default=None)
    language: str | None = says("BCP 47 language tag, if given when it was added", default=None)
    source_url: str | None = says("public address of the original, if given when it was added", default=None)
    form: str | None = says(
        "how the rows of a data set are read: ucdp, acled, gdelt, firms, or the SHA-256 of a mapping file; null for texts",
        default=None,
    )


@noun
class Provenance:
    """Where one metadata value of a document came from."""

    field: str = says("name of the Document field")
    origin: Literal["item", "log", "text", "case"] = says(
        "item: the item's own structure; log: given when it was added; text: read in the text; case: the case's default"
    )
    span: Span | None = says(
        "characters of the document's text the value was read from; null unless origin is text", default=None
    )


@noun
class Document:
    """An item's text and metadata. One item may hold several documents (a JSON Lines or CSV file)."""

    id: str = says("the id its item gives it, else the first 16 digits of the item's SHA-256, '-' and the part")
    item: str = says("SHA-256 of the item it was taken from")
    part: int = says("0-based number of the document within its item")
    title: str = says("title as given, or the first line of the text")
    publisher: str | None = says("actor code of who published it; null if unknown", default=None)
    published: str | None = says("date of publication, YYYY-MM-DD; null if unknown", default=None)
    language: str = says("BCP 47 language tag", default="en")
    genre: Genre = says("kind of text", default="statement")
    source_url: str | None = says("public address of the original; null if unknown", default=None)
    form: str | None = says(
        "for a row of a data set, whose text is its cells, one 'column: value' a line: how it is read, as in Item.form",
        default=None,
    )
    text: str = says("the text; every span in the record counts characters of it")
    pages: tuple[int, ...] = says("first character of each page of a paged item, else empty", default=())
    provenance: tuple[Provenance, ...] = says("where each metadata value came from", default=())


# --------------------------------------------------------------------------------------------------------------------------
# reading


@noun
class Mention:
    """A place as a claim names it."""

    name: str = says("exact text of the span")
    span: Span = says("characters of the document's text")
    role: PlaceRole = says("how the place takes part in the event")


@noun
class Quantity:
    """A number a claim gives."""

    what: QuantityKind = says("what is counted or measured")
    value: float = says("the number, or the lower bound of a range", unit="as in the field unit")
    max: float | None = says("upper bound of a range; null for a single number", unit="as in the field unit", default=None)
    unit: Unit = says("SI symbol, or 1 for a count")
    approx: bool = says("true for around, about, at least, up to and the like", default=False)


@noun
class Sighting:
    """From where a monitor observed, in which direction and how far."""

    observer_at: str | None = says("where the monitor stood, as the text names it", default=None)
    bearing: tuple[Bearing, ...] = says("bearing from the observer to the event; two for a range of bearings", default=())
    distance_km: tuple[float, float] | None = says("least and greatest distance from the observer", unit="km", default=None)


@noun
class Position:
    """Where a row of a data set puts its event itself."""

    lon: float = says("longitude", unit="degree", crs="EPSG:4326")
    lat: float = says("latitude", unit="degree", crs="EPSG:4326")
    radius_m: float = says("the event lies within this distance of there", unit="m")
    because: str = says("what the radius rests on, in words")


@noun
class Reason:
    """Which rule, and which words, put a value into a field of a claim."""

    field: str = says("name of the Claim field the rule filled")
    rule: str = says("stable name of the rule, or of the vocabulary entry")
    words: str = says("the words that led to it, exactly as in the text; empty for a default", default="")
    span: Span | None = says("characters of those words; null for a default", default=None)
    confidence: float | None = says(
        "how likely the value is right as the reader sees it, 0 to 1; null if not estimated", default=None
    )


@noun
class Correction:
    """A field of a claim that a reviewer has corrected, with what the reader had read there."""

    field: str = says("name of the Claim field")
    was: str = says("what was read, as JSON")
    now: str = says("the corrected value, as JSON")
    decision: str = says("id of the decision")
    author: str = says("who corrected it")


@noun
class Review:
    """What reviewers' decisions make of a claim. The evidence and what was read stay as they are."""

    status: Literal["read", "accepted", "rejected"] = says(
        "read: nobody has judged it, or reviewers disagree; a rejected claim is in no incident", default="read"
    )
    sensitive: bool = says("true where a reviewer marked it: exports leave it out", default=False)
    disputed: tuple[str, ...] = says(
        "on what reviewers disagree: status, incident, or names of fields; those stay as read", default=()
    )
    corrections: tuple[Correction, ...] = says("corrected fields, by name", default=())
    decisions: tuple[str, ...] = says("ids of all decisions about it that are not undone, in order", default=())


@noun
class Claim:
    """One thing one speaker says about one event, in one place of a document. A claim is never a fact."""

    id: str = says("document id, '#' and the 0-based number of the claim in the document")
    document: str = says("id of the document")
    span: Span = says("characters of the clause or sentence that makes the claim")
    speaker: str = says(
        "actor code of who says it: the quoted source if there is one, else the publisher; 'UNKNOWN' if not known"
    )
    act: Act = says("what the speaker does by saying it; carries the modality")
    event: Event = says("event code of the guidelines")
    actor: str | None = says("actor code of who did it or is to do it; null where the text does not say", default=None)
    target: str | None = says("actor code of who or whose it was done to; null where the text does not say", default=None)
    time: Moments | None = says(
        "first and last date or local date-time of the event, both included; null if none", default=None
    )
    places: tuple[Mention, ...] = says("places of the event, in text order", default=())
    quantities: tuple[Quantity, ...] = says("numbers of the event, in text order", default=())
    means: tuple[Means, ...] = says("weapon classes, in text order", default=())
    observation: Sighting | None = says("monitor reports only: from where, in which direction, how far", default=None)
    evidence: tuple[Proof, ...] = says("what the speaker offers as proof", default=())
    position: Position | None = says("rows of data sets only: the position that the row gives", default=None)
    confidence: float | None = says(
        "how likely it is that the text makes this claim of this event, 0 to 1, calibrated; null if not estimated", default=None
    )
    because: tuple[Reason, ...] = says("the rules and words behind the fields", default=())
    review: Review | None = says("what reviewers decided about it; null where nobody did", default=None)


# --------------------------------------------------------------------------------------------------------------------------
# places


@noun
class PlaceName:
    """One name of a place."""

    name: str = says("the name")
    language: str | None = says("BCP 47 language tag; null if the gazetteer does not say", default=None)
    party: str | None = says("code of the party that uses this name; null if no case file says so", default=None)


@noun
class Place:
    """A name resolved to a position with an uncertainty radius, with every party's name for it."""

    id: str = says("gazetteer and its id, for example geonames:616051 or case:karki")
    name: str = says("neutral display name: the parties' names joined by ' / ' where they differ")
    names: tuple[PlaceName, ...] = says("all known names", default=())
    geometry: Geometry = says("representative point", crs="EPSG:4326")
    lon: float = says("longitude of the representative point", unit="degree", crs="EPSG:4326")
    lat: float = says("latitude of the representative point", unit="degree", crs="EPSG:4326")
    radius_m: float = says("the place lies within this distance of the point", unit="m")
    feature: str = says("feature class, for example settlement, region, country")
    country: str | None = says("ISO 3166-1 alpha-3 code the gazetteer files it under; no statement about title", default=None)
    population: int | None = says("inhabitants as the gazetteer gives them", default=None)
    gazetteer: str = says("name and version of the gazetteer")


@noun
class LineSide:
    """How a position stands to one line."""

    line: str = says("id of the line")
    side: str | None = says("code of the party on whose side it lies; null where this map cannot tell", default=None)
    probability: float | None = says(
        "how likely the event lies on the left party's side, by the radius and the line's error; null where the line is silent",
        default=None,
    )
    distance_m: float = says("geodesic distance to the line on the WGS 84 ellipsoid", unit="m")
    nearest_lon: float = says("longitude of the nearest point of the line", unit="degree", crs="EPSG:4326")
    nearest_lat: float = says("latitude of the nearest point of the line", unit="degree", crs="EPSG:4326")


@noun
class InZone:
    """How a position stands to one zone."""

    zone: str = says("id of the zone")
    inside: bool | None = says("whether it lies in the zone; null where this map cannot tell", default=None)
    probability: float = says("how likely the event lies in the zone, from its radius and the accuracy of the zone's edge")
    distance_m: float = says("geodesic distance to the zone's edge on the WGS 84 ellipsoid", unit="m")


@noun
class Location:
    """A place mention of a claim, resolved or left open, and how it stands to every line and zone of the case."""

    claim: str = says("id of the claim")
    mention: int = says(
        "0-based number of the mention among the claim's places; below 0 for where an observation points, or coordinates"
    )
    name: str = says("the name, or coordinates, as the text has it; where an observation points, the direction and the name")
    role: PlaceRole = says("how the place takes part in the event")
    place: str | None = says("id of the place; null where it is not resolved to one", default=None)
    lon: float | None = says("longitude of the centre", unit="degree", crs="EPSG:4326", default=None)
    lat: float | None = says("latitude of the centre", unit="degree", crs="EPSG:4326", default=None)
    radius_m: float | None = says("the event lies within this distance of the centre", unit="m", default=None)
    probability: float | None = says("how likely this place is the one meant, among the candidates", default=None)
    because: str = says("why this place, or why none, in words", default="")
    sides: tuple[LineSide, ...] = says("one entry for each line of the case", default=())
    zones: tuple[InZone, ...] = says("one entry for each zone of the case", default=())


@noun
class Observation:
    """What a monitor or sensor saw or heard, from where, in which direction, how far: an area, not a point."""

    id: str = says("id of the observation")
    claim: str = says("id of the claim that reports it")
    observer: str = says("actor code of the monitor or sensor")
    event: Event = says("event code of the guidelines")
    begins: Instant | None = says("start of the interval, included", unit="UTC", default=None)
    ends: Instant | None = says("end of the interval, not included", unit="UTC", default=None)
    observer_lon: float | None = says("longitude of the observer", unit="degree", crs="EPSG:4326", default=None)
    observer_lat: float | None = says("latitude of the observer", unit="degree", crs="EPSG:4326", default=None)
    observer_radius_m: float | None = says("the observer stood within this distance of there", unit="m", default=None)
    bearing_from_deg: float | None = says("first bearing, clockwise from true north", unit="degree", default=None)
    bearing_to_deg: float | None = says("last bearing, clockwise from true north", unit="degree", default=None)
    distance_min_m: float | None = says("least distance from the observer", unit="m", default=None)
    distance_max_m: float | None = says(
        "greatest distance from the observer; the reach taken for its kind where none is told", unit="m", default=None
    )
    geometry: Geometry | None = says("the area in which it happened", crs="EPSG:4326", default=None)
    because: str = says("what the area rests on, or why there is none, in words", default="")


@noun
class Line:
    """A named line, and the map it comes from. Its left and right are seen walking in the digitised direction."""

    id: str = says("id, unique in the case")
    name: str = says("name shown to people")
    source_map: str = says("the map or text it was taken from")
    scale: int | None = says("denominator of the map scale, for example 100000; null if unknown", default=None)
    datum: str = says("datum of the source map; the geometry here is WGS 84", default="WGS 84")
    accuracy_m: float = says("95 % of the drawn line lies within this distance of the true one", unit="m")
    bias_m: float | None = says(
        "how far the true line lies to the left of the drawn one along its whole length; null if not known",
        unit="m",
        default=None,
    )
    bias_sd_m: float | None = says(
        "standard deviation of that shift; null if it follows from the accuracy", unit="m", default=None
    )
    spread_m: float | None = says(
        "standard deviation of the error about the shift; null if it follows from the accuracy", unit="m", default=None
    )
    correlation_km: float | None = says(
        "distance along the line over which its errors are alike; null if it follows from the accuracy", unit="km", default=None
    )
    valid_from: str | None = says("first day it was valid, YYYY-MM-DD; null if open", default=None)
    valid_to: str | None = says("last day it was valid, YYYY-MM-DD; null if open", default=None)
    left_party: str = says("code of the party on the left")
    right_party: str = says("code of the party on the right")
    geometry: Geometry = says("LineString or MultiLineString", crs="EPSG:4326")


@noun
class Zone:
    """A named area, and the map it comes from."""

    id: str = says("id, unique in the case")
    name: str = says("name shown to people")
    kind: str = says("what the zone is for, for example buffer, peacekeeping, exclusion")
    source_map: str = says("the map or text it was taken from")
    scale: int | None = says("denominator of the map scale; null if unknown", default=None)
    datum: str = says("datum of the source map; the geometry here is WGS 84", default="WGS 84")
    accuracy_m: float = says("95 % of the drawn edge lies within this distance of the true one", unit="m")
    valid_from: str | None = says("first day it was valid, YYYY-MM-DD; null if open", default=None)
    valid_to: str | None = says("last day it was valid, YYYY-MM-DD; null if open", default=None)
    geometry: Geometry = says("Polygon or MultiPolygon", crs="EPSG:4326")


# --------------------------------------------------------------------------------------------------------------------------
# incidents


@noun
class Denial:
    """A denying claim and what it denies."""

    claim: str = says("id of the claim that denies")
    denies: tuple[str, ...] = says("ids of the claims it denies; empty where only the denial is on record", default=())


@noun
class Version:
    """What one speaker group says about an incident."""

    speaker: str = says("parties and third parties: state or organisation without sector; monitors, media, sensors: full code")
    affiliation: Affiliation = says("group the speaker belongs to")
    claims: tuple[str, ...] = says("ids of its claims, in order of publication", default=())
    denials: tuple[Denial, ...] = says("what it denies", default=())


@noun
class Answer:
    """One speaker group's answer to one question about an incident."""

    speaker: str = says("code as in Version.speaker")
    value: str = says("the value in words, as read")
    claims: tuple[str, ...] = says("ids of the claims that give it", default=())


@noun
class Comparison:
    """One question about an incident, and each speaker group's answer side by side. Who is silent has no answer here."""

    question: str = says("when, where, who, whom, with_what, killed, wounded, captured, missing, area, evidence, happened, ...")
    agreement: Literal["agree", "conflict", "single"] = says("agree or conflict between two answers or more; single for one")
    difference: str = says("size of a conflict in words, for example '49 vs 0'; empty otherwise", default="")
    size: float | None = says(
        "how far the answers that lie farthest apart are from meeting; null where they agree, and for what has no size",
        unit="as in the field unit",
        default=None,
    )
    unit: str | None = says("unit of the size: 1 for a count, h, km, km2 ...; null where there is no size", default=None)
    answers: tuple[Answer, ...] = says("answers, ordered by speaker", default=())
    silent: tuple[str, ...] = says("speaker groups of the incident that give no answer, ordered as the versions", default=())


@noun
class Join:
    """Why two claims are in the same incident."""

    left: str = says("id of a claim")
    right: str = says("id of a claim")
    probability: float = says("how likely the two speak of the same thing")
    because: tuple[str, ...] = says("the features that were compared, in words", default=())


@noun
class Voice:
    """Claims that count as one source, because they go back to one speaker, outlet or text."""

    speakers: tuple[str, ...] = says("codes of the speaker groups, as in Version.speaker")
    affiliation: Affiliation = says("group the source itself belongs to")
    claims: tuple[str, ...] = says("ids of its claims that something happened")
    documents: tuple[str, ...] = says("ids of the documents they stand in")
    because: tuple[str, ...] = says("why several documents are one source, in words", default=())
    compiled: bool = says("whether it is made of data sets that were compiled from others' reports", default=False)
    counts: bool = says("whether it counts as an independent source")


GradeName = Literal["one_party", "both_parties", "monitor", "sensor", "independent_sources", "contested"]


@noun
class Grade:
    """Who stands behind an incident, by a rule; no statement that it happened."""

    grade: GradeName = says("name of the grade")
    words: str = says("what it means")
    claims: tuple[str, ...] = says("ids of the claims that earn it, sorted")


@noun
class CounterAccusation:
    """Two parties accuse each other of the same."""

    left: str = says("code of one party, the first by code")
    right: str = says("code of the other")
    event: Event = says("event code of what they accuse each other of")
    left_claims: tuple[str, ...] = says("ids of the claims of the first that accuse the other")
    right_claims: tuple[str, ...] = says("ids of the claims of the other that accuse the first")
    replies: tuple[str, ...] = says("ids of claims in which one of them speaks of its own reply", default=())
    words: str = says("for example: each says the other fired first")


@noun
class IncidentPlace:
    """Where an incident is said to have happened."""

    place: str | None = says("id of the place; null where the name could not be resolved", default=None)
    name: str = says("neutral display name, or the name as the text has it")
    lon: float | None = says("longitude", unit="degree", crs="EPSG:4326", default=None)
    lat: float | None = says("latitude", unit="degree", crs="EPSG:4326", default=None)
    radius_m: float | None = says("uncertainty radius", unit="m", default=None)
    speakers: tuple[str, ...] = says("codes of the speaker groups that name it", default=())


@noun
class Incident:
    """Claims about the same thing, with each party's version side by side."""

    id: str = says("'i-' and 12 hexadecimal digits, derived from its claims")
    event: Event = says("event code that most of its claims give")
    time: Moments | None = says(
        "smallest interval around the claims' times, local, both ends included; null if none gives one", default=None
    )
    begins: Instant | None = says("start of the interval, included", unit="UTC", default=None)
    ends: Instant | None = says("end of the interval, not included", unit="UTC", default=None)
    places: tuple[IncidentPlace, ...] = says("places its claims name", default=())
    parties: tuple[str, ...] = says("codes of the parties that act, are acted on or speak in it, sorted", default=())
    versions: tuple[Version, ...] = says("one for each speaker group, parties first", default=())
    comparisons: tuple[Comparison, ...] = says("question by question, what agrees and what conflicts", default=())
    contested: bool = says("true where one speaker denies or contradicts another", default=False)
    corroboration: tuple[Grade, ...] = says("who stands behind it, each grade with the claims that earn it", default=())
    independent_sources: int = says("number of sources that are independent of each other", default=0)
    voices: tuple[Voice, ...] = says("the sources that say it happened, dependent ones taken together", default=())
    counter_accusations: tuple[CounterAccusation, ...] = says("what parties accuse each other of", default=())
    summary: str = says("one neutral sentence about who says what")
    joins: tuple[Join, ...] = says("how the claims were joined", default=())


# --------------------------------------------------------------------------------------------------------------------------
# decisions and agreements (the stage of agreements comes later; their form is fixed here)

DecisionKind = Literal["accept", "reject", "correct", "merge", "split", "pin", "sensitive", "comment", "undo"]


@noun
class Anchor:
    """A claim as a decision names it: by its place in a sealed document, so that it is found again in a later reading."""

    item: str = says("SHA-256 of the item that holds the document")
    part: int = says("0-based number of the document within its item")
    span: Span = says("characters of the claim in the document's text")
    words: str = says("the characters of that span")
    event: Event = says("event code that was read")
    speaker: str = says("actor code of the speaker that was read")
    act: Act = says("act that was read")
    actor: str | None = says("actor code of the actor that was read", default=None)
    target: str | None = says("actor code of the target that was read", default=None)
    claim: str = says("id of the claim in the record in which it was decided")
    group: int = says("merge: number of the incident it was in; split: 1 for what is split off; else 0", default=0)


@noun
class Decision:
    """What a reviewer decided. It never edits evidence; a later decision may undo it, nothing erases it."""

    id: str = says("'d-' and the first 12 hexadecimal digits of the hash")
    sequence: int = says("0-based number in the chain")
    kind: DecisionKind = says("what was decided")
    subjects: tuple[str, ...] = says("ids of the claims and incidents as they were given", default=())
    anchors: tuple[Anchor, ...] = says("the claims it is about; empty for an undo", default=())
    field: str | None = says("name of the Claim field that is corrected, or places for a pin; else null", default=None)
    value: str | None = says("corrected value, or where a mention is pinned, as JSON; null for other kinds", default=None)
    names: tuple[str, ...] = says("ids of the decisions that it undoes, or whose disagreement it settles", default=())
    reason: str = says("why, in the reviewer's words")
    author: str = says("who decided")
    key: str = says("Ed25519 public key of the author, base64")
    decided_at: Instant = says("when, by the clock of the machine", unit="UTC")
    request: str = says("key of the request: the same request is stored once, however often it is sent")
    previous: str | None = says("hash of the decision before it; null for the first", default=None)
    hash: str = says("SHA-256 of the canonical JSON of all fields but id, hash and signature")
    signature: str = says("Ed25519 signature over the same bytes, base64")


@noun
class Outcome:
    """What became of a decision in a record."""

    decision: str = says("id of the decision")
    state: Literal["applied", "noted", "conflict", "superseded", "undone", "vanished"] = says(
        "applied; noted: a comment; conflict: reviewers disagree, nothing is applied; superseded: the author, or who settled a "
        "disagreement, decided anew; undone; vanished: none of the claims it is about stands in the record"
    )
    claims: tuple[str, ...] = says("ids of the claims of this record it is about", default=())
    missing: int = says("how many of its anchors found no claim", default=0)
    against: tuple[str, ...] = says("ids of the decisions it disagrees with", default=())


@noun
class Tier:
    """What must be how far from the line."""

    name: str = says("name of the tier")
    means: tuple[Means, ...] = says("weapon classes it applies to; empty for all forces", default=())
    distance_m: float = says("least distance from the line on each side", unit="m")


@noun
class Step:
    """One step of an agreement's schedule."""

    name: str = says("name of the step")
    tier: str | None = says("name of the tier it carries out; null for other steps", default=None)
    begins: str | None = says("first day, YYYY-MM-DD; null if it follows from preconditions alone", default=None)
    ends: str | None = says("last day, YYYY-MM-DD", default=None)
    after: tuple[str, ...] = says("names of the steps that must be verified before", default=())


@noun
class Agreement:
    """A withdrawal or ceasefire agreement as data."""

    id: str = says("id, unique in the case")
    name: str = says("name shown to people")
    parties: tuple[str, ...] = says("codes of the parties bound by it")
    line: str = says("id of the line both sides withdraw from")
    signed: str | None = says("day it was signed, YYYY-MM-DD", default=None)
    tiers: tuple[Tier, ...] = says("how far which weapons go", default=())
    schedule: tuple[Step, ...] = says("the steps, in order", default=())
    preconditions: tuple[str, ...] = says("what must hold before the first step, in words", default=())


NOUNS: tuple[type[Any], ...] = (
    Source, Item, Document, Claim, Observation, Place, Location, Line, Zone, Incident, Decision, Outcome,
    Agreement,
)  # fmt: skip
"""The nouns that stand as a table of their own, in the order of the data flow."""

# --------------------------------------------------------------------------------------------------------------------------
# derived forms


def once(function: Callable[[Any], R]) -> Callable[[Any], R]:
    """Cache a function of a class for the life of the process."""
    return _cache(function)


@once
def _adapter(cls: Any) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def to_json(value: Any) -> dict[str, Any]:
    """The JSON form of a noun: field names as keys, spans and times as two-member arrays, geometries as GeoJSON."""
    return typing.cast(dict[str, Any], _adapter(type(value)).dump_python(value, mode="json"))


def from_json(cls: type[N], data: Any) -> N:
    """The noun a JSON form stands for. Raises pydantic.ValidationError, naming the field, where it is none."""
    return typing.cast(N, _adapter(cls).validate_python(data))


@once
def fields(cls: Any) -> tuple[tuple[str, Any, dict[str, str]], ...]:
    """(name, type, metadata) of each field; metadata holds ``meaning`` and, where it has one, ``unit`` and ``crs``."""
    hints = typing.get_type_hints(cls)
    return tuple((f.name, hints[f.name], dict(f.metadata)) for f in dataclasses.fields(cls))


_PRIMITIVES: dict[Any, pa.DataType] = {
    str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), bytes: pa.binary(),
    datetime: pa.timestamp("us", tz="UTC"),
}  # fmt: skip


def _arrow_type(hint: Any) -> tuple[pa.DataType, bool]:
    """(Arrow type, nullable) of a type hint. Raises TypeError for a hint the model does not use."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (a for a in arguments if a is not type(None))
        return _arrow_type(inner)[0], True
    if origin is Literal:
        return pa.string(), False
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return pa.list_(pa.field("item", _arrow_type(arguments[0])[0], nullable=False)), False
    if origin is tuple:
        return pa.list_(pa.field("item", _arrow_type(arguments[0])[0], nullable=False), len(arguments)), False
    if dataclasses.is_dataclass(hint):
        return pa.struct(_arrow_fields(typing.cast(type[Any], hint))), False
    if hint in _PRIMITIVES:
        return _PRIMITIVES[hint], False
    raise TypeError(f"{hint!r} has no Arrow type")


def _arrow_fields(cls: type[Any]) -> list[pa.Field]:
    out = []
    for name, hint, metadata in fields(cls):
        arrow, nullable = _arrow_type(hint)
        out.append(pa.field(name, arrow, nullable=nullable, metadata=metadata))
    return out


@once
def schema(cls: Any) -> pa.Schema:
    """The Arrow schema of a noun. Each field's metadata carries its meaning, unit and CRS."""
    return pa.schema(_arrow_fields(cls), metadata={"noun": cls.__name__})


def to_table(cls: type[N], rows: Iterable[N]) -> pa.Table:
    """An Arrow table with one row for each noun, in the order given."""
    adapter = _adapter(cls)
    return pa.Table.from_pylist([adapter.dump_python(row) for row in rows], schema=schema(cls))


def from_table(cls: type[N], table: pa.Table) -> list[N]:
    """The nouns of a table, in row order. Raises pydantic.ValidationError where a row is none."""
    adapter = _adapter(cls)
    return [adapter.validate_python(row) for row in table.to_pylist()]


def state_of(code: str | None) -> str | None:
    """The state or organisation of an actor code: ARM for ARM-MIL, OSCE for OSCE-SMM, None for None."""
    return code.split("-", 1)[0] if code else None


def sector_of(code: str | None) -> str | None:
    """The sector or mission of an actor code: MIL for ARM-MIL, None for an organisation alone."""
    return code.split("-", 1)[1] if code and "-" in code else None


def codes_of(*codes: str | None) -> Sequence[str]:
    """The states and organisations of several actor codes, sorted, each once, empty ones left out."""
    return sorted({state for code in codes if (state := state_of(code))})
