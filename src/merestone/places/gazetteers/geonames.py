"""Reading GeoNames' export files into an index: places, their names in every language, regions and countries.

=========================  ===========================================================================================
a dump                     ``AM.txt``, ``allCountries.txt``, ``cities500.txt``: 19 columns, places with names without a tag
alternate names            ``alternateNamesV2.txt``, ``alternatenames/AM.txt``: 10 columns (8 in the older form), names with a
                           language, whether preferred, short, colloquial or historic, and from when to when
``admin1CodesASCII.txt``   4 columns, names of first-level regions; of use for those whose place is in a dump
``countryInfo.txt``        19 columns, the first a country's code; gives a country its area
=========================  ===========================================================================================

Each may be in a ZIP archive. The kind is told by the columns, as GeoNames calls two kinds of file ``AM.txt``. The format is
documented in GeoNames' own readme.txt (download.geonames.org/export/dump/). What must stay true here:

* a line that is not as documented is named with its number and nothing is built;
* memory is for one portion at a time: rows go to disk by ranges of ids first, and are then joined range by range;
* rows of equal id: the last one read counts, whatever the sizes of portions.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from merestone.errors import MerestoneError
from merestone.places.gazetteers.index import alpha3_codes, areas_km2
from merestone.places.gazetteers.index_file import COLLOQUIAL, FEATURES, HISTORIC, PREFERRED, SHORT, Places
from merestone.places.gazetteers.names import languages_by_script
from merestone.places.gazetteers.own import FEATURE_RADIUS_M

Progress = Callable[[str, int, int], None]

DUMP = (
    "id", "name", "ascii", "others", "lat", "lon", "class", "code", "country", "cc2", "admin1", "admin2", "admin3", "admin4",
    "population", "elevation", "dem", "timezone", "modified",
)  # fmt: skip
NAMES = ("name_id", "id", "language", "name", "preferred", "short", "colloquial", "historic", "from", "to")
REGIONS = ("region", "name", "ascii", "id")
KINDS = ("dump", "names", "regions", "countries")

_LARGEST = 16 * 1024**3
_BLOCK = 8 * 1024 * 1024
_RANGE = 200_000
_RANGES = 128
_FOREIGN = ("link", "wkdt", "post", "unlc", "tcid", "iata", "icao", "faac", "phon")
"""What stands in the language column and is no language but a link or a code."""
_TAGS = {"fr_1793": "fr", "piny": "zh-Latn-pinyin", "abbr": None}
_FEATURE_OF_CLASS = {"P": "settlement", "A": "region", "H": "water", "U": "water", "R": "road", "S": "structure"}
_HEIGHTS = ("MT", "MTS", "PK", "PKS", "HLL", "HLLS", "RDGE", "PASS", "VLC", "SPUR", "MND", "UPLD")
_LEVEL_RADIUS_M = {"ADM1": 30_000.0, "ADM2": 20_000.0, "ADM3": 10_000.0, "ADM4": 5_000.0, "ADM5": 3_000.0}


# --------------------------------------------------------------------------------------------------------------------------
# one file


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The text of a file, or of the one text in a ZIP archive, and its size. Raises MerestoneError M101, M106 or M574."""
    try:
        size = path.stat().st_size
        if not zipfile.is_zipfile(path):
            if size > _LARGEST:
                raise MerestoneError("M574", path=path, problem="it is larger than 16 GB")
            with path.open("rb") as file:
                yield file, size
            return
        with zipfile.ZipFile(path) as archive:
            texts = [
                m for m in archive.infolist() if m.filename.lower().endswith(".txt") and "readme" not in m.filename.lower()
            ]
            # archives of alternate names bring the list of languages along
            texts = [m for m in texts if not m.filename.startswith("iso-languagecodes")]
            if len(texts) != 1:
                raise MerestoneError("M574", path=path, problem=f"it holds {len(texts)} text files, not one")
            if texts[0].file_size > _LARGEST:
                raise MerestoneError("M574", path=path, problem="its text is larger than 16 GB")
            with archive.open(texts[0]) as member:
                yield member, texts[0].file_size
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise MerestoneError("M574", path=path, problem="the archive is damaged; download it again") from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error


