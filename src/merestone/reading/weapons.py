"""Weapons named in a text, with their class, their calibre and how they stand to what happens.

The words are data (``data/weapons.tsv``, ``data/designations.tsv``); a calibre refines what they leave open
(``data/calibres.tsv``). A weapon may be what was used, what was hit or taken, or what was watched with; verbs and prepositions
beside it say so (``data/weapon_verbs.tsv``), as far as words beside each other can. Whoever links weapons to claims decides.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Literal, cast, get_args

from merestone.model import Event, Means, Span
from merestone.reading.designations import beginnings, designation_at
from merestone.reading.lexicon import Lexicon, Words, word_sets, words_of
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

Role = Literal["used", "hit", "watching", "named"]
"""``used``: fired, flown, laid or the instrument of something; ``hit``: shot down, destroyed, taken, lost or fired at;
``watching``: what an observer looked through; ``named``: the words beside it do not say."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeaponMention:
    """A weapon named in a text."""

    span: Span
    """The characters of its words, with its calibre where that stands in them."""
    means: tuple[Means, ...]
    """Its classes: two for words such as "light and heavy machine guns", else one."""
    calibre_mm: float | None = None
    """Its calibre in millimetres where the text gives one."""
    role: Role = "named"
    preposition: str = ""
    """The preposition before it, in lower case: "with", "by", "from", "of", "at" ...; empty where there is none."""
    is_plural: bool = False
    is_doubtful: bool = False
    """Whether its words often are no weapon of a claim: "shells", "bombed", "airspace"."""
    is_monitors: bool = False
    """Whether it belongs to a monitor or the United Nations: "SMM mini-UAV", "UN helicopter"."""
    is_attribute: bool = False
    """Whether it only qualifies what follows: "drone operators", "tank commander", "missile defence"."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Weapon:
    means: tuple[Means, ...]
    doubtful: bool


@cache
def _weapons() -> tuple[Lexicon, dict[str, _Weapon]]:
    entries: dict[str, _Weapon] = {}
    for row in rows("weapons.tsv", ("phrase", "means", "doubt")):
        classes = () if row["means"] == "-" else row.several("means")
        if wrong := [name for name in classes if name not in get_args(Means)]:
            raise row.wrong(f"{wrong[0]!r} is no weapon class")
        entries[row["phrase"]] = _Weapon(cast("tuple[Means, ...]", classes), row.one_of("doubt", ("", "yes")) == "yes")
    return Lexicon(entries), entries


@cache
def _calibres() -> list[tuple[float, float, Means]]:
    return [
        (float(row["from"]), float(row["to"]), cast(Means, row.one_of("means", get_args(Means))))
        for row in rows("calibres.tsv", ("from", "to", "means"))
    ]


@cache
def _verbs() -> tuple[Lexicon, dict[str, str]]:
    table = {row["words"]: row.one_of("role", ("hit", "watch", "fire")) for row in rows("weapon_verbs.tsv", ("words", "role"))}
    return Lexicon(table), table


def class_of_calibre(millimetres: float) -> Means | None:
    """The weapon class that a calibre most often stands for; None where the table has none."""
    return next((means for low, high, means in _calibres() if low <= int(millimetres) <= high), None)


_CALIBRE = re.compile(
    r"(?<![\w.,])([0-9]{1,3}(?:\.[0-9]{1,2})?)(?:[\s-]?mm\b|[\s-]millimet(?:re|er)s?\b)|(?<!\w)\.50[\s-]cal(?:ib(?:re|er))?\b"
)
_INCH_HALF = 12.7  # ".50 calibre", half an inch
_OPEN = frozenset(("shell", "gun", "large calibre", "large caliber", "machine gun", "machinegun", "heavy gun", "rifled weapon"))
_FLYING = frozenset(("uav", "aircraft"))
_VEHICLES = _FLYING | {"tank"}
_ENDS = frozenset(".;:()!?")
_LEFT, _RIGHT = 7, 12


def find_weapons(text: Text) -> tuple[WeaponMention, ...]:
    """The weapons named in a text, in order, without overlap."""
    words = words_of(text)
    hits = _hits(words)
    calibres = [(match.span(), _millimetres(match)) for match in _CALIBRE.finditer(text.text)]
    if not hits and not calibres:
        return ()
    return tuple(_Surroundings(text, words, hits).mentions(calibres))


def _millimetres(match: re.Match[str]) -> float:
    return float(match.group(1)) if match.group(1) else _INCH_HALF


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    """A weapon's words: ``first`` to before ``last``."""

    first: int
    last: int
    phrase: str
    weapon: _Weapon
    plural: bool


