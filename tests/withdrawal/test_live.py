"""One step of a depth slider: quick to draw, and its numbers those of the exact plan."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.places.contested.line_error import LineError
from merestone.places.contested.line_files import DrawnLine, read_lines
from merestone.places.gazetteers.gazetteer import Gazetteer
from merestone.places.geometry.areas import area_m2
from merestone.withdrawal.agreement import mirror
from merestone.withdrawal.balance import balance
from merestone.withdrawal.live import LEAST_KM, Declared, LiveLine, by_line, for_the_eye, geojson, most_km
from merestone.withdrawal.plan import plan
from merestone.withdrawal.positions import MAY, MUST, Position, judge, read_positions
from merestone.withdrawal.reference import read_reference, turned
from withdrawal.zone_checks import KOR_MDL

EXAMPLE = Path(__file__).parents[2] / "examples" / "south-caucasus"
DEPTHS = (0.2, 1.0, 2.5, 7.0, 15.0, 33.0, 48.0)
"""No settlement lies so near to one of these that the outline's tolerance of 0.08 % would tell."""


def reference_of(drawn):
    return read_reference(mirror(1), Path(), known=[drawn])


def declared_of(reference, positions):
    return {p: Declared.of(reference, p, [each for each in positions if each.party == p]) for p in reference.parties}


def live(drawn, positions=(), most=60.0):
    reference = reference_of(drawn)
    return LiveLine(reference, Gazetteer(), declared_of(reference, positions), most, ())


def drawn_line(vertices, error=None, parties=("A", "B")):
    return DrawnLine("line", "Line", *parties, error or LineError(), shapely.LineString(vertices))


@pytest.fixture(scope="module")
def boundary():
    """The eastern section of the example's boundary."""
    return read_lines(EXAMPLE / "layers" / "boundary.geojson", "arm-aze-east")[0]


@pytest.fixture(scope="module")
def positions():
    """The example's declared positions: invented."""
    return read_positions(EXAMPLE / "withdrawal" / "positions.csv", ("ARM", "AZE"))


@pytest.mark.parametrize("depth_km", DEPTHS[::2])
def test_settlements_and_people_are_those_of_the_balance_sheet(boundary, depth_km):
    made = plan(mirror(depth_km), reference_of(boundary), moved=False)
    for step, sheet in zip(live(boundary).steps(depth_km), balance(made), strict=True):
        assert (step.party, step.settlements, step.people) == (
            sheet.zone.party, sheet.told["settlements"], sheet.told["people"]
        )  # fmt: skip
        inside = sorted((p for p in sheet.settlements if p.inside), key=lambda p: (-(p.population or 0), p.name))
        assert [p.name for p in step.largest] == [p.name for p in inside[:5]]


@pytest.mark.parametrize("depth_km", DEPTHS[::2])
def test_positions_are_judged_as_a_plan_judges_them(boundary, positions, depth_km):
    made = plan(mirror(depth_km), reference_of(boundary), moved=False)
    judged = judge(made, positions)
    for step in live(boundary, positions).steps(depth_km):
        own = [each for each in judged if each.position.party == step.party]
        counts = [sum(each.verdict == verdict for each in own) for verdict in (MUST, MAY)]
        assert [step.declared, step.must_leave, step.may_have_to_leave] == [len(own), *counts]
        assert step.declared == 14


def test_areas_of_the_quick_zones_are_within_two_per_cent():
    for line in read_lines(EXAMPLE / "layers" / "boundary.geojson"):
        made = live(line)
        for depth_km in DEPTHS:
            halves = made.reference.strip.halves(depth_km * 1000)
            for step, exact in zip(made.steps(depth_km), halves, strict=True):
                assert step.area_km2 == pytest.approx(area_m2(exact) / 1e6, rel=0.02), (line.id, depth_km, step.party)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(depth_km=st.floats(LEAST_KM, 50).map(lambda km: round(km, 3)))
def test_walking_the_line_the_other_way_mirrors_the_step(boundary, positions, depth_km):
    there = live(boundary, positions).steps(depth_km)
    back = live(turned(boundary), positions).steps(depth_km)
    for one, other in zip(there, back[::-1], strict=True):
        numbers = ("party", "settlements", "people", "largest", "declared", "must_leave", "may_have_to_leave")
        assert [getattr(one, name) for name in numbers] == [getattr(other, name) for name in numbers]
        assert one.area_km2 == pytest.approx(other.area_km2, rel=5e-3)


