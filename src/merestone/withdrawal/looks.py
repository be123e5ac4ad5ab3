"""What was looked at, when, and what was seen: inspections (CSV), patrol tracks (GPX 1.0 and 1.1), and words of a record.

Times are instants with a zone. GPX comes from strangers: no entity is resolved, nothing is fetched, depth and size are bounded.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import WGS84, Floats
from merestone.places.geometry.track import Track
from merestone.places.layer_files.features import bytes_of
from merestone.withdrawal.classes import unit_classes

Bools = NDArray[np.bool_]
Source = Literal["inspection", "patrol", "monitor", "report"]
"""monitor: what a monitor saw, or did not see, as a record tells; report: what a record tells otherwise, which is no look."""

COLUMNS = ("time", "lon", "lat", "radius_m", "saw")
NOTHING = "nothing"
_MOST_ROWS = 200_000
_MOST_POINTS = 2_000_000
_LARGEST_RADIUS_M = 50_000.0
_PAUSE = timedelta(hours=1)
_LONGEST = timedelta(hours=6)
"""A track is parted at pauses and so that no part is longer: each part is one look at a place."""


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """One look at some ground."""

    id: str
    source: Source
    time: datetime
    """When it began, UTC."""
    saw: tuple[str, ...]
    """Classes that were seen; empty where nothing was. ``any`` for something of a class that is not told."""
    position: str | None
    """Id of the position that was seen or looked for, where it is told."""
    geometry: shapely.Geometry
    """Point, LineString of a patrol, or polygon; degrees."""
    radius_m: float
    """How far was seen from it; 0 for a polygon."""
    times: tuple[float, ...] = ()
    """Of each vertex of a patrol: seconds after ``time``."""
    note: str = ""
    false: float | None = None
    """How likely it tells of something where nothing is; None for that of the model."""
    tells: float | None = None
    """How likely it sees, or tells of, what is there; None for that of the model."""
    party: str | None = None
    """Whose forces it speaks of; None for all."""
    about: tuple[str, ...] = ()
    """Classes it speaks of and no others; empty for all."""
    voice: str = ""
    """The source of a report: one that repeats itself says nothing new."""
    incident: str = ""
    """Of the record it is taken from."""
    span: tuple[datetime, datetime] | None = None
    """When it was, where only an interval is known; ``time`` is its middle."""

    @property
    def order(self) -> tuple[datetime, str, str, tuple[str, ...], tuple[str, ...], str, bytes]:
        """Sorts looks by time, and those of one time by what they are, not by the order of the files that told them."""
        return self.time, self.source, self.id, self.saw, self.about, self.position or "", self.geometry.wkb

    @property
    def grounds(self) -> bool:
        """Whether somebody looked at the ground, so that it can verify."""
        return self.source != "report"

    @property
    def partial(self) -> bool:
        """Whether it tells of what it names only, and not that nothing else was there."""
        return bool(self.about) or not self.grounds

    def sees(self, kind: str) -> bool:
        """Whether it saw, or tells of, something of a class; '' for ground where any class counts."""
        return bool(self.saw) and (kind == "" or kind in self.saw or "any" in self.saw)

    def concerns(self, kind: str, party: str) -> bool:
        """Whether it says anything of a place of this class and side that it covers."""
        if self.party not in (None, party):
            return False
        if self.saw and self.partial:
            return self.sees(kind)
        if not self.about or "any" in self.about:
            return True
        return kind in self.about

    def covers(self, lon: Floats, lat: Floats) -> Bools:
        """Which places (degrees, one dimension) were looked at."""
        if self.geometry.geom_type == "Point":
            at = self.geometry
            metres = WGS84.inv(np.full(len(lon), at.x), np.full(len(lon), at.y), lon, lat)[2]
            return np.asarray(metres <= self.radius_m)
        if self.geometry.geom_type == "LineString":
            return np.asarray(Track(self.geometry).sides(lon, lat).distance_m <= self.radius_m)
        return np.asarray(shapely.contains_xy(self.geometry, lon, lat))

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what it may cover, degrees, not less."""
        west, south, east, north = self.geometry.bounds
        up = self.radius_m / 110_000
        across = up / max(0.01, math.cos(math.radians(min(89.0, max(abs(south), abs(north)) + up))))
        return west - across, south - up, east + across, north + up


