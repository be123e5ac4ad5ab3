"""Handlers of days of the week: "Friday", "the following Sunday", "Monday to Wednesday", "a week from Monday"."""

from __future__ import annotations

from datetime import date

from merestone.reading.timexes.calendar import Point, shifted, weekday_near
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.lexicon import values
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning, Points, Unplaced
from merestone.reading.timexes.parts import with_part


def weekday(context: Context, match: Match) -> Meaning | None:
    """ "Friday", "last Friday", "Monday night", "Monday to Wednesday", "Tuesday last week"."""
    published = context.published
    number = int(values("weekday")[context.group(match, "weekday")])
    if published is None:
        return Unplaced(f"XXXX-WXX-{number + 1}")
    rel = context.value(match, "rel", "relative")
    first = _weekday(context, match, number, rel, published)
    if first is None:
        return None
    points: tuple[Point, ...] = (Point("day", first),)
    if second := context.group(match, "weekday2"):
        if context.group(match, "joint") in ("and", "or", ",", ", and"):
            after = _weekday(context, match, int(values("weekday")[second]), rel, published)
        else:
            after = weekday_near(first, int(values("weekday")[second]), future=True)
        if after is not None and after > published and first <= published and context.tense(match) == "past":
            first, after = shifted(first, -7) or first, shifted(after, -7) or after
        if after is not None:
            points = (Point("day", first), Point("day", after))
    return with_part(context, match, Points(points, spans=_spans(match) if len(points) > 1 else ()))


def _spans(match: Match) -> tuple[tuple[int, int], ...]:
    joint = match.groups["joint"]
    return (match.first, joint[0]), (joint[1], match.last)


def _weekday(context: Context, match: Match, number: int, rel: str, published: date) -> date | None:
    week = context.group(match, "week")
    if "ago" in week or "earlier" in week or "before" in week:
        last = weekday_near(published, number, future=False)
        return shifted(last, -7) if last else None
    if week:
        monday = shifted(published, -published.weekday() + 7 * (("next" in week) - ("last" in week or "previous" in week)))
        return shifted(monday, number) if monday else None
    if rel.startswith("~") and context.last_day:
        base = shifted(context.last_day, {"~1": 1, "~-1": -1}.get(rel, 0))
        return weekday_near(base, number, future=rel == "~1") if base else None
    if rel == "-1":
        before = shifted(published, -1)
        return weekday_near(before, number, future=False) if before else None
    if rel == "1":
        after = shifted(published, 1)
        return weekday_near(after, number, future=True) if after else None
    possessive = context.words.lower(match.last - 1) == "s"
    return weekday_near(published, number, future=not possessive and context.tense(match) == "future")


def week_from_day(context: Context, match: Match) -> Meaning | None:
    """ "a week from Monday"."""
    if context.published is None:
        return None
    word = context.group(match, "day")
    if word in values("weekday"):
        day = weekday_near(context.published, int(values("weekday")[word]), future=True)
    else:
        day = shifted(context.published, int(values("deixis")[word]))
    weeks = 2 if context.group(match, "count") == "two" else 1
    day = shifted(day, 7 * weeks) if day else None
    return Points((Point("day", day),)) if day else None
