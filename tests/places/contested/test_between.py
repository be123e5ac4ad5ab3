"""Two lines compared: the areas are right, exchanging anything mirrors the result, and what no map can tell is not told."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.errors import MerestoneError
from merestone.places.contested.between import Compared, compare
from merestone.places.contested.line_displacement import area_deviation_m2, displaced, displacements, shifted
from merestone.places.contested.line_error import COMMON, CORRELATION, LineError, error_model
from merestone.places.contested.line_files import DrawnLine, read_line
from merestone.places.geometry.areas import area_m2, equal_area, ring_areas
from merestone.places.geometry.geodesy import WGS84, chainage_m
from merestone.places.geometry.track import Track


def drawn(
    positions: Any, left: str = "ARM", right: str = "AZE", accuracy_m: float | None = 100.0, name: str = "a line"
) -> DrawnLine:
    geometry = positions if isinstance(positions, shapely.Geometry) else shapely.LineString(positions)
    return DrawnLine(name, name, left, right, error_model(accuracy_m=accuracy_m), geometry)


def strip_km2(south: float, north: float, degrees: float) -> float:
    """Area between two parallels over so many degrees of longitude, in closed form on the ellipsoid (Snyder 1987, eq. 3-11)."""
    e2 = WGS84.es
    e = math.sqrt(e2)

    def quarter(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        log = math.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
        return WGS84.a**2 * (1 - e2) / 2 * (sine / (1 - e2 * sine**2) - log)

    return (quarter(north) - quarter(south)) * math.radians(degrees) / 1e6


def km2(result: Compared) -> dict[tuple[str, str], float]:
    return {(share.first_says, share.second_says): share.km2 for share in result.shares}


# --------------------------------------------------------------------------------------------------------------------------
# areas that are known


@pytest.mark.parametrize(("south", "north"), [(40.0, 40.01), (40.0, 41.0), (-41.0, -40.5), (0.0, 0.3), (69.0, 69.2)])
def test_the_ground_between_two_parallels(south: float, north: float) -> None:
    result = compare(drawn([(45, south), (47, south)]), drawn([(45, north), (47, north)]))
    expected = strip_km2(south, north, 2)
    # The southern line walks east with ARM to its north; so does the northern one, farther north.
    assert km2(result) == pytest.approx({("ARM", "AZE"): expected, ("AZE", "ARM"): 0}, rel=1e-3)
    (patch,) = result.patches
    assert patch.km2 == pytest.approx(expected, rel=1e-6)
    assert patch.gap_m == pytest.approx(WGS84.inv(45, south, 45, north)[2], rel=1e-3)
    assert (patch.from_km, patch.to_km) == pytest.approx((0, WGS84.inv(45, south, 47, south)[2] / 1000), rel=1e-3)


def test_a_sine_curve_against_its_middle_line() -> None:
    lon = np.linspace(45, 47, 2001)
    height = 0.05
    curve = np.column_stack([lon, 40 + height * np.sin(4 * np.pi * (lon - 45) / 2)])
    result = compare(drawn([(45, 40), (47, 40)]), drawn(curve))
    assert len(result.patches) == 4
    # Half a wave has the area 2/pi of the box round it; the box is between parallels, whose scale changes little over it.
    half = 2 / math.pi * strip_km2(40 - height, 40 + height, 1) / 4 * 1
    assert [patch.km2 for patch in result.patches] == pytest.approx([half] * 4, rel=1e-3)
    assert [patch.first_says for patch in result.patches] == ["ARM", "AZE", "ARM", "AZE"]
    assert [patch.second_says for patch in result.patches] == ["AZE", "ARM", "AZE", "ARM"]
    assert result.net_km2 == pytest.approx(0, abs=2 * half * 1e-3)


def test_a_ring_against_a_larger_one() -> None:
    inner, outer = shapely.box(45.1, 40.1, 45.9, 40.9).exterior, shapely.box(45, 40, 46, 41).exterior
    first, second = drawn(shapely.LineString(inner)), drawn(shapely.LineString(outer))
    result = compare(first, second)
    expected = strip_km2(40, 41, 1) - strip_km2(40.1, 40.9, 0.8)
    assert sum(km2(result).values()) == pytest.approx(expected, rel=1e-6)
    assert max(km2(result), key=km2(result).__getitem__) == ("AZE", "ARM")  # ARM is inside, on the left of rings walked so
    turned = compare(drawn(shapely.reverse(first.geometry), "AZE", "ARM"), second)
    assert km2(turned) == pytest.approx(km2(result))


def test_lines_that_partly_coincide_differ_only_elsewhere() -> None:
    shared = [(45, 40), (45.3, 40.1), (45.5, 40)]
    result = compare(drawn([*shared, (46, 40)]), drawn([*shared, (45.75, 40.1), (46, 40)]))
    assert len(result.patches) == 1
    triangle = shapely.Polygon([(45.5, 40), (45.75, 40.1), (46, 40)])
    assert result.patches[0].km2 == pytest.approx(area_m2(triangle) / 1e6, rel=1e-9)
    assert result.patches[0].from_km == pytest.approx(chainage_m(np.array(shared))[-1] / 1000, rel=1e-6)


def test_the_same_line_has_nothing_between() -> None:
    line = drawn([(45, 40), (45.3, 40.1), (45.5, 40)])
    result = compare(line, line)
    assert result.patches == []
    assert sum(km2(result).values()) == 0


def test_only_the_common_stretch_counts() -> None:
    result = compare(drawn([(44, 40), (46.5, 40)]), drawn([(45, 40.1), (47, 40.1)]))
    assert sum(km2(result).values()) == pytest.approx(strip_km2(40, 40.1, 1.5), rel=2e-3)
    ((begin, end),) = result.stretches_km
    assert begin == pytest.approx(WGS84.inv(44, 40, 45, 40)[2] / 1000, rel=1e-3)
    assert end == pytest.approx(WGS84.inv(44, 40, 46.5, 40)[2] / 1000, rel=1e-3)


def test_parts_are_compared_with_the_parts_beside_them() -> None:
    first = shapely.MultiLineString([[(45, 40), (46, 40)], [(47, 40), (48, 40)]])
    second = shapely.MultiLineString([[(47, 40.02), (48, 40.02)], [(45, 40.01), (46, 40.01)]])
    result = compare(drawn(first), drawn(second))
    assert [patch.km2 for patch in result.patches] == pytest.approx(
        [strip_km2(40, 40.01, 1), strip_km2(40, 40.02, 1)], rel=2e-3
    )


def test_the_antimeridian_parts_nothing() -> None:
    def across(lat: float) -> DrawnLine:
        return drawn(shapely.LineString([(179, lat), (181, lat)]))

    west = drawn([(-181, 40.1), (-179, 40.1)])
    for other in (across(40.1), west):
        assert sum(km2(compare(across(40), other)).values()) == pytest.approx(strip_km2(40, 40.1, 2), rel=2e-3)


def test_a_line_cut_at_the_antimeridian_is_read_as_one(tmp_path: Path) -> None:
    parts = [[[179, 40], [180, 40]], [[-180, 40], [-179, 40]]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "MultiLineString", "coordinates": parts}}
    (tmp_path / "x.geojson").write_text(json.dumps(feature))
    line = read_line(str(tmp_path / "x.geojson"))
    assert line.geometry.wkt == "LINESTRING (179 40, 180 40, 181 40)"
    assert (line.left_party, line.right_party, line.error.accuracy_m) == ("left", "right", None)


# --------------------------------------------------------------------------------------------------------------------------
# symmetry

STEPS = st.lists(st.tuples(st.floats(0.02, 0.2), st.floats(-0.1, 0.1)), min_size=2, max_size=10)


@st.composite
def borders(draw: st.DrawFn) -> tuple[DrawnLine, DrawnLine]:
    """Two lines that run east, cross at will, and begin and end at different longitudes."""
    lines = []
    for start in (45.0, 45.0 + draw(st.floats(-0.02, 0.02))):
        origin = np.array([start, draw(st.floats(40, 40.05))])
        steps = np.cumsum(np.round(draw(STEPS), 4), axis=0) + origin
        lines.append(np.concatenate([steps, [[46.7 + draw(st.floats(0, 0.1)), draw(st.floats(40, 40.1))]]]))
    one, other = lines
    return drawn(one, accuracy_m=150, name="one"), drawn(other, accuracy_m=400, name="other")


def reversed_(line: DrawnLine) -> DrawnLine:
    return dataclasses.replace(
        line, geometry=shapely.reverse(line.geometry), left_party=line.right_party, right_party=line.left_party
    )


def swapped(shares: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    return {key[::-1]: value for key, value in shares.items()}


def ranges(result: Compared) -> dict[tuple[str, str], Any]:
    return {(share.first_says, share.second_says): share.range_km2 for share in result.shares}


@settings(deadline=None, max_examples=15)
@given(borders())
def test_exchanging_lines_parties_or_directions_mirrors_the_result(pair: tuple[DrawnLine, DrawnLine]) -> None:
    one, other = pair
    result = compare(one, other, samples=20)
    close = {"rel": 1e-6, "abs": 1e-6}
    back = compare(other, one, samples=20)
    assert swapped(km2(back)) == pytest.approx(km2(result), **close)
    for key, low_high in ranges(back).items():
        assert low_high == pytest.approx(ranges(result)[key[::-1]], rel=1e-6, abs=1e-5)
    assert sorted(p.gap_m for p in back.patches) == pytest.approx(sorted(p.gap_m for p in result.patches), abs=0.01)
    for first, second in ((reversed_(one), other), (one, reversed_(other)), (reversed_(one), reversed_(other))):
        turned = compare(first, second, samples=20)
        assert km2(turned) == pytest.approx(km2(result), **close)
        for key, low_high in ranges(turned).items():
            assert low_high == pytest.approx(ranges(result)[key], rel=1e-6, abs=1e-5)
        assert turned.net_deviation_km2 == pytest.approx(result.net_deviation_km2)
    parties = [dataclasses.replace(line, left_party="AZE", right_party="ARM") for line in pair]
    assert {key[::-1]: v for key, v in km2(compare(*parties, samples=20)).items()} == pytest.approx(km2(result), **close)


@settings(deadline=None, max_examples=15)
@given(borders(), st.floats(3, 60))
def test_sections_and_patches_add_up(pair: tuple[DrawnLine, DrawnLine], section_km: float) -> None:
    result = compare(*pair, section_km=section_km, samples=2)
    for key, total in km2(result).items():
        assert sum(section.km2.get(key, 0) for section in result.sections) == pytest.approx(total, rel=1e-5, abs=1e-4)
    ((begin, end),) = result.stretches_km
    assert (result.sections[0].from_km, result.sections[-1].to_km) == pytest.approx((begin, end))
    assert all(one.to_km == other.from_km for one, other in zip(result.sections, result.sections[1:], strict=False))
    for patch in result.patches:
        assert begin - 1e-6 <= patch.from_km <= patch.to_km <= end + 1e-6


def test_a_section_holds_the_ground_along_it() -> None:
    result = compare(drawn([(45, 40), (47, 40)]), drawn([(45, 40.1), (47, 40.1)]), section_km=50)
    length = WGS84.inv(45, 40, 47, 40)[2] / 1000
    whole = strip_km2(40, 40.1, 2)
    assert len(result.sections) == 4
    for section in result.sections:
        assert section.km2[("ARM", "AZE")] == pytest.approx(whole * (section.to_km - section.from_km) / length, rel=2e-3)


# --------------------------------------------------------------------------------------------------------------------------
# what the maps can tell


def test_patches_within_both_accuracies_are_not_told() -> None:
    lon = np.linspace(45, 47, 401)
    wave = np.where(lon < 46, 0.002, 0.02) * np.sin(4 * np.pi * (lon - 45) / 2)
    result = compare(drawn([(45, 40), (47, 40)], accuracy_m=400), drawn(np.column_stack([lon, 40 + wave]), accuracy_m=300))
    assert result.accuracy_m == 500
    assert [patch.tells for patch in result.patches] == [False, False, True, True]
    told = {share.first_says: share.told_km2 for share in result.shares}
    assert told["ARM"] == pytest.approx(result.patches[2].km2)
    unknown = compare(drawn([(45, 40), (47, 40)], accuracy_m=None), drawn(np.column_stack([lon, 40 + wave])))
    assert {patch.tells for patch in unknown.patches} == {None}
    assert [(s.told_km2, s.range_km2) for s in unknown.shares] == [(None, None)] * 2
    assert unknown.net_deviation_km2 is None


def test_the_closed_form_and_the_simulation_agree() -> None:
    # Far apart beside their errors, the simulated range is that of the closed form.
    lon = np.linspace(45, 47, 41)
    wave = 0.05 * np.sin(12 * (lon - 45))
    first = drawn(np.column_stack([lon, 40 + wave]), accuracy_m=800)
    second = drawn(np.column_stack([lon, 40.12 + wave]), accuracy_m=500)
    result = compare(first, second, samples=4000)
    low, high = next(share.range_km2 for share in result.shares if share.km2 > 1)  # type: ignore[misc]
    assert result.net_deviation_km2 is not None
    assert (high - low) / 2 == pytest.approx(1.645 * result.net_deviation_km2, rel=0.05)
    assert (high + low) / 2 == pytest.approx(result.net_km2, rel=0.01)


def test_errors_along_a_line_have_the_deviation_and_correlation_they_should() -> None:
    chainage = np.linspace(0, 30_000, 31)
    error = error_model(accuracy_m=1000)
    moved = displacements(chainage, error, 40_000, np.random.default_rng(1))
    assert moved.std(axis=0) == pytest.approx(np.full((31, 2), error.sd_m), rel=0.02)
    assert (np.abs(moved[:, 5, 0]) < 1000).mean() == pytest.approx(0.95, abs=0.005)
    expected = COMMON + (1 - COMMON) * math.exp(-10 / CORRELATION)
    assert np.corrcoef(moved[:, 3, 0], moved[:, 13, 0])[0, 1] == pytest.approx(expected, abs=0.02)
    assert np.corrcoef(moved[:, 3, 0], moved[:, 3, 1])[0, 1] == pytest.approx(0, abs=0.02)


def test_the_deviation_of_an_area_beside_a_straight_line() -> None:
    length, near = 200_000.0, CORRELATION * 500
    correlated = 2 * near**2 * (length / near - 1 + math.exp(-length / near))
    error = error_model(accuracy_m=500)
    expected = error.sd_m * math.sqrt(COMMON * length**2 + (1 - COMMON) * correlated)
    end = WGS84.fwd(45, 40, 0, length)
    line = shapely.LineString([(45, 40), end[:2]])
    assert area_deviation_m2(line, error) == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("left_m", [800.0, -800.0])
@pytest.mark.parametrize("turned", [False, True])
def test_a_shift_moves_a_line_to_its_left(left_m: float, turned: bool) -> None:
    lon = np.linspace(45, 47, 41)
    line = shapely.LineString(np.column_stack([lon, 40 + 0.05 * np.sin(12 * (lon - 45))]))
    line = shapely.reverse(line) if turned else line
    moved = shapely.get_coordinates(shifted(line, left_m))
    assert Track(line).sides(moved[:, 0], moved[:, 1]).signed_m == pytest.approx(np.full(len(moved), left_m), rel=2e-3)
    assert np.hypot(*(moved[[0, -1]] - shapely.get_coordinates(line)[[0, -1]]).T).max() < 0.02
    assert (moved[1:20, 0] < moved[0, 0]).all() == turned
    ring = shapely.LineString(shapely.box(45, 40, 46, 41).exterior)
    ring = shapely.reverse(ring) if turned else ring
    places = shapely.get_coordinates(shifted(ring, left_m))
    assert np.sign(Track(ring).sides(places[:, 0], places[:, 1]).signed_m).tolist() == [np.sign(left_m)] * len(places)


def test_a_line_that_winds_more_tightly_than_it_is_shifted_stays_one_line() -> None:
    lon = np.linspace(45, 45.5, 400)
    line = shapely.LineString(np.column_stack([lon, 40 + 0.02 * np.sin(400 * (lon - 45))]))
    moved = shifted(line, 2000)
    assert moved.geom_type == "LineString"
    assert moved.coords[0][0] < 45.05
    assert moved.coords[-1][0] > 45.45
    ring = np.concatenate([shapely.get_coordinates(line), shapely.get_coordinates(moved)[::-1]])
    (left,), (right,) = ring_areas(ring[None, :, 0], ring[None, :, 1])
    assert left < 0.05 * right or right < 0.05 * left


def test_the_shift_that_a_map_states_moves_the_ranges_and_the_balance() -> None:
    plain, other = drawn([(45, 40), (47, 40)], accuracy_m=100), drawn([(45, 40.1), (47, 40.1)], accuracy_m=100)
    stated = dataclasses.replace(plain, error=LineError(bias_m=2000, spread_m=50, correlation_m=500, stated=True))
    before, after = compare(plain, other), compare(stated, other)
    strip = 2 * float(WGS84.inv(45, 40, 46, 40)[2]) / 1e6 * 2000 / 1000 * 1000
    assert before.net_shift_km2 == 0
    assert after.net_km2 == before.net_km2
    assert after.net_shift_km2 == pytest.approx(-strip, rel=0.01)  # the true first line lies nearer to the second
    (low, high), (old_low, old_high) = (max(s.range_km2 or (0, 0) for s in result.shares) for result in (after, before))
    assert (low + high) / 2 == pytest.approx((old_low + old_high) / 2 - strip, rel=0.01)
    back = compare(other, dataclasses.replace(reversed_(stated), error=stated.error.reversed))
    assert back.net_shift_km2 == pytest.approx(after.net_shift_km2, rel=1e-6)
    assert sorted(s.range_km2 or (0, 0) for s in back.shares) == [
        pytest.approx(each, rel=1e-6, abs=1e-3) for each in sorted(s.range_km2 or (0, 0) for s in after.shares)
    ]


def test_a_displaced_line_keeps_to_what_its_map_states() -> None:
    line = shapely.LineString([(45, 40), (46, 40)])
    error = LineError(bias_m=1500, bias_sd_m=100, spread_m=200, correlation_m=3000, stated=True)
    lon, lat = displaced(line, error, 4000, np.random.default_rng(3))
    signed = Track(line).sides(lon[:, 20], lat[:, 20]).signed_m
    assert signed.mean() == pytest.approx(1500, abs=15)
    assert signed.std() == pytest.approx(error.sd_m, rel=0.05)


def test_areas_of_rings_to_either_side() -> None:
    eight = np.array([(0, 0), (1, 1), (2, 0), (2, 1), (1, 0), (0, 1)]) * 0.1 + (45, 40)
    left, right = ring_areas(eight[None, :, 0], eight[None, :, 1])
    lobes = [area_m2(part) for part in shapely.get_parts(shapely.make_valid(shapely.Polygon(eight)))]
    assert sorted([left[0], right[0]]) == pytest.approx(sorted(_sums(lobes)), rel=1e-4)
    x, y = equal_area(np.array([45.0, 46.0]), np.array([40.0, 41.0]))
    assert (x[1] - x[0]) * (y[1] - y[0]) / 1e6 == pytest.approx(strip_km2(40, 41, 1), rel=1e-12)


def _sums(lobes: list[float]) -> list[float]:
    return [lobes[0] + lobes[2], lobes[1]] if len(lobes) == 3 else lobes


# --------------------------------------------------------------------------------------------------------------------------
# what cannot be compared


def test_the_edges_of_a_buffer_zone_know_different_parties() -> None:
    result = compare(drawn([(45, 40.1), (46, 40.1)], "NORTH", "ZONE"), drawn([(46, 40), (45, 40)], "SOUTH", "ZONE"))
    assert {pair: value for pair, value in km2(result).items() if value} == {("ZONE", "ZONE"): result.patches[0].km2}
    assert ("NORTH", "SOUTH") in km2(result)


def test_sides_that_one_map_does_not_name_are_those_of_the_other() -> None:
    bare = drawn([(46, 40), (45, 40)], "left", "right")
    assert set(km2(compare(bare, drawn([(45, 40.1), (46, 40.1)])))) == {("ARM", "AZE"), ("AZE", "ARM")}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        pytest.param(drawn([(45, 40), (46, 40)]), drawn([(45, 40.1), (46, 40.1)], "AZE", "ARM"), "M541", id="other sides"),
        pytest.param(
            drawn([(45, 40), (46, 40)]), drawn(shapely.LineString(shapely.box(45, 40, 46, 41).exterior)), "M541", id="a ring"
        ),
        pytest.param(drawn([(45, 40), (46, 40)]), drawn([(46, 40), (47, 40)]), "M542", id="one after the other"),
        pytest.param(drawn([(45, 40), (46, 40)]), drawn([(49, 50), (49, 51)]), "M542", id="far away"),
        pytest.param(
            drawn([(45, 40), (46, 40)]),
            drawn(shapely.MultiLineString([[(45, 40.1), (46, 40.1)], [(45, 40.2), (46, 40.2)]])), "M543", id="two beside one",
        ),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_compared_are_refused(first: DrawnLine, second: DrawnLine, code: str) -> None:
    with pytest.raises(MerestoneError) as refused:
        compare(first, second)
    assert refused.value.code == code


def test_a_line_that_crosses_itself_is_refused_with_the_place(tmp_path: Path) -> None:
    loop = [[45, 40], [46, 41], [46, 40], [45, 41]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": loop}}
    (tmp_path / "x.geojson").write_text(json.dumps(feature))
    with pytest.raises(MerestoneError, match=r"crosses itself near 45\.50000, 40\.50000"):
        read_line(str(tmp_path / "x.geojson"))


@pytest.mark.parametrize(
    ("field", "value"), [("left_party", 7), ("left_party", " "), ("accuracy_m", -1), ("accuracy_m", "50 m")]
)
def test_a_property_that_cannot_be_right_is_refused(tmp_path: Path, field: str, value: Any) -> None:
    line = {"type": "LineString", "coordinates": [[45, 40], [46, 41]]}
    (tmp_path / "x.geojson").write_text(json.dumps({"type": "Feature", "properties": {field: value}, "geometry": line}))
    with pytest.raises(MerestoneError) as refused:
        read_line(str(tmp_path / "x.geojson"))
    assert refused.value.code == "M510"
