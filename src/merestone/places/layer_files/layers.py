"""Layer files in the formats that mapping programs use, read without trust and always given in WGS 84.

| format | names | coordinate system |
| --- | --- | --- |
| GeoJSON (RFC 7946) | .geojson, .json | WGS 84 by definition |
| KML, KMZ | .kml, .kmz | WGS 84 by definition |
| GeoPackage | .gpkg | the layer's own |
| GeoParquet | .parquet, .geoparquet | that of its metadata; WGS 84 where these name none |
| Shapefile | .shp with .shx, .dbf, .prj beside it, or these packed in a .zip | that of the .prj |

What must stay true here:

* positions that come out are longitude, latitude in degrees (EPSG:4326); heights and measures are dropped;
* a coordinate system is never guessed: it is an error where none is known, or the coordinates cannot be in the one named;
* no file makes the program read another file, or the network: whatever a file points to is left alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.places.geometry.parts import joined
from merestone.places.layer_files.features import KINDS, Feature, Raw
from merestone.places.layer_files.geojson import read_geojson

__all__ = ["FORMATS", "Feature", "Layer", "file_and_feature", "format_of", "read_feature", "read_features", "read_layer"]

FORMATS = {
    ".geojson": "GeoJSON", ".json": "GeoJSON", ".kml": "KML", ".kmz": "KMZ", ".gpkg": "GeoPackage",
    ".parquet": "GeoParquet", ".geoparquet": "GeoParquet", ".shp": "Shapefile", ".zip": "Shapefile",
}  # fmt: skip
"""Format by the end of a file's name, in lower case."""


@dataclasses.dataclass(frozen=True, slots=True)
class Layer:
    """What a file holds of the kinds asked for."""

    features: list[Feature]
    crs: str
    """The coordinate system the file is in, by its authority's code where it has one, for example EPSG:28408."""
    left_out: int
    """Number of features without a geometry of the kinds asked for."""


def format_of(path: Path) -> str:
    """The format a file's name stands for. Raises MerestoneError M536."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError as error:
        raise MerestoneError("M536", path=path, known=", ".join(FORMATS)) from error


def read_feature(
    path: Path, wanted: str, feature: str | None = None, *, layer: str | None = None, crs: str | None = None
) -> Feature:
    """The feature of ``path`` that a case file means: the one with that id, or the first one that has such a geometry.

    ``wanted`` is Point, LineString or Polygon; Multi-geometries count, and what else a collection holds is left out. ``layer``
    and ``crs`` as in ``read_layer``. Raises MerestoneError M101, M106, M502 to M507 or M530 to M536.
    """
    raws, _ = _raws(path, layer, crs)
    if feature is not None:
        named = [raw for raw in raws if raw.id == feature]
        if not named:
            known = ", ".join(sorted({raw.id for raw in raws} - {""})[:20]) or "without id"
            raise MerestoneError("M504", path=path, feature=feature, known=known)
        raws = named[:1]
    found = next(_features(raws, (wanted,)), None)
    if found is None:
        raise MerestoneError("M503", path=path, wanted=wanted)
    return found


def read_features(path: Path, wanted: str, *, layer: str | None = None, crs: str | None = None) -> list[Feature]:
    """All features of ``path`` that have a geometry of the wanted kind, at least one. Errors as in ``read_feature``."""
    features = read_layer(path, (wanted,), layer=layer, crs=crs).features
    if not features:
        raise MerestoneError("M503", path=path, wanted=wanted)
    return features


def read_layer(path: Path, wanted: tuple[str, ...] = KINDS, *, layer: str | None = None, crs: str | None = None) -> Layer:
    """Everything of the wanted kinds in a file, in its order, in WGS 84.

    ``layer`` names one of several layers. ``crs`` is the coordinate system of the coordinates as PROJ knows it, for example
    EPSG:28408; it goes before what the file says of itself. Raises MerestoneError M101, M106, M502, M505, M507 or M530 to M536.
    """
    raws, name = _raws(path, layer, crs)
    features = list(_features(raws, wanted))
    return Layer(features, name, len(raws) - len(features))


def _features(raws: list[Raw], wanted: tuple[str, ...]) -> Iterator[Feature]:
    for raw in raws:
        if parts := raw.parts(wanted):
            yield Feature(raw.id, raw.properties, joined(parts))


def _raws(path: Path, layer: str | None, crs: str | None) -> tuple[list[Raw], str]:
    """(features, name of the file's coordinate system)."""
    kind = format_of(path)
    if kind == "GeoJSON":
        if crs is not None:
            raise MerestoneError("M538", path=path, format=kind)
        if layer is not None:
            raise MerestoneError("M533", path=path, layer=layer, known="one without a name")
        return read_geojson(path), "OGC:CRS84"
    from merestone.places.layer_files.vector_files import read_vector_file  # GDAL is slow to load, and most layers are GeoJSON

    return read_vector_file(path, kind, layer, crs)


def file_and_feature(named: str) -> tuple[Path, str | None]:
    """(file, feature) of FILE#FEATURE, as command lines name a feature; a file whose own name has a # is itself."""
    file, mark, feature = named.rpartition("#")
    if not mark or Path(named).exists():
        return Path(named), None
    return Path(file), feature
