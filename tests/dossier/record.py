"""A small record that fills every layer: one located claim, one open one, one without a place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import shapely

from merestone.case import Case
from merestone.model import (
    Claim,
    Document,
    Incident,
    IncidentPlace,
    Line,
    LineSide,
    Location,
    Mention,
    Observation,
    Place,
    PlaceName,
    Quantity,
    Source,
    Version,
    Zone,
    to_table,
)  # fmt: skip

NOTICE = "Digests – check the source before quoting."
ADDRESS = "https://example.org/1"
TEXT = "=2+5 they opened fire near Sotk. Ամփոփում."


def small_case(folder: Path) -> Case:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(
        f'format = 1\nname = "Small"\nnotice = "{NOTICE}"\n'
        '[[parties]]\ncode = "ARM"\nname = "Armenia"\n[[parties]]\ncode = "AZE"\nname = "Azerbaijan"\n',
        encoding="utf-8",
    )
    return Case.open(folder)


def small_record() -> dict[str, pa.Table]:
    document = Document(
        id="d1",
        item="0" * 64,
        part=0,
        title="@Title",
        publisher="ARM-MOD",
        published="2022-09-13",
        source_url=ADDRESS,
        text=TEXT,
    )
    claims = [
        Claim(
            id="d1#0", document="d1", span=(0, 32), speaker="ARM-MOD", act="asserts", event="fire", actor="AZE-MIL",
            time=("2022-09-13", "2022-09-13"), places=(Mention(name="Sotk", span=(27, 31), role="near"),),
            quantities=(Quantity(what="area", value=150.0, unit="km2", approx=True),), means=("mortar", "uav"),
        ),
        Claim(
            id="d1#1", document="d1", span=(0, 4), speaker="ARM-MOD", act="denies", event="fire",
            places=(Mention(name="village", span=(0, 4), role="at"),),
        ),
        Claim(id="d1#2", document="d1", span=(33, 42), speaker="ARM-MOD", act="demands", event="withdrawal"),
    ]  # fmt: skip
    side = LineSide(line="east", side="ARM", distance_m=6700.0, nearest_lon=45.95, nearest_lat=40.2)
    locations = [
        Location(
            claim="d1#0", mention=0, name="Sotk", role="near", place="geonames:616041", lon=45.86951, lat=40.20007,
            radius_m=4000.0, probability=0.99, because="its main name", sides=(side,),
        ),
        Location(claim="d1#1", mention=0, name="village", role="at", because="“village” names no place by itself"),
    ]  # fmt: skip
    place = Place(
        id="geonames:616041", name="Sotk / Zod", names=(PlaceName(name="Zod", language="az", party="AZE"),), lon=45.86951,
        lat=40.20007, geometry=shapely.to_wkb(shapely.Point(45.86951, 40.20007), byte_order=1), radius_m=1000.0,
        feature="settlement", country="ARM", population=930, gazetteer="geonames",
    )  # fmt: skip
    observation = Observation(
        id="o-000000000000", claim="d1#0", observer="ARM-MOD", event="fire", observer_lon=45.7, observer_lat=40.2,
        observer_radius_m=1000.0, bearing_from_deg=67.5, bearing_to_deg=112.5, distance_min_m=3000.0, distance_max_m=8000.0,
        begins=datetime(2022, 9, 12, 20, tzinfo=UTC), ends=datetime(2022, 9, 13, 20, tzinfo=UTC),
        geometry=shapely.to_wkb(shapely.box(45.74, 40.18, 45.8, 40.22), byte_order=1), because="east of Vardenis",
    )  # fmt: skip
    line = Line(
        id="east", name="East", source_map="a map", scale=10_000_000, accuracy_m=3000.0, left_party="ARM", right_party="AZE",
        geometry=shapely.to_wkb(shapely.LineString([(46, 40), (46, 41)]), byte_order=1),
    )  # fmt: skip
    zone = Zone(
        id="buffer", name="Buffer", kind="buffer", source_map="a map", accuracy_m=500.0,
        geometry=shapely.to_wkb(shapely.box(45, 40, 46, 41), byte_order=1),
    )  # fmt: skip
    incident = Incident(
        id="i-000000000000", event="fire", time=("2022-09-13", "2022-09-13"), parties=("ARM", "AZE"), contested=True,
        places=(IncidentPlace(place=place.id, name=place.name, lon=place.lon, lat=place.lat, radius_m=4000.0),),
        versions=(Version(speaker="ARM", affiliation="party", claims=("d1#0",)),), summary="ARM says that AZE opened fire.",
    )  # fmt: skip
    return {
        "sources": to_table(Source, [Source(code="ARM-MOD", name="Ministry", affiliation="party", party="ARM")]),
        "documents": to_table(Document, [document]), "claims": to_table(Claim, claims), "places": to_table(Place, [place]),
        "locations": to_table(Location, locations), "observations": to_table(Observation, [observation]),
        "lines": to_table(Line, [line]), "zones": to_table(Zone, [zone]),
        "incidents": to_table(Incident, [incident]),
    }  # fmt: skip
