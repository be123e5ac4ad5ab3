"""The claims of one document: candidates, filled field by field, each field with the reason for its value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from merestone.model import Claim, Document, Moments, Reason
from merestone.reading.context import Candidate, Context
from merestone.reading.events import find_candidates
from merestone.reading.means import means_of_claim
from merestone.reading.mentions import places_of_claim
from merestone.reading.observations import observation_of_claim
from merestone.reading.proofs import proofs_of_claim
from merestone.reading.quantities import quantities_of_claim
from merestone.reading.roles import roles_of_claim
from merestone.reading.speakers import publisher_of_text, speaker_of_claim
from merestone.reading.times import time_of_claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Doc


def context_of(document: Document, doc: Doc, parties: tuple[str, ...], actors: Mapping[str, str]) -> Context:
    """What is known of a document before it is read; a publisher that was not given is taken from the text."""
    publisher = document.publisher
    if publisher is None and len(doc):
        publisher, _ = publisher_of_text(doc)
    return Context(
        publisher=publisher,
        published=_day(document.published),
        genre=document.genre,
        title=document.title,
        parties=tuple(sorted(parties)),
        actors=actors,
    )


def claims_of(document: Document, doc: Doc, context: Context) -> list[Claim]:
    """The claims of a parsed document, in text order."""
    timed: list[tuple[Candidate, Moments | None]] = []
    acted: list[tuple[Candidate, str | None, str | None]] = []
    out = []
    for number, candidate in enumerate(find_candidates(doc, context)):
        speaker, speaker_why = speaker_of_claim(doc, candidate, context)
        actor, target, roles_why = roles_of_claim(doc, candidate, context, speaker, acted)
        time, time_why = time_of_claim(doc, candidate, context, timed)
        places, places_why = places_of_claim(doc, candidate)
        quantities, quantities_why = quantities_of_claim(doc, candidate)
        means, means_why = means_of_claim(doc, candidate)
        monitor = context.genre == "monitor_report"
        observation, observation_why = observation_of_claim(doc, candidate, context) if monitor else (None, ())
        evidence, evidence_why = proofs_of_claim(doc, candidate, monitor=monitor)
        timed.append((candidate, time))
        acted.append((candidate, actor, target))
        because: tuple[Reason, ...] = (
            *candidate.because, *speaker_why, *roles_why, *time_why, *places_why, *quantities_why, *means_why,
            *observation_why, *evidence_why,
        )  # fmt: skip
        out.append(
            Claim(
                id=f"{document.id}#{number}",
                document=document.id,
                span=(candidate.start, candidate.end),
                speaker=speaker,
                act=candidate.act,
                event=candidate.event,
                actor=actor,
                target=target,
                time=time,
                places=places,
                quantities=quantities,
                means=means,
                observation=observation,
                evidence=evidence,
                because=tuple(dict.fromkeys(because)),
            )
        )
    return out


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None
