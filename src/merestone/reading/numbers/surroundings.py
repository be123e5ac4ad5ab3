"""What stands around a number: what makes it approximate, divides another number, says when or where, and who was hurt."""

from __future__ import annotations

import itertools
from bisect import bisect_left

from merestone.model import Span
from merestone.reading.lexicon import Lexicon, Words, word_sets
from merestone.reading.numbers import tables
from merestone.reading.numbers.tables import Casualty
from merestone.reading.text import Text

_SHARE_OF = frozenset(("them", "whom", "which", "these", "those"))
_WHOM = frozenset(("them", "whom", "which"))
_BREAKDOWN_LEADS = frozenset(("including", "namely", "incl"))
_AWAY = frozenset(("from", "of", "away", "off"))
_POINTS = ("north", "south", "east", "west")
_NEAR_CASUALTIES = 6
_BRACKET = 160


class Surroundings:
    """The words around the numbers of a text; words are given by their index."""

    def __init__(self, text: Text, words: Words) -> None:
        self._text = text
        self._words = words
        lexicon, kinds = tables.casualties()
        self.casualties = [(*words.span(hit.first, hit.last), kinds[hit.phrase]) for hit in lexicon.find(words)]
        """Where the text says what became of people: start, end and what."""
        self._casualty_starts = [start for start, _, _ in self.casualties]
        self._sets = word_sets("number_context.tsv")

    def is_approximate(self, first: int, last: int, behind: int) -> bool:
        """Whether words before a number, behind it or behind its noun (at ``behind``) make it approximate or a bound."""
        before, after = tables.approximations()
        index = first - (self._words.at(first - 1) in ("the", "a", "an", "~", "≈", "."))
        if any(self._ends(before, end) for end in {first, index}):
            return True
        if self._words.at(first - 1) in ("~", "≈") or self._words.at(last) == "+":
            return True
        return after.at(self._words, last) is not None or after.at(self._words, behind) is not None

    def _ends(self, lexicon: Lexicon, end: int) -> bool:
        return any(
            (hit := lexicon.at(self._words, end - length, end)) is not None and hit.last == end
            for length in range(1, 5)
            if end >= length
        )

    def is_share(self, last: int) -> bool:
        """Whether a number ending before a word counts some of those named: "two of them", "three more of which"."""
        return any(self._words.at(i) == "of" and self._words.at(i + 1) in _SHARE_OF for i in (last, last + 1))

    def is_breakdown(self, first: int, last: int, behind: int) -> bool:
        """Whether a number divides one before it: "including two women", "among them three", "five children among them"."""
        before = self._words.lower[max(0, first - 5) : first]
        if not _BREAKDOWN_LEADS.isdisjoint(before):
            return True
        pairs = itertools.pairwise(before)
        if "result" not in before and any(lead in ("of", "among") and whom in _WHOM for lead, whom in pairs):
            return True
        return self.is_share(last) or (
            self._words.at(behind) in ("of", "among") and self._words.at(behind + 1) in ("them", "whom")
        )

    def is_moved(self, first: int, behind: int) -> bool:
        """Whether a duration says when: "three days ago", "a week later"."""
        if not {"within", "for"}.isdisjoint(self._words.lower[max(0, first - 2) : first]):
            return False
        return self._words.at(behind) in self._sets["moved"] or self._words.at(behind + 1) in self._sets["moved"]

    def is_period(self, first: int) -> bool:
        """Whether a duration is a stretch of time in which something happened: "in the past 24 hours"."""
        before = self._words.lower[max(0, first - 2) : first]
        return not self._sets["past"].isdisjoint(before) and before[:1] != ["to"]  # "it is to last three days"

    def is_position(self, behind: int) -> bool:
        """Whether words of direction follow a distance: "15km north of X"."""
        return any(word.startswith(_POINTS) for word in self._words.lower[behind : behind + 3])

    def is_away(self, behind: int) -> bool:
        """Whether a distance is one from something: "2km from the border"."""
        return self._words.at(behind) in _AWAY

    def preposition(self, first: int) -> str:
        """The preposition before a number and the words that lead to it: "by about ten", "with the three"."""
        index = first
        while index and first - index < 4 and self._words.at(index - 1) in self._sets["leading"]:
            index -= 2 if self._words.at(index - 1) in ("least", "most") else 1
        return self._words.at(index - 1) if self._words.at(index - 1) in self._sets["prepositions"] else ""

    def in_brackets(self, start: int) -> bool:
        """Whether a character lies in round brackets that were opened not long before it."""
        first = max(0, start - _BRACKET)
        text = self._words.text
        return text.rfind("(", first, start) > text.rfind(")", first, start)

    def casualty(self, start: int, end: int) -> tuple[Casualty | None, Span | None, Span | None]:
        """The nearest casualty word of the sentence of a number, its place, and that of the nearest of another kind.

        A word behind the number is nearer than one as far before it: "two killed" more often than "killed two".
        """
        first, last = self._text.sentence_at(start)
        index = bisect_left(self._casualty_starts, start)
        near = self.casualties[max(0, index - _NEAR_CASUALTIES) : index + _NEAR_CASUALTIES]
        ranked = sorted(
            (a - end if a >= end else 2 * (start - b) + 10, a, b, kind) for a, b, kind in near if first <= a and b <= last
        )
        if not ranked:
            return None, None, None
        _, a, b, kind = ranked[0]
        other = next(((x, y) for _, x, y, what in ranked[1:] if what != kind), None)
        return kind, (a, b), other
