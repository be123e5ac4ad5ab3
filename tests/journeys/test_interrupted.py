"""A build that is killed at any point leaves the old record whole, and the next build works."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

KILLED_AT_THE_NTH_WRITE = """
import os, sys
count, steps = 0, int(sys.argv[1])
def counted(original):
    def call(*arguments, **keywords):
        global count
        count += 1
        if count == steps:
            os._exit(137)
        return original(*arguments, **keywords)
    return call
os.fsync, os.replace, os.rename = counted(os.fsync), counted(os.replace), counted(os.rename)
sys.argv = ["merestone", "build", sys.argv[2], "--fresh"]
from merestone.cli import main
main()
"""


@pytest.mark.parametrize("step", [1, 3, 8, 9, 10, 11, 12, 13])
def test_a_build_killed_while_it_writes(example, merestone, tmp_path, step):
    case = tmp_path / "case"
    shutil.copytree(example, case)
    current = (case / "record" / "current").read_text()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_THE_NTH_WRITE, str(step), str(case)], capture_output=True, check=False
    )
    assert done.returncode in (0, 137), done.stderr
    assert (case / "record" / "current").read_text() == current
    merestone("build", case, status=0)
    assert merestone("verify", case, status=0).stdout.strip() == "Intact."
    assert not list((case / "record").glob(".building-*"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX systems")
def test_a_build_killed_while_it_reads(example, merestone, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(example, case)
    child = subprocess.Popen([sys.executable, "-m", "merestone", "build", str(case), "--fresh"])
    time.sleep(2)
    child.send_signal(signal.SIGKILL)
    child.wait()
    merestone("verify", case, status=0)
    merestone("build", case, status=0)
