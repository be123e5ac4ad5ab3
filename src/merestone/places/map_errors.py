"""How a drawn line errs along its whole length: the model of ``line_error`` in the plane, for areas, which many places make.

The displacement at chainage s is b + c(s), two vectors with equal and independent parts to the east and to the north. Both are
normal. At any one place the part across the line has a standard deviation of accuracy / 1.96, so that 95 % of the line lies
within its accuracy. ``COMMON`` of that variance is the common shift; the rest is correlated as exp(-distance along the line
over l) with l = ``CORRELATION`` accuracies.
"""

from __future__ import annotations

import numpy as np

from merestone.places.geodesy import Floats
from merestone.places.line_error import COMMON, CORRELATION, NORMAL_95

DISC_95 = 2.447747
"""95 % of a round normal distribution in the plane lies within so many standard deviations of one axis: sqrt(-2 ln 0.05)."""


def deviation(accuracy_m: float) -> float:
    """Standard deviation across the line, metres, from its accuracy (95 % within)."""
    return accuracy_m / NORMAL_95


def displacements(chainage_m: Floats, accuracy_m: float, samples: int, random: np.random.Generator) -> Floats:
    """Displacements of places along a line, shape (samples, places, 2): metres to the east and to the north.

    ``chainage_m`` ascends. The correlated part is an Ornstein-Uhlenbeck process, drawn exactly from place to place. Where the
    places are farther apart than it is correlated its deviation is less, so that the line between the places, drawn straight,
    errs on average as it should: by sqrt(tanh(x) / x), x half the distance over the correlation length.
    """
    spread, length = deviation(accuracy_m), CORRELATION * accuracy_m
    common = random.standard_normal((samples, 1, 2)) * spread * np.sqrt(COMMON)
    steps = np.diff(chainage_m)
    near = np.exp(-steps / length)
    fresh = random.standard_normal((len(chainage_m), samples, 2))
    out = np.empty_like(fresh)
    out[0] = fresh[0]
    for number, (keep, add) in enumerate(zip(near, np.sqrt(1 - near**2), strict=True), start=1):
        out[number] = keep * out[number - 1] + add * fresh[number]
    halves = (np.concatenate([steps[:1], steps]) + np.concatenate([steps, steps[-1:]])) / 4 / length
    less = np.sqrt(np.tanh(halves) / np.maximum(halves, 1e-9), where=halves > 1e-9, out=np.ones_like(halves))
    return np.asarray(common + out.transpose(1, 0, 2) * (spread * np.sqrt(1 - COMMON) * less)[:, None])


def area_deviation(east_m: Floats, north_m: Floats, accuracy_m: float) -> float:
    """Standard deviation of the area to one side of a line, square metres, in closed form, for small errors.

    The line is given by its positions in a plane, metres. The area changes by the integral of the displacement across the line,
    so its variance is the double integral of the covariance times the cosine of the angle between the two directions:

        var = sigma^2 (p |chord|^2 + (1 - p) integral integral exp(-|s - s'| / l) cos ds ds')

    with p = ``COMMON``. The double integral is taken in closed form over blocks of equal length, each straight.
    """
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east_m), np.diff(north_m)))])
    length = CORRELATION * accuracy_m
    blocks = int(min(3_000, max(1, np.ceil(along[-1] / min(length / 4, along[-1] / 200)))))
    at = np.linspace(0, along[-1], blocks + 1)
    steps = np.column_stack([np.diff(np.interp(at, along, east_m)), np.diff(np.interp(at, along, north_m))])
    ratio = along[-1] / blocks / length
    apart = np.abs(np.subtract.outer(np.arange(blocks), np.arange(blocks)))
    # Means of the correlation over two blocks: the same one, and two that are so many apart.
    near = (-np.expm1(-ratio) / ratio) ** 2 * np.exp(-np.maximum(apart - 1, 0) * ratio)
    np.fill_diagonal(near, 2 * (ratio + np.expm1(-ratio)) / ratio**2)
    chord = steps.sum(axis=0)
    return deviation(accuracy_m) * float(np.sqrt(COMMON * chord @ chord + (1 - COMMON) * np.sum(near * (steps @ steps.T))))
