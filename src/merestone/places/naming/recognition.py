"""Every name of a place in an English text, with its characters: a small network over what the words and the gazetteer say.

A word is given to the network as the sum of its pieces' embeddings (those of the reader's encoder), how it is written, and
what the gazetteer knows of the longest name that it is part of. A gated recurrent unit in each direction reads the sentences
around it (Cho et al. 2014); then all words of the document that are written alike are read together, so that a name that is
clear once is clear throughout. Adjectives and names of peoples count as names of places, as in GeoWebNews, LGL and TR-News, and
are told apart by ``Toponym.kind``. The weights were fitted by ``training/fit_toponyms.py``.

What must stay true here: spans lie inside the text, in order, and do not overlap; the result is a function of the text and the
gazetteer; time is linear in the length of the text, whatever it holds.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np
import numpy.typing as npt

from merestone.model import Span
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.gazetteers.names import fold
from merestone.places.naming.candidates import other_names, peoples
from merestone.places.naming.mentions import states
from merestone.reading.encoding import Pieces, shape_of
from merestone.reading.text import Text, characters_of, text_of

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Kind = Literal["place", "people"]

PIECES = 5
"""Word pieces of a word that are looked at, at most."""
ROW = 60
"""Words that are read in a row at least, in whole sentences."""
LONGEST_NAME = 9
"""Words and marks of a name in the gazetteer, at most."""
PORTION = 20_000
"""Words of a text that are read together: names written alike help one another within a portion."""
BATCH = 64

FEATURES = (
    "begins", "inside", "state", "people", "country", "region", "settlement", "population", "places", "main_name", "words",
    "sentence_start", "capitals_in_sentence", "written_small_too", "after_space",
)  # fmt: skip
"""What the network is told of a word besides its pieces; from ``begins`` to ``words`` of the gazetteer's longest name there."""
_OF_NAME = slice(2, 10)
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
SIDES = ("forward", "backward")

_WIDE = ("region", "area", "water", "mountain")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir)\.?\s$")
_INNER = frozenset(
    "of|the|de|la|le|du|del|des|da|do|dos|las|los|el|al|and|y|e|i|di|van|der|den|und|en|sur|les|on|upon|in|am".split("|")  # noqa: SIM905
)
_MARKS = frozenset("-'’.‘`&")


@dataclasses.dataclass(frozen=True, slots=True)
class Toponym:
    """A name of a place in a text, as a half-open span of characters."""

    start: int
    end: int
    text: str
    kind: Kind
    """people: an adjective, a people or a language ("Armenian", "Texans"); place: everything else."""
    probability: float
    """How likely it is one, as the network states it."""

    @property
    def span(self) -> Span:
        return self.start, self.end


def recognise(text: str, gazetteer: Gazetteer) -> tuple[Toponym, ...]:
    """The names of places in a text, in text order."""
    text = characters_of(text)
    whole = text_of(text)
    network = recogniser()
    out: list[Toponym] = []
    for portion in _portions(whole):
        words = words_of(portion, gazetteer)
        for first, last, probability in spans_of(network.tags(words)):
            start, end = portion.words[first][0], portion.words[last][1]
            if _TITLE.search(text, max(0, start - 8), start):
                continue  # "Mr. London" is a person
            out.append(Toponym(start, end, text[start:end], kind_of(text[start:end]), probability))
    return tuple(out)


def kind_of(name: str) -> Kind:
    """Whether a name is one of a people, or an adjective, by the vocabularies."""
    folded = fold(name)
    if folded in peoples():
        return "people"
    known = other_names().get(folded, ())
    return "people" if known and all(by == "people" for _, by in known) else "place"


def _portions(text: Text) -> Iterator[Text]:
    """A text in portions of whole sentences; their spans are those of the text."""
    first_word = first_sentence = 0
    word = 0
    for number, (_, end) in enumerate(text.sentences):
        while word < len(text.words) and text.words[word][0] < end:
            word += 1
        if word - first_word >= PORTION or number + 1 == len(text.sentences):
            yield Text(text.text, text.words[first_word:word], text.sentences[first_sentence : number + 1])
            first_word, first_sentence = word, number + 1


