"""The planner's answers: any line of the case at any depth, and the case's own agreement, whatever file is broken."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from concurrent.futures import CancelledError
from urllib.parse import urlsplit

import httpx
import pytest
import shapely
from pydantic import TypeAdapter

from merestone.errors import MerestoneError, messages
from merestone.record import current_folder
from merestone.web import views
from merestone.web.app import create_app
from merestone.web.kept import Kept, opened
from merestone.withdrawal.positions import decimals_of
from served import served, served_app
from small_record import make_case

AGREEMENT = """
format = 1
name = "Two tiers in a valley"
source = "invented for tests"
notice = "Invented."

[line]
features = ["boundary"]

[[tiers]]
name = "no forces"
depth_km = 4
forbids = ["forces"]
may_stay = ["police"]

[[tiers]]
name = "no heavy weapons"
depth_km = 10
forbids = ["tank", "artillery above 80 mm"]

[[exceptions]]
name = "a hospital"
kind = "hospital"
lon = 45.9
lat = 40.3
radius_km = 1

[validity]
valid_from = "2022-09-15"

[[preconditions]]
quiet_days = 7
within_km = 20

[[phases]]
name = "all"
days = 10

[schedule]
imbalance = 0.5
"""
# Armenia is on the left of the line that small_record draws, which runs south: in the east
POSITIONS = """id,party,class,strength,lon,lat,uncertainty_m,calibre_mm
east-1,ARM,tank,4,45.98,40.3,500,
east-2,ARM,artillery,6,46.0,40.4,500,122
west-1,AZE,tank,5,45.86,40.3,500,
west-2,AZE,artillery,6,45.85,40.4,500,122
guards,AZE,police,20,45.88,40.2,500,
"""
INSPECTIONS = """time,lon,lat,radius_m,saw,position,note
2022-10-01T09:00:00Z,45.98,40.3,2000,nothing,,
2022-10-03T09:00:00Z,45.98,40.3,2000,nothing,,
2022-10-04T09:00:00Z,45.86,40.3,2000,tank,west-1,
2022-10-05T09:00:00Z,45.98,40.3,2000,nothing,,
2022-10-06T09:00:00Z,45.86,40.3,2000,tank,west-1,
"""
TRACK = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="tests"><trk><trkseg>
<trkpt lat="40.39" lon="45.99"><time>2022-10-02T08:00:00Z</time></trkpt>
<trkpt lat="40.41" lon="46.01"><time>2022-10-02T08:30:00Z</time></trkpt></trkseg></trk></gpx>
"""
SHAPES = {
    "/api/withdrawal": views.PlannerView,
    "/api/withdrawal/zones?line=boundary&depth_km=2.5": views.SliderView,
    "/api/withdrawal/zones?line=boundary&depth_km=2.5&exact=true": views.SliderView,
    "/api/withdrawal/agreement": views.AgreedZonesView,
    "/api/withdrawal/schedule": views.ScheduleView,
    "/api/withdrawal/verification": views.VerificationView,
    "/api/withdrawal/verification?at=2022-10-02": views.VerificationView,
}


def put(case, **files):
    """Write files into the case's folder; names are without what follows the first dot."""
    names = {"agreement": "agreement.toml", "positions": "positions.csv", "inspections": "inspections.csv"}
    folder = case.folder / "withdrawal"
    (folder / "tracks").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / names.get(name, f"tracks/{name}.gpx")).write_text(text, encoding="utf-8")


def whole_case(folder):
    case = make_case(folder)
    put(case, agreement=AGREEMENT, positions=POSITIONS, inspections=INSPECTIONS, patrol=TRACK)
    return case


@pytest.fixture(scope="module")
def agreed_case(tmp_path_factory):
    return whole_case(tmp_path_factory.mktemp("agreed") / "case")


@pytest.fixture(scope="module")
def client(agreed_case):
    with served(current_folder(agreed_case)) as address, httpx.Client(base_url=address, timeout=60) as opened_client:
        yield opened_client


