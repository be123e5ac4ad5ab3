"""Nothing that a reviewer marked as sensitive leaves a case."""

import pyarrow as pa
import pytest

from dossier.record import small_case
from dossier.record import small_record as tables
from merestone.decisions import applied
from merestone.dossier.export import KINDS, export
from merestone.dossier.redaction import BLACK, redacted
from merestone.model import Review

SENSITIVE = Review(sensitive=True, decisions=("d-1",))


def with_sensitive(*claims):
    made = tables()
    return made | {"claims": applied(made["claims"], dict.fromkeys(claims, SENSITIVE))}


def ids(found, table):
    return found.tables[table][{"locations": "claim", "observations": "claim"}.get(table, "id")].to_pylist()


def test_a_record_without_sensitive_claims_leaves_as_it_is():
    assert redacted(tables()).tables == tables()
    old = tables() | {"claims": tables()["claims"].drop_columns(["review"])}
    assert redacted(old).tables == old


def test_a_sensitive_claim_is_left_out_with_what_rests_on_it():
    found = redacted(with_sensitive("d1#0"))
    assert (found.claims, found.incidents) == (1, 1)
    assert "d1#0" not in ids(found, "claims")
    assert "d1#0" not in ids(found, "locations")
    assert "d1#0" not in ids(found, "observations")
    assert ids(found, "incidents") == []
    assert ids(found, "places") == []  # nothing else names it
    assert ids(found, "documents") == ["d1"]  # other claims stand in it


def test_a_document_of_which_every_claim_is_sensitive_is_left_out():
    found = redacted(with_sensitive(*tables()["claims"]["id"].to_pylist()))
    assert ids(found, "claims") == ids(found, "documents") == []


def test_its_words_are_blacked_out_in_titles_and_in_other_claims():
    made = with_sensitive("d1#0")
    (document,) = made["documents"].to_pylist()
    claims = made["claims"].to_pylist()
    start, end = claims[0]["span"]
    titled = document | {"title": document["text"][: end + 2]}
    found = redacted(made | {"documents": pa.Table.from_pylist([titled], made["documents"].schema)})
    (out,) = found.tables["documents"].to_pylist()
    assert out["text"] == document["text"][:start] + BLACK * (end - start) + document["text"][end:]
    assert out["title"] == out["text"][: end + 2]


@pytest.mark.parametrize("kind", KINDS)
def test_no_format_holds_its_words(kind, tmp_path):
    out = tmp_path / "out.gpkg" if kind == "geopackage" else tmp_path / "out"
    text = tables()["documents"]["text"][0].as_py()
    claim = tables()["claims"].to_pylist()[0]
    words = text[slice(*claim["span"])].encode()
    plain, secret = [
        b"".join(path.read_bytes() for path in export(given, small_case(tmp_path / "case"), kind, out))
        for given in (tables(), with_sensitive("d1#0"))
    ]
    if kind in ("geojson", "geopackage"):  # the others pack or quote
        assert words in plain
    assert b"d1#0" in plain or kind == "geoparquet"
    assert words not in secret
    assert b"d1#0" not in secret
