"""From where a monitor saw or heard something, in which direction and how far: read off the words of a claim.

"Positioned in X, the mission heard 44 explosions 3-8km north-west" tells where the observer stood, bearing and distance;
"two rockets from north of Y" gives the bearing alone, because the monitor did not stand at Y. What stands in brackets after a
name ("X (15km north of Y)") says where X lies, "a camera 1km west of X" where the observer stood, and "projectiles from west to
east" how something flew: none of these is a bearing of the event.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import get_args

from merestone.model import Bearing, Event, Sighting, Span
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

SIGHTED: frozenset[Event] = frozenset(
    (
        "fire",
        "attack",
        "overflight",
        "weapons_violation",
        "ceasefire_violation",
        "buildup",
        "mines",
        "incursion",
        "fortification",
        "occupation",
        "access_denied",
    )
)
"""The events of which a monitor reports from where and in which direction it saw or heard them."""

_MARGIN = 800  # characters of the sentence around a claim that are read
_LOOK_BACK = 1500  # characters: a paragraph or two of a monitor's report, in which it stays where it was

_ROLES = (
    "heard", "seen", "standing", "placed", "vantage", "monitor", "own", "edge", "moving", "flight", "sound", "sounded",
    "region", "behind", "elsewhere", "height", "above", "away",
)  # fmt: skip


def _words_by_role() -> dict[str, str]:
    """The words of each role as alternatives of a pattern, longer ones first."""
    found: dict[str, set[str]] = {role: set() for role in _ROLES}
    for row in rows("sighting_words.tsv", ("role", "words")):
        found[row.one_of("role", _ROLES)] |= {*row.several("words")}
    return {role: "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) for role, words in found.items()}


_W = _words_by_role()

_POINTS = r"north|south|east|west"
_JOIN = r"[\s\-‐‑–]?"
_BEARING = re.compile(
    rf"(?<![\w-])(?P<points>(?:{_POINTS})(?:{_JOIN}(?:{_POINTS})){{0,2}})(?P<ending>ern(?:ly)?|erly|wards?|bound)?(?![\w-])"
    r"|(?<![\w.-])(?P<letters>[NS]{1,2}[EW]|[NS]|[EW][NS][EW]|[EW])(?![\w'’-]|\.\w)",
    re.IGNORECASE,
)
_NAMES = {"n": "north", "s": "south", "e": "east", "w": "west"}
_LIST = re.compile(r"[\s,]*(?:and|or|to|as well as|through)?[\s,]*(?:(?:to\s+)?the\s+)?(?:an?\s+)?")
_MOST_BEARINGS = 6
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")

_COUNTED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20,
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[,\u202f\u00a0 ]\d{3}){1,2}|\d{1,6}(?:\.\d{1,3})?|" + "|".join(_COUNTED)
_UNIT = r"kms?|m|kilomet(?:re|er)s?|met(?:re|er)s?|mtrs?"
_DISTANCE = re.compile(
    rf"(?<![\w.,])(?P<low>{_NUMBER})[\s-]?(?P<unit1>{_UNIT})?\s?(?:(?:-|–|‑|\bto\b|\band\b|\bor\b)\s?(?P<high>{_NUMBER})[\s-]?)?"
    rf"(?P<unit2>{_UNIT})?(?![\w²])",
    re.IGNORECASE,
)
_LENGTH_BEFORE = re.compile(
    rf"\s*(?:situated\s+|located\s+|lying\s+)?(?:(?:some|about|around|approximately|roughly|just|only|immediately)\s+)?"
    rf"(?:(?:{_NUMBER})[\s-]?(?:{_UNIT})\s*)?$",
    re.IGNORECASE,
)
_ABOVE = re.compile(rf"\s*(?:{_W['above']})\b", re.IGNORECASE)
_HEIGHT = re.compile(rf"\b(?:{_W['height']})\s+of\s+(?:about\s+)?$", re.IGNORECASE)
_AWAY = re.compile(rf"\s*(?:{_W['away']})\b", re.IGNORECASE)
_AT_A_DISTANCE = re.compile(
    r"\b(?:distance|range|radius)s?\s+(?:of\s+|estimated at\s+|between\s+)?"
    r"(?:about\s+|around\s+|approximately\s+|some\s+|up to\s+)?$",
    re.IGNORECASE,
)

_SEEN = re.compile(rf"\b(?:{_W['heard']}|{_W['seen']})\b", re.IGNORECASE)
_HEARD = re.compile(rf"\b(?:{_W['heard']})\b", re.IGNORECASE)
_POSITION_BEFORE = re.compile(rf"\b(?:{_W['vantage']})\b[^.;:]{{0,60}}$", re.IGNORECASE)
_MONITOR_HEARD = re.compile(rf"\b(?:{_W['monitor']})\b[^.;:]{{0,60}}?\b(?:heard|saw|recorded|counted|observed)\b")
_OWN_ANCHOR = re.compile(rf"\s*(?:of|from)\s+(?:{_W['own']})\b", re.IGNORECASE)
_ANCHOR = re.compile(r"\s*(?:of|from)\s+", re.IGNORECASE)
_VERB = re.compile(r"\b(?:was|were|had|has|have|is|are|been|which|who)\b", re.IGNORECASE)
_EDGE = re.compile(rf"\s+(?:{_W['edge']})\b", re.IGNORECASE)
_DIRECTION = re.compile(r"\s+directions?\b", re.IGNORECASE)
_MOVING = re.compile(rf"\b(?:{_W['moving']})\s+(?:in\s+)?(?:an?\s+|the\s+)?(?:in\s+the\s+|to\s+the\s+)?$", re.IGNORECASE)
_FLIGHT = re.compile(rf"\b(?:{_W['flight']})\b", re.IGNORECASE)
_SOUND = re.compile(rf"\b(?:{_W['sound']})\b", re.IGNORECASE)
_SOUNDS = re.compile(rf"\b(?:{_W['sounded']}|(?!ceasefire)[\w-]{{0,24}}fire)\b", re.IGNORECASE)
_REGION = re.compile(rf"\b(?:{_W['region']})\b|\bpositions$")
_REGION_BEHIND = re.compile(rf"\s+(?:and\s+\w+\s+)?(?:{_W['behind']})\b")
_PART = re.compile(r"\bin the\s*$", re.IGNORECASE)
_INTO = re.compile(r"\b(?:in|into)\s+(?:an?|the)?\s*$", re.IGNORECASE)
_BEFORE_PLACE = (
    r"(?:the\s+|an?\s+|its\s+)?(?:[\w“”\"'’-]+-controlled\s+|destroyed\s+|central\s+|(?:town|village|city|centre) of\s+|"
    r"(?:[\w-]+\s+)?(?:edge|outskirts|part|suburb|centre|perimeter)\s+of\s+|the\s+|“?[\w”“-]+”?\s+){0,3}$"
)
_STANDS_AT = re.compile(
    rf"\b(?:{_W['standing']}|it|they|when)\b[^.;:]{{0,90}}?\b(?:in|at|from|near|on|inside|of|around|outside|within)\s+"
    rf"{_BEFORE_PLACE}",
    re.IGNORECASE,
)
_PLACED = re.compile(rf"\b(?:{_W['placed']})\b", re.IGNORECASE)
_SAID_FIRST = re.compile(
    rf"(?:^\W*|[,;:]\s*|\b(?:and|when|while|that)\s+)(?:in|at|from|near|on)\s+{_BEFORE_PLACE}", re.IGNORECASE
)
_SEEN_AT = re.compile(
    rf"{_HEARD.pattern}[^.;]{{0,120}}?\b(?:in|at|near|around|as far as|inside)\s+{_BEFORE_PLACE}", re.IGNORECASE
)
_NOT_THERE = re.compile(
    rf"\b(?:{_W['elsewhere']})\s+(?:of|from|in|at|on|near)?\s*(?:the\s+)?(?:[\w“”\"-]+\s+){{0,1}}$", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """Bearings named together, and their characters."""

    bearings: tuple[Bearing, ...]
    span: Span


def find_sighting(text: Text, sentence: Span, span: Span, places: Sequence[Span]) -> Sighting | None:
    """From where, in which direction and how far a monitor observed what a claim with a span tells; None where it does not say.

    ``sentence`` is the sentence of the claim, ``places`` are the spans of the place names of the text, in order. Bearings and
    distance are taken from the claim's own words, the observer's place from its sentence, else from the last place before at
    which one stood.
    """
    begin = max(min(sentence[0], span[0]), span[0] - _MARGIN)
    end = min(max(sentence[1], span[1]), span[1] + _MARGIN)
    words = " " + _without_brackets(text.text[begin:end])
    shift = begin - 1
    claim = words[span[0] - shift : span[1] - shift]
    near = places[bisect_left(places, (begin, 0)) : bisect_left(places, (end, 0))]
    own = [(a - shift, b - shift) for a, b in near if b <= end]
    lead = words[: span[0] - shift]
    ends = frozenset(b - (span[0] - shift) for _, b in own)
    group = _bearings(lead, claim, ends)
    distance = _distance(claim, group.span if group else None)
    anchored = group is not None and _is_elsewhere(claim, group)
    told = words[: span[1] - shift]
    goes_on = bool(lead.strip()) and _HEARD.search(told) is not None and _SOUNDS.search(told) is not None
    observer = None
    heard = _HEARD.search(claim) is not None and _SOUNDS.search(claim) is not None
    if not anchored and (group is not None or heard):
        observer = _observer(text, words, shift, own, span, places)
    elif not anchored and goes_on and not _VERB.search(claim):
        # "it heard 67 explosions between 08:15 and 10:55 and a further 26 between 13:00 and 15:45"
        observer = _observer(text, words, shift, own, span, ())
    if observer is None and group is None:
        return None
    bearings = group.bearings if group else ()
    return Sighting(observer_at=observer, bearing=bearings, distance_km=distance)


def _without_brackets(text: str) -> str:
    return _BRACKETS.sub(lambda match: " " * len(match.group()), text)


# -- bearings


def _bearings(lead: str, claim: str, place_ends: frozenset[int]) -> _Group | None:
    """The first group of bearings in a claim's words that tells where the event was.

    ``place_ends`` are the characters of the claim behind its place names.
    """
    groups: list[_Group] = []
    reached = -1
    for match in _BEARING.finditer(claim):
        bearing = _bearing(match)
        if bearing is None or (match.start() and match.group()[0].isupper() and not match["letters"]):
            continue
        if groups and reached >= 0 and _LIST.fullmatch(claim, reached, match.start()):
            last = groups[-1]
            named = last.bearings if bearing in last.bearings else (*last.bearings, bearing)
            groups[-1] = _Group(named, (last.span[0], match.end()))
        elif not _is_no_bearing(lead, claim, match) and not _lies(claim, match, place_ends):
            groups.append(_Group((bearing,), match.span()))
        else:
            reached = -1
            continue
        reached = match.end()
    return next((group for group in groups if not _is_flight(claim, group)), None)


def _bearing(match: re.Match[str]) -> Bearing | None:
    if match["letters"]:
        # "NW" is a bearing; a single letter or lower case is not.
        if len(match["letters"]) < 2 or not match["letters"].isupper():
            return None
        parts = [_NAMES[letter.lower()] for letter in match["letters"]]
    else:
        parts = re.findall(_POINTS, match["points"].lower())
    name = "-".join(parts)
    return next((bearing for bearing in get_args(Bearing) if bearing == name), None)


def _is_no_bearing(lead: str, claim: str, match: re.Match[str]) -> bool:
    """Whether words of direction are part of a name, say where an observer stood, or which way something went."""
    before, after = _before(lead, claim, match.start()), claim[match.end() : match.end() + 40]
    ending = (match["ending"] or "").lower()
    direction = _DIRECTION.match(after) is not None
    if ending in ("ward", "wards", "bound") or (ending and not direction) or _EDGE.match(after):
        return True
    if _MOVING.search(before) or (direction and _INTO.search(before) and not re.search(r"\bfrom\b", before[-12:])):
        return True
    behind = _past_list(claim, match.end())
    if not _ANCHOR.match(behind) or _OWN_ANCHOR.match(behind):
        return False
    if _PART.search(before):
        return True  # "in the north of the country"
    # "a camera 1km west of X", "at a checkpoint 2km south of X the patrol heard": there the monitor stood.
    if match.start() < 4 and not claim[: match.start()].strip():
        return False  # "East of X the mission saw"
    return (
        _POSITION_BEFORE.search(before) is not None or _MONITOR_HEARD.search(claim, match.end(), match.end() + 400) is not None
    )


def _before(lead: str, claim: str, position: int) -> str:
    """The hundred characters before one of a claim."""
    return claim[position - 100 : position] if position >= 100 else (lead[-100:] + claim[:position])[-100:]


def _lies(claim: str, match: re.Match[str], place_ends: frozenset[int]) -> bool:
    """Whether it tells where a place just named lies: "at X, 60 km south-east of Y"."""
    if not _ANCHOR.match(claim, match.end()) or _OWN_ANCHOR.match(claim, match.end()):
        return False
    first = max(0, match.start() - 60)
    length = _LENGTH_BEFORE.search(claim[first : match.start()])
    comma = first + length.start() - 1 if length else match.start() - 1
    return claim[comma : comma + 1] == "," and comma in place_ends


def _past_list(claim: str, position: int) -> str:
    """What follows a bearing and those joined to it."""
    for _ in range(_MOST_BEARINGS):
        joint = _LIST.match(claim, position)
        begin = joint.end() if joint else position
        if begin > position and (length := _DISTANCE.match(claim, begin)):
            begin = length.end() + len(claim[length.end() :]) - len(claim[length.end() :].lstrip(" "))
        following = _BEARING.match(claim, begin) if begin > position else None
        if following is None:
            break
        position = following.end()
    return claim[position : position + 60]


def _is_flight(claim: str, group: _Group) -> bool:
    """Whether "from west to east" says how something flew, not between which bearings it was heard."""
    before = claim[max(0, group.span[0] - 120) : group.span[0]]
    if not re.search(r"\bfrom\s+(?:the\s+)?$", before[-12:]) or len(group.bearings) < 2:
        return False
    if not re.search(r"\bto\b", claim[group.span[0] : group.span[1]]):
        return False
    flies = [match.end() for match in _FLIGHT.finditer(before)]
    sounds = [match.end() for match in _SOUND.finditer(before)]
    return not sounds or (bool(flies) and flies[-1] > sounds[-1])


def _is_elsewhere(claim: str, group: _Group) -> bool:
    """Whether a bearing starts at a place named behind it, not at the observer: "north of Y"."""
    after = claim[group.span[1] : group.span[1] + 80]
    return _ANCHOR.match(after) is not None and _OWN_ANCHOR.match(after) is None


# -- distances


def _distance(claim: str, bearing: Span | None) -> tuple[float, float] | None:
    """Kilometres, least and most: the length beside a bearing, else one "away", "from" or "at a distance of"."""
    best = None
    for match in _DISTANCE.finditer(claim):
        unit = match["unit2"] or match["unit1"]
        if not unit or _ABOVE.match(claim, match.end()) or _HEIGHT.search(claim[max(0, match.start() - 24) : match.start()]):
            continue
        low = _number(match["low"]) * _factor(match["unit1"] or unit)
        high = _number(match["high"] or match["low"]) * _factor(unit if match["high"] else (match["unit1"] or unit))
        near = bearing is not None and 0 <= bearing[0] - match.end() <= 14
        far = bearing is not None and 0 <= match.start() - bearing[1] <= 30
        away = _AWAY.match(claim, match.end()) is not None or _AT_A_DISTANCE.search(
            claim[max(0, match.start() - 40) : match.start()]
        )
        if (near or far or away) and low <= high:
            best = (round(low, 4), round(high, 4))
            if near:
                break
    return best


def _number(written: str) -> float:
    return float(_COUNTED.get(written.lower()) or re.sub(r"[,\u202f\u00a0 ]", "", written))


def _factor(unit: str) -> float:
    return 1.0 if unit.lower().startswith("k") else 0.001


# -- the observer


def _observer(text: Text, words: str, shift: int, own: list[Span], span: Span, places: Sequence[Span]) -> str | None:
    """The name of the place where the monitor stood, from the claim's sentence, else from the last one that gives it."""
    limit = span[1] - shift
    here = [place for place in own if place[0] < limit and _stands_at(words, place)]
    inside = [place for place in here if place[0] >= span[0] - shift] or here
    if inside:
        return words[slice(*inside[0])]
    return _observer_before(text, span[0], places)