@pytest.fixture
def client_of(tmp_path):
    """A client of a server of a case with these files."""
    closing = []

    def made(**files):
        case = make_case(tmp_path / f"case-{len(closing)}")
        put(case, **files)
        opened_server = served(current_folder(case))
        opened_client = httpx.Client(base_url=opened_server.__enter__(), timeout=60)
        closing.append((opened_server, opened_client))
        return opened_client

    yield made
    for server, used in closing:
        used.close()
        server.__exit__(None, None, None)


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert set(told) == {"code", "message"}
    assert told["code"] == code
    assert code in messages()
    assert told["message"].count("\n") == 0
    return told["message"]


@pytest.mark.parametrize("path", SHAPES)
def test_every_answer_has_the_shape_it_is_documented_with(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    TypeAdapter(SHAPES[path]).validate_python(answer.json())


def test_the_description_for_programs_names_every_address(client):
    described = client.get("/api/openapi.json").json()["paths"]
    assert {path.split("?")[0] for path in SHAPES} <= {*described}


def test_a_case_without_a_folder_still_has_the_planner(client_of):
    client = client_of()
    told = client.get("/api/withdrawal").json()
    assert [line["id"] for line in told["lines"]] == ["boundary"]
    assert (told["lines"][0]["left_party"], told["lines"][0]["right_party"]) == ("ARM", "AZE")
    assert told["lines"][0]["length_km"] == pytest.approx(94, abs=1)
    assert (told["agreement"], told["positions"], told["refused"]) == (None, 0, [])
    assert told["parts"] == {"schedule": False, "verification": False}
    zones = client.get("/api/withdrawal/zones?line=boundary&depth_km=3").json()["zones"]
    assert [zone["positions"] for zone in zones] == [None, None]
    for part in ("agreement", "schedule", "verification"):
        refused(client.get(f"/api/withdrawal/{part}"), 404, "M731")


def test_the_overview_tells_the_agreement_and_what_the_record_says_of_its_quiet_days(client):
    told = client.get("/api/withdrawal").json()
    agreement = told["agreement"]
    assert (agreement["name"], agreement["notice"], agreement["lines"]) == ("Two tiers in a valley", "Invented.", ["boundary"])
    assert [(tier["name"], tier["depth_km"]) for tier in agreement["tiers"]] == [("no forces", 4.0), ("no heavy weapons", 10.0)]
    assert agreement["valid_from"] == "2022-09-15"
    (quiet,) = agreement["preconditions"]
    assert quiet["state"] == "broken"
    assert "13 Sep 2022" in quiet["sentence"]
    assert quiet["breaks"][0]["incident"] == "i-000000000001"
    assert (told["positions"], told["parts"], told["refused"]) == (5, {"schedule": True, "verification": True}, [])
    assert told["lines"][0]["most_km"] >= 12.5


def test_the_quick_zones_and_the_exact_ones_agree(client):
    for depth in (0.5, 2.5, 7, 20):
        quick, exact = (
            client.get("/api/withdrawal/zones", params={"line": "boundary", "depth_km": depth, "exact": exact}).json()
            for exact in (False, True)
        )
        assert (quick["exact"], exact["exact"]) == (False, True)
        assert quick["depth_km"] == exact["depth_km"] == depth
        for one, other in zip(quick["zones"], exact["zones"], strict=True):
            assert one["area_km2"] == pytest.approx(other["area_km2"], rel=0.02)
            same = ("party", "settlements", "people", "largest", "positions")
            assert [one[name] for name in same] == [other[name] for name in same]
            drawn, true = (shapely.from_geojson(json.dumps(zone["geometry"])) for zone in (one, other))
            assert drawn.symmetric_difference(true).area < 0.05 * true.area
            assert (one["certain_km2"], one["depends_km2"], one["depends"]) == (None, None, None)
            # the drawn line has an accuracy of 2 km: part of the zone depends on it
            assert other["depends_km2"] > 0
            assert not shapely.from_geojson(json.dumps(other["depends"])).is_empty
        larger = max(quick["zones"], key=lambda zone: zone["area_km2"])
        assert quick["larger"] == larger["party"]


def test_the_balance_follows_the_depth(client):
    def leaving(depth):
        zones = client.get(f"/api/withdrawal/zones?line=boundary&depth_km={depth}").json()["zones"]
        return [tuple(zone["positions"].values()) for zone in zones]

    # declared, must leave, may have to; police may stay in a mirror withdrawal
    assert leaving(0.05) == [(2, 0, 0), (3, 0, 0)]
    assert leaving(20) == [(2, 2, 0), (3, 2, 0)]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("line=nowhere&depth_km=2", 404, "M704"),
        ("line=boundary&depth_km=nan", 422, "M730"),
        ("line=boundary&depth_km=inf", 422, "M730"),
        ("line=boundary&depth_km=-1", 422, "M730"),
        ("line=boundary&depth_km=0", 422, "M730"),
        ("line=boundary&depth_km=1e308", 422, "M730"),
        ("line=boundary&depth_km=two", 422, "M705"),
        ("line=boundary", 422, "M705"),
        ("depth_km=2", 422, "M705"),
        ("line=boundary&depth_km=2&exact=perhaps", 422, "M705"),
        (f"line={'x' * 300}&depth_km=2", 422, "M705"),
    ],
)
def test_a_query_that_means_nothing_gets_one_sentence(client, query, status, code):
    refused(client.get(f"/api/withdrawal/zones?{query}"), status, code)
    if "exact" not in query:
        refused(client.get(f"/api/withdrawal/zones?{query}&exact=true"), status, code)


