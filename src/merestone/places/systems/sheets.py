"""Sheets of the Soviet General Staff's topographic maps: from a point to the sheet it lies on, from a name to its bounds.

All positions are degrees on Pulkovo 1942 (SK-42), longitude first, because the sheets are cut in them; ``datums`` converts.

The rules of nomenclature, as textbooks of topography give them. The sheet of the International Map at 1:1,000,000 measures 4
degrees of latitude by 6 of longitude: rows are lettered A to V from the equator towards either pole (I and J are both used),
columns numbered 1 to 60 eastwards from 180 degrees. It is divided, counting by rows from its north-west corner, into

* 2 x 2 sheets at 1:500,000, lettered А to Г;
* 6 x 6 sheets at 1:200,000, numbered I to XXXVI;
* 12 x 12 sheets at 1:100,000, numbered 1 to 144; one of these into 2 x 2 at 1:50,000, lettered А to Г, one of these into 2 x 2
  at 1:25,000, lettered а to г, and one of these into 2 x 2 at 1:10,000, numbered 1 to 4.

A sheet owns its west and south edges. From 60 degrees of latitude (row P) neighbours in a row are joined in twos, from 76
(row T) in fours, but in threes at 1:200,000, since six columns do not divide by four. A few sheets were joined otherwise;
those known stand in ``irregular_sheets.tsv``. Rows end at 88 degrees. The joining at 1:50,000 and larger from 76 degrees,
and at 1:10,000 from 60, follows from the rule alone: no such sheet was at hand to compare.

Every edge is a multiple of 1/48 degree or of 1/24, so bounds are exact to the last bit of a float where a float can be.
"""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib import resources

from merestone.errors import MerestoneError
from merestone.reading.vocabulary import Row, rows

SCALES = (1_000_000, 500_000, 200_000, 100_000, 50_000, 25_000, 10_000)
"""Denominators of the scales, smallest scale first."""

_DIVISIONS = {1_000_000: 1, 500_000: 2, 200_000: 6, 100_000: 12, 50_000: 24, 25_000: 48, 10_000: 96}
_ROWS = "ABCDEFGHIJKLMNOPQRSTUV"
_UPPER, _LOWER, _DIGITS = "АБВГ", "абвг", "1234"
_COLUMNS = 60
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MOST_CHARACTERS = 80

