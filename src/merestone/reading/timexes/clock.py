"""Clock times as written: 00:05, 9.30 pm, 0930 hours, 3 am, noon, ten o'clock in the evening."""

from __future__ import annotations

import re

from merestone.reading.numbers.numerals import value_of
from merestone.reading.timexes.lexicon import values

_DIGITS = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2})?\s*([ap]\.?\s?m\b)?", re.IGNORECASE)
_EVENING = re.compile(r"\bin the (?:afternoon|evening)$|\bat night$", re.IGNORECASE)


def clock_of(words: str) -> str | None:
    """``HH:MM`` of a clock time as written, or None where it is none; 24:00 is the end of its day."""
    text = " ".join(words.lower().split())
    for name, value in values("hourword").items():
        if text.startswith(name):
            return value
    match = _DIGITS.match(text)
    if match is None:
        number = value_of(text.split(" ", 1)[0])
        return _later_half(int(number), 0, text) if number is not None and 1 <= number <= 12 else None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3][0] == "p" else 0)
    elif hour <= 12 and _EVENING.search(text):
        return _later_half(hour, minute, text)
    return f"{hour:02}:{minute:02}" if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def _later_half(hour: int, minute: int, text: str) -> str:
    """The hour as the part of the day tells it; "two at night" is in the small hours."""
    late = bool(_EVENING.search(text)) and not (text.endswith("at night") and hour < 6)
    return f"{hour % 12 + (12 if late else 0):02}:{minute:02}"


def half_of(words: str) -> str:
    """ "am" or "pm" as a clock time gives it, or the empty string."""
    found = re.search(r"([ap])\.?\s?m\b", words, re.IGNORECASE)
    return f"{found[1].lower()}m" if found else ""
