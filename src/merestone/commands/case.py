"""A case: make it, fill it, build its record, and look at that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import BAD_INPUT, AsJson, CasePath, Workers, print_built, print_json, print_notices, progress_bar
from merestone.errors import MerestoneError

commands = typer.Typer()


@commands.command(epilog="Example: merestone new border --party ARM --party AZE --time-zone Asia/Yerevan")
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


@commands.command(epilog="Example: merestone add border statements/ report.pdf --source ARM-MFA --published 2022-09-13")
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
    from merestone.places.contested.extent import extent_of

    opened = Case.open(case)
    with progress_bar() as progress:
        report = add_paths(
            opened, paths, source=source, published=published, title=title, language=language,
            source_url=source_url, form=form, extent=lambda: extent_of(opened),
            progress=lambda done, total: progress("sealing", done, total),
        )  # fmt: skip
    if as_json:
        print_json(
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


@commands.command(epilog="Example: merestone build border --workers 2")
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
    with progress_bar() as progress:
        built = build_record(opened, workers=workers, fresh=fresh, progress=progress)
    print_notices(vanished(opened))
    if as_json:
        print_json(summary(built))
    else:
        print_built(built)


@commands.command(epilog="Example: merestone show border incidents --json")
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
        print_json(as_objects(opened, what))
    else:
        print(as_text(opened, what))


@commands.command(epilog="Example: merestone verify border")
def verify(case: CasePath, as_json: AsJson = False) -> None:
    """Check that nothing was changed.

    Every sealed byte, the custody log, the records, the decisions, and the folder withdrawal. Exit status 1 when something
    is not as it was.
    """
    from merestone.case import Case
    from merestone.decisions import vanished, verify_decisions
    from merestone.evidence import verify as verify_evidence
    from merestone.record import verify_records

    opened = Case.open(case)
    findings = [*verify_evidence(opened), *verify_records(opened), *verify_decisions(opened)]
    print_notices(vanished(opened))
    if as_json:
        print_json([{"code": finding.code, "message": finding.text} for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.code}: {finding.text}")
        print("Intact." if not findings else f"{len(findings)} findings; `merestone explain CODE` says what to do.")
    if findings:
        raise typer.Exit(1)


@commands.command(epilog="Example: merestone export border --to geopackage --out border.gpkg")
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


@commands.command(
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


@commands.command(epilog="Example: merestone demo")
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
    with progress_bar() as progress:
        built = build_record(opened, workers=workers, progress=progress)
    print_built(built)
    if serve_it or (serve_it is None and sys.stdout.isatty()):
        serve_case(opened, host="127.0.0.1", port=port, open_browser=sys.stdout.isatty())
    else:
        print(f"Open it with: merestone serve {case}")
