"""A layer of any format gives the same features in WGS 84, what is written is read again, and no file leads anywhere else."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import string
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.places import load_lines
from merestone.places.layer_files.layers import Feature, read_feature, read_features, read_layer
from merestone.places.layer_files.writing import write_features
from merestone.places.systems.datums import to_sk42

SUFFIXES = (".geojson", ".gpkg", ".parquet", ".shp", ".zip", ".kml", ".kmz")
TABLES = tuple(suffix for suffix in SUFFIXES if suffix != ".geojson")
LINE = shapely.LineString([(45.25, 40.5), (45.5, 40.75), (45.375, 41.0)])
SQUARE = shapely.Polygon([(45, 40), (46, 40), (46, 41), (45, 41)], [[(45.25, 40.25), (45.5, 40.25), (45.5, 40.5)]])


def refused(path: Path, wanted: str = "LineString", **options: Any) -> MerestoneError:
    with pytest.raises(MerestoneError) as error:
        read_features(path, wanted, **options)
    assert "\n" not in str(error.value)
    return error.value


def same_place(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two geometries are the same to a billionth of a degree, wherever their rings begin."""
    one, other = shapely.normalize(one), shapely.normalize(other)
    a, b = shapely.get_coordinates(one), shapely.get_coordinates(other)
    return one.geom_type == other.geom_type and a.shape == b.shape and bool(np.abs(a - b).max() <= 1e-9)


# --------------------------------------------------------------------------------------------------------------------------
# there and back

LONGITUDES, LATITUDES = st.floats(-179.9, 179.9), st.floats(-89.9, 89.9)


@st.composite
def lines(draw: st.DrawFn) -> shapely.Geometry:
    lon, lat = draw(LONGITUDES) * 0.9, draw(LATITUDES) * 0.9
    steps = draw(st.lists(st.tuples(st.floats(0.001, 0.5), st.floats(-0.5, 0.5)), min_size=1, max_size=6))
    return shapely.LineString([(lon, lat), *((lon + x, lat + y) for x, y in np.cumsum(steps, axis=0))])


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Geometry:
    lon, lat = draw(LONGITUDES) * 0.9, draw(LATITUDES) * 0.9
    shell = shapely.box(lon, lat, lon + draw(st.floats(0.1, 5)), lat + draw(st.floats(0.1, 5)))
    x, y, right, top = shell.bounds
    hole = shapely.box(x + (right - x) / 4, y + (top - y) / 4, x + (right - x) / 2, y + (top - y) / 2)
    return shapely.Polygon(shell.exterior.coords, [hole.exterior.coords] if draw(st.booleans()) else [])


