"""Fit the weights of who did it, to whom and where, and write them to src/merestone/reading/data/.

    python training/fit_roles.py CORPUS.jsonl [CORPUS.jsonl ...] [--out FOLDER]

The corpora are annotated documents (one JSON object a line, fields as ``merestone read`` prints them, and a list ``claims``).
The model is a conditional logit: one weight a feature, a softmax over the states in play, a quadratic penalty, full-batch
Adam, no random numbers. Features seen in fewer than MINIMUM claims, and weights that round to nothing, are left out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np

from merestone.model import PlaceRole, sector_of, state_of
from merestone.reading import mentions
from merestone.reading.context import Candidate, Context
from merestone.reading.events import find_candidates
from merestone.reading.parsing import parse
from merestone.reading.role_features import features, situation_of
from merestone.reading.roles import choose

MINIMUM = 6
PENALTY = 4.0
ROLE_PENALTY = 10.0
ROUNDS = 250
SMALLEST = 0.04
DATA = Path(__file__).resolve().parents[1] / "src" / "merestone" / "reading" / "data"


Documents = list[tuple[dict[str, Any], Any]]
Trigger = Callable[[Any, dict[str, Any]], int | None]
Guesses = dict[str, list[tuple[str | None, str | None]]]
FOLDS = 3
CANDIDATES = "candidates"
BALANCE = 0.7
"""Taken off the weight of naming no place: fitted for accuracy, it names too few for the best mean of precision and recall."""


class Problem:
    """Choices between states: for each claim the features of each state, and which one is right."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.groups: list[int] = []
        self.right: list[bool] = []
        self.size = 0

    def add(self, choices: list[tuple[list[str], bool]]) -> None:
        if not any(right for _, right in choices):
            return
        for found, right in choices:
            self.rows.append(found)
            self.groups.append(self.size)
            self.right.append(right)
        self.size += 1

    def fit(self, penalty: float = PENALTY) -> dict[str, float]:
        """Weights that make the right choices likely."""
        seen = Counter(feature for row in self.rows for feature in dict.fromkeys(row))
        index = {feature: i for i, feature in enumerate(sorted(f for f, n in seen.items() if n >= MINIMUM))}
        pairs = [(r, index[f]) for r, row in enumerate(self.rows) for f in row if f in index]
        row_of, feature_of = (np.array(column) for column in zip(*pairs, strict=True))
        group, right = np.array(self.groups), np.array(self.right, dtype=float)
        right /= np.bincount(group, right)[group]
        w = np.zeros(len(index))
        m, v = np.zeros_like(w), np.zeros_like(w)
        for step in range(1, ROUNDS + 1):
            score = np.bincount(row_of, w[feature_of], len(self.rows))
            top = np.full(self.size, -np.inf)
            np.maximum.at(top, group, score)
            chance = np.exp(score - top[group])
            chance /= np.bincount(group, chance)[group]
            slope = np.bincount(feature_of, (chance - right)[row_of], len(index)) + penalty * w
            m, v = 0.9 * m + 0.1 * slope, 0.99 * v + 0.01 * slope**2
            w -= 0.06 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-8)
        return {feature: float(w[i]) for feature, i in index.items() if abs(w[i]) >= SMALLEST}


def problems(documents: Documents, trigger: Trigger, guessed: Guesses | None = None) -> dict[str, Problem]:
    """The choices of actor and of target that annotated documents hold.

    With ``guessed``, what the claims before say is what a reader guessed of them, as it will be when the weights are used.
    """
    out = {"actor": Problem(), "target": Problem()}
    for document, doc in documents:
        context = context_of(document)
        previous: list[tuple[Candidate, str | None, str | None]] = []
        for number, claim in enumerate(sorted(document["claims"], key=lambda c: c["span"])):
            candidate = Candidate(*claim["span"], claim["event"], claim["act"], trigger(doc, claim))
            situation = situation_of(doc, candidate, context, claim["speaker"], previous)
            actor, target = state_of(claim["actor"]), state_of(claim["target"])
            before = guessed[document["id"]][number] if guessed is not None else (claim["actor"], claim["target"])
            for role, right in (("actor", actor), ("target", target)):
                known = state_of(before[0])
                out[role].add([(features(situation, s, role, known), s == right) for s in situation.states()])
            previous.append((candidate, *before))
    return out


def guesses(documents: Documents, trigger: Trigger, fitted: dict[str, dict[str, float]]) -> Guesses:
    """What weights make of documents: actor and target of each claim, by document."""
    out: Guesses = {}
    for document, doc in documents:
        context = context_of(document)
        previous: list[tuple[Candidate, str | None, str | None]] = []
        for claim in sorted(document["claims"], key=lambda c: c["span"]):
            candidate = Candidate(*claim["span"], claim["event"], claim["act"], trigger(doc, claim))
            situation = situation_of(doc, candidate, context, claim["speaker"], previous)
            actor, _ = choose(situation, "actor", known=fitted["actor"])
            target, _ = choose(situation, "target", actor, known=fitted["target"])
            previous.append((candidate, actor, target))
        out[document["id"]] = [(actor, target) for _, actor, target in previous]
    return out


