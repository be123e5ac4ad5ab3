"""A document as the encoder takes it: word pieces, and beside them what the vocabularies know of each word.

No name of a state, an organisation, an armed group or a person reaches the encoder. Where a text names an actor the encoder
sees only how (a name, an adjective, a capital ...) and which of the document's actors, by number: the first actor of a document
is 1, the next 2. So whoever the parties are, they are read by the same weights, and a text with its parties exchanged is read
the same with the parties exchanged.

The words of a document stand behind a short heading that says who publishes, in which genre, under which title. A long document
is read in passages; each is a window of the encoder that repeats the heading and a little of what stood before it.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from merestone.reading.actor_mentions import FORMS, ActorMention, Entry, entry_of_code, find_actors, find_sector_words, kinds
from merestone.reading.context import Context
from merestone.reading.text import Text, text_of
from merestone.reading.vocabulary import rows

Ints = npt.NDArray[np.int32]

LONGEST_WINDOW = 500
"""Word pieces of a window, heading included."""
LOOK_BACK = 96
"""Word pieces of the text before a window that it repeats, at most."""
LONGEST_TITLE = 32
"""Words of the title that a heading holds."""
PIECES_OF_A_WORD = 6
"""Word pieces of one word, at most; the rest of a longer word is left out."""
ACTORS = 24
"""Actors told apart in one document; later ones share the last number."""

SHAPES = ("lower", "title", "capitals", "mixed", "number", "other")
SECTORS = ("GOV", "MFA", "MOD", "MIL", "PKO", "CIV", "TERR", "PRISONER", "MEDIA", "SIDE", "SELF", "OTHER")
_PUBLISHERS: Mapping[str, str] = {
    "GOV": "government", "MFA": "foreign ministry", "MOD": "defence ministry", "MIL": "armed forces", "PKO": "peacekeepers",
    "MEDIA": "media", "CIV": "civilians",
}  # fmt: skip
_GENRES: Mapping[str, str] = {"statement": "statement", "monitor_report": "monitoring report", "news": "news"}


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of a heading or a text, with what the vocabularies know of each."""

    words: tuple[str, ...]
    actor: tuple[int, ...]
    """Number of the actor that the word names, from 1; 0 for none."""
    form: tuple[int, ...]
    """1 + index in FORMS of how it names the actor; 0 for a plain word."""
    sector: tuple[int, ...]
    """1 + index in SECTORS of the sector that the word tells; 0 for none."""
    spans: tuple[tuple[int, int], ...]
    """Characters of each word; (0, 0) in a heading."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mentioned:
    """An actor mention by its place in a document's words."""

    word: int
    """Index of the word that stands for it; below the length of the heading for the publisher."""
    actor: int
    """Index in the document's actors."""
    mention: ActorMention | None
    """None for the publisher and the sides in the heading."""
    given: Literal["", "publisher", "side"] = ""
    """What the heading says it is, where the text does not name it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Encodable:
    """A document ready to be encoded."""

    text: Text
    heading: Words
    body: Words
    actors: tuple[Entry, ...]
    """The document's actors in order of first mention, the publisher's first; sector None but for forces first met so."""
    mentions: tuple[Mentioned, ...]
    """Mentions of actors; ``word`` counts from the first word of the heading."""


def encodable(text: Text, context: Context) -> Encodable:
    """A document's words with what the vocabularies know of them."""
    title = text_of(context.title)
    publisher = entry_of_code(context.publisher) if context.publisher else None
    in_title, in_text = find_actors(title, context.actors), find_actors(text, context.actors)
    numbers: dict[str, int] = {}
    actors: list[Entry] = []
    first = [publisher] if publisher else []
    named = [*first, *(Entry(m.actor, m.form, m.sector) for m in (*in_title, *in_text))]
    sides = [entry_of_code(code) for code in sides_of(context, [entry.actor for entry in named])]
    opponent = _opponent(publisher, [entry.actor for entry in (*named, *sides)])
    if opponent is not None:
        in_title, in_text = (_with_opponent(part, found, opponent) for part, found in ((title, in_title), (text, in_text)))
    for entry in [*named, *sides]:
        if entry.actor not in numbers:
            numbers[entry.actor] = len(numbers) + 1
            actors.append(entry)
    heading, heading_mentions = _heading(context, publisher, sides, title, in_title, numbers)
    body, body_mentions = _words(text, in_text, numbers)
    mentions = [*heading_mentions, *(dataclasses.replace(m, word=m.word + len(heading.words)) for m in body_mentions)]
    return Encodable(text, heading, body, tuple(actors), tuple(mentions))


