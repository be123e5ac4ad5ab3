"""GeoPackage, Shapefile, KML (read by GDAL) and GeoParquet (read by Arrow), without trust.

GDAL opens a file by what it finds inside, and some of its formats are instructions to open other files or addresses. So a file
comes to it only when its first bytes are those of the format its name promises; what is packed is unpacked here, under names of
our own and with a limit; KML is parsed first and loses its links; and a GeoPackage may not compute a layer (a view) instead of
holding it.
"""

from __future__ import annotations

import datetime
import errno
import math
import shutil
import sqlite3
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from lxml import etree
from numpy.typing import NDArray
from pyproj import CRS

from merestone.case import shapefile_parts
from merestone.errors import MerestoneError
from merestone.places.layer_files.features import LARGEST_BYTES, LARGEST_VERTICES, Raw, bytes_of, checked
from merestone.places.systems.reference_systems import crs_from, name_of, to_wgs84

LARGEST_COUNT = 1_000_000
"""Features of a file."""
_MOST_MEMBERS = 10_000
_GEOMETRY = "\0geometry"
"""Name of the column of geometries once it is read; no file can hold such a name."""


def read_vector_file(path: Path, kind: str, layer: str | None, crs: str | None) -> tuple[list[Raw], str]:
    """(features in the file's order, name of the coordinate system), as ``layers.read_layer`` says.

    Their geometries are in WGS 84, and checked when they are asked for.
    """
    if kind in ("KML", "KMZ") and crs is not None:
        raise MerestoneError("M538", path=path, format=kind)
    readers = {"GeoPackage": _geopackage, "Shapefile": _shapefile, "KML": _kml, "KMZ": _kml, "GeoParquet": _geoparquet}
    table, own = readers[kind](path, layer)
    system = crs_from(crs) if crs is not None else own
    if system is None:
        raise MerestoneError("M531", path=path)
    shapes = _shapes(path, kind, table)
    shapes = to_wgs84(path, shapes, system)
    try:
        rows = table.drop_columns([_GEOMETRY]).to_pylist()
    except (UnicodeDecodeError, ValueError, OverflowError, pa.ArrowException) as error:  # a text or a date that is none
        raise _unreadable(path, kind, f"a property is damaged: {error}") from error
    return [_raw(path, row, shape) for row, shape in zip(rows, shapes, strict=True)], name_of(system)


def _raw(path: Path, row: Mapping[str, Any], shape: shapely.Geometry | None) -> Raw:
    properties = {name: kept for name, value in row.items() if (kept := _plain(value)) is not None}
    name = next((str(properties[key]) for key in ("id", "ID", "Id") if isinstance(properties.get(key), str | int)), "")
    return Raw(name, properties, partial(_parts, path, name, shape))


def _parts(path: Path, feature: str, shape: shapely.Geometry | None, wanted: tuple[str, ...]) -> list[shapely.Geometry]:
    if shape is None:
        return []
    single = np.array([shape])
    while (shapely.get_type_id(single) > 3).any():  # 0 to 3: point, line, ring, polygon; the others are collections of them
        single = shapely.get_parts(single)
    single = single[~shapely.is_empty(single)]
    return [checked(path, feature, part) for part in single if part.geom_type in wanted]


def _plain(value: Any) -> Any:
    """A value as JSON could hold it; None for what it could not, such as bytes."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return value if isinstance(value, str | int | float | bool) else None


def _shapes(path: Path, kind: str, table: pa.Table) -> NDArray[Any]:
    """The geometries of a table, flat, in the file's coordinate system."""
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later
            shapes = shapely.from_wkb(np.array(table[_GEOMETRY].to_pylist(), dtype=object))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise _unreadable(path, kind, f"a geometry is damaged or of a kind that is not known: {error}") from error
    shapes = np.atleast_1d(shapely.force_2d(shapes))
    if int(shapely.get_num_coordinates(shapes).sum()) > LARGEST_VERTICES:
        raise MerestoneError("M507", path=path, limit=f"{LARGEST_VERTICES:,} vertices")
    return shapes


def _unreadable(path: Path, kind: str, detail: str) -> MerestoneError:
    detail = " ".join(str(detail).split()).rstrip(".")
    return MerestoneError("M530", path=path, format=kind, detail=detail[:200])


# --------------------------------------------------------------------------------------------------------------------------
# GDAL