def fit(documents: Documents, trigger: Trigger) -> dict[str, dict[str, float]]:
    """Weights of actor and target, fitted twice: on what was annotated, then on what others' weights guess before."""
    folds = [documents[k::FOLDS] for k in range(FOLDS)]
    guessed: Guesses = {}
    for k in range(FOLDS):
        rest = [item for other, fold in enumerate(folds) if other != k for item in fold]
        first = {role: problem.fit(ROLE_PENALTY) for role, problem in problems(rest, trigger).items()}
        guessed |= guesses(folds[k], trigger, first)
    return {role: problem.fit(ROLE_PENALTY) for role, problem in problems(documents, trigger, guessed).items()}


def place_problem(documents: Documents, trigger: Trigger) -> Problem:
    """For each name near a claim: the role in which it is a place of the claim, or none."""
    out = Problem()
    labels = (mentions.NO_PLACE, *get_args(PlaceRole))
    for document, doc in documents:
        for claim in document["claims"]:
            candidate = Candidate(*claim["span"], claim["event"], claim["act"], trigger(doc, claim))
            gold = {tuple(place["span"]): place["role"] for place in claim["places"]}
            for name in mentions.toponyms_near(doc, candidate):
                span = doc[name.start : name.end]
                right = gold.get((span.start_char, span.end_char), mentions.NO_PLACE)
                found = mentions.features(doc, candidate, name)
                out.add([([f"{label}\t{feature}" for feature in found], label == right) for label in labels])
    return out


def trigger_of(doc: Any, claim: dict[str, Any]) -> int | None:
    """The word that the reader takes for what a claim is about; None where it would not find the claim."""
    start, end = claim["span"]
    found = [c for c in doc.user_data[CANDIDATES] if c.event == claim["event"] and c.start < end and c.end > start]
    return max(found, key=lambda c: (min(end, c.end) - max(start, c.start), -c.start)).trigger if found else None


def context_of(document: dict[str, Any]) -> Context:
    return Context(
        publisher=document["publisher"], published=date.fromisoformat(document["published"]), genre=document["genre"],
        title=document["title"],
    )  # fmt: skip


def usual_sectors(documents: Documents) -> list[tuple[str, str, str]]:
    """The most frequent sector of actor and target, by event."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for document, _ in documents:
        for claim in document["claims"]:
            for role in ("actor", "target"):
                sector = sector_of(claim[role])
                if sector in ("GOV", "MIL", "CIV", "TERR", "PRISONER", "MFA", "MEDIA"):
                    seen[claim["event"], role][sector] += 1
    events = sorted({event for event, _ in seen})
    best = {key: sorted(counts, key=lambda s: (-counts[s], s))[0] for key, counts in seen.items()}
    return [(e, best.get((e, "actor"), "GOV"), best.get((e, "target"), "GOV")) for e in events]


ROLES_HEAD = """# Weights of the features by which actor and target of a claim are chosen; fitted by training/fit_roles.py.
# role     actor or target
# feature  named by role_features.py: "path" is the way through the parse from a mention to the word that named the event
# weight   natural logarithm of odds; above nought speaks for the state (or for nobody), below nought against
role\tfeature\tweight
"""
PLACES_HEAD = """# Weights of the features by which a name is a place of a claim, and its role; fitted by training/fit_roles.py.
# role     role of the guidelines, or "no": not a place of the claim
# feature  what is seen around the name, named by mentions.py
# weight   natural logarithm of odds; above nought speaks for the role, below nought against it
role\tfeature\tweight
"""
SECTORS_HEAD = """# Sector of actor and target where the words leave it open, by event; counted by training/fit_roles.py.
event\tactor\ttarget
"""


def write(folder: Path, fitted: dict[str, dict[str, float]], sectors: list[tuple[str, str, str]]) -> None:
    lines = [
        f"{role}\t{feature}\t{weight:.2f}\n" for role in sorted(fitted) for feature, weight in sorted(fitted[role].items())
    ]
    (folder / "roles.tsv").write_text(ROLES_HEAD + "".join(lines), encoding="utf-8")
    (folder / "role_sectors.tsv").write_text(SECTORS_HEAD + "".join("\t".join(s) + "\n" for s in sectors), encoding="utf-8")


def write_places(folder: Path, fitted: dict[str, float]) -> None:
    balanced = fitted | {f"{mentions.NO_PLACE}\talways": fitted.get(f"{mentions.NO_PLACE}\talways", 0.0) - BALANCE}
    lines = [f"{feature}\t{weight:.2f}\n" for feature, weight in sorted(balanced.items())]
    (folder / "place_roles.tsv").write_text(PLACES_HEAD + "".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=DATA)
    arguments = parser.parse_args()
    texts = [json.loads(line) for path in arguments.corpus for line in path.read_text(encoding="utf-8").splitlines() if line]
    documents = [(text, parse(text["text"])) for text in texts]
    for document, doc in documents:
        doc.user_data[CANDIDATES] = find_candidates(doc, context_of(document))
    write(arguments.out, fit(documents, trigger_of), usual_sectors(documents))
    write_places(arguments.out, place_problem(documents, trigger_of).fit())


if __name__ == "__main__":
    main()
