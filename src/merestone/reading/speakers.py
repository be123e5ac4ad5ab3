"""Who says it: the publisher, or the source that a text quotes.

A document is read once into *frames*: stretches of text and the source they are attributed to, from verbs of saying
(``speech.tsv``), "according to", and quotation marks that run over several sentences. The speaker of a claim is the source
of the innermost frame around it; outside all frames a news text speaks for itself (MEDIA) and every other text for its
publisher.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache

from spacy.tokens import Doc, Span, Token

from merestone.model import Reason
from merestone.reading.actors import ActorMention, DocumentActors, actors_of, armed_groups, observers
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.vocabulary import rows

_KEY = "merestone.frames"
_ACCORDING = re.compile(
    r"\b(?:according to|as quoted by|citing|quoting|(?:in|by) (?:the|a|an) (?:words?|view|opinion|account|assessment|version|"
    r"estimate|statement|report|message|letter|judgment|belief|eyes) (?:of|by|from))\s",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"he", "she", "it", "they", "who", "which", "i", "we"})
_QUOTES = re.compile(r"[“\"]([^”\"“]{12,}?)[”\"]")


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """A stretch of text that a source is made responsible for."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""
    source: str
    """Actor code of the source."""
    rule: str
    words: tuple[int, int]
    """Characters of the words that attribute it."""


@cache
def _verbs() -> dict[str, str]:
    return {
        verb: row.one_of("kind", ("says", "tells", "acts"))
        for row in rows("speech.tsv", ("kind", "verbs"))
        for verb in row.several("verbs")
    }


def speaker_of_claim(doc: Doc, candidate: Candidate, context: Context) -> tuple[str, tuple[Reason, ...]]:
    """Actor code of who makes a claim, and why. "UNKNOWN" where neither the text nor the document's metadata says."""
    frame = _innermost(doc, candidate, frames_of(doc, context))
    if frame is not None and context.genre != "news" and context.publisher and _same_house(frame.source, context.publisher):
        frame = None
    if frame is not None:
        words = text_of(doc)[slice(*frame.words)]
        return frame.source, (Reason(field="speaker", rule=frame.rule, words=words, span=frame.words),)
    if context.genre == "news":
        carried = _carried(doc, candidate, frames_of(doc, context))
        if carried is not None:
            rule = f"goes on after: {carried.rule}"
            words = text_of(doc)[slice(*carried.words)]
            return carried.source, (Reason(field="speaker", rule=rule, words=words, span=carried.words),)
        return context.publisher or "MEDIA", (Reason(field="speaker", rule="news text without a source"),)
    if context.publisher:
        return context.publisher, (Reason(field="speaker", rule="publisher of the document"),)
    publisher, because = publisher_of_text(doc)
    if publisher is None:
        return "UNKNOWN", (Reason(field="speaker", rule="publisher not known"),)
    return publisher, tuple(dataclasses.replace(reason, field="speaker") for reason in because)


def publisher_of_text(doc: Doc) -> tuple[str | None, tuple[Reason, ...]]:
    """Who a text says has published it: named at the end of its first line, or as who makes the statement it opens with."""
    actors = actors_of(doc, Context())
    first = re.match(r"\s*[^\n]*", text_of(doc))
    line_end = first.end() if first else 0
    for mention in reversed(actors.between(0, line_end)):
        if mention.code and not mention.modifier and not text_of(doc)[mention.span[1] : line_end].strip(" .:)-–—"):
            return mention.code, (_found(doc, mention, "named at the end of the first line"),)
    opening = list(doc.sents)[:3]
    for sentence in opening:
        for token in sentence:
            if token.lemma_ in ("statement", "say", "state", "announce", "report", "make", "issue") and token.pos_ == "VERB":
                subject = _subject(token)
                maker = _mention_at(doc, subject, actors) if subject is not None else None
                if maker is not None and maker.code:
                    return maker.code, (_found(doc, maker, "makes the statement the text opens with"),)
    return None, ()


def _found(doc: Doc, mention: ActorMention, rule: str) -> Reason:
    return Reason(field="publisher", rule=rule, words=text_of(doc)[slice(*mention.span)], span=mention.span)


# --------------------------------------------------------------------------------------------------------------------------


