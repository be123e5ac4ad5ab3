"""A case: a folder with a case.toml that names its parties, sources, lines, zones and gazetteers.

A case file is validated whole before anything is done with it; every mistake is reported with its line and its fix, and no
field is ever ignored in silence. The file is part of what a record is a function of, so nothing here reads a clock, a locale
or an environment variable.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import os
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import platformdirs
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, with_config

from merestone.errors import MerestoneError
from merestone.model import Affiliation, Source, noun, says, sector_of, state_of
from merestone.toml_files import Form, Parsed, coded, in_words

# --------------------------------------------------------------------------------------------------------------------------
# what a case file may say

STATE_SECTORS = frozenset({"GOV", "MFA", "MOD", "MIL", "PKO", "CIV", "TERR", "PRISONER", "MEDIA"})
"""Sectors of a state (corpus guidelines); any other second part of a code is a mission of an organisation."""


DATA_SETS = {
    source.code: source
    for source in (
        Source(code="ACLED", name="Armed Conflict Location & Event Data", affiliation="third_party"),
        Source(code="FIRMS", name="NASA FIRMS", affiliation="sensor"),
        Source(code="GDELT", name="GDELT", affiliation="media"),
        Source(code="UCDP", name="Uppsala Conflict Data Program", affiliation="third_party"),
    )
}
"""Data sets whose rows are read without a mapping file, as sources; a case may describe them otherwise."""


def _is_inside(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
        raise ValueError("must be a path inside the case folder, with forward slashes")
    return value


def _is_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("is not an IANA time zone, for example Asia/Yerevan")
    return value


def _is_code(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z][A-Z0-9]*)?", value):
        raise ValueError("is not an actor code, for example ARM or ARM-MFA")
    return value


def _is_day(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("is not a date of the form 2022-09-13 in quotation marks")
    return value


def _is_postgres(value: str) -> str:
    if not re.match(r"postgres(ql)?://", value):
        raise ValueError("is not an address of the form postgresql://user@host/database")
    return value


def _is_public_key(value: str) -> str:
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("is not a public key as `merestone decide key` prints it")
    return value


InsidePath = Annotated[str, AfterValidator(_is_inside)]
TimeZone = Annotated[str, AfterValidator(_is_zone)]
ActorCode = Annotated[str, AfterValidator(_is_code)]
Day = Annotated[str, AfterValidator(_is_day)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
PostgresAddress = Annotated[str, AfterValidator(_is_postgres)]
PublicKey = Annotated[str, AfterValidator(_is_public_key)]

_strict = with_config({"extra": "forbid"})


@_strict
@noun
class PartyEntry:
    """[[parties]]: a side of the contested line."""

    code: ActorCode = says("ISO 3166-1 alpha-3 code or organisation code, without sector")
    name: str = says("the name shown to people")
    short_names: tuple[str, ...] = says("what else texts call its government, for example its capital", default=())
    language: str | None = says("BCP 47 tag of the language its own place names are in", default=None)


@_strict
@noun
class SourceEntry:
    """[[sources]]: who publishes or is quoted."""

    code: ActorCode = says("actor code, for example ARM-MFA")
    name: str = says("the name shown to people")
    affiliation: Affiliation = says("party, third_party, monitor, media or sensor")
    party: ActorCode | None = says("code of the party it speaks for, where the affiliation is party", default=None)
    time_zone: TimeZone | None = says("IANA zone of the clock times it gives, where it is not the case's", default=None)


@_strict
@noun
class LineEntry:
    """[[lines]]: a line, taken from a layer file of the case. What is left out is taken from the feature's properties."""

    id: str = says("id, unique in the case")
    file: InsidePath = says("GeoJSON, GeoPackage, GeoParquet, Shapefile (.shp, .zip) or KML file inside the case folder")
    layer: str | None = says("layer of the file, where it holds several", default=None)
    feature: str | None = says("id of the feature in the file, where it holds several", default=None)
    crs: str | None = says("coordinate system of the file, for example EPSG:28408; before what the file says", default=None)
    name: str | None = says("name shown to people", default=None)
    source_map: str | None = says("the map or text it was taken from", default=None)
    scale: Annotated[int, Field(gt=0)] | None = says("denominator of the map scale", default=None)
    datum: str | None = says("datum of the source map; the file itself is WGS 84", default=None)
    accuracy_m: Annotated[float, Field(gt=0)] | None = says("95 % accuracy of the drawn line", unit="m", default=None)
    bias_m: float | None = says("how far the true line lies to the left of the drawn one, all along", unit="m", default=None)
    bias_sd_m: Annotated[float, Field(ge=0)] | None = says("standard deviation of that shift", unit="m", default=None)
    spread_m: Annotated[float, Field(ge=0)] | None = says("standard deviation of the error about it", unit="m", default=None)
    correlation_km: Annotated[float, Field(ge=0)] | None = says("correlation length of that error", unit="km", default=None)
    valid_from: Day | None = says("first day it was valid", default=None)
    valid_to: Day | None = says("last day it was valid", default=None)
    left_party: ActorCode | None = says("party on the left, walking in the digitised direction", default=None)
    right_party: ActorCode | None = says("party on the right", default=None)


