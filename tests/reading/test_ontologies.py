"""What claims are called in the ontologies of the field."""

from __future__ import annotations

from typing import get_args

import pytest

from merestone.model import Act, Event
from merestone.reading.ontologies import ontologies_of


@pytest.mark.parametrize(
    ("event", "act", "cameo", "acled"),
    [
        ("fire", "asserts", "19", "Explosions/Remote violence"),
        ("withdrawal", "demands", "10", None),
        ("attack", "asserts", "19", "Battles"),
        ("threat", "asserts", "13", None),
    ],
)
def test_a_claim_has_the_codes_of_its_event_and_act(event: Event, act: Act, cameo: str, acled: str | None) -> None:
    names = ontologies_of(event, act)
    assert (names.cameo, names.acled) == (cameo, acled)


def test_every_event_made_by_every_act_has_an_answer() -> None:
    for event in get_args(Event):
        for act in get_args(Act):
            names = ontologies_of(event, act)
            assert (names.acled is None) == (names.acled_sub_event is None)
