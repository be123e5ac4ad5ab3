"""Claims as columns of numbers, so that millions of pairs can be compared at once.

Rows are in order of claim id, whatever the order of the tables. Codes of states and the like are numbered in sorted order.
"""

from __future__ import annotations

import dataclasses
import typing
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from merestone.case import Case
from merestone.incidents.columns import Bools, Columns, Floats, Ints, ragged, stamps
from merestone.incidents.related import EVENTS, fits
from merestone.model import QuantityKind, state_of
from merestone.reading.intervals import DAY, instants, is_clock

KINDS: tuple[str, ...] = typing.get_args(QuantityKind)
REPORTS = ("asserts", "denies")
ACTS = ("asserts", "evaluates", "demands", "proposes", "pledges", "warns")
WIDEST_M = 100_000.0
"""Places less certain than this (countries, regions) do not tell incidents apart."""
ABOUT = 0.1
"""Share by which an approximate number may be off on either side."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Prepared(Columns):
    """Claims by position; a claim without a time has that from two days before to a day after publication."""

    rows: list[dict[str, Any]]
    groups: list[tuple[str, str]]
    """(speaker group, affiliation) of each claim."""
    locations: Mapping[str, list[dict[str, Any]]]
    """Rows of the locations table by claim id, in order of mention."""
    states: tuple[str, ...]
    """Names behind the numbers of ``actor``, ``target`` and ``speaker``."""
    published: Ints
    """Day of publication, in days since 1970; -1 where unknown."""
    of_the_case: Bools
    """For each name in ``states``, whether it is a party of the case."""
    document: Ints
    number: Ints
    """Position in the document's order of text."""
    speaker: Ints
    act: Ints
    """Position in ACTS; a denial counts as ``asserts``."""
    denies: Bools
    actor: Ints
    """State or organisation of the actor."""
    target: Ints
    wording: Ints
    """Number of the pair (actor, target), with sectors; -1 where both are null."""


def group_of(code: str, case: Case) -> tuple[str, str]:
    """(code, affiliation) of the group a speaker belongs to.

    Ministries speak for their party, offices for their state or organisation; monitors, media and sensors speak for themselves,
    so that a state's peacekeepers are not counted as its ministry.
    """
    source = case.source(code)
    if source.affiliation == "party":
        return source.party or str(state_of(code)), source.affiliation
    if source.affiliation == "third_party":
        return str(state_of(code)), source.affiliation
    return code, source.affiliation