DIRECTIONS = {
    "north": (0, 1), "north-east": (1, 1), "east": (1, 0), "south-east": (1, -1), "south": (0, -1), "south-west": (-1, -1),
    "west": (-1, 0), "north-west": (-1, 1),
}  # fmt: skip
"""Steps of column and row towards each neighbour."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: cells of the grid of its scale that lie side by side in one row."""

    scale: int
    """Denominator of the scale."""
    column: int
    """Westernmost cell, counted from 180 degrees west, from 0."""
    row: int
    """Cell counted northwards from the equator, from 0; negative in the south."""
    cells: int = 1
    """How many cells are joined."""

    @property
    def name(self) -> str:
        """Name in the letters of the maps: the row in Latin, quarters in Cyrillic. It carries no mark of the hemisphere."""
        return _joined([_path(self.scale, column, self.row) for column in range(self.column, self.column + self.cells)])

    @property
    def southern(self) -> bool:
        """Whether it lies south of the equator; printed sheets then say (Ю. П.) behind the name."""
        return self.row < 0

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees of SK-42, longitudes from -180 to 180."""
        if (printed := _printed_bounds().get((self.name, self.southern))) is not None:
            return printed
        width, height = self.cell_size
        west, south = self.column * width - 180, self.row * height
        return float(west), float(south), float(west + self.cells * width), float(south + height)

    @property
    def cell_size(self) -> tuple[Fraction, Fraction]:
        """Width and height of one cell in degrees."""
        divisions = _DIVISIONS[self.scale]
        return Fraction(6, divisions), Fraction(4, divisions)

    @property
    def regular(self) -> bool:
        """Whether it is joined as the rule says."""
        return self == _published(self.scale, self.column, self.row)


def sheet_at(lon: float, lat: float, scale: int) -> Sheet:
    """The sheet, joined as published, on which a point in degrees of SK-42 lies. ``scale`` is one of ``SCALES``.

    Raises MerestoneError M550 where the point is not on the globe, M551 where it is nearer to a pole than 2 degrees.
    """
    check_position(lon, lat)
    column, row = _cell_at(lon, lat, scale)
    if not -22 <= math.floor(Fraction(lat) / 4) <= 21:
        raise MerestoneError("M551", lat=f"{lat:g}")
    return _published(scale, column, row)


def sheets_at(lon: float, lat: float) -> dict[int, Sheet]:
    """The sheet of every scale, by its denominator. Raises as ``sheet_at`` does."""
    return {scale: sheet_at(lon, lat, scale) for scale in SCALES}


def check_position(lon: float, lat: float) -> None:
    """Raises MerestoneError M550 for a point not on the globe, with a hint where the two seem to be swapped."""
    if -180 <= lon <= 180 and -90 <= lat <= 90:
        return
    swapped = -90 <= lon <= 90 and -180 <= lat <= 180
    hint = "they seem to be swapped, give the longitude first" if swapped else "give degrees, the longitude first"
    raise MerestoneError("M550", lon=f"{lon:g}", lat=f"{lat:g}", hint=hint)


def _cell_at(lon: float, lat: float, scale: int) -> tuple[int, int]:
    divisions = _DIVISIONS[scale]
    column = math.floor((Fraction(lon) + 180) * divisions / 6) % (_COLUMNS * divisions)
    return column, math.floor(Fraction(lat) * divisions / 4)


def _joined_cells(scale: int, row: int) -> int:
    letter = _letter_row(scale, row)
    if letter < _ROWS.index("P"):
        return 1
    if letter < _ROWS.index("T"):
        return 2
    return 3 if scale == 200_000 else 4


def _letter_row(scale: int, row: int) -> int:
    """Number of the lettered row, from 0 at the equator, in either hemisphere."""
    four_degrees = row // _DIVISIONS[scale]
    return four_degrees if four_degrees >= 0 else -four_degrees - 1


def _published(scale: int, column: int, row: int) -> Sheet:
    cells = _joined_cells(scale, row)
    return Sheet(scale, column // cells * cells, row, cells)


# --------------------------------------------------------------------------------------------------------------------------
# neighbours


def neighbours(sheet: Sheet) -> dict[str, tuple[Sheet, ...]]:
    """The published sheets around one, by direction, from west to east.

    There are two or more where the row beside it is joined in smaller numbers; a corner is empty where the sheet past it is
    already the neighbour across the edge, and towards a pole all is empty past 88 degrees. The globe has no edge at 180
    degrees.
    """
    out: dict[str, tuple[Sheet, ...]] = {}
    for direction, (east, north) in DIRECTIONS.items():
        row = sheet.row + north
        divisions = _DIVISIONS[sheet.scale]
        if not -22 * divisions <= row < 22 * divisions:
            out[direction] = ()
            continue
        first, last = sheet.column, sheet.column + sheet.cells - 1
        columns = range(first, last + 1) if not east else (last + 1,) if east > 0 else (first - 1,)
        out[direction] = tuple(
            dict.fromkeys(_published(sheet.scale, column % (_COLUMNS * divisions), row) for column in columns)
        )
    for corner in ("north-east", "south-east", "south-west", "north-west"):
        edge = corner.split("-", maxsplit=1)[0]
        out[corner] = tuple(other for other in out[corner] if other not in out[edge])
    return out


# --------------------------------------------------------------------------------------------------------------------------
# names


def _path(scale: int, column: int, row: int) -> tuple[str, ...]:
    """Labels of a cell, from its row at 1:1,000,000 inwards: ("K", "38", "140", "Б", "в")."""
    divisions = _DIVISIONS[scale]
    labels = [_ROWS[_letter_row(scale, row)], f"{column // divisions + 1:02d}"]
    if scale == 1_000_000:
        return tuple(labels)
    across, down = column % divisions, divisions - 1 - row % divisions
    if scale == 500_000:
        return (*labels, _UPPER[2 * down + across])
    if scale == 200_000:
        return (*labels, _roman(6 * down + across + 1))
    share = divisions // 12
    labels.append(str(12 * (down // share) + across // share + 1))
    for quarters in (_UPPER, _LOWER, _DIGITS):
        if share == 1:
            break
        share //= 2
        labels.append(quarters[2 * (down // share % 2) + across // share % 2])
    return tuple(labels)


def _joined(paths: list[tuple[str, ...]]) -> str:
    """What the paths share once, then what differs: T-38-139-В-в,г,Г-в,г."""
    parts = []
    for head in dict.fromkeys(path[0] for path in paths):
        tails = [path[1:] for path in paths if path[0] == head]
        parts.append(f"{head}-{_joined(tails)}" if tails[0] else head)
    return ",".join(parts)


def _roman(number: int) -> str:
    out = ""
    for value, numeral in _ROMAN:
        while number >= value:
            out, number = out + numeral, number - value
    return out


_ROMANS = {_roman(number): number for number in range(1, 37)}

# Cyrillic letters that people type for the Latin letter of a row or numeral. В, Н, Р and С look like one Latin letter and sound
# like another, and both are rows.
_ROW_LETTERS = {
    "А": "A", "Б": "B", "Г": "G", "Д": "D", "Е": "E", "Ф": "F", "И": "I", "Й": "J", "К": "K", "Л": "L", "М": "M", "О": "O",
    "П": "P", "Т": "T", "У": "U",
}  # fmt: skip
_TWO_WAYS = {"В": "B or V", "Н": "H or N", "Р": "P or R", "С": "C or S"}
_NUMERAL_LETTERS = str.maketrans({"Х": "X", "І": "I", "Ӏ": "I", "Ѵ": "V", "У": "V"})
# A quarter in Latin letters: a, b, v, g as transliterated, a, b, c, d as on international maps.
_QUARTERS = {"А": 0, "Б": 1, "В": 2, "Г": 3, "A": 0, "B": 1, "V": 2, "G": 3, "C": 2, "D": 3}

_DASHES = re.compile(r"\s*[-‐‑‒–—―−_./\\]\s*")
_COMMAS = re.compile(r"\s*[,;+&]\s*")
_SOUTH_BEHIND = re.compile(r"[\s,-]*(?:\(\s*(?:Ю\.?\s*П\.?|S|SOUTH|ЮЖН?\.?)\s*\)|Ю\.?\s*П\.?)$")
_SOUTH_BEFORE = re.compile(r"^(?:[XХ]|S)[\s_-]*(?=[A-VА-Я][\s_-]*\d)")


def parse_sheet(name: str, scale: int | None = None) -> Sheet:
    """The sheet a name stands for, in Latin or Cyrillic letters, upper or lower case, with any dashes, spaces or none.

    Joined names repeat what differs ("T-42-XXV,XXVI,XXVII"), or the whole name of each part, as catalogues do
    ("P30-119_P30-120"). A southern sheet has "x" or "s" before its name or "(Ю. П.)" behind. One part of a sheet that was
    published joined is taken as it is named: ``Sheet.regular`` is then False.

    ``scale`` reads a catalogue's number where names use letters or numerals: with 200,000 K38-34 is K-38-XXXIV, with 500,000
    F12-3 is F-12-В. Without it, a number is a sheet at 1:100,000.

    Raises MerestoneError M552 where it is not a name, M553 where a letter can be read in two ways, M554 where the parts do not
    lie side by side.
    """
    text = unicodedata.normalize("NFKC", name).strip().upper()
    if not text or len(text) > _MOST_CHARACTERS:
        raise MerestoneError("M552", name=name[:_MOST_CHARACTERS], problem="it is empty or too long")
    shorter = _SOUTH_BEFORE.sub("", _SOUTH_BEHIND.sub("", text))
    cells = []
    chains = _chains(name, shorter)
    path: list[str] = []
    for chain in chains:
        if len(chain) > len(chains[0]):
            raise MerestoneError("M552", name=name, problem="a part of the joined name is longer than the first")
        path = [*path[: len(chains[0]) - len(chain)], *chain]
        cells.append(_cell(name, path, scale, southern=shorter != text))
    return _side_by_side(name, cells)


def _chains(name: str, text: str) -> list[list[str]]:
    """The labels of each part of a name, without those it shares with the part before."""
    # catalogues join whole names by "_", with or without other dashes inside
    text = re.sub(r"_(?=[A-VА-Я][\s-]*\d)", ",", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", "-", _COMMAS.sub(",", _DASHES.sub("-", text)))
    chains = [re.split(r"[-\s]+", part) for part in text.split(",")]
    if not all(label for chain in chains for label in chain):
        raise MerestoneError("M552", name=name, problem="a part of it is empty")
    if len(chains) > 4:
        raise MerestoneError("M552", name=name, problem="no more than four sheets are joined")
    return chains


def _cell(name: str, path: list[str], scale: int | None, southern: bool) -> Sheet:
    """The cell of a whole path."""
    if len(path) < 2:
        raise MerestoneError("M552", name=name, problem="it needs a row letter and a column number, as K-38")
    row, column = _row(name, path[0]), _number(name, path[1], _COLUMNS, "column") - 1
    scale, divisions, across, down = _inside(name, path[2:], scale)
    return Sheet(scale, column * divisions + across, (-row if southern else row + 1) * divisions - 1 - down)


def _inside(name: str, labels: list[str], scale: int | None) -> tuple[int, int, int, int]:
    """(scale, divisions, column, row from the north) inside the sheet at 1:1,000,000."""
    if not labels:
        return 1_000_000, 1, 0, 0
    first = labels[0]
    numeral = first.translate(_NUMERAL_LETTERS)
    if len(labels) == 1 and (numeral in _ROMANS or (scale == 200_000 and first.isdecimal())):
        number = _ROMANS[numeral] if numeral in _ROMANS else _number(name, first, 36, "sheet at 1:200,000")
        return 200_000, 6, (number - 1) % 6, (number - 1) // 6
    if len(labels) == 1 and (not first.isdecimal() or scale == 500_000):
        quarter = _quarter(name, first, numbered=scale == 500_000)
        return 500_000, 2, quarter % 2, quarter // 2
    number = _number(name, first, 144, "sheet at 1:100,000")
    divisions, across, down = 12, (number - 1) % 12, (number - 1) // 12
    if len(labels) > 4:
        raise MerestoneError("M552", name=name, problem="it has more parts than a sheet at 1:10,000")
    for level, label in enumerate(labels[1:]):
        quarter = _quarter(name, label, numbered=level == 2 or label.isdecimal())
        divisions, across, down = 2 * divisions, 2 * across + quarter % 2, 2 * down + quarter // 2
    return {12: 100_000, 24: 50_000, 48: 25_000, 96: 10_000}[divisions], divisions, across, down


def _row(name: str, label: str) -> int:
    if label in _TWO_WAYS:
        raise MerestoneError("M553", name=name, letter=label, readings=_TWO_WAYS[label])
    letter = _ROW_LETTERS.get(label, label)
    if len(letter) != 1 or letter not in _ROWS:
        raise MerestoneError("M552", name=name, problem=f"{label} is not a row, A to V")
    return _ROWS.index(letter)


def _number(name: str, label: str, most: int, what: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", label) or not 1 <= int(label) <= most:
        raise MerestoneError("M552", name=name, problem=f"{label} is not a {what}, 1 to {most}")
    return int(label)


def _quarter(name: str, label: str, numbered: bool) -> int:
    if numbered and label in tuple(_DIGITS):
        return int(label) - 1
    if label not in _QUARTERS:
        raise MerestoneError("M552", name=name, problem=f"{label} is not a quarter, А Б В Г or A B V G")
    if label == "B" and any("А" <= letter <= "Я" for letter in name.upper()):
        # beside Cyrillic letters a Latin B may be a В that was typed or scanned wrongly
        raise MerestoneError("M553", name=name, letter=label, readings="Б or В")
    return _QUARTERS[label]


def _side_by_side(name: str, cells: list[Sheet]) -> Sheet:
    first = cells[0]
    if any(cell != dataclasses.replace(first, column=first.column + step) for step, cell in enumerate(cells)):
        raise MerestoneError("M554", name=name)
    return dataclasses.replace(first, cells=len(cells))


# --------------------------------------------------------------------------------------------------------------------------
# sheets that follow no rule


@cache
def _printed_bounds() -> dict[tuple[str, bool], tuple[float, float, float, float]]:
    columns = ("name", "west", "south", "east", "north")
    table = rows("irregular_sheets.tsv", columns, resources.files("merestone.places") / "data")
    return {(row["name"], False): tuple(_degrees(row, column) for column in columns[1:]) for row in table}  # type: ignore[misc]


def _degrees(row: Row, column: str) -> float:
    degrees, minutes = row[column].split()
    return float(Fraction(degrees) + Fraction(minutes) / 60)


def irregular_sheets_at(lon: float, lat: float) -> Iterator[Sheet]:
    """Sheets known to be joined against the rule that hold a point in degrees of SK-42, in the order of the table."""
    for name, southern in _printed_bounds():
        west, south, east, north = _printed_bounds()[name, southern]
        if west <= lon < east and south <= lat < north:
            yield parse_sheet(name)
