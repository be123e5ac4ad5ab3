"""The commands of ``merestone withdraw``. Heavy parts are imported inside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from merestone.commands.shared import AsJson, print_json

if TYPE_CHECKING:
    from merestone.withdrawal.plan import Wanted

withdraw = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Plan and check a mirror withdrawal from a line.",
    epilog="Example: merestone withdraw plan --line boundary.geojson --depth-km 2",
)


class Ends(StrEnum):
    """How open ends of the line are closed."""

    flat = "flat"
    round = "round"


class Mode(StrEnum):
    """From what depths are measured."""

    equal_distance = "equal_distance"
    generalised = "generalised"
    equal_area = "equal_area"


AgreementPath = Annotated[Path | None, typer.Argument(metavar="[AGREEMENT]", help="agreement.toml.", show_default=False)]
Line = Annotated[Path | None, typer.Option("--line", help="File of the line, with left_party and right_party.")]
LineIds = Annotated[list[str] | None, typer.Option("--line-id", help="Id of a line of the file; give it again for more.")]
Depth = Annotated[float | None, typer.Option("--depth-km", help="Depth of a plain mirror withdrawal.")]
Preset = Annotated[str | None, typer.Option("--preset", help="A known regime on --line; see withdraw presets.")]
EndsOption = Annotated[Ends | None, typer.Option("--ends", help="How open ends are closed; before what the agreement says.")]
ModeOption = Annotated[Mode | None, typer.Option("--mode", help="From what depths are measured; before the agreement.")]
Sections = Annotated[float | None, typer.Option("--section-km", min=0.1, help="Length of the sections to tell apart.")]
Clip = Annotated[str | None, typer.Option("--clip", help="FILE or FILE#FEATURE of polygons zones are cut to, by their party.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder to write layers and a report to.")]
Declared = Annotated[
    Path | None, typer.Option("--positions", help="CSV or layer file of declared positions with uncertainty_m.")
]
CaseOption = Annotated[
    Path | None, typer.Option("--case", help="Folder of a case: its lines, and its folder withdrawal for what is not given.")
]


@contextmanager
def _told_on_terminal() -> Iterator[Callable[[str], None]]:
    """What is being done, in one line that goes away; silence in a pipe."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("planning") as shown:
        yield lambda told: shown.update(f"planning: {told}")


def _wanted(
    agreement: Path | None, line: Path | None, line_ids: list[str] | None, depth_km: float | None, preset: str | None,
    ends: Ends | None = None, mode: Mode | None = None, section_km: float | None = None, clip: str | None = None,
    case: Path | None = None,
) -> Wanted:  # fmt: skip
    from merestone.withdrawal.case_folder import in_case
    from merestone.withdrawal.plan import Wanted

    wanted = Wanted(
        agreement=agreement, preset=preset, line=line, line_ids=tuple(line_ids or ()), depth_km=depth_km,
        ends=ends.value if ends else None, mode=mode.value if mode else None, section_km=section_km, clip=clip,
    )  # fmt: skip
    return in_case(wanted, case)


def _say(answer: dict[str, Any], text: Callable[[], str], as_json: bool) -> None:
    """Print an answer as JSON, or for people its text and the files that were written."""
    if as_json:
        print_json(answer)
        return
    print(text())
    for file in answer.get("files", []):
        print(f"Wrote {file}.")


