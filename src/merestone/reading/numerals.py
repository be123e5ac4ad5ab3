"""Numbers as texts write them: 1,200 · 1.5 million · 3 000 · two · twenty-five · one hundred and fifty · a dozen.

Vague counts (dozens, hundreds, several) have no value and are not found. Each number has its span, so that a caller can look
at the words around it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache

from merestone.reading.vocabulary import rows

_DIGITS = r"\d{1,3}(?:[,  ]\d{3})+(?![\d])(?:\.\d+)?|\d{1,9}(?:\.\d+)?"


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    value: float
    start: int
    end: int
    in_words: bool = False


@cache
def _words() -> dict[str, tuple[float, str]]:
    kinds = ("unit", "ten", "scale", "group", "half")
    return {
        row["word"]: (float(row["value"]), row.one_of("kind", kinds)) for row in rows("numerals.tsv", ("word", "value", "kind"))
    }


def number_pattern() -> str:
    """A regular expression, without groups, for one number; read what it matched with ``value_of``."""
    names = "|".join(sorted(_words(), key=lambda word: (-len(word), word)))
    # "and" joins only what a hundred, thousand or million leaves open: "five and six" are two numbers.
    join = r"(?:(?:(?<=hundred)|(?<=thousand)|(?<=million))\sand\s|[\s\-‐‑])"
    scale = "|".join(word for word, (_, kind) in _words().items() if kind == "scale")
    words = rf"(?:(?:a|half\sa|one[\s\-]and[\s\-]a[\s\-]half)\s)?(?:{names})(?:{join}(?:{names})){{0,8}}"
    return rf"(?:(?:{_DIGITS})(?:[\s\-](?:{scale}))?|{words})"


_END = r"(?=(?:km²?|km2|m|mm|ha|kg|cm)\b|\W|$)(?!\.\d)"


@cache
def _number() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,:/\-–])(?:{number_pattern()}){_END}", re.IGNORECASE)


@cache
def _number_here() -> re.Pattern[str]:
    return re.compile(rf"(?:{number_pattern()}){_END}", re.IGNORECASE)


def number_at(text: str, start: int, end: int) -> Number | None:
    """The number that begins at a character, also right behind a hyphen: the second one of "2-3"."""
    match = _number_here().match(text, start, end)
    value = value_of(match.group()) if match else None
    return Number(value, match.start(), match.end(), not match.group()[0].isdigit()) if match and value is not None else None


def numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """The numbers between two characters of a text, in order."""
    for match in _number().finditer(text, start, len(text) if end is None else end):
        value = value_of(match.group())
        if value is not None:
            yield Number(value, match.start(), match.end(), not match.group()[0].isdigit())


def value_of(words: str) -> float | None:
    """The value of a number as written, or None where the words are not one number."""
    text = words.strip().lower()
    if digits := re.match(rf"(?:{_DIGITS})", text):
        value: float | None = float(re.sub(r"[,  ]", "", digits.group()))
        text = text[digits.end() :].strip(" -")
    else:
        value = None
    half = text.startswith("half a ")
    parts = [part for part in re.split(r"[\s\-‐‑]+", text.removeprefix("half ")) if part not in ("", "a", "and")]
    known = _words()
    if any(part not in known for part in parts):
        return None
    total, current, seen = 0.0, value or 0.0, value is not None
    for part in parts:
        number, kind = known[part]
        if kind in ("scale", "group"):
            current = (current if seen else 1.0) * number
            if number >= 1000:
                total, current, seen = total + current, 0.0, False
                continue
        elif kind == "unit" and seen and current % 10 and current < 100:
            return None
        else:
            current += number
        seen = True
    if value is None and not parts:
        return None
    return (total + current) * (0.5 if half else 1.0)
