"""The words of time: which roles a word plays in a time expression, and what it stands for.

A word's *sign* is one character that stands for the set of roles it plays; a text turned into signs is what the grammar's
regular expressions run over. Words come from ``data/timex_words.tsv`` and ``data/numerals.tsv``, numbers are told by form.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from merestone.reading.vocabulary import Row, rows

NOTHING = "\0"
"""The sign of a word that plays no role."""

ROLES = (
    "month", "mon", "weekday", "wkd", "weekdays", "season", "unit", "units", "part", "parts", "hourword", "relative", "stage",
    "bound", "few", "ordinal", "final", "eighties", "deixis", "nightly", "then", "thennight", "present", "past", "future",
    "often", "recurring", "ampm", "zone", "namehead", "reference", "measure", "holiday", "quartername", "halfname",
)  # fmt: skip

# What the value of a word looks like, by its role; of the others it may be anything.
_VALUES = {
    **dict.fromkeys(("month", "mon"), r"[1-9]|1[0-2]"),
    **dict.fromkeys(("weekday", "wkd", "weekdays"), r"[0-6]"),
    "season": "SP|SU|FA|WI",
    **dict.fromkeys(
        ("unit", "units"),
        "second|minute|hour|day|night|week|weekend|fortnight|month|quarter|half|year|decade|century|millennium",
    ),
    **dict.fromkeys(("part", "parts"), "MO|MI|AF|EV|NI|DA"),
    "hourword": r"[0-2]\d:[0-5]\d",
    "relative": r"~?-?\d",
    "stage": "BEGIN|START|MID|END|CLOSE|H1|H2",
    "bound": "APPROX|MORE_THAN|LESS_THAN|EQUAL_OR_MORE|EQUAL_OR_LESS",
    "few": r"X|\d+",
    **dict.fromkeys(("ordinal", "final", "deixis", "nightly", "then", "thennight"), r"-?\d+"),
    "eighties": "[1-9]",
    **dict.fromkeys(("present", "past", "future"), "-?"),
    **dict.fromkeys(("often", "recurring"), r"PT?\d+[HDWMY]"),
    "ampm": "[ap]",
    "holiday": r"\d\d-\d\d|\d\d/-?\d/[0-6]|(?:easter|orthodox)[+-]\d+",
    **dict.fromkeys(("quartername", "halfname"), "[1-4]"),
    **dict.fromkeys(("zone", "namehead", "reference", "measure"), ""),
}  # fmt: skip

# Forms of numbers, most specific first, each with the roles that it plays.
_NUMBERS = (
    (r"1/2|1/4|3/4", ("fraction",)),
    (r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?", ("iso",)),
    (r"(?:0?[1-9]|[12]\d|3[01])([./])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d)", ("numeric",)),
    (r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:19|20)?\d\d", ("numeric",)),
    (r"(?:0?[1-9]|[12]\d|30)/(?:0?[1-9]|[12]\d|3[01])", ("day", "pair")),
    (r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?", ("clock",)),
    (r"(?:0?[1-9]|1[0-2])(?:[:.][0-5]\d)?[AaPp][Mm]", ("twelve",)),
    (r"(?:[01]?\d|2[0-4])[.][0-5]\d", ("dotted", "number")),
    (r"(?:[01]\d|2[0-4])[0-5]\d[Hh](?:rs)?|(?:[01]?\d|2[0-4])[Hh][0-5]\d", ("clock",)),
    (r"(?:[01]\d|2[0-3])[0-5]\d", ("military", "four")),
    (r"(?:[1-9]|1[0-2])", ("number", "day", "twelfth", "hour", "rank")),
    (r"(?:0[1-9])", ("day", "two", "hour")),
    (r"(?:1[3-9]|2[0-4])", ("number", "day", "two", "hour")),
    (r"(?:2[5-9]|3[01])", ("number", "day", "two")),
    (r"\d\d", ("number", "two")),
    (r"(?:1[5-9]|20)\d\d", ("number", "year", "four")),
    (r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)", ("ordinal", "day", "nth")),
    (r"\d{1,3}(?:st|nd|rd|th)", ("ordinal",)),
    (r"(?:1[5-9]|20)\d0s", ("decade",)),
    (r"[2-9]0s", ("decade", "short")),
    (r"(?:1[5-9]|20)\d\d/\d\d(?:\d\d)?", ("years",)),
    (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:\.\d+)?", ("number",)),
    (r"[1-4]Q", ("quartername",)),
    (r"[12]H", ("halfname",)),
)  # fmt: skip
_MILITARY_YEAR = re.compile(r"(?:1[5-9]|20)[0-5]\d")
_NUMBER = re.compile("|".join(f"(?P<n{i}>{form})" for i, (form, _) in enumerate(_NUMBERS)).replace(r"\1", r"[./]"))


@cache
def values(role: str) -> dict[str, str]:
    """The words of a role, in lower case and joined by single spaces, each with its value."""
    return _table()[role]


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for row in _rows():
        table[row["role"]][row["words"]] = row["value"]
    return table


@cache
def _rows() -> list[Row]:
    table = rows("timex_words.tsv", ("words", "role", "case", "value"))
    for row in table:
        check(row)
    return table


def check(row: Row) -> None:
    """Checks an entry. Raises MerestoneError M401 with its line where its role, case or value is none."""
    row.one_of("case", ("any", "capital"))
    role = row.one_of("role", ROLES)
    if not re.fullmatch(_VALUES[role], row["value"]):
        raise row.wrong(f"{row['value']!r} is no value for the role {role}")


@cache
def phrases(role: str) -> tuple[tuple[str, ...], ...]:
    """The entries of a role that are several words, the longest first."""
    several = [tuple(words.split(" ")) for words in values(role) if " " in words]
    return tuple(sorted(several, key=lambda words: (-len(words), words)))


def unit_of(words: str) -> str:
    """The unit that a word names: "hours" is an hour; the empty string where it names none."""
    return values("unit").get(words) or values("units").get(words) or ""


class Signs:
    """Gives every word its sign, and every role the signs of the words that play it."""

    def __init__(self, literals: frozenset[str]) -> None:
        """``literals`` are the words, in lower case, that the grammar names as they stand."""
        self._signs: dict[frozenset[str], str] = {frozenset(): NOTHING}
        self._words: dict[str, str] = {}
        roles = _roles_of_words(literals)
        for word, (any_case, capital) in roles.items():
            self._learn(word, any_case)
            self._learn(word.capitalize(), any_case | capital)
            self._learn(word.upper(), any_case | capital)
        self._numbers = [self._sign(frozenset(kinds)) for _, kinds in _NUMBERS]
        self._military_year = self._sign(frozenset(("military", "four", "number", "year")))

    def _sign(self, roles: frozenset[str]) -> str:
        return self._signs.setdefault(roles, chr(len(self._signs)))

    def _learn(self, word: str, roles: frozenset[str]) -> None:
        if roles:
            self._words[word] = self._sign(roles)

    def of_role(self, role: str) -> str:
        """The signs of all words that play a role, as one string."""
        return "".join(sign for roles, sign in self._signs.items() if role in roles)

    def of(self, words: list[str]) -> str:
        """The signs of the words of a text."""
        known, number = self._words.get, self._number
        return "".join([known(word) or (number(word) if word[0] < ":" else NOTHING) for word in words])

    @lru_cache(maxsize=4096)  # noqa: B019 - one object lives as long as the program
    def _number(self, word: str) -> str:
        if len(word) > 24 or not (found := _NUMBER.fullmatch(word)):
            return NOTHING
        if _MILITARY_YEAR.fullmatch(word):
            return self._military_year
        return self._numbers[int((found.lastgroup or "n0")[1:])]


def _roles_of_words(literals: frozenset[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each word the roles it plays in any case, and those it plays only with a capital."""
    roles: dict[str, tuple[set[str], set[str]]] = {}
    for row in _rows():
        if " " not in row["words"]:
            roles.setdefault(row["words"], (set(), set()))[row["case"] == "capital"].add(row["role"])
    for row in rows("number_words.tsv", ("word", "value", "kind")):
        if row["kind"] in ("ordinal", "times"):
            continue
        roles.setdefault(row["word"], (set(), set()))[0].add("numword")
        if row["kind"] == "unit":
            roles[row["word"]][0].add("small")
    named = {word for role in ROLES for phrase in phrases(role) for word in phrase}
    for word in literals | named:
        roles.setdefault(word, (set(), set()))[0].add(f"={word}")
    return {word: (frozenset(any_case), frozenset(capital)) for word, (any_case, capital) in roles.items()}
