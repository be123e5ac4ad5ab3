"""What of a zone is certain, and what depends on the map: the error of the drawn line carried into the zone.

A place at signed distance x from the drawn line (positive on the party's side) is x - e from the true one, where the error e
towards that side is normal with mean b and standard deviation s (``places.contested.line_error``). It lies in the true zone
of depth D where 0 < x - e <= D, so that

    P(x) = Phi((x - b) / s) - Phi((x - b - D) / s).

P is symmetric about b + D/2, where it is largest, so that ground with at least a probability is a strip between two offsets of
the drawn line: **certain** with P >= ``SURE``, **possible** with P > 1 - ``SURE``. Both follow from one root each. Where s is
more than D / 4.48, no ground is certain at all. The closed form holds where the line is straight over a few s; how far the
whole zone moves is drawn at random (``moved_overlap``), with the error correlated along the line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from merestone.places.contested.line_displacement import displacements
from merestone.places.contested.line_error import LineError
from merestone.places.contested.standing import SURE, normal_cdf
from merestone.places.geometry.geodesy import Floats
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import Ends, Strip, polygonal
from merestone.withdrawal.zones import cut_to_ground, ground_within

RUNS = 100
_STATION_M = 250.0


def probability_within(offset_m: Floats | float, depth_m: float, error: LineError) -> NDArray[np.float64]:
    """P that places at these signed distances (positive on the party's left of the line) lie in the zone on the left."""
    x = np.asarray(offset_m, dtype=np.float64) - error.bias_m
    if error.sd_m == 0:
        return ((x > 0) & (x <= depth_m)).astype(np.float64)
    return np.asarray(normal_cdf(x / error.sd_m) - normal_cdf((x - depth_m) / error.sd_m))


def offsets_with(least: float, depth_m: float, error: LineError) -> tuple[float, float] | None:
    """(nearest, farthest) signed distance at which P is at least ``least``, or None where it nowhere is."""
    if error.sd_m == 0:
        return error.bias_m, error.bias_m + depth_m
    middle = error.bias_m + depth_m / 2
    if float(probability_within(middle, depth_m, error)) < least:
        return None
    inner, outer = 0.0, depth_m / 2 + 8 * error.sd_m
    for _ in range(80):  # P falls with the distance from the middle
        tried = (inner + outer) / 2
        inner, outer = (tried, outer) if float(probability_within(middle + tried, depth_m, error)) >= least else (inner, tried)
    return middle - inner, middle + inner


@dataclasses.dataclass(frozen=True)
class Certainty:
    """The parts of one side's zone, polygons in degrees."""

    certain: shapely.Geometry
    """Cut to the party's ground; ``depends`` is not, since the true line may give it ground that the drawn one does not."""
    depends: shapely.Geometry
    """Ground that may or may not be in the true zone, on either side of the drawn line."""
    certain_m: tuple[tuple[float, float] | None, ...]
    """(nearest, farthest) offset of the certain part in each section, positive on the party's side; None where none is."""


def certainty(reference: Reference, party: str, depths: Sequence[float], ends: Ends = "flat") -> Certainty:
    """The certain and the map-dependent part of one side's zone, from the error of the line it withdraws from."""
    error = reference.error_of(party)
    sure = tuple(offsets_with(SURE, depth, error) if depth > 0 else None for depth in depths)
    # where the error is more than 16 depths every place is unlikely, and the drawn zone, moved by the bias, stands for all
    maybe = [
        (offsets_with(1 - SURE, depth, error) or (error.bias_m, error.bias_m + depth)) if depth > 0 else None
        for depth in depths
    ]
    possible = _between(reference, party, maybe, ends)
    certain = _between(reference, party, sure, ends)
    return Certainty(cut_to_ground(reference, party, certain), polygonal(shapely.difference(possible, certain)), sure)


def _between(reference: Reference, party: str, offsets: Sequence[tuple[float, float] | None], ends: Ends) -> shapely.Geometry:
    """The ground whose signed distance, positive on the party's side, lies between two offsets in each section."""

    def within(side: str, metres: Sequence[float]) -> shapely.Geometry:
        if not max(metres) > 0:
            return shapely.Polygon()
        depths = {each: tuple(metres) if each == side else (0.0,) * len(metres) for each in reference.parties}
        return ground_within(reference, depths, ends)[side]

    other = reference.parties[1 - reference.parties.index(party)]
    near, far = ([0.0 if pair is None else pair[end] for pair in offsets] for end in (0, 1))
    own = shapely.difference(within(party, [max(m, 0) for m in far]), within(party, [max(m, 0) for m in near]))
    across = shapely.difference(within(other, [max(-m, 0) for m in near]), within(other, [max(-m, 0) for m in far]))
    return polygonal(shapely.union(own, across))


@dataclasses.dataclass(frozen=True, slots=True)
class Overlap:
    """How much two zones have in common if the line is moved at random by its error: intersection over union."""

    median: float
    low: float
    """10th percentile."""
    high: float
    """90th percentile."""
    runs: int


def moved_overlap(strip: Strip, depth_m: float, error: LineError, *, runs: int = RUNS, seed: int = 1) -> Overlap:
    """The overlap of the whole zone, both sides, with those of lines moved at random: by the bias, and by
    ``places.contested.line_displacement``, the error of the line correlated along it.

    Zones are planar buffers here (Lambert azimuthal equal-area, flat ends), since only their ratio counts. The same seed gives
    the same numbers.
    """
    random = np.random.default_rng(seed)
    # places much nearer to each other than the depth change no zone; an error drawn for them only makes the line jagged
    line = shapely.segmentize(shapely.simplify(strip.flat_line, depth_m / 50), max(_STATION_M, depth_m / 4))
    parts = [_stations(part) for part in shapely.get_parts(line)]
    starts = np.cumsum([0.0, *(along[-1] for _, _, along in parts)])
    ends = np.cumsum([0, *(len(along) for _, _, along in parts)])
    chainage = np.concatenate([start + along for (_, _, along), start in zip(parts, starts[:-1], strict=True)])
    moves = displacements(chainage, error, runs, random)
    own = line.buffer(depth_m, quad_segs=8, cap_style="flat")
    ratios = []
    for move in moves:
        zones = [
            shapely.LineString(at + normal * error.bias_m + move[begin:end]).buffer(depth_m, quad_segs=8, cap_style="flat")
            for (at, normal, _), (begin, end) in zip(parts, pairwise(ends.tolist()), strict=True)
        ]
        zone = shapely.union_all(zones)
        ratios.append(zone.intersection(own).area / zone.union(own).area)
    low, median, high = np.percentile(ratios, [10, 50, 90])
    return Overlap(round(float(median), 3), round(float(low), 3), round(float(high), 3), runs)


def _stations(line: shapely.LineString) -> tuple[Floats, Floats, Floats]:
    """(vertices, unit normals to the left, metres along) of a line in the plane; at a vertex of both segments together."""
    vertex = shapely.get_coordinates(line)
    step = np.diff(vertex, axis=0)
    size = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    unit = step / size[:, None]
    along = np.concatenate([unit[:1], unit[:-1] + unit[1:], unit[-1:]])
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    return vertex, np.column_stack([-along[:, 1], along[:, 0]]), np.concatenate([[0.0], np.cumsum(size)])
