"""The layout shows the architecture: imports go one way, against the flow of the data."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "merestone"
PLACES = ("geometry", "systems", "layer_files", "contested", "observers", "gazetteers", "naming")
ORDER = ("evidence", "reading", "places", "decisions", "incidents", "withdrawal", "dossier", "web")
FOUNDATION = {"model", "case", "errors", "files", "record", "toml_files"}


def imported(path, package="merestone"):
    """Packages and modules of a package that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith(f"{package}."):
                yield name.removeprefix(f"{package}.").partition(".")[0]


@pytest.mark.parametrize("package", ORDER)
def test_a_package_imports_only_from_those_before_it(package):
    allowed = {*ORDER[: ORDER.index(package) + 1], *FOUNDATION, "__version__"}
    for path in (ROOT / package).rglob("*.py"):
        assert set(imported(path)) <= allowed, path


@pytest.mark.parametrize("group", PLACES)
def test_a_group_of_places_imports_only_from_those_before_it(group):
    allowed = set(PLACES[: PLACES.index(group) + 1])
    for path in (ROOT / "places" / group).rglob("*.py"):
        assert set(imported(path, "merestone.places")) <= allowed, path


def test_every_group_of_places_has_its_rank():
    assert {path.parent.name for path in (ROOT / "places").glob("*/*.py")} == set(PLACES)


@pytest.mark.parametrize("module", ["model", "errors", "files", "toml_files", "case"])
def test_the_foundation_imports_no_stage(module):
    assert not set(imported(ROOT / f"{module}.py")) & set(ORDER)


HEAVY = {
    "scipy",
    "onnxruntime",
    "highspy",
    "pandas",
    "geopandas",
    "numpy",
    "shapely",
    "pyproj",
    "pyarrow",
    "fastapi",
    "psycopg",
}


@pytest.mark.parametrize(
    ("module", "light"),
    [
        ("merestone.cli", HEAVY),
        ("merestone.build", {"psycopg", "onnxruntime", "highspy", "scipy"}),
        ("merestone.web.serve", {"psycopg", "onnxruntime", "scipy"}),
    ],
)
def test_what_is_seldom_needed_is_imported_where_it_is_needed(module, light):
    asked = f"import sys, {module}; print(*sorted(name for name in sys.modules if '.' not in name))"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert module.partition(".")[0] in loaded
    assert not light & set(loaded)
