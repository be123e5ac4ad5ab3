"""The example case: copied from the package, its documents sealed, ready to build."""

from __future__ import annotations

import shutil
from pathlib import Path

import merestone
from merestone.case import Case
from merestone.evidence import add_paths
from merestone.new import make_folder

EXAMPLE = "south-caucasus"


def example_folder() -> Path:
    """Folder of the example: in the installed package, or in the project where the package is installed in place."""
    package = Path(merestone.__file__).parent
    inside = package / "examples" / EXAMPLE
    return inside if inside.is_dir() else package.parents[1] / "examples" / EXAMPLE


def make_example(folder: Path) -> Case:
    """Make the example case in ``folder``, or open the one that is there, and seal its documents.

    Raises MerestoneError M105 where the folder holds something else.
    """
    source = example_folder()
    if not (folder / "case.toml").is_file():

        def fill(made: Path) -> None:
            shutil.copyfile(source / "case.toml", made / "case.toml")
            for name in ("layers", "withdrawal"):
                shutil.copytree(source / name, made / name)

        make_folder(folder, fill)
    case = Case.open(folder)
    report = add_paths(case, [source / "documents"])
    for error in report.refused:
        raise error
    return case
