"""What the page's API answers, declared once; the OpenAPI description derives from it.

Times are milliseconds since 1970-01-01 UTC where a program computes with them, and ISO 8601 texts where people read them.
Positions are longitude then latitude in degrees, EPSG:4326; radii are metres; spans count Unicode code points.
"""

from __future__ import annotations

from typing import Any

from merestone.model import Affiliation, Claim, DecisionKind, Document, Incident, Location, Moments, Source, noun, says


@noun
class PartyView:
    """A side of the line."""

    code: str = says("code without sector")
    name: str = says("the name shown to people")


@noun
class GroupView:
    """Who speaks in the record: a state or organisation, without sector."""

    code: str = says("code as in Version.speaker")
    name: str = says("the name shown to people")
    affiliation: Affiliation = says("group it belongs to")


@noun
class Option:
    """One choice of a filter."""

    code: str = says("value in the address")
    words: str = says("what people read")
    count: int = says("incidents it holds for")


@noun
class RecordView:
    """The record as a whole: what the page needs before anything else."""

    record_id: str = says("id of the record")
    case_name: str = says("name of the case")
    notice: str = says("what a reader must know before quoting")
    program: str = says("version of the program that built it")
    time_zone: str = says("IANA zone of clock times that name none")
    parties: tuple[PartyView, ...] = says("sides of the line, by code")
    groups: tuple[GroupView, ...] = says("who speaks, parties first, then by affiliation and code")
    sources: tuple[Source, ...] = says("who publishes or is quoted, by code")
    counts: dict[str, int] = says(
        "documents, silent (without a claim), claims, incidents, contested, undated, unplaced, claims_without_place"
    )
    events: tuple[Option, ...] = says("event codes in the record, most frequent first")
    sides: tuple[Option, ...] = says("'PARTY', '?' where no map can tell, '-' where no place is known")
    words: dict[str, dict[str, str]] = says("plain words by vocabulary and code; 'actor' holds the actor codes")
    extent: tuple[float, float, float, float] | None = says("west, south, east, north of all located incidents and lines")
    period: tuple[int, int] | None = says("first and last instant of the dated incidents", unit="ms UTC")
    reviewing: bool = says("whether this server takes decisions", default=False)


@noun
class Spot:
    """A place that incidents name."""

    name: str = says("neutral display name")
    names: dict[str, str] = says("name by party code, where a party has its own")
    lon: float = says("longitude", unit="degree", crs="EPSG:4326")
    lat: float = says("latitude", unit="degree", crs="EPSG:4326")
    radius_m: float = says("it lies within this distance", unit="m")
    lines: tuple[str, ...] = says("ids of the lines, where the place is a line of the case", default=())


@noun
class IncidentColumns:
    """All incidents, one entry in each column for each, in time order with the undated last."""

    id: tuple[str, ...] = says("ids")
    event: tuple[str, ...] = says("event codes")
    time: tuple[Moments | None, ...] = says("first and last local date or date-time")
    begins: tuple[int | None, ...] = says("start, included", unit="ms UTC")
    ends: tuple[int | None, ...] = says("end, not included", unit="ms UTC")
    contested: tuple[bool, ...] = says("whether one speaker denies or contradicts another")
    parties: tuple[tuple[str, ...], ...] = says("parties that act, are acted on or speak")
    speakers: tuple[tuple[str, ...], ...] = says("codes of the groups that speak, parties first")
    spots: tuple[tuple[int, ...], ...] = says("positions in ``places`` of the located places")
    unplaced: tuple[tuple[str, ...], ...] = says("names that could not be located")
    sides: tuple[tuple[str, ...], ...] = says("sides of the nearest line: PARTY, '?' or '-'")
    claims: tuple[int, ...] = says("number of claims")
    documents: tuple[int, ...] = says("number of documents")
    summary: tuple[str, ...] = says("one neutral sentence")
    need: tuple[float, ...] = says("how much each needs a human, 0 to 1")
    need_words: tuple[str, ...] = says("why, in words; empty where it does not")
    places: tuple[Spot, ...] = says("the located places")


