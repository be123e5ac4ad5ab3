"""Who is named in a document: states, organisations, their forces, ministries and people, and words that stand for them.

Names and the words that tell sectors apart are data (``states.tsv``, ``organisations.tsv``, ``forces.tsv``,
``sectors.tsv``); this module joins a name with the noun phrase around it ("the armed forces of X", "X's units", "the
Ministry of Defence in Y") and keeps for every mention its state and its sector. Words such as "we" or "the adversary" are
kept as they are: whom they mean depends on who speaks.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Literal

from spacy.tokens import Doc, Span, Token

from merestone.case import STATE_SECTORS
from merestone.reading.context import Context
from merestone.reading.docs import text_of
from merestone.reading.names import Names, plurals
from merestone.reading.vocabulary import rows

MentionKind = Literal["name", "self", "other", "role"]
"""name: a state or organisation is named; self: the speaker's own side ("our positions"); other: its opponent ("the
adversary"); role: a sector without an owner ("the soldiers", "residents")."""

_KEY = "merestone.actors"
_MODIFIES = frozenset({"amod", "compound", "nmod", "poss", "nummod", "npadvmod"})
_SPEAKS_FOR = frozenset(
    ("spokesman", "spokesperson", "spokeswoman", "spokesmen", "source", "sources", "chief", "adviser", "advisor", "delegate",
     "envoy", "headquarters", "statement", "report")
)  # fmt: skip
_POSSESSIVES = frozenset({"its", "their", "his", "her", "whose"})


@dataclasses.dataclass(frozen=True, slots=True)
class ActorMention:
    """One place of the text that names an actor."""

    start: int
    """First token."""
    end: int
    """Token after the last one."""
    head: int
    """Token that stands for the phrase in the parse."""
    span: tuple[int, int]
    """Characters of the words that named it."""
    kind: MentionKind
    rule: str
    """Name of the vocabulary entry or pattern."""
    state: str | None = None
    """State or organisation; None where only a role is named."""
    sector: str | None = None
    """Sector code, SIDE for "side" and "party", a mission's own sector; None where the words do not say."""
    body: bool = False
    """True for organisations, courts, missions and armed groups, which stand without sector."""
    modifier: bool = False
    """True where the name only modifies a word that is no actor ("Ruritanian drones")."""

    @property
    def code(self) -> str | None:
        """Actor code; the sector that the words leave open is GOV for a state and none for an organisation."""
        return actor_code(self.state, self.sector, self.body)


