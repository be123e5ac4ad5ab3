"""Public annotated news as further examples: who is quoted with what, and who takes part in an attack.

The texts are used to train and are not handed on; see the benchmarks' own pages for where they come from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from examples import Example
from merestone.reading.context import Context
from merestone.reading.encoding import Pieces
from merestone.reading.inputs import inputs_of, words_at
from merestone.reading.text import text_of
from network import NEVER, SPANS, Reader


@dataclasses.dataclass(slots=True)
class Tagged:
    """A window with spans of words, and which of them belong together."""

    example: Example
    kinds: tuple[str, ...]
    """The kinds of span that are annotated here."""
    spans: dict[str, list[tuple[int, int]]]
    """First and last words of the spans of each kind."""
    contents: list[tuple[int, int]]
    """Indexes of a content and of its cue."""
    sources: list[tuple[int, int]]
    """Indexes of a cue and of its source, -1 for none."""


def news_of(record: Mapping[str, Any]) -> Context:
    """What is known of a record of the benchmarks before it is read."""
    day = record.get("date")
    published = date.fromisoformat(day[:10]) if isinstance(day, str) and day[:4].isdigit() and len(day) >= 10 else None
    return Context(publisher="MEDIA", published=published, genre="news", title="")


def _windows(text: str, context: Context, cut: Pieces) -> Iterator[tuple[Example, Any]]:
    inputs = inputs_of(text_of(text), context, cut)
    heading = len(inputs.document.heading.words)
    starts = np.array([start for start, _ in inputs.document.body.spans], np.int64)
    known = inputs.known
    for window in inputs.windows:
        place = {int(word): at for at, word in enumerate(window.words)}

        def range_of(start: int, end: int, place: dict[int, int] = place) -> tuple[int, int] | None:
            first, last = words_at(starts, start, end)
            found = [place[heading + word] for word in range(first, last) if heading + word in place]
            return (found[0], found[-1]) if found else None

        shown = known[window.words]
        nothing = np.zeros(0, np.int32)
        yield (
            Example(
                document="", fold=0, ids=window.ids, actor=window.actor, shape=window.shape, sector=window.sector,
                owner=window.owner, first=window.first,
                known=np.concatenate([np.zeros((1, shown.shape[1]), np.float32), shown]).astype(np.float32),
                sentences=inputs.sentences[window.words], marks=inputs.marks[window.words], quotes=inputs.quotes[window.words],
                fresh=window.fresh, heading=heading, mention=nothing, mention_actor=nothing,
                mention_features=inputs.mentions[:0], sources=inputs.sources[:0], actors=(), spans=(), candidates={}, goals=[],
            ),
            range_of,
        )  # fmt: skip


def attributions(records: Sequence[Mapping[str, Any]], cut: Pieces) -> Iterator[Tagged]:
    """Windows of news with sources, cues and contents."""
    kinds = ("cue", "content", "source")
    for record in records:
        for example, range_of in _windows(record["text"], news_of(record), cut):
            tagged = Tagged(example, kinds, {kind: [] for kind in kinds}, [], [])
            at: dict[tuple[str, tuple[int, int]], int] = {}

            def number(
                kind: str, span: Sequence[int], tagged: Tagged = tagged, at: Any = at, range_of: Any = range_of
            ) -> int | None:
                words = range_of(*span)
                if words is None:
                    return None
                if (kind, words) not in at:
                    at[kind, words] = len(tagged.spans[kind])
                    tagged.spans[kind].append(words)
                return int(at[kind, words])

            for one in record["attributions"]:
                cue = number("cue", one["cue"][0]) if one["cue"] else None
                source = number("source", one["source"][0]) if one["source"] else -1
                for span in one["content"]:
                    content = number("content", span)
                    if content is not None and cue is not None:
                        tagged.contents.append((content, cue))
                if cue is not None and source is not None:
                    tagged.sources.append((cue, source))
            yield tagged


def participants(records: Sequence[Mapping[str, Any]], cut: Pieces) -> Iterator[Tagged]:
    """Windows of news with who took part in the attacks they tell of: every place where a filler's words stand."""
    kinds = SPANS[3:]
    for record in records:
        text = record["text"]
        for example, range_of in _windows(text, news_of({}), cut):
            tagged = Tagged(example, kinds, {kind: [] for kind in kinds}, [], [])
            for template in record["templates"]:
                for kind in kinds:
                    for words in {mention[0] for entity in template[kind] for mention in entity}:
                        for start in _found(text, words):
                            found = range_of(start, start + len(words))
                            if found is not None and found not in tagged.spans[kind]:
                                tagged.spans[kind].append(found)
            yield tagged


def _found(text: str, words: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            yield start
        start = text.find(words, start + 1)


def span_losses(net: Reader, h: Tensor, fresh: Tensor, batch: Sequence[Tagged]) -> dict[str, Tensor]:
    """The parts of the loss of tagged windows whose words have the vectors ``h``."""
    size, words, _ = h.shape
    wanted = torch.zeros(size, words, 2 * len(SPANS))
    asked = torch.zeros(size, 1, 2 * len(SPANS))
    pairs: dict[str, list[tuple[int, int, int, int, int]]] = {"content": [], "source": []}
    group = 0
    for row, tagged in enumerate(batch):
        for kind in tagged.kinds:
            column = 2 * SPANS.index(kind)
            asked[row, 0, column : column + 2] = 1
            for first, last in tagged.spans[kind]:
                wanted[row, first, column] = 1
                wanted[row, first : last + 1, column + 1] = 1
        for content, cue in tagged.contents:
            for other, words_of_cue in enumerate(tagged.spans["cue"]):
                pairs["content"].append((group, row, words_of_cue[0], tagged.spans["content"][content][0], int(other == cue)))
            group += 1
        for cue, source in tagged.sources:
            start = tagged.spans["cue"][cue][0]
            for other, words_of_source in enumerate(tagged.spans["source"]):
                pairs["source"].append((group, row, start, words_of_source[0], int(other == source)))
            pairs["source"].append((group, row, start, -1, int(source < 0)))
            group += 1
    wanted, asked = wanted.to(h.device), asked.to(h.device)
    loss = F.binary_cross_entropy_with_logits(net.spans(h), wanted, reduction="none")
    out = {"spans": (loss * asked * fresh[:, :, None]).sum() / (asked.sum() / 2) / 40}
    for part, rows in pairs.items():
        if not rows:
            continue
        table = torch.tensor(rows, device=h.device)
        none = table[:, 3] < 0
        scores = net.attributed(h, table[:, 1], table[:, 2], table[:, 3].clamp(min=0), part)
        scores = torch.where(none, net.no_source(h[table[:, 1], table[:, 2]])[:, 0], scores)
        groups = int(table[:, 0].max()) + 1
        everything, right = (
            _by_group(scores, table[:, 0], groups),
            _by_group(scores.masked_fill(table[:, 4] == 0, NEVER), table[:, 0], groups),
        )
        there = torch.zeros(groups, dtype=torch.bool, device=h.device)
        there[table[:, 0]] = True
        out[f"{part} of cue"] = 0.3 * (everything - right)[there].mean()
    return out


def _by_group(scores: Tensor, group: Tensor, groups: int) -> Tensor:
    most = torch.full((groups,), NEVER, device=scores.device).scatter_reduce(0, group, scores.detach(), "amax")
    total = torch.zeros(groups, device=scores.device).scatter_add(0, group, torch.exp(scores - most[group]))
    return most + torch.log(total + 1e-9)
