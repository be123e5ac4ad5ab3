"""Geometries that cross the antimeridian: run on past 180 degrees to be worked with, and cut there to be written."""

from __future__ import annotations

import math

import numpy as np
import shapely

from merestone.places.geometry.parts import joined


def running_on(geometry: shapely.Geometry) -> shapely.Geometry:
    """The geometry with longitudes beyond 180 where parts of it meet, or come nearer, across the antimeridian.

    Files cut what crosses the antimeridian in two there; so its parts meet again.
    """
    parts = shapely.get_parts(geometry)
    bounds = shapely.bounds(parts)
    width = bounds[:, 2].max() - bounds[:, 0].min()
    if width <= 180 or (bounds[:, 2] - bounds[:, 0]).max() > 180:
        return geometry
    turned = [
        shapely.transform(part, lambda xy: np.column_stack([xy[:, 0] + 360, xy[:, 1]])) if east <= 0 else part
        for part, east in zip(parts, bounds[:, 2], strict=True)
    ]
    moved = shapely.bounds(np.array(turned))
    return joined(turned) if moved[:, 2].max() - moved[:, 0].min() < width else geometry


def within_180(geometry: shapely.Geometry) -> shapely.Geometry:
    """The geometry with longitudes from -180 to 180, cut at the antimeridian where it crosses it, as GeoJSON asks for."""
    west, _, east, _ = geometry.bounds
    if west >= -180 and east <= 180:
        return geometry
    pieces = []
    for turn in range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1):
        piece = shapely.intersection(geometry, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
        pieces.append(shapely.transform(piece, lambda xy, turn=turn: np.column_stack([xy[:, 0] - 360 * turn, xy[:, 1]])))
    parts = [part for part in shapely.get_parts(shapely.GeometryCollection(pieces)) for part in shapely.get_parts(part)]
    same = [part for part in parts if not part.is_empty and shapely.get_dimensions(part) == shapely.get_dimensions(geometry)]
    return joined(same)
