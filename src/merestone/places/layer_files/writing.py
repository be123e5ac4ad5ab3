"""Features written in the formats that mapping programs use, whole or not at all, the same features as the same bytes.

What a format cannot hold is said, in words, and never lost in silence:

* GeoPackage, GeoParquet, KML and Shapefile are tables: a property that is a list, or of different types in different features,
  becomes its JSON text, and null is the same as missing;
* KML holds whole numbers up to 2,147,483,647, and larger ones as text; positions have 15 significant digits;
* Shapefile holds one kind of geometry, ten letters of a property's name, 254 bytes of a text, and no true or false.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS
from shapely.geometry import mapping

from merestone.errors import MerestoneError
from merestone.files import refusals, sync_folder, write_atomically
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.layers import format_of

_NO_CLOCK = "2000-01-01T00:00:00.000Z"
"""Time of the last change, which a GeoPackage must give and the features do not have."""
_NO_DAY = "2000-01-01"
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
_GEOMETRY = "geometry"


def write_features(path: Path, features: Sequence[Feature], name: str | None = None) -> list[str]:
    """Write features (WGS 84) in the format that the end of ``path`` stands for; returns what could not be kept, in words.

    A file of that name is replaced. ``name`` is that of the layer, by default the file's. A Shapefile is several files: each
    appears whole, the .shp last; packed (.zip) it is one. Raises MerestoneError M103, M104, M536 or M537.
    """
    kind = format_of(path)
    if path.is_dir():
        raise MerestoneError("M537", path=path, problem="it is a folder")
    name = _clean(name or path.stem)
    notes: list[str] = []
    if kind == "GeoJSON":
        write_atomically(path, _geojson(features, name))
        return notes
    table = _table(kind, features, notes)
    if kind == "GeoParquet":
        write_atomically(path, _geoparquet(table))
        return notes
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent) as building:
            {"GeoPackage": _geopackage, "KML": _kml, "KMZ": _kml, "Shapefile": _shapefile}[kind](
                path, Path(building), table, name
            )
        sync_folder(path.parent)
    return notes


# --------------------------------------------------------------------------------------------------------------------------
# GeoJSON


def _geojson(features: Sequence[Feature], name: str) -> bytes:
    rows = []
    for feature in features:
        row: dict[str, Any] = {"type": "Feature"}
        if feature.id:
            row["id"] = _clean(feature.id)
        row["properties"] = _cleaned(dict(feature.properties))
        row["geometry"] = mapping(shapely.force_2d(feature.geometry))
        rows.append(row)
    return orjson.dumps({"type": "FeatureCollection", "name": name, "features": rows}, option=orjson.OPT_APPEND_NEWLINE)


def _clean(text: str) -> str:
    """A text that every format can hold: control characters but tab and line break, and half characters, become U+FFFD."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if (ch < " " and ch not in "\t\n") or "\ud800" <= ch <= "\udfff" or ch in "\ufffe\uffff"
        else ch
        for ch in text
    )


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {_clean(str(key)): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


# --------------------------------------------------------------------------------------------------------------------------
# the table the other formats are made of


def _table(kind: str, features: Sequence[Feature], notes: list[str]) -> pa.Table:
    """One column for each property in order of appearance, then the geometry as WKB."""
    rows = [_cleaned(dict(feature.properties)) for feature in features]
    if any(feature.id for feature in features) and not any("id" in row for row in rows):
        rows = [({"id": _clean(feature.id)} if feature.id else {}) | row for feature, row in zip(features, rows, strict=True)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = _names(kind, names, notes)
    columns: dict[str, pa.Array] = {}
    for old, new in zip(names, written, strict=True):
        columns[new] = _column(kind, old, [row.get(old) for row in rows], notes)
    shapes = shapely.force_2d(np.array([feature.geometry for feature in features], dtype=object))
    columns[_GEOMETRY] = pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary())
    return pa.table(columns)


def _column(kind: str, name: str, values: list[Any], notes: list[str]) -> pa.Array:
    types = {type(value) for value in values if value is not None}
    if types == {bool}:
        if kind != "Shapefile":
            return pa.array(values, pa.bool_())
        notes.append(f"true and false of {name} are 1 and 0")
        return pa.array([None if value is None else int(value) for value in values], pa.int32())
    if types == {int}:
        least, most = min(v for v in values if v is not None), max(v for v in values if v is not None)
        if kind in ("KML", "KMZ"):
            if least > -(2**31) and most < 2**31:
                return pa.array(values, pa.int32())
            notes.append(f"{name} is too large for a number and is written as text")
            return pa.array([None if value is None else str(value) for value in values], pa.string())
        return pa.array(values, pa.int64())
    if types and types <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if types - {str}:
        notes.append(f"{name} is no simple value and is written as JSON text")
    texts = [value if value is None or types == {str} else orjson.dumps(value).decode() for value in values]
    if kind == "Shapefile":
        longest = max((len(text.encode()) for text in texts if text is not None), default=0)
        if longest > 254:
            notes.append(f"{name} is cut to 254 bytes")
        texts = [None if text is None else text.encode()[:254].decode(errors="ignore") for text in texts]
        if "" in texts:
            notes.append(f"an empty text of {name} is the same as none")
    return pa.array(texts, pa.string())


_TAKEN = {
    "GeoPackage": {"fid", _GEOMETRY},
    "GeoParquet": {_GEOMETRY},
    "Shapefile": {_GEOMETRY},
    "KML": {"timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon", "snippet",
            "heading", "tilt", "roll", _GEOMETRY},
}  # fmt: skip
"""Names, in lower case, that mean something else in a format."""


def _names(kind: str, names: list[str], notes: list[str]) -> list[str]:
    """The names of the columns: those of the properties where the format can hold them, each a different one."""
    taken = set(_TAKEN["KML" if kind == "KMZ" else kind])
    exact = kind == "GeoParquet"  # the others hold names without regard to upper and lower case
    out = []
    for name in names:
        new = wanted = _shortened(name, 10) if kind == "Shapefile" else name or "_"
        number = 1
        while (new if exact else new.lower()) in taken:
            number += 1
            tail = f"_{number}"
            new = (_shortened(wanted, 10 - len(tail)) if kind == "Shapefile" else wanted) + tail
        taken.add(new if exact else new.lower())
        if new != name:
            notes.append(f"{name or 'a property without a name'} is called {new}")
        out.append(new)
    return out


def _shortened(name: str, most: int) -> str:
    """A name of at most so many bytes of ASCII letters, digits and underscores."""
    plain = "".join(ch if ch.isascii() and ch.isalnum() else "_" for ch in name)
    return plain[:most] or "_"


# --------------------------------------------------------------------------------------------------------------------------
# GeoParquet 1.1


def _geoparquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    metadata = {b"geo": orjson.dumps(geo_metadata(table))}
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    return sink.getvalue()


def geo_metadata(table: pa.Table) -> dict[str, Any]:
    """The ``geo`` member of the file metadata for a table with a column ``geometry``, as GeoParquet 1.1.0 asks for."""
    shapes = shapely.from_wkb(np.array(table[_GEOMETRY].to_pylist(), dtype=object))
    present = [shape for shape in np.atleast_1d(shapes) if shape is not None]
    column: dict[str, Any] = {
        "encoding": "WKB", "geometry_types": sorted({shape.geom_type for shape in present}),
        "crs": CRS.from_user_input("OGC:CRS84").to_json_dict(), "edges": "planar",
    }  # fmt: skip
    if present:
        column["bbox"] = [float(value) for value in shapely.total_bounds(present)]
    return {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}


# --------------------------------------------------------------------------------------------------------------------------
# GDAL


@contextmanager
def gdal_writes(path: Path, folder: Path) -> Iterator[None]:
    """GDAL without a clock; what it cannot do, as one clear error. ``folder`` is where it writes, ``path`` what people see."""
    earlier = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        full = shutil.disk_usage(folder).free < 1 << 20
        raise MerestoneError("M103" if full else "M104", path=path) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": earlier})


def _write(path: Path, building: Path, table: pa.Table, driver: str, geometry_type: str, **options: Any) -> None:
    with gdal_writes(path, building.parent):
        pyogrio.write_arrow(
            table, building, driver=driver, geometry_name=_GEOMETRY, geometry_type=geometry_type, crs="EPSG:4326", **options
        )


def _into_place(building: Path, path: Path) -> None:
    with building.open("rb") as stream:
        os.fsync(stream.fileno())
    building.replace(path)


def _kinds(table: pa.Table) -> set[str]:
    return {shape.geom_type for shape in shapely.from_wkb(np.array(table[_GEOMETRY].to_pylist(), dtype=object))}


def _geopackage(path: Path, building: Path, table: pa.Table, name: str) -> None:
    kinds = _kinds(table)
    file = building / "building.gpkg"
    _write(path, file, table, "GPKG", kinds.pop() if len(kinds) == 1 else "Unknown", layer=name)
    _into_place(file, path)


def _kml(path: Path, building: Path, table: pa.Table, name: str) -> None:
    file = building / "doc.kml"
    _write(path, file, table, "LIBKML", "Unknown", layer=name)
    if path.suffix.lower() == ".kmz":
        file = _packed([(file, file.name)], building / "building.kmz")
    _into_place(file, path)


def _shapefile(path: Path, building: Path, table: pa.Table, name: str) -> None:
    kinds = {kind.removeprefix("Multi") for kind in _kinds(table)}
    if len(kinds) != 1 or "GeometryCollection" in kinds:
        held = ", ".join(sorted(kinds)) or "no geometry"
        raise MerestoneError("M537", path=path, problem=f"a Shapefile holds one kind of geometry, and here is {held}")
    kind = kinds.pop()
    if kind == "Point" and "MultiPoint" in _kinds(table):  # lines and polygons may have several parts, points may not
        table, kind = _all_several(table), "MultiPoint"
    file = building / "building.shp"
    options = {"DBF_DATE_LAST_UPDATE": _NO_DAY, "RESIZE": "YES"}
    _write(path, file, table, "ESRI Shapefile", kind, encoding="UTF-8", layer_options=options)
    parts = sorted(part for part in building.iterdir() if part.stem == "building")
    if path.suffix.lower() == ".zip":
        packed = _packed([(part, f"{name}{part.suffix}") for part in parts], building / "packed.zip")
        _into_place(packed, path)
        return
    for part in sorted(parts, key=lambda part: part.suffix == ".shp"):  # the .shp last: without it the others are nothing
        _into_place(part, path.with_suffix(part.suffix))


def _all_several(table: pa.Table) -> pa.Table:
    shapes = shapely.from_wkb(np.array(table[_GEOMETRY].to_pylist(), dtype=object))
    several = shapely.to_wkb(np.array([shapely.MultiPoint(shapely.get_parts(shape)) for shape in shapes]), byte_order=1)
    return table.set_column(table.column_names.index(_GEOMETRY), _GEOMETRY, pa.array(several, pa.binary()))


def _packed(parts: list[tuple[Path, str]], to: Path) -> Path:
    """A .zip of files under the names given, without their times."""
    with zipfile.ZipFile(to, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for file, name in parts:
            member = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, file.read_bytes())
    return to