# --------------------------------------------------------------------------------------------------------------------------
# what the network is given


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """W words of a text as the network takes them."""

    pieces: tuple[tuple[int, ...], ...]
    """Of each of the different words, its pieces."""
    which: Ints
    """Number, in ``pieces``, of each word (W,)."""
    shape: Ints
    """How each is written, see ``encoding.SHAPES`` (W,)."""
    features: Floats
    """(W, FEATURES)"""
    rows: tuple[tuple[int, int], ...]
    """Half-open ranges of words that are read in a row."""
    alike: Ints
    """A number for each word that is written with a capital, the same for the same word; -1 for others (W,)."""


def words_of(text: Text, gazetteer: Gazetteer) -> Words:
    """The words of a text with what the gazetteer knows of them."""
    whole, spans = text.text, text.words
    written = [whole[start:end] for start, end in spans]
    numbers: dict[str, int] = {}
    which = np.array([numbers.setdefault(word, len(numbers)) for word in written], np.int64)
    different = list(numbers)
    capital = np.array([word[0].isupper() for word in different], np.bool_)
    letter = np.array([word[0].isalpha() for word in different], np.bool_)
    small = np.array([word.casefold() in numbers and not word.islower() for word in different], np.bool_)
    features = np.zeros((len(spans), len(FEATURES)), np.float32)
    if not spans:
        return Words((), which, which, features, (), which)
    for first, last, known in _known_names(whole, spans, written, gazetteer):
        features[first:last, _OF_NAME] = known
        features[first, 0] = 1
        features[first + 1 : last, 1] = 1
        features[first:last, 10] = (last - first) / 4
    starts = np.array([start for start, _ in spans], np.int64)
    ends = np.array([end for _, end in spans], np.int64)
    sentence = np.searchsorted(np.array([start for start, _ in text.sentences], np.int64), starts, side="right") - 1
    sentence -= sentence[0]
    begins = np.concatenate([[True], sentence[1:] != sentence[:-1]])
    count = np.maximum(np.bincount(sentence, letter[which]), 1)
    features[:, 11] = begins
    features[:, 12] = (np.bincount(sentence, capital[which]) / count)[sentence]
    features[:, 13] = small[which]
    features[:, 14] = np.concatenate([[True], starts[1:] > ends[:-1]])
    cut = pieces()
    return Words(
        pieces=tuple(cut.of(word)[:PIECES] for word in different), which=which,
        shape=np.array([shape_of(word) for word in different], np.int64)[which], features=features,
        rows=_rows(np.flatnonzero(begins), len(spans)), alike=np.where(capital[which], which, -1),
    )  # fmt: skip


def _rows(begins: npt.NDArray[np.intp], words: int) -> tuple[tuple[int, int], ...]:
    out, first = [], 0
    for start, end in zip(begins, [*begins[1:], words], strict=True):
        if end - first > ROW and start > first:
            out.append((first, int(start)))
            first = int(start)
    out.append((first, words))
    return tuple(out)


def _known_names(
    whole: str, spans: Sequence[Span], written: Sequence[str], gazetteer: Gazetteer
) -> Iterator[tuple[int, int, tuple[float, ...]]]:
    """The gazetteer's names in a text as half-open ranges of words, the longest from the left, with what is known of each."""
    known: dict[str, tuple[float, ...] | None] = {}
    here, count = 0, len(written)
    while here < count:
        if not written[here][0].isupper():
            here += 1
            continue
        ends, last = [here + 1], here + 1
        while last < min(count, here + LONGEST_NAME):
            gap, word = whole[spans[last - 1][1] : spans[last][0]], written[last]
            after_mark = not gap and written[last - 1] in _MARKS
            if len(gap) > 1 or gap == "\n" or not (
                word[0].isupper() or word in _INNER or word in _MARKS or word.isdigit() or (after_mark and word[0].isalpha())
            ):  # fmt: skip
                break
            last += 1
            if word[0].isupper() or word == "." or after_mark:
                ends.append(last)
        for end in reversed(ends):
            name = whole[spans[here][0] : spans[end - 1][1]]
            if name not in known:
                known[name] = _known_of(name, gazetteer)
            if (found := known[name]) is not None:
                yield here, end, found
                here = end
                break
        else:
            here += 1


