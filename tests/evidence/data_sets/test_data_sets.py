"""Data sets as evidence: which are known, how their rows become documents, and what is refused."""

from __future__ import annotations

import os
import tracemalloc
from importlib.resources import files
from pathlib import Path

import pytest

from evidence.data_set_files import (
    ACLED,
    LOG,
    MAPPING,
    MODIS,
    UCDP,
    VIIRS,
    acled,
    gdelt,
    log,
    modis,
    ucdp,
    viirs,
    written,
)  # fmt: skip
from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.evidence import add_paths, documents, verify
from merestone.evidence.data_sets.mapping import BUILT_IN, built_in, read_mapping, recognised
from merestone.evidence.data_sets.rows import cells_of_text, check, rows_of, text_of_row
from merestone.model import Document, from_table
from merestone.places.contested.extent import extent_of

FILES = {
    "ucdp": written(UCDP, ucdp()),
    "acled": written(ACLED, acled()),
    "gdelt": gdelt(1, "190") + gdelt(2, "194"),
    "firms": written(VIIRS, viirs()),
}


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_data_set_is_known_by_its_heading(folder: Path, name: str):
    assert recognised(put(folder, "a.csv", FILES[name])) == name
    assert recognised(put(folder, "b.csv", b"\xef\xbb\xbf" + FILES[name].encode())) == name


def test_other_tables_are_not_taken_for_one(folder: Path):
    assert recognised(put(folder, "a.csv", "text,published\nFire.,2022-09-13\n")) is None
    assert recognised(put(folder, "b.csv", "")) is None
    assert recognised(put(folder, "c.csv", b"\xff\xfe\x00")) is None
    assert recognised(put(folder, "d.csv", written(MODIS, modis()))) == "firms"
    assert recognised(put(folder, "e.csv", "\t".join(built_in("gdelt").columns) + "\n" + gdelt(1, "190"))) == "gdelt"


def added(case, path: Path, **options) -> list[Document]:
    report = add_paths(case, [path], **options)
    assert not report.refused
    return from_table(Document, documents(case))


def test_each_row_is_a_document_whose_text_is_its_cells(case, folder):
    (document,) = added(case, put(folder, "acled.csv", FILES["acled"]))
    assert (document.id, document.publisher, document.form, document.part) == ("ACLED-ARM9001", "ACLED", "acled", 0)
    assert document.title == "ACLED, event_id_cnty ARM9001"
    assert "\nlocation: Sotk\nlatitude: 40.2000\n" in document.text
    assert "notes: An invented note, with a comma and two lines.\n" in document.text
    assert "admin1" not in document.text  # empty
    assert verify(case) == []


def test_every_cell_is_found_again_in_the_text():
    values = {column: value for column, value in acled(notes="a: b", tags=": ").items() if value}
    text = text_of_row(values)
    cells = cells_of_text(text)
    assert {column: value for column, (value, _) in cells.items()} == values
    assert all(text[at : at + len(value)] == value for value, at in cells.values())


def test_a_row_of_gdelt_knows_its_address_and_day(case, folder):
    (first, _) = added(case, put(folder, "20220913.export.CSV", FILES["gdelt"]))
    assert (first.id, first.published, first.source_url) == ("GDELT-1", "2022-09-13", "https://example.org/news/1")


def test_kinds_of_rows_that_say_nothing_are_counted_not_read(case, folder):
    path = put(folder, "a.csv", gdelt(1, "010") + gdelt(2, "190"))
    report = add_paths(case, [path])
    assert report.left_out == ((path, 1, 2),)
    (only,) = from_table(Document, documents(case))
    assert (only.id, only.part) == ("GDELT-2", 1)


def test_what_always_burns_is_left_out_of_archives(case, folder):
    path = put(folder, "a.csv", written(MODIS, modis(), modis(type="2", latitude="40.3")))
    assert add_paths(case, [path]).left_out == ((path, 1, 2),)
    assert documents(case).num_rows == 1


def test_rows_without_an_id_are_named_by_what_they_hold(case, folder):
    found = added(case, put(folder, "a.csv", written(UCDP, ucdp(id=""), ucdp(id="", best="6"), ucdp(id=""))))
    assert len(found) == 2  # the third is the first again
    assert all(document.id.startswith("UCDP-") for document in found)


