"""JSON Lines in the corpus format: one document a line. Fields other than the format's, such as ``claims``, are not read."""

from __future__ import annotations

import orjson

from merestone.errors import MerestoneError
from merestone.evidence.formats.part import Part, decode
from merestone.evidence.formats.rows import part_of, unique_ids


def parts(data: bytes, path: object) -> list[Part]:
    """The documents of the file. Raises MerestoneError M305, M306, M320, or M312 with the line."""
    text = decode(data, path)
    found = []
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            row = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise MerestoneError("M321", path=path, line=line, detail=error.msg) from error
        if not isinstance(row, dict):
            raise MerestoneError("M321", path=path, line=line, detail="not an object in braces")
        found.append((line, part_of(row, path, line)))
    if not found:
        raise MerestoneError("M320", path=path)
    return unique_ids(found, path)
