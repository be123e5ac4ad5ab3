"""One step of a depth slider: the zones of a plain mirror withdrawal and their balance, at once.

What must stay true here:

* zones and their areas are those of ``quick``: for the eye, and areas to about 2 %;
* settlements are counted by their geodesic distance from the line and by its flat ends, as ``strip`` defines a zone, so their
  numbers do not depend on how coarsely the zone is drawn;
* positions are judged as ``positions.judge`` judges them for ``agreement.mirror``.

Everything that does not depend on the depth is made once for a line; a step costs a few look-ups and one coarse drawing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import shapely

from merestone.places.contested.standing import SURE
from merestone.places.gazetteers.gazetteer import Gazetteer, display_name
from merestone.places.geometry.antimeridian import within_180
from merestone.places.geometry.geodesy import Floats
from merestone.places.geometry.track import Bools
from merestone.withdrawal.agreement import mirror
from merestone.withdrawal.certainty import probability_within
from merestone.withdrawal.positions import SAMPLES, Position, forbids, on_own_side
from merestone.withdrawal.quick import areas_km2, quick_zones
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import polygonal

LEAST_KM = 0.05
LISTED = 5
"""How many of the largest settlements are named."""
_MOST_KM = (5.0, 10.0, 20.0, 50.0, 100.0, 150.0)
_OF_LINE = 12
"""The slider ends at a depth of about this part of the line's length: a deeper zone is a disc about the line."""
_FAR_SD = 6.0
"""Standard deviations of the line's error beyond which it moves no probability that is told."""
_EYE = 4e-3
"""Of the depth: what an outline may be off to be small enough to send."""


def most_km(length_km: float, tiers_km: Sequence[float] = ()) -> float:
    """The end of the slider for a line, beyond the deepest tier of an agreement."""
    wanted = max(length_km / _OF_LINE, 1.25 * max(tiers_km, default=0.0))
    return next((km for km in _MOST_KM if km >= wanted), max(_MOST_KM[-1], *tiers_km, 0.0))


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A settlement."""

    name: str
    population: int | None
    lon: float
    lat: float


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One side's zone at one depth."""

    party: str
    area_km2: float
    settlements: int
    people: int
    largest: tuple[Place, ...]
    declared: int
    """Positions that the side declared near this line."""
    must_leave: int
    may_have_to_leave: int
    geometry: shapely.Geometry
    """Degrees, longitudes run on."""


