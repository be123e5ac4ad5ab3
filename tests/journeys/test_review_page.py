"""Reviewers at work on the page: they decide with buttons and keys, take back, build again, and strangers decide nothing."""

import json
import shutil

import httpx
import pytest
from playwright.sync_api import expect

from merestone.build import build
from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.record import current_folder
from merestone.web.app import create_app
from merestone.web.review import Reviewing
from merestone.web.serve import serve
from served import browser, served_app, watched

STATEMENTS = {
    "ARM-MOD": "On 13 September 2022, at about 00:05, units of the armed forces of Azerbaijan opened fire from artillery and "
    "drones at Armenian positions near Sotk. Two Armenian servicemen were wounded.\n",
    "AZE-MOD": "On the night of 12 to 13 September 2022 Armenian forces opened fire at Azerbaijani positions near Dashkasan. "
    "Three Azerbaijani soldiers were killed.\n",
}


@pytest.fixture(scope="module")
def built(merestone, tmp_path_factory):
    """A case of two statements, built."""
    folder = tmp_path_factory.mktemp("review")
    merestone("new", folder / "case", "--party", "ARM", "--party", "AZE", "--time-zone", "Asia/Yerevan", status=0)
    for source, text in STATEMENTS.items():
        (folder / f"{source}.txt").write_text(text, encoding="utf-8")
        merestone("add", folder / "case", folder / f"{source}.txt", "--source", source, "--published", "2022-09-13", status=0)
    merestone("build", folder / "case", status=0)
    return folder / "case"


@pytest.fixture
def address(built, tmp_path, monkeypatch):
    """Address of a server on which Anna reviews a copy of the case."""
    monkeypatch.setenv("MERESTONE_KEYS", str(tmp_path / "keys"))
    shutil.copytree(built, tmp_path / "case")
    case = Case.open(tmp_path / "case")

    def build_again():
        build(case)
        return current_folder(case)

    app = create_app(current_folder(case), reviewing=Reviewing(case, "Anna", build_again))
    with served_app(app) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium_browser():
    """The system's Chromium."""
    with browser() as opened:
        yield opened


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_an_incident_is_rejected_built_again_and_taken_back(chromium_browser, address, width, height):
    with watched(chromium_browser, address, width=width, height=height, expected="422|404") as page:
        page.goto(f"{address}/")
        expect(page.get_by_text("Reviewing as Anna")).to_be_visible()
        rows = page.locator(".row")
        expect(rows.first).to_be_visible()
        many = rows.count()
        page.locator(".row a").first.click()
        page.get_by_role("button", name="Reject").click()
        dialog = page.get_by_role("dialog", name="Reject")
        expect(dialog).to_be_visible()  # boxes that are not there yet would be no boxes
        for box in dialog.get_by_role("checkbox").all():
            box.check()
        dialog.get_by_label("Why").fill("says nothing of the kind")
        dialog.get_by_role("button", name="Sign and store").click()
        expect(page.locator(".decided")).to_contain_text("Anna rejected")
        expect(page.locator(".decided")).to_contain_text("says nothing of the kind")
        expect(page.get_by_text("1 decision since this record was built")).to_be_visible()
        page.get_by_role("button", name="Build again").click()
        expect(page.get_by_text("The record was built with all decisions.")).to_be_visible(timeout=60_000)
        page.goto(f"{address}/")
        expect(rows).to_have_count(many - 1)


def test_the_keys_are_enough_to_comment_and_to_take_it_back(chromium_browser, address):
    with watched(chromium_browser, address) as page:
        page.goto(f"{address}/")
        expect(page.get_by_text("Reviewing as Anna")).to_be_visible()
        page.keyboard.press("n")
        expect(page.get_by_role("heading", name="Review")).to_be_visible()
        page.keyboard.press("o")
        expect(page.get_by_label("Remark")).to_be_focused()
        page.keyboard.type("ask the mission")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".decided")).to_contain_text("Anna commented")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("u")
        expect(page.locator(".decided")).to_contain_text("taken back")


def test_a_wrong_value_is_refused_in_words_and_nothing_is_stored(chromium_browser, address):
    with watched(chromium_browser, address, expected="422") as page:
        page.goto(f"{address}/")
        page.locator(".row a").first.click()
        page.get_by_role("button", name="Correct").click()
        dialog = page.get_by_role("dialog", name="Correct")
        dialog.get_by_label("Field").select_option("event")
        dialog.get_by_label("Right value").fill("war crime")
        dialog.get_by_label("Why").fill("it was")
        dialog.get_by_role("button", name="Sign and store").click()
        expect(dialog.get_by_role("alert")).to_contain_text("event")
        page.keyboard.press("Escape")
        expect(page.locator(".decided")).to_have_count(0)


def decision(**changed):
    return {"kind": "comment", "targets": ["x"], "reason": "r", "request": "1", **changed}


def test_without_the_token_and_from_other_pages_nothing_is_decided(address):
    with httpx.Client(base_url=address) as client:
        token = client.get("/api/review").json()["token"]
        for headers, status in (
            ({}, 403),
            ({"x-merestone-token": "guessed"}, 403),
            ({"x-merestone-token": token, "origin": "http://evil.example"}, 403),
        ):
            answer = client.post("/api/decisions", json=decision(), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, "M723")
        long = client.post("/api/decisions", json=decision(reason="r" * 70_000), headers={"x-merestone-token": token})
        assert long.json()["code"] == "M724"
        form = client.post("/api/decisions", content="kind=comment", headers={"content-type": "text/plain"})
        assert form.json()["code"] == "M724"
        unknown = client.post("/api/decisions", json=decision(), headers={"x-merestone-token": token})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "M628")
        assert client.get("/api/review").json()["decisions"] == []
        assert client.post("/api/record", json={}).status_code == 405


def test_the_same_request_is_stored_once(address):
    with httpx.Client(base_url=address) as client:
        token = client.get("/api/review").json()["token"]
        incident = client.get("/api/incidents").json()["id"][0]
        for _ in range(2):
            answer = client.post("/api/decisions", json=decision(targets=[incident]), headers={"x-merestone-token": token})
            assert answer.status_code == 200, json.dumps(answer.json())
        assert len(answer.json()["decisions"]) == 1


def test_reviewing_is_possible_on_this_machine_only(built, tmp_path, monkeypatch):
    monkeypatch.setenv("MERESTONE_KEYS", str(tmp_path / "keys"))
    case = Case.open(built)
    with pytest.raises(MerestoneError) as refused:
        serve(case, host="0.0.0.0", reviewing=Reviewing(case, "Anna", lambda: current_folder(case)))
    assert refused.value.code == "M725"
