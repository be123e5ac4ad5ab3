"""Handlers of years and longer: "1998-2000", "fiscal 1989", "the late 1980s", "the 19th century"."""

from __future__ import annotations

import re
from datetime import date

from merestone.reading.timexes.calendar import Point
from merestone.reading.timexes.context import Context, count_of
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning, Points
from merestone.reading.timexes.parts import stage_of

_NUMBER = re.compile(r"\d+")
_SPOKEN = {"nineteen": 1900, "eighteen": 1800, "two thousand": 2000}
_POSSESSIVES = frozenset(("a", "an", "its", "his", "her", "their", "our", "this"))


def years(context: Context, match: Match) -> Meaning | None:
    """ "1998-2000", "2014/15", "from 2008 to 2012"."""
    words = context.group(match, "both").partition("/")
    last = context.group(match, "last") or context.group(match, "short") or words[2]
    first = context.group(match, "first") or words[0]
    last = first[:2] + last if len(last) == 2 else last
    if int(last) < int(first) or context.after(match, 1) in values("measure"):
        return None
    spans = (match.groups["first"], match.groups["last"]) if "last" in match.groups else ()
    return Points((Point("year", date(int(first), 1, 1)), Point("year", date(int(last), 1, 1))), spans=spans)


def year(context: Context, match: Match) -> Meaning | None:
    """ "1990", "the end of 2022", "fiscal 1989"; not a number that counts something."""
    given = context.year_of(match)
    if given is None or not _is_year(context, match):
        return None
    return Points((Point("year", date(given, 1, 1), stage=stage_of(context, match)),))


def _is_year(context: Context, match: Match) -> bool:
    words, first = context.words, match.groups["year"][0]
    after, before = words.lower(match.last), words.lower(first - 1)
    if after in values("measure") or after == "%" or before in cues("before_count"):
        return False
    if words.lower(first) in ("'", "’"):
        return before in cues("before_year") or words.lower(first - 2) in cues("before_year") or before in ("of", "the")
    if before in cues("before_year") or match.groups.get("stage") or first > match.first:
        return True
    if not _is_recent(words.lower(first)):
        return before in ("of", "from") and not _counts(context, match.last)
    if before == "the":
        return True
    if before in cues("before_date") or before in _POSSESSIVES:
        return not _counts(context, match.last)
    if after.isalpha() and before.isalpha():  # "his unsuccessful 1996 campaign"
        return not _counts(context, match.last)
    return after in (",", ".", ";", ")", "", "\n", "'", "’", "-", "–", ":") or not before


def _is_recent(words: str) -> bool:
    return words.isdigit() and 1900 <= int(words) <= 2060


def _counts(context: Context, after: int) -> bool:
    """Whether a number before this word most likely counts it: a plural noun, no verb."""
    word = context.words.lower(after)
    start, _ = context.words.spans[after] if word else (0, 0)
    if word and context.words.text[start].isupper():
        return False
    return (
        len(word) > 3 and word.endswith("s") and word.isalpha() and word not in ("was", "this", "gains", "plus", "less", "has")
    )


def written_year(context: Context, match: Match) -> Meaning | None:
    """ "nineteen ninety-four", "the year two thousand"."""
    words = context.group(match, "words")
    start = next(start for start in _SPOKEN if words.startswith(start))
    rest = words.removeprefix(start).removeprefix(" and").strip()
    tail = count_of(rest) if rest else 0.0
    named = "year" in context.words.between(match.first, match.last)
    if tail is None or not tail.is_integer() or not 0 <= tail < 100 or (start == "two thousand" and not named and tail == 0):
        return None
    if start != "two thousand" and tail < 10:
        return None
    return Points((Point("year", date(_SPOKEN[start] + int(tail), 1, 1), stage=stage_of(context, match)),))


def decade(context: Context, match: Match) -> Meaning | None:
    """ "the 1990s", "the late '80s", "the sixties"."""
    words = context.group(match, "decade")
    digits = _NUMBER.search(words)
    if digits and len(digits.group()) == 4:
        first = int(digits.group())
    else:
        tens = int(digits.group()[0]) if digits else int(values("eighties").get(words.split()[-1], "0"))
        if context.words.lower(match.first) not in ("the", "'", "’", "early", "mid", "late") or not tens:
            return None
        if not {"his", "her", "their"}.isdisjoint(context.before(match, 2).split()):
            return None  # an age
        first = 1900 + 10 * tens
    return Points((Point("decade", date(first, 1, 1), stage=stage_of(context, match)),))


def century(context: Context, match: Match) -> Meaning | None:
    """ "the early 20th century", "the twenty-first century"."""
    words = context.group(match, "nth")
    digits = _NUMBER.search(words)
    number = int(digits.group()) if digits else 21 if words.startswith("twenty") else int(values("ordinal").get(words, "0"))
    if not 1 < number <= 30:
        return None
    return Points((Point("century", date(100 * (number - 1), 1, 1), stage=stage_of(context, match)),))
