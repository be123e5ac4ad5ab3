"""Trains the part of the network that marks quotations and participants of attacks further, and nothing else of it.

    python training/fit_spans.py --start FOLDER --base MODEL_FOLDER --news FOLDER --out FOLDER

The encoder stays as ``fit_reader.py`` left it, so that claims are read as before: every window of the news is encoded once,
and one more layer with the heads upon it (``network.Reader.span_words``) learns from that, which takes minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from batches import batch_of
from fit_reader import MADE_FROM, NEWS, hashes, tagged_news, vocabulary_of
from merestone.reading.encoding import Pieces
from network import Reader
from span_examples import Tagged, span_losses

EPOCHS, BATCH, RATE, SEED = 4, 8, 5e-4, 1


@torch.no_grad()
def encoded(net: Reader, windows: Sequence[Tagged]) -> list[Tensor]:
    """The vectors of the words of each window, in 16-bit floating point."""
    out: list[Tensor] = [torch.empty(0)] * len(windows)
    order = sorted(range(len(windows)), key=lambda at: len(windows[at].example.ids))
    for start in range(0, len(order), 2 * BATCH):
        chosen = order[start : start + 2 * BATCH]
        with torch.autocast("cpu", torch.bfloat16):
            h = net.words(batch_of([windows[at].example for at in chosen]))
        for row, at in enumerate(chosen):
            out[at] = h[row, : len(windows[at].example.first)].to(torch.bfloat16).clone()
    return out


def fit(net: Reader, windows: Sequence[Tagged], vectors: Sequence[Tensor], report: Any = print) -> None:
    """Trains the layer and the heads of spans in place."""
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    parts = [net.span_layer, net.spans, net.of_cue, net.no_source]
    parameters = [parameter for part in parts for parameter in part.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(windows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1.0, (s + 1) / (0.1 * steps)) * (1 - s / steps))
    net.train()
    started = time.time()
    for epoch in range(EPOCHS):
        order = sorted(range(len(windows)), key=lambda at: len(vectors[at]) + 40 * random.random())
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        total = 0.0
        for number in random.permutation(len(batches)):
            chosen = batches[number]
            h = pad_sequence([vectors[at] for at in chosen], batch_first=True).float()
            lengths = torch.tensor([len(vectors[at]) for at in chosen])
            word = torch.arange(h.shape[1])[None] < lengths[:, None]
            fresh = word & (
                torch.arange(h.shape[1])[None] >= torch.tensor([windows[at].example.fresh for at in chosen])[:, None]
            )
            with torch.autocast("cpu", torch.bfloat16):
                h = net.span_words(h, word)
            loss = torch.stack(list(span_losses(net, h.float(), fresh.float(), [windows[at] for at in chosen]).values())).sum()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item() / len(batches)
        report(f"epoch {epoch} {time.time() - started:.0f} s loss {total:.3f}")
    net.eval()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="folder of weights made by fit_reader.py")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True, help="folder of the public benchmarks")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    given = parser.parse_args(arguments)
    vocabulary = vocabulary_of(given.base)
    made = json.loads((given.start / MADE_FROM).read_text(encoding="utf-8"))
    net = Reader(len(vocabulary), made["plan"]["size"], made["plan"]["dropout"])
    net.load_state_dict(torch.load(given.start / "weights.pt"), strict=False)
    paths = [given.news / name for name in NEWS]
    windows = [tagged for collection in tagged_news(paths, Pieces(vocabulary)) for tagged in collection]
    print(f"{len(windows)} windows", flush=True)
    fit(net, windows, encoded(net.eval(), windows), lambda line: print(line, flush=True))
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save(net.state_dict(), given.out / "weights.pt")
    spans = {"epochs": EPOCHS, "batch": BATCH, "rate": RATE, "seed": SEED, "sha256": hashes(paths)}
    (given.out / MADE_FROM).write_text(json.dumps(made | {"spans": spans}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
