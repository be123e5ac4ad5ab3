"""Options and ways of printing that commands share. Heavy parts are imported where they are used."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from merestone.build import Built, Progress
    from merestone.errors import Finding

BAD_INPUT = 2
"""Exit status for bad input."""
_NAMED = 5
"""Documents named in one line, at most."""

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LayerName = Annotated[str | None, typer.Option("--layer", help="Layer of the file, where it holds several.")]
Crs = Annotated[
    str | None, typer.Option("--crs", help="Coordinate system of the file, for example EPSG:28408; before what it says itself.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that read; the record is the same.")]

# LON and LAT may be negative: what looks like an option and is none is left to the command
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}


def no_options(words: list[str]) -> None:
    """Numbers may begin with a minus; what else does is a mistyped option."""
    for word in words:
        if word.startswith("-") and not word[1:2].isdigit() and word[1:2] != ".":
            raise typer.BadParameter(f"there is no option {word}")


@contextmanager
def progress_bar(wanted: bool = True) -> Iterator[Progress]:
    """A progress bar on a terminal, silence in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = wanted and console.is_terminal
    # what is printed meanwhile must go where it was meant to go
    with Progress(
        *columns, console=console, disable=not shown, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        tasks: dict[str, Any] = {}

        def step(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield step


def print_built(built: Built) -> None:
    """What a build made, for people."""
    print(
        f"Record {built.record_id}: {built.documents} documents, {built.claims} claims, {built.incidents} incidents, "
        f"in {built.seconds:.1f} s."
    )
    if left := built.out_of_scope:
        some = [title or name for name, title in sorted(left.items())]
        named = ", ".join([*(f"“{title[:60]}”" for title in some[:_NAMED]), *(["..."] if len(some) > _NAMED else [])])
        print(
            f"{len(left)} of them {'speaks' if len(left) == 1 else 'speak'} of no conflict: {named}. "
            "`merestone read FILE --explain` says why; read_everything = true in case.toml reads all."
        )
    if built.decisions:
        parts = (f"{len(built.conflicts)} in conflict", f"{len(built.vanished)} on claims that are no more")
        told = [part for part, ids in zip(parts, (built.conflicts, built.vanished), strict=True) if ids]
        print(f"Decisions: {', '.join([str(built.decisions), *told])}; `merestone show CASE decisions` lists them.")


def print_notices(notices: Iterable[Finding]) -> None:
    """What is no damage but must not be overlooked."""
    for notice in notices:
        print(f"{notice.code}: {notice.text}", file=sys.stderr)


def print_json(value: Any) -> None:
    """A value as JSON for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1))
