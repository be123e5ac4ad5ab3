"""The zones of an agreement: for each side and tier the ground in which something is forbidden.

What must stay true here:

* a zone lies on its party's own side of the line that the parties agreed on, whatever mode gave its depth;
* a tier is all ground within its depth, so tiers nest; ``band`` is the part beyond the tiers of less depth;
* exceptions and ground outside the party's polygon are no part of a zone.

Modes. ``equal_distance`` measures from the line itself. ``generalised`` measures from the line without the bends that are
smaller than the zone: Douglas-Peucker with a tolerance of half the depth, after which no vertex of the line is farther than
that from it. ``equal_area`` gives each side of each section the depth at which it clears the same area, the mean of what both
sides clear at equal distance, found by the secant rule.

Sections of different depth: each is its own zone with flat ends, joined over their common vertex by a disc of the lesser depth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.areas import area_m2
from merestone.places.geodesy import WGS84, Floats
from merestone.withdrawal.agreement import Agreement, TierEntry
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import Ends, Halves, Strip, polygonal, stations, voronoi

_AREA_TOLERANCE = 1e-3
_MOST_ROUNDS = 12
_DEEPER = 3.0
_MOST_DEPTH_M = 1_000_000.0


@dataclasses.dataclass(frozen=True)
class PlannedZone:
    """One side's zone of one tier."""

    party: str
    tier: str
    depth_m: tuple[float, ...]
    """Depth in each section."""
    whole: shapely.Geometry
    """All ground within the depth on the party's side and ground, exceptions included; degrees, longitudes run on."""
    geometry: shapely.Geometry
    """The same without exceptions."""
    band: shapely.Geometry
    """What of it lies beyond every tier of less depth."""

    @property
    def area_km2(self) -> float:
        """Of ``geometry``, on the ellipsoid."""
        return area_m2(self.geometry) / 1e6


@dataclasses.dataclass(frozen=True)
class Excepted:
    """Ground where nothing is forbidden."""

    name: str
    kind: str
    geometry: shapely.Geometry
    tiers: tuple[str, ...]
    """Names of the tiers it holds for; empty for all."""


def plan_zones(reference: Reference, agreement: Agreement, exceptions: Sequence[Excepted] = ()) -> list[PlannedZone]:
    """Every zone, tiers by depth, the left party first in each. Raises MerestoneError M810 or M811."""
    sections = len(reference.breaks_m) + 1
    planned: list[PlannedZone] = []
    done: dict[str, shapely.Geometry] = {}
    for tier in sorted(agreement.tiers, key=lambda tier: max(max(depths) for depths in depths_of(tier, reference).values())):
        depths = depths_of(tier, reference)
        if max(max(each) for each in depths.values()) > _MOST_DEPTH_M:
            raise MerestoneError("M810", tier=tier.name, depth=f"{tier.depth_km:g}", most=f"{_MOST_DEPTH_M / 1000:,.0f}")
        if agreement.line.mode == "equal_area":
            depths = _equal_areas(reference, depths, agreement.line.ends)
        ground = ground_within(reference, depths, agreement.line.ends, agreement.line.mode == "generalised")
        for party in reference.parties:
            whole = ground[party]
            if party in reference.ground:
                own = reference.ground[party]
                whole = cut_to_ground(reference, party, whole)
                if whole.is_empty:
                    raise MerestoneError("M812", party=party, tier=tier.name)
                if shapely.difference(own, whole).area <= 1e-6 * own.area:
                    raise MerestoneError("M811", tier=tier.name, depth=f"{max(depths[party]) / 1000:g}", party=party)
            left_out = [each.geometry for each in exceptions if not each.tiers or tier.name in each.tiers]
            geometry = polygonal(shapely.difference(whole, shapely.union_all(left_out))) if left_out else whole
            before = done.get(party)
            band = polygonal(shapely.difference(geometry, before)) if before is not None else geometry
            done[party] = whole if before is None else polygonal(shapely.union(before, whole))
            planned.append(PlannedZone(party, tier.name, depths[party][:sections], whole, geometry, band))
    return planned


def depths_of(tier: TierEntry, reference: Reference) -> dict[str, tuple[float, ...]]:
    """Metres of depth of each party in each section, as the tier states them."""
    count = len(reference.breaks_m) + 1
    if tier.depth_km_by_section:
        depths = tuple(kilometres * 1000 for kilometres in tier.depth_km_by_section)
        return dict.fromkeys(reference.parties, depths)
    own = tier.depth_km_by_party or {}
    return {party: (own.get(party, tier.depth_km) * 1000,) * count for party in reference.parties}


def ground_within(
    reference: Reference, depths: Mapping[str, Sequence[float]], ends: Ends = "flat", generalised: bool = False
) -> dict[str, shapely.Geometry]:
    """Each party's side of the ground within its depths, not cut to its polygon."""
    left, right = reference.parties
    if reference.fronts:
        own = {
            left: reference.fronts[0].halves(depths[left][0], ends).left,
            right: reference.fronts[1].halves(depths[right][0], ends).right,
        }
        # where front lines cross, ground behind both is nobody's: no point is in both sides' zones
        both = shapely.intersection(own[left], own[right])
        return own if both.area == 0 else {party: polygonal(shapely.difference(zone, both)) for party, zone in own.items()}
    if generalised:
        return {
            party: _from_generalised(reference.strip, max(depths[party]), ends)[side]
            for side, party in enumerate(reference.parties)
        }
    made: dict[float, Halves] = {}

    def halves(depth: float) -> Halves:
        if depth not in made:
            made[depth] = reference.strip.halves(depth, ends)
        return made[depth]

    out = {}
    for side, party in enumerate(reference.parties):
        own_depths = depths[party]
        if len(set(own_depths)) == 1:
            out[party] = halves(own_depths[0])[side]
        else:
            ground = _by_section(reference, own_depths, ends)
            out[party] = polygonal(shapely.intersection(ground, halves(max(own_depths))[side]))
    return out