def test_a_mapping_file_is_sealed_with_its_table(case, folder):
    mapping = put(folder, "log.toml", MAPPING)
    table = put(folder, "log.csv", written(LOG, log(), log(Nr="2", Art="Übung"), separator=";").encode("latin-1"))
    report = add_paths(case, [table], form=str(mapping))
    assert [item.media_type for item in report.sealed] == ["application/toml", "text/csv"]
    assert report.sealed[1].form == report.sealed[0].sha256
    mapping.unlink()
    (document,) = from_table(Document, documents(case))
    assert "Länge: 45.86\nBreite: 40.2\nOrt: Sotk" in document.text
    again = add_paths(case, [table])
    assert again.already[0].form == report.sealed[0].sha256  # adding it again without --as forgets nothing


def test_the_same_rows_in_a_newer_file_count_once(case, folder):
    added(case, put(folder, "old.csv", written(UCDP, ucdp())))
    found = added(case, put(folder, "new.csv", written(UCDP, ucdp(id="9002"), ucdp())))
    assert [document.id for document in found] == ["UCDP-9001", "UCDP-9002"]
    changed = added(case, put(folder, "newer.csv", written(UCDP, ucdp(best="6"))))
    assert [document.id.partition("~")[0] for document in changed] == ["UCDP-9001", "UCDP-9001", "UCDP-9002"]
    assert len({document.id for document in changed}) == 3


