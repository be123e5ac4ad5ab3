"""One small record, served once for all tests of the page and its API."""

from __future__ import annotations

import pytest

from merestone.errors import say
from merestone.web.app import PAGE
from served import browser, served
from small_record import record_folder


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Folder of the small record."""
    return record_folder(tmp_path_factory.mktemp("small") / "case")


@pytest.fixture(scope="session")
def small_address(small):
    """Address of a server of the small record."""
    with served(small) as address:
        yield address


@pytest.fixture(scope="module")
def chromium_browser():
    """The system's Chromium; where there is none, the tests fail and say how to get it."""
    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def built_page():
    """The page must have been built; an install in place does it."""
    assert (PAGE / "index.html").is_file(), say("M708")