class LiveLine:
    """A line made ready for depths up to ``most_km``. Nothing of it changes once it is made; ask it from several threads."""

    def __init__(
        self, reference: Reference, gazetteer: Gazetteer, declared: Mapping[str, Declared], most_km: float,
        parties: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """``declared`` are positions by party; ``parties`` those whose names settlements are called by
        (``places.gazetteers.gazetteer.display_name``)."""
        self.reference, self.most_km = reference, most_km
        self._settlements = _Settlements.near(reference, gazetteer, most_km * 1000, tuple(parties))
        self._declared = dict(declared)

    def steps(self, depth_km: float) -> tuple[Step, Step]:
        """The sides' zones at a depth of ``LEAST_KM`` to ``most_km``, the left party's first."""
        strip = self.reference.strip
        halves = quick_zones(strip, [depth_km * 1000])
        areas = areas_km2(strip, halves)[0]
        steps = []
        for side, party in enumerate(self.reference.parties):
            settled = self._settlements.within(side, depth_km * 1000)
            steps.append(Step(party, areas[side], *settled, *self.declared(party, depth_km), halves[0][side]))
        return steps[0], steps[1]

    def settled(self, party: str, depth_km: float) -> tuple[int, int, tuple[Place, ...]]:
        """(settlements, people in them, the largest) on a party's side within a depth."""
        return self._settlements.within(self.reference.parties.index(party), depth_km * 1000)

    def declared(self, party: str, depth_km: float) -> tuple[int, int, int]:
        """(declared positions, those that must leave, those that may have to) of a party at a depth."""
        own = self._declared.get(party)
        return (own.count, *own.leaving(depth_km * 1000)) if own else (0, 0, 0)


@dataclasses.dataclass(frozen=True)
class _Settlements:
    """The settlements about a line, sorted by distance; those past its ends are left out."""

    places: tuple[Place, ...]
    distance_m: Floats
    left: Bools
    population: Floats

    @classmethod
    def near(cls, reference: Reference, gazetteer: Gazetteer, most_m: float, parties: tuple[str, ...]) -> _Settlements:
        strip = reference.strip
        west, south, east, north = strip.line.bounds
        up = most_m / 110_000
        across = up / max(0.01, np.cos(np.radians(min(89.0, max(abs(south), abs(north)) + up))))
        found = gazetteer.settlements_in(west - across, south - up, east + across, north + up)
        sides = strip.track.sides([place.lon for place in found], [place.lat for place in found])
        rows = np.flatnonzero((sides.distance_m <= most_m) & (sides.sign != 0))
        rows = rows[np.argsort(sides.distance_m[rows], kind="stable")]
        entries = [found[row] for row in rows.tolist()]
        return cls(
            tuple(Place(display_name(e.name, e.names, parties), e.population, e.lon, e.lat) for e in entries),
            sides.distance_m[rows], sides.sign[rows] > 0, np.array([float(e.population or 0) for e in entries]),
        )  # fmt: skip

    @cached_property
    def _by_size(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Rows of each side, the most people first."""
        order = sorted(range(len(self.places)), key=lambda row: (-self.population[row], self.places[row].name))
        left, right = (tuple(row for row in order if self.left[row] == side) for side in (True, False))
        return left, right

    def within(self, side: int, depth_m: float) -> tuple[int, int, tuple[Place, ...]]:
        """(number, people, the largest) on the left (0) or right (1) within a depth."""
        end = int(np.searchsorted(self.distance_m, depth_m, side="right"))
        own = self.left[:end] == (side == 0)
        largest: list[Place] = []
        for row in self._by_size[side]:
            if row < end:
                largest.append(self.places[row])
                if len(largest) == LISTED:
                    break
        return int(own.sum()), int(self.population[:end][own].sum()), tuple(largest)


@dataclasses.dataclass(frozen=True)
class Declared:
    """A side's positions near a line, as places spread over the disc of each."""

    count: int
    reference: Reference
    party: str
    offset_m: Floats
    """(positions that a mirror withdrawal forbids, SAMPLES): signed distance, positive on the party's own side."""
    counts: Bools
    """Whether such a place is nearest to an open end, past which there is no zone, or not."""

    @classmethod
    def of(cls, reference: Reference, party: str, positions: Sequence[Position]) -> Declared:
        """The positions of one party. Raises MerestoneError M822 for one on the other side of the line."""
        _, beside, offset = on_own_side(reference, party, positions)
        (tier,) = mirror(1).tiers
        banned = np.array([forbids(tier, position) for position in positions], np.bool_)
        shape = (len(positions), SAMPLES)
        return cls(
            len(positions), reference, party, offset.reshape(shape)[banned], (~beside.past_end).reshape(shape)[banned]
        )  # fmt: skip

    def leaving(self, depth_m: float) -> tuple[int, int]:
        """(positions that must leave, positions that may have to) at a depth."""
        if not len(self.offset_m):
            return 0, 0
        error = self.reference.error_of(self.party)
        near, far = error.bias_m, error.bias_m + depth_m
        reach = _FAR_SD * error.sd_m
        low, high = self.offset_m.min(axis=1), self.offset_m.max(axis=1)
        out = (high < near - reach) | (low > far + reach)
        chance = np.zeros(len(out))
        rows = np.flatnonzero(~out)
        held = probability_within(self.offset_m[rows], depth_m, error)
        chance[rows] = np.where(self.counts[rows], held, 0.0).mean(axis=1)
        must = chance >= SURE
        return int(must.sum()), int(((chance > 1 - SURE) & ~must).sum())


def for_the_eye(geometry: shapely.Geometry, depth_m: float) -> str:
    """GeoJSON of a zone with no more vertices than a map on a screen shows (``geojson``)."""
    tolerance = max(_EYE * depth_m, 1.0) / 111_320
    return geojson(polygonal(shapely.make_valid(shapely.simplify(geometry, tolerance, preserve_topology=True))))


def geojson(geometry: shapely.Geometry) -> str:
    """A geometry as GeoJSON, cut at the antimeridian, degrees to about a metre."""
    if geometry.is_empty:
        return '{"type":"Polygon","coordinates":[]}'
    return str(shapely.to_geojson(shapely.transform(within_180(geometry), lambda degrees: np.round(degrees, 5))))


def by_line(references: Mapping[str, Reference], positions: Sequence[Position]) -> dict[str, list[Position]]:
    """Each declared position with the line that it is nearest to among those between its party and another, by id of the line.

    Positions of a party that no line has are left out.
    """
    out: dict[str, list[Position]] = {name: [] for name in references}
    for party in sorted({position.party for position in positions}):
        own = [position for position in positions if position.party == party]
        names = [name for name, reference in references.items() if party in reference.parties]
        if not names:
            continue
        lon, lat = [position.lon for position in own], [position.lat for position in own]
        away = np.stack([references[name].strip_of(party).track.sides(lon, lat).distance_m for name in names])
        for position, row in zip(own, away.argmin(axis=0).tolist(), strict=True):
            out[names[row]].append(position)
    return out