BAD = {
    "day": (written(ACLED, acled(notes=""), acled(event_id_cnty="B", event_date="2022-02-30")), "M641", ("event_date",), None),
    "end before start": (written(UCDP, ucdp(), ucdp(id="2", date_end="2022-09-01")), "M641", ("date_end",), None),
    "no position": (written(VIIRS, viirs(), viirs(latitude="")), "M641", ("latitude",), None),
    "place code": (written(UCDP, ucdp(), ucdp(id="2", where_prec="8")), "M641", ("where_prec",), None),
    "no number": (written(UCDP, ucdp(), ucdp(id="2", latitude="NaN")), "M641", ("latitude",), None),
    "infinite": (written(UCDP, ucdp(), ucdp(id="2", longitude="inf")), "M641", ("longitude",), None),
    "beyond the pole": (written(UCDP, ucdp(), ucdp(id="2", latitude="95.86", longitude="99")), "M641", ("latitude",), None),
    "swapped": (written(UCDP, ucdp(), ucdp(id="2", latitude="145.86", longitude="40.2")), "M641", ("exchanged",), None),
    "deaths": (written(UCDP, ucdp(), ucdp(id="2", best="many")), "M641", ("best",), None),
    "bounds": (written(UCDP, ucdp(), ucdp(id="2", low="7")), "M641", ("low",), None),
    "below nought": (written(UCDP, ucdp(), ucdp(id="2", deaths_a="-1")), "M641", ("deaths_a",), None),
    "kind": (written(UCDP, ucdp(), ucdp(id="2", type_of_violence="4")), "M641", ("type_of_violence",), None),
    "clock": (written(VIIRS, viirs(), viirs(acq_time="2561")), "M641", ("acq_time",), None),
    "pixel": (written(VIIRS, viirs(), viirs(scan="0")), "M641", ("scan",), None),
    "id twice": (written(UCDP, ucdp(), ucdp(best="6")), "M648", ("id", "9001"), None),
    "short row": (written(UCDP, ucdp()) + "9002,x\n", "M643", ("2 cells", "49 columns"), None),
    "open quote": (written(UCDP, ucdp()) + '9002,"x\n', "M647", (), None),
    "latin": (written(UCDP, ucdp(), ucdp(id="2", side_a="Caf\xe9")).encode("latin-1"), "M640", ("utf-8",), None),
    "zero byte": (written(UCDP, ucdp(), ucdp(id="2", side_a="a\0b")), "M640", (), None),
    "columns": (written([c for c in ACLED if c != "latitude"], acled()), "M642", ("latitude",), "acled"),
    "heading only": (written(UCDP), "M649", (), None),
    "no table": ("Fire was opened.", "M642", ("type_of_violence",), "ucdp"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_named_with_its_column_and_nothing_is_taken_in(case, folder, name):
    content, code, words, form = BAD[name]
    path = put(folder, "table.csv", content)
    report = add_paths(case, [path], form=form)
    assert not report.sealed
    (error,) = report.refused
    assert error.code == code
    for word in ("table.csv", *words, *(("line 3",) if code in ("M641", "M643", "M647", "M648", "M640") else ())):
        assert word in str(error)
    assert documents(case).num_rows == 0
    assert verify(case) == []


EXTENT = (44.5, 38.5, 47.5, 41.5)


def test_exchanged_columns_are_told_by_where_the_case_lies(folder):
    good, swapped = ucdp(), ucdp(latitude="45.86", longitude="40.2")
    path = put(folder, "a.csv", written(UCDP, swapped, {**swapped, "id": "2"}))
    with pytest.raises(MerestoneError, match="line 2: longitude and latitude look exchanged") as caught:
        check(path, built_in("ucdp"), extent=EXTENT)
    assert caught.value.code == "M646"
    check(path, built_in("ucdp"))  # a case without lines cannot tell
    check(put(folder, "b.csv", written(UCDP, good, {**swapped, "id": "2"})), built_in("ucdp"), extent=EXTENT)
    elsewhere = ucdp(latitude="10.0", longitude="20.0")
    check(put(folder, "c.csv", written(UCDP, elsewhere)), built_in("ucdp"), extent=EXTENT)


BAD_MAPPINGS = {
    "unknown field": (MAPPING.replace('id = "Nr"', 'ident = "Nr"'), "line 6", "ident"),
    "missing": (MAPPING.replace('speaker = "LOG"\n', ""), "line 1", "speaker"),
    "event": (MAPPING.replace('event = "fire"', 'event = "shots"'), "line 2", "event"),
    "encoding": (MAPPING.replace("latin-1", "utf-16"), "line 4", "encoding"),
    "format": (MAPPING.replace("%d.%m.%Y", "%Q"), "line 1", "formats"),
    "no radius": (MAPPING.replace("radius_m = 500\n", ""), "line 1", "radius_m"),
    "no toml": (MAPPING.replace("[time]", "[time"), "line 11", "TOML"),
    "no text": ("\0", "line 1", "TOML"),
}


@pytest.mark.parametrize("name", BAD_MAPPINGS)
def test_a_bad_mapping_file_is_refused_with_its_line(folder, name):
    content, line, word = BAD_MAPPINGS[name]
    path = put(folder, "log.toml", content)
    with pytest.raises(MerestoneError) as caught:
        read_mapping(path)
    assert caught.value.code == "M645"
    assert line in str(caught.value)
    assert word in str(caught.value)


def test_a_mapping_file_is_not_sealed_for_a_table_that_is_refused(case, folder):
    mapping = put(folder, "log.toml", MAPPING.replace("latin-1", "utf-8"))
    bad = put(folder, "bad.csv", written(LOG, log(Tag="yesterday"), separator=";"))
    report = add_paths(case, [bad], form=str(mapping))
    assert (report.sealed, [error.code for error in report.refused]) == ((), ["M641"])
    good = put(folder, "good.csv", written(LOG, log(), separator=";"))
    report = add_paths(case, [bad, good], form=str(mapping))
    assert [item.name for item in report.sealed] == ["log.toml", "good.csv"]
    assert verify(case) == []


def test_a_bad_mapping_file_seals_nothing(case, folder):
    path = put(folder, "log.csv", written(LOG, log(), separator=";"))
    with pytest.raises(MerestoneError, match=r"log\.toml"):
        add_paths(case, [path], form=str(put(folder, "log.toml", "format = 2\n")))
    with pytest.raises(MerestoneError, match="--as"):
        add_paths(case, [path], form="uppsala")
    report = add_paths(case, [put(folder, "a.txt", "Fire.")], form="ucdp")
    assert [error.code for error in report.refused] == ["M644"]
    assert documents(case).num_rows == 0


def test_layers_that_are_not_there_yet_keep_no_evidence_out(case, folder):
    (case.folder / "case.toml").write_text(
        (case.folder / "case.toml").read_text(encoding="utf-8") + '[[lines]]\nid = "l"\nfile = "not-yet.geojson"\n',
        encoding="utf-8",
    )
    assert extent_of(Case.open(case.folder)) is None


def test_a_file_may_be_read_otherwise_later(case, folder):
    path = put(folder, "a.csv", written(UCDP, ucdp()))
    add_paths(case, [path])
    mapping = put(
        folder, "own.toml", (files("merestone.evidence.data_sets") / "data" / "ucdp.toml").read_text(encoding="utf-8")
    )
    report = add_paths(case, [path], form=str(mapping))
    assert [item.media_type for item in report.sealed] == ["application/toml"]
    (document,) = from_table(Document, documents(case))
    assert document.form == report.sealed[0].sha256
    assert verify(case) == []


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names there")
def test_a_pipe_is_not_waited_for(case, folder):
    os.mkfifo(folder / "a.csv")
    assert [error.code for error in add_paths(case, [folder / "a.csv"]).refused] == ["M314"]


def test_reading_holds_one_row_at_a_time(folder):
    line = written(VIIRS, viirs()).split("\n")[1] + "\n"

    def peak(count: int) -> int:
        path = put(folder, "big.csv", ",".join(VIIRS) + "\n" + line * count)
        tracemalloc.start()
        assert sum(1 for _ in rows_of(path, built_in("firms"))) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    assert peak(20_000) < peak(2_000) + 100_000
