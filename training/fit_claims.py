"""Fit the weights of events and acts, and write them to src/merestone/reading/data/.

    python training/fit_claims.py CORPUS.jsonl [CORPUS.jsonl ...] [--leave-out DIGIT] [--out FOLDER]

The corpora are annotated documents (one JSON object a line, fields as ``merestone read`` prints them, and a list ``claims``).
Events: one logistic model over words that may name an event. Which word makes an annotated claim is not annotated; it is
taken to be the one that the model of the round before finds likeliest among those in the claim's span. Acts: one softmax over
the acts of the words so found. Both have a quadratic penalty and are fitted by L-BFGS, without random numbers. Features met in
fewer than MINIMUM documents, and weights that round to nothing, are left out.

With ``--leave-out`` a fifth of the documents (by publisher and month) is left out of the fit, to be measured on; 0 to 4 names
the fifth. Needs SciPy: `pip install -e .[training]`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from merestone.model import Event
from merestone.reading.acts import ACTS, act_features
from merestone.reading.clauses import Clauses, clauses_of
from merestone.reading.context import Context
from merestone.reading.event_words import SHARED, EventWord, event_words
from merestone.reading.events import ANY
from merestone.reading.parsing import parse
from merestone.reading.weights import ALWAYS

MINIMUM = 3
ROUNDS = 3
EVENT_PENALTY = 10.0
ACT_PENALTY = 4.0
SMALLEST_EVENT = 0.06
SMALLEST_ACT = 0.05
FIRST_GUESS = {"sure": 2.0, "likely": 0.5, "weak": -1.0}
DATA = Path(__file__).resolve().parents[1] / "src" / "merestone" / "reading" / "data"


class Reading:
    """An annotated document as the reader sees it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.claims = document["claims"]
        self.context = Context(
            publisher=document["publisher"], published=date.fromisoformat(document["published"]), genre=document["genre"],
            title=document["title"],
        )  # fmt: skip
        self.doc = parse(document["text"])
        self.clauses: Clauses = clauses_of(self.doc)
        self.words: list[EventWord] = event_words(self.doc, self.clauses, self.context)
        self.value = np.array([FIRST_GUESS[next(f for f in w.features if f.startswith("strength="))[9:]] for w in self.words])

    def makers(self) -> dict[int, dict[str, Any]]:
        """For each annotated claim that a word may make, the likeliest one: position among the words, and the claim."""
        pairs = []
        for number, claim in enumerate(self.claims):
            start, end = claim["span"]
            for place, word in enumerate(self.words):
                if word.event == claim["event"] and start <= self.doc[word.index].idx < end:
                    # of two claims that hold the same word, the narrower one has it
                    pairs.append((self.value[place] - 0.3 * math.log(end - start), -number, -place))
        out: dict[int, dict[str, Any]] = {}
        done: set[int] = set()
        for _, number, place in sorted(pairs, reverse=True):
            if -number not in done and -place not in out:
                done.add(-number)
                out[-place] = self.claims[-number]
        return out


def labelled(event: Event, features: Iterable[str]) -> list[tuple[str, str]]:
    """The features of a word by the label of their weights."""
    once = list(dict.fromkeys(features))
    return [(event, f) for f in once] + [(ANY, f) for f in once if f.startswith(SHARED)]


def columns(rows: list[tuple[int, list[tuple[str, str]]]]) -> dict[tuple[str, str], int]:
    """A column for each feature met in enough documents."""
    met: dict[tuple[str, str], set[int]] = defaultdict(set)
    for document, features in rows:
        for feature in features:
            met[feature].add(document)
    return {feature: number for number, feature in enumerate(sorted(f for f, d in met.items() if len(d) >= MINIMUM))}


def matrix(rows: list[tuple[int, list[tuple[str, str]]]], index: dict[tuple[str, str], int]) -> csr_matrix:
    """One row a word, one column a feature, and a last column that is always 1."""
    places, ends = [], [0]
    for _, features in rows:
        places += [*sorted({index[f] for f in features if f in index}), len(index)]
        ends.append(len(places))
    return csr_matrix((np.ones(len(places)), places, ends), shape=(len(rows), len(index) + 1))


