"""Where a drawn line may truly run along its whole length, for areas: ``LineError`` in the plane.

The line is first moved across itself by the shift its map states, ``bias_m``. From there each place at chainage s is
displaced by b + c(s), two vectors with equal and independent parts to the east and to the north: a map's error has no
direction of its own, and of a line only the part across it can be seen. b is normal with the standard deviation
``bias_sd_m``, the same along the whole line; c with ``spread_m`` is correlated over ``correlation_m`` as ``line_error`` says.
So at any one place the error across the line is the one ``line_error`` states.
"""

from __future__ import annotations

import numpy as np
import shapely

from merestone.places.contested.line_error import LineError
from merestone.places.geometry.areas import in_plane
from merestone.places.geometry.geodesy import Floats, chainage_m, metres_per_degree

_SAMPLED = 0.020_001
"""Degrees between the places at which a line's error is drawn: far less than the distance over which it changes.

No round number: a stretch of 0.04 degrees must not be parted in two or in three by its last digit.
"""


def displaced(line: shapely.LineString, error: LineError, samples: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """(longitudes, latitudes), each (samples, places): where a line may truly run. A ring stays closed."""
    along_drawn = line.coords[0] <= line.coords[-1]
    way = line if along_drawn else shapely.reverse(line)  # the same errors in either direction
    fine = shapely.segmentize(shifted(way, error.bias_m if along_drawn else -error.bias_m), _SAMPLED)
    positions = shapely.get_coordinates(fine)
    metres = displacements(chainage_m(positions), error, samples, random)
    if line.is_closed:
        metres[:, -1] = metres[:, 0]
    lon, lat = moved_by(positions[:, 0], positions[:, 1], metres)
    return (lon, lat) if along_drawn else (lon[:, ::-1], lat[:, ::-1])


def shifted(line: shapely.LineString, left_m: float) -> shapely.LineString:
    """A line moved to its left by metres (negative: to the right): the places that far from it, on that side."""
    if left_m == 0:
        return line
    return in_plane(shapely.segmentize(line, _SAMPLED), lambda flat: _offset(flat, left_m))


def _offset(line: shapely.LineString, left_m: float) -> shapely.LineString:
    if line.is_closed:
        ring = shapely.Polygon(line)
        ccw = shapely.is_ccw(line)
        grown = shapely.buffer(ring, -left_m if ccw else left_m)
        largest = max(shapely.get_parts(grown), key=lambda part: part.area, default=ring)
        outline = shapely.LineString(largest.exterior)
        return outline if shapely.is_ccw(outline) == ccw else shapely.reverse(outline)
    # Where the line winds more tightly than it is moved, the places come in pieces: put together in their order along it.
    parts = [part for part in shapely.get_parts(shapely.offset_curve(line, left_m)) if part.length > 0]
    ends = [shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(part)[[0, -1]])) for part in parts]
    pieces = [
        (float(end.min()), shapely.get_coordinates(part)[:: 1 if end[0] <= end[1] else -1])
        for part, end in zip(parts, ends, strict=True)
    ]
    pieces.sort(key=lambda piece: piece[0])
    return shapely.LineString(np.concatenate([positions for _, positions in pieces])) if pieces else line


def displacements(along_m: Floats, error: LineError, samples: int, random: np.random.Generator) -> Floats:
    """Displacements of places along a line, shape (samples, places, 2): metres to the east and to the north, without the bias.

    ``along_m`` ascends. The correlated part is an Ornstein-Uhlenbeck process, drawn exactly from place to place. Where the
    places are farther apart than it is correlated its deviation is less, so that the line between the places, drawn straight,
    errs on average as it should: by sqrt(tanh(x) / x), x half the distance over the correlation length.
    """
    length = max(error.correlation_m, 1e-3)
    common = random.standard_normal((samples, 1, 2)) * error.bias_sd_m
    steps = np.diff(along_m)
    near = np.exp(-steps / length)
    fresh = random.standard_normal((len(along_m), samples, 2))
    out = np.empty_like(fresh)
    out[0] = fresh[0]
    for number, (keep, add) in enumerate(zip(near, np.sqrt(1 - near**2), strict=True), start=1):
        out[number] = keep * out[number - 1] + add * fresh[number]
    halves = (np.concatenate([steps[:1], steps]) + np.concatenate([steps, steps[-1:]])) / 4 / length
    less = np.sqrt(np.tanh(halves) / np.maximum(halves, 1e-9), where=halves > 1e-9, out=np.ones_like(halves))
    return np.asarray(common + out.transpose(1, 0, 2) * (error.spread_m * less)[:, None])


def moved_by(lon: Floats, lat: Floats, metres: Floats) -> tuple[Floats, Floats]:
    """Positions moved by metres to the east and north, (samples, places, 2), on the local radii of curvature."""
    east, north = metres_per_degree(lat)
    return lon + metres[..., 0] / east, lat + metres[..., 1] / north


def area_deviation_m2(line: shapely.LineString, error: LineError) -> float:
    """Standard deviation of the area to one side of a line (degrees), square metres, in closed form, for small errors.

    The area changes by the integral of the displacement across the line, so its variance is the double integral of the
    covariance times the cosine of the angle between the two directions:

        var = bias_sd^2 |chord|^2 + spread^2 integral integral exp(-|s - s'| / l) cos ds ds'

    The double integral is taken in closed form over blocks of equal length, each straight.
    """
    positions = shapely.get_coordinates(line)
    to_east, to_north = metres_per_degree(positions[:, 1])
    middle = positions.mean(axis=0)
    east_m, north_m = to_east * (positions[:, 0] - middle[0]), to_north * (positions[:, 1] - middle[1])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east_m), np.diff(north_m)))])
    length = max(error.correlation_m, 1e-3)
    blocks = int(min(3_000, max(1, np.ceil(along[-1] / min(length / 4, along[-1] / 200)))))
    at = np.linspace(0, along[-1], blocks + 1)
    steps = np.column_stack([np.diff(np.interp(at, along, east_m)), np.diff(np.interp(at, along, north_m))])
    ratio = along[-1] / blocks / length
    apart = np.abs(np.subtract.outer(np.arange(blocks), np.arange(blocks)))
    # Means of the correlation over two blocks: the same one, and two that are so many apart.
    near = (-np.expm1(-ratio) / ratio) ** 2 * np.exp(-np.maximum(apart - 1, 0) * ratio)
    np.fill_diagonal(near, 2 * (ratio + np.expm1(-ratio)) / ratio**2)
    chord = steps.sum(axis=0)
    return float(np.sqrt(error.bias_sd_m**2 * chord @ chord + error.spread_m**2 * np.sum(near * (steps @ steps.T))))