POINTS = st.builds(shapely.Point, LONGITUDES, LATITUDES)
GEOMETRIES = st.one_of(
    st.lists(POINTS, min_size=1, max_size=4), st.lists(lines(), min_size=1, max_size=4),
    st.lists(polygons(), min_size=1, max_size=4),
)  # fmt: skip
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1, max_size=40)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "party": TEXTS.map(str.strip).filter(bool), "scale": st.integers(-(2**31) + 1, 2**31 - 1),
        "error": st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.6g}")),
    },
)  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GEOMETRIES, st.data())
def test_what_is_written_is_read_again(tmp_path: Path, suffix: str, shapes: list[Any], data: st.DataObject) -> None:
    features = [Feature("", data.draw(PROPERTIES), shape) for shape in shapes]
    path = tmp_path / f"there{suffix}"
    assert write_features(path, features) == []
    back = read_layer(path)
    assert back.left_out == 0
    for before, after in zip(features, back.features, strict=True):
        assert same_place(before.geometry, after.geometry)
        assert after.properties == pytest.approx(before.properties)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_features_are_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    features = [Feature("a", {"id": "a", "name": "Սոթք"}, LINE)]
    for folder in ("one", "two"):
        write_features(tmp_path / folder / f"x{suffix}", features)
    one, two = (sorted((tmp_path / folder).iterdir()) for folder in ("one", "two"))
    assert [file.name for file in one] == [file.name for file in two]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_no_clock_enters_a_file(tmp_path: Path) -> None:
    write_features(tmp_path / "x.shp", [Feature("a", {"n": 1}, LINE)])
    assert (tmp_path / "x.dbf").read_bytes()[1:4] == bytes([100, 1, 1])
    write_features(tmp_path / "x.zip", [Feature("a", {"n": 1}, LINE)])
    assert {member.date_time[0] for member in zipfile.ZipFile(tmp_path / "x.zip").infolist()} == {2000}
    write_features(tmp_path / "x.gpkg", [Feature("a", {"n": 1}, LINE)])
    with sqlite3.connect(tmp_path / "x.gpkg") as database:
        assert database.execute("SELECT last_change FROM gpkg_contents").fetchall() == [("2000-01-01T00:00:00.000Z",)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_several_parts_and_an_id_survive(tmp_path: Path, suffix: str) -> None:
    several = shapely.MultiLineString([LINE, [(1, 2), (3, 4)]])
    write_features(tmp_path / f"x{suffix}", [Feature("first", {}, LINE), Feature("second", {}, several)])
    found = read_feature(tmp_path / f"x{suffix}", "LineString", "second")
    assert (found.id, same_place(found.geometry, several)) == ("second", True)


@pytest.mark.parametrize("suffix", TABLES)
def test_another_program_reads_what_is_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    write_features(path, [Feature("a", {"name": "Zod"}, SQUARE)])
    frame = geopandas.read_parquet(path) if suffix == ".parquet" else geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4326 or frame.crs.to_authority() == ("OGC", "CRS84")
    assert frame.geometry[0].area == pytest.approx(SQUARE.area)
    assert "Zod" in frame.iloc[0].tolist()


def test_what_a_format_cannot_keep_is_said(tmp_path: Path) -> None:
    rich = {"left_party_of_the_line": "ARM", "left_party_of_the_map": "AZE", "sure": True, "note": "ն" * 200, "parts": [1, 2]}
    notes = write_features(tmp_path / "x.shp", [Feature("", rich, LINE)])
    assert notes == [
        "left_party_of_the_line is called left_party", "left_party_of_the_map is called left_par_2",
        "true and false of sure are 1 and 0", "note is cut to 254 bytes",
        "parts is no simple value and is written as JSON text",
    ]  # fmt: skip
    assert write_features(tmp_path / "x.geojson", [Feature("", rich, LINE)]) == []
    (found,) = read_features(tmp_path / "x.shp", "LineString")
    assert found.properties == {"left_party": "ARM", "left_par_2": "AZE", "sure": 1, "note": "ն" * 127, "parts": "[1,2]"}


def test_a_shapefile_of_lines_and_points_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError, match="one kind of geometry, and here is LineString, Point"):
        write_features(tmp_path / "x.shp", [Feature("", {}, LINE), Feature("", {}, shapely.Point(1, 2))])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_texts_that_no_format_can_hold_are_made_harmless(tmp_path: Path, suffix: str) -> None:
    write_features(tmp_path / f"x{suffix}", [Feature("", {"name": "a\x00\x1b\ud800b"}, LINE)])
    (found,) = read_features(tmp_path / f"x{suffix}", "LineString")
    assert found.properties["name"] == "a\ufffd\ufffd\ufffdb"


# --------------------------------------------------------------------------------------------------------------------------
# coordinate systems


def layer_in(path: Path, crs: str | None, shape: shapely.Geometry = LINE, given: str | None = None) -> Path:
    """A file of another program, with the shape in a coordinate system, which it may call by another name or not at all."""
    move = Transformer.from_crs("EPSG:4326", crs or "EPSG:4326", always_xy=True).transform
    moved = shapely.transform(shape, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    frame = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[moved], crs=given if given or crs is None else crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, engine="pyogrio")
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet"])
@pytest.mark.parametrize("crs", ["EPSG:28408", "EPSG:32638", "EPSG:4284", "EPSG:3857", "EPSG:4326"])
def test_every_coordinate_system_ends_in_wgs_84(tmp_path: Path, suffix: str, crs: str) -> None:
    path = layer_in(tmp_path / f"x{suffix}", crs)
    (found,) = read_features(path, "LineString")
    # PROJ goes back by another road than it came, and leaves up to 0.25 mm.
    assert np.abs(shapely.get_coordinates(found.geometry) - shapely.get_coordinates(LINE)).max() < 1e-8
    assert read_layer(path).crs.startswith("EPSG:") or suffix == ".shp"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet"])
