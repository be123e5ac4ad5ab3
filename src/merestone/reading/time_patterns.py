"""The forms in which texts write times, as one list of named regular expressions.

Every pattern is bounded (no nested repetition), so that finding is linear in the length of the text. What a match means is
decided in ``time_expressions.py``; the words come from ``data/time_words.tsv``.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache

from merestone.reading.numerals import number_pattern
from merestone.reading.vocabulary import rows

_KINDS = (
    "month", "weekday", "day", "night", "same", "same_night", "week", "month_of", "year_of", "weekend", "season", "unit",
    "future",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """One way to write a time."""

    name: str
    pattern: re.Pattern[str]


@cache
def words_of(kind: str) -> dict[str, str]:
    """The words of a kind, each with its value."""
    table = rows("time_words.tsv", ("words", "kind", "value"))
    return {row["words"]: row["value"] for row in table if row.one_of("kind", _KINDS) == kind}


def _any(*kinds: str) -> str:
    words = sorted((word for kind in kinds for word in words_of(kind)), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) + ")"


@cache
def forms() -> tuple[Form, ...]:
    """All forms. Where two match at the same place the longer match counts, then the one that stands first here."""
    month = rf"{_any('month')}\b\.?"
    weekday = _any("weekday")
    unit = rf"{_any('unit')}s?"
    number = number_pattern()
    year = r"(?:1[6-9]|20)\d\d(?![\d,.:/-]\d)(?!\s*(?:mm|km|m)\b)"
    day = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\d:%])(?!\.\d)"
    joint = r"\s*(?:,\s*(?:and\s+)?|and\s+|or\s+|to\s+|through\s+|till\s+|until\s+|[–-]\s*|/)\s*(?:the\s+)?"
    days = rf"{day}(?:{joint}{day}){{0,7}}"
    part = (
        r"(?:(?P<part>early|mid|late|(?:the\s+)?(?:beginning|start|middle|end|first\s+half|second\s+half)\s+of)"
        r"[\s-]+(?:in\s+)?)?"
    )
    clock = (
        r"(?:\d{1,2}[:.]\d{2}(?!\d|[.,]\d|\s*(?:km|m|mm|per\s+cent|percent|%|million|billion|hectares|kilomet|met))"
        r"(?:\s*(?:[ap]\.m\.|[ap]m\b))?|\d{1,2}\s*(?:[ap]\.m\.|[ap]m\b)|\d{4}(?=\s*(?:hours|hrs|h)\b)|midnight|noon|midday)"
    )
    upto = r"\s*(?:to|and|until|till|through|[–-])\s*(?:about\s+|around\s+)?"
    sources = (
        ("iso date", r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ][0-2]\d:[0-5]\d(?::\d\d)?)?"),
        ("numeric date", r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)\d\d|\d\d(?!\d))"),
        ("slash date", r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"),
        (
            "day and month",
            rf"(?P<days>{days})(?:\s+day)?\s+(?:of\s+)?(?P<month>{month})(?:,?\s+(?:of\s+)?(?P<year>{year}|this\s+year|last\s+year))?",
        ),
        ("month and day", rf"(?P<month>{month})\s+(?P<days>{days})(?:,?\s+(?P<year>{year}))?"),
        (
            "month and year",
            rf"{part}(?P<months>{month}(?:{joint}{month}){{0,4}}),?\s+(?:of\s+|in\s+)?(?P<year>{year}|this\s+year|last\s+year)",
        ),
        (
            "month",
            (
                rf"(?:(?P<part>early|late|mid)[\s-]+(?:in\s+)?|(?:the\s+)?(?P<part2>beginning|start|middle|end)\s+of\s+|"
                rf"(?:in|since|of|by|until|till|from|during|throughout|through|between|for|last|next|this|and|to)\s+)"
                rf"(?P<months>{month}(?:{joint}{month}){{0,4}})(?!\s+\d)"
            ),
        ),
        (
            "ordinal",
            r"the\s+(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)(?=\s*(?:[,.;:)]|of\s+the\s+month|at\s|and\s|$))(?:\s+of\s+the\s+month)?",
        ),
        ("years", rf"(?P<first>(?:1[6-9]|20)\d\d)\s*(?:–|-|to|and|through)\s*(?P<last>{year}|\d\d(?!\d))"),
        (
            "year",
            (
                rf"(?:in|since|until|till|from|by|during|throughout|of|and|to|through|for|(?P<part>early|late|mid)[\s-]+(?:in\s+)?|"
                rf"(?:the\s+)?(?P<part2>beginning|start|middle|end|first\s+half|second\s+half)\s+of)\s*(?:the\s+year\s+)?(?P<year>{year})\b"
            ),
        ),
        (
            "quarter",
            (
                rf"(?:the\s+)?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+(?P<what>quarter|half)"
                rf"(?:\s+of\s+(?:(?P<year>{year})|(?P<rel>the\s+year|this\s+year|last\s+year)))?"
            ),
        ),
        ("season", rf"(?P<season>{_any('season')})(?:\s+of)?\s+(?P<year>{year})"),
        (
            "weekday",
            (
                rf"(?:(?P<rel>last|next|this|the\s+coming|the\s+previous|the\s+following|the\s+same)\s+)?(?P<weekday>{weekday})"
                rf"(?:{joint}(?P<weekday2>{weekday}))?(?P<night>\s+night)?(?:'s|’s)?(?:,?\s+(?P<ago>a\s+week)\s+(?:ago|earlier))?"
            ),
        ),
        ("day", rf"(?P<words>{_any('day')})(?:'s|’s)?"),
        ("night", rf"(?P<words>{_any('night')})(?:'s|’s)?(?!\s+(?:of|from|between|to|that|before)\b)"),
        ("same day", rf"(?P<words>{_any('same')})(?:'s|’s)?"),
        ("same night", rf"(?P<words>{_any('same_night')})(?:'s|’s)?"),
        ("week", rf"(?P<words>{_any('week')})(?:'s|’s)?"),
        ("month from publication", rf"(?:(?:earlier|early|late|later)\s+)?(?P<words>{_any('month_of')})(?:'s|’s)?"),
        ("year from publication", rf"(?:(?:earlier|early|late|later)\s+)?(?P<words>{_any('year_of')})(?:'s|’s)?"),
        ("start of year", r"(?:the\s+)?(?:beginning|start)\s+of\s+(?:the|this)\s+(?:current\s+)?(?P<what>year|month|week)"),
        ("end of year", r"(?:the\s+)?end\s+of\s+(?:the|this)\s+(?:current\s+)?(?P<what>year|month|week)"),
        ("weekend", rf"(?P<words>{_any('weekend')})"),
        ("ago", rf"(?P<count>a|an|{number})\s+(?P<unit>{unit})\s+ago(?:\s+(?:today|on\s+this\s+day))?"),
        ("later", rf"(?P<count>a|an|{number})\s+(?P<unit>{unit})\s+(?P<way>later|earlier|before|after)\b"),
        (
            "past",
            (
                rf"(?:(?:the|these|in|over|during|for|within|of)\s+){{0,2}}(?:course\s+of\s+the\s+)?"
                rf"(?:(?:past|last|previous|preceding)\s+(?P<count>{number})[\s-]+(?P<unit>{unit})|"
                rf"past\s+(?P<unit2>day|week|month|year)|(?:last|previous|preceding)\s+(?P<unit3>day))(?!\s+ago)"
            ),
        ),
        ("clock", rf"(?P<clock>{clock})(?:{upto}(?P<clock2>{clock}))?"),
        ("clock with short start", rf"(?P<clock>\d{{1,2}}){upto}(?P<clock2>\d{{1,2}}\s*(?:[ap]\.m\.|[ap]m\b))"),
    )
    return tuple(Form(name, re.compile(rf"(?<![\w.,/:-])(?:{source})(?!\w)", re.IGNORECASE)) for name, source in sources)
