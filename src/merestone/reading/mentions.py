"""Where: the places a claim names, with the part each plays in the event.

Places are looked for in the claim's own sentence: proper names, with the common noun that belongs to them ("X district"),
and common nouns that name a place by themselves ("the buffer zone", "state border with X"); ``place_words.tsv`` lists such
nouns. Whether one of them is a place of the claim, and in which role, is weighed by features of the words around it
(``place_roles.tsv``, fitted on annotated documents by ``training/fit_roles.py``). No gazetteer is needed to read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from typing import get_args

from spacy.tokens import Doc, Token

from merestone.model import Mention, PlaceRole, Reason
from merestone.reading.actors import entries
from merestone.reading.context import Candidate
from merestone.reading.docs import text_of
from merestone.reading.vocabulary import rows
from merestone.reading.weights import strongest, total, weights

NO_PLACE = "no"
_KEY = "merestone.toponyms"
_INSIDE_NAMES = frozenset(
    {"of", "the", "de", "del", "la", "al", "el", "and", "le", "du", "-", "‘", "’", "'", "s", "’s", "'s", "/", "–", "‑"}
)
_NEVER = frozenset(("PERSON", "DATE", "TIME", "MONEY", "PERCENT", "LANGUAGE", "LAW"))
_STANDS = re.compile(
    r"\b(?:positioned|camera|cameras|smm|patrol|monitors|observation post|from its position|stationed|mission)\b"
    r"[^.;]*\b(?:in|at|from|near|on|of)\b"
)
_BEARING_IN_BRACKETS = re.compile(
    r"\([^()]{0,60}?\b(?:k?m|km|kilomet\w+)\b[^()]{0,60}?\b(?:north|south|east|west)[^()]{0,80}\)", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, slots=True)
class Toponym:
    """Words that may name a place."""

    start: int
    end: int
    head: int
    """Token that stands for the name in the parse."""
    kind: str
    """proper, state, seat, actor, line, place: what the words are by themselves."""


@cache
def _words() -> Mapping[str, str]:
    return {
        word: row.one_of("kind", ("line", "place", "direction"))
        for row in rows("place_words.tsv", ("kind", "words"))
        for word in row.several("words")
    }


def places_of_claim(doc: Doc, candidate: Candidate) -> tuple[tuple[Mention, ...], tuple[Reason, ...]]:
    """The places of a claim, in text order, each name once, and the features that spoke most for them."""
    places: list[Mention] = []
    because: list[Reason] = []
    known = weights("place_roles.tsv", "role")
    for toponym in toponyms_near(doc, candidate):
        found = features(doc, candidate, toponym)
        role = max((NO_PLACE, *get_args(PlaceRole)), key=lambda role: total(known[role], found))
        if role == NO_PLACE:
            continue
        span = (doc[toponym.start].idx, doc[toponym.end - 1].idx + len(doc[toponym.end - 1]))
        name = text_of(doc)[slice(*span)]
        if any(place.name == name for place in places):
            continue
        places.append(Mention(name=name, span=span, role=role))
        because.append(Reason(field="places", rule=f"{role}: {strongest(known[role], found)}", words=name, span=span))
    return tuple(places), tuple(because)


def toponyms_near(doc: Doc, candidate: Candidate) -> list[Toponym]:
    """Toponyms of the sentences a claim lies in."""
    span = doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    if span is None or not len(span):
        return []
    first, last = doc[span.start].sent.start, doc[span.end - 1].sent.end
    return [toponym for toponym in toponyms_of(doc) if first <= toponym.start < last]


def toponyms_of(doc: Doc) -> tuple[Toponym, ...]:
    """All words of a document that may name a place, found once and kept with it."""
    kept = doc.user_data.get(_KEY)
    if kept is None:
        kept = tuple(_toponyms(doc))
        doc.user_data[_KEY] = kept
    found: tuple[Toponym, ...] = kept
    return found


def _toponyms(doc: Doc) -> list[Toponym]:
    out: list[Toponym] = []
    taken = 0
    for token in doc:
        if token.i < taken:
            continue
        if _is_name(token):
            end = _name_end(doc, token.i)
            start = token.i
            while start > taken and (doc[start - 1].lower_ in _words() and _words()[doc[start - 1].lower_] == "direction"):
                start -= 1
            word = doc[end].lower_ if end < len(doc) else ""
            if _words().get(word) in ("place", "line") and doc[end].pos_ in ("NOUN", "PROPN"):
                end += 1
                if word == "city" and end < len(doc) and doc[end].lower_ in ("centre", "center"):
                    end += 1
            out.append(Toponym(start, end, doc[start:end].root.i, _kind(doc, start, end)))
            taken = end
        elif _words().get(token.lower_) in ("place", "line") and token.pos_ in ("NOUN", "PROPN") and token.dep_ != "compound":
            start = _phrase_start(doc, token, taken)
            end = (
                _complement_end(doc, token)
                if _words()[token.lower_] == "line" or token.lower_ in ("zone", "part", "north", "south", "east", "west")
                else token.i + 1
            )
            out.append(Toponym(start, end, token.i, _words()[token.lower_]))
            taken = token.i + 1 if end == token.i + 1 else end
    return out


def _is_name(token: Token) -> bool:
    text = token.text
    if not text[:1].isupper() or (not token.is_alpha and not any(ch.isalpha() for ch in text)):
        return False
    if token.ent_type_ in ("DATE", "TIME", "PERCENT", "MONEY", "ORDINAL", "CARDINAL"):
        return False
    if token.is_sent_start and token.pos_ != "PROPN" and token.ent_type_ not in ("GPE", "LOC", "FAC"):
        return False
    return (
        token.pos_ == "PROPN"
        or token.ent_type_ in ("GPE", "LOC", "FAC", "ORG", "NORP")
        or (not token.is_sent_start and token.pos_ in ("NOUN", "ADJ"))
    )


def _name_end(doc: Doc, start: int) -> int:
    """Token after a run of capitalised words, with the small words inside it ("Sea of X", "El X", "X-Y")."""
    end = start + 1
    while end < len(doc) and not doc[end].is_sent_start:
        token = doc[end]
        if _is_name(token) or (token.like_num and token.text.isdigit() and len(token.text) < 4):
            end += 1
        elif (
            token.lower_ in _INSIDE_NAMES - {"and"}
            and end + 1 < len(doc)
            and _is_name(doc[end + 1])
            and token.text not in ("s",)
        ):
            if token.text == "the" and doc[end - 1].lower_ != "of":
                break
            if token.text in ("'s", "’s"):
                break
            end += 2
        else:
            break
    return end


def _phrase_start(doc: Doc, token: Token, taken: int) -> int:
    start = token.i
    while (
        start > max(taken, token.sent.start)
        and doc[start - 1].dep_ in ("amod", "compound", "nmod", "nummod", "advmod", "punct", "npadvmod")
        and doc[start - 1].text not in (",", "(", ")", "“", "”", '"')
        and doc[start - 1].is_ancestor(token) is False
        and not doc[start - 1].is_punct
    ) or (start > max(taken, token.sent.start) and doc[start - 1].text == "-"):
        start -= 1
    return start


def _complement_end(doc: Doc, token: Token) -> int:
    """Token after "with X", "between X and Y" or "of X" that says which line it is."""
    if token.i + 1 < len(doc) and doc[token.i + 1].lower_ in ("with", "between"):
        named = end = token.i + 2
        while end < min(len(doc), token.i + 14) and (_is_name(doc[end]) or doc[end].lower_ in ("the", "of", "and")):
            end += 1
            named = end if _is_name(doc[end - 1]) else named
        if named > token.i + 2:
            return named
    for child in token.children:
        if child.i == token.i + 1 and child.dep_ == "prep" and child.lower_ in ("with", "between", "of"):
            objects = [c for c in child.children if c.dep_ == "pobj"]
            if objects:
                last = objects[0]
                if child.lower_ == "between":
                    last = doc[last.right_edge.i]
                else:
                    kept = [
                        c.i
                        for c in last.children
                        if c.dep_ in ("conj", "relcl", "appos", "punct", "acl", "cc", "prep") and c.i > last.i
                    ]
                    limit = min(kept) if kept and child.lower_ != "of" else last.i + 1
                    last = doc[max(last.i, min(limit - 1, last.right_edge.i))]
                if (
                    any(t.text[:1].isupper() for t in doc[child.i : last.i + 1])
                    or child.lower_ != "of"
                    or last.lower_ in ("contact", "separation", "control", "defence", "responsibility")
                ):
                    return last.i + 1
    return token.i + 1


def _kind(doc: Doc, start: int, end: int) -> str:
    text = doc[start:end].text
    entry = entries().get(text) or entries().get(doc[start : end - 1].text if end - start > 1 else text)
    if entry is not None:
        return {"name": "state" if not entry.body else "actor", "seat": "seat", "adjective": "adjective"}.get(
            entry.form, "actor"
        )
    return "proper"


# --------------------------------------------------------------------------------------------------------------------------


def features(doc: Doc, candidate: Candidate, toponym: Toponym) -> list[str]:
    """What speaks for and against a toponym as a place of a claim, in each role."""
    event = candidate.event
    head = doc[toponym.head]
    first = doc[toponym.start]
    start, end = first.idx, doc[toponym.end - 1].idx + len(doc[toponym.end - 1])
    inside = "in" if candidate.start <= start < candidate.end else "before" if start < candidate.start else "after"
    kind = toponym.kind
    label = head.ent_type_ or "-"
    preposition, governor = _preposition(doc, toponym)
    last = doc[toponym.end - 1].lower_
    follows = doc[toponym.end].text if toponym.end < len(doc) else "."
    follows = (
        follows
        if follows in (",", "(", ")", ".", "-", "“", "”", "'s", "’s", ";")
        else doc[toponym.end].pos_
        if toponym.end < len(doc)
        else "."
    )
    precedes = (doc[toponym.start - 1].lower_.strip() or "^") if toponym.start else "^"
    twice = f"{doc[toponym.start - 2].lower_.strip()} {precedes}" if toponym.start > 1 else precedes
    brackets = "brackets" if _in_brackets(doc, start, end) else "open"
    trigger = doc[candidate.trigger] if candidate.trigger is not None and candidate.trigger < len(doc) else None
    joined = (
        "?"
        if trigger is None
        else "under"
        if trigger.is_ancestor(head)
        else "beside"
        if trigger.head.is_ancestor(head)
        else "apart"
    )
    word = last if kind in ("line", "place") or last in _words() else "name"
    base = [
        "always", f"event {event}", f"{inside}", f"{kind}", f"{kind} {inside}", f"label {label}", f"label {label} {kind}",
        f"after {preposition}", f"after {preposition} {kind}", f"after {preposition} {event}", f"after {preposition} {inside}",
        f"precedes {precedes}", f"precedes {twice}", f"follows {follows}", f"follows {follows} {kind}", f"dep {head.dep_}",
        f"dep {head.dep_} {kind}", brackets, f"{brackets} {inside}", f"joined {joined}", f"joined {joined} {inside}",
        f"word {word}", f"word {word} after {preposition}", f"governor {governor}", f"governor {governor} {preposition}",
        f"{kind} {event}", f"dep {head.dep_} {preposition} {kind} {inside}", f"{inside} {event}",
        f"joined {joined} {preposition} {inside}",
    ]  # fmt: skip
    if _after_observer(doc, toponym):
        base += ["observer stands", f"observer stands {event}"]
    return [" ".join(feature.split()) for feature in base]


def _preposition(doc: Doc, toponym: Toponym) -> tuple[str, str]:
    """The preposition that leads to a name, through "and", "the village of" and the like, and what it hangs on."""
    token = doc[toponym.head]
    path: list[str] = []
    for _ in range(6):
        head = token.head
        if head.i == token.i:
            return "+".join(path) or "root", "root"
        if token.dep_ in ("pobj", "pcomp"):
            above = head.head
            if head.lower_ == "of" and above.pos_ in ("NOUN", "PROPN") and above.i != head.i:
                path.append(f"{above.lemma_.lower() if above.lower_ in _OF_WORDS else 'noun'}-of")
                token = above
                continue
            return "+".join([head.lower_, *reversed(path)][:3]), above.lemma_.lower()
        if token.dep_ in ("conj", "appos", "compound", "nmod", "nummod", "poss", "amod"):
            if token.dep_ in ("poss", "amod", "compound") and not path:
                path.append(token.dep_)
            token = head
            continue
        return "+".join([token.dep_, *reversed(path)][:3]), head.lemma_.lower()
    return "far", "far"


_OF_WORDS = frozenset(
    [
        "village",
        "villages",
        "town",
        "city",
        "region",
        "district",
        "province",
        "direction",
        "area",
        "vicinity",
        "outskirts",
        "territory",
        "north",
        "south",
        "east",
        "west",
        "north-east",
        "north-west",
        "south-east",
        "south-west",
        "part",
        "parts",
        "settlement",
        "settlements",
        "side",
        "edge",
        "centre",
        "republic",
        "capital",
        "ministry",
        "forces",
        "president",
        "government",
        "army",
    ]
)


def _in_brackets(doc: Doc, start: int, end: int) -> bool:
    window = text_of(doc)[max(0, start - 90) : end + 90]
    at = start - max(0, start - 90)
    return any(match.start() < at < match.end() for match in _BEARING_IN_BRACKETS.finditer(window))


def _after_observer(doc: Doc, toponym: Toponym) -> bool:
    """Whether the name says where a monitor stands: "positioned in X", "the SMM in X", "its camera at X"."""
    window = doc[max(doc[toponym.start].sent.start, toponym.start - 8) : toponym.start].text.lower()
    return bool(_STANDS.search(window))
