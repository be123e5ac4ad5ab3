"""The custody log: who sealed what, when, from where; one canonical JSON line for each act, each chained to the one before.

What must stay true here:

* lines are only ever appended; each holds the SHA-256 of the line before it (``previous``) and of itself (``hash``), so that an
  edited, removed, added or reordered line breaks the chain at a line that can be named;
* ``head.json`` says how many lines there are and what the last one's hash is, so that lines cut off at the end show;
* it is written after the lines it counts. Lines after the head are what an interrupted command left: whole ones count, a torn
  last one is taken back. Lines the head counts are never touched again, whatever is wrong with them.

A line is the leaf that a Merkle tree, a signature or a timestamp token can later be made over.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from merestone.errors import MerestoneError
from merestone.files import sync_folder, write_atomically
from merestone.model import Instant, Item, to_json

Action = Literal["seal", "describe"]
"""seal: new bytes; describe: other metadata for bytes that were sealed before."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log, without its hash."""

    sequence: int
    """0-based number of the line."""
    previous: str | None
    """Hash of the line before; None for the first."""
    action: Action
    item: Item
    """The item as it is known after this act."""
    at: Instant
    """When the act was done, UTC."""
    by: str
    """Who did it: user and host."""


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """What the log holds at least."""

    entries: int = 0
    size: int = 0
    """Length of those lines, in bytes."""
    hash: str | None = None
    """Hash of the last of them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in the file, judged by itself."""

    number: int
    """1-based number in the file."""
    size: int
    """Length in bytes, newline included."""
    ends: bool
    """Whether it ends with a newline."""
    entry: Entry | None
    """None where it is not a canonical log line."""
    stated: str | None
    """The hash it states."""
    computed: str | None
    """The hash its content has."""

    @property
    def sound(self) -> bool:
        """Whether the line is exactly as it was written."""
        return self.ends and self.entry is not None and self.stated == self.computed

    def follows(self, before: Line | None) -> bool:
        """Whether it continues the line before it."""
        if self.entry is None:
            return False
        if before is None:
            return self.entry.sequence == 0 and self.entry.previous is None
        if before.entry is None:  # that line is reported itself; this one can only be checked by its number
            return self.entry.sequence == self.number - 1
        return self.entry.sequence == before.entry.sequence + 1 and self.entry.previous in (before.stated, before.computed)


_ENTRIES: TypeAdapter[Entry] = TypeAdapter(Entry)
_LONGEST = 1 << 20
"""No line is longer than this many bytes; a longer one is none of ours and must not fill the memory."""


def log_path(folder: Path) -> Path:
    """The log inside a case's log folder."""
    return folder / "custody.jsonl"


def head_path(folder: Path) -> Path:
    """The head beside it."""
    return folder / "head.json"


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, one newline at the end."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence, "previous": entry.previous, "action": entry.action, "item": to_json(entry.item),
        "at": entry.at.isoformat().replace("+00:00", "Z"), "by": entry.by,
    }  # fmt: skip


def _encode(entry: Entry) -> tuple[bytes, str]:
    """(line, hash) of an entry."""
    plain = _plain(entry)
    digest = hashlib.sha256(canonical(plain)).hexdigest()
    return canonical({**plain, "hash": digest}), digest


def _judge(number: int, raw: bytes) -> Line:
    ends = raw.endswith(b"\n")
    nothing = Line(number, len(raw), ends, None, None, None)
    try:
        plain = orjson.loads(raw)
        if not isinstance(plain, dict) or canonical(plain) != raw:
            return nothing
        stated = plain.pop("hash")
        entry = _ENTRIES.validate_python(plain)
    except (orjson.JSONDecodeError, ValidationError, KeyError, ValueError):
        return nothing
    return Line(number, len(raw), ends, entry, stated, hashlib.sha256(canonical(plain)).hexdigest())


