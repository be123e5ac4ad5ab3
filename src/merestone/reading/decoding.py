"""From the network's scores to claims in the making.

A word that names an event is an anchor; around it a claim begins and ends. Anchors of one event whose claims nearly
coincide are one claim. Each claim is judged as a whole, then its fields take the mentions that the network links to it.
Everything here is a fixed way to read scores: what is learnt stands in the network, and the few numbers fitted on top in
``Settings``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from merestone.model import Act, Event, PlaceRole, Span
from merestone.reading.actor_mentions import CODE_SECTORS, code_of, sectors_of
from merestone.reading.candidates import TYPES, Candidate, relations, rule_choices, within_reach
from merestone.reading.encoding import Mentioned, Window
from merestone.reading.features import names_forces, pair_features
from merestone.reading.function_words import is_joining, question_begins
from merestone.reading.inputs import EVENTS, Inputs

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

ACTS: tuple[Act, ...] = get_args(Act)
PLACE_ROLES: tuple[PlaceRole, ...] = get_args(PlaceRole)
ROLES = ("speaker", "actor", "target")
# These were chosen on documents that the network was not trained on (those that ``training/calibrate.py`` fits Settings on).
FLOOR = 0.06
"""Anchors less likely than this are not looked at."""
SAME_CLAIM = 0.5
"""Two anchors of one event make one claim where their words overlap by this share of the longer one."""
PLAIN_WORD = 0.75
"""Added to the score of a word for being of no place: the network names too many."""
NEXT_PLACE = 0.8
"""How likely a word must be to begin a place to part it from the place right before it."""
SPREAD = 1e-4


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """The network's judgement of C claims with M actor mentions."""

    claims: Floats
    """Vectors of the claims."""
    acts: Floats
    """Logits, (C, acts)."""
    looks: Floats
    """How much each word counted for what the claim is (0) and how it is said (1), (C, 2, W)."""
    valid: Floats
    """Logits that it is a claim, (C,)."""
    roles: Floats
    """Scores of the mentions as speaker, actor and target, (C, 3, M)."""
    nobody: Floats
    """Scores of nobody, (C, 3)."""
    sectors: Floats
    """Logits of sectors, (C, M, 3, sectors)."""
    no_time: Floats
    """Scores of no time, (C,)."""


