"""A text as the time grammar sees it: its words, with their characters and their signs.

These are other words than those of ``reading/text.py``: "12:30", "10th", "p.m." and "2021-03-12" are one word each, and an
empty line is one too, so that no expression runs across it.
"""

from __future__ import annotations

import dataclasses
import re

from merestone.reading.timexes.forms import grammar

_WORD = re.compile(
    r"\d{4}-\d\d-\d\d(?![\w-])(?:[T ]\d\d:\d\d(?::\d\d)?(?!\w))?|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?"
    r"|\d+(?:[.,:/]\d+)*[^\W_]*|[AaPp]\.\s?[Mm]\b\.?|[^\W\d_][^\W_]*|\n[ \t\r]*\n|[^\w\s]"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order."""

    text: str
    spans: tuple[tuple[int, int], ...]
    signs: str
    """One character for each word: the roles it plays."""

    def lower(self, index: int) -> str:
        """A word in lower case; the empty string where there is none."""
        if not 0 <= index < len(self.spans):
            return ""
        start, end = self.spans[index]
        return self.text[start:end].lower()

    def between(self, first: int, last: int) -> str:
        """The words from one up to another, in lower case, joined by single spaces."""
        return " ".join([self.lower(index) for index in range(first, last)])


def words_of(text: str) -> Words:
    """The words of a text with their signs."""
    found = list(_WORD.finditer(text))
    return Words(text, tuple([word.span() for word in found]), grammar().signs.of([word.group() for word in found]))
