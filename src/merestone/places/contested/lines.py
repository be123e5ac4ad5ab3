"""Lines and zones of a case, read from its files. How points stand to a line is in ``track`` and ``standing``."""

from __future__ import annotations

import dataclasses
from typing import Any

import shapely
from numpy.typing import ArrayLike

from merestone.case import Case, LineEntry, ZoneEntry
from merestone.errors import MerestoneError
from merestone.model import Line, Zone
from merestone.places.contested.line_error import accuracy_of, error_model
from merestone.places.geometry.track import Sides, Track
from merestone.places.layer_files.layers import Feature, read_feature

# --------------------------------------------------------------------------------------------------------------------------
# from the case's files


def load_lines(case: Case) -> list[Line]:
    """The lines of a case, in the order of its file. Raises MerestoneError M101, M106, M502 to M507 or M530 to M538."""
    return [_line(case, entry) for entry in case.file.lines]


def load_zones(case: Case) -> list[Zone]:
    """The zones of a case, in the order of its file. Raises MerestoneError M101, M106, M502 to M507 or M530 to M538."""
    return [_zone(case, entry) for entry in case.file.zones]


def _line(case: Case, entry: LineEntry) -> Line:
    feature = read_feature(case.folder / entry.file, "LineString", entry.feature, layer=entry.layer, crs=entry.crs)
    value = _Values(case, entry, feature)
    left, right = value.text("left_party"), value.text("right_party")
    for field, party in (("left_party", left), ("right_party", right)):
        if party not in case.parties:
            raise value.wrong(field, f"is {party!r}, which is no party of the case ({', '.join(case.parties)})")
    if left == right:
        raise value.wrong("right_party", f"is {right!r}, as left_party is")
    merged = feature.geometry
    if merged.geom_type == "MultiLineString":
        merged = shapely.line_merge(merged, directed=True)
    return Line(
        id=entry.id, name=value.text("name", entry.id), source_map=value.text("source_map"), scale=value.scale(),
        datum=value.text("datum", "WGS 84"), valid_from=value.day("valid_from"), valid_to=value.day("valid_to"),
        left_party=left, right_party=right, geometry=shapely.to_wkb(merged, byte_order=1), **_line_error(value),
    )  # fmt: skip


def _line_error(value: _Values) -> dict[str, Any]:
    """What a line says of its error: its accuracy, or what that follows from."""
    stated = {
        "bias_m": value.number("bias_m", least=-1e7), "bias_sd_m": value.number("bias_sd_m"),
        "spread_m": value.number("spread_m"), "correlation_km": value.number("correlation_km"),
    }  # fmt: skip
    own = any(value.get(field) is not None for field in ("accuracy_m", "nominal_accuracy_m"))
    if own or (value.scale() is None and stated["spread_m"] is None):
        accuracy = value.metres("accuracy_m", "nominal_accuracy_m")
    else:
        accuracy = round(accuracy_of(error_model(scale=value.scale(), **stated)), 1)
    return {"accuracy_m": accuracy, **stated}


def _zone(case: Case, entry: ZoneEntry) -> Zone:
    feature = read_feature(case.folder / entry.file, "Polygon", entry.feature, layer=entry.layer, crs=entry.crs)
    value = _Values(case, entry, feature)
    return Zone(
        id=entry.id, name=value.text("name", entry.id), kind=value.text("kind"), source_map=value.text("source_map"),
        scale=value.scale(), datum=value.text("datum", "WGS 84"), accuracy_m=value.metres("accuracy_m"),
        valid_from=value.day("valid_from"), valid_to=value.day("valid_to"),
        geometry=shapely.to_wkb(shapely.normalize(feature.geometry), byte_order=1),
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Values:
    """What a line or zone says of itself: the case file first, then the properties of the feature."""

    case: Case
    entry: LineEntry | ZoneEntry
    feature: Feature

    def wrong(self, field: str, problem: str) -> MerestoneError:
        path = self.case.folder / self.entry.file
        return MerestoneError("M506", path=path, feature=self.feature.id or self.entry.id, field=field, problem=problem)

    def get(self, field: str) -> Any:
        own = getattr(self.entry, field, None)
        return self.feature.properties.get(field) if own is None else own

    def text(self, field: str, default: str | None = None) -> str:
        value = self.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "is missing" if value is None else "is not a text")
        return value.strip()

    def day(self, field: str) -> str | None:
        value = self.get(field)
        if value is not None and not isinstance(value, str):
            raise self.wrong(field, "is not a date like 2022-09-13")
        return value

    def scale(self) -> int | None:
        value = self.get("scale")
        if value is not None and (type(value) is not int or value <= 0):
            raise self.wrong("scale", "is not a whole number like 100000")
        return value

    def metres(self, *fields: str) -> float:
        """The first of these fields that is there."""
        there = [field for field in fields if self.get(field) is not None]
        if not there:
            raise self.wrong(fields[0], "is missing")
        value = self.get(there[0])
        if type(value) not in (int, float) or not 0 < value < 1e7:
            raise self.wrong(there[0], "is not a number of metres above 0")
        return float(value)

    def number(self, field: str, least: float = 0.0) -> float | None:
        value = self.get(field)
        if value is not None and (type(value) not in (int, float) or not least <= value < 1e7):
            raise self.wrong(field, "is not a number" if least else "is not a number from 0 up")
        return None if value is None else float(value)


# --------------------------------------------------------------------------------------------------------------------------
# points against a line


def sides(points_lon: ArrayLike, points_lat: ArrayLike, line: Line) -> Sides:
    """Side, distance and nearest point of a line for many points, all in degrees (EPSG:4326) and metres."""
    return Track(shapely.from_wkb(line.geometry)).sides(points_lon, points_lat)


def party_on_side(sign: int, line: Line) -> str | None:
    """Code of the party a sign stands for; None for 0."""
    return None if sign == 0 else line.left_party if sign > 0 else line.right_party
