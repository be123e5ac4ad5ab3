"""Everything the network is given of a document, made once from its text and what is known of it.

The same inputs are made when the network is trained and when it reads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
import numpy.typing as npt

from merestone.model import UNREAD, Event, Span
from merestone.reading.candidates import (
    Candidate,
    number_candidates,
    proof_candidates,
    time_candidates,
    weapon_candidates,
)
from merestone.reading.context import Context
from merestone.reading.encoding import Encodable, Pieces, Window, encodable, windows_of
from merestone.reading.features import marks_of, mention_features, quotes_of, sources_of, word_flags
from merestone.reading.numbers import find_numbers
from merestone.reading.proof_words import find_proofs
from merestone.reading.text import Text, passages_of
from merestone.reading.timexes import find_times
from merestone.reading.triggers import Trigger, find_triggers
from merestone.reading.weapons import find_weapons

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

EVENTS: tuple[Event, ...] = tuple(event for event in get_args(Event) if event not in UNREAD)
"""Events that a text may be read as."""


@dataclasses.dataclass(frozen=True, slots=True)
class Inputs:
    """A document's words, W of them with the heading first, and what is known of them."""

    document: Encodable
    spans: tuple[Span, ...]
    """Characters of each word; (0, 0) in the heading."""
    sentences: Ints
    """Number of each word's sentence from 1; 0 in the heading; (W,)."""
    flags: Floats
    """(W, len(FLAGS)), see ``features``."""
    known: Floats
    """The flags, and how surely the word names each event by the vocabulary, 0 to 1; (W, len(FLAGS) + 28)."""
    found: tuple[Trigger, ...]
    """The triggers of the text."""
    mentions: Floats
    """Features of the actor mentions; (mentions, len(MENTION_FEATURES))."""
    sources: npt.NDArray[np.bool_]
    """Which mentions somebody says something at."""
    marks: Ints
    """(W, 2), see ``features.marks_of``."""
    quotes: Ints
    """Number of each word's quotation; (W,)."""
    candidates: Mapping[str, Sequence[Candidate]]
    """Candidates for fields by type; places are found by the network."""
    windows: tuple[Window, ...]


def inputs_of(text: Text, context: Context, cut: Pieces, passages: Sequence[Span] | None = None) -> Inputs:
    """The inputs of a document, with windows of all its passages or of those given as ranges of sentences."""
    document = encodable(text, context)
    heading = len(document.heading.words)
    spans = (*document.heading.spans, *document.body.spans)
    starts = np.array([start for start, _ in document.body.spans], np.int64)
    sentences = np.zeros(len(spans), np.int32)
    begins = np.array([start for start, _ in text.sentences], np.int64)
    sentences[heading:] = np.searchsorted(begins, starts, side="right")
    times = find_times(text, context.published)
    numbers = find_numbers(text, [(time.start, time.end) for time in times])
    weapons, proofs = find_weapons(text), find_proofs(text, monitor=context.genre == "monitor_report")
    flags = word_flags(
        document,
        {
            "time": [(time.start, time.end) for time in times],
            "number": [number.span for number in numbers],
            "weapon": [weapon.span for weapon in weapons],
            "proof": [proof.span for proof in proofs],
        },
    )
    found = tuple(find_triggers(text.text))
    triggers = np.zeros((len(spans), len(EVENTS)), np.float32)
    numbers_of_events = {event: column for column, event in enumerate(EVENTS)}
    for trigger in found:
        first, last = words_at(starts, trigger.start, trigger.end)
        for event, strength in trigger.events:
            block = triggers[heading + first : heading + last, numbers_of_events[event]]
            np.maximum(block, strength, out=block)
    mentions = mention_features(document, sentences, flags)
    return Inputs(
        document=document,
        spans=spans,
        sentences=sentences,
        flags=flags,
        known=np.concatenate([flags, triggers], axis=1),
        found=found,
        mentions=mentions,
        sources=sources_of(mentions),
        marks=marks_of((*document.heading.words, *document.body.words)),
        quotes=quotes_of(flags),
        candidates={
            "number": number_candidates(numbers),
            "weapon": weapon_candidates(weapons),
            "proof": proof_candidates(proofs),
            "time": time_candidates(times, text.sentences, context.published),
        },
        windows=tuple(windows_of(document, cut, passages_of(text) if passages is None else passages)),
    )


def words_at(starts: npt.NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    """The words that hold the characters of a span, as a half-open range of indexes into ``starts``."""
    first = int(np.searchsorted(starts, start, side="right")) - 1
    return max(first, 0), int(np.searchsorted(starts, end, side="left"))
