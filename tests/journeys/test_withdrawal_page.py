"""The withdrawal view of the page on the example case: planned, put in order, verified, by pointer and by keys."""

from __future__ import annotations

import re
import shutil

import httpx
import pytest
from playwright.sync_api import expect

from merestone.case import Case
from merestone.record import current_folder
from served import browser, served, watched

SLOW = 60_000
"""Milliseconds that an answer may take on a busy machine."""


@pytest.fixture(scope="module")
def address(example):
    """Address of a server of the example's record."""
    with served(current_folder(Case.open(example))) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium_browser():
    """The system's Chromium."""
    with browser() as opened:
        yield opened


@pytest.fixture
def changed(example, tmp_path):
    """Serve a copy of the example whose folder ``withdrawal`` was changed; give the address."""
    opened = []

    def serve(change):
        shutil.copytree(example, tmp_path / "case")
        change(tmp_path / "case" / "withdrawal")
        server = served(current_folder(Case.open(tmp_path / "case")))
        opened.append(server)
        return server.__enter__()

    yield serve
    for server in opened:
        server.__exit__(None, None, None)


def opened_at(page, address, query=""):
    """The withdrawal view, once the map stands still."""
    page.goto(f"{address}/?view=withdrawal{query}")
    expect(page.get_by_role("tablist", name="Parts of the withdrawal")).to_be_visible(timeout=SLOW)
    expect(page.locator(".withdrawal .map[data-state=still]")).to_be_visible(timeout=SLOW)


def ground(page):
    """What the balance says each side withdraws from, as words."""
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Ground", exact=True))
    expect(row).to_be_visible(timeout=SLOW)
    return row