def sides_of(context: Context, named: Sequence[str]) -> list[str]:
    """Codes of the sides that a heading gives beside the publisher: the case's parties; without a case, where a text names one
    party alone, those whom it usually opposes (``opponents.tsv``), so that "the enemy" can be somebody."""
    if context.parties:
        return list(context.parties)
    parties = _parties(named)
    if len(parties) != 1 or context.published is None:
        return []
    (only,) = parties
    return [other for other, first, last in opponents().get(only, ()) if first <= context.published.year <= last]


def _parties(named: Iterable[str]) -> set[str]:
    return {actor for actor in named if actor != "MEDIA" and kinds().get(actor) not in ("body", "monitor")}


def _opponent(publisher: Entry | None, named: Iterable[str]) -> str | None:
    """Whom a party that publishes means by "the enemy": the one other party that the text or its heading names."""
    parties = _parties(named)
    if publisher is None or publisher.actor not in parties or len(parties) != 2:
        return None
    (other,) = parties - {publisher.actor}
    return other


def _with_opponent(text: Text, found: Sequence[ActorMention], opponent: str) -> tuple[ActorMention, ...]:
    """The mentions with the words for an opponent among them ("the adversary"), which name it as much as its name does."""
    taken = np.zeros(len(text.text) + 1, bool)
    for mention in found:
        taken[mention.start : mention.end] = True
    words = [
        ActorMention(start, end, opponent, "force", "MIL")
        for start, end, sector in find_sector_words(text)
        if sector == "OTHER" and not taken[start:end].any()
    ]
    return tuple(sorted((*found, *words), key=lambda mention: mention.start))


@cache
def opponents() -> Mapping[str, tuple[tuple[str, int, int], ...]]:
    """For each party those it is usually opposed to, with the first and the last year."""
    out: dict[str, list[tuple[str, int, int]]] = {}
    for row in rows("opponents.tsv", ("one", "other", "first", "last")):
        if not row["first"].isdigit() or not (row["last"] or "9999").isdigit():
            raise row.wrong("first and last must be years")
        for one, other in ((row["one"], row["other"]), (row["other"], row["one"])):
            out.setdefault(one, []).append((other, int(row["first"]), int(row["last"] or 9999)))
    return {one: tuple(others) for one, others in out.items()}


def _heading(
    context: Context, publisher: Entry | None, sides: Sequence[Entry], title: Text, in_title: Sequence[ActorMention],
    numbers: Mapping[str, int],
) -> tuple[Words, list[Mentioned]]:  # fmt: skip
    """ "[actor 1] defence ministry, statement, sides [actor 1] [actor 2]: the title." """
    words: list[tuple[str, int, int, int]] = []
    mentions: list[Mentioned] = []
    if publisher is None:
        words.append(("unknown", 0, 0, 0))
    else:
        number = numbers[publisher.actor]
        mentions.append(Mentioned(0, number - 1, None, "publisher"))
        form = "name" if publisher.form == "force" else publisher.form
        words.append(("", number, 1 + FORMS.index(form), 0))
        sector = SECTORS.index(publisher.sector) + 1 if publisher.sector in SECTORS else 0
        words += [(word, 0, 0, sector) for word in _PUBLISHERS.get(publisher.sector or "", "").split()]
    words += [(word, 0, 0, 0) for word in (",", *_GENRES[context.genre].split())]
    words += [(word, 0, 0, 0) for word in ((",", "sides") if sides else ())]
    for side in sides:
        mentions.append(Mentioned(len(words), numbers[side.actor] - 1, None, "side"))
        words.append(("", numbers[side.actor], 1 + FORMS.index(side.form), 0))
    words.append((":", 0, 0, 0))
    shown, shown_mentions = _words(title, in_title, numbers)
    kept = min(LONGEST_TITLE, len(shown.words))
    mentions += [dataclasses.replace(m, word=m.word + len(words)) for m in shown_mentions if m.word < kept]
    words += list(zip(shown.words[:kept], shown.actor[:kept], shown.form[:kept], shown.sector[:kept], strict=True))
    columns = tuple(zip(*words, strict=True))
    return Words(columns[0], columns[1], columns[2], columns[3], ((0, 0),) * len(words)), mentions


