"""Who is named in a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.reading.actors import actor_code, actor_mentions, actors_of, entries
from merestone.reading.context import Context
from merestone.reading.parsing import parse


def codes(text: str, context: Context | None = None) -> list[str]:
    return [m.code for m in actor_mentions(parse(text), context or Context()) if m.code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The armed forces of Azerbaijan opened fire.", "AZE-MIL"),
        ("Azerbaijani units opened fire.", "AZE-MIL"),
        ("The Ministry of Defence of Armenia made a statement.", "ARM-MOD"),
        ("The Armenian Foreign Ministry made a statement.", "ARM-MFA"),
        ("Yerevan rejected the claim.", "ARM-GOV"),
        ("The sovereign territory of Georgia was violated.", "GEO-TERR"),
        ("Three Ukrainian civilians were killed.", "UKR-CIV"),
        ("Pakistani prisoners of war were handed over.", "PAK-PRISONER"),
        ("The SMM heard explosions.", "OSCE-SMM"),
        ("Russian peacekeepers were present.", "RUS-PKO"),
        ("RA reaffirms its proposal.", "ARM-GOV"),
        ("The IDF withdrew.", "ISR-MIL"),
        ("The International Court of Justice ordered it.", "ICJ"),
    ],
)
def test_a_name_and_the_noun_it_belongs_to_make_a_code(text: str, code: str) -> None:
    assert code in codes(text)


def test_the_names_of_a_case_go_before_the_built_in_ones() -> None:
    context = Context(actors={"Border Directorate": "KGZ-MIL", "Yerevan": "ARM-CIV"})
    assert codes("The Border Directorate reported shots near Yerevan.", context) == ["KGZ-MIL", "ARM-CIV"]


def test_words_for_the_speakers_side_and_for_its_opponent_name_nobody_by_themselves() -> None:
    kinds = {m.kind for m in actor_mentions(parse("The adversary fired at our positions."), Context())}
    assert kinds == {"other", "self"}
    assert codes("The adversary fired at our positions.") == []


def test_a_name_inside_another_word_is_no_name() -> None:
    assert codes("Indiana and Niger-delta folklore, Romaniacs included.") == ["NER-GOV"]


@pytest.mark.parametrize("code", ["NKR", "DPR", "LPR", "HZB", "HAMAS", "XKX", "TCC", "PACE", "CSTO", "ICRC", "SADR", "M23"])
def test_organisations_and_authorities_are_known(code: str) -> None:
    assert code in {entry.state for entry in entries().values()}


def test_a_person_introduced_with_an_office_is_known_by_the_last_name() -> None:
    doc = parse("Andriy Testenko, spokesman of the Ministry of Defence of Ukraine, gave figures. Testenko named no source.")
    assert actors_of(doc, Context()).people["Testenko"].code == "UKR-MOD"


@pytest.mark.parametrize(
    ("state", "sector", "body", "code"),
    [("ARM", None, False, "ARM-GOV"), ("UN", None, True, "UN"), ("OSCE", "SMM", True, "OSCE-SMM"), (None, "MIL", False, None)],
)
def test_a_state_without_sector_is_its_government_and_an_organisation_stands_alone(
    state: str | None, sector: str | None, body: bool, code: str | None
) -> None:
    assert actor_code(state, sector, body) == code


ODD_WORDS = (
    "Azerbaijan",
    "Armenian",
    "forces",
    "of",
    "the",
    "units",
    ",",
    ";",
    "“",
    "”",
    "(",
    "our",
    "adversary",
    "Baku",
    "\n",
    "İ",
)
WORDS = st.lists(st.sampled_from(ODD_WORDS), max_size=30).map(" ".join)


@given(WORDS)
@settings(max_examples=40, deadline=None)
def test_every_mention_lies_in_the_text_and_in_order(text: str) -> None:
    doc = parse(text)
    mentions = actor_mentions(doc, Context())
    assert [m.span for m in mentions] == sorted(m.span for m in mentions)
    for mention in mentions:
        assert 0 <= mention.span[0] < mention.span[1] <= len(text)
        assert mention.start <= mention.head < mention.end or doc[mention.head].sent == doc[mention.start].sent
