"""Every place a claim names is put where the document means it, or left open with the reason, and stands to every line."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from merestone.case import Case
from merestone.model import Claim, Document, Location, Mention, Place, from_table, schema, to_table
from merestone.places import locate
from merestone.places.naming.mentions import Meaning, understand

EAST = [[46.4, 39.0], [46.5, 39.4], [46.4, 39.8], [46.0, 40.2], [45.5, 40.8], [45.1, 41.3]]
WEST = [[44.8, 39.7], [45.2, 39.6], [45.8, 39.3], [46.1, 38.9]]


def boundary(identity: str, positions: list[list[float]], left: str, right: str) -> dict[str, object]:
    properties = {
        "left_party": left, "right_party": right, "name": f"Boundary, {identity}ern section", "source_map": "a sketch",
        "scale": 10_000_000, "accuracy_m": 3000,
    }  # fmt: skip
    geometry = {"type": "LineString", "coordinates": positions}
    return {"type": "Feature", "id": identity, "properties": properties, "geometry": geometry}


PLACES = """id,name,lon,lat,radius_m,feature,country,population,names
geonames:616041,Sotk,,,,,,,Sotk@hy-Latn:ARM|Zod@az:AZE
geonames:174884,Jermuk,,,,,,,Jermuk@hy-Latn:ARM|Istisu@en:AZE
kut,Kut,45.85,40.33,3000,settlement,ARM,,Kut@hy-Latn:ARM|Zarkand@en:AZE
nakhchivan,Nakhchivan,45.42,39.33,75000,region,AZE,,Nakhijevan@hy-Latn:ARM
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    features = [boundary("east", EAST, "ARM", "AZE"), boundary("west", WEST, "ARM", "AZE")]
    (folder / "lines.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    (folder / "case.toml").write_text(
        'format = 1\nname = "c"\n[[parties]]\ncode = "AZE"\nname = "Azerbaijan"\n[[parties]]\ncode = "ARM"\nname = "Armenia"\n'
        '[[lines]]\nid = "east"\nfile = "lines.geojson"\nfeature = "east"\n'
        '[[lines]]\nid = "west"\nfile = "lines.geojson"\nfeature = "west"\n'
        '[[gazetteers]]\nfile = "places.csv"\n',
        encoding="utf-8",
    )
    return Case.open(folder)


def tables(*claims: list[tuple[str, str]], speaker: str = "ARM-MOD") -> tuple[pa.Table, pa.Table]:
    """Claims of one document, each a list of (name, role)."""
    document = Document(id="d", item="0" * 64, part=0, title="t", publisher=speaker, text="x" * 100)
    nouns = [
        Claim(
            id=f"d#{number}", document="d", span=(0, 1), speaker=speaker, act="asserts", event="fire",
            places=tuple(Mention(name=name, span=(0, len(name)), role=role) for name, role in mentions),  # type: ignore[arg-type]
        )
        for number, mentions in enumerate(claims)
    ]  # fmt: skip
    return to_table(Claim, nouns), to_table(Document, [document])


def located(case: Case, *claims: list[tuple[str, str]], speaker: str = "ARM-MOD") -> list[Location]:
    return from_table(Location, locate(*tables(*claims, speaker=speaker), case)[1])


def only(case: Case, name: str, role: str = "at", *others: str) -> Location:
    return located(case, [(name, role), *((other, "at") for other in others)])[0]


def test_both_names_of_a_place_are_the_same_place(case: Case) -> None:
    places, locations = locate(*tables([("Sotk", "at")], [("Zod", "at")]), case)
    (place,) = from_table(Place, places)
    assert (place.id, place.name) == ("geonames:616041", "Sotk / Zod")
    assert locations["place"].to_pylist() == [place.id, place.id]


def test_the_tables_have_the_schemas_of_their_nouns(case: Case) -> None:
    for claims in ([("Sotk", "at")], [("village", "at")], []):
        places, locations = locate(*tables(claims), case)
        assert places.schema.equals(schema(Place), check_metadata=True)
        assert locations.schema.equals(schema(Location), check_metadata=True)


