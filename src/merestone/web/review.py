"""Deciding on the page: one reviewer of one case, at this machine.

What must stay true here: every decision goes through ``merestone.decisions`` as on the command line; who cannot name the token
that this server made for its own page decides nothing.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from merestone.case import Case
from merestone.decisions import Desk
from merestone.decisions.values import FIELDS
from merestone.errors import MerestoneError
from merestone.model import Decision, Outcome
from merestone.web.views import DecidedView, DecisionRequest, ReviewingView


class Reviewing:
    """A case that is reviewed by one author while it is served."""

    def __init__(self, case: Case, author: str | None, build: Callable[[], Path]) -> None:
        """``build`` builds the record anew and returns its folder. Raises MerestoneError where the author cannot decide."""
        self._case, self._author, self._build = case, author, build
        self._token = secrets.token_urlsafe(24)
        self._turn = threading.Lock()
        with Desk(case, author) as desk:
            self.author = desk.author

    def check(self, token: str | None) -> None:
        """Raises MerestoneError M723 where the token is not this server's."""
        if token is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise MerestoneError("M723")

    def view(self, built_with: int) -> ReviewingView:
        """All decisions and what becomes of them; ``built_with`` is how many the record that is served was built with."""
        with Desk(self._case, self._author) as desk:
            return self._view(desk, built_with)

    def decide(self, asked: DecisionRequest, built_with: int) -> ReviewingView:
        """Make a decision. Raises MerestoneError where it cannot be made; nothing was stored then."""
        with Desk(self._case, self._author) as desk:
            desk.decide(
                asked.kind, asked.targets, reason=asked.reason, field=asked.field, value=asked.value, settles=asked.settles,
                request=asked.request,
            )  # fmt: skip
            return self._view(desk, built_with)

    def build(self) -> Path:
        """Build the record with all decisions, one build at a time; returns its folder."""
        with self._turn:
            return self._build()

    def _view(self, desk: Desk, built_with: int) -> ReviewingView:
        chain = desk.chain()
        outcomes = {outcome.decision: outcome for outcome in desk.review().outcomes}
        return ReviewingView(
            author=desk.author, token=self._token, waiting=len(chain) - built_with, fields=FIELDS,
            decisions=tuple(_decided(decision, outcomes[decision.id]) for decision in chain),
        )  # fmt: skip


def _decided(decision: Decision, outcome: Outcome) -> DecidedView:
    return DecidedView(
        id=decision.id, kind=decision.kind, subjects=decision.subjects, claims=outcome.claims, field=decision.field,
        value=decision.value, names=decision.names, reason=decision.reason, author=decision.author,
        decided_at=decision.decided_at.isoformat(), state=outcome.state, against=outcome.against,
    )  # fmt: skip
