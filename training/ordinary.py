"""Ordinary news, of which only little speaks of a conflict: what the reader learns to leave alone.

The texts are those of the public toponym benchmark. ``documents/news_scope.tsv`` tells of each whether it speaks of a conflict;
we labelled them by the corpus's own rule of scope. As with names of places, only every other text, the first, third ... of each
set, is learnt from; the others are only ever scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast, get_args

from examples import lines
from merestone.reading.vocabulary import rows

SETS = ("gwn", "lgl", "trnews", "geovirus")
LABELS = "news_scope.tsv"
Label = Literal["in", "passing", "out", "unsure"]
"""in: about a conflict; passing: about something else, but a clause of it states something of one; out: neither."""


def labels(folder: Path) -> dict[str, Label]:
    """What each text is about, by its id."""
    return {row["id"]: cast(Label, row.one_of("label", get_args(Label))) for row in rows(LABELS, ("id", "label"), folder)}


def files(bench: Path, folder: Path) -> list[Path]:
    """The files that the texts and their labels stand in."""
    return [folder / LABELS, *(bench / "toponyms" / f"{name}.jsonl" for name in SETS)]


def texts(bench: Path, half: int) -> Iterator[tuple[str, str, str]]:
    """(id, title, text) of the texts that are learnt from (``half`` 0) or scored (1), from the folder of benchmarks."""
    for name in SETS:
        for record in lines(bench / "toponyms" / f"{name}.jsonl")[half::2]:
            yield str(record["id"]), str(record.get("title") or ""), record["text"]


def documents(bench: Path, labelled: Path) -> list[dict[str, Any]]:
    """The texts to learn from that speak of no conflict, as annotated documents without a claim; of long ones the beginning."""
    label = labels(labelled)
    return [
        {
            "id": name, "title": title, "publisher": "MEDIA", "published": "2010-01-01", "language": "en", "genre": "news",
            "source_url": "", "text": text[:2000].rsplit(" ", 1)[0] if len(text) > 2000 else text, "claims": [],
        }
        for name, title, text in texts(bench, 0)
        if label.get(name) == "out"
    ]  # fmt: skip