def frames_of(doc: Doc, context: Context) -> tuple[Frame, ...]:
    """The frames of a document in text order, found once and kept with it."""
    key = (tuple(sorted(context.actors.items())), context.publisher, context.genre)
    kept = doc.user_data.get(_KEY)
    if kept is not None and kept[0] == key:
        found: tuple[Frame, ...] = kept[1]
        return found
    found = tuple(_frames(doc, context))
    doc.user_data[_KEY] = (key, found)
    return found


def _innermost(doc: Doc, candidate: Candidate, frames: tuple[Frame, ...]) -> Frame | None:
    if candidate.trigger is not None:
        token = doc[candidate.trigger]
        start, end = token.idx, token.idx + len(token)
    else:
        start, end = candidate.start, candidate.end
    best: Frame | None = None
    for frame in frames:
        shared = min(end, frame.end) - max(start, frame.start)
        if 2 * shared > end - start and (best is None or frame.end - frame.start < best.end - best.start):
            best = frame
    return best


def _same_house(source: str, publisher: str) -> bool:
    """A source of the publisher's own state that is no witness speaks for the publisher."""
    return source.split("-")[0] == publisher.split("-")[0] and not source.endswith("-CIV")


def _carried(doc: Doc, candidate: Candidate, frames: tuple[Frame, ...]) -> Frame | None:
    """News goes on in the words of the source it has named, until the paragraph ends."""
    before = [frame for frame in frames if frame.words[1] <= candidate.start]
    if not before:
        return None
    last = max(before, key=lambda frame: frame.words)
    return None if "\n" in text_of(doc)[last.words[1] : candidate.start] else last


def _frames(doc: Doc, context: Context) -> list[Frame]:
    actors = actors_of(doc, context)
    out: list[Frame] = []
    last: str | None = None
    for sentence in doc.sents:
        found = _of_sentence(sentence, actors, context, last)
        out += found
        if found:
            last = found[-1].source
    return out + _quoted(doc, out)


def _of_sentence(sentence: Span, actors: DocumentActors, context: Context, last: str | None) -> list[Frame]:
    doc = sentence.doc
    out: list[Frame] = []
    for match in _ACCORDING.finditer(text_of(doc), sentence.start_char, sentence.end_char):
        source = _named_after(doc, match.end(), sentence.end_char, actors, context, last)
        if source is not None:
            start, end = _part(sentence, match.start())
            out.append(Frame(start, end, source, f"attributed: {match.group().strip().lower()}", match.span()))
    for token in sentence:
        kind = _verbs().get(token.lemma_)
        if kind is None or token.pos_ not in ("VERB", "AUX") or (kind != "says" and context.genre != "news"):
            continue
        if any(child.dep_ == "aux" and child.tag_ == "MD" for child in token.children):
            continue
        source = _source(doc, token, actors, context, last if not out else out[-1].source)
        if source is None:
            continue
        content = _content(token, kind)
        if content is not None:
            out.append(Frame(*content, source, f"attributed: {token.lemma_}", (token.idx, token.idx + len(token))))
    return out or (_beside_comma(sentence, actors) if context.genre == "news" else [])


_SAID = frozenset(
    [
        "said",
        "says",
        "stated",
        "states",
        "announced",
        "reported",
        "reports",
        "declared",
        "warned",
        "told",
        "added",
        "noted",
        "wrote",
        "maintained",
        "maintains",
        "claimed",
        "claims",
        "confirmed",
        "stressed",
        "explained",
        "commented",
        "replied",
        "argued",
        "insisted",
        "concluded",
        "concludes",
        "charged",
        "asserted",
        "informed",
        "recalled",
        "emphasised",
        "emphasized",
    ]
)


