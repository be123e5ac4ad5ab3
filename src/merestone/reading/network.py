"""The network that reads, run by ONNX Runtime on the CPU.

Its files lie in ``data/encoder`` and are made by ``training/``: the vocabulary of word pieces, the embeddings (8 bits with a
scale for each row), and small graphs: for a window's
words, for the edges of claims, for their judgement, and for each type of candidate that is linked to them. A window
is scored by itself, never in a batch, and with a fixed order of sums, so that nothing but its own words changes its scores: not
how many documents are read, in which order or by how many processes.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import numpy.typing as npt

from merestone.errors import MerestoneError
from merestone.reading.candidates import TYPES
from merestone.reading.decoding import Judged, Settings
from merestone.reading.encoding import Pieces, Window
from merestone.reading.inputs import EVENTS

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

GRAPHS = ("words", "edges", "judgement", *(f"link_{kind}" for kind in TYPES), "spans")
FILES = ("vocabulary.txt", "embeddings.npz", "settings.json", *(f"{name}.onnx" for name in GRAPHS))
TABLES = ("pieces", "positions", "actor", "shape", "sector", "known")
"""Embeddings in ``embeddings.npz``; ``known`` is a matrix from flags and triggers."""


@dataclasses.dataclass(frozen=True, slots=True)
class Spans:
    """What the network says of W words as parts of attributions and attacks."""

    tags: Floats
    """Chances to begin, and to be part of, a span of each kind, (W, 2 kinds)."""
    content: tuple[Floats, Floats]
    """What cues ask and contents answer, (W, 64) each; their product says how well they belong together."""
    source: tuple[Floats, Floats]
    no_source: Floats
    """Score of a cue for having no source, (W,)."""


class OnnxNetwork:
    """Scores windows of documents. ``threads`` of 0 lets the runtime choose."""

    def __init__(self, folder: Traversable, threads: int = 0) -> None:
        for name in FILES:
            if not folder.joinpath(name).is_file():
                raise MerestoneError("M403", path=name)
        self.cut = Pieces(folder.joinpath("vocabulary.txt").read_text(encoding="utf-8").split("\n"))
        with folder.joinpath("embeddings.npz").open("rb") as file:
            tables = np.load(file)
            self._tables = {name: _table(tables, name) for name in TABLES}
            self._segment: Floats = tables["segment"]
            self.trust: Floats = tables["trust"]
        self._words = _session(folder.joinpath("words.onnx"), threads)
        self._edges, self._judgement = (_session(folder.joinpath(f"{name}.onnx"), 1) for name in ("edges", "judgement"))
        self._links = {kind: _session(folder.joinpath(f"link_{kind}.onnx"), 1) for kind in TYPES}
        self._spans = _session(folder.joinpath("spans.onnx"), 1)
        self.settings = Settings(**json.loads(folder.joinpath("settings.json").read_text(encoding="utf-8")))
        self._places = np.arange(1024, dtype=np.int32)

    def encode(self, window: Window, known: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """As ``decoding.Network``."""
        x = self._look("pieces", window.ids) + self._look("positions", self._places[: len(window.ids)])
        x += self._look("actor", window.actor) + self._look("shape", window.shape) + self._look("sector", window.sector)
        x += self._segment
        matrix, _ = self._tables["known"]
        owner = window.owner
        x[owner > 0] += _product(known, matrix)[owner[owner > 0] - 1]
        words, anchors, inside, places = self._words.run(None, {"x": x[None], "first": window.first.astype(np.int64)})
        anchors = anchors + self.trust * known[:, -len(EVENTS) :]
        return words, _sigmoid(anchors), _sigmoid(inside), places

    def _look(self, name: str, rows: Ints) -> Floats:
        table, scale = self._tables[name]
        found: Floats = table[rows].astype(np.float32)
        return found if scale is None else found * scale[rows, None]

    def edges(self, words: Floats, anchors: Ints, events: Ints) -> Floats:
        """As ``decoding.Network``."""
        (scores,) = self._edges.run(None, {"words": words, "anchor": _long(anchors), "event": _long(events)})
        found: Floats = scores
        return found

    def judge(
        self, words: Floats, anchors: Ints, firsts: Ints, lasts: Ints, events: Ints, sentences: Ints,
        mentions: Ints, features: Floats, pairs: Floats,
    ) -> Judged:  # fmt: skip
        """As ``decoding.Network``."""
        count = len(mentions)
        if not count:  # the runtime cannot attend to nothing: one mention is made up, and what is said of it left out
            mentions, features = np.zeros(1, np.int32), np.zeros((1, features.shape[1]), np.float32)
            pairs = np.zeros((len(anchors), 1, pairs.shape[2]), np.float32)
        given = {
            "words": words, "anchor": _long(anchors), "first": _long(firsts), "last": _long(lasts), "event": _long(events),
            "sentences": _long(sentences), "mention": _long(mentions), "features": features, "pairs": pairs,
        }  # fmt: skip
        judged = Judged(*self._judgement.run(None, given))
        return dataclasses.replace(judged, roles=judged.roles[:, :, :count], sectors=judged.sectors[:, :count])

    def links(
        self, kind: str, words: Floats, claims: Floats, begins: Ints, ends: Ints, features: Floats, relation: Floats
    ) -> Floats:
        """As ``decoding.Network``."""
        given = {"words": (words[begins] + words[ends]) / 2, "claims": claims, "features": features, "relation": relation}
        (found,) = self._links[kind].run(None, given)
        logits: Floats = found
        return logits

    def spans(self, words: Floats) -> Spans:
        """What the words, with the vectors that ``encode`` gives, are parts of."""
        tags, asks_content, contents, asks_source, sources, no_source = self._spans.run(None, {"words": words})
        return Spans(_sigmoid(tags), (asks_content, contents), (asks_source, sources), no_source[:, 0])


def _table(tables: Any, name: str) -> tuple[npt.NDArray[Any], Floats | None]:
    return tables[name], tables.get(f"{name}_scale")


def _product(known: Floats, matrix: Floats) -> Floats:
    """``known @ matrix``, of which few values are not zero.

    A product of whole matrices would wake the threads of the linear algebra library, which then wait busily on the cores that
    the network needs, and would add up in an order of their own.
    """
    rows, columns = np.nonzero(known)
    out = np.zeros((len(known), matrix.shape[1]), np.float32)
    if len(rows):
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        out[rows[begins]] = np.add.reduceat(known[rows, columns][:, None] * matrix[columns], begins, axis=0)
    return out


def _long(values: Ints) -> npt.NDArray[np.int64]:
    return values.astype(np.int64)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)


def _session(file: Traversable, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # a thread that waits must not take the core from those that compute
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        file.read_bytes(), options, providers=["CPUExecutionProvider"],
        # the runtime's sum and norm in one takes six times as long as one after the other
        disabled_optimizers=["SkipLayerNormFusion"],
    )  # fmt: skip


@cache
def reader_network(threads: int = 0) -> OnnxNetwork:
    """The network that comes with the program."""
    return OnnxNetwork(resources.files("merestone.reading").joinpath("data", "encoder"), threads)
