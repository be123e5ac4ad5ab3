"""What speaks for and against a state as actor or target of a claim, as named features.

A feature is a short text: how the parse joins a mention with the word that named the event, what the mention is, whether
the state is the speaker's own or its opponent's, and what the claim before said. No feature names a state, an organisation
or a place, so that exchanging two parties in a text exchanges them in what is read. ``roles.tsv`` gives each feature its
weight.
"""

from __future__ import annotations

import dataclasses

from spacy.tokens import Doc, Span, Token

from merestone.model import state_of
from merestone.reading.actors import ActorMention, DocumentActors, actors_of, observers
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of

Previous = list[tuple[Candidate, str | None, str | None]]

_LONGEST_PATH = 4
_MOST_WORDS = 60
_MOST_MENTIONS = 4
_TELLING = frozenset(("VERB", "NOUN", "ADJ", "ADV", "PRON"))
_NAMES = frozenset(("GPE", "NORP", "ORG", "PERSON", "LOC", "FAC"))
_GROUPS = {
    "force": "fire attack incursion occupation withdrawal buildup fortification weapons_violation overflight mines blockade",
    "harm": "killed wounded captured missing torture displacement damage",
    "word": "statement talks threat disinformation legal_action ceasefire ceasefire_violation",
    "help": "aid return access_denied",
}
_GROUP = {event: group for group, events in _GROUPS.items() for event in events.split()}
_PRONOUNS = frozenset(("it", "they", "he", "she", "which", "who", "that", "them", "itself", "themselves", "these", "those"))


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """A claim, and all that is known before its actor and target are chosen."""

    doc: Doc
    candidate: Candidate
    genre: str
    trigger: Token
    mentions: tuple[ActorMention, ...]
    """Mentions in the sentences of the claim."""
    own: str | None
    """The speaker's state or organisation."""
    opponent: str | None
    """The side that faces the speaker's, as far as parties or text say."""
    publisher: str | None
    ranking: tuple[str, ...]
    before: tuple[Candidate, str | None, str | None] | None
    """The claim before, with the states of its actor and target."""
    before_same_event: tuple[Candidate, str | None, str | None] | None
    """The last claim before with the same event."""

    def states(self) -> list[str | None]:
        """States that may be actor or target, in a fixed order, None last."""
        found: list[str | None] = [state for m in self.mentions if (state := self.state(m))]
        found += [self.own, self.opponent, self.publisher, *self.ranking[:3]]
        for claim in (self.before, self.before_same_event):
            if claim is not None:
                found += [claim[1], claim[2]]
        return [*dict.fromkeys(state for state in found if state and state != "MEDIA"), None]

    def state(self, mention: ActorMention) -> str | None:
        """Whom a mention means when this speaker says it."""
        return {"self": self.own, "other": self.opponent}.get(mention.kind, mention.state)


def situation_of(doc: Doc, candidate: Candidate, context: Context, speaker: str, previous: Previous) -> Situation:
    """All that is known of a claim before its actor and target are chosen."""
    actors = actors_of(doc, context)
    extent = _extent(doc, candidate)
    mentions = tuple(m for sentence in _sentences(doc, extent) for m in actors.of_sentence.get(sentence, ()))
    own = state_of(speaker) if speaker not in ("UNKNOWN", "MEDIA") else None
    publisher = state_of(context.publisher) if context.publisher not in (None, "MEDIA") else None
    before = previous[-1] if previous else None
    same = next((claim for claim in reversed(previous) if claim[0].event == candidate.event), None)
    return Situation(
        doc=doc, candidate=candidate, genre=context.genre, trigger=_trigger(doc, candidate, extent), mentions=mentions,
        own=own, opponent=_opponent(own, context, actors), publisher=publisher,
        ranking=tuple(state for state in actors.ranking if state not in observers()),
        before=_states(before), before_same_event=_states(same),
    )  # fmt: skip


def _states(claim: tuple[Candidate, str | None, str | None] | None) -> tuple[Candidate, str | None, str | None] | None:
    return None if claim is None else (claim[0], state_of(claim[1]), state_of(claim[2]))


def _extent(doc: Doc, candidate: Candidate) -> Span:
    span = doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    return span if span is not None and len(span) else doc[0:1]


def _sentences(doc: Doc, extent: Span) -> list[int]:
    first, last = doc[extent.start].sent, doc[extent.end - 1].sent
    return sorted({first.start, last.start})


def _trigger(doc: Doc, candidate: Candidate, extent: Span) -> Token:
    if candidate.trigger is not None and 0 <= candidate.trigger < len(doc):
        return doc[candidate.trigger]
    return extent.root