def actor_code(state: str | None, sector: str | None, body: bool = False) -> str | None:
    """The code of a state or organisation and a sector, with the default sector where it is open."""
    if state is None:
        return None
    if state == "MEDIA":
        return state
    if sector in (None, "SIDE") or (body and sector == "GOV"):
        return state if body else f"{state}-GOV"
    return f"{state}-{sector}"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for."""

    state: str
    sector: str | None
    body: bool
    form: Literal["name", "adjective", "seat", "force", "case"]


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentActors:
    """All actor mentions of a document."""

    mentions: tuple[ActorMention, ...]
    of_sentence: Mapping[int, tuple[ActorMention, ...]]
    """Mentions by the first token of their sentence."""
    ranking: tuple[str, ...]
    """States and organisations, the most often named first."""
    people: Mapping[str, ActorMention]
    """Last names of people whom the text introduces with their office."""

    def between(self, start: int, end: int) -> list[ActorMention]:
        """Mentions whose first character lies in ``[start, end)``."""
        return [mention for mention in self.mentions if start <= mention.span[0] < end]


@cache
def bodies() -> frozenset[str]:
    """Organisations and armed groups, which stand without sector."""
    table = rows("organisations.tsv", _ORGANISATION_COLUMNS)
    return frozenset(row["code"] for row in table if row["kind"] != "authority" and "-" not in row["code"])


@cache
def armed_groups() -> frozenset[str]:
    """Armed groups: as speakers their leadership is meant."""
    return frozenset(row["code"] for row in rows("organisations.tsv", _ORGANISATION_COLUMNS) if row["kind"] == "group")


@cache
def observers() -> frozenset[str]:
    """Codes of missions, organisations and courts: those who are no side of a conflict."""
    table = rows("organisations.tsv", _ORGANISATION_COLUMNS)
    return frozenset(row["code"].split("-")[0] for row in table if row["kind"] in ("body", "monitor"))


_ORGANISATION_COLUMNS = ("code", "kind", "names", "adjectives", "seats")


@cache
def entries() -> Mapping[str, Entry]:
    """What the built-in vocabulary knows, by name."""
    out: dict[str, Entry] = {}
    for row in rows("states.tsv", ("code", "names", "adjectives", "capitals")):
        for column, form in (("capitals", "seat"), ("names", "name"), ("adjectives", "adjective")):
            out.update((name, Entry(row["code"], None, False, form)) for name in row.several(column))  # type: ignore[arg-type]
    for row in rows("organisations.tsv", _ORGANISATION_COLUMNS):
        kind = row.one_of("kind", ("authority", "group", "body", "monitor"))
        state, _, mission = row["code"].partition("-")
        for column, form in (("seats", "seat"), ("names", "name"), ("adjectives", "adjective")):
            for name in row.several(column):
                out[name] = Entry(state, mission or None, kind != "authority", form)  # type: ignore[arg-type]
    for row in rows("forces.tsv", ("code", "names")):
        state, _, sector = row["code"].partition("-")
        out.update((name, Entry(state, sector, False, "force")) for name in row.several("names"))
    return out


@cache
def sector_words() -> Mapping[str, str]:
    """Sector by the words that tell it, in lower case, plurals included."""
    out: dict[str, str] = {}
    for row in rows("sectors.tsv", ("sector", "words")):
        sector = row.one_of("sector", (*sorted(STATE_SECTORS), "SIDE", "SELF", "OTHER", "NONE"))
        for phrase in row.several("words"):
            for form in plurals(phrase) if sector != "SELF" else (phrase,):
                out.setdefault(form.replace("’", "'"), sector)
    return out


@cache
def _finders(own: tuple[tuple[str, str], ...]) -> tuple[Names, Mapping[str, Entry], Names]:
    known = dict(entries())
    for name, code in own:
        state, _, sector = code.partition("-")
        known[name] = Entry(state, sector or None, not sector and state in bodies(), "case")
    return Names(known), known, Names(sector_words(), any_case=True)


def actors_of(doc: Doc, context: Context) -> DocumentActors:
    """The actors of a document, found once and kept with it."""
    own = tuple(sorted(context.actors.items()))
    kept = doc.user_data.get(_KEY)
    if kept is not None and kept[0] == own:
        found: DocumentActors = kept[1]
        return found
    found = _read(doc, own)
    doc.user_data[_KEY] = (own, found)
    return found


def actor_mentions(doc: Doc, context: Context) -> list[ActorMention]:
    """The actor mentions of a document, in text order."""
    return list(actors_of(doc, context).mentions)


# --------------------------------------------------------------------------------------------------------------------------


def _read(doc: Doc, own: tuple[tuple[str, str], ...]) -> DocumentActors:
    names, known, sectors = _finders(own)
    sector_at: dict[int, tuple[str, Span]] = {}
    words: list[tuple[str, Span]] = []
    for hit in sectors.find(text_of(doc)):
        sector, span = sector_words()[hit.phrase], _tokens(doc, hit.start, hit.end)
        if sector == "NONE" or span.root.pos_ in ("VERB", "AUX"):
            continue
        words.append((sector, span))
        sector_at.update((token.i, (sector, span)) for token in span)
    out: list[ActorMention] = []
    owned: set[int] = set()
    for hit in names.find(text_of(doc)):
        entry, span = known[hit.phrase], _tokens(doc, hit.start, hit.end)
        owned.update(token.i for token in span)
        out.append(_named(doc, entry, span, hit.phrase, sector_at, owned))
    named = list(out)
    out += [_unowned(doc, sector, span, named) for sector, span in words if span.root.i not in owned]
    out = sorted({m.span[0]: m for m in sorted(out, key=_order, reverse=True)}.values(), key=_order)
    of_sentence: dict[int, list[ActorMention]] = {}
    for mention in out:
        of_sentence.setdefault(doc[mention.head].sent.start, []).append(mention)
    counts = Counter(m.state for m in out if m.state)
    first = {m.state: m.start for m in reversed(out)}
    return DocumentActors(
        mentions=tuple(out),
        of_sentence={start: tuple(group) for start, group in of_sentence.items()},
        ranking=tuple(sorted(counts, key=lambda state: (-counts[state], first[state]))),
        people=_people(doc, out),
    )


def _order(mention: ActorMention) -> tuple[int, int, int]:
    return mention.start, -mention.end, 0 if mention.state else 1


def _tokens(doc: Doc, start: int, end: int) -> Span:
    span = doc.char_span(start, end, alignment_mode="expand")
    return span if span is not None else doc[0:1]


def _named(
    doc: Doc, entry: Entry, span: Span, phrase: str, sector_at: Mapping[int, tuple[str, Span]], owned: set[int]
) -> ActorMention:
    """A name, joined with the nouns it belongs to."""
    sector, head, start, end = entry.sector, span.root, span.start, span.end
    modifier, rule = False, f"{entry.form}: {phrase}"
    token = span.root
    for _ in range(4):
        parent = _owner(token, sector_at)
        if parent is None:
            break
        words = sector_at.get(parent.i) or _title(token, parent, sector_at)
        if words is None:
            modifier = entry.form in ("adjective", "name", "seat", "case") and not _is_person(parent)
            break
        kind, extent = words
        if sector in (None, "SIDE", "GOV") or (entry.form == "force" and kind in ("CIV", "PRISONER")):
            sector = kind if kind not in ("SELF", "OTHER") else sector
            rule = f"{entry.form}: {phrase} + {extent.text.lower()}"
        start, end, head = min(start, extent.start), max(end, extent.end), parent
        owned.update(t.i for t in extent)
        token = parent
    return ActorMention(
        start=start, end=end, head=head.i, span=(doc[start].idx, doc[end - 1].idx + len(doc[end - 1])), kind="name",
        rule=rule, state=entry.state, sector=sector, body=entry.body, modifier=modifier,
    )  # fmt: skip


def _owner(token: Token, sector_at: Mapping[int, tuple[str, Span]]) -> Token | None:
    """The noun that a name says whose it is: "X units", "units of X", "units from X", "the ministry in X"."""
    head = token.head
    if head.i == token.i:
        return None
    if token.dep_ in _MODIFIES:
        return head
    if token.dep_ == "pobj" and head.dep_ == "prep":
        above = head.head
        words = sector_at.get(above.i)
        if words and (head.lower_ == "of" or (head.lower_ in ("in", "at") and words[0] in ("MFA", "MOD", "GOV"))):
            return above if above.i < token.i else None
    return None


def _title(token: Token, parent: Token, sector_at: Mapping[int, tuple[str, Span]]) -> tuple[str, Span] | None:
    """The office between a name and the person it belongs to: "Ruritanian Foreign Minister N.N."."""
    for between in range(token.i + 1, parent.i):
        if between in sector_at and (parent.pos_ == "PROPN" or parent.lower_ in _SPEAKS_FOR):
            return sector_at[between]
    return None


def _is_person(token: Token) -> bool:
    return token.ent_type_ == "PERSON"


def _unowned(doc: Doc, sector: str, span: Span, named: list[ActorMention]) -> ActorMention:
    """A role without a name: of the speaker's side, of its opponent, of whoever "its" stands for, or of nobody known."""
    root = span.root
    extent = (span.start_char, span.end_char)
    words = span.text.lower()
    possessive = next((child.lower_ for child in root.children if child.dep_ == "poss"), "")
    if sector in ("SELF", "OTHER"):
        parent = root.head if root.dep_ == "poss" else root
        inner = _sector_of_word(parent) if parent.i != root.i else "SIDE"
        kind: MentionKind = "self" if sector == "SELF" else "other"
        return ActorMention(span.start, span.end, root.i, extent, kind, f"{kind}: {words}", sector=inner)
    if possessive in ("our",) or any(child.lower_ == "our" for child in root.lefts):
        return ActorMention(span.start, span.end, root.i, extent, "self", f"our {words}", sector=sector)
    if possessive in _POSSESSIVES:
        owner = _antecedent(doc, root, named)
        if owner is not None:
            return ActorMention(
                span.start, span.end, root.i, extent, "name", f"{possessive} {words}", owner.state, sector, owner.body
            )
    return ActorMention(span.start, span.end, root.i, extent, "role", f"role: {words}", sector=sector)


