"""The forms of a word, from its dictionary form."""

from __future__ import annotations

import pytest

from merestone.reading.inflection import forms_of


@pytest.mark.parametrize(
    ("word", "kind", "forms"),
    [
        ("shell", "verb", {"shell", "shells", "shelled", "shelling"}),
        ("violate", "verb", {"violate", "violates", "violated", "violating"}),
        ("occupy", "verb", {"occupy", "occupies", "occupied", "occupying"}),
        ("stop", "verb", {"stop", "stops", "stopped", "stopping"}),
        ("withdraw", "verb", {"withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"}),
        ("flee", "verb", {"flee", "flees", "fled", "fleeing"}),
        ("die", "verb", {"die", "dies", "died", "dying"}),
        ("position", "noun", {"position", "positions"}),
        ("casualty", "noun", {"casualty", "casualties"}),
        ("child", "noun", {"child", "children"}),
        ("armed", "adjective", {"armed"}),
    ],
)
def test_every_form_is_there(word: str, kind: str, forms: set[str]) -> None:
    assert forms <= set(forms_of(word, kind))


def test_of_a_verb_of_several_words_the_first_bends() -> None:
    assert {"come-under", "came-under", "comes-under", "coming-under"} <= set(forms_of("come-under", "verb"))


def test_behind_a_prefix_the_verb_itself_bends() -> None:
    assert {"counter-attacks", "counter-attacked"} <= set(forms_of("counter-attack", "verb"))
