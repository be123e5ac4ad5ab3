"""What is sealed comes back byte for byte, is sealed once, and every later change to it is found and named."""

import json
import os
import shutil
import stat
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.evidence import add_paths, documents, verify
from merestone.evidence.log import head_path, lines, log_path
from merestone.evidence.vault import fetch, sealed_path

same_case = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def codes(case):
    return [finding.code for finding in verify(case)]


@pytest.fixture
def sealed(case, folder):
    """A case with three sealed files."""
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Statement {name}.")
        add_paths(case, [folder / f"{name}.txt"], source="ARM-MFA")
    return case


# ---- sealing


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@same_case
@given(text=TEXT.filter(lambda text: text.removeprefix("\ufeff").strip()))  # a blank file is refused
def test_sealed_bytes_come_back_as_they_were(case, folder, text):
    (folder / "a.txt").write_bytes(text.encode())
    report = add_paths(case, [folder / "a.txt"])
    (item,) = report.sealed + report.already
    assert fetch(case.vault, item.sha256) == text.encode()
    assert item.size == len(text.encode())


def test_a_sealed_file_is_read_only_and_named_by_its_sha256(sealed):
    for line in lines(sealed.log):
        path = sealed_path(sealed.vault, line.entry.item.sha256)
        assert path.name == line.entry.item.sha256
        assert stat.S_IMODE(path.stat().st_mode) == 0o444 or os.name == "nt"


def test_the_same_bytes_again_change_nothing(sealed, folder):
    before = log_path(sealed.log).read_bytes()
    shutil.copyfile(folder / "a.txt", folder / "copy.txt")
    report = add_paths(sealed, [folder / "a.txt", folder / "copy.txt"], source="ARM-MFA")
    assert (len(report.sealed), len(report.already)) == (0, 2)
    assert log_path(sealed.log).read_bytes() == before
    assert codes(sealed) == []


def test_the_same_bytes_twice_in_one_add_are_sealed_once(case, folder):
    for name in ("a.txt", "b.txt", "c.csv"):
        (folder / name).write_text("Statement.")
    report = add_paths(case, [folder])
    assert (len(report.sealed), len(report.already)) == (1, 1)
    assert [error.code for error in report.refused] == ["M313"]
    assert codes(case) == []


def test_better_metadata_for_sealed_bytes_is_logged_and_holds(sealed, folder):
    add_paths(sealed, [folder / "a.txt"], published="2022-09-13")
    last = list(lines(sealed.log))[-1].entry
    assert (last.action, last.item.source, last.item.published) == ("describe", "ARM-MFA", "2022-09-13")
    rows = {row["text"]: row for row in documents(sealed).to_pylist()}
    assert (rows["Statement a."]["publisher"], rows["Statement a."]["published"]) == ("ARM-MFA", "2022-09-13")
    assert codes(sealed) == []


def test_one_bad_file_does_not_keep_the_others_out(case, folder):
    (folder / "good.txt").write_text("Statement.")
    (folder / "bad.txt").write_bytes(b"\xff")
    report = add_paths(case, [folder / "bad.txt", folder / "gone.txt", folder / "good.txt"])
    assert [item.name for item in report.sealed] == ["good.txt"]
    assert sorted(error.code for error in report.refused) == ["M101", "M306"]
    assert codes(case) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [("source", "the ministry"), ("published", "13.9.2022"), ("published", "2023-02-30"), ("language", "English!"),
     ("source_url", "javascript:alert(1)"), ("title", " ")],
)  # fmt: skip
def test_an_option_that_cannot_be_right_is_refused_before_anything_is_done(case, folder, option, value):
    (folder / "a.txt").write_text("Statement.")
    with pytest.raises(MerestoneError) as caught:
        add_paths(case, [folder], **{option: value})
    assert caught.value.code == "M108"
    assert not case.vault.exists()


def test_one_title_cannot_be_that_of_two_files(case, folder):
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    with pytest.raises(MerestoneError) as caught:
        add_paths(case, [folder], title="Statement")
    assert caught.value.code == "M318"


