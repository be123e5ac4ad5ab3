"""A record on disk: named after what it says, whole or not there, and every change to it is found."""

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from merestone import model
from merestone import record as record_module
from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.record import (
    TABLES,
    content_digest,
    current_folder,
    earlier_claims,
    read_tables,
    verify_records,
    write_record,
)

CASE = 'format = 1\nname = "A case"\n\n[[parties]]\ncode = "ARM"\nname = "Armenia"\n'
NOUNS = {
    "sources": model.Source, "documents": model.Document, "claims": model.Claim, "places": model.Place,
    "locations": model.Location, "observations": model.Observation, "lines": model.Line, "zones": model.Zone,
    "incidents": model.Incident,
    "decisions": model.Decision, "outcomes": model.Outcome,
}  # fmt: skip


def tables(text="On Monday"):
    document = model.Document(id="d", item="0" * 64, part=0, title="t", text=text)
    claim = model.Claim(id="d#0", document="d", span=(0, 2), speaker="ARM-MFA", act="asserts", event="fire")
    rows = {"documents": [document], "claims": [claim]}
    return {name: model.to_table(cls, rows.get(name, [])) for name, cls in NOUNS.items()}


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text(CASE)
    return Case.open(folder)


@pytest.fixture
def record(case):
    write_record(case, tables(), {"d": "digest"})
    return current_folder(case)


def codes(case):
    return [finding.code for finding in verify_records(case)]


def test_what_is_written_is_read_again(case, record):
    assert read_tables(record) == tables()
    assert codes(case) == []


def test_the_name_follows_from_what_the_record_says(case, record):
    assert write_record(case, tables(), {"d": "digest"})["record_id"] == record.name
    assert write_record(case, tables("On Tuesday"), {"d": "digest"})["record_id"] != record.name
    (case.folder / "case.toml").write_text(CASE + "# a comment\n")
    assert write_record(Case.open(case.folder), tables(), {"d": "digest"})["record_id"] != record.name


def test_the_content_of_a_table_does_not_depend_on_how_it_is_cut_or_packed(tmp_path):
    table = tables()["documents"]
    pq.write_table(table, tmp_path / "plain.parquet", compression="none")
    assert content_digest(pq.read_table(tmp_path / "plain.parquet")) == content_digest(table)


def changed_table(folder):
    path = folder / "claims.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def rewritten_table(folder):
    """As someone would who also mends the list of files."""
    model_row = model.Claim(id="d#0", document="d", span=(0, 2), speaker="AZE-MFA", act="asserts", event="fire")
    pq.write_table(model.to_table(model.Claim, [model_row]), folder / "claims.parquet")


def edited_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["notice"] = "All of this is certain."
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (changed_table, "V303"),
        (rewritten_table, "V303"),
        (edited_manifest, "V301"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "V301"),
        (lambda folder: (folder / "manifest.json").unlink(), "V301"),
        (lambda folder: (folder / "claims.parquet").unlink(), "V302"),
        (lambda folder: (folder / "note.txt").write_text("hello"), "V304"),
        (lambda folder: folder.rename(folder.with_name("f" * 32)), "V301"),
        (lambda folder: shutil.rmtree(folder), "V305"),
        (lambda folder: (folder.parent / "current").write_text("../../elsewhere"), "V305"),
    ],
)
def test_a_change_is_named_by_its_finding(case, record, change, code):
    change(record)
    assert code in codes(case)


@pytest.fixture
def agreed(case):
    """The folder of an agreed withdrawal, with which the record is built."""
    (case.withdrawal / "tracks").mkdir(parents=True)
    (case.withdrawal / "agreement.toml").write_text("format = 1\n")
    (case.withdrawal / "tracks" / "north.gpx").write_text("<gpx/>")
    write_record(case, tables(), {"d": "digest"})
    assert codes(case) == []
    return case.withdrawal


