"""Agreements that reproduce known regimes, as data files (``data/presets``), each with its source named."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.withdrawal.agreement import Agreement, parse_agreement


def preset_names() -> tuple[str, ...]:
    """Names of the presets, sorted."""
    folder = resources.files("merestone.withdrawal").joinpath("data", "presets")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def preset_text(name: str) -> str:
    """The TOML of a preset. Raises MerestoneError M805."""
    if name not in preset_names():
        raise MerestoneError("M805", name=name, known=", ".join(preset_names()))
    return resources.files("merestone.withdrawal").joinpath("data", "presets", f"{name}.toml").read_text("utf-8")


def preset(name: str) -> Agreement:
    """A preset, validated. Raises MerestoneError M805."""
    return parse_agreement(preset_text(name), Path(f"{name}.toml"))
