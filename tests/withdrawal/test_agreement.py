"""An agreement is data: whole or one clear sentence that names the line and the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from merestone.errors import MerestoneError
from merestone.withdrawal.agreement import mirror, parse_agreement, read_agreement, rules_of
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