@pytest.mark.parametrize("at", ["yesterday", "2022-13-01", "9999-12-31", "0001-01-01", "2022-10-02T00:00:00Z"])
def test_a_day_that_is_none_or_far_away_gets_one_sentence(client, at):
    refused(client.get("/api/withdrawal/verification", params={"at": at}), 422, "M705")


def test_the_agreement_is_told_with_its_zones_its_balance_and_nothing_finer_than_declared(client):
    told = client.get("/api/withdrawal/agreement").json()
    assert [(zone["tier"], zone["party"]) for zone in told["zones"]] == [
        ("no forces", "ARM"), ("no forces", "AZE"), ("no heavy weapons", "ARM"), ("no heavy weapons", "AZE"),
    ]  # fmt: skip
    for zone in told["zones"]:
        assert shapely.from_geojson(json.dumps(zone["geometry"])).is_valid
        assert zone["area_km2"] > zone["certain_km2"]
    areas = [row for row in told["balance"] if row["measure"] == "area_km2"]
    assert [row["values"] for row in areas] == [
        {zone["party"]: zone["area_km2"] for zone in told["zones"] if zone["tier"] == row["tier"]} for row in areas
    ]
    assert [(each["name"], each["kind"]) for each in told["exceptions"]] == [("a hospital", "hospital")]
    assert [each["id"] for each in told["positions"]] == ["east-1", "east-2", "west-1", "west-2", "guards"]
    for each in told["positions"]:
        decimals = decimals_of(each["uncertainty_m"])
        places = [each["lon"], each["lat"], *(each["to"] or ())]
        assert places == [round(value, decimals) for value in places]
    assert "Invented." in told["notes"]


def test_the_schedule_moves_every_position_that_must_leave(client):
    told = client.get("/api/withdrawal/schedule").json()
    moved = [name for step in told["steps"] for row in step["sections"] for side in row["moved"].values()
             for name in side["positions"]]  # fmt: skip
    assert sorted(moved) == ["east-1", "east-2", "west-1", "west-2"]
    assert told["steps"][0]["date"] == "2022-09-15"
    assert told["stay"] == ["guards"]


def test_an_agreement_that_nobody_can_keep_names_its_clauses(client_of):
    # one day, one position a day, two to move on each side
    tight = AGREEMENT + "days = 1\n\n[[schedule.capacity]]\nnumber = 1\n"
    message = refused(client_of(agreement=tight, positions=POSITIONS).get("/api/withdrawal/schedule"), 422, "M834")
    assert "1" in message


def test_verification_tells_of_a_day_only_what_was_seen_until_then(client):
    last = client.get("/api/withdrawal/verification").json()
    early = client.get("/api/withdrawal/verification?at=2022-10-02").json()
    assert last["days"] == early["days"] == ["2022-09-15", "2022-10-06"]
    assert (last["at"], early["at"]) == ("2022-10-06", "2022-10-02")
    status = {each["id"]: each["status"] for each in last["positions"]}
    assert status["east-1"] == "verified clear"
    assert status["west-1"] == "verified present"
    assert status["west-2"] == "unverified"
    assert {each["id"]: each["status"] for each in early["positions"]}["west-1"] == "unverified"
    assert [breach["what"] for breach in last["breaches"] if breach["declared"]] == ["west-1"]
    assert last["breaches"][0]["evidence"][-1] == "inspections.csv:5"
    parts = [feature["properties"]["part"] for feature in last["features"]["features"]]
    assert {"cell", "position", "look next"} == set(parts)
    assert sum(last["cells"].values()) == parts.count("cell") <= 4000
    for cell in last["features"]["features"]:
        if cell["properties"]["part"] == "cell" and cell["properties"]["days_ago"] is None:
            assert cell["properties"]["status"] not in ("verified clear", "verified present")


