"""What a file holds: one part for each document, with what the file itself says of it."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal

from merestone.errors import MerestoneError
from merestone.model import Genre


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One document as its file gives it. None where the file does not say."""

    text: str
    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    """Actor code."""
    site: str | None = None
    """Who publishes, by name, where the file gives no code."""
    published: str | None = None
    """YYYY-MM-DD."""
    language: str | None = None
    genre: Genre | None = None
    source_url: str | None = None
    pages: tuple[int, ...] = ()
    """First character of each page."""
    catalogued: bool = False
    """True where the file is a list of documents that states each one's metadata."""


def plain_lines(text: str) -> str:
    """The text with every end of line as one newline; nothing else is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def storable(text: str) -> str:
    """Text from a library, without what no file of UTF-8 text may hold: NUL and lone surrogates become U+FFFD."""
    return re.sub("[\0\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def decode(data: bytes, path: object) -> str:
    """UTF-8 text, without a byte order mark. Raises MerestoneError M305 for binary data and M306 for another encoding."""
    marked: Literal["utf-16", "utf-32"] | None = None
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        marked = "utf-32"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        marked = "utf-16"
    if marked:
        raise MerestoneError("M306", path=path, offset=0, encoding=marked.upper())
    if (offset := data.find(b"\0")) >= 0:
        raise MerestoneError("M305", path=path, offset=offset)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MerestoneError("M306", path=path, offset=error.start, encoding="WINDOWS-1252") from error
    return text.removeprefix("\ufeff")


def require_text(text: str, path: object) -> str:
    """The text itself. Raises MerestoneError M320 where it is blank."""
    if not text.strip():
        raise MerestoneError("M320", path=path)
    return text
