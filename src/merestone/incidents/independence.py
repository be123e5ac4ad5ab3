"""Which of the sources of an incident are independent of each other, and which are one voice.

Rules, in this order:

* A claim is the voice of who makes it, not of who prints it: what a ministry is quoted with is the ministry's, however many
  outlets quote it. All offices of one party are one voice.
* What an outlet says itself is the outlet's voice; outlets are told apart by their code or, where a code stands for media in
  general, by the host of their address. Where neither is known, each document is a voice of its own.
* Outlets whose texts are nearly the same, or that share an address, are one voice; so are an outlet and the one whose statement
  it prints as it stands.
* Data sets that are compiled from others' reports (UCDP, ACLED, GDELT) are one voice together, and it counts as an independent
  source only where nobody else speaks: what they were compiled from may be the very reports beside them.
* A sensor sees that something burns, not what happened: it earns a grade of its own, and counts as a source only where nothing
  else does.

Only claims that something happened are counted. A denial is a voice too, but none for the incident.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from merestone.case import Case
from merestone.incidents.near_duplicates import Signature, comparable, near_duplicates, signature
from merestone.incidents.prepare import Prepared, group_of
from merestone.model import Affiliation, Voice

_GENERIC = frozenset({"MEDIA", "UNKNOWN"})
"""Speakers that stand for nobody in particular."""
_COMPILED = ("third_party", "media")
"""Affiliations of data sets that others' reports were compiled into; a monitor's or party's own table is its own word."""
_ORDER: tuple[Affiliation, ...] = ("party", "third_party", "monitor", "media", "sensor")
_MOST_TEXTS = 2_000
"""Documents of one incident whose texts are compared; one that has more is a merge of everything, and no copy is looked for."""


class Sources:
    """What is known of the documents of a record; texts are looked at only where two voices may be one."""

    def __init__(self, documents: pa.Table, case: Case) -> None:
        self._case = case
        self._rows = {name: number for number, name in enumerate(documents.column("id").to_pylist())}
        self._columns = documents.select(["publisher", "source_url", "form", "text"])
        self._about: dict[str, dict[str, Any]] = {}
        self._signatures: dict[str, Signature | None] = {}

    def about(self, document: str) -> dict[str, Any]:
        """Publisher and its speaker group, address and form of a document."""
        if document not in self._about:
            row = self._columns.select(["publisher", "source_url", "form"]).slice(self._rows[document], 1).to_pylist()
            publisher = row[0]["publisher"]
            group = group_of(publisher, self._case)[0] if publisher else None
            self._about[document] = {**row[0], "group": group}
        return self._about[document]

    def signature(self, document: str) -> Signature | None:
        """MinHash of a document's text; None for a text too short to be compared."""
        if document not in self._signatures:
            text = self._columns.column("text")[self._rows[document]].as_py()
            self._signatures[document] = signature(text) if comparable(text) else None
        return self._signatures[document]


@dataclasses.dataclass(slots=True)
class _Node:
    """What one document says in one voice."""

    document: str
    key: tuple[str, str]
    group: str
    affiliation: Affiliation
    own: bool
    """Whether the document is by who speaks; otherwise it quotes."""
    claims: list[int]


