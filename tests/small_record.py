"""A small record made of nouns: two parties and a monitor, one contested incident, one without date or place, hostile text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import shapely

from merestone import model
from merestone.case import Case
from merestone.record import current_folder, write_record

CASE_FILE = """
format = 1
name = "A valley"
notice = "Written for tests: check the source before quoting."
time_zone = "Asia/Yerevan"

[[parties]]
code = "ARM"
name = "Armenia"

[[parties]]
code = "AZE"
name = "Azerbaijan"

[[sources]]
code = "ARM-MOD"
name = "Ministry of Defence of Armenia"
affiliation = "party"

[[sources]]
code = "EU-EUMA"
name = "European Union Mission in Armenia"
affiliation = "monitor"
"""

# an astral character before the claim: spans count code points, browsers count UTF-16 units
SAID = "\N{GRINNING FACE} At 00:05 their units fired at Sotk. Two servicemen were killed."
DENIED = "The claim that we fired at Sotk is false."
HOSTILE = (
    "<script>window.hostile = 1</script><img src=x onerror='window.hostile = 2'> was written there. The bridge was closed."
)


def _span(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def _document(name: str, publisher: str, published: str, text: str, url: str | None) -> model.Document:
    return model.Document(
        id=name, item=name[0] * 64, part=0, title=f"Statement <b>{name}</b>", publisher=publisher, published=published,
        text=text, source_url=url,
    )  # fmt: skip


DOCUMENTS = (
    _document("said", "ARM-MOD", "2022-09-13", SAID, "https://example.org/said"),
    _document("denied", "AZE-MOD", "2022-09-14", DENIED, "javascript:window.hostile = 3"),
    _document("hostile/../<x>", "EU-EUMA", "2023-01-02", HOSTILE, None),
    _document("quiet", "EU-EUMA", "2022-12-24", "The office is closed until Monday.", None),
)

SOTK = model.Mention(name="Sotk", span=_span(SAID, "Sotk"), role="at")

CLAIMS = (
    model.Claim(
        id="said#0", document="said", span=_span(SAID, "At 00:05 their units fired at Sotk"), speaker="ARM-MOD", act="asserts",
        event="fire", actor="AZE-MIL", target="ARM-MIL", time=("2022-09-13T00:05", "2022-09-13T00:05"), places=(SOTK,),
        because=(model.Reason(field="event", rule="verb:fire", words="fired", span=_span(SAID, "fired")),),
    ),
    model.Claim(
        id="said#1", document="said", span=_span(SAID, "Two servicemen were killed"), speaker="ARM-MOD", act="asserts",
        event="killed", target="ARM-MIL", time=("2022-09-13", "2022-09-13"),
        quantities=(model.Quantity(what="killed", value=2, unit="1"),),
    ),
    model.Claim(
        id="denied#0", document="denied", span=_span(DENIED, DENIED[:-1]), speaker="AZE-MOD", act="denies", event="fire",
        actor="AZE-MIL", time=("2022-09-13", "2022-09-13"),
        places=(model.Mention(name="Sotk", span=_span(DENIED, "Sotk"), role="at"),),
    ),
    model.Claim(
        id="hostile/../<x>#0", document="hostile/../<x>", span=_span(HOSTILE, HOSTILE), speaker="EU-EUMA", act="asserts",
        event="blockade", places=(model.Mention(name="The bridge", span=_span(HOSTILE, "The bridge"), role="at"),),
    ),
)  # fmt: skip

PLACE = model.Place(
    id="case:sotk", name="Sotk / Zod",
    names=(model.PlaceName(name="Sotk", party="ARM"), model.PlaceName(name="Zod", party="AZE")),
    geometry=shapely.to_wkb(shapely.Point(45.86, 40.2), byte_order=1), lon=45.86, lat=40.2, radius_m=1500, feature="settlement",
    gazetteer="case",
)  # fmt: skip

LINE = model.Line(
    id="boundary", name="The boundary", source_map="drawn for tests", accuracy_m=2000, left_party="ARM", right_party="AZE",
    geometry=shapely.to_wkb(shapely.LineString([(45.9, 40.6), (45.95, 40.2), (46.2, 39.8)]), byte_order=1),
)  # fmt: skip


def _location(claim: str, side: str | None) -> model.Location:
    sides = (model.LineSide(line="boundary", side=side, distance_m=7600, nearest_lon=45.95, nearest_lat=40.2),)
    return model.Location(
        claim=claim, mention=0, name="Sotk", role="at", place="case:sotk", lon=45.86, lat=40.2, radius_m=1500,
        probability=0.98, because="the only place of that name", sides=sides,
    )  # fmt: skip


LOCATIONS = (
    _location("said#0", "ARM"),
    _location("denied#0", "ARM"),
    model.Location(claim="hostile/../<x>#0", mention=0, name="The bridge", role="at", because="no gazetteer has it"),
)

FIRE = model.Incident(
    id="i-000000000001", event="fire", time=("2022-09-13T00:05", "2022-09-13"),
    begins=datetime(2022, 9, 12, 20, tzinfo=UTC), ends=datetime(2022, 9, 13, 20, tzinfo=UTC),
    places=(
        model.IncidentPlace(
            place="case:sotk", name="Sotk / Zod", lon=45.86, lat=40.2, radius_m=1500, speakers=("ARM", "AZE")
        ),
    ),
    parties=("ARM", "AZE"),
    versions=(
        model.Version(speaker="ARM", affiliation="party", claims=("said#0", "said#1")),
        model.Version(
            speaker="AZE", affiliation="party", claims=("denied#0",),
            denials=(model.Denial(claim="denied#0", denies=("said#0",)),),
        ),
    ),
    comparisons=(
        model.Comparison(
            question="happened", agreement="conflict", difference="says so vs denies it",
            answers=(
                model.Answer(speaker="ARM", value="says so", claims=("said#0",)),
                model.Answer(speaker="AZE", value="denies it", claims=("denied#0",)),
            ),
        ),
        model.Comparison(
            question="killed:ARM", agreement="single", answers=(model.Answer(speaker="ARM", value="2", claims=("said#1",)),)
        ),
    ),
    contested=True, independent_sources=1,
    voices=(
        model.Voice(speakers=("ARM",), affiliation="party", claims=("said#0", "said#1"), documents=("said",), counts=True),
    ),
    summary="Armenia reports fire at Sotk / Zod on 13 Sep 2022; Azerbaijan denies it.",
    joins=(model.Join(left="said#0", right="denied#0", probability=0.93, because=("same day", "both involve ARM and AZE")),),
)  # fmt: skip

CLOSED = model.Incident(
    id="i-000000000002", event="blockade", places=(model.IncidentPlace(place=None, name="The bridge", speakers=("EU",)),),
    versions=(model.Version(speaker="EU", affiliation="monitor", claims=("hostile/../<x>#0",)),),
    summary="The European Union Mission in Armenia reports <i>a closed bridge</i>.",
)  # fmt: skip


def make_case(folder: Path) -> Case:
    """A case with this record."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(CASE_FILE, encoding="utf-8")
    case = Case.open(folder)
    codes = sorted({*case.sources, *(claim.speaker for claim in CLAIMS)})
    tables = {
        "sources": model.to_table(model.Source, [case.source(code) for code in codes]),
        "documents": model.to_table(model.Document, DOCUMENTS),
        "claims": model.to_table(model.Claim, CLAIMS),
        "places": model.to_table(model.Place, [PLACE]),
        "locations": model.to_table(model.Location, LOCATIONS),
        "observations": model.to_table(model.Observation, []),
        "lines": model.to_table(model.Line, [LINE]),
        "zones": model.to_table(model.Zone, []),
        "incidents": model.to_table(model.Incident, [CLOSED, FIRE]),
        "decisions": model.to_table(model.Decision, []),
        "outcomes": model.to_table(model.Outcome, []),
    }
    write_record(case, tables, {})
    return case


def record_folder(folder: Path) -> Path:
    """Folder of the record of a case made here."""
    return current_folder(make_case(folder))