def _opponent(own: str | None, context: Context, actors: DocumentActors) -> str | None:
    sides = [*context.parties, *(state for state in actors.ranking if state not in observers())]
    others = [state for state in dict.fromkeys(sides) if state != own]
    named = [state for state in others if state in actors.ranking]
    if own is not None and own in observers():
        return None
    return next(iter(named or others), None)


# --------------------------------------------------------------------------------------------------------------------------


def features(situation: Situation, state: str | None, role: str, actor: str | None = None) -> list[str]:
    """Features of a state (or of None, nobody) as ``role`` "actor" or "target"; for targets, given the actor's state."""
    event, act = situation.candidate.event, situation.candidate.act
    out = _of_nobody(situation) if state is None else _of_state(situation, state)
    out += _of_words(situation, state)
    if role == "target":
        if state is None:
            out.append("actor unknown" if actor is None else "actor known")
            out.append(f"actor {'unknown' if actor is None else 'known'} {event}")
        elif state == actor:
            out += ["is actor", f"is actor {event}", f"is actor {act}"]
        elif actor is not None and state == _facing(situation, actor):
            out += ["faces actor", f"faces actor {event}", f"faces actor {act}"]
    return out


def _of_words(situation: Situation, state: str | None) -> list[str]:
    """What the words of the claim say: verbs and nouns that the one who speaks uses of the own side or of the other."""
    kind = "nobody" if state is None else "third"
    if state is not None and state in (situation.own, situation.opponent):
        kind = "own" if state == situation.own else "opponent"
    if situation.own is None:
        kind += " no speaker"
    out = [f"{kind} word {word}" for word in _words(situation)]
    trigger = situation.trigger
    lemma = trigger.lemma_.lower()
    if trigger.text[:1].islower():
        out += [f"{kind} named {lemma}", f"{kind} named {lemma} {_voice(trigger)}"]
    if state is not None:
        for mention in [m for m in situation.mentions if situation.state(m) == state][:_MOST_MENTIONS]:
            token = situation.doc[mention.head]
            head = token.head
            out.append(f"on {_label(token)} {_common(head)}")
            if head.pos_ == "ADP":
                out.append(f"on {head.lower_} {_common(head.head)}")
            out.append(f"path {_common(trigger)} {_path(token, trigger)}")
    return out


def _common(token: Token) -> str:
    """The lemma of a common word; a name is just a name, so that exchanging two parties exchanges what is read."""
    return token.lemma_.lower() if token.is_alpha and token.text[:1].islower() and not token.ent_type_ else "a name"


def _words(situation: Situation) -> list[str]:
    """The verbs, nouns and describing words of the claim by lemma, each once; never a name."""
    words = {
        token.lemma_.lower(): None
        for token in _extent(situation.doc, situation.candidate)[:_MOST_WORDS]
        if token.pos_ in _TELLING and token.is_alpha and token.ent_type_ not in _NAMES and token.text[:1].islower()
    }
    return list(words)


def _facing(situation: Situation, actor: str) -> str | None:
    if actor == situation.own:
        return situation.opponent
    return next((state for state in (situation.own, *situation.ranking) if state and state != actor), None)


def _of_nobody(situation: Situation) -> list[str]:
    event, act = situation.candidate.event, situation.candidate.act
    inside = _inside(situation)
    group = _GROUP.get(event, event)
    places = _places(situation.trigger)
    filled = [f"{name} {_filler(situation, token)}" for name, token in places.items() if token is not None]
    named = len({situation.state(m) for m in inside if situation.state(m)})
    roles = sorted({m.sector for m in inside if m.kind == "role" and m.sector})
    trigger = situation.trigger
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in trigger.children) or trigger.tag_ == "VBN"
    agent = any(child.dep_ == "agent" for child in trigger.children)
    form = f"{_form(trigger)} {'by' if agent else 'passive' if passive else 'plain'}"
    return [
        "nobody", f"nobody {event}", f"nobody {act}", f"nobody {event} {act}", f"nobody {situation.genre}",
        f"nobody {event} {situation.genre}", f"nobody named {min(named, 3)}", f"nobody named {min(named, 3)} {event}",
        f"nobody {form}", f"nobody {form} {event}", *(f"nobody role {sector}" for sector in roles),
        *(f"nobody role {sector} {event}" for sector in roles),
        f"nobody after {_before(situation, None)}", f"nobody speaker {_speaker_kind(situation)} {event}",
        f"nobody speaker {_speaker_kind(situation)}",
        *(f"nobody {fill}" for fill in filled), *(f"nobody {fill} {group}" for fill in filled),
        *(f"nobody {fill} {event}" for fill in filled), f"nobody {form} {group}", f"nobody {act} {group}",
    ]  # fmt: skip


