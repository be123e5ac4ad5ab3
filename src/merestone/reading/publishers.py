"""Who a text says has published it, for texts whose publisher was not given."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from merestone.model import Reason
from merestone.reading.actor_mentions import ActorMention, code_of, find_actors, find_sector_words, sectors_of
from merestone.reading.features import speech_verbs
from merestone.reading.text import Text

_OPENING = 3
"""Sentences at the head of a text that may name who makes it."""
_OFFICES = frozenset({"GOV", "MFA", "MOD", "MIL", "PKO"})
_MAKES = frozenset({"press", "statement", "communique", "communiqué", "briefing", "release", "report"})


def publisher_of(text: Text) -> tuple[str | None, tuple[Reason, ...]]:
    """The publisher that a text names at the end of its first line, or as who makes the statement it opens with."""
    mentions = [m for m in find_actors(text) if m.form not in ("person", "letters")]
    offices = [(start, end, sector) for start, end, sector in find_sector_words(text) if sector in _OFFICES]
    line_end = text.text.find("\n")
    line_end = len(text.text) if line_end < 0 else line_end
    opening = text.sentences[:_OPENING]
    for mention in reversed([m for m in mentions if m.start < line_end]):
        named = _with_office(text.text, mention, offices)
        if mention.form != "adjective" and not text.text[named.end : line_end].strip(" .:)-–—"):
            return _found(text.text, named, "named at the end of the first line")
    for first, last in opening:
        for mention in (m for m in mentions if first <= m.start < last):
            named = _with_office(text.text, mention, offices)
            behind = re.findall(r"\w+", text.text[named.end : min(last, named.end + 60)].lower())[:4]
            before = re.findall(r"\w+", text.text[max(first, named.start - 40) : named.start].lower())[-4:]
            makes = _MAKES.intersection(behind) or speech_verbs().get(behind[0] if behind else "") == "says"
            made = _MAKES.intersection(before) and {"by", "of", "from"}.intersection(before)
            if (makes or made) and (named.sector or mention.form not in ("adjective", "seat")):
                return _found(text.text, named, "makes the statement the text opens with")
    return None, ()


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    mention: ActorMention
    sector: str | None
    start: int
    end: int


_OF = re.compile(r"\s+(?:of|for)\s+(?:the\s+)?$")


def _with_office(text: str, mention: ActorMention, offices: Sequence[tuple[int, int, str]]) -> _Named:
    """A name with the office that stands behind it ("RA MFA") or before it ("the Ministry of Defence of X")."""
    if mention.sector:
        return _Named(mention, mention.sector, mention.start, mention.end)
    for start, end, sector in offices:
        if start >= mention.end and not text[mention.end : start].strip(" '’s"):
            return _Named(mention, sector, mention.start, end)
        if end <= mention.start and mention.start - end < 12 and _OF.fullmatch(text, end, mention.start):
            return _Named(mention, sector, start, mention.end)
    return _Named(mention, None, mention.start, mention.end)


def _found(text: str, named: _Named, rule: str) -> tuple[str, tuple[Reason, ...]]:
    allowed = sectors_of(named.mention.actor)
    wanted = named.sector if named.sector in allowed else ("NONE" if "NONE" in allowed else "GOV")
    reason = Reason(field="publisher", rule=rule, words=text[named.start : named.end], span=(named.start, named.end))
    return code_of(named.mention.actor, wanted), (reason,)
