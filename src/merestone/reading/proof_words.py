"""Words by which a speaker offers proof: footage, photographs, satellite images, documents, witnesses, an inspection.

The words are data (``data/proof_words.tsv``). People who were there are proof where they say something, documents where
something is shown by them; in a monitor's report its cameras, its drones and the damage it saw are proof as well. Proof is
often named beside the claim it supports ("as satellite images show"), so a mention holds the sentence it stands in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Literal, cast, get_args

from merestone.model import Act, Event, Proof, Span
from merestone.reading.lexicon import Hit, Lexicon, Words, word_sets, words_of
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

Scope = Literal["claim", "sentence", "monitor", "instrument", "informant", "speaker", "weak"]
"""Where and how words prove a claim, as ``data/proof_words.tsv`` explains."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProofMention:
    """Words by which a speaker offers proof."""

    span: Span
    """The characters of the words."""
    sentence: Span
    """The sentence they stand in."""
    kind: Proof
    scope: Scope
    phrase: str
    """The vocabulary entry."""
    is_shown: bool = False
    """Whether words beside it say that something is shown, confirmed, told or known by it."""
    is_denied: bool = False
    """Whether "no" or "without" stands before it: "no witnesses"."""


@cache
def _vocabulary() -> tuple[Lexicon, dict[str, tuple[Proof | None, Scope]]]:
    entries: dict[str, tuple[Proof | None, Scope]] = {}
    for row in rows("proof_words.tsv", ("phrase", "proof", "scope")):
        proof = row.one_of("proof", ("-", *get_args(Proof)))
        scope = cast(Scope, row.one_of("scope", get_args(Scope)))
        entries[row["phrase"]] = (None if proof == "-" else cast(Proof, proof), scope)
    return Lexicon(entries), entries


def _sets() -> dict[str, frozenset[str]]:
    return word_sets("proof_context.tsv")


_MONITORS_ONLY = frozenset(("monitor", "instrument", "informant"))
_IF_SHOWN = frozenset(("instrument", "informant", "speaker", "weak"))
_STOPS = frozenset(".;?!:")
_NEAR = 6
_FAR = 30


def find_proofs(text: Text, *, monitor: bool) -> tuple[ProofMention, ...]:
    """The words of proof in a text, in order; ``monitor`` for a monitor's report."""
    words = words_of(text)
    lexicon, entries = _vocabulary()
    out = []
    for hit in lexicon.find(words):
        kind, scope = entries[hit.phrase]
        if kind is None or (scope in _MONITORS_ONLY and not monitor):
            continue
        shown = _is_shown(words, hit, scope)
        if scope in _IF_SHOWN and not shown:
            continue
        span = words.span(hit.first, hit.last)
        denied = not _sets()["denying"].isdisjoint(words.lower[max(0, hit.first - 3) : hit.first])
        out.append(
            ProofMention(
                span=span,
                sentence=text.sentence_at(span[0]),
                kind=kind,
                scope=scope,
                phrase=hit.phrase,
                is_shown=shown,
                is_denied=denied,
            )
        )
    return tuple(out)


def _is_shown(words: Words, hit: Hit, scope: Scope) -> bool:
    """Whether words close by, in the same clause, say that something is shown, told or seen by what offers proof."""
    after = _until_stop(words.lower[hit.last : hit.last + _NEAR])
    before = _until_stop(words.lower[max(0, hit.first - _NEAR) : hit.first][::-1])
    if scope in ("speaker", "informant"):
        told = before[:2] == ["a", "told"] or (before[:1] != [] and before[0] in _sets()["saying"])
        return (
            told
            or any(word in _sets()["saying"] for word in after[:3])
            or any(word in _sets()["said_by"] for word in before[:4])
        )
    if scope == "instrument":
        return _is_looking(words.lower[hit.last : hit.last + _FAR], before)
    return any(word in _sets()["showing"] for word in (*after, *before))


def _is_looking(after: list[str], before: list[str]) -> bool:
    """Whether a camera or drone saw something: "the camera in X (17km north of Y) recorded", "spotted by a mini-UAV"."""
    verb = next((i for i, word in enumerate(after) if word in _sets()["watching"]), None)
    if verb is not None and not {".", ";"} & set(after[:verb]) and after[verb - 1 : verb] not in (["were"], ["was"], ["been"]):
        return True
    return "by" in before and any(word in _sets()["watching"] for word in before)


def _until_stop(words: list[str]) -> list[str]:
    stop = next((i for i, word in enumerate(words) if word in _STOPS), len(words))
    return words[:stop]


# What a monitor sees of these was seen, not found on inspection.
_NOT_FOUND: frozenset[Event] = frozenset(("ceasefire", "talks", "statement", "access_denied"))


def plain_proofs(event: Event, act: Act, proofs: Sequence[ProofMention], span: Span) -> tuple[Proof, ...]:
    """The kinds of proof of a claim by rules alone, in text order, each once: a baseline beside what is learned."""
    if act not in ("asserts", "denies") or event in _NOT_FOUND:
        return ()
    found: list[Proof] = []
    for proof in proofs:
        inside = span[0] <= proof.span[0] < span[1]
        beside = proof.scope != "claim" and proof.sentence[0] < span[1] and span[0] < proof.sentence[1]
        if (inside or beside) and not proof.is_denied and proof.kind not in found:
            found.append(proof.kind)
    return tuple(found)
