"""What a time expression is read against: the day of publication, its sentence, and the times the text spoke of before."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date

from merestone.reading.numbers.numerals import value_of
from merestone.reading.text import Text
from merestone.reading.timexes.calendar import Point, day_of
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Points
from merestone.reading.timexes.tense import Tense, tense_at
from merestone.reading.timexes.words import Words

# A date without a year lies so near the day of publication, or so soon after a date before it, that no other year is meant.
_RECENT, _GOES_ON = 120, 60
# The forms that say which quarter a text speaks of; the others lean on that.
_QUARTERS = frozenset(("quarter", "relative", "the unit"))


_NEAR = frozenset(("weekday", "deixis", "this part", "nightly", "then", "then night", "relative", "the unit"))


class Context:
    """Read in text order: ``note`` takes in each expression after it was read."""

    def __init__(self, text: Text, words: Words, published: date | None) -> None:
        self.text = text
        self.words = words
        self.published = published
        self.last_day: date | None = published
        """The day the text last spoke of, of several their last; at first the day of publication."""
        self.first_day: date | None = published
        """The same, of several days their first."""
        self.day_before: date | None = None
        """The day it spoke of before that one."""
        self.last_point: Point | None = None
        """The calendar unit the text last spoke of."""
        self.last_dated: Point | None = None
        """The same, but not by a word for a day of the last week, which mostly is the day of a report."""
        self.last_quarter: Point | None = None
        """The quarter it last spoke of, while no other part of the year is."""
        self.borrowed: dict[int, int] = {}
        """Years that dates take from one behind them, by the dates' first words."""
        self._told: Point | None = None  # the last day or month whose year the text gave
        self._ago: tuple[int, int] | None = None  # the word behind "a year ago", and that year
        self._starts = [start for start, _ in words.spans]
        self._sentence: tuple[int, int] = (0, 0)

    @property
    def today(self) -> Point | None:
        """The day of publication."""
        return Point("day", self.published) if self.published else None

    def group(self, match: Match, name: str) -> str:
        """The words of a group in lower case, joined by single spaces; empty where it did not match."""
        span = match.groups.get(name)
        return self.words.between(*span) if span else ""

    def value(self, match: Match, name: str, role: str) -> str:
        """What the lexicon says of a group's words in a role; empty where it did not match."""
        words = self.group(match, name)
        return values(role).get(words, "") if words else ""

    def sentence(self, match: Match) -> tuple[int, int]:
        """The words of the sentence an expression begins in, as first and one after the last."""
        if not self._sentence[0] <= match.first < self._sentence[1]:
            first, last = self.text.sentence_at(self._starts[match.first])
            self._sentence = (bisect_left(self._starts, first), bisect_left(self._starts, max(last, first + 1)))
        return self._sentence

    def tense(self, match: Match) -> Tense:
        """The tense of the words around an expression."""
        return tense_at(self.words, match.first, match.last, self.sentence(match))

    def before(self, match: Match, words: int) -> str:
        """So many words before an expression in its sentence, in lower case."""
        return self.words.between(max(self.sentence(match)[0], match.first - words), match.first)

    def after(self, match: Match, words: int) -> str:
        """So many words behind an expression, in lower case."""
        return self.words.between(match.last, min(len(self.words.spans), match.last + words))

    def year_of(self, match: Match) -> int | None:
        """The year that the expression itself gives."""
        given, which = self.group(match, "year"), self.group(match, "which")
        if given[:4].isdigit():
            return int(given[:4])  # of "2014/15" the first
        if given[:1] in ("'", "’") and given[-2:].isdigit():
            short = int(given[-2:])
            pivot = self.published.year if self.published else 2030
            century = pivot // 100 * 100
            return century + short if century + short <= pivot + 20 else century - 100 + short
        return self.which_year(which or given)

    def which_year(self, words: str) -> int | None:
        """The year that "this year", "the following year" and the like stand for."""
        if not words:
            return None
        rest = words.removesuffix(" s").removesuffix(" '").removesuffix(" ’").removesuffix(" year").removeprefix("the ")
        if rest in ("that", "previous", "following", "same"):
            base = self.last_point.first if self.last_point else self.published
            return base.year + {"previous": -1, "following": 1}.get(rest, 0) if base else None
        if self.published is None:
            return None
        return self.published.year + {"last": -1, "next": 1}.get(rest, 0)

    def nearest_year(self, match: Match, month: int, day: int) -> int | None:
        """The year of a date that gives none: the one that makes it lie near the day of publication, or, where that is far
        and the text goes on from a date whose year it named, near that one.

        Texts speak of what has been. Where the tense is past only 3 days ahead count as yet to come (a text may be dated a
        day early), where it is not told up to 45, in an infinitive 60, behind "until" and the like more, in the present or
        future months; a month alone may always be the next one, since the last such month would be called so.
        """
        if (borrowed := self.borrowed.get(match.first)) is not None:
            return borrowed
        if self._ago is not None and match.first - self._ago[0] <= 3:
            return self._ago[1]
        told = self._told.first if self._told is not None else None
        if self.published is None:
            return told.year + ((month, day) < (told.month, 1)) if told else None
        ahead = (month - self.published.month) * 30.5 + (day - self.published.day)
        allowed = {"past": 3, "open": 60, "present": 150, "future": 270, "": 45}[self.tense(match)]
        for before in (self.words.between(match.first - 2, match.first), self.words.lower(match.first - 1)):
            allowed = max(allowed, int(cues("ahead").get(before, 0)))
        if self.words.lower(match.last) == "deadline":
            allowed = max(allowed, 160)
        if match.form == "month":
            allowed = max(allowed, 35)
        near = self.published.year - 1 if ahead > allowed else self.published.year + (ahead < allowed - 365)
        if told is None or abs((near - self.published.year) * 365 + ahead) <= _RECENT:
            return near
        for year in (told.year, told.year + 1):
            days = (year - told.year) * 365 + (month - told.month) * 30.5 + day - told.day
            if (-_GOES_ON if year == told.year else 0) <= days <= _GOES_ON:
                return year
        return near

    def date_of(self, match: Match, year: int | None, month: int, day: int) -> date | None:
        """The day, in the year that is given or lies near."""
        found = year if year is not None else self.nearest_year(match, month, day)
        return day_of(found, month, day) if found is not None else None

    def reference(self) -> Point | None:
        """The time the text last spoke of, else the day of publication."""
        return self.last_point or self.today

    def note(self, match: Match, points: Points) -> None:
        """Remember what later expressions may lean on."""
        point = points.points[0]
        if match.form == "ago" and self.group(match, "unit").startswith("year"):
            self._ago = match.last, point.first.year  # "one year ago on this day, 13 September"
        if point.unit in ("day", "month") and self.group(match, "year").isdigit():
            self._told = point
        if is_reference(self.words, match.first):
            return
        self.last_point = point
        if match.form not in _NEAR:
            self.last_dated = point
        if point.unit == "day":
            several = len(points.points) > 1
            self.day_before = points.points[-2].first if several else self.last_day
            self.first_day, self.last_day = point.first, points.points[-1].first
        if point.unit == "quarter" and match.form in _QUARTERS and "earlier" not in match.groups:
            self.last_quarter = point


