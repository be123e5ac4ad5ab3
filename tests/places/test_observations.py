"""A monitor's words become an area, and the claim is placed there and not where the monitor stood."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely

from merestone.case import Case
from merestone.model import Claim, Document, Location, Mention, Observation, Sighting, from_table, schema, to_table
from merestone.places import place
from merestone.places.geometry.geodesy import WGS84, distance
from merestone.places.observations import meetings, sector_of
from merestone.places.observers.sectors import area_m2, polygon

PLACES = """id,name,lon,lat,radius_m,feature,country,population,names
alpha,Alphaville,45.60,40.20,500,settlement,ARM,,
beta,Betaville,45.80,40.20,500,settlement,ARM,,
gamma,Gammaville,45.70,40.35,1000,settlement,ARM,,
wide,Widia,45.70,40.35,90000,region,ARM,,
"""
DAY = ("2023-03-14", "2023-03-14")


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    (folder / "case.toml").write_text(
        'format = 1\nname = "c"\ntime_zone = "Asia/Yerevan"\n[[parties]]\ncode = "AZE"\nname = "Azerbaijan"\n'
        '[[parties]]\ncode = "ARM"\nname = "Armenia"\n[[gazetteers]]\nfile = "places.csv"\n',
        encoding="utf-8",
    )
    return Case.open(folder)


def claim(number, sighting, *places, event="fire", time=DAY, means=()):
    mentions = tuple(Mention(name=name, span=(0, 1), role=role) for name, role in places)
    return Claim(
        id=f"d#{number}", document="d", span=(0, 1), speaker="EU-EUMA", act="asserts", event=event, time=time, places=mentions,
        observation=sighting, means=means,
    )  # fmt: skip


def placed(case, *claims):
    document = Document(id="d", item="0" * 64, part=0, title="t", publisher="EU-EUMA", text="x" * 100)
    return place(to_table(Claim, claims), to_table(Document, [document]), case)


def observed(case, *claims):
    return from_table(Observation, placed(case, *claims).observations)


def seen(at="Alphaville", bearing=("east",), km=(3.0, 8.0)):
    return Sighting(observer_at=at, bearing=bearing, distance_km=km)


def test_the_table_has_the_schema_of_the_noun_and_one_row_for_each_claim_that_observes(case):
    tables = placed(case, claim(0, seen()), claim(1, None, ("Betaville", "at")), claim(2, seen("Betaville")))
    assert tables.observations.schema == schema(Observation)
    assert tables.observations["claim"].to_pylist() == ["d#0", "d#2"]


def test_an_observation_says_who_what_when_from_where_and_how_far(case):
    (found,) = observed(case, claim(0, seen()))
    assert (found.observer, found.event) == ("EU-EUMA", "fire")
    assert (found.begins, found.ends) == (datetime(2023, 3, 13, 20, tzinfo=UTC), datetime(2023, 3, 14, 20, tzinfo=UTC))
    assert (found.observer_lon, found.observer_lat, found.observer_radius_m) == (45.6, 40.2, 500)
    assert (found.bearing_from_deg, found.bearing_to_deg) == (67.5, 112.5)
    assert (found.distance_min_m, found.distance_max_m) == (3000, 8000)
    assert found.because == "east of Alphaville, where the observer stood: 3 to 8 km"


def test_the_area_is_the_sector_widened_by_where_in_the_town_the_observer_stood(case):
    (found,) = observed(case, claim(0, seen()))
    area = shapely.from_wkb(found.geometry)
    for metres, inside in ((2000, False), (2700, True), (5000, True), (8300, True), (8700, False)):
        assert shapely.contains_xy(area, *WGS84.fwd(45.6, 40.2, 90, metres)[:2]) == inside
    assert not shapely.contains_xy(area, *WGS84.fwd(45.6, 40.2, 0, 5000)[:2])
    assert sector_of(found) is not None
    assert shapely.equals_exact(polygon(sector_of(found)), area, 1e-6)


def test_the_claim_is_placed_where_it_points_in_a_row_of_its_own(case):
    (there,) = from_table(Location, placed(case, claim(0, seen())).locations)
    assert (there.mention, there.name, there.place) == (-1, "east of Alphaville", None)
    assert there.lon is not None
    assert there.lat is not None
    assert there.radius_m is not None
    assert distance(there.lon, there.lat, *WGS84.fwd(45.6, 40.2, 90, 5500)[:2]) < 1000
    (found,) = observed(case, claim(0, seen()))
    lon, lat = shapely.get_coordinates(shapely.from_wkb(found.geometry)).T
    assert max(distance(there.lon, there.lat, x, y) for x, y in zip(lon, lat, strict=True)) <= there.radius_m + 0.1


def test_places_of_the_event_stay_where_they_are(case):
    locations = from_table(Location, placed(case, claim(0, seen(), ("Betaville", "at"))).locations)
    assert [(found.mention, found.name) for found in locations] == [(-1, "east of Alphaville"), (0, "Betaville")]
    assert (locations[1].lon, locations[1].lat) == (45.8, 40.2)


def test_where_the_observers_town_is_taken_for_the_events_its_location_moves(case):
    (found,) = from_table(Location, placed(case, claim(0, seen(), ("Alphaville", "at"))).locations)
    assert (found.mention, found.place) == (0, "case:alpha")
    assert found.lon is not None
    assert found.lon > 45.63


def test_a_bearing_from_a_named_place_starts_there_though_no_observer_is_known(case):
    tables = placed(case, claim(0, seen(None, ("north",), None), ("Betaville", "near")))
    (found,), (location,) = from_table(Observation, tables.observations), from_table(Location, tables.locations)
    assert (found.observer_lon, found.observer_lat) == (None, None)
    assert found.because == "north of Betaville: within 10 km, the reach taken for its kind"
    assert shapely.contains_xy(shapely.from_wkb(found.geometry), *WGS84.fwd(45.8, 40.2, 0, 9000)[:2])
    assert location.mention == 0
    assert location.lat is not None
    assert location.lat > 40.22


def test_without_bearing_and_distance_the_area_is_all_in_reach_and_moves_no_claim(case):
    tables = placed(case, claim(0, seen(bearing=(), km=None), means=("small_arms",)))
    (found,) = from_table(Observation, tables.observations)
    assert (found.bearing_from_deg, found.distance_max_m) == (None, 5000)
    assert area_m2(shapely.from_wkb(found.geometry)) == pytest.approx(3.14159 * 5500**2, rel=0.01)
    assert tables.locations.num_rows == 0


def test_an_observer_may_give_its_position_in_coordinates(case):
    (found,) = observed(case, claim(0, seen("40.2000, 45.6000")))
    assert (found.observer_lon, found.observer_lat, found.observer_radius_m) == (45.6, 40.2, 7.0)
    assert found.geometry is not None


@pytest.mark.parametrize(
    ("at", "because"), [("Nowhereville", "no gazetteer of this case has a place called “Nowhereville”"),
                        ("Widia", "“Widia” is too wide to tell where the observer stood"),
                        (None, "it does not say from where")]
)  # fmt: skip
def test_an_observer_that_cannot_be_placed_leaves_no_area_and_says_why(case, at, because):
    tables = placed(case, claim(0, seen(at)))
    (found,) = from_table(Observation, tables.observations)
    assert (found.geometry, found.because) == (None, because)
    assert tables.locations.num_rows == 0


def test_the_same_claims_give_the_same_observations(case):
    claims = [claim(0, seen()), claim(1, seen("Betaville", ("west",)))]
    assert placed(case, *claims).observations.equals(placed(case, *claims).observations)


# -- several observers


def test_observers_of_one_time_and_kind_meet(case):
    found = observed(case, claim(0, seen(km=(5.0, 12.0))), claim(1, seen("Betaville", ("west",), (5.0, 12.0))))
    ((ids, met),) = meetings(found)
    assert set(ids) == {observation.id for observation in found}
    assert met.region is not None
    assert shapely.covers(met.region, shapely.Point(45.7, 40.2))
    assert met.probability > 0.5


@pytest.mark.parametrize(
    "other",
    [
        claim(1, seen("Betaville", ("west",), (5.0, 12.0)), event="incursion"),
        claim(1, seen("Betaville", ("west",), (5.0, 12.0)), time=("2023-03-16", "2023-03-16")),
        claim(1, seen("Betaville", ("west",), (5.0, 12.0)), time=None),
        claim(1, seen("Betaville", ("east",), (5.0, 12.0))),
        claim(1, seen("Alphaville", ("east",), (5.0, 12.0))),
        claim(1, seen("Betaville", (), (5.0, 12.0))),
    ],
    ids=["another kind", "another day", "no day", "no common area", "the same observer", "no bearing"],
)
def test_others_do_not(case, other):
    assert meetings(observed(case, claim(0, seen(km=(5.0, 12.0))), other)) == []


def test_no_observation_meets_none():
    assert meetings([]) == []
