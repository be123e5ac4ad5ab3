"""The file that holds a gazetteer: places, their names, and two ways to look a name up, memory-mapped.

The file is a row of arrays of fixed width, each on a multiple of 64 bytes, and behind them a description of them as JSON::

    arrays ... | description | SHA-256 of the description | length of the description (uint32) | b"MERESTN1"

All numbers are little-endian. The description gives the format version, what the gazetteer is, the tables that numbers in the
arrays stand for, and of each array its type, its length, where it begins and its SHA-256. So the SHA-256 of the description
(``Index.digest``) stands for every byte of the file. What must stay true here:

* the file is a function of what went in: no clock, no process, no order of a dictionary enters it;
* it appears whole or not at all, and a truncated or damaged description or a file of another size is found when it is opened;
* opening reads the description alone, whatever the size, and building needs memory for one portion of the input at a time.

A name is looked up by the 64-bit FNV-1a hash of its key (``names.fold``, or ``transliteration.loose``), finished as MurmurHash3
does: the upper 16 bits choose a range of the sorted keys, the next 32 are kept there beside the name's number. Every hit is
compared with the name itself, so two names of the same hash are never taken for each other.
"""

from __future__ import annotations

import dataclasses
import hashlib
import mmap
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from merestone.files import atomic_file
from merestone.places.gazetteers.names import fold_all, other_spelling, spellings
from merestone.places.gazetteers.transliteration import loose, loose_all

FORMAT = 1
"""Raised whenever the arrays, the folding of names or the looser keys change."""

FEATURES = ("settlement", "region", "country", "area", "water", "mountain", "road", "structure")
HISTORIC, PREFERRED, SHORT, COLLOQUIAL = 1, 2, 4, 8
"""Bits of a name's flags."""

