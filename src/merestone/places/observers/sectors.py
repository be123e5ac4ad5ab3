"""Where an observed event can have been: the annular sector that bearings and distances from an observer leave.

Positions are longitude, latitude in degrees (EPSG:4326), lengths metres, bearings degrees clockwise from true north. Points
of a sector's edge are laid off along geodesics of the WGS 84 ellipsoid (Karney 2013), close enough together that the edges
between, straight in degrees, change its area by less than 0.1 %. An observer whose own position is known only within a
radius widens the sector by it all round, as a town does in which a patrol stood.

**Several observers.** Each is taken to say: the event was somewhere in my sector, anywhere alike, and my edges are soft, by
``BEARING_SD`` in bearing and ``DISTANCE_SHARE`` of the distance, and by half the radius of the observer's position. So
observer i has a density p_i over the ground, uniform inside and falling off over the edge as a normal distribution function
does. If all observed one event, their densities multiply; if each observed an event of its own, these lay anywhere within
reach, an area A: all that lies within the farthest distance named of any observer. The odds that n observations are of one
event rather than of n are then

    prior odds x A^(n-1) x integral of p_1 p_2 ... p_n,

Bayes' rule for a flat prior of place. The integral is a sum over a fixed grid, so the same sectors always give the same
answer. Between three and more observers only "all one" and "all different" are weighed. The region where they meet is the
exact intersection of the sectors without soft edges.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.polygon import orient

from merestone.errors import MerestoneError
from merestone.places.geometry.antimeridian import within_180
from merestone.places.geometry.geodesy import WGS84, covering_circle
from merestone.places.systems.sheets import check_position
from merestone.reading.vocabulary import rows

Floats = NDArray[np.float64]

BEARING_SD = 5.0
"""Standard deviation of the error of a sector's edges in bearing, degrees."""
DISTANCE_SHARE = 0.1
"""Standard deviation of the error of a sector's edges in distance, as a share of it."""
FARTHEST_M = 500_000.0
"""No observer on the ground sees or hears farther."""
_STEP_DEGREES = 1.0
_RADIAL_STEPS = 16
_GRID = 300
_DIGITS = 7
"""Decimals of a degree that are kept: about a centimetre."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sector:
    """What an observer's words leave: bearings from one to the other clockwise, distances from near to far."""

    lon: float
    lat: float
    bearing_from: float
    """Degrees from 0 to 360; with ``bearing_to`` 360 more than this, every bearing."""
    bearing_to: float
    near_m: float
    far_m: float
    observer_m: float = 0.0
    """The observer stood within this distance of the position."""

    @property
    def width(self) -> float:
        """Degrees from the first bearing to the last, clockwise; 360 for all round."""
        return self.bearing_to - self.bearing_from


def sector(
    lon: float, lat: float, bearing_from: float, bearing_to: float, near_m: float, far_m: float, observer_m: float = 0.0
) -> Sector:
    """A sector, checked. Bearings may be any degrees; the second is reached clockwise, 360 more than the first is all round.

    Raises MerestoneError M550 for a position not on the globe, M558 where the rest cannot be.
    """
    check_position(lon, lat)
    if not (math.isfinite(bearing_from) and math.isfinite(bearing_to)):
        raise MerestoneError("M558", problem="a bearing is not a number")
    if not 0 <= near_m < far_m <= FARTHEST_M:
        raise MerestoneError("M558", problem=f"distances must grow from 0 to at most {FARTHEST_M / 1000:g} km")
    if not 0 <= observer_m <= FARTHEST_M:
        raise MerestoneError("M558", problem="the radius of the observer's position is none")
    width = 360.0 if bearing_to - bearing_from >= 360 else (bearing_to - bearing_from) % 360
    if not width:
        raise MerestoneError("M558", problem="it has no width; give two different bearings")
    for pole in (-90, 90):
        if WGS84.inv(lon, lat, lon, pole)[2] <= far_m + observer_m:
            raise MerestoneError("M558", problem="it reaches a pole, where bearings mean nothing")
    start = bearing_from % 360
    return Sector(lon, lat, start, start + width, near_m, far_m, observer_m)