def _known_of(name: str, gazetteer: Gazetteer) -> tuple[float, ...] | None:
    """What the gazetteer and the vocabularies know of a name (``FEATURES``, from state to main_name); None for nothing."""
    folded = fold(name)
    if len(folded) < 2:
        return None
    entries, others, people = gazetteer.find(name), other_names().get(folded, ()), folded in peoples()
    state = folded in states() and not people
    if not (entries or state or people or others):
        return None
    features = {entry.feature for entry in entries}
    population = max((entry.population or 0 for entry in entries), default=0)
    return (
        float(state), float(people or any(by == "people" for _, by in others)), float("country" in features),
        float(not features.isdisjoint(_WIDE) or any(by == "short" for _, by in others)), float("settlement" in features),
        float(np.log10(population + 1)) / 8, float(np.log2(1 + len(entries))) / 6,
        float(any(fold(entry.name) == folded for entry in entries)),
    )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------------
# the network


@cache
def pieces() -> Pieces:
    """The word pieces of the reader's encoder."""
    file = resources.files("merestone.reading").joinpath("data", "encoder", "vocabulary.txt")
    return Pieces(file.read_text(encoding="utf-8").split("\n"))


@cache
def piece_vectors() -> tuple[npt.NDArray[np.int8], Floats]:
    """Embeddings of the word pieces, as whole numbers with a scale for each row."""
    with resources.files("merestone.reading").joinpath("data", "encoder", "embeddings.npz").open("rb") as file:
        tables = np.load(file)
        return tables["pieces"], tables["pieces_scale"]


def vectors_of(cut: Sequence[tuple[int, ...]]) -> Floats:
    """The vectors of some words from their pieces' numbers: their sum over the root of their number, (words, width)."""
    table, scale = piece_vectors()
    flat = np.array([piece for word in cut for piece in word], np.int64)
    sizes = np.array([len(word) for word in cut], np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    found = np.add.reduceat(table[flat].astype(np.float32) * scale[flat, None], starts, axis=0)
    return np.asarray(found / np.sqrt(sizes, dtype=np.float32)[:, None], np.float32)


class Recogniser:
    """The network that tags words, in NumPy. Its arrays are those of ``training/fit_toponyms.py``."""

    def __init__(self, arrays: dict[str, Floats]) -> None:
        self._w = arrays
        self._hidden = arrays["forward_h"].shape[0]

    def tags(self, words: Words) -> Floats:
        """Probabilities of each word to be outside of a name, to begin one and to be inside of one, (W, 3)."""
        if not len(words.which):
            return np.zeros((0, 3), np.float32)
        w = self._w
        x = (vectors_of(words.pieces) @ w["piece"])[words.which] + w["shape"][words.shape] + words.features @ w["feature"]
        x = _normed(_gelu(x + w["input_bias"]), w["norm"], w["norm_bias"])
        h = np.zeros((len(x), 2 * self._hidden), np.float32)
        for batch in range(0, len(words.rows), BATCH):
            self._read(x, h, words.rows[batch : batch + BATCH])
        z = np.concatenate([h, x], axis=1) @ w["out"] + w["out_bias"]
        capital = np.flatnonzero(words.alike >= 0)
        if len(capital):
            said = np.tanh(h[capital] @ w["memory"] + w["memory_bias"])
            of, times = np.unique(words.alike[capital], return_inverse=True, return_counts=True)[1:]
            together = np.zeros((len(times), said.shape[1]), np.float32)
            np.add.at(together, of, said)
            z[capital] += (together / times[:, None])[of] @ w["recall"]
        logits = _gelu(z) @ w["tag"] + w["tag_bias"]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)

    def _read(self, x: Floats, h: Floats, rows: Sequence[tuple[int, int]]) -> None:
        """Read some rows in both directions, side by side, and write what each word got into ``h``."""
        n, begin, end = self._hidden, rows[0][0], rows[-1][1]
        sizes = np.array([last - first for first, last in rows])
        order = np.argsort(-sizes, kind="stable")
        firsts, sizes = np.array([first for first, _ in rows])[order], sizes[order]
        alive = np.searchsorted(-sizes, -np.arange(int(sizes[0])), side="left")  # rows longer than each step
        gates = np.stack([x[begin:end] @ self._w[f"{side}_x"] + self._w[f"{side}_x_bias"] for side in SIDES])
        weights = np.stack([self._w[f"{side}_h"] for side in SIDES])
        bias = np.stack([self._w[f"{side}_h_bias"] for side in SIDES])[:, None]
        state = np.zeros((2, len(rows), n), np.float32)
        side = np.array([[0], [1]])
        got = h[begin:end].reshape(-1, 2, n)
        for step, running in enumerate(alive.tolist()):
            at = np.stack([firsts[:running] + step, firsts[:running] + sizes[:running] - 1 - step]) - begin
            given, before = gates[side, at], state[:, :running]
            kept = before @ weights + bias
            both = _sigmoid(given[..., : 2 * n] + kept[..., : 2 * n])
            new = np.tanh(given[..., 2 * n :] + both[..., :n] * kept[..., 2 * n :])
            after = new + both[..., n:] * (before - new)
            state[:, :running] = after
            got[at, side] = after


