"""A document's claims for reading on a terminal: the text with its claims marked, and for each the words behind every field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text as Styled

from merestone.model import Claim, Document, Reason, Span
from merestone.reading.claims import texts_of
from merestone.reading.scope import in_scope, score, spoken, written
from merestone.reading.text import passages_of

FIELDS = ("event", "act", "speaker", "actor", "target", "time", "places", "quantities", "means", "observation", "evidence")
_MARK = "bold"
_TRIGGER = "bold underline"
_OPENING, _CLOSING = "⟦", "⟧"
_TOLD = 5
"""Words that are named of a passage that was not read."""


def print_explained(document: Document, claims: Sequence[Claim], console: Console, *, everything: bool = False) -> None:
    """Prints the text with the numbers of its claims, then each claim with the rule and the words behind every field.

    What was not read because it speaks of no conflict is named with the words that say so; with ``everything`` all was read.
    """
    title = document.title or document.id
    if not document.text.lstrip().startswith(title):
        console.print(Styled(title, style="bold"))
    console.print(marked(document.text, claims), soft_wrap=False)
    if not claims:
        console.print("\nNo claims.", markup=False)
    for number, claim in enumerate(claims, start=1):
        console.print()
        for line in explained(document.text, claim, number):
            console.print(line, highlight=False)
    for line in () if everything else left_out(document):
        console.print(line, markup=False, highlight=False)


def left_out(document: Document) -> Iterator[str]:
    """What of a document was not read because it speaks of no conflict, a line a passage, and how to read it all the same."""
    any_left = False
    for _, text in texts_of(document) if document.form is None else ():  # a row of a data set has no passages
        passages = passages_of(text)
        kept = set(in_scope(text, passages))
        for passage in passages:
            if passage not in kept:
                words = written(text, passage)
                told = ", ".join(f"{word} {weight:+.2f}" for word, weight in spoken(words)[:_TOLD])
                opening = _shortened(words, 60)
                if not any_left:
                    yield ""
                yield f"Not read, it speaks of no conflict ({score(words):+.1f}: {told} ...): “{opening}”"
                any_left = True
    if any_left:
        yield "Read it all the same with --everything."


def marked(text: str, claims: Sequence[Claim]) -> Styled:
    """The text with ⟦1 ... ⟧ around each claim; the words that name an event are underlined.

    Claims may overlap and lie within one another; every one that is opened is closed where it ends.
    """
    opens: dict[int, list[tuple[int, int]]] = {}
    closes: dict[int, int] = {}
    for number, claim in enumerate(claims, start=1):
        opens.setdefault(claim.span[0], []).append((-claim.span[1], number))
        closes[claim.span[1]] = closes.get(claim.span[1], 0) + 1
    triggers = [why.span for claim in claims for why in claim.because if why.field == "event" and why.span is not None][:2000]
    cuts = sorted({0, len(text), *opens, *closes, *(edge for span in triggers for edge in span)})
    out = Styled()
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        out.append(_CLOSING * closes.get(start, 0), style="dim")
        for _, number in sorted(opens.get(start, ())):
            out.append(f"{_OPENING}{number} ", style="dim")
        out.append(text[start:end], style=_TRIGGER if _within(start, end, triggers) else "")
    return out


def _within(start: int, end: int, spans: Sequence[Span]) -> bool:
    return end > start and any(first <= start and end <= last for first, last in spans)


def explained(text: str, claim: Claim, number: int) -> Iterator[str]:
    """The lines that explain a claim, with the console's marks of style."""
    sure = f", {claim.confidence:.0%} sure" if claim.confidence is not None else ""
    yield f"[bold]{number}[/bold]  {escape(claim.speaker)} [bold]{claim.act} {claim.event}[/bold]{sure}"
    yield f"   “{escape(_shortened(text[slice(*claim.span)]))}”"
    for field in FIELDS:
        reasons = [why for why in claim.because if why.field == field]
        value = _value(claim, field)
        if value or reasons:
            yield f"   {field:<11} {escape(value or 'none'):<24} [dim]{escape('; '.join(map(_because, reasons)))}[/dim]"


def _value(claim: Claim, field: str) -> str:
    value = getattr(claim, field)
    if value is None:
        return ""
    if field == "time":
        return value[0] if value[0] == value[1] else f"{value[0]} to {value[1]}"
    if field == "places":
        return ", ".join(f"{place.role} {place.name}" for place in value)
    if field == "quantities":
        return ", ".join(
            f"{q.what} {'about ' if q.approx else ''}{_number(q.value)}"
            f"{f'-{_number(q.max)}' if q.max is not None else ''}{'' if q.unit == '1' else ' ' + q.unit}"
            for q in value
        )
    if field in ("means", "evidence"):
        return ", ".join(value)
    if field == "observation":
        parts = [f"from {value.observer_at}" if value.observer_at else "", " to ".join(value.bearing)]
        parts.append("-".join(_number(km) for km in value.distance_km) + " km" if value.distance_km else "")
        return ", ".join(part for part in parts if part)
    return str(value)


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def _because(why: Reason) -> str:
    words = f" “{_shortened(why.words, 40)}”" if why.words else ""
    sure = f" {why.confidence:.0%}" if why.confidence is not None else ""
    return f"{why.rule}{words}{sure}"


def _shortened(words: str, most: int = 160) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 2]} …"
