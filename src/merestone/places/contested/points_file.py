"""The points of a CSV file against the lines of another, by the million: read, answered and written in portions.

One row out for each row in, in the same order, with its own columns first. Memory does not grow with the file.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from merestone.errors import MerestoneError
from merestone.files import atomic_file
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.standing import standing
from merestone.places.contested.which_side import LARGEST_RADIUS_M, SWAPPED, looks_swapped
from merestone.places.geometry.geodesy import Floats, wrong_position

ADDED = ("line_id", "side", "probability", "distance_m", "nearest_lon", "nearest_lat")
_BLOCK_BYTES = 16 << 20
_WIDEST = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What was done."""

    rows: int
    cannot_tell: int
    """Rows where the map cannot tell."""
    sampled: int
    """Rows whose probability was sampled, because their line bends."""
    swapped: int
    """Rows whose longitude and latitude look swapped: far from every line, and would be near one the other way round."""

    def as_json(self) -> dict[str, Any]:
        """Field names as keys."""
        return dataclasses.asdict(self)

    def as_text(self, out: Path) -> str:
        """One sentence for people."""
        return f"Wrote {out}: {self.rows:,} rows; for {self.cannot_tell:,} this map cannot tell."

    @property
    def warning(self) -> str | None:
        """What is to be said of rows that look swapped."""
        return f"in {self.swapped:,} of {self.rows:,} rows {SWAPPED}" if self.swapped else None


def locate_points(
    points: Path, lines: Sequence[DrawnLine], out: Path, progress: Callable[[int], None] = lambda _: None
) -> Written:
    """Write ``points`` (CSV, UTF-8, columns ``lon``, ``lat``, optional ``radius_m``) to ``out`` with the columns ``ADDED``.

    Each row is answered for its nearest line. Raises MerestoneError M101, M103, M104, M106 or M515 to M519, before anything is
    written.
    """
    header = _header(points)
    rows = cannot_tell = sampled = swapped = 0
    with atomic_file(out) as stream:
        heading = io.StringIO()
        csv.writer(heading, lineterminator="\n").writerow([*header, *ADDED])
        stream.write(heading.getvalue().encode("utf-8"))
        for batch in _batches(points, header):
            lon, lat, radius = _positions(points, batch, rows)
            columns, untold, drawn, turned = _answers(lines, lon, lat, radius)
            table = pa.table([*batch.columns, *columns], names=[str(n) for n in range(len(header) + len(ADDED))])
            stream.write(_as_csv(table))
            rows, cannot_tell, sampled = rows + batch.num_rows, cannot_tell + untold, sampled + drawn
            swapped += turned
            progress(rows)
    return Written(rows, cannot_tell, sampled, swapped)


def _answers(lines: Sequence[DrawnLine], lon: Floats, lat: Floats, radius: Floats) -> tuple[list[pa.Array], int, int, int]:
    """The added columns, and how many rows cannot be told, were sampled, and look swapped."""
    count = len(lon)
    which = np.zeros(count, np.int64)
    if len(lines) > 1:
        least = np.full(count, np.inf)
        for number, line in enumerate(lines):
            metres = line.track.sides(lon, lat).distance_m
            nearer = metres < least
            which[nearer], least[nearer] = number, metres[nearer]
    probability, distance, near_lon, near_lat = (np.empty(count) for _ in range(4))
    party = np.full(count, -1, np.int64)
    untold = sampled = 0
    for number, line in enumerate(lines):
        rows = np.flatnonzero(which == number)
        found = standing(line.track, line.error, lon[rows], lat[rows], radius[rows])
        sides = found.sides
        party[rows] = np.where(sides.drawn == 0, -1, 2 * number + (sides.drawn < 0))
        probability[rows] = np.where(sides.drawn < 0, 1 - found.left, found.left)
        distance[rows], near_lon[rows], near_lat[rows] = sides.distance_m, sides.nearest_lon, sides.nearest_lat
        untold, sampled = untold + int((~found.tells).sum()), sampled + int(found.sampled.sum())
    names = pa.array([name for line in lines for name in (line.left_party, line.right_party)], pa.string())
    ids = pa.array([line.id for line in lines], pa.string())
    return [
        ids.take(pa.array(which)), names.take(pa.array(party, mask=party < 0)), pa.array(probability.round(4)),
        pa.array(distance.round(2)), pa.array(near_lon.round(7)), pa.array(near_lat.round(7)),
    ], untold, sampled, int(looks_swapped(lines, lon, lat, distance).sum())  # fmt: skip