def _words(text: Text, mentions: Sequence[ActorMention], numbers: Mapping[str, int]) -> tuple[Words, list[Mentioned]]:
    """The words of a text; an actor's name, however long, is one word."""
    words: list[str] = []
    actor: list[int] = []
    form: list[int] = []
    spans: list[tuple[int, int]] = []
    found: list[Mentioned] = []
    place = 0
    for start, end in text.words:
        while place < len(mentions) and mentions[place].end <= start:
            place += 1
        if place < len(mentions) and end > mentions[place].start:
            mention = mentions[place]
            if not found or found[-1].mention is not mention:
                number = numbers[mention.actor]
                found.append(Mentioned(len(words), number - 1, mention))
                words.append("")
                actor.append(number)
                form.append(1 + FORMS.index(mention.form))
                spans.append((mention.start, mention.end))
            continue
        words.append(text.text[start:end])
        actor.append(0)
        form.append(0)
        spans.append((start, end))
    sector = [0] * len(words)
    place = 0
    for start, end, name in find_sector_words(text):
        while place < len(spans) and spans[place][1] <= start:
            place += 1
        step = place
        while step < len(spans) and spans[step][0] < end:
            sector[step] = SECTORS.index(name) + 1
            step += 1
    return Words(tuple(words), tuple(actor), tuple(form), tuple(sector), tuple(spans)), found


def shape_of(word: str) -> int:
    """Index in SHAPES of how a word is written."""
    if word.islower():
        return 0
    if word.isdigit():
        return 4
    if word[:1].isupper() and (len(word) == 1 or word[1:].islower()):
        return 1
    if word.isupper():
        return 2
    return 3 if word[:1].isalnum() else 5


class Pieces:
    """Cuts words into the pieces of the encoder's vocabulary (Schuster and Nakajima, Japanese and Korean Voice Search, 2012).

    The vocabulary is that of BERT, uncased: lower case, without accents, the longest piece first.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self.unknown = self._ids["[UNK]"]
        self.begin = self._ids["[CLS]"]
        self.separate = self._ids["[SEP]"]
        self.plain = len(vocabulary)
        """First id of the forms of actors, which follow the pieces."""
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, word: str) -> tuple[int, ...]:
        """The ids of a word's pieces, one at least."""
        kept = self._known.get(word)
        if kept is None:
            kept = self._cut(word)
            if len(self._known) < 200_000:
                self._known[word] = kept
        return kept

    def _cut(self, word: str) -> tuple[int, ...]:
        folded = "".join(c for c in unicodedata.normalize("NFD", word[:64].lower()) if unicodedata.category(c) != "Mn")
        out: list[int] = []
        start = 0
        while start < len(folded) and len(out) < PIECES_OF_A_WORD:
            for end in range(len(folded), start, -1):
                piece = self._ids.get(folded[start:end] if start == 0 else "##" + folded[start:end])
                if piece is not None:
                    out.append(piece)
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(out) or (self.unknown,)


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """What the encoder takes at a time, an array of P pieces each; ``first`` (W) says where each of W words begins."""

    ids: Ints
    actor: Ints
    shape: Ints
    sector: Ints
    owner: Ints
    """1 + the window's word that each piece belongs to; 0 for pieces of none."""
    first: Ints
    words: Ints
    """Index of each of the window's words among the document's words, heading first."""
    fresh: int
    """Index, in ``words``, of the first word that no window before has read: claims begin there or later."""


