"""An agreement is data: whole or one clear sentence that names the line and the field."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from merestone.errors import MerestoneError
from merestone.withdrawal.agreement import EXAMPLES, TABLES, Agreement, mirror, parse_agreement, read_agreement, rules_of
from merestone.withdrawal.classes import read_rule, unit_classes
from merestone.withdrawal.presets import preset, preset_names, preset_text

SMALL = """\
format = 1
name = "an agreement"
source = "a text"

[line]
file = "line.geojson"

[[tiers]]
name = "near"
depth_km = 2
forbids = ["forces"]
may_stay = ["police"]

[[tiers]]
name = "far"
depth_km = 12
forbids = ["artillery above 80 mm", "tank"]
"""


def refused(text):
    with pytest.raises(MerestoneError) as caught:
        parse_agreement(text, Path("a.toml"))
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_an_agreement_with_its_source_named(name):
    assert len(preset(name).source) > 20
    assert preset_text(name).startswith("# ")


def test_the_known_regimes_have_their_depths():
    assert [tier.depth_km for tier in preset("korea-1953").tiers] == [2]
    assert [tier.depth_km for tier in preset("moscow-1994").tiers] == [12, 24]
    assert [2 * tier.depth_km for tier in preset("minsk-2015").tiers] == [50, 70, 140]
    framework = preset("framework-2016")
    assert (2 * framework.tiers[0].depth_km, framework.line.least_length_km) == (2, 2)
    assert framework.preconditions[0].quiet_days == 7


def forbidden(tier, **measures):
    """Classes that a tier makes leave, where calibres (mm) and ranges (km) are as given."""
    return {
        name for name in unit_classes()
        if name not in tier.may_stay and any(rule.forbids(name, measures.get(name)) for rule in rules_of(tier))
    }  # fmt: skip


WEAPONS = {"artillery", "mortar", "rocket_system", "tank", "armoured_vehicle", "air_defence", "aircraft", "uav"}


def test_korea_lets_civil_police_relief_and_the_commissions_stay_and_gives_hazards_longer():
    korea = preset("korea-1953")  # armistice agreement, paragraphs 1, 10, 11 and 13a
    assert forbidden(korea.tiers[0]) == WEAPONS | {"troops", "fortification"}
    assert set(korea.tiers[0].may_stay) == {"police", "medical", "monitor"}
    assert [(phase.days, "fortification" in phase.classes) for phase in korea.phases] == [(3, False), (45, True)]
    assert set().union(*(phase.classes for phase in korea.phases)) == forbidden(korea.tiers[0])
    assert "1,000 persons" in korea.notice
    assert korea.verification[0].after_days == 3


def test_moscow_clears_forces_within_12_km_and_heavy_equipment_above_80_mm_within_24():
    security, restricted = preset("moscow-1994").tiers  # S/1994/583, paragraph 2a
    assert forbidden(security) == WEAPONS | {"troops"}
    assert forbidden(restricted, artillery=80, mortar=80) == {"tank", "armoured_vehicle", "rocket_system"}
    assert {"artillery", "mortar"} < forbidden(restricted, artillery=81, mortar=82)
    assert "troops" in restricted.may_stay
    assert preset("moscow-1994").phases[0].days == 10  # paragraph 3


def test_minsk_clears_each_class_from_each_sides_own_line():
    minsk = preset("minsk-2015")  # point 2 of the Package of Measures
    near, rockets, far = minsk.tiers
    assert forbidden(near, artillery=100, mortar=120) == {"artillery", "mortar"}
    assert forbidden(near, artillery=85, mortar=82) == set()
    assert forbidden(rockets, rocket_system=20) == {"rocket_system"}  # Grad
    assert forbidden(far, rocket_system=20) == set()
    assert forbidden(far, rocket_system=35) == {"rocket_system"}  # Uragan
    assert [front.file for front in minsk.fronts] == ["front-a.geojson", "front-b.geojson"]
    assert (minsk.phases[0].days, minsk.validity.valid_from) == (14, "2015-02-15")
    assert "Tornado-G" in minsk.notice


def test_the_framework_decision_asks_for_seven_quiet_days_of_the_area_and_three_days_of_withdrawal():
    framework = preset("framework-2016")  # points 1 and 2
    assert forbidden(framework.tiers[0]) == WEAPONS | {"troops"}
    assert [(entry.quiet_days, entry.within_km) for entry in framework.preconditions] == [(7, 1)]
    assert [phase.days for phase in framework.phases] == [3]


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(MerestoneError, match="korea-1953"):
        preset("korea")


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says"),
    [
        ('name = "near"', 'nam = "near"', "M802", 9, "perhaps you meant name"),
        ("depth_km = 12", 'depth_km = "deep"', "M804", 16, "tiers.depth_km"),
        ("depth_km = 12", "depth_km = nan", "M804", 16, "tiers.depth_km"),
        ("depth_km = 12", "depth_km = 12000", "M804", 16, "tiers.depth_km"),
        ('"tank"', '"tanks"', "M804", 17, "none of forces, troops"),
        ('"artillery above 80 mm"', '"artillery above 80 km"', "M804", 17, "measured in mm"),
        ('"tank"', '"tank above 80 mm"', "M804", 17, "not measured"),
        ('source = "a text"\n', "", "M803", 1, "source is missing"),
        ('name = "far"', 'name = "near"', "M804", 15, "a second time"),
        ('may_stay = ["police"]', 'may_stay = ["tank"]', "M804", 12, "which the tier forbids"),
        ('file = "line.geojson"', 'file = "../line.geojson"', "M804", 6, "inside"),
        ('file = "line.geojson"', "breaks_km = [20, 10]", "M804", 6, "does not grow"),
        ("depth_km = 2\n", "depth_km = 2\ndepth_km_by_section = [1, 2]\n", "M804", 11, "no sections"),
        ("format = 1", "format = ", "M801", 1, "TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_field(old, new, code, line, says):
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    found, sentence = refused(text)
    assert found == code
    assert f"line {line}:" in sentence
    assert says in sentence


FULL = """\
format = 1
name = "an agreement"
source = "a text"

