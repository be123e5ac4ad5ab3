"""The claims of one document: read by the network, each field with the words and the rule behind its value."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import cast

from merestone.model import (
    Bearing,
    Claim,
    Document,
    Means,
    Mention,
    Moments,
    Proof,
    Quantity,
    QuantityKind,
    Reason,
    Sighting,
    Span,
)
from merestone.reading.candidates import KINDS
from merestone.reading.context import Context
from merestone.reading.decoding import PLACE_ROLES, Choice, Draft, Linked, drafts_of
from merestone.reading.inputs import Inputs, inputs_of
from merestone.reading.network import OnnxNetwork
from merestone.reading.publishers import publisher_of
from merestone.reading.scan import worth_reading
from merestone.reading.scope import in_scope
from merestone.reading.sightings import SIGHTED, find_sighting
from merestone.reading.text import Text, characters_of, passages_of, text_of
from merestone.reading.triggers import Trigger

OBSERVER = 1 + len(PLACE_ROLES)
"""The network's answer for a place where a monitor stood."""
UNKNOWN = "UNKNOWN"
LONGEST_PORTION = 60_000
"""Characters of a document that are read together, at most."""


def context_of(document: Document, parties: Iterable[str], actors: Mapping[str, str]) -> Context:
    """What is known of a document before it is read; a publisher that was not given is taken from the text."""
    publisher = document.publisher
    if publisher is None:
        opening = characters_of(document.text[:LONGEST_PORTION])
        publisher, _ = publisher_of(text_of(opening))
    return Context(
        publisher=publisher,
        published=_day(document.published),
        genre=document.genre,
        title=characters_of(document.title),
        parties=tuple(sorted(parties)),
        actors=actors,
    )


def claims_of(
    document: Document,
    parties: Iterable[str],
    actors: Mapping[str, str],
    network: OnnxNetwork,
    *,
    scan: bool = True,
    everything: bool = False,
) -> list[Claim]:
    """The claims of a document, in text order; with ``everything`` also of passages that speak of no conflict.

    A long document is read a portion at a time, so that the memory that reading takes does not grow with its length; what a
    portion teaches (an abbreviation, the day it speaks of) is not known in the next.
    """
    known = context_of(document, parties, actors)
    out: list[Claim] = []
    for start, text in texts_of(document):
        passages = passages_of(text)
        if not everything:
            passages = in_scope(text, passages)
        if scan and passages:
            passages = worth_reading(text, passages)
        if passages:
            inputs = inputs_of(text, known, network.cut, passages)
            drafts, places = drafts_of(inputs, network, network.settings)
            out += [_moved(_claim(document, text, known, inputs, draft, places), start) for draft in drafts]
    return [dataclasses.replace(claim, id=f"{document.id}#{number}") for number, claim in enumerate(out)]


