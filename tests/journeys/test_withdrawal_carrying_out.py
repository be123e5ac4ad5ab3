"""The order of a withdrawal and its verification as people run them, with a record of what both sides and monitors say."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pyogrio
import pytest

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to.md"
LINE = {
    "type": "FeatureCollection",
    "features": [{
        "type": "Feature", "id": "line", "properties": {"left_party": "ARM", "right_party": "AZE"},
        "geometry": {"type": "LineString", "coordinates": [[46.495, 39.40], [46.495, 39.75]]},
    }],
}  # fmt: skip
AGREEMENT = """\
format = 1
name = "Tegh, invented"
source = "invented"

[line]
file = "line.geojson"
section_length_km = 20

[[tiers]]
name = "no forces"
depth_km = 10
forbids = ["forces"]
may_stay = ["border_guard", "police", "monitor"]

[[preconditions]]
quiet_days = 7
within_km = 10

[[phases]]
name = "all"
days = 10

[schedule]
imbalance = 0.6

[[schedule.capacity]]
number = 2

[validity]
valid_from = "2026-05-10"
"""
POSITIONS = """\
id,party,class,strength,lon,lat,uncertainty_m
a-tegh,ARM,troops,60,46.48,39.56,800
a-khnatsakh,ARM,artillery,4,46.39,39.61,800
z-tank,AZE,tank,5,46.515,39.56,300
z-guns,AZE,artillery,6,46.53,39.55,800
z-guards,AZE,border_guard,20,46.53,39.55,800
"""
TEXTS = [
    (
        "eu-quiet", "EU-EUMA", "2026-05-07", "monitor_report",
        "On 6 May 2026 the Mission heard 12 shots near Kornidzor.",
    ),
    (
        "am-fire", "ARM-MOD", "2026-05-07", "statement",
        (
            "On 6 May 2026, at about 00:05, units of the armed forces of Azerbaijan opened fire at Armenian positions near "
            "Tegh."
        ),
    ),
    (
        "az-fire", "AZE-MOD", "2026-05-07", "statement",
        "The claim that Azerbaijani units opened fire at Armenian positions near Tegh on 6 May 2026 is false.",
    ),
    (
        "eu-seen", "EU-EUMA", "2026-06-03", "monitor_report",
        (
            "On 2 June 2026, positioned in Tegh, the Mission observed two tanks of the armed forces of Azerbaijan 1-2 km "
            "east of its position. On the same day the patrol saw four howitzers near Kornidzor. The Mission did not "
            "observe any movement of Azerbaijani troops near Khnatsakh on 2 June 2026. The Mission did not observe any "
            "movement of Armenian troops near Khnatsakh on 2 June 2026."
        ),
    ),
    (
        "am-own", "ARM-MOD", "2026-06-04", "statement",
        (
            "Armenian units withdrew from their positions near Tegh on 3 June 2026. On 3 June 2026 Azerbaijani artillery "
            "was deployed near Kornidzor."
        ),
    ),
    (
        "az-other", "AZE-MOD", "2026-06-05", "statement",
        (
            "On 4 June 2026 Armenian artillery was deployed near Khnatsakh. The claim of the Armenian side that Azerbaijani "
            "artillery was deployed near Kornidzor on 3 June 2026 is false."
        ),
    ),
    (
        "copy-1", "MEDIA", "2026-06-04", "news",
        (
            "On 3 June 2026 Azerbaijani forces deployed tanks near Kornidzor. The road from Goris to the village was closed to "
            "traffic."
        ),
    ),
    (
        "copy-2", "MEDIA", "2026-06-04", "news",
        (
            "On 3 June 2026 Azerbaijani forces deployed tanks near Kornidzor. The road from Goris to the village was closed to "
            "traffic."
        ),
    ),
]  # fmt: skip
SOURCES = """
[[sources]]
code = "EU-EUMA"
name = "European Union Mission in Armenia"
affiliation = "monitor"

