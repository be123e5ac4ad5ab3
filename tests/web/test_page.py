"""The page in the system's Chromium, on a small record: what it says, what it refuses to do, and that the keys are enough."""

from __future__ import annotations

import functools
import re

import pytest
from playwright.sync_api import expect

from served import watched

pytestmark = pytest.mark.usefixtures("built_page")

narrow = functools.partial(watched, width=390, height=844)
"""A narrow screen shows one reading at a time, and so leaves the map out where a test is not about it."""

HOSTILE = "/?i=i-000000000002&doc=hostile%2F..%2F%3Cx%3E&claim=hostile%2F..%2F%3Cx%3E%230"


def test_the_notice_stands_on_the_page_and_beside_every_document(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001&doc=said")
        expect(page.get_by_role("note")).to_contain_text("check the source before quoting")
        expect(page.locator(".document-notice")).to_contain_text("check the source before quoting")
        link = page.get_by_role("link", name="Public source of this text")
        expect(link).to_have_attribute("href", "https://example.org/said")
        expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_an_address_that_is_no_web_address_never_becomes_a_link(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?doc=denied")
        expect(page.locator(".document-notice")).to_contain_text("No public address of the original is on record")
        assert page.locator("a[href^='javascript']").count() == 0


def test_script_in_a_document_is_text(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}{HOSTILE}")
        expect(page.locator(".document-text mark")).to_contain_text("<script>window.hostile = 1</script>")
        expect(page.get_by_role("heading", name="Statement <b>hostile/../<x></b>")).to_be_visible()
        assert page.locator(".document-text img, .document-text script, .summary i").count() == 0
        assert page.evaluate("window.hostile") is None


def test_the_marked_words_are_exact_where_a_character_takes_two_units(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?doc=said&claim=said%230")
        expect(page.locator(".document-text mark")).to_have_text("At 00:05 their units fired at Sotk")


def test_who_is_silent_says_nothing_and_who_denies_stands_beside_what_is_denied(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001")
        killed = page.get_by_role("row", name="Killed, Armenia")
        expect(killed.get_by_role("cell").nth(0)).to_have_text("2")
        expect(killed.get_by_role("cell").nth(1)).to_have_text("says nothing")
        denial = page.locator(".denial")
        expect(denial).to_contain_text("At 00:05 their units fired at Sotk")
        expect(denial).to_contain_text("The claim that we fired at Sotk is false")
        expect(page.locator(".silent-note")).to_contain_text("No third party and no monitor")


def test_from_number_to_words_in_two_steps_and_back_with_one(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001")
        cell = page.get_by_role("row", name="Killed, Armenia").get_by_role("cell").nth(0)
        cell.get_by_role("button", name="2").click()
        cell.get_by_role("button", name="Two servicemen were killed").click()
        expect(page.locator(".document-text mark")).to_have_text("Two servicemen were killed")
        expect(page.locator(".document-text mark")).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator(".document-pane")).to_have_count(0)
        expect(cell.get_by_role("button", name="Two servicemen were killed")).to_be_focused()


def test_the_reason_for_every_reading_is_shown(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001&doc=said&claim=said%230")
        page.locator(".document-foot summary", has_text="Read as").click()
        page.locator(".document-foot summary", has_text="Why this was read so").click()
        expect(page.locator(".document-foot code")).to_have_text("verb:fire")


def test_names_are_the_readers_choice(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/")
        row = page.locator(".row").first
        expect(row).to_contain_text("Sotk / Zod")
        page.get_by_label("Place names").select_option("AZE")
        expect(row.locator(".row-where")).to_have_text("Zod")
        assert "names=AZE" in page.url


def test_filters_that_fit_nothing_say_so_and_can_be_cleared(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?event=blockade&contested=1")
        expect(page.get_by_text("No incident in this record fits all filters")).to_be_visible()
        page.get_by_role("button", name="Clear all filters").click()
        expect(page.locator(".row")).to_have_count(2)


def test_what_has_no_known_place_stays_within_reach(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/")
        page.get_by_role("button", name="1 without a known place").click()
        expect(page.locator(".row")).to_have_count(1)
        page.locator(".row a").click()
        expect(page.locator(".placings")).to_contain_text("not on the map: no gazetteer has it")


def test_an_incident_that_is_gone_is_explained(chromium_browser, small_address):
    with narrow(chromium_browser, small_address, expected="404") as page:
        page.goto(f"{small_address}/?i=i-999999999999")
        expect(page.get_by_role("alert")).to_contain_text("This record has no incident with the id i-999999999999")
        page.get_by_role("button", name="All incidents").click()
        expect(page.locator(".row")).to_have_count(2)


def test_the_keys_are_enough(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/")
        expect(page.locator(".row")).to_have_count(2)
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("sotk")
        expect(page.locator(".row")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        expect(page.locator(".row a")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Fire, Sotk / Zod")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".document-text mark")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".document-pane")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.locator(".incident-pane")).to_have_count(0)
        expect(page.locator(".row a")).to_be_focused()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def luminance(rgb):
    """Relative luminance (WCAG 2.2, definition) of sRGB channels 0 to 255."""
    channels = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


RGB_OF_TOKENS = """names => names.map(name => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_text_has_enough_contrast_on_every_ground(chromium_browser, small_address, theme):
    inks = ["ink", "ink-2", "select", "a", "b", "c", "d", "third", "monitor", "media", "sensor"]
    grounds = ["sheet", "sunk", "paper", "select-soft"]
    with narrow(chromium_browser, small_address, theme=theme) as page:
        page.goto(f"{small_address}/")
        ink = dict(zip(inks, page.evaluate(RGB_OF_TOKENS, inks), strict=True))
        ground = dict(zip(grounds, page.evaluate(RGB_OF_TOKENS, grounds), strict=True))
        for name, colour in ink.items():
            for where, behind in ground.items():
                high, low = sorted((luminance(colour), luminance(behind)), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= 4.5, (theme, name, where)
        a, b = luminance(ink["a"]), luminance(ink["b"])
        assert abs(a - b) < 0.05, "the two parties are equally light"


def test_the_theme_is_the_systems_until_the_reader_chooses(chromium_browser, small_address):
    with narrow(chromium_browser, small_address, theme="dark") as page:
        page.goto(f"{small_address}/")
        ground = "getComputedStyle(document.body).backgroundColor"
        dark = page.evaluate(ground)
        page.get_by_role("button", name="Switch to the light theme").click()
        light = page.evaluate(ground)
        assert dark != light
        page.reload()
        expect(page.locator(".row").first).to_be_visible()
        assert page.evaluate(ground) == light


def test_printing_leaves_the_incident_and_its_words(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001")
        expect(page.locator(".versions")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator(".versions")).to_be_visible()
        expect(page.locator(".notice")).to_be_visible()
        for hidden in (".map-pane", ".timeline", ".filters", ".pane-bar"):
            expect(page.locator(hidden)).to_be_hidden()


def test_a_position_is_told_its_side_with_its_probability_and_its_map_sheet(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?at=45.50000,40.20000")
        card = page.get_by_role("region", name="Which side?")
        expect(card.locator(".verdict.main")).to_contain_text("On the side of Azerbaijan")
        expect(card.locator(".verdict.main")).to_contain_text("100 % on the side of Azerbaijan; 38 km from The boundary")
        card.get_by_text("Coordinates and map sheets").click()
        expect(card.get_by_role("row", name="1:100,000")).to_contain_text("K-38-140")
        expect(card.get_by_role("row", name="MGRS")).to_contain_text("38T")


def test_near_a_line_the_map_cannot_tell(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?at=45.96000,40.20000")
        expect(page.locator(".verdict.main .verdict-words")).to_have_text("This map cannot tell")
        page.get_by_label("Somewhere within").select_option("10 km")
        page.wait_for_url("**at=45.96000,40.20000,10000**")
        expect(page.locator(".verdict.main .verdict-words")).to_have_text("This map cannot tell")


def test_a_position_may_be_written_in_any_system(chromium_browser, small_address):
    with narrow(chromium_browser, small_address, expected="422") as page:
        page.goto(f"{small_address}/?tab=map&at=45.96000,40.20000")
        page.get_by_label("Coordinates, or a map sheet").fill("nowhere at all")
        page.keyboard.press("Enter")
        expect(page.locator(".written").get_by_role("alert")).to_be_visible()
        page.get_by_label("Coordinates, or a map sheet").fill("38TNK7400350318")
        page.keyboard.press("Enter")
        page.wait_for_url("**at=45.86950,40.20000**")
        page.keyboard.press("Escape")
        expect(page.locator(".position-card")).to_have_count(0)


def test_a_click_beside_the_marks_asks_for_the_side_and_the_pointers_position_is_read_out(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/")
        canvas = page.locator(".map canvas")
        expect(canvas).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.keyboard.press("w")
        expect(page.locator(".position-card")).to_be_visible()
        page.keyboard.press("Escape")
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8)
        readout = page.locator(".readout")
        expect(readout).to_contain_text(re.compile("Sheet[JK]-38-"))
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url("**at=**")
        expect(page.locator(".verdict.main")).to_be_visible()


def test_one_line_can_be_shown_alone_with_its_map_and_accuracy(chromium_browser, small_address):
    with watched(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/")
        page.locator(".line-switch select").select_option("The boundary")
        expect(page.locator(".line-source")).to_have_text("drawn for tests; good to 2 km")
        assert "line=boundary" in page.url


def test_documents_in_which_nothing_was_read_are_listed_and_open(chromium_browser, small_address):
    with narrow(chromium_browser, small_address) as page:
        page.goto(f"{small_address}/?i=i-000000000001")
        expect(page.locator(".denial")).to_be_visible()
        page.keyboard.press("d")
        listed = page.get_by_role("dialog", name="4 documents")
        expect(listed).to_contain_text("In 1 of them nothing was read as a claim")
        expect(listed.get_by_role("listitem")).to_have_count(4)
        page.keyboard.press("Escape")
        expect(listed).to_be_hidden()
        assert page.url.endswith("?i=i-000000000001")  # the incident beneath stays open
        page.keyboard.press("?")
        page.get_by_role("dialog", name="How to read this page").get_by_role("button", name="1 document").click()
        listed.get_by_label("Only those without a claim").check()
        row = listed.get_by_role("listitem")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("24 Dec 2022, no claim")
        row.get_by_role("button").click()
        expect(listed).to_be_hidden()
        expect(page.locator(".document-text")).to_have_text("The office is closed until Monday.")
