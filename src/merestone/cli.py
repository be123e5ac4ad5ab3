"""The command line. Every command that prints for people prints for programs with ``--json``.

Heavy parts are imported inside the commands that need them, so that ``merestone --help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from merestone import __version__
from merestone.decide_commands import decide_app
from merestone.errors import MerestoneError, messages
from merestone.withdrawal.commands import withdraw

if TYPE_CHECKING:
    from merestone.build import Built, Progress
    from merestone.errors import Finding as Notice

BAD_INPUT = 2
"""Exit status for bad input."""

app = typer.Typer(
    name="merestone",
    help="Turn what is said about a contested line into one attributed, located, reproducible record.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

gazetteers = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Add, list, search and remove gazetteers.",
    epilog="Example: merestone gazetteer find Goris",
)
app.add_typer(gazetteers, name="gazetteer")
app.add_typer(withdraw, name="withdraw")

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LayerName = Annotated[str | None, typer.Option("--layer", help="Layer of the file, where it holds several.")]
Crs = Annotated[
    str | None, typer.Option("--crs", help="Coordinate system of the file, for example EPSG:28408; before what it says itself.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that read; the record is the same.")]


def main() -> None:
    """Entry point: one sentence on standard error and exit status 2 for bad input."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except MerestoneError as error:
        print(f"merestone: {error.code}: {error}", file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None
    except BrokenPipeError:
        # whoever read our output has seen enough, for example `| head`; Python would complain again on exit
        sys.stderr.close()
        raise SystemExit(0) from None


def _version(wanted: bool) -> None:
    if wanted:
        print(f"merestone {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Turn what parties, monitors and sensors say about a contested line into one attributed, located record."""


@contextmanager
def _progress(wanted: bool = True) -> Iterator[Progress]:
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


def _print_built(built: Built) -> None:
    print(
        f"Record {built.record_id}: {built.documents} documents, {built.claims} claims, {built.incidents} incidents, "
        f"in {built.seconds:.1f} s."
    )
    if built.decisions:
        parts = (f"{len(built.conflicts)} in conflict", f"{len(built.vanished)} on claims that are no more")
        told = [part for part, ids in zip(parts, (built.conflicts, built.vanished), strict=True) if ids]
        print(f"Decisions: {', '.join([str(built.decisions), *told])}; `merestone show CASE decisions` lists them.")


def _print_notices(notices: Iterable[Notice]) -> None:
    """What is no damage but must not be overlooked."""
    for notice in notices:
        print(f"{notice.code}: {notice.text}", file=sys.stderr)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


# --------------------------------------------------------------------------------------------------------------------------
# a case


@app.command(epilog="Example: merestone new border --party ARM --party AZE --time-zone Asia/Yerevan")
def new(
    case: CasePath,
    party: Annotated[
        list[str] | None, typer.Option("--party", help="Code of a party, for example ARM; give it twice.", show_default=False)
    ] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", help="IANA zone of clock times.")] = "UTC",
    name: Annotated[str | None, typer.Option("--name", help="Name of the case; the folder's if not given.")] = None,
) -> None:
    """Make a new case.

    A folder with a case.toml to fill in, and room for evidence.
    """
    from merestone.new import new_case

    made = new_case(case, name=name, parties=tuple(party or ()), time_zone=time_zone)
    print(f"Made {made}. Next: edit {made / 'case.toml'}, then merestone add {case} FILE...")


@app.command(epilog="Example: merestone add border statements/ report.pdf --source ARM-MFA --published 2022-09-13")
def add(
    case: CasePath,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of them.", show_default=False)],
    source: Annotated[str | None, typer.Option("--source", help="Code of who published it, for example ARM-MFA.")] = None,
    published: Annotated[str | None, typer.Option("--published", help="Day of publication, YYYY-MM-DD.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title, for a single file.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="BCP 47 tag, for example en.")] = None,
    source_url: Annotated[str | None, typer.Option("--source-url", help="Public address of the original.")] = None,
    form: Annotated[
        str | None,
        typer.Option("--as", help="For tables of events: ucdp, acled, gdelt, firms, or a mapping file; told by the heading."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Seal files into a case.

    Takes .txt .md .html .pdf .jsonl .csv files and folders of them. What is sealed is never changed.
    """
    from merestone.case import Case
    from merestone.evidence import add_paths
    from merestone.places.extent import extent_of

    opened = Case.open(case)
    with _progress() as progress:
        report = add_paths(
            opened, paths, source=source, published=published, title=title, language=language,
            source_url=source_url, form=form, extent=lambda: extent_of(opened),
            progress=lambda done, total: progress("sealing", done, total),
        )  # fmt: skip
    if as_json:
        _print_json(
            {
                "sealed": [item.sha256 for item in report.sealed],
                "already": [item.sha256 for item in report.already],
                "refused": [{"code": error.code, "message": str(error)} for error in report.refused],
                "skipped": [str(path) for path in report.skipped],
                "left_out": [{"file": str(path), "rows": rows, "of": of} for path, rows, of in report.left_out],
            }
        )
    else:
        print(f"Sealed {len(report.sealed)} new, {len(report.already)} already sealed.")
        for path in report.skipped:
            print(f"Passed over {path}: not a type that is read.", file=sys.stderr)
        for path, rows, of in report.left_out:
            print(f"{path}: {rows} of {of} rows are of kinds that are not read.", file=sys.stderr)
    for error in report.refused:
        print(f"merestone: {error.code}: {error}", file=sys.stderr)
    if report.refused:
        raise typer.Exit(BAD_INPUT)


@app.command(epilog="Example: merestone build border --workers 2")
def build(
    case: CasePath,
    workers: Workers = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Read every document again, also those unchanged.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the record of a case.

    Reads, places and joins everything sealed in the case. The same evidence gives the same record id.
    """
    from merestone.build import build as build_record
    from merestone.build import summary
    from merestone.case import Case
    from merestone.decisions import vanished

    opened = Case.open(case)
    with _progress() as progress:
        built = build_record(opened, workers=workers, fresh=fresh, progress=progress)
    _print_notices(vanished(opened))
    if as_json:
        _print_json(summary(built))
    else:
        _print_built(built)


@app.command(epilog="Example: merestone show border incidents --json")
def show(
    case: CasePath,
    what: Annotated[
        str, typer.Argument(metavar="[claims|incidents|observations|sources|decisions]", help="What to show.")
    ] = "incidents",
    as_json: AsJson = False,
) -> None:
    """Print incidents, claims, observations, sources or decisions.

    Of the current record, as a table for people or JSON for programs.
    """
    from merestone.case import Case
    from merestone.show import KNOWN, as_objects, as_text

    if what not in KNOWN:
        raise MerestoneError("M604", what=what, known=", ".join(KNOWN))
    opened = Case.open(case)
    if as_json:
        _print_json(as_objects(opened, what))
    else:
        print(as_text(opened, what))


@app.command(epilog="Example: merestone verify border")
def verify(case: CasePath, as_json: AsJson = False) -> None:
    """Check that nothing was changed.

    Every sealed byte, the custody log, the records and the decisions. Exit status 1 when something is not as it was sealed.
    """
    from merestone.case import Case
    from merestone.decisions import vanished, verify_decisions
    from merestone.evidence import verify as verify_evidence
    from merestone.record import verify_records

    opened = Case.open(case)
    findings = [*verify_evidence(opened), *verify_records(opened), *verify_decisions(opened)]
    _print_notices(vanished(opened))
    if as_json:
        _print_json([{"code": finding.code, "message": finding.text} for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.code}: {finding.text}")
        print("Intact." if not findings else f"{len(findings)} findings; `merestone explain CODE` says what to do.")
    if findings:
        raise typer.Exit(1)


@app.command(epilog="Example: merestone export border --to geopackage --out border.gpkg")
def export(
    case: CasePath,
    to: Annotated[str, typer.Option("--to", help="geojson, csv, geoparquet or geopackage.")],
    out: Annotated[Path | None, typer.Option("--out", help="File or folder to write; beside the case if not given.")] = None,
) -> None:
    """Write the record for other programs.

    For QGIS, spreadsheets and databases.
    """
    from merestone.case import Case
    from merestone.dossier.export import export as export_tables
    from merestone.dossier.redaction import redacted
    from merestone.record import current_folder, read_tables

    opened = Case.open(case)
    tables = read_tables(current_folder(opened))
    for path in export_tables(tables, opened, to, out):
        print(f"Wrote {path}.")
    left_out = redacted(tables)
    if left_out.claims:
        print(f"Left out as sensitive: {left_out.claims} claims and {left_out.incidents} incidents.", file=sys.stderr)


@app.command(
    epilog='Example: merestone serve border --port 8737, or to review: merestone serve border --review --author "A. Petrosyan"'
)
def serve(
    case: CasePath,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes any that is free.")] = 8737,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    review: Annotated[bool, typer.Option("--review", help="Take decisions on the page, on this machine only.")] = False,
    author: Annotated[
        str | None, typer.Option("--author", help="Who decides; else MERESTONE_AUTHOR, else your login.", show_default=False)
    ] = None,
) -> None:
    """Show the record in the browser.

    On this machine only, unless told otherwise; nothing is fetched from outside. With --review it can be reviewed there: every
    decision is signed with the author's key, as by `merestone decide`.
    """
    from merestone.case import Case
    from merestone.web.review import Reviewing
    from merestone.web.serve import serve as serve_case

    opened = Case.open(case)

    def build_again() -> Path:
        from merestone.build import build as build_case
        from merestone.record import current_folder

        build_case(opened)
        return current_folder(opened)

    reviewing = Reviewing(opened, author, build_again) if review else None
    serve_case(opened, host=host, port=port, open_browser=browser and sys.stdout.isatty(), reviewing=reviewing)


@app.command(epilog="Example: merestone demo")
def demo(
    case: Annotated[Path, typer.Argument(metavar="[CASE]", help="Folder to make the example in.")] = Path("merestone-demo"),
    serve_it: Annotated[
        bool | None,
        typer.Option("--serve/--no-serve", help="Open the page; by default on a terminal.", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes any that is free.")] = 8737,
    workers: Workers = 1,
) -> None:
    """Build and open the example case.

    Armenia and Azerbaijan, 2021 to 2024: digests of public statements by both sides and by others.
    """
    from merestone.build import build as build_record
    from merestone.case import Case
    from merestone.demo import make_example
    from merestone.web.serve import serve as serve_case

    opened: Case = make_example(case)
    print(f"{opened.file.name}. {opened.file.notice}")
    with _progress() as progress:
        built = build_record(opened, workers=workers, progress=progress)
    _print_built(built)
    if serve_it or (serve_it is None and sys.stdout.isatty()):
        serve_case(opened, host="127.0.0.1", port=port, open_browser=sys.stdout.isatty())
    else:
        print(f"Open it with: merestone serve {case}")


app.add_typer(decide_app, name="decide")


# --------------------------------------------------------------------------------------------------------------------------
# without a case


class MatchRule(StrEnum):
    """How ``match`` tells that two events are one."""

    PROBABILITY = "probability"
    MELTT = "meltt"


class Finding(StrEnum):
    """What ``read`` looks for."""

    CLAIMS = "claims"
    DYADS = "dyads"
    QUOTES = "quotes"
    ATTACKS = "attacks"


@app.command(
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
    with _progress(wanted=not sys.stdout.isatty()) as progress:
        if find in (Finding.QUOTES, Finding.ATTACKS):
            from merestone.reading.attributions import participants_of, quotes_of
            from merestone.reading.network import reader_network

            one = quotes_of if find is Finding.QUOTES else participants_of
            for done, document in enumerate(documents, start=1):
                for part in one(document, reader_network()):
                    print(json.dumps(asdict(part), ensure_ascii=False), flush=True)
                progress("reading", done, len(documents))
            return
        found = read_each(documents, workers=workers, progress=lambda done, total: progress("reading", done, total))
        for document, claims in zip(documents, found, strict=True):
            if explain_them:
                print_explained(document, claims, console)
                continue
            rows = [asdict(dyad) for dyad in dyads_of(document, claims)] if find is Finding.DYADS else map(to_json, claims)
            for row in rows:
                print(json.dumps(row, ensure_ascii=False), flush=True)


# LON and LAT may be negative: what looks like an option and is none is left to the command
_NEGATIVE = {"ignore_unknown_options": True}


def _no_options(words: list[str]) -> None:
    """Numbers may begin with a minus; what else does is a mistyped option."""
    for word in words:
        if word.startswith("-") and not word[1:2].isdigit() and word[1:2] != ".":
            raise typer.BadParameter(f"there is no option {word}")


@app.command(
    epilog='Example: merestone sheet 45.8695 40.2000, or merestone sheet K-38-140, or merestone sheet "38T NK 74003 50318"',
    context_settings=_NEGATIVE,
)
def sheet(
    where: Annotated[
        list[str],
        typer.Argument(
            metavar="LON LAT",
            show_default=False,
            help="Degrees on WGS 84; or coordinates in any form, or the name of a map sheet.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Tell the map sheets and coordinates of a place.

    Soviet sheets from 1:1,000,000 to 1:25,000, SK-42, Gauss-Krüger, MGRS and UTM. For the name of a sheet: its bounds and its
    neighbours.
    """
    from merestone.places.readout import as_text, read_position, readout, sheet_readout

    _no_options(where)
    position = read_position(" ".join(where))
    if as_json:
        _print_json(sheet_readout(position.sheet) if position.sheet else readout(position.lon, position.lat))
    else:
        print(as_text(position))


@app.command(epilog="Example: merestone bearing 45.73 40.18 --bearing north-west --km 3-8", context_settings=_NEGATIVE)
def bearing(
    where: Annotated[
        list[str] | None,
        typer.Argument(metavar="LON LAT", show_default=False, help="Where the observer stood; or coordinates in any form."),
    ] = None,
    bearing: Annotated[
        str | None, typer.Option("--bearing", help="Degrees from true north or a point of the compass.", show_default=False)
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last bearing, clockwise.", show_default=False)] = None,
    km: Annotated[str | None, typer.Option("--km", help="Kilometres, as 4 or 3-8; 10 at most if not given.")] = None,
    radius: Annotated[float, typer.Option("--radius", min=0, help="Metres within which the observer stood.")] = 0.0,
    observers: Annotated[
        Path | None, typer.Option("--observers", help="CSV of several: lon, lat, bearing, to, km, radius_m, name.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="GeoJSON file to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw what an observer's bearing leaves.

    The area in which an event can have been that was seen or heard in a direction and at a distance; of several
    observers, where these areas meet, and how likely they speak of one event.
    """
    from merestone.files import write_atomically
    from merestone.places.bearings import as_geojson, as_text, read_observers, read_position, read_sector, readout

    _no_options(where or [])
    if out and out.is_dir():
        raise MerestoneError("M104", path=out)
    if bool(observers) == bool(where) or (where and bearing is None):
        raise typer.BadParameter("give LON LAT and --bearing, or --observers FILE", param_hint="LON LAT")
    if observers:
        told = readout(read_observers(observers))
    else:
        told = readout([("observer", read_sector(*read_position(where or []), bearing or "", to, km, radius))])
    if out:
        write_atomically(out, json.dumps(as_geojson(told), ensure_ascii=False, indent=1).encode() + b"\n")
    if as_json:
        _print_json(told)
    else:
        print(as_text(told))


@app.command(epilog="Example: merestone convert boundary.shp boundary.gpkg --crs EPSG:28408")
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Layer file to read.", show_default=False)],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Layer file to write, in WGS 84.", show_default=False)],
    layer: LayerName = None,
    crs: Crs = None,
    as_json: AsJson = False,
) -> None:
    """Convert lines, zones and points between formats.

    GeoPackage, GeoParquet, GeoJSON, KML, KMZ, Shapefile (.shp, or packed .zip), by the ends of the names. What OUT cannot keep
    is said.
    """
    from merestone.places.layer_writing import write_features
    from merestone.places.layers import read_layer

    found = read_layer(source, layer=layer, crs=crs)
    if not found.features:
        raise MerestoneError("M503", path=source, wanted="point, line or polygon")
    notes = write_features(target, found.features)
    if found.left_out:
        notes.insert(0, f"{found.left_out} features without a geometry are left out")
    if as_json:
        _print_json({"written": str(target), "features": len(found.features), "crs": found.crs, "notes": notes})
    else:
        print(f"Wrote {target}: {len(found.features)} features, read in {found.crs}.")
        for note in notes:
            print(f"Not kept as it was: {note}.", file=sys.stderr)


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

    from merestone.places import library

    with _progress() as progress:
        stored = library.add(sources, name=name, mirror=mirror or library.MIRROR, progress=progress)
    if as_json:
        _print_json(dataclasses.asdict(stored))
        return
    print(f"{stored.name}: {stored.places:,} places, {stored.names:,} names, {stored.bytes / 1e6:.1f} MB. In case.toml:")
    print(f'[[gazetteers]]\nname = "{stored.name}"\nsha256 = "{stored.sha256}"')


@gazetteers.command("list", epilog="Example: merestone gazetteer list")
def gazetteer_list(as_json: AsJson = False) -> None:
    """List the gazetteers added on this machine."""
    import dataclasses

    from merestone.places import library

    stored = library.listed()
    if as_json:
        _print_json([dataclasses.asdict(one) for one in stored])
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
    from merestone.places import gazetteer_search

    found = gazetteer_search.find(name, Case.open(case) if case else None)
    if as_json:
        _print_json(found)
        return
    for one in found["places"]:
        print(gazetteer_search.in_words(one))
    if not found["exact"]:
        guess = "these may be other spellings of it." if found["places"] else "none has a similar one."
        print(f"No place has the name {name!r}; {guess}", file=sys.stderr)


@gazetteers.command("remove", epilog="Example: merestone gazetteer remove geonames-AM")
def gazetteer_remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the gazetteer.", show_default=False)],
) -> None:
    """Remove an added gazetteer from this machine."""
    from merestone.places import library

    library.remove(name)
    print(f"Removed {name}.")


@app.command(
    epilog="Example: merestone locate 45.87 40.16 --line boundary.geojson --radius 500 --json, "
    "or for many: merestone locate --points places.csv --line boundary.geojson --out sides.csv",
    context_settings=_NEGATIVE,
)
def locate(
    line: Annotated[Path, typer.Option("--line", help="File of lines with left_party and right_party.", show_default=False)],
    lon: Annotated[float | None, typer.Argument(metavar="[LON]", help="Longitude, degrees.", show_default=False)] = None,
    lat: Annotated[float | None, typer.Argument(metavar="[LAT]", help="Latitude, degrees.", show_default=False)] = None,
    radius: Annotated[float, typer.Option("--radius", help="The event lies within so many metres of the point.")] = 0.0,
    line_id: Annotated[str | None, typer.Option("--line-id", help="Id of one line of the file; all if not given.")] = None,
    points: Annotated[Path | None, typer.Option("--points", help="CSV with lon, lat and perhaps radius_m.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="CSV to write, a row for each of --points.")] = None,
    layer: LayerName = None,
    crs: Crs = None,
    as_json: AsJson = False,
) -> None:
    """Tell on which side of a line a point lies.

    With distance, nearest point and probability. Where the error is as large as the distance: this map cannot tell.
    """
    from merestone.places.line_files import read_lines
    from merestone.places.which_side import SWAPPED, as_text, point_looks_swapped, which_side

    if points is None:
        if lon is None or lat is None:
            raise MerestoneError("M519", wanted="a longitude and a latitude, or --points and --out")
        lines = read_lines(line, line_id, layer=layer, crs=crs)
        answers = which_side(lines, lon, lat, radius)
        warning = SWAPPED if point_looks_swapped(lines, answers, lon, lat) else None
        _print_json([answer.as_json() for answer in answers]) if as_json else print(as_text(answers))
    else:
        from merestone.places.points_file import locate_points

        if lon is not None or out is None:
            raise MerestoneError("M519", wanted="--out with --points, and no position besides")
        written = locate_points(points, read_lines(line, line_id, layer=layer, crs=crs), out)
        warning = written.warning
        _print_json(written.as_json()) if as_json else print(written.as_text(out))
    if warning:
        print(f"merestone: {warning}.", file=sys.stderr)


@app.command(epilog="Example: merestone compare sheets-1975.geojson border.gpkg --sections 20 --out between.gpkg")
def compare(
    line_a: Annotated[str, typer.Argument(metavar="LINE_A", help="Layer file, or FILE#ID of a feature.", show_default=False)],
    line_b: Annotated[str, typer.Argument(metavar="LINE_B", help="The same border on another map.", show_default=False)],
    sections: Annotated[
        float | None, typer.Option("--sections", metavar="KM", help="Sums for sections of this length along A.")
    ] = None,
    accuracy_a: Annotated[
        float | None, typer.Option("--accuracy-a", metavar="M", help="95 % accuracy of A, in place of what its file says.")
    ] = None,
    accuracy_b: Annotated[float | None, typer.Option("--accuracy-b", metavar="M", help="The same of B.")] = None,
    layer_a: Annotated[str | None, typer.Option("--layer-a", help="Layer of the file of A, where it holds several.")] = None,
    layer_b: Annotated[str | None, typer.Option("--layer-b", help="The same of B.")] = None,
    crs_a: Annotated[
        str | None, typer.Option("--crs-a", help="Coordinate system of the file of A; before what it says itself.")
    ] = None,
    crs_b: Annotated[str | None, typer.Option("--crs-b", help="The same of B.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Layer file to write the ground between the lines to.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two lines of the same border.

    Whose map matters where, and how much: the ground between the lines, in km², by what each map says, and what the errors of
    the maps leave of it.
    """
    from merestone.case import in_range
    from merestone.places import between
    from merestone.places.layer_writing import write_features
    from merestone.places.line_files import read_line

    in_range("--sections", sections, 0.1, 1e5, "km")
    for option, accuracy in (("--accuracy-a", accuracy_a), ("--accuracy-b", accuracy_b)):
        in_range(option, accuracy, 0.01, 1e6, "m")
    first = read_line(line_a, accuracy_m=accuracy_a, layer=layer_a, crs=crs_a)
    second = read_line(line_b, accuracy_m=accuracy_b, layer=layer_b, crs=crs_b)
    found = between.compare(first, second, section_km=sections)
    notes = write_features(out, between.as_features(found)) if out is not None else []
    if as_json:
        _print_json(between.as_json(found))
    else:
        print(between.as_text(found))
    for note in notes:
        print(f"Not kept as it was: {note}.", file=sys.stderr)


@app.command(epilog="Example: merestone area --line border.gpkg --positions posts.csv --claimed 150km2")
def area(
    line: Annotated[str, typer.Option("--line", help="Layer file of the line, or FILE#ID of a feature.")],
    positions: Annotated[Path, typer.Option("--positions", help="CSV (lon, lat, radius_m, name) or a layer of points.")],
    claimed: Annotated[str | None, typer.Option("--claimed", help="An area to set beside it, for example 150km2.")] = None,
    side: Annotated[
        str | None, typer.Option("--side", help="Party on whose side the claim is; by default where most of the area is.")
    ] = None,
    accuracy: Annotated[
        float | None, typer.Option("--accuracy", metavar="M", help="95 % accuracy of the line, in place of what its file says.")
    ] = None,
    layer: LayerName = None,
    crs: Crs = None,
    positions_layer: Annotated[str | None, typer.Option("--positions-layer", help="Layer of the positions' file.")] = None,
    positions_crs: Annotated[
        str | None, typer.Option("--positions-crs", help="Coordinate system of the positions' file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the area between a line and positions.

    In km², with the range that the radii of the positions and the error of the line allow, on each side of the line. A claimed
    area is set beside it.
    """
    from merestone.case import in_range
    from merestone.places import forward_positions
    from merestone.places.line_files import read_line

    in_range("--accuracy", accuracy, 0.01, 1e6, "m")
    claim = None if claimed is None else forward_positions.area_km2(claimed)
    given = forward_positions.read_positions(positions, layer=positions_layer, crs=positions_crs)
    found = forward_positions.enclosed(read_line(line, accuracy_m=accuracy, layer=layer, crs=crs), given)
    if as_json:
        _print_json(forward_positions.as_json(found, given, claim, side))
    else:
        print(forward_positions.as_text(found, claim, side))


@app.command(
    epilog="Example: merestone zone 45.93 40.16 --zone zones.gpkg --radius 2000 --within-km 5", context_settings=_NEGATIVE
)
def zone(
    lon: Annotated[float, typer.Argument(metavar="LON", help="Longitude, degrees WGS 84.", show_default=False)],
    lat: Annotated[float, typer.Argument(metavar="LAT", help="Latitude, degrees WGS 84.", show_default=False)],
    zone_file: Annotated[str, typer.Option("--zone", help="Layer file of zones, or FILE#ID of one.")],
    radius: Annotated[
        float, typer.Option("--radius", metavar="M", help="The event lies within so many metres of the point.")
    ] = 0.0,
    within_km: Annotated[
        float, typer.Option("--within-km", metavar="KM", help="Ask whether it lies in the zone or within this distance of it.")
    ] = 0.0,
    accuracy: Annotated[
        float | None,
        typer.Option("--accuracy", metavar="M", help="95 % accuracy of the edges, in place of what the file says."),
    ] = None,
    layer: LayerName = None,
    crs: Crs = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether a place lies in a zone.

    Or within a distance of it: how likely, and what the map can tell, from the radius of the place and the accuracy of the
    zone's edge.
    """
    from merestone.case import in_range
    from merestone.places import zones

    checks: list[tuple[str, float | None, float, float, str]] = [
        ("LON", lon, -180, 180, "degrees"), ("LAT", lat, -90, 90, "degrees"), ("--radius", radius, 0, 1e6, "m"),
        ("--within-km", within_km, 0, 1000, "km"), ("--accuracy", accuracy, 0.01, 1e6, "m"),
    ]  # fmt: skip
    for check in checks:
        in_range(*check)
    found = zones.standings(
        zones.read_zones(zone_file, accuracy_m=accuracy, layer=layer, crs=crs), lon, lat, radius, within_km * 1000
    )
    if as_json:
        _print_json(found)
    else:
        for standing in found:
            print(zones.as_text(standing))


@app.command(epilog="Example: merestone places report.pdf --case border")
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
    from merestone.places import listing

    opened = Case.open(case) if case else None
    documents = [document for file in files for document in documents_of_file(file)]
    gazetteer, around = listing.gazetteer_of(opened), listing.surroundings_of(opened)
    with _progress(wanted=not sys.stdout.isatty()) as progress:
        for done, document in enumerate(documents, start=1):
            found = listing.found_in(document, gazetteer, around)
            if as_json:
                print(json.dumps(listing.as_json(document, found), ensure_ascii=False), flush=True)
            else:
                print("\n".join(listing.lines(document, found)), flush=True)
            progress("places", done, len(documents))


@app.command(
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
        _print_json(summary(found))
    else:
        print(as_text(found))


@app.command(epilog="Example: merestone explain M101")
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
