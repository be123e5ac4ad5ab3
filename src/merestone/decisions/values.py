"""Corrected values: how people write them, and what a field of a claim may hold.

A value is given as JSON in the form of the reference, or short:

=============  ==============================================================================
event, act     a code of the vocabulary: ``attack``
speaker ...    an actor code; ``none`` where the text does not say
time           ``2022-09-13``, ``2022-09-13T00:05``, or two of them with a slash between; ``none``
places         names as the document has them, parted by semicolons, with a role before a colon: ``near: Sotk; from: Kapan``
quantities     ``killed 49; wounded 3 to 5; area about 50 km2``
means          codes parted by semicolons: ``artillery; uav``
=============  ==============================================================================
"""

from __future__ import annotations

import dataclasses
import math
import re
import typing
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from merestone.case import ActorCode
from merestone.errors import MerestoneError
from merestone.model import Claim, Means, Mention, PlaceRole, Quantity, Span, fields

FIELDS = ("event", "act", "speaker", "actor", "target", "time", "places", "quantities", "means")
"""Fields of a claim that can be corrected."""
_ROLES = typing.get_args(PlaceRole)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
_QUANTITY = re.compile(r"([a-z_]+)\s+(about\s+)?([0-9.]+)(?:\s*(?:to|-|–)\s*([0-9.]+))?(?:\s+([A-Za-z0-9]+))?")
_LARGEST = 1e12


