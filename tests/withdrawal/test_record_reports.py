"""What a record tells of forces: whose, where, by whom, and why some of it does not count."""

import dataclasses
from datetime import UTC, date, datetime

import pytest
import shapely

from merestone import model
from merestone.case import Case
from merestone.withdrawal.classes import unit_classes
from merestone.withdrawal.record_reports import told
from merestone.withdrawal.record_rules import classes_of, event_rules, false_within, rates, sense_of, terms

CASE = """
format = 1
name = "a test"
time_zone = "Asia/Yerevan"
parties = [{ code = "ARM", name = "Armenia" }, { code = "AZE", name = "Azerbaijan" }]
"""
SOURCES = (
    model.Source(code="ARM-MOD", name="m", affiliation="party", party="ARM"),
    model.Source(code="AZE-MOD", name="m", affiliation="party", party="AZE"),
    model.Source(code="EU-EUMA", name="m", affiliation="monitor"),
    model.Source(code="MEDIA", name="m", affiliation="media"),
)
AFFILIATION = {source.code: source.affiliation for source in SOURCES}


@pytest.fixture
def case(tmp_path):
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    return Case.open(tmp_path)


@dataclasses.dataclass
class World:
    """A record in the making: one document and one incident for each thing said, unless told otherwise."""

    case: Case
    rows: dict[str, list] = dataclasses.field(
        default_factory=lambda: {name: [] for name in ("claims", "locations", "observations", "documents", "incidents")}
    )

    def say(self, speaker, text, *, event="buildup", act="asserts", actor="AZE-MIL", time=("2026-06-02", "2026-06-02"),
            places=((45.9, 40.1, 1000.0, "near"),), **more):  # fmt: skip
        """A claim; its id."""
        name = f"d{len(self.rows['claims'])}"
        self.rows["documents"].append(
            model.Document(id=name, item="0" * 64, part=0, title="t", publisher=speaker, published="2026-06-05", text=text)
        )
        claim = model.Claim(
            id=f"{name}#0",
            document=name,
            span=(0, len(text)),
            speaker=speaker,
            act=act,
            event=event,
            actor=actor,
            time=time,
            **more,
        )
        self.rows["claims"].append(claim)
        for number, (lon, lat, radius, role) in enumerate(places):
            at = {} if lon is None else {"lon": lon, "lat": lat, "radius_m": radius}
            self.rows["locations"].append(model.Location(claim=claim.id, mention=number, name=f"P{number}", role=role, **at))
        return claim.id

    def incident(self, *voices, denials=(), contested=False):
        """An incident of voices, each (speakers, affiliation, claims, counts), and of denials, each (speaker, claim)."""
        made = tuple(
            model.Voice(speakers=who, affiliation=kind, claims=claims, documents=(), counts=counts)
            for who, kind, claims, counts in voices
        )
        versions = tuple(
            model.Version(
                speaker=who.split("-")[0] if AFFILIATION[who] == "party" else who,
                affiliation=AFFILIATION[who], claims=(claim,),
                denials=(model.Denial(claim=claim),),
            )
            for who, claim in denials
        )  # fmt: skip
        name = f"i-{len(self.rows['incidents']):012d}"
        self.rows["incidents"].append(
            model.Incident(id=name, event="buildup", voices=made, versions=versions, contested=contested, summary="")
        )
        return name

    def alone(self, speaker, *words, **more):
        """Something said in an incident of its own."""
        contested = more.pop("contested", False)
        claim = self.say(speaker, *words, **more)
        if more.get("act") == "denies":
            self.incident(denials=((speaker, claim),), contested=contested)
        else:
            party = AFFILIATION[speaker] == "party"
            voice = ((speaker.split("-")[0] if party else speaker,), AFFILIATION[speaker], (claim,), True)
            self.incident(voice, contested=contested)
        return claim

    def told(self, since=date(2026, 5, 1), seen_m=500.0):
        nouns = {
            "claims": model.Claim, "locations": model.Location, "observations": model.Observation,
            "documents": model.Document, "incidents": model.Incident,
        }  # fmt: skip
        tables = {name: model.to_table(noun, self.rows[name]) for name, noun in nouns.items()}
        tables["sources"] = model.to_table(model.Source, SOURCES)
        return told(tables, self.case, ("ARM", "AZE"), since, seen_m)


@pytest.fixture
def world(case):
    return World(case)


def test_a_claim_becomes_a_report_of_whose_forces_where_and_when(world):
    name = world.alone("MEDIA", "Azerbaijani tanks were deployed near P0", means=("tank",))
    (look,), (word,) = (found := world.told()).looks, found.words
    assert (look.id, look.source, look.party, look.saw) == (name, "report", "AZE", ("armoured_vehicle", "tank"))
    assert look.incident == "i-000000000000"
    assert look.time == datetime(2026, 6, 2, 8, tzinfo=UTC)  # noon of the day in Yerevan
    assert look.span == (datetime(2026, 6, 1, 20, tzinfo=UTC), datetime(2026, 6, 2, 20, tzinfo=UTC))
    assert (look.tells, look.radius_m) == (rates()["media", "present"].tells, 1000.0)
    assert (word.says, word.how, word.why_not) == ("present", "media", "")