def test_every_mention_keeps_its_row_in_order(case: Case) -> None:
    rows = located(case, [("Goris", "at"), ("village", "near")], [], [("Sotk", "from")])
    assert [(row.claim, row.mention, row.name, row.role) for row in rows] == [
        ("d#0", 0, "Goris", "at"), ("d#0", 1, "village", "near"), ("d#2", 0, "Sotk", "from"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["village", "the town", "border area of nothing known", "Atlantisburg", "north", "", "  "])
def test_what_names_no_place_stays_open_with_a_reason(case: Case, name: str) -> None:
    row = only(case, name)
    if row.place is None:
        assert (row.lon, row.lat, row.radius_m, row.probability, row.sides) == (None, None, None, None, ())
    assert row.because


def test_a_party_s_country_goes_before_a_namesake_elsewhere(case: Case) -> None:
    assert only(case, "Tegh").place == "geonames:174743"
    row = only(case, "Martuni", "at", "Sevan", "Gavar", "Vardenis")
    assert row.place == "geonames:616438"  # the Martuni by Lake Sevan, not the others of that name


def test_a_far_away_namesake_does_not_stand_in_for_a_missing_village(case: Case) -> None:
    row = only(case, "Mazam")  # the gazetteer knows one in Oman
    assert row.place is None
    assert "does not fit" in row.because


@pytest.mark.parametrize(("name", "place"), [("Moscow", "geonames:524901"), ("Washington", "geonames:4140963")])
def test_a_capital_elsewhere_is_taken_without_context(case: Case, name: str, place: str) -> None:
    assert only(case, name).place == place


def test_the_case_s_own_place_goes_before_one_the_gazetteer_guesses(case: Case) -> None:
    row = only(case, "Kut")
    assert row.place == "case:kut"
    assert row.probability is not None
    assert row.probability > 0.5


@pytest.mark.parametrize(("role", "extra"), [("at", 0), ("near", 3000), ("direction", 10_000)])
def test_the_role_widens_the_radius(case: Case, role: str, extra: float) -> None:
    at, here = only(case, "Sotk"), only(case, "Sotk", role)
    assert here.radius_m == at.radius_m + extra


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("village of Sotk", "geonames:616041"), ("the Sotk village", "geonames:616041"), ("Sotk gold mine", "geonames:616041"),
        ("southern Armenia", "geonames:174982"), ("western regions of Armenia", "geonames:174982"),
        ("Republic of Armenia", "geonames:174982"),
        ("Armenian territory", "geonames:174982"), ("Agdam district", "geonames:148617"),
        ("district of Agdam", "geonames:148617"), ("Nakhchivan Autonomous Republic", "geonames:147435"),
    ],
)  # fmt: skip
def test_words_for_a_kind_of_place_are_no_part_of_its_name(case: Case, name: str, place: str) -> None:
    assert only(case, name).place == place


def test_a_thing_named_after_a_place_lies_around_it(case: Case) -> None:
    mine, village = only(case, "Sotk gold mine"), only(case, "Sotk")
    assert mine.radius_m > village.radius_m
    assert "named after" in mine.because


def test_a_road_lies_between_its_ends(case: Case) -> None:
    places, locations = locate(*tables([("Goris-Kapan road", "along")]), case)
    (road,) = from_table(Place, places)
    assert road.name == "Goris – Kapan"
    assert 39.2 < road.lat < 39.52
    assert locations["radius_m"][0].as_py() > 15_000


@pytest.mark.parametrize("name", ["state border", "the border", "border with Azerbaijan", "Armenian-Azerbaijani state border"])
def test_the_border_is_the_case_s_lines_as_an_area(case: Case, name: str) -> None:
    row = only(case, name, "along")
    assert row.place == "line:east+west"
    assert row.radius_m > 100_000
    assert {side.side for side in row.sides} == {None}


