"""Times of a text, and the time of a claim.

``find_times`` finds the expressions, gives clock times their day and joins what belongs together ("from 22:45 on 12 July until
00:40 on 13 July"). ``time_of_claim`` chooses among them by the guidelines' rule: what the claim's own words or sentence give;
else, for an assertion or denial that goes on about the same incident, that incident's day.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from spacy.tokens import Doc

from merestone.model import Event, Moments, Reason, Span
from merestone.reading.context import Candidate, Context
from merestone.reading.time_expressions import Precision, TimeMention, read_times

__all__ = ["Precision", "TimeMention", "find_times", "time_of_claim"]

# What is said or done about an incident on another day than the incident's.
_OWN_DATE_ONLY: frozenset[Event] = frozenset(
    {"statement", "talks", "legal_action", "threat", "disinformation", "aid", "buildup"}
)


@lru_cache(maxsize=16)
def _read(text: str, published: date | None, sentences: tuple[Span, ...]) -> tuple[TimeMention, ...]:
    return tuple(read_times(text, published, list(sentences)))


def _sentences(doc: Doc) -> tuple[Span, ...]:
    return tuple((sentence.start_char, sentence.end_char) for sentence in doc.sents) if len(doc) else ()


def find_times(doc: Doc, context: Context) -> list[TimeMention]:
    """The time expressions of a document, in text order, resolved against its day of publication.

    Where that is unknown, only what the text itself fixes is resolved.
    """
    return list(_read(doc.text, context.published, _sentences(doc)))


def time_of_claim(
    doc: Doc,
    candidate: Candidate,
    context: Context,
    previous: list[tuple[Candidate, Moments | None]],
) -> tuple[Moments | None, tuple[Reason, ...]]:
    """The time of a claim's event and the words it was read from; ``previous`` holds the claims before it in the document."""
    text, sentences = doc.text, _sentences(doc)
    mentions = _read(text, context.published, sentences)
    own = [m for m in mentions if candidate.start <= m.start < candidate.end]
    if own:
        return _hull(own), _because(text, own)
    first, last = _sentence_of(sentences, candidate.start)
    before = [m for m in mentions if first <= m.start < candidate.start]
    if before and candidate.act in ("asserts", "denies"):
        return _days(_hull(before[-1:])), _because(text, before[-1:])
    if candidate.act in ("asserts", "denies") and candidate.event not in _OWN_DATE_ONLY:
        for earlier, moments in reversed(previous):
            if moments is not None and earlier.act in ("asserts", "denies"):
                return _days(moments), (Reason(field="time", rule="same incident"),)
    return None, ()


def _sentence_of(sentences: tuple[Span, ...], position: int) -> Span:
    for span in sentences:
        if span[0] <= position < span[1]:
            return span
    return (position, position)


def _because(text: str, mentions: list[TimeMention]) -> tuple[Reason, ...]:
    return tuple(Reason(field="time", rule=m.rule, words=text[m.start : m.end], span=(m.start, m.end)) for m in mentions)


def _days(moments: Moments) -> Moments:
    return moments[0][:10], moments[1][:10]


def _hull(mentions: list[TimeMention]) -> Moments:
    fine = [m for m in mentions if m.precision == "minute"]
    chosen = fine or mentions
    return min(m.moments[0] for m in chosen), max(m.moments[1] for m in chosen)
