"""Declared positions: how likely inside, where they may go, and never finer than what was declared."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import shapely

from merestone.errors import MerestoneError
from merestone.places.contested.line_error import LineError
from merestone.places.geometry.geodesy import WGS84
from merestone.withdrawal.agreement import TierEntry
from merestone.withdrawal.balance import balance, differences
from merestone.withdrawal.plan import plan
from merestone.withdrawal.positions import MAY, MUST, NOT, Position, coarse, decimals_of, judge, read_positions
from withdrawal.test_plan import reference, tiers
from withdrawal.zone_checks import KOR_MDL

HEAD = "id,party,class,strength,lon,lat,uncertainty_m,calibre_mm\n"
STRAIGHT = [(44.8, 40.0), (45.6, 40.0)]


def position(lon, lat, party="A", unit_class="troops", uncertainty_m=100.0, measure=None, identity="p"):
    return Position(identity, party, unit_class, 10.0, lon, lat, uncertainty_m, measure)


def north_of(lon, lat, metres):
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, 0, metres)
    return float(to_lon), float(to_lat)


def refused(tmp_path, row, head=HEAD):
    path = tmp_path / "positions.csv"
    path.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(MerestoneError) as caught:
        read_positions(path, ("A", "B"))
    assert str(caught.value).count("\n") == 0
    return caught.value.code


def test_a_position_well_inside_must_leave_and_one_outside_may_stay():
    made = plan(tiers(5), reference(STRAIGHT))
    inside, edge, outside = judge(made, [position(*north_of(45.2, 40, m), identity=str(m)) for m in (2000, 5000, 6000)])
    assert (inside.verdict, inside.probability, inside.move_km) == (MUST, 1.0, 3.0)
    assert edge.verdict == MAY
    assert edge.probability == pytest.approx(0.5, abs=0.02)
    assert (outside.verdict, outside.move_km, outside.to) == (NOT, None, None)


def test_the_error_of_the_line_is_part_of_the_probability():
    made = plan(tiers(5), reference(STRAIGHT, LineError(spread_m=1000)))
    (judged,) = judge(made, [position(*north_of(45.2, 40, 4000))])
    assert judged.probability == pytest.approx(0.8413, abs=0.005)  # one deviation from the far edge, four from the near one


def test_the_destination_is_the_nearest_allowed_ground_on_the_own_side():
    made = plan(tiers(6), reference(KOR_MDL))
    random = np.random.default_rng(5)
    strip = made.reference.strip
    west, south, east, north = made.of("A", "6")[0].geometry.bounds
    grid = np.column_stack([random.uniform(west - 0.1, east + 0.1, 60_000), random.uniform(south - 0.1, north + 0.1, 60_000)])
    sides = strip.track.sides(grid[:, 0], grid[:, 1])
    for party, sign in (("A", 1), ("B", -1)):
        allowed = grid[(sides.sign == sign) & (sides.distance_m > 6000)]
        own = grid[(sides.sign == sign) & (sides.distance_m < 5500)][:12]
        judged = judge(made, [position(*at, party=party, identity=str(n)) for n, at in enumerate(own.tolist())])
        for at, each in zip(own.tolist(), judged, strict=True):
            metres = WGS84.inv(np.full(len(allowed), at[0]), np.full(len(allowed), at[1]), allowed[:, 0], allowed[:, 1])[2]
            assert each.move_km * 1000 <= metres.min() + 100  # no sampled place is nearer
            assert each.move_km * 1000 >= metres.min() - 1000  # the samples lie half a kilometre apart


@pytest.mark.parametrize("uncertainty_m", [30.0, 700.0, 4000.0])
def test_a_destination_lies_outside_every_tier_that_forbids_the_class_also_when_rounded(uncertainty_m):
    agreement = dataclasses.replace(
        tiers(5),
        tiers=(
            TierEntry(name="even", depth_km=5, forbids=("tank",)),
            TierEntry(name="uneven", depth_km=12, depth_km_by_section=(12.0, 2.0), forbids=("tank",)),
        ),
    )
    made = plan(agreement, reference(STRAIGHT, breaks_m=(30_000,)))
    track = made.reference.strip.track
    places = [north_of(lon, 40, metres) for lon in (45.0, 45.1, 45.15, 45.2, 45.4) for metres in (1500, 4000)]
    for each in judge(made, [position(*at, unit_class="tank", uncertainty_m=uncertainty_m, identity=f"{at}") for at in places]):
        sides = track.sides(*each.to)
        deep = track.chainage_m(sides.segment, sides.share)[0] < 30_000
        assert sides.sign[0] == 1
        assert each.move_km == 0 or sides.distance_m[0] > (12_000 if deep else 5000)


def test_what_is_told_is_no_finer_than_what_was_declared():
    for uncertainty in (1, 30, 500, 1000, 20_000):
        assert 111_320 / 10 ** decimals_of(uncertainty) >= min(uncertainty, 111_320)
        assert (coarse(12_345.678, uncertainty) * 1000) % 10 ** math.floor(math.log10(uncertainty)) == pytest.approx(
            0, abs=1e-6
        )
    made = plan(tiers(5), reference(STRAIGHT))
    (judged,) = judge(made, [position(45.123456, 40.012345, uncertainty_m=1500)])
    told = judged.as_json()
    assert (told["lon"], told["lat"]) == (45.1, 40.0)
    assert told["to"] == [round(value, 1) for value in told["to"]]
    assert told["move_km"] == int(told["move_km"])


def test_a_class_leaves_only_the_tiers_that_forbid_it():
    agreement = dataclasses.replace(tiers(2), tiers=(
        TierEntry(name="near", depth_km=2, forbids=("forces",), may_stay=("police",)),
        TierEntry(name="far", depth_km=10, forbids=("artillery above 80 mm",)),
    ))  # fmt: skip
    made = plan(agreement, reference(STRAIGHT))
    lon, lat = north_of(45.2, 40, 1000)
    kinds = [("police", None), ("troops", None), ("artillery", 76.0), ("artillery", 122.0)]
    judged = judge(made, [position(lon, lat, unit_class=c, measure=m, identity=str(n)) for n, (c, m) in enumerate(kinds)])
    assert [each.forbidden for each in judged] == [(), ("near",), ("near",), ("near", "far")]
    assert [each.move_km for each in judged] == [None, 1.0, 1.0, 9.0]


def test_a_position_on_the_wrong_side_is_refused_unless_its_place_or_the_line_is_uncertain():
    made = plan(tiers(5), reference(STRAIGHT))
    wrong = position(*north_of(45.2, 40, -2000))
    with pytest.raises(MerestoneError, match=r"2\.0 km on the side of B"):
        judge(made, [wrong])
    assert judge(made, [dataclasses.replace(wrong, uncertainty_m=4000)])[0].probability < 0.5
    assert judge(plan(tiers(5), reference(STRAIGHT, LineError(spread_m=2000))), [wrong])[0].probability < 0.5


def test_bad_positions_are_refused_by_row_and_field(tmp_path):
    assert refused(tmp_path, "p,A,tank,3,45.1,40.1,,") == "M821"
    assert refused(tmp_path, "p,A,tank,3,45.1,40.1,0,") == "M820"
    assert refused(tmp_path, "p,A,tank,3,45.1,40.1,nan,") == "M820"
    assert refused(tmp_path, "p,C,tank,3,45.1,40.1,100,") == "M820"
    assert refused(tmp_path, "p,A,cavalry,3,45.1,40.1,100,") == "M820"
    assert refused(tmp_path, "p,A,tank,many,45.1,40.1,100,") == "M820"
    assert refused(tmp_path, "p,A,tank,3,245.1,40.1,100,") == "M820"
    assert refused(tmp_path, "p,A,tank,3,45.1,,100,") == "M820"
    assert refused(tmp_path, "p,A,tank,3,45.1,40.1,100,\np,A,tank,3,45.2,40.1,100,") == "M820"
    assert refused(tmp_path, "p,A,3,45.1,40.1", "id,party,strength,lon,lat\n") == "M823"
    assert refused(tmp_path, "A,tank,3,45.1,40.1", "party,class,strength,lon,lat\n") == "M821"


def test_positions_of_a_layer_file_are_read_as_those_of_a_table(tmp_path):
    csv, layer = tmp_path / "p.csv", tmp_path / "p.geojson"
    csv.write_text(HEAD + "one,A,artillery,4,45.1,40.1,200,122\n", encoding="utf-8")
    layer.write_text(
        '{"type": "Feature", "id": "one", "properties": {"party": "A", "class": "artillery", "strength": 4,'
        ' "uncertainty_m": 200, "calibre_mm": 122}, "geometry": {"type": "Point", "coordinates": [45.1, 40.1]}}',
        encoding="utf-8",
    )
    assert read_positions(csv, ("A", "B")) == read_positions(layer, ("A", "B"))


def test_the_balance_sheet_adds_up_and_is_the_same_for_either_order_of_the_parties():
    made = plan(tiers(5, 12), reference(STRAIGHT, breaks_m=(30_000,)))
    declared = [
        position(*north_of(45.0, 40, 1500), identity="1"), position(*north_of(45.4, 40, 9000), identity="2"),
        position(*north_of(45.1, 40, -3000), party="B", identity="3"),
    ]  # fmt: skip
    judged = judge(made, declared)
    sheets = balance(made, judged)
    for sheet in sheets:
        sections = sheet.told["sections"]
        assert sum(part["area_km2"] for part in sections) == pytest.approx(sheet.told["area_km2"], rel=1e-4)
        assert sum(part["people"] for part in sections) == sheet.told["people"]
        assert sum(part["settlements"] for part in sections) == sheet.told["settlements"]
    rows = {(row["tier"], row["measure"]): row for row in differences(made, sheets)}
    assert rows["12", "must_leave"]["A"] == 20
    assert rows["5", "must_leave"]["A"] == 10
    assert rows["12", "farthest_move_km"]["A"] == pytest.approx(10.5, abs=0.11)
    assert rows["12", "must_leave"]["B"] == 10


def test_settlements_and_people_inside_are_those_of_the_gazetteer():
    made = plan(tiers(6), reference([(46.1, 39.5), (46.6, 39.5)]))
    sheets = balance(made)
    names = {place.name: place for sheet in sheets for place in sheet.settlements}
    assert names["Goris"].inside
    assert names["Goris"].probability == 1
    goris = next(sheet for sheet in sheets if any(place.name == "Goris" for place in sheet.settlements))
    assert goris.told["people"] >= names["Goris"].population > 10_000


def test_another_maps_line_says_what_it_would_change():
    here = plan(tiers(4), reference(STRAIGHT))
    there = plan(tiers(4), reference([(lon, lat + 0.01) for lon, lat in STRAIGHT]))
    for sheet in balance(here, other=there):
        told = sheet.told["other_line"]
        assert told["only_here_km2"] == pytest.approx(told["only_there_km2"], rel=0.02)
        assert told["overlap"] == pytest.approx((4 - 1.11) / (4 + 1.11), abs=0.01)


def test_roads_are_measured_inside_the_zone(tmp_path):
    path = tmp_path / "roads.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[45.2, 39.9], [45.2, 40.1]]}', encoding="utf-8")
    for sheet in balance(plan(tiers(4), reference(STRAIGHT)), roads=path):
        assert sheet.roads_km == pytest.approx(4, abs=0.01)


@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")  # Rasterio's own
def test_heights_of_a_raster_tell_what_is_lost(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    path = tmp_path / "heights.tif"
    rows = np.linspace(40.3, 39.7, 600)
    # a ridge 4 km north of the line and nothing but a slope to the south
    heights = np.tile((1000 * np.exp(-(((rows - 40.036) / 0.01) ** 2)))[:, None], (1, 1000)).astype("float32")
    place = rasterio.Affine(0.001, 0, 44.7, 0, -0.001, 40.3)
    with rasterio.open(
        path, "w", driver="GTiff", width=1000, height=600, count=1, dtype="float32", crs="EPSG:4326", transform=place
    ) as raster:
        raster.write(heights, 1)
    north, south = balance(plan(tiers(6), reference(STRAIGHT)), elevation=path)
    assert north.told["height"]["highest_m"] == pytest.approx(1000, abs=20)
    assert north.told["height"]["lost_m"] > 800
    assert south.told["height"]["highest_m"] < 50
    assert north.told["height"]["covered"] == 1


def test_what_is_no_raster_is_refused(tmp_path):
    pytest.importorskip("rasterio")
    path = tmp_path / "heights.tif"
    path.write_text("no raster", encoding="utf-8")
    with pytest.raises(MerestoneError) as caught:
        balance(plan(tiers(2), reference(STRAIGHT)), elevation=path)
    assert caught.value.code == "M825"


def test_exceptions_hold_no_forbidden_position():
    from merestone.withdrawal.zones import Excepted, disc

    lon, lat = north_of(45.2, 40, 2000)
    made = plan(tiers(5), reference(STRAIGHT), [Excepted("hospital", "hospital", disc(lon, lat, 1000), ())])
    judged = judge(made, [position(lon, lat)])
    assert judged[0].verdict == NOT
    assert shapely.Point(lon, lat).disjoint(made.of("A", "5")[0].geometry)
