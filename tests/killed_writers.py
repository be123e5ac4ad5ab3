"""Reviewers who decide at the same time, some of them killed. A program of its own, because it forks.

    python killed_writers.py CASE ACKNOWLEDGED DECISIONS REVIEWERS KILLS

Each reviewer is a process that makes its share of the decisions one after the other and writes each one that it was told is
stored into a file of its own in the folder ACKNOWLEDGED, as "request id". A killed one is started again and goes on with the
first request that it has no word of: the kill may have come before or after the decision was stored. Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from merestone.case import Case
from merestone.decisions import Desk

KINDS = (
    ("comment", {}),
    ("accept", {}),
    ("correct", {"field": "time", "value": "2022-09-14"}),
    ("reject", {}),
    ("sensitive", {}),
)


def acknowledged(path):
    """(request, id) of each decision that a reviewer was told is stored; a torn last line is none."""
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [tuple(line.decode().rsplit(" ", 1)) for line in whole]


def write(case, author, told, share):
    """What one reviewer does, from where it was interrupted."""
    done = {request for request, _ in acknowledged(told)}
    if told.exists():  # a torn line is taken back
        text = told.read_bytes()
        told.write_bytes(text[: text.rfind(b"\n") + 1])
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Desk(case, author) as desk:
        claims = sorted(desk.reading.claim_ids)
        for number in range(share):
            request = f"{author}-{number}"
            if request in done:
                continue
            kind, more = KINDS[number % len(KINDS)]
            target = claims[number % len(claims)]
            decision = desk.decide(kind, [target], reason=f"number {number}", request=request, **more)
            os.write(out, f"{request} {decision.id}\n".encode())


def main(case, told, decisions, reviewers, kills):
    opened = Case.open(case)
    authors = [f"reviewer {number}" for number in range(reviewers)]
    shares = [decisions // reviewers + (number < decisions % reviewers) for number in range(reviewers)]
    with Desk(opened, authors[0]) as desk:
        assert desk.reading.claim_ids  # read once, before the processes part
    draw = random.Random(decisions)
    running = {}

    def start(number):
        child = os.fork()
        if child == 0:
            try:
                write(opened, authors[number], told / str(number), shares[number])
            except Exception:  # noqa: BLE001 - whatever it is, the parent must hear of it
                import traceback

                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        running[child] = number

    started = time.perf_counter()
    for number in range(reviewers):
        start(number)
    killed = 0
    next_kill = time.perf_counter() + draw.uniform(0.05, 0.2)
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child:
            number = running.pop(child)
            if os.WIFSIGNALED(status):
                start(number)
            elif os.WEXITSTATUS(status):
                sys.exit(f"{authors[number]} failed")
            continue
        if killed < kills and time.perf_counter() >= next_kill:
            os.kill(draw.choice(sorted(running)), signal.SIGKILL)
            killed += 1
            next_kill = time.perf_counter() + draw.uniform(0.02, 0.15)
        time.sleep(0.002)
    print(json.dumps({"decisions": decisions, "killed": killed, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:6]))
