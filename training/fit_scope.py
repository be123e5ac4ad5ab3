"""Fits what words say of whether a passage speaks of a conflict: ``scope_words.tsv``.

    python training/fit_scope.py DOCUMENTS.jsonl ... --bench FOLDER --ordinary training/documents

Logistic regression with a quadratic penalty on which words a passage has. For a conflict speak the passages of annotated
documents that hold a claim, the news of the Fourth Message Understanding Conference with an attack (every other one), and those
few ordinary texts that we labelled so; against it ordinary texts labelled as of no conflict, and documents without a claim.
Folds 0 and 1 of the corpus and every other ordinary text are only scored. Words that stand in names, and words of no meaning of
their own, are left out: the first would know only the conflicts at hand, the second only the manner of writing.

The constant is set so that of the annotated passages, in ``PARTS`` parts of which each is scored by weights fitted on the
others, no more than ``LOST`` would be left out.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import ordinary
from examples import fold_of, lines, load
from merestone.files import write_atomically
from merestone.reading import scope
from merestone.reading.text import characters_of, passages_of, text_of
from merestone.reading.vocabulary import cells_of, data_folder

PENALTY = 0.1
"""Inverse strength of the penalty, as scikit-learn takes it."""
RARE = 4
"""A word in fewer passages is not learnt."""
LOST = 1 / 400
PARTS = 10
REAL = 4.0
"""Weight of an ordinary text about a conflict, of which there are few, beside an annotated passage."""
NO_MEANING = "no_meaning.txt"


class Passage(NamedTuple):
    """A passage, and whether it speaks of a conflict."""

    kind: str
    document: str
    text: str
    conflict: bool
    learnt: bool
    weight: float = 1.0


def passages(text: str) -> Iterator[tuple[int, int]]:
    """The spans of characters of the passages of a text."""
    found = text_of(characters_of(text))
    for first, last in passages_of(found):
        yield found.sentences[first][0], found.sentences[last - 1][1]


def annotated(paths: Sequence[Path]) -> Iterator[Passage]:
    """The passages of annotated documents."""
    documents = load(paths)
    for document, fold in zip(documents, fold_of(documents), strict=True):
        text = document["text"]
        for start, end in passages(text):
            claimed = any(start <= claim["span"][0] < end for claim in document["claims"])
            if claimed or not document["claims"]:
                yield Passage("annotated", document["id"], text[start:end], claimed, fold not in (0, 1))


def attacks(bench: Path) -> Iterator[Passage]:
    """The passages of news about attacks."""
    records = [record for record in lines(bench / "muc4" / "train.jsonl.gz") if record["templates"]]
    for number, record in enumerate(records):
        for start, end in passages(record["text"]):
            yield Passage("attacks", record["id"], record["text"][start:end], True, number % 2 == 0)


def news(bench: Path, labelled: Path) -> Iterator[Passage]:
    """The passages of ordinary news."""
    labels = ordinary.labels(labelled)
    for half in (0, 1):
        for name, _, text in ordinary.texts(bench, half):
            if (label := labels.get(name)) in ("in", "out"):
                for start, end in passages(text):
                    conflict = label == "in"
                    yield Passage(f"news {label}", name, text[start:end], conflict, half == 0, REAL if conflict else 1.0)


def vocabulary(every: Sequence[Passage], without: frozenset[str]) -> list[str]:
    """The words that are learnt: neither rare, nor mostly written as names, nor without a meaning of their own."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    many: Counter[str] = Counter()
    for passage in every:
        for word in scope.WORD.findall(passage.text):
            if passage.kind != "attacks":  # written without capitals
                (small if word[0].islower() else capital)[word.lower().replace("’", "'")] += 1
        if passage.learnt:
            many.update(scope.words_of(passage.text))
    return sorted(
        word
        for word, number in many.items()
        if number >= RARE and len(word) > 2 and word not in without and 3 * small[word] > capital[word]
    )


def matrix(some: Sequence[Passage], at: dict[str, int]) -> csr_matrix:
    """Which words each passage has."""
    found = [(row, at[word]) for row, p in enumerate(some) for word in sorted(scope.words_of(p.text)) if word in at]
    rows, columns = (np.array(part) for part in zip(*found, strict=True))
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(some), len(at)))


def fitted(x: csr_matrix, some: Sequence[Passage]) -> tuple[np.ndarray, float]:
    """Weights of the words, and the constant."""
    model = LogisticRegression(C=PENALTY, solver="liblinear", max_iter=1000, random_state=1)
    model.fit(x, [p.conflict for p in some], sample_weight=[p.weight for p in some])
    return model.coef_[0], float(model.intercept_[0])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public benchmarks")
    parser.add_argument("--ordinary", type=Path, required=True, help=f"folder with {ordinary.LABELS} and {NO_MEANING}")
    given = parser.parse_args(arguments)
    every = [*annotated(sorted(given.documents)), *attacks(given.bench), *news(given.bench, given.ordinary)]
    without = frozenset(word for _, (word,) in cells_of(NO_MEANING, ("word",), given.ordinary))
    words = vocabulary(every, without)
    learnt = [p for p in every if p.learnt]
    at = {word: place for place, word in enumerate(words)}
    x = matrix(learnt, at)
    part = np.array([int(hashlib.sha256(p.document.encode()).hexdigest(), 16) % PARTS for p in learnt])
    crossed = np.zeros(len(learnt))
    for one in range(PARTS):
        rows = np.flatnonzero(part != one)
        coefficients, constant = fitted(x[rows], [learnt[row] for row in rows])
        crossed[part == one] = x[np.flatnonzero(part == one)] @ coefficients + constant
    own = np.array([p.kind == "annotated" and p.conflict for p in learnt])
    coefficients, constant = fitted(x, learnt)
    constant -= float(np.quantile(crossed[own], LOST))
    table = [f"{scope.CONSTANT}\t{constant:.2f}"]
    table += [f"{word}\t{value:.2f}" for word, value in zip(words, coefficients, strict=True) if abs(value) >= 0.015]
    file = data_folder().joinpath(scope.TABLE)
    heading = [line for line in file.read_text(encoding="utf-8").split("\n") if line.startswith("#")]
    write_atomically(Path(str(file)), ("\n".join([*heading, "word\tweight", *table]) + "\n").encode())
    scope.weights.cache_clear()
    print(f"{len(table) - 1} words; lowest annotated passages out of part: {np.sort(crossed[own])[:6].round(2).tolist()}")
    for kind in sorted({p.kind for p in every}):
        for conflict in (True, False):
            for is_learnt in (True, False):
                some = [p for p in every if (p.kind, p.conflict, p.learnt) == (kind, conflict, is_learnt)]
                if some:
                    kept = sum(scope.score(p.text) >= 0 for p in some)
                    seen = "learnt" if is_learnt else "scored"
                    print(f"{kind}, {'conflict' if conflict else 'none'}, {seen}: {kept} of {len(some)} passages read")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
