"""Copying a chain into another database, for example from the file of one person into the database of a team."""

from __future__ import annotations

from pathlib import Path

from merestone.case import Case
from merestone.decisions.chain import judged
from merestone.decisions.loading import PROBLEMS, reviewer_keys
from merestone.decisions.sqlite import SqliteStore
from merestone.decisions.store import open_store
from merestone.errors import MerestoneError


def copy_from(case: Case, file: Path) -> int:
    """Copy every decision of a SQLite file into the database of a case; returns how many there are.

    The database must be empty, or hold the beginning of the same chain: an interrupted copy can be run again.
    Raises MerestoneError M101, M620 to M625 or M634.
    """
    if not file.is_file():
        raise MerestoneError("M101", path=file)
    source, target = SqliteStore(file), open_store(case)
    try:
        rows = source.rows()
        for link in judged(rows, reviewer_keys(case)):
            if link.finding is not None:
                raise MerestoneError("M625", sequence=link.row.sequence, problem=PROBLEMS[link.finding])
        there = target.rows()
        if there != rows[: len(there)]:
            raise MerestoneError("M634", address=target.shown)
        for row in rows[len(there) :]:
            target.append(row.request, row.author, lambda _, row=row: row)  # type: ignore[misc]
    finally:
        source.close()
        target.close()
    return len(rows)
