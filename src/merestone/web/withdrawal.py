"""The withdrawal planner's answers: any line of the case at any depth, and what the case's folder ``withdrawal`` holds.

What must stay true here: a broken file in that folder is told and never keeps anything else from being served; what takes long
is computed once; no answer is finer than what was declared. Parts that few need are imported where they are.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pyarrow as pa

from merestone import __version__
from merestone.case import Case
from merestone.errors import MerestoneError, say
from merestone.model import Line, from_table
from merestone.places.contested.line_files import DrawnLine
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.web.kept import Coming, Kept
from merestone.withdrawal.agreed_schedule import agree
from merestone.withdrawal.agreed_schedule import as_json as schedule_json
from merestone.withdrawal.agreement import Agreement, mirror, read_agreement
from merestone.withdrawal.balance import LABELS, balance, differences
from merestone.withdrawal.carrying_out import day_of, quiet_days, verify_files
from merestone.withdrawal.case_folder import NAME, CaseFolder, content
from merestone.withdrawal.exceptions import read_exceptions
from merestone.withdrawal.live import LEAST_KM, Declared, LiveLine, Place, by_line, for_the_eye, geojson, most_km
from merestone.withdrawal.looks import read_inspections, read_track
from merestone.withdrawal.plan import Plan, asymmetry, plan
from merestone.withdrawal.plan import as_json as plan_json
from merestone.withdrawal.positions import Judged, Position, judge, read_positions
from merestone.withdrawal.reference import Reference, read_reference
from merestone.withdrawal.verification import Model
from merestone.withdrawal.verified import Verified, due_dates, features
from merestone.withdrawal.verified import as_json as verified_json
from merestone.withdrawal.zones import Excepted

T = TypeVar("T")

_SEEN_M = 500.0
_PATROLS = 5
_NO_LOOK = ("M837", "M855")
"""Nobody looked, so that no day is the last look's: any day can be asked for all the same."""
_MOST_CELLS = 1500
"""Cells of the verification's map: as many as a screen can show."""
_CELLS_KM = (1.0, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 75.0, 100.0)


@dataclasses.dataclass(frozen=True)
class _Agreed:
    """The case's agreement, read."""

    agreement: Agreement
    reference: Reference
    exceptions: tuple[Excepted, ...]


@dataclasses.dataclass(frozen=True)
class _Files:
    """What the folder holds, as far as it can be used."""

    agreed: _Agreed | None
    positions: tuple[Position, ...]
    declared: Mapping[str, Mapping[str, Declared]]
    """By line and party."""
    inspections: Path | None
    tracks: tuple[Path, ...]
    refused: tuple[dict[str, str], ...]


@dataclasses.dataclass(frozen=True)
class _LastLook:
    """What is known on the day of the last look, or the refusal where nobody looked."""

    found: Verified | None
    nobody: MerestoneError | None


