"""Reports of an event table: rows with a time, a position, a kind, numbers and a source, matched as claims are.

The table has the columns of ``REPORT``; all but ``id`` may hold nulls. Probabilities come from ``data/report_weights.tsv``.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from merestone.errors import MerestoneError
from merestone.incidents import features
from merestone.incidents.bars import All, Bounds, OncePerSource
from merestone.incidents.columns import EARTH_METRES_PER_DEGREE, Columns, Floats, Ints, heaped, stamps
from merestone.incidents.features import CROWD, EVENT, NAME, PLACE, TIME, number_feature, pairs_of
from merestone.incidents.linkage import Links, cluster
from merestone.incidents.nearby import Reach, near
from merestone.incidents.scorecard import Scorecard, probability, scorecard
from merestone.reading.intervals import DAY
from merestone.reading.vocabulary import rows

REPORT = pa.schema(
    [
        ("id", pa.string()), ("source", pa.string()), ("begins", pa.timestamp("s")), ("ends", pa.timestamp("s")),
        ("lon", pa.float64()), ("lat", pa.float64()), ("radius_m", pa.float64()), ("place", pa.string()),
        ("kind", pa.string()), ("killed", pa.float64()), ("wounded", pa.float64()),
    ]
)  # fmt: skip
"""``begins`` and ``ends`` are UTC, half-open; a day is 24 hours. Positions in degrees, EPSG:4326; ``radius_m`` in metres."""

NUMBERS = ("killed", "wounded")
FEATURES = (TIME, PLACE, EVENT, NAME, CROWD, *(number_feature(name, kind) for kind, name in enumerate(NUMBERS)))
WEIGHTS = "report_weights.tsv"
REACH = Reach(days=3, window=8, keep=14)
FARTHEST_KM = 20.0
"""Two reports farther apart than this, radii deducted, are never compared."""
CHUNK = 500_000


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What one incident of a table can be."""

    kilometres: float = 25.0
    """Positions of one incident lie within a box of this diagonal, beyond that of its widest report."""
    days: float = 5.0
    """Its times span at most this, or what its longest report spans."""
    once_per_source: bool = True
    """Whether a source reports an incident once."""
    join_from: float = 0.27
    """Groups join while the mean of their pairs, in log odds, is at least that of this probability."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Reports by incident, in order of id, and the pairs that were compared."""

    ids: pa.Array
    incident: Ints
    """Position of the incident's first report."""
    left: Ints
    right: Ints
    log_odds: Ints
    """Thousandths."""

    @property
    def probability(self) -> Floats:
        """Of each pair that it is about one incident."""
        return probability(self.log_odds)


@cache
def kinds() -> tuple[tuple[str, ...], Floats]:
    """(codes of the table of kinds, how well they fit)."""
    table = rows("kinds.tsv", ("kind", "near", "vague"), resources.files("merestone.incidents") / "data")
    names = tuple(row["kind"] for row in table)
    vague = {name for row in table for name in row.several("vague")}
    fits = np.full((len(names), len(names)), features.DIFFERENT)
    for row in table:
        for column, fit in (("near", features.RELATED), ("vague", features.MAY_BE_ONE)):
            for other in row.several(column):
                if other not in names:
                    raise row.wrong(f"{other!r} is no kind of this table")
                one, two = names.index(row["kind"]), names.index(other)
                fits[one, two] = fits[two, one] = features.MAY_BE_ONE if {row["kind"], other} <= vague else fit
    np.fill_diagonal(fits, [features.AS_GOOD if name in vague else features.EQUAL for name in names])
    return names, fits


def _fits_of(codes: list[str]) -> Floats:
    """How well kinds fit each other; where one of the two is in no table, only equality is known."""
    names, known = kinds()
    where = np.asarray([names.index(code) if code in names else -1 for code in codes], dtype=np.int64)
    out = np.where((where[:, None] >= 0) & (where >= 0), known[where[:, None], where], np.nan)
    unknown = np.flatnonzero(where < 0)
    out[unknown, unknown] = features.EQUAL
    return np.asarray(out, dtype=np.float64)


