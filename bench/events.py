"""Who did what to whom: the PLOVER gold standard records, by the benchmark's own scorer, beside its baseline.

    python bench/events.py [--data FOLDER]

Claims become events by ``ontologies.tsv``: what is said to have happened lies between actor and target; what a speaker demands,
proposes, pledges, warns of or judges lies between the speaker and the actor. Prints one JSON object with F1 in per cent.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmark_data import folder_of, records, scored
from merestone.model import Claim, Document
from merestone.reading import read_document
from merestone.reading.ontologies import ontologies_of

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
MUTUAL = frozenset({"talks", "ceasefire"})
ORGANISATIONS = ("UN", "EU", "NATO", "OSCE", "ICRC", "AU", "ASEAN", "IAEA", "ICJ", "ICC", "CSTO", "CIS")


def coded(code: str | None) -> str | None:
    """An actor code in CAMEO's manner: a country, or an organisation between states."""
    if code is None:
        return None
    state = code.split("-")[0]
    return f"IGO{state}"[:6] if state in ORGANISATIONS else state


def events_of(claim: Claim) -> Iterator[dict[str, str]]:
    """The events of a claim: source, target and CAMEO root."""
    root = ontologies_of(claim.event, claim.act).cameo
    if claim.act in ("asserts", "denies"):
        source, target = coded(claim.actor), coded(claim.target)
    else:
        source, target = coded(claim.speaker if claim.speaker not in ("UNKNOWN", "MEDIA") else None), coded(claim.actor)
        if source is None or source == target:
            source, target = coded(claim.actor), coded(claim.target)
    if root is None or source is None or target is None or source == target:
        return
    yield {"source": source, "target": target, "code": root}
    if claim.event in MUTUAL:
        yield {"source": target, "target": source, "code": root}


def predicted(record: dict[str, Any]) -> dict[str, Any]:
    """The events of a record, each once."""
    document = Document(id=record["id"], item="0" * 64, part=0, title="", genre="news", text=record["text"])
    events = [event for claim in read_document(document, scan=False) for event in events_of(claim)]
    return {"id": record["id"], "events": [dict(key) for key in dict.fromkeys(tuple(event.items()) for event in events)]}


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
