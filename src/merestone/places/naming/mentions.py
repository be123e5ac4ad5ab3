"""What the words of a place mention say: the name itself, the kind of place, and the wider place it is in.

"the Shahbuz district of the Nakhchivan Autonomous Republic" is an area called Shahbuz inside something called Nakhchivan
Autonomous Republic; "the state border with Armenia" is a boundary and names Armenia; "the village" names nothing.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Literal

from merestone.places.gazetteers.names import fold
from merestone.reading.vocabulary import rows

Kind = Literal["area", "settlement", "thing", "part", "line", "filler"]


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One entry of place_words.tsv."""

    kind: Kind
    radius_m: float
    line: str | None


@cache
def _vocabulary() -> dict[str, Word]:
    out: dict[str, Word] = {}
    for row in rows("place_words.tsv", ("word", "kind", "radius_m", "line"), resources.files("merestone.places") / "data"):
        kind = row.one_of("kind", ("area", "settlement", "thing", "part", "line", "filler"))
        line = None if row["line"] == "-" else row.one_of("line", ("boundary", "contact"))
        out[fold(row["word"])] = Word(kind, float(row["radius_m"]), line)  # type: ignore[arg-type]
    return out


@cache
def role_extra_m() -> dict[str, tuple[float, str]]:
    """(metres added to the radius, words) of each role of a place."""
    table = rows("roles.tsv", ("role", "extra_m", "words"), resources.files("merestone.places") / "data")
    return {row["role"]: (float(row["extra_m"]), row["words"]) for row in table}


@cache
def states() -> dict[str, str]:
    """Folded names and adjectives of states, and the code of each: armenian and republic of armenia both give ARM."""
    out: dict[str, str] = {}
    for row in rows("states.tsv", ("code", "names", "adjectives", "capitals")):
        for word in (*row.several("names"), *row.several("adjectives")):
            out.setdefault(fold(word), row["code"])
    return out


@dataclasses.dataclass(frozen=True, slots=True)
class Meaning:
    """What a mention says."""

    names: tuple[str, ...]
    """Folded names to look up, the fullest first. Empty where the words name nothing."""
    kind: Kind | None = None
    """The kind of place the words say it is; None where they do not."""
    radius_m: float = 0.0
    """What that kind of place adds or is, in metres; see place_words.tsv."""
    inside: tuple[str, ...] = ()
    """Folded names of the wider place, the fullest first."""
    line: str | None = None
    """boundary or contact, for a line."""
    states: tuple[str, ...] = ()
    """Codes of the states the words name, by name or adjective, in text order."""
    ends: tuple[str, str] | None = None
    """Folded names of the two ends of a road or section ("Goris-Kapan road")."""


_OF = re.compile(r"\s+(?:of|in|over|around|at|near)\s+(?:the\s+)?|\s*,\s*", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=\w)\s*[-–—]\s*(?=\w)")


def understand(mention: str, is_known: Callable[[str], bool]) -> Meaning:
    """The meaning of a mention. ``is_known`` says whether a folded name is in the gazetteer."""
    whole = fold(mention).removeprefix("the ")
    found_states = _states_in(whole)
    if line := _line_in(whole):
        return Meaning(names=_rest(whole, is_known), kind="line", line=line, states=found_states)
    if (ends := _between(whole, is_known)) is not None:
        return Meaning(names=(), kind="thing", states=found_states, ends=ends)
    if is_known(whole) and whole not in _vocabulary():
        return Meaning(names=(whole,), states=found_states)
    head, *wider = (fold(part).removeprefix("the ") for part in _OF.split(mention))
    names, word = _strip(head, is_known)
    if not names and wider:
        names, inner = _strip(wider[0], is_known)
        word = word or inner
        if word and word.kind == "part" and inner:
            word = inner
        wider = wider[1:]
    inside = tuple(dict.fromkeys(name for part in wider for name in (part, *_strip(part, is_known)[0])))
    ends = _ends(mention, is_known) if word and word.kind in ("thing", "line") else None
    if not any(is_known(name) for name in names) and len(found_states) == 1 and not inside and _only_state(names):
        return Meaning(names=(), kind="area", states=found_states)
    if word is None:
        return Meaning(names=names, inside=inside, states=found_states, ends=ends)
    return Meaning(names=names, kind=word.kind, radius_m=word.radius_m, inside=inside, states=found_states, ends=ends)


def line_kind(name: str) -> str | None:
    """boundary or contact, where the words of a line's name say so."""
    return _line_in(fold(name))


