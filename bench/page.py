"""First useful paint of the page, and how long each control takes, in the system's Chromium on the example case.

    python bench/page.py [--case CASE] [--runs 7] [--json]

* first useful paint: from the start of the navigation to the frame in which the first incident of the list stands, with a
  fresh browser profile each time (nothing cached);
* a control: from the event to the end of the frame that shows its effect in the list and on the timeline, from a page at rest.
  The search asks the server, so its time includes the answer. The map follows a moment later.

Targets: 1,500 ms and 100 ms. Drawing is in software: a machine with a graphics card is
faster. Medians, with the slowest run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser, Page  # noqa: E402

from merestone.build import build  # noqa: E402
from merestone.case import Case  # noqa: E402
from merestone.demo import make_example  # noqa: E402
from merestone.record import current_folder  # noqa: E402
from served import browser, served  # noqa: E402

FIRST_ROW = """() => new MutationObserver((_, watch) => {
  if (!document.querySelector(".row-summary")) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.firstRow = performance.now(); }));
}).observe(document, { childList: true, subtree: true })"""

WAITED = """async () => {
  while (!window.firstRow) await new Promise((next) => setTimeout(next, 20));
  return window.firstRow;
}"""

TIMED = """async ([selector, act, value]) => {
  const control = document.querySelector(selector);
  const before = document.querySelector(".result output").textContent + document.querySelector(".rows, .empty").textContent;
  const start = performance.now();
  if (act === "click") control.click();
  else {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value").set.call(control, value);
    control.dispatchEvent(new Event(act, { bubbles: true }));
  }
  const now = () => document.querySelector(".result output").textContent + document.querySelector(".rows, .empty").textContent;
  while (now() === before && performance.now() - start < 2000) await new Promise((next) => setTimeout(next));
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  return performance.now() - start;
}"""

STILL = ".map[data-state=still]"
"""The map has drawn all it has: what is measured then is the control, not the page's start."""

CONTROLS = (
    ("party", ".chip input", "click", ""),
    ("event", ".pairs label:nth-child(1) select", "change", "fire"),
    ("side of line", ".pairs label:nth-child(2) select", "change", "-"),
    ("period, from", ".day-field:nth-child(1) input", "input", "2023-01-01"),
    ("only contested", ".only input", "click", ""),
    ("search", "#search", "input", "Sotk"),
    ("order", ".order select", "change", "old"),
)


def first_paint(opened: Browser, address: str) -> float:
    """Milliseconds from the start of the navigation to the first incident on the screen."""
    context = opened.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(f"({FIRST_ROW})()")
    page.goto(f"{address}/", wait_until="commit")
    found = float(page.evaluate(WAITED))
    context.close()
    return found


def controls(page: Page, address: str) -> dict[str, float]:
    """Milliseconds of each control, each from the page without filters."""
    out = {}
    for name, selector, act, value in CONTROLS:
        page.goto(f"{address}/")
        page.wait_for_selector(".row")
        page.wait_for_selector(STILL)
        out[name] = float(page.evaluate(TIMED, [selector, act, value]))
    page.goto(f"{address}/?order=told")
    page.wait_for_selector(".row")
    page.wait_for_selector(STILL)
    out["open an incident"] = float(page.evaluate(OPENED))
    return out


OPENED = """async () => {
  const start = performance.now();
  document.querySelector(".row a").click();
  while (!document.querySelector(".versions-row, .notice-foot")) await new Promise((next) => setTimeout(next));
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  return performance.now() - start;
}"""


def measure(case: Case, runs: int) -> dict[str, list[float]]:
    """All times of all runs, in milliseconds."""
    times: dict[str, list[float]] = {}
    with served(current_folder(case)) as address, browser() as opened:
        first_paint(opened, address)  # the server's first compression of the page's files is not the page's
        times["first useful paint"] = [first_paint(opened, address) for _ in range(runs)]
        context = opened.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        for _ in range(runs):
            for name, took in controls(page, address).items():
                times.setdefault(name, []).append(took)
        context.close()
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, help="a case that has been built; the example where left out")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if given.case:
            case = Case.open(given.case)
        else:
            case = make_example(Path(scratch) / "example")
            build(case)
        times = measure(case, given.runs)
    rows = [
        {
            "what": name,
            "median_ms": round(statistics.median(values), 1),
            "slowest_ms": round(max(values), 1),
            "target_ms": 1500 if name == "first useful paint" else 100,
            "runs": len(values),
        }
        for name, values in times.items()
    ]
    if given.json:
        print(json.dumps(rows, indent=1))
        return
    print(f"{'what':<22}{'median':>10}{'slowest':>10}{'target':>10}   ms, {given.runs} runs")
    for row in rows:
        print(f"{row['what']:<22}{row['median_ms']:>10}{row['slowest_ms']:>10}{row['target_ms']:>10}")


if __name__ == "__main__":
    main()
