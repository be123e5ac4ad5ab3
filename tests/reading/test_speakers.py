"""Who says it."""

import pytest

from merestone.reading.context import Candidate, Context
from merestone.reading.parsing import parse
from merestone.reading.speakers import publisher_of_text, speaker_of_claim


def speaker(text: str, words: str, context: Context) -> str:
    start = text.index(words)
    code, because = speaker_of_claim(parse(text), Candidate(start, start + len(words), "fire", "asserts", None), context)
    assert because
    assert all(reason.span is None or text[slice(*reason.span)] == reason.words for reason in because)
    return code


NEWS = Context(publisher="MEDIA", genre="news")


def test_a_statement_speaks_for_its_publisher() -> None:
    text = "The units of the adversary opened fire at our positions."
    assert speaker(text, text, Context(publisher="ARM-MOD")) == "ARM-MOD"


def test_a_publisher_that_reports_its_own_statement_stays_the_speaker() -> None:
    text = "The Ministry of Defence of Armenia states that fire was opened at Armenian positions."
    assert speaker(text, "fire was opened at Armenian positions", Context(publisher="ARM-MOD")) == "ARM-MOD"


def test_without_metadata_and_source_the_speaker_is_unknown() -> None:
    text = "Shots were heard at night."
    assert speaker(text, text, Context()) == "UNKNOWN"


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (
            "Azerbaijani forces opened fire, the Ministry of Defence of Armenia said.",
            "Azerbaijani forces opened fire",
            "ARM-MOD",
        ),
        (
            "According to the Foreign Ministry of Georgia, shots were fired at a village.",
            "shots were fired at a village",
            "GEO-MFA",
        ),
        ("The Ukrainian military reported that two positions had been shelled.", "two positions had been shelled", "UKR-MIL"),
        ("A drone crossed the border on Monday.", "A drone crossed the border", "MEDIA"),
    ],
)
def test_news_quotes_its_sources(text: str, words: str, code: str) -> None:
    assert speaker(text, words, NEWS) == code


def test_news_goes_on_in_the_words_of_its_source_until_the_paragraph_ends() -> None:
    text = (
        "A village was shelled, the Ministry of Defence of Armenia said. Two houses were hit.\n\n"
        "The road has been closed for a week."
    )
    assert speaker(text, "Two houses were hit", NEWS) == "ARM-MOD"
    assert speaker(text, "The road has been closed", NEWS) == "MEDIA"


def test_the_publisher_is_found_at_the_end_of_the_headline() -> None:
    text = "The forces must be withdrawn. RA MFA\n\nThe RA MFA made a statement on the matter."
    code, because = publisher_of_text(parse(text))
    assert code == "ARM-MFA"
    assert because[0].words == "RA MFA"


def test_the_publisher_is_found_as_who_makes_the_statement() -> None:
    code, _ = publisher_of_text(parse("On the events of the night\n\nThe Azerbaijani Ministry of Defence made a statement."))
    assert code == "AZE-MOD"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "“", "said said said", "According to "])
def test_no_text_is_too_odd(text: str) -> None:
    doc = parse(text)
    assert publisher_of_text(doc) == (None, ())
    assert speaker_of_claim(doc, Candidate(0, len(text), "fire", "asserts", None), NEWS)[0] == "MEDIA"


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (
            (
                "Hikmet Alizade, spokesman of the Georgian army, said that a post had been shelled.\n\n"
                "Two houses were hit, Alizade added."
            ),
            "Two houses were hit",
            "GEO-MIL",
        ),
        (
            "The Ukrainian Ministry of Defence denied the report.\n\nNo position was shelled, the ministry said.",
            "No position was shelled",
            "UKR-MOD",
        ),
        ("A post was shelled, the Georgian army said. Two houses, it added, were hit.", "Two houses", "GEO-MIL"),
        (
            "The two states met.\n\nThe shelling of the village was condemned by Georgia.",
            "The shelling of the village",
            "GEO-GOV",
        ),
    ],
)
def test_a_source_is_known_again_by_name_office_and_pronoun(text: str, words: str, code: str) -> None:
    assert speaker(text, words, NEWS) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{0} troops shelled a village, the {1} army said. Two houses were hit.", "Two houses were hit"),
        ("A village was shelled by {0} troops, a government spokesman said. The {1} army denied it.", "A village was shelled"),
        ("The {0} and the {1} ministry of defence met. Residents said shots were fired.", "shots were fired"),
        ("Under the deal {0} forces will leave the town and {1} forces will stay.", "will leave the town"),
    ],
)
def test_who_speaks_does_not_depend_on_which_side_it_is(text: str, words: str) -> None:
    swap = {"GEO": "UKR", "UKR": "GEO"}
    one = speaker(text.format("Georgian", "Ukrainian"), words, NEWS)
    other = speaker(text.format("Ukrainian", "Georgian"), words, NEWS)
    state, dash, sector = one.partition("-")
    assert other == swap.get(state, state) + dash + sector
