"""Numbers that could be a quantity of some claim."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Event
from merestone.reading.lexicon import words_of
from merestone.reading.numbers import NumberMention, find_numbers, plain_quantities
from merestone.reading.numbers.numerals import numerals
from merestone.reading.text import text_of


def mentions(text: str, *forms: str) -> list[NumberMention]:
    return [mention for mention in find_numbers(text_of(text)) if not forms or mention.form in forms]


def only(text: str) -> NumberMention:
    (mention,) = mentions(text)
    return mention


# -- numerals


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,200", 1200),
        ("1.5 million", 1_500_000),
        ("3 000", 3000),
        ("12 000", 12_000),
        ("three thousand", 3000),
        ("twenty-five", 25),
        ("twenty five", 25),
        ("one hundred and fifty", 150),
        ("one thousand two hundred and six", 1206),
        ("two and a half million", 2_500_000),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("three dozen", 36),
        ("a hundred", 100),
        ("10k", 10_000),
    ],
)
def test_numbers_in_digits_and_words(words: str, value: float) -> None:
    text = f"They counted {words} of them."
    assert [(text[slice(*n.span)], n.value) for n in numerals(words_of(text_of(text)))] == [(words, value)]


@pytest.mark.parametrize("words", ["dozens", "hundreds", "several hundred", "a few thousand", "many"])
def test_vague_counts_have_no_value(words: str) -> None:
    assert mentions(f"They counted {words} of them.") == []


def test_five_and_six_are_two_numbers() -> None:
    assert [mention.value for mention in mentions("Five and six explosions.")] == [5, 6]


@pytest.mark.parametrize(
    ("text", "value", "maximum"),
    [
        ("They heard 70-100 explosions.", 70, 100),
        ("They heard two or three explosions.", 2, 3),
        ("They heard between 5 and 7 explosions.", 5, 7),
        ("They heard 100 to 1,400 explosions.", 100, 1400),
        ("Two to three thousand people fled.", 2000, 3000),
    ],
)
def test_ranges_are_one_number_with_a_maximum(text: str, value: float, maximum: float) -> None:
    assert [(m.value, m.maximum) for m in mentions(text, "digits", "words")] == [(value, maximum)]


@pytest.mark.parametrize(
    "text",
    [
        "At least two soldiers.",
        "Up to two soldiers.",
        "More than two soldiers.",
        "No fewer than two soldiers.",
        "Two or more men.",
    ],
)
def test_bounds_and_estimates_are_approximate(text: str) -> None:
    assert only(text).approx


def test_a_bare_number_is_exact() -> None:
    assert not only("Two soldiers were there.").approx


# -- what is no count


@pytest.mark.parametrize(
    "text",
    [
        "On 12 May 2021 they met.",
        "From 12 to 14 May they met.",
        "May 12, 2021 was quiet.",
        "On the night of 15-16 August it was quiet.",
        "At 14:05 it was quiet.",
        "At 0930 hours it was quiet.",
        "On 12.05.2021 it was quiet.",
        "As resolution 1701 demands.",
        "Under Article 51 of the Charter.",
        "At positions 68 and 80 all was quiet.",
        "The 19 Division advanced.",
        "They fired 152mm guns.",
        "They fired with 120-mm mortars.",
        "Some 80 per cent of them.",
        "Anar Aliyev, 23, was there.",
        "He was aged 45.",
        "They used BMP-2 and T-72.",
        "Since 2014 it was quiet.",
        "It cost $5 million.",
        "He burned 12 houses.",
        "No one came.",
        "One of the largest exchanges.",
        "Call +381.",
    ],
)
def test_dates_times_labels_ages_shares_and_calibres_are_left_out(text: str) -> None:
    assert mentions(text, "digits", "words") == []


def test_the_day_of_a_month_is_not_the_number_behind_it() -> None:
    assert [m.value for m in mentions("On 17 February 29 violations were recorded.")] == [29]


def test_what_lies_in_an_expression_of_time_is_left_out_unless_it_is_a_duration() -> None:
    text = "At five they fired for three days."
    found = find_numbers(text_of(text), [(0, 7), (18, 33)])
    assert [(m.value, m.unit, m.in_time) for m in found] == [(3, "d", True)]


# -- what is counted


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Two soldiers fled.", "person"),
        ("Two wounded Turkish soldiers fled.", "person"),
        ("Two Yazidis fled.", "person"),
        ("Six Ethiopian and Eritrean prisoners.", "person"),
        ("12 undetermined explosions.", "explosion"),
        ("Three bursts of machine-gun fire.", "burst"),
        ("20 single shots.", "shot"),
        ("Two anti-tank missiles.", "round"),
        ("Five 122mm artillery rounds.", "round"),
        ("Three Israeli reconnaissance drones.", "vehicle"),
        ("Two Su-25s.", "vehicle"),
        ("Four self-propelled howitzers.", "weapon"),
        ("44 ceasefire violations.", "violation"),
        ("Three drone attacks.", "violation"),
        ("15 square kilometres.", "unit"),
        ("Two were killed.", "none"),
    ],
)
def test_the_head_of_the_noun_phrase_is_counted(text: str, noun: str) -> None:
    assert mentions(text)[0].noun == noun


def test_a_verb_behind_a_plural_is_not_counted() -> None:
    assert [m.noun for m in mentions("Two drones shot down a missile.", "words")] == ["vehicle"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("They advanced 5km.", 5, "km"),
        ("They advanced 500 metres.", 500, "m"),
        ("For two weeks it went on.", 14, "d"),
        ("For eight months it went on.", 8, "month"),
        ("An area of 4.6 square kilometres.", 4.6, "km2"),
        ("They cleared 30 hectares.", 30, "ha"),
        ("At least 500 yards.", 457, "m"),
        ("Three miles inside.", 4.8, "km"),
        ("It went on for more than a decade.", 10, "year"),
        ("The 44-day war.", 44, "d"),
    ],
)
def test_measures_are_turned_into_units_of_the_model(text: str, value: float, unit: str) -> None:
    mention = only(text)
    assert (mention.value, mention.unit, mention.noun) == (value, unit, "unit")


def test_a_number_takes_its_noun_from_the_one_joined_to_it() -> None:
    assert [m.noun for m in mentions("One Greek and one Turkish F-16 collided.", "words")] == ["vehicle", "vehicle"]


def test_a_number_without_a_noun_says_what_was_spoken_of() -> None:
    assert mentions("On one day 53 explosions were heard, on the next night 55.")[-1].spoken_of == "explosion"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Two soldiers were killed.", "killed"),
        ("Five people were injured.", "wounded"),
        ("Five people were detained.", "captured"),
        ("Five people lost their lives.", "killed"),
        ("The losses amounted to 20 servicemen.", "persons"),
        ("12 explosions were heard.", "explosions"),
        ("They advanced 3 km.", "distance"),
    ],
)
def test_the_kind_the_words_speak_for_comes_first(text: str, first: str) -> None:
    assert mentions(text)[0].kinds[0] == first


def test_each_number_has_the_casualty_word_nearest_to_it() -> None:
    found = mentions("Two soldiers were killed and five were wounded.")
    assert [(m.value, m.nearest_casualty) for m in found] == [(2, "killed"), (5, "wounded")]


# -- one, two and totals without a numeral


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A soldier was killed.", "article"),
        ("Another civilian was killed.", "another"),
        ("A third resident was wounded.", "article"),
        ("The soldier was killed.", "definite"),
        ("Its vehicle was hit.", "definite"),
        ("Private Anar Aliyev was killed.", "name"),
        ("Gunay Aliyeva, aged 28, died in hospital.", "name"),
        ("They killed Vaghinak Grigoryan.", "name"),
    ],
)
def test_one_without_a_numeral(text: str, form: str) -> None:
    assert [(m.value, m.form) for m in mentions(text)] == [(1, form)]


@pytest.mark.parametrize(
    "text", ["Not a soldier was hurt.", "A number of soldiers.", "A group of villages.", "Armed Forces were killed."]
)
def test_what_is_not_one(text: str) -> None:
    assert mentions(text) == []


def test_numbers_in_a_row_also_have_a_total() -> None:
    found = mentions("Seven soldiers and one civilian were killed.")
    assert [(m.value, m.form) for m in found] == [(7, "words"), (8, "sum"), (1, "words")]


@pytest.mark.parametrize(
    ("text", "value"), [("It is the tenth drone.", 10), ("Twice they broke the truce.", 2), ("Both boats sank.", 2)]
)
def test_ordinals_twice_and_both(text: str, value: float) -> None:
    assert mentions(text)[0].value == value


# -- surroundings


def test_the_parts_of_a_number_are_marked() -> None:
    assert [m.is_breakdown for m in mentions("13 people died, two of them children, including three girls.")] == [
        False,
        True,
        True,
    ]


def test_durations_that_say_when_are_marked() -> None:
    assert only("Three days ago they left.").is_moved
    assert only("In the past 24 hours it was quiet.").is_period
    assert not only("It is to last three days.").is_period


def test_distances_that_say_where_are_marked() -> None:
    mention = only("In Avdiivka (17km north of Donetsk) it was quiet.")
    assert (mention.is_position, mention.in_brackets) == (True, True)
    assert only("They stopped 2km from the border.").is_away


def test_the_preposition_before_a_number_is_kept() -> None:
    assert only("It was hit by at least three drones.").preposition == "by"


# -- the choice by rules


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("They occupy around 150 square kilometers of territory.", "occupation", [("area", 150)]),
        ("Two soldiers were killed and five wounded.", "killed", [("killed", 2)]),
        ("Two soldiers were killed and five wounded.", "wounded", [("wounded", 5)]),
        ("13 people were killed, two of them children.", "killed", [("killed", 13)]),
        ("The enemy lost up to 165 soldiers in all losses.", "killed", [("persons", 165)]),
        ("Some 900 people fled the town.", "displacement", [("persons", 900)]),
        ("Three rockets were fired at the town.", "fire", [("rounds", 3)]),
        ("A drone crossed the line.", "overflight", [("vehicles", 1)]),
        ("Troops advanced by up to four kilometres.", "incursion", [("distance", 4)]),
        ("Forces shall leave within two weeks.", "withdrawal", [("duration", 14)]),
        ("In the past 24 hours they fired at Sotk.", "fire", []),
        ("They fired at Horlivka (39km north-east of Donetsk).", "fire", []),
    ],
)
def test_what_an_event_counts(text: str, event: Event, expected: list[tuple[str, float]]) -> None:
    chosen = plain_quantities(event, find_numbers(text_of(text)), (0, len(text)))
    assert [(quantity.what, quantity.value) for quantity in chosen] == expected


def test_only_numbers_of_the_claim_are_chosen() -> None:
    text = "Two soldiers were killed. Five more were killed."
    chosen = plain_quantities("killed", find_numbers(text_of(text)), (0, 25))
    assert [quantity.value for quantity in chosen] == [2]


# -- any text


NUMBERS = [
    "1,200",
    "two",
    "dozen",
    "a dozen",
    "million",
    "5.5km",
    "twenty",
    "0",
    "99999999999999999999",
    "1975",
    "12",
    "one",
    "half",
]
WORDS = [
    "and",
    "to",
    "km",
    "killed",
    "soldiers",
    "of them",
    "at least",
    "a",
    "the",
    "drone",
    "mm",
    "May",
    "another",
    "both",
    "third",
]
ODDITIES = ["-", "(", ")", "Ivan Petrov", "İ", "\ud800", "🙂", "٣", "\n", ".", ",", "between", "F-16", "“", "’s", "\u200b"]
FRAGMENTS = st.sampled_from([*NUMBERS, *WORDS, *ODDITIES])


@given(st.lists(FRAGMENTS, max_size=30).map(" ".join) | st.text())
@settings(max_examples=300)
def test_no_text_is_too_odd(text: str) -> None:
    found = find_numbers(text_of(text))
    assert list(found) == sorted(found, key=lambda m: m.span)
    for mention in found:
        for span in (mention.span, mention.noun_span, mention.casualty_span, mention.other_casualty_span):
            assert span is None or 0 <= span[0] < span[1] <= len(text)
        assert mention.kinds
        assert mention.maximum is None or mention.maximum > mention.value
    assert found == find_numbers(text_of(text))
