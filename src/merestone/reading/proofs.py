"""Proofs: what a speaker offers as evidence for a claim.

The words are data (``data/proofs.tsv``). Proof is often named beside the claim ("as satellite images show"), so some words
count anywhere in its sentence. Only assertions and denials are proved; demands and pledges are not.
"""

from __future__ import annotations

from functools import cache
from typing import cast, get_args

from spacy.tokens import Doc

from merestone.model import Event, Proof, Reason
from merestone.reading.context import Candidate
from merestone.reading.docs import sentence_at, sentences_of, text_of
from merestone.reading.phrases import Phrases
from merestone.reading.vocabulary import rows

_SCOPES = ("claim", "sentence", "monitor")
# What a monitor sees of these was seen, not found on inspection.
_NOT_FOUND: frozenset[Event] = frozenset({"ceasefire", "talks", "statement", "access_denied"})


@cache
def _vocabulary() -> tuple[Phrases, dict[str, tuple[Proof | None, str]]]:
    entries: dict[str, tuple[Proof | None, str]] = {}
    for row in rows("proofs.tsv", ("phrase", "proof", "scope")):
        proof = row.one_of("proof", (*get_args(Proof), "-"))
        entries[row["phrase"]] = (None if proof == "-" else cast(Proof, proof), row.one_of("scope", _SCOPES))
    return Phrases(entries), entries


def proofs_of_claim(doc: Doc, candidate: Candidate, *, monitor: bool = False) -> tuple[tuple[Proof, ...], tuple[Reason, ...]]:
    """The kinds of proof offered for a claim, in text order, each once; ``monitor`` for a monitor's report."""
    if candidate.act not in ("asserts", "denies") or candidate.event in _NOT_FOUND:
        return (), ()
    text = text_of(doc)
    first, last = sentence_at(sentences_of(doc), candidate.start)
    first, last = min(first, candidate.start), max(last, candidate.end)
    phrases, meanings = _vocabulary()
    proofs: list[Proof] = []
    because: list[Reason] = []
    for hit in phrases.find(text, first, last):
        proof, scope = meanings[hit.phrase]
        inside = candidate.start <= hit.start and hit.end <= candidate.end
        if proof is None or proof in proofs or (scope == "claim" and not inside) or (scope == "monitor" and not monitor):
            continue
        proofs.append(proof)
        words = text[hit.start : hit.end]
        because.append(Reason(field="evidence", rule=f"proof: {hit.phrase}", words=words, span=(hit.start, hit.end)))
    return tuple(proofs), tuple(because)
