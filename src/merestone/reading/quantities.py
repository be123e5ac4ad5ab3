"""Quantities: the numbers a claim gives for its event.

A number is read with the noun it counts or the unit it measures (``data/quantity_nouns.tsv``); what that is a quantity of
depends on the event (``data/quantity_events.tsv``). Numbers of dates, clock times, calibres, names and positions are none.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import cast, get_args

from spacy.tokens import Doc, Token

from merestone.model import Event, Quantity, QuantityKind, Reason, Unit
from merestone.reading.context import Candidate
from merestone.reading.docs import text_of
from merestone.reading.numerals import Number, number_at, numbers
from merestone.reading.time_expressions import time_words
from merestone.reading.vocabulary import rows

_CLASSES = ("person", "explosion", "burst", "shot", "round", "vehicle", "weapon", "violation", "unit", "not")
_MEASURES = {"km2": "area", "m2": "area", "ha": "area", "km": "distance", "m": "distance"}


@dataclasses.dataclass(frozen=True, slots=True)
class _Noun:
    noun: str
    kind: str
    unit: Unit = "1"
    factor: float = 1.0


@cache
def _nouns() -> dict[str, _Noun]:
    """By the noun, in the singular and with a plural's endings."""
    out: dict[str, _Noun] = {}
    for row in rows("quantity_nouns.tsv", ("noun", "class", "unit", "factor")):
        kind = row.one_of("class", _CLASSES)
        unit = cast(Unit, row.one_of("unit", get_args(Unit))) if kind == "unit" else "1"
        noun = _Noun(row["noun"], kind, unit, float(row["factor"] or 1.0))
        for form in _forms(row["noun"]):
            out.setdefault(form, noun)
        out[row["noun"]] = noun
    return out


def _forms(noun: str) -> tuple[str, ...]:
    plural = noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")
    others = {"y": noun[:-1] + "ies", "man": noun[:-3] + "men", "child": noun + "ren", "fe": noun[:-2] + "ves"}
    return (noun, plural, *(form for ending, form in others.items() if noun.endswith(ending)))


@cache
def _kinds() -> dict[tuple[str, str], tuple[QuantityKind | None, bool]]:
    out: dict[tuple[str, str], tuple[QuantityKind | None, bool]] = {}
    for row in rows("quantity_events.tsv", ("event", "class", "what", "singular")):
        what = row.one_of("what", (*get_args(QuantityKind), "-"))
        out[row.one_of("event", (*get_args(Event), "*")), row["class"]] = (
            None if what == "-" else cast(QuantityKind, what),
            row.one_of("singular", ("yes", "no")) == "yes",
        )
    return out


def _kind(event: Event, noun: str) -> tuple[QuantityKind | None, bool]:
    kinds = _kinds()
    return kinds.get((event, noun)) or kinds.get(("*", noun), (None, False))


@cache
def _approximate() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = rows("approximations.tsv", ("words", "side"))
    sides = [
        "|".join(
            re.escape(row["words"]).replace(r"\ ", r"\s+") for row in table if row.one_of("side", ("before", "after")) == side
        )
        for side in ("before", "after")
    ]
    return (
        re.compile(rf"\b(?:{sides[0]})\s+(?:the\s+|an?\s+)?$", re.IGNORECASE),
        re.compile(rf"\s+(?:{sides[1]})\b", re.IGNORECASE),
    )


