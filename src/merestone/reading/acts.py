"""Acts: what a speaker does by saying something. Asserts, denies, demands, proposes, pledges, warns or evaluates.

The verbs that govern the words that name the event, their modality and negation decide, weighted by ``act_weights.tsv``, which
``training/fit_claims.py`` fitted on annotated documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, get_args

from merestone.model import Act, Event, Reason
from merestone.reading.clauses import Clauses
from merestone.reading.company import own_features, word
from merestone.reading.context import Context
from merestone.reading.vocabulary import rows
from merestone.reading.weights import ALWAYS, strongest, total, weights

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ACTS: tuple[Act, ...] = get_args(Act)
_MARKS = {"aux", "neg", "mark", "auxpass", "advmod", "det", "prt"}
_ABOVE = 5
KINDS = ("demand", "propose", "pledge", "warn", "evaluate", "deny", "report", "doubt")
"""Kinds of words that colour what is said near them."""


def act_of(doc: Doc, clauses: Clauses, index: int, event: Event, context: Context) -> tuple[Act, Reason]:
    """The act of a claim whose event is named by the token ``index``, and the words that tell."""
    features = act_features(doc, clauses, index, event, context)
    table = weights("act_weights.tsv", "act")
    decided = weights("act_decisions.tsv", "act")
    values = [
        (total(table.get(act, {}), [*features, ALWAYS]) + total(decided.get(act, {}), features), -number)
        for number, act in enumerate(ACTS)
    ]
    act = ACTS[-max(values)[1]]
    rule = strongest(table.get(act, {}), features)
    token = doc[features[rule]] if rule else None
    if token is None:
        return act, Reason(field="act", rule="plain statement")
    return act, Reason(field="act", rule=rule, words=token.text, span=(token.idx, token.idx + len(token.text)))


def act_features(doc: Doc, clauses: Clauses, index: int, event: Event, context: Context) -> dict[str, int]:
    """Features that tell the act, in a fixed order, each with the index of the token it stands on."""
    token = doc[index]
    out: dict[str, int] = dict.fromkeys([f"e={event}", *own_features(token)], index)
    out[f"g={context.genre}"] = index
    out[f"g={context.genre}|e={event}"] = index
    at, steps = token, 0
    while True:
        _of_word(out, at, steps, event)
        if at.head.i == at.i or steps == _ABOVE:
            break
        at, steps = at.head, steps + 1
    clause = clauses.head[index]
    for other in doc[max(clauses.first[clause], index - 30) : min(clauses.last[clause] + 1, index + 30)]:
        if not other.is_punct and not other.is_space:
            out.setdefault(f"b={word(other)}", other.i)
            for kind in _kinds().get(other.lemma_.lower(), ()):
                out.setdefault(f"B={kind}", other.i)
    for other in token.sent[:60]:
        if not other.is_punct and not other.is_space and other.pos_ in ("VERB", "AUX", "ADV", "NOUN", "ADJ", "PART", "SCONJ"):
            out.setdefault(f"s={word(other)}", other.i)
            for kind in _kinds().get(other.lemma_.lower(), ()):
                out.setdefault(f"S={kind}", other.i)
    return out


@cache
def _kinds() -> Mapping[str, tuple[str, ...]]:
    """For each word of the vocabulary, the kinds of act it belongs to."""
    out: dict[str, list[str]] = {}
    for row in rows("act_words.tsv", ("lemma", "kind")):
        out.setdefault(row["lemma"], []).append(row.one_of("kind", KINDS))
    return {lemma: tuple(kinds) for lemma, kinds in out.items()}


def _of_word(out: dict[str, int], token: Token, steps: int, event: str) -> None:
    """Features of a word on the way from the trigger to the root of its sentence."""
    base = word(token)
    for kind in _kinds().get(token.lemma_.lower(), ()):
        out.setdefault(f"A={kind}", token.i)
        out.setdefault(f"A{min(steps, 3)}={kind}", token.i)
        out.setdefault(f"A={kind}|{token.dep_}", token.i)
        out.setdefault(f"A={kind}|e={event}", token.i)
    out.setdefault(f"a={base}", token.i)
    out.setdefault(f"a={base}|{token.dep_}", token.i)
    out.setdefault(f"a={base}|e={event}", token.i)
    out.setdefault(f"a{min(steps, 2)}={base}", token.i)
    for child in token.children:
        if child.dep_ in _MARKS:
            for kind in _kinds().get(child.lemma_.lower(), ()):
                out.setdefault(f"M={kind}", child.i)
                out.setdefault(f"M{min(steps, 3)}={kind}", child.i)
            out.setdefault(f"m={child.lower_}", child.i)
            out.setdefault(f"m{min(steps, 2)}={child.lower_}", child.i)
            out.setdefault(f"m={child.lower_}|{base}", child.i)
            out.setdefault(f"m={child.lower_}|e={event}", child.i)
        elif child.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "acomp"):
            out.setdefault(f"m={child.dep_}:{word(child)}|{base}", child.i)
