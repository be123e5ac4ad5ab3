"""The forms in which texts write times.

The notation is that of ``grammar.py``. What a form stands for is told by the handler of the same name in ``handlers.py``; the
groups are what it needs to know. Where two forms match, the longer one counts, then the one that stands first here.
"""

from __future__ import annotations

from functools import cache

from merestone.reading.timexes.grammar import Grammar

_MACROS = {
    "DASH": "(?:-|–|—|‐|‑)",
    "HYPHEN": "(?:-|‐|‑|–)",
    "APOSTROPHE": "(?:'|’)",
    "OWN": "(?:APOSTROPHE s)",
    "AN": "(?:a|an)",
    "HIS": "(?:the|its|their|our|his|her|a)",
    "MONTHX": "(?:MONTH|MON .?)",
    "MONTHALONE": "(?:MONTH|MON .|MON (?=the? (?:DAY|YEAR|,)))",
    "WEEKDAYX": "(?:WEEKDAY|WKD .?)",
    "YEARX": "(?:YEAR|APOSTROPHE TWO)",
    "UNITX": "(?:UNIT|UNITS)",
    "JOINT": "(?:(?:, (?:and|or)?|and|or|to|through|till|until|DASH|/) on? the?)",
    "DAYS": "(?:DAY(?:JOINT DAY){0,7})",
    "MONTHS": "(?:MONTHALONE(?:JOINT MONTHALONE){0,4})",
    "WHICHYEAR": "(?:(?:this|last|next|that|the (?:previous|following|same|current)) year)",
    "STAGEX": "(?:(?:early|earlier|mid|late|later) HYPHEN? (?:in|on)?|at? the? very? STAGE (?:of|in))",
    "PARTOF": (
        "(?:the? (?:early|late)? (?:PART|PARTS|(?:early|first|late|small|opening) hours) (?:of|on) the?"
        "|the (?:PART|PARTS) (?:from|between|to) the?|early on|late on)"
    ),
    "WRITTEN": "(?:(?:a|half a)? NUMWORD (?:(?:HYPHEN|and)? NUMWORD){0,6} (?:and a half)?)",
    "COUNT": "(?:NUMBER (?:NUMWORD|FRACTION)?|WRITTEN|FEW|half AN)",
    "COUNTS": "(?:COUNT(?:(?:or|to|and|DASH) COUNT)?)",
    "CLOCKX": (
        "(?:(?:CLOCK|DOTTED|HOUR) AMPM|TWELVE|HOURWORD"
        "|(?:HOUR|SMALL) o APOSTROPHE clock (?:in the (?:morning|afternoon|evening)|at night)?"
        "|(?:HOUR|SMALL|CLOCK) (?:in the (?:morning|afternoon|evening)|at night)"
        "|CLOCK (?:hours|hrs|h)?|MILITARY (?:hours|hrs|h|hour)|DOTTED (?:hours|hrs|h))"
    ),
    "UPTO": "(?:(?:to|and|until|till|through|DASH) (?:about|around)?)",
    "LATEST": "(?:past|last|next|coming|previous|preceding|following|first|final|recent|latest|ensuing|upcoming|prior|opening)",
    "OLD": "(?:HYPHEN? (?:old|long|olds))",
}  # fmt: skip

