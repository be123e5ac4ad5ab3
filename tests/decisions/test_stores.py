"""The database, SQLite or PostgreSQL: it keeps the chain itself, stores a request once, and says what is wrong."""

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

import psycopg
import pytest

from merestone.decisions import Desk, decide, load, verify_decisions
from merestone.decisions.copying import copy_from
from merestone.decisions.postgres import PostgresStore, shown_address
from merestone.decisions.sqlite import SqliteStore
from merestone.decisions.store import SCHEMA
from merestone.errors import MerestoneError
from small_record import make_case

REFUSED = (sqlite3.Error, psycopg.Error)


def some(case, number=3, author="Anna"):
    with Desk(case, author) as desk:
        return [desk.decide("comment", ["said#0"], reason=f"number {n}") for n in range(number)]


def code_of(function, *arguments, **keywords):
    with pytest.raises(MerestoneError) as error:
        function(*arguments, **keywords)
    return error.value.code


def test_what_is_decided_is_read_again(any_case):
    made = [*some(any_case), *some(any_case, author="Բորիս")]
    assert load(any_case) == made
    assert [decision.sequence for decision in made] == list(range(6))
    assert [decision.previous for decision in made] == [None, *(decision.hash for decision in made[:-1])]
    assert verify_decisions(any_case) == []


def test_a_case_without_decisions_has_an_empty_chain_and_no_database(any_case, store):
    assert load(any_case) == []
    assert store.rows() == []
    assert not (any_case.folder / "decisions.db").exists()


def test_a_request_is_stored_once(any_case):
    first = decide(any_case, "accept", ["said#0"], author="Anna", reason="seen", request="click-1")
    again = decide(any_case, "accept", ["said#0"], author="Anna", reason="seen", request="click-1")
    assert again == first
    assert len(load(any_case)) == 1
    assert code_of(decide, any_case, "reject", ["said#0"], author="Anna", reason="seen", request="click-1") == "M631"
    assert code_of(decide, any_case, "accept", ["said#0"], author="Boris", reason="seen", request="click-1") == "M631"
    assert len(load(any_case)) == 1


def inserted(sequence, previous):
    """An insertion of a made-up decision; ``previous`` is a number, or SQL for the hash."""
    if isinstance(previous, int):
        previous = f"(SELECT hash FROM merestone_decision WHERE sequence = {previous})"
    return f"INSERT INTO merestone_decision VALUES ({sequence}, {previous}, '{'f' * 64}', 'r', 'Anna', 'k', '{{}}', 's')"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE merestone_decision SET content = '{}' WHERE sequence = 1",
        "DELETE FROM merestone_decision WHERE sequence = 2",
        "DELETE FROM merestone_decision",
        inserted(4, 2),  # a gap
        inserted(3, 1),  # a fork
        inserted(3, "NULL"),
        inserted(3, "'nothing'"),
        inserted(-1, "NULL"),
    ],
)
def test_the_database_itself_keeps_the_chain(any_case, raw, statement):
    made = some(any_case)
    with pytest.raises(REFUSED):
        raw(statement)
    assert load(any_case) == made


def test_replacing_and_truncating_are_refused_too(any_case, raw):
    made = some(any_case)
    rest = "author, key, content, signature FROM merestone_decision WHERE sequence = 2"
    statements = ["TRUNCATE merestone_decision", "TRUNCATE merestone_decision CASCADE"]
    if any_case.file.decisions is None:
        other = "lower(hex(zeroblob(32)))"
        statements = [
            f"INSERT OR REPLACE INTO merestone_decision SELECT 1, previous, {other}, 'r', {rest}",
            f"INSERT OR REPLACE INTO merestone_decision SELECT 3, hash, {other}, request, {rest}",
            f"INSERT OR REPLACE INTO merestone_decision SELECT 3, hash, hash, 'r', {rest}",
        ]
    for statement in statements:
        with pytest.raises(REFUSED):
            raw(statement)
    assert load(any_case) == made


def test_a_database_that_another_program_holds_is_named(any_case, store):
    some(any_case)
    before = load(any_case)
    if any_case.file.decisions is None:
        holder = sqlite3.connect(any_case.folder / "decisions.db", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
    else:
        holder = psycopg.connect(any_case.file.decisions)
        holder.execute("LOCK TABLE merestone_decision IN ACCESS EXCLUSIVE MODE")
    with Desk(any_case, "Anna", store=store) as desk:
        desk._chain = before
        assert code_of(desk.decide, "accept", ["said#0"], reason="seen") == "M620"
        holder.close()
        desk.decide("accept", ["said#0"], reason="seen")
    assert len(load(any_case)) == len(before) + 1


def test_a_newer_schema_is_left_alone(any_case, raw):
    some(any_case)
    raw(f"UPDATE merestone_schema SET version = {SCHEMA + 1}")
    assert code_of(load, any_case) == "M622"
    assert code_of(decide, any_case, "accept", ["said#0"], author="Anna", reason="seen") == "M622"
    assert [finding.code for finding in verify_decisions(any_case)] == ["V407"]
    assert raw("SELECT count(*) FROM merestone_decision") == [(3,)]


# --------------------------------------------------------------------------------------------------------------------------
# SQLite


@contextlib.contextmanager
def as_nobody():
    """Without root's right to write everywhere."""
    if os.getuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_a_read_only_case_can_be_read_and_not_decided_in():
    with tempfile.TemporaryDirectory() as base:
        case = make_case(Path(base) / "case")
        made = some(case)
        Path(base).chmod(0o755)
        for path in (case.folder / "decisions.db", case.folder / ".decisions.db.lock"):
            path.chmod(0o444)
        case.folder.chmod(0o555)
        with Desk(case, "Anna") as desk:
            assert desk.key  # of the one who may read it
            with as_nobody():
                assert load(case) == made
                assert code_of(desk.decide, "accept", ["said#0"], reason="seen") in ("M104", "M621")
        assert load(case) == made
        case.folder.chmod(0o755)


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text that is long enough " * 20, b"SQLite format 3\0" + b"x" * 500]
)
def test_another_file_is_not_taken_for_a_database(case, content):
    (case.folder / "decisions.db").write_bytes(content)
    assert code_of(load, case) == "M623"
    assert code_of(decide, case, "accept", ["said#0"], author="Anna", reason="seen") == "M623"
    assert (case.folder / "decisions.db").read_bytes() == content


