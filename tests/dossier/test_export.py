"""A record leaves the case whole, sourced, harmless to open, and the same twice."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import geopandas
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dossier.record import ADDRESS, NOTICE, small_case, small_record
from merestone.case import Case
from merestone.dossier.export import KINDS, export, guarded
from merestone.dossier.layers import GEOMETRY_TYPE, LAYERS
from merestone.errors import MerestoneError


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return small_case(tmp_path / "small")


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.mark.parametrize("kind", KINDS)
def test_two_exports_have_the_same_bytes(case: Case, tmp_path: Path, kind: str) -> None:
    first = export(small_record(), case, kind, tmp_path / "first.out")
    second = export(small_record(), case, kind, tmp_path / "second.out")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_replaces_an_earlier_one_and_leaves_nothing_else(case: Case, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "out"
    for _ in range(2):
        paths = export(small_record(), case, kind, folder / "x.gpkg" if kind == "geopackage" else folder)
    assert sorted(folder.iterdir()) == sorted(paths)


def test_without_a_name_it_stands_beside_the_case(case: Case) -> None:
    assert export(small_record(), case, "geopackage") == [case.folder.parent / "small.gpkg"]
    assert {path.parent for path in export(small_record(), case, "csv")} == {case.folder.parent / "small-csv"}


def test_a_geopackage_opens_with_every_layer(case: Case, tmp_path: Path) -> None:
    (path,) = export(small_record(), case, "geopackage", tmp_path / "x.gpkg")
    assert dict(pyogrio.list_layers(path)) == GEOMETRY_TYPE
    claims = geopandas.read_file(path, layer="claims")
    assert claims.crs.to_epsg() == 4326
    assert list(claims["place_name"].fillna("")) == ["Sotk / Zod", "", ""]
    assert claims.geometry[0].equals(shapely.Point(45.86951, 40.20007))
    assert claims.geometry[1] is None
    assert set(claims["notice"]) == {NOTICE}
    assert set(claims["source_url"]) == {ADDRESS}
    lines = geopandas.read_file(path, layer="lines")
    assert (lines.loc[0, "left_party"], lines.loc[0, "scale"]) == ("ARM", 10_000_000)
    assert geopandas.read_file(path, layer="zones").geometry[0].geom_type == "MultiPolygon"
    assert pyogrio.read_dataframe(path, layer="documents")["source_url"][0] == ADDRESS


def test_an_observation_is_an_area_with_what_it_rests_on(case: Case, tmp_path: Path) -> None:
    paths = {path.stem: path for path in export(small_record(), case, "geojson", tmp_path / "out")}
    (observation,) = json.loads(paths["observations"].read_text(encoding="utf-8"))["features"]
    assert observation["geometry"]["type"] == "MultiPolygon"
    told = observation["properties"]
    assert (told["claim"], told["source_url"], told["because"]) == ("d1#0", ADDRESS, "east of Vardenis")
    assert (told["bearing_from_deg"], told["distance_max_m"], told["begins"]) == (67.5, 8000.0, "2022-09-12T20:00:00Z")


def test_geojson_is_read_back_as_it_was(case: Case, tmp_path: Path) -> None:
    paths = {path.stem: path for path in export(small_record(), case, "geojson", tmp_path / "out")}
    assert tuple(paths) == LAYERS
    collection = json.loads(paths["claims"].read_text(encoding="utf-8"))
    assert collection["notice"] == NOTICE
    located, unresolved, placeless = collection["features"]
    assert located["geometry"] == {"type": "Point", "coordinates": [45.86951, 40.20007]}
    assert located["properties"]["sides"] == "east: ARM, 6700 m"
    assert located["properties"]["quantities"] == "area: about 150 km2"
    assert unresolved["geometry"] is None
    assert unresolved["properties"]["because"] == "“village” names no place by itself"
    assert placeless["properties"]["mention"] is None
    frame = geopandas.read_file(paths["incidents"])
    assert frame.geometry[0].geom_type == "MultiPoint"
    assert bool(frame.loc[0, "contested"])


def test_geoparquet_states_what_its_specification_asks_for(case: Case, tmp_path: Path) -> None:
    paths = {path.stem: path for path in export(small_record(), case, "geoparquet", tmp_path / "out")}
    metadata = pq.read_schema(paths["lines"]).metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["MultiLineString"]
    assert column["bbox"] == [46.0, 40.0, 46.0, 41.0]
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert metadata[b"notice"].decode() == NOTICE
    frame = geopandas.read_parquet(paths["claims"])
    assert frame.geometry[0].x == 45.86951
    counted = duckdb.sql(f"SELECT count(*), count(geometry) FROM '{paths['claims'].as_posix()}'").fetchall()
    assert counted == [(3, 1)]


def test_an_empty_record_still_gives_every_layer(case: Case, tmp_path: Path) -> None:
    empty = {name: table.slice(0, 0) for name, table in small_record().items()}
    (path,) = export(empty, case, "geopackage", tmp_path / "x.gpkg")
    assert len(pyogrio.list_layers(path)) == len(LAYERS)
    geoparquet = {p.stem: p for p in export(empty, case, "geoparquet", tmp_path / "parquet")}
    assert json.loads(pq.read_schema(geoparquet["claims"]).metadata[b"geo"])["columns"]["geometry"]["geometry_types"] == []
    for kind in ("geojson", "csv"):
        assert len(export(empty, case, kind, tmp_path / kind)) == len(LAYERS)


def test_csv_keeps_every_script_and_every_source(case: Case, tmp_path: Path) -> None:
    paths = {path.stem: path for path in export(small_record(), case, "csv", tmp_path / "out")}
    claims = rows_of(paths["claims"])
    assert claims[2]["words"] == "Ամփոփում."
    assert {row["source_url"] for row in claims} == {ADDRESS}
    assert {row["notice"] for name in LAYERS for row in rows_of(paths[name])} == {NOTICE}
    assert rows_of(paths["lines"])[0]["wkt"] == "MULTILINESTRING ((46 40, 46 41))"


def test_csv_starts_no_formula(case: Case, tmp_path: Path) -> None:
    paths = {path.stem: path for path in export(small_record(), case, "csv", tmp_path / "out")}
    assert rows_of(paths["claims"])[0]["words"].startswith("'=2+5")
    assert rows_of(paths["documents"])[0]["title"] == "'@Title"


@given(st.text(max_size=6))
def test_no_text_that_starts_a_formula_stays_bare(text: str) -> None:
    safe = guarded(text)
    assert safe.lstrip()[:1] not in ("=", "+", "-", "@")
    assert safe in (text, f"'{text}")


@given(st.floats(allow_nan=False) | st.integers() | st.none())
def test_numbers_are_not_touched(number: float | None) -> None:
    assert guarded(number) is number


def test_an_unknown_format_is_named_with_the_known_ones(case: Case) -> None:
    with pytest.raises(MerestoneError, match=r"shapefile is not a format.*geopackage"):
        export(small_record(), case, "shapefile")


def test_a_name_of_the_wrong_sort_is_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MerestoneError) as refused:
        export(small_record(), case, "csv", tmp_path / "file")
    assert refused.value.code == "M722"
    with pytest.raises(MerestoneError) as refused:
        export(small_record(), case, "geopackage", tmp_path)
    assert refused.value.code == "M722"


def test_a_failed_export_leaves_the_earlier_file(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = export(small_record(), case, "geopackage", tmp_path / "x.gpkg")
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise pyogrio.errors.FeatureError("disk I/O error")

    monkeypatch.setattr(pyogrio, "write_arrow", fail)
    with pytest.raises(MerestoneError):
        export(small_record(), case, "geopackage", path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name != "small"] == ["x.gpkg"]
