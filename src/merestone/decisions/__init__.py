"""Decisions: what reviewers say about claims and incidents, signed, chained, and applied when a record is built.

What must stay true here:

* a decision never touches evidence, nor what was read: applied to the claims of a record, it can be taken away again;
* a decision is never changed or removed; an undo is a decision of its own;
* a decision names claims by sealed document and characters, so that it survives a rebuild and small changes of the reader;
* reviewers who disagree are shown as such: neither of them wins by being later.
"""

from merestone.decisions.apply import applied, as_read, without_rejected
from merestone.decisions.decide import Desk, decide, review
from merestone.decisions.loading import check_complete, load, vanished, verify_decisions
from merestone.decisions.resolve import Resolved, resolve, resolve_tables
from merestone.decisions.wording import described

__all__ = [
    "Desk", "Resolved", "applied", "as_read", "check_complete", "decide", "described", "load", "resolve", "resolve_tables",
    "review", "vanished", "verify_decisions", "without_rejected",
]  # fmt: skip
