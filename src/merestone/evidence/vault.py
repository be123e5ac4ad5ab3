"""The vault: sealed bytes named by their SHA-256, written once and never changed.

Bytes come in three steps, each durable before the next: they are staged under a temporary name and checked; the custody log
says that they are sealed; they are renamed to their place. What a kill leaves between the steps is either staged bytes that the
log does not name (removed) or ones that it names (moved to their place), see ``settle``. The folder of staged bytes lies inside
the vault, so that the rename never crosses a file system.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from merestone.errors import MerestoneError
from merestone.files import refusals, sync_folder

STAGING = ".staging"
"""Folder inside the vault for bytes on their way in."""

_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True, slots=True)
class Staged:
    """Bytes on their way into the vault: durable, read-only, not yet sealed."""

    path: Path
    sha256: str
    size: int


def sealed_path(vault: Path, sha256: str) -> Path:
    """Where the bytes of a SHA-256 lie: the first two digits are the folder, so that no folder grows too long to list."""
    return vault / sha256[:2] / sha256


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces; it does not follow a link at the end of the path where the system can refuse to."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stage(vault: Path, source: Path, limit: int) -> Staged:
    """Copy a file into the vault's staging folder, hashing it on the way.

    Raises MerestoneError M103 or M104 where the case cannot take it, M106 where the file cannot be read, M304 where it grows
    past ``limit`` bytes meanwhile.
    """
    folder = vault / STAGING
    with refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=folder)
        path = Path(temporary)
        try:
            with os.fdopen(descriptor, "wb") as into:
                sha256, size = _copy(source, into, limit)
                into.flush()
                os.fsync(into.fileno())
            path.chmod(0o444)
            named = path.with_name(sha256)
            if named.exists():  # the same bytes twice in one add
                discard(path)
            else:
                path.rename(named)
        except BaseException:  # an interrupt too: no half-copied bytes may stay
            discard(path)
            raise
    return Staged(named, sha256, size)


def _copy(source: Path, into: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        stream = source.open("rb")
    except OSError as error:
        raise MerestoneError("M106", path=source) from error
    with stream:
        while True:
            try:
                chunk = stream.read(_CHUNK)
            except OSError as error:
                raise MerestoneError("M106", path=source) from error
            if not chunk:
                return digest.hexdigest(), size
            size += len(chunk)
            if size > limit:
                raise MerestoneError("M304", path=source, limit=limit // 1_000_000)
            digest.update(chunk)
            into.write(chunk)


def sync_staging(vault: Path) -> None:
    """Make the names of staged bytes durable, before the log speaks of them."""
    if (vault / STAGING).is_dir():
        sync_folder(vault / STAGING)


def place(vault: Path, staged: Iterable[Staged]) -> None:
    """Move staged bytes to their place and make that durable."""
    touched = set()
    for one in staged:
        target = sealed_path(vault, one.sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            touched.add(vault)
        one.path.rename(target)
        touched.add(target.parent)
    for folder in sorted(touched):
        sync_folder(folder)


def discard(path: Path) -> None:
    """Remove staged bytes."""
    with contextlib.suppress(FileNotFoundError):
        if os.name == "nt":
            path.chmod(stat.S_IWRITE)  # a read-only file cannot be removed there
        path.unlink()


def settle(vault: Path, sealed: Iterable[str]) -> None:
    """Finish what an interrupted add left: move the staged bytes the log names to their place, remove the others.

    ``sealed`` holds the SHA-256 of everything the log names. The caller holds the lock.
    """
    folder = vault / STAGING
    if not folder.is_dir():
        return
    named = set(sealed)
    for path in sorted(folder.iterdir()):
        wanted = _NAME.fullmatch(path.name) and path.name in named and not sealed_path(vault, path.name).exists()
        if wanted and path.is_file() and digest_of(path) == path.name:
            place(vault, [Staged(path, path.name, path.stat().st_size)])
        elif not path.is_dir():
            discard(path)


def fetch(vault: Path, sha256: str) -> bytes:
    """The sealed bytes of a SHA-256. Raises MerestoneError M302 where they are missing or changed."""
    try:
        data = sealed_path(vault, sha256).read_bytes()
    except OSError as error:
        raise MerestoneError("M302", sha256=sha256) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise MerestoneError("M302", sha256=sha256)
    return data
