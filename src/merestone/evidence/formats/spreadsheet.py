"""CSV: one document a row, under a heading that names the columns; separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io

from merestone.errors import MerestoneError
from merestone.evidence.formats.part import Part, decode
from merestone.evidence.formats.rows import FIELDS, part_of, unique_ids


def parts(data: bytes, path: object) -> list[Part]:
    """The documents of the file. Raises MerestoneError M305, M306, M320, M312 with the line, or M313 for the heading."""
    text = decode(data, path)
    if not text.strip():
        raise MerestoneError("M320", path=path)
    previous = csv.field_size_limit(len(text) + 1)  # a cell may hold a long report
    try:
        return _rows(text, path)
    finally:
        csv.field_size_limit(previous)


def _rows(text: str, path: object) -> list[Part]:
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    found = []
    line = 1
    try:
        for cells in reader:
            first, line = line, reader.line_num + 1  # a row begins where the one before it ended
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, path)
                continue
            if len(cells) > len(columns):
                problem = f"has {len(cells)} cells under {len(columns)} columns"
                raise MerestoneError("M312", path=path, line=first, field="the row", problem=problem)
            found.append((first, part_of(dict(zip(columns, cells, strict=False)), path, first)))
    except csv.Error as error:
        raise MerestoneError("M321", path=path, line=max(reader.line_num, 1), detail=str(error)) from error
    if not found:
        raise MerestoneError("M320", path=path)
    return unique_ids(found, path)


def _columns(cells: list[str], path: object) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    unknown = [name for name in columns if name not in FIELDS]
    if unknown or "text" not in columns or len(set(columns)) < len(columns):
        raise MerestoneError("M313", path=path, accepted=", ".join(FIELDS))
    return columns
