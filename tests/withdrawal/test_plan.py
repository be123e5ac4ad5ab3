"""Plans: both sides by the same rules, what is certain beside what the map leaves open, bad input in one sentence."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.contested.line_error import LineError
from merestone.places.contested.line_files import DrawnLine
from merestone.places.geometry.areas import area_m2
from merestone.places.layer_files.layers import read_layer
from merestone.withdrawal.agreement import Agreement, LineEntry, TierEntry, mirror
from merestone.withdrawal.certainty import moved_overlap, offsets_with, probability_within
from merestone.withdrawal.plan import Wanted, as_json, make_plan, plan
from merestone.withdrawal.quick import areas_km2, quick_zones
from merestone.withdrawal.reference import Reference, turned
from merestone.withdrawal.strip import Strip
from merestone.withdrawal.writing import write_plan
from withdrawal.zone_checks import KOR_MDL, LATITUDE, ZIGZAGS, holds, samples, write_line, write_polygon


def reference(positions, error=LineError(), breaks_m=(), ground=None):  # noqa: B008
    line = DrawnLine("l", "l", "A", "B", error, shapely.LineString(positions))
    return Reference(("A", "B"), {"A": "A", "B": "B"}, (line,), None, ground or {}, tuple(breaks_m))


def tiers(*depths, **line):
    return Agreement(
        format=1, name="a", source="s", line=LineEntry(**line),
        tiers=tuple(TierEntry(name=f"{depth:g}", depth_km=depth, forbids=("forces",)) for depth in depths),
    )  # fmt: skip


def refused(**wanted):
    with pytest.raises(MerestoneError) as caught:
        make_plan(Wanted(**wanted))
    return caught.value.code


@given(ZIGZAGS, LATITUDE, st.floats(1, 9))
@settings(max_examples=10, deadline=None)
def test_swapping_the_parties_mirrors_the_plan(zigzag, lat, depth):
    here = reference([(x, y + lat) for x, y in zigzag])
    there = dataclasses.replace(here, parties=("B", "A"), lines=tuple(turned(line) for line in here.lines))
    one, other = plan(mirror(depth), here), plan(mirror(depth), there)
    for party in ("A", "B"):
        mine, theirs = (each.of(party, "withdrawal")[0] for each in (one, other))
        assert mine.area_km2 == pytest.approx(theirs.area_km2, rel=1e-6, abs=1e-9)
        assert shapely.symmetric_difference(mine.geometry, theirs.geometry).area <= 1e-6 * max(mine.geometry.area, 1e-9)


@pytest.mark.parametrize("mode", ["equal_distance", "generalised"])
def test_tiers_nest_and_bands_part_them(mode):
    made = plan(tiers(2, 8, 5, mode=mode), reference(KOR_MDL))
    assert made.tiers == ("2", "5", "8")
    for party in ("A", "B"):
        zones = [made.of(party, tier)[0] for tier in made.tiers]
        assert sum(area_m2(zone.band) for zone in zones) == pytest.approx(
            area_m2(shapely.union_all([zone.whole for zone in zones])), rel=1e-6
        )
    both = [made.of(party, "8")[0].geometry for party in ("A", "B")]
    assert shapely.intersection(*both).area == pytest.approx(0, abs=1e-12)


def test_equal_areas_are_equal_in_every_section_and_equal_distances_are_not():
    length = Strip(shapely.LineString(KOR_MDL)).track.length_m
    breaks = (length / 3, 2 * length / 3)
    plain = as_json(plan(tiers(5), reference(KOR_MDL, breaks_m=breaks)))["zones"]
    even = as_json(plan(tiers(5, mode="equal_area"), reference(KOR_MDL, breaks_m=breaks)))["zones"]
    gaps = [
        [abs(a["area_km2"] / b["area_km2"] - 1) for a, b in zip(zones[0]["sections"], zones[1]["sections"], strict=True)]
        for zones in (plain, even)
    ]
    assert max(gaps[0]) > 0.05
    assert max(gaps[1]) < 2e-6


def test_where_a_side_has_not_so_much_ground_both_clear_what_it_has():
    ring = [(45, 40), (45.3, 40), (45.3, 40.25), (45, 40.25), (45, 40)]
    inside, outside = (plan(tiers(20, mode="equal_area"), reference(ring)).of(party, "20")[0] for party in ("A", "B"))
    assert inside.area_km2 == pytest.approx(area_m2(shapely.Polygon(ring)) / 1e6, rel=1e-5)
    assert outside.area_km2 == pytest.approx(inside.area_km2, rel=1e-6)
    assert outside.depth_m[0] < 20_000
    sea = {"A": shapely.box(44, 40, 45.4, 40.02)}
    coast = plan(tiers(5, mode="equal_area"), reference([(45, 40), (45.4, 40)], ground=sea))
    assert coast.of("A", "5")[0].area_km2 == pytest.approx(coast.of("B", "5")[0].area_km2, rel=1e-6)


def test_a_place_follows_the_section_that_it_is_nearest_to():
    agreement = dataclasses.replace(
        tiers(9), tiers=(TierEntry(name="t", depth_km=9, depth_km_by_section=(9.0, 2.0, 6.0), forbids=("tank",)),)
    )
    made = plan(agreement, reference(KOR_MDL, breaks_m=(60_000, 120_000)))
    for party, side in (("A", 1), ("B", -1)):
        zone = made.of(party, "t")[0]
        places = samples(zone.geometry, 4000)
        beside = made.reference.strip.track.sides(places[:, 0], places[:, 1])
        chainage = made.reference.strip.track.chainage_m(beside.segment, beside.share)
        depth = np.array([9000, 2000, 6000])[made.reference.section_of(chainage)]
        clear = np.abs(beside.distance_m - depth) > 20
        for edge in (60_000, 120_000):
            clear &= np.abs(chainage - edge) > 20
        inside = (beside.sign == side) & (beside.distance_m < depth)
        assert (holds(zone.geometry, places)[clear] == inside[clear]).all()


def test_sections_have_depths_of_their_own_and_their_areas_add_up():
    agreement = dataclasses.replace(
        tiers(5), tiers=(TierEntry(name="t", depth_km=5, depth_km_by_section=(5.0, 0.0, 2.0), forbids=("tank",)),)
    )
    made = plan(agreement, reference(KOR_MDL, breaks_m=(60_000, 120_000)))
    for zone in as_json(made)["zones"]:
        near = [section["area_km2"] for section in zone["sections"]]
        assert sum(near) == pytest.approx(zone["area_km2"], rel=1e-4)
        assert near[1] < 0.05 * near[0]
        assert near[2] == pytest.approx((made.reference.length_m / 1000 - 120) * 2, rel=0.1)


def test_front_lines_of_each_side_leave_the_ground_between_them_to_nobody():
    lines = [
        DrawnLine(name, name, "A", "B", LineError(), shapely.LineString([(45, lat), (45.5, lat)]))
        for name, lat in (("north", 40.02), ("south", 40.0))
    ]
    fronts = (Strip(lines[0].geometry), Strip(lines[1].geometry))
    made = plan(tiers(3), Reference(("A", "B"), {"A": "A", "B": "B"}, tuple(lines), fronts, {}, ()))
    north, south = (made.of(party, "3")[0].geometry for party in ("A", "B"))
    between = shapely.Point(45.25, 40.01)
    assert not north.covers(between)
    assert not south.covers(between)
    assert north.covers(shapely.Point(45.25, 40.03))
    assert south.covers(shapely.Point(45.25, 39.99))


# --------------------------------------------------------------------------------------------------------------------------
# what is certain


def test_the_probability_of_being_inside_is_that_of_a_moved_line():
    error = LineError(bias_m=400, spread_m=900)
    moved = np.random.default_rng(3).normal(400, 900, 200_000)
    for offset in (-1500.0, 0.0, 1000.0, 2600.0):
        share = ((offset - moved > 0) & (offset - moved <= 2000)).mean()
        assert float(probability_within(offset, 2000, error)) == pytest.approx(share, abs=0.005)


def test_nothing_of_a_zone_is_certain_where_the_error_is_as_large_as_the_depth():
    korea = LineError(bias_m=-232, spread_m=1531, correlation_m=24_500)
    assert offsets_with(0.975, 2000, korea) is None
    near, far = offsets_with(0.975, 12_000, korea)
    assert float(probability_within(near, 12_000, korea)) == pytest.approx(0.975, abs=1e-6)
    assert near + far == pytest.approx(2 * (-232 + 6000))


def test_certain_and_dependent_ground_are_told_apart_by_the_probability():
    error = LineError(spread_m=800, bias_m=300)
    made = plan(mirror(8), reference(KOR_MDL, error))
    for party, side, bias in (("A", 1, 300), ("B", -1, -300)):
        zone, sure = made.of(party, "withdrawal")
        places = samples(sure.depends, 2500)
        beside = made.reference.strip.track.sides(places[:, 0], places[:, 1])
        own = LineError(spread_m=800, bias_m=bias)
        probability = probability_within(side * beside.signed_m, 8000, own)
        away = np.abs(probability - 0.975) > 0.01
        # past an end, in its prolongation or in a bend the strip is another one than beside a straight line
        plain = ~beside.past_end & away & (np.abs(probability - 0.025) > 0.005)
        assert (holds(sure.certain, places)[plain] == (probability >= 0.975)[plain]).all()
        assert (holds(sure.depends, places)[plain] == ((probability > 0.025) & (probability < 0.975))[plain]).all()
        assert area_m2(sure.certain) < area_m2(zone.geometry)


def test_a_line_taken_as_drawn_leaves_nothing_open():
    made = plan(mirror(2), reference(KOR_MDL))
    zone, sure = made.of("A", "withdrawal")
    assert sure.depends.area == 0
    assert area_m2(sure.certain) == pytest.approx(area_m2(zone.geometry), rel=1e-9)
    assert any("taken as drawn" in note for note in made.notes)


def test_the_korean_line_moved_by_its_error_keeps_half_of_the_zone_and_the_same_each_time():
    # an independent simulation: rms 1548 m, correlation length 24.5 km, 60 runs: median 0.54, 10 to 90 % 0.39 to 0.64
    strip, error = Strip(shapely.LineString(KOR_MDL)), LineError(bias_m=-232, spread_m=1531, correlation_m=24_500)
    one, again = (moved_overlap(strip, 2000, error) for _ in range(2))
    assert one == again
    assert one.median == pytest.approx(0.54, abs=0.04)
    assert one.low < 0.5 < one.high


def test_a_bias_alone_moves_the_zone_as_a_whole():
    strip = Strip(shapely.LineString([(45, 40), (46, 40)]))
    assert moved_overlap(strip, 2000, LineError(bias_m=1000)).median == pytest.approx(3 / 5, abs=0.01)


def test_quick_zones_are_good_enough_for_the_eye():
    strip = Strip(shapely.LineString(KOR_MDL))
    depths = [2000, 12_000, 24_000]
    quick = quick_zones(strip, depths)
    for depth, drawn, areas in zip(depths, quick, areas_km2(strip, quick), strict=True):
        for half, other, area in zip(strip.halves(depth), drawn, areas, strict=True):
            assert shapely.symmetric_difference(half, other).area < 0.04 * half.area
            assert area == pytest.approx(area_m2(half) / 1e6, rel=0.03)


# --------------------------------------------------------------------------------------------------------------------------
# from files, to files


def test_a_plan_is_written_as_layers_that_read_back_and_twice_the_same(tmp_path):
    line = write_line(tmp_path / "line.geojson", KOR_MDL, accuracy_m=3000)
    made = make_plan(Wanted(line=line, depth_km=2))
    for name in ("one", "two"):
        write_plan(made, tmp_path / name)
    for file in ("zones.gpkg", "zones.geojson", "plan.json", "report.html"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    layer = read_layer(tmp_path / "one" / "zones.gpkg").features
    zones = {f.properties["party"]: f for f in layer if f.properties["part"] == "zone"}
    told = json.loads((tmp_path / "one" / "plan.json").read_text(encoding="utf-8"))["zones"]
    for zone in told:
        assert area_m2(zones[zone["party"]].geometry) / 1e6 == pytest.approx(zone["area_km2"], rel=1e-6)
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_names_from_files_are_escaped_in_the_report(tmp_path):
    line = write_line(tmp_path / "line.geojson", KOR_MDL, name="<script>x</script>", left="<b>", right="KOR")
    write_plan(make_plan(Wanted(line=line, depth_km=2)), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>" not in page


def test_zones_are_cut_to_the_ground_of_their_party(tmp_path):
    line = write_line(tmp_path / "line.geojson", [(45, 40), (45.4, 40)])
    ground = write_polygon(tmp_path / "ground.geojson", shapely.box(44, 39, 45.2, 41))
    whole = make_plan(Wanted(line=line, depth_km=3)).of("PRK", "withdrawal")[0]
    half = make_plan(Wanted(line=line, depth_km=3, clip=str(ground))).of("PRK", "withdrawal")[0]
    assert half.area_km2 == pytest.approx(whole.area_km2 / 2, rel=1e-3)


def test_ground_is_cut_alike_across_the_antimeridian(tmp_path):
    far = {"type": "MultiLineString", "coordinates": [[[179.5, -17], [180, -17]], [[-180, -17], [-179.5, -17]]]}
    line = write_line(tmp_path / "far.geojson", [(0, 0), (1, 1)])
    told = json.loads(line.read_text(encoding="utf-8"))
    told["features"][0]["geometry"] = far
    line.write_text(json.dumps(told), encoding="utf-8")
    both = shapely.MultiPolygon([shapely.box(179, -18, 180, -16.99), shapely.box(-180, -18, -179, -16.99)])
    ground = write_polygon(tmp_path / "ground.geojson", both)
    made = make_plan(Wanted(line=line, depth_km=3, clip=str(ground)))
    near = write_line(tmp_path / "near.geojson", [(9.5, -17), (10.5, -17)])
    box = write_polygon(tmp_path / "box.geojson", shapely.box(9, -18, 11, -16.99))
    other = make_plan(Wanted(line=near, depth_km=3, clip=str(box)))
    for party in ("PRK", "KOR"):
        areas = [each.of(party, "withdrawal")[0].area_km2 for each in (made, other)]
        assert areas[0] == pytest.approx(areas[1], rel=1e-6)


def test_bad_input_is_one_sentence(tmp_path):
    line = write_line(tmp_path / "line.geojson", KOR_MDL)
    assert refused(line=line, line_ids=["other"], depth_km=2) == "M504"
    assert refused(line=tmp_path / "none.geojson", depth_km=2) == "M101"
    assert refused(line=line, depth_km=-1) == "M819"
    assert refused(line=line, depth_km=math.nan) == "M819"
    assert refused(line=line, depth_km=1e-300) == "M819"
    short = write_line(tmp_path / "short.geojson", [(45, 40), (45.0000000001, 40)])
    assert refused(line=short, depth_km=2) == "M860"
    globe = write_line(tmp_path / "globe.geojson", [(-179, 10), (0, 60), (179, -10)])
    assert refused(line=globe, depth_km=2) == "M860"
    assert refused(line=line) == "M818"
    assert refused(line=line, depth_km=2, preset="korea-1953") == "M818"
    assert refused(line=line, depth_km=900) == "M811"  # more than any place of the country could be from the line
    nobody = write_line(tmp_path / "nobody.geojson", KOR_MDL, left="NORTH", right="SOUTH")
    assert refused(line=nobody, depth_km=5000) == "M810"
    small = write_polygon(tmp_path / "small.geojson", shapely.box(126.7, 38.05, 126.75, 38.1), party="PRK")
    assert refused(line=line, depth_km=40, clip=str(small)) == "M811"
    away = write_polygon(tmp_path / "away.geojson", shapely.box(10, 10, 11, 11), party="PRK")
    assert refused(line=line, depth_km=2, clip=str(away)) == "M812"
    assert refused(line=line, depth_km=2, section_km=0.01) == "M809"
    other = write_line(tmp_path / "other.geojson", KOR_MDL, left="ARM", right="AZE")
    assert refused(line=other, preset="korea-1953") == "M808"


def test_lines_of_two_pairs_of_parties_must_be_named(tmp_path):
    one = json.loads(write_line(tmp_path / "a.geojson", KOR_MDL, identity="a").read_text(encoding="utf-8"))
    other = json.loads(
        write_line(tmp_path / "b.geojson", KOR_MDL, identity="b", left="ARM", right="AZE").read_text(encoding="utf-8")
    )
    both = tmp_path / "both.geojson"
    both.write_text(
        json.dumps({"type": "FeatureCollection", "features": one["features"] + other["features"]}), encoding="utf-8"
    )
    assert refused(line=both, depth_km=2) == "M807"
    assert make_plan(Wanted(line=both, line_ids=["a"], depth_km=2)).reference.parties == ("PRK", "KOR")


def test_exceptions_are_taken_out_and_may_not_overlap(tmp_path):
    write_line(tmp_path / "line.geojson", [(45, 40), (45.4, 40)], left="ARM", right="AZE")
    head = (
        'format = 1\nname = "a"\nsource = "s"\n[line]\nfile = "line.geojson"\n[[tiers]]\nname = "t"\ndepth_km = 5\n'
        'forbids = ["forces"]\n'
    )
    entry = '[[exceptions]]\nname = "{}"\nkind = "hospital"\nlon = {}\nlat = 40.02\nradius_km = 1\n'
    path = tmp_path / "agreement.toml"
    path.write_text(head + entry.format("a", 45.1) + entry.format("b", 45.3), encoding="utf-8")
    zone = make_plan(Wanted(agreement=path)).of("ARM", "t")[0]
    assert area_m2(zone.whole) / 1e6 - zone.area_km2 == pytest.approx(2 * math.pi, rel=1e-3)
    path.write_text(head + entry.format("a", 45.1) + entry.format("b", 45.11), encoding="utf-8")
    assert refused(agreement=path) == "M815"
    path.write_text(head + '[[exceptions]]\nname = "a"\nkind = "settlement"\nplace = "Nowhere At All"\n', encoding="utf-8")
    assert refused(agreement=path) == "M816"
