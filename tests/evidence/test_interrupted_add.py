"""An `add` that is killed, or that finds the disk full, at any step loses nothing and leaves nothing half-written."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.evidence import add_paths, documents, verify
from merestone.evidence.log import lines, log_path
from merestone.evidence.vault import STAGING

posix = pytest.mark.skipif(sys.platform == "win32", reason="forks")


@pytest.fixture
def three_files(folder):
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Statement {name}. " * 400)
    return folder


def assert_whole(case, files):
    """What is there is intact; adding again brings the rest, once."""
    before = set(sealed_names(case))
    assert verify(case) == []
    assert list((case.vault / STAGING).glob("*")) == []
    report = add_paths(case, [files], source="ARM-MFA")
    assert report.refused == ()
    assert len(report.already) >= len(before)
    assert len(report.sealed) + len(report.already) == 3
    assert verify(case) == []
    assert documents(case).num_rows == 3
    assert [line.entry.sequence for line in lines(case.log)] == list(range(3))


def refusal_of(case, files):
    try:
        add_paths(case, [files], source="ARM-MFA")
    except MerestoneError as error:
        return error
    return None


def sealed_names(case):
    return [line.entry.item.name for line in lines(case.log) if line.sound]


@posix
def test_killed_at_every_single_step(case, three_files, tmp_path):
    many = tmp_path / "cases"
    for step in range(120):
        shutil.copytree(case.folder, many / str(step))
    program = Path(__file__).with_name("killed_add.py")
    run = subprocess.run([sys.executable, program, many, three_files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    steps = int(run.stdout)
    assert steps > 30
    partly = 0
    for step in range(steps + 1):
        killed = Case.open(many / str(step))
        partly += len(sealed_names(killed)) > 0
        assert_whole(killed, three_files)
    assert partly > 3


@posix
def test_a_real_process_killed_at_any_time(case, tmp_path):
    files = tmp_path / "many"
    files.mkdir()
    for number in range(200):
        (files / f"{number}.txt").write_text(f"Statement {number}.")
    command = [sys.executable, "-m", "merestone", "add", str(case.folder), str(files)]
    for wanted in (1, 90, 180):  # seen in the vault or on the way to it when the kill comes
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None and sum(len(found) for _, _, found in os.walk(case.vault)) < wanted:
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert verify(case) == []
    report = add_paths(case, [files])
    assert len(report.sealed) + len(report.already) == 200
    assert verify(case) == []


@pytest.mark.parametrize("call", ["fsync", "write", "rename", "mkdir"])
def test_a_full_disk_at_every_step_is_said_in_one_sentence(make_case, three_files, monkeypatch, call):
    refusals = 0
    for step in range(40):
        case = make_case(f"case-{step}")
        left = step
        real = getattr(os, call)

        def full(*args, real=real, **kwargs):
            nonlocal left
            left -= 1
            if left < 0:
                if call == "write":
                    real(args[0], bytes(args[1])[:10])
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            error = refusal_of(case, three_files)
        if error is None:
            break
        assert error.code == "M103"
        refusals += 1
        assert_whole(case, three_files)
    assert 0 < refusals < 40


def test_a_torn_last_line_is_taken_back(case, three_files):
    add_paths(case, [three_files], source="ARM-MFA")
    whole = log_path(case.log).read_bytes()
    with log_path(case.log).open("ab") as stream:
        stream.write(b'{"action":"seal","at":"20')
    assert verify(case) == []
    assert log_path(case.log).read_bytes() == whole
