"""Clauses: which verb governs a word, and which characters its clause covers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from merestone.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_CLAUSE = {"ROOT", "advcl", "ccomp", "relcl", "acl", "parataxis", "csubj", "csubjpass", "pcomp"}
_VERBAL = {"VERB", "AUX"}
_OPENERS = frozenset('"“‘«([-–—•,;:')


@dataclasses.dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a document, by token."""

    head: tuple[int, ...]
    """For each token, the index of the token that heads its clause."""
    first: dict[int, int]
    """For each clause, its first token that is not part of a clause coordinated with it."""
    last: dict[int, int]
    """For each clause, its last such token."""

    def span(self, doc: Doc, token: Token) -> Span:
        """Characters of the clause that a token belongs to, without the punctuation around it."""
        head = self.head[token.i]
        first, last = self.first[head], self.last[head]
        while first < last and (doc[first].is_space or doc[first].text in _OPENERS):
            first += 1
        while last > first and doc[last].is_space:
            last -= 1
        return doc[first].idx, doc[last].idx + len(doc[last].text)


def clauses_of(doc: Doc) -> Clauses:
    """The clauses of a document, in time linear in its length: sentences have a longest length."""
    heads: list[int] = [0] * len(doc)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for sentence in doc.sents:
        begins = {token.i for token in sentence if _begins_clause(token)}
        for token in sentence:
            at = token
            while at.i not in begins and at.head.i != at.i:
                at = at.head
            heads[token.i] = at.i
        # a clause covers what hangs on it, save the clauses that are coordinated with it
        for token in sentence:
            own = heads[token.i]
            if token.is_punct or token.dep_ == "cc":
                first.setdefault(own, own), last.setdefault(own, own)
                continue
            while True:
                first[own] = min(first.get(own, token.i), token.i)
                last[own] = max(last.get(own, token.i), token.i)
                above = doc[own].head
                if above.i == own or doc[own].dep_ in ("conj", "parataxis", "ROOT"):
                    break
                own = heads[above.i]
    return Clauses(tuple(heads), first, last)


def _begins_clause(token: Token) -> bool:
    if token.head.i == token.i:
        return True
    if token.pos_ not in _VERBAL:
        return False
    return token.dep_ in _CLAUSE or (token.dep_ == "conj" and token.head.pos_ in _VERBAL)