def is_reference(words: Words, first: int) -> bool:
    """Whether a date is only that by which a treaty, an order or a letter is known."""
    if words.lower(first - 1) not in ("of", "on", "from", "dated", "in", "the"):
        return False
    nouns = values("reference")
    for index in range(first - 2, first - 8, -1):
        word = words.lower(index)
        if word in nouns:
            return True
        if word in ("said", "told", ".", "\n", ""):
            return False
    return False


def count_of(words: str) -> float | None:
    """The number that the words of a count stand for; None where they leave it open or give none."""
    words = words.strip()
    if words in ("a", "an", "one"):
        return 1.0
    if words in ("half a", "half an"):
        return 0.5
    few = values("few").get(words)
    if few is not None:
        return None if few == "X" else float(few)
    half = 0.5 if words.endswith("and a half") else 0.0
    words = words.removesuffix("and a half").strip()
    for fraction, part in (("1/2", 0.5), ("½", 0.5), ("1/4", 0.25), ("¼", 0.25), ("3/4", 0.75), ("¾", 0.75)):
        if words.endswith(fraction):
            words, half = words.removesuffix(fraction).strip(), part
    number = value_of(words.replace(" - ", "-"))
    if number is not None:
        return number + half
    for joint in (" or ", " to ", " - ", " – "):  # a range: its upper end
        _, found, last = words.rpartition(joint)
        if found:
            return value_of(last.replace(" - ", "-"))
    return None