@_strict
@noun
class ZoneEntry:
    """[[zones]]: an area, taken from a layer file of the case."""

    id: str = says("id, unique in the case")
    file: InsidePath = says("GeoJSON, GeoPackage, GeoParquet, Shapefile (.shp, .zip) or KML file inside the case folder")
    layer: str | None = says("layer of the file, where it holds several", default=None)
    feature: str | None = says("id of the feature in the file, where it holds several", default=None)
    crs: str | None = says("coordinate system of the file, for example EPSG:28408; before what the file says", default=None)
    name: str | None = says("name shown to people", default=None)
    kind: str | None = says("what the zone is for", default=None)
    source_map: str | None = says("the map or text it was taken from", default=None)
    scale: Annotated[int, Field(gt=0)] | None = says("denominator of the map scale", default=None)
    datum: str | None = says("datum of the source map", default=None)
    accuracy_m: Annotated[float, Field(gt=0)] | None = says("95 % accuracy of the drawn edge", unit="m", default=None)
    valid_from: Day | None = says("first day it was valid", default=None)
    valid_to: Day | None = says("last day it was valid", default=None)


@_strict
@noun
class GazetteerEntry:
    """[[gazetteers]]: a CSV file of the case's own places (the background page gives its columns), or, without a file, a
    gazetteer that `merestone gazetteer add` added on this machine. The case's own places go first, then those, in order."""

    file: InsidePath | None = says(
        "CSV file inside the case folder; without one, the name is of an added gazetteer", default=None
    )
    name: str = says("name of the gazetteer, for example geonames-AM for an added one", default="case")
    sha256: Sha256 | None = says("SHA-256 the added gazetteer must have; any will do if not given", default=None)


@_strict
@noun
class ActorEntry:
    """[[actors]]: what texts of this case call an actor that the built-in vocabulary does not know."""

    code: ActorCode = says("actor code")
    names: Annotated[tuple[str, ...], Field(min_length=1)] = says("names and abbreviations, as texts write them")


@_strict
@noun
class ReviewerEntry:
    """[[reviewers]]: who may decide, and with which key. Where none is listed, the key of an author's first decision counts."""

    name: Annotated[str, Field(min_length=1)] = says("the author as decisions name them")
    key: PublicKey = says("Ed25519 public key, base64, as `merestone decide key` prints it")


