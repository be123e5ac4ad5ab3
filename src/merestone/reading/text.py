"""A text as the reader sees it: words and sentences, whose characters are those of the text.

Words are what the encoder's vocabulary was made for: runs of letters and digits, and every other visible character for itself.
Where sentences end is told by punctuation, line breaks and a table of abbreviations; statements and reports have headings,
bullets, bylines and quotations. Both take time linear in the length of the text, whatever it holds.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from merestone.model import Span
from merestone.reading.vocabulary import rows

WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
"""A word, or a single sign that is none."""
_PAUSE = re.compile(
    r"(?<![.!?…])([.!?…]+)([\"”’»)\]]*)(\s+)(?=[\"“‘«(\[]*[^\W_a-z])"
    r"|\n[ \t]*(?:\n\s*)+|\n[ \t]*(?=[-–—•*▪·‣◦]|\d{1,2}[.)]\s)|\n"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘«]{1,20}$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*(?:\d{1,3}|[a-z]|[ivx]{1,4})$")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HEADING = 80


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A text with its words and sentences, both as half-open spans of characters, in order."""

    text: str
    words: tuple[Span, ...]
    sentences: tuple[Span, ...]
    """Without the white space around them; together they hold every word."""

    def sentence_at(self, position: int) -> Span:
        """The sentence a character lies in; an empty span at the character where it lies in none."""
        index = bisect_right(self.sentences, (position, len(self.text) + 1)) - 1
        if index >= 0 and self.sentences[index][0] <= position < self.sentences[index][1]:
            return self.sentences[index]
        return position, position


LONGEST_SENTENCE = 160
"""Words after which a sentence is ended at the latest: a text without full stops is none that anybody wrote."""
LONGEST_PASSAGE = 340
"""Words of a passage, at most but for its last sentence."""


def characters_of(text: str) -> str:
    """A text without lone surrogates, which are no characters and have no UTF-8 form; one character takes the place of one."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def text_of(text: str) -> Text:
    """The words and sentences of a text."""
    words = tuple(match.span() for match in WORD.finditer(text))
    return Text(text, words, tuple(_ended(_sentences(text), words)))


def passages_of(text: Text) -> list[Span]:
    """The passages a text is read in, as half-open ranges of its sentences: as few as can be, of about the same length."""
    starts = [start for start, _ in text.words]
    counts = [bisect_left(starts, end) - bisect_left(starts, start) for start, end in text.sentences]
    total = sum(counts)
    if not total:
        return []
    number = -(-total // LONGEST_PASSAGE)
    out: list[Span] = []
    first, passed = 0, 0
    for sentence, count in enumerate(counts):
        passed += count
        if passed * number >= total * (len(out) + 1):
            out.append((first, sentence + 1))
            first = sentence + 1
    return out


def _ended(sentences: Iterator[Span], words: Sequence[Span]) -> Iterator[Span]:
    place = 0
    for start, end in sentences:
        first = place
        while place < len(words) and words[place][0] < end:
            place += 1
        for cut in range(first + LONGEST_SENTENCE, place, LONGEST_SENTENCE):
            yield start, words[cut - 1][1]
            start = words[cut][0]
        yield start, end


def _sentences(text: str) -> Iterator[Span]:
    starts = [0, *_sentence_starts(text), len(text)]
    for first, last in pairwise(starts):
        stripped = text[first:last].rstrip()
        begin = first + len(stripped) - len(stripped.lstrip())
        if begin < first + len(stripped):
            yield begin, first + len(stripped)


def _sentence_starts(text: str) -> Iterator[int]:
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
