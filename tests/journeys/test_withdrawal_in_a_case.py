"""A withdrawal kept in its case: the commands take from the folder what they are not given, and refuse in one sentence."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def told(merestone):
    """What a withdraw command prints as JSON."""

    def run(*words):
        return json.loads(merestone("withdraw", *words, "--json", status=0).stdout)

    return run


def refused(merestone, *words, code):
    done = merestone("withdraw", *words, status=2)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f" {code}: " in done.stderr
    return done.stderr


def test_plan_and_balance_take_the_agreement_the_line_and_the_positions_of_the_case(told, example):
    planned = told("plan", "--case", example)
    assert planned["agreement"] == "Example: two tiers along the eastern boundary"
    assert planned["line"]["ids"] == ["arm-aze-east"]
    sheet = told("balance", "--case", example)
    assert len(sheet["positions"]) == 28
    assert sheet["zones"] == planned["zones"]
    # the same with every file named
    files = example / "withdrawal"
    named = told(
        "balance", files / "agreement.toml", "--line", example / "layers" / "boundary.geojson", "--line-id", "arm-aze-east",
        "--positions", files / "positions.csv",
    )  # fmt: skip
    assert named == sheet


def test_a_line_of_the_case_is_named_by_its_id(told, merestone, example):
    planned = told("plan", "--case", example, "--depth-km", "2", "--line-id", "arm-aze-nakhchivan")
    assert planned["line"]["ids"] == ["arm-aze-nakhchivan"]
    assert {zone["depth_km"] for zone in planned["zones"]} == {2.0}
    preset = told("plan", "--case", example, "--preset", "moscow-1994", "--line-id", "arm-aze-east")
    assert preset["line"]["ids"] == ["arm-aze-east"]
    said = refused(merestone, "plan", "--case", example, "--depth-km", "2", "--line-id", "elsewhere", code="M851")
    assert "arm-aze-east, arm-aze-nakhchivan" in said


def test_what_is_given_goes_before_what_the_case_holds(told, example, tmp_path):
    few = tmp_path / "few.csv"
    few.write_text(
        "id,party,class,strength,lon,lat,uncertainty_m\none,ARM,tank,5,46.5,39.24,1000\ntwo,AZE,tank,5,46.68,39.19,1000\n",
        encoding="utf-8",
    )
    order = told("schedule", "--case", example, "--positions", few)
    assert sorted({name for step in order["steps"] for row in step["sections"] for side in row["moved"].values()
                   for name in side["positions"]}) == ["one", "two"]  # fmt: skip
    seen = tmp_path / "seen.csv"
    seen.write_text("time,lon,lat,radius_m,saw\n2024-05-01T09:00:00Z,46.5,39.24,3000,nothing\n", encoding="utf-8")
    found = told("verify", "--case", example, "--positions", few, "--inspections", seen)
    assert found["at"] == "2024-05-01"
    assert {each["id"] for each in found["positions"]} == {"one", "two"}


def test_schedule_and_verify_take_everything_from_the_case(told, merestone, example, tmp_path):
    order = told("schedule", "--case", example)
    assert order["preconditions"][0]["quiet_days"] == 7
    assert order["steps"][0]["date"] == "2024-02-19"
    found = told("verify", "--case", example)
    assert found["at"] == "2024-04-11"
    status = {each["id"]: each["status"] for each in found["positions"]}
    assert {name for name, each in status.items() if each == "verified present"} == {"invented-03", "invented-11"}
    assert {"invented-02", "invented-10"} <= {name for name, each in status.items() if each == "verified clear"}
    assert "unverified" in status.values()
    evidence = {name for each in found["positions"] for name in each["evidence"]}
    assert {"inspections.csv:1", "patrol-north.gpx:1", "patrol-south.gpx:1"} <= evidence
    merestone("withdraw", "verify", "--case", example, "--out", tmp_path / "out", status=0)
    assert "Invented" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_case_without_the_files_says_what_is_missing(merestone, example, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(example, bare, ignore=shutil.ignore_patterns("withdrawal"))
    assert "withdraw" in refused(merestone, "plan", "--case", bare, code="M852")
    refused(merestone, "schedule", "--case", bare, "--depth-km", "5", "--line-id", "arm-aze-east", code="M853")
    refused(merestone, "plan", "--case", tmp_path, code="M102")
    merestone("withdraw", "plan", "--case", bare, "--depth-km", "2", "--line-id", "arm-aze-east", status=0)
    twice = tmp_path / "twice"
    shutil.copytree(example, twice)
    (twice / "withdrawal" / "positions.geojson").write_text("{}", encoding="utf-8")
    refused(merestone, "balance", "--case", twice, code="M850")
