"""Reads the expressions of a text, in order, into what they stand for."""

from __future__ import annotations

from datetime import date

from merestone.reading.text import Text
from merestone.reading.timexes.borrowing import borrowed_years
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.handlers import HANDLERS
from merestone.reading.timexes.matching import find_matches
from merestone.reading.timexes.meaning import Points, Reading
from merestone.reading.timexes.words import words_of


def read(text: Text, published: date | None) -> tuple[Context, list[Reading]]:
    """The expressions of a text that stand for something, with the context at its end."""
    words = words_of(text.text)
    context = Context(text, words, published)
    matches = find_matches(words)
    context.borrowed = borrowed_years(words, matches)
    readings: list[Reading] = []
    for match in matches:
        meaning = HANDLERS[match.form](context, match)
        if meaning is None:
            continue
        readings.append(Reading(match, meaning))
        if isinstance(meaning, Points) and match.form != "former date":
            context.note(match, meaning)
    return context, readings
