"""Times: what the words of a text stand for, and which of them is the time of a claim."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Act, Event, Moments
from merestone.reading.calendar_days import clock_of, months_later
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.parsing import parse
from merestone.reading.times import find_times, time_of_claim

WEDNESDAY = date(2023, 9, 13)


def moments(text: str, published: date | None = WEDNESDAY) -> list[Moments]:
    return [mention.moments for mention in find_times(parse(text), Context(published=published))]


def day(iso: str) -> Moments:
    return iso, iso


def claim(text: str, words: str, event: Event = "fire", act: Act = "asserts") -> Candidate:
    start = text.index(words)
    return Candidate(start=start, end=start + len(words), event=event, act=act, trigger=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shots were fired on 12 March 2021.", day("2021-03-12")),
        ("Shots were fired on March 12, 2021.", day("2021-03-12")),
        ("Shots were fired on the 3rd of May 2022.", day("2022-05-03")),
        ("It happened on 2021-03-12.", day("2021-03-12")),
        ("It happened at 2021-03-12T14:05.", day("2021-03-12T14:05")),
        ("It happened on 12.03.2021.", day("2021-03-12")),
        ("It happened on 12/03/2021.", day("2021-03-12")),
        ("They invaded in May and November 2021.", ("2021-05-01", "2021-11-30")),
        ("It was seen in October 2022.", ("2022-10-01", "2022-10-31")),
        ("The war began in 2020.", ("2020-01-01", "2020-12-31")),
        ("The war of 1998-2000 cost many lives.", ("1998-01-01", "2000-12-31")),
        ("It happened in the second quarter of 2021.", ("2021-04-01", "2021-06-30")),
        ("It happened in the first half of 2021.", ("2021-01-01", "2021-06-30")),
        ("It happened in early May 2021.", ("2021-05-01", "2021-05-10")),
        ("It happened at the end of 2022.", ("2022-12-01", "2022-12-31")),
        ("It happened in the summer of 2020.", ("2020-06-01", "2020-08-31")),
        ("From 3 to 5 March 2022 the village was shelled.", ("2022-03-03", "2022-03-05")),
        ("Between 1 October and 26 November 2009 flights were seen.", ("2009-10-01", "2009-11-26")),
        ("Between 28 December and 3 January 2022 flights were seen.", ("2021-12-28", "2022-01-03")),
        ("On the night of 12 to 13 September 2022 they attacked.", ("2022-09-12", "2022-09-13")),
        ("On the night of 22 July 2022 they attacked.", ("2022-07-22", "2022-07-23")),
        ("At about 00:05 on 13 September 2022 shelling began.", day("2022-09-13T00:05")),
        ("On 5 May 2021, between 10:00 and 12:30, shots were heard.", ("2021-05-05T10:00", "2021-05-05T12:30")),
        ("On 5 May 2021, from 22:45 to 01:10, shots were heard.", ("2021-05-05T22:45", "2021-05-06T01:10")),
        ("From 22:45 on 12 July 2020 until 00:40 on 13 July 2020 they fired.", ("2020-07-12T22:45", "2020-07-13T00:40")),
        ("On 4 February 2011, between 3 and 5 pm, troops entered.", ("2011-02-04T15:00", "2011-02-04T17:00")),
    ],
)
def test_what_the_text_itself_fixes_needs_no_day_of_publication(text: str, expected: Moments) -> None:
    found = moments(text, None)
    assert expected[0] == min(begin for begin, _ in found if len(begin) == len(expected[0]))
    assert expected[1] == max(end for _, end in found if len(end) == len(expected[1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One year ago on this day, September 13, forces attacked.", day("2022-09-13")),
        ("They attacked a year ago.", day("2022-09-13")),
        ("They attacked three days ago.", day("2023-09-10")),
        ("They attacked two weeks ago.", day("2023-08-30")),
        ("They attacked today.", day("2023-09-13")),
        ("They attacked yesterday.", day("2023-09-12")),
        ("They attacked the day before yesterday.", day("2023-09-11")),
        ("They attacked last night.", ("2023-09-12", "2023-09-13")),
        ("Shelling went on overnight.", ("2023-09-12", "2023-09-13")),
        ("They attacked on Monday.", day("2023-09-11")),
        ("They attacked on Wednesday.", day("2023-09-13")),
        ("They attacked on Thursday.", day("2023-09-07")),
        ("On Monday night they attacked.", ("2023-09-11", "2023-09-12")),
        ("The talks will be held on Friday.", day("2023-09-15")),
        ("They attacked on 5 September.", day("2023-09-05")),
        ("They attacked on 28 December.", day("2022-12-28")),
        ("They must leave by 20 September.", ("2023-09-13", "2023-09-20")),
        ("It was seen this month.", ("2023-09-01", "2023-09-13")),
        ("It was seen last month.", ("2023-08-01", "2023-08-31")),
        ("It was seen last year.", ("2022-01-01", "2022-12-31")),
        ("It was seen last week.", ("2023-09-04", "2023-09-10")),
        ("It happened over the weekend.", ("2023-09-09", "2023-09-10")),
        ("Over the past 24 hours they fired.", ("2023-09-12", "2023-09-13")),
        ("In the past week they fired.", ("2023-09-06", "2023-09-13")),
        ("Since 3 August they have fired.", ("2023-08-03", "2023-09-13")),
        ("Since March 2023 they have fired.", ("2023-03-01", "2023-09-13")),
        ("From 08:00 today they fired.", day("2023-09-13T08:00")),
        ("As of 18:00 no shots were heard.", day("2023-09-13T18:00")),
        ("At 9.30 p.m. on Monday they fired.", day("2023-09-11T21:30")),
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
        "The maps of 1:100000 and the 1975 maps were used.",
        "You may march on.",
        "They fired 152mm shells, 2.5 km away.",
    ],
)
def test_what_is_no_time_is_not_found(text: str) -> None:
    assert moments(text) == []


def test_the_same_day_and_the_next_day_lean_on_the_day_named_before() -> None:
    found = moments("On 3 May 2021 they fired. The same day a house burned. The following day they left.", None)
    assert found == [day("2021-05-03"), day("2021-05-03"), day("2021-05-04")]


def test_a_claim_takes_the_time_of_its_own_words() -> None:
    text = "On 3 May 2021 they shelled Sotk. On 5 May 2021 they shelled Goris."
    time, because = time_of_claim(
        parse(text), claim(text, "On 5 May 2021 they shelled Goris"), Context(published=WEDNESDAY), []
    )
    assert time == day("2021-05-05")
    assert [(reason.field, reason.words) for reason in because] == [("time", "5 May 2021")]


def test_a_direct_result_takes_the_day_of_the_incident_but_not_its_hour() -> None:
    text = "At 14:05 on 12 September they shelled the village. Two civilians were wounded in the shelling."
    shelling = claim(text, "At 14:05 on 12 September they shelled the village")
    wounded = claim(text, "Two civilians were wounded in the shelling", "wounded")
    context, doc = Context(published=WEDNESDAY), parse(text)
    first, _ = time_of_claim(doc, shelling, context, [])
    assert first == day("2023-09-12T14:05")
    assert time_of_claim(doc, wounded, context, [(shelling, first)])[0] == day("2023-09-12")


def test_a_demand_takes_no_date_but_its_own() -> None:
    text = "On 12 September they shelled the village. They must withdraw at once."
    shelling = claim(text, "On 12 September they shelled the village")
    demand = claim(text, "They must withdraw at once", "withdrawal", "demands")
    assert time_of_claim(parse(text), demand, Context(published=WEDNESDAY), [(shelling, day("2023-09-12"))]) == (None, ())


def test_the_date_of_saying_is_not_the_date_of_the_event() -> None:
    text = "The ministry said on Monday that its forces are massing troops along the border."
    buildup = claim(text, "its forces are massing troops along the border", "buildup")
    assert time_of_claim(parse(text), buildup, Context(published=WEDNESDAY), [])[0] is None


def test_the_date_of_a_treaty_is_not_the_date_of_its_breach() -> None:
    text = "This is a violation of the trilateral statement of 9 November 2020."
    breach = claim(text, text, "ceasefire_violation", "evaluates")
    assert time_of_claim(parse(text), breach, Context(published=WEDNESDAY), [])[0] is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [("00:05", "00:05"), ("9.30 pm", "21:30"), ("3 am", "03:00"), ("12 a.m.", "00:00"), ("noon", "12:00"), ("0515", "05:15")],
)
def test_clock_times(words: str, expected: str) -> None:
    assert clock_of(words) == expected


@pytest.mark.parametrize("words", ["25:00", "12:61", "13 pm", "x"])
def test_no_clock_times(words: str) -> None:
    assert clock_of(words) is None


def test_a_month_later_ends_with_the_shorter_month() -> None:
    assert months_later(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert months_later(date(1, 1, 1), -1) is None


FRAGMENTS = st.sampled_from(
    [
        "on 5 May",
        "2021",
        "Monday",
        "yesterday",
        "since",
        "from",
        "to",
        "until",
        "at 10:30",
        "the same day",
        "30 February",
        "00:00",
        "in March",
        "May",
        "a year ago",
        "the 31st,",
        "between",
        "and",
        "night of",
        "99:99",
        "12-13 September",
        "9999",
        "24:00",
        "100 years ago",
        "9 million years ago",
        "last week",
        "the next day",
        "by",
        "early",
        "1600-99",
        "31.12.2099",
        "İ",
        "\n",
        ".",
        "said",
        "fired",
    ]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(FRAGMENTS, max_size=14).map(" ".join))
DAYS = st.one_of(st.none(), st.dates())


@settings(max_examples=70, deadline=None)
@given(TEXTS, DAYS)
def test_any_text_is_read_and_every_interval_runs_forwards(text: str, published: date | None) -> None:
    doc = parse(text)
    whole = text_of(doc)
    reached = 0
    for mention in find_times(doc, Context(published=published)):
        assert reached <= mention.start < mention.end <= len(whole)
        reached = mention.end
        first, last = (datetime.fromisoformat(moment) for moment in mention.moments)
        assert first.date() <= last.date()
        if len(mention.moments[0]) == len(mention.moments[1]):
            assert first <= last


@settings(max_examples=40, deadline=None)
@given(TEXTS, DAYS, st.data())
def test_any_candidate_gets_a_time_or_none(text: str, published: date | None, data: st.DataObject) -> None:
    doc = parse(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    earlier = Candidate(start=0, end=start, event="attack", act="asserts", trigger=None)
    candidate = Candidate(start=start, end=end, event="killed", act="asserts", trigger=None)
    context = Context(published=published)
    time, _ = time_of_claim(doc, candidate, context, [(earlier, ("2020-02-29", "2020-02-29"))])
    assert time is None or time[0][:10] <= time[1][:10]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["today", "yesterday", "last night", "three days ago", "two weeks ago", "in the past 48 hours", "tomorrow"]
    ),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.integers(-400, 400),
)
def test_a_later_publication_moves_relative_times_by_as_much(words: str, published: date, days: int) -> None:
    doc = parse(f"Shots were fired {words}.")
    before, after = (
        find_times(doc, Context(published=when))[0].moments for when in (published, published + timedelta(days=days))
    )
    moved = [(date.fromisoformat(moment) + timedelta(days=days)).isoformat() for moment in before]
    assert list(after) == moved
