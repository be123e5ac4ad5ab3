"""What can be seen of words and of actor mentions without understanding them, for the encoder and for the choice of actors.

Flags of words go into the encoder beside the words. Features of a mention, and of a mention together with a claim, stand
beside the encoder's own judgement where actor, target and speaker of a claim are chosen: which preposition stands before a
name, whether somebody says something there, how far it is from the word that names the event. None of them knows which
actor is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from merestone.reading.actor_mentions import FORMS
from merestone.reading.encoding import SECTORS, Encodable, Words
from merestone.reading.inflection import forms_of
from merestone.reading.vocabulary import rows

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

SPEECH = ("says", "tells", "acts")
PLACES = ("line", "place", "direction")
FLAGS = ("quoted", *SPEECH, *PLACES, "time", "number", "weapon", "proof")
"""Flags of a word: it stands in quotation marks; it is a verb of saying; a noun of a place; part of a mention of that kind."""

_PREPOSITIONS = ("by", "of", "against", "from", "on", "at", "in", "to", "with", "between", "and", "for", "into", "towards")
_SKIPPED = frozenset(
    {"the", "a", "an", "its", "their", "his", "her", "some", "several", "all", "both", "other", "two", "three"}
)
_OPENING, _CLOSING = "“«„", "”»"
_LONGEST_QUOTE = 400
"""Words after which a quotation that nobody closed is taken to have ended."""
_POSSESSIVE = ("'", "’", "s", "'s", "’s")
_REACH = 7
"""Words between a name and a verb of saying that belong together, at most."""


@cache
def speech_verbs() -> dict[str, str]:
    """Kind of a verb of saying by its forms, in lower case; of several kinds the first in SPEECH."""
    out: dict[str, str] = {}
    table = rows("speech.tsv", ("kind", "verbs"))
    for kind in SPEECH:
        for row in table:
            if row["kind"] == kind:
                for verb in row.several("verbs"):
                    for form in forms_of(verb, "verb"):
                        out.setdefault(form, kind)
    return out


@cache
def place_nouns() -> dict[str, str]:
    """Kind of a word that stands with or for a place, in lower case."""
    return {
        word: row.one_of("kind", PLACES) for row in rows("place_words.tsv", ("kind", "words")) for word in row.several("words")
    }


def quoted(words: Sequence[str]) -> list[bool]:
    """Which words stand in quotation marks; straight marks open and close in turn."""
    out: list[bool] = []
    opened: int | None = None
    for index, word in enumerate(words):
        if opened is not None and index - opened > _LONGEST_QUOTE:
            opened = None
        if word in _OPENING and word:
            opened = index
        elif word in _CLOSING and word:
            opened = None
        elif word == '"':
            opened = index if opened is None else None
        out.append(opened is not None)
    return out


def word_flags(document: Encodable, found: dict[str, Sequence[tuple[int, int]]]) -> Floats:
    """Flags of all words of a document, heading first, shape (words, len(FLAGS)).

    ``found`` gives the spans of characters of the mentions of each of the last four kinds of FLAGS.
    """
    heading = len(document.heading.words)
    words = [*document.heading.words, *document.body.words]
    out = np.zeros((len(words), len(FLAGS)), np.float32)
    out[heading:, 0] = quoted(document.body.words)
    verbs, nouns = speech_verbs(), place_nouns()
    for index, word in enumerate(words):
        low = word.lower()
        if (kind := verbs.get(low)) is not None:
            out[index, FLAGS.index(kind)] = 1
        if (kind := nouns.get(low)) is not None:
            out[index, FLAGS.index(kind)] = 1
    starts = [start for start, _ in document.body.spans]
    for name, spans in found.items():
        column = FLAGS.index(name)
        for start, end in spans:
            first = int(np.searchsorted(starts, start, side="right")) - 1
            last = int(np.searchsorted(starts, end, side="left"))
            out[heading + max(first, 0) : heading + last, column] = 1
    return out


MENTION_FEATURES = (
    *(f"form {form}" for form in FORMS),
    "in heading", "publisher", "side", "quoted", "possessive", "in brackets",
    *(f"after {word}" for word in _PREPOSITIONS), "after other",
    *(f"with {sector}" for sector in SECTORS),
    "says behind", "tells behind", "acts behind", "says before", "according to",
    "first in sentence", "last in sentence", "often", "once", "most often",
)  # fmt: skip
PAIR_FEATURES = (
    "inside", "before", "behind", "same sentence", "sentence before", "sentences before", "sentence behind", "near", "far",
    "nearest before", "nearest behind", "comma between", "stop between", "only one in sentence", "last source",
    "source in sentence", "same quotation", "distance",
)  # fmt: skip


def mention_features(document: Encodable, sentences: Ints, flags: Floats) -> Floats:
    """Features of each mention of a document, shape (mentions, len(MENTION_FEATURES))."""
    words = [word.lower() for word in (*document.heading.words, *document.body.words)]
    sectors = (*document.heading.sector, *document.body.sector)
    heading = len(document.heading.words)
    names = {name: column for column, name in enumerate(MENTION_FEATURES)}
    out = np.zeros((len(document.mentions), len(MENTION_FEATURES)), np.float32)
    said = flags[:, 1 : 1 + len(SPEECH)]
    counts = np.bincount([m.actor for m in document.mentions], minlength=len(document.actors) or 1)
    order = [int(sentences[m.word]) for m in document.mentions]
    for row, mention in enumerate(document.mentions):
        word = mention.word
        form = mention.mention.form if mention.mention else document.actors[mention.actor].form
        on = [f"form {form}"]
        on += [mention.given] * bool(mention.given)
        on += ["in heading"] * (word < heading)
        on += ["quoted"] * bool(flags[word, 0])
        on += ["possessive"] * (words[word + 1 : word + 2] in (["'"], ["’"]))
        on += ["in brackets"] * (word > 0 and words[word - 1] == "(")
        step = word - 1
        while step >= 0 and words[step] in _SKIPPED:
            step -= 1
        before = words[step] if step >= 0 else ""
        on.append(f"after {before}" if before in _PREPOSITIONS else "after other")
        own = mention.mention.sector if mention.mention else None
        sector = next((sectors[at] for at in range(word + 1, min(word + 4, len(words))) if sectors[at]), 0)
        if not sector and before in ("of", "in", "for", "from"):
            sector = next((sectors[at] for at in range(step - 1, max(step - 5, -1), -1) if sectors[at]), 0)
        if own in SECTORS:
            on.append(f"with {own}")
        elif sector:
            on.append(f"with {SECTORS[sector - 1]}")
        for kind, column in zip(SPEECH, range(len(SPEECH)), strict=True):
            on += [f"{kind} behind"] * bool(said[word + 1 : word + 1 + _REACH, column].any())
        on += ["says before"] * bool(said[max(0, word - 4) : word, 0].any())
        on += ["according to"] * ("according" in words[max(0, word - 6) : word])
        same = order[row]
        on += ["first in sentence"] * (row == 0 or order[row - 1] != same)
        on += ["last in sentence"] * (row + 1 == len(order) or order[row + 1] != same)
        count = int(counts[mention.actor])
        on += ["often"] * (count > 2) + ["once"] * (count == 1) + ["most often"] * (count == int(counts.max()))
        for name in on:
            out[row, names[name]] = 1
    return out


def names_forces(body: Words, word: int) -> bool:
    """Whether the mention at a word of a text is that of an actor's forces by the words right beside it: "X's armed forces",
    "the armed forces of the X"."""
    words, forces = body.words, 1 + SECTORS.index("MIL")
    behind = next((at for at in range(word + 1, len(words)) if words[at] not in _POSSESSIVE), len(words))
    if behind < len(words) and body.sector[behind] == forces:
        return True
    before = [at for at in range(max(word - 3, 0), word) if words[at].lower() != "the"]
    return len(before) > 1 and words[before[-1]].lower() == "of" and body.sector[before[-2]] == forces


def pair_features(
    anchors: Ints,
    firsts: Ints,
    lasts: Ints,
    mentions: Ints,
    sources: npt.NDArray[np.bool_],
    sentences: Ints,
    marks: Ints,
    quotes: Ints,
) -> Floats:
    """Features of each claim with each mention, shape (claims, mentions, len(PAIR_FEATURES)).

    ``anchors``, ``firsts`` and ``lasts`` (C) are the words that name the event and that begin and end the claim;
    ``mentions`` (M) the words of the mentions and ``sources`` (M) whether somebody says something there; ``sentences`` (W)
    the number of each word's sentence, ``marks`` (W, 2) how many commas and how many stronger stops stand before it,
    ``quotes`` (W) the number of its quotation, 0 for none.
    """
    claims, places = anchors[:, None], mentions[None, :]
    step = places - claims
    gap = sentences[mentions][None, :] - sentences[anchors][:, None]
    same = gap == 0
    inside = (places >= firsts[:, None]) & (places <= lasts[:, None])
    body = (sentences[mentions] > 0)[None, :]
    before, behind = step <= 0, step > 0
    between = np.abs(marks[mentions][None, :, :] - marks[anchors][:, None, :])
    nearest_before = _nearest(np.where(same & before, -step, 10_000))
    nearest_behind = _nearest(np.where(same & behind, step, 10_000))
    alone = np.broadcast_to(same.sum(1, keepdims=True) == 1, same.shape) & same
    last_source = _nearest(np.where(sources[None, :] & before & body & (gap < 0), -step, 10_000))
    in_quote = (quotes[mentions][None, :] == quotes[anchors][:, None]) & (quotes[mentions] > 0)[None, :]
    columns = (
        inside, same & before, same & behind, same, gap == -1, (gap < -1) & body, gap > 0, same & (np.abs(step) <= 4),
        same & (np.abs(step) > 12), nearest_before, nearest_behind, same & (between[:, :, 0] > 0),
        same & (between[:, :, 1] > 0), alone, last_source, same & sources[None, :], in_quote,
        np.minimum(np.abs(step), 60) / 30.0,
    )  # fmt: skip
    return np.stack(columns, axis=-1).astype(np.float32)


def _nearest(distance: Ints) -> npt.NDArray[np.bool_]:
    if not distance.shape[1]:
        return np.zeros(distance.shape, bool)
    least = distance.min(1, keepdims=True)
    return np.asarray((distance == least) & (distance < 10_000), bool)


def marks_of(words: Sequence[str]) -> Ints:
    """How many commas, and how many stronger stops, stand up to each word, shape (words, 2)."""
    comma = np.cumsum([word in (",", "–", "—") for word in words])
    stop = np.cumsum([word in (";", ":", "(", ")", ".") for word in words])
    return np.stack([comma, stop], axis=1).astype(np.int32)


def quotes_of(flags: Floats) -> Ints:
    """The number of each word's quotation, 0 for none."""
    inside = flags[:, 0] > 0
    begins = inside & ~np.concatenate([[False], inside[:-1]])
    return (np.cumsum(begins) * inside).astype(np.int32)


def sources_of(features: Floats) -> npt.NDArray[np.bool_]:
    """Which mentions somebody says something at, by their features."""
    names = [MENTION_FEATURES.index(name) for name in ("says behind", "tells behind", "says before", "according to")]
    return np.asarray(features[:, names].any(1), bool)
