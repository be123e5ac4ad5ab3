"""Bearings on the desk: what one observer's or several observers' words leave of the ground, without a case.

A bearing is degrees clockwise from true north or a point of the compass ("north-west", "NW"). Degrees alone are taken to 5
degrees on either side, points to half their sector (``compass.tsv``); two bearings span clockwise from the first to the
second. A distance is one number of kilometres, rounded, or a range ("3-8").
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from merestone.errors import MerestoneError
from merestone.places.observers.sectors import (
    Meeting,
    Sector,
    area_m2,
    compass,
    covering,
    distances_m,
    meeting,
    polygon,
    sector,
)
from merestone.places.systems.coordinates import parse_coordinate

UNTOLD_M = 10_000.0
"""How far an event is taken to be seen or heard where no distance is given."""
SINGLE_DEGREES = 5.0
"""How far a bearing in degrees may be off on either side."""
MOST_OBSERVERS = 50
_MOST_BYTES = 1_000_000
_LETTERS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_COLUMNS = ("lon", "lat", "bearing", "to", "km", "radius_m", "name")


def read_sector(
    lon: float, lat: float, bearing: str, to: str | None = None, km: str | None = None, radius_m: float = 0.0
) -> Sector:
    """The sector of what an observer tells. Raises MerestoneError M550 or M558."""
    first, last = _span(bearing)
    if to is not None:
        # from the near edge of the first to the far edge of the second; degrees are edges themselves
        first = first if _named(bearing) else _degrees(bearing)
        last = _span(to)[1] if _named(to) else _degrees(to)
        last = first + (last - first) % 360
    near, far = _kilometres(km) if km is not None else (0.0, UNTOLD_M)
    return sector(lon, lat, first, last, near, far, radius_m)


def _named(bearing: str) -> str | None:
    """The point of the compass that a word or its letters name."""
    word = re.sub(r"[\s_‐‑–]+", "-", bearing.strip().lower())
    if re.fullmatch(r"[nsew]{1,3}", word):
        word = "-".join(_LETTERS[letter] for letter in word)
    if word in compass():
        return word
    # northwest, south-southeast
    parts = re.findall(r"north|south|east|west", word)
    joined = "-".join(parts)
    return joined if joined in compass() and "".join(parts) == word.replace("-", "") else None


def _degrees(bearing: str) -> float:
    try:
        value = float(bearing.strip().rstrip("°").replace(",", "."))
    except ValueError:
        value = math.nan
    if not -360 <= value <= 360:
        raise MerestoneError("M558", problem=f"{bearing!r} is no bearing; give degrees or a point of the compass")
    return value


def _span(bearing: str) -> tuple[float, float]:
    if name := _named(bearing):
        degrees, half = compass()[name]
        return degrees - half, degrees + half
    degrees = _degrees(bearing)
    return degrees - SINGLE_DEGREES, degrees + SINGLE_DEGREES


def _kilometres(text: str) -> tuple[float, float]:
    match = re.fullmatch(
        r"\s*([0-9]{1,4}(?:[.,][0-9]{1,4})?)\s*(?:(?:-|–|to)\s*([0-9]{1,4}(?:[.,][0-9]{1,4})?))?\s*(?:km)?\s*", text
    )
    if match is None:
        raise MerestoneError("M558", problem=f"{text!r} is no distance; give kilometres, as 4 or 3-8")
    low, high = (float(part.replace(",", ".")) for part in (match[1], match[2] or match[1]))
    if low > high:
        raise MerestoneError("M558", problem=f"{text!r} ends before it begins")
    return distances_m(low, high)


def read_observers(path: Path) -> list[tuple[str, Sector]]:
    """(name, sector) of each observer of a CSV file with the columns lon, lat, bearing and, if known, to, km, radius_m, name.

    Raises MerestoneError M101 or M106 where the file cannot be read, M559 where a line cannot be right.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if len(content) > _MOST_BYTES:
        raise MerestoneError("M559", path=path, line=1, problem="the file is larger than 1 MB")
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restkey="")
        columns = reader.fieldnames or []
        if missing := [column for column in ("lon", "lat", "bearing") if column not in columns]:
            raise MerestoneError("M559", path=path, line=1, problem=f"there is no column {missing[0]}")
        if unknown := [column for column in columns if column not in _COLUMNS]:
            raise MerestoneError("M559", path=path, line=1, problem=f"the column {unknown[0]!r} is not known")
        out: list[tuple[str, Sector]] = []
        for row in reader:
            if len(out) == MOST_OBSERVERS:
                raise MerestoneError("M559", path=path, line=reader.line_num, problem=f"more than {MOST_OBSERVERS} observers")
            out.append(_observer(row, path, reader.line_num, len(out) + 1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise MerestoneError("M559", path=path, line=1, problem="this is no CSV file in UTF-8") from error
    if not out:
        raise MerestoneError("M559", path=path, line=1, problem="there is no observer")
    return out


def _observer(row: Mapping[str, Any], path: Path, line: int, number: int) -> tuple[str, Sector]:
    if "" in row or row["bearing"] is None:
        raise MerestoneError("M559", path=path, line=line, problem="the number of cells is not that of the header")
    cells = {key: (value or "").strip() for key, value in row.items()}
    try:
        numbers = [float(cells[key] or "nan") for key in ("lon", "lat")] + [float(cells.get("radius_m") or 0)]
    except ValueError as error:
        raise MerestoneError("M559", path=path, line=line, problem="lon, lat or radius_m is not a number") from error
    try:
        found = read_sector(
            numbers[0], numbers[1], cells["bearing"], cells.get("to") or None, cells.get("km") or None, numbers[2]
        )
    except MerestoneError as error:
        raise MerestoneError("M559", path=path, line=line, problem=str(error).rstrip(".")) from error
    return cells.get("name") or f"observer {number}", found


def read_position(words: Sequence[str]) -> tuple[float, float]:
    """(lon, lat) of an observer's position: two numbers, or coordinates in any form. Raises as ``parse_coordinate`` does."""
    if len(words) == 2:
        try:
            return float(words[0]), float(words[1])
        except ValueError:
            pass
    found = parse_coordinate(" ".join(words))
    return found.lon, found.lat


def readout(observers: Sequence[tuple[str, Sector]]) -> dict[str, Any]:
    """Sectors with area and covering circle and, of two observers or more, where they meet; geometries as GeoJSON."""
    return {
        "sectors": [
            {
                "name": name, "lon": s.lon, "lat": s.lat, "bearing_from_deg": round(s.bearing_from, 4),
                "bearing_to_deg": round(s.bearing_to % 360, 4), "distance_min_m": s.near_m, "distance_max_m": s.far_m,
                **_area(polygon(s)),
            }
            for name, s in observers
        ],
        "meeting": _meeting(meeting([s for _, s in observers])) if len(observers) > 1 else None,
    }  # fmt: skip


def _area(shape: shapely.Geometry) -> dict[str, Any]:
    lon, lat, radius = covering(shape)
    return {
        "area_m2": round(area_m2(shape)), "centre": {"lon": lon, "lat": lat}, "radius_m": radius,
        "geometry": json.loads(shapely.to_geojson(shape)),
    }  # fmt: skip


def _meeting(met: Meeting) -> dict[str, Any]:
    region = {"area_m2": 0, "centre": None, "radius_m": None, "geometry": None} if met.region is None else _area(met.region)
    return {"meet": met.region is not None, "probability": met.probability, **region}


def as_geojson(told: Mapping[str, Any]) -> dict[str, Any]:
    """The read-out as a FeatureCollection: the sectors, then where they meet."""
    features = []
    for number, area in enumerate([*told["sectors"], *([told["meeting"]] if told["meeting"] else [])]):
        kind = "sector" if number < len(told["sectors"]) else "meeting"
        if area["geometry"] is not None:
            properties = {key: value for key, value in area.items() if key not in ("geometry", "centre")}
            features.append({"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": area["geometry"]})
    return {"type": "FeatureCollection", "features": features}


def as_text(told: Mapping[str, Any]) -> str:
    """The read-out for people."""
    lines = []
    for area in told["sectors"]:
        around = area["bearing_from_deg"] == area["bearing_to_deg"]
        bearings = "all round" if around else f"{area['bearing_from_deg']:g}° to {area['bearing_to_deg']:g}°"
        near, far = area["distance_min_m"] / 1000, area["distance_max_m"] / 1000
        lines.append(f"{area['name']}: {bearings}, {near:g} to {far:g} km; {_circle(area)}")
    if met := told["meeting"]:
        share = met["probability"]
        chance = "under 1 %" if share < 0.01 else "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"
        where = f"They meet in {_circle(met)}." if met["meet"] else "The sectors do not meet."
        lines += [where, f"That they are of one event, if that was as likely as not before: {chance}."]
    return "\n".join(lines)


def _circle(area: Mapping[str, Any]) -> str:
    centre = area["centre"]
    size = f"{area['area_m2'] / 1e6:.3g} km²"
    return f"{size}, within {area['radius_m'] / 1000:.1f} km of {centre['lon']:.5f} {centre['lat']:.5f}"
