"""How far a drawn line may be from the true one, as numbers a map states or, where it states few, as its scale implies.

At chainage s the true line lies e(s) to the left of the drawn one (negative: to the right), measured across the drawn line:

    e(s) = bias + a + g(s)

with a normal with mean 0 and standard deviation ``bias_sd_m``, the same along the whole line, and g a Gaussian process with
mean 0, standard deviation ``spread_m`` and correlation exp(-distance along the line / ``correlation_m``). A line's error is
neither zero-mean nor independent from point to point: Natural Earth's boundary of Nakhchivan (1:10,000,000) is 2.0 km off to
one side, with 1.1 km about that, against OpenStreetMap of 2017.

The correlation length of a line is the distance at which the correlation of its errors has fallen to 1/e; so it was measured,
and many curves fit that. The exponential is taken because a drawn line leaves out bends of every size (an error that is
smooth, as with the square of the distance in the exponent, would leave out none smaller than the correlation length), and
because it can be drawn exactly from place to place (it is the Ornstein-Uhlenbeck process). It bears on areas, which many
places of a line make, and not on the side of one event.

Defaults, where a line states only an accuracy (95 % of it within so many metres) or a scale:

* accuracy is half a millimetre on the map. Six lines of Natural Earth at 1:10,000,000, where that is 5 km, have 95 % of their
  offsets from OpenStreetMap within 2.7 to 9.3 km, in the middle 4.1 km;
* the standard deviation of the error is accuracy / 1.96;
* ``COMMON`` of its square is the line's own shift: the six lines' mean offsets, squared, are 30 % of their mean square
  offsets;
* the correlation length is ``CORRELATION`` accuracies: 0.9 to 9 times the 95th percentile in those lines, in the middle 2.5.
"""

from __future__ import annotations

import dataclasses
import math

from merestone.model import Line

MILLIMETRES_95 = 0.5
"""95 % of what is drawn on paper lies within this of its place."""
NORMAL_95 = 1.959964
"""95 % of a normal distribution lies within so many standard deviations, to either side."""
COMMON = 0.3
CORRELATION = 2.5


@dataclasses.dataclass(frozen=True, slots=True)
class LineError:
    """The error model of a line. Metres; positive to the left, walking in the digitised direction."""

    bias_m: float = 0.0
    bias_sd_m: float = 0.0
    spread_m: float = 0.0
    correlation_m: float = 0.0
    basis: str = "taken as drawn: no accuracy or scale is stated"
    """Where the numbers come from, in words."""
    stated: bool = False
    """Whether anything is stated that the numbers follow from."""

    @property
    def sd_m(self) -> float:
        """Standard deviation of the error at one place of the line."""
        return math.hypot(self.bias_sd_m, self.spread_m)

    @property
    def accuracy_m(self) -> float | None:
        """Metres within which 95 % of the line lies (``accuracy_of``), to a millimetre; None where nothing is stated."""
        return round(accuracy_of(self), 3) if self.stated else None

    @property
    def reversed(self) -> LineError:
        """The error of the same line walked the other way."""
        return dataclasses.replace(self, bias_m=-self.bias_m)

    @classmethod
    def of(cls, line: Line) -> LineError:
        """The error model of a line of a case."""
        return error_model(
            accuracy_m=line.accuracy_m, scale=line.scale, bias_m=line.bias_m, bias_sd_m=line.bias_sd_m,
            spread_m=line.spread_m, correlation_km=line.correlation_km,
        )  # fmt: skip


def accuracy_of_scale(scale: float) -> float:
    """Metres within which 95 % of a line lies that was drawn at a scale, given by its denominator."""
    return MILLIMETRES_95 / 1000 * scale


def error_model(
    *, accuracy_m: float | None = None, scale: float | None = None, bias_m: float | None = None, bias_sd_m: float | None = None,
    spread_m: float | None = None, correlation_km: float | None = None,
) -> LineError:  # fmt: skip
    """The error model from what is stated: what is not follows from the accuracy, and that from the scale.

    A stated ``bias_m`` is the line's shift, so that none is left unknown unless ``bias_sd_m`` says so; it is not part of the
    accuracy's share. With nothing stated the line is taken as drawn.
    """
    basis = "stated"
    if accuracy_m is None and scale is not None:
        accuracy_m = accuracy_of_scale(scale)
        basis = f"0.5 mm at 1:{scale:,.0f}"
    elif accuracy_m is not None and spread_m is None:
        basis = f"95 % within {accuracy_m:,.0f} m, as stated"
    if accuracy_m is None and bias_m is None and bias_sd_m is None and spread_m is None:
        return LineError()
    sd = (accuracy_m or 0.0) / NORMAL_95
    common = 0.0 if bias_m is not None else sd * math.sqrt(COMMON)
    return LineError(
        bias_m=bias_m or 0.0,
        bias_sd_m=common if bias_sd_m is None else bias_sd_m,
        spread_m=sd * math.sqrt(1 - COMMON) if spread_m is None else spread_m,
        correlation_m=CORRELATION * (accuracy_m or 0.0) if correlation_km is None else correlation_km * 1000,
        basis=basis,
        stated=True,
    )


def accuracy_of(error: LineError) -> float:
    """Metres within which 95 % of a line with this error lies: never less, and 20 % more at most where it is biased."""
    return abs(error.bias_m) + NORMAL_95 * error.sd_m
