"""Times of a text, and the time of a claim.

``find_times`` finds the expressions, gives clock times their day and joins what belongs together ("from 22:45 on 12 July until
00:40 on 13 July"). ``time_of_claim`` chooses among them by the guidelines' rule: what the claim's own words or sentence give;
else, for an assertion or denial that goes on about the same incident, that incident's day.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from functools import lru_cache

from spacy.tokens import Doc

from merestone.model import Moments, Reason, Span
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import sentence_at, sentences_of, text_of
from merestone.reading.same_incident import Source, score
from merestone.reading.time_expressions import Precision, TimeMention, heads
from merestone.reading.time_joining import read_times

__all__ = ["Precision", "TimeMention", "find_times", "time_of_claim"]


# How far an undated claim may look back for a time that no claim has, in characters.
_LOOK_BACK = 3000
# A report may open with what happened and say when in its second sentence.
_LOOK_AHEAD = 250
_GOES_ON = re.compile(
    r"\b(?:goes\s+on|go\s+on|continues|is\s+still|are\s+still|still\s+held|remains\s+in\s+force)\b", re.IGNORECASE
)


@lru_cache(maxsize=8)
def _read(doc: Doc, published: date | None) -> tuple[TimeMention, ...]:
    return tuple(read_times(text_of(doc), published, sentences_of(doc)))


def find_times(doc: Doc, context: Context) -> list[TimeMention]:
    """The time expressions of a document, in text order, resolved against its day of publication.

    Where that is unknown, only what the text itself fixes is resolved.
    """
    return list(_read(doc, context.published))


def time_of_claim(
    doc: Doc,
    candidate: Candidate,
    context: Context,
    previous: list[tuple[Candidate, Moments | None]],
) -> tuple[Moments | None, tuple[Reason, ...]]:
    """The time of a claim's event and the words it was read from; ``previous`` holds the claims before it in the document."""
    text, sentence = text_of(doc), sentence_at(sentences_of(doc), candidate.start)
    every = _read(doc, context.published)
    first = bisect_left(every, sentence[0] - _LOOK_BACK, key=_start)
    last = bisect_left(every, max(sentence[1], candidate.end) + _LOOK_AHEAD, key=_start)
    mentions = [m for m in every[first:last] if _dates_the_event(doc, m, candidate)]
    own = [m for m in mentions if candidate.start <= m.start < candidate.end]
    if own:
        chosen = _chosen(text, own)
        moments = _hull(chosen)
        if (
            context.published
            and _GOES_ON.search(text, candidate.start, candidate.end)
            and moments[1][:10] < context.published.isoformat()
        ):
            moments = (moments[0], context.published.isoformat())
        return moments, _because(text, chosen)
    if candidate.act not in ("asserts", "denies"):
        return None, ()
    source = _source(text, candidate, mentions, sentence, previous)
    if source is None or score(doc, candidate, source, context) <= 0:
        return None, ()
    rule = "same incident" if source.kind == "claim" else f"time {source.kind}"
    words = "" if source.kind == "claim" else text[source.start : source.end]
    span = None if source.kind == "claim" else (source.start, source.end)
    return _days(source.moments), (Reason(field="time", rule=rule, words=words, span=span),)


def _source(
    text: str,
    candidate: Candidate,
    mentions: list[TimeMention],
    sentence: Span,
    previous: list[tuple[Candidate, Moments | None]],
) -> Source | None:
    """The time nearest to a claim without one: in its sentence, else of the last dated claim before it."""
    first, last = sentence
    before = [m for m in mentions if first <= m.start < candidate.start]
    after = [m for m in mentions if candidate.end <= m.start < last]
    nearest: Source | None = None
    undated = 0
    for claim, moments in reversed(previous):
        if moments is not None:
            nearest = Source("claim", moments, claim.start, claim.end, claim, undated)
            break
        undated += claim.act in ("asserts", "denies")
    if before:
        mention = before[-1]
        return Source("before", mention.moments, mention.start, mention.end, nearest.claim if nearest else None, undated)
    if nearest is not None and nearest.start >= first:
        return nearest
    if after and ";" not in text[candidate.end : after[0].start]:
        mention = after[0]
        return Source("after", mention.moments, mention.start, mention.end, nearest.claim if nearest else None, undated)
    if nearest is not None:
        return nearest
    earlier = [m for m in mentions if m.end <= first]
    later = [m for m in mentions if last <= m.start < last + _LOOK_AHEAD]
    for kind, near in (("text before", earlier[-1:]), ("text after", later[:1])):
        if near:
            return Source(kind, near[0].moments, near[0].start, near[0].end, None, undated)
    return None


def _dates_the_event(doc: Doc, mention: TimeMention, candidate: Candidate) -> bool:
    """Whether a time hangs, in the parse, on an event rather than on the saying of it or on a document known by its date."""
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    if span is None:
        return True
    saying, reference, token = heads("saying"), heads("reference"), span.root
    own = candidate.event in ("talks", "statement", "ceasefire", "legal_action") and candidate.act in ("asserts", "denies")
    for _ in range(8):
        below, token = token, token.head
        if token.pos_ in ("VERB", "AUX"):
            if token.dep_ in ("acl", "relcl") and token.head.lemma_.lower() in reference:
                return own
            return token.lemma_.lower() not in saying or (candidate.event in ("talks", "statement") and own)
        if token.pos_ in ("NOUN", "PROPN"):
            if token.lemma_.lower() in reference:
                return own
            if below.dep_ == "prep" or below.dep_ == "poss":
                return True
        if token.head is token:
            return True
    return True


def _chosen(text: str, own: list[TimeMention]) -> list[TimeMention]:
    """Of several times in one claim: the first, and with it those that list further dates or give its hour."""
    chosen = own[:1]
    for mention in own[1:]:
        joined = re.fullmatch(
            r"\s*(?:,|and|or|,\s*and)\s*(?:on\s+|again\s+|of\s+|the\s+|until\s+|morning\s+|evening\s+|night\s+){0,4}",
            text[chosen[-1].end : mention.start],
        )
        inside = mention.moments[0][:10] >= _hull(chosen)[0][:10] and mention.moments[1][:10] <= _hull(chosen)[1][:10]
        around = mention.moments[0][:10] <= _hull(chosen)[0][:10] and mention.moments[1][:10] >= _hull(chosen)[1][:10]
        if joined or inside or around:
            chosen.append(mention)
    fine = [m for m in chosen if m.precision == "minute"]
    return fine or chosen


def _start(mention: TimeMention) -> int:
    return mention.start


def _because(text: str, mentions: list[TimeMention]) -> tuple[Reason, ...]:
    return tuple(Reason(field="time", rule=m.rule, words=text[m.start : m.end], span=(m.start, m.end)) for m in mentions)


def _days(moments: Moments) -> Moments:
    return moments[0][:10], moments[1][:10]


def _hull(mentions: list[TimeMention]) -> Moments:
    fine = [m for m in mentions if m.precision == "minute"]
    chosen = fine or mentions
    return min(m.moments[0] for m in chosen), max(m.moments[1] for m in chosen)