def _phrases(text: str) -> list[tuple[int, int, str]]:
    """(first word, word after the last, phrase) of every run of one to three words, the longest first."""
    words = text.split()
    runs = [(i, j, " ".join(words[i:j])) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words)) + 1)]
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))


def _line_in(text: str) -> str | None:
    vocabulary = _vocabulary()
    for _, last, phrase in _phrases(text):
        word = vocabulary.get(phrase)
        if word and word.kind == "line":
            after = vocabulary.get(" ".join(text.split()[last : last + 1]))
            # "border area", "border crossing": a thing at a border, still known only by the border.
            return word.line if after is None or after.kind != "settlement" else None
    return None


def _states_in(text: str) -> tuple[str, ...]:
    known, found, taken = states(), {}, set[int]()
    for first, last, phrase in _phrases(text):
        if phrase in known and not taken & set(range(first, last)):
            taken |= set(range(first, last))
            found[first] = known[phrase]
    return tuple(dict.fromkeys(found[first] for first in sorted(found)))


def _only_state(names: tuple[str, ...]) -> bool:
    return all(name in states() for name in names[-1:])


def _strip(text: str, is_known: Callable[[str], bool]) -> tuple[tuple[str, ...], Word | None]:
    """(names, word): the name with fewer and fewer kind words around it, and the word that says the most about its kind."""
    vocabulary = _vocabulary()
    words = text.split()
    names: list[str] = []
    kind: Word | None = None
    while words:
        joined = " ".join(words)
        if joined in vocabulary:
            return tuple(dict.fromkeys(names)), kind or vocabulary[joined]
        if not is_generic(words):
            names.append(joined)
            if is_known(joined):
                break
        for length in (3, 2, 1):
            if length < len(words) and (tail := vocabulary.get(" ".join(words[-length:]))):
                kind = kind if kind and kind.kind != "part" else tail
                words = words[:-length]
                break
            if length < len(words) and (front := vocabulary.get(" ".join(words[:length]))):
                kind = front if kind is None or (kind.kind in ("part", "filler")) else kind
                words = words[length:]
                break
        else:
            break
    return tuple(dict.fromkeys(names)), kind if kind is None or kind.kind != "filler" else None


def is_generic(words: list[str]) -> bool:
    """Whether words are kind words throughout, such as "western regions"."""
    vocabulary = _vocabulary()
    while words:
        length = next((n for n in (3, 2, 1) if " ".join(words[:n]) in vocabulary), 0)
        if not length:
            return False
        words = words[length:]
    return True


def parts_in(mention: str) -> tuple[str, ...]:
    """The words of a mention that mean a part of what it names, such as eastern."""
    vocabulary = _vocabulary()
    return tuple(w for w in fold(mention).split() if (word := vocabulary.get(w)) is not None and word.kind == "part")


def _rest(text: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Names inside a text about a line that are no state and no kind word: the Nakhchivan of "border with Nakhchivan"."""
    vocabulary, known_states = _vocabulary(), states()
    out: list[str] = []
    taken: set[int] = set()
    for first, last, phrase in _phrases(text):
        run = set(range(first, last))
        if taken & run:
            continue
        if phrase in vocabulary or phrase in known_states:
            taken |= run
        elif is_known(phrase):
            taken |= run
            out.append(phrase)
    return tuple(out)


def _between(whole: str, is_known: Callable[[str], bool]) -> tuple[str, str] | None:
    """The folded names of X and Y in "between X and Y" or "the area between the villages of X and Y"."""
    if not (found := re.search(r"\bbetween (?:the )?(?P<one>.+?) and (?:the )?(?P<two>.+)$", whole)):
        return None
    known = [next((name for name in (end, *_strip(end, is_known)[0]) if is_known(name)), None) for end in found.groups()]
    one, two = (None if name in states() else name for name in known)
    return (one, two) if one and two and one != two else None


def _ends(mention: str, is_known: Callable[[str], bool]) -> tuple[str, str] | None:
    separator = next((mark for mark in (" to ", " – ", " — ", " - ") if mark in mention), None)
    first, *others = mention.split(separator) if separator else _HYPHEN.split(mention)
    if not others:
        return None
    for left in (fold(first), *_strip(fold(first), is_known)[0]):
        for right in (fold(others[-1]), *_strip(fold(others[-1]), is_known)[0]):
            if left != right and is_known(left) and is_known(right):
                return left, right
    return None
