"""Gazetteers added on this machine: GeoNames' own files as indexes in the user's data folder, by name.

A case names those it uses (``[[gazetteers]] name = "geonames-AM"``). What must stay true here: an index appears whole or not at
all; it is a function of the files it was made from, whose names and SHA-256 it holds; and a case that names a gazetteer never
does without it in silence.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from merestone.case import GAZETTEER_NAME, added_gazetteers, gazetteer_file, gazetteers_folder
from merestone.errors import MerestoneError
from merestone.files import refusals
from merestone.places.gazetteers import download, geonames
from merestone.places.gazetteers.geonames import Progress
from merestone.places.gazetteers.index_file import Damaged, Index, build

MIRROR = "https://download.geonames.org/export/dump/"
"""Where GeoNames offers its files."""

_CHECKED = 256 * 1024 * 1024
"""A file up to this size (a country's) is read whole when it is opened, to see that no byte has changed; it takes 0.2 s."""
_ALONGSIDE = {"admin1codesascii": "admin1CodesASCII.txt", "countryinfo": "countryInfo.txt", "allcountries": "allCountries.zip",
              "alternatenamesv2": "alternateNamesV2.zip"}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Stored:
    """A gazetteer added on this machine. ``problem`` says what is wrong with its file; the numbers are then 0."""

    name: str
    version: str
    places: int
    names: int
    bytes: int
    sha256: str
    sources: tuple[dict[str, str], ...]
    problem: str | None = None


def add(sources: Sequence[str], *, name: str | None = None, mirror: str = MIRROR, progress: Progress) -> Stored:
    """Read files, or download them first, into one gazetteer. One of the same name is replaced.

    A source is a file, an address, an ISO 3166-1 alpha-2 code (its dump and its alternate names) or the name of one of
    GeoNames' files for all countries (``allCountries``, ``alternateNamesV2``, ``admin1CodesASCII``, ``countryInfo``). Raises
    MerestoneError M101, M103, M104, M106, M108 or M573 to M577; nothing is stored then.
    """
    name = name or _name_of(sources)
    if not re.fullmatch(GAZETTEER_NAME, name):
        problem = "is no name for a gazetteer; use letters, digits, full stops and hyphens"
        raise MerestoneError("M108", option="--name", value=name, problem=problem)
    folder = gazetteers_folder()
    with refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for leftover in (*folder.glob(".reading-*"), *folder.glob(".index-*")):
        shutil.rmtree(leftover, ignore_errors=True)  # of a run that was killed
    paths = [path for source in sources for path in _files(source, mirror, progress)]
    kinds = [geonames.kind_of(path) for path in paths]
    if "dump" not in kinds:
        raise MerestoneError("M577", path=paths[0])
    with refusals(folder), geonames.Import(folder) as read:
        # areas of countries must be known before the places are made
        for path, kind in sorted(zip(paths, kinds, strict=True), key=lambda pair: -geonames.KINDS.index(pair[1])):
            read.read(path, kind, progress)
        made_of = [{"file": path.name, "sha256": _digest(path)} for path in sorted(paths, key=lambda path: path.name)]
        about = {"name": name, "version": read.modified, "source": "GeoNames, geonames.org, CC BY 4.0", "files": made_of}
        build(gazetteer_file(name), read.portions(progress), about)
    return _stored(gazetteer_file(name))


def listed() -> list[Stored]:
    """The gazetteers added on this machine, by name; every byte of them is read, to find damage."""
    return [_stored(gazetteer_file(name)) for name in added_gazetteers()]


def remove(name: str) -> None:
    """Remove a gazetteer. Raises MerestoneError M570 where there is none of that name, or M104."""
    path = _path(name)
    with refusals(path):
        path.unlink()


def open_named(name: str, sha256: str | None = None) -> Index:
    """The index of a gazetteer. Raises MerestoneError M570 where it was not added here, M571 where it is damaged, or M572 where
    ``sha256`` is given and it is another."""
    path = _path(name)
    try:
        index = Index(path)
    except Damaged as error:
        raise MerestoneError("M571", name=name, problem=error) from error
    except OSError as error:
        raise MerestoneError("M106", path=path) from error
    if path.stat().st_size <= _CHECKED and (part := index.check()):
        raise MerestoneError("M571", name=name, problem=f"{part} is not as it was written")
    if sha256 is not None and index.digest != sha256:
        raise MerestoneError("M572", name=name, found=index.digest, wanted=sha256)
    return index


def _path(name: str) -> Path:
    path = gazetteer_file(name)
    if not re.fullmatch(GAZETTEER_NAME, name) or not path.is_file():
        raise MerestoneError("M570", name=name, known=", ".join(added_gazetteers()) or "none")
    return path


def _stored(path: Path) -> Stored:
    try:
        index = Index(path)
        if part := index.check():
            raise Damaged(f"{part} is not as it was written")
    except (Damaged, OSError) as error:
        return Stored(path.stem, "", 0, 0, path.stat().st_size, "", (), f"{error}; add it again")
    about: dict[str, Any] = index.about
    return Stored(
        path.stem, about["version"], index.places, index.names, path.stat().st_size, index.digest, tuple(about["files"])
    )


def _files(source: str, mirror: str, progress: Progress) -> Iterator[Path]:
    path = Path(source)
    if path.is_file():
        yield path
        return
    addresses = []
    if re.match(r"https?://", source):
        addresses = [source]
    elif re.fullmatch("[A-Z]{2}", source):
        addresses = [f"{mirror}{source}.zip", f"{mirror}alternatenames/{source}.zip"]
    elif known := _ALONGSIDE.get(source.lower()):
        addresses = [mirror + known]
    if not addresses:
        raise MerestoneError("M575", source=source)
    for address in addresses:
        yield download.fetch(address, gazetteers_folder() / "downloads", progress)


def _name_of(sources: Sequence[str]) -> str:
    """geonames-AM for AM, AM.txt or AM.zip; the codes one after the other where there are several."""
    stems = [re.sub(r"[^A-Za-z0-9]+", "-", Path(re.sub(r"[?#].*", "", source)).stem).strip("-") for source in sources]
    others = {"admin1codesascii", "countryinfo", "alternatenamesv2", "alternatenames"}
    wanted = list(dict.fromkeys(stem for stem in stems if stem and stem.lower() not in others))
    return "-".join(["geonames", *wanted])[:60]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