def test_the_section_of_the_border_is_that_near_the_places_named_with_it(case: Case) -> None:
    assert only(case, "state border", "along", "Sotk").place == "line:east"
    assert only(case, "border with Nakhchivan", "along").place == "line:west"
    assert only(case, "eastern section of the border", "along").place == "line:east"


@pytest.mark.parametrize("name", ["border with Iran", "line of contact"])
def test_a_line_the_case_does_not_have_stays_open(case: Case, name: str) -> None:
    row = only(case, name, "along")
    assert row.place is None
    assert row.because.startswith("the case has no")


def test_the_border_of_others_is_not_the_case_s(case: Case) -> None:
    (row,) = located(case, [("western border", "along")], speaker="TCD-MOD")
    assert row.place is None
    assert "names no party" in row.because


def test_ends_far_apart_are_no_road(case: Case) -> None:
    assert only(case, "Moscow-Yerevan road", "along").place is None


def test_a_place_clear_of_the_line_has_a_side_and_one_too_close_has_none(case: Case) -> None:
    sevan, sotk = only(case, "Sevan"), only(case, "Sotk", "direction")
    east = {side.line: side for side in sevan.sides}["east"]
    assert east.side == "ARM"
    assert east.distance_m > (sevan.radius_m or 0) + 3000
    assert {side.line: side.side for side in sotk.sides}["east"] is None
    ganja = {side.line: side.side for side in only(case, "Ganja").sides}
    assert ganja == {"east": "AZE", "west": None}


def test_only_the_nearest_section_of_a_border_tells_the_side(case: Case) -> None:
    # The town of Nakhchivan is on the Armenian side of the eastern section's run, and in Azerbaijan.
    sides = {side.line: side.side for side in only(case, "Sharur").sides}
    assert sides == {"east": None, "west": "AZE"}


def test_a_third_country_is_on_no_side(case: Case) -> None:
    row = only(case, "Moscow")
    assert [side.side for side in row.sides] == [None, None]
    assert all(side.distance_m > 1_000_000 for side in row.sides)


def test_the_order_of_claims_changes_no_place(case: Case) -> None:
    names = ["Martuni", "Vardenis", "Sotk", "Kut", "Istisu", "Goris", "state border"]
    forwards = {row.name: row.place for row in located(case, *[[(name, "at")] for name in names])}
    backwards = {row.name: row.place for row in located(case, *[[(name, "at")] for name in reversed(names)])}
    assert forwards == backwards


def test_twice_gives_the_same_tables(case: Case) -> None:
    claims = tables([("Martuni", "at"), ("state border", "along")], [("Kut", "direction"), ("Zod", "near")])
    assert all(one.equals(other) for one, other in zip(locate(*claims, case), locate(*claims, case), strict=True))


def test_a_party_does_better_by_no_order_of_the_case_file(case: Case) -> None:
    by_one = located(case, [("Sotk", "at"), ("Lachin", "at")], speaker="ARM-MOD")
    by_other = located(case, [("Sotk", "at"), ("Lachin", "at")], speaker="AZE-MOD")
    assert by_one == by_other


KNOWN = {"agdam", "goris", "kapan", "sotk", "armenia", "ukraine", "shahbuz", "nakhchivan"}


@pytest.mark.parametrize(
    ("mention", "meaning"),
    [
        ("Goris", Meaning(names=("goris",))),
        ("the village", Meaning(names=(), kind="settlement")),
        ("district of Agdam", Meaning(names=("agdam",), kind="area", radius_m=25_000)),
        ("Ukrainian territory", Meaning(names=(), kind="area", states=("UKR",))),
        ("border with Ukraine", Meaning(names=(), kind="line", line="boundary", states=("UKR",))),
        ("line of contact", Meaning(names=(), kind="line", line="contact")),
    ],
)
def test_what_a_mention_says(mention: str, meaning: Meaning) -> None:
    assert understand(mention, KNOWN.__contains__) == meaning