_TO = re.compile(r"\s*(?:[–-]|to|or)\s*")
_NAME_BEFORE = re.compile(
    r"(?:\b(?:[Nn]os?\.?|[Nn]umbers?|resolutions?|[Aa]rticles?|paragraphs?|page|[Pp]oint|UNSCR|Order|aged?|in\s+favour|MR|BP|Post|Hill|"
    r"[Pp]ositions?|[Hh]eight|[Hh]ighway|[Rr]oute|[Cc]hapter|Unit|Brigade|Battalion)\s+|[$€£#§])$"
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_AGE = re.compile(r"\b[A-Z][\w'’-]+,\s$")
_NAME_AFTER = re.compile(
    r"\s+another\b|\s?mm\b|[:/]\d|(?:st|nd|rd|th)\b|[\s-]*(?:per\s+cent|percent|%)|[\s-]+years?[\s-]old|\s*(?:years?|months?)\s+old|"
    r"\s+(?:of\s+the\s+)?(?:[Bb]rigade|[Rr]egiment|[Dd]ivision)|-[A-Z]\b"
)
_MOVED = re.compile(r"\s*(?:\w+\s+)?(?:ago|later|earlier|afterwards|after|before|on\b)", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:within|for)\s+(?:the\s+)?$", re.IGNORECASE)
_POSITION = re.compile(r"\(\s*(?:\w+\s+)?(?:\d[\d.,]*\s*[–-]\s*)?$")
_BREAKDOWN = re.compile(
    r"[,(–—]\s*(?:and\s+)?(?:(?:among\s+(?:them|whom)|including|of\s+(?:them|whom|which)|namely|half\s+of\s+them)\s+(?:\w+\s+){0,2})?$"
)
_OF_THEM = re.compile(r"\s+(?:\w+\s+)?(?:of\s+(?:them|whom|which)|a\s+child|among\s+them)\b")
_ELLIPTICAL_EVENTS: frozenset[Event] = frozenset(
    {"fire", "ceasefire_violation", "weapons_violation", "overflight", "buildup", "damage"}
)
_CASUALTIES: frozenset[str] = frozenset({"killed", "wounded", "captured", "missing"})
_STOP_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD", "WDT", "WP", "WRB", "IN", "CC", "TO", "RP"})
_ARTICLE = re.compile(
    r"(?:\b(?:a|an|another|a\s+single|the\s+first|a\s+second|a\s+third)\s+)(?!(?:number|series|group|few|lot|dozen|hundred|thousand|million)\b)",
    re.I,
)


def quantities_of_claim(doc: Doc, candidate: Candidate) -> tuple[tuple[Quantity, ...], tuple[Reason, ...]]:
    """The numbers of a claim's own event, in text order, and the words they were read from."""
    text = text_of(doc)
    times = [span for span in time_words(text) if span[1] > candidate.start and span[0] < candidate.end]
    found: list[tuple[int, int, Quantity]] = []
    last_noun: str | None = None
    for number, upper, end in _ranges(text, candidate):
        if any(first < end and number.start < last for first, last in times) or _is_name(text, number, end):
            continue
        noun, noun_end = _counted(doc, end, candidate.end)
        if _YEAR.fullmatch(text, number.start, end) and not (
            noun and noun_end - end < 16 and len(text[end:noun_end].split()) == 1
        ):
            continue
        if noun is None and _elliptical(text, end) and (kind := last_noun or _spoken_of(text, candidate, number.start)):
            noun = _Noun(kind, kind)
        quantity = _quantity(candidate.event, number, upper, noun, text, noun_end)
        if noun is not None and noun.kind not in ("unit", "not"):
            last_noun = noun.kind
        if quantity is None or _belongs_elsewhere(text, candidate, number, end, quantity.what):
            continue
        if quantity.what in _CASUALTIES and any(q.what == quantity.what for *_, q in found):
            continue  # what follows divides the first number: "13 people, two of them children"
        if any(q.what == quantity.what for *_, q in found) and (
            _OF_THEM.match(text, end)
            or (_BREAKDOWN.search(text[max(0, number.start - 30) : number.start]) and quantity.what == "persons")
        ):
            continue
        found.append((number.start, max(end, noun_end), quantity))
    found += _singles(doc, candidate, found, times)
    found.sort(key=lambda item: item[0])
    return tuple(q for *_, q in found), tuple(
        Reason(field="quantities", rule=f"quantity: {q.what}", words=text[start:end], span=(start, end))
        for start, end, q in found
    )


def _ranges(text: str, candidate: Candidate) -> list[tuple[Number, Number | None, int]]:
    """The numbers of a claim; "70-100", "two or three" and "100 to 1,400" once, with the upper bound."""
    out: list[tuple[Number, Number | None, int]] = []
    reached = candidate.start
    for number in numbers(text, candidate.start, candidate.end):
        if number.start < reached:
            continue
        joint = _TO.match(text, number.end, candidate.end)
        upper = number_at(text, joint.end(), candidate.end) if joint else None
        if upper is not None and upper.value <= number.value:
            upper = None
        reached = (upper or number).end
        out.append((number, upper, reached))
    return out


def _is_name(text: str, number: Number, end: int) -> bool:
    """Whether the number is a label, an age, a share or a calibre rather than a count."""
    before = text[max(0, number.start - 24) : number.start]
    if _NAME_BEFORE.search(before) or _NAME_AFTER.match(text, end):
        return True
    return bool(_AGE.search(before)) and text[end : end + 1] in (",", "", ".")


def _elliptical(text: str, end: int) -> bool:
    """Whether a number leaves its noun to the one before it: "eight explosions and 55 on the next night"."""
    return bool(
        re.match(
            r"\s*(?:[,;.):–-]|$|of\s+(?:them|these|which)|more\b|others?\b|in\s|on\s|at\s|and\s|to\s|from\s|were\b|was\b)",
            text[end : end + 14],
        )
    )


def _spoken_of(text: str, candidate: Candidate, start: int) -> str | None:
    """The class of the countable noun last named before a number without one, in its paragraph."""
    if candidate.event not in _ELLIPTICAL_EVENTS:
        return None
    first = max(text.rfind("\n", 0, start) + 1, start - 250)
    nouns = _nouns()
    for match in reversed(list(re.finditer(r"[^\W\d_]+", text[first:start]))):
        noun = nouns.get(match.group().lower())
        if noun is not None and noun.kind in ("explosion", "round", "burst", "shot", "violation", "weapon", "vehicle"):
            return noun.kind
    return None


def _counted(doc: Doc, start: int, end: int) -> tuple[_Noun | None, int]:
    """The noun that a number ending at ``start`` counts, looking a few words on but not past a verb or a clause."""
    nouns = _nouns()
    words: list[tuple[str, int]] = []
    span = doc.char_span(start, min(end, start + 1), alignment_mode="expand") if start < min(end, len(text_of(doc))) else None
    index = span.start if span is not None else len(doc)
    if (unit := re.compile(r"(?:km²|km2|km|m)\b").match(text_of(doc), start)) and unit.group() in nouns:
        return nouns[unit.group()], unit.end()
    for token in doc[index : index + 14]:
        if token.idx < start:
            continue
        if token.idx >= end or len(words) >= 8 or _ends_search(token, len(words)):
            break
        if token.text not in ("-", "–", "“", "”", '"'):
            words.append((token.lower_, token.idx + len(token)))
    for i in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = " ".join(word for word, _ in words[i : i + length])
            if len(words) >= i + length and phrase in nouns:
                return _last_of_compound(words, i + length)
    return None, start


def _last_of_compound(words: list[tuple[str, int]], stop: int) -> tuple[_Noun, int]:
    """The noun that heads "anti-tank missiles" or "tank rounds": the last of those that stand in a row."""
    nouns = _nouns()
    found = next(
        nouns[phrase] for n in (4, 3, 2, 1) if (phrase := " ".join(word for word, _ in words[max(0, stop - n) : stop])) in nouns
    )
    while (
        stop < len(words)
        and (following := nouns.get(words[stop][0]))
        and found.kind not in ("unit", "not")
        and following.kind != "unit"
    ):
        found, stop = following, stop + 1
    return found, words[stop - 1][1]


def _ends_search(token: Token, seen: int) -> bool:
    if token.lower_ in ("of", "and", "more", "other") and seen < 3:
        return False
    if token.text in ".,;:()[]" or token.is_space:
        return True
    return token.tag_ in _STOP_TAGS and token.lower_ not in _nouns()


def _quantity(
    event: Event, number: Number, upper: Number | None, noun: _Noun | None, text: str, noun_end: int
) -> Quantity | None:
    """The quantity a number with its noun makes in a claim of an event, or None."""
    before, after = _approximate()
    end = (upper or number).end
    approx = bool(before.search(text[max(0, number.start - 28) : number.start]) or after.match(text, end))
    if noun is None:
        what, _ = _kind(event, "none")
        unit: Unit = "1"
        factor = 1.0
    elif noun.kind == "unit":
        measure = _MEASURES.get(noun.unit, "duration")
        if (
            measure == "duration"
            and _MOVED.match(text, noun_end)
            and not _WITHIN.search(text[max(0, number.start - 12) : number.start])
        ):
            return None
        if measure == "distance" and _POSITION.search(text[max(0, number.start - 20) : number.start]):
            return None
        what, _ = _kind(event, measure)
        unit, factor = noun.unit, noun.factor
    else:
        what, _ = _kind(event, noun.kind)
        unit, factor = "1", 1.0
    if what is None:
        return None
    return Quantity(
        what=what, value=number.value * factor, max=upper.value * factor if upper else None, unit=unit, approx=approx
    )


@cache
def _casualty_words() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = {kind: [] for kind in sorted(_CASUALTIES)}
    for row in rows("casualty_words.tsv", ("words", "what")):
        words[row.one_of("what", words)].append(re.escape(row["words"]))
    return {kind: re.compile(rf"\b(?:{'|'.join(entries)})\b", re.IGNORECASE) for kind, entries in words.items()}


def _belongs_elsewhere(text: str, candidate: Candidate, number: Number, end: int, what: str) -> bool:
    """Whether another casualty word stands nearer: in "two were killed and five wounded" five are not the killed."""
    if what not in _CASUALTIES or what != candidate.event:
        return False
    own = _nearest(_casualty_words()[what], text, candidate, number.start, end)
    if own is None:
        return False
    others = [
        _nearest(pattern, text, candidate, number.start, end) for kind, pattern in _casualty_words().items() if kind != what
    ]
    return any(other is not None and other < own for other in others)


def _nearest(pattern: re.Pattern[str], text: str, candidate: Candidate, start: int, end: int) -> int | None:
    """How many characters lie between a number and the nearest word of a pattern, one before it counting double."""
    gaps = [
        match.start() - end if match.start() >= end else 2 * (start - match.end()) + 10
        for match in pattern.finditer(text, candidate.start, candidate.end)
    ]
    return min(gaps, default=None)


def _singles(
    doc: Doc, candidate: Candidate, found: list[tuple[int, int, Quantity]], times: list[tuple[int, int]]
) -> list[tuple[int, int, Quantity]]:
    """ "A soldier", "another drone": one, where the event counts such things and no number does."""
    text = text_of(doc)
    out: list[tuple[int, int, Quantity]] = []
    if candidate.act == "denies":
        return out  # "not a single soldier was hurt" counts none
    for match in _ARTICLE.finditer(text, candidate.start, candidate.end):
        if any(first <= match.start() < last for first, last in times):
            continue
        noun, end = _counted(doc, match.end(), candidate.end)
        if noun is None or noun.kind in ("unit", "not") or (text[end - 1] == "s" and not noun.noun.endswith("s")):
            continue
        what, singular = _kind(candidate.event, noun.kind)
        if what is None or not singular or any(q.what == what for *_, q in (*found, *out)):
            continue
        quantity = Quantity(what=what, value=1.0, max=None, unit="1", approx=False)
        out.append((match.start(), end, quantity))
    return out
