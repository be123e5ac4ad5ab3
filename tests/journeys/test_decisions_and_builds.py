"""Decisions and the builds after them: what becomes of them in another reading, another case, an export, the record id."""

import json
import shutil


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


def test_the_record_id_is_a_function_of_the_decisions(work_by_processes, tmp_path):
    work = work_by_processes
    work.decide("reject", work.claim("killed")["id"])
    one = work.build()["record_id"]
    shutil.copytree(work.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("record"))
    (tmp_path / "copy" / "case" / "record").mkdir(exist_ok=True)
    assert json.loads(work.run("build", tmp_path / "copy" / "case", "--json", status=0).stdout)["record_id"] == one
    manifest = json.loads((work.case / "record" / one / "manifest.json").read_text())
    assert manifest["identity"]["decisions"]["count"] == 1
    work.decide("comment", work.claim("wounded")["id"])
    assert work.build()["record_id"] != one