def test_a_deeper_zone_holds_all_of_a_less_deep_one(boundary, positions):
    made = live(boundary, positions)
    steps = [made.steps(depth) for depth in DEPTHS]
    for less, more in pairwise(steps):
        for one, other in zip(less, more, strict=True):
            assert one.settlements <= other.settlements
            assert one.people <= other.people
            assert one.area_km2 < other.area_km2


def test_what_lies_past_an_end_of_the_line_is_in_no_zone():
    # Gyumri, 40.79 N 43.85 E, is beside the first line and past the end of the second
    beside = live(drawn_line([(43.5, 40.7), (44.2, 40.7)])).steps(20)[0]
    past = live(drawn_line([(43.95, 40.79), (44.2, 40.79)])).steps(20)
    assert "Gyumri" in [place.name for place in beside.largest]
    assert "Gyumri" not in [place.name for step in past for place in step.largest]


def test_a_position_on_the_other_side_is_refused_by_name():
    reference = reference_of(drawn_line([(44.8, 40.0), (45.6, 40.0)]))
    astray = Position("astray", "A", "troops", 10.0, 45.2, 39.9, 100.0, None)  # A is on the left, in the north
    with pytest.raises(MerestoneError, match="astray") as caught:
        Declared.of(reference, "A", [astray])
    assert caught.value.code == "M822"


def test_classes_that_may_stay_are_declared_and_never_leave():
    guard = Position("guard", "A", "border_guard", 10.0, 45.2, 40.01, 100.0, None)
    step = live(drawn_line([(44.8, 40.0), (45.6, 40.0)]), [guard]).steps(5)[0]
    assert (step.declared, step.must_leave, step.may_have_to_leave) == (1, 0, 0)


def test_a_position_counts_for_the_line_nearest_to_it():
    one, other = drawn_line([(44.8, 40.0), (45.6, 40.0)]), drawn_line([(44.8, 41.0), (45.6, 41.0)])
    references = {"one": reference_of(one), "other": reference_of(other)}
    near, far = (Position(name, "A", "troops", 1.0, 45.2, lat, 100.0, None) for name, lat in (("n", 40.1), ("f", 41.1)))
    stranger = Position("s", "C", "troops", 1.0, 45.2, 40.1, 100.0, None)
    assert by_line(references, [near, far, stranger]) == {"one": [near], "other": [far]}
    assert by_line({}, [near]) == {}


def test_several_threads_get_what_one_gets(boundary, positions):
    made = live(boundary, positions)
    alone = [made.steps(depth) for depth in DEPTHS]
    fresh = live(boundary, positions)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(fresh.steps, DEPTHS)) == alone


def test_the_slider_ends_beyond_the_deepest_tier():
    assert most_km(240) == 20.0
    assert most_km(20) == 5.0
    assert most_km(50, [12, 24]) == 50.0
    assert most_km(9000) == 150.0
    assert most_km(10, [140]) == 150.0
    assert most_km(10, [400]) == 400.0


def test_what_is_sent_is_valid_and_small_and_near_the_zone():
    strip = live(drawn_line(KOR_MDL)).reference.strip
    zone = strip.halves(2000).left
    sent = for_the_eye(zone, 2000)
    shown = shapely.from_geojson(sent)
    assert shown.is_valid
    assert len(sent) < len(geojson(zone))
    assert shapely.symmetric_difference(shown, zone).area < 0.01 * zone.area


def test_a_zone_across_the_antimeridian_is_cut_there():
    steps = live(drawn_line([(179.5, 10.0), (180.5, 10.2)])).steps(20)
    for step in steps:
        west, _, east, _ = shapely.from_geojson(for_the_eye(step.geometry, 20_000)).bounds
        assert (west, east) == (-180.0, 180.0)


def test_no_ground_is_an_empty_polygon():
    assert json.loads(geojson(shapely.Polygon())) == {"type": "Polygon", "coordinates": []}
    assert json.loads(for_the_eye(shapely.Polygon(), 1000))["coordinates"] == []


def test_settlements_are_called_as_both_sides_call_them(boundary):
    case = Case.open(EXAMPLE)
    reference = reference_of(boundary)
    made = LiveLine(reference, Gazetteer.of(case), {}, 20.0, case.parties)
    step = made.steps(10)[0]
    assert "Goris / Gorus" in [place.name for place in step.largest]
    assert (step.declared, step.must_leave, step.may_have_to_leave) == (0, 0, 0)
