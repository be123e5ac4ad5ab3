"""The private keys of authors: one Ed25519 key for each, in the user's own settings, never in a case.

The folder is ``keys`` in the user's settings folder of the system (on Linux ``~/.config/merestone/keys``), or the one that the
environment variable MERESTONE_KEYS names. A key is PEM (PKCS #8, not encrypted) in a file that only its owner may read.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

import platformdirs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from merestone.errors import MerestoneError
from merestone.files import refusals, sync_folder

LONGEST_NAME = 100
"""Characters of an author's name."""


def keys_folder() -> Path:
    """Where this user's private keys lie."""
    named = os.environ.get("MERESTONE_KEYS")
    return Path(named) if named else platformdirs.user_config_path("merestone") / "keys"


def author_of(given: str | None) -> str:
    """The author: as given, else the environment variable MERESTONE_AUTHOR, else the login name.

    Raises MerestoneError M108 for a name that is blank, too long or more than one line.
    """
    author = given if given is not None else os.environ.get("MERESTONE_AUTHOR") or _login()
    if not author.strip() or not author.isprintable() or len(author) > LONGEST_NAME or author != author.strip():
        problem = f"is not a name: it must be one line of 1 to {LONGEST_NAME} characters, without blanks around it"
        raise MerestoneError("M108", option="--author", value=author[:LONGEST_NAME], problem=problem)
    return author


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def key_path(author: str, folder: Path | None = None) -> Path:
    """The file of an author's private key."""
    name = quote(author, safe=" ")
    if len(name) > 200:
        name = hashlib.sha256(author.encode()).hexdigest()
    return (folder or keys_folder()) / f"author {name}.pem"


def private_key(author: str, folder: Path | None = None) -> Ed25519PrivateKey:
    """The author's private key, made on first use. Raises MerestoneError M103, M104, M106 or M627."""
    path = key_path(author, folder)
    if not path.exists():
        _make(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MerestoneError("M627", path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise MerestoneError("M627", path=path)
    return key


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; of two processes that do so at once, the first one's stays."""
    raw = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(prefix=".new.", dir=path.parent)  # readable by its owner only
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(raw)
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(temporary, path)
            except FileExistsError:
                return
        finally:
            Path(temporary).unlink(missing_ok=True)
        sync_folder(path.parent)
