"""Names of places: found in documents, and the gazetteers that know them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import AsJson, print_json, progress_bar

commands = typer.Typer()

gazetteers = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Add, list, search and remove gazetteers.",
    epilog="Example: merestone gazetteer find Goris",
)


@commands.command(epilog="Example: merestone places report.pdf --case border")
def places(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of any type add takes.", show_default=False)],
    case: Annotated[
        Path | None, typer.Option("--case", metavar="CASE", help="A case, whose gazetteers and parties count.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the names of places in English documents, and the places they mean.

    Each with its position, how far that may be off, how likely it is the place, and why. No case is needed. With --json one
    object a line for each document, with the other places that a name could mean.
    """
    from merestone.case import Case
    from merestone.evidence import documents_of_file
    from merestone.places.naming import listing

    opened = Case.open(case) if case else None
    documents = [document for file in files for document in documents_of_file(file)]
    gazetteer, around = listing.gazetteer_of(opened), listing.surroundings_of(opened)
    with progress_bar(wanted=not sys.stdout.isatty()) as progress:
        for done, document in enumerate(documents, start=1):
            found = listing.found_in(document, gazetteer, around)
            if as_json:
                print(json.dumps(listing.as_json(document, found), ensure_ascii=False), flush=True)
            else:
                print("\n".join(listing.lines(document, found)), flush=True)
            progress("places", done, len(documents))


@gazetteers.command("add", epilog="Example: merestone gazetteer add AM.zip alternatenames/AM.zip --name geonames-AM")
def gazetteer_add(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Files, addresses, or country codes to download.", show_default=False),
    ],
    name: Annotated[str | None, typer.Option("--name", help="Name for the case file; from the sources if not given.")] = None,
    mirror: Annotated[
        str | None, typer.Option("--mirror", help="Address of the folder to download from.", show_default="GeoNames' own")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a gazetteer of GeoNames' files.

    A source is a country dump (AM.txt, allCountries.zip), alternate names, admin1CodesASCII.txt or countryInfo.txt; or a code
    such as AM, whose dump and alternate names are downloaded from GeoNames. All sources become one gazetteer.
    """
    import dataclasses

    from merestone.places.gazetteers import library

    with progress_bar() as progress:
        stored = library.add(sources, name=name, mirror=mirror or library.MIRROR, progress=progress)
    if as_json:
        print_json(dataclasses.asdict(stored))
        return
    print(f"{stored.name}: {stored.places:,} places, {stored.names:,} names, {stored.bytes / 1e6:.1f} MB. In case.toml:")
    print(f'[[gazetteers]]\nname = "{stored.name}"\nsha256 = "{stored.sha256}"')


@gazetteers.command("list", epilog="Example: merestone gazetteer list")
def gazetteer_list(as_json: AsJson = False) -> None:
    """List the gazetteers added on this machine."""
    import dataclasses

    from merestone.places.gazetteers import library

    stored = library.listed()
    if as_json:
        print_json([dataclasses.asdict(one) for one in stored])
        return
    for one in stored:
        about = f"{one.places:,} places, {one.names:,} names, as of {one.version or 'an unknown day'}, SHA-256 {one.sha256}"
        print(f"{one.name}: {one.problem or about}")
    if not stored:
        print("No gazetteer was added on this machine; every case knows the built-in one.")


@gazetteers.command("find", epilog="Example: merestone gazetteer find Goris")
def gazetteer_find(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any name, in any script.", show_default=False)],
    case: Annotated[Path | None, typer.Option("--case", help="Look in this case's gazetteers, not in all added ones.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the places of a name."""
    from merestone.case import Case
    from merestone.places.gazetteers import search

    found = search.find(name, Case.open(case) if case else None)
    if as_json:
        print_json(found)
        return
    for one in found["places"]:
        print(search.in_words(one))
    if not found["exact"]:
        guess = "these may be other spellings of it." if found["places"] else "none has a similar one."
        print(f"No place has the name {name!r}; {guess}", file=sys.stderr)


@gazetteers.command("remove", epilog="Example: merestone gazetteer remove geonames-AM")
def gazetteer_remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the gazetteer.", show_default=False)],
) -> None:
    """Remove an added gazetteer from this machine."""
    from merestone.places.gazetteers import library

    library.remove(name)
    print(f"Removed {name}.")
