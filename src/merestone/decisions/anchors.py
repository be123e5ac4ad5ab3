"""Anchors: how a decision names a claim, and how the claim is found again in a later reading.

A claim's id counts the claims of its document, so it changes when the reader finds one more. A decision therefore names the
sealed document (SHA-256 of the item, and the part), the characters of the claim, its words and its event. The rule by which it
is attached to a claim of another reading:

1. Where the words do not stand at the span any more (the text is taken out of the file otherwise), the span is moved to where
   they stand, the nearest place first. Where they stand nowhere, it is not moved.
2. Candidates are the claims of the same document and the same event whose span shares at least half of the shorter one's
   characters with the anchor's. (A correction of the event also finds claims that have the corrected event by now.)
3. The one that overlaps best is taken: most shared characters for all characters that either has (Jaccard's coefficient).
4. Of equal ones, the one that agrees most in speaker, act, actor and target; then the one with the id that the decision knew;
   then the first in the text.

An anchor without a candidate has lost its claim; it never moves on to a claim of something else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from merestone.model import Anchor, Span

LEAST_SHARED = Fraction(1, 2)
"""Of the shorter span's characters."""


def overlap(one: Span, two: Span) -> Fraction:
    """Shared characters for all characters of two spans, 0 where they share less than half of the shorter one."""
    shared = min(one[1], two[1]) - max(one[0], two[0])
    shorter = min(one[1] - one[0], two[1] - two[0])
    if shared <= 0 or shared < LEAST_SHARED * shorter:
        return Fraction(0)
    return Fraction(shared, max(one[1], two[1]) - min(one[0], two[0]))


def moved(span: Span, words: str, text: str) -> Span:
    """The span at which the words stand in a text: where they were, else the nearest place, else as it was."""
    start, end = span
    if text[start:end] == words or not words:
        return span
    best: int | None = None
    at = text.find(words)
    while at >= 0:
        if best is None or abs(at - start) < abs(best - start):
            best = at
        elif at > start:
            break
        at = text.find(words, at + 1)
    return span if best is None else (best, best + len(words))


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """The documents of a record, as anchors name them."""

    ids: Mapping[tuple[str, int], str]
    """Id of a document by item and part."""
    texts: Mapping[str, str]
    """Text by id."""
    places: Mapping[str, tuple[str, int]]
    """Item and part by id."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Texts:
        """From rows with id, item, part and text."""
        listed = list(rows)
        return cls(
            ids={(row["item"], row["part"]): row["id"] for row in listed},
            texts={row["id"]: row["text"] for row in listed},
            places={row["id"]: (row["item"], row["part"]) for row in listed},
        )


def anchor(claim: Mapping[str, Any], texts: Texts, group: int = 0) -> Anchor:
    """The anchor of a claim as it was read."""
    item, part = texts.places[claim["document"]]
    start, end = claim["span"]
    return Anchor(
        item=item, part=part, span=(start, end), words=texts.texts[claim["document"]][start:end], claim=claim["id"],
        group=group,
        **{name: claim[name] for name in ("event", "speaker", "act", "actor", "target")},
    )  # fmt: skip


class Attacher:
    """Finds the claims of a reading that anchors name."""

    def __init__(self, claims: Iterable[Mapping[str, Any]], texts: Texts) -> None:
        self._texts = texts
        self._by_document: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for claim in claims:
            self._by_document.setdefault((claim["document"], claim["event"]), []).append(claim)
        self._known: dict[tuple[Anchor, frozenset[str]], str | None] = {}

    def claim(self, wanted: Anchor, also: Collection[str] = ()) -> str | None:
        """Id of the claim, or None; ``also`` holds further events it may have."""
        key = (dataclasses.replace(wanted, group=0), frozenset(also))
        if key not in self._known:
            self._known[key] = self._find(wanted, (wanted.event, *sorted(also)))
        return self._known[key]

    def _find(self, wanted: Anchor, events: Iterable[str]) -> str | None:
        document = self._texts.ids.get((wanted.item, wanted.part))
        if document is None:
            return None
        span = moved(wanted.span, wanted.words, self._texts.texts[document])
        ranked = []
        for event in dict.fromkeys(events):
            for claim in self._by_document.get((document, event), ()):
                shared = overlap(span, tuple(claim["span"]))
                if shared > 0:
                    agree = sum(claim[name] == getattr(wanted, name) for name in ("speaker", "act", "actor", "target"))
                    rank = (event != wanted.event, -shared, -agree, claim["id"] != wanted.claim, *claim["span"], claim["id"])
                    ranked.append((rank, claim["id"]))
        return min(ranked)[1] if ranked else None
