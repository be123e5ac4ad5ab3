"""An index finds every name of every place, is a function of what went in, and never opens half a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merestone.places.gazetteers.index_file import HISTORIC, Damaged, Index, Places, build, hash_key, hash_keys
from merestone.places.gazetteers.names import fold, spellings
from merestone.places.gazetteers.transliteration import loose


def portion(first: int, *names: tuple[str, ...], admin: str = "08") -> Places:
    """Settlements with these names, whose ids begin at ``first``; the first one is the region of them all."""
    count, texts = len(names), [name for each in names for name in each]
    return Places(
        ids=np.arange(first, first + count, dtype=np.uint64), lon=np.full(count, 45.12345), lat=np.full(count, -39.00001),
        radius_m=np.full(count, 1500.1), population=np.arange(count, dtype=np.int64) * 100,
        features=np.array([1, *[0] * (count - 1)], np.uint8), countries=pa.array(["ARM"] * count),
        admins=pa.array([admin] * count), first_level=np.array([True, *[False] * (count - 1)]), names=pa.array(texts),
        owner=np.repeat(np.arange(count), [len(each) for each in names]), languages=pa.array(["hy"] * len(texts)),
        flags=np.full(len(texts), HISTORIC, np.uint8), periods=pa.array(["1935/1991"] * len(texts)),
    )  # fmt: skip


ARMENIA = (("Syunik",), ("Goris", "Gorus", "Գորիս"), ("Kapan", "Qafan", "Kafan"), ("Gorus-e Bala",))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    build(tmp_path / "x.places", [portion(7, *ARMENIA)], {"name": "x"})
    return Index(tmp_path / "x.places")


def test_a_place_comes_back_as_it_went_in(index: Index) -> None:
    (row,) = index.find("GORUS")
    place = index.row(row)
    assert (place.id, place.lon, place.lat, place.radius_m, place.population) == (8, 45.12345, -39.00001, 1500.1, 100)
    assert (place.feature, place.country, place.admin) == ("settlement", "ARM", "08")
    assert [(n.name, n.language, n.flags, n.period) for n in place.names] == [
        (name, "hy", HISTORIC, "1935/1991") for name in ("Goris", "Gorus", "Գորիս")
    ]
    assert index.row_of(8) == row
    assert (index.row_of(6), index.row_of(11), index.row_of(2**40)) == (None, None, None)


def test_a_region_knows_its_largest_settlement(index: Index) -> None:
    assert index.region("ARM", "08") == (7, 10)
    assert index.region("ARM", "09") == index.region("AZE", "08") == index.region(None, None) == (None, None)


def test_another_spelling_is_found_by_the_second_key(index: Index) -> None:
    assert index.find("Gyoris") == []
    assert [index.row(row).id for row in index.find_loosely("Gorisi")] == [8]
    assert index.find_loosely("") == index.find("") == index.find("'") == []


names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.lists(names, min_size=1, max_size=4).map(tuple), min_size=1, max_size=12), st.integers(1, 12))
def test_every_name_is_found_however_the_portions_fall(tmp_path: Path, places: list[tuple[str, ...]], cut: int) -> None:
    cut = min(cut, len(places))
    build(tmp_path / "whole.places", [portion(1, *places)], {})
    build(
        tmp_path / "cut.places", [portion(1, *places[:cut]), *([portion(1 + cut, *places[cut:])] if places[cut:] else [])], {}
    )
    for file in ("whole.places", "cut.places"):
        index = Index(tmp_path / file)
        assert index.check() is None
        for number, texts in enumerate(places):
            assert tuple(name.name for name in index.row(number).names) == texts
            for text in texts:
                assert not fold(text) or number in index.find(text)
                assert not loose(text) or number in index.find_loosely(text)
        for text in {name for texts in places for name in texts}:
            keys = set(spellings(text))
            known = [n for n, texts in enumerate(places) if any(keys & set(spellings(other)) for other in texts)]
            assert index.find(text) == (known if any(keys) else [])


@given(st.lists(st.text(max_size=40)))
def test_many_hashes_at_once_are_as_one_by_one(keys: list[str]) -> None:
    clean = [key.encode(errors="replace").decode() for key in keys]
    assert hash_keys(clean).tolist() == [hash_key(key) for key in clean]


def test_the_same_places_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(tmp_path / name, [portion(7, *ARMENIA)], {"name": "x"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    build(tmp_path / "c", [portion(7, *ARMENIA, admin="09")], {"name": "x"})
    assert Index(tmp_path / "a").digest == Index(tmp_path / "b").digest != Index(tmp_path / "c").digest


def test_ids_that_do_not_ascend_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ascend"):
        build(tmp_path / "x.places", [portion(7, *ARMENIA), portion(9, *ARMENIA)], {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [0, 1, 43, 44, 500, -1, -8, -40, -60])
def test_a_truncated_file_is_not_opened(tmp_path: Path, index: Index, cut: int) -> None:
    data = index.path.read_bytes()
    (tmp_path / "cut").write_bytes(data[:cut])
    with pytest.raises(Damaged):
        Index(tmp_path / "cut")


def test_a_changed_byte_is_found(tmp_path: Path, index: Index) -> None:
    data = bytearray(index.path.read_bytes())
    data[-100] ^= 1  # in the description
    (tmp_path / "changed").write_bytes(data)
    with pytest.raises(Damaged, match="description"):
        Index(tmp_path / "changed")
    data[-100] ^= 1
    data[1] ^= 1  # in the first array
    (tmp_path / "changed").write_bytes(data)
    assert Index(tmp_path / "changed").check() == "place_id"
    (tmp_path / "longer").write_bytes(b"x" + index.path.read_bytes())
    with pytest.raises(Damaged):
        Index(tmp_path / "longer")
