"""Parsing keeps the characters of the text and knows where this genre's sentences begin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.reading.clauses import clauses_of
from merestone.reading.parsing import LONGEST_PIECE, LONGEST_SENTENCE, parse


def sentences(text: str) -> list[str]:
    return [sentence.text.strip() for sentence in parse(text).sents]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Lt. Gen. Petrov met Mr. Aliyev in St. Petersburg. They spoke of resolution No. 5 of the U.N. Council."
    assert sentences(text) == [
        "Lt. Gen. Petrov met Mr. Aliyev in St. Petersburg.",
        "They spoke of resolution No. 5 of the U.N. Council.",
    ]


def test_headings_bullets_and_bylines_are_sentences_of_their_own() -> None:
    text = "Troops must leave. RA MFA\n\nThe ministry said:\n- one post was shelled\n- two houses burned"
    assert sentences(text) == [
        "Troops must leave.", "RA MFA", "The ministry said:", "- one post was shelled", "- two houses burned",
    ]  # fmt: skip


def test_a_wrapped_paragraph_is_not_torn_apart() -> None:
    text = "The armed forces opened fire on the positions which lie in the east of the region and then\nwithdrew to the south."
    assert len(sentences(text)) == 1


def test_a_quotation_may_hold_several_sentences() -> None:
    assert sentences('"We did not fire." The minister left.') == ['"We did not fire."', "The minister left."]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n\n", "😀 عربى ١٢٣ שלום.", "\ud800 lone", "a" * 3000, "." * 3000, "(" * 500, "İstanbul ﬁ ǅ\u0301"],
    ids=["empty", "space", "breaks", "emoji and right to left", "surrogate", "word", "stops", "brackets", "casing"],
)
def test_any_text_is_parsed_character_for_character(text: str) -> None:
    assert parse(text).text == text.replace("\ud800", "\N{REPLACEMENT CHARACTER}")


def test_a_sentence_that_does_not_end_is_ended() -> None:
    doc = parse("shells fell and " * (LONGEST_PIECE // 12))
    assert max(len(sentence) for sentence in doc.sents) <= LONGEST_SENTENCE + 1
    assert doc.text == "shells fell and " * (LONGEST_PIECE // 12)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_offsets_are_those_of_the_text(text: str) -> None:
    doc = parse(text)
    assert len(doc.text) == len(text)
    clauses = clauses_of(doc)
    for token in doc:
        start, end = clauses.span(doc, token)
        assert 0 <= start < end <= len(text)


def test_a_pipeline_that_is_not_installed_is_named() -> None:
    with pytest.raises(MerestoneError, match="no_such_pipeline"):
        parse("text", "no_such_pipeline")
