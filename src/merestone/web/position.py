"""What a position is called in each system, and how it lies to the case's lines and zones."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import shapely

from merestone.errors import MerestoneError
from merestone.model import Line, Zone
from merestone.places.contested import zones
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.which_side import SideAnswer, in_words, which_side
from merestone.places.systems.readout import read_position, readout, sexagesimal
from merestone.web.views import PositionView, StandingView, SystemView, WithinView


class Ground:
    """The lines and zones of a record, ready to be asked about positions."""

    def __init__(self, lines: Sequence[Line], zones: Sequence[Zone], names: Mapping[str, str]) -> None:
        """``names`` are those of actor codes."""
        self._names = names
        self._lines = [DrawnLine.of(line) for line in lines]
        self._zones = zones
        self._turn = threading.Lock()

    @cached_property
    def _areas(self) -> list[zones.Area]:
        return [zones.Area(shapely.from_wkb(zone.geometry), zone.accuracy_m, name=zone.id) for zone in self._zones]

    def told(self, lon: float, lat: float, radius_m: float) -> PositionView:
        """What is known of a position (degrees, EPSG:4326). Raises MerestoneError M513 or M514 where there is none such."""
        standings = tuple(self._standing(answer) for answer in which_side(self._lines, lon, lat, radius_m))
        with self._turn:  # the first question prepares them, which takes a while where zones are large
            areas = self._areas
        try:
            told = readout(lon, lat)
        except MerestoneError:  # at the poles there are no sheets
            told = None
        return PositionView(
            lon=lon, lat=lat, radius_m=radius_m, lines=standings,
            zones=tuple(_within(zone, area, lon, lat, radius_m) for zone, area in zip(self._zones, areas, strict=True)),
            systems=_systems(lon, lat, told), sheets=told["sheets"] if told else {},
            operation=told["operation"] if told else None, accuracy_m=told["accuracy_m"] if told else None,
        )  # fmt: skip

    def written(self, words: str) -> PositionView:
        """The same of a position in words: degrees, MGRS, UTM, SK-42, or a map sheet. Raises MerestoneError M513 to M5xx."""
        found = read_position(words)
        return self.told(found.lon, found.lat, round(found.radius_m, 1))

    def _standing(self, answer: SideAnswer) -> StandingView:
        return StandingView(
            line=answer.line, name=answer.name, side=answer.side, probability=answer.probability,
            words=in_words(answer, self._names), distance_m=answer.distance_m, nearest=answer.nearest,
            chainage_m=answer.chainage_m, error_m=answer.error_m, basis=answer.basis,
        )  # fmt: skip


def _within(zone: Zone, area: zones.Area, lon: float, lat: float, radius_m: float) -> WithinView:
    found = area.membership([lon], [lat], [radius_m])
    return WithinView(
        zone=zone.id, name=zone.name, probability=round(float(found.probability[0]), 4), words=zones.in_words(found, 0),
        distance_m=round(float(found.distance_m[0]), 2),
    )  # fmt: skip


def _systems(lon: float, lat: float, told: dict[str, Any] | None) -> tuple[SystemView, ...]:
    rows = [("WGS 84", f"{sexagesimal(lon, lat)} ({lat:.5f}, {lon:.5f})")]
    if told:
        sk42, kruger = told["sk42"], told["gauss_kruger"]
        rows += [
            ("SK-42", sexagesimal(sk42["lon"], sk42["lat"])),
            ("Gauss-Krüger", f"zone {kruger['zone']}, x {kruger['northing']:.0f} north, y {kruger['easting']:.0f} east"),
            ("UTM", told["utm"]),
            ("MGRS", told["mgrs"]),
        ]
    return tuple(SystemView(system=system, words=words) for system, words in rows)
