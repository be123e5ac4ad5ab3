"""TOML files that people write: read whole, checked whole, and every mistake told with its line and its fix.

The case file, agreements and mapping files are each a ``Form``: what the file may say, examples of its fields, and the messages
of its mistakes. No field is ever ignored in silence, and no file, however hostile, gives anything but its value or one error.
"""

from __future__ import annotations

import codecs
import dataclasses
import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from merestone.errors import MerestoneError

T = TypeVar("T")

FaultKind = Literal["size", "key", "encoding", "syntax", "unknown", "missing", "value"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a file."""

    kind: FaultKind
    """size, key, encoding and syntax: this is not TOML that is read; unknown, missing, value: of the field."""
    line: int
    """1-based."""
    field: str = ""
    """Names of the tables it stands in and its own, with dots."""
    detail: str = ""
    """What is wrong, as the middle of a sentence."""
    fix: str = ""
    """What to do, as the end of a sentence."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Form(Generic[T]):
    """A kind of file."""

    name: str
    """What messages call the file as a whole."""
    whole: type[T]
    """Noun of what it says."""
    tables: Mapping[str, type[Any]]
    """Noun of each of its tables, by name."""
    examples: Mapping[str, str]
    """A right line for each field, by name."""
    error: Callable[[Fault, object], MerestoneError]
    """Makes the error of a fault in a file of that path."""
    largest: int = 2_000_000
    """Bytes of a file, at most."""

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self.whole)

    def load(self, path: Path) -> bytes:
        """The bytes of a file, and no more than one too many for it to be read. Raises MerestoneError M101 or M106."""
        try:
            with path.open("rb") as stream:
                return stream.read(self.largest + 1)
        except FileNotFoundError as error:
            raise MerestoneError("M101", path=path) from error
        except OSError as error:
            raise MerestoneError("M106", path=path) from error

    def parse(self, data: bytes, path: object) -> Parsed[T]:
        """What the bytes of a file say. ``path`` is what messages call it. Raises the form's errors."""
        try:
            text = self._text(data)
            raw = _toml(text)
        except _FaultError as found:
            raise self.error(found.fault, path) from found.__cause__
        try:
            value = self._adapter.validate_python(raw)
        except ValidationError as error:
            raise self.error(self._first_fault(error, text), path) from error
        return Parsed(self, value, text, path)

    def example(self, place: tuple[Any, ...]) -> str:
        """A right line for the field at a place."""
        names = _names(place)
        known = [name for name in names if name in self.examples]
        return self.examples[known[-1]] if known else f'{names[-1]} = "..."' if names else "format = 1"

    def _text(self, data: bytes) -> str:
        if len(data) > self.largest:
            raise _FaultError(Fault(kind="size", line=1, detail=f"larger than {self.largest} bytes"))
        data = data.removeprefix(codecs.BOM_UTF8)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise _FaultError(Fault(kind="encoding", line=line, detail="not UTF-8")) from error

    def _first_fault(self, error: ValidationError, text: str) -> Fault:
        # an unknown field comes first: a misspelt one is also a missing one, and the misspelling is the cause
        first: Any = min(error.errors(include_url=False, include_input=False), key=lambda each: each["type"] not in _UNKNOWN)
        place = tuple(part for part in first["loc"] if isinstance(part, int) or re.fullmatch(r"[A-Za-z_]\w*", str(part)))
        if first["type"] in _UNKNOWN:
            written = str(first["loc"][-1])  # as it stands in the file, where others may be pydantic's own names of branches
            place = (*place, written) if place[-1:] != (written,) else place
            names = _names(place)
            known = [each.name for each in dataclasses.fields(self._noun_of(names[:-1]))]
            close = difflib.get_close_matches(written[:60], known, n=1)
            fix = f"perhaps you meant {close[0]}" if close else f"the fields here are {', '.join(known)}"
            field = ".".join((*names[:-1], written[:60]))
            return Fault(kind="unknown", line=line_of(text, place), field=field, fix=fix)
        field = ".".join(_names(place)) or self.name
        if first["type"] in _MISSING:
            return Fault(kind="missing", line=line_of(text, place[:-1]), field=field, fix=f"add {self.example(place)}")
        return Fault(
            kind="value", line=line_of(text, place), field=field, detail=in_words(first), fix=f"write {self.example(place)}"
        )

    def _noun_of(self, names: list[str]) -> Any:
        """Noun of the table that stands at these names."""
        found = [self.tables[name] for name in (*names[-1:], *names[:1]) if name in self.tables]
        return found[0] if found else self.whole


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What a file says, and the means to tell what in it does not fit the rest."""

    form: Form[T]
    value: T
    text: str
    path: object

    def missing(self, place: tuple[Any, ...], fix: str) -> MerestoneError:
        """The error of a field that is needed at a place, as what others say makes it."""
        line = line_of(self.text, place[:-1])
        return self.form.error(Fault(kind="missing", line=line, field=".".join(_names(place)), fix=fix), self.path)

    def wrong(self, place: tuple[Any, ...], problem: str, fix: str) -> MerestoneError:
        """The error of a value that does not fit what others say."""
        line, field = line_of(self.text, place), ".".join(_names(place))
        return self.form.error(Fault(kind="value", line=line, field=field, detail=problem, fix=fix), self.path)


def coded(syntax: str, unknown: str, missing: str, value: str) -> Callable[[Fault, object], MerestoneError]:
    """Errors of a form that has a code for each: no TOML, unknown field, missing field, wrong value."""

    def error(fault: Fault, path: object) -> MerestoneError:
        if fault.kind == "unknown":
            return MerestoneError(unknown, path=path, line=fault.line, field=fault.field, fix=fault.fix)
        if fault.kind == "missing":
            return MerestoneError(missing, path=path, line=fault.line, field=fault.field, fix=fault.fix)
        if fault.kind == "value":
            return MerestoneError(
                value, path=path, line=fault.line, field=fault.field, problem=fault.detail, fix=fault.fix
            )  # fmt: skip
        return MerestoneError(syntax, path=path, line=fault.line, detail=fault.detail)

    return error


def in_words(error: Any) -> str:
    """What is wrong by one of pydantic's errors, as the middle of a sentence."""
    kind = error["type"]
    if kind in ("too_short", "too_long"):
        count, limits = error["ctx"]["actual_length"], error["ctx"]
        return "is empty" if not count else f"has {count} entries, not {limits.get('min_length', limits.get('max_length'))}"
    problem = _WORDS.get(kind) or str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    return problem[:1].lower() + problem[1:]