def test_two_processes_may_add_at_once(case, tmp_path):
    running = []
    for who in ("one", "two"):
        files = tmp_path / who
        files.mkdir()
        for number in range(40):
            (files / f"{number}.txt").write_text(f"Statement {number}." if number % 2 else f"Statement {who} {number}.")
        code = (
            "import sys; from pathlib import Path; from merestone.case import Case; from merestone.evidence import add_paths\n"
            "for path in sorted(Path(sys.argv[2]).iterdir()): add_paths(Case.open(Path(sys.argv[1])), [path])"
        )
        running.append(subprocess.Popen([sys.executable, "-c", code, str(case.folder), str(files)]))
    assert [process.wait() for process in running] == [0, 0]
    assert codes(case) == []
    assert [line.entry.sequence for line in lines(case.log)] == list(range(60))
    assert documents(case).num_rows == 60


# ---- verification


@same_case
@given(data=st.data())
def test_any_changed_byte_of_the_vault_names_its_file(sealed, data):
    path = data.draw(st.sampled_from(sorted(p for p in sealed.vault.rglob("*") if p.is_file())))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    path.chmod(0o644)
    path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
    (finding,) = verify(sealed)
    path.write_bytes(whole)
    assert finding.code == "V101"
    assert path.name in finding.text


@same_case
@given(data=st.data())
def test_any_changed_byte_of_the_log_names_its_line(sealed, data):
    path = log_path(sealed.log)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
    changed = path.read_bytes()
    found = verify(sealed)
    assert path.read_bytes() == changed
    path.write_bytes(whole)
    line = whole[:at].count(b"\n") + 1
    assert any(f.code in ("V201", "V202") and f"line {line}:" in f.text for f in found)


@same_case
@given(data=st.data())
def test_any_changed_byte_of_the_head_is_found(sealed, data):
    path = head_path(sealed.log)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
    found = codes(sealed)
    path.write_bytes(whole)
    assert found
    assert set(found) <= {"V203", "V204"}


def test_missing_extra_and_replaced_files_are_named(sealed):
    first, second, _ = (sealed_path(sealed.vault, line.entry.item.sha256) for line in lines(sealed.log))
    first.rename(sealed.folder / "elsewhere")
    second.unlink()
    second.symlink_to(sealed.folder / "case.toml")
    (sealed.vault / "note.txt").write_text("hello")
    found = {finding.code: finding.text for finding in verify(sealed)}
    assert set(found) == {"V102", "V103", "V104"}
    assert first.name in found["V102"]
    assert "note.txt" in found["V103"]
    assert second.name in found["V104"]


def test_a_lost_file_comes_back_by_adding_the_original_again(sealed, folder):
    path = next(p for p in sealed.vault.rglob("*") if p.is_file() and p.read_text() == "Statement b.")
    path.unlink()
    with pytest.raises(MerestoneError) as caught:
        documents(sealed)
    assert caught.value.code == "M302"
    add_paths(sealed, [folder / "b.txt"])
    assert codes(sealed) == []


def rewrite(case, change):
    """Edit the lines of the log as someone would who knows how they are made, but not the head."""
    rows = log_path(case.log).read_bytes().splitlines(keepends=True)
    log_path(case.log).write_bytes(b"".join(change(rows)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows[:2], ["V203"]),
        (lambda rows: [], ["V203"]),
        (lambda rows: [rows[0], rows[2]], ["V202", "V203"]),
        (lambda rows: rows[1:], ["V202", "V203"]),
        (lambda rows: [rows[1], rows[0], rows[2]], ["V202", "V202", "V202"]),
        (lambda rows: [*rows, rows[2]], ["V202"]),
        (lambda rows: [*rows, b"{}\n"], ["V201"]),
    ],
    ids=["end cut off", "emptied", "middle removed", "first removed", "swapped", "repeated", "foreign"],
)
def test_removed_moved_and_added_lines_are_found_and_never_repaired(sealed, change, expected):
    rewrite(sealed, change)
    left = log_path(sealed.log).read_bytes()
    found = codes(sealed)
    assert [code for code in found if code.startswith("V2")] == expected
    with pytest.raises(MerestoneError) as caught:
        add_paths(sealed, [sealed.folder / "case.toml"])
    assert caught.value.code == "M301"
    assert log_path(sealed.log).read_bytes() == left


