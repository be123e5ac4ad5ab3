"""Reading the chain: every decision, checked, or a clear error; and what ``verify`` finds in it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from merestone.case import Case
from merestone.decisions.chain import judged
from merestone.decisions.store import Store, open_store
from merestone.decisions.wording import described
from merestone.errors import Finding, MerestoneError
from merestone.model import Decision, from_table
from merestone.record import current_folder, read_manifest, read_table

PROBLEMS = {
    "V401": "it was changed", "V402": "it does not follow the one before it", "V403": "its signature does not hold",
    "V404": "it is signed with another key than its author's",
}  # fmt: skip


def reviewer_keys(case: Case) -> dict[str, str]:
    """Public keys by author, as the case file lists them."""
    return {entry.name: base64.b64encode(base64.b64decode(entry.key)).decode() for entry in case.file.reviewers}


def load(case: Case, store: Store | None = None, known: Sequence[Decision] = ()) -> list[Decision]:
    """Every decision of a case in order, checked; ``known`` are the first of them, where they have been loaded before.

    Raises MerestoneError M625 where the chain is broken, and M620 to M624 where the database cannot be read.
    """
    used = store or open_store(case)
    try:
        rows = used.rows(len(known) - 1)
    finally:
        if store is None:
            used.close()
    chain = list(known)
    for link in judged(rows, reviewer_keys(case), known):
        if link.finding is not None or link.decision is None:
            raise MerestoneError("M625", sequence=link.row.sequence, problem=PROBLEMS[link.finding or "V401"])
        chain.append(link.decision)
    return chain


def check_complete(case: Case, chain: Sequence[Decision]) -> None:
    """Raises MerestoneError M633 where the current record was built with decisions that the chain does not hold any more."""
    known = {decision.hash for decision in chain}
    for name, count, head in _heads(case, current_only=True):
        if head not in known:
            raise MerestoneError("M633", record=name, count=count, found=len(chain))


def verify_decisions(case: Case) -> list[Finding]:
    """Findings V401 to V404 for each decision that is not as it was made, V406 where decisions are gone, V407 where the
    database cannot be read; empty where all is as it was."""
    try:
        store = open_store(case)
        try:
            rows = store.rows()
        finally:
            store.close()
    except MerestoneError as error:
        return [Finding.of("V407", problem=str(error).rstrip("."))]
    findings = [
        Finding.of(link.finding, address=store.shown, sequence=link.row.sequence)
        for link in judged(rows, reviewer_keys(case))
        if link.finding is not None
    ]
    known = {row.hash for row in rows}
    findings += [
        Finding.of("V406", record=name, count=count, found=len(rows)) for name, count, head in _heads(case) if head not in known
    ]
    return findings


def vanished(case: Case) -> list[Finding]:
    """A notice V405 for each decision that found no claim in the current record; none where there is no record."""
    try:
        folder = current_folder(case)
        outcomes = {row["decision"]: row for row in read_table(folder, "outcomes").to_pylist()}
        decided = from_table(Decision, read_table(folder, "decisions"))
    except MerestoneError:
        return []  # no record, or one from before there were decisions; a damaged one is reported by itself
    return [
        Finding.of("V405", decision=one.id, author=one.author, what=described(one))
        for one in decided
        if outcomes.get(one.id, {}).get("state") == "vanished"
    ]


def _heads(case: Case, current_only: bool = False) -> list[tuple[str, int, str]]:
    """(record id, number of decisions, hash of the last) of each record that was built with decisions."""
    if not case.records.is_dir():
        return []
    names = sorted(path.name for path in case.records.iterdir() if (path / "manifest.json").is_file())
    if current_only:
        pointer = case.records / "current"
        current = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
        names = [name for name in names if name == current]
    heads = []
    for name in names:
        try:
            identity = read_manifest(case.records / name)["identity"]
            decided = identity.get("decisions")
            if decided:
                heads.append((name, int(decided["count"]), str(decided["head"])))
        except (MerestoneError, KeyError, TypeError, ValueError, AttributeError):
            continue  # a damaged record is reported by itself
    return heads
