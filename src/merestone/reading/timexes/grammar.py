"""The notation of the time grammar, and its compiler.

A form is a regular expression over words. A word in capitals is a role (``MONTH``) or a macro, a word in small letters or a
punctuation mark is itself, ``?P<name>`` and the operators ``( ) | ? *`` and ``{m,n}`` are those of regular expressions. Each
is compiled to a regular expression over signs (see ``lexicon.py``), in which every word is one character; so a form can
neither match half a word nor backtrack over the characters of one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from functools import cache

from merestone.reading.timexes import lexicon
from merestone.reading.timexes.lexicon import Signs

_PIECE = re.compile(
    r"(?P<operator>\(\?P<\w+>|\(\?[:=!]|\{\d+(?:,\d*)?\}|[()|?*+])|(?P<role>[A-Z][A-Z0-9]*)|(?P<word>[^\W_]+|[^\w\s])"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """One way to write a time."""

    name: str
    pattern: re.Pattern[str]
    """Over signs."""
    order: int
    """Its place among all forms."""


@dataclasses.dataclass(frozen=True, slots=True)
class Family:
    """Forms that hold a word in common."""

    needs: frozenset[str]
    """Signs of which every expression of the family has one."""
    forms: tuple[Form, ...]


class Grammar:
    """Forms, compiled, with the signs they run over."""

    def __init__(self, families: Sequence[tuple[str, dict[str, str]]], macros: dict[str, str]) -> None:
        """``families`` are the roles and words of which every expression of the family holds one, and its forms by name."""
        self._macros = macros
        sources = [source for needs, forms in families for source in (needs, *forms.values())]
        literals = {
            found["word"] for source in (*sources, *macros.values()) for found in _PIECE.finditer(source) if found["word"]
        }
        self.signs = Signs(frozenset(literals))
        names = [name for _, forms in families for name in forms]
        self.families = tuple(
            Family(
                frozenset(sign for need in needs.split() for sign in self._needed(need)),
                tuple(Form(name, re.compile(self._compiled(source)), names.index(name)) for name, source in forms.items()),
            )
            for needs, forms in families
        )

        self.core = frozenset(sign for family in self.families for sign in family.needs)
        """Signs of which every expression has one."""

    def _needed(self, need: str) -> set[str]:
        """The signs that tell that a role may be played: its words, and of each phrase its rarest word."""
        if not need.isupper():
            return set(self.signs.of_role(f"={need}"))
        role = need.lower()
        rarest = {_rarest(phrase) for phrase in _phrases(role)}
        return {*self.signs.of_role(role), *(sign for word in rarest for sign in self.signs.of_role(f"={word}"))}

    def _compiled(self, source: str) -> str:
        out: list[str] = []
        for found in _PIECE.finditer(source):
            if found["operator"]:
                out.append(found["operator"])
            elif found["role"]:
                out.append(self.role(found["role"]))
            else:
                out.append(self._literal(found["word"]))
        return "".join(out)

    def role(self, name: str) -> str:
        """What a role or macro stands for, as a regular expression over signs."""
        if name in self._macros:
            return f"(?:{self._compiled(self._macros[name])})"
        role = name.lower()
        choices = ["".join(map(self._literal, phrase)) for phrase in _phrases(role)]
        if signs := self.signs.of_role(role):
            choices.append(_charset(signs))
        if not choices:
            raise LookupError(f"no word has the role {role}")
        return f"(?:{'|'.join(choices)})"

    def _literal(self, word: str) -> str:
        return _charset(self.signs.of_role(f"={word}"))


@cache
def _phrases(role: str) -> tuple[tuple[str, ...], ...]:
    return lexicon.phrases(role) if role in lexicon.ROLES else ()


def _rarest(phrase: tuple[str, ...]) -> str:
    """A unit or a part of the day, else the longest word, the last of several."""
    named = lexicon.values("unit").keys() | lexicon.values("part").keys()
    return max(enumerate(phrase), key=lambda at: (at[1] in named, len(at[1]), at[0]))[1]


def _charset(signs: str) -> str:
    return f"[{''.join(map(re.escape, signs))}]"
