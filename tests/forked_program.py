"""The program started once and forked for each command, for journeys of many steps.

What a command does, it does in a process of its own, as if it had been started: with its own arguments, environment, folder,
standard streams and exit status, through ``python -m merestone``. Only the interpreter and the libraries are loaded before, in
a process that runs no command itself, so that nothing one command leaves in memory reaches the next. Two things a new process
would have are not seen here: another seed of ``hash``, and an import that a command forgets and another module happens to have
made. Journeys about either, and at least one of each command, use the fixture ``merestone``, which starts a process each time.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import selectors
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

POSSIBLE = sys.platform == "linux"
"""Whether this system can: Windows has no fork, and the libraries of macOS do not stand one."""


class Program:
    """Takes commands, one after another, and gives each as a finished process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            bufsize=1,
        )

    def run(
        self, arguments: list[str], *, cwd: str | None, env: dict[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """One command. Raises subprocess.TimeoutExpired, after which no further command can be run."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            order = {"arguments": arguments, "cwd": cwd or str(Path.cwd()), "env": env, "out": str(out), "err": str(err)}
            self._process.stdin.write(json.dumps(order) + "\n")
            with selectors.DefaultSelector() as selector:
                selector.register(self._process.stdout, selectors.EVENT_READ)
                if not selector.select(timeout):
                    self.close()
                    raise subprocess.TimeoutExpired(arguments, timeout)
            status = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(
                arguments, status, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
            )

    def close(self) -> None:
        """End the process, and a command that still runs in it."""
        self._process.terminate()
        self._process.communicate()


@contextlib.contextmanager
def forking(environment: dict[str, str]) -> Iterator[Program]:
    """A program that is ended with the block."""
    program = Program(environment)
    try:
        yield program
    finally:
        program.close()


# --------------------------------------------------------------------------------------------------------------------------
# in the process that forks


def _order() -> dict[str, Any] | None:
    """Forks for each order; returns the order in the child that has to do it, and None where no more come."""
    orders, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    child = 0

    def end(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        os._exit(1)

    signal.signal(signal.SIGTERM, end)
    for line in orders:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads; those of numpy and pyarrow are made for forks
            child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(answers)
            return dict(json.loads(line))
        _, status = os.waitpid(child, 0)
        child = 0
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return None


def _become(order: dict[str, Any]) -> None:
    """Give this process the arguments, environment, folder and streams of a command."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    sys.argv[1:] = order["arguments"]
    sys.path.insert(0, order["cwd"])  # as `python -m` does


if __name__ == "__main__":
    # modules only: none of them does anything before it is called
    import merestone.build
    import merestone.cli
    import merestone.dossier.export
    import merestone.evidence
    import merestone.show  # noqa: F401

    wanted = _order()
    if wanted is not None:
        _become(wanted)
        runpy.run_module("merestone", run_name="__main__", alter_sys=True)
