"""Examples as tensors, a batch at a time, with what training disturbs on purpose.

Actors are numbered anew for each batch, words and triggers are hidden now and then, so that the network neither learns which
number an actor has nor leans on single words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from examples import NOBODY, OBSERVER, Example
from merestone.reading.candidates import CHOICES, FEATURES, RELATIONS, TYPES, relations
from merestone.reading.encoding import ACTORS
from merestone.reading.features import FLAGS, MENTION_FEATURES, PAIR_FEATURES, pair_features
from network import EVENTS, ROLES

MASK = 103
"""Id of the piece that hides a word."""
PLAIN = 30522
"""Pieces below this are of the vocabulary, those above forms of actors."""


@dataclasses.dataclass(frozen=True, slots=True)
class Disturb:
    """How often training hides something."""

    words: float = 0.08
    triggers: float = 0.15
    """Share of the pieces of triggers that are hidden, so that the trigger vocabulary is learnt from."""
    vocabulary: float = 0.1
    """Share of the pieces about which the vocabularies stay silent."""
    heading: float = 0.1
    """Share of the windows whose heading says nothing but the publisher."""


def batch_of(
    examples: Sequence[Example], random: np.random.Generator | None = None, disturb: Disturb = Disturb()
) -> dict[str, Tensor]:
    """The inputs of some windows, padded to the longest; disturbed where ``random`` is given."""
    size = len(examples)
    pieces = max(len(e.ids) for e in examples)
    words = max(len(e.first) for e in examples)
    mentions = max(1, *(len(e.mention) for e in examples))
    known = len(FLAGS) + EVENTS
    a = {name: np.zeros((size, pieces), np.int64) for name in ("ids", "actor", "shape", "sector", "owner")}
    a |= {name: np.zeros((size, words), np.int64) for name in ("first", "sentences", "tags")}
    a |= {"mention": np.zeros((size, mentions), np.int64), "mention_actor": np.zeros((size, mentions), np.int64)}
    f = {
        "known": np.zeros((size, words + 1, known), np.float32),
        "triggers": np.zeros((size, words, EVENTS), np.float32),
        "inside": np.zeros((size, words, EVENTS), np.float32),
        "mention_features": np.zeros((size, mentions, len(MENTION_FEATURES)), np.float32),
    }
    m = {name: np.zeros((size, words), bool) for name in ("fresh", "word")}
    m |= {"mask": np.zeros((size, pieces), bool), "mention_mask": np.zeros((size, mentions), bool)}
    for row, e in enumerate(examples):
        n, w, k = len(e.ids), len(e.first), len(e.mention)
        ids, actor, seen = e.ids.astype(np.int64), e.actor, e.known
        if random is not None:
            ids, actor, seen = _disturbed(e, random, disturb)
        a["ids"][row, :n], a["actor"][row, :n], a["shape"][row, :n] = ids, actor, e.shape
        a["sector"][row, :n], a["owner"][row, :n] = e.sector, e.owner
        a["first"][row, :w], a["sentences"][row, :w] = e.first, e.sentences
        f["known"][row, : w + 1] = seen
        f["triggers"][row, :w] = seen[1:, len(FLAGS) :]
        m["mask"][row, :n], m["word"][row, :w], m["fresh"][row, e.fresh : w] = True, True, True
        a["mention"][row, :k], a["mention_actor"][row, :k] = e.mention, e.mention_actor
        m["mention_mask"][row, :k] = True
        f["mention_features"][row, :k] = e.mention_features
        for goal in e.goals:
            f["inside"][row, goal.first : goal.last + 1, goal.event] = 1
            for (begin, end), _ in goal.places.items():
                a["tags"][row, begin] = 1
                a["tags"][row, begin + 1 : end + 1] = 2
    return {name: torch.from_numpy(value) for name, value in (a | f | m).items()}


def _disturbed(e: Example, random: np.random.Generator, disturb: Disturb) -> tuple[Any, Any, Any]:
    n = len(e.ids)
    numbers = np.concatenate([[0], 1 + random.permutation(ACTORS)])
    ids = e.ids.astype(np.int64)
    plain = (ids > MASK) & (ids < PLAIN)
    hidden = plain & (random.random(n) < disturb.words)
    sure = e.known[e.owner, len(FLAGS) :].max(1) >= 0.6
    hidden |= plain & sure & (random.random(n) < disturb.triggers)
    if random.random() < disturb.heading and e.heading < len(e.first):
        hidden[: e.first[e.heading]] |= plain[: e.first[e.heading]]
    ids = np.where(hidden, MASK, ids)
    seen = e.known * (random.random((len(e.known), 1)) >= disturb.vocabulary)
    return ids, numbers[e.actor], seen.astype(np.float32)


def goals_of(examples: Sequence[Example], random: np.random.Generator) -> dict[str, Tensor]:
    """The claims of some windows, C of them, and what should be found of each."""
    rows = [(at, goal) for at, e in enumerate(examples) for goal in e.goals]
    whole = {
        "at": [at for at, _ in rows], "begin": [g.first for _, g in rows], "end": [g.last for _, g in rows],
        "event": [g.event for _, g in rows], "act": [g.act for _, g in rows],
    }  # fmt: skip
    out = {f"claim_{name}": torch.tensor(values, dtype=torch.long) for name, values in whole.items()}
    out["claim_roles"] = torch.tensor([[r[0] for r in g.roles] for _, g in rows], dtype=torch.long).view(-1, ROLES)
    out["claim_sectors"] = torch.tensor([[r[1] for r in g.roles] for _, g in rows], dtype=torch.long).view(-1, ROLES)
    for kind in TYPES:
        out |= _links(kind, rows, examples, random)
    return out


def _links(
    kind: str, rows: list[tuple[int, Any]], examples: Sequence[Example], random: np.random.Generator
) -> dict[str, Tensor]:
    where: list[tuple[int, int, int]] = []
    features: list[Any] = []
    relation: list[Any] = []
    answers: list[int] = []
    no_time: list[tuple[int, int]] = []
    for claim, (at, goal) in enumerate(rows):
        e = examples[at]
        if kind == "place":
            found = sorted({place for other in e.goals for place in other.places})
            own = e.sentences[goal.first], e.sentences[goal.last]
            kept = [
                (*place, (), goal.places.get(place, 0), ())
                for place in found
                if own[0] <= e.sentences[place[0]] <= own[1]
                or goal.places.get(place) == OBSERVER
                or (e.sentences[place[0]] < own[0] and random.random() < 0.3)
            ]
        elif kind == "time":
            if goal.times == []:
                continue
            times = goal.times or []
            kept = [(b, end, c.features, int(n in times), ()) for n, (b, end, c) in enumerate(e.candidates["time"])]
            no_time.append((claim, int(goal.times is None)))
        else:
            kept = [
                (*e.candidates[kind][n][:2], e.candidates[kind][n][2].features, answer, tuple(goal.choices[kind][n]))
                for n, answer in goal.answers[kind].items()
            ]
        if not kept:
            continue
        begins, ends = np.array([k[0] for k in kept]), np.array([k[1] for k in kept])
        one = [np.array([value]) for value in (goal.first, goal.last, (goal.first + goal.last) // 2)]
        relation += list(relations(*one, begins, ends, e.sentences)[0])
        for (begin, end, own_features, answer, choice), _ in zip(kept, begins, strict=True):
            where.append((claim, begin, end))
            features.append((*own_features, *choice))
            answers.append(answer)
    width = FEATURES[kind]
    table = np.array(features, np.float32).reshape(len(features), width + CHOICES[kind])
    out = {
        f"{kind}_where": torch.tensor(where, dtype=torch.long).view(-1, 3),
        f"{kind}_features": torch.from_numpy(table[:, :width].copy()),
        f"{kind}_relation": torch.from_numpy(
            np.concatenate([np.array(relation, np.float32).reshape(len(features), RELATIONS), table[:, width:]], axis=1)
        ),
        f"{kind}_answer": torch.tensor(answers, dtype=torch.long),
    }
    if kind == "time":
        out["time_none"] = torch.tensor(no_time, dtype=torch.long).view(-1, 2)
    return out


def pairs_of(examples: Sequence[Example], at: Any, anchors: Any, firsts: Any, lasts: Any) -> Tensor:
    """Features of claims with the mentions of their windows, (C, M, features)."""
    mentions = max(1, *(len(e.mention) for e in examples))
    out = np.zeros((len(at), mentions, len(PAIR_FEATURES)), np.float32)
    for row, e in enumerate(examples):
        mine = np.where(at == row)[0]
        if len(mine) and len(e.mention):
            out[mine, : len(e.mention)] = pair_features(
                anchors[mine], firsts[mine], lasts[mine], e.mention, e.sources, e.sentences, e.marks, e.quotes
            )
    return torch.from_numpy(out)


__all__ = ["NOBODY", "Disturb", "batch_of", "goals_of", "pairs_of"]
