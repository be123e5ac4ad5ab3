"""Are border settlements found by each of their names, and how many different places do the looser keys take for one?

    python bench/place_names.py [--case examples/south-caucasus] [--data ../shared/geo] [--json]

``found`` counts the settlements of places_check.csv that a look-up of the name in each language gives, with the built-in
gazetteer alone and with the example case's own places; ``first`` those that it gives first. ``missing`` are the settlements of
places_missing.csv, of which GeoNames over 500 inhabitants has no record, that the case's places have by every name. ``alike``
are, over the whole built-in gazetteer, the different main names in one country that have one looser key.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmark_data import folder_of
from merestone.case import Case
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.gazetteers.index import open_index
from merestone.places.gazetteers.names import fold_all
from merestone.places.gazetteers.transliteration import loose_all

LANGUAGES = ("en", "hy", "az", "ru")
EXAMPLE = Path(__file__).parents[1] / "examples/south-caucasus"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(settlements: list[dict[str, str]], gazetteer: Gazetteer) -> dict[str, Any]:
    """By language: how many settlements have a name, are found by it, are found first, and which are not found."""
    out = {}
    for language in LANGUAGES:
        named = [row for row in settlements if row[f"name_{language}"]]
        answers = [[entry.id for entry in gazetteer.find(row[f"name_{language}"])] for row in named]
        wanted = [f"geonames:{row['geonameid']}" for row in named]
        out[language] = {
            "names": len(named),
            "found": sum(one in ids for one, ids in zip(wanted, answers, strict=True)),
            "first": sum(ids[:1] == [one] for one, ids in zip(wanted, answers, strict=True)),
            "not found": [r[f"name_{language}"] for r, one, ids in zip(named, wanted, answers, strict=True) if one not in ids],
        }
    return out


def missing(settlements: list[dict[str, str]], gazetteer: Gazetteer) -> dict[str, Any]:
    """How many of the settlements one place of the case has by all of their names, and which it does not."""
    lost = []
    for row in settlements:
        names = [row[f"name_{language}"].partition(" (")[0] for language in LANGUAGES if row[f"name_{language}"]]
        common = set.intersection(*({entry.id for entry in gazetteer.find(name) if entry.is_own} for name in names))
        if not common:
            lost.append(row["name_en"])
    return {"settlements": len(settlements), "known": len(settlements) - len(lost), "not known": lost}


def alike() -> dict[str, Any]:
    """Different main names of settlements and regions in one country, and how many of them share a looser key."""
    index = open_index()
    main = [(row.country, row.names[0].name) for row in map(index.row, range(index.places)) if row.feature != "country"]
    names = [name for _, name in main]
    groups: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for (country, _), folded, key in zip(main, fold_all(names), loose_all(names), strict=True):
        groups[country, key].add(folded)
    sharing = sum(len(group) for group in groups.values() if len(group) > 1)
    every = sum(len(group) for group in groups.values())
    return {"names": every, "sharing a key": sharing, "share": round(sharing / every, 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, default=EXAMPLE)
    parser.add_argument("--data", type=Path, help="the folder with places_check.csv")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    given = parser.parse_args()
    folder = folder_of("geo", given.data, "places_check.csv", "places_missing.csv")
    settlements = rows(folder / "places_check.csv")
    case = Gazetteer.of(Case.open(given.case))
    result = {
        "built-in": found(settlements, Gazetteer()), "with the case": found(settlements, case),
        "missing": missing(rows(folder / "places_missing.csv"), case), "alike": alike(),
    }  # fmt: skip
    if given.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    for which in ("built-in", "with the case"):
        for language, counts in result[which].items():
            lost = f"; not {', '.join(counts['not found'])}" if counts["not found"] else ""
            print(f"{which:14} {language}  found {counts['found']}/{counts['names']}, first {counts['first']}{lost}")
    print(f"missing: {result['missing']}")
    print(f"alike:   {result['alike']}")


if __name__ == "__main__":
    main()
