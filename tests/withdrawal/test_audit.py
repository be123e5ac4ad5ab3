"""An audit says how deep a drawn zone is along its line, and in what it was drawn."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from merestone.errors import MerestoneError
from merestone.withdrawal.audit import audit_files
from merestone.withdrawal.strip import Strip
from withdrawal.zone_checks import KOR_MDL, write_line, write_polygon


@pytest.fixture
def line(tmp_path):
    return write_line(tmp_path / "line.geojson", KOR_MDL)


def audited(tmp_path, line, polygon, **options):
    return audit_files(write_polygon(tmp_path / "zone.geojson", polygon, **options.pop("properties", {})), line, **options)


def test_a_buffer_in_degrees_is_told_as_one(tmp_path, line):
    # Natural Earth draws the Korean zone so; its edge lies 4.5 to 6.1 km from the line, which should be 2
    zone = shapely.LineString(KOR_MDL).buffer(0.053, cap_style="flat", quad_segs=32)
    found = audited(tmp_path, line, zone, properties={"source_note": "a 2 km buffer on either side"})
    assert found.made == "degrees"
    assert found.constant == pytest.approx(0.053, rel=1e-3)
    assert found.stated_km == 2
    assert found.depth.low < 4.75
    assert found.depth.high > 5.8
    assert "varying with direction, not 2 km" in found.text
    assert "buffer in degrees: its edge runs 0.053°" in found.text
    assert found.by_direction["north and south"].median == pytest.approx(5.88, abs=0.05)
    assert found.by_direction["east and west"].median == pytest.approx(4.65, abs=0.1)
    assert found.zone_of_stated["area_km2"] == pytest.approx(815.2, rel=3e-3)


def test_a_zone_of_one_depth_is_told_as_one_on_both_sides(tmp_path, line):
    halves = Strip(shapely.LineString(KOR_MDL)).halves(2000)
    found = audited(tmp_path, line, shapely.union_all(list(halves)), depth_km=2)
    assert found.made == "metres"
    assert {party: each.median for party, each in found.by_side.items()} == {"PRK": 2.0, "KOR": 2.0}
    assert (found.depth.low, found.depth.high) == (pytest.approx(2, abs=0.002), pytest.approx(2, abs=0.002))
    assert "2.00 km deep all along" in found.text
    assert found.zone_of_stated["overlap"] == pytest.approx(1, abs=1e-3)


def test_a_half_zone_is_measured_on_its_side_alone(tmp_path, line):
    found = audited(tmp_path, line, Strip(shapely.LineString(KOR_MDL)).halves(3000).right)
    assert list(found.by_side) == ["KOR"]
    assert found.by_side["KOR"].median == pytest.approx(3, abs=1e-3)


def test_a_buffer_in_web_mercator_is_told_as_one(tmp_path):
    line = write_line(tmp_path / "long.geojson", [(20, lat) for lat in np.linspace(30, 50, 40)])
    lat = np.linspace(30, 50, 200)
    width = np.full(200, 5000 / 111_319.49)  # degrees of longitude: the same metres of Web Mercator at every latitude
    edge = np.concatenate([np.column_stack([20 + width, lat]), np.column_stack([20 - width, lat])[::-1]])
    found = audited(tmp_path, line, shapely.Polygon(edge))
    assert found.made in ("degrees", "web mercator")  # to the east and west of a meridian they are the same
    bent = write_line(tmp_path / "bent.geojson", [(20, 30), (22, 34), (20, 40), (23, 45), (21, 50)])

    def forward(degrees):
        return np.column_stack([np.radians(degrees[:, 0]), np.arcsinh(np.tan(np.radians(degrees[:, 1])))]) * 6_378_137

    def back(metres):
        return np.column_stack([np.degrees(metres[:, 0] / 6_378_137), np.degrees(np.arctan(np.sinh(metres[:, 1] / 6_378_137)))])

    flat = shapely.transform(
        shapely.segmentize(shapely.LineString([(20, 30), (22, 34), (20, 40), (23, 45), (21, 50)]), 0.05), forward
    )
    zone = shapely.transform(shapely.segmentize(flat.buffer(8000, cap_style="flat", quad_segs=32), 5000), back)
    found = audited(tmp_path, bent, zone)
    assert found.made == "web mercator"
    assert found.constant == pytest.approx(8000, rel=0.01)


def test_edges_of_their_own_have_no_constant_depth(tmp_path, line):
    x = np.linspace(126.7, 128.3, 60)
    zone = shapely.Polygon(
        np.concatenate([np.column_stack([x, 38.9 + 0.1 * np.sin(9 * x)]), np.column_stack([x, 37.5 + 0 * x])[::-1]])
    )
    assert audited(tmp_path, line, zone).made == "none"


def test_a_zone_elsewhere_is_refused(tmp_path, line):
    away = write_polygon(tmp_path / "away.geojson", shapely.box(10, 10, 11, 11))
    with pytest.raises(MerestoneError) as caught:
        audit_files(away, line)
    assert caught.value.code == "M813"
    beyond = write_polygon(tmp_path / "beyond.geojson", shapely.box(129, 38.7, 129.2, 38.9))
    with pytest.raises(MerestoneError) as caught:
        audit_files(beyond, line, ["beyond"])
    assert caught.value.code == "M814"
    with pytest.raises(MerestoneError) as caught:
        audit_files(away, line, ["other"])
    assert caught.value.code == "M504"
