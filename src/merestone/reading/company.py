"""The company of a word: the features that tell which event the word names, and whether it names one at all.

A feature is a short text, so that every weight in the data files can be read, and so that a claim can say which words led to
it. ``w`` is the word itself, ``h`` the word it hangs on, ``c`` a word that hangs on it, ``b`` another word of its clause, ``s``
another word of its sentence, ``e`` an event that another word of the sentence names beyond doubt.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from merestone.reading.actors import entries, observers
from merestone.reading.clauses import Clauses

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_CONTENT = {"VERB", "NOUN", "ADJ", "ADV", "PROPN", "AUX", "ADP", "NUM", "PART"}
_KINDS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adjective"}


def kind_of(token: Token) -> str:
    """Part of speech as the vocabularies name it: verb, noun, adjective or other."""
    return _KINDS.get(token.pos_, "other")


def word(token: Token) -> str:
    """The form under which a word stands in the data files: lemma in lower case; a number is #, a name is a name's kind.

    No weight may depend on which state, people or armed group a text speaks of, so these never stand by their names.
    """
    if token.like_num or token.pos_ == "NUM":
        return "#"
    if token.text[:1].isupper() and (token.lower_ in _peoples() or token.ent_type_ == "NORP"):
        return "<side>"
    if token.pos_ == "PROPN" and token.ent_type_ in ("GPE", "LOC", "FAC", "PERSON"):
        return f"<{token.ent_type_.lower()}>"
    return "_".join(token.lemma_.lower().replace("‑", "-").split())


@cache
def _peoples() -> frozenset[str]:
    """Words, in lower case, that stand for a state, its people, its capital or an armed side wherever they have a capital."""
    names = [name for name, entry in entries().items() if entry.state not in observers()]
    single = {name.lower() for name in names if name.isalpha()}
    return frozenset(single | {f"{name}s" for name in single})


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """What all words of one sentence share."""

    words: tuple[str, ...]
    """The forms of its tokens."""
    named: tuple[tuple[int, str], ...]
    """Tokens that name an event beyond doubt, and the events."""
    first: int
    """Its first token."""


def own_features(token: Token) -> list[str]:
    """Features of the word and of the words next to it in the parse."""
    base = word(token)
    head = word(token.head) if token.head.i != token.i else "-"
    out = [
        f"w={base}/{kind_of(token)}",
        f"t={token.tag_}",
        f"d={token.dep_}",
        f"w={base}|d={token.dep_}",
        f"h={head}",
        f"h={head}|w={base}",
    ]
    if token.dep_ == "pobj" and token.head.head.i != token.head.i:
        out += [f"p={head}|{word(token.head.head)}", f"p={word(token.head.head)}"]
    if token.dep_ == "conj":
        out.append(f"conj={word(token.head)}")
    for child in token.children:
        if child.is_punct:
            continue
        shape = word(child)
        out.append(f"c={shape}|{child.dep_}")
        if child.dep_ in ("prep", "agent"):
            for leaf in child.children:
                out.append(f"c={shape}|{word(leaf)}")
        elif child.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "xcomp", "ccomp"):
            out.append(f"c={shape}|w={base}")
            out.extend(
                f"cc={word(leaf)}|w={base}"
                for leaf in child.children
                if leaf.dep_ in ("amod", "compound", "prep", "det", "poss")
            )
    return out


def context_features(doc: Doc, clauses: Clauses, sentence: Sentence, token: Token) -> list[str]:
    """Features of the clause and of the sentence."""
    clause = clauses.head[token.i]
    out: set[str] = set()
    for offset, shape in enumerate(sentence.words):
        other = sentence.first + offset
        if other == token.i or not shape:
            continue
        out.add(f"{'b' if clauses.head[other] == clause else 's'}={shape}")
    for step in (-2, -1, 1, 2):
        if 0 <= (at := token.i - sentence.first + step) < len(sentence.words):
            out.add(f"n{step}={sentence.words[at] or word(doc[sentence.first + at])}")
    above = doc[clause]
    out.add(f"k={above.dep_}")
    out.add(f"kw={word(above)}")
    if above.head.i != above.i:
        out.add(f"kh={word(above.head)}|{above.dep_}")
        out.add(f"kh={word(above.head)}")
    for child in above.children:
        if child.dep_ in ("aux", "neg", "mark", "auxpass", "advmod"):
            out.add(f"ka={child.lower_}")
    return sorted(out)


def other_events(clauses: Clauses, sentence: Sentence, token: Token) -> list[str]:
    """Events that other words of the sentence name beyond doubt, before and after this one."""
    out: set[str] = set()
    for index, event in sentence.named:
        if index != token.i:
            where = "k" if clauses.head[index] == clauses.head[token.i] else "s"
            out.add(f"e{where}{'<' if index < token.i else '>'}{event}")
    return sorted(out)


def shape_words(doc: Doc, first: int, last: int) -> tuple[str, ...]:
    """The forms of the tokens of a sentence; empty where a token is of no account."""
    return tuple(word(token) if token.pos_ in _CONTENT else "" for token in doc[first:last])
