"""Where a text names a state, an organisation, a de facto authority or an armed group, and which of them it is.

Names are data (``states.tsv``, ``organisations.tsv``, ``forces.tsv``, ``leaders.tsv``) and a case may add its own. On top of
them a text teaches two kinds of names of its own: an abbreviation in brackets behind a name ("the Ruritanian Liberation Front
(RLF)"), and the last name of a person whom it introduces beside an office ("Ruritania's defence minister, N. N."). Nothing here
says what an actor did; that is for the reader to find.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from merestone.case import STATE_SECTORS
from merestone.reading.names import Names, plurals
from merestone.reading.text import Text
from merestone.reading.vocabulary import rows

Form = Literal["name", "adjective", "seat", "force", "person", "body", "monitor", "group", "member", "letters"]
"""How a mention names its actor.

name, adjective: a state or authority; seat: a capital that stands for its government; force: a body of a state by its proper
name; person: somebody known by a last name; body: an organisation or court; monitor: a mission or an observer; group: an armed
group; member: an adjective of an organisation or group; letters: capitals that no vocabulary knows.
"""

FORMS: tuple[Form, ...] = ("name", "adjective", "seat", "force", "person", "body", "monitor", "group", "member", "letters")


@dataclasses.dataclass(frozen=True, slots=True)
class ActorMention:
    """One place of a text that names an actor."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    actor: str
    """State, authority, organisation or group, for example ARM, OSCE-SMM, M23; for letters the letters themselves."""
    form: Form
    sector: str | None = None
    """Sector that the name itself tells (a force, a minister); None where it tells none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for."""

    actor: str
    form: Form
    sector: str | None = None


ORGANISATION_COLUMNS = ("code", "kind", "names", "adjectives", "seats")
_FORMS_OF_KINDS: Mapping[str, tuple[Form, Form]] = {
    "authority": ("name", "adjective"),
    "group": ("group", "member"),
    "body": ("body", "member"),
    "monitor": ("monitor", "member"),
}
"""How names and adjectives of each kind name their actor."""
_KINDS = tuple(_FORMS_OF_KINDS)


@cache
def kinds() -> Mapping[str, str]:
    """Kind of each organisation, mission, authority and group, by code: authority, group, body or monitor."""
    return {row["code"]: row.one_of("kind", _KINDS) for row in rows("organisations.tsv", ORGANISATION_COLUMNS)}


@cache
def entries() -> Mapping[str, Entry]:
    """What the built-in vocabulary knows, by name."""
    out: dict[str, Entry] = {row["name"]: Entry("", "name") for row in rows("shields.tsv", ("name",))}
    for row in rows("leaders.tsv", ("code", "names")):
        state, sector = _parts(row["code"])
        out.update((name, Entry(state, "person", sector)) for name in row.several("names"))
    for row in rows("states.tsv", ("code", "names", "adjectives", "capitals")):
        out.update((name, Entry(row["code"], "seat")) for name in row.several("capitals"))
        out.update((name, Entry(row["code"], "name")) for name in row.several("names"))
        out.update((name, Entry(row["code"], "adjective")) for name in row.several("adjectives"))
    for row in rows("organisations.tsv", ORGANISATION_COLUMNS):
        kind = row.one_of("kind", _KINDS)
        named, derived = _FORMS_OF_KINDS[kind]
        out.update((name, Entry(row["code"], "seat")) for name in row.several("seats"))
        out.update((name, Entry(row["code"], named)) for name in row.several("names"))
        out.update((name, Entry(row["code"], derived)) for name in row.several("adjectives"))
    for row in rows("forces.tsv", ("code", "names")):
        state, sector = _parts(row["code"])
        out.update((name, Entry(state, "force", sector)) for name in row.several("names"))
    return out


def entry_of_code(code: str) -> Entry:
    """What a name that a case gives to an actor code stands for."""
    if code in kinds():
        return Entry(code, _FORMS_OF_KINDS[kinds()[code]][0])
    state, sector = _parts(code)
    return Entry(state, "force" if sector else "name", sector)


