"""Coordinates as people write them: found in running text, or read from one string, and brought to WGS 84.

What is read, and by which rule where a form could mean two things:

* decimal degrees: "40.2000, 45.8695", "40,2000° с. ш., 45,8695° в. д.", "N 40.2 E 45.87", "lat 40.2, lon 45.87". Two bare
  numbers are latitude, then longitude, as ISO 6709 has it, unless the first is past 90. In running text bare numbers need
  three decimals each, so that "3.5, 4.2" is none;
* degrees, minutes and seconds with any marks or with spaces: 39°30'39.9"N 46°20'30"E, 39 30 39.9 N 46 20 30 E,
  393040N0462030E;
* UTM: "38T 570000 4450000", easting first. The letter is the band; where the northing does not lie in band N or S it is the
  hemisphere, and so are the words north and south;
* MGRS: "38TNK1234567890", with or without spaces. A reference names a square: its middle is given;
* Gauss-Krüger on SK-42 in the Russian order, x to the north, y to the east with the number of the zone in front, "x=4452189
  y=8574138", or the zone named beside it. Five figures each, as reports to one's own headquarters shorten them, fit every
  square of 100 km and are refused;
* names of map sheets: "K-38-140-Б-в" (see ``sheets``). The middle is given, half the diagonal is the radius.

Degrees are on WGS 84 unless the words beside them say SK-42. The radius is that of the form: half the last digit each way, for
SK-42 with the stated accuracy of the operation on top; never under 1 m, which is as well as positions named on WGS 84 agree.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from typing import Literal

from merestone.errors import MerestoneError
from merestone.places.geometry.geodesy import distances
from merestone.places.systems import datums
from merestone.places.systems.grids import BANDS, from_mgrs, from_utm
from merestone.places.systems.sheets import Sheet, check_position, parse_sheet

System = Literal["degrees", "utm", "mgrs", "gauss_kruger", "sheet"]


@dataclasses.dataclass(frozen=True, slots=True)
class Coordinate:
    """A position read from text."""

    lon: float
    """Longitude on WGS 84, degrees."""
    lat: float
    """Latitude on WGS 84, degrees."""
    radius_m: float
    """The position meant lies within this distance, as far as the form of writing tells."""
    system: System
    datum: str
    """Datum of what was written: WGS 84 or Pulkovo 1942."""
    sheet: Sheet | None = None
    """The sheet, for the name of one."""
    note: str = ""
    """The rule that was used where the form could mean something else; else empty."""


_LEAST_RADIUS_M = 1.0
_DEGREE_M = 111_320.0
_MOST_CHARACTERS = 120
_WIDEST_IN_TEXT_M = 20_000.0

# -- pieces of patterns. Every repetition has a bound, so that a search takes time in proportion to the text.

_N = r"[0-9]{1,3}(?:[.,][0-9]{1,12})?"
_DEG = r"\s?(?:[°º˚∘]|deg(?:rees?)?\b\.?|град(?:усов|уса|ус)?\b\.?|d(?=\s?[0-9]))\s{0,2}"
_MIN = r"\s?(?:['′’‘ʹ`´]|min(?:utes?)?\b\.?|мин(?:ут[аы]?)?\b\.?|m(?=\s?[0-9]))(?!['′’])\s{0,2}"
_SEC = r"\s?(?:[\"″”“ʺ]|''|′′|’’|sec(?:onds?)?\b\.?|сек(?:унд[аы]?)?\b\.?|s\b)"
_LAT_WORDS = (
    r"[сc]\.\s?ш\.?|ю\.\s?ш\.?|(?:сев|юж)(?:\.|ерной|ной)\s?шир(?:\.|оты)|north(?:ern latitude)?\b|south(?:ern latitude)?\b"
)
_LON_WORDS = (
    r"[вb]\.\s?д\.?|з\.\s?д\.?|(?:вост|зап)(?:\.|очной|адной)\s?долг(?:\.|оты)|"
    r"east(?:ern longitude)?\b|west(?:ern longitude)?\b"
)
# Single letters are capitals; a Cyrillic one stands behind a mark, since "с 10 в 20" is "from 10 to 20".
_MARK_BEFORE = r"(?:(?<=[°º˚′″'’\"”])|(?<=[°º˚′″'’\"”]\s))"
_LAT_H = rf"(?:{_LAT_WORDS}|(?:(?-i:[NS])|{_MARK_BEFORE}(?-i:[СЮ]))(?![^\W\d_])\.?)"
_LON_H = rf"(?:{_LON_WORDS}|(?:(?-i:[EW])|{_MARK_BEFORE}(?-i:[ВЗ]))(?![^\W\d_])\.?)"
_MARKED = rf"{_N}{_DEG}(?:{_N}{_MIN}(?:{_N}{_SEC})?)?"
_SPACED = r"[0-9]{1,3}[\s:-][0-5]?[0-9](?:[.,][0-9]{1,8})?(?:[\s:-][0-5]?[0-9](?:[.,][0-9]{1,8})?)?"
_ANGLE = rf"(?:{_MARKED}|{_SPACED}|{_N})"
_GAP = r"(?:\s?[,;/|]\s{0,2}|\s{1,3}|\s(?:and|и|by)\s)?"


def _hemisphered(kind: str, hemisphere: str) -> str:
    """A latitude or longitude with its hemisphere in front or behind."""
    return (
        rf"(?:(?P<{kind}_front>{hemisphere})\s?(?P<{kind}_f>{_ANGLE})|(?P<{kind}_b>{_ANGLE})\s?(?P<{kind}_back>{hemisphere}))"
    )


_FLAGS = re.IGNORECASE
_LEFT = r"(?<![\w.,°'′])"
_LAT, _LON = _hemisphered("lat", _LAT_H), _hemisphered("lon", _LON_H)
_DEGREES = (
    re.compile(rf"{_LEFT}{_LAT}{_GAP}{_LON}(?![\w°])", _FLAGS),
    re.compile(rf"{_LEFT}{_LON}{_GAP}{_LAT}(?![\w°])", _FLAGS),
)
_COMPACT = re.compile(
    r"(?<![\w.])(?P<lat>[0-9]{4}(?:[0-9]{2})?(?:\.[0-9]{1,6})?)(?P<lat_h>[NS])\s?/?"
    r"(?P<lon>[0-9]{5}(?:[0-9]{2})?(?:\.[0-9]{1,6})?)(?P<lon_h>[EW])(?!\w)"
)
_SIGNED = r"[+\-−]?[0-9]{1,3}"
_LABELLED = re.compile(
    rf"(?<!\w)(?:lat(?:itude)?|широта|φ)\s?[:=]?\s?(?P<lat>{_SIGNED}(?:[.,][0-9]{{1,12}})?)°?{_GAP}"
    rf"(?:lon(?:g(?:itude)?)?|lng|долгота|λ)\s?[:=]?\s?(?P<lon>{_SIGNED}(?:[.,][0-9]{{1,12}})?)°?(?![0-9]|[.,][0-9])",
    _FLAGS,
)
_LABELLED_LON = re.compile(
    rf"(?<!\w)(?:lon(?:g(?:itude)?)?|lng|долгота|λ)\s?[:=]?\s?(?P<lon>{_SIGNED}(?:[.,][0-9]{{1,12}})?)°?{_GAP}"
    rf"(?:lat(?:itude)?|широта|φ)\s?[:=]?\s?(?P<lat>{_SIGNED}(?:[.,][0-9]{{1,12}})?)°?(?![0-9]|[.,][0-9])",
    _FLAGS,
)
_BARE = re.compile(
    r"(?<![\w.,°\-−+])(?:(?P<a>[+\-−]?[0-9]{1,3}\.[0-9]{1,12})°?(?:\s?[,;/]\s?|\s)(?P<b>[+\-−]?[0-9]{1,3}\.[0-9]{1,12})°?"
    r"|(?P<c>[+\-−]?[0-9]{1,3},[0-9]{1,12})°?(?:\s?;\s?|,\s|\s)(?P<d>[+\-−]?[0-9]{1,3},[0-9]{1,12})°?)(?![\w°]|[.,][0-9])"
)
_INTEGERS = re.compile(
    r"(?P<a>[+\-−]?[0-9]{1,3}(?:\.[0-9]{1,12})?)(?:\s?[,;/]\s?|\s)(?P<b>[+\-−]?[0-9]{1,3}(?:\.[0-9]{1,12})?)"
)
_UTM = re.compile(
    r"(?<![\w.])(?:UTM\s?(?:zone)?\s?)?(?P<zone>[0-9]{1,2})\s?(?P<band>(?-i:[C-HJ-NP-X])|north|south)[\s,:]{1,3}"
    r"(?P<east>[1-9][0-9]{5}(?:[.,][0-9]{1,4})?)\s?(?:m\s?)?E?[\s,;/]{1,3}"
    r"(?P<north>[0-9]{1,8}(?:[.,][0-9]{1,4})?)\s?(?:m\s?)?N?(?!\w)",
    _FLAGS,
)
_SQUARE_DIGITS = r"(?:\s?[0-9]{1,5}\s[0-9]{1,5}|\s?[0-9]{2,10})"
_MGRS = re.compile(
    rf"(?<![\w.])(?:MGRS:?\s?)?(?P<ref>[0-9]{{1,2}}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z][A-HJ-NP-V]{_SQUARE_DIGITS})(?!\w|\.[0-9])"
)
_MGRS_ALONE = re.compile(
    r"(?:MGRS:?\s?)?(?P<ref>(?:[0-9]{1,2}\s?[C-HJ-NP-X]|[ABYZ])\s?[A-HJ-NP-Z][A-HJ-NP-Z][0-9\s]{0,13})", _FLAGS
)
_ZONE = r"(?:zone|зона|зоны?)\s?№?\s?[0-9]{1,2}"
_KRUGER = re.compile(
    rf"(?<!\w)(?:(?P<zone_before>{_ZONE})[\s,:;]{{1,3}})?[XХ]\s?[=:]?\s?(?P<x>-?[0-9]{{4,8}}(?:[.,][0-9]{{1,4}})?)\s?(?:m|м)?[\s,;/]{{1,3}}"
    rf"[YУ]\s?[=:]?\s?(?P<y>[0-9]{{4,8}}(?:[.,][0-9]{{1,4}})?)(?:\s?(?:m|м)\b)?"
    rf"(?:[\s,;(]{{1,3}}(?P<zone_after>{_ZONE})\)?)?(?![0-9])",
    _FLAGS,
)
_KRUGER_BARE = re.compile(
    r"(?P<x>-?[0-9]{6,7}(?:[.,][0-9]{1,4})?)(?:\s?[,;/]\s?|\s)(?P<y>[0-9]{7,8}(?:[.,][0-9]{1,4})?)", _FLAGS
)
_DATUM = re.compile(r"\(?\b(?:[СCS][КK]\s?[-–]?\s?42|Pulkovo(?:[\s-]?(?:19)?42)?|Пулково(?:[\s-]?(?:19)?42)?)\b\)?", _FLAGS)
_WGS = re.compile(r"\(?\bWGS[\s-]?(?:19)?84\b\)?", _FLAGS)
_FULL_STOP = re.compile(r"[NSEW]\.$", _FLAGS)
_DASH = r"\s?[-‐‑–−]\s?"
_PART = r"(?:[0-9]{1,3}|[IVXІХ]{1,7})"
_QUARTERS = rf"(?:{_DASH}[АБВГABVGабвгabvg](?![^\W\d_])(?:{_DASH}[абвгabvg](?![^\W\d_]))?(?:{_DASH}[1-4])?)?"
_SHEET = re.compile(
    rf"(?<![\w-])(?P<name>[A-VА-У]{_DASH}[0-9]{{2}}{_DASH}(?:{_PART}(?:,\s?{_PART}){{0,3}}{_QUARTERS}|[АБВГ](?:,[АБВГ])?))(?![\w]|-\w)"
)
_SHEET_WORD = re.compile(
    rf"(?:sheets?|лист(?:а|е|у|ов)?|трапеци[яи]|номенклатур\w{{1,4}})\s(?:№\s?)?"
    rf"(?P<name>[A-VА-У]{_DASH}?[0-9]{{2}}(?:{_DASH}[АБВГABVG])?)(?![\w]|-\w)",
    _FLAGS,
)

Found = tuple[int, int, Coordinate]


def parse_coordinate(text: str) -> Coordinate:
    """The position that a whole string stands for.

    Raises MerestoneError M550 where it is out of range, M552 to M554 where it is a wrong name of a sheet, M555 where it is
    in no form that is read, M556 where it is in one but cannot be, M557 where it is shortened.
    """
    words = " ".join(text.split())
    if not words or len(words) > _MOST_CHARACTERS:
        raise MerestoneError("M555", text=text[:_MOST_CHARACTERS])
    datum = datums.DATUM if _DATUM.search(words) else "WGS 84"
    bare = _WGS.sub(" ", _DATUM.sub(" ", words)).strip(" ,;:")
    for pattern, read in _ALONE:
        if match := pattern.fullmatch(bare) or pattern.fullmatch(bare.upper()):
            return read(match, datum)
    if datum == datums.DATUM and (match := _KRUGER_BARE.fullmatch(bare)):
        return _from_kruger(match, datum)
    if re.match(r"(?:[xXхХsS][\s_-]?)?[A-Za-zА-Яа-я]\s?[-‐‑–—_ ]?\s?[0-9]", bare):
        return _of_sheet(parse_sheet(bare))
    raise MerestoneError("M555", text=text)


def find_coordinates(text: str) -> list[Found]:
    """(start, end, coordinate) of every position written in a text, in text order and without overlaps.

    Takes time in proportion to the text, and never raises: what is in no form of this module, or cannot be, is passed over.
    """
    found: list[tuple[int, int, int, Coordinate]] = []
    for rank, (pattern, read) in enumerate(_IN_TEXT):
        for match in pattern.finditer(text):
            group = "name" if "name" in pattern.groupindex else "ref" if "ref" in pattern.groupindex else 0
            start, end = match.span(group)
            end -= bool(_FULL_STOP.search(text, start, end))
            beside = text[max(0, start - 24) : start] + " " + text[end : end + 16]
            datum = datums.DATUM if _DATUM.search(beside) else "WGS 84"
            try:
                found.append((start, end, rank, read(match, datum)))
            except MerestoneError:
                continue
    out: list[Found] = []
    reached = 0
    for start, end, _, coordinate in sorted(found, key=lambda entry: (entry[0], -entry[1], entry[2])):
        if start >= reached:
            out.append((start, end, coordinate))
            reached = end
    return out


# --------------------------------------------------------------------------------------------------------------------------
# degrees


def _from_degrees(match: re.Match[str], datum: str) -> Coordinate:
    values = {}
    for kind, most in (("lat", 90), ("lon", 180)):
        angle, step = _angle(match.group(), match[f"{kind}_f"] or match[f"{kind}_b"])
        hemisphere = (match[f"{kind}_front"] or match[f"{kind}_back"]).lower()
        if angle > most:
            raise MerestoneError("M556", text=match.group(), problem=f"{angle:g} is more than {most} degrees")
        values[kind] = (-angle if re.match(r"s|ю|w|з", hemisphere) else angle, step)
    (lat, lat_step), (lon, lon_step) = values["lat"], values["lon"]
    return _at(lon, lat, lon_step, lat_step, datum)


def _from_degrees_in_text(match: re.Match[str], datum: str) -> Coordinate:
    """As ``_from_degrees``, for angles that are exact enough to be a place: "10 N and 20 E" is a corner of the globe."""
    found = _from_degrees(match, datum)
    if found.radius_m > _WIDEST_IN_TEXT_M:
        raise MerestoneError("M555", text=match.group())
    return found


def _angle(whole: str, text: str) -> tuple[float, float]:
    """(degrees, degrees that the last digit stands for)."""
    numbers = re.findall(r"[0-9]+(?:[.,][0-9]+)?", text)
    value, step = 0.0, 1.0
    for level, number in enumerate(numbers):
        share = 60.0**level
        amount = float(number.replace(",", "."))
        if level and amount >= 60:
            raise MerestoneError("M556", text=whole, problem=f"{number} is no number of minutes or seconds")
        if level < len(numbers) - 1 and not amount.is_integer():
            raise MerestoneError("M556", text=whole, problem=f"{number} has decimals though smaller parts follow")
        value += amount / share
        step = _step(number) / share
    return value, step


def _step(number: str) -> float:
    """What the last digit of a number stands for."""
    _, _, decimals = number.replace(",", ".").partition(".")
    return 10.0 ** -len(decimals)


def _from_compact(match: re.Match[str], datum: str) -> Coordinate:
    values = []
    for kind, width, most in (("lat", 2, 90), ("lon", 3, 180)):
        digits = match[kind]
        rest = digits[width:]
        parts = [digits[:width], rest[:2], rest[2:]] if len(rest.split(".")[0]) == 4 else [digits[:width], rest]
        angle, step = _angle(match.group(), " ".join(parts))
        if angle > most:
            raise MerestoneError("M556", text=match.group(), problem=f"{angle:g} is more than {most} degrees")
        values.append((-angle if match[f"{kind}_h"] in "SW" else angle, step))
    (lat, lat_step), (lon, lon_step) = values
    return _at(lon, lat, lon_step, lat_step, datum)


def _from_labelled(match: re.Match[str], datum: str) -> Coordinate:
    lat, lon = _number(match["lat"]), _number(match["lon"])
    check_position(lon, lat)
    return _at(lon, lat, _step(match["lon"]), _step(match["lat"]), datum)


def _from_bare(match: re.Match[str], datum: str) -> Coordinate:
    names = match.groupdict()
    first, second = (names["a"], names["b"]) if names["a"] else (names["c"], names["d"])
    lat, lon = _number(first), _number(second)
    if abs(lat) > 90 >= abs(lon):
        check_position(lat, lon)
        note = f"read as longitude, then latitude, since {first} is no latitude"
        return _at(lat, lon, _step(first), _step(second), datum, note)
    check_position(lon, lat)
    return _at(lon, lat, _step(second), _step(first), datum, "read as latitude, then longitude")


def _from_bare_in_text(match: re.Match[str], datum: str) -> Coordinate:
    """As ``_from_bare``, for numbers so exact that hardly anything else is written like this; shares below 1 are."""
    numbers = [number for number in match.groups() if number]
    if any(_step(number) > 0.0015 for number in numbers) or all(abs(_number(number)) < 1 for number in numbers):
        raise MerestoneError("M555", text=match.group())
    return _from_bare(match, datum)


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def _at(lon: float, lat: float, lon_step: float, lat_step: float, datum: str, note: str = "") -> Coordinate:
    """A position in degrees, each true to half a step."""
    check_position(lon, lat)
    radius = math.hypot(lat_step / 2 * _DEGREE_M, lon_step / 2 * _DEGREE_M * math.cos(math.radians(lat)))
    return _on_wgs84(lon, lat, radius, "degrees", datum, note)


def _on_wgs84(lon: float, lat: float, radius: float, system: System, datum: str, note: str = "") -> Coordinate:
    if datum == datums.DATUM:
        x, y = datums.from_sk42(lon, lat)
        lon, lat = round(float(x), 9), round(float(y), 9)
        accuracy = datums.operation_at(lon, lat).accuracy_m
        if accuracy is None:
            note = f"{note}; " if note else ""
            note += "no accuracy is stated for SK-42 here"
        radius += accuracy or 0.0
    return Coordinate(lon, lat, round(max(radius, _LEAST_RADIUS_M), 1), system, datum, note=note)


# --------------------------------------------------------------------------------------------------------------------------
# grids


def _from_utm(match: re.Match[str], datum: str) -> Coordinate:
    text = match.group()
    if datum == datums.DATUM:
        raise MerestoneError("M556", text=text, problem="UTM is not used on SK-42, Gauss-Krüger is")
    zone, letter = int(match["zone"]), match["band"].upper()
    east, north = _number(match["east"]), _number(match["north"])
    if not 1 <= zone <= 60:
        raise MerestoneError("M556", text=text, problem=f"there is no zone {zone}, they go from 1 to 60")
    southern, note = letter == "SOUTH", ""
    band_known = len(letter) == 1
    if band_known:
        southern = letter in BANDS[:10]
        lat = from_utm(zone, southern, east, north)[1]
        in_band = _band_fits(letter, lat)
        if letter in "NS" and not in_band:
            # "38S 570000 6350000" in the way of map programs, which write the hemisphere behind the zone
            southern = letter == "S"
            note = f"{letter} read as the hemisphere: the northing is not in band {letter}"
        elif letter == "S":
            note = "S read as the band from 32 to 40 degrees north; write 'south' for the hemisphere"
        elif not in_band:
            raise MerestoneError("M556", text=text, problem=f"the northing {match['north']} is not in band {letter}")
    if north > 10_000_000 or (not southern and north > 9_400_000):
        raise MerestoneError("M556", text=text, problem=f"the northing {match['north']} is past the pole")
    lon, lat = from_utm(zone, southern, east, north)
    if not math.isfinite(lon + lat) or not -80.5 <= lat <= 84.5:
        raise MerestoneError("M556", text=text, problem="it is outside the grid, 80 degrees south to 84 north")
    step = max(_step(match["east"]), _step(match["north"]))
    return _on_wgs84(lon, lat, step / math.sqrt(2), "utm", "WGS 84", note)


def _band_fits(letter: str, lat: float) -> bool:
    south = 8 * BANDS.index(letter) - 80
    return south - 0.01 <= lat <= (84 if letter == "X" else south + 8) + 0.01


def _from_mgrs(match: re.Match[str], datum: str) -> Coordinate:
    reference = match["ref"]
    if datum == datums.DATUM:
        raise MerestoneError("M556", text=reference, problem="MGRS is not used on SK-42")
    digits = re.findall(r"[0-9]+", re.sub(r"^[0-9]+", "", reference.strip()))
    if len(digits) > 1 and (len(digits) > 2 or len(digits[0]) != len(digits[1])):
        raise MerestoneError("M556", text=reference, problem="easting and northing need as many digits as each other")
    lon, lat, size = from_mgrs(reference)
    return _on_wgs84(lon, lat, size / math.sqrt(2), "mgrs", "WGS 84")


def _from_mgrs_in_text(match: re.Match[str], datum: str) -> Coordinate:
    """As ``_from_mgrs``, for references of four digits or more: with fewer, too much else is written like this."""
    if sum(letter.isdigit() for letter in re.sub(r"^[0-9]+", "", match["ref"])) < 4:
        raise MerestoneError("M555", text=match.group())
    return _from_mgrs(match, datum)


def _from_kruger(match: re.Match[str], _: str) -> Coordinate:
    text, groups = match.group(), match.groupdict()
    north, east = _number(match["x"]), _number(match["y"])
    named = groups.get("zone_before") or groups.get("zone_after")
    zone = int(re.sub(r"\D", "", named)) if named else None
    whole = len(match["y"].split(".")[0].split(",")[0])
    if whole <= 5 or len(match["x"].lstrip("-").split(".")[0].split(",")[0]) <= 5:
        raise MerestoneError("M557", text=text)
    if whole == 6 and zone is None:
        raise MerestoneError("M556", text=text, problem="y has no zone; write the zone's number in front of it, as 8574138")
    inside = east if whole == 6 else east % 1_000_000
    prefix = zone if whole == 6 else int(east // 1_000_000)
    if zone is not None and zone != prefix:
        raise MerestoneError("M556", text=text, problem=f"y begins with zone {prefix}, but zone {zone} is named")
    assert prefix is not None
    if not 1 <= prefix <= 60 or not 100_000 <= inside <= 900_000 or abs(north) > 10_000_000:
        problem = f"x must be metres north of the equator, and y a zone from 1 to 60 and six figures; y is {match['y']}"
        raise MerestoneError("M556", text=text, problem=problem)
    x, y = datums.from_gauss_kruger(north, inside + prefix * 1_000_000, prefix)
    step = max(_step(match["x"]), _step(match["y"]))
    return _on_wgs84(float(x), float(y), step / math.sqrt(2), "gauss_kruger", datums.DATUM)


# --------------------------------------------------------------------------------------------------------------------------
# sheets


def _from_sheet(match: re.Match[str], _: str) -> Coordinate:
    return _of_sheet(parse_sheet(match["name"]))


def _of_sheet(sheet: Sheet) -> Coordinate:
    west, south, east, north = sheet.bounds
    middle_lon, middle_lat = datums.from_sk42((west + east) / 2, (south + north) / 2)
    # a sheet is widest at its edge towards the equator, and its edges bend: eight points tell how far it reaches
    steps = [(x, y) for x in (west, (west + east) / 2, east) for y in (south, (south + north) / 2, north)]
    lons, lats = datums.from_sk42([x for x, _ in steps], [y for _, y in steps])
    radius = float(distances(float(middle_lon), float(middle_lat), lons, lats).max())
    return Coordinate(
        round(float(middle_lon), 7), round(float(middle_lat), 7), round(radius, 1), "sheet", datums.DATUM, sheet=sheet,
        note="" if sheet.regular else "one part of a joined sheet, or joined against the rule",
    )  # fmt: skip


Read = Callable[[re.Match[str], str], Coordinate]

_SHARED: tuple[tuple[re.Pattern[str], Read], ...] = (
    (_COMPACT, _from_compact), (_LABELLED, _from_labelled), (_LABELLED_LON, _from_labelled), (_UTM, _from_utm),
    (_KRUGER, _from_kruger),
)  # fmt: skip
_ALONE: tuple[tuple[re.Pattern[str], Read], ...] = (
    *((pattern, _from_degrees) for pattern in _DEGREES), *_SHARED, (_MGRS_ALONE, _from_mgrs), (_BARE, _from_bare),
    (_INTEGERS, _from_bare),
)  # fmt: skip
_IN_TEXT: tuple[tuple[re.Pattern[str], Read], ...] = (
    *((pattern, _from_degrees_in_text) for pattern in _DEGREES), *_SHARED, (_MGRS, _from_mgrs_in_text),
    (_SHEET, _from_sheet), (_SHEET_WORD, _from_sheet), (_BARE, _from_bare_in_text),
)  # fmt: skip
