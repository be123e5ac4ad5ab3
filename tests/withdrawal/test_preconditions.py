"""The quiet days before a withdrawal: broken, perhaps broken, kept, or not known."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import shapely

from merestone.model import Document, Incident, IncidentPlace, Version, Voice
from merestone.places.geometry.track import Track
from merestone.withdrawal.preconditions import Record, quiet

LINE = Track(shapely.LineString([(45.9, 40.0), (45.9, 40.4)]))
SOTK = IncidentPlace(place=None, name="Sotk", lon=45.88, lat=40.2, radius_m=500.0, speakers=("ARM",))
FAR = IncidentPlace(place=None, name="Vardenis", lon=45.72, lat=40.2, radius_m=500.0)
REPORT = Document(id="d", item="0" * 64, part=0, title="t", published="2022-09-16", text="t")


def incident(day=13, place=SOTK, hours=24, event="fire", **more):
    begins = datetime(2022, 9, day - 1, 20, tzinfo=UTC)  # midnight in Yerevan
    ends = datetime.fromtimestamp(begins.timestamp() + 3600 * hours, UTC)
    version = Version(speaker="ARM", affiliation="party")
    places = (place,) if place else ()
    told = {"voices": (voice("ARM"),)} | more
    return Incident(id="i-1", event=event, begins=begins, ends=ends, places=places, versions=(version,), summary="", **told)


def voice(speaker, claim="d#0"):
    """Somebody who says that it happened."""
    return Voice(speakers=(speaker,), affiliation="party", claims=(claim,), documents=("d",), counts=True)


def asked(*incidents, documents=(REPORT,), days=7, km=2.5, until=date(2022, 9, 20), zone="Asia/Yerevan", **more):
    record = Record(incidents, {each.id: each.published for each in documents}, **more)
    return quiet(record, LINE, days, km, until, zone)


def test_an_incident_in_those_days_and_near_the_line_breaks_them():
    found = asked(incident())
    assert found.state == "broken"
    assert found.breaks[0].certain
    assert found.breaks[0].distance_km == pytest.approx(1.70, abs=0.01)
    assert "seven quiet days" in found.sentence
    assert "broke on 13 Sep 2022 near Sotk (claimed by ARM)" in found.sentence


def test_what_nobody_says_happened_breaks_nothing():
    assert asked(incident(voices=())).state == "kept"
    assert asked(incident(), events={"d#0": "talks"}).state == "kept"
    assert asked(incident(event="talks"), events={"d#0": "fire"}).state == "broken"


def test_an_incident_without_a_time_was_before_it_was_published():
    undated = replace(incident(), begins=None, ends=None)
    assert asked(undated).state == "open"
    assert asked(undated).breaks[0].last is None
    assert "on a day that is not told near Sotk" in asked(undated).sentence
    early = replace(REPORT, published="2022-09-01")
    assert asked(undated, documents=(early, replace(REPORT, id="e"))).state == "kept"


def test_days_are_those_of_the_zone():
    # from midnight in Yerevan, which is the evening before in UTC
    assert asked(incident(day=20)).state == "kept"
    assert asked(incident(day=20), zone="UTC").state == "open"


def test_each_who_tells_a_place_must_tell_one_that_is_near():
    region = IncidentPlace(place=None, name="the region", lon=45.8, lat=40.2, radius_m=40_000.0, speakers=("ARM",))
    assert asked(replace(incident(), places=(SOTK, region))).state == "broken"
    elsewhere = replace(region, speakers=("AZE",))
    found = asked(replace(incident(), places=(SOTK, elsewhere)))
    assert found.state == "open"
    assert "near Sotk" in found.sentence


def test_what_is_marked_as_sensitive_counts_and_is_not_told():
    found = asked(incident(), withheld=frozenset({"d#0"}))
    assert found.state == "broken"
    assert (found.breaks[0].place, found.breaks[0].distance_km, found.breaks[0].speakers) == ("", None, ())
    assert "Sotk" not in found.sentence
    assert "at a place that is not told." in found.sentence


def test_the_best_told_of_those_that_leave_days_open_is_named():
    vague = replace(incident(place=None), id="i-2", begins=None, ends=None)
    wide = incident(place=replace(SOTK, radius_m=5000.0))
    sentence = asked(vague, wide).sentence
    assert "may have been broken on 13 Sep 2022 near Sotk (claimed by ARM), and by 1 other" in sentence


def test_how_much_was_published_is_told_with_quiet_days():
    assert "(1 document, the last of 16 Sep 2022)" in asked().sentence


def test_contested_incidents_are_called_so():
    assert "contested" in asked(incident(contested=True)).sentence


@pytest.mark.parametrize(
    "one",
    [
        incident(place=None),
        incident(place=IncidentPlace(place=None, name="Sotk", lon=45.88, lat=40.2, radius_m=5000.0)),
        incident(place=IncidentPlace(place=None, name="Somewhere")),
        incident(day=12, hours=48),
    ],
    ids=["no place", "a place with a wide radius", "a name that is not located", "a time that began before"],
)
def test_what_may_have_been_near_or_then_leaves_them_open(one):
    found = asked(one)
    assert found.state == "open"
    assert not found.breaks[0].certain
    assert "may have been broken" in found.sentence


@pytest.mark.parametrize(
    "one",
    [incident(place=FAR), incident(day=12), incident(day=20), incident(event="talks")],
    ids=["far", "before", "after", "talks"],
)
def test_what_was_elsewhere_or_then_not_does_not_matter(one):
    found = asked(one)
    assert found.state == "kept"
    assert found.breaks == ()


def test_a_silent_record_is_not_a_quiet_one():
    assert asked(documents=()).state == "not known"
    old = Document(id="d", item="0" * 64, part=0, title="t", published="2022-09-12", text="t")
    assert asked(documents=(old,)).state == "not known"
    assert "nothing published since 13 Sep 2022" in asked(documents=()).sentence


def test_the_last_of_several_is_named_and_the_others_counted():
    found = asked(incident(), incident(day=15), incident(day=14))
    assert "15 Sep 2022" in found.sentence
    assert "and by 2 others in these days" in found.sentence