_WORDS = {
    "string_type": "is not text in quotation marks",
    "float_type": "is not a number",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "tuple_type": "is not a list",
    "dict_type": "is not a table",
    "dataclass_type": "is not one table",
}
"""What is wrong, where pydantic's own words are about Python."""


# --------------------------------------------------------------------------------------------------------------------------
# TOML that does no harm

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")
_KEY_OF_FIFTY_PARTS = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){50}")


class _FaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def _names(place: tuple[Any, ...]) -> list[str]:
    return [part for part in place if isinstance(part, str)]


def _toml(text: str) -> dict[str, Any]:
    """The tables of a text. tomllib needs time that grows with the square of a key's parts, and runs out of stack where values
    are nested deep."""
    if nested := _KEY_OF_FIFTY_PARTS.search(text):
        raise _FaultError(Fault(kind="key", line=text.count("\n", 0, nested.start()) + 1, detail="a key of fifty parts"))
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise _FaultError(Fault(kind="syntax", line=text.count("\n") + 1, detail="nested too deep")) from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        detail = _syntax_in_words(re.sub(r" \(at .*", "", str(error)).rstrip("."), text.split("\n")[line - 1])
        raise _FaultError(Fault(kind="syntax", line=line, detail=detail)) from error
    except ValueError as error:  # Python reads no number of more digits than this
        long = re.search(rf"\d{{{_MOST_DIGITS}}}", text.replace("_", ""))
        line = text.replace("_", "").count("\n", 0, long.start()) + 1 if long else text.count("\n") + 1
        raise _FaultError(Fault(kind="syntax", line=line, detail=f"a number of over {_MOST_DIGITS} digits")) from error


def _syntax_in_words(said: str, line: str) -> str:
    """What tomllib says of a line, for people who do not write TOML every day."""
    heading = _HEADING.match(line)
    if "overwrite" in said.lower() or "twice" in said or "mutate" in said:
        return f"{heading[2].strip()} stands both in [ ] and in [[ ]], or twice in [ ]" if heading else "given a second time"
    if said == "Illegal character '\\n'":
        return "text in quotation marks does not end on its line"
    return said.lower()


_MOST_DIGITS = 4300
_HEADING = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")


def line_of(text: str, place: tuple[Any, ...]) -> int:
    """1-based line of a TOML text where the key at ``place`` stands, or its nearest heading, else 1.

    ``place`` is a path of names and 0-based numbers, for example ("lines", 0, "file"). tomllib keeps no positions, so the
    headings and keys are found again here; inline tables give the line of the key that holds them.
    """
    wanted = list(place)
    counts: dict[str, int] = {}
    current: list[Any] = []
    best, best_length = 1, 0
    quoted: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if quoted:
            if quoted in line:
                quoted = None
            continue
        heading, key = _HEADING.match(line), _KEY.match(line)
        if heading:
            name = heading[2].strip().strip("\"'")
            current = [*name.split(".")]
            if heading[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                current.append(counts[name])
            found = current
        elif key:
            found = [*current, *key[1].strip("\"'").split(".")]
            opened = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), None)
            quoted = opened
        else:
            continue
        if (found == wanted[: len(found)] or found == [*wanted, 0]) and len(found) > best_length:
            best, best_length = number, len(found)
    return best
