"""The files of a plan: a GeoPackage, a GeoJSON file, JSON and a report to print, each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from merestone.errors import MerestoneError
from merestone.files import no_folder, write_atomically
from merestone.places.layer_files.features import Feature
from merestone.places.layer_files.writing import write_features
from merestone.withdrawal.plan import Plan, as_json, features
from merestone.withdrawal.report import report


def check_folder(path: Path) -> None:
    """Raises MerestoneError M861 where a file stands where a folder, or one above it, would be."""
    if file := no_folder(path):
        raise MerestoneError("M861", path=file, found="a file", wanted="a folder")


def check_file(path: Path) -> None:
    """Raises MerestoneError M861 where a folder stands where a file would be, or a file where a folder above it would."""
    if path.is_dir():
        raise MerestoneError("M861", path=path, found="a folder", wanted="a file")
    check_folder(path.parent)


def write_plan(
    plan: Plan, folder: Path, told: Mapping[str, Any] | None = None, more: Sequence[Feature] = (),
    sections: Sequence[tuple[str, str]] = (), **drawn: Any,
) -> list[str]:  # fmt: skip
    """Write zones.gpkg, zones.geojson, plan.json and report.html into a folder; returns their paths.

    ``told`` goes into plan.json instead of the plan alone, ``more`` into the layers, ``sections`` and ``drawn`` into the
    report. Raises MerestoneError M103, M104, M537 or M861.
    """
    check_folder(folder)
    # everything is made before anything is written
    text = report(plan, sections, **drawn).encode("utf-8")
    data = json.dumps(told if told is not None else as_json(plan), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    layers = [*features(plan), *more]
    written = [folder / name for name in ("zones.gpkg", "zones.geojson", "plan.json", "report.html")]
    write_features(written[0], layers, "zones")
    write_features(written[1], layers, "zones")
    write_atomically(written[2], data)
    write_atomically(written[3], text)
    return [str(path) for path in written]