def kind_of(path: Path) -> str:
    """One of KINDS. Raises MerestoneError M101, M106, M574 or, where it is none of them, M576."""
    with opened(path) as (file, _):
        head = file.read(1 << 16)
    for line in head.split(b"\n")[:2000]:
        if line.strip() and not line.startswith(b"#"):
            cells = line.rstrip(b"\r").split(b"\t")
            if len(cells) == len(DUMP) and cells[0].isdigit():
                return "dump"
            if len(cells) == len(DUMP) and len(cells[0]) == 2 and cells[0].isalpha():
                return "countries"
            if len(cells) in (8, len(NAMES)) and cells[0].isdigit() and cells[1].isdigit():
                return "names"
            if len(cells) == len(REGIONS) and b"." in cells[0] and cells[3].isdigit():
                return "regions"
            break
    raise MerestoneError("M576", path=path)


def tables(path: Path, columns: tuple[str, ...], progress: Progress) -> Iterator[tuple[int, pa.Table]]:
    """Portions of a file as text columns, each with the number of its first line.

    Raises MerestoneError M573 for a line with another number of cells, or that is not UTF-8.
    """
    wrong: list[tuple[int, int]] = []

    def refuse(row: Any) -> str:
        wrong.append((row.number or 0, row.actual_columns))
        return "error"

    with opened(path) as (file, size):
        stream = _Counted(file, lambda done: progress("reading", done, size))
        line = 1
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(stream, "r"),
                pacsv.ReadOptions(column_names=list(columns), block_size=_BLOCK, use_threads=False),
                pacsv.ParseOptions(
                    delimiter="\t", quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False,
                    invalid_row_handler=refuse,
                ),
                pacsv.ConvertOptions(column_types=dict.fromkeys(columns, pa.binary()), strings_can_be_null=False),
            )  # fmt: skip
            for batch in reader:
                table = pa.Table.from_batches([batch])
                yield line, _as_text(table, path, line)
                line += table.num_rows
        except pa.ArrowInvalid as error:
            number, cells = wrong[0] if wrong else (line, 0)
            problem = f"there are {cells} cells, there must be {len(columns)}" if wrong else "it is longer than 8 MB"
            raise MerestoneError("M573", path=path, line=number, problem=problem) from error


