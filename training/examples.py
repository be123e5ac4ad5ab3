"""Annotated documents as examples for the network: its inputs, and what it should answer."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from merestone.model import Act, PlaceRole
from merestone.reading.actor_mentions import CODE_SECTORS, entry_of_code, kinds
from merestone.reading.candidates import KINDS, TYPES, Candidate, rule_choices
from merestone.reading.context import Context
from merestone.reading.encoding import Pieces
from merestone.reading.inputs import EVENTS, inputs_of, words_at
from merestone.reading.text import text_of

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

ACTS: tuple[Act, ...] = get_args(Act)
PLACE_ROLES: tuple[PlaceRole, ...] = get_args(PlaceRole)
OBSERVER = 1 + len(PLACE_ROLES)
"""Answer for a place where a monitor stood."""
UNKNOWN, NOBODY = -2, -1
FOLDS = 8
"""Parts of the training documents; documents on the same incident share one. Fold 0 is only scored, never learnt from."""
ALWAYS_LEARNT = -1
"""Fold of a composed document that shares no incident with one of the corpus."""


@dataclasses.dataclass(slots=True)
class Goal:
    """What the network should find of one claim, by words of its window."""

    first: int
    last: int
    event: int
    act: int
    roles: tuple[tuple[int, int], ...]
    """Index of the document's actor (UNKNOWN where the text does not name it, NOBODY) and sector of speaker, actor, target."""
    places: dict[tuple[int, int], int]
    """Answer for the places of the claim, by first and last word."""
    answers: dict[str, dict[int, int]]
    """Answer for each number, weapon and proof within reach."""
    times: list[int] | None
    """Candidates that give the claim's time; empty where none does, None where the claim has no time."""
    choices: dict[str, Floats]
    """The rules' choices."""


@dataclasses.dataclass(slots=True)
class Example:
    """A window of a document."""

    document: str
    fold: int
    ids: Ints
    actor: Ints
    shape: Ints
    sector: Ints
    owner: Ints
    """1 + the window's word that each piece belongs to; 0 for none."""
    first: Ints
    known: Floats
    """(1 + W, flags and triggers)."""
    sentences: Ints
    marks: Ints
    quotes: Ints
    fresh: int
    heading: int
    mention: Ints
    """(M,) the window's words that name actors."""
    mention_actor: Ints
    mention_features: Floats
    sources: npt.NDArray[np.bool_]
    actors: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    candidates: dict[str, list[tuple[int, int, Candidate]]]
    """First and last word of the window, and the candidate."""
    goals: list[Goal]


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file, packed or not."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.decode("utf-8").split("\n") if line.strip()]


