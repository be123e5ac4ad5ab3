"""Types of weapons and vehicles by letters and number: "T-72", "Su-25", "BM-21", "2S1"."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import cast, get_args

from merestone.model import Means
from merestone.reading.lexicon import HYPHENS, Words
from merestone.reading.vocabulary import rows

_WHOLE = re.compile(r"([0-9]?[A-Za-z]+)([0-9]{1,4})([A-Za-z][A-Za-z0-9]{0,3})?")
_NUMBER = re.compile(r"([0-9]{1,4})([A-Za-z][A-Za-z0-9]{0,3})?")

_ROADS = frozenset(("road", "highway", "motorway", "route"))


@dataclasses.dataclass(frozen=True, slots=True)
class Designation:
    """What a type is, and the index of the word behind it."""

    means: Means | None
    counts: str
    last: int


@cache
def _types() -> dict[str, list[tuple[int, int, Means | None, str]]]:
    out: dict[str, list[tuple[int, int, Means | None, str]]] = {}
    for row in rows("designations.tsv", ("letters", "numbers", "means", "counts")):
        means = row.one_of("means", ("-", *get_args(Means)))
        for numbers in row.several("numbers") or ("0-9999",):
            low, _, high = numbers.partition("-")
            if not (low.isdigit() and (high or low).isdigit()):
                raise row.wrong(f"{numbers!r} is no number and no range of numbers")
            entry = (int(low), int(high or low), None if means == "-" else cast(Means, means), row["counts"])
            out.setdefault(row["letters"], []).append(entry)
    return out


@cache
def beginnings() -> frozenset[str]:
    """The letters with which types begin, in lower case: a quick test of a word."""
    return frozenset(letters.lower() for letters in _types())


def designation_at(words: Words, index: int) -> Designation | None:
    """The type that begins at a word, written in one or with a hyphen or a space."""
    written = words.written(index)
    if whole := _WHOLE.fullmatch(written):
        if index and words.lower[index - 1] in _ROADS:
            return None
        behind = words.lower[index + 1 : index + 2]
        return None if behind and behind[0] in _ROADS else _of(whole.group(1), int(whole.group(2)), index + 1)
    if written not in _types():
        return None
    following = index + 1
    if following < len(words.lower) and words.lower[following] in HYPHENS:
        following += 1
    elif len(written) == 1:
        return None  # "A 10-year war"
    if following < len(words.lower) and (number := _NUMBER.fullmatch(words.written(following))):
        near = words.spans[following][0] - words.spans[index][1] <= 1
        road = words.lower[following + 1 : following + 2]
        if near and number.group(1)[0] != "0" and not (road and road[0] in _ROADS):
            return _of(written, int(number.group(1)), following + 1)
    return None


def _of(letters: str, number: int, last: int) -> Designation | None:
    for low, high, means, counts in _types().get(letters, ()):
        if low <= number <= high:
            return Designation(means, counts, last)
    return None
