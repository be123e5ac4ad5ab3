"""What the readers of single fields ask of a parsed document again and again, computed once."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from spacy.tokens import Doc

from merestone.model import Span


@lru_cache(maxsize=4)
def text_of(doc: Doc) -> str:
    """The document's text. spaCy joins it from the tokens at each call, which is too slow to do for every claim."""
    return str(doc.text)


@lru_cache(maxsize=4)
def sentences_of(doc: Doc) -> tuple[Span, ...]:
    """The spans of the sentences, in order."""
    return tuple((sentence.start_char, sentence.end_char) for sentence in doc.sents) if len(doc) else ()


def sentence_at(sentences: tuple[Span, ...], position: int) -> Span:
    """The sentence a character lies in; an empty span at the character where it lies in none."""
    index = bisect_right(sentences, (position, float("inf"))) - 1
    if index >= 0 and sentences[index][0] <= position < sentences[index][1]:
        return sentences[index]
    return position, position
