"""Takes the pictures of the docs from the example case, in the system's Chromium.

python docs/make_screenshots.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from merestone.build import build  # noqa: E402
from merestone.demo import make_example  # noqa: E402
from merestone.record import current_folder  # noqa: E402
from served import browser, served  # noqa: E402 - from the tests, which find and drive the browser

IMAGES = ROOT / "docs" / "images"
SETTLED = ".map[data-state=still]"


def main() -> None:
    """Write page.png (the whole page), incident.png (with a document), narrow.png (390 pixels wide) and withdrawal.png."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        case = make_example(Path(folder) / "example")
        build(case)
        with served(current_folder(case)) as address, browser() as chromium:
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.wait_for_selector(".row")
            page.wait_for_selector(SETTLED)
            page.screenshot(path=IMAGES / "page.png")
            page.goto(f"{address}/?order=told")
            page.wait_for_selector(".row")
            page.locator(".row").first.click()
            page.wait_for_selector("text=Every claim, word for word")
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / "incident.png")
            page.goto(f"{address}/?view=withdrawal&depth=agreed")
            page.wait_for_selector(".withdrawal .map[data-shown=agreed][data-state=still]", timeout=60_000)
            page.wait_for_timeout(500)
            page.screenshot(path=IMAGES / "withdrawal.png")
            narrow = chromium.new_page(viewport={"width": 390, "height": 844})
            narrow.goto(address)
            narrow.wait_for_selector(".row")
            narrow.screenshot(path=IMAGES / "narrow.png")


if __name__ == "__main__":
    main()
