"""From claims to places: every place mention of every claim, resolved or left open, and how it stands to the case's lines."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from merestone.case import Case
from merestone.model import Line, LineSide, Location, Observation, Place, codes_of, to_table
from merestone.places.borders import Borders
from merestone.places.contested.line_error import LineError
from merestone.places.contested.lines import load_lines, load_zones, party_on_side
from merestone.places.contested.standing import standing
from merestone.places.contested.zones import with_zones
from merestone.places.gazetteers import index
from merestone.places.gazetteers.gazetteer import Entry, Gazetteer
from merestone.places.naming.mentions import Meaning, role_extra_m, states
from merestone.places.naming.toponyms import Answer, Surroundings, resolve
from merestone.places.observations import Observed, observed, observer_names
from merestone.places.pins import Pin, pinned
from merestone.places.stated import sensed, stated_location
from merestone.places.written_positions import with_coordinates


class Placed(NamedTuple):
    """Tables of ``model.Place``, ``model.Location`` and ``model.Observation``."""

    places: pa.Table
    locations: pa.Table
    observations: pa.Table


def locate(claims: pa.Table, documents: pa.Table, case: Case) -> tuple[pa.Table, pa.Table]:
    """(places, locations) of the claims: see ``place``."""
    return place(claims, documents, case)[:2]


def place(claims: pa.Table, documents: pa.Table, case: Case, pins: Mapping[tuple[str, int], Pin] | None = None) -> Placed:
    """Places, locations and observations of the claims.

    ``places`` holds each place that a location names, once, ordered by id; ``locations`` follows claims and mentions in
    order. A name that cannot be resolved keeps its row, with null coordinates and the reason in words. ``observations``
    follows claims.

    Where a claim tells from where, and in which direction or how far, something was seen or heard, its location is the circle
    around that area: of the place from which the bearing starts, where the claim's places hold it, else in a row of its own.
    Coordinates in a claim's words are its location too, of the place they stand behind or in a row of their own. Such rows have
    mentions of -1 and below, and come before the others. A row of a data set lies where it says itself. ``pins`` holds what
    reviewers have placed themselves, by claim and number of the mention; the other mentions are resolved as if there were none.

    ``LineSide.side`` is null, which means "this map cannot tell", where

    * neither side is likely enough: the error of location and line together reaches across the line (``standing``);
    * the nearest point is an end of an open line, past which it has no sides;
    * another section of the same border (same parties, same map, same validity) is nearer: only the nearest section tells;
    * the gazetteer files the place under a third country, and both parties of the line are states.

    Raises MerestoneError M1xx or M5xx where a file of the case cannot be used.
    """
    lines = load_lines(case)
    gazetteer = Gazetteer.of(case)
    borders = Borders.of(lines, case.parties)
    beside = index.neighbours()
    publishers = dict(zip(documents["id"].to_pylist(), documents["publisher"].to_pylist(), strict=True))
    texts = dict(zip(documents["id"].to_pylist(), documents["text"].to_pylist(), strict=True))
    by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = claims.select(
        ["id", "document", "span", "speaker", "actor", "target", "places", "event", "time", "means", "observation", "position"]
    )
    for claim in columns.to_pylist():
        by_document[claim["document"]].append(claim)

    known_states = frozenset(states().values())
    located: dict[str, list[tuple[Location, Entry | None]]] = {}
    seen: dict[str, Observed] = {}
    for document, members in by_document.items():
        spoken = {code for c in members for code in codes_of(c["speaker"], c["actor"], c["target"], publishers.get(document))}
        around = Surroundings(
            parties=frozenset(case.parties), states=frozenset(spoken & known_states),
            beside=frozenset(n for party in case.parties for n in beside.get(party, frozenset())),
        )  # fmt: skip
        names = [name for c in members for name in (*(m["name"] for m in c["places"]), *observer_names(c))]
        answers = resolve(names, gazetteer, around)
        named = {state for meaning, _ in answers.values() for state in meaning.states}
        concerned = bool((spoken | named) & set(case.parties))
        for claim in members:
            if claim["position"] is not None:  # a row of a data set, which needs no gazetteer
                located[claim["id"]] = [(stated_location(claim), None)]
                if case.source(claim["speaker"]).affiliation == "sensor":
                    seen[claim["id"]] = Observed(sensed(claim, case.time_zone(claim["speaker"])), None, "", None)
                continue
            pairs = _locations(claim, answers, gazetteer, borders if concerned else None)
            pairs = with_coordinates(claim, texts[document], pairs)
            source = claim["speaker"] if claim["speaker"] in case.sources else publishers.get(document)
            meant = {name: answer for name, (_, answer) in answers.items()}
            if pins:
                pairs = pinned(pairs, pins, gazetteer, lambda role: role_extra_m()[role][0])
                for location, entry in pairs:
                    if entry is not None and (location.claim, location.mention) in pins:
                        meant[location.name] = Answer(place=entry, radius_m=entry.radius_m, because=location.because)
            if claim["observation"]:
                found = observed(claim, meant, case.time_zone(source))
                seen[claim["id"]] = found
                pairs = _where_it_points(claim["id"], pairs, found)
            located[claim["id"]] = pairs

    pairs = [pair for claim in claims["id"].to_pylist() for pair in located[claim]]
    sided = with_zones(_with_sides(pairs, lines, borders), load_zones(case))
    entries = {entry.id: entry for _, entry in pairs if entry is not None}
    places = [entries[identity].as_place(case.parties) for identity in sorted(entries)]
    seen_in_order = [seen[claim].observation for claim in claims["id"].to_pylist() if claim in seen]
    return Placed(to_table(Place, places), to_table(Location, sided), to_table(Observation, seen_in_order))


def _where_it_points(
    claim: str, pairs: list[tuple[Location, Entry | None]], found: Observed
) -> list[tuple[Location, Entry | None]]:
    """A claim's locations, with that of its observation."""
    if found.circle is None:
        return pairs
    lon, lat, radius = found.circle
    because = found.observation.because
    if found.mention is None:
        there = Location(
            claim=claim, mention=-1, name=found.words, role="direction", lon=lon, lat=lat, radius_m=radius, because=because
        )
        return [(there, None), *pairs]
    out = []
    for location, entry in pairs:
        if location.mention == found.mention:
            location = dataclasses.replace(location, lon=lon, lat=lat, radius_m=radius, because=because)
        out.append((location, entry))
    return out