def read_inspections(path: Path, ids: Sequence[str], now: datetime) -> list[Look]:
    """The inspections of a CSV file (UTF-8), in order of time.

    Columns: ``time`` (ISO 8601 with a zone), ``lon``, ``lat`` (degrees), ``radius_m`` (how far was seen), ``saw`` (classes
    parted by ``;``, or "nothing"); optional ``position`` (id) and ``note``. Rows must be in order of time. Raises
    MerestoneError M101, M106, M507, M515, M517 or M840 to M843.
    """
    try:
        text = bytes_of(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        names = reader.fieldnames or []
        for name in COLUMNS:
            if name not in names:
                raise MerestoneError("M840", path=path, column=name, columns=", ".join(COLUMNS))
        rows = list(reader)
    except UnicodeDecodeError as error:
        raise MerestoneError("M515", path=path, detail="it is in another encoding") from error
    except csv.Error as error:
        raise MerestoneError("M517", path=path, detail=str(error)[:200].rstrip(".")) from error
    if len(rows) > _MOST_ROWS:
        raise MerestoneError("M507", path=path, limit=f"{_MOST_ROWS:,} rows")
    out: list[Look] = []
    for number, row in enumerate(rows, start=1):
        look = _inspection(path, number, row, set(ids), now)
        if out and look.time < out[-1].time:
            raise MerestoneError(
                "M842",
                where=f"{path} row {number}",
                time=as_utc(look.time, "seconds"),
                problem="is earlier than the row before",
            )
        out.append(look)
    return out


def _inspection(path: Path, number: int, row: dict[str, Any], ids: set[str], now: datetime) -> Look:
    def wrong(field: str, problem: str) -> MerestoneError:
        return MerestoneError("M841", path=path, row=number, field=field, problem=problem)

    def number_of(field: str, least: float, most: float) -> float:
        said = str(row.get(field) or "").strip()
        try:
            found = float(said)
        except ValueError:
            raise wrong(field, f"is {said[:40]!r}, which is no number" if said else "is empty") from None
        if not least <= found <= most:
            raise wrong(field, f"is {found:g}, which is not from {least:g} to {most:g}")
        return found

    time = _instant(str(row.get("time") or "").strip(), f"{path} row {number}", now)
    said = [part.strip() for part in str(row.get("saw") or "").split(";") if part.strip()]
    if not said:
        raise wrong("saw", 'is empty; write "nothing" where nothing was seen')
    for name in said:
        if name != NOTHING and name not in unit_classes():
            raise wrong("saw", f'is {name[:40]!r}, which is neither "nothing" nor one of {", ".join(unit_classes())}')
    if NOTHING in said and len(said) > 1:
        raise wrong("saw", 'names "nothing" and something')
    position = str(row.get("position") or "").strip() or None
    if position is not None and position not in ids:
        raise wrong("position", f"is {position[:40]!r}, which is no declared position")
    lon, lat = number_of("lon", -180, 180), number_of("lat", -90, 90)
    return Look(
        f"{path.name}:{number}", "inspection", time, tuple(n for n in said if n != NOTHING), position, shapely.Point(lon, lat),
        number_of("radius_m", 1, _LARGEST_RADIUS_M), note=str(row.get("note") or "").strip()[:500],
    )  # fmt: skip


def _instant(text: str, where: str, now: datetime) -> datetime:
    """The instant of a text. Raises MerestoneError M842 where it is none, has no zone or lies in the future."""
    try:
        # three to nine decimals of a second occur; Python takes any number up to nine
        time = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        raise MerestoneError("M842", where=where, time=text[:40] or "nothing", problem="is no time") from None
    if time.tzinfo is None:
        raise MerestoneError("M842", where=where, time=text[:40], problem="has no time zone; add Z for UTC or an offset")
    try:
        time = time.astimezone(UTC)
    except (OverflowError, ValueError):
        raise MerestoneError("M842", where=where, time=text[:40], problem="is no time") from None
    if time > now:
        raise MerestoneError("M842", where=where, time=text[:40], problem=f"lies after {as_utc(now, 'seconds')}")
    return time


def as_utc(time: datetime, to: str = "minutes") -> str:
    """A time as 2026-06-02T08:00Z, or to the seconds."""
    return time.astimezone(UTC).isoformat(timespec=to).replace("+00:00", "Z")


# --------------------------------------------------------------------------------------------------------------------------
# tracks


def read_track(path: Path, seen_m: float, now: datetime) -> list[Look]:
    """The looks of a patrol from a GPX file: everything within ``seen_m`` of its way, one look for each part of it.

    A look of a patrol saw nothing of its own: what was seen is in the inspections. Raises MerestoneError M101, M106, M842 or
    M844 to M846.
    """
    data = bytes_of(path)
    out = []
    for number, (degrees, times) in enumerate(_parts(path, data, now), start=1):
        start = times[0]
        at = np.array(degrees)
        way = np.concatenate([[True], np.any(np.diff(at, axis=0) != 0, axis=1)])
        kept, moments = at[way], [t for t, keep in zip(times, way.tolist(), strict=True) if keep]
        geometry = shapely.Point(kept[0]) if len(kept) == 1 else shapely.LineString(kept)
        seconds = tuple((time - start).total_seconds() for time in moments)
        out.append(Look(f"{path.name}:{number}", "patrol", start, (), None, geometry, seen_m, seconds))
    if not out:
        raise MerestoneError("M845", path=path)
    return sorted(out, key=lambda look: (look.time, look.id))


def _parts(path: Path, data: bytes, now: datetime) -> Iterator[tuple[list[tuple[float, float]], list[datetime]]]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MerestoneError(
            "M844", path=path, detail="it declares a document type or is UTF-16, which no patrol's receiver writes"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MerestoneError("M844", path=path, detail=" ".join(str(error).split())[:160].rstrip(".")) from error
    if etree.QName(root).localname != "gpx":
        raise MerestoneError("M844", path=path, detail=f"its first element is {etree.QName(root).localname[:40]}, not gpx")
    count = 0
    for segment in root.iter("{*}trkseg"):
        degrees: list[tuple[float, float]] = []
        times: list[datetime] = []
        for point in segment.iterchildren("{*}trkpt"):
            count += 1
            if count > _MOST_POINTS:
                raise MerestoneError("M507", path=path, limit=f"{_MOST_POINTS:,} points")
            said = point.findtext("{*}time")
            if said is None or not said.strip():
                raise MerestoneError("M846", path=path, number=count)
            time = _instant(said.strip(), f"{path} point {count}", now)
            try:
                lon, lat = float(point.get("lon", "")), float(point.get("lat", ""))
            except ValueError:
                lon = lat = float("nan")
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise MerestoneError("M844", path=path, detail=f"point {count} has no longitude and latitude in degrees")
            if times and time < times[-1]:
                raise MerestoneError(
                    "M842",
                    where=f"{path} point {count}",
                    time=as_utc(time, "seconds"),
                    problem="is earlier than the point before",
                )
            if times and (time - times[-1] > _PAUSE or time - times[0] > _LONGEST):
                yield degrees, times
                degrees, times = [], []
            degrees.append((lon, lat))
            times.append(time)
        if times:
            yield degrees, times
