"""A file that is written is there whole or is as it was."""

import errno
import os

import pytest

from merestone.errors import MerestoneError
from merestone.files import atomic_file, write_atomically


def test_the_new_bytes_replace_the_old_ones(tmp_path):
    path = tmp_path / "a" / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["file"]


def test_an_exception_while_writing_leaves_the_old_bytes_and_no_leftover(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def interrupted():
        with atomic_file(path) as stream:
            stream.write(b"half of the ")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_is_one_clear_error_and_nothing_is_half_written(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MerestoneError, match="disk is full") as raised:
        write_atomically(path, b"new")
    assert raised.value.code == "M103"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("file/below", "M109", "file is a file, and a folder is needed here"),
        ("file/far/below", "M109", "file is a file, and a folder is needed here"),
        ("folder", "M109", "folder is a folder, and a file is needed here"),
        ("n" * 300, "M110", "too long"),
    ],
)
def test_what_stands_in_the_way_is_named_and_left_as_it_was(tmp_path, name, code, says):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(MerestoneError, match=says) as raised:
        write_atomically(tmp_path / name, b"new")
    assert raised.value.code == code
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"old"
