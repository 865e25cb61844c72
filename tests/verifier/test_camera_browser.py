"""The camera as a way in: a code is read on the device, and only what stands behind `#` is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from issuer.delivery.qr import link_code
from tests.browser import launched, opened
from tests.chain_papers import Builder, Chain
from tests.verifier import ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture(scope="module")
def home(chain: Chain) -> Iterator[str]:
    with ways.served(chain) as (address, _):
        yield address


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera sees a code that is not of a document."""
    shop = ways.video(
        tmp_path_factory.mktemp("film") / "shop.y4m",
        link_code("https://shop.example/#sale"),
        share=0.5,
    )
    with launched(*FAKE, f"--use-file-for-fake-video-capture={shop}") as browser:
        yield browser


@contextmanager
def scanning(browser: Browser, home: str, script: str = "") -> Iterator[Page]:
    """A page whose camera was opened, after a script that changes what the browser can do."""
    with opened(browser, viewport=PHONE) as page:
        if script:
            page.add_init_script(script)
        page.goto(home)
        page.click("#scan")
        yield page


@pytest.mark.parametrize(
    ("kind", "size"),
    [("link", (1280, 720)), ("whole", (1280, 720)), ("whole", (1920, 1080))],
    ids=["a link's code", "a whole document's code", "the same, in high resolution"],
)
def test_a_code_before_the_camera_is_read_and_answered(
    chain: Chain,
    home: str,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    size: tuple[int, int],
) -> None:
    code = ways.whole(chain) if kind == "whole" else link_code(ways.link(chain))
    film = ways.video(tmp_path_factory.mktemp("film") / "code.y4m", code, size=size)
    with (
        launched(*FAKE, f"--use-file-for-fake-video-capture={film}") as browser,
        opened(browser, viewport=PHONE) as page,
    ):
        sent: list[tuple[str, str]] = []
        page.on("request", lambda one: sent.append((one.url, one.post_data or "")))
        page.goto(home)
        assert not any("vendor" in address for address, _ in sent)  # not before it is needed
        page.click("#scan")
        page.wait_for_selector(".verdict", timeout=15_000)
        assert page.inner_text(".verdict") == "Verified"
        assert page.is_hidden("#camera")
        # A dialog tells that it was closed only when the page has drawn breath.
        page.wait_for_function("document.getElementById('camera-view').srcObject === null")
        posted = [(address, body) for address, body in sent if body]
        assert [address for address, _ in posted] == [f"{home}check"]
        assert posted[0][1].startswith('{"link":"#')
        assert all(address.startswith(home) for address, _ in sent)
        assert ways.FORGER not in "".join(address + body for address, body in sent)


def test_a_code_of_something_else_is_said_and_not_opened(plain: Browser, home: str) -> None:
    with scanning(plain, home) as page:
        page.get_by_text("not of a signed document").wait_for()
        ways.pictured(page, "camera-elsewhere", full=False)
        assert page.url == home
        assert page.is_visible("#camera")


def test_escape_closes_the_camera_and_gives_the_focus_back(plain: Browser, home: str) -> None:
    with opened(plain, viewport=PHONE) as page:
        page.goto(home)
        page.focus("#scan")
        page.keyboard.press("Enter")
        page.get_by_text("not of a signed document").wait_for()
        track = "document.getElementById('camera-view').srcObject.getTracks()[0]"
        page.evaluate(f"window.track = {track}; 0")
        assert page.evaluate("window.track.readyState") == "live"
        assert page.evaluate("document.getElementById('camera').contains(document.activeElement)")
        page.keyboard.press("Escape")
        assert page.is_hidden("#camera")
        page.wait_for_function("window.track.readyState === 'ended'")
        assert page.evaluate("document.activeElement.id") == "scan"


def test_the_camera_stops_when_the_page_is_hidden(plain: Browser, home: str) -> None:
    with scanning(plain, home) as page:
        page.get_by_text("not of a signed document").wait_for()
        page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { get: () => true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        assert page.is_hidden("#camera")
        # A dialog tells that it was closed only when the page has drawn breath.
        page.wait_for_function("document.getElementById('camera-view').srcObject === null")


def test_the_button_in_the_panel_closes_it_too_and_it_opens_again(
    plain: Browser, home: str
) -> None:
    with scanning(plain, home) as page:
        page.click("#camera-stop")
        assert page.is_hidden("#camera")
        page.click("#scan")
        page.get_by_text("not of a signed document").wait_for()


REFUSED = {
    "NotAllowedError": "may not be used",
    "NotFoundError": "No camera was found",
    "NotReadableError": "in use by another program",
    "TypeError": "does not work here",
}


@pytest.mark.parametrize("error", REFUSED)
def test_why_the_camera_cannot_be_used_is_said_plainly(
    plain: Browser, home: str, error: str
) -> None:
    fails = (
        "navigator.mediaDevices.getUserMedia = () => "
        f"Promise.reject(Object.assign(new Error(), {{ name: '{error}' }}));"
    )
    with scanning(plain, home, fails) as page:
        page.get_by_text(REFUSED[error]).wait_for()
        if error == "NotAllowedError":
            ways.pictured(page, "camera-denied", full=False)


@pytest.mark.parametrize("can", ["no camera", "no secure page"])
def test_a_browser_that_cannot_offers_no_button(plain: Browser, home: str, can: str) -> None:
    lacking = {
        "no camera": "navigator.mediaDevices.getUserMedia = undefined;",
        "no secure page": "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });",
    }[can]
    with opened(plain) as page:
        page.add_init_script(lacking)
        page.goto(home)
        assert page.is_hidden("#scan")


def detector(text: str) -> str:
    """A browser with a detector of its own, which sees this text."""
    return f"""
        window.BarcodeDetector = class {{
            static getSupportedFormats() {{ return Promise.resolve(["qr_code"]); }}
            detect() {{ return Promise.resolve([{{ rawValue: "{text}" }}]); }}
        }};
    """


def test_the_browsers_own_detector_is_used_where_there_is_one(
    plain: Browser, chain: Chain, home: str
) -> None:
    with opened(plain) as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.add_init_script(detector(ways.link(chain)))
        page.goto(home)
        page.click("#scan")
        page.wait_for_selector(".verdict")
        assert page.inner_text(".verdict") == "Verified"
        assert not any("scanning" in one or "vendor" in one for one in asked)


@pytest.mark.parametrize(
    "text",
    ["https://omnia.example/credentials/1", "javascript:alert(1)#x", "https://x.example/#main", ""],
)
def test_of_other_codes_nothing_is_sent(plain: Browser, home: str, text: str) -> None:
    with scanning(plain, home, detector(text)) as page:
        page.get_by_text("not of a signed document").wait_for()
        assert page.is_visible("#camera")
        assert page.url == home
