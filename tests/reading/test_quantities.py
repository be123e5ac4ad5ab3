"""Quantities: the numbers that a claim gives for its own event."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Act, Event
from merestone.reading.context import Candidate
from merestone.reading.numerals import numbers, value_of
from merestone.reading.parsing import parse
from merestone.reading.quantities import quantities_of_claim

Expected = tuple[str, float, float | None, str, bool]


def quantities(text: str, event: Event, words: str | None = None, act: Act = "asserts") -> list[Expected]:
    part = words or text
    start = text.index(part)
    candidate = Candidate(start=start, end=start + len(part), event=event, act=act, trigger=None)
    found, _ = quantities_of_claim(parse(text), candidate)
    return [(q.what, q.value, q.max, q.unit, q.approx) for q in found]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,200", 1200),
        ("1.5 million", 1_500_000),
        ("three thousand", 3000),
        ("twenty-five", 25),
        ("one hundred and fifty", 150),
        ("one thousand two hundred", 1200),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("three dozen", 36),
        ("a hundred", 100),
        ("3 000", 3000),
    ],
)
def test_numbers_in_digits_and_words(words: str, value: float) -> None:
    assert [number.value for number in numbers(f"They counted {words} of them.")] == [value]
    assert value_of(words) == value


@pytest.mark.parametrize("words", ["dozens", "hundreds", "several", "a few"])
def test_vague_counts_are_no_numbers(words: str) -> None:
    assert list(numbers(f"They counted {words} of them.")) == []


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("They occupy around 150 square kilometers of territory.", "occupation", [("area", 150, None, "km2", True)]),
        ("Two soldiers were killed.", "killed", [("killed", 2, None, "1", False)]),
        ("A soldier was killed.", "killed", [("killed", 1, None, "1", False)]),
        ("At least 35 people were injured.", "wounded", [("wounded", 35, None, "1", True)]),
        ("More than 100 were injured.", "wounded", [("wounded", 100, None, "1", True)]),
        ("Up to 26 servicemen were captured.", "captured", [("captured", 26, None, "1", True)]),
        ("Some 900 people fled the town.", "displacement", [("persons", 900, None, "1", True)]),
        ("Three rockets were fired at the town.", "fire", [("rounds", 3, None, "1", False)]),
        ("Two anti-tank missiles were fired at a post.", "fire", [("rounds", 2, None, "1", False)]),
        ("The patrol heard 41 explosions.", "fire", [("explosions", 41, None, "1", False)]),
        ("The patrol heard 3 bursts.", "fire", [("bursts", 3, None, "1", False)]),
        ("The patrol heard 2-3 shots.", "fire", [("shots", 2, 3, "1", False)]),
        ("Between them they fired five to seven shots.", "fire", [("shots", 5, 7, "1", False)]),
        ("A drone crossed the line.", "overflight", [("vehicles", 1, None, "1", False)]),
        ("Sixteen tanks were brought to the border.", "buildup", [("vehicles", 16, None, "1", False)]),
        ("44 violations were recorded.", "ceasefire_violation", [("violations", 44, None, "1", False)]),
        ("Troops advanced by up to four kilometres.", "incursion", [("distance", 4, None, "km", True)]),
        ("Forces shall leave within two weeks.", "withdrawal", [("duration", 14, None, "d", False)]),
        ("The road has been closed for eight months.", "blockade", [("duration", 8, None, "month", False)]),
    ],
)  # fmt: skip
def test_what_is_counted_depends_on_the_noun_and_the_event(text: str, event: Event, expected: list[Expected]) -> None:
    assert quantities(text, event) == expected


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("At 14:05 on 12 May 2021 they opened fire.", "fire"),
        ("They fired with 152mm guns.", "fire"),
        ("They fired at Horlivka (39km north-east of Donetsk).", "fire"),
        ("In the past 24 hours they fired at Sotk.", "fire"),
        ("They must withdraw as resolution 1701 demands.", "withdrawal"),
        ("They must withdraw on the basis of the 1975 General Staff maps.", "withdrawal"),
        ("Some 80 per cent of the homes were damaged.", "damage"),
        ("Dozens of civilians were killed.", "killed"),
        ("BMP-2 and T-72 were seen at the front.", "buildup"),
    ],
)
def test_labels_times_calibres_positions_and_vague_counts_are_none(text: str, event: Event) -> None:
    assert quantities(text, event) == []


def test_each_casualty_claim_takes_its_own_number() -> None:
    text = "Two soldiers were killed and five were wounded in the shelling."
    assert quantities(text, "killed") == [("killed", 2, None, "1", False)]
    assert quantities(text, "wounded") == [("wounded", 5, None, "1", False)]


def test_the_parts_of_a_number_are_not_counted_again() -> None:
    assert quantities("13 people were killed, two of them children.", "killed") == [("killed", 13, None, "1", False)]


def test_a_number_without_a_noun_counts_what_was_counted_before_it() -> None:
    text = "On one day 53 explosions were heard; on the next night 55."
    assert quantities(text, "fire", "on the next night 55") == [("explosions", 55, None, "1", False)]


def test_no_single_soldier_is_none() -> None:
    assert quantities("Not a soldier was hurt.", "wounded", act="denies") == []


def test_the_reason_names_the_words() -> None:
    text = "They occupy around 150 square kilometers of territory."
    _, because = quantities_of_claim(
        parse(text), Candidate(start=0, end=len(text), event="occupation", act="asserts", trigger=None)
    )
    assert [(reason.field, reason.words) for reason in because] == [("quantities", "150 square kilometers")]
    assert all(reason.span and text[slice(*reason.span)] == reason.words for reason in because)


FRAGMENTS = st.sampled_from(
    [
        "1,200",
        "two",
        "dozen",
        "a dozen",
        "million",
        "and",
        "to",
        "-",
        "km",
        "5.5km",
        "killed",
        "soldiers",
        "(",
        ")",
        "of them",
        "twenty",
        "0",
        "at least",
        "99999999999999999999",
        "a",
        "drone",
        "1975",
        "mm",
        "%",
        "\n",
        ".",
        "²",
        "½",
        "İ",
    ]
)
EVENTS: st.SearchStrategy[Event] = st.sampled_from(["fire", "killed", "ceasefire_violation", "withdrawal", "occupation"])


@settings(max_examples=70, deadline=None)
@given(st.one_of(st.text(max_size=100), st.lists(FRAGMENTS, max_size=14).map(" ".join)), EVENTS, st.data())
def test_any_text_is_read(text: str, event: Event, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    doc = parse(text)
    found, because = quantities_of_claim(doc, Candidate(start=start, end=end, event=event, act="asserts", trigger=None))
    assert len(found) == len(because)
    for quantity, reason in zip(found, because, strict=True):
        assert quantity.value >= 0
        assert quantity.max is None or quantity.max > quantity.value
        assert reason.span is not None
        assert start <= reason.span[0] < reason.span[1] <= end
        assert doc.text[slice(*reason.span)] == reason.words
