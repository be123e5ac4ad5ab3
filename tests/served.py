"""Runs the page's real server on a free port of this machine, and the system's Chromium against it."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from find_chromium import chromium
from merestone.web.app import create_app
from merestone.web.serve import address, listen

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
    "--disable-background-networking",
]  # fmt: skip
"""Software drawing, so that the map draws where there is no graphics card, and no calls of the browser's own."""

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@contextlib.contextmanager
def served(record: Path) -> Iterator[str]:
    """The address, without a slash at its end, of a server of this record."""
    with served_app(create_app(record)) as address:
        yield address


@contextlib.contextmanager
def served_app(app: FastAPI) -> Iterator[str]:
    """The address of a server of this application."""
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield address(listener, "127.0.0.1").rstrip("/")
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@contextlib.contextmanager
def watched(
    opened: Browser, address: str, *, width: int = 1440, height: int = 900, theme: str = "light", expected: str = "^$"
) -> Iterator[Page]:
    """A page that must not log an error, throw one, or ask for anything that is not this server's.

    ``expected`` is a pattern of faults that the test itself provokes.
    """
    context = opened.new_context(viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    # the page itself gives up a search when the next letter is typed, and what it still loads when it is closed
    given_up = "net::ERR_ABORTED"
    page.on("requestfailed", lambda r: None if r.failure == given_up else faults.append(f"{r.url}: {r.failure}"))
    inside = (address + "/", f"blob:{address}/", "data:")
    page.on("request", lambda request: None if request.url.startswith(inside) else faults.append(f"left: {request.url}"))
    try:
        yield page
        assert [fault for fault in faults if not re.search(expected, fault)] == []
    finally:
        context.close()
