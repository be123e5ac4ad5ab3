"""Finds the numbers of a text that could be a quantity of some claim.

Every number that could stand for one is a mention, so that whoever links mentions to claims can choose; numbers that never do
(``labels.py``) are left out, and so are those of what no claim counts (villages, votes, tonnes). One thing without a numeral is
a mention too: "a soldier", "another drone", "the vehicle", a person named as killed.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence

from merestone.model import Span
from merestone.reading.lexicon import HYPHENS, word_sets, words_of
from merestone.reading.numbers.labels import Labelling
from merestone.reading.numbers.mentions import Form, NumberMention, kinds_of
from merestone.reading.numbers.nouns import Counted, NounClass, counted, nouns_named
from merestone.reading.numbers.numerals import Numeral, numeral_at, numerals
from merestone.reading.numbers.persons import persons_named
from merestone.reading.numbers.surroundings import Surroundings
from merestone.reading.numbers.tables import COUNTABLE, measure_of
from merestone.reading.text import Text

_ARTICLES = frozenset(("a", "an", "another"))
_DEFINITE = frozenset(("the", "this", "that", "its", "their", "his", "her", "our", "your", "my"))
_DETERMINERS = _ARTICLES | _DEFINITE | {"both"}
_NOT_ONE = frozenset(("number", "series", "lot", "few", "couple", "total", "great", "good", "large", "half", "while"))
_DEFINITE_NOUNS = frozenset(("vehicle", "round"))
_RANGE_WORDS = frozenset(("to", "or"))
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_NEAR = 60  # characters between one person and the word that says what became of him
_NUMBERS_BEFORE = 4
_PARAGRAPH = 250
_LONGEST_JOINT = 6


def find_numbers(text: Text, times: Sequence[Span] = ()) -> tuple[NumberMention, ...]:
    """The numbers of a text that could be a quantity of some claim, in order.

    ``times`` are the spans of its time expressions, in which only durations are numbers.
    """
    return _Finder(text, times).find()


class _Finder:
    """The numbers of one text."""

    def __init__(self, text: Text, times: Sequence[Span]) -> None:
        self.text = text
        self.words = words_of(text)
        self.starts = [start for start, _ in text.words]
        self.numerals = list(numerals(self.words))
        self.labelling = Labelling(self.words, self.numerals, times)
        self.around = Surroundings(text, self.words)
        self.sets = word_sets("number_context.tsv")
        self.named = nouns_named(self.words) if self.numerals else []
        self.named_starts = [start for start, _ in self.named]
        self.found: list[NumberMention] = []

    def find(self) -> tuple[NumberMention, ...]:
        begins = [(numeral.first, number) for number, numeral in enumerate(self.numerals)]
        begins += [(index, -1) for index, word in enumerate(self.words.lower) if word in _DETERMINERS]
        reached = 0
        for index, number in sorted(begins):
            if index < reached:
                continue
            if number >= 0:
                reached = self._number(number)
            elif index + 1 < len(self.words.lower):
                self._one(index)
        mentions = sorted((*self.found, *self._persons()), key=lambda mention: mention.span)
        return tuple(sorted((*mentions, *self._sums(mentions)), key=lambda mention: mention.span))

    def _word(self, index: int) -> str:
        return self.words.lower[index] if 0 <= index < len(self.words.lower) else ""

    def _stop(self, index: int) -> int:
        """The index behind the last word of the sentence of a word."""
        return bisect_left(self.starts, self.text.sentence_at(self.starts[index])[1])

    # -- numerals

    def _number(self, number: int) -> int:
        """Adds the mention of a numeral, or of a range it begins, where there is one; the index of the word behind it."""
        numeral = self.numerals[number]
        if numeral.form == "times":
            self._add(numeral, None, Counted("violation", numeral.last, numeral.last))
            return numeral.last
        if numeral.form == "ordinal":
            self._ordinal(number)
            return numeral.last
        upper = self._upper(numeral)
        last = upper or numeral
        thing = self._borrowed(last.last, counted(self.words, last.last, self._stop(numeral.first), last.glued))
        nothing = numeral.value == 0 and upper is None
        if not nothing and not self.labelling.is_label(number, last, thing):
            self._add(numeral, upper, thing)
        return last.last

    def _upper(self, low: Numeral) -> Numeral | None:
        """The upper end of a range that begins with a number: "70-100", "two or three", "between 5 and 7", "500m to 1km"."""
        joint, before = self._word(low.last), self._word(low.first - 1)
        if not (joint in HYPHENS or (joint in _RANGE_WORDS and before != "from") or (joint == "and" and before == "between")):
            return None
        high = numeral_at(self.words, low.last + 1)
        if high is None or high.form in ("ordinal", "times"):
            return None
        other_units = bool(low.glued and high.glued) and low.glued != high.glued
        return high if other_units or self._scaled(low, high) < high.value else None

    def _scaled(self, low: Numeral, high: Numeral) -> float:
        """The lower end of "two to three thousand": two thousand."""
        scale = _SCALES.get(self._word(high.last - 1), 1.0)
        return low.value * scale if low.value < high.value / scale and low.value < scale else low.value

    def _ordinal(self, number: int) -> None:
        """ "It is the tenth drone": the number reached so far."""
        numeral = self.numerals[number]
        if self._word(numeral.first - 1) in _ARTICLES or self.labelling.is_date(number) or self._word(numeral.last) == "time":
            return
        thing = counted(self.words, numeral.last, self._stop(numeral.first))
        if thing.noun in COUNTABLE and not thing.plural:
            self._add(numeral, None, thing)

    def _borrowed(self, index: int, thing: Counted) -> Counted:
        """Its noun from the number joined to it: "one Greek and one Turkish F-16", "1,067 Ethiopian and 2,067 Eritrean"."""
        lower = self.words.lower
        if thing.noun != "none" or index >= len(lower):
            return thing
        joint = next((i for i in range(index + 1, min(index + 4, len(lower) - 2)) if lower[i] in ("and", "or")), None)
        if joint is None or any(not word[0].isalnum() or word in ("of", "the") for word in lower[index:joint]):
            return thing
        following = numeral_at(self.words, joint + 1)
        if following is None and lower[joint + 1] not in _ARTICLES:
            return thing
        other = counted(self.words, following.last if following else joint + 2, self._stop(index))
        return dataclasses.replace(other, first=index, last=index) if other.noun in COUNTABLE else thing

    # -- one, without a numeral

    def _one(self, index: int) -> None:
        """ "A soldier", "another drone", "another was wounded", "both boats", "the drone": one or two without a numeral."""
        word, before, after = self._word(index), self._word(index - 1), self._word(index + 1)
        if after in _NOT_ONE or before == "not" or (word == "another" and before == "one"):
            return
        if word in _DEFINITE and numeral_at(self.words, index + 1) is not None:
            return  # "the tenth drone" is what the numeral says
        thing = counted(self.words, index + 1, self._stop(index))
        if word == "both":
            if thing.plural and thing.noun in COUNTABLE:
                self._add_one(index, thing, "both", 2.0)
        elif thing.plural:
            return
        elif word in _DEFINITE:
            if thing.noun in _DEFINITE_NOUNS or (thing.noun == "person" and self._is_near_casualty(thing)):
                self._add_one(index, thing, "definite")
        else:
            self._article(index, self._borrowed(index + 1, thing))

    def _article(self, index: int, thing: Counted) -> None:
        form: Form = "another" if self._word(index) == "another" else "article"
        if thing.noun == "unit":
            if self._is_length(index, thing):
                self._add_one(index, thing, "article")
        elif thing.noun == "none":
            if form == "another" or (self._word(index + 1) == "third" and self._word(index + 2) != "of"):
                self._add_one(index, thing, "another")
            elif self._is_of_people(index) and self._is_near_casualty(thing):
                self._add_one(index, dataclasses.replace(thing, noun="person"), "article")
        elif not thing.plural and thing.noun in COUNTABLE and thing.noun != "violation":
            self._add_one(index, thing, form)

    def _is_length(self, index: int, thing: Counted) -> bool:
        """Whether "a week" is a length: "for a week", "more than a decade"."""
        approximate = self.around.is_approximate(index, index + 1, thing.last)
        return thing.first == index + 1 and (self._word(index - 1) in self.sets["lasting"] or approximate)

    def _is_of_people(self, index: int) -> bool:
        """ "A Greek Cypriot who", "another Guatemalan,": one of a people."""
        last = index + 1
        while (
            last < min(len(self.words.lower), index + 4)
            and self.words.written(last)[:1].isupper()
            and self._word(last).isalpha()
        ):
            last += 1
        return index + 1 < last and self._word(last) in self.sets["behind_people"]

    def _is_near_casualty(self, thing: Counted) -> bool:
        index = min(max(thing.first, thing.last - 1), len(self.words.spans) - 1)
        start, end = self.words.spans[index]
        _, span, _ = self.around.casualty(start, end)
        return span is not None and max(span[0] - end, start - span[1]) <= _NEAR

    def _add_one(self, index: int, thing: Counted, form: Form, value: float = 1.0) -> None:
        self._add(Numeral(value, self.words.spans[index], index, index + 1, "words"), None, thing, form)

    # -- names and totals

    def _persons(self) -> list[NumberMention]:
        """Each person named as killed, wounded or taken, unless a number counts the name ("two Armenians were killed")."""
        taken = {mention.noun_span for mention in self.found}
        out = []
        for first, last in persons_named(self.text, self.words, self.starts, [start for start, _, _ in self.around.casualties]):
            span = self.words.span(first, last)
            if span not in taken:
                name = Numeral(1.0, span, first, last, "words")
                out.append(self._mention(name, None, Counted("person", last, last), "name"))
        return out

    def _sums(self, mentions: list[NumberMention]) -> list[NumberMention]:
        """The totals of numbers in a row: "seven soldiers and one civilian"."""
        out: list[NumberMention] = []
        row: list[NumberMention] = []
        for mention in mentions:
            if row and self._goes_on(row[-1], mention):
                row.append(mention)
                continue
            if len(row) > 1:
                out.append(_total(row))
            row = [mention] if _can_be_added(mention) else []
        return [*out, _total(row)] if len(row) > 1 else out

    def _goes_on(self, before: NumberMention, mention: NumberMention) -> bool:
        borrowed = before.noun_span is None and mention.form in ("words", "digits", "article")
        if not (_can_be_added(mention) or borrowed) or mention.noun != before.noun:
            return False
        first, last = bisect_left(self.starts, before.end), bisect_left(self.starts, mention.span[0])
        if not 0 < last - first <= _LONGEST_JOINT or self.words.lower[first:last] == [","]:
            return False
        return all(
            word in self.sets["adding"] or word.isdigit() or (before.noun_span is None and self.words.written(i)[:1].isupper())
            for i, word in enumerate(self.words.lower[first:last], first)
        )

    # -- mentions

    def _add(self, low: Numeral, high: Numeral | None, thing: Counted, form: Form | None = None) -> None:
        self.found.append(self._mention(low, high, thing, form))

    def _mention(self, low: Numeral, high: Numeral | None, thing: Counted, form: Form | None) -> NumberMention:
        last = (high or low).last
        start, end = low.span[0], (high or low).span[1]
        noun_span = self.words.span(thing.first, thing.last) if thing.last > thing.first else None
        if thing.noun == "unit" and (high or low).glued:
            noun_span = (end, self.words.spans[thing.last - 1][1])
        behind = max(thing.last, last)
        nearest, span, other = self.around.casualty(start, end)
        spoken_of = self._spoken_of(start) if thing.noun in ("none", "unknown") else "none"
        value, maximum = self._values(low, high, thing)
        unit = thing.noun == "unit"
        return NumberMention(
            span=(start, end),
            noun_span=noun_span,
            value=value,
            maximum=maximum,
            unit=thing.unit,
            approx=(form is None or unit) and self.around.is_approximate(low.first, last, behind),
            noun=thing.noun,
            counts=thing.phrase,
            spoken_of=spoken_of,
            kinds=kinds_of(thing.noun, thing.unit, spoken_of, nearest),
            form=form or low.form,
            nearest_casualty=nearest,
            casualty_span=span,
            other_casualty_span=other,
            is_breakdown=self.around.is_breakdown(low.first, last, behind),
            is_share=thing.of or self.around.is_share(last),
            is_moved=unit and measure_of(thing.unit) == "duration" and self.around.is_moved(low.first, behind),
            is_period=unit and self.around.is_period(low.first),
            is_position=unit and self.around.is_position(behind),
            is_away=unit and self.around.is_away(behind),
            is_joined=thing.joined,
            in_brackets=self.around.in_brackets(start),
            in_time=self.labelling.in_time(start, noun_span[1] if noun_span else end),
            preposition=self.around.preposition(low.first),
        )

    def _values(self, low: Numeral, high: Numeral | None, thing: Counted) -> tuple[float, float | None]:
        if high is None:
            return _measured(low.value, thing), None
        value = self._scaled(low, high)
        if {low.glued, high.glued} == {"m", "km"}:
            value *= 0.001 if low.glued == "m" else 1000.0
        return _measured(value, thing), _measured(high.value, thing)

    def _spoken_of(self, start: int) -> NounClass:
        """What was counted before a number without a noun in its sentence, else what was last named in its paragraph."""
        sentence = self.text.sentence_at(start)[0]
        for mention in reversed(self.found[-_NUMBERS_BEFORE:]):
            if mention.span[0] < sentence:
                break
            if (noun := mention.noun if mention.noun in COUNTABLE else mention.spoken_of) in COUNTABLE:
                return noun
        lowest = max(0, start - _PARAGRAPH)
        first = max(self.words.text.rfind("\n", lowest, start) + 1, lowest)
        index = bisect_left(self.named_starts, start) - 1
        return self.named[index][1] if index >= 0 and self.named_starts[index] >= first else "none"


def _measured(value: float, thing: Counted) -> float:
    """A number in the unit of the model, rounded as a person would: 500 yards are 457 m, 3 miles 4.8 km."""
    product = value * thing.factor
    if thing.factor % 1 == 0:
        return round(product, 10)
    return round(product, 1 if product < 10 else 0)


def _can_be_added(mention: NumberMention) -> bool:
    if mention.noun != "person" and not (mention.noun == "vehicle" and mention.noun_span is None):
        return False
    divides = mention.is_breakdown or mention.is_share or mention.in_brackets
    return mention.maximum is None and mention.form not in ("definite", "both") and not divides


def _total(row: list[NumberMention]) -> NumberMention:
    return dataclasses.replace(
        row[0],
        span=(row[0].span[0], row[-1].end),
        noun_span=None,
        value=sum(mention.value for mention in row),
        approx=any(mention.approx for mention in row),
        form="sum",
    )
