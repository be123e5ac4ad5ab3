"""Handler of times of day: "22:45", "3 to 5 pm", "at dawn"."""

from __future__ import annotations

import re

from merestone.reading.timexes.clock import clock_of, half_of
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Clock, Meaning, Part


def clock(context: Context, match: Match) -> Meaning | None:
    """ "22:45", "3 to 5 pm", "18:00-19:30 Moscow time"."""
    first, last = context.group(match, "clock"), context.group(match, "clock2")
    before, after = context.words.lower(match.first - 1), context.words.lower(match.last)
    if before == "/" or after in values("measure") or after in ("/", "%"):
        return None
    if _is_bare(first) and not (last and not _is_bare(last)) and not _is_clock(context, match):
        return None
    if last and not half_of(first) and (half := half_of(last)):
        first = f"{first} {half}"
    begin, end = clock_of(first), clock_of(last or first)
    return Clock(begin, end) if begin and end else None


def _is_bare(words: str) -> bool:
    """Whether it is written as a number could be: "19.30", "0930"."""
    return bool(re.fullmatch(r"\d{1,2}\.\d\d|\d{4}", words))


def _is_clock(context: Context, match: Match) -> bool:
    """Whether a bare number is a clock time: "from 19.30 Bishkek time", "at 19.30 on Monday"."""
    words = context.words
    if context.group(match, "zone") or words.lower(match.last + 1) == "time":
        return True
    if words.lower(match.first - 1) not in cues("before_clock") or "." not in words.lower(match.first):
        return False
    return words.lower(match.last) == "on" or words.lower(match.first).index(".") == 2


def part(context: Context, match: Match) -> Meaning | None:
    """ "in the early hours", "at dawn"."""
    for name in ("part", "dawn", "inthe"):
        if found := context.value(match, name, "part"):
            return Part(found)
    return Part("DA" if match.groups.get("before") else "MO")
