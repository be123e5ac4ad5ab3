"""The reader's network, as it is trained.

An encoder turns the words of a window into vectors. On them stand small heads: which word names an event (the anchor),
where the claim around it begins and ends, with what act it is made, and which of the mentions that the vocabularies found
belong to it. The encoder never sees whom a text names, only that it names its first, second ... actor.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from merestone.reading.actor_mentions import CODE_SECTORS, FORMS
from merestone.reading.candidates import CHOICES, FEATURES, NOTHING_OR, RELATIONS, TYPES
from merestone.reading.encoding import ACTORS, SECTORS, SHAPES
from merestone.reading.features import FLAGS, MENTION_FEATURES, PAIR_FEATURES

EVENTS, ACTS, ROLES = 28, 7, 3
TAGS = 3
"""Outside, first word and further word of a place."""
NEVER = -1e4


SPANS = ("cue", "content", "source", "PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
"""Spans that words are tagged with, two tags each, for its first word and for all its words: the parts of an attribution
(Newell, Margolin and Ruths, An Attribution Relations Corpus for Political News, 2018) and who takes part in an attack (the
roles of the Fourth Message Understanding Conference, 1992)."""
LINK = 64


def two_layers(inner: int, middle: int, outer: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inner, middle), nn.GELU(), nn.Dropout(dropout), nn.Linear(middle, outer))


WIDTH, LAYERS, HEADS, INNER, POSITIONS, EPSILON = 384, 6, 12, 1536, 512, 1e-12
"""The shape of MiniLM with six layers (Wang and others, MiniLM, 2020)."""


class Layer(nn.Module):
    """A transformer layer with normalisation behind each part (Vaswani and others, Attention Is All You Need, 2017)."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float, epsilon: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.attend = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.norm_attended = nn.LayerNorm(width, eps=epsilon)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.norm_narrow = nn.LayerNorm(width, eps=epsilon)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.attend(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if torch.onnx.is_in_onnx_export():
            weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + bias, -1)
            seen = weights @ v
        else:
            seen = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=self.dropout if self.training else 0.0)
        x = self.norm_attended(x + self.drop(self.attended(seen.transpose(1, 2).reshape(batch, length, width))))
        return self.norm_narrow(x + self.drop(self.narrow(F.gelu(self.widen(x)))))


