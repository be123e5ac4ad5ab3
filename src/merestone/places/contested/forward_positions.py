"""The area between a line and a chain of forward positions, and whether a claimed area is one the geometry allows.

What must stay true here:

* the positions are joined by straight lines (in longitude and latitude) in the order in which they lie along the line,
  whatever the order they are given in; the chain is closed by the shortest ways from its ends to the line;
* ground is counted on each side of the line by itself. Where positions lie on both sides the chain crosses the line, and the
  area on neither side lessens that on the other;
* a position lies anywhere within its radius, all of that disc alike, each by itself. The line errs as ``line_displacement``
  says, shifted by what its map states;
* the geometry says what area the positions allow, never who is right: what runs between the positions is not known.
"""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops

from merestone.errors import MerestoneError
from merestone.places.contested.line_displacement import displacements, moved_by, shifted
from merestone.places.contested.line_error import LineError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.geometry.areas import ring_areas
from merestone.places.geometry.geodesy import Floats, chainage_m
from merestone.places.geometry.track import Sides, Track
from merestone.places.layer_files.features import bytes_of
from merestone.places.layer_files.layers import read_features

SEED = 1975
SAMPLES = 1000
_MOST_POSITIONS = 10_000
_MOST_PLACED = 500_000
"""Positions that are simulated in all: with over 500 of them there are fewer simulations, but 100 or more."""
_LARGEST_RADIUS = 1e6


@dataclasses.dataclass(frozen=True, slots=True)
class Positions:
    """Forward positions, in the order given."""

    lon: Floats
    lat: Floats
    radius_m: Floats
    """The position lies within it, anywhere alike; nan where it is not stated."""
    names: list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """The ground between the line and the chain on one party's side of the line."""

    party: str
    km2: float
    range_km2: tuple[float, float]
    """5 % and 95 % of what the radii and the line's accuracy allow."""
    positions: int
    """Number of positions on that side."""


@dataclasses.dataclass(frozen=True, slots=True)
class Enclosed:
    """What a line and a chain of positions enclose."""

    line: str
    sides: tuple[Side, Side]
    """The left and the right side of the line."""
    order: list[int]
    """Numbers of the positions in the order along the line, from 0."""
    length_km: float
    """Length of the line between the ends of the chain."""
    without_radius: int
    """Number of positions whose radius is not stated; they count as exact."""
    accuracy_m: float | None
    """The line's; None where its map does not state it, and it counts as exact."""


def read_positions(path: Path, *, layer: str | None = None, crs: str | None = None) -> Positions:
    """Positions from a CSV file (columns ``lon``, ``lat``, and if known ``radius_m``, ``name``) or from any layer of points.

    Raises MerestoneError M101, M106 or M544 for a CSV file, and as ``read_features`` does for a layer.
    """
    rows = _csv(path) if path.suffix.lower() == ".csv" else _points(path, layer, crs)
    if len(rows) > _MOST_POSITIONS:
        raise MerestoneError("M507", path=path, limit=f"{_MOST_POSITIONS:,} positions")
    if len({row[:2] for row in rows}) < 2:
        raise MerestoneError("M545", path=path)
    lon, lat, radius, names = zip(*rows, strict=True)
    return Positions(np.array(lon), np.array(lat), np.array(radius), list(names))


_Row = tuple[float, float, float, str]


def _csv(path: Path) -> list[_Row]:
    def wrong(line: int, problem: str) -> MerestoneError:
        return MerestoneError("M544", path=path, line=line, problem=problem)

    try:
        text = bytes_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(error.object[: error.start].count(b"\n") + 1, "it is not UTF-8") from error
    reader = csv.reader(text.splitlines(), strict=True)
    rows: list[_Row] = []
    try:
        titles = [title.strip().lower() for title in next(reader, [])]
        for name in ("lon", "lat"):
            if titles.count(name) != 1:
                raise wrong(1, f"there must be one column {name}")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(titles):
                raise wrong(reader.line_num, f"it has {len(cells)} cells, and the heading {len(titles)}")
            row = dict(zip(titles, (cell.strip() for cell in cells), strict=True))
            lon, lat = (_number(row[name], -most, most) for name, most in (("lon", 180), ("lat", 90)))
            radius = _number(row.get("radius_m") or "nan", 0, _LARGEST_RADIUS) if row.get("radius_m") else math.nan
            if lon is None or lat is None or radius is None:
                name = "lon" if lon is None else "lat" if lat is None else "radius_m"
                bounds = {"lon": "-180 to 180", "lat": "-90 to 90", "radius_m": "0 to 1,000,000"}[name]
                raise wrong(reader.line_num, f"{name} is {row[name][:20]!r}, not a number from {bounds}")
            rows.append((lon, lat, radius, row.get("name", "")))
    except csv.Error as error:
        raise wrong(reader.line_num, f"it is not CSV ({error})") from error
    return rows


