"""Words around a time expression that tell how to read it; they come from ``data/timex_cues.tsv``."""

from __future__ import annotations

from functools import cache

from merestone.reading.vocabulary import rows

_ROLES = (
    "before_date", "before_year", "before_count", "before_clock", "before_one_day", "amount", "no_event", "no_verb",
    "clock_to_day", "clock_to_clock", "to", "near_to", "ahead",
)  # fmt: skip


@cache
def cues(role: str) -> dict[str, str]:
    """The words of a role, in lower case, each with its value."""
    table = rows("timex_cues.tsv", ("words", "role", "value"))
    return {row["words"]: row["value"] for row in table if row.one_of("role", _ROLES) == role}
