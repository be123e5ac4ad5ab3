"""Who did what to whom, coded in CAMEO and PLOVER: by the lexicon, and from claims."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.model import Claim, Document
from merestone.reading import dyad_lexicon
from merestone.reading.dyad_lexicon import PLOVER, meanings, object_classes, readings, side_of
from merestone.reading.dyads import Dyad, dyads_of, dyads_of_claim
from merestone.reading.vocabulary import Row, rows


def document(text: str) -> Document:
    return Document(id="d", item="0" * 64, part=0, title="", genre="news", text=text)


def coded(text: str, *claims: Claim) -> list[Dyad]:
    return dyads_of(document(text), claims)


def events(text: str) -> set[str]:
    return {f"{event.source} {event.target} {event.cameo}" for event in coded(text)}


# --------------------------------------------------------------------------------------------------------------------------
# what is done


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ghana agreed to lease two ferries to Togo.", "GHA TGO 03"),
        ("Finland's prime minister visited Latvia on Monday.", "FIN LVA 04"),
        ("Portugal congratulated Brazil on its elections.", "PRT BRA 05"),
        ("Chile extradited a banker to Spain.", "CHL ESP 06"),
        ("Denmark donated blankets to Nepal.", "DNK NPL 07"),
        ("Mali freed two Mauritanian traders.", "MLI MRT 08"),
        ("Amnesty International is investigating reports of torture in Chad.", "NGOAMNESTY TCD 09"),
        ("Paraguay urged Bolivia to reopen a bridge.", "PRY BOL 10"),
        ("Cyprus accused Turkey of drilling in its waters.", "CYP TUR 11"),
        ("Laos turned down a Thai proposal.", "LAO THA 12"),
        ("Guyana warned Venezuela against crossing the river.", "GUY VEN 13"),
        ("Hundreds of Pakistanis demonstrated outside the Danish embassy.", "PAK DNK 14"),
        ("Eritrea massed tanks along the border with Djibouti.", "ERI DJI 15"),
        ("Qatar recalled its ambassador from Egypt.", "QAT EGY 16"),
        ("Malaysia deported 300 Indonesian workers.", "MYS IDN 17"),
        ("Gunmen in Yemen kidnapped a Finnish engineer.", "YEM FIN 18"),
        ("Ugandan troops shelled a Congolese village.", "UGA COD 19"),
        ("Burmese soldiers massacred Bangladeshi fishermen.", "MMR BGD 20"),
    ],
)
def test_a_verb_names_the_event_and_its_sides(text: str, expected: str) -> None:
    assert events(text) == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenya suspended aid to Somalia.", "KEN SOM 16"),
        ("Kenya suspended its embargo against Somalia.", "KEN SOM 08"),
        ("Kenya sent flour to Somalia.", "KEN SOM 07"),
        ("Kenya sent warships towards Somalia.", "KEN SOM 15"),
        ("Kenya expelled a Somali diplomat.", "KEN SOM 16"),
        ("Kenya expelled a Somali tailor.", "KEN SOM 17"),
    ],
)
def test_what_is_done_may_decide_what_the_verb_means(text: str, expected: str) -> None:
    assert events(text) == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru will release Ecuadorean prisoners.", {"PER ECU 03"}),
        ("Peru said it was ready to meet officials from Ecuador.", {"PER ECU 03"}),
        ("Peru promised to withdraw its troops from Ecuador.", {"PER ECU 03"}),
        ("Peru will not release Ecuadorean prisoners.", {"PER ECU 12"}),
        ("Peru refused to hold talks with Ecuador.", {"PER ECU 12"}),
        ("Peru threatened to attack Ecuador.", {"PER ECU 13"}),
        ("Peru may cut off gas supplies to Ecuador.", {"PER ECU 13"}),
        ("Peru would not attack Ecuador.", {"PER ECU 03"}),
        ("Peru began shelling Ecuador.", {"PER ECU 19"}),
        ("Peru denied that it had attacked Ecuador.", set()),
        ("Peru did not attack Ecuador.", set()),
    ],
)
def test_intentions_refusals_and_denials_change_what_follows(text: str, expected: set[str]) -> None:
    assert events(text) == expected


# --------------------------------------------------------------------------------------------------------------------------
# who, and to whom


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sudan was condemned by Uganda.", {"UGA SDN 11"}),
        ("Latvia and Estonia signed a customs treaty.", {"LVA EST 05", "EST LVA 05"}),
        ("Talks between Latvia and Estonia resumed in Vienna.", {"LVA EST 04", "EST LVA 04"}),
        ("Iceland met Ireland to discuss cod.", {"ISL IRL 04", "IRL ISL 04"}),
        ("Benin and Togo accused Ghana of smuggling.", {"BEN GHA 11", "TGO GHA 11"}),
        ("Benin accused Ghana and Togo of smuggling.", {"BEN GHA 11", "BEN TGO 11"}),
        ("Jordan received 20 million dollars in aid from Japan.", {"JPN JOR 07"}),
        ("After talks in Paris, Senegal condemned Gambia.", {"SEN GMB 11"}),
        ("Benin condemned Togo and called on Ghana to mediate.", {"BEN TGO 11", "BEN GHA 10"}),
        ("Norway recalled its ambassador after Iran arrested two Danish sailors.", {"NOR IRN 16"}),
    ],
)
def test_the_place_in_the_clause_tells_the_sides(text: str, expected: set[str]) -> None:
    assert events(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oslo condemned Tehran.", "NOR IRN 11"),
        ("NATO urged Serbia to withdraw.", "IGONATO SRB 10"),
        ("Amnesty International criticised Belarus.", "NGOAMNESTY BLR 11"),
        ("FARC guerrillas kidnapped a Peruvian judge.", "COL PER 18"),
        ("The IMF approved a loan to Zambia.", "IGOIMF ZMB 07"),
    ],
)
def test_seats_organisations_and_groups_count_as_what_they_stand_for(text: str, expected: str) -> None:
    assert events(text) == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Police in Kenya arrested forty students.", "KEN KEN 17"),
        ("Nigerian workers went on strike over pay.", "NGA NGA 14"),
        ("Zambia declared a state of emergency.", "ZMB ZMB 17"),
        ("Rebels in Angola laid down their weapons.", "AGO AGO 08"),
        ("The Philippine government held talks with Moslem rebels.", "PHL PHL 04"),
    ],
)
def test_what_happens_within_a_state_has_it_on_both_sides(text: str, expected: str) -> None:
    assert events(text) == {expected}


def test_an_attribution_is_taken_off_and_names_the_speaker() -> None:
    for text in (
        "Ghana said Togo attacked Benin.",
        "Togo attacked Benin, Ghana said.",
        "According to Ghana, Togo attacked Benin.",
    ):
        (event,) = coded(text)
        assert (event.source, event.target, event.cameo, event.speaker) == ("TGO", "BEN", "19", "GHA")


def test_a_pronoun_stands_for_whom_the_sentence_before_it_tells_of() -> None:
    assert events("Iraq praised Jordan. It accused Kuwait of theft.") == {"IRQ JOR 05", "IRQ KWT 11"}
    assert events("It accused Kuwait of theft before Iraq did.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sweden lies west of Finland.",
        "Floods in China killed hundreds of people.",
        "The two sides met again.",
        "In March Desert Shield reached Kuwait and Oman.",
    ],
)
def test_where_nobody_does_anything_there_is_no_event(text: str) -> None:
    assert events(text) == set()


# --------------------------------------------------------------------------------------------------------------------------
# claims

FIRE = "Togo opened fire on Benin."


def claim(text: str, **fields: Any) -> Claim:
    given_fields = {"speaker": "BEN-MOD", "act": "asserts", "event": "fire", "actor": "TGO-MIL", "target": "BEN-MIL"} | fields
    return Claim(id="d#3", document="d", span=(0, len(text)), **given_fields)


def test_a_claim_is_an_event_by_the_ontologies() -> None:
    (event,) = dyads_of_claim(claim(FIRE), FIRE)
    assert event == Dyad("d", "TGO", "BEN", "19", "ASSAULT", "Explosions/Remote violence", "BEN-MOD", FIRE, (0, len(FIRE)), 3)


def test_what_a_speaker_wants_lies_between_speaker_and_actor() -> None:
    (event,) = dyads_of_claim(claim(FIRE, act="demands", event="withdrawal", target=None), FIRE)
    assert (event.source, event.target, event.cameo, event.acled) == ("BEN", "TGO", "10", None)


def test_talks_of_a_claim_go_both_ways() -> None:
    found = dyads_of_claim(claim(FIRE, event="talks"), FIRE)
    assert {(event.source, event.target) for event in found} == {("TGO", "BEN"), ("BEN", "TGO")}


@pytest.mark.parametrize(
    "fields", [{"target": None}, {"actor": None}, {"target": "TGO-CIV"}, {"event": "statement", "actor": None}]
)
def test_a_claim_without_two_sides_is_no_event(fields: dict[str, Any]) -> None:
    assert list(dyads_of_claim(claim(FIRE, **fields), FIRE)) == []


def test_what_claim_and_lexicon_both_find_is_one_event() -> None:
    (event,) = coded(FIRE, claim(FIRE))
    assert (event.claim, event.words, event.acled) == (3, "opened fire on", "Explosions/Remote violence")


def test_a_clause_that_the_lexicon_codes_takes_no_other_event_of_a_claim() -> None:
    assert [event.claim for event in coded(FIRE, claim(FIRE, event="talks"))] == [None]
    calm = "Togo was near Benin."
    assert [event.claim for event in coded(calm, claim(calm))] == [3]


# --------------------------------------------------------------------------------------------------------------------------
# codes and tables


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("AZE-MIL", "AZE"), ("EU", "IGOEU"), ("OSCE-SMM", "IGOOSCE"), ("AMNESTY", "NGOAMNESTY"), ("ICRC", "NGOICRC"),
        ("HAMAS", "PSE"), ("AQ", "IMGAQ"), ("NKR-MIL", "NKR"),
    ],
)  # fmt: skip
def test_an_actor_counts_as_its_state_or_kind(code: str, side: str) -> None:
    assert side_of(code) == side


def test_no_code_of_an_organisation_is_that_of_a_state() -> None:
    states = {row["code"] for row in rows("states.tsv", ("code", "names", "adjectives", "capitals"))}
    for row in rows("dyad_actors.tsv", ("code", "as", "names")):
        assert row["code"] == row["as"] or row["code"] not in states, row
        assert row["as"] in states | {"IGO", "NGO", "IMG", "XKX"}, row


def test_the_lexicon_covers_every_root_with_the_events_of_plover() -> None:
    found = {(meaning.cameo, meaning.plover) for means in meanings().values() for meaning in means}
    assert found == {(root, event) for root, events in PLOVER.items() for event in events}
    assert len(meanings()) > 1500


def test_every_class_of_objects_is_used() -> None:
    used = {name for means in meanings().values() for meaning in means for name in meaning.objects}
    assert used | {"none"} == set(object_classes().values())


@pytest.mark.parametrize("table", ["dyad_verbs.tsv", "dyad_modes.tsv", "dyad_objects.tsv", "dyad_actors.tsv", "dyad_words.tsv"])
def test_no_row_stands_twice(table: str) -> None:
    columns = {
        "dyad_verbs.tsv": ("phrase", "kind", "cameo", "plover", "sides", "objects"),
        "dyad_modes.tsv": ("phrase", "kind", "mode"),
        "dyad_objects.tsv": ("class", "words"),
        "dyad_actors.tsv": ("code", "as", "names"),
        "dyad_words.tsv": ("use", "words"),
    }[table]
    found = [tuple(row.cells.values()) for row in rows(table, columns)]
    assert len(found) == len(set(found))


VERB = {"phrase": "enfilade", "kind": "verb", "cameo": "19", "plover": "ASSAULT", "sides": "after", "objects": "-"}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"cameo": "21"}, "cameo is '21'"),
        ({"plover": "AID"}, "plover is 'AID'"),
        ({"sides": "left"}, "sides is 'left'"),
        ({"kind": "adverb"}, "kind is 'adverb'"),
        ({"objects": "cheese"}, "objects names 'cheese'"),
        ({"phrase": "Enfilade"}, "phrase is 'Enfilade'"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(wrong: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dyad_lexicon, "rows", lambda name, _: [Row(name, 7, VERB | wrong)])
    object_classes()
    with pytest.raises(MerestoneError, match=re.escape(named)) as error:
        meanings.__wrapped__()
    assert "dyad_verbs.tsv line 7" in str(error.value)


# --------------------------------------------------------------------------------------------------------------------------
# whatever the text

NAMES = ["Sweden", "Norway", "Peru", "Ghana", "Japan", "Nepal", "Togo", "Chile"]
TEMPLATES = [
    "{0} accused {1} of lying, officials said.",
    "{0} held talks with {1} on Friday.",
    "{0} was condemned by {1}.",
    "{0} received food aid from {1}.",
    "{0} and {1} signed a trade agreement.",
    "{0} said it would release prisoners to {1}.",
    "Troops of {0} attacked a village in {1}.",
    "{0} refused to meet {1}, which had recalled its ambassador.",
]


@given(st.sampled_from(TEMPLATES), st.permutations(NAMES))
def test_exchanging_two_countries_exchanges_source_and_target(template: str, names: list[str]) -> None:
    one, other = names[:2]
    forth = {(event.source, event.target, event.cameo) for event in coded(template.format(one, other))}
    back = {(event.target, event.source, event.cameo) for event in coded(template.format(other, one))}
    assert forth
    assert forth == back


WORDS = st.one_of(
    st.sampled_from(sorted(readings())),
    st.sampled_from(
        [*NAMES, "NATO", "Iraqi", "police", "rebels", "its", "by", "and", "who", "in", "said", "with", ",", ".", "“", "\n"]
    ),
    st.text(max_size=6),
    st.characters(categories=["Cs", "Lu", "Po"]),
)


@given(st.lists(WORDS, max_size=60))
def test_any_text_is_coded_with_words_that_stand_in_it(words: list[str]) -> None:
    text = " ".join(words)
    found = coded(text)
    for event in found:
        first, last = event.span
        assert 0 <= first < last <= len(text)
        assert event.words == text[first:last]
        assert event.plover in PLOVER[event.cameo]
    assert found == coded(text)
