"""Fits the words of the scan, ``scan.tsv``, to what the reader finds.

    python training/fit_scan.py DOCUMENTS.jsonl ... --bench FOLDER --encoder src/merestone/reading/data/encoder

Every passage of the annotated documents and of the benchmarks' training news is read; those in which the reader finds a
claim are told from the others by the words they hold, with a logistic regression whose penalty leaves out most words
(Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996). Claims in passages whose words promise little count
for more each time (after Freund and Schapire, A Decision-Theoretic Generalization of On-Line Learning, 1997). The constant
is then raised until no passage with a claim would be left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from examples import context_of, load
from merestone.reading.context import Context
from merestone.reading.decoding import drafts_of
from merestone.reading.inputs import inputs_of
from merestone.reading.network import OnnxNetwork
from merestone.reading.scan import OFFSET
from merestone.reading.text import passages_of, text_of
from merestone.reading.triggers import trigger_forms
from span_examples import lines

LEAST = 6
"""Passages that a word must stand in to be weighed."""
ROUNDS = 3
"""Times that the words are weighed; each time the least promising passages with a claim count for more."""
MARGIN = 0.3
"""How far above nought the least promising passage with a claim is put."""
_WORD = re.compile(r"[a-z][a-z'-]+")

HEAD = """\
# Words that speak for or against a passage's making a claim; made by training/fit_scan.py.
#
# words    in lower case, as whole words, in any form that texts use
# weight   added once for each of them that stands in a passage; a passage is read where the sum is nought or more
#
# A word added here with a weight of 5 makes every passage that holds it be read, whatever else it holds.
"""


def collections(documents: Sequence[Mapping[str, Any]], bench: Path) -> Iterator[tuple[str, Context]]:
    """All texts with what is known of them: the annotated documents, and ordinary news."""
    for document in documents:
        yield document["text"], context_of(document)
    news = [
        *lines(bench / "attribution" / "train.jsonl.gz"),
        *lines(bench / "muc4" / "train.jsonl.gz"),
        *lines(bench / "timex" / "tbaq_train.jsonl.gz"),
    ]
    for record in news:
        yield record["text"], Context(publisher="MEDIA", genre="news")


def passages(texts: Iterator[tuple[str, Context]], network: OnnxNetwork) -> Iterator[tuple[frozenset[str], bool]]:
    """The words of each passage, and whether the reader finds a claim in it."""
    for written, context in texts:
        text = text_of(written)
        for passage in passages_of(text):
            drafts, _ = drafts_of(inputs_of(text, context, network.cut, [passage]), network, network.settings)
            start, end = text.sentences[passage[0]][0], text.sentences[passage[1] - 1][1]
            words = frozenset(_WORD.findall(written[start:end].lower().replace("’", "'")))
            yield words, bool(drafts)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--penalty", type=float, default=0.3, help="smaller leaves out more words")
    given = parser.parse_args(arguments)
    network = OnnxNetwork(given.encoder)
    rows = list(passages(collections(load(sorted(given.documents)), given.bench), network))
    counts = Counter(word for words, _ in rows for word in words)
    vocabulary = sorted(word for word, count in counts.items() if count >= LEAST)
    column = {word: number for number, word in enumerate(vocabulary)}
    cells = [(row, column[word]) for row, (words, _) in enumerate(rows) for word in words if word in column]
    at, of = np.array(cells).T
    x = csr_matrix((np.ones(len(at)), (at, of)), shape=(len(rows), len(vocabulary)))
    y = np.array([claims for _, claims in rows])
    model = LogisticRegression(
        C=given.penalty, l1_ratio=1.0, solver="liblinear", class_weight={True: 4.0, False: 1.0}, random_state=1
    )
    importance = np.ones(len(y))
    for _ in range(ROUNDS):
        model.fit(x, y, sample_weight=importance)
        sums = x @ model.coef_[0]
        importance[y & (sums < np.quantile(sums[y], 0.05))] *= 3
    weights = {word: round(float(w), 2) for word, w in zip(vocabulary, model.coef_[0], strict=True) if abs(w) >= 0.01}
    # a trigger that no passage taught is taken to speak for a claim as much as triggers do on the whole
    sure = {form: max(s for _, s in events) for form, events in trigger_forms().items()}
    usual = float(np.median([weights[form] for form in sure if sure[form] == 1.0 and form in weights]))
    for form, strength in sure.items():
        if strength == 1.0 and form not in counts and usual > 0:
            weights.setdefault(form, round(usual, 2))
    sums = np.array([sum(weights.get(word, 0.0) for word in words) for words, _ in rows])
    offset = round(MARGIN - float(sums[y].min()), 2)
    out = HEAD + f"words\tweight\n{OFFSET}\t{offset}\n" + "".join(f"{word}\t{w}\n" for word, w in sorted(weights.items()) if w)
    given.encoder.parent.joinpath("scan.tsv").write_text(out, encoding="utf-8")
    read = sums + offset >= 0
    print(f"{len(weights)} words; {len(rows)} passages, {y.sum()} with claims, {read.sum()} would be read")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
