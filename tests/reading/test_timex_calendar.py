"""Calendar arithmetic, clock times and tenses, as time expressions need them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.reading.timexes.calendar import (
    Point,
    Unit,
    easter,
    last_day,
    months_later,
    moved,
    nth_weekday,
    point_of,
    weekday_near,
)
from merestone.reading.timexes.clock import clock_of
from merestone.reading.timexes.holidays import holiday_of
from merestone.reading.timexes.lexicon import check
from merestone.reading.timexes.tense import Tense, tense_at
from merestone.reading.timexes.words import words_of
from merestone.reading.vocabulary import Row


@pytest.mark.parametrize(
    ("unit", "day", "value", "first", "last"),
    [
        ("day", date(1998, 1, 8), "1998-01-08", date(1998, 1, 8), date(1998, 1, 8)),
        ("week", date(1998, 1, 8), "1998-W02", date(1998, 1, 5), date(1998, 1, 11)),
        ("weekend", date(1998, 1, 8), "1998-W02-WE", date(1998, 1, 10), date(1998, 1, 11)),
        ("month", date(1998, 2, 8), "1998-02", date(1998, 2, 1), date(1998, 2, 28)),
        ("quarter", date(1998, 5, 8), "1998-Q2", date(1998, 4, 1), date(1998, 6, 30)),
        ("season", date(1998, 1, 8), "1997-WI", date(1997, 12, 1), date(1998, 2, 28)),
        ("half", date(1998, 7, 1), "1998-H2", date(1998, 7, 1), date(1998, 12, 31)),
        ("year", date(1998, 7, 1), "1998", date(1998, 1, 1), date(1998, 12, 31)),
        ("decade", date(1998, 7, 1), "199", date(1990, 1, 1), date(1999, 12, 31)),
        ("century", date(1998, 7, 1), "19", date(1900, 1, 1), date(1999, 12, 31)),
    ],
)
def test_each_day_lies_in_one_of_each_unit(unit: Unit, day: date, value: str, first: date, last: date) -> None:
    point = point_of(unit, day)
    assert point is not None
    assert (point.value, *point.days) == (value, first, last)


@given(
    st.sampled_from(("day", "week", "month", "quarter", "half", "year", "decade")), st.dates(date(100, 1, 1), date(9000, 1, 1))
)
def test_units_follow_each_other_without_gap(unit: Unit, day: date) -> None:
    point = point_of(unit, day)
    assert point is not None
    after = moved(point, 1)
    assert after is not None
    assert after.first == last_day(unit, point.first) + timedelta(days=1)
    assert point.whole[0] <= day <= point.whole[1]


@given(
    st.sampled_from(("START", "BEGIN", "MID", "END", "CLOSE", "H1", "H2")),
    st.sampled_from(("month", "year", "decade")),
    st.dates(),
)
def test_a_part_lies_within_its_whole(stage: str, unit: Unit, day: date) -> None:
    start = point_of(unit, day)
    assert start is not None
    first, last = Point(unit, start.first, stage=stage).days
    assert start.whole[0] <= first <= last <= start.whole[1]


def test_a_month_later_ends_with_the_shorter_month() -> None:
    assert months_later(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert months_later(date.min, -1) is None
    assert months_later(date.max, 1) is None


def test_the_nearest_weekday_is_the_day_itself_or_one_on_the_asked_side() -> None:
    wednesday = date(2023, 9, 13)
    assert weekday_near(wednesday, 2, future=False) == weekday_near(wednesday, 2, future=True) == wednesday
    assert weekday_near(wednesday, 3, future=False) == date(2023, 9, 7)
    assert weekday_near(wednesday, 3, future=True) == date(2023, 9, 14)


# Dates of Easter Sunday as the churches' tables give them.
@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [
        (1961, date(1961, 4, 2), date(1961, 4, 9)),
        (2000, date(2000, 4, 23), date(2000, 4, 30)),
        (2008, date(2008, 3, 23), date(2008, 4, 27)),
        (2011, date(2011, 4, 24), date(2011, 4, 24)),
        (2016, date(2016, 3, 27), date(2016, 5, 1)),
        (2022, date(2022, 4, 17), date(2022, 4, 24)),
        (2024, date(2024, 3, 31), date(2024, 5, 5)),
        (2025, date(2025, 4, 20), date(2025, 4, 20)),
        (2049, date(2049, 4, 18), date(2049, 4, 25)),
        (2076, date(2076, 4, 19), date(2076, 4, 26)),
    ],
)
def test_easter(year: int, western: date, orthodox: date) -> None:
    assert (easter(year), easter(year, orthodox=True)) == (western, orthodox)


@given(st.integers(1583, 4099))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    sunday = easter(year)
    assert sunday is not None
    assert sunday.weekday() == 6
    assert (3, 22) <= (sunday.month, sunday.day) <= (4, 25)


def test_holidays_fall_by_their_rules() -> None:
    assert holiday_of("12-25", 2021) == date(2021, 12, 25)
    assert holiday_of("11/4/3", 1999) == date(1999, 11, 25)
    assert holiday_of("05/-1/0", 2023) == nth_weekday(2023, 5, -1, 0) == date(2023, 5, 29)
    assert holiday_of("easter-2", 2025) == date(2025, 4, 18)
    assert holiday_of("easter+0", 99) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("00:05", "00:05"),
        ("9.30 pm", "21:30"),
        ("3 am", "03:00"),
        ("12 a.m.", "00:00"),
        ("12 p.m.", "12:00"),
        ("noon", "12:00"),
        ("0515", "05:15"),
        ("1700 hrs", "17:00"),
        ("24:00", "24:00"),
        ("six o'clock in the evening", "18:00"),
        ("ten at night", "22:00"),
        ("2 at night", "02:00"),
    ],
)
def test_clock_times(words: str, expected: str) -> None:
    assert clock_of(words) == expected


@pytest.mark.parametrize("words", ["25:00", "12:61", "13 pm", "x", ""])
def test_no_clock_times(words: str) -> None:
    assert clock_of(words) is None


@pytest.mark.parametrize(
    ("before", "tense"),
    [
        ("They attacked on", "past"),
        ("They fled on", "past"),
        ("They have been there since", "past"),
        ("They will attack on", "future"),
        ("It will be held on", "future"),
        ("Talks are scheduled for", "future"),
        ("They are to leave on", "future"),
        ("They are expected to leave on", "future"),
        ("They agreed in", "past"),
        ("They asked him to leave the town on", "open"),
        ("They are on the road on", "present"),
        ("A shelling on", ""),
    ],
)
def test_the_tense_is_that_of_the_nearest_verb(before: str, tense: Tense) -> None:
    words = words_of(f"{before} Monday.")
    last = len(words.spans) - 1
    assert tense_at(words, last - 1, last, (0, last + 1)) == tense


@pytest.mark.parametrize(
    ("role", "value"),
    [("month", "13"), ("weekday", "7"), ("holiday", "soon"), ("deixis", "x"), ("often", "P1"), ("nothing", "")],
)
def test_a_mistake_in_the_vocabulary_is_reported_with_its_line(role: str, value: str) -> None:
    row = Row("timex_words.tsv", 7, {"words": "word", "role": role, "case": "any", "value": value})
    with pytest.raises(MerestoneError, match=r"timex_words\.tsv.*7"):
        check(row)


def test_a_word_is_a_whole_time_or_number() -> None:
    text = "At 12:30 p.m. on the 10th, 2021-03-12T14:05.\n\nThen"
    words = words_of(text)
    assert [text[first:last] for first, last in words.spans] == [
        "At", "12:30", "p.m.", "on", "the", "10th", ",", "2021-03-12T14:05", ".", "\n\n", "Then",
    ]  # fmt: skip
