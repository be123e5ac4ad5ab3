"""Lines with the parties on their sides and the error of their map: of a layer file that stands alone, or of a case."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.model import Line
from merestone.places.contested.line_error import LineError, error_model
from merestone.places.geometry.antimeridian import running_on
from merestone.places.geometry.track import Track
from merestone.places.layer_files.layers import Feature, file_and_feature, read_feature, read_features


@dataclasses.dataclass(frozen=True)
class DrawnLine:
    """A line with the parties on its sides, seen walking in the digitised direction, and the error of its map."""

    id: str
    name: str
    left_party: str
    right_party: str
    error: LineError
    geometry: shapely.Geometry
    """LineString or MultiLineString in degrees (EPSG:4326)."""

    @classmethod
    def of(cls, line: Line) -> DrawnLine:
        """A line of a case."""
        return cls(
            id=line.id, name=line.name, left_party=line.left_party, right_party=line.right_party, error=LineError.of(line),
            geometry=shapely.from_wkb(line.geometry),
        )  # fmt: skip

    @cached_property
    def track(self) -> Track:
        """The line, prepared for many points."""
        return Track(self.geometry)


def read_lines(path: Path, line_id: str | None = None, *, layer: str | None = None, crs: str | None = None) -> list[DrawnLine]:
    """The lines of a file in its order, or the one of an id. ``layer`` and ``crs`` are those of ``read_features``.

    Properties read: ``left_party`` and ``right_party`` (needed), ``name``, ``accuracy_m`` or ``nominal_accuracy_m``,
    ``scale``, ``bias_m``, ``bias_sd_m``, ``spread_m``, ``correlation_km``. A feature without an id is called after the file,
    and its number where there are several. Raises MerestoneError M101, M106, M502 to M507, M510, M511 or those of the format.
    """
    features = read_features(path, "LineString", layer=layer, crs=crs)
    names = [
        feature.id or (path.stem if len(features) == 1 else f"{path.stem}#{n}") for n, feature in enumerate(features, start=1)
    ]
    if line_id is not None:
        if line_id not in names:
            raise MerestoneError("M504", path=path, feature=line_id, known=", ".join(names[:20]))
        features, names = [features[names.index(line_id)]], [line_id]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise MerestoneError("M511", path=path, feature=name)
    return [_line(path, name, feature) for name, feature in zip(names, features, strict=True)]


def read_line(named: str, *, accuracy_m: float | None = None, layer: str | None = None, crs: str | None = None) -> DrawnLine:
    """The line of FILE or FILE#FEATURE, in one piece where its parts join: as areas beside a line need it.

    The properties are those of ``read_lines``, but the sides may be without names ("left" and "right", walking along it).
    ``accuracy_m`` goes before everything the map states of its error. Longitudes run on across the antimeridian. Raises
    MerestoneError as ``read_feature`` does, M510, or M539 where the line crosses itself.
    """
    path, wanted = file_and_feature(named)
    feature = read_feature(path, "LineString", wanted, layer=layer, crs=crs)
    read = _line(path, feature.id or path.stem, feature, sides=("left", "right"), accuracy_m=accuracy_m)
    merged = shapely.line_merge(running_on(read.geometry), directed=True)
    for part in shapely.get_parts(merged):
        if not part.is_simple:
            lon, lat = _crossing(part)
            raise MerestoneError("M539", path=named, lon=f"{lon:.5f}", lat=f"{lat:.5f}")
    return dataclasses.replace(read, geometry=merged)


def _line(
    path: Path, name: str, feature: Feature, *, sides: tuple[str, str] | None = None, accuracy_m: float | None = None
) -> DrawnLine:
    said = feature.properties

    def wrong(field: str, problem: str) -> MerestoneError:
        return MerestoneError("M510", path=path, feature=name, field=field, problem=problem)

    parties = []
    for number, field in enumerate(("left_party", "right_party")):
        party = said.get(field)
        if party is None and sides is not None:
            party = sides[number]
        if not isinstance(party, str) or not party.strip():
            raise wrong(field, "is missing" if party is None else "is not a text")
        parties.append(party.strip())
    shown = said.get("name")
    return DrawnLine(
        id=name, name=shown[:200] if isinstance(shown, str) and shown.strip() else name, left_party=parties[0],
        right_party=parties[1], geometry=feature.geometry,
        error=_error(said, wrong) if accuracy_m is None else error_model(accuracy_m=accuracy_m),
    )  # fmt: skip


def _error(said: Mapping[str, Any], wrong: Any) -> LineError:
    accuracy = "accuracy_m" if said.get("accuracy_m") is not None else "nominal_accuracy_m"
    return error_model(
        accuracy_m=_number(said, accuracy, wrong), scale=_number(said, "scale", wrong),
        bias_m=_number(said, "bias_m", wrong, signed=True), bias_sd_m=_number(said, "bias_sd_m", wrong),
        spread_m=_number(said, "spread_m", wrong), correlation_km=_number(said, "correlation_km", wrong),
    )  # fmt: skip


_LARGEST = 1e9


def _number(said: Mapping[str, Any], field: str, wrong: Any, signed: bool = False) -> float | None:
    value = said.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > _LARGEST:
        raise wrong(field, "is not a number")
    if value < 0 and not signed:
        raise wrong(field, "is less than 0")
    return float(value)


def _crossing(line: shapely.LineString) -> tuple[float, float]:
    """A position where a line crosses itself: one that noding adds, or one it passes twice."""
    own, counts = np.unique(shapely.get_coordinates(line), axis=0, return_counts=True)
    added = sorted(set(map(tuple, shapely.get_coordinates(shapely.node(line)))) - set(map(tuple, own)))
    lon, lat = added[0] if added else own[counts.argmax()]
    return (float(lon) + 180) % 360 - 180, float(lat)
