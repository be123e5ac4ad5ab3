"""The command line: what stands in ``merestone.commands``, put together.

Every command that prints for people prints for programs with ``--json``. Heavy parts are imported inside the commands that need
them, so that ``merestone --help`` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from merestone.commands import case, explain, lines, match, places, positions, reading
from merestone.commands.decide import decide_app
from merestone.commands.shared import BAD_INPUT
from merestone.commands.withdraw import withdraw
from merestone.errors import MerestoneError

app = typer.Typer(
    name="merestone",
    help="Turn what is said about a contested line into one attributed, located, reproducible record.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# in this order they are listed
for group in (case, reading, positions, lines, places, match, explain):
    app.registered_commands += group.commands.registered_commands
app.add_typer(places.gazetteers, name="gazetteer")
app.add_typer(withdraw, name="withdraw")
app.add_typer(decide_app, name="decide")


_SHOWN = 80
"""Characters of a name that cannot be, at most."""


def main() -> None:
    """Entry point: one sentence on standard error and exit status 2 for bad input."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except MerestoneError as error:
        _refuse(error)
    except BrokenPipeError:
        # whoever read our output has seen enough, for example `| head`; Python would complain again on exit
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:
        if error.filename is None:
            raise
        name = str(error.filename)
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        _refuse(MerestoneError("M111", path=shown, problem=error.strerror))


def _refuse(error: MerestoneError) -> NoReturn:
    print(f"merestone: {error.code}: {error}", file=sys.stderr)
    raise SystemExit(BAD_INPUT) from None


def _version(wanted: bool) -> None:
    if wanted:
        from merestone import __version__

        print(f"merestone {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Turn what parties, monitors and sensors say about a contested line into one attributed, located record."""