def _read(path: Path, shown: Path, kind: str, layer: str | None) -> tuple[pa.Table, CRS | None]:
    """A layer that GDAL reads; ``shown`` is the file as the reader knows it."""
    with _gdal(shown, kind):
        meta, table = pyogrio.read_arrow(path, layer=layer, max_features=LARGEST_COUNT + 1)
    if table.num_rows > LARGEST_COUNT:
        raise MerestoneError("M507", path=shown, limit=f"{LARGEST_COUNT:,} features")
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry not in table.column_names:
        raise MerestoneError("M503", path=shown, wanted="geometry")
    names = [_GEOMETRY if name == geometry else name for name in table.column_names]
    return table.rename_columns(names), _known(meta["crs"])


@contextmanager
def _gdal(shown: Path, kind: str) -> Iterator[None]:
    """What goes wrong in GDAL, as one clear error; it warns of heights and measures that are dropped, which we say once."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise _unreadable(shown, kind, str(error).split("; ")[0].replace(str(shown), "").strip(" :'")) from error
    except (pa.ArrowException, UnicodeDecodeError, ValueError, RuntimeError) as error:
        raise _unreadable(shown, kind, f"{error}") from error


def _known(crs: str | None) -> CRS | None:
    """The coordinate system GDAL names, or None where it only says that it does not know one."""
    if not crs:
        return None
    system = crs_from(crs)
    return system if system.is_geographic or system.is_projected else None


def _chosen(path: Path, layers: list[str], layer: str | None) -> str:
    known = ", ".join(layers[:20])
    if layer is not None:
        if layer not in layers:
            raise MerestoneError("M533", path=path, layer=layer, known=known or "none")
        return layer
    if not layers:
        raise MerestoneError("M503", path=path, wanted="layer with geometries")
    if len(layers) > 1:
        raise MerestoneError("M532", path=path, known=known)
    return layers[0]


# --------------------------------------------------------------------------------------------------------------------------
# GeoPackage


def _geopackage(path: Path, layer: str | None) -> tuple[pa.Table, CRS | None]:
    _refuse_size(path, "GeoPackage", b"SQLite format 3\0")
    try:
        with tempfile.TemporaryDirectory(prefix="merestone-") as folder:
            # A copy: SQLite leaves files of its own beside one that it opens, and what lies there already is not ours to trust.
            copy = Path(folder) / "layer.gpkg"
            shutil.copyfile(path, copy)
            name = _chosen(path, _tables(path, copy), layer)
            return _read(copy, path, "GeoPackage", name)
    except OSError as error:
        raise MerestoneError("M106", path=path) from error


def _tables(path: Path, copy: Path) -> list[str]:
    """Layers that are tables with geometries. A view is a program of its own, which may run without end."""
    try:
        database = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            database.execute("PRAGMA trusted_schema = OFF")
            named = database.execute("SELECT name, type FROM sqlite_master").fetchall()
            kinds = {str(name).lower(): kind for name, kind in named}
            if any(kinds.get(name) != "table" for name in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")):
                raise _unreadable(path, "GeoPackage", "it lacks the tables of one")
            found = database.execute("SELECT table_name FROM gpkg_geometry_columns ORDER BY table_name LIMIT 10000").fetchall()
        finally:
            database.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what SQLite says of damage quotes it
        raise _unreadable(path, "GeoPackage", "its database is damaged") from error
    layers = [name for (name,) in found if isinstance(name, str)]
    computed = [name for name in layers if kinds.get(name.lower()) != "table"]
    if computed:
        raise _unreadable(path, "GeoPackage", f"its layer {computed[0]} is computed when it is read and not a table")
    return layers


def _refuse_size(path: Path, kind: str, magic: bytes) -> None:
    """The file is there, not too large, and begins as its format does."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise MerestoneError("M507", path=path, limit="256 MB")
        with path.open("rb") as stream:
            start = stream.read(len(magic))
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if start != magic:
        raise _unreadable(path, kind, "it does not begin as one")


# --------------------------------------------------------------------------------------------------------------------------
# Shapefile

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SHP = b"\x00\x00\x27\x0a"


def _shapefile(path: Path, layer: str | None) -> tuple[pa.Table, CRS | None]:
    with tempfile.TemporaryDirectory(prefix="merestone-") as folder:
        packed = path.suffix.lower() == ".zip"
        shp = _unpacked(path, Path(folder), layer) if packed else _beside(path, Path(folder))
        if not packed:
            _chosen(path, [path.stem], layer)
        _refuse_size(shp, "Shapefile", _SHP)
        table, crs = _read(shp, path, "Shapefile", None)
    if table.column_names == ["FID", _GEOMETRY] and table["FID"].to_pylist() == list(range(table.num_rows)):
        table = table.drop_columns(["FID"])  # what stands in for properties where there are none
    return table, crs


