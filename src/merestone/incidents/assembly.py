"""From groups of claims to incidents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from merestone.case import Case
from merestone.incidents.accusations import counter_accusations
from merestone.incidents.cluster import Group
from merestone.incidents.compare import comparisons, contested, event_of
from merestone.incidents.corroboration import grades
from merestone.incidents.denials import denied_by
from merestone.incidents.independence import Sources, independent, voices
from merestone.incidents.match import reasons
from merestone.incidents.prepare import Prepared, plain
from merestone.incidents.summary import summarise
from merestone.incidents.versions import speakers, versions
from merestone.model import Incident, IncidentPlace, Join, Moments
from merestone.places.geometry.geodesy import covering_circle
from merestone.places.stated import words
from merestone.reading.intervals import instant


def identity(claims: Sequence[str]) -> str:
    """'i-' and the first 12 hexadecimal digits of the SHA-256 of the sorted claim ids, one a line."""
    return "i-" + hashlib.sha256("\n".join(sorted(claims)).encode()).hexdigest()[:12]


def assemble(p: Prepared, groups: Sequence[Group], places: pa.Table, sources: Sources, case: Case) -> Iterator[Incident]:
    """One incident for each group."""
    names = dict(zip(places["id"].to_pylist(), places["name"].to_pylist(), strict=True))
    why = reasons(p, [(a, b) for group in groups for a, b, _ in group.joins if (a, b) not in group.decided])
    for group in groups:
        members = group.members
        denials = denied_by(p, members)
        event, (time, begin, end) = event_of(p, members), _interval(p, members)
        where = _places(p, members, names)
        compared = comparisons(p, members, names, case)
        heard, mirrored = voices(p, members, sources), counter_accusations(p, members)
        named = {p.states[int(code)] for i in members for code in (p.actor[i], p.target[i], p.speaker[i]) if code >= 0}
        yield Incident(
            id=identity([p.rows[i]["id"] for i in members]),
            event=event,
            time=time,
            begins=None if begin is None else instant(begin),
            ends=None if end is None else instant(end),
            places=where,
            parties=tuple(code for code in case.parties if code in named),
            versions=versions(p, members, denials),
            comparisons=compared,
            contested=contested(denials, compared),
            corroboration=grades(p, members, heard, denials, compared),
            independent_sources=independent(heard),
            voices=heard,
            counter_accusations=mirrored,
            summary=summarise(p, members, event, time, where, compared, denials, mirrored, case),
            joins=tuple(
                Join(
                    left=p.rows[a]["id"],
                    right=p.rows[b]["id"],
                    probability=probability,
                    because=why.get((a, b), ("a reviewer joined them",)),
                )
                for a, b, probability in group.joins
            ),
        )


def _interval(p: Prepared, members: Sequence[int]) -> tuple[Moments | None, int | None, int | None]:
    """(smallest local interval around the claims' times, its first second, its end), all None where no claim gives a time."""
    dated = [i for i in members if p.dated[i]]
    if not dated:
        return None, None, None
    first = min(dated, key=lambda i: (int(p.begin[i]), p.rows[i]["time"][0]))
    last = max(dated, key=lambda i: (int(p.end[i]), p.rows[i]["time"][1]))
    return (p.rows[first]["time"][0], p.rows[last]["time"][1]), int(p.begin[first]), int(p.end[last])


def _places(p: Prepared, members: Sequence[int], names: Mapping[str, str]) -> tuple[IncidentPlace, ...]:
    """Each place once, the one that most claims name first; a name that could not be found stands after those that could."""
    found: dict[tuple[str, str], list[IncidentPlace]] = {}
    by: dict[tuple[str, str], set[str]] = {}
    for i in members:
        entries = {entry["mention"]: entry for entry in p.locations.get(p.rows[i]["id"], [])}
        for number in sorted(n for n in entries if n < 0):  # where a monitor's bearing points, or coordinates
            pointed = entries[number]
            # what a sensor saw lies in one place, however many pixels of it burn
            key = ("~~", p.groups[i][0]) if p.groups[i][1] == "sensor" else ("@", pointed["name"])
            spot = IncidentPlace(name=pointed["name"], lon=pointed["lon"], lat=pointed["lat"], radius_m=pointed["radius_m"])
            found.setdefault(key, []).append(spot)
            by.setdefault(key, set()).add(p.groups[i][0])
        for n, mention in enumerate(p.rows[i]["places"]):
            entry = entries.get(n, {})
            place = entry.get("place")
            stated = entry.get("lon") is not None and p.rows[i]["position"] is not None
            key = ("", place) if place else ("" if stated else "~", plain(mention["name"]))
            spot = IncidentPlace(
                place=place,
                name=names.get(place, mention["name"]) if place else mention["name"],
                lon=entry.get("lon"),
                lat=entry.get("lat"),
                radius_m=entry.get("radius_m"),
            )
            found.setdefault(key, []).append(spot)
            by.setdefault(key, set()).add(p.groups[i][0])
    order = [code for code, _ in speakers(p, members)]
    out = []
    for key in sorted(found, key=lambda k: (k[0], -len(found[k]), k[1])):
        # of one place named several times, the narrowest reading
        best = min(found[key], key=lambda s: (s.radius_m is None, s.radius_m or 0.0, s.lon or 0.0, s.lat or 0.0, s.name))
        if key[0] == "~~":
            best = _around_all(found[key])
        speaking = tuple(code for code in dict.fromkeys(order) if code in by[key])
        out.append(
            IncidentPlace(
                place=best.place, name=best.name, lon=best.lon, lat=best.lat, radius_m=best.radius_m, speakers=speaking
            )
        )
    return tuple(out)


def _around_all(spots: Sequence[IncidentPlace]) -> IncidentPlace:
    """One place around all spots of a sensor."""
    lons, lats = [spot.lon or 0.0 for spot in spots], [spot.lat or 0.0 for spot in spots]
    lon, lat, radius = covering_circle(lons, lats)
    radius = round(radius + max(spot.radius_m or 0.0 for spot in spots), 1)
    return IncidentPlace(
        name=f"within {max(radius / 1000, 0.1):.1f} km of {words(lon, lat)}", lon=lon, lat=lat, radius_m=radius
    )
