"""Names made comparable: case, diacritics, apostrophes and hyphens do not tell two names apart.

What must stay true here: ``fold`` is idempotent, keeps every script (nothing is transliterated) and depends on Unicode alone,
never on a locale.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark, with the base letter that people type for them.
_LETTERS = str.maketrans(
    {"ı": "i", "ə": "e", "ł": "l", "đ": "d", "ø": "o", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u200b-\u200f]")
_DROPPED = re.compile("['\"`\u00b4\u02b0-\u02bf\u02c8\u2018-\u201f\u2032\u2033]")
_SPACES = re.compile(r"[\s\-‐-―/.,;:()\[\]_·]+")


def fold(name: str) -> str:
    """A name as it is looked up: casefolded, without diacritics and apostrophes, words parted by one space."""
    text = name.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_LETTERS)
    return _SPACES.sub(" ", _DROPPED.sub("", text)).strip()


def spellings(name: str) -> tuple[str, ...]:
    """The folded forms a name is stored under. Azerbaijani ə is written both e and a in other alphabets."""
    first = fold(name)
    if "ə" in name or "Ə" in name:
        return tuple(dict.fromkeys((first, fold(name.replace("ə", "a").replace("Ə", "A")))))
    return (first,)


def is_latin(name: str) -> bool:
    """Whether every letter of a name is of the Latin alphabet."""
    return all(unicodedata.name(ch, "").startswith("LATIN") for ch in name if ch.isalpha())
