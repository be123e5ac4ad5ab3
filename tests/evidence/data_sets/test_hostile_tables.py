"""Whatever a table holds, it is read or refused in one sentence; what was taken in when added can be read by a build."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from evidence.data_set_files import ACLED, MAPPING, UCDP, VIIRS, acled, gdelt, ucdp, viirs, written
from merestone.errors import MerestoneError
from merestone.evidence.data_sets.mapping import built_in, mapping_of
from merestone.evidence.data_sets.rows import check, documents_of_rows
from merestone.reading.row_claims import claims_of_row

ROWS = {"ucdp": (UCDP, ucdp()), "acled": (ACLED, acled()), "firms": (VIIRS, viirs())}
ODD = st.sampled_from([
    "", "NaN", "-inf", "1e999", "1_0", "٣", "0x1", " 1 ", "=1+1", '"', "\t", "\r\n", "\x1b[2J", "2022-13-45", "9999-12-31",
    "1000-01-01", "31 February 2022", "2359", "24:00", "-0", "90.0000001", "200", "a: b", "ééé", "None", "*",
])  # fmt: skip


def read(form: str, content: bytes) -> int:
    """Number of claims of a file that is taken in. Raises MerestoneError for one that is refused, and nothing else."""
    mapping = built_in(form)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        check(path, mapping)
        count = 0
        for document in documents_of_rows(path, mapping, form, "0" * 64):
            for claim in claims_of_row(document, mapping, {}, ZoneInfo("Asia/Yerevan")):
                assert 0 <= claim.span[0] < claim.span[1] <= len(document.text)
                assert claim.time is not None
                assert claim.time[0] <= claim.time[1]
                count += 1
        return count


def outcome(form: str, content: bytes) -> str:
    try:
        read(form, content)
    except MerestoneError as error:
        return f"{error.code} in several lines" if "\n" in str(error) else error.code
    return "read"


def outcome_of_mapping(content: bytes) -> str:
    try:
        mapping_of(content, "log.toml")
    except MerestoneError as error:
        return error.code
    return "read"


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(ROWS)), st.data())
def test_any_cell_is_read_or_refused(form, data):
    columns, row = ROWS[form]
    column = data.draw(st.sampled_from(columns))
    value = data.draw(ODD | st.text(max_size=20))
    content = written(columns, {**row, column: value}).encode("utf-8", "surrogatepass")
    assert outcome(form, content) in ("read", "M640", "M641", "M643", "M647", "M649")


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=400), st.sampled_from(["ucdp", "gdelt", "firms"]))
@example(b"\xef\xbb\xbf", "ucdp")
@example(b'"' + b"a" * 2_000_000, "ucdp")
@example(b"\t" * 60, "gdelt")
@example(b"latitude\n" * 3, "firms")
def test_any_bytes_are_read_or_refused(content, form):
    assert " " not in outcome(form, content)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 60), ODD)
def test_any_cell_of_gdelt_is_read_or_refused(at, value):
    line = gdelt(1, "190", **{f"_{at}": value.replace("\t", " ").replace("\r\n", " ")})
    assert outcome("gdelt", line.encode()) in ("read", "M640", "M641", "M649")


@settings(deadline=None, max_examples=40)
@given(st.integers(0, len(MAPPING) - 1), st.text(max_size=5))
def test_any_mapping_file_is_read_or_refused(at, put):
    content = (MAPPING[:at] + put + MAPPING[at + 1 :]).encode("utf-8", "surrogatepass")
    assert outcome_of_mapping(content) in ("read", "M645")


def test_a_deeply_nested_mapping_file_is_refused():
    assert outcome_of_mapping(b"a = " + b"[" * 100_000) == "M645"
    assert outcome_of_mapping(b"a." * 50_000 + b"a = 1") == "M645"
