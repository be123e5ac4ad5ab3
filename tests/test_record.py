"""A record on disk: named after what it says, whole or not there, and every change to it is found."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

from merestone import model
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