def _parts(code: str) -> tuple[str, str | None]:
    """State and sector; a mission's own sector belongs to its name."""
    state, _, sector = code.partition("-")
    return (state, sector) if sector in STATE_SECTORS else (code, None)


CODE_SECTORS = ("NONE", "GOV", "MFA", "MOD", "MIL", "PKO", "CIV", "TERR", "PRISONER", "MEDIA")
"""Sectors of an actor code; NONE for a code without one."""


def sectors_of(actor: str) -> tuple[str, ...]:
    """The sectors that codes of an actor may have: a mission and the media none, a state and an authority one of the others."""
    kind = kinds().get(actor)
    if actor == "MEDIA" or (kind in ("body", "monitor") and "-" in actor):
        return ("NONE",)
    if kind in ("body", "monitor", "group"):
        return CODE_SECTORS
    return CODE_SECTORS if actor not in _known_states() and kind is None else CODE_SECTORS[1:]


def code_of(actor: str, sector: str) -> str:
    """The code of an actor and one of its sectors; an organisation as a whole stands without."""
    if sector == "NONE" or (sector == "GOV" and kinds().get(actor) in ("body", "monitor")):
        return actor
    return f"{actor}-{sector}"


@cache
def _known_states() -> frozenset[str]:
    return frozenset(row["code"] for row in rows("states.tsv", ("code", "names", "adjectives", "capitals")))


@cache
def _finder(own: tuple[tuple[str, str], ...]) -> tuple[Names, Mapping[str, Entry]]:
    known = dict(entries())
    known.update((name, entry_of_code(code)) for name, code in own)
    return Names(known), known


@cache
def sector_words() -> Mapping[str, str]:
    """Sector by the words that tell it, in lower case, plurals included; SELF and OTHER for "we" and "the adversary"."""
    out: dict[str, str] = {}
    for row in rows("sectors.tsv", ("sector", "words")):
        sector = row.one_of("sector", (*sorted(STATE_SECTORS), "SIDE", "SELF", "OTHER", "NONE"))
        for phrase in row.several("words"):
            for form in plurals(phrase) if sector != "SELF" else (phrase,):
                out.setdefault(form.replace("’", "'"), sector)
    return out


@cache
def _sector_finder() -> Names:
    return Names(sector_words(), any_case=True)


def find_sector_words(text: Text) -> Iterator[tuple[int, int, str]]:
    """First character, character after the last one, and sector of the words that tell a sector, in order."""
    for hit in _sector_finder().find(text.text):
        sector = sector_words()[hit.phrase]
        if sector != "NONE":
            yield hit.start, hit.end, sector


def find_actors(text: Text, own: Mapping[str, str] | None = None) -> tuple[ActorMention, ...]:
    """The actor mentions of a text, in order and without overlap; ``own`` are the case's names of actors, name to code."""
    names, known = _finder(tuple(sorted((own or {}).items())))
    found = [ActorMention(hit.start, hit.end, *_fields(known[hit.phrase])) for hit in names.find(text.text)]
    hidden = [mention for mention in found if not mention.actor]
    # what the text teaches goes before what the vocabulary knows: "the South Land Army (SLA) ... the SLA"
    taught = [m for m in _taught(text.text, [m for m in found if m.actor]) if not any(_overlap(m, h) for h in hidden)]
    ranked = [(m.start, 0, -m.end, m) for m in taught if m.form != "letters"]
    ranked += [(m.start, 1, -m.end, m) for m in found] + [(m.start, 2, -m.end, m) for m in taught if m.form == "letters"]
    taken: list[ActorMention] = []
    for _, _, _, mention in sorted(ranked, key=lambda item: item[:3]):
        if not taken or mention.start >= taken[-1].end:
            taken.append(mention)
    return tuple(mention for mention in taken if mention.actor)


def _overlap(left: ActorMention, right: ActorMention) -> bool:
    return left.start < right.end and right.start < left.end


def _fields(entry: Entry) -> tuple[str, Form, str | None]:
    return entry.actor, entry.form, entry.sector


# --------------------------------------------------------------------------------------------------------------------------
# names that the text itself teaches

