"""Event tables: rows about one incident stand together, whatever is missing, however many there are."""

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.incidents.columns import metres
from merestone.incidents.tables import REPORT, Limits, card, kinds, match_reports, sound

DAY = datetime.datetime(2023, 5, 1)  # noqa: DTZ001 - tables hold UTC without saying so


def row(identity, source="a", day=0, lon=45.0, lat=40.0, **more):
    begins = None if day is None else DAY + datetime.timedelta(days=day)
    ends = None if day is None else begins + datetime.timedelta(days=1)
    given = {"id": identity, "source": source, "begins": begins, "ends": ends, "lon": lon, "lat": lat}
    return dict.fromkeys(REPORT.names) | given | {"kind": "drone_strike"} | more


def together(rows, limits=None):
    found = match_reports(pa.Table.from_pylist(rows, REPORT), limits)
    ids = np.asarray(found.ids.to_pylist())
    return {frozenset(ids[found.incident == one].tolist()) for one in set(found.incident.tolist())}


ROWS = st.lists(
    st.builds(
        row,
        st.just(""),
        source=st.sampled_from(["a", "b", "c", None]),
        day=st.sampled_from([None, 0, 0, 1, 2, 9]),
        lon=st.sampled_from([None, float("nan"), 45.0, 45.004, 45.02, 45.3, 179.999, -179.999]),
        lat=st.sampled_from([None, 40.0, 40.003, 91.0]),
        radius_m=st.sampled_from([None, 0.0, 5000.0, float("inf"), -1.0]),
        kind=st.sampled_from([None, "drone_strike", "air_strike", "attack", "flood"]),
        place=st.sampled_from([None, "", "Sotk", "near Sotq", "Zod"]),
        killed=st.sampled_from([None, 0.0, 3.0, float("nan"), 1e300]),
    ),
    max_size=15,
).map(lambda rows: [one | {"id": f"r{number}"} for number, one in enumerate(rows)])


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_row_is_in_one_incident_whatever_their_order(rows, random):
    found = together(rows)
    assert sorted(one for some in found for one in some) == sorted(one["id"] for one in rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert together(shuffled) == found


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_no_incident_holds_what_cannot_be_one(rows):
    limits = Limits(kilometres=10, days=3)
    by_id = {one["id"]: one for one in rows}
    for some in together(rows, limits):
        members = [by_id[one] for one in some]
        sources = [one["source"] for one in members if one["source"]]
        assert len(sources) == len(set(sources))
        if len(members) > 1:
            assert all(one["begins"] is not None for one in members)
            days = [one["begins"] for one in members]
            assert max(days) - min(days) <= datetime.timedelta(days=limits.days - 1)
            lon, lat = (np.asarray([one[axis] for one in members]) for axis in ("lon", "lat"))
            assert metres(lon[:1], lat[:1], lon, lat).max() <= limits.kilometres * 1000


def test_two_sources_on_one_strike_stand_together_and_one_source_on_two_does_not():
    assert together([row("1", "a"), row("2", "b")]) == {frozenset("12")}
    assert together([row("1", "a"), row("2", "a")]) == {frozenset("1"), frozenset("2")}
    assert together([row("1", "a"), row("2", "a")], Limits(once_per_source=False)) == {frozenset("12")}


@pytest.mark.parametrize(
    "other",
    [{"day": 9}, {"lon": 46.0}, {"kind": "detention", "killed": 0.0}, {"day": None}, {"lon": None}, {"lat": float("nan")}],
    ids=["another week", "far away", "another thing", "no time", "no longitude", "no latitude"],
)
def test_what_differs_or_is_not_known_stays_alone(other):
    assert len(together([row("1", "a", killed=7.0), row("2", "b", **other)])) == 2


def test_thousands_of_equal_rows_are_bounded_and_come_out_alike():
    rows = [row(f"r{number:05}", f"s{number % 7}") for number in range(5_000)]
    found = match_reports(pa.Table.from_pylist(rows, REPORT))
    assert len(found.left) < 40 * len(rows)
    assert np.bincount(found.incident).max() <= 7
    assert (match_reports(pa.Table.from_pylist(rows[::-1], REPORT)).incident == found.incident).all()


def test_a_new_row_far_from_others_changes_nothing():
    rows = [row(f"r{n}", "abc"[n % 3], day=n // 6, lon=45 + n % 2 * 0.01) for n in range(30)]
    assert together([*rows, row("far", lon=10.0, day=2)]) == together(rows) | {frozenset({"far"})}


def test_an_empty_table_has_no_incidents():
    assert together([]) == set()


def test_a_missing_column_and_a_repeated_id_are_named():
    table = pa.Table.from_pylist([row("1"), row("1")], REPORT)
    with pytest.raises(MerestoneError, match="lon"):
        match_reports(table.drop_columns("lon"))
    with pytest.raises(MerestoneError, match="two rows with one id"):
        match_reports(table)
    with pytest.raises(MerestoneError, match="begins"):
        match_reports(table.set_column(2, "begins", pa.array([True, False])))


@pytest.mark.parametrize(("one", "other"), [("Kharodar", "haro-dar"), ("Tselmyra", "near Celmira"), ("Sotk", "SOTK")])
def test_spellings_of_one_name_sound_alike(one, other):
    assert sound(one) == sound(other)


def test_the_nearer_and_the_more_alike_the_likelier():
    weights = {
        feature.name: dict(zip(feature.levels, table.tolist(), strict=True))
        for feature, table in zip(card().features, card().weights, strict=True)
    }
    place = list(weights["place"].values())[1:13]
    assert place == sorted(place, reverse=True)
    assert weights["event"]["equal"] > weights["event"]["related"] > weights["event"]["different"]
    assert weights["time"]["same day"] > weights["time"]["a day apart"] > weights["time"]["three days apart"]
    assert weights["name"]["the same"] > 0 > weights["name"]["different"]
    assert weights["killed"]["6 or more"] > weights["killed"]["1 or 2"] > 0 > weights["killed"]["some or none"]


def test_kinds_fit_in_both_directions():
    names, fits = kinds()
    assert (fits == fits.T).all()
    assert len(names) == len(set(names))
