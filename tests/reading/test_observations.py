"""From where a monitor observed, in which direction and how far."""

import pytest

from merestone.model import Sighting
from merestone.reading.context import Candidate, Context
from merestone.reading.observations import observation_of_claim
from merestone.reading.parsing import parse


def observed(text: str, event: str = "fire", genre: str = "monitor_report") -> Sighting | None:
    candidate = Candidate(0, len(text), event, "asserts", None)  # type: ignore[arg-type]
    found, because = observation_of_claim(parse(text), candidate, Context(publisher="OSCE-SMM", genre=genre))  # type: ignore[arg-type]
    assert all(reason.span and text[slice(*reason.span)] == reason.words for reason in because)
    return found


def test_a_monitor_hears_explosions_at_a_bearing_and_distance() -> None:
    found = observed("Positioned in Svitlodarsk, the SMM heard 44 undetermined explosions 3-8km north-west.")
    assert found == Sighting(observer_at="Svitlodarsk", bearing=("north-west",), distance_km=(3.0, 8.0))


def test_brackets_say_where_a_place_lies_and_are_no_observation() -> None:
    found = observed("Positioned in Svitlodarsk (57km north-east of Donetsk), the SMM heard three explosions.")
    assert found == Sighting(observer_at="Svitlodarsk")


@pytest.mark.parametrize(
    ("words", "bearing"),
    [
        ("to the south-east and south", ("south-east", "south")),
        ("north, north-west and west", ("north", "north-west", "west")),
        ("from an easterly direction", ("east",)),
        ("south-south-west", ("south-south-west",)),
    ],
)
def test_bearings_may_be_several(words: str, bearing: tuple[str, ...]) -> None:
    found = observed(f"Shots were heard {words}.")
    assert found is not None
    assert found.bearing == bearing


@pytest.mark.parametrize(
    ("words", "distance"), [("about 70-100m", (0.07, 0.1)), ("2km", (2.0, 2.0)), ("500m to 1km", (0.5, 1.0))]
)
def test_distances_are_kilometres(words: str, distance: tuple[float, float]) -> None:
    found = observed(f"Two explosions were heard {words} north.")
    assert found is not None
    assert found.distance_km == distance


def test_only_monitors_observe() -> None:
    assert observed("Positioned in Svitlodarsk, the SMM heard explosions 3km north.", genre="news") is None


@pytest.mark.parametrize("text", [".", "(", "km", "3-km", "north north north", "99999999999999999999km north of"])
def test_no_text_is_too_odd(text: str) -> None:
    found = observed(text)
    assert found is None or found.observer_at is None