def _hits(words: Words) -> list[_Named]:
    lexicon, entries = _weapons()
    letters = beginnings()
    found: list[_Named] = []
    types = [i for i, word in enumerate(words.lower) if word in letters or (word[-1].isdigit() and not word.isdigit())]
    for index in types:
        kind = designation_at(words, index)
        if kind is not None and kind.means is not None:
            plural = words.lower[kind.last - 1].endswith("s")
            found.append(_Named(index, kind.last, "", _Weapon((kind.means,), False), plural))
    taken = {i for named in found for i in range(named.first, named.last)}
    for hit in lexicon.find(words):
        if taken.isdisjoint(range(hit.first, hit.last)):
            found.append(_Named(hit.first, hit.last, hit.phrase, entries[hit.phrase], hit.plural))
    return sorted(found, key=lambda named: named.first)


class _Surroundings:
    """What stands around the weapons of a text."""

    def __init__(self, text: Text, words: Words, hits: list[_Named]) -> None:
        self.text, self.words, self.hits = text, words, hits
        self.inside = {i for named in hits for i in range(named.first, named.last)}
        self.starts = [start for start, _ in words.spans]
        self.sets = word_sets("weapon_context.tsv")
        self.prepositions = self.sets["prepositions"] | self.sets["instrument"]

    def mentions(self, calibres: list[tuple[Span, float]]) -> list[WeaponMention]:
        out = []
        free = list(calibres)
        for named in self.hits:
            span = self.words.span(named.first, named.last)
            calibre = next((entry for entry in free if self._belongs(entry[0], span)), None)
            if not named.weapon.means or self._is_pit(named):
                continue
            out.append(self._mention(named, span, calibre))
        covered = sorted(mention.span for mention in out)
        out += [found for entry in free if (found := self._ammunition(entry, covered)) is not None]
        out.sort(key=lambda mention: mention.span)
        return out

    def _is_pit(self, named: _Named) -> bool:
        """Whether a mine is one where something is dug: "the Butivka mine"."""
        if named.phrase != "mine" or named.plural or not named.first:
            return False
        before = self.words.written(named.first - 1)
        return before[:1].isupper() and before.lower() not in ("a", "the", "anti", "claymore", "no", "one", "each")

    def _belongs(self, calibre: Span, weapon: Span) -> bool:
        """Whether a calibre stands at a weapon: "120-mm mortars", "howitzers (122mm)", "T-72, 125mm"."""
        text = self.text.text
        if calibre[0] < weapon[1] and weapon[0] < calibre[1]:
            return True
        if calibre[1] <= weapon[0]:
            between = text[calibre[1] : weapon[0]] if weapon[0] - calibre[1] < 24 else "."
            return not set(between) & set(".;:()") and between.count(",") == 0 and len(between.split()) <= 2
        between = text[weapon[1] : calibre[0]] if calibre[0] - weapon[1] < 40 else ";"
        return "(" in between and ")" not in between and ";" not in between

    def _mention(self, named: _Named, span: Span, calibre: tuple[Span, float] | None) -> WeaponMention:
        means, doubtful = named.weapon.means, named.weapon.doubtful
        if calibre is not None:
            refined = _refined(named, calibre[1])
            doubtful = doubtful and refined == means
            means = refined
        begin = min(span[0], calibre[0][0]) if calibre is not None and calibre[0][1] <= span[0] else span[0]
        first = bisect_left(self.starts, begin)
        return WeaponMention(
            span=(begin, span[1]),
            means=means,
            calibre_mm=calibre[1] if calibre is not None else None,
            role=self._role(named, first),
            preposition=self._preposition(first),
            is_plural=named.plural,
            is_doubtful=doubtful,
            is_monitors=self._is_monitors(first, named.last),
            is_attribute=self.words.lower[named.last : named.last + 1] != []
            and self.words.lower[named.last] in self.sets["attribute"],
        )

    def _ammunition(self, calibre: tuple[Span, float], covered: list[Span]) -> WeaponMention | None:
        """A calibre without a weapon's name: "120mm shells", "of a calibre above 100 mm"."""
        (start, end), millimetres = calibre
        if any(a <= start < b for a, b in covered):
            return None
        first = bisect_left(self.starts, start)
        last = bisect_left(self.starts, end)
        near = self.words.lower[max(0, first - 6) : first] + self.words.lower[last : last + 6]
        if self.sets["ammunition"].isdisjoint(near):
            return None
        above = any(word in ("above", "over", "than", "exceeding") for word in self.words.lower[max(0, first - 2) : first])
        means = "large_calibre" if above and millimetres >= 50 else class_of_calibre(millimetres)
        if means is None:
            return None
        named = _Named(first, max(last, first + 1), "", _Weapon((means,), False), False)
        return WeaponMention(
            span=(start, end),
            means=(means,),
            calibre_mm=millimetres,
            role=self._role(named, first),
            preposition=self._preposition(first),
        )

    # -- roles

    def _role(self, named: _Named, first: int) -> Role:
        if named.phrase.startswith(("from ", "by ")) or self.words.lower[named.last - 1] in self.sets["deeds"]:
            return "used"
        sentence = self.text.sentence_at(self.starts[named.first])
        low, high = bisect_left(self.starts, sentence[0]), bisect_left(self.starts, sentence[1])
        preposition = self._preposition(first)
        before, between = self._verb_before(first, low)
        vehicle = not _VEHICLES.isdisjoint(named.weapon.means)
        after = self._verb_after(named.last, high, vehicle=vehicle)
        flies = not _FLYING.isdisjoint(named.weapon.means)
        if flies and self._is_monitors(first, named.last) and "watch" in (before, after):
            return "watching"
        if before == "hit" and (between == "" or between == "of"):
            return "hit"
        if before in ("fire", "hit") and preposition in self.sets["at"]:
            return "hit"
        if preposition in self.sets["instrument"]:
            return "watching" if flies and before == "watch" and preposition == "by" else "used"
        if after == "hit":
            return "hit"
        if flies and after == "watch" and preposition == "":
            return "watching"
        if before == "fire" or after == "fire":
            return "used"
        return "named"

    def _verb_before(self, first: int, low: int) -> tuple[str, str]:
        """The role of the nearest verb before a weapon in its clause, and the preposition that stands between."""
        lexicon, roles = _verbs()
        index, preposition = first - 1, ""
        stop = max(low, first - _LEFT)
        while index >= stop:
            word = self.words.lower[index]
            if word in _ENDS:
                break
            least = word == "at" and self.words.lower[index + 1] in ("least", "most")
            if (
                not preposition
                and not least
                and (word in self.sets["at"] or word in self.sets["instrument"] or word in ("of", "in", "over", "near"))
            ):
                preposition = word
            hit = next(
                (h for i in (index - 1, index) if i >= stop and (h := lexicon.at(self.words, i)) and h.last == index + 1), None
            )
            if hit is not None:
                return roles[hit.phrase], preposition
            if word in self.sets["passive"] or word in ("which", "who", "that"):
                break
            index -= 1
        return "", preposition

    def _verb_after(self, last: int, high: int, *, vehicle: bool) -> str:
        """The role of what is said of a weapon: "was shot down" is hit, "spotted" is watch, "fired" is fire."""
        lexicon, roles = _verbs()
        index, passive = last, False
        stop = min(high, last + _RIGHT)
        while index < stop:
            word = self.words.lower[index]
            if word in _ENDS or word in ("by", "with", "at", "against"):
                break
            if word in self.sets["passive"]:
                passive = True
            hit = lexicon.at(self.words, index, high)
            if hit is not None:
                role = roles[hit.phrase]
                if role == "hit" and hit.phrase.endswith((" at", " upon", " fire", " attack")):
                    return "hit" if vehicle else "fire"  # helicopters, not rockets, are fired at
                if role == "hit":
                    # "drones shot down since" and "a drone was hit", but "a drone hit the house" and "rockets destroyed it".
                    down = hit.phrase.endswith("down") or hit.phrase.startswith("came under") or hit.phrase == "crashed"
                    return "hit" if passive or down else "fire"
                if role == "watch":
                    return "" if passive else "watch"
                return "fire"
            index += 1
        return ""

    def _preposition(self, first: int) -> str:
        index = first - 1
        while index >= 0 and first - index < 5 and self._is_before_noun(index):
            if self.words.lower[index] == "of":
                break
            index -= 1
        if index >= 0 and self.words.lower[index] in self.prepositions:
            return self.words.lower[index]
        # "from artillery, mortars and tanks": the preposition of the list is that of each member.
        while index >= 0 and first - index < 14 and (self.words.lower[index] in self.sets["list"] or index in self.inside):
            index -= 1
        return self.words.lower[index] if index >= 0 and self.words.lower[index] in self.sets["instrument"] else ""

    def _is_before_noun(self, index: int) -> bool:
        word = self.words.lower[index]
        named = word in self.sets["before_noun"] or word in self.sets["monitors"]
        return named or word[0].isdigit() or index in self.inside

    def _is_monitors(self, first: int, last: int) -> bool:
        lower = self.words.lower
        near = lower[max(0, first - 4) : first] + (lower[last + 1 : last + 3] if lower[last : last + 1] == ["of"] else [])
        return not self.sets["monitors"].isdisjoint(near)


