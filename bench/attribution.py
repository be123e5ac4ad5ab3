"""Who said what: attributions of political news (PolNeAR), by its own scorer, beside its baseline and human annotators.

    python bench/attribution.py [--set test|dev] [--data FOLDER]

Prints one JSON object with F1 in per cent: contents that overlap, the same with the right source, and the parts alone.
"""

from __future__ import annotations

from typing import Any

from benchmark_data import Scores, print_measured
from merestone.reading.attributions import find_attributions
from merestone.reading.context import Context
from merestone.reading.network import reader_network
from merestone.reading.text import text_of

FILES = {"test": "test.jsonl", "dev": "dev.jsonl.gz"}
NEWS = Context(publisher="MEDIA", genre="news")
BESIDE = {"the said rule": (48.49, 39.96), "two people (16 training documents)": (85.39, 78.59)}
SHOWN = (
    "attribution_overlap_f1", "attribution_overlap_and_source_f1", "attribution_overlap_p", "attribution_overlap_r",
    "content_partial_f1", "source_partial_f1", "cue_partial_f1", "source_given_content_partial",
)  # fmt: skip


def predicted(record: dict[str, Any]) -> dict[str, Any]:
    """The attributions of a record, as the scorer takes them."""
    found = find_attributions(text_of(record["text"]), NEWS, reader_network())
    return {
        "id": record["id"],
        "attributions": [
            {"source": [list(a.source)] if a.source else [], "cue": [list(a.cue)], "content": [list(c) for c in a.contents]}
            for a in found
        ],
    }


def main() -> None:
    """Measure and print one JSON object."""
    beside = {name: {"overlap": a, "overlap and source": b} for name, (a, b) in BESIDE.items()}

    def shown(rows: Scores) -> Scores:
        return {name: round(100 * rows[name], 2) for name in SHOWN}

    print_measured(__doc__, "bench/attribution", FILES, predicted, shown, beside)


if __name__ == "__main__":
    main()