def _beside(path: Path, folder: Path) -> Path:
    """A copy of the file and of its parts, whatever the case of their names; without an index GDAL would write one there."""
    _refuse_size(path, "Shapefile", _SHP)
    for part in (path, *shapefile_parts(path)):
        _refuse_size(part, "Shapefile", b"")
        try:
            shutil.copyfile(part, folder / f"layer{part.suffix.lower()}")
        except OSError as error:
            raise MerestoneError("M106", path=part) from error
    return _with_index(path, folder / "layer.shp")


def _with_index(path: Path, shp: Path) -> Path:
    if not shp.with_suffix(".shx").exists():
        raise _unreadable(path, "Shapefile", "the .shx file that belongs to it is missing")
    return shp


def _unpacked(path: Path, folder: Path, layer: str | None) -> Path:
    """The parts of one Shapefile of a .zip, unpacked under names of our own, so that no name in it can lead anywhere."""
    _refuse_size(path, "Shapefile", b"PK")
    with _zip(path, "Shapefile") as archive:
        names = {name: Path(name) for name in _members(path, "Shapefile", archive)}
        stems = sorted(str(inner.with_suffix("")) for inner in names.values() if inner.suffix.lower() == ".shp")
        if not stems:
            raise _unreadable(path, "Shapefile", "it packs no .shp file")
        by_name = {Path(stem).name: stem for stem in reversed(stems)}
        chosen = by_name[_chosen(path, sorted(by_name), layer)]
        left = LARGEST_BYTES
        for name, inner in sorted(names.items()):
            if str(inner.with_suffix("")) == chosen and inner.suffix.lower() in _PARTS:
                left -= _unpack(path, archive, name, folder / f"layer{inner.suffix.lower()}", left)
    return _with_index(path, folder / "layer.shp")