def _refined(named: _Named, millimetres: float) -> tuple[Means, ...]:
    """The classes of a weapon with a calibre: it decides where the words leave the weapon open."""
    kind = class_of_calibre(millimetres)
    if kind is None:
        return named.weapon.means
    if named.phrase in ("machine gun", "machinegun"):
        return ("heavy_machine_gun",) if millimetres > 12 else named.weapon.means
    return (kind,) if named.phrase in _OPEN or named.weapon.doubtful else named.weapon.means


# What is brought down in flight is still what the claim of a flight over the line is about.
_WITHOUT_WEAPONS: frozenset[Event] = frozenset(
    ("access_denied", "aid", "return", "statement", "disinformation", "legal_action", "talks", "displacement", "torture")
)
_ABOUT_THE_THING: frozenset[Event] = frozenset(
    ("overflight", "buildup", "weapons_violation", "withdrawal", "mines", "incursion")
)


def plain_means(event: Event, weapons: Sequence[WeaponMention], span: Span) -> tuple[Means, ...]:
    """The weapon classes of a claim by rules alone, in text order, each once: a baseline beside what is learned."""
    if event in _WITHOUT_WEAPONS:
        return ()
    found: list[Means] = []
    own = [weapon for weapon in weapons if span[0] <= weapon.span[0] < span[1] and weapon.role != "watching"]
    sure = [weapon for weapon in own if not weapon.is_doubtful]
    if not sure and event == "weapons_violation":
        sure = [weapon for weapon in own if weapon.means == ("unspecified",)]
    for weapon in sure:
        if weapon.role == "hit" and event not in _ABOUT_THE_THING:
            continue
        found += [means for means in weapon.means if means not in found]
    return tuple(found)