class _Counted:
    """A readable file that tells how far it has been read."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file, self._tell, self._done = file, tell, 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._done += len(data)
        self._tell(self._done)
        return data

    def close(self) -> None:
        self.closed = True


def _as_text(table: pa.Table, path: Path, line: int) -> pa.Table:
    try:
        return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    except pa.ArrowInvalid:
        for number, row in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True)):
            for cell in row:
                try:
                    cell.decode()
                except UnicodeDecodeError as error:
                    raise MerestoneError("M573", path=path, line=line + number, problem="it is not UTF-8") from error
        raise


def _check(table: pa.Table, path: Path, line: int, column: str, pattern: str, wanted: str) -> None:
    """Raise MerestoneError M573 for the first cell of a column that is not what it must be."""
    good = pc.match_substring_regex(table.column(column), f"^(?:{pattern})$")
    if not pc.all(good).as_py():
        number = pc.index(good, False).as_py()
        found = table.column(column)[number].as_py()[:60]
        raise MerestoneError("M573", path=path, line=line + number, problem=f"{column} is {found!r}, it must be {wanted}")


def dump_rows(path: Path, progress: Progress) -> Iterator[pa.Table]:
    """Checked portions of a dump: id, name, ascii, others, lat, lon, class, code, country, admin1, population, modified."""
    decimal = r"-?\d{1,3}(\.\d{1,12})?"
    for line, table in tables(path, DUMP, progress):
        _check(table, path, line, "id", r"\d{1,10}", "a number of GeoNames")
        _check(table, path, line, "name", r"[^\x00-\x1f]{1,400}", "a name of at most 400 characters")
        _check(table, path, line, "lat", decimal, "degrees")
        _check(table, path, line, "lon", decimal, "degrees")
        _check(table, path, line, "class", "[A-Z]?", "one letter")
        _check(table, path, line, "country", "([A-Z]{2})?", "a code of two letters, or empty")
        _check(table, path, line, "admin1", r"[^\x00-\x1f]{0,20}", "a code of at most 20 characters")
        _check(table, path, line, "population", r"\d{0,12}", "a whole number, or empty")
        positions = {name: pc.cast(table.column(name), pa.float64()).combine_chunks() for name in ("lat", "lon")}
        for name, most in (("lat", 90), ("lon", 180)):
            far = pc.greater(pc.abs(positions[name]), most)
            if pc.any(far).as_py():
                number = pc.index(far, True).as_py()
                problem = f"{name} is {positions[name][number].as_py()}, it must be between -{most} and {most}"
                raise MerestoneError("M573", path=path, line=line + number, problem=problem)
        people = pc.if_else(pc.equal(table.column("population"), ""), "0", table.column("population"))
        yield pa.table({
            "id": pc.cast(table.column("id"), pa.int64()), **{name: table.column(name) for name in ("name", "ascii", "others")},
            **positions, **{name: table.column(name) for name in ("class", "code", "country", "admin1")},
            "population": pc.cast(people, pa.int64()), "modified": table.column("modified"),
        })  # fmt: skip


def name_rows(path: Path, progress: Progress) -> Iterator[pa.Table]:
    """Checked portions of alternate names: id, name, language (null if none), flags, period (null if none)."""
    with opened(path) as (file, _):
        count = file.readline(1 << 16).count(b"\t") + 1
    for line, table in tables(path, NAMES[:count], progress):
        _check(table, path, line, "id", r"\d{1,10}", "a number of GeoNames")
        _check(table, path, line, "name", r"[^\x00-\x1f]{0,400}", "a name of at most 400 characters")
        _check(table, path, line, "language", r"[A-Za-z0-9_-]{0,20}", "a language")
        bits = {"preferred": PREFERRED, "short": SHORT, "colloquial": COLLOQUIAL, "historic": HISTORIC}
        flags = np.zeros(table.num_rows, np.uint8)
        for name, bit in bits.items():
            _check(table, path, line, name, "1?", "1, or empty")
            flags |= np.where(pc.equal(table.column(name), "1").to_numpy(), bit, 0).astype(np.uint8)
        period = pa.nulls(table.num_rows, pa.string())
        if count == len(NAMES):
            for name in ("from", "to"):
                _check(table, path, line, name, r"[^\x00-\x1f]{0,60}", "a date of at most 60 characters")
            joined = pc.binary_join_element_wise(table.column("from"), table.column("to"), "/").combine_chunks()
            period = pc.if_else(pc.equal(joined, "/"), pa.scalar(None, pa.string()), joined)
        language = table.column("language").combine_chunks()
        tagged = pc.if_else(pc.equal(language, ""), pa.scalar(None, pa.string()), language)
        for tag, meaning in _TAGS.items():
            tagged = pc.if_else(pc.fill_null(pc.equal(tagged, tag), False), pa.scalar(meaning, pa.string()), tagged)
        rows = pa.table({
            "id": pc.cast(table.column("id"), pa.int64()), "name": table.column("name"), "language": tagged,
            "flags": pa.array(flags), "period": period,
        })  # fmt: skip
        yield rows.filter(
            pc.and_(pc.invert(pc.is_in(language, value_set=pa.array(_FOREIGN))), pc.not_equal(table.column("name"), ""))
        )


def region_rows(path: Path, progress: Progress) -> Iterator[pa.Table]:
    """The names of first-level regions, as alternate names."""
    for line, table in tables(path, REGIONS, progress):
        _check(table, path, line, "id", r"\d{1,10}", "a number of GeoNames")
        _check(table, path, line, "region", r"[A-Z]{2}\.[^\x00-\x1f]{1,20}", "a code like AM.08")
        count = table.num_rows
        for name in ("name", "ascii"):
            _check(table, path, line, name, r"[^\x00-\x1f]{0,400}", "a name of at most 400 characters")
            yield pa.table({
                "id": pc.cast(table.column("id"), pa.int64()), "name": table.column(name),
                "language": pa.nulls(count, pa.string()), "flags": pa.array(np.zeros(count, np.uint8)),
                "period": pa.nulls(count, pa.string()),
            })  # fmt: skip


def country_areas(path: Path) -> dict[str, float]:
    """Area in km² by ISO 3166-1 alpha-2 code, from countryInfo.txt. Raises MerestoneError M573."""
    areas = {}
    with opened(path) as (file, _):
        for number, octets in enumerate(file.read(1 << 24).split(b"\n"), 1):
            try:
                line = octets.decode().rstrip("\r")
                if line and not line.startswith("#"):
                    cells = line.split("\t")
                    area = float(cells[6] or 0)
                    if not (math.isfinite(area) and 0 <= area < 1e8):
                        raise ValueError
                    areas[cells[0]] = area
            except (ValueError, IndexError) as error:
                problem = "the seventh cell is not an area in square kilometres"
                raise MerestoneError("M573", path=path, line=number, problem=problem) from error
    return areas


# --------------------------------------------------------------------------------------------------------------------------
# all of them together


class Import:
    """Files read and spilled to disk by ranges of ids; ``portions`` then joins them. A context manager: it clears up."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=".reading-", dir=folder))
        self._writers: dict[tuple[str, int], pa.ipc.RecordBatchStreamWriter] = {}
        self._files: list[IO[bytes]] = []
        self.areas = areas_km2()
        self.modified = ""
        """The latest day on which GeoNames changed one of the places, YYYY-MM-DD."""

    def __enter__(self) -> Import:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _close(self) -> None:
        for part in (*self._writers.values(), *self._files):
            part.close()
        self._writers, self._files = {}, []

    def read(self, path: Path, kind: str, progress: Progress) -> None:
        """Take in one file. Raises MerestoneError M101, M106, M573 or M574."""
        if kind == "countries":
            self.areas |= country_areas(path)
            return
        read = {"dump": dump_rows, "names": name_rows, "regions": region_rows}[kind]
        for rows in read(path, progress):
            if kind == "dump" and rows.num_rows:
                self.modified = max(self.modified, pc.max(rows.column("modified")).as_py() or "")
            self._spill("dump" if kind == "dump" else "names", rows)

    def _spill(self, kind: str, rows: pa.Table) -> None:
        numbers = np.minimum(rows.column("id").to_numpy() // _RANGE, _RANGES - 1)
        order = np.argsort(numbers, kind="stable")
        edges = np.searchsorted(numbers[order], np.arange(_RANGES + 1))
        for number in np.unique(numbers).tolist():
            part = rows.take(pa.array(order[edges[number] : edges[number + 1]]))
            if (kind, number) not in self._writers:
                file = (self._folder / f"{kind}-{number}").open("wb")
                self._files.append(file)
                self._writers[kind, number] = pa.ipc.new_stream(file, rows.schema)
            self._writers[kind, number].write_table(part)

    def portions(self, progress: Progress) -> Iterator[Places]:
        """All places in ascending order of their ids, with all their names."""
        spilled = set(self._writers)
        self._close()
        there = sorted(number for kind, number in spilled if kind == "dump")
        for done, number in enumerate(there):
            progress("indexing", done, len(there))
            rows = self._spilled("dump", number)
            names = self._spilled("names", number) if ("names", number) in spilled else None
            yield _portion(rows, names, self.areas)
        progress("indexing", len(there), len(there))

    def _spilled(self, kind: str, number: int) -> pa.Table:
        with pa.OSFile(str(self._folder / f"{kind}-{number}")) as file:
            return pa.ipc.open_stream(file).read_all().combine_chunks()


def _portion(rows: pa.Table, names: pa.Table | None, areas: dict[str, float]) -> Places:
    ids = rows.column("id").to_numpy()
    order = np.argsort(ids, kind="stable")
    order = order[np.append(np.diff(ids[order]) != 0, True)]  # of equal ids the last one
    rows, ids = rows.take(pa.array(order)), ids[order]
    population = rows.column("population").to_numpy()
    feature, radius, first_level = _features(rows, population, areas)
    codes = rows.column("country").combine_chunks().dictionary_encode()
    alpha3 = alpha3_codes()
    country = pa.array([alpha3.get(code) for code in codes.dictionary.to_pylist()], pa.string()).take(codes.indices)
    text, owner, language, flags, period = _names(rows, names, ids)
    return Places(
        ids=ids.astype(np.uint64), lon=rows.column("lon").to_numpy(), lat=rows.column("lat").to_numpy(), radius_m=radius,
        population=population, features=feature, countries=country, admins=rows.column("admin1").combine_chunks(),
        first_level=first_level, names=text, owner=owner, languages=language, flags=flags, periods=period,
    )  # fmt: skip


def _features(
    rows: pa.Table, population: npt.NDArray[np.int64], areas: dict[str, float]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Number in FEATURES, radius in metres, and whether it is a first-level region, of each place."""
    kinds = np.array(rows.column("class").to_pylist())
    codes = np.array(rows.column("code").to_pylist())
    feature = np.full(len(kinds), FEATURES.index("area"), np.uint8)
    for letter, name in _FEATURE_OF_CLASS.items():
        feature[kinds == letter] = FEATURES.index(name)
    feature[(kinds == "T") & np.isin(codes, _HEIGHTS)] = FEATURES.index("mountain")
    states = (kinds == "A") & (np.char.startswith(codes, "PCL") | np.isin(codes, ("TERR",)))
    feature[states] = FEATURES.index("country")
    radius = np.array([FEATURE_RADIUS_M[name] for name in FEATURES])[feature]
    for code, metres in _LEVEL_RADIUS_M.items():
        radius[(kinds == "A") & (codes == code)] = metres
    settled = feature == FEATURES.index("settlement")
    radius[settled] = np.maximum(1000.0, np.round(np.sqrt(population[settled] / (1500 * math.pi)) * 1000, 1))
    radius[settled & (population == 0)] = 1500.0
    for row in np.flatnonzero(states).tolist():
        area = areas.get(rows.column("country")[row].as_py(), 0.0)
        radius[row] = max(1000.0, round(math.sqrt(area / math.pi) * 1000, 1)) if area else radius[row]
    return feature, radius, (kinds == "A") & (codes == "ADM1")


def _names(
    rows: pa.Table, names: pa.Table | None, ids: npt.NDArray[np.int64]
) -> tuple[pa.Array, npt.NDArray[np.int64], pa.Array, npt.NDArray[np.uint8], pa.Array]:
    """Every name of every place once for each language: the main name, then preferred names, tagged ones, and the rest."""
    count = len(ids)
    lists = pc.split_pattern(rows.column("others").combine_chunks(), ",")
    parts = [
        _name_table(np.arange(count), 0, rows.column("name").combine_chunks()),
        _name_table(pc.list_parent_indices(lists).to_numpy(), 3, pc.list_flatten(lists)),
        _name_table(np.arange(count), 4, rows.column("ascii").combine_chunks()),
    ]
    if names is not None:
        where = np.searchsorted(ids, names.column("id").to_numpy())
        known = (where < count) & (ids[np.minimum(where, count - 1)] == names.column("id").to_numpy())
        tagged, where = names.filter(pa.array(known)), where[known]
        flags = tagged.column("flags").to_numpy()
        rank = np.where(flags & PREFERRED, 1, 2)
        parts.append(
            pa.table({
                "owner": where, "rank": rank.astype(np.int64), "text": tagged.column("name"),
                "language": tagged.column("language"), "flags": flags, "period": tagged.column("period"),
            })
        )  # fmt: skip
    table = pa.concat_tables(parts).combine_chunks()
    table = table.filter(pc.not_equal(table.column("text"), ""))
    table = table.append_column("untagged", pc.is_null(table.column("language")))
    table = table.append_column("main", pc.equal(table.column("rank"), 0))
    keys = [("owner", "ascending"), ("text", "ascending"), ("main", "descending"), ("untagged", "ascending"),
            ("language", "ascending"), ("rank", "ascending"), ("flags", "ascending"), ("period", "ascending")]  # fmt: skip
    table = table.take(pc.sort_indices(table, sort_keys=keys))
    table = table.filter(pa.array(~_repeated(table)))
    keys = [("owner", "ascending"), ("rank", "ascending"), ("untagged", "ascending"), ("language", "ascending"),
            ("text", "ascending")]  # fmt: skip
    table = table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()
    text = table.column("text").combine_chunks()
    language = pc.coalesce(table.column("language").combine_chunks(), languages_by_script(text))
    owner = table.column("owner").to_numpy().astype(np.int64)
    return text, owner, language, table.column("flags").to_numpy(), table.column("period").combine_chunks()


def _name_table(owner: npt.NDArray[Any], rank: int, text: pa.Array) -> pa.Table:
    count = len(text)
    return pa.table({
        "owner": pa.array(owner.astype(np.int64)), "rank": np.full(count, rank, np.int64), "text": text,
        "language": pa.nulls(count, pa.string()), "flags": np.zeros(count, np.uint8), "period": pa.nulls(count, pa.string()),
    })  # fmt: skip


def _repeated(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Rows that repeat the name before them: of the same place and language, or without a language."""
    same = np.zeros(table.num_rows, bool)
    if table.num_rows > 1:
        before, after = table.slice(0, table.num_rows - 1), table.slice(1)
        alike = pc.and_(
            pc.equal(before.column("owner"), after.column("owner")), pc.equal(before.column("text"), after.column("text"))
        )
        tag = pc.equal(pc.fill_null(before.column("language"), ""), pc.fill_null(after.column("language"), ""))
        same[1:] = pc.and_(alike, pc.or_(tag, after.column("untagged"))).to_numpy()
    return same