def load(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The documents of JSON Lines files, in order."""
    return [record for path in paths for record in lines(path)]


def fold_of(documents: Sequence[Mapping[str, Any]]) -> list[int]:
    """The fold of each document. Documents within three days of each other that share a party are taken to share an
    incident, and stay together. A composed document may share one with several of the corpus: it takes the lowest of
    their folds, so that it is left out with any of the first; most share none, and are ``ALWAYS_LEARNT``."""
    days = [date.fromisoformat(d["published"]).toordinal() for d in documents]
    states = [_states(d) for d in documents]
    order = sorted(range(len(documents)), key=lambda at: (days[at], at))
    close: list[tuple[int, int]] = []
    for place, at in enumerate(order):
        for other in reversed(order[:place]):
            if days[at] - days[other] > 3:
                break
            if states[at] & states[other]:
                close.append((at, other))
    composed = [d["source_url"] == "composed" for d in documents]
    parent = list(range(len(documents)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for at, other in close:
        if not composed[at] and not composed[other]:
            parent[max(root(at), root(other))] = min(root(at), root(other))
    names = [documents[root(at)]["id"] for at in range(len(documents))]
    folds = [int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS for name in names]
    lowest: dict[int, int] = {}
    for one, another in close:
        for at, other in ((one, another), (another, one)):
            if composed[at] and not composed[other]:
                lowest[at] = min(lowest.get(at, FOLDS), folds[other])
    return [lowest.get(at, ALWAYS_LEARNT) if composed[at] else folds[at] for at in range(len(documents))]


def _states(document: Mapping[str, Any]) -> set[str]:
    codes = {claim[role] for claim in document["claims"] for role in ("speaker", "actor", "target") if claim[role]}
    return {code.split("-")[0] for code in codes} - {"MEDIA", "UN"}


def context_of(document: Mapping[str, Any], parties: tuple[str, ...] = ()) -> Context:
    """What is known of an annotated document before it is read."""
    return Context(
        publisher=document["publisher"],
        published=date.fromisoformat(document["published"]),
        genre=document["genre"],
        title=document["title"],
        parties=parties,
    )


def parties_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The two parties that the claims of a document name most, for one document in three: as a case would give them."""
    if int(hashlib.sha256(b"sides " + document["id"].encode()).hexdigest(), 16) % 3:
        return ()
    counts: dict[str, int] = {}
    for claim in document["claims"]:
        for role in ("actor", "target"):
            if claim[role]:
                actor = entry_of_code(claim[role]).actor
                if actor != "MEDIA" and kinds().get(actor) not in ("body", "monitor"):
                    counts[actor] = counts.get(actor, 0) + 1
    return tuple(sorted(sorted(counts, key=lambda actor: (-counts[actor], actor))[:2]))


def examples_of(document: Mapping[str, Any], cut: Pieces, fold: int = 0) -> Iterator[Example]:
    """The windows of a document as examples."""
    text = text_of(document["text"])
    inputs = inputs_of(text, context_of(document, parties_of(document)), cut)
    heading = len(inputs.document.heading.words)
    starts = np.array([start for start, _ in inputs.document.body.spans], np.int64)
    for window in inputs.windows:
        place = {int(word): at for at, word in enumerate(window.words)}

        def range_of(start: int, end: int, place: dict[int, int] = place) -> tuple[int, int] | None:
            first, last = words_at(starts, start, end)
            begin, stop = place.get(heading + first), place.get(heading + last - 1)
            return None if begin is None or stop is None or stop < begin else (begin, stop)

        known = inputs.known[window.words]
        shown = [at for at, mention in enumerate(inputs.document.mentions) if mention.word in place]
        candidates = {
            kind: [(*words, one) for one in inputs.candidates[kind] if (words := range_of(*one.span))]
            for kind in TYPES
            if kind != "place"
        }
        example = Example(
            document=document["id"],
            fold=fold,
            ids=window.ids,
            actor=window.actor,
            shape=window.shape,
            sector=window.sector,
            owner=window.owner,
            first=window.first,
            known=np.concatenate([np.zeros((1, known.shape[1]), np.float32), known]).astype(np.float32),
            sentences=inputs.sentences[window.words],
            marks=inputs.marks[window.words],
            quotes=inputs.quotes[window.words],
            fresh=window.fresh,
            heading=heading,
            mention=np.array([place[inputs.document.mentions[at].word] for at in shown], np.int32),
            mention_actor=np.array([inputs.document.mentions[at].actor for at in shown], np.int32),
            mention_features=inputs.mentions[shown],
            sources=inputs.sources[shown],
            actors=tuple(entry.actor for entry in inputs.document.actors),
            spans=tuple(inputs.spans[int(word)] for word in window.words),
            candidates=candidates,
            goals=[],
        )
        example.goals = [goal for claim in document["claims"] if (goal := _goal(claim, document, example, range_of))]
        yield example


def _goal(claim: Mapping[str, Any], document: Mapping[str, Any], example: Example, range_of: Any) -> Goal | None:
    start, end = claim["span"]
    starts = [span[0] for span in example.spans]
    words = range_of(start, end)
    if words is None:
        begin = range_of(start, start + 1)
        words = (begin[0], len(starts) - 1) if begin else None
    if words is None or words[0] < example.fresh:
        return None
    first, last = words
    actors = example.actors
    roles = []
    for role in ("speaker", "actor", "target"):
        if claim[role] is None:
            roles.append((NOBODY, 0))
        else:
            entry = entry_of_code(claim[role])
            known = actors.index(entry.actor) if entry.actor in actors else UNKNOWN
            roles.append((known, CODE_SECTORS.index(entry.sector or "NONE")))
    places = {range_of(*p["span"]): 1 + PLACE_ROLES.index(p["role"]) for p in claim["places"]}
    observed = claim.get("observation") or {}
    if observed.get("observer_at"):
        where = _last_before(document["text"], observed["observer_at"], end)
        if where is not None:
            places.setdefault(range_of(*where), OBSERVER)
    places.pop(None, None)
    return Goal(
        first=first,
        last=last,
        event=EVENTS.index(claim["event"]),
        act=ACTS.index(claim["act"]),
        roles=tuple(roles),
        places=places,
        answers={kind: _answers(kind, claim, example, first, last) for kind in ("number", "weapon", "proof")},
        times=_times(claim, example),
        choices={
            kind: rule_choices(kind, [c for *_, c in example.candidates[kind]], claim["event"], claim["act"], (start, end))
            for kind in ("number", "weapon", "proof")
        },
    )


def _last_before(text: str, name: str, end: int) -> tuple[int, int] | None:
    at = text.rfind(name, 0, end)
    return None if at < 0 else (at, at + len(name))


def _answers(kind: str, claim: Mapping[str, Any], example: Example, first: int, last: int) -> dict[int, int]:
    found = example.candidates[kind]
    sentences = example.sentences
    near = [at for at, (b, _, _) in enumerate(found) if sentences[first] <= sentences[b] <= sentences[last]]
    out = dict.fromkeys(near, 0)

    def inside(at: int) -> bool:
        return first <= found[at][0] and found[at][1] <= last

    if kind == "number":
        for quantity in claim["quantities"]:
            fits = [at for at in near if not out[at] and found[at][2].value.value == quantity["value"]]
            fits.sort(
                key=lambda at: (
                    found[at][2].value.maximum != quantity["max"],
                    quantity["what"] not in found[at][2].value.kinds,
                    not inside(at),
                    at,
                )
            )
            if fits:
                out[fits[0]] = 1 + KINDS.index(quantity["what"])
    elif kind == "weapon":
        for means in claim["means"]:
            fits = [at for at in near if means in found[at][2].value.means]
            for at in [at for at in fits if inside(at)] or fits[:1]:
                out[at] = 1
    else:
        for proof in claim["evidence"]:
            fits = [at for at in near if found[at][2].value.kind == proof]
            for at in [at for at in fits if inside(at)] or fits:
                out[at] = 1
    return out


def _times(claim: Mapping[str, Any], example: Example) -> list[int] | None:
    if claim["time"] is None:
        return None
    days = [moment[:10] for moment in claim["time"]]
    return [at for at, (*_, c) in enumerate(example.candidates["time"]) if [moment[:10] for moment in c.value] == days]