def windows_of(document: Encodable, cut: Pieces, passages: Sequence[tuple[int, int]]) -> list[Window]:
    """The windows of some passages (half-open ranges of sentences) of a document, in order.

    Each word of a passage lies fresh in one window. A passage is one window where its pieces have room in it; else it is cut at
    a sentence, and a sentence that has no room at a word.
    """
    heading = _pieces_of(document.heading, cut)
    body = _pieces_of(document.body, cut)
    room = LONGEST_WINDOW - 3 - sum(map(len, heading))
    sentences = _sentence_words(document)
    out: list[Window] = []
    for first, last in passages:
        for begin, end in _fitting([sentences[at] for at in range(first, last)], body, room):
            used = sum(len(body[word]) for word in range(begin, end))
            back = begin
            while back > 0 and begin - back < LOOK_BACK and used + len(body[back - 1]) <= room:
                back -= 1
                used += len(body[back])
            out.append(_window(document, heading, body, back, begin, end, cut))
    return out


def _fitting(sentences: Sequence[tuple[int, int]], body: Sequence[tuple[int, ...]], room: int) -> Iterator[tuple[int, int]]:
    """Ranges of words that each have room in a window, of whole sentences where that can be."""
    begin = end = sentences[0][0] if sentences else 0
    used = 0
    for first, last in sentences:
        size = sum(len(body[word]) for word in range(first, last))
        if used and used + size > room:
            yield begin, end
            begin, used = first, 0
        for word in range(first, last):
            if used + len(body[word]) > room and word > begin:
                yield begin, word
                begin, used = word, 0
            used += len(body[word])
        end = last
    if end > begin:
        yield begin, end


def _pieces_of(words: Words, cut: Pieces) -> list[tuple[int, ...]]:
    return [(cut.plain + form - 1,) if form else cut.of(word) for word, form in zip(words.words, words.form, strict=True)]


def _sentence_words(document: Encodable) -> list[tuple[int, int]]:
    """Half-open ranges of the words of each sentence."""
    out: list[tuple[int, int]] = []
    place, spans = 0, document.body.spans
    for _, end in document.text.sentences:
        first = place
        while place < len(spans) and spans[place][0] < end:
            place += 1
        out.append((first, place))
    return out


def _window(
    document: Encodable,
    heading: list[tuple[int, ...]],
    body: list[tuple[int, ...]],
    begin: int,
    fresh: int,
    end: int,
    cut: Pieces,
) -> Window:
    columns: list[tuple[int, int, int, int, int]] = [(cut.begin, 0, 0, 0, 0)]
    first: list[int] = []
    words: list[int] = []

    def add(source: Words, parts: list[tuple[int, ...]], index: int, offset: int) -> None:
        first.append(len(columns))
        words.append(index + offset)
        shape = 0 if source.form[index] else shape_of(source.words[index])
        of = len(words)
        columns.extend((part, min(source.actor[index], ACTORS), shape, source.sector[index], of) for part in parts[index])

    for index in range(len(heading)):
        add(document.heading, heading, index, 0)
    columns.append((cut.separate, 0, 0, 0, 0))
    for index in range(begin, end):
        add(document.body, body, index, len(heading))
    columns.append((cut.separate, 0, 0, 0, 0))
    table = np.array(columns, dtype=np.int32).T
    begins, shown = np.array(first, np.int32), np.array(words, np.int32)
    return Window(table[0], table[1], table[2], table[3], table[4], begins, shown, len(heading) + fresh - begin)
