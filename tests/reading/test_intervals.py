"""A day is the whole local day, a clock time the whole minute, each in the zone of who gives it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from merestone.reading.intervals import instant, instants, is_clock

YEREVAN, BERLIN = ZoneInfo("Asia/Yerevan"), ZoneInfo("Europe/Berlin")


def test_a_day_covers_the_local_day():
    begin, end = instants("2022-09-13", "2022-09-13", YEREVAN)
    assert instant(begin) == datetime(2022, 9, 12, 20, tzinfo=UTC)
    assert instant(end) == datetime(2022, 9, 13, 20, tzinfo=UTC)


def test_a_clock_time_covers_its_minute():
    begin, end = instants("2022-09-13T00:05", "2022-09-13T00:05", YEREVAN)
    assert instant(begin) == datetime(2022, 9, 12, 20, 5, tzinfo=UTC)
    assert end - begin == 60


def test_days_on_which_clocks_change_have_their_own_length():
    hours = [(b - a) // 3600 for a, b in (instants(day, day, BERLIN) for day in ("2023-03-26", "2023-10-29", "2023-07-01"))]
    assert hours == [23, 25, 24]


def test_an_ambiguous_hour_keeps_both_readings():
    begin, end = instants("2023-10-29T02:30", "2023-10-29T02:30", BERLIN)
    assert end - begin == 3600 + 60


def test_ends_in_the_wrong_order_are_exchanged():
    assert instants("2022-09-14", "2022-09-13", YEREVAN) == instants("2022-09-13", "2022-09-14", YEREVAN)


def test_only_two_clock_times_make_a_clock_interval():
    assert is_clock("2022-09-13T00:05", "2022-09-13T00:10")
    assert not is_clock("2022-09-13T08:00", "2022-09-13")


@given(st.dates(), st.dates(), st.sampled_from([YEREVAN, BERLIN, ZoneInfo("America/New_York")]))
def test_an_interval_is_never_empty(first, last, zone):
    begin, end = instants(first.isoformat(), last.isoformat(), zone)
    assert begin < end
    assert instant(begin) < instant(end)
