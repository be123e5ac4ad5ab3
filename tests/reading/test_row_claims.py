"""What rows of data sets claim: the data set speaks, and every field names the cell it was read from."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evidence.data_set_files import ACLED, LOG, MAPPING, MODIS, UCDP, VIIRS, acled, gdelt, log, modis, ucdp, viirs, written
from merestone.evidence.data_sets.mapping import built_in, mapping_of
from merestone.evidence.data_sets.rows import documents_of_rows
from merestone.model import Claim, Document
from merestone.reading.row_actors import actor_named, actor_of_cameo
from merestone.reading.row_claims import claims_of_row

YEREVAN = ZoneInfo("Asia/Yerevan")


@pytest.fixture
def read(tmp_path: Path):
    def of(form: str, content: str, encoding: str = "utf-8") -> tuple[Document, list[Claim]]:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode(encoding))
        mapping = mapping_of(MAPPING.encode(), "log.toml") if form == "log" else built_in(form)
        (document,) = documents_of_rows(path, mapping, form, "0" * 64)
        return document, claims_of_row(document, mapping, {}, YEREVAN)

    return of


def test_ucdp_tells_of_fighting_without_saying_who_began(read):
    _, (main, total, side) = read("ucdp", written(UCDP, ucdp()))
    assert (main.speaker, main.act, main.event, main.actor, main.target) == ("UCDP", "asserts", "attack", None, None)
    assert main.time == ("2022-09-13", "2022-09-14")
    assert [(m.name, m.role) for m in main.places] == [("Sotk village", "at")]
    assert main.position is not None
    assert (main.position.lon, main.position.lat, main.position.radius_m) == (45.86, 40.2, 3000)
    assert (total.event, total.target, total.quantities[0].value, total.quantities[0].max) == ("killed", None, 3, 9)
    assert (side.event, side.target, side.quantities[0].value, side.quantities[0].max) == ("killed", "ARM-GOV", 3, None)


def test_one_sided_violence_has_an_actor(read):
    _, claims = read("ucdp", written(UCDP, ucdp(type_of_violence="3", side_b="Civilians")))
    assert (claims[0].actor, claims[0].target) == ("ARM-GOV", None)


def test_nobody_is_said_to_be_unhurt_by_a_zero(read):
    _, claims = read("ucdp", written(UCDP, ucdp(deaths_a="0", best="0", low="0", high="0")))
    assert [claim.event for claim in claims] == ["attack"]


def test_acled_tells_who_shelled_whom(read):
    _, (main, killed) = read("acled", written(ACLED, acled()))
    assert (main.event, main.actor, main.target, main.means) == ("fire", "AZE-MIL", "ARM-MIL", ("unspecified",))
    assert main.position is not None
    assert main.position.radius_m == 25000
    assert (killed.event, killed.actor, killed.target, killed.quantities[0].value) == ("killed", None, None, 5)


def test_the_order_of_the_sides_of_a_battle_says_nothing(read):
    _, (main, _) = read("acled", written(ACLED, acled(event_type="Battles", sub_event_type="Armed clash")))
    assert (main.event, main.actor, main.target) == ("fire", None, None)


@pytest.mark.parametrize(
    ("precision", "time"),
    [("1", ("2022-09-13",) * 2), ("2", ("2022-09-07", "2022-09-19")), ("3", ("2022-09-01", "2022-09-30"))],
)
def test_a_day_that_is_not_exact_is_an_interval(read, precision, time):
    _, claims = read("acled", written(ACLED, acled(time_precision=precision)))
    assert claims[0].time == time


@pytest.mark.parametrize(
    ("code", "event", "means"),
    [
        ("190", "fire", ()), ("194", "fire", ("artillery", "tank")), ("1952", "fire", ("uav",)), ("195", "fire", ("aircraft",)),
        ("193", "fire", ("small_arms",)), ("192", "occupation", ()), ("0871", "ceasefire", ()), ("0874", "withdrawal", ()),
        ("138", "threat", ()), ("154", "buildup", ()), ("173", "captured", ()), ("1822", "torture", ()), ("040", "talks", ()),
    ],
)  # fmt: skip
def test_gdelt_speaks_in_events_of_the_guidelines(read, code, event, means):
    _, claims = read("gdelt", gdelt(1, code))
    assert (claims[0].event, claims[0].means) == (event, means)


def test_gdelt_may_not_know_where(read):
    _, claims = read("gdelt", gdelt(1, "190", _51="", _52="", _56="", _57=""))
    assert (claims[0].position, claims[0].places) == (None, ())


def test_firms_sees_heat_at_the_minute_of_the_pass(read):
    _, (claim,) = read("firms", written(VIIRS, viirs()))
    assert (claim.speaker, claim.event, claim.actor, claim.evidence) == ("FIRMS", "burning", None, ("satellite",))
    assert claim.time == ("2022-09-13T02:36", "2022-09-13T02:36")  # 22:36 UTC the day before
    assert claim.position is not None
    assert claim.position.radius_m == pytest.approx(265.4)  # half the diagonal of 390 m by 360 m
    _, (early,) = read("firms", written(MODIS, modis()))
    assert early.time == ("2022-09-13T11:30", "2022-09-13T11:30")


def test_a_mapping_file_explains_any_table(read):
    _, (fire, wounded) = read("log", written(LOG, log(), separator=";"), "latin-1")
    assert (fire.speaker, fire.event, fire.actor, fire.target, fire.means) == ("LOG", "fire", "AZE-MIL", "ARM-CIV", ("mortar",))
    assert fire.time == ("2022-09-13T00:05", "2022-09-13T00:05")
    assert [(q.what, q.value) for q in fire.quantities] == [("explosions", 12)]
    assert (wounded.event, wounded.target, wounded.quantities[0].value) == ("wounded", "ARM-CIV", 2)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("ucdp", written(UCDP, ucdp())),
        ("acled", written(ACLED, acled())),
        ("gdelt", gdelt(1, "194")),
        ("firms", written(VIIRS, viirs())),
    ],
)
def test_every_field_leads_to_words_of_the_row(read, form, content):
    document, claims = read(form, content)
    for claim in claims:
        assert 0 <= claim.span[0] < claim.span[1] <= len(document.text)
        for reason in claim.because:
            assert reason.span is None or document.text[slice(*reason.span)] == reason.words
        for mention in claim.places:
            assert document.text[slice(*mention.span)] == mention.name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Government of Armenia", "ARM-GOV"), ("Military Forces of Azerbaijan (2003-)", "AZE-MIL"),
        ("Police Forces of Armenia (2018-)", "ARM-MIL"), ("Civilians (Azerbaijan)", "AZE-CIV"), ("Civilians", None),
        ("Unidentified Armed Group (Armenia)", None), ("Somebody else", None), ("The Post", "NKR-MIL"),
    ],
)  # fmt: skip
def test_actors_are_known_by_their_names(name, code):
    assert actor_named(name, {"The Post": "NKR-MIL"}) == code


@pytest.mark.parametrize(
    ("code", "actor"),
    [
        ("AZEMIL", "AZE-MIL"),
        ("ARM", "ARM-GOV"),
        ("ARMCVL", "ARM-CIV"),
        ("ARMREB", None),
        ("GOV", None),
        ("", None),
        ("XXXMIL", None),
    ],
)
def test_actors_are_known_by_their_cameo_codes(code, actor):
    assert actor_of_cameo(code, {}) == actor
