"""Features of a GeoJSON file (RFC 7946), read without trust: the answer is geometries or one clear error.

Coordinates are longitude, latitude in degrees, WGS 84. Heights are dropped.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import shapely

from merestone.errors import MerestoneError

LARGEST_BYTES = 256 * 1024 * 1024
LARGEST_VERTICES = 5_000_000
_DEEPEST_COLLECTION = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its id ('' where it has none), its properties, and a geometry of the wanted kind."""

    id: str
    properties: Mapping[str, Any]
    geometry: shapely.Geometry


def read_feature(path: Path, wanted: str, feature: str | None = None) -> Feature:
    """The feature of ``path`` that a case file means: the one with that id, or the first one that has such a geometry.

    ``wanted`` is LineString or Polygon; Multi-geometries count, and what else a GeometryCollection holds is left out.
    Raises MerestoneError M101, M106 or M502 to M507.
    """
    features = list(_features(path, _read(path)))
    if feature is not None:
        named = [raw for raw in features if _id(raw) == feature]
        if not named:
            known = ", ".join(sorted({_id(raw) for raw in features} - {""})[:20]) or "without id"
            raise MerestoneError("M504", path=path, feature=feature, known=known)
        features = named[:1]
    for raw in features:
        parts = list(_parts(path, _id(raw), raw.get("geometry"), wanted))
        if parts:
            several = shapely.MultiLineString if wanted == "LineString" else shapely.MultiPolygon
            geometry = parts[0] if len(parts) == 1 else several(parts)
            properties = raw.get("properties")
            return Feature(_id(raw), properties if isinstance(properties, dict) else {}, geometry)
    raise MerestoneError("M503", path=path, wanted=wanted)


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise MerestoneError("M507", path=path, limit="256 MB")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
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
    elif kind in ("LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"):
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


def _parts(path: Path, feature: str, geometry: Any, wanted: str, depth: int = 0) -> Iterator[shapely.Geometry]:
    """The simple geometries of the wanted kind inside a GeoJSON geometry."""
    if not isinstance(geometry, dict) or depth > _DEEPEST_COLLECTION:
        return
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for inner in geometry["geometries"]:
            yield from _parts(path, feature, inner, wanted, depth + 1)
    elif kind == wanted:
        yield _simple(path, feature, coordinates, wanted)
    elif kind == f"Multi{wanted}":
        if not isinstance(coordinates, list):
            raise MerestoneError("M505", path=path, feature=feature, problem="its coordinates are not a list")
        for inner in coordinates:
            yield _simple(path, feature, inner, wanted)


def _simple(path: Path, feature: str, coordinates: Any, wanted: str) -> shapely.Geometry:
    if wanted == "LineString":
        return shapely.LineString(_positions(path, feature, coordinates, least=2))
    if not isinstance(coordinates, list) or not coordinates:
        raise MerestoneError("M505", path=path, feature=feature, problem="a polygon has no ring")
    shell, *holes = (_positions(path, feature, ring, least=4) for ring in coordinates)
    polygon = shapely.Polygon(shell, holes)
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon).partition("[")[0].strip().lower()
        raise MerestoneError("M505", path=path, feature=feature, problem=f"the polygon is not valid ({reason})")
    return polygon


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
        if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
            raise wrong(f"position {number} is {lon:g}, {lat:g}, outside -180 to 180, -90 to 90")
        if positions and abs(lon - positions[-1][0]) > 180:
            raise wrong(f"it crosses the antimeridian before position {number}; cut it in two there")
        if not positions or positions[-1] != (lon, lat):
            positions.append((lon, lat))
    if len(positions) < least:
        raise wrong(f"it has {len(positions)} different position(s), at least {least} are needed")
    return positions
