"""Numerals as texts write them: 1,200 · 1.5 million · 3 000 · two · twenty-five · one hundred and fifty · half a dozen · twice.

Vague counts ("dozens", "several hundred") have no value and are not found. Numbers that are parts of a date, a clock time, a
code or another sign are not numerals either; whether a numeral is a label ("resolution 1701") is for ``mentions.py`` to say.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from merestone.model import Span
from merestone.reading.lexicon import HYPHENS, Words
from merestone.reading.vocabulary import rows

Form = Literal["digits", "words", "ordinal", "times"]

# A space, a comma or an apostrophe groups thousands, so that "1,20" and "5 1000" are not one number.
_DIGITS = re.compile(
    r"(?:[0-9]{1,3}(?:([,\u202f\u00a0\u2009 '’])[0-9]{3})(?:\1[0-9]{3}){0,3}|[0-9]{1,12})(?![0-9])(?:\.[0-9]+(?![0-9]))?"
)
_GLUED = re.compile(r"(?:km²|km2|km|m²|m2|m|mm|cm|ha|h|kg|min|k|st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"[,\u202f\u00a0\u2009 '’]")
_GAPS = re.compile(r"[\s\-‐‑]+")
_ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))
_SIGNS = frozenset("/:\\_@=+*")
_MOST_WORDS = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: the words ``first`` to before ``last``, the last of them perhaps glued to its unit ("5km")."""

    value: float
    span: Span
    first: int
    last: int
    form: Form
    glued: str = ""
    """The unit written onto the digits, in lower case."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Word:
    value: float
    kind: str


@cache
def _known() -> dict[str, _Word]:
    kinds = ("unit", "ten", "scale", "group", "ordinal", "times")
    return {
        row["word"]: _Word(float(row["value"]), row.one_of("kind", kinds))
        for row in rows("number_words.tsv", ("word", "value", "kind"))
    }


@cache
def _vague() -> frozenset[str]:
    return frozenset(row["words"] for row in rows("number_labels.tsv", ("words", "side")) if row["side"] == "vague")


def numerals(words: Words) -> Iterator[Numeral]:
    """The numerals of a text, in order, without overlap; in time linear in its length."""
    known = _known()
    reached = 0
    for index in [i for i, word in enumerate(words.lower) if word in known or word[0] in "0123456789"]:
        if index >= reached and (found := _numeral(words, index)) is not None:
            reached = max(found.last, index + 1)
            if found.form != "digits" or not _is_sign(words, found):
                yield found


def numeral_at(words: Words, index: int) -> Numeral | None:
    """The numeral that begins at a word, also right behind a hyphen: the second one of "2-3"."""
    if index >= len(words.lower):
        return None
    word = words.lower[index]
    return _numeral(words, index) if word[0] in "0123456789" or word in _known() else None


def value_of(written: str) -> float | None:
    """The value of words that are one number and nothing else, such as "1,200", "a hundred and fifty", "half a dozen"."""
    text = written.strip().lower()
    digits = _DIGITS.match(text)
    value = float(_BETWEEN_DIGITS.sub("", digits.group())) if digits else None
    text = text[digits.end() :].strip(" -") if digits else text
    half = text.startswith("half a ")
    parts = [part for part in _GAPS.split(text.removeprefix("half ")) if part not in ("", "a", "and")]
    known = _known()
    if any(part not in known or known[part].kind in ("ordinal", "times") for part in parts) or (value is None and not parts):
        return None
    total, current, seen = 0.0, value or 0.0, value is not None
    for part in parts:
        word = known[part]
        if word.kind in ("scale", "group"):
            current = (current if seen else 1.0) * word.value
            if word.value >= 1000:
                total, current, seen = total + current, 0.0, False
                continue
        elif word.kind == "unit" and seen and current % 10 and current < 100:
            return None
        else:
            current += word.value
        seen = True
    return (total + current) * (0.5 if half else 1.0)


def _numeral(words: Words, first: int) -> Numeral | None:
    return _in_digits(words, first) if words.lower[first][0] in "0123456789" else _in_words(words, first)


def _in_digits(words: Words, first: int) -> Numeral | None:
    start = words.spans[first][0]
    match = _DIGITS.match(words.text, start)
    if match is None:
        return None
    if match.group(1) == " " and not _groups_by_space(words, first):
        match = re.compile(r"[0-9]+").match(words.text, start)
        assert match is not None
    end, glued = match.end(), ""
    last = words.after(end, first)
    if last and words.spans[last - 1][1] > end:
        unit = _GLUED.match(words.text, end)
        if unit is None:
            return None
        glued = unit.group().lower()
    value = float(re.sub(r"[^0-9.]", "", match.group()))
    if glued in _ORDINAL_ENDINGS:
        return Numeral(value, (start, end + 2), first, last, "ordinal")
    if glued == "k":
        return Numeral(value * 1000, (start, end + 1), first, last, "digits")
    if not glued:
        value, last = _scaled(words, last, value)
    return Numeral(value, (start, end if glued else words.spans[last - 1][1]), first, last, "digits", glued)


def _groups_by_space(words: Words, first: int) -> bool:
    """Whether "5 200" is five thousand two hundred, not the fifth of a month and two hundred."""
    return not (first and words.written(first - 1)[:1].isupper() and words.lower[first - 1] not in ("some", "about", "over"))


def _scaled(words: Words, index: int, value: float) -> tuple[float, int]:
    """A value with the "million" or "dozen" behind it, and the index behind that."""
    skipped = index + 1 if index < len(words.lower) and words.lower[index] in HYPHENS else index
    if skipped < len(words.lower) and (word := _known().get(words.lower[skipped])) and word.kind in ("scale", "group"):
        return value * word.value, skipped + 1
    return value, index


def _is_sign(words: Words, numeral: Numeral) -> bool:
    """Whether digits are part of a date, clock time, code or other sign: 14:05, 12.05.2021, S/2021/5, T-72, +381."""
    text, (start, end) = words.text, numeral.span
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if (before and before in _SIGNS) or (after and after in _SIGNS and text[end + 1 : end + 2].isalnum()):
        return True
    if before == "." or (before == "," and text[start - 2 : start - 1].isdigit()):
        return True
    if after and after in ".," and text[end + 1 : end + 2].isdigit():
        return True
    if before and before in HYPHENS:
        # "losses—12 killed" and a list's dash stand before a number; "T-72" and "2021-05" hold one.
        return start > 1 and text[start - 2].isalnum()
    return bool(after) and after in HYPHENS and _is_code(text, end + 1)


def _is_code(text: str, start: int) -> bool:
    """Whether what stands behind a hyphen makes a code of the number before it: 19-A, 2021-05-12, 044-555."""
    rest = text[start : start + 12]
    if re.match(r"[A-Z][A-Z0-9]*\b", rest):
        return True
    return bool(re.match(r"[0-9]+[-/][0-9]", rest))


def _in_words(words: Words, first: int) -> Numeral | None:
    known, lower = _known(), words.lower
    start, total, current, index = first, 0.0, 0.0, first
    previous: _Word | None = None
    begin = known[lower[first]]
    if begin.kind in ("scale", "group"):
        led = _led(words, first)
        if led is None:
            return None
        start, current = led
        previous = _Word(current, "unit")
    while index < len(lower) and index - first < _MOST_WORDS:
        word = known.get(lower[index])
        if word is None or not _continues(previous, word, current):
            break
        if word.kind == "ordinal" or word.kind == "times":
            form: Form = "ordinal" if word.kind == "ordinal" else "times"
            return Numeral(total + current + word.value, words.span(start, index + 1), start, index + 1, form)
        if word.kind in ("scale", "group"):
            current = (current if previous else 1.0) * word.value
            if word.value >= 1000:
                total, current = total + current, 0.0
        else:
            current += word.value
        previous = word
        index += 1
        index = _joint(words, index, previous)
        if (half := _and_a_half(words, index)) is not None:
            current, index = current + 0.5, half
    last = _last_number_word(words, first, index)
    return Numeral(total + current, words.span(start, last), start, last, "words")


def _led(words: Words, index: int) -> tuple[int, float] | None:
    """Where "a dozen", "half a dozen" and "a hundred" begin, and what multiplies them; None where they are vague."""
    lower = words.lower
    before = lower[index - 1] if index else ""
    if before in ("a", "an"):
        if index > 1 and lower[index - 2] == "half":
            return index - 2, 0.5
        return index - 1, 1.0
    if before == "half" and lower[index] == "dozen":
        return index - 1, 0.5
    if before in _vague() or before in ("the", "per") or lower[index] == "dozen":
        return None
    return index, 1.0


def _continues(previous: _Word | None, word: _Word, current: float) -> bool:
    """Whether a number word goes on with the number before it, as in "two hundred" and not in "two, three"."""
    if previous is None:
        return True
    if word.kind in ("scale", "group"):
        return previous.kind != "scale" or word.value > previous.value
    if word.kind == "times":
        return False
    if previous.kind == "scale":
        return True
    if previous.kind == "ten" and current % 10 == 0:
        return word.kind in ("unit", "ordinal") and 0 < word.value < 10
    return False


def _joint(words: Words, index: int, previous: _Word) -> int:
    """The index behind a hyphen, or an "and" that a hundred, thousand or million leaves open."""
    known, lower = _known(), words.lower
    following = lower[index + 1 : index + 2]
    if not following or following[0] not in known:
        return index
    if lower[index] in HYPHENS and words.spans[index][0] == words.spans[index - 1][1]:
        return index + 1
    if lower[index] == "and" and previous.kind == "scale" and known[following[0]].kind in ("unit", "ten"):
        return index + 1
    return index


def _and_a_half(words: Words, index: int) -> int | None:
    lower = words.lower
    if lower[index : index + 3] == ["and", "a", "half"]:
        return index + 3
    return None


def _last_number_word(words: Words, first: int, index: int) -> int:
    """The index behind the last word that belongs to a number, without a hyphen or "and" that led nowhere."""
    while index - 1 > first and words.lower[index - 1] not in _known() and words.lower[index - 1] != "half":
        index -= 1
    return index
