"""Several event data sets as one: which events more than one tells, by MELTT's rule or by probability, and how both differ."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from merestone.errors import MerestoneError
from merestone.files import write_atomically
from merestone.incidents.event_sets import meltt
from merestone.incidents.event_sets.probability import JOINED_FROM, Likely, groups, likely
from merestone.incidents.event_sets.tables import Events, Ints, read_events, read_taxonomy

Rule = Literal["meltt", "probability"]
LARGEST_KM, MOST_DAYS = 1_000.0, 366


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Integration:
    """What two or more data sets have in common."""

    events: Events
    rule: Rule
    km: float
    days: int
    owner: Ints
    """For each event the first event of its match by the rule that was asked for; itself where it stands alone."""
    matched: meltt.Matched
    pairs: Likely | None
    """Every pair within the windows with its probability; None for MELTT's rule."""


def integrate(paths: Sequence[Path], taxonomies: Sequence[str], km: float, days: int, rule: Rule) -> Integration:
    """Read data sets and taxonomies, and match them. Raises MerestoneError M101, M106, M640 to M652."""
    if len(paths) < 2:
        raise MerestoneError("M652", option="FILE", problem="name two data sets or more")
    if not (math.isfinite(km) and 0 < km <= LARGEST_KM):
        raise MerestoneError("M652", option="--km", problem=f"give a distance above 0 and up to {LARGEST_KM:g}")
    if not 0 <= days <= MOST_DAYS:
        raise MerestoneError("M652", option="--days", problem=f"give 0 to {MOST_DAYS} days")
    found = [read_taxonomy(given) for given in taxonomies]
    if len({taxonomy.column for taxonomy in found}) < len(found):
        raise MerestoneError("M652", option="--taxonomy", problem="two explain the same column; name each as COLUMN=FILE")
    return match_events(read_events(paths, found), km, days, rule)


def match_events(events: Events, km: float, days: int, rule: Rule) -> Integration:
    """Match events that have been read."""
    matched = meltt.match(events, km * 1000, days)
    pairs = likely(events, km * 1000, days) if rule == "probability" else None
    owner = matched.owner if pairs is None else groups(events, pairs)
    return Integration(events, rule, km, days, owner, matched, pairs)


# --------------------------------------------------------------------------------------------------------------------------
# what is printed and written


def name_of(events: Events, i: int) -> str:
    """Data set and id of an event."""
    return f"{events.names[int(events.source[i])]}-{events.ids[i]}"


def summary(found: Integration) -> dict[str, Any]:
    """The counts that MELTT reports, by the rule that was asked for, and each match."""
    events = found.events
    members: dict[int, list[int]] = {}
    for i, owner in enumerate(found.owner.tolist()):
        members.setdefault(owner, []).append(i)
    matches = [several for _, several in sorted(members.items()) if len(several) > 1]
    episodes = sum(bool(events.episode[several[0]]) for several in matches)
    overlap = Counter(
        "+".join(events.names[int(s)] for s in sorted({int(events.source[i]) for i in m})) for m in members.values()
    )
    out: dict[str, Any] = {
        "rule": found.rule,
        "km": found.km,
        "days": found.days,
        "data_sets": {name: int((events.source == n).sum()) for n, name in enumerate(events.names)},
        "observations": len(events),
        "unique": len(members),
        "matches": len(matches),
        "event_matches": len(matches) - episodes,
        "episode_matches": episodes,
        "duplicates": len(events) - len(members),
        "flagged": [[name_of(events, a), name_of(events, b)] for a, b in found.matched.flagged],
        "overlap": dict(sorted(overlap.items())),
        "rows": [_row(found, several) for several in matches],
    }
    if found.pairs is not None:
        out["differences"] = differences(found)
    return out


def _row(found: Integration, several: list[int]) -> dict[str, Any]:
    events = found.events
    row: dict[str, Any] = {"kind": "episode" if events.episode[several[0]] else "event"}
    row["events"] = {events.names[int(events.source[i])]: events.ids[i] for i in several}
    return row


def differences(found: Integration) -> list[dict[str, Any]]:
    """Pairs on which MELTT's rule and the probability differ, the surest first, with what speaks for and against each."""
    assert found.pairs is not None
    both = _pair_table(found)
    return [row for row in both if row["meltt"] != row["joined"]]


def _pair_table(found: Integration) -> list[dict[str, Any]]:
    """Every pair within the windows: its probability, whether each way joins the two, and why."""
    pairs, events = found.pairs, found.events
    assert pairs is not None
    by_rule = found.matched.owner[pairs.left] == found.matched.owner[pairs.right]
    joined = found.owner[pairs.left] == found.owner[pairs.right]
    out = []
    for k in np.lexsort((pairs.right, pairs.left, -pairs.probability)).tolist():
        i, j = int(pairs.left[k]), int(pairs.right[k])
        out.append({
            "left": name_of(events, i),
            "right": name_of(events, j),
            "probability": float(pairs.probability[k]),
            "joined": bool(joined[k]),
            "meltt": bool(by_rule[k]),
            "km": round(float(pairs.metres[k]) / 1000, 3),
            "days": int(abs(events.first[i] - events.first[j])),
            "bits": {
                name: round(float(bits[classes[k]]), 2)
                for name, bits, classes in zip(pairs.names, pairs.bits, pairs.features, strict=True)
            },
        })  # fmt: skip
    return out


def as_text(found: Integration) -> str:
    """For people: the counts, and where the two ways differ."""
    told = summary(found)
    sets = ", ".join(f"{name} {count}" for name, count in told["data_sets"].items())
    way = "MELTT's rule" if found.rule == "meltt" else f"probability from {JOINED_FROM:g}"
    flagged = "; ".join(" and ".join(pair) for pair in told["flagged"]) or "none"
    kinds = f"{told['event_matches']} of events, {told['episode_matches']} of episodes"
    lines = [
        f"{told['observations']} events ({sets}), within {found.km:g} km and {found.days} days, by {way}.",
        f"{told['matches']} matches ({kinds}), {told['duplicates']} duplicates, {told['unique']} unique events.",
        f"Told by: {'; '.join(f'{names} {count}' for names, count in told['overlap'].items())}.",
        f"Pairs of an event and an episode that only their length keeps apart, {len(told['flagged'])}: {flagged}.",
    ]
    if "differences" in told:
        lines.append(f"Where MELTT's rule joins otherwise, {len(told['differences'])} pairs:")
        lines += [
            f"  {row['left']} and {row['right']}: {row['probability']:.4f}, "
            f"{'joined here, not by the rule' if row['joined'] else 'joined by the rule, not here'} "
            f"({row['km']:g} km, {row['days']} days)"
            for row in told["differences"]
        ]
    return "\n".join(lines)


def write(found: Integration, path: Path) -> None:
    """Write the result: .json the summary, with every pair where there are probabilities; .csv a row for each event.

    Raises MerestoneError M103, M104, or M652 for another ending.
    """
    if path.suffix.lower() == ".json":
        told = summary(found)
        if found.pairs is not None:
            told["pairs"] = _pair_table(found)
        write_atomically(path, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
        return
    if path.suffix.lower() != ".csv":
        raise MerestoneError("M652", option="--out", problem="give a name that ends in .csv or .json")
    events = found.events
    into = io.StringIO(newline="")
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(["dataset", "event", "match", "duplicate"])
    for i, owner in enumerate(found.owner.tolist()):
        writer.writerow([events.names[int(events.source[i])], events.ids[i], name_of(events, owner), int(owner != i)])
    write_atomically(path, into.getvalue().encode())
