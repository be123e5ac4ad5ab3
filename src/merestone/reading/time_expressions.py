"""Time expressions: where a text speaks of a time, and which time that is.

Expressions are found by form, then read in text order, because some of them lean on what was said before: a weekday on the
day of publication, "the same day" on the last day named, a clock time on the day beside it. What follows from the day of
publication is left out where that is unknown.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Literal

from merestone.model import Moments, Span
from merestone.reading.calendar_days import (
    Days,
    clock_of,
    closest_year,
    day_of,
    month_days,
    months_later,
    part_of,
    shifted,
    week_days,
    weekday_near,
    year_days,
)
from merestone.reading.docs import sentence_at
from merestone.reading.numerals import value_of
from merestone.reading.time_patterns import forms, words_of
from merestone.reading.vocabulary import rows

Precision = Literal["minute", "day", "night", "week", "month", "year", "period"]


@dataclasses.dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression of a text and the time it stands for."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    moments: Moments
    """First and last date or local date-time, both included; first is never after last."""
    precision: Precision
    rule: str
    """Name of the form."""


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    rule: str
    start: int
    end: int
    groups: dict[str, str | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """A match with its days; ``clock`` where it is a time of day, which takes its day from elsewhere."""

    match: Match
    days: Days | None
    precision: Precision
    clock: tuple[str, str] | None = None
    instant: tuple[datetime, datetime] | None = None


def find_matches(text: str) -> list[Match]:
    """The expressions of a text, in order: at one place the longest, and no two that overlap."""
    hits: list[tuple[int, int, int, Match]] = []
    for order, form in enumerate(forms()):
        for found in form.pattern.finditer(text):
            hits.append((found.start(), -found.end(), order, Match(form.name, *found.span(), found.groupdict())))
    hits.sort(key=lambda hit: hit[:3])
    chosen: list[Match] = []
    for *_, match in hits:
        if not chosen or match.start >= chosen[-1].end:
            chosen.append(match)
        elif match.end - match.start > chosen[-1].end - chosen[-1].start and match.end > chosen[-1].end:
            # "to 5 May" starts as an "and year" form would, yet the date inside it says more.
            chosen[-1] = match
    return chosen


@lru_cache(maxsize=16)
def time_words(text: str) -> tuple[Span, ...]:
    """The spans of all words that speak of times, also of those that cannot be resolved."""
    return tuple((match.start, match.end) for match in find_matches(text))


class Reader:
    """Reads matches in text order; holds what later ones lean on."""

    def __init__(self, text: str, published: date | None, sentences: tuple[Span, ...]) -> None:
        self.text = text
        self.published = published
        self.sentences = sentences
        self.last_day: date | None = published
        self.year: int | None = None
        self.year_until = 0

    def future(self, match: Match) -> bool:
        """Whether the words before it in the sentence may speak of what is to come."""
        first, _ = sentence_at(self.sentences, match.start)
        return bool(_future().search(self.text, max(first, match.start - 200), match.start))

    def said(self, match: Match) -> bool:
        """Whether it stands right behind a verb in the past: "... will follow, he said on Friday"."""
        return bool(
            re.search(
                r"\b\w+(?:ed|aid|old|ote|ave)\b(?:\s+\w+){0,3}\s+(?:on\s+|late\s+|early\s+)?$",
                self.text[max(0, match.start - 60) : match.start],
            )
        )

    def year_for(self, match: Match, month: int, day: int) -> int | None:
        """The year of a date that gives none."""
        given = match.groups.get("year")
        if given and given.isdigit():
            return int(given)
        if given and self.published:
            return self.published.year - (1 if given.startswith("last") else 0)
        if self.year is not None and (self.published is None or match.start < self.year_until):
            return self.year
        if self.published is None:
            return None
        return closest_year(month, day, self.published, future=self.future(match))

    def read(self, match: Match) -> Read | None:
        """The time of one match, or None where it stands for none."""
        match match.rule:
            case "iso date":
                return self._iso(match)
            case "numeric date" | "slash date":
                return self._numeric(match)
            case "day and month" | "month and day":
                return self._days_ofmonth_number(match)
            case "month and year" | "month":
                return self._months(match)
            case "years" | "year":
                return self._years(match)
            case "quarter":
                return self._quarter(match)
            case "season":
                return self._season(match)
            case "clock" | "clock with short start":
                return self._clock(match)
            case "same day" | "same night":
                return self._same(match)
            case "ordinal":
                return self._ordinal(match)
            case "later":
                return self._later(match)
        return self._from_publication(match, self.published) if self.published else None

    def _iso(self, match: Match) -> Read | None:
        words = self.text[match.start : match.end]
        day = day_of(int(words[:4]), int(words[5:7]), int(words[8:10]))
        if day is None:
            return None
        clock = clock_of(words[11:16]) if len(words) > 10 else None
        if clock is None:
            return Read(match, (day, day), "day")
        instant = datetime.combine(day, time.fromisoformat(clock))
        return Read(match, (day, day), "minute", instant=(instant, instant))

    def _numeric(self, match: Match) -> Read | None:
        day, month, year = (int(number) for number in re.findall(r"\d+", self.text[match.start : match.end]))
        found = day_of(year + 2000 if year < 100 else year, month, day)
        return Read(match, (found, found), "day") if found else None

    def _days_ofmonth_number(self, match: Match) -> Read | None:
        month = month_number(match.groups["month"] or "")
        numbers = [int(number) for number in re.findall(r"\d+", match.groups["days"] or "")]
        year = self.year_for(match, month, numbers[-1])
        if year is None:
            return None
        last = day_of(year, month, numbers[-1])
        first = day_of(year, month, numbers[0])
        if first and last and first > last:  # "from 30 to 2 May" begins in the month before
            before = months_later(first, -1)
            first = day_of(before.year, before.month, numbers[0]) if before else None
        if first is None or last is None:
            return None
        night = bool(
            re.search(
                r"\bnights?\s+(?:of|from|between|to)\s+(?:the\s+)?$", self.text[max(0, match.start - 24) : match.start], re.I
            )
        )
        night = night or bool(re.match(r"\s+night\b", self.text[match.end : match.end + 8]))
        if night and first == last and last == self.published:
            first = shifted(last, -1)  # the night that ended on the day of publication
            return Read(match, (first, last), "night") if first else None
        if night and first == last:
            after = shifted(last, 1)
            return Read(match, (first, after), "night") if after else None
        return Read(match, (first, last), "night" if night else "day" if first == last else "period")

    def _ordinal(self, match: Match) -> Read | None:
        base = self.last_day
        day = day_of(base.year, base.month, int(match.groups["day"] or "0")) if base else None
        return Read(match, (day, day), "day") if day else None

    def _months(self, match: Match) -> Read | None:
        numbers = [
            month_number(name) for name in re.findall(r"[A-Za-z]+\.?", match.groups["months"] or "") if month_number(name)
        ]
        if not numbers or (match.rule == "month" and not self._is_month_name(match)):
            return None
        year = self.year_for(match, numbers[-1], 1)
        if year is None or not 1 < year <= date.max.year:
            return None
        first_year = year - 1 if numbers[0] > numbers[-1] else year
        days = (month_days(first_year, numbers[0])[0], month_days(year, numbers[-1])[1])
        part = match.groups.get("part") or match.groups.get("part2")
        if part:
            days = part_of(days, _part(part))
        return Read(match, days, "month" if len(numbers) == 1 else "period")

    def _is_month_name(self, match: Match) -> bool:
        """Not the verbs "may" and "march": a month is written with a capital."""
        return bool(re.search(r"\b[A-Z][a-z]+\.?$|[A-Z][a-z]+\W.*[A-Z][a-z]+$", self.text[match.start : match.end]))

    def _years(self, match: Match) -> Read:
        if match.rule == "years":
            first, last = match.groups["first"] or "", match.groups["last"] or ""
            last = first[:2] + last if len(last) == 2 else last
            days = (date(int(first), 1, 1), date(max(int(first), int(last)), 12, 31))
            return Read(match, days, "period")
        days = year_days(int(match.groups["year"] or ""))
        part = match.groups.get("part") or match.groups.get("part2")
        return Read(match, part_of(days, _part(part)) if part else days, "year")

    def _quarter(self, match: Match) -> Read | None:
        year = self.year
        if match.groups["year"]:
            year = int(match.groups["year"])
        elif self.published and match.groups["rel"]:
            year = self.published.year - (1 if match.groups["rel"].lower().startswith("last") else 0)
        elif not match.groups["rel"]:
            return None
        if year is None:
            return None
        half = (match.groups["what"] or "").lower() == "half"
        number = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 2 if half else 4}.get(
            (match.groups["nth"] or "").lower(), 0
        ) or int((match.groups["nth"] or "1")[0])
        length = 6 if half else 3
        if number * length > 12:
            return None
        return Read(match, (date(year, (number - 1) * length + 1, 1), month_days(year, number * length)[1]), "period")

    def _season(self, match: Match) -> Read:
        first, last = words_of("season")[(match.groups["season"] or "").lower()].split("-")
        year = int(match.groups["year"] or "")
        return Read(match, (date(year, int(first), 1), month_days(year, int(last))[1]), "period")

    def _clock(self, match: Match) -> Read | None:
        first, last = match.groups["clock"] or "", match.groups["clock2"]
        if last and re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", first.strip()) and (half := re.search(r"[ap]\.?m", last, re.I)):
            first += half.group()
        begin, end = clock_of(first), clock_of(last or first)
        return Read(match, None, "minute", clock=(begin, end)) if begin and end else None

    def _same(self, match: Match) -> Read | None:
        if self.last_day is None:
            return None
        words = " ".join((match.groups["words"] or "").lower().split())
        night = match.rule == "same night"
        first = shifted(self.last_day, int(words_of("same_night" if night else "same")[words]))
        last = shifted(first, 1) if first and night else first
        return Read(match, (first, last), "night" if night else "day") if first and last else None

    def _later(self, match: Match) -> Read | None:
        if self.last_day is None:
            return None
        sign = 1 if (match.groups["way"] or "").lower() in ("later", "after") else -1
        return self._moved(match, self.last_day, sign)

    def _moved(self, match: Match, base: date, sign: int) -> Read | None:
        count = _count(match.groups["count"])
        unit = _unit(match.groups["unit"] or "")
        if count is None or count > 100_000 or (unit in ("minute", "hour") and match.rule == "later"):
            return None
        if unit == "minute" or unit == "hour":
            day = shifted(base, sign * int(count // (24 if unit == "hour" else 1440)))
        elif unit in ("month", "year", "decade"):
            day = months_later(base, sign * round(count * {"month": 1, "year": 12, "decade": 120}[unit]))
        else:
            day = shifted(base, sign * round(count * int(unit)))
        return Read(match, (day, day), "day") if day else None

    def _from_publication(self, match: Match, published: date) -> Read | None:
        words = " ".join((match.groups.get("words") or "").lower().split())
        match match.rule:
            case "day" | "night":
                first = shifted(published, int(words_of(match.rule)[words]))
                last = shifted(first, 1) if first and match.rule == "night" else first
                return Read(match, (first, last), "night" if match.rule == "night" else "day") if first and last else None
            case "weekday":
                return self._weekday(match, published)
            case "week":
                day = shifted(published, 7 * int(words_of("week")[words]))
                days = week_days(day) if day else None
                return Read(match, days, "week") if days else None
            case "weekend":
                saturday = weekday_near(published, 5, future=False)
                saturday = shifted(saturday, 7 * int(words_of("weekend")[words])) if saturday else None
                sunday = shifted(saturday, 1) if saturday else None
                return Read(match, (saturday, sunday), "period") if saturday and sunday else None
            case "month from publication":
                day = months_later(published, int(words_of("month_of")[words]))
                return Read(match, month_days(day.year, day.month), "month") if day else None
            case "year from publication":
                day = months_later(published, 12 * int(words_of("year_of")[words]))
                return Read(match, year_days(day.year), "year") if day else None
            case "start of year" | "end of year":
                what = (match.groups["what"] or "").lower()
                whole = {"year": year_days(published.year), "month": month_days(published.year, published.month)}.get(what)
                whole = whole or week_days(published)
                if whole is None:
                    return None
                day = whole[0] if match.rule == "start of year" else whole[1]
                return Read(match, (day, day), "day")
            case "ago":
                return self._moved(match, published, -1)
            case "past":
                return self._past(match, published)
        return None

    def _weekday(self, match: Match, published: date) -> Read | None:
        rel = (match.groups["rel"] or "").lower().split()[-1:]
        future = rel in (["next"], ["coming"]) or (not rel and self.future(match) and not self.said(match))
        base = published
        if rel in (["last"], ["previous"]):
            base = shifted(published, -1) or published
        weekdays = words_of("weekday")
        first = weekday_near(base, int(weekdays[(match.groups["weekday"] or "").lower()]), future=future)
        last = first
        if match.groups["weekday2"]:
            last = weekday_near(base, int(weekdays[match.groups["weekday2"].lower()]), future=future)
            if first and last and first > last:
                first = shifted(first, -7)
        night = bool(match.groups["night"]) or bool(
            re.search(r"\bnight\s+(?:of|from|to)\s+$", self.text[max(0, match.start - 16) : match.start], re.I)
        )
        if first and last and match.groups["ago"]:
            first, last = shifted(first, -7), shifted(last, -7)
        if last and night and first == last:
            last = shifted(last, 1)
        if first is None or last is None:
            return None
        return Read(match, (first, last), "night" if night else "day" if first == last else "period")

    def _past(self, match: Match, published: date) -> Read | None:
        count = match.groups["count"] or "1"
        unit = match.groups["unit"] or match.groups["unit2"] or match.groups["unit3"]
        groups = {**match.groups, "count": count, "unit": unit}
        moved = self._moved(dataclasses.replace(match, groups=groups), published, -1)
        return (
            dataclasses.replace(moved, match=match, days=(moved.days[0], published), precision="period")
            if moved and moved.days
            else None
        )

    def note(self, read: Read) -> None:
        """Remember what later expressions may lean on; the date by which a treaty is known is none of that."""
        if _reference().search(self.text[max(0, read.match.start - 60) : read.match.start]):
            return
        if read.days and read.precision in ("day", "night", "minute"):
            self.last_day = read.days[0]
        given = read.match.groups.get("year")
        if given and given.isdigit():
            self.year = int(given)
            self.year_until = sentence_at(self.sentences, read.match.start)[1] + 1


@cache
def _reference() -> re.Pattern[str]:
    """The words before the date by which a treaty, an order, a letter is known."""
    nouns = "|".join(re.escape(word) for word in sorted(heads("reference")))
    return re.compile(rf"\b(?:{nouns})s?\b(?:\s+(?!said|told)\w+){{0,5}}\s+(?:of|on|from|dated|in|the)\s+$", re.IGNORECASE)


@cache
def heads(role: str) -> frozenset[str]:
    """The lemmas whose date is not the event's: of ``saying``, or of a ``reference``."""
    table = rows("time_heads.tsv", ("lemma", "role"))
    return frozenset(row["lemma"] for row in table if row.one_of("role", ("saying", "reference")) == role)


@cache
def _future() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in sorted(words_of("future"))) + r")\b", re.IGNORECASE)


def month_number(name: str) -> int:
    return int(words_of("month").get(name.lower().rstrip("."), "0"))


def _unit(words: str) -> str:
    units = words_of("unit")
    word = words.lower()
    return units[word] if word in units else units[word.rstrip("s")]


def _part(words: str) -> str:
    return " ".join(word for word in words.lower().split() if word not in ("the", "of", "in"))


def _count(words: str | None) -> float | None:
    if words is None or words.lower() in ("a", "an"):
        return 1.0
    return value_of(words)
