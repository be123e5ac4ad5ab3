"""Side, distance and nearest point hold for every point, and a line file that cannot be right is refused in one sentence."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.model import Line
from merestone.places import load_lines, load_zones, sides
from merestone.places.geodesy import WGS84, covering_circle, distances
from merestone.places.lines import party_on_side
from merestone.places.track import Track

DEGREE = st.floats(-0.5, 0.5).map(lambda value: round(value, 5))
POSITION = st.tuples(DEGREE, DEGREE)
LATITUDE = st.floats(-70, 70)
# Lines that run east never cross themselves, however sharp their bends.
ZIGZAGS = st.lists(POSITION, min_size=2, max_size=8, unique_by=lambda p: p[0]).map(sorted)


def line(positions: Any, left: str = "ARM", right: str = "AZE") -> Line:
    return Line(
        id="l", name="l", source_map="m", accuracy_m=1.0, left_party=left, right_party=right,
        geometry=shapely.to_wkb(shapely.LineString(positions), byte_order=1),
    )  # fmt: skip


def moved(positions: Any, lon: float, lat: float) -> list[tuple[float, float]]:
    return [(x + lon, y + lat) for x, y in positions]


def side(points: Any, of: Line) -> list[str | None]:
    lon, lat = zip(*points, strict=True)
    return [party_on_side(int(sign), of) for sign in sides(lon, lat, of).sign]


def test_left_and_right_are_seen_walking_along_the_line() -> None:
    north = line([(45.0, 40.0), (45.0, 41.0)])
    assert side([(44.9, 40.5), (45.1, 40.5)], north) == ["ARM", "AZE"]


def test_distance_is_geodesic() -> None:
    north = line([(45.0, 40.0), (45.0, 41.0)])
    found = sides([45.1], [40.5], north)
    _, _, expected = WGS84.inv(45.1, 40.5, found.nearest_lon[0], found.nearest_lat[0])
    assert found.distance_m[0] == pytest.approx(expected, abs=1e-6)
    assert found.distance_m[0] == pytest.approx(8480, rel=0.01)


def test_past_the_end_of_an_open_line_there_is_no_side() -> None:
    found = sides([45.1, 45.1], [39.5, 40.5], line([(45.0, 40.0), (45.0, 41.0)]))
    assert found.past_end.tolist() == [True, False]
    assert found.sign.tolist() == [0, -1]


def test_a_closed_line_has_an_inside_everywhere() -> None:
    ring = line([(45, 40), (46, 40), (46, 41), (45, 41), (45, 40)])
    found = sides([45.5, 44.5, 44.9, 46.1], [40.5, 40.5, 39.9, 41.1], ring)
    assert found.sign.tolist() == [1, -1, -1, -1]
    assert not found.past_end.any()


def test_a_sharp_bend_is_told_by_both_its_segments() -> None:
    # A needle to the east: the point off its tip lies on the wrong side of one segment's extension.
    needle = line([(45, 40), (46, 40.01), (45, 40.02)])
    assert side([(46.05, 40.04), (46.05, 39.98), (45.5, 40.01), (45.5, 40.1), (45.5, 39.9)], needle) == [
        "AZE", "AZE", "ARM", "AZE", "AZE",
    ]  # fmt: skip


def test_the_antimeridian_parts_nothing() -> None:
    near = line([(179.9, 10), (179.9, 11)])
    found = sides([-179.9, 179.7], [10.5, 10.5], near)
    assert found.sign.tolist() == [-1, 1]
    assert found.distance_m[0] == pytest.approx(found.distance_m[1], rel=1e-6)


def test_points_that_are_nowhere_have_no_answer() -> None:
    found = sides([math.nan, 45.1, 45.1], [40.5, math.inf, 40.5], line([(45, 40), (45, 41)]))
    assert np.isnan(found.distance_m).tolist() == [True, True, False]
    assert found.sign.tolist() == [0, 0, -1]


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_reversing_a_line_and_swapping_its_parties_changes_nothing(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    forwards, backwards = line(positions), line(positions[::-1], left="AZE", right="ARM")
    assert side(points, forwards) == side(points, backwards)
    lon, lat_ = zip(*points, strict=True)
    one, other = sides(lon, lat_, forwards), sides(lon, lat_, backwards)
    assert one.distance_m == pytest.approx(other.distance_m, abs=1e-3)


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE, st.sampled_from([-170.0, -45.0, 90.0, 134.5]))
def test_moving_everything_east_changes_nothing(positions: Any, points: Any, lat: float, east: float) -> None:
    here = Track(shapely.LineString(moved(positions, 45, lat))).sides(*zip(*moved(points, 45, lat), strict=True))
    there = Track(shapely.LineString(moved(positions, 45 + east, lat))).sides(*zip(*moved(points, 45 + east, lat), strict=True))
    assert here.distance_m == pytest.approx(there.distance_m, abs=1e-3)
    clear = here.distance_m > 0.01
    assert (here.sign[clear] == there.sign[clear]).all()


@settings(deadline=None)
@given(ZIGZAGS, st.integers(0, 6), st.floats(0, 1), LATITUDE)
def test_a_point_on_the_line_has_distance_nought(positions: Any, segment: int, share: float, lat: float) -> None:
    positions = moved(positions, 45, lat)
    assume(segment < len(positions) - 1)
    (x, y), (x2, y2) = positions[segment], positions[segment + 1]
    found = sides([x + share * (x2 - x)], [y + share * (y2 - y)], line(positions))
    assert found.distance_m[0] < 1e-3


@settings(max_examples=60, deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_no_other_point_of_the_line_is_nearer(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    found = sides(*zip(*points, strict=True), line(positions))
    steps = shapely.get_coordinates(shapely.segmentize(shapely.LineString(positions), 0.002))
    for number, (lon, at) in enumerate(points):
        assert found.distance_m[number] <= distances(lon, at, steps[:, 0], steps[:, 1]).min() + 0.01


@settings(deadline=None)
@given(ZIGZAGS, st.lists(POSITION, min_size=1, max_size=6), LATITUDE)
def test_the_side_is_that_of_the_area_the_line_bounds(positions: Any, points: Any, lat: float) -> None:
    positions, points = moved(positions, 45, lat), moved(points, 45, lat)
    (first, *_), last = positions[0], positions[-1][0]
    above = shapely.Polygon([*positions, (last, lat + 3), (first, lat + 3)])
    assume(above.is_valid)
    found = sides(*zip(*points, strict=True), line(positions))
    for number, (lon, at) in enumerate(points):
        if first < lon < last and found.distance_m[number] > 1 and not found.past_end[number]:
            assert (found.sign[number] > 0) == above.contains(shapely.Point(lon, at))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-89, 89)), min_size=1, max_size=8))
def test_a_covering_circle_covers(points: Any) -> None:
    lon, lat, radius = covering_circle(*zip(*points, strict=True))
    assert distances(lon, lat, *map(list, zip(*points, strict=True))).max() <= radius + 0.1


# --------------------------------------------------------------------------------------------------------------------------
# files

PROPERTIES = {"id": "a", "left_party": "ARM", "right_party": "AZE", "source_map": "a map", "scale": 100000, "accuracy_m": 50}


def feature(geometry: Any, **changes: Any) -> dict[str, Any]:
    properties = {key: value for key, value in (PROPERTIES | changes).items() if value is not None}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def path_of(*positions: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


def case_with(folder: Path, layer: Any, entry: str = "", table: str = "lines") -> Case:
    (folder / "layers").mkdir(exist_ok=True)
    text = layer if isinstance(layer, str) else json.dumps(layer)
    (folder / "layers" / "x.geojson").write_text(text, encoding="utf-8")
    (folder / "case.toml").write_text(
        'format = 1\nname = "c"\n[[parties]]\ncode = "ARM"\nname = "A"\n[[parties]]\ncode = "AZE"\nname = "B"\n'
        f'[[{table}]]\nid = "border"\nfile = "layers/x.geojson"\n{entry}\n',
        encoding="utf-8",
    )
    return Case.open(folder)


GOOD = path_of((45, 40), (45, 41))


def test_a_line_is_read_with_what_its_feature_says(tmp_path: Path) -> None:
    (found,) = load_lines(case_with(tmp_path, feature(GOOD, name="State border")))
    assert (found.id, found.name, found.left_party, found.scale, found.accuracy_m) == (
        "border",
        "State border",
        "ARM",
        100000,
        50.0,
    )


def test_the_case_file_goes_before_the_feature(tmp_path: Path) -> None:
    entry = 'name = "Mine"\naccuracy_m = 700\nvalid_to = "1991-12-26"'
    (found,) = load_lines(case_with(tmp_path, feature(GOOD, name="State border"), entry))
    assert (found.name, found.accuracy_m, found.valid_to) == ("Mine", 700.0, "1991-12-26")


def test_one_of_several_features_is_chosen_by_id(tmp_path: Path) -> None:
    other = feature(path_of((1, 2), (3, 4)), id="other")
    layer = {"type": "FeatureCollection", "features": [other, feature(GOOD)]}
    (found,) = load_lines(case_with(tmp_path, layer, 'feature = "a"'))
    assert shapely.from_wkb(found.geometry).bounds == (45, 40, 45, 41)


def test_pieces_that_join_end_to_end_become_one_line(tmp_path: Path) -> None:
    pieces = {"type": "MultiLineString", "coordinates": [[[45, 41], [45, 42]], [[45, 40], [45, 41]]]}
    (found,) = load_lines(case_with(tmp_path, feature(pieces)))
    assert shapely.from_wkb(found.geometry).geom_type == "LineString"


def test_a_zone_is_read(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[45, 40], [46, 40], [46, 41], [45, 41], [45, 40]]]}
    (found,) = load_zones(case_with(tmp_path, feature(square, kind="buffer"), table="zones"))
    assert (found.kind, shapely.from_wkb(found.geometry).area) == ("buffer", 1.0)


BOMB = '{"type":"Feature","geometry":' + '{"type":"GeometryCollection","geometries":[' * 5000 + "]}" * 5000 + "}"
DEEP = '{"type":"Feature","geometry":' + '{"type":"GeometryCollection","geometries":[' * 300 + "]}" * 300 + "}"


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        pytest.param("", "M502", id="empty file"),
        pytest.param("border,45,40", "M502", id="not JSON"),
        pytest.param("[1, 2]", "M502", id="not an object"),
        pytest.param('{"type": "Topology", "arcs": []}', "M502", id="TopoJSON"),
        pytest.param('{"type": "FeatureCollection", "features": [7]}', "M502", id="a feature that is a number"),
        pytest.param('{"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[NaN, 1]]}}', "M502", id="NaN"),
        pytest.param(BOMB, "M502", id="nested 5,000 deep"),
        pytest.param(DEEP, "M503", id="nested 300 deep"),
        pytest.param({"type": "FeatureCollection", "features": []}, "M503", id="no feature"),
        pytest.param(feature(None), "M503", id="no geometry"),
        pytest.param(feature({"type": "Point", "coordinates": [45, 40]}), "M503", id="a point"),
        pytest.param(feature({"type": "LineString"}), "M505", id="no coordinates"),
        pytest.param(feature({"type": "MultiLineString", "coordinates": 3}), "M505", id="coordinates that are a number"),
        pytest.param(feature(path_of((45, 40))), "M505", id="one position"),
        pytest.param(feature(path_of((45, 40), (45, 40))), "M505", id="one position twice"),
        pytest.param(feature(path_of((45, 40), (45, 140))), "M505", id="latitude out of range"),
        pytest.param(feature(path_of((45, 40), (1e300, 40))), "M505", id="longitude out of range"),
        pytest.param(feature(path_of((45, 40), ("45", 40))), "M505", id="a position that is text"),
        pytest.param(feature(path_of((45, 40), (45,))), "M505", id="a position with one number"),
        pytest.param(feature(path_of((45, 40), (True, 40))), "M505", id="a position that is true"),
        pytest.param(feature(path_of((179, 40), (-179, 40))), "M505", id="across the antimeridian"),
        pytest.param(feature(GOOD, left_party=None), "M506", id="no left party"),
        pytest.param(feature(GOOD, left_party="RUS"), "M506", id="a party the case does not have"),
        pytest.param(feature(GOOD, left_party="AZE"), "M506", id="the same party on both sides"),
        pytest.param(feature(GOOD, accuracy_m=None, scale=None), "M506", id="no accuracy and no scale"),
        pytest.param(feature(GOOD, spread_m=-1), "M506", id="negative spread"),
        pytest.param(feature(GOOD, bias_m="left"), "M506", id="bias as text"),
        pytest.param(feature(GOOD, accuracy_m=-5), "M506", id="negative accuracy"),
        pytest.param(feature(GOOD, source_map=None), "M506", id="no source map"),
        pytest.param(feature(GOOD, scale="1:100000"), "M506", id="scale as text"),
        pytest.param({**feature(GOOD), "crs": {"properties": {"name": "EPSG:3857"}}}, "M502", id="another CRS"),
    ],
)
def test_a_line_file_that_cannot_be_right_is_refused(tmp_path: Path, layer: Any, code: str) -> None:
    case = case_with(tmp_path, layer)
    with pytest.raises(MerestoneError) as refused:
        load_lines(case)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


def test_a_feature_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MerestoneError, match=r"no feature b; its features are a\."):
        load_lines(case_with(tmp_path, feature(GOOD), 'feature = "b"'))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    case = case_with(tmp_path, feature(GOOD))
    (tmp_path / "layers" / "x.geojson").unlink()
    with pytest.raises(MerestoneError) as refused:
        load_lines(case)
    assert refused.value.code == "M101"


def test_a_zone_that_crosses_itself_is_refused(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[45, 40], [46, 41], [46, 40], [45, 41], [45, 40]]]}
    with pytest.raises(MerestoneError, match="not valid"):
        load_zones(case_with(tmp_path, feature(bow, kind="buffer"), table="zones"))
