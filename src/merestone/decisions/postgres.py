"""Decisions in a PostgreSQL database that several people write to.

A password may stand in the address, in PGPASSWORD or in ``~/.pgpass``, as libpq reads them; messages never show the address as
it was given, only user, host and database. One database, or one schema of a database (``?options=-csearch_path%3Dborder``),
holds the decisions of one case.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import conninfo, errors

from merestone.decisions.chain import Row, Tail
from merestone.decisions.store import COLUMNS, SCHEMA, SELECT, WAIT_S, check_schema, insert, tail_of
from merestone.errors import MerestoneError

_MAKING = 0x6D657265
"""Number of the advisory lock under which the schema is made: 'mere'."""

SCHEMA_SQL = f"""
CREATE TABLE merestone_schema (version integer NOT NULL);
INSERT INTO merestone_schema VALUES ({SCHEMA});
CREATE TABLE merestone_decision (
  sequence bigint PRIMARY KEY CHECK (sequence >= 0),
  previous text UNIQUE REFERENCES merestone_decision (hash),
  hash text NOT NULL UNIQUE CHECK (length(hash) = 64),
  request text NOT NULL UNIQUE,
  author text NOT NULL,
  key text NOT NULL,
  content text NOT NULL,
  signature text NOT NULL,
  CHECK ((sequence = 0) = (previous IS NULL))
);
CREATE INDEX merestone_decision_author ON merestone_decision (author, sequence);
CREATE FUNCTION merestone_decision_follows() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE last record;
BEGIN
  SELECT sequence, hash INTO last FROM merestone_decision ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence IS DISTINCT FROM coalesce(last.sequence + 1, 0) OR NEW.previous IS DISTINCT FROM last.hash THEN
    RAISE EXCEPTION 'a decision must follow the last one';
  END IF;
  RETURN NEW;
END $body$;
CREATE FUNCTION merestone_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'decisions are never changed or removed';
END $body$;
CREATE TRIGGER merestone_decision_follows BEFORE INSERT ON merestone_decision
  FOR EACH ROW EXECUTE FUNCTION merestone_decision_follows();
CREATE TRIGGER merestone_decision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON merestone_decision
  FOR EACH STATEMENT EXECUTE FUNCTION merestone_decision_stays();
"""  # noqa: S608 - no value from outside
_MARK = "%s"


def shown_address(address: str) -> str:
    """User, host, port and database of an address; nothing else of it. Raises MerestoneError M624 where it is none."""
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise MerestoneError("M624", address="the decisions database", reason="its address cannot be read") from None
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user}{parts.get('host') or ''}{port}/{parts.get('dbname') or ''}"


class PostgresStore:
    """A decisions database on a PostgreSQL server; its tables are made by the first decision."""

    def __init__(self, address: str, wait_s: float = WAIT_S) -> None:
        self.shown = shown_address(address)
        self._address = address
        self._wait_s = wait_s
        self._connection: psycopg.Connection[Any] | None = None

    def rows(self, after: int = -1) -> list[Row]:
        """The decisions after a number, in order; none where the tables are not made yet."""
        with self._errors():
            connection = self._connected()
            with connection.transaction():
                if not self._has_schema(connection):
                    return []
                found = connection.execute(f"{SELECT} WHERE sequence > %s ORDER BY sequence", (after,))
                return [Row(*row) for row in found]

    def append(self, request: str, author: str, make: Callable[[Tail], Row]) -> Row:
        """See ``Store.append``. Where the connection breaks it is tried once more; what was stored meanwhile is given back."""
        with self._errors():
            try:
                return self._append(request, author, make)
            except psycopg.OperationalError:
                if self._connection is None or not self._connection.broken:
                    raise
                self.close()
                return self._append(request, author, make)

    def _append(self, request: str, author: str, make: Callable[[Tail], Row]) -> Row:
        connection = self._connected()
        with connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{int(self._wait_s * 1000)}ms",))
            self._make_schema(connection)
            # readers go on reading; the next writer waits here until this one is done
            connection.execute("LOCK TABLE merestone_decision IN SHARE ROW EXCLUSIVE MODE")
            known = connection.execute(f"{SELECT} WHERE request = %s", (request,)).fetchone()
            if known is not None:
                return Row(*known)
            row = make(tail_of(connection, author, _MARK))
            connection.execute(insert(_MARK), [getattr(row, name) for name in COLUMNS])
        return row

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        wait = max(2, int(self._wait_s))
        self._connection = psycopg.connect(self._address, connect_timeout=wait, autocommit=True, application_name="merestone")
        # each statement sees what others have stored by then, which is what the lock is waited for
        self._connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        return self._connection

    def _has_schema(self, connection: psycopg.Connection[Any]) -> bool:
        # the catalogue itself, not to_regclass: that may remember, within a transaction, that a table was not there
        tables = connection.execute(
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema() "
            "AND tablename IN ('merestone_schema', 'merestone_decision')"
        ).fetchall()
        if not tables:
            return False
        if len(tables) != 2:
            raise MerestoneError("M623", address=self.shown)
        check_schema(connection, self.shown)
        return True

    def _make_schema(self, connection: psycopg.Connection[Any]) -> None:
        if self._has_schema(connection):
            return
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        if not self._has_schema(connection):
            connection.execute(SCHEMA_SQL)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (errors.LockNotAvailable, errors.QueryCanceled) as error:
            raise MerestoneError("M620", address=self.shown) from error
        except (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege) as error:
            raise MerestoneError("M621", address=self.shown) from error
        except (errors.UndefinedColumn, errors.UndefinedTable, errors.RaiseException) as error:
            raise MerestoneError("M623", address=self.shown) from error
        except psycopg.Error as error:
            self.close()
            raise MerestoneError("M624", address=self.shown, reason=self._reason(error)) from None

    def _reason(self, error: psycopg.Error) -> str:
        """The last line of what the server or libpq says, without the password."""
        said = str(error).strip().splitlines() or [type(error).__name__]
        password = conninfo.conninfo_to_dict(self._address).get("password")
        reason = said[-1].strip().rstrip(".").removeprefix("FATAL:  ")
        return reason.replace(str(password), "…") if password else reason
