"""Who did it, and to whom."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import state_of
from merestone.reading.context import Candidate, Context
from merestone.reading.parsing import parse
from merestone.reading.roles import roles_of_claim


def roles(text: str, trigger: str, event: str, speaker: str = "MEDIA", act: str = "asserts") -> tuple[str | None, str | None]:
    doc = parse(text)
    token = next(t.i for t in doc if t.text == trigger)
    candidate = Candidate(0, len(text), event, act, token)  # type: ignore[arg-type]
    genre = "news" if speaker == "MEDIA" else "statement"
    actor, target, because = roles_of_claim(doc, candidate, Context(publisher=speaker, genre=genre), speaker, [])  # type: ignore[arg-type]
    assert {reason.field for reason in because} == {f for f, c in (("actor", actor), ("target", target)) if c}
    assert all(reason.span is None or text[slice(*reason.span)] == reason.words for reason in because)
    return actor, target


@pytest.mark.parametrize(
    ("text", "trigger", "event", "speaker", "actor", "target"),
    [
        ("Azerbaijani forces shelled Armenian positions.", "shelled", "fire", "MEDIA", "AZE-MIL", "ARM-MIL"),
        ("Armenian positions were shelled by Azerbaijani forces.", "shelled", "fire", "MEDIA", "AZE-MIL", "ARM-MIL"),
        ("The armed forces of Azerbaijan opened fire at our positions.", "opened", "fire", "ARM-MOD", "AZE-MIL", "ARM-MIL"),
        ("The Indian army violated the ceasefire.", "violated", "ceasefire_violation", "PAK-MIL", "IND-MIL", None),
    ],
)
def test_the_parse_says_who_did_it(text: str, trigger: str, event: str, speaker: str, actor: str, target: str | None) -> None:
    assert roles(text, trigger, event, speaker) == (actor, target)


def test_a_bare_country_is_its_government_for_military_acts_too() -> None:
    assert roles("Azerbaijan shelled Armenian positions.", "shelled", "fire", "ARM-MOD")[0] == "AZE-GOV"


def test_a_side_that_shoots_is_its_armed_forces() -> None:
    assert roles("The Azerbaijani side opened fire at Armenian positions.", "opened", "fire", "ARM-MOD")[0] == "AZE-MIL"


PAIRS = [("Armenian", "Azerbaijani"), ("Ukrainian", "Russian"), ("Thai", "Cambodian"), ("Indian", "Pakistani")]
STATES = {
    "Armenian": "ARM", "Azerbaijani": "AZE", "Ukrainian": "UKR", "Russian": "RUS", "Thai": "THA", "Cambodian": "KHM",
    "Indian": "IND", "Pakistani": "PAK",
}  # fmt: skip
FRAMES = [
    ("{a} forces shelled {b} positions.", "shelled", "fire"),
    ("{b} villages were shelled by {a} units.", "shelled", "fire"),
    ("Two {b} soldiers were killed by {a} fire.", "killed", "killed"),
    ("The {a} army must withdraw from {b} territory.", "withdraw", "withdrawal"),
    ("The {a} side continues the shelling of {b} settlements.", "shelling", "fire"),
]


@given(st.sampled_from(PAIRS), st.sampled_from(FRAMES))
@settings(max_examples=20, deadline=None)
def test_exchanging_the_parties_exchanges_actor_and_target(pair: tuple[str, str], frame: tuple[str, str, str]) -> None:
    pattern, trigger, event = frame
    first, second = pair
    found = roles(pattern.format(a=first, b=second), trigger, event)
    swapped = roles(pattern.format(a=second, b=first), trigger, event)
    exchange = {STATES[first]: STATES[second], STATES[second]: STATES[first], None: None}
    assert tuple(exchange[state_of(code)] for code in found) == tuple(state_of(code) for code in swapped)


@pytest.mark.parametrize("text", [".", "“", "\n\n", "by by by", "of"])
@pytest.mark.parametrize("trigger", [None, 0, 99])
def test_no_claim_is_too_odd(text: str, trigger: int | None) -> None:
    candidate = Candidate(0, len(text), "fire", "asserts", trigger)
    assert roles_of_claim(parse(text), candidate, Context(), "UNKNOWN", [])[:2] == (None, None)