[[sources]]
code = "MEDIA"
name = "Media"
affiliation = "media"
"""
SEEN = """\
time,lon,lat,radius_m,saw,position,note
2026-05-25T08:00:00Z,46.48,39.56,2000,nothing,,
2026-05-27T08:00:00Z,46.48,39.56,2000,nothing,,
2026-05-29T08:00:00Z,46.48,39.56,2000,nothing,,
2026-06-01T08:00:00Z,46.48,39.56,2000,nothing,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, merestone):
    """A folder with the agreement, its line and positions, and a built case of what was said."""
    folder = tmp_path_factory.mktemp("withdrawal")
    (folder / "line.geojson").write_text(json.dumps(LINE), encoding="utf-8")
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    (folder / "positions.csv").write_text(POSITIONS, encoding="utf-8")
    (folder / "seen.csv").write_text(SEEN, encoding="utf-8")
    (folder / "texts").mkdir()
    with (folder / "texts" / "texts.jsonl").open("w", encoding="utf-8") as file:
        for name, publisher, day, genre, text in TEXTS:
            row = {"id": name, "title": name, "publisher": publisher, "published": day, "language": "en", "genre": genre}
            file.write(json.dumps(row | {"text": text}) + "\n")
    merestone("new", folder / "case", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    with (folder / "case" / "case.toml").open("a", encoding="utf-8") as file:
        file.write(SOURCES)
    merestone("add", folder / "case", folder / "texts", status=0)
    merestone("build", folder / "case", status=0)
    return folder


@pytest.fixture(scope="module")
def withdraw(folder, forked):
    """Run a command of ``withdraw`` on the agreement with its positions."""

    def run(command, *words, status=0, positions="positions.csv"):
        return forked("withdraw", command, "agreement.toml", "--positions", positions, *words, cwd=folder, status=status)

    return run


@pytest.fixture(scope="module")
def known(withdraw):
    return json.loads(withdraw("verify", "--case", "case", "--at", "2026-06-06", "--json").stdout)


@pytest.fixture(scope="module")
def claims(folder, merestone):
    shown = json.loads(merestone("show", folder / "case", "claims", "--json", status=0).stdout)
    return {claim["id"]: claim for claim in shown}


def test_the_order_tells_when_the_quiet_days_broke_and_who_says_so(withdraw):
    out = withdraw("schedule", "--case", "case").stdout
    assert "The seven quiet days within 10 km of the line before 10 May 2026 broke on 6 May 2026 near Tegh" in out
    assert "claimed by ARM" in out
    assert "contested" in out
    told = json.loads(withdraw("schedule", "--case", "case", "--json").stdout)
    (quiet,) = told["preconditions"]
    assert quiet["state"] == "broken"
    assert {"2026-05-06"} == {one["first"] for one in quiet["breaks"] if one["certain"]}
    assert told["stay"] == ["z-guards"]


def test_days_after_everything_was_published_are_not_known(withdraw):
    out = withdraw("schedule", "--case", "case", "--begin", "2026-09-01").stdout
    assert "are not known: the record holds nothing published since 25 Aug 2026." in out


@pytest.mark.parametrize("ending", ["html", "svg", "csv", "json", "geojson", "gpkg"])
def test_the_order_is_written(withdraw, folder, ending):
    assert f"Wrote order.{ending}." in withdraw("schedule", "--case", "case", "--out", f"order.{ending}").stdout
    assert (folder / f"order.{ending}").stat().st_size > 100


def test_a_monitor_who_saw_it_makes_it_present_there(known):
    by_id = {row["id"]: row for row in known["positions"]}
    assert by_id["z-tank"]["status"] in ("verified present", "probable")
    assert by_id["z-tank"]["probability_of_breach"] >= 0.75
    (breach,) = [one for one in known["breaches"] if one["what"] == "z-tank"]
    assert (breach["declared"], breach["of"]) == (True, "AZE")
    assert breach["evidence"] == by_id["z-tank"]["evidence"]
    assert breach["evidence"][0] == "eu-seen#0"


def test_evidence_leads_back_to_claims_and_incidents_of_the_record(known, claims, folder, merestone):
    incidents = {one["id"] for one in json.loads(merestone("show", folder / "case", "--json", status=0).stdout)}
    record = {word["id"]: word for word in known["record"]}
    named = {name for one in (*known["breaches"], *known["positions"]) for name in one["evidence"]}
    assert named
    assert named <= set(record)
    for word in record.values():
        assert set(word["claims"]) <= set(claims)
        assert word["incident"] in incidents
        assert word["counts"] == (word["why_not"] is None)


def test_what_is_said_of_one_sides_forces_says_nothing_of_the_others(known):
    parties = {row["id"]: row["party"] for row in known["positions"]}
    for word in known["record"]:
        for position in word["bears_on"]:
            assert word["party"] in (None, parties[position])


def test_a_partys_word_about_its_own_compliance_changes_nothing(known):
    own = [word for word in known["record"] if word["how"] == "own_party" and word["says"] == "gone"]
    assert {word["party"] for word in own} == {"ARM", "AZE"}
    assert {word["why_not"] for word in own} == {"it is a party's word about its own compliance"}
    assert not any(word["bears_on"] for word in own)
    assert next(row for row in known["positions"] if row["id"] == "a-tegh")["status"] == "unverified"


def test_copies_of_one_text_count_once(known):
    told = [word for word in known["record"] if word["how"] == "media"]
    assert len(told) == 1
    assert len(told[0]["claims"]) == 2
    tank = next(row for row in known["positions"] if row["id"] == "z-tank")
    assert sum(name.startswith("copy-") for name in tank["evidence"]) == 1


def test_a_monitor_who_saw_nothing_near_a_place_makes_it_less_likely_and_not_clear(known, withdraw):
    row = next(row for row in known["positions"] if row["id"] == "a-khnatsakh")
    gone = [word for word in known["record"] if word["how"] == "monitor_saw" and word["says"] == "gone"]
    assert sorted(word["party"] for word in gone) == ["ARM", "AZE"]
    (nothing,) = [word for word in gone if word["party"] == "ARM"]
    assert nothing["id"] in row["evidence"]
    assert row["status"] in ("unverified", "probable")
    assert known["cells"]["verified clear"] == 0


def test_each_sides_compliance_positions_and_ground_are_told_over_time(known):
    days = [row["day"] for row in known["compliance"] if row["party"] == "ARM"]
    assert days == sorted(days)
    assert days[-1] == "2026-06-06"
    for row in known["positions"]:
        assert row["over_time"][0]["day"] == days[0]
        assert row["over_time"][-1]["status"] == row["status"]
    areas = {(row["party"], row["section"]) for row in known["ground"]}
    assert areas == {(party, section) for party in ("ARM", "AZE") for section in (1, 2)}
    last = {(row["party"], row["section"]): row for row in known["ground"]}
    statuses = ("not due", "verified clear", "verified present", "probable", "unverified")
    total = sum(row[status] for row in last.values() for status in statuses)
    assert total == pytest.approx(sum(row["area_km2"] for row in known["coverage"]), rel=1e-3)


def test_the_verification_is_told_for_people(withdraw):
    out = withdraw("verify", "--case", "case", "--inspections", "seen.csv", "--at", "2026-06-06").stdout
    assert "position z-tank on the side of AZE" in out
    assert "(evidence: eu-seen#0 in i-" in out
    assert "it is a party's word about its own compliance." in out
    assert out.count("2026-06-06") >= 2
    assert "that is not compliance." in out


def test_an_inspection_verifies_what_a_party_only_said(withdraw):
    told = json.loads(
        withdraw("verify", "--case", "case", "--inspections", "seen.csv", "--at", "2026-06-06", "--json").stdout
    )  # fmt: skip
    assert next(row for row in told["positions"] if row["id"] == "a-tegh")["status"] == "verified clear"


def test_the_verification_is_written_as_layers_and_a_report(withdraw, folder):
    withdraw("verify", "--case", "case", "--inspections", "seen.csv", "--at", "2026-06-06", "--out", "verified")
    layer = pyogrio.read_dataframe(folder / "verified" / "zones.geojson")
    positions = layer[layer["part"] == "position"]
    assert "eu-seen#0" in " ".join(positions["evidence"])
    report = (folder / "verified" / "report.html").read_text(encoding="utf-8")
    for heading in ("Breaches", "Positions over time", "Ground over time", "What the record tells", "Compliance over time"):
        assert heading in report
    assert "eu-seen#0" in report
    told = json.loads((folder / "verified" / "plan.json").read_text(encoding="utf-8"))["verification"]
    assert {word["id"] for word in told["record"]} >= {"eu-seen#0"}


def test_the_how_to_shows_what_the_example_says(merestone, example):
    page = HOW_TO.read_text(encoding="utf-8")
    lines = [shlex.split(line) for line in page.splitlines() if "--case south-caucasus" in line]
    assert [words[2] for words in lines] == ["schedule", "verify"]
    told = []
    for words in lines:
        given = [str(example) if word == "south-caucasus" else word for word in words[1:]]
        told.append(merestone(*given, cwd=ROOT, status=0).stdout)
    shown = re.findall(r"^```txt\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    (quiet,) = [block for block in shown if block.startswith("The seven quiet days")]
    (record,) = [block for block in shown if block.startswith("The record tells")]
    assert quiet.strip() in told[0]
    for reason in re.findall(r"not: .*", record):
        assert reason in told[1]


def test_the_same_words_give_the_same_bytes(folder, merestone):
    agreement = ("agreement.toml", "--positions", "positions.csv")
    words = ("withdraw", "verify", *agreement, "--case", "case", "--at", "2026-06-06", "--json")
    one, two = (merestone(*words, cwd=folder, env={"PYTHONHASHSEED": seed}, status=0).stdout for seed in ("1", "2"))
    assert one == two


def test_what_a_reviewer_marked_as_sensitive_is_not_told(withdraw, folder, merestone, tmp_path):
    copy = shutil.copytree(folder / "case", tmp_path / "case")
    words = ("sensitive", copy, "eu-seen#0", "--author", "Anna", "--reason", "names a post")
    merestone("decide", *words, env={"MERESTONE_KEYS": str(tmp_path / "keys")}, status=0)
    merestone("build", copy, status=0)
    out = withdraw("verify", "--case", copy, "--at", "2026-06-06", "--json").stdout
    assert "eu-seen#0" not in out
    assert "eu-seen#2" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("verify", "--tracks", "no-time.gpx"), "M846"),
        (("verify", "--positions", "no-uncertainty.csv", "--at", "2026-06-06"), "M821"),
        (("schedule", "--positions", "no-uncertainty.csv"), "M821"),
        (("verify", "--positions", "wrong-side.csv", "--at", "2026-06-06"), "M822"),
        (("schedule", "--positions", "wrong-side.csv"), "M822"),
        (("verify", "--line", "line.geojson", "--line-id", "unknown", "--at", "2026-06-06"), "M504"),
        (("schedule", "--line", "line.geojson", "--line-id", "unknown"), "M504"),
        (("verify", "--case", "nowhere"), "M101"),
        (("verify", "--case", "case", "--begin", "2026-08-01"), "M855"),
        (("verify",), "M855"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_writes_nothing(merestone, folder, words, code):
    (folder / "no-time.gpx").write_text(
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">'
        '<trk><trkseg><trkpt lat="39.5" lon="46.4"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )
    (folder / "no-uncertainty.csv").write_text(POSITIONS.replace(",uncertainty_m", ",metres"), encoding="utf-8")
    (folder / "wrong-side.csv").write_text(POSITIONS.replace("a-khnatsakh,ARM", "a-khnatsakh,AZE"), encoding="utf-8")
    out = folder / ("never.html" if words[0] == "schedule" else "never")
    given = words if "--positions" in words else (*words, "--positions", "positions.csv")
    done = merestone("withdraw", given[0], "agreement.toml", *given[1:], "--out", out, cwd=folder, status=2)
    assert done.stdout == ""
    assert done.stderr.startswith(f"merestone: {code}: ")
    assert done.stderr.count("\n") == 1
    assert not out.exists()