@noun
class DocumentHead:
    """A document without its text."""

    id: str = says("id of the document")
    title: str = says("title")
    publisher: str | None = says("actor code of who published it", default=None)
    published: str | None = says("date of publication, YYYY-MM-DD", default=None)
    genre: str = says("kind of text")
    language: str = says("BCP 47 language tag")
    source_url: str | None = says("public address of the original", default=None)


@noun
class DocumentRow:
    """A document in the list of all."""

    document: DocumentHead = says("the document without its text")
    claims: int = says("number of claims that were read in it; 0 where nothing was")


@noun
class SpokenClaim:
    """A claim and its exact words."""

    claim: Claim = says("the claim")
    words: str = says("exactly the characters of the claim's span")


@noun
class IncidentView:
    """An incident with everything it rests on."""

    incident: Incident = says("the incident")
    claims: dict[str, SpokenClaim] = says("its claims by id")
    documents: dict[str, DocumentHead] = says("their documents by id")
    locations: tuple[Location, ...] = says("the places its claims name, resolved or left open")


@noun
class ReadPassage:
    """A passage of a document that was read as a claim."""

    claim: Claim = says("the claim")
    incident: str | None = says("id of the incident it belongs to", default=None)


@noun
class DocumentView:
    """A document with its text and what was read in it."""

    document: Document = says("the document")
    passages: tuple[ReadPassage, ...] = says("what was read, in text order")


@noun
class SearchResult:
    """Which incidents a search finds: all words of the query, in any order, accents and case ignored."""

    query: str = says("the query as understood")
    ids: tuple[str, ...] = says("ids of the incidents, in time order")


@noun
class StandingView:
    """How a position stands to one line."""

    line: str = says("id of the line")
    name: str = says("its name")
    side: str | None = says("party on whose side of the drawn line it lies; null on the line itself", default=None)
    probability: float = says("how likely it lies on that party's side of the true line")
    words: str = says("the answer in words")
    distance_m: float = says("geodesic distance to the drawn line", unit="m")
    nearest: tuple[float, float] = says("the nearest point of the drawn line", crs="EPSG:4326")
    chainage_m: float = says("how far along the line that is", unit="m")
    error_m: float = says("95 % of the error of position and line together, across the line", unit="m")
    basis: str = says("where the error of the line comes from")


@noun
class WithinView:
    """How a position stands to one zone."""

    zone: str = says("id of the zone")
    name: str = says("its name")
    probability: float = says("how likely it lies in the zone")
    words: str = says("the answer in words")
    distance_m: float = says("geodesic distance to the zone's edge as drawn", unit="m")


@noun
class SystemView:
    """A position in one system of coordinates."""

    system: str = says("name of the system")
    words: str = says("the position as it is written there")


@noun
class PositionView:
    """What a position is called, and on which side of which line it lies."""

    lon: float = says("longitude", unit="degree", crs="EPSG:4326")
    lat: float = says("latitude", unit="degree", crs="EPSG:4326")
    radius_m: float = says("it lies within this distance of there", unit="m")
    systems: tuple[SystemView, ...] = says("the position in each system")
    sheets: dict[str, str] = says("names of the Soviet map sheets by scale; empty at the poles")
    operation: str | None = says("the operation between WGS 84 and SK-42", default=None)
    accuracy_m: float | None = says("stated accuracy of that operation", unit="m", default=None)
    lines: tuple[StandingView, ...] = says("one entry for each line of the case")
    zones: tuple[WithinView, ...] = says("one entry for each zone of the case")


