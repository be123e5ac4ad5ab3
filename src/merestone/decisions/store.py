"""Where decisions are kept: a SQLite file in the case, or a PostgreSQL database that several people share.

What must stay true here, of either database:

* a decision is appended in one transaction that nobody else can enter, and it is on the disk when ``append`` returns;
* the database itself refuses a second decision after the same one, a gap, a change and a removal (constraints and triggers);
* a request that was stored already is not stored again: ``append`` gives back what is there;
* the schema has a version, and a newer one than this program knows is refused;
* no password is ever part of a message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from merestone.case import Case
from merestone.decisions.chain import Row, Tail
from merestone.errors import MerestoneError

SCHEMA = 1
"""Version of the schema of the database."""
WAIT_S = 10.0
"""How long to wait for a database that another program holds."""

COLUMNS = ("sequence", "previous", "hash", "request", "author", "key", "content", "signature")
SELECT = f"SELECT {', '.join(COLUMNS)} FROM merestone_decision"  # noqa: S608 - no value from outside


def insert(mark: str) -> str:
    """The insertion of a row; ``mark`` is how the database writes a parameter."""
    return f"INSERT INTO merestone_decision ({', '.join(COLUMNS)}) VALUES ({', '.join([mark] * len(COLUMNS))})"  # noqa: S608


def tail_of(connection: Any, author: str, mark: str) -> Tail:
    """The end of the chain for an author, of either database: both have ``execute`` and ``fetchone``."""
    first = connection.execute(
        f"SELECT key FROM merestone_decision WHERE author = {mark} ORDER BY sequence LIMIT 1",  # noqa: S608
        (author,),
    ).fetchone()
    last = connection.execute("SELECT sequence, hash FROM merestone_decision ORDER BY sequence DESC LIMIT 1").fetchone()
    key = first[0] if first else None
    return Tail(key=key) if last is None else Tail(last[0], last[1], key)


def check_schema(connection: Any, shown: str) -> None:
    """Raises MerestoneError M623 where a database has no single version of the schema, M622 where it is a newer one."""
    found = connection.execute("SELECT version FROM merestone_schema").fetchall()
    if len(found) != 1 or not isinstance(found[0][0], int):
        raise MerestoneError("M623", address=shown)
    if found[0][0] > SCHEMA:
        raise MerestoneError("M622", address=shown, found=found[0][0], known=SCHEMA)


class Store(Protocol):
    """A decisions database."""

    shown: str
    """Its address for people, without a password."""

    def rows(self, after: int = -1) -> list[Row]:
        """The decisions after a number, in order; none where there is no database yet. Raises MerestoneError M620 to M624."""
        ...

    def append(self, request: str, author: str, make: Callable[[Tail], Row]) -> Row:
        """Append what ``make`` gives for the end of the chain, or give back what the same request stored before.

        The row is durable on return. Raises MerestoneError M620 to M624, M103 or M104; then nothing was stored.
        """
        ...

    def close(self) -> None:
        """Leave the database."""
        ...


def open_store(case: Case) -> Store:
    """The decisions database of a case; nothing is made or connected to before it is used."""
    if case.file.decisions is not None:
        from merestone.decisions.postgres import PostgresStore

        return PostgresStore(case.file.decisions)
    from merestone.decisions.sqlite import SqliteStore

    return SqliteStore(case.folder / "decisions.db")
