"""The nouns: declared once, the same in memory, in Arrow, in Parquet and in JSON."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from merestone import model
from nouns import nouns

each_noun = pytest.mark.parametrize("cls", model.NOUNS, ids=lambda cls: cls.__name__)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@each_noun
@quick
@given(data=st.data())
def test_json_round_trip_keeps_every_field(cls, data):
    noun = data.draw(nouns(cls))
    assert model.from_json(cls, json.loads(json.dumps(model.to_json(noun)))) == noun


@each_noun
@quick
@given(data=st.data())
def test_arrow_round_trip_keeps_every_field(cls, data):
    rows = data.draw(st.lists(nouns(cls), max_size=3))
    table = model.to_table(cls, rows)
    assert table.schema.equals(model.schema(cls))
    assert model.from_table(cls, table) == rows


@each_noun
def test_a_fully_filled_row_survives_parquet(cls, tmp_path):
    @settings(max_examples=3, deadline=None)
    @given(nouns(cls, optional=False))
    def check(noun):
        pq.write_table(model.to_table(cls, [noun]), tmp_path / "t.parquet")
        assert model.from_table(cls, pq.read_table(tmp_path / "t.parquet")) == [noun]

    check()


@each_noun
def test_every_field_says_what_it_means(cls):
    assert cls.__doc__
    for name, _, metadata in model.fields(cls):
        assert metadata["meaning"], name
    for field in model.schema(cls):
        assert field.metadata[b"meaning"], field.name


def test_lengths_and_positions_name_their_unit_and_reference_system():
    for cls in model.NOUNS:
        for name, _, metadata in model.fields(cls):
            if name.endswith("_m"):
                assert metadata["unit"] == "m", (cls, name)
            if name in ("lon", "lat") or name.endswith(("_lon", "_lat")):
                assert metadata["unit"] == "degree", (cls, name)
                assert metadata["crs"] == "EPSG:4326", (cls, name)
            if name == "geometry":
                assert metadata["crs"] == "EPSG:4326", (cls, name)


def test_a_closed_vocabulary_refuses_other_words():
    with pytest.raises(ValidationError, match="act"):
        model.from_json(
            model.Claim, {"id": "d#0", "document": "d", "span": [0, 1], "speaker": "A", "act": "shouts", "event": "fire"}
        )


def test_a_geometry_is_geojson_in_json_and_little_endian_wkb_in_memory():
    line = model.from_json(
        model.Line,
        {
            "id": "l", "name": "l", "source_map": "m", "accuracy_m": 100.0, "left_party": "A", "right_party": "B",
            "geometry": {"type": "LineString", "coordinates": [[44.5, 40.25], [45.0, 40.5]]},
        },
    )  # fmt: skip
    assert line.geometry[0] == 1
    assert model.to_json(line)["geometry"] == {"type": "LineString", "coordinates": [[44.5, 40.25], [45.0, 40.5]]}


@pytest.mark.parametrize(
    ("code", "state", "sector"),
    [("ARM-MIL", "ARM", "MIL"), ("OSCE-SMM", "OSCE", "SMM"), ("EU", "EU", None), (None, None, None)],
)
def test_an_actor_code_has_a_state_and_perhaps_a_sector(code, state, sector):
    assert model.state_of(code) == state
    assert model.sector_of(code) == sector


def test_the_schema_is_derived_from_the_declaration():
    schema = model.schema(model.Claim)
    assert schema.names == [name for name, _, _ in model.fields(model.Claim)]
    assert schema.field("span").type == pa.list_(pa.field("item", pa.int64(), nullable=False), 2)
    assert schema.field("actor").nullable
    assert not schema.field("speaker").nullable
