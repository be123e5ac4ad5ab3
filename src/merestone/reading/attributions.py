"""Who is quoted with what: the sources, cues and contents of the attributions of a text, and who takes part in its attacks.

The same network that reads claims marks words as belonging to a source ("the ministry"), a cue ("said") or a content, and
which of them belong together; and it marks the perpetrators, targets, victims and weapons of attacks. It learnt this from
public annotated news, so that it can be measured beside other systems. Claims do not pass through here: who speaks is
chosen for each claim.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from merestone.model import Document, Span
from merestone.reading.claims import context_of, later, texts_of
from merestone.reading.context import Context
from merestone.reading.inputs import inputs_of
from merestone.reading.network import OnnxNetwork, Spans
from merestone.reading.text import Text

Floats = npt.NDArray[np.float32]

Part = Literal["perpetrator", "organisation", "target", "victim", "weapon"]
PARTS: tuple[Part, ...] = ("perpetrator", "organisation", "target", "victim", "weapon")
"""Who and what takes part in an attack: the roles of the Fourth Message Understanding Conference (1992)."""
COLUMNS = ("cue", "content", "source", *PARTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Cut:
    """How spans are cut out of the words' chances."""

    within: float
    """A word less likely than this is no part of a span."""
    begin: float
    """A word at least this likely to begin a span begins a new one, right behind another."""
    best: float
    """A span none of whose words is at least this likely is left out."""


OF_QUOTES = Cut(within=0.5, begin=0.5, best=0.5)
OF_ATTACKS = Cut(within=0.2, begin=0.7, best=0.4)
"""Chosen on the development documents of MUC-4: unsure words still belong to the span that a sure one holds together."""


@dataclasses.dataclass(frozen=True, slots=True)
class Attribution:
    """Something that a text attributes to somebody."""

    source: Span | None
    """Characters that name the source; None where the text names none."""
    cue: Span
    """Characters that say that it is attributed."""
    contents: tuple[Span, ...]
    """Characters of what is attributed, often in two pieces around the cue."""


@dataclasses.dataclass(frozen=True, slots=True)
class Participant:
    """Words that name who or what takes part in an attack."""

    part: Part
    span: Span
    probability: float


@dataclasses.dataclass(frozen=True, slots=True)
class Quote:
    """An attribution of a document in words, as it is printed."""

    document: str
    """Id of the document."""
    source: str | None
    cue: str
    contents: tuple[str, ...]
    source_span: Span | None
    cue_span: Span
    content_spans: tuple[Span, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class AttackParticipant:
    """A participant of a document's attacks in words, as it is printed."""

    document: str
    """Id of the document."""
    part: Part
    words: str
    span: Span
    confidence: float
    """As the network states it, 0 to 1; not calibrated."""


def quotes_of(document: Document, network: OnnxNetwork) -> Iterator[Quote]:
    """Who is quoted with what in a document, in the order of the cues of each portion that it is read in."""
    known = context_of(document, (), {})
    for start, text in texts_of(document):
        for found in find_attributions(text, known, network):
            source = later(found.source, start) if found.source else None
            contents = tuple(later(span, start) for span in found.contents)
            yield Quote(
                document=document.id,
                source=text.text[slice(*found.source)] if found.source else None,
                cue=text.text[slice(*found.cue)],
                contents=tuple(text.text[slice(*span)] for span in found.contents),
                source_span=source,
                cue_span=later(found.cue, start),
                content_spans=contents,
            )


def participants_of(document: Document, network: OnnxNetwork) -> Iterator[AttackParticipant]:
    """Who and what takes part in the attacks that a document tells of, in text order."""
    known = context_of(document, (), {})
    for start, text in texts_of(document):
        for found in find_participants(text, known, network):
            words, confidence = text.text[slice(*found.span)], round(found.probability, 3)
            yield AttackParticipant(document.id, found.part, words, later(found.span, start), confidence)


def find_attributions(text: Text, context: Context, network: OnnxNetwork) -> tuple[Attribution, ...]:
    """The attributions of a text, in the order of their cues."""
    out: list[Attribution] = []
    for spans, words in _windows(text, context, network):
        found = {name: _runs(spans, name) for name in ("cue", "content", "source")}
        contents: dict[int, list[Span]] = {}
        for first, last, _ in found["content"]:
            if found["cue"]:
                scores = [_belongs(spans.content, cue[0], first) for cue in found["cue"]]
                contents.setdefault(int(np.argmax(scores)), []).append((words[first][0], words[last][1]))
        for number, (first, last, _) in enumerate(found["cue"]):
            if number not in contents:
                continue
            scores = [_belongs(spans.source, first, source[0]) for source in found["source"]]
            best = int(np.argmax(scores)) if scores else -1
            named = best >= 0 and scores[best] > spans.no_source[first]
            source = (words[found["source"][best][0]][0], words[found["source"][best][1]][1]) if named else None
            out.append(Attribution(source, (words[first][0], words[last][1]), tuple(sorted(contents[number]))))
    return tuple(sorted(out, key=lambda attribution: attribution.cue))


def find_participants(text: Text, context: Context, network: OnnxNetwork) -> tuple[Participant, ...]:
    """Who and what takes part in the attacks that a text tells of, in text order."""
    out: list[Participant] = []
    for spans, words in _windows(text, context, network):
        for part in PARTS:
            found = _runs(spans, part, OF_ATTACKS)
            out += [Participant(part, (words[first][0], words[last][1]), p) for first, last, p in found]
    return tuple(sorted(out, key=lambda participant: (participant.span, participant.part)))


def _windows(text: Text, context: Context, network: OnnxNetwork) -> Iterator[tuple[Spans, Sequence[Span]]]:
    inputs = inputs_of(text, context, network.cut)
    for window in inputs.windows:
        words, *_ = network.encode(window, inputs.known[window.words])
        yield network.spans(words[window.fresh :]), [inputs.spans[int(word)] for word in window.words[window.fresh :]]


def _runs(spans: Spans, name: str, cut: Cut = OF_QUOTES) -> list[tuple[int, int, float]]:
    """First and last words of the spans of a kind, with how likely their surest word is part of one."""
    column = 2 * COLUMNS.index(name)
    begins, within = spans.tags[:, column], spans.tags[:, column + 1]
    out: list[tuple[int, int, float]] = []
    for word, likely in enumerate(within):
        if likely < cut.within:
            continue
        if out and out[-1][1] == word - 1 and begins[word] < cut.begin:
            out[-1] = (out[-1][0], word, max(out[-1][2], float(likely)))
        else:
            out.append((word, word, float(likely)))
    return [run for run in out if run[2] >= cut.best]


def _belongs(pair: tuple[Floats, Floats], cue: int, other: int) -> float:
    asks, answers = pair
    return float(asks[cue] @ answers[other] / np.sqrt(asks.shape[1]))