def portions_of(text: str) -> Iterator[Span]:
    """Spans of characters that a text is read in, cut at a paragraph, else at a line, else at a space, else anywhere."""
    start = 0
    while start < len(text):
        end = min(start + LONGEST_PORTION, len(text))
        if end < len(text):
            for mark in ("\n\n", "\n", " "):
                place = text.rfind(mark, start + LONGEST_PORTION // 2, end)
                if place > start:
                    end = place + len(mark)
                    break
        yield start, end
        start = end


def texts_of(document: Document) -> Iterator[tuple[int, Text]]:
    """The portions of a document, each with the character it starts at."""
    for start, end in portions_of(document.text):
        yield start, text_of(characters_of(document.text[start:end]))


def _moved(claim: Claim, by: int) -> Claim:
    """A claim of a portion with the characters of the whole document."""
    if not by:
        return claim
    moved = partial(later, by=by)
    return dataclasses.replace(
        claim,
        span=moved(claim.span),
        places=tuple(dataclasses.replace(place, span=moved(place.span)) for place in claim.places),
        because=tuple(dataclasses.replace(why, span=moved(why.span) if why.span else None) for why in claim.because),
    )


def later(span: Span, by: int) -> Span:
    """A span of a portion that starts ``by`` characters on, as one of the whole document."""
    return span[0] + by, span[1] + by


def _claim(document: Document, text: Text, context: Context, inputs: Inputs, draft: Draft, places: list[Span]) -> Claim:
    speaker = draft.who["speaker"]
    named = [place for place in draft.places if place.answer != OBSERVER]
    time = _moments(draft.time)
    observation = None
    if context.genre == "monitor_report" and draft.event in SIGHTED:
        observation = find_sighting(text, text.sentence_at(draft.span[0]), draft.span, places)
    because: list[Reason] = [
        *_event_reasons(text.text, draft, inputs.found),
        *_act_reasons(text.text, draft),
        *_who_reasons(text.text, draft),
        *_time_reasons(text.text, draft),
        *(_reason("places", f"place: {PLACE_ROLES[p.answer - 1]}", text.text, p) for p in named),
        *(_reason("quantities", f"number: {KINDS[n.answer - 1]}", text.text, n) for n in draft.numbers),
        *(_reason("means", f"weapon: {' and '.join(w.candidate.value.means)}", text.text, w) for w in draft.weapons),
        *(_reason("evidence", f"proof: {p.candidate.value.kind}", text.text, p) for p in draft.proofs),
        *_sighting_reasons(text.text, draft, observation),
    ]
    return Claim(
        id="",
        document=document.id,
        span=draft.span,
        speaker=speaker.code or context.publisher or UNKNOWN,
        act=draft.act,
        event=draft.event,
        actor=draft.who["actor"].code,
        target=draft.who["target"].code,
        time=time,
        places=tuple(
            Mention(name=text.text[slice(*p.candidate.span)], span=p.candidate.span, role=PLACE_ROLES[p.answer - 1])
            for p in named
        ),
        quantities=tuple(_quantity(n) for n in draft.numbers),
        means=tuple(dict.fromkeys(cast(Means, means) for w in draft.weapons for means in w.candidate.value.means)),
        observation=observation,
        evidence=tuple(dict.fromkeys(cast(Proof, p.candidate.value.kind) for p in draft.proofs)),
        confidence=round(draft.confidence, 2),
        because=tuple(because),
    )


def _quantity(linked: Linked) -> Quantity:
    number = linked.candidate.value
    what: QuantityKind = KINDS[linked.answer - 1]
    return Quantity(what=what, value=number.value, max=number.maximum, unit=number.unit, approx=number.approx)


def _moments(time: Linked | None) -> Moments | None:
    """The time of a claim; one that stands outside the claim gives its days, not its hours."""
    if time is None:
        return None
    first, last = time.candidate.value
    return (first, last) if time.answer else (first[:10], last[:10])


def _event_reasons(text: str, draft: Draft, triggers: Iterable[Trigger]) -> list[Reason]:
    anchor = draft.anchor
    strength = next((dict(t.events).get(draft.event) for t in triggers if t.start <= anchor[0] < t.end), None)
    kind = {1.0: "sure", 0.6: "likely", 0.3: "weak"}.get(strength or 0.0)
    rule = f"{kind} trigger: {draft.event}" if kind else f"read as {draft.event}"
    out = [Reason(field="event", rule=rule, words=text[slice(*anchor)], span=anchor, confidence=_rounded(draft.confidence))]
    for words, share in draft.looked:
        if words != anchor:
            out.append(Reason(field="event", rule=f"counted {share:.0%}", words=text[slice(*words)], span=words))
    return out


def _act_reasons(text: str, draft: Draft) -> list[Reason]:
    chance = _rounded(draft.act_probability)
    if not draft.looked_for_act:
        return [Reason(field="act", rule=f"read as {draft.act}", confidence=chance)]
    out = []
    for number, (words, share) in enumerate(draft.looked_for_act):
        rule = f"read as {draft.act}" if number == 0 else f"counted {share:.0%}"
        confidence = chance if number == 0 else None
        out.append(Reason(field="act", rule=rule, words=text[slice(*words)], span=words, confidence=confidence))
    return out


def _who_reasons(text: str, draft: Draft) -> list[Reason]:
    return [_who_reason(field, choice, text) for field, choice in draft.who.items()]


def _who_reason(field: str, choice: Choice, text: str) -> Reason:
    chance = _rounded(choice.probability)
    if choice.code is None:
        rule = "publisher not known" if field == "speaker" else "the text names nobody"
        return Reason(field=field, rule=rule, confidence=chance)
    if choice.span is None:
        return Reason(field=field, rule=f"{choice.given}: {choice.code}", confidence=chance)
    return Reason(
        field=field, rule=f"named: {choice.code}", words=text[slice(*choice.span)], span=choice.span, confidence=chance
    )


def _time_reasons(text: str, draft: Draft) -> list[Reason]:
    if draft.time is None:
        return []
    variant = {"named": "as named", "until publication": "until publication", "pair": "both together"}
    rule = variant.get(draft.time.candidate.variant, "time") if draft.time.answer else "the day of the same incident"
    return [_reason("time", rule, text, draft.time)]


def _sighting_reasons(text: str, draft: Draft, sighting: Sighting | None) -> list[Reason]:
    if sighting is None:
        return []
    bearings: tuple[Bearing, ...] = sighting.bearing
    rule = "sighting" if bearings or sighting.distance_km else "observer"
    return [Reason(field="observation", rule=rule, words=text[slice(*draft.span)], span=draft.span)]


def _reason(field: str, rule: str, text: str, linked: Linked) -> Reason:
    span = linked.candidate.span
    return Reason(field=field, rule=rule, words=text[slice(*span)], span=span, confidence=_rounded(linked.probability))


def _rounded(probability: float) -> float:
    return round(probability, 2)


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None