@cache
def recogniser() -> Recogniser:
    """The network that comes with the program."""
    with resources.files("merestone.places").joinpath("data", "recogniser.npz").open("rb") as file:
        tables = np.load(file)
        return Recogniser({name: tables[name].astype(np.float32) for name in tables.files})


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)


def _gelu(x: Floats) -> Floats:
    """The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016)."""
    return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi, dtype=np.float32) * (x + 0.044715 * x * x * x))), np.float32)


def _normed(x: Floats, scale: Floats, bias: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-5)
    return np.asarray(centred / spread * scale + bias, np.float32)


def spans_of(tags: Floats) -> list[tuple[int, int, float]]:
    """(first word, last word, probability) of the names in the likeliest sequence of tags (Viterbi 1967), in which nothing is
    inside of a name that has not begun. The probability of a name is that of its least likely word to be part of one."""
    if not len(tags):
        return []
    scores = np.log(np.maximum(tags, 1e-12)).astype(np.float64)
    best = np.array([scores[0, OUTSIDE], scores[0, BEGIN], -np.inf])
    back: list[tuple[int, int]] = []
    outside, begin, inside = best
    for o, b, i in scores[1:].tolist():
        before = OUTSIDE if outside >= begin and outside >= inside else BEGIN if begin >= inside else INSIDE
        any_before = (outside, begin, inside)[before]
        named = BEGIN if begin >= inside else INSIDE
        named_before = begin if named == BEGIN else inside
        back.append((before, named))
        outside, begin, inside = any_before + o, any_before + b, named_before + i
    tag = int(np.argmax([outside, begin, inside]))
    path = [tag]
    for before, named in reversed(back):
        tag = named if tag == INSIDE else before
        path.append(tag)
    path.reverse()
    out: list[tuple[int, int, float]] = []
    for word, tag in enumerate(path):
        if tag == OUTSIDE:
            continue
        likely = float(1 - tags[word, OUTSIDE])
        if tag == BEGIN:
            out.append((word, word, likely))
        else:
            first, _, before_likely = out[-1]
            out[-1] = (first, word, min(before_likely, likely))
    return [(first, last, round(likely, 3)) for first, last, likely in out]