@contextmanager
def _zip(path: Path, kind: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise _unreadable(path, kind, f"{error}") from error  # RuntimeError: a password is needed
    except zlib.error as error:
        raise _unreadable(path, kind, f"{error}") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # an offset in the archive that cannot be
            raise
        raise _unreadable(path, kind, "its list of files is damaged") from error


def _members(path: Path, kind: str, archive: zipfile.ZipFile) -> list[str]:
    names = archive.namelist()
    if len(names) > _MOST_MEMBERS:
        raise MerestoneError("M507", path=path, limit=f"{_MOST_MEMBERS:,} packed files")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise _unreadable(path, kind, f"the packed name {name[:60]} leads out of it")
    return [name for name in names if not name.startswith("__MACOSX/")]


def _unpack(path: Path, archive: zipfile.ZipFile, name: str, to: Path, limit: int) -> int:
    """Unpacks a member and returns its size, which what the archive says of it does not bound."""
    size = 0
    with archive.open(name) as packed, to.open("wb") as out:
        while block := packed.read(1 << 20):
            size += len(block)
            if size > limit:
                raise MerestoneError("M507", path=path, limit="256 MB unpacked")
            out.write(block)
    return size


# --------------------------------------------------------------------------------------------------------------------------
# KML

_GDAL_COLUMNS = frozenset({
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet",
    "heading", "tilt", "roll",
})  # fmt: skip
"""What GDAL adds to every layer of a KML file, whether it says so or not."""
_LEFT_OUT = frozenset({
    "NetworkLink", "NetworkLinkControl", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Style", "StyleMap", "styleUrl",
    "Region", "LookAt", "Camera", "Model", "Tour", "Link", "Icon",
})  # fmt: skip
"""Elements that lead out of the file, or that say how it is to look."""


def _kml(path: Path, layer: str | None) -> tuple[pa.Table, CRS | None]:
    kind = path.suffix[1:].upper()
    with tempfile.TemporaryDirectory(prefix="merestone-") as folder:
        document = Path(folder) / "unpacked.kml"
        if kind == "KMZ":
            _refuse_size(path, kind, b"PK")
            with _zip(path, kind) as archive:
                inside = sorted(name for name in _members(path, kind, archive) if name.lower().endswith(".kml"))
                if not inside:
                    raise _unreadable(path, kind, "it packs no .kml file")
                main = "doc.kml" if "doc.kml" in inside else min(inside, key=lambda name: (name.count("/"), name))
                _unpack(path, archive, main, document, LARGEST_BYTES)
            data = document.read_bytes()
        else:
            data = bytes_of(path)
        safe = Path(folder) / "layer.kml"
        safe.write_bytes(_harmless(path, kind, data))
        with _gdal(path, kind):
            layers = [str(name) for name in pyogrio.list_layers(safe)[:, 0]]
        if layer is not None:
            layers = [_chosen(path, layers, layer)]
        tables = [_kml_columns(_read(safe, path, kind, name)[0], name) for name in layers]
    if not tables:
        raise MerestoneError("M503", path=path, wanted="geometry")
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as error:
        raise _unreadable(path, kind, f"its folders differ too much to be read together: {error}") from error
    return table, CRS.from_user_input("OGC:CRS84")


def _harmless(path: Path, kind: str, data: bytes) -> bytes:
    """The document without what would lead out of it. Entities are never expanded, and none may be declared."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
                             remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(path, kind, str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise _unreadable(path, kind, "it declares a document type, as no KML needs to")
    if etree.QName(root).localname != "kml":
        raise _unreadable(path, kind, f"its root is {etree.QName(root).localname[:40]}")
    for element in [e for e in root.iter(etree.Element) if etree.QName(e).localname in _LEFT_OUT]:
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _kml_columns(table: pa.Table, layer: str) -> pa.Table:
    """Without the columns that GDAL always adds, with ``name`` as every other format writes it, and without numbers for ids."""
    table = table.drop_columns([name for name in table.column_names if name in _GDAL_COLUMNS])
    if "id" in table.column_names and table["id"].to_pylist() == [f"{layer}.{n}" for n in range(1, table.num_rows + 1)]:
        table = table.drop_columns(["id"])
    names = set(table.column_names)
    return table.rename_columns(["name" if name == "Name" and "name" not in names else name for name in table.column_names])


# --------------------------------------------------------------------------------------------------------------------------
# GeoParquet


def _geoparquet(path: Path, layer: str | None) -> tuple[pa.Table, CRS | None]:
    _refuse_size(path, "GeoParquet", b"PAR1")
    if layer is not None:
        raise MerestoneError("M533", path=path, layer=layer, known="one without a name")
    try:
        with pq.ParquetFile(path) as file:
            column, crs = _geo(path, file.schema_arrow.metadata or {})
            if column not in file.schema_arrow.names:
                raise _unreadable(path, "GeoParquet", f"it has no column {column[:60]}, which its metadata name")
            if file.metadata.num_rows > LARGEST_COUNT:
                raise MerestoneError("M507", path=path, limit=f"{LARGEST_COUNT:,} features")
            left, batches = LARGEST_BYTES, []
            for batch in file.iter_batches(batch_size=10_000):
                left -= batch.nbytes
                if left < 0:
                    raise MerestoneError("M507", path=path, limit="256 MB unpacked")
                batches.append(batch)
            table = pa.Table.from_batches(batches, schema=file.schema_arrow)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, "GeoParquet", f"{error}") from error
    if not pa.types.is_binary(table[column].type) and not pa.types.is_large_binary(table[column].type):
        raise _unreadable(path, "GeoParquet", f"the column {column} holds no WKB")
    return table.rename_columns([_GEOMETRY if name == column else name for name in table.column_names]), crs


def _geo(path: Path, metadata: Mapping[bytes, bytes]) -> tuple[str, CRS | None]:
    """(name of the primary geometry column, coordinate system or None) of the ``geo`` metadata (GeoParquet 1.1.0)."""
    try:
        geo = orjson.loads(metadata[b"geo"])
        column = geo["primary_column"]
        about = geo["columns"][column]
        encoding, edges = about["encoding"], about.get("edges", "planar")
    except KeyError as error:
        raise _unreadable(path, "GeoParquet", f"its metadata lack {error}") from error
    except (orjson.JSONDecodeError, TypeError, AttributeError) as error:
        raise _unreadable(path, "GeoParquet", "its metadata are damaged") from error
    if encoding != "WKB":
        raise _unreadable(path, "GeoParquet", f"its encoding is {str(encoding)[:40]}; only WKB is read")
    if edges != "planar":
        raise _unreadable(path, "GeoParquet", f"its edges are {str(edges)[:40]}; only planar ones are read")
    crs = about.get("crs", "OGC:CRS84")  # a missing one is WGS 84 by the specification, null is unknown
    return str(column), None if crs is None else crs_from(orjson.dumps(crs).decode() if isinstance(crs, dict) else str(crs))
