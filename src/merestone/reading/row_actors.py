"""Actor codes for the names and codes that data sets give their actors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from merestone.case import STATE_SECTORS
from merestone.reading.actor_mentions import code_of, entries, find_actors, find_sector_words, sectors_of
from merestone.reading.text import text_of
from merestone.reading.vocabulary import rows

_NOBODY = ("unidentified", "unknown", "unnamed")
"""First words of names that stand for nobody in particular: "Unidentified Armed Group (Armenia)" is not Armenia's."""


def actor_named(name: str, own: Mapping[str, str]) -> str | None:
    """Actor code of a name such as "Military Forces of Azerbaijan (2003-)" or "Government of Armenia"; None for an unknown one.

    ``own`` are names with their codes, which go before the vocabulary.
    """
    return _named(name, tuple(sorted(own.items())))


@lru_cache(maxsize=20_000)
def _named(name: str, own: tuple[tuple[str, str], ...]) -> str | None:
    known = dict(own)
    if name in known:
        return known[name]
    if name.casefold().startswith(_NOBODY):
        return None
    text = text_of(name)
    mention = next((m for m in find_actors(text, known) if m.form != "letters"), None)
    if mention is None:
        return None
    told = next((sector for _, _, sector in find_sector_words(text) if sector in STATE_SECTORS), None)
    sector = mention.sector or told
    allowed = sectors_of(mention.actor)
    if sector not in allowed:
        sector = "NONE" if "NONE" in allowed else "GOV"
    return code_of(mention.actor, sector)


def actor_of_cameo(code: str, own: Mapping[str, str]) -> str | None:
    """Actor code of a CAMEO actor code such as AZEMIL; None for one without a country, and for one of a country's opponents."""
    if code in own:
        return own[code]
    country, behind = code[:3], [code[at : at + 3] for at in range(3, len(code), 3)]
    if country not in _states():
        return None
    sectors = [_roles()[role] for role in behind if role in _roles()]
    if "NONE" in sectors:
        return None
    return code_of(country, sectors[0] if sectors else "GOV")


@cache
def _roles() -> Mapping[str, str]:
    table = rows("cameo_roles.tsv", ("role", "sector"))
    return {row["role"]: row.one_of("sector", (*sorted(STATE_SECTORS), "NONE")) for row in table}


@cache
def _states() -> frozenset[str]:
    return frozenset(entry.actor for entry in entries().values() if entry.form == "name" and len(entry.actor) == 3)
