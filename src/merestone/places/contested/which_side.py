"""On which side of which line a point lies, as numbers and in words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from merestone.errors import MerestoneError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.standing import CANNOT_TELL, Standing, standing
from merestone.places.geometry.geodesy import Floats, wrong_position
from merestone.places.geometry.track import Bools

LARGEST_RADIUS_M = 20_037_508.0
"""Half way round the earth."""
FAR_M = 1_000_000.0
"""A point is far from a line where it is farther away than the line is long, or than this. Such places it does not part."""
FAR = ", far from this line"
SWAPPED = "longitude and latitude look swapped: far from every line as given, near one the other way round"
_SWAPPED_M = 200_000.0
_CLOSER = 10


@dataclasses.dataclass(frozen=True, slots=True)
class SideAnswer:
    """How one point stands to one line."""

    line: str
    """Id of the line."""
    name: str
    side: str | None
    """Code of the party on whose side of the drawn line the point lies; None exactly on it. Past an open end, the side of its
    last segment drawn on."""
    probability: float
    """How likely the event lies on that party's side of the true line; one half where the line says nothing."""
    distance_m: float
    """Geodesic distance to the drawn line."""
    signed_distance_m: float
    """The same, positive on the left and negative on the right."""
    nearest: tuple[float, float]
    """Longitude and latitude of the nearest point of the drawn line."""
    chainage_m: float
    """Metres along the line from its first vertex to that point."""
    error_m: float
    """95 % of the error of location and line together, across the line."""
    past_end: bool
    """Whether the point lies past an open end, where the line has no sides."""
    far: bool
    """Whether the point is far from the line (``FAR_M``), so that its side says little."""
    tells: bool
    verdict: str
    """In words: the likelier side and its probability, with "far from this line" where it is; or "this map cannot tell"."""
    basis: str
    """Where the error of the line comes from."""
    likelier: str
    """Code of the party on whose side of the true line the point likelier lies: the other of the two where the error of the map
    may carry the line over the point."""

    def as_json(self) -> dict[str, Any]:
        """Field names as keys; the likelier side is in the verdict."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name != "likelier"}


def which_side(lines: Sequence[DrawnLine], lon: float, lat: float, radius_m: float = 0.0) -> list[SideAnswer]:
    """How a point (degrees, EPSG:4326) known to ``radius_m`` metres stands to each line. Raises MerestoneError M513 or M514."""
    if problem := wrong_position(lon, lat):
        raise MerestoneError("M513", what=f"{lon:g} {lat:g}", problem=f"is {problem}")
    if not 0 <= radius_m <= LARGEST_RADIUS_M:
        raise MerestoneError("M514", radius=f"{radius_m:g}")
    return [_answer(line, standing(line.track, line.error, [lon], [lat], [radius_m])) for line in lines]


def looks_swapped(lines: Sequence[DrawnLine], lon: Floats, lat: Floats, distance_m: Floats) -> Bools:
    """Which points, so far from every line, would lie much nearer to one if their longitude and latitude changed places."""
    swapped = np.zeros(len(lon), np.bool_)
    rows = np.flatnonzero((distance_m > _SWAPPED_M) & (np.abs(lon) <= 90))
    if len(rows):
        other_way = np.min([line.track.sides(lat[rows], lon[rows]).distance_m for line in lines], axis=0)
        swapped[rows] = other_way * _CLOSER < distance_m[rows]
    return swapped


def point_looks_swapped(lines: Sequence[DrawnLine], answers: Sequence[SideAnswer], lon: float, lat: float) -> bool:
    """``looks_swapped`` of one point that was answered for."""
    nearest = min(answer.distance_m for answer in answers)
    return bool(looks_swapped(lines, np.array([lon]), np.array([lat]), np.array([nearest]))[0])


def _answer(line: DrawnLine, found: Standing) -> SideAnswer:
    sides, sign = found.sides, int(found.sides.drawn[0])
    left = float(found.left[0])
    side = None if sign == 0 else line.left_party if sign > 0 else line.right_party
    chainage = line.track.chainage_m(sides.segment, sides.share)
    far = bool(sides.distance_m[0] > min(line.track.length_m, FAR_M))
    likelier = line.left_party if left > 0.5 else line.right_party
    return SideAnswer(
        line=line.id, name=line.name, side=side, probability=round(1 - left if sign < 0 else left, 4),
        distance_m=round(float(sides.distance_m[0]), 2), signed_distance_m=round(float(sides.signed_m[0]), 2) + 0.0,
        nearest=(round(float(sides.nearest_lon[0]), 7), round(float(sides.nearest_lat[0]), 7)),
        chainage_m=round(float(chainage[0]), 2), error_m=round(float(found.error_m[0]), 1),
        past_end=bool(sides.past_end[0]), far=far,
        tells=bool(found.tells[0]), verdict=_verdict(likelier, left, sign, found, far), basis=line.error.basis,
        likelier=likelier,
    )  # fmt: skip


def _verdict(likelier: str, left: float, sign: int, found: Standing, far: bool) -> str:
    if not found.tells[0]:
        return CANNOT_TELL
    percent = min(math.floor(100 * max(left, 1 - left)), 99) if found.error_m[0] > 0 else 100
    elsewhere = " (drawn on the other side)" if np.sign(left - 0.5) != sign else ""
    return f"{likelier} side, {percent} %{elsewhere}" + (FAR if far else "")


def in_words(answer: SideAnswer, names: Mapping[str, str]) -> str:
    """The verdict as a sentence without numbers; ``names`` are those of actor codes."""
    if answer.past_end:
        return "Past the end of this line: it has no sides here"
    if not answer.tells or answer.side is None:
        return CANNOT_TELL.capitalize()
    return f"On the side of {names.get(answer.likelier, answer.likelier)}" + (FAR if answer.far else "")


def as_text(answers: Sequence[SideAnswer]) -> str:
    """A table for people: line, verdict, probability, distance, error, chainage."""
    heading = ("line", "which side", "probability", "distance", "error (95 %)", "at km")
    rows = [heading, *(_row(answer) for answer in answers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _row(answer: SideAnswer) -> tuple[str, ...]:
    odds = f"{100 * answer.probability:.0f} % {answer.side}" if answer.side else "on the line"
    if answer.past_end:
        odds = "past the line's end"
    return (
        answer.line, answer.verdict, odds, _metres(answer.distance_m), _metres(answer.error_m),
        f"{answer.chainage_m / 1000:.1f}",
    )  # fmt: skip


def _metres(value: float) -> str:
    return f"{value:.0f} m" if value < 1000 else f"{value / 1000:.1f} km"
