"""The messages of the program, explained."""

from __future__ import annotations

from typing import Annotated

import typer

from merestone.errors import MerestoneError, messages

commands = typer.Typer()


@commands.command(epilog="Example: merestone explain M101")
def explain(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="Code of a message.", show_default=False)] = None,
) -> None:
    """Explain a message by its code.

    Errors and findings each have a code; without one, all are listed.
    """
    if code is None:
        for message in messages().values():
            print(f"{message.code}  {message.text}")
        return
    if code.upper() not in messages():
        raise MerestoneError("M107", code=code)
    message = messages()[code.upper()]
    print(f"{message.code}: {message.text}\n\nWhat happened: {message.why}\nWhat to do: {message.fix}")
