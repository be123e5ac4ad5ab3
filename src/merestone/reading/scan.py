"""Which passages of a document are worth reading, told by their words alone.

Reading costs a hundred times more than looking for words. The scan looks for the words of ``scan.tsv`` with one automaton (Aho
and Corasick, *Efficient String Matching*, 1975), adds up what each speaks for or against a passage's making a claim, and leaves
out the passages whose sum stays below nought: sport, markets, weather. The weights were fitted so that, on every text at hand,
a passage that is left out makes no claim when it is read (``training/fit_scan.py``); tests hold the program to that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

from merestone.model import Span
from merestone.reading.names import Names
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

OFFSET = "(any passage)"
"""The row of ``scan.tsv`` whose weight every passage gets."""


@cache
def scan_words() -> Mapping[str, float]:
    """Weight of each word or phrase, in lower case."""
    out: dict[str, float] = {}
    for row in rows("scan.tsv", ("words", "weight")):
        try:
            out[row["words"]] = float(row["weight"])
        except ValueError:
            raise row.wrong("weight is not a number") from None
    if OFFSET not in out:
        raise ValueError(f"scan.tsv has no row {OFFSET}")
    return out


@cache
def _finder() -> Names:
    return Names({words: None for words in scan_words() if words != OFFSET}, any_case=True)


def found_words(text: str) -> list[tuple[int, str]]:
    """First character and entry of each word of the scan in a text, in order."""
    return [(hit.start, hit.phrase) for hit in _finder().find(text)]


def worth_reading(text: Text, passages: Sequence[Span]) -> list[Span]:
    """The passages, ranges of sentences, that are to be read. A word counts once in a passage, however often it stands
    there."""
    weights = scan_words()
    ends = [text.sentences[last - 1][1] for _, last in passages]
    seen: list[set[str]] = [set() for _ in passages]
    for start, words in found_words(text.text):
        place = bisect_right(ends, start)
        if place < len(seen):
            seen[place].add(words)
    sums = [weights[OFFSET] + sum(weights[words] for words in sorted(some)) for some in seen]
    return [passage for passage, total in zip(passages, sums, strict=True) if total >= 0]
