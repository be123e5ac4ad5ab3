"""Plain text and Markdown: the text as it stands."""

from __future__ import annotations

from merestone.evidence.formats.part import Part, decode, plain_lines, require_text


def parts(data: bytes, path: object) -> list[Part]:
    """The one document of a text. Raises MerestoneError M305, M306 or M320."""
    return [Part(text=require_text(plain_lines(decode(data, path)), path))]
