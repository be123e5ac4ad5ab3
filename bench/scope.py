"""What the reader makes of ordinary news: how much is left out, and what is claimed where nothing belongs to a conflict.

    python bench/scope.py [--data FOLDER]

The texts are those of the toponym benchmark that nothing was learnt from (every second of each set), labelled by us
(``training/documents/news_scope.tsv``). Prints one JSON object: for each label the texts, the share of their words that is
read, and the claims in 1,000 words, with the judgement of scope and without.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmark_data import folder_of
from merestone.model import Document
from merestone.reading import read_each
from merestone.reading.scope import in_scope
from merestone.reading.text import characters_of, passages_of, text_of

TRAINING = Path(__file__).parents[1] / "training"


def share_read(text: str) -> tuple[int, int]:
    """Words of a text in passages that speak of a conflict, and in all."""
    found = text_of(characters_of(text))
    kept = [(found.sentences[first][0], found.sentences[last - 1][1]) for first, last in in_scope(found, passages_of(found))]
    return sum(any(start <= word < end for start, end in kept) for word, _ in found.words), len(found.words)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of the public benchmarks")
    given = parser.parse_args()
    sys.path.insert(0, str(TRAINING))
    import ordinary

    bench = folder_of(
        "bench/toponyms", given.data and given.data / "toponyms", *(f"{name}.jsonl" for name in ordinary.SETS)
    ).parent
    labels = ordinary.labels(TRAINING / "documents")
    result = {}
    for label in ("out", "passing", "in"):
        texts = [(name, title, text) for name, title, text in ordinary.texts(bench, 1) if labels[name] == label]
        documents = [
            Document(id=name, item="0" * 64, part=0, title=title, text=text, publisher="MEDIA", genre="news")
            for name, title, text in texts
        ]
        shares = [share_read(text) for _, _, text in texts]
        read, words = map(sum, zip(*shares, strict=True))
        with_scope, without = (sum(map(len, read_each(documents, everything=everything))) for everything in (False, True))
        result[label] = {
            "texts": len(texts),
            "words": words,
            "share of words read": round(read / words, 3),
            "texts of which something is read": sum(inside > 0 for inside, _ in shares),
            "claims in 1,000 words": round(1000 * with_scope / words, 2),
            "claims in 1,000 words, everything read": round(1000 * without / words, 2),
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