def test_the_slider_redraws_the_zones_and_the_balance(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        opened_at(page, address)
        expect(page.get_by_text("Certain, however it errs")).to_be_visible(timeout=SLOW)
        before = ground(page).text_content()
        slider = page.get_by_role("slider", name="Depth on each side")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", "5.75 km")
        expect(page.get_by_label("Depth in kilometres")).to_have_value("5.75")
        expect(ground(page)).not_to_have_text(before, timeout=SLOW)
        page.wait_for_url(re.compile(r"[?&]depth=5\.75(&|$)"))
        shown = re.compile(r"^(quick|exact) 5\.75$")
        expect(page.locator(".withdrawal .map")).to_have_attribute("data-shown", shown, timeout=SLOW)


def test_the_numbers_are_those_of_the_exact_zones_when_the_slider_rests(chromium_browser, address):
    with httpx.Client(base_url=address, timeout=60) as client:
        line = client.get("/api/withdrawal").json()["lines"][0]["id"]
        exact = client.get("/api/withdrawal/zones", params={"line": line, "depth_km": 12, "exact": True}).json()
    with watched(chromium_browser, address) as page:
        opened_at(page, address)
        page.get_by_label("Depth in kilometres").fill("12")
        expect(page.get_by_role("slider", name="Depth on each side")).to_have_attribute("aria-valuetext", "12 km")
        depends = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Depends on the map"))
        for zone in exact["zones"]:
            expect(depends).to_contain_text(f"{zone['depends_km2']:,.0f} km²", timeout=SLOW)
            expect(ground(page)).to_contain_text(f"{zone['area_km2']:,.0f} km²", timeout=SLOW)
        larger = {"ARM": "Armenia", "AZE": "Azerbaijan"}[exact["larger"]]
        expect(page.locator(".withdrawal .map")).to_have_attribute("data-shown", "exact 12", timeout=SLOW)
        expect(page.get_by_text(re.compile(rf"{larger} withdraws from [\d.]+ % more ground\."))).to_be_visible()


def test_the_last_of_many_depths_is_the_one_that_is_shown(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        opened_at(page, address)
        expect(ground(page)).to_be_visible()
        slider = page.get_by_role("slider", name="Depth on each side")
        slider.focus()
        for _ in range(25):
            page.keyboard.press("ArrowLeft")
            # numbers of before stay until the next have come
            assert page.locator(".w-balance").count() == 1
        last = float(page.get_by_label("Depth in kilometres").input_value())
        page.wait_for_url(re.compile(rf"depth={last:g}(&|$)"))
        caption = page.locator(".w-balance caption")
        expect(caption).to_have_text(f"What each side withdraws from within {last:g} km of the line", timeout=SLOW)


def test_the_keys_are_enough_and_the_address_holds_the_whole_state(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/?contested=1")
        expect(page.get_by_role("button", name="Withdrawal")).to_be_visible(timeout=SLOW)
        page.keyboard.press("v")
        expect(page.get_by_role("tab", name="Plan")).to_be_visible(timeout=SLOW)
        page.get_by_role("tab", name="Plan").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Schedule")).to_be_focused()
        day = page.get_by_role("slider", name="Day")
        expect(day).to_be_visible(timeout=SLOW)
        day.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator(".w-readout")).to_contain_text("Day 2")
        told, state = page.locator(".w-readout").text_content(), page.url
        assert "contested=1" in state
        page.keyboard.press("v")
        expect(page.get_by_label("Only contested")).to_be_checked()
        page.go_back()
        expect(page.locator(".w-readout")).to_have_text(told)
    with watched(chromium_browser, address) as page:
        page.goto(state)
        expect(page.locator(".w-readout")).to_have_text(told, timeout=SLOW)
        page.get_by_role("button", name="Record").click()
        expect(page.get_by_label("Only contested")).to_be_checked()


def test_what_was_agreed_is_shown_with_its_notice_its_exceptions_and_every_position(chromium_browser, address):
    with httpx.Client(base_url=address, timeout=60) as client:
        agreed = client.get("/api/withdrawal/agreement").json()
        head = client.get("/api/withdrawal").json()["agreement"]
    with watched(chromium_browser, address) as page:
        opened_at(page, address)
        expect(page.locator(".w-notice")).to_have_text(head["notice"])
        expect(page.get_by_text("not for finding or choosing targets")).to_be_visible()
        page.get_by_role("button", name="As agreed").click()
        page.wait_for_url(re.compile(r"depth=agreed"))
        for tier in head["tiers"]:
            table = page.get_by_role("table", name=f"What each side withdraws from, {tier['name']}")
            expect(table).to_be_visible(timeout=SLOW)
        for each in agreed["exceptions"]:
            expect(page.locator(".w-list").filter(has_text=each["name"]).first).to_be_visible()
        rows = page.get_by_role("region", name="Declared positions").locator("tbody tr")
        expect(rows).to_have_count(len(agreed["positions"]))
        page.get_by_role("button", name=f"{head['tiers'][1]['depth_km']:g} km").click()
        expect(page.get_by_label("Depth in kilometres")).to_have_value(f"{head['tiers'][1]['depth_km']:g}")


def test_the_schedule_tells_who_moves_on_which_day_and_leads_to_what_broke_the_quiet(chromium_browser, address):
    with httpx.Client(base_url=address, timeout=60) as client:
        told = client.get("/api/withdrawal/schedule").json()
        quiet = client.get("/api/withdrawal").json()["agreement"]["preconditions"][0]
    with watched(chromium_browser, address) as page:
        opened_at(page, address, "&part=schedule")
        expect(page.get_by_role("img", name="by day and section")).to_be_visible(timeout=SLOW)
        first = told["steps"][0]
        page.get_by_role("slider", name="Day").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(rf"at={first['date']}"))
        moved = sorted(i for row in first["sections"] for side in row["moved"].values() for i in side["positions"])
        for name in moved:
            expect(page.locator(".w-readout")).to_contain_text(name)
        table = page.get_by_role("region", name="Moves by day")
        for name in told["day"]:
            expect(table).to_contain_text(name)
        expect(page.get_by_text(quiet["sentence"])).to_be_visible()
        page.locator(".w-breaks a").first.click()
        expect(page.locator(".incident h2")).to_be_visible()
        assert f"i={quiet['breaks'][0]['incident']}" in page.url
        assert "view=" not in page.url


def test_the_verification_says_what_is_known_of_each_side_and_that_unseen_is_not_compliant(chromium_browser, address):
    with httpx.Client(base_url=address, timeout=60) as client:
        last = client.get("/api/withdrawal/verification").json()
        early = client.get("/api/withdrawal/verification", params={"at": last["days"][0]}).json()
    words = {"verified clear": "Verified clear", "unverified": "Unverified", "verified present": "Verified present"}
    with watched(chromium_browser, address) as page:
        opened_at(page, address, "&part=verification")
        expect(page.get_by_text("Not looked at is not compliant.")).to_be_visible(timeout=SLOW)
        rows = {row["party"]: row for row in last["compliance"] if row["day"] == last["at"]}
        table = page.locator(".w-status-table")
        for status, word in words.items():
            row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=word, exact=True))
            expect(row.get_by_role("cell")).to_have_text([str(rows[party][status]) for party in ("ARM", "AZE")])
        expect(page.locator(".w-breach-list li")).to_have_count(len(last["breaches"]))
        for breach in last["breaches"]:
            item = page.locator(".w-breach-list li").filter(has=page.get_by_text(breach["what"], exact=True))
            expect(item).to_contain_text(f"{breach['probability']:.0%}".replace("%", " %"))
        expect(page.locator(".w-next li")).to_have_count(len(last["look_next"]["places"]))
        slider = page.get_by_role("slider", name="What was known on")
        slider.focus()
        page.keyboard.press("Home")
        page.wait_for_url(re.compile(rf"at={last['days'][0]}"))
        expect(page.locator(".w-breach-list li")).to_have_count(len(early["breaches"]), timeout=SLOW)
        expect(page.locator("output").first).not_to_contain_text("…", timeout=SLOW)


