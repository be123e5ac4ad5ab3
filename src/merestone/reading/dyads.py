"""Who did what to whom: events between states and organisations, as researchers keep them, in the codes of CAMEO and PLOVER.

Two sources are joined. A claim is an event by ``ontologies.tsv``: what is said to have happened lies between actor and
target; what a speaker demands, proposes, pledges, warns of or judges lies between the speaker and the actor. Everything else
that politics does is found by a lexicon (``dyad_sentences``). Every event says with which words it was found. What is coded
of a document depends on that document alone.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from merestone.model import Claim, Document, Span
from merestone.reading.claims import later, texts_of
from merestone.reading.dyad_lexicon import side_of
from merestone.reading.dyad_sentences import coded_sentences
from merestone.reading.ontologies import ontologies_of

_MUTUAL_CLAIMS = frozenset({"talks", "ceasefire"})
_NOBODY = ("UNKNOWN", "MEDIA")


@dataclasses.dataclass(frozen=True, slots=True)
class Dyad:
    """One event between two sides, as a document tells it."""

    document: str
    """Id of the document."""
    source: str
    """Who does it: a state (ISO 3166-1 alpha-3), IGO, NGO or IMG and an organisation's code, or the code of a group."""
    target: str
    """To whom, coded alike; the same as the source for what happens within a state."""
    cameo: str
    """Two-digit root of CAMEO."""
    plover: str | None
    """Event type of PLOVER; None where it has none that fits."""
    acled: str | None
    """Event type of ACLED, where the event comes from a claim that has one."""
    speaker: str | None
    """Who says so: the claim's speaker, or the side that the sentence names; None where neither tells."""
    words: str
    """The words that name the event; those of the whole claim where no word of the lexicon does."""
    span: Span
    """The place of these words in the document's text."""
    claim: int | None
    """Number of the claim in the document, from 0; None where the lexicon found the event."""


def dyads_of(document: Document, claims: Iterable[Claim], actors: Mapping[str, str] | None = None) -> list[Dyad]:
    """The events of one document in text order, from its claims and by the lexicon; ``actors`` are the case's own names.

    Within a sentence an event of the same sides and root is given once: where a claim and the lexicon both find it, with the
    claim's number. Other events of a claim are given where the lexicon finds none in its clause: the verb that governs decides.
    """
    found: list[tuple[int, Dyad]] = []
    sentences: list[int] = []
    for start, text in texts_of(document):
        for sentence in coded_sentences(text, actors or {}):
            for coded in sentence.events:
                place = later(coded.span, start)
                found.append(
                    (
                        sentence.start + start,
                        Dyad(
                            document.id, coded.source, coded.target, coded.cameo, coded.plover, None, coded.speaker,
                            document.text[place[0] : place[1]], place, None,
                        ),
                    )
                )  # fmt: skip
        sentences += [first + start for first, _ in text.sentences]
    return _joined(document, found, claims, sentences)


def _joined(
    document: Document, found: Sequence[tuple[int, Dyad]], claims: Iterable[Claim], sentences: Sequence[int]
) -> list[Dyad]:
    out = {(sentence, event.source, event.target, event.cameo): event for sentence, event in found}
    coded: dict[int, list[int]] = {}
    for sentence, event in found:
        coded.setdefault(sentence, []).append(event.span[0])
    for claim in claims:
        middle = (claim.span[0] + claim.span[1]) // 2
        sentence = sentences[max(0, bisect_right(sentences, middle) - 1)] if sentences else 0
        for event in dyads_of_claim(claim, document.text):
            key = sentence, event.source, event.target, event.cameo
            if key in out and out[key].claim is None:
                out[key] = dataclasses.replace(event, words=out[key].words, span=out[key].span)
            elif key not in out and not any(claim.span[0] <= start < claim.span[1] for start in coded.get(sentence, ())):
                out[key] = event
    return sorted(out.values(), key=lambda event: event.span[0])


def dyads_of_claim(claim: Claim, text: str) -> Iterator[Dyad]:
    """The events that a claim stands for: none where a side is not known, two where they do it with each other."""
    names = ontologies_of(claim.event, claim.act)
    said = claim.act in ("asserts", "denies")
    speaker = None if claim.speaker in _NOBODY else claim.speaker
    source, target = (claim.actor, claim.target) if said else (speaker, claim.actor)
    if not said and (source is None or target is None or side_of(source) == side_of(target)):
        source, target = claim.actor, claim.target
    if names.cameo is None or source is None or target is None or side_of(source) == side_of(target):
        return
    sides = [(side_of(source), side_of(target))]
    if claim.event in _MUTUAL_CLAIMS:
        sides.append((side_of(target), side_of(source)))
    for one, other in sides:
        yield Dyad(
            claim.document, one, other, names.cameo, names.plover, names.acled, speaker,
            text[claim.span[0] : claim.span[1]], claim.span, int(claim.id.rpartition("#")[2]),
        )  # fmt: skip