@pytest.mark.parametrize(
    ("speaker", "event", "act", "how", "says"),
    [
        ("ARM-MOD", "buildup", "asserts", "other_party", "present"),
        ("ARM-MOD", "withdrawal", "asserts", "other_party", "gone"),
        ("ARM-MOD", "withdrawal", "denies", "other_party", "present"),
        ("AZE-MOD", "buildup", "asserts", "own_party", "present"),
        ("EU-EUMA", "withdrawal", "asserts", "monitor", "gone"),
        ("EU-EUMA", "incursion", "denies", "monitor", "gone"),
        ("MEDIA", "occupation", "asserts", "media", "present"),
    ],
)
def test_who_speaks_of_whom_decides_how_much_it_weighs(world, speaker, event, act, how, says):
    world.alone(speaker, "words", event=event, act=act)
    (word,), (look,) = (found := world.told()).words, found.looks
    assert (word.how, word.says) == (how, says)
    assert look.source == "report"
    assert bool(look.saw) == (says == "present")
    assert look.tells == rates()[how, says].tells


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"actor": None}, "it does not say whose forces"),
        ({"actor": "RUS-MIL"}, "it is about forces of RUS"),
        ({"actor": "AZE-CIV"}, "it is about civilians"),
        ({"places": ()}, "its place is not known"),
        ({"places": ((None, None, None, "near"),)}, "its place is not known"),
        ({"places": ((45.9, 40.1, 1000.0, "from"),)}, "it does not tell where the forces were"),
        ({"places": ((45.9, 40.1, 60_000.0, "near"),)}, "its place is not known within 10 km"),
        ({"time": None}, "its time is not known"),
        ({"time": ("2026-05-01", "2026-06-01")}, "its time is not known within 14 days"),
        ({"time": ("2026-06-20", "2026-06-20")}, "it tells of a time to come"),
        ({"time": ("2026-03-02", "2026-03-02")}, "it is of before the first day of the agreement"),
        ({"event": "withdrawal", "actor": "ARM-MIL"}, "it is a party's word about its own compliance"),
        ({"act": "denies", "actor": "ARM-MIL"}, "it is a party's word about its own compliance"),
    ],
    ids=str,
)
def test_what_does_not_count_is_told_with_the_reason(world, more, why):
    world.alone("ARM-MOD", "words", **more)
    found = world.told()
    assert [word.why_not for word in found.words] == [why]
    assert found.looks == ()


@pytest.mark.parametrize("act", ["demands", "pledges", "warns", "evaluates", "proposes"])
def test_what_is_demanded_or_pledged_tells_of_no_forces(world, act):
    claim = world.say("ARM-MOD", "words", event="withdrawal", act=act)
    world.incident((("ARM",), "party", (claim,), True))
    assert world.told().words == ()


def test_fire_tells_of_forces_only_where_it_came_from(world):
    places = ((45.9, 40.1, 1000.0, "from"), (45.8, 40.1, 1000.0, "at"))
    world.alone("ARM-MOD", "opened fire with mortars", event="fire", means=("mortar",), places=places)
    (look,) = world.told().looks
    assert (look.geometry.x, look.saw) == (45.9, ("mortar",))


def observation(claim, polygon):
    return model.Observation(
        id="o", claim=claim, observer="EU-EUMA", event="buildup", geometry=shapely.to_wkb(polygon), because="east of P0: 1 km"
    )


@pytest.mark.parametrize(
    ("text", "how", "source"),
    [
        ("The patrol saw two tanks", "monitor_saw", "monitor"),
        ("The patrol heard two tanks", "monitor_heard", "report"),
        ("two tanks to the east", "monitor_heard", "report"),
    ],
)
def test_what_a_monitor_saw_is_a_look_at_the_area_it_observed(world, text, how, source):
    area = shapely.box(45.9, 40.1, 45.91, 40.11)
    claim = world.alone("EU-EUMA", text, means=("tank",), places=())
    world.rows["observations"].append(observation(claim, area))
    (look,), (word,) = (found := world.told()).looks, found.words
    assert (word.how, look.source) == (how, source)
    assert look.geometry.equals(area)
    assert word.place == "east of P0"


def test_a_monitor_that_saw_shots_saw_no_forces(world):
    claim = world.alone(
        "EU-EUMA", "the patrol saw twelve explosions", event="fire", actor=None, means=("artillery",), places=()
    )
    world.rows["observations"].append(observation(claim, shapely.box(45.9, 40.1, 45.91, 40.11)))
    (look,), (word,) = (found := world.told()).looks, found.words
    assert (word.how, look.source) == ("monitor_heard", "report")


def test_an_outlet_that_prints_a_partys_statement_speaks_for_the_party(world):
    claim = world.say("MEDIA", "words", event="withdrawal")
    world.incident((("AZE", "MEDIA"), "party", (claim,), True))
    assert [word.why_not for word in world.told().words] == ["it is a party's word about its own compliance"]


