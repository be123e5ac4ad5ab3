"""Event data sets set beside each other."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import AsJson, print_json

commands = typer.Typer()


class MatchRule(StrEnum):
    """How ``match`` tells that two events are one."""

    PROBABILITY = "probability"
    MELTT = "meltt"


@commands.command(
    name="match",
    epilog="Example: merestone match ucdp.csv acled.csv --taxonomy kind=taxonomy.csv --km 4 --days 2 --rule meltt",
)
def match_sets(
    files: Annotated[list[Path], typer.Argument(metavar="A.csv B.csv...", help="Event data sets.", show_default=False)],
    taxonomy: Annotated[
        list[str] | None,
        typer.Option(
            "--taxonomy", metavar="[COLUMN=]FILE", help="How the sets' categories map onto each other; may be repeated."
        ),
    ] = None,
    km: Annotated[float, typer.Option("--km", help="Events farther apart than this are never one.")] = 4.0,
    days: Annotated[int, typer.Option("--days", help="Nor are those more days apart.")] = 2,
    rule: Annotated[
        MatchRule, typer.Option("--rule", help="probability, learned from the sets; or meltt, the rule of that program.")
    ] = MatchRule.PROBABILITY,
    out: Annotated[Path | None, typer.Option("--out", help="Write .csv or .json instead of printing.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare event data sets.

    Tells which events are in more than one, with the probability of each pair, or as MELTT tells it.
    """
    from merestone.incidents.event_sets import as_text, integrate, summary, write

    found = integrate(files, taxonomy or [], km, days, rule.value)
    if out is not None:
        write(found, out)
        print(f"Wrote {out}.")
    elif as_json:
        print_json(summary(found))
    else:
        print(as_text(found))
