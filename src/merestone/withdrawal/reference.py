"""What depths are measured from: one line for both sides, or each side's own front line, with the parties and their ground."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.contested.line_error import LineError, accuracy_of
from merestone.places.contested.line_files import DrawnLine, read_lines
from merestone.places.geometry.geodesy import Floats, distances
from merestone.places.geometry.parts import joined
from merestone.places.layer_files.layers import file_and_feature, read_feature, read_features
from merestone.withdrawal.agreement import Agreement
from merestone.withdrawal.strip import Strip, polygonal


@dataclasses.dataclass(frozen=True)
class Reference:
    """The line or lines of an agreement, walked so that ``parties[0]`` is always on the left."""

    parties: tuple[str, str]
    """Codes of the sides: on the left of the line, and on its right."""
    names: Mapping[str, str]
    """Names shown to people, by code."""
    lines: tuple[DrawnLine, ...]
    """As drawn, turned round where needed."""
    fronts: tuple[Strip, Strip] | None
    """The left party's and the right party's own line, where each has its own."""
    ground: Mapping[str, shapely.Geometry]
    """Polygon that a party's zones are cut to, by code, for those that have one."""
    breaks_m: tuple[float, ...]
    """Metres along the line at which a new section begins."""

    @cached_property
    def strip(self) -> Strip:
        """The line of both sides, or of two front lines the left party's."""
        return self.fronts[0] if self.fronts else Strip(_together([line.geometry for line in self.lines]))

    @cached_property
    def regions(self) -> list[tuple[float, list[shapely.Geometry]]]:
        """(depth, the ground nearest to each section as far as that) as found so far; ``zones.section_regions`` fills it."""
        return []

    @property
    def length_m(self) -> float:
        """Length of the line on the ellipsoid."""
        return self.strip.track.length_m

    @property
    def error(self) -> LineError:
        """The error of the line; of several lines that of the one with the largest."""
        return max((line.error for line in self.lines), key=accuracy_of)

    def error_of(self, party: str) -> LineError:
        """The error of the line that a party withdraws from, positive towards the party's side."""
        side = self.parties.index(party)
        error = self.lines[side].error if self.fronts else self.error
        return error if side == 0 else error.reversed

    def strip_of(self, party: str) -> Strip:
        """The line that a party withdraws from."""
        return self.fronts[self.parties.index(party)] if self.fronts else self.strip

    @property
    def section_names(self) -> tuple[str, ...]:
        """The sections by their kilometres along the line; a line without breaks is one section."""
        ends = [0.0, *self.breaks_m, self.length_m]
        return tuple(f"{start / 1000:.4g}–{stop / 1000:.4g} km" for start, stop in pairwise(ends))

    def section_of(self, chainage_m: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Number of the section, from 0, of places along the line."""
        return np.searchsorted(np.array(self.breaks_m), chainage_m, side="right").astype(np.int64)

    def section_lines(self) -> list[shapely.Geometry]:
        """The stretch of line of each section."""
        ends = [0.0, *self.breaks_m, self.length_m]
        return [stretch(self.strip, start, stop) for start, stop in pairwise(ends)]


def read_reference(
    agreement: Agreement, folder: Path, line: Path | None = None, line_ids: Sequence[str] = (),
    known: Sequence[DrawnLine] = (),
) -> Reference:  # fmt: skip
    """The reference of an agreement whose paths are relative to ``folder``; ``line`` and ``line_ids`` go before its own.

    ``known`` are the lines of a case: where no file is named, ids are theirs, and ``line_ids`` among them go before the
    agreement's front lines. Raises MerestoneError M806 to M809, M851 or M860, or as
    ``read_lines`` and ``read_feature`` do.
    """
    if agreement.fronts and line is None and not (known and line_ids):
        return _read_fronts(agreement, folder)
    if line is None:
        line_ids = line_ids or agreement.line.features
        if agreement.line.file is not None:
            line = folder / agreement.line.file
        elif not known:
            raise MerestoneError("M806", name=agreement.name)
    if line is None:
        drawn = _named(known, line_ids)
    else:
        drawn = [found for wanted in line_ids for found in read_lines(line, wanted)] if line_ids else read_lines(line)
    parties = (drawn[0].left_party, drawn[0].right_party)
    lines = []
    for each in drawn:
        if {each.left_party, each.right_party} != set(parties):
            where = line if line is not None else "The case"
            raise MerestoneError("M807", path=where, known=", ".join(sorted(other.id for other in drawn)[:20]))
        lines.append(each if each.left_party == parties[0] else turned(each))
    if parties[0] == parties[1]:
        raise MerestoneError("M808", line=lines[0].id, party=parties[0], named="two different parties")
    _check_parties(agreement, parties, lines[0].id)
    for each in lines:
        check_extent(each)
    reference = Reference(
        parties=parties, names=_names(agreement, parties), lines=tuple(lines), fronts=None, ground=_ground(agreement, folder),
        breaks_m=(),
    )  # fmt: skip
    return dataclasses.replace(reference, breaks_m=_breaks(agreement, reference.length_m))


def _named(known: Sequence[DrawnLine], line_ids: Sequence[str]) -> list[DrawnLine]:
    """Lines of a case by their ids, all where none is named."""
    by_id = {line.id: line for line in known}
    for name in line_ids:
        if name not in by_id:
            raise MerestoneError("M851", line=name[:80], known=", ".join(sorted(by_id)[:20]))
    return [by_id[name] for name in line_ids] or list(known)


def _read_fronts(agreement: Agreement, folder: Path) -> Reference:
    lines = {}
    for front in agreement.fronts:
        path = folder / front.file
        found = read_lines(path, front.feature)
        if len(found) > 1:
            raise MerestoneError("M807", path=path, known=", ".join(sorted(line.id for line in found)[:20]))
        if front.party not in (found[0].left_party, found[0].right_party):
            raise MerestoneError(
                "M808", line=found[0].id, party=front.party, named=f"{found[0].left_party} and {found[0].right_party}"
            )
        lines[front.party] = found[0]
        check_extent(found[0])
    left, right = (front.party for front in agreement.fronts)
    lines = {
        left: lines[left] if lines[left].left_party == left else turned(lines[left]),
        right: lines[right] if lines[right].right_party == right else turned(lines[right]),
    }
    return Reference(
        parties=(left, right), names=_names(agreement, (left, right)), lines=(lines[left], lines[right]),
        fronts=(Strip(lines[left].geometry), Strip(lines[right].geometry)), ground=_ground(agreement, folder), breaks_m=(),
    )  # fmt: skip


def check_extent(line: DrawnLine) -> None:
    """Raises MerestoneError M860 where a line is too short or too long for zones along it."""
    metres = line.track.length_m
    if metres < _SHORTEST_M:
        raise MerestoneError("M860", line=line.id, length=f"{metres:.2g} m long", most=f"{_FARTHEST_M / 1000:,.0f}")
    places = shapely.get_coordinates(line.geometry)
    middle = Strip(line.geometry).plane
    away = float(distances(middle.lon, middle.lat, places[:, 0], places[:, 1]).max())
    if away > _FARTHEST_M:
        raise MerestoneError(
            "M860", line=line.id, length=f"as far as {away / 1000:,.0f} km from its middle", most=f"{_FARTHEST_M / 1000:,.0f}"
        )


_SHORTEST_M = 1.0
_FARTHEST_M = 5_000_000.0


def turned(line: DrawnLine) -> DrawnLine:
    """The same line walked the other way."""
    return dataclasses.replace(
        line, left_party=line.right_party, right_party=line.left_party, error=line.error.reversed,
        geometry=shapely.reverse(line.geometry),
    )  # fmt: skip


def _together(lines: Sequence[shapely.Geometry]) -> shapely.Geometry:
    return joined([part for line in lines for part in shapely.get_parts(line)])


def _check_parties(agreement: Agreement, parties: tuple[str, str], line: str) -> None:
    named = {entry.code for entry in agreement.parties} | {
        party for tier in agreement.tiers for party in tier.depth_km_by_party or {}
    }
    for party in sorted(named - set(parties)):
        raise MerestoneError("M808", line=line, party=party, named=" and ".join(parties))


def _names(agreement: Agreement, parties: tuple[str, str]) -> dict[str, str]:
    given = {entry.code: entry.name for entry in agreement.parties}
    return {party: given.get(party) or party for party in parties}


def _ground(agreement: Agreement, folder: Path) -> dict[str, shapely.Geometry]:
    return {
        entry.code: read_feature(folder / entry.ground, "Polygon", entry.feature).geometry
        for entry in agreement.parties
        if entry.ground is not None
    }


def read_ground(named: str, parties: tuple[str, str]) -> dict[str, shapely.Geometry]:
    """The polygons that zones are cut to: those whose property ``party`` is one of the parties, else all of them for both.

    ``named`` is FILE, or FILE#FEATURE. Raises MerestoneError as ``read_features`` does.
    """
    path, wanted = file_and_feature(named)
    features = [read_feature(path, "Polygon", wanted)] if wanted is not None else read_features(path, "Polygon")
    by_party = {
        party: [feature.geometry for feature in features if feature.properties.get("party") == party] for party in parties
    }
    every = shapely.union_all([feature.geometry for feature in features]) if not any(by_party.values()) else None
    return {party: every or shapely.union_all(found) for party, found in by_party.items() if every or found}


def with_ground_around(reference: Reference) -> Reference:
    """The same with ground on both sides of the antimeridian where zones may cross it: their longitudes run on there."""
    if not reference.ground or abs(reference.strip.plane.lon) <= 90:
        return reference

    def moved(geometry: shapely.Geometry, turn: int) -> shapely.Geometry:
        return shapely.transform(geometry, lambda d: d + np.array([360.0 * turn, 0.0]))

    middle = reference.strip.plane.lon
    once = shapely.box(middle - 180, -90, middle + 180, 90)
    ground = {
        party: polygonal(shapely.intersection(shapely.union_all([moved(geometry, turn) for turn in (-1, 0, 1)]), once))
        for party, geometry in reference.ground.items()
    }
    return dataclasses.replace(reference, ground=ground)


def _breaks(agreement: Agreement, length_m: float) -> tuple[float, ...]:
    line = agreement.line
    if line.section_length_km:
        count = max(1, round(length_m / 1000 / line.section_length_km))
        if count > _MOST_SECTIONS:
            raise MerestoneError("M809", wanted=f"at most {_MOST_SECTIONS} sections", length=f"{length_m / 1000:.1f}")
        breaks = tuple(length_m * number / count for number in range(1, count))
    else:
        breaks = tuple(kilometres * 1000 for kilometres in line.breaks_km)
    if breaks and breaks[-1] >= length_m:
        raise MerestoneError("M809", wanted="breaks_km less than its length", length=f"{length_m / 1000:.1f}")
    for tier in agreement.tiers:
        if tier.depth_km_by_section and len(tier.depth_km_by_section) != len(breaks) + 1:
            wanted = f"{len(breaks) + 1} depths in tier {tier.name}, one for each section"
            raise MerestoneError("M809", wanted=wanted, length=f"{length_m / 1000:.1f}")
    return breaks


_MOST_SECTIONS = 500


def stretch(strip: Strip, start_m: float, stop_m: float) -> shapely.Geometry:
    """The part of a line between two distances along it, parts of a line in their order; longitudes as in ``strip.line``."""
    track = strip.track
    count = len(track.start)
    begins = track.chainage_m(np.arange(count), np.zeros(count))
    ends = np.append(begins[1:], track.length_m)
    pieces: list[list[Floats]] = []
    for part in _parts_of(strip.line):
        segments = np.arange(part[0], part[1])
        inside = segments[(ends[segments] > start_m) & (begins[segments] < stop_m)]
        if not len(inside):
            continue
        vertex = shapely.get_coordinates(strip.line)[part[2] : part[2] + len(segments) + 1]
        row = inside - part[0]
        first, last = row[0], row[-1]
        from_share = max(0.0, (start_m - begins[inside[0]]) / (ends[inside[0]] - begins[inside[0]]))
        to_share = min(1.0, (stop_m - begins[inside[-1]]) / (ends[inside[-1]] - begins[inside[-1]]))
        head = vertex[first] + (vertex[first + 1] - vertex[first]) * from_share
        tail = vertex[last] + (vertex[last + 1] - vertex[last]) * to_share
        pieces.append([head, *vertex[first + 1 : last + 1], tail])
    return joined([shapely.LineString(piece) for piece in pieces])


def _parts_of(line: shapely.Geometry) -> list[tuple[int, int, int]]:
    """(first segment, segment after the last, first vertex) of each part of a line."""
    out, segment, vertex = [], 0, 0
    for part in shapely.get_parts(line):
        count = shapely.get_num_coordinates(part)
        out.append((segment, segment + count - 1, vertex))
        segment, vertex = segment + count - 1, vertex + count
    return out
