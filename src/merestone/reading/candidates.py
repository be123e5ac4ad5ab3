"""Times, numbers, weapons, proofs and places of a document as candidates for the fields of its claims.

Finders propose them from the text alone. Each candidate has features of its own and, together with a claim, features of how the
two stand to each other; the rules' own choice for the claim is one of them. What is chosen is left to the network.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from merestone.model import Act, Event, Means, Moments, Proof, QuantityKind, Span
from merestone.reading.numbers import NumberMention, chosen_numbers
from merestone.reading.proof_words import ProofMention, Scope, plain_proofs
from merestone.reading.timexes import Precision, TimeMention
from merestone.reading.weapons import Role, WeaponMention, plain_means

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

KINDS: tuple[QuantityKind, ...] = get_args(QuantityKind)
_NOUNS = ("person", "explosion", "burst", "shot", "round", "vehicle", "weapon", "violation", "unit", "none")
_FORMS = ("digits", "words", "ordinal", "times", "both", "article", "another", "definite", "name", "sum")
_CASUALTIES = ("killed", "wounded", "captured", "missing", "undivided")
_PREPOSITIONS = ("by", "with", "of", "from", "in", "within", "for", "to", "at")
_SAME_SENTENCE_ONLY = ("number", "weapon", "proof", "place")
VARIANTS = ("plain", "named", "until publication", "pair")

TYPES = ("place", "number", "weapon", "proof", "time")
"""What the network links to claims, in the order it was trained with."""
FEATURES = {
    "place": 0,
    "number": len(_NOUNS) + len(_FORMS) + len(_CASUALTIES) + len(_PREPOSITIONS) + len(KINDS) + 11,
    "weapon": len(get_args(Role)) + len(get_args(Means)) + 5,
    "proof": len(get_args(Proof)) + len(get_args(Scope)) + 2,
    "time": len(get_args(Precision)) + len(VARIANTS) + 3,
}
"""Features of a candidate of each type."""
RELATIONS = 10
"""Features of a candidate together with a claim, without the rules' choice."""
CHOICES = {"place": 0, "number": len(KINDS), "weapon": 1, "proof": 1, "time": 0}
"""Features that tell the rules' choice for a claim."""
NOTHING_OR = {"place": 8, "number": 1 + len(KINDS), "weapon": 2, "proof": 2, "time": 1}
"""Answers the network gives for a candidate and a claim; the first is "nothing", but for time, which has a score of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """Words of a document that may fill a field of a claim."""

    span: Span
    """Characters of its words."""
    features: tuple[float, ...]
    value: Any
    """The mention; for a time its moments."""
    variant: str = ""


def number_candidates(numbers: Sequence[NumberMention]) -> list[Candidate]:
    """The numbers of a text."""
    return [Candidate(_with_noun(number), _number_features(number), number) for number in numbers]


def weapon_candidates(weapons: Sequence[WeaponMention]) -> list[Candidate]:
    """The weapons of a text."""
    return [
        Candidate(
            weapon.span,
            (
                *_one_hot(weapon.role, get_args(Role)),
                *_one_hot(weapon.means[0], get_args(Means)),
                float(weapon.is_plural),
                float(weapon.is_doubtful),
                float(weapon.is_monitors),
                float(weapon.is_attribute),
                float(weapon.calibre_mm is not None),
            ),
            weapon,
        )
        for weapon in weapons
    ]


def proof_candidates(proofs: Sequence[ProofMention]) -> list[Candidate]:
    """The proofs of a text."""
    return [
        Candidate(
            proof.span,
            (
                *_one_hot(proof.kind, get_args(Proof)),
                *_one_hot(proof.scope, get_args(Scope)),
                float(proof.is_shown),
                float(proof.is_denied),
            ),
            proof,
        )
        for proof in proofs
    ]


def time_candidates(times: Sequence[TimeMention], sentences: Sequence[Span], published: date | None) -> list[Candidate]:
    """The times of a text, each also as it is named, as lasting until publication, and joined with the next of its sentence."""
    today = published.isoformat() if published else None
    out: list[Candidate] = []
    for number, time in enumerate(times):
        span = (time.start, time.end)
        seen = {_days(time.moments)}
        variants: list[tuple[str, Moments, Span]] = [("plain", time.moments, span), ("named", time.named, span)]
        if today and time.moments[0][:10] < today:
            variants.append(("until publication", (time.moments[0], today), span))
        following = times[number + 1] if number + 1 < len(times) else None
        if following is not None and _same_sentence(sentences, time.start, following.start):
            first, last = min(time.moments[0], following.moments[0]), max(time.moments[1], following.moments[1])
            variants.append(("pair", (first, last), (time.start, following.end)))
        for variant, moments, words in variants:
            if variant == "plain" or _days(moments) not in seen:
                seen.add(_days(moments))
                out.append(Candidate(words, _time_features(time, moments, variant, today), moments, variant))
    return out


def _time_features(time: TimeMention, moments: Moments, variant: str, today: str | None) -> tuple[float, ...]:
    return (
        *_one_hot(time.precision, get_args(Precision)),
        *_one_hot(variant, VARIANTS),
        float(today is not None and moments[0][:10] > today),
        float(today is not None and moments[1][:10] == today),
        float(moments[0][:10] == moments[1][:10]),
    )


def _days(moments: Moments) -> tuple[str, str]:
    return moments[0][:10], moments[1][:10]


def _same_sentence(sentences: Sequence[Span], left: int, right: int) -> bool:
    return any(start <= left and right < end for start, end in sentences)


def _with_noun(number: NumberMention) -> Span:
    noun = number.noun_span
    if noun is None or noun[0] < number.span[0] or noun[1] - number.span[0] > 60:
        return number.span
    return number.span[0], max(noun[1], number.span[1])


def _number_features(number: NumberMention) -> tuple[float, ...]:
    noun = number.spoken_of if number.noun in ("none", "unknown") else number.noun
    return (
        *_one_hot(noun if noun in _NOUNS else "none", _NOUNS),
        *_one_hot(number.form, _FORMS),
        *_one_hot(number.nearest_casualty, _CASUALTIES),
        *_one_hot(number.preposition, _PREPOSITIONS),
        *_one_hot(number.kinds[0] if number.kinds else None, KINDS),
        float(number.noun == "none"),
        float(number.is_breakdown),
        float(number.is_share),
        float(number.is_moved),
        float(number.is_position),
        float(number.is_away),
        float(number.is_joined),
        float(number.in_brackets),
        float(number.is_period),
        float(number.in_time),
        float(number.approx),
    )


def _one_hot(value: Any, values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value == other) for other in values)


def relations(firsts: Ints, lasts: Ints, anchors: Ints, begins: Ints, ends: Ints, sentences: Ints) -> Floats:
    """How claims and candidates stand to each other, shape (claims, candidates, RELATIONS).

    ``firsts``, ``lasts`` and ``anchors`` (C) are words of the claims, ``begins`` and ``ends`` (M) those of the candidates,
    ``sentences`` (W) the number of each word's sentence.
    """
    first, last, anchor = firsts[:, None], lasts[:, None], anchors[:, None]
    begin, end = begins[None, :], ends[None, :]
    inside = (first <= begin) & (end <= last)
    own = sentences[begins][None, :]
    after_first, after_last = own - sentences[firsts][:, None], own - sentences[lasts][:, None]
    same = (after_first >= 0) & (after_last <= 0)
    apart = np.where(inside, 0, np.where(end < first, first - end, np.maximum(begin - last, 0)))
    columns = (
        inside, same & ~inside & (end < first), same & ~inside & (begin > last), after_first < 0, after_last > 0,
        after_first == -1, np.minimum(apart, 60) / 20.0, np.minimum(np.maximum(-after_first, 0), 6) / 3.0,
        np.minimum(np.abs(begin - anchor), 40) / 20.0, begin < anchor,
    )  # fmt: skip
    return np.stack(columns, axis=-1).astype(np.float32)


def within_reach(kind: str, firsts: Ints, lasts: Ints, begins: Ints, sentences: Ints) -> npt.NDArray[np.bool_]:
    """Which candidates a claim may take, shape (claims, candidates): those of its own sentences, times from anywhere."""
    own = sentences[begins][None, :]
    if kind not in _SAME_SENTENCE_ONLY:
        return np.broadcast_to(own > 0, (len(firsts), len(begins)))
    found: npt.NDArray[np.bool_] = (own >= sentences[firsts][:, None]) & (own <= sentences[lasts][:, None]) & (own > 0)
    return found


def rule_choices(kind: str, candidates: Sequence[Candidate], event: Event, act: Act, span: Span) -> Floats:
    """The rules' choice for one claim among the candidates of a type, shape (candidates, CHOICES[kind])."""
    out = np.zeros((len(candidates), CHOICES[kind]), np.float32)
    if kind == "number":
        chosen = {id(number): what for what, number in chosen_numbers(event, [c.value for c in candidates], span)}
        for row, candidate in enumerate(candidates):
            if (what := chosen.get(id(candidate.value))) is not None:
                out[row, KINDS.index(what)] = 1
    elif kind == "weapon":
        means = plain_means(event, [c.value for c in candidates], span)
        for row, candidate in enumerate(candidates):
            inside = span[0] <= candidate.span[0] < span[1]
            out[row, 0] = float(inside and any(kind in means for kind in candidate.value.means))
    elif kind == "proof":
        proofs = plain_proofs(event, act, [c.value for c in candidates], span)
        for row, candidate in enumerate(candidates):
            out[row, 0] = float(candidate.value.kind in proofs)
    return out
