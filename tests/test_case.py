"""A case file is checked whole; every mistake is named with its line and its fix."""

import pytest

from merestone.case import Case, read_case_file
from merestone.errors import MerestoneError

GOOD = """\
format = 1
name = "A case"
time_zone = "Asia/Yerevan"

[[parties]]
code = "ARM"
name = "Armenia"
short_names = ["Yerevan"]

[[parties]]
code = "AZE"
name = "Azerbaijan"

[[sources]]
code = "OSCE-SMM"
name = "The mission"
affiliation = "monitor"

[[lines]]
id = "boundary"
file = "layers/boundary.geojson"
left_party = "AZE"
right_party = "ARM"
"""


@pytest.fixture
def check(tmp_path):
    def read(text):
        (tmp_path / "case.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_case_file(tmp_path / "case.toml")

    return read


def test_a_good_case_file_is_read(check):
    case_file = check(GOOD)
    assert [party.code for party in case_file.parties] == ["ARM", "AZE"]
    assert case_file.lines[0].file == "layers/boundary.geojson"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("short_names", "shortnames", "M202", 8, "perhaps you meant short_names"),
        ('name = "A case"', 'title = "A case"', "M202", 2, "no field title"),
        ('name = "A case"\n', "", "M203", 1, 'add name = "A name"'),
        ('code = "AZE"\n', "", "M203", 10, 'add code = "ARM"'),
        ("format = 1", "format = 2", "M204", 1, "write format = 1"),
        ("Asia/Yerevan", "Asia/Nowhere", "M204", 3, "not an IANA time zone"),
        ('code = "ARM"', 'code = "arm"', "M204", 6, "not an actor code"),
        ('code = "AZE"', 'code = "ARM"', "M204", 11, "a second time"),
        ('affiliation = "monitor"', 'affiliation = "friend"', "M204", 17, "affiliation"),
        ("layers/boundary.geojson", "../boundary.geojson", "M204", 21, "inside the case folder"),
        ("layers/boundary.geojson", "/etc/passwd", "M204", 21, "inside the case folder"),
        ("layers/boundary.geojson", "layers\\\\b.geojson", "M204", 21, "inside the case folder"),
        ('left_party = "AZE"', 'left_party = "GEO"', "M204", 22, "no party of the case"),
        ('name = "Azerbaijan"', "name = 3", "M204", 12, "name"),
        ("[[parties]]", "[[parties]", "M201", 5, "not TOML"),
    ],
)
def test_a_mistake_is_named_with_line_and_fix(check, old, new, code, line, words):
    with pytest.raises(MerestoneError) as raised:
        check(GOOD.replace(old, new, 1) if old != 'code = "AZE"' else GOOD.replace(old, new))
    assert raised.value.code == code
    assert f"line {line}:" in str(raised.value)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_case_without_parties_says_how_to_name_them(check):
    with pytest.raises(MerestoneError, match=r"parties is missing; add \[\[parties\]\]"):
        check('format = 1\nname = "x"\n')


def test_bytes_that_are_not_utf8_are_named_with_their_line(check):
    with pytest.raises(MerestoneError, match=r"line 2: this is not TOML \(not UTF-8\)"):
        check(b'format = 1\nname = "\xff"\n')


def test_a_folder_that_is_no_case_says_how_to_make_one(tmp_path):
    with pytest.raises(MerestoneError, match="merestone new"):
        Case.open(tmp_path)
    with pytest.raises(MerestoneError, match="does not exist"):
        Case.open(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("code", "affiliation", "party"),
    [
        ("ARM-MFA", "party", "ARM"),
        ("AZE", "party", "AZE"),
        ("OSCE-SMM", "monitor", None),
        ("UN-UNIFIL", "monitor", None),
        ("RUS-PKO", "monitor", None),
        ("RUS-MFA", "third_party", None),
        ("EU", "third_party", None),
        ("MEDIA", "media", None),
    ],
)
def test_a_source_the_case_does_not_name_is_known_by_its_code(tmp_path, code, affiliation, party):
    (tmp_path / "case.toml").write_text(GOOD)
    source = Case.open(tmp_path).source(code)
    assert (source.affiliation, source.party) == (affiliation, party)


def test_parties_come_in_alphabetical_order_whatever_the_file_says(tmp_path):
    head, armenia, azerbaijan, rest = GOOD.replace("[[sources]]", "[[parties]]", 1).split("[[parties]]")
    swapped = "[[parties]]".join([head, azerbaijan, armenia]) + "[[sources]]" + rest
    (tmp_path / "case.toml").write_text(swapped)
    assert Case.open(tmp_path).parties == ("ARM", "AZE")


def test_the_digest_covers_the_case_file_and_every_file_it_names(tmp_path):
    (tmp_path / "case.toml").write_text(GOOD)
    case = Case.open(tmp_path)
    with pytest.raises(MerestoneError, match=r"boundary.geojson does not exist"):
        case.digest()
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "boundary.geojson").write_text("{}")
    before = case.digest()
    assert sorted(before) == ["case.toml", "layers/boundary.geojson"]
    (tmp_path / "layers" / "boundary.geojson").write_text("{ }")
    assert case.digest() != before