def logistic(x: csr_matrix, y: np.ndarray, penalty: float) -> np.ndarray:
    """Weights of a logistic model, by column; the last, the intercept, is penalised as little as makes no difference."""
    ridge = np.full(x.shape[1], penalty)
    ridge[-1] = 0.01

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        value = np.logaddexp(0, z).sum() - y @ z + 0.5 * (ridge * w * w).sum()
        return float(value), x.T @ (1 / (1 + np.exp(-z)) - y) + ridge * w

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x


def softmax(x: csr_matrix, y: np.ndarray, classes: int, penalty: float) -> np.ndarray:
    """Weights of a softmax, by class and column."""
    right = np.eye(classes)[y]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(classes, -1)
        z = x @ w.T
        z -= z.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(z).sum(axis=1, keepdims=True))
        value = -(right * (z - log_sum)).sum() + 0.5 * penalty * (w * w).sum()
        return float(value), (((np.exp(z - log_sum) - right).T @ x) + penalty * w).ravel()

    start = np.zeros(classes * x.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x.reshape(classes, -1)


def fit_events(readings: list[Reading]) -> dict[tuple[str, str], float]:
    """Weights by label and feature. Leaves in each reading what the last model thinks of its words."""
    rows = [(number, labelled(w.event, w.features)) for number, reading in enumerate(readings) for w in reading.words]
    index = columns(rows)
    x = matrix(rows, index)
    for _ in range(ROUNDS):
        y = np.zeros(len(rows))
        offset = 0
        for reading in readings:
            y[[offset + place for place in reading.makers()]] = 1
            offset += len(reading.words)
        w = logistic(x, y, EVENT_PENALTY)
        values = x @ w
        offset = 0
        for reading in readings:
            reading.value = values[offset : offset + len(reading.words)]
            offset += len(reading.words)
    out = {feature: float(w[column]) for feature, column in index.items() if abs(w[column]) >= SMALLEST_EVENT}
    out[ANY, ALWAYS] = float(w[-1])
    return out


def fit_acts(readings: list[Reading]) -> dict[tuple[str, str], float]:
    """Weights by act and feature."""
    rows, y = [], []
    for number, reading in enumerate(readings):
        for place, claim in sorted(reading.makers().items()):
            word = reading.words[place]
            found = act_features(reading.doc, reading.clauses, word.index, word.event, reading.context)
            rows.append((number, [("", feature) for feature in found]))
            y.append(ACTS.index(claim["act"]))
    index = columns(rows)
    w = softmax(matrix(rows, index), np.array(y), len(ACTS), ACT_PENALTY)
    out = {
        (act, feature): float(w[number, column])
        for number, act in enumerate(ACTS)
        for (_, feature), column in index.items()
        if abs(w[number, column]) >= SMALLEST_ACT
    }
    return out | {(act, ALWAYS): float(w[number, -1]) for number, act in enumerate(ACTS)}


def left_out(document: dict[str, Any]) -> int:
    """The fifth a document belongs to, the same for all of one publisher in one month."""
    key = f"{document['publisher']}{document['published'][:7]}"
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % 5


def write(path: Path, label: str, what: str, fitted: dict[tuple[str, str], float]) -> None:
    """Write weights as a vocabulary table."""
    head = (
        f"# {what}; fitted by training/fit_claims.py.\n"
        "# feature  named by company.py, event_words.py and acts.py\n"
        "# weight   natural logarithm of odds; above nought speaks for, below nought against\n"
        f"{label}\tfeature\tweight\n"
    )
    lines = [f"{name}\t{feature}\t{weight:.2f}\n" for (name, feature), weight in sorted(fitted.items())]
    path.write_text(head + "".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", type=Path)
    parser.add_argument("--leave-out", type=int, choices=range(5), help="the fifth of the documents to leave out")
    parser.add_argument("--out", type=Path, default=DATA)
    arguments = parser.parse_args()
    texts = [json.loads(line) for path in arguments.corpus for line in path.read_text(encoding="utf-8").splitlines() if line]
    readings = [Reading(text) for text in texts if left_out(text) != arguments.leave_out]
    events = fit_events(readings)
    acts = fit_acts(readings)
    write(arguments.out / "event_weights.tsv", "event", "How the company of a word speaks for an event (any: for all)", events)
    write(arguments.out / "act_weights.tsv", "act", "What speaks for an act", acts)
    print(f"{len(readings)} documents, {len(events)} weights of events, {len(acts)} of acts")


if __name__ == "__main__":
    main()
