"""The program as its users run it: one journey after another, on the command line."""

import json
import shutil
from pathlib import Path

import pytest

from reviewers import one_sentence

STATEMENT = (
    "On 13 September 2022, at about 00:05, units of the armed forces of Azerbaijan opened fire from artillery and drones at "
    "Armenian positions near Sotk. Two Armenian servicemen were wounded.\n"
)


@pytest.fixture(scope="module")
def statement(tmp_path_factory):
    path = tmp_path_factory.mktemp("statement") / "statement.txt"
    path.write_text(STATEMENT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sealed(tmp_path_factory, merestone, statement):
    """A case of one statement, not built; to be copied."""
    folder = tmp_path_factory.mktemp("sealed") / "case"
    merestone("new", folder, "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    merestone("add", folder, statement, "--source", "ARM-MOD", "--published", "2022-09-13", status=0)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory, merestone, sealed):
    """The same case, built; to be copied."""
    folder = tmp_path_factory.mktemp("built") / "case"
    shutil.copytree(sealed, folder)
    merestone("build", folder, status=0)
    return folder


@pytest.fixture
def case(tmp_path, sealed):
    """A copy of the case for one test."""
    return Path(shutil.copytree(sealed, tmp_path / "case"))


@pytest.fixture
def built_case(tmp_path, built):
    """A copy of the built case for one test."""
    return Path(shutil.copytree(built, tmp_path / "case"))


def test_from_nothing_to_a_record(case, merestone, tmp_path):
    built = json.loads(merestone("build", case, "--json", status=0).stdout)
    assert sorted(built) == [
        "claims", "conflicts", "decisions", "documents", "incidents", "out_of_scope", "record_id", "seconds", "vanished",
    ]  # fmt: skip
    assert built["documents"] == 1
    assert built["claims"] >= 2
    incidents = json.loads(merestone("show", case, "incidents", "--json", status=0).stdout)
    assert len(incidents) == built["incidents"]
    for incident in incidents:
        assert {"id", "event", "time", "places", "versions"} <= set(incident)
    assert "ARM-MOD" in merestone("show", case, "sources", status=0).stdout
    assert "fire" in merestone("show", case, "claims", status=0).stdout
    assert merestone("verify", case, status=0).stdout.strip() == "Intact."
    for kind in ("geojson", "csv", "geoparquet", "geopackage"):
        merestone("export", case, "--to", kind, "--out", tmp_path / kind, status=0)
        assert (tmp_path / kind).exists()


def test_read_prints_one_claim_a_line(statement, merestone):
    done = merestone("read", statement, "--source", "ARM-MOD", "--published", "2022-09-13", status=0)
    claims = [json.loads(line) for line in done.stdout.splitlines()]
    fire = next(claim for claim in claims if claim["event"] == "fire")
    assert fire["document"] == "statement"
    assert (fire["speaker"], fire["act"], fire["actor"]) == ("ARM-MOD", "asserts", "AZE-MIL")
    assert fire["time"][0] == "2022-09-13T00:05"
    assert [place["name"] for place in fire["places"]] == ["Sotk"]
    for place in fire["places"]:
        assert STATEMENT[slice(*place["span"])] == place["name"]
    assert {"artillery", "uav"} <= set(fire["means"])
    assert any(claim["event"] == "wounded" and claim["quantities"][0]["value"] == 2 for claim in claims)
    assert all(claim["because"] for claim in claims)


ORDINARY = (
    "A 34-year-old man was shot and killed outside a nightclub early on Sunday, police said. Officers arrested two suspects "
    "after a chase through the city. The army band plays in the park on Saturday to raise money for the children's hospital. "
    "Tickets cost five dollars, and the city closes Main Street to traffic from noon. Schools in the county stay closed until "
    "Wednesday, health officials said. Two soldiers were killed."
)


def test_a_text_that_speaks_of_no_conflict_is_named_and_can_be_read_all_the_same(case, merestone, tmp_path):
    crime = tmp_path / "nightclub.txt"
    crime.write_text(ORDINARY, encoding="utf-8")
    assert merestone("read", crime, "--source", "MEDIA", status=0).stdout == ""
    assert "speaks of no conflict" in merestone("read", crime, "--source", "MEDIA", "--explain", status=0).stdout
    assert "killed" in merestone("read", crime, "--source", "MEDIA", "--everything", status=0).stdout
    merestone("add", case, crime, "--source", "MEDIA", "--published", "2022-09-14", status=0)
    assert "1 of them speaks of no conflict: “A 34-year-old man was" in merestone("build", case, status=0).stdout
    file = case / "case.toml"
    said = file.read_text(encoding="utf-8").replace("format = 1\n", "format = 1\nread_everything = true\n")
    file.write_text(said, encoding="utf-8")
    built = json.loads(merestone("build", case, "--json", status=0).stdout)
    assert built["out_of_scope"] == {}
    claims = json.loads(merestone("show", case, "claims", "--json", status=0).stdout)
    assert len({claim["document"] for claim in claims}) == 2


def test_the_example_is_built_by_one_command(example, merestone):
    incidents = json.loads(merestone("show", example, "incidents", "--json", status=0).stdout)
    assert any(incident["contested"] for incident in incidents)
    speakers = {version["speaker"] for incident in incidents for version in incident["versions"]}
    assert {"ARM", "AZE"} <= speakers
    assert merestone("verify", example, status=0).stdout.strip() == "Intact."


def test_the_example_gives_both_parties_the_same_room(example, merestone):
    claims = json.loads(merestone("show", example, "claims", "--json", status=0).stdout)
    by_party = {party: sum(claim["document"].startswith(party) for claim in claims) for party in ("am-", "az-")}
    assert min(by_party.values()) > 0.5 * max(by_party.values())


def test_the_demo_can_be_run_again(example, merestone):
    again = merestone("demo", example, "--no-serve", status=0).stdout
    assert (example / "record" / "current").read_text().strip() in again


def test_verify_names_a_changed_byte_and_exits_with_1(built_case, merestone):
    sealed = next(path for path in (built_case / "vault").rglob("*") if path.is_file())
    sealed.chmod(0o644)
    data = bytearray(sealed.read_bytes())
    data[3] ^= 1
    sealed.write_bytes(data)
    done = merestone("verify", built_case, status=1)
    assert sealed.name in done.stdout
    found = json.loads(merestone("verify", built_case, "--json", status=1).stdout)
    assert found[0]["code"].startswith("V1")


def test_verify_names_a_changed_table_of_the_record(built_case, merestone):
    name = (built_case / "record" / "current").read_text().strip()
    table = built_case / "record" / name / "claims.parquet"
    table.write_bytes(table.read_bytes().replace(b"PAR1", b"PAR2", 1))
    assert "V303" in merestone("verify", built_case, status=1).stdout
    merestone("build", built_case, status=0)
    merestone("verify", built_case, status=0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("read", "nothing.txt"), "M101"),
        (("build", "nothing"), "M101"),
        (("build", "."), "M102"),
        (("show", ".", "incidents"), "M102"),
        (("verify", "."), "M102"),
        (("explain", "M999"), "M107"),
        (("new", "bad", "--party", "armenia"), "M108"),
        (("new", "bad", "--time-zone", "Mars/Base"), "M108"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(arguments, code, merestone, tmp_path):
    done = merestone(*arguments, cwd=tmp_path, status=2)
    one_sentence(done.stderr, code)
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_evidence_or_record_says_what_comes_next(merestone, tmp_path):
    merestone("new", tmp_path / "case", status=0)
    one_sentence(merestone("build", tmp_path / "case", status=2).stderr, "M603")
    one_sentence(merestone("show", tmp_path / "case", status=2).stderr, "M601")
    one_sentence(merestone("new", tmp_path / "case", status=2).stderr, "M105")


def test_a_wrong_field_in_the_case_file_is_named_with_its_line(case, merestone):
    path = case / "case.toml"
    text = path.read_text()
    path.write_text(text.replace("time_zone", "timezone"))
    done = merestone("build", case, status=2)
    one_sentence(done.stderr, "M202")
    line = text.splitlines().index('time_zone = "Asia/Yerevan"') + 1
    assert f"line {line}:" in done.stderr


@pytest.mark.parametrize(
    "layer",
    [
        "this is not JSON",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [45, 40]}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[999, 40], [45, 41]]}}',
        "[" * 100_000,
    ],
    ids=["not-json", "empty", "no-line", "out-of-range", "deeply-nested"],
)
def test_a_bad_line_file_is_one_sentence_and_the_old_record_stays(built_case, merestone, layer):
    case = built_case
    before = (case / "record" / "current").read_text().strip()
    (case / "layers" / "line.geojson").write_text(layer)
    with (case / "case.toml").open("a") as stream:
        stream.write('\n[[lines]]\nid = "l"\nfile = "layers/line.geojson"\nleft_party = "ARM"\nright_party = "AZE"\n')
    done = merestone("build", case, status=2)
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("merestone: M5")
    assert (case / "record" / "current").read_text().strip() == before


def test_help_of_every_command_has_an_example(merestone):
    commands = [
        line.split()[0] for line in merestone("--help", status=0).stdout.split("Commands:")[1].splitlines() if line.strip()
    ]
    assert {"new", "add", "build", "show", "serve", "verify", "export", "demo", "read", "explain"} <= set(commands)
    for command in commands:
        assert f"Example: merestone {command}" in merestone(command, "--help", status=0).stdout