@pytest.mark.parametrize(
    ("change", "code", "name"),
    [
        (lambda folder: (folder / "agreement.toml").write_text("format = 2\n"), "V306", "agreement.toml"),
        (lambda folder: (folder / "tracks" / "north.gpx").unlink(), "V307", "north.gpx"),
        (lambda folder: (folder / "tracks" / "south.gpx").write_text("<gpx/>"), "V308", "south.gpx"),
        (lambda folder: (folder / "tracks2").symlink_to(folder / "tracks"), "V308", "tracks2"),
        (lambda folder: (folder / "tracks" / "north.gpx").rename(folder / "north.gpx"), "V308", "north.gpx"),
    ],
)
def test_a_change_to_the_agreed_withdrawal_is_named_until_the_record_is_built_again(case, agreed, change, code, name):
    before = current_folder(case)
    change(agreed)
    named = [finding for finding in verify_records(case) if finding.code == code]
    assert [name in finding.text for finding in named] == [True]
    write_record(case, tables(), {"d": "digest"})
    assert codes(case) == []
    assert current_folder(case) != before
    assert before.is_dir()


def test_a_change_to_the_case_file_is_named_until_the_record_is_built_again(case, record):
    file = case.folder / "case.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    (finding,) = verify_records(case)
    assert (finding.code, "case.toml" in finding.text) == ("V306", True)
    write_record(case, tables(), {"d": "digest"})
    assert codes(case) == []


def test_a_file_that_the_case_file_names_is_named_when_changed_or_gone(case):
    (case.folder / "case.toml").write_text(CASE + '\n[[gazetteers]]\nname = "border"\nfile = "places.csv"\n')
    places = case.folder / "places.csv"
    places.write_text("name\n")
    case = Case.open(case.folder)
    write_record(case, tables(), {"d": "digest"})
    assert codes(case) == []
    places.write_text("names\n")
    assert codes(case) == ["V306"]
    places.unlink()
    assert codes(case) == ["V307"]
    places.write_text("name\n")
    assert codes(case) == []


def test_a_folder_that_is_gone_or_new_is_named_file_by_file(case, agreed, tmp_path):
    agreed.rename(tmp_path / "elsewhere")
    assert codes(case) == ["V307", "V307"]
    write_record(case, tables(), {"d": "digest"})
    (tmp_path / "elsewhere").rename(agreed)
    assert codes(case) == ["V308", "V308"]


def test_a_name_that_is_no_unicode_is_named_too(case, agreed):
    try:
        Path(os.fsdecode(os.fsencode(agreed / "caf") + b"\xe9.gpx")).write_text("<gpx/>")
    except OSError:
        pytest.skip("this file system holds Unicode names only")
    (finding,) = verify_records(case)
    assert finding.code == "V308"
    assert "caf\\xe9.gpx" in finding.text
    write_record(case, tables(), {"d": "digest"})
    assert codes(case) == []


def test_a_record_from_before_these_files_were_named_still_verifies(case, agreed):
    folder = current_folder(case)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["identity"]["withdrawal"]
    manifest["record_id"] = sha256(orjson.dumps(manifest["identity"], option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    manifest["seal"] = record_module._seal(manifest)
    (folder / "manifest.json").write_bytes(record_module._canonical(manifest))
    folder.rename(folder.with_name(manifest["record_id"]))
    (case.records / "current").write_text(manifest["record_id"] + "\n")
    (agreed / "agreement.toml").write_text("format = 2\n")
    assert codes(case) == []


def test_claims_are_used_again_only_as_they_were_written(case, record):
    readings, claims = earlier_claims(case)
    assert readings == {"d": "digest"}
    assert claims == tables()["claims"]
    rewritten_table(record)
    assert earlier_claims(case) is None


def test_a_case_without_a_record_says_how_to_make_one(case):
    with pytest.raises(MerestoneError, match="merestone build"):
        current_folder(case)


def test_a_pointer_that_leads_out_of_the_case_is_not_followed(case, record):
    (record.parent / "current").write_text("../../elsewhere\n")
    with pytest.raises(MerestoneError, match="damaged"):
        current_folder(case)


def test_a_failure_while_writing_leaves_the_old_record_current(case, record, monkeypatch):
    monkeypatch.setattr(pq, "write_table", lambda *arguments, **keywords: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(MerestoneError, match="disk is full"):
        write_record(case, tables("On Tuesday"), {})
    monkeypatch.undo()
    assert current_folder(case) == record
    assert codes(case) == []
    assert not list(case.records.glob(".building-*"))


def test_every_table_of_a_record_has_a_noun():
    assert set(TABLES) == set(NOUNS)
