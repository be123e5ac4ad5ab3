"""How a drawn line errs: a shift common to the whole line, and one that changes along it, alike at places that are near.

The displacement at chainage s is b + c(s), two vectors with equal and independent parts to the east and to the north. Both are
normal. At any one place the part across the line has a standard deviation of accuracy / 1.96, so that 95 % of the line lies
within its accuracy. Of that variance ``COMMON`` is the common shift, the rest is correlated as exp(-distance along the line /
``CORRELATION_M``). The two numbers are what six boundary lines of Natural Earth at 1:10,000,000 show against OpenStreetMap: of
the mean square of their offsets 30 % is the line's own mean, and the median of their correlation lengths is 9 km.
"""

from __future__ import annotations

import numpy as np

from merestone.places.geodesy import Floats

COMMON = 0.3
"""Share of the variance that is common to the whole line."""
CORRELATION_M = 9_000.0
"""Distance along the line over which the rest falls to 1/e, metres."""
NORMAL_95 = 1.959964
"""95 % of a normal distribution lies within so many standard deviations, to either side."""
DISC_95 = 2.447747
"""95 % of a round normal distribution in the plane lies within so many standard deviations of one axis: sqrt(-2 ln 0.05)."""


def deviation(accuracy_m: float) -> float:
    """Standard deviation across the line, metres, from its accuracy (95 % within)."""
    return accuracy_m / NORMAL_95


def displacements(chainage_m: Floats, accuracy_m: float, samples: int, random: np.random.Generator) -> Floats:
    """Displacements of places along a line, shape (samples, places, 2): metres to the east and to the north.

    ``chainage_m`` ascends. The correlated part is an Ornstein-Uhlenbeck process, drawn exactly from place to place.
    """
    spread = deviation(accuracy_m)
    common = random.standard_normal((samples, 1, 2)) * spread * np.sqrt(COMMON)
    near = np.exp(-np.diff(chainage_m) / CORRELATION_M)
    fresh = random.standard_normal((len(chainage_m), samples, 2))
    out = np.empty_like(fresh)
    out[0] = fresh[0]
    for number, (keep, add) in enumerate(zip(near, np.sqrt(1 - near**2), strict=True), start=1):
        out[number] = keep * out[number - 1] + add * fresh[number]
    return np.asarray(common + out.transpose(1, 0, 2) * spread * np.sqrt(1 - COMMON))


def area_deviation(east_m: Floats, north_m: Floats, accuracy_m: float) -> float:
    """Standard deviation of the area to one side of a line, square metres, in closed form, for small errors.

    The line is given by its positions in a plane, metres. The area changes by the integral of the displacement across the line,
    so its variance is the double integral of the covariance times the cosine of the angle between the two directions:

        var = sigma^2 (p |chord|^2 + (1 - p) sum_ij exp(-|s_i - s_j| / l) step_i . step_j)

    with p = ``COMMON`` and l = ``CORRELATION_M``. The sum is taken over steps much shorter than l.
    """
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east_m), np.diff(north_m)))])
    count = max(2, min(4_000, int(np.ceil(length[-1] / (CORRELATION_M / 20))) + 1))
    at = np.linspace(0, length[-1], count)
    steps = np.column_stack([np.diff(np.interp(at, length, east_m)), np.diff(np.interp(at, length, north_m))])
    middle = (at[1:] + at[:-1]) / 2
    near = np.exp(-np.abs(middle[:, None] - middle) / CORRELATION_M)
    chord = steps.sum(axis=0)
    return deviation(accuracy_m) * float(np.sqrt(COMMON * chord @ chord + (1 - COMMON) * np.sum(near * (steps @ steps.T))))
