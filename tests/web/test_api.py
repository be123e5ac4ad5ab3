"""The API of the page: what it answers, in which shape, to whom."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import struct
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import TypeAdapter

from merestone.errors import MerestoneError, messages
from merestone.model import Line, Observation, Place, Zone
from merestone.web import views
from merestone.web.app import create_app
from merestone.web.guard import host_of
from merestone.web.prepared import fold
from merestone.web.serve import is_loopback, listen
from merestone.web.words import actor_names, vocabulary
from small_record import DOCUMENTS, HOSTILE

SHAPES = {
    "/api/record": views.RecordView,
    "/api/incidents": views.IncidentColumns,
    "/api/incidents/i-000000000001": views.IncidentView,
    "/api/documents": list[views.DocumentRow],
    "/api/documents/said": views.DocumentView,
    "/api/documents/hostile%2F..%2F%3Cx%3E": views.DocumentView,
    "/api/search?q=sotk": views.SearchResult,
    "/api/lines": list[Line],
    "/api/zones": list[Zone],
    "/api/places": list[Place],
    "/api/observations": list[Observation],
    "/api/position?lon=45.5&lat=40.2": views.PositionView,
}


@pytest.fixture(scope="module")
def client(small_address):
    with httpx.Client(base_url=small_address) as opened:
        yield opened


def refused(answer, status, code):
    """Every error has one shape and a message that has a page of its own."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"code", "message"}
    assert answer.json()["code"] == code
    assert code in messages()
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", SHAPES)
def test_every_answer_has_the_shape_it_is_documented_with(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    TypeAdapter(SHAPES[path]).validate_python(answer.json())


def test_the_description_for_programs_names_every_address(client):
    described = client.get("/api/openapi.json").json()["paths"]
    assert {path.split("?")[0] for path in SHAPES if "said" not in path and "hostile" not in path and "0001" not in path} < {
        *described
    }
    assert {"/api/incidents/{incident_id}", "/api/documents/{document_id}"} < {*described}
    for path in described.values():
        assert path["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_the_record_says_what_the_page_needs_before_anything_else(client):
    record = client.get("/api/record").json()
    assert record["notice"] == "Written for tests: check the source before quoting."
    assert [party["code"] for party in record["parties"]] == ["ARM", "AZE"]
    assert [group["code"] for group in record["groups"]] == ["ARM", "AZE", "EU"]
    assert record["counts"] == {
        "documents": 4, "silent": 1, "claims": 4, "incidents": 2, "contested": 1, "undated": 1, "unplaced": 1,
        "claims_without_place": 2,
    }  # fmt: skip
    assert {side["code"]: side["count"] for side in record["sides"]} == {"ARM": 1, "AZE": 0, "?": 0, "-": 1}
    assert record["words"]["actor"]["AZE-MIL"] == "armed forces of Azerbaijan"
    assert record["period"] == [1663012800000, 1663099200000]


def test_all_documents_are_listed_the_newest_first_with_how_much_was_read_in_each(client):
    rows = client.get("/api/documents").json()
    assert [(row["document"]["id"], row["claims"]) for row in rows] == [
        ("hostile/../<x>", 1), ("quiet", 0), ("denied", 1), ("said", 2)
    ]  # fmt: skip
    assert all("text" not in row["document"] for row in rows)


def test_incidents_come_in_time_order_with_the_undated_last(client):
    columns = client.get("/api/incidents").json()
    assert columns["id"] == ["i-000000000001", "i-000000000002"]
    assert columns["begins"] == [1663012800000, None]
    assert columns["sides"] == [["ARM"], ["-"]]
    assert columns["unplaced"] == [[], ["The bridge"]]
    assert columns["claims"] == [3, 1]
    assert columns["places"][0]["names"] == {"ARM": "Sotk", "AZE": "Zod"}
    assert {len(column) for name, column in columns.items() if name != "places"} == {2}


def test_an_incident_brings_the_exact_words_of_its_claims(client):
    view = client.get("/api/incidents/i-000000000001").json()
    assert view["claims"]["said#0"]["words"] == "At 00:05 their units fired at Sotk"
    assert view["claims"]["denied#0"]["claim"]["act"] == "denies"
    assert set(view["documents"]) == {"said", "denied"}
    assert {location["claim"] for location in view["locations"]} == {"said#0", "denied#0"}


def test_a_document_is_given_as_it_was_sealed(client):
    view = client.get("/api/documents/hostile%2F..%2F%3Cx%3E").json()
    assert view["document"]["text"] == HOSTILE
    assert view["passages"][0]["incident"] == "i-000000000002"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sotk", ["i-000000000001"]),
        ("SOTK fired", ["i-000000000001"]),
        ("zod", ["i-000000000001"]),
        ("bridge", ["i-000000000002"]),
        ("bridge sotk", []),
        ("", ["i-000000000001", "i-000000000002"]),
    ],
)
def test_search_finds_incidents_by_all_words(client, query, found):
    assert client.get("/api/search", params={"q": query}).json()["ids"] == found


