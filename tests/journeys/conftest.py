"""What the journeys share: the program run as its users run it, and the example case built once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import forked_program
from reviewers import FIRST, SECOND, Reviewers

PROGRAM = (sys.executable, "-m", "merestone")


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """The environment of the program as it is installed, without the libraries that only tests need.

    GeoPandas brings pandas, which pyarrow would load in every process.
    """
    hidden = tmp_path_factory.mktemp("not-installed")
    for name in ("pandas", "geopandas"):
        (hidden / f"{name}.py").write_text(f"raise ImportError('the program does not depend on {name}')\n", encoding="utf-8")
    return lambda: {**os.environ, "PYTHONPATH": os.pathsep.join([str(hidden), *_paths()])}


def _paths():
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


@pytest.fixture(scope="session")
def merestone(environment):
    """Run the program in a process of its own; returns the finished process with its text."""

    def run(*arguments, cwd=None, env=None, status=None, timeout=240):
        done = subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            cwd=cwd,
            env={**environment(), **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return _checked(done, arguments, status)

    return run


@pytest.fixture(scope="session")
def forked(environment, merestone):
    """Run the program as ``merestone`` does, in a process forked from one that has loaded it: see ``forked_program``."""
    if not forked_program.POSSIBLE:
        yield merestone
        return
    with forked_program.forking(environment()) as program:

        def run(*arguments, cwd=None, env=None, status=None, timeout=240):
            done = program.run(
                list(map(str, arguments)), cwd=cwd and str(cwd), env={**environment(), **(env or {})}, timeout=timeout
            )
            return _checked(done, arguments, status)

        yield run


def _checked(done, arguments, status):
    if status is not None:
        assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


@pytest.fixture(scope="session")
def example(tmp_path_factory, merestone):
    """The example case, sealed and built; read-only for the tests that share it."""
    folder = tmp_path_factory.mktemp("example") / "south-caucasus"
    merestone("demo", folder, "--no-serve", status=0)
    return Path(folder)


@pytest.fixture(scope="session")
def two_statements(merestone, tmp_path_factory):
    """A folder with a case of two statements, built; to be copied."""
    folder = tmp_path_factory.mktemp("decide")
    merestone("new", folder / "case", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    for name, text, source in (("first", FIRST, "ARM-MOD"), ("second", SECOND, "AZE-MOD")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        merestone("add", folder / "case", folder / f"{name}.txt", "--source", source, "--published", "2022-09-13", status=0)
    merestone("build", folder / "case", status=0)
    return folder


@pytest.fixture
def work(two_statements, forked, tmp_path):
    """A copy of the case for one test, and reviewers who work on it in many steps."""
    return Reviewers.with_copy(forked, two_statements, tmp_path)


@pytest.fixture
def work_by_processes(two_statements, merestone, tmp_path):
    """The same, where every step is a process that was started for it."""
    return Reviewers.with_copy(merestone, two_statements, tmp_path)