def _beside_comma(sentence: Span, actors: DocumentActors) -> list[Frame]:
    """ "..., the X minister, N.N., has declared.": the words show it where the parser has lost its way in a long sentence."""
    doc = sentence.doc
    for token in reversed(list(sentence)):
        if token.lower_ not in _SAID:
            continue
        near = [m for m in actors.of_sentence.get(sentence.start, ()) if m.state and not m.modifier]
        named = [m for m in near if m.sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA", "PKO") or m.body]
        before = [
            m for m in named if token.i - 14 < m.head < token.i and "," in text_of(doc)[sentence.start_char : m.span[0] + 1]
        ]
        after = [m for m in named if token.i < m.start <= token.i + 4]
        known = [m for t in doc[max(sentence.start, token.i - 8) : token.i] if (m := actors.people.get(t.text))]
        chosen = before[-1] if before else after[0] if after else known[-1] if known else None
        source = _as_source(chosen) if chosen is not None else None
        if source is not None:
            rule = f"attributed: {token.lower_}"
            return [Frame(*_part(sentence, token.idx), source, rule, (token.idx, token.idx + len(token)))]
    return []


def _part(sentence: Span, at: int) -> tuple[int, int]:
    """The part of a sentence, between semicolons, that holds a character."""
    text = text_of(sentence.doc)
    start = text.rfind(";", sentence.start_char, at) + 1 or sentence.start_char
    end = text.find(";", at, sentence.end_char)
    return start, end if end >= 0 else sentence.end_char


def _named_after(doc: Doc, start: int, end: int, actors: DocumentActors, context: Context, last: str | None) -> str | None:
    """The source named right after "according to"."""
    stop = min(end, start + 120)
    for mark in (",", ";", "."):
        found = text_of(doc).find(mark, start, stop)
        stop = found if found > start else stop
    named = [mention for mention in actors.between(start, stop) if mention.state]
    if named:
        return _as_source(named[0])
    for surname, mention in actors.people.items():
        if surname in text_of(doc)[start:stop]:
            return _as_source(mention)
    word = re.match(r"\w+", text_of(doc)[start:stop])
    if word and word.group().lower() in ("him", "her", "it", "them", "whom", "which"):
        return last
    roles = [mention for mention in actors.between(start, stop) if mention.kind == "role"]
    if roles:
        return _role_source(doc[roles[0].head], roles[0], actors, context, last)
    return None


def _as_source(mention: ActorMention) -> str | None:
    if mention.sector == "TERR" or (mention.sector is None and mention.state in armed_groups()):
        return f"{mention.state}-GOV"
    return mention.code


def _source(doc: Doc, verb: Token, actors: DocumentActors, context: Context, last: str | None) -> str | None:
    subject = _subject(verb)
    if subject is None:
        return _just_before(doc, verb, actors, context, last)
    if subject.lower_ in ("which", "who", "that") and verb.dep_ == "relcl":
        subject = verb.head
    mention = _mention_at(doc, subject, actors)
    if mention is not None and mention.state:
        return _as_source(mention)
    if subject.lower_ in _PRONOUNS:
        return last if subject.lower_ not in ("i", "we") else None
    for token in doc[subject.left_edge.i : subject.right_edge.i + 1]:
        if token.text in actors.people:
            return _as_source(actors.people[token.text])
    if mention is None and (subject.ent_type_ == "PERSON" or (subject.pos_ == "PROPN" and context.genre == "news")):
        mention = next(
            (m for m in actors.of_sentence.get(subject.sent.start, ()) if subject.left_edge.i <= m.head <= subject.i), None
        )
        return _role_source(subject, mention, actors, context, last) or last
    return _role_source(subject, mention, actors, context, last)


def _just_before(doc: Doc, verb: Token, actors: DocumentActors, context: Context, last: str | None) -> str | None:
    """Who stands right before a verb of saying whose subject the parser has missed: "..., the X ministry said"."""
    if any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children) or verb.dep_ not in (
        "ROOT",
        "ccomp",
        "conj",
        "parataxis",
    ):
        return None
    start = verb.i
    while start > verb.sent.start and verb.i - start < 14 and doc[start - 1].text not in (";", ":", "”", '"'):
        if doc[start - 1].pos_ == "VERB":
            break
        start -= 1
    named = [m for m in actors.of_sentence.get(verb.sent.start, ()) if start <= m.head < verb.i and m.state and not m.modifier]
    titled = [m for m in named if m.sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA") or m.body]
    for token in reversed(doc[start : verb.i]):
        if token.text in actors.people:
            return _as_source(actors.people[token.text])
    if titled or named:
        return _as_source((titled or named)[-1])
    roles = [m for m in actors.of_sentence.get(verb.sent.start, ()) if start <= m.head < verb.i and m.kind == "role"]
    if roles and roles[-1].sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA"):
        return _role_source(doc[roles[-1].head], roles[-1], actors, context, last)
    before = doc[verb.i - 1].lower_ if verb.i > verb.sent.start else ""
    return last if before in ("it", "he", "she", "they") else None


def _role_source(
    subject: Token, mention: ActorMention | None, actors: DocumentActors, context: Context, last: str | None
) -> str | None:
    """A source named by its office only: "the ministry", "officials", "residents"."""
    if mention is not None and mention.sector in ("MOD", "MFA", "MIL", "CIV", "GOV", "PKO", "MEDIA"):
        before = [m for m in actors.mentions if m.state and m.start < subject.i]
        for other in reversed(before):
            if other.sector == mention.sector and other.sector in ("MOD", "MFA", "GOV"):
                return other.code
        if mention.sector == "MEDIA":
            return "MEDIA"
        inside = [m for m in before if m.start >= subject.sent.start and m.state not in observers()]
        usual = [state for state in actors.ranking if state not in observers()]
        if mention.sector == "CIV" and inside:
            return f"{inside[-1].state}-CIV"
        if last is not None and last != "MEDIA" and last.split("-")[0] not in observers():
            return f"{last.split('-')[0]}-{mention.sector}"
        return f"{usual[0]}-{mention.sector}" if usual else None
    if subject.lower_ in (
        "ministry",
        "department",
        "agency",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "statement",
        "mission",
    ):
        return last or context.publisher
    return None


def _subject(verb: Token) -> Token | None:
    """Who says it: the subject, the agent of a passive, or the subject of the verb it is joined to."""
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    if passive:
        return None
    for child in verb.children:
        if child.dep_ == "nsubj":
            return child
    if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
        return _subject(verb.head) if verb.head.i != verb.i else None
    if verb.dep_ in ("xcomp", "advcl") and verb.head.i != verb.i and verb.head.pos_ in ("VERB", "AUX"):
        return next((child for child in verb.head.children if child.dep_ == "nsubj"), None)
    if verb.dep_ == "relcl":
        return verb.head
    return None


def _mention_at(doc: Doc, token: Token, actors: DocumentActors) -> ActorMention | None:
    """The mention a noun phrase is about: at its head, else the first one inside it."""
    inside = [m for m in actors.of_sentence.get(token.sent.start, ()) if token.left_edge.i <= m.head <= token.right_edge.i]
    if token.dep_ == "relcl":
        return None
    exact = [m for m in inside if m.head == token.i or m.start <= token.i < m.end]
    named = [m for m in exact if m.state] or [m for m in inside if m.state and _same_phrase(doc, token, m)]
    return next(iter(named or exact), None)


def _same_phrase(doc: Doc, token: Token, mention: ActorMention) -> bool:
    """Whether a mention belongs to a noun itself and not to a clause that hangs on it."""
    inner = doc[mention.head]
    for _ in range(8):
        if inner.i == token.i:
            return True
        if inner.dep_ in ("relcl", "acl", "conj") or inner.head.i == inner.i:
            return False
        inner = inner.head
    return False


def _content(verb: Token, kind: str) -> tuple[int, int] | None:
    """Characters of what is said."""
    marks = {child.lower_ for child in verb.children if child.dep_ == "mark"}
    if verb.dep_ in ("acl", "amod") or (verb.dep_ == "advcl" and verb.tag_ == "VBN" and "as" not in marks):
        return None
    if verb.dep_ == "relcl" and kind == "says" and not any(c.dep_ in ("ccomp", "dobj", "prep", "xcomp") for c in verb.children):
        return None
    if verb.dep_ in ("advcl", "parataxis") and ("as" in marks or verb.dep_ == "parataxis"):
        return _characters(verb.head.left_edge, verb.head.right_edge)
    start, end = _characters(verb.left_edge, verb.right_edge)
    if verb.dep_ == "ROOT" and kind == "says":
        part = _part(verb.sent, verb.idx)
        return min(start, part[0]), max(end, part[1])
    if verb.dep_ == "ccomp" and not any(c.dep_ in ("ccomp", "mark") for c in verb.children):
        # "..., X said, ...": the parser hangs the short clause on the one it interrupts or follows.
        return _part(verb.sent, verb.idx)
    return start, end


def _characters(first: Token, last: Token) -> tuple[int, int]:
    return first.idx, last.idx + len(last)


def _quoted(doc: Doc, frames: list[Frame]) -> list[Frame]:
    """Quotation marks belong to one source: the one their sentence, or the sentence beside them, names."""
    out = []
    for match in _QUOTES.finditer(text_of(doc)):
        touching = [f for f in frames if f.start < match.end() + 2 and f.end > match.start() - 2]
        if touching:
            best = max(touching, key=lambda f: (min(f.end, match.end()) - max(f.start, match.start()), -f.start))
            out.append(Frame(match.start(), match.end(), best.source, f"quoted, {best.rule}", best.words))
    return out
