"""Who does what to whom in a sentence, by the lexicon: the first verb that governs a clause decides.

Whoever stands before that verb is the source, whoever comes after it the target. Nothing is parsed: an attribution is taken
off at either end, small words open subordinate clauses and make verbs passive, and a verb's own form and the word before it
tell whether it is a verb there. A sentence has a bounded number of words, so that a text takes time linear in its length.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from merestone.model import Span
from merestone.reading.actor_mentions import ActorMention, find_actors, find_sector_words
from merestone.reading.dyad_lexicon import (
    PLOVER,
    Form,
    Meaning,
    Mode,
    object_classes,
    object_finder,
    own_names,
    people_finder,
    phrase_finder,
    readings,
    side_of,
    small_words,
)
from merestone.reading.text import Text

_FRIENDLY = frozenset({"03", "04", "05", "06", "07", "08"})
_HOSTILE = frozenset({"13", "14", "16", "17", "18", "19", "20"})
_RECIPROCAL = "04"
"""Root of what is done both ways also where one of the two is named as meeting the other."""
_WITHIN = frozenset({"09", "10", "11", "12", "13", "14", "17", "18", "19", "20"})
"""Roots of what happens within a state between any of its people; the others need rebels, workers or the like."""
_FORCE = frozenset({"17", "18", "19", "20"})
_SENT = frozenset({"peacekeepers", "observers", "troops"})
"""Classes of objects that act for the side that sends or withdraws them, also where a passive does not say so."""
_THINGS = frozenset({"territory", "property", "border"})
"""Classes of objects that are nobody."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
_DATELINE = re.compile(r"^[A-Z][A-Z .,'’-]{2,40}(?:,\s[A-Z][\w. ]{1,20})?(?:,\s\w+\.?\s\d{1,2})?\s*\([^)]{1,30}\)\s*[-–—_]*\s*")


_LONGEST_GAP = 9
_NEAR = 8
"""Words after a verb within which its own people are looked for."""
_OBJECT_WORDS = 14


