"""Event data sets and taxonomies as CSV files, and what they hold as columns of numbers.

A data set has the columns event (its id), date, latitude and longitude (degrees, WGS 84); enddate and dataset may be added, and
for each taxonomy a column of its name with the category that the data set gives the event. An event with an end later than its
date is an episode. A taxonomy has the columns data.source and base.categories, and its levels from the most specific to the
broadest: it says how the categories of several data sets map onto each other.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from merestone.errors import MerestoneError
from merestone.evidence.data_sets.table import table

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_REQUIRED = ("event", "date", "latitude", "longitude")
_TAXONOMY = ("data.source", "base.categories")


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Taxonomy:
    """How the categories of several data sets map onto each other."""

    column: str
    """Column of the data sets that it explains."""
    levels: tuple[str, ...]
    """Names of its levels, the most specific first."""
    path: Path
    labels: Mapping[tuple[str, str], tuple[str, ...]]
    """(data set, category) to its label at each level."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The events of all data sets in their order; every array has one entry for each event."""

    names: tuple[str, ...]
    """Names of the data sets."""
    ids: list[str]
    source: Ints
    """Number of the data set."""
    first: Ints
    """First day, in days since 1970."""
    last: Ints
    """Last day."""
    lon: Floats
    lat: Floats
    taxonomies: tuple[Taxonomy, ...]
    labels: tuple[Ints, ...]
    """For each taxonomy, (events, levels) numbers of the labels."""

    @property
    def episode(self) -> Bools:
        """Which of them last longer than a day."""
        return self.last > self.first

    def __len__(self) -> int:
        return len(self.ids)


def read_taxonomy(given: str) -> Taxonomy:
    """A taxonomy from FILE or COLUMN=FILE; without a column, the name of the file says it, without ``taxonomy_``.

    Raises MerestoneError M101, M106, M642, M643, M648, M649 or M655.
    """
    column, separator, name = given.partition("=")
    path = Path(name if separator else given)
    if not path.is_file():
        raise MerestoneError("M101", path=path)
    column = (column if separator else path.stem.removeprefix("taxonomy_")).strip().lower()
    labels: dict[tuple[str, str], tuple[str, ...]] = {}
    with table(path) as rows:
        columns = [name.lower() for name in rows.columns]
        _need(path, columns, _TAXONOMY)
        levels = [number for number, name in enumerate(columns) if name not in _TAXONOMY]
        if not levels:
            raise MerestoneError("M655", path=path)
        source, category = columns.index("data.source"), columns.index("base.categories")
        for line, cells in rows:
            key = cells[source].strip(), cells[category].strip()
            if key in labels:
                raise MerestoneError("M648", path=path, line=line, column="base.categories", value=key[1])
            labels[key] = tuple(cells[number].strip() for number in levels)
    return Taxonomy(column, tuple(columns[number] for number in levels), path, labels)


def read_events(paths: Sequence[Path], taxonomies: Sequence[Taxonomy]) -> Events:
    """The events of all files.

    Raises MerestoneError M101, M106, M640 to M650, with the line and the column, or M651 where two files have one name.
    """
    names: list[str] = []
    ids: list[str] = []
    source: list[int] = []
    numbers: list[tuple[int, int, float, float]] = []
    labelled: list[list[tuple[str, ...]]] = [[] for _ in taxonomies]
    for path in paths:
        if not path.is_file():
            raise MerestoneError("M101", path=path)
        name: str | None = None
        seen: set[str] = set()
        with table(path) as rows:
            columns = [column.lower() for column in rows.columns]
            _need(path, columns, (*_REQUIRED, *(taxonomy.column for taxonomy in taxonomies)))
            at = {column: number for number, column in enumerate(columns)}
            coded = [at[taxonomy.column] for taxonomy in taxonomies]
            for line, cells in rows:
                here = cells[at["dataset"]].strip() if "dataset" in at else path.stem
                name = name or here
                if here != name:
                    raise MerestoneError(
                        "M641",
                        path=path,
                        line=line,
                        column="dataset",
                        value=here,
                        problem=f"is not {name!r} as in the rows above",
                    )
                identity = cells[at["event"]].strip()
                if identity in seen:
                    raise MerestoneError("M648", path=path, line=line, column="event", value=identity)
                seen.add(identity)
                first = _day(path, line, "date", cells[at["date"]])
                last = (
                    _day(path, line, "enddate", cells[at["enddate"]])
                    if cells[at.get("enddate", 0)].strip() and "enddate" in at
                    else first
                )
                if last < first:
                    raise MerestoneError(
                        "M641", path=path, line=line, column="enddate", value=cells[at["enddate"]], problem="is before the date"
                    )
                numbers.append((
                    first, last, _degrees(path, line, "longitude", cells[at["longitude"]], 180),
                    _degrees(path, line, "latitude", cells[at["latitude"]], 90),
                ))  # fmt: skip
                ids.append(identity)
                source.append(len(names))
                for taxonomy, column, into in zip(taxonomies, coded, labelled, strict=True):
                    found = taxonomy.labels.get((name, cells[column].strip()))
                    if found is None:
                        raise MerestoneError(
                            "M650", path=path, line=line, column=taxonomy.column, value=cells[column].strip(),
                            taxonomy=taxonomy.path, name=name,
                        )  # fmt: skip
                    into.append(found)
        if name is None:
            raise MerestoneError("M649", path=path)
        if name in names:
            raise MerestoneError("M651", path=path, name=name)
        names.append(name)
    columns_of = np.asarray(numbers, dtype=np.float64).reshape(len(numbers), 4)
    return Events(
        names=tuple(names),
        ids=ids,
        source=np.asarray(source, dtype=np.int64),
        first=columns_of[:, 0].astype(np.int64),
        last=columns_of[:, 1].astype(np.int64),
        lon=columns_of[:, 2],
        lat=columns_of[:, 3],
        taxonomies=tuple(taxonomies),
        labels=tuple(_numbered(into, len(t.levels)) for into, t in zip(labelled, taxonomies, strict=True)),
    )


def _numbered(labels: list[tuple[str, ...]], levels: int) -> Ints:
    """Labels as numbers, level by level: equal labels of one level have equal numbers."""
    out = np.zeros((len(labels), levels), dtype=np.int64)
    for level in range(levels):
        known = {label: number for number, label in enumerate(sorted({row[level] for row in labels}))}
        out[:, level] = [known[row[level]] for row in labels]
    return out


def _need(path: Path, columns: Sequence[str], needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if missing or len(set(columns)) < len(columns):
        twice = sorted({column for column in columns if columns.count(column) > 1})
        raise MerestoneError("M642", path=path, missing=", ".join(missing or twice), found=", ".join(columns))


def _day(path: Path, line: int, column: str, value: str) -> int:
    text = value.strip()
    try:
        if len(text) < 10 or (len(text) > 10 and text[10] not in " T"):
            raise ValueError
        return int(np.datetime64(text[:10], "D").astype(np.int64))
    except ValueError:
        raise MerestoneError(
            "M641", path=path, line=line, column=column, value=value, problem="is not a day of the form 2022-09-13"
        ) from None


def _degrees(path: Path, line: int, column: str, value: str, limit: int) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not -limit <= number <= limit:
        raise MerestoneError(
            "M641",
            path=path,
            line=line,
            column=column,
            value=value,
            problem=f"is not a number of degrees from -{limit} to {limit}",
        )
    return number
