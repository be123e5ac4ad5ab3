"""Errors and findings, each with a stable code.

The texts live in ``messages.toml``; a code, once released, keeps its meaning. ``merestone explain CODE`` prints the page of a
code, and ``docs/reference/messages.md`` holds all of them.
"""

from __future__ import annotations

import dataclasses
import string
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """One entry of messages.toml."""

    code: str
    text: str
    why: str
    fix: str

    @property
    def parameters(self) -> frozenset[str]:
        """Names the text expects."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)


@cache
def messages() -> dict[str, Message]:
    """All messages by code, in the order of the file."""
    raw = tomllib.loads(resources.files("merestone").joinpath("messages.toml").read_text(encoding="utf-8"))
    return {code: Message(code=code, **entry) for code, entry in raw.items()}


def say(code: str, /, **parameters: Any) -> str:
    """The sentence of a code. Raises KeyError where a parameter is missing: no sentence is ever half filled."""
    return messages()[code].text.format_map({name: _one_line(value) for name, value in parameters.items()})


def _one_line(value: Any) -> str:
    """Control characters in a file name or a document must not reach the terminal."""
    return "".join(ch if ch.isprintable() else "\N{REPLACEMENT CHARACTER}" for ch in str(value))


class MerestoneError(Exception):
    """Bad input, or a world that does not let us work: one sentence that says what to do. Exit status 2."""

    def __init__(self, code: str, /, **parameters: Any) -> None:
        self.code = code
        self.parameters = parameters
        super().__init__(say(code, **parameters))


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something ``verify`` found that is not as it was sealed."""

    code: str
    text: str

    @classmethod
    def of(cls, code: str, /, **parameters: Any) -> Finding:
        """The finding of a code, its sentence filled in."""
        return cls(code, say(code, **parameters))
