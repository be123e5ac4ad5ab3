"""Names are compared without case, diacritics and punctuation, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.places.gazetteers.names import fold, fold_all, is_latin, spellings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kəlbəcər", "kelbecer"), ("NAXÇIVAN", "naxçivan"), ("Laçın", "Lacin"), ("Sot’k’", "Sotk"), ("Sot'k'", "Sotk"),
        ("Bar-Lev", "Bar Lev"), ("Гёмушлу", "ГЕМУШЛУ"), ("Սևան", "ՍԵՒԱՆ"), ("Łódź", "lodz"), ("Straße", "STRASSE"),
        ("  Goris  ", "goris"), ("Kfar  Kila", "kfar kila"), ("İstisu", "istisu"),
    ],
)  # fmt: skip
def test_these_are_the_same_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Goris", "Gorus"), ("Սոթք", "Sotk"), ("Зод", "Zod"), ("Sotk", "Sot k")])
def test_these_are_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_name_with_schwa_is_found_in_its_usual_english_spelling_too() -> None:
    assert spellings("Ağdərə") == ("agdere", "agdara")
    assert spellings("Goris") == ("goris",)


@given(TEXT)
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.lists(TEXT, max_size=8))
def test_many_at_once_fold_as_one_by_one(names: list[str]) -> None:
    assert fold_all(names) == [fold(name) for name in names]


def test_latin_means_every_letter() -> None:
    assert is_latin("Kəlbəcər (2)")
    assert not is_latin("Sotk Սոթք")
