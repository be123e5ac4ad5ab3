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
from merestone.reading.actors import ActorMention, DocumentActors, actors_of, observers
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.sources import KINDS, Heard, as_source, keep, mention_at, named_after, source_of, subject_of, words_of
from merestone.reading.vocabulary import rows
from merestone.reading.weights import ALWAYS, total, weights

_KEY = "merestone.frames"
_ACCORDING = re.compile(
    r"\b(?:according to|as quoted by|citing|quoting|(?:in|by) (?:the|a|an) (?:words?|view|opinion|account|assessment|version|"
    r"estimate|statement|report|message|letter|judgment|belief|eyes) (?:of|by|from))\s",
    re.IGNORECASE,
)
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


_PARAGRAPH = "\n\n"
_END = re.compile(r"[.!?][”\"]?\s")


@cache
def _verbs() -> dict[str, str]:
    return {
        verb: kind
        for row in rows("speech.tsv", ("kind", "verbs"))
        if (kind := row.one_of("kind", KINDS)) in ("says", "tells", "aside", "acts")
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
    if context.genre == "news" and candidate.act not in ("asserts", "denies"):
        doer = _doer(doc, candidate, context)
        if doer is not None:
            words = text_of(doc)[slice(*doer.span)]
            rule = f"who {candidate.act}"
            return as_source(doer) or "MEDIA", (Reason(field="speaker", rule=rule, words=words, span=doer.span),)
    if context.genre == "news":
        carried = _carried(doc, candidate, frames_of(doc, context), context)
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
                subject = subject_of(token)
                maker = mention_at(doc, subject, actors) if subject is not None else None
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
        if 2 * shared > end - start and (best is None or _closer(frame, best, start, end)):
            best = frame
    return best


def _closer(frame: Frame, best: Frame, start: int, end: int) -> bool:
    """Whether a frame lies closer around some words than another one: shorter, or as long and attributed nearer by."""
    sizes = frame.end - frame.start, best.end - best.start
    away = [max(0, f.words[0] - end, start - f.words[1]) for f in (frame, best)]
    return (sizes[0], away[0]) < (sizes[1], away[1])


def _same_house(source: str, publisher: str) -> bool:
    """A source of the publisher's own state that is no witness speaks for the publisher."""
    return source.split("-")[0] == publisher.split("-")[0] and not source.endswith("-CIV")


def _doer(doc: Doc, candidate: Candidate, context: Context) -> ActorMention | None:
    """Who makes a demand, a pledge or a judgement that no verb of saying frames: the subject or agent of its sentence, or
    the party that what was agreed binds."""
    actors = actors_of(doc, context)
    span = doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    if span is None or not len(span):
        return None
    sentence = span[0].sent
    near = [m for m in actors.of_sentence.get(sentence.start, ()) if m.state and not m.modifier]
    for mention in near:
        head = doc[mention.head]
        agent = head.dep_ == "pobj" and head.head.dep_ == "agent"
        subject = head.dep_ == "nsubj" and head.head.i <= span.root.i
        if agent or subject:
            if candidate.act == "pledges" and mention.state in observers():
                continue
            return mention
    if candidate.act != "pledges":
        return None
    inside = [m for m in actors.of_sentence.get(sentence.start, ()) if m.state and m.state not in observers()]
    if inside:
        return dataclasses.replace(inside[0], sector=inside[0].sector if inside[0].sector in ("MFA", "MOD") else "GOV")
    return next((m for m in actors.mentions if m.state and m.state not in observers()), None)


def _carried(doc: Doc, candidate: Candidate, frames: tuple[Frame, ...], context: Context) -> Frame | None:
    """News goes on in the words of the source it has named, until the paragraph ends."""
    before = [frame for frame in frames if frame.words[1] <= candidate.start]
    if not before:
        return None
    last = max(before, key=lambda frame: frame.words)
    known = weights("source_states.tsv", "label")["carries"]
    return last if total(known, carry_features(doc, candidate, last, actors_of(doc, context))) > 0 else None


def carry_features(doc: Doc, candidate: Candidate, frame: Frame, actors: DocumentActors) -> list[str]:
    """What speaks for a news text going on in the words of the source it has named, and for its own voice."""
    between = text_of(doc)[frame.words[1] : candidate.start]
    span = doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    root = span.root if span is not None and len(span) else None
    out = [ALWAYS, f"act {candidate.act}", f"event {candidate.event}", f"paragraphs {min(2, between.count(_PARAGRAPH))}"]
    ends = len(_END.findall(between))
    out += [f"sentences {min(4, ends)}", f"by {frame.rule.rpartition(': ')[2]}", f"{'quote' * frame.rule.startswith('quoted')}"]
    if root is None:
        return out
    sentence = root.sent
    top = sentence.root
    helpers = {child.lower_ for child in [*root.children, *top.children] if child.dep_ in ("aux", "auxpass", "neg")}
    out += [f"helper {word}" for word in sorted(helpers)]
    out += [f"tense {top.tag_}", f"opens {sentence[0].lower_}", f"opens with {sentence[0].pos_}"]
    subject = next((child for child in top.children if child.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is not None:
        out += [f"subject {subject.pos_}", f"subject {subject.lower_}"]
    state = frame.source.partition("-")[0]
    here = [m.state for m in actors.of_sentence.get(sentence.start, ()) if m.state]
    first = "source first" if here[:1] == [state] else "source" if state in here else "others" if here else "nobody"
    out.append(f"names {first}")
    edge = text_of(doc)[sentence.end_char - 2 : sentence.end_char + 2]
    out.append("closes paragraph" if "\n" in edge else "inside paragraph")
    out.append("source names a sector " + frame.source.partition("-")[2])
    out.append("inner" if candidate.start > sentence.start_char + 3 else "sentence start")
    out.append(f"date {any(token.ent_type_ == 'DATE' for token in sentence)}")
    return out


def _frames(doc: Doc, context: Context) -> list[Frame]:
    actors = actors_of(doc, context)
    out: list[Frame] = []
    heard = Heard()
    for sentence in doc.sents:
        found = _of_sentence(sentence, actors, context, heard)
        out += found
        if found:
            keep(heard, found[-1].source)
    return out + _quoted(doc, out)


def _of_sentence(sentence: Span, actors: DocumentActors, context: Context, heard: Heard) -> list[Frame]:
    doc = sentence.doc
    out: list[Frame] = []
    for match in _ACCORDING.finditer(text_of(doc), sentence.start_char, sentence.end_char):
        source = named_after(doc, match.end(), sentence.end_char, actors, context, heard)
        if source is not None:
            start, end = _part(sentence, match.start())
            out.append(Frame(start, end, source, f"attributed: {match.group().strip().lower()}", match.span()))
    for token in sentence:
        kind = _verbs().get(token.lemma_)
        if kind is None or token.pos_ not in ("VERB", "AUX") or (kind != "says" and context.genre != "news"):
            continue
        if any(child.dep_ == "aux" and child.tag_ == "MD" for child in token.children):
            continue
        if kind == "aside" and (not _closes(token) or any(child.dep_ == "dobj" for child in token.children)):
            continue
        source = source_of(doc, token, actors, context, heard)
        if source is None:
            continue
        content = _content(token, kind, context.genre == "news")
        if content is not None:
            out.append(Frame(*content, source, f"attributed: {token.lemma_}", (token.idx, token.idx + len(token))))
            keep(heard, source)
    return out or (_beside_comma(sentence, actors) if context.genre == "news" else [])


def _beside_comma(sentence: Span, actors: DocumentActors) -> list[Frame]:
    """ "..., the X minister, N.N., has declared.": the words show it where the parser has lost its way in a long sentence."""
    doc = sentence.doc
    for token in reversed(list(sentence)):
        if token.lower_ not in words_of("past") or token.dep_ in ("amod", "acl") or (token.tag_ == "VBN" and _passive(token)):
            continue
        near = [m for m in actors.of_sentence.get(sentence.start, ()) if m.state and not m.modifier]
        named = [m for m in near if m.sector in ("MOD", "MFA", "GOV", "MIL", "MEDIA", "PKO") or m.body]
        before = [
            m for m in named if token.i - 14 < m.head < token.i and "," in text_of(doc)[sentence.start_char : m.span[0] + 1]
        ]
        after = [m for m in named if token.i < m.start <= token.i + 4]
        known = [m for t in doc[max(sentence.start, token.i - 8) : token.i] if (m := actors.people.get(t.text))]
        chosen = before[-1] if before else after[0] if after else known[-1] if known else None
        source = as_source(chosen) if chosen is not None else None
        if source is not None:
            rule = f"attributed: {token.lower_}"
            return [Frame(*_part(sentence, token.idx), source, rule, (token.idx, token.idx + len(token)))]
    return []


def _passive(verb: Token) -> bool:
    return any(child.dep_ == "auxpass" for child in verb.children)


def _part(sentence: Span, at: int) -> tuple[int, int]:
    """The part of a sentence, between semicolons, that holds a character."""
    text = text_of(sentence.doc)
    start = text.rfind(";", sentence.start_char, at) + 1 or sentence.start_char
    end = text.find(";", at, sentence.end_char)
    return start, end if end >= 0 else sentence.end_char


def _content(verb: Token, kind: str, news: bool) -> tuple[int, int] | None:
    """Characters of what is said."""
    marks = {child.lower_ for child in verb.children if child.dep_ == "mark"}
    if verb.dep_ in ("acl", "amod") or (verb.dep_ == "advcl" and verb.tag_ == "VBN" and "as" not in marks):
        return None
    if news and kind != "acts" and _closes(verb):
        return _part(verb.sent, verb.idx)
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


def _closes(verb: Token) -> bool:
    """Whether a verb of saying stands with its subject after what is said: "..., the X ministry told reporters on Monday." """
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    if subject is None or subject.tag_ in ("WDT", "WP"):
        return False
    if any(child.dep_ in ("ccomp", "xcomp", "mark", "advcl") and child.i > verb.i for child in verb.children):
        return False
    first = min(verb.i, subject.left_edge.i)
    before = verb.doc[first - 1] if first > verb.sent.start else None
    return before is not None and before.text in (",", "”", '"', "”,")


def _characters(first: Token, last: Token) -> tuple[int, int]:
    return first.idx, last.idx + len(last)


def _quoted(doc: Doc, frames: list[Frame]) -> list[Frame]:
    """Quotation marks belong to one source: the one their sentence, or the sentence beside them, names."""
    out = []
    for match in _QUOTES.finditer(text_of(doc)):
        touching = [f for f in frames if _touches(doc, f, match.start(), match.end())]
        if touching:
            best = max(touching, key=lambda f: (min(f.end, match.end()) - max(f.start, match.start()), -f.start))
            out.append(Frame(match.start(), match.end(), best.source, f"quoted, {best.rule}", best.words))
    return out


def _touches(doc: Doc, frame: Frame, start: int, end: int) -> bool:
    """Whether a frame overlaps a quotation or stands right beside it in the same paragraph."""
    if frame.start >= end + 2 or frame.end <= start - 2:
        return False
    between = text_of(doc)[min(frame.end, start) : start] + text_of(doc)[end : max(frame.start, end)]
    return "\n" not in between
