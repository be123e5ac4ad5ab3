"""From where a monitor saw or heard something, in which direction and how far.

Read off monitor reports only. "Positioned in X, the mission heard 44 explosions 3-8km north-west" gives the observer's place,
the bearing and the distance; "north of Y" without an observer at Y gives the bearing alone. What stands in brackets after a
name ("X (15km north of Y)") says where X lies and is never an observation.
"""

from __future__ import annotations

import re
from typing import get_args

from spacy.tokens import Doc

from merestone.model import Bearing, Reason, Sighting
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.mentions import toponyms_of

_DIRECTION = r"(?:north|south|east|west)(?:[\s\-‑–]?(?:north|south|east|west)){0,2}(?:ern|erly|wards?)?"
_BEARING = re.compile(rf"(?<![\w-]){_DIRECTION}(?![\w-])", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]{0,160}\)")
_NUMBER = r"\d{1,3}(?:[,\u202f ]\d{3})+|\d+(?:\.\d+)?"
_DISTANCE = re.compile(
    rf"(?<![\w.,])(?P<low>{_NUMBER})\s?(?P<unit1>km|m|metres|meters|kilomet(?:re|er)s?)?\s?(?:(?:-|–|‑|\bto\b|\band\b|\bor\b)\s?"
    rf"(?P<high>{_NUMBER})\s?)?(?:-|–|‑)?(?P<unit2>km|m|metres?|meters?|kilomet(?:re|er)s?)?(?![\w²])",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"(?:\bpositioned\b|\bposition\b|\blocation\b|\bcameras?\b|\bSMM\b|\bmonitors?\b|\bpatrols?\b|"
    r"\bteams?\b|\bobservers?\b|\bobservation post\b|"
    r"\bstationed\b|\bheard\b|\brecorded\b|\bobserved\b|\bseen\b|\bsaw\b|\bnoted\b|\bpersonnel\b|\bstanding\b|^|,|\bMission\b)"
    r"[^.;,()]{0,60}?\b(?:in|at|from|near|on the [\w\s-]{0,30} edge of|of)\s+(?:the |an? |its )?[^.;,()]{0,40}?$",
)
_SEEN = re.compile(
    r"\b(?:heard|hear|saw|seen|recorded|observed|noted|audible|sighted|registered|counted|witnessed|felt|detected|spotted|exploded|fired|landed)\b",
    re.IGNORECASE,
)
_PLACE_OF_BEARING = re.compile(r"^\s*(?:of|from|to)\s+(?:the\s+)?(?!its\b|the same|their\b|that\b)", re.IGNORECASE)
_SAME = re.compile(
    r"\b(?:same (?:position|location|place|camera|town|village)|there|it(?:s position)?|during the same night)\b", re.IGNORECASE
)
_SEEN_BY_THEMSELVES = frozenset(("fire", "weapons_violation", "overflight"))
_EVENTS = frozenset(
    ("fire", "weapons_violation", "overflight", "attack", "mines", "ceasefire_violation", "damage", "buildup", "incursion")
)


def observation_of_claim(doc: Doc, candidate: Candidate, context: Context) -> tuple[Sighting | None, tuple[Reason, ...]]:
    """From where, in which direction and how far a monitor observed; None where a claim is no such observation."""
    if context.genre != "monitor_report" or candidate.event not in _EVENTS:
        return None, ()
    text = text_of(doc)
    blanked = _without_brackets(text[candidate.start : candidate.end])
    if candidate.event not in _SEEN_BY_THEMSELVES and not _SEEN.search(blanked):
        return None, ()
    bearings, first = _bearings(blanked)
    distance, measured = _distance(blanked, first)
    observer, at = _observer(doc, candidate, blanked) if candidate.event == "fire" or bearings else (None, None)
    if observer is None and not bearings and distance is None:
        return None, ()
    if bearings and first is not None and observer is None and distance is None and not _starts_at_place(blanked, first[1]):
        return Sighting(bearing=bearings), _reasons(text, candidate, first, None, None)
    return (
        Sighting(observer_at=observer, bearing=bearings, distance_km=distance),
        _reasons(text, candidate, first, measured, at),
    )


