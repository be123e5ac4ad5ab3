"""Where a case lies on the map, roughly."""

from __future__ import annotations

import shapely

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.places.contested.lines import load_lines, load_zones

_AROUND_DEGREES = 1.0
"""What is told of a case lies around its lines, not only on them."""


def extent_of(case: Case) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of the case's lines and zones and a degree around them.

    None for a case without, and for one whose layers cannot be read yet: evidence may come before them.
    """
    try:
        found = [line.geometry for line in load_lines(case)] + [zone.geometry for zone in load_zones(case)]
    except MerestoneError:
        return None
    if not found:
        return None
    west, south, east, north = (float(bound) for bound in shapely.total_bounds(shapely.from_wkb(found)))
    return west - _AROUND_DEGREES, south - _AROUND_DEGREES, east + _AROUND_DEGREES, north + _AROUND_DEGREES
