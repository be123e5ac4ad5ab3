"""From where a monitor observed, in which direction and how far."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Sighting
from merestone.reading.sightings import find_sighting
from merestone.reading.text import text_of


def sighted(text: str, *places: str, claim: str | None = None) -> Sighting | None:
    words = claim or text
    start = text.index(words)
    read = text_of(text)
    spans = sorted((text.index(place), text.index(place) + len(place)) for place in places)
    return find_sighting(read, read.sentence_at(start), (start, start + len(words)), spans)


def test_a_monitor_hears_explosions_at_a_bearing_and_distance() -> None:
    text = "Positioned in Svitlodarsk, the SMM heard 44 undetermined explosions 3-8km north-west."
    assert sighted(text, "Svitlodarsk") == Sighting(observer_at="Svitlodarsk", bearing=("north-west",), distance_km=(3.0, 8.0))


@pytest.mark.parametrize(
    "text",
    [
        "In “DPR”-controlled Horlivka (39km north-east of Donetsk) two explosions were heard.",
        "On the outskirts of government-controlled Horlivka an explosion was heard.",
        "The SMM, in Horlivka, heard two explosions.",
        "Two explosions were heard by the SMM in Horlivka.",
        "The SMM camera at Horlivka recorded two explosions.",
        "The SMM camera 1km south-west of Horlivka recorded two explosions.",
        "From a position 7km north of Horlivka the SMM heard two explosions.",
        "At 11:14 an explosion was heard in Horlivka.",
    ],
)
def test_where_the_monitor_stood(text: str) -> None:
    assert sighted(text, "Horlivka") == Sighting(observer_at="Horlivka")


def test_the_observer_stays_where_he_was() -> None:
    text = "Positioned in Horlivka, the SMM heard two shots. From the same location it heard an explosion 2km south."
    found = sighted(text, "Horlivka", claim="From the same location it heard an explosion 2km south")
    assert found == Sighting(observer_at="Horlivka", bearing=("south",), distance_km=(2.0, 2.0))


@pytest.mark.parametrize(
    ("words", "bearing"),
    [
        ("to the south-east and south", ("south-east", "south")),
        ("north, north-west and west", ("north", "north-west", "west")),
        ("from an easterly direction", ("east",)),
        ("from a north-western direction", ("north-west",)),
        ("south-south-west", ("south-south-west",)),
        ("NNE", ("north-north-east",)),
        ("NW", ("north-west",)),
        ("between north and east", ("north", "east")),
        ("ranging from west-north-west to north-east", ("west-north-west", "north-east")),
    ],
)
def test_bearings(words: str, bearing: tuple[str, ...]) -> None:
    found = sighted(f"Explosions were heard {words}.")
    assert found is not None
    assert found.bearing == bearing


@pytest.mark.parametrize(
    ("words", "distance"),
    [
        ("about 70-100m north", (0.07, 0.1)),
        ("2km north", (2.0, 2.0)),
        ("500m to 1km north", (0.5, 1.0)),
        ("two kilometres north", (2.0, 2.0)),
        ("1,500 metres to the north", (1.5, 1.5)),
        ("north, at an assessed distance of about 2 kilometres", (2.0, 2.0)),
        ("north, 80-100m above the ground", None),
    ],
)
def test_distances_are_kilometres(words: str, distance: tuple[float, float] | None) -> None:
    found = sighted(f"Two explosions were heard {words}.")
    assert found is not None
    assert found.distance_km == distance


def test_a_bearing_from_a_place_where_the_monitor_did_not_stand_has_no_observer() -> None:
    text = "About 165 explosions were recorded east and south-east of Popasna."
    assert sighted(text, "Popasna") == Sighting(bearing=("east", "south-east"))


def test_a_bearing_from_the_monitor_itself_has_one() -> None:
    text = "In Pikuzy the SMM heard shots fired from points 300m south of its position."
    assert sighted(text, "Pikuzy") == Sighting(observer_at="Pikuzy", bearing=("south",), distance_km=(0.3, 0.3))


@pytest.mark.parametrize(
    "text",
    [
        "Two men were killed in Horlivka (39km north-east of Donetsk).",
        "Two projectiles flew from west to east.",
        "Seven trucks were seen heading east.",
        "Shots were fired in a south-westerly direction.",
        "They crossed the West Bank.",
        "They met on the northern edge of the town.",
        "Clashes broke out at Touzek, 60 km south-east of Kidal, on Monday.",
        "Fire was opened at Horlivka.",
    ],
)
def test_what_is_no_sighting(text: str) -> None:
    assert sighted(text, *(place for place in ("Horlivka", "Touzek", "Kidal") if place in text)) is None


FRAGMENTS = st.sampled_from(
    [
        "north",
        "south-east",
        "NW",
        "of",
        "X",
        "Donetsk",
        "heard",
        "explosions",
        "3km",
        "500",
        "to",
        "-",
        "(",
        ")",
        ",",
        ".",
        "the SMM",
        "positioned in",
        "from",
        "km",
        "İ",
        "\ud800",
        "🙂",
        "\n",
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map(" ".join) | st.text(), st.data())
@settings(max_examples=200)
def test_no_text_is_too_odd(text: str, data: st.DataObject) -> None:
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda pair: (min(pair), max(pair)))
    places = sorted(data.draw(st.lists(spans, max_size=4)))
    found = find_sighting(text_of(text), data.draw(spans), data.draw(spans), places)
    assert found is None or found.distance_km is None or found.distance_km[0] <= found.distance_km[1]
    assert found is None or found.observer_at is None or found.observer_at in text