class Planner:
    """The planner of one case and its record; ask it from several threads."""

    def __init__(self, case: Path, record_id: str, lines: pa.Table) -> None:
        """``lines`` are those of the record. Files are read when they are first needed."""
        self._case = case
        self.etag = f'"{record_id}-{content(case)[:32]}-{__version__}"'
        drawn = [DrawnLine.of(line) for line in from_table(Line, lines)]
        self._lines = {line.id: line for line in drawn if line.left_party != line.right_party}
        self._references: Kept[Reference] = Kept(most=10_000)
        self._whole: Kept[Any] = Kept(most=64)
        self._live: Kept[LiveLine] = Kept(most=8)
        # each makes one answer at a time: zones need not wait for a schedule
        self._short, self._exact, self._long = (Kept[bytes](most=most) for most in (1, 64, 64))
        self._quick = lru_cache(maxsize=256)(self._steps)

    # ----------------------------------------------------------------------------------------------------------------------
    # answers

    def overview(self) -> Coming[bytes]:
        """PlannerView as JSON."""
        return self._short.later("overview", self._overview)

    def zones(self, line: str, depth_km: float) -> bytes:
        """SliderView of a depth, quick. Raises MerestoneError M704 or M730."""
        return self._quick(line, self._depth(line, depth_km))

    def exact_zones(self, line: str, depth_km: float) -> Coming[bytes]:
        """SliderView of a depth, exact. Raises MerestoneError M704 or M730."""
        depth = self._depth(line, depth_km)
        return self._exact.later((line, depth), lambda: self._exactly(line, depth))

    def agreed_zones(self) -> Coming[bytes]:
        """AgreedZonesView as JSON."""
        return self._exact.later("agreement", self._agreed_zones)

    def schedule(self) -> Coming[bytes]:
        """ScheduleView as JSON."""
        return self._long.later("schedule", self._schedule)

    def verification(self, at: str | None) -> Coming[bytes]:
        """VerificationView of a day, YYYY-MM-DD; of the last look's where none is given. Raises MerestoneError M705."""
        if at is not None:
            try:
                past = day_of("at", at) <= datetime.now(self._zone()).date()
            except MerestoneError:
                past = False
            if not past:
                raise MerestoneError("M705", what=repr(at[:40]), field="at")
        return self._long.later(("verification", at), lambda: self._verification(at))

    def told(self, error: MerestoneError) -> dict[str, str]:
        """Code and sentence of an error, with paths as they are inside the case."""
        inside = {name: str(value).replace(f"{self._case}/", "") for name, value in error.parameters.items()}
        return {"code": error.code, "message": say(error.code, **inside)}

    # ----------------------------------------------------------------------------------------------------------------------
    # what is there

    def _zone(self) -> tzinfo:
        """The time zone whose days are meant."""
        try:
            return Case.open(self._case).time_zone()
        except MerestoneError:  # a record without its case
            return UTC

    def _reference(self, line: str) -> Reference:
        drawn = self._lines[line]
        return self._references.get(line, lambda: read_reference(mirror(1), self._case, known=[drawn]))

    def _files(self) -> _Files:
        found: _Files = self._whole.get("files", self._read)
        return found

    def _read(self) -> _Files:
        refused: list[dict[str, str]] = []

        def tried(name: str, make: Callable[[], T]) -> T | None:
            try:
                return make()
            except MerestoneError as error:
                refused.append({"file": f"{NAME}/{name}" if name else NAME, **self.told(error)})
                return None

        folder = tried("", lambda: CaseFolder.of(self._case))
        if folder is None:
            folder = CaseFolder(self._case / NAME, None, None, None, ())
        agreed = tried(path.name, lambda: self._read_agreement(path)) if (path := folder.agreement) else None
        parties = agreed.reference.parties if agreed else tuple({
            party: None for line in self._lines.values() for party in (line.left_party, line.right_party)
        })  # fmt: skip
        positions: tuple[Position, ...] = ()
        declared: Mapping[str, Mapping[str, Declared]] = {}
        if folder.positions and parties:
            found = tried(folder.positions.name, partial(self._read_positions, folder.positions, parties, agreed))
            positions, declared = found or ((), {})
        ids, now = [position.id for position in positions], datetime.now(UTC)
        inspections = folder.inspections
        if inspections and tried(inspections.name, partial(read_inspections, inspections, ids, now)) is None:
            inspections = None
        tracks = [
            track
            for track in folder.tracks
            if tried(f"tracks/{track.name}", partial(read_track, track, _SEEN_M, now)) is not None
        ]
        return _Files(agreed, positions, declared, inspections, tuple(tracks), tuple(refused))

    def _read_agreement(self, path: Path) -> _Agreed:
        agreement = read_agreement(path)
        reference = read_reference(agreement, path.parent, known=list(self._lines.values()))
        return _Agreed(agreement, reference, tuple(read_exceptions(agreement, path.parent, reference)))

    def _read_positions(
        self, path: Path, parties: Sequence[str], agreed: _Agreed | None
    ) -> tuple[tuple[Position, ...], dict[str, dict[str, Declared]]]:
        positions = read_positions(path, parties)
        meant = [line.id for line in agreed.reference.lines if line.id in self._lines] if agreed else []
        near = by_line({line: self._reference(line) for line in meant or self._lines}, positions)
        declared = {
            line: {
                party: Declared.of(self._reference(line), party, [each for each in own if each.party == party])
                for party in self._reference(line).parties
            }
            for line, own in near.items()
        }  # fmt: skip
        return tuple(positions), declared

    def _live_line(self, line: str) -> LiveLine:
        def make() -> LiveLine:
            parties: tuple[str, ...] = ()
            try:
                case = Case.open(self._case)
                gazetteer, parties = Gazetteer.of(case), case.parties
            except MerestoneError:  # a record without its case still has its lines
                gazetteer = Gazetteer()
            reference, files = self._reference(line), self._files()
            return LiveLine(reference, gazetteer, files.declared.get(line, {}), self._most_km(line), parties)

        return self._live.get(line, make)

    def _most_km(self, line: str) -> float:
        agreed = self._files().agreed
        tiers: list[float] = []
        if agreed and line in {each.id for each in agreed.reference.lines}:
            tiers = [
                depth for tier in agreed.agreement.tiers
                for depth in (tier.depth_km, *(tier.depth_km_by_party or {}).values(), *tier.depth_km_by_section)
            ]  # fmt: skip
        return most_km(self._reference(line).length_m / 1000, tiers)

    def _depth(self, line: str, depth_km: float) -> float:
        """A depth to the metre. Raises MerestoneError M704 or M730."""
        if line not in self._lines:
            raise MerestoneError("M704", what="line", id=line[:80])
        most = self._most_km(line)
        depth = round(depth_km, 3) if math.isfinite(depth_km) else 0.0
        if not LEAST_KM <= depth <= most:
            raise MerestoneError("M730", depth=f"{depth_km:g}", line=line, least=f"{LEAST_KM:g}", most=f"{most:g}")
        return depth

    def _needed(self) -> _Agreed:
        """The agreement. Raises MerestoneError M731 where there is none that can be used."""
        if (agreed := self._files().agreed) is None:
            raise MerestoneError("M731")
        return agreed

    def _planned(self) -> tuple[Plan, list[Judged]]:
        """The agreement on its ground, and its positions judged. Raises MerestoneError M731, or M810 to M822."""

        def make() -> tuple[Plan, list[Judged]]:
            agreed = self._needed()
            made = plan(agreed.agreement, agreed.reference, agreed.exceptions, moved=False)
            return made, judge(made, self._files().positions)

        found: tuple[Plan, list[Judged]] = self._whole.get("plan", make)
        return found

    # ----------------------------------------------------------------------------------------------------------------------
    # how answers are made

    def _overview(self) -> bytes:
        files = self._files()
        refused = list(files.refused)
        agreed, told = files.agreed, None
        if agreed is not None:
            preconditions: list[dict[str, Any]] = []
            try:
                # quiet days need no zones, which take longer
                bare = Plan(agreed.agreement, agreed.reference, agreed.exceptions, (), (), {}, (), ())
                preconditions = [each.as_json() for each in quiet_days(bare, self._case)]
            except MerestoneError as error:
                refused.append({"file": f"{NAME}/agreement.toml", **self.told(error)})
            entry = agreed.agreement
            told = {
                "name": entry.name, "source": entry.source, "notice": entry.notice,
                "lines": [line.id for line in agreed.reference.lines],
                "tiers": [
                    {"name": t.name, "depth_km": t.depth_km, "forbids": t.forbids, "may_stay": t.may_stay} for t in entry.tiers
                ],
                "valid_from": entry.validity.valid_from if entry.validity else None, "preconditions": preconditions,
            }  # fmt: skip
        ready = agreed is not None and bool(files.positions)
        return orjson.dumps({
            "lines": [
                {
                    "id": line.id, "name": line.name, "left_party": line.left_party, "right_party": line.right_party,
                    "length_km": round(self._reference(line.id).length_m / 1000, 1), "most_km": self._most_km(line.id),
                }
                for line in self._lines.values()
            ],
            "agreement": told, "positions": len(files.positions),
            "parts": {"schedule": ready, "verification": ready and told is not None and told["valid_from"] is not None},
            "refused": refused,
        })  # fmt: skip

    def _steps(self, line: str, depth_km: float) -> bytes:
        live = self._live_line(line)
        zones = [
            {
                "party": step.party, "area_km2": step.area_km2, "settlements": step.settlements, "people": step.people,
                "largest": list(map(_place, step.largest)),
                "positions": self._leaving(line, (step.declared, step.must_leave, step.may_have_to_leave)),
                "certain_km2": None, "depends_km2": None, "geometry": _drawn(step.geometry, depth_km), "depends": None,
            }
            for step in live.steps(depth_km)
        ]  # fmt: skip
        return _slider(line, depth_km, False, zones)

    def _exactly(self, line: str, depth_km: float) -> bytes:
        live = self._live_line(line)
        made = plan(mirror(depth_km), live.reference, moved=False)
        zones = []
        for told, zone, sure in zip(plan_json(made)["zones"], made.zones, made.certainties, strict=True):
            settlements, people, largest = live.settled(zone.party, depth_km)
            zones.append({
                "party": zone.party, "area_km2": told["area_km2"], "settlements": settlements, "people": people,
                "largest": list(map(_place, largest)), "positions": self._leaving(line, live.declared(zone.party, depth_km)),
                "certain_km2": told["certain_km2"], "depends_km2": told["depends_on_the_map_km2"],
                "geometry": _drawn(zone.geometry, depth_km), "depends": _drawn(sure.depends, depth_km),
            })  # fmt: skip
        return _slider(line, depth_km, True, zones)

    def _leaving(self, line: str, counts: tuple[int, int, int]) -> dict[str, int] | None:
        if not any(declared.count for declared in self._files().declared.get(line, {}).values()):
            return None
        return dict(zip(("declared", "must_leave", "may_have_to_leave"), counts, strict=True))

    def _agreed_zones(self) -> bytes:
        made, judged = self._planned()
        sheets = balance(made, judged)
        zones = [
            {
                "party": zone.party, "tier": zone.tier, "depth_km": told["depth_km"], "area_km2": told["area_km2"],
                "certain_km2": told["certain_km2"], "depends_km2": told["depends_on_the_map_km2"],
                "geometry": _drawn(zone.geometry, max(zone.depth_m) / 1000),
                "depends": _drawn(sure.depends, max(zone.depth_m) / 1000),
            }
            for told, zone, sure in zip(plan_json(made)["zones"], made.zones, made.certainties, strict=True)
        ]  # fmt: skip
        rows = [
            {
                "tier": row["tier"], "measure": row["measure"], "label": LABELS[row["measure"]],
                "values": {party: row[party] for party in made.reference.parties},
            }
            for row in differences(made, sheets)
        ]  # fmt: skip
        deepest = max(max(zone.depth_m) for zone in made.zones) / 1000
        exceptions = [{"name": e.name, "kind": e.kind, "geometry": _drawn(e.geometry, deepest / 10)} for e in made.exceptions]
        return orjson.dumps({
            "zones": zones, "balance": rows, "exceptions": exceptions, "positions": [each.as_json() for each in judged],
            "notes": made.notes,
        })  # fmt: skip

    def _schedule(self) -> bytes:
        made, judged = self._planned()
        if not judged:
            raise MerestoneError("M732")
        return orjson.dumps(schedule_json(agree(made, judged)))

    def _verified(self, at: str | None) -> Verified:
        made, judged = self._planned()
        if not judged:
            raise MerestoneError("M732")
        files = self._files()
        return verify_files(
            made, judged, files.inspections, files.tracks, self._case, at, Model(), _SEEN_M, _cell_km(made), _PATROLS
        )

    def _verification(self, at: str | None) -> bytes:
        entry = self._needed().agreement
        due = due_dates(entry)
        last = self._last_look()
        if at is not None:
            found = self._verified(at)
        elif last.found is not None:
            found = last.found
        else:
            assert last.nobody is not None
            raise last.nobody
        first = entry.validity.valid_from if entry.validity else found.at.isoformat()
        end = last.found.at if last.found is not None else max(due)
        shapes = [
            {
                "type": "Feature", "id": each.id, "properties": dict(each.properties),
                "geometry": orjson.Fragment(geojson(each.geometry)),
            }
            for each in features(found)
        ]  # fmt: skip
        return orjson.dumps({
            **verified_json(found), "days": [min(first, found.at.isoformat()), max(end, found.at).isoformat()],
            "features": {"type": "FeatureCollection", "features": shapes},
        })  # fmt: skip

    def _last_look(self) -> _LastLook:
        def make() -> _LastLook:
            try:
                return _LastLook(self._verified(None), None)
            except MerestoneError as error:
                if error.code not in _NO_LOOK:
                    raise
                return _LastLook(None, error)

        found: _LastLook = self._whole.get("last look", make)
        return found


def _cell_km(made: Plan) -> float:
    """The size of cells that part the zones into no more than ``_MOST_CELLS``."""
    widest = {zone.party: zone.area_km2 for zone in made.zones}
    wanted = math.sqrt(sum(widest.values()) / _MOST_CELLS)
    return next((km for km in _CELLS_KM if km >= wanted), _CELLS_KM[-1])


def _slider(line: str, depth_km: float, exact: bool, zones: Sequence[dict[str, Any]]) -> bytes:
    uneven = asymmetry({zone["party"]: zone["area_km2"] for zone in zones})
    return orjson.dumps({
        "line": line, "depth_km": depth_km, "exact": exact, "zones": zones, "larger": uneven["larger"],
        "more_percent": uneven["more_percent"],
    })  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    return {"name": place.name, "population": place.population, "lon": round(place.lon, 5), "lat": round(place.lat, 5)}


def _drawn(geometry: Any, depth_km: float) -> orjson.Fragment:
    return orjson.Fragment(for_the_eye(geometry, depth_km * 1000))