@pytest.mark.parametrize("gone", [log_path, head_path])
def test_a_removed_log_or_head_is_found(sealed, gone):
    gone(sealed.log).unlink()
    assert set(codes(sealed)) & {"V203", "V204"}


def test_a_line_rewritten_with_a_new_hash_breaks_the_chain(sealed):
    def forge(rows):
        from hashlib import sha256

        row = json.loads(rows[1])
        row.pop("hash")
        row["by"] = "somebody@else"
        plain = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        row["hash"] = sha256(plain.encode()).hexdigest()
        rows[1] = (json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
        return rows

    rewrite(sealed, forge)
    (finding,) = verify(sealed)
    assert finding.code == "V202"
    assert "line 3:" in finding.text


def test_a_new_case_is_intact(case):
    assert codes(case) == []


# ---- documents


def test_documents_do_not_depend_on_the_order_or_the_way_of_adding(make_case, folder):
    (folder / "a.txt").write_text("Statement.")
    (folder / "l.jsonl").write_text('{"id": "x", "text": "One.", "published": "2022-01-01"}\n{"id": "y", "text": "Two."}\n')
    (folder / "m.csv").write_text("id,text\nx,Another.\n")
    one, two = make_case("one"), make_case("two")
    add_paths(one, [folder])
    for name in ("m.csv", "a.txt", "l.jsonl"):
        add_paths(two, [folder / name])
    assert documents(one).equals(documents(two))
    rows = documents(one).to_pylist()
    assert [(row["published"] or "", row["id"]) for row in rows] == sorted((row["published"] or "", row["id"]) for row in rows)


def test_documents_under_the_same_id_get_ids_of_their_own(case, folder):
    (folder / "l.jsonl").write_text('{"id": "x", "text": "One."}\n')
    (folder / "m.jsonl").write_text('{"id": "x", "text": "Another."}\n')
    add_paths(case, [folder])
    ids = [row["id"] for row in documents(case).to_pylist()]
    assert len(set(ids)) == 2
    assert all(name.startswith("x~") for name in ids)


def test_a_list_sealed_again_with_more_in_it_does_not_double_its_documents(case, folder):
    (folder / "l.jsonl").write_text('{"id": "x", "text": "One."}\n')
    (folder / "longer.jsonl").write_text('{"id": "x", "text": "One."}\n{"id": "y", "text": "Two."}\n')
    add_paths(case, [folder])
    assert [row["id"] for row in documents(case).to_pylist()] == ["x", "y"]


def test_every_metadata_value_says_where_it_came_from(case, folder):
    (folder / "a.txt").write_text("\n  Statement of the mission\nQuiet.")
    add_paths(case, [folder], source="OSCE-SMM", published="2022-09-13", source_url="https://example.org/1")
    (row,) = documents(case).to_pylist()
    origin = {entry["field"]: entry["origin"] for entry in row["provenance"]}
    assert origin == {
        "publisher": "log", "published": "log", "source_url": "log", "title": "text", "language": "case", "genre": "case",
    }  # fmt: skip
    assert row["genre"] == "monitor_report"
    assert row["title"] == "Statement of the mission"


def test_a_page_names_its_publisher_as_the_case_file_does(case, folder):
    (folder / "a.html").write_text(
        '<html><head><meta property="og:site_name" content="OSCE Special Monitoring Mission"></head>'
        "<body><p>Quiet.</p></body></html>"
    )
    add_paths(case, [folder])
    assert [row["publisher"] for row in documents(Case.open(case.folder)).to_pylist()] == ["OSCE-SMM"]
