"""A record for other programs: GeoJSON, CSV, GeoParquet or GeoPackage.

What must stay true here:

* a file appears under its name whole or not at all;
* the same record gives the same bytes: no clock enters a file;
* nothing that a reviewer marked as sensitive is in it;
* every row carries the case's notice, and every claim, incident and document its ``source_url``;
* a CSV opened in a spreadsheet runs nothing: a text that would start a formula gets an apostrophe in front (see ``guarded``).
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import mapping

from merestone.case import Case
from merestone.dossier.layers import GEOMETRY_TYPE, layers
from merestone.dossier.redaction import redacted
from merestone.errors import MerestoneError
from merestone.files import refusals, sync_folder, write_atomically
from merestone.places.layer_files.writing import gdal_writes, geo_metadata

_SUFFIX = {"geojson": ".geojson", "csv": ".csv", "geoparquet": ".parquet", "geopackage": ".gpkg"}

KINDS = tuple(_SUFFIX)
"""Formats to choose from. A GeoPackage is one file with a layer each; the others are a folder with a file for each layer."""


def export(tables: Mapping[str, pa.Table], case: Case, kind: str, out: Path | None = None) -> list[Path]:
    """Write the tables of a record in one of ``KINDS``; returns the files written.

    ``out`` is a folder, for a GeoPackage a file; by default it stands beside the case and is named after it. Files of the same
    name are replaced. What a reviewer has marked as sensitive is left out (``redaction``). Raises
    MerestoneError M103, M104, M721 or M722.
    """
    if kind not in _SUFFIX:
        raise MerestoneError("M721", kind=kind, known=", ".join(KINDS))
    if out is None:
        folder = case.folder.resolve()
        out = folder.parent / (f"{folder.name}.gpkg" if kind == "geopackage" else f"{folder.name}-{kind}")
    found = layers(redacted(tables).tables, case)
    if kind == "geopackage":
        if out.is_dir():
            raise MerestoneError("M722", path=out, wanted="a file", found="a folder")
        _write_geopackage(out, found, case)
        return [out]
    if out.exists() and not out.is_dir():
        raise MerestoneError("M722", path=out, wanted="a folder", found="a file")
    paths = []
    for name, table in found.items():
        path = out / f"{name}{_SUFFIX[kind]}"
        if kind == "csv":
            data = _csv(name, table)
        else:
            data = _geojson(name, table, case) if kind == "geojson" else _geoparquet(name, table, case)
        write_atomically(path, data)
        paths.append(path)
    return paths


# --------------------------------------------------------------------------------------------------------------------------
# GeoJSON (RFC 7946)


def _geojson(name: str, table: pa.Table, case: Case) -> bytes:
    features = []
    for row in table.to_pylist():
        wkb = row.pop("geometry", None)
        geometry = None if wkb is None else mapping(shapely.from_wkb(wkb))
        features.append({"type": "Feature", "properties": row, "geometry": geometry})
    collection = {
        "type": "FeatureCollection", "name": name, "case": case.file.name, "notice": case.file.notice, "features": features,
    }  # fmt: skip
    return orjson.dumps(collection, option=orjson.OPT_APPEND_NEWLINE)


# --------------------------------------------------------------------------------------------------------------------------
# CSV (RFC 4180, UTF-8 without a byte order mark)

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def guarded(cell: Any) -> Any:
    """A cell of a spreadsheet: a text that begins with = + - @, a tab or a line break gets an apostrophe in front.

    Spreadsheets take such a text for a formula, which could run a command or send data away. Numbers are left as they are.
    """
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _csv(name: str, table: pa.Table) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    columns = [column for column in table.column_names if column != "geometry"]
    with_shape = GEOMETRY_TYPE[name] not in (None, "Point")  # points have their columns lon and lat
    writer.writerow([*columns, "wkt"] if with_shape else columns)
    for row in table.to_pylist():
        cells = [guarded(row[column]) for column in columns]
        if with_shape:
            wkb = row["geometry"]
            cells.append(None if wkb is None else shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=7))
        writer.writerow(cells)
    return stream.getvalue().encode("utf-8")


# --------------------------------------------------------------------------------------------------------------------------
# GeoParquet 1.1


def _geoparquet(name: str, table: pa.Table, case: Case) -> bytes:
    metadata = {b"case": case.file.name.encode(), b"notice": case.file.notice.encode()}
    if GEOMETRY_TYPE[name] is not None:
        metadata[b"geo"] = orjson.dumps(geo_metadata(table))
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    return sink.getvalue()


# --------------------------------------------------------------------------------------------------------------------------
# GeoPackage 1.2 and later, written by GDAL


def _write_geopackage(path: Path, found: Mapping[str, pa.Table], case: Case) -> None:
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent) as folder:
            building = Path(folder) / "building.gpkg"
            with gdal_writes(path, building.parent):
                for name, table in found.items():
                    _add_layer(building, name, table, case)
            with building.open("rb") as stream:
                os.fsync(stream.fileno())
            building.replace(path)
        sync_folder(path.parent)


def _add_layer(building: Path, name: str, table: pa.Table, case: Case) -> None:
    spatial = GEOMETRY_TYPE[name] is not None
    pyogrio.write_arrow(
        table, building, layer=name, driver="GPKG", append=building.exists(),
        geometry_name="geometry" if spatial else None, geometry_type=GEOMETRY_TYPE[name],
        crs="EPSG:4326" if spatial else None, layer_options={"DESCRIPTION": f"{case.file.name}. {case.file.notice}".strip()},
    )  # fmt: skip