def _reasons(
    text: str,
    candidate: Candidate,
    bearing: tuple[int, int] | None,
    distance: tuple[int, int] | None,
    at: tuple[int, int] | None,
) -> tuple[Reason, ...]:
    out = []
    for rule, span, shift in (
        ("stands", at, 0),
        ("bearing", bearing, candidate.start),
        ("distance", distance, candidate.start),
    ):
        if span is not None:
            place = (span[0] + shift, span[1] + shift)
            out.append(Reason(field="observation", rule=rule, words=text[slice(*place)], span=place))
    return tuple(out)


def _without_brackets(text: str) -> str:
    return _BRACKETS.sub(lambda match: " " * len(match.group()), text)


def _bearings(text: str) -> tuple[tuple[Bearing, ...], tuple[int, int] | None]:
    """Bearings of the first group of directions that is not part of a name."""
    found: list[Bearing] = []
    extent: tuple[int, int] | None = None
    for match in _BEARING.finditer(text):
        if match.group()[0].isupper() and match.start():
            continue
        bearing = _bearing(match.group())
        if bearing is None:
            continue
        if extent is not None and not re.fullmatch(
            r"[\s,]*(?:and|to|or|as well as|through)?[\s,]*(?:the |to the )?", text[extent[1] : match.start()]
        ):
            break
        if bearing not in found:
            found.append(bearing)
        extent = (extent[0] if extent else match.start(), match.end())
    return tuple(found), extent


def _bearing(words: str) -> Bearing | None:
    bare = re.sub(r"(?:ern|erly|wards?)$", "", words.lower())
    parts = re.findall("north|south|east|west", bare)
    name = "-".join(parts)
    return next((bearing for bearing in get_args(Bearing) if bearing == name), None)


def _distance(text: str, bearing: tuple[int, int] | None) -> tuple[tuple[float, float] | None, tuple[int, int] | None]:
    """Kilometres, least and most: the length nearest before a bearing, else one "away", "from" or "at a distance of"."""
    best: tuple[tuple[float, float], tuple[int, int]] | None = None
    for match in _DISTANCE.finditer(text):
        unit = match["unit2"] or match["unit1"]
        if not unit:
            continue
        low, high = _number(match["low"]), _number(match["high"] or match["low"])
        low *= _factor(match["unit1"] or unit)
        high *= _factor(unit)
        after = text[match.end() : match.end() + 14].lower()
        near = bearing is not None and 0 <= bearing[0] - match.end() <= 14
        far = bearing is not None and 0 <= match.start() - bearing[1] <= 30
        away = bool(re.match(r"\s*(?:away|from|off|of|ahead)\b", after)) or text[: match.start()].lower().rstrip().endswith(
            "distance of"
        )
        if (near or far or away) and low <= high:
            best = ((round(low, 4), round(high, 4)), match.span())
            if near:
                break
    return best if best else (None, None)


def _number(digits: str) -> float:
    return float(re.sub(r"[,\u202f ]", "", digits))


def _factor(unit: str) -> float:
    return 1.0 if unit.lower().startswith("k") else 0.001


def _starts_at_place(text: str, end: int) -> bool:
    return bool(_PLACE_OF_BEARING.match(text[end:]))


def _observer(doc: Doc, candidate: Candidate, blanked: str) -> tuple[str | None, tuple[int, int] | None]:
    """Where the monitor stood: named in the claim, or before it in the paragraph where the claim refers back."""
    if not _SEEN.search(blanked) and not _SAME.search(blanked):
        return None, None
    text = text_of(doc)
    for toponym in toponyms_of(doc):
        start, end = doc[toponym.start].idx, doc[toponym.end - 1].idx + len(doc[toponym.end - 1])
        if candidate.start <= start < candidate.end and blanked[start - candidate.start].strip():
            lead = blanked[: start - candidate.start]
            if re.search(rf"{_DIRECTION}\s+(?:of|from)\s+(?:[\w“”\"-]+\s+){{0,2}}$", lead, re.IGNORECASE) and not re.search(
                r"(?:position|camera|positioned|location)[^,;]*$", lead
            ):
                continue
            if _STANDS.search(lead) and toponym.kind not in ("actor", "state", "adjective"):
                return text[start:end], (start, end)
    return None, None