# --------------------------------------------------------------------------------------------------------------------------
# from words to numbers


@cache
def compass() -> dict[str, tuple[float, float]]:
    """(degrees, half width) of each point of the compass."""
    table = rows("compass.tsv", ("bearing", "degrees", "half_width"), resources.files("merestone.places") / "data")
    return {row["bearing"]: (float(row["degrees"]), float(row["half_width"])) for row in table}


@cache
def reach_m() -> dict[str, float]:
    """How far each event, and each weapon, is taken to be seen or heard at most."""
    table = rows("reach.tsv", ("what", "limit_m"), resources.files("merestone.places") / "data")
    return {row["what"]: float(row["limit_m"]) for row in table}


def arc(points: Sequence[str]) -> tuple[float, float]:
    """(first, last) bearing, clockwise, of points of the compass by name; (0, 360) for none.

    One point has the width of its sector. Several span the smallest arc that holds them all, the first named coming first
    where two arcs are as small as each other, and reach half a sector past its ends. Three or more all round, a quarter of the
    circle or less between any two, leave no bearing out.
    """
    if not points:
        return 0.0, 360.0
    known = compass()
    sectors = [known[point] for point in dict.fromkeys(points)]
    best = None
    for start, _ in sectors:
        turns = [((degrees - start) % 360, half) for degrees, half in sectors]
        width = max(turn for turn, _ in turns)
        if best is None or width < best[1] - 1e-9:
            # the point itself is at turn 0; whichever reaches farthest past either end decides
            best = (start, width, min(turn - half for turn, half in turns), max(turn + half for turn, half in turns))
    assert best is not None
    start, width, before, after = best
    if after - before >= 360 or (len(sectors) > 2 and width >= 270):
        return 0.0, 360.0
    return (start + before) % 360, (start + before) % 360 + after - before


def distances_m(least_km: float, most_km: float) -> tuple[float, float]:
    """(near, far) in metres of a range of distances, or of one distance, given twice, that was rounded.

    A single distance is taken as rounded to the largest of 1, 5, 10, 50, 100 ... (or 0.5, 0.1 ...) that divides it: 4 km is
    3.5 to 4.5, 10 km is 5 to 15, 300 m is 250 to 350.
    """
    if most_km > least_km:
        return 1000 * least_km, 1000 * most_km
    metres = round(1000 * least_km)
    if metres <= 0:
        return 0.0, 1.0
    step = next(
        (size for power in range(6, -1, -1) for size in (5 * 10**power, 10**power) if metres >= size and metres % size == 0), 1
    )
    return metres - step / 2, metres + step / 2


# --------------------------------------------------------------------------------------------------------------------------
# areas on the ground


def polygon(area: Sector) -> shapely.Geometry:
    """The sector as a Polygon, or a MultiPolygon where it lies across 180 degrees; outer rings run counter-clockwise."""
    whole = _whole(area)
    if area.observer_m:
        plane = _plane(area.lon, area.lat)
        flat = shapely.transform(whole, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1])))
        whole = shapely.transform(shapely.buffer(flat, area.observer_m), lambda xy: _unrolled(plane, xy, area.lon))
    return _on_the_globe(whole)


def _whole(area: Sector) -> shapely.Geometry:
    """The sector by the observer's exact position, longitudes without a jump at 180 degrees."""
    turns = np.linspace(0.0, area.width, max(2, math.ceil(area.width / _STEP_DEGREES) + 1)) + area.bearing_from
    outer = _ring(area, turns, area.far_m)
    if area.width >= 360:
        holes = [_ring(area, turns, area.near_m)] if area.near_m else []
        return shapely.Polygon(outer, holes)
    along = np.linspace(area.near_m, area.far_m, _RADIAL_STEPS + 1)[1:-1]
    inner = _ring(area, turns, area.near_m) if area.near_m else np.array([[area.lon, area.lat]])
    there, back = _ray(area, turns[0], along), _ray(area, turns[-1], along)[::-1]
    return shapely.Polygon(np.concatenate([outer, back, inner[::-1], there]))


