"""Reviewers at work, on the command line: they decide, build, disagree, settle, take back, and nothing is lost on the way."""

import json
import shutil
import sqlite3

import pytest

FIRST = (
    "On 13 September 2022, at about 00:05, units of the armed forces of Azerbaijan opened fire from artillery and drones at "
    "Armenian positions near Sotk. Two Armenian servicemen were wounded.\n"
)
SECOND = (
    "On the night of 12 to 13 September 2022 Armenian forces opened fire at Azerbaijani positions near Dashkasan. Three "
    "Azerbaijani soldiers were killed.\n"
)


@pytest.fixture(scope="module")
def built(merestone, tmp_path_factory):
    """A case of two statements, built, and a folder of keys."""
    folder = tmp_path_factory.mktemp("decide")
    merestone("new", folder / "case", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    for name, text, source in (("first", FIRST, "ARM-MOD"), ("second", SECOND, "AZE-MOD")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        merestone("add", folder / "case", folder / f"{name}.txt", "--source", source, "--published", "2022-09-13", status=0)
    merestone("build", folder / "case", status=0)
    return folder


class Reviewers:
    """The program with this case, and keys of its own."""

    def __init__(self, run, folder, keys):
        self.folder, self.case = folder, folder / "case"
        self._run, self._env = run, {"MERESTONE_KEYS": str(keys)}

    def __call__(self, *words, status=0):
        return self._run(*words, cwd=self.folder, env=self._env, status=status)

    def decide(self, kind, *words, author="Anna", reason="looked it up", status=0):
        done = self(
            "decide", kind, "case", *words, "--author", author, "--text" if kind == "comment" else "--reason", reason,
            "--json", status=status,
        )  # fmt: skip
        return json.loads(done.stdout) if status == 0 else done.stderr

    def shown(self, what):
        return json.loads(self("show", "case", what, "--json").stdout)

    def claim(self, event, speaker=None):
        (one,) = [c for c in self.shown("claims") if c["event"] == event and speaker in (None, c["speaker"])]
        return one

    def build(self):
        return json.loads(self("build", "case", "--json").stdout)


@pytest.fixture
def work(built, merestone, tmp_path):
    """A copy of the case for one test."""
    shutil.copytree(built, tmp_path / "work")
    return Reviewers(merestone, tmp_path / "work", tmp_path / "keys")


def one_sentence(stderr, code):
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith(f"merestone: {code}: "), stderr


def test_a_record_is_reviewed(work):
    before = work.build()["record_id"]
    fire, wounded, killed = work.claim("fire", "ARM-MOD"), work.claim("wounded"), work.claim("killed")
    corrected = work.decide("correct", fire["id"], "time", "2022-09-13T00:10")
    rejected = work.decide("reject", killed["id"])
    pinned = work.decide("pin", fire["id"], "Sotk", "--lon", "45.9", "--lat", "40.2", "--radius", "300")
    work.decide("comment", wounded["id"])
    work.decide("accept", wounded["id"])
    built = work.build()
    assert (built["decisions"], built["conflicts"], built["vanished"]) == (5, [], [])
    assert built["record_id"] != before

    fire = work.claim("fire", "ARM-MOD")
    assert fire["time"] == ["2022-09-13T00:10", "2022-09-13T00:10"]
    (correction,) = fire["review"]["corrections"]
    assert correction == {
        "field": "time", "was": '["2022-09-13T00:05","2022-09-13T00:05"]', "now": '["2022-09-13T00:10","2022-09-13T00:10"]',
        "decision": corrected["id"], "author": "Anna",
    }  # fmt: skip
    assert work.claim("killed")["review"]["status"] == "rejected"
    assert work.claim("wounded")["review"]["status"] == "accepted"
    told = {claim for incident in work.shown("incidents") for version in incident["versions"] for claim in version["claims"]}
    assert killed["id"] not in told
    assert {fire["id"], wounded["id"]} <= told
    spots = {
        (place["name"], place["lon"], place["lat"]) for incident in work.shown("incidents") for place in incident["places"]
    }
    assert ("Sotk", 45.9, 40.2) in spots
    outcomes = {row["id"]: row["outcome"]["state"] for row in work.shown("decisions")}
    assert outcomes[corrected["id"]] == outcomes[rejected["id"]] == outcomes[pinned["id"]] == "applied"

    text = work("show", "case", "claims").stdout
    assert "time corrected by Anna, read as" in " ".join(text.split())
    assert work("verify", "case").stdout.strip() == "Intact."
    assert work("build", "case", "--fresh", "--json").stdout.count(built["record_id"]) == 1


def test_taking_everything_back_gives_the_record_that_was_read(work):
    before = work.shown("claims"), work.shown("incidents")
    fire = work.claim("fire", "ARM-MOD")
    for words in (
        ("correct", fire["id"], "event", "attack"),
        ("correct", fire["id"], "places", "none"),
        ("correct", fire["id"], "quantities", "rounds about 20"),
        ("sensitive", fire["id"]),
        ("reject", work.claim("killed")["id"]),
    ):
        work.decide(*words)
    work.build()
    assert work.shown("claims") != before[0]
    for row in work.shown("decisions"):
        work.decide("undo", row["id"], author="Boris")
    work.build()
    assert (work.shown("claims"), work.shown("incidents")) == before


def test_incidents_are_split_and_joined_again(work):
    (incident,) = work.shown("incidents")
    killed = work.claim("killed")["id"]
    split = work.decide("split", incident["id"], killed)
    work.build()
    one, other = work.shown("incidents")
    assert {killed} in [{c for v in i["versions"] for c in v["claims"]} for i in (one, other)]
    merged = work.decide("merge", one["id"], other["id"])  # the same author thinks again: the later counts
    assert merged["outcome"]["state"] == "applied"
    work.build()
    (joined,) = work.shown("incidents")
    assert joined["id"] == incident["id"]
    assert ["a reviewer joined them"] in [join["because"] for join in joined["joins"]]
    assert {row["id"]: row["outcome"]["state"] for row in work.shown("decisions")}[split["id"]] == "superseded"


def test_two_who_disagree_are_both_shown_until_it_is_settled(work):
    fire = work.claim("fire", "ARM-MOD")["id"]
    one = work.decide("reject", fire, author="Anna")
    done = work("decide", "accept", "case", fire, "--author", "Boris", "--reason", "it is said")
    assert f"In conflict with {one['id']} by Anna" in done.stderr
    assert len(work.build()["conflicts"]) == 2
    claim = work.claim("fire", "ARM-MOD")
    assert (claim["review"]["status"], claim["review"]["disputed"]) == ("read", ["status"])
    assert "reviewers disagree on status" in " ".join(work("show", "case", "claims").stdout.split())
    shown = work("show", "case", "decisions").stdout
    other = work.shown("decisions")[1]["id"]
    assert f"conflict with {other}" in " ".join(shown.split())
    work.decide("accept", fire, "--settles", one["id"], "--settles", other, author="Anna")
    assert work.build()["conflicts"] == []
    assert work.claim("fire", "ARM-MOD")["review"]["status"] == "accepted"


def test_a_decision_survives_another_reading(work):
    """The case names an actor by now, so that every document is read again and read otherwise."""
    fire = work.claim("fire", "AZE-MOD")
    work.decide("reject", fire["id"])
    work.build()
    with (work.case / "case.toml").open("a", encoding="utf-8") as case_file:
        case_file.write('\n[[actors]]\ncode = "UN-PKO"\nnames = ["Azerbaijani soldiers"]\n')
    work.build()
    assert work.claim("killed")["target"].startswith("UN-")
    assert work("build", "case", "--fresh").stdout.count("Decisions: 1;") == 1
    assert work.claim("fire", "AZE-MOD")["review"]["status"] == "rejected"
    (listed,) = json.loads(work("decide", "list", "case", "--json").stdout)
    assert listed["outcome"]["claims"] == [fire["id"]]


def test_a_decision_on_a_vanished_claim_is_kept_and_reported(work):
    """The sealed item is of another case: the claim is not there."""
    work.decide("reject", work.claim("killed")["id"])
    work("new", "other", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan")
    work("add", "other", "first.txt", "--source", "ARM-MOD", "--published", "2022-09-13")
    shutil.copy(work.case / "decisions.db", work.folder / "other" / "decisions.db")
    done = work("build", "other")
    assert "1 on claims that are no more" in done.stdout
    assert "V405: " in done.stderr
    verified = work("verify", "other")
    assert (verified.stdout.strip(), verified.stderr[:5]) == ("Intact.", "V405:")
    assert "vanished" in work("decide", "list", "other").stdout
    assert work("decide", "log", "other").stdout.startswith("0  ")


def test_sensitive_claims_do_not_leave_the_case(work):
    killed = work.claim("killed")["id"]
    work.decide("sensitive", killed)
    work.build()
    done = work("export", "case", "--to", "csv", "--out", "csv")
    assert "Left out as sensitive: 1 claims and 1 incidents." in done.stderr
    out = (work.folder / "csv" / "claims.csv").read_text(encoding="utf-8")
    assert killed not in out
    assert "soldiers were killed" not in out
    assert work.claim("fire", "ARM-MOD")["id"] in out


def test_the_record_id_is_a_function_of_the_decisions(work, tmp_path):
    work.decide("reject", work.claim("killed")["id"])
    one = work.build()["record_id"]
    shutil.copytree(work.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("record"))
    (tmp_path / "copy" / "case" / "record").mkdir(exist_ok=True)
    assert json.loads(work._run("build", tmp_path / "copy" / "case", "--json", status=0).stdout)["record_id"] == one
    manifest = json.loads((work.case / "record" / one / "manifest.json").read_text())
    assert manifest["identity"]["decisions"]["count"] == 1
    work.decide("comment", work.claim("wounded")["id"])
    assert work.build()["record_id"] != one


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("accept", "case", "nothing#0", "--reason", "x"), "M628"),
        (("accept", "nowhere", "nothing#0", "--reason", "x"), "M101"),
        (("merge", "case", "i-000000000000", "i-111111111111", "--reason", "x"), "M628"),
        (("undo", "case", "d-000000000000", "--reason", "x"), "M628"),
        (("comment", "case", "nothing#0", "--text", " "), "M108"),
        (("key", "--author", "\t"), "M108"),
        (("copy", "case", "nothing.db"), "M101"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(work, words, code):
    one_sentence(work("decide", *words, status=2).stderr, code)
    assert not (work.case / "decisions.db").exists()


def test_a_wrong_value_names_the_field(work):
    stderr = work.decide("correct", work.claim("killed")["id"], "time", "yesterday", status=2)
    one_sentence(stderr, "M629")
    assert "time" in stderr


def test_a_changed_chain_is_not_built_from_and_verify_says_where(work):
    record = work.build()["record_id"]
    killed = work.claim("killed")["id"]
    for number in range(3):
        work.decide("comment", killed, reason=f"number {number}")
    connection = sqlite3.connect(work.case / "decisions.db", isolation_level=None)
    connection.execute("DROP TRIGGER merestone_decision_never_changes")
    connection.execute("UPDATE merestone_decision SET content = replace(content, 'number 1', 'number 9')")
    connection.close()
    one_sentence(work("build", "case", status=2).stderr, "M625")
    one_sentence(work.decide("accept", killed, status=2), "M625")
    one_sentence(work("decide", "list", "case", status=2).stderr, "M625")
    found = work("verify", "case", status=1).stdout
    assert "V401" in found
    assert "decision 1 " in found
    assert (work.case / "record" / "current").read_text().strip() == record


def test_decisions_that_are_gone_are_missed(work):
    work.decide("reject", work.claim("killed")["id"])
    work.build()
    (work.case / "decisions.db").unlink()
    one_sentence(work("build", "case", status=2).stderr, "M633")
    assert "V406" in work("verify", "case", status=1).stdout


def test_a_database_in_use_elsewhere_is_named(work):
    killed = work.claim("killed")["id"]
    work.decide("accept", killed)
    holder = sqlite3.connect(work.case / "decisions.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    one_sentence(work.decide("reject", killed, status=2), "M620")
    holder.close()
    work.decide("reject", killed)


def test_every_command_of_decide_has_an_example(merestone):
    text = merestone("decide", "--help", status=0).stdout
    for command in (
        "accept", "reject", "correct", "merge", "split", "pin", "sensitive", "comment", "undo", "list", "log", "key", "copy",
    ):  # fmt: skip
        assert command in text
        assert f"Example: merestone decide {command}" in " ".join(
            merestone("decide", command, "--help", status=0).stdout.split()
        )