def test_two_outlets_without_names_are_two_voices_in_one_incident(world):
    one, two = world.say("MEDIA", "words"), world.say("MEDIA", "other words")
    world.incident((("MEDIA",), "media", (one,), True), (("MEDIA",), "media", (two,), True))
    assert [look.voice for look in world.told().looks] == ["MEDIA", "MEDIA 2"]


def test_a_monitor_that_looked_and_saw_nothing_looked_at_what_it_could_see(world):
    world.alone("EU-EUMA", "did not observe any movement", event="incursion", act="denies")
    (near,) = world.told(seen_m=1000.0).looks
    assert (near.source, near.saw, near.tells) == ("monitor", (), 0.5)
    (far,) = world.told(seen_m=250.0).looks
    assert (far.source, far.saw) == ("report", ())
    assert far.tells == pytest.approx(0.5 / 16)


def test_no_party_is_a_monitor_of_itself(world):
    world.alone("AZE-MOD", "did not observe any movement of ours", event="incursion", act="denies")
    assert world.told().looks == ()


def test_one_voice_says_a_thing_of_a_place_once(world):
    one, two = (world.say("MEDIA", "words", places=((45.9, 40.1, radius, "near"),)) for radius in (1000.0, 4000.0))
    far = world.say("MEDIA", "words", places=((46.5, 40.1, 1000.0, "near"),))
    world.incident((("MEDIA",), "media", (one, two, far), True))
    found = world.told()
    assert [(word.id, word.claims) for word in found.words] == [(one, (one, two)), (far, (far,))]
    assert [look.radius_m for look in found.looks] == [1000.0, 1000.0]


def test_voices_that_are_independent_count_each_and_compiled_ones_do_not(world):
    one, two, row = world.say("MEDIA", "words"), world.say("ARM-MOD", "words"), world.say("MEDIA", "a row")
    world.incident((("MEDIA",), "media", (one,), True), (("ARM",), "party", (two,), True), (("X",), "media", (row,), False))
    found = world.told()
    assert {look.id for look in found.looks} == {one, two}
    (left,) = [word for word in found.words if word.why_not]
    assert (left.id, left.why_not) == (row, "it was compiled from others' reports, and others speak here")


def test_contested_words_weigh_half_and_contested_sights_whole(world):
    world.alone("MEDIA", "words", contested=True)
    world.alone("EU-EUMA", "the patrol saw tanks", contested=True)
    by = {look.source: look for look in world.told().looks}
    assert by["report"].tells == rates()["media", "present"].tells * terms().contested
    assert by["monitor"].tells == rates()["monitor_saw", "present"].tells


def test_several_places_are_several_words_and_a_region_around_one_is_none(world):
    places = ((45.9, 40.1, 1000.0, "at"), (45.92, 40.1, 30_000.0, "at"), (46.5, 40.1, 1000.0, "at"))
    name = world.alone("MEDIA", "words", places=places)
    assert [look.id for look in world.told().looks] == [name, f"{name}~2"]


@pytest.mark.parametrize("review", [model.Review(sensitive=True), model.Review(status="rejected")])
def test_what_reviewers_withhold_is_not_even_named(world, review):
    world.alone("MEDIA", "words", review=review)
    assert world.told().words == ()


def test_the_wider_an_area_the_less_it_tells_of_one_position():
    rate = rates()["monitor_saw", "present"]
    chances = [false_within(rate, rate.tells, area) for area in (0.0, 1.0, 50.0, 300.0)]
    assert chances[0] == pytest.approx(rate.false)
    assert chances == sorted(chances)
    assert chances[-1] < 1


@pytest.mark.parametrize(
    ("event", "means", "words", "classes"),
    [
        ("buildup", (), "units were massed", ("any",)),
        ("buildup", ("tank",), "tanks", ("armoured_vehicle", "tank")),
        ("buildup", ("unspecified",), "weapons", ("any",)),
        ("buildup", ("unspecified", "mortar"), "weapons and mortars", ("mortar",)),
        ("buildup", (), "the deployment of border guards", ("border_guard",)),
        ("fortification", (), "trenches", ("fortification", "troops")),
        ("buildup", ("small_arms",), "riflemen", ("troops",)),
    ],
)
def test_classes_follow_words_weapons_and_events(event, means, words, classes):
    assert classes_of(event, means, words) == classes


def test_how_a_monitor_knows_follows_its_words():
    assert sense_of("The Mission saw and heard") == "saw"
    assert sense_of("shots were HEARD") == "heard"
    assert sense_of("the seashore") == ""


def test_every_rule_is_of_the_vocabularies():
    for event, _ in event_rules():
        assert event in model.Event.__args__
        assert classes_of(event, (), "")
    for rule in event_rules().values():
        assert set(rule.roles) <= {*model.PlaceRole.__args__, "observed"}
    for means in model.Means.__args__:
        assert set(classes_of("buildup", (means,), "")) <= {"any", *unit_classes()}
    kinds = {"monitor_saw", "monitor_heard", "monitor", "sensor", "third_party", "media", "other_party", "own_party"}
    assert set(rates()) == {(kind, says) for kind in kinds for says in ("present", "gone")}
    assert rates()["own_party", "gone"].tells == 0