_MAGIC = b"MERESTN1"
_DEGREE = 10_000_000  # positions are whole ten-millionths of a degree (about 1 cm), which five or six decimals survive exactly
_BUCKETS = 1 << 16
_SPILLS = 64
_PRIME, _START, _MASK = 0x100000001B3, 0xCBF29CE484222325, 0xFFFFFFFFFFFFFFFF
_ALIGN = 64
_ARRAYS = {
    "place_id": "<u8", "lon": "<i4", "lat": "<i4", "radius_dm": "<u4", "population": "<i8", "feature": "<u1", "country": "<u2",
    "admin": "<u4", "first_name": "<u4", "offset": "<u8", "text": "<u1", "language": "<u2", "flags": "<u1", "period": "<u2",
    "exact_range": "<u4", "exact_hash": "<u4", "exact_name": "<u4", "loose_range": "<u4", "loose_hash": "<u4",
    "loose_name": "<u4", "region_admin": "<u4", "region_place": "<u8", "region_seat": "<u8",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """A portion of places in ascending order of their ids, and their names.

    ``ids`` (n), ``lon`` and ``lat`` (n, degrees, WGS 84), ``radius_m`` (n), ``population`` (n, 0 if unknown), ``features`` (n,
    numbers in FEATURES), ``countries`` (n, ISO 3166-1 alpha-3, may be null), ``admins`` (n, code of the first-level region, may
    be null), ``first_level`` (n, whether it is itself a first-level region). ``names`` (m) belong to ``owner`` (m, ascending
    places of the portion); the first name of each place is its main name. ``languages`` (m, BCP 47 tags, may be null),
    ``flags`` (m) and ``periods`` (m, when the name was used, "from/to", may be null).
    """

    ids: npt.NDArray[np.uint64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    radius_m: npt.NDArray[np.float64]
    population: npt.NDArray[np.int64]
    features: npt.NDArray[np.uint8]
    countries: pa.Array
    admins: pa.Array
    first_level: npt.NDArray[np.bool_]
    names: pa.Array
    owner: npt.NDArray[np.int64]
    languages: pa.Array
    flags: npt.NDArray[np.uint8]
    periods: pa.Array


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A name of an indexed place. ``period`` is "from/to" as the source writes it, either may be empty."""

    name: str
    language: str | None
    flags: int
    period: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """An indexed place. ``names`` begins with its main name."""

    id: int
    lon: float
    lat: float
    radius_m: float
    population: int | None
    feature: str
    country: str | None
    admin: str | None
    names: tuple[Name, ...]


class Damaged(Exception):
    """The file is no index of this format, or not whole."""


# --------------------------------------------------------------------------------------------------------------------------
# hashes


def hash_key(key: str) -> int:
    """64-bit FNV-1a of a key's UTF-8 bytes, finished with MurmurHash3's mixer so that the upper bits are even."""
    value = _START
    for byte in key.encode(errors="replace"):
        value = ((value ^ byte) * _PRIME) & _MASK
    value = ((value ^ (value >> 33)) * 0xFF51AFD7ED558CCD) & _MASK
    return value ^ (value >> 33)


def hash_keys(keys: Sequence[str]) -> npt.NDArray[np.uint64]:
    """``hash_key`` of many keys, byte position by byte position over all of them."""
    array = pa.array(keys, pa.large_string())
    ends = np.frombuffer(array.buffers()[1], "<i8", len(array) + 1)
    octets = np.frombuffer(array.buffers()[2] or b"", np.uint8)
    lengths = np.diff(ends)
    order = np.argsort(-lengths, kind="stable")
    starts = ends[:-1][order]
    # how many keys are longer than each position: those come first in this order
    active = len(array) - np.searchsorted(np.sort(lengths), np.arange(lengths.max(initial=0)), side="right")
    value = np.full(len(array), _START, np.uint64)
    for position, count in enumerate(active.tolist()):
        value[:count] = (value[:count] ^ octets[starts[:count] + position]) * np.uint64(_PRIME)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    out = np.empty_like(value)
    out[order] = value ^ (value >> np.uint64(33))
    return out


# --------------------------------------------------------------------------------------------------------------------------
# writing


class Writer:
    """Builds an index file from portions of places, in ascending order of their ids."""

    def __init__(self, folder: Path) -> None:
        """``folder`` takes the intermediate files; it must be on a disk with room for the index."""
        self._folder = Path(tempfile.mkdtemp(prefix=".index-", dir=folder))
        self._files = {name: (self._folder / name).open("wb") for name in _ARRAYS}
        self._spills = {
            kind: [(self._folder / f"{kind}-{number}").open("wb") for number in range(_SPILLS)] for kind in ("exact", "loose")
        }
        self._tables: dict[str, dict[str | None, int]] = {
            kind: {None: 0} for kind in ("countries", "admins", "languages", "periods")
        }
        self._places = self._names = self._text = 0
        self._last = -1
        self._seats: dict[int, tuple[int, int]] = {}
        self._regions: dict[int, int] = {}

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        for file in [*self._files.values(), *(file for files in self._spills.values() for file in files)]:
            file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, places: Places) -> None:
        """Append a portion. Raises ValueError where an id is not above all before it."""
        if not len(places.ids):
            return
        if int(places.ids[0]) <= self._last or (np.diff(places.ids.astype(np.int64)) <= 0).any():
            raise ValueError("ids must ascend")
        self._last = int(places.ids[-1])
        admins = self._encode("admins", _region_codes(places.countries, places.admins))
        self._note_regions(places, admins)
        self._write("place_id", places.ids)
        self._write("lon", np.round(places.lon * _DEGREE))
        self._write("lat", np.round(places.lat * _DEGREE))
        self._write("radius_dm", np.round(places.radius_m * 10))
        self._write("population", places.population)
        self._write("feature", places.features)
        self._write("country", self._encode("countries", places.countries))
        self._write("admin", admins)
        self._write("first_name", self._names + np.searchsorted(places.owner, np.arange(len(places.ids))))
        names = places.names.cast(pa.large_string())
        ends = np.frombuffer(names.buffers()[1], "<i8", len(names) + names.offset + 1)[names.offset :]
        text = np.frombuffer(names.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
        self._write("offset", ends[:-1] - ends[0] + self._text)
        self._write("text", text)
        self._write("language", self._encode("languages", places.languages))
        self._write("flags", places.flags)
        self._write("period", self._encode("periods", places.periods))
        self._spill_keys(names.to_pylist())
        self._places += len(places.ids)
        self._names += len(names)
        self._text += len(text)

    def finish(self, path: Path, about: dict[str, Any]) -> None:
        """Write the file; ``about`` says what the gazetteer is. Raises MerestoneError M103 or M104."""
        self._write("first_name", np.array([self._names]))
        self._write("offset", np.array([self._text]))
        known = sorted(self._regions)
        self._write("region_admin", np.array(known))
        self._write("region_place", np.array([self._regions[admin] for admin in known]))
        self._write("region_seat", np.array([self._seats.get(admin, (0, 0))[1] for admin in known]))
        for kind in self._spills:
            self._sort_keys(kind)
        for file in self._files.values():
            file.flush()
        description: dict[str, Any] = {
            "format": FORMAT, "about": about, "places": self._places, "names": self._names,
            "tables": {"features": list(FEATURES)} | {kind: list(table) for kind, table in self._tables.items()},
            "arrays": {},
        }  # fmt: skip
        with atomic_file(path) as out:
            position = 0
            for name in _ARRAYS:
                digest, size = hashlib.sha256(), 0
                with (self._folder / name).open("rb") as part:
                    while block := part.read(1 << 20):
                        out.write(block)
                        digest.update(block)
                        size += len(block)
                description["arrays"][name] = [position, size // np.dtype(_ARRAYS[name]).itemsize, digest.hexdigest()]
                out.write(bytes(-size % _ALIGN))
                position += size + -size % _ALIGN
            description["size"] = position
            text = orjson.dumps(description, option=orjson.OPT_SORT_KEYS)
            out.write(text + hashlib.sha256(text).digest() + len(text).to_bytes(4, "little") + _MAGIC)

    def _write(self, name: str, values: npt.NDArray[Any]) -> None:
        self._files[name].write(np.ascontiguousarray(values, _ARRAYS[name]).data)

    def _encode(self, kind: str, values: pa.Array) -> npt.NDArray[np.uint32]:
        """The number of each value in one of the tables, which grows as needed."""
        encoded = values.dictionary_encode()
        table = self._tables[kind]
        numbers = np.array([table.setdefault(value, len(table)) for value in encoded.dictionary.to_pylist()] + [0], np.uint32)
        found: npt.NDArray[np.uint32] = numbers[encoded.indices.fill_null(len(numbers) - 1).to_numpy(zero_copy_only=False)]
        return found

    def _note_regions(self, places: Places, admins: npt.NDArray[np.uint32]) -> None:
        for row in np.flatnonzero(places.first_level & (admins > 0)).tolist():
            self._regions.setdefault(int(admins[row]), int(places.ids[row]))
        inside = np.flatnonzero((places.features == 0) & (admins > 0))
        inside = inside[np.lexsort((-places.ids[inside].astype(np.int64), places.population[inside], admins[inside]))]
        last = np.append(np.diff(admins[inside]) != 0, True)[: len(inside)]
        for row in inside[last].tolist():
            found = (int(places.population[row]), int(places.ids[row]))
            admin = int(admins[row])
            best = self._seats.get(admin)
            if best is None or (found[0], -found[1]) > (best[0], -best[1]):
                self._seats[admin] = found

    def _spill_keys(self, names: list[str]) -> None:
        numbers = np.arange(self._names, self._names + len(names), dtype=np.uint32)
        second = [(number, other) for number, name in enumerate(names) if (other := other_spelling(name)) is not None]
        exact = fold_all([*names, *(other for _, other in second)])
        self._spill("exact", exact, np.append(numbers, numbers[[number for number, _ in second]]))
        self._spill("loose", loose_all(names), numbers)

    def _spill(self, kind: str, keys: list[str], numbers: npt.NDArray[np.uint32]) -> None:
        hashes = hash_keys(keys)
        kept = np.array([bool(key) for key in keys], bool)
        pairs = np.empty(int(kept.sum()), _PAIR)
        pairs["hash"], pairs["name"] = hashes[kept], numbers[kept]
        portion = (pairs["hash"] >> np.uint64(58)).astype(np.int64)
        order = np.argsort(portion, kind="stable")
        edges = np.searchsorted(portion[order], np.arange(_SPILLS + 1))
        for number, file in enumerate(self._spills[kind]):
            file.write(pairs[order[edges[number] : edges[number + 1]]].tobytes())

    def _sort_keys(self, kind: str) -> None:
        counts = np.zeros(_BUCKETS, np.int64)
        for number, file in enumerate(self._spills[kind]):
            file.close()
            pairs = np.fromfile(self._folder / f"{kind}-{number}", _PAIR)
            (self._folder / f"{kind}-{number}").unlink()
            pairs = pairs[np.lexsort((pairs["name"], pairs["hash"]))]
            same = (pairs["hash"][1:] == pairs["hash"][:-1]) & (pairs["name"][1:] == pairs["name"][:-1])
            pairs = pairs[np.insert(~same, 0, True)[: len(pairs)]]
            counts += np.bincount((pairs["hash"] >> np.uint64(48)).astype(np.int64), minlength=_BUCKETS)
            self._write(f"{kind}_hash", (pairs["hash"] >> np.uint64(16)) & np.uint64(0xFFFFFFFF))
            self._write(f"{kind}_name", pairs["name"])
        self._write(f"{kind}_range", np.insert(np.cumsum(counts), 0, 0))


_PAIR = np.dtype([("hash", "<u8"), ("name", "<u4")])


def _region_codes(countries: pa.Array, admins: pa.Array) -> pa.Array:
    """The code of each place's first-level region in all the world: its country's and its own."""
    joined = pc.binary_join_element_wise(countries.cast(pa.string()), admins.cast(pa.string()), ".")
    return pc.if_else(pc.equal(pc.fill_null(admins.cast(pa.string()), ""), ""), pa.scalar(None, pa.string()), joined)


# --------------------------------------------------------------------------------------------------------------------------
# reading


class Index:
    """An open index file. Cheap to open; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Raises Damaged where the file is no index of this format or not whole, OSError where it cannot be read."""
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size < 44:
                raise Damaged("it is too short")
            file.seek(size - 44)
            end = file.read(44)
            length = int.from_bytes(end[32:36], "little")
            if end[36:] != _MAGIC or length > size - 44:
                raise Damaged("its end is missing")
            file.seek(size - 44 - length)
            text = file.read(length)
            if hashlib.sha256(text).digest() != end[:32]:
                raise Damaged("its description was changed")
            self._description: dict[str, Any] = orjson.loads(text)
            if self._description.get("format") != FORMAT or self._description.get("size") != size - 44 - length:
                raise Damaged("it is of another format, or bytes are missing")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.path = path
        self.digest = end[:32].hex()
        """SHA-256 that stands for every byte of the file."""
        self.about: dict[str, Any] = self._description["about"]
        self.places: int = self._description["places"]
        self.names: int = self._description["names"]
        tables = self._description["tables"]
        self._countries, self._admins = tables["countries"], tables["admins"]
        self._languages, self._periods = tables["languages"], tables["periods"]
        for name, dtype in _ARRAYS.items():
            position, count, _ = self._description["arrays"][name]
            setattr(self, f"_{name}", np.frombuffer(self._map, dtype, count, position) if count else np.empty(0, dtype))
        self._region_numbers = {code: number for number, code in enumerate(self._admins)}

    _place_id: npt.NDArray[np.uint64]
    _first_name: npt.NDArray[np.uint32]
    _offset: npt.NDArray[np.uint64]
    _region_admin: npt.NDArray[np.uint32]
    _region_place: npt.NDArray[np.uint64]
    _region_seat: npt.NDArray[np.uint64]

    def check(self) -> str | None:
        """The name of the first array whose bytes are not those that were written, or None; reads the whole file."""
        for name, (position, count, wanted) in self._description["arrays"].items():
            size = count * np.dtype(_ARRAYS[name]).itemsize
            if hashlib.sha256(memoryview(self._map)[position : position + size]).hexdigest() != wanted:
                return str(name)
        return None

    def find(self, name: str) -> list[int]:
        """Row numbers of the places that have this name, folded, in ascending order."""
        keys = spellings(name)
        return sorted({row for key in keys for row in self._rows("exact", key)})

    def find_loosely(self, name: str) -> list[int]:
        """Row numbers of the places with a name that may be another spelling of this one, in ascending order."""
        key = loose(name)
        return self._rows("loose", key) if key else []

    def _rows(self, kind: Literal["exact", "loose"], key: str) -> list[int]:
        value = hash_key(key)
        ranges, hashes, names = (getattr(self, f"_{kind}_{part}") for part in ("range", "hash", "name"))
        first, last = ranges[value >> 48 : (value >> 48) + 2].tolist()
        wanted = np.uint32((value >> 16) & 0xFFFFFFFF)
        here = hashes[first:last]
        begin = int(here.searchsorted(wanted))
        if begin == last - first or here[begin] != wanted:
            return []
        end = int(here.searchsorted(wanted, side="right"))
        out = []
        for number in names[first + begin : first + end].tolist():
            text = self._text_of(number)
            if key in spellings(text) if kind == "exact" else key == loose(text):
                # a plain int would make numpy convert the whole array first
                out.append(int(self._first_name.searchsorted(np.uint32(number), side="right")) - 1)
        return sorted(set(out))

    def _text_of(self, number: int) -> str:
        begin, end = self._offset[number : number + 2].tolist()
        return self._map[self._text_at + begin : self._text_at + end].decode()

    @property
    def _text_at(self) -> int:
        position: int = self._description["arrays"]["text"][0]
        return position

    def row_of(self, identity: int) -> int | None:
        """The row number of a place, or None."""
        row = int(self._place_id.searchsorted(np.uint64(identity)))
        return row if row < self.places and int(self._place_id[row]) == identity else None

    def row(self, number: int) -> Row:
        """The place in a row."""
        first, last = self._first_name[number : number + 2].tolist()
        ends = self._offset[first : last + 1].tolist()
        at = self._text_at
        octets = self._map[at + ends[0] : at + ends[-1]]
        begin = ends[0]
        names = tuple(
            Name(octets[start - begin : end - begin].decode(), self._languages[language], flags, self._periods[period])
            for start, end, language, flags, period in zip(
                ends,
                ends[1:],
                self._language[first:last].tolist(),  # type: ignore[attr-defined]
                self._flags[first:last].tolist(),  # type: ignore[attr-defined]
                self._period[first:last].tolist(),  # type: ignore[attr-defined]
                strict=False,
            )
        )
        return self._row(number, names)

    def _row(self, number: int, names: tuple[Name, ...]) -> Row:
        place: Any = self
        code: str | None = self._admins[place._admin[number]]
        return Row(
            id=int(self._place_id[number]), lon=int(place._lon[number]) / _DEGREE, lat=int(place._lat[number]) / _DEGREE,
            radius_m=int(place._radius_dm[number]) / 10, population=int(place._population[number]) or None,
            feature=FEATURES[place._feature[number]], country=self._countries[place._country[number]],
            admin=code.partition(".")[2] if code else None, names=names,
        )  # fmt: skip

    def settlements_in(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Row numbers of the settlements in a box of degrees, in ascending order; ``west`` is not above ``east``."""
        place: Any = self
        lon, lat = place._lon, place._lat
        inside = (lat >= south * _DEGREE) & (lat <= north * _DEGREE) & (place._feature == FEATURES.index("settlement"))
        # a box that runs on across the antimeridian holds what lies there under another longitude
        turns = [(lon >= (west + turn) * _DEGREE) & (lon <= (east + turn) * _DEGREE) for turn in (-360, 0, 360)]
        rows: list[int] = np.flatnonzero(inside & (turns[0] | turns[1] | turns[2])).tolist()
        return rows

    def countries_of(self, code: str) -> list[int]:
        """Row numbers of the countries of an ISO 3166-1 alpha-3 code: one, or none."""
        place: Any = self
        if code not in self._countries:
            return []
        same = (place._country == self._countries.index(code)) & (place._feature == FEATURES.index("country"))
        rows: list[int] = np.flatnonzero(same).tolist()
        return rows

    def region(self, country: str | None, admin: str | None) -> tuple[int | None, int | None]:
        """Ids of a first-level region and of its largest settlement, each None where it has none."""
        number = self._region_numbers.get(f"{country}.{admin}")
        if number is None:
            return None, None
        row = int(self._region_admin.searchsorted(np.uint32(number)))
        if row == len(self._region_admin) or int(self._region_admin[row]) != number:
            return None, None
        return int(self._region_place[row]) or None, int(self._region_seat[row]) or None


def build(path: Path, portions: Iterable[Places], about: dict[str, Any]) -> None:
    """Write an index of ``portions``, which come in ascending order of their ids. Raises MerestoneError M103 or M104."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Writer(path.parent) as writer:
        for places in portions:
            writer.add(places)
        writer.finish(path, about)