@dataclasses.dataclass(frozen=True, slots=True)
class _Party:
    """Somebody in a sentence; characters of the sentence."""

    start: int
    end: int
    code: str | None
    """None for people of no named state ("the police")."""
    place: bool = False
    """Whether it stands as a place ("in Beirut")."""
    adjective: bool = False
    folk: bool = False
    """Whether these are people who may stand against the state they live in: rebels, students, an ethnic group."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Hit:
    """A phrase of the lexicon in a sentence, with what it can be there."""

    start: int
    end: int
    means: tuple[Meaning, ...]
    modes: tuple[Mode, ...]
    use: Literal["finite", "passive", "infinite", "noun", "fixed"]
    subordinate: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CodedEvent:
    source: str
    target: str
    cameo: str
    plover: str
    speaker: str | None
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class CodedSentence:
    start: int
    events: tuple[CodedEvent, ...]


def coded_sentences(text: Text, actors: Mapping[str, str]) -> Iterator[CodedSentence]:
    mentions = [m for m in find_actors(text, {**own_names(), **actors}) if m.form != "letters"]
    people = [*((start, end) for start, end, _ in find_sector_words(text)), *_others(text.text)]
    people = [span for span in people if span[1] - span[0] > 2]
    people.sort()
    starts, begins = [m.start for m in mentions], [start for start, _ in people]
    antecedent: str | None = None
    for start, end in text.sentences:
        known = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        somebody = people[bisect_left(begins, start) : bisect_left(begins, end)]
        if known:
            sentence = _Sentence.of(text.text[start:end], start, known, somebody)
            events = tuple(sentence.events(antecedent))
            antecedent = next((event.speaker or event.source for event in events), sentence.first())
            if events:
                moved = (dataclasses.replace(e, span=(e.span[0] + start, e.span[1] + start)) for e in events)
                yield CodedSentence(start, tuple(moved))


def _others(text: str) -> Iterator[Span]:
    for hit in people_finder().find(text):
        yield hit.start, hit.end


@dataclasses.dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    words: tuple[tuple[int, int, str], ...]
    """First character, character after the last one, and the word in lower case."""
    begins: tuple[int, ...]
    """First characters of the words."""
    parties: tuple[_Party, ...]
    hits: tuple[_Hit, ...]
    objects: tuple[tuple[int, str], ...]
    """First character and class of what verbs may be done to."""

    @classmethod
    def of(cls, text: str, offset: int, mentions: Sequence[ActorMention], people: Sequence[Span]) -> _Sentence:
        flat = re.sub(r"\s", " ", text)
        words = tuple((m.start(), m.end(), m.group().lower().replace("’", "'")) for m in _WORD.finditer(flat))
        begins = tuple(word[0] for word in words)
        parties = tuple(_parties(flat, offset, mentions, people, words, begins))
        objects = tuple((hit.start, object_classes()[hit.phrase]) for hit in object_finder().find(flat))
        return cls(flat, words, begins, parties, tuple(_hits(flat, words, begins, parties)), objects)

    # ------------------------------------------------------------------------------------------------------------------
    # what is said, and by whom

    def events(self, antecedent: str | None) -> Iterator[CodedEvent]:
        """The events of the sentence; the antecedent is whom its pronouns stand for, as far as the sentence before it tells."""
        start, end = 0, len(self.text)
        if dateline := _DATELINE.match(self.text):
            start = dateline.end()
        speaker: str | None = None
        end, behind = self._without_attribution(start, end)
        if behind is not None:
            speaker = behind
        start, before = self._after_according_to(start, end)
        speaker = before or speaker
        for _ in range(2):
            first = self._first_verb(start, end)
            if first is None or "says" not in first.modes or (first.means and not self._followed_by_that(first.end)):
                break
            said = self._who(start, first.start, speaker or antecedent)
            speaker, start = (said[0] if said else speaker), first.end
        yield from self._clause_events(start, end, speaker, antecedent)

    def first(self) -> str | None:
        """The side that the sentence names first, not as a place."""
        return next((party.code for party in self.parties if party.code and not party.place), None)

    def _first_verb(self, start: int, end: int) -> _Hit | None:
        for hit in self.hits:
            if start <= hit.start and hit.end <= end and not hit.subordinate:
                if hit.use in ("finite", "fixed") and hit.modes and "says" in hit.modes:
                    return hit
                if hit.use in ("finite", "passive") and hit.means:
                    return hit
        return None

    def _followed_by_that(self, position: int) -> bool:
        return any(word == "that" for _, _, word in self._words(position, position + 40)[:4])

    def _words(self, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
        return self.words[bisect_left(self.begins, start) : bisect_left(self.begins, end)]

    def _without_attribution(self, start: int, end: int) -> tuple[int, str | None]:
        """Where a sentence ends without ", officials said", and the side that is said to have said so."""
        commas = [word[0] for word in self.words if word[2] == "," and start < word[0] < end][-3:]
        for comma in commas:
            tail = self._words(comma + 1, end)
            says = [hit for hit in self.hits if hit.start > comma and "says" in hit.modes and hit.use in ("finite", "fixed")]
            if not says or len(tail) > 22:
                continue
            first = next((h for h in self.hits if h.start > comma and h.means and h.use in ("finite", "passive")), None)
            if first is not None and first.start < says[0].start:
                continue
            ahead = self._words(comma + 1, says[0].start)
            if len(ahead) > 12 or any(
                word in small_words("relative") or word in ("and", "but", "while") for _, _, word in ahead[:1]
            ):
                continue
            if any(word == "that" for _, _, word in self._words(says[0].end, end)):
                continue
            who = [party for party in self.parties if comma < party.start < end and party.code and not party.place]
            return comma, (who[0].code if who else None)
        return end, None

    def _after_according_to(self, start: int, end: int) -> tuple[int, str | None]:
        if not self.text[start:end].lower().startswith("according to"):
            return start, None
        comma = self.text.find(",", start, end)
        if comma < 0:
            return start, None
        who = [party for party in self.parties if start < party.start < comma and party.code]
        return comma + 1, (who[0].code if who else None)

    # ------------------------------------------------------------------------------------------------------------------
    # what happened

    def _clause_events(self, start: int, end: int, speaker: str | None, antecedent: str | None) -> Iterator[CodedEvent]:
        inside = [hit for hit in self.hits if start <= hit.start and hit.end <= end]
        who = next((party.start for party in self.parties if party.start >= start), end)
        if any("nobody" in hit.modes and hit.start < who for hit in inside):
            return
        inside = [hit for hit in inside if "nobody" not in hit.modes]
        orders: tuple[Callable[[_Hit], bool], ...] = (
            lambda hit: not hit.subordinate and hit.use in ("finite", "passive", "fixed"),
            lambda hit: not hit.subordinate and hit.use == "infinite" and bool(hit.means),
            lambda hit: not hit.subordinate and hit.use == "noun",
            lambda hit: hit.subordinate and hit.use in ("finite", "passive"),
            lambda hit: hit.subordinate and hit.use == "noun",
        )
        finite = next((hit.start for hit in inside if orders[0](hit)), end)
        for rank, order in enumerate(orders):
            reached = start
            found: list[CodedEvent] = []
            for index, hit in enumerate(inside):
                if hit.start < reached or not order(hit):
                    continue
                governed = self._governed(inside, index)
                if governed is None:
                    continue
                meaning, last, silent = governed
                if silent:
                    return
                if found and not self._new_clause(hit, reached):
                    continue
                begin = self._clause_start(hit, start, reached, bool(found))
                whose = speaker or antecedent
                if whose is None and not found and hit.use != "noun" and self._pronoun_only(begin, hit.start):
                    return
                sides = self._sides(meaning, hit, last, begin, end, whose, found[0].source if found else None)
                if rank and hit.start > finite:
                    # what stands below another verb is told too loosely to be taken for what a state does to itself
                    sides = [(one, other) for one, other in sides if one != other]
                if not sides and last is not hit:
                    reached = last.end
                if sides:
                    span = hit.start, last.end
                    found += [CodedEvent(one, other, meaning.cameo, meaning.plover, speaker, span) for one, other in sides]
                    reached = last.end
                    if hit.use == "noun":
                        break
            if found:
                yield from found
                return

    def _new_clause(self, hit: _Hit, reached: int) -> bool:
        """Whether a second verb stands beside the first ("condemned ... and called for"), not below it."""
        between = self._words(reached, hit.start)
        if hit.use not in ("finite", "passive"):
            return False
        breaks = [i for i, (_, _, word) in enumerate(between) if word in ("and", "but", "while", ";")]
        return bool(breaks) and len(between) - breaks[-1] <= 4

    def _clause_start(self, hit: _Hit, start: int, reached: int, later: bool) -> int:
        if later:
            between = self._words(reached, hit.start)
            return max([first for first, _, word in between if word in ("and", "but", "while", ";")], default=reached)
        if hit.subordinate:
            opened = [first for first, _, word in self._words(start, hit.start) if word in small_words("subordinate")]
            return opened[-1] if opened else start
        words = self._words(start, hit.start)
        if words and words[0][2] in small_words("opening"):
            commas = [first for first, _, word in words if word == ","]
            for comma in commas:
                if any(comma < party.start < hit.start for party in self.parties) or self._pronoun(comma, hit.start):
                    return comma
        return start

    def _pronoun(self, start: int, end: int) -> bool:
        return any(word in small_words("pronoun") for _, _, word in self._words(start, end))

    def _pronoun_only(self, start: int, end: int) -> bool:
        return self._pronoun(start, end) and not any(start <= party.start < end for party in self.parties)

    def _governed(self, inside: Sequence[_Hit], index: int) -> tuple[Meaning, _Hit, bool] | None:
        """What a hit means with the words around it, and the hit that says what is done; silent where that did not happen."""
        hit = inside[index]
        modes = self._modes_before(inside, index)
        last, inner = hit, index
        while last.modes and last.use != "noun" and (below := self._below(inside, inner)) is not None:
            modes += [last.modes[0]]
            inner, last = below, inside[below]
        meaning = self._meaning(last)
        if meaning is None:
            last, meaning = hit, self._meaning(hit)
            modes = self._modes_before(inside, index)
            if meaning is None:
                return None
        if "untrue" in modes:
            return meaning, last, True
        root = meaning.cameo
        for mode in reversed(modes):
            changed = _changed(mode, root, "intent" in modes)
            if changed is None:
                return meaning, last, True
            root = changed
        if root != meaning.cameo:
            outer = self._meaning(hit)
            if outer is not None and outer.cameo == root:
                return (dataclasses.replace(outer, sides="home") if meaning.sides == "home" else outer), last, False
            meaning = dataclasses.replace(meaning, cameo=root, plover=PLOVER[root][0])
        return meaning, last, False

    def _modes_before(self, inside: Sequence[_Hit], index: int) -> list[Mode]:
        modes: list[Mode] = []
        place = index
        while place > 0:
            before = inside[place - 1]
            if not before.modes or before.modes[0] == "says" or before.means or before.use == "noun":
                break
            if not self._small_between(before.end, inside[place].start):
                break
            modes.insert(0, before.modes[0])
            place -= 1
        return modes

    def _below(self, inside: Sequence[_Hit], index: int) -> int | None:
        """The verb that the verb of a mode governs: right behind it, but for small words."""
        if index + 1 >= len(inside):
            return None
        hit, after = inside[index], inside[index + 1]
        if hit.modes[0] == "says" or not self._small_between(hit.end, after.start):
            return None
        direct = after.use in ("infinite", "finite", "passive", "fixed") or not self._words(hit.end, after.start)
        return index + 1 if direct and not after.subordinate else None

    def _small_between(self, start: int, end: int) -> bool:
        words = self._words(start, end)
        return len(words) <= 3 and all(word in small_words("small") or word.endswith("ly") for _, _, word in words)

    def _meaning(self, hit: _Hit) -> Meaning | None:
        if not hit.means:
            return None
        plain = [meaning for meaning in hit.means if not meaning.objects]
        special = [meaning for meaning in hit.means if meaning.objects]
        if special:
            ahead = self._words(hit.end, len(self.text))[:_OBJECT_WORDS]
            stop = ahead[-1][1] if ahead else hit.end
            verbs = (h.start for h in self.hits if h.start >= hit.end and h.use in ("finite", "passive"))
            stop = min(stop, next(verbs, stop))
            after = [name for place, name in self.objects if hit.end <= place < stop]
            before = [name for place, name in self.objects if place < hit.start] if hit.use == "passive" else []
            for name in (*before, *after):
                for meaning in special:
                    if name in meaning.objects:
                        return meaning
        return plain[0] if plain else None

    # ------------------------------------------------------------------------------------------------------------------
    # who, and to whom

    def _sides(
        self, meaning: Meaning, hit: _Hit, last: _Hit, start: int, end: int, speaker: str | None, inherited: str | None
    ) -> list[tuple[str, str]]:
        if hit.use == "noun":
            sources, targets = self._around_noun(meaning, hit, start, end, speaker)
        elif (last if last.use == "passive" else hit).use == "passive":
            sources, targets = self._around_passive(meaning, hit, last, start, end, speaker)
        else:
            sources = self._who(start, hit.start, speaker) or ([inherited] if inherited else [])
            sources = sources or ([speaker] if speaker else [])
            if not sources:
                sources = self._lone_place(start, end)
            targets = self._whom(meaning, last.end, end, sources, speaker, start) or (
                [] if hit.subordinate else self._elsewhere(meaning, last.end, sources, start)
            )
            if not targets and any(party.folk for party in self.parties if start <= party.start < hit.start):
                targets = list(sources[:1])
        if meaning.sides == "back":
            sources, targets = targets, sources
        return self._paired(meaning, sources, targets, hit)

    def _paired(self, meaning: Meaning, sources: Sequence[str], targets: Sequence[str], hit: _Hit) -> list[tuple[str, str]]:
        if meaning.sides == "both" and len(sources) > 1:
            targets = [other for other in targets if other not in sources]
        pairs = [(one, other) for one in sources for other in targets if one != other]
        if meaning.sides == "both" and len(sources) > 1 and (not pairs or hit.use == "noun"):
            pairs = [(one, other) for one in sources for other in sources if one != other]
        elif meaning.sides == "both" and meaning.cameo == _RECIPROCAL:
            pairs += [(other, one) for one, other in pairs]
        if not pairs and len(sources) == 1 and (meaning.sides == "home" or sources[0] in targets):
            pairs = [(sources[0], sources[0])] if len(sources[0]) == len("XXX") else []
        return list(dict.fromkeys(pairs))

    def _who(self, start: int, end: int, speaker: str | None) -> list[str]:
        """The sides that stand before a verb: the first one, and those joined to it."""
        before = [party for party in self.parties if start <= party.start < end]
        if speaker and self._pronoun(start, end) and not any(party.code for party in before):
            return [speaker]
        if not before:
            return []
        standing = [party for party in before if not party.place]
        head = standing[0] if standing else before[0]
        code = head.code or self._home_of(head, before)
        if code is None:
            named = [party for party in before if party.code]
            if not named:
                return []
            head, code = named[0], named[0].code
        return self._with_joined(head, code or "", before)

    def _with_joined(self, head: _Party, code: str, parties: Sequence[_Party]) -> list[str]:
        codes, last = [code], head
        for party in parties:
            if party.start <= head.start or party.code is None:
                continue
            if not self._joined(last, party):
                if party.code in codes:
                    last = party
                    continue
                break
            if party.code not in codes:
                codes.append(party.code)
            last = party
        return codes

    def _joined(self, left: _Party, right: _Party) -> bool:
        between = self._words(left.end, right.start)
        words = [word for _, _, word in between]
        if words in ([","], ["-"], ["/"], ["–"]):
            return True
        return "and" in words and len(words) <= _LONGEST_GAP and not any(word in small_words("parts") for word in words)

    def _home_of(self, people: _Party, parties: Sequence[_Party]) -> str | None:
        """The state of people who are named without it: right behind them ("rebels in Angola"), or right before."""
        for party in parties:
            if party.code and party.start >= people.end:
                words = [word for _, _, word in self._words(people.end, party.start)]
                if len(words) <= 5 and any(word in small_words("place") or word in ("of", "from") for word in words):
                    return party.code
                break
        before = [party for party in parties if party.code and party.end <= people.start]
        if before and len(self._words(before[-1].end, people.start)) <= 3:
            return before[-1].code
        return None

    def _lone_place(self, start: int, end: int) -> list[str]:
        """The one state that a sentence names as a place: that of the police, the students, the rebels."""
        places = {party.code for party in self.parties if party.place and party.code and start <= party.start < end}
        codes = {party.code for party in self.parties if party.code and start <= party.start < end}
        only = places if len(places) == 1 else codes if len(codes) == 1 else set()
        return [code for code in only if code]

    def _whom(
        self, meaning: Meaning, start: int, end: int, sources: Sequence[str], speaker: str | None, clause: int
    ) -> list[str]:
        ahead = [party for party in self.parties if start <= party.start < end]
        own = meaning.cameo in _WITHIN
        if meaning.sides == "both" and len(sources) == 1 and self._with_own_people(clause, start):
            return list(sources)
        if meaning.sides == "both" and len(sources) > 1:
            ahead = [party for party in ahead if any(word == "with" for _, _, word in self._words(start, party.start)[-4:])]
            if not ahead:
                return []
        for party in ahead:
            if party.place or (party.code in sources and not own):
                continue
            code = party.code or self._home_of(party, ahead)
            if code is None and own and self._near(start, party):
                return [speaker] if speaker and speaker not in sources and self._theirs(party) else list(sources[:1])
            if code and code not in sources:
                return self._with_joined(party, code, ahead)
            if code and (party.folk or party.adjective) and self._near(start, party):
                return [code]
        places = [party.code for party in ahead if party.place and party.code and party.code not in sources]
        if places:
            return [places[0]]
        if (
            speaker
            and speaker not in sources
            and any(word in small_words("possessive") for _, _, word in self._words(start, end))
        ):
            return [speaker]
        at_home = meaning.cameo in _FORCE and any(party.place and party.code in sources for party in ahead)
        if at_home or any(party.folk and self._near(start, party) for party in ahead):
            return list(sources[:1])
        return []

    def _elsewhere(self, meaning: Meaning, start: int, sources: Sequence[str], clause: int) -> list[str]:
        """Another side that the sentence names, where nobody comes after a verb: outside the clause, then before the verb."""
        if meaning.sides == "both" and len(sources) > 1:
            return []
        others = [party for party in self.parties if party.code and party.code not in sources]
        outside = [party for party in others if party.start < clause or party.start >= start]
        return [party.code for party in (*outside, *others)[:1] if party.code]

    def _with_own_people(self, start: int, end: int) -> bool:
        """Whether a state's people stand joined to it ("the government and the rebels")."""
        before = [party for party in self.parties if start <= party.start < end]
        return any(right.folk and self._joined(left, right) for left, right in pairwise(before))

    def _theirs(self, party: _Party) -> bool:
        """Whether these people are called somebody's own ("its soldiers")."""
        place = bisect_left(self.words, (party.start,))
        return any(word in small_words("possessive") for _, _, word in self.words[max(0, place - 3) : place])

    def _near(self, start: int, party: _Party) -> bool:
        between = self._words(start, party.start)
        return len(between) <= _NEAR and not any(word in small_words("subordinate") for _, _, word in between)

    def _around_passive(
        self, meaning: Meaning, hit: _Hit, last: _Hit, start: int, end: int, speaker: str | None
    ) -> tuple[list[str], list[str]]:
        targets = self._who(start, hit.start, speaker)
        by = self._by(last.end, end, 2 * _NEAR)
        agents = [party for party in self.parties if by is not None and by < party.start < end]
        if agents:
            head = agents[0]
            code = head.code or self._home_of(head, agents)
            sources = self._with_joined(head, code, agents) if code else self._lone_place(start, end)
        elif meaning.cameo == "15" or meaning.plover == "RETREAT" or _SENT.intersection(meaning.objects):
            others = self._whom(meaning, last.end, end, targets, None, start)
            return targets, others or self._elsewhere(meaning, last.end, targets, start)
        else:
            ahead = [p for p in self.parties if p.code and last.end <= p.start < end and p.code not in targets]
            placed = [p for p in ahead if p.place] or ahead
            sources = [placed[0].code] if placed and placed[0].code else []
            if not placed:
                sources = [p.code for p in self.parties if p.code and p.place and p.start < hit.start][:1]
        if sources and not targets:
            targets = [p.code for p in self.parties if p.code and p.code not in sources and start <= p.start < end][:1]
            targets = targets or sources[:1]
        return sources or targets[:1], targets

    def _within_reach(self, hit: _Hit, ahead: Sequence[_Party]) -> bool:
        """Whether a noun has its other side behind it ("talks with", "war against")."""
        return any(
            word in ("with", "against", "between") for _, _, word in self._words(hit.end, ahead[0].start if ahead else 0)
        )

    def _by(self, start: int, end: int, most: int) -> int | None:
        return next((first for first, _, word in self._words(start, end)[:most] if word == "by"), None)

    def _around_noun(
        self, meaning: Meaning, hit: _Hit, start: int, end: int, speaker: str | None
    ) -> tuple[list[str], list[str]]:
        ahead = [party for party in self.parties if hit.end <= party.start < end and party.code]
        before = [party for party in self.parties if start <= party.start < hit.start and party.code]
        by = self._by(hit.end, end, _NEAR)
        if meaning.sides == "both" and ahead and len(self._words(hit.end, ahead[0].start)) <= _LONGEST_GAP:
            joined = self._with_joined(ahead[0], ahead[0].code or "", ahead)
            if len(joined) > 1:
                return joined, []
        if meaning.sides == "both" and before:
            joined = self._with_joined(before[0], before[0].code or "", before)
            if len(joined) > 1 and not self._within_reach(hit, ahead):
                return joined, []
        agents = [party for party in ahead if by is not None and party.start > by]
        if agents and agents[0].code:
            sources = self._with_joined(agents[0], agents[0].code, agents)
            others = [p for p in ahead if p.start < agents[0].start and p.code not in sources] or [
                p for p in [*ahead, *before] if p.code not in sources
            ]
        else:
            close = [party for party in before if len(self._words(party.end, hit.start)) <= 3 and not party.place]
            first = close[-1:] or [party for party in before if not party.place][:1] or before[:1]
            sources = [party.code for party in first if party.code] or ([speaker] if speaker else [])
            others = [p for p in ahead if p.code not in sources] or [p for p in before if p.code not in sources]
        targets = [party.code for party in others[:1] if party.code]
        if not sources:
            sources, targets = self._lone_place(start, end), []
        return sources, targets or (list(sources) if meaning.sides == "home" else [])


