"""Whether a claim without a date of its own goes on about an incident whose day the text has given.

The guidelines leave this to judgement. Here it is a sum of weights, one for each thing that speaks for or against it; the
weights are data (``data/same_incident.tsv``), so that they can be read, questioned and changed. Above zero the day is taken.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from functools import cache

from spacy.tokens import Doc, Span, Token

from merestone.model import Moments
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.vocabulary import rows


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A time the text has given, which a claim may take over."""

    kind: str
    """``before`` or ``after``: an expression of the claim's sentence; ``claim``: the time of an earlier claim."""
    moments: Moments
    start: int
    """First character of the expression or the earlier claim."""
    end: int
    claim: Candidate | None = None
    """The earlier claim."""
    undated: int = 0
    """How many assertions and denials without a time stand between."""


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = {"recurring": [], "linked": [], "incident": []}
    for row in rows("incident_cues.tsv", ("words", "cue")):
        words[row.one_of("cue", words)].append(re.escape(row["words"]).replace(r"\ ", r"\s+"))
    joined = {cue: "(?:" + "|".join(entries) + r")" for cue, entries in words.items()}
    return {
        "recurring": re.compile(rf"\b{joined['recurring']}\b", re.IGNORECASE),
        "definite": re.compile(rf"\b(?:the|this|that|these|those)\s+(?:\w+\s+){{0,2}}{joined['incident']}s?\b", re.IGNORECASE),
        "linked": re.compile(rf"\b{joined['linked']}\b", re.IGNORECASE),
    }


def score(doc: Doc, candidate: Candidate, source: Source, context: Context) -> float:
    """The sum of the weights: above zero the claim's event is taken to have happened at the source's time."""
    weights = _weights()
    return sum(weights.get(feature, 0.0) for feature in features(doc, candidate, source, context))


@cache
def _weights() -> dict[str, float]:
    return {row["feature"]: float(row["weight"]) for row in rows("same_incident.tsv", ("feature", "weight"))}


def features(doc: Doc, candidate: Candidate, source: Source, context: Context) -> tuple[str, ...]:
    """What speaks for or against the claim being about the source's incident, by name."""
    text = text_of(doc)
    words = text[candidate.start : candidate.end]
    out = ["any", f"kind {source.kind}", f"event {candidate.event}", f"act {candidate.act}"]
    span = doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    out.append(f"genre {context.genre}")
    if span is not None:
        tense = _tense(span)
        if _governs(doc, source, span.root.head) and span.root.tag_ == "VBG" and span.root.dep_ == "advcl":
            out.append("participle of the source")
        elif source.claim is not None and any(source.start <= token.idx < source.end for token in span.root.ancestors):
            out.append("depends on the source")
        out += [f"tense {tense}", f"{_family(candidate.event)} in {tense}"]
    out += _distance(text, candidate, source)
    out += _age(source.moments, context.published)
    if source.claim is not None:
        out.append(f"undated between {min(source.undated, 3)}")
        if source.claim.event == candidate.event:
            out.append("same event")
        out.append(f"pair {_family(source.claim.event)} {_family(candidate.event)}")
        if source.claim.act not in ("asserts", "denies"):
            out.append("source is no assertion")
    out += [name for name, pattern in _cues().items() if pattern.search(words)]
    return tuple(out)


def _governs(doc: Doc, source: Source, verb: Token) -> bool:
    """Whether a verb is the source claim's, or has the source expression below it."""
    if source.start <= verb.idx < source.end:
        return True
    span = doc.char_span(source.start, source.end, alignment_mode="expand")
    return span is not None and any(verb.is_ancestor(token) for token in span)


def _tense(span: Span) -> str:
    """past, perfect, past perfect, present, participle or none, by the span's highest verb."""
    verb = span.root
    if verb.pos_ not in ("VERB", "AUX"):
        verb = next((token for token in span if token.tag_ in ("VBD", "VBZ", "VBP")), verb)
    if verb.tag_ == "VBG" and not any(child.dep_ in ("aux", "auxpass") for child in verb.children):
        return "participle"
    auxiliaries = {child.lower_ for child in verb.children if child.dep_ in ("aux", "auxpass")}
    if auxiliaries & {"has", "have", "'s", "’s"} or verb.lower_ in ("has", "have"):
        return "perfect"
    if "had" in auxiliaries:
        return "past perfect"
    if auxiliaries & {"was", "were", "did"} or verb.tag_ == "VBD":
        return "past"
    if auxiliaries & {"is", "are", "does", "do", "will", "would", "can", "may", "must", "should"} or verb.tag_ in (
        "VBZ",
        "VBP",
    ):
        return "present"
    return "none"


def _distance(text: str, candidate: Candidate, source: Source) -> list[str]:
    first, last = sorted(((source.start, source.end), (candidate.start, candidate.end)))
    between = text[first[1] : last[0]]
    out = []
    if ";" in between:
        out.append("semicolon between")
    if "\n" in between:
        out.append("other paragraph")
    if "\n" not in between and not re.search(r"[.!?…;]['”\"’»)]*\s", between):
        out.append("same sentence")
    stops = len(re.findall(r"[.!?…]['”\"’»)]*\s", between))
    if source.kind == "claim":
        out.append(f"sentences between {min(stops, 4)}")
    elif len(between) > 80:
        out.append("far in sentence")
    return out


def _age(moments: Moments, published: date | None) -> list[str]:
    first, last = (date.fromisoformat(moment[:10]) for moment in moments)
    length = (last - first).days
    out = [
        "lasts "
        + (
            "a day"
            if length == 0
            else "a night"
            if length == 1
            else "days"
            if length <= 10
            else "weeks"
            if length < 60
            else "long"
        )
    ]
    if published is not None:
        age = (published - last).days
        out.append(
            "age "
            + (
                "today"
                if age == 0
                else "day"
                if age == 1
                else "week"
                if age <= 7
                else "month"
                if age <= 31
                else "old"
                if age > 0
                else "ahead"
            )
        )
    return out


def _family(event: str) -> str:
    for family, events in _FAMILIES.items():
        if event in events:
            return family
    return "other"


_FAMILIES = {
    "violence": ("fire", "attack", "incursion", "mines", "overflight", "ceasefire_violation"),
    "harm": ("killed", "wounded", "damage", "captured", "missing", "torture", "displacement"),
    "ground": ("occupation", "withdrawal", "buildup", "fortification", "weapons_violation", "blockade", "access_denied"),
    "words": ("statement", "talks", "legal_action", "threat", "disinformation", "ceasefire", "aid", "return"),
}
