"""The forms of an English word, so that a vocabulary needs only its dictionary form.

Regular forms follow the rules of spelling; the others are data (``irregular_forms.tsv``). Too many forms do no harm in a
vocabulary, too few would: a doubtful consonant is given both ways ("targeted", "targetted").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from merestone.reading.vocabulary import rows

_VOWELS = "aeiou"


@cache
def _irregular() -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {
        (row["word"], row.one_of("kind", ("verb", "noun"))): row.several("forms")
        for row in rows("irregular_forms.tsv", ("word", "kind", "forms"))
    }


def forms_of(word: str, kind: str) -> tuple[str, ...]:
    """All forms of a dictionary form in lower case, itself first; kind is verb, noun, adjective or any (verb and noun)."""
    forms = [word]
    if kind in ("noun", "any"):
        forms += _irregular().get((word, "noun")) or (plural(word),)
    if kind in ("verb", "any"):
        forms += verb_forms(word)
    return tuple(dict.fromkeys(forms))


def plural(noun: str) -> str:
    """The regular plural of a noun."""
    return _with_s(noun)


def verb_forms(verb: str) -> tuple[str, ...]:
    """Third person, past, participle and -ing form of a verb; of "pull-back" those of "pull" with the rest behind."""
    first, mark, rest = _first_part(verb)
    if mark:
        return tuple(f"{form}{mark}{rest}" for form in verb_forms(first))
    irregular = _irregular().get((verb, "verb"))
    stems = _stems(verb)
    past = irregular or tuple(f"{stem}ed" for stem in stems)
    return (_with_s(verb), *past, *(f"{stem}ing" for stem in _before_ing(verb, stems)))


def _first_part(verb: str) -> tuple[str, str, str]:
    """A verb of several words bends its first one ("come under"), or, behind a prefix, its last one ("counter-attack")."""
    for mark in (" ", "-"):
        first, found, rest = verb.partition(mark)
        if found and first in ("counter", "re", "over", "out", "de", "cease", "shell", "air", "para"):
            return verb, "", ""
        if found:
            return first, mark, rest
    return verb, "", ""


def _with_s(word: str) -> str:
    if word.endswith("y") and len(word) > 1 and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def _stems(verb: str) -> tuple[str, ...]:
    """What "ed" is put behind."""
    if verb.endswith("e"):
        return (verb[:-1],)
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in _VOWELS:
        return (verb[:-1] + "i",)
    doubles = len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS
    return (verb, verb + verb[-1]) if doubles else (verb,)


def _before_ing(verb: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    if verb.endswith("ie"):
        return (verb[:-2] + "y",)
    if verb.endswith("y"):
        return (verb,)
    return (verb,) if verb.endswith("ee") else stems
