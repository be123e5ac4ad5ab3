"""Words that may name an event."""

from __future__ import annotations

from typing import get_args

from merestone.model import UNREAD, Event
from merestone.reading.triggers import find_triggers, trigger_forms


def events(text: str) -> dict[str, dict[str, float]]:
    return {text[t.start : t.end].lower(): dict(t.events) for t in find_triggers(text)}


def test_every_form_of_a_trigger_is_found_in_any_case() -> None:
    found = events("SHELLED again; shelling went on, shells fell.")
    assert {"shelled", "shelling", "shells"} <= set(found)
    assert all("fire" in found[word] for word in ("shelled", "shelling", "shells"))


def test_the_longest_words_win() -> None:
    assert "came under" in events("The post came under fire.")


def test_a_trigger_says_how_surely_it_names_each_event() -> None:
    assert events("They were shot.")["shot"]["fire"] == 1.0
    assert all(0 < strength <= 1 for names in trigger_forms().values() for _, strength in names)


def test_every_event_has_triggers() -> None:
    assert {event for names in trigger_forms().values() for event, _ in names} == set(get_args(Event)) - UNREAD


def test_part_of_a_word_is_no_trigger() -> None:
    assert events("The bombastic shellfish firefly.") == {}
