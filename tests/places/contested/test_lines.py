"""A line or zone of a case is read with what it says, and a file that cannot be right is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.places import load_lines, load_zones

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
