"""Time expressions: where a text speaks of a time, and which time that is.

``find_timexes`` annotates them by TIMEX3, ``find_times`` gives them as intervals; both read the same forms with the same rules.
"""

from merestone.reading.timexes.mentions import Precision, TimeMention, find_times, hull
from merestone.reading.timexes.timex3 import Timex, find_timexes

__all__ = ["Precision", "TimeMention", "Timex", "find_times", "find_timexes", "hull"]
