"""How well claims are read: annotated documents by the corpus's own scorer, and how far confidences can be trusted.

    python bench/reading.py [--set dev|held|learnt] [--data FOLDER]

dev: documents that nothing was fitted on; held: the training documents that were never learnt from; learnt: a sample of
those that were, to show the gap. Prints one JSON object: the scorer's measures, and the expected calibration error with the
reliability curve.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmark_data import folder_of, records
from merestone.model import Document, to_json
from merestone.reading import read_document

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
from calibrate import calibration_error
from examples import fold_of
from scoring import measures_of_claims, scorer

NAMES = ("id", "title", "publisher", "published", "language", "genre", "source_url", "text")
SAMPLE = 150
BESIDE = {
    "two careful annotators on such texts": {
        "claim": 0.94, "tuple": 0.74, "speaker": 0.99, "act": 0.97, "actor_state": 0.94, "target_state": 0.86, "time": 0.98,
        "places": 0.93, "quantities": 0.94, "means": 0.88,
    }
}  # fmt: skip


def chosen(folder: Path, name: str) -> list[dict[str, Any]]:
    """The documents of a set."""
    if name == "dev":
        return records(folder / "dev.jsonl")
    documents = [d for path in sorted((folder / "train").glob("*.jsonl")) for d in records(path)]
    folds = fold_of(documents)
    if name == "held":
        return [d for d, fold in zip(documents, folds, strict=True) if fold == 0]
    return [d for d, fold in zip(documents, folds, strict=True) if fold > 1][:: max(1, len(documents) // SAMPLE)]


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=("dev", "held", "learnt"), default="dev")
    parser.add_argument("--data", type=Path, help="the corpus's folder")
    given = parser.parse_args()
    folder = folder_of("corpus", given.data, "dev.jsonl", "train", "score_claims.py")
    score, documents = scorer(folder), chosen(folder, given.set)
    claims: dict[str, list[dict[str, Any]]] = {}
    for raw in documents:
        document = Document(item="0" * 64, part=0, **{name: raw[name] for name in NAMES})
        claims[raw["id"]] = [to_json(claim) for claim in read_document(document)]
    measures, counts = measures_of_claims(score, documents, claims)
    stated, right = [], []
    for raw in documents:
        matched = {id(p) for g, p in score.match(raw["claims"], claims[raw["id"]]) if g["event"] == p["event"]}
        for claim in claims[raw["id"]]:
            stated.append(claim["confidence"])
            right.append(float(id(claim) in matched))
    error, curve = calibration_error(np.array(stated), np.array(right))
    result = {
        "set": given.set,
        "documents": len(documents),
        "claims": {"annotated": counts["gold"], "read": counts["pred"]},
        "measures": {name: round(value, 4) for name, value in measures.items()},
        "expected_calibration_error": round(error, 4),
        "reliability": [{"stated": round(s, 3), "right": round(r, 3), "claims": n} for s, r, n in curve],
        "beside": BESIDE,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
