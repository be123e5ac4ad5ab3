"""What a number counts or measures: the head of the noun phrase behind it, without a parse.

The phrase ends at punctuation and at closed-class words (``data/noun_phrase_ends.tsv``). In it the first noun of
``data/counted_nouns.tsv`` counts, moved on to the last of those that stand in a row ("tank rounds" are rounds, "rocket
attacks" are attacks); a noun that often qualifies another ("two wounded soldiers") only where no other follows.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Literal, cast, get_args

from merestone.model import Unit
from merestone.reading.designations import designation_at
from merestone.reading.lexicon import HYPHENS, Lexicon, Words
from merestone.reading.vocabulary import rows

NounClass = Literal[
    "person", "explosion", "burst", "shot", "round", "vehicle", "weapon", "violation", "unit", "not", "unknown", "none"
]  # fmt: skip
"""What a number counts: ``unit`` for a measure, ``not`` for what is no quantity of a claim, ``unknown`` for a noun that no
vocabulary holds, ``none`` where the number stands without a noun."""

_FURTHEST = 9
_CALIBRES = ("mm", "cm")
_QUOTES = frozenset("\"'“”‘’«»„")


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts: the words ``first`` to before ``last``, empty where there is no noun."""

    noun: NounClass
    first: int
    last: int
    plural: bool = False
    unit: Unit = "1"
    factor: float = 1.0
    of: bool = False
    """Whether the number counts some of a definite group: "two of the soldiers"."""
    phrase: str = ""
    """The vocabulary entry of the noun."""
    joined: bool = False
    """Whether a hyphen joins number and noun: "a 44-day war", "a six-member team"."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Noun:
    noun: NounClass
    weak: bool = False
    unit: Unit = "1"
    factor: float = 1.0
    short: bool = False
    plural: bool = False


@cache
def _nouns() -> tuple[Lexicon, dict[str, _Noun]]:
    classes = [name for name in get_args(NounClass) if name not in ("unit", "unknown")]
    entries: dict[str, _Noun] = {}
    for row in rows("measures.tsv", ("words", "unit", "factor", "short")):
        unit = cast(Unit, row.one_of("unit", get_args(Unit)))
        entries[row["words"]] = _Noun(
            "unit", unit=unit, factor=float(row["factor"]), short=row.one_of("short", ("", "yes")) == "yes"
        )
    for row in rows("counted_nouns.tsv", ("noun", "class", "weak")):
        noun = cast(NounClass, row.one_of("class", classes))
        entries[row["noun"]] = _Noun(noun, weak=row.one_of("weak", ("", "yes")) == "yes")
        head, of, rest = row["noun"].partition(" of ")
        if of:
            entries[f"{head}s{of}{rest}"] = dataclasses.replace(entries[row["noun"]], plural=True)
    return Lexicon(entries), entries


@cache
def _ends() -> dict[str, str]:
    return {row["word"]: row["kind"] for row in rows("noun_phrase_ends.tsv", ("word", "kind"))}


@dataclasses.dataclass(slots=True)
class _Head:
    """The head of a noun phrase as far as it has been read."""

    noun: _Noun
    first: int
    last: int
    plural: bool
    phrase: str = ""


def counted(words: Words, index: int, stop: int, glued: str = "") -> Counted:
    """What a number ending before the word ``index`` counts, looking no further than the word ``stop``.

    ``glued`` is the unit written onto the number's digits.
    """
    entries = _nouns()[1]
    if glued and glued in entries:
        return _result(_Head(entries[glued], index - 1, index, False, glued))
    of = joined = False
    begin = index
    weak: _Head | None = None
    unknown: int | None = None
    furthest = min(stop, index + _FURTHEST)
    while index < furthest:
        word = words.lower[index]
        if word in HYPHENS or word in _QUOTES:
            joined = joined or (index == begin and word in HYPHENS)
        elif word == "of" and index - begin <= 1:
            of = True
        elif (age := _age(words, index)) is not None:
            index = age - 1
        elif _is_end(words, index, begin):
            break
        elif (head := _head_at(words, index, stop)) is not None and not (head.noun.short and index - begin > joined):
            head = _extended(words, head, stop)
            if words.lower[head.last : head.last + 2] in (["'", "s"], ["’", "s"]):
                index = head.last + 2
                continue
            if not head.noun.weak or head.plural:
                return _result(head, of=of, joined=joined)
            weak, unknown = head, None
            index = head.last - 1
        elif word[-1] == "s" and len(word) > 3 and (word[-2] not in "sui" or words.written(index)[0].isupper()):
            unknown = index
        index += 1
    if unknown is not None:
        # Peoples, tribes and nations are named with a capital: "two Yazidis".
        person = words.written(unknown)[:1].isupper() and words.lower[unknown].isalpha() and unknown == index - 1
        return Counted("person" if person else "unknown", unknown, unknown + 1, True, of=of, joined=joined)
    if weak is not None:
        return _result(weak, of=of, joined=joined)
    return Counted("none", begin, begin, of=of)


def _age(words: Words, index: int) -> int | None:
    """The index behind the age in "a 15-year-old boy"."""
    behind = words.lower[index + 1 : index + 5]
    return index + 5 if behind == ["-", "year", "-", "old"] else None


def _result(head: _Head, *, of: bool = False, joined: bool = False) -> Counted:
    noun = head.noun
    return Counted(noun.noun, head.first, head.last, head.plural, noun.unit, noun.factor, of, head.phrase, joined)


def _head_at(words: Words, index: int, stop: int) -> _Head | None:
    lexicon, entries = _nouns()
    if (kind := designation_at(words, index)) is not None and kind.last <= stop:
        return _Head(_Noun(cast(NounClass, kind.counts)), index, kind.last, words.lower[kind.last - 1][-1:] == "s")
    if (hit := lexicon.at(words, index, stop)) is not None:
        noun = entries[hit.phrase]
        if noun.short and not words.written(hit.first).islower():
            return None  # "seven M-80s"
        return _Head(noun, hit.first, hit.last, hit.plural or noun.plural, hit.phrase)
    return None


def _extended(words: Words, head: _Head, stop: int) -> _Head:
    """The last of the nouns that stand in a row: "anti-tank missiles", "tank rounds", "drone attacks".

    A plural ends the row: in "three shells hit a house" and "two drones shot down" a verb follows.
    """
    while head.noun.noun != "unit" and head.last < stop and (not head.plural or head.noun.weak):
        following = _head_at(words, head.last, stop)
        if following is None or following.noun.noun == "unit" or (following.noun.weak and not head.noun.weak):
            return head
        head = following
    return head


def _is_end(words: Words, index: int, begin: int) -> bool:
    word = words.lower[index]
    if word == "and":
        # "six Ethiopian and Eritrean prisoners", but not "two and five soldiers".
        return index == begin or not words.written(index - 1)[:1].isupper()
    if word[0].isdigit() and word[-2:] not in _CALIBRES:
        return words.lower[index + 1 : index + 2] not in (["mm"], ["-"]) and designation_at(words, index) is None
    return word in _ends() or word == "of" or not (word[0].isalnum() or word[0] == "%")


def nouns_named(words: Words) -> list[tuple[int, NounClass]]:
    """Where a text names things that can be counted, other than people, and their classes, in text order."""
    lexicon, entries = _nouns()
    return [
        (words.spans[hit.first][0], noun.noun)
        for hit in lexicon.find(words)
        if not (noun := entries[hit.phrase]).weak and noun.noun not in ("unit", "not", "none", "person")
    ]
