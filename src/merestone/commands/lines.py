"""Lines, the ground beside them, and zones, from layer files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import NEGATIVE_NUMBERS, AsJson, Crs, LayerName, print_json
from merestone.errors import MerestoneError

commands = typer.Typer()


@commands.command(
    epilog="Example: merestone locate 45.87 40.16 --line boundary.geojson --radius 500 --json, "
    "or for many: merestone locate --points places.csv --line boundary.geojson --out sides.csv",
    context_settings=NEGATIVE_NUMBERS,
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
    from merestone.places.contested.line_files import read_lines
    from merestone.places.contested.which_side import SWAPPED, as_text, point_looks_swapped, which_side

    if points is None:
        if lon is None or lat is None:
            raise MerestoneError("M519", wanted="a longitude and a latitude, or --points and --out")
        lines = read_lines(line, line_id, layer=layer, crs=crs)
        answers = which_side(lines, lon, lat, radius)
        warning = SWAPPED if point_looks_swapped(lines, answers, lon, lat) else None
        print_json([answer.as_json() for answer in answers]) if as_json else print(as_text(answers))
    else:
        from merestone.places.contested.points_file import locate_points

        if lon is not None or out is None:
            raise MerestoneError("M519", wanted="--out with --points, and no position besides")
        written = locate_points(points, read_lines(line, line_id, layer=layer, crs=crs), out)
        warning = written.warning
        print_json(written.as_json()) if as_json else print(written.as_text(out))
    if warning:
        print(f"merestone: {warning}.", file=sys.stderr)


@commands.command(epilog="Example: merestone compare sheets-1975.geojson border.gpkg --sections 20 --out between.gpkg")
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
    from merestone.places.contested import between
    from merestone.places.contested.line_files import read_line
    from merestone.places.layer_files.writing import write_features

    in_range("--sections", sections, 0.1, 1e5, "km")
    for option, accuracy in (("--accuracy-a", accuracy_a), ("--accuracy-b", accuracy_b)):
        in_range(option, accuracy, 0.01, 1e6, "m")
    first = read_line(line_a, accuracy_m=accuracy_a, layer=layer_a, crs=crs_a)
    second = read_line(line_b, accuracy_m=accuracy_b, layer=layer_b, crs=crs_b)
    found = between.compare(first, second, section_km=sections)
    notes = write_features(out, between.as_features(found)) if out is not None else []
    if as_json:
        print_json(between.as_json(found))
    else:
        print(between.as_text(found))
    for note in notes:
        print(f"Not kept as it was: {note}.", file=sys.stderr)


@commands.command(epilog="Example: merestone area --line border.gpkg --positions posts.csv --claimed 150km2")
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
    from merestone.places.contested import forward_positions
    from merestone.places.contested.line_files import read_line

    in_range("--accuracy", accuracy, 0.01, 1e6, "m")
    claim = None if claimed is None else forward_positions.area_km2(claimed)
    given = forward_positions.read_positions(positions, layer=positions_layer, crs=positions_crs)
    found = forward_positions.enclosed(read_line(line, accuracy_m=accuracy, layer=layer, crs=crs), given)
    if as_json:
        print_json(forward_positions.as_json(found, given, claim, side))
    else:
        print(forward_positions.as_text(found, claim, side))


@commands.command(
    epilog="Example: merestone zone 45.93 40.16 --zone zones.gpkg --radius 2000 --within-km 5",
    context_settings=NEGATIVE_NUMBERS,
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
    from merestone.places.contested import zones

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
        print_json(found)
    else:
        for standing in found:
            print(zones.as_text(standing))
