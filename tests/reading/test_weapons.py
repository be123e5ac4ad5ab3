"""Weapons named in a text: their class, calibre and what became of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Event, Means
from merestone.reading.text import text_of
from merestone.reading.weapons import WeaponMention, class_of_calibre, find_weapons, plain_means


def weapons(text: str) -> list[WeaponMention]:
    return list(find_weapons(text_of(text)))


def means(text: str, event: Event = "fire") -> tuple[Means, ...]:
    return plain_means(event, find_weapons(text_of(text)), (0, len(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They opened fire with small arms.", ("small_arms",)),
        ("They fired with assault rifles and sniper rifles.", ("small_arms",)),
        ("They fired with heavy machine guns.", ("heavy_machine_gun",)),
        ("They fired with machine guns.", ("small_arms",)),
        ("They shelled the village with 120-mm mortars.", ("mortar",)),
        ("They used artillery, mortars and unmanned aircraft.", ("artillery", "mortar", "uav")),
        ("They used large-caliber weapons and drones.", ("large_calibre", "uav")),
        ("They used large-calibre artillery.", ("artillery",)),
        ("They fired Grad rockets.", ("rocket",)),
        ("They fired from BM-21s.", ("rocket",)),
        ("They fired rocket-propelled grenades.", ("grenade",)),
        ("They fired with an anti-aircraft gun.", ("large_calibre",)),
        ("They launched Iskander missiles.", ("missile",)),
        ("An anti-tank guided missile hit the post.", ("missile",)),
        ("They carried out air strikes.", ("aircraft",)),
        ("They opened fire with weapons of various calibres.", ("unspecified",)),
        ("They opened fire.", ()),
    ],
)
def test_words_name_classes_in_text_order_and_each_once(text: str, expected: tuple[Means, ...]) -> None:
    assert means(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The grad students met.",
        "The fuel tank leaked.",
        "A think tank wrote it.",
        "A shell company paid.",
        "The Butivka mine was shelled.",
        "The coal mine closed.",
        "Drone footage shows it.",
        "Air defence was at work.",
        "On the M4 motorway a convoy passed.",
    ],
)
def test_words_that_only_look_like_weapons(text: str) -> None:
    assert [weapon for weapon in weapons(text) if not weapon.is_doubtful] == []


@pytest.mark.parametrize(
    "text", ["Shells fell.", "The village was bombed.", "The airspace was violated.", "Weapons were seen."]
)
def test_words_that_may_be_other_than_a_weapon_are_doubtful(text: str) -> None:
    assert [weapon.is_doubtful for weapon in weapons(text)] == [True]


# -- calibres


@pytest.mark.parametrize(
    ("text", "calibre", "expected"),
    [
        ("They fired 152mm howitzers.", 152, "artillery"),
        ("They fired 120-mm mortars.", 120, "mortar"),
        ("They fired 82 mm mortars.", 82, "mortar"),
        ("A T-72 (125mm) was seen.", 125, "tank"),
        ("122mm Grad rockets fell.", 122, "rocket"),
        ("A 12.7mm machine gun fired.", 12.7, "heavy_machine_gun"),
        ("A .50-calibre machine gun fired.", 12.7, "heavy_machine_gun"),
        ("A 120mm shell fell.", 120, "mortar"),
        ("The shell, of 120mm calibre, fell.", 120, "mortar"),
        ("Boxes of 23mm ammunition were seen.", 23, "large_calibre"),
        ("Four rounds of 14.5 mm small-arms fire.", 14.5, "small_arms"),
    ],
)
def test_a_calibre_belongs_to_its_weapon_and_decides_what_the_words_leave_open(
    text: str, calibre: float, expected: str
) -> None:
    assert (calibre, (expected,)) in [(weapon.calibre_mm, weapon.means) for weapon in weapons(text)]


def test_a_calibre_without_a_weapon_is_none() -> None:
    assert weapons("The pipe is 120mm wide.") == []
    assert class_of_calibre(1000) is None


# -- what became of it


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("A drone was shot down over the town.", "hit"),
        ("Two drones of the enemy were destroyed.", "hit"),
        ("They shot down a drone.", "hit"),
        ("The downing of a drone was denied.", "hit"),
        ("They fired at a helicopter.", "hit"),
        ("A helicopter came under fire.", "hit"),
        ("The house was destroyed by a drone.", "used"),
        ("They attacked the town with drones.", "used"),
        ("Rockets were fired at the town.", "used"),
        ("The house was hit by an artillery strike.", "used"),
        ("An SMM UAV spotted seven trucks.", "watching"),
        ("A drone of the Mission.", "named"),
    ],
)
def test_words_beside_a_weapon_say_what_became_of_it(text: str, role: str) -> None:
    assert weapons(text)[0].role == role


def test_what_was_shot_down_is_no_means_of_the_fire_but_of_the_flight() -> None:
    text = "A helicopter was shot down with a missile."
    assert means(text) == ("missile",)
    assert means("A drone was shot down over the line.", "overflight") == ("uav",)


def test_what_a_monitor_looked_through_is_no_means() -> None:
    assert means("An unmanned aerial vehicle spotted eleven tanks.", "buildup") == ("tank",)


def test_number_preposition_and_owner_are_told() -> None:
    (weapon,) = weapons("Tracks were seen by two SMM mini-UAVs.")
    assert (weapon.is_plural, weapon.preposition, weapon.is_monitors) == (True, "by", True)


FRAGMENTS = st.sampled_from(
    [
        "tank",
        "drone",
        "152mm",
        "120-mm",
        "mortar",
        ".50",
        "calibre",
        "was",
        "shot down",
        "by",
        "with",
        "at",
        "mine",
        "Butivka",
        "F-16",
        "2S1",
        "(",
        ")",
        ",",
        ".",
        "İ",
        "\ud800",
        "🙂",
        "SMM",
        "-",
        "\n",
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map(" ".join) | st.text())
@settings(max_examples=200)
def test_no_text_is_too_odd(text: str) -> None:
    found = find_weapons(text_of(text))
    assert [weapon.span for weapon in found] == sorted(weapon.span for weapon in found)
    assert all(0 <= weapon.span[0] < weapon.span[1] <= len(text) and weapon.means for weapon in found)
