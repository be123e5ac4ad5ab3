"""Nasty texts: nothing raises, nothing points outside the text, and time grows no faster than length."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.model import Claim, Document, from_json, to_json
from merestone.reading import read_document

SENTENCE = "On 5 May 2023 two Armenian soldiers were killed by Azerbaijani mortar fire near Goris"
NASTY = {
    "emoji": "🚨🚨 Two soldiers 🪖 were killed 💥 near Goris‼️ 🇦🇲🇦🇿",
    "right to left": "قُتل جنديان near Goris، قال المتحدث. Two soldiers were \u202ekilled\u202c near Goris.",
    "zero width": "Two sol\u200bdiers were kil\u200cled ne\u200dar Go\ufeffris.",
    "capitals": SENTENCE.upper() + ". FIRE WAS OPENED AT OUR POSITIONS.",
    "no capitals": SENTENCE.lower(),
    "scanned": "0n 5 May twо s0ldiers werе kil1ed bv Azerbaijaпi mоrtar f1re пear Gori5 , tbe Mini5try ofDefence sa1d ..",
    "mixed languages": "Два военнослужащих погибли. Զոհվել է երկու զինծառայող. İki əsgər həlak oldu. Two soldiers died.",
    "combining marks": "Two so\u0301ldiers were ki\u0300lled ne\u0308ar Go\u0327ris by A\u0303zerbaijani fire.",
    "control characters": "Two\x00 soldiers\x07 were\x1b[31m killed\x1b[0m near\x85 Goris.",
    "lone surrogates": "Two soldiers \ud800 were killed \udfff near Goris.",
    "markup": "<script>alert('fire')</script><b>Two soldiers were killed</b> near [Goris](javascript:x) by {{mortar}} %s %n",
    "only punctuation": "“”‘’«»()[]{}…—–-.,;:!?" * 40,
    "only numbers": "12 345 6,789 1.5 2-3 10:30 152mm " * 60,
    "only newlines": "\n" * 3000,
    "long word": "killed" * 4000,
    "dotless i": "İki İstanbul'da KILLED ﬁre ﬀ ŒUVRE ß ẞ",
    "wide spaces": "Two\u3000soldiers\u2003were\u00a0killed\u2028near\u2029Goris.",
    "quotes that never close": "“" * 200 + SENTENCE + ". " + '"' * 201,
    "brackets that never close": "(" * 500 + SENTENCE,
    "a table": "Date\tKilled\tWounded\n5 May\t2\t3\n6 May\t0\t1\n" * 20,
}


def document(text: str, **given_: Any) -> Document:
    values: dict[str, Any] = {"publisher": "ARM-MOD", "published": "2023-09-13", "title": "", "id": "d", **given_}
    return Document(item="0" * 64, part=0, text=text, **values)


def check(text: str, claims: list[Claim]) -> None:
    text = re.sub(r"[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)  # what is no character is shown as that
    for claim in claims:
        assert 0 <= claim.span[0] < claim.span[1] <= len(text)
        for place in claim.places:
            assert text[slice(*place.span)] == place.name
        for reason in claim.because:
            assert reason.span is None or text[slice(*reason.span)] == reason.words


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("genre", ["statement", "news", "monitor_report"])
def test_a_nasty_text_is_read_with_every_span_inside(name: str, genre: str) -> None:
    check(NASTY[name], read_document(document(NASTY[name], genre=genre)))


@pytest.mark.parametrize("name", NASTY)
def test_without_any_metadata_too(name: str) -> None:
    check(NASTY[name], read_document(document(NASTY[name], publisher=None, published=None)))


@pytest.mark.parametrize("title", ["", "\n", "🚨" * 50, "word " * 5000, "Azerbaijan"])
def test_a_nasty_title_does_no_harm(title: str) -> None:
    check(SENTENCE, read_document(document(SENTENCE, title=title)))


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_any_day_of_publication_does(published: str) -> None:
    text = SENTENCE + ". Last year, a week ago, yesterday, in two weeks and on Monday shots were fired."
    check(text, read_document(document(text, published=published)))


PIECES = st.sampled_from(
    ["Azerbaijan", "Armenia", "the enemy", "opened fire", "killed", "two soldiers", "at 10:30", "on 5 May", "near Goris",
     "must", "withdraw", "150 km²", "mortars", "denies", "said that", "\n", ". ", "“", "”", "😀", "عربى", "\u202e", "2-3",
     "RA MFA", "(SLA)", "SMM", "north-west", "3-8km", "İ", "\ud83d", "since", "until", "a year ago", "of", "-", "’s"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join)),
    st.sampled_from(["statement", "news", "monitor_report"]),
)
def test_any_text_is_read_and_every_span_lies_in_it(text: str, genre: str) -> None:
    claims = read_document(document(text, genre=genre, publisher=None, published=None))
    check(text, claims)
    for claim in claims:
        assert from_json(Claim, to_json(claim)) == claim


@pytest.mark.parametrize(
    "unit",
    [SENTENCE + " and ", "of ", "1 ", "“", "(", "UN ", "on Monday ", "mortar ", "\n", "A", "fire. "],
    ids=[
        "one sentence",
        "of",
        "digits",
        "quotes",
        "brackets",
        "names",
        "times",
        "weapons",
        "lines",
        "one word",
        "short sentences",
    ],
)
def test_time_is_linear_in_length(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = (unit * (1 + characters // len(unit)))[:characters]
        started = time.process_time()
        check(text, read_document(document(text)))
        return time.process_time() - started

    seconds(1_000)  # whatever is loaded once is loaded now
    # a method that is quadratic would take sixteen times as long for four times the text
    assert seconds(24_000) < 8 * seconds(6_000) + 1.0