_BEFORE = re.compile(r"^(near|close to|outside|outskirts of|around|north of|south of|east of|west of)\s+")
_SOUNDS = (
    ("kh", "h"), ("ch", "h"), ("gh", "g"), ("zh", "j"), ("tz", "c"), ("ts", "c"), ("dz", "d"), ("sh", "s"), ("w", "v"),
    ("q", "k"),
)  # fmt: skip
_VOWELS = re.compile("[aeiouy]+")
_TWICE = re.compile(r"(.)\1+")


@cache
def sound(name: str) -> str:
    """What is left of a name when spellings are made alike: its consonants, without marks, spaces and words such as near."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = _BEFORE.sub("", " ".join(text.split()))
    text = "".join(ch for ch in text if ch.isalnum())
    for written, key in _SOUNDS:
        text = text.replace(written, key)
    return _TWICE.sub(r"\1", text[:1] + _VOWELS.sub("", text[1:]))


def columns_of(table: pa.Table) -> tuple[Columns, Ints]:
    """(columns of the reports in order of their ids, the number of each one's source, -1 where unknown).

    Raises MerestoneError M610 where a column is missing or of another type, M611 where an id is missing or there twice.
    """
    for field in REPORT:
        if field.name not in table.column_names:
            raise MerestoneError("M610", column=field.name)
    table = pa.table([_cast(table[field.name], field) for field in REPORT], schema=REPORT)
    table = table.sort_by("id").combine_chunks()
    ids = table["id"]
    repeated = ids.null_count or pc.any(pc.equal(ids[1:], ids[:-1])).as_py()
    if repeated:
        raise MerestoneError("M611")
    begin, end = _seconds(table["begins"]), _seconds(table["ends"])
    dated = begin > _NEVER
    end = np.where(end > begin, end, begin + 1)
    lon, lat = (table[name].to_numpy().astype(np.float64) for name in ("lon", "lat"))
    placed = (np.abs(lat) <= 90) & (np.abs(lon) <= 360)  # false where one is not a number
    spot_at = np.concatenate([[0], np.cumsum(placed)]).astype(np.int64)
    radius = np.nan_to_num(table["radius_m"].to_numpy().astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    kind, codes = _numbered(table["kind"])
    if (kind < 0).any():
        kind, codes = np.where(kind < 0, len(codes), kind), [*codes, ""]
    fits = _fits_of(codes)
    if "" in codes:
        fits[codes.index("")] = fits[:, codes.index("")] = np.nan
    name, names = _numbered(table["place"])
    keys = [sound(one) for one in names]
    order = {key: number for number, key in enumerate(sorted(set(keys) - {""}))}
    key = np.asarray([order.get(one, -1) for one in keys] + [-1], dtype=np.int64)[name]
    numbers = np.stack([table[column].to_numpy().astype(np.float64) for column in NUMBERS], axis=1)
    return Columns(
        stamp=stamps(ids.to_pylist()),
        event=kind,
        fits=fits,
        begin=np.where(dated, begin, 0),
        end=np.where(dated, end, 0),
        dated=dated,
        clock=dated & (end - begin < DAY // 2),
        spot_at=spot_at,
        spot_lon=lon[placed],
        spot_lat=lat[placed],
        spot_radius=np.clip(radius[placed], 0, 1e7),
        name_at=np.concatenate([[0], np.cumsum(key >= 0)]).astype(np.int64),
        names=key[key >= 0],
        low=np.where(np.isfinite(numbers), numbers, np.nan),
        high=np.where(np.isfinite(numbers), numbers, np.nan),
    ), _numbered(table["source"])[0]


_NEVER = -(1 << 62)


def _cast(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise MerestoneError("M610", column=field.name) from error


def _seconds(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(column.cast(pa.int64()), _NEVER).to_numpy(), dtype=np.int64)


def _numbered(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """(number of each value in sorted order, -1 for null; the values)."""
    encoded = column.combine_chunks().dictionary_encode() if isinstance(column, pa.ChunkedArray) else column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = encoded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.full(len(values) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    where = pc.fill_null(encoded.indices, len(values)).to_numpy().astype(np.int64)
    return np.asarray(rank[where], dtype=np.int64), [values[number] for number in order]


@cache
def card() -> Scorecard:
    """The weights for reports of event tables."""
    return scorecard(FEATURES, WEIGHTS)


def compared(c: Columns, source: Ints, once_per_source: bool) -> tuple[Ints, Ints, Floats]:
    """(left, right, crowd): which reports are compared, and how crowded it is around each."""
    entries = np.flatnonzero(c.dated & (np.diff(c.spot_at) > 0))
    spot = c.spot_at[entries]
    longitude, latitude, radius = (np.zeros(len(c), dtype=np.float32) for _ in range(3))
    longitude[entries], latitude[entries], radius[entries] = c.spot_lon[spot], c.spot_lat[spot], c.spot_radius[spot] / 1000
    north = latitude * np.float32(EARTH_METRES_PER_DEGREE / 1000)
    across = np.float32(EARTH_METRES_PER_DEGREE / 1000) * np.cos(np.radians(latitude))
    days = (c.begin / DAY).astype(np.float32)
    name = np.full(len(c), -1, dtype=np.int64)
    named = np.flatnonzero(np.diff(c.name_at) > 0)
    name[named] = c.names[c.name_at[named]]
    kinds_many = len(c.fits)
    fit = (4 * np.nan_to_num(c.fits, nan=0.5)).astype(np.float32).ravel()

    def cheap(rows: Ints, others: Ints) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        own = rows[:, None]
        east = np.abs(longitude[others] - longitude[own])
        east = np.minimum(east, np.float32(360) - east) * across[own]
        km = np.hypot(east, north[others] - north[own])
        apart = np.abs(days[others] - days[own])
        possible = km - radius[others] - radius[own] <= FARTHEST_KM
        score = fit[c.event[own] * kinds_many + c.event[others]]
        score -= np.float32(1.3) * np.log(np.float32(0.3) + km) + np.float32(1.5) * apart
        their, mine = name[others], name[own]
        score -= np.float32(1.5) * ((their != mine) & (their >= 0) & (mine >= 0))
        if once_per_source:
            possible &= (source[others] != source[own]) | (source[own] < 0)
        score[~possible] = -np.inf
        return score, np.where(km <= FARTHEST_KM, features.crowding(km, apart), np.float32(0))

    return near(c.begin[entries] // DAY, entries, c.spot_lon[spot], c.spot_lat[spot], c.stamp, REACH, cheap, len(c))


def scored(c: Columns, left: Ints, right: Ints, crowd: Floats, by: Scorecard) -> Ints:
    """Thousandths of log odds of each pair."""
    on_heap = heaped(c)
    parts = [
        by.log_odds(pairs_of(c, left[start : start + CHUNK], right[start : start + CHUNK], crowd, on_heap))
        for start in range(0, len(left), CHUNK)
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def match_reports(table: pa.Table, limits: Limits | None = None) -> Matched:
    """Which rows of a table of ``REPORT`` are about one incident.

    A row without a time or without a position stands alone. Raises what ``columns_of`` raises.
    """
    limits = limits or Limits()
    c, source = columns_of(table)
    left, right, crowd = compared(c, source, limits.once_per_source)
    log_odds = scored(c, left, right, crowd, card())
    bounds = Bounds(c, limits.days * DAY, limits.kilometres * 1000)
    bars = All(OncePerSource(source), bounds) if limits.once_per_source else bounds
    join_from = round(1000 * float(np.log(limits.join_from / (1 - limits.join_from))))
    group = cluster(Links(left, right, log_odds), c.stamp, bars, "mean", join_from)
    return Matched(table["id"].combine_chunks().sort(), group, left, right, log_odds)
