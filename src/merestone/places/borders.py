"""Which of a case's lines the words "the state border" or "the line of contact" mean, as an area along that line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import shapely

from merestone.model import Line
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.geometry.geodesy import distances
from merestone.places.geometry.track import Track
from merestone.places.naming.mentions import Meaning, line_kind, parts_in
from merestone.places.naming.toponyms import Answer

FAR_M = 30_000.0
"""A line is left out where it is this much farther than the nearest one from the places named with it."""


MEANT = 0.9
"""How likely "the border" in a case about a line is that line. By judgement: few texts of a case mean another one."""


def _joint_name(names: Sequence[str]) -> str:
    """One name for several lines: what they share before a comma once, and what sets them apart in brackets."""
    heads = {name.partition(", ")[0] for name in names}
    tails = [tail for name in names if (tail := name.partition(", ")[2])]
    if len(names) > 1 and len(heads) == 1 and len(tails) == len(names):
        return f"{heads.pop()} ({', '.join(tails)})"
    return "; ".join(names)


@dataclasses.dataclass(frozen=True)
class Borders:
    """The lines of a case, ready to be asked."""

    lines: tuple[Line, ...]
    tracks: tuple[Track, ...]
    parties: tuple[str, ...]

    @classmethod
    def of(cls, lines: Sequence[Line], parties: tuple[str, ...]) -> Borders:
        return cls(tuple(lines), tuple(Track(shapely.from_wkb(line.geometry)) for line in lines), parties)

    def resolve(self, mention: str, meaning: Meaning, gazetteer: Gazetteer, others: Sequence[Entry]) -> Answer:
        """The stretch of the case's lines a mention means. ``others`` are the other places of the same claim."""
        if foreign := [state for state in meaning.states if state not in self.parties]:
            return Answer(because=f"the case has no line with {', '.join(foreign)}")
        fitting = [i for i, line in enumerate(self.lines) if (line_kind(line.name) or "boundary") == meaning.line]
        fitting = [i for i in fitting if {*meaning.states} <= {self.lines[i].left_party, self.lines[i].right_party}]
        if not fitting:
            kind = "line of contact" if meaning.line == "contact" else "boundary"
            return Answer(because=f"the case has no {kind} that “{mention}” could mean")
        parts = set(parts_in(mention))
        fitting = [i for i in fitting if parts & set(parts_in(self.lines[i].name))] or fitting
        named = [entry for name in meaning.names for entry in gazetteer.find(name)[:3] if entry.country in self.parties]
        because = f"{'a' if len(fitting) > 1 else 'the'} line of the case that the words “{mention}” fit"
        if len(fitting) > 1 and (near := named or [entry for entry in others if entry.radius_m < 50_000]):
            away = np.array([
                self.tracks[i].sides([e.lon for e in near], [e.lat for e in near]).distance_m.min() for i in fitting
            ])  # fmt: skip
            fitting = [i for i, metres in zip(fitting, away, strict=True) if metres <= away.min() + FAR_M]
            because += "; nearest to the places named with it"
        entry = self._stretch([self.lines[i] for i in fitting])
        return Answer(because=because, place=entry, probability=MEANT, radius_m=entry.radius_m)

    def _stretch(self, lines: Sequence[Line]) -> Entry:
        """The lines as one area: a point on the longest one, and a radius that holds all of them."""
        shapes = [shapely.from_wkb(line.geometry) for line in lines]
        longest = max((part for shape in shapes for part in shapely.get_parts(shape)), key=lambda part: part.length)
        middle = longest.interpolate(0.5, normalized=True)
        vertices = np.concatenate([shapely.get_coordinates(shape) for shape in shapes])
        radius = float(distances(middle.x, middle.y, vertices[:, 0], vertices[:, 1]).max())
        return Entry(
            id="line:" + "+".join(line.id for line in lines), name=_joint_name([line.name for line in lines]), names=(),
            lon=round(middle.x, 7), lat=round(middle.y, 7),
            radius_m=round(radius + max(line.accuracy_m for line in lines), 1), feature="line", country=None,
            population=None, gazetteer="lines of the case",
        )  # fmt: skip