def _number(text: str, least: float, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if least <= value <= most else None


def _points(path: Path, layer: str | None, crs: str | None) -> list[_Row]:
    rows: list[_Row] = []
    for feature in read_features(path, "Point", layer=layer, crs=crs):
        radius = feature.properties.get("radius_m")
        if radius is not None and (type(radius) not in (int, float) or not 0 <= radius <= _LARGEST_RADIUS):
            problem = "is not a number of metres from 0 to 1,000,000"
            raise MerestoneError("M506", path=path, feature=feature.id or "without id", field="radius_m", problem=problem)
        name = str(feature.properties.get("name") or feature.id)
        for lon, lat in shapely.get_coordinates(feature.geometry).tolist():
            rows.append((lon, lat, math.nan if radius is None else float(radius), name))
    return rows


def enclosed(line: DrawnLine, positions: Positions, *, samples: int = SAMPLES) -> Enclosed:
    """The area between a line and the chain of positions, on each side, with its 90 % range from seeded simulations.

    Raises MerestoneError M546 where the line is a ring or has several parts.
    """
    if line.geometry.geom_type != "LineString" or line.geometry.is_closed:
        raise MerestoneError("M546", path=line.name)
    # In one direction, whichever it is drawn in, so that the same errors are drawn for it.
    turned = line.geometry.coords[0] > line.geometry.coords[-1]
    way = shapely.reverse(line.geometry) if turned else line.geometry
    lon = positions.lon - 360 * np.round((positions.lon - shapely.get_coordinates(way)[:, 0].mean()) / 360)
    at, found = _feet(way, lon, positions.lat)
    order = np.lexsort((positions.lat, lon, found.distance_m, at))
    chain = lon[order], positions.lat[order]
    stretch = shapely.ops.substring(way, at[order[0]], at[order[-1]])
    drawn = _drawn(stretch, *chain)
    random = np.random.default_rng(SEED)
    samples = min(samples, max(100, _MOST_PLACED // len(order)))
    moved = moved_by(*chain, _strewn(np.nan_to_num(positions.radius_m[order]), samples, random))
    simulated = _simulated(way, *moved, line.error.reversed if turned else line.error, random)
    sides = [
        Side(party, float(area) / 1e6, _range(areas), int((found.sign == sign).sum()))
        for party, area, areas, sign in zip((line.left_party, line.right_party) if not turned else
                                            (line.right_party, line.left_party), drawn, simulated, (1, -1), strict=True)
    ]  # fmt: skip
    length = 0.0 if stretch.geom_type == "Point" else float(chainage_m(shapely.get_coordinates(stretch))[-1]) / 1000
    if turned:
        sides, order = sides[::-1], order[::-1]
    return Enclosed(
        line.name, (sides[0], sides[1]), order.tolist(), length, int(np.isnan(positions.radius_m).sum()),
        line.error.accuracy_m,
    )  # fmt: skip


def _strewn(radius_m: Floats, samples: int, random: np.random.Generator) -> Floats:
    """Places in discs, anywhere alike, (samples, discs, 2): metres to the east and to the north of their middles."""
    away = radius_m * np.sqrt(random.random((samples, len(radius_m))))
    angle = random.random((samples, len(radius_m))) * (2 * np.pi)
    return np.stack([away * np.cos(angle), away * np.sin(angle)], axis=-1)


def _feet(line: shapely.LineString, lon: Floats, lat: Floats) -> tuple[Floats, Sides]:
    """(how far along the line the nearest places of points are, in degrees; how the points stand to it)."""
    found = Track(line).sides(lon, lat)
    foot_lon = found.nearest_lon + 360 * np.round((lon - found.nearest_lon) / 360)
    return np.asarray(shapely.line_locate_point(line, shapely.points(foot_lon, found.nearest_lat))), found


def _drawn(stretch: shapely.Geometry, lon: Floats, lat: Floats) -> tuple[float, float]:
    """(left, right) area in square metres between a stretch of line and a chain of positions."""
    line = shapely.get_coordinates(shapely.segmentize(stretch, 0.02))
    left, right = ring_areas(np.append(line[:, 0], lon[::-1])[None], np.append(line[:, 1], lat[::-1])[None])
    return float(left[0]), float(right[0])


def _simulated(
    drawn: shapely.LineString, lon: Floats, lat: Floats, error: LineError, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """(left, right) areas in square metres between a line that errs and chains of positions, one in each row.

    Each chain has its own order and its own ends along the line as drawn, or shifted by what its map states, so that the
    stretch between moves with them.
    """
    line = shifted(drawn, error.bias_m)
    samples = len(lon)
    feet = _feet(line, lon.ravel(), lat.ravel())[0].reshape(lon.shape)
    order = np.argsort(feet, axis=1, kind="stable")
    lon, lat, feet = (np.take_along_axis(each, order, axis=1) for each in (lon, lat, feet))
    begin, end = feet[:, :1], feet[:, -1:]
    ends = np.array([begin.min(), end.max()])
    fine = shapely.segmentize(shapely.ops.substring(line, max(ends.min() - 0.02, 0), ends.max() + 0.02), 0.02)
    places = shapely.get_coordinates(fine)
    along = max(ends.min() - 0.02, 0) + np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    count = int(min(2_000, 3 * len(places) + 32))
    at = begin + (end - begin) * np.linspace(0, 1, count)
    line_lon, line_lat = (np.interp(at, along, places[:, axis]) for axis in (0, 1))
    if error.sd_m > 0:
        errors = displacements(chainage_m(places), error, samples, random)
        after = np.clip(np.searchsorted(along, at), 1, len(along) - 1)
        share = ((at - along[after - 1]) / (along[after] - along[after - 1]))[..., None]
        row = np.arange(samples)[:, None]
        line_lon, line_lat = moved_by(line_lon, line_lat, errors[row, after - 1] * (1 - share) + errors[row, after] * share)
    rings = (np.concatenate([a, b[:, ::-1]], axis=1) for a, b in ((line_lon, lon), (line_lat, lat)))
    return ring_areas(*rings)


def _range(square_metres: Floats) -> tuple[float, float]:
    low, high = np.quantile(square_metres / 1e6, [0.05, 0.95])
    return float(low), float(high)


# --------------------------------------------------------------------------------------------------------------------------
# a claim beside it

_UNITS = {"km2": 1.0, "km²": 1.0, "sqkm": 1.0, "ha": 0.01, "m2": 1e-6, "m²": 1e-6}


def area_km2(text: str) -> float:
    """Square kilometres of an area as people write it: 150km2, "150 km²", 15,000 ha. Raises MerestoneError M108."""
    found = re.fullmatch(r"\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(km2|km²|sq ?km|ha|m2|m²)?\s*", text, flags=re.IGNORECASE)
    if found is None:
        raise MerestoneError("M108", option="--claimed", value=text[:40], problem="is not an area like 150km2 or 15000ha")
    unit = (found[3] or "km2").lower().replace(" ", "")
    return float(found[1].replace(",", "") + (found[2] or "")) * _UNITS[unit]


def side_of_claim(result: Enclosed, party: str | None = None) -> Side:
    """The side a claim is set beside: the party's, or the one on which most of the area lies. Raises MerestoneError M108."""
    if party is None:
        return max(result.sides, key=lambda side: side.km2)
    known = [side for side in result.sides if side.party == party]
    if not known:
        parties = " or ".join(side.party for side in result.sides)
        raise MerestoneError("M108", option="--side", value=party, problem=f"is no party of the line, which has {parties}")
    return known[0]


def verdict(side: Side, claimed_km2: float) -> str:
    """inside, below or above: where a claimed area lies to the 90 % range of a side."""
    low, high = side.range_km2
    return "below" if claimed_km2 < low else "above" if claimed_km2 > high else "inside"


def as_json(result: Enclosed, positions: Positions, claimed_km2: float | None, party: str | None) -> dict[str, Any]:
    """The result as JSON holds it."""
    side = side_of_claim(result, party)
    out: dict[str, Any] = {
        "line": result.line, "accuracy_m": result.accuracy_m, "length_km": round(result.length_km, 3),
        "order": [{"number": number + 1, "name": positions.names[number]} for number in result.order],
        "without_radius": result.without_radius,
        "sides": [
            {
                "party": each.party, "positions": each.positions, "km2": round(each.km2, 4),
                "range_km2": [round(value, 3) for value in each.range_km2],
            }
            for each in result.sides
        ],
    }  # fmt: skip
    if claimed_km2 is not None:
        out["claim"] = {"km2": claimed_km2, "side": side.party, "range": verdict(side, claimed_km2)}
    return out


def as_text(result: Enclosed, claimed_km2: float | None, party: str | None) -> str:
    """The result for people."""
    lines = [f"Between {result.line} and {len(result.order)} positions along {result.length_km:,.1f} km of it:"]
    for side in result.sides:
        low, high = side.range_km2
        where = f"on the side of {side.party}" if side.party not in ("left", "right") else f"on the {side.party}"
        lines.append(f"  {where}: {_shown(side.km2)} km² (90 %: {_shown(low)} to {_shown(high)}), {side.positions} positions.")
    if result.without_radius:
        lines.append(f"  {result.without_radius} positions state no radius and count as exact.")
    if result.accuracy_m is None:
        lines.append("  The line's map states no accuracy and counts as exact; give it with --accuracy.")
    if claimed_km2 is not None:
        side = side_of_claim(result, party)
        least, most = (_shown(value) for value in side.range_km2)
        words = verdict(side, claimed_km2)
        lines.append(
            f"The geometry allows {least} to {most} km²; the claim says {_shown(claimed_km2)}, which lies {words} this range."
        )
    return "\n".join(lines)


def _shown(km2: float) -> str:
    """Three digits that count, but no part of a square metre."""
    if km2 < 0.0005:
        return "0"
    digits = max(0, min(3, 2 - math.floor(math.log10(km2))))
    return f"{km2:,.{digits}f}"