@_strict
@noun
class CaseFile:
    """case.toml."""

    format: Literal[1] = says("version of this format")
    name: str = says("name of the case")
    notice: str = says("what a reader must know before quoting; shown on the page and in exports", default="")
    time_zone: TimeZone = says("IANA zone of clock times that name none", default="UTC")
    language: str = says("BCP 47 tag of documents that name none", default="en")
    read_everything: bool = says("read also texts whose words speak of no conflict: crime, sport, weather", default=False)
    parties: Annotated[tuple[PartyEntry, ...], Field(min_length=1)] = says("sides of the line")
    sources: tuple[SourceEntry, ...] = says("who publishes or is quoted", default=())
    lines: tuple[LineEntry, ...] = says("lines, each from a map of its own", default=())
    zones: tuple[ZoneEntry, ...] = says("areas", default=())
    gazetteers: tuple[GazetteerEntry, ...] = says("the case's own places", default=())
    actors: tuple[ActorEntry, ...] = says("the case's own names of actors", default=())
    reviewers: tuple[ReviewerEntry, ...] = says("who may decide; empty for anybody who can write the case", default=())
    decisions: PostgresAddress | None = says(
        "postgresql:// address of a team's decisions database; null for the file decisions.db in the case", default=None
    )


# --------------------------------------------------------------------------------------------------------------------------
# a case on disk


WITHDRAWAL = "withdrawal"
"""Name of the folder of an agreed withdrawal."""


@dataclasses.dataclass(frozen=True)
class Case:
    """A case folder and its validated case file."""

    folder: Path
    file: CaseFile

    @classmethod
    def open(cls, folder: Path) -> Case:
        """Read and validate a case. Raises MerestoneError M101, M102, M106 or M2xx."""
        if not folder.exists():
            raise MerestoneError("M101", path=folder)
        path = folder / "case.toml"
        if not path.is_file():
            raise MerestoneError("M102", path=folder)
        return cls(folder=folder, file=read_case_file(path))

    @property
    def vault(self) -> Path:
        """Folder of the sealed bytes."""
        return self.folder / "vault"

    @property
    def log(self) -> Path:
        """Folder of the custody log."""
        return self.folder / "log"

    @property
    def records(self) -> Path:
        """Folder of the records."""
        return self.folder / "record"

    @property
    def withdrawal(self) -> Path:
        """Folder of an agreed withdrawal: agreement, positions, inspections, tracks."""
        return self.folder / WITHDRAWAL

    @property
    def parties(self) -> tuple[str, ...]:
        """Codes of the parties, sorted: their order on the page and in colours takes no side."""
        return tuple(sorted(party.code for party in self.file.parties))

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources of the case file by code."""
        return {
            s.code: Source(
                code=s.code, name=s.name, affiliation=s.affiliation, time_zone=s.time_zone,
                party=s.party or (state_of(s.code) if s.affiliation == "party" else None),
            )
            for s in self.file.sources
        }  # fmt: skip

    def source(self, code: str) -> Source:
        """The source of a code, as the case file names it or, where it does not, as the code itself implies."""
        if code in self.sources or code in DATA_SETS:
            return self.sources.get(code) or DATA_SETS[code]
        state, sector = state_of(code), sector_of(code)
        affiliation: Affiliation = "third_party"
        if code == "MEDIA" or sector == "MEDIA":
            affiliation = "media"
        elif state in self.parties:
            affiliation = "party"
        elif sector == "PKO" or (sector is not None and sector not in STATE_SECTORS):
            affiliation = "monitor"
        return Source(code=code, name=code, affiliation=affiliation, party=state if affiliation == "party" else None)

    def time_zone(self, source: str | None = None) -> ZoneInfo:
        """The zone of clock times in texts of a source: the source's own, else the case's."""
        own = self.sources[source].time_zone if source in self.sources else None
        return ZoneInfo(own or self.file.time_zone)

    def digest(self) -> dict[str, str]:
        """SHA-256 of case.toml and of every file it names, by path inside the case, and of every gazetteer it names that was
        added on this machine, by ``gazetteer:`` and its name: what a record depends on."""
        entries: tuple[LineEntry | ZoneEntry | GazetteerEntry, ...] = (
            *self.file.lines,
            *self.file.zones,
            *self.file.gazetteers,
        )
        names = sorted({"case.toml", *(entry.file for entry in entries if entry.file)})
        out = {}
        for name in sorted(gazetteer.name for gazetteer in self.file.gazetteers if not gazetteer.file):
            out[f"gazetteer:{name}"] = gazetteer_digest(name)
        for name in names:
            path = self.folder / name
            if not path.is_file():
                raise MerestoneError("M101", path=path)
            for part in (path, *shapefile_parts(path)):
                out[(PurePosixPath(name).parent / part.name).as_posix()] = hashlib.sha256(part.read_bytes()).hexdigest()
        return dict(sorted(out.items()))

    def withdrawal_digest(self) -> dict[str, str]:
        """SHA-256 of every file of the folder ``withdrawal``, by path inside it. Raises MerestoneError M106."""
        out = files_digest(self.withdrawal)
        for name, digest in out.items():
            if digest == UNREADABLE:
                raise MerestoneError("M106", path=self.withdrawal / name)
        return out


UNREADABLE = "unreadable"
"""Stands for the SHA-256 of a file that the system does not let us read."""


def file_digest(path: Path) -> str:
    """SHA-256 of a file; UNREADABLE where the system does not let us read it."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return UNREADABLE


