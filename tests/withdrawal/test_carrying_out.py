"""`merestone withdraw schedule` and `merestone withdraw verify` as people use them."""

import json
import sys

import pyogrio
import pytest

from merestone.cli import main
from merestone.withdrawal.map_drawing import COLOURS
from small_record import make_case

AGREEMENT = """\
format = 1
name = "a test"
source = "invented"

[line]
file = "line.geojson"
section_length_km = 20

[[tiers]]
name = "no forces"
depth_km = 5
forbids = ["forces"]
may_stay = ["border_guard"]

[[preconditions]]
quiet_days = 7
within_km = 12

[[phases]]
name = "heavy weapons"
days = 5
classes = ["artillery", "tank"]

[[phases]]
name = "the rest"
days = 5

[schedule]
imbalance = 0.5
before = [["a1", "z3"]]

[[schedule.capacity]]
number = 2

[validity]
valid_from = "2022-09-18"
"""
POSITIONS = """\
id,party,class,strength,lon,lat,uncertainty_m
a1,ARM,artillery,6,45.88,40.05,200
a2,ARM,troops,60,45.87,40.10,200
a3,ARM,troops,80,45.89,40.25,200
a4,ARM,border_guard,20,45.89,40.25,200
z1,AZE,artillery,6,45.92,40.05,200
z2,AZE,troops,50,45.93,40.10,200
z3,AZE,troops,70,45.91,40.25,200
"""
SEEN = """\
time,lon,lat,radius_m,saw,position,note
2022-10-05T08:00:00Z,45.88,40.05,600,nothing,,
2022-10-06T08:00:00Z,45.88,40.05,600,nothing,,
2022-10-07T08:00:00Z,45.88,40.05,600,nothing,,
2022-10-08T08:00:00Z,45.91,40.25,600,troops,z3,tents
2022-10-08T12:00:00Z,45.93,40.30,300,tank,,one tank
"""


