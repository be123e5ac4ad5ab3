"""Time expressions of a whole text, joined: clock times get their day, ranges and "since" their two ends.

One expression alone is read in ``time_expressions.py``.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, datetime, time

from merestone.model import Moments, Span
from merestone.reading.calendar_days import Days, day_of, shifted
from merestone.reading.docs import sentence_at
from merestone.reading.time_expressions import Match, Read, Reader, TimeMention, find_matches, month_number

# A clock time takes its day from one of so many expressions before or behind it.
_NEIGHBOURS = 8


def read_times(text: str, published: date | None, sentences: tuple[Span, ...]) -> list[TimeMention]:
    """The time expressions of a text, in order; ``sentences`` are its sentences' spans, in order."""
    matches = _with_borrowed_years(text, find_matches(text))
    reader = Reader(text, published, sentences)
    reads: list[Read] = []
    for match in matches:
        read = reader.read(match)
        if read is None:
            continue
        if reads and (merged := _after_ago(text, reads[-1], read)):
            reads[-1] = merged
            reader.note(merged)
            continue
        reads.append(read)
        reader.note(read)
    return _joined(text, _with_days(text, reads, reader), reader)


def _with_borrowed_years(text: str, matches: list[Match]) -> list[Match]:
    """Gives "1 October" in "between 1 October and 26 November 2009" the year that stands behind the second date."""
    out = list(matches)
    for i in range(len(out) - 2, -1, -1):
        left, right = out[i], out[i + 1]
        if (
            left.rule in ("day and month", "month and day", "month")
            and not left.groups.get("year")
            and right.rule in ("day and month", "month and day", "month and year", "month")
            and (year := right.groups.get("year"))
            and year.isdigit()
            and re.fullmatch(
                r"\s*(?:,|,?\s*and|or|to|until|till|through|[–-])\s*(?:on\s+|the\s+|again\s+)?", text[left.end : right.start]
            )
        ):
            first, last = (
                month_number(match.groups.get("month") or re.findall(r"[A-Za-z]+", match.groups["months"] or "")[-1])
                for match in (left, right)
            )
            out[i] = dataclasses.replace(left, groups={**left.groups, "year": str(int(year) - (first > last))})
    return out


def _after_ago(text: str, ago: Read, read: Read) -> Read | None:
    """Joins "one year ago on this day, September 13": the year comes from the first part, the day from the second."""
    if ago.match.rule != "ago" or ago.days is None or read.match.rule not in ("day and month", "month and day", "day"):
        return None
    if read.days is None or read.match.groups.get("year"):
        return None
    if not re.fullmatch(r"[\s,(–-]*(?:on\s+|the\s+)?", text[ago.match.end : read.match.start]):
        return None
    match = dataclasses.replace(ago.match, end=read.match.end)
    if read.match.rule == "day":
        return dataclasses.replace(ago, match=match)
    moved = [day_of(ago.days[0].year, day.month, day.day) for day in read.days]
    first, last = moved
    return Read(match, (first, last), read.precision) if first and last and first <= last else None


def _with_days(text: str, reads: list[Read], reader: Reader) -> list[Read]:
    """Gives each clock time the day that stands beside it in its sentence, else the day the text last spoke of."""
    out: list[Read] = []
    last_day = reader.published
    for i, read in enumerate(reads):
        if read.clock is None:
            if read.days and read.precision in ("day", "night", "minute"):
                last_day = read.days[0]
            out.append(read)
            continue
        sentence = sentence_at(reader.sentences, read.match.start)
        days = [
            other
            for other in reads[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS]
            if other.days and other.precision in ("day", "night") and sentence[0] <= other.match.start < sentence[1]
        ]
        after = [other for other in days if other.match.start >= read.match.end]
        before = [other for other in days if other.match.end <= read.match.start]
        if (
            after
            and re.fullmatch(r"[^.;\n]{0,28}", between := text[read.match.end : after[0].match.start])
            and (not before or re.fullmatch(r"[\s,(]*(?:\w+\s+){0,3}(?:on|of)?\s*(?:the\s+)?(?:\w+\s+of\s+)?", between))
        ):
            base: Days | None = after[0].days
        elif before:
            base = before[-1].days
        elif after:
            base = after[0].days
        else:
            base = (last_day, last_day) if last_day else None
        if base is None:
            continue
        begin, end = (time.fromisoformat(clock) for clock in read.clock)
        first = datetime.combine(base[0] if begin.hour >= 12 or base[0] == base[1] else base[1], begin)
        until = shifted(first.date(), 1) if end < begin else first.date()
        last = datetime.combine(until or first.date(), max(begin, end) if until is None else end)
        out.append(dataclasses.replace(read, days=(first.date(), last.date()), instant=(first, last)))
        last_day = first.date()
    return out


def _joined(text: str, reads: list[Read], reader: Reader) -> list[TimeMention]:
    """Mentions, with "since", "until", "by" and ranges worked in."""
    published = reader.published
    mentions: list[TimeMention] = []
    for read in reads:
        if read.days is None:
            continue
        moments = _minutes(read.instant) if read.instant else _iso(read.days)
        start, end = read.match.start, read.match.end
        before = text[max(0, start - 60) : start]
        words = text[start:end].lower()
        rule, precision = read.match.rule, read.precision
        if published and (re.search(r"\bsince\s+(?:\w+\s+){0,6}$", before, re.I) or words.startswith("since ")):
            today = published.isoformat()
            if moments[0][:10] <= today:
                moments, rule, precision = (moments[0], today), f"since {rule}", "period"
        elif published and (
            re.search(
                r"\b(?:by|until|till|before|no later than|not later than)\s+(?:the\s+|about\s+)?(?:end\s+of\s+)?$", before, re.I
            )
            or words.startswith("by ")
        ):
            today = published.isoformat()
            if moments[1][:10] > today and precision != "minute":
                moments, rule, precision = (today, moments[1]), f"until {rule}", "period"
        elif (
            published
            and precision in ("week", "month", "year")
            and not reader.future(read.match)
            and moments[0] <= published.isoformat() < moments[1]
        ):
            # What has happened in a month still running has happened by the day of publication.
            moments = (moments[0], published.isoformat())
        if mentions and (whole := _range(text, mentions[-1], moments, start, end)):
            mentions[-1] = whole
            continue
        mentions.append(TimeMention(start, end, moments, precision, rule))
    return mentions


def _range(text: str, left: TimeMention, moments: Moments, start: int, end: int) -> TimeMention | None:
    """One mention for "from A to B" and "between A and B"."""
    between = text[left.end : start]
    before = text[max(0, left.start - 24) : left.start].lower()
    to = re.fullmatch(r"\s*(?:to|until|till|up to|through|[–-])\s+(?:about\s+|around\s+|the\s+)?|\s*[–-]\s*", between)
    both = re.fullmatch(r"\s*and\s+(?:about\s+|around\s+|the\s+)?", between) and re.search(r"\bbetween\s+(?:\w+\s+)?$", before)
    if not (to or both) or moments[1] < left.moments[0]:
        return None
    return TimeMention(left.start, end, (left.moments[0], moments[1]), "period" if len(moments[1]) == 10 else "minute", "range")


def _minutes(instant: tuple[datetime, datetime]) -> Moments:
    return instant[0].isoformat(timespec="minutes"), instant[1].isoformat(timespec="minutes")


def _iso(days: Days) -> Moments:
    return days[0].isoformat(), days[1].isoformat()
