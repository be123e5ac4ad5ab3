"""Means: the weapon classes a claim names.

The words are data (``data/means.tsv``). A weapon that was hit, taken or lost is no means of the event, nor is one that a
monitor looked through; the verbs that say so are data too (``data/means_verbs.tsv``) and are found through the parse.
"""

from __future__ import annotations

from functools import cache
from typing import cast, get_args

from spacy.tokens import Doc, Token

from merestone.model import Event, Means, Reason
from merestone.reading.context import Candidate
from merestone.reading.docs import text_of
from merestone.reading.phrases import Found, Phrases
from merestone.reading.vocabulary import rows

# Only things that can themselves be shot down, taken or looked through.
_CARRIERS = frozenset({"uav", "aircraft", "tank", "missile", "rocket"})
# What is brought down in flight is still what the claim of a flight over the line is about.
_ABOUT_THE_THING: frozenset[Event] = frozenset({"overflight", "buildup", "weapons_violation", "withdrawal"})


@cache
def _vocabulary() -> tuple[Phrases, dict[str, tuple[Means, ...]]]:
    entries: dict[str, tuple[Means, ...]] = {}
    for row in rows("means.tsv", ("phrase", "means")):
        classes = row.several("means")
        if classes == ("-",):
            classes = ()
        elif wrong := [name for name in classes if name not in get_args(Means)]:
            raise row.wrong(f"{wrong[0]!r} is no weapon class")
        entries[row["phrase"]] = cast(tuple[Means, ...], classes)
    return Phrases(entries), entries


@cache
def _verbs() -> dict[str, frozenset[str]]:
    table = rows("means_verbs.tsv", ("lemma", "role"))
    return {
        role: frozenset(row["lemma"] for row in table if row.one_of("role", ("victim", "agent", "from")) == role)
        for role in ("victim", "agent", "from")
    }


def means_of_claim(doc: Doc, candidate: Candidate) -> tuple[tuple[Means, ...], tuple[Reason, ...]]:
    """The weapon classes named in a claim's own words, in text order, each once, and the words that named them."""
    phrases, classes = _vocabulary()
    means: list[Means] = []
    because: list[Reason] = []
    for hit in phrases.find(text_of(doc), candidate.start, candidate.end):
        new = [name for name in classes[hit.phrase] if name not in means]
        if not new or (not _CARRIERS.isdisjoint(new) and not _is_used(doc, hit, candidate.event)):
            continue
        means += new
        words = text_of(doc)[hit.start : hit.end]
        because.append(Reason(field="means", rule=f"means: {hit.phrase}", words=words, span=(hit.start, hit.end)))
    return tuple(means), tuple(because)


def _is_used(doc: Doc, hit: Found, event: Event) -> bool:
    """Whether the weapon was used, as far as the parse tells, rather than hit, taken or looked through."""
    span = doc.char_span(hit.start, hit.end, alignment_mode="expand")
    if span is None:
        return True
    token: Token = span.root
    while token.dep_ in ("conj", "appos", "compound", "nmod") and token.head is not token:
        token = token.head
    head, verbs = token.head, _verbs()
    if token.dep_ in ("nsubjpass", "dobj", "obj") or (token.dep_ == "pobj" and head.lemma_ == "of"):
        verb = head.head if token.dep_ == "pobj" else head
        return verb.lemma_.lower() not in verbs["victim"] or event in _ABOUT_THE_THING
    if token.dep_ == "nsubj" or (token.dep_ == "pobj" and head.dep_ == "agent"):
        verb = head if token.dep_ == "nsubj" else head.head
        return verb.lemma_.lower() not in verbs["agent"]
    if token.dep_ == "pobj" and head.lemma_ in ("against", "on", "at"):
        return head.head.lemma_.lower() not in verbs["from"]
    return True
