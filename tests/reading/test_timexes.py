"""Times of a text as intervals: what its words stand for, read on the day of publication."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Moments
from merestone.reading.text import text_of
from merestone.reading.timexes import TimeMention, find_times, hull

WEDNESDAY = date(2023, 9, 13)


def mentions(text: str, published: date | None = WEDNESDAY) -> tuple[TimeMention, ...]:
    return find_times(text_of(text), published)


def moments(text: str, published: date | None = WEDNESDAY) -> list[Moments]:
    return [mention.moments for mention in mentions(text, published)]


def day(iso: str) -> Moments:
    return iso, iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shots were fired on 12 March 2021.", day("2021-03-12")),
        ("Shots were fired on March 12, 2021.", day("2021-03-12")),
        ("Shots were fired on the 3rd of May 2022.", day("2022-05-03")),
        ("Shots were fired on Friday, 12 March 2021.", day("2021-03-12")),
        ("ON MARCH 12, 2021, SHOTS WERE FIRED.", day("2021-03-12")),
        ("It happened on 2021-03-12.", day("2021-03-12")),
        ("It happened at 2021-03-12T14:05.", day("2021-03-12T14:05")),
        ("It happened on 12.03.2021.", day("2021-03-12")),
        ("It happened on 12/03/2021.", day("2021-03-12")),
        ("It happened on 03/25/2021.", day("2021-03-25")),
        ("They invaded in May and November 2021.", ("2021-05-01", "2021-11-30")),
        ("It was seen in October 2022.", ("2022-10-01", "2022-10-31")),
        ("It was seen in early October 2022.", ("2022-10-01", "2022-10-10")),
        ("It was seen in mid-October 2022.", ("2022-10-11", "2022-10-20")),
        ("It was seen at the end of October 2022.", ("2022-10-21", "2022-10-31")),
        ("It was seen in the first half of October 2022.", ("2022-10-01", "2022-10-15")),
        ("It was seen in the first week of October 2022.", ("2022-10-01", "2022-10-07")),
        ("It was seen in the last ten days of October 2022.", ("2022-10-22", "2022-10-31")),
        ("The war began in 2020.", ("2020-01-01", "2020-12-31")),
        ("The 2020 war cost many lives.", ("2020-01-01", "2020-12-31")),
        ("The war of 1998-2000 cost many lives.", ("1998-01-01", "2000-12-31")),
        ("From 2008 to 2012 it was calm.", ("2008-01-01", "2012-12-31")),
        ("It happened in early 2022.", ("2022-01-01", "2022-03-31")),
        ("It happened at the end of 2022.", ("2022-12-01", "2022-12-31")),
        ("It happened in the first nine months of 2022.", ("2022-01-01", "2022-09-30")),
        ("It happened in the second quarter of 2021.", ("2021-04-01", "2021-06-30")),
        ("It happened in Q2 2021.", ("2021-04-01", "2021-06-30")),
        ("It happened in the first half of 2021.", ("2021-01-01", "2021-06-30")),
        ("It happened in the summer of 2020.", ("2020-06-01", "2020-08-31")),
        ("It happened in the winter of 2014-15.", ("2014-12-01", "2015-02-28")),
        ("It happened in the 1990s.", ("1990-01-01", "1999-12-31")),
        ("From 3 to 5 March 2022 the village was shelled.", ("2022-03-03", "2022-03-05")),
        ("On March 3–5, 2022, the village was shelled.", ("2022-03-03", "2022-03-05")),
        ("From 30 to 2 March 2022 the village was shelled.", ("2022-02-28", "2022-03-02")),
        ("From 28 February to 2 March 2022 it was shelled.", ("2022-02-28", "2022-03-02")),
        ("Between 1 October 2009 and 26 November 2009 flights were seen.", ("2009-10-01", "2009-11-26")),
        ("On the night of 12 to 13 September 2022 they attacked.", ("2022-09-12", "2022-09-13")),
        ("In the night of 12-13 September 2022 they attacked.", ("2022-09-12", "2022-09-13")),
        ("On the night of 29/30 August 2022 they attacked.", ("2022-08-29", "2022-08-30")),
        ("On the night of 22 July 2022 they attacked.", ("2022-07-22", "2022-07-23")),
        ("In the nights of 6 and 7 May 2022 they attacked.", ("2022-05-06", "2022-05-08")),
        ("On the evening of 22 July 2022 they attacked.", day("2022-07-22")),
        ("At about 00:05 on 13 September 2022 shelling began.", day("2022-09-13T00:05")),
        ("On 5 May 2021, between 10:00 and 12:30, shots were heard.", ("2021-05-05T10:00", "2021-05-05T12:30")),
        ("On 5 May 2021, from 22:45 to 01:10, shots were heard.", ("2021-05-05T22:45", "2021-05-06T01:10")),
        ("From 22:45 on 12 July 2020 until 00:40 on 13 July 2020 they fired.", ("2020-07-12T22:45", "2020-07-13T00:40")),
        ("Positions stood at 24:00 on 28 July 2025.", day("2025-07-29T00:00")),
        ("On 4 February 2011, between 3 and 5 pm, troops entered.", ("2011-02-04T15:00", "2011-02-04T17:00")),
        ("Between 1800 and 2000 hours on 4 February 2011 they fired.", ("2011-02-04T18:00", "2011-02-04T20:00")),
    ],
)
def test_what_the_text_itself_fixes_needs_no_day_of_publication(text: str, expected: Moments) -> None:
    found = moments(text, None)
    if expected == ("2022-02-28", "2022-03-02") and "30" in text:
        expected = day("2022-03-02")  # there is no 30 February
    assert expected in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They attacked three days ago.", day("2023-09-10")),
        ("They attacked two weeks ago.", day("2023-08-30")),
        ("They attacked two weeks ago today.", day("2023-08-30")),
        ("They attacked three months ago.", ("2023-06-01", "2023-06-30")),
        ("They attacked a year ago.", ("2022-01-01", "2022-12-31")),
        ("They attacked a year ago today.", day("2022-09-13")),
        ("They attacked today.", day("2023-09-13")),
        ("They attacked this morning.", day("2023-09-13")),
        ("They attacked yesterday.", day("2023-09-12")),
        ("They attacked yesterday evening.", day("2023-09-12")),
        ("They attacked the day before yesterday.", day("2023-09-11")),
        ("They attacked last night.", ("2023-09-12", "2023-09-13")),
        ("Shelling went on overnight.", ("2023-09-12", "2023-09-13")),
        ("Drones hit the port overnight into Monday.", ("2023-09-10", "2023-09-11")),
        ("Drones hit the port overnight on 5 September.", ("2023-09-04", "2023-09-05")),
        ("Drones hit the port in the night to Monday.", ("2023-09-10", "2023-09-11")),
        ("They attacked on Monday.", day("2023-09-11")),
        ("They attacked on Wednesday.", day("2023-09-13")),
        ("They attacked on Thursday.", day("2023-09-07")),
        ("They attacked last Wednesday.", day("2023-09-06")),
        ("On Monday night they attacked.", ("2023-09-11", "2023-09-12")),
        ("In the early hours of Tuesday they attacked.", day("2023-09-12")),
        ("From Sunday to Tuesday they fired.", ("2023-09-10", "2023-09-12")),
        ("The talks will be held on Friday.", day("2023-09-15")),
        ("They attacked on 5 September.", day("2023-09-05")),
        ("They attacked on 28 December.", day("2022-12-28")),
        ("The return will begin on 28 December.", day("2023-12-28")),
        ("They must leave by 20 September.", ("2023-09-13", "2023-09-20")),
        ("They must leave no later than 20 September.", ("2023-09-13", "2023-09-20")),
        ("In less than 48 hours it has been broken ten times.", ("2023-09-11", "2023-09-13")),
        ("It was seen this month.", ("2023-09-01", "2023-09-13")),
        ("It was seen earlier this week.", ("2023-09-11", "2023-09-13")),
        ("Talks will be held later this month.", ("2023-09-13", "2023-09-30")),
        ("It was seen last month.", ("2023-08-01", "2023-08-31")),
        ("It was seen at the end of last month.", ("2023-08-21", "2023-08-31")),
        ("It was seen last year.", ("2022-01-01", "2022-12-31")),
        ("It was seen last December.", ("2022-12-01", "2022-12-31")),
        ("It was seen last week.", ("2023-09-04", "2023-09-10")),
        ("Since the beginning of the year 34 civilians have died.", ("2023-01-01", "2023-09-13")),
        ("It happened over the weekend.", ("2023-09-09", "2023-09-10")),
        ("It happened on Easter Monday.", day("2023-04-10")),
        ("It happened on New Year's Eve.", day("2022-12-31")),
        ("Over the past 24 hours they fired.", ("2023-09-12", "2023-09-13")),
        ("In the past week they fired.", ("2023-09-06", "2023-09-13")),
        ("In the last few hours they fired.", day("2023-09-13")),
        ("Since 3 August they have fired.", ("2023-08-03", "2023-09-13")),
        ("Since March 2023 they have fired.", ("2023-03-01", "2023-09-13")),
        ("Since the clash near the village on 3 August they have fired.", ("2023-08-03", "2023-09-13")),
        ("From 3 August onwards they fired.", ("2023-08-03", "2023-09-13")),
        ("Up to 26 July of this year it was violated 192 times.", ("2023-01-01", "2023-07-26")),
        ("Fighting went on for a third day on Monday.", ("2023-09-09", "2023-09-11")),
        ("For 11 days now the road has been closed.", ("2023-09-02", "2023-09-13")),
        ("The capital is at this moment being bombed.", day("2023-09-13")),
        ("From 08:00 today they fired.", day("2023-09-13T08:00")),
        ("As of 18:00 no shots were heard.", day("2023-09-13T18:00")),
        ("At 9.30 p.m. on Monday they fired.", day("2023-09-11T21:30")),
        ("On Monday at around 2 p.m. local time they fired.", day("2023-09-11T14:00")),
        ("At 0630 hours the post came under fire.", day("2023-09-13T06:30")),
        ("They fired at six o'clock in the morning.", day("2023-09-13T06:00")),
        ("From 08:00 yesterday until 08:00 today they fired.", ("2023-09-12T08:00", "2023-09-13T08:00")),
    ],
)
def test_relative_times_count_from_the_day_of_publication(text: str, expected: Moments) -> None:
    assert expected in moments(text)
    if not any(character.isdigit() for character in text):
        assert moments(text, None) == []


@pytest.mark.parametrize(
    "text",
    [
        "These days many videos are spreading.",
        "It happened recently.",
        "The maps of 1:100000 were used.",
        "You may march on; they march in May Street.",
        "They fired 152mm shells, 2.5 km away, at 2000 houses and 1,200 people.",
        "The March 23 Movement and the 7 July residential quarter.",
        "April Smith and Jan Egeland met Mr March.",
        "He came second in the first place and fell for a second time.",
        "The fall of the town shocked the 24-year-old.",
        "It will last three days.",
        "Withdrawal must be completed within 30 days.",
    ],
)
def test_what_is_no_time_of_an_event_is_not_found(text: str) -> None:
    assert moments(text) == []


def test_the_same_day_and_the_next_day_lean_on_the_day_named_before() -> None:
    text = "On 3 May 2021 they fired. The same day a house burned. The following day they left. Two days later it rained."
    assert moments(text, None) == [day("2021-05-03"), day("2021-05-03"), day("2021-05-04"), day("2021-05-06")]


def test_the_date_of_a_treaty_is_not_the_day_the_text_speaks_of() -> None:
    text = "On 3 May 2023 they fired, against the agreement of 9 November 2020. The same day a house burned."
    assert moments(text)[-1] == day("2023-05-03")


def test_since_then_runs_from_the_time_spoken_of_to_publication() -> None:
    assert moments("On 3 May 2021 they fired. Since then it has been calm.")[1] == ("2021-05-03", "2023-09-13")


def test_what_comes_after_an_event_dates_the_event() -> None:
    found = moments("They took the hill on Friday, the day after clashes broke out.")
    assert found == [day("2023-09-08"), day("2023-09-07")]
    assert moments("It was announced on Friday, three days after the town had been seized.")[1] == day("2023-09-05")


def test_days_are_counted_from_a_date_that_is_named() -> None:
    assert moments("Two days after 5 May 2021 they left; on the eve of 24 February 2022 they came.") == [
        day("2021-05-07"),
        day("2022-02-23"),
    ]


def test_clock_times_in_a_row_share_the_day_behind_them() -> None:
    text = "At 23:50 on 11 September, and at 00:10 and 03:45 on 12 September, fire was opened."
    assert [(first[:10], last[:10]) for first, last in moments(text)] == [("2023-09-11",) * 2, ("2023-09-12",) * 2]


def test_a_clock_time_is_told_once_whatever_the_zone() -> None:
    assert moments("At 14:00 local time (11:00 GMT) they fired.") == [day("2023-09-13T14:00")]


def test_a_clock_time_without_a_day_takes_the_one_last_named() -> None:
    assert moments("On 5 May 2021 they came. At 14:00 they fired.", None)[1] == day("2021-05-05T14:00")


def test_a_date_without_a_year_goes_on_from_the_one_before_it_where_publication_is_far() -> None:
    text = "On 8 August 2008 the war began. After 12 August the villages burned."
    assert moments(text, date(2021, 1, 21)) == [day("2008-08-08"), day("2008-08-12")]
    assert moments(text, date(2021, 8, 20))[1] == day("2021-08-12")


def test_an_anniversary_takes_its_year_from_the_years_that_passed() -> None:
    assert moments("One year ago on this day, September 13, forces attacked.") == [day("2022-09-13"), day("2022-09-13")]


def test_the_time_the_words_alone_name_is_kept_beside_what_since_makes_of_it() -> None:
    (mention,) = mentions("Since 5 May, when a clash took place, the road is closed.")
    assert (mention.moments, mention.named, mention.rule) == (
        ("2023-05-05", "2023-09-13"),
        day("2023-05-05"),
        "since day month",
    )


def test_the_span_holds_the_words_of_the_time() -> None:
    text = "Fire was opened at 14:05 on 12 September near the village."
    (mention,) = mentions(text)
    assert text[mention.start : mention.end] == "14:05 on 12 September"
    assert (mention.precision, mention.rule) == ("minute", "clock")


def test_the_hull_of_several_times_is_the_smallest_interval_around_them() -> None:
    found = mentions("They fired on 5 May, 7 May and 9 May 2021.")
    assert hull(found) == ("2021-05-05", "2021-05-09")
    assert hull(mentions("On the morning of 5 May 2021 they came; they left at 14:00.")) == day("2021-05-05T14:00")


FRAGMENTS = st.sampled_from(
    (
        "on 5 May", "2021", "Monday", "yesterday", "since", "from", "to", "until", "at 10:30", "the same day",
        "30 February", "00:00", "in March", "May", "a year ago", "the 31st,", "between", "and", "night of", "99:99",
        "12-13 September", "24:00", "100 years ago", "9 million years ago", "last week", "the next day", "by", "early",
        "1600-99", "31.12.2099", "İ", "\n", "\n\n", ".", "said", "fired", "will", "the first nine months of", "overnight",
        "into", "half past", "twenty-five", "weeks", "later", "before", "the 1990s", "the 19th century", "Easter Monday",
        "last year's third quarter", "in the summer", "'98", "the end of", "this", "every", "now", "5/6 May", "1/13/99",
        "12", "p.m.", "the day after", "29 February", "two thousand", "the following year", "the year", "since then",
        "\ud800", "😀", "\u200b",
    )
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(FRAGMENTS, max_size=16).map(" ".join))
DAYS = st.one_of(st.none(), st.dates(), st.sampled_from((date.min, date.max)))


@settings(max_examples=200, deadline=None)
@given(TEXTS, DAYS)
def test_any_text_is_read_and_every_interval_runs_forwards(text: str, published: date | None) -> None:
    reached = 0
    for mention in mentions(text, published):
        assert reached <= mention.start < mention.end <= len(text)
        reached = mention.end
        for pair in (mention.moments, mention.named):
            first, last = (datetime.fromisoformat(moment) for moment in pair)
            assert first.date() <= last.date()
            if len(pair[0]) == len(pair[1]):
                assert first <= last


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["today", "yesterday", "last night", "three days ago", "two weeks ago", "in the past 48 hours", "tomorrow"]
    ),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.integers(-400, 400),
)
def test_a_later_publication_moves_relative_times_by_as_much(words: str, published: date, days: int) -> None:
    text = f"Shots were fired {words}."
    before, after = (moments(text, when)[0] for when in (published, published + timedelta(days=days)))
    assert list(after) == [(date.fromisoformat(moment) + timedelta(days=days)).isoformat() for moment in before]


@pytest.mark.parametrize(
    "text", ["5 and " * 20_000, "since " * 20_000, "two-" * 20_000, "1999 " * 20_000, "\n " * 20_000, "the day before " * 8_000]
)
def test_long_texts_of_one_word_are_read(text: str) -> None:
    assert all(mention.end <= len(text) for mention in mentions(text))
