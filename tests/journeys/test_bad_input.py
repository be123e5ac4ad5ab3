"""Bad and hostile files, given to `add` and to `read`: one clear sentence, exit status 2, nothing half-written or lost."""

import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfWriter

BAD = {
    "missing.txt": "M101",
    "empty.txt": "M303",
    "binary.txt": "M305",
    "latin1.txt": "M306",
    "big.txt": "M304",
    "locked.pdf": "M308",
    "not.pdf": "M31",
    "broken.jsonl": "M3",
    "no_text_column.csv": "M3",
    "picture.png": "M307",
}


@pytest.fixture
def bad(tmp_path):
    """A folder of bad files; those that are missing are only named."""
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(32)) * 20)
    (folder / "latin1.txt").write_bytes("Gökçay bölgesi".encode("latin-1"))
    with (folder / "big.txt").open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(folder / "locked.pdf")
    (folder / "not.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    (folder / "broken.jsonl").write_text('{"id": "a", "text": "On Monday"}\n{"id": "b", "text": \n', encoding="utf-8")
    (folder / "no_text_column.csv").write_text("who,what\nA,B\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory, merestone):
    """A case with a good file; to be copied."""
    folder = tmp_path_factory.mktemp("sealed")
    merestone("new", folder / "case", status=0)
    (folder / "good.txt").write_text("The army opened fire on Monday.", encoding="utf-8")
    merestone("add", folder / "case", folder / "good.txt", status=0)
    return folder / "case"


@pytest.mark.parametrize(("name", "code"), BAD.items())
def test_add_refuses_it_and_the_case_stays_as_it_was(bad, sealed, merestone, tmp_path, name, code):
    case = Path(shutil.copytree(sealed, tmp_path / "case"))
    before = files(case)
    done = merestone("add", case, bad / name, status=2)
    errors = done.stderr.strip().splitlines()
    assert len(errors) == 1
    assert errors[0].startswith(f"merestone: {code}")
    assert name in errors[0]
    after = files(case)
    assert {path: data for path, data in after.items() if path.name != ".lock"} == {
        path: data for path, data in before.items() if path.name != ".lock"
    }
    merestone("verify", case, status=0)


@pytest.mark.parametrize(("name", "code"), BAD.items())
def test_read_refuses_it(bad, merestone, name, code):
    done = merestone("read", bad / name, status=2)
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith(f"merestone: {code}")


def test_the_good_files_of_a_mixed_folder_are_sealed_and_the_bad_ones_named(bad, merestone, tmp_path):
    case = tmp_path / "case"
    merestone("new", case, status=0)
    (bad / "big.txt").unlink()
    (bad / "good.txt").write_text("The army opened fire on Monday.", encoding="utf-8")
    done = merestone("add", case, bad, "--json", status=2)
    report = json.loads(done.stdout)
    assert len(report["sealed"]) == 1
    assert len(report["refused"]) == len(done.stderr.strip().splitlines()) >= 6
    merestone("verify", case, status=0)


def test_script_in_a_page_is_never_text(merestone, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Fire</title><script>alert('head')</script></head><body>"
        + "<script>document.write('the army opened fire in Script')</script>" * 2000
        + "<article><p>Units of the Azerbaijani army opened fire at Armenian positions near Sotk on 13 September 2022.</p>"
        + "</article><img src=x onerror=alert(1)></body></html>",
        encoding="utf-8",
    )
    done = merestone("read", page, "--published", "2022-09-13", status=0)
    assert "alert" not in done.stdout
    assert "Script" not in done.stdout
    claims = [json.loads(line) for line in done.stdout.splitlines()]
    assert [claim["event"] for claim in claims] == ["fire"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "the ministry"), "actor code"),
        (("--published", "13.09.2022"), "a day of the form"),
    ],
)
def test_metadata_that_cannot_be_right_is_refused_before_anything_is_read(merestone, tmp_path, arguments, words):
    (tmp_path / "a.txt").write_text("The army opened fire on Monday.")
    merestone("new", tmp_path / "case", status=0)
    for command in (("read",), ("add", tmp_path / "case")):
        done = merestone(*command, tmp_path / "a.txt", *arguments, status=2)
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture
def beside(tmp_path):
    """A folder with a line, and with a file where somebody may want a folder."""
    line = {"type": "LineString", "coordinates": [[45.5, 40.0], [45.7, 40.2], [45.9, 40.25]]}
    parties = {"left_party": "ARM", "right_party": "AZE"}
    feature = {"type": "Feature", "properties": parties, "geometry": line}
    (tmp_path / "line.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    (tmp_path / "file").write_bytes(b"kept")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "new file/below",
        "demo file/below",
        "convert line.geojson file/line.gpkg",
        "convert line.geojson file/line.kml",
        "compare line.geojson line.geojson --out file/between.gpkg",
        "bearing 45.73 40.18 --bearing north-west --out file/area.geojson",
        "withdraw plan --line line.geojson --depth-km 2 --out file/plan",
    ],
)
def test_what_is_written_below_a_file_is_refused_and_the_file_stays(beside, forked, command):
    done = forked(*command.split(), cwd=beside, status=2)
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert "file is a file" in done.stderr
    assert files(beside).keys() == {Path("file"), Path("line.geojson")}
    assert (beside / "file").read_bytes() == b"kept"


def test_an_export_below_a_file_is_refused(beside, sealed, forked):
    case = Path(shutil.copytree(sealed, beside / "case"))
    forked("build", case, status=0)
    for kind in ("geojson", "csv", "geoparquet", "geopackage"):
        done = forked("export", case, "--to", kind, "--out", beside / "file" / "record.gpkg", status=2)
        assert done.stderr.startswith("merestone: M109")
    assert (beside / "file").read_bytes() == b"kept"


@pytest.mark.parametrize("command", ["read", "build", "show", "verify", "new", "add case"])
def test_a_text_where_a_name_is_wanted_is_one_sentence(forked, sealed, command):
    text = "On 1 May 2024 units of the armed forces opened fire towards the village. " * 5
    done = forked(*command.split(), text, cwd=sealed.parent, status=2)
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith("merestone: M111: On 1 May 2024")
    assert len(said) < 200
