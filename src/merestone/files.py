"""Writing that is whole or not at all: temporary file in the same folder, fsync, rename, fsync of the folder.

Every file the program writes goes through here, except the vault and the append-only log, which have stricter rules.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from merestone.errors import MerestoneError


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in a folder durable. Does nothing where the system has no such call (Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what the system has against writing ``path`` into one clear error.

    Raises MerestoneError M103 for a full disk, M104 for a missing permission, M109 where a file or folder stands in the way and
    M110 for a name that cannot be, or a disk that fails.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MerestoneError("M103", path=path) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise MerestoneError("M104", path=path) from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST) and (file := no_folder(path.parent)):
            raise MerestoneError("M109", path=file, found="a file", wanted="a folder") from error
        if error.errno == errno.EISDIR and path.is_dir():
            raise MerestoneError("M109", path=path, found="a folder", wanted="a file") from error
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EIO):
            raise MerestoneError("M110", path=path, problem=error.strerror) from error
        raise


def no_folder(path: Path) -> Path | None:
    """What of a path, or of those above it, is there and is no folder, so that nothing can lie in it; None where nothing is."""
    return next((one for one in (path, *path.parents) if one.exists() and not one.is_dir()), None)


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file that appears under ``path`` only when the block ends without an exception."""
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:  # an interrupt too: no temporary file may stay
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: afterwards the file holds the old bytes or the new ones, never a part."""
    with atomic_file(path) as stream:
        stream.write(data)
