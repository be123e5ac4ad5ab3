"""Handlers of durations, sets of times and vague times."""

from __future__ import annotations

from merestone.reading.timexes.calendar import Days
from merestone.reading.timexes.context import Context, count_of
from merestone.reading.timexes.counted import window_of
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import unit_of, values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Length, Meaning, Repeat, Vague

_BACK = ("past", "last", "previous", "preceding", "recent", "latest", "prior")
_ON = ("next", "coming", "following", "ensuing", "upcoming")
_WILL = frozenset(("will", "would", "to", "can", "could", "may", "might", "should", "must", "not", "ll"))
# Time units of TIMEX3 values, each with how many of it the unit is.
UNITS = {
    "second": (1, "S"), "minute": (1, "M"), "hour": (1, "H"), "day": (1, "D"), "night": (1, "D"), "week": (1, "W"),
    "weekend": (1, "WE"), "fortnight": (2, "W"), "month": (1, "M"), "quarter": (1, "Q"), "half": (6, "M"), "year": (1, "Y"),
    "decade": (10, "Y"), "century": (100, "Y"), "millennium": (1000, "Y"),
}  # fmt: skip


def window(context: Context, match: Match) -> Meaning | None:
    """ "the past three months", "over the next two weeks"."""
    unit, count, way = (
        unit_of(context.group(match, "unit")),
        count_of(context.group(match, "count")),
        context.group(match, "way"),
    )
    if way == "last" and context.words.lower(match.first - 1) in _WILL and context.words.lower(match.first) == "last":
        return Length(count, unit)  # "the truce is to last three days"
    base = context.published
    if way in ("previous", "preceding", "prior"):
        base = context.first_day
    elif way == "following":
        base = context.last_day
    if unit == "month" and way == "first":
        context.last_quarter = None  # more is spoken of than a quarter
    sign = -1 if way in _BACK else 1 if way in _ON else 0
    if count is None and unit in ("hour", "minute") and sign:
        count = 1.0  # "the last few hours" are within the day
        return Length(None, unit, window=window_of(base, unit, sign * count) if base else None)
    days = window_of(base, unit, sign * count) if base and count and sign else None
    return Length(count, unit, window=days)


def recent(context: Context, match: Match) -> Meaning | None:
    """ "recent weeks", "coming months"."""
    way = context.group(match, "way")
    if way in ("coming", "future"):
        return Vague("FUTURE_REF")
    unit = unit_of(context.group(match, "unit"))
    return Vague("PAST_REF") if way == "recent" and unit in ("year", "decade") else Length(None, unit)


def for_now(context: Context, match: Match) -> Meaning | None:
    """ "for 11 days now": up to the day of publication."""
    count, unit = count_of(context.group(match, "count")), unit_of(context.group(match, "unit"))
    base = context.last_day or context.published
    return Length(count, unit, window=window_of(base, unit, -count) if base and count else None)


def length(context: Context, match: Match) -> Meaning | None:
    """ "three days", "two-year-old", "a dozen weeks"."""
    words, unit = context.group(match, "count"), unit_of(context.group(match, "unit"))
    if (
        words in ("a", "an", "one")
        and unit == "day"
        and not (context.words.lower(match.first - 1) in cues("before_one_day") or context.words.lower(match.last - 2) == "-")
    ):
        return None  # "one day" is any day
    if words in ("a", "an") and _is_rate(context, match):
        return None
    if unit == "year" and match.groups.get("old") and words not in ("a", "one") and "old" in context.group(match, "old"):
        return None  # annotators leave ages out
    if unit == "hour" and count_of(words) and (count_of(words) or 0) >= 1000:
        return None  # a clock time
    if unit == "quarter" and words in ("three", "3") and context.words.lower(match.last) == "of":
        return None  # "three quarters of"
    if unit == "second" and context.group(match, "unit") == "second":
        return None  # "one second later" is rare; "a second" is mostly another one
    count = count_of(words)
    if count is None and words not in values("few"):
        return None
    if count is not None and count >= 1500 and unit == "year" and not match.groups.get("old"):
        return None
    return Length(count, unit, context.value(match, "bound", "bound"), _within(context, match, count, unit))


