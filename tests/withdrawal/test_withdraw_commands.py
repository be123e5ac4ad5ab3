"""The commands do what the pages say, and refuse in one sentence."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from merestone.cli import app
from merestone.errors import MerestoneError
from merestone.withdrawal.presets import preset_names, preset_text
from withdrawal.zone_checks import KOR_MDL, write_line, write_polygon

ROOT = Path(__file__).parents[2]
HOW_TO = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")


def run(*words):
    done = CliRunner().invoke(app, ["withdraw", *map(str, words)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def line(tmp_path):
    return write_line(tmp_path / "line.geojson", KOR_MDL, accuracy_m=3000)


def test_plan_prints_zones_by_party_tier_and_area(line):
    told = json.loads(run("plan", "--line", line, "--depth-km", "2", "--json"))
    assert [(zone["party"], zone["tier"]) for zone in told["zones"]] == [("PRK", "withdrawal"), ("KOR", "withdrawal")]
    assert sum(zone["area_km2"] for zone in told["zones"]) == pytest.approx(815.2, rel=3e-3)
    assert told["asymmetry"][0]["larger"] == "PRK"


def test_plan_of_a_preset_has_its_tiers(line):
    told = json.loads(run("plan", "--preset", "moscow-1994", "--line", line, "--json"))
    assert [(zone["tier"], zone["depth_km"]) for zone in told["zones"][::2]] == [
        ("security zone", 12.0), ("restricted-weapons zone", 24.0)
    ]  # fmt: skip


def test_plan_writes_layers_and_a_report(line, tmp_path):
    said = run("plan", "--line", line, "--depth-km", "2", "--out", tmp_path / "zones")
    written = sorted(path.name for path in (tmp_path / "zones").iterdir())
    assert written == ["plan.json", "report.html", "zones.geojson", "zones.gpkg"]
    assert all(name in said for name in written)


def test_nothing_is_written_where_the_input_is_bad(line, tmp_path):
    with pytest.raises(MerestoneError):
        run("plan", "--line", line, "--depth-km", "-2", "--out", tmp_path / "zones")
    assert not (tmp_path / "zones").exists()


@pytest.mark.parametrize("below", ["", "zones"])
def test_a_file_where_a_folder_is_wanted_is_named_and_left_as_it_is(line, below):
    before = line.read_bytes()
    with pytest.raises(MerestoneError, match=r"line\.geojson is a file, and --out names a folder here") as caught:
        run("plan", "--line", line, "--depth-km", "2", "--out", line / below)
    assert caught.value.code == "M861"
    assert line.read_bytes() == before


def test_a_folder_where_a_file_is_wanted_is_named(tmp_path):
    with pytest.raises(MerestoneError, match="is a folder, and --out names a file here"):
        run("presets", "korea-1953", "--out", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_on_the_way_to_a_file_is_named(line):
    with pytest.raises(MerestoneError, match=r"line\.geojson is a file, and --out names a folder here"):
        run("presets", "korea-1953", "--out", line / "agreement.toml")


def test_audit_says_what_it_finds_for_people_and_programs(line, tmp_path):
    import shapely

    zone = write_polygon(tmp_path / "zone.geojson", shapely.LineString(KOR_MDL).buffer(0.053, cap_style="flat"))
    assert "not 2 km" in run("audit", zone, "--line", line, "--depth-km", "2")
    assert json.loads(run("audit", zone, "--line", line, "--json"))["made"] == "degrees"


def test_presets_are_listed_and_written(tmp_path):
    assert [row["name"] for row in json.loads(run("presets", "--json"))] == list(preset_names())
    assert run("presets", "korea-1953") == preset_text("korea-1953")
    run("presets", "korea-1953", "--out", tmp_path / "a.toml")
    assert (tmp_path / "a.toml").read_text(encoding="utf-8") == preset_text("korea-1953")


def test_the_worked_example_says_what_the_page_shows():
    words = shlex.split(re.search(r"^merestone withdraw (balance .*)$", HOW_TO, flags=re.MULTILINE)[1])
    assert words == ["balance", "--case", "border"]
    shown = re.search(r"```txt\n(Example: two tiers.*?)```", HOW_TO, flags=re.DOTALL)[1]
    assert run("balance", "--case", ROOT / "examples" / "south-caucasus").startswith(shown)


def test_the_worked_example_is_labelled_as_invented_everywhere():
    files = [file for file in (ROOT / "examples" / "south-caucasus" / "withdrawal").rglob("*") if file.is_file()]
    assert {file.name for file in files} > {"agreement.toml", "positions.csv", "inspections.csv"}
    for file in files:
        assert "invented" in file.read_text(encoding="utf-8").lower(), file


def test_the_balance_of_the_example_is_written_with_its_positions(tmp_path):
    case = ROOT / "examples" / "south-caucasus"
    example, boundary = case / "withdrawal", case / "layers" / "boundary.geojson"
    told = json.loads(run(
        "balance", example / "agreement.toml", "--line", boundary, "--line-id", "arm-aze-east",
        "--positions", example / "positions.csv", "--out", tmp_path / "plan", "--json",
    ))  # fmt: skip
    assert len(told["positions"]) == 28
    assert {sheet["party"] for sheet in told["sheets"]} == {"ARM", "AZE"}
    page = (tmp_path / "plan" / "report.html").read_text(encoding="utf-8")
    assert "Declared positions" in page
    assert "must not be used to find" in page