def _ring(area: Sector, turns: Floats, metres: float) -> Floats:
    return _laid_off(area, turns, np.full(turns.shape, metres))


def _ray(area: Sector, turn: float, along: Floats) -> Floats:
    return _laid_off(area, np.full(along.shape, turn), along)


def _laid_off(area: Sector, turns: Floats, metres: Floats) -> Floats:
    """(n, 2) positions at bearings and distances from the observer, longitudes without a jump at 180 degrees."""
    lon, lat, _ = WGS84.fwd(np.full(turns.shape, area.lon), np.full(turns.shape, area.lat), turns, metres)
    return np.column_stack([_beside(np.asarray(lon), area.lon), np.asarray(lat)])


def _beside(lon: Floats, middle: float) -> Floats:
    return middle + (lon - middle + 180) % 360 - 180


def _on_the_globe(shape: shapely.Geometry) -> shapely.Geometry:
    """Cut at 180 degrees, all longitudes from -180 to 180, rounded."""
    polygons = [orient(part) for part in shapely.get_parts(_rounded(within_180(shape)))]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    rounded = shapely.transform(shape, lambda xy: np.round(xy, _DIGITS))
    if rounded.is_valid:
        return rounded
    # of a sliver cut off at 180 degrees rounding leaves lines, which the library takes away where it rounds itself
    return shapely.transform(shapely.set_precision(shape, 10**-_DIGITS), lambda xy: np.round(xy, _DIGITS))


def area_m2(shape: shapely.Geometry) -> float:
    """Area on the ellipsoid, its edges taken as geodesics."""
    return abs(float(WGS84.geometry_area_perimeter(shape)[0]))


def covering(shape: shapely.Geometry) -> tuple[float, float, float]:
    """(lon, lat, radius in metres) of a circle that holds an area."""
    at = shapely.get_coordinates(shape)
    return covering_circle(at[:, 0], at[:, 1])


# --------------------------------------------------------------------------------------------------------------------------
# several observers


@dataclasses.dataclass(frozen=True, slots=True)
class Meeting:
    """What several sectors say together."""

    region: shapely.Geometry | None
    """Where they meet; None where they do not."""
    area_m2: float
    lon: float | None
    lat: float | None
    radius_m: float | None
    """A circle that holds the region."""
    probability: float
    """That all observed one event, rather than each its own; see the module."""


def meeting(sectors: Sequence[Sector], prior: float = 0.5) -> Meeting:
    """Where two sectors or more meet, and how likely they are of one event; ``prior`` is how likely that was beforehand.

    Raises MerestoneError M558 for fewer than two.
    """
    if len(sectors) < 2:
        raise MerestoneError("M558", problem="one observer has nothing to meet; name two or more")
    lon, lat, _ = covering_circle([s.lon for s in sectors], [s.lat for s in sectors])
    plane = _plane(lon, lat)
    shapes = [_in_plane(polygon(s), plane) for s in sectors]
    common = shapely.intersection_all(shapes)
    pieces = [part for part in shapely.get_parts(common) if part.geom_type == "Polygon" and part.area > 1]
    probability = _probability(sectors, plane, prior)
    if not pieces:
        return Meeting(None, 0.0, None, None, None, probability)
    longest = max(s.far_m for s in sectors) / 50
    flat = shapely.segmentize(shapely.MultiPolygon(pieces), longest)
    back = shapely.transform(flat, lambda xy: _unrolled(plane, xy, lon))
    region = _on_the_globe(back)
    return Meeting(region, area_m2(region), *covering(region), probability)


def _plane(lon: float, lat: float) -> Transformer:
    """Degrees to metres east and north of a position, true in distance and bearing from it."""
    return Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84"
    )


def _in_plane(shape: shapely.Geometry, plane: Transformer) -> shapely.Geometry:
    """An area cut at 180 degrees is whole again in the plane."""
    flat = shapely.transform(shape, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1])))
    return shapely.union_all(shapely.make_valid(shapely.get_parts(flat)), grid_size=0.01)


def _unrolled(plane: Transformer, xy: Floats, middle: float) -> Floats:
    lon, lat = plane.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    return np.column_stack([_beside(np.asarray(lon), middle), np.asarray(lat)])