def plain(name: str) -> str:
    """A place name without accents, case and punctuation, for comparison only."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded if not unicodedata.combining(ch)).split())


def bounds(quantity: Mapping[str, Any]) -> tuple[float, float]:
    """Least and greatest value a quantity allows, areas in km²."""
    low = float(quantity["value"])
    high = low if quantity["max"] is None else float(quantity["max"])
    scale = {"m2": 1e-6, "ha": 0.01}.get(quantity["unit"], 1.0) if quantity["what"] == "area" else 1.0
    slack = ABOUT if quantity["approx"] else 0.0
    return low * scale * (1 - slack), high * scale * (1 + slack)


def _numbers(values: Iterable[Any], order: Mapping[Any, int]) -> Ints:
    return np.asarray([-1 if value is None else order[value] for value in values], dtype=np.int64)


def _order(values: Iterable[Any]) -> dict[Any, int]:
    return {value: number for number, value in enumerate(sorted({v for v in values if v is not None}))}


def prepare(claims: pa.Table, documents: pa.Table, locations: pa.Table, case: Case) -> Prepared:
    """The columns of all claims, ordered by claim id."""
    columns = [name for name in claims.column_names if name not in ("because", "observation")]
    rows = sorted(claims.select(columns).to_pylist(), key=lambda row: row["id"])
    known = documents.select(["id", "publisher", "published"]).to_pylist()
    publisher = {row["id"]: row["publisher"] for row in known}
    published = {row["id"]: row["published"] for row in known}
    located: dict[str, list[dict[str, Any]]] = {}
    for row in locations.select(["claim", "mention", "name", "role", "place", "lon", "lat", "radius_m"]).to_pylist():
        located.setdefault(row["claim"], []).append(row)
    for entries in located.values():
        entries.sort(key=lambda row: row["mention"])

    actors, targets = [state_of(row["actor"]) for row in rows], [state_of(row["target"]) for row in rows]
    grouped = {code: group_of(code, case) for code in sorted({row["speaker"] for row in rows})}
    groups = [grouped[row["speaker"]] for row in rows]
    states = _order([*actors, *targets, *(name for name, _ in groups)])
    wordings = [
        None if row["actor"] is None and row["target"] is None else (row["actor"] or "", row["target"] or "") for row in rows
    ]
    days = [_day(published.get(row["document"])) for row in rows]
    begin, end = _times(rows, days, publisher, case)
    spot_at, spots = ragged([_spots(located.get(row["id"], [])) for row in rows], width=3)
    unfound = [sorted({plain(p["name"]) for p in located.get(row["id"], []) if p["lon"] is None}) for row in rows]
    name_order = _order(name for names in unfound for name in names)
    name_at, names = ragged([[(float(name_order[n]),) for n in names] for names in unfound], width=1)
    low, high = _quantities(rows)
    return Prepared(
        published=np.asarray(days, dtype=np.int64),
        stamp=stamps([row["id"] for row in rows]),
        fits=fits()[0],
        rows=rows,
        groups=groups,
        locations=located,
        states=tuple(states),
        of_the_case=np.asarray([name in case.parties for name in states], dtype=bool),
        document=_numbers((row["document"] for row in rows), _order(row["document"] for row in rows)),
        number=_positions(rows),
        speaker=_numbers((name for name, _ in groups), states),
        event=np.asarray([EVENTS.index(row["event"]) for row in rows], dtype=np.int64),
        act=np.asarray([ACTS.index("asserts" if row["act"] == "denies" else row["act"]) for row in rows], dtype=np.int64),
        denies=np.asarray([row["act"] == "denies" for row in rows], dtype=bool),
        actor=_numbers(actors, states),
        target=_numbers(targets, states),
        wording=_numbers(wordings, _order(wordings)),
        begin=begin,
        end=end,
        dated=np.asarray([row["time"] is not None for row in rows], dtype=bool),
        clock=np.asarray([row["time"] is not None and is_clock(*row["time"]) for row in rows], dtype=bool),
        spot_at=spot_at,
        spot_lon=spots[:, 0],
        spot_lat=spots[:, 1],
        spot_radius=spots[:, 2],
        name_at=name_at,
        names=names[:, 0].astype(np.int64),
        low=low,
        high=high,
    )


def _day(text: str | None) -> int:
    return -1 if text is None else int(np.datetime64(text[:10], "D").astype(np.int64))


def _positions(rows: list[dict[str, Any]]) -> Ints:
    out = np.zeros(len(rows), dtype=np.int64)
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["document"], tuple(rows[i]["span"]), rows[i]["id"]))
    count, before = 0, None
    for i in order:
        count = count + 1 if rows[i]["document"] == before else 0
        before = rows[i]["document"]
        out[i] = count
    return out


def _times(rows: list[dict[str, Any]], days: list[int], publisher: Mapping[str, str | None], case: Case) -> tuple[Ints, Ints]:
    begin, end = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        if row["time"] is not None:
            source = row["speaker"] if row["speaker"] in case.sources else publisher.get(row["document"])
            begin[i], end[i] = instants(*row["time"], case.time_zone(source))
        elif days[i] >= 0:
            begin[i], end[i] = (days[i] - 2) * DAY, (days[i] + 1) * DAY
    return begin, end


def _spots(entries: list[dict[str, Any]]) -> list[tuple[float, ...]]:
    return [
        (p["lon"], p["lat"], p["radius_m"] or 0.0)
        for p in entries
        if p["lon"] is not None and p["lat"] is not None and (p["radius_m"] or 0.0) <= WIDEST_M
    ]


def _quantities(rows: list[dict[str, Any]]) -> tuple[Floats, Floats]:
    low, high = np.full((len(rows), len(KINDS)), np.nan), np.full((len(rows), len(KINDS)), np.nan)
    for i, row in enumerate(rows):
        for quantity in row["quantities"]:
            kind = KINDS.index(quantity["what"])
            least, most = bounds(quantity)
            low[i, kind], high[i, kind] = np.fmin(low[i, kind], least), np.fmax(high[i, kind], most)
    return low, high
