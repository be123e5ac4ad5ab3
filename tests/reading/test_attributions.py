"""Who is quoted with what, and who takes part in attacks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Document
from merestone.reading.attributions import PARTS, participants_of, quotes_of
from merestone.reading.network import reader_network


def news(text: str) -> Document:
    return Document(id="n", item="0" * 64, part=0, title="", genre="news", publisher="MEDIA", text=text)


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "The foreign minister said on Monday that the talks would go on in Geneva.",
            "minister",
            "said",
            "the talks would go on",
        ),
        ("“We will not leave our homes,” the mayor said.", "mayor", "said", "We will not leave our homes"),
    ],
)
def test_a_quotation_has_a_source_a_cue_and_a_content(text: str, source: str, cue: str, content: str) -> None:
    (quote,) = quotes_of(news(text), reader_network())
    assert quote.source is not None
    assert source in quote.source
    assert cue in quote.cue
    assert content in " ".join(quote.contents)


def test_what_nobody_says_is_no_quotation() -> None:
    assert list(quotes_of(news("The bridge was closed for a week. Rain fell on the valley."), reader_network())) == []


def test_an_attack_has_participants() -> None:
    text = (
        "Terrorists of the Shining Path murdered Mayor Juan Quispe in Ayacucho today. A bomb exploded at the town hall and a "
        "car bomb was thrown at the U.S. Embassy."
    )
    found = {(one.part, one.words) for one in participants_of(news(text), reader_network())}
    assert {("victim", "Juan Quispe"), ("target", "U.S. Embassy"), ("weapon", "bomb")} <= found


def test_a_text_without_an_attack_has_none() -> None:
    assert list(participants_of(news("The museum shows forty paintings, and admission is free."), reader_network())) == []


def test_a_long_document_points_to_its_own_characters() -> None:
    text = "“We will not leave our homes,” the mayor said.\n\n" * 1500
    quotes = list(quotes_of(news(text), reader_network()))
    assert quotes[-1].cue_span[0] > 60_000
    for quote in quotes:
        assert text[slice(*quote.cue_span)] == quote.cue
        assert [text[slice(*span)] for span in quote.content_spans] == list(quote.contents)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120))
def test_any_text_does_and_spans_lie_inside(text: str) -> None:
    for quote in quotes_of(news(text), reader_network()):
        for start, end in (quote.cue_span, *quote.content_spans, *([quote.source_span] if quote.source_span else [])):
            assert 0 <= start < end <= len(text)
    for one in participants_of(news(text), reader_network()):
        assert one.part in PARTS
        assert 0 <= one.span[0] < one.span[1] <= len(text)
