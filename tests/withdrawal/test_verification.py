"""What is known of a position from looks that may miss it; not looked at is never compliant."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.withdrawal.looks import Look
from merestone.withdrawal.verification import STATUSES, Model, Places, day_at, day_begins, day_ends, day_number, follow

DUE = datetime(2026, 5, 1, tzinfo=UTC)
DUE_DAY = (DUE - datetime(1970, 1, 1, tzinfo=UTC)).days
STILL = Model(return_days=1e12, leave_days=1e12)
"""Nothing changes between looks."""


def places(*at, kind="tank", inside=1.0, parties=None):
    """Places of one sample each at (lon, lat)."""
    count = len(at)
    one = np.ones((count, 1))
    lon, lat = (np.array([p[n] for p in at], dtype=float).reshape(count, 1) for n in (0, 1))
    return Places(
        tuple(f"p{n}" for n in range(count)), parties or ("ARM",) * count, (kind,) * count, lon, lat, one * inside, one,
        np.full(count, float(DUE_DAY)), np.full(count, 0.5),
    )  # fmt: skip


def look(days=1.0, lon=45.0, lat=40.0, radius=500.0, saw=(), source="inspection", **more):
    time = DUE + timedelta(days=days)
    return Look(f"{source}-{days}", source, time, saw, None, shapely.Point(lon, lat), radius, **more)


def known(where, looks, days=2.0, model=STILL):
    return follow(where, looks, np.array([DUE_DAY + days]), model)


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Asia/Yerevan", date(2024, 4, 11), "2024-04-10T20:00Z", 24),
        ("America/New_York", date(2024, 3, 10), "2024-03-10T05:00Z", 23),
        ("America/New_York", date(2024, 11, 3), "2024-11-03T04:00Z", 25),
        ("Asia/Beirut", date(2024, 3, 31), "2024-03-30T22:00Z", 23),  # its midnight is skipped
        ("Australia/Lord_Howe", date(2024, 10, 6), "2024-10-05T13:30Z", 23.5),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00Z", 0),  # a day that was not
    ],
)
def test_a_day_begins_and_ends_by_the_clocks_of_its_zone(zone, day, begins, hours):
    there = ZoneInfo(zone)
    first = day_number(datetime.fromisoformat(begins))
    assert day_begins(day, there) == first
    assert (day_ends(day, there) - first) * 24 == pytest.approx(hours - 1 / 3600)
    if hours:
        assert day_at(first, there) == day_at(day_ends(day, there), there) == day
        assert day_at(first - 1 / 86_400, there) == day - timedelta(days=1)


@given(
    st.sampled_from(("UTC", "Asia/Yerevan", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Pacific/Kiritimati")),
    st.dates(date(1995, 2, 1), date(2200, 1, 1)),
)
def test_days_follow_each_other_without_a_gap(zone, day):
    there = ZoneInfo(zone)
    assert day_ends(day, there) + 1 / 86_400 == pytest.approx(day_begins(day + timedelta(days=1), there), abs=1e-9)
    assert day_at(day_ends(day, there), there) == day
    if zone == "UTC":
        assert day_begins(day, there) == (day - date(1970, 1, 1)).days


def test_one_look_that_sees_nothing_follows_bayes():
    found = known(places((45, 40)), [look()])
    assert found.breach[0, 0] == pytest.approx(0.5 * 0.2 / (0.5 * 0.2 + 0.5))
    assert found.status_of(0) == "unverified"


def test_one_look_that_sees_it_follows_bayes():
    found = known(places((45, 40)), [look(saw=("tank",))])
    sees = 1 - (1 - 0.01) * (1 - 0.8)
    assert found.breach[0, 0] == pytest.approx(sees / (sees + 0.01))
    assert found.status_of(0) == "verified present"


def test_enough_looks_make_it_clear_and_the_window_ends_it():
    looks = [look(days) for days in (1, 2, 3)]
    model = dataclasses.replace(STILL, window_days=30)
    assert known(places((45, 40)), looks, 4, model).status_of(0) == "verified clear"
    assert known(places((45, 40)), looks, 40, model).status_of(0) == "unverified"


def test_looks_within_half_an_hour_are_one():
    once, twice = known(places((45, 40)), [look(1)]), known(places((45, 40)), [look(1), look(1.01)])
    assert once.breach[0, 0] == pytest.approx(twice.breach[0, 0], rel=1e-9)


def test_looks_before_it_had_to_leave_do_not_verify():
    looks = [look(days) for days in (-3, -2, -1)]
    assert known(places((45, 40)), looks, -0.5).status_of(0) == "not due"
    assert known(places((45, 40)), looks, 1).status_of(0) == "unverified"


def test_half_a_place_looked_at_is_not_all_of_it():
    two = dataclasses.replace(
        places((45, 40)),
        lon=np.array([[45.0, 45.02]]),
        lat=np.full((1, 2), 40.0),
        inside=np.ones((1, 2)),
        share=np.full((1, 2), 0.5),
    )
    looks = [look(days) for days in range(1, 20)]
    found = known(two, looks, 20)
    assert found.observed[0, 0] == 0.5
    assert found.status_of(0) == "unverified"
    # it is in the other half, if it is there: 0.25 of the 0.75 that remain
    assert found.breach[0, 0] == pytest.approx(1 / 3, abs=1e-4)


def test_what_is_outside_the_zone_breaches_nothing():
    found = known(places((45, 40), inside=0.0), [look(saw=("tank",))])
    assert found.present[0, 0] > 0.9
    assert found.breach[0, 0] == 0


def test_a_sighting_that_may_be_of_two_is_shared():
    both = known(places((45, 40), (45.001, 40)), [look(saw=("tank",))])
    one = known(places((45, 40)), [look(saw=("tank",))])
    assert 0.5 < both.breach[0, 0] < one.breach[0, 0]
    assert both.breach[0, 0] == both.breach[1, 0]


def test_another_class_is_not_this_one():
    found = known(places((45, 40)), [look(saw=("artillery",))])
    assert found.breach[0, 0] < 0.5


def test_reports_make_it_likelier_and_verify_nothing():
    reports = [look(days, saw=("any",), source="report", false=0.1) for days in (1, 1.5)]
    found = known(places((45, 40)), reports)
    assert found.breach[0, 0] > 0.95
    assert found.status_of(0) == "probable"
    assert np.isnan(found.looked[0, 0])


def test_a_place_left_alone_settles_where_its_rates_lead():
    model = Model(return_days=30, leave_days=90)
    found = known(places((45, 40)), [], 1000, model)
    assert found.breach[0, 0] == pytest.approx((1 / 30) / (1 / 30 + 1 / 90))
    assert found.status_of(0) == "unverified"


def test_a_patrol_looks_when_it_passes():
    line = shapely.LineString([(45.0, 39.9), (45.0, 40.0), (45.0, 40.1)])
    patrol = Look("t", "patrol", DUE + timedelta(days=1), (), None, line, 500.0, (0.0, 3600.0, 7200.0))
    found = known(places((45, 40)), [patrol])
    assert found.looked[0, 0] == pytest.approx(DUE_DAY + 1 + 1 / 24)
    assert found.breach[0, 0] == pytest.approx(0.5 * 0.5 / (0.5 * 0.5 + 0.5))


LOOKS = st.lists(
    st.builds(
        look, days=st.floats(-5, 60), lon=st.floats(44.99, 45.03), radius=st.sampled_from((300.0, 2000.0)),
        saw=st.sampled_from(((), (), ("tank",), ("artillery",), ("any",))),
        source=st.sampled_from(("inspection", "patrol", "monitor", "report")), about=st.sampled_from(((), ("any",), ("tank",))),
    ), max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(LOOKS, st.sampled_from((Model(), STILL, Model(detection=0.99, stays=0.01))))
def test_nothing_is_called_clear_that_was_not_looked_at(looks, model):
    where = places((45, 40), (45.01, 40), (45.02, 40), (46, 41))
    where = dataclasses.replace(where, stays=np.full(4, model.stays))
    times = DUE_DAY + np.arange(0, 70, 5.0)
    found = follow(where, looks, times, model)
    clear = np.argwhere(found.status == STATUSES.index("verified clear"))
    for row, column in clear.tolist():
        at = times[column]
        ground = [
            each for each in looks
            if each.source != "report" and each.covers(where.lon[row], where.lat[row])[0]
            and max(DUE_DAY, at - model.window_days) <= DUE_DAY + (each.time - DUE).total_seconds() / 86400 <= at
        ]  # fmt: skip
        assert ground
    assert (found.status[3] == STATUSES.index("unverified")).all()
    assert ((found.present >= 0) & (found.present <= 1 + 1e-12)).all()
    assert (found.breach <= found.present + 1e-12).all()


@settings(max_examples=50, deadline=None)
@given(LOOKS, st.randoms(use_true_random=False))
def test_the_order_of_looks_and_the_names_of_the_parties_do_not_matter(looks, chance):
    one = places((45, 40), (45.01, 40), parties=("ARM", "AZE"))
    other = dataclasses.replace(one, parties=("AZE", "ARM"))
    times = DUE_DAY + np.array([10.0, 61.0])
    mixed = chance.sample(looks, len(looks))
    here, there = follow(one, looks, times, Model()), follow(other, mixed, times, Model())
    assert np.allclose(here.breach, there.breach, rtol=1e-12)
    assert (here.status == there.status).all()


WORD = {"source": "report", "tells": 0.7, "false": 0.3}


def test_who_says_that_it_is_gone_is_one_who_did_not_say_that_it_is_there():
    found = known(places((45, 40)), [look(about=("any",), **WORD)])
    assert found.breach[0, 0] == pytest.approx(0.5 * 0.3 / (0.5 * 0.3 + 0.5))
    assert found.status_of(0) == "unverified"


def test_reports_that_it_is_gone_never_make_it_clear():
    looks = [look(1 + n / 10, about=("any",), voice=f"v{n}", **WORD) for n in range(20)]
    found = known(places((45, 40)), looks, 4)
    assert found.breach[0, 0] < 1e-6
    assert found.status_of(0) == "unverified"


def test_a_source_that_repeats_itself_says_nothing_new():
    said = {"saw": ("tank",), "about": ("tank",), "voice": "ARM", **WORD}
    once = known(places((45, 40)), [look(1, **said)], 40)
    assert known(places((45, 40)), [look(1, **said), look(2, **said), look(29, **said)], 40).breach[0, 0] == once.breach[0, 0]
    other = known(places((45, 40)), [look(1, **said), look(2, **(said | {"voice": "EU"}))], 40)
    assert other.breach[0, 0] > once.breach[0, 0]
    assert known(places((45, 40)), [look(1, **said), look(33, **said)], 40).breach[0, 0] > once.breach[0, 0]


def test_a_word_about_one_side_or_class_says_nothing_of_others():
    where = dataclasses.replace(places((45, 40), (45, 40)), parties=("ARM", "AZE"))
    for words in ({"party": "AZE"}, {"party": "AZE", "saw": ("any",)}):
        found = known(where, [look(about=("any",), **WORD, **words)])
        assert found.breach[0, 0] == 0.5
        assert found.breach[1, 0] != 0.5
        assert [len(numbers) for numbers in found.evidence] == [0, 1]
    guns = known(places((45, 40)), [look(about=("artillery",), saw=("artillery",), **WORD)])
    assert guns.breach[0, 0] == 0.5
    assert guns.evidence == ((),)


def test_said_to_be_gone_before_it_had_to_be_counts_from_then_on():
    found = known(places((45, 40)), [look(-2, about=("any",), **WORD)], 1)
    assert found.breach[0, 0] == pytest.approx(0.5 * 0.3 / (0.5 * 0.3 + 0.5))


def test_what_a_monitor_saw_verifies_and_what_it_did_not_see_clears():
    seen = known(places((45, 40)), [look(saw=("tank",), about=("tank",), source="monitor", tells=0.9)])
    assert seen.status_of(0) == "verified present"
    assert np.isnan(seen.looked[0, 0])
    looks = [look(days, about=("any",), source="monitor", tells=0.9) for days in (1, 2)]
    assert known(places((45, 40)), looks, 3).status_of(0) == "verified clear"


@pytest.mark.parametrize("saw", [(), ("tank",)])
def test_what_a_record_says_of_a_look_that_is_known_counts_once(saw):
    span = (DUE + timedelta(days=1), DUE + timedelta(days=2))
    inspection = look(1.3, saw=saw)
    told = look(1.5, saw=saw, about=("tank",), source="monitor", tells=0.5, span=span)
    alone = known(places((45, 40)), [inspection])
    assert known(places((45, 40)), [inspection, told]).breach[0, 0] == alone.breach[0, 0]
    # one that says otherwise is kept
    other = look(1.5, saw=() if saw else ("tank",), about=("tank",), source="monitor", tells=0.5, span=span)
    changed = known(places((45, 40)), [inspection, other]).breach[0, 0] != alone.breach[0, 0]
    assert changed == (not saw)


@pytest.mark.parametrize("more", [{}, {"words_a_day": 12}, {"words_a_day": 12, "looks_a_day": 0}], ids=str)
def test_the_simulation_is_calibrated(more):
    from importlib import util
    from pathlib import Path

    spec = util.spec_from_file_location("simulation", Path(__file__).parents[2] / "bench" / "withdrawal_verification.py")
    simulation = util.module_from_spec(spec)
    spec.loader.exec_module(simulation)
    chance, truth, status, looked = simulation.measured(Model(), Model(), seeds=(11,), **more)
    for low in np.arange(0, 1, 0.2):
        rows = (chance >= low) & (chance < low + 0.2)
        if rows.sum() >= 100:
            # positions judged on twelve days are not independent: three times the plain standard error of that many positions
            assert abs(chance[rows].mean() - truth[rows].mean()) < 3 * np.sqrt(0.25 / (rows.sum() / 12)) + 0.02
    clear = status == STATUSES.index("verified clear")
    if "looks_a_day" not in more:
        assert clear.sum() > 100
        assert truth[clear].mean() < 0.05
    assert not (clear & np.isnan(looked)).any()
