"""TOML files that people write are read whole, or refused in one sentence with the line, whatever they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.data_set_files import MAPPING
from merestone.case import read_case_file
from merestone.errors import MerestoneError
from merestone.evidence.data_sets.mapping import read_mapping
from merestone.toml_files import line_of
from merestone.withdrawal.agreement import read_agreement

CASE = 'format = 1\nname = "A case"\n\n[[parties]]\ncode = "ARM"\nname = "Armenia"\n'
AGREEMENT = """\
format = 1
name = "an agreement"
source = "a text"

[[tiers]]
name = "near"
depth_km = 2
forbids = ["forces"]

[[schedule.capacity]]
strength = 500

[[schedule.capacity]]
number = 3
"""

READERS = {"case": read_case_file, "agreement": read_agreement, "mapping": read_mapping}
GOOD = {"case": CASE, "agreement": AGREEMENT, "mapping": MAPPING}
NO_TOML = {"case": "M201", "agreement": "M801", "mapping": "M645"}
OTHERS = {"case": {"M202", "M203", "M204"}, "agreement": {"M802", "M803", "M804"}, "mapping": set()}

every_form = pytest.mark.parametrize("form", READERS)


def refused(form: str, content: bytes | str, folder: Path) -> MerestoneError:
    path = folder / "file.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(MerestoneError) as caught:
        READERS[form](path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    return caught.value


def outcome(form: str, path: Path) -> str:
    try:
        READERS[form](path)
    except MerestoneError as error:
        return f"{error.code} in several lines" if "\n" in str(error) else error.code
    return "read"


@every_form
def test_a_good_file_is_read_with_or_without_a_byte_order_mark(form, tmp_path):
    for mark in (b"", b"\xef\xbb\xbf"):
        (tmp_path / "file.toml").write_bytes(mark + GOOD[form].encode())
        assert READERS[form](tmp_path / "file.toml")


HOSTILE = {
    "arrays nested deep": (b"\na = " + b"[" * 100_000, 2, "nested too deep"),
    "tables nested deep": (b"a = " + b"{a=" * 50_000, 1, "nested too deep"),
    "a key of many parts": (b"\n" + b"a." * 50_000 + b"a = 1", 2, "a key of fifty parts"),
    "a key of many parts far apart": (b"a".join([b" " * 20 + b"." + b" " * 20] * 60) + b"a = 1", 1, "a key of fifty parts"),
    "a heading of many parts": (b"[" + b"a." * 1000 + b"a]", 1, "a key of fifty parts"),
    "a long number": (b"\na = " + b"1" * 10_000, 2, "a number of over 4300 digits"),
    "a long number in parts": (b"\n\na = " + b"1_1" * 10_000, 3, "a number of over 4300 digits"),
    "not UTF-8": (b"a = 1\nb = '\xff'", 2, "not UTF-8"),
    "UTF-16": ("a = 1\n".encode("utf-16"), 1, "not UTF-8"),
    "a NUL": (b"a = 1\n\0", 2, "invalid"),
    "an open string": (b'a = """\n\n', 3, "unterminated string"),
    "a key twice": (b"a = 1\na = 2", 2, "given a second time"),
    "a day that is none": (b"a = 2022-02-31", 1, "invalid date"),
}


@every_form
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_toml_that_can_be_read_is_refused_with_its_line(form, what, tmp_path):
    content, line, words = HOSTILE[what]
    error = refused(form, content, tmp_path)
    assert error.code == NO_TOML[form]
    assert f"line {line}:" in str(error)
    assert words in str(error)


@every_form
def test_a_file_that_is_too_large_is_refused_and_not_read_whole(form, tmp_path):
    error = refused(form, b"#" * 3_000_000, tmp_path)
    assert error.code == NO_TOML[form]
    assert "larger than" in str(error)


@every_form
def test_a_file_that_is_not_there_is_said_to_be_missing(form, tmp_path):
    with pytest.raises(MerestoneError) as caught:
        READERS[form](tmp_path / "none.toml")
    assert caught.value.code == "M101"


@every_form
@pytest.mark.parametrize("key", ["weird-key", "weird key", "", "ключ", "a" * 5000, "\\u001b[2J"])
def test_an_unknown_field_is_named_as_it_was_written_whatever_it_is(form, key, tmp_path):
    error = refused(form, f'"{key}" = 1\n{GOOD[form]}', tmp_path)
    assert error.code in OTHERS[form] | {"M645"}
    assert "line 1:" in str(error)
    assert f"no field {key[:60]}".replace("\\u001b", "\N{REPLACEMENT CHARACTER}") in str(error)


@every_form
def test_many_lines_in_which_a_heading_might_begin_are_searched_in_one_pass(form, tmp_path):
    error = refused(form, f"{GOOD[form]}\n[bogus]\na = '''\n[{' ' * 100_000}\n'''\n", tmp_path)
    assert "bogus" in str(error)


def test_a_mistake_in_a_table_of_a_table_is_found_on_its_line(tmp_path):
    error = refused("agreement", AGREEMENT.replace("number = 3", "number = 0"), tmp_path)
    assert (error.code, error.parameters["line"]) == ("M804", 14)
    error = refused("agreement", AGREEMENT.replace("number = 3", "numbers = 3"), tmp_path)
    assert (error.code, error.parameters["line"]) == ("M802", 14)
    assert "perhaps you meant number" in str(error)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_any_change_of_a_file_is_read_or_refused_in_one_sentence(tmp_path_factory, form, data):
    text = GOOD[form]
    at = data.draw(st.integers(0, len(text) - 1))
    text = text[:at] + data.draw(st.text(max_size=5)) + text[at + 1 :]
    path = tmp_path_factory.mktemp("file") / "file.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert outcome(form, path) in OTHERS[form] | {NO_TOML[form], "read"}


def test_a_key_is_found_on_its_line_past_comments_and_long_strings():
    text = '# a\nnotice = """\nname = "no"\n"""\nname = "yes"\n[[lines]]\nid = "a"\n[[lines]]\nid = "b"\n'
    assert line_of(text, ("name",)) == 5
    assert line_of(text, ("lines", 1, "id")) == 9
    assert line_of(text, ("lines", 1, "file")) == 8
    assert line_of(text, ("zones",)) == 1
    assert line_of("[a.b]\n[[c.d]]\n[[c.d]]\ne = 1\n", ("c", "d", 1, "e")) == 4
