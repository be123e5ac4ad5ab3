"""What the journeys share: the program run as its users run it, and the example case built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "merestone")


@pytest.fixture(scope="session")
def merestone():
    """Run the program in a process of its own; returns the finished process with its text."""

    def run(*arguments, cwd=None, env=None, status=None, timeout=240):
        done = subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        if status is not None:
            assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
        return done

    return run


@pytest.fixture(scope="session")
def example(tmp_path_factory, merestone):
    """The example case, sealed and built; read-only for the tests that share it."""
    folder = tmp_path_factory.mktemp("example") / "south-caucasus"
    merestone("demo", folder, "--no-serve", status=0)
    return Path(folder)
