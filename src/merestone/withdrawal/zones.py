"""The zones of an agreement: for each side and tier the ground in which something is forbidden.

What must stay true here:

* a zone lies on its party's own side of the line that the parties agreed on, whatever mode gave its depth;
* a tier is all ground within its depth, so tiers nest; ``band`` is the part beyond the tiers of less depth;
* exceptions and ground outside the party's polygon are no part of a zone.

Modes. ``equal_distance`` measures from the line itself. ``generalised`` measures from the line without the bends that are
smaller than the zone: Douglas-Peucker with a tolerance of half the depth, after which no vertex of the line is farther than
that from it. ``equal_area`` gives each side of each section the depth at which it clears the same area, the mean of what both
sides clear at equal distance, or what the poorer side has at three times its depth where that is less.

Sections of different depth: a place is in the zone where it is within the depth of the section that it is nearest to, so that
sections never overlap and each can be told and verified alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.geometry.areas import area_m2
from merestone.places.geometry.geodesy import WGS84
from merestone.withdrawal.agreement import Agreement, TierEntry
from merestone.withdrawal.bisectors import Pieces, bounds
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import CHORD_DEGREES, Ends, Halves, Strip, inside, parted, polygonal

_AREA_TOLERANCE = 3e-7
_MOST_ROUNDS = 30
_DEEPER = 3.0
_MOST_DEPTH_M = 1_000_000.0
_BEYOND = 1.1


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


def km2(geometry: shapely.Geometry) -> float:
    """Area of the polygons of a geometry on the ellipsoid, to the 1,000 m² that are told."""
    return round(area_m2(polygonal(geometry)) / 1e6, 3)


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
    if agreement.line.mode == "equal_area":  # the same bounds between sections for all tiers, or areas would differ a little
        most = max(max(max(depths) for depths in depths_of(tier, reference).values()) for tier in agreement.tiers)
        section_regions(reference, _DEEPER * min(most, _MOST_DEPTH_M))
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
            out[party] = _by_section(reference, own_depths, side, ends)
    return out


def _by_section(reference: Reference, depths: Sequence[float], side: int, ends: Ends) -> shapely.Geometry:
    """The ground on one side that is within the depth of the section it is nearest to."""
    deepest = _BEYOND * max(depths)  # so that the outline of each section's own zone counts, and no other beside it
    half = reference.strip.halves(deepest, ends)[side]
    regions = section_regions(reference, deepest)
    parts = [
        _of_section(reference, Strip(line), shapely.intersection(half, region), depth)
        for line, region, depth in zip(reference.section_lines(), regions, depths, strict=True)
        if depth > 0
    ]
    return polygonal(shapely.union_all(parts))


def _of_section(reference: Reference, stretch: Strip, nearest: shapely.Geometry, depth: float) -> shapely.Geometry:
    """What lies within a depth of a section, of the ground that is nearest to it."""
    near = reference.strip.plane.near
    within = shapely.transform(stretch.within(depth), lambda d: np.column_stack([near(d[:, 0]), d[:, 1]]))
    return polygonal(shapely.intersection(within, nearest))


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

    Where a side has not so much ground within ``_DEEPER`` times its depth, both clear what it has there.
    """
    deepest = _DEEPER * max(max(each) for each in depths.values())
    halves = reference.strip.halves(deepest, ends)
    regions = section_regions(reference, deepest)
    found: list[list[float]] = [[], []]
    for number, (line, region) in enumerate(zip(reference.section_lines(), regions, strict=True)):
        stretch = Strip(line)
        cleared = [
            partial(_area_of_section, reference, stretch, cut_to_ground(reference, party, half_here))
            for party, half_here in zip(reference.parties, (_common(half, region) for half in halves), strict=True)
        ]
        given = [depths[party][number] for party in reference.parties]
        if max(given) <= 0:
            target = 0.0
        else:
            now = [of(depth) for of, depth in zip(cleared, given, strict=True)]
            most = _DEEPER * max(given)
            target = min(sum(now) / 2, *(of(most) for of in cleared))
        for side, of in enumerate(cleared):
            found[side].append(_depth_of(of, target, max(given[side], max(given) / 2), _DEEPER * max(given)))
    return {party: tuple(found[side]) for side, party in enumerate(reference.parties)}


def _common(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    return polygonal(shapely.intersection(one, other))


def _area_of_section(reference: Reference, stretch: Strip, nearest: shapely.Geometry, depth: float) -> float:
    return area_m2(_of_section(reference, stretch, nearest, depth)) if depth > 0 else 0.0


def _depth_of(cleared: Callable[[float], float], target: float, guess: float, most: float) -> float:
    """The depth at which so much is cleared: regula falsi with the Illinois rule, since area grows with depth."""
    if target <= 0:
        return 0.0
    low, lack = 0.0, -target
    high, over = most, cleared(most) - target
    depth, moved = guess, 0
    for _ in range(_MOST_ROUNDS):
        off = cleared(depth) - target
        if abs(off) <= _AREA_TOLERANCE * target:
            return depth
        if off < 0:
            low, lack, over, moved = depth, off, over / 2 if moved < 0 else over, -1
        else:
            high, over, lack, moved = depth, off, lack / 2 if moved > 0 else lack, 1
        if over <= 0:
            return high
        depth = (low * over - high * lack) / (over - lack)
    return depth


def cut_to_ground(reference: Reference, party: str, geometry: shapely.Geometry) -> shapely.Geometry:
    """What of a geometry lies on the party's ground: all of it where that is not known."""
    own = reference.ground.get(party)
    return geometry if own is None else polygonal(shapely.intersection(geometry, own))


def section_regions(reference: Reference, depth_m: float) -> list[shapely.Geometry]:
    """The ground nearest to each section, as far as zones of a depth reach or farther. One region without breaks."""
    for depth, found in reference.regions:
        if depth >= depth_m:
            return found
    reference.regions.append((depth_m, _section_regions(reference, depth_m)))
    return reference.regions[-1][1]


def _section_regions(reference: Reference, depth_m: float) -> list[shapely.Geometry]:
    strip = reference.strip
    reach = _BEYOND * depth_m
    whole = shapely.transform(strip.flat_line.buffer(reach), strip.plane.back)
    if not reference.breaks_m:
        return [whole]
    lines = [Pieces.of(shapely.segmentize(line, CHORD_DEGREES)) for line in reference.section_lines()]
    pieces = Pieces(np.concatenate([each.start for each in lines]), np.concatenate([each.stop for each in lines]))
    number = np.repeat(np.arange(len(lines)), [len(each.start) for each in lines])
    flat = shapely.linestrings(np.stack([strip.plane.forward(pieces.start), strip.plane.forward(pieces.stop)], axis=1))
    tree = shapely.STRtree(flat)
    cuts: list[shapely.Geometry] = []
    for section in range(len(lines)):
        own = np.flatnonzero(number == section)
        near = np.unique(tree.query(flat[own], predicate="dwithin", distance=2.5 * reach)[1])
        some = np.union1d(own, near)
        held = Pieces(pieces.start[some], pieces.stop[some])
        rows, others = np.flatnonzero(number[some] == section), np.flatnonzero(number[some] != section)
        if len(others):
            for side in (1, -1):
                cuts += bounds(held, rows, others, side, reach, strip.plane, facing=False)
    parts = np.array(parted(whole, cuts), dtype=object)
    inner = inside(parts)
    beside = strip.track.sides(inner[:, 0], inner[:, 1])
    nearest = reference.section_of(strip.track.chainage_m(beside.segment, beside.share))
    return [polygonal(shapely.union_all(parts[nearest == section])) for section in range(len(lines))]
