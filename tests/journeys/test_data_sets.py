"""Tables of events beside texts, from adding them to the record, and event data sets compared, as users do it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evidence.data_set_files import ACLED, LOG, MAPPING, UCDP, VIIRS, acled, gdelt, log, ucdp, viirs, written

CASE = """\
format = 1
name = "Border"
time_zone = "Asia/Yerevan"
parties = [{ code = "ARM", name = "Armenia" }, { code = "AZE", name = "Azerbaijan" }]
[[sources]]
code = "LOG"
name = "Village log"
affiliation = "monitor"
[[lines]]
id = "boundary"
file = "boundary.geojson"
name = "Boundary"
source_map = "made up"
accuracy_m = 500
left_party = "AZE"
right_party = "ARM"
"""
LINE = (
    '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[45.98, 40.22], [45.97, 40.09]]}}'
)
SAID = "On 13 September 2022 units of the Azerbaijani armed forces opened fire at Sotk from mortars.\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory, merestone) -> Path:
    """A case with a statement, four data sets and a table of its own, built."""
    folder = tmp_path_factory.mktemp("data-sets")
    case = folder / "border"
    case.mkdir()
    (case / "case.toml").write_text(CASE, encoding="utf-8")
    (case / "boundary.geojson").write_text(LINE, encoding="utf-8")
    for name, content in {
        "statement.txt": SAID, "ged.csv": written(UCDP, ucdp()), "acled.csv": written(ACLED, acled(geo_precision="1")),
        "20220913.export.CSV": gdelt(1, "190") + gdelt(2, "010"), "viirs.csv": written(VIIRS, viirs(), viirs(scan="0.40")),
        "log.csv": written(LOG, log(), separator=";"), "log.toml": MAPPING.replace("latin-1", "utf-8"),
    }.items():  # fmt: skip
        (folder / name).write_text(content, encoding="utf-8")
    merestone("add", case, "statement.txt", "--source", "ARM-MOD", "--published", "2022-09-14", cwd=folder, status=0)
    added = merestone("add", case, "ged.csv", "acled.csv", "20220913.export.CSV", "viirs.csv", cwd=folder, status=0)
    assert "1 of 2 rows are of kinds that are not read" in added.stderr
    merestone("add", case, "log.csv", "--as", "log.toml", cwd=folder, status=0)
    merestone("build", case, status=0)
    return case


def shown(merestone, case: Path, what: str) -> list[dict]:
    return json.loads(merestone("show", case, what, "--json", status=0).stdout)


def test_rows_and_texts_are_one_incident_with_a_version_each(built, merestone):
    sotk = next(i for i in shown(merestone, built, "incidents") if any(v["speaker"] == "ARM" for v in i["versions"]))
    assert sotk["event"] == "fire"
    speakers = {version["speaker"]: version["affiliation"] for version in sotk["versions"]}
    assert speakers == {
        "ARM": "party", "ACLED": "third_party", "UCDP": "third_party", "LOG": "monitor", "GDELT": "media", "FIRMS": "sensor",
    }  # fmt: skip
    grades = {grade["grade"]: grade["claims"] for grade in sotk["corroboration"]}
    assert {"one_party", "monitor", "sensor"} <= set(grades)
    assert all(claim.startswith("FIRMS-") for claim in grades["sensor"])
    assert sotk["independent_sources"] == 2  # Armenia and the village log; the data sets are compiled, the sensor saw heat
    text = merestone("show", built, "incidents", status=0).stdout
    assert "2 independent sources" in text
    assert "NASA FIRMS saw burning there" in " ".join(text.split())


def test_a_row_lies_where_it_says_and_is_set_against_the_line(built, merestone):
    folder = built / "record" / (built / "record" / "current").read_text(encoding="utf-8").strip()
    for row in pq.read_table(folder / "locations.parquet").to_pylist():
        assert row["lon"] is not None, row["claim"]
        assert [side["line"] for side in row["sides"]] == ["boundary"]
    observations = shown(merestone, built, "observations")
    assert [o["observer"] for o in observations if o["observer"] == "FIRMS"] == ["FIRMS", "FIRMS"]
    assert all(o["begins"] == "2022-09-12T22:36:00Z" for o in observations if o["observer"] == "FIRMS")


def test_every_row_is_a_claim_of_its_data_set(built, merestone):
    claims = shown(merestone, built, "claims")
    by = {speaker: [c for c in claims if c["speaker"] == speaker] for speaker in ("UCDP", "ACLED", "GDELT", "FIRMS", "LOG")}
    assert {speaker: len(found) for speaker, found in by.items()} == {"UCDP": 3, "ACLED": 2, "GDELT": 1, "FIRMS": 2, "LOG": 2}
    assert by["LOG"][0]["actor"] == "AZE-MIL"


def test_the_record_can_be_made_again_and_is_the_same(built, merestone):
    first = json.loads(merestone("build", built, "--json", status=0).stdout)
    again = json.loads(merestone("build", built, "--json", "--fresh", status=0).stdout)
    assert first["record_id"] == again["record_id"]
    merestone("verify", built, status=0)


def test_exchanged_coordinates_are_refused_by_where_the_case_lies(built, merestone):
    path = built.parent / "swapped.csv"
    path.write_text(written(UCDP, ucdp(id="7", latitude="45.86", longitude="40.2")), encoding="utf-8")
    refused = merestone("add", built, path, status=2)
    assert "M646" in refused.stderr
    assert "line 2" in refused.stderr


def test_event_data_sets_are_compared(merestone, tmp_path):
    (tmp_path / "one.csv").write_text("event,date,latitude,longitude\n1,2022-09-13,40.2,45.86\n2,2022-10-01,40.2,45.86\n")
    (tmp_path / "two.csv").write_text("event,date,latitude,longitude\na,2022-09-14,40.21,45.87\n")
    found = json.loads(merestone("match", "one.csv", "two.csv", "--rule", "meltt", "--json", cwd=tmp_path, status=0).stdout)
    assert [row["events"] for row in found["rows"]] == [{"one": "1", "two": "a"}]
    written_out = merestone("match", "one.csv", "two.csv", "--out", "both.json", cwd=tmp_path, status=0)
    assert written_out.stdout == "Wrote both.json.\n"
    assert json.loads((tmp_path / "both.json").read_text(encoding="utf-8"))["pairs"][0]["left"] == "one-1"
    assert "M652" in merestone("match", "one.csv", cwd=tmp_path, status=2).stderr
    assert "M652" in merestone("match", "one.csv", "two.csv", "--out", "both.xml", cwd=tmp_path, status=2).stderr
