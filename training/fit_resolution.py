"""Fits the weights that choose among the places of a name, and writes ``src/merestone/places/data/resolution.tsv``.

    python training/fit_resolution.py --data SHARED/bench/toponyms [--check]

A conditional (multinomial) logit with an outside option, McFadden (1974): of each name of a document that has a gold position,
the candidates that agree with it, or "none of these" where none does, must get the probability. It is fitted on every other
document of lgl, trnews and geovirus, the first, third ... of each file; the others, and all of gwn, are only ever scored.
``--check`` writes nothing: it prints accuracy and the reliability of the probabilities on documents that were not fitted on.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from merestone.files import write_atomically
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.geometry.geodesy import distance
from merestone.places.naming import weighing
from merestone.places.naming.texts import names_of
from merestone.places.naming.weighing import (
    AROUND,
    FEATURES,
    LOCAL,
    NONE,
    Surroundings,
    Weighed,
    add_surroundings,
    prepare,
    softmax,
)

FITTED_ON = ("lgl", "trnews", "geovirus")
SETS = ("gwn", *FITTED_ON)
PENALTY = 2e-4
"""Of the squared weights, for each name."""
NEAR_KM, NEAR_SHARE = 25.0, 0.5
"""A candidate without the gold id agrees with a gold position that is this near: kilometres, or share of an area's radius."""
BY_JUDGEMENT = {"own": 3.0, "in_party": 3.0, "beside_party": 0.7, "capital_in_case": 2.5}
"""Weights that no benchmark can teach, as none has cases: that a case's own gazetteer knows better than the built-in one, that
its documents speak of its parties' countries, and of other countries by their capitals."""
OUT = Path(__file__).parents[1] / "src" / "merestone" / "places" / "data" / "resolution.tsv"
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SAYS = {
    "capital": "a capital",
    "largest": "the largest of that name",
    "own": "in the case's own gazetteer",
    "in_party": "filed under {country}, a party",
    "beside_party": "filed under {country}, beside a party",
    "kind_fits": "a {feature}, as the text says",
    "named_country": "in {country}, which the document names or concerns",
    "named_region": "in a region that the document names",
    "inside_named": "inside the wider place the text names",
    "country_of_others": "in the country of other places of the document",
    "region_of_others": "in the region of other places of the document",
    "nearest_other": "near another place of the document",
}
HEAD = """# What speaks for a candidate, and how much: the weights of the multinomial logit in places/naming/weighing.py.
#
# Made by training/fit_resolution.py; do not edit. "own", "in_party", "beside_party" and "capital_in_case" act in cases
# only, which no corpus has; they were set by judgement. All others were fitted on every other document of
# the corpora LGL, TR-News and GeoVirus.
#
# feature  see weighing.py; those that begin with "none" speak for "none of these"
# first    weight in the first pass, where nothing is known of the other places of the document yet
# second   weight in the second pass
# says     what is said of a candidate that the feature speaks for
feature\tfirst\tsecond\tsays
"""


@dataclasses.dataclass
class Document:
    """A document's names, weighed, with the candidates that agree with the gold: None where there is no gold position."""

    toponyms: list[dict[str, Any]]
    of_span: tuple[int, ...]
    weighed: list[Weighed]
    gold: list[Flags | None]


def documents(path: Path, gazetteer: Gazetteer) -> list[Document]:
    """The documents of a set, with the candidates of their gold mentions."""
    out = []
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        record = json.loads(line)
        found = names_of(record["text"], [(t["start"], t["end"]) for t in record["toponyms"]], gazetteer)
        weighed = prepare(found.names, gazetteer, Surroundings())
        of_name: dict[int, list[dict[str, Any]]] = {}
        for toponym, number in zip(record["toponyms"], found.of_span, strict=True):
            of_name.setdefault(number, []).append(toponym)
        gold = [_agreeing(one, of_name.get(number, [])) for number, one in enumerate(weighed)]
        out.append(Document(record["toponyms"], found.of_span, weighed, gold))
    return out


def _agreeing(one: Weighed, toponyms: Sequence[dict[str, Any]]) -> Flags | None:
    placed = [(t.get("geonameid"), t["lat"], t["lon"]) for t in toponyms if t.get("lat") is not None]
    if not placed:
        return None
    (identity, lat, lon), _ = Counter(placed).most_common(1)[0]
    entries = [c.entry for c in one.candidates]
    agree = np.array([bool(identity) and e.id == f"geonames:{identity}" for e in entries], np.bool_)
    if not agree.any():
        reach = [1000 * NEAR_KM if e.feature == "settlement" else _most(e) for e in entries]
        away = [distance(e.lon, e.lat, lon, lat) for e in entries]
        agree = np.array([metres <= most for metres, most in zip(away, reach, strict=True)], np.bool_)
    return agree


def _most(entry: Entry) -> float:
    """Large areas are vague; a country or region is not."""
    return NEAR_SHARE * entry.radius_m if entry.feature == "area" else min(150_000, NEAR_SHARE * entry.radius_m)


