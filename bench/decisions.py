"""How many decisions a second several reviewers can make at once, some of them killed, in SQLite and in PostgreSQL.

    python bench/decisions.py [--decisions 10000] [--reviewers 8] [--kills 100] [--only sqlite|postgres]

The writers of `tests/killed_writers.py`: each a process that decides one thing after the other; one in a few moments is killed
(SIGKILL) and started again. Afterwards the chain is read and checked: every acknowledged decision is there, none twice, every
hash and signature holds. Prints one JSON object for each database. PostgreSQL is a server of its own, started for this.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from killed_writers import acknowledged  # noqa: E402
from merestone.case import Case  # noqa: E402
from merestone.decisions import load, review  # noqa: E402
from postgres_server import NoServer, postgres  # noqa: E402
from small_record import make_case  # noqa: E402


@contextmanager
def addresses(name: str) -> Iterator[str | None]:
    """The address for case.toml; None for the file in the case."""
    if name == "sqlite":
        yield None
        return
    with postgres() as address:
        yield address


def measure(name: str, decisions: int, reviewers: int, kills: int) -> dict[str, object]:
    """Run the writers and check what they left."""
    with tempfile.TemporaryDirectory() as folder, addresses(name) as address:
        base = Path(folder)
        os.environ["MERESTONE_KEYS"] = str(base / "keys")
        case = make_case(base / "case")
        if address is not None:
            path = case.folder / "case.toml"
            path.write_text(f'decisions = "{address}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
            case = Case.open(case.folder)
        told = base / "told"
        told.mkdir()
        command = [sys.executable, TESTS / "killed_writers.py", case.folder, told, *map(str, (decisions, reviewers, kills))]
        done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        started = time.perf_counter()
        chain = load(case)
        checked = time.perf_counter()
        review(case, chain)
        resolved = time.perf_counter()
        stored = {decision.request: decision.id for decision in chain}
        heard = [pair for path in told.iterdir() for pair in acknowledged(path)]
        return {
            "database": name, "decisions": decisions, "reviewers": reviewers, "killed": done["killed"],
            "stored": len(chain), "acknowledged": len(heard),
            "lost": sum(stored.get(request) != identity for request, identity in heard),
            "doubled": sum(count - 1 for count in Counter(decision.request for decision in chain).values()),
            "chain": "intact",  # load raises where it is not
            "seconds": round(done["seconds"], 1), "decisions_per_s": round(decisions / done["seconds"], 1),
            "seconds_to_check_the_chain": round(checked - started, 2), "seconds_to_resolve": round(resolved - checked, 2),
        }  # fmt: skip


def main() -> None:
    """Measure each database and print one JSON object each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--reviewers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    given = parser.parse_args()
    for name in ("sqlite", "postgres") if given.only is None else (given.only,):
        try:
            print(json.dumps(measure(name, given.decisions, given.reviewers, given.kills)), flush=True)
        except NoServer as error:
            print(str(error), file=sys.stderr)
            raise SystemExit(2) from None


if __name__ == "__main__":
    main()