@pytest.mark.parametrize("crs", ["EPSG:28408", "EPSG:4284"])
def test_sk_42_is_shifted_alike_on_both_sides_of_a_border(tmp_path: Path, suffix: str, crs: str) -> None:
    # Tbilisi and Yerevan: PROJ by itself would take an operation of Russia's for the one that its box takes in.
    places = shapely.LineString([(44.8, 41.7), (44.5, 40.2)])
    (found,) = read_features(layer_in(tmp_path / f"x{suffix}", crs, soviet(places)), "LineString")
    assert np.abs(shapely.get_coordinates(found.geometry) - shapely.get_coordinates(places)).max() < 1e-8


def soviet(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape as PROJ's own choice would have to find it, for it to end where it is by the program's operation."""
    choose = Transformer.from_crs("EPSG:4284", "EPSG:4326", always_xy=True).transform
    return shapely.transform(shape, lambda xy: np.column_stack(choose(*to_sk42(xy[:, 0], xy[:, 1]))))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet"])
def test_a_missing_coordinate_system_must_be_given(tmp_path: Path, suffix: str) -> None:
    path = layer_in(tmp_path / f"x{suffix}", "EPSG:28408", given="EPSG:28408")
    frame = (geopandas.read_parquet if suffix == ".parquet" else geopandas.read_file)(path).set_crs(None, allow_override=True)
    bare = tmp_path / f"bare{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # geopandas warns of the very thing
        frame.to_parquet(bare) if suffix == ".parquet" else frame.to_file(bare, engine="pyogrio")
    assert refused(bare).code == "M531"
    assert "--crs EPSG:4326" in str(refused(bare))
    (found,) = read_features(bare, "LineString", crs="EPSG:28408")
    assert np.abs(shapely.get_coordinates(found.geometry) - shapely.get_coordinates(LINE)).max() < 1e-8


def swapped(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


@pytest.mark.parametrize(
    ("crs", "said", "problem"),
    [
        pytest.param("EPSG:4326", "EPSG:28408", "look like degrees", id="degrees said to be metres"),
        pytest.param("EPSG:28408", "EPSG:4326", "may be metres", id="metres said to be degrees"),
        pytest.param("EPSG:28408", "EPSG:28418", "far outside the area", id="the zone of another country"),
        pytest.param("EPSG:3857", "EPSG:32638", "far outside|no place on Earth|exchanged", id="metres of another projection"),
    ],
)
@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_coordinates_that_do_not_fit_are_found(tmp_path: Path, suffix: str, crs: str, said: str, problem: str) -> None:
    path = layer_in(tmp_path / f"x{suffix}", crs, given=said)
    error = refused(path)
    assert error.code == "M534"
    assert any(words in str(error) for words in problem.split("|"))
    assert same_place(read_features(path, "LineString", crs=crs)[0].geometry, LINE) or crs != "EPSG:4326"


def test_exchanged_coordinates_are_found(tmp_path: Path) -> None:
    east = shapely.LineString([(128.1, 38.2), (128.3, 38.4)])
    error = refused(layer_in(tmp_path / "x.gpkg", "EPSG:4326", swapped(east)))
    assert (error.code, "exchanged" in str(error)) == ("M534", True)
    move = Transformer.from_crs("EPSG:4326", "EPSG:28408", always_xy=True).transform
    metres = swapped(shapely.transform(LINE, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))))
    geopandas.GeoDataFrame(geometry=[metres], crs="EPSG:28408").to_file(tmp_path / "y.gpkg")
    error = refused(tmp_path / "y.gpkg")
    assert (error.code, "exchanged" in str(error)) == ("M534", True)


@pytest.mark.parametrize("crs", ["EPSG:0", "nonsense", "", "EPSG:4978"])
def test_a_coordinate_system_that_cannot_be_is_refused(tmp_path: Path, crs: str) -> None:
    assert refused(layer_in(tmp_path / "x.gpkg", "EPSG:4326"), crs=crs).code in ("M534", "M535")


@pytest.mark.parametrize("suffix", [".geojson", ".kml"])
def test_a_format_with_one_coordinate_system_takes_no_other(tmp_path: Path, suffix: str) -> None:
    write_features(tmp_path / f"x{suffix}", [Feature("", {}, LINE)])
    assert refused(tmp_path / f"x{suffix}", crs="EPSG:28408").code == "M538"


def test_a_line_of_a_case_may_be_a_layer_of_a_geopackage_in_gauss_krueger(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"id": ["a"], "left_party": ["ARM"], "right_party": ["AZE"], "source_map": ["m"], "accuracy_m": [150.0]},
        geometry=[LINE], crs="EPSG:4326",
    ).to_crs("EPSG:28408")  # fmt: skip
    (tmp_path / "layers").mkdir()
    for layer in ("other", "border"):
        frame.to_file(tmp_path / "layers" / "lines.gpkg", layer=layer)
    frame[["id", "accuracy_m", "geometry"]].to_file(tmp_path / "layers" / "lines.shp")
    parties = 'left_party = "ARM"\nright_party = "AZE"\nsource_map = "m"'
    entries = ['file = "layers/lines.gpkg"\nlayer = "border"', f'file = "layers/lines.shp"\n{parties}']
    (tmp_path / "case.toml").write_text(
        'format = 1\nname = "c"\nparties = [{code = "ARM", name = "Armenia"}, {code = "AZE", name = "Azerbaijan"}]\n'
        + "".join(f'[[lines]]\nid = "l{number}"\n{entry}\n' for number, entry in enumerate(entries)),
        encoding="utf-8",
    )
    case = Case.open(tmp_path)
    for line in load_lines(case):
        assert shapely.get_coordinates(shapely.from_wkb(line.geometry)) == pytest.approx(
            shapely.get_coordinates(LINE), abs=1e-8
        )
    assert sorted(case.digest()) == [
        "case.toml", "layers/lines.cpg", "layers/lines.dbf", "layers/lines.gpkg", "layers/lines.prj", "layers/lines.shp",
        "layers/lines.shx",
    ]  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------
# several layers, odd geometries


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    for layer in ("north", "south"):
        geopandas.GeoDataFrame({"name": [layer]}, geometry=[LINE], crs="EPSG:4326").to_file(path, layer=layer)
    assert (refused(path).code, "north, south" in str(refused(path))) == ("M532", True)
    assert refused(path, layer="west").code == "M533"
    assert read_features(path, "LineString", layer="south")[0].properties == {"name": "south"}


def test_heights_measures_and_empty_geometries_are_dropped(tmp_path: Path) -> None:
    shapes = [shapely.LineString([(45, 40, 900), (46, 41, 950)]), shapely.LineString(), None]
    geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "x.gpkg")
    found = read_layer(tmp_path / "x.gpkg")
    assert [feature.geometry.wkt for feature in found.features] == ["LINESTRING (45 40, 46 41)"]
    assert found.left_out == 2
    measured = shapely.from_wkt("LINESTRING ZM (45 40 1 2, 46 41 3 4)")
    table = pa.table({"geometry": pa.array([shapely.to_wkb(measured, flavor="iso")])})
    parquet(tmp_path / "x.parquet", table)
    assert read_features(tmp_path / "x.parquet", "LineString")[0].geometry.wkt == "LINESTRING (45 40, 46 41)"


def test_a_collection_gives_what_is_wanted_of_it(tmp_path: Path) -> None:
    inner = shapely.GeometryCollection([LINE, shapely.MultiPoint([(1, 2), (3, 4)])])
    table = pa.table({"geometry": pa.array([shapely.to_wkb(shapely.GeometryCollection([inner, SQUARE]))])})
    path = parquet(tmp_path / "x.parquet", table)
    assert same_place(read_features(path, "LineString")[0].geometry, LINE)
    assert read_features(path, "Point")[0].geometry.geom_type == "MultiPoint"
    assert read_layer(path).features[0].geometry.geom_type == "GeometryCollection"


def parquet(path: Path, table: pa.Table, **about: Any) -> Path:
    column = {"encoding": "WKB", "geometry_types": []} | about
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


def wkb(*positions: tuple[float, float]) -> bytes:
    """A line as WKB, which can hold what no line may."""
    return struct.pack("<BII", 1, 2, len(positions)) + b"".join(struct.pack("<2d", *position) for position in positions)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(wkb((45, 40), (45, 40)), id="one position twice"),
        pytest.param(wkb((45, 40), (45, 91)), id="a latitude over 90"),
        pytest.param(wkb((179, 40), (-179, 40)), id="across the antimeridian"),
        pytest.param(wkb((45, 40), (math.nan, 41)), id="not a number"),
        pytest.param(wkb((45, 40), (math.inf, 41)), id="infinite"),
        pytest.param(wkb((45, 40)), id="one position"),
    ],
)
@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_geometries_that_cannot_be_right_are_refused(tmp_path: Path, suffix: str, shape: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    table = pa.table({"geometry": pa.array([shape])})
    if suffix == ".parquet":
        parquet(path, table)
    else:
        pyogrio.write_arrow(table, path, driver="GPKG", geometry_name="geometry", geometry_type="LineString", crs="EPSG:4326")
    assert refused(path).code in ("M505", "M530", "M534")


def test_a_polygon_that_crosses_itself_is_refused(tmp_path: Path) -> None:
    bow = shapely.Polygon([(45, 40), (46, 41), (46, 40), (45, 41)])
    assert refused(layer_in(tmp_path / "x.gpkg", "EPSG:4326", bow), "Polygon").code == "M505"


# --------------------------------------------------------------------------------------------------------------------------
# hostile files

VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("suffix", [*TABLES])
@pytest.mark.parametrize("content", [b"", b"\0" * 100, VRT, b"PK\x03\x04" + b"\xff" * 60, b"PAR1" + b"\xff" * 60 + b"PAR1",
                                     b"SQLite format 3\0" + b"\xff" * 200, b"\x00\x00\x27\x0a" + b"\xff" * 200])  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    if suffix == ".shp":
        path.with_suffix(".shx").write_bytes(content)
        path.with_suffix(".dbf").write_bytes(content)
    assert refused(path).code in ("M530", "M503")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_cut_short_or_changed_is_refused_or_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    write_features(path, [Feature(f"f{n}", {"name": "x" * 50}, shapely.LineString([(n, 1), (n + 1, 2)])) for n in range(20)])
    whole = path.read_bytes()
    random = np.random.default_rng(5)
    for number in range(40):
        data = bytearray(whole)
        if number % 2:
            data = data[: random.integers(1, len(data))]
        else:
            for at in random.integers(0, len(data), 8):
                data[at] = random.integers(0, 256)
        path.write_bytes(bytes(data))
        with contextlib.suppress(MerestoneError):
            read_layer(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path, suffix: str) -> None:
    assert refused(tmp_path / f"none{suffix}").code == "M101"
    (tmp_path / f"folder{suffix}").mkdir()
    assert refused(tmp_path / f"folder{suffix}").code in ("M106", "M530")


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.dxf").write_text("")
    assert refused(tmp_path / "x.dxf").code == "M536"
    with pytest.raises(MerestoneError) as error:
        write_features(tmp_path / "y.dxf", [Feature("", {}, LINE)])
    assert error.value.code == "M536"


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../../x.shp", "/tmp/x.shp", "a\\..\\..\\x.shp", "C:x.shp"])
def test_packed_names_that_climb_are_refused(tmp_path: Path, name: str) -> None:
    error = refused(zipped(tmp_path / "x.zip", {name: b"\x00\x00\x27\x0a"}))
    assert (error.code, "leads out of it" in str(error)) == ("M530", True)
    assert refused(zipped(tmp_path / "x.kmz", {name: b"", "doc.kml": b""})).code == "M530"


def test_a_packed_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merestone.places.layer_files.vector_files.LARGEST_BYTES", 1_000_000)
    assert refused(zipped(tmp_path / "x.kmz", {"doc.kml": b" " * 5_000_000})).code == "M507"
    assert refused(zipped(tmp_path / "x.zip", {"a.shp": b"\x00\x00\x27\x0a" * 1_000_000, "a.shx": b""})).code == "M507"
    table = pa.table({"geometry": pa.array([shapely.to_wkb(LINE)] * 50_000)})
    assert refused(parquet(tmp_path / "x.parquet", table)).code == "M507"


def test_of_several_packed_shapefiles_one_must_be_named(tmp_path: Path) -> None:
    for name in ("north", "south"):
        write_features(tmp_path / f"{name}.shp", [Feature("", {"name": name}, LINE)])
    members = {f"maps/{part.name}": part.read_bytes() for part in tmp_path.iterdir()}
    path = zipped(tmp_path / "x.zip", members)
    assert refused(path).code == "M532"
    assert read_features(path, "LineString", layer="south")[0].properties == {"name": "south"}


def test_a_shapefile_without_its_index_is_refused_and_none_is_made(tmp_path: Path) -> None:
    write_features(tmp_path / "x.shp", [Feature("", {"n": 1}, LINE)])
    (tmp_path / "x.shx").unlink()
    assert ".shx" in str(refused(tmp_path / "x.shp"))
    assert not (tmp_path / "x.shx").exists()


def kml(path: Path, inside: str, head: str = "") -> Path:
    path.write_text(
        f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'
    )
    return path


PLACEMARK = "<Placemark><name>{}</name><LineString><coordinates>45,40,5 46,41,5</coordinates></LineString></Placemark>"


def test_kml_of_folders_is_read_whole_and_its_links_are_left_alone(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    inside = "".join(f"<Folder><name>{name}</name>{PLACEMARK.format(name)}</Folder>" for name in ("one", "two")) + link
    found = read_features(kml(tmp_path / "x.kml", inside), "LineString")
    assert [feature.properties["name"] for feature in found] == ["one", "two"]
    assert found[0].geometry.wkt == "LINESTRING (45 40, 46 41)"
    assert refused(kml(tmp_path / "y.kml", link)).code == "M503"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE kml [<!ENTITY a0 'lol'>" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)) + "]>",
    ],
)
def test_kml_that_declares_entities_is_refused(tmp_path: Path, head: str) -> None:
    name = "&x;" if "x SYSTEM" in head else "&a8;" if "a8" in head else "x"
    assert refused(kml(tmp_path / "x.kml", PLACEMARK.format(name), head)).code == "M530"


def test_deep_kml_is_refused(tmp_path: Path) -> None:
    assert refused(kml(tmp_path / "x.kml", "<Folder>" * 5000 + "</Folder>" * 5000)).code == "M530"


def test_a_geopackage_that_computes_a_layer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    write_features(path, [Feature("", {"n": 1}, LINE)])
    with sqlite3.connect(path) as database:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        database.execute(f"CREATE VIEW endless AS {numbers} SELECT i AS fid, geom FROM n, x")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'endless'")
    database.close()
    assert "computed" in str(refused(path))


def test_reading_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    write_features(path, [Feature("", {"n": 1}, LINE)])
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    before = sorted(tmp_path.iterdir())
    read_features(path, "LineString")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "about",
    [{"encoding": "point"}, {"edges": "spherical"}, {"crs": {"type": "nonsense"}}, {"crs": 7}, {"encoding": None}],
)
def test_geoparquet_that_is_not_understood_is_refused(tmp_path: Path, about: dict[str, Any]) -> None:
    table = pa.table({"geometry": pa.array([shapely.to_wkb(LINE)])})
    assert refused(parquet(tmp_path / "x.parquet", table, **about)).code in ("M530", "M535")


def test_geoparquet_with_damaged_geometries_or_metadata_is_refused(tmp_path: Path) -> None:
    endless = struct.pack("<BII", 1, 2, 2**32 - 1)
    assert refused(parquet(tmp_path / "x.parquet", pa.table({"geometry": pa.array([endless])}))).code == "M530"
    assert refused(parquet(tmp_path / "x.parquet", pa.table({"geometry": ["LINESTRING (1 2, 3 4)"]}))).code == "M530"
    for geo in (b"", b"[]", b"{}", b'{"primary_column": "g", "columns": []}', b'{"primary_column": 3, "columns": {}}'):
        pq.write_table(pa.table({"g": [b"x"]}).replace_schema_metadata({b"geo": geo}), tmp_path / "y.parquet")
        assert refused(tmp_path / "y.parquet").code == "M530"
    pq.write_table(pa.table({"g": [b"x"]}), tmp_path / "z.parquet")
    assert refused(tmp_path / "z.parquet").code == "M530"


def test_names_are_only_letters(tmp_path: Path) -> None:
    """Every printable name of a property is kept by the formats without rules for names."""
    properties = {f"n{ch}": 1 for ch in string.punctuation if ch not in "\"'`<>&"}
    for suffix in (".geojson", ".gpkg", ".parquet"):
        write_features(tmp_path / f"x{suffix}", [Feature("", properties, LINE)])
        assert read_features(tmp_path / f"x{suffix}", "LineString")[0].properties == properties