_LETTERS = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,7}(?:[-/][A-Z]{2,5})?(?![\w])")
_BRACKETED = re.compile(r"\s*\(\s*(?:the\s+)?[“\"‘']?([A-Z][A-Za-z0-9]{1,9}(?:[-/][A-Z]{1,5})?)[”\"’']?\s*\)")
_NO_ACTOR = frozenset(
    [
        "AM",
        "PM",
        "GMT",
        "UTC",
        "EST",
        "CET",
        "EET",
        "TV",
        "AK",
        "APC",
        "APCS",
        "BTR",
        "BMP",
        "IED",
        "IEDS",
        "UXO",
        "UXOS",
        "ERW",
        "MLRS",
        "MANPADS",
        "ATGM",
        "UAV",
        "UAVS",
        "RPG",
        "RPGS",
        "POW",
        "POWS",
        "IDP",
        "IDPS",
        "NGO",
        "NGOS",
        "COVID",
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "XI",
        "XII",
        "LOC",
        "LAC",
        "BM",
        "TM",
        "PMN",
        "MON",
        "MI",
        "SU",
        "AN",
        "IL",
        "KA",
        "MIG",
        "TU",
        "NR",
        "NO",
        "ID",
        "GPS",
        "USD",
        "EUR",
        "KM",
        "US$",
        "HQ",
        "VIP",
        "OK",
        "AFP",
        "AP",
        "TASS",
        "PM",
        "HE",
        "DG",
        "CEO",
        "PHD",
        "MP",
        "MPS",
        "OP",
        "OPS",
        "SOS",
        "FAQ",
        "PDF",
        "URL",
        "WWW",
    ]
)


def _taught(text: str, found: list[ActorMention]) -> Iterator[ActorMention]:
    by_name: dict[str, ActorMention] = {}
    for mention in found:
        bracket = _BRACKETED.match(text, mention.end)
        if bracket and mention.form not in ("adjective", "seat", "person"):
            by_name.setdefault(bracket.group(1), mention)
    by_name |= {name: m for name, m in _introduced(text, found).items() if name not in by_name}
    if by_name:
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(n) for n in sorted(by_name, key=lambda n: (-len(n), n)))})(?!\w)")
        for match in pattern.finditer(text):
            like = by_name[match.group()]
            yield dataclasses.replace(like, start=match.start(), end=match.end())
    for match in _LETTERS.finditer(text):
        if match.group() not in _NO_ACTOR and not match.group().isdigit():
            yield ActorMention(match.start(), match.end(), re.sub(r"[-/]", "", match.group()), "letters")


_OFFICE = re.compile(
    r"(?:['’]s)?,?\s+(?:[\w-]+\s+){0,3}?(?:president|premier|chancellor|minister|ministry|secretary|spokes(?:man|woman|person)|ambassador|"
    r"envoy|representative|ombuds(?:man|woman|person)|prosecutor|chief|commander|general|colonel|major|captain|admiral|head|chair(?:man|woman|person)?|"
    r"speaker|adviser|advisor|official|governor|leader|director|defender)"
    r"(?:\s+(?:of|for)\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:staff|affairs|defen[cs]e|ministry|forces|army|service|council|office|rights))?,?\s+"
    r"(?-i:(?P<name>(?:[A-Z][\w’'-]+\s+){0,3}[A-Z][\w’'-]{2,}))",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-Z][\w’'-]*\.?\s+){0,3}(?P<last>[A-Z][\w’'-]{2,})$")


def _introduced(text: str, found: list[ActorMention]) -> dict[str, ActorMention]:
    """Last names of people introduced beside an actor's office, with that actor."""
    out: dict[str, ActorMention] = {}
    names = {text[m.start : m.end] for m in found}
    for mention in found:
        if mention.form in ("person", "letters"):
            continue
        match = _OFFICE.match(text, mention.end, min(len(text), mention.end + 160))
        if match is None:
            continue
        name = _NAME.match(match.group("name"))
        if name and name.group("last")[0].isupper() and name.group("last") not in names and len(name.group("last")) > 3:
            out.setdefault(name.group("last"), dataclasses.replace(mention, form="person", sector=None))
    return out