@pytest.fixture
def folder(tmp_path):
    line = {
        "type": "Feature", "id": "line", "properties": {"left_party": "ARM", "right_party": "AZE"},
        "geometry": {"type": "LineString", "coordinates": [[45.9, 40.0], [45.9, 40.36]]},
    }  # fmt: skip
    (tmp_path / "line.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}), encoding="utf-8")
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    (tmp_path / "positions.csv").write_text(POSITIONS, encoding="utf-8")
    (tmp_path / "seen.csv").write_text(SEEN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, monkeypatch, capsys):
    """Runs a command of ``withdraw`` on the agreement and the positions: (exit status, standard output, standard error)."""

    def run(command, *words):
        at = [str(folder / name) for name in ("agreement.toml", "positions.csv")]
        monkeypatch.setattr(sys, "argv", ["merestone", "withdraw", command, at[0], "--positions", at[1], *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code or 0, shown.out, shown.err

    return run


def test_the_order_is_told_for_people_and_for_programs(run):
    status, out, _ = run("schedule")
    assert status == 0
    assert "6 positions move in 2 days (no schedule is shorter)" in out
    assert "2022-09-18" in out
    told = json.loads(run("schedule", "--json")[1])
    assert told["days"] == told["least_days"] == 2
    assert told["stay"] == ["a4"]
    assert told["day"]["a1"] < told["day"]["a2"]
    assert told["day"]["a1"] < told["day"]["z3"]
    assert told["clauses"]["in_turn"]
    assert told["stage"] == {"a1": 1, "a2": 2, "a3": 2, "z1": 1, "z2": 2, "z3": 2}
    ends = [phase["by"] for phase in told["clauses"]["phases"]]
    assert ends == sorted(ends)
    assert len(ends) == 2
    assert all(each["evening"] <= each["within_day"] for each in told["exposure"])
    assert sum(len(side["positions"]) for s in told["steps"] for row in s["sections"] for side in row["moved"].values()) == 6


def test_a_position_of_no_strength_is_left_out_told_and_verified(run, folder):
    told = json.loads(run("schedule", "--json")[1])
    declared = folder / "positions.csv"
    declared.write_text(
        declared.read_text(encoding="utf-8") + "a0,ARM,artillery,0,45.88,40.06,200\na9,ARM,border_guard,0,45.89,40.25,200\n",
        encoding="utf-8",
    )
    again = json.loads(run("schedule", "--json")[1])
    assert again["day"] == told["day"]
    assert again["steps"] == told["steps"]
    assert again["nothing_to_move"] == ["a0"]
    assert again["stay"] == ["a4", "a9"]
    assert any("a0 declares a strength of 0" in note for note in again["notes"])
    # a pair with it asks for nothing
    agreement = folder / "agreement.toml"
    agreement.write_text(agreement.read_text(encoding="utf-8").replace('["a1", "z3"]', '["a0", "z3"]'), encoding="utf-8")
    assert run("schedule", "--json")[0] == 0
    found = json.loads(run("verify", "--at", "2022-10-20", "--json")[1])
    assert "unverified" in {each["status"] for each in found["positions"] if each["id"] == "a0"}


def test_where_nothing_has_strength_there_is_nothing_to_order(run, folder):
    declared = folder / "positions.csv"
    declared.write_text("id,party,class,strength,lon,lat,uncertainty_m\n" + "".join(
        f"{name},{party},troops,0,{lon},40.05,200\n"
        for name, party, lon in (("a1", "ARM", 45.88), ("z3", "AZE", 45.92))
    ), encoding="utf-8")  # fmt: skip
    status, out, _ = run("schedule")
    assert status == 0
    assert "0 positions move in 0 days" in out
    assert "a1, z3 declare a strength of 0" in out
    assert run("schedule", "--out", folder / "order.html")[0] == 0


def test_the_report_prints_its_tables_with_their_heads_and_its_keys_in_colour(run, folder):
    assert run("schedule", "--out", folder / "order.html")[0] == 0
    report = (folder / "order.html").read_text(encoding="utf-8")
    assert report.count("<thead>") == report.count("<table") > 3
    assert "print-color-adjust:exact" in report
    # a side has one colour, in the map and in the timeline
    for colour in COLOURS:
        assert report.count(f'fill="{colour}"') > 2


def test_the_same_words_give_the_same_bytes(run):
    assert run("schedule", "--json") == run("schedule", "--json")


@pytest.mark.parametrize("ending", ["html", "svg", "csv", "json", "geojson", "gpkg"])
def test_the_order_is_written_in_many_forms(run, folder, ending):
    path = folder / f"order.{ending}"
    assert run("schedule", "--out", path)[0] == 0
    if ending in ("geojson", "gpkg"):
        assert set(pyogrio.read_dataframe(path)["day"]) == {1, 2}
    else:
        text = path.read_text(encoding="utf-8")
        assert "z3" in text
        assert ("<svg" in text) == (ending in ("html", "svg"))


def test_the_quiet_days_are_read_off_the_record(run, folder):
    case = make_case(folder / "case")
    status, out, err = run("schedule", "--case", case.folder)
    assert (status, err) == (0, "")
    assert "The seven quiet days within 12 km of the line before 18 Sep 2022 broke on 13 Sep 2022 near Sotk" in out
    assert "claimed by ARM; contested" in out


def test_clauses_that_conflict_are_named(run, folder):
    path = folder / "agreement.toml"
    path.write_text(AGREEMENT.replace("[schedule]", "[schedule]\ndays = 1"), encoding="utf-8")
    status, out, err = run("schedule")
    assert (status, out) == (2, "")
    assert "M834" in err
    assert "it takes 1 day at most" in err


def test_what_is_known_is_told_for_people_and_for_programs(run, folder):
    words = ("--inspections", folder / "seen.csv", "--at", "2022-10-08")
    status, out, _ = run("verify", *words)
    assert status == 0
    assert "verified present: position z3 on the side of AZE" in out
    assert "undeclared tank on the side of AZE" in out
    assert "never looked at; that is not compliance" in out
    told = json.loads(run("verify", *words, "--json")[1])
    status_of = {row["id"]: row["status"] for row in told["positions"]}
    assert status_of == {
        "a1": "verified clear", "a2": "unverified", "a3": "unverified", "z1": "unverified", "z2": "unverified",
        "z3": "verified present",
    }  # fmt: skip
    assert {b["what"]: b["evidence"] for b in told["breaches"]} == {"z3": ["seen.csv:4"], "tank": ["seen.csv:5"]}
    assert told["coverage"][0]["observed_in_window_share"] < 0.05
    assert len(told["look_next"]["places"]) == 5
    assert {row["day"] for row in told["compliance"]} >= {"2022-10-08", "2022-09-30"}


@pytest.fixture
def in_zone(run, folder):
    """Verifies looks (rows of a table) by the days of a zone, in a case of that zone, or without a case."""

    def verify(rows, zone, *words):
        seen = folder / "looks.csv"
        seen.write_text("time,lon,lat,radius_m,saw\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        if zone is not None:
            case = make_case(folder / f"case in {zone.replace('/', ' ')}").folder
            file = case / "case.toml"
            said = file.read_text(encoding="utf-8").replace('time_zone = "Asia/Yerevan"', f'time_zone = "{zone}"')
            file.write_text(said, encoding="utf-8")
            words = (*words, "--case", case)
        status, out, err = run("verify", "--inspections", seen, "--json", *words)
        assert (status, err) == (0, "")
        return json.loads(out)

    return verify


def test_days_are_those_of_the_case_and_of_utc_without_one(in_zone):
    at_night = ["2022-10-08T21:00:00Z,45.88,40.05,600,nothing"]
    plain, there = in_zone(at_night, None), in_zone(at_night, "Asia/Yerevan")
    assert (plain["at"], plain["time_zone"]) == ("2022-10-08", "UTC")
    assert (there["at"], there["time_zone"]) == ("2022-10-09", "Asia/Yerevan")
    assert plain["positions"][0]["last_looked"] == there["positions"][0]["last_looked"]
    # the day before, it had not been looked at yet
    assert in_zone(at_night, "Asia/Yerevan", "--at", "2022-10-08")["positions"][0]["last_looked"] is None


def test_a_position_is_due_when_its_day_begins_in_the_zone_of_the_case(in_zone):
    # artillery has until the evening of 22 September, which ends at 04:00 UTC in New York
    late = ["2022-09-23T02:00:00Z,45.88,40.05,600,artillery"]
    there, plain = in_zone(late, "America/New_York"), in_zone(late, None)
    assert (there["at"], plain["at"]) == ("2022-09-22", "2022-09-23")
    status = [next(each["status"] for each in found["positions"] if each["id"] == "a1") for found in (there, plain)]
    assert status == ["not due", "verified present"]
    after = in_zone(["2022-09-23T04:00:00Z,45.88,40.05,600,artillery"], "America/New_York")
    assert next(each["status"] for each in after["positions"] if each["id"] == "a1") == "verified present"


def test_a_day_of_25_hours_is_one_day(in_zone):
    first, last = "2022-11-06T04:00:00Z,45.88,40.05,600,nothing", "2022-11-07T04:59:00Z,45.88,40.05,600,nothing"
    found = in_zone([first, last], "America/New_York")
    assert found["at"] == "2022-11-06"
    days = [row["day"] for row in found["compliance"][::2]]
    assert days == sorted(set(days))
    assert days[-1] == "2022-11-06"
    # both looks are of the last seven days until the day is over, and a week later of none
    seen = [in_zone([first, last], "America/New_York", "--at", at)["coverage"] for at in ("2022-11-12", "2022-11-13")]
    assert [sum(row["last 7 days"] > 0 for row in rows) for rows in seen] == [1, 0]
    assert [sum(row["8 to 30 days ago"] > 0 for row in rows) for rows in seen] == [0, 1]


def test_without_any_look_everything_is_unverified(run):
    told = json.loads(run("verify", "--at", "2022-12-01", "--json")[1])
    assert {row["status"] for row in told["positions"]} == {"unverified"}
    assert told["breaches"] == []
    assert told["cells"]["verified clear"] == 0


def test_before_the_day_nothing_is_due(run):
    told = json.loads(run("verify", "--at", "2022-09-20", "--json")[1])
    assert {row["status"] for row in told["positions"]} == {"not due"}


def test_the_verification_is_written_as_layers_and_a_report(run, folder):
    out = folder / "out"
    assert run("verify", "--inspections", folder / "seen.csv", "--out", out)[0] == 0
    layer = pyogrio.read_dataframe(out / "zones.geojson")
    cells = layer[layer["part"] == "cell"]
    assert cells["area_km2"].sum() == pytest.approx(layer[layer["part"] == "zone"]["area_km2"].sum(), rel=1e-4)
    assert set(layer[layer["part"] == "position"]["status"]) == {"verified clear", "verified present", "unverified"}
    assert "Verification on 2022-10-08" in (out / "report.html").read_text(encoding="utf-8")


def test_swapping_the_parties_swaps_what_is_told(run, folder):
    words = ("--inspections", folder / "seen.csv", "--at", "2022-10-10", "--json")
    one = json.loads(run("verify", *words)[1]), json.loads(run("schedule", "--json")[1])

    def swapped(text):
        return text.replace("ARM", "ARX").replace("AZE", "ARM").replace("ARX", "AZE")

    for name in ("line.geojson", "positions.csv"):
        path = folder / name
        path.write_text(swapped(path.read_text(encoding="utf-8")), encoding="utf-8")
    two = json.loads(run("verify", *words)[1]), json.loads(run("schedule", "--json")[1])
    assert one[1]["day"] == two[1]["day"]
    status = [
        {row["id"]: (row["status"], row["probability_of_breach"]) for row in told["positions"]} for told in (one[0], two[0])
    ]
    assert status[0] == status[1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("verify",), "M855"),
        (("verify", "--at", "2999-01-01"), "M108"),
        (("verify", "--at", "soon"), "M108"),
        (("verify", "--at", "2022-10-10", "--cell-km", "0.1"), "M847"),
        (("schedule", "--begin", "soon"), "M108"),
        (("schedule", "--out", "order.doc"), "M848"),
        (("schedule", "--case", "nowhere"), "M101"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(run, words, code):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith(f"merestone: {code}: ")
    assert err.count("\n") == 1
