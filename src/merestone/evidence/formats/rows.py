"""Metadata of the documents of a list (JSON Lines or CSV): which fields there are, and what each may hold."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from datetime import date

from merestone.errors import MerestoneError
from merestone.evidence.formats.part import Part, plain_lines
from merestone.model import Genre

FIELDS = ("id", "title", "publisher", "published", "language", "genre", "source_url", "text")
"""Fields of a document, as the corpus format names them. Only text is required."""

ACTOR_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z][A-Z0-9]*)?")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
URL = re.compile(r"https?://[^\s\x00-\x1f]{1,2000}")
_ID = re.compile(r"[^\s/\\#~\x00-\x1f\x7f]{1,120}")
_GENRES = typing.get_args(Genre)


def is_day(value: str) -> bool:
    """Whether it is a day that exists, written YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _problem(field: str, value: str) -> str | None:
    if field == "id" and (not _ID.fullmatch(value) or value in (".", "..")):
        return "must be 1 to 120 characters without white space, / \\ # and ~"
    if field == "publisher" and not ACTOR_CODE.fullmatch(value):
        return "is not an actor code, for example ARM-MFA"
    if field == "published" and not is_day(value):
        return "is not a day of the form 2022-09-13"
    if field == "language" and not LANGUAGE.fullmatch(value):
        return "is not a language tag, for example en"
    if field == "genre" and value not in _GENRES:
        return f"is none of {', '.join(_GENRES)}"
    if field == "source_url" and not URL.fullmatch(value):
        return "is not an address that begins with http:// or https://"
    if field == "text" and not value.strip():
        return "is empty"
    return None


def part_of(row: Mapping[str, object], path: object, line: int) -> Part:
    """The document of one row. Raises MerestoneError M312, naming the line and the field."""
    values: dict[str, str] = {}
    for field in FIELDS:
        value = row.get(field)
        if value is None or (value == "" and field != "text"):
            continue
        if not isinstance(value, str):
            raise MerestoneError("M312", path=path, line=line, field=field, problem="is not text in quotation marks")
        if problem := _problem(field, value):
            raise MerestoneError("M312", path=path, line=line, field=field, problem=problem)
        values[field] = value
    if "text" not in values:
        raise MerestoneError("M312", path=path, line=line, field="text", problem="is missing")
    values["text"] = plain_lines(values["text"])
    if "title" in values:
        values["title"] = " ".join(values["title"].split())
    return Part(
        text=values["text"],
        id=values.get("id"),
        title=values.get("title") or None,
        publisher=values.get("publisher"),
        published=values.get("published"),
        language=values.get("language"),
        genre=typing.cast(Genre | None, values.get("genre")),
        source_url=values.get("source_url"),
        catalogued=True,
    )


def unique_ids(found: list[tuple[int, Part]], path: object) -> list[Part]:
    """The parts, where no two have the same id. Raises MerestoneError M312 for the first line that repeats one."""
    seen: dict[str, int] = {}
    for line, part in found:
        if part.id is not None and part.id in seen:
            problem = f"is {part.id!r} as in line {seen[part.id]}"
            raise MerestoneError("M312", path=path, line=line, field="id", problem=problem)
        if part.id is not None:
            seen[part.id] = line
    return [part for _, part in found]
