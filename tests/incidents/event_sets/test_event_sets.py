"""Event data sets compared: the rule of MELTT, the probability, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.incidents.event_sets import as_text, integrate, summary, write
from merestone.incidents.event_sets.meltt import one_to_one
from merestone.incidents.event_sets.nearness import Pairs, Spots, near_pairs
from merestone.places.geometry.geodesy import distance

# Rows of the example that comes with MELTT (github.com/kdonnay/meltt, crashMD), coordinates rounded to a metre.
ONE = """\
dataset,event,date,enddate,latitude,longitude,model_tax
crash_data1,1,2012-01-01,2012-01-01,39.14828,-75.98229,Full-Sized Pick-Up Truck
crash_data1,2,2012-01-01,2012-01-02,38.63529,-75.70861,Mid-Size Car
crash_data1,3,2012-01-02,2012-01-02,39.14148,-76.88755,Cargo Van
"""
TWO = """\
dataset,event,date,enddate,latitude,longitude,model_tax
crash_data2,1,2012-01-01,2012-01-01,39.14148,-76.88598,Van
crash_data2,2,2012-01-01,2012-01-01,39.14828,-75.99962,Pick-Up
"""
TAXONOMY = """\
data.source,base.categories,make,size
crash_data1,Full-Sized Pick-Up Truck,Pick-Up Truck,Large
crash_data1,Mid-Size Car,Passenger Car,Small
crash_data1,Cargo Van,Van,Large
crash_data2,Van,Van,Large
crash_data2,Pick-Up,Pick-Up Truck,Large
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name, content in (("one.csv", ONE), ("two.csv", TWO), ("taxonomy_model_tax.csv", TAXONOMY)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return [tmp_path / "one.csv", tmp_path / "two.csv"]


def compared(files: list[Path], rule: str = "meltt", km: float = 4, days: int = 2):
    return integrate(files, [str(files[0].parent / "taxonomy_model_tax.csv")], km, days, rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", ["meltt", "probability"])
def test_the_same_crashes_are_found_in_both_sets(files: list[Path], rule: str):
    told = summary(compared(files, rule))
    assert [row["events"] for row in told["rows"]] == [
        {"crash_data1": "1", "crash_data2": "2"},
        {"crash_data1": "3", "crash_data2": "1"},
    ]
    assert (told["observations"], told["unique"], told["duplicates"], told["episode_matches"]) == (5, 3, 2, 0)
    assert told["overlap"] == {"crash_data1": 1, "crash_data1+crash_data2": 2}


def test_windows_are_kept(files: list[Path]):
    assert summary(compared(files, km=1))["matches"] == 1  # the other pair lies 1.5 km apart
    assert [row["events"]["crash_data1"] for row in summary(compared(files, days=0))["rows"]] == ["1"]


def test_an_event_and_an_episode_are_left_to_a_reviewer(files: list[Path]):
    files[1].write_text(TWO.replace("2,2012-01-01,2012-01-01", "2,2012-01-01,2012-01-03"), encoding="utf-8")
    told = summary(compared(files))
    assert told["matches"] == 1
    assert told["flagged"] == [["crash_data1-1", "crash_data2-2"]]


def test_the_probability_says_what_the_rule_does_otherwise(files: list[Path]):
    files[1].write_text(TWO.replace("2,2012-01-01,2012-01-01", "2,2012-01-01,2012-01-03"), encoding="utf-8")
    found = compared(files, "probability")
    (only,) = summary(found)["differences"]
    assert (only["left"], only["right"], only["meltt"], only["joined"]) == ("crash_data1-1", "crash_data2-2", False, True)
    assert only["probability"] > 0.5
    assert "crash_data1-1 and crash_data2-2" in as_text(found)


def test_the_result_is_written_whole_for_programs(files: list[Path], tmp_path: Path):
    write(compared(files, "probability"), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines() == [
        "dataset,event,match,duplicate", "crash_data1,1,crash_data1-1,0", "crash_data1,2,crash_data1-2,0",
        "crash_data1,3,crash_data1-3,0", "crash_data2,1,crash_data1-3,1", "crash_data2,2,crash_data1-1,1",
    ]  # fmt: skip
    write(compared(files, "probability"), tmp_path / "out.json")
    pairs = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["pairs"]
    assert {(pair["left"], pair["right"]) for pair in pairs} == {
        ("crash_data1-1", "crash_data2-2"), ("crash_data1-3", "crash_data2-1"),
    }  # fmt: skip


BAD = {
    "no date": (ONE.replace("2012-01-02,2012-01-02", "2 January,2012-01-02"), "M641", ("line 4", "column date")),
    "no such day": (ONE.replace("2012-01-02,2012-01-02", "2012-02-30,2012-02-30"), "M641", ("line 4", "column date")),
    "end first": (ONE.replace("2012-01-02,2012-01-02", "2012-01-02,2012-01-01"), "M641", ("line 4", "column enddate")),
    "not a number": (ONE.replace("39.14148", "NaN"), "M641", ("line 4", "column latitude")),
    "beyond the pole": (ONE.replace("39.14148", "139.14148"), "M641", ("line 4", "column latitude")),
    "column lacking": (ONE.replace("longitude", "lon"), "M642", ("longitude",)),
    "category unknown": (ONE.replace("Cargo Van", "Ox cart"), "M650", ("line 4", "column model_tax", "Ox cart")),
    "twice": (ONE.replace("crash_data1,3", "crash_data1,1"), "M648", ("line 4", "column event")),
    "short row": (ONE.replace(",Cargo Van", ""), "M643", ("line 4",)),
    "nothing": ("dataset,event,date,enddate,latitude,longitude,model_tax\n", "M649", ()),
    "two names": (ONE.replace("crash_data1,3", "crash_data9,3"), "M641", ("line 4", "column dataset")),
    "name taken": (TWO, "M651", ("crash_data2",)),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_refused_with_row_and_column(files: list[Path], name: str):
    content, code, words = BAD[name]
    files[0].write_text(content, encoding="utf-8")
    with pytest.raises(MerestoneError) as caught:
        compared(files)
    assert caught.value.code == code
    for word in (*words, "" if name == "name taken" else "one.csv"):
        assert word in str(caught.value)


def test_bytes_of_another_encoding_are_refused_with_the_line(files: list[Path]):
    files[0].write_bytes(ONE.replace("Cargo Van", "Caf\xe9").encode("latin-1"))
    with pytest.raises(MerestoneError, match="line 4") as caught:
        compared(files)
    assert caught.value.code == "M640"


@pytest.mark.parametrize(("km", "days", "count"), [(0, 2, 2), (float("nan"), 2, 2), (4, -1, 2), (4, 2, 1)])
def test_what_cannot_be_compared_is_refused(files: list[Path], km: float, days: int, count: int):
    with pytest.raises(MerestoneError) as caught:
        compared(files[:count], km=km, days=days)
    assert caught.value.code == "M652"


# --------------------------------------------------------------------------------------------------------------------------
# against the plain way

spots = st.lists(
    st.tuples(st.sampled_from([-180.0, -179.99, 179.98, 0.0, 0.01, 44.5, 44.53]) | st.floats(-180, 180), st.floats(-90, 90)
              | st.sampled_from([89.99, -90.0, 90.0, 40.0, 40.02]), st.integers(0, 8)),
    max_size=12,
)  # fmt: skip


def as_spots(rows: list[tuple[float, float, int]]) -> Spots:
    return Spots(
        np.asarray([r[0] for r in rows], float), np.asarray([r[1] for r in rows], float), np.asarray([r[2] for r in rows], int)
    )


@settings(deadline=None)
@given(spots, spots, st.sampled_from([500.0, 4_000.0, 300_000.0, 1_000_000.0]), st.integers(0, 3))
def test_near_pairs_are_those_of_comparing_all_with_all(one, two, metres, days):
    found = near_pairs(as_spots(one), as_spots(two), metres, days)
    expected = [
        (i, j)
        for i, a in enumerate(one)
        for j, b in enumerate(two)
        if abs(a[2] - b[2]) <= days and distance(a[0], a[1], b[0], b[1]) <= metres
    ]
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 2), st.integers(0, 2)), max_size=20))
def test_taking_the_best_of_both_again_and_again_is_taking_the_best_first(rows):
    rows = list({(i, j): (i, j, s, d) for i, j, s, d in rows}.values())
    columns = [np.asarray([row[n] for row in rows], dtype=np.int64) for n in range(4)]
    pairs = Pairs(columns[0], columns[1], np.zeros(len(rows)))
    ones, twos, expected = set(), set(), set()
    for i, j, _, _ in sorted(rows, key=lambda row: (row[2], row[3], row[0], row[1])):
        if i not in ones and j not in twos:
            ones.add(i)
            twos.add(j)
            expected.add((i, j))
    chosen = one_to_one(pairs, columns[2].astype(float), columns[3])
    assert {(rows[k][0], rows[k][1]) for k in chosen} == expected
