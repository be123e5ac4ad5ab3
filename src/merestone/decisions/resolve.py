"""From the chain to what it means for a reading: a pure function of the decisions, the claims and the documents.

The rule, which ``docs/background.md`` explains:

* An undo takes away the decision it names, wherever a later undo does not take away the undo itself.
* Each other decision votes: on a claim's status, on one of its fields, on where a mention of it is pinned, on whether it is
  sensitive, on whether it and another claim are of one incident.
* Of two votes of one author on the same thing, the later counts.
* Where the votes of different authors on the same thing differ, none counts: what was read stays, the claim is flagged, and the
  decisions are in conflict. A later decision of anybody that names them all replaces them.
* Merges may contradict a split by way of a third claim (A with B, B with C, A not with C): all of them are in conflict then,
  until one is undone.
* What no field may hold, and a pin that is none, applies to nothing: it is told as vanished. ``decide`` stores no such thing.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from merestone.decisions.anchors import Attacher, Texts, moved, overlap
from merestone.decisions.values import PinValue, canonical_value, is_stored_value, stored_pin
from merestone.model import Correction, Decision, Outcome, Review

_Slot = tuple[str, ...]
"""(kind, claim id, and what of it)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Resolved:
    """What decisions make of a reading."""

    reviews: dict[str, Review]
    """By claim."""
    pins: dict[tuple[str, int], tuple[Decision, PinValue]]
    """By claim and number of its mention, in the corrected claim."""
    together: tuple[tuple[str, str], ...]
    """Pairs of claims of one incident, enough to hold each set together; rejected claims left out."""
    apart: tuple[tuple[str, str], ...]
    """Pairs of claims that are not of one incident."""
    outcomes: tuple[Outcome, ...]
    """Of every decision, in the order of the chain."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Vote:
    decision: Decision
    value: str


def resolve(chain: Sequence[Decision], claims: Iterable[Mapping[str, Any]], documents: Iterable[Mapping[str, Any]]) -> Resolved:
    """``claims`` as they were read (rows with id, document, span, event, speaker, act, actor, target, places)."""
    if not chain:
        return Resolved({}, {}, (), (), ())
    return _Resolution(chain, list(claims), Texts.of(documents)).result()


_READ = ("id", "document", "span", "event", "speaker", "act", "actor", "target", "time", "places", "quantities", "means")


def resolve_tables(chain: Sequence[Decision], claims: pa.Table, documents: pa.Table) -> Resolved:
    """The same for tables of ``Claim``, as read, and ``Document``; only documents that a decision names are looked into."""
    items = sorted({one.item for decision in chain for one in decision.anchors})
    named = documents.select(["id", "item", "part", "text"]).filter(pc.is_in(documents["item"], pa.array(items, pa.string())))
    rows = claims.select(list(_READ)).filter(pc.is_in(claims["document"], named["id"].combine_chunks()))
    return resolve(chain, rows.to_pylist(), named.to_pylist())


def undone(chain: Sequence[Decision]) -> frozenset[str]:
    """Ids of the decisions that an undo has taken away."""
    gone: set[str] = set()
    for decision in reversed(chain):
        if decision.kind == "undo" and decision.id not in gone:
            gone.update(decision.names)
    return frozenset(gone)


class _Resolution:
    def __init__(self, chain: Sequence[Decision], claims: list[Mapping[str, Any]], texts: Texts) -> None:
        self.chain = chain
        self.claims = {claim["id"]: claim for claim in claims}
        self.texts = texts
        self.gone = undone(chain)
        self.alive = [d for d in chain if d.id not in self.gone and d.kind != "undo"]
        attacher = Attacher(claims, texts)
        self.attached: dict[str, list[tuple[str, int]]] = {}
        """For each decision, the claims found and the group of each."""
        self.missing: dict[str, int] = {}
        for decision in chain:
            also: tuple[str, ...] = ()
            if decision.field == "event" and decision.value and is_stored_value("event", decision.value):
                also = (orjson.loads(decision.value),)
            found = [(attacher.claim(a, also), a.group) for a in decision.anchors]
            self.attached[decision.id] = list(dict.fromkeys((claim, group) for claim, group in found if claim is not None))
            self.missing[decision.id] = sum(claim is None for claim, _ in found)
        self.votes: dict[_Slot, list[_Vote]] = {}
        self.against: dict[str, set[str]] = {}
        self.counting: set[str] = set()
        """Ids of the decisions of which at least one vote is the author's latest."""
        self.voting: set[str] = set()
        """Ids of the decisions that found something to vote on."""
        self.disputed: dict[str, set[str]] = {}
        self.values: dict[_Slot, _Vote] = {}

    def result(self) -> Resolved:
        for decision in self.alive:
            self._vote(decision)
        for slot, votes in self.votes.items():
            self._count(slot, votes)
        together, apart = self._constraints()
        reviews = self._reviews()
        rejected = {claim for claim, review in reviews.items() if review.status == "rejected"}
        pairs = []
        for members in together:
            kept = sorted(members - rejected)
            pairs += list(itertools.pairwise(kept))
        self.voting = {vote.decision.id for votes in self.votes.values() for vote in votes}
        return Resolved(
            reviews=reviews,
            pins={(slot[1], int(slot[2])): self._pin(vote) for slot, vote in self.values.items() if slot[0] == "pin"},
            together=tuple(sorted(pairs)),
            apart=tuple(sorted(pair for pair in apart if not rejected & set(pair))),
            outcomes=tuple(self._outcome(decision) for decision in self.chain),
        )

    # ----------------------------------------------------------------------------------------------------------------------
    # votes

    def _vote(self, decision: Decision) -> None:
        attached = self.attached[decision.id]
        if decision.kind in ("accept", "reject"):
            for claim, _ in attached:
                self._cast(("status", claim), decision, f"{decision.kind}ed")
        elif decision.kind == "correct":
            for claim, _ in attached:
                self._correct(claim, decision)
        elif decision.kind == "sensitive":
            for claim, _ in attached:
                self._cast(("sensitive", claim), decision, "true")
        elif decision.kind == "merge":
            for one, two in itertools.combinations(sorted({claim for claim, _ in attached}), 2):
                self._cast(("pair", one, two), decision, "together")
        elif decision.kind == "split":
            kept = {claim for claim, group in attached if group == 0}
            for off, _ in (pair for pair in attached if pair[1] == 1):
                for other in sorted(kept - {off}):
                    self._cast(("pair", *sorted((off, other))), decision, "apart")

    def _cast(self, slot: _Slot, decision: Decision, value: str) -> None:
        self.votes.setdefault(slot, []).append(_Vote(decision, value))

    def _correct(self, claim: str, decision: Decision) -> None:
        value = decision.value if is_stored_value(decision.field, decision.value) else None
        if decision.field == "places" and value is not None:
            value = self._places(claim, value)
        if value is None or decision.field is None:
            self.missing[decision.id] += 1
        else:
            self._cast(("field", claim, decision.field), decision, value)

    def _places(self, claim: str, value: str) -> str | None:
        """Corrected places, each moved to where the text has it now; None where it does not have one of them any more."""
        text = self.texts.texts[self.claims[claim]["document"]]
        mentions = orjson.loads(value)
        for mention in mentions:
            start, end = moved(tuple(mention["span"]), mention["name"], text)
            if text[start:end] != mention["name"]:
                return None
            mention["span"] = [start, end]
        return canonical_value(mentions)

    def _count(self, slot: _Slot, votes: list[_Vote]) -> None:
        """The value of a slot, if there is one."""
        replaced = {name for vote in votes for name in vote.decision.names}
        latest: dict[str, _Vote] = {}
        for vote in sorted(votes, key=lambda v: v.decision.sequence):
            if vote.decision.id not in replaced:
                latest[vote.decision.author] = vote
        counted = list(latest.values())
        self.counting.update(vote.decision.id for vote in counted)
        if len({vote.value for vote in counted}) > 1:
            self._conflict(slot, {vote.decision.id for vote in counted})
        elif counted:
            self.values[slot] = min(counted, key=lambda v: v.decision.sequence)

    def _conflict(self, slot: _Slot, ids: set[str]) -> None:
        values = {vote.decision.id: vote.value for vote in self.votes[slot] if vote.decision.id in ids}
        for one in ids:
            self.against.setdefault(one, set()).update(other for other in ids if values[other] != values[one])
        self._flag(slot)

    def _flag(self, slot: _Slot) -> None:
        if slot[0] == "pair":
            for claim in slot[1:]:
                self.disputed.setdefault(claim, set()).add("incident")
        else:
            about = {"field": slot[-1], "pin": "places"}.get(slot[0], slot[0])
            self.disputed.setdefault(slot[1], set()).add(about)

    # ----------------------------------------------------------------------------------------------------------------------
    # incidents

    def _constraints(self) -> tuple[list[set[str]], list[tuple[str, str]]]:
        """(sets of claims that belong together, pairs that do not), without those that contradict each other."""
        pairs = {slot: vote for slot, vote in self.values.items() if slot[0] == "pair"}
        while True:
            sets = _sets(slot for slot, vote in pairs.items() if vote.value == "together")
            of = {claim: number for number, members in enumerate(sets) for claim in members}
            wrong = {
                of[slot[1]]
                for slot, vote in pairs.items()
                if vote.value == "apart" and slot[1] in of and of[slot[1]] == of.get(slot[2])
            }
            if not wrong:
                apart = [(slot[1], slot[2]) for slot, vote in pairs.items() if vote.value == "apart"]
                return sets, apart
            for number in sorted(wrong):
                inside = [slot for slot in pairs if slot[1] in sets[number] and slot[2] in sets[number]]
                ids = {"together": set[str](), "apart": set[str]()}
                for slot in inside:
                    ids[pairs[slot].value].add(pairs[slot].decision.id)
                    self._flag(slot)
                    del pairs[slot], self.values[slot]
                for one, other in (("together", "apart"), ("apart", "together")):
                    for name in ids[one]:
                        self.against.setdefault(name, set()).update(ids[other])

    # ----------------------------------------------------------------------------------------------------------------------
    # what comes out

    def _reviews(self) -> dict[str, Review]:
        about: dict[str, list[str]] = {}
        for decision in self.alive:
            for claim, _ in self.attached[decision.id]:
                if decision.id not in about.setdefault(claim, []):
                    about[claim].append(decision.id)
        corrections: dict[str, list[Correction]] = {}
        for slot, vote in sorted(self.values.items()):
            if slot[0] == "field" and (was := canonical_value(self.claims[slot[1]][slot[2]])) != vote.value:
                corrections.setdefault(slot[1], []).append(
                    Correction(field=slot[2], was=was, now=vote.value, decision=vote.decision.id, author=vote.decision.author)
                )
        reviews = {}
        for claim, ids in about.items():
            status = self.values.get(("status", claim))
            reviews[claim] = Review(
                status=status.value if status else "read",  # type: ignore[arg-type]
                sensitive=("sensitive", claim) in self.values,
                disputed=tuple(sorted(self.disputed.get(claim, ()))),
                corrections=tuple(corrections.get(claim, ())),
                decisions=tuple(ids),
            )
        self._pin_votes(corrections)
        for claim, what in self.disputed.items():  # pins are counted last, as they look at corrected places
            if claim in reviews:
                reviews[claim] = dataclasses.replace(reviews[claim], disputed=tuple(sorted(what)))
        return reviews

    def _pin_votes(self, corrections: Mapping[str, list[Correction]]) -> None:
        """Pins name a mention of the claim as it stands after corrections."""
        slots: dict[_Slot, list[_Vote]] = {}
        for decision in self.alive:
            if decision.kind != "pin":
                continue
            pin = stored_pin(decision.value)
            for claim, _ in self.attached[decision.id]:
                number = self._mention(claim, pin, corrections.get(claim, ())) if pin else None
                if pin is None or number is None:
                    self.missing[decision.id] += 1
                    continue
                where = canonical_value([pin.place, pin.lon, pin.lat, pin.radius_m])
                slots.setdefault(("pin", claim, str(number)), []).append(_Vote(decision, where))
        for slot, votes in slots.items():
            self.votes[slot] = votes
            self._count(slot, votes)

    def _mention(self, claim: str, pin: PinValue, corrected: Iterable[Correction]) -> int | None:
        """Number of the mention: the same name and the best overlap, else the same name alone; the first of equal ones."""
        mentions = self.claims[claim]["places"]
        for correction in corrected:
            if correction.field == "places":
                mentions = orjson.loads(correction.now)
        text = self.texts.texts[self.claims[claim]["document"]]
        span = moved(pin.mention.span, pin.mention.name, text)
        named = [(-overlap(span, tuple(m["span"])), n) for n, m in enumerate(mentions) if m["name"] == pin.mention.name]
        near = [(-o, n) for n, m in enumerate(mentions) if (o := overlap(span, tuple(m["span"]))) > 0]
        return min(named or near)[1] if named or near else None

    def _pin(self, vote: _Vote) -> tuple[Decision, PinValue]:
        pin = stored_pin(vote.decision.value)
        assert pin is not None  # it has been counted
        return vote.decision, pin

    def _outcome(self, decision: Decision) -> Outcome:
        claims = tuple(dict.fromkeys(claim for claim, _ in self.attached[decision.id]))
        against = tuple(sorted(self.against.get(decision.id, ())))
        state: Any = "applied"
        if decision.id in self.gone:
            state = "undone"
        elif decision.kind == "undo":
            state = "applied"
        elif claims and decision.kind == "comment":
            state = "noted"
        elif decision.id not in self.voting:
            state = "vanished"
        elif against:
            state = "conflict"
        elif decision.id not in self.counting:
            state = "superseded"
        return Outcome(decision=decision.id, state=state, claims=claims, missing=self.missing[decision.id], against=against)


def _sets(pairs: Iterable[_Slot]) -> list[set[str]]:
    """Connected sets of the pairs, in order of their first members."""
    root: dict[str, str] = {}

    def find(claim: str) -> str:
        root.setdefault(claim, claim)
        while root[claim] != claim:
            root[claim] = root[root[claim]]
            claim = root[claim]
        return claim

    for _, one, two in pairs:
        first, second = sorted((find(one), find(two)))
        root[second] = first
    sets: dict[str, set[str]] = {}
    for claim in sorted(root):
        sets.setdefault(find(claim), set()).add(claim)
    return [sets[name] for name in sorted(sets)]
