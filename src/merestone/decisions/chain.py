"""The chain: how a decision is written down, signed and linked, and how each of these is checked again.

What must stay true here:

* what is hashed and signed is the canonical JSON of a decision: every field but ``id``, ``hash`` and ``signature``, keys
  sorted, no spaces, UTF-8 (``evidence.log.canonical``). It is kept as text, so that no later version has to write it anew;
* it holds the hash of the decision before it and its own number, so that a decision changed, removed, added or moved shows;
* the key of an author is that of the author's first decision, or the one that the case file lists.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from merestone.evidence.log import canonical
from merestone.model import Anchor, Decision, DecisionKind, from_json, to_json

_NOT_SIGNED = ("id", "hash", "signature")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision before it has its place in the chain."""

    kind: DecisionKind
    subjects: tuple[str, ...]
    anchors: tuple[Anchor, ...] = ()
    field: str | None = None
    value: str | None = None
    names: tuple[str, ...] = ()
    reason: str
    author: str
    request: str

    def is_of(self, decision: Decision) -> bool:
        """Whether a stored decision says the same."""
        return all(getattr(decision, f.name) == getattr(self, f.name) for f in dataclasses.fields(self))


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A decision as the database holds it: what was signed, and the columns that the database itself keeps in order."""

    sequence: int
    previous: str | None
    hash: str
    request: str
    author: str
    key: str
    content: str
    """Canonical JSON, without the newline at its end."""
    signature: str


@dataclasses.dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain ends, and the key that an author has signed with before."""

    sequence: int = -1
    hash: str | None = None
    key: str | None = None


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key, base64 of its 32 bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def sealed(draft: Draft, tail: Tail, key: Ed25519PrivateKey, at: datetime) -> Row:
    """The next row of a chain that ends at ``tail``."""
    decision = Decision(
        id="", hash="", signature="", sequence=tail.sequence + 1, previous=tail.hash, key=public_text(key), decided_at=at,
        **{f.name: getattr(draft, f.name) for f in dataclasses.fields(draft)},
    )  # fmt: skip
    content = canonical({name: value for name, value in to_json(decision).items() if name not in _NOT_SIGNED}).rstrip(b"\n")
    return Row(
        sequence=decision.sequence, previous=decision.previous, hash=hashlib.sha256(content).hexdigest(),
        request=draft.request, author=draft.author, key=decision.key, content=content.decode(),
        signature=base64.b64encode(key.sign(content)).decode(),
    )  # fmt: skip


def decision_of(row: Row) -> Decision:
    """The decision a row holds. Raises ValueError where its content is none, or is not written canonically."""
    try:
        plain: Any = orjson.loads(row.content)
        if not isinstance(plain, dict) or canonical(plain).rstrip(b"\n") != row.content.encode():
            raise ValueError("not canonical JSON")
        return from_json(
            Decision, {**plain, "id": f"d-{row.hash[:12]}", "hash": row.hash, "signature": row.signature}
        )  # fmt: skip
    except (orjson.JSONDecodeError, ValidationError, UnicodeEncodeError) as error:
        raise ValueError("not a decision") from error


def _as_written(row: Row) -> Decision | None:
    """The decision, if content, hash and columns fit each other."""
    try:
        decision = decision_of(row)
    except ValueError:
        return None
    fits = hashlib.sha256(row.content.encode()).hexdigest() == row.hash and all(
        getattr(decision, name) == getattr(row, name) for name in ("sequence", "previous", "request", "author", "key")
    )
    return decision if fits else None


def signature_holds(row: Row) -> bool:
    """Whether the signature is that of the row's key over the row's content."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(row.key, validate=True))
        key.verify(base64.b64decode(row.signature, validate=True), row.content.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """One row, judged: the decision, or the code of the finding that says what is wrong with it."""

    row: Row
    decision: Decision | None
    finding: str | None = None


def judged(rows: Iterable[Row], reviewers: Mapping[str, str], known: Sequence[Decision] = ()) -> Iterator[Link]:
    """Every row with its finding: V401 changed, V402 not linked to the one before, V403 signature, V404 another key.

    ``reviewers`` holds the keys that the case file lists, by author; where it is empty, an author's first key counts. ``known``
    are the decisions before the rows, judged already.
    """
    keys = dict(reviewers)
    if not reviewers:
        for one in known:
            keys.setdefault(one.author, one.key)
    before: Row | Decision | None = known[-1] if known else None
    for row in rows:
        decision = _as_written(row)
        finding = None
        if decision is None:
            finding = "V401"
        elif row.sequence != (0 if before is None else before.sequence + 1) or row.previous != (before and before.hash):
            finding = "V402"
        elif not signature_holds(row):
            finding = "V403"
        elif row.key != (keys.get(row.author) if reviewers else keys.setdefault(row.author, row.key)):
            finding = "V404"
        yield Link(row, decision, finding)
        before = row
