"""From a text to the places it names: its names of places, what each says, the wider place it is said to be in, and what it
means."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from itertools import pairwise

from merestone.model import Span
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.gazetteers.names import fold
from merestone.places.naming.candidates import is_known, places_called
from merestone.places.naming.mentions import role_extra_m, understand
from merestone.places.naming.offsets import offset_before
from merestone.places.naming.recognition import Toponym, recognise
from merestone.places.naming.toponyms import Answer, answer, between, moved, weigh_with_ends
from merestone.places.naming.weighing import Name, Surroundings

_INSIDE = re.compile(r"\s*(?:,|\(|\s(?:in|of)\s(?:the\s)?|,\s(?:in|of)\s(?:the\s)?)\s*", re.IGNORECASE)
_NEXT = re.compile(r",\s*((?:[A-Z][\w.’'-]*)(?:\s[A-Z][\w.’'-]*){0,2})")
_LETTERS = re.compile(r"[A-Z]{2,3}")
_WIDER = ("country", "region", "area")
CHAIN = 3
"""Places that hold one another, at most, that are read in a row: "Oxford, Granville County, North Carolina, USA"."""


@dataclasses.dataclass(frozen=True, slots=True)
class NamesOfText:
    """The different names of a text, and which of them each span is."""

    names: tuple[Name, ...]
    of_span: tuple[int, ...]


def names_of(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> NamesOfText:
    """The names that stand at some spans of a text. Spans may be in any order; names come sorted by their words."""
    inside: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    ordered = sorted(set(spans))
    follows = dict(pairwise(ordered))
    keys = {}
    for span in ordered:
        words = text[slice(*span)]
        key = keys[span] = fold(words) or words
        counts[key] = counts.get(key, 0) + 1
        written[key] = min(written.get(key, words), words)
        inside.setdefault(key, set()).update(_wider(text, span, follows, gazetteer))
    order = sorted(counts)
    numbers = {key: number for number, key in enumerate(order)}
    names = []
    for key in order:
        meaning = understand(written[key], lambda name: is_known(name, gazetteer))
        given = tuple(dict.fromkeys((*meaning.inside, *sorted(inside[key]))))
        names.append(Name(dataclasses.replace(meaning, inside=given), counts[key]))
    return NamesOfText(tuple(names), tuple(numbers[keys[span]] for span in spans))


def _wider(text: str, span: Span, follows: dict[Span, Span], gazetteer: Gazetteer) -> list[str]:
    """Names of the places that the words after a name put it in."""
    out: list[str] = []
    here = span
    while len(out) < CHAIN:
        following = follows.get(here)
        gap = text[here[1] : following[0]] if following and 0 < following[0] - here[1] <= 12 else ""
        if following and gap and _INSIDE.fullmatch(gap):
            words = text[slice(*following)]
            following_end = following
        elif found := _NEXT.match(text, here[1]):
            words, following_end = found.group(1).rstrip(".,") if len(found.group(1)) > 3 else found.group(1), None
        else:
            break
        key = words if _LETTERS.fullmatch(words) else fold(words)
        if not any(c.entry.feature in _WIDER and c.by != "people" for c in places_called(key, gazetteer)):
            if following_end is None:
                break
            here = following_end  # a place between: "Oxford, Granville County, North Carolina"
            out.append(key)
            continue
        out.append(key)
        if following_end is None:
            break
        here = following_end
    return out


# --------------------------------------------------------------------------------------------------------------------------
# from a text to places

LEAST_IN_TEXT = 0.2
"""Probability from which a name of a text gets a place. Lower than for claims: whoever looks through a text sees the other
places that a name could mean, and their probabilities, beside it."""
_BEFORE = 60
"""Characters before a name in which a distance or a direction to it is looked for."""
_NEAR = re.compile(
    r"\b(near|close to|in the vicinity of|outside|on the outskirts of|in the direction of|towards?)\s+"
    r"(?:the\s+)?(?:(?:village|town|city|settlement)s?\s+of\s+)?$",
    re.IGNORECASE,
)
_OF_A_KIND = re.compile(r"(?:(?:village|town|city|settlement|hamlet)s?\s+of\s+|villages?\s+)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?(?:(?:village|town|city|settlement)s?\s+of\s+)?$", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A name in a text with the place it means, or why that is open."""

    toponym: Toponym
    answer: Answer


def find_places(text: str, gazetteer: Gazetteer, around: Surroundings, least: float = LEAST_IN_TEXT) -> tuple[Found, ...]:
    """The names of places in a text with what they mean, in text order."""
    return places_at(text, recognise(text, gazetteer), gazetteer, around, least)


def places_at(
    text: str, toponyms: Sequence[Toponym], gazetteer: Gazetteer, around: Surroundings, least: float = LEAST_IN_TEXT
) -> tuple[Found, ...]:
    """What names at given spans mean, in text order.

    The words before a name may put the place somewhere else: "5 km north of", "near", "in the direction of"; where two names
    stand in "between X and Y", both get the stretch between them.
    """
    toponyms = sorted(toponyms, key=lambda toponym: toponym.span)
    spans = [toponym.span for toponym in toponyms]
    read = names_of(text, spans, gazetteer)
    weighed, of_end = weigh_with_ends(read.names, gazetteer, around)
    shown = {number: text[slice(*span)] for number, span in zip(reversed(read.of_span), reversed(spans), strict=True)}
    answers = [answer(shown[number], one, of_end, least) for number, one in enumerate(weighed)]
    out = [Found(t, _as_said(text, t, answers[number])) for t, number in zip(toponyms, read.of_span, strict=True)]
    for first, second in pairwise(range(len(out))):
        one, two = out[first].toponym, out[second].toponym
        if text[one.end : two.start].strip().casefold() in ("and", "and the") and _BETWEEN.search(_before(text, one.start)):
            joint = between(out[first].answer, out[second].answer)
            if joint is not None:
                out[first], out[second] = (dataclasses.replace(out[i], answer=joint) for i in (first, second))
    return tuple(out)


def _before(text: str, start: int) -> str:
    """What stands before a name, in its line."""
    return text[max(0, start - _BEFORE) : start].rpartition("\n")[2]


def _as_said(text: str, toponym: Toponym, found: Answer) -> Answer:
    """An answer moved or widened by the words before the name."""
    if found.place is None or found.radius_m is None or toponym.kind == "people":
        return found
    before = _before(text, toponym.start)
    if offset := offset_before(_OF_A_KIND.sub("", before)):
        return moved(found, offset)
    if near := _NEAR.search(before):
        role = "direction" if near[1].lower().startswith(("in the dir", "toward")) else "near"
        extra, words = role_extra_m()[role]
        because = f"{found.because}; {words}, hence {extra / 1000:g} km more"
        return dataclasses.replace(found, radius_m=found.radius_m + extra, because=because)
    return found
