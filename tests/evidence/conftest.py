"""A case to put evidence into, and files of every type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from merestone.case import Case

CASE = """\
format = 1
name = "Border"
[[parties]]
code = "ARM"
name = "Armenia"
[[parties]]
code = "AZE"
name = "Azerbaijan"
[[sources]]
code = "OSCE-SMM"
name = "OSCE Special Monitoring Mission"
affiliation = "monitor"
"""

MakeCase = Callable[[str], Case]


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Makes an empty case under a name."""

    def make(name: str) -> Case:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "case.toml").write_text(CASE)
        return Case.open(folder)

    return make


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    """An empty case."""
    return make_case("case")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for files to add."""
    path = tmp_path / "files"
    path.mkdir()
    return path