def _changed(mode: Mode, root: str, intended: bool) -> str | None:
    """The root of what a mode makes of it; None where it is no event."""
    if mode in ("consent", "threat", "refusal"):
        return {"consent": "03", "threat": "13", "refusal": "12"}[mode]
    if mode == "negative":
        if root in _FRIENDLY:
            return "12"
        return "03" if intended and root in _HOSTILE else None
    if mode == "intent":
        return "03" if root in _FRIENDLY else "13" if root in _HOSTILE else root
    return root


def _parties(
    text: str,
    offset: int,
    mentions: Sequence[ActorMention],
    people: Sequence[Span],
    words: Sequence[tuple[int, int, str]],
    begins: Sequence[int],
) -> Iterator[_Party]:
    taken = [(m.start - offset, m.end - offset) for m in mentions]
    found = [
        _Party(
            m.start - offset,
            min(m.end - offset, len(text)),
            side_of(m.actor),
            m.form in ("name", "seat") and _is_place(words, bisect_left(begins, m.start - offset)),
            m.form in ("adjective", "member"),
            m.form in ("group", "member"),
        )
        for m in mentions
    ]
    index = 0
    against: set[int] = set()
    for first, last in people:
        start, end = first - offset, last - offset
        while index < len(taken) and taken[index][1] <= start:
            index += 1
        word = text[start:end].lower()
        if end > len(text) or (index < len(taken) and taken[index][0] < end) or object_classes().get(word) in _THINGS:
            continue
        folk = word.startswith(tuple(sorted(small_words("folk"))))
        # "Iraqi soldiers": the named state stands for them
        near = index > 0 and not text[taken[index - 1][1] : start].strip(" '’s")
        if not near:
            found.append(_Party(start, end, None, folk=folk))
        elif folk:
            against.add(taken[index - 1][0])
    found = [dataclasses.replace(party, folk=True) if party.start in against else party for party in found]
    return iter(sorted(found, key=lambda party: party.start))


