"""A browser for tests that need one, or a skip that says why there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Without these a browser started as root, or in a sandbox, calls home or does not start at all.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The path of Chromium; skips the test, with a reason, where there is none."""
    named = os.environ.get("ECVET_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here: run tests/browser.sh as root, or set ECVET_CHROMIUM")
    return found


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """Chromium at work, closed at the end; skips the test where there is none."""
    path = chromium()
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=[*_ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own, on which nothing may go wrong unseen."""
    context = browser.new_context(**{"viewport": {"width": 360, "height": 740}, **options})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    def dismiss(dialog: Dialog) -> None:
        faults.append("a dialog opened")
        dialog.dismiss()

    page.on("dialog", dismiss)
    try:
        yield page
        wanted = [fault for fault in faults if "Failed to load resource" not in fault]
        assert wanted == []
    finally:
        context.close()
