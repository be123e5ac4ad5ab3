"""`merestone convert` brings a layer from one format and coordinate system into another, and says what was lost."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest
import shapely
from typer.testing import CliRunner

from merestone.cli import app, main
from merestone.places.layer_files.layers import read_layer

LINE = shapely.LineString([(45.25, 40.5), (45.5, 40.75)])


def test_a_shapefile_in_gauss_krueger_becomes_geojson(tmp_path: Path) -> None:
    source, target = tmp_path / "x.shp", tmp_path / "out" / "x.geojson"
    geopandas.GeoDataFrame({"name": ["Zod"]}, geometry=[LINE], crs="EPSG:4326").to_crs("EPSG:28408").to_file(source)
    source.with_suffix(".prj").unlink()
    done = CliRunner().invoke(app, ["convert", str(source), str(target), "--crs", "EPSG:28408"])
    assert (done.exit_code, done.stdout) == (0, f"Wrote {target}: 1 features, read in EPSG:28408.\n")
    (found,) = read_layer(target).features
    assert shapely.hausdorff_distance(found.geometry, LINE) < 1e-8
    assert found.properties == {"name": "Zod"}


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    rows = [
        {"type": "Feature", "properties": {"name_of_the_line": "x"}, "geometry": shapely.geometry.mapping(LINE)},
        {"type": "Feature", "properties": {}, "geometry": None},
    ]
    (tmp_path / "x.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    done = CliRunner().invoke(app, ["convert", str(tmp_path / "x.geojson"), str(tmp_path / "x.shp"), "--json"])
    assert json.loads(done.stdout) == {
        "written": str(tmp_path / "x.shp"), "features": 1, "crs": "OGC:CRS84",
        "notes": ["1 features without a geometry are left out", "name_of_the_line is called name_of_th"],
    }  # fmt: skip


def test_bad_input_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    geopandas.GeoDataFrame(geometry=[LINE], crs="EPSG:4326").to_file(tmp_path / "x.shp")
    (tmp_path / "x.prj").unlink()
    monkeypatch.setattr("sys.argv", ["merestone", "convert", str(tmp_path / "x.shp"), str(tmp_path / "y.gpkg")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("merestone: M531: ")
    assert said.count("\n") == 1
    assert not (tmp_path / "y.gpkg").exists()
