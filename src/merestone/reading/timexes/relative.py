"""Handlers of expressions that lean on another time: "yesterday", "last week", "the same day", "since then"."""

from __future__ import annotations

from merestone.reading.timexes.calendar import Point, Unit, moved, point_of, shifted
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.counted import ENDS, HOURS, window_of
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.lexicon import unit_of, values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Length, Meaning, Points, Window
from merestone.reading.timexes.parts import part_of_words, stage_of


def deixis(context: Context, match: Match) -> Meaning | None:
    """ "today", "yesterday evening"."""
    if context.published is None:
        return None
    day = shifted(context.published, int(context.value(match, "day", "deixis")))
    if day is None:
        return None
    return Points((Point("day", day, part_of_words(context.group(match, "part")), stage_of(context, match)),))


def nightly(context: Context, match: Match) -> Meaning | None:
    """ "tonight", "last night", "overnight"."""
    words = context.group(match, "words")
    base = context.published
    if base is None:
        return None
    first = shifted(base, int(values("nightly")[words]))
    return Points((Point("day", first, "NI"),)) if first else None


def then(context: Context, match: Match) -> Meaning | None:
    """ "the same day", "the following morning": counted from the day the text last spoke of."""
    words = context.group(match, "words")
    if context.last_day is None:
        return None
    move = int(values("then")[words])
    if words.endswith((" before", " after")) and context.words.lower(match.last) not in (ENDS | cues("no_event").keys()):
        move = -move  # "on Friday, the day after clashes broke out"
    base = context.first_day if move < 0 and context.first_day else context.last_day
    day = shifted(base, move)
    return Points((Point("day", day, part_of_words(words)),)) if day else None


def then_night(context: Context, match: Match) -> Meaning | None:
    """ "that night", "the night before": counted from the day the text last spoke of."""
    words = context.group(match, "words")
    if context.last_day is None:
        return None
    day = shifted(context.last_day, int(values("thennight")[words]))
    return Points((Point("day", day, "NI"),)) if day else None


def this_part(context: Context, match: Match) -> Meaning | None:
    """ "this morning"."""
    if context.published is None:
        return None
    return Points((Point("day", context.published, values("part")[context.group(match, "part")], stage_of(context, match)),))


def relative(context: Context, match: Match) -> Meaning | None:
    """ "last week", "the following year", "the current quarter"."""
    words, unit = context.group(match, "rel"), unit_of(context.group(match, "unit"))
    rel = values("relative")[words]
    if unit in HOURS or unit in ("night", "fortnight", "millennium"):
        return _lately(context, 1.0, unit) if unit == "hour" and rel in ("-1", "~-1") else None
    if words in ("past", "this past") or (words == "last" and _has_the(context, match) and unit != "decade"):
        return _lately(context, 1.0, unit)
    base = context.reference() if rel.startswith("~") else context.today
    if base is None:
        return None
    if rel.startswith("~") and unit == "quarter" and context.last_quarter:
        base = context.last_quarter
    start = point_of(_unit(unit), base.first)
    found = moved(start, int(rel.removeprefix("~"))) if start else None
    return Points((Point(found.unit, found.first, stage=stage_of(context, match)),)) if found else None


def _has_the(context: Context, match: Match) -> bool:
    return context.words.lower(match.groups["rel"][0] - 1) == "the" and not match.groups.get("stage")


def _unit(words: str) -> Unit:
    unit: Unit = words  # type: ignore[assignment]
    return unit


def _lately(context: Context, count: float, unit: str) -> Length | None:
    return Length(count, unit, window=window_of(context.published, unit, -count) if context.published else None)


def unit_before(context: Context, match: Match) -> Meaning | None:
    """ "the week before"; "the year after an event" only where the event is not named."""
    unit, base = unit_of(context.group(match, "unit")), context.reference()
    if (
        unit in (*HOURS, "day", "night", "fortnight", "millennium")
        or base is None
        or context.words.lower(match.last) not in ENDS
    ):
        return None
    start = point_of(_unit(unit), base.first)
    found = moved(start, 1 if context.group(match, "way") in ("after", "following") else -1) if start else None
    return Points((found,)) if found else None


def former_date(context: Context, match: Match) -> Meaning | None:
    """ "on the former date", "on the latter": of the last two days named."""
    day = context.day_before if context.group(match, "which") == "former" else context.last_day
    return Points((Point("day", day),)) if day else None


def the_unit(context: Context, match: Match) -> Meaning | None:
    """ "the year", "the end of the month", "the quarter"."""
    unit, stage = unit_of(context.group(match, "unit")), stage_of(context, match)
    if unit in HOURS or unit in ("day", "night", "fortnight", "millennium", "decade", "century") or not context.published:
        return None
    if context.words.lower(match.last) in ("-", "‐"):
        return None  # "a quarter-century"
    if unit == "quarter" and context.last_quarter and not stage:
        return Points((context.last_quarter,))
    if (
        unit == "year"
        and not stage
        and (
            context.group(match, "full") in ("fiscal", "financial")
            or context.words.lower(match.last) in ("ended", "ending", "to")
        )
    ):
        context.last_quarter = None
        return Length(1.0, "year")
    start = point_of(_unit(unit), context.published)
    if start and unit == "quarter" and not stage:
        start = moved(start, -1)
    if start and unit == "weekend" and start.first > context.published and context.tense(match) != "future":
        start = moved(start, -1)
    return Points((Point(start.unit, start.first, stage=stage),)) if start else None


def since_then(context: Context, _match: Match) -> Meaning | None:
    """ "since then"."""
    point, published = context.last_dated or context.last_point, context.published
    if point is None or published is None or point.days[0] > published:
        return None
    return Window((point.days[0], published))
