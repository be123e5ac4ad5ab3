"""Trains the reader's network on annotated documents.

    python training/fit_reader.py DOCUMENTS.jsonl ... --base MODEL_FOLDER --out FOLDER

Documents are those of the corpus and of ``training/documents``. One in eight, by incident, is never learnt from (fold 0).
``make train`` runs this and all that follows it.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import ordinary
import provenance
from batches import Disturb, batch_of, goals_of, pairs_of
from examples import ALWAYS_LEARNT, Example, examples_of, fold_of, lines, load
from merestone.reading.candidates import TYPES
from merestone.reading.encoding import Pieces
from network import EVENTS, NEVER, Reader, load_base
from span_examples import Tagged, attributions, participants, span_losses

NEWS = {"attribution/train.jsonl.gz": attributions, "muc4/train.jsonl.gz": participants}
"""Files of the public benchmarks' folder, and what reads each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How the network is trained."""

    epochs: int = 6
    batch: int = 12
    rate: float = 4e-4
    """Learning rate of the encoder's last layer; those below learn by ``decay`` less each."""
    head_rate: float = 1e-3
    decay: float = 0.95
    dropout: float = 0.1
    size: int = 256
    shrink: float = 0.01
    """Weight decay (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019)."""
    warm: float = 0.1
    seed: int = 1
    inside: float = 0.5
    valid: float = 0.5
    words: float = 0.08
    triggers: float = 0.15
    heading: float = 0.1
    spans: int = 2
    """Windows of news with attributions, and as many with participants of attacks, beside each batch of claims."""
    half: int = 1
    """1 to compute the encoder in 16-bit floating point while training."""
    device: str = "cpu"


def losses(net: Reader, b: dict[str, Tensor], examples: Sequence[Example], plan: Plan) -> dict[str, Tensor]:
    """The parts of the loss of a batch, each a mean over its claims."""
    with torch.autocast(plan.device, torch.bfloat16, enabled=bool(plan.half)):
        h = net.words(b)
    at, begin, end, event = (b[f"claim_{name}"] for name in ("at", "begin", "end", "event"))
    fresh = b["fresh"][:, :, None].float()
    claims = max(len(examples), len(at))
    logits = net.anchors(h, b["triggers"])
    word = torch.arange(h.shape[1], device=h.device)[None]
    out = {}
    # exactly one word of each claim is its anchor, whichever it is, and no word outside a claim is one
    own = logits[at, :, event].masked_fill((word < begin[:, None]) | (word > end[:, None]) | ~b["fresh"][at], NEVER)
    out["anchor"] = ((F.softplus(logits) * fresh).sum() - torch.logsumexp(own, -1).sum()) / claims
    inside = F.binary_cross_entropy_with_logits(net.inside(h), b["inside"], reduction="none")
    out["inside"] = plan.inside * (inside * fresh).sum() / claims / 8
    tags = F.cross_entropy(net.place(h).transpose(1, 2), b["tags"], reduction="none")
    out["tags"] = 0.5 * (tags * b["fresh"]).sum() / claims
    if not len(at):
        return out
    anchor = own.detach().argmax(-1)
    edges = net.edges(h, at, anchor, event)
    first = edges[:, 0].masked_fill((word > anchor[:, None]) | ~b["word"][at], NEVER)
    last = edges[:, 1].masked_fill((word < anchor[:, None]) | ~b["word"][at], NEVER)
    out["edges"] = 0.2 * (F.cross_entropy(first, begin) + F.cross_entropy(last, end))
    c, acts, _ = net.claims(h, at, anchor, begin, end, event, b["sentences"], b["word"])
    out["act"] = F.cross_entropy(acts, b["claim_act"])
    pairs = pairs_of(examples, *(part.cpu().numpy() for part in (at, anchor, begin, end))).to(h.device)
    scores, nobody, sectors = net.roles(h, at, c, b["mention"], b["mention_mask"], b["mention_features"], pairs)
    chance = torch.log_softmax(torch.cat([scores, nobody[:, :, None]], -1), -1)
    right = (b["claim_roles"][:, :, None] >= 0) & (b["mention_actor"][at][:, None] == b["claim_roles"][:, :, None])
    right &= b["mention_mask"][at][:, None]
    answer = torch.cat([right, (b["claim_roles"] == -1)[:, :, None]], -1)
    known = answer.any(-1)
    out["roles"] = (-torch.logsumexp(chance.masked_fill(~answer, NEVER), -1) * known).sum() / claims
    weights = torch.softmax(scores.masked_fill(~right, NEVER), -1).transpose(1, 2)[..., None]
    sector = F.cross_entropy((sectors * weights).sum(1).flatten(0, 1), b["claim_sectors"].flatten(), reduction="none")
    out["sectors"] = 0.5 * (sector * right.any(-1).flatten()).sum() / claims
    for kind in TYPES:
        where = b[f"{kind}_where"]
        if not len(where):
            continue
        of = where[:, 0]
        words = (h[at[of], where[:, 1]] + h[at[of], where[:, 2]]) / 2
        answers = net.links(kind, words, c[of], b[f"{kind}_features"], b[f"{kind}_relation"])
        if kind != "time":
            out[kind] = F.cross_entropy(answers, b[f"{kind}_answer"], reduction="sum") / claims
        else:
            out[kind] = _time_loss(answers[:, 0], of, b["time_answer"], net.no_time(c)[:, 0], b["time_none"]) / claims
    if plan.valid:
        out["valid"] = plan.valid * _valid_loss(net, h, b, logits, anchor, c) / claims
    return out