[line]
section_length_km = 10

[[parties]]
code = "ARM"

[[parties]]
code = "AZE"

[[tiers]]
name = "near"
depth_km = 2
forbids = ["forces"]
may_stay = ["police"]

[[tiers]]
name = "far"
depth_km = 12
forbids = ["artillery above 80 mm", "tank"]

[validity]
valid_from = "2026-05-01"
valid_to = "2027-01-01"

[[preconditions]]
quiet_days = 7
within_km = 5

[[phases]]
name = "first"
days = 14
tiers = ["near"]

[[phases]]
name = "second"
days = 14
classes = ["tank"]

[schedule]
imbalance = 0.5

[[schedule.capacity]]
number = 3

[[verification]]
name = "monitoring"
after_days = 28
days = 30
"""


def test_every_kind_of_entry_is_read():
    agreement = parse_agreement(FULL, Path("a.toml"))
    assert [phase.name for phase in agreement.phases] == ["first", "second"]
    assert agreement.schedule.capacity[0].number == 3
    assert parse_agreement(FULL.replace("\n", "\r\n"), Path("a.toml")) == agreement


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says"),
    [
        ('name = "an agreement"', "name = 3", "M804", 2, "name is not text in quotation marks"),
        ('name = "an agreement"', 'name = " "', "M804", 2, "is empty"),
        ('name = "an agreement"', 'name = "a\\u0000b"', "M804", 2, "cannot be seen"),
        ('name = "near"', 'name = "ne\\u202ear"', "M804", 15, "cannot be seen"),
        ('name = "an agreement"', f'name = "{"x" * 201}"', "M804", 2, "more than 200"),
        ('name = "an agreement"', 'name = "an', "M801", 2, "does not end on its line"),
        ("format = 1", "format = 2", "M804", 1, "should be 1"),
        ("[line]", "[[line]]", "M804", 5, "is not one table"),
        ('[[tiers]]\nname = "near"', '[tiers]\nname = "near"', "M801", 20, "both in [ ] and in [[ ]]"),
        ("depth_km = 2", "depth_km = 2\ndepth_km = 3", "M801", 17, "a second time"),
        ("depth_km = 2", "depth_km = -2", "M804", 16, "greater than or equal to 0"),
        ("depth_km = 2", "depth_km = true", "M804", 16, "not a number"),
        ("depth_km = 2", 'depth_km = "2"', "M804", 16, "not a number"),
        ("depth_km = 2", "depth_km = inf", "M804", 16, "less than or equal to 1000"),
        ("depth_km = 2", '"depth km" = 2', "M802", 16, "perhaps you meant depth_km"),
        ("depth_km = 2", "depth_km = 2\ndepth_km_by_party = {GEO = 3}", "M804", 17, "no party"),
        ('forbids = ["forces"]', 'forbids = "forces"', "M804", 17, "is not a list"),
        ('forbids = ["forces"]', "forbids = []", "M804", 17, "is empty"),
        ('"tank"]', '"Tank"]', "M804", 23, "not a class like"),
        ('"artillery above', '"artillery below', "M804", 23, "not a class like"),
        ('tiers = ["near"]', 'tiers = ["nearer"]', "M804", 36, "no tier"),
        ('classes = ["tank"]', 'classes = ["police"]', "M804", 41, "no tier of the phase forbids"),
        ('name = "second"', 'name = "first"', "M804", 39, "a second time"),
        ("days = 14", "days = 1.5", "M804", 35, "not a whole number"),
        ("days = 14", "days = 0", "M804", 35, "greater than 0"),
        ('"2026-05-01"', '"2026-02-30"', "M804", 26, "no such day"),
        ('"2026-05-01"', "2026-05-01", "M804", 26, "not text in quotation marks"),
        ('"2026-05-01"', '"9999-12-31"', "M804", 26, "between 1900 and 2200"),
        ('"2027-01-01"', '"2020-01-01"', "M804", 27, "before valid_from"),
        ("section_length_km = 10", "section_length_km = 10\nbreaks_km = [1, 2]", "M804", 6, "besides breaks_km"),
        ("section_length_km = 10", 'mode = "mirror"', "M804", 6, "line.mode"),
        ('[[parties]]\ncode = "AZE"\n', "", "M804", 8, "names 1 side"),
        ('code = "AZE"', 'code = "ARM"', "M804", 12, "a second time"),
        ("quiet_days = 7", 'quiet_days = "seven"', "M804", 30, "not a whole number"),
        ("quiet_days = 7", f"quiet_days = {'9' * 5000}", "M801", 30, "digits"),
        ("within_km = 5", "within_km = 0", "M804", 31, "greater than 0"),
        ("imbalance = 0.5", "imbalance = 30", "M804", 44, "from 0 to 1"),
        ("imbalance = 0.5", 'imbalance = 0.5\nbasis = "men"', "M804", 45, "'strength' or 'share'"),
        ("imbalance = 0.5", 'imbalance = 0.5\norder = [["tank"], ["tank"]]', "M804", 45, "a second time"),
        ("imbalance = 0.5", "imbalance = 0.5\norder = [[]]", "M804", 45, "empty stage"),
        ("imbalance = 0.5", 'imbalance = 0.5\nbefore = [["a", "a"]]', "M804", 45, "before itself"),
        ("imbalance = 0.5", 'imbalance = 0.5\nbefore = [["a", "b", "c"]]', "M804", 45, "3 entries, not 2"),
        ("number = 3", 'party = "ARM"', "M804", 46, "without a limit"),
        ("number = 3", 'number = 3\nparty = "GEO"', "M804", 48, "no party"),
        ("after_days = 28", "after_day = 28", "M802", 51, "perhaps you meant after_days"),
        ("[line]\nsection", '[[fronts]]\nparty = "ARM"\nfile = "a.geojson"\n[line]\nsection', "M804", 5, "names 1 side"),
    ],
)  # fmt: skip
def test_each_of_many_broken_agreements_is_named_by_line_and_field(old, new, code, line, says):
    text = FULL.replace(old, new, 1)
    assert text != FULL
    found, sentence = refused(text)
    assert (found, sentence.count("\n")) == (code, 0)
    assert f"line {line}:" in sentence
    assert says in sentence


def test_every_field_has_an_example_to_write():
    fields = {field.name for cls in (Agreement, *TABLES.values()) for field in dataclasses.fields(cls)}
    assert fields <= set(EXAMPLES)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "a.toml").write_text(FULL, encoding="utf-8-sig")
    assert read_agreement(tmp_path / "a.toml") == parse_agreement(FULL, Path("a.toml"))


def test_an_exception_is_at_one_place():
    for where in ("", 'place = "Goris"\nlon = 46.3\nlat = 39.5', "lon = 46.3"):
        code, sentence = refused(SMALL + f'\n[[exceptions]]\nname = "a"\nkind = "site"\n{where}\n')
        assert code == "M804"
        assert "is not at one place" in sentence


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(MerestoneError) as caught:
        read_agreement(tmp_path / "none.toml")
    assert caught.value.code == "M101"
    (tmp_path / "a.toml").write_bytes(b"format = 1\nname = '\xff'")
    with pytest.raises(MerestoneError) as caught:
        read_agreement(tmp_path / "a.toml")
    assert (caught.value.code, caught.value.parameters["line"]) == ("M801", 2)


def test_deep_nesting_is_refused():
    assert refused("a = " + "[" * 100_000)[0] == "M801"


def test_rules_cover_their_class_from_a_calibre_or_range_on():
    assert not read_rule("artillery above 80 mm").forbids("artillery", 80)
    assert read_rule("artillery from 80 mm").forbids("artillery", 80)
    assert read_rule("artillery above 80 mm").forbids("artillery", None)  # it may be larger
    assert not read_rule("artillery above 80 mm").forbids("mortar", 120)
    assert {name for name in unit_classes() if read_rule("forces").forbids(name, None)} == {
        name for name, each in unit_classes().items() if each.military
    }


def test_a_plain_mirror_withdrawal_lets_border_guards_stay():
    (tier,) = mirror(3).tiers
    assert tier.depth_km == 3
    assert not any(rule.forbids(name, None) for rule in rules_of(tier) for name in tier.may_stay)
