"""What the tests of decisions share: keys of their own, a small record, and a PostgreSQL server."""

from __future__ import annotations

import psycopg
import pytest

from merestone.case import Case
from merestone.decisions.postgres import PostgresStore
from merestone.decisions.sqlite import SqliteStore
from postgres_server import NoServer, postgres
from small_record import make_case


@pytest.fixture(autouse=True)
def _own_keys(tmp_path_factory, monkeypatch):
    """No test touches the keys of whoever runs it."""
    monkeypatch.setenv("MERESTONE_KEYS", str(tmp_path_factory.mktemp("keys")))
    monkeypatch.delenv("MERESTONE_AUTHOR", raising=False)


@pytest.fixture(scope="session")
def server():
    """Address of a PostgreSQL server, with its password; skips where there is none."""
    try:
        with postgres() as address:
            yield address
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture
def schema(server):
    """Address of an empty schema of the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS border CASCADE")
        connection.execute("CREATE SCHEMA border")
    return f"{server}?options=-csearch_path%3Dborder"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request):
    """Where decisions are kept: None for the file in the case, else a PostgreSQL address."""
    return request.getfixturevalue("schema") if request.param == "postgres" else None


@pytest.fixture
def case(tmp_path):
    """A case with the small record, its decisions in a file."""
    return make_case(tmp_path / "case")


@pytest.fixture
def any_case(case, address):
    """A case with the small record, its decisions in a file or in PostgreSQL."""
    if address is not None:
        path = case.folder / "case.toml"
        path.write_text(f'decisions = "{address}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    return Case.open(case.folder)


@pytest.fixture
def raw(any_case):
    """Run a statement in the decisions database as somebody who works around the program; returns the rows."""

    def run(statement):
        if any_case.file.decisions is None:
            import sqlite3

            with sqlite3.connect(any_case.folder / "decisions.db") as connection:
                rows = connection.execute(statement).fetchall()
            connection.close()
            return rows
        with psycopg.connect(any_case.file.decisions) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def store(any_case):
    """The store of ``any_case``."""
    if any_case.file.decisions is None:
        made = SqliteStore(any_case.folder / "decisions.db", wait_s=0.3)
    else:
        made = PostgresStore(any_case.file.decisions, wait_s=0.3)
    yield made
    made.close()
