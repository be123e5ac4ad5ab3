"""Which files are taken in, and the checks each must pass before it is sealed."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.evidence.data_sets.mapping import Mapping, built_in, recognised
from merestone.evidence.formats import json_lines, plain_text, spreadsheet
from merestone.evidence.formats.part import Part

_MB = 1_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class FileType:
    """One type of file that is read."""

    media_type: str
    limit: int
    """Greatest size, in bytes."""
    parts: Callable[[bytes, object], list[Part]]
    """(content, path for errors) to the documents in it; raises MerestoneError M3xx."""


def _web_page(data: bytes, path: object) -> list[Part]:
    from merestone.evidence.formats import web_page  # its library takes long to load; most commands never need it

    return web_page.parts(data, path)


def _pdf(data: bytes, path: object) -> list[Part]:
    from merestone.evidence.formats import pdf

    return pdf.parts(data, path)


_PLAIN = FileType("text/plain", 50 * _MB, plain_text.parts)
_MARKDOWN = FileType("text/markdown", 50 * _MB, plain_text.parts)
_PAGE = FileType("text/html", 10 * _MB, _web_page)
TYPES = {
    ".txt": _PLAIN,
    ".md": _MARKDOWN,
    ".html": _PAGE,
    ".htm": _PAGE,
    ".pdf": FileType("application/pdf", 500 * _MB, _pdf),
    ".jsonl": FileType("application/jsonl", 500 * _MB, json_lines.parts),
    ".csv": FileType("text/csv", 500 * _MB, spreadsheet.parts),
}
"""The types by the ending of the name, in lower case."""

ROWS = FileType("text/csv", 4_000 * _MB, spreadsheet.parts)
"""A data set: it is read as a stream, row by row, so that it may be larger than a list of documents."""
MAPPING = FileType("application/toml", 1 * _MB, lambda _data, _path: [])
"""A mapping file, which holds no document itself."""

BY_MEDIA_TYPE = {kind.media_type: kind for kind in TYPES.values()}
KNOWN = " ".join(TYPES)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A file that was found to take in."""

    path: Path
    name: str
    """File name, or path inside the folder that was named, with forward slashes."""
    kind: FileType
    form: str | None = None
    """How the rows of a data set are read, as in ``model.Item``; None for texts and lists of texts."""
    mapping: Mapping | None = None
    """The mapping behind the form."""


@dataclasses.dataclass(slots=True)
class Search:
    """What a search through the named paths gave."""

    files: list[Found] = dataclasses.field(default_factory=list)
    skipped: list[Path] = dataclasses.field(default_factory=list)
    """Files in folders whose type is not read."""
    refused: list[MerestoneError] = dataclasses.field(default_factory=list)


def type_of(path: Path) -> FileType:
    """The type of a file by its name. Raises MerestoneError M307."""
    kind = TYPES.get(path.suffix.lower())
    if kind is None:
        raise MerestoneError("M307", path=path, known=KNOWN)
    return kind


def as_data_set(found: Found, form: str | None = None, mapping: Mapping | None = None) -> Found:
    """A file as a data set of the form that is named or, where none is, whose heading tells one; else as it is.

    Raises MerestoneError M644 where a form is named for a file that is no table.
    """
    if found.path.suffix.lower() != ".csv":
        if form is not None:
            raise MerestoneError("M644", path=found.path)
        return found
    if form is None:
        if not found.path.is_file():
            return found
        try:
            form = recognised(found.path)
        except OSError:
            return found  # checking it will say why
        if form is None:
            return found
        mapping = built_in(form)
    return dataclasses.replace(found, kind=ROWS, form=form, mapping=mapping)


def check_size(path: Path, kind: FileType) -> None:
    """Check what can be told without reading. Raises MerestoneError M101, M106, M303, M304, M314 or M319."""
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise MerestoneError("M101", path=path) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if path.is_dir():
        raise MerestoneError("M319", path=path)
    if not path.is_file():
        raise MerestoneError("M314", path=path)
    if status.st_size == 0:
        raise MerestoneError("M303", path=path)
    if status.st_size > kind.limit:
        raise MerestoneError("M304", path=path, limit=kind.limit // _MB)


def check(path: Path) -> list[Part]:
    """Check a file as it would be for sealing and give its documents. Raises MerestoneError M101, M106 or M3xx."""
    if path.is_dir():
        raise MerestoneError("M319", path=path)
    if not path.exists():
        raise MerestoneError("M101", path=path)
    kind = type_of(path)
    check_size(path, kind)
    try:
        with path.open("rb") as stream:
            data = stream.read(kind.limit + 1)
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if len(data) > kind.limit:  # it has grown since
        raise MerestoneError("M304", path=path, limit=kind.limit // _MB)
    return kind.parts(data, path)


def search(paths: Sequence[Path], own: Sequence[Path]) -> Search:
    """Find the files under the paths, in the order given, those of folders by name. ``own`` are the case's own folders."""
    result = Search()
    inside = [path.resolve() for path in own]
    for path in paths:
        try:
            _search_one(path, inside, result)
        except MerestoneError as error:
            result.refused.append(error)
    return result


def _search_one(path: Path, own: Sequence[Path], result: Search) -> None:
    real = path.resolve()
    if any(real == folder or folder in real.parents for folder in own):
        raise MerestoneError("M317", path=path)
    if not path.is_dir():
        if not path.exists():
            raise MerestoneError("M101", path=path)
        result.files.append(Found(path, path.name, type_of(path)))
        return
    before = len(result.files) + len(result.refused)
    for file in _walk(path, real, own, result.refused):
        kind = TYPES.get(file.suffix.lower())
        if kind is None:
            result.skipped.append(file)
        else:
            result.files.append(Found(file, file.relative_to(path).as_posix(), kind))
    if len(result.files) + len(result.refused) == before:
        raise MerestoneError("M316", path=path, known=KNOWN)


def _walk(top: Path, real: Path, own: Sequence[Path], refused: list[MerestoneError]) -> Iterator[Path]:
    """Files under a folder in order of their names; hidden ones and the case's own left out, links that lead out refused."""

    def unreadable(error: OSError) -> None:
        refused.append(MerestoneError("M106", path=error.filename))

    for folder, folders, names in os.walk(top, onerror=unreadable, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here / name).resolve() not in own)
        for name in sorted([*names, *(name for name in folders if (here / name).is_symlink())]):
            path = here / name
            if name.startswith("."):
                continue
            if path.is_symlink():
                target = path.resolve()
                if target != real and real not in target.parents:
                    refused.append(MerestoneError("M315", path=path))
                    continue
                if path.is_dir():
                    continue  # the folder it points to is walked itself
            yield path
