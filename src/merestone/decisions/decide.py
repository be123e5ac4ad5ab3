"""Deciding: from the ids that people see to a signed decision in the chain. The command line and the page both come here.

Nothing here prints, and nothing is stored before everything about a decision has been checked.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError

from merestone.case import Case
from merestone.decisions import keys
from merestone.decisions.anchors import Texts, anchor
from merestone.decisions.apply import as_read
from merestone.decisions.chain import Draft, Row, Tail, decision_of, public_text, sealed
from merestone.decisions.loading import load, reviewer_keys
from merestone.decisions.resolve import Resolved, resolve_tables, undone
from merestone.decisions.store import Store, open_store
from merestone.decisions.values import PinValue, canonical_value, check_field, pin_problem, read_value
from merestone.errors import MerestoneError
from merestone.model import Anchor, Decision, DecisionKind, to_json
from merestone.record import current_folder, read_table

LONGEST_REASON = 10_000
"""Characters of a reason or a comment."""


class Reading:
    """What decisions are made about: the claims of a record as they were read and as they stand, and its incidents.

    Rows are taken out of the tables one at a time: a record may hold a million claims, a decision is about a few.
    """

    def __init__(self, folder: Path) -> None:
        self.claims = read_table(folder, "claims")
        self.documents = read_table(folder, "documents").select(["id", "item", "part", "text"])
        self._incidents = read_table(folder, "incidents").select(["id", "versions"])
        self._claim_rows = {name: row for row, name in enumerate(self.claims["id"].to_pylist())}
        self._document_rows = {name: row for row, name in enumerate(self.documents["id"].to_pylist())}
        self._incident_rows = {name: row for row, name in enumerate(self._incidents["id"].to_pylist())}

    @property
    def claim_ids(self) -> Collection[str]:
        """Ids of all claims, in the order of the record."""
        return self._claim_rows.keys()

    def standing(self, name: str) -> dict[str, Any] | None:
        """A claim with what had been decided when the record was built; None where there is no such claim."""
        row = self._claim_rows.get(name)
        return None if row is None else self.claims.slice(row, 1).to_pylist()[0]

    def read(self, name: str) -> dict[str, Any] | None:
        """The claim as it was read."""
        row = self._claim_rows.get(name)
        return None if row is None else as_read(self.claims.slice(row, 1)).to_pylist()[0]

    def texts(self, document: str) -> Texts:
        """A document, as anchors name it."""
        return Texts.of(self.documents.slice(self._document_rows[document], 1).to_pylist())

    def members(self, incident: str) -> tuple[str, ...] | None:
        """Ids of the claims of an incident."""
        row = self._incident_rows.get(incident)
        return None if row is None else _members(self._incidents.slice(row, 1).to_pylist()[0])

    @cached_property
    def incident_of(self) -> Mapping[str, str]:
        """The incident of each claim that is in one."""
        return {claim: row["id"] for row in self._incidents.to_pylist() for claim in _members(row)}


def _members(row: Mapping[str, Any]) -> tuple[str, ...]:
    told = [claim for version in row["versions"] for claim in version["claims"]]
    told += [denial["claim"] for version in row["versions"] for denial in version["denials"]]
    return tuple(dict.fromkeys(told))


@lru_cache(maxsize=2)
def _reading(folder: Path) -> Reading:
    """The reading of a record; a record folder never changes."""
    return Reading(folder)


class Desk:
    """A case opened for deciding by one author: the record is read once, the database stays open."""

    def __init__(self, case: Case, author: str | None = None, *, store: Store | None = None) -> None:
        self.case = case
        self.author = keys.author_of(author)
        self.store = store or open_store(case)
        self._key: Ed25519PrivateKey | None = None
        self._chain: list[Decision] | None = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @property
    def reading(self) -> Reading:
        """The current record as decisions see it. Raises MerestoneError M601 or M602."""
        return _reading(current_folder(self.case))

    def chain(self) -> list[Decision]:
        """Every decision up to now, checked. Raises MerestoneError M620 to M625."""
        self._chain = load(self.case, self.store, self._chain or ())
        return self._chain

    def review(self) -> Resolved:
        """What the decisions make of the current record, as the next build will see it."""
        return review(self.case, self.chain())

    @property
    def key(self) -> Ed25519PrivateKey:
        """The author's private key, made on first use."""
        if self._key is None:
            self._key = keys.private_key(self.author)
        return self._key

    def decide(
        self, kind: DecisionKind, targets: Sequence[str], *, reason: str, field: str | None = None, value: Any = None,
        settles: Sequence[str] = (), request: str | None = None,
    ) -> Decision:  # fmt: skip
        """Make one decision; returns it as it was stored.

        ``targets`` are ids as ``merestone show`` prints them: claims or incidents to accept, reject, mark sensitive or comment;
        one claim to correct (with ``field`` and ``value``, see ``values``) or to pin (``value`` as ``pin_value`` gives it);
        incidents or claims to merge; an incident and the claims to split off it; a decision to undo. ``settles`` names
        decisions in conflict that this one takes the place of. The same ``request`` is stored once.

        Raises MerestoneError M1xx, M6xx; nothing was stored then.
        """
        draft = self._draft(kind, tuple(targets), reason, field, value, tuple(settles), request)
        self._may_decide()
        if self._chain is None:
            self.chain()  # nothing is added to a chain that is broken
        row = self.store.append(draft.request, self.author, lambda tail: self._seal(draft, tail))
        try:
            decision = decision_of(row)
        except ValueError as error:
            raise MerestoneError("M625", sequence=row.sequence, problem="it was changed") from error
        if not draft.is_of(decision):
            raise MerestoneError("M631", request=draft.request)
        return decision

    def pin_value(
        self, claim: str, mention: str, *, place: str | None = None, lon: float | None = None, lat: float | None = None,
        radius_m: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The value of a pin: ``mention`` is a name among the claim's places, or its 0-based number.

        Raises MerestoneError M628 or M629.
        """
        mentions = self._standing(claim)["places"]
        named = [m for m in mentions if m["name"] == mention]
        if not named and mention.isdecimal() and int(mention) < len(mentions):
            named = [mentions[int(mention)]]
        if not named:
            known = ", ".join(m["name"] for m in mentions) or "none"
            raise MerestoneError("M628", what=f"place of {claim}", name=mention, fix=f"its places are: {known}")
        return {"mention": named[0], "place": place, "lon": lon, "lat": lat, "radius_m": radius_m}

    # ----------------------------------------------------------------------------------------------------------------------

    def _seal(self, draft: Draft, tail: Tail) -> Row:
        if not reviewer_keys(self.case) and tail.key is not None and tail.key != public_text(self.key):
            raise MerestoneError("M626", author=self.author, path=keys.key_path(self.author))
        return sealed(draft, tail, self.key, datetime.now(UTC))

    def _may_decide(self) -> None:
        listed = reviewer_keys(self.case)
        if listed and self.author not in listed:
            raise MerestoneError("M632", author=self.author)
        if listed and base64.b64decode(listed[self.author]) != base64.b64decode(public_text(self.key)):
            raise MerestoneError("M626", author=self.author, path=keys.key_path(self.author))

    def _draft(
        self, kind: DecisionKind, targets: tuple[str, ...], reason: str, field: str | None, value: Any,
        settles: tuple[str, ...], request: str | None,
    ) -> Draft:  # fmt: skip
        option = "TEXT" if kind == "comment" else "--reason"
        if not reason.strip():
            raise MerestoneError("M108", option=option, value=repr(reason), problem="is blank: say why")
        if len(reason) > LONGEST_REASON or not _is_text(reason):
            problem = f"is longer than {LONGEST_REASON} characters or holds control characters"
            raise MerestoneError("M108", option=option, value=reason[:40], problem=problem)
        request = uuid.uuid4().hex if request is None else request
        if not (1 <= len(request) <= 200) or not request.isprintable():
            raise MerestoneError(
                "M108", option="--request", value=request[:40], problem="is not one line of 1 to 200 characters"
            )
        if len(set(targets)) < len(targets):
            twice = next(target for target in targets if targets.count(target) > 1)
            raise MerestoneError("M630", problem=f"{twice} stands in it twice")
        makers: dict[str, Callable[[], dict[str, Any]]] = {
            "correct": lambda: self._correct(targets, field, value, bool(settles)), "pin": lambda: self._pin(targets, value),
            "merge": lambda: self._merge(targets), "split": lambda: self._split(targets),
            "undo": lambda: {"names": self._undo(targets)},
        }  # fmt: skip
        parts = makers.get(kind, lambda: {"anchors": self._anchors(targets)})()
        if settles:
            parts["names"] = self._settles(settles, kind)
        return Draft(kind=kind, subjects=targets, reason=reason, author=self.author, request=request, **parts)

    def _standing(self, name: str) -> Mapping[str, Any]:
        claim = self.reading.standing(name)
        if claim is None:
            fix = f"`merestone show {self.case.folder} claims` lists them"
            raise MerestoneError("M628", what="claim of the current record", name=name, fix=fix)
        return claim

    def _members(self, name: str) -> tuple[str, ...]:
        """The claims of an incident, or the claim itself."""
        members = self.reading.members(name)
        if members is not None:
            return members
        if name in self.reading.claim_ids:
            return (name,)
        what = "incidents" if name.startswith("i-") else "claims"
        fix = f"`merestone show {self.case.folder} {what}` lists them"
        raise MerestoneError("M628", what=f"{what[:-1]} of the current record", name=name, fix=fix)

    def _anchor(self, claim: str, group: int = 0) -> Anchor:
        read = self.reading.read(claim)
        if read is None:
            raise MerestoneError("M602", path=self.case.folder)  # an incident that names a claim that is not there
        return anchor(read, self.reading.texts(read["document"]), group)

    def _anchors(self, targets: tuple[str, ...]) -> tuple[Anchor, ...]:
        if not targets:
            raise MerestoneError("M630", problem="it names no claim and no incident")
        claims = dict.fromkeys(claim for target in targets for claim in self._members(target))
        return tuple(self._anchor(claim) for claim in claims)

    def _correct(self, targets: tuple[str, ...], field: str | None, value: Any, settles: bool) -> dict[str, Any]:
        if len(targets) != 1 or field is None:
            raise MerestoneError("M630", problem="a correction names one claim and one field")
        check_field(field)
        claim = self._standing(targets[0])
        text = self.reading.texts(claim["document"]).texts[claim["document"]]
        checked = canonical_value(read_value(field, value, text, tuple(claim["span"])))
        if checked == canonical_value(claim[field]) and not settles:
            raise MerestoneError("M630", problem=f"{field} of {targets[0]} is {checked[:200]} already")
        return {"anchors": (self._anchor(targets[0]),), "field": field, "value": checked}

    def _pin(self, targets: tuple[str, ...], value: Any) -> dict[str, Any]:
        if len(targets) != 1:
            raise MerestoneError("M630", problem="a pin names one claim")
        claim = self._standing(targets[0])
        try:
            pin = TypeAdapter(PinValue).validate_python(value)
        except ValidationError as error:
            problem = str(error.errors()[0]["msg"])
            raise MerestoneError("M629", field="pin", value=canonical_value(value)[:200], problem=problem) from error
        shown = canonical_value(to_json(pin))
        if (wrong := pin_problem(pin)) is not None:
            raise MerestoneError("M629", field="pin", value=shown[:200], problem=wrong)
        if pin.mention.name not in {mention["name"] for mention in claim["places"]}:
            raise MerestoneError("M629", field="pin", value=shown[:200], problem="the claim does not name that place")
        if pin.place is not None and not self._is_in_gazetteers(pin.place):
            raise MerestoneError("M628", what="place of the gazetteers", name=pin.place, fix="give an id like geonames:616051")
        return {"anchors": (self._anchor(targets[0]),), "field": "places", "value": shown}

    def _is_in_gazetteers(self, place: str) -> bool:
        from merestone.places.gazetteers.gazetteer import Gazetteer  # slow to load, and no other decision needs it

        return Gazetteer.of(self.case).entry(place) is not None

    def _merge(self, targets: tuple[str, ...]) -> dict[str, Any]:
        groups = [self._members(target) for target in targets]
        if len(groups) < 2:
            raise MerestoneError("M630", problem="a merge names two incidents or more")
        incidents = {self.reading.incident_of.get(members[0], members[0]) for members in groups}
        if len(incidents) < len(groups):
            raise MerestoneError("M630", problem="two of those to merge are one incident already")
        anchors: dict[str, Anchor] = {}
        for number, members in enumerate(groups):
            for claim in members:
                anchors.setdefault(claim, self._anchor(claim, number))
        return {"anchors": tuple(anchors.values())}

    def _split(self, targets: tuple[str, ...]) -> dict[str, Any]:
        members = self.reading.members(targets[0]) if len(targets) > 1 else None
        if members is None:
            self._members(targets[0] if targets else "")
            raise MerestoneError("M630", problem="a split names an incident and the claims to split off it")
        off = targets[1:]
        for claim in off:
            if claim not in members:
                self._members(claim)
                raise MerestoneError("M630", problem=f"{claim} is not in {targets[0]}")
        if len(off) == len(members):
            raise MerestoneError("M630", problem="a split leaves at least one claim in the incident")
        return {"anchors": tuple(self._anchor(claim, int(claim in off)) for claim in members)}

    def _undo(self, targets: tuple[str, ...]) -> tuple[str, ...]:
        if len(targets) != 1:
            raise MerestoneError("M630", problem="an undo names one decision")
        chain = self.chain()
        if targets[0] not in {decision.id for decision in chain}:
            raise self._no_decision(targets[0])
        if targets[0] in undone(chain):
            raise MerestoneError("M630", problem=f"{targets[0]} is undone already")
        return targets

    def _settles(self, settles: tuple[str, ...], kind: str) -> tuple[str, ...]:
        if kind in ("undo", "comment", "sensitive"):
            raise MerestoneError("M630", problem=f"{'an' if kind == 'undo' else 'a'} {kind} settles nothing")
        outcomes = {outcome.decision: outcome for outcome in self.review().outcomes}
        for name in settles:
            if name not in outcomes:
                raise self._no_decision(name)
            if outcomes[name].state != "conflict":
                raise MerestoneError("M630", problem=f"{name} is in no conflict")
        return tuple(dict.fromkeys(settles))

    def _no_decision(self, name: str) -> MerestoneError:
        return MerestoneError("M628", what="decision", name=name, fix=f"`merestone decide list {self.case.folder}` lists them")


def _is_text(value: str) -> bool:
    """Whether a text has only characters that can be shown, and line breaks."""
    return all(ch.isprintable() or ch in "\n\t" for ch in value)


def decide(
    case: Case, kind: DecisionKind, targets: Sequence[str], *, author: str | None = None, reason: str,
    field: str | None = None, value: Any = None, settles: Sequence[str] = (), request: str | None = None,
) -> Decision:  # fmt: skip
    """Make one decision in a case: see ``Desk.decide``."""
    with Desk(case, author) as desk:
        return desk.decide(kind, targets, reason=reason, field=field, value=value, settles=settles, request=request)


def review(case: Case, chain: Sequence[Decision] | None = None) -> Resolved:
    """What the decisions make of the current record as the next build will see it. Raises MerestoneError M6xx."""
    reading = _reading(current_folder(case))
    return resolve_tables(load(case) if chain is None else chain, as_read(reading.claims), reading.documents)
