"""From what is compared to a probability: each feature puts a pair on one of its levels, and each level has a weight.

The weights are logarithms of odds, as in Fellegi and Sunter, *A Theory for Record Linkage* (1969), but fitted together by
logistic regression on pairs of known answer (``training/fit_matching.py``), so that features that say the same thing are not
counted twice. A table of weights is a data file: feature, level, weight, on how many pairs it was fitted. Weights are kept as
whole thousandths: sums of them are exact, whatever the order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from merestone.incidents.columns import Columns, Floats, Ints
from merestone.reading.vocabulary import rows

COLUMNS = ("feature", "level", "weight", "pairs")
THOUSAND = 1_000
_CHUNK = 250_000

Level = Callable[["Pairs"], NDArray[np.int64]]


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is compared, and the names of its levels; the first level is where nothing can be compared."""

    name: str
    levels: tuple[str, ...]
    level: Level


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of reports, by position, and what several features need of them."""

    columns: Columns
    left: Ints
    right: Ints
    crowd: Floats
    """How crowded it is around each report."""
    gap: Floats
    """Metres between the circles of uncertainty, below 0 where they overlap, infinite where one has no place."""
    reach: Floats
    """Sum of the two radii."""
    heaped: Ints
    """How many of the two, 0 to 2, give the point of a name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scorecard:
    """Features with the weights of their levels, in thousandths, and what every pair begins with."""

    features: tuple[Feature, ...]
    weights: tuple[Ints, ...]
    prior: int

    def log_odds(self, pairs: Pairs) -> Ints:
        """Thousandths of natural logarithms of odds, one for each pair."""
        total = np.full(len(pairs.left), self.prior, dtype=np.int64)
        for feature, weight in zip(self.features, self.weights, strict=True):
            total += weight[feature.level(pairs)]
        return total


def probability(log_odds: Ints) -> Floats:
    """To four decimals: the last bits may differ between machines, a record must not."""
    return np.asarray(np.round(1 / (1 + np.exp(-np.clip(log_odds / THOUSAND, -40, 40))), 4), dtype=np.float64)


@cache
def weights_of(file: str) -> Mapping[str, Mapping[str, int]]:
    """Weight in thousandths by feature and level. Raises MerestoneError M401 where the file is not in its form."""
    out: dict[str, dict[str, int]] = {}
    for row in rows(file, COLUMNS, resources.files("merestone.incidents") / "data"):
        try:
            out.setdefault(row["feature"], {})[row["level"]] = round(float(row["weight"]) * THOUSAND)
        except (ValueError, OverflowError) as error:
            raise row.wrong(f"weight is {row['weight']!r}, not a number") from error
    return out


def scorecard(features: Sequence[Feature], file: str) -> Scorecard:
    """Features with the weights of a data file; a level that is not in it weighs nothing."""
    weights = weights_of(file)
    tables = tuple(np.asarray([weights.get(f.name, {}).get(level, 0) for level in f.levels], dtype=np.int64) for f in features)
    return Scorecard(tuple(features), tables, weights["prior"]["all"])
