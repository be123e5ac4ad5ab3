"""Turns trained weights into the files the program reads with.

    python training/export.py WEIGHTS_FOLDER --base MODEL_FOLDER --out src/merestone/reading/data/encoder

The matrices become whole numbers of 8 bits with a scale for each column, the embeddings with a scale for each row.
``settings.json`` is left as it is (``calibrate.py`` writes it).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

import provenance
from fit_reader import vocabulary_of
from merestone.reading.candidates import CHOICES, FEATURES, RELATIONS, TYPES
from merestone.reading.features import MENTION_FEATURES, PAIR_FEATURES
from network import EVENTS, LINK, Reader

OPSET = 17


class Words(nn.Module):
    """From summed embeddings (1, P, width) to the vectors of W words, and what the heads on words say."""

    def __init__(self, net: Reader) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        encoder = self.net.encoder
        x = encoder.norm(x)
        bias = torch.zeros(1, 1, 1, 1)
        for layer in encoder.layers:
            x = layer(x, bias)
        h = x[0][first]
        return h, self.net.anchor(h), self.net.inside(h), self.net.place(h)


class Edges(nn.Module):
    def __init__(self, net: Reader) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: Tensor, anchor: Tensor, event: Tensor) -> Tensor:
        return self.net.edges(words[None], torch.zeros_like(anchor), anchor, event)


class Judgement(nn.Module):
    def __init__(self, net: Reader) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, words: Tensor, anchor: Tensor, first: Tensor, last: Tensor, event: Tensor, sentences: Tensor, mention: Tensor,
        features: Tensor, pairs: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        h, at = words[None], torch.zeros_like(anchor)
        everything = torch.ones_like(sentences, dtype=torch.bool)[None]
        c, acts, looks = self.net.claims(h, at, anchor, first, last, event, sentences[None], everything)
        some = torch.ones_like(mention, dtype=torch.bool)[None]
        roles, nobody, sectors = self.net.roles(h, at, c, mention[None], some, features[None], pairs)
        return c, acts, looks, self.net.valid(c)[:, 0], roles, nobody, sectors, self.net.no_time(c)[:, 0]


class SpansOfWords(nn.Module):
    def __init__(self, net: Reader) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: Tensor) -> tuple[Tensor, ...]:
        parts = [part for name in ("content", "source") for part in self.net.of_cue[name](words).split(LINK, -1)]
        return self.net.spans(words), *parts, self.net.no_source(words)


class Link(nn.Module):
    def __init__(self, net: Reader, kind: str) -> None:
        super().__init__()
        self.net, self.kind = net, kind

    def forward(self, words: Tensor, claims: Tensor, features: Tensor, relation: Tensor) -> Tensor:
        of = claims.shape[0], words.shape[0]
        m, c = words[None].expand(*of, -1), claims[:, None].expand(*of, -1)
        return self.net.links(self.kind, m, c, features[None].expand(*of, -1), relation)


def export(net: Reader, vocabulary: list[str], out: Path) -> None:
    """Writes all files but the settings."""
    net = net.eval().cpu()
    out.mkdir(parents=True, exist_ok=True)
    (out / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    _write_embeddings(net, out / "embeddings.npz")
    width = net.encoder.width
    w, c, m, p = 9, 3, 4, 11
    words, pairs = torch.randn(w, width), torch.randn(c, m, len(PAIR_FEATURES))
    events, sentences = torch.randint(0, EVENTS, (c,)), torch.zeros(w, dtype=torch.long)

    def some(count: int) -> Tensor:
        return torch.randint(0, w, (count,))

    traced: list[tuple[str, nn.Module, tuple[Tensor, ...], str, str]] = [
        ("words", Words(net), (torch.randn(1, p, width), some(w)), "x[1,p] first[w]", "words anchors inside places"),
        ("spans", SpansOfWords(net), (words,), "words[w]", "tags asks_content contents asks_source sources no_source"),
        ("edges", Edges(net), (words, some(c), events), "words[w] anchor[c] event[c]", "scores"),
        (
            "judgement",
            Judgement(net),
            (words, some(c), some(c), some(c), events, sentences, some(m), torch.randn(m, len(MENTION_FEATURES)), pairs),
            "words[w] anchor[c] first[c] last[c] event[c] sentences[w] mention[m] features[m] pairs[c,m]",
            "claims acts looks valid roles nobody sectors no_time",
        ),
    ]
    for kind in TYPES:
        relation = torch.randn(c, m, RELATIONS + CHOICES[kind])
        given = (torch.randn(m, width), torch.randn(c, 2 * net.size), torch.randn(m, FEATURES[kind]), relation)
        traced.append((f"link_{kind}", Link(net, kind), given, "words[m] claims[c] features[m] relation[c,m]", "answers"))
    with tempfile.TemporaryDirectory() as folder:
        for name, module, given, inputs, outputs in traced:
            plain, whole = Path(folder) / f"{name}.onnx", Path(folder) / f"{name}_8.onnx"
            _trace(module, given, plain, inputs, outputs)
            quantize_dynamic(
                plain, whole, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"]
            )
            onnx.save(_halved(onnx.load(whole)), out / f"{name}.onnx")


def _trace(module: nn.Module, given: tuple[Tensor, ...], file: Path, inputs: str, outputs: str) -> None:
    """Writes a module as a graph; "words[w] pairs[c,m]" names its inputs and their axes, from the first on, that may have any
    length; a number is an axis that may not."""
    names, axes = [], {}
    for one in inputs.split():
        name, _, marks = one.rstrip("]").partition("[")
        names.append(name)
        axes[name] = {axis: mark for axis, mark in enumerate(marks.split(",")) if not mark.isdigit()}
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            given,
            file,
            input_names=names,
            output_names=outputs.split(),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def _halved(model: Any) -> Any:
    """The same graph with its large constants in 16 bits, made 32 bits again when it is loaded."""
    graph = model.graph
    nodes, kept = [], []
    for constant in graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype == np.float32 and values.size > 1024:
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{constant.name}_16"))
            nodes.append(helper.make_node("Cast", [f"{constant.name}_16"], [constant.name], to=TensorProto.FLOAT))
        else:
            kept.append(constant)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    every = nodes + list(graph.node)
    del graph.node[:]
    graph.node.extend(every)
    return model


def _write_embeddings(net: Reader, file: Path) -> None:
    encoder = net.encoder
    arrays: dict[str, npt.NDArray[Any]] = {"segment": _array(encoder.segment), "trust": _array(net.trust)}
    for name in ("pieces", "positions"):
        values = _array(getattr(encoder, name).weight)
        scale = np.abs(values).max(1) / 127
        arrays[f"{name}_scale"] = scale.astype(np.float32)
        arrays[name] = np.rint(values / np.maximum(scale, 1e-12)[:, None]).astype(np.int8)
    for name in ("actor", "shape", "sector"):
        arrays[name] = _array(getattr(encoder, name).weight)
    arrays["known"] = _array(encoder.known.weight).T.copy()
    with file.open("wb") as out:
        np.savez(out, **arrays)


def _array(values: Tensor) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = values.detach().numpy().astype(np.float32)
    return found


def load_weights(folder: Path, vocabulary: list[str]) -> Reader:
    """The network that ``fit_reader.py`` left in a folder."""
    plan = provenance.plan_of(folder)
    net = Reader(len(vocabulary), plan["size"], plan["dropout"])
    net.load_state_dict(torch.load(folder / "weights.pt"))
    return net.eval()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    vocabulary = vocabulary_of(given.base)
    with tempfile.TemporaryDirectory() as folder:
        export(load_weights(given.weights, vocabulary), vocabulary, Path(folder))
        given.out.mkdir(parents=True, exist_ok=True)
        for file in sorted(Path(folder).iterdir()):
            shutil.copyfile(file, given.out / file.name)
    size = sum(file.stat().st_size for file in given.out.iterdir())
    print(f"{size / 1e6:.1f} MB in {given.out.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
