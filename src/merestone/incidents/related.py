"""Which events texts use for one and the same incident: ``data/related.tsv``."""

from __future__ import annotations

import typing
from functools import cache
from importlib import resources

import numpy as np

from merestone.incidents.columns import Floats
from merestone.model import Event
from merestone.reading.vocabulary import rows

EVENTS: tuple[str, ...] = typing.get_args(Event)


@cache
def fits() -> tuple[Floats, dict[tuple[str, str], str]]:
    """(matrix of how well events fit each other, 0 to 1; words for the pairs that fit without being equal)."""
    matrix = np.eye(len(EVENTS))
    words = {}
    for row in rows("related.tsv", ("left", "right", "fit", "words"), resources.files("merestone.incidents") / "data"):
        i, j = EVENTS.index(row.one_of("left", EVENTS)), EVENTS.index(row.one_of("right", EVENTS))
        matrix[i, j] = matrix[j, i] = float(row["fit"])
        words[row["left"], row["right"]] = words[row["right"], row["left"]] = row["words"]
    return matrix, words