def test_where_nobody_looked_all_is_unverified_and_any_day_can_be_asked_for(client_of):
    client = client_of(agreement=AGREEMENT, positions=POSITIONS)
    answer = client.get("/api/withdrawal/verification")
    assert answer.status_code == 422
    told = client.get("/api/withdrawal/verification?at=2022-09-30").json()
    assert told["days"] == ["2022-09-15", "2022-09-30"]
    assert {each["status"] for each in told["positions"]} == {"unverified"}


BROKEN = {
    "no TOML": ({"agreement": "format = "}, "agreement.toml", "M801"),
    "a misspelt field": ({"agreement": AGREEMENT.replace("may_stay", "may_go")}, "agreement.toml", "M802"),
    "a line that is not there": ({"agreement": AGREEMENT.replace("boundary", "elsewhere")}, "agreement.toml", "M851"),
    "a file that is not there": ({"agreement": AGREEMENT.replace("[line]", '[line]\nfile = "no.geojson"')}, "agreement.toml",
                                 "M101"),
    "no uncertainty": ({"positions": POSITIONS.replace(",500,122", ",,122")}, "positions.csv", "M821"),
    "the wrong side": ({"positions": POSITIONS.replace("45.98,40.3", "45.8,40.3")}, "positions.csv", "M822"),
    "another party": ({"positions": POSITIONS.replace("AZE", "GEO")}, "positions.csv", "M820"),
    "no position of that name": ({"inspections": INSPECTIONS.replace("west-1", "west-9")}, "inspections.csv", "M841"),
    "out of order": ({"inspections": INSPECTIONS.replace("2022-10-05", "2022-09-05")}, "inspections.csv", "M842"),
    "a track without time": ({"patrol": TRACK.replace("<time>2022-10-02T08:30:00Z</time>", "")}, "tracks/patrol.gpx", "M846"),
    "no GPX": ({"patrol": "<kml/>"}, "tracks/patrol.gpx", "M844"),
    "an entity": ({"patrol": "<!DOCTYPE gpx [<!ENTITY a 'b'>]>" + TRACK}, "tracks/patrol.gpx", "M844"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_and_keeps_nothing_else_from_being_served(client_of, name, tmp_path):
    changed, file, code = BROKEN[name]
    whole = {"agreement": AGREEMENT, "positions": POSITIONS, "inspections": INSPECTIONS, "patrol": TRACK}
    client = client_of(**(whole | changed))
    told = client.get("/api/withdrawal").json()
    (one,) = [each for each in told["refused"] if each["code"] == code]
    assert one["file"] == f"withdrawal/{file}"
    assert str(tmp_path) not in json.dumps(told)
    assert client.get("/api/record").status_code == 200
    assert client.get("/api/withdrawal/zones?line=boundary&depth_km=2&exact=true").status_code == 200
    if file.startswith(("inspections", "tracks")):
        assert client.get("/api/withdrawal/verification?at=2022-10-06").status_code == 200
    elif file.startswith("positions"):
        assert (told["positions"], told["parts"]) == (0, {"schedule": False, "verification": False})
        refused(client.get("/api/withdrawal/schedule"), 422, "M732")
        refused(client.get("/api/withdrawal/verification"), 422, "M732")
    else:
        assert told["agreement"] is None
        refused(client.get("/api/withdrawal/agreement"), 404, "M731")


def test_two_files_of_positions_are_one_too_many(tmp_path):
    case = whole_case(tmp_path / "case")
    (case.folder / "withdrawal" / "positions.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    with served(current_folder(case)) as address:
        told = httpx.get(f"{address}/api/withdrawal", timeout=60).json()
    assert [(each["file"], each["code"]) for each in told["refused"]] == [("withdrawal", "M850")]


def test_an_agreement_without_a_first_day_has_no_verification(client_of):
    bare = AGREEMENT.replace('[validity]\nvalid_from = "2022-09-15"\n', "")
    client = client_of(agreement=bare, positions=POSITIONS, inspections=INSPECTIONS)
    told = client.get("/api/withdrawal").json()
    assert told["parts"] == {"schedule": True, "verification": False}
    assert told["agreement"]["valid_from"] is None
    refused(client.get("/api/withdrawal/verification"), 422, "M837")
    assert client.get("/api/withdrawal/schedule").json()["steps"][0]["date"] is None


def test_an_answer_that_did_not_change_is_not_sent_again(client, agreed_case, tmp_path):
    first = client.get("/api/withdrawal/zones?line=boundary&depth_km=2")
    again = client.get("/api/withdrawal/zones?line=boundary&depth_km=2", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # the same record with another file beside it is another answer
    shutil.copytree(agreed_case.folder, tmp_path / "case")
    with (tmp_path / "case" / "withdrawal" / "inspections.csv").open("a") as table:
        table.write("2022-10-07T09:00:00Z,45.86,40.3,2000,nothing,,\n")
    copied = tmp_path / "case" / "record" / current_folder(agreed_case).name
    with served(copied) as address:
        other = httpx.get(f"{address}/api/withdrawal/zones?line=boundary&depth_km=2", timeout=60)
    assert other.headers["etag"] != first.headers["etag"]
    assert other.json() == first.json()


def test_files_are_read_again_when_the_record_is_loaded_again(tmp_path):
    case = make_case(tmp_path / "case")
    app = create_app(current_folder(case))
    with served_app(app) as address:
        assert httpx.get(f"{address}/api/withdrawal", timeout=60).json()["agreement"] is None
        put(case, agreement=AGREEMENT)
    with served_app(create_app(current_folder(case))) as address:
        assert httpx.get(f"{address}/api/withdrawal", timeout=60).json()["agreement"]["name"] == "Two tiers in a valley"


def test_only_reading_is_possible(client):
    address = urlsplit(str(client.base_url))
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("POST", "/api/withdrawal/schedule", body=b"{}")
    assert connection.getresponse().status == 405
    connection.close()


def test_what_several_ask_for_at_once_is_computed_once():
    kept, made, gate = Kept(most=4), [], threading.Event()

    def make():
        gate.wait(10)
        made.append(1)
        return b"answer"

    answers = []
    asking = [threading.Thread(target=lambda: answers.append(kept.get("key", make))) for _ in range(6)]
    for thread in asking:
        thread.start()
    later = [kept.later("key", make) for _ in range(3)]
    gate.set()
    for thread in asking:
        thread.join(10)
    assert answers == [b"answer"] * 6
    assert [coming.future.result(10) for coming in later] == [b"answer"] * 3
    assert len(made) == 1


def test_a_refusal_is_kept_and_any_other_failure_is_not():
    kept, tried = Kept(most=4), []

    def refuse():
        tried.append("refused")
        raise MerestoneError("M731")

    for _ in range(3):
        with pytest.raises(MerestoneError):
            kept.get("refusal", refuse)
    with pytest.raises(MerestoneError):
        opened(kept.later("refusal", refuse).future.result(10))
    assert tried == ["refused"]

    def fail():
        tried.append("failed")
        raise OSError

    for _ in range(2):
        with pytest.raises(OSError):
            kept.get("failure", fail)
    assert tried == ["refused", "failed", "failed"]


def test_the_oldest_answers_make_room():
    kept = Kept(most=2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)
    assert kept.get("a", lambda: "anew") == "a"
    assert kept.get("b", lambda: "anew") == "anew"


def test_what_nobody_waits_for_any_more_is_not_begun():
    kept, made, gate = Kept(most=4), [], threading.Event()
    running = kept.later("running", lambda: gate.wait(10) and made.append("running"))
    gone, wanted = (kept.later(key, lambda key=key: made.append(key)) for key in ("gone", "wanted"))
    also = kept.later("wanted", lambda: made.append("twice"))
    gone.leave()
    also.leave()
    gate.set()
    running.future.result(10)
    wanted.future.result(10)
    with pytest.raises(CancelledError):
        gone.future.result(10)
    assert made == ["running", "wanted"]
    kept.later("gone", lambda: made.append("asked for again")).future.result(10)
    assert made[-1] == "asked for again"
