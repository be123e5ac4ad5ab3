"""The page on the example case, as readers use it: find, compare, follow a claim to its words, on wide and narrow screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from merestone.case import Case
from merestone.record import current_folder
from served import browser, served, watched


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


def shown(page):
    """The number of incidents that the filters let through."""
    return int(page.locator(".result output b").inner_text())


def open_contested(page):
    """Show only what is contested, and open the incident that most voices speak of."""
    whole = shown(page)
    if page.locator(".filters details").count():
        page.locator(".filters summary").click()
    page.get_by_label("Only contested").check()
    expect(page.locator(".row .contested").first).to_be_visible()
    assert 0 < shown(page) < whole
    if page.locator(".filters details").count():
        page.locator(".filters summary").click()
    page.get_by_label("Order").select_option("told")
    page.locator(".row a").first.click()
    expect(page.get_by_role("table", name="Versions side by side")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_reader_filters_compares_and_follows_a_claim_to_its_words(chromium_browser, address, width, height, theme):
    with watched(chromium_browser, address, width=width, height=height, theme=theme) as page:
        page.goto(f"{address}/")
        expect(page.get_by_role("note")).to_contain_text("check the source before quoting")
        expect(page.locator(".row").first).to_be_visible()
        open_contested(page)
        cell = page.locator(".versions .value").first
        cell.click()
        quote = page.locator(".versions .quote").first
        words = quote.locator("q").inner_text()
        quote.click()
        marked = page.locator(".document-text mark")
        expect(marked.first).to_be_in_viewport()
        assert "".join(marked.all_inner_texts()) == words
        link = page.get_by_role("link", name="Public source of this text")
        expect(link).to_have_attribute("href", re.compile("^https://"))
        page.keyboard.press("Escape")
        expect(page.locator(".incident-pane")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".list-pane")).to_be_visible()
        page.wait_for_load_state("networkidle")


def test_the_address_holds_the_whole_state(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/")
        page.get_by_role("searchbox").fill("border")
        page.get_by_label("Armenia", exact=True).check()
        open_contested(page)
        state, title, many = page.url, page.locator(".incident h2").inner_text(), shown(page)
    with watched(chromium_browser, address) as page:
        page.goto(state)
        expect(page.locator(".incident h2")).to_have_text(title)
        expect(page.get_by_role("searchbox")).to_have_value("border")
        expect(page.get_by_label("Only contested")).to_be_checked()
        expect(page.locator(".result output b")).to_have_text(str(many))


def test_the_browsers_back_button_undoes_what_was_opened(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/")
        page.locator(".row a").first.click()
        expect(page.locator(".incident h2")).to_be_visible()
        page.go_back()
        expect(page.locator(".incident-pane")).to_have_count(0)


def test_a_period_chosen_on_the_timeline_narrows_the_list(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/")
        whole = shown(page)
        box = page.locator(".timeline canvas").bounding_box()
        y = box["y"] + box["height"] / 3
        page.mouse.move(box["x"] + box["width"] * 0.4, y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=4)
        page.mouse.up()
        expect(page.locator(".timeline-brush")).to_be_visible()
        assert re.search(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d", page.url)
        assert 0 < shown(page) < whole
        page.get_by_role("button", name="Any time").click()
        expect(page.locator(".result output b")).to_have_text(str(whole))


def test_the_map_draws_and_a_place_on_it_narrows_the_list(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/?tab=map")
        canvas = page.locator(".map canvas")
        expect(canvas).to_be_visible()
        page.wait_for_load_state("networkidle")
        box = canvas.bounding_box()
        found = False
        # marks are where the record puts them: look for one by the pointer that says "this can be clicked"
        for row in range(6, 40):
            for column in range(4, 40):
                page.mouse.move(box["x"] + box["width"] * column / 44, box["y"] + box["height"] * row / 44)
                if canvas.evaluate("canvas => canvas.style.cursor") == "pointer":
                    found = True
                    break
            if found:
                break
        assert found
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url(re.compile(r"[?&](place|i)="))


@pytest.mark.parametrize("tab", ["Who says what", "Where", "When"])
def test_on_a_narrow_screen_the_three_readings_are_tabs(chromium_browser, address, tab):
    with watched(chromium_browser, address, width=390, height=844) as page:
        page.goto(f"{address}/?contested=1")
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        assert "contested=1" in page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