def _probability(sectors: Sequence[Sector], plane: Transformer, prior: float) -> float:
    """Bayes' rule over the grid; see the module."""
    boxes = np.array([_in_plane(polygon(_softened(s)), plane).bounds for s in sectors])
    west, south = boxes[:, :2].max(axis=0)
    east, north = boxes[:, 2:].min(axis=0)
    if west >= east or south >= north:
        return 0.0
    dx, dy = (east - west) / _GRID, (north - south) / _GRID
    x, y = np.meshgrid(west + dx * (np.arange(_GRID) + 0.5), south + dy * (np.arange(_GRID) + 0.5))
    lon, lat = (np.asarray(values) for values in plane.transform(x.ravel(), y.ravel(), direction="INVERSE"))
    product = np.ones(lon.shape)
    for s in sectors:
        product *= _density(s, lon, lat)
    evidence = float(product.sum()) * dx * dy
    farthest = max(s.far_m + s.observer_m for s in sectors)
    discs = [_in_plane(polygon(Sector(s.lon, s.lat, 0, 360, 0, farthest)), plane) for s in sectors]
    ratio = evidence * float(shapely.union_all(discs).area) ** (len(sectors) - 1)
    odds = prior * ratio
    return round(odds / (odds + 1 - prior), 4) if odds else 0.0


def _softened(s: Sector) -> Sector:
    """The sector with its soft edges, out to three standard deviations."""
    width = min(360.0, s.width + 6 * _bearing_sd(s))
    start = s.bearing_from - (width - s.width) / 2
    near = max(0.0, s.near_m - 3 * _distance_sd(s, s.near_m))
    return Sector(s.lon, s.lat, start, start + width, near, s.far_m + 3 * _distance_sd(s, s.far_m))


def _bearing_sd(s: Sector) -> float:
    """Degrees, with what half the radius of the observer's position makes at the middle of the sector."""
    return math.hypot(BEARING_SD, math.degrees(math.atan2(s.observer_m / 2, (s.near_m + s.far_m) / 2)))


def _distance_sd(s: Sector, metres: float) -> float:
    return math.hypot(DISTANCE_SHARE * metres, s.observer_m / 2)


def _density(s: Sector, lon: Floats, lat: Floats) -> Floats:
    """Density of the event over the ground, per square metre, at positions."""
    azimuth, _, metres = WGS84.inv(np.full(lon.shape, s.lon), np.full(lon.shape, s.lat), lon, lat)
    weight = _in_bearing(s, np.asarray(azimuth)) * _in_distance(s, np.asarray(metres))
    turn = np.linspace(0, 360, 3601)[:-1]
    along = np.linspace(0, s.far_m + 5 * _distance_sd(s, s.far_m), 2001)
    angle = float(_in_bearing(s, turn).mean()) * 2 * math.pi
    ground = float((_in_distance(s, along) * along).sum() * along[1])
    return np.asarray(weight / (angle * ground))


def _in_bearing(s: Sector, azimuth: Floats) -> Floats:
    if s.width >= 360:
        return np.ones(azimuth.shape)
    off = np.abs((azimuth - (s.bearing_from + s.width / 2) + 180) % 360 - 180)
    spread = _bearing_sd(s)
    return _normal((off + s.width / 2) / spread) - _normal((off - s.width / 2) / spread)


def _in_distance(s: Sector, metres: Floats) -> Floats:
    inside = 1 - _normal((metres - s.far_m) / _distance_sd(s, s.far_m))
    if s.near_m:
        inside = inside * _normal((metres - s.near_m) / _distance_sd(s, s.near_m))
    return inside


def _normal(value: Floats) -> Floats:
    """The normal distribution function, by Zelen and Severo's polynomial (Abramowitz and Stegun 1964, 26.2.17), to 1e-7."""
    size = np.abs(value)
    t = 1 / (1 + 0.2316419 * size)
    tail = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    upper = np.exp(-size * size / 2) / math.sqrt(2 * math.pi) * tail
    return np.where(value >= 0, 1 - upper, upper)