@pytest.mark.parametrize("part", ["plan", "schedule", "verification"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_narrow_screen_nothing_is_cut_off(chromium_browser, address, part, theme):
    with watched(chromium_browser, address, width=390, height=844, theme=theme) as page:
        opened_at(page, address, f"&part={part}")
        expect(page.locator(".w-block").first).to_be_visible(timeout=SLOW)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.querySelector('.withdrawal').scrollWidth") <= 390
        if part == "plan":
            # slider and map are in sight together
            expect(page.get_by_role("slider", name="Depth on each side")).to_be_in_viewport()
            expect(page.locator(".withdrawal .maplibregl-canvas")).to_be_in_viewport()


def test_printed_the_tables_stand_whole(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        opened_at(page, address, "&part=schedule")
        expect(page.get_by_role("region", name="Moves by day")).to_be_visible(timeout=SLOW)
        page.emulate_media(media="print")
        expect(page.get_by_role("tablist")).to_be_hidden()
        expect(page.locator(".w-notice")).to_be_visible()
        box = page.get_by_role("region", name="Moves by day").bounding_box()
        assert page.evaluate("document.querySelector('.w-below').scrollHeight") >= box["height"]
        assert page.locator(".w-below").evaluate("each => getComputedStyle(each).overflowY") == "visible"


def test_a_file_that_cannot_be_read_is_told_and_the_record_is_served(chromium_browser, changed):
    def broken(folder):
        (folder / "positions.csv").write_text("id,party\nx,ARM\n", encoding="utf-8")

    address = changed(broken)
    with watched(chromium_browser, address) as page:
        page.goto(address)
        expect(page.locator(".row").first).to_be_visible()
        page.get_by_role("button", name="Withdrawal").click()
        refused = page.get_by_role("list", name="Files that were not read")
        expect(refused).to_contain_text("withdrawal/positions.csv was not read.", timeout=SLOW)
        expect(refused).to_contain_text("M823")
        expect(ground(page)).to_be_visible()
        page.get_by_role("tab", name="Schedule").click()
        expect(page.get_by_text("There is no order to plan")).to_be_visible()


def test_an_order_that_cannot_be_is_told_with_the_clauses_in_conflict(chromium_browser, changed):
    def impossible(folder):
        agreement = (folder / "agreement.toml").read_text(encoding="utf-8")
        hurried = agreement.replace("[schedule]\n", "[schedule]\ndays = 1\n")
        assert hurried != agreement
        (folder / "agreement.toml").write_text(hurried, encoding="utf-8")

    address = changed(impossible)
    with httpx.Client(base_url=address, timeout=60) as client:
        answer = client.get("/api/withdrawal/schedule")
        assert answer.status_code == 422
    with watched(chromium_browser, address, expected="422") as page:
        opened_at(page, address, "&part=schedule")
        told = page.get_by_role("alert").filter(has_text="No order keeps everything")
        expect(told).to_contain_text(answer.json()["message"], timeout=SLOW)


def test_without_an_agreement_the_planner_still_plans(chromium_browser, changed):
    address = changed(shutil.rmtree)
    with watched(chromium_browser, address) as page:
        opened_at(page, address)
        expect(ground(page)).to_be_visible()
        expect(page.locator(".w-notice")).to_have_count(0)
        expect(page.get_by_role("button", name="As agreed")).to_have_count(0)
        page.get_by_role("tab", name="Verification").click()
        expect(page.get_by_text("There is nothing to verify yet")).to_be_visible()


def test_a_case_without_a_line_offers_no_withdrawal(chromium_browser, merestone, tmp_path):
    merestone("new", tmp_path / "case", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    (tmp_path / "a.txt").write_text("On 13 September 2022 fire was opened near Sotk.\n", encoding="utf-8")
    merestone("add", tmp_path / "case", tmp_path / "a.txt", "--source", "ARM-MOD", "--published", "2022-09-13", status=0)
    merestone("build", tmp_path / "case", status=0)
    with served(current_folder(Case.open(tmp_path / "case"))) as address, watched(chromium_browser, address) as page:
        with page.expect_response(f"{address}/api/withdrawal"):
            page.goto(address)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("button", name="Withdrawal")).to_have_count(0)
        page.keyboard.press("v")
        assert "view=" not in page.url
        page.goto(f"{address}/?view=withdrawal")
        expect(page.get_by_text("This case has no line that says which party is on which side")).to_be_visible(timeout=SLOW)


def test_the_slider_leads_from_what_was_agreed_back_to_a_depth(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        opened_at(page, address, "&depth=agreed")
        expect(page.locator(".withdrawal .map")).to_have_attribute("data-shown", "agreed", timeout=SLOW)
        page.get_by_role("slider", name="Depth on each side").focus()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("button", name="As agreed")).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".w-balance caption")).to_have_text(
            "What each side withdraws from within 4.75 km of the line", timeout=SLOW
        )
        page.get_by_label("Line", exact=True).select_option(label="Armenia–Azerbaijan boundary, Nakhchivan section")
        page.wait_for_url(re.compile(r"line=arm-aze-nakhchivan"))
        expect(page.get_by_text("208 km long")).to_be_visible()
        expect(ground(page)).to_be_visible()