def _time_loss(scores: Tensor, of: Tensor, right: Tensor, none: Tensor, asked: Tensor) -> Tensor:
    """Which of all times, or none, is the claim's; several expressions of it count together."""
    everything = torch.logaddexp(_sum_by(scores, of, len(none)), none)
    wanted = _sum_by(scores.masked_fill(right == 0, NEVER), of, len(none))
    absent = torch.zeros(len(none), dtype=torch.bool, device=none.device)
    absent[asked[:, 0]] = asked[:, 1].bool()
    return (everything - torch.where(absent, none, wanted))[asked[:, 0]].sum()


def _sum_by(scores: Tensor, group: Tensor, groups: int) -> Tensor:
    """Log of the sum of the exponentials of each group's scores."""
    most = torch.full((groups,), NEVER, device=scores.device).scatter_reduce(0, group, scores.detach(), "amax")
    total = torch.zeros(groups, device=scores.device).scatter_add(0, group, torch.exp(scores - most[group]))
    return most + torch.log(total + 1e-9)


def _valid_loss(net: Reader, h: Tensor, b: dict[str, Tensor], logits: Tensor, anchor: Tensor, c: Tensor) -> Tensor:
    """Tells the claims from the likeliest claims that are none."""
    at, begin, end, event = (b[f"claim_{name}"] for name in ("at", "begin", "end", "event"))
    word = torch.arange(h.shape[1], device=h.device)[None]
    with torch.no_grad():
        chance = torch.sigmoid(logits.detach()) * b["fresh"][:, :, None]
        chance[at, anchor, event] = 0
        flat = chance.flatten()
        top = flat.topk(min(len(flat), 2 * min(len(at) + 8, 40))).indices
        width = h.shape[1] * EVENTS
        where, place, kind = top // width, top // EVENTS % h.shape[1], top % EVENTS
        edges = net.edges(h, where, place, kind)
        first = edges[:, 0].masked_fill((word > place[:, None]) | ~b["word"][where], NEVER).argmax(-1)
        last = edges[:, 1].masked_fill((word < place[:, None]) | ~b["word"][where], NEVER).argmax(-1)
        same = (where[:, None] == at[None]) & (kind[:, None] == event[None])
        shared = torch.minimum(last[:, None], end[None]) - torch.maximum(first[:, None], begin[None]) + 1
        shorter = torch.minimum((last - first)[:, None], (end - begin)[None]) + 1
        other = ~(same & (shared.clamp(min=0) > 0.5 * shorter)).any(1)
        where, place, kind, first, last = (part[other] for part in (where, place, kind, first, last))
    wrong, _, _ = net.claims(h, where, place, first, last, kind, b["sentences"], b["word"])
    return F.softplus(-net.valid(c)).sum() + F.softplus(net.valid(wrong)).sum()


def fit(
    net: Reader, examples: Sequence[Example], plan: Plan, report: Any = print, news: Sequence[Sequence[Tagged]] = ()
) -> Reader:
    """Trains a network in place and returns it; ``news`` are collections of tagged windows that train it along the way."""
    torch.manual_seed(plan.seed)
    random = np.random.default_rng(plan.seed)
    net.to(plan.device)
    optimiser = torch.optim.AdamW(_groups(net, plan), betas=(0.9, 0.98), eps=1e-6)
    steps = plan.epochs * math.ceil(len(examples) / plan.batch)
    warm = plan.warm * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / warm) * max(0.0, 1 - max(0.0, s - warm) / (steps - warm))
    )
    disturb = Disturb(words=plan.words, triggers=plan.triggers, heading=plan.heading)
    started = time.time()
    for epoch in range(plan.epochs):
        net.train()
        order = sorted(range(len(examples)), key=lambda at: len(examples[at].ids) + 60 * random.random())
        batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
        total: defaultdict[str, float] = defaultdict(float)
        for number in random.permutation(len(batches)):
            chosen = [examples[at] for at in batches[number]]
            b = batch_of(chosen, random, disturb) | goals_of(chosen, random)
            parts = losses(net, {name: value.to(plan.device) for name, value in b.items()}, chosen, plan)
            for tagged in news if plan.spans else ():
                some = [tagged[at] for at in random.choice(len(tagged), plan.spans, replace=False)]
                b = {n: v.to(plan.device) for n, v in batch_of([t.example for t in some], random, disturb).items()}
                with torch.autocast(plan.device, torch.bfloat16, enabled=bool(plan.half)):
                    h = net.words(b)
                for name, part in span_losses(net, h, b["fresh"].float(), some).items():
                    parts[name] = parts.get(name, 0) + part
            optimiser.zero_grad(set_to_none=True)
            loss = torch.stack(list(parts.values())).sum()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            for name, value in parts.items():
                total[name] += value.item() / len(batches)
        if total:
            report(f"epoch {epoch} {time.time() - started:.0f} s " + " ".join(f"{n} {v:.3f}" for n, v in total.items()))
    return net.eval()


