"""A position in every system that people ask for it in, and a map sheet with what lies around it."""

from __future__ import annotations

import re
from typing import Any

from merestone.places.systems import datums
from merestone.places.systems.coordinates import Coordinate, parse_coordinate
from merestone.places.systems.grids import to_mgrs, to_utm
from merestone.places.systems.sheets import SCALES, Sheet, check_position, irregular_sheets_at, neighbours, sheets_at

_NUMBER = r"([+\-−]?[0-9]{1,4}(?:[.,][0-9]{1,15})?)"
_PAIR = re.compile(rf"{_NUMBER}(?:\s?[,;]\s?|\s){_NUMBER}")
_LISTED = SCALES[:-1]
"""Scales of the read-out: sheets at 1:10,000 were cut for towns only."""


def read_position(text: str) -> Coordinate:
    """What the words of a command line name: two bare numbers are longitude and latitude there, the rest as in a text.

    Raises MerestoneError as ``parse_coordinate`` does.
    """
    if (pair := _PAIR.fullmatch(" ".join(text.split()))) is None:
        return parse_coordinate(text)
    lon, lat = (float(number.replace(",", ".").replace("−", "-")) for number in pair.groups())
    check_position(lon, lat)
    return Coordinate(lon, lat, 0.0, "degrees", "WGS 84")


def readout(lon: float, lat: float) -> dict[str, Any]:
    """Sheets, SK-42, Gauss-Krüger, MGRS and UTM of a position on WGS 84, with the operation between the datums.

    Degrees to nine decimals, metres to three. Raises MerestoneError M550 or M551 for a place without sheets.
    """
    check_position(lon, lat)
    sk42_lon, sk42_lat = (round(float(value), 9) for value in datums.to_sk42(lon, lat))
    sheets = sheets_at(sk42_lon, sk42_lat)
    zone, northing, easting = (value.item() for value in datums.to_gauss_kruger(sk42_lon, sk42_lat))
    utm_zone, band, utm_east, utm_north = (value.item() for value in to_utm(lon, lat))
    operation = datums.operation_at(lon, lat)
    return {
        "sheets": {f"1:{scale}": sheets[scale].name for scale in _LISTED},
        "sk42": {"lon": sk42_lon, "lat": sk42_lat},
        "gauss_kruger": {"zone": zone, "northing": round(northing, 3), "easting": round(easting, 3)},
        "mgrs": to_mgrs(lon, lat).item(),
        "utm": f"{utm_zone or ''}{band} {utm_east:.2f} {utm_north:.2f}",
        "operation": f"{operation.name}, {operation.code}",
        "accuracy_m": operation.accuracy_m,
    }


def sheet_readout(sheet: Sheet) -> dict[str, Any]:
    """Bounds, corners on WGS 84 (counter-clockwise from the south-west), middle and neighbours of a sheet."""
    west, south, east, north = sheet.bounds
    lons, lats = datums.from_sk42([west, east, east, west], [south, south, north, north])
    middle = parse_coordinate(("x" if sheet.southern else "") + sheet.name)
    operation = datums.operation_at(middle.lon, middle.lat)
    return {
        "name": sheet.name,
        "scale": f"1:{sheet.scale}",
        "southern": sheet.southern,
        "regular": sheet.regular,
        "bounds_sk42": [west, south, east, north],
        "corners_wgs84": [[round(float(x), 7), round(float(y), 7)] for x, y in zip(lons, lats, strict=True)],
        "middle_wgs84": {"lon": middle.lon, "lat": middle.lat},
        "radius_m": middle.radius_m,
        "neighbours": {direction: [other.name for other in others] for direction, others in neighbours(sheet).items()},
        "operation": f"{operation.name}, {operation.code}",
        "accuracy_m": operation.accuracy_m,
    }


def as_text(position: Coordinate) -> str:
    """The read-out of a position, or of a sheet where one was named, for people."""
    return _sheet_text(position.sheet) if position.sheet else _position_text(position)


def _position_text(position: Coordinate) -> str:
    told = readout(position.lon, position.lat)
    sk42, kruger = told["sk42"], told["gauss_kruger"]
    rows = [
        ("WGS 84", f"{sexagesimal(position.lon, position.lat)}   {position.lon:.6f} {position.lat:.6f}"),
        ("SK-42", f"{sexagesimal(sk42['lon'], sk42['lat'])}   {sk42['lon']:.6f} {sk42['lat']:.6f}"),
        ("Gauss-Krüger", f"zone {kruger['zone']}, x = {kruger['northing']:.1f} north, y = {kruger['easting']:.1f} east"),
        ("UTM", told["utm"]),
        ("MGRS", told["mgrs"]),
        *(
            (f"1:{int(scale[2:]):,}", name + (" (southern)" if sk42["lat"] < 0 else ""))
            for scale, name in told["sheets"].items()
        ),
    ]
    lines = [f"{label:<14}{value}" for label, value in rows]
    lines += [
        f"Here the sheet {other.name} was joined against the rule." for other in irregular_sheets_at(sk42["lon"], sk42["lat"])
    ]
    if position.note:
        lines.append(f"{position.note[0].upper()}{position.note[1:]}.")
    return "\n".join([*lines, _operation_text(told)])


def _sheet_text(sheet: Sheet) -> str:
    told = sheet_readout(sheet)
    west, south, east, north = told["bounds_sk42"]
    lines = [
        f"{told['name']}{' (southern)' if sheet.southern else ''}, 1:{sheet.scale:,}",
        f"SK-42         {sexagesimal(west, south)} to {sexagesimal(east, north)}",
        "WGS 84        " + ", ".join(f"{lon:.5f} {lat:.5f}" for lon, lat in told["corners_wgs84"]),
        *(f"{direction:<14}{', '.join(names) or '-'}" for direction, names in told["neighbours"].items()),
    ]
    if not sheet.regular:
        lines.append("This is one part of a joined sheet, or was joined against the rule.")
    return "\n".join([*lines, _operation_text(told)])


def _operation_text(told: dict[str, Any]) -> str:
    accuracy = told["accuracy_m"]
    return f"SK-42 by {told['operation']}, " + (
        f"stated accuracy {accuracy:g} m." if accuracy is not None else "for which no accuracy is stated here."
    )


def sexagesimal(lon: float, lat: float) -> str:
    """Degrees, minutes and seconds to a tenth, latitude first: 40°12′00.0″ N 45°52′10.2″ E."""
    return f"{_angle(lat, 'NS')} {_angle(lon, 'EW')}"


def _angle(degrees: float, letters: str) -> str:
    tenths = round(abs(degrees) * 36_000)
    whole, rest = divmod(tenths, 36_000)
    minutes, seconds = divmod(rest, 600)
    return f"{whole}°{minutes:02d}′{seconds / 10:04.1f}″ {letters[degrees < 0]}"
