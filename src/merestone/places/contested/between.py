"""Two lines of the same border compared: the ground between them, patch by patch, and whose map puts it where.

What must stay true here:

* the lines are straight in longitude and latitude between vertices, so where they cross is exact in degrees; areas are on the
  WGS 84 ellipsoid, distances geodesic;
* only the stretch that both lines have is compared (``common_stretch``);
* exchanging the lines, the parties or the direction of either line mirrors the result and changes no number;
* a patch is told from the errors of the maps: where the lines are nowhere farther apart than both maps' accuracies together
  (root of the sum of squares), these maps cannot tell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

from merestone.errors import MerestoneError
from merestone.places.contested.line_displacement import area_deviation_m2, displaced, shifted
from merestone.places.contested.line_error import LineError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.standing import CANNOT_TELL
from merestone.places.geometry.antimeridian import within_180
from merestone.places.geometry.areas import area_m2, equal_area, ring_areas
from merestone.places.geometry.geodesy import Floats, chainage_m
from merestone.places.geometry.track import Track
from merestone.places.layer_files.features import Feature

SEED = 1975
SAMPLES = 400
_STEP = 0.005
"""Degrees between the places at which the distance of the lines is taken: some 500 m."""
_NOTHING = 1.0
"""Square metres. What is smaller comes from rounding."""


@dataclasses.dataclass(frozen=True, slots=True)
class Patch:
    """Ground between the lines, on one side of the first and on the other of the second."""

    geometry: shapely.Polygon
    """Degrees (EPSG:4326); beyond the antimeridian its longitudes run on past 180."""
    km2: float
    first_says: str
    """The party with whom the first line puts it."""
    second_says: str
    from_km: float
    """Chainage along the first line where it begins, kilometres."""
    to_km: float
    gap_m: float
    """Greatest distance of the lines there: of a place on either to the nearest of the other."""
    tells: bool | None
    """Whether the lines are farther apart than the maps' errors; None where a map does not state its accuracy."""


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """All the ground that the first line puts with one party and the second with the other."""

    first_says: str
    second_says: str
    km2: float
    told_km2: float | None
    """Of which in patches that the maps can tell; None where a map does not state its accuracy."""
    range_km2: tuple[float, float] | None
    """5 % and 95 % of what the maps' errors allow; it lies above ``km2`` where the lines run closer than their errors."""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the first line, and the ground between the lines along it, by what the first and the second line say."""

    from_km: float
    to_km: float
    km2: dict[tuple[str, str], float]


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """What two lines of a border have between them."""

    first: str
    second: str
    patches: list[Patch]
    shares: list[Share]
    sections: list[Section]
    stretches_km: list[tuple[float, float]]
    """Chainages along the first line between which it was compared."""
    accuracy_m: float | None
    """Both maps' accuracies together; None where one does not state it."""
    net_km2: float
    """The difference of the two shares: what moves on balance from one party to the other with the map."""
    net_party: str | None
    """The party to whom the second line gives ``net_km2`` more than the first; None where they know different parties."""
    net_deviation_km2: float | None
    """Standard deviation of ``net_km2`` by the maps' errors, in closed form."""
    net_shift_km2: float | None
    """What the shifts that the maps state of their own lines (``bias_m``) add to ``net_km2``; 0 where they state none."""