def fit(data: Sequence[Document], columns: Sequence[int]) -> tuple[Floats, Floats]:
    """The weights of all features (0 for those left out) and of "none", by the greatest penalised likelihood."""
    pairs = [
        (one, agree) for document in data for one, agree in zip(document.weighed, document.gold, strict=True)
        if agree is not None and one.candidates
    ]  # fmt: skip
    x = np.concatenate([one.features[:, columns] for one, _ in pairs])
    y = np.concatenate([agree for _, agree in pairs])
    none = np.stack([one.none for one, _ in pairs])
    lacking = np.array([not agree.any() for _, agree in pairs])
    times = np.sqrt([one.name.count for one, _ in pairs])
    sizes = [len(one.candidates) for one, _ in pairs]
    owner, starts = np.repeat(np.arange(len(pairs)), sizes), np.concatenate([[0], np.cumsum(sizes)[:-1]])
    split = len(columns)

    def loss(theta: Floats) -> tuple[float, Floats]:
        u, v = x @ theta[:split], none @ theta[split:]
        top = np.maximum(np.maximum.reduceat(u, starts), v)
        e, n = np.exp(u - top[owner]), np.exp(v - top)
        total = np.add.reduceat(e, starts) + n
        good = np.maximum(np.add.reduceat(e * y, starts) + n * lacking, 1e-300)
        slope = times[owner] * (e * y / good[owner] - e / total[owner])
        slope_none = times * (n * lacking / good - n / total)
        penalty = PENALTY * len(pairs)
        gradient = -np.concatenate([x.T @ slope, none.T @ slope_none]) + 2 * penalty * theta
        return float(-(times * np.log(good / total)).sum() + penalty * theta @ theta), gradient

    found = minimize(loss, np.zeros(split + len(NONE)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    w = np.zeros(len(FEATURES))
    w[list(columns)] = found[:split]
    return w, found[split:]


def apply(data: Sequence[Document], w: Floats, none: Floats) -> None:
    for document in data:
        for one in document.weighed:
            one.probabilities = softmax(one.features @ w, float(one.none @ none))


def fitted(data: Sequence[Document]) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Weights of the first and the second pass."""
    first = fit(data, range(len(LOCAL)))
    apply(data, *first)
    for document in data:
        add_surroundings(document.weighed)
    return first, fit(data, range(len(LOCAL) + len(AROUND)))


def table(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> str:
    """The text of ``resolution.tsv``."""
    lines = []
    for names, column in ((FEATURES, 0), (NONE, 1)):
        for number, name in enumerate(names):
            one, two = (BY_JUDGEMENT.get(name, float(step[column][number])) for step in (first, second))
            lines.append(f"{name}\t{one:.3f}\t{two:.3f}\t{SAYS.get(name, '')}\n")
    return HEAD + "".join(lines)


def check(data: dict[str, list[Document]]) -> None:
    """Print accuracy and reliability, with the weights as shipped."""
    known = weighing.weights()
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for name, held in data.items():
        for step in (0, 1):
            if step:
                for document in held:
                    add_surroundings(document.weighed)
            apply(held, *(np.array([known[f][step] for f in names]) for names in (FEATURES, NONE)))
        right = there = total = 0
        for document in held:
            for toponym, number in zip(document.toponyms, document.of_span, strict=True):
                if toponym.get("lat") is None:
                    continue
                one = document.weighed[number]
                total += 1
                away = [distance(c.entry.lon, c.entry.lat, toponym["lon"], toponym["lat"]) for c in one.candidates]
                there += min(away, default=1e9) <= 161_000
                if away:
                    best = int(one.probabilities.argmax())
                    right += away[best] <= 161_000
                    chance, agree = float(one.probabilities[best]), document.gold[number]
                    bins[min(int(chance * 10), 9)].append((chance, bool(agree is not None and agree[best])))
        print(f"{name}: {total} mentions, ceiling {there / total:.4f}, likeliest candidate within 161 km {right / total:.4f}")
    print("probability   mentions   mean   right place")
    for low, pairs in enumerate(bins):
        if pairs:
            mean, share = np.mean([p for p, _ in pairs]), np.mean([ok for _, ok in pairs])
            print(f"{low / 10:.1f} to {low / 10 + 0.1:.1f}   {len(pairs):8}   {mean:.3f}   {share:.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    missing = [name for name in SETS if not (given.data / f"{name}.jsonl").is_file()]
    if missing:
        print(f"There is no {missing[0]}.jsonl in {given.data}; name the benchmark's folder with --data.", file=sys.stderr)
        return 2
    gazetteer = Gazetteer()
    data = {name: documents(given.data / f"{name}.jsonl", gazetteer) for name in SETS}
    if given.check:
        check({name: held[1::2] if name in FITTED_ON else held for name, held in data.items()})
    else:
        write_atomically(OUT, table(*fitted([document for name in FITTED_ON for document in data[name][::2]])).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
