"""Who a text says has published it."""

from __future__ import annotations

import pytest

from merestone.reading.publishers import publisher_of
from merestone.reading.text import text_of


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("The forces must be withdrawn. RA MFA\n\nIt was stated that ...", "ARM-MFA", "RA MFA"),
        ("On the night\n\nThe Azerbaijani Ministry of Defence made a statement.", "AZE-MOD", "Azerbaijani Ministry of Defence"),
        ("Statement by the Foreign Ministry of Georgia\n\nShots were fired.", "GEO-MFA", "Foreign Ministry of Georgia"),
        ("UNIFIL said that shots were heard.", "UN-UNIFIL", "UNIFIL"),
    ],
)
def test_the_publisher_is_named_in_the_heading_or_makes_the_statement(text: str, code: str, words: str) -> None:
    found, because = publisher_of(text_of(text))
    assert found == code
    assert because[0].words == words
    assert because[0].span is not None
    assert text[slice(*because[0].span)] == words


@pytest.mark.parametrize("text", ["", "\n", "Shots were heard.", "Armenian villages were shelled.", "“", "said said"])
def test_most_texts_do_not_say(text: str) -> None:
    assert publisher_of(text_of(text)) == (None, ())