def test_search_ignores_case_and_accents():
    assert fold("Şuşa Khankəndi") == "susa khankendi"


@pytest.mark.parametrize("name", ["i-000000000009", "..%2F..%2Fetc%2Fpasswd", "%00", "a" * 5000, "%3Cscript%3E"])
@pytest.mark.parametrize("kind", ["incidents", "documents"])
def test_an_id_the_record_does_not_hold_is_refused_in_words(client, kind, name):
    answer = client.get(f"/api/{kind}/{name}")
    if "%2F" in name and kind == "incidents":
        refused(answer, 404, "M703")
    else:
        refused(answer, 404, "M704")
    assert len(answer.content) < 400


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing", "/page/../app.py", "/..%2Fapp.py", "/%2e%2e/app.py", "/.sources"])
def test_nothing_but_the_page_and_the_api_is_served(client, path):
    refused(client.get(path), 404, "M703")


def test_a_search_that_is_missing_or_endless_is_refused(client):
    refused(client.get("/api/search"), 422, "M705")
    refused(client.get("/api/search", params={"q": "x" * 201}), 422, "M705")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_the_server_only_reads(client, method):
    answer = client.request(method, "/api/record")
    refused(answer, 405, "M707")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8737", "127.0.0.1.evil.example", "localhost.evil.example", ""])
def test_another_name_for_this_machine_is_not_answered(client, host):
    refused(client.get("/api/record", headers={"host": host}), 421, "M706")
    refused(client.get("/", headers={"host": host}), 421, "M706")


@pytest.mark.parametrize("host", ["127.0.0.1:8737", "localhost", "LOCALHOST:1", "[::1]:8737"])
def test_the_names_of_this_machine_are_answered(client, host):
    assert client.get("/api/record", headers={"host": host}).status_code == 200


def test_two_host_headers_are_refused(small_address):
    connection = http.client.HTTPConnection(urlsplit(small_address).netloc)
    connection.putrequest("GET", "/api/record", skip_host=True)
    connection.putheader("Host", "127.0.0.1")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status in (400, 421)
    connection.close()


