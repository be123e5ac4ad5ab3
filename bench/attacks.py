"""Who takes part in attacks: role fillers of MUC-4, by the benchmark's own scorer, beside others on the same scorer.

    python bench/attacks.py [--set test|dev] [--data FOLDER]

Prints one JSON object: precision, recall and F1 in per cent of role-filler entities (REE), all roles and each.
"""

from __future__ import annotations

import re
from typing import Any

from benchmark_data import Scores, print_measured
from merestone.reading.attributions import PARTS, find_participants
from merestone.reading.context import Context
from merestone.reading.network import reader_network
from merestone.reading.text import text_of

FILES = {"test": "test.jsonl", "dev": "dev.jsonl.gz"}
NEWS = Context(publisher="MEDIA", genre="news")
ROLES = dict(zip(PARTS, ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon"), strict=True))
BESIDE = {"keywords": (58.50, 17.13, 26.50), "GTT (BERT-base, trained)": (70.78, 46.81, 56.35)}


def predicted(record: dict[str, Any]) -> dict[str, Any]:
    """The fillers of a record in one template, one mention for each entity."""
    text = record["text"]
    template: dict[str, Any] = {"incident_type": "attack", **{role: [] for role in ROLES.values()}}
    seen: dict[str, list[str]] = {role: [] for role in ROLES.values()}
    for one in sorted(find_participants(text_of(text), NEWS, reader_network()), key=lambda p: (-p.probability, p.span)):
        role, words = ROLES[one.part], text[slice(*one.span)]
        if not any(_one_entity(words, other) for other in seen[role]):
            seen[role].append(words)
            template[role].append([words])
    return {"id": record["id"], "templates": [template]}


def _one_entity(left: str, right: str) -> bool:
    """Whether two names mean the same, as far as their words show: one holds the other, or is its initials."""
    a, b = (re.findall(r"\w+", name.lower()) for name in (left, right))
    a, b = ([word for word in words if word not in ("the", "a", "an")] for words in (a, b))
    short, long = sorted((a, b), key=len)
    return set(short) <= set(long) or "".join(short) == "".join(word[0] for word in long if word not in ("of", "for", "and"))


def main() -> None:
    """Measure and print one JSON object."""
    beside = {name: dict(zip(("precision", "recall", "f1"), row, strict=True)) for name, row in BESIDE.items()}

    def shown(rows: Scores) -> Scores:
        return {name: round(100 * value, 2) for name, value in rows.items() if name.startswith("ree_")}

    print_measured(__doc__, "bench/muc4", FILES, predicted, shown, beside)


if __name__ == "__main__":
    main()