_Says = tuple[tuple[str, str], tuple[str, str]]
"""(what either line says of ground to the left of the first and right of the second; and of ground the other way round)."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Stretch:
    """The common stretch of a part of each line, both in the direction of the first."""

    first: shapely.LineString
    second: shapely.LineString
    closed: bool
    turned: bool
    """Whether the second was turned round."""
    offset_km: float
    """Chainage along the whole first line at which the stretch begins."""


def compare(first: DrawnLine, second: DrawnLine, *, section_km: float | None = None, samples: int = SAMPLES) -> Compared:
    """Compare two lines. ``section_km`` cuts the sums into sections of that length along the first line.

    Raises MerestoneError M541 where the lines are not of one border, M542 where they have no stretch in common, and M543 where
    their parts cannot be set beside each other.
    """
    second = dataclasses.replace(second, geometry=_beside(first.geometry, second.geometry))
    stretches = _stretches(first, second)
    says = _parties(first, second, stretches)
    patches: list[Patch] = []
    accuracy = _together(first.error.accuracy_m, second.error.accuracy_m)
    sections: list[Section] = []
    for stretch in stretches:
        patches += _patches(stretch, says, accuracy)
        if section_km is not None:
            sections += _sections(stretch, says, section_km)
    patches.sort(key=lambda patch: (patch.from_km, patch.to_km, patch.km2))
    unsure = _uncertainty(first, second, stretches, samples)
    shares = []
    for number, (one, other) in enumerate(says):
        own = [patch for patch in patches if (patch.first_says, patch.second_says) == (one, other)]
        told = None if accuracy is None else sum(patch.km2 for patch in own if patch.tells)
        shares.append(Share(one, other, sum(patch.km2 for patch in own), told, unsure.ranges[number] if unsure else None))
    net = shares[0].km2 - shares[1].km2
    gains = says[0][1] if net >= 0 else says[1][1]
    shares.sort(key=lambda share: (share.first_says, share.second_says))
    spans = [(s.offset_km, s.offset_km + float(chainage_m(shapely.get_coordinates(s.first))[-1]) / 1000) for s in stretches]
    return Compared(
        first=first.name, second=second.name, patches=patches, shares=shares,
        sections=sections, stretches_km=spans, accuracy_m=accuracy, net_km2=abs(net),
        net_party=gains if says[0] == says[1][::-1] else None, net_deviation_km2=unsure.net_deviation if unsure else None,
        net_shift_km2=unsure.net_shift * (1 if net >= 0 else -1) if unsure else None,
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------
# what is compared with what


def _beside(first: shapely.Geometry, second: shapely.Geometry) -> shapely.Geometry:
    """The second geometry on the same turn of longitude as the first."""
    west, _, east, _ = first.bounds
    other_west, _, other_east, _ = second.bounds
    turns = 360 * round(((west + east) - (other_west + other_east)) / 720)
    return shapely.transform(second, lambda xy: np.column_stack([xy[:, 0] + turns, xy[:, 1]])) if turns else second


def _stretches(first: DrawnLine, second: DrawnLine) -> list[_Stretch]:
    """The common stretches of every part of one line with every part of the other, along the first."""
    found: list[_Stretch] = []
    offset = 0.0
    for one in shapely.get_parts(first.geometry):
        for other in shapely.get_parts(second.geometry):
            if one.is_closed != other.is_closed:
                raise MerestoneError("M541", first=first.name, second=second.name, problem="one is a ring and the other is not")
            stretch = _rings(one, other, offset) if one.is_closed else common_stretch(one, other, offset)
            if stretch is not None:
                found.append(stretch)
        offset += float(chainage_m(shapely.get_coordinates(one))[-1]) / 1000
    if not found:
        raise MerestoneError("M542", first=first.name, second=second.name)
    for side in ("first", "second"):
        lines = [getattr(stretch, side) for stretch in found]
        for number, line in enumerate(lines):
            for other in lines[:number]:
                shared = shapely.intersection(line, other).length
                if shared > 0.01 * min(line.length, other.length):
                    raise MerestoneError("M543", first=first.name, second=second.name)
    return found


def _rings(one: shapely.LineString, other: shapely.LineString, offset: float) -> _Stretch | None:
    if not shapely.intersects(shapely.Polygon(one), shapely.Polygon(other)):
        return None
    turned = shapely.is_ccw(one) != shapely.is_ccw(other)
    return _Stretch(one, shapely.reverse(other) if turned else other, True, turned, offset)


def common_stretch(one: shapely.LineString, other: shapely.LineString, offset: float = 0.0) -> _Stretch | None:
    """What two open lines have in common, or None.

    The second line is turned into the direction of the first. At either end the shorter of two ways joins the lines: from the
    end of the first to the nearest place of the second, or from the end of the second to the nearest place of the first. What
    lies beyond that way is left out, on whichever line it is. What is left on either line must be longer than these ways: lines
    that only come near each other at their ends have nothing in common.
    """
    along_one, along_other = _feet(one, other), _feet(other, one)
    # Which way the other runs, by how far its ends lie apart along the first and the first's along it.
    way = (along_one[1][1] - along_one[0][1]) / one.length + (along_other[1][1] - along_other[0][1]) / other.length
    if way == 0:
        return None
    turned = way < 0
    if turned:
        other = shapely.reverse(other)
        along_one, along_other = _feet(one, other), _feet(other, one)
    cuts = []
    for end in (0, 1):
        metres_one, at_one = along_one[end]
        metres_other, at_other = along_other[end]
        own = (0.0, one.length)[end], (0.0, other.length)[end]
        from_other, from_one = (at_one, own[1]), (own[0], at_other)
        if abs(metres_one - metres_other) <= 1e-6 * max(metres_one, metres_other):
            # As long as each other: the one whose ends come first in longitude and latitude, whichever line is named first.
            key = [sorted(_ends(one, other, cut)) for cut in (from_other, from_one)]
            cuts.append(from_other if key[0] <= key[1] else from_one)
        else:
            cuts.append(from_other if metres_one < metres_other else from_one)
    (start_one, start_other), (end_one, end_other) = cuts
    if start_one >= end_one or start_other >= end_other:
        return None
    parts = shapely.ops.substring(one, start_one, end_one), shapely.ops.substring(other, start_other, end_other)
    ways = max(min(along_one[end][0], along_other[end][0]) for end in (0, 1))
    if min(float(chainage_m(shapely.get_coordinates(part))[-1]) for part in parts) <= ways:
        return None
    before = shapely.ops.substring(one, 0, start_one) if start_one > 0 else None
    begun = 0.0 if before is None else float(chainage_m(shapely.get_coordinates(before))[-1]) / 1000
    return _Stretch(*parts, closed=False, turned=turned, offset_km=offset + begun)


def _ends(one: shapely.LineString, other: shapely.LineString, cut: tuple[float, float]) -> list[tuple[float, float]]:
    return [line.interpolate(at).coords[0] for line, at in zip((one, other), cut, strict=True)]


def _feet(line: shapely.LineString, other: shapely.LineString) -> list[tuple[float, float]]:
    """For the start and the end of ``other``: (metres to the nearest place of ``line``, where that is along it, in degrees)."""
    ends = shapely.get_coordinates(other)[[0, -1]]
    found = Track(line).sides(ends[:, 0], ends[:, 1])
    lon = found.nearest_lon + 360 * np.round((ends[:, 0] - found.nearest_lon) / 360)
    at = shapely.line_locate_point(line, shapely.points(lon, found.nearest_lat))
    at = np.where(at < 1e-9, 0.0, np.where(at > line.length - 1e-9, line.length, at))
    return list(zip(found.distance_m.tolist(), at.tolist(), strict=True))


def _parties(first: DrawnLine, second: DrawnLine, stretches: Sequence[_Stretch]) -> _Says:
    """What each line says of (its left, its right), both in the direction of the first.

    Sides that one line does not name are those of the other. Two lines may know different parties, as the two edges of a buffer
    zone do; but where they know the same ones, these must be on the same sides.
    """
    own = (first.left_party, first.right_party)
    turned = {stretch.turned for stretch in stretches}
    if len(turned) > 1:
        problem = "one of them has parts drawn in both directions"
        raise MerestoneError("M541", first=first.name, second=second.name, problem=problem)
    theirs = (second.right_party, second.left_party) if turned.pop() else (second.left_party, second.right_party)
    if {*theirs} == {"left", "right"}:
        theirs = own
    elif {*own} == {"left", "right"}:
        own = theirs
    if own != theirs and own == theirs[::-1]:
        problem = f"{own[0]} is on the left of one and on the right of the other, walking the same way"
        raise MerestoneError("M541", first=first.name, second=second.name, problem=problem)
    return (own[0], theirs[1]), (own[1], theirs[0])


def _together(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else float(np.hypot(one, other))


# --------------------------------------------------------------------------------------------------------------------------
# the ground between


def _outline(stretch: _Stretch) -> list[shapely.Geometry]:
    """The rings round the ground between the lines: the first one forwards and the second one back."""
    one, other = shapely.get_coordinates(stretch.first), shapely.get_coordinates(stretch.second)[::-1]
    return [one, other] if stretch.closed else [np.concatenate([one, other, one[:1]])]


def _faces(rings: Sequence[Floats], ties: Sequence[shapely.Geometry] = ()) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """(polygons, winding number of the rings round each), of all the polygons whose number is not 0."""
    lines = [shapely.LineString(ring) for ring in rings]
    noded = shapely.union_all([*lines, *ties])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    winding = _winding(shapely.get_coordinates(shapely.point_on_surface(faces)), rings)
    kept = winding != 0
    return faces[kept], winding[kept]


def _winding(points: Floats, rings: Sequence[Floats]) -> NDArray[np.int64]:
    """How often rings go round each point to the left: upward less downward edges that a ray to the east meets."""
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    total = np.zeros(len(points), np.int64)
    if not len(points):
        return total
    east = max(start[:, 0].max(), end[:, 0].max()) + 1
    tree = shapely.STRtree(shapely.linestrings(np.stack([start, end], axis=1)))
    rays = shapely.linestrings(np.stack([points, np.column_stack([np.full(len(points), east), points[:, 1]])], axis=1))
    point, edge = tree.query(rays)
    y = points[point, 1]
    low, high = start[edge, 1], end[edge, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        x = start[edge, 0] + (y - low) / (high - low) * (end[edge, 0] - start[edge, 0])
    crosses = ((low <= y) != (high <= y)) & (x > points[point, 0])
    np.add.at(total, point[crosses], np.where(high > low, 1, -1)[crosses])
    return total


def _patches(stretch: _Stretch, says: _Says, accuracy: float | None) -> list[Patch]:
    faces, winding = _faces(_outline(stretch))
    areas = np.array([area_m2(face) for face in faces])
    faces, winding, areas = faces[areas > _NOTHING], winding[areas > _NOTHING], areas[areas > _NOTHING]
    if not len(faces):
        return []
    gaps, begins, ends = _along(stretch, faces)
    patches = []
    for face, turns, area, gap, begin, end in zip(faces, winding, areas, gaps, begins, ends, strict=True):
        one, other = says[0] if turns > 0 else says[1]
        patches.append(
            Patch(
                geometry=shapely.normalize(face), km2=float(area) / 1e6, first_says=one, second_says=other,
                from_km=stretch.offset_km + float(begin) / 1000, to_km=stretch.offset_km + float(end) / 1000, gap_m=float(gap),
                tells=None if accuracy is None else bool(gap > accuracy),
            )
        )  # fmt: skip
    return patches


def _along(stretch: _Stretch, faces: NDArray[np.object_]) -> tuple[Floats, Floats, Floats]:
    """For each face (greatest distance of the lines in it, chainage where it begins, and where it ends), metres."""
    places, owner = shapely.get_coordinates(shapely.segmentize(faces, _STEP), return_index=True)
    first, second = (Track(line).sides(places[:, 0], places[:, 1]) for line in (stretch.first, stretch.second))
    gap = np.maximum(first.distance_m, second.distance_m)
    chainage = _chainage(stretch.first, places[:, 0], first.nearest_lon, first.nearest_lat)
    count = len(faces)
    gaps, begins, ends = np.zeros(count), np.full(count, np.inf), np.full(count, -np.inf)
    np.maximum.at(gaps, owner, gap)
    on_first = first.distance_m < 0.5
    # A face that has no edge on the first line, as in a loop of the second, lies where its places are nearest.
    touches = np.bincount(owner[on_first], minlength=count) > 1
    counted = on_first | ~touches[owner]
    np.minimum.at(begins, owner[counted], chainage[counted])
    np.maximum.at(ends, owner[counted], chainage[counted])
    return gaps, begins, ends


def _chainage(line: shapely.LineString, lon: Floats, nearest_lon: Floats, nearest_lat: Floats) -> Floats:
    """Chainage along a line of the places nearest to others, metres."""
    turned = nearest_lon + 360 * np.round((lon - nearest_lon) / 360)
    at = shapely.line_locate_point(line, shapely.points(turned, nearest_lat))
    steps = np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T)
    return np.asarray(np.interp(at, np.concatenate([[0.0], np.cumsum(steps)]), chainage_m(shapely.get_coordinates(line))))


# --------------------------------------------------------------------------------------------------------------------------
# sections


def _sections(stretch: _Stretch, says: _Says, section_km: float) -> list[Section]:
    """The areas of a stretch by section; the shortest ways from its ends to the second line cut off a section's ground."""
    along = chainage_m(shapely.get_coordinates(stretch.first)) / 1000
    begin, end = stretch.offset_km, stretch.offset_km + float(along[-1])
    numbers = range(int(begin // section_km), int(np.ceil(end / section_km)))
    sums: dict[int, dict[tuple[str, str], float]] = {number: {} for number in numbers}
    faces, winding = _faces(_outline(stretch), _ties(stretch, np.array(numbers[1:]) * section_km - begin, along))
    if len(faces):
        places, owner = shapely.get_coordinates(shapely.segmentize(faces, _STEP), return_index=True)
        near = Track(stretch.first).sides(places[:, 0], places[:, 1])
        chainage = _chainage(stretch.first, places[:, 0], near.nearest_lon, near.nearest_lat) / 1000
        for number, (face, turns) in enumerate(zip(faces, winding, strict=True)):
            own = owner == number
            edge = own & (near.distance_m < 0.5)
            where = chainage[edge if edge.sum() > 1 else own]
            middle = begin + float(where.min() + where.max()) / 2
            section = sums[min(max(int(middle // section_km), numbers[0]), numbers[-1])]
            key = says[0] if turns > 0 else says[1]
            section[key] = section.get(key, 0.0) + area_m2(face) / 1e6
    return [
        Section(max(begin, number * section_km), min(end, (number + 1) * section_km), dict(sorted(sums[number].items())))
        for number in numbers
    ]


def _ties(stretch: _Stretch, bounds_km: Floats, along_km: Floats) -> list[shapely.Geometry]:
    """The shortest ways to the second line from places of the first, given by their chainage."""
    if not len(bounds_km):
        return []
    positions = shapely.get_coordinates(stretch.first)
    at = np.column_stack([np.interp(bounds_km, along_km, positions[:, axis]) for axis in (0, 1)])
    foot = Track(stretch.second).sides(at[:, 0], at[:, 1])
    lon = foot.nearest_lon + 360 * np.round((at[:, 0] - foot.nearest_lon) / 360)
    way = np.column_stack([lon, foot.nearest_lat]) - at
    # A hair beyond either line, so that rounding leaves no gap.
    ties = shapely.linestrings(np.stack([at - way * 1e-9, at + way * (1 + 1e-9)], axis=1))
    return [tie for tie in ties if tie.length > 0]


# --------------------------------------------------------------------------------------------------------------------------
# how sure the areas are


def _uncertainty(first: DrawnLine, second: DrawnLine, stretches: Sequence[_Stretch], samples: int) -> _Uncertainty | None:
    """What the errors that the maps state make of the shares; None where a map states none."""
    if not (first.error.stated and second.error.stated):
        return None
    left, right, shift, variance = np.zeros(samples), np.zeros(samples), 0.0, 0.0
    random = np.random.default_rng(SEED)
    for stretch in stretches:
        errors = first.error, second.error.reversed if stretch.turned else second.error
        lines = stretch.first, stretch.second
        # In an order of their own, so that exchanging the lines draws the same errors for each.
        order = sorted((0, 1), key=lambda number: _key(lines[number], errors[number]))
        moved: dict[int, _Ways] = {}
        for number in order:
            moved[number] = displaced(lines[number], errors[number], samples, random)
            variance += area_deviation_m2(lines[number], errors[number]) ** 2
        to_left, to_right = _areas(moved[0], moved[1], stretch.closed)
        left += to_left
        right += to_right
        if any(error.bias_m for error in errors):
            drawn = [_one_way(line) for line in lines]
            meant = [_one_way(shifted(line, error.bias_m)) for line, error in zip(lines, errors, strict=True)]
            (own_left, own_right), (their_left, their_right) = (_areas(a, b, stretch.closed) for a, b in (drawn, meant))
            shift += float((their_left - their_right - own_left + own_right)[0])
    ranges = [(float(low), float(high)) for low, high in (np.quantile(each / 1e6, [0.05, 0.95]) for each in (left, right))]
    return _Uncertainty(ranges, float(np.sqrt(variance)) / 1e6, shift / 1e6)


@dataclasses.dataclass(frozen=True, slots=True)
class _Uncertainty:
    ranges: list[tuple[float, float]]
    """5 % and 95 % of each share in the order of the first line's sides, km²."""
    net_deviation: float
    """Standard deviation of their difference, km²."""
    net_shift: float
    """What the shifts that the maps state add to it, km²."""


_Ways = tuple[Floats, Floats]
"""(longitudes, latitudes), each (samples, places)."""


def _key(line: shapely.LineString, error: LineError) -> tuple[float | list[list[float]], ...]:
    """The same for a line walked either way, whatever its last digits."""
    positions = shapely.get_coordinates(line).round(7).tolist()
    way = positions if positions[0] <= positions[-1] else positions[::-1]
    return abs(error.bias_m), error.bias_sd_m, error.spread_m, error.correlation_m, way


def _one_way(line: shapely.LineString) -> _Ways:
    positions = shapely.get_coordinates(shapely.segmentize(line, 0.02))
    return positions[None, :, 0], positions[None, :, 1]


def _areas(one: _Ways, other: _Ways, closed: bool) -> tuple[Floats, Floats]:
    """(left of the one and right of the other, the reverse) for each sample, square metres."""
    if not closed:
        lon, lat = (np.concatenate([a, b[:, ::-1]], axis=1) for a, b in zip(one, other, strict=True))
        return ring_areas(lon, lat)
    inside, theirs = ring_areas(*one), ring_areas(*other)
    both = _difference(one, other)
    net = (inside[0] - inside[1]) - (theirs[0] - theirs[1])
    return np.maximum(both + net, 0) / 2, np.maximum(both - net, 0) / 2


def _difference(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    """Area that only one of two rings holds, for each sample, square metres."""
    shapes = [shapely.make_valid(shapely.polygons(np.stack(equal_area(*ring), axis=-1))) for ring in (one, other)]
    return np.asarray(shapely.area(shapely.symmetric_difference(*shapes)))


# --------------------------------------------------------------------------------------------------------------------------
# for people and for programs


def as_json(result: Compared) -> dict[str, Any]:
    """The result as JSON holds it; polygons are left to ``as_features``."""
    return {
        "first": result.first, "second": result.second, "accuracy_m": result.accuracy_m,
        "stretches_km": [[round(begin, 3), round(end, 3)] for begin, end in result.stretches_km],
        "km2": round(sum(share.km2 for share in result.shares), 4),
        "net_km2": round(result.net_km2, 4), "net_party": result.net_party,
        "net_deviation_km2": None if result.net_deviation_km2 is None else round(result.net_deviation_km2, 4),
        "net_shift_km2": None if result.net_shift_km2 is None else round(result.net_shift_km2, 4),
        "shares": [
            {
                "first_says": share.first_says, "second_says": share.second_says, "km2": round(share.km2, 4),
                "told_km2": None if share.told_km2 is None else round(share.told_km2, 4),
                "range_km2": None if share.range_km2 is None else [round(value, 2) for value in share.range_km2],
            }
            for share in result.shares
        ],
        "sections": [
            {
                "from_km": round(section.from_km, 3), "to_km": round(section.to_km, 3),
                "shares": [
                    {"first_says": one, "second_says": other, "km2": round(km2, 4)} for (one, other), km2 in section.km2.items()
                ],
            }
            for section in result.sections
        ],
        "patches": [_patch(patch) for patch in result.patches],
    }  # fmt: skip


def _patch(patch: Patch) -> dict[str, Any]:
    return {
        "km2": round(patch.km2, 6), "first_says": patch.first_says, "second_says": patch.second_says,
        "from_km": round(patch.from_km, 3), "to_km": round(patch.to_km, 3), "gap_m": round(patch.gap_m, 1),
        "tells": patch.tells,
    }  # fmt: skip


def as_features(result: Compared) -> list[Feature]:
    """The patches as features to write, numbered from 1 along the first line, cut at the antimeridian."""
    about = {"first": result.first, "second": result.second}
    return [
        Feature(str(number), {"id": str(number), **about, **_patch(patch)}, within_180(patch.geometry))
        for number, patch in enumerate(result.patches, start=1)
    ]


def as_text(result: Compared) -> str:
    """What is between the lines, for people: what each share is, the sections, and the largest patches."""
    lines = [f"A: {result.first}", f"B: {result.second}"]
    spans = "; ".join(f"km {begin:.1f} to {end:.1f}" for begin, end in result.stretches_km)
    lines.append(f"Compared along {spans} of A. Between the lines: {sum(share.km2 for share in result.shares):,.2f} km².")
    for share in result.shares:
        text = f"  A says {share.first_says}, B says {share.second_says}: {share.km2:,.2f} km²"
        if share.range_km2 is not None and share.told_km2 is not None:
            low, high = share.range_km2
            text += (
                f" (the maps' errors allow {low:,.0f} to {high:,.0f}); {share.told_km2:,.2f} km² of it beyond both accuracies"
            )
        lines.append(text + ".")
    if result.net_deviation_km2 is not None and result.net_party is not None:
        shift = f"; the shifts that the maps state add {result.net_shift_km2:+,.2f} to it" if result.net_shift_km2 else ""
        lines.append(
            f"  On balance B gives {result.net_party} {result.net_km2:,.2f} km² more than A, "
            f"give or take {1.645 * result.net_deviation_km2:,.2f} (90 %){shift}."
        )
    elif result.net_deviation_km2 is None:
        lines.append(
            "  A map does not state its accuracy: give it with --accuracy-a and --accuracy-b to see what the maps can tell."
        )
    keys = [(share.first_says, share.second_says) for share in result.shares]
    if result.sections:
        titles = ["km of A", *(f"A {one}, B {other}" for one, other in keys)]
        rows = [
            [f"{s.from_km:.1f} to {s.to_km:.1f}", *(f"{s.km2.get(key, 0):,.2f} km²" for key in keys)] for s in result.sections
        ]
        lines += ["", *_table(titles, rows)]
    if result.patches:
        largest = sorted(result.patches, key=lambda patch: -patch.km2)[:20]
        shown = sorted(largest, key=lambda patch: (patch.from_km, patch.to_km, patch.km2))
        titles = ["km of A", "km²", "A says", "B says", "greatest gap", "told"]
        words = {True: "yes", False: CANNOT_TELL, None: "accuracy unknown"}
        rows = [
            [
                f"{p.from_km:.1f} to {p.to_km:.1f}",
                f"{p.km2:,.3f}",
                p.first_says,
                p.second_says,
                f"{p.gap_m:,.0f} m",
                words[p.tells],
            ]
            for p in shown
        ]
        lines += ["", *_table(titles, rows)]
        if len(result.patches) > len(shown):
            lines.append(f"and {len(result.patches) - len(shown)} smaller patches; --json or --out holds all.")
    return "\n".join(lines)


def _table(titles: list[str], rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in [titles, *rows]) for column in range(len(titles))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [titles, *rows]]