def _by_section(reference: Reference, depths: Sequence[float], ends: Ends) -> shapely.Geometry:
    """The ground within each section's depth of it, on both sides."""
    lines = reference.section_lines()
    # whichever way an outer end is closed, the half of the whole line's zone that this is cut to says so
    parts = [half for line, depth in zip(lines, depths, strict=True) for half in Strip(line).halves(depth, "flat")]
    if ends == "round":
        parts += [Strip(line).within(depth) for line, depth in ((lines[0], depths[0]), (lines[-1], depths[-1])) if depth > 0]
    for line, depth, following in zip(lines, depths, depths[1:], strict=False):
        if (lesser := min(depth, following)) > 0:
            lon, lat = shapely.get_coordinates(line)[-1].tolist()
            parts.append(disc(lon, lat, lesser))
    near = reference.strip.plane.near
    parts = [
        shapely.transform(part, lambda d: np.column_stack([near(d[:, 0]), d[:, 1]])) for part in parts if not part.is_empty
    ]
    return polygonal(shapely.union_all(parts))


def disc(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """All ground within a distance of a place, 128 vertices at exactly that distance; longitudes not wrapped."""
    azimuth = -np.arange(128) * (360 / 128)
    lons, lats, _ = WGS84.fwd(np.full(128, lon), np.full(128, lat), azimuth, np.full(128, radius_m))
    return shapely.Polygon(np.column_stack([lon + (np.asarray(lons) - lon + 180) % 360 - 180, lats]))


def _from_generalised(strip: Strip, depth_m: float, ends: Ends) -> Halves:
    simple = shapely.simplify(strip.flat_line, depth_m / 2)
    smooth = Strip(shapely.transform(simple, strip.plane.back))
    ground = polygonal(shapely.union_all(list(smooth.halves(depth_m, ends))))
    near = strip.plane.near
    ground = shapely.transform(ground, lambda d: np.column_stack([near(d[:, 0]), d[:, 1]]))
    own = strip.halves(1.6 * depth_m, "round")
    return Halves(polygonal(shapely.intersection(ground, own.left)), polygonal(shapely.intersection(ground, own.right)))


# --------------------------------------------------------------------------------------------------------------------------
# equal areas, sections


def _equal_areas(reference: Reference, depths: Mapping[str, Sequence[float]], ends: Ends) -> dict[str, tuple[float, ...]]:
    """Depths at which both sides of each section clear the mean of what they clear at the depths given.

    Each depth is corrected by what its area lacks over the width of its outer edge, and all are drawn anew, until every area
    is within ``_AREA_TOLERANCE``. Where a side has not so much ground, its depth ends at ``_DEEPER`` times the one given.
    """
    given = {party: np.array(depths[party]) for party in reference.parties}
    deepest = _DEEPER * max(float(each.max()) for each in given.values())
    regions = section_regions(reference, deepest)

    def areas(tried: Mapping[str, Floats]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        ground = ground_within(reference, {party: each.tolist() for party, each in tried.items()}, ends)
        cut = [cut_to_ground(reference, party, ground[party]) for party in reference.parties]
        return np.array([[area_m2(polygonal(shapely.intersection(one, region))) for region in regions] for one in cut])

    before = np.zeros((2, len(regions)))
    now = np.array([given[party] for party in reference.parties], dtype=np.float64)
    cleared, cleared_before = areas(given), np.zeros_like(before)
    target = cleared.mean(axis=0)
    for _ in range(_MOST_ROUNDS):
        if (np.abs(cleared - target) <= _AREA_TOLERANCE * target).all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            width = (cleared - cleared_before) / (now - before)
        width = np.where(np.isfinite(width) & (width > 0), width, cleared / np.maximum(now, 1.0))
        step = np.where(width > 0, (target - cleared) / np.maximum(width, 1e-9), 0.0)
        before, cleared_before = now, cleared
        now = np.clip(now + np.clip(step, -0.5 * now, 0.5 * now), 0.0, deepest)
        cleared = areas({party: now[side] for side, party in enumerate(reference.parties)})
    return {party: tuple(now[side].round(1).tolist()) for side, party in enumerate(reference.parties)}


def cut_to_ground(reference: Reference, party: str, geometry: shapely.Geometry) -> shapely.Geometry:
    """What of a geometry lies on the party's ground: all of it where that is not known."""
    own = reference.ground.get(party)
    return geometry if own is None else polygonal(shapely.intersection(geometry, own))


def section_regions(reference: Reference, depth_m: float) -> list[shapely.Geometry]:
    """The ground nearest to each section, far enough for zones of a depth: a Voronoi diagram of places along the line.

    The bound between two sections is exact where the line runs straight across it, and elsewhere within a hundredth of the
    depth. One region without breaks.
    """
    strip = reference.strip
    extent = strip.flat_line.buffer(3 * depth_m).envelope
    if not reference.breaks_m:
        return [shapely.transform(shapely.segmentize(extent, 10_000), strip.plane.back)]
    spacing = max(depth_m / 25, reference.length_m / 40_000)
    places = [
        stations(shapely.transform(shapely.segmentize(line, 0.02), strip.plane.forward), spacing)[0]
        for line in reference.section_lines()
    ]
    cells = voronoi(np.concatenate(places), extent)
    out, taken = [], 0
    for each in places:
        region = shapely.union_all(cells[taken : taken + len(each)], grid_size=spacing / 1000)
        taken += len(each)
        out.append(shapely.transform(shapely.segmentize(region, 10_000), strip.plane.back))
    return out
