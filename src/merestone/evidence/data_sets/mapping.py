"""How the rows of a data set are read: which column holds what, and what its codes mean.

A mapping is a TOML file. Those of UCDP GED, ACLED, GDELT 2.0 and FIRMS come with the program, in the same form as those that
users write. It is checked whole when it is read, and no field is ever ignored in silence.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, with_config

from merestone.case import ActorCode, TimeZone
from merestone.errors import MerestoneError
from merestone.evidence.data_sets.table import cells_of, heading_of, known_encoding, separator_of
from merestone.model import Act, Event, Genre, Means, PlaceRole, Proof, QuantityKind, noun, says
from merestone.toml_files import Fault, Form, line_of

BUILT_IN = ("ucdp", "acled", "gdelt", "firms")
"""Names of the mappings that come with the program."""
_FORMAT = re.compile(r"(?:%[YmdHMSfbByj]|[^%])+")

_strict = with_config({"extra": "forbid"})


def _is_encoding(value: str) -> str:
    if not known_encoding(value):
        raise ValueError("is not an encoding that is read, for example utf-8, latin-1 or windows-1251")
    return value


def _is_format(value: str) -> str:
    if not _FORMAT.fullmatch(value):
        raise ValueError("may hold %Y %y %m %d %b %B %j %H %M %S %f and plain characters, for example %d.%m.%Y")
    return value


def _is_separator(value: str) -> str:
    if len(value) != 1 or value in '"\r\n\0':
        raise ValueError("is one character, for example a comma or \\t")
    return value


Column = Annotated[str, Field(min_length=1, max_length=200)]
DateFormat = Annotated[str, AfterValidator(_is_format)]
Metres = Annotated[float, Field(gt=0, le=20_000_000)]
Days = Annotated[int, Field(ge=0, le=3660)]


@_strict
@noun
class TimeColumns:
    """[time]: when."""

    first: Column = says("column of the first day")
    last: Column | None = says("column of the last day; the first if not given", default=None)
    formats: Annotated[tuple[DateFormat, ...], Field(min_length=1)] = says(
        "how days are written, in strptime's letters; the first that fits counts", default=("%Y-%m-%d",)
    )
    clock: Column | None = says("column of the time of day, as HHMM or HH:MM", default=None)
    zone: TimeZone | None = says("IANA zone of the time of day; the case's if not given", default=None)
    precision: Column | None = says("column that tells how exact the day is", default=None)
    widen: dict[str, Days | Literal["month", "year"]] | None = says(
        "for each code of that column: days more on either side, or the whole month or year", default=None
    )


@_strict
@noun
class PlaceColumns:
    """[place]: where."""

    longitude: Column = says("column of the longitude, degrees on WGS 84")
    latitude: Column = says("column of the latitude, degrees on WGS 84")
    name: Column | None = says("column of the place's name", default=None)
    role: PlaceRole = says("how the place takes part in the event", default="at")
    radius_m: Metres | None = says("the event lies within this distance of the position, for every row", default=None)
    precision: Column | None = says("column that tells how exact the position is", default=None)
    radius_by: dict[str, Metres] | None = says("for each code of that column, the radius in metres", default=None)
    pixel_km: tuple[Column, Column] | None = says("columns of the width and height of a sensor's pixel, in km", default=None)
    optional: bool = says("whether rows without a position are taken", default=False)


@_strict
@noun
class Rule:
    """[[events]]: what a kind of row says; the first rule that fits a row counts."""

    when: dict[Column, str | tuple[str, ...]] | None = says(
        "for each of these columns the value, or one of several, in any case; a * at the end stands for anything", default=None
    )
    event: Event | Literal["none"] = says("event code; none leaves such rows out")
    act: Act = says("what the data set does by saying so", default="asserts")
    sides: Literal["directed", "mutual"] = says(
        "directed: the actor did it to the target; mutual: both took part, and who did what is not coded", default="directed"
    )
    means: tuple[Means, ...] = says("weapon classes that the kind of row names", default=())


@_strict
@noun
class Count:
    """[[counts]]: a number the rows give."""

    what: QuantityKind = says("what is counted")
    of: Literal["actor", "target"] | None = says(
        "whose people they are, which makes a claim of its own; not given for a number of the event as a whole", default=None
    )
    value: Column = says("column of the number")
    low: Column | None = says("column of the least number", default=None)
    high: Column | None = says("column of the greatest number", default=None)


@_strict
@noun
class Mapping:
    """A mapping file."""

    format: Literal[1] = says("version of this format")
    name: str = says("name of the data set, shown to people")
    speaker: ActorCode = says("actor code of who says what the rows say: the data set itself; name it in case.toml")
    genre: Genre = says("statement, monitor_report or news", default="news")
    encoding: Annotated[str, AfterValidator(_is_encoding)] = says("encoding of the file", default="utf-8")
    separator: Annotated[str, AfterValidator(_is_separator)] | None = says(
        "what parts the cells; told by the heading if not given", default=None
    )
    columns: tuple[Column, ...] = says("names of the columns, in order, of files without a heading", default=())
    optional_columns: tuple[Column, ...] = says("columns that not every file has", default=())
    recognised_by: tuple[Column, ...] = says("mappings of the program only: a heading with all of these is this", default=())
    id: Column | None = says("column of the row's id; rows without one are named by what they hold", default=None)
    address: Column | None = says("column of the public address of the original", default=None)
    published: Column | None = says("column of the day it was published", default=None)
    published_formats: tuple[DateFormat, ...] = says("how that day is written", default=("%Y-%m-%d",))
    evidence: tuple[Proof, ...] = says("what the data set offers as proof", default=())
    actor: Column | None = says("column of who did it", default=None)
    target: Column | None = says("column of to whom", default=None)
    actors: dict[str, ActorCode] | None = says("actor codes of names that the vocabulary does not know", default=None)
    actor_codes: Literal["names", "cameo"] = says("whether those columns hold names or CAMEO actor codes", default="names")
    time: TimeColumns = says("when")
    place: PlaceColumns = says("where")
    events: Annotated[tuple[Rule, ...], Field(min_length=1)] = says("what the rows say")
    counts: tuple[Count, ...] = says("the numbers they give", default=())

    def needed(self) -> tuple[str, ...]:
        """Every column that is read and must be there, each once."""
        time, place = self.time, self.place
        names = [
            self.id, self.address, self.published, self.actor, self.target, time.first, time.last, time.clock, time.precision,
            place.longitude, place.latitude, place.name, place.precision, *(place.pixel_km or ()),
            *(column for rule in self.events for column in rule.when or ()),
            *(column for count in self.counts for column in (count.value, count.low, count.high)),
        ]  # fmt: skip
        return tuple(dict.fromkeys(name for name in names if name is not None and name not in self.optional_columns))


TABLES: dict[str, type[Any]] = {"time": TimeColumns, "place": PlaceColumns, "events": Rule, "counts": Count}

_PROBLEMS = {
    "size": "is {detail}", "key": "has {detail}", "encoding": "is {detail}", "syntax": "is not TOML ({detail})",
    "unknown": "there is no field {field} here", "missing": "the field {field} is missing", "value": "{field} {detail}",
}  # fmt: skip


def _error(fault: Fault, path: object) -> MerestoneError:
    problem = _PROBLEMS[fault.kind].format(field=fault.field, detail=fault.detail)
    return MerestoneError("M645", path=path, line=fault.line, problem=problem)


_FORM = Form(name="the file", whole=Mapping, tables=TABLES, examples={}, error=_error, largest=200_000)


@cache
def built_in(name: str) -> Mapping:
    """The mapping of that name that comes with the program."""
    file = resources.files("merestone.evidence.data_sets") / "data" / f"{name}.toml"
    return mapping_of(file.read_bytes(), file.name)


def read_mapping(path: Path) -> tuple[Mapping, bytes]:
    """A mapping file and its bytes. Raises MerestoneError M101, M106, or M645 with the line and the field."""
    if not path.is_file():
        raise MerestoneError("M101", path=path)
    data = _FORM.load(path)
    return mapping_of(data, path), data


def mapping_of(data: bytes, path: object) -> Mapping:
    """The mapping of sealed bytes. Raises MerestoneError M645."""
    read = _FORM.parse(data, path)
    _check_together(read.value, path, read.text)
    return read.value


def digest_of_mapping(data: bytes) -> str:
    """SHA-256 of a mapping file, the form of the rows it reads."""
    return hashlib.sha256(data).hexdigest()


def recognised(path: Path) -> str | None:
    """Name of the built-in mapping whose data set a file is, by its heading; None for another file.

    GDELT's files have no heading: their first row is known by its 61 cells, with a number and a day at the head.
    """
    heading = heading_of(path)
    separator = separator_of(heading)
    cells = [cell.lower() for cell in cells_of(heading, separator)]
    for name in BUILT_IN:
        marks = built_in(name).recognised_by
        if marks and {mark.lower() for mark in marks} <= set(cells):
            return name
    gdelt = heading.split("\t")
    if len(gdelt) == len(built_in("gdelt").columns) and gdelt[0].isdigit() and re.fullmatch(r"(19|20)\d{6}", gdelt[1]):
        return "gdelt"
    return None


def _check_together(mapping: Mapping, path: object, text: str) -> None:
    """What one field says must fit what the others say."""
    time, place = mapping.time, mapping.place
    ways = [place.radius_m is not None, place.precision is not None, place.pixel_km is not None]
    problems = [
        (sum(ways) != 1, ("place",), "place needs one of radius_m, precision with radius_by, and pixel_km"),
        ((place.precision is None) != (not place.radius_by), ("place",), "place.precision and place.radius_by go together"),
        ((time.precision is None) != (not time.widen), ("time",), "time.precision and time.widen go together"),
        (time.zone is not None and time.clock is None, ("time", "zone"), "time.zone needs time.clock"),
        (
            any(count.of is not None and getattr(mapping, count.of) is None for count in mapping.counts),
            ("counts", 0, "of"), "counts.of names a side whose column is not given",
        ),
        (any(": " in column for column in mapping.needed()), ("format",), "a column's name may not hold a colon and a space"),
    ]  # fmt: skip
    for wrong, where, problem in problems:
        if wrong:
            raise MerestoneError("M645", path=path, line=line_of(text, where), problem=problem)