def voices(p: Prepared, members: Sequence[int], sources: Sources) -> tuple[Voice, ...]:
    """The voices that say an incident happened: parties first, each with its claims in order of id."""
    nodes = _nodes(p, members, sources)
    parent = list(range(len(nodes)))
    because: dict[int, list[str]] = {}

    def root(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    def unite(one: int, two: int, words: str | None) -> None:
        a, b = sorted((root(one), root(two)))
        if a != b:
            parent[b] = a
            because.setdefault(a, []).extend(because.pop(b, []))
            if words:
                because[a].append(words)

    first: dict[tuple[str, str], int] = {}
    for n, node in enumerate(nodes):
        if node.key in first:
            unite(first[node.key], n, None)
        first.setdefault(node.key, n)
    for one, two, words in [*_same_address(nodes, sources), *_copies(nodes, sources)]:
        unite(one, two, words)
    out = []
    for start in sorted({root(n) for n in range(len(nodes))}):
        out.append(_voice(p, [node for n, node in enumerate(nodes) if root(n) == start], because.get(start, []), sources))
    speaking = [voice for voice in out if voice.affiliation != "sensor"]
    first_hand = [voice for voice in speaking if not voice.compiled]
    counted = first_hand or speaking or out
    out = [dataclasses.replace(voice, counts=voice in counted) for voice in out]
    return tuple(sorted(out, key=lambda voice: (_ORDER.index(voice.affiliation), voice.speakers, voice.claims)))


def independent(found: Sequence[Voice]) -> int:
    """How many independent sources there are."""
    return sum(voice.counts for voice in found)


def _nodes(p: Prepared, members: Sequence[int], sources: Sources) -> list[_Node]:
    nodes: dict[tuple[str, tuple[str, str]], _Node] = {}
    for i in sorted(members, key=lambda i: str(p.rows[i]["id"])):
        row = p.rows[i]
        if row["act"] != "asserts":
            continue
        about = sources.about(row["document"])
        group, affiliation = p.groups[i]
        own = row["speaker"] in _GENERIC or row["speaker"] == about["publisher"] or about["publisher"] is None
        key = _key(row, about, group, affiliation)
        node = nodes.setdefault((row["document"], key), _Node(row["document"], key, group, _affiliation(affiliation), own, []))
        node.claims.append(i)
    return list(nodes.values())


def _affiliation(value: str) -> Affiliation:
    return next(one for one in _ORDER if one == value)


def _key(row: dict[str, Any], about: dict[str, Any], group: str, affiliation: str) -> tuple[str, str]:
    """What tells a voice from others before texts are compared."""
    if about["form"] is not None and affiliation in _COMPILED:
        return "compiled", ""
    if row["speaker"] not in _GENERIC:
        return "speaker", group
    publisher = about["publisher"]
    if publisher is not None and publisher not in _GENERIC:
        return "speaker", about["group"]
    host = urlsplit(about["source_url"]).hostname if about["source_url"] else None
    return ("host", host.removeprefix("www.")) if host else ("document", row["document"])


def _same_address(nodes: Sequence[_Node], sources: Sources) -> list[tuple[int, int, str]]:
    """Own voices of documents that give one address: a text that was added twice, and a row coded from a text beside it."""
    first: dict[str, int] = {}
    out = []
    for n, node in enumerate(nodes):
        address = sources.about(node.document)["source_url"] if node.own else None
        if address is None:
            continue
        if address in first and nodes[first[address]].document != node.document:
            out.append((first[address], n, f"{nodes[first[address]].document} and {node.document} give one address"))
        first.setdefault(address, n)
    return out


def _copies(nodes: Sequence[_Node], sources: Sources) -> list[tuple[int, int, str]]:
    """Own voices of different documents whose texts are nearly the same. Rows of data sets are alike by their form alone."""
    texts = [n for n, node in enumerate(nodes) if node.own and sources.about(node.document)["form"] is None]
    if len({nodes[n].key for n in texts}) < 2 or len(texts) > _MOST_TEXTS:
        return []
    signed = [(n, one) for n in texts if (one := sources.signature(nodes[n].document)) is not None]
    out = []
    for a, b, share in near_duplicates([one for _, one in signed]):
        left, right = nodes[signed[a][0]].document, nodes[signed[b][0]].document
        if left != right:
            out.append((signed[a][0], signed[b][0], f"{left} and {right} share {share:.0%} of their words in order"))
    return out


def _voice(p: Prepared, nodes: Sequence[_Node], because: Sequence[str], sources: Sources) -> Voice:
    claims = sorted({str(p.rows[i]["id"]) for node in nodes for i in node.claims})
    owner = min(nodes, key=lambda node: (_ORDER.index(node.affiliation), node.group))
    quoting = sorted({node.document for node in nodes if not node.own})
    why = list(because)
    if quoting:
        publishers = sorted({str(sources.about(document)["publisher"]) for document in quoting})
        why.append(f"quoted by {', '.join(publishers)}")
    compiled = all(node.key[0] == "compiled" for node in nodes)
    if compiled and len({node.group for node in nodes}) > 1:
        why.append("data sets compiled from others' reports count as one")
    return Voice(
        speakers=tuple(sorted({node.group for node in nodes})), affiliation=owner.affiliation, claims=tuple(claims),
        documents=tuple(sorted({node.document for node in nodes})), because=tuple(why), compiled=compiled, counts=True,
    )  # fmt: skip