# For each family of forms the roles and words of which every expression holds one, so that others are not tried on it.
_FAMILIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("ISO NUMERIC", {"iso": "ISO", "numeric": "NUMERIC"}),
    (
        "MONTH MON",
        {
            "day month": (
                "(?P<part>PARTOF)? (?:(?P<weekday>WEEKDAYX) ,? the?)? (?:the)? (?P<days>DAYS) (?:day)? of? "
                "(?P<month>MONTHX)(?:,? (?:of|in)? (?P<year>YEARX)|,? of? (?P<which>WHICHYEAR))? (?P<part2>PART)?"
            ),
            "month day": (
                "(?P<part>PARTOF)? (?:(?P<weekday>this? coming? WEEKDAYX) ,?)? (?P<rel>last|this|next)? (?P<month>MONTHX) "
                "(?:the)?(?P<days>DAYS|ORDINAL (?!HYPHEN? UNITX))(?:,? (?P<year>YEAR)|,? (?P<which>WHICHYEAR))? "
                "(?P<part2>PART)?"
            ),
            "month year": (
                "(?P<stage>STAGEX)? (?P<months>MONTHS) (?:,? (?:of|in)? (?P<year>YEARX)|,? (?:of|in)? (?P<which>WHICHYEAR))"
            ),
            "month": "(?P<stage>STAGEX)? (?P<rel>last|this past|this|next|this coming|of the same)? (?P<months>MONTHS) OWN?",
        },
    ),
    (
        "YEAR YEARS",
        {
            "years": (
                "(?P<stage>STAGEX)? (?:(?P<first>YEAR) (?:(?:DASH|/) (?P<short>TWO)|(?:DASH|to|and|through|/) "
                "(?P<last>YEAR))|(?P<both>YEARS))"
            ),
            "year": (
                "(?P<stage>STAGEX)? (?:the year|the? (?:fiscal|financial|calendar|business)? year|fiscal)? (?P<year>YEARX) OWN?"
            ),
        },
    ),
    (
        "nineteen eighteen thousand",
        {
            "written year": (
                "(?P<stage>STAGEX)? (?:the year)? (?P<words>(?:nineteen|eighteen) NUMWORD (?:HYPHEN? NUMWORD)?|two "
                "thousand (?:and)? NUMWORD? NUMWORD?)"
            ),
        },
    ),
    (
        "DECADE EIGHTIES",
        {
            "decade": (
                "(?:the)? (?P<stage>early|mid|late|middle|later|first half of the)? HYPHEN? APOSTROPHE? "
                "(?P<decade>DECADE|nineteen EIGHTIES|EIGHTIES)"
            ),
        },
    ),
    (
        "century",
        {
            "century": "(?:the)? (?P<stage>early|mid|late)? HYPHEN? (?P<nth>ORDINAL|twenty HYPHEN? first) HYPHEN? century",
        },
    ),
    (
        "NTH",
        {
            "day of month": (
                "(?P<part>PARTOF)? (?:the)? (?P<days>NTH (?:(?:and|to|,) (?:the)? NTH){0,4}) (?:of (?P<which>the "
                "same|the|that|this|last|next) month)?"
            ),
        },
    ),
    (
        "CLOCK TWELVE HOURWORD DOTTED MILITARY AMPM PART clock night",
        {
            "clock": "(?P<clock>CLOCKX) (?P<zone>ZONE)? (?:UPTO (?P<clock2>CLOCKX) (?P<zone2>ZONE)?)?",
            "short clock": (
                "(?P<clock>HOUR|MILITARY|DOTTED) UPTO (?P<clock2>(?:CLOCK|HOUR) AMPM|TWELVE|(?:MILITARY|DOTTED) "
                "(?:hours|hrs|h))"
            ),
        },
    ),
    (
        "quarter half QUARTERNAME HALFNAME",
        {
            "quarter": (
                "(?P<stage>STAGEX)? (?:HIS)? (?P<year0>YEAR|WHICHYEAR OWN)? (?P<earlier>year HYPHEN? (?:earlier|ago))? "
                "(?:fiscal HYPHEN?)?(?:(?P<nth>ORDINAL|FINAL) HYPHEN? (?:fiscal)? "
                "(?P<what>quarter|half)|(?P<name>QUARTERNAME|HALFNAME))(?: of? (?:the)? (?:fiscal|financial)? (?:year)? "
                "(?P<year>YEAR|WHICHYEAR|the year|fiscal year))?"
            ),
        },
    ),
    ("quarters", {"quarters": "(?:the)? first (?P<count>two|three) quarters of (?P<year>YEAR|WHICHYEAR|the year)"}),
    (
        "UNIT UNITS",
        {
            "part of month": (
                "the? (?P<way>ORDINAL|FINAL|opening|closing) (?P<count>COUNT)? (?P<unit>UNITX) of "
                "(?=MONTHALONE|YEARX|WHICHYEAR) (?P<month>MONTHALONE)? (?:,? (?P<year>YEARX)|of? (?P<which>WHICHYEAR))?"
            ),
        },
    ),
    (
        "SEASON",
        {
            "season": (
                "(?P<stage>STAGEX)? (?:the)? (?P<rel>RELATIVE)? (?P<season>SEASON)(?: of? "
                "(?P<year>YEARX|YEARS|WHICHYEAR) (?:(?:DASH|/) TWO)?)? OWN?"
            ),
        },
    ),
    (
        "WEEKDAY WEEKDAYS",
        {
            "weekday": (
                "(?P<part>PARTOF)? (?P<stage>early|earlier|late|later)? (?:on)? (?:the|of the)? (?P<rel>RELATIVE)? "
                "(?P<weekday>WEEKDAY)(?: (?P<joint>JOINT) (?P<rel2>RELATIVE)? (?P<weekday2>WEEKDAY))? (?:early|late)? "
                "(?P<part2>PART)? OWN?(?P<week>,? a week (?:ago|earlier|before)|of? (?:last|next|this|the same|the "
                "previous) week)?"
            ),
            "weekdays": "(?:on)? (?P<weekday>WEEKDAYS|WEEKDAY PARTS)",
        },
    ),
    ("DEIXIS", {"deixis": "(?P<stage>STAGEX)? (?P<day>DEIXIS) (?P<part>PART)? OWN?"}),
    ("NIGHTLY", {"nightly": "(?:early|late)? (?P<words>NIGHTLY) OWN?"}),
    ("THEN", {"then": "(?:early|late|later|earlier)? (?P<words>THEN) OWN?"}),
    ("THENNIGHT", {"then night": "(?:early|late|later|earlier)? (?P<words>THENNIGHT) OWN?"}),
    (
        "PART hours",
        {
            "this part": "(?P<stage>early|earlier|late|later)? this (?:very)? (?:early)? (?P<part>PART) OWN?",
            "part": (
                "(?:(?:in|during|throughout|since|from|by|until|till) the? (?:early|late)? (?:hours of the)? "
                "(?P<part>PART)|(?:in|during|since|from|until) the (?:early|first|late|small) (?P<hours>hours)|at "
                "(?P<dawn>PART)|(?:early|late|later) in the (?P<inthe>PART)|(?P<before>before dawn))"
            ),
        },
    ),
    (
        "UNIT UNITS",
        {
            "relative": (
                "(?P<stage>STAGEX)? (?:HIS)? (?P<rel>RELATIVE) (?:fiscal|financial|calendar|full|whole|entire|school)? "
                "(?P<unit>UNIT)(?:or so)? OWN?"
            ),
            "unit before": "the (?P<unit>UNIT) (?P<way>before|after|earlier|following)",
            "the unit": "(?P<stage>STAGEX)? (?:the|its) (?P<full>fiscal|financial|calendar|full|whole|entire)? (?P<unit>UNIT)",
            "year earlier": "(?:the)? (?:comparable)? year HYPHEN? (?:earlier|ago) (?P<what>quarter|period|level|month)?",
            "week from day": "(?P<count>a|one|two) (?:week|weeks) (?:from|after) (?P<day>DEIXIS|WEEKDAY)",
            "ago": (
                "(?P<bound>BOUND)? (?:(?P<count>COUNTS|AN) (?P<unit>UNITX)|(?P<units>UNITS)) (?:or (?:so|more))? "
                "ago(?P<day>DEIXIS)?"
            ),
            "later": (
                "(?P<bound>BOUND)? (?P<count>COUNTS|AN) (?P<unit>UNITX) (?:or so)? "
                "(?P<way>later|earlier|before|after|afterwards|hence|from now)(?P<of>that|this|then)?"
            ),
            "window": (
                "(?:(?:over|in|during|within|of|for|throughout) (?:the course of)?)? "
                "(?:the|these|those|its|their)?(?P<way>LATEST) (?P<count>COUNTS) (?:more)? HYPHEN? (?P<unit>UNITX) (?:or "
                "so)?"
            ),
            "recent": "(?:the)? (?P<way>recent|past|coming|last|next|future|following) (?P<unit>UNITS)",
            "followed": "in the (?P<count>COUNTS)? (?P<unit>UNITX) (?:that|which) followed",
            "for now": "for (?P<bound>BOUND)? (?P<count>COUNTS) (?P<unit>UNITX) (?:now|already|running|on end|in a row)",
            "nth": (
                "(?:for (?:a|the|its|their)?|its|their|the) (?P<nth>ORDINAL) (?:consecutive|straight|successive|running)? "
                "(?P<unit>day|night)(?:running|in a row|of)? (?!HYPHEN)"
            ),
            "length": (
                "(?P<bound>BOUND)? (?:the|these|those)? (?P<count>COUNTS) (?:more|full|consecutive|straight|additional)? "
                "HYPHEN? (?P<unit>UNITX)(?P<old>OLD)? (?:or (?:so|more|less|longer))?"
            ),
            "a length": (
                "(?P<bound>BOUND)? (?P<count>AN|half AN) (?:full|whole|entire|single)? (?P<unit>UNIT) (?P<old>OLD)? (?:or so)?"
            ),
            "units": "(?P<unit>UNITS) (?:or UNITS)? (?P<old>OLD)?",
            "unit long": "(?P<unit>UNIT) (?P<old>OLD)",
            "rate": "(?:once|twice|COUNT (?:time|times)) (?:AN|every|each|per) UNIT",
            "per": "(?:per|AN) (?P<unit>UNIT)",
        },
    ),
    ("period", {"year period": "(?:the)? (?P<year>YEAR|same) (?P<what>period)", "latest period": "the latest period"}),
    ("ago", {"long ago": "(?:long|some time|a (?:long|short) (?:time|while)|a while) ago"}),
    (
        "every each",
        {
            "every": (
                "(?:every|each) (?P<other>other|COUNT|ORDINAL)? (?P<what>UNITX|WEEKDAY|WEEKDAYS|PART|MONTH|SEASON) "
                "(?P<part>PART)?"
            ),
        },
    ),
    ("OFTEN", {"often": "OFTEN"}),
    ("PRESENT", {"present": "PRESENT"}),
    ("PAST", {"past": "PAST"}),
    ("FUTURE", {"future": "FUTURE"}),
    ("former latter", {"former date": "on the (?P<which>former|latter) (?:date|day)?"}),
    ("since", {"since": "(?:ever)? since (?:then|that (?:day|time|date|moment|night)|,|.|;)"}),
    (
        "HOLIDAY",
        {
            "holiday": (
                "(?P<stage>STAGEX)? (?:the)? (?P<rel>last|next|this)? (?P<name>HOLIDAY) (?:of)? (?P<year>YEARX|WHICHYEAR)?"
            ),
        },
    ),
)


@cache
def grammar() -> Grammar:
    """All forms."""
    return Grammar(_FAMILIES, _MACROS)
