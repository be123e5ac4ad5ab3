"""TIMEX3 annotations: spans, types and values by the TimeML guidelines."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.reading.text import text_of
from merestone.reading.timexes import Timex, find_timexes

FRIDAY = date(1998, 1, 9)


def timexes(text: str, created: date | None = FRIDAY) -> list[tuple[str, str, str]]:
    """Words, type and value of each annotation."""
    return [(text[timex.start : timex.end], timex.type, timex.value) for timex in find_timexes(text_of(text), created)]


def only(text: str, created: date | None = FRIDAY) -> Timex:
    (timex,) = find_timexes(text_of(text), created)
    return timex


@pytest.mark.parametrize(
    ("text", "words", "kind", "value"),
    [
        ("He came on Jan. 8, 1998.", "Jan. 8, 1998", "DATE", "1998-01-08"),
        ("He came on 8 January 1998.", "8 January 1998", "DATE", "1998-01-08"),
        ("He came on Monday, Oct. 26, 1998.", "Monday, Oct. 26, 1998", "DATE", "1998-10-26"),
        ("He came last Oct. 26.", "last Oct. 26", "DATE", "1997-10-26"),
        ("He came in October 1997.", "October 1997", "DATE", "1997-10"),
        ("He came in October.", "October", "DATE", "1997-10"),
        ("He will come in October.", "October", "DATE", "1998-10"),
        ("He came in 1990.", "1990", "DATE", "1990"),
        ("A 1990 law forbids it.", "1990", "DATE", "1990"),
        ("He came in nineteen ninety-one.", "nineteen ninety-one", "DATE", "1991"),
        ("It was the 1990s.", "the 1990s", "DATE", "199"),
        ("It was the late '80s.", "the late '80s", "DATE", "198"),
        ("It was the 19th century.", "the 19th century", "DATE", "18"),
        ("He came on Friday.", "Friday", "DATE", "1998-01-09"),
        ("He came on Thursday.", "Thursday", "DATE", "1998-01-08"),
        ("He will come on Thursday.", "Thursday", "DATE", "1998-01-15"),
        ("He came last Friday.", "last Friday", "DATE", "1998-01-02"),
        ("He came Friday morning.", "Friday morning", "TIME", "1998-01-09TMO"),
        ("He came Thursday night.", "Thursday night", "TIME", "1998-01-08TNI"),
        ("He came today.", "today", "DATE", "1998-01-09"),
        ("He came yesterday afternoon.", "yesterday afternoon", "TIME", "1998-01-08TAF"),
        ("He came last night.", "last night", "TIME", "1998-01-08TNI"),
        ("He came this morning.", "this morning", "TIME", "1998-01-09TMO"),
        ("He came last week.", "last week", "DATE", "1998-W01"),
        ("He came last month.", "last month", "DATE", "1997-12"),
        ("He came last year.", "last year", "DATE", "1997"),
        ("He will come early next year.", "early next year", "DATE", "1999"),
        ("He came over the weekend.", "the weekend", "DATE", "1998-W01-WE"),
        ("He came two weeks ago.", "two weeks ago", "DATE", "1997-12-26"),
        ("He came two months ago.", "two months ago", "DATE", "1997-11"),
        ("He came 41 years ago.", "41 years ago", "DATE", "1957"),
        ("He came last summer.", "last summer", "DATE", "1997-SU"),
        ("It was the winter of 1994.", "the winter of 1994", "DATE", "1994-WI"),
        ("It rose in the third quarter of 1997.", "the third quarter of 1997", "DATE", "1997-Q3"),
        ("It rose in next year's first quarter.", "next year's first quarter", "DATE", "1999-Q1"),
        ("It rose in the first half of 1997.", "the first half of 1997", "DATE", "1997"),
        ("He came last Thanksgiving.", "last Thanksgiving", "DATE", "1997-11-27"),
        ("He comes now.", "now", "DATE", "PRESENT_REF"),
        ("He came recently.", "recently", "DATE", "PAST_REF"),
        ("It happened several years ago.", "several years ago", "DATE", "PAST_REF"),
        ("He thinks of the future.", "the future", "DATE", "FUTURE_REF"),
        ("He stayed for three days.", "three days", "DURATION", "P3D"),
        ("He stayed for 5 1/2 hours.", "5 1/2 hours", "DURATION", "PT5H30M"),
        ("He stayed for twenty-five years.", "twenty-five years", "DURATION", "P25Y"),
        ("He stayed a couple of years.", "a couple of years", "DURATION", "P2Y"),
        ("He stayed for two decades.", "two decades", "DURATION", "P20Y"),
        ("He stayed for several months.", "several months", "DURATION", "PXM"),
        ("He stayed for weeks.", "weeks", "DURATION", "PXW"),
        ("He stayed half an hour.", "half an hour", "DURATION", "PT30M"),
        ("It grew over the past three months.", "the past three months", "DURATION", "P3M"),
        ("It ended a two-year boom.", "two-year", "DURATION", "P2Y"),
        ("Buses leave every Monday.", "every Monday", "SET", "XXXX-WXX-1"),
        ("Buses leave each July.", "each July", "SET", "XXXX-07"),
        ("Buses leave every two weeks.", "every two weeks", "SET", "P2W"),
        ("Buses leave daily.", "daily", "SET", "P1D"),
        ("Buses leave twice a week.", "twice a week", "SET", "P1W"),
        ("He came at 2:30 p.m.", "2:30 p.m.", "TIME", "1998-01-09T14:30"),
        ("He came at 9 a.m. EST Thursday.", "9 a.m. EST Thursday", "TIME", "1998-01-08T09:00"),
        ("He came at noon Thursday.", "noon Thursday", "TIME", "1998-01-08T12:00"),
    ],
)
def test_an_expression_has_its_words_its_type_and_its_value(text: str, words: str, kind: str, value: str) -> None:
    assert timexes(text) == [(words, kind, value)]


@pytest.mark.parametrize(
    ("text", "mod"),
    [
        ("He will come early next year.", "START"),
        ("He came in mid-November 1997.", "MID"),
        ("He came at the end of 1990.", "END"),
        ("He stayed at least 30 days.", "EQUAL_OR_MORE"),
        ("He stayed more than four hours.", "MORE_THAN"),
    ],
)
def test_what_bounds_an_expression_is_its_modifier(text: str, mod: str) -> None:
    assert only(text).mod == mod


@pytest.mark.parametrize(
    "text",
    [
        "You may come second, in the first place.",
        "Jan Kavan and Mr March met a 44-year-old man.",
        "It costs $5 a year and 20 percent, at 2000 dollars.",
        "The sun sat in the fall of the house.",
    ],
)
def test_what_is_no_time_is_not_annotated(text: str) -> None:
    assert timexes(text) == []


def test_a_range_is_two_expressions() -> None:
    assert timexes("From 3 to 5 May 1997 it rained.") == [("3", "DATE", "1997-05-03"), ("5 May 1997", "DATE", "1997-05-05")]
    assert timexes("Between 10:00 and 12:30 on Thursday.") == [
        ("10:00", "TIME", "1998-01-08T10:00"),
        ("12:30", "TIME", "1998-01-08T12:30"),
        ("Thursday", "DATE", "1998-01-08"),
    ]


def test_a_year_earlier_is_counted_from_the_quarter_spoken_of() -> None:
    assert [value for *_, value in timexes("Profit rose in the third quarter from a year earlier.")] == ["1997-Q3", "1996-Q3"]
    assert [value for *_, value in timexes("Profit rose in 1995 from a year earlier.")] == ["1995", "1994"]


def test_the_following_month_is_counted_from_the_month_spoken_of() -> None:
    assert [value for *_, value in timexes("He came in March 1996 and left the following month.")] == ["1996-03", "1996-04"]


def test_without_a_day_of_creation_what_is_missing_stays_open() -> None:
    assert timexes("On 5 May, in October, on Monday, yesterday.", None) == [
        ("5 May", "DATE", "XXXX-05-05"),
        ("October", "DATE", "XXXX-10"),
        ("Monday", "DATE", "XXXX-WXX-1"),
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.one_of(st.none(), st.dates()))
def test_any_text_is_annotated_without_overlap(text: str, created: date | None) -> None:
    reached = 0
    for timex in find_timexes(text_of(text), created):
        assert reached <= timex.start < timex.end <= len(text)
        assert timex.value
        reached = timex.end
