"""Claim candidates: which clauses of a document make a claim, and about which event.

A word of the vocabulary (``triggers.tsv``) proposes an event; its company (``company.py``) decides. The weights of the company
(``event_weights.tsv``) were fitted on annotated documents by ``training/fit_claims.py`` and are natural logarithms of odds, so
that their sum says how likely a claim is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from merestone.model import Event, Reason
from merestone.reading.acts import act_of
from merestone.reading.clauses import Clauses, clauses_of
from merestone.reading.context import Candidate, Context
from merestone.reading.decisions import points
from merestone.reading.event_words import SHARED, EventWord, event_words
from merestone.reading.weights import ALWAYS, strongest, total, weights

if TYPE_CHECKING:
    from spacy.tokens import Doc

THRESHOLD = -0.7
"""Logarithm of the odds above which a word makes a claim; chosen for the best balance of claims missed and claims made up."""

ANY = "any"
"""Label of the weights that speak for or against any event."""


def find_candidates(doc: Doc, context: Context) -> list[Candidate]:
    """The claims of a document in the making, in text order: one event in one clause each."""
    clauses = clauses_of(doc)
    scored = [(score(word) + points(doc[word.index], word.event), word) for word in event_words(doc, clauses, context)]
    chosen = choose(clauses, scored)
    out = []
    for word in chosen:
        token = doc[word.index]
        start, end = clauses.span(doc, token)
        act, why = act_of(doc, clauses, token.i, word.event, context)
        rule = strongest(weights("event_weights.tsv", "event").get(word.event, {}), word.features)
        span = (token.idx, token.idx + len(token.text))
        named = Reason(
            field="event", rule=f"{token.lemma_.lower()}, {rule}" if rule else token.lemma_.lower(), words=token.text, span=span
        )
        out.append(Candidate(start, end, word.event, act, token.i, (named, why)))
    return sorted(out, key=lambda candidate: (candidate.start, candidate.end, candidate.trigger or 0, candidate.event))


def score(word: EventWord) -> float:
    """Logarithm of the odds that a word makes a claim about its event."""
    table = weights("event_weights.tsv", "event")
    common = table.get(ANY, {})
    shared = (feature for feature in word.features if feature.startswith(SHARED))
    features = dict.fromkeys(word.features)
    return common.get(ALWAYS, 0.0) + total(table.get(word.event, {}), features) + total(common, dict.fromkeys(shared))


def choose(clauses: Clauses, scored: list[tuple[float, EventWord]], threshold: float = THRESHOLD) -> Iterator[EventWord]:
    """The words that make a claim: of those that name the same event in the same clause, the likeliest."""
    taken: dict[Event, set[int]] = defaultdict(set)
    for value, word in sorted(scored, key=lambda pair: (-pair[0], pair[1].index, pair[1].event)):
        if value < threshold:
            return
        clause = clauses.head[word.index]
        if clause not in taken[word.event]:
            taken[word.event].add(clause)
            yield word
