"""Names made comparable: case, diacritics, apostrophes and hyphens do not tell two names apart.

What must stay true here: ``fold`` is idempotent, keeps every script (nothing is transliterated) and depends on Unicode alone,
never on a locale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

# Letters that Unicode does not decompose into a base letter and a mark, with the base letter that people type for them.
_LETTERS = {
    "ı": "i", "ə": "e", "ł": "l", "đ": "d", "ø": "o", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n",
}  # fmt: skip
_BETWEEN = "\0"
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u200b-\u200f]")
_DROPPED = re.compile("['\"`\u00b4\u02b0-\u02bf\u02c8\u2018-\u201f\u2032\u2033]")
_SPACES = re.compile(r"[\s\-‐-―/.,;:()\[\]_·]+")


def fold(name: str) -> str:
    """A name as it is looked up: casefolded, without diacritics and apostrophes, words parted by one space."""
    return _fold(name.replace(_BETWEEN, " ")).strip()


def fold_all(names: Iterable[str]) -> list[str]:
    """``fold`` of many names, in one pass over all of them: some ten times as fast as one by one."""
    given = list(names)
    return fold_joined(joined(given, _BETWEEN), _BETWEEN).split(_BETWEEN) if given else []


def joined(names: Sequence[str], between: str) -> str:
    """Names one after the other, parted by a character that is a space where a name holds it."""
    text = between.join(names)
    if text.count(between) != len(names) - 1:
        text = between.join(name.replace(between, " ") for name in names)
    return text


def fold_joined(text: str, between: str) -> str:
    """``fold`` of each of the names of ``joined``."""
    if between != _BETWEEN:
        text = text.replace(_BETWEEN, " ").replace(between, _BETWEEN)
    text = _fold(text)
    return text.replace(f" {_BETWEEN}", _BETWEEN).replace(f"{_BETWEEN} ", _BETWEEN).strip(" ").replace(_BETWEEN, between)


def _fold(text: str) -> str:
    text = text.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
        for letter, plain in _LETTERS.items():
            text = text.replace(letter, plain)
    return _SPACES.sub(" ", _DROPPED.sub("", text))


def other_spelling(name: str) -> str | None:
    """A second form a name is stored under: Azerbaijani ə folds to e, and in English texts it is mostly written a."""
    return name.replace("ə", "a").replace("Ə", "A") if "ə" in name or "Ə" in name else None


def spellings(name: str) -> tuple[str, ...]:
    """The folded forms a name is stored under."""
    other = other_spelling(name)
    return (fold(name),) if other is None else (fold(name), fold(other))


# Scripts that one language alone writes, as far as names of places go, and scripts that several languages share. A shared
# script is given as BCP 47 gives an undetermined language: und-Cyrl.
_SCRIPTS = {
    "hy": r"\p{Armenian}", "ka": r"\p{Georgian}", "el": r"\p{Greek}", "ko": r"\p{Hangul}", "ja": r"[\p{Hiragana}\p{Katakana}]",
    "th": r"\p{Thai}", "und-Cyrl": r"\p{Cyrillic}", "und-Arab": r"\p{Arabic}", "und-Hebr": r"\p{Hebrew}",
    "und-Deva": r"\p{Devanagari}", "und-Hani": r"\p{Han}", "az": "[əƏ]",
}  # fmt: skip


def languages_by_script(names: pa.Array) -> pa.Array:
    """The language each name can only be in, by its letters; null where they do not tell (most names in Latin letters)."""
    out = pa.nulls(len(names), pa.string())
    if not (other := pc.invert(pc.string_is_ascii(names))).true_count:
        return out
    rows = pc.indices_nonzero(other)
    part = names.take(rows)
    tags = pa.nulls(len(part), pa.string())
    for tag, letters in _SCRIPTS.items():
        tags = pc.if_else(pc.and_(pc.is_null(tags), pc.match_substring_regex(part, letters)), tag, tags)
    return pc.replace_with_mask(out, other, tags)


def is_latin(name: str) -> bool:
    """Whether every letter of a name is of the Latin alphabet."""
    return all(unicodedata.name(ch, "").startswith("LATIN") for ch in name if ch.isalpha())
