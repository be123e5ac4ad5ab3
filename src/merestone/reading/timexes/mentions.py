"""Times of a text as intervals, for claims: clock times get their day, "since" and "until" their other end, ranges one span."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal

from merestone.model import Moments
from merestone.reading.text import Text
from merestone.reading.timexes.calendar import Days, Point, months_later, shifted
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.cues import cues
from merestone.reading.timexes.meaning import Clock, Length, Nth, Part, Points, Reading, Vague, Window
from merestone.reading.timexes.placing import is_repeated, needs_day, places_of
from merestone.reading.timexes.reader import read

Precision = Literal["minute", "day", "night", "week", "month", "year", "period"]


@dataclasses.dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression of a text and the time it stands for."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    moments: Moments
    """First and last date or local date-time, both included; first is never after last."""
    precision: Precision
    rule: str
    """Name of the form, behind "since" or "until" where the interval reaches to or from the day of publication."""
    named: Moments
    """The time that the words alone name: of "since 5 May" 5 May. The same as ``moments`` for most."""


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """An expression on its way to a mention."""

    reading: Reading
    first: int
    """Its first word, or that of the day beside a clock time."""
    last: int
    """The word after its last."""
    days: Days
    precision: Precision
    instant: tuple[datetime, datetime] | None = None


def find_times(text: Text, published: date | None) -> tuple[TimeMention, ...]:
    """The times a text speaks of, in order.

    Without the day of publication only what the text itself fixes is found.
    """
    context, readings = read(text, published)
    return tuple(_joined(context, _items(context, readings)))


def hull(mentions: Sequence[TimeMention]) -> Moments:
    """The smallest interval around some mentions, of which there must be one at least.

    Where some give clock times, only those count: "on 5 May at 14:00" is 14:00.
    """
    fine = [mention for mention in mentions if mention.precision == "minute"]
    chosen = fine or mentions
    return min(mention.moments[0] for mention in chosen), max(mention.moments[1] for mention in chosen)


def _items(context: Context, readings: list[Reading]) -> list[Item]:
    """The expressions that are times, in text order, each clock time in one with the day right beside it."""
    places = places_of(context, readings)
    beside: dict[int, int] = {}
    for index, place in places.items():
        if place.beside is not None and isinstance(readings[index].meaning, Clock | Part):
            beside.setdefault(place.beside, index)
    items: list[Item] = []
    for index, reading in enumerate(readings):
        if index in beside or is_repeated(context, readings, index):
            continue
        if needs_day(reading):
            if index in places:
                items.append(_placed(reading, places[index].days))
                day = places[index].beside
                if day is not None and beside.get(day) == index:
                    match = readings[day].match
                    items[-1] = dataclasses.replace(
                        items[-1], first=min(items[-1].first, match.first), last=max(items[-1].last, match.last)
                    )
        elif item := _item(context, reading):
            items.append(item)
    return sorted(items, key=lambda item: item.first)


def _item(context: Context, reading: Reading) -> Item | None:
    match reading.meaning:
        case Points() as points:
            return _of_points(context, reading, points)
        case Length(window=window) if window is not None:
            return _of_days(reading, window)
        case Window(days):
            return _of_days(reading, days)
        case Vague("PRESENT_REF") if context.published and _is_at_present(context, reading):
            return _of_days(reading, (context.published, context.published))
        case _:
            return None


def _is_at_present(context: Context, reading: Reading) -> bool:
    """Not "these days", which has no day, nor what is now as it was before."""
    return context.words.between(reading.match.first, reading.match.last) not in (
        "these days",
        "nowadays",
        "current",
        "now",
        "for now",
    )


def _of_days(reading: Reading, days: Days, precision: Precision | None = None) -> Item:
    precision = precision or ("day" if days[0] == days[1] else "period")
    return Item(reading, reading.match.first, reading.match.last, days, precision)


def _of_points(context: Context, reading: Reading, points: Points) -> Item:
    spans = [_days_of(context, reading, point) for point in points.points]
    first, last = min(days[0] for days in spans), max(days[1] for days in spans)
    point = points.points[0]
    if points.clock:
        instant = _instant(first, points.clock)
        item = _of_days(reading, (first, first), "minute")
        return dataclasses.replace(item, instant=(instant, instant))
    if point.part == "NI":
        return _of_days(reading, (first, last), "night")
    if len(points.points) > 1 or point.last or point.unit not in ("day", "week", "month", "year"):
        return _of_days(reading, (first, last))
    return _of_days(reading, (first, last), point.unit)


def _days_of(context: Context, reading: Reading, point: Point) -> Days:
    """Its days; "earlier this month" is all of it, up to the day of publication."""
    relative = context.group(reading.match, "stage").startswith(("earlier", "later"))
    return point.whole if relative else point.days


def _placed(reading: Reading, base: Days) -> Item:
    """A clock time, a part of a day or a count of days on its day."""
    match reading.meaning:
        case Nth(number):
            first = shifted(base[0], 1 - number) or base[0]
            return _of_days(reading, (first, base[0]))
        case Clock(begin, end):
            return _at_clock(reading, base, begin, end)
        case Part("NI") if base[0] == base[1]:
            return _of_days(reading, (base[0], shifted(base[0], 1) or base[0]), "night")
        case Part("NI"):
            return _of_days(reading, base, "night")
        case _:
            return _of_days(reading, (base[1], base[1]), "day")


def _at_clock(reading: Reading, base: Days, begin: str, end: str) -> Item:
    """A time before noon of a night lies on its second day; a range that ends before it begins ends on the next day."""
    day = base[0] if begin >= "12:00" else base[1]
    first = _instant(day, begin)
    until = (shifted(day, 1) if end < begin else None) or day
    last = max(first, _instant(until, end))
    return dataclasses.replace(_of_days(reading, (first.date(), last.date()), "minute"), instant=(first, last))


def _instant(day: date, clock: str) -> datetime:
    """24:00 is the first moment of the next day."""
    if clock == "24:00":
        return datetime.combine(shifted(day, 1) or day, time())
    return datetime.combine(day, time.fromisoformat(clock))


# How many words after "since" an expression may still be what it speaks of: "since the truce brokered by X in November".
_SINCE_REACH = 15
_UNTIL = frozenset(("by", "until", "till", "before"))


def _joined(context: Context, items: list[Item]) -> list[TimeMention]:
    mentions: list[TimeMention] = []
    for index, item in enumerate(items):
        previous = items[index - 1] if index else None
        mention = _mention(context, item, previous)
        if previous and mentions and (whole := _range(context, mentions[-1], previous, mention, item)):
            mentions[-1] = whole
        else:
            mentions.append(mention)
    return mentions


def _mention(context: Context, item: Item, previous: Item | None) -> TimeMention:
    published, match = context.published, item.reading.match
    named = _minutes(item.instant) if item.instant else _iso(item.days)
    moments, rule, precision = named, match.form, item.precision
    if published:
        today = published.isoformat()
        stage = context.group(match, "stage").partition(" ")[0]
        until = _is_until(context, item)
        running = moments[0] <= today < moments[1]
        if moments[0][:10] <= today and _is_since(context, item, previous.last if previous else 0):
            moments, rule, precision = (moments[0], today), f"since {rule}", "period"
        elif until and context.group(match, "which").startswith("this") and moments[1][:10] <= today:
            moments, rule, precision = (f"{today[:4]}-01-01", moments[1]), f"until {rule}", "period"
        elif until and moments[1][:10] > today and precision != "minute":
            moments, rule, precision = (today, moments[1]), f"until {rule}", "period"
        elif running and stage in ("earlier", "later"):
            moments = (moments[0], today) if stage == "earlier" else (today, moments[1])
        elif running and precision in ("week", "month", "year") and context.tense(match) != "future":
            # What has happened in a month still running has happened by the day of publication.
            moments = (moments[0], today)
    spans = context.words.spans
    return TimeMention(spans[item.first][0], spans[item.last - 1][1], moments, precision, rule, named)


def _is_since(context: Context, item: Item, reached: int) -> bool:
    """Whether "since" governs an expression, or "onwards" stands behind it."""
    words = context.words
    if words.lower(item.last) in ("onward", "onwards") or words.lower(item.first) == "since":
        return True
    for index in range(item.first - 1, max(reached, item.first - _SINCE_REACH) - 1, -1):
        word = words.lower(index)
        if word in (".", ";", ":", "\n"):
            return False
        if word == "since":
            return True
    return False


def _is_until(context: Context, item: Item) -> bool:
    """Whether "by", "until", "up to", "no later than" stands right before an expression."""
    words, index = context.words, item.first - 1
    if words.lower(item.first) in ("by", "until", "till"):
        return True
    while words.lower(index) in ("the", "about", "around"):
        index -= 1
    word = words.lower(index)
    if word in ("to", "than"):
        return words.lower(index - 1) in ("up", "later")
    return word in _UNTIL


def _range(context: Context, left: TimeMention, previous: Item, right: TimeMention, item: Item) -> TimeMention | None:
    """One mention for "from A to B" and "between A and B", and for "overnight" with its day."""
    words = context.words
    if item.first - previous.last > 4:
        return None
    between = [words.lower(index) for index in range(previous.last, item.first)]
    if counted := _counted(context, left, previous, right, item, between):
        return counted
    if previous.reading.match.form == "nightly" and words.lower(previous.last - 1) == "overnight":
        return _overnight(left, right, item, " ".join(between), words.lower(item.first) == "on")
    joint = [word for word in between if word not in cues("near_to")]
    if joint == ["up", "to"]:
        joint = ["to"]
    if len(joint) != 1 or not (joint[0] in cues("to") or (joint[0] == "and" and _is_between(context, previous))):
        return None
    until = right.named[1]
    if until[:10] < left.named[0][:10]:
        later = months_later(date.fromisoformat(until[:10]), 12)
        form = item.reading.match.form
        if context.group(item.reading.match, "year") or later is None or not form.endswith(("day", "month")):
            return None
        until = later.isoformat() + until[10:]
    moments = (left.named[0], until)
    if len(moments[0]) == len(moments[1]) and moments[0] > moments[1]:
        return None
    return TimeMention(left.start, right.end, moments, "period" if len(until) == 10 else "minute", "range", moments)


def _counted(
    context: Context, left: TimeMention, previous: Item, right: TimeMention, item: Item, between: list[str]
) -> TimeMention | None:
    """ "two days after 5 May", "the day before 5 May", "the eve of 5 May": counted from a date that is named."""
    form, meaning = previous.reading.match.form, previous.reading.meaning
    way = context.words.lower(previous.last - 1)
    if item.precision != "day" or form not in ("later", "then") or between not in ([], ["of"]):
        return None
    if not (way in ("after", "before") and not between) and not (way == "eve" and between):
        return None
    days = 1.0
    if isinstance(meaning, Length):
        if meaning.unit not in ("day", "week") or meaning.amount is None:
            return None
        days = meaning.amount * (7 if meaning.unit == "week" else 1)
    day = shifted(item.days[0], int(days if way == "after" else -days))
    moments = _iso((day, day)) if day else None
    return TimeMention(left.start, right.end, moments, "day", "counted", moments) if moments else None


def _is_between(context: Context, previous: Item) -> bool:
    return "between" in (context.words.lower(previous.first - 1), context.words.lower(previous.first - 2))


def _overnight(left: TimeMention, right: TimeMention, item: Item, between: str, has_on: bool) -> TimeMention | None:
    """ "overnight into Monday", "overnight on 12 May" end on that day, "overnight Sunday" begins on it."""
    if item.precision not in ("day", "period") or between not in ("", "on", "into", "to", "before", "from", "between", "of"):
        return None
    first, last = item.days
    if first == last and between in ("", "of") and not has_on:
        last = shifted(first, 1) or first
    elif first == last:
        first = shifted(first, -1) or first
    moments = _iso((first, last))
    return TimeMention(left.start, right.end, moments, "night", "overnight", moments)


def _minutes(instant: tuple[datetime, datetime]) -> Moments:
    return instant[0].isoformat(timespec="minutes"), instant[1].isoformat(timespec="minutes")


def _iso(days: Days) -> Moments:
    return days[0].isoformat(), days[1].isoformat()