def _within(context: Context, match: Match, count: float | None, unit: str) -> Days | None:
    """The days up to publication of "has been broken within 48 hours", "in less than three days"; a deadline is no time."""
    if not context.published or not count or context.words.lower(match.last) in ("of", "after", "before"):
        return None
    if context.words.lower(match.first) != "within" and not (
        context.words.lower(match.first - 1) == "in" and context.words.lower(match.first + 1) == "than"
    ):
        return None
    return window_of(context.published, unit, -count) if context.tense(match) == "past" else None


def _is_rate(context: Context, match: Match) -> bool:
    """Whether "a week" says how often: "$5 a week", "four flights a week"."""
    before = context.words.lower(match.first - 1)
    return (
        before[:1].isdigit()
        or before in cues("amount")
        or (before.endswith("s") and len(before) > 3 and before[-2] != "s" and before not in ("was", "takes", "lasts", "this"))
    )


def units(context: Context, match: Match) -> Meaning | None:
    """ "weeks", "decades-long"."""
    unit = unit_of(context.group(match, "unit"))
    if context.words.lower(match.last) in ("before", "after", "ago", "apart"):
        return None
    return Length(None, unit) if unit not in ("quarter", "second", "half", "night", "weekend") else None


def one_unit(context: Context, match: Match) -> Meaning | None:
    """ "day-long"."""
    return Length(1.0, unit_of(context.group(match, "unit")))


def every(context: Context, match: Match) -> Meaning | None:
    """ "every Monday", "each July", "every two weeks"."""
    what, other = context.group(match, "what"), context.group(match, "other")
    if (number := values("weekday").get(what) or values("weekdays").get(what)) is not None:
        return Repeat(f"XXXX-WXX-{int(number) + 1}" + _part(context.group(match, "part")))
    if month := values("month").get(what):
        return Repeat(f"XXXX-{int(month):02}")
    if season := values("season").get(what):
        return Repeat(f"XXXX-{season}")
    if (part := values("part").get(what)) and what != "night":
        return Repeat(f"XXXX-XX-XXT{part}")
    count = 2.0 if other == "other" else count_of(other) if other else 1.0
    return Repeat(length_value(count, unit_of(what)))


def _part(words: str) -> str:
    part = values("part").get(words)
    return f"T{part}" if part else ""


def weekdays(context: Context, match: Match) -> Meaning | None:
    """ "Tuesdays", "Tuesday nights"."""
    words = context.group(match, "weekday").split()
    number = values("weekdays").get(words[0]) or values("weekday").get(words[0])
    part = values("parts").get(words[-1], "")
    return Repeat(f"XXXX-WXX-{int(number or 0) + 1}" + (f"T{part}" if part else ""))


def often(context: Context, match: Match) -> Meaning | None:
    """ "daily", "annually"."""
    return Repeat(values("often")[context.words.between(match.first, match.last)])


def rate(context: Context, match: Match) -> Meaning | None:
    """ "twice a week"."""
    return Repeat(length_value(1.0, unit_of(context.words.lower(match.last - 1))))


def per(_context: Context, _match: Match) -> Meaning | None:
    """ "$5 a year", "30 per day": annotators leave rates out."""
    return None


def long_ago(_context: Context, _match: Match) -> Meaning | None:
    """ "long ago"."""
    return Vague("PAST_REF")


def vague(context: Context, match: Match) -> Meaning | None:
    """ "now", "recently", "the future"."""
    words = context.words.between(match.first, match.last)
    return Vague(f"{match.form.upper()}_REF", annotated=values(match.form)[words] != "-")


def length_value(amount: float | None, unit: str) -> str:
    """TIMEX3 value of a duration."""
    size, letter = UNITS.get(unit, (1, "D"))
    prefix = "PT" if unit in ("second", "minute", "hour") else "P"
    if amount is None:
        return f"{prefix}X{letter}"
    total = amount * size
    if total == int(total):
        return f"{prefix}{int(total)}{letter}"
    if unit == "hour":
        minutes = round(total * 60)
        return f"PT{minutes // 60}H{minutes % 60}M" if minutes >= 60 else f"PT{minutes}M"
    if letter == "Y":
        return f"P{round(total * 12)}M"
    return f"{prefix}{total:g}{letter}"
