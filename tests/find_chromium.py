"""Finds the Chromium that the page is tested in: MERESTONE_CHROMIUM, else the system's."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium() -> str:
    """Path of the browser. Raises RuntimeError that says how to get one."""
    for name in (os.environ.get("MERESTONE_CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    raise RuntimeError("No Chromium found: apt-get install chromium, or set MERESTONE_CHROMIUM to a browser.")


if __name__ == "__main__":
    try:
        print(chromium())
    except RuntimeError as error:
        sys.exit(str(error))
