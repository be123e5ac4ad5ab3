"""Positions and layers of any kind: map sheets, bearings, formats."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from merestone.commands.shared import NEGATIVE_NUMBERS, AsJson, Crs, LayerName, no_options, print_json
from merestone.errors import MerestoneError

commands = typer.Typer()


@commands.command(
    epilog='Example: merestone sheet 45.8695 40.2000, or merestone sheet K-38-140, or merestone sheet "38T NK 74003 50318"',
    context_settings=NEGATIVE_NUMBERS,
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
    from merestone.places.systems.readout import as_text, read_position, readout, sheet_readout

    no_options(where)
    position = read_position(" ".join(where))
    if as_json:
        print_json(sheet_readout(position.sheet) if position.sheet else readout(position.lon, position.lat))
    else:
        print(as_text(position))


@commands.command(
    epilog="Example: merestone bearing 45.73 40.18 --bearing north-west --km 3-8", context_settings=NEGATIVE_NUMBERS
)
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
    from merestone.places.observers.bearings import as_geojson, as_text, read_observers, read_position, read_sector, readout

    no_options(where or [])
    if bool(observers) == bool(where) or (where and bearing is None):
        raise typer.BadParameter("give LON LAT and --bearing, or --observers FILE", param_hint="LON LAT")
    if observers:
        told = readout(read_observers(observers))
    else:
        told = readout([("observer", read_sector(*read_position(where or []), bearing or "", to, km, radius))])
    if out:
        write_atomically(out, json.dumps(as_geojson(told), ensure_ascii=False, indent=1).encode() + b"\n")
    if as_json:
        print_json(told)
    else:
        print(as_text(told))


@commands.command(epilog="Example: merestone convert boundary.shp boundary.gpkg --crs EPSG:28408")
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
    from merestone.places.layer_files.layers import read_layer
    from merestone.places.layer_files.writing import write_features

    found = read_layer(source, layer=layer, crs=crs)
    if not found.features:
        raise MerestoneError("M503", path=source, wanted="point, line or polygon")
    notes = write_features(target, found.features)
    if found.left_out:
        notes.insert(0, f"{found.left_out} features without a geometry are left out")
    if as_json:
        print_json({"written": str(target), "features": len(found.features), "crs": found.crs, "notes": notes})
    else:
        print(f"Wrote {target}: {len(found.features)} features, read in {found.crs}.")
        for note in notes:
            print(f"Not kept as it was: {note}.", file=sys.stderr)
