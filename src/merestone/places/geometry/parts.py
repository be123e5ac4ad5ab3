"""Simple geometries put together into one."""

from __future__ import annotations

from collections.abc import Sequence

import shapely


def joined(parts: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Simple geometries as one: a single one as it is, several of a kind as a Multi-geometry, else a collection."""
    if len(parts) == 1:
        return parts[0]
    several = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    kinds = {part.geom_type for part in parts}
    return several[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(list(parts))
