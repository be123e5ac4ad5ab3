"""What documents tell: claims, events between two sides, quotes and attacks. No case is needed."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import Workers, progress_bar

commands = typer.Typer()


class Finding(StrEnum):
    """What ``read`` looks for."""

    CLAIMS = "claims"
    DYADS = "dyads"
    QUOTES = "quotes"
    ATTACKS = "attacks"


@commands.command(
    epilog="Example: merestone read statement.txt --source ARM-MFA --published 2023-09-13 --explain, "
    "or for event data: merestone read news.jsonl --find dyads"
)
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of any type add takes.", show_default=False)],
    source: Annotated[str | None, typer.Option("--source", help="Code of who published it, for example ARM-MFA.")] = None,
    published: Annotated[str | None, typer.Option("--published", help="Day of publication, YYYY-MM-DD.")] = None,
    workers: Workers = 1,
    explain_them: Annotated[
        bool, typer.Option("--explain", help="Print the text with its claims marked, and the words behind every field.")
    ] = False,
    everything: Annotated[
        bool,
        typer.Option("--everything", help="Look for claims also where the words speak of no conflict: crime, sport, weather."),
    ] = False,
    find: Annotated[
        Finding,
        typer.Option(
            "--find",
            help="claims; dyads: events between two sides, in codes of CAMEO and PLOVER; quotes: who is quoted with what; "
            "attacks: who takes part in attacks.",
        ),
    ] = Finding.CLAIMS,
) -> None:
    """Print the claims of documents, or what else they tell.

    One JSON object a line; no case is needed. With --explain, for reading: why each claim is read so. With --find, other things
    than claims.
    """
    if explain_them and find is not Finding.CLAIMS:
        raise typer.BadParameter(f"it explains claims, --find {find} prints none; give one", param_hint="--explain")
    from dataclasses import asdict

    from rich.console import Console

    from merestone.evidence import documents_of_file
    from merestone.model import to_json
    from merestone.reading import read_each
    from merestone.reading.dyads import dyads_of
    from merestone.reading.explain import print_explained

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    documents = [document for file in files for document in documents_of_file(file, source=source, published=published)]
    with progress_bar(wanted=not sys.stdout.isatty()) as progress:
        if find in (Finding.QUOTES, Finding.ATTACKS):
            from merestone.reading.attributions import participants_of, quotes_of
            from merestone.reading.network import reader_network

            one = quotes_of if find is Finding.QUOTES else participants_of
            for done, document in enumerate(documents, start=1):
                for part in one(document, reader_network()):
                    print(json.dumps(asdict(part), ensure_ascii=False), flush=True)
                progress("reading", done, len(documents))
            return
        found = read_each(
            documents,
            everything=everything,
            workers=workers,
            progress=lambda done, total: progress("reading", done, total),
        )
        for document, claims in zip(documents, found, strict=True):
            if explain_them:
                print_explained(document, claims, console, everything=everything)
                continue
            rows = [asdict(dyad) for dyad in dyads_of(document, claims)] if find is Finding.DYADS else map(to_json, claims)
            for row in rows:
                print(json.dumps(row, ensure_ascii=False), flush=True)
