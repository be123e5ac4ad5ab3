"""Fits the few numbers between the network's scores and the claims, on documents it was not trained on.

    python training/calibrate.py DOCUMENTS.jsonl ... --corpus FOLDER --encoder src/merestone/reading/data/encoder

How likely a claim is right is made from the log-odds of its anchor, of its validity and of being inside by logistic
regression (Platt, Probabilistic Outputs for Support Vector Machines, 1999); acts, speakers, actors and targets get a
temperature each (Guo and others, On Calibration of Modern Neural Networks, 2017); the threshold is where claim F1 is best.
Written to ``settings.json``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from examples import fold_of, load
from merestone.reading.decoding import Draft, Settings
from merestone.reading.network import OnnxNetwork
from scoring import all_inputs, as_claim, measures, read, scorer

LOOSE = Settings(threshold=0.1, weights=(0.0, 0.4, 0.4, 0.2))
"""Settings that leave nearly every candidate in, to learn from."""
FIELDS = ("act", "speaker", "actor", "target")


def judged(
    score: Any, documents: Sequence[Mapping[str, Any]], drafts: Mapping[str, Sequence[Draft]]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], list[tuple[Draft, Mapping[str, Any]]]]:
    """The log-odds of each draft, whether it is a claim of the annotation with the right event, and the pairs that are."""
    odds, right, pairs = [], [], []
    for document in documents:
        found = drafts[document["id"]]
        claims = [as_claim(draft, document["text"]) for draft in found]
        matched = {id(p): g for g, p in score.match(document["claims"], claims) if g["event"] == p["event"]}
        for draft, claim in zip(found, claims, strict=True):
            odds.append(draft.evidence)
            right.append(float(id(claim) in matched))
            if id(claim) in matched:
                pairs.append((draft, matched[id(claim)]))
    return np.array(odds), np.array(right), pairs


def regression(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Constant and weights of a logistic regression with a slight quadratic penalty, by Newton's method."""
    design = np.concatenate([np.ones((len(x), 1)), x], axis=1)
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (y - chance) - 1e-2 * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-2 * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return tuple(round(float(w), 4) for w in weights)


def temperature(chances: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    """What log-odds are to be divided by so that stated chances fit how often they are right."""
    odds = np.log(np.clip(chances, 1e-4, 1 - 1e-4) / (1 - np.clip(chances, 1e-4, 1 - 1e-4)))
    best, least = 1.0, np.inf
    for divisor in np.arange(0.6, 4.01, 0.05):
        p = np.clip(1 / (1 + np.exp(-odds / divisor)), 1e-6, 1 - 1e-6)
        loss = -(right * np.log(p) + (1 - right) * np.log(1 - p)).mean()
        if loss < least:
            best, least = float(divisor), loss
    return round(best, 2)


def calibration_error(
    chances: npt.NDArray[np.float64], right: npt.NDArray[np.float64], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error over equal-width bins (Naeini, Cooper and Hauskrecht, 2015), and the reliability curve: for
    each bin that is not empty the mean chance stated, the share that is right, and the number."""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    curve = [
        (float(chances[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in range(bins)
        if (place == b).any()
    ]
    return sum(n * abs(stated - share) for stated, share, n in curve) / len(chances), curve


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with score_claims.py")
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=1, help="the fold of the documents to fit on")
    given = parser.parse_args(arguments)
    settings_file = given.encoder / "settings.json"
    settings_file.write_text("{}", encoding="utf-8")
    network = OnnxNetwork(given.encoder)
    every = load(sorted(given.documents))
    documents = [d for d, fold in zip(every, fold_of(every), strict=True) if fold == given.fold]
    score, inputs = scorer(given.corpus), all_inputs(documents, network.cut)
    odds, right, pairs = judged(score, documents, read(documents, inputs, network, LOOSE))
    settings = Settings(threshold=0.1, weights=regression(odds, right))  # type: ignore[arg-type]
    drafts = read(documents, inputs, network, settings)
    tried = {
        t: measures(score, documents, drafts, lambda d, t=t: d.confidence >= t) for t in np.round(np.arange(0.3, 0.61, 0.02), 2)
    }
    threshold = float(max(tried, key=lambda t: (tried[t]["claim_f1"], -t)))
    temperatures = {}
    for field in FIELDS:
        if field == "act":
            rows = [(d.act_probability, d.act == g["act"]) for d, g in pairs]
        else:
            rows = [(d.who[field].probability, _state(d.who[field].code) == _state(g[field])) for d, g in pairs]
        temperatures[field] = temperature(np.array([p for p, _ in rows]), np.array([float(ok) for _, ok in rows]))
    settings = dataclasses.replace(settings, threshold=threshold, temperatures=temperatures)
    settings_file.write_text(json.dumps(dataclasses.asdict(settings), indent=1) + "\n", encoding="utf-8")
    drafts = read(documents, inputs, network, settings)
    print(json.dumps(measures(score, documents, drafts, lambda _: True)))
    print(settings_file.read_text(encoding="utf-8"))
    return 0


def _state(code: str | None) -> str | None:
    return code.split("-")[0] if code else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
