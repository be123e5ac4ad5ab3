"""Vocabularies are data: tab-separated tables that a domain expert can edit.

A table is UTF-8 text. Lines that begin with ``#`` are comments, empty lines are skipped, the first other line names the
columns, and every further line has a value, perhaps an empty one, for each column. Several values in one cell are separated
by ``|``. Every row remembers its line, so that a mistake is reported where it stands.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from merestone.errors import MerestoneError


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    table: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def several(self, column: str) -> tuple[str, ...]:
        """The values of a cell that holds several, in order, without the empty ones."""
        return tuple(value.strip() for value in self.cells[column].split("|") if value.strip())

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """The value of a cell that must be one of a closed set. Raises MerestoneError M401."""
        value = self.cells[column]
        if value not in (known := list(allowed)):
            raise self.wrong(f"{column} is {value!r}, not one of {', '.join(map(repr, known))}")
        return value

    def wrong(self, problem: str) -> MerestoneError:
        """The error that names this line and what is wrong with it."""
        return MerestoneError("M401", path=self.table, line=self.line, problem=problem)


def rows(name: str, columns: tuple[str, ...], folder: Traversable | None = None) -> list[Row]:
    """The rows of ``name`` in the reader's data folder (or another one), checked to have exactly these columns.

    Raises MerestoneError M401, with file and line, where a line has too many or too few cells or the columns are others.
    """
    return [Row(name, line, dict(zip(columns, cells, strict=True))) for line, cells in cells_of(name, columns, folder)]


def cells_of(name: str, columns: tuple[str, ...], folder: Traversable | None = None) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row, checked as ``rows`` does: for long tables, of which no row needs to be kept."""
    file = (folder or data_folder()).joinpath(name)
    headed = False
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if not line or line[0] == "#" or line.isspace():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not headed:
            headed = True
            if tuple(cells) != columns:
                raise Row(name, number, {}).wrong(f"the columns are {tuple(cells)}, they must be {columns}")
        elif len(cells) != len(columns):
            raise Row(name, number, {}).wrong(f"there are {len(cells)} cells, there must be {len(columns)}")
        else:
            yield number, cells


def data_folder() -> Traversable:
    """The folder that holds the reader's tables."""
    return resources.files("merestone.reading").joinpath("data")
