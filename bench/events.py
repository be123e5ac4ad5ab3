"""Who did what to whom: the PLOVER gold standard records, by the benchmark's own scorer, beside its baseline.

    python bench/events.py [--data FOLDER]

The events are those of ``merestone read --dyads``: claims by ``ontologies.tsv``, and what the lexicon codes. The benchmark puts
mass violence (root 20) under 18. Prints one JSON object with F1 in per cent.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmark_data import folder_of, records, scored
from merestone.model import Document
from merestone.reading import read_document
from merestone.reading.dyads import dyads_of

BESIDE = {"keywords and the first two actors": {"source_target_root_f1": 12.58, "source_target_f1": 43.15, "root_f1": 24.47}}
SHOWN = (
    "source_target_root_f1",
    "source_target_root_p",
    "source_target_root_r",
    "source_target_f1",
    "root_f1",
    "source_f1",
    "target_f1",
)
MASS_VIOLENCE, ITS_PLACE = "20", "18"


def predicted(record: dict[str, Any]) -> dict[str, Any]:
    """The events of a record, each once."""
    document = Document(id=record["id"], item="0" * 64, part=0, title="", genre="news", text=record["text"])
    found = dyads_of(document, read_document(document, scan=False))
    keys = dict.fromkeys((d.source, d.target, ITS_PLACE if d.cameo == MASS_VIOLENCE else d.cameo) for d in found)
    return {"id": record["id"], "events": [dict(zip(("source", "target", "code"), key, strict=True)) for key in keys]}


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    folder = folder_of("bench/events", given.data, "plover_gsr.jsonl", "score.py")
    gold = folder / "plover_gsr.jsonl"
    rows = scored(folder / "score.py", gold, (predicted(record) for record in records(gold)), "--tag", "core")
    result = {"merestone": {name: round(100 * rows[name], 2) for name in SHOWN}, "beside": BESIDE}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
