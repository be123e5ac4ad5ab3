"""Which handler reads which form of ``forms.py``."""

from __future__ import annotations

from collections.abc import Callable

from merestone.reading.timexes import clocks, counted, dates, holidays, lengths, quarters, relative, weekdays, years
from merestone.reading.timexes.context import Context
from merestone.reading.timexes.matching import Match
from merestone.reading.timexes.meaning import Meaning

Handler = Callable[[Context, Match], Meaning | None]

HANDLERS: dict[str, Handler] = {
    "iso": dates.iso,
    "numeric": dates.numeric,
    "day month": dates.days_of_month,
    "month day": dates.days_of_month,
    "month year": dates.months,
    "month": dates.months,
    "years": years.years,
    "year": years.year,
    "written year": years.written_year,
    "decade": years.decade,
    "century": years.century,
    "day of month": dates.day_alone,
    "quarter": quarters.quarter,
    "quarters": quarters.quarters,
    "part of month": dates.part_of_month,
    "season": quarters.season,
    "weekday": weekdays.weekday,
    "week from day": weekdays.week_from_day,
    "deixis": relative.deixis,
    "nightly": relative.nightly,
    "then": relative.then,
    "then night": relative.then_night,
    "this part": relative.this_part,
    "part": clocks.part,
    "relative": relative.relative,
    "unit before": relative.unit_before,
    "the unit": relative.the_unit,
    "year earlier": quarters.year_earlier,
    "year period": quarters.year_period,
    "latest period": quarters.latest_period,
    "ago": counted.ago,
    "long ago": lengths.long_ago,
    "later": counted.later,
    "window": lengths.window,
    "recent": lengths.recent,
    "followed": counted.followed,
    "for now": lengths.for_now,
    "nth": counted.nth,
    "length": lengths.length,
    "a length": lengths.length,
    "units": lengths.units,
    "unit long": lengths.one_unit,
    "every": lengths.every,
    "weekdays": lengths.weekdays,
    "often": lengths.often,
    "rate": lengths.rate,
    "per": lengths.per,
    "present": lengths.vague,
    "past": lengths.vague,
    "future": lengths.vague,
    "former date": relative.former_date,
    "since": relative.since_then,
    "holiday": holidays.holiday,
    "clock": clocks.clock,
    "short clock": clocks.clock,
}
