"""The page in a browser: the fragment leaves the address bar, the answer comes, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import launched, opened
from tests.verifier import answers
from tests.verifier.answers import TRANSCRIPT, Given, changed, verified_paper
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SETTINGS = WebSettings(operator="Example Employer Ltd", lists=("the Nordic list",))
LINK = "https://omnia.example/credentials/1~" + "A" * 43


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@contextmanager
def served(*reports: Any) -> Iterator[tuple[str, Given]]:
    given_to = Given(*reports)
    with start(verifier_app(SETTINGS, given_to), "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}/", given_to


def test_the_fragment_leaves_the_address_bar_before_anything_is_sent(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        places: list[str] = []
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        page.route("**/check", lambda route: (places.append(page.url), route.continue_()))
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert places == [home]
        assert page.url == home
        assert page.evaluate("history.length") <= 2
        assert not any("omnia" in address for address in sent)
        assert given_to.links == [f"#{LINK}"]


def test_the_answer_takes_the_focus_and_is_announced(browser: Browser) -> None:
    with served(answers.remarked()) as (home, _), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert page.evaluate("document.activeElement.textContent") == "Verified, with remarks"
        assert page.inner_text("[role=status]") == "Answer: Verified, with remarks"
        assert page.title() == "Verified, with remarks"
        assert page.is_hidden("#trouble")
        assert page.is_hidden("#lead")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, width: int) -> None:
    """320 px is a window of 1280 px at 400% (WCAG 2.2, 1.4.10)."""

    def lengthen(draft: dict[str, Any]) -> None:
        subject = draft["credentialSubject"]
        subject.update(firstNames="Wolfeschlegelstein" * 16, surnames="W" * 300)
        subject["unitAchievement"][0]["achievedUnit"]["title"] = "Donaudampfschifffahrt" * 14

    long_names = answers.report(verified_paper(changed(TRANSCRIPT, lengthen)))
    with (
        served(long_names) as (home, _),
        opened(browser, viewport={"width": width, "height": 740}) as page,
    ):
        for address in (home, f"{home}about"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_page_explains_and_takes_a_link(browser: Browser) -> None:
    with (
        served(answers.remarked()) as (home, given_to),
        opened(browser, java_script_enabled=False) as page,
    ):
        page.goto(f"{home}#{LINK}")
        assert page.is_visible("noscript .notice")
        page.fill("#text", f"{home}#{LINK}")
        page.click("#submit")
        assert page.inner_text(".verdict") == "Verified, with remarks"
        assert given_to.asked == [("pasted text", f"{home}#{LINK}".encode())]


def test_a_file_is_chosen_and_checked_by_keyboard_alone(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        # The first listener makes the browser hand over its dialogs, which takes it a moment.
        page.on("filechooser", lambda chooser: None)
        page.goto(home)
        reached = []
        for _ in range(20):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id"))
            if reached[-1] == "file":
                with page.expect_file_chooser() as chooser:
                    page.keyboard.press("Enter")
                chooser.value.set_files(
                    {"name": "maria.json", "mimeType": "application/json", "buffer": b"{}"}
                )
            if reached[-1] == "submit":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector(".verdict:focus")
        assert [name for name in reached if name] == ["scan", "file", "text", "submit"]
        assert given_to.asked == [("maria.json", b"{}")]


def test_a_lost_connection_is_said_and_trying_again_helps(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        page.route("**/check", lambda route: route.abort())
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector("#trouble:not([hidden])")
        assert "could not be reached" in page.inner_text("#trouble")
        assert page.inner_text("[role=status]") == ""
        page.unroute("**/check")
        page.click("#again")
        page.wait_for_selector(".verdict")
        assert page.is_hidden("#trouble")
        assert given_to.links == [f"#{LINK}"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "Scan the code again"), (500, "not with the document")],
    ids=["refused", "fault"],
)
def test_each_failure_has_its_own_words(browser: Browser, status: int, words: str) -> None:
    with served(answers.remarked()) as (home, _), opened(browser) as page:
        page.route("**/check", lambda route: route.fulfill(status=status, body="<b>x</b>"))
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector("#trouble:not([hidden])")
        assert words in page.inner_text("#trouble")


def test_a_second_scan_in_the_same_window_overtakes_the_first(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        with page.expect_response("**/check"):
            page.evaluate("location.hash = '#https://other.example/2~B'")
        page.wait_for_selector(".verdict")
        assert given_to.links == [f"#{LINK}", "#https://other.example/2~B"]
        assert page.url == home


def test_the_pages_own_anchors_are_not_taken_for_links(browser: Browser) -> None:
    with served(answers.remarked()) as (home, given_to), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        page.click(".because a")
        assert page.evaluate("location.hash").startswith("#a1-")
        assert len(given_to.links) == 1


def test_hostile_words_run_nothing(browser: Browser) -> None:
    words = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'><svg onload=alert(1)>"

    def poison(draft: dict[str, Any]) -> None:
        subject = draft["credentialSubject"]
        subject.update(firstNames=words, surnames=words, note=words)
        subject["unitAchievement"][0]["achievedUnit"]["title"] = words

    hostile = answers.report(
        verified_paper(changed(TRANSCRIPT, poison)),
        issuer="issuer_unrecognised",
        facts={"issuer": words, "domain": words},
    )
    with served(hostile) as (home, _), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert words in page.inner_text("main")
        assert page.locator("main img, main script, main iframe").count() == 0


def test_every_field_and_landmark_has_a_name(browser: Browser) -> None:
    with served(answers.remarked()) as (home, _), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        assert page.locator("main").count() == 1
        assert page.locator("header.top, footer.bottom, nav[aria-label]").count() == 4, (
            "header, pages, languages, footer"
        )
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input, textarea')].filter(x => !x.labels.length).length"
        )
        assert unnamed == 0
        assert page.evaluate("document.documentElement.lang") == "en"


def test_a_printed_answer_leaves_out_what_only_a_screen_needs(browser: Browser) -> None:
    with served(answers.remarked()) as (home, _), opened(browser) as page:
        page.goto(f"{home}#{LINK}")
        page.wait_for_selector(".verdict")
        page.emulate_media(media="print", color_scheme="dark")
        assert page.is_hidden("#form")
        assert page.is_visible(".verdict")
        # Paper is white, whatever the device's scheme: the tones are those of the light one.
        shades = "(x => [getComputedStyle(x).color, getComputedStyle(x).backgroundColor])"
        banner = page.evaluate(f"{shades}(document.querySelector('.banner > div'))")[0]
        assert banner == "rgb(0, 0, 0)"
        for part in (".banner", ".vouch", ".summary thead th", ".total"):
            ground = page.evaluate(f"{shades}(document.querySelector('{part}'))")[1]
            assert min(map(int, ground.removeprefix("rgb(").rstrip(")").split(", "))) > 200