def _as_csv(table: pa.Table) -> pa.Buffer:
    """Rows of CSV; cells are quoted where one of the portion has to be."""
    for style in ("none", "needed"):
        stream = pa.BufferOutputStream()
        try:
            pacsv.write_csv(table, stream, pacsv.WriteOptions(include_header=False, quoting_style=style))
        except pa.ArrowInvalid:
            if style == "needed":
                raise
            continue
        return stream.getvalue()
    raise AssertionError


# --------------------------------------------------------------------------------------------------------------------------
# reading


def _header(path: Path) -> list[str]:
    """The column names. Raises MerestoneError where the file is none that can be used."""
    try:
        with path.open("rb") as stream:
            start = stream.read(1 << 16)
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise MerestoneError("M515", path=path, detail="it looks like UTF-16 or a binary file")
    try:
        # the portion may end inside a character, the first line must not
        first = start.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8")
    except UnicodeDecodeError as error:
        raise MerestoneError("M515", path=path, detail="the heading is in another encoding") from error
    names = next(csv.reader([first.rstrip("\r")]), [])
    if not names:
        raise MerestoneError("M516", path=path, problem="it has no heading")
    if len(names) > _WIDEST:
        raise MerestoneError("M516", path=path, problem=f"it has {len(names):,} columns")
    for name in ("lon", "lat"):
        if name not in names:
            known = ", ".join(names[:20])
            other = "; its columns are parted by ';', not ','" if ";" in known and len(names) == 1 else ""
            raise MerestoneError("M516", path=path, problem=f"it has no column {name}, only {known}{other}")
    for name in names:
        if names.count(name) > 1:
            raise MerestoneError("M516", path=path, problem=f"it has the column {name} twice")
        if name in ADDED:
            raise MerestoneError("M516", path=path, problem=f"it already has a column {name}")
    return names


def _batches(path: Path, header: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows as text, portion by portion."""
    try:
        reader = pacsv.open_csv(
            path, read_options=pacsv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False, encoding="utf-8"),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=False, check_utf8=True
            ),
        )  # fmt: skip
        yield from reader
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise MerestoneError("M517", path=path, detail=" ".join(str(error).split())[:200].rstrip(".")) from error


def _positions(path: Path, batch: pa.RecordBatch, before: int) -> tuple[Floats, Floats, Floats]:
    """(longitude, latitude, radius) of a portion; ``before`` rows came before it."""
    lon, lat = (_numbers(path, batch, name, before) for name in ("lon", "lat"))
    outside = np.flatnonzero((np.abs(lon) > 180) | (np.abs(lat) > 90))
    if len(outside):
        row = int(outside[0])
        where = f"{lon[row]:g}, {lat[row]:g} is {wrong_position(float(lon[row]), float(lat[row]))}"
        raise MerestoneError("M518", path=path, row=before + row + 1, column="lon, lat", problem=where)
    if "radius_m" not in batch.schema.names:
        return lon, lat, np.zeros(len(lon))
    radius = _numbers(path, batch, "radius_m", before, empty=0.0)
    outside = np.flatnonzero((radius < 0) | (radius > LARGEST_RADIUS_M))
    if len(outside):
        row = int(outside[0])
        raise MerestoneError(
            "M518", path=path, row=before + row + 1, column="radius_m", problem=f"{radius[row]:g} is no radius"
        )
    return lon, lat, radius


def _numbers(path: Path, batch: pa.RecordBatch, name: str, before: int, empty: float | None = None) -> Floats:
    text = pc.utf8_trim_whitespace(batch.column(name))
    if empty is not None:
        text = pc.if_else(pc.equal(text, ""), str(empty), text)
    try:
        numbers = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        numbers = np.array([_number(value) for value in text.to_pylist()])
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        row = int(wrong[0])
        value = text[row].as_py()
        problem = f"{value[:40]!r} is not a number" if value else "is empty"
        raise MerestoneError("M518", path=path, row=before + row + 1, column=name, problem=problem)
    return np.asarray(numbers, dtype=np.float64)


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")