@withdraw.command(epilog="Example: merestone withdraw plan --line boundary.geojson --depth-km 2 --out zones")
def plan(
    agreement: AgreementPath = None,
    line: Line = None,
    line_ids: LineIds = None,
    depth_km: Depth = None,
    preset: Preset = None,
    ends: EndsOption = None,
    mode: ModeOption = None,
    section_km: Sections = None,
    clip: Clip = None,
    case: CaseOption = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Draw the zones of an agreement.

    For each side and tier: the ground within the depth on the ellipsoid, how unequal the sides are, what is certain, and what
    depends on the map. --out gets a GeoPackage, a GeoJSON file, plan.json and a report to print.
    """
    from merestone.withdrawal.plan import as_json as told
    from merestone.withdrawal.plan import as_text, make_plan
    from merestone.withdrawal.writing import write_plan

    made = make_plan(_wanted(agreement, line, line_ids, depth_km, preset, ends, mode, section_km, clip, case))
    answer = told(made)
    if out:
        answer["files"] = write_plan(made, out)
    _say(answer, lambda: as_text(made), as_json)


@withdraw.command(
    epilog="Example: merestone withdraw balance agreement.toml --line boundary.geojson --positions declared.csv --out plan"
)
def balance(
    agreement: AgreementPath = None,
    line: Line = None,
    line_ids: LineIds = None,
    depth_km: Depth = None,
    preset: Preset = None,
    ends: EndsOption = None,
    mode: ModeOption = None,
    section_km: Sections = None,
    clip: Clip = None,
    positions: Declared = None,
    roads: Annotated[Path | None, typer.Option("--roads", help="Layer file of roads.")] = None,
    elevation: Annotated[Path | None, typer.Option("--elevation", help="GeoTIFF of heights in metres.")] = None,
    other_line: Annotated[
        Path | None, typer.Option("--other-line", help="The line on another map: what it would change.")
    ] = None,
    other_line_ids: Annotated[
        list[str] | None, typer.Option("--other-line-id", help="Id of a line of that file; give it again for more.")
    ] = None,
    case: CaseOption = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Tell what each side withdraws from.

    Per side, tier and section: area, settlements and people, roads, exceptions, declared positions that must leave and how
    far, height lost, and what another map's line would change. --out gets what plan writes, with the balance sheet.
    """
    from merestone.errors import MerestoneError
    from merestone.withdrawal import balance as sheet
    from merestone.withdrawal.case_folder import positions_in
    from merestone.withdrawal.plan import as_json as told
    from merestone.withdrawal.plan import make_plan
    from merestone.withdrawal.positions import as_features, judge, read_positions
    from merestone.withdrawal.report import balance_sections
    from merestone.withdrawal.writing import write_plan

    wanted = _wanted(agreement, line, line_ids, depth_km, preset, ends, mode, section_km, clip, case)
    made = make_plan(wanted)
    positions = positions_in(positions, case)
    other = None
    if other_line is not None:
        other = make_plan(dataclasses.replace(wanted, line=other_line, line_ids=tuple(other_line_ids or ())))
        if set(other.reference.parties) != set(made.reference.parties):
            lines, parties = other.reference.lines, made.reference.parties
            raise MerestoneError("M808", line=lines[0].id, party=parties[0], named=" and ".join(other.reference.parties))
    judged = judge(made, read_positions(positions, made.reference.parties)) if positions else []
    sheets = sheet.balance(made, judged, roads=roads, elevation=elevation, other=other)
    answer = told(made) | sheet.as_json(made, sheets, judged)
    if out:
        seen = {place.name: place for one in sheets for place in one.settlements if place.inside}
        largest = sorted(seen.values(), key=lambda place: (-(place.population or 0), place.name))[:30]
        answer["files"] = write_plan(
            made, out, dict(answer), as_features(judged), balance_sections(made, sheets, judged),
            places=[(place.name, place.lon, place.lat) for place in largest],
            moves=[
                ((told["lon"], told["lat"]), tuple(told["to"]))
                for told in (each.as_json() for each in judged)
                if told["move_km"] and told["to"]
            ],
        )  # fmt: skip
    _say(answer, lambda: sheet.as_text(made, sheets, judged), as_json)


@withdraw.command(
    epilog="Example: merestone withdraw schedule agreement.toml --positions declared.csv --case border --out order.html"
)
def schedule(
    agreement: AgreementPath = None,
    line: Line = None,
    line_ids: LineIds = None,
    depth_km: Depth = None,
    preset: Preset = None,
    positions: Declared = None,
    begin: Annotated[str | None, typer.Option("--begin", help="First day, YYYY-MM-DD; before what the agreement says.")] = None,
    case: CaseOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="File: .html, .svg, .csv, .json, .geojson or .gpkg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plan the order of a withdrawal.

    The shortest one in which both sides move in step, within what they can move in a day, or which clauses conflict. With
    --case, the quiet days that the agreement asks for first are read off its record.
    """
    from merestone.withdrawal import agreed_schedule
    from merestone.withdrawal.carrying_out import begun, quiet_days
    from merestone.withdrawal.case_folder import needed
    from merestone.withdrawal.plan import make_plan
    from merestone.withdrawal.positions import judge, read_positions

    made = begun(make_plan(_wanted(agreement, line, line_ids, depth_km, preset, case=case)), begin)
    judged = judge(made, read_positions(needed(positions, case), made.reference.parties))
    quiet = quiet_days(made, case) if case else []
    with _told_on_terminal() as told:
        agreed = agreed_schedule.agree(made, judged, told)
    answer = agreed_schedule.as_json(agreed) | {"preconditions": [each.as_json() for each in quiet]}
    if out:
        agreed_schedule.written(agreed, judged, answer, out)
        answer["files"] = [str(out)]
    _say(answer, lambda: "\n".join([agreed_schedule.as_text(agreed), *(each.sentence for each in quiet)]), as_json)


@withdraw.command(epilog="Example: merestone withdraw verify --case border --out verified")
def verify(
    agreement: AgreementPath = None,
    line: Line = None,
    line_ids: LineIds = None,
    depth_km: Depth = None,
    preset: Preset = None,
    positions: Declared = None,
    begin: Annotated[str | None, typer.Option("--begin", help="First day, YYYY-MM-DD; before what the agreement says.")] = None,
    inspections: Annotated[Path | None, typer.Option("--inspections", help="CSV: time, lon, lat, radius_m, saw.")] = None,
    tracks: Annotated[
        list[Path] | None, typer.Option("--tracks", help="GPX track of a patrol; give it again for more.")
    ] = None,
    case: CaseOption = None,
    at: Annotated[str | None, typer.Option("--at", help="Day to tell of, YYYY-MM-DD; the last look's if not given.")] = None,
    seen_m: Annotated[float, typer.Option("--seen-m", min=1, max=20000, help="How far a patrol sees from its way.")] = 500.0,
    detection: Annotated[
        float, typer.Option("--detection", min=0.01, max=0.999, help="How likely an inspection sees what is there.")
    ] = 0.8,
    stays: Annotated[
        float, typer.Option("--stays", min=0.01, max=0.99, help="How likely a position stays, before anything is seen.")
    ] = 0.5,
    return_days: Annotated[float, typer.Option("--return-days", min=1, help="Mean days until one is taken again.")] = 180.0,
    window_days: Annotated[float, typer.Option("--window-days", min=1, help="Days for which a look verifies.")] = 30.0,
    cell_km: Annotated[float, typer.Option("--cell-km", min=0.1, max=100, help="Size of the cells of the ground.")] = 2.0,
    patrols: Annotated[int, typer.Option("--patrols", min=0, max=100, help="How many places to look at next.")] = 5,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Verify a withdrawal.

    What is known of each declared position and of the ground: verified clear, verified present, probable, or unverified, with
    the breaches and their evidence, what was looked at, and where to look next. Not looked at is never compliant.
    """
    from merestone.withdrawal import verified
    from merestone.withdrawal.carrying_out import begun, verify_files
    from merestone.withdrawal.case_folder import looks_in, needed
    from merestone.withdrawal.plan import as_json as told
    from merestone.withdrawal.plan import make_plan
    from merestone.withdrawal.positions import judge, read_positions
    from merestone.withdrawal.verification import Model
    from merestone.withdrawal.writing import write_plan

    made = begun(make_plan(_wanted(agreement, line, line_ids, depth_km, preset, case=case)), begin)
    declared = needed(positions, case)
    seen, ways = looks_in(inspections, tracks or (), case)
    model = Model(detection=detection, stays=stays, return_days=return_days, window_days=window_days)
    judged = judge(made, read_positions(declared, made.reference.parties))
    found = verify_files(made, judged, seen, ways, case, at, model, seen_m, cell_km, patrols)
    answer = verified.as_json(found)
    if out:
        answer["files"] = write_plan(
            made, out, told(made) | {"verification": dict(answer)}, verified.features(found), verified.report_parts(found)
        )
    _say(answer, lambda: verified.as_text(found), as_json)


@withdraw.command(epilog="Example: merestone withdraw audit zone.geojson --line boundary.geojson --depth-km 2")
def audit(
    zone: Annotated[Path, typer.Argument(metavar="ZONE", help="Layer file of the drawn zone.", show_default=False)],
    line: Annotated[Path, typer.Option("--line", help="File of the line it was drawn along.", show_default=False)],
    zone_ids: Annotated[list[str] | None, typer.Option("--zone-id", help="Id of a zone of the file; again for more.")] = None,
    line_id: Annotated[str | None, typer.Option("--line-id", help="Id of the line, where the file holds several.")] = None,
    depth_km: Annotated[float | None, typer.Option("--depth-km", min=0.001, help="The depth it should have.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how deep a drawn zone is.

    All along the line, on both sides and by direction; and how it was drawn: in metres, in degrees, in Web Mercator, or as
    edges of their own.
    """
    from merestone.withdrawal.audit import audit_files

    found = audit_files(zone, line, tuple(zone_ids or ()), line_id, depth_km)
    print_json(found.as_json()) if as_json else print(found.text)


@withdraw.command(epilog="Example: merestone withdraw presets korea-1953 --out agreement.toml")
def presets(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name of a preset.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write it to.")] = None,
    as_json: AsJson = False,
) -> None:
    """List known agreements, or print one.

    Each is an agreement.toml with its source named, to start from.
    """
    from merestone.files import write_atomically
    from merestone.withdrawal.presets import preset, preset_names, preset_text
    from merestone.withdrawal.writing import check_file

    if name is None:
        listed = [{"name": each, "title": preset(each).name, "source": preset(each).source} for each in preset_names()]
        if as_json:
            print_json(listed)
        else:
            for entry in listed:
                print(f"{entry['name']:<16} {entry['title']} ({entry['source']})")
        return
    text = preset_text(name)
    if out:
        check_file(out)
        write_atomically(out, text.encode("utf-8"))
    if as_json:
        print_json({"name": name, "toml": text, "written": str(out) if out else None})
    elif out:
        print(f"Wrote {out}.")
    else:
        print(text, end="")
