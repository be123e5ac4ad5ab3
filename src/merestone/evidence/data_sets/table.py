"""Tables as streams: one row at a time, whatever the size of the file, with the line at which each row begins.

A file is UTF-8, with or without a byte order mark, unless its encoding is stated; its separator is told by the heading unless
it is stated. Nothing is guessed about bytes: what is no text in the stated encoding is an error that names the line.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from merestone.errors import MerestoneError

LONGEST_CELL = 1_000_000
"""Characters of a cell; an unclosed quotation mark would otherwise take the rest of the file into one."""
_LONGEST_HEADING = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")


class Rows:
    """The rows of a table, as (line, cells): each row has a cell for each of ``columns``."""

    def __init__(self, columns: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> None:
        self.columns = tuple(columns)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self._rows


def heading_of(path: Path, encoding: str = "utf-8") -> str:
    """The first line of a file, without byte order mark and end of line; empty where it is no text in that encoding."""
    with path.open("rb") as stream:
        head = stream.readline(_LONGEST_HEADING)
    try:
        return head.decode(_name(encoding)).rstrip("\r\n")
    except UnicodeDecodeError:
        return ""


def separator_of(heading: str) -> str:
    """The separator that a heading uses most often; a comma where it uses none."""
    return max(_SEPARATORS, key=heading.count)


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of one line, without the white space around them."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def known_encoding(name: str) -> bool:
    """Whether Python knows a text encoding of that name in which lines end as in ASCII, as in all but UTF-16 and UTF-32."""
    try:
        return "\n".encode(name) == b"\n"
    except (LookupError, TypeError, AttributeError, ValueError):
        return False


@contextlib.contextmanager
def table(
    path: Path,
    *,
    shown: object = None,
    encoding: str = "utf-8",
    separator: str | None = None,
    columns: Sequence[str] | None = None,
) -> Iterator[Rows]:
    """The rows of a file; ``columns`` names those of a file without a heading (a heading that repeats them is passed over).

    ``shown`` is the name for errors, the path where it is None. Raises MerestoneError M106 where the file cannot be read, and,
    while it is read, M640 for bytes that are not of the encoding, M643 for a row with too many or too few cells, M647 for
    broken quotation, M649 where there is no row.
    """
    shown = path if shown is None else shown
    heading = heading_of(path, encoding)
    separator = separator or separator_of(heading)
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise MerestoneError("M106", path=shown) from error
    try:
        with stream:
            yield _rows(_lines(stream, shown, encoding), shown, separator, columns)
    finally:
        csv.field_size_limit(before)


def _name(encoding: str) -> str:
    """UTF-8 passes over a byte order mark."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _lines(stream: BinaryIO, shown: object, encoding: str) -> Iterator[str]:
    """The lines of a file, with their ends; each is decoded by itself, so that a wrong byte is named by its line."""
    number = 0
    first = _name(encoding)
    while raw := stream.readline(4 * LONGEST_CELL):
        number += 1
        try:
            line = raw.decode(first if number == 1 else encoding)
        except UnicodeDecodeError as error:
            raise MerestoneError("M640", path=shown, line=number, encoding=encoding) from error
        if "\0" in line:
            raise MerestoneError("M640", path=shown, line=number, encoding=encoding)
        yield line


def _rows(lines: Iterator[str], shown: object, separator: str, columns: Sequence[str] | None) -> Rows:
    # tables without a heading that are parted by tabs, as GDELT's, write quotation marks as they stand in the text
    quoting: Literal[0, 3] = csv.QUOTE_NONE if separator == "\t" and columns is not None else csv.QUOTE_MINIMAL
    reader = csv.reader(lines, delimiter=separator, quoting=quoting, strict=True)
    parts = _numbered(reader, shown)
    first = next(parts, None)
    if first is None:
        raise MerestoneError("M649", path=shown)
    cells = [cell.strip() for cell in first[1]]
    if columns is None:
        return Rows(cells, _even(parts, shown, len(cells)))
    if [cell.lower() for cell in cells] == [column.lower() for column in columns]:
        return Rows(columns, _even(parts, shown, len(columns)))
    return Rows(columns, _even(_and(first, parts), shown, len(columns)))


def _and(first: tuple[int, list[str]], others: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from others


def _numbered(reader: Iterator[list[str]], shown: object) -> Iterator[tuple[int, list[str]]]:
    line = 1
    try:
        for cells in reader:
            first, line = line, reader.line_num + 1  # type: ignore[attr-defined]
            if any(cell and not cell.isspace() for cell in cells):
                yield first, cells
    except csv.Error as error:
        raise MerestoneError("M647", path=shown, line=line, detail=str(error)) from error


def _even(rows: Iterator[tuple[int, list[str]]], shown: object, width: int) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        if len(cells) != width:
            raise MerestoneError("M643", path=shown, line=line, cells=len(cells), columns=width)
        yield line, cells
