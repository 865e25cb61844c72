"""A receipt in a browser: asked for under an answer, saved, given back, and read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import launched, opened
from tests.chain_papers import Builder
from tests.verifier.receipts import OPERATOR, desk, receipting
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTINGS = WebSettings(operator=OPERATOR, lists=("one signed memorandum",))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A verifier that gives out receipts, and a folder with a transcript."""
    folder = tmp_path_factory.mktemp("files")
    chain = Builder().build()
    (folder / "transcript.json").write_bytes(chain.body("transcript"))
    verifier = receipting(chain, desk(folder / "receipts"))
    app = verifier_app(SETTINGS, verifier, receipting=verifier)
    with start(app, "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}/en/", folder


def pictured(page: Page, name: str) -> None:
    """Keep a picture of the page, where a run asks for such."""
    folder = os.environ.get("ECVET_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"java_script_enabled": False},
        {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["phone", "no scripts", "desktop, dark"],
)
def test_a_receipt_is_saved_and_given_back(
    browser: Browser, place: tuple[str, Path], options: dict[str, Any], request: Any
) -> None:
    home, folder = place
    name = request.node.callspec.id.replace(", ", "-").replace(" ", "-")
    with opened(browser, accept_downloads=True, **options) as page:
        page.goto(home)
        page.set_input_files("#file", str(folder / "transcript.json"))
        page.click("#submit")
        page.wait_for_selector(".receipt button")
        pictured(page, f"receipt-offered-{name}")
        with page.expect_download() as saved:
            page.click("text=Receipt for your file (PDF)")
        assert saved.value.suggested_filename.startswith("receipt-")
        saved.value.save_as(folder / "receipt.pdf")
        assert (folder / "receipt.pdf").read_bytes().startswith(b"%PDF")
        # The answer still stands on the page.
        assert page.is_visible(".verdict")
        page.goto(home)
        page.set_input_files("#file", str(folder / "receipt.pdf"))
        page.click("#submit")
        page.wait_for_selector(".receipt-verdict")
        assert page.inner_text(".verdict") == "Verified"
        assert "This verification receipt is genuine" in page.inner_text(".sentence")
        assert page.inner_text(".receipt-verdict") == "Verified"
        assert "signature_valid" in page.inner_text(".endings")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth")
        pictured(page, f"receipt-answer-{name}")