def canonical_value(value: Any) -> str:
    """A value as JSON with sorted keys: equal values have equal texts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def check_field(field: str) -> None:
    """Raises MerestoneError M628 for a field that cannot be corrected."""
    if field not in FIELDS:
        raise MerestoneError("M628", what="field that can be corrected", name=field, fix=f"choose one of {', '.join(FIELDS)}")


def read_value(field: str, given: Any, text: str, near: Span) -> Any:
    """The value as a claim's JSON form has it, checked against the vocabularies.

    ``given`` is a text as people write it, or a JSON value; ``text`` is the document's text, ``near`` the claim's span: a place
    name is looked for there first. Raises MerestoneError M628 or M629.
    """
    check_field(field)
    value = _parsed(field, given) if isinstance(given, str) else given
    if field == "places":
        value = [_mention(one, text, near) for one in _list(field, given, value)]
    elif field == "quantities":
        value = [_quantity(one) if isinstance(one, str) else one for one in _list(field, given, value)]
    elif field == "means":
        value = _list(field, given, value)
    try:
        checked = _adapter(field).validate_python(value, strict=False)
        problem = _CHECKS[field](checked) if field in _CHECKS else None
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(field, given, _clause(str(first["msg"]))) from error
    except (ValueError, OverflowError) as error:
        raise _wrong(field, given, _clause(str(error))) from error
    if problem:
        raise _wrong(field, given, problem)
    return _adapter(field).dump_python(checked, mode="json")


@lru_cache(maxsize=10_000)
def is_stored_value(field: str | None, value: str | None) -> bool:
    """Whether a stored text is a value that the field may hold, by the same rules as ``read_value`` but for the document."""
    if field not in FIELDS or value is None:
        return False
    try:
        checked = _adapter(field).validate_python(orjson.loads(value))
        return field not in _CHECKS or _CHECKS[field](checked) is None
    except (ValueError, OverflowError):
        return False


def stored_pin(value: str | None) -> PinValue | None:
    """A stored pin; None where the text is none."""
    try:
        pin = TypeAdapter(PinValue).validate_python(orjson.loads(value or ""))
    except ValueError:
        return None
    return None if pin_problem(pin) else pin


def _adapter(field: str) -> TypeAdapter[Any]:
    return TypeAdapter(next(hint for name, hint, _ in fields(Claim) if name == field))


def _wrong(field: str, given: Any, problem: str) -> MerestoneError:
    shown = given if isinstance(given, str) else canonical_value(given)
    return MerestoneError("M629", field=field, value=shown[:200], problem=problem)


def _clause(message: str) -> str:
    plain = message.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    return plain[:1].lower() + plain[1:]


def _parsed(field: str, given: str) -> Any:
    plain = given.strip()
    if plain[:1] in ("[", "{", '"'):
        try:
            return orjson.loads(plain)
        except orjson.JSONDecodeError as error:
            raise _wrong(field, given, "it begins like JSON and is none") from error
    if plain in ("none", "null"):
        return [] if field in ("places", "quantities", "means") else None
    if field == "time":
        first, _, last = plain.partition("/")
        return [first.strip(), (last or first).strip()]
    if field in ("places", "quantities", "means"):
        return [part.strip() for part in plain.split(";") if part.strip()]
    return plain


def _list(field: str, given: Any, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > 100:
        raise _wrong(field, given, "it must be a list of at most 100")
    return list(value)


def _mention(one: Any, text: str, near: Span) -> Any:
    """A mention as JSON; a name alone gets the span at which the text has it, in the claim first, then the nearest."""
    if not isinstance(one, str):
        name = one.get("name") if isinstance(one, dict) else None
        span = one.get("span") if isinstance(one, dict) else None
        if isinstance(name, str) and isinstance(span, list | tuple) and len(span) == 2:
            start, end = span
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text) and text[start:end] == name:
                return one
        raise _wrong("places", one, "its name does not stand at its span in the document")
    role, colon, name = one.partition(":")
    role, name = (role.strip(), name.strip()) if colon and role.strip() in _ROLES else ("at", one.strip())
    found = [match.start() for match in re.finditer(re.escape(name), text)] if name else []
    if not found:
        raise _wrong("places", one, f"the document does not have the words {name!r}")
    inside = [at for at in found if near[0] <= at and at + len(name) <= near[1]]
    start = inside[0] if inside else min(found, key=lambda at: (abs(at - near[0]), at))
    return {"name": name, "span": [start, start + len(name)], "role": role}


def _quantity(one: str) -> Any:
    match = _QUANTITY.fullmatch(one)
    if match is None:
        raise _wrong("quantities", one, "it is not of the form killed 49, or area about 50 to 60 km2")
    what, about, low, high, unit = match.groups()
    try:
        numbers = [float(number) for number in (low, high) if number]
    except ValueError as error:
        raise _wrong("quantities", one, "it holds no number") from error
    return {
        "what": what, "value": numbers[0], "max": numbers[1] if high else None,
        "unit": unit or ("km2" if what == "area" else "km" if what == "distance" else "1"), "approx": bool(about),
    }  # fmt: skip


def _time_problem(value: tuple[str, str] | None) -> str | None:
    if value is None:
        return None
    kinds = []
    for moment in value:
        if _DAY.fullmatch(moment):
            date.fromisoformat(moment)
            kinds.append(moment)
        elif _CLOCK.fullmatch(moment):
            datetime.fromisoformat(moment)
            kinds.append(moment)
        else:
            return "a time is a day like 2022-09-13 or a local time like 2022-09-13T00:05"
    first, last = kinds
    if first[:10] > last[:10] or ("T" in first and "T" in last and first > last):
        return "it ends before it begins"
    return None


def _quantities_problem(value: tuple[Quantity, ...]) -> str | None:
    for one in value:
        numbers = [one.value, *([] if one.max is None else [one.max])]
        if not all(math.isfinite(number) and 0 <= number <= _LARGEST for number in numbers):
            return "a number must be finite and not negative"
        if one.max is not None and one.max < one.value:
            return "a range must not end below its beginning"
    return None


def _code_problem(value: str | None) -> str | None:
    if value is not None:
        TypeAdapter(ActorCode).validate_python(value)
    return None


def _places_problem(value: tuple[Mention, ...]) -> str | None:
    return None if all(0 <= one.span[0] < one.span[1] for one in value) else "a span begins at 0 or later and ends after that"


def _means_problem(value: tuple[Means, ...]) -> str | None:
    return "a weapon class stands in it twice" if len(set(value)) < len(value) else None


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "time": _time_problem, "quantities": _quantities_problem, "places": _places_problem, "means": _means_problem,
    "speaker": _code_problem, "actor": _code_problem, "target": _code_problem,
}  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------
# pins


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PinValue:
    """Where a mention is pinned: a gazetteer id, or a position with a radius (WGS 84 degrees, metres)."""

    mention: Mention
    place: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None


def pin_problem(pin: PinValue) -> str | None:
    """What is wrong with a pin, or None."""
    if pin.place is not None:
        return None if pin.lon is pin.lat is pin.radius_m is None else "give a place or a position, not both"
    if pin.lon is None or pin.lat is None or pin.radius_m is None:
        return "give a place, or a longitude, a latitude and a radius"
    if not (-180 <= pin.lon <= 180 and -90 <= pin.lat <= 90):
        return "a longitude lies between -180 and 180 degrees, a latitude between -90 and 90"
    if not (math.isfinite(pin.radius_m) and 0 < pin.radius_m <= 500_000):
        return "a radius is more than 0 and at most 500,000 metres"
    return None
