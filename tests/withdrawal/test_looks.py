"""Inspections and patrol tracks: what is read, and what is refused with one sentence."""

from datetime import UTC, datetime

import numpy as np
import pytest

from merestone.errors import MerestoneError
from merestone.withdrawal.looks import read_inspections, read_track

NOW = datetime(2026, 7, 1, tzinfo=UTC)
HEAD = "time,lon,lat,radius_m,saw,position\n"
GPX = '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk>{}</trk></gpx>'


def point(lat, time, lon="45.0"):
    said = f"<time>{time}</time>" if time else ""
    return f'<trkpt lat="{lat}" lon="{lon}">{said}</trkpt>'


def segment(*points):
    return f"<trkseg>{''.join(points)}</trkseg>"


def inspections(tmp_path, *rows, head=HEAD):
    path = tmp_path / "seen.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_inspections(path, ["p1"], NOW)


def track(tmp_path, text):
    path = tmp_path / "patrol.gpx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_track(path, 500.0, NOW)


def test_an_inspection_says_what_was_seen_and_how_far(tmp_path):
    one, two = inspections(
        tmp_path, "2026-06-01T10:00:00+04:00,45,40,1000,tank; artillery,", "2026-06-01T07:00Z,45,40,1000,nothing,p1"
    )
    assert one.time == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert one.saw == ("tank", "artillery")
    assert (two.saw, two.position) == ((), "p1")
    assert one.covers(np.array([45.0, 45.0]), np.array([40.0089, 40.0091])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("2026-06-01T10:00:00,45,40,1000,nothing,", "M842", "no time zone"),
        ("yesterday,45,40,1000,nothing,", "M842", "is no time"),
        (",45,40,1000,nothing,", "M842", "is no time"),
        ("2026-08-01T10:00Z,45,40,1000,nothing,", "M842", "lies after"),
        ("0001-01-01T00:00+14:00,45,40,1000,nothing,", "M842", "is no time"),
        ("2026-06-01T10:00Z,45,95,1000,nothing,", "M841", "lat is 95"),
        ("2026-06-01T10:00Z,nan,40,1000,nothing,", "M841", "lon is nan"),
        ("2026-06-01T10:00Z,45,40,,nothing,", "M841", "radius_m is empty"),
        ("2026-06-01T10:00Z,45,40,1000,,", "M841", "saw is empty"),
        ("2026-06-01T10:00Z,45,40,1000,zeppelin,", "M841", "zeppelin"),
        ("2026-06-01T10:00Z,45,40,1000,nothing;tank,", "M841", "nothing"),
        ("2026-06-01T10:00Z,45,40,1000,nothing,p9", "M841", "no declared position"),
    ],
)
def test_an_inspection_that_cannot_be_used_is_refused(tmp_path, row, code, words):
    with pytest.raises(MerestoneError, match=words) as refused:
        inspections(tmp_path, row)
    assert refused.value.code == code


def test_inspections_out_of_order_are_refused(tmp_path):
    with pytest.raises(MerestoneError, match=r"row 2.*earlier than the row before"):
        inspections(tmp_path, "2026-06-02T10:00Z,45,40,10,nothing,", "2026-06-01T10:00Z,45,40,10,nothing,")


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(MerestoneError, match="no column saw"):
        inspections(tmp_path, head="time,lon,lat,radius_m\n")


def test_a_track_is_one_look_for_each_stretch_without_a_pause(tmp_path):
    found = track(tmp_path, GPX.format(segment(
        point(40.00, "2026-06-01T06:00:00Z"), point(40.02, "2026-06-01T06:30:00.123456789Z"),
        point(40.02, "2026-06-01T09:00:00Z"),
    )))  # fmt: skip
    assert [look.time.hour for look in found] == [6, 9]
    assert found[0].covers(np.array([45.005, 45.007]), np.array([40.01, 40.01])).tolist() == [True, False]
    assert found[0].saw == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GPX.format(segment(point(40, "2026-06-01T06:00:00Z"), point(40.1, ""))), "M846"),
        (GPX.format(segment(point(40, "2026-06-01T06:00:00Z"), point(40.1, "2026-06-01T05:00:00Z"))), "M842"),
        (GPX.format(segment(point(40, "2026-08-01T06:00:00Z"))), "M842"),
        (GPX.format(segment(point(95, "2026-06-01T06:00:00Z"))), "M844"),
        (GPX.format(segment(point(40, "2026-06-01T06:00:00Z", lon="east"))), "M844"),
        (GPX.format(""), "M845"),
        ("<gpx><trk>", "M844"),
        ("", "M844"),
        ("<kml/>", "M844"),
        ("\N{SNOWMAN}".encode("utf-16"), "M844"),
        ("<a>" * 5000, "M844"),
        ('<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx>&x;</gpx>', "M844"),
        ('<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><gpx>&b;</gpx>', "M844"),
    ],
    ids=[
        "a point without time", "times out of order", "in the future", "off the globe", "no number", "no track", "cut off",
        "empty", "another format", "utf-16", "nested deep", "an outside entity", "an entity that grows",
    ],
)  # fmt: skip
def test_a_track_that_cannot_be_used_is_refused(tmp_path, text, code):
    with pytest.raises(MerestoneError) as refused:
        track(tmp_path, text)
    assert refused.value.code == code
