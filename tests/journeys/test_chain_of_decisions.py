"""Decisions that are refused, and a chain of decisions that was tampered with: one sentence, and nothing is lost."""

import sqlite3

import pytest

from reviewers import one_sentence


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
def test_bad_input_is_one_sentence_and_exit_2(work_by_processes, words, code):
    work = work_by_processes
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


def test_a_database_in_use_elsewhere_is_named(work_by_processes):
    work = work_by_processes
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
