"""A real browser for the tests, the screenshots and the benchmark of the chat page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these Chromium calls home at every start; --no-sandbox because it refuses to be root otherwise.
_QUIET = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync --force-color-profile=srgb"
).split()


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def find_chromium() -> str:
    """The path of Chromium. Raises NoBrowser."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowser("Chromium is not installed. On Debian: sudo apt install chromium")
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium. Raises NoBrowser."""
    path = find_chromium()
    flags = [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
