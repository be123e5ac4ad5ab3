"""The quiet days before a withdrawal: broken, perhaps broken, kept, or not known."""

from datetime import UTC, date, datetime

import pytest
import shapely

from merestone.model import Document, Incident, IncidentPlace, Version
from merestone.places.track import Track
from merestone.withdrawal.preconditions import quiet

LINE = Track(shapely.LineString([(45.9, 40.0), (45.9, 40.4)]))
SOTK = IncidentPlace(place=None, name="Sotk", lon=45.88, lat=40.2, radius_m=500.0)
FAR = IncidentPlace(place=None, name="Vardenis", lon=45.72, lat=40.2, radius_m=500.0)
REPORT = Document(id="d", item="0" * 64, part=0, title="t", published="2022-09-16", text="t")


def incident(day=13, place=SOTK, hours=24, event="fire", **more):
    begins = datetime(2022, 9, day - 1, 20, tzinfo=UTC)  # midnight in Yerevan
    ends = datetime.fromtimestamp(begins.timestamp() + 3600 * hours, UTC)
    version = Version(speaker="ARM", affiliation="party")
    places = (place,) if place else ()
    return Incident(
        id="i-1", event=event, begins=begins, ends=ends, places=places, versions=(version,), summary="", **more
    )  # fmt: skip


def asked(*incidents, documents=(REPORT,), days=7, km=2.5, until=date(2022, 9, 20)):
    return quiet(incidents, documents, LINE, days, km, until, "Asia/Yerevan")


def test_an_incident_in_those_days_and_near_the_line_breaks_them():
    found = asked(incident())
    assert found.state == "broken"
    assert found.breaks[0].certain
    assert found.breaks[0].distance_km == pytest.approx(1.70, abs=0.01)
    assert "seven quiet days" in found.sentence
    assert "broke on 13 Sep 2022 near Sotk (claimed by ARM)" in found.sentence


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
    assert "2 times before" in found.sentence