_NO_PARTY = Answer(because="the document names no party of the case, so its border or line is not the case's")


def _locations(
    claim: dict[str, Any], answers: dict[str, tuple[Meaning, Answer]], gazetteer: Gazetteer, borders: Borders | None
) -> list[tuple[Location, Entry | None]]:
    settled = [answers[m["name"]][1].place for m in claim["places"]]
    out: list[tuple[Location, Entry | None]] = []
    for number, mention in enumerate(claim["places"]):
        meaning, answer = answers[mention["name"]]
        if meaning.kind == "line":
            others = [entry for entry in settled if entry]
            answer = borders.resolve(mention["name"], meaning, gazetteer, others) if borders else _NO_PARTY
        location = Location(
            claim=claim["id"], mention=number, name=mention["name"], role=mention["role"], because=answer.because
        )
        if (entry := answer.place) is not None and answer.radius_m is not None:
            extra, words = role_extra_m()[mention["role"]]
            location = dataclasses.replace(
                location, place=entry.id, lon=entry.lon, lat=entry.lat, radius_m=answer.radius_m + extra,
                probability=answer.probability,
                because=f"{answer.because}; {words}, hence {extra / 1000:g} km more" if extra else answer.because,
            )  # fmt: skip
        out.append((location, answer.place))
    return out


def _with_sides(pairs: Sequence[tuple[Location, Entry | None]], lines: Sequence[Line], borders: Borders) -> list[Location]:
    locations = [location for location, _ in pairs]
    placed = [i for i, location in enumerate(locations) if location.lon is not None]
    if not placed or not lines:
        return locations
    lon = np.array([locations[i].lon for i in placed], dtype=np.float64)
    lat = np.array([locations[i].lat for i in placed], dtype=np.float64)
    radius = np.array([locations[i].radius_m for i in placed], dtype=np.float64)
    country = [entry.country if (entry := pairs[i][1]) else None for i in placed]
    results = [standing(track, LineError.of(line), lon, lat, radius) for track, line in zip(borders.tracks, lines, strict=True)]
    metres = np.stack([result.sides.distance_m for result in results])
    sections: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        key = (*sorted((line.left_party, line.right_party)), line.source_map, line.valid_from, line.valid_to)
        sections[key].append(number)
    nearest = np.zeros(metres.shape, dtype=np.bool_)
    for numbers in sections.values():
        first = np.array(numbers)[metres[numbers].argmin(axis=0)]
        nearest[first, np.arange(len(placed))] = True
    state_codes = frozenset(states().values())
    for row, i in enumerate(placed):
        entries = []
        for number, (line, result) in enumerate(zip(lines, results, strict=True)):
            parties = {line.left_party, line.right_party}
            third = country[row] is not None and country[row] not in parties and parties <= state_codes
            says = nearest[number, row] and not third and not result.sides.past_end[row]
            left = float(result.left[row])
            entries.append(
                LineSide(
                    line=line.id, side=party_on_side(1 if left > 0.5 else -1, line) if says and result.tells[row] else None,
                    probability=round(left, 4) if says else None, distance_m=round(float(result.sides.distance_m[row]), 2),
                    nearest_lon=round(float(result.sides.nearest_lon[row]), 7),
                    nearest_lat=round(float(result.sides.nearest_lat[row]), 7),
                )
            )  # fmt: skip
        locations[i] = dataclasses.replace(locations[i], sides=tuple(entries))
    return locations
