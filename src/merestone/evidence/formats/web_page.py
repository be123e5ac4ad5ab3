"""HTML: the readable text of a page, and the title, day, site and address it states. Nothing in the page is ever run.

trafilatura finds the text; where it finds none, or the page is nested deeper or is longer than it can follow, every text node
of the body is taken, in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

import trafilatura
from lxml import etree

from merestone.errors import MerestoneError
from merestone.evidence.formats.part import Part, decode, plain_lines, storable

DEEPEST = 200
"""libxml2 silently drops what is nested deeper than 256 elements from a tree; from here on a page is read without one."""

MOST = 30_000
"""Elements of a page; with more, the search for the readable part would take minutes, and all of it is taken instead."""

_UNREADABLE = frozenset(
    {"script", "style", "template", "svg", "math", "head", "iframe", "object", "noscript", "textarea", "select"}
)
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "time", "u", "wbr",
})  # fmt: skip
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_DATES = {"extensive_search": False, "original_date": True, "min_date": "1945-01-01", "max_date": "2199-12-31"}
"""Only dates the page states, and no bound that depends on today."""


def parts(data: bytes, path: object) -> list[Part]:
    """The one document of a page. Raises MerestoneError M305, M306, or M311 where it holds no readable text."""
    markup = plain_lines(storable(_decode(data, path)))
    nodes = _text_nodes(markup)
    found = _extract(markup) if nodes.deepest <= DEEPEST and nodes.elements <= MOST else None
    text = str(found.text or "") if found else ""
    if not text.strip():
        text = nodes.text()
    if not text.strip():
        raise MerestoneError("M311", path=path)
    address = str(found.url or "") if found else ""
    day = str(found.date or "") if found else ""
    return [
        Part(
            text=plain_lines(storable(text)),
            title=_one_line(found.title) if found else _one_line(nodes.title),
            site=_one_line(found.sitename) if found else None,
            published=day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
            language=nodes.language,
            source_url=address if re.fullmatch(r"https?://\S{1,2000}", address) else None,
        )
    ]


def _extract(markup: str) -> trafilatura.settings.Document | None:
    try:
        found = trafilatura.bare_extraction(
            markup, include_comments=False, include_tables=True, favor_recall=True, with_metadata=True,
            date_extraction_params=dict(_DATES),
        )  # fmt: skip
    except (RecursionError, ValueError, AssertionError, TypeError, AttributeError, KeyError, IndexError):
        return None  # a page made to break the extractor still has its text nodes
    return found if isinstance(found, trafilatura.settings.Document) else None


def _text_nodes(markup: str) -> _TextNodes:
    parser = etree.HTMLParser(target=_TextNodes(), no_network=True)
    parser.feed("<html>" if not markup.strip() else markup)
    return cast(_TextNodes, parser.close())


def _decode(data: bytes, path: object) -> str:
    """UTF-8, else the encoding the page declares in its first 2,048 bytes."""
    try:
        return decode(data, path)
    except MerestoneError as error:
        declared = _DECLARED.search(data[:2048])
        if error.code != "M306" or not declared:
            raise
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            raise error from None


def _one_line(value: object) -> str | None:
    return " ".join(str(value).split())[:300] or None if value else None


class _TextNodes:
    """Takes a page's tags and text one by one, with no tree and thus no limit of depth, and keeps each readable text node,
    a line for each block."""

    def __init__(self) -> None:
        self.deepest = 0
        self.elements = 0
        self.title = ""
        self.language: str | None = None
        self._open: list[str] = []
        self._hidden = 0
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._open.append(tag)
        self.elements += 1
        self.deepest = max(self.deepest, len(self._open))
        self._hidden += tag in _UNREADABLE
        if tag == "html":
            self.language = _language(attributes.get("lang"))
        if tag not in _INLINE:
            self._pieces.append("\n")

    def end(self, tag: str) -> None:
        self._open.pop()  # the parser closes every tag it has opened, and in order
        self._hidden -= tag in _UNREADABLE
        if tag not in _INLINE:
            self._pieces.append("\n")

    def data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title = (self.title + data)[:1000]
        elif not self._hidden:
            self._pieces.append(data)

    def close(self) -> _TextNodes:
        return self

    def text(self) -> str:
        """The lines, each with its white space folded, blank ones left out."""
        lines = (" ".join(line.split()) for line in re.split(r"\n+", "".join(_folded(self._pieces))))
        return "\n".join(line for line in lines if line)


def _folded(pieces: list[str]) -> list[str]:
    """Line ends inside a text node are white space; only those between blocks end a line."""
    return [piece if piece == "\n" else piece.replace("\n", " ") for piece in pieces]


def _language(value: str | None) -> str | None:
    return value if value and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value) else None
