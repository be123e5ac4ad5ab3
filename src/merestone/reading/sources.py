"""The actor that the words of a source stand for: "the X ministry", "its spokesman", "N.N.", "residents", "it".

A source is named in full once and then only by name, by office or by a pronoun; what has been heard before in the document
says whom such words mean. An office without an owner goes to the likeliest of the states that the document names, by where
they stand (weights in ``source_states.tsv``).
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import re
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from merestone.reading.actors import ActorMention, DocumentActors, armed_groups, bodies, observers
from merestone.reading.context import Context
from merestone.reading.docs import text_of
from merestone.reading.vocabulary import rows
from merestone.reading.weights import total, weights

_PRONOUNS = frozenset({"he", "she", "it", "they", "who", "which", "i", "we"})
_NARROWS = frozenset({"amod", "compound", "poss", "nmod", "prep", "appos"})
_SOURCES = frozenset({"MOD", "MFA", "MIL", "CIV", "GOV", "PKO", "MEDIA"})
_NEAR = 40
_MOST_STATES = 8
_LONGEST_PHRASE = 60
KINDS = ("says", "tells", "aside", "acts", "bare", "bare in news", "past")


@cache
def words_of(kind: str) -> frozenset[str]:
    """The words of a kind of ``speech.tsv``."""
    return frozenset(
        word for row in rows("speech.tsv", ("kind", "verbs")) if row["kind"] == kind for word in row.several("verbs")
    )


@dataclasses.dataclass(slots=True)
class Heard:
    """The sources met so far in a document."""

    last: str | None = None
    """The one that spoke last."""
    by_name: dict[str, str] = dataclasses.field(default_factory=dict)
    """By the proper names that named them."""
    by_sector: dict[str, str] = dataclasses.field(default_factory=dict)
    """The last one of each sector."""


def named_after(doc: Doc, start: int, end: int, actors: DocumentActors, context: Context, heard: Heard) -> str | None:
    """The source named right after "according to"."""
    noun = _object_before(doc, start) if context.genre != "monitor_report" else None
    if noun is not None and noun.lower_ not in ("him", "her", "it", "them", "whom", "which"):
        source = resolved(doc, noun, actors, context, heard)
        if source is not None:
            return source
    stop = min(end, start + 120)
    for mark in (",", ";", "."):
        found = text_of(doc).find(mark, start, stop)
        stop = found if found > start else stop
    named = [mention for mention in actors.between(start, stop) if mention.state]
    if named:
        return as_source(named[0])
    for surname, mention in actors.people.items():
        if surname in text_of(doc)[start:stop]:
            return as_source(mention)
    word = re.match(r"\w+", text_of(doc)[start:stop])
    if word and word.group().lower() in ("him", "her", "it", "them", "whom", "which"):
        return heard.last
    roles = [mention for mention in actors.between(start, stop) if mention.kind == "role"]
    if roles:
        return _role_source(doc[roles[0].head], roles[0], actors, context, heard)
    return None


def _object_before(doc: Doc, position: int) -> Token | None:
    """The object of the preposition that ends right before a character."""
    span = doc.char_span(max(0, position - 2), position - 1, alignment_mode="expand")
    if span is None or not len(span):
        return None
    return next((child for child in span[-1].children if child.dep_ == "pobj"), None)


def as_source(mention: ActorMention) -> str | None:
    if mention.sector == "TERR" or (mention.sector is None and mention.state in armed_groups()):
        return f"{mention.state}-GOV"
    return mention.code


def source_of(doc: Doc, verb: Token, actors: DocumentActors, context: Context, heard: Heard) -> str | None:
    subject = subject_of(verb)
    if subject is None:
        return _just_before(doc, verb, actors, context, heard)
    if subject.lower_ in ("which", "who", "that") and verb.dep_ == "relcl":
        subject = verb.head
    if subject.lower_ in _PRONOUNS:
        return heard.last if subject.lower_ not in ("i", "we") else None
    return resolved(doc, subject, actors, context, heard)


def resolved(doc: Doc, subject: Token, actors: DocumentActors, context: Context, heard: Heard) -> str | None:
    """The source that a noun phrase stands for; the names in it stand for it from there on."""
    mention = mention_at(doc, subject, actors)
    names = [token.text for token in _phrase(subject) if token.pos_ == "PROPN"]
    source = _of_phrase(subject, mention, names, actors, context, heard)
    if source is not None and source != "MEDIA":
        for name in names:
            inside = mention is not None and mention.start <= subject.i < mention.end
            if name[:1].isupper() and (not inside or name in actors.people):
                heard.by_name.setdefault(name, source)
    return source


def _of_phrase(
    subject: Token,
    mention: ActorMention | None,
    names: list[str],
    actors: DocumentActors,
    context: Context,
    heard: Heard,
) -> str | None:
    """The source that a noun phrase names: by its state, by a name met before, by its office."""
    if mention is not None and mention.state:
        if context.genre != "monitor_report":
            mention = dataclasses.replace(mention, sector=_sharpest(subject, mention, actors))
        return as_source(mention)
    office = mention is not None or any(child.dep_ == "appos" for child in subject.children)
    for name in reversed(names):
        if name in heard.by_name:
            return heard.by_name[name]
        if name in actors.people:
            person = actors.people[name]
            sector = _sharpest(subject, mention or person, actors) if not person.body else None
            return as_source(dataclasses.replace(person, sector=sector or person.sector))
    if mention is None:
        low, high = subject.left_edge.i, subject.right_edge.i
        mention = next((m for m in actors.of_sentence.get(subject.sent.start, ()) if low <= m.head <= high), None)
        if mention is not None and mention.state and context.genre == "news":
            return as_source(mention)
    if mention is None and not office and names and context.genre == "news":
        return heard.last
    return _role_source(subject, mention, actors, context, heard)


def _phrase(noun: Token) -> list[Token]:
    """The words of a noun phrase, without the clauses that hang on it."""
    out: list[Token] = []
    waiting = [noun]
    while waiting and len(out) < _LONGEST_PHRASE:
        token = waiting.pop()
        out.append(token)
        waiting += [child for child in token.children if child.dep_ not in ("relcl", "acl", "conj", "cc", "punct")]
    return sorted(out, key=lambda token: token.i)


def keep(heard: Heard, source: str) -> None:
    heard.last = source
    heard.by_sector[source.partition("-")[2]] = source


def _just_before(doc: Doc, verb: Token, actors: DocumentActors, context: Context, heard: Heard) -> str | None:
    """Who stands right before a verb of saying whose subject the parser has missed: "..., the X ministry said"."""
    if any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children) or verb.dep_ not in (
        "ROOT",
        "ccomp",
        "conj",
        "parataxis",
    ):
        return None
    start = verb.i
    while start > verb.sent.start and verb.i - start < 14 and doc[start - 1].text not in (";", ":", "”", '"'):
        if doc[start - 1].pos_ == "VERB":
            break
        start -= 1
    named = [m for m in actors.of_sentence.get(verb.sent.start, ()) if start <= m.head < verb.i and m.state and not m.modifier]
    titled = [m for m in named if m.sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA") or m.body]
    for token in reversed(doc[start : verb.i]):
        if token.text in actors.people:
            return as_source(actors.people[token.text])
    if titled or named:
        return as_source((titled or named)[-1])
    roles = [m for m in actors.of_sentence.get(verb.sent.start, ()) if start <= m.head < verb.i and m.kind == "role"]
    if roles and roles[-1].sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA"):
        return _role_source(doc[roles[-1].head], roles[-1], actors, context, heard)
    before = doc[verb.i - 1].lower_ if verb.i > verb.sent.start else ""
    return heard.last if before in ("it", "he", "she", "they") else None


def _role_source(
    subject: Token, mention: ActorMention | None, actors: DocumentActors, context: Context, heard: Heard
) -> str | None:
    """A source named by its office only: "the ministry", "officials", "residents"."""
    free = context.genre != "monitor_report"
    words = {token.lower_ for token in _phrase(subject)}
    if free and "ministry" in words and (mention is None or mention.sector == "GOV"):
        earlier = (m for m in _before(actors, subject.i) if m.state and m.sector in ("MOD", "MFA"))
        ministry = next(earlier, None)
        if ministry is not None:
            return ministry.code
    bare = words_of("bare") | (words_of("bare in news") if free else frozenset())
    if free and subject.lower_ in bare and not any(child.dep_ in _NARROWS for child in subject.children):
        return heard.last or context.publisher
    if mention is None or mention.sector not in _SOURCES:
        return (heard.last or context.publisher) if subject.lower_ in bare else None
    sector = _sharpest(subject, mention, actors)
    if sector == "MEDIA":
        return "MEDIA"
    definite = any(child.lower_ in ("the", "its", "their", "his", "her") for child in subject.children)
    if free and definite and sector is not None and sector != "GOV" and sector in heard.by_sector:
        return heard.by_sector[sector]
    if free:
        state = _owner_of_role(subject, sector or "GOV", actors, heard)
    else:
        state = _usual_owner(subject, sector or "GOV", actors, heard)
    if state is None:
        return None
    return state if sector == "GOV" and state in bodies() | armed_groups() else f"{state}-{sector}"


def _usual_owner(subject: Token, sector: str, actors: DocumentActors, heard: Heard) -> str | None:
    """The same in reports of monitors: the side named before in the sentence, else who spoke last."""
    sides = [m for m in _before(actors, subject.i) if m.start >= subject.sent.start and m.state and m.state not in observers()]
    if sector == "CIV" and sides:
        return sides[0].state
    last = heard.last.partition("-")[0] if heard.last else "MEDIA"
    if last != "MEDIA" and last not in observers():
        return last
    return next((state for state in actors.ranking if state not in observers()), None)


def _owner_of_role(subject: Token, sector: str, actors: DocumentActors, heard: Heard) -> str | None:
    """The state whose office speaks: the likeliest of those that the document names."""
    known = weights("source_states.tsv", "label")["state"]
    features = role_features(subject, sector, actors, heard)
    return max(features, key=lambda state: (total(known, features[state]), -actors.ranking.index(state)), default=None)


def role_features(subject: Token, sector: str, actors: DocumentActors, heard: Heard) -> dict[str, list[str]]:
    """For each state that may own an office named without its owner, what speaks for it: where it stands in the text."""
    sentence = subject.sent
    here = [m for m in actors.of_sentence.get(sentence.start, ()) if m.state]
    before = list(itertools.islice((m for m in _before(actors, subject.left_edge.i) if m.state), _NEAR))
    said = heard.last.partition("-")[0] if heard.last else ""
    same = heard.by_sector.get(sector, "").partition("-")[0]
    kin = next((m.state for m in before if m.sector == sector and not m.modifier), None)
    first = next((m.state for m in actors.mentions if m.state), None)
    definite = any(child.lower_ in ("the", "its", "their", "his", "her") for child in subject.children)
    how = f"{sector} {'definite' if definite else 'bare'}"
    out: dict[str, list[str]] = {}
    for place, state in enumerate(actors.ranking[:_MOST_STATES]):
        mine = [m for m in here if m.state == state]
        found = [f"rank {min(place, 3)}"]
        found += ["observer"] * (state in observers())
        found += ["last speaker"] * (state == said)
        found += ["spoke for this sector"] * (state == same)
        found += ["named with this sector"] * (state == kin)
        found += ["named nearest"] * bool(before and before[0].state == state)
        found += ["named just before"] * any(m.state == state for m in before[:3])
        found += ["named first"] * (state == first)
        found += ["seat in sentence"] * any(m.rule.startswith("seat") for m in mine)
        found += ["in sentence"] * bool(mine)
        found += ["first in sentence"] * bool(here and here[0].state == state)
        found += ["alone in sentence"] * bool(mine and len({m.state for m in here}) == 1)
        for mention in mine:
            head = sentence.doc[mention.head]
            dep = "agent" if head.head.dep_ == "agent" else head.head.lower_ if head.dep_ == "pobj" else head.dep_
            found.append(f"in sentence as {dep}")
            found.append(f"in sentence with {mention.sector or 'no sector'}{' modifier' if mention.modifier else ''}")
        out[state] = [*dict.fromkeys([*found, *(f"{how}: {feature}" for feature in found)])]
    return out


def _before(actors: DocumentActors, index: int) -> Iterator[ActorMention]:
    """The mentions before a token, the nearest first."""
    place = bisect.bisect_left(actors.mentions, index, key=lambda mention: mention.start)
    return (actors.mentions[number] for number in range(place - 1, -1, -1))


def _sharpest(subject: Token, mention: ActorMention, actors: DocumentActors) -> str | None:
    """The sector that a source's words tell: "a military official" speaks for the forces, "the official" for the state."""
    if mention.sector not in (None, "GOV", "SIDE") or mention.body:
        return mention.sector
    words = {token.i for token in _phrase(subject)}
    for other in actors.of_sentence.get(subject.sent.start, ()):
        if other.head in words and other.sector in ("MFA", "MOD", "MIL", "CIV") and not other.state:
            return other.sector
    return mention.sector