def _is_place(words: Sequence[tuple[int, int, str]], index: int) -> bool:
    for back in range(1, 5):
        if index - back < 0:
            return False
        word = words[index - back][2]
        if word in small_words("place"):
            return True
        if word not in small_words("region"):
            return False
    return False


def _hits(text: str, words: Sequence[tuple[int, int, str]], begins: Sequence[int], parties: Sequence[_Party]) -> Iterator[_Hit]:
    adjectives = {party.end for party in parties if party.adjective}
    names = {party.end for party in parties if not party.adjective}
    below = _subordinate(words)
    for found in phrase_finder().find(text):
        index = bisect_left(begins, found.start)
        behind = words[index - 1][1] if index else -1
        if text[found.start].isupper() and index and not _opens(words[index - 1][2]):
            continue  # "Desert Shield", "in March"
        phrase = found.phrase
        while phrase:
            known = readings().get(phrase, ())
            use, form = _use(words, index, {form for form, _ in known}, behind in adjectives, behind in names)
            if use is not None:
                means = tuple(m for f, m in known if isinstance(m, Meaning) and f == form)
                modes = tuple(m for f, m in known if not isinstance(m, Meaning) and f == form)
                yield _Hit(found.start, found.start + len(phrase), means, modes, use, below[index])
                break
            # "talks with" is no verb behind "held", but "talks" is a noun there
            phrase = phrase.rpartition(" ")[0]