def lines(folder: Path) -> Iterator[Line]:
    """Every line of the log as it stands, one at a time; none where there is no log."""
    if not log_path(folder).is_file():
        return
    with log_path(folder).open("rb") as stream:
        number = 0
        while raw := stream.readline(_LONGEST):
            number += 1
            yield _judge(number, raw)


def read_head(folder: Path) -> Head | None:
    """The head; None where it is missing or not exactly as the program writes it."""
    try:
        raw = head_path(folder).read_bytes()
        plain = orjson.loads(raw)
    except (OSError, orjson.JSONDecodeError):
        return None
    if not isinstance(plain, dict) or set(plain) != {"entries", "size", "hash"} or canonical(plain) != raw:
        return None
    if not isinstance(plain["entries"], int) or not isinstance(plain["size"], int):
        return None
    return Head(**plain)


def write_head(folder: Path, head: Head) -> None:
    """Write the head, whole or not at all."""
    write_atomically(head_path(folder), canonical(dataclasses.asdict(head)))


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """A sound log: where it ends, and what is known of each item."""

    head: Head
    items: dict[str, Item]
    """The latest description of each item by SHA-256, in the order of sealing."""


def open_log(folder: Path) -> State:
    """The log after taking back or completing what an interrupted command left. The caller holds the lock.

    Raises MerestoneError M301 where the log is damaged; it is then left exactly as it is.
    """
    if not log_path(folder).exists() and not head_path(folder).exists():
        write_head(folder, Head())
    for leftover in folder.glob(f".{head_path(folder).name}.*.tmp"):
        leftover.unlink()
    head = read_head(folder)
    if head is None:
        raise MerestoneError("M301", path=log_path(folder))
    state, torn = _replay(folder, head)
    if torn:
        with log_path(folder).open("rb+") as stream:
            stream.truncate(state.head.size)
            os.fsync(stream.fileno())
    if state.head != head:
        write_head(folder, state.head)
    return state


def read_log(folder: Path) -> State:
    """The log as it stands, changing nothing: a torn last line does not count. Raises MerestoneError M301 as ``open_log``."""
    if not log_path(folder).exists() and not head_path(folder).exists():
        return State(Head(), {})
    head = read_head(folder)
    if head is None:
        raise MerestoneError("M301", path=log_path(folder))
    return _replay(folder, head)[0]


def _replay(folder: Path, head: Head) -> tuple[State, bool]:
    """(state, whether a torn line follows it). Raises MerestoneError M301 where the lines do not fit each other or the head."""
    items: dict[str, Item] = {}
    before: Line | None = None
    reached = Head()
    met = reached == head
    for line in lines(folder):
        if reached.size >= head.size and not line.ends:
            if not met:
                break
            return State(reached, items), True
        if not line.sound or not line.follows(before) or line.entry is None:
            raise MerestoneError("M301", path=log_path(folder))
        before = line
        reached = Head(line.number, reached.size + line.size, line.stated)
        met = met or reached == head
        items[line.entry.item.sha256] = line.entry.item
    if not met:
        raise MerestoneError("M301", path=log_path(folder))
    return State(reached, items), False


def append(folder: Path, head: Head, acts: Sequence[tuple[Action, Item]], at: datetime, by: str) -> Head:
    """Append acts to a log that ends at ``head`` and return where it ends then. The caller holds the lock.

    The lines are durable on return. Where the system refuses them, what was written of them is taken back. The head is not
    written here: that is the last step of an act.
    """
    raw = bytearray()
    sequence, previous = head.entries, head.hash
    for action, item in acts:
        entry = Entry(sequence=sequence, previous=previous, action=action, item=item, at=at, by=by)
        line, previous = _encode(entry)
        raw += line
        sequence += 1
    new = not log_path(folder).exists()
    descriptor = os.open(log_path(folder), os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        try:
            rest = memoryview(bytes(raw))
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, head.size)
            raise
    finally:
        os.close(descriptor)
    if new:
        sync_folder(folder)
    return Head(sequence, head.size + len(raw), previous)