@noun
class DecisionRequest:
    """A decision that is to be made."""

    kind: DecisionKind = says("what is decided")
    targets: tuple[str, ...] = says("ids of claims, incidents or, for an undo, of a decision")
    reason: str = says("why, in the reviewer's words")
    request: str = says("key of the request: the same one is stored once")
    field: str | None = says("field that is corrected", default=None)
    value: str | None = says("its right value, as people write it", default=None)
    settles: tuple[str, ...] = says("decisions in conflict that this one takes the place of", default=())


@noun
class DecidedView:
    """A decision and what becomes of it."""

    id: str = says("id of the decision")
    kind: DecisionKind = says("what was decided")
    subjects: tuple[str, ...] = says("ids as they were given")
    claims: tuple[str, ...] = says("claims of the record it is about")
    field: str | None = says("field that is corrected", default=None)
    value: str | None = says("its value, as JSON", default=None)
    names: tuple[str, ...] = says("decisions that it undoes or settles")
    reason: str = says("why")
    author: str = says("who decided")
    decided_at: str = says("when, ISO 8601 UTC")
    state: str = says("applied, noted, conflict, superseded, undone or vanished")
    against: tuple[str, ...] = says("decisions that it disagrees with")


@noun
class ReviewingView:
    """What reviewers decided, for the page of the one who reviews here."""

    author: str = says("who decides on this page")
    token: str = says("goes as the header X-Merestone-Token with every decision")
    waiting: int = says("decisions since the record that is served was built")
    fields: tuple[str, ...] = says("fields of a claim that can be corrected")
    decisions: tuple[DecidedView, ...] = says("all decisions, in the order they were made")


@noun
class BuiltView:
    """A record that was built."""

    record_id: str = says("id of the record")


@noun
class Problem:
    """Every error of the API."""

    code: str = says("stable code; `merestone explain CODE` says more")
    message: str = says("one sentence that says what to do")


# --------------------------------------------------------------------------------------------------------------------------
# the withdrawal planner

Json = dict[str, Any]


@noun
class PlannerLine:
    """A line of the case that a withdrawal can be measured from."""

    id: str = says("id of the line")
    name: str = says("its name")
    left_party: str = says("code of the party on its left")
    right_party: str = says("code of the party on its right")
    length_km: float = says("length on the ellipsoid", unit="km")
    most_km: float = says("the deepest zone that can be asked for", unit="km")


@noun
class PlannerTier:
    """A tier of the case's agreement."""

    name: str = says("name of the tier")
    depth_km: float = says("depth on each side", unit="km")
    forbids: tuple[str, ...] = says("what must leave")
    may_stay: tuple[str, ...] = says("classes that may stay all the same")


@noun
class PlannerAgreement:
    """The case's agreement."""

    name: str = says("name of the agreement")
    source: str = says("the text it was taken from")
    notice: str = says("what a reader must know")
    lines: tuple[str, ...] = says("ids of the lines that it is measured from")
    tiers: tuple[PlannerTier, ...] = says("what is forbidden within which depth")
    valid_from: str | None = says("first day, YYYY-MM-DD; null where none is agreed")
    preconditions: tuple[Json, ...] = says(
        "quiet days asked for, and what the record says: quiet_days, state, sentence, breaks"
    )


@noun
class PlannerParts:
    """What else can be asked for."""

    schedule: bool = says("whether there are an agreement and declared positions")
    verification: bool = says("whether, besides, the agreement has a first day")


@noun
class RefusedFile:
    """A file of the folder ``withdrawal`` that cannot be used."""

    file: str = says("path inside the case")
    code: str = says("code of the message")
    message: str = says("one sentence that says what to do")


@noun
class PlannerView:
    """What the planner of a case can plan."""

    lines: tuple[PlannerLine, ...] = says("lines between two parties, in the order of the case")
    agreement: PlannerAgreement | None = says("the case's agreement; null where there is none that can be used")
    positions: int = says("declared positions that were read")
    parts: PlannerParts = says("what else can be asked for")
    refused: tuple[RefusedFile, ...] = says("files that cannot be used, and why")


