"""Zones drawn fast enough to follow a slider: coarse, for the eye, and never for a number that is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from merestone.withdrawal.strip import Halves, Strip, polygonal

_TOLERANCE = 0.02
"""Of the depth: bends of the line smaller than this are left out, and outlines may be off by about as much."""
_OF_LINE = 1e-3
"""Of the length of the line: larger bends are kept at any depth, or a small ring would lose its shape."""
_ARC = 6


def quick_zones(strip: Strip, depths_m: Sequence[float]) -> list[Halves]:
    """The zones of some depths in their order, left and right, flat ends: Polygons or MultiPolygons in degrees.

    Planar buffers (Lambert azimuthal equal-area) of the simplified line without the ground past its ends, cut by it. Where the
    line comes near itself within the depth the sides may be wrong; ``Strip.halves`` is exact. ``areas_km2`` gives their areas.
    """
    return [_drawn(strip, depth) for depth in depths_m]


def areas_km2(strip: Strip, zones: Sequence[Halves]) -> list[tuple[float, float]]:
    """(left, right) areas of quick zones, from the equal-area plane they were drawn in, to about 2 %."""
    return [
        (
            round(float(shapely.transform(zone.left, strip.plane.forward).area) / 1e6, 3),
            round(float(shapely.transform(zone.right, strip.plane.forward).area) / 1e6, 3),
        )
        for zone in zones
    ]


def _drawn(strip: Strip, depth_m: float) -> Halves:
    if depth_m <= 0:
        return Halves(shapely.Polygon(), shapely.Polygon())
    tolerance = min(_TOLERANCE * depth_m, _OF_LINE * strip.track.length_m)
    line = shapely.simplify(strip.flat_line, tolerance, preserve_topology=False)
    past, drawn_on = _past_ends(strip, depth_m)
    whole = polygonal(shapely.difference(line.buffer(depth_m, quad_segs=_ARC), past))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([whole.boundary, line, *drawn_on])]))
    inner = np.array([shapely.get_coordinates(face.representative_point())[0] for face in faces]).reshape(-1, 2)
    shapely.prepare(whole)
    held = shapely.contains_xy(whole, inner[:, 0], inner[:, 1])
    faces, inner = faces[held], inner[held]
    # the side of each face by the nearest segment: exact distances are not worth their time here
    vertices = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
    start, stop = (np.concatenate([each[cut] for each in vertices]) for cut in (slice(None, -1), slice(1, None)))
    nearest = shapely.STRtree(shapely.linestrings(np.stack([start, stop], axis=1))).nearest(shapely.points(inner))
    along, away = stop[nearest] - start[nearest], inner - start[nearest]
    left = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0] >= 0
    parts = [polygonal(shapely.union_all(faces[side])) if side.any() else shapely.Polygon() for side in (left, ~left)]
    return Halves(*(shapely.transform(part, strip.plane.back) for part in parts))


def _past_ends(strip: Strip, depth_m: float) -> tuple[shapely.Geometry, tuple[shapely.Geometry, ...]]:
    """(the ground past the open ends, the last segments drawn on) in the plane, out to the depth or up to twice as far.

    What lies beyond the depth changes nothing, so that one answer serves all depths between two powers of two.
    """
    reach = 2.0 ** math.ceil(math.log2(depth_m))
    known = _PAST_ENDS.setdefault(strip, {})
    if reach not in known:
        cells = [strip.end_cell(number, reach) for number in range(len(strip.open_ends))]
        known[reach] = (
            shapely.union_all([shapely.transform(cell.ground, strip.plane.forward) for cell in cells]),
            tuple(shapely.transform(cell.drawn_on, strip.plane.forward) for cell in cells),
        )
    return known[reach]


_PAST_ENDS: WeakKeyDictionary[Strip, dict[float, tuple[shapely.Geometry, tuple[shapely.Geometry, ...]]]] = WeakKeyDictionary()
