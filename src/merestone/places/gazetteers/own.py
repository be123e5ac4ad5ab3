"""A case's own gazetteer: a CSV file with a header line and these columns, of which only ``id`` and ``name`` must be filled.

====================  ==================================================================================================
id                    unique in the file; ``geonames:NUMBER`` adds to, or overrides, that place of the built-in gazetteer
name                  the neutral name
lon, lat              degrees, WGS 84; may be empty for a ``geonames:`` place, which keeps its position
radius_m              metres; empty for a default by feature and population
feature               settlement (the default), region, country, area, water, mountain, road, structure
country               ISO 3166-1 alpha-3 code
population            inhabitants
names                 further names, parted by ``|``: ``name@language:PARTY``, language and party may be left out
====================  ==================================================================================================

A party may have several names; the first one in Latin script is the one shown. Lines that begin with # are comments.
"""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from collections.abc import Callable
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.model import PlaceName
from merestone.places.gazetteers.index import settlement_radius_m

COLUMNS = ("id", "name", "lon", "lat", "radius_m", "feature", "country", "population", "names")
FEATURE_RADIUS_M = {
    "settlement": 1500.0, "region": 30_000.0, "country": 300_000.0, "area": 10_000.0, "water": 10_000.0, "mountain": 5_000.0,
    "road": 10_000.0, "structure": 1_000.0,
}  # fmt: skip
"""Radius where the file gives none, in metres: the size such a thing commonly has, to one figure."""

_LARGEST_FILE = 256 * 1024 * 1024
_NAME = re.compile(r"(?P<name>[^@]+)(?:@(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)?(?::(?P<party>[A-Z][A-Z0-9]*))?)?")


@dataclasses.dataclass(frozen=True, slots=True)
class OwnPlace:
    """One line of a case's gazetteer. ``lon`` and ``lat`` are both null, or neither."""

    id: str
    name: str
    names: tuple[PlaceName, ...]
    lon: float | None
    lat: float | None
    radius_m: float | None
    feature: str | None
    country: str | None
    population: int | None


def read_places(path: Path, parties: tuple[str, ...] = ()) -> tuple[OwnPlace, ...]:
    """The places of a CSV file, in file order. Raises MerestoneError M101, M106 or M501, with the line and what is wrong."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST_FILE else None
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if data is None:
        raise MerestoneError("M501", path=path, line=1, problem="the file is larger than 256 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise MerestoneError("M501", path=path, line=line, problem="the text is not UTF-8") from error
    places: dict[str, OwnPlace] = {}
    for number, cells in _rows(path, text):
        place = _place(path, number, cells, parties)
        if place.id in places:
            raise MerestoneError("M501", path=path, line=number, problem=f"id is {place.id!r} a second time")
        places[place.id] = place
    return tuple(places.values())


def _rows(path: Path, text: str) -> list[tuple[int, dict[str, str]]]:
    lines = text.splitlines(keepends=True)
    reader = csv.reader(("\n" if line.startswith("#") else line for line in lines), strict=True)
    header: list[str] | None = None
    rows = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                if sorted(header) != sorted(COLUMNS):
                    problem = f"the columns are {', '.join(header)[:200]}; they must be {', '.join(COLUMNS)}"
                    raise MerestoneError("M501", path=path, line=reader.line_num, problem=problem)
                continue
            if len(cells) != len(header):
                problem = f"there are {len(cells)} cells, there must be {len(header)}"
                raise MerestoneError("M501", path=path, line=reader.line_num, problem=problem)
            rows.append((reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as error:
        raise MerestoneError("M501", path=path, line=reader.line_num, problem=f"this is not CSV ({error})") from error
    if header is None:
        raise MerestoneError("M501", path=path, line=1, problem=f"there is no header line; it must be {','.join(COLUMNS)}")
    return rows


def _place(path: Path, line: int, cells: dict[str, str], parties: tuple[str, ...]) -> OwnPlace:
    def wrong(problem: str) -> MerestoneError:
        return MerestoneError("M501", path=path, line=line, problem=problem)

    def number(column: str, least: float, most: float) -> float | None:
        if not cells[column]:
            return None
        try:
            value = float(cells[column])
        except ValueError:
            raise wrong(f"{column} is {cells[column]!r}, which is not a number") from None
        if not (math.isfinite(value) and least <= value <= most):
            raise wrong(f"{column} is {cells[column]}, it must be between {least:g} and {most:g}")
        return value

    for column in ("id", "name"):
        if not cells[column]:
            raise wrong(f"{column} is empty")
    lon, lat = number("lon", -180, 180), number("lat", -90, 90)
    known = re.fullmatch(r"geonames:\d{1,12}", cells["id"])
    if (lon is None) != (lat is None) or (lon is None and not known):
        raise wrong("lon and lat must both be given")
    feature = cells["feature"] or (None if known else "settlement")
    if feature is not None and feature not in FEATURE_RADIUS_M:
        raise wrong(f"feature is {feature!r}, it must be one of {', '.join(FEATURE_RADIUS_M)}")
    if cells["country"] and not re.fullmatch(r"[A-Z]{3}", cells["country"]):
        raise wrong(f"country is {cells['country']!r}, it must be an ISO 3166-1 alpha-3 code, for example ARM")
    population = number("population", 0, 1e11)
    radius = number("radius_m", 1, 2.1e7)
    if radius is None and feature is not None:
        radius = settlement_radius_m(int(population or 0)) if feature == "settlement" else FEATURE_RADIUS_M[feature]
    return OwnPlace(
        id=cells["id"], name=cells["name"], lon=lon, lat=lat, radius_m=radius, feature=feature,
        country=cells["country"] or None, population=None if population is None else int(population),
        names=tuple(_name(entry, parties, wrong) for entry in cells["names"].split("|") if entry.strip()),
    )  # fmt: skip


def _name(entry: str, parties: tuple[str, ...], wrong: Callable[[str], MerestoneError]) -> PlaceName:
    found = _NAME.fullmatch(entry.strip())
    if not found or not found["name"].strip():
        raise wrong(f"names holds {entry.strip()!r}, it must be like Sotk@hy:ARM")
    if found["party"] and parties and found["party"] not in parties:
        raise wrong(f"names gives {found['party']!r}, which is no party of the case")
    return PlaceName(name=found["name"].strip(), language=found["language"] or None, party=found["party"] or None)
