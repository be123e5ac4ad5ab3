"""A map of a plan as one SVG image that needs nothing else: no network, no fonts, no script."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import shapely

from merestone.places.geometry.geodesy import Floats
from merestone.withdrawal.plan import Plan

WIDTH, HEIGHT = 1000, 700
_MARGIN = 30
COLOURS = ("#c2410c", "#1d4ed8")
"""Of the party on the left and on the right of the line: both are told apart in every common form of colour blindness."""
_NICE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def draw(plan: Plan, places: Sequence[tuple[str, float, float]] = (), moves: Sequence[tuple[Floats, Floats]] = ()) -> str:
    """The map: zones by party and tier, what of them is certain, exceptions, the line, places (name, lon, lat) and moves.

    Drawn in a Lambert azimuthal equal-area projection about the line, north about upwards. ``moves`` are pairs of (lon, lat).
    """
    plane = plan.reference.strip.plane
    geometries = [zone.whole for zone in plan.zones] + [line.geometry for line in plan.reference.lines]
    flat = [shapely.transform(shapely.segmentize(each, 0.05), plane.forward) for each in geometries if not each.is_empty]
    west, south, east, north = shapely.total_bounds(flat).tolist()
    scale = min((WIDTH - 2 * _MARGIN) / max(east - west, 1.0), (HEIGHT - 2 * _MARGIN) / max(north - south, 1.0))
    middle = np.array([(west + east) / 2, (south + north) / 2])
    height = min(HEIGHT, (north - south) * scale + 2 * _MARGIN + 40)

    def place(degrees: Floats) -> Floats:
        at = (plane.forward(np.atleast_2d(degrees)) - middle) * scale
        return np.column_stack([WIDTH / 2 + at[:, 0], (height - 40) / 2 - at[:, 1]])

    def path(geometry: shapely.Geometry) -> str:
        drawn = shapely.simplify(shapely.transform(shapely.segmentize(geometry, 0.05), place), 0.3)
        rings = []
        for part in shapely.get_parts(drawn):
            for ring in (part.exterior, *part.interiors) if part.geom_type == "Polygon" else (part,):
                points = [f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring).tolist()]
                rings.append("M" + "L".join(points) + ("Z" if part.geom_type == "Polygon" else ""))
        return "".join(rings)

    label = html.escape(f"Map of the zones of {plan.agreement.name}")
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{label}">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    colours = dict(zip(plan.reference.parties, COLOURS, strict=True))
    for zone, sure in reversed(list(zip(plan.zones, plan.certainties, strict=True))):
        colour = colours[zone.party]
        title = f"<title>{html.escape(f'{plan.reference.names[zone.party]}, {zone.tier}')}</title>"
        out.append(
            f'<path d="{path(zone.geometry)}" fill="{colour}" fill-opacity="0.18" fill-rule="evenodd" stroke="{colour}" '
            f'stroke-width="0.8">{title}</path>'
        )
        if not sure.certain.is_empty:
            out.append(f'<path d="{path(sure.certain)}" fill="{colour}" fill-opacity="0.3" fill-rule="evenodd"/>')
    for each in plan.exceptions:
        out.append(
            f'<path d="{path(each.geometry)}" fill="#ffffff" fill-opacity="0.7" stroke="#15803d" stroke-dasharray="4 2">'
            f"<title>{html.escape(f'Exception: {each.name}')}</title></path>"
        )
    out += [
        f'<path d="{path(line.geometry)}" fill="none" stroke="#111111" stroke-width="1.6"/>' for line in plan.reference.lines
    ]
    for start, stop in moves:
        (x, y), (to_x, to_y) = place(start)[0], place(stop)[0]
        out.append(f'<path d="M{x:.1f},{y:.1f}L{to_x:.1f},{to_y:.1f}" stroke="#444444" stroke-width="0.8"/>')
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="#444444"/>')
    taken: list[tuple[float, float]] = []
    for name, lon, lat in places:
        x, y = place(np.array([lon, lat]))[0]
        if not (0 < x < WIDTH and 0 < y < height - 40):
            continue
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.8" fill="#111111"/>')
        if all(abs(x - a) > 70 or abs(y - b) > 12 for a, b in taken):
            taken.append((x, y))
            anchor = "end" if x > WIDTH - 120 else "start"
            shift = -4 if anchor == "end" else 4
            out.append(
                f'<text x="{x + shift:.1f}" y="{y - 3:.1f}" font-family="sans-serif" font-size="10" text-anchor="{anchor}" '
                f'fill="#111111">{html.escape(name)}</text>'
            )
    out.append(_scale_bar(scale, height))
    return "".join(out) + "</svg>"


def _scale_bar(scale: float, height: float) -> str:
    kilometres = next((nice for nice in _NICE if nice * 1000 * scale > 60), _NICE[-1])
    length, y = kilometres * 1000 * scale, height - 14
    return (
        f'<path d="M{_MARGIN},{y - 5:.1f}V{y:.1f}H{_MARGIN + length:.1f}V{y - 5:.1f}" fill="none" stroke="#111111"/>'
        f'<text x="{_MARGIN + length + 6:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="11">{kilometres:g} km</text>'
    )
