"""Whether a passage speaks of a conflict at all, told by its words.

Only what belongs to a conflict or its settlement is a claim. A passage about a burglary, a flood or a football match is full
of the same words (killed, destroyed, attacked, withdrew); the company that they keep tells it apart. Every word of
``scope_words.tsv`` speaks for a conflict or against one, and their sum decides. What is not known speaks neither way, and a
text of which too little is known is read. A text that speaks of a conflict on the whole is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from merestone.model import Span
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

TABLE = "scope_words.tsv"
CONSTANT = "*"
"""Stands in the table for what every passage has."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@cache
def weights() -> Mapping[str, float]:
    """What each word adds to the sum, above 0 for a conflict. Raises MerestoneError M401."""
    out: dict[str, float] = {}
    for row in rows(TABLE, ("word", "weight")):
        try:
            out[row["word"]] = float(row["weight"])
        except ValueError:
            raise row.wrong(f"weight is {row['weight']!r}, not a number") from None
    return out


def words_of(text: str) -> set[str]:
    """The words of a text as the table has them: in small letters, without digits, each once."""
    return {word.replace("’", "'") for word in WORD.findall(text.lower())}


def score(text: str) -> float:
    """How much the words of a text speak for a conflict: 0 and above is read."""
    return sum(sorted(_weighed(text).values())) + weights().get(CONSTANT, 0.0)


def spoken(text: str) -> list[tuple[str, float]]:
    """The words of a text that speak for or against a conflict, the strongest first."""
    return sorted(_weighed(text).items(), key=lambda one: (-abs(one[1]), one[0]))


def _weighed(text: str) -> dict[str, float]:
    known = weights()
    return {word: known[word] for word in words_of(text) if word in known}


def in_scope(text: Text, passages: Sequence[Span]) -> list[Span]:
    """The passages, ranges of sentences, that speak of a conflict; all of them where the text does so on the whole."""
    scores = [score(written(text, passage)) for passage in passages]
    if sum(scores) >= 0:
        return list(passages)
    return [passage for passage, found in zip(passages, scores, strict=True) if found >= 0]


def written(text: Text, passage: Span) -> str:
    """The text of a passage."""
    first, last = passage
    return text.text[text.sentences[first][0] : text.sentences[last - 1][1]]
