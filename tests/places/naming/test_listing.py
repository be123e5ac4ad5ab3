"""`merestone places` prints every name of a place in a document, with what it means, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from merestone.cli import main

TEXT = "Shelling was heard 5 km north of Sotk and in Vardenis, the Armenian ministry said. Talks go on in Moscow.\n"
PLACES = """id,name,lon,lat,radius_m,feature,country,population,names
post,Verin Vardenis,45.75,40.2,500,structure,ARM,,
"""
CASE = """format = 1
name = "c"
parties = [{ code = "ARM", name = "Armenia" }, { code = "AZE", name = "Azerbaijan" }]
[[gazetteers]]
file = "places.csv"
"""


def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What the command prints; it must end well."""
    monkeypatch.setattr("sys.argv", ["merestone", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None), capsys.readouterr().err
    return capsys.readouterr().out


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_one_object_for_a_document(document: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = printed(capsys, monkeypatch, "places", document, "--json").splitlines()
    told = json.loads(line)
    assert told["document"] == "report"
    for place in told["places"]:
        assert TEXT[slice(*place["span"])] == place["text"]
        assert place["because"]
        assert place["kind"] in ("place", "people")
        if place["place"]:
            assert place["place"]["radius_m"] > 0
            assert 0 < place["probability"] < 1
    found = {place["text"]: place["place"] for place in told["places"]}
    assert {"Vardenis", "Armenian", "Moscow"} <= set(found)
    assert found["Armenian"]["feature"] == "country"
    assert found["Moscow"]["country"] == "RUS"


def test_the_same_to_read(document: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(capsys, monkeypatch, "places", document)
    assert told.startswith("report: ")
    assert "Vardenis: Vardenis, ARM (settlement)" in told
    assert printed(capsys, monkeypatch, "places", document) == told


def test_a_case_brings_its_own_places(
    document: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / "case.toml").write_text(CASE, encoding="utf-8")
    (case / "places.csv").write_text(PLACES, encoding="utf-8")
    Path(document).write_text("They fired at Verin Vardenis and at Vardenis from Kalbajar.\n", encoding="utf-8")
    told = json.loads(printed(capsys, monkeypatch, "places", document, "--case", str(case), "--json"))
    own = [place for place in told["places"] if place["place"] and place["place"]["id"] == "case:post"]
    assert [place["text"] for place in own] == ["Verin Vardenis"]
    assert "the case's own gazetteer" in own[0]["because"]


def test_a_file_that_is_not_there_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["merestone", "places", str(tmp_path / "none.txt")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("merestone: M101: ")
    assert said.err.count("\n") == 1