def _speaker_kind(situation: Situation) -> str:
    if situation.own is None:
        return "none"
    return "observer" if situation.own in observers() else "side"


def _of_state(situation: Situation, state: str) -> list[str]:
    event, act = situation.candidate.event, situation.candidate.act
    kinds = []
    if state == situation.own:
        kinds.append("own")
    elif state == situation.opponent:
        kinds.append("opponent" if situation.own else "first side")
    elif situation.own is None and state == next((s for s in situation.ranking if s != situation.opponent), None):
        kinds.append("second side")
    else:
        kinds.append("third")
    if state in observers():
        kinds.append("observer")
    kinds = ["+".join(kinds)]
    out = [f"{kind}{more}" for kind in kinds for more in ("", f" {event}", f" {act}", f" {event} {act}")]
    if state == situation.publisher and state != situation.own:
        out.append("publisher")
    place = situation.ranking.index(state) if state in situation.ranking else 3
    out.append(f"rank {min(place, 3)}")
    after = _before(situation, state)
    out += [f"after {after}", f"after {after} {event}"]
    named = [m for m in situation.mentions if situation.state(m) == state]
    inside = [m for m in named if m in _inside(situation)]
    out += [f"mentioned {'inside' if inside else 'outside' if named else 'nowhere'} {kinds[0]}"]
    out.append(f"mentioned {'inside' if inside else 'outside' if named else 'nowhere'} {event}")
    if inside and len({situation.state(m) for m in _inside(situation) if situation.state(m)}) == 1:
        out.append("the only one inside")
    group = _GROUP.get(event, event)
    out += [f"{kind} {group}" for kind in kinds] + [f"after {after} {group}", f"{kinds[0]} {situation.genre} {event}"]
    out.append(f"{kinds[0]} {_voice(situation.trigger)} {group}")
    for name, token in _places(situation.trigger).items():
        if token is None:
            continue
        filler = _filler(situation, token)
        out.append(f"{name} is {filler} {kinds[0]} {group}")
        if filler == "pronoun":
            out += [
                f"{name} is pronoun after {after}",
                f"{name} is pronoun {'subject before' if _subject_before(situation, state) else ''}",
            ]
        for mention in situation.mentions:
            if situation.state(mention) == state and token.left_edge.i <= mention.head <= token.right_edge.i:
                where = "at" if mention.head == token.i or mention.start <= token.i < mention.end else "in"
                out += [f"{name} {where}", f"{name} {where} {group}", f"{name} {where} {event}", f"{name} {where} {act}"]
                out.append(f"{name} {where} {_voice(situation.trigger)} {event}")
    best: dict[str, None] = {}
    for mention in inside or named:
        best.update(dict.fromkeys(_of_mention(situation, mention, bool(inside))))
    out += best
    for mention in _inside(situation):
        if mention.kind == "role" and mention.sector:
            path = _path(situation.doc[mention.head], situation.trigger)
            out.append(f"role {mention.sector} {path} {kinds[0]}")
            out.append(f"role {mention.sector} {event} {kinds[0]}")
    return out


def _before(situation: Situation, state: str | None) -> str:
    """What the state was in the claim before, and whether that claim is near and of the same kind."""
    if situation.before is None:
        return "nothing"
    candidate, actor, target = situation.before
    which = "+".join(name for name, value in (("actor", actor), ("target", target)) if value == state) or "neither"
    near = text_of(situation.doc)[candidate.start : situation.candidate.start]
    where = "overlap" if candidate.end > situation.candidate.start else "near" if "\n" not in near else "far"
    kind = "same" if candidate.event == situation.candidate.event else "other"
    return f"{which} {where} {kind}"


def _inside(situation: Situation) -> list[ActorMention]:
    start, end = situation.candidate.start, situation.candidate.end
    return [m for m in situation.mentions if m.span[0] < end and m.span[1] > start]


def _of_mention(situation: Situation, mention: ActorMention, inside: bool) -> list[str]:
    event, act = situation.candidate.event, situation.candidate.act
    path = _path(situation.doc[mention.head], situation.trigger)
    kind = "modifier" if mention.modifier else (mention.sector or "bare")
    if mention.body or kind not in ("MIL", "CIV", "TERR", "PRISONER", "MOD", "MFA", "GOV", "SIDE", "bare", "modifier", "PKO"):
        kind = "body"
    side = "before" if mention.head < situation.trigger.i else "after"
    far = abs(mention.head - situation.trigger.i)
    distance = "1" if far < 2 else "3" if far < 4 else "7" if far < 8 else "far"
    where = "in" if inside else "out"
    return [
        f"path {path} {where}", f"path {path} {event}", f"path {path} {kind}", f"{kind} {event} {where}", f"{kind} {where}",
        f"{side} {distance} {where}", f"{side} {event} {where}", f"path {path} {act}", f"{kind} {event} {side}",
    ]  # fmt: skip


