"""From rows of data sets to claims: the same rules for UCDP, ACLED, GDELT, FIRMS and a user's own mapping.

A row is what its data set says, not what happened: the data set is the speaker. One claim holds the event; how many were
killed or wounded is a claim of its own, as in texts. Each field of a claim names the cell it was read from, by its characters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from merestone.evidence.data_sets.coding import Coded, Counted, coded
from merestone.evidence.data_sets.mapping import Mapping as RowMapping
from merestone.evidence.data_sets.rows import cells_of_text
from merestone.model import Claim, Document, Event, Mention, Moments, Position, Quantity, QuantityKind, Reason, Span
from merestone.reading.row_actors import actor_named, actor_of_cameo

_EVENT_OF: Mapping[QuantityKind, Event] = {
    "killed": "killed", "wounded": "wounded", "captured": "captured", "missing": "missing",
}  # fmt: skip
"""Events whose number is a claim of its own: of one side's people, or of nobody's in particular for the event as a whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row, and where each stands in its text."""

    mapping: RowMapping
    cells: Mapping[str, tuple[str, int]]
    actors: Mapping[str, str]

    def span(self, column: str) -> Span:
        """Characters of a cell's value."""
        value, at = self.cells[column]
        return at, at + len(value)

    def reason(self, field: str, column: str, rule: str) -> Reason:
        """Why a field is as it is."""
        given = self.cells.get(column)
        return Reason(
            field=field, rule=rule, words=given[0] if given else "", span=self.span(column) if given else None
        )  # fmt: skip

    def actor(self, column: str | None) -> str | None:
        """Actor code of a column."""
        if column is None or column not in self.cells:
            return None
        own = {**self.actors, **(self.mapping.actors or {})}
        read = actor_of_cameo if self.mapping.actor_codes == "cameo" else actor_named
        return read(self.cells[column][0], own)


def claims_of_rows(
    documents: Iterable[Document], mappings: Mapping[str, RowMapping], actors: Mapping[str, str], zones: Mapping[str, ZoneInfo]
) -> Iterator[Claim]:
    """The claims of rows, in order. ``mappings`` and ``zones`` (of the clock times of each data set's speaker) go by form."""
    for document in documents:
        assert document.form is not None
        yield from claims_of_row(document, mappings[document.form], actors, zones.get(document.form))


def claims_of_row(
    document: Document, mapping: RowMapping, actors: Mapping[str, str] | None = None, zone: ZoneInfo | None = None
) -> list[Claim]:
    """The claims of one row; ``zone`` is that of the times that claims give, the mapping's own where it is None."""
    cells = _Cells(mapping, cells_of_text(document.text), actors or {})
    found = coded(mapping, {column: value for column, (value, _) in cells.cells.items()})
    if found is None:
        return []
    assert found.rule.event != "none"
    actor, target = cells.actor(mapping.actor), cells.actor(mapping.target)
    directed = found.rule.sides == "directed"
    name = mapping.place.name
    named = name is not None and name in cells.cells
    places = (Mention(name=cells.cells[name][0], span=cells.span(name), role=mapping.place.role),) if name and named else ()
    when = moments(found, mapping, zone)
    where = found.where
    position = Position(lon=where.lon, lat=where.lat, radius_m=where.radius_m, because=where.because) if where else None
    shared = [cells.reason("time", mapping.time.first, _time_rule(found, mapping, when))]
    if position is not None:
        shared.append(cells.reason("position", mapping.place.longitude, f"{mapping.name}: {position.because}"))
    made = f"{mapping.name}: {found.rule.event}" + ("" if directed else ", who did it is not coded")
    kind = next(iter(found.rule.when or {}), "")
    own = [counted for counted in found.counted if counted.count.what in _EVENT_OF]
    rest = [counted for counted in found.counted if counted.count.what not in _EVENT_OF]
    main = Claim(
        id=f"{document.id}#0", document=document.id, span=(0, len(document.text)), speaker=mapping.speaker, act=found.rule.act,
        event=found.rule.event, actor=actor if directed else None, target=target if directed else None, time=when,
        places=places, quantities=tuple(_quantity(counted) for counted in rest), means=found.rule.means,
        evidence=mapping.evidence, position=position,
        because=(
            cells.reason("event", kind, made),
            *([cells.reason("actor", str(mapping.actor), f"{mapping.name}: actor")] if directed and actor else []),
            *([cells.reason("target", str(mapping.target), f"{mapping.name}: target")] if directed and target else []),
            *shared,
            *(cells.reason("quantities", counted.count.value, f"{mapping.name}: {_bounds(counted)}") for counted in rest),
        ),
    )  # fmt: skip
    claims = [main]
    for counted in own:
        side = {None: None, "actor": actor, "target": target}[counted.count.of]
        if counted.count.of is not None and side is None:
            continue  # the number of the event as a whole holds them
        column, whose = counted.count.value, counted.count.of
        event = _EVENT_OF[counted.count.what]
        claims.append(
            Claim(
                id=f"{document.id}#{len(claims)}", document=document.id,
                span=(cells.span(column)[0] - len(column) - 2, cells.span(column)[1]), speaker=mapping.speaker, act="asserts",
                event=event, target=side, time=when, places=places, quantities=(_quantity(counted),),
                evidence=mapping.evidence, position=position,
                because=(
                    cells.reason("event", column, f"{mapping.name}: {event}"),
                    *([cells.reason("target", str(getattr(mapping, whose)), f"{mapping.name}: theirs")] if whose else []),
                    *shared,
                    cells.reason("quantities", column, f"{mapping.name}: {_bounds(counted)}"),
                ),
            )
        )  # fmt: skip
    return claims


def moments(found: Coded, mapping: RowMapping, zone: ZoneInfo | None) -> Moments:
    """The time of a row as a claim gives it: days, or where the row has a time of day, local date-times of ``zone``."""
    if found.clock is None:
        return found.first.isoformat(), found.last.isoformat()
    hour, minute = found.clock
    out = []
    for day in (found.first, found.last):
        moment = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - its zone comes next
        if mapping.time.zone and zone is not None:
            moment = moment.replace(tzinfo=ZoneInfo(mapping.time.zone)).astimezone(zone)
        out.append(moment.isoformat()[:16])
    return out[0], out[1]


def _time_rule(found: Coded, mapping: RowMapping, when: Moments) -> str:
    if found.widened:
        return f"{mapping.name}: the day is not exact, hence {when[0]} to {when[1]}"
    if found.clock is not None and mapping.time.zone:
        return f"{mapping.name}: {found.clock[0]:02}:{found.clock[1]:02} in {mapping.time.zone}"
    return f"{mapping.name}: time"


def _quantity(counted: Counted) -> Quantity:
    ranged = counted.low != counted.high
    return Quantity(
        what=counted.count.what, value=counted.low if ranged else counted.value, max=counted.high if ranged else None, unit="1"
    )


def _bounds(counted: Counted) -> str:
    words = f"{counted.count.what}, best estimate {counted.value:g}"
    return words + (f" of {counted.low:g} to {counted.high:g}" if counted.low != counted.high else "")
