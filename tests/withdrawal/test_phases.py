"""A position leaves with the phase that clears the tier it lies in, and has gone when that phase ends."""

from pathlib import Path

from merestone.withdrawal.agreement import parse_agreement
from merestone.withdrawal.phases import last_days, phase_of, phase_taking
from merestone.withdrawal.positions import MUST, Judged, Position

AGREEMENT = parse_agreement(
    """
format = 1
name = "near, then far"
source = "invented for a test"
[[tiers]]
name = "near"
depth_km = 2
forbids = ["forces"]
[[tiers]]
name = "far"
depth_km = 12
forbids = ["tank", "mortar above 80 mm"]
[[phases]]
name = "near ground"
days = 3
tiers = ["near"]
[[phases]]
name = "tanks"
days = 4
classes = ["tank"]
[[phases]]
name = "rest"
days = 5
""",
    Path("a.toml"),
)


def judged(unit_class, forbidden, near, far=1.0):
    position = Position("p", "ARM", unit_class, 10.0, 45.0, 40.0, 500.0, None)
    return Judged(position, 0, {"near": near, "far": far}, forbidden, max(near, far), MUST, 5.0, None)


def test_a_tank_near_the_line_leaves_with_the_near_tier_and_one_farther_back_with_the_far_one():
    assert phase_of(AGREEMENT, judged("tank", ("near", "far"), near=1.0)) == 0
    assert phase_of(AGREEMENT, judged("tank", ("near", "far"), near=0.3)) == 0  # it may lie there
    assert phase_of(AGREEMENT, judged("tank", ("near", "far"), near=0.01)) == 1
    assert phase_of(AGREEMENT, judged("mortar", ("near", "far"), near=0.0)) == 2


def test_what_the_far_tier_lets_stay_leaves_with_the_near_one():
    assert phase_of(AGREEMENT, judged("troops", ("near",), near=1.0)) == 0


def test_no_phase_takes_what_no_tier_of_it_forbids():
    assert phase_taking(AGREEMENT, "tank", ()) is None


def test_phases_end_one_after_the_other():
    assert last_days(AGREEMENT) == [3, 7, 12]