def subject_of(verb: Token) -> Token | None:
    """Who says it: the subject, the agent of a passive, or the subject of the verb it is joined to."""
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    if passive:
        return None
    for child in verb.children:
        if child.dep_ == "nsubj":
            return child
    if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
        return subject_of(verb.head) if verb.head.i != verb.i else None
    if verb.dep_ in ("xcomp", "advcl") and verb.head.i != verb.i and verb.head.pos_ in ("VERB", "AUX"):
        return next((child for child in verb.head.children if child.dep_ == "nsubj"), None)
    if verb.dep_ == "relcl":
        return verb.head
    return None


def mention_at(doc: Doc, token: Token, actors: DocumentActors) -> ActorMention | None:
    """The mention a noun phrase is about: at its head, else the first one inside it."""
    inside = [m for m in actors.of_sentence.get(token.sent.start, ()) if token.left_edge.i <= m.head <= token.right_edge.i]
    if token.dep_ == "relcl":
        return None
    exact = [m for m in inside if m.head == token.i or m.start <= token.i < m.end]
    named = [m for m in exact if m.state] or [m for m in inside if m.state and _same_phrase(doc, token, m)]
    return next(iter(named or exact), None)


def _same_phrase(doc: Doc, token: Token, mention: ActorMention) -> bool:
    """Whether a mention belongs to a noun itself and not to a clause that hangs on it."""
    inner = doc[mention.head]
    for _ in range(8):
        if inner.i == token.i:
            return True
        if inner.dep_ in ("relcl", "acl", "conj") or inner.head.i == inner.i:
            return False
        inner = inner.head
    return False
