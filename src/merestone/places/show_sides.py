"""Answers of ``which_side`` for people at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from merestone.errors import MerestoneError
from merestone.places.line_files import DrawnLine
from merestone.places.points_file import Written
from merestone.places.which_side import SideAnswer, looks_swapped, which_side

SWAPPED = "longitude and latitude look swapped: far from every line as given, near one the other way round"


def answers_for(lines: Sequence[DrawnLine], lon: float | None, lat: float | None, radius_m: float) -> list[SideAnswer]:
    """``which_side``, with a warning on standard error where the numbers look swapped.

    Raises MerestoneError M513, M514 or M519.
    """
    if lon is None or lat is None:
        raise MerestoneError("M519", wanted="a longitude and a latitude, or --points and --out")
    answers = which_side(lines, lon, lat, radius_m)
    if looks_swapped(lines, lon, lat):
        print(f"merestone: {SWAPPED}.", file=sys.stderr)
    return answers


def print_answers(answers: Sequence[SideAnswer]) -> None:
    """A table: line, verdict, probability, distance, error, chainage."""
    heading = ("line", "which side", "probability", "distance", "error (95 %)", "at km")
    rows = [heading, *(_row(answer) for answer in answers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(answer: SideAnswer) -> tuple[str, ...]:
    odds = f"{100 * answer.probability:.0f} % {answer.side}" if answer.side else "on the line"
    if answer.past_end:
        odds = "past the line's end"
    return (
        answer.line, answer.verdict, odds, _metres(answer.distance_m), _metres(answer.error_m),
        f"{answer.chainage_m / 1000:.1f}",
    )  # fmt: skip


def _metres(value: float) -> str:
    return f"{value:.0f} m" if value < 1000 else f"{value / 1000:.1f} km"


def print_written(written: Written, out: Path) -> None:
    """One sentence about a file of points."""
    if written.swapped:
        print(f"merestone: {SWAPPED}.", file=sys.stderr)
    print(f"Wrote {out}: {written.rows:,} rows; for {written.cannot_tell:,} this map cannot tell.")
