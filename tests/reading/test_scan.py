"""The scan leaves out what promises nothing, and never changes what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from merestone.model import Document
from merestone.reading import read_document
from merestone.reading.scan import worth_reading
from merestone.reading.text import passages_of, text_of

HERE = Path(__file__)
CORPUS = [json.loads(line) for line in HERE.with_name("corpus.jsonl").read_text(encoding="utf-8").splitlines()]
EXAMPLES = sorted((HERE.parents[2] / "examples").rglob("documents/*.jsonl"))


def documents() -> list[Document]:
    raws: list[dict[str, Any]] = [*CORPUS]
    for path in EXAMPLES:
        raws += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = ("id", "title", "publisher", "published", "genre", "text")
    return [Document(item="0" * 64, part=0, **{name: raw[name] for name in names if name in raw}) for raw in raws]


def test_with_and_without_the_scan_the_claims_are_the_same() -> None:
    for document in documents():
        assert read_document(document) == read_document(document, scan=False), document.id


@pytest.mark.parametrize(
    "text",
    [
        "The weather will be fine on Monday, with light winds from the south.",
        "The orchestra plays two symphonies of Haydn, and tickets are sold at the door.",
        "The company reported quarterly earnings of three million dollars.",
    ],
)
def test_ordinary_news_is_left_out(text: str) -> None:
    found = text_of(text)
    assert worth_reading(found, passages_of(found)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Units of the armed forces opened fire on positions near the line of contact.",
        "Both sides agreed on a ceasefire and on the withdrawal of troops.",
        "Monitors heard 44 undetermined explosions north-west of the village.",
    ],
)
def test_what_speaks_of_a_conflict_is_read(text: str) -> None:
    found = text_of(text)
    assert worth_reading(found, passages_of(found)) == passages_of(found)


def test_only_the_passages_that_promise_something_are_read() -> None:
    quiet = "The orchestra plays two symphonies of Haydn, and tickets are sold at the door. " * 60
    loud = "Units of the armed forces shelled positions near the line of contact and killed two soldiers. " * 40
    found = text_of(quiet + loud)
    passages = passages_of(found)
    kept = worth_reading(found, passages)
    assert kept
    assert kept == passages[-len(kept) :]
    assert len(kept) < len(passages)
