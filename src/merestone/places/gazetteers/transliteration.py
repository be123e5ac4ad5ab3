"""A looser key of a name, under which spellings of the same sounds meet: Gyegharkunik and Gegharkunik, Xocalı and Khojaly.

The rules are data (``data/transliteration.tsv``, which documents its form). The key is for look-up alone: it is no
transliteration to show, and it says nothing where the exact name is known. What must stay true here: the key depends on the
name and the table alone, and ``loose_all`` gives what ``loose`` gives one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

from merestone.places.gazetteers.names import fold_joined, joined

_BETWEEN = "\n"
_SPACES = re.compile(r"[^\S\n]+")


_Pairs = tuple[tuple[str, str], ...]


@cache
def _rules() -> tuple[re.Pattern[str], dict[str, _Pairs], tuple[tuple[re.Pattern[str], str], ...]]:
    """A name with what marks Turkic spelling, the pairs of each step, and the patterns."""
    text = resources.files("merestone.places").joinpath("data", "transliteration.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.split("\n") if line and not line.startswith("#")][1:]
    steps: dict[str, list[tuple[str, str]]] = {"letters": [], "turkic": [], "latin": [], "pattern": []}
    for step, written, key, _ in lines:
        steps[step].append((written, "" if key == "-" else key))
    (mark, _), *turkic = steps["turkic"]
    patterns = tuple((re.compile(written, re.ASCII), key) for written, key in steps["pattern"])
    pairs = {"letters": tuple(steps["letters"]), "turkic": tuple(turkic), "latin": tuple(steps["latin"])}
    return re.compile(f"^.*{mark}.*$", re.MULTILINE), pairs, patterns


def loose(name: str) -> str:
    """The looser key of a name; empty where nothing of it is left."""
    return loose_all([name])[0]


def loose_all(names: Iterable[str]) -> list[str]:
    """``loose`` of many names, in a few passes over all of them."""
    mark, steps, patterns = _rules()
    given = list(names)
    if not given:
        return []
    text = _SPACES.sub("", joined(given, _BETWEEN).casefold())
    if not text.isascii():
        text = mark.sub(_as_turkic, unicodedata.normalize("NFC", text))
        for written, key in steps["letters"]:
            text = text.replace(written, key)
    text = fold_joined(text, _BETWEEN).replace(" ", "")
    for written, key in steps["latin"]:
        text = text.replace(written, key)
    for pattern, key in patterns:
        text = pattern.sub(key, text)
    return text.split(_BETWEEN)


def _as_turkic(name: re.Match[str]) -> str:
    text = name[0]
    for written, key in _rules()[1]["turkic"]:
        text = text.replace(written, key)
    return text
