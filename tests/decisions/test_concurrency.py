"""Reviewers who decide at once, some of them killed: none of their decisions is lost, none doubled, the chain is whole."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from killed_writers import acknowledged
from merestone.decisions import load, verify_decisions

REVIEWERS, DECISIONS, KILLS = 8, 1_000, 20
PROGRAM = Path(__file__).parents[1] / "killed_writers.py"


def test_eight_reviewers_at_once_lose_nothing(any_case, tmp_path):
    told = tmp_path / "told"
    told.mkdir()
    done = subprocess.run(
        [sys.executable, str(PROGRAM), any_case.folder, told, str(DECISIONS), str(REVIEWERS), str(KILLS)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["killed"] == KILLS
    chain = load(any_case)  # raises where the chain is not whole or a signature does not hold
    assert verify_decisions(any_case) == []
    assert [decision.sequence for decision in chain] == list(range(DECISIONS))
    assert set(Counter(decision.request for decision in chain).values()) == {1}
    stored = {decision.request: decision.id for decision in chain}
    heard = [pair for path in told.iterdir() for pair in acknowledged(path)]
    assert len(heard) == DECISIONS
    assert all(stored[request] == name for request, name in heard)
    assert Counter(decision.author for decision in chain) == {
        f"reviewer {n}": DECISIONS // REVIEWERS + (n < DECISIONS % REVIEWERS) for n in range(REVIEWERS)
    }