def _sector_of_word(token: Token) -> str | None:
    return sector_words().get(token.lower_)


def _antecedent(doc: Doc, token: Token, named: list[ActorMention]) -> ActorMention | None:
    """Whom "its" stands for: the subject of the sentence, else the nearest name before it."""
    sentence = token.sent
    before = [m for m in named if m.head < token.i and m.end <= token.i]
    inside = [m for m in before if m.start >= sentence.start]
    for mention in inside:
        if doc[mention.head].dep_ in ("nsubj", "nsubjpass") and not mention.modifier:
            return mention
    if inside:
        return inside[-1]
    return before[-1] if before else None


@cache
def _leaders() -> Mapping[str, Entry]:
    out: dict[str, Entry] = {}
    for row in rows("leaders.tsv", ("code", "names")):
        state, _, sector = row["code"].partition("-")
        out.update((name, Entry(state, sector or None, not sector, "force")) for name in row.several("names"))
    return out


def _people(doc: Doc, mentions: list[ActorMention]) -> dict[str, ActorMention]:
    """Last names of people: beside a named office ("N.N., spokesman of the X army", "X President N.N."), else well known."""
    out: dict[str, ActorMention] = {}
    by_token: dict[int, ActorMention] = {}
    for mention in mentions:
        if mention.state and not mention.modifier:
            for index in range(mention.start, mention.end):
                by_token.setdefault(index, mention)
            by_token.setdefault(mention.head, mention)
    for entity in doc.ents:
        if entity.label_ != "PERSON" or any(token.i in by_token for token in entity):
            continue
        last = entity[-2] if entity[-1].lower_ in ("'s", "’s") and len(entity) > 1 else entity[-1]
        sentence = entity.sent
        near = (
            (abs(index - entity.start), index)
            for index in range(max(sentence.start, entity.start - 10), min(sentence.end, entity.end + 10))
            if index in by_token and not _clause_between(doc, index, entity)
        )
        best = min(near, default=None)
        if best is not None and last.text not in _leaders():
            out.setdefault(last.text, by_token[best[1]])
    for token in doc:
        if token.text in _leaders() and token.text not in out and token.i not in by_token:
            entry = _leaders()[token.text]
            extent = (token.idx, token.idx + len(token))
            out[token.text] = ActorMention(
                token.i, token.i + 1, token.i, extent, "name", f"leader: {token.text}", entry.state, entry.sector, entry.body
            )
    return out


def _clause_between(doc: Doc, index: int, entity: Span) -> bool:
    """Whether a verb or the end of a part of the sentence stands between an office and a person."""
    low, high = (index, entity.start) if index < entity.start else (entity.end, index)
    return any(token.pos_ in ("VERB", "AUX") or token.text in (";", ":", ")") for token in doc[low:high])
