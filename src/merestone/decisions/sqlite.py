"""Decisions in a SQLite file.

The file is in rollback mode, not write-ahead mode, so that it is one file whenever nobody writes: it can be copied, put on
a read-only disk and read there. Writers take turns by a lock beside it, which the system frees when its holder is killed;
SQLite's own lock alone would make many writers poll, and some starve.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from merestone.decisions.chain import Row, Tail
from merestone.decisions.store import COLUMNS, SCHEMA, SELECT, WAIT_S, check_schema, insert, tail_of
from merestone.errors import MerestoneError
from merestone.evidence.lock import exclusive
from merestone.files import refusals

_LAST = "(SELECT max(sequence) FROM merestone_decision)"

SCHEMA_SQL = f"""
CREATE TABLE merestone_schema (version INTEGER NOT NULL);
INSERT INTO merestone_schema VALUES ({SCHEMA});
CREATE TABLE merestone_decision (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
  previous TEXT UNIQUE REFERENCES merestone_decision (hash),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  request TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  key TEXT NOT NULL,
  content TEXT NOT NULL,
  signature TEXT NOT NULL,
  CHECK ((sequence = 0) = (previous IS NULL))
);
CREATE INDEX merestone_decision_author ON merestone_decision (author, sequence);
CREATE TRIGGER merestone_decision_follows BEFORE INSERT ON merestone_decision
WHEN NEW.sequence IS NOT coalesce({_LAST} + 1, 0)
  OR NEW.previous IS NOT (SELECT hash FROM merestone_decision WHERE sequence = {_LAST})
  OR EXISTS (SELECT 1 FROM merestone_decision WHERE request = NEW.request OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a decision must follow the last one'); END;
CREATE TRIGGER merestone_decision_never_changes BEFORE UPDATE ON merestone_decision
BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
CREATE TRIGGER merestone_decision_never_goes BEFORE DELETE ON merestone_decision
BEGIN SELECT RAISE(ABORT, 'decisions are never removed'); END;
"""  # noqa: S608 - no value from outside
_MARK = "?"


class SqliteStore:
    """A decisions database in one file; it is made by the first decision."""

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self.path = path
        self.shown = str(path)
        self._wait_s = wait_s
        self._connection: sqlite3.Connection | None = None

    def rows(self, after: int = -1) -> list[Row]:
        """The decisions after a number, in order; none where there is no file."""
        if not self.path.exists():
            return []
        with self._errors():
            connection = self._opened(make=False)
            if connection is None:
                return []
            return [Row(*row) for row in connection.execute(f"{SELECT} WHERE sequence > ? ORDER BY sequence", (after,))]

    def append(self, request: str, author: str, make: Callable[[Tail], Row]) -> Row:
        """See ``Store.append``."""
        with refusals(self.path), self._errors(), exclusive(self.path.with_name(f".{self.path.name}.lock")):
            connection = self._opened(make=True)
            if connection is None:  # pragma: no cover - it is made
                raise MerestoneError("M623", address=self.shown)
            connection.execute("BEGIN IMMEDIATE")
            try:
                known = connection.execute(f"{SELECT} WHERE request = ?", (request,)).fetchone()
                if known is not None:
                    connection.execute("ROLLBACK")
                    return Row(*known)
                row = make(tail_of(connection, author, _MARK))
                connection.execute(insert(_MARK), [getattr(row, name) for name in COLUMNS])
                connection.execute("COMMIT")
            except BaseException:  # an interrupt too: a transaction left open would lock the others out
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return row

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self, make: bool) -> sqlite3.Connection | None:
        """The connection, its schema checked; None where the file holds nothing yet and none is to be made."""
        if self._connection is None:
            self._connection = self._connect(make)
        connection = self._connection
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables and not make:
            return None
        if not tables:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA_SQL} COMMIT;")
        elif not {"merestone_schema", "merestone_decision"} <= tables:
            raise MerestoneError("M623", address=self.shown)
        check_schema(connection, self.shown)
        return connection

    def _connect(self, make: bool) -> sqlite3.Connection:
        address = self.path.resolve().as_uri()

        def opened(mode: str) -> sqlite3.Connection:
            connection = sqlite3.connect(
                f"{address}?mode={mode}", uri=True, timeout=self._wait_s, isolation_level=None, check_same_thread=False
            )
            try:
                # the folder is made durable too, so that a decision survives a loss of power
                connection.execute("PRAGMA synchronous = EXTRA")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except BaseException:  # an interrupt too: a connection left open would keep its lock
                connection.close()
                raise
            return connection

        if make:
            return opened("rwc")
        try:
            return opened("rw")  # so that what a killed writer left half-done can be taken back
        except sqlite3.OperationalError:
            return opened("ro")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self.close()
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise MerestoneError("M620", address=self.shown) from error
            if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
                raise MerestoneError("M621", address=self.shown) from error
            if name.startswith("SQLITE_FULL"):
                raise MerestoneError("M103", path=self.path) from error
            raise MerestoneError("M623", address=self.shown) from error
