"""Features of a GeoJSON file (RFC 7946), read without trust: the answer is geometries or one clear error.

Coordinates are longitude, latitude in degrees, WGS 84. Heights are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import shapely

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import wrong_position
from merestone.places.layer_files.features import KINDS, LARGEST_VERTICES, Raw, bytes_of, checked_polygon

_DEEPEST_COLLECTION = 8


def read_geojson(path: Path) -> list[Raw]:
    """The features of a file in its order; their geometries are checked when they are asked for.

    Raises MerestoneError M101, M106, M502 or M507.
    """
    raws = []
    for feature in _features(path, _document(path)):
        properties = feature.get("properties")
        name = _id(feature)
        parts = partial(_wanted, path, name, feature.get("geometry"))
        raws.append(Raw(name, properties if isinstance(properties, dict) else {}, parts))
    return raws


def _document(path: Path) -> Any:
    data = bytes_of(path)
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))  # orjson refuses NaN, and nesting over 1,024 deep
    except orjson.JSONDecodeError as error:
        raise MerestoneError("M502", path=path, detail=f"not JSON: {error.msg} at line {error.lineno}") from error


def _features(path: Path, document: Any) -> Iterator[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        for feature in document["features"]:
            if not isinstance(feature, dict):
                raise MerestoneError("M502", path=path, detail="a feature is not an object")
            yield feature
    elif kind == "Feature":
        yield document
    elif kind in (*KINDS, *(f"Multi{kind}" for kind in KINDS), "GeometryCollection"):
        yield {"type": "Feature", "properties": {}, "geometry": document}
    else:
        raise MerestoneError("M502", path=path, detail="it is no Feature or FeatureCollection")
    _refuse_other_crs(path, document)


def _refuse_other_crs(path: Path, document: dict[str, Any]) -> None:
    """The old GeoJSON of 2008 could name a CRS; any but WGS 84 would silently put everything elsewhere."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if crs is not None and name not in ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326",
                                        "urn:ogc:def:crs:EPSG::4326"):  # fmt: skip
        raise MerestoneError("M502", path=path, detail=f"its coordinate system is {str(name)[:60]}, not WGS 84")


def _id(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties")
    for holder in (feature, properties if isinstance(properties, dict) else {}):
        if isinstance(value := holder.get("id"), str | int) and not isinstance(value, bool):
            return str(value)
    return ""


def _wanted(path: Path, feature: str, geometry: Any, wanted: tuple[str, ...]) -> list[shapely.Geometry]:
    return list(_parts(path, feature, geometry, wanted))


def _parts(path: Path, feature: str, geometry: Any, wanted: tuple[str, ...], depth: int = 0) -> Iterator[shapely.Geometry]:
    """The simple geometries of the wanted kinds inside a GeoJSON geometry."""
    if not isinstance(geometry, dict) or depth > _DEEPEST_COLLECTION:
        return
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    single = kind.removeprefix("Multi") if isinstance(kind, str) else ""
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for inner in geometry["geometries"]:
            yield from _parts(path, feature, inner, wanted, depth + 1)
    elif single not in wanted:
        return
    elif kind == single:
        yield _simple(path, feature, coordinates, single)
    else:
        if not isinstance(coordinates, list):
            raise MerestoneError("M505", path=path, feature=feature, problem="its coordinates are not a list")
        for inner in coordinates:
            yield _simple(path, feature, inner, single)


def _simple(path: Path, feature: str, coordinates: Any, kind: str) -> shapely.Geometry:
    if kind == "Point":
        return shapely.Point(_positions(path, feature, [coordinates], least=1)[0])
    if kind == "LineString":
        return shapely.LineString(_positions(path, feature, coordinates, least=2))
    if not isinstance(coordinates, list) or not coordinates:
        raise MerestoneError("M505", path=path, feature=feature, problem="a polygon has no ring")
    shell, *holes = (_positions(path, feature, ring, least=4) for ring in coordinates)
    return checked_polygon(path, feature, shapely.Polygon(shell, holes))


def _positions(path: Path, feature: str, coordinates: Any, least: int) -> list[tuple[float, float]]:
    """Checked positions, neighbours that are the same merged into one."""

    def wrong(problem: str) -> MerestoneError:
        return MerestoneError("M505", path=path, feature=feature or "without id", problem=problem)

    if not isinstance(coordinates, list):
        raise wrong("its coordinates are not a list of positions")
    if len(coordinates) > LARGEST_VERTICES:
        raise MerestoneError("M507", path=path, limit=f"{LARGEST_VERTICES:,} vertices")
    positions: list[tuple[float, float]] = []
    for number, position in enumerate(coordinates, start=1):
        if not isinstance(position, list) or len(position) < 2 or not all(type(v) in (int, float) for v in position[:2]):
            raise wrong(f"position {number} is not a pair of numbers")
        lon, lat = float(position[0]), float(position[1])
        if problem := wrong_position(lon, lat):
            raise wrong(f"position {number} is {lon:g}, {lat:g}, {problem}")
        if positions and abs(lon - positions[-1][0]) > 180:
            raise wrong(f"it crosses the antimeridian before position {number}; cut it in two there")
        if not positions or positions[-1] != (lon, lat):
            positions.append((lon, lat))
    if len(positions) < least:
        raise wrong(f"it has {len(positions)} different position(s), at least {least} are needed")
    return positions
