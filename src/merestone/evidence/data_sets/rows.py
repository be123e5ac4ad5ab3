"""Rows of a data set as documents: each row a text of its cells, ``column: value`` a line, so that every span leads to words.

Cells that are empty are left out, and an end of line inside a cell becomes a space; the sealed file keeps what was there. The
file is read as a stream: a million rows need no more memory than a thousand.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.evidence.data_sets.coding import BadCell, Coded, coded
from merestone.evidence.data_sets.mapping import Mapping
from merestone.evidence.data_sets.table import table
from merestone.model import Document, Provenance

Extent = tuple[float, float, float, float]
"""west, south, east, north, in degrees on WGS 84."""

_UNFIT = re.compile(r"[\s/\\#~\x00-\x1f\x7f]+")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f]{1,2000}")


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row that says something."""

    number: int
    """0-based, among all rows of the file."""
    line: int
    """1-based line of the file at which it begins."""
    values: dict[str, str]
    """Its cells by column, empty ones left out."""
    coded: Coded


@dataclasses.dataclass(slots=True)
class Checked:
    """What a check found."""

    rows: int = 0
    left_out: int = 0
    """Rows of a kind that the mapping leaves out."""


def rows_of(
    path: Path, mapping: Mapping, shown: object = None, tally: Checked | None = None, every: bool = True
) -> Iterator[Row]:  # fmt: skip
    """The rows of a file that say something, in order; without ``every`` cell, only with those that the mapping reads.

    Raises MerestoneError M106, M640 to M643 and M647, and M641 for a cell, naming the line and the column.
    """
    shown = path if shown is None else shown
    tally = tally or Checked()
    with table(
        path, shown=shown, encoding=mapping.encoding, separator=mapping.separator, columns=mapping.columns or None
    ) as rows:  # fmt: skip
        missing = [column for column in mapping.needed() if column not in rows.columns]
        twice = sorted({column for column in rows.columns if column and rows.columns.count(column) > 1})
        if missing or twice:
            raise MerestoneError("M642", path=shown, missing=", ".join(missing or twice), found=", ".join(rows.columns)[:500])
        needed = frozenset((*mapping.needed(), *mapping.optional_columns))
        kept = [(at, column) for at, column in enumerate(rows.columns) if every or column in needed]
        for number, (line, cells) in enumerate(rows):
            values = {column: " ".join(cells[at].split()) for at, column in kept if cells[at] and not cells[at].isspace()}
            try:
                found = coded(mapping, values)
            except BadCell as error:
                raise MerestoneError(
                    "M641", path=shown, line=line, column=error.column, value=repr(error.value[:100]), problem=error.problem
                ) from error
            tally.rows += 1
            if found is None:
                tally.left_out += 1
            else:
                yield Row(number, line, values, found)


def check(path: Path, mapping: Mapping, shown: object = None, extent: Extent | None = None) -> Checked:
    """Read a whole file as a build would, keeping nothing.

    ``extent`` is where the case lies: where no row lies there, but half of them would with longitude and latitude exchanged,
    the columns are exchanged (M646). Raises MerestoneError as ``rows_of``, M648 for an id that stands twice, M649 without rows.
    """
    shown = path if shown is None else shown
    tally = Checked()
    seen: set[int] = set()
    inside = exchanged = placed = 0
    first_exchanged: Row | None = None
    for row in rows_of(path, mapping, shown, tally, every=False):
        if mapping.id is not None and (given := row.values.get(mapping.id)):
            # eight bytes of a digest keep the memory small; two ids in a hundred million agree in them once in 4,000 files
            key = int.from_bytes(hashlib.blake2b(given.encode(), digest_size=8).digest())
            if key in seen:
                raise MerestoneError("M648", path=shown, line=row.line, column=mapping.id, value=given[:100])
            seen.add(key)
        where = row.coded.where
        if where is not None and extent is not None:
            placed += 1
            inside += _inside(extent, where.lon, where.lat)
            if _inside(extent, where.lat, where.lon):
                exchanged += 1
                first_exchanged = first_exchanged or row
    if not tally.rows:
        raise MerestoneError("M649", path=shown)
    if first_exchanged is not None and not inside and 2 * exchanged >= placed:
        raise MerestoneError(
            "M646", path=shown, line=first_exchanged.line, longitude=mapping.place.longitude, latitude=mapping.place.latitude
        )
    return tally


def _inside(extent: Extent, lon: float, lat: float) -> bool:
    west, south, east, north = extent
    return west <= lon <= east and south <= lat <= north


def documents_of_rows(path: Path, mapping: Mapping, form: str, sha256: str, shown: object = None) -> Iterator[Document]:
    """A document for each row that says something, in order. Raises MerestoneError as ``rows_of``."""
    for row in rows_of(path, mapping, shown):
        text = text_of_row(row.values)
        given = row.values.get(mapping.id, "") if mapping.id else ""
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        name = _UNFIT.sub("-", given)[:100] or digest
        address = row.values.get(mapping.address, "") if mapping.address else ""
        address = address if _ADDRESS.fullmatch(address) else ""
        published = row.coded.published
        item = ["publisher", "title", "genre", *(["source_url"] if address else []), *(["published"] if published else [])]
        yield Document(
            id=f"{mapping.speaker}-{name}", item=sha256, part=row.number, publisher=mapping.speaker,
            title=_title(mapping, given, row.coded),
            published=published.isoformat() if published else None, language="en", genre=mapping.genre, form=form,
            source_url=address or None, text=text,
            provenance=tuple(Provenance(field=field, origin="item") for field in item),
        )  # fmt: skip


def _title(mapping: Mapping, given: str, found: Coded) -> str:
    """The data set with the row's id, else its day. The row's number stays out: a newer file has it elsewhere."""
    return f"{mapping.name}, {mapping.id} {given[:100]}" if given else f"{mapping.name}, {found.first.isoformat()}"


def text_of_row(values: dict[str, str]) -> str:
    """The text of a row: its cells, ``column: value`` a line."""
    return "\n".join(f"{column.replace(': ', ':')}: {value}" for column, value in values.items())


def cells_of_text(text: str) -> dict[str, tuple[str, int]]:
    """The cells of a row's text by column, each with the character at which its value begins."""
    out = {}
    at = 0
    for line in text.split("\n"):
        column, _, value = line.partition(": ")
        out[column] = (value, at + len(column) + 2)
        at += len(line) + 1
    return out