@noun
class SettlementView:
    """A settlement of the gazetteer."""

    name: str = says("the parties' names, or the neutral one")
    population: int | None = says("people, where known")
    lon: float = says("longitude", unit="degree", crs="EPSG:4326")
    lat: float = says("latitude", unit="degree", crs="EPSG:4326")


@noun
class LeavingView:
    """Declared positions of a side at a depth."""

    declared: int = says("positions it declared near this line")
    must_leave: int = says("those that are almost surely inside")
    may_have_to_leave: int = says("those that may be inside")


@noun
class SliderZone:
    """One side's zone at the depth asked for."""

    party: str = says("code of the side")
    area_km2: float = says("area; of the quick zone to about 2 %", unit="km²")
    settlements: int = says("settlements of the gazetteer inside")
    people: int = says("people in them, where known")
    largest: tuple[SettlementView, ...] = says("the largest of them, five at most")
    positions: LeavingView | None = says("declared positions; null where nobody declared any near this line")
    certain_km2: float | None = says("area that is inside in spite of the map's error; null for the quick zone", unit="km²")
    depends_km2: float | None = says("area that depends on the map; null for the quick zone", unit="km²")
    geometry: Json = says("GeoJSON geometry, simplified for the eye", crs="EPSG:4326")
    depends: Json | None = says("the ground that depends on the map; null for the quick zone", default=None)


@noun
class SliderView:
    """A plain mirror withdrawal from a line, at one depth."""

    line: str = says("id of the line")
    depth_km: float = says("the depth, to a metre", unit="km")
    exact: bool = says("whether the zones are exact, or coarse ones for a slider")
    zones: tuple[SliderZone, ...] = says("the side on the left of the line, then the one on its right")
    larger: str | None = says("code of the side whose zone is larger; null where they are equal")
    more_percent: float | None = says("by how much it is larger than the other")


@noun
class AgreedZonesView:
    """The zones of the case's agreement, its balance sheet, and the declared positions as it judges them."""

    zones: tuple[Json, ...] = says("party, tier, depth_km, area_km2, certain_km2, depends_km2, geometry, depends")
    balance: tuple[Json, ...] = says("tier, measure, label, and values by code of the side")
    exceptions: tuple[Json, ...] = says("name, kind, geometry")
    positions: tuple[Json, ...] = says("nothing finer than declared: class, strength, place, verdict, probability, to, move_km")
    notes: tuple[str, ...] = says("what a reader must know")


@noun
class ScheduleView:
    """The order of the withdrawal; the fields are those of ``merestone withdraw schedule --json``."""

    agreement: str = says("name of the agreement")
    days: int = says("days it takes")
    steps: tuple[Json, ...] = says("day by day what each side moves in each section")
    stage: Json = says("number, from 1, of the stage or phase that a position goes in, by id, where the order has some")
    stay: tuple[str, ...] = says("ids of positions that need not move")
    clauses: Json = says("what the order keeps to")
    notes: tuple[str, ...] = says("what a reader must know")


@noun
class VerificationView:
    """What is known on a day; the fields are those of ``merestone withdraw verify --json``, and two more."""

    agreement: str = says("name of the agreement")
    at: str = says("the day told of, YYYY-MM-DD")
    time_zone: str = says("IANA zone whose days are told of")
    days: tuple[str, str] = says("the days that can be asked for")
    positions: tuple[Json, ...] = says("each declared position: its status, probabilities, evidence")
    breaches: tuple[Json, ...] = says("what probably should not be where it is, with its evidence")
    compliance: tuple[Json, ...] = says("of each side and day, how many positions have each status")
    coverage: tuple[Json, ...] = says("of each side, how much ground was looked at, and when")
    cells: Json = says("number of cells by status")
    look_next: Json = says("where to look next")
    features: Json = says("GeoJSON of cells, positions and places to look at", crs="EPSG:4326")