def _observer_before(text: Text, position: int, places: Sequence[Span]) -> str | None:
    """The last place before a character at which a sentence says that the monitor stood."""
    near = places[bisect_left(places, (position - _LOOK_BACK, 0)) : bisect_left(places, (position, 0))]
    for start, end in reversed(near):
        first, last = text.sentence_at(start)
        if last > position or last - first > _LOOK_BACK or end > last:
            continue
        words = " " + _without_brackets(text.text[first:last])
        if _stands_at(words, (start - first + 1, end - first + 1)):
            return text.text[start:end]
    return None


def _stands_at(words: str, place: Span) -> bool:
    """Whether a sentence says that the monitor stood at a place: "positioned in X", "in X the mission heard", "heard in X"."""
    name = words[slice(*place)]
    if not name.strip() or _REGION.search(name):
        return False  # in brackets, or too wide to stand at
    if _REGION_BEHIND.match(words, place[1]):
        return False
    lead = words[max(0, place[0] - 160) : place[0]]
    if _STANDS_AT.search(lead) and not re.search(
        r"\b(?:direction|towards?|into|against)\s+(?:of\s+)?(?:the\s+)?(?:\S+\s+)?$", lead
    ):
        return _HEARD.search(words) is not None or _PLACED.search(lead) is not None
    if _NOT_THERE.search(lead):
        return False
    return bool((_SAID_FIRST.search(lead) and _SEEN.search(words, place[1])) or _SEEN_AT.search(lead))