class Encoder(nn.Module):
    """BERT (Devlin and others, 2019) of MiniLM's size, with further embeddings of what the vocabularies know."""

    def __init__(self, vocabulary: int, dropout: float) -> None:
        super().__init__()
        width = self.width = WIDTH
        self.pieces = nn.Embedding(vocabulary + len(FORMS), width)
        self.positions = nn.Embedding(POSITIONS, width)
        self.segment = nn.Parameter(torch.zeros(width))
        self.actor = nn.Embedding(ACTORS + 1, width)
        self.shape = nn.Embedding(len(SHAPES), width)
        self.sector = nn.Embedding(len(SECTORS) + 1, width)
        self.known = nn.Linear(len(FLAGS) + EVENTS, width, bias=False)
        for table, spread in ((self.actor, 0.03), (self.shape, 0.01), (self.sector, 0.01), (self.known, 0.02)):
            nn.init.normal_(table.weight, std=spread)
        with torch.no_grad():
            self.actor.weight[0] = 0
            self.sector.weight[0] = 0
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.drop = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(width, HEADS, INNER, dropout, EPSILON) for _ in range(LAYERS))

    def forward(self, ids: Tensor, actor: Tensor, shape: Tensor, sector: Tensor, known: Tensor, mask: Tensor) -> Tensor:
        """(B, P) arrays of window pieces, ``known`` (B, P, flags and triggers) -> (B, P, width)."""
        place = torch.arange(ids.shape[1], device=ids.device)
        x = self.pieces(ids) + self.positions(place)[None] + self.actor(actor) + self.shape(shape) + self.sector(sector)
        x = self.drop(self.norm(x + self.known(known) + self.segment))
        bias = torch.zeros(mask.shape[0], 1, 1, mask.shape[1], device=ids.device).masked_fill(~mask[:, None, None, :], NEVER)
        bias = bias.to(x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x


class Reader(nn.Module):
    """Encoder and heads. B windows of W words, C claims in window ``at`` (C), M mentions a window."""

    def __init__(self, vocabulary: int = 30522, size: int = 256, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, dropout)
        width, self.size = self.encoder.width, size
        self.anchor = two_layers(width, size, EVENTS, dropout)
        self.trust = nn.Parameter(torch.full((EVENTS,), 2.5))
        self.inside = nn.Linear(width, EVENTS)
        nn.init.constant_(self.anchor[-1].bias, -6.0)
        nn.init.constant_(self.inside.bias, -3.0)
        self.place = nn.Linear(width, TAGS)
        self.event = nn.Embedding(EVENTS, size)
        self.edge_query, self.edge_key = nn.Linear(width + size, 2 * size), nn.Linear(width, 2 * size)
        self.look_query, self.look_key = nn.Linear(width + size, 2 * size), nn.Linear(width, 2 * size)
        self.look_bias = nn.Parameter(torch.tensor([[2.0, 0.0, -4.0], [1.0, 0.0, -4.0]]))
        self.claim = nn.Sequential(
            nn.Linear(5 * width + size, 2 * size), nn.GELU(), nn.LayerNorm(2 * size), nn.Dropout(dropout)
        )
        self.act = nn.Linear(2 * size + width, ACTS)
        self.valid = two_layers(2 * size, size // 2, 1, dropout)
        self.role_query, self.role_key = nn.Linear(2 * size, ROLES * size), nn.Linear(width, ROLES * size)
        self.role_nobody = nn.Linear(2 * size, ROLES)
        seen = len(MENTION_FEATURES) + len(PAIR_FEATURES)
        self.role_seen = two_layers(seen + 32, 96, ROLES, dropout)
        self.role_event = nn.Linear(2 * size, 32)
        self.sector = two_layers(2 * size + width + len(MENTION_FEATURES), size, ROLES * len(CODE_SECTORS), dropout)
        half = size // 2
        self.link_claim = nn.ModuleDict({t: nn.Linear(2 * size, half) for t in TYPES})
        self.link_words = nn.ModuleDict({t: nn.Linear(width, half) for t in TYPES})
        self.link = nn.ModuleDict(
            {t: two_layers(3 * half + FEATURES[t] + RELATIONS + CHOICES[t], half, NOTHING_OR[t], dropout) for t in TYPES}
        )
        self.no_time = nn.Linear(2 * size, 1)
        self.spans = nn.Linear(width, 2 * len(SPANS))
        self.of_cue = nn.ModuleDict({part: nn.Linear(width, 2 * LINK) for part in ("content", "source")})
        self.no_source = nn.Linear(width, 1)
        nn.init.constant_(self.spans.bias, -4.0)

    def words(self, b: Mapping[str, Tensor]) -> Tensor:
        """Vectors of the words, (B, W, width); ``known`` has a row of zeros before those of the words, for pieces of none."""
        known = torch.gather(b["known"], 1, b["owner"][:, :, None].expand(-1, -1, b["known"].shape[2]))
        h = self.encoder(b["ids"], b["actor"], b["shape"], b["sector"], known, b["mask"])
        return torch.gather(h, 1, b["first"][:, :, None].expand(-1, -1, h.shape[2])).float()

    def anchors(self, h: Tensor, triggers: Tensor) -> Tensor:
        """Logits that a word names an event, (B, W, EVENTS)."""
        return self.anchor(h) + self.trust * triggers

    def edges(self, h: Tensor, at: Tensor, anchor: Tensor, event: Tensor) -> Tensor:
        """Scores of each word to begin (0) and to end (1) the claim around an anchor, (C, 2, W)."""
        q = self.edge_query(torch.cat([h[at, anchor], self.event(event)], -1)).view(-1, 2, self.size)
        k = self.edge_key(h).view(h.shape[0], h.shape[1], 2, self.size)
        return _answers(q, k, at) / math.sqrt(self.size)

    def claims(
        self, h: Tensor, at: Tensor, anchor: Tensor, first: Tensor, last: Tensor, event: Tensor, sentences: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Vector of each claim (C, 2 size), logits of its act (C, ACTS), and how much each word counted, (C, 2, W)."""
        named = self.event(event)
        word = torch.arange(h.shape[1], device=h.device)[None]
        inside = (word >= first[:, None]) & (word <= last[:, None])
        own = sentences[at]
        near = (own >= own.gather(1, first[:, None])) & (own <= own.gather(1, last[:, None]))
        where = torch.where(inside, 0, torch.where(near, 1, 2))
        q = self.look_query(torch.cat([named, h[at, anchor]], -1)).view(-1, 2, self.size)
        k = self.look_key(h).view(h.shape[0], h.shape[1], 2, self.size)
        looks = _answers(q, k, at) / math.sqrt(self.size) + self.look_bias[:, where].transpose(0, 1)
        looks = torch.softmax(looks.masked_fill(~mask[at][:, None], NEVER), -1)
        seen = looks @ (h[0] if torch.onnx.is_in_onnx_export() else h[at])
        c = self.claim(torch.cat([h[at, anchor], h[at, first], h[at, last], seen[:, 0], seen[:, 1], named], -1))
        return c, self.act(torch.cat([c, seen[:, 1]], -1)), looks

    def roles(
        self, h: Tensor, at: Tensor, c: Tensor, mention: Tensor, mask: Tensor, features: Tensor, pairs: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of mentions as speaker, actor, target (C, ROLES, M), of nobody (C, ROLES), of sectors (C, M, ROLES, 10)."""
        m = torch.gather(h, 1, mention[:, :, None].expand(-1, -1, h.shape[2]))
        q = self.role_query(c).view(-1, ROLES, self.size)
        k = self.role_key(m).view(m.shape[0], m.shape[1], ROLES, self.size)
        seen = torch.cat([features[at], pairs, self.role_event(c)[:, None].expand(-1, m.shape[1], -1)], -1)
        scores = _answers(q, k, at) / math.sqrt(self.size) + self.role_seen(seen).transpose(1, 2)
        both = torch.cat([c[:, None].expand(-1, m.shape[1], -1), m[at], features[at]], -1)
        sectors = self.sector(both).view(both.shape[0], both.shape[1], ROLES, len(CODE_SECTORS))
        return scores.masked_fill(~mask[at][:, None, :], NEVER), self.role_nobody(c), sectors

    def links(self, kind: str, words: Tensor, c: Tensor, features: Tensor, relation: Tensor) -> Tensor:
        """Logits of candidates for a field; rows of word vectors, claim vectors, features and relations with rules' choice."""
        x, y = self.link_claim[kind](c), self.link_words[kind](words)
        return self.link[kind](torch.cat([x, y, x * y, features, relation], -1))

    def attributed(self, h: Tensor, at: Tensor, cue: Tensor, other: Tensor, part: str) -> Tensor:
        """Scores that contents or sources, by their first words, belong to cues, by theirs; one score for each pair."""
        q, k = self.of_cue[part](h).split(LINK, -1)
        return (q[at, cue] * k[at, other]).sum(-1) / math.sqrt(LINK)


def _answers(asked: Tensor, keys: Tensor, at: Tensor) -> Tensor:
    """Products of what each claim asks (C, n, size) and the keys (B, W, n, size) of its document, (C, n, W)."""
    if torch.onnx.is_in_onnx_export():  # of one document: no keys are repeated for each claim
        return (asked.transpose(0, 1) @ keys[0].permute(1, 2, 0)).transpose(0, 1)
    return torch.einsum("cnd,cwnd->cnw", asked, keys[at])


_LIKE = {
    "name": "armenia france russia india israel sudan ukraine pakistan turkey iran",
    "adjective": "armenian french russian indian israeli sudanese ukrainian pakistani turkish iranian",
    "seat": "moscow paris washington london delhi beijing kiev", "force": "army navy forces military",
    "person": "putin obama clinton bush", "body": "nato un eu", "monitor": "mission observers monitors un",
    "group": "rebels militia hamas taliban", "member": "rebel militia", "letters": "nato un eu rebels",
}  # fmt: skip
"""Words whose pieces a form of an actor begins with."""


def load_base(encoder: Encoder, weights: Path, vocabulary: list[str]) -> None:
    """Puts the published weights of a base encoder (safetensors) in."""
    from safetensors.torch import load_file

    w = load_file(weights)
    with torch.no_grad():
        encoder.pieces.weight[: len(vocabulary)] = w["embeddings.word_embeddings.weight"].float()
        encoder.positions.weight.copy_(w["embeddings.position_embeddings.weight"])
        encoder.segment.copy_(w["embeddings.token_type_embeddings.weight"][0])
        encoder.norm.weight.copy_(w["embeddings.LayerNorm.weight"])
        encoder.norm.bias.copy_(w["embeddings.LayerNorm.bias"])
        for number, layer in enumerate(encoder.layers):
            at = f"encoder.layer.{number}."
            parts = ("query", "key", "value")
            for name in ("weight", "bias"):
                getattr(layer.attend, name).copy_(torch.cat([w[f"{at}attention.self.{part}.{name}"] for part in parts]))
                getattr(layer.attended, name).copy_(w[f"{at}attention.output.dense.{name}"])
                getattr(layer.norm_attended, name).copy_(w[f"{at}attention.output.LayerNorm.{name}"])
                getattr(layer.widen, name).copy_(w[f"{at}intermediate.dense.{name}"])
                getattr(layer.narrow, name).copy_(w[f"{at}output.dense.{name}"])
                getattr(layer.norm_narrow, name).copy_(w[f"{at}output.LayerNorm.{name}"])
        rows = {piece: row for row, piece in enumerate(vocabulary)}
        for number, form in enumerate(FORMS):
            like = [encoder.pieces.weight[rows[word]] for word in _LIKE[form].split() if word in rows]
            encoder.pieces.weight[len(vocabulary) + number] = torch.stack(like).mean(0)