def _opens(word: str) -> bool:
    return word in '.:;-–—_"“”‘`(' or word == "''"


def _use(
    words: Sequence[tuple[int, int, str]], index: int, forms: set[Form], after_adjective: bool, after_name: bool
) -> tuple[Literal["finite", "passive", "infinite", "noun", "fixed"] | None, Form]:
    """How a form is used where it stands, told by the words right before it."""
    if not forms:
        return None, "base"
    if "fixed" in forms:
        return "fixed", "fixed"
    before = [words[i][2] for i in range(max(0, index - 4), index)]
    while before and (before[-1].endswith("ly") or before[-1] in ("also", "not", "never", "again", "since", "already", "now")):
        before.pop()
    last = before[-1] if before else ""
    nominal = (
        last in small_words("before_noun")
        or last in small_words("preposition")
        or last.endswith("'s")
        or last in ("'", "’")
        or after_adjective
    )
    if "past" in forms and not (last in small_words("before_noun") or last in small_words("preposition")):
        following = words[index + 1][2] if index + 1 < len(words) else ""
        if last in small_words("be") or (last in ("been", "being")):
            return "passive", "past"
        if following == "by" and last not in small_words("have"):
            return "passive", "past"
        if "base" not in forms or not (nominal or last == "to"):
            return ("finite" if index else "infinite"), "past"
    if "base" in forms and (last in small_words("before_verb") or last == "'ll"):
        return ("infinite" if last == "to" else "finite"), "base"
    if "ing" in forms:
        if last in small_words("be"):
            return "finite", "ing"
        if "noun" in forms:
            return "noun", "noun"
        return (None if last in small_words("before_noun") else "infinite"), "ing"
    if "s" in forms and (after_name or last in small_words("pronoun") or last in small_words("relative")):
        return "finite", "s"
    if "noun" in forms:
        plural = last.endswith("s") and last.isalpha() and not nominal
        if "base" in forms and plural and not after_name and last not in ("was", "is", "has"):
            return "finite", "base"
        return "noun", "noun"
    if "base" in forms and last.endswith("s") and not nominal:
        return "finite", "base"
    if "past" in forms:
        return None, "past"
    return None, "base"


def _subordinate(words: Sequence[tuple[int, int, str]]) -> list[bool]:
    """Whether each word stands in a subordinate clause: from the word that opens it to a comma, or to the end."""
    out: list[bool] = []
    inside = False
    for _, _, word in words:
        if word in small_words("subordinate"):
            inside = True
        elif word in (",", ";") and inside:
            inside = False
        out.append(inside)
    return out
