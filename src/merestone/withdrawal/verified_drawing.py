"""A verification drawn as SVG: the map of what is known, and each position's status over time."""

from __future__ import annotations

import html
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from merestone.withdrawal.positions import decimals_of
from merestone.withdrawal.verification import STATUSES

if TYPE_CHECKING:
    from merestone.withdrawal.verified import Verified

COLOURS = {
    "not due": "#c8c8c8", "verified clear": "#3b7d4f", "verified present": "#a3241a", "probable": "#d9822b",
    "unverified": "#8a8a8a",
}  # fmt: skip


def map_svg(verified: Verified) -> str:
    """SVG map of cells and positions by status, north up."""
    if not verified.cell_shapes:
        return ""
    west, south, east, north = shapely.total_bounds(np.array(verified.cell_shapes))
    flat = math.cos(math.radians((south + north) / 2))
    scale = 900 / max((east - west) * flat, north - south)
    width, height = (east - west) * flat * scale, (north - south) * scale

    def path(shape: shapely.Geometry) -> str:
        said = []
        for polygon in shapely.get_parts(shape):
            for ring in (polygon.exterior, *polygon.interiors):
                at = shapely.get_coordinates(ring)
                said.append("M" + "L".join(f"{(x - west) * flat * scale:.1f},{(north - y) * scale:.1f}" for x, y in at) + "Z")
        return "".join(said)

    parts = [(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {width + 8:.0f} {height + 8:.0f}" role="img">'
        f"<title>What is known of each part of the zone on {verified.at.isoformat()}</title>"
    )]  # fmt: skip
    for row, shape in enumerate(verified.cell_shapes):
        status = verified.cells.status_of(row)
        dense = 0.25 + 0.5 * float(verified.cells.observed[row, -1])
        parts.append(
            f'<path d="{path(shape)}" fill="{COLOURS[status]}" fill-opacity="{dense:.2f}" stroke="#fff" stroke-width=".3"/>'
        )
    for row, each in enumerate(verified.judged):
        status, p = verified.positions.status_of(row), each.position
        decimals = decimals_of(p.uncertainty_m)
        x, y = (round(p.lon, decimals) - west) * flat * scale, (north - round(p.lat, decimals)) * scale
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[status]}" stroke="#111"><title>'
            f"{html.escape(p.id)} ({html.escape(p.party)}): {status}</title></circle>"
        )
    for number, (lon, lat) in enumerate(verified.next_looks, start=1):
        x, y = (lon - west) * flat * scale, (north - lat) * scale
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="14" text-anchor="middle">{number}</text>')
    return "".join(parts) + "</svg>"


def history_svg(verified: Verified) -> str:
    """SVG of each position's status over time, a row for each, days to the right."""
    times, count = verified.positions.times, len(verified.judged)
    if not count or len(times) < 2:
        return ""
    left, wide, tall = 150.0, 750.0, 14
    step = wide / len(times)
    first = verified.day_of(float(times[0]))
    parts = [(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + wide:.0f} {count * tall + 18}" role="img" '
        f'font-size="10"><title>Status of each position from {first} to {verified.at.isoformat()}</title>'
    )]  # fmt: skip
    for row, each in enumerate(verified.judged):
        name = f"{each.position.party} {each.position.id}"
        parts.append(f'<text x="{left - 6}" y="{row * tall + 10}" text-anchor="end">{html.escape(name[:26])}</text>')
        status = verified.positions.status[row]
        starts = [0, *(np.flatnonzero(np.diff(status)) + 1).tolist(), len(times)]
        for start, stop in pairwise(starts):
            told = STATUSES[int(status[start])]
            title = f"{html.escape(name)}: {told} from {verified.day_of(float(times[start]))}"
            parts.append(
                f'<rect x="{left + start * step:.1f}" y="{row * tall + 1}" width="{(stop - start) * step:.1f}" '
                f'height="{tall - 2}" fill="{COLOURS[told]}"><title>{title}</title></rect>'
            )
    low = count * tall + 12
    parts.append(f'<text x="{left}" y="{low}">{first}</text>')
    parts.append(f'<text x="{left + wide}" y="{low}" text-anchor="end">{verified.at.isoformat()}</text>')
    return "".join(parts) + "</svg>"
