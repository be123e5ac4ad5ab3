"""Run `add` again and again, each time killed one step later. A program of its own, because it forks.

Arguments: a folder that holds the case folders to use, named 0, 1, 2 …, and the folder to add. Each child is killed by
SIGKILL at its n-th call that changes the disk; half of what a killed write was to write is written. Prints how many were
killed.
"""

import os
import signal
import sys
from pathlib import Path

from merestone.case import Case
from merestone.evidence import add, add_paths

CALLS = ("fsync", "rename", "replace", "write", "mkdir", "chmod", "unlink", "open", "ftruncate")


def kill_at(step):
    left = step

    def watched(name, real):
        def call(*args, **kwargs):
            nonlocal left
            if left == 0:
                if name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return real(*args, **kwargs)

        return call

    for name in CALLS:
        setattr(os, name, watched(name, getattr(os, name)))


def main(cases, files):
    add._BATCH_FILES = 2  # so that it is also killed between two batches
    for step, folder in enumerate(sorted(cases.iterdir(), key=lambda path: int(path.name))):
        child = os.fork()
        if child == 0:
            kill_at(step)
            add_paths(Case.open(folder), [files], source="ARM-MFA")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            print(step)
            return
    raise SystemExit("not enough cases: the last one was still killed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