def _form(token: Token) -> str:
    return "verb" if token.pos_ in ("VERB", "AUX") else "noun" if token.pos_ in ("NOUN", "PROPN") else "word"


def _path(token: Token, trigger: Token) -> str:
    """How the parse leads from a mention up to the trigger: labels of the steps, prepositions by name."""
    above: dict[int, list[str]] = {}
    steps: list[str] = []
    walker = trigger
    for _ in range(_LONGEST_PATH):
        above[walker.i] = list(steps)
        if walker.head.i == walker.i:
            break
        steps.append(_label(walker))
        walker = walker.head
    above.setdefault(walker.i, list(steps))
    up: list[str] = []
    walker = token
    for _ in range(_LONGEST_PATH + 1):
        if walker.i in above:
            down = above[walker.i][:2]
            return f"{_form(trigger)}:{'<'.join(up) or 'self'}{'>' + '>'.join(down) if down else ''}"
        if walker.head.i == walker.i:
            break
        up.append(_label(walker))
        walker = walker.head
    return f"{_form(trigger)}:none"


def _label(token: Token) -> str:
    return token.lower_ if token.dep_ in ("prep", "agent", "dative") and token.pos_ in ("ADP", "SCONJ") else token.dep_


def _voice(trigger: Token) -> str:
    if any(child.dep_ in ("auxpass", "nsubjpass", "agent") for child in trigger.children) or (
        trigger.dep_ in ("acl", "amod") and trigger.tag_ == "VBN"
    ):
        return "passive"
    return _form(trigger)


def _places(trigger: Token) -> dict[str, Token | None]:
    """The words in the places of doer and done-to around a trigger, inherited where the clause leaves them out."""
    return {"doer": _doer(trigger, 4), "done": _done(trigger, 4)}


def _doer(token: Token, depth: int) -> Token | None:
    if depth == 0:
        return None
    if _form(token) == "noun":
        for child in token.children:
            if child.dep_ == "poss":
                return child
            if child.dep_ in ("prep", "agent") and child.lower_ == "by":
                return next(iter(child.children), None)
        return _doer(token.head, depth - 1) if token.dep_ == "dobj" else None
    passive = _voice(token) == "passive"
    for child in token.children:
        if child.dep_ == "agent":
            return next((inner for inner in child.children if inner.dep_ == "pobj"), None)
        if child.dep_ == "nsubj" and not passive:
            return _antecedent(child, token)
    if passive or token.head.i == token.i:
        return None
    if token.dep_ in ("conj", "xcomp", "advcl", "pcomp", "ccomp"):
        return _doer(token.head.head if token.dep_ == "pcomp" else token.head, depth - 1)
    return token.head if token.dep_ in ("acl", "relcl") else None


def _done(token: Token, depth: int) -> Token | None:
    if depth == 0:
        return None
    if _form(token) == "noun":
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ in ("of", "on", "against", "at"):
                return next(iter(child.children), None)
        return None
    for child in token.children:
        if child.dep_ == "nsubjpass":
            return _antecedent(child, token)
    for child in token.children:
        if child.dep_ == "dobj":
            return child
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in ("at", "on", "against", "upon", "to", "with"):
            return next(iter(child.children), None)
    if _voice(token) == "passive" and token.head.i != token.i:
        if token.dep_ == "conj":
            return _done(token.head, depth - 1)
        return token.head if token.dep_ in ("acl", "relcl", "amod") else None
    return None


def _antecedent(subject: Token, verb: Token) -> Token:
    return verb.head if verb.dep_ == "relcl" and subject.lower_ in ("who", "which", "that") else subject


def _filler(situation: Situation, token: Token) -> str:
    if token.lower_ in _PRONOUNS:
        return "pronoun"
    for mention in situation.mentions:
        if mention.start <= token.i < mention.end or mention.head == token.i:
            return "name" if situation.state(mention) else f"role {mention.sector}"
    return (
        "holds name"
        if any(token.left_edge.i <= m.head <= token.right_edge.i and situation.state(m) for m in situation.mentions)
        else "other"
    )


def _subject_before(situation: Situation, state: str) -> bool:
    """Whether the state is a subject earlier in the sentence: whom a pronoun may stand for."""
    return any(
        situation.state(m) == state and m.head < situation.trigger.i and situation.doc[m.head].dep_ in ("nsubj", "nsubjpass")
        for m in situation.mentions
    )
