"""Tables of weights: for each label, how much each feature speaks for it (above nought) or against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from merestone.reading.vocabulary import Row, cells_of

ALWAYS = "always"
"""The feature that is always there."""


@cache
def weights(name: str, label: str) -> Mapping[str, Mapping[str, float]]:
    """For each label of the table ``name``, whose label column is called ``label``, the weight of each feature."""
    out: dict[str, dict[str, float]] = {}
    for line, (value, feature, weight) in cells_of(name, (label, "feature", "weight")):
        try:
            out.setdefault(value, {})[feature] = float(weight)
        except ValueError:
            raise Row(name, line, {}).wrong(f"the weight is {weight!r}, not a number") from None
    return out


def total(known: Mapping[str, float], features: Iterable[str]) -> float:
    """Sum of the weights of the features that are known."""
    return sum(weight for feature in features if (weight := known.get(feature)) is not None)


def strongest(known: Mapping[str, float], features: Iterable[str]) -> str:
    """The feature that speaks most for a label, the first of equals; empty where none does."""
    best, reached = "", 0.0
    for feature in features:
        if known.get(feature, 0.0) > reached:
            best, reached = feature, known[feature]
    return best