class Network(Protocol):
    """What scores a window; W words."""

    def encode(self, window: Window, known: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Vectors of the words, probabilities of anchors (W, events), of being inside (W, events), logits of place tags (W,
        3)."""

    def edges(self, words: Floats, anchors: Ints, events: Ints) -> Floats:
        """Scores of each word to begin and to end a claim, (C, 2, W)."""

    def judge(
        self,
        words: Floats,
        anchors: Ints,
        firsts: Ints,
        lasts: Ints,
        events: Ints,
        sentences: Ints,
        mentions: Ints,
        features: Floats,
        pairs: Floats,
    ) -> Judged:
        """The judgement of claims given by anchor, first and last word."""  # fmt: skip

    def links(
        self, kind: str, words: Floats, claims: Floats, begins: Ints, ends: Ints, features: Floats, relation: Floats
    ) -> Floats:
        """Logits of candidates for claims, (C, M, answers)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Numbers fitted on documents that the network was not trained on."""

    threshold: float = 0.45
    """Claims less likely than this are left out."""
    weights: tuple[float, float, float, float] = (0.0, 1.0, 1.0, 0.5)
    """Constant, and weights of the log-odds of anchor, validity and being inside, for the log-odds that a claim is right."""
    temperatures: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """By field, what its log-odds are divided by for a probability that means what it says."""


@dataclasses.dataclass(frozen=True, slots=True)
class Linked:
    """A candidate that fills a field, with how likely it does."""

    candidate: Candidate
    answer: int
    probability: float


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Whom a field names."""

    code: str | None
    probability: float
    span: Span | None
    """Characters of the mention that spoke most for it; None for nobody and for what stands in the heading."""
    given: Literal["", "publisher", "side", "title"] = ""
    """Where in the heading it stands, if it does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A claim in the making."""

    span: Span
    event: Event
    act: Act
    act_probability: float
    confidence: float
    """How likely it is that this is a claim of this event."""
    evidence: tuple[float, float, float]
    """Log-odds of anchor, validity and being inside, that the confidence was made from."""
    anchor: Span
    """Characters of the word that names the event."""
    looked: tuple[tuple[Span, float], ...]
    """The words that counted most for the event, with their share."""
    looked_for_act: tuple[tuple[Span, float], ...]
    """The same for the act."""
    who: Mapping[str, Choice]
    """Speaker, actor and target."""
    places: tuple[Linked, ...]
    numbers: tuple[Linked, ...]
    weapons: tuple[Linked, ...]
    proofs: tuple[Linked, ...]
    time: Linked | None


def drafts_of(inputs: Inputs, network: Network, settings: Settings) -> tuple[list[Draft], list[Span]]:
    """The claims of a document, in text order, and the places that it names."""
    drafts: list[Draft] = []
    places: list[Span] = []
    for window in inputs.windows:
        found, named = _drafts_of_window(inputs, window, network, settings)
        drafts += found
        places += named
    drafts.sort(key=lambda draft: (draft.span, draft.event, draft.act))
    return drafts, sorted(set(places))


def _drafts_of_window(inputs: Inputs, window: Window, network: Network, settings: Settings) -> tuple[list[Draft], list[Span]]:
    words, anchor, inside, tags = network.encode(window, inputs.known[window.words])
    sentences = inputs.sentences[window.words]
    spans = [inputs.spans[int(word)] for word in window.words]
    written = inputs.document.text.text
    told = [written[start:end] for start, end in spans]
    places = [
        (first, last) for first, last in place_ranges(tags, sentences) if not all(map(is_joining, told[first : last + 1]))
    ]
    named = [(spans[first][0], spans[last][1]) for first, last in places]
    likely = anchor.copy()
    likely[: window.fresh] = 0
    at, events = (part.astype(np.int32) for part in np.nonzero(likely > FLOOR))
    if not len(at):
        return [], named
    edges = network.edges(words, at, events)
    column = np.arange(len(spans))[None, :]
    allowed = sentences[None, :] > 0
    firsts = np.where(allowed & (column <= at[:, None]), edges[:, 0], -np.inf).argmax(1).astype(np.int32)
    lasts = np.where(allowed & (column >= at[:, None]), edges[:, 1], -np.inf).argmax(1).astype(np.int32)
    kept = merged(likely[at, events], at, firsts, lasts, events)
    if not kept:
        return [], named
    chance = np.array([probability for probability, _ in kept])
    at, firsts, lasts, events = (part[[row for _, row in kept]] for part in (at, firsts, lasts, events))
    place_of = {int(word): place for place, word in enumerate(window.words)}
    shown = [row for row, mention in enumerate(inputs.document.mentions) if mention.word in place_of]
    mentions = np.array([place_of[inputs.document.mentions[row].word] for row in shown], np.int32)
    actors = np.array([inputs.document.mentions[row].actor for row in shown], np.int32)
    pairs = pair_features(
        at, firsts, lasts, mentions, inputs.sources[shown], sentences, inputs.marks[window.words], inputs.quotes[window.words]
    )
    judged = network.judge(words, at, firsts, lasts, events, sentences, mentions, inputs.mentions[shown], pairs)
    within = np.array(
        [inside[first : last + 1, event].mean() for first, last, event in zip(firsts, lasts, events, strict=True)]
    )
    odds = np.stack([_odds(chance), judged.valid, _odds(within)], axis=1)
    confidence = _sigmoid(settings.weights[0] + odds @ np.array(settings.weights[1:]))
    asked = _questions(told, sentences)
    rows = [row for row in range(len(at)) if confidence[row] >= settings.threshold and int(firsts[row]) not in asked]
    if not rows:
        return [], named
    acts = _softmax(judged.acts)
    linked = _linked(inputs, words, network, judged, rows, at, firsts, lasts, events, acts, sentences, spans, places)
    lettered = [word for word, letters in enumerate(told) if spans[word][1] > 0 and any(map(str.isalpha, letters))]
    out = []
    for row in rows:
        span = spans[firsts[row]][0], spans[lasts[row]][1]
        who = {role: _choice(number, row, span, judged, inputs, actors, shown, settings) for number, role in enumerate(ROLES)}
        act = int(acts[row].argmax())
        out.append(
            Draft(
                span=span,
                event=EVENTS[events[row]],
                act=ACTS[act],
                act_probability=_tempered(float(acts[row, act]), "act", settings),
                confidence=float(confidence[row]),
                evidence=(float(odds[row, 0]), float(odds[row, 1]), float(odds[row, 2])),
                anchor=spans[at[row]],
                looked=_most_looked(judged.looks[row, 0], lettered, spans),
                looked_for_act=_most_looked(judged.looks[row, 1], lettered, spans),
                who=who,
                places=linked["place"][row],
                numbers=linked["number"][row],
                weapons=linked["weapon"][row],
                proofs=linked["proof"][row],
                time=_time(linked["time"][row], float(judged.no_time[row]), spans[firsts[row]][0], spans[lasts[row]][1]),
            )
        )
    return out, named


def place_ranges(tags: Floats, sentences: Ints) -> list[tuple[int, int]]:
    """First and last words of the places that the tags mark; a further word without a first one begins a place."""
    chances = _softmax(tags + np.array([PLAIN_WORD, 0, 0], np.float32))
    out: list[tuple[int, int]] = []
    for word, tag in enumerate(chances.argmax(1)):
        if tag == 0 or sentences[word] == 0:
            continue
        if out and out[-1][1] == word - 1 and (tag == 2 or chances[word, 1] < NEXT_PLACE):
            out[-1] = (out[-1][0], word)
        else:
            out.append((word, word))
    return out


def merged(chance: Floats, at: Ints, firsts: Ints, lasts: Ints, events: Ints) -> list[tuple[float, int]]:
    """The claims, likeliest first in each window, as (probability, row); what overlaps and is of one event adds up."""
    kept: list[tuple[float, int]] = []
    for row in sorted(range(len(at)), key=lambda row: (-chance[row], at[row], events[row])):
        for place, (probability, other) in enumerate(kept):
            shared = min(lasts[row], lasts[other]) - max(firsts[row], firsts[other]) + 1
            longer = max(lasts[row] - firsts[row], lasts[other] - firsts[other]) + 1
            if events[row] == events[other] and shared > SAME_CLAIM * longer:
                kept[place] = (1 - (1 - probability) * (1 - float(chance[row])), other)
                break
        else:
            kept.append((float(chance[row]), row))
    return sorted(kept, key=lambda item: (firsts[item[1]], lasts[item[1]], events[item[1]]))


def _questions(words: Sequence[str], sentences: Ints) -> set[int]:
    """The words of a window that begin a question: a claim from there on only asks."""
    out = set()
    for sentence in np.unique(sentences[sentences > 0]):
        first, last = np.flatnonzero(sentences == sentence)[[0, -1]]
        begin = question_begins(words[first : last + 1])
        if begin is not None:
            out.add(int(first) + begin)
    return out


def _choice(
    number: int, row: int, span: Span, judged: Judged, inputs: Inputs, actors: Ints, shown: Sequence[int], settings: Settings
) -> Choice:
    """The actor that most speaks for in a role of the claim at ``span``, all its mentions together, with its sector."""
    role = ROLES[number]
    scores, nobody = judged.roles[row, number], judged.nobody[row, number]
    weights = np.exp(np.append(scores, nobody) - max(scores.max(initial=nobody), nobody))
    weights /= weights.sum()
    if role == "speaker":
        weights[-1] = 0.0
    by_actor = np.bincount(actors, weights=weights[:-1], minlength=len(inputs.document.actors))
    best = int(by_actor.argmax()) if len(by_actor) else -1
    if best < 0 or by_actor[best] <= weights[-1]:
        return Choice(None, _tempered(float(weights[-1]), role, settings), None)
    mine = np.where(actors == best, weights[:-1], 0.0)
    entry = inputs.document.actors[best]
    logits = (judged.sectors[row, :, number] * (mine / mine.sum())[:, None]).sum(0)
    allowed = sectors_of(entry.actor)
    sector = max(allowed, key=lambda one: logits[CODE_SECTORS.index(one)])
    mentioned = inputs.document.mentions[shown[int(mine.argmax())]]
    if role == "actor" and "MIL" in allowed and _said_as_forces(inputs, mentioned, span):
        sector = "MIL"
    code, chance = code_of(entry.actor, sector), _tempered(float(by_actor[best]), role, settings)
    if mentioned.mention is not None and mentioned.word >= len(inputs.document.heading.words):
        return Choice(code, chance, (mentioned.mention.start, mentioned.mention.end))
    return Choice(code, chance, None, mentioned.given or "title")


def _said_as_forces(inputs: Inputs, mentioned: Mentioned, claim: Span) -> bool:
    """Whether the sentence of a claim, up to the claim's end, calls its actor by its forces: then it is they."""
    mention, word = mentioned.mention, mentioned.word - len(inputs.document.heading.words)
    if mention is None or word < 0:
        return False
    begin, _ = inputs.document.text.sentence_at(claim[0])
    return begin <= mention.start < claim[1] and names_forces(inputs.document.body, word)


def _linked(
    inputs: Inputs, words: Floats, network: Network, judged: Judged, rows: list[int], at: Ints, firsts: Ints, lasts: Ints,
    events: Ints, acts: Floats, sentences: Ints, spans: Sequence[Span], places: Sequence[tuple[int, int]],
) -> dict[str, dict[int, tuple[Linked, ...]]]:  # fmt: skip
    """By type and claim, the candidates that the network links to the claim; times with their score, for all within reach."""
    out: dict[str, dict[int, tuple[Linked, ...]]] = {}
    starts = np.array([start for start, _ in spans], np.int64)
    body = int((sentences == 0).sum())
    chosen = np.array(rows)
    for kind in TYPES:
        out[kind] = dict.fromkeys(rows, ())
        found: list[tuple[int, int, Candidate]] = []
        if kind == "place":
            found = [(b, e, Candidate((spans[b][0], spans[e][1]), (), None)) for b, e in places]
        else:
            for candidate in inputs.candidates[kind]:
                begin = int(np.searchsorted(starts[body:], candidate.span[0], side="right")) - 1 + body
                end = int(np.searchsorted(starts[body:], candidate.span[1], side="left")) - 1 + body
                if begin >= body and end >= begin and spans[begin][1] > candidate.span[0] and candidate.span[1] <= spans[-1][1]:
                    found.append((begin, end, candidate))
        if not found:
            continue
        begins, ends = np.array([b for b, _, _ in found], np.int32), np.array([e for _, e, _ in found], np.int32)
        only = [candidate for *_, candidate in found]
        features = np.array([candidate.features for candidate in only], np.float32).reshape(len(only), -1)
        relation = relations(firsts[chosen], lasts[chosen], at[chosen], begins, ends, sentences)
        choices = [
            rule_choices(
                kind, only, EVENTS[events[row]], ACTS[int(acts[row].argmax())], (spans[firsts[row]][0], spans[lasts[row]][1])
            )
            for row in rows
        ]
        relation = np.concatenate([relation, np.stack(choices)], axis=2).astype(np.float32)
        logits = network.links(kind, words, judged.claims[chosen], begins, ends, features, relation)
        reach = within_reach(kind, firsts[chosen], lasts[chosen], begins, sentences)
        for place, row in enumerate(rows):
            if kind == "time":
                out[kind][row] = tuple(Linked(c, 1, float(logits[place, m, 0])) for m, c in enumerate(only) if reach[place, m])
                continue
            chances = _softmax(logits[place])
            best = chances.argmax(1)
            out[kind][row] = tuple(
                Linked(c, int(best[m]), float(chances[m, best[m]])) for m, c in enumerate(only) if best[m] and reach[place, m]
            )
    return out


def _time(scored: Sequence[Linked], no_time: float, start: int, end: int) -> Linked | None:
    """The time that most speaks for, all expressions of the same days together; its words inside the claim where it has
    some."""
    by_days: dict[tuple[str, str], list[Linked]] = {}
    for one in scored:
        first, last = one.candidate.value
        by_days.setdefault((first[:10], last[:10]), []).append(one)
    if not by_days:
        return None
    totals = {days: float(np.logaddexp.reduce([one.probability for one in ones])) for days, ones in by_days.items()}
    best = max(sorted(totals), key=lambda days: totals[days])
    if totals[best] <= no_time:
        return None
    everything = np.logaddexp.reduce([*totals.values(), no_time])
    chance = float(np.exp(totals[best] - everything))
    own = [one for one in by_days[best] if start <= one.candidate.span[0] < end]
    chosen = max(own or by_days[best], key=lambda one: (one.probability, -one.candidate.span[0]))
    return Linked(chosen.candidate, 1 if own else 0, chance)


def _most_looked(looks: Floats, lettered: Sequence[int], spans: Sequence[Span]) -> tuple[tuple[Span, float], ...]:
    """The words that counted most and say something: numbers, marks and the heading do not."""
    order = sorted(lettered, key=lambda word: (-looks[word], word))[:3]
    return tuple((spans[word], round(float(looks[word]), 2)) for word in order if looks[word] >= 0.1)


def _tempered(chance: float, field: str, settings: Settings) -> float:
    return float(_sigmoid(_odds(chance) / settings.temperatures.get(field, 1.0)))


def _odds(chance: npt.ArrayLike) -> npt.NDArray[np.float64]:
    clipped = np.clip(np.asarray(chance, np.float64), SPREAD, 1 - SPREAD)
    odds: npt.NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


def _sigmoid(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1 / (1 + np.exp(-x))


def _softmax(x: Floats) -> Floats:
    shifted = np.exp(x - x.max(-1, keepdims=True))
    out: Floats = shifted / shifted.sum(-1, keepdims=True)
    return out
