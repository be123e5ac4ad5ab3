"""The ground of an agreement's exceptions: settlements, roads, crossing points, hospitals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from merestone.errors import MerestoneError
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.geometry.parts import joined
from merestone.places.layer_files.layers import read_feature
from merestone.withdrawal.agreement import Agreement, ExceptionEntry
from merestone.withdrawal.reference import Reference
from merestone.withdrawal.strip import Strip, polygonal
from merestone.withdrawal.zones import Excepted, disc

_FARTHEST_M = 200_000.0


def read_exceptions(agreement: Agreement, folder: Path, reference: Reference) -> list[Excepted]:
    """Each exception as ground, in the agreement's order. Raises MerestoneError M815 to M817, or as ``read_feature`` does."""
    gazetteer = Gazetteer() if any(entry.place for entry in agreement.exceptions) else None
    near = reference.strip.plane.near
    out: list[Excepted] = []
    for entry in agreement.exceptions:
        ground = _ground(entry, folder, reference, gazetteer)
        ground = shapely.transform(ground, lambda d: np.column_stack([near(d[:, 0]), d[:, 1]]))
        for other in out:
            shared = not (other.tiers and entry.tiers) or bool(set(other.tiers) & set(entry.tiers))
            if shared and shapely.relate_pattern(other.geometry, ground, "T********"):
                raise MerestoneError("M815", one=other.name, other=entry.name)
        out.append(Excepted(entry.name, entry.kind, ground, entry.tiers))
    return out


def _ground(entry: ExceptionEntry, folder: Path, reference: Reference, gazetteer: Gazetteer | None) -> shapely.Geometry:
    if entry.lon is not None and entry.lat is not None:
        return disc(entry.lon, entry.lat, (entry.radius_km or 0) * 1000)
    if entry.place is not None:
        assert gazetteer is not None
        found = [place for place in gazetteer.find(entry.place) if place.feature == "settlement"]
        if found:
            away = reference.strip.track.sides([place.lon for place in found], [place.lat for place in found]).distance_m
            nearest = found[int(away.argmin())]
            if away.min() <= _FARTHEST_M:
                return disc(nearest.lon, nearest.lat, entry.radius_km * 1000 if entry.radius_km else nearest.radius_m)
        raise MerestoneError("M816", name=entry.name, place=entry.place, km=f"{_FARTHEST_M / 1000:.0f}")
    assert entry.file is not None
    path = folder / entry.file
    if entry.radius_km is None:
        return read_feature(path, "Polygon", entry.feature).geometry
    for kind in ("LineString", "Point"):
        try:
            geometry = read_feature(path, kind, entry.feature).geometry
        except MerestoneError as error:
            if error.code != "M503":
                raise
            continue
        if kind == "LineString":
            return Strip(geometry).within(entry.radius_km * 1000)
        places = shapely.get_coordinates(geometry).tolist()
        return polygonal(joined([disc(lon, lat, entry.radius_km * 1000) for lon, lat in places]))
    raise MerestoneError("M817", name=entry.name, path=path)
