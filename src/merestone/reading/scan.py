"""Which passages of a document are worth reading, told by their words alone.

Reading costs a hundred times more than looking for words. The scan looks for the triggers (``triggers.tsv``) with one
automaton (Aho and Corasick, *Efficient String Matching*, 1975) and leaves out the passages in which too little names an
event. On every text at hand a passage that is left out makes no claim when it is read; tests hold the program to that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from merestone.model import Span
from merestone.reading.text import Text
from merestone.reading.triggers import find_triggers

LEAST = 0.6
"""What the strengths of a passage's triggers must add up to for it to be read: a likely one, or two weak ones."""


def worth_reading(text: Text, passages: Sequence[Span]) -> list[Span]:
    """The passages, ranges of sentences, that are to be read."""
    ends = [text.sentences[last - 1][1] for _, last in passages]
    sums = [0.0] * len(passages)
    for trigger in find_triggers(text.text):
        place = bisect_right(ends, trigger.start)
        if place < len(sums):
            sums[place] += max(strength for _, strength in trigger.events)
    return [passage for passage, total in zip(passages, sums, strict=True) if total > LEAST - 1e-9]