def test_a_database_of_something_else_is_not_written_to(case):
    with sqlite3.connect(case.folder / "decisions.db") as connection:
        connection.execute("CREATE TABLE photographs (name)")
    connection.close()
    assert code_of(decide, case, "accept", ["said#0"], author="Anna", reason="seen") == "M623"


def test_an_empty_file_becomes_a_database(case):
    (case.folder / "decisions.db").touch()
    assert load(case) == []
    assert some(case) == load(case)


def test_an_interrupted_transaction_is_taken_back(case):
    """A hot journal, as a killed writer leaves it: SQLite's own header, then a page as it was."""
    made = some(case)
    path = case.folder / "decisions.db"
    script = (
        "import sqlite3, os, sys, signal\n"
        f"c = sqlite3.connect({str(path)!r}, isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1')\n"
        "c.execute('PRAGMA cache_spill = 1')\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('CREATE TABLE big (x)')\n"
        "c.executemany('INSERT INTO big VALUES (?)', [('x' * 3000,)] * 500)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", script], check=False)
    assert path.with_name("decisions.db-journal").exists()
    assert load(case) == made
    assert not path.with_name("decisions.db-journal").exists()


# --------------------------------------------------------------------------------------------------------------------------
# PostgreSQL


def in_postgres(case, address):
    path = case.folder / "case.toml"
    path.write_text(f'decisions = "{address}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    return type(case).open(case.folder)


def test_a_server_that_does_not_answer_is_named_without_the_password(case):
    nowhere = in_postgres(case, "postgresql://anna:geheim@127.0.0.1:1/border")
    with pytest.raises(MerestoneError) as error:
        load(nowhere)
    assert error.value.code == "M624"
    assert "postgresql://anna@127.0.0.1:1/border" in str(error.value)
    assert "geheim" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_wrong_password_is_refused_without_being_shown(case, schema):
    start, _, rest = schema.partition("@")
    wrong = in_postgres(case, f"{start.rpartition(':')[0]}:geheim@{rest}")
    with pytest.raises(MerestoneError) as error:
        load(wrong)
    assert error.value.code == "M624"
    assert "authentication failed" in str(error.value)
    assert "geheim" not in str(error.value)


def test_the_password_is_taken_from_a_password_file(case, schema, tmp_path, monkeypatch):
    parts = psycopg.conninfo.conninfo_to_dict(schema)
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{parts['port']}:*:{parts['user']}:{parts['password']}\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    without = schema.replace(schema.split(":")[2].split("@")[0], "").replace(":@", "@")
    assert psycopg.conninfo.conninfo_to_dict(without).get("password") is None
    shared = in_postgres(case, without)
    assert some(shared) == load(shared)


@pytest.mark.parametrize("address", ["postgresql://[", "postgresql://h/d?colour=red"])
def test_an_address_that_is_none_is_refused(address):
    assert code_of(shown_address, address) == "M624"


def test_a_server_that_takes_no_writing_is_named(case, schema):
    some(in_postgres(case, schema))
    store = PostgresStore(
        schema.replace("search_path%3Dborder", "search_path%3Dborder%20-c%20default_transaction_read_only%3Don")
    )
    assert len(store.rows()) == 3
    with Desk(type(case).open(case.folder), "Anna", store=store) as desk:
        assert code_of(desk.decide, "accept", ["said#0"], reason="seen") == "M621"


def test_a_connection_that_breaks_is_made_again(case, schema, server):
    shared = in_postgres(case, schema)
    with Desk(shared, "Anna") as desk:
        desk.decide("accept", ["said#0"], reason="seen")
        with psycopg.connect(server, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'merestone'")
        desk.decide("reject", ["said#0"], reason="not seen")
    assert [decision.kind for decision in load(shared)] == ["accept", "reject"]


def test_a_file_is_copied_into_the_database_of_a_team(case, schema):
    made = some(case)
    file = case.folder / "decisions.db"
    shared = in_postgres(case, schema)
    assert copy_from(shared, file) == 3
    assert copy_from(shared, file) == 3  # it can be run again
    assert load(shared) == made
    some(shared, 1)
    assert len(load(shared)) == 4
    with contextlib.closing(SqliteStore(file)) as store:
        assert len(store.rows()) == 3
    some(case, 2)  # the file goes another way now
    assert code_of(copy_from, shared, file) == "M634"
