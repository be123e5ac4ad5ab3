"""What weights were made from: each step of training by its name, and the SHA-256 of every file that any of them read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = "made_from.json"
"""Lies beside the weights."""


def hashes(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file, under the last two parts of its path."""
    return {"/".join(path.parts[-2:]): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def write(folder: Path, step: Mapping[str, Any], files: Mapping[str, str], before: Sequence[Path]) -> None:
    """Writes of the weights in ``folder`` how they were made, in a ``step``, from ``files`` and the weights of ``before``."""
    steps: dict[str, Any] = {}
    read: dict[str, str] = {}
    for other in before:
        made = of(other)
        steps |= made["steps"]
        read |= made["sha256"]
    steps[folder.name] = step
    made = {"weights": folder.name, "steps": steps, "sha256": dict(sorted((read | files).items()))}
    (folder / FILE).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def of(folder: Path) -> dict[str, Any]:
    """What was written of the weights in a folder."""
    made: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return made


def plan_of(folder: Path) -> dict[str, Any]:
    """The plan that the weights in a folder were trained by; of a mean, that of its first."""
    made = of(folder)
    step = made["steps"][made["weights"]]
    while "plan" not in step:
        step = made["steps"][step["mean of"][0]]
    plan: dict[str, Any] = step["plan"]
    return plan
