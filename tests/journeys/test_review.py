"""Reviewers at work, on the command line: they decide, build, disagree, settle and take back."""


def test_a_record_is_reviewed(work_by_processes):
    work = work_by_processes
    before = work.build()["record_id"]
    fire, wounded, killed = work.claim("fire", "ARM-MOD"), work.claim("wounded"), work.claim("killed")
    corrected = work.decide("correct", fire["id"], "time", "2022-09-13T00:10")
    rejected = work.decide("reject", killed["id"])
    pinned = work.decide("pin", fire["id"], "Sotk", "--lon", "45.9", "--lat", "40.2", "--radius", "300")
    work.decide("comment", wounded["id"])
    work.decide("accept", wounded["id"])
    built = work.build()
    assert (built["decisions"], built["conflicts"], built["vanished"]) == (5, [], [])
    assert built["record_id"] != before

    fire = work.claim("fire", "ARM-MOD")
    assert fire["time"] == ["2022-09-13T00:10", "2022-09-13T00:10"]
    (correction,) = fire["review"]["corrections"]
    assert correction == {
        "field": "time", "was": '["2022-09-13T00:05","2022-09-13T00:05"]', "now": '["2022-09-13T00:10","2022-09-13T00:10"]',
        "decision": corrected["id"], "author": "Anna",
    }  # fmt: skip
    assert work.claim("killed")["review"]["status"] == "rejected"
    assert work.claim("wounded")["review"]["status"] == "accepted"
    told = {claim for incident in work.shown("incidents") for version in incident["versions"] for claim in version["claims"]}
    assert killed["id"] not in told
    assert {fire["id"], wounded["id"]} <= told
    spots = {
        (place["name"], place["lon"], place["lat"]) for incident in work.shown("incidents") for place in incident["places"]
    }
    assert ("Sotk", 45.9, 40.2) in spots
    outcomes = {row["id"]: row["outcome"]["state"] for row in work.shown("decisions")}
    assert outcomes[corrected["id"]] == outcomes[rejected["id"]] == outcomes[pinned["id"]] == "applied"

    text = work("show", "case", "claims").stdout
    assert "time corrected by Anna, read as" in " ".join(text.split())
    assert work("verify", "case").stdout.strip() == "Intact."
    assert work("build", "case", "--fresh", "--json").stdout.count(built["record_id"]) == 1


def test_taking_everything_back_gives_the_record_that_was_read(work):
    before = work.shown("claims"), work.shown("incidents")
    fire = work.claim("fire", "ARM-MOD")
    for words in (
        ("correct", fire["id"], "event", "attack"),
        ("correct", fire["id"], "places", "none"),
        ("correct", fire["id"], "quantities", "rounds about 20"),
        ("sensitive", fire["id"]),
        ("reject", work.claim("killed")["id"]),
    ):
        work.decide(*words)
    work.build()
    assert work.shown("claims") != before[0]
    for row in work.shown("decisions"):
        work.decide("undo", row["id"], author="Boris")
    work.build()
    assert (work.shown("claims"), work.shown("incidents")) == before


def test_incidents_are_split_and_joined_again(work):
    (incident,) = work.shown("incidents")
    killed = work.claim("killed")["id"]
    split = work.decide("split", incident["id"], killed)
    work.build()
    one, other = work.shown("incidents")
    assert {killed} in [{c for v in i["versions"] for c in v["claims"]} for i in (one, other)]
    merged = work.decide("merge", one["id"], other["id"])  # the same author thinks again: the later counts
    assert merged["outcome"]["state"] == "applied"
    work.build()
    (joined,) = work.shown("incidents")
    assert joined["id"] == incident["id"]
    assert ["a reviewer joined them"] in [join["because"] for join in joined["joins"]]
    assert {row["id"]: row["outcome"]["state"] for row in work.shown("decisions")}[split["id"]] == "superseded"


def test_two_who_disagree_are_both_shown_until_it_is_settled(work):
    fire = work.claim("fire", "ARM-MOD")["id"]
    one = work.decide("reject", fire, author="Anna")
    done = work("decide", "accept", "case", fire, "--author", "Boris", "--reason", "it is said")
    assert f"In conflict with {one['id']} by Anna" in done.stderr
    assert len(work.build()["conflicts"]) == 2
    claim = work.claim("fire", "ARM-MOD")
    assert (claim["review"]["status"], claim["review"]["disputed"]) == ("read", ["status"])
    assert "reviewers disagree on status" in " ".join(work("show", "case", "claims").stdout.split())
    shown = work("show", "case", "decisions").stdout
    other = work.shown("decisions")[1]["id"]
    assert f"conflict with {other}" in " ".join(shown.split())
    work.decide("accept", fire, "--settles", one["id"], "--settles", other, author="Anna")
    assert work.build()["conflicts"] == []
    assert work.claim("fire", "ARM-MOD")["review"]["status"] == "accepted"
