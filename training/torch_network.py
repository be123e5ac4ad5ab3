"""The trained network behind the interface that decoding asks for, as it is before it is exported."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from merestone.reading.decoding import Judged
from merestone.reading.encoding import Window
from network import Reader

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


class TorchNetwork:
    """Scores windows with the trained modules, one window at a time."""

    def __init__(self, net: Reader, device: str = "cpu") -> None:
        self.net, self.device = net.eval().to(device), device

    @torch.no_grad()
    def encode(self, window: Window, known: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        b = {
            name: self._long(values)[None]
            for name, values in (
                ("ids", window.ids), ("actor", window.actor), ("shape", window.shape), ("sector", window.sector),
                ("owner", window.owner), ("first", window.first),
            )
        }  # fmt: skip
        b["known"] = self._floats(np.concatenate([np.zeros((1, known.shape[1]), np.float32), known]))[None]
        b["mask"] = torch.ones_like(b["ids"], dtype=torch.bool)
        h = self.net.words(b)
        triggers = self._floats(known[None, :, -self.net.trust.shape[0] :])
        anchors = torch.sigmoid(self.net.anchors(h, triggers))
        inside = torch.sigmoid(self.net.inside(h))
        words, likely, within, places = (part[0].cpu().numpy() for part in (h, anchors, inside, self.net.place(h)))
        return words, likely, within, places

    @torch.no_grad()
    def edges(self, words: Floats, anchors: Ints, events: Ints) -> Floats:
        h = self._floats(words)[None]
        at = self._long(np.zeros(len(anchors)))
        scores: Floats = self.net.edges(h, at, self._long(anchors), self._long(events)).cpu().numpy()
        return scores

    @torch.no_grad()
    def judge(
        self, words: Floats, anchors: Ints, firsts: Ints, lasts: Ints, events: Ints, sentences: Ints,
        mentions: Ints, features: Floats, pairs: Floats,
    ) -> Judged:  # fmt: skip
        h = self._floats(words)[None]
        at = self._long(np.zeros(len(anchors)))
        mask = torch.ones(1, len(words), dtype=torch.bool, device=self.device)
        places = (self._long(part) for part in (anchors, firsts, lasts, events))
        c, acts, looks = self.net.claims(h, at, *places, self._long(sentences)[None], mask)
        some = torch.ones(1, len(mentions), dtype=torch.bool, device=self.device)
        roles, nobody, sectors = self.net.roles(
            h, at, c, self._long(mentions)[None], some, self._floats(features)[None], self._floats(pairs)
        )
        valid, none = self.net.valid(c)[:, 0], self.net.no_time(c)[:, 0]
        return Judged(*(part.cpu().numpy() for part in (c, acts, looks, valid, roles, nobody, sectors, none)))

    @torch.no_grad()
    def links(
        self, kind: str, words: Floats, claims: Floats, begins: Ints, ends: Ints, features: Floats, relation: Floats
    ) -> Floats:
        m, c = self._floats((words[begins] + words[ends]) / 2), self._floats(claims)
        of = len(c), len(m)
        wide = m[None].expand(*of, -1), c[:, None].expand(*of, -1), self._floats(features)[None].expand(*of, -1)
        logits: Floats = self.net.links(kind, *wide, self._floats(relation)).cpu().numpy()
        return logits

    def _long(self, values: npt.ArrayLike) -> Tensor:
        return torch.from_numpy(np.asarray(values, np.int64)).to(self.device)

    def _floats(self, values: npt.ArrayLike) -> Tensor:
        return torch.from_numpy(np.array(values, np.float32)).to(self.device)
