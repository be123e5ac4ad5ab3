"""The folder ``withdrawal`` of a case: an agreement, declared positions, inspections and patrol tracks, each of which may lack.

withdrawal/agreement.toml      the agreement; ids under its [line] are lines of the case where it names no file
withdrawal/positions.csv       declared positions, or positions.geojson
withdrawal/inspections.csv     what inspectors looked at
withdrawal/tracks/*.gpx        ways of patrols

A record names the SHA-256 of each file of the folder, and ``merestone verify`` compares them (``record``).
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

from merestone.case import WITHDRAWAL, Case, files_digest
from merestone.errors import MerestoneError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.contested.lines import load_lines
from merestone.withdrawal.plan import Wanted

NAME = WITHDRAWAL
_POSITIONS = ("positions.csv", "positions.geojson")


@dataclasses.dataclass(frozen=True)
class CaseFolder:
    """The files that are there."""

    folder: Path
    agreement: Path | None
    positions: Path | None
    inspections: Path | None
    tracks: tuple[Path, ...]
    """By name."""

    @classmethod
    def of(cls, case: Path) -> CaseFolder:
        """The files of the case in a folder. Raises MerestoneError M850."""
        folder = case / NAME
        positions = [folder / name for name in _POSITIONS if (folder / name).is_file()]
        if len(positions) > 1:
            raise MerestoneError("M850", path=folder)
        tracks = sorted(path for path in folder.glob("tracks/*") if path.suffix.lower() == ".gpx" and path.is_file())
        return cls(
            folder, _there(folder / "agreement.toml"), positions[0] if positions else None, _there(folder / "inspections.csv"),
            tuple(tracks),
        )  # fmt: skip


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def content(case: Path) -> str:
    """A digest of every file in the folder, those that an agreement names included."""
    said = "".join(f"{name}\0{digest}\n" for name, digest in files_digest(case / NAME).items())
    return hashlib.sha256(said.encode()).hexdigest()


# --------------------------------------------------------------------------------------------------------------------------
# what commands take from it


def in_case(wanted: Wanted, case: Path | None) -> Wanted:
    """What is wanted with what it leaves out taken from a case: its agreement and its lines.

    Raises MerestoneError M102, M850 or M852, or as ``load_lines`` does.
    """
    if case is None:
        return wanted
    opened = Case.open(case)
    agreement = wanted.agreement
    if agreement is None and wanted.preset is None and wanted.depth_km is None:
        agreement = CaseFolder.of(case).agreement
        if agreement is None:
            raise MerestoneError("M852", path=case / NAME)
    return dataclasses.replace(wanted, agreement=agreement, known=[DrawnLine.of(line) for line in load_lines(opened)])


def positions_in(positions: Path | None, case: Path | None) -> Path | None:
    """The file of declared positions: the one given, else the case's, else None. Raises MerestoneError M850."""
    return positions if positions is not None or case is None else CaseFolder.of(case).positions


def needed(positions: Path | None, case: Path | None) -> Path:
    """The same where it is needed. Raises MerestoneError M850, or M853 for none."""
    if (found := positions_in(positions, case)) is None:
        raise MerestoneError("M853")
    return found


def looks_in(inspections: Path | None, tracks: Sequence[Path], case: Path | None) -> tuple[Path | None, Sequence[Path]]:
    """The files of inspections and tracks: each as given, else the case's. Raises MerestoneError M850."""
    if case is None:
        return inspections, tracks
    own = CaseFolder.of(case)
    return inspections or own.inspections, tracks or own.tracks