def files_digest(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder and below, by path inside it, sorted; nothing for a folder that is not there.

    A link to a file counts as the file. A link to a folder is not followed: it counts as where it points to.
    """
    out = {}
    for above, folders, names in os.walk(folder, followlinks=False):
        for path in [Path(above, name) for name in (*names, *folders)]:
            if path.is_file():
                said = file_digest(path)
            elif path.is_symlink():
                said = hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
            else:
                continue
            # a name that is no UTF-8 is written with escapes
            out[os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")] = said
    return dict(sorted(out.items()))


def shapefile_parts(path: Path) -> list[Path]:
    """The other files that belong to a Shapefile (.shx, .dbf, .prj, .cpg beside the .shp), sorted; none for other files."""
    if path.suffix.lower() != ".shp":
        return []
    suffixes = (".shx", ".dbf", ".prj", ".cpg")
    return [other for other in sorted(path.parent.iterdir()) if other.stem == path.stem and other.suffix.lower() in suffixes]


# --------------------------------------------------------------------------------------------------------------------------
# gazetteers added on this machine

GAZETTEER_NAME = r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}"
"""Form of the name of an added gazetteer, which is also the name of its file."""


def gazetteers_folder() -> Path:
    """Where the gazetteers added on this machine lie."""
    return Path(platformdirs.user_data_dir("merestone", appauthor=False)) / "gazetteers"


def gazetteer_file(name: str) -> Path:
    """The file of an added gazetteer."""
    return gazetteers_folder() / f"{name}.places"


def added_gazetteers() -> list[str]:
    """The names of the gazetteers added on this machine, sorted."""
    return sorted(path.stem for path in gazetteers_folder().glob("*.places") if not path.name.startswith("."))


def gazetteer_digest(name: str) -> str:
    """The SHA-256 that stands for an added gazetteer: the one near the end of its file (``places.gazetteers.index_file``).

    Raises MerestoneError M570 where it was not added here.
    """
    path = gazetteer_file(name)
    if not path.is_file():
        raise MerestoneError("M570", name=name, known=", ".join(added_gazetteers()) or "none")
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 44))
        return file.read(32).hex()


# --------------------------------------------------------------------------------------------------------------------------
# validation


def read_case_file(path: Path) -> CaseFile:
    """Read and validate a case.toml. Raises MerestoneError M101, M106 or M2xx, with the line and the fix."""
    read = _FORM.parse(_FORM.load(path), path)
    _check_references(read)
    return read.value


def check_option(option: str, values: Iterable[str], kind: Any) -> None:
    """Check what was given on the command line as a case file would be. Raises MerestoneError M108."""
    for value in values:
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            problem = in_words(error.errors()[0])
            raise MerestoneError("M108", option=option, value=value, problem=problem) from error


def in_range(option: str, value: float | None, least: float, most: float, unit: str) -> None:
    """Check a number given on the command line, where one was. Raises MerestoneError M108."""
    if value is not None and not least <= value <= most:  # not a number is in no range
        problem = f"is not between {least:,g} and {most:,g} {unit}"
        raise MerestoneError("M108", option=option, value=f"{value:g}", problem=problem)


def _check_references(read: Parsed[CaseFile]) -> None:
    """What one table says must fit what the others say: ids once, line sides and sources with parties that exist."""
    case_file = read.value
    for table, key in (("parties", "code"), ("sources", "code"), ("lines", "id"), ("zones", "id"), ("reviewers", "name")):
        seen: set[str] = set()
        for number, entry in enumerate(getattr(case_file, table)):
            value = getattr(entry, key)
            if value in seen:
                raise read.wrong((table, number, key), f"is {value!r} a second time", "give each entry its own")
            seen.add(value)
    added: set[str] = set()
    for number, gazetteer in enumerate(case_file.gazetteers):
        name = gazetteer.name
        if gazetteer.file:
            continue
        if name == "case":
            raise read.missing(("gazetteers", number, "file"), f"add {_EXAMPLES['gazetteers.file']}")
        if not re.fullmatch(GAZETTEER_NAME, name) or name in added:
            problem = f"is {name!r}" + (" a second time" if name in added else ", which is no name of an added gazetteer")
            raise read.wrong(("gazetteers", number, "name"), problem, "write a name that `merestone gazetteer list` shows")
        added.add(name)
    parties = sorted(party.code for party in case_file.parties)
    for table, keys in (("sources", ("party",)), ("lines", ("left_party", "right_party"))):
        for number, entry in enumerate(getattr(case_file, table)):
            for key in keys:
                value = getattr(entry, key)
                if value is not None and value not in parties:
                    problem, fix = f"is {value!r}, which is no party of the case", f"use one of {', '.join(parties)}"
                    raise read.wrong((table, number, key), problem, fix)


TABLES: dict[str, type[Any]] = {
    "parties": PartyEntry, "sources": SourceEntry, "lines": LineEntry, "zones": ZoneEntry,
    "gazetteers": GazetteerEntry, "actors": ActorEntry, "reviewers": ReviewerEntry,
}  # fmt: skip

_EXAMPLES = {
    "format": "format = 1",
    "name": 'name = "A name"',
    "code": 'code = "ARM"',
    "id": 'id = "boundary"',
    "file": 'file = "layers/boundary.geojson"',
    "parties": '[[parties]] with code = "ARM" and name = "Armenia"',
    "affiliation": 'affiliation = "party"',
    "time_zone": 'time_zone = "Asia/Yerevan"',
    "names": 'names = ["Border Service"]',
    "left_party": 'left_party = "ARM"',
    "right_party": 'right_party = "AZE"',
    "party": 'party = "ARM"',
    "scale": "scale = 100000",
    "accuracy_m": "accuracy_m = 500",
    "valid_from": 'valid_from = "1975-01-01"',
    "valid_to": 'valid_to = "1991-12-26"',
    "short_names": 'short_names = ["Yerevan"]',
    "language": 'language = "en"',
    "gazetteers.file": 'file = "layers/places.csv", or the name of an added gazetteer',
    "decisions": 'decisions = "postgresql://user@host/database"',
    "key": 'key = "..." as `merestone decide key` prints it',
}

_FORM = Form(
    name="case.toml", whole=CaseFile, tables=TABLES, examples=_EXAMPLES, error=coded("M201", "M202", "M203", "M204")
)  # fmt: skip
