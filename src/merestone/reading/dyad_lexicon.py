"""The lexicon of the coder of dyads: what the words of politics are called in CAMEO and PLOVER, and whom actors count as.

The tables are ``dyad_verbs.tsv`` (what is done), ``dyad_objects.tsv`` (to what, where that decides), ``dyad_modes.tsv``
(words that only intend, refuse or deny it), ``dyad_actors.tsv`` (whom actors count as) and ``dyad_words.tsv`` (small words).
They are checked when they are first needed: MerestoneError M401 names the file and the line that is wrong.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, cast, get_args

from merestone.reading.actor_mentions import entries, kinds
from merestone.reading.inflection import forms_of
from merestone.reading.lexicon import word_sets
from merestone.reading.names import Names, plurals
from merestone.reading.vocabulary import Row, rows

Sides = Literal["after", "both", "back", "home"]
"""Who does it to whom, as the head of ``dyad_verbs.tsv`` tells."""
Mode = Literal["plain", "intent", "consent", "threat", "refusal", "negative", "says", "nobody", "untrue"]
"""What a word makes of the verb behind it, as the head of ``dyad_modes.tsv`` tells."""

PLOVER: Mapping[str, tuple[str, ...]] = {
    "03": ("AGREE",),
    "04": ("CONSULT",),
    "05": ("SUPPORT",),
    "06": ("COOPERATE",),
    "07": ("AID",),
    "08": ("CONCEDE", "RETREAT"),
    "09": ("ACCUSE",),
    "10": ("REQUEST",),
    "11": ("ACCUSE",),
    "12": ("REJECT",),
    "13": ("THREATEN",),
    "14": ("PROTEST",),
    "15": ("MOBILIZE",),
    "16": ("SANCTION",),
    "17": ("COERCE",),
    "18": ("ASSAULT",),
    "19": ("ASSAULT",),
    "20": ("ASSAULT",),
}
"""The event types of PLOVER (2023) that each root of CAMEO may have, the one for a changed meaning first."""
Form = Literal["base", "s", "past", "ing", "noun", "fixed"]
"""What a written form of a phrase is."""

_KINDS_OF_SIDES = ("IGO", "NGO", "IMG")
_ACTOR_COLUMNS = ("code", "as", "names")
_VERB_COLUMNS = ("phrase", "kind", "cameo", "plover", "sides", "objects")
_ANY = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Meaning:
    """A row of ``dyad_verbs.tsv``."""

    cameo: str
    plover: str
    sides: Sides
    objects: tuple[str, ...]
    """Classes of ``dyad_objects.tsv``; empty for any object."""


@cache
def _homes() -> Mapping[str, str]:
    out: dict[str, str] = {}
    for row in rows("dyad_actors.tsv", _ACTOR_COLUMNS):
        if row["as"] not in _KINDS_OF_SIDES and not re.fullmatch("[A-Z]{3}", row["as"]):
            raise row.wrong(f"as is {row['as']!r}, not the code of a state nor one of {', '.join(_KINDS_OF_SIDES)}")
        if row["code"] in out:
            raise row.wrong(f"{row['code']} stands here a second time")
        out[row["code"]] = row["as"]
    return out


@cache
def own_names() -> Mapping[str, str]:
    """The names of ``dyad_actors.tsv``, with the actor code of each."""
    known = entries()
    out: dict[str, str] = {}
    for row in rows("dyad_actors.tsv", _ACTOR_COLUMNS):
        for name in row.several("names"):
            if name in known or name in out:
                raise row.wrong(f"{name!r} already names {known[name].actor if name in known else out[name]}")
            out[name] = row["code"]
    return out


@cache
def object_classes() -> Mapping[str, str]:
    """Class of each word of ``dyad_objects.tsv``, plurals included."""
    out: dict[str, str] = {}
    for row in rows("dyad_objects.tsv", ("class", "words")):
        for phrase in row.several("words"):
            for form in plurals(phrase):
                out.setdefault(form, row["class"])
    return out


@cache
def meanings() -> Mapping[tuple[str, str], tuple[Meaning, ...]]:
    """The rows of ``dyad_verbs.tsv`` by phrase and kind."""
    classes = set(object_classes().values())
    out: dict[tuple[str, str], tuple[Meaning, ...]] = {}
    for row in rows("dyad_verbs.tsv", _VERB_COLUMNS):
        key = row["phrase"], row.one_of("kind", ("verb", "noun", "fixed"))
        if row["phrase"] != row["phrase"].lower() or not row["phrase"]:
            raise row.wrong(f"phrase is {row['phrase']!r}, it must be in lower case")
        cameo = row.one_of("cameo", PLOVER)
        objects = () if row["objects"] == _ANY else row.several("objects")
        meaning = Meaning(
            cameo, row.one_of("plover", PLOVER[cameo]), cast(Sides, row.one_of("sides", get_args(Sides))), objects
        )
        _check_objects(row, meaning, classes, out.get(key, ()))
        out[key] = (*out.get(key, ()), meaning)
    return out


def _check_objects(row: Row, meaning: Meaning, classes: set[str], others: Sequence[Meaning]) -> None:
    for name in meaning.objects:
        if name not in classes:
            raise row.wrong(f"objects names {name!r}, which dyad_objects.tsv does not have")
    if any(set(other.objects) & set(meaning.objects) or other.objects == meaning.objects for other in others):
        raise row.wrong(f"{row['phrase']} stands here a second time with the same objects")


@cache
def readings() -> Mapping[str, tuple[tuple[Form, Meaning | Mode], ...]]:
    """What each written form may be, and what it then means or makes of the verb behind it."""
    out: dict[str, list[tuple[Form, Meaning | Mode]]] = {}
    for (phrase, kind), means in meanings().items():
        for written, form in _written(phrase, kind):
            out.setdefault(written, []).extend((form, meaning) for meaning in means)
    for row in rows("dyad_modes.tsv", ("phrase", "kind", "mode")):
        mode = cast(Mode, row.one_of("mode", get_args(Mode)))
        for written, form in _written(row["phrase"], row.one_of("kind", ("verb", "noun", "fixed"))):
            out.setdefault(written, []).append((form, mode))
    return {written: tuple(found) for written, found in out.items()}


def _written(phrase: str, kind: str) -> Iterator[tuple[str, Form]]:
    """The forms of a phrase and what each is; a form may be two things ("cut")."""
    if kind == "fixed":
        yield phrase, "fixed"
    elif kind == "noun":
        for form in plurals(phrase):
            yield form, "noun"
    else:
        base, third, *others = forms_of(phrase, "verb")
        yield base, "base"
        yield third, "s"
        first, _, rest = phrase.partition(" ")
        pasts = (*_PASTS.get(first, ()), *((first,) if first in _SAME_PAST else ()))
        for form in (*others, *(f"{past} {rest}".strip() for past in pasts)):
            bent = form.split(" ")[0]
            yield form, "ing" if bent.endswith("ing") and bent != first else "past"


_SAME_PAST = frozenset({"cut", "hit", "put", "set", "shut", "quit", "beat", "let", "bid"})
_PASTS: Mapping[str, tuple[str, ...]] = {
    "freeze": ("froze", "frozen"),
    "lend": ("lent",),
    "overthrow": ("overthrew", "overthrown"),
    "plead": ("pleaded", "pled"),
    "show": ("showed", "shown"),
}
"""Past forms of the verbs of this lexicon that ``irregular_forms.tsv`` does not have."""


@cache
def phrase_finder() -> Names:
    """Finds the phrases that may name an event or change one."""
    return Names(readings(), any_case=True)


@cache
def object_finder() -> Names:
    """Finds what things are done to."""
    return Names(object_classes(), any_case=True)


def side_of(code: str) -> str:
    """What an actor code counts as in event data: AZE-MIL is AZE, EU is IGOEU, AMNESTY is NGOAMNESTY, FARC is COL."""
    base = code.split("-")[0]
    home = _homes().get(base)
    if home is None:
        return f"IGO{base}" if kinds().get(base) in ("body", "monitor") else base
    return f"{home}{base}" if home in _KINDS_OF_SIDES else home


@cache
def people_finder() -> Names:
    """Finds people of a state whom ``sectors.tsv`` does not have."""
    return Names({form: None for word in small_words("people") for form in plurals(word)}, any_case=True)


def small_words(use: str) -> frozenset[str]:
    """The words of ``dyad_words.tsv`` of one use."""
    return word_sets("dyad_words.tsv")[use]
