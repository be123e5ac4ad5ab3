"""Texts that are nearly the same, by MinHash: reposts, and statements printed by others as they stand.

Each text is the set of its runs of five words. The share that two sets have in common (Jaccard) is estimated from the smallest
of many hashes of each (Broder 1997), and pairs are found by bands of equal hashes, without comparing all with all. Nothing is
drawn at random: the constants follow from a fixed start, so that the same texts give the same pairs everywhere.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations, islice, pairwise

import numpy as np
from numpy.typing import NDArray

NEAR = 0.7
"""From this share in common, one text counts as a copy of the other: two reports of one event by different hands share under a
tenth of their runs of words."""
WORDS = 5
FEWEST_WORDS = 12
"""Shorter texts are not compared: two hands may well write the same short sentence."""
HASHES = 128
_BAND = 4
_ALL_PAIRS = 50
_WORD = re.compile(r"[^\W_]+")

Signature = NDArray[np.uint32]


def _constants() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd multipliers and addends for multiply-shift hashing (Dietzfelbinger 1996), from splitmix64."""
    state, out = 0x6D65726573746F6E, []
    for _ in range(2 * HASHES):
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        out.append(mixed ^ (mixed >> 31))
    numbers = np.asarray(out, dtype=np.uint64)
    return numbers[:HASHES] | np.uint64(1), numbers[HASHES:]


_MULTIPLIERS, _ADDENDS = _constants()


def signature(text: str) -> Signature:
    """The HASHES smallest hashes of a text's runs of words; upper and lower case and punctuation do not count."""
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[at : at + WORDS]) for at in range(max(len(words) - WORDS, 0) + 1)}
    numbers = np.asarray([zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in sorted(runs)], dtype=np.uint64)
    out = np.full(HASHES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(numbers), 4_096):
        hashed = (_MULTIPLIERS[:, None] * numbers[None, start : start + 4_096] + _ADDENDS[:, None]) >> np.uint64(32)
        out = np.minimum(out, hashed.min(axis=1).astype(np.uint32))
    return out


def comparable(text: str) -> bool:
    """Whether a text has enough words to tell a copy from a coincidence."""
    return sum(1 for _ in islice(_WORD.finditer(text), FEWEST_WORDS)) == FEWEST_WORDS


def likeness(one: Signature, two: Signature) -> float:
    """Estimate of the share of runs of words that two texts have in common, 0 to 1; its standard error is below 0.045."""
    return float((one == two).mean())


def near_duplicates(signatures: Sequence[Signature]) -> list[tuple[int, int, float]]:
    """(position, later position, likeness) of the texts that are nearly the same, in order."""
    bands: dict[bytes, list[int]] = {}
    for position, one in enumerate(signatures):
        for band in range(0, HASHES, _BAND):
            bands.setdefault(bytes([band]) + one[band : band + _BAND].tobytes(), []).append(position)
    pairs = {pair for those in bands.values() for pair in _pairs(those)}
    found = [(a, b, likeness(signatures[a], signatures[b])) for a, b in sorted(pairs)]
    return [(a, b, share) for a, b, share in found if share >= NEAR]


def _pairs(those: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of a band: all, or of many each with the first and with the one before, which are copies of each other anyway."""
    if len(those) <= _ALL_PAIRS:
        yield from combinations(those, 2)
        return
    for before, one in pairwise(those):
        yield before, one
        if before != those[0]:
            yield those[0], one
