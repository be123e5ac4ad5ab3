"""Gazetteers of GeoNames' files: added from files or by download, whole or not at all, and named by a case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import geonames_files as sample
from merestone import cli
from merestone.case import Case, gazetteers_folder
from merestone.errors import MerestoneError
from merestone.places.gazetteers import geonames, library
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.gazetteers.index_file import Index


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(folder))
    yield folder
    assert [path.name for path in gazetteers_folder().glob(".*")] == []  # nothing half-made is left


def silent(stage: str, done: int, total: int) -> None:
    assert done >= 0
    assert stage in ("reading", "indexing", "downloading")


def add(folder: Path, files: dict[str, str | bytes], name: str | None = None) -> library.Stored:
    folder.mkdir(exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return library.add([str(folder / file) for file in files], name=name, progress=silent)


def armenia(tmp_path: Path) -> Gazetteer:
    files: dict[str, str | bytes] = {
        "AM.txt": sample.DUMP, "names.txt": sample.NAMES, "admin1CodesASCII.txt": sample.REGIONS,
        "countryInfo.txt": sample.COUNTRIES,
    }  # fmt: skip
    add(tmp_path / "in", files, "geonames-AM")
    return Gazetteer(added=(library.open_named("geonames-AM"),))


# --------------------------------------------------------------------------------------------------------------------------
# what the files say


def test_a_place_has_the_names_of_all_files_with_their_languages(tmp_path: Path) -> None:
    gazetteer = armenia(tmp_path)
    (goris,) = [entry for entry in gazetteer.find("Gorus") if entry.country == "ARM"]
    assert (goris.id, goris.name, goris.population, goris.admin) == ("geonames:174895", "Goris", 20379, "08")
    assert goris.gazetteer == "geonames (geonames-AM, 2021-08-16)"
    names = {(n["name"], n["language"]): (n["historic"], n["period"]) for n in gazetteer.names_of(goris)}
    assert names["Գորիս", "hy"] == (False, None)
    assert names["Gorus", "az"] == (False, None)
    assert names["Герюсы", "ru"] == (True, "1840/1924")
    assert ("Gerusy", None) in names
    assert not [name for name, _ in names if name.startswith("http") or name == "Q39547"]
    (sotk,) = gazetteer.find("Սոթք")
    assert sotk in gazetteer.find("Zod")
    assert (("Zod", "az"), (True, "/1978")) in [
        ((n["name"], n["language"]), (n["historic"], n["period"])) for n in gazetteer.names_of(sotk)
    ]


def test_a_name_of_several_languages_is_there_once_for_each(tmp_path: Path) -> None:
    rows = "".join(f"{n}\t174895\t{tag}\tGoris\t\t\t\t\t\t\n" for n, tag in enumerate(("fr", "de", "de", "")))
    add(tmp_path / "in", {"AM.txt": sample.DUMP, "names.txt": rows}, "x")
    index = library.open_named("x")
    row = index.row_of(174895)
    assert row is not None
    assert [(n.name, n.language) for n in index.row(row).names if n.name == "Goris"] == [
        ("Goris", None), ("Goris", "de"), ("Goris", "fr"),
    ]  # fmt: skip


def test_features_radii_and_regions_follow_geonames_codes(tmp_path: Path) -> None:
    armenia(tmp_path)
    index = library.open_named("geonames-AM")
    found = {index.row(row).names[0].name: index.row(row) for row in range(index.places)}
    kinds = {name: row.feature for name, row in found.items()}
    assert kinds == {
        "Goris": "settlement", "Syunik’i Marz": "region", "Armenia": "country", "Sot’k’": "settlement", "Vorotan": "water",
        "Mets Ishkhanasar": "mountain",
    }  # fmt: skip
    assert found["Armenia"].radius_m == pytest.approx(97_394, rel=1e-3)  # a circle of 29,800 km²
    assert found["Sot’k’"].radius_m == 1000
    assert index.region("ARM", "08") == (409314, 174895)
    gazetteer = Gazetteer(added=(index,))
    (goris,) = [entry for entry in gazetteer.find("Goris") if entry.country == "ARM"]
    region = gazetteer.region_of(goris)
    assert region is not None
    assert (region.name, region.radius_m) == ("Syunik’i Marz", 69_000)  # as far as the built-in gazetteer knows it to reach
    assert "Сюникская область" in [name.name for name in region.names]


def test_a_zip_archive_is_read_as_the_text_in_it(tmp_path: Path) -> None:
    plain = add(tmp_path / "a", {"AM.txt": sample.DUMP}, "x")
    packed = add(tmp_path / "b", {"AM.zip": sample.zipped("AM.txt", sample.DUMP)}, "y")
    assert (plain.places, plain.names) == (packed.places, packed.names) == (6, packed.names)


def test_the_order_of_lines_and_the_size_of_portions_make_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path / "a", {"AM.txt": sample.DUMP, "n.txt": sample.NAMES}, "x")
    first = library.open_named("x")
    monkeypatch.setattr(geonames, "_RANGE", 1000)
    monkeypatch.setattr(geonames, "_BLOCK", 400)
    turned = "\n".join(reversed(sample.DUMP.splitlines())) + "\n"
    add(tmp_path / "b", {"AM.txt": turned, "n.txt": sample.NAMES}, "x")
    second = library.open_named("x")
    assert [first.row(row) for row in range(6)] == [second.row(row) for row in range(6)]
    assert second.check() is None


def test_of_two_lines_with_one_id_the_last_counts(tmp_path: Path) -> None:
    later = sample.DUMP.splitlines()[0].replace("20379", "17592")
    stored = add(tmp_path / "in", {"AM.txt": sample.DUMP + later + "\n"}, "x")
    assert stored.places == 6
    assert [e.population for e in Gazetteer(added=(library.open_named("x"),)).find("Gerusy")] == [17592]


# --------------------------------------------------------------------------------------------------------------------------
# what is wrong in them


def broken(line: int, column: int, value: str) -> str:
    rows = [row.split("\t") for row in sample.DUMP.splitlines()]
    rows[line - 1][column] = value
    return "\n".join("\t".join(row) for row in rows) + "\n"


@pytest.mark.parametrize(
    ("dump", "line", "problem"),
    [
        (broken(3, 4, "91"), 3, "lat is 91.0, it must be between -90 and 90"),
        (broken(2, 5, "nan"), 2, "lon is 'nan', it must be degrees"),
        (broken(4, 5, "-180.5"), 4, "between -180 and 180"),
        (broken(2, 0, "x1"), 2, "id is 'x1'"),
        (broken(5, 1, ""), 5, "name is ''"),
        (broken(6, 14, "many"), 6, "population is 'many'"),
        (broken(6, 14, "-1"), 6, "population is '-1'"),
        (broken(2, 8, "ARM"), 2, "country is 'ARM'"),
        (sample.DUMP + "1\t2\t3\n", 7, "there are 3 cells, there must be 19"),
        (sample.DUMP + "\n" + sample.DUMP, 7, "id is '', it must be a number of GeoNames"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_added(tmp_path: Path, dump: str, line: int, problem: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        add(tmp_path / "in", {"AM.txt": dump}, "x")
    assert refused.value.code == "M573"
    assert f"line {line}: " in str(refused.value)
    assert problem in str(refused.value)
    assert library.listed() == []


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (gazetteers_folder() / ".reading-x").mkdir(parents=True)
    (gazetteers_folder() / ".index-x" / "deep").mkdir(parents=True)
    add(tmp_path / "in", {"AM.txt": sample.DUMP}, "x")
    assert [path.name for path in gazetteers_folder().iterdir()] == ["x.places"]


def test_a_wrong_line_leaves_the_gazetteer_that_was_there(tmp_path: Path) -> None:
    before = add(tmp_path / "in", {"AM.txt": sample.DUMP}, "x")
    with pytest.raises(MerestoneError):
        add(tmp_path / "in", {"AM.txt": broken(6, 14, "many")}, "x")
    assert [one.sha256 for one in library.listed()] == [before.sha256]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"AM.txt": "hello\n"}, "M576"),
        ({"AM.txt": ""}, "M576"),
        ({"AM.txt": b"\xff\xfe" * 900}, "M576"),
        ({"n.txt": sample.NAMES}, "M577"),
        ({"AM.zip": sample.zipped("AM.txt", sample.DUMP)[:-30]}, "M576"),
        ({"AM.zip": sample.zipped("AM.csv", sample.DUMP)}, "M574"),
        ({"AM.txt": sample.DUMP, "n.txt": sample.NAMES.replace("\t1\t\t\t\t\t", "\tyes\t\t\t\t\t")}, "M573"),
        ({"AM.txt": sample.DUMP.encode().replace("Գորիս".encode(), b"\xff\xfe")}, "M573"),
        ({"AM.txt": sample.DUMP, "c.txt": sample.COUNTRIES.replace("29800", "inf")}, "M573"),
    ],
)
def test_a_file_that_is_none_of_geonames_is_refused(tmp_path: Path, files: dict[str, Any], code: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        add(tmp_path / "in", files, "x")
    assert refused.value.code == code
    assert library.listed() == []


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(sample.zipped("AM.txt", sample.DUMP * 50))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(MerestoneError) as refused:
        add(tmp_path / "in", {"AM.zip": bytes(data)}, "x")
    assert refused.value.code in ("M573", "M574", "M576")
    assert library.listed() == []


@pytest.mark.parametrize(
    ("source", "code"),
    [("nowhere.txt", "M575"), ("am", "M575"), ("ftp://x/AM.zip", "M575"), ("http://127.0.0.1:1/AM.zip", "M578")],
)
def test_what_cannot_be_had_is_said(source: str, code: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        library.add([source], progress=silent)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "AM.txt").write_text(sample.DUMP)
    if name:
        with pytest.raises(MerestoneError) as refused:
            library.add([str(tmp_path / "AM.txt")], name=name, progress=silent)
        assert refused.value.code == "M108"
    with pytest.raises(MerestoneError) as missing:
        library.open_named(name)
    assert missing.value.code == "M570"


# --------------------------------------------------------------------------------------------------------------------------
# downloading


def test_a_country_code_brings_its_dump_and_its_names() -> None:
    with sample.served() as mirror:
        mirror.files["/AM.zip"] = sample.zipped("AM.txt", sample.DUMP)
        mirror.files["/alternatenames/AM.zip"] = sample.zipped("AM.txt", sample.NAMES)
        stored = library.add(["AM"], mirror=mirror.address, progress=silent)
    assert (stored.name, stored.places, stored.version) == ("geonames-AM", 6, "2021-08-16")
    assert [path for path, _ in mirror.asked] == ["/AM.zip", "/alternatenames/AM.zip"]
    assert [source["file"] for source in stored.sources] == ["AM.zip", "AM.zip"]


def test_a_download_that_broke_off_goes_on_where_it_was() -> None:
    data = sample.zipped("AM.txt", sample.DUMP)
    with sample.served() as mirror:
        mirror.files["/AM.zip"] = data
        mirror.breaks_after = 100
        with pytest.raises(MerestoneError) as refused:
            library.add([f"{mirror.address}AM.zip"], progress=silent)
        assert refused.value.code == "M578"
        mirror.breaks_after = None
        stored = library.add([f"{mirror.address}AM.zip"], progress=silent)
        assert [wanted for _, wanted in mirror.asked] == [None, "bytes=100-"]
        assert stored.places == 6
        # another version on the server: a part of the old one is not joined to it
        mirror.breaks_after = 100
        with pytest.raises(MerestoneError):
            library.add([f"{mirror.address}AM.zip"], progress=silent)
        mirror.breaks_after = None
        mirror.files["/AM.zip"] = sample.zipped("AM.txt", sample.DUMP.splitlines()[0] + "\n")
        assert library.add([f"{mirror.address}AM.zip"], progress=silent).places == 1


def test_a_part_that_is_longer_than_the_file_is_thrown_away() -> None:
    with sample.served() as mirror:
        mirror.refuses_ranges = True
        mirror.files["/AM.zip"] = sample.zipped("AM.txt", sample.DUMP)
        mirror.breaks_after = 100
        with pytest.raises(MerestoneError):
            library.add([f"{mirror.address}AM.zip"], progress=silent)
        mirror.breaks_after = None
        assert library.add([f"{mirror.address}AM.zip"], progress=silent).places == 6
        assert [wanted for _, wanted in mirror.asked] == [None, "bytes=100-", None]


def test_what_is_no_archive_does_not_take_its_place() -> None:
    with sample.served() as mirror:
        mirror.files["/AM.zip"] = b"<html>a page that says please wait</html>"
        for address in ("AM.zip", "AZ.zip"):
            with pytest.raises(MerestoneError) as refused:
                library.add([mirror.address + address], progress=silent)
            assert refused.value.code == "M578"
    assert list(gazetteers_folder().rglob("*.zip*")) == []


# --------------------------------------------------------------------------------------------------------------------------
# a case that names one


def a_case(folder: Path, entry: str) -> Case:
    folder.mkdir()
    (folder / "case.toml").write_text(
        'format = 1\nname = "x"\nparties = [{ code = "ARM", name = "Armenia" }, { code = "AZE", name = "Azerbaijan" }]\n'
        f"[[gazetteers]]\n{entry}\n"
    )
    return Case.open(folder)


def test_a_case_uses_the_gazetteers_it_names_and_its_record_says_which(tmp_path: Path) -> None:
    stored = add(tmp_path / "in", {"AM.txt": sample.DUMP}, "geonames-AM")
    case = a_case(tmp_path / "case", f'name = "geonames-AM"\nsha256 = "{stored.sha256}"')
    assert [entry.id for entry in Gazetteer.of(case).find("Bazarchay")] == ["geonames:616062"]
    assert case.digest()["gazetteer:geonames-AM"] == stored.sha256 == Index(gazetteers_folder() / "geonames-AM.places").digest
    add(tmp_path / "in", {"AM.txt": sample.DUMP.splitlines()[0] + "\n"}, "geonames-AM")
    with pytest.raises(MerestoneError) as other:
        Gazetteer.of(case)
    assert other.value.code == "M572"
    library.remove("geonames-AM")
    for act in (lambda: Gazetteer.of(case), case.digest, lambda: library.remove("geonames-AM")):
        with pytest.raises(MerestoneError) as missing:
            act()
        assert missing.value.code == "M570"


def test_a_damaged_gazetteer_is_not_used(tmp_path: Path) -> None:
    add(tmp_path / "in", {"AM.txt": sample.DUMP}, "x")
    path = gazetteers_folder() / "x.places"
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    for damaged in (data, data[:-10], b""):
        path.write_bytes(damaged)
        with pytest.raises(MerestoneError) as refused:
            library.open_named("x")
        assert refused.value.code == "M571"
    (one,) = library.listed()
    assert one.problem is not None
    assert "add it again" in one.problem


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("", "M203"),
        ('name = "../x"', "M204"),
        ('name = "x"\n[[gazetteers]]\nname = "x"', "M204"),
        ('name = "x"\nsha256 = "1"', "M204"),
    ],
)
def test_a_wrong_entry_of_a_case_is_named(tmp_path: Path, entry: str, code: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        a_case(tmp_path / "case", entry)
    assert refused.value.code == code


# --------------------------------------------------------------------------------------------------------------------------
# the command line


def run(*words: str) -> str:
    done = CliRunner().invoke(cli.app, ["gazetteer", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_commands_add_list_find_and_remove(tmp_path: Path) -> None:
    (tmp_path / "AM.txt").write_text(sample.DUMP, encoding="utf-8")
    assert "No gazetteer" in run("list")
    shown = run("add", str(tmp_path / "AM.txt"))
    assert 'name = "geonames-AM"' in shown
    (listed,) = json.loads(run("list", "--json"))
    assert listed["sha256"] in shown
    assert listed["sha256"] in run("list")
    assert "geonames:616062  Vorotan, water, ARM" in run("find", "Bazarchay")
    found = json.loads(run("find", "Gyeryusi", "--json"))
    assert (found["exact"], found["places"][0]["id"]) == (False, "geonames:174895")
    assert {"name": "Գորիս", "language": "hy", "party": None, "historic": False, "period": None} in found["places"][0]["names"]
    assert run("remove", "geonames-AM") == "Removed geonames-AM.\n"
    assert "No gazetteer" in run("list")