@pytest.mark.parametrize("path", ["/", "/api/record", "/api/nothing", "/theme.js"])
def test_every_answer_forbids_what_is_not_the_pages_own(client, path):
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_etag_is_the_records_id_and_spares_the_second_answer(client):
    first = client.get("/api/incidents")
    assert first.headers["etag"].strip('"') == client.get("/api/record").json()["record_id"]
    again = client.get("/api/incidents", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_answers_are_compressed_for_those_who_can_read_it(client):
    with client.stream("GET", "/api/record", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    plain = client.get("/api/record", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


def test_without_a_built_page_the_server_says_how_to_build_it(small, tmp_path):
    from served import served_app

    with served_app(create_app(small, page=tmp_path / "none")) as address:
        answer = httpx.get(f"{address}/")
        assert (answer.status_code, answer.text) == (503, messages()["M708"].text)
        assert httpx.get(f"{address}/api/record").status_code == 200


def test_the_parts_of_an_answer_do_not_wait_for_each_other():
    # asyncio sets TCP_NODELAY on sockets that name TCP alone; without it each answer takes 40 ms longer on many systems
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_port_in_use_and_a_foreign_address_are_refused_in_words():
    with listen("127.0.0.1", 0) as first, pytest.raises(MerestoneError) as taken:
        listen("127.0.0.1", first.getsockname()[1])
    assert taken.value.code == "M701"
    for host in ("192.0.2.1", "no such host"):
        with pytest.raises(MerestoneError) as foreign:
            listen(host, 0)
        assert foreign.value.code == "M702"


def test_only_this_machines_own_addresses_count_as_private():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"]))
    assert not any(map(is_loopback, ["0.0.0.0", "192.168.1.5", "::", "example.org"]))
    assert [host_of(h) for h in ("[::1]:8737", "LocalHost:1", "a.b")] == ["[::1]", "localhost", "a.b"]


def test_every_code_has_plain_words():
    import typing

    from merestone import model

    words = vocabulary()
    for kind, vocabulary_type in [
        ("event", model.Event), ("act", model.Act), ("role", model.PlaceRole), ("means", model.Means),
        ("evidence", model.Proof), ("quantity", model.QuantityKind), ("unit", model.Unit), ("affiliation", model.Affiliation),
        ("genre", model.Genre),
    ]:  # fmt: skip
        assert {*typing.get_args(vocabulary_type)} == {*words[kind]}, kind
    assert {name for name, _, _ in model.fields(model.Claim)} - {"id", "document", "because", "observation"} <= {
        *words["field"]
    }


def test_actors_are_named_by_the_case_first():
    named = actor_names(["ARM-MIL", "ARM-MOD", "FRA", "OSCE-SMM", "XYZ-{0}"], {"ARM": "Armenia", "ARM-MOD": "The Ministry"})
    assert named["ARM-MIL"] == "armed forces of Armenia"
    assert named["ARM-MOD"] == "The Ministry"
    assert named["FRA"] == "France"
    assert named["OSCE-SMM"] == "OSCE (SMM)"
    assert named["XYZ-{0}"] == "XYZ (0)"


def test_a_dropped_connection_does_not_stop_the_server(small_address):
    netloc = urlsplit(small_address)
    with socket.create_connection((netloc.hostname, netloc.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(b"GET /api/incidents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert json.loads(httpx.get(f"{small_address}/api/record").content)["counts"]["documents"] == len(DOCUMENTS)


def test_a_position_is_answered_in_every_system_and_for_every_line(client):
    told = client.get("/api/position", params={"lon": 45.5, "lat": 40.2, "radius_m": 500}).json()
    (standing,) = told["lines"]
    assert (standing["side"], standing["words"]) == ("AZE", "On the side of Azerbaijan")
    assert standing["probability"] == 1.0
    assert [system["system"] for system in told["systems"]] == ["WGS 84", "SK-42", "Gauss-Krüger", "UTM", "MGRS"]
    assert told["sheets"]["1:100000"] == "K-38-140"
    assert told["operation"].endswith("EPSG:15865")


def test_a_position_in_words_is_read(client):
    told = client.get("/api/position", params={"where": "38TNK7400350318"}).json()
    assert told["lon"] == pytest.approx(45.8695, abs=1e-4)
    assert told["lat"] == pytest.approx(40.2, abs=1e-4)


def test_a_pole_has_no_sheet(client):
    told = client.get("/api/position", params={"lon": 0, "lat": 90}).json()
    assert (told["sheets"], told["operation"]) == ({}, None)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"lon": 45.5}, "M705"),
        ({"lon": "x", "lat": 1}, "M705"),
        ({"lon": 245, "lat": 40}, "M513"),
        ({"lon": "nan", "lat": 40}, "M513"),
        ({"lon": 45, "lat": 40, "radius_m": -1}, "M705"),
        ({"where": "the enemy's camp"}, "M555"),
    ],
)
def test_a_position_that_is_none_is_refused_in_words(client, asked, code):
    refused(client.get("/api/position", params=asked), 422, code)
