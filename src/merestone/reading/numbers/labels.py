"""Which numbers are no counts: dates, years, clock times, ages, shares, calibres and labels ("resolution 1701")."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from merestone.model import Span
from merestone.reading.designations import designation_at
from merestone.reading.lexicon import HYPHENS, Lexicon, Words, word_sets
from merestone.reading.numbers import tables
from merestone.reading.numbers.nouns import Counted, counted
from merestone.reading.numbers.numerals import Numeral

_JOINTS = HYPHENS | {",", "and", "to", "or"}
_DATE_JOINTS = HYPHENS | {","}
_NO_COUNT_BEFORE = frozenset(("no", "this", "that", "which", "any", "every", "each", "the", "not", "another"))
_YEARS = range(1500, 2100)
_CLOCK = frozenset(("hours", "hrs", "h", "gmt"))
_SMALL_UNITS = frozenset(("mm", "cm", "kg"))
_OLDEST = 110
_SUPERLATIVES = frozenset(("most", "worst", "best", "least"))
_POSSESSIVES = frozenset(("the", "its", "their", "his", "her", "our"))


class Labelling:
    """Tells which numerals of a text are labels. Numerals are to be asked about in text order."""

    def __init__(self, words: Words, numerals: Sequence[Numeral], times: Sequence[Span]) -> None:
        self._words = words
        self._numerals = numerals
        self._times = sorted(times)
        self._tables = tables.labels()
        self._dates = self._find_dates()
        self._labelled = -1
        """The index behind the last label, so that "positions 68 and 80" are two."""

    def is_label(self, number: int, last: Numeral, thing: Counted) -> bool:
        """Whether the numeral with a number, with the upper end of its range and what it counts, is no count."""
        numeral = self._numerals[number]
        return (
            number in self._dates
            or self._is_range_of_days(numeral, last)
            or self._is_excluded(numeral, last, thing)
            or self._is_one_of_speech(numeral, last, thing)
            or self._is_named(numeral, last, thing)
            or self._is_named_behind(last)
            or self._is_year_or_clock(numeral, thing)
            or self._is_age(numeral, last, thing)
        )

    def is_date(self, number: int) -> bool:
        """Whether the numeral with a number is a day or a year of a date."""
        return number in self._dates

    def in_time(self, start: int, end: int) -> bool:
        """Whether characters lie in an expression of time."""
        index = bisect_right(self._times, (end, end))
        return any(a < end and start < b for a, b in self._times[max(0, index - 2) : index])

    # -- dates

    def _find_dates(self) -> frozenset[int]:
        out: set[int] = set()
        for number in range(len(self._numerals) - 1, -1, -1):
            if is_day(self._numerals[number]) and self._is_day_before_month(number, out):
                out.add(number)
        for number in range(len(self._numerals)):
            if number not in out and self._is_behind_month(number, out):
                out.add(number)
        return frozenset(out)

    def _is_day_before_month(self, number: int, dates: set[int]) -> bool:
        last = self._numerals[number].last
        if self._is_month(last + (self._words.at(last) == "of")):
            return True
        return number + 1 in dates and self._are_joints(last, self._numerals[number + 1].first, _JOINTS)

    def _is_behind_month(self, number: int, dates: set[int]) -> bool:
        numeral = self._numerals[number]
        if numeral.form not in ("digits", "ordinal"):
            return False
        before = self._numerals[number - 1] if number - 1 in dates else None
        if self._is_month(numeral.first - 1):
            # "On 17 February 29 violations": the month already has its day.
            has_day = before is not None and before.last == numeral.first - 1
            if (is_day(numeral) and not has_day) or numeral.value in _YEARS:
                return True
        return before is not None and self._are_joints(before.last, numeral.first, _DATE_JOINTS)

    def _is_month(self, index: int) -> bool:
        return 0 <= index < len(self._words.lower) and self._words.written(index) in self._tables.months

    def _are_joints(self, first: int, last: int, joints: frozenset[str]) -> bool:
        between = self._words.lower[first:last]
        return 0 < len(between) <= 2 and all(word in joints for word in between)

    def _is_range_of_days(self, numeral: Numeral, last: Numeral) -> bool:
        return numeral is not last and is_day(numeral) and is_day(last) and self._is_month(last.last)

    # -- labels

    def _is_excluded(self, numeral: Numeral, last: Numeral, thing: Counted) -> bool:
        if numeral.glued in _SMALL_UNITS or last.glued in _SMALL_UNITS or thing.noun == "not":
            return True
        return thing.noun != "unit" and self.in_time(numeral.span[0], last.span[1])

    def _is_one_of_speech(self, numeral: Numeral, last: Numeral, thing: Counted) -> bool:
        """ "That one", "no one", "one of the largest": no count, unlike "of which one", "that one of the shells"."""
        if self._words.lower[numeral.first : last.last] != ["one"]:
            return False
        before, of = self._words.at(numeral.first - 1), self._words.at(last.last) == "of"
        if of and _bare(thing) and self._is_superlative(last.last + 1):
            return True
        if before == "which" and (thing.noun in tables.COUNTABLE or self._words.at(numeral.first - 2) == "of"):
            return False
        return before in _NO_COUNT_BEFORE and not (before == "that" and of)

    def _is_superlative(self, index: int) -> bool:
        word = self._words.at(index + 1)
        return self._words.at(index) in _POSSESSIVES and (word.endswith("est") or word in _SUPERLATIVES)

    def _is_named(self, numeral: Numeral, last: Numeral, thing: Counted) -> bool:
        first, bare = numeral.first, _bare(thing)
        joined = bare and self._labelled + 1 == first and self._words.at(first - 1) in _JOINTS
        if not (joined or self._ends(self._tables.before, first) or (bare and self._ends(self._tables.names, first))):
            return numeral.form == "digits" and self._is_type(first, last.last)
        self._labelled = last.last
        return True

    def _ends(self, lexicon: Lexicon, index: int) -> bool:
        """Whether a phrase ends right before a word, or before the full stop in front of it ("No. 5")."""
        index -= self._words.at(index - 1) == "."
        return any(
            (hit := lexicon.at(self._words, index - length, index)) is not None and hit.last == index
            for length in (1, 2)
            if index >= length
        )

    def _is_type(self, first: int, behind: int) -> bool:
        """Whether digits are part of a type: "Hermes 900"."""
        return any(
            index >= 0 and (kind := designation_at(self._words, index)) is not None and kind.last == behind
            for index in (first - 1, first - 2)
        )

    def _is_named_behind(self, last: Numeral) -> bool:
        behind = last.last + (self._words.at(last.last) in HYPHENS)
        return self._tables.after.at(self._words, behind, behind + 4) is not None if self._words.at(behind) else False

    def _is_year_or_clock(self, numeral: Numeral, thing: Counted) -> bool:
        digits = self._words.text[slice(*numeral.span)]
        if numeral.form != "digits" or len(digits) != 4 or not digits.isdecimal():
            return False
        if self._words.at(numeral.last) in _CLOCK:
            return True
        if int(digits) not in _YEARS:
            return False
        return (
            _bare(thing)
            or thing.first > numeral.last + 1
            or self._words.at(numeral.first - 1) in word_sets("number_context.tsv")["before_year"]
        )

    def _is_age(self, numeral: Numeral, last: Numeral, thing: Counted) -> bool:
        """ "N. N., 23, was killed", "a boy of five"."""
        first, after = numeral.first, self._words.at(last.last)
        if not _bare(thing) or numeral.value > _OLDEST or first < 2 or not after:
            return False
        before = self._words.at(first - 1)
        if before == "," and after[0] in ",.;)":
            return self._words.written(first - 2)[:1].isupper() and self._words.at(first - 2).isalpha()
        return before == "of" and thing.noun == "none" and counted(self._words, first - 2, first - 1).noun == "person"


def is_day(numeral: Numeral) -> bool:
    """Whether a numeral could be the day of a month."""
    return numeral.form in ("digits", "ordinal") and not numeral.glued and numeral.value in range(1, 32)


def _bare(thing: Counted) -> bool:
    return thing.noun in ("none", "unknown")
