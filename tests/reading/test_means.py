"""Means: the weapon classes that a claim names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Event, Means
from merestone.reading.context import Candidate
from merestone.reading.means import means_of_claim
from merestone.reading.parsing import parse
from merestone.reading.phrases import Phrases


def means(text: str, event: Event = "fire") -> tuple[Means, ...]:
    return means_of_claim(parse(text), Candidate(start=0, end=len(text), event=event, act="asserts", trigger=None))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They opened fire with small arms.", ("small_arms",)),
        ("They fired with assault rifles and sniper rifles.", ("small_arms",)),
        ("They fired with heavy machine guns.", ("heavy_machine_gun",)),
        ("They fired with machine guns.", ("small_arms",)),
        ("They shelled the village with 120-mm mortars.", ("mortar",)),
        ("They shelled the village with 122mm howitzers.", ("artillery",)),
        ("They used artillery, mortars and unmanned aircraft.", ("artillery", "mortar", "uav")),
        ("They used large-caliber weapons and drones.", ("large_calibre", "uav")),
        ("They used large-calibre artillery.", ("artillery",)),
        ("They fired Grad rockets.", ("rocket",)),
        ("They fired from a multiple launch rocket system.", ("rocket",)),
        ("They fired from MLRS.", ("rocket",)),
        ("They fired rocket-propelled grenades.", ("grenade",)),
        ("They fired with an anti-aircraft gun.", ("large_calibre",)),
        ("They launched Iskander missiles.", ("missile",)),
        ("An anti-tank guided missile hit the post.", ("missile",)),
        ("They carried out air strikes.", ("aircraft",)),
        ("They opened fire with weapons of various calibres.", ("unspecified",)),
        ("They opened fire.", ()),
        ("The grad students met.", ()),
        ("The fuel tank leaked.", ()),
    ],
)
def test_words_name_classes_in_text_order_and_each_once(text: str, expected: tuple[Means, ...]) -> None:
    assert means(text) == expected


def test_what_was_shot_down_is_no_means_of_the_fire() -> None:
    assert means("A helicopter was shot down with a missile.") == ("missile",)


def test_what_the_monitor_looked_through_is_no_means() -> None:
    assert means("An unmanned aerial vehicle spotted eleven tanks.", "buildup") == ("tank",)


def test_mines_are_a_means() -> None:
    assert means("Anti-personnel mines were laid near the village.", "mines") == ("mine",)


def test_only_the_words_of_the_claim_count() -> None:
    text = "They used mortars. They used tanks."
    candidate = Candidate(start=0, end=18, event="fire", act="asserts", trigger=None)
    found, because = means_of_claim(parse(text), candidate)
    assert found == ("mortar",)
    assert [(reason.words, reason.span) for reason in because] == [("mortars", (10, 17))]


def test_phrases_prefer_the_longest_and_never_overlap() -> None:
    phrases = Phrases({"machine gun": 1, "heavy machine gun": 2, "gun": 3})
    text = "a heavy machine-gun, machine guns and a gun"
    assert [(hit.phrase, text[hit.start : hit.end]) for hit in phrases.find(text)] == [
        ("heavy machine gun", "heavy machine-gun"),
        ("machine gun", "machine guns"),
        ("gun", "gun"),
    ]


@settings(max_examples=50, deadline=None)
@given(
    st.one_of(
        st.text(max_size=100),
        st.lists(st.sampled_from(["tanks", "anti-tank", "İ", "Grad", "mortar", "\n", "-", "rockets"]), max_size=9).map(
            " ".join
        ),
    )
)
def test_any_text_is_read(text: str) -> None:
    doc = parse(text)
    found, because = means_of_claim(doc, Candidate(start=0, end=len(text), event="fire", act="asserts", trigger=None))
    assert len(set(found)) == len(found)
    assert all(reason.span and doc.text[slice(*reason.span)] == reason.words for reason in because)