def _groups(net: Reader, plan: Plan) -> list[dict[str, Any]]:
    depth = len(net.encoder.layers)
    groups: defaultdict[tuple[float, float], list[Any]] = defaultdict(list)
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("encoder.layers."):
            rate = plan.rate * plan.decay ** (depth - int(name.split(".")[2]) - 1)
        elif name.startswith(("encoder.actor", "encoder.shape", "encoder.sector", "encoder.known")):
            rate = 0.3 * plan.head_rate
        elif name.startswith("encoder."):
            rate = plan.rate * plan.decay**depth
        else:
            rate = plan.head_rate
        groups[rate, plan.shrink if parameter.dim() > 1 else 0.0].append(parameter)
    return [{"params": params, "lr": rate, "weight_decay": shrink} for (rate, shrink), params in groups.items()]


def vocabulary_of(folder: Path) -> list[str]:
    """The pieces of a base model, in order."""
    return (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:30522]


def prepared(paths: Iterable[Path], cut: Pieces, without: Sequence[dict[str, Any]] = ()) -> list[Example]:
    """The examples of some files of documents, with their folds, and of documents ``without`` claims."""
    documents = load(paths)
    folds = [*fold_of(documents), *(ALWAYS_LEARNT for _ in without)]
    return [e for d, fold in zip([*documents, *without], folds, strict=True) for e in examples_of(d, cut, fold)]


def tagged_news(paths: Sequence[Path], cut: Pieces) -> list[list[Tagged]]:
    """The training splits of the public benchmarks on attribution and on attacks, of which ``paths`` are none or both."""
    return [list(read(lines(path), cut)) for path, read in zip(paths, NEWS.values(), strict=bool(paths))]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder of the base encoder: vocab.txt, model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--start", type=Path, help="folder of weights to go on from, made by this script")
    parser.add_argument("--news", type=Path, help="folder of the public benchmarks, to learn attributions and participants too")
    parser.add_argument(
        "--ordinary", type=Path, help="folder with the scope of ordinary news, whose texts stand in those benchmarks"
    )
    parser.add_argument("--leave-out", default="0", help="folds that are not learnt from, for example 0,1")
    for field in dataclasses.fields(Plan):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = parser.parse_args(arguments)
    plan = Plan(**{field.name: getattr(given, field.name) for field in dataclasses.fields(Plan)})
    vocabulary = vocabulary_of(given.base)
    left_out = {int(fold) for fold in given.leave_out.split(",") if fold}
    base = [given.base / name for name in ("vocab.txt", "model.safetensors")]
    news = [given.news / name for name in NEWS] if given.news else []
    without = ordinary.documents(given.news, given.ordinary) if given.ordinary else []
    others = ordinary.files(given.news, given.ordinary) if given.ordinary else []
    learnt = [e for e in prepared(sorted(given.documents), Pieces(vocabulary), without) if e.fold not in left_out]
    torch.manual_seed(plan.seed)
    net = Reader(len(vocabulary), plan.size, plan.dropout)
    load_base(net.encoder, base[1], vocabulary)
    if given.start:
        net.load_state_dict(torch.load(given.start / "weights.pt"))
    print(f"{len(learnt)} windows, {sum(len(e.goals) for e in learnt)} claims")
    fit(net, learnt, plan, lambda line: print(line, flush=True), tagged_news(news, Pieces(vocabulary)))
    given.out.mkdir(parents=True, exist_ok=True)
    torch.save({name: value.cpu() for name, value in net.state_dict().items()}, given.out / "weights.pt")
    step = {
        "plan": dataclasses.asdict(plan),
        "left out": sorted(left_out),
        "went on from": given.start.name if given.start else None,
        "ordinary news": bool(others),
    }
    files = provenance.hashes([*given.documents, *news, *base, *others])
    provenance.write(given.out, step, files, [given.start] if given.start else [])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
