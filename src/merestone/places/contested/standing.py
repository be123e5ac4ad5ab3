"""How likely an event lies on the left of the true line, from the radius of its location and the error of the line together.

The event lies anywhere within ``radius_m`` of the reported point, all of that disc alike. The true line runs where the signed
distance from the drawn one (positive on the left) equals the error e(s) at the nearest point (``line_error``). With x uniform
in the disc, d(x) its signed distance, and e normal with mean b and standard deviation s,

    P(left) = E[ Phi((d(x) - b) / s) ].

* Where the line is straight across the disc, d(x) is d + the part of x - centre across the line, whose distribution is a
  half-circle. That is the closed form: without a radius Phi((d - b) / s), without an error of the line the area of the part
  of the disc, else the two convolved, to 0.0002.
* Where it is not, the mean is taken over ``SAMPLES`` places of the disc, spread evenly (Vogel 1979) and turned by an angle
  that is drawn from the point's coordinates: the same point always gives the same answer, whatever is asked beside it. The
  closed form serves as control variate, so that only what the bends add is sampled.
* Past an open end a line has no sides: places there count half to each.

Only the error at one place of the line bears on one event, so its correlation along the line does not; it does where several
events or an area are judged together.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from merestone.places.contested.line_error import NORMAL_95, LineError
from merestone.places.geometry.geodesy import MEAN_RADIUS_M, Floats
from merestone.places.geometry.track import Bools, Sides, Track, in_curve

CANNOT_TELL = "this map cannot tell"
SURE = 0.975
"""A side is told where it has at least this probability: the error's 95 % interval then does not reach across the line."""
SAMPLES = 64
_RING = 8
_STRAIGHT = 0.02
"""The line is straight where distances on a ring in the disc are as expected but for this part of the combined deviation: the
probability then changes by less than 0.8 %."""
_FAR = 5.0
"""Standard deviations of the line's error beyond which nothing is left to ask: less than a part in a million."""
_BATCH = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How points stand to a line with its error, in the order of the points."""

    sides: Sides
    left: Floats
    """Probability that the event lies on the left of the true line; nan where the point is nowhere."""
    error_m: Floats
    """95 % of the combined error of location and line, across the line, in metres."""
    tells: Bools
    """Whether the map can tell: one side has at least the probability ``SURE``, and the combined error is less than the
    distance from the line (with its bias); never past an end."""
    sampled: Bools
    """Whether the probability was sampled, because the line is not straight across the disc."""


def standing(track: Track, error: LineError, lon: ArrayLike, lat: ArrayLike, radius_m: ArrayLike | float = 0.0) -> Standing:
    """How points (degrees, EPSG:4326) with radii in metres (0: exactly there) stand to a line."""
    lon = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    lat = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    radius = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), lon.shape)
    sides = track.sides(lon, lat)
    offset = sides.signed_m - error.bias_m
    left = straight_left(offset, radius, error.sd_m)
    left[sides.past_end] = 0.5
    sampled = np.zeros(lon.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        open_question = (radius > 0) & (np.abs(offset) < radius + _FAR * error.sd_m)
    rest = np.flatnonzero((radius > 0) & (sides.segment >= 0) & ~open_question)
    open_question[rest] = track.end_near(sides.of(rest), lon[rest], lat[rest], radius[rest])
    asked = np.flatnonzero(open_question)
    asked = asked[in_curve(track.in_space(lon[asked], lat[asked]))]  # neighbours together: their discs share the search
    for begin in range(0, len(asked), _BATCH):
        rows = asked[begin : begin + _BATCH]
        part = sides.of(rows)
        left[rows], sampled[rows] = _sampled(track, error, lon[rows], lat[rows], radius[rows], part, left[rows])
    error_m = NORMAL_95 * np.sqrt(radius**2 / 4 + error.sd_m**2)
    with np.errstate(invalid="ignore"):
        tells = (np.maximum(left, 1 - left) >= SURE) & (np.abs(offset) > error_m) & ~sides.past_end
    return Standing(sides, left, error_m, tells, sampled)


# --------------------------------------------------------------------------------------------------------------------------
# a straight line


def normal_cdf(values: Floats) -> Floats:
    """The normal distribution function, from a table of math.erf, to 2e-8."""
    grid, table = _table()
    return np.interp(values, grid, table)


@cache
def _table() -> tuple[Floats, Floats]:
    grid = np.linspace(-7, 7, 20_001)
    return grid, np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in grid.tolist()])


def _half_circle_cdf(values: Floats) -> Floats:
    """Share of the unit disc on one side of a chord at this distance from the centre (positive: more than half)."""
    u = np.clip(values, -1, 1)
    return 0.5 + (u * np.sqrt(1 - u * u) + np.arcsin(u)) / np.pi


_CHEBYSHEV = np.cos(np.arange(1, 17) * np.pi / 17)
_CHEBYSHEV_WEIGHTS = np.sin(np.arange(1, 17) * np.pi / 17) ** 2 * (2 / 17)
_HERMITE, _HERMITE_WEIGHTS = np.polynomial.hermite_e.hermegauss(16)
_HERMITE_WEIGHTS = _HERMITE_WEIGHTS / _HERMITE_WEIGHTS.sum()


def straight_left(offset_m: Floats, radius_m: Floats, sd_m: float) -> Floats:
    """P(left) of a straight line: ``offset_m`` is the signed distance less the bias. See the head of this module.

    The convolution is a Gauss-Chebyshev sum (second kind) over the half-circle where the line's error is a tenth of the
    radius or more, and a Gauss-Hermite sum over the normal where it is less; each is nearly exact there, with 16 nodes within
    0.0002.
    """
    offset, radius = np.broadcast_arrays(np.asarray(offset_m, np.float64), np.asarray(radius_m, np.float64))
    # nowhere near: 0 or 1, and exactly on the line one half
    left = np.where(np.isnan(offset), np.nan, (np.sign(offset) + 1) / 2)
    with np.errstate(invalid="ignore"):
        near = np.abs(offset) < radius + _FAR * sd_m
    plain = np.flatnonzero(near & (radius <= 0))
    left[plain] = normal_cdf(offset[plain] / max(sd_m, 1e-300))
    narrow = np.flatnonzero(near & (radius > 0) & (sd_m < 0.1 * radius))
    if len(narrow):
        u, spread = offset[narrow] / radius[narrow], sd_m / radius[narrow]
        nodes = zip(_HERMITE, _HERMITE_WEIGHTS, strict=True)
        left[narrow] = sum(weight * _half_circle_cdf(u + node * spread) for node, weight in nodes)
    wide = np.flatnonzero(near & (radius > 0) & (sd_m >= 0.1 * radius))
    if len(wide):
        u, spread = offset[wide] / sd_m, radius[wide] / sd_m
        nodes = zip(_CHEBYSHEV, _CHEBYSHEV_WEIGHTS, strict=True)
        left[wide] = sum(weight * normal_cdf(u + node * spread) for node, weight in nodes)
    return left


# --------------------------------------------------------------------------------------------------------------------------
# a line with bends


def _sampled(
    track: Track, error: LineError, lon: Floats, lat: Floats, radius: Floats, sides: Sides, closed: Floats
) -> tuple[Floats, Bools]:
    """(P(left), whether it was sampled). ``closed`` holds for those points across whose disc the line is straight."""
    centre = track.in_space(lon, lat)
    towards_left = track.leftward(sides, centre)
    deviation = np.sqrt(radius**2 / 4 + error.sd_m**2)
    ring = _disc(lon, lat, radius, *_ring())
    signed, past_end = track.signed_m(ring)
    bent = np.abs(signed - _expected(ring, centre, towards_left, sides.signed_m)).max(axis=1) > _STRAIGHT * deviation
    bent[past_end.any(axis=1) | sides.past_end] = True
    bent[past_end.all(axis=1) & sides.past_end] = False
    rows = np.flatnonzero(bent)
    left = closed.copy()
    if len(rows):
        share, angle = _sunflower()
        places = _disc(lon[rows], lat[rows], radius[rows], share, angle + _turn(lon[rows], lat[rows])[:, None])
        signed, past_end = track.signed_m(places)
        found = np.where(past_end, 0.5, _beyond(signed - error.bias_m, error.sd_m)).mean(axis=1)
        expected = _expected(places, centre[:, rows], towards_left[:, rows], sides.signed_m[rows])
        control = _beyond(expected - error.bias_m, error.sd_m).mean(axis=1)
        steered = closed[rows] + found - control
        left[rows] = np.where(past_end.any(axis=1), found, np.clip(steered, 0, 1))
    return left, bent


def _beyond(offset: Floats, sd_m: float) -> Floats:
    """P(left) of places that are known exactly."""
    # an error of less than a micrometre is none
    return normal_cdf(offset / sd_m) if sd_m > 1e-6 else (np.sign(offset) + 1) / 2


def _expected(places: Floats, centre: Floats, towards_left: Floats, signed: Floats) -> Floats:
    """The signed distance of places (3, points, samples) from a line that is straight as it is at its nearest point."""
    return np.asarray(signed[:, None] + ((places - centre[:, :, None]) * towards_left[:, :, None]).sum(axis=0))


@cache
def _sunflower() -> tuple[Floats, Floats]:
    number = np.arange(SAMPLES, dtype=np.float64)
    return np.sqrt((number + 0.5) / SAMPLES), number * (np.pi * (3 - math.sqrt(5)))


@cache
def _ring() -> tuple[Floats, Floats]:
    return np.full(_RING, 0.9), np.arange(_RING, dtype=np.float64) * (2 * np.pi / _RING) + 0.1


def _turn(lon: Floats, lat: Floats) -> Floats:
    """An angle for each point, as good as random, from the bits of its coordinates (SplitMix64, Steele and others 2014)."""
    bits = (lon + 0.0).view(np.uint64) ^ ((lat + 0.0).view(np.uint64) << np.uint64(1))
    with np.errstate(over="ignore"):
        bits = bits + np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits >> np.uint64(11), dtype=np.float64) / 2**53 * (2 * np.pi)


def _disc(lon: Floats, lat: Floats, radius: Floats, share: Floats, angle: Floats) -> NDArray[np.float64]:
    """Places in space (3, points, samples) at shares of the radius and angles, on a sphere that touches the ellipsoid there."""
    radians_lon, radians_lat = np.radians(lon), np.radians(lat)
    sin_lon, cos_lon, sin_lat, cos_lat = np.sin(radians_lon), np.cos(radians_lon), np.sin(radians_lat), np.cos(radians_lat)
    up = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat])
    east = np.stack([-sin_lon, cos_lon, np.zeros_like(lon)])
    north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat])
    arc = np.minimum(radius[:, None] * share / MEAN_RADIUS_M, np.pi)
    across, drop = MEAN_RADIUS_M * np.sin(arc), MEAN_RADIUS_M * (np.cos(arc) - 1)
    centre = Track.in_space(lon, lat)
    return np.asarray(
        centre[:, :, None] + east[:, :, None] * (across * np.cos(angle)) + north[:, :, None] * (across * np.sin(angle))
        + up[:, :, None] * drop
    )  # fmt: skip
